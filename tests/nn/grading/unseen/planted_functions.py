"""Derivations in NumPy with one mistake each, as learners make them.

Written from the documentation alone, before anybody had looked at how the grader works.
"""

# ruff: noqa: E501  (formulas are as long as they are)

from __future__ import annotations

import math

import numpy as np

from tests.nn.grading.unseen.case import (
    Array,
    Collection,
    Matrices,
    forward,
    identity,
    named,
    relu,
    sigmoid,
    softmax,
    total,
)

PLANTED = Collection([])
planted = PLANTED.case


def two_layers(
    X: Array, W: Matrices, A: Matrices, dZ1: Array, dZ2: Array
) -> dict[str, Array]:
    """Return all gradients of two layers, whose dZ hold the 1/m."""
    return named([dZ1, dZ2], [dZ1 @ X.T, dZ2 @ A[1].T], [total(dZ1), total(dZ2)])


# One layer.


@planted("1/m forgotten in db, though dW has it", "db1", layers=(3, 2))
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid)
    m = X.shape[1]
    dZ = (A[1] - Y) * A[1] * (1 - A[1])
    return {"dW1": dZ @ X.T / m, "db1": total(dZ)}


@planted(
    "a(1-a) kept, though the cross-entropy of the softmax cancels it",
    "dZ1",
    layers=(4, 3),
    output="linear",
    loss="softmax_cross_entropy",
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, softmax)
    dZ = (A[1] - Y) * A[1] * (1 - A[1]) / X.shape[1]
    return {"dZ1": dZ, "dW1": dZ @ X.T, "db1": total(dZ)}


@planted(
    "the mean over the outputs forgotten: 2(a-y) without 1/n",
    "dZ1",
    layers=(3, 4),
    output="tanh",
    loss="mean_squared_error",
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, np.tanh)
    dZ = 2 * (A[1] - Y) * (1 - A[1] ** 2) / X.shape[1]
    return {"dZ1": dZ, "dW1": dZ @ X.T, "db1": total(dZ)}


@planted("the minus before y/a lost", "dA1", layers=(3, 2), loss="binary_cross_entropy")
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid)
    dA = (Y / A[1] - (1 - Y) / (1 - A[1])) / X.shape[1]
    dZ = (A[1] - Y) / X.shape[1]
    return {"dA1": dA, "dZ1": dZ, "dW1": dZ @ X.T, "db1": total(dZ)}


@planted(
    "sigma' forgotten after (a-y)/(a(1-a))",
    "dZ1",
    layers=(5, 3),
    loss="binary_cross_entropy",
    reduction="sum",
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid)
    dZ = (A[1] - Y) / (A[1] * (1 - A[1]))
    return {"dZ1": dZ, "dW1": dZ @ X.T, "db1": total(dZ)}


@planted(
    "the term (1-y)/(1-a) forgotten", "dA1", layers=(3, 2), loss="binary_cross_entropy"
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid)
    dA = -(Y / A[1]) / X.shape[1]
    dZ = dA * A[1] * (1 - A[1])
    return {"dA1": dA, "dZ1": dZ, "dW1": dZ @ X.T, "db1": total(dZ)}


@planted(
    "the indicator of the hinge forgotten",
    "dZ1",
    layers=(3, 2),
    output="linear",
    loss="hinge",
    reduction="sum",
)
def _(W, b, X, Y):
    dZ = -Y
    return {"dZ1": dZ, "dW1": dZ @ X.T, "db1": total(dZ)}


@planted(
    "the hinge's margin taken of the output, not of y times the output",
    "dZ1",
    layers=(3, 2),
    output="linear",
    loss="hinge",
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, identity)
    dZ = np.where(A[1] < 1, -Y, 0.0) / X.shape[1]
    return {"dZ1": dZ, "dW1": dZ @ X.T, "db1": total(dZ)}


# Two layers: the derivative of the activation.


@planted(
    "the gradient is masked by its own sign, not by that of z",
    "dZ1",
    hidden="relu",
    output="linear",
    loss="mean_squared_error",
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, relu, identity)
    m, n = X.shape[1], Y.shape[0]
    dZ2 = 2 * (A[2] - Y) / (m * n)
    dA1 = W[1].T @ dZ2
    return two_layers(X, W, A, dA1 * (dA1 > 0), dZ2)


