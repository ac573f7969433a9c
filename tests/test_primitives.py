"""The table of primitives against mpmath: every row, over all classes of floats."""

import math
import random
from fractions import Fraction
from math import inf, isnan, nan

import pytest
from mpmath import mp

from autograd_scalar import ieee
from autograd_scalar.primitives import PRIMITIVES, Primitive

from .dual import Dual
from .mpmath_truth import ROOTS, TRUTH, slope, ulp_error, value

TINY = 5e-324
NORMAL = 2.2250738585072014e-308
ALLOWED = 4.0  # ULP, numerics.md R1

ROWS = [pytest.param(row, id=name) for name, row in PRIMITIVES.items()]
ALL_ROWS = pytest.mark.parametrize("row", ROWS)

# Rows whose mpmath functions take milliseconds get fewer points.
POINTS = {"digamma": 100, "polygamma": 40, "logsumexp": 40, "erf": 60, "erfc": 100}

# The value adds its operands up as it says, or is C's: it may cancel.
CANCELS = {"sum", "mean", "dot", "logaddexp", "logsumexp", "lgamma"}


# Points


def interior(row: Primitive, low: float, high: float, rng: random.Random) -> float:
    """Return one operand strictly inside (low, high), of a random class."""
    ends = [end for end in (low, high, 0.0) if abs(end) < inf]
    roots = ROOTS.get(row.name, ()) or ends
    sign = rng.choice((-1.0, 1.0))
    classes = (
        lambda: rng.uniform(-6.0, 6.0),
        lambda: rng.uniform(-6.0, 6.0),
        lambda: rng.uniform(-50.0, 50.0),
        lambda: rng.uniform(-760.0, 760.0),
        lambda: sign * 10.0 ** rng.uniform(-3, 3),
        lambda: sign * 10.0 ** rng.randint(-300, 300),
        lambda: sign * 10.0 ** rng.uniform(-307, 308),
        lambda: sign * TINY * rng.randint(1, 2 ** rng.randint(1, 52)),
        lambda: rng.choice(ends) + sign * 10.0 ** rng.uniform(-17, -1),
        lambda: math.nextafter(rng.choice(ends), sign * inf),
        lambda: rng.choice(roots) * (1.0 + sign * 10.0 ** rng.uniform(-17, -1)),
        lambda: rng.choice(roots) + sign * 10.0 ** rng.uniform(-10, 0),
    )
    while True:
        x = rng.choice(classes)()
        if low < x < high and x:
            return x


def operands(row: Primitive, rng: random.Random) -> tuple[float, ...]:
    """Return operands at which the row is differentiable."""
    while True:
        count = rng.randint(1, 6) if row.arity is None else row.arity
        intervals = row.domain * count if row.arity is None else row.domain
        xs = [interior(row, low, high, rng) for low, high in intervals]
        if row.name == "polygamma":
            xs[0] = float(rng.randint(0, 4))
        elif row.name in {"pow", "pow_constant"}:
            near_one = rng.random() < 0.5 and xs[0] > 0.0 and xs[0] != 1.0
            if near_one:  # so that the power is within reach, tails included
                xs[1] = rng.uniform(-745.0, 745.0) / math.log(xs[0])
            elif xs[0] < 0.0:
                xs[1] = float(rng.randint(-30, 30))
        elif count == 2 and rng.random() < 0.3 and row.name != "xlogy":
            xs[1] = xs[0] * (1.0 + rng.uniform(-1, 1) * 10.0 ** rng.uniform(-16, 0))
        if is_smooth(row, xs):
            return tuple(xs)


