"""The table: one row per operation, read by every interpreter of the graph.

`forward` maps floats to a float and never raises. `partials` maps the operands and
the output to one local derivative per operand, in ordinary arithmetic, so that the
same row runs on floats, Values, dual numbers and symbols.

>>> TANH.forward(0.0), TANH.partials(0.0, 0.0)
(0.0, (1.0,))
"""

# ruff: noqa: E501 - a row of the table stays on one line
from collections.abc import Callable
from math import inf
from typing import Any, Final, NamedTuple, final

from autograd_scalar.primitives import floats, precise
from autograd_scalar.primitives import kinks as at
from autograd_scalar.primitives import partials as d
from autograd_scalar.primitives.generic import (
    cos,
    cosh,
    divide,
    exp,
    sigmoid,
    sin,
    sinh,
)
from autograd_scalar.primitives.kinks import Kink

__all__ = ["PRIMITIVES", "Interval", "Kink", "Primitive"]


class Interval(NamedTuple):
    """Where an operand may lie; the interior is where the row is differentiable."""

    low: float
    high: float


@final
class Primitive:
    r"""One operation: how to compute it and how to differentiate it.

    >>> MUL.name, MUL.arity, MUL.symbol, MUL.latex.format("a", "b")
    ('mul', 2, '*', 'a \\cdot b')
    """

    __slots__ = (
        "arity", "domain", "forward", "kinks", "latex", "name", "partials", "symbol",
    )  # fmt: skip

    def __init__(  # noqa: PLR0913 - the columns of the table
        self,
        name: str,
        forward: Callable[..., float],
        partials: Callable[..., tuple[Any, ...]],
        *,
        arity: int | None,
        symbol: str,
        latex: str,
        domain: tuple[Interval, ...],
        kinks: tuple[Kink, ...] = (),
    ) -> None:
        self.name = name
        self.forward = forward
        self.partials = partials
        self.arity = arity
        self.symbol = symbol
        self.latex = latex
        self.domain = domain
        self.kinks = kinks

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"


PRIMITIVES: Final[dict[str, Primitive]] = {}


def _row(  # noqa: PLR0913 - the columns of the table
    name: str,
    forward: Callable[..., float],
    partials: Callable[..., tuple[Any, ...]],
    symbol: str,
    latex: str,
    *domain: Interval,
    kinks: tuple[Kink, ...] = (),
) -> Primitive:
    if "{0}" not in latex:
        places = ", ".join(f"{{{k}}}" for k in range(len(domain)))
        latex = rf"{latex}\left({places}\right)"
    row = PRIMITIVES[name] = Primitive(
        name,
        forward,
        partials,
        arity=None if domain[0] is ANY else len(domain),
        symbol=symbol,
        latex=latex,
        domain=domain,
        kinks=kinks,
    )
    return row


REAL: Final = Interval(-inf, inf)
ANY: Final = Interval(-inf, inf)  # any number of operands, each of them real
POSITIVE: Final = Interval(0.0, inf)
UNIT: Final = Interval(0.0, 1.0)
SYMMETRIC: Final = Interval(-1.0, 1.0)
ABOVE_1: Final = Interval(1.0, inf)
ABOVE_MINUS_1: Final = Interval(-1.0, inf)

# fmt: off
# name, forward, partials(*operands, output), symbol, LaTeX, domain of each operand

# Arithmetic
ADD: Final          = _row("add",          floats.add,      lambda a, b, y: (1.0, 1.0),  "+",   "{0} + {1}",            REAL, REAL)
SUB: Final          = _row("sub",          floats.subtract, lambda a, b, y: (1.0, -1.0), "-",   "{0} - {1}",            REAL, REAL)
MUL: Final          = _row("mul",          floats.multiply, lambda a, b, y: (b, a),      "*",   r"{0} \cdot {1}",       REAL, REAL)
DIV: Final          = _row("div",          floats.divide,   d.div,                       "/",   r"\frac{{{0}}}{{{1}}}", REAL, REAL)
POW: Final          = _row("pow",          floats.power,    d.power,                     "**",  "{{{0}}}^{{{1}}}",      POSITIVE, REAL, kinks=at.POW)
POW_CONSTANT: Final = _row("pow_constant", floats.power,    d.power_of_constant,         "**",  "{{{0}}}^{{{1}}}",      REAL, REAL, kinks=at.POW_CONSTANT)
MOD: Final          = _row("mod",          floats.modulo,   d.modulo,                    "%",   r"{0} \bmod {1}",       REAL, REAL, kinks=at.QUOTIENT)
NEG: Final          = _row("neg",          floats.negative, lambda x, y: (-1.0,),        "-",   "-{0}",                 REAL)
ABS: Final          = _row("abs",          floats.absolute, d.signum,                    "abs", r"\left|{0}\right|",    REAL, kinks=at.ABS)

