"""Operations, powers and roots, roundings, choices, and what they round away.

>>> divide(1.0, -0.0), power(-8.0, 1 / 3), rint(2.5), two_product(0.1, 10.0)
(-inf, nan, 2.0, (1.0, 5.551115123125783e-17))
"""

# ruff: noqa: PLR0124 - x != x is the test for nan
import math
from math import copysign as _copysign
from math import inf, nan

SMALLEST_NORMAL = 2.2250738585072014e-308
_SPLITTER = 134217729.0  # 2**27 + 1, cuts a float in two halves of 26 bits


# Operations, powers and roots


def add(a: float, b: float) -> float:
    """Return a + b."""
    return a + b


def subtract(a: float, b: float) -> float:
    """Return a - b."""
    return a - b


def multiply(a: float, b: float) -> float:
    """Return a * b."""
    return a * b


def divide(a: float, b: float) -> float:
    """Return a / b; a zero divisor gives a signed infinity, or nan for 0/0.

    >>> divide(1.0, -0.0)
    -inf
    """
    if b:
        return a / b
    if a != a or not a:
        return nan
    return _copysign(inf, a) * _copysign(1.0, b)


def negative(x: float) -> float:
    """Return -x."""
    return -x


def absolute(x: float) -> float:
    """Return the absolute value of x."""
    return abs(x)


def square(x: float) -> float:
    """Return x * x."""
    return x * x


def reciprocal(x: float) -> float:
    """Return 1 / x.

    >>> reciprocal(-0.0)
    -inf
    """
    return 1.0 / x if x else _copysign(inf, x)


def modulo(x: float, y: float) -> float:
    """Return x % y with the sign of y, as Python does; nan for y = 0."""
    return x % y if y else nan


def fmod(x: float, y: float) -> float:
    """Return the remainder with the sign of x, as C does; nan for y = 0."""
    try:
        return math.fmod(x, y)
    except ValueError:
        return nan


def power(a: float, b: float) -> float:
    """Return a**b as C99's pow does: never complex, x**0 is 1.

    >>> power(-8.0, 1 / 3), power(-0.0, -1.0), power(10.0, 400.0)
    (nan, -inf, inf)
    """
    try:
        return math.pow(a, b)
    except OverflowError:
        return -inf if a < 0.0 and is_odd(b) else inf
    except ValueError:
        if a:
            return nan
        return _copysign(inf, a) if is_odd(b) else inf


def is_odd(x: float) -> bool:
    """Tell whether x is an odd integer."""
    return x - x == 0.0 and abs(math.fmod(x, 2.0)) == 1.0


def sqrt(x: float) -> float:
    """Return the square root of x; nan below zero."""
    return math.sqrt(x) if x >= 0.0 else nan


def cbrt(x: float) -> float:
    """Return the real cube root of x, correct to the last bit but in rare ties."""
    if not x or x - x != 0.0:
        return x
    # The C library is up to 3 ULP off. A Newton step on a residual that is exact
    # mends it; the scaling by 8**k keeps the residual's small terms normal.
    mantissa, exponent = math.frexp(x)
    third, rest = divmod(exponent, 3)
    mantissa = math.ldexp(mantissa, rest)
    root = math.cbrt(mantissa)
    high, low = two_product(root, root)
    cube, error = two_product(high, root)
    residual = (cube - mantissa) + (error + low * root)
    return math.ldexp(root - residual / (3.0 * high), third)


# Roundings and choices


def sign(x: float) -> float:
    """Return -1, 0 or 1."""
    return 1.0 if x > 0.0 else -1.0 if x < 0.0 else x if x != x else 0.0


def floor(x: float) -> float:
    """Return the greatest integer not above x, as a float."""
    return _copysign(math.floor(x), x) if x - x == 0.0 else x


def ceil(x: float) -> float:
    """Return the least integer not below x, as a float."""
    return _copysign(math.ceil(x), x) if x - x == 0.0 else x


def rint(x: float) -> float:
    """Return the nearest integer, halves to the even one, as a float."""
    return _copysign(round(x), x) if x - x == 0.0 else x


def maximum(a: float, b: float) -> float:
    """Return the larger operand; nan if either is nan."""
    return a if a >= b or a != a else b


def minimum(a: float, b: float) -> float:
    """Return the smaller operand; nan if either is nan."""
    return a if a <= b or a != a else b


def copysign(x: float, y: float) -> float:
    """Return |x| with the sign of y; nan if either is nan."""
    return _copysign(x, y) if x == x and y == y else nan


def identity(x: float) -> float:
    """Return x."""
    return x


# What a float rounds away


def two_product(a: float, b: float) -> tuple[float, float]:
    """Return a * b and its rounding error, exactly (Dekker)."""
    product = a * b
    cut = _SPLITTER * a
    a_high = cut - (cut - a)
    a_low = a - a_high
    cut = _SPLITTER * b
    b_high = cut - (cut - b)
    b_low = b - b_high
    error = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + (
        a_low * b_low
    )
    return product, error


def difference_error(a: float, b: float) -> float:
    """Return (a - b) exactly minus its rounded value; 0 if that is infinite."""
    d = a - b
    virtual = a - d
    error = (a - (d + virtual)) + (virtual - b)
    return error if error == error else 0.0


def scale(x: float, exponent: int) -> float:
    """Return x * 2**exponent.

    >>> scale(1.0, 5000)
    inf
    """
    try:
        return math.ldexp(x, exponent)
    except OverflowError:
        return _copysign(inf, x)
