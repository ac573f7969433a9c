"""Right derivations in unusual forms, which a grader must not mark.

Written from the documentation alone, before anybody had looked at how the grader works.
"""

# ruff: noqa: E501  (formulas are as long as they are)

from __future__ import annotations

import math

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

RIGHT = Collection([])
right = RIGHT.case


@right("error = y - a, and every gradient is what is added to the weights")
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid)
    d2 = (Y - A[2]) * A[2] * (1 - A[2]) / X.shape[1]
    d1 = (W[1].T @ d2) * A[1] * (1 - A[1])
    return named([d1, d2], [d1 @ X.T, d2 @ A[1].T], [total(d1), total(d2)])


@right("deltas of y - a, weights' gradients with the minus back in")
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid)
    d2 = (Y - A[2]) * A[2] * (1 - A[2]) / X.shape[1]
    d1 = (W[1].T @ d2) * A[1] * (1 - A[1])
    return {"dW2": -d2 @ A[1].T, "db2": -total(d2), "dW1": -d1 @ X.T, "db1": -total(d1)}


@right("loops over examples, neurons and inputs")
def _(W, b, X, Y):
    n, m = X.shape
    dW = [np.zeros_like(w) for w in W]
    db = [np.zeros_like(v) for v in b]
    for e in range(m):
        h = [1 / (1 + math.exp(-(sum(W[0][j, k] * X[k, e] for k in range(n)) + b[0][j, 0])))
             for j in range(len(W[0]))]  # fmt: skip
        o = [1 / (1 + math.exp(-(sum(W[1][i, j] * h[j] for j in range(len(h))) + b[1][i, 0])))
             for i in range(len(W[1]))]  # fmt: skip
        d_out = [(o[i] - Y[i, e]) * o[i] * (1 - o[i]) for i in range(len(o))]
        for j in range(len(h)):
            d = sum(W[1][i, j] * d_out[i] for i in range(len(o))) * h[j] * (1 - h[j])
            db[0][j, 0] += d / m
            for k in range(n):
                dW[0][j, k] += d * X[k, e] / m
            for i in range(len(o)):
                dW[1][i, j] += d_out[i] * h[j] / m
        for i in range(len(o)):
            db[1][i, 0] += d_out[i] / m
    return {"dW1": dW[0], "dW2": dW[1], "db1": db[0], "db2": db[1]}


@right(
    "one example per row, as CS231n does it",
    hidden="relu",
    output="linear",
    loss="softmax_cross_entropy",
    layers=(4, 5, 3),
)
def _(W, b, X, Y):
    hidden = np.maximum(0, np.dot(X, W[0]) + b[0])
    exp_scores = np.exp(np.dot(hidden, W[1]) + b[1])
    dscores = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
    dscores[range(len(X)), Y.argmax(axis=1)] -= 1
    dscores /= len(X)
    dhidden = np.dot(dscores, W[1].T)
    dhidden[hidden <= 0] = 0
    return {
        "dW2": np.dot(hidden.T, dscores), "db2": np.sum(dscores, axis=0, keepdims=True),
        "dW1": np.dot(X.T, dhidden), "db1": np.sum(dhidden, axis=0, keepdims=True),
    }  # fmt: skip


@right("sigma' as a - a**2")
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid)
    d2 = (A[2] - Y) * (A[2] - A[2] ** 2)
    d1 = (W[1].T @ d2) * (A[1] - A[1] ** 2)
    m = X.shape[1]
    return {"dW2": d2 @ A[1].T / m, "dW1": d1 @ X.T / m,
            "db2": d2.mean(axis=1, keepdims=True), "db1": d1.mean(axis=1, keepdims=True)}  # fmt: skip


@right("sigma' as e**-z / (1 + e**-z)**2, 1/m in the weights alone")
def _(W, b, X, Y):
    def prime(z):
        return np.exp(-z) / (1 + np.exp(-z)) ** 2

    Z, A = forward(W, b, X, sigmoid, sigmoid)
    m = X.shape[1]
    d2 = (A[2] - Y) * prime(Z[2])
    d1 = W[1].T @ d2 * prime(Z[1])
    return {"dZ2": d2, "dZ1": d1, "dW2": d2 @ A[1].T / m, "dW1": d1 @ X.T / m,
            "db2": total(d2) / m, "db1": total(d1) / m}  # fmt: skip


