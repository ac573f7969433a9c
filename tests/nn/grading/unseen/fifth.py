"""Thirty-one derivations in code, as people write them, apart from the grader.

Each is called as backprop(W, b, X, Y): W[l] is (out, in), examples are columns.
"""

# ruff: noqa: B905, E501, E731, E741  (the code is as people write it)

from __future__ import annotations

import numpy as np

from tests.nn.grading.unseen.case import Collection

CASES = Collection([])
case = CASES.case


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


# ---- with one mistake ----------------------------------------------------------------


class TwoLayerNet:
    """As in a course: forward fills a cache, backward empties it."""

    def __init__(self, params):
        self.params = params
        self.cache = {}

    def forward(self, X):
        p = self.params
        self.cache["Z1"] = p["W1"] @ X + p["b1"]
        self.cache["A1"] = np.maximum(0, self.cache["Z1"])
        self.cache["A2"] = softmax(p["W2"] @ self.cache["A1"] + p["b2"])
        return self.cache["A2"]

    def backward(self, X, Y):
        m = X.shape[1]
        grads = {}
        dZ2 = (self.cache["A2"] - Y) / m
        grads["dZ2"] = dZ2
        grads["dW2"] = dZ2 @ self.cache["A1"].T
        grads["db2"] = dZ2.sum(axis=1, keepdims=True)
        dA1 = self.params["W2"].T @ dZ2
        grads["dA1"] = dA1
        dZ1 = dA1 * self.cache["A1"]
        grads["dZ1"] = dZ1
        grads["dW1"] = dZ1 @ X.T
        grads["db1"] = dZ1.sum(axis=1, keepdims=True)
        return grads


@case(
    "relu's value for its derivative, in a class with a cache",
    "dZ1",
    layers=(3, 5, 4),
    hidden="relu",
    output="identity",
    loss="softmax_cross_entropy",
)
def class_with_cache(W, b, X, Y):
    net = TwoLayerNet({"W1": W[0], "b1": b[0], "W2": W[1], "b2": b[1]})
    net.forward(X)
    return net.backward(X, Y)


@case(
    "the derivative of the next layer's tanh, silent as both are four wide",
    "dZ1",
    layers=(3, 4, 4, 2),
    hidden="tanh",
    output="identity",
)
def loop_wrong_prime(W, b, X, Y):
    m, L = X.shape[1], len(W)
    A = [X]
    for l in range(L):
        z = W[l] @ A[-1] + b[l]
        A.append(z if l == L - 1 else np.tanh(z))
    grads = {}
    dZ = (A[L] - Y) / m
    for l in range(L, 0, -1):
        grads[f"dZ{l}"] = dZ
        grads[f"dW{l}"] = dZ @ A[l - 1].T
        grads[f"db{l}"] = dZ.sum(axis=1, keepdims=True)
        if l == 3:
            dZ = W[2].T @ dZ * (1 - A[2] ** 2)
        if l == 2:
            dZ = W[1].T @ dZ * (1 - A[2] ** 2)
    return grads


@case(
    "the biases' gradient is set by each example instead of added to",
    "db3",
    layers=(3, 4, 3, 2),
)
def nielsen_assigns(W, b, X, Y):
    nabla_b = [np.zeros(v.shape) for v in b]
    nabla_w = [np.zeros(w.shape) for w in W]
    m = X.shape[1]
    for k in range(m):
        activation = X[:, k : k + 1]
        activations, zs = [activation], []
        for v, w in zip(b, W):
            zs.append(np.dot(w, activation) + v)
            activation = sigmoid(zs[-1])
            activations.append(activation)
        delta = (
            (activations[-1] - Y[:, k : k + 1])
            * sigmoid(zs[-1])
            * (1 - sigmoid(zs[-1]))
        )
        for l in range(1, len(W) + 1):
            if l > 1:
                delta = (
                    np.dot(W[-l + 1].T, delta) * sigmoid(zs[-l]) * (1 - sigmoid(zs[-l]))
                )
            nabla_b[-l] = delta / m
            nabla_w[-l] = nabla_w[-l] + np.dot(delta, activations[-l - 1].T) / m
    out = {}
    for l in range(len(W)):
        out[f"dW{l + 1}"], out[f"db{l + 1}"] = nabla_w[l], nabla_b[l]
    return out


