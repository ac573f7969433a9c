"""The front door: if these fail, nothing else is worth reading."""

import math

import pytest

from autograd_scalar import Value, draw, gradients
from nn import MLP, check_deltas


def test_a_gradient():
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    c = a * b + a.tanh()
    c.backward()
    assert c.data == -6.0 + math.tanh(2.0)
    assert a.grad == pytest.approx(-3.0 + 1 / math.cosh(2.0) ** 2, rel=1e-15)
    assert b.grad == 2.0
    assert gradients(c, [a, b]) == [a.grad, b.grad]


def test_a_network_matches_the_delta_equations():
    net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    report = check_deltas(net, [[0.1, -0.2, 0.3]], [[1.0, 0.0]], "half_squared_error")
    assert report.passed, str(report)


def test_a_drawing():
    x = Value(3.0, "x")
    assert draw(x * x).svg.startswith("<svg")
