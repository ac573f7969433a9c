"""What derivations return: dictionaries with many names, lists, pairs, objects."""

# ruff: noqa: E501  (forms side by side)

from types import SimpleNamespace

import numpy as np
import pytest

from nn import MLP, grade


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(W, b, X, Y, slope=True):
    """Return dW1, db1, dW2, db2; without the slope of the hidden layer if asked."""
    a1 = sigmoid(W[0] @ X + b[0])
    a2 = sigmoid(W[1] @ a1 + b[1])
    d2 = (a2 - Y) * a2 * (1 - a2) / X.shape[1]
    d1 = W[1].T @ d2 * (a1 * (1 - a1) if slope else 1)
    sums = [d.sum(axis=1, keepdims=True) for d in (d1, d2)]
    return d1 @ X.T, sums[0], d2 @ a1.T, sums[1]


FORMS = {
    "names of modules": lambda a, b, c, d: {
        "layer1.weight": a, "layer1.bias": b, "layer2.weight": c, "layer2.bias": d,
    },
    "in one another": lambda a, b, c, d: {
        "layer1": {"W": a, "b": b}, "layer2": {"W": c, "b": d},
    },
    "under one key": lambda a, b, c, d: {"grads": {"W1": a, "b1": b, "W2": c, "b2": d}},
    "words": lambda a, b, c, d: {
        "grad_weights_hidden": a, "grad_bias_hidden": b,
        "grad_weights_output": c, "grad_bias_output": d,
    },
    "a dictionary of each layer": lambda a, b, c, d: [{"dW": a, "db": b}, {"dW": c, "db": d}],
    "in a row": lambda *four: four,
    "in a row, weights first": lambda a, b, c, d: (a, c, b, d),
    "in a row, the last layer first": lambda a, b, c, d: [c, d, a, b],
    "the cost before them": lambda *four: (0.5, *four),
    "the cost beside a dictionary": lambda a, b, c, d: (0.5, {"W1": a, "b1": b, "W2": c, "b2": d}),
    "pairs": lambda a, b, c, d: [(a, b), (c, d)],
    "lists": lambda a, b, c, d: ([a, c], [b, d]),
    "attributes": lambda a, b, c, d: SimpleNamespace(dW1=a, db1=b, dW2=c, db2=d),
    "all transposed": lambda *four: {
        name: array.T for name, array in zip(("dW1", "db1", "dW2", "db2"), four, strict=True)
    },
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_gradients_are_recognised_in_every_form(form):
    def backprop(W, b, X, Y):
        return FORMS[form](*gradients(W, b, X, Y))

    def without_slope(W, b, X, Y):
        return FORMS[form](*gradients(W, b, X, Y, slope=False))

    net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    report = grade(backprop, net=net)
    assert report.passed
    assert set(report.verdicts) == {"dW1", "db1", "dW2", "db2"}
    wrong = grade(without_slope, net=net)
    assert wrong.verdicts["dW1"].mistake == "act-missing"
    assert wrong.verdicts["dW2"].is_right


def test_a_tensor_is_taken_for_its_array():
    class Tensor:
        def __init__(self, array):
            self.array = array

        def detach(self):
            return self

        def cpu(self):
            return self

        def numpy(self):
            return self.array

    def backprop(W, b, X, Y):
        names = "dW1", "db1", "dW2", "db2"
        return dict(zip(names, map(Tensor, gradients(W, b, X, Y)), strict=True))

    net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    assert grade(backprop, net=net).passed
