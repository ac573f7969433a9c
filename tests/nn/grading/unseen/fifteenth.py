"""Sixty derivations as functions: 34 with one planted mistake, 26 right."""

# ruff: noqa: B905, C408, C420, E731, E741, F841, PLC0206, PLW2901, SIM108, UP031  (as people write it)

from __future__ import annotations

import math

import numpy as np

from tests.nn.grading.unseen.case import Collection

CASES = Collection([])
case = CASES.case


def sig(x):
    return 1 / (1 + np.exp(-x))


# ---- Plain homework, planted ---------------------------------------------------------


@case(
    "np.sum without an axis in db1: one number for all neurons",
    "db1",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="half_squared_error",
    reduction="mean",
)
def homework_bias_total(W, b, X, Y):
    W1, W2 = W
    b1, b2 = b
    m = X.shape[1]
    A1 = sig(W1 @ X + b1)
    A2 = sig(W2 @ A1 + b2)
    dZ2 = (A2 - Y) * A2 * (1 - A2)
    dW2 = dZ2 @ A1.T / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = (W2.T @ dZ2) * A1 * (1 - A1)
    dW1 = dZ1 @ X.T / m
    db1 = np.sum(dZ1) / m * np.ones_like(b1)
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


@case(
    "tanh' with the 1 - forgotten: np.power(A1, 2)",
    "dZ1",
    layers=(2, 4, 1),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="mean",
)
def planar(W, b, X, Y):
    m = X.shape[1]
    W1, W2 = W[0], W[1]
    Z1 = np.dot(W1, X) + b[0]
    A1 = np.tanh(Z1)
    Z2 = np.dot(W2, A1) + b[1]
    A2 = sig(Z2)
    dZ2 = A2 - Y
    dW2 = 1 / m * np.dot(dZ2, A1.T)
    db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = np.multiply(np.dot(W2.T, dZ2), np.power(A1, 2))
    dW1 = 1 / m * np.dot(dZ1, X.T)
    db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
    return {"dZ1": dZ1, "dZ2": dZ2, "dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


@case(
    "the mask of layer 2 used at layer 1",
    "dZ1",
    layers=(3, 4, 4, 3),
    hidden="relu",
    output="linear",
    loss="softmax_cross_entropy",
    reduction="mean",
)
def three_relu(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = np.maximum(0, Z1)
    Z2 = W[1] @ A1 + b[1]
    A2 = np.maximum(0, Z2)
    Z3 = W[2] @ A2 + b[2]
    E = np.exp(Z3 - Z3.max(axis=0))
    P = E / E.sum(axis=0)
    dZ3 = (P - Y) / m
    dA2 = W[2].T @ dZ3
    dZ2 = dA2 * (Z2 > 0)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * (Z2 > 0)
    return {
        "dZ3": dZ3,
        "dW3": dZ3 @ A2.T,
        "db3": dZ3.sum(axis=1, keepdims=True),
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T,
        "db2": dZ2.sum(axis=1, keepdims=True),
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(axis=1, keepdims=True),
    }


@case(
    "dW2 with Z1 for A1",
    "dW2",
    layers=(4, 5, 2),
    hidden="relu",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)
def relu_z_for_a(W, b, X, Y):
    z1 = W[0] @ X + b[0]
    a1 = np.where(z1 > 0, z1, 0)
    a2 = sig(W[1] @ a1 + b[1])
    dz2 = a2 - Y
    dw2 = dz2 @ z1.T
    dz1 = (W[1].T @ dz2) * (z1 > 0)
    return {
        "dZ2": dz2,
        "dW2": dw2,
        "db2": dz2.sum(1, keepdims=True),
        "dZ1": dz1,
        "dW1": dz1 @ X.T,
        "db1": dz1.sum(1, keepdims=True),
    }


@case(
    "in the loop over layers W of this layer, not of the one above",
    "dZ2",
    layers=(4, 4, 4, 4),
    hidden="sigmoid",
    output="sigmoid",
    loss="squared_error",
    reduction="mean",
)
def loop_wrong_weights(W, b, X, Y):
    L = len(W)
    m = X.shape[1]
    A = [X]
    for l in range(L):
        A.append(sig(W[l] @ A[l] + b[l]))
    grads = {}
    dZ = 2 * (A[L] - Y) * A[L] * (1 - A[L]) / m
    for l in range(L, 0, -1):
        grads[f"dZ{l}"] = dZ
        grads[f"dW{l}"] = dZ @ A[l - 1].T
        grads[f"db{l}"] = np.sum(dZ, axis=1, keepdims=True)
        if l > 1:
            dZ = (W[l - 2].T @ dZ) * A[l - 1] * (1 - A[l - 1])
    return grads


@case(
    "1/m twice in dW2 alone",
    "dW2",
    layers=(3, 5, 3),
    hidden="tanh",
    output="linear",
    loss="mean_squared_error",
    reduction="mean",
)
def mse_twice_m(W, b, X, Y):
    m = X.shape[1]
    H = np.tanh(W[0] @ X + b[0])
    out = W[1] @ H + b[1]
    dout = 2 * (out - Y) / Y.size
    dW2 = dout @ H.T / m
    db2 = dout.sum(axis=1, keepdims=True)
    dH = W[1].T @ dout
    dpre = dH * (1 - H**2)
    dW1 = dpre @ X.T
    db1 = dpre.sum(axis=1, keepdims=True)
    return {
        "dZ2": dout,
        "dW2": dW2,
        "db2": db2,
        "dA1": dH,
        "dZ1": dpre,
        "dW1": dW1,
        "db1": db1,
    }


@case(
    "softmax's Jacobian taken as elementwise a(1-a) after -y/a",
    "dZ2",
    layers=(3, 4, 3),
    hidden="sigmoid",
    output="softmax",
    loss="categorical_cross_entropy",
    reduction="mean",
)
def softmax_elementwise(W, b, X, Y):
    m = X.shape[1]
    A1 = sig(W[0] @ X + b[0])
    S = np.exp(W[1] @ A1 + b[1])
    A2 = S / np.sum(S, axis=0, keepdims=True)
    dA2 = -Y / A2 / m
    dZ2 = dA2 * A2 * (1 - A2)
    dW2 = dZ2.dot(A1.T)
    db2 = dZ2.sum(axis=1, keepdims=True)
    dA1 = W[1].T.dot(dZ2)
    dZ1 = dA1 * A1 * (1 - A1)
    dW1 = dZ1.dot(X.T)
    db1 = dZ1.sum(axis=1, keepdims=True)
    return dict(dA2=dA2, dZ2=dZ2, dW2=dW2, db2=db2, dA1=dA1, dZ1=dZ1, dW1=dW1, db1=db1)


@case(
    "elu' below 0 as a, not a + 1",
    "dZ1",
    layers=(3, 5, 2),
    hidden="elu",
    output="linear",
    loss="huber_error",
    reduction="mean",
)
def elu_minus_one(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = np.where(Z1 > 0, Z1, np.exp(Z1) - 1)
    A2 = W[1] @ A1 + b[1]
    dZ2 = np.clip(A2 - Y, -1, 1) / m
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * np.where(Z1 > 0, 1, A1)
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T,
        "db2": dZ2.sum(1, keepdims=True),
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(1, keepdims=True),
    }


@case(
    "softplus' = sigmoid taken at a, not at z",
    "dZ1",
    layers=(2, 4, 3),
    hidden="softplus",
    output="linear",
    loss="squared_error",
    reduction="sum",
)
def softplus_at_a(W, b, X, Y):
    Z1 = W[0] @ X + b[0]
    A1 = np.log(1 + np.exp(Z1))
    A2 = W[1] @ A1 + b[1]
    dZ2 = 2 * (A2 - Y)
    dZ1 = (W[1].T @ dZ2) * sig(A1)
    dW2, dW1 = dZ2 @ A1.T, dZ1 @ X.T
    db2, db1 = (d.sum(axis=1, keepdims=True) for d in (dZ2, dZ1))
    return {"dZ2": dZ2, "dZ1": dZ1, "dW2": dW2, "dW1": dW1, "db2": db2, "db1": db1}


@case(
    "the slopes of the leaky relu interchanged",
    "dW1",
    layers=(3, 6, 2),
    hidden="leaky_relu",
    output="tanh",
    loss="half_squared_error",
    reduction="sum",
)
def leaky_swapped(W, b, X, Y):
    z1 = W[0].dot(X) + b[0]
    a1 = np.maximum(z1, 0.01 * z1)
    a2 = np.tanh(W[1].dot(a1) + b[1])
    delta2 = (a2 - Y) * (1 - a2 * a2)
    slope = np.where(z1 > 0, 0.01, 1.0)
    delta1 = W[1].T.dot(delta2) * slope
    return {
        "dW2": delta2.dot(a1.T),
        "db2": delta2.sum(axis=1, keepdims=True),
        "dW1": delta1.dot(X.T),
        "db1": delta1.sum(axis=1, keepdims=True),
    }


@case(
    "the hinge's gradient where the margin is kept, not where it is broken",
    "dZ2",
    layers=(3, 4, 2),
    hidden="tanh",
    output="linear",
    loss="hinge",
    reduction="sum",
)
def svm(W, b, X, Y):
    H = np.tanh(W[0] @ X + b[0])
    S = W[1] @ H + b[1]
    margins = 1 - Y * S
    dS = -Y * (margins < 0)
    dH = W[1].T @ dS
    dpre = dH * (1 - H**2)
    return {
        "dZ2": dS,
        "dW2": dS @ H.T,
        "db2": dS.sum(axis=1, keepdims=True),
        "dA1": dH,
        "dZ1": dpre,
        "dW1": dpre @ X.T,
        "db1": dpre.sum(axis=1, keepdims=True),
    }


@case(
    "abs(a - y) for its derivative, the sign",
    "dZ2",
    layers=(4, 3, 2),
    hidden="arctan",
    output="linear",
    loss="absolute_error",
    reduction="mean",
)
def l1(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = np.arctan(Z1)
    A2 = W[1] @ A1 + b[1]
    dZ2 = np.abs(A2 - Y) / m
    dZ1 = W[1].T @ dZ2 / (1 + Z1**2)
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T,
        "db2": dZ2.sum(1, keepdims=True),
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(1, keepdims=True),
    }


@case(
    "the weights updated before the error goes back through them",
    "dW1",
    layers=(3, 4, 3),
    hidden="sigmoid",
    output="linear",
    loss="half_squared_error",
    reduction="mean",
)
def train_step(W, b, X, Y):
    W1, W2 = W[0].copy(), W[1].copy()
    b1, b2 = b[0].copy(), b[1].copy()
    lr = 0.5
    m = X.shape[1]
    A1 = sig(W1 @ X + b1)
    A2 = W2 @ A1 + b2
    err = (A2 - Y) / m
    dW2 = err @ A1.T
    db2 = err.sum(axis=1, keepdims=True)
    W2 -= lr * dW2
    b2 -= lr * db2
    d1 = (W2.T @ err) * A1 * (1 - A1)
    dW1 = d1 @ X.T
    db1 = d1.sum(axis=1, keepdims=True)
    W1 -= lr * dW1
    b1 -= lr * db1
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


@case(
    "log-softmax's Jacobian with a itself for e**a",
    "dZ2",
    layers=(3, 5, 3),
    hidden="tanh",
    output="log_softmax",
    loss="negative_log_likelihood",
    reduction="mean",
)
def nll(W, b, X, Y):
    m = X.shape[1]
    A1 = np.tanh(W[0] @ X + b[0])
    Z2 = W[1] @ A1 + b[1]
    A2 = Z2 - np.log(np.exp(Z2).sum(axis=0, keepdims=True))
    dA2 = -Y / m
    dZ2 = dA2 - A2 * dA2.sum(axis=0, keepdims=True)
    dZ1 = (W[1].T @ dZ2) * (1 - A1**2)
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T,
        "db2": dZ2.sum(axis=1, keepdims=True),
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(axis=1, keepdims=True),
    }


@case(
    "silu' as s(1 + z s), the 1 - before s forgotten",
    "dZ1",
    layers=(3, 4, 2),
    hidden="silu",
    output="linear",
    loss="binary_cross_entropy_with_logits",
    reduction="sum",
)
def swish(W, b, X, Y):
    Z1 = W[0] @ X + b[0]
    s = sig(Z1)
    A1 = Z1 * s
    Z2 = W[1] @ A1 + b[1]
    dZ2 = sig(Z2) - Y
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * (s * (1 + Z1 * s))
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T,
        "db2": dZ2.sum(1, keepdims=True),
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(1, keepdims=True),
    }


