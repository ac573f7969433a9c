"""`replay`: the same graph in other kinds of number, each against its own judge."""

import itertools
import math
import random
from fractions import Fraction

import mpmath
import pytest
from mpmath import mp

import autograd_scalar as ag
from autograd_scalar import (
    PRIMITIVES,
    Dual,
    Interval,
    NumberError,
    OperandError,
    StaleGraphError,
    Value,
    gradients,
    replay,
)
from autograd_scalar.graph.value import nary

from ..data.special_points import SPECIAL
from ..derivatives.test_gradients import is_ordinary, some_points
from ..mpmath_truth import slope, value

ROWS = [pytest.param(row, id=name) for name, row in PRIMITIVES.items()]
ALL_ROWS = pytest.mark.parametrize("row", ROWS)
KINDS = [float, mpmath.mpf, complex, Dual, Interval]
ALL_KINDS = pytest.mark.parametrize("number", KINDS)


def applied(row, xs):
    """A row of the table on leaves with these numbers: the leaves and the output."""
    leaves = [Value(x, f"x{i}") for i, x in enumerate(xs)]
    return leaves, nary(row, leaves)


def points(row):
    """Ordinary operands, and far ones: small, large, and beside the ends."""
    yield from [xs for xs in some_points(row) if is_ordinary(row, xs)][-6:]
    rng = random.Random(row.name)
    for size in (1e-9, 20.0):
        xs = [size * rng.uniform(0.5, 1.0) for _ in range(row.arity or 3)]
        if row.name == "polygamma":
            xs[0] = 2.0
        if all(low < x < high for x, (low, high) in zip(xs, row.domain)):  # noqa: B905
            yield xs


def judged(xs, leaves):
    """The leaves whose slopes have a judge: its steps are a part of the operand."""
    return [(i, leaf) for i, leaf in enumerate(leaves) if xs[i]]


# Every row in every kind of number


@ALL_ROWS
def test_has_a_rule(row):
    assert row.exact is not None


@ALL_ROWS
def test_mpf_gives_the_reference_and_intervals_enclose_it(row):
    for xs in points(row):
        leaves, y = applied(row, xs)
        found, box = replay(y, mpmath.mpf, digits=30), replay(y, Interval)
        assert box.value.contains(found.value)
        assert box.value.contains(y.data)
        assert all(box.adjoint(x).contains(found.adjoint(x)) for x in leaves), xs
        with mp.workdps(30):
            truth = value(row.name, *xs)
            assert abs(found.value - truth) <= 1e-19 * abs(truth), xs
            for i, leaf in judged(xs, leaves):
                truth = slope(row.name, i, *xs)
                assert abs(found.adjoint(leaf) - truth) <= 1e-19 * abs(truth), (xs, i)


@ALL_ROWS
def test_wide_intervals_enclose_all_numbers_in_them(row):
    rng = random.Random(row.name)
    for xs in list(points(row))[:3]:
        for width in (1e-3, 5.0):
            leaves, y = applied(row, xs)
            fixed = {"polygamma": {0}, "pow_constant": {1}}.get(row.name, set())
            box = {
                leaf: Interval(x - width * rng.random(), x + width * rng.random())
                for i, (leaf, x) in enumerate(zip(leaves, xs, strict=True))
                if i not in fixed
            }
            found = replay(y, Interval, at=box)
            for _ in range(3):
                inner = [
                    rng.choice([box[leaf].low, box[leaf].high, x]) if leaf in box else x
                    for leaf, x in zip(leaves, xs, strict=True)
                ]
                if not is_ordinary(row, inner):
                    continue
                exact = replay(
                    y, mpmath.mpf, at=dict(zip(leaves, inner, strict=True)), digits=30
                )
                assert found.value.contains(exact.value), inner
                for leaf in leaves:
                    assert found.adjoint(leaf).contains(exact.adjoint(leaf)), inner


@ALL_ROWS
def test_the_complex_step_gives_the_derivatives(row):
    for xs in points(row):
        leaves, y = applied(row, xs)
        fixed = {"polygamma": {0}, "pow_constant": {1}}.get(row.name, set())
        slopes = gradients(y, leaves)
        for i, leaf in enumerate(leaves):
            if i in fixed:
                continue
            found = replay(y, complex, at={leaf: leaf.data + 1e-200j})
            # A value that cancels is as right as the C library's are.
            assert found.value.real == pytest.approx(y.data, rel=1e-13, abs=1e-15)
            close = pytest.approx(slopes[i], rel=1e-12, abs=1e-14)
            assert found.value.imag / 1e-200 == close, (xs, i)
            assert found.adjoint(leaf).real == close, (xs, i)