# Exponentials, logarithms, roots
EXP: Final        = _row("exp",        floats.exp,        lambda x, y: (y,),             "exp",    "e^{{{0}}}",                 REAL)
EXP2: Final       = _row("exp2",       floats.exp2,       d.exp2,                        "exp2",   "2^{{{0}}}",                 REAL)
EXPM1: Final      = _row("expm1",      floats.expm1,      lambda x, y: (exp(x),),        "expm1",  r"\left(e^{{{0}}} - 1\right)", REAL)
LOG: Final        = _row("log",        floats.log,        lambda x, y: d.logarithm(x, 1.0), "log",    r"\ln",                      POSITIVE)
LOG2: Final       = _row("log2",       floats.log2,       lambda x, y: d.logarithm(x, floats.INV_LN_2), "log2",   r"\log_2",                   POSITIVE)
LOG10: Final      = _row("log10",      floats.log10,      lambda x, y: d.logarithm(x, floats.INV_LN_10), "log10",  r"\log_{{10}}",              POSITIVE)
LOG1P: Final      = _row("log1p",      floats.log1p,      d.log1p,                       "log1p",  r"\ln\left(1 + {0}\right)",  ABOVE_MINUS_1)
SQRT: Final       = _row("sqrt",       floats.sqrt,       d.square_root,                 "sqrt",   r"\sqrt{{{0}}}",             POSITIVE, kinks=at.ROOT)
CBRT: Final       = _row("cbrt",       floats.cbrt,       d.cube_root,                   "cbrt",   r"\sqrt[3]{{{0}}}",          REAL, kinks=at.ROOT)
SQUARE: Final     = _row("square",     floats.square,     lambda x, y: (2 * x,),         "square", "{{{0}}}^2",                 REAL)
RECIPROCAL: Final = _row("reciprocal", floats.reciprocal, lambda x, y: (divide(-y, x),), "1/",     r"\frac{{1}}{{{0}}}",        REAL)

# Trigonometric
SIN: Final    = _row("sin",    floats.sin,    lambda x, y: (cos(x),),  "sin",    r"\sin",                  REAL)
COS: Final    = _row("cos",    floats.cos,    lambda x, y: (-sin(x),), "cos",    r"\cos",                  REAL)
TAN: Final    = _row("tan",    floats.tan,    d.tan,                   "tan",    r"\tan",                  REAL)
ARCSIN: Final = _row("arcsin", floats.arcsin, d.arcsin,                "arcsin", r"\arcsin",               SYMMETRIC, kinks=at.RISING_ENDS)
ARCCOS: Final = _row("arccos", floats.arccos, d.arccos,                "arccos", r"\arccos",               SYMMETRIC, kinks=at.FALLING_ENDS)
ARCTAN: Final = _row("arctan", floats.arctan, d.arctan,                "arctan", r"\arctan",               REAL)
SINC: Final   = _row("sinc",   floats.sinc,   d.sinc_slope,            "sinc",   r"\operatorname{{sinc}}", REAL)

# Hyperbolic
SINH: Final    = _row("sinh",    floats.sinh,    lambda x, y: (cosh(x),), "sinh",    r"\sinh",                   REAL)
COSH: Final    = _row("cosh",    floats.cosh,    lambda x, y: (sinh(x),), "cosh",    r"\cosh",                   REAL)
TANH: Final    = _row("tanh",    floats.tanh,    d.tanh,                  "tanh",    r"\tanh",                   REAL)
ARCSINH: Final = _row("arcsinh", floats.arcsinh, d.arcsinh,               "arcsinh", r"\operatorname{{arsinh}}", REAL)
ARCCOSH: Final = _row("arccosh", floats.arccosh, d.arccosh,               "arccosh", r"\operatorname{{arcosh}}", ABOVE_1, kinks=at.END)
ARCTANH: Final = _row("arctanh", floats.arctanh, d.arctanh,               "arctanh", r"\operatorname{{artanh}}", SYMMETRIC)

# Activations
SIGMOID: Final     = _row("sigmoid",     floats.sigmoid,     d.logistic,                  "sigmoid",     r"\sigma",                   REAL)
LOG_SIGMOID: Final = _row("log_sigmoid", floats.log_sigmoid, lambda x, y: (sigmoid(-x),), "log_sigmoid", r"\ln\sigma",                REAL)
RELU: Final        = _row("relu",        floats.relu,        d.ramp,                      "relu",        r"\operatorname{{relu}}",    REAL, kinks=at.ABS)
LEAKY_RELU: Final  = _row("leaky_relu",  floats.leaky_relu,  d.leaky_relu,                "leaky_relu",  r"\operatorname{{leaky\_relu}}", REAL, REAL, kinks=at.SLOPE)
ELU: Final         = _row("elu",         floats.elu,         d.elu,                       "elu",         r"\operatorname{{elu}}",     REAL, REAL, kinks=at.ELU)
SELU: Final        = _row("selu",        floats.selu,        d.selu,                      "selu",        r"\operatorname{{selu}}",    REAL, kinks=at.SELU)
SOFTPLUS: Final    = _row("softplus",    floats.softplus,    lambda x, y: (sigmoid(x),),  "softplus",    r"\operatorname{{softplus}}", REAL)
GELU: Final        = _row("gelu",        floats.gelu,        d.gelu,                      "gelu",        r"\operatorname{{gelu}}",    REAL)
SILU: Final        = _row("silu",        floats.silu,        d.silu,                      "silu",        r"\operatorname{{silu}}",    REAL)

