"""A hundred and six derivations, written apart from the grader: 66 with one mistake.

Half are functions, called as backprop(W, b, X, Y), half are texts, in the spellings and
with the equivalent forms that people use. All were compared with finite differences
when they were written, the texts by way of a translation.
"""

# ruff: noqa: B905, C408, E501, E731, E741, F811, RUF059  (as people write it)

import math

import numpy as np

from tests.nn.grading.unseen.case import (
    Collection,
    forward,
    identity,
    relu,
    sigmoid,
    softmax,
    total,
)

CASES = Collection([])

# ------------------------------------------------------------------ functions with a mistake


@CASES.case("square root of the error in place of the error", "dA2", output="identity")
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = sigmoid(Z1)
    A2 = W[1] @ A1 + b[1]
    dA2 = np.sign(A2 - Y) * np.sqrt(np.abs(A2 - Y))
    dZ2 = dA2
    dW2 = dZ2 @ A1.T / m
    db2 = np.mean(dZ2, axis=1, keepdims=True)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * A1 * (1 - A1)
    dW1 = dZ1 @ X.T / m
    db1 = np.mean(dZ1, axis=1, keepdims=True)
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
    "absolute value of the error: its sign is lost",
    "dA3",
    layers=(2, 4, 3, 2),
    hidden="tanh",
    output="tanh",
    reduction="sum",
)
def backprop(W, b, X, Y):
    acts = [X]
    for w, c in zip(W, b):
        acts.append(np.tanh(w @ acts[-1] + c))
    out = {}
    upstream = np.abs(acts[-1] - Y)
    for k in range(3, 0, -1):
        out[f"dA{k}"] = upstream
        delta = upstream * (1 - acts[k] ** 2)
        out[f"dZ{k}"] = delta
        out[f"dW{k}"] = delta @ acts[k - 1].T
        out[f"db{k}"] = delta.sum(1, keepdims=True)
        upstream = W[k - 1].T @ delta
    return out


@CASES.case(
    "derivative of tanh taken as 1/cosh(z), not 1/cosh(z)^2",
    "dZ1",
    layers=(3, 5, 2),
    hidden="tanh",
    output="sigmoid",
    loss="squared_error",
)
def backprop(W, b, X, Y):
    n = X.shape[1]
    s = W[0] @ X + b[0]
    h = np.tanh(s)
    p = sigmoid(W[1] @ h + b[1])
    gp = 2 * (p - Y)
    gq = gp * p * (1 - p)
    gh = W[1].T @ gq
    gs = gh / np.cosh(s)
    return {
        "dA2": gp,
        "dZ2": gq,
        "dW2": gq @ h.T / n,
        "db2": total(gq) / n,
        "dA1": gh,
        "dZ1": gs,
        "dW1": gs @ X.T / n,
        "db1": total(gs) / n,
    }


@CASES.case(
    "the sigmoid's derivative is taken at layer 1's activations in layer 2",
    "dZ2",
    layers=(2, 4, 4, 1),
    hidden="sigmoid",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def backprop(W, b, X, Y):
    m = Y.shape[1]
    Z, A = forward(W, b, X, sigmoid, sigmoid, sigmoid)
    dZ3 = A[3] - Y
    dA2 = W[2].T @ dZ3
    dZ2 = dA2 * A[1] * (1 - A[1])
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * A[1] * (1 - A[1])
    g = {"dA2": dA2, "dA1": dA1}
    for l, d in enumerate((dZ1, dZ2, dZ3), start=1):
        g[f"dZ{l}"] = d
        g[f"dW{l}"] = d @ A[l - 1].T / m
        g[f"db{l}"] = d.sum(axis=1, keepdims=True) / m
    return g


@CASES.case(
    "leaky relu: the two slopes are exchanged",
    "dZ1",
    layers=(3, 6, 2),
    hidden="leaky_relu",
    output="identity",
    loss="mean_squared_error",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = np.where(Z1 > 0, Z1, 0.01 * Z1)
    A2 = W[1] @ A1 + b[1]
    dA2 = 2 * (A2 - Y) / Y.shape[0]
    dZ2 = dA2
    dA1 = W[1].T @ dZ2
    slope = np.where(Z1 > 0, 0.01, 1.0)
    dZ1 = dA1 * slope
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
    "elu: exp is taken of a, not of z, on the negative side",
    "dZ2",
    layers=(2, 4, 5, 2),
    hidden="elu",
    output="identity",
    loss="squared_error",
    reduction="sum",
)
def backprop(W, b, X, Y):
    def elu(v):
        return np.where(v > 0, v, np.exp(np.minimum(v, 0)) - 1)

    z1 = W[0] @ X + b[0]
    a1 = elu(z1)
    z2 = W[1] @ a1 + b[1]
    a2 = elu(z2)
    z3 = W[2] @ a2 + b[2]
    d3 = 2 * (z3 - Y)
    e2 = W[2].T @ d3
    d2 = e2 * np.where(a2 > 0, 1, np.exp(a2))
    e1 = W[1].T @ d2
    d1 = e1 * np.where(a1 > 0, 1, np.exp(a1))
    return dict(
        dZ3=d3,
        dW3=d3 @ a2.T,
        db3=total(d3),
        dA2=e2,
        dZ2=d2,
        dW2=d2 @ a1.T,
        db2=total(d2),
        dA1=e1,
        dZ1=d1,
        dW1=d1 @ X.T,
        db1=total(d1),
    )


@CASES.case(
    "softplus: its derivative, the sigmoid, is taken at a instead of z",
    "dZ1",
    layers=(4, 3, 3),
    hidden="softplus",
    output="identity",
    loss="softmax_cross_entropy",
)
def backprop(W, b, X, Y):
    batch = X.shape[1]
    pre = W[0] @ X + b[0]
    post = np.log1p(np.exp(pre))
    logits = W[1] @ post + b[1]
    probs = softmax(logits)
    dlogits = (probs - Y) / batch
    dpost = W[1].T @ dlogits
    dpre = dpost * sigmoid(post)
    return {
        "dZ2": dlogits,
        "dW2": dlogits @ post.T,
        "db2": total(dlogits),
        "dA1": dpost,
        "dZ1": dpre,
        "dW1": dpre @ X.T,
        "db1": total(dpre),
    }


@CASES.case(
    "silu: s + z(1 - s), the factor s of the second term is missing",
    "dZ1",
    layers=(3, 4, 1),
    hidden="silu",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)
def backprop(W, b, X, Y):
    Z1 = W[0] @ X + b[0]
    S = sigmoid(Z1)
    A1 = Z1 * S
    P = sigmoid(W[1] @ A1 + b[1])
    dA2 = (P - Y) / (P * (1 - P))
    dZ2 = P - Y
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * (S + Z1 * (1 - S))
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
    "gelu: Phi(z) + phi(z), the z of the second term is missing",
    "dZ1",
    layers=(3, 5, 2),
    hidden="gelu",
    output="identity",
)
def backprop(W, b, X, Y):
    erf = np.vectorize(math.erf)
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    Phi = 0.5 * (1 + erf(Z1 / np.sqrt(2)))
    A1 = Z1 * Phi
    A2 = W[1] @ A1 + b[1]
    dZ2 = A2 - Y
    dA1 = W[1].T @ dZ2
    phi = np.exp(-(Z1**2) / 2) / np.sqrt(2 * np.pi)
    dZ1 = dA1 * (Phi + phi)
    return {
        "dA2": A2 - Y,
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T / m,
        "db2": total(dZ2) / m,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T / m,
        "db1": total(dZ1) / m,
    }


@CASES.case(
    "derivative of sin taken as -cos",
    "dZ3",
    layers=(2, 3, 4, 2),
    hidden="sin",
    output="sin",
    loss="mean_squared_error",
)
def backprop(W, b, X, Y):
    K, m = Y.shape
    Z, A = forward(W, b, X, np.sin, np.sin, np.sin)
    g = {}
    dA = (2.0 / K) * (A[-1] - Y)
    for l in reversed(range(1, 4)):
        dZ = -np.cos(Z[l]) * dA
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
    "bias gradient: the error is multiplied by the layer's activation",
    "db2",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="tanh",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    H = sigmoid(W[0] @ X + b[0])
    O = np.tanh(W[1] @ H + b[1])
    dO = O - Y
    dN = dO * (1 - O * O)
    dW2 = np.dot(dN, H.T) / m
    db2 = np.sum(dN * O, axis=1, keepdims=True) / m
    dH = np.dot(W[1].T, dN)
    dM = dH * H * (1 - H)
    dW1 = np.dot(dM, X.T) / m
    db1 = np.sum(dM, axis=1, keepdims=True) / m
    return {
        "dA2": dO,
        "dZ2": dN,
        "dW2": dW2,
        "db2": db2,
        "dA1": dH,
        "dZ1": dM,
        "dW1": dW1,
        "db1": db1,
    }


@CASES.case(
    "bias gradient of layer 1 averaged over the neurons as well",
    "db1",
    layers=(3, 4, 3),
    hidden="relu",
    output="identity",
    loss="softmax_cross_entropy",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = relu(Z1)
    Z2 = W[1] @ A1 + b[1]
    dZ2 = softmax(Z2) - Y
    dW2 = dZ2 @ A1.T / m
    db2 = dZ2.mean(axis=1, keepdims=True)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * (Z1 > 0)
    dW1 = dZ1 @ X.T / m
    db1 = np.full(b[0].shape, dZ1.mean())
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
    "divides dW by the number of the layer's inputs instead of the examples",
    "dW2",
    layers=(2, 6, 2),
    hidden="tanh",
    output="identity",
)
def backprop(W, b, X, Y):
    A = [X, np.tanh(W[0] @ X + b[0])]
    A.append(W[1] @ A[1] + b[1])
    g = {}
    delta = A[2] - Y
    for l in (2, 1):
        g[f"dZ{l}"] = delta
        g[f"dW{l}"] = delta @ A[l - 1].T / A[l - 1].shape[0]
        g[f"db{l}"] = delta.sum(axis=1, keepdims=True) / delta.shape[1]
        if l == 2:
            g["dA1"] = W[1].T @ delta
            delta = g["dA1"] * (1 - A[1] ** 2)
    return g