@case(
    "dW3 with the activations of layer 3 itself",
    "dW3",
    layers=(3, 4, 4, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="mean",
)
def four_layers_written_out(W, b, X, Y):
    m = X.shape[1]
    W1, W2, W3, W4 = W
    b1, b2, b3, b4 = b
    A1 = sig(W1 @ X + b1)
    A2 = sig(W2 @ A1 + b2)
    A3 = sig(W3 @ A2 + b3)
    A4 = sig(W4 @ A3 + b4)
    dZ4 = A4 - Y
    dZ3 = (W4.T @ dZ4) * A3 * (1 - A3)
    dZ2 = (W3.T @ dZ3) * A2 * (1 - A2)
    dZ1 = (W2.T @ dZ2) * A1 * (1 - A1)
    dW4 = dZ4 @ A3.T / m
    dW3 = dZ3 @ A3.T / m
    dW2 = dZ2 @ A1.T / m
    dW1 = dZ1 @ X.T / m
    db4 = dZ4.mean(axis=1, keepdims=True)
    db3 = dZ3.mean(axis=1, keepdims=True)
    db2 = dZ2.mean(axis=1, keepdims=True)
    db1 = dZ1.mean(axis=1, keepdims=True)
    return {
        "dW1": dW1,
        "dW2": dW2,
        "dW3": dW3,
        "dW4": dW4,
        "db1": db1,
        "db2": db2,
        "db3": db3,
        "db4": db4,
    }


@case(
    "sigma' kept though the loss takes logits",
    "dZ2",
    layers=(3, 4, 2),
    hidden="gelu",
    output="linear",
    loss="binary_cross_entropy_with_logits",
    reduction="mean",
)
def logits(W, b, X, Y):
    m = X.shape[1]
    erf = np.vectorize(math.erf)
    Z1 = W[0] @ X + b[0]
    Phi = 0.5 * (1 + erf(Z1 / np.sqrt(2)))
    phi = np.exp(-(Z1**2) / 2) / np.sqrt(2 * np.pi)
    A1 = Z1 * Phi
    P = sig(W[1] @ A1 + b[1])
    dZ2 = (P - Y) * P * (1 - P) / m
    dZ1 = (W[1].T @ dZ2) * (Phi + Z1 * phi)
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T,
        "db2": dZ2.sum(1, keepdims=True),
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(1, keepdims=True),
    }


