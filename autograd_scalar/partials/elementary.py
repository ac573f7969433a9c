"""Exponentials and logarithms, trigonometric and hyperbolic functions.

>>> logarithm(0.0, 1.0), tanh(20.0, 1.0), hypot(3.0, 4.0, 5.0)
((inf,), (1.6993417021166355e-17,), (0.6, 0.8))
"""

# ruff: noqa: PLR0124 - x != x is the test for nan
# ruff: noqa: PLR2004 - a bound between two formulas is clearest where they part
import math
from collections.abc import Sequence
from functools import reduce
from math import inf, nan
from operator import add

from autograd_scalar import ieee, precise
from autograd_scalar.generic import Number, cos, divide, exp, log, sigmoid, sin, sqrt
from autograd_scalar.partials.arithmetic import Partials, is_nan, point, polynomial

# (-1)**k * 2k * pi**(2k) / (2k+1)!, k = 1, 2, …: sinc'(x) in powers of x*x, over x
_SINC_SERIES = tuple(
    (-1) ** k * 2 * k * math.pi ** (2 * k) / math.factorial(2 * k + 1)
    for k in range(1, 16)
)


# Exponentials and logarithms


def exp2(x: Number, y: Number) -> Partials:
    """Return 2**x * log 2, also where 2**x itself overflows."""
    if type(x) is float and x > 1000.0:
        return (ieee.exp2(x - 1.0) * (2.0 * ieee.LN_2),)
    return (y * ieee.LN_2,)


def logarithm(x: Number, scale: float) -> Partials:
    """Return scale / x for x >= 0, nan below; a zero of either sign gives +inf."""
    if type(x) is not float or x > 0.0:
        return (scale / x,)
    return (inf if x == 0.0 else nan,)


def log1p(x: Number, y: Number) -> Partials:
    """Return 1 / (1 + x), nan below -1."""
    if type(x) is float and not x > -1.0:
        return (inf if x == -1.0 else nan,)
    return (1 / (1 + x),)


def log_odds(x: Number, y: Number) -> Partials:
    """Return 1 / (x * (1 - x)), nan outside [0, 1]."""
    if type(x) is float and not 0.0 < x < 1.0:
        return (inf if x in {0.0, 1.0} else nan,)
    if type(x) is not float:
        return (1 / x + 1 / (1 - x),)  # for tiny x, no inf - inf in its derivatives
    return (1 / (x * (1 - x)),)


def xlogy(x: Number, y: Number, output: Number) -> Partials:
    """Return log y and x / y; no x, no slope in y."""
    if type(output) is not float and y > 0:
        return log(y), x / y
    if is_nan(output):
        return nan, nan
    return log(y), (divide(x, y) if x < 0 or x > 0 else 0.0)


def logaddexp(a: Number, b: Number, y: Number) -> Partials:
    """Return the softmax weights of a and b."""
    if type(y) is not float:
        return _weights_of_two(a, b)
    if y != y:
        return nan, nan
    if a == b:
        return 0.5, 0.5
    big, small = (a, b) if a > b else (b, a)
    gap = small - big
    t = math.exp(gap) * (1.0 + ieee.difference_error(small, big))
    major, minor = 1.0 / (1.0 + t), t / (1.0 + t)
    return (major, minor) if a > b else (minor, major)


def _weights_of_two(a: Number, b: Number) -> Partials:
    p, q = point(a), point(b)
    if p is None or q is None or not 16.0 < abs(p - q) < 690.0:
        return sigmoid(a - b), sigmoid(b - a)
    if p < q:
        return _weights_of_two(b, a)[::-1]
    t = _exp_of_difference(b, q, p) / _exp_of_difference(a, p, p)
    return 1 / (1 + t), t / (1 + t)


def _exp_of_difference(x: Number, at: float, top: float) -> Number:
    """Return e**(x - top), right to the ULP also where the difference is rounded."""
    near = float(round(at))
    return math.exp(near - round(top)) * exp(x - near)


def logsumexp(*operands: Number) -> Partials:
    """Return the softmax weights of the operands."""
    *xs, y = operands
    if type(y) is not float:
        return _weights(xs, y)
    if y != y:
        return (nan,) * len(xs)
    if y - y != 0.0:  # only the operands at that infinity count, equally
        ties = [1.0 if x == y else 0.0 for x in xs]
        share = sum(ties)
        return tuple(tie / share for tie in ties)
    top = max(xs)
    weights = [ieee.exp(x - top) * (1.0 + ieee.difference_error(x, top)) for x in xs]
    total = math.fsum(weights)
    return tuple(weight / total for weight in weights)


def _weights(xs: Sequence[Number], y: Number) -> Partials:
    places = [at for at in map(point, xs) if at is not None and abs(at) < inf]
    if len(places) < len(xs) or max(map(abs, places), default=0.0) < 16.0:
        return tuple(exp(x - y) for x in xs)
    # The rounding of y, and of a long way to it, would cost that many ULP.
    top = max(places)
    parts = [_exp_of_difference(x, at, top) for x, at in zip(xs, places, strict=True)]
    total = reduce(add, parts)
    return tuple(part / total for part in parts)


# Trigonometric and hyperbolic


def tan(x: Number, y: Number) -> Partials:
    """Return 1 / cos(x)**2."""
    c = cos(x)
    return (1 / (c * c),)


def arcsin(x: Number, y: Number) -> Partials:
    """Return 1 / sqrt((1 - x) * (1 + x))."""
    return (divide(1, sqrt((1 - x) * (1 + x))),)


