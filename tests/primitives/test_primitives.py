"""The table of primitives against mpmath: every row, over all classes of floats."""

import math
import random
from fractions import Fraction
from math import inf, isnan, nan
from typing import NoReturn

import pytest
from mpmath import mp

from autograd_scalar import Value, functions
from autograd_scalar.primitives import floats, partials
from autograd_scalar.primitives.table import PRIMITIVES, Primitive

from ..data.special_points import SPECIAL, Point
from ..dual import Dual
from ..mpmath_truth import ROOTS, TRUTH, slope, ulp_error, value

TINY = 5e-324
NORMAL = 2.2250738585072014e-308
ALLOWED = 4.0  # ULP, numerics.md R1

ROWS = [pytest.param(row, id=name) for name, row in PRIMITIVES.items()]
ALL_ROWS = pytest.mark.parametrize("row", ROWS)

# Rows whose mpmath functions take milliseconds get fewer points.
POINTS = {"digamma": 100, "polygamma": 40, "logsumexp": 40, "erf": 60, "erfc": 100}

# The value adds its operands up as it says: it may cancel.
CANCELS = {"sum", "mean", "dot", "logaddexp", "logsumexp"}


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
def test_has_a_reference(row):
    assert row.name in TRUTH, f"add {row.name!r} to TRUTH in tests/mpmath_truth.py"


@ALL_ROWS
@pytest.mark.one_in(3, "thorough")
def test_partials_are_within_4_ulp(row):
    rng = random.Random(row.name)
    for _ in range(POINTS.get(row.name, 160)):
        xs = operands(row, rng)
        found = row.partials(*xs, row.forward(*xs))
        for position, derivative in enumerate(found):
            truth = slope(row.name, position, *xs)
            assert ulp_error(derivative, truth) <= ALLOWED, (
                f"{row.name}{xs}: operand {position}: {derivative!r} is not {truth}"
            )


def test_log_gamma_is_right_beside_its_zeros_and_where_its_formula_changes():
    bounds = [0.25, 0.7, 1.25, 1.4616321449683622, 1.7, 2.5, 3.5, 8.0, -30.0]
    zeros = [1.0, 2.0, -2.4570247382208006, -2.7476826467274127, -3.1435808883499798]
    whole = [-1.0, -4.0, -5.0, -16.0, -29.0, 0.0]
    for x in bounds + zeros + whole:
        near = [x - 2.0**-k for k in range(2, 55, 3)]
        near += [x + 2.0**-k for k in range(2, 55, 3)]
        near += [math.nextafter(x, -inf), math.nextafter(x, inf)]
        for at in near:
            if at <= 0.0 and at == math.floor(at):
                continue
            error = ulp_error(floats.lgamma(at), value("lgamma", at))
            assert error <= ALLOWED, f"lgamma({at!r})"
    assert floats.lgamma(0.9999999999999999) == 6.408381213480008e-17


# Where the tail of a rule has its own formula, which few random points meet.
TAILS = {
    "gelu": [
        (x,) for x in (-1.5983, -37.1, -37.4, -37.6, -37.9, -38.4, -38.6, -39.0, 37.1)
    ],
    "logsumexp": [(0.1, 500.3), (0.7, -650.3), (1 / 3, 600.1), (0.1, 0.2, -300.7)],
    "elu": [(-700.5, 3.0), (-720.0, 1e10), (-744.0, -1e20), (-800.0, 1.0)],
    "silu": [
        (-700.5,),
        (-709.9,),
        (-720.3,),
        (-744.5,),
        (-747.0,),
        (-751.0,),
        (799.0,),
    ],
}


@pytest.mark.parametrize("name", TAILS)
def test_partials_in_the_tails_are_within_4_ulp(name):
    row = PRIMITIVES[name]
    for xs in TAILS[name]:
        for position, found in enumerate(row.partials(*xs, row.forward(*xs))):
            assert ulp_error(found, slope(name, position, *xs)) <= ALLOWED, (xs, found)


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


# Special points

# Of no operands; as public functions, mean and logsumexp refuse.
EMPTY = [("sum", 0.0), ("mean", nan), ("prod", 1.0), ("dot", 0.0), ("logsumexp", -inf)]
POINTS_AND_EMPTY = SPECIAL + [Point(name, (), value, (), "") for name, value in EMPTY]