# ---- Everything else, planted --------------------------------------------------------


@case(
    "= for += in the loop over examples: db1 of the last example only",
    "db1",
    layers=(3, 4, 2),
    hidden="tanh",
    output="tanh",
    loss="half_squared_error",
    reduction="mean",
)
def per_example(W, b, X, Y):
    m = X.shape[1]
    gW1, gW2 = np.zeros_like(W[0]), np.zeros_like(W[1])
    gb1, gb2 = np.zeros_like(b[0]), np.zeros_like(b[1])
    for i in range(m):
        x, y = X[:, [i]], Y[:, [i]]
        h = np.tanh(W[0] @ x + b[0])
        o = np.tanh(W[1] @ h + b[1])
        d2 = (o - y) * (1 - o**2)
        d1 = (W[1].T @ d2) * (1 - h**2)
        gW2 += d2 @ h.T
        gb2 += d2
        gW1 += d1 @ x.T
        gb1 = d1
    return {"dW1": gW1 / m, "dW2": gW2 / m, "db1": gb1 / m, "db2": gb2 / m}


@case(
    "the sum over the outputs dropped: = in the inner loop",
    "dZ1",
    layers=(3, 4, 3),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)
def index_loops(W, b, X, Y):
    n0, m = X.shape
    n1, n2 = W[0].shape[0], W[1].shape[0]
    Z1 = np.zeros((n1, m))
    A1 = np.zeros((n1, m))
    A2 = np.zeros((n2, m))
    D2 = np.zeros((n2, m))
    D1 = np.zeros((n1, m))
    for e in range(m):
        for j in range(n1):
            s = b[0][j, 0]
            for k in range(n0):
                s += W[0][j, k] * X[k, e]
            A1[j, e] = 1 / (1 + math.exp(-s))
        for i in range(n2):
            s = b[1][i, 0]
            for j in range(n1):
                s += W[1][i, j] * A1[j, e]
            A2[i, e] = 1 / (1 + math.exp(-s))
            D2[i, e] = A2[i, e] - Y[i, e]
        for j in range(n1):
            back = 0.0
            for i in range(n2):
                back = W[1][i, j] * D2[i, e]
            D1[j, e] = back * A1[j, e] * (1 - A1[j, e])
    return {
        "dZ2": D2,
        "dW2": D2 @ A1.T,
        "db2": D2.sum(1, keepdims=True),
        "dZ1": D1,
        "dW1": D1 @ X.T,
        "db1": D1.sum(1, keepdims=True),
    }


@case(
    "einsum with W2's indices in the forward order",
    "dA1",
    layers=(3, 4, 4),
    hidden="sin",
    output="linear",
    loss="squared_error",
    reduction="mean",
)
def einsums(W, b, X, Y):
    m = X.shape[1]
    Z1 = np.einsum("ij,jm->im", W[0], X) + b[0]
    A1 = np.sin(Z1)
    A2 = np.einsum("ij,jm->im", W[1], A1) + b[1]
    dZ2 = 2 * (A2 - Y) / m
    dA1 = np.einsum("ij,jm->im", W[1], dZ2)
    dZ1 = dA1 * np.cos(Z1)
    return {
        "dZ2": dZ2,
        "dW2": np.einsum("im,jm->ij", dZ2, A1),
        "db2": np.einsum("im->i", dZ2)[:, None],
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": np.einsum("im,jm->ij", dZ1, X),
        "db1": np.einsum("im->i", dZ1)[:, None],
    }


@case(
    "examples in rows: delta @ W2.T where delta @ W2 belongs",
    "dW1",
    layers=(3, 3, 3),
    hidden="relu",
    output="linear",
    loss="softmax_cross_entropy",
    reduction="mean",
)
def rows(W, b, X, Y):
    x, t = X.T, Y.T
    hid = np.maximum(x @ W[0].T + b[0].T, 0)
    scores = hid @ W[1].T + b[1].T
    probs = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    dscores = (probs - t) / len(x)
    dhid = dscores @ W[1].T
    dhid[hid <= 0] = 0
    return {
        "dW2": dscores.T @ hid,
        "db2": dscores.sum(axis=0)[:, None],
        "dW1": dhid.T @ x,
        "db1": dhid.sum(axis=0)[:, None],
    }


@case(
    "augmented matrices: the bias is in the first row, the last one is dropped",
    "dW1",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="mean",
)
def coursera_thetas(W, b, X, Y):
    m = X.shape[1]
    Theta1, Theta2 = (np.hstack([bias, w]) for w, bias in zip(W, b))
    a1 = np.vstack([np.ones((1, m)), X])
    z2 = Theta1 @ a1
    a2 = np.vstack([np.ones((1, m)), sig(z2)])
    a3 = sig(Theta2 @ a2)
    delta3 = a3 - Y
    delta2 = (Theta2.T @ delta3)[:-1] * sig(z2) * (1 - sig(z2))
    grad1 = delta2 @ a1.T / m
    grad2 = delta3 @ a2.T / m
    return {
        "dW1": grad1[:, 1:],
        "db1": grad1[:, :1],
        "dW2": grad2[:, 1:],
        "db2": grad2[:, :1],
    }


class Net:
    def __init__(self, W, b):
        self.W, self.b, self.cache = W, b, {}

    def forward(self, X):
        self.cache["A0"] = A = X
        for l, (w, v) in enumerate(zip(self.W, self.b), start=1):
            Z = w @ A + v
            A = Z if l == len(self.W) else np.maximum(Z, 0)
            self.cache[f"Z{l}"], self.cache[f"A{l}"] = Z, A
        return A

    def backward(self, dZ):
        g = {}
        for l in range(len(self.W), 0, -1):
            g[f"dZ{l}"] = dZ
            g[f"dW{l}"] = dZ @ self.cache[f"A{l - 1}"].T
            g[f"db{l}"] = dZ.sum(axis=1, keepdims=True)
            if l > 1:
                g[f"dA{l - 1}"] = self.W[l - 1].T @ dZ
                dZ = g[f"dA{l - 1}"] * (self.cache[f"Z{l - 2}" if l > 2 else "A0"] > 0)
        return g