def arccos(x: Number, y: Number) -> Partials:
    """Return -1 / sqrt((1 - x) * (1 + x))."""
    return (-arcsin(x, y)[0],)


def arctan(x: Number, y: Number) -> Partials:
    """Return 1 / (1 + x*x), written with 1/x where x*x could overflow."""
    if _is_above_1(x):
        q = 1 / x
        return (q / (x + q),)
    return (1 / (1 + x * x),)


def _is_above_1(x: Number) -> bool:
    """Tell whether x is a number or a Value beyond ±1: formulas change there."""
    at = point(x)
    return at is not None and abs(at) > 1.0


def arctan2(y: Number, x: Number, angle: Number) -> Partials:
    """Return x / r**2 and -y / r**2."""
    if type(angle) is not float:
        return _turns(y, x)
    if abs(y) == inf or abs(x) == inf:
        return (0.0, 0.0) if angle == angle else (nan, nan)
    if not x and not y:
        return nan, nan
    # Bring the radius near 1; shift the quotients so that none is denormal on the way.
    shift = -math.frexp(max(abs(x), abs(y)))[1]
    x, y = math.ldexp(x, shift), math.ldexp(y, shift)
    square = x * x + y * y
    if 0 < shift < 1000:  # beyond it a numerator could overflow
        return math.ldexp(x, shift) / square, math.ldexp(-y, shift) / square
    return ieee.scale(x / square, shift), ieee.scale(-y / square, shift)


def _turns(y: Number, x: Number) -> Partials:
    """Return x / r**2 and -y / r**2 of other types than float, the radius near 1."""
    size = max(abs(point(y) or 0.0), abs(point(x) or 0.0))
    exponent = math.frexp(size)[1]  # 0 of 0, inf and nan
    if abs(exponent) < 100:
        square = x * x + y * y
        return x / square, -y / square
    unit = math.ldexp(1.0, min(-exponent, 1000))
    y, x = unit * y, unit * x
    square = x * x + y * y
    return x / square * unit, -y / square * unit


def hypot(a: Number, b: Number, y: Number) -> Partials:
    """Return a / y and b / y; (0, 0) at the origin (minimum-norm subgradient)."""
    if type(y) is not float:
        return (a / y, b / y) if y > 0 else (0.0, 0.0)
    if 1e-290 < y < 1e300:
        return a / y, b / y
    if y == 0.0:
        return 0.0, 0.0
    if abs(a) == inf or abs(b) == inf:
        return _hypot_at_infinity(a, b)
    if y != y:
        return nan, nan
    down = -math.frexp(max(abs(a), abs(b)))[1]
    a, b = math.ldexp(a, down), math.ldexp(b, down)
    y = math.hypot(a, b)
    return a / y, b / y


def _hypot_at_infinity(a: float, b: float) -> tuple[float, float]:
    if abs(a) == abs(b) or a != a or b != b:
        return nan, nan
    return (
        (math.copysign(1.0, a), 0.0) if abs(a) == inf else (0.0, math.copysign(1.0, b))
    )


def tanh(x: Number, y: Number) -> Partials:
    """Return 4t / (1 + t)**2 with t = e**(-2|x|)."""
    if type(x) is not float:
        return (4 * sigmoid(2 * x) * sigmoid(-2 * x),)
    if abs(x) < 300.0:
        t = math.exp(-2.0 * abs(x))
        return (4.0 * t / (1.0 + t * (2.0 + t)),)
    t = 2.0 * math.exp(-abs(x))
    return (t * t,)


def arcsinh(x: Number, y: Number) -> Partials:
    """Return 1 / sqrt(1 + x*x)."""
    if type(x) is float:
        return (1.0 / math.hypot(1.0, x),)
    if _is_above_1(x):
        q = 1 / x
        return ((q if x > 0 else -q) / sqrt(1 + q * q),)
    return (1 / sqrt(1 + x * x),)


def arccosh(x: Number, y: Number) -> Partials:
    """Return 1 / (sqrt(x - 1) * sqrt(x + 1))."""
    return (divide(1, sqrt(x - 1) * sqrt(x + 1)),)


def arctanh(x: Number, y: Number) -> Partials:
    """Return 1 / ((1 - x) * (1 + x)), nan outside [-1, 1]."""
    if type(x) is float and not abs(x) < 1.0:
        return (inf if abs(x) == 1.0 else nan,)
    return (1 / ((1 - x) * (1 + x)),)


def sinc_slope(x: Number, y: Number) -> Partials:
    """Return (cos(πx) - sinc(x)) / x, by its power series near 0."""
    if -0.5 < x < 0.5:
        return (polynomial(_SINC_SERIES, x * x) * x,)
    if type(x) is not float:
        return ((_cos_pi(x) - y) / x,)
    if x - x != 0.0:
        return (nan if x != x else 0.0,)
    c = ieee.cos_pi(x)
    slope = c - y
    if abs(slope) < 0.75 * abs(c):  # cancels: near a root of the slope
        return (precise.sinc_slope(x),)
    return (slope / x,)


def _cos_pi(x: Number) -> Number:
    """Return cos(πx) of other types than float; far out, from the nearest quarter."""
    at = point(x)
    if at is None or not 1.0 < abs(at) < inf:
        return cos(math.pi * x)
    quarters = round(2.0 * at)
    angle = math.pi * (x - 0.5 * quarters)
    wave = sin(angle) if quarters % 2 else cos(angle)
    return wave if quarters % 4 in {0, 3} else -wave
