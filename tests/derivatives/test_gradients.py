"""`gradients(create_graph=True)`: the sweep as a computation that can be swept."""

import itertools
import math
import random

import pytest
from mpmath import mp

import autograd_scalar as ag
from autograd_scalar import (
    PRIMITIVES,
    OperandError,
    StaleGraphError,
    Value,
    gradients,
)
from autograd_scalar.derivatives.recorded import (
    REFINED,
    check_recorded,
    tangents_as_values,
)
from autograd_scalar.graph.value import nary

from ..mpmath_truth import NOT_DIFFERENTIATED, TRUTH

EPS = 2.0**-52
ROWS = [pytest.param(row, id=name) for name, row in PRIMITIVES.items()]


def test_derivatives_of_a_power_to_any_order():
    x = Value(3.0)
    d = x**4
    expected = [108.0, 108.0, 72.0, 24.0, 0.0, 0.0]
    for number in expected:
        d = gradients(d, x, create_graph=True)
        assert d.data == number
    assert gradients(Value(-2.0) ** 3, [], create_graph=True) == []


def test_a_negative_base_needs_no_logarithm():
    x = Value(-2.0)
    slope = gradients(x**3, x, create_graph=True)
    assert (slope.data, gradients(slope, x)) == (12.0, -12.0)


def test_mixed_second_derivatives_are_symmetric():
    x, y = Value(0.7), Value(1.3)
    f = (x * y).tanh() * ag.hypot(x, y) + ag.logsumexp([x, y, x * y])
    dx, dy = gradients(f, [x, y], create_graph=True)
    assert gradients(dx, y) == pytest.approx(gradients(dy, x), rel=1e-13)


def test_no_grad_of_any_node_changes():
    x = Value(2.0)
    y = x * x
    gradients(y * y, x, create_graph=True)
    assert not x.has_grad
    assert not y.has_grad


def test_a_gradient_depends_on_what_was_no_input_too():
    x, y, n = Value(2.0), Value(3.0), Value(4.0)
    slope = gradients(x * y, y, create_graph=True)
    assert (slope.data, gradients(slope, [x, y])) == (2.0, [1.0, 0.0])
    slope = gradients(y**n, y, create_graph=True)
    assert slope.data == 4 * 27.0
    assert gradients(slope, n) == pytest.approx(27.0 * (1 + 4 * math.log(3.0)))
    slope = gradients(ag.dot([x, y], [y, 5.0]), x, create_graph=True)
    assert (slope.data, gradients(slope, y)) == (3.0, 1.0)


def test_a_gradient_is_a_node_of_its_own():
    x, y = Value(2.0, "x"), Value(3.0, "y")
    dx, dy = gradients(x * y, [x, y], create_graph=True)
    assert dx is not y
    assert dy is not x
    dx, dy, again = gradients((x + y) ** 2, [x, y, x], create_graph=True)
    assert len({dx, dy, again}) == 3
    assert [gradients(v, x) for v in (dx, dy, again)] == [2.0, 2.0, 2.0]


def test_factors_of_one_leave_no_node():
    x, y = Value(2.0), Value(3.0)
    slope = gradients(-(x * y + 1.0 - y), x, create_graph=True)
    assert [node.op for node in ag.topological_order(slope)] == ["", "neg"]


def test_a_factor_of_one_leaves_no_node_beside_a_value():
    x = Value(3.0)
    slope = gradients((x + 1.0) ** 2, x, create_graph=True)
    assert [n.op for n in ag.topological_order(slope)].count("mul") == 1


def test_a_plain_operand_stays_a_number_unless_it_is_differentiated():
    x = Value(2.0)
    y = x / 4.0
    assert gradients(y, x, create_graph=True).is_leaf
    four = y.parents[1]
    slope = gradients(y, four, create_graph=True)
    assert (slope.data, gradients(slope, four)) == (-0.125, 0.0625)


def test_a_quotient_with_the_numbers_of_a_product_is_none():
    x, y = Value(0.0), Value(1.0)  # x*y and its derivatives, y and x, are the same
    by_x, _ = gradients(x / y, [x, y], create_graph=True)
    assert gradients(by_x, y) == -1.0


