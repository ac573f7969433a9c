"""A second set that the grader had not seen: written when it had been mended by the first.

Derivations with one mistake each, right ones in unusual forms, and notes.
"""

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
    "log-sigmoid's derivative taken as sigma(z), it is sigma(-z)",
    "dZ1",
    hidden="log_sigmoid",
    output="linear",
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, lambda z: -np.log1p(np.exp(-z)), identity)
    d2 = (A[2] - Y) / X.shape[1]
    d1 = (W[1].T @ d2) * sigmoid(Z[1])
    return named([d1, d2], [d1 @ X.T, d2 @ A[1].T], [total(d1), total(d2)])


@planted(
    "arctan' as 1/(1 - z**2): the sign",
    "dZ1",
    hidden="arctan",
    output="linear",
    loss="squared_error",
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, np.arctan, identity)
    d2 = 2 * (A[2] - Y) / X.shape[1]
    d1 = (W[1].T @ d2) / (1 - Z[1] ** 2)
    return named([d1, d2], [d1 @ X.T, d2 @ A[1].T], [total(d1), total(d2)])


@planted(
    "exp' as z e**(z-1), as if it were a power",
    "dZ1",
    hidden="exp",
    output="linear",
    loss="mean_squared_error",
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, np.exp, identity)
    d2 = 2 * (A[2] - Y) / Y.size
    d1 = (W[1].T @ d2) * Z[1] * np.exp(Z[1] - 1)
    return named([d1, d2], [d1 @ X.T, d2 @ A[1].T], [total(d1), total(d2)])


@planted(
    "square' as z, the 2 forgotten",
    "dZ1",
    hidden="square",
    output="sigmoid",
    loss="binary_cross_entropy",
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, np.square, sigmoid)
    d2 = (A[2] - Y) / X.shape[1]
    d1 = (W[1].T @ d2) * Z[1]
    return named([d1, d2], [d1 @ X.T, d2 @ A[1].T], [total(d1), total(d2)])


@planted(
    "the sigmoid's slope is taken of the last layer, for every layer",
    "dZ2",
    layers=(3, 2, 2, 2),
    hidden="sigmoid",
    output="sigmoid",
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid, sigmoid)
    s = A[3] * (1 - A[3])
    d3 = (A[3] - Y) * s / X.shape[1]
    d2 = (W[2].T @ d3) * s
    d1 = (W[1].T @ d2) * s
    return named(
        [d1, d2, d3],
        [d1 @ X.T, d2 @ A[1].T, d3 @ A[2].T],
        [total(d1), total(d2), total(d3)],
    )


@planted(
    "the bias is added to the gradient of the bias",
    "db2",
    hidden="tanh",
    output="linear",
    reduction="sum",
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, np.tanh, identity)
    d2 = A[2] - Y
    d1 = (W[1].T @ d2) * (1 - A[1] ** 2)
    return {
        "dZ2": d2,
        "dZ1": d1,
        "dW2": d2 @ A[1].T,
        "dW1": d1 @ X.T,
        "db2": total(d2) + b[1],
        "db1": total(d1) + b[0],
    }


@planted(
    "the learning rate is in the gradient: dW is 0.1 times too small",
    "dW2",
    hidden="relu",
    output="linear",
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, relu, identity)
    d2 = (A[2] - Y) / X.shape[1]
    d1 = (W[1].T @ d2) * (Z[1] > 0)
    return {"dZ2": d2, "dZ1": d1, "dW2": 0.1 * d2 @ A[1].T, "dW1": 0.1 * d1 @ X.T}


@planted(
    "the absolute error's sign(a-y) for a - y", "dZ2", hidden="tanh", output="linear"
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, np.tanh, identity)
    d2 = np.sign(A[2] - Y) / X.shape[1]
    d1 = (W[1].T @ d2) * (1 - A[1] ** 2)
    return named([d1, d2], [d1 @ X.T, d2 @ A[1].T], [total(d1), total(d2)])


@planted(
    "dW1 from the outputs' error at once, without the chain through W2",
    "dW1",
    layers=(3, 2, 2),
    hidden="sigmoid",
    output="sigmoid",
)
def _(W, b, X, Y):
    _, A = forward(W, b, X, sigmoid, sigmoid)
    d2 = (A[2] - Y) * A[2] * (1 - A[2]) / X.shape[1]
    return {"dZ2": d2, "dW2": d2 @ A[1].T, "dW1": d2 @ X.T}


@planted(
    "relu in the forward pass of a leaky network",
    "dZ2",
    hidden="leaky_relu",
    output="linear",
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, relu, identity)
    d2 = (A[2] - Y) / X.shape[1]
    d1 = (W[1].T @ d2) * (Z[1] > 0)
    return named([d1, d2], [d1 @ X.T, d2 @ A[1].T], [total(d1), total(d2)])