@planted("relu(z) for relu'(z)", "dZ1", hidden="relu", output="linear")
def _(W, b, X, Y):
    Z, A = forward(W, b, X, relu, identity)
    dZ2 = (A[2] - Y) / X.shape[1]
    return two_layers(X, W, A, (W[1].T @ dZ2) * relu(Z[1]), dZ2)


@planted("tanh' as 1 - z**2", "dZ1", layers=(2, 5, 3), hidden="tanh", output="linear")
def _(W, b, X, Y):
    Z, A = forward(W, b, X, np.tanh, identity)
    dZ2 = (A[2] - Y) / X.shape[1]
    return two_layers(X, W, A, (W[1].T @ dZ2) * (1 - Z[1] ** 2), dZ2)


@planted("tanh' as 1 - a, the square forgotten", "dZ1", hidden="tanh", output="tanh")
def _(W, b, X, Y):
    _, A = forward(W, b, X, np.tanh, np.tanh)
    dZ2 = (A[2] - Y) * (1 - A[2] ** 2) / X.shape[1]
    return two_layers(X, W, A, (W[1].T @ dZ2) * (1 - A[1]), dZ2)


@planted("tanh' as 1 + a**2", "dZ2", hidden="relu", output="tanh")
def _(W, b, X, Y):
    Z, A = forward(W, b, X, relu, np.tanh)
    dZ2 = (A[2] - Y) * (1 + A[2] ** 2) / X.shape[1]
    return two_layers(X, W, A, (W[1].T @ dZ2) * (Z[1] > 0), dZ2)


@planted(
    "tanh' evaluated at a: 1 - tanh(a)**2",
    "dZ1",
    hidden="tanh",
    output="linear",
    loss="squared_error",
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, np.tanh, identity)
    dZ2 = 2 * (A[2] - Y) / X.shape[1]
    return two_layers(X, W, A, (W[1].T @ dZ2) * (1 - np.tanh(A[1]) ** 2), dZ2)


@planted(
    "the sigmoid's a(1-a) in a tanh network",
    "dZ1",
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, np.tanh, sigmoid)
    dZ2 = (A[2] - Y) / X.shape[1]
    return two_layers(X, W, A, (W[1].T @ dZ2) * A[1] * (1 - A[1]), dZ2)


@planted("tanh's 1 - a**2 in a sigmoid network", "dZ1")
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid)
    dZ2 = (A[2] - Y) * A[2] * (1 - A[2]) / X.shape[1]
    return two_layers(X, W, A, (W[1].T @ dZ2) * (1 - A[1] ** 2), dZ2)


@planted(
    "sigma' called with a, which applies the sigmoid twice", "dZ1", layers=(4, 3, 2)
)
def _(W, b, X, Y):
    def sigmoid_derivative(z):
        return sigmoid(z) * (1 - sigmoid(z))

    Z, A = forward(W, b, X, sigmoid, sigmoid)
    dZ2 = (A[2] - Y) * sigmoid_derivative(Z[2]) / X.shape[1]
    return two_layers(X, W, A, (W[1].T @ dZ2) * sigmoid_derivative(A[1]), dZ2)


@planted("z(1-z) for sigma'", "dZ2")
def _(W, b, X, Y):
    Z, A = forward(W, b, X, sigmoid, sigmoid)
    dZ2 = (A[2] - Y) * Z[2] * (1 - Z[2]) / X.shape[1]
    return two_layers(X, W, A, (W[1].T @ dZ2) * A[1] * (1 - A[1]), dZ2)


@planted("a(a-1) for sigma': the sign", "dZ1", layers=(2, 3, 4))
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid)
    dZ2 = (A[2] - Y) * A[2] * (1 - A[2]) / X.shape[1]
    return two_layers(X, W, A, (W[1].T @ dZ2) * A[1] * (A[1] - 1), dZ2)