# Special functions
ERF: Final       = _row("erf",       floats.erf,          lambda x, y: d.error_function(x, floats.TWO_OVER_SQRT_PI), "erf",       r"\operatorname{{erf}}",     REAL)
ERFC: Final      = _row("erfc",      floats.erfc,         lambda x, y: d.error_function(x, -floats.TWO_OVER_SQRT_PI), "erfc",      r"\operatorname{{erfc}}",    REAL)
LGAMMA: Final    = _row("lgamma",    floats.lgamma,       d.log_gamma,                   "lgamma",    r"\ln\Gamma",                REAL)
DIGAMMA: Final   = _row("digamma",   precise.digamma,   d.psi,                         "digamma",   r"\psi",                     REAL)
POLYGAMMA: Final = _row("polygamma", precise.polygamma, d.psi_derivative,              "polygamma", r"\psi^{{({0})}}\left({1}\right)", POSITIVE, REAL)
LOGIT: Final     = _row("logit",     floats.logit,        d.log_odds,                    "logit",     r"\operatorname{{logit}}",   UNIT)

# Steps
SIGN: Final  = _row("sign",  floats.sign,  d.step, "sign",  r"\operatorname{{sign}}",    REAL, kinks=at.SIGN)
FLOOR: Final = _row("floor", floats.floor, d.step, "floor", r"\left\lfloor{0}\right\rfloor", REAL, kinks=at.INTEGER)
CEIL: Final  = _row("ceil",  floats.ceil,  d.step, "ceil",  r"\left\lceil{0}\right\rceil", REAL, kinks=at.INTEGER)
RINT: Final  = _row("rint",  floats.rint,  d.step, "rint",  r"\operatorname{{round}}",   REAL, kinks=at.HALF)

# Two operands
MAXIMUM: Final   = _row("maximum",   floats.maximum,   d.larger,            "max",       r"\max",                     REAL, REAL, kinks=at.MAXIMUM)
MINIMUM: Final   = _row("minimum",   floats.minimum,   d.smaller,           "min",       r"\min",                     REAL, REAL, kinks=at.MINIMUM)
ARCTAN2: Final   = _row("arctan2",   floats.arctan2,   d.arctan2,           "arctan2",   r"\operatorname{{atan2}}",   REAL, REAL, kinks=at.ARCTAN2)
HYPOT: Final     = _row("hypot",     floats.hypot,     d.hypot,             "hypot",     r"\sqrt{{{0}^2 + {1}^2}}",   REAL, REAL, kinks=at.HYPOT)
LOGADDEXP: Final = _row("logaddexp", floats.logaddexp, d.logaddexp,         "logaddexp", r"\ln\left(e^{{{0}}} + e^{{{1}}}\right)", REAL, REAL)
COPYSIGN: Final  = _row("copysign",  floats.copysign,  d.copysign,          "copysign",  r"\operatorname{{copysign}}", REAL, REAL, kinks=at.COPYSIGN)
XLOGY: Final     = _row("xlogy",     floats.xlogy,     d.xlogy,             "xlogy",     r"{0} \ln\left({1}\right)",  REAL, POSITIVE, kinks=at.XLOGY)
FMOD: Final      = _row("fmod",      floats.fmod,      d.modulo,            "fmod",      r"\operatorname{{fmod}}",    REAL, REAL, kinks=at.QUOTIENT)
WHERE: Final     = _row("where",     floats.identity,  lambda x, y: (1.0,), "where",     r"\operatorname{{where}}",   REAL)

# Any number of operands: {0} is their list
SUM: Final       = _row("sum",       floats.total,     lambda *xs: (1.0,) * (len(xs) - 1), "sum",       r"\sum",                     ANY)
MEAN: Final      = _row("mean",      floats.mean,      d.mean,                        "mean",      r"\operatorname{{mean}}",    ANY)
PROD: Final      = _row("prod",      floats.prod,      d.prod,                        "prod",      r"\prod",                    ANY)
DOT: Final       = _row("dot",       floats.dot,       d.dot,                         "dot",       r"\operatorname{{dot}}",     ANY)
LOGSUMEXP: Final = _row("logsumexp", floats.logsumexp, d.logsumexp,                   "logsumexp", r"\operatorname{{logsumexp}}", ANY)
# fmt: on