@planted(
    "the softmax's output minus 1 everywhere",
    "dZ2",
    hidden="relu",
    output="linear",
    loss="softmax_cross_entropy",
    layers=(3, 4, 3),
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, relu, softmax)
    d2 = (A[2] - 1) / X.shape[1]
    d1 = (W[1].T @ d2) * (Z[1] > 0)
    return named([d1, d2], [d1 @ X.T, d2 @ A[1].T], [total(d1), total(d2)])


@planted(
    "rows as examples: dW is dZ.T X, of the right shape only when transposed; and"
    " the mask of the second layer is lost",
    "dZ2",
    layers=(3, 5, 4, 2),
    hidden="relu",
    output="linear",
)
def _(W, b, X, Y):
    h1 = np.maximum(X @ W[0] + b[0], 0)
    h2 = np.maximum(h1 @ W[1] + b[1], 0)
    d3 = (h2 @ W[2] + b[2] - Y) / len(X)
    d2 = d3 @ W[2].T
    d1 = (d2 @ W[1].T) * (h1 > 0)
    return {"dW3": h2.T @ d3, "dZ2": d2, "dW2": h1.T @ d2, "dZ1": d1, "dW1": X.T @ d1}


text = PLANTED.text
text(
    "the activations of the layer stand for its weights",
    "dZl",
    """
δᴸ = (aᴸ − y) ⊙ σ′(zᴸ)
δˡ = (aˡ⁺¹)ᵀ δˡ⁺¹ ⊙ σ′(zˡ)
""",
)
text(
    "a plus for the minus of the chain rule",
    "dZL",
    r"""
$$C = \frac{1}{2} \sum_j (y_j - a_j^L)^2$$
$$\delta_j^L = (y_j - a_j^L) \sigma'(z_j^L)$$
$$\frac{\partial C}{\partial b_j^L} = -\delta_j^L$$
$$\frac{\partial C}{\partial w_{jk}^L} = \delta_j^L a_k^{L-1}$$
""",
)
text(
    "the derivative of the logits forgotten: 1/a",
    "dA2",
    r"""
$$\frac{\partial C}{\partial a^2} = -\frac{y}{a^2} + \frac{1 - y}{a^2}$$
$$\frac{\partial C}{\partial z^2} = a^2 - y$$
""",
    loss="binary_cross_entropy",
)
text(
    "dW with the delta of the next layer",
    "dWl",
    r"""
\begin{align}
\delta^L &= \nabla_a C \odot \sigma'(z^L) \\
\delta^l &= ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l) \\
\frac{\partial C}{\partial b^l} &= \delta^l \\
\frac{\partial C}{\partial w^l} &= \delta^{l+1} (a^{l-1})^T
\end{align}
""",
)
text(
    "m forgotten in the weights, not in the biases",
    "dW1",
    """
dZ2 = A2 - Y
dW2 = dZ2 @ A1.T / m
db2 = dZ2.sum(axis=1, keepdims=True) / m
dZ1 = W2.T @ dZ2 * (1 - A1**2)
dW1 = dZ1 @ X.T
db1 = dZ1.sum(axis=1, keepdims=True) / m
""",
    hidden="tanh",
    loss="binary_cross_entropy",
)
text(
    "relu' taken of the incoming gradient",
    "dZ1",
    """
dscores = (softmax(Z2) - Y) / m
dh = W2.T @ dscores
dZ1 = dh * (dh > 0)
dW1 = dZ1 @ X.T
""",
    hidden="relu",
    output="linear",
    loss="softmax_cross_entropy",
    layers=(3, 4, 3),
)
text(
    "the update goes uphill",
    "W1",
    r"""
$\delta^2 = (a^2 - y) \odot \sigma'(z^2)$
$\delta^1 = W^{2\top} \delta^2 \odot \sigma'(z^1)$
$W^2 \leftarrow W^2 - \eta \delta^2 a^{1\top}$
$W^1 \leftarrow W^1 + \eta \delta^1 x^\top$
""",
)
text(
    "the sum runs over the neurons of its own layer",
    "dZl",
    r"""
$$z_j = \sum_i w_{ji} x_i$$
$$\delta_k = (y_k - t_k) f'(z_k)$$
$$\delta_j = f'(z_j) \sum_k w_{jk} \delta_k$$
$$\frac{\partial E}{\partial w_{ji}} = \delta_j x_i$$
""",
)
text(
    "W2 squared",
    "dA1",
    r"""
$$\frac{\partial C}{\partial z^{(2)}} = (a^{(2)} - y) \odot \sigma'(z^{(2)})$$
$$\frac{\partial C}{\partial a^{(1)}} = (W^{(2)T} W^{(2)}) \frac{\partial C}{\partial a^{(1)}}$$
$$\frac{\partial C}{\partial z^{(1)}} = \frac{\partial C}{\partial a^{(1)}} \odot \sigma'(z^{(1)})$$
""",
)


