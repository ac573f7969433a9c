"""Local derivatives that need more than one line, each named after its primitive.

`d_<name>(*operands, output)` returns one partial per operand. On floats each is right
to a few ULP; on Values, dual numbers and symbols it is a formula that can be
differentiated again. The sections are those of the table.
"""

# ruff: noqa: PLR0124 - x != x is the test for nan
# ruff: noqa: PLR2004 - a bound between two formulas is clearest where they part
import math
from collections.abc import Callable, Sequence
from functools import reduce
from itertools import accumulate
from math import inf, nan
from operator import add, mul
from typing import Any

from autograd_scalar.primitives import floats, precise
from autograd_scalar.primitives.floats import (
    ONE,
    SMALLEST_NORMAL,
    polynomial,
    scaled,
    scaled_product,
    unscaled,
)
from autograd_scalar.primitives.generic import (
    Number,
    cos,
    cosh,
    digamma,
    divide,
    erfc,
    exp,
    log,
    polygamma,
    sigmoid,
    sin,
    sqrt,
)

Partials = tuple[Number, ...]
"""One local derivative per operand."""


# What several partials share


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


def is_within(x: Number, reach: float) -> bool:
    """Tell whether x is a number or a Value less than ``reach`` away from 0."""
    at = point(x)
    return at is not None and abs(at) < reach


def _is_above_1(x: Number) -> bool:
    """Tell whether x is a number or a Value beyond ±1: formulas change there."""
    at = point(x)
    return at is not None and abs(at) > 1.0


def _is_far_out(x: Number) -> bool:
    """Tell whether x is near overflow: what falls like e**-|x| is a constant 0 there.

    By its formula a derivative would be 0 * inf.
    """
    at = point(x)
    return at is not None and abs(at) > 1e100


def _nearest_to_zero(below: Number) -> Number:
    """Return the number nearest to 0 between the derivatives below 0 and 1 above it."""
    return below if 0 <= below <= 1 else 1.0 if below > 1 else 0.0


# Arithmetic


def d_div(a: Number, b: Number, y: Number) -> Partials:
    """Return 1/b and -(a/b)/b: a quotient out of range is scaled first."""
    if type(y) is not float:
        return divide(1, b), -y / b
    if not SMALLEST_NORMAL <= abs(y) < inf and a and b and a - a == b - b:
        (m, i), (n, j) = math.frexp(a), math.frexp(b)
        return floats.reciprocal(b), floats.scale(-(m / n) / n, i - 2 * j)
    return floats.reciprocal(b), floats.divide(-y, b)


def d_pow(a: Number, b: Number, y: Number) -> Partials:
    """Return b*a**(b-1) and y*log(a); below zero the exponent is not free: nan."""
    by_base = d_pow_constant(a, b, y)[0]
    if a > 0:
        if type(y) is not float:
            return by_base, _power_times_log(a, b, y)
        if not SMALLEST_NORMAL <= y < inf:
            half = floats.power(a, 0.5 * b)
            return by_base, half * floats.log(a) * half
        return by_base, y * log(a)
    # 0**b is 0 for every b > 0, and 1 at b = 0.
    return by_base, 0.0 if a >= 0 and b >= 0 else nan


def _power_times_log(a: Number, b: Number, y: Number) -> Number:
    """Return y*log(a) of other types than float, for a > 0 and y = a**b."""
    at, exponent, output = point(a), point(b), point(y)
    if at is None or exponent is None or output is None:
        return y * log(a)
    if SMALLEST_NORMAL <= output < inf or (at > 1.0) is not (output > 1.0):
        return y * log(a)
    # Where a**b is out of range, a**(b-1) need not be, nor the derivative in a.
    less = _power_below(a, b, at, exponent)
    return less * (a * log(a) if type(a) is float else a.xlogy(a))