@CASES.case(
    "a sum where the mean is, in dW of layer 2 only",
    "dW2",
    layers=(3, 4, 3, 1),
    hidden="elu",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    z1 = W[0] @ X + b[0]
    a1 = np.where(z1 > 0, z1, np.expm1(z1))
    z2 = W[1] @ a1 + b[1]
    a2 = np.where(z2 > 0, z2, np.expm1(z2))
    a3 = sigmoid(W[2] @ a2 + b[2])
    dz3 = a3 - Y
    dw3 = (1 / m) * dz3 @ a2.T
    db3 = (1 / m) * total(dz3)
    da2 = W[2].T @ dz3
    dz2 = da2 * np.where(z2 > 0, 1, np.exp(z2))
    dw2 = dz2 @ a1.T
    db2 = (1 / m) * total(dz2)
    da1 = W[1].T @ dz2
    dz1 = da1 * np.where(z1 > 0, 1, np.exp(z1))
    dw1 = (1 / m) * dz1 @ X.T
    db1 = (1 / m) * total(dz1)
    return {
        "dZ3": dz3,
        "dW3": dw3,
        "db3": db3,
        "dA2": da2,
        "dZ2": dz2,
        "dW2": dw2,
        "db2": db2,
        "dA1": da1,
        "dZ1": dz1,
        "dW1": dw1,
        "db1": db1,
    }


@CASES.case(
    "einsum with the outer product swapped: dW2 comes out transposed",
    "dW2",
    layers=(2, 3, 3),
    hidden="softplus",
    output="identity",
    reduction="sum",
)
def backprop(W, b, X, Y):
    Z1 = np.einsum("ij,jm->im", W[0], X) + b[0]
    A1 = np.logaddexp(0, Z1)
    A2 = np.einsum("ij,jm->im", W[1], A1) + b[1]
    dZ2 = A2 - Y
    dW2 = np.einsum("im,jm->ji", dZ2, A1)
    db2 = np.einsum("im->i", dZ2)[:, None]
    dA1 = np.einsum("ij,im->jm", W[1], dZ2)
    dZ1 = dA1 * sigmoid(Z1)
    dW1 = np.einsum("im,jm->ij", dZ1, X)
    db1 = np.einsum("im->i", dZ1)[:, None]
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
    "W2 is not transposed on the way back (widths are equal)",
    "dA1",
    layers=(2, 3, 3, 2),
    hidden="silu",
    output="identity",
    loss="squared_error",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    swish = lambda t: t * sigmoid(t)
    dswish = lambda t: sigmoid(t) * (1 + t * (1 - sigmoid(t)))
    Z, A = forward(W, b, X, swish, swish, identity)
    dZ3 = 2 * (A[3] - Y)
    dA2 = np.dot(W[2].T, dZ3)
    dZ2 = dA2 * dswish(Z[2])
    dA1 = np.dot(W[1], dZ2)
    dZ1 = dA1 * dswish(Z[1])
    return {
        "dZ3": dZ3,
        "dW3": dZ3 @ A[2].T / m,
        "db3": total(dZ3) / m,
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
    "clips the propagated gradient to [-0.05, 0.05]",
    "dA1",
    layers=(3, 5, 2),
    hidden="tanh",
    output="identity",
    loss="squared_error",
    reduction="sum",
)
def backprop(W, b, X, Y):
    A1 = np.tanh(W[0] @ X + b[0])
    A2 = W[1] @ A1 + b[1]
    dA2 = 2.0 * (A2 - Y)
    dZ2 = dA2.copy()
    dW2 = dZ2 @ A1.T
    db2 = total(dZ2)
    dA1 = np.clip(W[1].T @ dZ2, -0.05, 0.05)  # keep gradients from exploding
    dZ1 = dA1 * (1 - A1**2)
    dW1 = dZ1 @ X.T
    db1 = total(dZ1)
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
    "softmax minus target, divided by softmax",
    "dZ2",
    layers=(4, 5, 3),
    hidden="tanh",
    output="identity",
    loss="softmax_cross_entropy",
)
def backprop(W, b, X, Y):
    N = X.shape[1]
    h = np.tanh(W[0] @ X + b[0])
    s = W[1] @ h + b[1]
    p = softmax(s)
    ds = (p - Y) / p
    dh = W[1].T @ ds
    da = dh * (1 - h**2)
    return {
        "dZ2": ds,
        "dW2": ds @ h.T / N,
        "db2": total(ds) / N,
        "dA1": dh,
        "dZ1": da,
        "dW1": da @ X.T / N,
        "db1": total(da) / N,
    }


@CASES.case(
    "binary cross-entropy: sign lost in the term of 1 - y",
    "dA2",
    layers=(2, 4, 1),
    hidden="relu",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def backprop(W, b, X, Y):
    m = Y.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = np.maximum(0, Z1)
    Z2 = W[1] @ A1 + b[1]
    AL = 1 / (1 + np.exp(-Z2))
    dAL = -(np.divide(Y, AL) + np.divide(1 - Y, 1 - AL))
    dZ2 = dAL * AL * (1 - AL)
    dW2 = 1.0 / m * np.dot(dZ2, A1.T)
    db2 = 1.0 / m * np.sum(dZ2, axis=1, keepdims=True)
    dA1 = np.dot(W[1].T, dZ2)
    dZ1 = np.array(dA1, copy=True)
    dZ1[Z1 <= 0] = 0
    dW1 = 1.0 / m * np.dot(dZ1, X.T)
    db1 = 1.0 / m * np.sum(dZ1, axis=1, keepdims=True)
    return {
        "dA2": dAL,
        "dZ2": dZ2,
        "dW2": dW2,
        "db2": db2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dW1,
        "db1": db1,
    }


@CASES.case(
    "cross-entropy's a - y is multiplied by the sigmoid's derivative again",
    "dZ3",
    layers=(3, 4, 4, 1),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)
def backprop(W, b, X, Y):
    Z, A = forward(W, b, X, np.tanh, np.tanh, sigmoid)
    slopes = [None, 1 - A[1] ** 2, 1 - A[2] ** 2, A[3] * (1 - A[3])]
    d = [None, None, None, (A[3] - Y) * slopes[3]]
    for l in (2, 1):
        d[l] = slopes[l] * (W[l].T @ d[l + 1])
    return (
        {f"dZ{l}": d[l] for l in (1, 2, 3)}
        | {f"dW{l}": d[l] @ A[l - 1].T for l in (1, 2, 3)}
        | {f"db{l}": total(d[l]) for l in (1, 2, 3)}
    )


@CASES.case(
    "the mean over the outputs is divided by the number of examples instead",
    "dA2",
    layers=(3, 4, 2),
    hidden="sin",
    output="identity",
    loss="mean_squared_error",
    reduction="sum",
)
def backprop(W, b, X, Y):
    Z1 = W[0] @ X + b[0]
    A1 = np.sin(Z1)
    A2 = W[1] @ A1 + b[1]
    dA2 = 2 * (A2 - Y) / len(Y[0])
    dZ2 = dA2
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * np.cos(Z1)
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
    "scalar loops: w[k][j] is read as w[j][k] for the hidden error",
    "dA1",
    layers=(2, 3, 3),
    hidden="sigmoid",
    output="sigmoid",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    out = {
        "dA1": np.zeros((3, m)),
        "dZ1": np.zeros((3, m)),
        "dZ2": np.zeros((3, m)),
        "dW2": np.zeros_like(W[1]),
        "db2": np.zeros_like(b[1]),
        "dW1": np.zeros_like(W[0]),
        "db1": np.zeros_like(b[0]),
    }
    for e in range(m):
        x = X[:, e]
        h = [
            1 / (1 + math.exp(-(sum(W[0][j][i] * x[i] for i in range(2)) + b[0][j, 0])))
            for j in range(3)
        ]
        o = [
            1 / (1 + math.exp(-(sum(W[1][k][j] * h[j] for j in range(3)) + b[1][k, 0])))
            for k in range(3)
        ]
        for k in range(3):
            out["dZ2"][k, e] = (o[k] - Y[k, e]) * o[k] * (1 - o[k])
        for j in range(3):
            out["dA1"][j, e] = sum(W[1][j][k] * out["dZ2"][k, e] for k in range(3))
            out["dZ1"][j, e] = out["dA1"][j, e] * h[j] * (1 - h[j])
        for k in range(3):
            out["db2"][k, 0] += out["dZ2"][k, e] / m
            for j in range(3):
                out["dW2"][k, j] += out["dZ2"][k, e] * h[j] / m
        for j in range(3):
            out["db1"][j, 0] += out["dZ1"][j, e] / m
            for i in range(2):
                out["dW1"][j, i] += out["dZ1"][j, e] * x[i] / m
    return out


@CASES.case(
    "scalar loops: the accumulator is not set to zero for the next hidden neuron",
    "dA1",
    layers=(3, 4, 2),
    hidden="tanh",
    output="identity",
    reduction="sum",
)
def backprop(W, b, X, Y):
    A1 = np.tanh(W[0] @ X + b[0])
    A2 = W[1] @ A1 + b[1]
    dZ2 = A2 - Y
    dA1 = np.zeros_like(A1)
    for e in range(X.shape[1]):
        error = 0.0
        for j in range(4):
            for k in range(2):
                error += W[1][k, j] * dZ2[k, e]
            dA1[j, e] = error
    dZ1 = dA1 * (1.0 - A1**2)
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
    "the updated W2 is used to propagate the error",
    "dA1",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="identity",
)
def backprop(W, b, X, Y):
    lr = 0.5
    W1, W2 = W[0].copy(), W[1].copy()
    m = X.shape[1]
    A1 = sigmoid(W1 @ X + b[0])
    A2 = W2 @ A1 + b[1]
    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T / m
    db2 = total(dZ2) / m
    W2 -= lr * dW2
    dA1 = W2.T @ dZ2
    dZ1 = dA1 * A1 * (1 - A1)
    dW1 = dZ1 @ X.T / m
    db1 = total(dZ1) / m
    W1 -= lr * dW1
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
    "index off by one: activations[-l] in place of activations[-l - 1]",
    "dW3",
    layers=(3, 3, 3, 3),
    hidden="sigmoid",
    output="sigmoid",
    reduction="sum",
)
def backprop(W, b, X, Y):
    zs, activations = forward(W, b, X, sigmoid, sigmoid, sigmoid)
    prime = lambda z: sigmoid(z) * (1 - sigmoid(z))
    g = {}
    delta = (activations[-1] - Y) * prime(zs[-1])
    for l in range(1, 4):
        if l > 1:
            delta = (W[-l + 1].T @ delta) * prime(zs[-l])
        g[f"dZ{4 - l}"] = delta
        g[f"db{4 - l}"] = delta.sum(axis=1, keepdims=True)
        g[f"dW{4 - l}"] = delta @ activations[-l].T
    return g


