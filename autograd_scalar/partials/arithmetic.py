"""Operations, powers and roots, sums and products, steps and choices.

>>> div(1.0, 4.0, 0.25), power_of_constant(2.0, 3.0, 8.0), signum(-2.0, 2.0)
((0.25, -0.0625), (12.0, 0.0), (-1.0,))
"""

# ruff: noqa: PLR0124 - x != x is the test for nan
# ruff: noqa: PLR2004 - a bound between two formulas is clearest where they part
import math
from collections.abc import Callable
from itertools import accumulate
from math import inf, nan
from operator import mul
from typing import Any

from autograd_scalar import ieee
from autograd_scalar.generic import Number, divide, log
from autograd_scalar.ieee import ONE, SMALLEST_NORMAL, scaled, scaled_product, unscaled

Partials = tuple[Number, ...]
"""One local derivative per operand."""


# What the other modules share


def is_nan(x: Number) -> bool:
    """Tell whether x is the float nan; other types answer in their arithmetic."""
    return type(x) is float and x != x


def point(x: Number) -> float | None:
    """Return the float at which a number or Value stands; None for other types.

    A constant taken from there may split a formula without changing what it says:
    e**x = e**c * e**(x - c) for every c, and rounds best for c near x.
    """
    data = x if type(x) is float else getattr(x, "data", None)
    return data if type(data) is float else None


def polynomial(coefficients: tuple[float, ...], x: Number) -> Number:
    """Return the sum of coefficients[k] * x**k, by Horner's rule."""
    total: Number = coefficients[-1]
    for coefficient in coefficients[-2::-1]:
        total = total * x + coefficient
    return total


# Operations, powers and roots


def div(a: Number, b: Number, y: Number) -> Partials:
    """Return 1/b and -(a/b)/b: a quotient out of range is scaled first."""
    if type(y) is not float:
        return 1 / b, -y / b
    if not SMALLEST_NORMAL <= abs(y) < inf and a and b and a - a == b - b:
        (m, i), (n, j) = math.frexp(a), math.frexp(b)
        return ieee.reciprocal(b), ieee.scale(-(m / n) / n, i - 2 * j)
    return ieee.reciprocal(b), ieee.divide(-y, b)


def power(a: Number, b: Number, y: Number) -> Partials:
    """Return b*a**(b-1) and y*log(a); below zero the exponent is not free: nan."""
    by_base = power_of_constant(a, b, y)[0]
    if a > 0:
        if type(y) is float and not SMALLEST_NORMAL <= y < inf:
            half = ieee.power(a, 0.5 * b)
            return by_base, half * ieee.log(a) * half
        return by_base, y * log(a)
    # 0**b is 0 for every b > 0, and 1 at b = 0.
    return by_base, 0.0 if a >= 0 and b >= 0 else nan


def power_of_constant(x: Number, n: Number, y: Number) -> Partials:
    """Return n*x**(n-1), and 0 for the exponent, which is a plain number."""
    if is_nan(y):
        return nan, nan
    if not (n < 0 or n > 0):
        if type(n) is not float and (x < 0 or x > 0):
            return y * n / x, 0.0  # 0, but its own slope in n is not
        return (0.0 if n >= 0 else nan), 0.0
    if type(x) is not float or type(n) is not float:
        return _slope_of_power(x, n), 0.0
    m = n - 1.0
    slope = ieee.power(x, m)
    if not x or x - x != 0.0 or n - n != 0.0:
        return n * slope, 0.0
    size = abs(x)
    # n - 1 was rounded: x**(n-1) lacks the factor x**error, close to 1 where finite.
    lack = ieee.difference_error(n, 1.0) * math.log(size)
    mend = 1.0 + lack if abs(lack) < 1e-3 else 1.0
    sign = -1.0 if x < 0.0 and not ieee.is_odd(n) else 1.0
    if SMALLEST_NORMAL <= abs(slope) < inf:
        return n * abs(slope) * mend * sign, 0.0
    half = ieee.power(size, 0.5 * m)
    return n * half * mend * half * sign, 0.0


