"""What every row of the table means in other numbers than floats: values and slopes.

A rule is a formula over a field `f`: the kind of number, which brings the functions
that operators do not cover. It shares no formula with the table's own floats, so that
`certify` judges them by something else than themselves.

>>> from fractions import Fraction
>>> from autograd_scalar.numbers.rational import Rationals
>>> rule = RULES["div"]
>>> y = rule.value(Rationals(), Fraction(1), Fraction(3))
>>> y, rule.slopes(Rationals(), Fraction(1), Fraction(3), y)
(Fraction(1, 3), (Fraction(1, 3), Fraction(-1, 9)))
"""

# ruff: noqa: E501 - a rule stays on one line
from __future__ import annotations

from functools import reduce
from operator import mul
from typing import TYPE_CHECKING, Final, NamedTuple

from autograd_scalar.numbers import formulas as by

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd_scalar.numbers.formulas import Number, Slopes

__all__ = ["LINEAR", "RULES", "Rule"]


class Rule(NamedTuple):
    """``value(f, *operands)`` and ``slopes(f, *operands, output)``, one per operand."""

    value: Callable[..., Number]
    slopes: Callable[..., Slopes]


# Linear in an operand, whose slope is kept beside any output, nan included.
LINEAR: Final = frozenset(
    {"add", "sub", "mul", "div", "neg", "where", "sum", "mean", "prod", "dot"}
)