@planted("y(1-y) for a(1-a) at the output", "dZ2")
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid)
    dZ2 = (A[2] - Y) * Y * (1 - Y) / X.shape[1]
    return two_layers(X, W, A, (W[1].T @ dZ2) * A[1] * (1 - A[1]), dZ2)


@planted(
    "leaky relu treated as relu: slope 0 below 0",
    "dZ1",
    hidden="leaky_relu",
    output="linear",
    loss="softmax_cross_entropy",
    layers=(3, 5, 4),
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, lambda z: np.where(z > 0, z, 0.01 * z), softmax)
    dZ2 = (A[2] - Y) / X.shape[1]
    dZ1 = W[1].T @ dZ2
    dZ1[Z[1] < 0] = 0
    return two_layers(X, W, A, dZ1, dZ2)


@planted(
    "dZ[Z < 0] = slope, where it should be multiplied by the slope",
    "dZ1",
    hidden="leaky_relu",
    output="linear",
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, lambda z: np.where(z > 0, z, 0.01 * z), identity)
    dZ2 = (A[2] - Y) / X.shape[1]
    dZ1 = W[1].T @ dZ2
    dZ1[Z[1] < 0] = 0.01
    return two_layers(X, W, A, dZ1, dZ2)


@planted(
    "softplus' taken for sigma(1-sigma), it is sigma",
    "dZ1",
    hidden="softplus",
    output="linear",
    loss="squared_error",
    reduction="sum",
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, lambda z: np.log1p(np.exp(z)), identity)
    dZ2 = 2 * (A[2] - Y)
    s = sigmoid(Z[1])
    return two_layers(X, W, A, (W[1].T @ dZ2) * s * (1 - s), dZ2)


@planted(
    "1 - e**-a written 1 - e**a in softplus'", "dZ1", hidden="softplus", output="linear"
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, lambda z: np.log1p(np.exp(z)), identity)
    dZ2 = (A[2] - Y) / X.shape[1]
    return two_layers(X, W, A, (W[1].T @ dZ2) * (1 - np.exp(A[1])), dZ2)


@planted(
    "gelu' as Phi(z), the term z phi(z) forgotten",
    "dZ1",
    hidden="gelu",
    output="linear",
    loss="mean_squared_error",
)
def _(W, b, X, Y):
    def phi(z):
        return 0.5 * (1 + np.vectorize(math.erf)(z / np.sqrt(2)))

    Z, A = forward(W, b, X, lambda z: z * phi(z), identity)
    dZ2 = 2 * (A[2] - Y) / Y.size
    return two_layers(X, W, A, (W[1].T @ dZ2) * phi(Z[1]), dZ2)


@planted(
    "silu' as sigma(z), the term z sigma'(z) forgotten",
    "dZ1",
    hidden="silu",
    output="linear",
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, lambda z: z * sigmoid(z), identity)
    dZ2 = (A[2] - Y) / X.shape[1]
    return two_layers(X, W, A, (W[1].T @ dZ2) * sigmoid(Z[1]), dZ2)


@planted("elu' below 0 as a, it is a + 1", "dZ1", hidden="elu", output="linear")
def _(W, b, X, Y):
    Z, A = forward(W, b, X, lambda z: np.where(z > 0, z, np.expm1(z)), identity)
    dZ2 = (A[2] - Y) / X.shape[1]
    return two_layers(X, W, A, (W[1].T @ dZ2) * np.where(Z[1] > 0, 1.0, A[1]), dZ2)


@planted("sin' as -cos", "dZ1", hidden="sin", output="linear")
def _(W, b, X, Y):
    Z, A = forward(W, b, X, np.sin, identity)
    dZ2 = (A[2] - Y) / X.shape[1]
    return two_layers(X, W, A, (W[1].T @ dZ2) * -np.cos(Z[1]), dZ2)