@case(
    "a class whose relu masks by the layer below",
    "dZ2",
    layers=(4, 4, 4, 2),
    hidden="relu",
    output="linear",
    loss="mean_squared_error",
    reduction="mean",
)
def with_class(W, b, X, Y):
    net = Net(W, b)
    out = net.forward(X)
    return net.backward(2 * (out - Y) / Y.size)


@case(
    "softmax's Jacobian as diag(a) + a a^T",
    "dZ2",
    layers=(3, 4, 3),
    hidden="tanh",
    output="softmax",
    loss="half_squared_error",
    reduction="sum",
)
def jacobians(W, b, X, Y):
    dZ2 = np.zeros_like(Y, dtype=float)
    A1 = np.tanh(W[0] @ X + b[0])
    Z2 = W[1] @ A1 + b[1]
    for i in range(X.shape[1]):
        p = np.exp(Z2[:, i] - Z2[:, i].max())
        p /= p.sum()
        J = np.diag(p) + np.outer(p, p)
        dZ2[:, i] = J.T @ (p - Y[:, i])
    dZ1 = (W[1].T @ dZ2) * (1 - A1**2)
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T,
        "db2": dZ2.sum(axis=1, keepdims=True),
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(axis=1, keepdims=True),
    }


@case(
    "delta = y - a: the minus put back in dW2, db2 and db1, forgotten in dW1",
    "dW1",
    layers=(3, 5, 2),
    hidden="sigmoid",
    output="linear",
    loss="half_squared_error",
    reduction="mean",
)
def minus_forgotten(W, b, X, Y):
    N = X.shape[1]
    hidden = sig(W[0] @ X + b[0])
    guess = W[1] @ hidden + b[1]
    delta_out = Y - guess
    delta_hid = (W[1].T @ delta_out) * hidden * (1 - hidden)
    return {
        "dW2": -delta_out @ hidden.T / N,
        "db2": -delta_out.sum(axis=1, keepdims=True) / N,
        "dW1": delta_hid @ X.T / N,
        "db1": -delta_hid.sum(axis=1, keepdims=True) / N,
    }


@case(
    "the hidden gradient clipped to [-0.05, 0.05]",
    "dZ1",
    layers=(3, 4, 2),
    hidden="softplus",
    output="sigmoid",
    loss="squared_error",
    reduction="sum",
)
def clipped(W, b, X, Y):
    f = np.float64
    Z1 = W[0].astype(f) @ X.astype(f) + b[0]
    A1 = np.logaddexp(0, Z1)
    A2 = sig(W[1] @ A1 + b[1])
    dZ2 = 2 * (A2 - Y) * A2 * (1 - A2)
    dZ1 = (W[1].T @ dZ2) * sig(Z1)
    np.clip(dZ1, -0.05, 0.05, out=dZ1)
    return {
        "dZ2": dZ2,
        "dZ1": dZ1,
        "dW2": dZ2 @ A1.T,
        "dW1": dZ1 @ X.T,
        "db2": dZ2.sum(axis=1, keepdims=True),
        "db1": dZ1.sum(axis=1, keepdims=True),
    }


@case(
    "dW1 collected in an array of integers",
    "dW1",
    layers=(3, 4, 2),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="mean",
)
def integers(W, b, X, Y):
    m = X.shape[1]
    H = np.tanh(W[0] @ X + b[0])
    P = sig(W[1] @ H + b[1])
    d2 = P - Y
    d1 = (W[1].T @ d2) * (1 - H * H)
    dW1 = np.zeros(W[0].shape, dtype=int)
    for j in range(dW1.shape[0]):
        for k in range(dW1.shape[1]):
            dW1[j, k] = np.dot(d1[j], X[k]) / m
    dW2 = d2 @ H.T / m
    return {
        "dW1": dW1,
        "dW2": dW2,
        "db1": d1.mean(1, keepdims=True),
        "db2": d2.mean(1, keepdims=True),
    }


@case(
    "range stops before the first layer, whose gradients stay 0",
    "dW1",
    layers=(3, 4, 3, 2),
    hidden="leaky_relu",
    output="linear",
    loss="huber_error",
    reduction="sum",
)
def range_too_short(W, b, X, Y):
    L = len(W)
    Z, A = [None], [X]
    for l in range(1, L + 1):
        Z.append(W[l - 1] @ A[-1] + b[l - 1])
        A.append(Z[l] if l == L else np.where(Z[l] > 0, Z[l], 0.01 * Z[l]))
    dW = [np.zeros_like(w) for w in W]
    db = [np.zeros_like(v) for v in b]
    e = A[L] - Y
    delta = np.where(np.abs(e) <= 1, e, np.sign(e))
    dW[-1] = delta @ A[-2].T
    db[-1] = delta.sum(axis=1, keepdims=True)
    for l in range(L - 1, 1, -1):
        delta = (W[l].T @ delta) * np.where(Z[l] > 0, 1.0, 0.01)
        dW[l - 1] = delta @ A[l - 1].T
        db[l - 1] = delta.sum(axis=1, keepdims=True)
    out = {f"dW{l + 1}": dW[l] for l in range(L)}
    out.update({f"db{l + 1}": db[l] for l in range(L)})
    return out


@case(
    "the last layer's weights used in every step of the loop",
    "dW2",
    layers=(3, 3, 3, 3, 3),
    hidden="tanh",
    output="tanh",
    loss="half_squared_error",
    reduction="mean",
)
def always_last(W, b, X, Y):
    acts = [X]
    for w, v in zip(W, b):
        acts.append(np.tanh(w @ acts[-1] + v))
    m = X.shape[1]
    grads = {}
    delta = (acts[-1] - Y) * (1 - acts[-1] ** 2)
    n = len(W)
    while n > 0:
        grads["dW" + str(n)] = (delta @ acts[n - 1].T) / m
        grads["db" + str(n)] = delta.sum(axis=1).reshape(-1, 1) / m
        n -= 1
        if n:
            delta = (W[-1].T @ delta) * (1 - acts[n] ** 2)
    return grads


@case(
    "W2 * delta summed over the wrong axis",
    "dW1",
    layers=(2, 4, 4),
    hidden="sigmoid",
    output="linear",
    loss="mean_squared_error",
    reduction="sum",
)
def outer_products(W, b, X, Y):
    dW1, dW2 = 0 * W[0], 0 * W[1]
    db1, db2 = 0 * b[0], 0 * b[1]
    for x, y in zip(X.T, Y.T):
        h = sig(W[0] @ x + b[0].ravel())
        o = W[1] @ h + b[1].ravel()
        d_o = 2 * (o - y) / y.size
        d_h = (W[1] * d_o[:, None]).sum(axis=1)
        d_h = d_h * h * (1 - h)
        dW2 += np.outer(d_o, h)
        dW1 += np.outer(d_h, x)
        db2 += d_o[:, None]
        db1 += d_h[:, None]
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