def d_pow_constant(x: Number, n: Number, y: Number) -> Partials:
    """Return n*x**(n-1), and 0 for the exponent, which is a plain number."""
    if is_nan(y):
        return nan, nan
    if not (n < 0 or n > 0):
        if type(n) is not float and (x < 0 or x > 0):
            return y * n / x, 0.0  # 0, but its own derivative in n is not
        return (0.0 if n >= 0 else nan), 0.0
    if type(x) is not float or type(n) is not float:
        return _derivative_of_power(x, n, y), 0.0
    m = n - 1.0
    derivative = floats.power(x, m)
    if not x or x - x != 0.0 or n - n != 0.0:
        return n * derivative, 0.0
    size = abs(x)
    # n - 1 was rounded: x**(n-1) lacks the factor x**error, close to 1 where finite.
    lack = floats.difference_error(n, 1.0) * math.log(size)
    mend = 1.0 + lack if abs(lack) < 1e-3 else 1.0
    sign = -1.0 if x < 0.0 and not floats.is_odd(n) else 1.0
    if SMALLEST_NORMAL <= abs(derivative) < inf:
        return n * abs(derivative) * mend * sign, 0.0
    half = floats.power(size, 0.5 * m)
    return n * half * mend * half * sign, 0.0


def _derivative_of_power(x: Number, n: Number, y: Number) -> Number:
    """Return n*x**(n-1) of other types than float, for y = x**n."""
    at, exponent = point(x), point(n)
    if at is None or exponent is None or not 0.0 < at < inf:
        return n * x ** (n - 1)
    if abs(exponent) < 0.1 and floats.power(at, exponent - 2.0) == inf:
        return n * y / x  # of a small exponent the second derivative may be finite
    return n * _power_below(x, n, at, exponent)


def _power_below(x: Number, n: Number, at: float, exponent: float) -> Number:
    """Return x**(n-1) of other types than float that stand at these floats, x > 0."""
    # Where n - 1 was rounded, the power lacks a factor close to 1: as a number, since
    # what it adds to further derivatives is less than their rounding.
    lacking = floats.power(at, floats.difference_error(exponent, 1.0))
    return x ** (n - 1) if lacking == 1.0 else x ** (n - 1) * lacking


def d_mod(x: Number, y: Number, output: Number) -> Partials:
    """Return 1 and minus the integer quotient that the remainder left out."""
    if type(output) is not float:
        places = point(x), point(y), point(output)
        if None in places:
            return 1.0, -(x - output) / y
        x, y, output = places  # the quotient is the same all around
    if output != output:
        return nan, nan
    if y - y != 0.0:
        return 1.0, 0.0 if output == x else 1.0
    step = x - output
    if step - step != 0.0:
        step, y = 0.5 * x - 0.5 * output, 0.5 * y
    return 1.0, -floats.rint(floats.divide(step, y))


def d_abs(x: Number, y: Number) -> Partials:
    """Return the sign of x, 0 at 0."""
    return (1.0 if x > 0 else -1.0 if x < 0 else 0.0 if x <= 0 else nan,)


# Exponentials, logarithms, roots


def d_exp2(x: Number, y: Number) -> Partials:
    """Return 2**x * log 2, also where 2**x itself overflows."""
    if type(x) is float and x > 1000.0:
        return (floats.exp2(x - 1.0) * (2.0 * floats.LN_2),)
    return (y * floats.LN_2,)


def d_log(x: Number, y: Number) -> Partials:
    """Return 1 / x for x >= 0, nan below."""
    return _logarithm(x, 1.0)


def d_log2(x: Number, y: Number) -> Partials:
    """Return 1 / (x * log 2) for x >= 0, nan below."""
    return _logarithm(x, floats.INV_LN_2)


def d_log10(x: Number, y: Number) -> Partials:
    """Return 1 / (x * log 10) for x >= 0, nan below."""
    return _logarithm(x, floats.INV_LN_10)


def _logarithm(x: Number, scale: float) -> Partials:
    """Return scale / x for x >= 0, nan below; a zero of either sign gives +inf."""
    if type(x) is not float or x > 0.0:
        return (scale / x,)
    return (inf if x == 0.0 else nan,)


