"""What every operation means over a field: values and local derivatives.

A field is a kind of number (`numbers/`), which brings the functions that operators do
not cover. These formulas share nothing with the table's floats, so that `certify`
judges the floats by something other than themselves.

>>> from fractions import Fraction
>>> from autograd_scalar.numbers.rational import Rationals
>>> y = div.value(Rationals(), Fraction(1), Fraction(3))
>>> y, div.partials(Rationals(), Fraction(1), Fraction(3), y)
(Fraction(1, 3), (Fraction(1, 3), Fraction(-1, 9)))
"""

# ruff: noqa: E501 - a rule stays on one line
from __future__ import annotations

import operator
from functools import reduce
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Rule"]


Field: TypeAlias = Any
Number: TypeAlias = Any
Partials: TypeAlias = tuple[Any, ...]

# λ and λα of Klambauer et al. 2017, as published.
_SELU: Final = "1.0507009873554804934193349852946"
_SELU_ALPHA: Final = "1.6732632423543772848170429916717"
_HIGHEST_ORDER: Final = 170  # of polygamma, as in the table


class Rule(NamedTuple):
    """``value(f, *operands)`` and ``partials(f, *operands, output)``, one per operand."""

    value: Callable[..., Number]
    partials: Callable[..., Partials]


# Helpers: arithmetic


def _power_by_base(f: Field, a: Number, b: Number) -> Number:
    """Return b * a**(b - 1), and 0 for b = 0."""
    return 0 if f.is_zero(b) else b * f.power(a, b - 1)


def _power_by_exponent(f: Field, a: Number, b: Number, y: Number) -> Number:
    """Return a**b * log(a); nan below 0, where the power is real at integers only."""

    def at_zero(_a: Number) -> Number:
        return f.choose(b, lambda _: f.nan(), 0, 0)

    return f.choose(a, lambda _: f.nan(), at_zero, lambda a: y * f.log(a))


def _modulo_partials(f: Field, x: Number, y: Number, output: Number) -> Partials:
    """Return 1 and minus the integer quotient that was left out."""
    if f.is_infinite(y):  # the quotient is 0, or -1 where it brings the other sign
        return 1, f.choose(f.gap(output, x), 1, 0, 1)
    return 1, f.divide(output - x, y)


# Helpers: activations


def _bell(f: Field, x: Number) -> Number:
    """Return the derivative of sigmoid: t / (1 + t)**2 with t = e**-|x|."""
    t = f.exp(-f.folded(x))
    return f.divide(t, f.square(1 + t))


def _x_above_0(f: Field, factor: Number, below: Any, x: Number) -> Number:
    """Return x above 0, ``factor * below(x)`` under it; nan where the factor is nan."""
    if f.undefined(factor):
        return f.nan()
    return f.choose(x, lambda x: factor * below(x), 0 * factor, lambda x: x)


def _nearest_to_zero(f: Field, below: Number) -> Number:
    """Return the number nearest to 0 between the derivatives below 0 and 1 above it."""
    return f.choose(below, 0, 0, lambda below: f.minimum(below, f.number(1.0)))


def _selu(f: Field, x: Number) -> Number:
    """Return scale * x above 0, scale * alpha * (e**x - 1) below."""
    scale = f.constant(_SELU)
    below = scale * f.constant(_SELU_ALPHA)
    return f.choose(x, lambda x: below * f.expm1(x), 0, lambda x: scale * x)


def _selu_derivative(f: Field, x: Number) -> Number:
    """Return the derivative of selu; at 0 the one from above (R3)."""
    scale = f.constant(_SELU)
    below = scale * f.constant(_SELU_ALPHA)
    return f.choose(x, lambda x: below * f.exp(x), scale, scale)


def _gelu(f: Field, x: Number) -> Number:
    """Return x * Φ(x)."""
    if f.is_infinite(x):
        return f.choose(x, 0, 0, x)
    return x * f.erfc(f.divide(-x, f.sqrt(f.number(2.0)))) / 2