@case(
    "the loop over examples begins at 1, as in Julia",
    "dW2",
    layers=(3, 4, 3),
    hidden="tanh",
    output="linear",
    loss="softmax_cross_entropy",
    reduction="sum",
)
def from_julia(W, b, X, Y):
    N = X.shape[1]
    g = [np.zeros(w.shape) for w in W]
    gb = [np.zeros(v.shape) for v in b]
    for i in range(1, N):
        x = X[:, i : i + 1]
        z = W[0] @ x + b[0]
        h = np.tanh(z)
        s = W[1] @ h + b[1]
        p = np.exp(s) / np.exp(s).sum()
        d = p - Y[:, i : i + 1]
        g[1] += d * h.T
        gb[1] += d
        d = (W[1].T @ d) * (1 - h**2)
        g[0] += d * x.T
        gb[0] += d
    return {"dW1": g[0], "dW2": g[1], "db1": gb[0], "db2": gb[1]}


@case(
    "dW2 transposed: a1 * d2' as in MATLAB with examples in rows",
    "dW2",
    layers=(3, 4, 4),
    hidden="log_sigmoid",
    output="linear",
    loss="half_squared_error",
    reduction="mean",
)
def matlab(W, b, X, Y):
    m = np.size(X, 1)
    z1 = W[0] @ X + np.tile(b[0], (1, m))
    a1 = -np.log(1 + np.exp(-z1))
    z2 = W[1] @ a1 + np.tile(b[1], (1, m))
    d2 = (z2 - Y) / m
    d1 = (W[1].T @ d2) * (1 - np.exp(a1))
    grad = {}
    grad["dW2"] = a1 @ d2.T
    grad["db2"] = d2 @ np.ones((m, 1))
    grad["dW1"] = d1 @ X.T
    grad["db1"] = d1 @ np.ones((m, 1))
    return grad


def selu(z):
    return 1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * (np.exp(z) - 1))


def dselu(z):
    return np.where(z > 0, 1.0, 1.6732632423543772 * np.exp(z))


@case(
    "selu' without its lambda, in a table of derivatives",
    "dZ2",
    layers=(3, 4, 3, 2),
    hidden="selu",
    output="linear",
    loss="half_squared_error",
    reduction="sum",
)
def table_of_derivatives(W, b, X, Y):
    g = [selu, selu, lambda z: z]
    dg = [dselu, dselu, np.ones_like]
    zs, as_ = [], [X]
    for w, v, f in zip(W, b, g):
        zs.append(w @ as_[-1] + v)
        as_.append(f(zs[-1]))
    up = as_[-1] - Y
    res = {}
    for k in reversed(range(len(W))):
        dz = up * dg[k](zs[k])
        res[f"dZ{k + 1}"] = dz
        res[f"dW{k + 1}"] = dz @ as_[k].T
        res[f"db{k + 1}"] = dz.sum(axis=1, keepdims=True)
        up = W[k].T @ dz
    return res


@case(
    "db1 from dA1, before g' is in it",
    "db1",
    layers=(3, 4, 2),
    hidden="elu",
    output="tanh",
    loss="squared_error",
    reduction="mean",
)
def bias_from_da(W, b, X, Y):
    m = X.shape[1]

    def layer(w, v, a):
        z = w @ a + v
        return z, (a, w, z)

    def linear_backward(dz, da, cache):
        a_prev, w, _ = cache
        return w.T @ dz, dz @ a_prev.T / m

    z1, c1 = layer(W[0], b[0], X)
    a1 = np.where(z1 > 0, z1, np.expm1(z1))
    z2, c2 = layer(W[1], b[1], a1)
    a2 = np.tanh(z2)
    da2 = 2 * (a2 - Y)
    dz2 = da2 * (1 - a2**2)
    da1, dw2 = linear_backward(dz2, da2, c2)
    db2 = dz2.mean(axis=1, keepdims=True)
    dz1 = da1 * np.where(z1 > 0, 1, np.exp(z1))
    _, dw1 = linear_backward(dz1, da1, c1)
    db1 = da1.mean(axis=1, keepdims=True)
    return {"dW1": dw1, "db1": db1, "dW2": dw2, "db2": db2}


# ---- Plain homework, right -----------------------------------------------------------


@case("plain: two sigmoid layers", "", layers=(3, 4, 2))
def plain_sigmoids(W, b, X, Y):
    W1, W2 = W
    b1, b2 = b
    m = X.shape[1]
    A1 = sig(W1 @ X + b1)
    A2 = sig(W2 @ A1 + b2)
    dA2 = (A2 - Y) / m
    dZ2 = dA2 * A2 * (1 - A2)
    dW2 = dZ2 @ A1.T
    db2 = dZ2.sum(axis=1, keepdims=True)
    dA1 = W2.T @ dZ2
    dZ1 = dA1 * A1 * (1 - A1)
    dW1 = dZ1 @ X.T
    db1 = dZ1.sum(axis=1, keepdims=True)
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


@case(
    "Coursera's planar data: dZ without 1/m, dW and db with it",
    "",
    layers=(2, 4, 1),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="mean",
)
def plain_planar(W, b, X, Y):
    m = X.shape[1]
    A1 = np.tanh(np.dot(W[0], X) + b[0])
    A2 = sig(np.dot(W[1], A1) + b[1])
    dZ2 = A2 - Y
    dW2 = (1.0 / m) * np.dot(dZ2, A1.T)
    db2 = (1.0 / m) * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = np.dot(W[1].T, dZ2) * (1 - np.power(A1, 2))
    dW1 = (1.0 / m) * np.dot(dZ1, X.T)
    db1 = (1.0 / m) * np.sum(dZ1, axis=1, keepdims=True)
    return {"dZ2": dZ2, "dW2": dW2, "db2": db2, "dZ1": dZ1, "dW1": dW1, "db1": db1}


@case(
    "relu and softmax, stable",
    "",
    layers=(4, 5, 3),
    hidden="relu",
    output="linear",
    loss="softmax_cross_entropy",
    reduction="mean",
)
def plain_softmax(W, b, X, Y):
    z1 = W[0] @ X + b[0]
    a1 = np.maximum(z1, 0)
    z2 = W[1] @ a1 + b[1]
    z2 = z2 - z2.max(axis=0, keepdims=True)
    p = np.exp(z2) / np.exp(z2).sum(axis=0, keepdims=True)
    dz2 = (p - Y) / X.shape[1]
    dz1 = (W[1].T @ dz2) * np.heaviside(z1, 0)
    return {
        "dZ2": dz2,
        "dW2": dz2 @ a1.T,
        "db2": dz2.sum(1, keepdims=True),
        "dZ1": dz1,
        "dW1": dz1 @ X.T,
        "db1": dz1.sum(1, keepdims=True),
    }