@case(
    "the factor 2 of the square is lost, in code for rows",
    "dA2",
    layers=(3, 6, 2),
    hidden="tanh",
    output="identity",
    loss="squared_error",
)
def rows_factor_two(W, b, X, Y):
    x, y = X.T, Y.T
    w1, w2, b1, b2 = W[0].T, W[1].T, b[0].T, b[1].T
    h = np.tanh(x @ w1 + b1)
    y_pred = h @ w2 + b2
    grad_y_pred = (y_pred - y) / len(x)
    grad_w2 = h.T @ grad_y_pred
    grad_h = grad_y_pred @ w2.T
    grad_z = grad_h * (1 - h**2)
    grad_w1 = x.T @ grad_z
    return {
        "dA2": grad_y_pred.T,
        "dW2": grad_w2.T,
        "db2": grad_y_pred.sum(0)[:, None],
        "dA1": grad_h.T,
        "dZ1": grad_z.T,
        "dW1": grad_w1.T,
        "db1": grad_z.sum(0)[:, None],
    }


@case(
    "W2 is updated before it carries the error back",
    "dZ1",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def stale_the_wrong_way(W, b, X, Y, lr=0.5):
    W1, W2 = W[0].copy(), W[1].copy()
    m = X.shape[1]
    A1 = sigmoid(np.dot(W1, X) + b[0])
    A2 = sigmoid(np.dot(W2, A1) + b[1])
    dZ2 = A2 - Y
    dW2 = np.dot(dZ2, A1.T) / m
    W2 -= lr * dW2
    dZ1 = np.dot(W2.T, dZ2) * A1 * (1 - A1)
    dW1 = np.dot(dZ1, X.T) / m
    return {
        "dZ2": dZ2,
        "dW2": dW2,
        "db2": np.sum(dZ2, axis=1, keepdims=True) / m,
        "dZ1": dZ1,
        "dW1": dW1,
        "db1": np.sum(dZ1, axis=1, keepdims=True) / m,
    }


@case(
    "np.sum without an axis: one number for all biases of layer 1",
    "db1",
    layers=(3, 4, 3),
    hidden="relu",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def sum_without_axis(W, b, X, Y):
    W1, W2 = W
    b1, b2 = b
    m = Y.shape[1]
    Z1 = W1.dot(X) + b1
    A1 = np.maximum(Z1, 0)
    A2 = sigmoid(W2.dot(A1) + b2)
    dZ2 = A2 - Y
    dW2 = 1 / m * dZ2.dot(A1.T)
    db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = W2.T.dot(dZ2) * (Z1 > 0)
    dW1 = 1 / m * dZ1.dot(X.T)
    db1 = 1 / m * np.sum(dZ1) * np.ones_like(b1)
    return {"dZ2": dZ2, "dW2": dW2, "db2": db2, "dZ1": dZ1, "dW1": dW1, "db1": db1}


@case(
    "a - y for the sign of a - y",
    "dA2",
    layers=(3, 5, 2),
    hidden="tanh",
    output="identity",
    loss="absolute_error",
    reduction="sum",
)
def absolute_without_sign(W, b, X, Y):
    hidden = np.tanh(W[0] @ X + b[0])
    out = W[1] @ hidden + b[1]
    d_out = out - Y
    d_hidden = W[1].T @ d_out
    d_pre = d_hidden * (1 - hidden * hidden)
    one = np.ones((X.shape[1], 1))
    return {
        "dA2": d_out,
        "dW2": d_out @ hidden.T,
        "db2": d_out @ one,
        "dA1": d_hidden,
        "dZ1": d_pre,
        "dW1": d_pre @ X.T,
        "db1": d_pre @ one,
    }


@case(
    "SiLU's derivative without its second term",
    "dZ1",
    layers=(3, 4, 2),
    hidden="silu",
    output="identity",
    loss="mean_squared_error",
)
def silu_half(W, b, X, Y):
    n, m = Y.shape
    z = W[0] @ X + b[0]
    s = sigmoid(z)
    a = z * s
    d_out = 2 * (W[1] @ a + b[1] - Y) / (n * m)
    da = W[1].T @ d_out
    dz = da * s
    return {
        "dZ2": d_out,
        "dW2": d_out @ a.T,
        "db2": d_out.sum(1, keepdims=True),
        "dA1": da,
        "dZ1": dz,
        "dW1": dz @ X.T,
        "db1": dz.sum(1, keepdims=True),
    }


@case(
    "softplus' derivative at a instead of z",
    "dZ1",
    layers=(3, 5, 3),
    hidden="softplus",
    output="identity",
    loss="softmax_cross_entropy",
)
def softplus_at_a(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = np.log1p(np.exp(Z1))
    P = softmax(W[1] @ A1 + b[1])
    g2 = P - Y
    g1 = (W[1].T @ g2) * sigmoid(A1)
    return {
        "dZ2": g2,
        "dW2": g2 @ A1.T / m,
        "db2": g2.mean(axis=1, keepdims=True),
        "dZ1": g1,
        "dW1": g1 @ X.T / m,
        "db1": g1.mean(axis=1, keepdims=True),
    }


@case(
    "the mean over the outputs is forgotten",
    "dZ2",
    layers=(3, 4, 3),
    hidden="relu",
    output="identity",
    loss="mean_squared_error",
)
def mse_per_output(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = np.where(Z1 > 0, Z1, 0)
    A2 = W[1] @ A1 + b[1]
    dZ2 = 2 * (A2 - Y) / m
    dZ1 = np.where(Z1 > 0, W[1].T @ dZ2, 0)
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T,
        "db2": dZ2.sum(1)[:, None],
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(1)[:, None],
    }


@case(
    "weights one layer too early in the step to layer 1, silent as both are square",
    "dZ1",
    layers=(3, 3, 3, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="squared_error",
)
def loop_wrong_weights(W, b, X, Y):
    m = X.shape[1]
    a = [X]
    for w, v in zip(W, b):
        a.append(sigmoid(w @ a[-1] + v))
    d = [None] * 4
    d[3] = 2 * (a[3] - Y) * a[3] * (1 - a[3]) / m
    d[2] = W[2].T @ d[3] * a[2] * (1 - a[2])
    d[1] = W[0].T @ d[2] * a[1] * (1 - a[1])
    g = {}
    for l in (1, 2, 3):
        g[f"dZ{l}"], g[f"dW{l}"], g[f"db{l}"] = (
            d[l],
            d[l] @ a[l - 1].T,
            d[l].sum(axis=1, keepdims=True),
        )
    return g


@case(
    "the pre-activation of layer 1 where its activation belongs",
    "dW2",
    layers=(3, 4, 2),
    hidden="tanh",
    output="tanh",
)
def dw_from_z(W, b, X, Y):
    N = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = np.tanh(Z1)
    A2 = np.tanh(W[1] @ A1 + b[1])
    D2 = (A2 - Y) * (1 - A2**2)
    dW2 = D2 @ Z1.T / N
    D1 = W[1].T @ D2 * (1 - A1**2)
    return {
        "dZ2": D2,
        "dW2": dW2,
        "db2": D2.sum(1, keepdims=True) / N,
        "dZ1": D1,
        "dW1": D1 @ X.T / N,
        "db1": D1.sum(1, keepdims=True) / N,
    }


def sigmoid_derivative(z):
    return sigmoid(z) * (1 - sigmoid(z))


@case(
    "sigmoid_derivative, which wants z, is given a, in the output layer",
    "dZ2",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="half_squared_error",
    reduction="sum",
)
def sigmoid_twice(W, b, X, Y):
    layer1 = sigmoid(W[0] @ X + b[0])
    z2 = W[1] @ layer1 + b[1]
    output = sigmoid(z2)
    d2 = (output - Y) * sigmoid_derivative(output)
    d1 = (W[1].T @ d2) * sigmoid_derivative(W[0] @ X + b[0])
    return {
        "dZ2": d2,
        "dW2": d2 @ layer1.T,
        "db2": d2.sum(1, keepdims=True),
        "dZ1": d1,
        "dW1": d1 @ X.T,
        "db1": d1.sum(1, keepdims=True),
    }


@case(
    "a plus in the softmax's Jacobian, example by example",
    "dZ2",
    layers=(3, 4, 3),
    hidden="tanh",
    output="identity",
    loss="softmax_cross_entropy",
)
def jacobian_plus(W, b, X, Y):
    m = X.shape[1]
    H = np.tanh(W[0] @ X + b[0])
    P = softmax(W[1] @ H + b[1])
    dZ2 = np.zeros_like(P)
    for i in range(m):
        p = P[:, i]
        J = np.diag(p) + np.outer(p, p)
        dZ2[:, i] = J.T @ (-Y[:, i] / p) / m
    dZ1 = (W[1].T @ dZ2) * (1 - H**2)
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ H.T,
        "db2": dZ2.sum(1, keepdims=True),
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(1, keepdims=True),
    }


@case(
    "einsum's letters in the wrong order: dW1 comes out transposed",
    "dW1",
    layers=(3, 4, 2),
    hidden="relu",
    output="identity",
)
def einsum_order(W, b, X, Y):
    m = X.shape[1]
    z1 = np.einsum("ji,im->jm", W[0], X) + b[0]
    a1 = z1.clip(min=0)
    a2 = np.einsum("kj,jm->km", W[1], a1) + b[1]
    d2 = (a2 - Y) / m
    d1 = np.einsum("kj,km->jm", W[1], d2) * (z1 > 0)
    return {
        "dZ2": d2,
        "dW2": np.einsum("km,jm->kj", d2, a1),
        "db2": d2.sum(1, keepdims=True),
        "dZ1": d1,
        "dW1": np.einsum("im,jm->ij", X, d1),
        "db1": np.einsum("jm->j", d1)[:, None],
    }


@case(
    "weight decay on W2, which the cost has not",
    "dW2",
    layers=(3, 4, 2),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def unasked_decay(W, b, X, Y, lam=0.1):
    m = X.shape[1]
    A1 = np.tanh(W[0] @ X + b[0])
    A2 = sigmoid(W[1] @ A1 + b[1])
    dZ2 = (A2 - Y) / m
    dW2 = dZ2 @ A1.T + lam * W[1]
    dZ1 = W[1].T @ dZ2 * (1 - A1**2)
    return {
        "dZ2": dZ2,
        "dW2": dW2,
        "db2": dZ2.sum(1, keepdims=True),
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(1, keepdims=True),
    }


@case(
    "a mean where dZ is divided by m already",
    "db2",
    layers=(3, 5, 3),
    hidden="leaky_relu",
    output="identity",
    loss="softmax_cross_entropy",
)
def mean_of_mean(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = np.where(Z1 > 0, Z1, 0.01 * Z1)
    dZ2 = (softmax(W[1] @ A1 + b[1]) - Y) / m
    db2 = np.mean(dZ2, axis=1, keepdims=True)
    dA1 = W[1].T @ dZ2
    dZ1 = np.where(Z1 > 0, dA1, 0.01 * dA1)
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T,
        "db2": db2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(axis=1, keepdims=True),
    }


@case(
    "relu's mask taken from the gradient",
    "dZ2",
    layers=(3, 5, 4, 2),
    hidden="relu",
    output="identity",
    loss="squared_error",
    reduction="sum",
)
def mask_of_gradient(W, b, X, Y):
    Z1 = W[0] @ X + b[0]
    A1 = np.maximum(0, Z1)
    Z2 = W[1] @ A1 + b[1]
    A2 = np.maximum(0, Z2)
    dZ3 = 2 * (W[2] @ A2 + b[2] - Y)
    dA2 = W[2].T @ dZ3
    dZ2 = dA2.copy()
    dZ2[dA2 <= 0] = 0
    dA1 = W[1].T @ dZ2
    dZ1 = dA1.copy()
    dZ1[Z1 <= 0] = 0
    return {
        "dZ3": dZ3,
        "dW3": dZ3 @ A2.T,
        "db3": dZ3.sum(1, keepdims=True),
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
    "arctan's derivative with a where z belongs",
    "dZ1",
    layers=(3, 4, 2),
    hidden="arctan",
    output="identity",
)
def arctan_of_a(W, b, X, Y):
    m = X.shape[1]
    z1 = W[0] @ X + b[0]
    a1 = np.arctan(z1)
    err = (W[1] @ a1 + b[1]) - Y
    back = W[1].T @ err / (1 + a1**2)
    return {
        "dZ2": err,
        "dW2": err @ a1.T / m,
        "db2": err.mean(1, keepdims=True),
        "dZ1": back,
        "dW1": back @ X.T / m,
        "db1": back.mean(1, keepdims=True),
    }


@case(
    "sums are taken before the product: the paths are not weighted",
    "dA1",
    layers=(3, 4, 2),
    hidden="tanh",
    output="sigmoid",
    loss="half_squared_error",
)
def product_of_sums(W, b, X, Y):
    m = X.shape[1]
    A1 = np.tanh(W[0] @ X + b[0])
    A2 = sigmoid(W[1] @ A1 + b[1])
    dZ2 = (A2 - Y) * A2 * (1 - A2) / m
    dA1 = W[1].sum(axis=0)[:, None] * dZ2.sum(axis=0)
    dZ1 = dA1 * (1 - A1**2)
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
    "cosine with a sign, as if the activation were a cosine",
    "dZ1",
    layers=(3, 4, 2),
    hidden="sin",
    output="identity",
    loss="mean_squared_error",
    reduction="sum",
)
def sine_network(W, b, X, Y):
    z = W[0] @ X + b[0]
    phi = np.sin(z)
    r = 2 * (W[1] @ phi + b[1] - Y) / Y.shape[0]
    g = -np.cos(z) * (W[1].T @ r)
    return {
        "dZ2": r,
        "dW2": r @ phi.T,
        "db2": r.sum(1, keepdims=True),
        "dZ1": g,
        "dW1": g @ X.T,
        "db1": g.sum(1, keepdims=True),
    }


# ---- right ---------------------------------------------------------------------------


@case(
    "right: error = y - a, and all that follows with it; the update adds",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
    reduction="sum",
)
def error_is_target_minus_output(W, b, X, Y):
    hid = sigmoid(W[0] @ X + b[0])
    out = sigmoid(W[1] @ hid + b[1])
    error = Y - out
    d_out = error * out * (1 - out)
    d_hid = W[1].T @ d_out * hid * (1 - hid)
    return {
        "dZ2": d_out,
        "dW2": d_out @ hid.T,
        "db2": d_out.sum(1, keepdims=True),
        "dZ1": d_hid,
        "dW1": d_hid @ X.T,
        "db1": d_hid.sum(1, keepdims=True),
    }


@case(
    "right: by complex steps, without backpropagation",
    layers=(3, 4, 3),
    hidden="tanh",
    output="identity",
    loss="softmax_cross_entropy",
)
def complex_steps(W, b, X, Y):
    def cost(parameters):
        z = parameters[2] @ np.tanh(parameters[0] @ X + parameters[1]) + parameters[3]
        return (
            np.log(np.exp(z).sum(axis=0)) * Y.sum(axis=0) - (Y * z).sum(axis=0)
        ).mean()

    here = [np.asarray(p, dtype=complex) for p in (W[0], b[0], W[1], b[1])]
    grads = []
    for p in here:
        g = np.zeros(p.shape)
        for index in np.ndindex(p.shape):
            kept = p[index]
            p[index] = kept + 1e-30j
            g[index] = cost(here).imag / 1e-30
            p[index] = kept
        grads.append(g)
    return {"dW1": grads[0], "db1": grads[1], "dW2": grads[2], "db2": grads[3]}


@case(
    "right: whole Jacobians for each example, multiplied from the loss",
    layers=(3, 4, 3, 2),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def whole_jacobians(W, b, X, Y):
    m = X.shape[1]
    out = {
        f"d{k}{l}": np.zeros_like(p)
        for l in (1, 2, 3)
        for k, p in (("W", W[l - 1]), ("b", b[l - 1]))
    }
    for i in range(m):
        a = [X[:, i]]
        for l in range(3):
            z = W[l] @ a[-1] + b[l][:, 0]
            a.append(np.tanh(z) if l < 2 else sigmoid(z))
        row = ((a[3] - Y[:, i]) / (a[3] * (1 - a[3])))[None, :] @ np.diag(
            a[3] * (1 - a[3])
        )
        for l in (3, 2, 1):
            out[f"dW{l}"] += np.outer(row[0], a[l - 1]) / m
            out[f"db{l}"] += row.T / m
            if l > 1:
                row = row @ W[l - 1] @ np.diag(1 - a[l - 1] ** 2)
    return out


@case(
    "right: the bias is a column of the weights, inputs have a one",
    layers=(3, 5, 2),
    hidden="relu",
    output="identity",
    loss="squared_error",
    reduction="sum",
)
def bias_in_weights(W, b, X, Y):
    theta = [np.hstack([v, w]) for v, w in zip(b, W)]
    pad = lambda a: np.vstack([np.ones((1, a.shape[1])), a])
    z1 = theta[0] @ pad(X)
    a1 = np.maximum(0, z1)
    d2 = 2 * (theta[1] @ pad(a1) - Y)
    d1 = (theta[1].T @ d2)[1:] * np.heaviside(a1, 0)
    g2, g1 = d2 @ pad(a1).T, d1 @ pad(X).T
    return {
        "dZ2": d2,
        "dW2": g2[:, 1:],
        "db2": g2[:, :1],
        "dZ1": d1,
        "dW1": g1[:, 1:],
        "db1": g1[:, :1],
    }


class Linear:
    def __init__(self, w, v):
        self.w, self.v = w, v

    def forward(self, x):
        self.x = x
        return x @ self.w + self.v

    def backward(self, g):
        self.dw, self.dv = self.x.T @ g, g.sum(axis=0)
        return g @ self.w.T


class Softplus:
    def forward(self, x):
        self.x = x
        return np.log(1 + np.exp(x))

    def backward(self, g):
        return g / (1 + np.exp(-self.x))


@case(
    "right: a stack of layer objects that work on rows",
    layers=(3, 4, 4, 2),
    hidden="softplus",
    output="identity",
    loss="mean_squared_error",
)
def layer_objects(W, b, X, Y):
    stack = []
    for w, v in zip(W, b):
        stack += [Linear(w.T, v[:, 0]), Softplus()]
    stack.pop()
    x = X.T
    for layer in stack:
        x = layer.forward(x)
    g = 2 * (x - Y.T) / Y.size
    for layer in reversed(stack):
        g = layer.backward(g)
    grads = {}
    for l, layer in enumerate([s for s in stack if isinstance(s, Linear)], start=1):
        grads[f"dW{l}"], grads[f"db{l}"] = layer.dw.T, layer.dv[:, None]
    return grads


@case(
    "right: recursion over the layers; sigma' as sigma(z) sigma(-z)",
    layers=(3, 4, 3, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="squared_error",
)
def by_recursion(W, b, X, Y):
    m, out = X.shape[1], {}

    def down(l, a):
        if l == len(W):
            return 2 * (a - Y) / m
        z = W[l] @ a + b[l]
        da = down(l + 1, sigmoid(z))
        dz = da * sigmoid(z) * sigmoid(-z)
        out[f"dA{l + 1}"], out[f"dZ{l + 1}"] = da, dz
        out[f"dW{l + 1}"], out[f"db{l + 1}"] = dz @ a.T, dz.sum(axis=1, keepdims=True)
        return W[l].T @ dz

    down(0, X)
    return out


@case(
    "right: tanh' as 1 / cosh(z)**2, dZ of the examples' losses, mean at the end",
    layers=(3, 4, 2),
    hidden="tanh",
    output="tanh",
)
def cosh_form(W, b, X, Y):
    m = X.shape[1]
    Z1 = np.dot(W[0], X) + b[0]
    Z2 = np.dot(W[1], np.tanh(Z1)) + b[1]
    dZ2 = (np.tanh(Z2) - Y) / np.cosh(Z2) ** 2
    dZ1 = np.dot(W[1].T, dZ2) / np.cosh(Z1) ** 2
    return {
        "dZ2": dZ2,
        "dW2": np.dot(dZ2, np.tanh(Z1).T) / m,
        "db2": np.mean(dZ2, axis=1, keepdims=True),
        "dZ1": dZ1,
        "dW1": np.dot(dZ1, X.T) / m,
        "db1": np.mean(dZ1, axis=1, keepdims=True),
    }


@case(
    "right: forward accumulation, one direction for each parameter",
    layers=(3, 4, 2),
    hidden="silu",
    output="identity",
    loss="half_squared_error",
)
def forward_mode(W, b, X, Y):
    m = X.shape[1]
    z = W[0] @ X + b[0]
    s = sigmoid(z)
    a = z * s
    slope = s * (1 + z * (1 - s))
    error = W[1] @ a + b[1] - Y
    out = {
        k: np.zeros_like(p)
        for k, p in (("dW1", W[0]), ("db1", b[0]), ("dW2", W[1]), ("db2", b[1]))
    }
    for j in range(W[0].shape[0]):
        for i in range(W[0].shape[1]):
            out["dW1"][j, i] = (
                error * (W[1][:, j : j + 1] * slope[j] * X[i])
            ).sum() / m
        out["db1"][j] = (error * (W[1][:, j : j + 1] * slope[j])).sum() / m
        for k in range(W[1].shape[0]):
            out["dW2"][k, j] = (error[k] * a[j]).sum() / m
    out["db2"][:, 0] = error.sum(axis=1) / m
    return out


@case(
    "right: dA of the cross-entropy in full, leaky relu by multiplication with a slope array",
    layers=(3, 5, 4, 2),
    hidden="leaky_relu",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def cross_entropy_in_full(W, b, X, Y):
    m = Y.shape[1]
    caches, A = [], X
    for l in range(3):
        Z = W[l] @ A + b[l]
        caches.append((A, Z))
        A = sigmoid(Z) if l == 2 else np.maximum(Z, 0.01 * Z)
    grads = {}
    dA = -(np.divide(Y, A) - np.divide(1 - Y, 1 - A))
    for l in (3, 2, 1):
        A_prev, Z = caches[l - 1]
        slope = sigmoid(Z) * (1 - sigmoid(Z)) if l == 3 else np.where(Z > 0, 1.0, 0.01)
        dZ = dA * slope
        grads[f"dA{l}"], grads[f"dZ{l}"] = dA, dZ
        grads[f"dW{l}"], grads[f"db{l}"] = (
            dZ @ A_prev.T / m,
            dZ.sum(axis=1, keepdims=True) / m,
        )
        dA = W[l - 1].T @ dZ
    return grads


@case(
    "right: no activation but squares and a softmax, tensor contraction",
    layers=(3, 4, 3),
    hidden="square",
    output="identity",
    loss="softmax_cross_entropy",
    reduction="sum",
)
def squares_and_tensordot(W, b, X, Y):
    z = np.tensordot(W[0], X, axes=1) + b[0]
    p = softmax(np.tensordot(W[1], z * z, axes=1) + b[1])
    e2 = p * Y.sum(axis=0) - Y
    e1 = 2 * z * np.tensordot(W[1], e2, axes=(0, 0))
    return {
        "dZ2": e2,
        "dW2": np.tensordot(e2, z * z, axes=(1, 1)),
        "db2": e2.sum(axis=1).reshape(-1, 1),
        "dZ1": e1,
        "dW1": np.tensordot(e1, X, axes=(1, 1)),
        "db1": e1.sum(axis=1).reshape(-1, 1),
    }