def _gelu_derivative(f: Field, x: Number) -> Number:
    """Return Φ(x) + x * φ(x)."""
    if f.is_infinite(x):
        return f.choose(x, 0, 0, 1)
    root = f.sqrt(f.number(2.0))
    density = f.divide(f.exp(-f.square(x) / 2), root * f.sqrt(f.pi))
    return f.erfc(f.divide(-x, root)) / 2 + x * density


def _silu(f: Field, x: Number) -> Number:
    """Return x * sigmoid(x)."""
    return f.choose(x, 0, 0, x) if f.is_infinite(x) else x * f.sigmoid(x)


def _silu_derivative(f: Field, x: Number) -> Number:
    """Return s(x) * (1 + x * s(-x)), s the sigmoid."""
    if f.is_infinite(x):
        return f.choose(x, 0, 0, 1)
    return f.sigmoid(x) * (1 + x * f.sigmoid(-x))


# Helpers: special functions


def _erf_derivative(f: Field, x: Number) -> Number:
    """Return 2 / sqrt(π) * e**-x**2."""
    return f.divide(2 * f.exp(-f.square(x)), f.sqrt(f.pi))


def _polygamma(f: Field, n: Number, x: Number) -> Number:
    """Return polygamma(n, x); nan unless n is 0, 1, …, 170, as in the table."""
    order = f.order(n)
    if order is None or not 0 <= order <= _HIGHEST_ORDER:
        return f.nan()
    return f.polygamma(order, x)


# Helpers: steps


def _flat(_f: Field, _x: Number, _y: Number) -> Partials:
    """Return 0: flat between its jumps."""
    return (0,)


# Helpers: two operands or three


def _larger(f: Field, a: Number, b: Number) -> Partials:
    """Return 1 for the larger operand, a half each for a tie (R2)."""
    half = f.divide(f.number(1.0), f.number(2.0))
    return f.choose(f.gap(a, b), 0, half, 1), f.choose(f.gap(b, a), 0, half, 1)


def _clip_partials(
    f: Field, x: Number, low: Number, high: Number, _output: Number
) -> Partials:
    """Return 1 for the one of the three that is the output; at a bound, the bound."""
    at_high = f.choose(f.gap(f.maximum(x, low), high), 0, 1, 1)
    at_low = f.choose(f.gap(low, x), 0, 1, 1) * (1 - at_high)
    return 1 - at_high - at_low, at_low, at_high


def _arctan2_partials(f: Field, y: Number, x: Number, _angle: Number) -> Partials:
    """Return x / r**2 and -y / r**2; 0 at infinity."""
    if f.is_infinite(y) or f.is_infinite(x):
        return 0, 0
    square = f.square(x) + f.square(y)
    return f.divide(x, square), f.divide(-y, square)


def _hypot_partials(f: Field, a: Number, b: Number, y: Number) -> Partials:
    """Return the direction of the vector (a, b); nan if both are infinite."""
    if f.is_infinite(a) and f.is_infinite(b):
        return f.nan(), f.nan()
    return f.direction(a, y), f.direction(b, y)


def _logaddexp(f: Field, a: Number, b: Number) -> Number:
    """Return log(e**a + e**b)."""
    return f.maximum(a, b) + f.log1p(f.exp(-f.folded(f.gap(a, b))))


def _copysign(f: Field, x: Number, y: Number) -> Number:
    """Return |x| with the sign of y."""
    size = f.absolute(x)
    return f.choose(y, -size, size, size)


def _xlogy(f: Field, x: Number, y: Number) -> Number:
    """Return x * log(y), and 0 for x = 0 unless y is nan."""
    is_nothing = f.is_zero(x) and not f.undefined(y)
    return f.number(0.0) if is_nothing else x * f.log(y)