@right(
    "the gradient by the logits from logsumexp",
    hidden="tanh",
    output="linear",
    loss="softmax_cross_entropy",
    layers=(3, 4, 3),
    reduction="sum",
)
def _(W, b, X, Y):
    Z, A = forward(W, b, X, np.tanh, identity)
    d2 = np.exp(Z[2] - np.log(np.exp(Z[2]).sum(axis=0))) - Y
    d1 = (1 - A[1] * A[1]) * W[1].T.dot(d2)
    return named([d1, d2], [d1.dot(X.T), d2.dot(A[1].T)], [total(d1), total(d2)])


@right("outer products averaged", hidden="arctan", output="linear")
def _(W, b, X, Y):
    Z, A = forward(W, b, X, np.arctan, identity)
    d2 = A[2] - Y
    d1 = (W[1].T @ d2) / (1 + Z[1] ** 2)
    dW2 = np.mean([np.outer(d, a) for d, a in zip(d2.T, A[1].T, strict=True)], axis=0)
    dW1 = np.mean([np.outer(d, x) for d, x in zip(d1.T, X.T, strict=True)], axis=0)
    return {
        "dW1": dW1,
        "dW2": dW2,
        "db1": d1.mean(1, keepdims=True),
        "db2": d2.mean(1, keepdims=True),
    }


@right("a lambda for each pullback, called from the output back", layers=(2, 4, 3, 2))
def _(W, b, X, Y):
    pullbacks, grads, a = [], {}, X
    for i, (w, v) in enumerate(zip(W, b, strict=True), 1):
        out = sigmoid(w @ a + v)

        def pull(g, w=w, a=a, out=out, i=i):
            d = g * out * (1 - out)
            grads[f"dW{i}"], grads[f"db{i}"] = d @ a.T, total(d)
            return w.T @ d

        pullbacks.append(pull)
        a = out
    g = (a - Y) / X.shape[1]
    for pull in reversed(pullbacks):
        g = pull(g)
    return grads


rtext = RIGHT.text
rtext(
    "y - a throughout, and the update adds",
    "",
    r"""
$e = y - a^{2}$
$\delta^2 = e \odot \sigma'(z^2)$
$\delta^1 = (W^{2})^T \delta^2 \odot \sigma'(z^1)$
$W^1 \leftarrow W^1 + \eta\, \delta^1 x^T$
$b^1 \leftarrow b^1 + \eta\, \delta^1$
""",
)
rtext(
    "softmax with cross-entropy: a - y",
    "",
    r"""
$$\delta^L = a^L - y$$
$$\delta^l = (W^{l+1})^T \delta^{l+1} \odot \sigma'(z^l)$$
$$\nabla_{W^l} J = \delta^l (a^{l-1})^T$$
""",
    output="linear",
    loss="softmax_cross_entropy",
    layers=(3, 4, 3),
)
rtext(
    "row vectors, subscripts",
    "",
    """
δ₂ = (a₂ − y) ⊙ σ′(z₂)
δ₁ = (δ₂ W₂ᵀ) ⊙ σ′(z₁)
∂C/∂W₂ = a₁ᵀ δ₂
∂C/∂W₁ = xᵀ δ₁
""",
)