def d_log1p(x: Number, y: Number) -> Partials:
    """Return 1 / (1 + x), nan below -1."""
    if type(x) is float and not x > -1.0:
        return (inf if x == -1.0 else nan,)
    return (1 / (1 + x),)


def d_sqrt(x: Number, y: Number) -> Partials:
    """Return 1 / (2 * sqrt(x)), which is +inf at a zero of either sign."""
    return (divide(0.5, y if type(y) is not float else abs(y)),)


def d_cbrt(x: Number, y: Number) -> Partials:
    """Return cbrt(x) / x / 3, which is +inf at zero."""
    if type(x) is not float:
        return (1 / y / y / 3,)  # for tiny x, no inf - inf in its derivatives
    if not x:
        return (inf,)
    return (y / x / 3.0 if x - x == 0.0 else 0.0 / y,)


# Trigonometric


def d_tan(x: Number, y: Number) -> Partials:
    """Return 1 / cos(x)**2."""
    c = cos(x)
    return (1 / (c * c),)


def d_arcsin(x: Number, y: Number) -> Partials:
    """Return 1 / sqrt((1 - x) * (1 + x))."""
    if type(x) is not float and is_within(x, 0.5):
        return (1 / sqrt(1 - x * x),)  # its derivative has no 1 - 1 near 0
    return (divide(1, sqrt((1 - x) * (1 + x))),)


def d_arccos(x: Number, y: Number) -> Partials:
    """Return -1 / sqrt((1 - x) * (1 + x))."""
    return (-d_arcsin(x, y)[0],)


def d_arctan(x: Number, y: Number) -> Partials:
    """Return 1 / (1 + x*x), written with 1/x where x*x could overflow."""
    if _is_above_1(x):
        q = 1 / x
        return (q / (x + q),)
    return (1 / (1 + x * x),)


# (-1)**k * 2k * pi**(2k) / (2k+1)!, k = 1, 2, …: sinc'(x) in powers of x*x, over x
_SINC_SERIES = tuple(
    (-1) ** k * 2 * k * math.pi ** (2 * k) / math.factorial(2 * k + 1)
    for k in range(1, 16)
)


def d_sinc(x: Number, y: Number) -> Partials:
    """Return (cos(πx) - sinc(x)) / x, by its power series near 0."""
    if -0.5 < x < 0.5:
        return (polynomial(_SINC_SERIES, x * x) * x,)
    if type(x) is not float:
        return ((_cos_pi(x) - y) / x,)
    if x - x != 0.0:
        return (nan if x != x else 0.0,)
    c = floats.cos_pi(x)
    derivative = c - y
    if abs(derivative) < 0.75 * abs(c):  # cancels: near a root of the derivative
        return (precise.sinc_derivative(x),)
    return (derivative / x,)


def _cos_pi(x: Number) -> Number:
    """Return cos(πx) of other types than float; far out, from the nearest quarter."""
    at = point(x)
    if at is None or not 1.0 < abs(at) < inf:
        return cos(math.pi * x)
    if abs(at) >= 2.0**53:  # an even number
        return cos(math.pi * (x - at))
    quarters = round(2.0 * at)
    angle = math.pi * (x - 0.5 * quarters)
    wave = sin(angle) if quarters % 2 else cos(angle)
    return wave if quarters % 4 in {0, 3} else -wave


# Hyperbolic


def d_tanh(x: Number, y: Number) -> Partials:
    """Return 4t / (1 + t)**2 with t = e**(-2|x|)."""
    if type(x) is not float:
        if is_within(x, 0.5):
            c = cosh(x)  # its derivative has no 1 - 1 near 0
            return (1 / (c * c),)
        return (4 * sigmoid(2 * x) * sigmoid(-2 * x),)
    if abs(x) < 300.0:
        t = math.exp(-2.0 * abs(x))
        return (4.0 * t / (1.0 + t * (2.0 + t)),)
    t = 2.0 * math.exp(-abs(x))
    return (t * t,)


def d_arcsinh(x: Number, y: Number) -> Partials:
    """Return 1 / sqrt(1 + x*x)."""
    if type(x) is float:
        return (1.0 / math.hypot(1.0, x),)
    if _is_above_1(x):
        q = 1 / x
        return ((q if x > 0 else -q) / sqrt(1 + q * q),)
    return (1 / sqrt(1 + x * x),)


