"""Derivations as functions, by engineers, researchers and some homework.

Written from the definitions of nn's losses and activations alone.
"""

# ruff: noqa: B905, C408, E731, E741, PLW2901, UP031  (as people write it)

from __future__ import annotations

import math
from collections import defaultdict, deque, namedtuple
from functools import reduce

import numpy as np
from numpy import newaxis as na

from tests.nn.grading.unseen.case import Collection

CASES = Collection([])
case = CASES.case

ERF = np.vectorize(math.erf)


def expit(z):
    return 1.0 / (1.0 + np.exp(-z))


def phi(z):
    return np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi)


def Phi(z):
    return 0.5 * (1 + ERF(z / np.sqrt(2)))


# ======================================================================================
# Planted
# ======================================================================================


@case(
    "gelu' is Phi(z) alone, z phi(z) is missing",
    "dZ1",
    layers=(3, 5, 2),
    hidden="gelu",
    output="linear",
    loss="huber_error",
)
def _(W, b, X, Y):
    class Dense:
        def __init__(self, w, c):
            self.w, self.c = w, c

        def __call__(self, x):
            self.x = x
            return self.w @ x + self.c

        def vjp(self, g):
            self.gw = g @ self.x.T
            self.gc = g.sum(1, keepdims=True)
            return self.w.T @ g

    class Gelu:
        def __call__(self, z):
            self.z = z
            return z * Phi(z)

        def vjp(self, g):
            return g * Phi(self.z)

    f1, act, f2 = Dense(W[0], b[0]), Gelu(), Dense(W[1], b[1])
    out = f2(act(f1(X)))
    g2 = np.clip(out - Y, -1, 1) / X.shape[1]
    gh = f2.vjp(g2)
    g1 = act.vjp(gh)
    f1.vjp(g1)
    return {
        "dZ2": g2,
        "dW2": f2.gw,
        "db2": f2.gc,
        "dA1": gh,
        "dZ1": g1,
        "dW1": f1.gw,
        "db1": f1.gc,
    }


@case(
    "silu' as s + z s: the factor (1 - s) is missing",
    "dW2",
    layers=(4, 5, 4, 3),
    hidden="silu",
    output="linear",
    loss="softmax_cross_entropy",
)
def _(W, b, X, Y):
    n_layers = len(W)
    acts, pre = [X], []
    for i, (w, c) in enumerate(zip(W, b)):
        z = np.einsum("oi,im->om", w, acts[-1]) + c
        pre.append(z)
        acts.append(z * expit(z) if i < n_layers - 1 else z)
    logits = acts[-1]
    p = np.exp(logits - logits.max(0))
    p /= p.sum(0)
    delta = (p - Y) / X.shape[1]
    grads = {}
    for i in reversed(range(n_layers)):
        grads[f"dW{i + 1}"] = np.einsum("om,im->oi", delta, acts[i])
        grads[f"db{i + 1}"] = delta.sum(axis=1, keepdims=True)
        if i:
            s = expit(pre[i - 1])
            delta = np.einsum("oi,om->im", W[i], delta) * (s + pre[i - 1] * s)
    return grads


@case(
    "selu' below 0 without the scale lambda",
    "dZ1",
    layers=(3, 6, 2),
    hidden="selu",
    output="linear",
    loss="mean_squared_error",
)
def _(W, b, X, Y):
    lam, alpha = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717
    Z1 = W[0] @ X + b[0]
    A1 = lam * np.where(Z1 > 0, Z1, alpha * np.expm1(np.minimum(Z1, 0)))
    Z2 = W[1] @ A1 + b[1]
    dZ2 = 2 * (Z2 - Y) / Y.size
    dA1 = W[1].T @ dZ2
    slope = np.empty_like(Z1)
    pos = Z1 > 0
    slope[pos] = lam
    slope[~pos] = alpha * np.exp(Z1[~pos])
    dZ1 = dA1 * slope
    return dict(
        dZ2=dZ2,
        dA1=dA1,
        dZ1=dZ1,
        dW2=dZ2 @ A1.T,
        dW1=dZ1 @ X.T,
        db2=dZ2.sum(1, keepdims=True),
        db1=dZ1.sum(1, keepdims=True),
    )


@case(
    "elu' below 0 taken as a itself, not a + 1",
    "dW1",
    layers=(3, 5, 3),
    hidden="elu",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)
def _(W, b, X, Y):
    def elu(z):
        return np.where(z > 0, z, np.exp(z) - 1)

    def elu_prime_from_output(a):
        return np.where(a > 0, 1.0, a)

    H = elu(W[0] @ X + b[0])
    P = expit(W[1] @ H + b[1])
    E = P - Y
    D = elu_prime_from_output(H) * (W[1].T @ E)
    return {
        "dW2": E @ H.T,
        "db2": E @ np.ones((X.shape[1], 1)),
        "dW1": D @ X.T,
        "db1": D @ np.ones((X.shape[1], 1)),
    }


@case(
    "softplus' evaluated at the activation: sigmoid(a)",
    "dZ2",
    layers=(2, 4, 5, 2),
    hidden="softplus",
    output="linear",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    softplus = lambda z: np.log1p(np.exp(-np.abs(z))) + np.maximum(z, 0)
    cache = {"A0": X}
    L = len(W)
    for l in range(1, L + 1):
        cache[f"Z{l}"] = W[l - 1] @ cache[f"A{l - 1}"] + b[l - 1]
        cache[f"A{l}"] = softplus(cache[f"Z{l}"]) if l < L else cache[f"Z{l}"]
    m = X.shape[1]
    grads = {f"dZ{L}": cache[f"A{L}"] - Y}
    for l in range(L, 0, -1):
        dZ = grads[f"dZ{l}"]
        grads[f"dW{l}"] = 1 / m * dZ @ cache[f"A{l - 1}"].T
        grads[f"db{l}"] = 1 / m * np.sum(dZ, axis=1, keepdims=True)
        if l > 1:
            grads[f"dZ{l - 1}"] = (W[l - 1].T @ dZ) * expit(cache[f"A{l - 1}"])
    return grads


@case(
    "the error of the Huber loss is not limited",
    "dZ2",
    layers=(3, 4, 3),
    hidden="tanh",
    output="linear",
    loss="huber_error",
    reduction="sum",
)
def _(W, b, X, Y):
    H = np.tanh(W[0] @ X + b[0])
    R = W[1] @ H + b[1] - Y
    G = (W[1].T @ R) * (1 - np.square(H))
    return {
        "dZ2": R,
        "dW2": R @ H.T,
        "db2": R.sum(axis=1)[:, na],
        "dZ1": G,
        "dW1": G @ X.T,
        "db1": G.sum(axis=1)[:, na],
    }


@case(
    "the hidden delta is clipped to [-0.05, 0.05]",
    "dW1",
    layers=(3, 5, 2),
    hidden="tanh",
    output="linear",
    loss="squared_error",
    reduction="sum",
)
def _(W, b, X, Y):
    H = np.tanh(W[0] @ X + b[0])
    dO = 2 * (W[1] @ H + b[1] - Y)
    dH = (W[1].T @ dO) * (1 - H * H)
    np.clip(dH, -0.05, 0.05, out=dH)  # against exploding gradients
    return {
        "dW1": dH @ X.T,
        "dW2": dO @ H.T,
        "db1": dH.sum(1).reshape(-1, 1),
        "db2": dO.sum(1).reshape(-1, 1),
    }


@case(
    "a - y for its sign in the absolute error",
    "dA2",
    layers=(4, 5, 2),
    hidden="arctan",
    output="tanh",
    loss="absolute_error",
)
def _(W, b, X, Y):
    Z1 = W[0] @ X + b[0]
    A1 = np.arctan(Z1)
    A2 = np.tanh(W[1] @ A1 + b[1])
    m = X.shape[1]
    dA2 = (A2 - Y) / m
    dZ2 = dA2 * (1 - A2**2)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 / (1 + Z1**2)
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW2": dZ2 @ A1.T,
        "db2": dZ2.sum(1, keepdims=True),
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(1, keepdims=True),
    }


@case(
    "the hinge's indicator the wrong way round: y a > 1",
    "dZ2",
    layers=(2, 6, 3),
    hidden="relu",
    output="linear",
    loss="hinge",
)
def _(W, b, X, Y):
    hidden = np.maximum(W[0] @ X + b[0], 0)
    score = W[1] @ hidden + b[1]
    violated = (Y * score > 1).astype(float)
    dscore = -violated * Y / X.shape[1]
    dhidden = (W[1].T @ dscore) * np.sign(hidden)
    return {
        "dZ2": dscore,
        "dW2": dscore @ hidden.T,
        "db2": dscore.sum(1, keepdims=True),
        "dZ1": dhidden,
        "dW1": dhidden @ X.T,
        "db1": dhidden.sum(1, keepdims=True),
    }


@case(
    "the softmax's Jacobian as a(1-a) elementwise",
    "dZ3",
    layers=(3, 4, 4, 3),
    hidden="tanh",
    output="softmax",
    loss="categorical_cross_entropy",
)
def _(W, b, X, Y):
    class Net:
        def __init__(self, W, b):
            self.W, self.b, self.tape = W, b, []

        def forward(self, x):
            for k in range(len(self.W)):
                z = self.W[k] @ x + self.b[k]
                if k == len(self.W) - 1:
                    e = np.exp(z - np.max(z, axis=0, keepdims=True))
                    a = e / np.sum(e, axis=0, keepdims=True)
                    d = a * (1 - a)
                else:
                    a = np.tanh(z)
                    d = 1 - a * a
                self.tape.append((x, d))
                x = a
            return x

        def backward(self, dA):
            out = {}
            k = len(self.W)
            while self.tape:
                x, d = self.tape.pop()
                dZ = dA * d
                out.update(
                    {
                        f"dA{k}": dA,
                        f"dZ{k}": dZ,
                        f"dW{k}": dZ @ x.T,
                        f"db{k}": dZ.sum(axis=1, keepdims=True),
                    }
                )
                dA = self.W[k - 1].T @ dZ
                k -= 1
            return out

    net = Net(W, b)
    p = net.forward(X)
    return net.backward(-Y / p / X.shape[1])


