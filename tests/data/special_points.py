"""Where a value or a derivative needs a rule: operands, value, partials, and why.

The data of two tests and of docs/conventions.md. ``why`` starts with the
rule (R1 to R5, as that page defines them) or says in words what decides; where it is
empty, the point is a kink of its row, whose convention says it.
"""

import math
from collections.abc import Callable
from math import inf, nan
from typing import Any, NamedTuple


class Point(NamedTuple):
    """One point of one row of the table of primitives."""

    name: str
    operands: tuple[float, ...]
    value: float
    partials: tuple[float, ...]
    why: str

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(repr, self.operands))})"


class Program(NamedTuple):
    """A program that takes one branch; it gets its functions from a namespace."""

    text: str
    run: Callable[[Any, Any], Any]
    x: float
    value: float
    slope: float

    def __str__(self) -> str:
        return f"{self.text} at {self.x}"


P = Point
TINY = 5e-324
PI = math.pi
HALF_PI = math.pi / 2
LN2 = math.log(2.0)

LIMIT = "the limit"
FLAT = "0: flat on both sides"
NOT_A_NUMBER = "nan in, nan out"
POLE = "R4: a pole"
NO_TIE = "no tie"
PRODUCT = "linear: the other factor"

KINKS = [
    P("abs", (0.0,), 0.0, (0.0,), "R2"),
    P("abs", (-0.0,), 0.0, (0.0,), "R2"),
    P(
        "clip",
        (0.5, 0.5, 2.0),
        0.5,
        (0.0, 1.0, 0.0),
        "0 for x is R2; the bound has the rest",
    ),
    P(
        "clip",
        (2.0, 0.5, 2.0),
        2.0,
        (0.0, 0.0, 1.0),
        "0 for x is R3; the bound has the rest",
    ),
    P("clip", (1.0, 2.0, 0.5), 0.5, (0.0, 0.0, 1.0), "low above high: high, as NumPy"),
    P("clip", (1.0, 0.5, 2.0), 1.0, (1.0, 0.0, 0.0), "R1"),
    P("clip", (nan, 0.5, 2.0), nan, (nan, nan, nan), NOT_A_NUMBER),
    P("cbrt", (0.0,), 0.0, (inf,), "R4"),
    P("cbrt", (-0.0,), -0.0, (inf,), "R4"),
    P("relu", (0.0,), 0.0, (0.0,), "R2"),
    P("relu", (-0.0,), 0.0, (0.0,), "R2"),
    P("leaky_relu", (0.0, 0.01), 0.0, (0.01, 0.0), "R2"),
    P("leaky_relu", (0.0, -1.0), -0.0, (0.0, 0.0), "R2"),
    P("leaky_relu", (0.0, 3.0), 0.0, (1.0, 0.0), "R3"),
    P("leaky_relu", (0.0, 1.0), 0.0, (1.0, 0.0), "R1: no kink: a line"),
    P("elu", (0.0, 1.0), 0.0, (1.0, 0.0), "R1: no kink: both slopes are 1"),
    P("elu", (0.0, 0.5), 0.0, (0.5, 0.0), "R2"),
    P("elu", (0.0, 2.0), 0.0, (1.0, 0.0), "R3"),
    P("selu", (0.0,), 0.0, (1.0507009873554805,), "R3"),
    P("gelu", (0.0,), 0.0, (0.5,), "R1: no kink"),
    P("silu", (0.0,), 0.0, (0.5,), "R1: no kink"),
    P("sinc", (0.0,), 1.0, (-0.0,), "R1: no kink"),
    P("hypot", (0.0, 0.0), 0.0, (0.0, 0.0), "R2"),
    P("arctan2", (0.0, 0.0), 0.0, (nan, nan), ""),
    P("arctan2", (0.0, -1.0), PI, (-1.0, -0.0), ""),
    P("copysign", (0.0, 2.0), 0.0, (0.0, 0.0), "R2"),
    P("copysign", (0.0, -1.0), -0.0, (0.0, 0.0), "R3: it is -abs(x) here"),
    P("xlogy", (0.0, 0.0), 0.0, (-inf, 0.0), ""),
]

TIES = [
    P("maximum", (2.0, 2.0), 2.0, (0.5, 0.5), "R2"),
    P("maximum", (0.0, -0.0), 0.0, (0.5, 0.5), "R2"),
    P("minimum", (2.0, 2.0), 2.0, (0.5, 0.5), "R3"),
    P("logaddexp", (-inf, -inf), -inf, (0.5, 0.5), "softmax of a tie"),
    P("logaddexp", (inf, inf), inf, (0.5, 0.5), "softmax of a tie"),
    P("logaddexp", (1000.0, 1000.0), 1000.0 + LN2, (0.5, 0.5), "R1"),
    P("logsumexp", (-inf, -inf), -inf, (0.5, 0.5), "softmax of a tie"),
    P("logsumexp", (inf, inf, 1.0), inf, (0.5, 0.5, 0.0), LIMIT),
]

