"""The table: one row per operation, all that is known of it.

`forward` maps floats to a float and never raises. `partials` maps the operands and
the output to one local derivative per operand, in ordinary arithmetic, so that the
same row runs on floats, Values, dual numbers and symbols. `exact` says the same over
any other kind of number. The other columns are what drawings, reports and checks need:
no other module keeps a list of operations by name.

>>> TANH.forward(0.0), TANH.partials(0.0, 0.0), TANH.saturates
(0.0, (1.0,), True)
"""

# ruff: noqa: E501 - a row of the table stays on one line
from collections.abc import Callable
from math import inf, pi, tau
from typing import Any, Final, NamedTuple, final

from autograd_scalar.primitives import exact, floats, partials, precise
from autograd_scalar.primitives import kinks as at
from autograd_scalar.primitives.exact import Rule
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
    """Where an operand may lie; the interior is where the primitive is differentiable."""

    low: float
    high: float


REAL: Final = Interval(-inf, inf)
POSITIVE: Final = Interval(0.0, inf)
UNIT: Final = Interval(0.0, 1.0)
SYMMETRIC: Final = Interval(-1.0, 1.0)
ABOVE_1: Final = Interval(1.0, inf)
ABOVE_MINUS_1: Final = Interval(-1.0, inf)

# Told from the others by identity, not by their ends:
ANY: Final = Interval(-inf, inf)  # any number of operands, each of them real
PLAIN: Final = Interval(-inf, inf)  # a plain number, which is not differentiated
ORDER: Final = Interval(0.0, inf)  # an order of derivation, not differentiated either

Period = float | Callable[..., float]

# Operations outside the table that programs have a kernel for, and their operands.
KERNELS: Final = {
    "cross_entropy": 2,
    "cross_entropy_of_sigmoid": 2,
    "cross_entropy_of_softmax": None,
}


@final
class Primitive:
    r"""One operation: how to compute it and how to differentiate it.

    ``forward`` maps floats to a float, ``partials`` the operands and the output to one
    local derivative for each operand. ``arity`` is the number of operands, None for any
    number; ``domain`` has an interval for each. ``symbol`` stands in a formula,
    ``latex`` in one for a paper, ``glyph`` in a drawing. ``kinks`` are the points where
    a derivative is a convention, ``period`` is that of a wave or staircase (a number, or
    a function of the operands). A ``linear`` primitive keeps its partials beside any
    output, nan included; one that ``saturates`` flattens out, so that a unit of it can
    stop to learn.

    >>> from autograd_scalar import PRIMITIVES
    >>> mul = PRIMITIVES["mul"]
    >>> mul.arity, mul.symbol, mul.latex.format("a", "b"), mul.is_infix
    (2, '*', 'a \\cdot b', True)
    >>> mul.forward(3.0, 5.0), mul.partials(3.0, 5.0, 15.0)
    (15.0, (5.0, 3.0))
    """

    __slots__ = (
        "arity", "domain", "exact", "forward", "glyph", "is_infix", "is_piecewise",
        "kernel", "kinks", "latex", "linear", "name", "not_differentiated", "partials", "period", "saturates",
        "symbol",
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
        exact: Rule | None = None,
        kinks: tuple[Kink, ...] = (),
        glyph: str = "",
        linear: bool = False,
        saturates: bool = False,
        period: Period | None = None,
        kernel: str = "",
    ) -> None:
        self.name = name
        self.kernel = kernel
        self.forward = forward
        self.partials = partials
        self.exact = exact
        self.arity = arity
        self.symbol = symbol
        self.latex = latex
        self.domain = domain
        self.kinks = kinks
        self.glyph = glyph or symbol
        self.linear = linear
        self.saturates = saturates
        self.period = period
        self.is_infix = arity == 2 and not symbol.isidentifier()  # noqa: PLR2004
        # Analytic on each of several pieces only, which kinks part.
        self.is_piecewise = any(
            k.side is not None or k.level is not None for k in kinks
        )
        # The places of operands that are plain numbers.
        self.not_differentiated = tuple(
            [
                k
                for k, interval in enumerate(domain)
                if interval is PLAIN or interval is ORDER
            ]
        )

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"


PRIMITIVES: Final[dict[str, Primitive]] = {}


def _row(  # noqa: PLR0913, PLR0917 - the columns of the table
    name: str,
    forward: Callable[..., float],
    partials: Callable[..., tuple[Any, ...]],
    exact: Rule,
    symbol: str,
    latex: str,
    *domain: Interval,
    kinks: tuple[Kink, ...] = (),
    glyph: str = "",
    linear: bool = False,
    saturates: bool = False,
    period: Period | None = None,
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
        exact=exact,
        kinks=kinks,
        glyph=glyph,
        linear=linear,
        saturates=saturates,
        period=period,
    )
    return row