@planted(
    "relu' of the hidden layer forgotten, rows as examples",
    "dZ1",
    hidden="relu",
    output="linear",
    loss="softmax_cross_entropy",
    layers=(4, 5, 3),
)
def _(W, b, X, Y):
    h = np.maximum(0, X @ W[0] + b[0])
    e = np.exp(h @ W[1] + b[1])
    dscores = (e / e.sum(axis=1, keepdims=True) - Y) / X.shape[0]
    dhidden = dscores @ W[1].T
    return {
        "dZ2": dscores, "dW2": h.T @ dscores, "db2": dscores.sum(axis=0, keepdims=True),
        "dZ1": dhidden, "dW1": X.T @ dhidden, "db1": dhidden.sum(axis=0, keepdims=True),
    }  # fmt: skip


@planted(
    "dW1 from dA1, relu' comes too late; rows as examples",
    "dW1",
    hidden="relu",
    output="linear",
    layers=(3, 4, 2),
)
def _(W, b, X, Y):
    h = np.maximum(0, X @ W[0] + b[0])
    d2 = (h @ W[1] + b[1] - Y) / len(X)
    dh = d2 @ W[1].T
    d1 = dh * (h > 0)
    return {
        "dZ2": d2, "dW2": h.T @ d2, "db2": d2.sum(axis=0, keepdims=True),
        "dZ1": d1, "dW1": X.T @ dh, "db1": d1.sum(axis=0, keepdims=True),
    }  # fmt: skip


# Two layers: the rest of the formula.


@planted("m is X.shape[0], the number of inputs", "dW2")
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid)
    m = X.shape[0]
    dZ2 = (A[2] - Y) * A[2] * (1 - A[2])
    dZ1 = (W[1].T @ dZ2) * A[1] * (1 - A[1])
    return {"dW2": dZ2 @ A[1].T / m, "db2": total(dZ2) / m,
            "dW1": dZ1 @ X.T / m, "db1": total(dZ1) / m}  # fmt: skip


@planted("1/m taken twice, in dZ and in dW", "dW2", loss="binary_cross_entropy")
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid)
    m = X.shape[1]
    dZ2 = (A[2] - Y) / m
    dZ1 = (W[1].T @ dZ2) * A[1] * (1 - A[1])
    return {"dZ2": dZ2, "dZ1": dZ1, "dW2": dZ2 @ A[1].T / m, "dW1": dZ1 @ X.T / m,
            "db2": total(dZ2), "db1": total(dZ1)}  # fmt: skip


@planted("dW divided by m, though the cost is the sum", "dW2", reduction="sum")
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid)
    m = X.shape[1]
    dZ2 = (A[2] - Y) * A[2] * (1 - A[2])
    dZ1 = (W[1].T @ dZ2) * A[1] * (1 - A[1])
    return {"dZ2": dZ2, "dZ1": dZ1, "dW2": dZ2 @ A[1].T / m, "dW1": dZ1 @ X.T / m,
            "db2": total(dZ2), "db1": total(dZ1)}  # fmt: skip


@planted("db is the mean over everything, one number", "db2")
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid)
    dZ2 = (A[2] - Y) * A[2] * (1 - A[2])
    dZ1 = (W[1].T @ dZ2) * A[1] * (1 - A[1])
    m = X.shape[1]
    return {"dW2": dZ2 @ A[1].T / m, "dW1": dZ1 @ X.T / m,
            "db2": np.mean(dZ2), "db1": np.mean(dZ1)}  # fmt: skip


@planted("db sums over the neurons (axis=0)", "db2", hidden="tanh", output="linear")
def _(W, b, X, Y):
    _, A = forward(W, b, X, np.tanh, identity)
    dZ2 = (A[2] - Y) / X.shape[1]
    dZ1 = (W[1].T @ dZ2) * (1 - A[1] ** 2)
    return {"dZ2": dZ2, "dW2": dZ2 @ A[1].T, "db2": dZ2.sum(axis=0, keepdims=True),
            "dZ1": dZ1, "dW1": dZ1 @ X.T, "db1": dZ1.sum(axis=0, keepdims=True)}  # fmt: skip


@planted(
    "db is dZ, the sum over the examples forgotten",
    "db2",
    hidden="tanh",
    output="linear",
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, np.tanh, identity)
    dZ2 = (A[2] - Y) / X.shape[1]
    dZ1 = (W[1].T @ dZ2) * (1 - A[1] ** 2)
    return {"dZ2": dZ2, "dW2": dZ2 @ A[1].T, "db2": dZ2,
            "dZ1": dZ1, "dW1": dZ1 @ X.T, "db1": dZ1}  # fmt: skip


