"""Equations with one mistake each, in LaTeX, Unicode and NumPy's spelling.

Written from the documentation alone, before anybody had looked at how the grader works.
"""

# ruff: noqa: E501  (formulas are as long as they are)

from __future__ import annotations

from tests.nn.grading.unseen.case import Collection

PLANTED = Collection([])
planted = PLANTED.text

planted("sigma' of the output forgotten", "dZ2", """
δ² = a² - y
δ¹ = (W²ᵀ δ²) ⊙ σ′(z¹)
∂C/∂W¹ = δ¹ xᵀ
""")  # fmt: skip
planted(
    "W^l for W^{l+1}",
    "dZl",
    r"""
$$z^l = W^l a^{l-1} + b^l$$
$$\delta^L = (a^L - y) \odot \sigma'(z^L)$$
$$\delta^l = \left( (W^l)^T \delta^{l+1} \right) \odot \sigma'(z^l)$$
$$\frac{\partial C}{\partial W^l} = \delta^l (a^{l-1})^T$$
""",
)
planted(
    "W not transposed",
    "dZl",
    r"""
\[ \delta^{(L)} = (a^{(L)} - y) \odot \sigma'(z^{(L)}) \]
\[ \delta^{(l)} = W^{(l+1)} \delta^{(l+1)} \odot \sigma'(z^{(l)}) \]
\[ \frac{\partial C}{\partial b^{(l)}} = \delta^{(l)} \]
""",
)
planted(
    "the outer product the wrong way round",
    "dWl",
    r"""
$\delta^L = (a^L - y) \odot \sigma'(z^L)$
$\delta^l = ((W^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)$
$\frac{\partial C}{\partial W^l} = a^{l-1} (\delta^l)^T$
""",
)
planted(
    "the derivative by the bias has the activation as a factor",
    "dbl",
    r"""
$$ \delta^L_j = (a^L_j - y_j) \sigma'(z^L_j) $$
$$ \frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_k \delta^l_j $$
$$ \frac{\partial C}{\partial b^l_j} = a^l_j \delta^l_j $$
""",
)
planted(
    "a minus too much on the way back",
    "dZl",
    """
δᴸ = (aᴸ - y) ⊙ σ'(zᴸ)
δˡ = -((Wˡ⁺¹)ᵀ δˡ⁺¹) ⊙ σ'(zˡ)
∂C/∂bˡ = δˡ
""",
)
planted(
    "sigma' at z^{l+1}",
    "dZl",
    r"""
$$\delta^{[L]} = (a^{[L]} - y) * g'(z^{[L]})$$
$$\delta^{[l]} = W^{[l+1]\top} \delta^{[l+1]} * g'(z^{[l+1]})$$
""",
)
planted(
    "sigma for sigma'",
    "dZl",
    """
δᴸ = (aᴸ - y) ∘ σ'(zᴸ)
δˡ = (Wˡ⁺¹ᵀ δˡ⁺¹) ∘ σ(zˡ)
∂C/∂Wˡ = δˡ (aˡ⁻¹)ᵀ
""",
)
planted(
    "z^{l-1} for a^{l-1}",
    "dWl",
    r"""
\begin{align}
\delta^L &= (a^L - y) \odot \sigma'(z^L) \\
\delta^l &= \left((W^{l+1})^\top \delta^{l+1}\right) \odot \sigma'(z^l) \\
\frac{\partial C}{\partial W^l} &= \delta^l (z^{l-1})^\top \\
\frac{\partial C}{\partial b^l} &= \delta^l
\end{align}
""",
)
planted(
    "a^l for a^{l-1}",
    "dWl",
    r"""
$$\delta^L = (a^L - y) \circ f'(z^L)$$
$$\delta^l = (W^{l+1})^\intercal \delta^{l+1} \circ f'(z^l)$$
$$\nabla_{W^l} C = \delta^l (a^l)^\intercal$$
""",
)
planted("1/m forgotten in db", "db2", """
dZ2 = A2 - Y
dW2 = 1/m * dZ2 @ A1.T
db2 = np.sum(dZ2, axis=1, keepdims=True)
dZ1 = W2.T @ dZ2 * A1 * (1 - A1)
dW1 = 1/m * dZ1 @ X.T
db1 = 1/m * np.sum(dZ1, axis=1, keepdims=True)
""", loss="binary_cross_entropy")  # fmt: skip
planted("tanh' as 1 - a", "dZ1", """
dZ2 = (A2 - Y) / m
dW2 = np.dot(dZ2, A1.T)
db2 = dZ2.sum(axis=1, keepdims=True)
dZ1 = np.dot(W2.T, dZ2) * (1 - A1)
dW1 = np.dot(dZ1, X.T)
""", hidden="tanh", output="linear")  # fmt: skip
planted(
    "the indices of w swapped in the sum",
    "dZl",
    r"""
$$ \delta_j^L = (a_j^L - y_j) \sigma'(z_j^L) $$
$$ z_j^l = \sum_k w_{jk}^l a_k^{l-1} + b_j^l $$
$$ \delta_j^l = \sum_k w_{jk}^{l+1} \delta_k^{l+1} \sigma'(z_j^l) $$
""",
)
planted(
    "the indices of a and delta swapped",
    "dWl",
    r"""
$$ \delta_j^L = (a_j^L - y_j) \sigma'(z_j^L) $$
$$ \delta_j^l = \sum_k w_{kj}^{l+1} \delta_k^{l+1} \sigma'(z_j^l) $$
$$ \frac{\partial C}{\partial w_{jk}^l} = a_j^{l-1} \delta_k^l $$
""",
)
planted(
    "the sum over the neurons of the next layer forgotten",
    "dZl",
    r"""
$$ \delta_j^L = (a_j^L - y_j) \sigma'(z_j^L) $$
$$ \delta_j^l = w_{kj}^{l+1} \delta_k^{l+1} \sigma'(z_j^l) $$
""",
)
planted("dL/da of the cross-entropy multiplied by nothing", "dZ2", """
dZ2 = -Y / A2
dW2 = dZ2 @ A1.T
dZ1 = W2.T @ dZ2 * (1 - A1**2)
""", hidden="tanh", output="linear", loss="softmax_cross_entropy",
        layers=(3, 4, 3))  # fmt: skip