def test_tangents_of_many_operands_and_of_one_that_is_unused():
    x, y, z, unused = Value(2.0), Value(3.0), Value(5.0), Value(7.0)
    root = ag.prod([x, y, z])
    tangents = tangents_as_values(root, [unused, x, y, z], [9.0, 1.0, 10.0, 100.0])
    assert tangents[id(root)].data == 15.0 + 10.0 * 10.0 + 100.0 * 6.0


def test_a_plain_exponent_leads_to_no_logarithm():
    x = Value(2.0)
    slope = gradients(x**3, x, create_graph=True)
    ops = {node.op for node in ag.topological_order(slope)}
    assert ops == {"", "pow_constant", "mul"}


def test_a_plain_exponent_is_a_number_to_every_order():
    x = Value(-2.0)
    y = x**3
    exponent = y.parents[1]
    by_x, by_exponent = gradients(y, [x, exponent], create_graph=True)
    assert by_exponent.data == 0.0
    assert gradients(by_x, [x, exponent]) == [-12.0, 0.0]


def test_a_zero_has_the_sign_it_has_in_gradients():
    x = Value(2.0)
    for y in (-x, -(x * x)):
        slope = gradients(y, x, 0.0, create_graph=True)
        assert repr(slope.data) == repr(gradients(y, x, 0.0)) == "0.0"


def test_within_no_grad_the_numbers_are_the_same():
    x = Value(0.3)
    y = x.tanh() * x
    with ag.no_grad():
        slope = gradients(y, x, create_graph=True)
    assert (slope.data, slope.parents) == (gradients(y, x), ())


def test_what_is_no_value_is_rejected():
    x = Value(2.0)
    for output, inputs in [(3.0, x), (x, [x, 2.0])]:
        with pytest.raises(
            ag.OperandError, match=r"gradients\(\) needs Values, got fl"
        ):
            gradients(output, inputs)


def test_unused_inputs_and_seed():
    x, unused = Value(2.0), Value(1.0)
    a, b = gradients(x * x, [x, unused], 0.5, create_graph=True)
    assert (a.data, b.data) == (2.0, 0.0)
    (root,) = gradients(x, [x], create_graph=True)
    assert root.data == 1.0


def test_a_changed_leaf_is_named_with_both_numbers():
    x = Value(3.0, "x")
    y = x * x
    x.data = 10.0
    text = r"node 'x' was recorded at 3\.0 and is 10\.0 now"
    with pytest.raises(StaleGraphError, match=text):
        gradients(y, x, create_graph=True)
    x.data = 3.0
    assert gradients(y, x, create_graph=True).data == 6.0


def test_a_leaf_changed_twice_is_rejected_too():
    x = Value(3.0)
    y = x.exp()
    x.data = 4.0
    x.data = 5.0
    with pytest.raises(StaleGraphError, match="the operands of exp have changed"):
        gradients(y, x, create_graph=True)


def test_a_change_that_shows_in_the_local_derivative_only_is_rejected():
    x, zero = Value(3.0), Value(0.0)
    y = x * zero
    x.data = 10.0
    with pytest.raises(
        StaleGraphError, match=r"an operand of mul was recorded at 3\.0"
    ):
        gradients(y, [x, zero], create_graph=True)


@pytest.mark.parametrize("f", [lambda x: x + 1, lambda x: 2 * x, lambda x: x - 1])
def test_a_change_before_written_out_arithmetic_is_rejected(f):
    x = Value(3.0, "x")
    y = f(x)
    x.data = 10.0
    with pytest.raises(StaleGraphError, match=r"node 'x' was recorded at 3\.0"):
        gradients(y, x, create_graph=True)


def test_a_product_is_not_fresh_because_a_factor_of_zero_is():
    zero, x = Value(0.0), Value(3.0)
    y = zero * x
    x.data = 10.0
    with pytest.raises(StaleGraphError, match=r"was recorded at 3\.0"):
        gradients(y, [zero, x], create_graph=True)


def test_a_product_whose_factors_were_exchanged_is_rejected():
    a, b = Value(2.0), Value(3.0)
    y = a * b
    a.data, b.data = 3.0, 2.0
    with pytest.raises(StaleGraphError):
        gradients(y, [a, b], create_graph=True)


@pytest.mark.parametrize("now", [5.0, -1.0])  # 5 - 2 is 3, and -1 + 3 is 2
def test_a_changed_sum_is_rejected_whatever_else_its_numbers_give(now):
    x = Value(1.0)
    y = x + 2.0
    x.data = now
    with pytest.raises(StaleGraphError):
        gradients(y, x, create_graph=True)


