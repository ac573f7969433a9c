"""Values on floats: what IEEE 754 and C99 say, and nothing raises.

First the helpers that keep digits, then one function per primitive, in the sections of
the table.
"""

# ruff: noqa: PLR0124 - x != x is the test for nan
# ruff: noqa: PLR2004 - a bound between two formulas is clearest where they part
import math
from collections.abc import Callable
from math import copysign as _copysign
from math import inf, nan
from typing import Any

from autograd_scalar.primitives import precise

SMALLEST_NORMAL = 2.2250738585072014e-308
_SPLITTER = 134217729.0  # 2**27 + 1, cuts a float in two halves of 26 bits
LN_2 = 0.6931471805599453
INV_LN_2 = 1.4426950408889634
INV_LN_10 = 0.4342944819032518
DEGREES_PER_RADIAN = math.degrees(1.0)
RADIANS_PER_DEGREE = math.radians(1.0)
SELU_SCALE = 1.0507009873554805
SELU_SCALE_ALPHA = 1.7580993408473768

# From mpmath; a LOW is what its constant lacks.
_PI_LOW = 1.2246467991473532e-16  # pi - math.pi
TWO_OVER_SQRT_PI = 1.1283791670955126
INV_SQRT_2_PI = 0.3989422804014327
_INV_SQRT_2_PI_LOW = -2.4923272022777384e-17
INV_SQRT_2 = 0.7071067811865476
_INV_SQRT_2_LOW = -4.833646656726457e-17

# The C library's own functions never raise.
arctan = math.atan
arctan2 = math.atan2
arcsinh = math.asinh
tanh = math.tanh
erf: Callable[[float], float] = math.erf
erfc: Callable[[float], float] = math.erfc


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


def is_odd(x: float) -> bool:
    """Tell whether x is an odd integer."""
    return x - x == 0.0 and abs(math.fmod(x, 2.0)) == 1.0


def polynomial(coefficients: tuple[float, ...], x: Any) -> Any:
    """Return the sum of coefficients[k] * x**k, by Horner's rule.

    >>> polynomial((1.0, 2.0, 3.0), 10.0)
    321.0
    """
    total: Any = coefficients[-1]
    for coefficient in coefficients[-2::-1]:
        total = total * x + coefficient
    return total


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


# Arithmetic


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


def modulo(x: float, y: float) -> float:
    """Return x % y with the sign of y, as Python does; nan for y = 0."""
    return x % y if y else nan


def negative(x: float) -> float:
    """Return -x."""
    return -x


def absolute(x: float) -> float:
    """Return the absolute value of x."""
    return abs(x)


# Exponentials, logarithms, roots


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


def square(x: float) -> float:
    """Return x * x."""
    return x * x


def reciprocal(x: float) -> float:
    """Return 1 / x.

    >>> reciprocal(-0.0)
    -inf
    """
    return 1.0 / x if x else _copysign(inf, x)


# Trigonometric


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


def degrees(x: float) -> float:
    """Return an angle in degrees, from radians."""
    return math.degrees(x)


def radians(x: float) -> float:
    """Return an angle in radians, from degrees."""
    return math.radians(x)


# Hyperbolic


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


def softplus(x: float) -> float:
    """Return log(1 + e**x)."""
    if x != x:
        return nan
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def gelu(x: float) -> float:
    """Return x * Φ(x), the exact form with erf."""
    if x < -37.0:
        return gaussian(x, -INV_SQRT_2_PI * tail(x), 0.5)
    return x * normal_cdf(x)


def silu(x: float) -> float:
    """Return x * sigmoid(x)."""
    if x >= -700.0:
        return x * sigmoid(x)
    # Two halves: e**x alone is denormal, or zero, here.
    half = math.exp(0.5 * x)
    return x * half * half if half else -0.0 * half


# Special functions