@ALL_ROWS
def test_dual_numbers_give_second_derivatives_too(row):
    fixed = {"polygamma": {0}, "pow_constant": {1}}.get(row.name, set())
    for xs in points(row):
        leaves, y = applied(row, xs)
        slopes = gradients(y, leaves)
        for i, leaf in enumerate(leaves):
            if i in fixed:
                continue
            found = replay(y, Dual, at={leaf: Dual(leaf.data, 1.0)})
            assert found.value.data == y.data
            assert found.value.tangent == slopes[i]
            assert [d.data for d in found.gradients(leaves)] == slopes
            step = replay(y, complex, at={leaf: leaf.data + 1e-200j})
            for other in leaves:
                assert found.adjoint(other).tangent == pytest.approx(
                    step.adjoint(other).imag / 1e-200, rel=1e-9, abs=1e-9
                ), (xs, i)


@ALL_ROWS
def test_float_gives_the_recorded_bits(row):
    for xs in points(row):
        leaves, y = applied(row, xs)
        found = replay(y, float)
        again = replay(y, float, at={leaf: leaf.data for leaf in leaves})
        assert found.value == again.value == y.data
        assert found.gradients(leaves) == again.gradients(leaves)
        assert found.gradients(leaves) == gradients(y, leaves)


@ALL_ROWS
def test_fractions_are_exact_or_rejected(row):
    for xs in points(row):
        leaves, y = applied(row, xs)
        try:
            found = replay(y, Fraction)
        except NumberError as error:
            assert "use number=mpmath.mpf" in str(error)  # noqa: PT017
            continue
        assert isinstance(found.value, Fraction)
        assert float(found.value) == pytest.approx(value(row.name, *xs), rel=1e-15)
        for i, leaf in judged(xs, leaves):
            assert found.adjoint(leaf) == pytest.approx(slope(row.name, i, *xs), 1e-15)


# The conventions, in other numbers than floats: tests/data/special_points.py


def holds(found, number):
    """Whether an enclosure or an mpf is, or holds, what the floats have."""
    if isinstance(found, Interval):
        return found.is_nan if math.isnan(number) else found.contains(number)
    exact = float(found)
    if math.isnan(exact) or math.isnan(number):
        return math.isnan(exact) and math.isnan(number)
    return exact == pytest.approx(number, rel=1e-12, abs=1e-320)


def takes_a_side_by_the_sign_of_zero(point):
    has_minus_zero = any(x == 0.0 and math.copysign(1.0, x) < 0 for x in point.operands)
    return has_minus_zero and (math.isinf(point.value) or point.name == "copysign")


CONVENTIONAL = [
    pytest.param(point, id=str(point))
    for point in SPECIAL
    # There is one zero, without a sign, and the truth of a sum is another one.
    if not takes_a_side_by_the_sign_of_zero(point)
    and str(point) != "sum(1e+16, 1.0, -1e+16)"
]


@pytest.mark.parametrize("point", CONVENTIONAL)
def test_mpf_has_the_conventions_of_floats(point):
    leaves, y = applied(PRIMITIVES[point.name], point.operands)
    found = replay(y, mpmath.mpf)
    assert holds(found.value, point.value)
    assert all(map(holds, found.gradients(leaves), point.partials))


@pytest.mark.parametrize("point", CONVENTIONAL)
def test_intervals_enclose_the_conventions_of_floats(point):
    leaves, y = applied(PRIMITIVES[point.name], point.operands)
    found = replay(y, Interval)
    no_limit = any(map(math.isnan, point.partials)) and not math.isnan(point.value)
    assert holds(found.value, point.value)
    if not no_limit and str(point) != f"pow_constant(-1.0, {2.0**60})":
        assert all(map(holds, found.gradients(leaves), point.partials))


@ALL_ROWS
def test_mpf_agrees_with_floats_wherever_there_is_no_number(row):
    operands = (math.nan, math.inf, -math.inf, 0.0, 1.0, -3.0)
    for xs in itertools.product(operands, repeat=row.arity or 2):
        leaves, y = applied(row, xs)
        found = replay(y, mpmath.mpf, digits=20)
        assert holds(found.value, y.data), xs
        assert all(map(holds, found.gradients(leaves), gradients(y, leaves))), xs


# Graphs


def some_graph():
    x, y = Value(0.7, "x"), Value(1.3, "y")
    f = (x * y).tanh() * ag.hypot(x, y) + ag.logsumexp([x, y, x * y])
    return x, y, f + x.gelu() - ag.maximum(x, y) ** 2 / (x + x)