def d_arccosh(x: Number, y: Number) -> Partials:
    """Return 1 / (sqrt(x - 1) * sqrt(x + 1))."""
    return (divide(1, sqrt(x - 1) * sqrt(x + 1)),)


def d_arctanh(x: Number, y: Number) -> Partials:
    """Return 1 / ((1 - x) * (1 + x)), nan outside [-1, 1]."""
    if type(x) is float and not abs(x) < 1.0:
        return (inf if abs(x) == 1.0 else nan,)
    if type(x) is not float and is_within(x, 0.5):
        return (1 / (1 - x * x),)  # its derivative has no 1 - 1 near 0
    return (1 / ((1 - x) * (1 + x)),)


# Activations


def d_sigmoid(x: Number, y: Number) -> Partials:
    """Return t / (1 + t)**2 with t = e**-|x|."""
    if type(x) is not float:
        if is_within(x, 1.0):
            c = cosh(0.5 * x)  # its derivative has no 1 - 1 near 0
            return (0.25 / (c * c),)
        return (sigmoid(x) * sigmoid(-x),)
    t = math.exp(-abs(x))
    return (t / (1.0 + t * (2.0 + t)),)


def d_relu(x: Number, y: Number) -> Partials:
    """Return 1 above zero, 0 elsewhere."""
    return (1.0 if x > 0 else 0.0 if x <= 0 else nan,)


def d_leaky_relu(x: Number, slope: Number, y: Number) -> Partials:
    """Return 1 or the slope, and min(x, 0); at 0 the element of least size."""
    if is_nan(y):
        return nan, nan
    if x > 0:
        return 1.0, 0.0
    if x < 0:
        return slope, x
    return _nearest_to_zero(slope), x


def d_elu(x: Number, alpha: Number, y: Number) -> Partials:
    """Return 1 or alpha * e**x, and e**x - 1 below zero; at 0 the least in size."""
    if is_nan(y):
        return nan, nan
    if x > 0:
        return 1.0, 0.0
    if x < 0:
        if type(x) is float and x < -700.0:
            half = math.exp(0.5 * x)
            return alpha * half * half, math.expm1(x)
        return alpha * exp(x), exp(x) - 1 if type(x) is not float else floats.expm1(x)
    return _nearest_to_zero(alpha), x


def d_selu(x: Number, y: Number) -> Partials:
    """Return scale for x >= 0 (concave kink, R3), scale * alpha * e**x below."""
    return (floats.SELU_SCALE if x >= 0 else floats.SELU_SCALE_ALPHA * exp(x),)


# gelu and silu: zeros of the derivative as (high + low), and the Taylor coefficients
# about them from the first order on: mpmath at 60 digits, findroot, then Cauchy's
# integral on 128 points of the unit circle.
_GELU_ROOT = (-0.7517915246935645, 1.4956759177009883e-17)
_GELU_SERIES = (
    0.4314939923140469, 0.388284982990552, -0.018199676398671087,
    -0.1140082332972217, -0.014771522148244337, 0.019421679838189067,
    0.004539228379125415, -0.002239538068073497, -0.0007448268386746817,
    0.00018633974623233514, 8.615947861116571e-05, -1.121438018842664e-05,
    -7.74846130700372e-06, 4.3284506257392273e-07, 5.702764979242107e-07,
    -1.6044265494246427e-09, -3.5459866461783865e-08, -1.396942086426202e-09,
    1.90319840501314e-09, 1.4506418938779426e-10, -8.950037692726255e-11,
    -9.950340824808053e-12, 3.725967039270119e-12, 5.482292964742324e-13,
    -1.3820118240601056e-13, -2.5871508475507507e-14, 4.578167824271334e-15,
    1.0789662518230159e-15, -1.3507094681149317e-16, -4.0514385281601486e-17,
)  # fmt: skip