def _xlogy_partials(f: Field, x: Number, y: Number, _output: Number) -> Partials:
    """Return log(y) and x / y."""
    return f.log(y), 0 if f.is_zero(x) else f.divide(x, y)


def _fmod(f: Field, x: Number, y: Number) -> Number:
    """Return the remainder with the sign of x."""

    def rest(x: Number) -> Number:
        return f.modulo(x, f.absolute(y))

    return f.choose(x, lambda x: -rest(-x), rest, rest)


# Helpers: any number of operands


def _sum_of(f: Field, *xs: Number) -> Number:
    """Return the sum."""
    return reduce(lambda total, x: total + x, xs, f.number(0.0))


def _mean(f: Field, *xs: Number) -> Number:
    """Return the mean."""
    return f.divide(_sum_of(f, *xs), f.number(float(len(xs))))


def _mean_partials(f: Field, *operands: Number) -> Partials:
    """Return 1 / n for each of n operands."""
    n = len(operands) - 1
    return (f.divide(f.number(1.0), f.number(float(n))),) * n


def _prod_partials(f: Field, *operands: Number) -> Partials:
    """Return for each operand the product of the others."""
    xs = operands[:-1]
    before = accumulate(xs[:-1], operator.mul, initial=f.number(1.0))
    after = [*accumulate(reversed(xs[1:]), operator.mul, initial=f.number(1.0))]
    return tuple(a * b for a, b in zip(before, reversed(after), strict=False))


def _dot(f: Field, *xs: Number) -> Number:
    """Return a0 * b0 + a1 * b1 + …, and an odd operand at the end."""
    start = xs[-1] if len(xs) % 2 else f.number(0.0)
    pairs = zip(xs[0::2], xs[1::2], strict=False)
    return reduce(lambda total, pair: total + pair[0] * pair[1], pairs, start)


def _dot_partials(f: Field, *operands: Number) -> Partials:
    """Return the other factor of each pair, and 1 for an odd operand."""
    n = len(operands) - 1
    swapped = [operands[k ^ 1] for k in range(n - n % 2)]
    return (*swapped, 1) if n % 2 else tuple(swapped)


def _logsumexp(f: Field, *xs: Number) -> Number:
    """Return log(e**x0 + e**x1 + …)."""
    top = reduce(f.maximum, xs)
    return top + f.log(_sum_of(f, *(f.exp(f.gap(x, top)) for x in xs)))


def _logsumexp_partials(f: Field, *operands: Number) -> Partials:
    """Return e**(x - y) of each operand: the softmax weights."""
    *xs, y = operands
    weights = [f.exp(f.gap(x, y)) for x in xs]
    if not f.is_infinite(y):
        return tuple(weights)
    ties = _sum_of(f, *weights)  # those at that infinity, which share
    return tuple(f.divide(weight, ties) for weight in weights)


# The rules, one for each row of the table

# fmt: off
# Arithmetic
add          = Rule(lambda f, a, b: a + b,          lambda f, a, b, y: (1, 1))
sub          = Rule(lambda f, a, b: a - b,          lambda f, a, b, y: (1, -1))
mul          = Rule(lambda f, a, b: a * b,          lambda f, a, b, y: (b, a))
div          = Rule(lambda f, a, b: f.divide(a, b), lambda f, a, b, y: (f.divide(f.number(1.0), b), f.divide(-y, b)))
power        = Rule(lambda f, a, b: f.power(a, b),  lambda f, a, b, y: (_power_by_base(f, a, b), _power_by_exponent(f, a, b, y)))
pow_constant = Rule(lambda f, x, n: f.power(x, n),  lambda f, x, n, y: (_power_by_base(f, x, n), 0))
mod          = Rule(lambda f, x, y: f.modulo(x, y), _modulo_partials)
neg          = Rule(lambda f, x: -x,                lambda f, x, y: (-1,))
absolute     = Rule(lambda f, x: f.absolute(x),     lambda f, x, y: (f.choose(x, -1, 0, 1),))

