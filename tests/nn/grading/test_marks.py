"""Signs, letters and frames that mean one thing here and another thing there."""

# ruff: noqa: E501  (formulas are as long as they are)

from urllib.parse import quote

import pytest

from nn import MLP, grade

pytestmark = pytest.mark.one_in(12, "thorough")  # each grades a text or more


def graded(text, sizes=(3, 4, 2), loss="half_squared_error", output="sigmoid"):
    net = MLP(
        sizes[0], list(sizes[1:]), activation="sigmoid", output_activation=output, rng=0
    )
    return grade(text, net=net, loss=loss)


# Each with the quantities that are to be right, and a slip: what is put in for what, and
# the quantity that is wrong then.
TEXTS = {
    "gradients by a row of weights and by a vector are entries": (
        r"""
$$h = s(Vx), \quad h_i = s(V_i \cdot x), \quad z = s(Wh), \quad z_i = s(W_i^\top h)$$
$$\frac{\partial L}{\partial z_i} = z_i - y_i$$
$$\nabla_{W_i} z_i = s'(W_i \cdot h)\, h = z_i (1 - z_i) h$$
$$\nabla_{W_i} L = \frac{\partial L}{\partial z_i} \nabla_{W_i} z_i = (z_i - y_i) z_i (1 - z_i)\, h$$
$$\nabla_h L = \sum_i \frac{\partial L}{\partial z_i} \nabla_h z_i = \sum_i (z_i - y_i)\, z_i (1 - z_i)\, W_i$$
$$\nabla_{V_i} L = \frac{\partial L}{\partial h_i} h_i (1 - h_i) x$$
$$\nabla_W L = ((z - y) \circ z \circ (1 - z)) h^\top$$
""",
        {"dA2", "dW2", "dA1", "dW1"},
        (r" = (z_i - y_i) z_i (1 - z_i)\, h", r" = (z_i - y_i) z_i\, h", "dW2"),
    ),
    "a system says what holds for which layers, and the network has a name": (
        r"""
$$\begin{cases} s^{(l)} = w^{(l)} x^{(l-1)} + b^{(l)} \\ x^{(l)} = \sigma(s^{(l)}) \end{cases}$$
so that $f(x; w, b) = x^{(L)}$, and
$$\begin{cases} \frac{\partial E}{\partial x^{(L)}} \text{ from the definition of } E \\
\text{if } l < L, \frac{\partial E}{\partial x^{(l)}} = (w^{(l+1)})^\top \frac{\partial E}{\partial s^{(l+1)}} \end{cases}$$
$$\frac{\partial E}{\partial s^{(l)}} = \frac{\partial E}{\partial x^{(l)}} \odot \sigma'(s^{(l)})$$
""",
        {"A1", "A2", "dA1", "dZ1"},
        (r"^\top \frac", r" \frac", "dA1"),
    ),
    "a nabla above a quantity is the gradient by it": (
        r"""
$$u = Wx + b, \quad h = \sigma(u), \quad z = Vh + c, \quad y = \sigma(z)$$
$$y_i^\nabla = \frac{\partial \frac12 \sum_k (y_k - t_k)^2}{\partial y_i} = y_i - t_i$$
$$\mathbf{z}^{\nabla} = \mathbf{y}^{\nabla} \odot \sigma'(\mathbf{z})$$
$$\mathbf{V}^\nabla = \mathbf{z}^\nabla \mathbf{h}^\top \qquad \mathbf{c}^\nabla = \mathbf{z}^\nabla$$
$$h^\nabla_i = \frac{\partial E}{\partial h_i} = \sum_k \frac{\partial E}{\partial z_k} V_{ki}$$
$$V^\nabla_{ij} = \sum_k z^\nabla_k \frac{\partial [Vh + c]_k}{\partial V_{ij}} = z^\nabla_i h_j$$
""",
        {"dA2", "dZ2", "dW2", "db2", "dA1"},
        (r"\mathbf{y}^{\nabla} \odot", "", "dZ2"),
    ),
    "the column of ones that a tilde adds is taken off": (
        r"""
$$\tilde{H}_l = [H_l, 1], \quad Z_l = \tilde{H}_{l-1} \tilde{W}_l, \quad H_l = \sigma(Z_l)$$
$$\frac{\partial L}{\partial \tilde{H}_{l-1}} = \frac{\partial L}{\partial Z_l} \tilde{W}_l^\top$$
$$\frac{\partial L}{\partial H_{l-1}} = \frac{\partial L}{\partial \tilde{H}_{l-1}}[:, :-1]$$
$$\frac{\partial L}{\partial Z_l} = \frac{\partial L}{\partial H_l} \odot \sigma'(Z_l)$$
""",
        {"dA1", "dZ1"},
        (r"\frac{\partial L}{\partial Z_l} \tilde{W}_l^\top", r"\frac{\partial L}{\partial Z_l} \tilde{W}_l", "dA1"),
    ),
    "capitals of a batch are their small letters, whichever these are": (
        r"""
$$h^{(l)} = W^{(l)} z^{(l-1)} + c^{(l)}, \quad z^{(l)} = f(h^{(l)})$$
With one column for each example:
$$\frac{\partial L}{\partial W^{(L)}} = \frac{\partial L}{\partial H^{(L)}} {Z^{(L-1)}}^\top$$
$$\frac{\partial L}{\partial Z^{(L-1)}} = {W^{(L)}}^\top \frac{\partial L}{\partial H^{(L)}}$$
""",
        {"dW2", "dA1"},
        ("{Z^{(L-1)}}", "{Z^{(L)}}", "dW2"),
    ),
    "rows of derivatives in one place, columns in another, and the identity": (
        r"""
In numerator layout:
$$z^{(l)} = W^{(l)} a^{(l-1)} + b^{(l)}, \quad a^{(l)} = f(z^{(l)})$$
$$\frac{\partial z^{(l)}}{\partial b^{(l)}} = I_{d_l}$$
$$\nabla b^{(2)} = \nabla z^{(2)} \cdot I_{d_2}$$
$$\nabla z^{(1)} = \nabla z^{(2)} \cdot W^{(2)} \cdot \text{diag}(f'(z^{(1)}))$$
$$\nabla W^{(2)} = \nabla z^{(2)} (a^{(1)})^\top$$
""",
        {"db2", "dZ1", "dW2"},
        (r" \cdot \text{diag}(f'(z^{(1)}))", "", "dZ1"),
    ),
    "layers that stand first below": (
        r"""
$$\mathbf{a}_i = \mathbf{b}_i + W_i \mathbf{h}_{i-1}, \quad \mathbf{h}_i = g(\mathbf{a}_i)$$
$$\frac{\partial \mathscr{L}(\theta)}{\partial h_{ij}} = \sum_m \frac{\partial \mathscr{L}(\theta)}{\partial a_{i+1,m}} W_{i+1,m,j}$$
$$\nabla_{\mathbf{a}_i} \mathscr{L}(\theta) = \nabla_{\mathbf{h}_i} \mathscr{L}(\theta) \odot [\dots, g'(a_{ik}), \dots]$$
$$\frac{\partial \mathscr{L}(\theta)}{\partial W_{kij}} = \frac{\partial \mathscr{L}(\theta)}{\partial a_{ki}} h_{k-1,j}, \quad \mathbf{h}_k = g(\mathbf{a}_k)$$
$$\nabla_{W_k} \mathscr{L}(\theta) = \nabla_{\mathbf{a}_k} \mathscr{L}(\theta) \cdot \mathbf{h}_{k-1}^T$$
""",
        {"dA1", "dZ1", "dW1", "dW2"},
        ("W_{i+1,m,j}", "W_{i+1,m,j} g'(a_{ij})", "dA1"),
    ),
    "matrices and vectors whose entries are written out": (
        r"""
$$\begin{bmatrix} z_1 \\ z_2 \end{bmatrix} = \begin{bmatrix} w_{11} & w_{12} \\ w_{21} & w_{22} \end{bmatrix} \begin{bmatrix} x_1 \\ x_2 \end{bmatrix}$$
$$W^{(2)} = \begin{pmatrix} w_{11}^{(2)} & w_{12}^{(2)} \\ w_{21}^{(2)} & w_{22}^{(2)} \end{pmatrix}$$
$$\delta^L = \left[\begin{array}{@{}c@{}} \delta_1^L \\ \vdots \\ \delta_n^L \end{array}\right] = \begin{bmatrix} (a_1^L - y_1) \sigma'(z_1^L) \\ \vdots \\ (a_n^L - y_n) \sigma'(z_n^L) \end{bmatrix}$$
$$\frac{\partial C}{\partial W^{(2)}} = \begin{bmatrix} \delta_1^{(2)} a_1^{(1)} & \delta_1^{(2)} a_2^{(1)} \\ \delta_2^{(2)} a_1^{(1)} & \delta_2^{(2)} a_2^{(1)} \end{bmatrix}$$
""",
        {"dZ2", "dW2"},
        (r" - y_", r" + y_", "dZ2"),
    ),
    "displays that end in an equals sign, of a last layer without a name": (
        r"""
$$a_j^k = \sum_i w_{ij}^k o_i^{k-1}, \quad o_j^k = g(a_j^k)$$
$$\delta_j^k = \frac{\partial C}{\partial a_j^k} = \\$$
$$(g(a_j^k) - y_j^k) {g}'(a_j^k) \\$$
$$\delta_j^k = {g}'(a_j^k) \sum_l w_{jl}^{k+1} \delta_l^{k+1}$$
""",
        {"dZ1", "dZ2"},
        (r"y_j^k) {g}'(a_j^k)", r"y_j^k) g(a_j^k)", "dZ2"),
    ),
    "layers in words above, and nabla with its layer": (
        r"""
$s_i^{[hid]} = \sum_j w_{ij}^{[hid]} x_j + b_i^{[hid]}$, $h_i = g(s_i^{[hid]})$
$s_i^{[out]} = \sum_j w_{ij}^{[out]} h_j + b_i^{[out]}$, $\hat y_i = g(s_i^{[out]})$
$$\delta_i^{[out]} = (\hat y_i - y_i) g'(s_i^{[out]})$$
$$\delta_j^{[hid]} = g'(s_j^{[hid]}) \sum_i w_{ij}^{[out]} \delta_i^{[out]}$$
$$\nabla^{[out]}_{w_{ij}} E = \delta_i^{[out]} h_j$$
""",
        {"Z1", "Z2", "dZ1", "dZ2", "dW2"},
        (r"g'(s_j^{[hid]}) \sum", r"\sum", "dZ1"),
    ),
    "a name of minus a derivative, and another letter of the rate": (
        r"""
$$x_j^{(n)} = g(h_j^{(n)}), \quad h_j^{(n)} = \sum_k w_{jk}^{(n)} x_k^{(n-1)}$$
$$e_i^{(n)} = -\frac{\partial E}{\partial h_i^{(n)}}$$
$$e_i^{sortie} = g'(h_i^{sortie}) [t_i - y_i]$$
$$e_j^{(n-1)} = g'(h_j^{(n-1)}) \sum_i w_{ij}^{(n)} e_i^{(n)}$$
$$\Delta w_{ij}^{(n)} = \lambda e_i^{(n)} x_j^{(n-1)}$$
""",
        {"dZ2", "dZ1", "update of W1", "update of W2"},
        (r"g'(h_j^{(n-1)}) \sum", r"\sum", "dZ1"),
    ),
    "powers that are differences, and a sign behind an operator": (
        r"""
$$z^l = W^l a^{l-1} + b^l, \quad a^l = \sigma(z^l)$$
$$\frac{\partial C}{\partial a^L} = 2 * \frac{1}{2}(y - a^L)^{2 - 1} * -1 + 0$$
$$\frac{\partial C}{\partial w^{2}_{1,2}} = \delta^{2}_{1} a^{1}_{2}$$
$$\delta^L = \frac{\partial}{\partial a^L}(C(w)) \odot \sigma'(z^L)$$
""",
        {"dA2", "dZ2"},
        (" * -1 + 0", " + 0", "dA2"),
    ),
    "fractions without their bars, as they were copied": (
        """
* 𝑍[1]=𝑊[1]𝑋+𝑏[1]
* 𝐴[1]=𝜎(𝑍[1])
* 𝑍[2]=𝑊[2]𝐴[1]+𝑏[2]
* 𝐴[2]=𝜎(𝑍[2])
* 𝑑𝑍[2]=(𝐴[2]−𝑌)∗𝜎′(𝑍[2])
* 𝑑𝑊[2]=1𝑚𝑑𝑍[2]𝐴[1]𝑇
* 𝑑𝑏[2]=1𝑚∑𝑑𝑍[2]
* 𝑑𝑍[1]=𝑊[2]𝑇𝑑𝑍[2].∗𝜎′(𝑍[1])
""",
        {"dW2", "db2", "dZ1"},
        ("1𝑚𝑑𝑍[2]", "𝑑𝑍[2]", "dW2"),
    ),
    "one letter for activation and its function": (
        r"""
$$o^l_j = o(s^l_j), \quad s^l_j = \sum_i w^l_{ji} o^{l-1}_i + b^l_j$$
$$\delta^L_j = (o^L_j - t_j) \, o'(s^L_j)$$
$$\delta^l_j = o'(s^l_j) \sum_k w^{l+1}_{kj} \delta^{l+1}_k$$
$$\frac{\partial E}{\partial w^l_{ji}} = \delta^l_j o^{l-1}_i$$
""",
        {"dZ2", "dZ1", "dW2", "dW1"},
        (r"(o^L_j - t_j) \, o'(s^L_j)", r"(t_j - o^L_j) \, o'(s^L_j)", "dZ2"),
    ),
    "weights in the other order, one letter called": (
        r"""
$$h^k = h(z^k), \quad z^k = (w^k)^T h^{k-1} + b^k$$
$$\delta^K = (h^K - y) \odot h'(z^K)$$
$$\delta^k = w^{k+1} \delta^{k+1} \odot h'(z^k)$$
$$\frac{\partial C}{\partial w^k} = h^{k-1} (\delta^k)^T$$
""",
        {"dZ2", "dZ1", "dW2", "dW1"},
        (r"w^{k+1} \delta^{k+1} \odot", r"w^{k+1} \delta^{k+1} +", "dZ1"),
    ),
    "outputs without a layer": (
        r"""
Row vectors, the cost is $E = \frac{1}{2} \sum_k (g_k - y_k)^2$. $s^{(1)} = x W^{(1)} + b^{(1)}$, $a^{(1)} = \sigma(s^{(1)})$,
$s^{(2)} = a^{(1)} W^{(2)} + b^{(2)}$, $y = \sigma(s^{(2)})$

$\frac{\partial E}{\partial y} = y - g$

$\frac{\partial E}{\partial W^{(2)}} = {a^{(1)}}^T \times y (1-y) (y - g)$

$\frac{\partial E}{\partial W^{(1)}} = x^T \times \left[ a^{(1)}(1-a^{(1)}) \left( y(1-y)(y-g) \times {W^{(2)}}^T \right) \right]$
""",
        {"A2", "dA2", "dW2", "dW1"},
        ("a^{(1)}(1-a^{(1)})", "(1-a^{(1)})", "dW1"),
    ),
    "mathematics in the comments of a program": (
        r"""
# coding: utf-8
# # Backward
#
# $$
# z_l = W_l a_{l-1} + b_l
# $$
# $$
# a_l = \sigma(z_l)
# $$
# $$
# \delta_L = (a_L - y) \odot \sigma'(z_L)
# $$
#
# $$
# \delta_l = W_{l+1}^T \delta_{l+1} \odot \sigma'(z_l)
# $$
""",
        {"dZ2", "dZ1"},
        ("a_L - y", "y - a_L", "dZ2"),
    ),
    "mathematics in the comments of another language": (
        r"""
// \[
// z_l = W_l a_{l-1} + b_l, \quad a_l = \sigma(z_l)
// \]
// \[
// \delta_L = (a_L - y) \odot \sigma'(z_L)
// \]
// \[
// \frac{\partial C}{\partial W_l} =
//   \delta_l a_{l-1}^T
// \]
""",
        {"dZ2", "dW2", "dW1"},
        ("a_L - y", "y - a_L", "dZ2"),
    ),
    "the size of a matrix below it": (
        r"""
$$z^{(1)}_{4 \times 1} = W^{(1)}_{4 \times 3} x_{3 \times 1} + b^{(1)}_{4 \times 1}, \quad a^{(1)}_{4×1} = \sigma(z^{(1)}_{4×1})$$
$$z^{(2)}_{2x1} = W^{(2)}_{2x4} a^{(1)}_{4x1} + b^{(2)}_{2x1}, \quad a^{(2)}_{2x1} = \sigma(z^{(2)}_{2x1})$$
$$\delta^{(2)}_{(2 \times 1)} = (a^{(2)}_{2x1} - y) \odot \sigma'(z^{(2)}_{2x1})$$
$$\delta^{(1)}_{4x1} = (W^{(2)}_{2x4})^T \delta^{(2)}_{2x1} \odot \sigma'(z^{(1)}_{4x1})$$
""",
        {"Z1", "Z2", "dZ2", "dZ1"},
        ("(a^{(2)}_{2x1} - y)", "(y - a^{(2)}_{2x1})", "dZ2"),
    ),
    "a small delta for the sign of a derivative": (
        r"""
$$Z_1 = W_1 X + b_1, \quad A_1 = \sigma(Z_1), \quad Z_2 = W_2 A_1 + b_2, \quad A_2 = \sigma(Z_2)$$
$$\frac{\delta J}{\delta Z_2} = \frac{1}{m} (A_2 - Y) * A_2 * (1 - A_2)$$
$$\frac{\delta J}{\delta W_2} = \frac{\delta J}{\delta Z_2} A_1^T$$
$$\frac{\delta J}{\delta b_2} = \Sigma \frac{\delta J}{\delta Z_2}$$
$$W_2 := W_2 - \alpha \frac{\delta J}{\delta W_2}$$
""",
        {"dZ2", "dW2", "db2", "update of W2"},
        ("W_2 - ", "W_2 + ", "update of W2"),
    ),
    "the chain rule where vectors are rows": (
        r"""
$$z_1 = x W_1 + b_1, \quad a_1 = \sigma(z_1), \quad z_2 = a_1 W_2 + b_2, \quad a_2 = \sigma(z_2)$$
$$\frac{\partial C}{\partial W_1} = \frac{\partial C}{\partial a_2} \frac{\partial a_2}{\partial z_2} \frac{\partial z_2}{\partial a_1} \frac{\partial a_1}{\partial z_1} \frac{\partial z_1}{\partial W_1}$$
$$\frac{\partial C}{\partial z_2} = (a_2 - y) \odot \sigma'(z_2)$$
$$\frac{\partial C}{\partial z_1} = \frac{\partial C}{\partial z_2} * W_2^T \odot \sigma'(z_1)$$
""",
        {"dW1", "dZ2", "dZ1"},
        (r"W_2^T \odot \sigma'(z_1)", r"W_2^T \odot \sigma'(z_2)", "dZ1"),
    ),
    "divided entry by entry": (
        r"""
$$Z_1 = W_1 * X + b_1, \quad A_1 = \sigma(Z_1), \quad Z_2 = W_2 * A_1 + b_2, \quad A_2 = \sigma(Z_2)$$
$$\frac{\partial C}{\partial A_2} = \frac{1}{m} (A_2 - Y)$$
$$\frac{\partial C}{\partial Z_2} = \frac{\partial C}{\partial A_2} \odot (A_2 - A_2 \odot A_2)$$
$$\frac{\partial C}{\partial A_2} = \frac{\partial C}{\partial Z_2} \oslash (A_2 \odot (1 - A_2))$$
""",
        {"dA2", "dZ2"},
        (r"\oslash", r"\odot", "dA2"),
    ),
    "a number before a bracket in code": (
        """
z1 = W1 @ x + b1
a1 = sigmoid(z1)
z2 = W2 @ a1 + b2
a2 = sigmoid(z2)
ŷ = a2
C = 2(ŷ - y)²/4
∂C/∂ŷ = 2(ŷ - y) / 2
""",
        {"dA2"},
        ("= 2(ŷ - y)", "= 2(y - ŷ)", "dA2"),
    ),
    "the space of a vector behind, and a layer before the index": (
        """
- z₁ = W₁x + b₁
- h = σ(z₁)
- z₂ = W₂h + b₂
- ŷ = σ(z₂)

```
δ₂ ≡ ∂E/∂z₂ = (ŷ - y) ⊙ σ'(z₂)
```

```
∂E/∂W₂ₖⱼ = (∂E/∂z₂ₖ)(∂z₂ₖ/∂W₂ₖⱼ) = δ₂ₖ · hⱼ
```

```
∂E/∂b₂ = δ₂ ∈ ℝ^{n_out}
```

```
∂E/∂hⱼ = Σₖ δ₂ₖ · W₂ₖⱼ
```

```
∂E/∂h = W₂ᵀ · δ₂ ∈ ℝ^{n_hid × 1}
```
""",
        {"dZ2", "dW2", "db2", "dA1"},
        ("Σₖ δ₂ₖ · W₂ₖⱼ", "Σₖ z₂ₖ · W₂ₖⱼ", "dA1"),
    ),
    "backslashes that Markdown took": (
        r"""
$$z^{(1)} = W^{(1)} x + b^{(1)}, \quad a^{(1)} = f(z^{(1)})$$
$$z^{(2)} = W^{(2)} a^{(1)} + b^{(2)}, \quad a^{(2)} = f(z^{(2)})$$
$$\delta^{(2)} = (a^{(2)} - y) \odot f'(z^{(2)})$$
$$\frac{\partial C}{\partial W^{(2)}} =
\delta^{(2)} , a^{(1)T}$$
$$\frac{\partial C}{\partial W^{(1)}} = \delta^{(1)} , x^\top, \quad \delta^{(1)} = (W^{(2)})^T \delta^{(2)} \odot f'(z^{(1)})$$
$$
\begin{aligned}
\frac{\partial C}{\partial b^{(2)}} &= \delta^{(2)} \
\frac{\partial C}{\partial b^{(1)}} &= \delta^{(1)}
\end{aligned}
$$
""",
        {"dZ2", "dZ1", "dW2", "dW1", "db2", "db1"},
        (r"\delta^{(2)} , a", r"\delta^{(2)} , 2 a", "dW2"),
    ),
    "cases of layers between shortcodes, and a delta of indices": (
        r"""
{{< math >}}
z^l_j = \sum_i w^l_{ji} a^{l-1}_i + b^l_j, \quad a^l_j = f(z^l_j)
{{< /math >}}
{{< math >}}
\frac{\partial z^l_k}{\partial w^l_{ji}}
= \frac{\partial}{\partial w^l_{ji}} (\sum_r w^l_{kr} a^{l-1}_r + b^l_k) = \delta_{kj} a^{l-1}_i
{{< /math >}}
{{< math >}}
\delta^l
= \begin{cases}
(a^l - y) \odot f'(z^l) & (l = L)\\
(w^{l+1})^T \delta^{l+1} \odot f'(z^l) & (l < L)
\end{cases}
{{< /math >}}
""",
        {"Z1", "A1", "dZ2", "dZ1"},
        (r"(w^{l+1})^T \delta^{l+1}", r"(w^{l+1})^T \delta^l", "dZ1"),
    ),
    "derivatives as rows, and spaces in a column": (
        r"""
\begin{align*}
z_1 &= \mat{W}_1 x + b_1 \V{1}^\top & z_1 &\in \reals^{n \times S}\\
a_1 &= f(z_1) & a_1 \in \reals^{n \times S}\\
z_2 &= \mat{W}_2 a_1 + b_2 \V{1}^\top & z_2 \in \reals^{k \times S}\\
a_2 &= f(z_2)
\end{align*}
$$\dfdx{C}{a_2} = S^{-1} (a_2 - y)^\top \in \reals^{S \times k}$$
$$\delta_2 = \dfdx{C}{z_2} = S^{-1} (a_2 - y)^\top \odot [f'(z_2)]^\top$$
$$\dfdx{C}{W_2} = a_1 \delta_2 \in \reals^{n \times k}, \quad \dfdx{C}{b_2} = \V{1}^\top \delta_2$$
$$\delta_1 = \delta_2 W_2 \odot [f'(z_1)]^\top$$
""",
        {"Z1", "A1", "dA2", "dZ2", "dW2", "db2", "dZ1"},
        (r"\delta_2 W_2", r"\delta_2 W_1", "dZ1"),
    ),
    "fractions of raised and lowered tags, and remarks in brackets": (
        """
<i>z<sub>j</sub></i> = <b>SUM</b><sub>i</sub> [ <i>w<sub>ji</sub> o<sub>i</sub></i> ]

<i>o<sub>j</sub></i> = <i>g</i>(<i>z<sub>j</sub></i>)

<i>δ<sub>j</sub></i> = <sup><i>∂ E</i></sup>/<sub><i>∂ z<sub>j</sub></i></sub>

<i>δ<sub>k</sub></i> = (<i>o<sub>k</sub></i> - <i>t<sub>k</sub></i>) <i>g'<sub>k</sub></i> (for output neurons)

<i>δ<sub>j</sub></i> = <i>g'<sub>j</sub></i> <b>SUM</b><sub>k</sub> [ <i>w<sub>kj</sub> δ<sub>k</sub></i> ] (for all hidden neurons)

<sup>∂ E</sup> / <sub>∂ w<sub>ji</sub></sub> = <i>δ<sub>j</sub> o<sub>i
</sub></i>
""",
        {"dZ2", "dZ1", "dW2", "dW1"},
        (" = (<i>o", " = -(<i>o", "dZ2"),
    ),
    "the size of a batch by its letter": (
        r"""
$$Z_1 = W_1 X + b_1, \quad A_1 = f(Z_1), \quad Z_2 = W_2 A_1 + b_2, \quad A_2 = f(Z_2)$$
$$dZ_2 = (A_2 - Y) \odot f'(Z_2), \quad dZ_1 = W_2^T dZ_2 \odot f'(Z_1)$$
$$dW_2 = \frac{1}{B} dZ_2 A_1^T, \quad db_2 = \frac{1}{|B|} \sum_i dZ_2^{(i)}$$
$$dW_1 = 1/S \, dZ_1 X^T, \quad db_1 = P^{-1} \sum_i dZ_1^{(i)}$$
""",
        {"dW2", "db2", "dW1", "db1"},
        (r"\frac{1}{B} ", r"\frac{2}{B} ", "dW2"),
    ),
    "a sum by its word, and the layer behind a prime": (
        """
Z1 = W1 @ X + b1
A1 = g1(Z1)
Z2 = W2 @ A1 + b2
A2 = g2(Z2)
dZ2 = (A2 - Y) * g'2(Z2) / m
db2 = Sum(dZ2)
dZ1 = (W2.T @ dZ2) * g'1(Z1)
db1 = SUM(dZ1)
""",
        {"dZ2", "dZ1", "db2", "db1"},
        ("db1 = SUM(dZ1)", "db1 = SUM(dZ1) / m", "db1"),
    ),
    "iota as a column of ones, and the space of a vector behind": (
        r"""
$$Z^l = A^{l-1} W^l + \iota_N \cdot b^l$$
$$\frac{\partial L}{\partial W^l} = (A^{l-1})^T \cdot \frac{\partial L}{\partial Z^l} \quad \in \mathbb{R}^{C_0 \times C_1}$$
$$\frac{\partial L}{\partial A^{l-1}} = \frac{\partial L}{\partial Z^l} (W^l)^T$$
$$\frac{\partial L}{\partial b^l} = \iota_N^T \cdot \frac{\partial L}{\partial Z^l} \quad \in \mathbb{R}^{1 \times C_1}$$
""",
        {"Z1", "Z2", "dW1", "dW2", "db1", "db2", "dA1"},
        (r"\frac{\partial L}{\partial Z^l} (W^l)^T", r"\frac{\partial L}{\partial Z^l} W^l", "dA1"),
    ),
    "steps in brackets, momentum, and sets of parameters": (
        r"""
The parameters are $\theta = \{W^{(l)}, b^{(l)}\}_{l=1}^L$.
$$\delta^L = (a^L - y) \odot \sigma'(z^L)$$
$$W(t) = W(t-1) - \eta \frac{\partial E}{\partial W}$$
$$\Delta w(t) = -\eta \frac{\partial E}{\partial w(t)} + \alpha \Delta w(t-1)$$
$$b(t+1) = b(t) - \eta \frac{\partial E}{\partial b}$$
""",
        {"dZ2", "update of W1", "update of b2"},
        (r"\odot \sigma'", r"\odot \sigma", "dZ2"),
    ),
    "new and old below": (
        r"""
$$\delta^L = (a^L - y) \odot f_L'(z^L)$$
$$W^{l-1}_{new} = W^{l-1}_{old} - learningRate * \delta C_0/ \delta W^{l-1}$$
$$b^{l}_{new} = b^{l}_{old} - \eta \frac{\partial C}{\partial b^l}$$
""",
        {"dZ2", "update of W1", "update of W2", "update of b1"},
        (r"\odot f_L'", r"\odot f_L", "dZ2"),
    ),
    "sums that end in dots": (
        r"""
$$z_j^{l} = w_{j1}^{l} a_1^{l-1} + w_{j2}^{l} a_2^{l-1} + \cdots + b_j^{l}$$
$$\delta^L_j = (a^L_j - y_j) \sigma'(z_j^L)$$
$$\delta^l_j = \left(w^{l+1}_{1j} \delta^{l+1}_1 + w^{l+1}_{2j} \delta^{l+1}_2 + \dots + w^{l+1}_{nj} \delta^{l+1}_n\right) \sigma'(z^l_j)$$
""",
        {"Z1", "Z2", "dZ2", "dZ1"},
        (r"\sigma'(z^l_j)", r"\sigma(z^l_j)", "dZ1"),
    ),
    "cases behind one brace, of the inputs of any layer": (
        r"""
$z = W x + b$
\[\frac{\partial z_t}{\partial{W_{ij}}} = \left\{\begin{matrix} x_j & i = t\\ 0 & i \neq t \end{matrix}\right.\]
\[\frac{\partial L}{\partial W} = \frac{\partial L}{\partial z} x^T\]
\[\frac{\partial L}{\partial b} = \frac{\partial L}{\partial z}\]
""",
        {"dW1", "db1", r"\frac{\partial z_t}{\partial W_{ij}}"},
        (r"\frac{\partial L}{\partial z} x^T", r"x \frac{\partial L}{\partial z}^T", "dW1"),
    ),
    "a neuron l beside another, and the derivative of a sum by one of its terms": (
        r"""
$\mathrm{net}_h = \sum_k w_{k,h} o_k$, $o_h = f(\mathrm{net}_h)$
$$\frac{\partial\,\mathrm{net}_l}{\partial o_h} = \frac{\partial\sum_{h\in H} w_{h,l}\cdot o_h}{\partial o_h} = w_{h,l}$$
$$\delta_k = (o_k - t_k) f'(\mathrm{net}_k)$$
$$\frac{\partial E}{\partial w_{k,h}} = o_k \delta_h$$
$$\delta_h = f'(\mathrm{net}_h) \sum_l \delta_l w_{h,l}$$
$$\frac{d}{dz} f = f(z) (1 - f(z))$$
""",
        {"Z1", "A1", "dZ1", r"\frac{\partial \mathrm{net}_l}{\partial o_h}"},
        (r"f'(\mathrm{net}_h) \sum", r"f(\mathrm{net}_h) \sum", "dZ1"),
    ),
    "an error that is called sigma, with the label of its layer below": (
        r"""
$$z_1 = W_1 x + b_1, \quad h = \sigma(z_1), \quad z_2 = W_2 h + b_2, \quad \hat y = \sigma(z_2)$$
$$\sigma_2 = \frac{\partial E}{\partial z_2} = (\hat y - y) \odot \hat y \odot (1 - \hat y)$$
$$\sigma_1 = W_2^\top \sigma_2 \odot \sigma'(z_1)$$
$$\frac{\partial E}{\partial W_2} = \sigma_2 h^\top, \quad \frac{\partial E}{\partial b_2} = \sigma_2$$
""",
        {"dZ2", "dZ1", "dW2", "db2"},
        (r"\sigma_2 \odot \sigma'(z_1)", r"\sigma_2", "dZ1"),
    ),
    "an error that is called epsilon, as it is made of that of the next layer": (
        r"""
$$z_l = f_{A_l, b_l}(a_{l-1}) = A_l a_{l-1} + b_l \in \mathbb{R}^{n_l}, \quad a_l = \sigma_l(z_l)$$
$$F = F_L \circ \dots \circ F_1$$
$$\varepsilon_L = \nabla \sigma_L(z_L) \bullet \operatorname{grad} C(a_L), \quad \varepsilon_l = \nabla \sigma_l(z_l) \bullet A_{l+1}^\top \bullet \varepsilon_{l+1}$$
$$\operatorname{grad}_{A_l} C(F(x)) = \varepsilon_l \bullet a_{l-1}^\top, \quad \operatorname{grad}_{b_l} C(F(x)) = \varepsilon_l$$
""",
        {"Z1", "Z2", "A2", "dZ2", "dZ1", "dW1", "db2"},
        (r"A_{l+1}^\top", r"A_{l+1}", "dZ1"),
    ),
    "the lines of a block over which a formula goes on, and their numbers": (
        r"""
$$\begin{array}{rl}
\delta^L &= \frac{\partial C}{\partial z^L} \\
&= (a^L - y) \\
&\quad \odot \sigma'(z^L) \\
\frac{\partial C}{\partial b^L} &= \delta^L \end{array}$$
\begin{align}
\delta^l &= \bigl( (W^{l+1})^\top \delta^{l+1} \bigr) \odot \\[1ex]
& \sigma'(z^l) & (1) \\
\frac{\partial C}{\partial W^l} &= \delta^l (a^{l-1})^\top & (2) \\
a^l &= \sigma( W^l a^{l-1} \\
& + b^l) & (3)
\end{align}
""",
        {"dZ2", "db2", "dZ1", "dW1", "A1"},
        (r"\sigma'(z^l)", r"\sigma(z^l)", "dZ1"),
    ),
    "the loss with a prime, its mean over the examples, and any parameter": (
        r"""
$$z^{(i, l)} = (W^{(l)})^\top a^{(i, l-1)} + b^{(l)}, \quad a^{(i, l)} = f(z^{(i, l)})$$
$$\text{Cost} = \frac{1}{m} \sum_{i=1}^m L(a^{(i, L)}, y^{(i)})$$
$$\frac{\partial \text{Cost}}{\partial W^{(L)}} = \frac{1}{m} \sum_{i=1}^m \frac{\partial L(a^{(i, L)}, y^{(i)})}{\partial a^{(i, L)}} \cdot \frac{\partial a^{(i, L)}}{\partial z^{(i, L)}} \cdot \frac{\partial z^{(i, L)}}{\partial W^{(L)}}$$
$$\delta^{(i, L)} = f'(z^{(i, L)}) \odot L^{\prime}(a^{(i, L)}, y^{(i)})$$
$$\delta^{(i, l)} = f'(z^{(i, l)}) \odot (W^{(l+1)} \delta^{(i, l+1)})$$
$$\frac{\partial \text{Cost}}{\partial W^{(l)}} = \frac{1}{m} \sum_{i=1}^m a^{(i, l-1)} \otimes \delta^{(i, l)}$$
$$p \leftarrow p - \eta \frac{\partial \text{Cost}}{\partial p}$$
""",
        {"dZ2", "dZ1", "dW2", "dW1", "update of W1"},
        (r"f'(z^{(i, L)}) \odot L", r"f(z^{(i, L)}) \odot L", "dZ2"),
    ),
    "words over an equals sign, and the one term that is left of a sum": (
        r"""
$$z_j^l = \sum_i w_{ij}^l a_i^{l-1} + b_j^l, \quad a_j^l = \sigma(z_j^l)$$
$$\delta_j^l \stackrel{\text{def}}{=} \frac{\partial C}{\partial z_j^l} \overset{\text{chain rule}}{=} \sum_k w_{jk}^{l+1} \delta_k^{l+1} \sigma'(z_j^l)$$
Only the term with $k = j$ is left: $$\frac{\partial C}{\partial b_j^l} \stackrel{b \text{ is added}}{=} \delta_j^l$$
$$\frac{\partial C}{\partial w_{ij}^l} = \sum_k \frac{\partial C}{\partial z_k^l} \frac{\partial z_k^l}{\partial w_{ij}^l} = a_i^{l-1} \delta_j^l$$
""",
        {"dZ1", "db2", "db1", "dW2", "dW1"},
        (r"\delta_k^{l+1} \sigma'(z_j^l)", r"\delta_k^{l+1}", "dZ1"),
    ),
    "a step that is taken off has no minus of its own": (
        r"""
$$z_2 = W_2 a_1 + b_2, \quad a_2 = \sigma(z_2)$$
$$\delta_2 = (a_2 - y) \odot \sigma'(z_2)$$
$$\Delta W_2 = \eta \, \delta_2 a_1^T$$
$$W_2 = W_2 - \Delta W_2$$
""",
        {"dZ2", "update of W2"},
        (r"W_2 - \Delta", r"W_2 + \Delta", "update of W2"),
    ),
    "a delta is defined where an equation ends": (
        r"""
$$z^l = W^l a^{l-1}, \quad a^l = f(z^l)$$
$$\frac{\partial C}{\partial a^L} = a^L - y := \delta^L$$
$$\frac{\partial C}{\partial z^L} = \delta^L \odot f'(z^L)$$
$$\delta^{L-1} = (W^L)^T \frac{\partial C}{\partial z^L}$$
$$\delta^{l-1} = (W^l)^T \frac{\partial C}{\partial z^l}$$
""",
        {"dA2", "dZ2", "dA1"},
        (r"= \delta^L \odot f'(z^L)", r"= \delta^L", "dZ2"),
    ),
    "a prime tells the new from the old, and gradients are of one example": (
        r"""
$$A_1 = X W_1 + B_1, \quad Z_1 = \sigma(A_1), \quad A_2 = Z_1 W_2 + B_2, \quad Z_2 = \sigma(A_2)$$
$$W_i^{\prime} = W_i - \alpha E(\frac{\partial L}{\partial W_i})$$
$$\frac{\partial L}{\partial B_2} = \frac{\partial L}{\partial A_2}, \quad \frac{\partial L}{\partial W_2} = Z_1^T \frac{\partial L}{\partial A_2}$$
""",
        {"update of W1", "update of W2", "db2", "dW2"},
        (r"= Z_1^T", r"= X^T", "dW2"),
    ),
    "a formula is marked twice, and its underscores are escaped": (
        r"""
$\[ \delta\_j^L = (a\_j^L - y\_j) \sigma'(z\_j^L) \]$

$$
\[ \frac{\partial C}{\partial w^L\_{jk}} = a^{L-1}\_k \delta^L\_j \]
$$
""",
        {"dZ2", "dW2"},
        (r"a^{L-1}\_k", r"a^L\_k", "dW2"),
    ),
    "a shape stands before the equals sign": (
        r"""
$$\begin{split}
A_1 \in \mathbb{R}^{m \times d} & = \sigma(X W_1) \\
A_2 \in \mathbb{R}^{m \times k} & = \sigma(A_1 W_2) \\
G_2 \in \mathbb{R}^{m \times k} & = (A_2 - Y) \circ A_2 \circ (1 - A_2) \\
G_1 \in \mathbb{R}^{m \times d} & = (G_2 W_2^T) \circ A_1 \circ (1 - A_1)
\end{split}$$
$$\nabla_{W_1} \ell = \frac{1}{m} X^T G_1, \quad \nabla_{W_2} \ell = \frac{1}{m} A_1^T G_2$$
""",
        {"dZ2", "dZ1", "dW2", "dW1"},
        (r"\circ A_1 \circ (1 - A_1)", r"\circ A_1", "dZ1"),
    ),
    "an index with a 0 is one of those that are summed over": (
        r"""
$$\frac{\partial e}{\partial z_{t_0}^L} = (a_{t_0}^L - y_{t_0}) f'(z_{t_0}^L)$$
$$\frac{\partial e}{\partial z_{f_0}^l} = \sum_t \frac{\partial e}{\partial z_t^{l+1}} W_{t,f_0}^{l+1} f'(z_{f_0}^l)$$
$$\frac{\partial e}{\partial W_{t_0, f_0}^l} = \frac{\partial e}{\partial z_{t_0}^l} a_{f_0}^{l-1}$$
""",
        {"dZ2", "dZ1", "dW2", "dW1"},
        (r"W_{t,f_0}^{l+1} f'(z_{f_0}^l)", r"W_{t,f_0}^{l+1}", "dZ1"),
    ),
    "a derivative by a bias is the identity, and one by weights says their layer alone": (
        r"""
$$z^l = W^l a^{l-1} + b^l, \quad \delta^L = (a^L - y) \odot \sigma'(z^L)$$
$$\frac{\partial z}{\partial b^L} = \mathbb{I}, \quad \frac{\partial z}{\partial W^L} = (a^{L-1})^T$$
$$\frac{\partial C}{\partial W^L} = \delta^L (a^{L-1})^T$$
""",
        {"dZ2", "dW2", r"\frac{\partial z}{\partial b^L}", r"\frac{\partial z}{\partial W^L}"},
        (r"\delta^L (a^{L-1})^T", r"\delta^L (a^L)^T", "dW2"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_right_is_read_and_right(name):
    text, quantities, _ = TEXTS[name]
    found = graded(text)
    assert {(v.quantity, v.message) for v in found.judged if not v.is_right} == set()
    assert quantities <= {v.quantity for v in found.judged}


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", TEXTS)
def test_a_slip_in_it_is_found_where_it_is(name):
    text, _, (right, slip, quantity) = TEXTS[name]
    found = graded(text.replace(right, slip))
    wrong = [v for v in found.judged if v.status in {"wrong", "does not fit"}]
    assert [v.quantity for v in wrong] == [quantity]


def test_a_softmax_of_a_layer_by_name_leaves_other_layers_activations():
    text = r"""
$$A^{[L]}_k = \frac{e^{z^{[L]}_k}}{\sum_j e^{z^{[L]}_j}}$$
$$z^{[l]} = W^{[l]} A^{[l-1]} + b^{[l]}, \quad A^{[l]} = \sigma(z^{[l]}) \text{ if } l < L$$
$$dz^{[L]} = \frac{1}{m} (A^{[L]} - Y), \quad dW^{[L]} = dz^{[L]} A^{[L-1]T}$$
"""
    found = graded(text, loss="softmax_cross_entropy", output="linear")
    assert all(v.is_right for v in found.judged)
    assert {"dZ2", "dW2", "Z2"} <= {v.quantity for v in found.judged}


def test_an_activation_by_cases_may_be_compared_in_two_signs():
    text = r"""
$$ReLU(z) = \begin{cases} 0 & \text{if } z <= 0 \\ z & \text{if } z > 0 \end{cases}$$
$$ReLU'(z) = \begin{cases} 1 & z >= 0 \\ 0 & z < 0 \end{cases}$$
$$z^l = W^l a^{l-1} + b^l, \quad a^l = ReLU(z^l)$$
"""
    net = MLP(3, [4, 2], activation="relu", output_activation="relu", rng=0)
    found = grade(text, net=net)
    assert all(v.is_right for v in found.judged)
    assert {2, 3, 4} <= {v.line for v in found.judged}


def test_the_slope_of_linear_outputs_is_the_number_1():
    text = r"""
$\hat y = z_2$, so that $\frac{\partial \hat y}{\partial z_2} = 1$, and
$\frac{\partial C}{\partial z_2} = \hat y - y$.
"""
    right, wrong = (
        graded(one, output="linear") for one in (text, text.replace("= 1", "= 2"))
    )
    assert all(v.is_right for v in right.judged)
    assert [v.text for v in wrong.judged if not v.is_right] != []


_SHOWN = """
<p><img alt="net_{h1} = w_1 * i_1 + w_2 * i_2 + b_1" src="https://a.org/tex?x=1" /></p>
<p><img alt="net_{o1} = w_5 * out_{h1} + w_6 * out_{h2} + b_2" src="t" /></p>
<p><img src="a.png" alt="delta_{o1} = (out_{o1} - target_{o1}) out_{o1}(1 - out_{o1})"></p>
<p><img src="b.png" alt="frac{partial E}{partial w_{5}} = delta_{o1} out_{h1}"></p>
<p><img src='c.png' alt='frac{partial E}{partial out_{o1}} = out_{o1} - target_{o1}'></p>
"""


def test_the_formula_of_a_picture_is_read_without_its_backslashes():
    found = graded(_SHOWN, sizes=(2, 2, 2))
    assert all(v.is_right for v in found.judged)
    assert {v.line for v in found.judged} == {2, 3, 4, 5, 6}
    slip = _SHOWN.replace("delta_{o1} out_{h1}", "delta_{o1} out_{o1}")
    assert [v.line for v in graded(slip, sizes=(2, 2, 2)).judged if not v.is_right] == [
        5
    ]


def test_what_others_write_with_another_sign_is_not_judged():
    text = r"""
$$\delta^L = (a^L - y) \odot \sigma'(z^L)$$
$$\frac{\partial C}{\partial W^L} = \delta^L (a^{L-1})^T$$
Other authors take the minus sign out of the delta, and have
$$\frac{\partial C}{\partial W^L} = -\delta^L (a^{L-1})^T$$
$$\frac{\partial C}{\partial b^L} = \delta^L$$
"""
    found = graded(text)
    assert all(v.is_right for v in found.judged)
    assert {v.line for v in found.judged} == {2, 3, 6}
    slip = graded(text.replace("Other authors", "We"))
    assert [v.mistake for v in slip.judged if not v.is_right] == ["out-sign-swapped"]


_COPIED = """Die Kostenfunktion hat die folgenden Ableitungen:
zlj=∑kwljkal−1k+blj
alj=σ(zlj)
δLj=∂C∂aLjσ′(zLj)
δl=(wl+1)Tδl+1⊙σ′(zl)
∂C∂blj=δlj
∂C∂wljk=al−1kδlj.
"""


def test_formulas_that_lost_their_scripts_as_they_were_copied_are_read():
    found = graded(_COPIED)
    assert all(v.is_right for v in found.judged)
    assert {v.line for v in found.judged} == {2, 3, 4, 5, 6, 7}
    for one, other in (("al−1kδlj", "aljδlj"), ("(wl+1)T", "(wl)T"), ("Ljσ′", "Ljσ")):
        slip = graded(_COPIED.replace(one, other))
        assert not all(v.is_right for v in slip.judged)


_IN_BRACKETS = r"""
$$E = \frac{1}{2N} \sum_{i=1}^{N} (o[out]^{(i)} - y^{(i)})^2$$
$$\frac{\partial E}{\partial o[out]^{(1)}} = \frac{1}{N} (o[out]^{(1)} - y^{(1)})$$
$$O[\text{error}] = O[\text{out}] - Y$$
$$O[\delta] = O[\text{error}] \cdot O[\text{out}] \cdot (1 - O[\text{out}])$$
$$W[2-\text{update}] = \frac{1}{N} \cdot H[\text{out}]^T \cdot O[\delta]$$
$$H[\text{error}] = O[\delta] \cdot W[2]^T$$
"""


def test_hidden_and_outputs_in_brackets_need_no_definition():
    found = graded(_IN_BRACKETS, sizes=(3, 4, 1))
    assert all(v.is_right for v in found.judged)
    assert {v.line for v in found.judged} == {3, 4, 5, 6, 7}
    for one, other in (("{1}{N} (o", "{2}{N} (o"), ("\\cdot W[2]^T", "\\cdot W[1]^T")):
        slip = graded(_IN_BRACKETS.replace(one, other), sizes=(3, 4, 1))
        assert not all(v.is_right for v in slip.judged)


_LOGISTIC = r"""
$$Z^{[2]} = W^{[2]} A^{[1]} + b^{[2]}, \quad A^{[2]} = \sigma(Z^{[2]})$$
where $\sigma = \frac{1}{1+e^{-z}}$, that is
$$\sigma(z) = (1 + e^{-z})^{-1}$$
$$\sigma'(z) = \frac{d (1 + e^{-z})^{-1}}{dz} = \frac{e^{-z}}{(1 + e^{-z})^2}$$
$$\sigma'(z) = \frac{d}{dz} (\frac{1}{1 + e^{-z}}) = \sigma(z) (1 - \sigma(z))$$
"""


def test_the_logistic_function_may_lack_its_argument_and_be_a_power():
    found = graded(_LOGISTIC)
    assert all(v.is_right for v in found.judged)
    assert {v.line for v in found.judged} == {2, 3, 4, 5, 6}
    for one, other in ((r"\frac{1}{1+", r"\frac{1}{1-"), ("})^2}", "})^3}")):
        slip = graded(_LOGISTIC.replace(one, other))
        assert not all(v.is_right for v in slip.judged)


_RIGHT_CLASS = r"""
$$z^l = W^l a^{l-1} + b^l, \quad \hat y = softmax(z^L), \quad L = -\log \hat y_\ell$$
$$\frac{\partial}{\partial \hat y_i}(L) = -\frac{\mathbb{1}_{(i=\ell)}}{\hat y_\ell}$$
$$\nabla_{\hat y} L = -\frac{1}{\hat y_\ell} \mathbf{e}_\ell$$
$$\frac{\partial L}{\partial z^L_i} = -(\mathbb{1}_{(\ell=i)} - \hat y_i)$$
"""


def test_what_is_of_the_right_class_is_read_by_its_index():
    options = {"sizes": (3, 4, 3), "loss": "softmax_cross_entropy"}
    found = graded(_RIGHT_CLASS, output="identity", **options)
    assert {(v.line, v.message) for v in found.judged if not v.is_right} == set()
    assert {v.line for v in found.judged} >= {3, 4, 5}
    slip = graded(_RIGHT_CLASS.replace(" -(", " ("), output="identity", **options)
    assert [v.line for v in slip.judged if v.status == "wrong"] == [5]


@pytest.mark.parametrize("one", [r"\delta_{k, y_i}", r"\delta_{ky}", r"\delta_{y_i k}"])
def test_a_kronecker_delta_of_the_right_class_is_its_target(one):
    text = rf"""
$$z^l = W^l a^{{l-1}}, \quad f_j = \frac{{e^{{z^L_j}}}}{{\sum_k e^{{z^L_k}}}}$$
$$\frac{{\partial C}}{{\partial z^L_k}} = f_k - {one} \href{{https://a.b}}{{see there}}$$
"""
    options = {"sizes": (3, 4, 3), "loss": "softmax_cross_entropy"}
    found = graded(text, output="identity", **options)
    assert all(v.is_right for v in found.judged)
    assert "dZ2" in {v.quantity for v in found.judged}
    slip = graded(text.replace("f_k -", "f_k +"), output="identity", **options)
    assert [v.quantity for v in slip.judged if v.status == "wrong"] == ["dZ2"]


def test_what_counts_examples_is_no_entry_of_a_neuron():
    text = r"$z^l = W^l a^{l-1} + b^l$, $\delta^L = a^L - y$, $\frac{\partial C}{\partial b^{2}} = (a^2_{1} - y_{1}) + (a^2_{5} - y_{5})$"
    found = graded(text, output="identity")
    assert [v.status for v in found.judged if v.quantity == "db2"] == ["cannot be read"]


_BY_INDEX = r"""
$s_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$, and $C = -\sum_k y_k \log s_k$.
$\frac{\partial s_k}{\partial z_i} = s_i (1 - s_i)$ if $k = i$, and when $k \neq i$

$$\frac{\partial s_k}{\partial z_i} = -s_k s_i$$
$$\frac{\partial C}{\partial z_i} = s_i - y_i$$
"""


def test_a_condition_beside_a_derivative_is_part_of_it():
    found = graded(_BY_INDEX, loss="softmax_cross_entropy", output="linear")
    lines = {v.line for v in found.judged}
    assert {3, 5, 6} <= lines
    assert all(v.is_right for v in found.judged)
    slip = _BY_INDEX.replace("-s_k s_i", "s_k s_i")
    found = graded(slip, loss="softmax_cross_entropy", output="linear")
    assert [v.line for v in found.judged if not v.is_right] == [5]


_LINEAR = r"""
$h = \sigma(W_1 x + b_1)$, $\hat y = W_2 h + b_2$
$$\delta_2 = \hat y - t$$
$$\delta_1 = W_2^T \delta_2 \odot \sigma'(W_1 x + b_1)$$
"""


def test_a_slope_of_sigma_at_outputs_without_it_is_too_much():
    assert graded(_LINEAR, output="linear").passed
    slip = _LINEAR.replace(r"\hat y - t", r"(\hat y - t) \odot \sigma'(\hat y)")
    found = graded(slip, output="linear")
    assert [v.quantity for v in found.judged if not v.is_right] == ["dZ2"]
    general = rf"$a^l = \sigma(z^l)$. {slip}"  # sigma is that of each layer
    assert graded(general, output="linear").passed


_OF_A_BATCH = r"""
There are $B$ examples in the columns of $x$, and $L = \frac{1}{2}\sum_{b=1}^{B} \|a_b - t_b\|^2$.
$$\delta_2 = (a_2 - t) \odot \sigma'(z_2)$$
$$\frac{\partial L}{\partial W_2} = \delta_2 a_1^T$$
$$\frac{\partial L}{\partial b_2} = \sum_b \delta_2$$
"""


def test_a_bias_of_a_batch_is_summed_where_the_examples_are_columns():
    net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    slip = _OF_A_BATCH.replace(r"\sum_b \delta_2", r"\delta_2")
    found = grade(slip, net=net, loss="half_squared_error", reduction="sum")
    assert [v.quantity for v in found.judged if not v.is_right] == ["db2"]
    one = slip.replace("$$\n", "$$\nFor a single example:\n", 1)
    assert grade(one, net=net, loss="half_squared_error", reduction="sum").passed


_ROWS_BY_VECTORS = r"""
$f_i = \sigma(z_i)$ with $z_i = A_{i-1} f_{i-1} + b_{i-1}$, and $f_0 = x$.
$$\frac{\partial f_{i+1}}{\partial f_i} = \operatorname{diag}(\sigma'(z_{i+1})) A_i$$
$$\frac{\partial L}{\partial f_i} = \frac{\partial L}{\partial f_{i+1}} \operatorname{diag}(\sigma'(z_{i+1})) A_i$$
$$\frac{\partial L}{\partial b_i} = \frac{\partial L}{\partial f_{i+1}} \operatorname{diag}(\sigma'(z_{i+1}))$$
$$\frac{\partial L}{\partial A_i} = \left(\frac{\partial L}{\partial b_i}\right)^\top f_i^\top$$
"""


def test_derivatives_by_vectors_are_rows_beside_matrices_in_their_own_shape():
    found = graded(_ROWS_BY_VECTORS, sizes=(3, 4, 3, 2))
    assert found.passed
    assert {v.line for v in found.judged} == {2, 3, 4, 5, 6}


def test_what_stands_beside_y_in_a_gradient_of_w_is_an_output():
    text = r"$z = wx + b$, $a = \sigma(z)$, $\frac{\partial C}{\partial w} = (a - y) \frac{\partial a}{\partial z} x = (a - y) a (1 - a) x$"
    assert graded(text, sizes=(1, 1)).passed
    slip = text.replace("a (1 - a) x", "a x")
    assert "dW1" in {
        v.quantity for v in graded(slip, sizes=(1, 1)).judged if v.status == "wrong"
    }


def test_a_number_less_itself_in_brackets_is_a_factor():
    text = """
z1 = W1 x + b1, a1 = σ(z1)
z2 = W2 a1 + b2, a2 = σ(z2)
∂E/∂b2 = (a2 - y).a2(1-a2)
∂E/∂z1 = (a2 - y)·a2(1-a2)·W2·a1(1-a1)
"""
    found = graded(text, sizes=(1, 1, 1))
    assert found.passed
    assert {v.line for v in found.judged} >= {4, 5}


def test_a_model_of_the_inputs_is_left_out():
    found = graded(r"$h(x) = w^\top \phi(x) + b$. $\delta^L = (a^L - y) \odot g'(z^L)$")
    assert [v.quantity for v in found.judged] == ["dZ2"]
    assert found.left_out[0][2] == "it is a function of the inputs: not judged"


def test_differentials_state_gradients():
    text = r"""
$$\mathbf{z}_1 = \mathbf{W}_1 \mathbf{x} + \mathbf{b}_1, \quad \mathbf{a}_1 = \sigma(\mathbf{z}_1)$$
$$\mathbf{z}_2 = \mathbf{W}_2 \mathbf{a}_1 + \mathbf{b}_2, \quad \mathbf{a}_2 = \sigma(\mathbf{z}_2)$$
Write $\mathbf{A} : \mathbf{B} = \operatorname{tr}(\mathbf{A}^\top \mathbf{B})$.
$$d\mathcal{L} = (\mathbf{a}_2 - \mathbf{y}) \odot \sigma'(\mathbf{z}_2) : d\mathbf{z}_2$$
$$d\mathbf{z}_2 = d\mathbf{W}_2\, \mathbf{a}_1 + \mathbf{W}_2\, d\mathbf{a}_1 + d\mathbf{b}_2$$
$$\frac{\partial \mathcal{L}}{\partial \mathbf{W}_2} = \frac{\partial \mathcal{L}}{\partial \mathbf{z}_2} \mathbf{a}_1^\top$$
"""
    report = grade(text)
    assert report.passed, str(report)
    assert {v.line for v in report.judged if v.is_right} == {2, 3, 5, 7}, str(report)
    slip = grade(
        text.replace(r"\mathbf{a}_2 - \mathbf{y}", r"\mathbf{y} - \mathbf{a}_2")
    )
    assert {v.line for v in slip.judged if not v.is_right} == {5}, str(slip)


_SAID_TO_BE = r"""
$$z_1 = w_{11} x_1 + w_{21} x_2 + b_1, \quad z_2 = w_{12} x_1 + w_{22} x_2 + b_2$$
$$h_1 = \sigma(z_1), \quad h_2 = \sigma(z_2)$$
$$u = v_{11} h_1 + v_{21} h_2 + c_1, \quad \hat y = \sigma(u)$$
$$\frac{\partial L}{\partial u} = \frac{2}{N} (\hat y - y) \cdot \sigma'(u)$$
$$\frac{\partial L}{\partial u} = \frac{2}{N} (\hat y - y) \cdot \hat y (1 - \hat y)$$
$$\frac{\partial L}{\partial w_{11}} = \frac{\partial L}{\partial z_1} x_1$$
"""


@pytest.mark.parametrize("name", ["", r"\delta_u = "])
def test_what_is_said_to_be_the_derivative_by_l_is_not_minus_that(name):
    text = _SAID_TO_BE.replace(
        r"$$\frac{\partial L}{\partial u}",
        rf"$${name}\frac{{\partial L}}{{\partial u}}",
    )
    assert graded(text, sizes=(2, 2, 1), loss="squared_error").passed
    slip = text.replace(r"\hat y - y", r"y - \hat y")
    found = graded(slip, sizes=(2, 2, 1), loss="squared_error")
    assert {v.line for v in found.judged if not v.is_right} == {5, 6}


_RELU_BY_CASES = """
Z1 = W1 X + b1 (pre-activation / hidden layer)
A1 = ReLU(Z1) (the hidden layer)
ReLU(x) = x if x > 0
ReLU(x) = 0 if x <= 0
ReLU'(z) = 1 if z > 0 else 0
dZ1 = W2^T dZ2 * ReLU'(Z1)
"""


def test_a_relu_is_said_case_by_case_in_words():
    net = MLP(3, [4, 2], activation="relu", output_activation="linear", rng=0)
    found = grade(_RELU_BY_CASES, net=net)
    assert found.passed
    assert {v.line for v in found.judged} == {2, 3, 4, 5, 6, 7}
    slip = grade(_RELU_BY_CASES.replace("1 if z > 0", "1 if z < 0"), net=net)
    assert {v.line for v in slip.judged if not v.is_right} == {6}


_REMARKS = (
    "(hidden layer)", "[the hidden layer]", "(element-wise)", "(by eq. 2)", "(n_h x m)",
    "(n_h, m)", "(since the slope is 1)", "(chain rule!)",
)  # fmt: skip


@pytest.mark.parametrize("remark", _REMARKS)
def test_a_remark_one_space_behind_a_formula_is_no_factor(remark):
    text = f"""
Z1 = W1 X + b1 {remark}
A1 = sigmoid(Z1) {remark}
dZ2 = (A2 - Y) * A2 * (1 - A2) {remark}
dZ1 = W2^T dZ2 * A1 * (1 - A1) {remark}
"""
    found = graded(text)
    assert found.passed
    assert {v.line for v in found.judged} == {2, 3, 4, 5}
    slip = graded(text.replace("(1 - A1)", "(1 + A1)"))
    assert {v.line for v in slip.judged if not v.is_right} == {5}


_SET_OFF = (
    "(ii) {}", "b) {}", "- [x] {}", "⇒ {}", "=> {}", "Thus {}", "Hence, {}", "Step 3: {}",
    "**Output layer:** {}", "Eq. (3): {}", "**{}**", "| 1 | {} | chain rule |",
    "<p>{}</p>", "<li><code>{}</code></li>", "{}<br>", "\u200b{} ✓", "{} ← this one!",
    "{}    (3)", "{} QED", "{}, for all layers.", "{}\r",
)  # fmt: skip


@pytest.mark.parametrize("around", _SET_OFF)
def test_what_sets_a_line_off_is_no_part_of_its_equation(around):
    rows = (
        "Z1 = W1 X + b1",
        "A1 = sigmoid(Z1)",
        "dZ2 = (A2 - Y) * A2 * (1 - A2)",
        "dZ1 = W2^T dZ2 * A1 * (1 - A1)",
    )
    text = "\n".join(map(around.format, rows))
    found = graded(text)
    assert found.passed
    assert {v.line for v in found.judged} == {1, 2, 3, 4}
    slip = graded(text.replace("(1 - A1)", "(1 + A1)"))
    assert {v.line for v in slip.judged if not v.is_right} == {4}


def test_an_address_with_an_equals_sign_states_nothing():
    said = "Read https://example.org/chain?rule=a-b&x=c first."
    found = graded(f"{said}\n$$\\delta^L = (a^L - y) \\odot \\sigma'(z^L)$$")
    assert found.passed
    assert not found.left_out


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("#+BEGIN_SRC python", "#+END_SRC"),
        (r"\begin{lstlisting}[language=Python]", r"\end{lstlisting}"),
        (r"\begin{minted}{python}", r"\end{minted}"),
        ("{% highlight python linenos %}", "{% endhighlight %}"),
    ],
)
def test_code_beside_mathematics_is_set_off_by_other_marks_than_fences(begins, ends):
    code = "x = 1\ndelta = x  # of one example"
    found = graded(
        f"{begins}\n{code}\n{ends}\n$$\\delta^L = (a^L - y) \\odot \\sigma'(z^L)$$"
    )
    assert found.passed
    assert [v.line for v in found.judged] == [5]
    assert not found.left_out


_OF_HOSTS = {
    "options of a block": "```{{math}}\n:label: eq{i}\n{x}\n```",
    "a picture in Markdown": "![](https://latex.codecogs.com/svg.latex?{quoted})",
    "a picture": '<img src="https://render.githubusercontent.com/render/math?math={quoted}">',
    "the title of a picture": '<img src="https://example.org/{i}.gif" title="{x}" />',
    "a picture in a paragraph": '<p align="center"><img alt="$${x}$$" src="{i}.svg"/></p>',
    "a forum": "[tex]{x}[/tex]",
    "another forum": "[math]{x}[/math]<br />",
    "a blog": "$latex \\displaystyle {x}&s=2$",
    "a generator of sites": "{{{{< math >}}}}{x}{{{{< /math >}}}}",
    "a text that is no template": "{{% raw %}}$${x}$${{% endraw %}}",
    "a card": "{{{{c{i}::$${x}$$::how?}}}}",
    "a span": '<span class="math inline">\\({x}\\)</span>',
    "a remark that no page shows": "<!-- a = b -->\n$${x}$$",
    "a script": '<script type="math/tex; mode=display">{x}</script>',
    "columns": "\\begin{{alignat}}{{2}}\n{x}\n\\end{{alignat}}",
    "a number behind dots": "$${x} \\dots ({i})$$",
    "a number behind spaces": "$${x} \\;\\;\\;({i})$$",
}
_ROWS = (
    r"a^l = \sigma(W^l a^{l-1} + b^l)",
    r"\delta^L = (a^L - y) \odot \sigma'(z^L)",
    r"\delta^l = (W^{l+1})^\top \delta^{l+1} \odot \sigma'(z^l)",
    r"\frac{\partial C}{\partial b^l} = \delta^l",
)


@pytest.mark.parametrize("host", _OF_HOSTS)
def test_formulas_are_read_as_hosts_mark_them(host):
    def written(rows):
        return "\n\n".join(
            _OF_HOSTS[host].format(x=x, quoted=quote(x), i=i + 1)
            for i, x in enumerate(rows)
        )

    found = graded(written(_ROWS))
    assert found.passed
    assert {v.quantity for v in found.judged} == {
        "A1",
        "A2",
        "dZ2",
        "dZ1",
        "db1",
        "db2",
    }
    slip = graded(written([x.replace(r"\sigma'(z^l)", r"\sigma(z^l)") for x in _ROWS]))
    assert [v.quantity for v in slip.judged if not v.is_right] == ["dZ1"]


def test_who_adds_the_derivative_by_its_name_makes_a_mistake():
    text = r"""
$$\delta^L = (a^L - y) \odot \sigma'(z^L)$$
$$W^l = W^l - \eta \frac{\partial C}{\partial W^l}$$
$$b^l = b^l - \eta \frac{\partial C}{\partial b^l}$$
"""
    assert graded(text).passed
    slip = graded(text.replace(r"- \eta", r"+ \eta"))
    assert {v.line for v in slip.judged if not v.is_right} == {3, 4}


_UPDATES = (
    r"W^l_{t+1} = W^l_t - \eta \frac{\partial C}{\partial W^l_t}",
    r"W^{(t+1)} \longleftarrow W^{(t)} - \eta \nabla_W C",
    r"\theta_{k+1} = \theta_k - \eta \nabla_\theta C(\theta_k)",
    r"W^l \mathrel{-}= \eta\, \delta^l (a^{l-1})^T",
)


@pytest.mark.parametrize("update", _UPDATES)
def test_an_update_may_count_its_steps_or_be_in_place(update):
    text = rf"$\delta^L = (a^L - y) \odot \sigma'(z^L)$ and ${update}$"
    found = graded(text)
    assert found.passed
    assert {"update of W1", "update of W2"} <= {v.quantity for v in found.judged}
    sign = r"{-}" if "mathrel" in update else r"- \eta"
    slip = graded(text.replace(sign, sign.replace("-", "+")))
    wrong = {v.quantity for v in slip.judged if not v.is_right}
    assert wrong == (
        {"dZ2"} if "mathrel" in update else {"update of W1", "update of W2"}
    )


_AROUND = (
    r"\begin{aligned} & \delta^l_j \\ &= \frac{\partial C}{\partial z^l_j} \\ &= FORMULA \end{aligned}",
    r"\delta^l_j = \underset{n \times 1}{FORMULA}",
    r"\left.\frac{\partial C}{\partial z^l_j}\right|_{x} = FORMULA, \qquad l = L-1, \dots, 1",
    r"\delta^l_j = FORMULA \text{ for all } l",
)


@pytest.mark.parametrize("around", _AROUND)
def test_labels_and_conditions_around_a_formula_are_no_part_of_it(around):
    formula = r"\underset{k}{\sum} \delta^{l+1}_k w^{l+1}_{kj} \sigma'(z^l_j)"
    before = r"$$\delta^L = (a^L - y) \odot \sigma'(z^L)$$"
    text = f"{before}\n$${around.replace('FORMULA', formula)}$$"
    found = graded(text)
    assert found.passed
    assert "dZ1" in {v.quantity for v in found.judged}
    slip = graded(text.replace(r"\sigma'(z^l_j)", r"\sigma(z^l_j)"))
    assert {v.quantity for v in slip.judged if not v.is_right} == {"dZ1"}


_RECALLED = (
    r"If $y = f(u)$ and $u = g(x)$, then $\frac{dy}{dx} = \frac{dy}{du} \cdot \frac{du}{dx}$.",
    r"$$\frac{df}{dx} = \frac{df}{dg} \times \frac{dg}{dh} \times \frac{dh}{dx}$$",
    "If `y = f(u)` and `u = g(x)`:\n\n    dy/dx = dy/du · du/dx\n",
    r"If $y = x^2$, then $\frac{dy}{dx} = 2x$.",
    r"The error is passed back, $\delta^l \to \delta^{l-1}$.",
)


@pytest.mark.parametrize("recalled", _RECALLED)
def test_what_is_recalled_of_any_functions_says_nothing_of_the_network(recalled):
    text = rf"""{recalled}

$$\delta^L = a^L - y$$
$$\frac{{\partial C}}{{\partial W^l}} = \delta^l (a^{{l-1}})^\top$$
"""
    found = graded(text, loss="softmax_cross_entropy", output="linear")
    assert found.passed
    assert {v.quantity for v in found.judged} == {"dZ2", "dW1", "dW2"}
    slip = text.replace("a^L - y", "y - a^L")
    found = graded(slip, loss="softmax_cross_entropy", output="linear")
    assert [v.quantity for v in found.judged if not v.is_right] == ["dZ2"]


_ENTRIES = r"""
$$Z^{[l]} = W^{[l]} A^{[l-1]} + b^{[l]}, \quad A^{[l]} = g(Z^{[l]})$$
$$\frac{\partial J}{\partial A^{[l-1]}_{ki}} = \sum_j W^{[l]T}_{kj} \frac{\partial J}{\partial Z^{[l]}_{ji}}$$
$$\frac{\partial J}{\partial W^{[l]}_{jk}} = \frac{1}{m} \sum_i \frac{\partial J}{\partial Z^{[l]}_{ji}} A^{[l-1]T}_{ik}$$
"""


@pytest.mark.parametrize(
    ("right", "slip", "mistaken"),
    [("", "", set()), ("W^{[l]T}_{kj}", "W^{[l]T}_{jk}", {3})],
)
def test_an_entry_of_a_transpose_has_its_indices_the_other_way_round(
    right, slip, mistaken
):
    found = graded(_ENTRIES.replace(right, slip), sizes=(3, 4, 3, 2))
    wrong = {v.line for v in found.judged if v.status in {"wrong", "does not fit"}}
    assert wrong == mistaken, str(found)
    assert {v.line for v in found.judged if v.is_right} == {2, 3, 4} - mistaken


_UNROLLED = r"""
$$z^l = W^l a^{l-1} + b^l, \quad a^l = \sigma(z^l)$$
With $S^l = \operatorname{diag}(\sigma'(z^l))$:
$$\delta^1 = S^1 (W^2)^\top S^2 (W^3)^\top S^3 \nabla_a C$$
"""


def test_the_gradient_behind_all_weights_is_by_the_outputs():
    found = graded(_UNROLLED, sizes=(3, 4, 3, 2))
    assert 4 in {v.line for v in found.judged if v.is_right}, str(found)
    assert found.passed, str(found)
    slip = graded(_UNROLLED.replace("S^2", ""), sizes=(3, 4, 3, 2))
    assert 4 in {v.line for v in slip.judged if v.status == "wrong"}, str(slip)


# Each with the lines that are right, a slip, and the lines that are wrong then.
_SMALL = {
    "a product with a sign comes after those without one": (
        r"""
$$z^{[1]} = x W^{[1]} + b^{[1]}, \quad a^{[1]} = \sigma(z^{[1]})$$
$$z^{[2]} = a^{[1]} W^{[2]} + b^{[2]}, \quad y = \sigma(z^{[2]})$$
$$\frac{\partial E}{\partial W^{[2]}} = {a^{[1]}}^T \times y(1-y)(y-t)$$
$$\frac{\partial E}{\partial W^{[1]}} = x^T \cdot (a^{[1]}(1-a^{[1]}) (y(1-y)(y-t) \cdot {W^{[2]}}^T))$$
""",
        {4, 5},
        (r"\times y(1-y)(y-t)", r"\times y(y-t)", {4}),
    ),
    "what has a star is the target, where y is made": (
        r"""
$$z^2 = W^2 a^1 + b^2, \quad y = \sigma(z^2)$$
$$E = \frac12 \sum_k (y_k - y_k^*)^2$$
$$\delta^2 = (y - y^{\ast}) \odot \sigma'(z^2)$$
$$\frac{\partial E}{\partial y_k} = y_k - y^\star_k$$
""",
        {4, 5},
        (r" \odot \sigma'(z^2)", "", {4}),
    ),
    "what has a star is the output, where that is made": (
        r"""
$$z^2 = W^2 a^1 + b^2, \quad y^* = \sigma(z^2)$$
$$\delta^2 = (y^* - y) \odot \sigma'(z^2)$$
$$\frac{\partial E}{\partial y_k^*} = y_k^* - y_k$$
""",
        {3, 4},
        (r" \odot \sigma'(z^2)", "", {3}),
    ),
    "derivatives by neurons are of one example": (
        r"""
$$Y = X W + B$$
$$\frac{\partial E}{\partial X} = \begin{bmatrix} \frac{\partial E}{\partial x_1} & \dots & \frac{\partial E}{\partial x_i} \end{bmatrix}$$
$$\frac{\partial E}{\partial X} = \frac{\partial E}{\partial Y} W^t$$
$$\frac{\partial E}{\partial B} = \frac{\partial E}{\partial Y}$$
""",
        {4, 5},
        (r"Y} W^t", r"Y} W", {4}),
    ),
    "vectors stand for the entry of the neuron to which a weight leads": (
        r"""
$B^l = (b^l_j$): biases, $S^l = (s^l_j$): sums
$$s^l_j = b^l_j + \sum_i a^{l-1}_i w^l_{ij}, \quad a^l_j = \sigma(s^l_j)$$
$$\frac{\partial S^l}{\partial w^l_{ij}} = a^{l-1}_i$$
$$\frac{\partial E}{\partial w^l_{ij}} = \frac{\partial E}{\partial a^l} \frac{\partial a^l}{\partial S^l} \frac{\partial S^l}{\partial w^l_{ij}} = \frac{\partial E}{\partial a^l_j} \sigma'(s^l_j) a^{l-1}_i$$
$$\frac{\partial E}{\partial b^l_j} = \frac{\partial E}{\partial a^l} \frac{\partial a^l}{\partial b^l_j} = \frac{\partial E}{\partial a^l_j} \sigma'(s^l_j)$$
""",
        {2, 3, 4, 5, 6},
        (r"\sigma'(s^l_j) a^{l-1}_i", r"\sigma'(s^l_j) a^l_i", {5}),
    ),
    "code in a heading": (
        r"""
# First: `dZ2 = (A2 - Y) * A2 * (1 - A2)`
## Then `dW2 = dZ2 @ A1.T / m`, as above
""",
        {2, 3},
        ("A1.T", "A2.T", {3}),
    ),
    "a function without its argument": (
        r"""
$\begin{align*} \sigma = \frac{1}{1+e^{-x}} \end{align*}$
$\delta^2 = (a^2 - y) \odot \sigma'(z^2)$
""",
        {2, 3},
        ("(a^2 - y)", "(y - a^2)", {3}),
    ),
    "what a gradient is by in brackets": (
        r"""
$$\delta^2 = (a^2 - y) \odot \sigma'(z^2)$$
$$\nabla E \left( W^{2} \right) = \delta^2 (a^1)^T$$
""",
        {2, 3},
        ("(a^1)^T", "(a^2)^T", {3}),
    ),
}


@pytest.mark.parametrize("name", _SMALL)
def test_small_texts_are_read_and_a_slip_in_them_is_found(name):
    text, lines, (right, slip, mistaken) = _SMALL[name]
    found = graded(text)
    wrong = {v.line for v in found.judged if not v.is_right}
    assert lines <= {v.line for v in found.judged if v.is_right} - wrong, str(found)
    assert right in text
    found = graded(text.replace(right, slip))
    wrong = {v.line for v in found.judged if v.status in {"wrong", "does not fit"}}
    assert wrong == mistaken, str(found)


def test_a_star_of_which_nothing_is_known_is_left_alone():
    text = r"""
$$\delta^2 = (a^2 - y) \odot \sigma'(z^2)$$
$$\frac{\partial E}{\partial a^2} = y - y^*$$
"""
    found = graded(text)
    assert not [v for v in found.judged if v.status in {"wrong", "does not fit"}]


def test_inputs_and_outputs_of_any_layer_fit_in_one_of_them():
    text = r"""
$$Y = XW + B$$
$$\frac{\partial E}{\partial x_i} = \frac{\partial E}{\partial y_1} w_{i1} + \ldots + \frac{\partial E}{\partial y_j} w_{ij}$$
$$\frac{\partial E}{\partial w_{ij}} = \frac{\partial E}{\partial y_j} x_i$$
$$\frac{\partial L}{\partial Y} = \frac{2}{n} (Y - T)$$
"""
    found = graded(text, loss="mean_squared_error")
    assert 3 not in {v.line for v in found.judged if not v.is_right}, str(found)


_IN_ONE_WAY = r"""
$$z^{2} = W^{2} a^{1} + b^{2}$$
$$\delta^{2} = (a^{2} - y) \odot \sigma'(z^{2})$$
$$\frac{\partial C}{\partial W^{2}} = \delta^{2} (a^{1})^T$$
$$\delta^{1}_{j} = \sum_k W^{2}_{kj} \delta^{2}_{k} \sigma'(z^{1}_{j})$$
"""
# What is put in for what, one after another.
_TYPESET = {
    "ties": [(" = ", "~=~")],
    "small spaces": [(r" \odot ", r" \; \odot \, ")],
    "wide spaces": [(" = ", r" \quad = \qquad ")],
    "lengths": [(" = ", r" \hspace{2pt} = \mspace{3mu} ")],
    "a style in a group": [("$$\n", "}$$\n"), ("\n$$", "\n$${\\displaystyle ")],
    "a frame": [("$$\n", "}$$\n"), (" = ", r" = \boxed{ ")],
    "a frame of MathJax": [("$$\n", "}$$\n"), (" = ", r" = \bbox[5px]{ ")],
    "a colour": [("$$\n", "}}$$\n"), (" = ", r" = {\color{red}{ ")],
    "a class": [("$$\n", "}$$\n"), (" = ", r" = \htmlClass{a}{ ")],
    "a brace below": [
        ("$$\n", r"}_{\text{so}}$$" + "\n"),
        (" = ", r" = \underbrace{ "),
    ],
    "letters in braces": [("W^", "{W}^"), (r"\delta^{2}_", r"{\delta^{2}}_")],
    "layers in braces": [("(a^{1})^T", "{a^{1}}^T"), ("^{2}", "^{{2}}")],
    "fractions in braces": [
        (r"\frac{\partial C}{\partial W^{2}}", r"{\frac{\partial{C}}{\partial{W^{2}}}}")
    ],
    "bold letters": [("b^", r"\boldsymbol b^"), ("W", r"\bm W")],
    "bold with scripts": [
        ("(a^{1})^T", r"\mathbf{a^{1}}^T"),
        ("W^{2}", r"{\bf W}^{2}"),
    ],
    "upright letters": [("^T", r"^{\mathsf{T}}"), (r"\partial ", r"\mathrm{d}")],
    "an array": [
        ("$$\n", "\\end{array}$$\n"),
        (" = ", " &=& "),
        ("\n$$", "\n$$\\begin{array}{rcl}"),
    ],
    "sizes of brackets": [("(", r"\Bigl("), (")", r"\Bigr)")],
    "no numbers": [("$$\n", r" \notag \label{eq:a}$$" + "\n")],
    "comments": [(" = ", " = % so\n")],
    "signs of Unicode": [(r"\partial ", "∂"), (r"\odot", "⊙"), (r"\delta", "δ")],
    "escaped scripts": [("_", r"\_")],
    "a sign over another": [(" = ", r" \overset{!}{=} ")],
    "limits": [(r"\sum_k", r"\sum\limits_k")],
    "commands of its own": [("W", r"\WW"), ("\n$$z", "\n$\\newcommand{\\WW}{W}$ $$z")],
}


@pytest.mark.parametrize("name", _TYPESET)
def test_what_is_typeset_otherwise_says_the_same(name):
    text = _IN_ONE_WAY
    for old, new in _TYPESET[name]:
        text = text.replace(old, new)
    found = graded(text)
    assert [v.is_right for v in found.judged] == [True] * 4, str(found)
    slip = r"\sigma'(z" if "sizes" not in name else r"\sigma'\Bigl(z"
    found = graded(text.replace(slip, slip.replace("'", ""), 1))
    assert [v.is_right for v in found.judged] == [True, False, True, True], str(found)