@pytest.mark.parametrize("point", POINTS_AND_EMPTY, ids=str)
def test_special_point(point):
    name, xs, expected, slopes, _ = point
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
    if row.arity == 3:
        return [(*pair, c) for pair in pairs for c in (-1.0, 0.0, 2.0, inf, nan)]
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


@ALL_ROWS
def test_nan_operand_gives_nan(row):
    for xs in nasty_points(row):
        if not any(map(isnan, xs)):
            continue
        found = row.forward(*xs)
        if row.name in {"pow", "pow_constant"} and found == 1.0:
            continue  # x**0 and 1**y are 1 for every number, so C99 says for nan too
        assert isnan(found), xs
        if not row.linear:
            assert all(map(isnan, row.partials(*xs, found))), xs


# inf - inf and 0/0 have a nan value beside partials that do not depend on the value.
@pytest.mark.parametrize(
    "row", [param for param in ROWS if not PRIMITIVES[param.id].linear]
)
def test_no_finite_gradient_beside_a_nan_value(row):
    for xs in nasty_points(row):
        found = row.forward(*xs)
        if isnan(found):
            partials = row.partials(*xs, found)
            assert not any(map(math.isfinite, partials)), (xs, partials)


@ALL_ROWS
def test_linear_says_that_a_partial_does_not_depend_on_its_own_operand(row):
    if row.kinks:
        assert not row.linear
        return
    moved = set()
    base = ORDINARY.get(row.name, (0.7, 1.1, 0.4)[: row.arity])
    for k in set(range(len(base))) - set(row.not_differentiated):
        partials = []
        for factor in (1.0, 1.125):
            xs = [x * factor if i == k else x for i, x in enumerate(base)]
            partials.append(row.partials(*xs, row.forward(*xs))[k])
        moved.add(partials[0] != partials[1])
    assert row.linear == (False in moved)


@ALL_ROWS
def test_row_is_complete(row):
    assert PRIMITIVES[row.name] is row
    assert row.arity is None or row.arity == len(row.domain)
    assert all(low < high for low, high in row.domain)
    assert row.symbol
    operands = ["u", "v", "w"][: row.arity or 1]
    assert all(operand in row.latex.format(*operands) for operand in operands)
    assert "{" not in repr(row)


@ALL_ROWS
def test_every_function_of_fixed_operands_is_a_method(row):
    if row.name in functions.__all__ and row.arity is not None and row.name != "where":
        assert hasattr(Value, row.name), "add a method to graph/value.py"


# Of each kinked primitive, the first of its special points that lies at a kink.
KINKS = {
    point.name: point.operands
    for point in reversed(SPECIAL)
    if any(kink.at(*point.operands) for kink in PRIMITIVES[point.name].kinks)
}
REGULAR = {"arccosh": (2.0,), "elu": (0.0, 1.0), "pow": (2.0, 3.0), "rint": (2.0,)}


@ALL_ROWS
def test_kinks_are_where_they_say(row):
    assert bool(row.kinks) == (row.name in KINKS), "add a special point at the kink"
    if row.kinks:
        assert any(kink.at(*KINKS[row.name]) for kink in row.kinks)
        regular = REGULAR.get(row.name, (0.7, 0.3, 1.1)[: row.arity])
        assert not any(kink.at(*regular) for kink in row.kinks)
        nans = (nan,) * len(row.domain)
        assert not any(kink.at(*nans) for kink in row.kinks)
        assert all(kink.where and kink.convention for kink in row.kinks)