def test_all_kinds_agree_on_a_graph():
    x, y, f = some_graph()
    slopes = gradients(f, [x, y])
    exact = replay(f, mpmath.mpf)
    assert float(exact.value) == pytest.approx(f.data, rel=1e-15)
    assert list(map(float, exact.gradients([x, y]))) == pytest.approx(slopes, 1e-14)
    box = replay(f, Interval)
    assert box.value.contains(exact.value)
    assert box.value.width < 1e-13
    for node, number, adjoint in exact:
        assert box.number(node).contains(number)
        assert box.adjoint(node).contains(adjoint)


def test_float_has_the_bits_of_backward():
    *_, f = some_graph()
    f.backward()
    found = replay(f, float)
    assert [(n, v, g) for n, v, g in found] == [
        (n, n.data, n.grad) for n in ag.topological_order(f)
    ]
    assert len(found) == len(ag.topological_order(f))
    assert repr(found) == f"<replay of {len(found)} nodes: {f.data}>"


def test_recorded_gradients_are_replayed_too():
    x = Value(-0.3)
    slope_of_x = gradients(x.silu() * x, x, create_graph=True)
    assert replay(slope_of_x, float).value == slope_of_x.data
    exact = replay(slope_of_x, mpmath.mpf)
    assert float(exact.value) == pytest.approx(slope_of_x.data, rel=1e-14)
    bent = gradients(slope_of_x, x)
    assert float(exact.adjoint(x)) == pytest.approx(bent, rel=1e-12)


def test_a_tangent_meets_the_hessian():
    x, y, f = some_graph()
    found = replay(f, Dual, at={x: Dual(0.7, 2.0), y: Dual(1.3, -1.0)})
    dx, dy = gradients(f, [x, y], create_graph=True)
    assert found.value.tangent == pytest.approx(2 * dx.data - dy.data, rel=1e-13)
    for leaf, slope_of_it in ((x, dx), (y, dy)):
        xx, xy = gradients(slope_of_it, [x, y])
        assert found.adjoint(leaf).tangent == pytest.approx(2 * xx - xy, rel=1e-12)


def test_the_exact_value_of_one_tenth():
    x = Value(0.1, "x")
    third = replay(x / 3, Fraction)
    assert third.value == Fraction(0.1) / 3
    assert replay(x / 3, Fraction, at={x: "1/10"}).value == Fraction(1, 30)
    assert str(replay(x / 3, mpmath.mpf, at={x: "0.3"}, digits=30).value) == "0.1"


def test_seed_and_shared_leaves():
    x = Value(3.0)
    assert replay(x * x + x, Fraction, seed=2.0).adjoint(x) == 14
    assert replay(x, Fraction).adjoint(x) == 1
    assert replay(x * 0, Fraction).gradients([x]) == [0]


@ALL_KINDS
def test_deep_graphs_need_no_recursion(number):
    x = total = Value(1.0)
    for _ in range(5000):
        total = -total
    assert replay(total, number).adjoint(x) is not None


@pytest.mark.slow
@ALL_KINDS
def test_very_deep_graphs_need_no_recursion(number):
    x = total = Value(1.0)
    for _ in range(100_000):
        total = -total
    assert replay(total, number).adjoint(x) is not None
    assert ag.certify(total).within(0.0)


# What stays and what changes


def test_another_piece_is_noticed():
    x, y = Value(-1.0, "x"), Value(2.0, "y")
    relu, larger = x.relu(), ag.maximum(x, y)
    steps = [x.floor(), x % 2, ag.copysign(y, x), x.leaky_relu(), x.elu(2.0)]
    root = ag.sum([relu, larger, *steps])
    assert replay(root, mpmath.mpf, at={y: 3}).switched == ()
    moved = replay(root, mpmath.mpf, at={x: 5.5})
    assert list(moved.switched) == [relu, larger, *steps]
    assert moved.value == 5.5 + 5.5 + 5 + 1.5 + 2 + 5.5 + 5.5
    assert replay(root, float, at={x: 5.5}).switched == moved.switched
    assert replay(root, complex, at={x: 5.5}).switched == moved.switched
    assert replay(root, Dual, at={x: 5.5}).switched == moved.switched
    wide = replay(root, Interval, at={x: Interval(-2.0, 1.0)})
    assert set(wide.switched) == {relu, *steps}
    assert wide.number(relu) == Interval(0.0, 1.0)
    assert wide.adjoint(x).contains(moved.adjoint(x))


