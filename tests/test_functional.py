"""`gradients(create_graph=True)`: the sweep as a computation that can be swept."""

import math

import pytest

import autograd_scalar as ag
from autograd_scalar import StaleGraphError, Value, gradients


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


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "gelu", "log1p", "erf", "arctan"])
def test_second_derivatives_against_differences(name):
    f = getattr(ag, name)

    def slope(at):
        leaf = Value(at)
        return gradients(f(leaf), leaf)

    x, h = Value(0.4), 1e-5
    second = gradients(gradients(f(x), x, create_graph=True), x)
    assert second == pytest.approx(
        (slope(0.4 + h) - slope(0.4 - h)) / (2 * h), rel=1e-8
    )


def test_no_grad_of_any_node_changes():
    x = Value(2.0)
    y = x * x
    gradients(y * y, x, create_graph=True)
    assert not x.has_grad
    assert not y.has_grad


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


def test_a_leaf_changed_twice_is_refused_too():
    x = Value(3.0)
    y = x.exp()
    x.data = 4.0
    x.data = 5.0
    with pytest.raises(StaleGraphError, match="the operands of exp have changed"):
        gradients(y, x, create_graph=True)


def test_a_change_that_shows_in_the_slope_only_is_refused():
    x, zero = Value(3.0), Value(0.0)
    y = x * zero
    x.data = 10.0
    with pytest.raises(
        StaleGraphError, match=r"an operand of mul was recorded at 3\.0"
    ):
        gradients(y, [x, zero], create_graph=True)


def test_nan_is_not_stale():
    x = Value(-1.0)
    slope = gradients(x.log(), x, create_graph=True)
    assert math.isnan(slope.data)
    assert math.isnan(gradients(slope, x))