# Operands, and for each kink of the row whether it is there.
AT_KINKS = [
    ("sign", (1.0,), (False,)),
    ("arcsin", (-1.0,), (True,)),
    ("arccos", (1.0,), (True,)),
    ("arccosh", (-1.0,), (False,)),
    ("leaky_relu", (0.0, 1.0), (False,)),
    ("leaky_relu", (0.0, -1.0), (True,)),
    ("leaky_relu", (0.0, 2.0), (True,)),
    ("leaky_relu", (0.0, 0.0), (True,)),
    ("elu", (0.0, 1.0), (False,)),
    ("elu", (0.0, -1.0), (True,)),
    ("elu", (0.0, 2.0), (True,)),
    ("elu", (0.0, 0.0), (True,)),
    ("clip", (0.5, 0.5, 2.0), (True, False)),
    ("clip", (2.0, 0.5, 2.0), (False, True)),
    ("clip", (1.0, 0.5, 2.0), (False, False)),
    ("hypot", (0.0, 1.0), (False,)),
    ("hypot", (1.0, 0.0), (False,)),
    ("xlogy", (0.0, 1.0), (False,)),
    ("xlogy", (1.0, 0.0), (False,)),
    ("copysign", (0.0, 1.0), (True, False)),
    ("copysign", (1.0, 0.0), (False, True)),
    ("copysign", (1.0, 1.0), (False, False)),
    ("mod", (0.0, 2.0), (True,)),
    ("mod", (7.0, 2.0), (False,)),
    ("mod", (inf, 2.0), (False,)),
    ("mod", (1.0, 0.0), (False,)),
    ("floor", (inf,), (False,)),
    ("floor", (0.5,), (False,)),
    ("rint", (-2.5,), (True,)),
    ("rint", (inf,), (False,)),
    ("arctan2", (0.0, 0.0), (True, False)),
    ("arctan2", (0.0, 1.0), (False, False)),
    ("arctan2", (0.0, -1.0), (False, True)),
    ("arctan2", (1.0, 0.0), (False, False)),
    ("arctan2", (1.0, -1.0), (False, False)),
    ("arctan2", (0.0, 0.5), (False, False)),
    ("pow", (0.0, 0.0), (True, False, False)),
    ("pow", (0.0, 0.5), (False, True, False)),
    ("pow", (0.0, -1.0), (False, False, False)),
    ("pow", (1.0, 0.0), (False, False, False)),
    ("pow", (0.5, 1.0), (False, False, False)),
    ("pow", (-2.0, 3.0), (False, False, True)),
    ("pow", (-2.5, 3.0), (False, False, True)),
    ("pow", (-2.0, 2.5), (False, False, False)),
    ("pow_constant", (0.0, 0.5), (True,)),
    ("pow_constant", (0.0, 0.0), (False,)),
    ("pow_constant", (0.0, 1.0), (False,)),
    ("pow_constant", (0.0, 1.5), (False,)),
    ("pow_constant", (0.0, -0.5), (False,)),
    ("pow_constant", (1.0, 0.5), (False,)),
]


@pytest.mark.parametrize(("name", "xs", "expected"), AT_KINKS)
def test_every_kink_is_met_where_it_is_and_only_there(name, xs, expected):
    assert tuple(kink.at(*xs) for kink in PRIMITIVES[name].kinks) == expected


@pytest.mark.parametrize("name", sorted(KINKS))
def test_the_convention_is_what_the_rule_gives(name):
    row, xs = PRIMITIVES[name], KINKS[name]
    given = row.partials(*xs, row.forward(*xs))[0]
    for kink in row.kinks:
        stated, *_ = kink.convention.replace(",", " ").replace(":", " ").split()
        if kink.at(*xs) and stated != "the":
            if stated.startswith("±"):
                assert abs(given) == float(stated[1:])
            else:
                number = 0.5 if stated == "1/2" else float(stated)
                assert same(round(given, 4) if abs(given) < inf else given, number)


def test_kinks_name_the_parameter_and_the_rule():
    named = (
        ("leaky_relu", "slope"),
        ("elu", "alpha"),
        ("maximum", "subgradient"),
        ("minimum", "supergradient"),
    )
    for name, word in named:
        (kink,) = PRIMITIVES[name].kinks
        assert word in kink.convention


# What stands in the other operand while one leaves its interval.
BESIDE = {"pow_constant": 2.0, "polygamma": 1.0}


@ALL_ROWS
def test_the_value_is_a_number_in_the_domain_and_nan_outside(row):
    for position, (low, high) in enumerate(row.domain):

        def value_at(x, position=position):
            xs = [BESIDE.get(row.name, 1.5)] * len(row.domain)
            xs[position] = x
            return row.forward(*xs)

        reach = min(high - low, 2.0) / 2
        inside = [
            low + reach if low > -inf else -2.5,
            high - reach if high < inf else 3.0,
        ]
        assert not any(isnan(value_at(x)) for x in inside)
        for outside in (low - 0.7, high + 0.7):
            assert abs(outside) == inf or isnan(value_at(outside)), outside


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
    "dot": (3, 5, 7, 11), "where": (2,), "copysign": (3, -2), "clip": (3, 1, 2),
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
        product, error = floats.two_product(a, b)
        assert Fraction(product) + Fraction(error) == Fraction(a) * Fraction(b)
        gap = Fraction(a) - Fraction(b) - Fraction(a - b)
        assert Fraction(floats.difference_error(a, b)) == gap


