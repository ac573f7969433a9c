"""A hundred and two derivations, written apart from the grader: 72 with one mistake.

Half are functions, called as backprop(W, b, X, Y), half are texts. The functions, and
half of the texts, were compared with finite differences when they were written.
"""

# ruff: noqa: B905, C408, E501, E741, F811, RUF059, UP031  (as people write it)

import numpy as np

from tests.nn.grading.unseen.case import (
    Collection,
    forward,
    identity,
    named,
    relu,
    sigmoid,
    softmax,
    total,
)

CASES = Collection([])

# ------------------------------------------------------------------ functions with a mistake


@CASES.case("wrong sign: Y - A for the derivative of half the squared error", "dA2")
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = sigmoid(Z1)
    Z2 = W[1] @ A1 + b[1]
    A2 = sigmoid(Z2)
    dA2 = Y - A2
    dZ2 = dA2 * A2 * (1 - A2)
    dW2 = dZ2 @ A1.T / m
    db2 = dZ2.sum(axis=1, keepdims=True) / m
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * A1 * (1 - A1)
    dW1 = dZ1 @ X.T / m
    db1 = dZ1.sum(axis=1, keepdims=True) / m
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dW2,
        "db2": db2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dW1,
        "db1": db1,
    }


@CASES.case(
    "the 2 of the squared error is missing",
    "dA3",
    layers=(2, 5, 3, 1),
    hidden="tanh",
    output="identity",
    loss="squared_error",
    reduction="sum",
)
def backprop(W, b, X, Y):
    Z, A = forward(W, b, X, np.tanh, np.tanh, identity)
    grads = {}
    dA = A[3] - Y
    for l in (3, 2, 1):
        grads[f"dA{l}"] = dA
        dZ = dA if l == 3 else dA * (1 - A[l] ** 2)
        grads[f"dZ{l}"] = dZ
        grads[f"dW{l}"] = dZ @ A[l - 1].T
        grads[f"db{l}"] = total(dZ)
        dA = W[l - 1].T @ dZ
    return grads