def test_a_product_whose_own_number_was_written_is_rejected():
    x = Value(2.0)
    y = x * 3.0
    y.data = 7.0
    with pytest.raises(StaleGraphError):
        gradients(y, x, create_graph=True)


@pytest.mark.parametrize(("then", "now"), [(2.0, -1.0), (-1.0, 2.0)])
def test_a_change_from_or_to_nan_is_rejected(then, now):
    x = Value(then)
    y = x.log()
    x.data = now
    with pytest.raises(StaleGraphError):
        gradients(y, x, create_graph=True)


def test_what_no_input_leads_to_may_have_changed():
    x, z = Value(2.0), Value(0.0)
    y = x * z.exp()
    z.data = 5.0
    assert gradients(y, x, create_graph=True).data == 1.0
    assert tangents_as_values(y, [x], [3.0])[id(y)].data == 3.0


def test_a_refined_number_is_not_stale():
    x = Value(0.9)
    d = x.tanh()
    for _ in range(3):
        d = gradients(d, x, create_graph=True)
    refined = [n for n in ag.topological_order(d) if n.primitive is REFINED]
    assert any(n.data != n.parents[0].data for n in refined)
    for n in refined:
        check_recorded(n)
    assert REFINED.arity == len(REFINED.domain) == 1


def test_nan_is_not_stale():
    x = Value(-1.0)
    slope = gradients(x.log(), x, create_graph=True)
    assert math.isnan(slope.data)
    assert math.isnan(gradients(slope, x))


# Second derivatives of every row of the table, at ordinary points


def ordinary_points(row):
    """Operands of size up to 3, zeros and ties among them, off the kinks and poles."""
    return [xs for xs in some_points(row) if is_ordinary(row, xs)]


def some_points(row):
    rng, count = random.Random(row.name), row.arity or 4
    intervals = (row.domain * count)[:count]
    for _ in range(4):
        xs = [rng.uniform(max(a, -3.0), min(b, 3.0)) for a, b in intervals]
        if row.name == "polygamma":
            xs[0] = float(rng.randint(0, 3))
        if row.name == "pow_constant" and xs[0] < 0.0:
            xs[1] = float(rng.randint(-3, 4))
        yield xs
    for position, (low, high) in enumerate(intervals):
        if low < 0.0 < high:
            yield [0.0 if i == position else x for i, x in enumerate(xs)]
    if count > 1 and row.name != "polygamma":
        yield [abs(xs[0])] * count
    if row.arity is None:
        yield xs[:3]
    yield from {"pow": [[1.5, 1.0]], "pow_constant": [[0.0, 2.0], [-1.5, 0.0]]}.get(
        row.name, []
    )


def is_ordinary(row, xs):
    output = row.forward(*xs)
    numbers = (output, *row.partials(*xs, output))
    return all(map(math.isfinite, numbers)) and not any(k.at(*xs) for k in row.kinks)


def free_places(row, xs):
    """The operands that are differentiated: all but an order or a plain exponent."""
    return [i for i in range(len(xs)) if (row.name, i) not in NOT_DIFFERENTIATED]


def slopes_of(row, xs, places):
    """The leaves in those places and, as Values, the derivatives in them."""
    leaves = [Value(x) for x in xs]
    output = nary(row, leaves)
    wanted = [leaves[i] for i in places]
    slopes = gradients(output, wanted, create_graph=True)
    return wanted, slopes


def second_derivatives(row, xs):
    """By pairs of places: d2(output), and the size of the terms it is the sum of."""
    places = free_places(row, xs)
    leaves, slopes = slopes_of(row, xs, places)
    return {
        (i, j): (gradients(slope, leaf), term_scale(slope, leaf))
        for i, slope in zip(places, slopes, strict=True)
        for j, leaf in zip(places, leaves, strict=True)
    }


def term_scale(output, leaf):
    """Sum over paths of the product of |local derivative|: what rounding acts on."""
    sizes = {output: 1.0}
    for node in reversed(ag.topological_order(output)):
        edges = zip(node.parents, node.local_derivatives, strict=True)
        for parent, derivative in edges:
            part = abs(derivative) * sizes[node]
            sizes[parent] = sizes.get(parent, 0.0) + part
    return sizes.get(leaf, 0.0)