def test_cbrt_is_right_where_the_c_library_is_not():
    rng = random.Random(2)
    for _ in range(500):
        x = rng.choice((-1, 1)) * 10.0 ** rng.uniform(-320, 308)
        assert ulp_error(floats.cbrt(x), value("cbrt", x)) <= 0.6


# What the rules are made of

SERIES = {
    "silu": (partials._SILU_ROOT, (0.0, *partials._SILU_SERIES)),
    "gelu": (partials._GELU_ROOT, (0.0, *partials._GELU_SERIES)),
    "gelu at -2": ((-2.0, 0.0), partials._GELU_SERIES_AT_MINUS_2),
    "sinc": ((0.0, 0.0), [c for k in partials._SINC_SERIES for c in (0.0, k)]),
}


@pytest.mark.parametrize("title", SERIES)
def test_series_are_those_of_the_partial(title):
    (high, low), coefficients = SERIES[title]
    truth = TRUTH[title.split()[0]]
    with mp.workdps(50):
        center = mp.mpf(high) + low
        if not coefficients[0] and high:  # a root of the slope
            root = mp.findroot(lambda x: mp.diff(truth, x), center)
            assert (float(root), float(root - high)) == (high, low)
    with mp.workdps(20):
        taylor = mp.taylor(truth, center, len(coefficients))
        for k, coefficient in enumerate(coefficients, 1):
            expected = float(k * taylor[k])
            assert abs(coefficient - expected) <= 1e-15 * abs(expected) + 1e-22, k


def test_polynomial_is_horner_s_rule():
    assert floats.polynomial((5.0,), 10.0) == 5.0
    assert floats.polynomial((3.0, 5.0, 7.0), 10.0) == 753.0


def test_a_point_is_where_a_float_or_a_value_stands():
    assert partials.point(2.5) == 2.5
    assert partials.point(Value(2.5)) == 2.5
    assert partials.point(Fraction(5, 2)) is None


# Beyond the rules of docs/conventions.md: n * x**(n - 1) where C99's pow says so.
POWERS_AT_THE_ENDS = [
    ((-inf, 1.5), (inf, 0.0)),
    ((inf, 1.0), (1.0, 0.0)),
    ((-2.0, inf), (inf, 0.0)),
    ((2.0, 1e300), (inf, 0.0)),
    ((1.0, nan), (nan, 0.0)),
    ((-5.0, 0.0), (0.0, 0.0)),
    ((Fraction(2), Fraction(0)), (Fraction(0), 0.0)),
    ((Fraction(-2), Fraction(0)), (Fraction(0), 0.0)),
    ((Fraction(0), Fraction(0)), (0.0, 0.0)),
    ((Fraction(2), Fraction(-1)), (Fraction(-1, 4), 0.0)),
]


@pytest.mark.parametrize(("xs", "expected"), POWERS_AT_THE_ENDS)
def test_partials_of_powers_at_the_ends(xs, expected):
    x, n = xs
    row = PRIMITIVES["pow_constant"]
    y = row.forward(*xs) if type(x) is float else x**n
    assert repr(row.partials(*xs, y)) == repr(expected)


def test_the_quotient_that_a_remainder_leaves_out_is_whole():
    """(x - x % y) / y is it within a few ULP; rounded to the integer it is it exactly.

    The two roundings take at most q * 2**-52 off: less than 1/2 for |q| < 2**51, and
    from 2**52 on every float is an integer.
    """
    rng = random.Random(0)
    for _ in range(300):
        y = rng.choice((-1, 1)) * 10.0 ** rng.uniform(-200, 100)
        x = rng.choice((-1, 1)) * y * 2.0 ** rng.uniform(-2, 50)
        floor = math.floor(Fraction(x) / Fraction(y))
        assert (Value(x) % Value(y)).local_derivatives == (1.0, -floor)
        cut = math.trunc(Fraction(x) / Fraction(y))
        assert functions.fmod(Value(x), Value(y)).local_derivatives == (1.0, -cut)


@pytest.mark.parametrize("name", ["leaky_relu", "elu"])
def test_the_partial_between_two_is_the_nearest_to_zero(name):
    for beside, expected in ((-0.5, 0.0), (0.5, 0.5), (1.5, 1.0)):
        assert PRIMITIVES[name].partials(0.0, beside, 0.0)[0] == expected


