"""Derivatives of order 2 and 3 of every row, against mpmath: 64 ULP of their terms.

A derivative of order n is a sweep over the recorded derivative of order n - 1. Such a
sweep adds terms, one for each path, and where they cancel no sum of rounded terms can
be right in all digits. So the error is measured in units of the **term scale**: the
sum over all paths from the recorded derivative to the leaf of the product of the
absolute values of the recorded local derivatives (`term_scale`). Where nothing
cancels it is the derivative's own size. The truth comes from the definition of the
value alone (`mpmath_truth.derivative`).
"""

import itertools
import math
import random

import pytest
from mpmath import mp

import autograd_scalar as ag
from autograd_scalar import PRIMITIVES, Value, gradients, topological_order
from autograd_scalar.graph.value import nary

from ..mpmath_truth import NOT_DIFFERENTIATED, derivative

EPS = 2.0**-52
ALLOWED = 64 * EPS
# Below it factors on the way are denormal, and have fewer digits to give.
SMALLEST = 1e-300

ROWS = [pytest.param(row, id=name) for name, row in PRIMITIVES.items()]
ALL_ROWS = pytest.mark.parametrize("row", ROWS)

# mpmath's functions of these take milliseconds.
SLOW = {"digamma", "polygamma", "logsumexp", "logaddexp", "dot", "erf", "erfc", "gelu"}

# Where a formula for ordinary points gives way to another, or once lost its digits.
FAR_OUT = {
    "elu": [(-720.0, 2.0)],
    "xlogy": [(0.0, 0.5)],
    "sinc": [(0.5,), (1.0,), (350.8806331058032,), (-1000.5000001,), (1e15 + 0.5,)],
    "erf": [(2.9,), (18.63210390902045,)],
    "erfc": [(-2.9,), (18.63210390902045,)],
    "gelu": [(-3.9,), (4.1,), (-26.886173020876804,)],
    "logaddexp": [(0.686651157, 306.06), (210.7, 2.1), (20.1, 3.7), (1e17, 1e17)],
    "logsumexp": [(700.1, 699.3), (-3.3, 180.7), (15.9, -16.1)],
    "tanh": [(20.0,), (-261.0255045637573,)],
    "pow": [(1.5, 1.0), (1.5, 2.0), (0.01, 140.3)],
    "pow_constant": [(0.0, 2.0), (0.0, 3.0), (-1.5, 0.0), (1.1, 1500.7)],
}


# Points


