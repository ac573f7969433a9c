"""Rules that need more than one line: values and slopes over a field ``f``."""

# ruff: noqa: E501 - a rule stays on one line
from __future__ import annotations

from functools import reduce
from itertools import accumulate
from operator import mul
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "LINEAR",
    "RULES",
    "Field",
    "Number",
    "Rule",
    "Slopes",
    "arctan2_slopes",
    "bell",
    "bent",
    "copysign",
    "dot",
    "dot_slopes",
    "erf_slope",
    "flat",
    "fmod",
    "gelu",
    "gelu_slope",
    "hypot_slopes",
    "larger",
    "logaddexp",
    "logsumexp",
    "logsumexp_slopes",
    "mean",
    "mean_slopes",
    "modulo_slopes",
    "nearest_to_zero",
    "polygamma",
    "power_by_base",
    "power_by_exponent",
    "prod_slopes",
    "selu",
    "selu_slope",
    "silu",
    "silu_slope",
    "total",
    "xlogy",
    "xlogy_slopes",
]


Field: TypeAlias = Any
Number: TypeAlias = Any
Slopes: TypeAlias = tuple[Any, ...]

# λ and λα of Klambauer et al. 2017, as published.
_SELU: Final = "1.0507009873554804934193349852946"
_SELU_ALPHA: Final = "1.6732632423543772848170429916717"
_HIGHEST_ORDER: Final = 170  # of polygamma, as in the table


def bell(f: Field, x: Number) -> Number:
    """The slope of sigmoid: t / (1 + t)**2 with t = e**-|x|."""
    t = f.exp(-f.folded(x))
    return f.divide(t, f.square(1 + t))


def power_by_base(f: Field, a: Number, b: Number) -> Number:
    """Return b * a**(b - 1), and 0 for b = 0."""
    return 0 if f.is_zero(b) else b * f.power(a, b - 1)


def power_by_exponent(f: Field, a: Number, b: Number, y: Number) -> Number:
    """Return a**b * log(a); nan below 0, where the power is real at integers only."""

    def at_zero(_a: Number) -> Number:
        return f.choose(b, lambda _: f.nan(), 0, 0)

    return f.choose(a, lambda _: f.nan(), at_zero, lambda a: y * f.log(a))


def nearest_to_zero(f: Field, slope: Number) -> Number:
    """The number between the slope and 1 that is nearest to 0 (R2, R3)."""
    return f.choose(slope, 0, 0, lambda slope: f.minimum(slope, f.number(1.0)))


def bent(f: Field, slope: Number, below: Any, x: Number) -> Number:
    """X above 0, ``slope * below(x)`` under it; nan where the slope is no number."""
    if f.undefined(slope):
        return f.nan()
    return f.choose(x, lambda x: slope * below(x), 0 * slope, lambda x: x)


def selu(f: Field, x: Number) -> Number:
    """Return scale * x above 0, scale * alpha * (e**x - 1) below."""
    scale = f.constant(_SELU)
    below = scale * f.constant(_SELU_ALPHA)
    return f.choose(x, lambda x: below * f.expm1(x), 0, lambda x: scale * x)


def selu_slope(f: Field, x: Number) -> Number:
    """The slope of selu; at 0 that above (R3)."""
    scale = f.constant(_SELU)
    below = scale * f.constant(_SELU_ALPHA)
    return f.choose(x, lambda x: below * f.exp(x), scale, scale)


def gelu(f: Field, x: Number) -> Number:
    """Return x * Φ(x)."""
    if f.is_infinite(x):
        return f.choose(x, 0, 0, x)
    return x * f.erfc(f.divide(-x, f.sqrt(f.number(2.0)))) / 2


def gelu_slope(f: Field, x: Number) -> Number:
    """Φ(x) + x * φ(x)."""
    if f.is_infinite(x):
        return f.choose(x, 0, 0, 1)
    root = f.sqrt(f.number(2.0))
    density = f.divide(f.exp(-f.square(x) / 2), root * f.sqrt(f.pi))
    return f.erfc(f.divide(-x, root)) / 2 + x * density


def silu(f: Field, x: Number) -> Number:
    """Return x * sigmoid(x)."""
    return f.choose(x, 0, 0, x) if f.is_infinite(x) else x * f.sigmoid(x)


def silu_slope(f: Field, x: Number) -> Number:
    """Return s(x) * (1 + x * s(-x)), s the sigmoid."""
    if f.is_infinite(x):
        return f.choose(x, 0, 0, 1)
    return f.sigmoid(x) * (1 + x * f.sigmoid(-x))


def erf_slope(f: Field, x: Number) -> Number:
    """Return 2 / sqrt(π) * e**-x**2."""
    return f.divide(2 * f.exp(-f.square(x)), f.sqrt(f.pi))


def polygamma(f: Field, n: Number, x: Number) -> Number:
    """Return polygamma; nan where n is no order, or a higher one than the table has."""
    order = f.order(n)
    if order is None or not 0 <= order <= _HIGHEST_ORDER:
        return f.nan()
    return f.polygamma(order, x)