@case(
    "the softmax's Jacobian as diag(p) - p p elementwise, not the outer product",
    "dZ2",
    layers=(4, 5, 3),
    hidden="sigmoid",
    output="softmax",
    loss="half_squared_error",
    reduction="sum",
)
def _(W, b, X, Y):
    dW1, dW2 = np.zeros_like(W[0]), np.zeros_like(W[1])
    db1, db2 = np.zeros_like(b[0]), np.zeros_like(b[1])
    deltas = []
    for x, y in zip(X.T, Y.T):
        h = expit(W[0] @ x + b[0].ravel())
        z = W[1] @ h + b[1].ravel()
        p = np.exp(z) / np.exp(z).sum()
        J = np.diag(p) - p * p
        d2 = J @ (p - y)
        d1 = np.diag(h * (1 - h)) @ W[1].T @ d2
        deltas.append(d2)
        dW2 += np.outer(d2, h)
        dW1 += np.outer(d1, x)
        db2[:, 0] += d2
        db1[:, 0] += d1
    return {"dZ2": np.array(deltas).T, "dW2": dW2, "db2": db2, "dW1": dW1, "db1": db1}


@case(
    "log_softmax backwards: p times dA itself, not times its sum over the classes",
    "dZ2",
    layers=(3, 5, 4),
    hidden="softplus",
    output="log_softmax",
    loss="negative_log_likelihood",
)
def _(W, b, X, Y):
    def log_softmax(z):
        top = z.max(axis=0, keepdims=True)
        return z - top - np.log(np.exp(z - top).sum(axis=0, keepdims=True))

    z1 = W[0] @ X + b[0]
    a1 = np.logaddexp(0, z1)
    logp = log_softmax(W[1] @ a1 + b[1])
    dlogp = -Y / X.shape[1]
    dz2 = dlogp - np.exp(logp) * dlogp
    dz1 = (W[1].T @ dz2) * expit(z1)
    return {
        "dA2": dlogp,
        "dZ2": dz2,
        "dW2": dz2 @ a1.T,
        "db2": dz2.sum(axis=1, keepdims=True),
        "dZ1": dz1,
        "dW1": dz1 @ X.T,
        "db1": dz1.sum(axis=1, keepdims=True),
    }


@case(
    "the logits' cross-entropy with an extra sigma'",
    "dZ2",
    layers=(5, 4, 2),
    hidden="silu",
    output="linear",
    loss="binary_cross_entropy_with_logits",
)
def _(W, b, X, Y):
    m = X.shape[1]
    Z1 = np.einsum("ij,jm->im", W[0], X) + b[0]
    S1 = expit(Z1)
    A1 = Z1 * S1
    S2 = expit(np.einsum("ij,jm->im", W[1], A1) + b[1])
    D2 = np.einsum("im,im,im->im", S2 - Y, S2, 1 - S2) / m
    D1 = np.einsum("ji,jm,im->im", W[1], D2, S1 + A1 * (1 - S1))
    return {
        "dZ2": D2,
        "dZ1": D1,
        "dW2": np.einsum("im,jm->ij", D2, A1),
        "dW1": np.einsum("im,jm->ij", D1, X),
        "db2": np.einsum("im->i", D2)[:, na],
        "db1": np.einsum("im->i", D1)[:, na],
    }


@case(
    "z - y for sigmoid(z) - y with the logits' cross-entropy",
    "dW3",
    layers=(3, 4, 3, 2),
    hidden="tanh",
    output="linear",
    loss="binary_cross_entropy_with_logits",
    reduction="sum",
)
def _(W, b, X, Y):
    activations = [X]
    for w, c in zip(W[:-1], b[:-1]):
        activations.append(np.tanh(w @ activations[-1] + c))
    logits = W[-1] @ activations[-1] + b[-1]
    delta = logits - Y
    grads = {}
    for layer in (3, 2, 1):
        a = activations[layer - 1]
        grads[f"dW{layer}"] = delta @ a.T
        grads[f"db{layer}"] = delta.sum(axis=1, keepdims=True)
        delta = (W[layer - 1].T @ delta) * (1 - a**2)
    return grads