# What docs/conventions.md does not list: operands, and partials with signed zeros.
MORE_POINTS = [
    ("arctan2", (inf, 1.0), (0.0, 0.0)),
    ("arctan2", (1.0, 0.0), (0.0, -1.0)),
    ("silu", (-inf,), (-0.0,)),
    ("hypot", (-inf, 1.0), (-1.0, 0.0)),
    ("hypot", (-1.0, -inf), (0.0, -1.0)),
    ("logsumexp", (inf, 1.0), (1.0, 0.0)),
    ("logsumexp", (-inf, -inf, -inf, -inf), (0.25,) * 4),
]


@pytest.mark.parametrize(("name", "xs", "expected"), MORE_POINTS)
def test_more_special_points(name, xs, expected):
    row = PRIMITIVES[name]
    assert repr(row.partials(*xs, row.forward(*xs))) == repr(expected)


class Symbol:
    """Any number whatever: it can be computed with, but answers no question."""

    def _other(self, *_: object) -> "Symbol":
        return Symbol()

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _other
    __truediv__ = __rtruediv__ = __pow__ = __rpow__ = __neg__ = __abs__ = _other
    exp = log = sqrt = sin = cos = sinh = cosh = sigmoid = erfc = digamma = _other
    polygamma = _other

    def _refuse(self, *_: object) -> NoReturn:
        msg = "a symbol has no size"
        raise TypeError(msg)

    __bool__ = __float__ = __eq__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __hash__ = None


# Those that ask for the size of an operand although no kink parts their domain.
BRANCHES = {"pow", "pow_constant", "sinc", "hypot", "xlogy", "floor", "ceil", "rint"}


@ALL_ROWS
def test_rules_of_smooth_rows_ask_other_types_nothing(row):
    xs = [Symbol() for _ in range(row.arity or 3)]
    if row.name == "polygamma":
        xs[0] = 1.0
    if row.name in BRANCHES or any(kink.side for kink in row.kinks):
        with pytest.raises(TypeError, match="no size"):
            row.partials(*xs, Symbol())
    else:
        found = row.partials(*xs, Symbol())
        assert len(found) == len(xs)


def test_a_branch_keeps_the_sign_of_zero():
    assert repr(PRIMITIVES["where"].forward(-0.0)) == "-0.0"


def test_partial_of_a_power_whose_exponent_alone_is_no_float():
    log_2 = math.log(2.0)
    found, _ = PRIMITIVES["pow"].partials(2.0, Dual(3.0, 1.0), Dual(8.0, 8.0 * log_2))
    assert abs(found.value - 12.0) < 1e-14
    assert abs(found.tangent - (4.0 + 12.0 * log_2)) < 1e-13


@pytest.mark.parametrize("xs", [(Dual(0.5, 1.0), 3.0), (3.0, Dual(0.5, 1.0))])
def test_weights_of_which_one_alone_is_no_float(xs):
    y = Dual(math.log(math.exp(0.5) + math.exp(3.0)))
    found = PRIMITIVES["logaddexp"].partials(*xs, y)
    expected = 1.0 / (1.0 + math.exp(2.5))
    for x, weight in zip(xs, found, strict=True):
        share = expected if isinstance(x, Dual) else 1.0 - expected
        sign = 1.0 if isinstance(x, Dual) else -1.0
        assert abs(weight.value - share) < 1e-15
        assert abs(weight.tangent - sign * expected * (1.0 - expected)) < 1e-15


def test_many_small_operands_of_logsumexp_are_added_up_without_a_rounding_each():
    xs = [0.0] + [-30.1] * 20_000
    with mp.workdps(40):
        exact = mp.log1p(20_000 * mp.exp(mp.mpf(-30.1)))
    assert ulp_error(PRIMITIVES["logsumexp"].forward(*xs), exact) <= ALLOWED


@pytest.mark.parametrize(
    ("n", "x"), [(40, -30.5), (100, -7.5), (150, -2.5), (150, -2.4999999999)]
)
def test_polygamma_where_the_derivative_of_cot_is_0(n, x):
    """At n + 1/2 the even derivatives of cot are 0, between terms that are huge."""
    with mp.workdps(600):  # fewer digits cancel: at 60 mpmath gives 1e236 for 1e180
        truth = float(mp.polygamma(n, mp.mpf(x)))
    assert Value(x).polygamma(n).data == pytest.approx(truth, rel=1e-15)