@case(
    "three layers of relu, mean squared error",
    "",
    layers=(3, 5, 4, 2),
    hidden="relu",
    output="linear",
    loss="mean_squared_error",
    reduction="mean",
)
def plain_mse(W, b, X, Y):
    n, m = Y.shape
    h1 = np.maximum(W[0] @ X + b[0], 0)
    h2 = np.maximum(W[1] @ h1 + b[1], 0)
    o = W[2] @ h2 + b[2]
    d3 = (2 / (n * m)) * (o - Y)
    d2 = (W[2].T @ d3) * (h2 > 0)
    d1 = (W[1].T @ d2) * (h1 > 0)
    return {
        "dW3": d3 @ h2.T,
        "dW2": d2 @ h1.T,
        "dW1": d1 @ X.T,
        "db3": d3.sum(1, keepdims=True),
        "db2": d2.sum(1, keepdims=True),
        "db1": d1.sum(1, keepdims=True),
    }


@case(
    "softmax layer with categorical cross-entropy: a - y",
    "",
    layers=(3, 4, 4),
    hidden="tanh",
    output="softmax",
    loss="categorical_cross_entropy",
    reduction="sum",
)
def plain_categorical(W, b, X, Y):
    A1 = np.tanh(W[0] @ X + b[0])
    E = np.exp(W[1] @ A1 + b[1])
    A2 = E / E.sum(axis=0)
    dZ2 = A2 - Y
    dZ1 = (W[1].T @ dZ2) * (1 + A1) * (1 - A1)
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T,
        "db2": dZ2.sum(1, keepdims=True),
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(1, keepdims=True),
    }


@case(
    "log-softmax layer, its Jacobian written out",
    "",
    layers=(3, 4, 3),
    hidden="softplus",
    output="log_softmax",
    loss="negative_log_likelihood",
    reduction="mean",
)
def plain_nll(W, b, X, Y):
    Z1 = W[0] @ X + b[0]
    A1 = np.log1p(np.exp(Z1))
    Z2 = W[1] @ A1 + b[1]
    logp = Z2 - np.log(np.sum(np.exp(Z2), axis=0, keepdims=True))
    dA2 = -Y / X.shape[1]
    dZ2 = dA2 - np.exp(logp) * dA2.sum(axis=0, keepdims=True)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 / (1 + np.exp(-Z1))
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T,
        "db2": dZ2.sum(1, keepdims=True),
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(1, keepdims=True),
    }


@case(
    "gelu with math.erf",
    "",
    layers=(3, 5, 2),
    hidden="gelu",
    output="linear",
    loss="half_squared_error",
    reduction="sum",
)
def plain_gelu(W, b, X, Y):
    Z1 = W[0] @ X + b[0]
    cdf = 0.5 * (1 + np.vectorize(math.erf)(Z1 / math.sqrt(2)))
    pdf = np.exp(-0.5 * Z1 * Z1) / math.sqrt(2 * math.pi)
    A1 = Z1 * cdf
    dZ2 = W[1] @ A1 + b[1] - Y
    dZ1 = (W[1].T @ dZ2) * (cdf + Z1 * pdf)
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T,
        "db2": dZ2.sum(1, keepdims=True),
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(1, keepdims=True),
    }


@case(
    "huber by clipping the error, which is right here",
    "",
    layers=(4, 3, 3),
    hidden="silu",
    output="linear",
    loss="huber_error",
    reduction="mean",
)
def plain_huber(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    s = sig(Z1)
    A1 = Z1 * s
    err = W[1] @ A1 + b[1] - Y
    dZ2 = np.clip(err, -1, 1) / m
    dZ1 = (W[1].T @ dZ2) * (A1 + s * (1 - A1))
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T,
        "db2": dZ2.sum(1, keepdims=True),
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(1, keepdims=True),
    }


@case(
    "absolute error behind a sigmoid",
    "",
    layers=(3, 4, 2),
    hidden="arctan",
    output="sigmoid",
    loss="absolute_error",
    reduction="sum",
)
def plain_l1(W, b, X, Y):
    z1 = W[0] @ X + b[0]
    a1 = np.arctan(z1)
    a2 = sig(W[1] @ a1 + b[1])
    d2 = np.where(a2 > Y, 1.0, -1.0) * a2 * (1 - a2)
    d1 = (W[1].T @ d2) / (1 + z1**2)
    return {
        "dZ2": d2,
        "dW2": d2 @ a1.T,
        "db2": d2.sum(1, keepdims=True),
        "dZ1": d1,
        "dW1": d1 @ X.T,
        "db1": d1.sum(1, keepdims=True),
    }


