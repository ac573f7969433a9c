"""Activation functions of networks, and the special functions beside gelu.

>>> sigmoid(-1000.0), softplus(1000.0), relu(-1.0), normal_cdf(0.0)
(0.0, 1000.0, 0.0, 0.5)
"""

# ruff: noqa: PLR0124 - x != x is the test for nan
# ruff: noqa: PLR2004 - a bound between two formulas is clearest where they part
import math
from collections.abc import Callable
from math import inf, nan

from autograd_scalar.ieee.arithmetic import two_product
from autograd_scalar.ieee.elementary import expm1

SELU_SCALE = 1.0507009873554805
SELU_SCALE_ALPHA = 1.7580993408473768
# From mpmath; a LOW is what its constant lacks.
TWO_OVER_SQRT_PI = 1.1283791670955126
INV_SQRT_2_PI = 0.3989422804014327
_INV_SQRT_2_PI_LOW = -2.4923272022777384e-17
INV_SQRT_2 = 0.7071067811865476
_INV_SQRT_2_LOW = -4.833646656726457e-17

# The C library's own functions never raise.
erf: Callable[[float], float] = math.erf
erfc: Callable[[float], float] = math.erfc


# Activations


def sigmoid(x: float) -> float:
    """Return 1 / (1 + e**-x), chosen by sign so that no tail is lost."""
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    t = math.exp(x)
    return t / (1.0 + t)


def log_sigmoid(x: float) -> float:
    """Return log(sigmoid(x))."""
    return -softplus(-x)


def softplus(x: float) -> float:
    """Return log(1 + e**x)."""
    if x != x:
        return nan
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def relu(x: float) -> float:
    """Return max(x, 0)."""
    return x if x > 0.0 or x != x else 0.0


def leaky_relu(x: float, slope: float) -> float:
    """Return x where it is positive, slope * x elsewhere."""
    return x if x > 0.0 and slope == slope else slope * x


def elu(x: float, alpha: float) -> float:
    """Return x where it is positive, alpha * (e**x - 1) elsewhere."""
    return x if x > 0.0 and alpha == alpha else alpha * expm1(x)


def selu(x: float) -> float:
    """Return the self-normalising elu with its two published constants."""
    return SELU_SCALE * x if x > 0.0 else SELU_SCALE_ALPHA * expm1(x)


def silu(x: float) -> float:
    """Return x * sigmoid(x)."""
    if x >= -700.0:
        return x * sigmoid(x)
    # Two halves: e**x alone is denormal, or zero, here.
    half = math.exp(0.5 * x)
    return x * half * half if half else -0.0 * half


def gelu(x: float) -> float:
    """Return x * Φ(x), the exact form with erf."""
    if x < -37.0:
        return gaussian(x, -INV_SQRT_2_PI * tail(x), 0.5)
    return x * normal_cdf(x)


# Special functions


def lgamma(x: float) -> float:
    """Return log|Γ(x)|; +inf at its poles, the integers up to 0."""
    try:
        return math.lgamma(x)
    except (OverflowError, ValueError):
        return inf


def normal_cdf(x: float) -> float:
    """Return Φ(x), the standard normal distribution function, for x ≥ -37."""
    if x > 9.0:
        return 1.0
    # erfc magnifies the rounding of x/sqrt(2) by x**2: add its linear effect.
    z, error = two_product(-x, INV_SQRT_2)
    error -= x * _INV_SQRT_2_LOW
    return 0.5 * (math.erfc(z) - gaussian(z, TWO_OVER_SQRT_PI) * error)


def tail(x: float) -> float:
    """Return -x * Φ(x) / φ(x) for x far below zero, where Φ itself is denormal."""
    q = 1.0 / (x * x)
    result = 1.0
    for odd in (13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0):
        result = 1.0 - odd * q * result
    return result


def normal_density(x: float, factor: float) -> float:
    """Return factor * φ(x), φ the standard normal density, for factors near 1."""
    if x - x != 0.0:
        return gaussian(x, factor, 0.5)
    main, error = two_product(factor, INV_SQRT_2_PI)
    error += factor * _INV_SQRT_2_PI_LOW
    return gaussian(x, main, 0.5, error / main)


def gaussian(
    x: float, factor: float = 1.0, rate: float = 1.0, correction: float = 0.0
) -> float:
    """Return factor * (1 + correction) * e**(-rate * x*x), for a rate of 1 or 1/2.

    Neither the rounding of x*x nor a denormal exponential costs digits.

    >>> gaussian(26.5)
    1.0392022621430825e-305
    """
    if not abs(x) < 40.0:
        return math.copysign(0.0, factor) if x == x else nan
    high = round(x * 1048576.0) / 1048576.0
    rest = math.expm1(rate * (high - x) * (high + x)) + correction
    exponent = -rate * high * high
    if exponent > -690.0:
        main = factor * math.exp(exponent)
        return main + main * rest
    half = math.exp(0.5 * exponent)
    main = factor * half
    return (main + main * rest) * half