def _divisor(_: float, y: float) -> float:
    return abs(y)


# name, on floats, partials(*operands, output), exactly, symbol, LaTeX, domain of each operand, what else is true of it

# fmt: off
# Arithmetic
ADD: Final          = _row("add",          floats.add,      lambda a, b, y: (1.0, 1.0),  exact.add,          "+",    "{0} + {1}", REAL, REAL, linear=True)
SUB: Final          = _row("sub",          floats.subtract, lambda a, b, y: (1.0, -1.0), exact.sub,          "-",    "{0} - {1}", REAL, REAL, glyph="−", linear=True)
MUL: Final          = _row("mul",          floats.multiply, lambda a, b, y: (b, a),      exact.mul,          "*",    r"{0} \cdot {1}", REAL, REAL, glyph="×", linear=True)
DIV: Final          = _row("div",          floats.divide,   partials.d_div,              exact.div,          "/",    r"\frac{{{0}}}{{{1}}}", REAL, REAL, glyph="÷", linear=True)
POW: Final          = _row("pow",          floats.power,    partials.d_pow,              exact.power,        "**",   "{{{0}}}^{{{1}}}", POSITIVE, REAL, kinks=at.POW, glyph="xⁿ")
POW_CONSTANT: Final = _row("pow_constant", floats.power,    partials.d_pow_constant,     exact.pow_constant, "**",   "{{{0}}}^{{{1}}}", REAL, PLAIN, kinks=at.POW_CONSTANT, glyph="xⁿ")
MOD: Final          = _row("mod",          floats.modulo,   partials.d_mod,              exact.mod,          "%",    r"{0} \bmod {1}", REAL, REAL, kinks=at.QUOTIENT, period=_divisor)
NEG: Final          = _row("neg",          floats.negative, lambda x, y: (-1.0,),        exact.neg,          "-",    "-{0}", REAL, glyph="−", linear=True)
ABS: Final          = _row("abs",          floats.absolute, partials.d_abs,              exact.absolute,     "abs",  r"\left|{0}\right|", REAL, kinks=at.ABS)

# Exponentials, logarithms, roots
EXP: Final        = _row("exp",        floats.exp,        lambda x, y: (y,),             exact.exp,        "exp",     "e^{{{0}}}", REAL)
EXP2: Final       = _row("exp2",       floats.exp2,       partials.d_exp2,               exact.exp2,       "exp2",    "2^{{{0}}}", REAL)
EXPM1: Final      = _row("expm1",      floats.expm1,      lambda x, y: (exp(x),),        exact.expm1,      "expm1",   r"\left(e^{{{0}}} - 1\right)", REAL)
LOG: Final        = _row("log",        floats.log,        partials.d_log,                exact.log,        "log",     r"\ln", POSITIVE)
LOG2: Final       = _row("log2",       floats.log2,       partials.d_log2,               exact.log2,       "log2",    r"\log_2", POSITIVE)
LOG10: Final      = _row("log10",      floats.log10,      partials.d_log10,              exact.log10,      "log10",   r"\log_{{10}}", POSITIVE)
LOG1P: Final      = _row("log1p",      floats.log1p,      partials.d_log1p,              exact.log1p,      "log1p",   r"\ln\left(1 + {0}\right)", ABOVE_MINUS_1)
SQRT: Final       = _row("sqrt",       floats.sqrt,       partials.d_sqrt,               exact.sqrt,       "sqrt",    r"\sqrt{{{0}}}", POSITIVE, kinks=at.ROOT, glyph="√")
CBRT: Final       = _row("cbrt",       floats.cbrt,       partials.d_cbrt,               exact.cbrt,       "cbrt",    r"\sqrt[3]{{{0}}}", REAL, kinks=at.ROOT)
SQUARE: Final     = _row("square",     floats.square,     lambda x, y: (2 * x,),         exact.square,     "square",  "{{{0}}}^2", REAL, glyph="x²")
RECIPROCAL: Final = _row("reciprocal", floats.reciprocal, lambda x, y: (divide(-y, x),), exact.reciprocal, "1/",      r"\frac{{1}}{{{0}}}", REAL, glyph="1/x")