def _slope_of_power(x: Number, n: Number) -> Number:
    """Return n*x**(n-1) of other types than float."""
    slope = n * x ** (n - 1)
    at, exponent = point(x), point(n)
    if at is None or exponent is None or not 0.0 < at < inf:
        return slope
    # Where n - 1 was rounded, the power lacks a factor close to 1: as a number, since
    # what it adds to further derivatives is less than their rounding.
    lacking = ieee.power(at, ieee.difference_error(exponent, 1.0))
    return slope if lacking == 1.0 else slope * lacking


def modulo(x: Number, y: Number, output: Number) -> Partials:
    """Return 1 and minus the integer quotient that the remainder left out."""
    if type(output) is not float:
        return 1.0, -(x - output) / y
    if output != output:
        return nan, nan
    if y - y != 0.0:
        return 1.0, 0.0 if output == x else 1.0
    return 1.0, -ieee.rint(ieee.divide(x - output, y))


def square_root(x: Number, y: Number) -> Partials:
    """Return 1 / (2 * sqrt(x)), which is +inf at a zero of either sign."""
    return (divide(0.5, y if type(y) is not float else abs(y)),)


def cube_root(x: Number, y: Number) -> Partials:
    """Return cbrt(x) / x / 3, which is +inf at zero."""
    if type(x) is not float:
        return (1 / y / y / 3,)  # for tiny x, no inf - inf in its derivatives
    if not x:
        return (inf,)
    return (y / x / 3.0 if x - x == 0.0 else 0.0 / y,)


# Sums and products: any number of operands, then the output


def mean(*operands: Number) -> Partials:
    """Return 1/n for each of the n operands."""
    n = len(operands) - 1
    if hasattr(operands[-1], "limit_denominator"):  # a Fraction stays one
        return (type(operands[-1])(1, n),) * n
    return (1.0 / n if n else nan,) * n


def prod(*operands: Number) -> Partials:
    """Return for each operand the product of the others, without dividing."""
    *factors, y = operands
    if not factors:
        return ()
    if type(y) is float and all(x - x == 0.0 for x in factors):
        parts = _products_of_others([scaled(x) for x in factors], ONE, scaled_product)
        return tuple([unscaled(part) for part in parts])
    return tuple(_products_of_others(factors, 1.0, mul))


def _products_of_others(
    factors: list[Any], one: Any, times: Callable[[Any, Any], Any]
) -> list[Any]:
    before = accumulate(factors[:-1], times, initial=one)
    after = [*accumulate(reversed(factors[1:]), times, initial=one)]
    return [times(a, b) for a, b in zip(before, reversed(after), strict=True)]


def dot(*operands: Number) -> Partials:
    """Return for a0, b0, a1, b1, … the other factor of each pair, and 1 for a start."""
    n = len(operands) - 1
    swapped = [operands[k ^ 1] for k in range(n - n % 2)]
    return (*swapped, 1.0) if n % 2 else tuple(swapped)


# Steps and choices


def signum(x: Number, y: Number) -> Partials:
    """Return the sign of x, 0 at 0."""
    return (1.0 if x > 0 else -1.0 if x < 0 else 0.0 if x <= 0 else nan,)


def step(x: Number, y: Number) -> Partials:
    """Return 0: flat between its jumps."""
    return (0.0 if x <= 0 or x > 0 else nan,)


def larger(a: Number, b: Number, y: Number) -> Partials:
    """Return 1 for the larger operand, a half each for a tie."""
    if a > b:
        return 1.0, 0.0
    return (0.0, 1.0) if a < b else (0.5, 0.5) if a <= b else (nan, nan)


def smaller(a: Number, b: Number, y: Number) -> Partials:
    """Return 1 for the smaller operand, a half each for a tie."""
    if a < b:
        return 1.0, 0.0
    return (0.0, 1.0) if a > b else (0.5, 0.5) if a <= b else (nan, nan)


def copysign(x: Number, y: Number, output: Number) -> Partials:
    """Return ±1 as the sign of x changed or not, and 0 for the sign's donor."""
    if not (output <= 0 or output > 0):
        return nan, nan
    if not (x < 0 or x > 0):
        return 0.0, 0.0
    return (1.0 if (x > 0) == (output > 0) else -1.0), 0.0