@right("the gradients of the sum, nowhere a 1/m", hidden="tanh", output="tanh")
def _(W, b, X, Y):
    _, A = forward(W, b, X, np.tanh, np.tanh)
    d2 = (A[2] - Y) * (1 - A[2]) * (1 + A[2])
    d1 = (W[1].T @ d2) * (1 - A[1]) * (1 + A[1])
    return named([d1, d2], [d1 @ X.T, d2 @ A[1].T], [total(d1), total(d2)])


@right(
    "tanh' as 1/cosh(z)**2", hidden="tanh", output="linear", loss="mean_squared_error"
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, np.tanh, identity)
    d2 = (A[2] - Y) * 2 / Y.size
    d1 = (W[1].T @ d2) / np.cosh(Z[1]) ** 2
    return named([d1, d2], [d1 @ X.T, d2 @ A[1].T], [total(d1), total(d2)])


@right("the lists nabla_b, nabla_w")
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid)
    m = X.shape[1]
    nabla_b, nabla_w = [np.zeros(v.shape) for v in b], [np.zeros(w.shape) for w in W]
    delta = (A[-1] - Y) * A[-1] * (1 - A[-1])
    nabla_b[-1], nabla_w[-1] = total(delta) / m, np.dot(delta, A[-2].T) / m
    delta = np.dot(W[-1].T, delta) * A[-2] * (1 - A[-2])
    nabla_b[-2], nabla_w[-2] = total(delta) / m, np.dot(delta, A[-3].T) / m
    return nabla_b, nabla_w


@right("the names delta1, grad_W1, grad_b1")
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid)
    delta2 = (A[2] - Y) * A[2] * (1 - A[2]) / X.shape[1]
    delta1 = (W[1].T @ delta2) * A[1] * (1 - A[1])
    return {"delta2": delta2, "delta1": delta1, "grad_W2": delta2 @ A[1].T,
            "grad_W1": delta1 @ X.T, "grad_b2": total(delta2), "grad_b1": total(delta1)}  # fmt: skip


@right("the names W1, b1 of the parameters", hidden="relu", output="linear")
def _(W, b, X, Y):
    Z, A = forward(W, b, X, relu, identity)
    d2 = (A[2] - Y) / X.shape[1]
    d1 = np.where(Z[1] > 0, W[1].T @ d2, 0)
    return {"W2": d2 @ A[1].T, "b2": total(d2), "W1": d1 @ X.T, "b1": total(d1)}


@right(
    "the Jacobian of the softmax in full",
    hidden="tanh",
    output="linear",
    loss="softmax_cross_entropy",
    layers=(3, 4, 3),
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, np.tanh, softmax)
    d2 = np.empty_like(Y, dtype=float)
    for e in range(X.shape[1]):
        a = A[2][:, e]
        d2[:, e] = (np.diag(a) - np.outer(a, a)).T @ (-Y[:, e] / a) / X.shape[1]
    d1 = (W[1].T @ d2) * (1 - A[1] ** 2)
    return named([d1, d2], [d1 @ X.T, d2 @ A[1].T], [total(d1), total(d2)])


@right("relu' read off a", hidden="relu", output="sigmoid", loss="binary_cross_entropy")
def _(W, b, X, Y):
    _, A = forward(W, b, X, relu, sigmoid)
    d2 = (A[2] - Y) / X.shape[1]
    d1 = (W[1].T @ d2) * np.sign(A[1])
    return named([d1, d2], [d1 @ X.T, d2 @ A[1].T], [total(d1), total(d2)])


@right(
    "the cross-entropy and the sigmoid apart",
    loss="binary_cross_entropy",
    hidden="leaky_relu",
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, lambda z: np.maximum(z, 0.01 * z), sigmoid)
    dA2 = -(np.divide(Y, A[2]) - np.divide(1 - Y, 1 - A[2])) / X.shape[1]
    d2 = dA2 * A[2] * (1 - A[2])
    dA1 = W[1].T @ d2
    d1 = dA1 * np.where(Z[1] < 0, 0.01, 1)
    return {"dA2": dA2, "dA1": dA1,
            **named([d1, d2], [d1 @ X.T, d2 @ A[1].T], [total(d1), total(d2)])}  # fmt: skip