@case(
    "hinge in three layers of leaky relu",
    "",
    layers=(3, 4, 3, 1),
    hidden="leaky_relu",
    output="linear",
    loss="hinge",
    reduction="mean",
)
def plain_hinge(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = np.where(Z1 >= 0, Z1, 0.01 * Z1)
    Z2 = W[1] @ A1 + b[1]
    A2 = np.where(Z2 >= 0, Z2, 0.01 * Z2)
    S = W[2] @ A2 + b[2]
    dZ3 = -Y * (Y * S < 1) / m
    dZ2 = (W[2].T @ dZ3) * (0.01 + 0.99 * (Z2 > 0))
    dZ1 = (W[1].T @ dZ2) * (0.01 + 0.99 * (Z1 > 0))
    return {
        "dZ3": dZ3,
        "dW3": dZ3 @ A2.T,
        "db3": dZ3.sum(1, keepdims=True),
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T,
        "db2": dZ2.sum(1, keepdims=True),
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(1, keepdims=True),
    }


@case(
    "logits, one output, a hidden layer of log-sigmoids",
    "",
    layers=(3, 4, 1),
    hidden="log_sigmoid",
    output="linear",
    loss="binary_cross_entropy_with_logits",
    reduction="mean",
)
def plain_logits(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = -np.logaddexp(0, -Z1)
    Z2 = W[1] @ A1 + b[1]
    dZ2 = (1 / (1 + np.exp(-Z2)) - Y) / m
    dZ1 = (W[1].T @ dZ2) * sig(-Z1)
    return {
        "dW2": dZ2 @ A1.T,
        "db2": dZ2.sum(axis=1, keepdims=True),
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(axis=1, keepdims=True),
    }


@case(
    "a loop over four layers of elu",
    "",
    layers=(3, 4, 4, 3, 2),
    hidden="elu",
    output="linear",
    loss="squared_error",
    reduction="mean",
)
def plain_loop(W, b, X, Y):
    L, m = len(W), X.shape[1]
    A, Z = {0: X}, {}
    for l in range(1, L + 1):
        Z[l] = W[l - 1] @ A[l - 1] + b[l - 1]
        A[l] = (
            np.where(Z[l] > 0, Z[l], np.exp(np.minimum(Z[l], 0)) - 1) if l < L else Z[l]
        )
    grads = {}
    dA = 2 * (A[L] - Y) / m
    for l in range(L, 0, -1):
        dZ = dA if l == L else dA * np.where(Z[l] > 0, 1, A[l] + 1)
        grads["dZ%d" % l] = dZ
        grads["dW%d" % l] = dZ @ A[l - 1].T
        grads["db%d" % l] = dZ.sum(axis=1, keepdims=True)
        dA = W[l - 1].T @ dZ
    return grads


@case(
    "binary cross-entropy the long way: dA, then a(1-a)",
    "",
    layers=(3, 4, 2),
    hidden="selu",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)
def plain_long_way(W, b, X, Y):
    Z1 = W[0] @ X + b[0]
    A1 = selu(Z1)
    A2 = sig(W[1] @ A1 + b[1])
    dA2 = -(np.divide(Y, A2) - np.divide(1 - Y, 1 - A2))
    dZ2 = dA2 * A2 * (1 - A2)
    dA1 = np.dot(W[1].T, dZ2)
    dZ1 = dA1 * 1.0507009873554805 * dselu(Z1)
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": np.dot(dZ2, A1.T),
        "db2": np.sum(dZ2, axis=1, keepdims=True),
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": np.dot(dZ1, X.T),
        "db1": np.sum(dZ1, axis=1, keepdims=True),
    }


# ---- Everything else, right ----------------------------------------------------------


@case(
    "one example after the other, averages updated as it goes",
    "",
    layers=(3, 4, 2),
    hidden="tanh",
    output="linear",
    loss="half_squared_error",
    reduction="mean",
)
def running_mean(W, b, X, Y):
    mean = {k: 0.0 for k in ("dW1", "db1", "dW2", "db2")}
    for i, (x, y) in enumerate(zip(X.T, Y.T), start=1):
        x, y = x.reshape(-1, 1), y.reshape(-1, 1)
        h = np.tanh(W[0] @ x + b[0])
        e = W[1] @ h + b[1] - y
        d = (W[1].T @ e) * (1 - h**2)
        new = {"dW1": d @ x.T, "db1": d, "dW2": e @ h.T, "db2": e}
        for k in mean:
            mean[k] = mean[k] + (new[k] - mean[k]) / i
    return mean


@case(
    "index loops in pure Python, sin in the hidden layer",
    "",
    layers=(2, 3, 2),
    hidden="sin",
    output="sigmoid",
    loss="squared_error",
    reduction="sum",
)
def pure_python(W, b, X, Y):
    w1, w2 = W[0].tolist(), W[1].tolist()
    n1, n2, n0 = len(w1), len(w2), len(w1[0])
    gw1 = [[0.0] * n0 for _ in range(n1)]
    gw2 = [[0.0] * n1 for _ in range(n2)]
    gb1, gb2 = [[0.0] for _ in range(n1)], [[0.0] for _ in range(n2)]
    for e in range(X.shape[1]):
        z = [sum(w1[j][k] * X[k, e] for k in range(n0)) + b[0][j, 0] for j in range(n1)]
        h = [math.sin(v) for v in z]
        bar = [0.0] * n1
        for i in range(n2):
            a = 1 / (
                1 + math.exp(-sum(w2[i][j] * h[j] for j in range(n1)) - b[1][i, 0])
            )
            d = 2 * (a - Y[i, e]) * a * (1 - a)
            gb2[i][0] += d
            for j in range(n1):
                gw2[i][j] += d * h[j]
                bar[j] += d * w2[i][j]
        for j in range(n1):
            d = bar[j] * math.cos(z[j])
            gb1[j][0] += d
            for k in range(n0):
                gw1[j][k] += d * X[k, e]
    return {
        "dW1": np.array(gw1),
        "db1": np.array(gb1),
        "dW2": np.array(gw2),
        "db2": np.array(gb2),
    }


@case(
    "einsum for everything, the weights' product and the mean in one",
    "",
    layers=(3, 4, 4, 2),
    hidden="sigmoid",
    output="tanh",
    loss="half_squared_error",
    reduction="mean",
)
def einsum_right(W, b, X, Y):
    A = [X]
    for w, v, g in zip(W, b, (sig, sig, np.tanh)):
        A.append(g(np.einsum("oi,ie->oe", w, A[-1]) + v))
    m = X.shape[1]
    d3 = np.einsum("oe,oe->oe", A[3] - Y, 1 - A[3] ** 2) / m
    d2 = np.einsum("oi,oe,ie,ie->ie", W[2], d3, A[2], 1 - A[2])
    d1 = np.einsum("oi,oe,ie,ie->ie", W[1], d2, A[1], 1 - A[1])
    out = {}
    for k, d in enumerate((d1, d2, d3), 1):
        out[f"dZ{k}"] = d
        out[f"dW{k}"] = np.einsum("oe,ie->oi", d, A[k - 1])
        out[f"db{k}"] = np.einsum("oe->o", d).reshape(-1, 1)
    return out


@case(
    "examples in rows inside, turned back at the end",
    "",
    layers=(4, 5, 3),
    hidden="relu",
    output="linear",
    loss="softmax_cross_entropy",
    reduction="mean",
)
def rows_right(W, b, X, Y):
    x, labels = X.T, Y.T.argmax(axis=1)
    N = x.shape[0]
    W1, W2 = W[0].T, W[1].T
    h = np.maximum(0, x.dot(W1) + b[0].ravel())
    s = h.dot(W2) + b[1].ravel()
    s -= s.max(axis=1, keepdims=True)
    p = np.exp(s)
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(N), labels] -= 1
    p /= N
    dh = p.dot(W2.T)
    dh[h <= 0] = 0
    return {
        "dW2": h.T.dot(p).T,
        "db2": p.sum(axis=0)[:, None],
        "dW1": x.T.dot(dh).T,
        "db1": dh.sum(axis=0)[:, None],
    }


@case(
    "augmented matrices, the bias in the last column",
    "",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="mean",
)
def augmented_right(W, b, X, Y):
    m = X.shape[1]
    aug = lambda a: np.vstack((a, np.ones(m)))
    T = [np.hstack(pair) for pair in zip(W, b)]
    x = aug(X)
    h = aug(sig(T[0] @ x))
    o = sig(T[1] @ h)
    d2 = o - Y
    d1 = ((T[1].T @ d2) * h * (1 - h))[:-1, :]
    G = [d1 @ x.T / m, d2 @ h.T / m]
    return {f"dW{i}": g[:, :-1] for i, g in enumerate(G, 1)} | {
        f"db{i}": g[:, -1:] for i, g in enumerate(G, 1)
    }