# The same about -2, from order 0: left of the root the two terms still cancel much.
_GELU_SERIES_AT_MINUS_2 = (
    -0.0852318010781969, -0.1079819330263761, 0.0, 0.0719879553509174,
    0.044992472094323374, 0.0026995483256594026, -0.007798695163016052,
    -0.002785248272505733, 0.00036958102077479916, 0.00042701188793223575,
    4.689691535757516e-05, -3.3500888312656365e-05, -9.889669265963036e-06,
    1.2248027036598256e-06, 9.315760920665702e-07, 3.8553038959023574e-08,
    -5.6850367218685435e-08, -9.13400514779712e-09, 2.3053035180606393e-09,
    7.491736389302521e-10, -4.549959821979231e-11, -4.1667023169677094e-11,
    -1.6455458586714616e-12, 1.7440612162998032e-12,
)  # fmt: skip


def d_gelu(x: Number, y: Number) -> Partials:
    """Return Φ(x) + x * φ(x), by its Taylor series near its root."""
    if type(x) is not float:
        if _is_far_out(x):
            return (1.0 if x > 0 else 0.0,)
        density = floats.INV_SQRT_2_PI * _bell(x, 0.5)
        return (0.5 * erfc(-floats.INV_SQRT_2 * x) + x * density,)
    if -2.5 < x < -1.5:
        return (polynomial(_GELU_SERIES_AT_MINUS_2, x + 2.0),)
    if -1.5 <= x < -0.25:
        offset = (x - _GELU_ROOT[0]) - _GELU_ROOT[1]
        return (polynomial(_GELU_SERIES, offset) * offset,)
    if x > -2.0:
        return (
            floats.normal_cdf(x) + floats.gaussian(x, floats.INV_SQRT_2_PI * x, 0.5),
        )
    if x < -37.0:
        return (floats.normal_density(x, x - floats.tail(x) / x),)
    return (floats.normal_cdf(x) + floats.normal_density(x, x),)


_SILU_ROOT = (-1.2784645427610737, -1.0946994183093437e-16)
_SILU_SERIES = (
    0.2178117057198001, 0.1466487969969469, 0.018874814223782312,
    -0.015222655223188032, -0.006606589138356696, 0.000126627410081122,
    0.0007985218818397998, 0.00018570724361186496, -4.090534237428612e-05,
    -2.9733542213263917e-05, -2.942631888842464e-06, 2.346029682463866e-06,
    8.599695028268575e-07, -3.051244750055421e-08, -9.266646309267441e-08,
    -1.8877622907727957e-08,
)  # fmt: skip


def d_silu(x: Number, y: Number) -> Partials:
    """Return s(x) * (1 + x * s(-x)), s the sigmoid; by Taylor series at its root."""
    if type(x) is not float:
        if _is_far_out(x):
            return (1.0 if x > 0 else 0.0,)
        return (sigmoid(x) * (1 + x * sigmoid(-x)),)
    if x >= 0.0:
        return (
            floats.sigmoid(x) * (1.0 + x * floats.sigmoid(-x)) if x < 800.0 else 1.0,
        )
    offset = (x - _SILU_ROOT[0]) - _SILU_ROOT[1]
    if abs(offset) < 0.25:
        return (polynomial(_SILU_SERIES, offset) * offset,)
    if x < -700.0:
        half = math.exp(0.5 * x)
        return ((1.0 + x) * half * half if half else -0.0,)
    t = floats.exp(x)
    return (t * ((1.0 + x) + t) / (1.0 + t * (2.0 + t)),)


# Special functions


def d_erf(x: Number, y: Number) -> Partials:
    """Return 2 / sqrt(π) * e**(-x*x)."""
    return _error_function(x, floats.TWO_OVER_SQRT_PI)


def d_erfc(x: Number, y: Number) -> Partials:
    """Return -2 / sqrt(π) * e**(-x*x)."""
    return _error_function(x, -floats.TWO_OVER_SQRT_PI)


def _error_function(x: Number, factor: float) -> Partials:
    """Return factor * e**(-x*x)."""
    if type(x) is float:
        return (floats.gaussian(x, factor),)
    return (factor * _bell(x, 1.0),)


