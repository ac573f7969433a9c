"""A third set that the grader had not seen: written when it had been mended twice."""

# ruff: noqa: E501  (formulas are as long as they are)

from __future__ import annotations

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
from tests.nn.grading.unseen.notes import Note

PLANTED = Collection([])
RIGHT = Collection([])
planted, right = PLANTED.case, RIGHT.case


@planted(
    "cos for sin' of a: the derivative at the activation",
    "dZ1",
    hidden="sin",
    output="linear",
    loss="squared_error",
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, np.sin, identity)
    d2 = 2 * (A[2] - Y) / X.shape[1]
    d1 = (W[1].T @ d2) * np.cos(A[1])
    return named([d1, d2], [d1 @ X.T, d2 @ A[1].T], [total(d1), total(d2)])


@planted(
    "selu treated as elu: without its two constants",
    "dZ1",
    hidden="selu",
    output="linear",
)
def _(W, b, X, Y):
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    Z, A = forward(
        W, b, X, lambda z: scale * np.where(z > 0, z, alpha * np.expm1(z)), identity
    )
    d2 = (A[2] - Y) / X.shape[1]
    d1 = (W[1].T @ d2) * np.where(Z[1] > 0, 1.0, np.exp(Z[1]))
    return named([d1, d2], [d1 @ X.T, d2 @ A[1].T], [total(d1), total(d2)])


@planted("dA1 uses dW2 in place of W2", "dZ1", hidden="tanh", output="tanh")
def _(W, b, X, Y):
    _, A = forward(W, b, X, np.tanh, np.tanh)
    d2 = (A[2] - Y) * (1 - A[2] ** 2) / X.shape[1]
    dW2 = d2 @ A[1].T
    d1 = (dW2.T @ d2) * (1 - A[1] ** 2)
    return named([d1, d2], [d1 @ X.T, dW2], [total(d1), total(d2)])


@planted(
    "the batch is averaged before the product: mean delta times mean activation",
    "dW2",
    hidden="relu",
    output="linear",
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, relu, identity)
    d2 = A[2] - Y
    d1 = (W[1].T @ d2) * (Z[1] > 0)

    def mean(x):
        return x.mean(axis=1, keepdims=True)

    return {
        "dW2": mean(d2) @ mean(A[1]).T,
        "db2": mean(d2),
        "dW1": mean(d1) @ mean(X).T,
        "db1": mean(d1),
    }


@planted("dA2 is y - a over a(1-a): the whole sign", "dA2", loss="binary_cross_entropy")
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid)
    m = X.shape[1]
    dA2 = (Y - A[2]) / (A[2] * (1 - A[2])) / m
    d2 = (A[2] - Y) / m
    d1 = (W[1].T @ d2) * A[1] * (1 - A[1])
    return {"dA2": dA2, "dZ2": d2, "dZ1": d1, "dW2": d2 @ A[1].T, "dW1": d1 @ X.T}


@planted(
    "dropout's mask on the way back though none was used forward",
    "dZ1",
    hidden="relu",
    output="linear",
    loss="mean_squared_error",
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, relu, identity)
    d2 = 2 * (A[2] - Y) / Y.size
    mask = (np.arange(A[1].shape[0]) % 2)[:, None]
    d1 = (W[1].T @ d2) * (Z[1] > 0) * mask
    return named([d1, d2], [d1 @ X.T, d2 @ A[1].T], [total(d1), total(d2)])


@planted(
    "the gradient by the weights has an identity activation before it: a1 + 1",
    "dW2",
    hidden="tanh",
    output="linear",
    reduction="sum",
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, np.tanh, identity)
    d2 = A[2] - Y
    d1 = (W[1].T @ d2) * (1 - A[1] ** 2)
    return named([d1, d2], [d1 @ X.T, d2 @ (A[1] + 1).T], [total(d1), total(d2)])


@planted(
    "deltas of two layers swapped",
    "dW2",
    layers=(3, 4, 4, 2),
    hidden="sigmoid",
    output="linear",
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid, identity)
    d3 = (A[3] - Y) / X.shape[1]
    d2 = (W[2].T @ d3) * A[2] * (1 - A[2])
    d1 = (W[1].T @ d2) * A[1] * (1 - A[1])
    return {
        "dW3": d3 @ A[2].T,
        "dW2": d1 @ A[1].T,
        "dW1": d2 @ X.T,
        "db3": total(d3),
        "db2": total(d1),
        "db1": total(d2),
    }