def arctan2_slopes(f: Field, y: Number, x: Number, _angle: Number) -> Slopes:
    """Return x / r**2 and -y / r**2; 0 at infinity."""
    if f.is_infinite(y) or f.is_infinite(x):
        return 0, 0
    square = f.square(x) + f.square(y)
    return f.divide(x, square), f.divide(-y, square)


def hypot_slopes(f: Field, a: Number, b: Number, y: Number) -> Slopes:
    """The direction of the vector (a, b); none if both are infinite."""
    if f.is_infinite(a) and f.is_infinite(b):
        return f.nan(), f.nan()
    return f.direction(a, y), f.direction(b, y)


def larger(f: Field, a: Number, b: Number) -> Slopes:
    """Return 1 for the larger operand, a half each for a tie (R2)."""
    half = f.divide(f.number(1.0), f.number(2.0))
    return f.choose(f.gap(a, b), 0, half, 1), f.choose(f.gap(b, a), 0, half, 1)


def logaddexp(f: Field, a: Number, b: Number) -> Number:
    """Return log(e**a + e**b)."""
    return f.maximum(a, b) + f.log1p(f.exp(-f.folded(f.gap(a, b))))


def copysign(f: Field, x: Number, y: Number) -> Number:
    """Return |x| with the sign of y."""
    size = f.absolute(x)
    return f.choose(y, -size, size, size)


def xlogy(f: Field, x: Number, y: Number) -> Number:
    """Return x * log(y), and 0 for x = 0 unless y is nan."""
    is_nothing = f.is_zero(x) and not f.undefined(y)
    return f.number(0.0) if is_nothing else x * f.log(y)


def xlogy_slopes(f: Field, x: Number, y: Number, _output: Number) -> Slopes:
    """Return log(y) and x / y."""
    return f.log(y), 0 if f.is_zero(x) else f.divide(x, y)


def total(f: Field, *xs: Number) -> Number:
    """The sum."""
    return reduce(lambda total, x: total + x, xs, f.number(0.0))


def mean(f: Field, *xs: Number) -> Number:
    """The mean."""
    return f.divide(total(f, *xs), f.number(float(len(xs))))


def mean_slopes(f: Field, *operands: Number) -> Slopes:
    """Return 1 / n for each of n operands."""
    n = len(operands) - 1
    return (f.divide(f.number(1.0), f.number(float(n))),) * n


def prod_slopes(f: Field, *operands: Number) -> Slopes:
    """For each operand the product of the others."""
    xs = operands[:-1]
    before = accumulate(xs[:-1], mul, initial=f.number(1.0))
    after = [*accumulate(reversed(xs[1:]), mul, initial=f.number(1.0))]
    return tuple(a * b for a, b in zip(before, reversed(after), strict=False))


def dot(f: Field, *xs: Number) -> Number:
    """Return a0 * b0 + a1 * b1 + …, and an odd operand at the end."""
    start = xs[-1] if len(xs) % 2 else f.number(0.0)
    pairs = zip(xs[0::2], xs[1::2], strict=False)
    return reduce(lambda total, pair: total + pair[0] * pair[1], pairs, start)


def dot_slopes(f: Field, *operands: Number) -> Slopes:
    """The other factor of each pair, and 1 for an odd operand."""
    n = len(operands) - 1
    swapped = [operands[k ^ 1] for k in range(n - n % 2)]
    return (*swapped, 1) if n % 2 else tuple(swapped)


def logsumexp(f: Field, *xs: Number) -> Number:
    """Return log(e**x0 + e**x1 + …)."""
    top = reduce(f.maximum, xs)
    return top + f.log(total(f, *(f.exp(f.gap(x, top)) for x in xs)))


def logsumexp_slopes(f: Field, *operands: Number) -> Slopes:
    """Return e**(x - y) of each operand: the softmax weights."""
    *xs, y = operands
    weights = [f.exp(f.gap(x, y)) for x in xs]
    if not f.is_infinite(y):
        return tuple(weights)
    ties = total(f, *weights)  # those at that infinity, which share
    return tuple(f.divide(weight, ties) for weight in weights)


def flat(_f: Field, _x: Number, _y: Number) -> Slopes:
    """Return 0: flat between its jumps."""
    return (0,)


def fmod(f: Field, x: Number, y: Number) -> Number:
    """The remainder with the sign of x."""

    def rest(x: Number) -> Number:
        return f.modulo(x, f.absolute(y))

    return f.choose(x, lambda x: -rest(-x), rest, rest)