@planted("error = y - a, and one minus forgotten: dW2 descends, dW1 ascends", "dW1")
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid)
    delta2 = (Y - A[2]) * A[2] * (1 - A[2]) / X.shape[1]
    delta1 = (W[1].T @ delta2) * A[1] * (1 - A[1])
    return {"dW2": -delta2 @ A[1].T, "db2": -total(delta2),
            "dW1": delta1 @ X.T, "db1": -total(delta1)}  # fmt: skip


@planted("a sign lost on the way back", "dZ1", hidden="tanh", output="linear")
def _(W, b, X, Y):
    _, A = forward(W, b, X, np.tanh, identity)
    dZ2 = (A[2] - Y) / X.shape[1]
    return two_layers(X, W, A, -(W[1].T @ dZ2) * (1 - A[1] ** 2), dZ2)


@planted(
    "the softmax is taken over the examples (axis=1)",
    "dZ2",
    hidden="relu",
    output="linear",
    loss="softmax_cross_entropy",
    layers=(3, 4, 3),
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, relu, identity)
    e = np.exp(Z[2])
    dZ2 = (e / e.sum(axis=1, keepdims=True) - Y) / X.shape[1]
    return two_layers(X, W, A, (W[1].T @ dZ2) * (Z[1] > 0), dZ2)


@planted(
    "the softmax differentiated entry by entry: only the diagonal of its Jacobian",
    "dZ2",
    hidden="sigmoid",
    output="linear",
    loss="softmax_cross_entropy",
    layers=(3, 4, 3),
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, softmax)
    dA2 = -Y / A[2] / X.shape[1]
    dZ2 = dA2 * A[2] * (1 - A[2])
    return two_layers(X, W, A, (W[1].T @ dZ2) * A[1] * (1 - A[1]), dZ2)


@planted(
    "-log softmax taken as the derivative",
    "dZ2",
    hidden="tanh",
    output="linear",
    loss="softmax_cross_entropy",
    layers=(3, 4, 3),
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, np.tanh, softmax)
    dZ2 = -Y * np.log(A[2]) / X.shape[1]
    return two_layers(X, W, A, (W[1].T @ dZ2) * (1 - A[1] ** 2), dZ2)


@planted(
    "a - y without the softmax: the logits are taken for probabilities",
    "dZ2",
    hidden="relu",
    output="linear",
    loss="softmax_cross_entropy",
    layers=(3, 4, 3),
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, relu, identity)
    dZ2 = (Z[2] - Y) / X.shape[1]
    return two_layers(X, W, A, (W[1].T @ dZ2) * (Z[1] > 0), dZ2)


@planted(
    "the logits are taken for probabilities: z - y for sigmoid(z) - y",
    "dZ2",
    hidden="relu",
    output="linear",
    loss="binary_cross_entropy_with_logits",
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, relu, identity)
    dZ2 = (Z[2] - Y) / X.shape[1]
    return two_layers(X, W, A, (W[1].T @ dZ2) * (Z[1] > 0), dZ2)


@planted("dW1 has A1 for X, which does not fit", "dW1", layers=(3, 4, 2))
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid)
    dZ2 = (A[2] - Y) * A[2] * (1 - A[2]) / X.shape[1]
    dZ1 = (W[1].T @ dZ2) * A[1] * (1 - A[1])
    return {"dZ2": dZ2, "dW2": dZ2 @ A[1].T, "dZ1": dZ1, "dW1": dZ1 @ A[1].T}


@planted(
    "the loop over the examples assigns where it should add", "dW2", layers=(3, 4, 2)
)
def _(W, b, X, Y):
    m = X.shape[1]
    for i in range(m):
        x, y = X[:, i : i + 1], Y[:, i : i + 1]
        _, A = forward(W, b, x, sigmoid, sigmoid)
        d2 = (A[2] - y) * A[2] * (1 - A[2])
        d1 = (W[1].T @ d2) * A[1] * (1 - A[1])
        dW2, db2, dW1, db1 = d2 @ A[1].T / m, d2 / m, d1 @ x.T / m, d1 / m
    return {"dW2": dW2, "db2": db2, "dW1": dW1, "db1": db1}