@pytest.mark.parametrize("row", ROWS)
def test_second_derivatives_of_every_row(row):
    for xs in ordinary_points(row):
        for (i, j), (found, scale) in second_derivatives(row, xs).items():
            orders = tuple((k == i) + (k == j) for k in range(len(xs)))
            with mp.workdps(40):
                truth = mp.diff(TRUTH[row.name], tuple(map(mp.mpf, xs)), orders)
                error = abs(found - truth)
            assert error <= 64 * EPS * scale + 1e-20, (xs, i, j, found, truth)


@pytest.mark.parametrize("row", ROWS)
def test_second_derivatives_with_the_other_operands_constant(row):
    for xs in ordinary_points(row):
        together = second_derivatives(row, xs)
        for i in free_places(row, xs):
            (leaf,), (slope,) = slopes_of(row, xs, [i])
            expected, scale = together[i, i]
            assert abs(gradients(slope, leaf) - expected) <= 64 * EPS * scale, (xs, i)


@pytest.mark.parametrize("row", [param for param in ROWS if param.values[0].arity != 1])
def test_mixed_second_derivatives_of_every_row_are_symmetric(row):
    for xs in ordinary_points(row):
        found = second_derivatives(row, xs)
        for (i, j), (mixed, scale) in found.items():
            mirrored, other_scale = found[j, i]
            allowed = 64 * EPS * max(scale, other_scale)
            assert abs(mixed - mirrored) <= allowed, (xs, i, j)


def test_the_order_of_polygamma_is_a_number_in_any_case():
    n, x = Value(1.0), Value(2.5)
    for operands in ((n, x), (n, 2.5), (1.0, x)):
        y = ag.polygamma(*operands)
        inputs = [v for v in operands if isinstance(v, Value)]
        slopes = gradients(y, inputs, create_graph=True)
        assert [s.data for s in slopes] == gradients(y, inputs)


NASTY = [
    0.0,
    -0.0,
    5e-324,
    1.0,
    -1.0,
    0.5,
    -2.5,
    1e17,
    1e300,
    -1e300,
    math.inf,
    math.nan,
]


@pytest.mark.parametrize("row", ROWS)
def test_a_recorded_gradient_is_the_gradient_to_the_bit(row):
    def same(a, b):
        if math.isnan(a) or a == 0.0:
            return repr(a) == repr(b)  # nan, and the sign of a zero
        return a == b

    operands = itertools.product(NASTY, repeat=row.arity or 2)
    for numbers in operands:
        if row.name == "polygamma" and numbers[0] not in {0.0, 1.0}:
            continue
        leaves = [Value(x) for x in numbers]
        y = nary(row, leaves)
        plain = gradients(y, leaves)
        recorded = gradients(y, leaves, create_graph=True)
        for a, b in zip(plain, recorded, strict=True):
            assert same(a, b.data), (numbers, plain, recorded)


def test_third_derivatives_pass_through_refined_numbers():
    x = Value(0.4)
    d = x.tanh()
    for _ in range(3):
        d = gradients(d, x, create_graph=True)
    t = math.tanh(0.4)
    expected = (1 - t * t) * (6 * t * t - 2)
    assert d.data == pytest.approx(expected, rel=1e-13)


def test_inputs_that_are_no_sequence_are_rejected():
    x = Value(2.0)
    with pytest.raises(
        OperandError, match=r"a sequence of Values as inputs, got float"
    ):
        gradients(x * 3, 5.0)

    def failing():
        yield x
        msg = "the generator's own"
        raise TypeError(msg)

    with pytest.raises(TypeError, match="own"):
        gradients(x * 3, failing())


@pytest.mark.parametrize("xs", [(0.3,), (-2.4, -45.8), (-45.8, -2.4), (50.0, 7.0)])
def test_second_derivatives_of_logsumexp_by_one_operand_keep_their_digits(xs):
    leaves = [Value(x) for x in xs]
    (weight, *_) = gradients(
        nary(PRIMITIVES["logsumexp"], leaves), leaves, create_graph=True
    )
    found = 0.0 if weight.is_leaf else gradients(weight, leaves[0])
    with mp.workdps(60):
        shares = [mp.exp(mp.mpf(x)) for x in xs]
        w = shares[0] / mp.fsum(shares)
        assert abs(found - w * (1 - w)) <= 64 * 2.0**-52 * abs(w * (1 - w))