text = PLANTED.text
text(
    "the transpose on delta, not on a",
    "dWl",
    """
δᴸ = (aᴸ − y) ⊙ σ′(zᴸ)
δˡ = (Wˡ⁺¹)ᵀ δˡ⁺¹ ⊙ σ′(zˡ)
∂C/∂Wˡ = (δˡ)ᵀ aˡ⁻¹
""",
)
text(
    "a sum for the product of the chain rule",
    "dZl",
    r"""
$$\delta^L = (a^L - y) \odot \sigma'(z^L)$$
$$\delta^l = (W^{l+1})^T \delta^{l+1} + \sigma'(z^l)$$
$$\frac{\partial C}{\partial b^l} = \delta^l$$
""",
)
text(
    "the half kept: (a - y)/2",
    "dZ2",
    r"""
$$\frac{\partial L}{\partial z^{[2]}} = \frac{1}{2} (a^{[2]} - y) \odot \sigma'(z^{[2]})$$
$$\frac{\partial L}{\partial W^{[2]}} = \frac{\partial L}{\partial z^{[2]}} a^{[1]T}$$
$$\frac{\partial L}{\partial b^{[2]}} = \frac{\partial L}{\partial z^{[2]}}$$
""",
)
text(
    "o_j and 1 - o_j of the wrong neuron",
    "dZl",
    r"""
$$\delta_k = o_k (1 - o_k) (o_k - t_k)$$
$$\delta_j = o_k (1 - o_k) \sum_k w_{kj} \delta_k$$
$$\frac{\partial E}{\partial w_{ji}} = \delta_j o_i$$
""",
)
text(
    "rows: W2 for its transpose",
    "dh",
    """
dz2 = (a2 - y) / m
dW2 = a1.T @ dz2
da1 = dz2 @ W2
dz1 = da1 * (z1 > 0)
dW1 = x.T @ dz1
""",
    hidden="relu",
    output="linear",
)
text(
    "b for W on the way back",
    "dAl",
    r"""
\begin{align*}
\frac{\partial C}{\partial z^L} &= \frac{\partial C}{\partial a^L} \odot g'(z^L) \\
\frac{\partial C}{\partial a^{l-1}} &= (b^l)^T \frac{\partial C}{\partial z^l} \\
\frac{\partial C}{\partial W^l} &= \frac{\partial C}{\partial z^l} (a^{l-1})^T
\end{align*}
""",
)
text(
    "1/m in every dZ and in dW",
    "dW2",
    """
dZ2 = 1/m * (A2 - Y)
dW2 = 1/m * np.dot(dZ2, A1.T)
dZ1 = np.dot(W2.T, dZ2) * (1 - np.power(A1, 2))
dW1 = np.dot(dZ1, X.T)
""",
    hidden="tanh",
    loss="binary_cross_entropy",
)


@right(
    "relu by np.where with an array of ones",
    hidden="relu",
    output="linear",
    loss="softmax_cross_entropy",
    layers=(3, 5, 4),
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, relu, softmax)
    d2 = A[2].copy()
    d2[Y == 1] -= 1
    d2 /= X.shape[1]
    d1 = np.multiply(W[1].T.dot(d2), np.where(Z[1] > 0, np.ones_like(Z[1]), 0))
    return [total(d1), total(d2)], [d1.dot(X.T), d2.dot(A[1].T)]


RIGHT.text(
    "deltas as rows of a diagonal",
    "",
    r"""
$$\delta^{(3)} = (a^{(3)} - y) \odot a^{(3)} \odot (1 - a^{(3)})$$
$$\delta^{(2)} = \left(W^{(3)}\right)^\top \delta^{(3)} \odot a^{(2)} \odot (1 - a^{(2)})$$
$$\delta^{(1)} = \left(W^{(2)}\right)^\top \delta^{(2)} \odot a^{(1)} \odot (1 - a^{(1)})$$
$$\frac{\partial C}{\partial W^{(1)}} = \delta^{(1)} x^\top$$
""",
    layers=(3, 4, 5, 2),
)
RIGHT.text(
    "u and v for the sums and the activations",
    "",
    r"""
$$u_j = \sum_i w_{ji} v_i + b_j$$
$$v_j = \tanh(u_j)$$
$$\delta_j = (1 - v_j^2) \sum_k w_{kj} \delta_k$$
$$\frac{\partial E}{\partial w_{ji}} = \delta_j v_i$$
""",
    hidden="tanh",
)