def points(row, count):
    """Operands at which the row is smooth: ordinary ones, wide ones, zeros, ties."""
    rng = random.Random(row.name)
    count = max(count // 4, 2) if row.name in SLOW else count
    wide = 300.0 if row.arity else 30.0
    some = [draw(row, rng, reach) for _ in range(count) for reach in (3.0, wide)]
    some += zeros_and_ties(row, draw(row, rng, 3.0))
    some += [list(xs) for xs in FAR_OUT.get(row.name, [])]
    if row.arity is None:
        some.append(some[0][:2])
    return [xs for xs in some if is_smooth(row, xs)]


def draw(row, rng, reach):
    """One operand of each domain, uniformly over (-reach, reach) or its scales."""
    intervals = (row.domain * 3)[: row.arity or 3]
    while True:
        xs = [between(low, high, rng, reach) for low, high in intervals]
        if row.name == "polygamma":
            xs[0] = float(rng.randint(0, 3))
        if row.name == "pow_constant" and xs[0] < 0.0:
            xs[1] = float(rng.randint(-3, 4))
        if is_smooth(row, xs):
            return xs


def between(low, high, rng, reach):
    ends = [end for end in (low, high, 0.0) if abs(end) < math.inf]
    while True:
        x = rng.uniform(max(low, -reach), min(high, reach))
        if reach > 3.0 and rng.random() < 0.5:
            x = rng.choice(ends) + rng.choice((-1, 1)) * 10.0 ** rng.uniform(-8, 1)
        if low < x < high:
            return x


def zeros_and_ties(row, xs):
    for k, (low, high) in enumerate((row.domain * len(xs))[: len(xs)]):
        if low < 0.0 < high:
            yield [*xs[:k], 0.0, *xs[k + 1 :]]
    if len(xs) > 1 and row.name != "polygamma":
        yield [abs(xs[0])] * len(xs)


def is_smooth(row, xs):
    output = row.forward(*xs)
    numbers = (output, *row.partials(*xs, output))
    if row.name in {"pow", "pow_constant"} and xs[0]:  # far out mpmath is slow
        return abs(xs[1] * math.log(abs(xs[0]))) < 150.0
    return all(map(math.isfinite, numbers)) and not any(k.at(*xs) for k in row.kinks)


# Derivatives of any order


def free_places(row, xs):
    """The operands that are differentiated: all but an order or a plain exponent."""
    return [i for i in range(len(xs)) if (row.name, i) not in NOT_DIFFERENTIATED]


def node(row, leaves):
    return nary(row, leaves)


def derivatives(row, xs, order, places=None):
    """By tuples of places, one for each order: the derivative and its term scale."""
    places = free_places(row, xs) if places is None else places
    leaves = [Value(x) for x in xs]
    wanted = [leaves[i] for i in places]
    recorded = {(): node(row, leaves)}
    for _ in range(order - 1):
        recorded = {
            (*path, i): slope
            for path, value in recorded.items()
            for i, slope in zip(
                places, gradients(value, wanted, create_graph=True), strict=True
            )
        }
    return {
        (*path, i): (gradients(value, leaf), term_scale(value, leaf))
        for path, value in recorded.items()
        for i, leaf in zip(places, wanted, strict=True)
    }


def term_scale(output, leaf):
    """Sum over paths of the product of |local derivative|: what rounding acts on."""
    sizes = {output: 1.0}
    for user in reversed(topological_order(output)):
        edges = zip(user.parents, user.local_derivatives, strict=True)
        for parent, slope in edges:
            sizes[parent] = sizes.get(parent, 0.0) + abs(slope) * sizes[user]
    return sizes.get(leaf, 0.0)


def error_in_terms(row, xs, places, found, scale):
    """|found - truth| over the term scale, with as many digits as that takes."""
    orders = tuple(places.count(k) for k in range(len(xs)))
    digits = max(-math.log10(scale), 0.0) if scale else 0.0
    with mp.workdps(60 + round(digits)):
        truth = derivative(row.name, orders, *xs)
        if scale == 0.0:  # no path: as the quotient's rounding allows, 0
            return 0.0 if found == 0.0 and abs(truth) < 1e-30 else math.inf
        return float(abs(found - truth) / max(scale, SMALLEST))


def check(row, order, count):
    for xs in points(row, count):
        for places, (found, scale) in derivatives(row, xs, order).items():
            if places == tuple(sorted(places)) and scale < math.inf:
                error = error_in_terms(row, xs, places, found, scale)
                assert error <= ALLOWED, (
                    f"{row.name}{tuple(xs)}, order {order} in {places}: {found} is off"
                    f" by {error / EPS:.1f} ULP of its terms, {scale}"
                )


@pytest.mark.one_in(3)
@pytest.mark.parametrize("order", [2, 3])
@ALL_ROWS
def test_derivatives_are_within_64_ulp_of_their_terms(row, order):
    check(row, order, 5 if order == 2 else 2)


@pytest.mark.slow
@pytest.mark.parametrize("order", [2, 3])
@ALL_ROWS
def test_derivatives_are_within_64_ulp_of_their_terms_at_many_points(row, order):
    check(row, order, 150)


@pytest.mark.parametrize("row", [param for param in ROWS if param.values[0].arity != 1])
def test_the_order_of_differentiation_does_not_matter(row):
    for xs in points(row, 3):
        found = derivatives(row, xs, 2)
        if row.name not in SLOW:
            found |= derivatives(row, xs, 3)
        for places, (number, scale) in found.items():
            twin, other_scale = found[tuple(sorted(places))]
            allowed = 2 * ALLOWED * max(scale, other_scale, SMALLEST)
            if allowed < math.inf:
                assert abs(number - twin) <= allowed, (xs, places, number, twin)


@ALL_ROWS
def test_second_derivatives_with_the_other_operands_constant(row):
    for xs in points(row, 3):
        together = derivatives(row, xs, 2)
        for i in free_places(row, xs):
            alone, _ = derivatives(row, xs, 2, places=[i])[i, i]
            number, scale = together[i, i]
            if scale == math.inf:
                continue
            assert abs(alone - number) <= ALLOWED * max(scale, SMALLEST), (xs, i)


def test_the_term_scale_is_the_sum_over_paths():
    x, y = Value(3.0), Value(2.0)
    root = x * y - x * x  # dx: 2 - 3 - 3
    assert gradients(root, x) == -4.0
    assert term_scale(root, x) == 8.0
    assert term_scale(root, Value(1.0)) == 0.0


def test_every_tuple_of_places_is_there():
    found = derivatives(PRIMITIVES["mul"], [2.0, 5.0], 3)
    assert set(found) == set(itertools.product((0, 1), repeat=3))
    assert not any(number for number, _ in found.values())


# Their derivative has roots, near which the smooth formula for Values cancels.
HAVE_ROOTS = {"sinc", "gelu", "silu", "lgamma", "xlogy"}
FAR = [(18.63210390902045,), (20.1,), (17.3,), (23.9,), (25.7,), (-21.3,)]
WIDE = {
    "erf": [*FAR, (1e110,), (-1e110,)],
    "erfc": [*FAR, (1e110,), (-1e110,)],
    "gelu": [*FAR, (1e110,), (-1e110,)],
    "silu": [(1e110,), (-1e110,)],
    "logaddexp": [(310.05, -305.3), (-299.7, 301.3), (8.2, -8.2), (0.3, 690.1)],
    "logsumexp": [(310.05, -305.3), (-299.7, 301.3, 0.1)],
}


def slopes_on_values(row, xs):
    """The row's partials, run on Values: their numbers."""
    leaves = [Value(x) for x in xs]
    found = row.partials(*leaves, node(row, leaves))
    return [x.data if isinstance(x, Value) else float(x) for x in found]


@ALL_ROWS
def test_rules_on_values_give_the_plain_numbers(row):
    for xs in [*points(row, 5), *WIDE.get(row.name, [])]:
        plain = row.partials(*xs, row.forward(*xs))
        for i, found in enumerate(slopes_on_values(row, xs)):
            size = max(abs(plain[i]), float(row.name in HAVE_ROOTS), SMALLEST)
            assert abs(found - plain[i]) <= ALLOWED * size, (xs, found, plain)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("xlogy", [-math.inf, 0.0]), ("hypot", [0.0, 0.0]), ("pow", [0.0, 0.0])],
)
def test_rules_on_values_at_the_origin(name, expected):
    assert slopes_on_values(PRIMITIVES[name], (0.0, 0.0)) == expected