ENDS = [
    P("div", (1.0, 0.0), inf, (inf, -inf), POLE),
    P("div", (1.0, -0.0), -inf, (-inf, -inf), POLE),
    P("div", (-1.0, 0.0), -inf, (inf, inf), POLE),
    P("div", (0.0, 0.0), nan, (inf, nan), "linear in a: 1/b"),
    P("reciprocal", (0.0,), inf, (-inf,), POLE),
    P("reciprocal", (-0.0,), -inf, (-inf,), POLE),
    P("log", (0.0,), -inf, (inf,), "R4"),
    P("log", (-0.0,), -inf, (inf,), "R4"),
    P("log2", (0.0,), -inf, (inf,), "R4"),
    P("log10", (0.0,), -inf, (inf,), "R4"),
    P("log1p", (-1.0,), -inf, (inf,), "R4"),
    P("sqrt", (0.0,), 0.0, (inf,), "R4"),
    P("sqrt", (-0.0,), -0.0, (inf,), "R4"),
    P("arcsin", (1.0,), HALF_PI, (inf,), "R4"),
    P("arcsin", (-1.0,), -HALF_PI, (inf,), "R4"),
    P("arccos", (1.0,), 0.0, (-inf,), "R4"),
    P("arccos", (-1.0,), PI, (-inf,), "R4"),
    P("arccosh", (1.0,), 0.0, (inf,), "R4"),
    P("arctanh", (1.0,), inf, (inf,), "R4"),
    P("arctanh", (-1.0,), -inf, (inf,), "R4"),
    P("lgamma", (0.0,), inf, (-inf,), POLE),
    P("lgamma", (-0.0,), inf, (inf,), POLE),
    P("lgamma", (-2.0,), inf, (nan,), "a pole: sides differ"),
    P("digamma", (0.0,), -inf, (inf,), POLE),
    P("digamma", (-0.0,), inf, (inf,), POLE),
    P("digamma", (-3.0,), nan, (nan,), "a pole: sides differ"),
    P("logit", (0.0,), -inf, (inf,), "R4"),
    P("logit", (1.0,), inf, (inf,), "R4"),
    P("xlogy", (0.0, 2.0), 0.0, (LN2, 0.0), "R1"),
    P("xlogy", (1.0, 0.0), -inf, (-inf, inf), "R4"),
]

OUTSIDE = [
    P("log", (-1.0,), nan, (nan,), "R5"),
    P("log2", (-1.0,), nan, (nan,), "R5"),
    P("log10", (-1.0,), nan, (nan,), "R5"),
    P("log1p", (-2.0,), nan, (nan,), "R5"),
    P("sqrt", (-1.0,), nan, (nan,), "R5"),
    P("arcsin", (1.5,), nan, (nan,), "R5"),
    P("arccos", (-1.5,), nan, (nan,), "R5"),
    P("arccosh", (0.5,), nan, (nan,), "R5"),
    P("arccosh", (-2.0,), nan, (nan,), "R5"),
    P("arctanh", (2.0,), nan, (nan,), "R5"),
    P("polygamma", (-1.0, 1.0), nan, (nan, nan), "R5: n is no order"),
    P("polygamma", (0.5, 1.0), nan, (nan, nan), "R5: n is no order"),
    P("polygamma", (2.0, -1.0), nan, (nan, nan), "a pole: sides differ"),
    P("logit", (-0.5,), nan, (nan,), "R5"),
    P("logit", (1.5,), nan, (nan,), "R5"),
    P("xlogy", (1.0, -1.0), nan, (nan, nan), "R5"),
    P("mod", (7.0, 0.0), nan, (nan, nan), "R5"),
    P("fmod", (7.0, 0.0), nan, (nan, nan), "R5"),
    P("pow", (-8.0, 1 / 3), nan, (nan, nan), "R5: 1/3 is rounded"),
    P("pow_constant", (-1.0, 0.5), nan, (nan, nan), "R5: never a complex number"),
]