NOTES = [
    Note(
        "The Clever Machine, error backpropagation",
        r"""
F| $$a_k = g_k(z_k)$$
F| $$z_k = b_k + \sum_j a_j w_{jk}$$
F| $$E = \frac{1}{2} \sum_{k \in K} (a_k - t_k)^2$$
G| $$\frac{\partial E}{\partial w_{jk}} = (a_k - t_k) \frac{\partial}{\partial w_{jk}} (a_k - t_k)$$
G| $$\frac{\partial E}{\partial w_{jk}} = (a_k - t_k) g_k'(z_k) a_j$$
G| $$\delta_k = (a_k - t_k) g_k'(z_k)$$
G| $$\frac{\partial E}{\partial w_{jk}} = \delta_k a_j$$
G| $$\frac{\partial E}{\partial b_k} = \delta_k$$
G| $$\delta_j = g_j'(z_j) \sum_{k} \delta_k w_{jk}$$
G| $$\frac{\partial E}{\partial w_{ij}} = \delta_j a_i$$
G| $$\frac{\partial E}{\partial b_j} = \delta_j$$
F| $$w_{jk} \leftarrow w_{jk} - \eta \frac{\partial E}{\partial w_{jk}}$$
""",
    ),
    Note(
        "MIT 6.036 lecture notes",
        r"""
F| $$Z^l = {W^l}^T A^{l-1} + W_0^l$$
F| $$A^l = f^l(Z^l)$$
G| $$\frac{\partial \text{loss}}{\partial W^l} = A^{l-1} \left(\frac{\partial \text{loss}}{\partial Z^l}\right)^T$$
G| $$\frac{\partial \text{loss}}{\partial Z^l} = \frac{\partial A^l}{\partial Z^l} \cdot W^{l+1} \cdot \frac{\partial \text{loss}}{\partial Z^{l+1}}$$
G| $$\frac{\partial \text{loss}}{\partial Z^L} = \frac{\partial A^L}{\partial Z^L} \cdot \frac{\partial \text{loss}}{\partial A^L}$$
""",
    ),
    Note(
        "a repository's notes with Unicode within LaTeX",
        r"""
G| $$ δ^L_j = \frac{∂C}{∂a^L_j} σ'(z^L_j) $$
G| $$ δ^L = ∇_a C ⊙ σ'(z^L) $$
F| $$ C=\frac{1}{2}∑_j(y_j−a^L_j)^2 $$
G| $$ \frac{∂C}{∂a^L_j}=(a^L_j−y_j) $$
G| $$ ∇_a C = (a^L-y) $$
G| $$ δ^l = ((w^{l+1})^T δ^{l+1}) ⊙ σ'(z^l) $$
G| $$ \frac{∂C}{∂b^l_j} = δ^l_j $$
G| $$ \frac{∂C}{∂w^l_{jk}} = a^{l-1}_k δ^l_j $$
""",
    ),
    Note(
        "a two-layer network in PyTorch without autograd",
        r"""
  | ```python
F| h = x @ w1
F| h_relu = np.maximum(h, 0)
F| y_pred = h_relu @ w2
G| grad_y_pred = 2.0 * (y_pred - y)
G| grad_w2 = h_relu.T @ grad_y_pred
G| grad_h_relu = grad_y_pred @ w2.T
G| grad_w1 = x.T @ (grad_h_relu * (h > 0))
F| w1 -= learning_rate * grad_w1
F| w2 -= learning_rate * grad_w2
  | ```
""",
        {
            "hidden": "relu",
            "output": "linear",
            "loss": "squared_error",
            "reduction": "sum",
        },
    ),
    Note(
        "a course with hats and bold letters",
        r"""
F| $\mathbf{h} = \sigma(\mathbf{W}_1 \mathbf{x} + \mathbf{b}_1)$
F| $\hat{\mathbf{y}} = \mathbf{W}_2 \mathbf{h} + \mathbf{b}_2$
F| $\mathcal{L} = \frac{1}{2} \|\hat{\mathbf{y}} - \mathbf{y}\|^2$
G| $\frac{\partial \mathcal{L}}{\partial \hat{\mathbf{y}}} = \hat{\mathbf{y}} - \mathbf{y}$
G| $\frac{\partial \mathcal{L}}{\partial \mathbf{W}_2} = \frac{\partial \mathcal{L}}{\partial \hat{\mathbf{y}}} \mathbf{h}^\top$
G| $\frac{\partial \mathcal{L}}{\partial \mathbf{b}_2} = \frac{\partial \mathcal{L}}{\partial \hat{\mathbf{y}}}$
G| $\frac{\partial \mathcal{L}}{\partial \mathbf{h}} = \mathbf{W}_2^\top \frac{\partial \mathcal{L}}{\partial \hat{\mathbf{y}}}$
G| $\frac{\partial \mathcal{L}}{\partial \mathbf{W}_1} = \left(\frac{\partial \mathcal{L}}{\partial \mathbf{h}} \odot \mathbf{h} \odot (1 - \mathbf{h})\right) \mathbf{x}^\top$
""",
        {"output": "linear"},
    ),
    Note(
        "a lecture that vectorises over the examples",
        r"""
F| $$z^{[1](i)} = W^{[1]} x^{(i)} + b^{[1]}$$
F| $$a^{[1](i)} = \sigma(z^{[1](i)})$$
F| $$Z^{[2]} = W^{[2]} A^{[1]} + b^{[2]}$$
G| $$dz^{[2]} = a^{[2]} - y$$
G| $$dW^{[2]} = dz^{[2]} {a^{[1]}}^T$$
G| $$db^{[2]} = dz^{[2]}$$
G| $$dz^{[1]} = {W^{[2]}}^T dz^{[2]} \circ {g^{[1]}}'(z^{[1]})$$
G| $$dW^{[1]} = dz^{[1]} x^T, \quad db^{[1]} = dz^{[1]}$$
""",
        {"hidden": "sigmoid", "loss": "binary_cross_entropy"},
    ),
]
