"""Forward mode over the recorded graph: the second order that makes no nodes."""

import math
from contextlib import ExitStack

import numpy as np
import pytest

from autograd_scalar import (
    PRIMITIVES,
    AnomalyError,
    Dual,
    StaleGraphError,
    Value,
    detect_anomaly,
    dot,
    exp,
    grad,
    gradients,
    hessian,
    hvp,
    jvp,
    no_grad,
    primitive,
    reciprocal,
    relu,
    replay,
    sin,
    sqrt,
    topological_order,
)
from autograd_scalar.derivatives.tangents import hessian_times, tangents_along

from .test_orders import ALLOWED, derivatives, error_in_terms, free_places, node, points

ROWS = [pytest.param(row, id=name) for name, row in PRIMITIVES.items()]


def by_tangents(row, xs):
    """The Hessian of one row, by the same tuples of places as `derivatives`."""
    leaves = [Value(x) for x in xs]
    places = free_places(row, xs)
    unit = [[float(i == j) for j in places] for i in places]
    inputs = [leaves[i] for i in places]
    found = hessian_times(node(row, leaves), inputs, unit)
    return {
        (i, j): found[a][b] for a, i in enumerate(places) for b, j in enumerate(places)
    }


@pytest.mark.parametrize("row", ROWS)
def test_hessians_of_every_row_are_within_64_ulp_of_their_terms(row):
    for xs in points(row, 3):
        found = by_tangents(row, xs)
        for places, (_, scale) in derivatives(row, xs, 2).items():
            if places == tuple(sorted(places)) and scale < math.inf:
                error = error_in_terms(row, xs, places, found[places], scale)
                assert error <= ALLOWED, (row, xs, places, found[places])


@pytest.mark.parametrize("row", ROWS)
def test_they_move_as_a_replay_in_dual_numbers(row):
    xs = points(row, 3)[0]
    leaves = [Value(x) for x in xs]
    weight = Value(0.7)
    root = node(row, leaves) * weight
    along = [0.5 + k for k in range(len(leaves))]
    if row.name in {"polygamma", "pow_constant"}:
        along[{"polygamma": 0, "pow_constant": 1}[row.name]] = 0.0
    at = {x: Dual(x.data, t) for x, t in zip(leaves, along, strict=True)}
    replayed = replay(root, Dual, at=at)
    assert hessian_times(root, leaves, [along])[0] == pytest.approx(
        [replayed.adjoint(x).tangent for x in leaves], rel=1e-15
    )
    tangents = tangents_along(root, leaves, along)
    assert tangents[id(root)] == replayed.value.tangent
    assert tangents[id(weight)] == 0.0


def test_the_second_order_makes_no_nodes_for_the_gradient():
    x = Value(0.3)
    y = sin(x) * exp(x)
    before = [(n, n.grad, n.has_grad, n.data) for n in topological_order(y)]
    (found,) = hessian_times(y, [x], [[1.0]])
    assert found == pytest.approx([2 * math.cos(0.3) * math.exp(0.3)], rel=1e-15)
    assert [(n, n.grad, n.has_grad, n.data) for n in topological_order(y)] == before


def test_second_derivatives_reach_through_nodes_of_every_kind():
    x = 0.3
    found = hessian(lambda x: 3.0 * exp(sin(exp(x))))(x)  # one operand each
    u, s, c = math.exp(x), math.sin(math.exp(x)), math.cos(math.exp(x))
    expected = 3.0 * math.exp(s) * ((u * c) ** 2 + u * c - u * u * s)
    assert found == pytest.approx(expected, rel=1e-14)
    found = hessian(lambda x: 3.0 * dot([sin(x), x], [x * x, 2.0]))(x)  # many
    expected = 6.0 * math.sin(x) + 12.0 * x * math.cos(x) - 3.0 * x * x * math.sin(x)
    assert found == pytest.approx(expected, rel=1e-14)


def test_an_input_that_does_not_matter_has_zeros():
    x, unused = Value(2.0), Value(5.0)
    y = x**3
    assert hessian_times(y, [unused, x], [[1.0, 0.0], [7.0, 1.0]]) == [
        [0.0, 0.0],
        [0.0, 12.0],
    ]
    assert hvp(lambda a, b: 4.0, (1.0, 2.0), (1.0, 1.0)) == (0.0, 0.0)


def test_one_input_twice_is_two_inputs_of_one_number():
    assert hvp(lambda x, y: x * y, (3.0, 3.0), (1.0, 0.0)) == (0.0, 1.0)


def test_a_zero_tangent_stays_zero_beside_an_infinite_derivative():
    def f(x, y):
        return sqrt(x) + y * y

    assert jvp(f, (0.0, 3.0), (0.0, 1.0)) == (9.0, 6.0)
    assert hvp(f, (0.0, 3.0), (0.0, 1.0)) == (0.0, 2.0)
    assert hessian(lambda v: f(*v))([0.0, 3.0])[1] == [0.0, 2.0]
    _, slope = jvp(f, (Value(0.0), 3.0), (0.0, 1.0))  # recorded
    assert slope.data == 6.0


# What rests, and the root by it, beside what is infinite there
BESIDE_INFINITIES = {
    "quotient": (lambda a, b: a / b, (1.0, 0.0)),
    "dot": (lambda a, b: dot([a], [b]), (0.0, math.inf)),
    "root of a product": (lambda a, b: sqrt(a * b), (0.0, 3.0)),
    "root of a dot": (lambda a, b: sqrt(dot([a], [b])), (0.0, 3.0)),
}