def is_smooth(row: Primitive, xs: list[float]) -> bool:
    if not all(xs) or any(kink.at(*xs) for kink in row.kinks):
        return row.name == "polygamma" and xs[0] == 0.0
    if row.name in {"lgamma", "digamma", "polygamma"}:
        x = xs[-1]
        return x > 0.0 or (x > -100.0 and x != math.floor(x))
    if row.name in {"pow", "pow_constant"}:  # mpmath takes its time far out
        return abs(xs[1] * math.log(abs(xs[0]))) < 1e4
    if row.name in {"mod", "fmod"}:  # the quotient must be certain
        return abs(xs[0] / xs[1]) < 2.0**50 if xs[1] else False
    return not (row.name in {"floor", "ceil", "rint"} and abs(xs[0]) > 2.0**50)


@ALL_ROWS
def test_has_a_truth(row):
    assert row.name in TRUTH, f"add {row.name!r} to TRUTH in tests/mpmath_truth.py"


@ALL_ROWS
def test_slopes_are_within_4_ulp(row):
    rng = random.Random(row.name)
    for _ in range(POINTS.get(row.name, 160)):
        xs = operands(row, rng)
        found = row.partials(*xs, row.forward(*xs))
        for position, derivative in enumerate(found):
            truth = slope(row.name, position, *xs)
            assert ulp_error(derivative, truth) <= ALLOWED, (
                f"{row.name}{xs}: operand {position}: {derivative!r} is not {truth}"
            )