@planted("W2 is updated before dZ1 is computed from it", "dZ1", layers=(3, 4, 2))
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid)
    dZ2 = (A[2] - Y) * A[2] * (1 - A[2]) / X.shape[1]
    dW2 = dZ2 @ A[1].T
    W2 = W[1] - 0.1 * dW2
    dZ1 = (W2.T @ dZ2) * A[1] * (1 - A[1])
    return two_layers(X, W, A, dZ1, dZ2)


@planted("the hidden layer's bias forgotten in the forward pass", "dZ2")
def _(W, b, X, Y):
    A1 = sigmoid(W[0] @ X)
    A2 = sigmoid(W[1] @ A1 + b[1])
    dZ2 = (A2 - Y) * A2 * (1 - A2) / X.shape[1]
    dZ1 = (W[1].T @ dZ2) * A1 * (1 - A1)
    return {"dZ2": dZ2, "dW2": dZ2 @ A1.T, "db2": total(dZ2),
            "dZ1": dZ1, "dW1": dZ1 @ X.T, "db1": total(dZ1)}  # fmt: skip


@planted("no sigmoid at the output in the forward pass: a2 is z2", "dZ2")
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, identity)
    dZ2 = (A[2] - Y) / X.shape[1]
    return two_layers(X, W, A, (W[1].T @ dZ2) * A[1] * (1 - A[1]), dZ2)


@planted("sigma' of the output taken twice on the way back", "dZ1")
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid)
    s = A[2] * (1 - A[2])
    dZ2 = (A[2] - Y) * s / X.shape[1]
    return two_layers(X, W, A, (W[1].T @ (dZ2 * s)) * A[1] * (1 - A[1]), dZ2)


@planted("sigma' of the output lost on the way back: from a - y, not from dZ2", "dZ1")
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid)
    error = (A[2] - Y) / X.shape[1]
    dZ2 = error * A[2] * (1 - A[2])
    return two_layers(X, W, A, (W[1].T @ error) * A[1] * (1 - A[1]), dZ2)


@planted(
    "only the path through the first output is followed back",
    "dZ1",
    layers=(3, 4, 3),
    hidden="tanh",
    output="linear",
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, np.tanh, identity)
    dZ2 = (A[2] - Y) / X.shape[1]
    return two_layers(X, W, A, (W[1][:1].T @ dZ2[:1]) * (1 - A[1] ** 2), dZ2)


@planted("2(a-y), but the cost has the half", "dZ2", hidden="relu", output="linear")
def _(W, b, X, Y):
    Z, A = forward(W, b, X, relu, identity)
    dZ2 = 2 * (A[2] - Y) / X.shape[1]
    return two_layers(X, W, A, (W[1].T @ dZ2) * (Z[1] > 0), dZ2)


@planted(
    "the 2 of the square forgotten: (a-y)/n",
    "dZ2",
    hidden="softplus",
    output="linear",
    loss="mean_squared_error",
    reduction="sum",
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, lambda z: np.log1p(np.exp(z)), identity)
    dZ2 = (A[2] - Y) / Y.shape[0]
    return two_layers(X, W, A, (W[1].T @ dZ2) * sigmoid(Z[1]), dZ2)


@planted("db1 sums dA1, not dZ1", "db1", hidden="tanh", output="linear")
def _(W, b, X, Y):
    _, A = forward(W, b, X, np.tanh, identity)
    dZ2 = (A[2] - Y) / X.shape[1]
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * (1 - A[1] ** 2)
    return {"dZ2": dZ2, "dZ1": dZ1, "dW2": dZ2 @ A[1].T, "dW1": dZ1 @ X.T,
            "db2": total(dZ2), "db1": total(dA1)}  # fmt: skip