def modulo_slopes(f: Field, x: Number, y: Number, output: Number) -> Slopes:
    """Return 1 and minus the integer quotient that was left out."""
    if f.is_infinite(y):  # the quotient is 0, or -1 where it brings the other sign
        return 1, f.choose(f.gap(output, x), 1, 0, 1)
    return 1, f.divide(output - x, y)


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
    "pow":          Rule(lambda f, a, b: f.power(a, b),  lambda f, a, b, y: (power_by_base(f, a, b), power_by_exponent(f, a, b, y))),
    "pow_constant": Rule(lambda f, x, n: f.power(x, n),  lambda f, x, n, y: (power_by_base(f, x, n), 0)),
    "mod":          Rule(lambda f, x, y: f.modulo(x, y), modulo_slopes),
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
    "tanh":    Rule(lambda f, x: f.tanh(x),    lambda f, x, y: (4 * bell(f, 2 * x),)),
    "arcsinh": Rule(lambda f, x: f.arcsinh(x), lambda f, x, y: (f.divide(f.number(1.0), f.sqrt(1 + f.square(x))),)),
    "arccosh": Rule(lambda f, x: f.arccosh(x), lambda f, x, y: (f.divide(f.number(1.0), f.sqrt(x - 1) * f.sqrt(x + 1)),)),
    "arctanh": Rule(lambda f, x: f.arctanh(x), lambda f, x, y: (f.divide(f.number(1.0), (1 - x) * (1 + x)),)),

    # Activations
    "sigmoid":     Rule(lambda f, x: f.sigmoid(x),   lambda f, x, y: (bell(f, x),)),
    "log_sigmoid": Rule(lambda f, x: -f.softplus(-x), lambda f, x, y: (f.sigmoid(-x),)),
    "relu":        Rule(lambda f, x: f.choose(x, 0, 0, lambda x: x), lambda f, x, y: (f.choose(x, 0, 0, 1),)),
    "leaky_relu":  Rule(
        lambda f, x, slope: bent(f, slope, lambda x: x, x),
        lambda f, x, slope, y: (f.choose(x, slope, nearest_to_zero(f, slope), 1), f.choose(x, lambda x: x, 0, 0)),
    ),
    "elu": Rule(
        lambda f, x, alpha: bent(f, alpha, f.expm1, x),
        lambda f, x, alpha, y: (f.choose(x, lambda x: alpha * f.exp(x), nearest_to_zero(f, alpha), 1), f.choose(x, f.expm1, 0, 0)),
    ),
    "selu":     Rule(selu, lambda f, x, y: (selu_slope(f, x),)),
    "softplus": Rule(lambda f, x: f.softplus(x), lambda f, x, y: (f.sigmoid(x),)),
    "gelu":     Rule(gelu, lambda f, x, y: (gelu_slope(f, x),)),
    "silu":     Rule(silu, lambda f, x, y: (silu_slope(f, x),)),

    # Special functions
    "erf":       Rule(lambda f, x: f.erf(x),          lambda f, x, y: (erf_slope(f, x),)),
    "erfc":      Rule(lambda f, x: f.erfc(x),         lambda f, x, y: (-erf_slope(f, x),)),
    "lgamma":    Rule(lambda f, x: f.lgamma(x),       lambda f, x, y: (f.polygamma(0, x),)),
    "digamma":   Rule(lambda f, x: f.polygamma(0, x), lambda f, x, y: (f.polygamma(1, x),)),
    "polygamma": Rule(polygamma,                     lambda f, n, x, y: (0, polygamma(f, n + 1, x))),
    "logit":     Rule(lambda f, x: f.log(f.divide(x, 1 - x)), lambda f, x, y: (f.divide(f.number(1.0), x * (1 - x)),)),

    # Steps
    "sign":  Rule(lambda f, x: f.choose(x, f.number(-1.0), f.number(0.0), f.number(1.0)), flat),
    "floor": Rule(lambda f, x: f.floor(x),   flat),
    "ceil":  Rule(lambda f, x: -f.floor(-x), flat),
    "rint":  Rule(lambda f, x: f.rint(x),    flat),

    # Two operands
    "maximum":   Rule(lambda f, a, b: f.maximum(a, b), lambda f, a, b, y: larger(f, a, b)),
    "minimum":   Rule(lambda f, a, b: f.minimum(a, b), lambda f, a, b, y: larger(f, -a, -b)),
    "arctan2":   Rule(lambda f, y, x: f.arctan2(y, x), arctan2_slopes),
    "hypot":     Rule(lambda f, a, b: f.sqrt(f.square(a) + f.square(b)), hypot_slopes),
    "logaddexp": Rule(logaddexp,                      lambda f, a, b, y: (f.sigmoid(f.gap(a, b)), f.sigmoid(f.gap(b, a)))),
    "copysign":  Rule(copysign,                       lambda f, x, y, output: (f.choose(x, -1, 0, 1) * f.choose(y, -1, 1, 1), 0)),
    "xlogy":     Rule(xlogy,                          xlogy_slopes),
    "fmod":      Rule(fmod,                           modulo_slopes),
    "where":     Rule(lambda f, x: x,                  lambda f, x, y: (1,)),

    # Any number of operands
    "sum":       Rule(total,     lambda f, *xs: (1,) * (len(xs) - 1)),
    "mean":      Rule(mean,      mean_slopes),
    "prod":      Rule(lambda f, *xs: reduce(mul, xs, f.number(1.0)), prod_slopes),
    "dot":       Rule(dot,       dot_slopes),
    "logsumexp": Rule(logsumexp, logsumexp_slopes),
}
# fmt: on