@CASES.case(
    "dW1 keeps only the last example: = in place of +=",
    "dW1",
    layers=(3, 4, 2),
    hidden="relu",
    output="identity",
    loss="squared_error",
    reduction="sum",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    dW = [np.zeros_like(w) for w in W]
    db = [np.zeros_like(c) for c in b]
    D1, D2 = np.empty((4, m)), np.empty((2, m))
    for i in range(m):
        x, y = X[:, i : i + 1], Y[:, i : i + 1]
        z = W[0] @ x + b[0]
        h = np.maximum(z, 0)
        r = 2 * (W[1] @ h + b[1] - y)
        s = (W[1].T @ r) * (z > 0)
        D2[:, i : i + 1], D1[:, i : i + 1] = r, s
        dW[1] += r @ h.T
        db[1] += r
        dW[0] = s @ x.T
        db[0] += s
    return {
        "dZ2": D2,
        "dW2": dW[1],
        "db2": db[1],
        "dZ1": D1,
        "dW1": dW[0],
        "db1": db[0],
    }


@CASES.case(
    "relu mask of layer 2 is used in layer 1 (copy and paste)",
    "dZ1",
    layers=(2, 4, 4, 3),
    hidden="relu",
    output="identity",
    loss="softmax_cross_entropy",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = relu(Z1)
    Z2 = W[1] @ A1 + b[1]
    A2 = relu(Z2)
    P = softmax(W[2] @ A2 + b[2])
    dZ3 = (P - Y) / m
    dW3 = dZ3 @ A2.T
    db3 = total(dZ3)
    dA2 = W[2].T @ dZ3
    dZ2 = dA2 * (Z2 > 0)
    dW2 = dZ2 @ A1.T
    db2 = total(dZ2)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * (Z2 > 0)
    dW1 = dZ1 @ X.T
    db1 = total(dZ1)
    return {
        "dZ3": dZ3,
        "dW3": dW3,
        "db3": db3,
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
    "the error skips a layer: dA1 comes from W3 and dZ3",
    "dA1",
    layers=(3, 4, 4, 2),
    hidden="tanh",
    output="identity",
    loss="mean_squared_error",
)
def backprop(W, b, X, Y):
    K, m = Y.shape
    Z, A = forward(W, b, X, np.tanh, np.tanh, identity)
    dZ3 = 2 / K * (A[3] - Y)
    dA2 = W[2].T @ dZ3
    dZ2 = dA2 * (1 - A[2] ** 2)
    dA1 = W[2].T @ dZ3
    dZ1 = dA1 * (1 - A[1] ** 2)
    return {
        "dZ3": dZ3,
        "dW3": dZ3 @ A[2].T / m,
        "db3": total(dZ3) / m,
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dZ2 @ A[1].T / m,
        "db2": total(dZ2) / m,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ A[0].T / m,
        "db1": total(dZ1) / m,
    }


@CASES.case(
    "missing parentheses: dA * 1 - A ** 2",
    "dZ1",
    layers=(2, 5, 1),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    A1 = np.tanh(np.dot(W[0], X) + b[0])
    A2 = sigmoid(np.dot(W[1], A1) + b[1])
    dZ2 = A2 - Y
    dW2 = np.dot(dZ2, A1.T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dA1 = np.dot(W[1].T, dZ2)
    dZ1 = dA1 * 1 - np.power(A1, 2)
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
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
    "abs for square: 1 - |a| as derivative of tanh",
    "dZ2",
    layers=(3, 4, 2),
    hidden="tanh",
    output="tanh",
    loss="squared_error",
    reduction="sum",
)
def backprop(W, b, X, Y):
    u = np.tanh(W[0] @ X + b[0])
    v = np.tanh(W[1] @ u + b[1])
    gv = 2 * (v - Y)
    gq = gv * (1 - np.abs(v))
    gu = W[1].T @ gq
    gp = gu * (1 - np.abs(u))
    return {
        "dA2": gv,
        "dZ2": gq,
        "dW2": gq @ u.T,
        "db2": gq.sum(1)[:, None],
        "dA1": gu,
        "dZ1": gp,
        "dW1": gp @ X.T,
        "db1": gp.sum(1)[:, None],
    }


@CASES.case(
    "dA1 is divided by the number of output neurons: the error is averaged over the paths",
    "dA1",
    layers=(3, 4, 3),
    hidden="gelu",
    output="identity",
    loss="softmax_cross_entropy",
    reduction="sum",
)
def backprop(W, b, X, Y):
    Z1 = W[0] @ X + b[0]
    cdf = 0.5 * (1 + np.vectorize(math.erf)(Z1 / 2**0.5))
    pdf = np.exp(-0.5 * Z1 * Z1) / (2 * np.pi) ** 0.5
    A1 = Z1 * cdf
    dZ2 = softmax(W[1] @ A1 + b[1]) - Y
    dA1 = np.mean(W[1][:, :, None] * dZ2[:, None, :], axis=0)
    dZ1 = dA1 * (cdf + Z1 * pdf)
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
    "softmax is normalised over the examples (axis=1), not over the classes",
    "dZ2",
    layers=(2, 4, 3),
    hidden="sigmoid",
    output="identity",
    loss="softmax_cross_entropy",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    A1 = sigmoid(W[0] @ X + b[0])
    Z2 = W[1] @ A1 + b[1]
    E = np.exp(Z2 - Z2.max())
    P = E / E.sum(axis=1, keepdims=True)
    dZ2 = P - Y
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * A1 * (1 - A1)
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T / m,
        "db2": total(dZ2) / m,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T / m,
        "db1": total(dZ1) / m,
    }


@CASES.case(
    "1/m twice: the error has it already and dW2 has it again",
    "dW2",
    layers=(3, 4, 2),
    hidden="leaky_relu",
    output="sigmoid",
    loss="squared_error",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = np.maximum(Z1, 0.01 * Z1)
    A2 = sigmoid(W[1] @ A1 + b[1])
    dA2 = 2 * (A2 - Y) / m
    dZ2 = dA2 * A2 * (1 - A2)
    dW2 = dZ2 @ A1.T / m
    db2 = dZ2.sum(axis=1, keepdims=True)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * np.where(Z1 > 0, 1, 0.01)
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


# ------------------------------------------------------------------ functions that are right


@CASES.case(
    "right: sech^2 as 4 / (e^z + e^-z)^2",
    hidden="tanh",
    output="tanh",
    layers=(3, 4, 3, 2),
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z, A = forward(W, b, X, np.tanh, np.tanh, np.tanh)
    g, up = {}, A[3] - Y
    for l in (3, 2, 1):
        g[f"dA{l}"] = up
        g[f"dZ{l}"] = 4 * up / (np.exp(Z[l]) + np.exp(-Z[l])) ** 2
        g[f"dW{l}"] = g[f"dZ{l}"] @ A[l - 1].T / m
        g[f"db{l}"] = total(g[f"dZ{l}"]) / m
        up = W[l - 1].T @ g[f"dZ{l}"]
    return g


@CASES.case(
    "right: sigmoid's derivative as 1 / (2 + 2 cosh z)",
    reduction="sum",
    loss="squared_error",
)
def backprop(W, b, X, Y):
    Z1 = W[0] @ X + b[0]
    A1 = sigmoid(Z1)
    Z2 = W[1] @ A1 + b[1]
    A2 = sigmoid(Z2)
    dA2 = 2 * A2 - 2 * Y
    dZ2 = dA2 / (2 + 2 * np.cosh(Z2))
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 / (2 + 2 * np.cosh(Z1))
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
    "right: einsum throughout, the mean inside it",
    layers=(2, 3, 4, 3),
    hidden="relu",
    output="identity",
    loss="softmax_cross_entropy",
)
def backprop(W, b, X, Y):
    n = X.shape[1]
    H1 = np.einsum("ji,in->jn", W[0], X) + b[0]
    R1 = H1 * (H1 > 0)
    H2 = np.einsum("ji,in->jn", W[1], R1) + b[1]
    R2 = H2 * (H2 > 0)
    S = np.einsum("ji,in->jn", W[2], R2) + b[2]
    w = np.full(n, 1 / n)
    D3 = softmax(S) - Y
    E2 = np.einsum("kj,kn->jn", W[2], D3)
    D2 = np.where(R2 > 0, E2, 0)
    E1 = np.einsum("kj,kn->jn", W[1], D2)
    D1 = np.where(R1 > 0, E1, 0)
    g = {"dZ3": D3, "dA2": E2, "dZ2": D2, "dA1": E1, "dZ1": D1}
    for l, (D, I) in enumerate([(D1, X), (D2, R1), (D3, R2)], 1):
        g[f"dW{l}"] = np.einsum("jn,in,n->ji", D, I, w)
        g[f"db{l}"] = np.einsum("jn,n->j", D, w).reshape(-1, 1)
    return g


@CASES.case(
    "right: np.outer in a loop over the examples, running mean",
    layers=(3, 4, 2),
    hidden="silu",
    output="identity",
)
def backprop(W, b, X, Y):
    grads = {}
    for n, (x, y) in enumerate(zip(X.T, Y.T), start=1):
        z = W[0] @ x + b[0][:, 0]
        s = 1 / (1 + np.exp(-z))
        a = z * s
        d2 = W[1] @ a + b[1][:, 0] - y
        d1 = (d2 @ W[1]) * (a + s * (1 - a))
        new = {
            "dW2": np.outer(d2, a),
            "db2": d2[:, None],
            "dW1": np.outer(d1, x),
            "db1": d1[:, None],
        }
        for key, value in new.items():
            old = grads.get(key, np.zeros_like(value))
            grads[key] = old + (value - old) / n
    return grads


@CASES.case(
    "right: tensordot and products transposed",
    layers=(3, 5, 1),
    hidden="elu",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)
def backprop(W, b, X, Y):
    Z1 = np.tensordot(W[0], X, axes=1) + b[0]
    A1 = np.where(Z1 > 0, Z1, np.expm1(np.minimum(Z1, 0)))
    A2 = sigmoid(np.tensordot(W[1], A1, axes=1) + b[1])
    dZ2 = A2 - Y
    dW2 = np.tensordot(dZ2, A1, axes=(1, 1))
    dA1 = (dZ2.T @ W[1]).T
    dZ1 = dA1 * np.minimum(A1 + 1, 1)
    dW1 = (X @ dZ1.T).T
    return {
        "dZ2": dZ2,
        "dW2": dW2,
        "db2": dZ2 @ np.ones((X.shape[1], 1)),
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dW1,
        "db1": dZ1 @ np.ones((X.shape[1], 1)),
    }


@CASES.case(
    "right: target minus output, the minus sign is put into dW and db",
    layers=(2, 4, 2),
    hidden="sigmoid",
    output="sigmoid",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    hid = sigmoid(W[0] @ X + b[0])
    out = sigmoid(W[1] @ hid + b[1])
    error = Y - out
    d_out = error * out * (1 - out)
    d_hid = (W[1].T @ d_out) * hid * (1 - hid)
    return {
        "dW2": -d_out @ hid.T / m,
        "db2": -d_out.mean(axis=1, keepdims=True),
        "dW1": -d_hid @ X.T / m,
        "db1": -d_hid.mean(axis=1, keepdims=True),
    }


@CASES.case(
    "right: the factor 2/K kept apart until the end",
    layers=(3, 4, 3),
    hidden="softplus",
    output="identity",
    loss="mean_squared_error",
)
def backprop(W, b, X, Y):
    K, m = Y.shape
    Z1 = W[0] @ X + b[0]
    A1 = np.logaddexp(Z1, 0)
    R = W[1] @ A1 + b[1] - Y
    S = (W[1].T @ R) * (1 - np.exp(-A1))
    c = 2 / (K * m)
    return {
        "dW2": c * (R @ A1.T),
        "db2": c * total(R),
        "dW1": c * (S @ X.T),
        "db1": c * total(S),
    }


@CASES.case(
    "right: bias as an extra column of the weights",
    layers=(3, 4, 1),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    one = np.ones((1, m))
    T1, T2 = np.hstack([W[0], b[0]]), np.hstack([W[1], b[1]])
    X1 = np.vstack([X, one])
    H = np.tanh(T1 @ X1)
    H1 = np.vstack([H, one])
    P = sigmoid(T2 @ H1)
    D2 = (P - Y) / m
    G2 = D2 @ H1.T
    E1 = (T2.T @ D2)[:-1]
    D1 = E1 * (1 - H) * (1 + H)
    G1 = D1 @ X1.T
    return {
        "dZ2": D2,
        "dW2": G2[:, :-1],
        "db2": G2[:, -1:],
        "dA1": E1,
        "dZ1": D1,
        "dW1": G1[:, :-1],
        "db1": G1[:, -1:],
    }


@CASES.case(
    "right: exp(z - logsumexp) and np.subtract.at for the target",
    layers=(2, 5, 4),
    hidden="leaky_relu",
    output="identity",
    loss="softmax_cross_entropy",
    reduction="sum",
)
def backprop(W, b, X, Y):
    Z1 = W[0] @ X + b[0]
    A1 = np.where(Z1 >= 0, Z1, Z1 / 100)
    Z2 = W[1] @ A1 + b[1]
    top = Z2.max(axis=0)
    lse = top + np.log(np.exp(Z2 - top).sum(axis=0))
    dZ2 = np.exp(Z2 - lse)
    np.subtract.at(dZ2, (Y.argmax(axis=0), np.arange(Y.shape[1])), 1.0)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1.copy()
    dZ1[A1 < 0] /= 100
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
    "right: layers as objects that cache the forward pass",
    layers=(3, 4, 3, 2),
    hidden="sin",
    output="identity",
)
def backprop(W, b, X, Y):
    class Layer:
        def __init__(self, w, c, last):
            self.w, self.c, self.last = w, c, last

        def forward(self, x):
            self.x = x
            self.z = self.w @ x + self.c
            return self.z if self.last else np.sin(self.z)

        def backward(self, up):
            self.up = up
            self.dz = up if self.last else np.cos(self.z) * up
            self.dw = self.dz @ self.x.T
            self.dc = self.dz.sum(axis=1, keepdims=True)
            return self.w.T @ self.dz

    net = [Layer(W[i], b[i], i == 2) for i in range(3)]
    h = X
    for layer in net:
        h = layer.forward(h)
    g = (h - Y) / X.shape[1]
    for layer in reversed(net):
        g = layer.backward(g)
    out = {}
    for i, layer in enumerate(net, 1):
        out |= {
            f"dA{i}": layer.up,
            f"dZ{i}": layer.dz,
            f"dW{i}": layer.dw,
            f"db{i}": layer.dc,
        }
    return out


@CASES.case(
    "right: scalar loops with lists",
    layers=(2, 3, 1),
    hidden="sigmoid",
    output="identity",
    reduction="sum",
)
def backprop(W, b, X, Y):
    n_in, n_hid, m = 2, 3, X.shape[1]
    gw1 = [[0.0] * n_in for _ in range(n_hid)]
    gb1 = [0.0] * n_hid
    gw2 = [0.0] * n_hid
    gb2 = 0.0
    for t in range(m):
        h = []
        for j in range(n_hid):
            net = b[0][j, 0]
            for i in range(n_in):
                net += W[0][j, i] * X[i, t]
            h.append(1 / (1 + math.exp(-net)))
        o = b[1][0, 0] + sum(W[1][0, j] * h[j] for j in range(n_hid))
        delta = o - Y[0, t]
        gb2 += delta
        for j in range(n_hid):
            gw2[j] += delta * h[j]
            dj = delta * W[1][0, j] * h[j] * (1 - h[j])
            gb1[j] += dj
            for i in range(n_in):
                gw1[j][i] += dj * X[i, t]
    return {
        "dW2": np.array([gw2]),
        "db2": np.array([[gb2]]),
        "dW1": np.array(gw1),
        "db1": np.array(gb1)[:, None],
    }


@CASES.case(
    "right: elu's derivative as A + 1 where A < 0, weights updated after all gradients",
    layers=(3, 4, 4, 2),
    hidden="elu",
    output="tanh",
    loss="squared_error",
)
def backprop(W, b, X, Y):
    W, b = [w.copy() for w in W], [c.copy() for c in b]
    m = X.shape[1]
    elu = lambda z: np.where(z > 0, z, np.exp(z) - 1)
    A1 = elu(W[0] @ X + b[0])
    A2 = elu(W[1] @ A1 + b[1])
    A3 = np.tanh(W[2] @ A2 + b[2])
    dA3 = 2 * (A3 - Y)
    dZ3 = dA3 - dA3 * A3**2
    dA2 = W[2].T @ dZ3
    dZ2 = np.where(A2 < 0, dA2 * (A2 + 1), dA2)
    dA1 = W[1].T @ dZ2
    dZ1 = np.where(A1 < 0, dA1 * (A1 + 1), dA1)
    g = {"dA3": dA3, "dZ3": dZ3, "dA2": dA2, "dZ2": dZ2, "dA1": dA1, "dZ1": dZ1}
    for l, (d, a) in enumerate(((dZ1, X), (dZ2, A1), (dZ3, A2))):
        g[f"dW{l + 1}"] = d @ a.T / m
        g[f"db{l + 1}"] = d.mean(axis=1, keepdims=True)
    for l in range(3):
        W[l] -= 0.1 * g[f"dW{l + 1}"]
        b[l] -= 0.1 * g[f"db{l + 1}"]
    return g


@CASES.case(
    "right: the full Jacobian of the softmax times -y/p",
    layers=(3, 4, 3),
    hidden="sigmoid",
    output="identity",
    loss="softmax_cross_entropy",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    A1 = sigmoid(W[0] @ X + b[0])
    P = softmax(W[1] @ A1 + b[1])
    J = np.einsum("in,ij->nij", P, np.eye(3)) - np.einsum("in,jn->nij", P, P)
    dP = -Y / P
    dZ2 = np.einsum("nij,in->jn", J, dP)
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * (A1 - A1**2)
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T / m,
        "db2": total(dZ2) / m,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T / m,
        "db1": total(dZ1) / m,
    }


@CASES.case(
    "right: binary cross-entropy in two fractions, then a(1 - a)",
    layers=(2, 3, 3, 1),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z, A = forward(W, b, X, np.tanh, np.tanh, sigmoid)
    g = {"dA3": (1 - Y) / (1 - A[3]) - Y / A[3]}
    for l in (3, 2, 1):
        local = A[l] * (1 - A[l]) if l == 3 else 1 / np.cosh(Z[l]) ** 2
        g[f"dZ{l}"] = local * g[f"dA{l}"]
        g[f"dW{l}"] = g[f"dZ{l}"] @ A[l - 1].T / m
        g[f"db{l}"] = g[f"dZ{l}"].sum(axis=1, keepdims=True) / m
        if l > 1:
            g[f"dA{l - 1}"] = W[l - 1].T @ g[f"dZ{l}"]
    return g


@CASES.case(
    "right: gelu's derivative with erfc and the constant 1/sqrt(2 pi) as a number",
    layers=(2, 4, 2),
    hidden="gelu",
    output="gelu",
    reduction="sum",
)
def backprop(W, b, X, Y):
    erfc = np.vectorize(math.erfc)
    cdf = lambda z: erfc(-z / math.sqrt(2)) / 2
    slope = lambda z: cdf(z) + z * np.exp(-z * z / 2) * 0.3989422804014327
    Z1 = W[0] @ X + b[0]
    A1 = Z1 * cdf(Z1)
    Z2 = W[1] @ A1 + b[1]
    A2 = Z2 * cdf(Z2)
    dA2 = A2 - Y
    dZ2 = slope(Z2) * dA2
    dA1 = W[1].T @ dZ2
    dZ1 = slope(Z1) * dA1
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
    "right: relu gradients zeroed in place where A is zero",
    layers=(3, 5, 4, 2),
    hidden="relu",
    output="identity",
    loss="mean_squared_error",
    reduction="sum",
)
def backprop(W, b, X, Y):
    Z, A = forward(W, b, X, relu, relu, identity)
    K = Y.shape[0]
    d3 = (A[3] - Y) / (0.5 * K)
    d2 = W[2].T @ d3
    d2[A[2] == 0] = 0
    d1 = W[1].T @ d2
    d1[A[1] == 0] = 0
    return {
        "dZ3": d3,
        "dZ2": d2,
        "dZ1": d1,
        "dW3": d3 @ A[2].T,
        "dW2": d2 @ A[1].T,
        "dW1": d1 @ A[0].T,
        "db3": total(d3),
        "db2": total(d2),
        "db1": total(d1),
    }


@CASES.case(
    "right: examples as rows inside, transposed at the end",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="tanh",
    loss="mean_squared_error",
)
def backprop(W, b, X, Y):
    x, y = X.T, Y.T
    m, K = y.shape
    V1, V2 = W[0].T, W[1].T
    h = sigmoid(x @ V1 + b[0].T)
    o = np.tanh(h @ V2 + b[1].T)
    go = 2 * (o - y) / (m * K)
    gq = go * (1 - o**2)
    gh = gq @ V2.T
    gp = gh * h * (1 - h)
    return {
        "dA2": go.T,
        "dZ2": gq.T,
        "dW2": (h.T @ gq).T,
        "db2": gq.sum(0)[:, None],
        "dA1": gh.T,
        "dZ1": gp.T,
        "dW1": (x.T @ gp).T,
        "db1": gp.sum(0)[:, None],
    }


@CASES.case(
    "right: recursion as a nested function",
    layers=(2, 3, 4, 3, 1),
    hidden="tanh",
    output="identity",
    loss="squared_error",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    g = {}

    def descend(l, a):
        if l == len(W):
            return 2 * (a - Y)
        out = W[l] @ a + b[l]
        if l < len(W) - 1:
            out = np.tanh(out)
        dA = descend(l + 1, out)
        dZ = dA if l == len(W) - 1 else dA * (1 - out * out)
        g[f"dA{l + 1}"], g[f"dZ{l + 1}"] = dA, dZ
        g[f"dW{l + 1}"] = dZ @ a.T / m
        g[f"db{l + 1}"] = total(dZ) / m
        return W[l].T @ dZ

    descend(0, X)
    return g


@CASES.case(
    "right: plain two layers",
    layers=(4, 3, 1),
    hidden="relu",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = np.maximum(0, Z1)
    A2 = sigmoid(W[1] @ A1 + b[1])
    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dA1 = W[1].T @ dZ2
    dZ1 = dA1 * (Z1 > 0)
    dW1 = dZ1 @ X.T / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
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
    "right: leaky slope by sign: 0.505 + 0.495 sign(z)",
    layers=(3, 4, 4, 3),
    hidden="leaky_relu",
    output="identity",
)
def backprop(W, b, X, Y):
    m = X.shape[1]
    lrelu = lambda z: 0.505 * z + 0.495 * np.abs(z)
    Z, A = forward(W, b, X, lrelu, lrelu, identity)
    g, d = {}, (A[3] - Y) / m
    for l in (3, 2, 1):
        g[f"dZ{l}"], g[f"dW{l}"], g[f"db{l}"] = d, d @ A[l - 1].T, total(d)
        if l > 1:
            g[f"dA{l - 1}"] = W[l - 1].T @ d
            d = g[f"dA{l - 1}"] * (0.505 + 0.495 * np.sign(Z[l - 1]))
    return g


# ---------------------------------------------------------------------- texts with a mistake

CASES.text(
    "output error lacks the factor f'(z^L)",
    "dZ3",
    r"""
Half the squared error, tanh everywhere, $L = 3$. With $\delta^l = \partial C_x / \partial z^l$ for one example:

$$\delta^L = a^L - y$$
$$\delta^l = (W^{l+1})^T \delta^{l+1} \odot (1 - (a^l)^2), \qquad l = L-1, \dots, 1$$
$$\frac{\partial C}{\partial W^l} = \frac{1}{m} \sum_x \delta^l (a^{l-1})^T, \qquad \frac{\partial C}{\partial b^l} = \frac{1}{m} \sum_x \delta^l$$
""",
    layers=(3, 4, 4, 2),
    hidden="tanh",
    output="tanh",
)

CASES.text(
    "the recursion takes the weights of layer l, not l + 1",
    "dZ2",
    """
Per example, summed over the batch afterwards. aˡ = σ(zˡ), zˡ = Wˡ aˡ⁻¹ + bˡ, a⁰ = x.

δᴸ = 2 (aᴸ − y) ⊙ σ′(zᴸ)
δˡ = (Wˡᵀ δˡ⁺¹) ⊙ σ′(zˡ)
∂C/∂Wˡ = Σ δˡ (aˡ⁻¹)ᵀ
∂C/∂bˡ = Σ δˡ
""",
    layers=(3, 3, 3, 3),
    hidden="sigmoid",
    output="sigmoid",
    loss="squared_error",
    reduction="sum",
)

CASES.text(
    "silu's derivative is evaluated at a instead of z",
    "dZ1",
    """
Hidden layer: f(z) = z*s(z) with s the logistic function, so f'(z) = s(z)*(1 + z*(1 - s(z))).
The output is linear.

delta_2 = a_2 - y
delta_1 = (W2^T delta_2) * f'(a_1)
dC/dW2 = (1/m) sum delta_2 a_1^T
dC/db2 = (1/m) sum delta_2
dC/dW1 = (1/m) sum delta_1 x^T
dC/db1 = (1/m) sum delta_1
""",
    layers=(3, 5, 2),
    hidden="silu",
    output="identity",
)

CASES.text(
    "a^l in place of a^{l-1} in the weight gradient (equal widths)",
    "dW3",
    r"""
Let $g$ be the logistic function in all layers and $\mathcal{L}$ half the squared error.

$\delta^{L} = (a^{L} - y) \odot a^{L} \odot (1 - a^{L})$

$\delta^{l} = \left( (W^{l+1})^\top \delta^{l+1} \right) \odot a^{l} \odot (1 - a^{l})$

$\nabla_{W^{l}} \mathcal{L} = \frac{1}{m} \sum_{i} \delta^{l} (a^{l})^\top$

$\nabla_{b^{l}} \mathcal{L} = \frac{1}{m} \sum_{i} \delta^{l}$
""",
    layers=(2, 2, 2, 2),
    hidden="sigmoid",
    output="sigmoid",
)

CASES.text(
    "bias gradient of layer 1 multiplied by its activation",
    "db1",
    """
A0 = X, columns are examples, cost is the sum.

dZ2 = softmax(Z2) - Y
dW2 = dZ2 @ A1.T
db2 = np.sum(dZ2, axis=1, keepdims=True)
dA1 = W2.T @ dZ2
dZ1 = dA1 * (1 - A1**2)
dW1 = dZ1 @ X.T
db1 = np.sum(dZ1 * A1, axis=1, keepdims=True)
""",
    layers=(3, 4, 3),
    hidden="tanh",
    output="identity",
    loss="softmax_cross_entropy",
    reduction="sum",
)

CASES.text(
    "indexed sum runs over the wrong index of the weights",
    "dZ1",
    r"""
$w^l_{jk}$ leads from unit $k$ of layer $l-1$ to unit $j$ of layer $l$, $z^l_j = \sum_k w^l_{jk} a^{l-1}_k + b^l_j$.

$$\delta^2_j = (a^2_j - y_j)\, a^2_j (1 - a^2_j)$$
$$\delta^1_j = a^1_j (1 - a^1_j) \sum_k w^2_{jk} \delta^2_k$$
$$\frac{\partial C}{\partial w^l_{jk}} = \frac{1}{m} \sum_x \delta^l_j a^{l-1}_k \qquad \frac{\partial C}{\partial b^l_j} = \frac{1}{m} \sum_x \delta^l_j$$
""",
    layers=(2, 3, 3),
)

CASES.text(
    "missing parentheses: a * 1 - a for the sigmoid's derivative",
    "dZ2",
    """
```python
Z1 = W1 @ X + b1
A1 = sigmoid(Z1)
Z2 = W2 @ A1 + b2
A2 = sigmoid(Z2)

dA2 = 2 * (A2 - Y)
dZ2 = dA2 * A2 * 1 - A2
dW2 = dZ2 @ A1.T / m
db2 = dZ2.sum(axis=1, keepdims=True) / m
dA1 = W2.T @ dZ2
dZ1 = dA1 * A1 * (1 - A1)
dW1 = dZ1 @ X.T / m
db1 = dZ1.sum(axis=1, keepdims=True) / m
```
""",
    layers=(3, 4, 2),
    loss="squared_error",
)

CASES.text(
    "the logarithm is kept: log a in place of 1/a in the cross-entropy's derivative",
    "dA2",
    """
Sum over the examples. A1 = relu(Z1), A2 = sigmoid(Z2).

dA2 = -(Y * np.log(A2) - (1 - Y) / (1 - A2))
dZ2 = dA2 * A2 * (1 - A2)
dW2 = dZ2 @ A1.T
db2 = dZ2.sum(axis=1, keepdims=True)
dA1 = W2.T @ dZ2
dZ1 = dA1 * (Z1 > 0)
dW1 = dZ1 @ X.T
db1 = dZ1.sum(axis=1, keepdims=True)
""",
    layers=(3, 4, 1),
    hidden="relu",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)

CASES.text(
    "cross-entropy: y - a over a(1 - a), the sign of the whole",
    "dA2",
    r"""
For one example, with $a = \sigma(z^{(2)})$ and $h = \tanh(z^{(1)})$:

$$\frac{\partial \ell}{\partial a} = \frac{y - a}{a (1 - a)}$$
$$\frac{\partial \ell}{\partial z^{(2)}} = \frac{\partial \ell}{\partial a} \odot a \odot (1 - a)$$
$$\frac{\partial \ell}{\partial h} = W^{(2)\top} \frac{\partial \ell}{\partial z^{(2)}}$$
$$\frac{\partial \ell}{\partial z^{(1)}} = \frac{\partial \ell}{\partial h} \odot (1 - h^2)$$
$$\frac{\partial \ell}{\partial W^{(2)}} = \frac{\partial \ell}{\partial z^{(2)}} h^\top, \quad \frac{\partial \ell}{\partial b^{(2)}} = \frac{\partial \ell}{\partial z^{(2)}}$$
$$\frac{\partial \ell}{\partial W^{(1)}} = \frac{\partial \ell}{\partial z^{(1)}} x^\top, \quad \frac{\partial \ell}{\partial b^{(1)}} = \frac{\partial \ell}{\partial z^{(1)}}$$

The gradient of the cost is the mean of these over the batch.
""",
    layers=(2, 5, 1),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)

CASES.text(
    "softmax: p * (p - y), the diagonal of the Jacobian is multiplied in",
    "dZ3",
    """
p = softmax(z3), h1 = relu(z1), h2 = relu(z2), x is the input.

delta3 = p * (p - y)
delta2 = (W3^T delta3) * [z2 > 0]
delta1 = (W2^T delta2) * [z1 > 0]

dE/dW3 = mean over the batch of delta3 h2^T
dE/dW2 = mean over the batch of delta2 h1^T
dE/dW1 = mean over the batch of delta1 x^T
dE/db_l = mean over the batch of delta_l
""",
    layers=(3, 5, 4, 3),
    hidden="relu",
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "rows: delta.T @ h fits as the widths are equal, but is the transpose",
    "dW2",
    """
Examples are rows here: Z1 = X @ W1 + b1, A1 = sigmoid(Z1), Z2 = A1 @ W2 + b2, A2 = Z2.

dZ2 = (A2 - Y) / m
dW2 = dZ2.T @ A1
db2 = dZ2.sum(axis=0)
dA1 = dZ2 @ W2.T
dZ1 = dA1 * A1 * (1 - A1)
dW1 = X.T @ dZ1
db1 = dZ1.sum(axis=0)
""",
    layers=(2, 3, 3),
    hidden="sigmoid",
    output="identity",
)

CASES.text(
    "a factor 2 too many for half the squared error",
    "dZ2",
    """
δ² = 2 (a² − y) ⊙ (1 − tanh²(z²))
δ¹ = (W²ᵀ δ²) ⊙ (1 − tanh²(z¹))
∇W² = Σₓ δ² a¹ᵀ,  ∇b² = Σₓ δ²
∇W¹ = Σₓ δ¹ xᵀ,  ∇b¹ = Σₓ δ¹
(superscripts number the layers; Σₓ goes over the training examples)
""",
    layers=(3, 4, 2),
    hidden="tanh",
    output="tanh",
    reduction="sum",
)

CASES.text(
    "1/m although the cost is the sum: only in the bias gradients",
    "db2",
    r"""
The cost is summed over the batch of $m$ examples; columns are examples.

$$dZ_2 = A_2 - Y$$
$$dW_2 = dZ_2 A_1^T$$
$$db_2 = \frac{1}{m} \sum_{i=1}^m dZ_2^{(i)}$$
$$dZ_1 = W_2^T dZ_2 \odot \sigma(Z_1)$$
$$dW_1 = dZ_1 X^T$$
$$db_1 = \frac{1}{m} \sum_{i=1}^m dZ_1^{(i)}$$

with the softplus in the hidden layer, whose derivative is the logistic function $\sigma$.
""",
    layers=(4, 3, 2),
    hidden="softplus",
    output="identity",
    reduction="sum",
)

CASES.text(
    "sin is not differentiated: sin(z1) in place of cos(z1)",
    "dZ1",
    """
```python
# forward
Z1 = W1 @ X + b1
A1 = np.sin(Z1)
Z2 = W2 @ A1 + b2
# backward
dZ2 = 2 * (Z2 - Y) / Y.shape[0]
dW2 = np.dot(dZ2, A1.T) / m
db2 = np.mean(dZ2, axis=1, keepdims=True)
dA1 = np.dot(W2.T, dZ2)
dZ1 = np.sin(Z1) * dA1
dW1 = np.dot(dZ1, X.T) / m
db1 = np.mean(dZ1, axis=1, keepdims=True)
```
""",
    layers=(2, 5, 3),
    hidden="sin",
    output="identity",
    loss="mean_squared_error",
)

CASES.text(
    "the linear output is treated as a sigmoid unit",
    "dZ2",
    """
Network with a logistic hidden layer (outputs o_j) and a linear output layer (outputs o_k = net_k); t_k is the target.

delta_k = (o_k - t_k) * o_k * (1 - o_k)
delta_j = o_j * (1 - o_j) * sum_k w_kj * delta_k
dE/dw_kj = sum over patterns of delta_k * o_j
dE/db_k = sum over patterns of delta_k
dE/dw_ji = sum over patterns of delta_j * x_i
dE/db_j = sum over patterns of delta_j
""",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="identity",
    reduction="sum",
)

CASES.text(
    "tanh: 1 - z^2 in place of 1 - a^2 in layer 1",
    "dZ1",
    """
dZ3 = A3 - Y
dW3 = (1/m) * dZ3 @ A2.T
db3 = (1/m) * np.sum(dZ3, axis=1, keepdims=True)
dZ2 = (W3.T @ dZ3) * (1 - A2**2)
dW2 = (1/m) * dZ2 @ A1.T
db2 = (1/m) * np.sum(dZ2, axis=1, keepdims=True)
dZ1 = (W2.T @ dZ2) * (1 - Z1**2)
dW1 = (1/m) * dZ1 @ X.T
db1 = (1/m) * np.sum(dZ1, axis=1, keepdims=True)
""",
    layers=(3, 4, 3, 1),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)

CASES.text(
    "sigmoid's derivative: the denominator is not squared",
    "dZ2",
    r"""
$$\sigma'(z) = \frac{e^{-z}}{1 + e^{-z}}$$
$$\delta_2 = 2 (a_2 - y) \odot \sigma'(z_2)$$
$$\delta_1 = (W_2^T \delta_2) \odot \sigma'(z_1)$$
$$\frac{\partial J}{\partial W_2} = \frac1m \sum_i \delta_2 a_1^T \qquad \frac{\partial J}{\partial b_2} = \frac1m \sum_i \delta_2$$
$$\frac{\partial J}{\partial W_1} = \frac1m \sum_i \delta_1 x^T \qquad \frac{\partial J}{\partial b_1} = \frac1m \sum_i \delta_1$$
""",
    layers=(3, 4, 2),
    loss="squared_error",
)

CASES.text(
    "softplus: 1 / (1 + e^z), the sign of the exponent",
    "dZ1",
    """
h = ln(1 + exp(u)) with u = W1 x + b1; y = W2 h + b2; the target is t.

g_y = y - t
g_W2 = mean(g_y h^T)
g_b2 = mean(g_y)
g_h = W2^T g_y
g_u = g_h * 1/(1 + exp(u))
g_W1 = mean(g_u x^T)
g_b1 = mean(g_u)
""",
    layers=(3, 4, 2),
    hidden="softplus",
    output="identity",
)

CASES.text(
    "elu: a in place of a + 1 on the negative side",
    "dZ2",
    """
Columns are examples.

dZ3 = (softmax(Z3) - Y) / m
dW3 = dZ3 @ A2.T
db3 = dZ3.sum(axis=1, keepdims=True)
dA2 = W3.T @ dZ3
dZ2 = np.where(Z2 > 0, dA2, dA2 * A2)
dW2 = dZ2 @ A1.T
db2 = dZ2.sum(axis=1, keepdims=True)
dA1 = W2.T @ dZ2
dZ1 = np.where(Z1 > 0, dA1, dA1 * A1)
dW1 = dZ1 @ X.T
db1 = dZ1.sum(axis=1, keepdims=True)
""",
    layers=(3, 4, 4, 3),
    hidden="elu",
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "relu's mask is taken of the incoming gradient, not of z",
    "dZ1",
    """
```python
dZ2 = A2 - Y                      # sigmoid + cross-entropy
dW2 = dZ2 @ A1.T / m
db2 = dZ2.mean(axis=1, keepdims=True)
dA1 = W2.T @ dZ2
dZ1 = np.where(dA1 > 0, dA1, 0)
dW1 = dZ1 @ X.T / m
db1 = dZ1.mean(axis=1, keepdims=True)
```
""",
    layers=(4, 6, 1),
    hidden="relu",
    output="sigmoid",
    loss="binary_cross_entropy",
)

CASES.text(
    "leaky relu: derivative 0 for negative z, as of the plain relu",
    "dZ2",
    """
f(z) = z if z > 0, 0.01 z otherwise. Linear output layer, cost summed over the examples.

δ³ = 2 (z³ − y)
δ² = (W³ᵀ δ³) ⊙ 1[z² > 0]
δ¹ = (W²ᵀ δ²) ⊙ 1[z¹ > 0]
∂C/∂Wˡ = Σ δˡ aˡ⁻¹ᵀ
∂C/∂bˡ = Σ δˡ
""",
    layers=(3, 4, 4, 2),
    hidden="leaky_relu",
    output="identity",
    loss="squared_error",
    reduction="sum",
)

CASES.text(
    "copy and paste: dW1 is built with dZ2",
    "dW1",
    """
dA2 = A2 - Y
dZ2 = dA2 * (1 - A2**2)
dW2 = dZ2 @ A1.T / m
db2 = np.sum(dZ2, axis=1, keepdims=True) / m
dA1 = W2.T @ dZ2
dZ1 = dA1 * (1 - A1**2)
dW1 = dZ2 @ X.T / m
db1 = np.sum(dZ1, axis=1, keepdims=True) / m
""",
    layers=(2, 4, 4),
    hidden="tanh",
    output="tanh",
)

CASES.text(
    "f'(z1) is applied twice: a1(1 - a1) is squared",
    "dZ1",
    r"""
Logistic units, sum of the examples' costs.

$\delta_2 = (a_2 - y) \odot a_2 \odot (1 - a_2)$

$\delta_1 = \left(W_2^T \delta_2\right) \odot \left(a_1 \odot (1 - a_1)\right)^2$

$\partial C / \partial W_2 = \sum_x \delta_2 a_1^T, \quad \partial C / \partial b_2 = \sum_x \delta_2$

$\partial C / \partial W_1 = \sum_x \delta_1 x^T, \quad \partial C / \partial b_1 = \sum_x \delta_1$
""",
    layers=(3, 4, 2),
    reduction="sum",
)

CASES.text(
    "softmax: only the true class gets an error, y(p - 1)",
    "dZ2",
    r"""
Let $p = \mathrm{softmax}(z^2)$ and $y$ one-hot.

$$\frac{\partial \ell}{\partial z^2_k} = y_k (p_k - 1)$$
$$\frac{\partial \ell}{\partial w^2_{kj}} = \frac{\partial \ell}{\partial z^2_k} a^1_j, \qquad \frac{\partial \ell}{\partial b^2_k} = \frac{\partial \ell}{\partial z^2_k}$$
$$\frac{\partial \ell}{\partial z^1_j} = a^1_j (1 - a^1_j) \sum_k w^2_{kj} \frac{\partial \ell}{\partial z^2_k}$$
$$\frac{\partial \ell}{\partial w^1_{ji}} = \frac{\partial \ell}{\partial z^1_j} x_i, \qquad \frac{\partial \ell}{\partial b^1_j} = \frac{\partial \ell}{\partial z^1_j}$$

All of it is averaged over the batch.
""",
    layers=(3, 4, 3),
    hidden="sigmoid",
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "max(0, z) itself is used as relu's derivative",
    "dZ1",
    """
Rows are examples: S = X W1 + b1, H = max(0, S), U = H W2 + b2 (linear output).

dU = (U - T)
dW2 = (1/m) H^T dU
db2 = (1/m) column sums of dU
dH = dU W2^T
dS = dH * max(0, S)
dW1 = (1/m) X^T dS
db1 = (1/m) column sums of dS
""",
    layers=(3, 5, 2),
    hidden="relu",
    output="identity",
)

CASES.text(
    "db2 is divided by the number of the layer's neurons, not of the examples",
    "db2",
    """
m = X.shape[1]; n2 = A2.shape[0]

dZ2 = A2 - Y
dW2 = dZ2 @ A1.T / m
db2 = dZ2.sum(axis=1, keepdims=True) / n2
dZ1 = (W2.T @ dZ2) * A1 * (1 - A1)
dW1 = dZ1 @ X.T / m
db1 = dZ1.sum(axis=1, keepdims=True) / m
""",
    layers=(3, 4, 1),
    loss="binary_cross_entropy",
)

CASES.text(
    "the 1/K of the mean over the outputs is missing",
    "dA2",
    """
K = number of outputs, sum over the examples; A1 = np.tanh(Z1), A2 = Z2.

dA2 = 2 * (A2 - Y)
dZ2 = dA2
dW2 = dZ2 @ A1.T
db2 = dZ2.sum(axis=1, keepdims=True)
dA1 = W2.T @ dZ2
dZ1 = dA1 / np.cosh(Z1)**2
dW1 = dZ1 @ X.T
db1 = dZ1.sum(axis=1, keepdims=True)
""",
    layers=(3, 4, 3),
    hidden="tanh",
    output="identity",
    loss="mean_squared_error",
    reduction="sum",
)

CASES.text(
    "the weights are forgotten: the output errors are added up unweighted",
    "dZ1",
    r"""
$$\delta^{(2)}_k = a^{(2)}_k - y_k$$
$$\delta^{(1)}_j = \left(1 - (a^{(1)}_j)^2\right) \sum_k \delta^{(2)}_k$$
$$\frac{\partial J}{\partial W^{(2)}_{kj}} = \frac{1}{m} \sum_{i=1}^{m} \delta^{(2)}_k a^{(1)}_j, \qquad \frac{\partial J}{\partial b^{(2)}_k} = \frac{1}{m} \sum_{i=1}^{m} \delta^{(2)}_k$$
$$\frac{\partial J}{\partial W^{(1)}_{jp}} = \frac{1}{m} \sum_{i=1}^{m} \delta^{(1)}_j x_p, \qquad \frac{\partial J}{\partial b^{(1)}_j} = \frac{1}{m} \sum_{i=1}^{m} \delta^{(1)}_j$$
""",
    layers=(3, 4, 2),
    hidden="tanh",
    output="identity",
)

CASES.text(
    "path through one output only: the sum over k keeps the first term",
    "dZ1",
    """
Two outputs, logistic units throughout, squared error without the 1/2, h_j hidden, o_k output.

delta_k = 2 (o_k - y_k) o_k (1 - o_k)        for k = 1, 2
delta_j = w2_1j delta_1 h_j (1 - h_j)        for every hidden j, where delta_1 is that of output k = 1
dC/dw2_kj = (1/m) sum_x delta_k h_j
dC/db2_k = (1/m) sum_x delta_k
dC/dw1_ji = (1/m) sum_x delta_j x_i
dC/db1_j = (1/m) sum_x delta_j
""",
    layers=(3, 4, 2),
    loss="squared_error",
)

CASES.text(
    "z1 in place of a1 in the gradient of W2",
    "dW2",
    """
dZ3 = A3 - Y
dW3 = dZ3 @ A2.T / m
db3 = dZ3.mean(axis=1, keepdims=True)
dA2 = W3.T @ dZ3
dZ2 = dA2 * np.cos(Z2)
dW2 = dZ2 @ Z1.T / m
db2 = dZ2.mean(axis=1, keepdims=True)
dA1 = W2.T @ dZ2
dZ1 = dA1 * np.cos(Z1)
dW1 = dZ1 @ X.T / m
db1 = dZ1.mean(axis=1, keepdims=True)
""",
    layers=(2, 3, 4, 2),
    hidden="sin",
    output="identity",
)

CASES.text(
    "gelu: the minus in the exponent of the density is lost",
    "dZ1",
    r"""
$\Phi$ is the normal distribution function, $\varphi(z) = \frac{1}{\sqrt{2\pi}} e^{z^2/2}$, and the hidden layer is $a_1 = z_1 \Phi(z_1)$.

$$\delta_2 = \frac{2}{K} (a_2 - y)$$
$$\delta_1 = (W_2^T \delta_2) \odot (\Phi(z_1) + z_1 \odot \varphi(z_1))$$
$$\nabla W_2 = \frac{1}{m} \sum \delta_2 a_1^T, \quad \nabla b_2 = \frac{1}{m} \sum \delta_2$$
$$\nabla W_1 = \frac{1}{m} \sum \delta_1 x^T, \quad \nabla b_1 = \frac{1}{m} \sum \delta_1$$

$K$ is the number of outputs, which are linear.
""",
    layers=(2, 4, 3),
    hidden="gelu",
    output="identity",
    loss="mean_squared_error",
)

CASES.text(
    "the target in place of the output in tanh's derivative: 1 - y^2",
    "dZ2",
    """
a¹ = tanh(z¹), a² = tanh(z²)

∂ℓ/∂a² = a² − y
∂ℓ/∂z² = ∂ℓ/∂a² ⊙ (1 − y ⊙ y)
∂ℓ/∂a¹ = W²ᵀ ∂ℓ/∂z²
∂ℓ/∂z¹ = ∂ℓ/∂a¹ ⊙ (1 − a¹ ⊙ a¹)
∂C/∂W² = (1/m) Σ ∂ℓ/∂z² a¹ᵀ
∂C/∂b² = (1/m) Σ ∂ℓ/∂z²
∂C/∂W¹ = (1/m) Σ ∂ℓ/∂z¹ xᵀ
∂C/∂b¹ = (1/m) Σ ∂ℓ/∂z¹
""",
    layers=(3, 4, 2),
    hidden="tanh",
    output="tanh",
)

CASES.text(
    "silu: the product rule lost its first term",
    "dZ1",
    """
```python
S1 = sigmoid(Z1)
A1 = Z1 * S1
dZ2 = A2 - Y
dW2 = dZ2 @ A1.T
db2 = dZ2.sum(axis=1, keepdims=True)
dA1 = W2.T @ dZ2
dZ1 = dA1 * (Z1 * S1 * (1 - S1))
dW1 = dZ1 @ X.T
db1 = dZ1.sum(axis=1, keepdims=True)
```
The output is a sigmoid with binary cross-entropy, summed over the batch.
""",
    layers=(3, 5, 1),
    hidden="silu",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)

# ---------------------------------------------------------------------- texts that are right

CASES.text(
    "right: the four equations, sech^2",
    "",
    r"""
$$\delta^L = (a^L - y) \odot \operatorname{sech}^2(z^L)$$
$$\delta^l = ((W^{l+1})^T \delta^{l+1}) \odot \operatorname{sech}^2(z^l)$$
$$\frac{\partial C}{\partial b^l} = \frac{1}{m} \sum_x \delta^l$$
$$\frac{\partial C}{\partial W^l} = \frac{1}{m} \sum_x \delta^l (a^{l-1})^T$$
""",
    layers=(3, 4, 3, 2),
    hidden="tanh",
    output="tanh",
)

CASES.text(
    "right: y - a, and updates that add",
    "",
    """
The errors have the opposite sign here (target minus output), so the updates add.

e2 = (y - a2) * a2 * (1 - a2)
e1 = (W2^T e2) * a1 * (1 - a1)
W2 <- W2 + eta * (1/m) sum e2 a1^T
b2 <- b2 + eta * (1/m) sum e2
W1 <- W1 + eta * (1/m) sum e1 x^T
b1 <- b1 + eta * (1/m) sum e1
""",
    layers=(3, 4, 2),
)

CASES.text(
    "right: 1/m once, in the error",
    "",
    """
dZ3 = (A3 - Y) / m
dW3 = dZ3 @ A2.T
db3 = dZ3.sum(axis=1, keepdims=True)
dZ2 = (W3.T @ dZ3) * (A2 > 0)
dW2 = dZ2 @ A1.T
db2 = dZ2.sum(axis=1, keepdims=True)
dZ1 = (W2.T @ dZ2) * (A1 > 0)
dW1 = dZ1 @ X.T
db1 = dZ1.sum(axis=1, keepdims=True)
""",
    layers=(3, 5, 4, 1),
    hidden="relu",
    output="sigmoid",
    loss="binary_cross_entropy",
)

CASES.text(
    "right: sigmoid's derivative as e^-z / (1 + e^-z)^2",
    "",
    r"""
$$\sigma'(z) = \frac{e^{-z}}{(1 + e^{-z})^2}$$
$$\delta_2 = 2 (a_2 - y) \odot \sigma'(z_2)$$
$$\delta_1 = (W_2^T \delta_2) \odot \sigma'(z_1)$$
$$\frac{\partial J}{\partial W_2} = \sum_i \delta_2 a_1^T \qquad \frac{\partial J}{\partial b_2} = \sum_i \delta_2$$
$$\frac{\partial J}{\partial W_1} = \sum_i \delta_1 x^T \qquad \frac{\partial J}{\partial b_1} = \sum_i \delta_1$$
""",
    layers=(3, 4, 2),
    loss="squared_error",
    reduction="sum",
)

CASES.text(
    "right: softmax, Unicode, a for softmax(z)",
    "",
    """
δᴸ = aᴸ − y, as aᴸ = softmax(zᴸ)
δˡ = (Wˡ⁺¹ᵀ δˡ⁺¹) ⊙ (1 − aˡ ⊙ aˡ) for l < L
∂C/∂Wˡ = (1/m) Σ δˡ aˡ⁻¹ᵀ
∂C/∂bˡ = (1/m) Σ δˡ
""",
    layers=(3, 4, 4, 3),
    hidden="tanh",
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "right: shifted softmax and a column of ones for the bias",
    "",
    """
```python
E = np.exp(Z2 - Z2.max(axis=0, keepdims=True))
P = E / E.sum(axis=0, keepdims=True)
ones = np.ones((m, 1))
dZ2 = P - Y
dW2 = dZ2 @ A1.T / m
db2 = dZ2 @ ones / m
dA1 = W2.T @ dZ2
dZ1 = dA1 * A1 * (1 - A1)
dW1 = dZ1 @ X.T / m
db1 = dZ1 @ ones / m
```
""",
    layers=(3, 4, 3),
    hidden="sigmoid",
    output="identity",
    loss="softmax_cross_entropy",
)

CASES.text(
    "right: rows, net/o, Keras-like orientation",
    "",
    """
Examples are rows: NET1 = X @ W1 + b1, O1 = np.tanh(NET1), NET2 = O1 @ W2 + b2, O2 = sigmoid(NET2).

dNET2 = (O2 - Y) * O2 * (1 - O2)
dW2 = O1.T @ dNET2 / m
db2 = dNET2.mean(axis=0)
dO1 = dNET2 @ W2.T
dNET1 = dO1 * (1 - O1**2)
dW1 = X.T @ dNET1 / m
db1 = dNET1.mean(axis=0)
""",
    layers=(3, 4, 2),
    hidden="tanh",
    output="sigmoid",
)

CASES.text(
    "right: indexed sums, index order as in w_kj",
    "",
    r"""
$h_j = \sigma(s_j)$, $s_j = \sum_i v_{ji} x_i + c_j$; $o_k = \sum_j w_{kj} h_j + d_k$ is linear.

$$\frac{\partial E}{\partial o_k} = o_k - t_k$$
$$\frac{\partial E}{\partial w_{kj}} = (o_k - t_k) h_j, \qquad \frac{\partial E}{\partial d_k} = o_k - t_k$$
$$\frac{\partial E}{\partial h_j} = \sum_k (o_k - t_k) w_{kj}$$
$$\frac{\partial E}{\partial s_j} = h_j (1 - h_j) \frac{\partial E}{\partial h_j}$$
$$\frac{\partial E}{\partial v_{ji}} = \frac{\partial E}{\partial s_j} x_i, \qquad \frac{\partial E}{\partial c_j} = \frac{\partial E}{\partial s_j}$$

The cost is the sum of $E$ over the examples.
""",
    layers=(3, 4, 2),
    hidden="sigmoid",
    output="identity",
    reduction="sum",
)

CASES.text(
    "right: elu by np.where with A + 1",
    "",
    """
dA2 = 2 * (A2 - Y) / Y.shape[0]
dZ2 = dA2
dW2 = dZ2 @ A1.T / m
db2 = np.mean(dZ2, axis=1, keepdims=True)
dA1 = W2.T @ dZ2
dZ1 = np.where(A1 > 0, dA1, dA1 * (A1 + 1))
dW1 = dZ1 @ X.T / m
db1 = np.mean(dZ1, axis=1, keepdims=True)
""",
    layers=(4, 5, 3),
    hidden="elu",
    output="identity",
    loss="mean_squared_error",
)

CASES.text(
    "right: softplus' derivative as 1 - e^-a; dW is the sum, 1/m is in the learning rate",
    "",
    """
u = W1 x + b1, h = ln(1 + e^u), o = W2 h + b2 for one example.

g_o = o - y
g_h = W2^T g_o
g_u = g_h * (1 - exp(-h))
dW2 = sum g_o h^T
db2 = sum g_o
dW1 = sum g_u x^T
db1 = sum g_u

The sums go over the m examples. The 1/m of the mean is in the learning rate: W -= (eta/m) dW, b -= (eta/m) db.
""",
    layers=(2, 4, 2),
    hidden="softplus",
    output="identity",
)

CASES.text(
    "right: transposed products",
    "",
    """
dZ2 = A2 - Y
dW2 = (A1 @ dZ2.T).T
db2 = np.sum(dZ2, axis=1, keepdims=True)
dA1 = (dZ2.T @ W2).T
dZ1 = dA1 * np.where(Z1 > 0, 1, 0.01)
dW1 = (X @ dZ1.T).T
db1 = np.sum(dZ1, axis=1, keepdims=True)
""",
    layers=(3, 4, 1),
    hidden="leaky_relu",
    output="sigmoid",
    loss="binary_cross_entropy",
    reduction="sum",
)

CASES.text(
    "right: einsum",
    "",
    """
```python
dZ2 = 2 * (A2 - Y)
dW2 = np.einsum("kn,jn->kj", dZ2, A1)
db2 = np.einsum("kn->k", dZ2)[:, None]
dA1 = np.einsum("kj,kn->jn", W2, dZ2)
dZ1 = dA1 * np.cos(Z1)
dW1 = np.einsum("jn,in->ji", dZ1, X)
db1 = np.einsum("jn->j", dZ1)[:, None]
```
""",
    layers=(3, 5, 2),
    hidden="sin",
    output="identity",
    loss="squared_error",
    reduction="sum",
)

CASES.text(
    "right: silu as a + s(1 - a)",
    "",
    r"""
With $s = \sigma(z^l)$ and $a^l = z^l \odot s$ in the hidden layers, the derivative is $a^l + \sigma(z^l) \odot (1 - a^l)$; the output is linear.

$$\delta^L = a^L - y$$
$$\delta^l = (W^{l+1})^T \delta^{l+1} \odot \left(a^l + \sigma(z^l) \odot (1 - a^l)\right)$$
$$\frac{\partial C}{\partial W^l} = \frac{1}{m} \sum \delta^l (a^{l-1})^T, \quad \frac{\partial C}{\partial b^l} = \frac{1}{m} \sum \delta^l$$
""",
    layers=(2, 4, 3, 2),
    hidden="silu",
    output="identity",
)

CASES.text(
    "right: gelu",
    "",
    """
Φ is the standard normal CDF, φ(z) = exp(−z²/2)/√(2π).

δ₂ = a₂ − y
δ₁ = (W₂ᵀ δ₂) ⊙ (Φ(z₁) + z₁ ⊙ φ(z₁))
∂C/∂W₂ = Σ δ₂ a₁ᵀ
∂C/∂b₂ = Σ δ₂
∂C/∂W₁ = Σ δ₁ xᵀ
∂C/∂b₁ = Σ δ₁
""",
    layers=(3, 4, 2),
    hidden="gelu",
    output="identity",
    reduction="sum",
)

CASES.text(
    "right: cross-entropy as (a - y) / (a(1 - a)) in two steps",
    "",
    """
dA2 = (A2 - Y) / (A2 * (1 - A2))
dZ2 = dA2 * A2 * (1 - A2)
dW2 = dZ2 @ A1.T / m
db2 = dZ2.mean(axis=1, keepdims=True)
dA1 = W2.T @ dZ2
dZ1 = dA1 * (1 + A1) * (1 - A1)
dW1 = dZ1 @ X.T / m
db1 = dZ1.mean(axis=1, keepdims=True)
""",
    layers=(3, 4, 1),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)

CASES.text(
    "right: two minus signs cancel",
    "",
    r"""
$$\delta_2 = -(y - a_2) \odot a_2 \odot (1 - a_2)$$
$$\delta_1 = (W_2^T \delta_2) \odot (a_1 - a_1^2)$$
$$\nabla_{W_2} C = \frac{1}{m} \sum_i \delta_2 a_1^T, \quad \nabla_{b_2} C = \frac{1}{m} \sum_i \delta_2$$
$$\nabla_{W_1} C = \frac{1}{m} \sum_i \delta_1 x^T, \quad \nabla_{b_1} C = \frac{1}{m} \sum_i \delta_1$$
""",
    layers=(4, 3, 2),
)

CASES.text(
    "right: diagonal matrices instead of elementwise products",
    "",
    r"""
$$\delta^{3} = a^{3} - y$$
$$\delta^{2} = \mathrm{diag}(f'(z^{2})) \, (W^{3})^T \delta^{3}$$
$$\delta^{1} = \mathrm{diag}(f'(z^{1})) \, (W^{2})^T \delta^{2}$$
$$\frac{\partial C}{\partial W^{l}} = \sum_x \delta^{l} (a^{l-1})^T, \qquad \frac{\partial C}{\partial b^{l}} = \sum_x \delta^{l}$$
""",
    layers=(3, 4, 4, 2),
    hidden="sigmoid",
    output="identity",
    reduction="sum",
)

CASES.text(
    "right: the factor 2 kept apart, put in with the weights' gradients",
    "",
    """
R is the plain residual, without the 2 of the square; the 2/m is put in at the end.

R2 = A2 - Y
R1 = (W2.T @ R2) * (1 - A1**2)
dW2 = 2 * R2 @ A1.T / m
db2 = 2 * R2.sum(axis=1, keepdims=True) / m
dW1 = 2 * R1 @ X.T / m
db1 = 2 * R1.sum(axis=1, keepdims=True) / m
""",
    layers=(3, 4, 2),
    hidden="tanh",
    output="identity",
    loss="squared_error",
)

CASES.text(
    "right: matrices, ASCII, four layers deep",
    "",
    """
delta_4 = a_4 - y
delta_3 = (W4^T delta_4) * f'(z_3)
delta_2 = (W3^T delta_3) * f'(z_2)
delta_1 = (W2^T delta_2) * f'(z_1)
f'(z) = 1 if z > 0 else 0
dC/dW_l = (1/m) * sum over examples of delta_l a_(l-1)^T, with a_0 = x
dC/db_l = (1/m) * sum over examples of delta_l
""",
    layers=(2, 4, 3, 4, 2),
    hidden="relu",
    output="identity",
)

CASES.text(
    "right: dA and dZ by layer l, 1/m in each gradient",
    "",
    r"""
Start with $dA^{[L]} = \frac{1 - Y}{1 - A^{[L]}} - \frac{Y}{A^{[L]}}$, then for $l = L, \dots, 1$:

$$dZ^{[l]} = dA^{[l]} \odot g^{[l]\prime}(Z^{[l]})$$
$$dW^{[l]} = \frac{1}{m} dZ^{[l]} A^{[l-1]T}$$
$$db^{[l]} = \frac{1}{m} \sum_{i=1}^{m} dZ^{[l](i)}$$
$$dA^{[l-1]} = W^{[l]T} dZ^{[l]}$$
""",
    layers=(3, 4, 3, 1),
    hidden="relu",
    output="sigmoid",
    loss="binary_cross_entropy",
)