@planted(
    "db without its second axis: (n,) beside b of (n, 1)",
    "db2",
    hidden="relu",
    output="linear",
    loss="mean_squared_error",
    reduction="sum",
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, relu, identity)
    d2 = 2 / len(Y) * (A[2] - Y)
    d1 = (W[1].T @ d2) * np.heaviside(Z[1], 0)
    return {"dW2": d2 @ A[1].T, "dW1": d1 @ X.T, "db2": d2.sum(1), "db1": d1.sum(1)}


# Three layers, two of them of the same width, so that what is wrong fits.

DEEP = (3, 4, 4, 2)


def three_layers(X: Array, A: Matrices, dZ: Matrices) -> dict[str, Array]:
    """Return all gradients of three layers from their dZ, which hold the 1/m."""
    below = [X, A[1], A[2]]
    return named(
        dZ, [d @ a.T for d, a in zip(dZ, below, strict=True)], [total(d) for d in dZ]
    )


@planted(
    "W3 and dZ3 used for layer 1: a layer skipped",
    "dZ1",
    layers=DEEP,
    hidden="tanh",
    output="linear",
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, np.tanh, np.tanh, identity)
    dZ3 = (A[3] - Y) / X.shape[1]
    dZ2 = (W[2].T @ dZ3) * (1 - A[2] ** 2)
    dZ1 = (W[2].T @ dZ3) * (1 - A[1] ** 2)
    return three_layers(X, A, [dZ1, dZ2, dZ3])


@planted(
    "W2 not transposed",
    "dZ1",
    layers=DEEP,
    hidden="relu",
    output="linear",
    loss="softmax_cross_entropy",
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, relu, relu, softmax)
    dZ3 = (A[3] - Y) / X.shape[1]
    dZ2 = (W[2].T @ dZ3) * (Z[2] > 0)
    dZ1 = (W[1] @ dZ2) * (Z[1] > 0)
    return three_layers(X, A, [dZ1, dZ2, dZ3])


@planted("g' at z2 for layer 1", "dZ1", layers=DEEP, hidden="softplus", output="linear")
def _(W, b, X, Y):
    def softplus(z):
        return np.log1p(np.exp(z))

    Z, A = forward(W, b, X, softplus, softplus, identity)
    dZ3 = (A[3] - Y) / X.shape[1]
    dZ2 = (W[2].T @ dZ3) * sigmoid(Z[2])
    dZ1 = (W[1].T @ dZ2) * sigmoid(Z[2])
    return three_layers(X, A, [dZ1, dZ2, dZ3])


@planted("dW2 with a2 for a1", "dW2", layers=DEEP, reduction="sum")
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid, sigmoid)
    dZ3 = (A[3] - Y) * A[3] * (1 - A[3])
    dZ2 = (W[2].T @ dZ3) * A[2] * (1 - A[2])
    dZ1 = (W[1].T @ dZ2) * A[1] * (1 - A[1])
    return {**three_layers(X, A, [dZ1, dZ2, dZ3]), "dW2": dZ2 @ A[2].T}


@planted(
    "dW2 with z1 for a1",
    "dW2",
    layers=(2, 3, 4, 2),
    hidden="relu",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, relu, relu, sigmoid)
    dZ3 = (A[3] - Y) / X.shape[1]
    dZ2 = (W[2].T @ dZ3) * (Z[2] > 0)
    dZ1 = (W[1].T @ dZ2) * (Z[1] > 0)
    return {**three_layers(X, A, [dZ1, dZ2, dZ3]), "dW2": dZ2 @ Z[1].T}


@planted("W2 left out", "dZ1", layers=DEEP, hidden="sigmoid", output="linear")
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid, identity)
    dZ3 = (A[3] - Y) / X.shape[1]
    dZ2 = (W[2].T @ dZ3) * A[2] * (1 - A[2])
    dZ1 = dZ2 * A[1] * (1 - A[1])
    return three_layers(X, A, [dZ1, dZ2, dZ3])