planted(
    "dz/dW is W, it is a",
    "dW2",
    r"""
$$\frac{\partial C}{\partial z^{(2)}} = (a^{(2)} - y) \odot a^{(2)} \odot (1 - a^{(2)})$$
$$\frac{\partial C}{\partial W^{(2)}} = \frac{\partial C}{\partial z^{(2)}} W^{(2)}$$
""",
)
planted(
    "the 2 of the square forgotten",
    "dWL",
    r"""
$$\frac{\partial C_0}{\partial w^{(L)}} = a^{(L-1)} \sigma'(z^{(L)}) (a^{(L)} - y)$$
$$\frac{\partial C_0}{\partial b^{(L)}} = \sigma'(z^{(L)}) 2 (a^{(L)} - y)$$
""",
    layers=(1, 1, 1),
    loss="squared_error",
)
planted("the sign between the two terms of the cross-entropy", "dZ2", """
δ² = -(y / a² + (1 - y) / (1 - a²)) ⊙ σ′(z²)
δ¹ = (W²ᵀ δ²) ⊙ σ′(z¹)
""", loss="binary_cross_entropy")  # fmt: skip
planted(
    "W not transposed in the derivative by the activation",
    "dAl",
    r"""
$$\frac{\partial L}{\partial Z^{[l]}} = \frac{\partial L}{\partial A^{[l]}} * g'(Z^{[l]})$$
$$\frac{\partial L}{\partial A^{[l-1]}} = W^{[l]} \frac{\partial L}{\partial Z^{[l]}}$$
$$\frac{\partial L}{\partial W^{[l]}} = \frac{1}{m} \frac{\partial L}{\partial Z^{[l]}} A^{[l-1]T}$$
""",
)
planted("W3 for W2", "dZ1", """
δ³ = (a³ - y) ⊙ σ′(z³)
δ² = (W³ᵀ δ³) ⊙ σ′(z²)
δ¹ = (W³ᵀ δ²) ⊙ σ′(z¹)
""", layers=(3, 4, 5, 2))  # fmt: skip
planted(
    "f' forgotten in the recursion, W^(l) leads from layer l to l+1",
    "dZl",
    r"""
$$\delta^{(n_l)} = -(y - a^{(n_l)}) \bullet f'(z^{(n_l)})$$
$$\delta^{(l)} = (W^{(l)})^T \delta^{(l+1)}$$
$$\nabla_{W^{(l)}} J = \delta^{(l+1)} (a^{(l)})^T$$
$$\nabla_{b^{(l)}} J = \delta^{(l+1)}$$
""",
)
planted(
    "g' of A for g' of Z",
    "dZ1",
    r"""
$$dZ^{[2]} = A^{[2]} - Y$$
$$dW^{[2]} = \frac{1}{m} dZ^{[2]} A^{[1]T}$$
$$dZ^{[1]} = W^{[2]T} dZ^{[2]} * g^{[1]\prime}(A^{[1]})$$
""",
    loss="binary_cross_entropy",
)
planted(
    "X not transposed",
    "dW1",
    r"""
$$dZ^{[2]} = A^{[2]} - Y$$
$$dZ^{[1]} = W^{[2]T} dZ^{[2]} * g'(Z^{[1]})$$
$$dW^{[1]} = \frac{1}{m} dZ^{[1]} X$$
""",
    loss="binary_cross_entropy",
)
planted("the mask of the wrong layer", "dZ1", """
dZ3 = (A3 - Y) / m
dZ2 = W3.T @ dZ3 * (Z2 > 0)
dZ1 = W2.T @ dZ2 * (Z2 > 0)
dW1 = dZ1 @ X.T
""", layers=(3, 4, 4, 2), hidden="relu", output="linear")  # fmt: skip
planted("twice the mean: axis=1 mean, and 1/m", "db1", """
dZ1 = (A1 - Y) / m
dW1 = dZ1 @ X.T
db1 = np.mean(dZ1, axis=1, keepdims=True)
""", layers=(3, 2), output="linear")  # fmt: skip