def _bell(x: Number, rate: float) -> Number:
    """Return e**(-rate * x*x) of other types than float, for a rate of 1 or 1/2."""
    if _is_far_out(x):
        return 0.0
    at = point(x)
    if at is None or not 8.0 < rate * at * at < 690.0:
        return exp(-rate * (x * x))
    # The rounding of x*x would cost that many ULP: a multiple of 2**-20 near x has an
    # exact square, and the rest is small.
    near = round(at * 1048576.0) / 1048576.0
    return math.exp(-rate * near * near) * exp(rate * ((near - x) * (near + x)))


def d_lgamma(x: Number, y: Number) -> Partials:
    """Return digamma(x)."""
    return (digamma(x),)


def d_digamma(x: Number, y: Number) -> Partials:
    """Return polygamma(1, x), nan at the negative integers."""
    return (nan if is_nan(y) else polygamma(1.0, x),)


def d_polygamma(n: Number, x: Number, y: Number) -> Partials:
    """Return 0 for the order, which is not differentiated, and polygamma(n + 1, x)."""
    if is_nan(y):
        return nan, nan
    return 0.0, polygamma(n + 1, x)


def d_logit(x: Number, y: Number) -> Partials:
    """Return 1 / (x * (1 - x)), nan outside [0, 1]."""
    if type(x) is float and not 0.0 < x < 1.0:
        return (inf if x in {0.0, 1.0} else nan,)
    if type(x) is not float:
        return (1 / x + 1 / (1 - x),)  # for tiny x, no inf - inf in its derivatives
    return (1 / (x * (1 - x)),)


# Steps


def d_step(x: Number, y: Number) -> Partials:
    """Return 0: flat between its jumps."""
    return (0.0 if x <= 0 or x > 0 else nan,)


# Two operands or three


def d_maximum(a: Number, b: Number, y: Number) -> Partials:
    """Return 1 for the larger operand, a half each for a tie."""
    if a > b:
        return 1.0, 0.0
    return (0.0, 1.0) if a < b else (0.5, 0.5) if a <= b else (nan, nan)


def d_minimum(a: Number, b: Number, y: Number) -> Partials:
    """Return 1 for the smaller operand, a half each for a tie."""
    if a < b:
        return 1.0, 0.0
    return (0.0, 1.0) if a > b else (0.5, 0.5) if a <= b else (nan, nan)


def d_clip(x: Number, low: Number, high: Number, y: Number) -> Partials:
    """Return 1 for x between the bounds, else 1 for the bound that is the output."""
    if is_nan(y):
        return nan, nan, nan
    if x >= high or low >= high:
        return 0.0, 0.0, 1.0
    return (0.0, 1.0, 0.0) if x <= low else (1.0, 0.0, 0.0)


def d_arctan2(y: Number, x: Number, angle: Number) -> Partials:
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
    return floats.scale(x / square, shift), floats.scale(-y / square, shift)


def _turns(y: Number, x: Number) -> Partials:
    """Return x / r**2 and -y / r**2 of other types than float, the radius near 1."""
    size = max(abs(point(y) or 0.0), abs(point(x) or 0.0))
    if abs(point(y) or 0.0) == abs(point(x) or inf) < inf:
        # On the diagonals this unit makes both exactly 1: the derivative of x / r**2 in
        # x, which is 0 there, is then 0.
        y, x = y / size, x / size
        square = x * x + y * y
        return x / square / size, -y / square / size
    exponent = math.frexp(size)[1]  # 0 of 0, inf and nan
    if abs(exponent) < 100:
        square = x * x + y * y
        return x / square, -y / square
    unit = math.ldexp(1.0, min(-exponent, 1000))
    y, x = unit * y, unit * x
    square = x * x + y * y
    return x / square * unit, -y / square * unit


def d_hypot(a: Number, b: Number, y: Number) -> Partials:
    """Return a / y and b / y; (0, 0) at the origin (minimum-norm subgradient)."""
    if type(y) is not float:
        return _direction(a, b, y) if y > 0 else (0.0, 0.0)
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