POWERS = [
    P("pow", (0.0, 0.0), 1.0, (0.0, 0.0), ""),
    P("pow", (-2.0, 3.0), -8.0, (12.0, nan), ""),
    P("pow", (0.0, 2.0), 0.0, (0.0, 0.0), "R4"),
    P("pow", (0.0, 1.0), 0.0, (1.0, 0.0), "R4"),
    P("pow", (0.0, 0.5), 0.0, (inf, 0.0), "R4"),
    P("pow", (0.0, -1.0), inf, (-inf, nan), "R4 for a, inf - inf for b"),
    P("pow", (2.0, 0.0), 1.0, (0.0, LN2), "R1"),
    P("pow_constant", (0.0, 0.0), 1.0, (0.0, 0.0), "R1: x**0 is 1 everywhere"),
    P("pow_constant", (-5.0, 0.0), 1.0, (0.0, 0.0), "R1: x**0 is 1 everywhere"),
    P("pow_constant", (0.0, 1.0), 0.0, (1.0, 0.0), "R1"),
    P("pow_constant", (0.0, 2.0), 0.0, (0.0, 0.0), "R1"),
    P("pow_constant", (0.0, 0.5), 0.0, (inf, 0.0), "R4"),
    P("pow_constant", (0.0, -1.0), inf, (-inf, 0.0), POLE),
    P("pow_constant", (-0.0, -1.0), -inf, (-inf, 0.0), POLE),
    P("pow_constant", (-3.0, 3.0), -27.0, (27.0, 0.0), "R1: no log of x"),
    P("pow_constant", (-1.0, 2.0**60), 1.0, (-(2.0**60), 0.0), "R1"),
    P("pow_constant", (inf, 2.0), inf, (inf, 0.0), LIMIT),
    P("pow_constant", (inf, -2.0), 0.0, (-0.0, 0.0), LIMIT),
]

STEPS = [
    P("sign", (0.0,), 0.0, (0.0,), ""),
    P("sign", (-0.0,), 0.0, (0.0,), ""),
    P("sign", (-inf,), -1.0, (0.0,), FLAT),
    P("floor", (3.0,), 3.0, (0.0,), ""),
    P("floor", (-0.5,), -1.0, (0.0,), FLAT),
    P("floor", (inf,), inf, (0.0,), FLAT),
    P("ceil", (-2.0,), -2.0, (0.0,), ""),
    P("ceil", (-0.5,), -0.0, (0.0,), FLAT),
    P("ceil", (-inf,), -inf, (0.0,), FLAT),
    P("rint", (0.5,), 0.0, (0.0,), ""),
    P("rint", (1.5,), 2.0, (0.0,), ""),
    P("rint", (-2.5,), -2.0, (0.0,), ""),
    P("mod", (7.0, 2.0), 1.0, (1.0, -3.0), "R1"),
    P("mod", (-7.0, 2.0), 1.0, (1.0, 4.0), "R1: the result has the sign of b"),
    P("mod", (6.0, 2.0), 0.0, (1.0, -3.0), ""),
    P("mod", (5.0, inf), 5.0, (1.0, 0.0), LIMIT),
    P("mod", (-5.0, inf), inf, (1.0, 1.0), "the quotient is -1"),
    P("fmod", (-7.0, 2.0), -1.0, (1.0, 3.0), "R1: the result has the sign of a"),
    P("fmod", (-6.0, 2.0), -0.0, (1.0, 3.0), ""),
    P("fmod", (-5.0, inf), -5.0, (1.0, 0.0), LIMIT),
    P("copysign", (-3.0, -0.0), -3.0, (1.0, 0.0), ""),
    P("copysign", (-3.0, 2.0), 3.0, (-1.0, 0.0), "R1"),
]