@right("gelu' written out", hidden="gelu", output="linear")
def _(W, b, X, Y):
    def cdf(z):
        return 0.5 * (1 + np.vectorize(math.erf)(z / math.sqrt(2)))

    Z, A = forward(W, b, X, lambda z: z * cdf(z), identity)
    d2 = (A[2] - Y) / X.shape[1]
    pdf = np.exp(-(Z[1] ** 2) / 2) / math.sqrt(2 * math.pi)
    d1 = (W[1].T @ d2) * (cdf(Z[1]) + Z[1] * pdf)
    return named([d1, d2], [d1 @ X.T, d2 @ A[1].T], [total(d1), total(d2)])


@right(
    "softplus' as 1 - e**-a",
    hidden="softplus",
    output="linear",
    loss="binary_cross_entropy_with_logits",
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, lambda z: np.log(1 + np.exp(z)), identity)
    d2 = (sigmoid(Z[2]) - Y) / X.shape[1]
    d1 = (W[1].T @ d2) * (1 - np.exp(-A[1]))
    return named([d1, d2], [d1 @ X.T, d2 @ A[1].T], [total(d1), total(d2)])


@right("outer products added up over the examples", reduction="sum")
def _(W, b, X, Y):
    dW1, dW2 = np.zeros_like(W[0]), np.zeros_like(W[1])
    db1, db2 = np.zeros_like(b[0]), np.zeros_like(b[1])
    for x, y in zip(X.T, Y.T, strict=True):
        a1 = sigmoid(W[0] @ x + b[0][:, 0])
        a2 = sigmoid(W[1] @ a1 + b[1][:, 0])
        d2 = (a2 - y) * a2 * (1 - a2)
        d1 = d2 @ W[1] * a1 * (1 - a1)
        dW2 += np.outer(d2, a1)
        dW1 += np.outer(d1, x)
        db2 += d2[:, None]
        db1 += d1[:, None]
    return {"dW1": dW1, "dW2": dW2, "db1": db1, "db2": db2}


@right("a complex step for g'", hidden="silu", output="linear")
def _(W, b, X, Y):
    def silu(z):
        return z / (1 + np.exp(-z))

    Z, A = forward(W, b, X, silu, identity)
    d2 = (A[2] - Y) / X.shape[1]
    d1 = (W[1].T @ d2) * silu(Z[1] + 1e-30j).imag / 1e-30
    return named([d1, d2], [d1 @ X.T, d2 @ A[1].T], [total(d1), total(d2)])


@right("single precision", hidden="tanh", output="linear")
def _(W, b, X, Y):
    W, b = [w.astype(np.float32) for w in W], [v.astype(np.float32) for v in b]
    X, Y = X.astype(np.float32), Y.astype(np.float32)
    _, A = forward(W, b, X, np.tanh, identity)
    d2 = (A[2] - Y) / np.float32(X.shape[1])
    d1 = (W[1].T @ d2) * (1 - A[1] ** 2)
    return named([d1, d2], [d1 @ X.T, d2 @ A[1].T], [total(d1), total(d2)])


