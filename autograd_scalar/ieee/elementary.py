"""Exponentials and logarithms, trigonometric and hyperbolic functions.

>>> exp(1000.0), log(0.0), sin(inf), sinc(3.0)
(inf, -inf, nan, 0.0)
"""

# ruff: noqa: PLR0124 - x != x is the test for nan
# ruff: noqa: PLR2004 - a bound between two formulas is clearest where they part
import math
from math import inf, nan

from autograd_scalar.ieee.arithmetic import divide, two_product

LN_2 = 0.6931471805599453
INV_LN_2 = 1.4426950408889634
INV_LN_10 = 0.4342944819032518
_PI_LOW = 1.2246467991473532e-16  # pi - math.pi, from mpmath

# The C library's own functions never raise.
arctan = math.atan
arctan2 = math.atan2
arcsinh = math.asinh
tanh = math.tanh


# Exponentials and logarithms


def exp(x: float) -> float:
    """Return e**x.

    >>> exp(1000.0)
    inf
    """
    try:
        return math.exp(x)
    except OverflowError:
        return inf


def exp2(x: float) -> float:
    """Return 2**x."""
    try:
        return math.exp2(x)
    except OverflowError:
        return inf


def expm1(x: float) -> float:
    """Return e**x - 1, right also for small x."""
    try:
        return math.expm1(x)
    except OverflowError:
        return inf


def log(x: float) -> float:
    """Return the natural logarithm: -inf at 0, nan below."""
    return math.log(x) if x > 0.0 else _at_most_zero(x)


def log2(x: float) -> float:
    """Return the logarithm to base 2: -inf at 0, nan below."""
    return math.log2(x) if x > 0.0 else _at_most_zero(x)


def log10(x: float) -> float:
    """Return the logarithm to base 10: -inf at 0, nan below."""
    return math.log10(x) if x > 0.0 else _at_most_zero(x)


def log1p(x: float) -> float:
    """Return log(1 + x), right also for small x: -inf at -1, nan below."""
    return math.log1p(x) if x > -1.0 else _at_most_zero(x + 1.0)


def _at_most_zero(x: float) -> float:
    return -inf if x == 0.0 else nan


def xlogy(x: float, y: float) -> float:
    """Return x * log(y), and 0 for x = 0 unless y is nan.

    >>> xlogy(0.0, 0.0)
    0.0
    """
    return 0.0 if x == 0.0 and y == y else x * log(y)


def logaddexp(a: float, b: float) -> float:
    """Return log(e**a + e**b) without overflow.

    >>> logaddexp(1000.0, 1000.0)
    1000.6931471805599
    """
    if a == b:
        return a + LN_2
    if a != a or b != b:
        return nan
    return max(a, b) + math.log1p(math.exp(-abs(a - b)))


def logit(x: float) -> float:
    """Return log(x / (1 - x)), right also near 1/2.

    >>> logit(0.5), logit(1.0), logit(2.0)
    (0.0, inf, nan)
    """
    if 0.25 < x < 0.75:
        return math.log1p((2.0 * x - 1.0) / (1.0 - x))
    return log(divide(x, 1.0 - x)) if x <= 1.0 else nan


# Trigonometric and hyperbolic


def sin(x: float) -> float:
    """Return the sine of x; nan at infinity."""
    return math.sin(x) if x - x == 0.0 else nan


def cos(x: float) -> float:
    """Return the cosine of x; nan at infinity."""
    return math.cos(x) if x - x == 0.0 else nan


def tan(x: float) -> float:
    """Return the tangent of x; nan at infinity."""
    return math.tan(x) if x - x == 0.0 else nan


def arcsin(x: float) -> float:
    """Return the inverse sine of x; nan outside [-1, 1]."""
    return math.asin(x) if -1.0 <= x <= 1.0 else nan


def arccos(x: float) -> float:
    """Return the inverse cosine of x; nan outside [-1, 1]."""
    return math.acos(x) if -1.0 <= x <= 1.0 else nan


def hypot(a: float, b: float) -> float:
    """Return the length of the vector (a, b); nan if either is nan."""
    return math.hypot(a, b) if a == a and b == b else nan


def sinh(x: float) -> float:
    """Return the hyperbolic sine of x."""
    try:
        return math.sinh(x)
    except OverflowError:
        return math.copysign(inf, x)


def cosh(x: float) -> float:
    """Return the hyperbolic cosine of x."""
    try:
        return math.cosh(x)
    except OverflowError:
        return inf


def arccosh(x: float) -> float:
    """Return the inverse hyperbolic cosine of x; nan below 1."""
    return math.acosh(x) if x >= 1.0 else nan


def arctanh(x: float) -> float:
    """Return the inverse hyperbolic tangent of x: ±inf at ±1, nan outside."""
    if -1.0 < x < 1.0:
        return math.atanh(x)
    return math.copysign(inf, x) if abs(x) == 1.0 else nan


def sinc(x: float) -> float:
    """Return sin(πx) / (πx), and 1 at 0: NumPy's normalised sinc.

    >>> sinc(0.0), sinc(3.0)
    (1.0, 0.0)
    """
    if abs(x) < 1e-9:
        return 1.0
    if x - x != 0.0:
        return nan if x != x else 0.0
    return sin_pi(x) / (math.pi * x) if abs(x) < 1e300 else 0.0


def sin_pi(x: float) -> float:
    """Return sin(πx) for finite x; the remainder to an integer is exact."""
    r = math.remainder(x, 2.0)
    if abs(r) > 0.5:
        r = math.copysign(1.0, r) - r
    angle, error = _times_pi(r)
    return math.sin(angle) + error * math.cos(angle)


def cos_pi(x: float) -> float:
    """Return cos(πx) for finite x, right also near its roots."""
    r = abs(math.remainder(x, 2.0))
    if r > 0.25:
        return sin_pi(0.5 - r)
    angle, error = _times_pi(r)
    return math.cos(angle) - error * math.sin(angle)


def _times_pi(r: float) -> tuple[float, float]:
    angle, error = two_product(r, math.pi)
    return angle, error + r * _PI_LOW