def test_where_keeps_its_branch():
    x = Value(1.0)
    y = ag.where(x > 0, x * 2, x * 3)
    assert replay(y, Fraction, at={x: -1}).value == -2


def test_a_rounded_tie_is_resolved():
    a = Value(0.1) + 0.2
    y = ag.maximum(a, 0.30000000000000004)
    found = replay(y, mpmath.mpf)
    assert found.switched == (y,)
    assert found.adjoint(a) == 0
    assert replay(y, float).adjoint(a) == 0.5


# Refusals


def test_a_changed_leaf_is_rejected():
    x = Value(3.0, "x")
    y = x * x
    x.data = 10.0
    with pytest.raises(StaleGraphError, match=r"'x' was recorded at 3\.0 and is 10\.0"):
        replay(y, Fraction)


def test_fractions_name_the_node_and_the_remedy():
    y = Value(2.0).exp().named("y")
    text = r"node 'y' \(exp\): it has no rational value; use number=mpmath\.mpf"
    with pytest.raises(NumberError, match=text):
        replay(y, Fraction)
    with pytest.raises(NumberError, match="node sqrt: it has no"):
        replay(Value(2.0).sqrt(), Fraction)
    with pytest.raises(NumberError, match="inf is no fraction"):
        replay(Value(math.inf), Fraction)
    for root, text in {
        1 / Value(0.0): "a division by zero",
        Value(0.0) ** -1: "a division by zero",
        Value(1.0) % 0: "a division by zero",
        Value(2.0) ** 0.5: "a power with the exponent 1/2",
        Value(3.0) ** 1e9: "the exact power has over",
        Value(-1.0) ** Value(2.0): "there is no value",
    }.items():
        with pytest.raises(NumberError, match=text):
            replay(root, Fraction)


def test_fractions_out_of_proportion_are_rejected():
    x = Value(1.1)
    for _ in range(20):
        x = x.square()
    with pytest.raises(NumberError, match="over 131072 bits"):
        replay(x, Fraction)


def test_what_a_user_makes_is_known_for_floats_only():
    @ag.primitive(partials=lambda x, y: (3 * x * x,))
    def exp(x):
        return x * x * x

    x = Value(2.0)
    y = exp(x)
    assert replay(y, float).adjoint(x) == 12.0
    assert replay(y, Dual).adjoint(x).data == 12.0
    for number in (Fraction, mpmath.mpf, complex, Interval):
        with pytest.raises(NumberError, match="node exp: an operation made with"):
            replay(y, number)
    with pytest.raises(NumberError, match="known for floats only"):
        replay(y, Dual, at={x: Dual(2.0, 1.0)})


def test_what_is_no_kind_of_number_is_rejected():
    x = Value(1.0)
    with pytest.raises(
        NumberError, match=r"takes float, complex, .* got <class 'int'>"
    ):
        replay(x, int)
    for number, text in {
        Fraction: "a Fraction cannot be made of str: 'one'",
        mpmath.mpf: "an mpf cannot be made of str: 'one'",
        complex: "a complex number cannot be made of str: 'one'",
    }.items():
        with pytest.raises(NumberError, match=text):
            replay(x, number, at={x: "one"})
    for number in (Dual, Interval):
        with pytest.raises(NumberError, match="cannot be made of list"):
            replay(x, number, at={x: []})
    with pytest.raises(OperandError, match=r"replay\(at=\) needs a real number"):
        replay(x, float, at={x: "one"})


def test_at_takes_leaves_of_the_graph_only():
    x, stranger = Value(1.0), Value(2.0)
    y = x * 2
    for wrong in (stranger, y):
        with pytest.raises(OperandError, match="puts numbers on leaves"):
            replay(y, float, at={wrong: 1.0})
    with pytest.raises(OperandError, match="not in the replayed graph"):
        replay(y, float).adjoint(stranger)


def test_requests_that_make_no_sense_are_rejected():
    x = Value(2.0, "x")
    with pytest.raises(OperandError, match=r"replay\(\) needs a Value, .*5.0; pass"):
        replay(5.0, float)
    for digits in (0, -5, 2.5, "50", 10_001, 10**5000):
        with pytest.raises(
            OperandError, match=r"replay\(digits=\) needs an int from 1 to 10000, got"
        ):
            replay(x, mpmath.mpf, digits=digits)
    with pytest.raises(OperandError, match=r"replay\(at=\) needs a dict .* got list"):
        replay(x, float, at=[x])
    with pytest.raises(NumberError, match=r"^node 'x': a Fraction cannot be made of"):
        replay(x * 1, Fraction, at={x: 1j})
