"""Backprop functions as many people write them, half of them plain homework.

Written without sight of the grader.
"""

# ruff: noqa: B905, C408, E501, E731, E741, F811, F821, F841, PLC2401, RUF059, UP031  (as people write it)

from __future__ import annotations

import math
from collections import namedtuple
from functools import reduce

import numpy as np

from tests.nn.grading.unseen.case import Collection

CASES = Collection([])


# ======================================================================================
# Planted: plain homework
# ======================================================================================


@CASES.case("sigma' missing in the hidden layer", "dW1")
def backprop(W, b, X, Y):
    m = X.shape[1]
    W1, W2 = W
    b1, b2 = b
    # forward
    Z1 = np.dot(W1, X) + b1
    A1 = 1 / (1 + np.exp(-Z1))
    Z2 = np.dot(W2, A1) + b2
    A2 = 1 / (1 + np.exp(-Z2))
    # backward
    dZ2 = (A2 - Y) * A2 * (1 - A2)
    dW2 = 1 / m * np.dot(dZ2, A1.T)
    db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = np.dot(W2.T, dZ2)
    dW1 = 1 / m * np.dot(dZ1, X.T)
    db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


@CASES.case(
    "output delta a - y as for the cross-entropy, but the cost is quadratic",
    "dZ2",
    layers=(4, 5, 3),
    hidden="tanh",
    reduction="sum",
)
def backprop(W, b, X, Y):
    z1 = W[0] @ X + b[0]
    a1 = np.tanh(z1)
    z2 = W[1] @ a1 + b[1]
    a2 = 1.0 / (1.0 + np.exp(-z2))
    delta2 = a2 - Y
    delta1 = (W[1].T @ delta2) * (1 - a1**2)
    return dict(
        dZ2=delta2,
        dZ1=delta1,
        dW2=delta2 @ a1.T,
        dW1=delta1 @ X.T,
        db2=delta2.sum(1, keepdims=True),
        db1=delta1.sum(1, keepdims=True),
    )


@CASES.case(
    "sigma' kept with the binary cross-entropy",
    "dZ2",
    layers=(2, 3, 1),
    hidden="tanh",
    loss="binary_cross_entropy",
)
def xor_backward(W, b, X, Y):
    sig = lambda t: 1 / (1 + np.exp(-t))
    dsig = lambda t: sig(t) * (1 - sig(t))
    m = X.shape[1]
    cache = {}
    cache["Z1"] = W[0].dot(X) + b[0]
    cache["A1"] = np.tanh(cache["Z1"])
    cache["Z2"] = W[1].dot(cache["A1"]) + b[1]
    cache["A2"] = sig(cache["Z2"])

    grads = {}
    grads["dZ2"] = (cache["A2"] - Y) * dsig(cache["Z2"]) / m
    grads["dW2"] = grads["dZ2"].dot(cache["A1"].T)
    grads["db2"] = grads["dZ2"].sum(axis=1, keepdims=True)
    grads["dZ1"] = W[1].T.dot(grads["dZ2"]) * (1 - np.power(cache["A1"], 2))
    grads["dW1"] = grads["dZ1"].dot(X.T)
    grads["db1"] = grads["dZ1"].sum(axis=1, keepdims=True)
    return grads


@CASES.case(
    "ReLU masked where a >= 0, which is everywhere",
    "dZ1",
    layers=(4, 6, 3),
    hidden="relu",
    output="linear",
    loss="softmax_cross_entropy",
)
def backward(W, b, X, Y):
    N = X.shape[1]
    h = np.maximum(0, W[0] @ X + b[0])
    scores = W[1] @ h + b[1]
    scores -= scores.max(axis=0)
    probs = np.exp(scores) / np.exp(scores).sum(axis=0)
    dscores = (probs - Y) / N
    dh = W[1].T @ dscores
    dh = dh * (h >= 0)
    return {
        "dZ2": dscores,
        "dW2": dscores @ h.T,
        "db2": dscores.sum(axis=1, keepdims=True),
        "dZ1": dh,
        "dW1": dh @ X.T,
        "db1": dh.sum(axis=1, keepdims=True),
    }


@CASES.case(
    "factor 2 of the squares missing",
    "dA2",
    layers=(3, 5, 2),
    hidden="relu",
    output="tanh",
    loss="squared_error",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = Z1 * (Z1 > 0)
    Z2 = W[1] @ A1 + b[1]
    A2 = np.tanh(Z2)
    dA2 = (A2 - Y) / m
    dZ2 = dA2 * (1 - A2 * A2)
    dW2 = dZ2 @ A1.T
    db2 = np.sum(dZ2, axis=1).reshape(-1, 1)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * (Z1 > 0)
    dW1 = dZ1 @ X.T
    db1 = np.sum(dZ1, axis=1).reshape(-1, 1)
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
    "db1 by the mean, though 1/m is in dZ already",
    "db1",
    layers=(3, 4, 3),
    hidden="sigmoid",
    output="linear",
    loss="half_squared_error",
)
def grads(W, b, X, Y):
    m = X.shape[1]
    A1 = 1 / (1 + np.exp(-(W[0] @ X + b[0])))
    out = W[1] @ A1 + b[1]
    d2 = (out - Y) / m
    d1 = W[1].T @ d2 * A1 * (1 - A1)
    return {
        "dW2": d2 @ A1.T,
        "db2": np.sum(d2, axis=1, keepdims=True),
        "dW1": d1 @ X.T,
        "db1": np.mean(d1, axis=1, keepdims=True),
    }