@planted(
    "dW2 from the delta of layer 1",
    "dW2",
    layers=DEEP,
    hidden="tanh",
    output="tanh",
    loss="squared_error",
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, np.tanh, np.tanh, np.tanh)
    dZ3 = 2 * (A[3] - Y) * (1 - A[3] ** 2) / X.shape[1]
    dZ2 = (W[2].T @ dZ3) * (1 - A[2] ** 2)
    dZ1 = (W[1].T @ dZ2) * (1 - A[1] ** 2)
    return {**three_layers(X, A, [dZ1, dZ2, dZ3]), "dW2": dZ1 @ A[1].T}


@planted(
    "the error at the output used for every layer, W by W without g'",
    "dZ2",
    layers=(3, 5, 4, 2),
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid, sigmoid)
    e3 = (A[3] - Y) / X.shape[1]
    e2 = W[2].T @ e3
    e1 = W[1].T @ e2
    dZ = [e * a * (1 - a) for e, a in zip((e1, e2, e3), A[1:], strict=True)]
    return three_layers(X, A, dZ)


# Four and five layers, with loops.


@planted(
    "every layer divides by m again",
    "dZ3",
    layers=(3, 4, 5, 3, 2),
    hidden="tanh",
    output="linear",
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, np.tanh, np.tanh, np.tanh, identity)
    m = X.shape[1]
    dZ = [(A[4] - Y) / m]
    for layer in (3, 2, 1):
        dZ.insert(0, W[layer].T @ dZ[0] * (1 - np.tanh(Z[layer]) ** 2) / m)
    return named(
        dZ, [d @ a.T for d, a in zip(dZ, A, strict=False)], [total(d) for d in dZ]
    )


@planted(
    "db is computed after delta has been carried to the layer below",
    "db3",
    layers=(3, 4, 4, 4, 2),
    hidden="relu",
    output="linear",
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, relu, relu, relu, identity)
    delta = (A[4] - Y) / X.shape[1]
    grads = {"dW4": delta @ A[3].T, "db4": total(delta)}
    delta = W[3].T @ delta * (Z[3] > 0)
    for layer in (3, 2):
        grads[f"dW{layer}"] = delta @ A[layer - 1].T
        delta = W[layer - 1].T @ delta * (Z[layer - 1] > 0)
        grads[f"db{layer}"] = total(delta)
    grads["dW1"] = delta @ X.T
    return grads


@planted(
    "the loop ends one layer early: the first layer gets no sigma'",
    "dZ1",
    layers=(2, 3, 4, 3, 2, 3),
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, *[sigmoid] * 5)
    dZ = [(A[5] - Y) * A[5] * (1 - A[5]) / X.shape[1]]
    for layer in (4, 3, 2):
        dZ.insert(0, W[layer].T @ dZ[0] * A[layer] * (1 - A[layer]))
    dZ.insert(0, W[1].T @ dZ[0])
    return named(
        dZ, [d @ a.T for d, a in zip(dZ, A, strict=False)], [total(d) for d in dZ]
    )


@planted(
    "the slope of the leaky relu on the wrong side",
    "dZ4",
    layers=(3, 4, 3, 4, 3, 2),
    hidden="leaky_relu",
    output="linear",
    loss="mean_squared_error",
    reduction="sum",
)
def _(W, b, X, Y):
    def leaky(z):
        return np.where(z > 0, z, 0.01 * z)

    Z, A = forward(W, b, X, *[leaky] * 4, identity)
    dZ = [2 * (A[5] - Y) / len(Y)]
    for layer in (4, 3, 2, 1):
        dZ.insert(0, W[layer].T @ dZ[0] * np.where(Z[layer] > 0, 0.01, 1.0))
    return named(
        dZ, [d @ a.T for d, a in zip(dZ, A, strict=False)], [total(d) for d in dZ]
    )


@planted(
    "the sum of every W on the way: gradients of dA added up over the layers",
    "dA2",
    layers=(3, 4, 4, 4, 2),
    hidden="tanh",
    output="linear",
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, np.tanh, np.tanh, np.tanh, identity)
    dZ4 = (A[4] - Y) / X.shape[1]
    dA3 = W[3].T @ dZ4
    dA2 = W[2].T @ (dA3 * (1 - A[3] ** 2)) + dA3
    return {"dZ4": dZ4, "dA3": dA3, "dA2": dA2}