# Exponentials, logarithms, roots
exp        = Rule(lambda f, x: f.exp(x),    lambda f, x, y: (y,))
exp2       = Rule(lambda f, x: f.exp2(x),   lambda f, x, y: (y * f.log(f.number(2.0)),))
expm1      = Rule(lambda f, x: f.expm1(x),  lambda f, x, y: (f.exp(x),))
log        = Rule(lambda f, x: f.log(x),    lambda f, x, y: (f.divide(f.number(1.0), x),))
log2       = Rule(lambda f, x: f.log2(x),   lambda f, x, y: (f.divide(f.number(1.0), x * f.log(f.number(2.0))),))
log10      = Rule(lambda f, x: f.log10(x),  lambda f, x, y: (f.divide(f.number(1.0), x * f.log(f.number(10.0))),))
log1p      = Rule(lambda f, x: f.log1p(x),  lambda f, x, y: (f.divide(f.number(1.0), 1 + x),))
sqrt       = Rule(lambda f, x: f.sqrt(x),   lambda f, x, y: (f.divide(f.number(1.0), 2 * y),))
cbrt       = Rule(lambda f, x: f.cbrt(x),   lambda f, x, y: (f.divide(f.number(1.0), 3 * f.square(y)),))
square     = Rule(lambda f, x: f.square(x), lambda f, x, y: (2 * x,))
reciprocal = Rule(lambda f, x: f.divide(f.number(1.0), x), lambda f, x, y: (f.divide(-y, x),))

# Trigonometric
sin    = Rule(lambda f, x: f.sin(x),    lambda f, x, y: (f.cos(x),))
cos    = Rule(lambda f, x: f.cos(x),    lambda f, x, y: (-f.sin(x),))
tan    = Rule(lambda f, x: f.tan(x),    lambda f, x, y: (1 + f.square(y),))
arcsin = Rule(lambda f, x: f.arcsin(x), lambda f, x, y: (f.divide(f.number(1.0), f.sqrt((1 - x) * (1 + x))),))
arccos = Rule(lambda f, x: f.arccos(x), lambda f, x, y: (f.divide(f.number(-1.0), f.sqrt((1 - x) * (1 + x))),))
arctan = Rule(lambda f, x: f.arctan(x), lambda f, x, y: (f.divide(f.number(1.0), 1 + f.square(x)),))
sinc   = Rule(lambda f, x: f.sinc(x),   lambda f, x, y: (f.sinc_derivative(x, y),))
degrees = Rule(lambda f, x: x * f.divide(f.number(180.0), f.pi), lambda f, x, y: (f.divide(f.number(180.0), f.pi),))
radians = Rule(lambda f, x: x * f.divide(f.pi, f.number(180.0)), lambda f, x, y: (f.divide(f.pi, f.number(180.0)),))

# Hyperbolic
sinh    = Rule(lambda f, x: f.sinh(x),    lambda f, x, y: (f.cosh(x),))
cosh    = Rule(lambda f, x: f.cosh(x),    lambda f, x, y: (f.sinh(x),))
tanh    = Rule(lambda f, x: f.tanh(x),    lambda f, x, y: (4 * _bell(f, 2 * x),))
arcsinh = Rule(lambda f, x: f.arcsinh(x), lambda f, x, y: (f.divide(f.number(1.0), f.sqrt(1 + f.square(x))),))
arccosh = Rule(lambda f, x: f.arccosh(x), lambda f, x, y: (f.divide(f.number(1.0), f.sqrt(x - 1) * f.sqrt(x + 1)),))
arctanh = Rule(lambda f, x: f.arctanh(x), lambda f, x, y: (f.divide(f.number(1.0), (1 - x) * (1 + x)),))