@pytest.mark.parametrize("name", BESIDE_INFINITIES)
def test_resting_operands_have_zeros_beside_infinities(name):
    f, at = BESIDE_INFINITIES[name]
    found = hvp(lambda a, b, c: f(a, b) + c * c, (*at, 5.0), (0.0, 0.0, 1.0))
    assert found == (0.0, 0.0, 2.0)


def test_a_zero_derivative_stays_zero_under_an_infinite_one():
    assert hvp(lambda x: sqrt(relu(x)), (-1.0,), (1.0,)) == 0.0


def test_fused_nodes_of_moving_and_resting_operands():
    H = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])

    def f(x):
        return dot([x[0], 3.0], [x[1], x[2]], start=x[2])

    assert np.array_equal(hessian(f)([2.0, 5.0, 7.0]), H)


# Operations of the user's know floats and Values, not dual numbers


@primitive(partials=lambda x, y: (3.0 * x * x,))
def cube(x):
    return x * x * x


@primitive(partials=lambda a, b, c, y: (sin(b) * c, a * c * sin(b + math.pi / 2), 0.0))
def odd_one(a, b, c):
    return a * math.sin(b) * c


@primitive(partials=lambda x, y: (2.0,))
def double(x):
    return 2.0 * x


@primitive(partials=lambda a, b, y: (sqrt(b), 0.5 * a * reciprocal(sqrt(b))))
def times_root(a, b):
    return a * math.sqrt(b)


@primitive(
    partials=lambda x, y: (
        3.0 * x * x if isinstance(x, Value) else 3.0 * math.pow(x, 2),
    )
)
def cube_of_two_kinds(x):
    return x * x * x


def test_operations_of_the_users_own():
    assert hessian(cube_of_two_kinds)(2.0) == 12.0
    assert hvp(times_root, (1.0, 0.0), (1.0, 0.0)) == (0.0, math.inf)
    assert hessian(lambda x: cube(x) * x)(2.0) == 48.0
    assert hvp(lambda x: double(x) ** 2 + double(x), (3.0,), (1.0,)) == 8.0
    found = hessian(lambda v: odd_one(v[0], v[1], 2.0))([3.0, 0.5])
    both = 2.0 * math.sin(0.5 + math.pi / 2)
    np.testing.assert_allclose(found, [[0, both], [both, -6 * math.sin(0.5)]], 1e-15)


def test_within_detect_anomaly_the_second_order_is_watched():
    with pytest.raises(AnomalyError), detect_anomaly():
        hvp(sqrt, (0.0,), (1.0,))
    with detect_anomaly():
        assert hvp(cube, (2.0,), (1.0,)) == 12.0
        assert hessian(cube)(2.0) == 12.0


def test_within_detect_anomaly_the_first_bad_tangent_is_named():
    with detect_anomaly(), pytest.raises(AnomalyError) as caught:
        jvp(lambda x: sqrt(x.named("x")) * 2.0, (0.0,), (1.0,))
    message = str(caught.value)
    assert message.startswith("the tangent of sqrt('x' = 0.0) = 0.0 is the first")
    assert "inf * 1.0 = inf (local derivative" in message
    assert "test_tangents.py:" in message  # where the root was recorded
    with detect_anomaly(), pytest.raises(AnomalyError, match=r"\+ \.\.\. = inf"):
        jvp(lambda x: dot([x] * 9, [1.0] * 9), (1.0,), (1e308,))
    with detect_anomaly(), pytest.raises(AnomalyError, match="tangent of"):
        jvp(sqrt, (Value(0.0),), (1.0,))  # recorded, too


def test_what_was_recorded_before_the_block_is_named_without_a_line():
    with ExitStack() as later:

        def f(x):
            y = sqrt(x)
            later.enter_context(detect_anomaly())
            return y

        with pytest.raises(AnomalyError, match=r"sqrt\(0\.0\) .* tangent\)$"):
            jvp(f, (0.0,), (1.0,))


def test_within_detect_anomaly_good_tangents_are_what_they_are_without():
    def f(x):
        return [x.named("x") * 2.0, sqrt(x + 3.0)]

    with detect_anomaly():
        assert jvp(f, (1.0,), (1.0,)) == ([2.0, 2.0], [2.0, 0.25])
        assert jvp(sqrt, (0.0,), (0.0,)) == (0.0, 0.0)  # what does not move
        assert jvp(sqrt, (0.0,), (math.inf,)) == (0.0, math.inf)  # as it was asked
    with no_grad():
        assert jvp(sqrt, (0.0,), (1.0,)) == (0.0, math.inf)


@pytest.mark.parametrize("operation", [sin, cube, lambda x: x * x * x**2])
def test_where_an_operand_matters_that_was_written_since_it_is_named(operation):
    def f(x):
        u = (x + 1.0).named("u")
        y = operation(u)
        u.data = 7.0
        return y

    for second in (lambda: hvp(f, (2.0,), (1.0,)), lambda: hessian(f)(2.0)):
        with pytest.raises(StaleGraphError, match=r"sin|cube|pow_constant"):
            second()
    assert grad(f)(2.0) == gradients(operation(u := Value(3.0)), u)


def test_where_an_operand_crossed_a_kink_since_it_is_named():
    def f(x):
        u = x + 1.0
        y = relu(u) * x
        u.data = -7.0
        return y

    with pytest.raises(StaleGraphError, match="relu"):
        hvp(f, (2.0,), (1.0,))


def test_hessians_of_what_holds_gradients():
    def f(x):
        return x * grad(lambda y: y**3 * x)(x)

    x = 0.7
    assert hessian(f)(x) == pytest.approx(36 * x**2, rel=1e-14)  # f = 3 x**4