# Trigonometric
SIN: Final     = _row("sin",     floats.sin,     lambda x, y: (cos(x),),                    exact.sin,     "sin",      r"\sin", REAL, period=tau)
COS: Final     = _row("cos",     floats.cos,     lambda x, y: (-sin(x),),                   exact.cos,     "cos",      r"\cos", REAL, period=tau)
TAN: Final     = _row("tan",     floats.tan,     partials.d_tan,                            exact.tan,     "tan",      r"\tan", REAL, period=pi)
ARCSIN: Final  = _row("arcsin",  floats.arcsin,  partials.d_arcsin,                         exact.arcsin,  "arcsin",   r"\arcsin", SYMMETRIC, kinks=at.RISING_ENDS)
ARCCOS: Final  = _row("arccos",  floats.arccos,  partials.d_arccos,                         exact.arccos,  "arccos",   r"\arccos", SYMMETRIC, kinks=at.FALLING_ENDS)
ARCTAN: Final  = _row("arctan",  floats.arctan,  partials.d_arctan,                         exact.arctan,  "arctan",   r"\arctan", REAL, saturates=True)
SINC: Final    = _row("sinc",    floats.sinc,    partials.d_sinc,                           exact.sinc,    "sinc",     r"\operatorname{{sinc}}", REAL, period=2.0)
DEGREES: Final = _row("degrees", floats.degrees, lambda x, y: (floats.DEGREES_PER_RADIAN,), exact.degrees, "degrees",  r"\operatorname{{degrees}}", REAL, linear=True)
RADIANS: Final = _row("radians", floats.radians, lambda x, y: (floats.RADIANS_PER_DEGREE,), exact.radians, "radians",  r"\operatorname{{radians}}", REAL, linear=True)

# Hyperbolic
SINH: Final    = _row("sinh",    floats.sinh,    lambda x, y: (cosh(x),), exact.sinh,    "sinh",     r"\sinh", REAL)
COSH: Final    = _row("cosh",    floats.cosh,    lambda x, y: (sinh(x),), exact.cosh,    "cosh",     r"\cosh", REAL)
TANH: Final    = _row("tanh",    floats.tanh,    partials.d_tanh,         exact.tanh,    "tanh",     r"\tanh", REAL, saturates=True)
ARCSINH: Final = _row("arcsinh", floats.arcsinh, partials.d_arcsinh,      exact.arcsinh, "arcsinh",  r"\operatorname{{arsinh}}", REAL)
ARCCOSH: Final = _row("arccosh", floats.arccosh, partials.d_arccosh,      exact.arccosh, "arccosh",  r"\operatorname{{arcosh}}", ABOVE_1, kinks=at.END)
ARCTANH: Final = _row("arctanh", floats.arctanh, partials.d_arctanh,      exact.arctanh, "arctanh",  r"\operatorname{{artanh}}", SYMMETRIC)

# Activations
SIGMOID: Final     = _row("sigmoid",     floats.sigmoid,     partials.d_sigmoid,          exact.sigmoid,     "sigmoid",      r"\sigma", REAL, glyph="σ", saturates=True)
LOG_SIGMOID: Final = _row("log_sigmoid", floats.log_sigmoid, lambda x, y: (sigmoid(-x),), exact.log_sigmoid, "log_sigmoid",  r"\ln\sigma", REAL, saturates=True)
RELU: Final        = _row("relu",        floats.relu,        partials.d_relu,             exact.relu,        "relu",         r"\operatorname{{relu}}", REAL, kinks=at.ABS)
LEAKY_RELU: Final  = _row("leaky_relu",  floats.leaky_relu,  partials.d_leaky_relu,       exact.leaky_relu,  "leaky_relu",   r"\operatorname{{leaky\_relu}}", REAL, REAL, kinks=at.LEAKY_RELU)
ELU: Final         = _row("elu",         floats.elu,         partials.d_elu,              exact.elu,         "elu",          r"\operatorname{{elu}}", REAL, REAL, kinks=at.ELU, saturates=True)
SELU: Final        = _row("selu",        floats.selu,        partials.d_selu,             exact.selu,        "selu",         r"\operatorname{{selu}}", REAL, kinks=at.SELU, saturates=True)
SOFTPLUS: Final    = _row("softplus",    floats.softplus,    lambda x, y: (sigmoid(x),),  exact.softplus,    "softplus",     r"\operatorname{{softplus}}", REAL, saturates=True)
GELU: Final        = _row("gelu",        floats.gelu,        partials.d_gelu,             exact.gelu,        "gelu",         r"\operatorname{{gelu}}", REAL, saturates=True)
SILU: Final        = _row("silu",        floats.silu,        partials.d_silu,             exact.silu,        "silu",         r"\operatorname{{silu}}", REAL, saturates=True)