# Activations
sigmoid     = Rule(lambda f, x: f.sigmoid(x),   lambda f, x, y: (_bell(f, x),))
log_sigmoid = Rule(lambda f, x: -f.softplus(-x), lambda f, x, y: (f.sigmoid(-x),))
relu        = Rule(lambda f, x: f.choose(x, 0, 0, lambda x: x), lambda f, x, y: (f.choose(x, 0, 0, 1),))
leaky_relu  = Rule(
    lambda f, x, slope: _x_above_0(f, slope, lambda x: x, x),
    lambda f, x, slope, y: (f.choose(x, slope, _nearest_to_zero(f, slope), 1), f.choose(x, lambda x: x, 0, 0)),
)
elu         = Rule(
    lambda f, x, alpha: _x_above_0(f, alpha, f.expm1, x),
    lambda f, x, alpha, y: (f.choose(x, lambda x: alpha * f.exp(x), _nearest_to_zero(f, alpha), 1), f.choose(x, f.expm1, 0, 0)),
)
selu        = Rule(_selu, lambda f, x, y: (_selu_derivative(f, x),))
softplus    = Rule(lambda f, x: f.softplus(x), lambda f, x, y: (f.sigmoid(x),))
gelu        = Rule(_gelu, lambda f, x, y: (_gelu_derivative(f, x),))
silu        = Rule(_silu, lambda f, x, y: (_silu_derivative(f, x),))

# Special functions
erf       = Rule(lambda f, x: f.erf(x),          lambda f, x, y: (_erf_derivative(f, x),))
erfc      = Rule(lambda f, x: f.erfc(x),         lambda f, x, y: (-_erf_derivative(f, x),))
lgamma    = Rule(lambda f, x: f.lgamma(x),       lambda f, x, y: (f.polygamma(0, x),))
digamma   = Rule(lambda f, x: f.polygamma(0, x), lambda f, x, y: (f.polygamma(1, x),))
polygamma = Rule(_polygamma,                     lambda f, n, x, y: (0, _polygamma(f, n + 1, x)))
logit     = Rule(lambda f, x: f.log(f.divide(x, 1 - x)), lambda f, x, y: (f.divide(f.number(1.0), x * (1 - x)),))

# Steps
sign  = Rule(lambda f, x: f.choose(x, f.number(-1.0), f.number(0.0), f.number(1.0)), _flat)
floor = Rule(lambda f, x: f.floor(x),   _flat)
ceil  = Rule(lambda f, x: -f.floor(-x), _flat)
rint  = Rule(lambda f, x: f.rint(x),    _flat)

# Two operands or three
maximum   = Rule(lambda f, a, b: f.maximum(a, b), lambda f, a, b, y: _larger(f, a, b))
minimum   = Rule(lambda f, a, b: f.minimum(a, b), lambda f, a, b, y: _larger(f, -a, -b))
clip      = Rule(lambda f, x, low, high: f.minimum(f.maximum(x, low), high), _clip_partials)
arctan2   = Rule(lambda f, y, x: f.arctan2(y, x), _arctan2_partials)
hypot     = Rule(lambda f, a, b: f.sqrt(f.square(a) + f.square(b)), _hypot_partials)
logaddexp = Rule(_logaddexp,                      lambda f, a, b, y: (f.sigmoid(f.gap(a, b)), f.sigmoid(f.gap(b, a))))
copysign  = Rule(_copysign,                       lambda f, x, y, output: (f.choose(x, -1, 0, 1) * f.choose(y, -1, 1, 1), 0))
xlogy     = Rule(_xlogy,                          _xlogy_partials)
fmod      = Rule(_fmod,                           _modulo_partials)
where     = Rule(lambda f, x: x,                  lambda f, x, y: (1,))

# Any number of operands
total     = Rule(_sum_of,     lambda f, *xs: (1,) * (len(xs) - 1))
mean      = Rule(_mean,      _mean_partials)
prod      = Rule(lambda f, *xs: reduce(operator.mul, xs, f.number(1.0)), _prod_partials)
dot       = Rule(_dot,       _dot_partials)
logsumexp = Rule(_logsumexp, _logsumexp_partials)
# fmt: on