# Far out, and next to singular points: where a factor on the way, but not the
# derivative, leaves the range of floats. By places: closed forms, in mpmath.
FLAT_FAR_OUT = {
    (0,): lambda x: mp.mpf(x > 0),
    (0, 0): lambda x: 0,  # to 1e1000 digits
    (0, 0, 0): lambda x: 0,
}
CLOSED_FORMS = {
    "arctan": {
        (0, 0): lambda x: -2 * x / (1 + x * x) ** 2,
        (0, 0, 0): lambda x: (6 * x * x - 2) / (1 + x * x) ** 3,
    },
    "arcsinh": {
        (0, 0): lambda x: -x / (1 + x * x) ** mp.mpf(1.5),
        (0, 0, 0): lambda x: (2 * x * x - 1) / (1 + x * x) ** mp.mpf(2.5),
    },
    "cbrt": {
        (0, 0): lambda x: -mp.cbrt(abs(x)) / 9 * 2 / (abs(x) * x),
        (0, 0, 0): lambda x: mp.cbrt(abs(x)) / abs(x) ** 3 * 10 / 27,
    },
    "logit": {
        (0, 0): lambda x: 1 / (1 - x) ** 2 - 1 / x**2,
        (0, 0, 0): lambda x: 2 / (1 - x) ** 3 + 2 / x**3,
    },
    "gelu": FLAT_FAR_OUT,
    "silu": FLAT_FAR_OUT,
    "pow": {
        (0, 0): lambda a, b: b * (b - 1) * mp.power(a, b - 2),
        (0, 1): lambda a, b: mp.power(a, b - 1) * (1 + b * mp.log(a)),
        (1, 1): lambda a, b: mp.power(a, b) * mp.log(a) ** 2,
    },
    "pow_constant": {(0, 0): lambda a, b: b * (b - 1) * mp.power(a, b - 2)},
    "arctan2": {
        (0, 0): lambda y, x: -2 * x * y / (x * x + y * y) ** 2,
        (0, 1): lambda y, x: (y * y - x * x) / (x * x + y * y) ** 2,
        (1, 1): lambda y, x: 2 * x * y / (x * x + y * y) ** 2,
    },
}
EXTREME = {
    "arctan": [
        (s * x,) for s in (1, -1) for x in (1.0, 1.1, 2e54, 2e72, 2e78, 1.7e100)
    ],
    "arcsinh": [
        (s * x,) for s in (1, -1) for x in (1.0, 1.1, 2e54, 2e78, 2e102, 1.7e150)
    ],
    "cbrt": [
        (s * x,) for s in (1, -1) for x in (1.7e-300, 1.7e-200, 2e-180, 2e-110, 2e150)
    ],
    "logit": [(1.7e-300,), (1.7e-200,), (2e-100,), (0.25,), (1 - 1e-15,)],
    "gelu": [(s * x,) for s in (1, -1) for x in (1e90, 1e110, 1.7e200, 1.7e300)],
    "silu": [(s * x,) for s in (1, -1) for x in (1e90, 1e110, 1.7e200, 1.7e300)],
    "pow": [
        *[(a, b) for a in (1e-300, 1e-200, 1e200, 1e300) for b in (-1e-5, 0.3, 1 / 3)],
        # 0.1 - 1 and 0.1 - 2 are rounded by different amounts.
        *[(1e200, 0.1), (1e300, 0.1)],
        *[(1e-100, 1.5), (1e100, -2.0), (1e-5, 1e-200)],
        # The value alone is out of range, or a power that a tiny exponent multiplies.
        *[(9.4e203, 2.0), (6e-173, 2.0), (1.3e172, 2.55), (5.7e-188, 1.7), (2e-94, 4)],
        *[(7.5e-213, -5e-167), (2.7e-200, 4.8e-253), (1e-156, 1e-5), (1e-155, 0.02)],
        *[(1e200, -1.5), (1e-200, -1.5), (1e-5, 62.5), (1.0 + 1e-7, 7.2e9)],
    ],
    "pow_constant": [
        *[(1e-100, -1e-5), (1e-100, 0.3), (1e100, -1e-5), (1e-90, 1 / 3)],
        *[(7.5e-213, -5e-167), (2.7e-200, 4.8e-253), (1e-156, 1e-5), (1e-155, 0.02)],
    ],
    "arctan2": [
        *[(1e-300, 1e-200), (-1e-300, 1e-200), (1e-200, 1e-300), (-2.0, 1e100)],
        *[(0.3, 1e100), (1e5, 1e100), (1e100, 1e-5), (-1e100, 1e5), (1e-100, 3e-100)],
        *[(3e40, -1e40), (0.0, 1e-100), (1e60, 0.0), (0.0, 1e-150), (1e-150, 0.0)],
        # On the diagonals the mixed derivative is 0, to the last bit.
        *[(49.0, 49.0), (-0.1, 0.1), (1e-5, -1e-5), (-7e100, -7e100), (3e-150, 3e-150)],
    ],
}