def _direction(a: Number, b: Number, y: Number) -> Partials:
    """Return a / y and b / y of other types than float, by the ratio of the operands.

    As quotients by y, second derivatives along a far longer operand would be 1 - 1.
    """
    p, q = point(a), point(b)
    if p is None or q is None or not 0.0 < max(abs(p), abs(q)) < inf:
        return a / y, b / y
    if abs(p) < abs(q):
        return _direction(b, a, y)[::-1]
    t = b / a
    cosine = (1 if p > 0.0 else -1) / sqrt(1 + t * t)
    return cosine, t * cosine


def _hypot_at_infinity(a: float, b: float) -> tuple[float, float]:
    if abs(a) == abs(b) or a != a or b != b:
        return nan, nan
    return (
        (math.copysign(1.0, a), 0.0) if abs(a) == inf else (0.0, math.copysign(1.0, b))
    )


def d_logaddexp(a: Number, b: Number, y: Number) -> Partials:
    """Return the softmax weights of a and b."""
    if type(y) is not float:
        return _weights_of_two(a, b)
    if y != y:
        return nan, nan
    if a == b:
        return 0.5, 0.5
    big, small = (a, b) if a > b else (b, a)
    gap = small - big
    t = math.exp(gap) * (1.0 + floats.difference_error(small, big))
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


def d_copysign(x: Number, y: Number, output: Number) -> Partials:
    """Return ±1 as the sign of x changed or not, and 0 for the sign's donor."""
    if not (output <= 0 or output > 0):
        return nan, nan
    if not (x < 0 or x > 0):
        return 0.0, 0.0
    return (1.0 if (x > 0) == (output > 0) else -1.0), 0.0


def d_xlogy(x: Number, y: Number, output: Number) -> Partials:
    """Return log y and x / y; 0 for y where x is 0."""
    if type(output) is not float and y > 0:
        return log(y), x / y
    if is_nan(output):
        return nan, nan
    return log(y), (divide(x, y) if x < 0 or x > 0 else 0.0)


# Any number of operands, then the output


def d_mean(*operands: Number) -> Partials:
    """Return 1/n for each of the n operands."""
    n = len(operands) - 1
    if hasattr(operands[-1], "limit_denominator"):  # a Fraction stays one
        return (type(operands[-1])(1, n),) * n
    return (1.0 / n if n else nan,) * n


def d_prod(*operands: Number) -> Partials:
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


def d_dot(*operands: Number) -> Partials:
    """Return for a0, b0, a1, b1, … the other factor of each pair, and 1 for a start."""
    n = len(operands) - 1
    swapped = [operands[k ^ 1] for k in range(n - n % 2)]
    return (*swapped, 1.0) if n % 2 else tuple(swapped)


def d_logsumexp(*operands: Number) -> Partials:
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
    weights = [
        floats.exp(x - top) * (1.0 + floats.difference_error(x, top)) for x in xs
    ]
    total = math.fsum(weights)
    return tuple(weight / total for weight in weights)


def _weights(xs: Sequence[Number], y: Number) -> Partials:
    places = [at for at in map(point, xs) if at is not None and abs(at) < inf]
    if len(places) < len(xs) or len(xs) < 2:
        return tuple(exp(x - y) for x in xs)
    top = max(places)
    largest = places.index(top)
    if max(map(abs, places)) < 16.0:
        weights = [exp(x - y) for x in xs]
        ratios = [exp(x - xs[largest]) for x in xs]
    else:  # the rounding of y, and of a long way to it, would cost that many ULP
        parts = [
            _exp_of_difference(x, at, top) for x, at in zip(xs, places, strict=True)
        ]
        total = reduce(add, parts)
        weights = [part / total for part in parts]
        ratios = [part / parts[largest] for part in parts]
    # A weight w has the derivative w * (1 - w): near 1 this form takes no difference.
    weights[largest] = 1 / (1 + reduce(add, ratios[:largest] + ratios[largest + 1 :]))
    return tuple(weights)