# fmt: off
RULES: Final[dict[str, Rule]] = {
    # Arithmetic
    "add":          Rule(lambda f, a, b: a + b,          lambda f, a, b, y: (1, 1)),
    "sub":          Rule(lambda f, a, b: a - b,          lambda f, a, b, y: (1, -1)),
    "mul":          Rule(lambda f, a, b: a * b,          lambda f, a, b, y: (b, a)),
    "div":          Rule(lambda f, a, b: f.divide(a, b), lambda f, a, b, y: (f.divide(f.number(1.0), b), f.divide(-y, b))),
    "pow":          Rule(lambda f, a, b: f.power(a, b),  lambda f, a, b, y: (by.power_by_base(f, a, b), by.power_by_exponent(f, a, b, y))),
    "pow_constant": Rule(lambda f, x, n: f.power(x, n),  lambda f, x, n, y: (by.power_by_base(f, x, n), 0)),
    "mod":          Rule(lambda f, x, y: f.modulo(x, y), by.modulo_slopes),
    "neg":          Rule(lambda f, x: -x,                lambda f, x, y: (-1,)),
    "abs":          Rule(lambda f, x: f.absolute(x),     lambda f, x, y: (f.choose(x, -1, 0, 1),)),

    # Exponentials, logarithms, roots
    "exp":        Rule(lambda f, x: f.exp(x),    lambda f, x, y: (y,)),
    "exp2":       Rule(lambda f, x: f.exp2(x),   lambda f, x, y: (y * f.log(f.number(2.0)),)),
    "expm1":      Rule(lambda f, x: f.expm1(x),  lambda f, x, y: (f.exp(x),)),
    "log":        Rule(lambda f, x: f.log(x),    lambda f, x, y: (f.divide(f.number(1.0), x),)),
    "log2":       Rule(lambda f, x: f.log2(x),   lambda f, x, y: (f.divide(f.number(1.0), x * f.log(f.number(2.0))),)),
    "log10":      Rule(lambda f, x: f.log10(x),  lambda f, x, y: (f.divide(f.number(1.0), x * f.log(f.number(10.0))),)),
    "log1p":      Rule(lambda f, x: f.log1p(x),  lambda f, x, y: (f.divide(f.number(1.0), 1 + x),)),
    "sqrt":       Rule(lambda f, x: f.sqrt(x),   lambda f, x, y: (f.divide(f.number(1.0), 2 * y),)),
    "cbrt":       Rule(lambda f, x: f.cbrt(x),   lambda f, x, y: (f.divide(f.number(1.0), 3 * f.square(y)),)),
    "square":     Rule(lambda f, x: f.square(x), lambda f, x, y: (2 * x,)),
    "reciprocal": Rule(lambda f, x: f.divide(f.number(1.0), x), lambda f, x, y: (f.divide(-y, x),)),

    # Trigonometric
    "sin":    Rule(lambda f, x: f.sin(x),    lambda f, x, y: (f.cos(x),)),
    "cos":    Rule(lambda f, x: f.cos(x),    lambda f, x, y: (-f.sin(x),)),
    "tan":    Rule(lambda f, x: f.tan(x),    lambda f, x, y: (1 + f.square(y),)),
    "arcsin": Rule(lambda f, x: f.arcsin(x), lambda f, x, y: (f.divide(f.number(1.0), f.sqrt((1 - x) * (1 + x))),)),
    "arccos": Rule(lambda f, x: f.arccos(x), lambda f, x, y: (f.divide(f.number(-1.0), f.sqrt((1 - x) * (1 + x))),)),
    "arctan": Rule(lambda f, x: f.arctan(x), lambda f, x, y: (f.divide(f.number(1.0), 1 + f.square(x)),)),
    "sinc":   Rule(lambda f, x: f.sinc(x),   lambda f, x, y: (f.sinc_slope(x, y),)),

    # Hyperbolic
    "sinh":    Rule(lambda f, x: f.sinh(x),    lambda f, x, y: (f.cosh(x),)),
    "cosh":    Rule(lambda f, x: f.cosh(x),    lambda f, x, y: (f.sinh(x),)),
    "tanh":    Rule(lambda f, x: f.tanh(x),    lambda f, x, y: (4 * by.bell(f, 2 * x),)),
    "arcsinh": Rule(lambda f, x: f.arcsinh(x), lambda f, x, y: (f.divide(f.number(1.0), f.sqrt(1 + f.square(x))),)),
    "arccosh": Rule(lambda f, x: f.arccosh(x), lambda f, x, y: (f.divide(f.number(1.0), f.sqrt(x - 1) * f.sqrt(x + 1)),)),
    "arctanh": Rule(lambda f, x: f.arctanh(x), lambda f, x, y: (f.divide(f.number(1.0), (1 - x) * (1 + x)),)),

    # Activations
    "sigmoid":     Rule(lambda f, x: f.sigmoid(x),   lambda f, x, y: (by.bell(f, x),)),
    "log_sigmoid": Rule(lambda f, x: -f.softplus(-x), lambda f, x, y: (f.sigmoid(-x),)),
    "relu":        Rule(lambda f, x: f.choose(x, 0, 0, lambda x: x), lambda f, x, y: (f.choose(x, 0, 0, 1),)),
    "leaky_relu":  Rule(
        lambda f, x, slope: by.bent(f, slope, lambda x: x, x),
        lambda f, x, slope, y: (f.choose(x, slope, by.nearest_to_zero(f, slope), 1), f.choose(x, lambda x: x, 0, 0)),
    ),
    "elu": Rule(
        lambda f, x, alpha: by.bent(f, alpha, f.expm1, x),
        lambda f, x, alpha, y: (f.choose(x, lambda x: alpha * f.exp(x), by.nearest_to_zero(f, alpha), 1), f.choose(x, f.expm1, 0, 0)),
    ),
    "selu":     Rule(by.selu, lambda f, x, y: (by.selu_slope(f, x),)),
    "softplus": Rule(lambda f, x: f.softplus(x), lambda f, x, y: (f.sigmoid(x),)),
    "gelu":     Rule(by.gelu, lambda f, x, y: (by.gelu_slope(f, x),)),
    "silu":     Rule(by.silu, lambda f, x, y: (by.silu_slope(f, x),)),

    # Special functions
    "erf":       Rule(lambda f, x: f.erf(x),          lambda f, x, y: (by.erf_slope(f, x),)),
    "erfc":      Rule(lambda f, x: f.erfc(x),         lambda f, x, y: (-by.erf_slope(f, x),)),
    "lgamma":    Rule(lambda f, x: f.lgamma(x),       lambda f, x, y: (f.polygamma(0, x),)),
    "digamma":   Rule(lambda f, x: f.polygamma(0, x), lambda f, x, y: (f.polygamma(1, x),)),
    "polygamma": Rule(by.polygamma,                     lambda f, n, x, y: (0, by.polygamma(f, n + 1, x))),
    "logit":     Rule(lambda f, x: f.log(f.divide(x, 1 - x)), lambda f, x, y: (f.divide(f.number(1.0), x * (1 - x)),)),

    # Steps
    "sign":  Rule(lambda f, x: f.choose(x, f.number(-1.0), f.number(0.0), f.number(1.0)), by.flat),
    "floor": Rule(lambda f, x: f.floor(x),   by.flat),
    "ceil":  Rule(lambda f, x: -f.floor(-x), by.flat),
    "rint":  Rule(lambda f, x: f.rint(x),    by.flat),

    # Two operands
    "maximum":   Rule(lambda f, a, b: f.maximum(a, b), lambda f, a, b, y: by.larger(f, a, b)),
    "minimum":   Rule(lambda f, a, b: f.minimum(a, b), lambda f, a, b, y: by.larger(f, -a, -b)),
    "arctan2":   Rule(lambda f, y, x: f.arctan2(y, x), by.arctan2_slopes),
    "hypot":     Rule(lambda f, a, b: f.sqrt(f.square(a) + f.square(b)), by.hypot_slopes),
    "logaddexp": Rule(by.logaddexp,                      lambda f, a, b, y: (f.sigmoid(f.gap(a, b)), f.sigmoid(f.gap(b, a)))),
    "copysign":  Rule(by.copysign,                       lambda f, x, y, output: (f.choose(x, -1, 0, 1) * f.choose(y, -1, 1, 1), 0)),
    "xlogy":     Rule(by.xlogy,                          by.xlogy_slopes),
    "fmod":      Rule(by.fmod,                           by.modulo_slopes),
    "where":     Rule(lambda f, x: x,                  lambda f, x, y: (1,)),

    # Any number of operands
    "sum":       Rule(by.total,     lambda f, *xs: (1,) * (len(xs) - 1)),
    "mean":      Rule(by.mean,      by.mean_slopes),
    "prod":      Rule(lambda f, *xs: reduce(mul, xs, f.number(1.0)), by.prod_slopes),
    "dot":       Rule(by.dot,       by.dot_slopes),
    "logsumexp": Rule(by.logsumexp, by.logsumexp_slopes),
}
# fmt: on