@right(
    "five layers in a loop",
    layers=(2, 3, 4, 3, 4, 2),
    hidden="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, *[np.tanh] * 4, sigmoid)
    grads, dZ = {}, A[5] - Y
    for layer in range(5, 0, -1):
        grads[f"dW{layer}"] = dZ @ A[layer - 1].T / X.shape[1]
        grads[f"db{layer}"] = total(dZ) / X.shape[1]
        if layer > 1:
            dZ = W[layer - 1].T @ dZ * (1 - A[layer - 1] ** 2)
    return grads


@right("biases as a column of the weights, a one under the inputs", hidden="sigmoid")
def _(W, b, X, Y):
    one = np.ones((1, X.shape[1]))
    V1, V2 = np.hstack([W[0], b[0]]), np.hstack([W[1], b[1]])
    A1 = np.vstack([sigmoid(V1 @ np.vstack([X, one])), one])
    A2 = sigmoid(V2 @ A1)
    d2 = (A2 - Y) * A2 * (1 - A2) / X.shape[1]
    d1 = (V2.T @ d2 * A1 * (1 - A1))[:-1]
    dV2, dV1 = d2 @ A1.T, d1 @ np.vstack([X, one]).T
    return {
        "dW2": dV2[:, :-1],
        "db2": dV2[:, -1:],
        "dW1": dV1[:, :-1],
        "db1": dV1[:, -1:],
    }


@right("diagonal matrices for the derivatives, as Rojas does")
def _(W, b, X, Y):
    dW1, dW2 = 0, 0
    for e in range(X.shape[1]):
        x, y = X[:, [e]], Y[:, [e]]
        _, A = forward(W, b, x, sigmoid, sigmoid)
        D1, D2 = np.diagflat(A[1] * (1 - A[1])), np.diagflat(A[2] * (1 - A[2]))
        d2 = D2 @ (A[2] - y)
        d1 = D1 @ W[1].T @ d2
        dW2, dW1 = dW2 + d2 @ A[1].T / X.shape[1], dW1 + d1 @ x.T / X.shape[1]
    return {"dW1": dW1, "dW2": dW2}


@right("the hinge", layers=(3, 4, 2), hidden="tanh", output="linear", loss="hinge")
def _(W, b, X, Y):
    _, A = forward(W, b, X, np.tanh, identity)
    d2 = -Y * (Y * A[2] < 1) / X.shape[1]
    d1 = (W[1].T @ d2) * (1 - A[1] ** 2)
    return named([d1, d2], [d1 @ X.T, d2 @ A[1].T], [total(d1), total(d2)])


@right(
    "from the input to the output: Jacobians multiplied forwards",
    hidden="tanh",
    output="linear",
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, np.tanh, identity)
    m = X.shape[1]
    jacobian = np.einsum("ij,jm->mij", W[1], 1 - A[1] ** 2)
    d1 = np.einsum("mij,im->jm", jacobian, A[2] - Y) / m
    return {"dZ1": d1, "dW1": np.tensordot(d1, X, axes=(1, 1)),
            "db1": d1 @ np.ones((m, 1))}  # fmt: skip


@right("everything in lists of lists")
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid)
    d2 = (A[2] - Y) * A[2] * (1 - A[2]) / X.shape[1]
    d1 = (W[1].T @ d2) * A[1] * (1 - A[1])
    return {"dW1": (d1 @ X.T).tolist(), "dW2": (d2 @ A[1].T).tolist()}


@right(
    "elu' as where(z > 0, 1, a + 1)",
    hidden="elu",
    output="linear",
    loss="squared_error",
)
def _(W, b, X, Y):
    Z, A = forward(
        W, b, X, lambda z: np.where(z > 0, z, np.exp(np.minimum(z, 0)) - 1), identity
    )
    d2 = 2 * (A[2] - Y)
    d1 = (W[1].T @ d2) * np.where(Z[1] > 0, 1, A[1] + 1)
    m = X.shape[1]
    return {
        "dW2": d2 @ A[1].T / m,
        "dW1": d1 @ X.T / m,
        "db2": total(d2) / m,
        "db1": total(d1) / m,
    }


@right(
    "the gradient of the cost plus a penalty, the same on every weight: it is said",
    hidden="tanh",
    output="linear",
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, np.tanh, identity)
    dZ2 = (A[2] - Y) / X.shape[1]
    dZ1 = (W[1].T @ dZ2) * (1 - A[1] ** 2)
    return {"dZ2": dZ2, "dZ1": dZ1, "dW2": dZ2 @ A[1].T + 0.01 * W[1],
            "dW1": dZ1 @ X.T + 0.01 * W[0], "db2": total(dZ2), "db1": total(dZ1)}  # fmt: skip


@right("einsum everywhere", hidden="tanh", output="linear", loss="squared_error")
def _(W, b, X, Y):
    _, A = forward(W, b, X, np.tanh, identity)
    d2 = 2 * (A[2] - Y) / X.shape[1]
    d1 = np.einsum("ji,jm,im->im", W[1], d2, 1 - A[1] ** 2)
    return {
        "dZ2": d2, "dW2": np.einsum("im,jm->ij", d2, A[1]), "db2": np.einsum("im->i", d2)[:, None],
        "dZ1": d1, "dW1": np.einsum("im,jm->ij", d1, X), "db1": np.einsum("im->i", d1)[:, None],
    }  # fmt: skip


