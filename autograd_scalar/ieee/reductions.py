"""Functions of any number of operands, and products that cannot overflow.

>>> total(1.0, 2.0, 3.0), prod(), logsumexp()
(6.0, 1.0, -inf)
"""

# ruff: noqa: PLR0124 - x != x is the test for nan
import math
from math import inf, nan

from autograd_scalar.ieee.arithmetic import scale, two_product


def total(*xs: float) -> float:
    """Return the sum, left to right from 0.0, rounded after each term.

    >>> total(0.1, 0.2, 0.3)
    0.6000000000000001
    """
    result = 0.0
    for x in xs:  # not sum(): it compensates from Python 3.12 on
        result += x
    return result


def mean(*xs: float) -> float:
    """Return total(*xs) / n, and nan of nothing."""
    return total(*xs) / len(xs) if xs else nan


def prod(*xs: float) -> float:
    """Return the product; no intermediate result over- or underflows.

    >>> prod(1e200, 1e200, 1e-300, 1e-100)
    1.0
    """
    if not all(x - x == 0.0 for x in xs):
        result = 1.0
        for x in xs:
            result *= x
        return result
    product = ONE
    for x in xs:
        product = scaled_product(product, scaled(x))
    return unscaled(product)


def dot(*xs: float) -> float:
    """Return a0*b0 + a1*b1 + … for xs = a0, b0, a1, b1, …[, start].

    >>> dot(1.0, 2.0, 3.0, 4.0, 100.0)
    114.0
    """
    result = xs[-1] if len(xs) % 2 else 0.0
    for k in range(1, len(xs), 2):
        result += xs[k - 1] * xs[k]
    return result


def logsumexp(*xs: float) -> float:
    """Return log(e**x0 + e**x1 + …) without overflow; -inf of nothing.

    >>> logsumexp(1000.0, 1000.0)
    1000.6931471805599
    """
    if any(x != x for x in xs):
        return nan
    top = max(xs, default=-inf)
    if top - top != 0.0:
        return top
    others = [math.exp(x - top) for x in xs]
    others.remove(1.0)
    return top + math.log1p(math.fsum(others))


# Products with the exponent apart

Scaled = tuple[float, float, int]
"""A number (high + low) * 2**exponent with high in [0.5, 1), or 0."""

ONE: Scaled = (0.5, 0.0, 1)


def scaled(x: float) -> Scaled:
    """Return finite x with its exponent apart."""
    mantissa, exponent = math.frexp(x)
    return mantissa, 0.0, exponent


def scaled_product(a: Scaled, b: Scaled) -> Scaled:
    """Return a * b, right to about 100 bits."""
    product, error = two_product(a[0], b[0])
    error += a[0] * b[1] + a[1] * b[0]
    high = product + error
    low = error - (high - product)
    high, shift = math.frexp(high)
    return high, math.ldexp(low, -shift), a[2] + b[2] + shift


def unscaled(a: Scaled) -> float:
    """Return the float nearest to a."""
    return scale(a[0], a[2])