@ALL_ROWS
def test_values_are_within_4_ulp(row):
    rng = random.Random(row.name)
    for _ in range(POINTS.get(row.name, 160) // 2):
        xs = operands(row, rng)
        found, truth = row.forward(*xs), value(row.name, *xs)
        if row.name in CANCELS:
            continue
        assert ulp_error(found, truth) <= ALLOWED, (
            f"{row.name}{xs}: {found} for {truth}"
        )


def products(xs: tuple[float, ...]) -> list[float]:
    start = [xs[-1]] if len(xs) % 2 else []
    return [a * b for a, b in zip(xs[0::2], xs[1::2], strict=False)] + start


@pytest.mark.parametrize("name", sorted(CANCELS))
def test_values_that_may_cancel_are_right_to_their_scale(name):
    row, rng = PRIMITIVES[name], random.Random(name)
    for _ in range(60):
        xs = operands(row, rng)
        terms = xs if name != "dot" else products(xs)
        found, truth = row.forward(*xs), value(name, *xs)
        size = max(*map(abs, terms), abs(found), 1.0 if name[:3] == "log" else 0.0)
        if size < inf:
            assert abs(found - truth) <= 2e-15 * size + TINY


# Special points: operands, value, partials. See shared rules R2 to R5.

HALF_PI = math.pi / 2
SPECIAL = [
    ("div", (1.0, 0.0), inf, (inf, -inf)),
    ("div", (1.0, -0.0), -inf, (-inf, -inf)),
    ("div", (-1.0, 0.0), -inf, (inf, inf)),
    ("div", (0.0, 0.0), nan, (inf, nan)),
    ("div", (inf, 2.0), inf, (0.5, -inf)),
    ("div", (2.0, inf), 0.0, (0.0, -0.0)),
    ("div", (3 * TINY, 0.25), 12 * TINY, (4.0, -48 * TINY)),
    ("pow", (0.0, 0.0), 1.0, (0.0, 0.0)),
    ("pow", (-2.0, 3.0), -8.0, (12.0, nan)),
    ("pow", (-8.0, 1 / 3), nan, (nan, nan)),
    ("pow", (0.0, 2.0), 0.0, (0.0, 0.0)),
    ("pow", (0.0, 1.0), 0.0, (1.0, 0.0)),
    ("pow", (0.0, 0.5), 0.0, (inf, 0.0)),
    ("pow", (0.0, -1.0), inf, (-inf, nan)),
    ("pow", (2.0, 0.0), 1.0, (0.0, math.log(2.0))),
    ("pow_constant", (0.0, 0.0), 1.0, (0.0, 0.0)),
    ("pow_constant", (-5.0, 0.0), 1.0, (0.0, 0.0)),
    ("pow_constant", (0.0, 1.0), 0.0, (1.0, 0.0)),
    ("pow_constant", (0.0, 2.0), 0.0, (0.0, 0.0)),
    ("pow_constant", (0.0, 0.5), 0.0, (inf, 0.0)),
    ("pow_constant", (0.0, -1.0), inf, (-inf, 0.0)),
    ("pow_constant", (-0.0, -1.0), -inf, (-inf, 0.0)),
    ("pow_constant", (-1.0, 0.5), nan, (nan, nan)),
    ("pow_constant", (-3.0, 3.0), -27.0, (27.0, 0.0)),
    ("pow_constant", (-1.0, 2.0**60), 1.0, (-(2.0**60), 0.0)),
    ("pow_constant", (inf, 2.0), inf, (inf, 0.0)),
    ("pow_constant", (inf, -2.0), 0.0, (-0.0, 0.0)),
    ("mod", (7.0, 2.0), 1.0, (1.0, -3.0)),
    ("mod", (-7.0, 2.0), 1.0, (1.0, 4.0)),
    ("mod", (7.0, 0.0), nan, (nan, nan)),
    ("mod", (inf, 2.0), nan, (nan, nan)),
    ("mod", (5.0, inf), 5.0, (1.0, 0.0)),
    ("mod", (-5.0, inf), inf, (1.0, 1.0)),
    ("mod", (6.0, 2.0), 0.0, (1.0, -3.0)),
    ("fmod", (-7.0, 2.0), -1.0, (1.0, 3.0)),
    ("fmod", (7.0, 0.0), nan, (nan, nan)),
    ("fmod", (-5.0, inf), -5.0, (1.0, 0.0)),
    ("abs", (0.0,), 0.0, (0.0,)),
    ("abs", (-0.0,), 0.0, (0.0,)),
    ("exp", (1000.0,), inf, (inf,)),
    ("exp", (-inf,), 0.0, (0.0,)),
    ("exp2", (1024.0,), inf, (1.2460659279417838e308,)),
    ("expm1", (-inf,), -1.0, (0.0,)),
    ("log", (0.0,), -inf, (inf,)),
    ("log", (-0.0,), -inf, (inf,)),
    ("log", (-1.0,), nan, (nan,)),
    ("log", (inf,), inf, (0.0,)),
    ("log2", (0.0,), -inf, (inf,)),
    ("log2", (-1.0,), nan, (nan,)),
    ("log10", (0.0,), -inf, (inf,)),
    ("log10", (-1.0,), nan, (nan,)),
    ("log1p", (-1.0,), -inf, (inf,)),
    ("log1p", (-2.0,), nan, (nan,)),
    ("sqrt", (0.0,), 0.0, (inf,)),
    ("sqrt", (-0.0,), -0.0, (inf,)),
    ("sqrt", (-1.0,), nan, (nan,)),
    ("sqrt", (inf,), inf, (0.0,)),
    ("cbrt", (0.0,), 0.0, (inf,)),
    ("cbrt", (-0.0,), -0.0, (inf,)),
    ("cbrt", (-inf,), -inf, (0.0,)),
    ("cbrt", (27.0,), 3.0, (1 / 27,)),
    ("reciprocal", (0.0,), inf, (-inf,)),
    ("reciprocal", (-0.0,), -inf, (-inf,)),
    ("sin", (inf,), nan, (nan,)),
    ("cos", (-inf,), nan, (nan,)),
    ("tan", (inf,), nan, (nan,)),
    ("arcsin", (1.0,), HALF_PI, (inf,)),
    ("arcsin", (-1.0,), -HALF_PI, (inf,)),
    ("arcsin", (1.5,), nan, (nan,)),
    ("arccos", (1.0,), 0.0, (-inf,)),
    ("arccos", (-1.0,), math.pi, (-inf,)),
    ("arccos", (-1.5,), nan, (nan,)),
    ("arctan", (inf,), HALF_PI, (0.0,)),
    ("arctan", (-inf,), -HALF_PI, (0.0,)),
    ("sinc", (0.0,), 1.0, (-0.0,)),
    ("sinc", (3.0,), 0.0, (-1 / 3,)),
    ("sinc", (inf,), 0.0, (0.0,)),
    ("sinh", (1000.0,), inf, (inf,)),
    ("sinh", (-1000.0,), -inf, (inf,)),
    ("cosh", (-1000.0,), inf, (-inf,)),
    ("tanh", (inf,), 1.0, (0.0,)),
    ("tanh", (20.0,), 1.0, (1.6993417021166355e-17,)),
    ("arcsinh", (inf,), inf, (0.0,)),
    ("arccosh", (1.0,), 0.0, (inf,)),
    ("arccosh", (0.5,), nan, (nan,)),
    ("arccosh", (-2.0,), nan, (nan,)),
    ("arccosh", (inf,), inf, (0.0,)),
    ("arctanh", (1.0,), inf, (inf,)),
    ("arctanh", (-1.0,), -inf, (inf,)),
    ("arctanh", (2.0,), nan, (nan,)),
    ("sigmoid", (-inf,), 0.0, (0.0,)),
    ("sigmoid", (inf,), 1.0, (0.0,)),
    ("log_sigmoid", (-inf,), -inf, (1.0,)),
    ("log_sigmoid", (inf,), -0.0, (0.0,)),
    ("relu", (0.0,), 0.0, (0.0,)),
    ("relu", (-0.0,), 0.0, (0.0,)),
    ("relu", (nan,), nan, (nan,)),
    ("leaky_relu", (0.0, 0.01), 0.0, (0.01, 0.0)),
    ("leaky_relu", (0.0, -1.0), -0.0, (0.0, 0.0)),
    ("leaky_relu", (0.0, 3.0), 0.0, (1.0, 0.0)),
    ("elu", (0.0, 1.0), 0.0, (1.0, 0.0)),
    ("elu", (0.0, 0.5), 0.0, (0.5, 0.0)),
    ("elu", (0.0, 2.0), 0.0, (1.0, 0.0)),
    ("elu", (-inf, 2.0), -2.0, (0.0, -1.0)),
    ("selu", (0.0,), 0.0, (1.0507009873554805,)),
    ("selu", (-inf,), -1.7580993408473768, (0.0,)),
    ("softplus", (-inf,), 0.0, (0.0,)),
    ("softplus", (inf,), inf, (1.0,)),
    ("gelu", (0.0,), 0.0, (0.5,)),
    ("gelu", (-inf,), -0.0, (-0.0,)),
    ("gelu", (inf,), inf, (1.0,)),
    ("silu", (0.0,), 0.0, (0.5,)),
    ("silu", (-inf,), -0.0, (-0.0,)),
    ("silu", (inf,), inf, (1.0,)),
    ("erf", (inf,), 1.0, (0.0,)),
    ("erfc", (-inf,), 2.0, (-0.0,)),
    ("lgamma", (0.0,), inf, (-inf,)),
    ("lgamma", (-0.0,), inf, (inf,)),
    ("lgamma", (-2.0,), inf, (nan,)),
    ("lgamma", (inf,), inf, (inf,)),
    ("lgamma", (1e306,), inf, (704.591038456178,)),
    ("digamma", (0.0,), -inf, (inf,)),
    ("digamma", (-0.0,), inf, (inf,)),
    ("digamma", (-3.0,), nan, (nan,)),
    ("digamma", (inf,), inf, (0.0,)),
    ("digamma", (-inf,), nan, (nan,)),
    ("polygamma", (1.0, 1.0), math.pi**2 / 6, (0.0, -2.4041138063191885)),
    ("polygamma", (-1.0, 1.0), nan, (nan, nan)),
    ("polygamma", (0.5, 1.0), nan, (nan, nan)),
    ("polygamma", (2.0, -1.0), nan, (nan, nan)),
    ("polygamma", (1.0, inf), 0.0, (0.0, 0.0)),
    ("logit", (0.0,), -inf, (inf,)),
    ("logit", (1.0,), inf, (inf,)),
    ("logit", (-0.5,), nan, (nan,)),
    ("logit", (1.5,), nan, (nan,)),
    ("sign", (-0.0,), 0.0, (0.0,)),
    ("sign", (-inf,), -1.0, (0.0,)),
    ("floor", (-0.5,), -1.0, (0.0,)),
    ("floor", (inf,), inf, (0.0,)),
    ("ceil", (-0.5,), -0.0, (0.0,)),
    ("ceil", (-inf,), -inf, (0.0,)),
    ("rint", (0.5,), 0.0, (0.0,)),
    ("rint", (1.5,), 2.0, (0.0,)),
    ("rint", (-2.5,), -2.0, (0.0,)),
    ("maximum", (2.0, 2.0), 2.0, (0.5, 0.5)),
    ("maximum", (nan, 1.0), nan, (nan, nan)),
    ("maximum", (1.0, nan), nan, (nan, nan)),
    ("maximum", (-inf, 1.0), 1.0, (0.0, 1.0)),
    ("minimum", (2.0, 2.0), 2.0, (0.5, 0.5)),
    ("minimum", (-inf, 1.0), -inf, (1.0, 0.0)),
    ("arctan2", (0.0, 0.0), 0.0, (nan, nan)),
    ("arctan2", (0.0, -1.0), math.pi, (-1.0, -0.0)),
    ("arctan2", (1.0, inf), 0.0, (0.0, 0.0)),
    ("arctan2", (inf, inf), math.pi / 4, (0.0, 0.0)),
    ("hypot", (0.0, 0.0), 0.0, (0.0, 0.0)),
    ("hypot", (inf, 1.0), inf, (1.0, 0.0)),
    ("hypot", (1.0, -inf), inf, (0.0, -1.0)),
    ("hypot", (inf, inf), inf, (nan, nan)),
    ("hypot", (3e-320, 4e-320), 5e-320, (0.6, 0.8)),
    ("hypot", (1.5e308, 1.5e308), inf, (math.sqrt(0.5), math.sqrt(0.5))),
    ("logaddexp", (inf, 1.0), inf, (1.0, 0.0)),
    ("logaddexp", (inf, inf), inf, (0.5, 0.5)),
    ("logaddexp", (-inf, -inf), -inf, (0.5, 0.5)),
    ("logaddexp", (-inf, 1.0), 1.0, (0.0, 1.0)),
    ("copysign", (0.0, -1.0), -0.0, (0.0, 0.0)),
    ("copysign", (-3.0, -0.0), -3.0, (1.0, 0.0)),
    ("copysign", (-3.0, 2.0), 3.0, (-1.0, 0.0)),
    ("copysign", (1.0, nan), nan, (nan, nan)),
    ("xlogy", (0.0, 0.0), 0.0, (-inf, 0.0)),
    ("xlogy", (0.0, 2.0), 0.0, (math.log(2.0), 0.0)),
    ("xlogy", (1.0, 0.0), -inf, (-inf, inf)),
    ("xlogy", (1.0, -1.0), nan, (nan, nan)),
    ("xlogy", (0.0, nan), nan, (nan, nan)),
    ("where", (nan,), nan, (1.0,)),
    ("sum", (), 0.0, ()),
    ("mean", (), nan, ()),
    ("prod", (), 1.0, ()),
    ("dot", (), 0.0, ()),
    ("logsumexp", (), -inf, ()),
    ("sum", (1e16, 1.0, -1e16), 0.0, (1.0, 1.0, 1.0)),
    ("mean", (1.0, 2.0), 1.5, (0.5, 0.5)),
    ("prod", (0.0, 2.0, 3.0), 0.0, (6.0, 0.0, 0.0)),
    ("prod", (0.0, 0.0, 3.0), 0.0, (0.0, 0.0, 0.0)),
    ("prod", (inf, 2.0), inf, (2.0, inf)),
    ("prod", (1e200, 1e200, 1e-300), 1e100, (1e-100, 1e-100, inf)),
    ("dot", (1.0, 2.0, 3.0, 4.0), 14.0, (2.0, 1.0, 4.0, 3.0)),
    ("dot", (1.0, 2.0, 10.0), 12.0, (2.0, 1.0, 1.0)),
    ("dot", (5.0,), 5.0, (1.0,)),
    ("logsumexp", (2.0,), 2.0, (1.0,)),
    ("logsumexp", (-inf, -inf), -inf, (0.5, 0.5)),
    ("logsumexp", (inf, inf, 1.0), inf, (0.5, 0.5, 0.0)),
    ("logsumexp", (nan, 1.0), nan, (nan, nan)),
    ("logsumexp", (nan, inf), nan, (nan, nan)),
    ("logsumexp", (0.0, -inf), 0.0, (1.0, 0.0)),
]


@pytest.mark.parametrize(("name", "xs", "expected", "slopes"), SPECIAL)
def test_special_point(name, xs, expected, slopes):
    row = PRIMITIVES[name]
    found = row.forward(*xs)
    assert same(found, expected)
    assert math.copysign(1.0, found) == math.copysign(1.0, expected) or isnan(found)
    partials = row.partials(*xs, found)
    assert len(partials) == len(slopes)
    assert all(map(same, partials, slopes)), partials


def same(found: float, expected: float) -> bool:
    if isnan(expected) or math.isinf(expected):
        return repr(found) == repr(expected)
    return abs(found - expected) <= 2 * math.ulp(expected)


# Contracts that hold everywhere

NASTY = [
    s * x
    for x in (0.0, TINY, 3e-310, NORMAL, 1e-300, 1e-8, 0.5, 1.0, 1.5, 2.0, 3.0)
    for s in (1.0, -1.0)
]
NASTY += [s * x for x in (40.0, 710.0, 745.2, 1e16, 1e300, inf) for s in (1.0, -1.0)]
NASTY += [
    math.nextafter(1.0, 0.0),
    math.nextafter(-1.0, 0.0),
    1.7976931348623157e308,
    nan,
]


def nasty_points(row: Primitive) -> list[tuple[float, ...]]:
    if row.arity == 1:
        return [(x,) for x in NASTY]
    pairs = [(a, b) for a in NASTY for b in NASTY]
    triples = [(1.0, a, b) for a, b in pairs] if row.arity is None else []
    return pairs + triples


@ALL_ROWS
def test_never_raises_and_returns_floats(row):
    for xs in nasty_points(row):
        found = row.forward(*xs)
        assert type(found) is float, (row, xs, found)
        partials = row.partials(*xs, found)
        assert type(partials) is tuple
        assert len(partials) == len(xs)
        assert all(type(d) is float for d in partials), (row, xs, partials)


# Linear in the operand, so that its partial does not see the operand; or C99's pow.
KEEPS_A_NUMBER = {
    "add",
    "sub",
    "mul",
    "div",
    "neg",
    "where",
    "sum",
    "mean",
    "prod",
    "dot",
}


@ALL_ROWS
def test_nan_operand_gives_nan(row):
    for xs in nasty_points(row):
        if not any(map(isnan, xs)):
            continue
        found = row.forward(*xs)
        if row.name in {"pow", "pow_constant"} and found == 1.0:
            continue  # x**0 and 1**y are 1 for every number, so C99 says for nan too
        assert isnan(found), xs
        if row.name not in KEEPS_A_NUMBER:
            assert all(map(isnan, row.partials(*xs, found))), xs


# inf - inf and 0/0 have a nan value beside partials that do not depend on the value.
@pytest.mark.parametrize(
    "row", [param for param in ROWS if param.id not in KEEPS_A_NUMBER]
)
def test_no_finite_gradient_beside_a_nan_value(row):
    for xs in nasty_points(row):
        found = row.forward(*xs)
        if isnan(found):
            partials = row.partials(*xs, found)
            assert not any(map(math.isfinite, partials)), (xs, partials)


@ALL_ROWS
def test_row_is_complete(row):
    assert PRIMITIVES[row.name] is row
    assert row.arity is None or row.arity == len(row.domain)
    assert all(low < high for low, high in row.domain)
    assert row.symbol
    operands = ["u", "v"][: row.arity or 1]
    assert all(operand in row.latex.format(*operands) for operand in operands)
    assert "{" not in repr(row)


KINKS = {
    "abs": (0.0,), "relu": (0.0,), "leaky_relu": (0.0, 0.1), "elu": (0.0, 2.0),
    "selu": (-0.0,), "sqrt": (0.0,), "cbrt": (0.0,), "arcsin": (1.0,),
    "arccos": (-1.0,), "arccosh": (1.0,), "sign": (0.0,), "floor": (3.0,),
    "ceil": (-2.0,), "rint": (2.5,), "maximum": (1.0, 1.0), "minimum": (-0.0, 0.0),
    "arctan2": (0.0, 0.0), "hypot": (0.0, 0.0), "copysign": (0.0, 1.0),
    "xlogy": (0.0, 0.0), "mod": (6.0, 2.0), "fmod": (-6.0, 2.0), "pow": (0.0, 0.0),
    "pow_constant": (0.0, 0.5),
}  # fmt: skip
REGULAR = {"arccosh": (2.0,), "elu": (0.0, 1.0), "pow": (2.0, 3.0), "rint": (2.0,)}


@ALL_ROWS
def test_kinks_are_where_they_say(row):
    assert bool(row.kinks) == (row.name in KINKS), f"add {row.name!r} to KINKS"
    if row.kinks:
        assert any(kink.at(*KINKS[row.name]) for kink in row.kinks)
        regular = REGULAR.get(row.name, (0.7, 0.3)[: row.arity])
        assert not any(kink.at(*regular) for kink in row.kinks)
        nans = (nan,) * len(row.domain)
        assert not any(kink.at(*nans) for kink in row.kinks)
        assert all(kink.where and kink.convention for kink in row.kinks)


def test_every_kink_can_be_met():
    met = [
        ("arctan2", (0.0, -1.0)), ("copysign", (1.0, 0.0)), ("pow", (0.0, 2.0)),
        ("pow", (-2.0, 3.0)),
    ]  # fmt: skip
    for name, xs in met:
        assert any(kink.at(*xs) for kink in PRIMITIVES[name].kinks)


# The rows are ordinary arithmetic: they run on other numbers

ORDINARY = {
    "arccosh": (1.7,), "arcsin": (0.3,), "arccos": (-0.4,), "arctanh": (0.6,),
    "logit": (0.2,), "polygamma": (2.0, 1.3), "pow": (1.3, 2.2),
    "pow_constant": (1.3, 3.0), "leaky_relu": (-0.7, 0.1), "elu": (-0.7, 1.4),
    "selu": (-0.7,), "sinc": (0.8,), "where": (0.3,), "lgamma": (1.2,),
    "digamma": (2.2,), "mod": (7.3, 2.0), "fmod": (7.3, 2.0), "xlogy": (0.7, 1.9),
}  # fmt: skip
MORE_ORDINARY = {"sinc": (0.2,), "logaddexp": (0.5, 3.0), "maximum": (0.1, 0.2)}


def points(name: str, default: tuple[float, ...]) -> set[tuple[float, ...]]:
    first = ORDINARY.get(name, default)
    return {first, MORE_ORDINARY.get(name, first)}


@ALL_ROWS
def test_second_derivatives_through_dual_numbers(row):
    default = (0.7, 1.1, -0.4, 2.3)[: row.arity or 4]
    for xs in points(row.name, default):
        output = row.forward(*xs)
        first = row.partials(*xs, output)
        truth = TRUTH[row.name]
        fixed = {0} if row.name == "polygamma" else set()
        fixed |= {1} if row.name == "pow_constant" else set()
        for j in set(range(len(xs))) - fixed:
            duals = [
                x if i in fixed else Dual(x, float(i == j)) for i, x in enumerate(xs)
            ]
            seconds = row.partials(*duals, Dual(output, first[j]))
            for i in set(range(len(xs))) - fixed:
                found = seconds[i].tangent if isinstance(seconds[i], Dual) else 0.0
                if isinstance(seconds[i], Dual):
                    assert (
                        abs(seconds[i].value - first[i])
                        <= 1e-12 * abs(first[i]) + 1e-15
                    )
                with mp.workdps(40):
                    orders = [(k == i) + (k == j) for k in range(len(xs))]
                    args = (truth, xs[0], 2) if len(xs) == 1 else (truth, xs, orders)
                    expected = float(mp.diff(*args))
                assert abs(found - expected) <= 1e-9 * (abs(expected) + 1.0), (xs, i, j)


RATIONAL = {
    "add": (2, 3), "sub": (2, 3), "mul": (2, 3), "div": (2, 3), "pow_constant": (2, 3),
    "mod": (7, 2), "fmod": (-7, 2), "neg": (2,), "abs": (-2,), "square": (3,),
    "reciprocal": (3,), "relu": (2,), "leaky_relu": (-2, 3), "maximum": (1, 2),
    "minimum": (1, 2), "sum": (1, 2, 3), "mean": (1, 2, 3), "prod": (3, 5, 7),
    "dot": (3, 5, 7, 11), "where": (2,), "copysign": (3, -2),
}  # fmt: skip
FRACTION_SLOPES = {
    "div": (Fraction(1, 3), Fraction(-2, 9)),
    "reciprocal": (Fraction(-1, 9),),
    "mean": (Fraction(1, 3),) * 3,
    "pow_constant": (12, 0),
    "prod": (35, 21, 15),
    "mod": (1, -3),
    "fmod": (1, 3),
    "copysign": (-1, 0),
}


@pytest.mark.parametrize("name", RATIONAL)
def test_rational_rows_are_exact_on_fractions(name):
    row = PRIMITIVES[name]
    xs = [Fraction(x) for x in RATIONAL[name]]
    output = Fraction(row.forward(*map(float, xs)))
    output = {"div": Fraction(2, 3), "reciprocal": Fraction(1, 3)}.get(name, output)
    found = row.partials(*xs, output)
    expected = FRACTION_SLOPES.get(name) or row.partials(*map(float, xs), float(output))
    assert found == tuple(expected)


# The oracle and the building blocks


def test_the_oracle_judges():
    assert ulp_error(1.0, mp.mpf(1)) == 0.0
    assert ulp_error(1.0 + 2**-52, mp.mpf(1)) == 1.0
    assert ulp_error(2 * TINY, mp.mpf(TINY)) == 1.0
    assert ulp_error(inf, mp.mpf(10) ** 400) == 0.0
    assert ulp_error(1e308, mp.mpf(10) ** 400) == inf
    assert ulp_error(nan, mp.mpf(1)) == inf
    assert abs(slope("exp", 0, 1.0) - mp.e) < 1e-15
    assert slope("gelu", 0, -45.0) == 0


def test_two_product_is_exact():
    rng = random.Random(1)
    for _ in range(100):
        a, b = rng.uniform(-5, 5), rng.uniform(-5, 5)
        product, error = ieee.two_product(a, b)
        assert Fraction(product) + Fraction(error) == Fraction(a) * Fraction(b)
        gap = Fraction(a) - Fraction(b) - Fraction(a - b)
        assert Fraction(ieee.difference_error(a, b)) == gap


def test_cbrt_is_right_where_the_c_library_is_not():
    rng = random.Random(2)
    for _ in range(500):
        x = rng.choice((-1, 1)) * 10.0 ** rng.uniform(-320, 308)
        assert ulp_error(ieee.cbrt(x), value("cbrt", x)) <= 0.6
