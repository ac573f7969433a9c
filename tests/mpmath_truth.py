"""What each primitive should be, in mpmath: values defined, slopes by differences.

Shares no code and no formula with the package. A slope is a central difference of the
value at two working precisions, which must agree to 20 digits; else both are raised.
"""

import math
from collections.abc import Callable
from typing import Any

from mpmath import mp

HIGHEST_PRECISION = 2000
SELU_SCALE = "1.0507009873554804934193349852946"
SELU_ALPHA = "1.6732632423543772848170429916717"


def _pow(a: Any, b: Any) -> Any:
    return mp.power(a, int(b)) if b == mp.floor(b) and abs(b) < 1e6 else mp.power(a, b)


def _fmod(x: Any, y: Any) -> Any:
    with mp.extradps(700):
        return x - y * mp.sign(x / y) * mp.floor(abs(x / y))


def _mod(x: Any, y: Any) -> Any:
    with mp.extradps(700):
        return x - y * mp.floor(x / y)


def _log_abs_gamma(x: Any) -> Any:
    return mp.loggamma(x) if x > 0 else mp.re(mp.loggamma(x))


def _rint(x: Any) -> Any:
    low = mp.floor(x)
    gap = x - low
    if gap != 0.5:
        return low if gap < 0.5 else low + 1
    return low if int(low) % 2 == 0 else low + 1


def _erf(x: Any) -> Any:
    # Beyond 28.5 it differs from ±1 by less than 1e-350, and mpmath takes its time.
    return mp.erf(x) if abs(x) < 28.5 else mp.sign(x)


def _erfc(x: Any) -> Any:
    if x < 0:
        return 1 + _erf(-x)
    return mp.erfc(x) if x < 28.5 else mp.mpf(0)


def _dot(*xs: Any) -> Any:
    start = xs[-1] if len(xs) % 2 else mp.mpf(0)
    return start + sum(a * b for a, b in zip(xs[0::2], xs[1::2], strict=False))


TRUTH: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": _pow,
    "pow_constant": _pow,
    "mod": _mod,
    "fmod": _fmod,
    "neg": lambda x: -x,
    "abs": abs,
    "exp": mp.exp,
    "exp2": lambda x: mp.power(2, x),
    "expm1": mp.expm1,
    "log": mp.log,
    "log2": lambda x: mp.log(x) / mp.log(2),
    "log10": lambda x: mp.log(x) / mp.log(10),
    "log1p": mp.log1p,
    "sqrt": mp.sqrt,
    "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "square": lambda x: x * x,
    "reciprocal": lambda x: 1 / x,
    "sin": mp.sin,
    "cos": mp.cos,
    "tan": mp.tan,
    "arcsin": mp.asin,
    "arccos": mp.acos,
    "arctan": mp.atan,
    "sinh": mp.sinh,
    "cosh": mp.cosh,
    "tanh": mp.tanh,
    "arcsinh": lambda x: mp.sign(x) * mp.asinh(abs(x)),
    "arccosh": mp.acosh,
    "arctanh": mp.atanh,
    "degrees": mp.degrees,
    "radians": mp.radians,
    "sinc": lambda x: mp.sin(mp.pi * x) / (mp.pi * x) if x else mp.mpf(1),
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "log_sigmoid": lambda x: -mp.log1p(mp.exp(-x)),
    "relu": lambda x: max(x, mp.mpf(0)),
    "leaky_relu": lambda x, slope: x if x > 0 else slope * x,
    "elu": lambda x, alpha: x if x > 0 else alpha * mp.expm1(x),
    "selu": lambda x: (
        mp.mpf(SELU_SCALE) * (x if x > 0 else mp.mpf(SELU_ALPHA) * mp.expm1(x))
    ),
    "softplus": lambda x: mp.log1p(mp.exp(x)),
    "gelu": lambda x: x * _erfc(-x / mp.sqrt(2)) / 2,
    "silu": lambda x: x / (1 + mp.exp(-x)),
    "erf": _erf,
    "erfc": _erfc,
    "lgamma": _log_abs_gamma,
    "digamma": lambda x: mp.psi(0, x),
    "polygamma": lambda n, x: mp.psi(int(n), x),
    "logit": lambda x: mp.log(x / (1 - x)),
    "sign": mp.sign,
    "floor": mp.floor,
    "ceil": mp.ceil,
    "rint": _rint,
    "maximum": max,
    "minimum": min,
    "clip": lambda x, low, high: min(max(x, low), high),
    "arctan2": mp.atan2,
    "hypot": lambda a, b: mp.sqrt(a * a + b * b),
    "logaddexp": lambda a, b: max(a, b) + mp.log1p(mp.exp(-abs(a - b))),
    "copysign": lambda x, y: abs(x) if y > 0 else -abs(x),
    "xlogy": lambda x, y: x * mp.log(y),
    "where": lambda x: x,
    "sum": lambda *xs: mp.fsum(xs),
    "mean": lambda *xs: mp.fsum(xs) / len(xs),
    "prod": lambda *xs: mp.fprod(xs),
    "dot": _dot,
    "logsumexp": lambda *xs: max(xs) + mp.log(mp.fsum(mp.exp(x - max(xs)) for x in xs)),
}