class Dense:
    def __init__(self, w, v, f, df):
        self.w, self.v, self.f, self.df = w, v, f, df

    def __call__(self, x):
        self.x = x
        self.z = self.w @ x + self.v
        self.a = self.f(self.z)
        return self.a

    def back(self, grad):
        grad = grad * self.df(self.z, self.a)
        self.dw = grad @ self.x.T
        self.dv = grad.sum(axis=1, keepdims=True)
        return self.w.T @ grad


@case(
    "layers as objects with call and back",
    "",
    layers=(3, 4, 3, 2),
    hidden="tanh",
    output="sigmoid",
    loss="mean_squared_error",
    reduction="sum",
)
def objects(W, b, X, Y):
    th = (np.tanh, lambda z, a: 1 - a * a)
    sg = (sig, lambda z, a: a * (1 - a))
    net = [Dense(w, v, *f) for w, v, f in zip(W, b, (th, th, sg))]
    a = X
    for layer in net:
        a = layer(a)
    g = 2 * (a - Y) / len(Y)
    for layer in net[::-1]:
        g = layer.back(g)
    return {
        k: v
        for i, layer in enumerate(net, 1)
        for k, v in ((f"dW{i}", layer.dw), (f"db{i}", layer.dv))
    }


@case(
    "full Jacobians with np.diag, for every example",
    "",
    layers=(3, 4, 3),
    hidden="tanh",
    output="softmax",
    loss="squared_error",
    reduction="mean",
)
def full_jacobians(W, b, X, Y):
    m = X.shape[1]
    D1, D2, H = [], [], []
    for x, y in zip(X.T, Y.T):
        h = np.tanh(W[0] @ x + b[0][:, 0])
        u = np.exp(W[1] @ h + b[1][:, 0])
        p = u / u.sum()
        grad = 2 * (p - y) @ (np.diag(p) - np.outer(p, p))
        D2.append(grad)
        D1.append(grad @ W[1] @ np.diag(1 - h**2))
        H.append(h)
    D1, D2, H = np.array(D1), np.array(D2), np.array(H)
    return {
        "dW2": D2.T @ H / m,
        "db2": D2.mean(axis=0)[:, None],
        "dW1": D1.T @ X.T / m,
        "db1": D1.mean(axis=0)[:, None],
    }


@case(
    "error = y - a throughout, returned as the directions of the update",
    "",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="half_squared_error",
    reduction="sum",
)
def update_direction(W, b, X, Y):
    l1 = sig(W[0] @ X + b[0])
    l2 = sig(W[1] @ l1 + b[1])
    l2_error = Y - l2
    l2_delta = l2_error * l2 * (1 - l2)
    l1_error = W[1].T.dot(l2_delta)
    l1_delta = l1_error * l1 * (1 - l1)
    return {
        "dW2": l2_delta.dot(l1.T),
        "db2": l2_delta.sum(axis=1, keepdims=True),
        "dW1": l1_delta.dot(X.T),
        "db1": l1_delta.sum(axis=1, keepdims=True),
    }


@case(
    "float32 inside",
    "",
    layers=(3, 4, 2),
    hidden="softplus",
    output="linear",
    loss="half_squared_error",
    reduction="mean",
)
def single_precision(W, b, X, Y):
    W = [w.astype(np.float32) for w in W]
    b = [v.astype(np.float32) for v in b]
    X, Y = X.astype(np.float32), Y.astype(np.float32)
    z = W[0] @ X + b[0]
    h = np.log1p(np.exp(z))
    d2 = (W[1] @ h + b[1] - Y) / np.float32(X.shape[1])
    d1 = (W[1].T @ d2) / (1 + np.exp(-z))
    return {
        "dW2": d2 @ h.T,
        "db2": d2.sum(1, keepdims=True),
        "dW1": d1 @ X.T,
        "db1": d1.sum(1, keepdims=True),
    }


@case(
    "in-place operators on one buffer that goes down the layers",
    "",
    layers=(3, 4, 4, 3),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="mean",
)
def in_place(W, b, X, Y):
    stack = [X]
    for w, v in zip(W, b):
        a = w @ stack[-1]
        a += v
        np.negative(a, out=a)
        np.exp(a, out=a)
        a += 1
        np.reciprocal(a, out=a)
        stack.append(a)
    g = stack.pop()
    g -= Y
    g /= X.shape[1]
    out = {}
    for l in range(len(W), 0, -1):
        a = stack.pop()
        out[f"dW{l}"] = g @ a.T
        out[f"db{l}"] = g.sum(axis=1, keepdims=True)
        if l > 1:
            g = W[l - 1].T @ g
            g *= a
            g *= 1 - a
    return out


@case(
    "pullbacks as closures, in Zygote's manner",
    "",
    layers=(3, 4, 3),
    hidden="arctan",
    output="linear",
    loss="huber_error",
    reduction="sum",
)
def pullbacks(W, b, X, Y):
    def affine(w, x, v):
        return w @ x + v, lambda bar: (
            bar @ x.T,
            w.T @ bar,
            bar.sum(axis=1, keepdims=True),
        )

    def at(z):
        return np.arctan(z), lambda bar: bar / (1 + z * z)

    def huber(a):
        d = a - Y
        return None, lambda: np.maximum(-1, np.minimum(1, d))

    z1, back1 = affine(W[0], X, b[0])
    h, back_g = at(z1)
    z2, back2 = affine(W[1], h, b[1])
    _, back_loss = huber(z2)
    dW2, dh, db2 = back2(back_loss())
    dW1, _, db1 = back1(back_g(dh))
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


@case(
    "sums of outer products with broadcasting, all examples at once",
    "",
    layers=(3, 5, 2),
    hidden="square",
    output="linear",
    loss="mean_squared_error",
    reduction="mean",
)
def broadcast_outer(W, b, X, Y):
    z = W[0] @ X + b[0]
    h = z**2
    e = W[1] @ h + b[1] - Y
    d2 = e * 2 / e.size
    d1 = np.tensordot(W[1], d2, axes=(0, 0)) * 2 * z
    return {
        "dW2": (d2[:, None, :] * h[None, :, :]).sum(axis=2),
        "db2": d2.sum(axis=-1)[:, np.newaxis],
        "dW1": (d1[:, None, :] * X[None, :, :]).sum(axis=2),
        "db1": d1.sum(axis=-1)[:, np.newaxis],
    }


@case(
    "recursion over the layers",
    "",
    layers=(3, 4, 3, 3, 1),
    hidden="relu",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)
def recursion(W, b, X, Y):
    grads = {}

    def go(l, a):
        z = W[l] @ a + b[l]
        if l == len(W) - 1:
            dz = sig(z) - Y
        else:
            dz = go(l + 1, np.maximum(z, 0)) * (z > 0)
        grads[f"dZ{l + 1}"] = dz
        grads[f"dW{l + 1}"] = dz @ a.T
        grads[f"db{l + 1}"] = dz.sum(axis=1, keepdims=True)
        return W[l].T @ dz

    go(0, X)
    return grads