@case(
    "np.sum without an axis: the bias's gradient adds up all the neurons",
    "db2",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    W1, W2 = W
    b1, b2 = b
    m = X.shape[1]
    A1 = expit(np.dot(W1, X) + b1)
    A2 = expit(np.dot(W2, A1) + b2)
    dZ2 = (A2 - Y) * A2 * (1 - A2)
    dW2 = np.dot(dZ2, A1.T) / m
    db2 = np.sum(dZ2) / m * np.ones_like(b2)
    dZ1 = np.dot(W2.T, dZ2) * A1 * (1 - A1)
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return {"dZ2": dZ2, "dW2": dW2, "db2": db2, "dZ1": dZ1, "dW1": dW1, "db1": db1}


@case(
    "db1 summed over the neurons, not over the examples",
    "db1",
    layers=(4, 3, 1),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    # logistic regression on tanh features
    m = X.shape[1]
    A1 = np.tanh(W[0] @ X + b[0])
    A2 = expit(W[1] @ A1 + b[1])
    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T / m
    db2 = dZ2.sum(axis=1, keepdims=True) / m
    dZ1 = W[1].T @ dZ2 * (1 - A1**2)
    dW1 = dZ1 @ X.T / m
    db1 = dZ1.sum(axis=0, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


@case(
    "db as the mean, though dZ has the 1/m already",
    "db3",
    layers=(3, 5, 4, 2),
    hidden="leaky_relu",
    output="linear",
    loss="squared_error",
)
def _(W, b, X, Y):
    g = lambda z: np.where(z > 0, z, 0.01 * z)
    dg = lambda z: np.where(z > 0, 1.0, 0.01)
    Zs, As = [], [X]
    for w, c in zip(W, b):
        Zs.append(w @ As[-1] + c)
        As.append(g(Zs[-1]))
    As[-1] = Zs[-1]
    dZ = 2 * (As[-1] - Y) / X.shape[1]
    res = {}
    for l in (2, 1, 0):
        res["dW%d" % (l + 1)] = dZ @ As[l].T
        res["db%d" % (l + 1)] = dZ.mean(axis=1, keepdims=True)
        if l > 0:
            dZ = W[l].T @ dZ * dg(Zs[l - 1])
    return res


@case(
    "db1 is the sum of dA1, before g'",
    "db1",
    layers=(3, 6, 3),
    hidden="gelu",
    output="linear",
    loss="softmax_cross_entropy",
)
def _(W, b, X, Y):
    pre = W[0] @ X + b[0]
    feat = pre * Phi(pre)
    logits = W[1] @ feat + b[1]
    logits -= logits.max(axis=0)
    prob = np.exp(logits) / np.exp(logits).sum(axis=0)
    g_logits = (prob - Y) / X.shape[1]
    g_feat = W[1].T @ g_logits
    g_pre = g_feat * (Phi(pre) + pre * phi(pre))
    return {
        "dZ2": g_logits,
        "dW2": g_logits @ feat.T,
        "db2": g_logits.sum(1, keepdims=True),
        "dA1": g_feat,
        "dZ1": g_pre,
        "dW1": g_pre @ X.T,
        "db1": g_feat.sum(1, keepdims=True),
    }


@case(
    "the transpose of W forgotten in a square layer",
    "dZ1",
    layers=(3, 4, 4, 2),
    hidden="tanh",
    output="tanh",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    A0 = X
    A1 = np.tanh(W[0] @ A0 + b[0])
    A2 = np.tanh(W[1] @ A1 + b[1])
    A3 = np.tanh(W[2] @ A2 + b[2])
    m = X.shape[1]
    dZ3 = (A3 - Y) * (1 - A3**2) / m
    dZ2 = (W[2].T @ dZ3) * (1 - A2**2)
    dZ1 = (W[1] @ dZ2) * (1 - A1**2)
    return {
        "dZ3": dZ3,
        "dZ2": dZ2,
        "dZ1": dZ1,
        "dW3": dZ3 @ A2.T,
        "dW2": dZ2 @ A1.T,
        "dW1": dZ1 @ A0.T,
        "db3": dZ3.sum(1, keepdims=True),
        "db2": dZ2.sum(1, keepdims=True),
        "db1": dZ1.sum(1, keepdims=True),
    }


@case(
    "A dZ' for dZ A' in a square layer: the transposed gradient",
    "dW2",
    layers=(3, 4, 4),
    hidden="sigmoid",
    output="linear",
    loss="mean_squared_error",
)
def _(W, b, X, Y):
    (n_out, m) = Y.shape
    A1 = expit(W[0].dot(X) + b[0])
    A2 = W[1].dot(A1) + b[1]
    dZ2 = (2.0 / (m * n_out)) * (A2 - Y)
    dW2 = A1.dot(dZ2.T)
    db2 = dZ2.sum(axis=1).reshape(n_out, 1)
    dZ1 = W[1].T.dot(dZ2) * A1 * (1.0 - A1)
    dW1 = dZ1.dot(X.T)
    db1 = dZ1.sum(axis=1).reshape(-1, 1)
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2, "dZ1": dZ1, "dZ2": dZ2}


@case(
    "A[l] for A[l-1] in dW, all layers equally wide",
    "dW3",
    layers=(4, 4, 4, 4),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    L = len(W)
    A = {0: X}
    for l in range(1, L + 1):
        z = W[l - 1] @ A[l - 1] + b[l - 1]
        A[l] = expit(z) if l == L else np.tanh(z)
    m = X.shape[1]
    g = {}
    dZ = A[L] - Y
    for l in range(L, 0, -1):
        g[f"dZ{l}"] = dZ
        g[f"dW{l}"] = dZ @ A[l].T / m
        g[f"db{l}"] = np.sum(dZ, 1, keepdims=True) / m
        if l > 1:
            dZ = W[l - 1].T @ dZ * (1 - A[l - 1] ** 2)
    return g


@case(
    "g' of layer 2 in layer 1",
    "dZ1",
    layers=(3, 5, 5, 2),
    hidden="arcsinh",
    output="linear",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    z1 = W[0] @ X + b[0]
    a1 = np.arcsinh(z1)
    z2 = W[1] @ a1 + b[1]
    a2 = np.arcsinh(z2)
    z3 = W[2] @ a2 + b[2]
    gp = lambda z: 1 / np.hypot(1, z)
    d3 = (z3 - Y) / X.shape[1]
    d2 = gp(z2) * (W[2].T @ d3)
    d1 = gp(z2) * (W[1].T @ d2)
    s = lambda d: d.sum(axis=-1, keepdims=True)
    return {
        "dZ3": d3,
        "dW3": d3 @ a2.T,
        "db3": s(d3),
        "dZ2": d2,
        "dW2": d2 @ a1.T,
        "db2": s(d2),
        "dZ1": d1,
        "dW1": d1 @ X.T,
        "db1": s(d1),
    }


@case(
    "the last layer's weights carry the error through every layer",
    "dW2",
    layers=(3, 4, 4, 4, 4),
    hidden="softplus",
    output="linear",
    loss="softmax_cross_entropy",
)
def _(W, b, X, Y):
    def softmax(u):
        v = np.exp(u - u.max(0))
        return v / v.sum(0)

    H, Zs = [X], []
    for w, c in zip(W, b):
        Zs.append(w @ H[-1] + c)
        H.append(np.log(1 + np.exp(Zs[-1])))
    N = X.shape[1]
    delta = (softmax(Zs[-1]) - Y) / N
    out = {}
    for i in range(len(W) - 1, -1, -1):
        out[f"dW{i + 1}"] = delta @ H[i].T
        out[f"db{i + 1}"] = delta @ np.ones((N, 1))
        if i > 0:
            delta = (W[-1].T @ delta) * expit(Zs[i - 1])
    return out


@case(
    "the layer's backward uses the weights it has just updated",
    "dW1",
    layers=(4, 5, 2),
    hidden="tanh",
    output="linear",
    loss="squared_error",
)
def _(W, b, X, Y):
    class FC:
        lr = 0.3

        def __init__(self, w, c):
            self.w = w.copy()
            self.c = c.copy()

        def forward(self, inp):
            self.inp = inp
            return np.dot(self.w, inp) + self.c

        def backward(self, err):
            self.dw = np.dot(err, self.inp.T)
            self.dc = np.sum(err, axis=1, keepdims=True)
            self.w -= self.lr * self.dw
            self.c -= self.lr * self.dc
            return np.dot(self.w.T, err)

    class Tanh:
        def forward(self, inp):
            self.out = np.tanh(inp)
            return self.out

        def backward(self, err):
            return err * (1 - self.out**2)

    net = [FC(W[0], b[0]), Tanh(), FC(W[1], b[1])]
    out = X
    for layer in net:
        out = layer.forward(out)
    err = 2 * (out - Y) / X.shape[1]
    for layer in net[::-1]:
        err = layer.backward(err)
    return {"dW1": net[0].dw, "db1": net[0].dc, "dW2": net[2].dw, "db2": net[2].dc}


@case(
    "the sum of the hidden neuron's error is not reset from neuron to neuron",
    "dW1",
    layers=(2, 4, 3),
    hidden="sigmoid",
    output="sigmoid",
    loss="half_squared_error",
    reduction="sum",
)
def _(W, b, X, Y):
    dW1, dW2, db1, db2 = (np.zeros_like(t) for t in (W[0], W[1], b[0], b[1]))
    for e in range(X.shape[1]):
        x, y = X[:, e], Y[:, e]
        h = expit(W[0] @ x + b[0][:, 0])
        o = expit(W[1] @ h + b[1][:, 0])
        d_o = (o - y) * o * (1 - o)
        for k in range(len(o)):
            db2[k, 0] += d_o[k]
            for j in range(len(h)):
                dW2[k, j] += d_o[k] * h[j]
        err = 0.0
        for j in range(len(h)):
            for k in range(len(o)):
                err += W[1][k, j] * d_o[k]
            d_h = err * h[j] * (1 - h[j])
            db1[j, 0] += d_h
            for i in range(len(x)):
                dW1[j, i] += d_h * x[i]
    return {"dW2": dW2, "db2": db2, "dW1": dW1, "db1": db1}


@case(
    "the loop over the examples begins at 1, the first one is left out",
    "dW2",
    layers=(3, 5, 2),
    hidden="relu",
    output="linear",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    m = X.shape[1]
    nabla_w = [np.zeros(w.shape) for w in W]
    nabla_b = [np.zeros(c.shape) for c in b]
    for t in range(1, m):
        x, y = X[:, t : t + 1], Y[:, t : t + 1]
        z1 = W[0] @ x + b[0]
        a1 = np.maximum(z1, 0)
        delta = W[1] @ a1 + b[1] - y
        nabla_w[1] += delta @ a1.T
        nabla_b[1] += delta
        delta = (W[1].T @ delta) * (z1 > 0)
        nabla_w[0] += delta @ x.T
        nabla_b[0] += delta
    return {
        "dW1": nabla_w[0] / m,
        "dW2": nabla_w[1] / m,
        "db1": nabla_b[0] / m,
        "db2": nabla_b[1] / m,
    }


@case(
    "the ReLU's mask put on the linear output layer, too",
    "dZ3",
    layers=(3, 6, 5, 3),
    hidden="relu",
    output="linear",
    loss="huber_error",
)
def _(W, b, X, Y):
    Z, A = [None], [X]
    for w, c in zip(W, b):
        Z.append(w @ A[-1] + c)
        A.append(np.maximum(Z[-1], 0))
    A[-1] = Z[-1]
    dA = np.clip(A[-1] - Y, -1.0, 1.0) / X.shape[1]
    grads = {}
    for l in range(len(W), 0, -1):
        dZ = np.array(dA, copy=True)
        dZ[Z[l] <= 0] = 0
        grads[f"dA{l}"], grads[f"dZ{l}"] = dA, dZ
        grads[f"dW{l}"] = dZ @ A[l - 1].T
        grads[f"db{l}"] = dZ.sum(axis=1, keepdims=True)
        dA = W[l - 1].T @ dZ
    return grads


@case(
    "the leaky slope on the wrong side: 0.01 above 0, 1 below",
    "dZ1",
    layers=(3, 5, 2),
    hidden="leaky_relu",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    Z1 = W[0] @ X + b[0]
    A1 = np.maximum(Z1, 0.01 * Z1)
    A2 = expit(W[1] @ A1 + b[1])
    dZ2 = A2 - Y
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * np.where(Z1 < 0, 1.0, 0.01)
    m = X.shape[1]
    return {
        "dZ2": dZ2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW2": dZ2 @ A1.T / m,
        "db2": dZ2.mean(axis=1, keepdims=True),
        "dW1": dZ1 @ X.T / m,
        "db1": dZ1.mean(axis=1, keepdims=True),
    }


@case(
    "the 2 of the squared error lost",
    "dA2",
    layers=(3, 4, 2),
    hidden="sin",
    output="tanh",
    loss="squared_error",
    reduction="sum",
)
def _(W, b, X, Y):
    Z1 = W[0] @ X + b[0]
    A1, D1 = np.sin(Z1), np.cos(Z1)
    A2 = np.tanh(W[1] @ A1 + b[1])
    dA2 = A2 - Y
    dZ2 = dA2 * (1 - A2**2)
    dZ1 = (W[1].T @ dZ2) * D1
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dZ1": dZ1,
        "dW2": dZ2 @ A1.T,
        "dW1": dZ1 @ X.T,
        "db2": dZ2.sum(1, keepdims=True),
        "db1": dZ1.sum(1, keepdims=True),
    }


@case(
    "divided by Y.size as in PyTorch, though the loss sums over the outputs",
    "dW3",
    layers=(2, 5, 4, 3),
    hidden="silu",
    output="linear",
    loss="squared_error",
)
def _(W, b, X, Y):
    def silu(z):
        s = expit(z)
        return z * s, s * (1 + z * (1 - s))

    h, stack = X, []
    for w, c in zip(W[:-1], b[:-1]):
        a, d = silu(w @ h + c)
        stack.append((h, d))
        h = a
    pred = W[-1] @ h + b[-1]
    grad = 2.0 * (pred - Y) / Y.size
    out = {"dW3": grad @ h.T, "db3": grad.sum(1, keepdims=True)}
    for k in (1, 0):
        inp, d = stack[k]
        grad = d * (W[k + 1].T @ grad)
        out[f"dW{k + 1}"] = grad @ inp.T
        out[f"db{k + 1}"] = grad.sum(1, keepdims=True)
    return out


@case(
    "tanh' of the output from y: 1 - y**2",
    "dZ2",
    layers=(3, 4, 3),
    hidden="tanh",
    output="tanh",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    # rows are examples inside
    x, t = X.T, Y.T
    w1, w2 = W[0].T, W[1].T
    h = np.tanh(x @ w1 + b[0].T)
    y = np.tanh(h @ w2 + b[1].T)
    N = len(x)
    e = (y - t) * (1 - t**2) / N
    f = e @ w2.T * (1 - h**2)
    return {
        "dZ2": e.T,
        "dW2": (h.T @ e).T,
        "db2": e.sum(0)[:, na],
        "dZ1": f.T,
        "dW1": (x.T @ f).T,
        "db1": f.sum(0)[:, na],
    }


@case(
    "W times delta summed over the wrong axis, in a square layer",
    "dA1",
    layers=(3, 4, 4),
    hidden="softplus",
    output="sigmoid",
    loss="half_squared_error",
    reduction="sum",
)
def _(W, b, X, Y):
    Z1 = (W[0][:, :, na] * X[na]).sum(1) + b[0]
    A1 = np.logaddexp(0.0, Z1)
    A2 = expit((W[1][:, :, na] * A1[na]).sum(1) + b[1])
    dZ2 = (A2 - Y) * A2 * (1 - A2)
    dW2 = (dZ2[:, na, :] * A1[na, :, :]).sum(2)
    dA1 = (W[1][:, :, na] * dZ2[na, :, :]).sum(1)
    dZ1 = dA1 * expit(Z1)
    dW1 = (dZ1[:, na, :] * X[na, :, :]).sum(2)
    return {
        "dZ2": dZ2,
        "dW2": dW2,
        "db2": dZ2.sum(1)[:, na],
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dW1,
        "db1": dZ1.sum(1)[:, na],
    }


@case(
    "= for += over the outputs: only the last output's error reaches the hidden layer",
    "dZ1",
    layers=(3, 4, 3),
    hidden="tanh",
    output="linear",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    m, nh, no = X.shape[1], len(b[0]), len(b[1])
    H = np.tanh(W[0] @ X + b[0])
    E = W[1] @ H + b[1] - Y
    dH = np.zeros((nh, m))
    for e in range(m):
        for j in range(nh):
            for k in range(no):
                dH[j, e] = W[1][k, j] * E[k, e]
    dZ1 = dH * (1 - H**2)
    return {
        "dZ2": E / m,
        "dW2": E @ H.T / m,
        "db2": E.sum(1, keepdims=True) / m,
        "dZ1": dZ1 / m,
        "dW1": dZ1 @ X.T / m,
        "db1": dZ1.sum(1, keepdims=True) / m,
    }


@case(
    "db2 is put into an array of integers",
    "db2",
    layers=(4, 3, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    m = X.shape[1]
    A1 = expit(W[0] @ X + b[0])
    A2 = expit(W[1] @ A1 + b[1])
    dZ2 = A2 - Y
    dZ1 = W[1].T @ dZ2 * A1 * (1 - A1)
    db2 = np.array([[0]] * len(b[1]))
    for k in range(len(b[1])):
        db2[k] = sum(dZ2[k]) / m
    db1 = np.array([[0.0]] * len(b[0]))
    for k in range(len(b[0])):
        db1[k] = sum(dZ1[k]) / m
    return {"dW2": dZ2 @ A1.T / m, "db2": db2, "dW1": dZ1 @ X.T / m, "db1": db1}


@case(
    "delta = y - a: the minus put back in the weights, forgotten in db2",
    "db2",
    layers=(3, 4, 2),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)
def _(W, b, X, Y):
    A1 = np.tanh(W[0] @ X + b[0])
    A2 = expit(W[1] @ A1 + b[1])
    delta2 = Y - A2
    delta1 = (W[1].T @ delta2) * (1 - A1 * A1)
    return {
        "dW2": -delta2 @ A1.T,
        "db2": delta2.sum(axis=1, keepdims=True),
        "dW1": -delta1 @ X.T,
        "db1": -delta1.sum(axis=1, keepdims=True),
    }


@case(
    "weight decay in the weights' gradients, which the cost does not have",
    "dW3",
    layers=(3, 4, 4, 2),
    hidden="elu",
    output="linear",
    loss="mean_squared_error",
)
def _(W, b, X, Y):
    wd = 0.1
    Params = namedtuple("Params", "w c")
    net = [Params(w, c) for w, c in zip(W, b)]
    xs, ds = [X], []
    for p in net[:-1]:
        z = p.w @ xs[-1] + p.c
        xs.append(np.where(z > 0, z, np.expm1(z)))
        ds.append(np.where(z > 0, 1, np.exp(z)))
    g = 2 * (net[-1].w @ xs[-1] + net[-1].c - Y) / Y.size
    out = {}
    for l in range(len(net), 0, -1):
        out[f"dW{l}"] = g @ xs[l - 1].T + wd * net[l - 1].w
        out[f"db{l}"] = g.sum(1, keepdims=True)
        if l > 1:
            g = ds[l - 2] * (net[l - 1].w.T @ g)
    return out


@case(
    "the bias is the first column, but the last row of the error is cut off",
    "dZ1",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    # Andrew Ng's Theta = [b W]
    Theta1, Theta2 = np.hstack([b[0], W[0]]), np.hstack([b[1], W[1]])
    m = X.shape[1]
    a1 = np.vstack([np.ones((1, m)), X])
    z2 = Theta1 @ a1
    a2 = np.vstack([np.ones((1, m)), expit(z2)])
    a3 = expit(Theta2 @ a2)
    d3 = a3 - Y
    d2 = (Theta2.T @ d3)[:-1] * expit(z2) * (1 - expit(z2))
    G2, G1 = d3 @ a2.T / m, d2 @ a1.T / m
    return {
        "dZ2": d3,
        "dZ1": d2,
        "dW2": G2[:, 1:],
        "db2": G2[:, :1],
        "dW1": G1[:, 1:],
        "db1": G1[:, :1],
    }


@case(
    "sin' as cos of the activation",
    "dZ2",
    layers=(2, 5, 4, 1),
    hidden="sin",
    output="linear",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    """SIREN."""
    acts = [X]
    for w, c in zip(W[:-1], b[:-1]):
        acts.append(np.sin(w @ acts[-1] + c))
    u = W[-1] @ acts[-1] + b[-1]
    bar = (u - Y) / X.shape[1]
    res = {"dZ3": bar}
    for l in (3, 2, 1):
        res[f"dW{l}"] = bar @ acts[l - 1].T
        res[f"db{l}"] = bar.sum(axis=1, keepdims=True)
        if l > 1:
            bar = (W[l - 1].T @ bar) * np.cos(acts[l - 1])
            res[f"dZ{l - 1}"] = bar
    return res


@case(
    "arctan' from the activation: 1/(1 + a**2)",
    "dW1",
    layers=(4, 6, 2),
    hidden="arctan",
    output="linear",
    loss="absolute_error",
)
def _(W, b, X, Y):
    m = X.shape[1]
    A = np.arctan(W[0] @ X + b[0])
    F = W[1] @ A + b[1]
    S = np.sign(F - Y) / m
    T = (W[1].T @ S) / (1 + A**2)
    return {
        "dW2": S @ A.T,
        "db2": S.sum(1, keepdims=True),
        "dW1": T @ X.T,
        "db1": T.sum(1, keepdims=True),
    }


@case(
    "erf' as exp(-z**2)/sqrt(pi), without the 2",
    "dZ1",
    layers=(3, 5, 3),
    hidden="erf",
    output="linear",
    loss="softmax_cross_entropy",
    reduction="sum",
)
def _(W, b, X, Y):
    class Erf:
        @staticmethod
        def f(z):
            return ERF(z)

        @staticmethod
        def df(z):
            return np.exp(-(z**2)) / math.sqrt(math.pi)

    z1 = W[0] @ X + b[0]
    a1 = Erf.f(z1)
    z2 = W[1] @ a1 + b[1]
    q = np.exp(z2 - np.log(np.exp(z2).sum(0)))
    d2 = q - Y
    d1 = Erf.df(z1) * (W[1].T @ d2)
    return {
        "dZ2": d2,
        "dZ1": d1,
        "dW2": d2 @ a1.T,
        "dW1": d1 @ X.T,
        "db2": d2.sum(1, keepdims=True),
        "db1": d1.sum(1, keepdims=True),
    }


@case(
    "log_sigmoid' as sigmoid(z), not sigmoid(-z)",
    "dZ1",
    layers=(3, 4, 2),
    hidden="log_sigmoid",
    output="linear",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    Z1 = W[0] @ X + b[0]
    A1 = -np.logaddexp(0, -Z1)
    Z2 = W[1] @ A1 + b[1]
    dZ2 = Z2 - Y
    dZ1 = (W[1].T @ dZ2) * expit(Z1)
    one = np.full((X.shape[1], 1), 1 / X.shape[1])
    return {
        "dZ2": dZ2,
        "dZ1": dZ1,
        "dW2": dZ2 @ (one * A1.T),
        "db2": dZ2 @ one,
        "dW1": dZ1 @ (one * X.T),
        "db1": dZ1 @ one,
    }


@case(
    "1/m forgotten in dW1 only",
    "dW1",
    layers=(3, 5, 4),
    hidden="relu",
    output="softmax",
    loss="categorical_cross_entropy",
)
def _(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = Z1 * (Z1 > 0)
    Z2 = W[1] @ A1 + b[1]
    A2 = np.exp(Z2) / np.exp(Z2).sum(axis=0, keepdims=True)
    dZ2 = A2 - Y
    dW2 = (1 / m) * dZ2 @ A1.T
    db2 = (1 / m) * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = W[1].T @ dZ2 * (Z1 > 0)
    dW1 = dZ1 @ X.T
    db1 = (1 / m) * np.sum(dZ1, axis=1, keepdims=True)
    return {"dZ2": dZ2, "dW2": dW2, "db2": db2, "dZ1": dZ1, "dW1": dW1, "db1": db1}


@case(
    "1/m in every layer's delta, so that it comes twice in layer 1",
    "dZ1",
    layers=(3, 4, 3),
    hidden="tanh",
    output="linear",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    def local(kind, upstream, a):
        d = upstream if kind == "linear" else upstream * (1 - a**2)
        return d / a.shape[1]

    a1 = np.tanh(W[0] @ X + b[0])
    a2 = W[1] @ a1 + b[1]
    dz2 = local("linear", a2 - Y, a2)
    dz1 = local("tanh", W[1].T @ dz2, a1)
    return {
        "dZ2": dz2,
        "dZ1": dz1,
        "dW2": dz2 @ a1.T,
        "dW1": dz1 @ X.T,
        "db2": dz2.sum(1, keepdims=True),
        "db1": dz1.sum(1, keepdims=True),
    }


@case(
    "A1 reshaped to (m, n) where it should be transposed",
    "dW2",
    layers=(3, 4, 3),
    hidden="sigmoid",
    output="linear",
    loss="softmax_cross_entropy",
)
def _(W, b, X, Y):
    m = X.shape[1]
    A1 = expit(W[0] @ X + b[0])
    S = np.exp(W[1] @ A1 + b[1])
    S /= S.sum(axis=0)
    dZ2 = (S - Y) / m
    dZ1 = W[1].T @ dZ2 * A1 * (1 - A1)
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.reshape(m, -1),
        "db2": dZ2.sum(1).reshape(-1, 1),
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(1).reshape(-1, 1),
    }


@case(
    "the cached activation is overwritten in place by its derivative before dW2",
    "dW2",
    layers=(3, 5, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    cache = []
    a = X
    for w, c in zip(W, b):
        cache.append(a)
        a = expit(w @ a + c)
    m = X.shape[1]
    dZ2 = (a - Y) * a * (1 - a) / m
    slope = cache[1]
    slope *= 1 - slope
    dZ1 = (W[1].T @ dZ2) * slope
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ cache[1].T,
        "db2": dZ2.sum(1, keepdims=True),
        "dZ1": dZ1,
        "dW1": dZ1 @ cache[0].T,
        "db1": dZ1.sum(1, keepdims=True),
    }


@case(
    "the vector of all gradients is unrolled by columns and reshaped by rows",
    "dW2",
    layers=(3, 4, 3),
    hidden="tanh",
    output="linear",
    loss="huber_error",
)
def _(W, b, X, Y):
    # MATLAB: grad = [G1(:); G2(:)]
    A1 = np.tanh(W[0] @ X + b[0])
    D2 = np.minimum(np.maximum(W[1] @ A1 + b[1] - Y, -1), 1) / X.shape[1]
    D1 = (W[1].T @ D2) * (1 - A1**2)
    G1, G2 = D1 @ X.T, D2 @ A1.T
    grad = np.concatenate([G1.ravel(order="F"), G2.ravel(order="C")])
    G1 = grad[: W[0].size].reshape(W[0].shape, order="F")
    G2 = grad[W[0].size :].reshape(W[1].shape, order="F")
    return {
        "dZ2": D2,
        "dZ1": D1,
        "dW1": G1,
        "dW2": G2,
        "db1": D1.sum(1, keepdims=True),
        "db2": D2.sum(1, keepdims=True),
    }


# ======================================================================================
# Right
# ======================================================================================


@case(
    "modules with forward and backward, three layers of gelu",
    layers=(4, 6, 5, 3),
    hidden="gelu",
    output="linear",
    loss="softmax_cross_entropy",
)
def _(W, b, X, Y):
    class Module:
        grads = ()

    class Linear(Module):
        def __init__(self, w, c):
            self.w, self.c = w, c

        def forward(self, x):
            self.x = x
            return self.w @ x + self.c

        def backward(self, g):
            self.grads = (g @ self.x.T, g.sum(-1, keepdims=True))
            return self.w.T @ g

    class GELU(Module):
        def forward(self, x):
            self.d = Phi(x) + x * phi(x)
            return x * Phi(x)

        def backward(self, g):
            return g * self.d

    class SoftmaxXent(Module):
        def forward(self, x, t):
            e = np.exp(x - x.max(0))
            self.g = (e / e.sum(0) - t) / t.shape[1]

        def backward(self):
            return self.g

    mods = []
    for w, c in zip(W, b):
        mods += [Linear(w, c), GELU()]
    mods.pop()
    h = X
    for mod in mods:
        h = mod.forward(h)
    crit = SoftmaxXent()
    crit.forward(h, Y)
    g = crit.backward()
    for mod in reversed(mods):
        g = mod.backward(g)
    linears = [mod for mod in mods if mod.grads]
    return {
        f"{n}{i}": v
        for i, mod in enumerate(linears, 1)
        for n, v in zip(("dW", "db"), mod.grads)
    }


@case(
    "einsum throughout, dA and dZ returned",
    layers=(3, 5, 4, 2),
    hidden="silu",
    output="tanh",
    loss="squared_error",
)
def _(W, b, X, Y):
    es = np.einsum
    Z1 = es("ab,bn->an", W[0], X) + b[0]
    S1 = expit(Z1)
    A1 = Z1 * S1
    Z2 = es("ab,bn->an", W[1], A1) + b[1]
    S2 = expit(Z2)
    A2 = Z2 * S2
    A3 = np.tanh(es("ab,bn->an", W[2], A2) + b[2])
    dA3 = 2 * (A3 - Y) / X.shape[1]
    dZ3 = es("an,an->an", dA3, 1 - A3**2)
    dA2 = es("ab,an->bn", W[2], dZ3)
    dZ2 = dA2 * (A2 + S2 * (1 - A2))
    dA1 = es("ab,an->bn", W[1], dZ2)
    dZ1 = dA1 * (A1 + S1 * (1 - A1))
    out = {"dA3": dA3, "dZ3": dZ3, "dA2": dA2, "dZ2": dZ2, "dA1": dA1, "dZ1": dZ1}
    for l, (d, a) in enumerate([(dZ1, X), (dZ2, A1), (dZ3, A2)], 1):
        out[f"dW{l}"] = es("an,bn->ab", d, a)
        out[f"db{l}"] = es("an->a", d).reshape(-1, 1)
    return out


@case(
    "the full Jacobians of one example, multiplied from the left",
    layers=(3, 4, 3),
    hidden="tanh",
    output="softmax",
    loss="categorical_cross_entropy",
)
def _(W, b, X, Y):
    m = X.shape[1]
    out = {"dW1": 0, "dW2": 0, "db1": 0, "db2": 0}
    for j in range(m):
        x, y = X[:, j], Y[:, j]
        h = np.tanh(W[0] @ x + b[0].ravel())
        u = np.exp(W[1] @ h + b[1].ravel())
        p = u / u.sum()
        row = -(y / p)[na, :]  # dL/dp, 1 x n
        row = row @ (np.diag(p) - np.outer(p, p))
        out["dW2"] = out["dW2"] + row.T @ h[na, :] / m
        out["db2"] = out["db2"] + row.T / m
        row = row @ W[1] @ np.diag(1 - h**2)
        out["dW1"] = out["dW1"] + row.T @ x[na, :] / m
        out["db1"] = out["db1"] + row.T / m
    return out


@case(
    "a batch of softmax Jacobians by einsum, a squared error after the softmax",
    layers=(3, 5, 3),
    hidden="sigmoid",
    output="softmax",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    H = expit(W[0] @ X + b[0])
    Z = W[1] @ H + b[1]
    P = np.exp(Z - Z.max(0))
    P = P / P.sum(0)
    n = len(P)
    J = np.einsum("im,ij->mij", P, np.eye(n)) - np.einsum("im,jm->mij", P, P)
    dP = (P - Y) / X.shape[1]
    dZ2 = np.einsum("mij,im->jm", J, dP)
    dZ1 = (W[1].T @ dZ2) * (H - H**2)
    return {
        "dA2": dP,
        "dZ2": dZ2,
        "dW2": dZ2 @ H.T,
        "db2": dZ2.sum(1)[:, na],
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(1)[:, na],
    }


@case(
    "softmax backwards as p * (g - sum(p g))",
    layers=(4, 4, 4),
    hidden="relu",
    output="softmax",
    loss="squared_error",
    reduction="sum",
)
def _(W, b, X, Y):
    Z1 = W[0] @ X + b[0]
    A1 = Z1.clip(min=0)
    E = np.exp(W[1] @ A1 + b[1])
    P = E / E.sum(axis=0)
    g = 2 * (P - Y)
    dZ2 = P * (g - (P * g).sum(axis=0))
    dZ1 = W[1].T @ dZ2
    dZ1[A1 == 0] = 0
    return {
        "dA2": g,
        "dZ2": dZ2,
        "dZ1": dZ1,
        "dW2": dZ2 @ A1.T,
        "dW1": dZ1 @ X.T,
        "db2": dZ2.sum(1, keepdims=True),
        "db1": dZ1.sum(1, keepdims=True),
    }


@case(
    "rows are examples inside, converted at the end",
    layers=(4, 5, 4, 2),
    hidden="softplus",
    output="linear",
    loss="mean_squared_error",
)
def _(W, b, X, Y):
    x, y = X.T, Y.T
    K = [w.T for w in W]
    c = [v.ravel() for v in b]
    hs = [x]
    for k, v in zip(K[:-1], c[:-1]):
        hs.append(np.logaddexp(0, hs[-1] @ k + v))
    pred = hs[-1] @ K[-1] + c[-1]
    g = 2 * (pred - y) / y.size
    gk, gc = [], []
    for i in range(2, -1, -1):
        gk.insert(0, hs[i].T @ g)
        gc.insert(0, g.sum(axis=0))
        if i:
            g = (g @ K[i].T) * -np.expm1(-hs[i])  # softplus' = 1 - e**-a
    return {f"dW{i + 1}": a.T for i, a in enumerate(gk)} | {
        f"db{i + 1}": a[:, na] for i, a in enumerate(gc)
    }


@case(
    "augmented matrices, the bias in the last column",
    layers=(3, 4, 3, 2),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)
def _(W, b, X, Y):
    aug = lambda a: np.r_[a, np.ones((1, a.shape[1]))]
    T = [np.c_[w, v] for w, v in zip(W, b)]
    S = [aug(X)]
    for t in T[:-1]:
        S.append(aug(np.tanh(t @ S[-1])))
    delta = expit(T[-1] @ S[-1]) - Y
    out = {}
    for l in range(len(T), 0, -1):
        G = delta @ S[l - 1].T
        out[f"dW{l}"], out[f"db{l}"] = G[:, :-1], G[:, -1:]
        # 1 - 1**2 = 0: the constant unit has no error
        delta = ((T[l - 1].T @ delta) * (1 - S[l - 1] ** 2))[:-1]
    return out


@case(
    "complex-step differentiation in place of backprop",
    layers=(2, 3, 2),
    hidden="tanh",
    output="sigmoid",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    def cost(P):
        a = np.tanh(P[0] @ X + P[1])
        a = 1 / (1 + np.exp(-(P[2] @ a + P[3])))
        return ((a - Y) ** 2).sum() / (2 * X.shape[1])

    P = [W[0], b[0], W[1], b[1]]
    out = []
    for k in range(4):
        G = np.zeros(P[k].shape)
        for ix in np.ndindex(G.shape):
            Q = [p.astype(complex) for p in P]
            Q[k][ix] += 1e-30j
            G[ix] = cost(Q).imag / 1e-30
        out.append(G)
    return dict(zip(("dW1", "db1", "dW2", "db2"), out))


@case(
    "a small tape of tensors, written for the occasion",
    layers=(3, 5, 4, 3),
    hidden="silu",
    output="linear",
    loss="huber_error",
)
def _(W, b, X, Y):
    class T:
        def __init__(self, v, parents=()):
            self.v, self.parents, self.g = v, parents, np.zeros_like(v)

        def __matmul__(self, o):
            return T(
                self.v @ o.v, ((self, lambda g: g @ o.v.T), (o, lambda g: self.v.T @ g))
            )

        def __add__(self, o):
            return T(
                self.v + o.v,
                ((self, lambda g: g), (o, lambda g: g.sum(1, keepdims=True))),
            )

        def silu(self):
            s = expit(self.v)
            return T(self.v * s, ((self, lambda g: g * s * (1 + self.v * (1 - s))),))

    def backward(root, seed):
        order, seen = [], set()

        def visit(t):
            if id(t) not in seen:
                seen.add(id(t))
                for p, _ in t.parents:
                    visit(p)
                order.append(t)

        visit(root)
        root.g = seed
        for t in reversed(order):
            for p, f in t.parents:
                p.g = p.g + f(t.g)

    w, c, h = [T(v) for v in W], [T(v) for v in b], T(X)
    for i in range(len(w)):
        h = w[i] @ h + c[i]
        if i + 1 < len(w):
            h = h.silu()
    r = h.v - Y
    backward(h, np.where(abs(r) <= 1, r, np.sign(r)) / Y.shape[1])
    return {f"dW{i + 1}": t.g for i, t in enumerate(w)} | {
        f"db{i + 1}": t.g for i, t in enumerate(c)
    }


@case(
    "delta = y - a, all returned as update directions",
    layers=(3, 4, 3),
    hidden="sigmoid",
    output="linear",
    loss="softmax_cross_entropy",
)
def _(W, b, X, Y):
    m = X.shape[1]
    h = expit(W[0] @ X + b[0])
    s = np.exp(W[1] @ h + b[1])
    err = (Y - s / s.sum(0)) / m
    err_h = W[1].T @ err * h * (1 - h)
    return {
        "dW2": err @ h.T,
        "db2": err.sum(1, keepdims=True),
        "dW1": err_h @ X.T,
        "db1": err_h.sum(1, keepdims=True),
    }


@case(
    "deltas of y - a, gradients with the minus put back",
    layers=(3, 5, 4, 2),
    hidden="elu",
    output="linear",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    a, d = [X], []
    for w, c in zip(W[:-1], b[:-1]):
        z = w @ a[-1] + c
        a.append(np.where(z > 0, z, np.exp(z) - 1))
        d.append(np.where(z > 0, 1.0, np.exp(z)))
    delta = Y - (W[-1] @ a[-1] + b[-1])
    g = {}
    for l in (3, 2, 1):
        g[f"dW{l}"] = -(delta @ a[l - 1].T) / X.shape[1]
        g[f"db{l}"] = -delta.mean(axis=1, keepdims=True)
        if l > 1:
            delta = d[l - 2] * (W[l - 1].T @ delta)
    return g


@case(
    "float32 inside, with a loss scale of 1024",
    layers=(4, 5, 3),
    hidden="relu",
    output="linear",
    loss="softmax_cross_entropy",
)
def _(W, b, X, Y):
    f = np.float32
    w1, w2, c1, c2, x, y = (t.astype(f) for t in (W[0], W[1], b[0], b[1], X, Y))
    scale = f(1024)
    h = np.maximum(w1 @ x + c1, f(0))
    z = w2 @ h + c2
    p = np.exp(z - z.max(0, keepdims=True))
    p /= p.sum(0, keepdims=True)
    g = (p - y) * (scale / f(x.shape[1]))
    gh = (w2.T @ g) * (h > 0)
    raw = {
        "dW2": g @ h.T,
        "db2": g.sum(1, keepdims=True),
        "dW1": gh @ x.T,
        "db1": gh.sum(1, keepdims=True),
    }
    return {k: v.astype(float) / 1024 for k, v in raw.items()}


@case(
    "selu' in one where, from the activation: a + lambda alpha",
    layers=(3, 5, 5, 2),
    hidden="selu",
    output="linear",
    loss="squared_error",
)
def _(W, b, X, Y):
    LAMBDA, ALPHA = 1.0507009873554804934, 1.6732632423543772848
    selu = lambda z: LAMBDA * np.where(z > 0, z, ALPHA * np.expm1(z))
    dselu = lambda a: np.where(a > 0, LAMBDA, a + LAMBDA * ALPHA)
    H1 = selu(W[0] @ X + b[0])
    H2 = selu(W[1] @ H1 + b[1])
    m = X.shape[1]
    D3 = 2 / m * (W[2] @ H2 + b[2] - Y)
    D2 = dselu(H2) * (W[2].T @ D3)
    D1 = dselu(H1) * (W[1].T @ D2)
    s = lambda d: d @ np.ones((m, 1))
    return {
        "dZ1": D1,
        "dZ2": D2,
        "dZ3": D3,
        "dW1": D1 @ X.T,
        "dW2": D2 @ H1.T,
        "dW3": D3 @ H2.T,
        "db1": s(D1),
        "db2": s(D2),
        "db3": s(D3),
    }


@case(
    "log_softmax backwards with the sum of dA",
    layers=(3, 6, 4),
    hidden="arctan",
    output="log_softmax",
    loss="negative_log_likelihood",
)
def _(W, b, X, Y):
    Z1 = W[0] @ X + b[0]
    A1 = np.arctan(Z1)
    Z2 = W[1] @ A1 + b[1]
    A2 = Z2 - np.log(np.sum(np.exp(Z2), axis=0, keepdims=True))
    dA2 = -Y / X.shape[1]
    dZ2 = dA2 - np.exp(A2) * dA2.sum(axis=0, keepdims=True)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 / (1 + Z1 * Z1)
    return {
        "dA2": dA2,
        "dZ2": dZ2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW2": dZ2 @ A1.T,
        "dW1": dZ1 @ X.T,
        "db2": np.add.reduce(dZ2, 1)[:, na],
        "db1": np.add.reduce(dZ1, 1)[:, na],
    }


@case(
    "the hinge with its mask put in place",
    layers=(3, 6, 2),
    hidden="leaky_relu",
    output="linear",
    loss="hinge",
)
def _(W, b, X, Y):
    z = W[0] @ X + b[0]
    h = np.where(z < 0, 0.01 * z, z)
    margin = 1 - Y * (W[1] @ h + b[1])
    g = -Y.astype(float)
    g[margin <= 0] = 0
    g /= X.shape[1]
    gz = W[1].T @ g
    gz[z < 0] *= 0.01
    return {
        "dZ2": g,
        "dW2": g @ h.T,
        "db2": g.sum(1, keepdims=True),
        "dZ1": gz,
        "dW1": gz @ X.T,
        "db1": gz.sum(1, keepdims=True),
    }


@case(
    "Huber by masks of the small and the large errors, tanh at the output",
    layers=(3, 4, 4, 2),
    hidden="tanh",
    output="tanh",
    loss="huber_error",
    reduction="sum",
)
def _(W, b, X, Y):
    A = [X]
    for w, c in zip(W, b):
        A.append(np.tanh(w @ A[-1] + c))
    r = A[3] - Y
    small = np.abs(r) < 1
    g = r * small + np.sign(r) * ~small
    out = {}
    for l in range(3, 0, -1):
        g = g * (1 + A[l]) * (1 - A[l])
        out[f"dZ{l}"] = g
        out[f"dW{l}"] = np.tensordot(g, A[l - 1], axes=(1, 1))
        out[f"db{l}"] = g.sum(axis=1, keepdims=True)
        g = np.tensordot(W[l - 1], g, axes=(0, 0))
    return out


@case(
    "absolute error, its sign by comparison",
    layers=(4, 5, 3),
    hidden="erf",
    output="linear",
    loss="absolute_error",
)
def _(W, b, X, Y):
    u = W[0] @ X + b[0]
    v = ERF(u)
    F = W[1] @ v + b[1]
    s = ((F > Y).astype(float) - (F < Y)) / X.shape[1]
    t = (W[1].T @ s) * (2 / np.sqrt(np.pi)) * np.exp(-u * u)
    return {
        "dW2": s @ v.T,
        "db2": s.sum(1, keepdims=True),
        "dW1": t @ X.T,
        "db1": t.sum(1, keepdims=True),
    }


@case(
    "the logits' cross-entropy as (1-y) sigmoid(z) - y sigmoid(-z)",
    layers=(3, 5, 2),
    hidden="gelu",
    output="linear",
    loss="binary_cross_entropy_with_logits",
)
def _(W, b, X, Y):
    z1 = W[0] @ X + b[0]
    cdf = Phi(z1)
    a1 = z1 * cdf
    z2 = W[1] @ a1 + b[1]
    d2 = (1 - Y) * expit(z2) - Y * expit(-z2)
    d1 = (W[1].T @ d2) * (cdf + z1 * phi(z1))
    m = X.shape[1]
    return {
        "dZ2": d2,
        "dZ1": d1,
        "dW2": d2 @ a1.T / m,
        "dW1": d1 @ X.T / m,
        "db2": np.mean(d2, 1, keepdims=True),
        "db1": np.mean(d1, 1, keepdims=True),
    }


@case(
    "nothing but lists and loops over indices",
    layers=(3, 3, 2, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="half_squared_error",
    reduction="sum",
)
def _(W, b, X, Y):
    L = len(W)
    sizes = [len(X)] + [len(w) for w in W]
    gw = [[[0.0] * sizes[l] for _ in range(sizes[l + 1])] for l in range(L)]
    gb = [[0.0] * sizes[l + 1] for l in range(L)]
    for n in range(X.shape[1]):
        a = [[float(X[i, n]) for i in range(sizes[0])]]
        for l in range(L):
            row = []
            for i in range(sizes[l + 1]):
                s = float(b[l][i, 0])
                for j in range(sizes[l]):
                    s += W[l][i, j] * a[l][j]
                row.append(1 / (1 + math.exp(-s)))
            a.append(row)
        d = [(a[L][i] - Y[i, n]) * a[L][i] * (1 - a[L][i]) for i in range(sizes[L])]
        for l in range(L - 1, -1, -1):
            for i in range(sizes[l + 1]):
                gb[l][i] += d[i]
                for j in range(sizes[l]):
                    gw[l][i][j] += d[i] * a[l][j]
            if l:
                d = [
                    sum(d[i] * W[l][i, j] for i in range(sizes[l + 1]))
                    * a[l][j]
                    * (1 - a[l][j])
                    for j in range(sizes[l])
                ]
    out = {}
    for l in range(L):
        out[f"dW{l + 1}"] = np.array(gw[l])
        out[f"db{l + 1}"] = np.array(gb[l]).reshape(-1, 1)
    return out


@case(
    "one recursive function goes forwards and comes back",
    layers=(3, 4, 4, 3, 2),
    hidden="tanh",
    output="linear",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    out = {}

    def descend(l, a):
        """Return dC/da of the input a of layer l."""
        if l == len(W):
            return (a - Y) / Y.shape[1]
        z = W[l] @ a + b[l]
        last = l == len(W) - 1
        h = z if last else np.tanh(z)
        g = descend(l + 1, h)
        if not last:
            g = g * (1 - h * h)
        out[f"dZ{l + 1}"] = g
        out[f"dW{l + 1}"] = g @ a.T
        out[f"db{l + 1}"] = g.sum(1, keepdims=True)
        return W[l].T @ g

    descend(0, X)
    return out


@case(
    "pullbacks as closures on a stack, as JAX or Zygote make them",
    layers=(3, 5, 4, 2),
    hidden="arcsinh",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    def affine(w, c, x):
        def pull(g):
            return (g @ x.T, g.sum(1, keepdims=True)), w.T @ g

        return w @ x + c, pull

    def pointwise(f, df):
        def run(z):
            return f(z), lambda g: g * df(z)

        return run

    asinh = pointwise(np.arcsinh, lambda z: (1 + z * z) ** -0.5)
    sigm = pointwise(expit, lambda z: expit(z) * expit(-z))
    tape = deque()
    h = X
    for i, (w, c) in enumerate(zip(W, b)):
        z, back = affine(w, c, h)
        h, back_g = (sigm if i == len(W) - 1 else asinh)(z)
        tape.append((i + 1, back, back_g))
    bar = ((1 - Y) / (1 - h) - Y / h) / X.shape[1]
    out = {}
    while tape:
        i, back, back_g = tape.pop()
        out[f"dA{i}"] = bar
        out[f"dZ{i}"] = bar = back_g(bar)
        (out[f"dW{i}"], out[f"db{i}"]), bar = back(bar)
    return out


@case(
    "vec(dW) by Kronecker products",
    layers=(2, 4, 3),
    hidden="tanh",
    output="linear",
    loss="squared_error",
)
def _(W, b, X, Y):
    m = X.shape[1]
    vec = lambda M: M.reshape(-1, order="F")
    H = np.tanh(W[0] @ X + b[0])
    R = 2 * (W[1] @ H + b[1] - Y) / m
    # vec(W2 H) = (H' kron I) vec(W2)
    gW2 = np.kron(H.T, np.eye(len(b[1]))).T @ vec(R)
    # vec(H) -> vec(Z2): I kron W2
    back = np.kron(np.eye(m), W[1]).T @ vec(R)
    back = np.diag(vec(1 - H**2)) @ back
    gW1 = np.kron(X.T, np.eye(len(b[0]))).T @ back
    gb2 = np.kron(np.ones((m, 1)), np.eye(len(b[1]))).T @ vec(R)
    gb1 = np.kron(np.ones((m, 1)), np.eye(len(b[0]))).T @ back
    return {
        "dW1": gW1.reshape(W[0].shape, order="F"),
        "dW2": gW2.reshape(W[1].shape, order="F"),
        "db1": gb1[:, na],
        "db2": gb2[:, na],
    }


@case(
    "the adjoint equations solved as one linear system per example",
    layers=(3, 4, 3, 2),
    hidden="softplus",
    output="linear",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    n = [len(v) for v in b]
    off = np.cumsum([0, *n])
    m = X.shape[1]
    out = {
        f"d{k}{l + 1}": np.zeros_like(t[l])
        for k, t in (("W", W), ("b", b))
        for l in range(3)
    }
    for e in range(m):
        a, z = [X[:, e]], []
        for l in range(3):
            z.append(W[l] @ a[-1] + b[l][:, 0])
            a.append(np.log1p(np.exp(z[-1])) if l < 2 else z[-1])
        # z - W g(z) - b = 0; M = d(residual)/dz
        M = np.eye(off[-1])
        for l in (1, 2):
            M[off[l] : off[l + 1], off[l - 1] : off[l]] = -W[l] * expit(z[l - 1])
        rhs = np.zeros(off[-1])
        rhs[off[2] :] = (a[3] - Y[:, e]) / m
        lam = np.linalg.solve(M.T, rhs)
        for l in range(3):
            mu = lam[off[l] : off[l + 1]]
            out[f"dW{l + 1}"] += np.outer(mu, a[l])
            out[f"db{l + 1}"] += mu[:, na]
    return out


@case(
    "Octave: Theta with the bias first, Delta accumulated over t",
    layers=(4, 5, 3),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    m = X.shape[1]
    Theta1 = np.concatenate((b[0], W[0]), axis=1)
    Theta2 = np.concatenate((b[1], W[1]), axis=1)
    Delta1, Delta2 = 0 * Theta1, 0 * Theta2
    for t in range(m):
        a_1 = np.concatenate(([1.0], X[:, t]))
        a_2 = np.concatenate(([1.0], expit(Theta1 @ a_1)))
        a_3 = expit(Theta2 @ a_2)
        delta_3 = a_3 - Y[:, t]
        delta_2 = (Theta2.T @ delta_3) * a_2 * (1 - a_2)
        Delta1 += np.outer(delta_2[1:], a_1)
        Delta2 += np.outer(delta_3, a_2)
    Theta1_grad, Theta2_grad = Delta1 / m, Delta2 / m
    return {
        "dW1": Theta1_grad[:, 1:],
        "db1": Theta1_grad[:, [0]],
        "dW2": Theta2_grad[:, 1:],
        "db2": Theta2_grad[:, [0]],
    }


@case(
    "gradient accumulation over micro-batches of two",
    layers=(3, 5, 3),
    hidden="silu",
    output="linear",
    loss="softmax_cross_entropy",
)
def _(W, b, X, Y):
    total = X.shape[1]
    grads = [np.zeros_like(p) for p in (*W, *b)]
    for start in range(0, total, 2):
        x, y = X[:, start : start + 2], Y[:, start : start + 2]
        z = W[0] @ x + b[0]
        s = expit(z)
        h = z * s
        o = W[1] @ h + b[1]
        g2 = np.exp(o - np.logaddexp.reduce(o, axis=0)) - y
        g1 = (W[1].T @ g2) * (s + z * s - z * s**2)
        for acc, g in zip(
            grads,
            (g1 @ x.T, g2 @ h.T, g1.sum(1, keepdims=True), g2.sum(1, keepdims=True)),
        ):
            acc += g * (1 / total)
    return dict(zip(("dW1", "dW2", "db1", "db2"), grads))


@case(
    "every example's gradient by broadcasting, then averaged",
    layers=(3, 4, 2),
    hidden="sin",
    output="linear",
    loss="squared_error",
)
def _(W, b, X, Y):
    xs, ys = X.T[:, :, na], Y.T[:, :, na]  # (m, n, 1)
    z = np.matmul(W[0], xs) + b[0]
    h = np.sin(z)
    e = 2 * (np.matmul(W[1], h) + b[1] - ys)
    f = np.matmul(W[1].T, e) * np.cos(z)
    return {
        "dW2": np.average(e * h.swapaxes(1, 2), axis=0),
        "db2": np.average(e, axis=0),
        "dW1": np.average(f * xs.swapaxes(1, 2), axis=0),
        "db1": np.average(f, axis=0),
    }


@case(
    "log_sigmoid, its derivative as 1 - e**a",
    layers=(3, 4, 3, 2),
    hidden="log_sigmoid",
    output="linear",
    loss="mean_squared_error",
    reduction="sum",
)
def _(W, b, X, Y):
    A = [X]
    for l, (w, c) in enumerate(zip(W, b), 1):
        A.append(w @ A[-1] + c)
        if l < len(W):
            A[-1] = -np.log1p(np.exp(-A[-1]))
    D = [2 * (A[-1] - Y) / len(Y)]
    for l in (2, 1):
        D.insert(0, (W[l].T @ D[0]) * (1 - np.exp(A[l])))
    out = {}
    for l in range(3):
        out.update(
            {
                f"dZ{l + 1}": D[l],
                f"dW{l + 1}": D[l] @ A[l].T,
                f"db{l + 1}": D[l].sum(1, keepdims=True),
            }
        )
    return out


@case(
    "sigma' as 1/(4 cosh(z/2)**2), deltas without 1/m",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="squared_error",
)
def _(W, b, X, Y):
    slope = lambda z: 0.25 / np.cosh(z / 2) ** 2
    sig = lambda z: 0.5 * (1 + np.tanh(z / 2))
    z1 = W[0] @ X + b[0]
    a1 = sig(z1)
    z2 = W[1] @ a1 + b[1]
    a2 = sig(z2)
    d2 = 2 * (a2 - Y) * slope(z2)
    d1 = slope(z1) * (W[1].T @ d2)
    m = float(X.shape[1])
    return {
        "dZ2": d2,
        "dZ1": d1,
        "dW2": d2 @ a1.T / m,
        "dW1": d1 @ X.T / m,
        "db2": d2.sum(1, keepdims=True) / m,
        "db1": d1.sum(1, keepdims=True) / m,
    }


@case(
    "a quadratic activation, with 1/m in the upstream ones",
    layers=(3, 4, 2),
    hidden="square",
    output="linear",
    loss="huber_error",
)
def _(W, b, X, Y):
    avg = np.full((X.shape[1], 1), 1.0 / X.shape[1])
    Z1 = W[0] @ X + b[0]
    H = Z1**2
    D2 = np.maximum(-1, np.minimum(1, W[1] @ H + b[1] - Y))
    D1 = 2 * Z1 * (W[1].T @ D2)
    return {
        "dW2": (D2 * avg.T) @ H.T,
        "dW1": (D1 * avg.T) @ X.T,
        "db2": D2 @ avg,
        "db1": D1 @ avg,
    }


@case(
    "the bias's gradient as the row of a product with ones, tanh' as sech**2",
    layers=(2, 4, 4, 3),
    hidden="tanh",
    output="softmax",
    loss="categorical_cross_entropy",
)
def _(W, b, X, Y):
    N = X.shape[1]
    e = np.ones(N)
    Z1 = W[0] @ X + np.outer(b[0], e)
    A1 = np.tanh(Z1)
    Z2 = W[1] @ A1 + np.outer(b[1], e)
    A2 = np.tanh(Z2)
    Z3 = W[2] @ A2 + np.outer(b[2], e)
    A3 = np.exp(Z3) @ np.eye(N) / np.exp(Z3).sum(0)
    B3 = (A3 - Y) / N
    B2 = (W[2].T @ B3) / np.cosh(Z2) ** 2
    B1 = (W[1].T @ B2) / np.cosh(Z1) ** 2
    return {
        "dW3": B3 @ A2.T,
        "db3": (B3 @ e)[:, na],
        "dW2": B2 @ A1.T,
        "db2": (B2 @ e)[:, na],
        "dW1": B1 @ X.T,
        "db1": (B1 @ e)[:, na],
    }


@case(
    "forward sensitivities: the derivative of the outputs by each W1[i, j]",
    layers=(2, 3, 2),
    hidden="elu",
    output="tanh",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = np.where(Z1 > 0, Z1, np.expm1(Z1))
    G1 = np.where(Z1 > 0, 1, np.exp(Z1))
    A2 = np.tanh(W[1] @ A1 + b[1])
    R = A2 - Y
    S2 = 1 - A2**2
    dW1, db1 = np.zeros_like(W[0]), np.zeros_like(b[0])
    for i in range(len(b[0])):
        dZ1 = np.zeros_like(Z1)
        dZ1[i] = 1
        dA2 = S2 * (W[1] @ (G1 * dZ1))
        db1[i] = (R * dA2).sum() / m
        for j in range(len(X)):
            dA2 = S2 * (W[1] @ (G1 * dZ1 * X[j]))
            dW1[i, j] = (R * dA2).sum() / m
    return {
        "dW2": (R * S2) @ A1.T / m,
        "db2": (R * S2).mean(1, keepdims=True),
        "dW1": dW1,
        "db1": db1,
    }


@case(
    "functools.reduce over the layers, backwards",
    layers=(4, 4, 3, 2),
    hidden="relu",
    output="linear",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    def step(hist, wc):
        w, c = wc
        return (
            [*hist, w @ np.maximum(hist[-1], 0) + c]
            if len(hist) > 1
            else [*hist, w @ hist[-1] + c]
        )

    pre = reduce(step, zip(W, b), [X])
    inputs = [X] + [np.maximum(z, 0) for z in pre[1:-1]]

    def back(deltas, k):
        return [np.heaviside(pre[k], 0) * (W[k].T @ deltas[0]), *deltas]

    deltas = reduce(back, (2, 1), [(pre[-1] - Y) / X.shape[1]])
    return {
        k: v
        for i, (d, a) in enumerate(zip(deltas, inputs), 1)
        for k, v in (
            (f"dZ{i}", d),
            (f"dW{i}", d @ a.T),
            (f"db{i}", d.sum(1, keepdims=True)),
        )
    }


@case(
    "1 subtracted at the label, every step in place, rows inside",
    layers=(3, 5, 4),
    hidden="relu",
    output="linear",
    loss="softmax_cross_entropy",
    reduction="sum",
)
def _(W, b, X, Y):
    x = np.ascontiguousarray(X.T)
    labels = Y.argmax(axis=0)
    h = x @ W[0].T + b[0].T
    np.maximum(h, 0, out=h)
    s = h @ W[1].T + b[1].T
    s -= s.max(axis=1, keepdims=True)
    np.exp(s, out=s)
    s /= s.sum(axis=1, keepdims=True)
    s[np.arange(len(x)), labels] -= 1.0
    dh = s @ W[1]
    dh[h <= 0] = 0.0
    return {
        "dW2": s.T @ h,
        "db2": s.sum(axis=0)[:, na],
        "dW1": dh.T @ x,
        "db1": dh.sum(axis=0)[:, na],
    }


@case(
    "an accumulating defaultdict, np.outer example by example, r @ W for W' r",
    layers=(4, 4, 2),
    hidden="selu",
    output="linear",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    lam, alpha = 1.0507009873554805, 1.6732632423543772
    m = X.shape[1]
    acc = defaultdict(float)
    for x, y in zip(X.T, Y.T):
        z = W[0] @ x + b[0][:, 0]
        h = lam * np.where(z > 0, z, alpha * (np.exp(z) - 1))
        r = W[1] @ h + b[1][:, 0] - y
        s = (r @ W[1]) * lam * np.where(z > 0, 1, alpha * np.exp(z))
        acc["dW2"] += np.outer(r, h) / m
        acc["dW1"] += np.outer(s, x) / m
        acc["db2"] += r[:, na] / m
        acc["db1"] += s[:, na] / m
    return dict(acc)


@case(
    "single layer, the homework of week one",
    layers=(4, 1),
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    m = X.shape[1]
    A = 1 / (1 + np.exp(-(np.dot(W[0], X) + b[0])))
    dZ = A - Y
    dw = np.dot(X, dZ.T) / m
    db = np.sum(dZ) / m
    return {"dW1": dw.T, "db1": np.array([[db]])}


@case(
    "lower-case keys, the deltas of three sigmoid layers with 1/m",
    layers=(3, 4, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
    loss="mean_squared_error",
)
def _(W, b, X, Y):
    a0 = X
    a1 = expit(W[0] @ a0 + b[0])
    a2 = expit(W[1] @ a1 + b[1])
    a3 = expit(W[2] @ a2 + b[2])
    dz3 = (a3 - Y) * (a3 - a3**2) * 2 / (Y.shape[0] * Y.shape[1])
    dz2 = W[2].T @ dz3 * (a2 - a2**2)
    dz1 = W[1].T @ dz2 * (a1 - a1**2)
    return {
        "dz3": dz3,
        "dz2": dz2,
        "dz1": dz1,
        "dw3": dz3 @ a2.T,
        "dw2": dz2 @ a1.T,
        "dw1": dz1 @ a0.T,
        "db3": dz3.sum(1, keepdims=True),
        "db2": dz2.sum(1, keepdims=True),
        "db1": dz1.sum(1, keepdims=True),
    }


@case(
    "an unnecessary but harmless detour: dA of BCE, then sigma', eps of 1e-12",
    layers=(3, 5, 2),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)
def _(W, b, X, Y):
    eps = 1e-12
    A1 = np.tanh(W[0] @ X + b[0])
    A2 = np.clip(expit(W[1] @ A1 + b[1]), eps, 1 - eps)
    dA2 = -(np.divide(Y, A2 + eps) - np.divide(1 - Y, 1 - A2 + eps))
    dZ2 = dA2 * A2 * (1 - A2)
    dA1 = np.dot(W[1].T, dZ2)
    dZ1 = np.multiply(dA1, 1 - np.power(A1, 2))
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


@case(
    "a residue of torch: autograd Functions with ctx, parameters in a flat vector",
    layers=(3, 4, 4, 2),
    hidden="softplus",
    output="sigmoid",
    loss="half_squared_error",
)
def _(W, b, X, Y):
    class Ctx:
        def save_for_backward(self, *t):
            self.saved = t

    class LinearFn:
        @staticmethod
        def forward(ctx, x, w, c):
            ctx.save_for_backward(x, w)
            return w @ x + c

        @staticmethod
        def backward(ctx, g):
            x, w = ctx.saved
            return w.T @ g, g @ x.T, g.sum(1, keepdims=True)

    class SoftplusFn:
        @staticmethod
        def forward(ctx, z):
            ctx.save_for_backward(z)
            return np.logaddexp(z, 0)

        @staticmethod
        def backward(ctx, g):
            (z,) = ctx.saved
            return (g / (1 + np.exp(-z)),)

    class SigmoidFn:
        @staticmethod
        def forward(ctx, z):
            y = expit(z)
            ctx.save_for_backward(y)
            return y

        @staticmethod
        def backward(ctx, g):
            (y,) = ctx.saved
            return (g * y * (1 - y),)

    flat = np.concatenate([t.ravel() for pair in zip(W, b) for t in pair])
    shapes = [t.shape for pair in zip(W, b) for t in pair]
    ends = np.cumsum([math.prod(s) for s in shapes])
    params = [f.reshape(s) for f, s in zip(np.split(flat, ends[:-1]), shapes)]
    graph, h = [], X
    for i in range(len(W)):
        ctx = Ctx()
        h = LinearFn.forward(ctx, h, params[2 * i], params[2 * i + 1])
        graph.append((LinearFn, ctx))
        fn, ctx = (SigmoidFn if i == len(W) - 1 else SoftplusFn), Ctx()
        h = fn.forward(ctx, h)
        graph.append((fn, ctx))
    g = (h - Y) / Y.shape[1]
    flat_grad = []
    for fn, ctx in reversed(graph):
        g, *rest = fn.backward(ctx, g)
        flat_grad = [r.ravel() for r in rest] + flat_grad
    parts = np.split(np.concatenate(flat_grad), ends[:-1])
    names = [f"d{k}{i + 1}" for i in range(len(W)) for k in "Wb"]
    return {n: p.reshape(s) for n, p, s in zip(names, parts, shapes)}