# Operands whose derivative is 0 by convention, not by the value's definition.
NOT_DIFFERENTIATED = {("polygamma", 0), ("pow_constant", 1)}

# Their poles make x itself the natural step, and mpmath is slow at 500 digits.
SCALE_FREE = {"lgamma", "digamma", "polygamma"}

# Where a derivative vanishes or almost does; magnitudes of rounding live there.
ROOTS: dict[str, tuple[float, ...]] = {
    "sin": (math.pi / 2, -1.5 * math.pi, 1e5 * math.pi + math.pi / 2),
    "cos": (math.pi, -2 * math.pi, 1e5 * math.pi),
    "tan": (math.pi / 2, -math.pi / 2),  # poles
    "sinc": (1.4302966531242027, 2.4590240331, 3.4708897, -5.4816, 100.5, 1e6 + 0.5),
    "silu": (-1.2784645427610738,),
    "gelu": (-0.7517915246935645,),
    "lgamma": (1.4616321449683622, -0.5040830082644554, -1.573498473162390, -9.7026725),
    "digamma": (),
    "logit": (0.5,),
    "arctan": (1.0, -1.0),
    "log1p": (-1.0,),
}


def value(name: str, *operands: float, digits: int = 40) -> Any:
    """Return the primitive's value, right to 20 digits or more."""
    truth = TRUTH[name]

    def at(precision: int) -> Any:
        with mp.workdps(precision):
            return truth(*map(mp.mpf, operands))

    return _settled(at, digits + _magnitude(name, *operands))


def slope(name: str, position: int, *operands: float) -> Any:
    """Return the derivative in one operand, right to 20 digits or more."""
    if (name, position) in NOT_DIFFERENTIATED:
        return mp.mpf(0)
    truth = TRUTH[name]

    def at(precision: int) -> Any:
        reach = precision // 3
        with mp.workdps(precision + reach):
            xs = list(map(mp.mpf, operands))
            x = xs[position]
            unit = abs(x) if name in SCALE_FREE else min(abs(x), mp.mpf(1))
            step = unit * mp.mpf(10) ** -reach
            xs[position] = x + step
            above = truth(*xs)
            xs[position] = x - step
            return (above - truth(*xs)) / (2 * step)

    return _settled(at, 60 + _magnitude(name, *operands))


def derivative(name: str, orders: tuple[int, ...], *operands: float) -> Any:
    """Return a partial derivative, ``orders[k]`` times in operand k, at mpmath's
    working precision; exactly 0 for operands that are not differentiated.

    It is a difference quotient: its rounding is relative to the value, not to the
    derivative, so that a small derivative asks for more digits.
    """
    if any(n and (name, k) in NOT_DIFFERENTIATED for k, n in enumerate(orders)):
        return mp.mpf(0)
    return mp.diff(TRUTH[name], tuple(map(mp.mpf, operands)), orders)


def _settled(at: Callable[[int], Any], precision: int) -> Any:
    coarse = at(precision)
    while True:
        precision = precision * 7 // 4
        fine = at(precision)
        gap = abs(fine - coarse)
        if gap <= abs(fine) * mp.mpf("1e-20") and (fine or precision > 1200):
            return fine
        if precision > HIGHEST_PRECISION:
            if gap < mp.mpf("1e-340"):
                return fine
            msg = f"the truth does not settle: {coarse}, {fine}"
            raise ArithmeticError(msg)
        coarse = fine


def _magnitude(name: str, *operands: float) -> int:
    if name in SCALE_FREE:
        return 0
    return max((abs(math.frexp(x)[1]) for x in operands), default=0) * 3 // 10


def ulp_error(found: float, truth: Any) -> float:
    """Return |found - truth| in units of the last place of the rounded truth."""
    try:
        rounded = float(truth)
    except OverflowError:
        rounded = math.copysign(math.inf, mp.sign(truth))
    if found == rounded:
        return 0.0
    if math.isinf(rounded) or math.isinf(found):
        edge = mp.mpf(2) ** 1024
        near = abs(abs(truth) / edge - 1) < mp.mpf(2) ** -51 and found * truth > 0
        return 1.0 if near else math.inf
    if math.isnan(found):
        return math.inf
    return float(abs(mp.mpf(found) - truth) / mp.mpf(math.ulp(rounded)))