INFINITIES = [
    P("add", (inf, -inf), nan, (1.0, 1.0), "linear: a constant"),
    P("sub", (inf, inf), nan, (1.0, -1.0), "linear: a constant"),
    P("mul", (0.0, inf), nan, (inf, 0.0), PRODUCT),
    P("div", (inf, 2.0), inf, (0.5, -inf), LIMIT),
    P("div", (2.0, inf), 0.0, (0.0, -0.0), LIMIT),
    P("mod", (inf, 2.0), nan, (nan, nan), "R5"),
    P("exp", (-inf,), 0.0, (0.0,), LIMIT),
    P("expm1", (-inf,), -1.0, (0.0,), LIMIT),
    P("log", (inf,), inf, (0.0,), LIMIT),
    P("sqrt", (inf,), inf, (0.0,), LIMIT),
    P("cbrt", (-inf,), -inf, (0.0,), LIMIT),
    P("sin", (inf,), nan, (nan,), "R5"),
    P("cos", (-inf,), nan, (nan,), "R5"),
    P("tan", (inf,), nan, (nan,), "R5"),
    P("arctan", (inf,), HALF_PI, (0.0,), LIMIT),
    P("arctan", (-inf,), -HALF_PI, (0.0,), LIMIT),
    P("sinc", (inf,), 0.0, (0.0,), LIMIT),
    P("tanh", (inf,), 1.0, (0.0,), LIMIT),
    P("arcsinh", (inf,), inf, (0.0,), LIMIT),
    P("arccosh", (inf,), inf, (0.0,), LIMIT),
    P("sigmoid", (-inf,), 0.0, (0.0,), LIMIT),
    P("sigmoid", (inf,), 1.0, (0.0,), LIMIT),
    P("log_sigmoid", (-inf,), -inf, (1.0,), LIMIT),
    P("log_sigmoid", (inf,), -0.0, (0.0,), LIMIT),
    P("elu", (-inf, 2.0), -2.0, (0.0, -1.0), LIMIT),
    P("selu", (-inf,), -1.7580993408473768, (0.0,), LIMIT),
    P("softplus", (-inf,), 0.0, (0.0,), LIMIT),
    P("softplus", (inf,), inf, (1.0,), LIMIT),
    P("gelu", (-inf,), -0.0, (-0.0,), LIMIT),
    P("gelu", (inf,), inf, (1.0,), LIMIT),
    P("silu", (-inf,), -0.0, (-0.0,), LIMIT),
    P("silu", (inf,), inf, (1.0,), LIMIT),
    P("erf", (inf,), 1.0, (0.0,), LIMIT),
    P("erfc", (-inf,), 2.0, (-0.0,), LIMIT),
    P("lgamma", (inf,), inf, (inf,), LIMIT),
    P("digamma", (inf,), inf, (0.0,), LIMIT),
    P("digamma", (-inf,), nan, (nan,), "R5"),
    P("polygamma", (1.0, inf), 0.0, (0.0, 0.0), LIMIT),
    P("maximum", (-inf, 1.0), 1.0, (0.0, 1.0), NO_TIE),
    P("minimum", (-inf, 1.0), -inf, (1.0, 0.0), NO_TIE),
    P("arctan2", (1.0, inf), 0.0, (0.0, 0.0), LIMIT),
    P("arctan2", (inf, inf), PI / 4, (0.0, 0.0), LIMIT),
    P("hypot", (inf, 1.0), inf, (1.0, 0.0), LIMIT),
    P("hypot", (1.0, -inf), inf, (0.0, -1.0), LIMIT),
    P("hypot", (inf, inf), inf, (nan, nan), "no limit"),
    P("logaddexp", (inf, 1.0), inf, (1.0, 0.0), LIMIT),
    P("logaddexp", (-inf, 1.0), 1.0, (0.0, 1.0), LIMIT),
    P("logsumexp", (0.0, -inf), 0.0, (1.0, 0.0), LIMIT),
]

EXTREMES = [
    P("div", (3 * TINY, 0.25), 12 * TINY, (4.0, -48 * TINY), "R1: denormal"),
    P("neg", (0.0,), -0.0, (-1.0,), "R1: -0 and 0 are two floats"),
    P("relu", (TINY,), TINY, (1.0,), "R1: denormal"),
    P("exp", (1000.0,), inf, (inf,), "R1: overflow"),
    P("exp2", (1024.0,), inf, (1.2460659279417838e308,), "R1: no overflow"),
    P("square", (1e200,), inf, (2e200,), "R1"),
    P("sinh", (1000.0,), inf, (inf,), "R1: overflow"),
    P("sinh", (-1000.0,), -inf, (inf,), "R1: overflow"),
    P("cosh", (-1000.0,), inf, (-inf,), "R1: overflow"),
    P("degrees", (2.5,), 143.2394487827058, (57.29577951308232,), "R1"),
    P("radians", (90.0,), 1.5707963267948966, (0.017453292519943295,), "R1"),
    P("tanh", (20.0,), 1.0, (1.6993417021166355e-17,), "R1: not 1 - tanh(x)**2"),
    P("sigmoid", (40.0,), 1.0, (4.248354255291589e-18,), "R1: not s * (1 - s)"),
    P("log_sigmoid", (-1000.0,), -1000.0, (1.0,), "R1"),
    P("softplus", (1000.0,), 1000.0, (1.0,), "R1"),
    P("cbrt", (27.0,), 3.0, (1 / 27,), "R1"),
    P("sinc", (3.0,), 0.0, (-1 / 3,), "R1"),
    P("lgamma", (1e306,), inf, (704.591038456178,), "R1"),
    P("polygamma", (1.0, 1.0), PI**2 / 6, (0.0, -2.4041138063191885), "R1"),
    P("hypot", (3e-320, 4e-320), 5e-320, (0.6, 0.8), "R1"),
    P("hypot", (1.5e308, 1.5e308), inf, (math.sqrt(0.5), math.sqrt(0.5)), "R1"),
]