text = RIGHT.text
text(
    "Nielsen's four equations, in Unicode",
    "",
    """
δᴸ = ∇ₐC ⊙ σ′(zᴸ)
δˡ = ((wˡ⁺¹)ᵀ δˡ⁺¹) ⊙ σ′(zˡ)
∂C/∂bˡⱼ = δˡⱼ
∂C/∂wˡⱼₖ = aˡ⁻¹ₖ δˡⱼ
""",
)
text(
    "y - a with an update that adds",
    "",
    """
δ² = (y - a²) ⊙ a² ⊙ (1 - a²)
δ¹ = (W²ᵀ δ²) ⊙ a¹ ⊙ (1 - a¹)
W² ← W² + η δ² a¹ᵀ
W¹ ← W¹ + η δ¹ xᵀ
""",
)
text(
    "Ng's six lines",
    "",
    r"""
$$dZ^{[2]} = A^{[2]} - Y$$
$$dW^{[2]} = \frac{1}{m} dZ^{[2]} A^{[1]T}$$
$$db^{[2]} = \frac{1}{m} np.sum(dZ^{[2]}, axis=1, keepdims=True)$$
$$dZ^{[1]} = W^{[2]T} dZ^{[2]} * g^{[1]\prime}(Z^{[1]})$$
$$dW^{[1]} = \frac{1}{m} dZ^{[1]} X^T$$
$$db^{[1]} = \frac{1}{m} np.sum(dZ^{[1]}, axis=1, keepdims=True)$$
""",
    loss="binary_cross_entropy",
)
text(
    "W^(l) leads from layer l to layer l+1",
    "",
    r"""
$$z^{(l+1)} = W^{(l)} a^{(l)} + b^{(l)}$$
$$\delta^{(n_l)} = - (y - a^{(n_l)}) \bullet f'(z^{(n_l)})$$
$$\delta^{(l)} = \left((W^{(l)})^T \delta^{(l+1)}\right) \bullet f'(z^{(l)})$$
$$\nabla_{W^{(l)}} J(W,b;x,y) = \delta^{(l+1)} (a^{(l)})^T$$
$$\nabla_{b^{(l)}} J(W,b;x,y) = \delta^{(l+1)}$$
""",
)
text(
    "rows as examples, NumPy",
    "",
    """
dZ2 = (A2 - Y) / m
dW2 = A1.T @ dZ2
db2 = dZ2.sum(axis=0)
dZ1 = dZ2 @ W2.T * (Z1 > 0)
dW1 = X.T @ dZ1
db1 = dZ1.sum(axis=0)
""",
    hidden="relu",
    output="linear",
)
text(
    "w_ij leads from i to j",
    "",
    r"""
$$\text{net}_j = \sum_i w_{ij} o_i$$
$$\frac{\partial E}{\partial w_{ij}} = o_i \delta_j$$
""",
)
text(
    "g' of each layer as a diagonal matrix",
    "",
    r"""
$$\delta^L = \text{diag}(\sigma'(z^L)) (a^L - y)$$
$$\delta^l = \text{diag}(\sigma'(z^l)) (W^{l+1})^T \delta^{l+1}$$
""",
)
text(
    "the mean written as a sum over the examples",
    "",
    r"""
$$\delta^{L,i} = (a^{L,i} - y^i) \odot \sigma'(z^{L,i})$$
$$\frac{\partial C}{\partial W^l} = \frac{1}{m} \sum_{i=1}^m \delta^{l,i} (a^{l-1,i})^T$$
""",
)
text(
    "chain rule written out for one neuron a layer",
    "",
    r"""
$$\frac{\partial C}{\partial w^{(L)}} = \frac{\partial z^{(L)}}{\partial w^{(L)}} \frac{\partial a^{(L)}}{\partial z^{(L)}} \frac{\partial C}{\partial a^{(L)}} = a^{(L-1)} \sigma'(z^{(L)}) 2 (a^{(L)} - y)$$
$$\frac{\partial C}{\partial b^{(L)}} = 1 \cdot \sigma'(z^{(L)}) \cdot 2 (a^{(L)} - y)$$
""",
    layers=(1, 1, 1),
    loss="squared_error",
)
text(
    "the vector-Jacobian products of the library of the fast.ai course",
    "",
    """
dA2 = (A2 - Y) / m
dZ2 = dA2 * (1 - A2**2)
dA1 = dZ2 @ W2.T
dW2 = A1.T @ dZ2
dZ1 = (Z1 > 0) * dA1
""",
    hidden="relu",
    output="tanh",
)