@pytest.mark.parametrize(
    ("name", "xs"),
    [
        pytest.param(name, xs, id=f"{name}{xs}")
        for name, several in EXTREME.items()
        for xs in several
    ],
)
def test_nothing_on_the_way_leaves_the_range_of_floats(name, xs):
    either_order = {places[::-1]: f for places, f in CLOSED_FORMS[name].items()}
    for places, truth in {**CLOSED_FORMS[name], **either_order}.items():
        with mp.workdps(400):
            expected = float(truth(*map(mp.mpf, xs)))
        found, _ = derivatives(PRIMITIVES[name], xs, len(places))[places]
        assert found == expected or (
            abs(found - expected) <= ALLOWED * max(abs(expected), SMALLEST)
        ), (places, found, expected)


@pytest.mark.parametrize("f", [ag.gelu, ag.silu])
def test_an_adjoint_far_out_meets_no_overflow(f):
    assert ag.derivative(lambda x: f(x) ** 2, 2)(1e200) == 2.0
    assert ag.derivative(lambda x: f(x) ** 2, 2)(-1e200) == 0.0


@pytest.mark.parametrize("f", [ag.erf, ag.erfc, ag.gelu, ag.silu])
def test_a_fourth_derivative_far_out_meets_no_overflow(f):
    for x in (1.7e154, 1.7e200, 1.7e300, math.inf):
        for order in (2, 3, 4):
            assert ag.derivative(f, order)(x) == ag.derivative(f, order)(-x) == 0.0


def test_a_power_of_infinity_has_its_limit_in_every_order():
    for order in (1, 2, 3):
        for n in (0.3, 0.1, 1 / 3, -1e-5):
            assert ag.derivative(lambda x, n=n: x**n, order)(math.inf) == 0.0


def test_a_root_has_infinite_derivatives_at_zero_in_every_order():
    for n in (0.1, 0.2, 0.3, 1 / 3):
        slopes = [ag.derivative(lambda x, n=n: x**n, k)(0.0) for k in (1, 2, 3)]
        assert slopes == [math.inf, -math.inf, math.inf]