# Special functions
ERF: Final       = _row("erf",       floats.erf,        partials.d_erf,       exact.erf,       "erf",        r"\operatorname{{erf}}", REAL, saturates=True)
ERFC: Final      = _row("erfc",      floats.erfc,       partials.d_erfc,      exact.erfc,      "erfc",       r"\operatorname{{erfc}}", REAL, saturates=True)
LGAMMA: Final    = _row("lgamma",    floats.lgamma,     partials.d_lgamma,    exact.lgamma,    "lgamma",     r"\ln\Gamma", REAL)
DIGAMMA: Final   = _row("digamma",   precise.digamma,   partials.d_digamma,   exact.digamma,   "digamma",    r"\psi", REAL)
POLYGAMMA: Final = _row("polygamma", precise.polygamma, partials.d_polygamma, exact.polygamma, "polygamma",  r"\psi^{{({0})}}\left({1}\right)", ORDER, REAL)
LOGIT: Final     = _row("logit",     floats.logit,      partials.d_logit,     exact.logit,     "logit",      r"\operatorname{{logit}}", UNIT)

# Steps
SIGN: Final  = _row("sign",  floats.sign,  partials.d_step, exact.sign,  "sign",   r"\operatorname{{sign}}", REAL, kinks=at.SIGN)
FLOOR: Final = _row("floor", floats.floor, partials.d_step, exact.floor, "floor",  r"\left\lfloor{0}\right\rfloor", REAL, kinks=at.INTEGER, period=1.0)
CEIL: Final  = _row("ceil",  floats.ceil,  partials.d_step, exact.ceil,  "ceil",   r"\left\lceil{0}\right\rceil", REAL, kinks=at.INTEGER, period=1.0)
RINT: Final  = _row("rint",  floats.rint,  partials.d_step, exact.rint,  "rint",   r"\operatorname{{round}}", REAL, kinks=at.HALF, period=1.0)

# Two operands or three
MAXIMUM: Final   = _row("maximum",   floats.maximum,   partials.d_maximum,   exact.maximum,   "max",        r"\max", REAL, REAL, kinks=at.MAXIMUM)
MINIMUM: Final   = _row("minimum",   floats.minimum,   partials.d_minimum,   exact.minimum,   "min",        r"\min", REAL, REAL, kinks=at.MINIMUM)
CLIP: Final      = _row("clip",      lambda x, low, high: floats.minimum(floats.maximum(x, low), high),      partials.d_clip,      exact.clip,      "clip",       r"\operatorname{{clip}}", REAL, REAL, REAL, kinks=at.CLIP)
ARCTAN2: Final   = _row("arctan2",   floats.arctan2,   partials.d_arctan2,   exact.arctan2,   "arctan2",    r"\operatorname{{atan2}}", REAL, REAL, kinks=at.ARCTAN2)
HYPOT: Final     = _row("hypot",     floats.hypot,     partials.d_hypot,     exact.hypot,     "hypot",      r"\sqrt{{{0}^2 + {1}^2}}", REAL, REAL, kinks=at.HYPOT)
LOGADDEXP: Final = _row("logaddexp", floats.logaddexp, partials.d_logaddexp, exact.logaddexp, "logaddexp",  r"\ln\left(e^{{{0}}} + e^{{{1}}}\right)", REAL, REAL)
COPYSIGN: Final  = _row("copysign",  floats.copysign,  partials.d_copysign,  exact.copysign,  "copysign",   r"\operatorname{{copysign}}", REAL, REAL, kinks=at.COPYSIGN)
XLOGY: Final     = _row("xlogy",     floats.xlogy,     partials.d_xlogy,     exact.xlogy,     "xlogy",      r"{0} \ln\left({1}\right)", REAL, POSITIVE, kinks=at.XLOGY)
FMOD: Final      = _row("fmod",      floats.fmod,      partials.d_mod,       exact.fmod,      "fmod",       r"\operatorname{{fmod}}", REAL, REAL, kinks=at.QUOTIENT, period=_divisor)
WHERE: Final     = _row("where",     floats.identity,  lambda x, y: (1.0,),  exact.where,     "where",      r"\operatorname{{where}}", REAL, linear=True)

# Any number of operands: {0} is their list
SUM: Final       = _row("sum",       floats.total,     lambda *xs: (1.0,) * (len(xs) - 1), exact.total,     "sum",        r"\sum", ANY, glyph="Σ", linear=True)
MEAN: Final      = _row("mean",      floats.mean,      partials.d_mean,                    exact.mean,      "mean",       r"\operatorname{{mean}}", ANY, linear=True)
PROD: Final      = _row("prod",      floats.prod,      partials.d_prod,                    exact.prod,      "prod",       r"\prod", ANY, glyph="Π", linear=True)
DOT: Final       = _row("dot",       floats.dot,       partials.d_dot,                     exact.dot,       "dot",        r"\operatorname{{dot}}", ANY, glyph="Σ×", linear=True)
LOGSUMEXP: Final = _row("logsumexp", floats.logsumexp, partials.d_logsumexp,               exact.logsumexp, "logsumexp",  r"\operatorname{{logsumexp}}", ANY)
# fmt: on