NOT_NUMBERS = [
    P("abs", (nan,), nan, (nan,), NOT_A_NUMBER),
    P("relu", (nan,), nan, (nan,), NOT_A_NUMBER),
    P("leaky_relu", (nan, 0.01), nan, (nan, nan), NOT_A_NUMBER),
    P("sign", (nan,), nan, (nan,), NOT_A_NUMBER),
    P("floor", (nan,), nan, (nan,), NOT_A_NUMBER),
    P("maximum", (nan, 1.0), nan, (nan, nan), NOT_A_NUMBER),
    P("maximum", (1.0, nan), nan, (nan, nan), NOT_A_NUMBER),
    P("minimum", (nan, 1.0), nan, (nan, nan), NOT_A_NUMBER),
    P("hypot", (nan, inf), nan, (nan, nan), NOT_A_NUMBER),
    P("copysign", (1.0, nan), nan, (nan, nan), NOT_A_NUMBER),
    P("xlogy", (0.0, nan), nan, (nan, nan), NOT_A_NUMBER),
    P("pow_constant", (nan, 0.0), 1.0, (0.0, 0.0), "x**0 is 1 for every x (C99)"),
    P("where", (nan,), nan, (1.0,), "linear: a constant"),
    P("logsumexp", (nan, 1.0), nan, (nan, nan), NOT_A_NUMBER),
    P("logsumexp", (nan, inf), nan, (nan, nan), NOT_A_NUMBER),
]

REDUCTIONS = [
    P("sum", (1e16, 1.0, -1e16), 0.0, (1.0, 1.0, 1.0), "R1: added left to right"),
    P("mean", (1.0, 2.0), 1.5, (0.5, 0.5), "R1"),
    P("prod", (0.0, 2.0, 3.0), 0.0, (6.0, 0.0, 0.0), "R1: no division by a factor"),
    P("prod", (0.0, 0.0, 3.0), 0.0, (0.0, 0.0, 0.0), "R1: no division by a factor"),
    P("prod", (inf, 2.0), inf, (2.0, inf), PRODUCT),
    P("prod", (1e200, 1e200, 1e-300), 1e100, (1e-100, 1e-100, inf), "R1"),
    P("dot", (1.0, 2.0, 3.0, 4.0), 14.0, (2.0, 1.0, 4.0, 3.0), "R1"),
    P("dot", (1.0, 2.0, 10.0), 12.0, (2.0, 1.0, 1.0), "R1: the last one is the start"),
    P("dot", (5.0,), 5.0, (1.0,), "R1: the last one is the start"),
    P("logsumexp", (2.0,), 2.0, (1.0,), "R1"),
]

THEMES = {
    "Kinks": KINKS,
    "Ties": TIES,
    "Ends of the domain, and poles": ENDS,
    "Outside the domain": OUTSIDE,
    "Powers": POWERS,
    "Steps and remainders": STEPS,
    "Infinities": INFINITIES,
    "Overflow, underflow and denormals": EXTREMES,
    "Not a number": NOT_NUMBERS,
    "Sums and products": REDUCTIONS,
}
SPECIAL = [point for points in THEMES.values() for point in points]

BRANCHES = [
    Program(
        "where(x > 0, sqrt(x), 0)",
        lambda m, x: m.where(x > 0.0, m.sqrt(x), 0.0),
        *(0.0, 0.0, 0.0),
    ),
    Program(
        "where(x > 0, x * log(x), 0)",
        lambda m, x: m.where(x > 0.0, x * m.log(x), 0.0),
        *(0.0, 0.0, 0.0),
    ),
    Program(
        "where(abs(x) > 0, sin(x) / x, 1)",
        lambda m, x: m.where(abs(x) > 0.0, m.sin(x) / x, 1.0),
        *(0.0, 1.0, 0.0),
    ),
    Program(
        "where(x < 1, arcsin(x), 2)",
        lambda m, x: m.where(x < 1.0, m.arcsin(x), 2.0),
        *(3.0, 2.0, 0.0),
    ),
    Program(
        "where(x < 100, exp(x), x)",
        lambda m, x: m.where(x < 100.0, m.exp(x), x),
        *(1000.0, 1000.0, 1.0),
    ),
]