NOTES = [
    Note(
        "a Chinese blog on BP (watermelon book style)",
        r"""
F| $$\beta_j = \sum_{h=1}^{q} w_{hj} b_h$$
F| $$\hat{y}_j^k = f(\beta_j - \theta_j)$$
F| $$E_k = \frac{1}{2} \sum_{j=1}^{l} (\hat{y}_j^k - y_j^k)^2$$
G| $$\frac{\partial E_k}{\partial w_{hj}} = \frac{\partial E_k}{\partial \hat{y}_j^k} \cdot \frac{\partial \hat{y}_j^k}{\partial \beta_j} \cdot \frac{\partial \beta_j}{\partial w_{hj}}$$
G| $$g_j = \hat{y}_j^k (1 - \hat{y}_j^k)(y_j^k - \hat{y}_j^k)$$
F| $$\Delta w_{hj} = \eta g_j b_h$$
""",
    ),
    Note(
        "matrix calculus notes, denominator layout",
        r"""
F| $$\mathbf{z}^{(l)} = \mathbf{W}^{(l)} \mathbf{a}^{(l-1)} + \mathbf{b}^{(l)}$$
F| $$\mathbf{a}^{(l)} = f_l(\mathbf{z}^{(l)})$$
G| $$\delta^{(l)} \triangleq \frac{\partial \mathcal{L}(\mathbf{y}, \hat{\mathbf{y}})}{\partial \mathbf{z}^{(l)}}$$
G| $$\frac{\partial \mathcal{L}(\mathbf{y}, \hat{\mathbf{y}})}{\partial \mathbf{W}^{(l)}} = \delta^{(l)} (\mathbf{a}^{(l-1)})^\top$$
G| $$\frac{\partial \mathcal{L}(\mathbf{y}, \hat{\mathbf{y}})}{\partial \mathbf{b}^{(l)}} = \delta^{(l)}$$
G| $$\delta^{(l)} = f_l'(\mathbf{z}^{(l)}) \odot \left( (\mathbf{W}^{(l+1)})^\top \delta^{(l+1)} \right)$$
F| $$\mathbf{W}^{(l)} \leftarrow \mathbf{W}^{(l)} - \alpha \, \delta^{(l)} (\mathbf{a}^{(l-1)})^\top$$
F| $$\mathbf{b}^{(l)} \leftarrow \mathbf{b}^{(l)} - \alpha\, \delta^{(l)}$$
""",
    ),
    Note(
        "LeCun, Bottou, Orr, Muller: Efficient BackProp",
        r"""
F| $$Y_n = W_n X_{n-1}$$
F| $$X_n = F(Y_n)$$
G| $$\frac{\partial E}{\partial Y_n} = F'(Y_n) \frac{\partial E}{\partial X_n}$$
G| $$\frac{\partial E}{\partial W_n} = X_{n-1} \frac{\partial E}{\partial Y_n}$$
G| $$\frac{\partial E}{\partial X_{n-1}} = W_n^T \frac{\partial E}{\partial Y_n}$$
""",
    ),
    Note(
        "a notebook in NumPy, with its own names",
        r"""
F| z1 = x.dot(W1) + b1
F| a1 = np.tanh(z1)
F| z2 = a1.dot(W2) + b2
F| exp_scores = np.exp(z2)
F| probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
G| delta3 = (probs - y) / m
G| dW2 = (a1.T).dot(delta3)
G| db2 = np.sum(delta3, axis=0, keepdims=True)
G| delta2 = delta3.dot(W2.T) * (1 - np.power(a1, 2))
G| dW1 = np.dot(x.T, delta2)
G| db1 = np.sum(delta2, axis=0)
F| W1 += -epsilon * dW1
""",
        {
            "hidden": "tanh",
            "output": "linear",
            "loss": "softmax_cross_entropy",
            "layers": (3, 4, 3),
        },
    ),
]
