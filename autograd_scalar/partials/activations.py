"""Activation functions of networks, and the special functions.

>>> logistic(0.0, 0.5), leaky_relu(-2.0, 0.1, -0.2), log_gamma(1.0, 0.0)
((0.25,), (0.1, -2.0), (-0.5772156649015329,))
"""

# ruff: noqa: PLR2004 - a bound between two formulas is clearest where they part
import math
from math import nan

from autograd_scalar import ieee
from autograd_scalar.generic import Number, digamma, erfc, exp, polygamma, sigmoid
from autograd_scalar.partials.arithmetic import Partials, is_nan, point, polynomial

# Zeros of the derivative as (high + low), and the Taylor coefficients about them from
# the first order on: mpmath at 60 digits, findroot, then Cauchy's integral on 128
# points of the unit circle.
_SILU_ROOT = (-1.2784645427610737, -1.0946994183093437e-16)
_SILU_SERIES = (
    0.2178117057198001, 0.1466487969969469, 0.018874814223782312,
    -0.015222655223188032, -0.006606589138356696, 0.000126627410081122,
    0.0007985218818397998, 0.00018570724361186496, -4.090534237428612e-05,
    -2.9733542213263917e-05, -2.942631888842464e-06, 2.346029682463866e-06,
    8.599695028268575e-07, -3.051244750055421e-08, -9.266646309267441e-08,
    -1.8877622907727957e-08,
)  # fmt: skip
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


# Activations


def logistic(x: Number, y: Number) -> Partials:
    """Return t / (1 + t)**2 with t = e**-|x|."""
    if type(x) is not float:
        return (sigmoid(x) * sigmoid(-x),)
    t = math.exp(-abs(x))
    return (t / (1.0 + t * (2.0 + t)),)


def ramp(x: Number, y: Number) -> Partials:
    """Return 1 above zero, 0 elsewhere."""
    return (1.0 if x > 0 else 0.0 if x <= 0 else nan,)


def leaky_relu(x: Number, slope: Number, y: Number) -> Partials:
    """Return 1 or the slope, and min(x, 0); at 0 the element of least size."""
    if is_nan(y):
        return nan, nan
    if x > 0:
        return 1.0, 0.0
    if x < 0:
        return slope, x
    return _nearest_to_zero(slope), x


def elu(x: Number, alpha: Number, y: Number) -> Partials:
    """Return 1 or alpha * e**x, and e**x - 1 below zero; at 0 the least in size."""
    if is_nan(y):
        return nan, nan
    if x > 0:
        return 1.0, 0.0
    if x < 0:
        if type(x) is float and x < -700.0:
            half = math.exp(0.5 * x)
            return alpha * half * half, math.expm1(x)
        return alpha * exp(x), exp(x) - 1 if type(x) is not float else ieee.expm1(x)
    return _nearest_to_zero(alpha), x


def _nearest_to_zero(slope: Number) -> Number:
    # Between slope and 1, which the kink at x = 0 joins: R2 and R3.
    return slope if 0 <= slope <= 1 else 1.0 if slope > 1 else 0.0


def selu(x: Number, y: Number) -> Partials:
    """Return scale for x >= 0 (concave kink, R3), scale * alpha * e**x below."""
    return (ieee.SELU_SCALE if x >= 0 else ieee.SELU_SCALE_ALPHA * exp(x),)


def silu(x: Number, y: Number) -> Partials:
    """Return s(x) * (1 + x * s(-x)), s the sigmoid; by Taylor series at its root."""
    if type(x) is not float:
        if _is_far_out(x):
            return (1.0 if x > 0 else 0.0,)
        return (sigmoid(x) * (1 + x * sigmoid(-x)),)
    if x >= 0.0:
        return (ieee.sigmoid(x) * (1.0 + x * ieee.sigmoid(-x)) if x < 800.0 else 1.0,)
    offset = (x - _SILU_ROOT[0]) - _SILU_ROOT[1]
    if abs(offset) < 0.25:
        return (polynomial(_SILU_SERIES, offset) * offset,)
    if x < -700.0:
        half = math.exp(0.5 * x)
        return ((1.0 + x) * half * half if half else -0.0,)
    t = ieee.exp(x)
    return (t * ((1.0 + x) + t) / (1.0 + t * (2.0 + t)),)


def gelu(x: Number, y: Number) -> Partials:
    """Return Φ(x) + x * φ(x), by its Taylor series near its root."""
    if type(x) is not float:
        if _is_far_out(x):
            return (1.0 if x > 0 else 0.0,)
        density = ieee.INV_SQRT_2_PI * _bell(x, 0.5)
        return (0.5 * erfc(-ieee.INV_SQRT_2 * x) + x * density,)
    if -2.5 < x < -1.5:
        return (polynomial(_GELU_SERIES_AT_MINUS_2, x + 2.0),)
    if -1.5 <= x < -0.25:
        offset = (x - _GELU_ROOT[0]) - _GELU_ROOT[1]
        return (polynomial(_GELU_SERIES, offset) * offset,)
    if x > -2.0:
        return (ieee.normal_cdf(x) + ieee.gaussian(x, ieee.INV_SQRT_2_PI * x, 0.5),)
    if x < -37.0:
        return (ieee.normal_density(x, x - ieee.tail(x) / x),)
    return (ieee.normal_cdf(x) + ieee.normal_density(x, x),)


# Special functions


def error_function(x: Number, factor: float) -> Partials:
    """Return factor * e**(-x*x)."""
    if type(x) is float:
        return (ieee.gaussian(x, factor),)
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


def _is_far_out(x: Number) -> bool:
    """Tell whether x is near overflow: what falls like e**-|x| is a constant 0 there.

    By its formula a derivative would be 0 * inf.
    """
    at = point(x)
    return at is not None and abs(at) > 1e100


def log_gamma(x: Number, y: Number) -> Partials:
    """Return digamma(x)."""
    return (digamma(x),)


def psi(x: Number, y: Number) -> Partials:
    """Return polygamma(1, x), nan at the negative integers."""
    return (nan if is_nan(y) else polygamma(1.0, x),)


def psi_derivative(n: Number, x: Number, y: Number) -> Partials:
    """Return 0 for the order, which is not differentiated, and polygamma(n + 1, x)."""
    if is_nan(y):
        return nan, nan
    return 0.0, polygamma(n + 1, x)
