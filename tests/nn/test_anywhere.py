"""What needs no NumPy, and so runs in a browser too: check_deltas and grade."""

import pytest

from nn import MLP, assert_gradients_match, check_deltas, grade, matrix
from nn.grading.smallest import smallest_network


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "gelu"])
def test_a_network_is_checked(activation):
    net = MLP(3, [4, 2], activation=activation, output_activation="sigmoid", rng=0)
    report = check_deltas(net, [[0.1, -0.2, 0.3]], [[1, 0]], "half_squared_error")
    assert report.passed
    assert "All 41 gradients equal the matrix equations" in str(report)


def test_the_matrix_equations_of_one_neuron():
    W, b, X, Y = [[[3.0]]], [[[1.0]]], [[2.0]], [[5.0]]
    found = matrix.backprop(W, b, X, Y, ["linear"], "squared_error")
    assert (found.dW[0].tolist(), found.db[0].tolist()) == ([[8.0]], [[4.0]])


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("dZ2 = (A2 - Y) * A2 * (1 - A2)\ndW2 = dZ2 @ A1.T / m", None),
        ("dZ2 = A2 - Y\ndW2 = dZ2 @ A1.T / m", "out-missing-sigma-prime"),
        (r"$\delta^2 = (a^2 - y) \odot \sigma'(z^2)$", None),
    ],
)
def test_a_text_is_graded(text, mistake):
    graded = grade(text, loss="half_squared_error")
    assert graded.passed is (mistake is None)
    assert mistake is None or mistake in str(graded)


def test_a_mistake_has_its_smallest_network():
    assert smallest_network("act-missing").case.sizes == (1, 1, 1)


def test_gradients_in_lists_are_compared():
    net = MLP(2, [3, 1], activation="tanh", rng=0)
    given = {"net": net, "X": [[0.5, -1.0]], "Y": [[1.0]], "loss": "squared_error"}
    with pytest.raises(AssertionError, match=r"dW2 \[1x3\] 3 of 3 differ"):
        assert_gradients_match({"dW2": [[0.0, 0.0, 0.0]]}, **given)