# Taylor coefficients of log Γ: about its zeros 1 and 2 from the first order on, about
# its minimum (high + low) from the second; mpmath at 60 digits.
_LGAMMA_AT_1 = (
    -0.5772156649015329, 0.8224670334241132, -0.40068563438653143,
    0.27058080842778454, -0.20738555102867398, 0.1695571769974082,
    -0.1440498967688461, 0.12550966952474304, -0.11133426586956469,
    0.1000994575127818, -0.09095401714582904, 0.083353840546109,
    -0.0769325164113522, 0.07143294629536133, -0.06666870588242046,
    0.06250095514121304, -0.058823978658684585, 0.055555767627403614,
    -0.05263167937961666, 0.05000004769810169, -0.047619070330142226,
    0.04545455629320467, -0.04347826605304026, 0.04166666915034121,
    -0.04000000119214014, 0.03846153903467518, -0.037037037312989324,
    0.035714285847333355, -0.034482758684919304, 0.03333333336437758,
    -0.03225806453115042, 0.03125000000727597, -0.030303030306558044,
    0.029411764707594344,
)  # fmt: skip
_LGAMMA_AT_2 = (
    0.42278433509846713, 0.3224670334241132, -0.0673523010531981,
    0.020580808427784546, -0.007385551028673986, 0.0028905103307415234,
    -0.001192753911703261, 0.0005096695247430425, -0.00022315475845357939,
    9.945751278180853e-05, -4.492623673813314e-05, 2.050721277567069e-05,
    -9.439488275268397e-06, 4.374866789907488e-06, -2.039215753801366e-06,
    9.55141213040742e-07, -4.492469198764566e-07, 2.1207184805554665e-07,
    -1.0043224823968099e-07, 4.7698101693639804e-08, -2.2711094608943164e-08,
    1.0838659214896955e-08, -5.183475041970047e-09, 2.4836745438024785e-09,
    -1.1921401405860912e-09, 5.731367241678862e-10, -2.7595228851242334e-10,
    1.330476437424449e-10,
)  # fmt: skip
_LGAMMA_MINIMUM = (1.4616321449683622, 9.549995429965697e-17, -0.12148629053584961)
_LGAMMA_AT_MINIMUM = (
    0.4838361227238106, -0.1475877229945307, 0.06462494023891276,
    -0.0327885410884813, 0.017970675115210395, -0.010314223036636387,
    0.006100536020517889, -0.0036845696083163734, 0.0022597648232218106,
    -0.001402251445904451, 0.0008782326347176812, -0.0005541949527966822,
    0.00035191295683784665, -0.0002246534436959552, 0.000144070395420933,
    -9.276098655471749e-05, 5.9934733439794256e-05, -3.884583889452658e-05,
    2.52476632917301e-05, -1.6450858338395606e-05, 1.0743455256375933e-05,
    -7.030705257380349e-06, 4.609738653644754e-06, -3.0276718328780264e-06,
)  # fmt: skip


def lgamma(x: float) -> float:
    """Return log|Γ(x)|; +inf at its poles, the integers up to 0.

    >>> lgamma(1.0), lgamma(0.9999999999999999), lgamma(-2.4570247382208006)
    (0.0, 6.408381213480008e-17, 5.619192358950097e-17)
    """
    # Python's own is off by some 1e-15, which near its zeros is all of it.
    if 0.0 < x < 8.0:
        return _lgamma_near(x)
    if -30.0 < x < 0.0 and x != math.floor(x):
        return precise.lgamma(x)
    try:
        return math.lgamma(x)
    except (OverflowError, ValueError):
        return inf


def _lgamma_near(x: float) -> float:
    series: float
    if x < 0.25:
        series = polynomial(_LGAMMA_AT_1, x)
        return x * series - math.log(x)
    if x < 0.7:
        return _lgamma_near(1.0 + x) - math.log(x)
    if x < 1.25:
        offset = x - 1.0
        series = polynomial(_LGAMMA_AT_1, offset)
        return offset * series + 0.0  # not -0.0
    if x < 1.7:
        high, low, least = _LGAMMA_MINIMUM
        offset = (x - high) - low
        series = polynomial(_LGAMMA_AT_MINIMUM, offset)
        return least + offset * offset * series
    if x < 2.5:
        offset = x - 2.0
        series = polynomial(_LGAMMA_AT_2, offset)
        return offset * series
    product = 1.0
    while x >= 2.5:
        x -= 1.0
        product *= x
    return _lgamma_near(x) + math.log(product)


def logit(x: float) -> float:
    """Return log(x / (1 - x)), right also near 1/2.

    >>> logit(0.5), logit(1.0), logit(2.0)
    (0.0, inf, nan)
    """
    if 0.25 < x < 0.75:
        return math.log1p((2.0 * x - 1.0) / (1.0 - x))
    return log(divide(x, 1.0 - x)) if x <= 1.0 else nan


# The normal distribution


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


# Steps


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


# Two operands, or one of two (`where`)


def maximum(a: float, b: float) -> float:
    """Return the larger operand; nan if either is nan."""
    return a if a >= b or a != a else b


def minimum(a: float, b: float) -> float:
    """Return the smaller operand; nan if either is nan."""
    return a if a <= b or a != a else b


def hypot(a: float, b: float) -> float:
    """Return the length of the vector (a, b); nan if either is nan."""
    return math.hypot(a, b) if a == a and b == b else nan


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


def copysign(x: float, y: float) -> float:
    """Return |x| with the sign of y; nan if either is nan."""
    return _copysign(x, y) if x == x and y == y else nan


def xlogy(x: float, y: float) -> float:
    """Return x * log(y), and 0 for x = 0 unless y is nan.

    >>> xlogy(0.0, 0.0)
    0.0
    """
    return 0.0 if x == 0.0 and y == y else x * log(y)


def fmod(x: float, y: float) -> float:
    """Return the remainder with the sign of x, as C does; nan for y = 0."""
    try:
        return math.fmod(x, y)
    except ValueError:
        return nan


def identity(x: float) -> float:
    """Return x."""
    return x


# Any number of operands


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