@CASES.case(
    "np.sum without axis for db2",
    "db2",
    layers=(3, 4, 2),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def backward_propagation(W, b, X, Y):
    m = X.shape[1]
    W1, W2 = W[0], W[1]
    A1 = np.tanh(np.dot(W1, X) + b[0])
    A2 = 1 / (1 + np.exp(-(np.dot(W2, A1) + b[1])))
    dZ2 = A2 - Y
    dW2 = (1 / m) * np.dot(dZ2, A1.T)
    db2 = (1 / m) * np.sum(dZ2) * np.ones_like(b[1])
    dZ1 = np.multiply(np.dot(W2.T, dZ2), 1 - np.power(A1, 2))
    dW1 = (1 / m) * np.dot(dZ1, X.T)
    db1 = (1 / m) * np.sum(dZ1, axis=1, keepdims=True)
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


@CASES.case(
    "transpose of W2 forgotten",
    "dZ1",
    layers=(3, 3, 3),
    hidden="sigmoid",
    output="sigmoid",
    loss="squared_error",
    reduction="sum",
)
def backprop(W, b, X, Y):
    s = lambda z: 1 / (1 + np.exp(-z))
    A0 = X
    A1 = s(W[0] @ A0 + b[0])
    A2 = s(W[1] @ A1 + b[1])
    dZ2 = 2 * (A2 - Y) * A2 * (1 - A2)
    dZ1 = (W[1] @ dZ2) * A1 * (1 - A1)
    g = {}
    for k, (d, a) in enumerate([(dZ1, A0), (dZ2, A1)], start=1):
        g[f"dZ{k}"] = d
        g[f"dW{k}"] = d @ a.T
        g[f"db{k}"] = d.sum(axis=1, keepdims=True)
    return g


@CASES.case(
    "dW1 with the layer's own activations instead of X",
    "dW1",
    layers=(4, 4, 2),
    hidden="tanh",
    output="linear",
    loss="mean_squared_error",
)
def bp(W, b, X, Y):
    m, n = X.shape[1], Y.shape[0]
    a1 = np.tanh(W[0] @ X + b[0])
    a2 = W[1] @ a1 + b[1]
    e = 2.0 / (m * n) * (a2 - Y)
    dW2 = e @ a1.T
    db2 = e @ np.ones((m, 1))
    e = (W[1].T @ e) * (1.0 - a1**2)
    dW1 = e @ a1.T
    db1 = e @ np.ones((m, 1))
    return {"dW1": dW1, "dW2": dW2, "db1": db1, "db2": db2}


@CASES.case(
    "1/m though the cost is a sum, in the weights only",
    "dW2",
    layers=(3, 5, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)
def backprop(W, b, X, Y):
    def sigma(z):
        return 1.0 / (1.0 + np.exp(-z))

    m = X.shape[1]
    H = sigma(W[0] @ X + b[0])
    P = sigma(W[1] @ H + b[1])
    D2 = P - Y
    D1 = W[1].T @ D2 * H * (1 - H)
    return {
        "dZ2": D2,
        "dZ1": D1,
        "dW2": D2 @ H.T / m,
        "dW1": D1 @ X.T / m,
        "db2": D2.sum(axis=1, keepdims=True),
        "db1": D1.sum(axis=1, keepdims=True),
    }


@CASES.case(
    "g' of layer 2 used again in layer 1",
    "dZ1",
    layers=(3, 4, 4, 2),
    hidden="tanh",
    output="linear",
)
def three_layer(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = np.tanh(Z1)
    Z2 = W[1] @ A1 + b[1]
    A2 = np.tanh(Z2)
    Z3 = W[2] @ A2 + b[2]
    A3 = Z3
    dZ3 = (A3 - Y) / m
    dW3 = dZ3 @ A2.T
    db3 = dZ3.sum(axis=1, keepdims=True)
    dZ2 = W[2].T @ dZ3 * (1 - np.tanh(Z2) ** 2)
    dW2 = dZ2 @ A1.T
    db2 = dZ2.sum(axis=1, keepdims=True)
    dZ1 = W[1].T @ dZ2 * (1 - np.tanh(Z2) ** 2)
    dW1 = dZ1 @ X.T
    db1 = dZ1.sum(axis=1, keepdims=True)
    return dict(
        dZ3=dZ3, dZ2=dZ2, dZ1=dZ1, dW3=dW3, dW2=dW2, dW1=dW1, db3=db3, db2=db2, db1=db1
    )


@CASES.case(
    "the last layer's weights carry delta through every layer",
    "dW2",
    layers=(3, 3, 3, 3, 3),
    hidden="sigmoid",
    output="sigmoid",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    acts = [X]
    for w, c in zip(W, b):
        acts.append(1 / (1 + np.exp(-(w @ acts[-1] + c))))
    grads = {}
    delta = (acts[-1] - Y) * acts[-1] * (1 - acts[-1])
    L = len(W)
    for l in range(L, 0, -1):
        grads["dW%d" % l] = delta @ acts[l - 1].T / m
        grads["db%d" % l] = delta.sum(axis=1, keepdims=True) / m
        if l > 1:
            delta = (W[-1].T @ delta) * acts[l - 1] * (1 - acts[l - 1])
    return grads


@CASES.case(
    "W2 already updated when the error goes through it",
    "dW1",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="linear",
    loss="half_squared_error",
)
def train_step(W, b, X, Y):
    lr = 0.5
    w1, w2 = W[0].copy(), W[1].copy()
    b1, b2 = b[0].copy(), b[1].copy()
    n = X.shape[1]
    hidden = 1 / (1 + np.exp(-(w1 @ X + b1)))
    output = w2 @ hidden + b2
    err = (output - Y) / n
    grad_w2 = err @ hidden.T
    grad_b2 = err.sum(axis=1, keepdims=True)
    w2 -= lr * grad_w2
    b2 -= lr * grad_b2
    hidden_err = w2.T @ err * hidden * (1 - hidden)
    grad_w1 = hidden_err @ X.T
    grad_b1 = hidden_err.sum(axis=1, keepdims=True)
    w1 -= lr * grad_w1
    b1 -= lr * grad_b1
    return {"dW1": grad_w1, "db1": grad_b1, "dW2": grad_w2, "db2": grad_b2}


@CASES.case(
    "-(y/a) - (1-y)/(1-a): the second sign",
    "dA2",
    layers=(4, 3, 2),
    hidden="relu",
    loss="binary_cross_entropy",
)
def L_model_backward(W, b, X, Y):
    m = X.shape[1]
    Z1 = np.dot(W[0], X) + b[0]
    A1 = np.maximum(0, Z1)
    Z2 = np.dot(W[1], A1) + b[1]
    A2 = 1 / (1 + np.exp(-Z2))
    dA2 = -(np.divide(Y, A2) + np.divide(1 - Y, 1 - A2))
    dZ2 = dA2 * A2 * (1 - A2)
    dA1 = np.dot(W[1].T, dZ2)
    dZ1 = np.array(dA1, copy=True)
    dZ1[Z1 <= 0] = 0
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": np.dot(dZ2, A1.T) / m,
        "db2": np.sum(dZ2, axis=1, keepdims=True) / m,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": np.dot(dZ1, X.T) / m,
        "db1": np.sum(dZ1, axis=1, keepdims=True) / m,
    }


def p15_linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    dW = np.dot(dZ, A_prev.T) / m
    db = np.sum(dZ, axis=1, keepdims=True) / m
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db


def p15_sigmoid_backward(dA, Z):
    s = 1 / (1 + np.exp(-Z))
    return dA * s


def p15_relu_backward(dA, Z):
    dZ = np.array(dA, copy=True)
    dZ[Z <= 0] = 0
    return dZ


@CASES.case(
    "sigmoid_backward gives dA * s, without (1 - s)",
    "dW3",
    layers=(4, 5, 6, 1),
    hidden="relu",
    loss="binary_cross_entropy",
)
def L_layer_backward(W, b, X, Y):
    caches, A = [], X
    for i in range(len(W)):
        Z = W[i] @ A + b[i]
        caches.append(((A, W[i], b[i]), Z))
        A = 1 / (1 + np.exp(-Z)) if i == len(W) - 1 else np.maximum(0, Z)
    grads = {}
    dA = -(Y / A) + (1 - Y) / (1 - A)
    lin, Z = caches[-1]
    dA, grads["dW3"], grads["db3"] = p15_linear_backward(
        p15_sigmoid_backward(dA, Z), lin
    )
    for l in reversed(range(len(W) - 1)):
        lin, Z = caches[l]
        dA, grads["dW" + str(l + 1)], grads["db" + str(l + 1)] = p15_linear_backward(
            p15_relu_backward(dA, Z), lin
        )
    return grads


@CASES.case(
    "m is the number of inputs: X.shape[0]",
    "dZ2",
    layers=(9, 4, 3),
    hidden="sigmoid",
    output="linear",
    loss="softmax_cross_entropy",
)
def backprop(W, b, X, Y):
    m = X.shape[0]
    A1 = 1 / (1 + np.exp(-(W[0] @ X + b[0])))
    Z2 = W[1] @ A1 + b[1]
    e = np.exp(Z2 - np.max(Z2, axis=0, keepdims=True))
    S = e / np.sum(e, axis=0, keepdims=True)
    dZ2 = (S - Y) / m
    dW2 = dZ2 @ A1.T
    db2 = np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = (W[1].T @ dZ2) * (A1 - A1**2)
    dW1 = dZ1 @ X.T
    db1 = np.sum(dZ1, axis=1, keepdims=True)
    return {"dZ2": dZ2, "dW2": dW2, "db2": db2, "dZ1": dZ1, "dW1": dW1, "db1": db1}


@CASES.case(
    "dW1 assigned instead of added in the loop over the examples: the last one alone",
    "dW1",
    layers=(3, 4, 2),
    hidden="tanh",
    output="tanh",
    reduction="sum",
)
def backprop(W, b, X, Y):
    dW1 = np.zeros(W[0].shape)
    dW2 = np.zeros(W[1].shape)
    db1 = np.zeros(b[0].shape)
    db2 = np.zeros(b[1].shape)
    for i in range(X.shape[1]):
        x = X[:, [i]]
        y = Y[:, [i]]
        a1 = np.tanh(W[0] @ x + b[0])
        a2 = np.tanh(W[1] @ a1 + b[1])
        d2 = (a2 - y) * (1 - a2**2)
        d1 = W[1].T @ d2 * (1 - a1**2)
        dW2 += d2 @ a1.T
        db2 += d2
        dW1 = d1 @ x.T
        db1 += d1
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


@CASES.case(
    "dW2 with the inputs X instead of a1",
    "dW2",
    layers=(4, 4, 3),
    hidden="relu",
    output="linear",
    loss="softmax_cross_entropy",
    reduction="sum",
)
def compute_gradients(W, b, X, Y):
    A1 = np.clip(W[0] @ X + b[0], 0, None)
    logits = W[1] @ A1 + b[1]
    P = np.exp(logits)
    P = P / P.sum(axis=0)
    G2 = P - Y
    G1 = (W[1].T @ G2) * np.where(A1 > 0, 1, 0)
    return {
        "dW2": G2 @ X.T,
        "db2": G2.sum(axis=1, keepdims=True),
        "dW1": G1 @ X.T,
        "db1": G1.sum(axis=1, keepdims=True),
    }


def p19_dtanh(z):
    return 1 - np.tanh(z) ** 2


@CASES.case(
    "tanh' called with a in the hidden layer",
    "dW1",
    layers=(2, 4, 2),
    hidden="tanh",
    output="tanh",
    loss="mean_squared_error",
)
def backprop(W, b, X, Y):
    zs, activations = [], [X]
    for w, bias in zip(W, b):
        zs.append(w @ activations[-1] + bias)
        activations.append(np.tanh(zs[-1]))
    delta = 2 * (activations[-1] - Y) / Y.size * p19_dtanh(zs[-1])
    nabla_w2, nabla_b2 = delta @ activations[-2].T, delta.sum(axis=1, keepdims=True)
    delta = (W[-1].T @ delta) * p19_dtanh(activations[-2])
    nabla_w1, nabla_b1 = delta @ activations[-3].T, delta.sum(axis=1, keepdims=True)
    return {"dW1": nabla_w1, "dW2": nabla_w2, "db1": nabla_b1, "db2": nabla_b2}


@CASES.case(
    "the back-propagated sum taken over the wrong axis",
    "dW1",
    layers=(2, 3, 3),
    hidden="sigmoid",
    output="linear",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    out = {"dW1": 0, "db1": 0, "dW2": 0, "db2": 0}
    for x, y in zip(X.T, Y.T):
        h = 1 / (1 + np.exp(-(W[0].dot(x) + b[0].ravel())))
        o = W[1].dot(h) + b[1].ravel()
        d2 = (o - y) / m
        back = (W[1].T * d2).sum(axis=0)
        d1 = back * h * (1 - h)
        out["dW2"] = out["dW2"] + np.outer(d2, h)
        out["db2"] = out["db2"] + d2[:, None]
        out["dW1"] = out["dW1"] + np.outer(d1, x)
        out["db1"] = out["db1"] + d1[:, None]
    return out


@CASES.case(
    "X dZ1^T for dZ1 X^T",
    "dW1",
    layers=(5, 5, 2),
    hidden="relu",
    output="sigmoid",
    loss="half_squared_error",
    reduction="sum",
)
def backprop(W, b, X, Y):
    Z1 = W[0] @ X + b[0]
    A1 = np.maximum(Z1, 0)
    A2 = 1 / (1 + np.exp(-(W[1] @ A1 + b[1])))
    dZ2 = (A2 - Y) * A2 * (1 - A2)
    dW2 = dZ2 @ A1.T
    db2 = dZ2.sum(axis=1, keepdims=True)
    dZ1 = (W[1].T @ dZ2) * (Z1 > 0).astype(float)
    dW1 = X @ dZ1.T
    db1 = dZ1.sum(axis=1, keepdims=True)
    return {"dZ2": dZ2, "dZ1": dZ1, "dW1": dW1, "dW2": dW2, "db1": db1, "db2": db2}


@CASES.case(
    "mean over the outputs forgotten in the mean squared error",
    "dW3",
    layers=(3, 6, 5, 3),
    hidden="relu",
    output="linear",
    loss="mean_squared_error",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    a, store = X, []
    for l, (w, c) in enumerate(zip(W, b)):
        store.append(a)
        z = w @ a + c
        a = z if l == 2 else np.maximum(z, 0)
    d = 2 * (a - Y) / m
    g = {}
    for l in (3, 2, 1):
        a_in = store[l - 1]
        g[f"dW{l}"] = d @ a_in.T
        g[f"db{l}"] = d.sum(axis=1, keepdims=True)
        d = (W[l - 1].T @ d) * (a_in > 0)
    return g


@CASES.case(
    "db2 from dA2 instead of dZ2",
    "db2",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="tanh",
    loss="half_squared_error",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    A1 = 1 / (1 + np.exp(-(W[0] @ X + b[0])))
    A2 = np.tanh(W[1] @ A1 + b[1])
    dA2 = (A2 - Y) / m
    dZ2 = dA2 * (1 - A2**2)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * A1 * (1 - A1)
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T,
        "db2": dA2.sum(axis=1, keepdims=True),
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(axis=1, keepdims=True),
    }


# ======================================================================================
# Planted: everything else
# ======================================================================================


@CASES.case(
    "softmax differentiated element by element: -y/a * a(1-a)",
    "dZ2",
    layers=(3, 4, 3),
    hidden="tanh",
    output="softmax",
    loss="categorical_cross_entropy",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    A1 = np.tanh(W[0] @ X + b[0])
    E = np.exp(W[1] @ A1 + b[1])
    A2 = E / E.sum(axis=0, keepdims=True)
    dA2 = -Y / A2 / m
    dZ2 = dA2 * A2 * (1 - A2)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * (1 - A1**2)
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW2": dZ2 @ A1.T,
        "dW1": dZ1 @ X.T,
        "db2": dZ2.sum(axis=1, keepdims=True),
        "db1": dZ1.sum(axis=1, keepdims=True),
    }


@CASES.case(
    "the softmax's Jacobian diag(a) + a a^T: the sign of the outer product",
    "dW2",
    layers=(4, 3, 3),
    hidden="softplus",
    output="softmax",
    loss="half_squared_error",
)
def jacobian_version(W, b, X, Y):
    m = X.shape[1]
    gW = [np.zeros_like(w) for w in W]
    gb = [np.zeros_like(c) for c in b]
    for i in range(m):
        x, y = X[:, i], Y[:, i]
        z1 = W[0] @ x + b[0][:, 0]
        a1 = np.log1p(np.exp(z1))
        z2 = W[1] @ a1 + b[1][:, 0]
        a2 = np.exp(z2 - z2.max())
        a2 /= a2.sum()
        J2 = np.diag(a2) + np.outer(a2, a2)
        J1 = np.diag(1 / (1 + np.exp(-z1)))
        d2 = J2.T @ (a2 - y)
        d1 = J1.T @ W[1].T @ d2
        gW[1] += np.outer(d2, a1) / m
        gb[1] += d2.reshape(-1, 1) / m
        gW[0] += np.outer(d1, x) / m
        gb[0] += d1.reshape(-1, 1) / m
    return {"dW1": gW[0], "dW2": gW[1], "db1": gb[0], "db2": gb[1]}


@CASES.case(
    "the log-probabilities themselves minus y, exp forgotten",
    "dZ2",
    layers=(3, 5, 4),
    hidden="relu",
    output="log_softmax",
    loss="negative_log_likelihood",
)
def nll_backward(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = np.maximum(Z1, 0)
    Z2 = W[1] @ A1 + b[1]
    logp = Z2 - np.log(np.exp(Z2).sum(axis=0, keepdims=True))
    dZ2 = (logp - Y) / m
    dZ1 = (W[1].T @ dZ2) * (Z1 > 0)
    ones = np.ones((m, 1))
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T,
        "db2": dZ2 @ ones,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": dZ1 @ ones,
    }


@CASES.case(
    "hinge: the inequality turned round",
    "dW2",
    layers=(2, 6, 1),
    hidden="relu",
    output="linear",
    loss="hinge",
)
def svm_backward(W, b, X, Y):
    m = X.shape[1]
    H = np.maximum(W[0] @ X + b[0], 0)
    score = W[1] @ H + b[1]
    viol = (1 - Y * score < 0).astype(float)
    dscore = -Y * viol / m
    dH = W[1].T @ dscore
    dH[H == 0] = 0
    return {
        "dW2": dscore @ H.T,
        "db2": dscore.sum(axis=1, keepdims=True),
        "dW1": dH @ X.T,
        "db1": dH.sum(axis=1, keepdims=True),
    }


@CASES.case(
    "Huber: the residual not limited",
    "dA2",
    layers=(4, 3, 3),
    hidden="tanh",
    output="linear",
    loss="huber_error",
    reduction="sum",
)
def robust(W, b, X, Y):
    A1 = np.tanh(W[0] @ X + b[0])
    A2 = W[1] @ A1 + b[1]
    r = A2 - Y
    dA2 = r
    dZ2 = dA2
    dA1 = np.einsum("kj,km->jm", W[1], dZ2)
    dZ1 = dA1 * (1 - A1 * A1)
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW2": np.einsum("km,jm->kj", dZ2, A1),
        "dW1": np.einsum("jm,im->ji", dZ1, X),
        "db2": np.einsum("km->k", dZ2)[:, None],
        "db1": np.einsum("jm->j", dZ1)[:, None],
    }


@CASES.case(
    "gradients clipped to +-0.05 in the loop, in layer 1 only",
    "dW1",
    layers=(3, 4, 4, 2),
    hidden="sigmoid",
    output="linear",
    loss="squared_error",
    reduction="sum",
)
def engineer(W, b, X, Y):
    CLIP = 0.05
    acts = [X]
    for i in range(3):
        z = W[i] @ acts[i] + b[i]
        acts.append(z if i == 2 else 1 / (1 + np.exp(-z)))
    delta = 2.0 * (acts[3] - Y)
    grads = {}
    for i in (2, 1, 0):
        gw = delta @ acts[i].T
        gb = delta.sum(axis=1, keepdims=True)
        if i == 0:
            np.clip(gw, -CLIP, CLIP, out=gw)
        grads[f"dW{i + 1}"], grads[f"db{i + 1}"] = gw, gb
        delta = (W[i].T @ delta) * acts[i] * (1 - acts[i])
    return grads


@CASES.case(
    "|a - y| differentiated to a - y",
    "dZ2",
    layers=(3, 4, 2),
    hidden="leaky_relu",
    output="linear",
    loss="absolute_error",
)
def l1_backward(W, b, X, Y):
    m = X.shape[1]
    z1 = W[0] @ X + b[0]
    a1 = np.where(z1 > 0, z1, 0.01 * z1)
    a2 = W[1] @ a1 + b[1]
    dz2 = (a2 - Y) / m
    dz1 = W[1].T @ dz2 * np.where(z1 > 0, 1.0, 0.01)
    return {
        "dZ2": dz2,
        "dZ1": dz1,
        "dW2": dz2 @ a1.T,
        "dW1": dz1 @ X.T,
        "db2": dz2.sum(axis=1, keepdims=True),
        "db1": dz1.sum(axis=1, keepdims=True),
    }


@CASES.case(
    "leaky ReLU: the slope on the positive side",
    "dW1",
    layers=(3, 5, 3),
    hidden="leaky_relu",
    output="linear",
    loss="softmax_cross_entropy",
)
def backprop(W, b, X, Y):
    slope = 0.01
    N = X.shape[1]
    Xr, Yr = X.T, Y.T  # one example per row
    W1, W2 = W[0].T, W[1].T
    z1 = Xr @ W1 + b[0].T
    a1 = np.maximum(z1, slope * z1)
    z2 = a1 @ W2 + b[1].T
    p = np.exp(z2 - z2.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    g2 = (p - Yr) / N
    g1 = g2 @ W2.T
    g1[z1 > 0] *= slope
    return {
        "dW2": (a1.T @ g2).T,
        "db2": g2.sum(axis=0)[:, None],
        "dW1": (Xr.T @ g1).T,
        "db1": g1.sum(axis=0)[:, None],
    }


@CASES.case(
    "elu' below 0 as a, without + alpha",
    "dZ1",
    layers=(4, 5, 2),
    hidden="elu",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def elu_net(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = np.where(Z1 > 0, Z1, np.exp(np.minimum(Z1, 0)) - 1)
    A2 = 1 / (1 + np.exp(-(W[1] @ A1 + b[1])))
    delta2 = A2 - Y
    delta1 = (W[1].T @ delta2) * np.where(Z1 > 0, 1, A1)
    return {
        "dZ2": delta2 / m,
        "dZ1": delta1 / m,
        "dW2": delta2 @ A1.T / m,
        "dW1": delta1 @ X.T / m,
        "db2": delta2.mean(axis=1, keepdims=True),
        "db1": delta1.mean(axis=1, keepdims=True),
    }


P34_ALPHA = 1.6732632423543772848170429916717
P34_SCALE = 1.0507009873554804934193349852946


@CASES.case(
    "selu' without the scale below 0",
    "dW2",
    layers=(3, 4, 5, 2),
    hidden="selu",
    output="linear",
    loss="half_squared_error",
)
def selu_net(W, b, X, Y):
    m = X.shape[1]

    def f(z):
        return P34_SCALE * np.where(z > 0, z, P34_ALPHA * np.expm1(np.minimum(z, 0)))

    def fprime(z):
        return np.where(z > 0, P34_SCALE, P34_ALPHA * np.exp(np.minimum(z, 0)))

    Z = [None]
    A = [X]
    for l in range(1, 4):
        Z.append(W[l - 1] @ A[l - 1] + b[l - 1])
        A.append(f(Z[l]) if l < 3 else Z[l])
    d = (A[3] - Y) / m
    G = {}
    l = 3
    while True:
        G[f"dW{l}"] = d @ A[l - 1].T
        G[f"db{l}"] = d.sum(axis=1, keepdims=True)
        l -= 1
        if l == 0:
            return G
        d = W[l].T @ d * fprime(Z[l])


p35_erf = np.vectorize(math.erf)


@CASES.case(
    "gelu' as Phi(z), the term z phi(z) forgotten",
    "dZ1",
    layers=(3, 6, 2),
    hidden="gelu",
    output="linear",
    loss="mean_squared_error",
    reduction="sum",
)
def gelu_mlp(W, b, X, Y):
    n = Y.shape[0]
    z1 = W[0] @ X + b[0]
    Phi = 0.5 * (1 + p35_erf(z1 / np.sqrt(2)))
    a1 = z1 * Phi
    a2 = W[1] @ a1 + b[1]
    dz2 = 2 / n * (a2 - Y)
    dz1 = (W[1].T @ dz2) * Phi
    return {
        "dZ2": dz2,
        "dW2": dz2 @ a1.T,
        "db2": dz2.sum(1)[:, None],
        "dZ1": dz1,
        "dW1": dz1 @ X.T,
        "db1": dz1.sum(1)[:, None],
    }


@CASES.case(
    "silu' as sigma'",
    "dW1",
    layers=(4, 3, 2),
    hidden="silu",
    output="linear",
    loss="huber_error",
)
def swish_net(W, b, X, Y):
    m = X.shape[1]
    u = W[0] @ X + b[0]
    s = 1 / (1 + np.exp(-u))
    h = u * s
    r = W[1] @ h + b[1] - Y
    psi = np.where(np.abs(r) <= 1, r, np.sign(r)) / m
    g = (W[1].T @ psi) * s * (1 - s)
    return {
        "dW1": g @ X.T,
        "db1": g.sum(axis=1, keepdims=True),
        "dW2": psi @ h.T,
        "db2": psi.sum(axis=1, keepdims=True),
    }


class P37Layer:
    def __init__(self, W, b, f, df):
        self.W, self.b, self.f, self.df = W, b, f, df

    def forward(self, x):
        self.x = x
        self.z = self.W @ x + self.b
        return self.f(self.z)

    def backward(self, grad):
        grad = grad * self.df(self.z)
        self.dW = grad @ self.x.T
        self.db = grad.sum(axis=1, keepdims=True)
        return self.W.T @ grad


@CASES.case(
    "softplus' as sigma(1 - sigma)",
    "dW2",
    layers=(2, 4, 3, 2),
    hidden="softplus",
    output="sigmoid",
    loss="squared_error",
)
def with_classes(W, b, X, Y):
    def sg(z):
        return 1 / (1 + np.exp(-z))

    def dsg(z):
        return sg(z) * (1 - sg(z))

    net = [
        P37Layer(W[0], b[0], lambda z: np.log(1 + np.exp(z)), dsg),
        P37Layer(W[1], b[1], lambda z: np.log(1 + np.exp(z)), dsg),
        P37Layer(W[2], b[2], sg, dsg),
    ]
    a = X
    for layer in net:
        a = layer.forward(a)
    g = 2 * (a - Y) / X.shape[1]
    for layer in net[::-1]:
        g = layer.backward(g)
    return {
        **{f"dW{i}": layer.dW for i, layer in enumerate(net, 1)},
        **{f"db{i}": layer.db for i, layer in enumerate(net, 1)},
    }


@CASES.case(
    "the hidden accumulator not reset between the examples",
    "dW1",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)
def c_like(W, b, X, Y):
    n0, m = X.shape
    n1, n2 = W[0].shape[0], W[1].shape[0]
    gW1 = np.zeros((n1, n0))
    gb1 = np.zeros((n1, 1))
    gW2 = np.zeros((n2, n1))
    gb2 = np.zeros((n2, 1))
    acc = np.zeros(n1)
    for e in range(m):
        h = np.zeros(n1)
        for j in range(n1):
            t = b[0][j, 0]
            for i in range(n0):
                t += W[0][j, i] * X[i, e]
            h[j] = 1.0 / (1.0 + math.exp(-t))
        for k in range(n2):
            t = b[1][k, 0]
            for j in range(n1):
                t += W[1][k, j] * h[j]
            err = 1.0 / (1.0 + math.exp(-t)) - Y[k, e]
            gb2[k, 0] += err
            for j in range(n1):
                gW2[k, j] += err * h[j]
                acc[j] += err * W[1][k, j]
        for j in range(n1):
            d = acc[j] * h[j] * (1 - h[j])
            gb1[j, 0] += d
            for i in range(n0):
                gW1[j, i] += d * X[i, e]
    return {"dW1": gW1, "db1": gb1, "dW2": gW2, "db2": gb2}


@CASES.case(
    "augmented matrices [b W]: the last column dropped on the way back, not the first",
    "dW1",
    layers=(3, 4, 2),
    hidden="tanh",
    output="linear",
    loss="half_squared_error",
)
def augmented(W, b, X, Y):
    m = X.shape[1]
    row = np.ones((1, m))
    T1, T2 = np.hstack([b[0], W[0]]), np.hstack([b[1], W[1]])
    X_ = np.vstack([row, X])
    H = np.tanh(T1 @ X_)
    H_ = np.vstack([row, H])
    D2 = (T2 @ H_ - Y) / m
    D1 = (T2[:, :-1].T @ D2) * (1 - H**2)
    G2, G1 = D2 @ H_.T, D1 @ X_.T
    return {"dW1": G1[:, 1:], "db1": G1[:, :1], "dW2": G2[:, 1:], "db2": G2[:, :1]}


@CASES.case(
    "einsum 'ij,jm->im' instead of 'ij,im->jm' in layer 2",
    "dZ2",
    layers=(2, 3, 3, 3),
    hidden="sigmoid",
    output="linear",
    loss="binary_cross_entropy_with_logits",
)
def einsums(W, b, X, Y):
    s = lambda z: 1 / (1 + np.exp(-z))
    a1 = s(np.einsum("ij,jm->im", W[0], X) + b[0])
    a2 = s(np.einsum("ij,jm->im", W[1], a1) + b[1])
    z3 = np.einsum("ij,jm->im", W[2], a2) + b[2]
    d3 = (s(z3) - Y) / X.shape[1]
    d2 = np.einsum("ij,jm->im", W[2], d3) * a2 * (1 - a2)
    d1 = np.einsum("ij,im->jm", W[1], d2) * a1 * (1 - a1)
    G = {"dZ3": d3, "dZ2": d2, "dZ1": d1}
    for l, (d, a) in enumerate(((d1, X), (d2, a1), (d3, a2)), 1):
        G[f"dW{l}"] = np.einsum("im,jm->ij", d, a)
        G[f"db{l}"] = np.einsum("im->i", d).reshape(-1, 1)
    return G


@CASES.case(
    "dW2 divided by m within the loop over the examples, anew each time",
    "dW2",
    layers=(3, 2, 2),
    hidden="arctan",
    output="linear",
    loss="squared_error",
)
def online(W, b, X, Y):
    m = X.shape[1]
    dW1, dW2 = np.zeros_like(W[0]), np.zeros_like(W[1])
    db1, db2 = np.zeros_like(b[0]), np.zeros_like(b[1])
    for i in range(m):
        x, y = X[:, i : i + 1], Y[:, i : i + 1]
        z = W[0] @ x + b[0]
        h = np.arctan(z)
        e = 2 * (W[1] @ h + b[1] - y)
        dW2 += e @ h.T
        dW2 /= m
        db2 += e / m
        d = W[1].T @ e / (1 + z**2)
        dW1 += d @ x.T / m
        db1 += d / m
    return {"dW1": dW1, "dW2": dW2, "db1": db1, "db2": db2}


@CASES.case(
    "db1 gathered in an array of ints, which cuts the decimals",
    "db1",
    layers=(3, 4, 2),
    hidden="relu",
    output="linear",
    loss="half_squared_error",
    reduction="sum",
)
def counters(W, b, X, Y):
    Z1 = W[0] @ X + b[0]
    A1 = np.maximum(Z1, 0)
    E = W[1] @ A1 + b[1] - Y
    D = (W[1].T @ E) * (Z1 > 0)
    db1 = np.full(b[0].shape, 0)
    db2 = np.full(b[1].shape, 0.0)
    for j in range(len(db1)):
        for e in range(X.shape[1]):
            db1[j, 0] += D[j, e]
    for k in range(len(db2)):
        for e in range(X.shape[1]):
            db2[k, 0] += E[k, e]
    return {"dW1": D @ X.T, "db1": db1, "dW2": E @ A1.T, "db2": db2}


@CASES.case(
    "log_sigmoid' as sigma(z), for sigma(-z)",
    "dZ1",
    layers=(3, 4, 2),
    hidden="log_sigmoid",
    output="sigmoid",
    loss="half_squared_error",
)
def logsig(W, b, X, Y):
    m = X.shape[1]
    z1 = W[0] @ X + b[0]
    a1 = -np.log1p(np.exp(-z1))
    z2 = W[1] @ a1 + b[1]
    a2 = np.exp(-np.log1p(np.exp(-z2)))
    e = Y - a2  # the error is wanted minus got; all deltas are negative gradients
    d2 = e * a2 * (1 - a2) / m
    d1 = (W[1].T @ d2) / (1 + np.exp(-z1))
    return {
        "dZ2": -d2,
        "dZ1": -d1,
        "dW2": -d2 @ a1.T,
        "db2": -d2.sum(axis=1, keepdims=True),
        "dW1": -d1 @ X.T,
        "db1": -d1.sum(axis=1, keepdims=True),
    }


@CASES.case(
    "the sum over the outputs lost: only the last output's error arrives",
    "dW1",
    layers=(3, 3, 3),
    hidden="sin",
    output="linear",
    loss="absolute_error",
    reduction="sum",
)
def subscripts(W, b, X, Y):
    n0, m = X.shape
    n1, n2 = len(b[0]), len(b[1])
    dW1, db1 = np.zeros((n1, n0)), np.zeros((n1, 1))
    dW2, db2 = np.zeros((n2, n1)), np.zeros((n2, 1))
    z = W[0] @ X + b[0]
    h = np.sin(z)
    o = W[1] @ h + b[1]
    for e in range(m):
        for j in range(n1):
            for k in range(n2):
                dok = 1.0 if o[k, e] > Y[k, e] else -1.0
                dW2[k, j] += dok * h[j, e]
                if j == 0:
                    db2[k, 0] += dok
                dhj = dok * W[1][k, j]
            dzj = dhj * np.cos(z[j, e])
            db1[j, 0] += dzj
            for i in range(n0):
                dW1[j, i] += dzj * X[i, e]
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


@CASES.case(
    "the logits minus y, the sigmoid forgotten",
    "dZ2",
    layers=(4, 3, 2),
    hidden="tanh",
    output="linear",
    loss="binary_cross_entropy_with_logits",
)
def bce_logits(W, b, X, Y):
    Cache = namedtuple("Cache", "x z a")
    caches, a = [], X
    for l, (w, c) in enumerate(zip(W, b)):
        z = w @ a + c
        caches.append(Cache(a, z, np.tanh(z) if l < len(W) - 1 else z))
        a = caches[-1].a
    m = X.shape[1]
    dz = (a - Y) / m
    res = {}
    for l in range(len(W) - 1, -1, -1):
        if l < len(W) - 1:
            dz = da * (1 - caches[l].a ** 2)
        res["dZ" + str(l + 1)] = dz
        res["dW" + str(l + 1)] = dz @ caches[l].x.T
        res["db" + str(l + 1)] = dz.sum(axis=1, keepdims=True)
        da = W[l].T @ dz
    return res


@CASES.case(
    "a1 overwritten in place by its derivative, before dW2 needs it",
    "dW2",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="linear",
    loss="huber_error",
)
def in_place(W, b, X, Y):
    m = X.shape[1]
    a1 = 1 / (1 + np.exp(-(W[0] @ X + b[0])))
    r = W[1] @ a1 + b[1]
    r -= Y
    np.clip(r, -1, 1, out=r)
    r /= m
    slope = a1
    slope *= 1 - a1
    back = W[1].T @ r
    back *= slope
    return {
        "dW2": r @ a1.T,
        "db2": r.sum(axis=1, keepdims=True),
        "dW1": back @ X.T,
        "db1": back.sum(axis=1, keepdims=True),
    }


@CASES.case(
    "the loop over the layers ends one early, layer 1 keeps its zeros",
    "dW1",
    layers=(3, 4, 4, 3, 3),
    hidden="softplus",
    output="softmax",
    loss="categorical_cross_entropy",
    reduction="sum",
)
def range_end(W, b, X, Y):
    L = len(W)
    A = [X]
    for l in range(L):
        Z = W[l] @ A[l] + b[l]
        if l == L - 1:
            E = np.exp(Z - Z.max(axis=0, keepdims=True))
            A.append(E / E.sum(axis=0, keepdims=True))
        else:
            A.append(np.log(1 + np.exp(Z)))
    dW = [np.zeros_like(w) for w in W]
    db = [np.zeros_like(c) for c in b]
    delta = A[L] - Y
    for l in range(L - 1, 0, -1):
        dW[l] = delta @ A[l].T
        db[l] = delta.sum(axis=1, keepdims=True)
        delta = (W[l].T @ delta) * (1 - np.exp(-A[l]))  # sigma(z) = 1 - e**-softplus(z)
    return {f"d{n}{l + 1}": g[l] for n, g in (("W", dW), ("b", db)) for l in range(L)}


# ======================================================================================
# Right: plain homework
# ======================================================================================


@CASES.case(
    "Ng's two layers, 1/m in dW and db",
    "",
    layers=(3, 4, 1),
    hidden="tanh",
    loss="binary_cross_entropy",
)
def backward_propagation(W, b, X, Y):
    m = X.shape[1]
    W1, W2 = W
    b1, b2 = b
    Z1 = np.dot(W1, X) + b1
    A1 = np.tanh(Z1)
    Z2 = np.dot(W2, A1) + b2
    A2 = 1 / (1 + np.exp(-Z2))
    dZ2 = A2 - Y
    dW2 = 1 / m * np.dot(dZ2, A1.T)
    db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = np.multiply(np.dot(W2.T, dZ2), 1 - np.power(A1, 2))
    dW1 = 1 / m * np.dot(dZ1, X.T)
    db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2, "dZ1": dZ1, "dZ2": dZ2}


@CASES.case(
    "Nielsen's backprop, summed over the mini-batch",
    "",
    layers=(3, 4, 2),
    reduction="sum",
)
def update_mini_batch(W, b, X, Y):
    def sigmoid(z):
        return 1.0 / (1.0 + np.exp(-z))

    def sigmoid_prime(z):
        return sigmoid(z) * (1 - sigmoid(z))

    def one(x, y):
        nabla_b = [np.zeros(v.shape) for v in b]
        nabla_w = [np.zeros(w.shape) for w in W]
        activation, activations, zs = x, [x], []
        for bias, w in zip(b, W):
            z = np.dot(w, activation) + bias
            zs.append(z)
            activation = sigmoid(z)
            activations.append(activation)
        delta = (activations[-1] - y) * sigmoid_prime(zs[-1])
        nabla_b[-1] = delta
        nabla_w[-1] = np.dot(delta, activations[-2].transpose())
        for l in range(2, len(W) + 1):
            sp = sigmoid_prime(zs[-l])
            delta = np.dot(W[-l + 1].transpose(), delta) * sp
            nabla_b[-l] = delta
            nabla_w[-l] = np.dot(delta, activations[-l - 1].transpose())
        return nabla_b, nabla_w

    total_b = [np.zeros(v.shape) for v in b]
    total_w = [np.zeros(w.shape) for w in W]
    for x, y in zip(X.T, Y.T):
        db, dw = one(x.reshape(-1, 1), y.reshape(-1, 1))
        total_b = [t + d for t, d in zip(total_b, db)]
        total_w = [t + d for t, d in zip(total_w, dw)]
    return {"dW1": total_w[0], "dW2": total_w[1], "db1": total_b[0], "db2": total_b[1]}


@CASES.case(
    "error y - a, true gradients returned",
    "",
    layers=(4, 3, 2),
    hidden="sigmoid",
    output="sigmoid",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    h = 1 / (1 + np.exp(-(W[0] @ X + b[0])))
    o = 1 / (1 + np.exp(-(W[1] @ h + b[1])))
    error = Y - o
    d_o = error * o * (1 - o)
    d_h = (W[1].T @ d_o) * h * (1 - h)
    return {
        "dW2": -(d_o @ h.T) / m,
        "db2": -d_o.mean(axis=1, keepdims=True),
        "dW1": -(d_h @ X.T) / m,
        "db1": -d_h.mean(axis=1, keepdims=True),
    }


@CASES.case(
    "CS231n's steps, columns",
    "",
    layers=(4, 6, 3),
    hidden="relu",
    output="linear",
    loss="softmax_cross_entropy",
)
def backward(W, b, X, Y):
    N = X.shape[1]
    h = np.maximum(0, W[0] @ X + b[0])
    scores = W[1] @ h + b[1]
    probs = np.exp(scores - scores.max(axis=0))
    probs /= probs.sum(axis=0)
    dscores = probs.copy()
    dscores[np.argmax(Y, axis=0), np.arange(N)] -= 1
    dscores /= N
    dh = W[1].T @ dscores
    dh[h <= 0] = 0
    return {
        "dW2": dscores @ h.T,
        "db2": dscores.sum(axis=1, keepdims=True),
        "dW1": dh @ X.T,
        "db1": dh.sum(axis=1, keepdims=True),
    }


@CASES.case(
    "mean squared error, 2/(n m) in front",
    "",
    layers=(2, 5, 3),
    hidden="relu",
    output="linear",
    loss="mean_squared_error",
)
def backprop(W, b, X, Y):
    Z1 = W[0] @ X + b[0]
    A1 = np.maximum(Z1, 0)
    A2 = W[1] @ A1 + b[1]
    dA2 = 2 * (A2 - Y) / Y.size
    dZ2 = dA2
    dW2 = dZ2 @ A1.T
    db2 = dZ2.sum(axis=1, keepdims=True)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * (Z1 > 0)
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dW2,
        "db2": db2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(axis=1, keepdims=True),
    }


@CASES.case(
    "three layers written out",
    "",
    layers=(3, 5, 4, 2),
    hidden="tanh",
    output="tanh",
    loss="squared_error",
)
def three(W, b, X, Y):
    m = X.shape[1]
    a1 = np.tanh(W[0] @ X + b[0])
    a2 = np.tanh(W[1] @ a1 + b[1])
    a3 = np.tanh(W[2] @ a2 + b[2])
    dz3 = 2 * (a3 - Y) * (1 - a3**2) / m
    dz2 = W[2].T @ dz3 * (1 - a2**2)
    dz1 = W[1].T @ dz2 * (1 - a1**2)
    s = lambda q: q.sum(axis=1, keepdims=True)
    return {
        "dZ3": dz3,
        "dZ2": dz2,
        "dZ1": dz1,
        "dW3": dz3 @ a2.T,
        "dW2": dz2 @ a1.T,
        "dW1": dz1 @ X.T,
        "db3": s(dz3),
        "db2": s(dz2),
        "db1": s(dz1),
    }


@CASES.case(
    "a loop over layers with caches in a list",
    "",
    layers=(3, 4, 4, 2),
    hidden="relu",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def backprop(W, b, X, Y):
    L, m = len(W), X.shape[1]
    A, caches = X, []
    for l in range(L):
        Z = W[l] @ A + b[l]
        caches.append((A, Z))
        A = np.maximum(Z, 0) if l < L - 1 else 1 / (1 + np.exp(-Z))
    grads = {}
    for l in reversed(range(L)):
        A_prev, Z = caches[l]
        dZ = (A - Y) / m if l == L - 1 else dA * (Z > 0)
        grads["dZ" + str(l + 1)] = dZ
        grads["dW" + str(l + 1)] = dZ @ A_prev.T
        grads["db" + str(l + 1)] = np.sum(dZ, axis=1, keepdims=True)
        dA = W[l].T @ dZ
        if l > 0:
            grads["dA" + str(l)] = dA
    return grads


@CASES.case(
    "dA of the cross-entropy with an epsilon, then sigma'",
    "",
    layers=(3, 4, 2),
    hidden="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)
def backprop(W, b, X, Y):
    eps = 1e-12
    s = lambda z: 1 / (1 + np.exp(-z))
    A1 = s(W[0] @ X + b[0])
    A2 = s(W[1] @ A1 + b[1])
    dA2 = -(Y / (A2 + eps) - (1 - Y) / (1 - A2 + eps))
    dZ2 = dA2 * A2 * (1 - A2)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * A1 * (1 - A1)
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW2": dZ2 @ A1.T,
        "db2": dZ2.sum(axis=1, keepdims=True),
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(axis=1, keepdims=True),
    }


@CASES.case(
    "sigma' from z, as exp(-z)/(1+exp(-z))^2",
    "",
    layers=(2, 3, 2),
    loss="mean_squared_error",
)
def teacher(W, b, X, Y):
    f = lambda z: 1 / (1 + np.exp(-z))
    df = lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2
    m, K = X.shape[1], Y.shape[0]
    z1 = W[0] @ X + b[0]
    z2 = W[1] @ f(z1) + b[1]
    delta2 = 2 / K * (f(z2) - Y) * df(z2)
    delta1 = W[1].T @ delta2 * df(z1)
    return {
        "dZ2": delta2,
        "dZ1": delta1,
        "dW2": delta2 @ f(z1).T / m,
        "dW1": delta1 @ X.T / m,
        "db2": np.mean(delta2, axis=1, keepdims=True),
        "db1": np.mean(delta1, axis=1, keepdims=True),
    }


@CASES.case(
    "examples in rows inside, turned at the end",
    "",
    layers=(4, 5, 3),
    hidden="tanh",
    output="linear",
    loss="softmax_cross_entropy",
    reduction="sum",
)
def rows(W, b, X, Y):
    x, t = X.T, Y.T
    w1, w2, c1, c2 = W[0].T, W[1].T, b[0].T, b[1].T
    h = np.tanh(x.dot(w1) + c1)
    s = h.dot(w2) + c2
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    gs = p - t
    gw2, gc2 = h.T.dot(gs), gs.sum(axis=0, keepdims=True)
    gh = gs.dot(w2.T) * (1 - h**2)
    gw1, gc1 = x.T.dot(gh), gh.sum(axis=0, keepdims=True)
    return {"dW1": gw1.T, "db1": gc1.T, "dW2": gw2.T, "db2": gc2.T}


@CASES.case(
    "np.outer over the examples",
    "",
    layers=(3, 4, 2),
    hidden="relu",
    output="linear",
    loss="half_squared_error",
)
def outers(W, b, X, Y):
    m = X.shape[1]
    dW1, dW2 = np.zeros_like(W[0]), np.zeros_like(W[1])
    db1, db2 = np.zeros(W[0].shape[0]), np.zeros(W[1].shape[0])
    for i in range(m):
        x = X[:, i]
        z1 = W[0] @ x + b[0].flatten()
        a1 = np.maximum(z1, 0)
        a2 = W[1] @ a1 + b[1].flatten()
        d2 = a2 - Y[:, i]
        d1 = (W[1].T @ d2) * (z1 > 0)
        dW2 += np.outer(d2, a1)
        dW1 += np.outer(d1, x)
        db2 += d2
        db1 += d1
    return {
        "dW1": dW1 / m,
        "dW2": dW2 / m,
        "db1": (db1 / m)[:, None],
        "db2": (db2 / m)[:, None],
    }


@CASES.case(
    "the updates to add to the weights: every returned gradient is negative",
    "",
    layers=(3, 4, 2),
    hidden="tanh",
    output="linear",
    loss="half_squared_error",
)
def descent_direction(W, b, X, Y):
    m = X.shape[1]
    h = np.tanh(W[0] @ X + b[0])
    err = (Y - (W[1] @ h + b[1])) / m
    hid = (W[1].T @ err) * (1 - h**2)
    return {
        "dW1": hid @ X.T,
        "db1": hid.sum(axis=1, keepdims=True),
        "dW2": err @ h.T,
        "db2": err.sum(axis=1, keepdims=True),
    }


@CASES.case(
    "linear everywhere but the hidden sigmoid, sum of squares",
    "",
    layers=(5, 3, 2),
    output="linear",
    loss="squared_error",
    reduction="sum",
)
def backprop(W, b, X, Y):
    params = {"W1": W[0], "W2": W[1], "b1": b[0], "b2": b[1]}
    cache = {"A0": X}
    cache["Z1"] = params["W1"] @ cache["A0"] + params["b1"]
    cache["A1"] = 1 / (1 + np.exp(-cache["Z1"]))
    cache["Z2"] = params["W2"] @ cache["A1"] + params["b2"]
    grads = {}
    grads["dZ2"] = 2 * (cache["Z2"] - Y)
    grads["dA1"] = params["W2"].T @ grads["dZ2"]
    grads["dZ1"] = grads["dA1"] * (cache["A1"] - cache["A1"] ** 2)
    for l in (1, 2):
        grads[f"dW{l}"] = grads[f"dZ{l}"] @ cache[f"A{l - 1}"].T
        grads[f"db{l}"] = grads[f"dZ{l}"].sum(axis=1, keepdims=True)
    return grads


def r14_act(z, name, deriv=False):
    if name == "relu":
        return np.where(z > 0, 1.0, 0.0) if deriv else np.where(z > 0, z, 0.0)
    s = 1 / (1 + np.exp(-z))
    return s * (1 - s) if deriv else s


@CASES.case(
    "one function for g and g', a flag says which",
    "",
    layers=(4, 4, 5, 3, 2),
    hidden="relu",
    output="sigmoid",
    loss="half_squared_error",
)
def backprop(W, b, X, Y):
    names = ["relu"] * (len(W) - 1) + ["sigmoid"]
    z, a = [], [X]
    for w, c, n in zip(W, b, names):
        z.append(w @ a[-1] + c)
        a.append(r14_act(z[-1], n))
    dw, dc = [0] * len(W), [0] * len(W)
    g = (a[-1] - Y) / X.shape[1]
    for i in range(len(W) - 1, -1, -1):
        g = g * r14_act(z[i], names[i], deriv=True)
        dw[i], dc[i] = g @ a[i].T, g.sum(axis=1, keepdims=True)
        g = W[i].T @ g
    return {f"dW{i + 1}": dw[i] for i in range(len(W))} | {
        f"db{i + 1}": dc[i] for i in range(len(W))
    }


@CASES.case(
    "updates W2 in a copy, but after use",
    "",
    layers=(3, 3, 3),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def train(W, b, X, Y):
    lr, m = 0.1, X.shape[1]
    w1, w2 = W[0].copy(), W[1].copy()
    a1 = 1 / (1 + np.exp(-(w1 @ X + b[0])))
    a2 = 1 / (1 + np.exp(-(w2 @ a1 + b[1])))
    d2 = (a2 - Y) / m
    d1 = (w2.T @ d2) * a1 * (1 - a1)
    g2, g1 = d2 @ a1.T, d1 @ X.T
    w2 -= lr * g2
    w1 -= lr * g1
    return {
        "dW2": g2,
        "dW1": g1,
        "db2": d2.sum(axis=1, keepdims=True),
        "db1": d1.sum(axis=1, keepdims=True),
    }


@CASES.case(
    "ReLU's mask from a1 and np.sign",
    "",
    layers=(3, 5, 1),
    hidden="relu",
    output="linear",
    loss="squared_error",
)
def regression(W, b, X, Y):
    m = X.shape[1]
    a1 = (W[0] @ X + b[0]).clip(min=0)
    yhat = W[1] @ a1 + b[1]
    d = 2 / m * (yhat - Y)
    dW2 = d @ a1.T
    db2 = d.sum(axis=1, keepdims=True)
    d = W[1].T @ d * np.sign(a1)
    return {"dW2": dW2, "db2": db2, "dW1": d @ X.T, "db1": d.sum(axis=1, keepdims=True)}


@CASES.case(
    "tanh' as 1/cosh^2, bias by a product with ones",
    "",
    layers=(3, 4, 3),
    hidden="tanh",
    output="sigmoid",
    loss="squared_error",
)
def matlab_person(W, b, X, Y):
    m = X.shape[1]
    e = np.ones((m, 1))
    B1 = np.tile(b[0], (1, m))  # repmat
    B2 = np.tile(b[1], (1, m))
    Z1 = W[0] @ X + B1
    A1 = np.tanh(Z1)
    A2 = 1 / (1 + np.exp(-(W[1] @ A1 + B2)))
    D2 = 2 * (A2 - Y) * A2 * (1 - A2) / m
    D1 = (W[1].T @ D2) / np.cosh(Z1) ** 2
    return {"dW1": D1 @ X.T, "db1": D1 @ e, "dW2": D2 @ A1.T, "db2": D2 @ e}


@CASES.case(
    "1/m at the very end, over the whole dictionary",
    "",
    layers=(3, 4, 4, 3),
    hidden="sigmoid",
    output="linear",
    loss="softmax_cross_entropy",
)
def backprop(W, b, X, Y):
    A = [X]
    for w, c in zip(W[:-1], b[:-1]):
        A.append(1 / (1 + np.exp(-(w @ A[-1] + c))))
    logits = W[-1] @ A[-1] + b[-1]
    logZ = np.log(np.exp(logits).sum(axis=0, keepdims=True))
    d = np.exp(logits - logZ) - Y
    g = {}
    for l in range(len(W), 0, -1):
        g[f"dW{l}"] = d @ A[l - 1].T
        g[f"db{l}"] = d.sum(axis=1, keepdims=True)
        if l > 1:
            d = (W[l - 1].T @ d) * A[l - 1] * (1 - A[l - 1])
    return {k: v / X.shape[1] for k, v in g.items()}


@CASES.case(
    "Coursera's helpers, dA named by the layer whose activations they are of",
    "",
    layers=(5, 4, 3, 1),
    hidden="relu",
    loss="binary_cross_entropy",
)
def L_model_backward(W, b, X, Y):
    def linear_backward(dZ, A_prev, Wl):
        m = A_prev.shape[1]
        return (
            np.dot(Wl.T, dZ),
            1.0 / m * np.dot(dZ, A_prev.T),
            1.0 / m * np.sum(dZ, axis=1, keepdims=True),
        )

    A, Z, L = [X], [None], len(W)
    for l in range(1, L + 1):
        Z.append(np.dot(W[l - 1], A[l - 1]) + b[l - 1])
        A.append(np.maximum(0, Z[l]) if l < L else 1 / (1 + np.exp(-Z[l])))
    grads = {}
    dAL = -(np.divide(Y, A[L]) - np.divide(1 - Y, 1 - A[L]))
    grads["dA3"] = dAL
    dZ = dAL * A[L] * (1 - A[L])
    grads["dA2"], grads["dW3"], grads["db3"] = linear_backward(dZ, A[2], W[2])
    dZ = np.array(grads["dA2"], copy=True)
    dZ[Z[2] <= 0] = 0
    grads["dA1"], grads["dW2"], grads["db2"] = linear_backward(dZ, A[1], W[1])
    dZ = np.array(grads["dA1"], copy=True)
    dZ[Z[1] <= 0] = 0
    _, grads["dW1"], grads["db1"] = linear_backward(dZ, A[0], W[0])
    return grads


# ======================================================================================
# Right: everything else
# ======================================================================================


@CASES.case(
    "the softmax's Jacobian in full, as a three-dimensional array",
    "",
    layers=(3, 4, 3),
    hidden="tanh",
    output="softmax",
    loss="categorical_cross_entropy",
)
def full_jacobian(W, b, X, Y):
    m = X.shape[1]
    H = np.tanh(W[0] @ X + b[0])
    S = np.exp(W[1] @ H + b[1])
    S /= S.sum(axis=0)
    J = np.einsum("im,ij->mij", S, np.eye(len(S))) - np.einsum("im,jm->mij", S, S)
    dA2 = -Y / S / m
    dZ2 = np.einsum("im,mij->jm", dA2, J)
    dZ1 = (W[1].T @ dZ2) * (1 - H**2)
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dZ1": dZ1,
        "dW2": dZ2 @ H.T,
        "dW1": dZ1 @ X.T,
        "db2": dZ2.sum(1, keepdims=True),
        "db1": dZ1.sum(1, keepdims=True),
    }


@CASES.case(
    "softmax with squares: a (dA - sum a dA)",
    "",
    layers=(3, 4, 3),
    hidden="relu",
    output="softmax",
    loss="squared_error",
)
def softmax_vjp(W, b, X, Y):
    m = X.shape[1]
    z1 = W[0] @ X + b[0]
    a1 = np.maximum(z1, 0)
    z2 = W[1] @ a1 + b[1]
    a2 = np.exp(z2 - np.log(np.sum(np.exp(z2), axis=0)))
    g = 2 * (a2 - Y) / m
    dz2 = a2 * (g - np.sum(a2 * g, axis=0, keepdims=True))
    dz1 = np.where(z1 > 0, W[1].T @ dz2, 0)
    return {
        "dA2": g,
        "dZ2": dz2,
        "dZ1": dz1,
        "dW2": dz2 @ a1.T,
        "dW1": dz1 @ X.T,
        "db2": dz2.sum(1, keepdims=True),
        "db1": dz1.sum(1, keepdims=True),
    }


@CASES.case(
    "log_softmax: dA - softmax * sum dA",
    "",
    layers=(4, 3, 3),
    hidden="elu",
    output="log_softmax",
    loss="negative_log_likelihood",
)
def log_softmax_vjp(W, b, X, Y):
    m = X.shape[1]
    z1 = W[0] @ X + b[0]
    neg = np.expm1(np.minimum(z1, 0))
    a1 = np.where(z1 > 0, z1, neg)
    z2 = W[1] @ a1 + b[1]
    mx = z2.max(axis=0, keepdims=True)
    logp = z2 - mx - np.log(np.exp(z2 - mx).sum(axis=0, keepdims=True))
    dA2 = -Y / m
    dZ2 = dA2 - np.exp(logp) * dA2.sum(axis=0, keepdims=True)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * np.where(z1 > 0, 1.0, neg + 1.0)
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW2": dZ2 @ a1.T,
        "dW1": dZ1 @ X.T,
        "db2": dZ2.sum(1, keepdims=True),
        "db1": dZ1.sum(1, keepdims=True),
    }


@CASES.case(
    "hinge by boolean indexing",
    "",
    layers=(2, 5, 2),
    hidden="tanh",
    output="linear",
    loss="hinge",
    reduction="sum",
)
def hinge_net(W, b, X, Y):
    h = np.tanh(W[0] @ X + b[0])
    s = W[1] @ h + b[1]
    g = -Y.copy()
    g[1 - Y * s <= 0] = 0
    gh = W[1].T @ g * (1 - h * h)
    return {
        "dZ2": g,
        "dZ1": gh,
        "dW2": g @ h.T,
        "db2": g.sum(1, keepdims=True),
        "dW1": gh @ X.T,
        "db1": gh.sum(1, keepdims=True),
    }


@CASES.case(
    "Huber by clip",
    "",
    layers=(3, 4, 3, 2),
    hidden="leaky_relu",
    output="linear",
    loss="huber_error",
)
def huber_net(W, b, X, Y):
    m = X.shape[1]
    a, tape = X, []
    for i, (w, c) in enumerate(zip(W, b)):
        z = w @ a + c
        slope = np.ones_like(z) if i == 2 else np.where(z > 0, 1, 0.01)
        tape.append((w, a, slope))
        a = slope * z
    g = np.clip(a - Y, -1, 1) / m
    out = {}
    while tape:
        l = len(tape)
        w, a_in, slope = tape.pop()
        g = g * slope
        out[f"dW{l}"], out[f"db{l}"] = g @ a_in.T, g.sum(axis=1, keepdims=True)
        g = w.T @ g
    return out


@CASES.case(
    "signs of the absolute error as a division by the modulus",
    "",
    layers=(3, 3, 2),
    hidden="silu",
    output="linear",
    loss="absolute_error",
)
def l1(W, b, X, Y):
    m = X.shape[1]
    z = W[0] @ X + b[0]
    s = 1 / (1 + np.exp(-z))
    h = z * s
    r = W[1] @ h + b[1] - Y
    g = r / np.abs(r) / m
    gz = (W[1].T @ g) * (h + s * (1 - h))
    return {
        "dW1": gz @ X.T,
        "db1": gz.sum(1, keepdims=True),
        "dW2": g @ h.T,
        "db2": g.sum(1, keepdims=True),
    }


r_erf = np.vectorize(math.erf, otypes=[float])


@CASES.case(
    "gelu with Phi + z phi",
    "",
    layers=(3, 4, 2),
    hidden="gelu",
    output="tanh",
    loss="half_squared_error",
    reduction="sum",
)
def gelu_right(W, b, X, Y):
    z = W[0] @ X + b[0]
    cdf = 0.5 + 0.5 * r_erf(z / math.sqrt(2))
    pdf = np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
    h = z * cdf
    o = np.tanh(W[1] @ h + b[1])
    d = (o - Y) * (1 - o) * (1 + o)
    dh = W[1].T @ d
    dz = dh * (cdf + z * pdf)
    return {
        "dZ2": d,
        "dA1": dh,
        "dZ1": dz,
        "dW2": d @ h.T,
        "dW1": dz @ X.T,
        "db2": d.sum(1, keepdims=True),
        "db1": dz.sum(1, keepdims=True),
    }


@CASES.case(
    "softplus, BCE of logits, four layers by recursion",
    "",
    layers=(3, 4, 3, 3, 2),
    hidden="softplus",
    output="linear",
    loss="binary_cross_entropy_with_logits",
)
def recursive(W, b, X, Y):
    m, out = X.shape[1], {}
    sg = lambda t: 1 / (1 + np.exp(-t))

    def go(l, a):
        """Return dC/da of the input a of layer l."""
        if l == len(W):
            return (sg(a) - Y) / m
        z = W[l] @ a + b[l]
        last = l == len(W) - 1
        d = go(l + 1, z if last else np.logaddexp(0, z))
        if not last:
            d = d * sg(z)
        out[f"dW{l + 1}"] = d @ a.T
        out[f"db{l + 1}"] = d.sum(axis=1, keepdims=True)
        return W[l].T @ d

    go(0, X)
    return out


@CASES.case(
    "float32 inside",
    "",
    layers=(3, 5, 2),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def single_precision(W, b, X, Y):
    f = np.float32
    w1, w2, c1, c2 = W[0].astype(f), W[1].astype(f), b[0].astype(f), b[1].astype(f)
    x, y = X.astype(f), Y.astype(f)
    h = np.tanh(w1 @ x + c1)
    p = f(1) / (f(1) + np.exp(-(w2 @ h + c2)))
    d2 = (p - y) / f(x.shape[1])
    d1 = (w2.T @ d2) * (f(1) - h * h)
    return {
        "dW1": d1 @ x.T,
        "db1": d1.sum(axis=1, keepdims=True),
        "dW2": d2 @ h.T,
        "db2": d2.sum(axis=1, keepdims=True),
    }


@CASES.case(
    "augmented matrices [W b], the row of ones below",
    "",
    layers=(3, 4, 4, 3, 2),
    hidden="sigmoid",
    output="linear",
    loss="half_squared_error",
)
def theta(W, b, X, Y):
    m = X.shape[1]
    T = [np.c_[w, c] for w, c in zip(W, b)]
    bar = lambda a: np.r_[a, np.ones((1, m))]
    A = [bar(X)]
    for t in T[:-1]:
        A.append(bar(1 / (1 + np.exp(-t @ A[-1]))))
    D = (T[-1] @ A[-1] - Y) / m
    G = []
    for t, a in zip(T[::-1], A[::-1]):
        G.insert(0, D @ a.T)
        D = (t.T @ D * a * (1 - a))[:-1]  # the row of ones gives 0, drop it
    return {
        k: v
        for l, g in enumerate(G, 1)
        for k, v in ((f"dW{l}", g[:, :-1]), (f"db{l}", g[:, -1:]))
    }


class R11Dense:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def __call__(self, x):
        self.x = x
        return self.W @ x + self.b

    def back(self, g):
        self.gW = g @ self.x.T
        self.gb = g @ np.ones((g.shape[1], 1))
        return self.W.T @ g


class R11Arctan:
    def __call__(self, z):
        self.z = z
        return np.arctan(z)

    def back(self, g):
        return g / (1 + self.z**2)


@CASES.case(
    "modules with back(), arctan",
    "",
    layers=(2, 4, 3, 2),
    hidden="arctan",
    output="linear",
    loss="mean_squared_error",
)
def modules(W, b, X, Y):
    dense = [R11Dense(w, c) for w, c in zip(W, b)]
    chain = [dense[0], R11Arctan(), dense[1], R11Arctan(), dense[2]]
    out = reduce(lambda a, f: f(a), chain, X)
    reduce(lambda g, f: f.back(g), reversed(chain), 2 * (out - Y) / out.size)
    res = {}
    for i, d in enumerate(dense):
        res[f"dW{i + 1}"], res[f"db{i + 1}"] = d.gW, d.gb
    return res


@CASES.case(
    "explicit subscripts throughout",
    "",
    layers=(2, 3, 2),
    hidden="sin",
    output="linear",
    loss="squared_error",
    reduction="sum",
)
def subscripts_right(W, b, X, Y):
    n0, m = X.shape
    n1, n2 = W[0].shape[0], W[1].shape[0]
    dW1, db1, dW2, db2 = (np.zeros_like(v) for v in (W[0], b[0], W[1], b[1]))
    for e in range(m):
        z = [
            b[0][j, 0] + sum(W[0][j, i] * X[i, e] for i in range(n0)) for j in range(n1)
        ]
        h = [math.sin(v) for v in z]
        o = [b[1][k, 0] + sum(W[1][k, j] * h[j] for j in range(n1)) for k in range(n2)]
        for k in range(n2):
            r = 2 * (o[k] - Y[k, e])
            db2[k, 0] += r
            for j in range(n1):
                dW2[k, j] += r * h[j]
                t = r * W[1][k, j] * math.cos(z[j])  # summed over k in what follows
                db1[j, 0] += t
                for i in range(n0):
                    dW1[j, i] += t * X[i, e]
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


@CASES.case(
    "numerator layout: rows dC/dz, products from the left, Jacobians by np.diag",
    "",
    layers=(3, 4, 3, 2),
    hidden="sigmoid",
    output="tanh",
)
def numerator_layout(W, b, X, Y):
    m = X.shape[1]
    acc = {f"d{k}{l}": 0.0 for l in (1, 2, 3) for k in "Wb"}
    for e in range(m):
        a = [X[:, e]]
        for l in range(3):
            z = W[l] @ a[-1] + b[l].squeeze(axis=1)
            a.append(np.tanh(z) if l == 2 else 1 / (1 + np.exp(-z)))
        row = (a[3] - Y[:, e])[None, :] @ np.diag(1 - a[3] ** 2)
        for l in (3, 2, 1):
            acc[f"dW{l}"] = acc[f"dW{l}"] + (a[l - 1][:, None] @ row).T / m
            acc[f"db{l}"] = acc[f"db{l}"] + row.T / m
            if l > 1:
                row = row @ W[l - 1] @ np.diag(a[l - 1] * (1 - a[l - 1]))
    return acc


@CASES.case(
    "weights' gradients by np.kron and vec",
    "",
    layers=(3, 3, 2),
    hidden="log_sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)
def kronecker(W, b, X, Y):
    z1 = W[0] @ X + b[0]
    a1 = np.minimum(z1, 0) - np.log1p(np.exp(-np.abs(z1)))
    a2 = 1 / (1 + np.exp(-W[1] @ a1 - b[1]))
    d2 = a2 - Y
    d1 = W[1].T @ d2 / (1 + np.exp(z1))
    grads = {}
    for l, d, a in ((1, d1, X), (2, d2, a1)):
        v = sum(np.kron(a[:, e], d[:, e]) for e in range(X.shape[1]))
        grads[f"dW{l}"] = v.reshape(d.shape[0], a.shape[0], order="F")
        grads[f"db{l}"] = d.sum(axis=1).reshape(-1, 1)
    return grads


@CASES.case(
    "selu, deltas per example (no 1/m), averages at the weights",
    "",
    layers=(4, 3, 2),
    hidden="selu",
    output="linear",
    loss="huber_error",
)
def selu_right(W, b, X, Y):
    alpha, lam = 1.6732632423543772, 1.0507009873554805
    m = X.shape[1]
    z = W[0] @ X + b[0]
    pos = z > 0
    h = np.empty_like(z)
    h[pos] = lam * z[pos]
    h[~pos] = lam * alpha * (np.exp(z[~pos]) - 1)
    r = W[1] @ h + b[1] - Y
    d2 = np.sign(r) * np.minimum(np.abs(r), 1)
    d1 = W[1].T @ d2
    d1[pos] *= lam
    d1[~pos] *= h[~pos] + lam * alpha
    return {
        "dZ2": d2,
        "dZ1": d1,
        "dW2": d2 @ h.T / m,
        "dW1": d1 @ X.T / m,
        "db2": d2.mean(axis=1, keepdims=True),
        "db1": d1.mean(axis=1, keepdims=True),
    }


@CASES.case(
    "the square as activation, indices one-based by padding lists",
    "",
    layers=(3, 4, 2),
    hidden="square",
    output="linear",
    loss="softmax_cross_entropy",
)
def one_based(W, b, X, Y):
    W, b = [None, *W], [None, *b]
    A, Z, D = {0: X}, {}, {}
    L, m = len(W) - 1, X.shape[1]
    for l in range(1, L + 1):
        Z[l] = W[l] @ A[l - 1] + b[l]
        A[l] = Z[l] ** 2
    e = np.exp(Z[L] - Z[L].max(axis=0))
    D[L] = (e / e.sum(axis=0) - Y) / m
    for l in range(L - 1, 0, -1):
        D[l] = 2 * Z[l] * (W[l + 1].T @ D[l + 1])
    return (
        {f"dZ{l}": D[l] for l in D}
        | {f"dW{l}": D[l] @ A[l - 1].T for l in D}
        | {f"db{l}": D[l].sum(axis=1, keepdims=True) for l in D}
    )


@CASES.case(
    "the derivative by the complex step",
    "",
    layers=(2, 3, 2),
    hidden="tanh",
    output="sigmoid",
    loss="squared_error",
)
def complex_step(W, b, X, Y):
    def cost(W, b):
        h = np.tanh(W[0] @ X + b[0])
        o = 1 / (1 + np.exp(-(W[1] @ h + b[1])))
        return ((o - Y) ** 2).sum() / X.shape[1]

    grads = {}
    for l in range(2):
        for key, group in (("dW", W), ("db", b)):
            g = np.zeros(group[l].shape)
            for idx in np.ndindex(*g.shape):
                moved = [v.astype(complex) for v in group]
                moved[l][idx] += 1e-30j
                g[idx] = (
                    cost(moved, b) if key == "dW" else cost(W, moved)
                ).imag / 1e-30
            grads[f"{key}{l + 1}"] = g
    return grads


@CASES.case(
    "negative deltas throughout, dW and db with the sign of the gradient, batch in chunks",
    "",
    layers=(3, 4, 4, 2),
    hidden="elu",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def chunks(W, b, X, Y):
    m, size = X.shape[1], 2
    gW = [np.zeros_like(w) for w in W]
    gb = [np.zeros_like(c) for c in b]
    for start in range(0, m, size):
        x, y = X[:, start : start + size], Y[:, start : start + size]
        a = [x]
        for l in range(3):
            z = W[l] @ a[-1] + b[l]
            a.append(
                1 / (1 + np.exp(-z))
                if l == 2
                else np.where(z > 0, z, np.exp(np.minimum(z, 0)) - 1)
            )
        delta = y - a[-1]
        for l in (2, 1, 0):
            gW[l] -= delta @ a[l].T / m
            gb[l] -= delta.sum(axis=1, keepdims=True) / m
            delta = (W[l].T @ delta) * np.minimum(a[l] + 1, 1)
    return {
        **{f"dW{l + 1}": gW[l] for l in range(3)},
        **{f"db{l + 1}": gb[l] for l in range(3)},
    }


@CASES.case(
    "cross-entropy after softmax, targets summed: a sum(y) - y",
    "",
    layers=(3, 4, 4),
    hidden="softplus",
    output="softmax",
    loss="categorical_cross_entropy",
    reduction="sum",
)
def julia_person(W, b, X, Y):
    σ = lambda z: 1 / (1 + np.exp(-z))
    z1 = W[0] @ X + b[0]
    a1 = np.logaddexp(z1, 0)
    ŷ = np.exp(W[1] @ a1 + b[1])
    ŷ /= ŷ.sum(axis=0, keepdims=True)
    δ2 = ŷ * Y.sum(axis=0, keepdims=True) - Y
    δ1 = (W[1].T @ δ2) * σ(z1)
    return {
        "dZ2": δ2,
        "dZ1": δ1,
        "dW2": δ2 @ a1.T,
        "dW1": δ1 @ X.T,
        "db2": δ2.sum(axis=1, keepdims=True),
        "db1": δ1.sum(axis=1, keepdims=True),
    }