@CASES.case(
    "a 2 too many: half the squared error's half is forgotten",
    "dZ3",
    layers=(4, 3, 3, 2),
    hidden="relu",
    output="identity",
    reduction="mean",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z, A = forward(W, b, X, relu, relu, identity)
    dZ3 = 2 * (A[3] - Y) / m
    dZ2 = (W[2].T @ dZ3) * (Z[2] > 0)
    dZ1 = (W[1].T @ dZ2) * (Z[1] > 0)
    d = [dZ1, dZ2, dZ3]
    return named(d, [d[i] @ A[i].T for i in range(3)], [total(e) for e in d])


@CASES.case(
    "1/m missing from dW (it is in db)",
    "dW3",
    layers=(2, 5, 3, 1),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def backprop(W, b, X, Y):
    m = Y.shape[1]
    Z, A = forward(W, b, X, np.tanh, np.tanh, sigmoid)
    dZ3 = A[3] - Y
    dW3 = np.dot(dZ3, A[2].T)
    db3 = np.sum(dZ3, axis=1, keepdims=True) / m
    dA2 = np.dot(W[2].T, dZ3)
    dZ2 = dA2 * (1 - np.square(A[2]))
    dW2 = np.dot(dZ2, A[1].T)
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dA1 = np.dot(W[1].T, dZ2)
    dZ1 = dA1 * (1 - np.square(A[1]))
    dW1 = np.dot(dZ1, X.T)
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return dict(
        dZ3=dZ3,
        dW3=dW3,
        db3=db3,
        dA2=dA2,
        dZ2=dZ2,
        dW2=dW2,
        db2=db2,
        dA1=dA1,
        dZ1=dZ1,
        dW1=dW1,
        db1=db1,
    )


@CASES.case(
    "1/m twice: in dZ2 and again in dW and db",
    "dW2",
    layers=(3, 4, 2),
    hidden="relu",
    output="identity",
    loss="softmax_cross_entropy",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = np.maximum(0, Z1)
    P = softmax(W[1] @ A1 + b[1])
    dZ2 = (P - Y) / m
    dW2 = dZ2 @ A1.T / m
    db2 = dZ2.sum(axis=1, keepdims=True) / m
    dA1 = W[1].T @ dZ2
    dZ1 = dA1.copy()
    dZ1[Z1 <= 0] = 0
    dW1 = dZ1 @ X.T / m
    db1 = dZ1.sum(axis=1, keepdims=True) / m
    return {
        "dZ2": dZ2,
        "dW2": dW2,
        "db2": db2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dW1,
        "db1": db1,
    }


@CASES.case(
    "the number of outputs of the mean squared error is missing",
    "dA2",
    layers=(3, 5, 4),
    hidden="softplus",
    output="tanh",
    loss="mean_squared_error",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    W1, W2 = W
    b1, b2 = b
    Z1 = W1 @ X + b1
    A1 = np.log1p(np.exp(Z1))
    A2 = np.tanh(W2 @ A1 + b2)
    dA2 = 2 * (A2 - Y)
    dZ2 = dA2 * (1 - A2**2)
    dA1 = W2.T @ dZ2
    dZ1 = dA1 / (1 + np.exp(-Z1))
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T / m,
        "db2": total(dZ2) / m,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T / m,
        "db1": total(dZ1) / m,
    }


@CASES.case(
    "1/m though the cost is the sum",
    "dW2",
    layers=(4, 3, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z, A = forward(W, b, X, sigmoid, sigmoid)
    dZ2 = A[2] - Y
    dW2 = (1 / m) * dZ2 @ A[1].T
    db2 = (1 / m) * total(dZ2)
    dZ1 = (W[1].T @ dZ2) * A[1] * (1 - A[1])
    dW1 = (1 / m) * dZ1 @ X.T
    db1 = (1 / m) * total(dZ1)
    return {"dZ2": dZ2, "dW2": dW2, "db2": db2, "dZ1": dZ1, "dW1": dW1, "db1": db1}


@CASES.case(
    "missing transpose that fits: W2 dZ2 with a square W2",
    "dA1",
    layers=(4, 3, 3),
    hidden="tanh",
    output="sigmoid",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z, A = forward(W, b, X, np.tanh, sigmoid)
    dA2 = (A[2] - Y) / m
    dZ2 = dA2 * A[2] * (1 - A[2])
    dA1 = W[1] @ dZ2
    dZ1 = dA1 * (1 - A[1] ** 2)
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dZ2 @ A[1].T,
        "db2": total(dZ2),
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": total(dZ1),
    }


@CASES.case(
    "g for g': tanh of z in place of its derivative",
    "dZ2",
    layers=(2, 4, 3, 2),
    hidden="tanh",
    output="identity",
    reduction="sum",
)
def backprop(W, b, X, Y):
    A = [X]
    Z = [None]
    L = len(W)
    for l in range(1, L + 1):
        Z.append(W[l - 1] @ A[l - 1] + b[l - 1])
        A.append(np.tanh(Z[l]) if l < L else Z[l])
    out = {}
    dZ = A[L] - Y
    for l in range(L, 0, -1):
        out["dZ%d" % l] = dZ
        out["dW%d" % l] = dZ @ A[l - 1].T
        out["db%d" % l] = dZ.sum(1, keepdims=True)
        if l > 1:
            dA = W[l - 1].T @ dZ
            out["dA%d" % (l - 1)] = dA
            dZ = dA * np.tanh(Z[l - 1])
    return out


@CASES.case(
    "g' of a for g' of z: the function sigmoid_prime is given A1",
    "dZ1",
    layers=(3, 4, 2),
)
def backprop(W, b, X, Y):
    def sigmoid_prime(z):
        return sigmoid(z) * (1 - sigmoid(z))

    m = X.shape[1]
    z1 = W[0] @ X + b[0]
    a1 = sigmoid(z1)
    z2 = W[1] @ a1 + b[1]
    a2 = sigmoid(z2)
    delta2 = (a2 - Y) * sigmoid_prime(z2)
    delta1 = (W[1].T @ delta2) * sigmoid_prime(a1)
    return {
        "dZ2": delta2,
        "dW2": delta2 @ a1.T / m,
        "db2": total(delta2) / m,
        "dZ1": delta1,
        "dW1": delta1 @ X.T / m,
        "db1": total(delta1) / m,
    }


@CASES.case(
    "g' at the wrong layer: Z2 for Z1",
    "dZ1",
    layers=(3, 4, 4, 2),
    hidden="sigmoid",
    output="identity",
    loss="softmax_cross_entropy",
    reduction="sum",
)
def backprop(W, b, X, Y):
    def ds(z):
        s = sigmoid(z)
        return s * (1 - s)

    Z, A = forward(W, b, X, sigmoid, sigmoid, identity)
    dZ3 = softmax(Z[3]) - Y
    dZ2 = W[2].T @ dZ3 * ds(Z[2])
    dZ1 = W[1].T @ dZ2 * ds(Z[2])
    d = [dZ1, dZ2, dZ3]
    return named(d, [e @ a.T for e, a in zip(d, A)], [total(e) for e in d])


@CASES.case(
    "another layer's weights: W[l-1] for W[l] in the loop",
    "dZ2",
    layers=(3, 3, 3, 3),
    hidden="tanh",
    output="tanh",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z, A = forward(W, b, X, np.tanh, np.tanh, np.tanh)
    dZ = [None] * 3
    dZ[2] = (A[3] - Y) * (1 - A[3] ** 2)
    for l in (2, 1):
        dZ[l - 1] = (W[l - 1].T @ dZ[l]) * (1 - A[l] ** 2)
    return named(dZ, [dZ[l] @ A[l].T / m for l in range(3)], [total(d) / m for d in dZ])


@CASES.case(
    "own layer's activation in place of its input: dZ2 A2^T",
    "dW2",
    layers=(4, 3, 3),
    hidden="elu",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)
def backprop(W, b, X, Y):
    Z1 = W[0] @ X + b[0]
    A1 = np.where(Z1 > 0, Z1, np.exp(Z1) - 1)
    A2 = sigmoid(W[1] @ A1 + b[1])
    dZ2 = A2 - Y
    dW2 = dZ2 @ A2.T
    db2 = dZ2.sum(axis=1, keepdims=True)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * np.where(Z1 > 0, 1, np.exp(Z1))
    dW1 = dZ1 @ X.T
    db1 = dZ1.sum(axis=1, keepdims=True)
    return {
        "dZ2": dZ2,
        "dW2": dW2,
        "db2": db2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dW1,
        "db1": db1,
    }


@CASES.case(
    "missing derivative at the output (sigmoid with the squared error)",
    "dZ2",
    layers=(3, 4, 2),
    hidden="relu",
    output="sigmoid",
    loss="squared_error",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z, A = forward(W, b, X, relu, sigmoid)
    dA2 = 2 * (A[2] - Y) / m
    dZ2 = dA2
    dW2 = dZ2 @ A[1].T
    db2 = total(dZ2)
    dA1 = W[1].T @ dZ2
    dZ1 = np.where(Z[1] > 0, dA1, 0)
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dW2,
        "db2": db2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": total(dZ1),
    }


@CASES.case(
    "missing derivative at the first hidden layer only",
    "dZ1",
    layers=(2, 5, 3, 1),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z, A = forward(W, b, X, sigmoid, sigmoid, sigmoid)
    dZ3 = (A[3] - Y) / m
    dA2 = W[2].T @ dZ3
    dZ2 = dA2 * A[2] * (1 - A[2])
    dA1 = W[1].T @ dZ2
    dZ1 = dA1
    g = named(
        [dZ1, dZ2, dZ3],
        [dZ1 @ X.T, dZ2 @ A[1].T, dZ3 @ A[2].T],
        [total(dZ1), total(dZ2), total(dZ3)],
    )
    g.update(dA2=dA2, dA1=dA1)
    return g


@CASES.case(
    "derivative kept where it cancels: (A - Y) sigma' with the cross-entropy",
    "dZ2",
    layers=(3, 4, 1),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    A1 = np.tanh(np.dot(W[0], X) + b[0])
    A2 = sigmoid(np.dot(W[1], A1) + b[1])
    dZ2 = (A2 - Y) * A2 * (1 - A2)
    dW2 = np.dot(dZ2, A1.T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = np.dot(W[1].T, dZ2) * (1 - A1**2)
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2, "dZ1": dZ1, "dZ2": dZ2}


@CASES.case(
    "only the diagonal of softmax's Jacobian",
    "dZ2",
    layers=(4, 5, 3),
    hidden="relu",
    output="identity",
    loss="softmax_cross_entropy",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z, A = forward(W, b, X, relu, identity)
    P = softmax(Z[2])
    dP = -Y / P
    dZ2 = dP * P * (1 - P)
    dZ1 = (W[1].T @ dZ2) * (Z[1] > 0)
    return named(
        [dZ1, dZ2], [dZ1 @ X.T / m, dZ2 @ A[1].T / m], [total(dZ1) / m, total(dZ2) / m]
    )


@CASES.case(
    "bias not summed over the examples",
    "db2",
    layers=(3, 4, 2),
    hidden="tanh",
    output="identity",
    loss="squared_error",
    reduction="sum",
)
def backprop(W, b, X, Y):
    Z, A = forward(W, b, X, np.tanh, identity)
    dZ2 = 2 * (A[2] - Y)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * (1 - A[1] ** 2)
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ A[1].T,
        "db2": dZ2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": dZ1,
    }


@CASES.case(
    "bias summed over the units, not the examples",
    "db2",
    layers=(4, 3, 2),
    hidden="sigmoid",
    output="sigmoid",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z, A = forward(W, b, X, sigmoid, sigmoid)
    dA2 = (A[2] - Y) / m
    dZ2 = dA2 * A[2] * (1 - A[2])
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * A[1] * (1 - A[1])
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dZ2 @ A[1].T,
        "db2": np.sum(dZ2, axis=0, keepdims=True),
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": np.sum(dZ1, axis=0, keepdims=True),
    }


@CASES.case(
    "mean in place of sum for the bias, the cost is a sum",
    "db3",
    layers=(3, 4, 3, 2),
    hidden="leaky_relu",
    output="identity",
    loss="softmax_cross_entropy",
    reduction="sum",
)
def backprop(W, b, X, Y):
    def leaky(z):
        return np.where(z > 0, z, 0.01 * z)

    def slope(z):
        return np.where(z > 0, 1.0, 0.01)

    Z, A = forward(W, b, X, leaky, leaky, identity)
    d = [None, None, softmax(Z[3]) - Y]
    d[1] = (W[2].T @ d[2]) * slope(Z[2])
    d[0] = (W[1].T @ d[1]) * slope(Z[1])
    return named(
        d,
        [d[i] @ A[i].T for i in range(3)],
        [np.mean(e, axis=1, keepdims=True) for e in d],
    )


@CASES.case(
    "stale weights: W2 is updated before dA1 is found from it",
    "dA1",
    layers=(3, 4, 2),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    rate = 0.5
    W1, W2 = W[0].copy(), W[1].copy()
    b1, b2 = b[0].copy(), b[1].copy()
    A1 = np.tanh(W1 @ X + b1)
    A2 = sigmoid(W2 @ A1 + b2)
    dZ2 = (A2 - Y) / m
    dW2 = dZ2 @ A1.T
    db2 = dZ2.sum(axis=1, keepdims=True)
    W2 -= rate * dW2
    b2 -= rate * db2
    dA1 = W2.T @ dZ2
    dZ1 = dA1 * (1 - A1 * A1)
    dW1 = dZ1 @ X.T
    db1 = dZ1.sum(axis=1, keepdims=True)
    W1 -= rate * dW1
    b1 -= rate * db1
    return {
        "dZ2": dZ2,
        "dW2": dW2,
        "db2": db2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dW1,
        "db1": db1,
    }


@CASES.case(
    "product of sums where the sum of products belongs",
    "dW2",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="identity",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z, A = forward(W, b, X, sigmoid, identity)
    dZ2 = (A[2] - Y) / m
    dZ1 = (W[1].T @ dZ2) * A[1] * (1 - A[1])
    db2, db1 = total(dZ2), total(dZ1)
    dW2 = db2 @ A[1].mean(axis=1, keepdims=True).T
    dW1 = db1 @ X.mean(axis=1, keepdims=True).T
    return {"dZ2": dZ2, "dW2": dW2, "db2": db2, "dZ1": dZ1, "dW1": dW1, "db1": db1}


@CASES.case(
    "mixing y and a: sigma' written as y (1 - y)",
    "dZ2",
    layers=(2, 4, 2),
    hidden="tanh",
    output="sigmoid",
    loss="mean_squared_error",
)
def backprop(W, b, X, Y):
    n, m = Y.shape
    Z, A = forward(W, b, X, np.tanh, sigmoid)
    dA2 = 2 / n * (A[2] - Y)
    dZ2 = dA2 * Y * (1 - Y)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * (1 - A[1] ** 2)
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dZ2 @ A[1].T / m,
        "db2": total(dZ2) / m,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T / m,
        "db1": total(dZ1) / m,
    }


@CASES.case(
    "1 - a^2 for a sigmoid in the hidden layers",
    "dZ2",
    layers=(4, 3, 3, 2, 2),
    hidden="sigmoid",
    output="identity",
    loss="squared_error",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z, A = forward(W, b, X, sigmoid, sigmoid, sigmoid, identity)
    g = {}
    dZ = 2 * (A[4] - Y) / m
    for l in range(4, 0, -1):
        g[f"dZ{l}"] = dZ
        g[f"dW{l}"] = dZ @ A[l - 1].T
        g[f"db{l}"] = total(dZ)
        if l > 1:
            g[f"dA{l - 1}"] = W[l - 1].T @ dZ
            s = A[l - 1]
            dZ = g[f"dA{l - 1}"] * (s * (1 - s) if l == 4 else 1 - s**2)
    return g


@CASES.case(
    "relu's mask taken from the gradient, not from Z1",
    "dZ1",
    layers=(3, 5, 2),
    hidden="relu",
    output="identity",
    loss="softmax_cross_entropy",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z, A = forward(W, b, X, relu, identity)
    dZ2 = (softmax(Z[2]) - Y) / m
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * (dA1 > 0)
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ A[1].T,
        "db2": total(dZ2),
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": total(dZ1),
    }


@CASES.case(
    "leaky slope lost: relu's derivative for leaky relu",
    "dZ1",
    layers=(3, 4, 2),
    hidden="leaky_relu",
    output="tanh",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z, A = forward(W, b, X, lambda z: np.maximum(0.01 * z, z), np.tanh)
    dZ2 = (A[2] - Y) * (1 - A[2] ** 2)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * (Z[1] > 0).astype(float)
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ A[1].T / m,
        "db2": total(dZ2) / m,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T / m,
        "db1": total(dZ1) / m,
    }


@CASES.case(
    "off-by-one: the loop stops before the first layer, whose gradients stay 0",
    "dW1",
    layers=(2, 5, 3, 1),
    hidden="tanh",
    output="identity",
    reduction="mean",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    L = len(W)
    Z, A = forward(W, b, X, np.tanh, np.tanh, identity)
    dW = [np.zeros_like(w) for w in W]
    db = [np.zeros_like(c) for c in b]
    dZ = A[L] - Y
    for l in range(L - 1, 0, -1):
        dW[l] = dZ @ A[l].T / m
        db[l] = dZ.sum(axis=1, keepdims=True) / m
        dZ = (W[l].T @ dZ) * (1 - A[l] ** 2)
    return {f"d{k}{l + 1}": v[l] for k, v in (("W", dW), ("b", db)) for l in range(L)}


@CASES.case(
    "off-by-one: the loop over the examples leaves out the first",
    "dW2",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    dW1, dW2 = np.zeros(W[0].shape), np.zeros(W[1].shape)
    db1, db2 = np.zeros(b[0].shape), np.zeros(b[1].shape)
    for i in range(1, m):
        x, y = X[:, i : i + 1], Y[:, i : i + 1]
        a1 = sigmoid(W[0] @ x + b[0])
        a2 = sigmoid(W[1] @ a1 + b[1])
        dz2 = a2 - y
        dW2 += dz2 @ a1.T
        db2 += dz2
        dz1 = (W[1].T @ dz2) * a1 * (1 - a1)
        dW1 += dz1 @ x.T
        db1 += dz1
    return {"dW1": dW1 / m, "db1": db1 / m, "dW2": dW2 / m, "db2": db2 / m}


@CASES.case(
    "regularisation-like term that the cost does not have",
    "dW2",
    layers=(3, 4, 2),
    hidden="relu",
    output="identity",
    loss="mean_squared_error",
    reduction="mean",
)
def backprop(W, b, X, Y):
    lam = 0.1
    n, m = Y.shape
    Z, A = forward(W, b, X, relu, identity)
    dZ2 = 2 * (A[2] - Y) / (n * m)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * (Z[1] > 0)
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ A[1].T + lam * W[1],
        "db2": total(dZ2),
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T + lam * W[0],
        "db1": total(dZ1),
    }


@CASES.case(
    "forward slip: the second bias is left out",
    "dA2",
    layers=(4, 3, 2),
    hidden="tanh",
    output="sigmoid",
    loss="squared_error",
    reduction="sum",
)
def backprop(W, b, X, Y):
    Z1 = W[0] @ X + b[0]
    A1 = np.tanh(Z1)
    Z2 = W[1] @ A1
    A2 = sigmoid(Z2)
    dA2 = 2 * (A2 - Y)
    dZ2 = dA2 * sigmoid(Z2) * (1 - sigmoid(Z2))
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * (1 - np.tanh(Z1) ** 2)
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T,
        "db2": total(dZ2),
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": total(dZ1),
    }


@CASES.case(
    "the second term of the cross-entropy's derivative has the wrong sign",
    "dA2",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z, A = forward(W, b, X, sigmoid, sigmoid)
    A1, A2 = A[1:]
    dA2 = -Y / A2 - (1 - Y) / (1 - A2)
    dZ2 = dA2 * A2 * (1 - A2)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * A1 * (1 - A1)
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T / m,
        "db2": total(dZ2) / m,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T / m,
        "db1": total(dZ1) / m,
    }


@CASES.case(
    "the (1 - y) term of the cross-entropy is forgotten",
    "dA3",
    layers=(2, 3, 3, 1),
    hidden="relu",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)
def backprop(W, b, X, Y):
    Z, A = forward(W, b, X, relu, relu, sigmoid)
    dA3 = -np.divide(Y, A[3])
    dZ3 = dA3 * A[3] * (1 - A[3])
    dA2 = W[2].T @ dZ3
    dZ2 = dA2 * (Z[2] > 0)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * (Z[1] > 0)
    return {
        "dA3": dA3,
        "dZ3": dZ3,
        "dW3": dZ3 @ A[2].T,
        "db3": total(dZ3),
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dZ2 @ A[1].T,
        "db2": total(dZ2),
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": total(dZ1),
    }


@CASES.case(
    "product rule cut short: silu' = sigmoid(z)",
    "dZ1",
    layers=(3, 4, 2),
    hidden="silu",
    output="identity",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    S1 = 1 / (1 + np.exp(-Z1))
    A1 = Z1 * S1
    Z2 = W[1] @ A1 + b[1]
    dZ2 = (Z2 - Y) / m
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * S1
    return {
        "dA2": dZ2,
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T,
        "db2": total(dZ2),
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": total(dZ1),
    }


@CASES.case(
    "elu' = e^z also where z > 0",
    "dZ1",
    layers=(3, 5, 2),
    hidden="elu",
    output="sigmoid",
    reduction="sum",
)
def backprop(W, b, X, Y):
    Z, A = forward(
        W, b, X, lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))), sigmoid
    )
    dA2 = A[2] - Y
    dZ2 = dA2 * A[2] * (1 - A[2])
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * np.exp(Z[1])
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dZ2 @ A[1].T,
        "db2": total(dZ2),
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": total(dZ1),
    }


@CASES.case(
    "dA for dZ: the derivative of the output is skipped on the way to dA1",
    "dA1",
    layers=(3, 4, 2),
    hidden="sin",
    output="tanh",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z, A = forward(W, b, X, np.sin, np.tanh)
    dA2 = (A[2] - Y) / m
    dZ2 = dA2 * (1 - A[2] ** 2)
    dA1 = W[1].T @ dA2
    dZ1 = dA1 * np.cos(Z[1])
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dZ2 @ A[1].T,
        "db2": total(dZ2),
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": total(dZ1),
    }


@CASES.case(
    "dW transposed where W is square",
    "dW1",
    layers=(4, 4, 2),
    hidden="tanh",
    output="identity",
    loss="softmax_cross_entropy",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z, A = forward(W, b, X, np.tanh, identity)
    dZ2 = softmax(Z[2]) - Y
    dW2 = dZ2 @ A[1].T / m
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * (1 - A[1] ** 2)
    dW1 = X @ dZ1.T / m
    return {
        "dZ2": dZ2,
        "dW2": dW2,
        "db2": total(dZ2) / m,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dW1,
        "db1": total(dZ1) / m,
    }


# ------------------------------------------------------------------ functions that are right


@CASES.case("plain", layers=(3, 4, 1), hidden="tanh", loss="binary_cross_entropy")
def backprop(W, b, X, Y):
    m = X.shape[1]
    A1 = np.tanh(W[0] @ X + b[0])
    A2 = sigmoid(W[1] @ A1 + b[1])
    dZ2 = A2 - Y
    dW2 = 1 / m * dZ2 @ A1.T
    db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = W[1].T @ dZ2 * (1 - np.power(A1, 2))
    dW1 = 1 / m * dZ1 @ X.T
    db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
    return {"dZ2": dZ2, "dW2": dW2, "db2": db2, "dZ1": dZ1, "dW1": dW1, "db1": db1}


@CASES.case(
    "plain loop",
    layers=(4, 3, 3, 2, 2),
    hidden="relu",
    output="identity",
    loss="softmax_cross_entropy",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    L = len(W)
    Z, A = forward(W, b, X, *[relu] * (L - 1), identity)
    g = {}
    dZ = (softmax(Z[L]) - Y) / m
    for l in reversed(range(1, L + 1)):
        g[f"dZ{l}"] = dZ
        g[f"dW{l}"] = dZ @ A[l - 1].T
        g[f"db{l}"] = dZ.sum(axis=1, keepdims=True)
        if l > 1:
            g[f"dA{l - 1}"] = W[l - 1].T @ dZ
            dZ = g[f"dA{l - 1}"] * (Z[l - 1] > 0)
    return g


@CASES.case(
    "plain, mean squared error",
    layers=(3, 5, 4),
    hidden="sigmoid",
    output="tanh",
    loss="mean_squared_error",
)
def backprop(W, b, X, Y):
    n, m = Y.shape
    Z, A = forward(W, b, X, sigmoid, np.tanh)
    dA2 = 2 * (A[2] - Y) / n
    dZ2 = dA2 * (1 - A[2] ** 2)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * A[1] * (1 - A[1])
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dZ2 @ A[1].T / m,
        "db2": total(dZ2) / m,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T / m,
        "db1": total(dZ1) / m,
    }


@CASES.case(
    "plain, elu, a sum",
    layers=(2, 5, 3, 1),
    hidden="elu",
    output="identity",
    loss="squared_error",
    reduction="sum",
)
def backprop(W, b, X, Y):
    def elu(z):
        return np.where(z > 0, z, np.exp(np.minimum(z, 0)) - 1)

    Z, A = forward(W, b, X, elu, elu, identity)
    dZ3 = 2 * (A[3] - Y)
    dZ2 = (W[2].T @ dZ3) * np.where(Z[2] > 0, 1, A[2] + 1)
    dZ1 = (W[1].T @ dZ2) * np.where(Z[1] > 0, 1, A[1] + 1)
    d = [dZ1, dZ2, dZ3]
    return named(d, [e @ a.T for e, a in zip(d, A)], [total(e) for e in d])


@CASES.case("plain, sin", layers=(3, 3, 3, 3), hidden="sin", output="sin")
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z, A = forward(W, b, X, np.sin, np.sin, np.sin)
    dA = A[3] - Y
    g = {}
    for l in range(3, 0, -1):
        dZ = dA * np.cos(Z[l])
        g.update(
            {
                f"dA{l}": dA,
                f"dZ{l}": dZ,
                f"dW{l}": dZ @ A[l - 1].T / m,
                f"db{l}": dZ.mean(axis=1, keepdims=True),
            }
        )
        dA = W[l - 1].T @ dZ
    return g


@CASES.case(
    "plain, leaky relu", layers=(4, 3, 2), hidden="leaky_relu", output="sigmoid"
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = np.where(Z1 > 0, Z1, 0.01 * Z1)
    A2 = sigmoid(W[1] @ A1 + b[1])
    dZ2 = (A2 - Y) * A2 * (1 - A2) / m
    dA1 = W[1].T @ dZ2
    dZ1 = dA1.copy()
    dZ1[Z1 <= 0] *= 0.01
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T,
        "db2": total(dZ2),
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": total(dZ1),
    }


@CASES.case(
    "plain, silu",
    layers=(3, 4, 2),
    hidden="silu",
    output="identity",
    loss="softmax_cross_entropy",
    reduction="sum",
)
def backprop(W, b, X, Y):
    Z1 = W[0] @ X + b[0]
    S = sigmoid(Z1)
    A1 = Z1 * S
    dZ2 = softmax(W[1] @ A1 + b[1]) - Y
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * (S + Z1 * S * (1 - S))
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T,
        "db2": total(dZ2),
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": total(dZ1),
    }


@CASES.case(
    "plain, cross-entropy by way of dA",
    layers=(2, 5, 3, 2),
    hidden="softplus",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def backprop(W, b, X, Y):
    m = X.shape[1]

    def softplus(z):
        return np.log(1 + np.exp(z))

    Z, A = forward(W, b, X, softplus, softplus, sigmoid)
    dA3 = -(Y / A[3] - (1 - Y) / (1 - A[3]))
    dZ3 = dA3 * A[3] * (1 - A[3])
    dA2 = W[2].T @ dZ3
    dZ2 = dA2 * sigmoid(Z[2])
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * sigmoid(Z[1])
    g = named(
        [dZ1, dZ2, dZ3],
        [dZ1 @ X.T / m, dZ2 @ A[1].T / m, dZ3 @ A[2].T / m],
        [total(dZ1) / m, total(dZ2) / m, total(dZ3) / m],
    )
    g.update(dA3=dA3, dA2=dA2, dA1=dA1)
    return g


@CASES.case(
    "plain, relu and half the squared error",
    layers=(4, 4, 4),
    hidden="relu",
    output="identity",
    reduction="sum",
)
def backprop(W, b, X, Y):
    Z, A = forward(W, b, X, relu, identity)
    dZ2 = A[2] - Y
    dW2 = dZ2.dot(A[1].T)
    db2 = dZ2.sum(axis=1, keepdims=True)
    dA1 = W[1].T.dot(dZ2)
    dZ1 = np.multiply(dA1, np.int64(A[1] > 0))
    return {
        "dA2": dZ2,
        "dZ2": dZ2,
        "dW2": dW2,
        "db2": db2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1.dot(X.T),
        "db1": np.sum(dZ1, 1, keepdims=True),
    }


@CASES.case(
    "unusual: einsum for every product and sum",
    layers=(3, 4, 2),
    hidden="tanh",
    output="sigmoid",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    A1 = np.tanh(np.einsum("hi,ie->he", W[0], X) + b[0])
    A2 = sigmoid(np.einsum("oh,he->oe", W[1], A1) + b[1])
    dA2 = (A2 - Y) / m
    dZ2 = np.einsum("oe,oe,oe->oe", dA2, A2, 1 - A2)
    dW2 = np.einsum("oe,he->oh", dZ2, A1)
    db2 = np.einsum("oe->o", dZ2)[:, None]
    dA1 = np.einsum("oh,oe->he", W[1], dZ2)
    dZ1 = np.einsum("he,he->he", dA1, 1 - A1**2)
    dW1 = np.einsum("he,ie->hi", dZ1, X)
    db1 = np.einsum("he->h", dZ1)[:, None]
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dW2,
        "db2": db2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dW1,
        "db1": db1,
    }


@CASES.case(
    "unusual: a loop over the examples with outer products",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="identity",
    loss="squared_error",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    dW1, dW2 = 0.0 * W[0], 0.0 * W[1]
    db1, db2 = 0.0 * b[0], 0.0 * b[1]
    for x, y in zip(X.T, Y.T):
        a1 = sigmoid(W[0] @ x + b[0][:, 0])
        a2 = W[1] @ a1 + b[1][:, 0]
        e = 2 * (a2 - y)
        dW2 += np.outer(e, a1) / m
        db2[:, 0] += e / m
        d = e @ W[1] * a1 * (1 - a1)
        dW1 += np.outer(d, x) / m
        db1[:, 0] += d / m
    return {"dW2": dW2, "db2": db2, "dW1": dW1, "db1": db1}


@CASES.case(
    "unusual: sigma' = e^-z / (1 + e^-z)^2 and sech^2",
    layers=(2, 4, 3, 2),
    hidden="tanh",
    output="sigmoid",
    loss="mean_squared_error",
    reduction="sum",
)
def backprop(W, b, X, Y):
    n = Y.shape[0]
    Z, A = forward(W, b, X, np.tanh, np.tanh, sigmoid)
    E = np.exp(-Z[3])
    dZ3 = (A[3] - Y) * E / (1 + E) ** 2 / (0.5 * n)
    dZ2 = (dZ3.T @ W[2]).T / np.cosh(Z[2]) ** 2
    dZ1 = (dZ2.T @ W[1]).T / np.cosh(Z[1]) ** 2
    d = [dZ1, dZ2, dZ3]
    return named(d, [(A[i] @ d[i].T).T for i in range(3)], [total(e) for e in d])


@CASES.case(
    "unusual: log-sum-exp softmax and its whole Jacobian, example by example",
    layers=(3, 4, 3),
    hidden="relu",
    output="identity",
    loss="softmax_cross_entropy",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z, A = forward(W, b, X, relu, identity)
    top = Z[2].max(axis=0)
    lse = top + np.log(np.exp(Z[2] - top).sum(axis=0))
    P = np.exp(Z[2] - lse)
    dZ2 = np.empty_like(P)
    for e in range(m):
        p = P[:, e]
        J = np.diag(p) - np.outer(p, p)
        dZ2[:, e] = J @ (-Y[:, e] / p)
    dZ1 = (W[1].T @ dZ2) * np.heaviside(Z[1], 0)
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ A[1].T / m,
        "db2": total(dZ2) / m,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T / m,
        "db1": total(dZ1) / m,
    }


@CASES.case("unusual: error = Y - A and steps added, W += rate * dW", layers=(3, 4, 2))
def backprop(W, b, X, Y):
    """Error is target minus output; the caller then does W += rate * dW, b += rate * db."""
    m = X.shape[1]
    Z, A = forward(W, b, X, sigmoid, sigmoid)
    dA2 = Y - A[2]
    dZ2 = dA2 * A[2] * (1 - A[2])
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * A[1] * (1 - A[1])
    # ascent: W += rate * dW
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dZ2 @ A[1].T / m,
        "db2": total(dZ2) / m,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T / m,
        "db1": total(dZ1) / m,
    }


@CASES.case(
    "unusual: forward pass recomputed layer by layer on the way back, bias as a product "
    "with ones",
    layers=(4, 3, 3, 2),
    hidden="sin",
    output="identity",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    ones = np.ones((m, 1))

    def z(l):
        return X if l == 0 else W[l - 1] @ a(l - 1) + b[l - 1]

    def a(l):
        return X if l == 0 else (z(l) if l == 3 else np.sin(z(l)))

    dZ3 = (a(3) - Y) / m
    dZ2 = np.cos(z(2)) * (W[2].T @ dZ3)
    dZ1 = np.cos(z(1)) * (W[1].T @ dZ2)
    d = [dZ1, dZ2, dZ3]
    return named(d, [d[i] @ a(i).T for i in range(3)], [e @ ones for e in d])


# ------------------------------------------------------------------ texts with a mistake: NumPy

CASES.text(
    "a(1 - a) for tanh",
    "dZ1",
    """
Z1 = W1 @ X + b1
A1 = np.tanh(Z1)
Z2 = W2 @ A1 + b2
A2 = sigmoid(Z2)
dA2 = (A2 - Y) / m
dZ2 = dA2 * A2 * (1 - A2)
dW2 = dZ2 @ A1.T
db2 = np.sum(dZ2, axis=1, keepdims=True)
dA1 = W2.T @ dZ2
dZ1 = dA1 * A1 * (1 - A1)
dW1 = dZ1 @ X.T
db1 = np.sum(dZ1, axis=1, keepdims=True)
""",
    hidden="tanh",
    output="sigmoid",
)

CASES.text(
    "matrix product replaced by an elementwise one: W2.T * dZ2 (one example, a column)",
    "dA1",
    """
dZ2 = A2 - Y
dW2 = dZ2 @ A1.T
db2 = dZ2
dA1 = W2.T * dZ2
dZ1 = dA1 * (1 - A1**2)
dW1 = dZ1 @ X.T
db1 = dZ1
""",
    layers=(4, 3, 3),
    hidden="tanh",
    output="identity",
    reduction="sum",
)

CASES.text(
    "stale weights: W2 is updated before it is used for dA1",
    "dA1",
    """
dZ2 = A2 - Y
dW2 = dZ2 @ A1.T / m
db2 = np.sum(dZ2, axis=1, keepdims=True) / m
W2 = W2 - eta * dW2
b2 = b2 - eta * db2
dA1 = W2.T @ dZ2
dZ1 = dA1 * A1 * (1 - A1)
dW1 = dZ1 @ X.T / m
db1 = np.sum(dZ1, axis=1, keepdims=True) / m
W1 = W1 - eta * dW1
b1 = b1 - eta * db1
""",
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
)

CASES.text(
    "bias summed over the wrong axis",
    "db3",
    """
dZ3 = A3 - Y
dW3 = 1/m * dZ3 @ A2.T
db3 = 1/m * np.sum(dZ3, axis=0, keepdims=True)
dA2 = W3.T @ dZ3
dZ2 = dA2 * (Z2 > 0)
dW2 = 1/m * dZ2 @ A1.T
db2 = 1/m * np.sum(dZ2, axis=0, keepdims=True)
dA1 = W2.T @ dZ2
dZ1 = dA1 * (Z1 > 0)
dW1 = 1/m * dZ1 @ X.T
db1 = 1/m * np.sum(dZ1, axis=0, keepdims=True)
""",
    layers=(3, 5, 4, 2),
    hidden="relu",
    output="sigmoid",
    loss="binary_cross_entropy",
)

CASES.text(
    "the number of outputs n is missing from the mean squared error",
    "dA3",
    """
Z1 = W1 @ X + b1
A1 = np.tanh(Z1)
Z2 = W2 @ A1 + b2
A2 = np.tanh(Z2)
Z3 = W3 @ A2 + b3
A3 = Z3
dA3 = 2 * (A3 - Y) / m
dZ3 = dA3
dW3 = dZ3 @ A2.T
db3 = dZ3.sum(axis=1, keepdims=True)
dZ2 = (W3.T @ dZ3) * (1 - A2**2)
dW2 = dZ2 @ A1.T
db2 = dZ2.sum(axis=1, keepdims=True)
dZ1 = (W2.T @ dZ2) * (1 - A1**2)
dW1 = dZ1 @ X.T
db1 = dZ1.sum(axis=1, keepdims=True)
""",
    layers=(4, 3, 3, 2),
    hidden="tanh",
    output="identity",
    loss="mean_squared_error",
)

CASES.text(
    "relu itself in place of its derivative",
    "dZ1",
    """
dZ2 = 2 * (A2 - Y)
dW2 = dZ2 @ A1.T
db2 = dZ2.sum(axis=1, keepdims=True)
dA1 = W2.T @ dZ2
dZ1 = dA1 * np.maximum(0, Z1)
dW1 = dZ1 @ X.T
db1 = dZ1.sum(axis=1, keepdims=True)
""",
    layers=(2, 5, 3),
    hidden="relu",
    output="identity",
    loss="squared_error",
    reduction="sum",
)

CASES.text(
    "rows, missing transpose that fits: dZ2 @ W2 with a square W2",
    "dA1",
    """
Z1 = X @ W1 + b1
A1 = sigmoid(Z1)
Z2 = A1 @ W2 + b2
P = softmax(Z2)
dZ2 = (P - Y) / m
dW2 = A1.T @ dZ2
db2 = np.sum(dZ2, axis=0)
dA1 = dZ2 @ W2
dZ1 = dA1 * A1 * (1 - A1)
dW1 = X.T @ dZ1
db1 = np.sum(dZ1, axis=0)
""",
    layers=(4, 3, 3),
    hidden="sigmoid",
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "the layer's own activations for its inputs: dZ1 @ A1.T",
    "dW1",
    """
dZ2 = A2 - Y
dW2 = dZ2 @ A1.T / m
db2 = dZ2.sum(axis=1, keepdims=True) / m
dZ1 = W2.T @ dZ2 * np.cos(Z1)
dW1 = dZ1 @ A1.T / m
db1 = dZ1.sum(axis=1, keepdims=True) / m
""",
    layers=(4, 4, 2),
    hidden="sin",
    output="identity",
)

CASES.text(
    "wrong sign: Y - P",
    "dZ3",
    """
P = softmax(Z3)
dZ3 = Y - P
dW3 = dZ3 @ A2.T / m
db3 = np.sum(dZ3, axis=1, keepdims=True) / m
dA2 = W3.T @ dZ3
dZ2 = dA2 * (Z2 > 0)
dW2 = dZ2 @ A1.T / m
db2 = np.sum(dZ2, axis=1, keepdims=True) / m
dA1 = W2.T @ dZ2
dZ1 = dA1 * (Z1 > 0)
dW1 = dZ1 @ X.T / m
db1 = np.sum(dZ1, axis=1, keepdims=True) / m
W3 -= eta * dW3
b3 -= eta * db3
W2 -= eta * dW2
b2 -= eta * db2
W1 -= eta * dW1
b1 -= eta * db1
""",
    layers=(3, 5, 4, 3),
    hidden="relu",
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "1/m twice, in the biases only",
    "db2",
    """
dA2 = (A2 - Y) / m
dZ2 = dA2 * A2 * (1 - A2)
dW2 = dZ2 @ A1.T
db2 = np.mean(dZ2, axis=1, keepdims=True)
dA1 = W2.T @ dZ2
dZ1 = dA1 * sigmoid(Z1)
dW1 = dZ1 @ X.T
db1 = np.mean(dZ1, axis=1, keepdims=True)
""",
    hidden="softplus",
    output="sigmoid",
)

CASES.text(
    "g' of a for g' of z: cos(A1)",
    "dZ1",
    """
Z1 = W1 @ X + b1
A1 = np.sin(Z1)
Z2 = W2 @ A1 + b2
A2 = np.tanh(Z2)
dZ2 = (A2 - Y) * (1 - A2**2)
dW2 = np.dot(dZ2, A1.T)
db2 = np.sum(dZ2, axis=1, keepdims=True)
dA1 = np.dot(W2.T, dZ2)
dZ1 = dA1 * np.cos(A1)
dW1 = np.dot(dZ1, X.T)
db1 = np.sum(dZ1, axis=1, keepdims=True)
""",
    hidden="sin",
    output="tanh",
    reduction="sum",
)

CASES.text(
    "weight decay that the cost does not have",
    "dW2",
    """
dZ2 = A2 - Y
dW2 = dZ2 @ A1.T / m + 0.01 * W2
db2 = np.sum(dZ2, axis=1, keepdims=True) / m
dZ1 = (W2.T @ dZ2) * (1 - A1**2)
dW1 = dZ1 @ X.T / m + 0.01 * W1
db1 = np.sum(dZ1, axis=1, keepdims=True) / m
""",
    layers=(3, 4, 1),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)

# ------------------------------------------------------------------ texts with a mistake: LaTeX

CASES.text(
    "g for g' at the output: sigma(z^L)",
    "dZL",
    r"""
$$\delta^L = (a^L - y) \odot \sigma(z^L)$$
$$\delta^l = \left((W^{l+1})^T \delta^{l+1}\right) \odot \sigma'(z^l)$$
$$\frac{\partial C}{\partial W^l} = \delta^l (a^{l-1})^T$$
$$\frac{\partial C}{\partial b^l} = \delta^l$$
""",
    layers=(2, 5, 3, 1),
    hidden="sigmoid",
    output="sigmoid",
    reduction="sum",
)

CASES.text(
    "missing transpose that fits (all widths equal)",
    "dZl",
    r"""
$$z^l = W^l a^{l-1} + b^l, \qquad a^l = \sigma(z^l)$$
$$\delta^L = (a^L - y) \odot \sigma'(z^L)$$
$$\delta^l = (W^{l+1} \delta^{l+1}) \odot \sigma'(z^l)$$
$$\frac{\partial C}{\partial W^l} = \delta^l (a^{l-1})^T$$
$$\frac{\partial C}{\partial b^l} = \delta^l$$
""",
    layers=(3, 3, 3, 3),
    hidden="tanh",
    output="tanh",
    reduction="sum",
)

CASES.text(
    "another layer's weights: W^l for W^{l+1}",
    "dZl",
    r"""
$$\delta^{L} = \nabla_a C \odot \sigma'(z^{L})$$
$$\delta^{l} = \left((W^{l})^T \delta^{l+1}\right) \odot \sigma'(z^{l})$$
$$\frac{\partial C}{\partial W^{l}} = \delta^{l} (a^{l-1})^T$$
$$\frac{\partial C}{\partial b^{l}} = \delta^{l}$$
""",
    layers=(4, 4, 4, 4),
    hidden="gelu",
    output="gelu",
    reduction="sum",
)

CASES.text(
    "g' of a for g' of z in the recursion",
    "dZl",
    r"""
$\delta^L = 2 (a^L - y) \odot \sigma'(z^L)$
$\delta^l = (W^{l+1})^T \delta^{l+1} \odot \sigma'(a^l)$
$\frac{\partial L}{\partial W^l} = \delta^l (a^{l-1})^T$
$\frac{\partial L}{\partial b^l} = \delta^l$
""",
    layers=(2, 4, 3, 2),
    hidden="softplus",
    output="softplus",
    loss="squared_error",
)

CASES.text(
    "g' at the wrong layer: z^{l+1} for z^l",
    "dZl",
    r"""
$$\delta^L = (a^L - y) \odot g'(z^L)$$
$$\delta^l = \left( (W^{l+1})^\top \delta^{l+1} \right) \odot g'(z^{l+1})$$
$$\frac{\partial J}{\partial W^l} = \delta^l (a^{l-1})^\top$$
$$\frac{\partial J}{\partial b^l} = \delta^l$$
""",
    layers=(3, 3, 3, 3),
    hidden="silu",
    output="silu",
    reduction="sum",
)

CASES.text(
    "a^l for a^{l-1} in the gradient of the weights",
    "dWl",
    r"""
$$\delta^{[L]} = a^{[L]} - y$$
$$\delta^{[l]} = \left( W^{[l+1]T} \delta^{[l+1]} \right) \odot g'(z^{[l]})$$
$$\frac{\partial J}{\partial W^{[l]}} = \delta^{[l]} a^{[l]T}$$
$$\frac{\partial J}{\partial b^{[l]}} = \delta^{[l]}$$
""",
    layers=(3, 3, 3, 3),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)

CASES.text(
    "index transposed in the sum over the next layer",
    "dZl",
    r"""
$$z_j^l = \sum_k w_{jk}^l a_k^{l-1} + b_j^l, \quad a_j^l = \sigma(z_j^l)$$
$$\delta_j^L = (a_j^L - y_j) \sigma'(z_j^L)$$
$$\delta_j^l = \sum_k w_{jk}^{l+1} \delta_k^{l+1} \sigma'(z_j^l)$$
$$\frac{\partial C}{\partial w_{jk}^l} = a_k^{l-1} \delta_j^l$$
$$\frac{\partial C}{\partial b_j^l} = \delta_j^l$$
""",
    layers=(4, 3, 3, 3),
    hidden="sigmoid",
    output="sigmoid",
    reduction="sum",
)

CASES.text(
    "index transposed in the gradient of the weights",
    "dWl",
    r"""
$$z_j^l = \sum_k w_{jk}^l a_k^{l-1} + b_j^l$$
$$\delta_j^L = (a_j^L - y_j) \sigma'(z_j^L)$$
$$\delta_j^l = \sum_k w_{kj}^{l+1} \delta_k^{l+1} \sigma'(z_j^l)$$
$$\frac{\partial C}{\partial w_{jk}^l} = a_j^{l-1} \delta_k^l$$
$$\frac{\partial C}{\partial b_j^l} = \delta_j^l$$
""",
    layers=(3, 3, 3),
    hidden="tanh",
    output="tanh",
    reduction="sum",
)

CASES.text(
    "mixing y and a: y(1 - a) for a(1 - a)",
    "dZ2",
    r"""
$$\frac{\partial L}{\partial a^{(2)}} = a^{(2)} - y$$
$$\delta^{(2)} = \frac{\partial L}{\partial a^{(2)}} \odot y \odot (1 - a^{(2)})$$
$$\delta^{(1)} = (W^{(2)T} \delta^{(2)}) \odot (1 - a^{(1)} \odot a^{(1)})$$
$$\frac{\partial L}{\partial W^{(2)}} = \delta^{(2)} a^{(1)T}$$
$$\frac{\partial L}{\partial b^{(2)}} = \delta^{(2)}$$
$$\frac{\partial L}{\partial W^{(1)}} = \delta^{(1)} x^T$$
$$\frac{\partial L}{\partial b^{(1)}} = \delta^{(1)}$$
""",
    layers=(3, 4, 2),
    hidden="tanh",
    output="sigmoid",
    reduction="sum",
)

CASES.text(
    "only the diagonal of softmax's Jacobian: -y_i (1 - p_i)",
    "dZ2",
    r"""
$$p_i = \frac{e^{z_i^{(2)}}}{\sum_j e^{z_j^{(2)}}}$$
$$\delta_i^{(2)} = -y_i (1 - p_i)$$
$$\frac{\partial L}{\partial w_{ij}^{(2)}} = \delta_i^{(2)} a_j^{(1)}$$
$$\frac{\partial L}{\partial b_i^{(2)}} = \delta_i^{(2)}$$
$$\delta_j^{(1)} = a_j^{(1)} (1 - a_j^{(1)}) \sum_i w_{ij}^{(2)} \delta_i^{(2)}$$
$$\frac{\partial L}{\partial w_{jk}^{(1)}} = \delta_j^{(1)} x_k$$
$$\frac{\partial L}{\partial b_j^{(1)}} = \delta_j^{(1)}$$
""",
    layers=(3, 5, 4),
    hidden="sigmoid",
    output="identity",
    loss="softmax_cross_entropy",
    reduction="sum",
)

CASES.text(
    "derivative kept where it cancels (cross-entropy and sigmoid)",
    "dZL",
    r"""
$$\delta^L = (a^L - y) \odot a^L \odot (1 - a^L)$$
$$\delta^l = \left( (W^{l+1})^T \delta^{l+1} \right) \odot a^l \odot (1 - a^l)$$
$$\frac{\partial C}{\partial W^l} = \delta^l (a^{l-1})^T$$
$$\frac{\partial C}{\partial b^l} = \delta^l$$
""",
    layers=(4, 3, 3, 2, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
)

CASES.text(
    "the Hadamard product inside the brackets, before the matrix product",
    "dZl",
    r"""
$$\delta^L = (a^L - y) \odot \phi'(z^L)$$
$$\delta^l = (W^{l+1})^T \left( \delta^{l+1} \odot \phi'(z^l) \right)$$
$$\nabla_{W^l} C = \delta^l (a^{l-1})^T$$
$$\nabla_{b^l} C = \delta^l$$
""",
    layers=(2, 3, 3, 3),
    hidden="elu",
    output="elu",
    reduction="sum",
)

# ------------------------------------------------------------------ texts with a mistake: Unicode

CASES.text(
    "missing derivative in the hidden layers",
    "dZl",
    """
δᴸ = (aᴸ − y) ⊙ σ′(zᴸ)
δˡ = Wˡ⁺¹ᵀ δˡ⁺¹
∂C/∂Wˡ = δˡ (aˡ⁻¹)ᵀ
∂C/∂bˡ = δˡ
""",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
    reduction="sum",
)

CASES.text(
    "activations in place of deltas in the recursion",
    "dZl",
    """
δᴸ = aᴸ − y
δˡ = ((Wˡ⁺¹)ᵀ aˡ⁺¹) ⊙ σ′(zˡ)
∂C/∂Wˡ = δˡ (aˡ⁻¹)ᵀ
∂C/∂bˡ = δˡ
""",
    layers=(2, 5, 3, 1),
    hidden="relu",
    output="identity",
    reduction="sum",
)

CASES.text(
    "another layer's delta in the first bias (the widths are equal)",
    "db1",
    """
δ² = (a² − y) ⊙ (1 − a² ⊙ a²)
∂C/∂W² = δ² (a¹)ᵀ
∂C/∂b² = δ²
δ¹ = ((W²)ᵀ δ²) ⊙ (1 − a¹ ⊙ a¹)
∂C/∂W¹ = δ¹ xᵀ
∂C/∂b¹ = δ²
""",
    layers=(4, 3, 3),
    hidden="tanh",
    output="tanh",
    reduction="sum",
)

CASES.text(
    "loss in place of its derivative",
    "dZL",
    """
δᴸ = ½ (aᴸ − y)² ⊙ σ′(zᴸ)
δˡ = ((Wˡ⁺¹)ᵀ δˡ⁺¹) ⊙ σ′(zˡ)
∂C/∂Wˡ = δˡ (aˡ⁻¹)ᵀ
∂C/∂bˡ = δˡ
""",
    layers=(2, 4, 3, 2),
    hidden="sigmoid",
    output="sigmoid",
    reduction="sum",
)

CASES.text(
    "a 2 too many with half the squared error",
    "dZL",
    """
zˡ = Wˡ aˡ⁻¹ + bˡ
aˡ = g(zˡ)
δᴸ = 2 (aᴸ − y) ⊙ g′(zᴸ)
δˡ = ((Wˡ⁺¹)ᵀ δˡ⁺¹) ⊙ g′(zˡ)
∂C/∂Wˡ = δˡ (aˡ⁻¹)ᵀ
∂C/∂bˡ = δˡ
""",
    layers=(3, 4, 3, 2),
    hidden="sin",
    output="sin",
    reduction="sum",
)

CASES.text(
    "an outer product where the Hadamard product belongs",
    "dZ1",
    """
δ₂ = a₂ − y
∂L/∂W₂ = δ₂ a₁ᵀ
∂L/∂b₂ = δ₂
δ₁ = (W₂ᵀ δ₂) σ′(z₁)ᵀ
∂L/∂W₁ = δ₁ xᵀ
∂L/∂b₁ = δ₁
""",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)

CASES.text(
    "missing derivative at the output (tanh and squared error)",
    "dZ3",
    """
δ₃ = a₃ − y
∂L/∂W₃ = δ₃ a₂ᵀ
∂L/∂b₃ = δ₃
δ₂ = (W₃ᵀ δ₃) ⊙ (1 − a₂²)
∂L/∂W₂ = δ₂ a₁ᵀ
∂L/∂b₂ = δ₂
δ₁ = (W₂ᵀ δ₂) ⊙ (1 − a₁²)
∂L/∂W₁ = δ₁ xᵀ
∂L/∂b₁ = δ₁
""",
    layers=(2, 5, 3, 1),
    hidden="tanh",
    output="tanh",
    reduction="sum",
)

CASES.text(
    "only one path: the hidden delta takes the first output alone, without the sum",
    "dZ1",
    """
δ²ₖ = a²ₖ − yₖ
∂C/∂w²ₖⱼ = δ²ₖ a¹ⱼ
∂C/∂b²ₖ = δ²ₖ
δ¹ⱼ = w²₁ⱼ δ²₁ σ′(z¹ⱼ)
∂C/∂w¹ⱼᵢ = δ¹ⱼ xᵢ
∂C/∂b¹ⱼ = δ¹ⱼ
""",
    layers=(3, 4, 2),
    hidden="softplus",
    output="identity",
    reduction="sum",
)

CASES.text(
    "z for a: the pre-activations in the gradient of W²",
    "dW2",
    """
δ² = a² − y
∂C/∂W² = δ² (z¹)ᵀ
∂C/∂b² = δ²
δ¹ = ((W²)ᵀ δ²) ⊙ a¹ ⊙ (1 − a¹)
∂C/∂W¹ = δ¹ xᵀ
∂C/∂b¹ = δ¹
""",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)

CASES.text(
    "a factor of sigma' lost: (1 - a) alone",
    "dZ2",
    """
dZ₂ = (A₂ − Y) ⊙ (1 − A₂)
dW₂ = (1/m) dZ₂ A₁ᵀ
db₂ = (1/m) Σᵢ dZ₂⁽ⁱ⁾
dZ₁ = (W₂ᵀ dZ₂) ⊙ 1[Z₁ > 0]
dW₁ = (1/m) dZ₁ Xᵀ
db₁ = (1/m) Σᵢ dZ₁⁽ⁱ⁾
""",
    layers=(4, 3, 2),
    hidden="relu",
    output="sigmoid",
)

CASES.text(
    "wrong sign of the cross-entropy's derivative by a",
    "dA2",
    """
∂L/∂a₂ = y/a₂ − (1 − y)/(1 − a₂)
∂L/∂z₂ = ∂L/∂a₂ ⊙ a₂ ⊙ (1 − a₂)
∂L/∂W₂ = ∂L/∂z₂ a₁ᵀ
∂L/∂b₂ = ∂L/∂z₂
∂L/∂a₁ = W₂ᵀ ∂L/∂z₂
∂L/∂z₁ = ∂L/∂a₁ ⊙ (1 − a₁²)
∂L/∂W₁ = ∂L/∂z₁ xᵀ
∂L/∂b₁ = ∂L/∂z₁
""",
    layers=(3, 4, 1),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)

CASES.text(
    "leaky slope lost: relu's step for leaky relu",
    "dZ1",
    """
P = softmax(Z₂)
dZ₂ = (P − Y) / m
dW₂ = dZ₂ A₁ᵀ
db₂ = Σᵢ dZ₂⁽ⁱ⁾
dA₁ = W₂ᵀ dZ₂
dZ₁ = dA₁ ⊙ 1[Z₁ > 0]
dW₁ = dZ₁ Xᵀ
db₁ = Σᵢ dZ₁⁽ⁱ⁾
""",
    layers=(3, 5, 3),
    hidden="leaky_relu",
    output="identity",
    loss="softmax_cross_entropy",
)

# ------------------------------------------------------------------ texts that are right

CASES.text(
    "plain NumPy",
    "",
    """
Z1 = W1 @ X + b1
A1 = np.maximum(0, Z1)
Z2 = W2 @ A1 + b2
P = softmax(Z2)
dZ2 = P - Y
dW2 = dZ2 @ A1.T / m
db2 = np.sum(dZ2, axis=1, keepdims=True) / m
dA1 = W2.T @ dZ2
dZ1 = dA1 * (Z1 > 0)
dW1 = dZ1 @ X.T / m
db1 = np.sum(dZ1, axis=1, keepdims=True) / m
""",
    layers=(4, 5, 3),
    hidden="relu",
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "plain NumPy, three layers",
    "",
    """
dA3 = 2 * (A3 - Y)
dZ3 = dA3 * A3 * (1 - A3)
dW3 = dZ3 @ A2.T
db3 = dZ3.sum(axis=1, keepdims=True)
dA2 = W3.T @ dZ3
dZ2 = dA2 * np.cos(Z2)
dW2 = dZ2 @ A1.T
db2 = dZ2.sum(axis=1, keepdims=True)
dA1 = W2.T @ dZ2
dZ1 = dA1 * np.cos(Z1)
dW1 = dZ1 @ X.T
db1 = dZ1.sum(axis=1, keepdims=True)
""",
    layers=(2, 5, 3, 1),
    hidden="sin",
    output="sigmoid",
    loss="squared_error",
    reduction="sum",
)

CASES.text(
    "plain LaTeX by layer",
    "",
    r"""
$$\delta^L = (a^L - y) \odot \sigma'(z^L)$$
$$\delta^l = \left((W^{l+1})^T \delta^{l+1}\right) \odot \sigma'(z^l)$$
$$\frac{\partial C}{\partial W^l} = \delta^l (a^{l-1})^T$$
$$\frac{\partial C}{\partial b^l} = \delta^l$$
""",
    layers=(4, 3, 3, 2, 2),
    hidden="gelu",
    output="gelu",
    reduction="sum",
)

CASES.text(
    "plain LaTeX, indexed",
    "",
    r"""
$$z_j^l = \sum_k w_{jk}^l a_k^{l-1} + b_j^l$$
$$\delta_j^L = a_j^L - y_j$$
$$\delta_j^l = \sum_k w_{kj}^{l+1} \delta_k^{l+1} \sigma'(z_j^l)$$
$$\frac{\partial C}{\partial w_{jk}^l} = a_k^{l-1} \delta_j^l$$
$$\frac{\partial C}{\partial b_j^l} = \delta_j^l$$
""",
    layers=(3, 3, 3, 3),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)

CASES.text(
    "plain Unicode by layer",
    "",
    """
δᴸ = 2 (aᴸ − y) ⊙ σ′(zᴸ)
δˡ = (Wˡ⁺¹ᵀ δˡ⁺¹) ⊙ σ′(zˡ)
∂C/∂Wˡ = δˡ (aˡ⁻¹)ᵀ
∂C/∂bˡ = δˡ
""",
    layers=(2, 4, 3, 2),
    hidden="silu",
    output="silu",
    loss="squared_error",
    reduction="sum",
)

CASES.text(
    "plain Unicode, numbered layers",
    "",
    """
δ₂ = a₂ − y
∂L/∂W₂ = δ₂ a₁ᵀ
∂L/∂b₂ = δ₂
δ₁ = (W₂ᵀ δ₂) ⊙ σ(z₁)
∂L/∂W₁ = δ₁ xᵀ
∂L/∂b₁ = δ₁
where σ is the logistic function, the derivative of softplus
""",
    layers=(3, 4, 2),
    hidden="softplus",
    output="identity",
    reduction="sum",
)

CASES.text(
    "plain Unicode, batch",
    "",
    """
dA₂ = −Y/A₂ + (1 − Y)/(1 − A₂)
dZ₂ = dA₂ ⊙ A₂ ⊙ (1 − A₂)
dW₂ = (1/m) dZ₂ A₁ᵀ
db₂ = (1/m) Σᵢ dZ₂⁽ⁱ⁾
dA₁ = W₂ᵀ dZ₂
dZ₁ = dA₁ ⊙ A₁ ⊙ (1 − A₁)
dW₁ = (1/m) dZ₁ Xᵀ
db₁ = (1/m) Σᵢ dZ₁⁽ⁱ⁾
""",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
)

CASES.text(
    "plain LaTeX, mean squared error, numbered layers",
    "",
    r"""
$$\delta^{(2)} = \frac{2}{n} (a^{(2)} - y)$$
$$\frac{\partial L}{\partial W^{(2)}} = \delta^{(2)} a^{(1)T}$$
$$\frac{\partial L}{\partial b^{(2)}} = \delta^{(2)}$$
$$\delta^{(1)} = (W^{(2)T} \delta^{(2)}) \odot (1 - a^{(1)} \odot a^{(1)})$$
$$\frac{\partial L}{\partial W^{(1)}} = \delta^{(1)} x^T$$
$$\frac{\partial L}{\partial b^{(1)}} = \delta^{(1)}$$
""",
    layers=(3, 5, 4),
    hidden="tanh",
    output="identity",
    loss="mean_squared_error",
    reduction="sum",
)

CASES.text(
    "plain NumPy, bias by mean",
    "",
    """
dZ2 = (A2 - Y) * (1 - A2**2)
dW2 = dZ2 @ A1.T / m
db2 = np.mean(dZ2, axis=1, keepdims=True)
dZ1 = (W2.T @ dZ2) * np.where(Z1 > 0, 1, 0.01)
dW1 = dZ1 @ X.T / m
db1 = np.mean(dZ1, axis=1, keepdims=True)
""",
    layers=(4, 4, 4),
    hidden="leaky_relu",
    output="tanh",
)

CASES.text(
    "unusual: error = Y - A2 and the steps are added",
    "",
    """
error = Y - A2
dZ2 = error * A2 * (1 - A2)
dW2 = dZ2 @ A1.T / m
db2 = np.sum(dZ2, axis=1, keepdims=True) / m
dA1 = W2.T @ dZ2
dZ1 = dA1 * A1 * (1 - A1)
dW1 = dZ1 @ X.T / m
db1 = np.sum(dZ1, axis=1, keepdims=True) / m
W2 += rate * dW2
b2 += rate * db2
W1 += rate * dW1
b1 += rate * db1
""",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
)

CASES.text(
    "unusual: rows, with 1/m in dZ3 only",
    "",
    """
Z1 = X @ W1 + b1
A1 = np.tanh(Z1)
Z2 = A1 @ W2 + b2
A2 = np.tanh(Z2)
Z3 = A2 @ W3 + b3
A3 = sigmoid(Z3)
dZ3 = (A3 - Y) / m
dW3 = A2.T @ dZ3
db3 = dZ3.sum(axis=0)
dZ2 = (dZ3 @ W3.T) * (1 - A2**2)
dW2 = A1.T @ dZ2
db2 = dZ2.sum(axis=0)
dZ1 = (dZ2 @ W2.T) * (1 - A1**2)
dW1 = X.T @ dZ1
db1 = dZ1.sum(axis=0)
""",
    layers=(4, 3, 3, 2),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)

CASES.text(
    "unusual: sigma' rearranged as e^-z / (1 + e^-z)^2",
    "",
    """
dA2 = A2 - Y
dZ2 = dA2 * np.exp(-Z2) / (1 + np.exp(-Z2))**2
dW2 = dZ2 @ A1.T
db2 = dZ2.sum(axis=1, keepdims=True)
dA1 = W2.T @ dZ2
dZ1 = dA1 * np.exp(-Z1) / (1 + np.exp(-Z1))**2
dW1 = dZ1 @ X.T
db1 = dZ1.sum(axis=1, keepdims=True)
""",
    layers=(4, 3, 2),
    hidden="sigmoid",
    output="sigmoid",
    reduction="sum",
)

CASES.text(
    "unusual: softmax by log-sum-exp, the transpose of the products taken",
    "",
    """
Z1 = W1 @ X + b1
A1 = np.tanh(Z1)
Z2 = W2 @ A1 + b2
c = np.max(Z2, axis=0, keepdims=True)
lse = c + np.log(np.sum(np.exp(Z2 - c), axis=0, keepdims=True))
dZ2 = np.exp(Z2 - lse) - Y
dW2 = (A1 @ dZ2.T).T / m
db2 = np.sum(dZ2, axis=1, keepdims=True) / m
dA1 = (dZ2.T @ W2).T
dZ1 = dA1 - dA1 * A1**2
dW1 = (X @ dZ1.T).T / m
db1 = np.sum(dZ1, axis=1, keepdims=True) / m
""",
    layers=(3, 4, 3),
    hidden="tanh",
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "unusual: another order of factors, the derivative as a diagonal matrix",
    "",
    r"""
$$\delta^L = \mathrm{diag}(\sigma'(z^L)) (a^L - y)$$
$$\delta^l = \mathrm{diag}(\sigma'(z^l)) (W^{l+1})^T \delta^{l+1}$$
$$\frac{\partial C}{\partial W^l} = \delta^l (a^{l-1})^T$$
$$\frac{\partial C}{\partial b^l} = \delta^l$$
""",
    layers=(2, 5, 3, 1),
    hidden="tanh",
    output="tanh",
    reduction="sum",
)

CASES.text(
    "unusual: row vectors in Unicode",
    "",
    """
zˡ = aˡ⁻¹ Wˡ + bˡ
aˡ = σ(zˡ)
δᴸ = (aᴸ − y) ⊙ σ′(zᴸ)
δˡ = (δˡ⁺¹ (Wˡ⁺¹)ᵀ) ⊙ σ′(zˡ)
∂C/∂Wˡ = (aˡ⁻¹)ᵀ δˡ
∂C/∂bˡ = δˡ
""",
    layers=(3, 4, 3, 2),
    hidden="elu",
    output="elu",
)
