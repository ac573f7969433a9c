"""How people spell backpropagation: a few cases of each class, right and wrong ones."""

# ruff: noqa: E501  (formulas are as long as they are)

import numpy as np
import pytest

from nn import MLP, grade

pytestmark = pytest.mark.one_in(12, "thorough")  # each grades a text or more

SOFTMAX = {
    "net": MLP(3, [4, 3], activation="tanh", output_activation="linear", rng=0),
    "loss": "softmax_cross_entropy",
}
RELU = {
    "net": MLP(3, [4, 3], activation="relu", output_activation="linear", rng=0),
    "loss": "softmax_cross_entropy",
}
RIGHT = {
    "a table": (
        r"""
| quantity | formula | shape |
|---|---|---|
| $\partial L/\partial z_2$ | $\hat y - y$ | $2 \times 1$ |
| $\partial L/\partial W_2$ | $(\hat y - y) h^\top$ | $2 \times 4$ |
| $\partial L/\partial h$ | $W_2^\top (\hat y - y)$ | $4 \times 1$ |
""",
        SOFTMAX,
    ),
    "a table of code": (
        """
| name | computed as |
|------|-------------|
| `dZ2` | `(A2 - Y) * A2 * (1 - A2)` |
| `dW2` | `dZ2 @ A1.T / m` |
| `db2` | `dZ2.sum(axis=1, keepdims=True) / m` |
""",
        {},
    ),
    "a plain table": (
        """
| gradient | formula |
| dZ2 | (A2 - Y) * A2 * (1 - A2) |
| dW2 | dZ2 @ A1.T / m |
""",
        {},
    ),
    "derivatives in a line": (
        """
dL/dz2 = (a2 - y) * sigmoid'(z2)
dL/dW2 = dL/dz2 · a1^T
dL/da1 = W2^T · dL/dz2
dL/db2 = dL/dz2
""",
        {},
    ),
    "weights with names of their own": (
        r"""
$$h = \sigma(U x + b)$$
$$\hat{y} = \sigma(V h + c)$$
$$\frac{\partial L}{\partial c} = (\hat{y} - y) \odot \hat{y} \odot (1 - \hat{y})$$
$$\frac{\partial L}{\partial V} = \frac{\partial L}{\partial c} h^T$$
$$\frac{\partial L}{\partial h} = V^T \frac{\partial L}{\partial c}$$
""",
        {},
    ),
    "names below": (
        r"""
$$h = \sigma(W_h x + b_h)$$
$$o = \sigma(W_o h + b_o)$$
$$\delta_o = (o - y) \odot o \odot (1 - o)$$
$$\delta_h = (W_o^T \delta_o) \odot h \odot (1 - h)$$
$$\frac{\partial E}{\partial W_h} = \delta_h x^T$$
""",
        {},
    ),
    "bars": (
        r"""
$$z_i = \sum_j w_{ij}^{(1)} x_j + b_i^{(1)}$$
$$h_i = \sigma(z_i)$$
$$\overline{z_i} = \overline{h_i} \, \sigma'(z_i)$$
$$\overline{w_{ij}^{(1)}} = \overline{z_i} \, x_j$$
$$\overline{b_i^{(1)}} = \overline{z_i}$$
""",
        {},
    ),
    "minus delta beside a derivative": (
        r"""
$$o_k = f(s_k)$$
$$s_k = \sum_j w_{jk} o_j$$
$$\delta_k = -\frac{\partial E}{\partial s_k}$$
$$\delta_k = (t_k - o_k) f'(s_k)$$
$$\frac{\partial E}{\partial w_{jk}} = \frac{\partial E}{\partial s_k} o_j$$
$$\Delta w_{jk} = \gamma \delta_k o_j$$
""",
        {},
    ),
    "a pattern in every pair": (
        r"""
$$net_{pj} = \sum_i w_{ji} o_{pi}$$
$$\delta_{pj} = (t_{pj} - o_{pj}) f'(net_{pj})$$
$$\delta_{pj} = f'(net_{pj}) \sum_k \delta_{pk} w_{kj}$$
$$\Delta_p w_{ji} = \eta \delta_{pj} o_{pi}$$
""",
        {},
    ),
    "softmax with Kronecker's delta, and by cases": (
        r"""
$$\hat{y}_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$$
$$\frac{\partial \hat{y}_i}{\partial z_j} = \hat{y}_i (\delta_{ij} - \hat{y}_j)$$
$$\frac{\partial L}{\partial z_j} = \hat{y}_j - y_j$$
""",
        SOFTMAX,
    ),
    "ones, and rows": (
        r"""
$$Z_1 = X W_1 + \mathbf{1} b_1^\top$$
$$A_1 = \sigma(Z_1)$$
$$Z_2 = A_1 W_2 + \mathbf{1} b_2^\top$$
$$\Delta_2 = \frac{1}{m}(A_2 - Y) \odot \sigma'(Z_2)$$
$$\Delta_1 = \Delta_2 W_2^\top \odot \sigma'(Z_1)$$
$$\nabla_{W_1} J = X^\top \Delta_1$$
$$\nabla_{b_2} J = \Delta_2^\top \mathbf{1}$$
""",
        {},
    ),
    "an indicator": (
        r"""
$$Z^{[2]} = W^{[2]} A^{[1]} + b^{[2]}$$
$$dZ^{[1]} = W^{[2]T} dZ^{[2]} \odot \mathbb{1}[Z^{[1]} > 0]$$
$$dW^{[1]} = dZ^{[1]} X^T$$
""",
        {"net": MLP(3, [4, 2], activation="relu", rng=0)},
    ),
    "one neuron in each layer": (
        r"""
$$z^{(L)} = w^{(L)} a^{(L-1)} + b^{(L)}$$
$$\frac{\partial C}{\partial a^{(L)}} = a^{(L)} - y$$
$$\frac{\partial C}{\partial w^{(L)}} = a^{(L-1)} \sigma'(z^{(L)}) (a^{(L)} - y)$$
""",
        {},
    ),
    "Octave": (
        """
dZ2 = (A2 - Y) .* A2 .* (1 - A2) / m;
dW2 = dZ2 * A1';
db2 = sum(dZ2, 2);
dZ1 = (W2' * dZ2) .* A1 .* (1 - A1);
""",
        {},
    ),
    "names in code": (
        """
```python
output_error = a2 - y
output_delta = output_error * sigmoid_prime(z2)
hidden_delta = (W2.T @ output_delta) * sigmoid_prime(z1)
grads["dW2"] = np.outer(output_delta, a1)
self.dW1 = np.outer(hidden_delta, x)
```
""",
        {},
    ),
    "marks of hosts": (
        """
```math
\\delta^L = (a^L - y) \\odot \\sigma'(z^L)
```
- $`\\frac{\\partial C}{\\partial b^l} = \\delta^l`$
- :math:`\\partial C/\\partial W^l = \\delta^l (a^{l-1})^T`
- `dA1 = W2.T @ dZ2`
""",
        {},
    ),
    "a name for a derivative": (
        r"""
$$g = \nabla_{a^L} C \odot \sigma'(z^L)$$
$$\frac{\partial C}{\partial b^L} = g$$
$$\frac{\partial C}{\partial W^L} = g (a^{L-1})^T$$
""",
        {},
    ),
    "Wikipedia's tags, and cases in words": (
        r"""
<math>o_j = \varphi(\text{net}_j)</math>, <math>\text{net}_j = \sum_k w_{kj} o_k</math>
:<math>\frac{\partial E}{\partial w_{ij}} = \delta_j o_i</math>
:<math>\delta_j = \begin{cases} (o_j-t_j)o_j(1-o_{j}) & \text{output}\\ (\sum_{\ell\in L} w_{j \ell} \delta_\ell)o_j(1-o_{j}) & \text{inner} \end{cases}</math>
""",
        {},
    ),
    "entities and scripts in HTML": (
        r"""
<p>&delta;<sub>2</sub> = (a<sub>2</sub> &minus; y) &odot; &sigma;&prime;(z<sub>2</sub>)</p>
<p>&part;C/&part;W<sub>2</sub> = &delta;<sub>2</sub> a<sub>1</sub><sup>T</sup></p>
<i>&delta;<sub>1</sub> = W<sub>2</sub><sup>T</sup> &delta;<sub>2</sub> &odot; &sigma;&prime;(z<sub>1</sub>)</i>
""",
        {},
    ),
    "Julia": (
        """
δ₂ = (a₂ .- y) .* a₂ .* (1 .- a₂)
∇W₂ = δ₂ * a₁'
δ₁ = (W₂' * δ₂) .* a₁ .* (1 .- a₁)
∇W₁ = δ₁ * x'
""",
        {},
    ),
    "several lines of Octave in one, and suffixes": (
        """
d3 = a3 - y; d2 = (Theta2' * d3) .* a2 .* (1 - a2);
Theta2_grad = d3 * a2'; Theta1_grad = d2 * a1';
""",
        {"loss": "binary_cross_entropy"},
    ),
    "stars for both products": (
        """
delta_2 = (a_2 - y) * sigma'(z_2)
dC/dW_2 = delta_2 * a_1^T
delta_1 = (W_2^T * delta_2) * sigma'(z_1)
dC/db_1 = delta_1
""",
        {},
    ),
    "gradients without their cost": (
        r"""
$$\nabla_{z_2} = \hat y - y$$
$$\nabla_{W_2} = \nabla_{z_2} a_1^T$$
$$\nabla_{z_1} = W_2^T \nabla_{z_2} \odot (1 - a_1 \odot a_1)$$
""",
        SOFTMAX,
    ),
    "names with a transpose, by matrices of rows": (
        r"""
$Z_1 = X W_1 + b_1$, $A_1 = \tanh(Z_1)$, $Z_2 = A_1 W_2 + b_2$
$$G_2 = \tfrac{1}{n}(P - Y), \quad \nabla_{W_2} L = A_1^\top G_2$$
$$\nabla_{b_2} L = G_2^\top \mathbf{1}$$
""",
        SOFTMAX,
    ),
    "mathematical letters": (
        """
* 𝑑𝑍[2]=𝐴[2]−𝑌
* 𝑑𝑊[2]=1/𝑚 𝑑𝑍[2]𝐴[1]ᵀ
* 𝑑𝑍[1]=𝑊[2]ᵀ𝑑𝑍[2].∗𝑔′(𝑍[1])
* 𝐴[1]=𝑔tanh(𝑍[1])
""",
        SOFTMAX,
    ),
    "deltas by the words of layers": (
        """
d_output = (output - y) * sigmoid_derivative(output)
d_hidden = d_output.dot(weights_output.T) * sigmoid_derivative(hidden)
weights_output -= hidden.T.dot(d_output) * lr
weights_hidden -= X.T.dot(d_hidden) * lr
""",
        {},
    ),
    "code beside prose that states nothing": (
        """
Loss = mean squared error. Backward:

```python
dZ2 = (A2 - Y) * A2 * (1 - A2) / m
dW2 = dZ2 @ A1.T
```
""",
        {},
    ),
    "errors with words below": (
        r"""
Let `o = sigmoid(net_o)` and `h = sigmoid(net_h)`, with $net_o = V h + c$, $net_h = W x + b$.
$err_{out} = \frac{\partial E}{\partial net_o} = (o - t) \times o \times (1 - o)$
$err_{hid} = \frac{\partial E}{\partial net_h} = (V^T err_{out}) \times h \times (1 - h)$
$\frac{\partial E}{\partial V} = err_{out} \, h^T$
$\frac{\partial E}{\partial W} = err_{hid} \, x^T$
""",
        {},
    ),
    "the mean of the costs, with a letter that the weight has too": (
        r"""
$z_j^l = \sum_k w_{jk}^l a_k^{l-1} + b_j^l$, $a_j^l = \sigma(z_j^l)$
$$\frac{\partial C}{\partial w_{jk}^l} = \frac{1}{n} \sum_{k} \frac{\partial C_k}{\partial w_{jk}^l}$$
$$\frac{\partial C}{\partial w_{jk}^l} = \frac{1}{n} \sum_{j} \frac{\partial C^{(j)}}{\partial w_{jk}^l}$$
""",
        {},
    ),
    "one example, in capital letters": (
        r"""
It is enough to follow a single observation through the network.
$$Z^l = W^l A^{l-1} + b^l, \quad A^l = f(Z^l)$$
$$\frac{\partial E}{\partial W^l} = \frac{\partial E}{\partial Z^l} (A^{l-1})^T$$
$$\frac{\partial E}{\partial b^l} = \frac{\partial E}{\partial Z^l}$$
$$\frac{\partial E}{\partial Z^l} = f'(Z^l) \odot (W^{l+1})^T \frac{\partial E}{\partial Z^{l+1}}$$
""",
        {},
    ),
    "the chain rule beside weights that lead from row to column": (
        r"""
For one sample $x$, with $W^l$ of shape (inputs, outputs):
$$Z^l = {W^l}^T A^{l-1} + b^l, \quad A^l = f(Z^l)$$
$$\frac{\partial E}{\partial W^L} = \underbrace{\frac{\partial E}{\partial A^L}}_{\text{cost}} \cdot \frac{\partial A^L}{\partial Z^L} \cdot \frac{\partial Z^L}{\partial W^L}$$
$$\frac{\partial E}{\partial W^l} = A^{l-1} \left(\frac{\partial E}{\partial Z^l}\right)^T$$
$$\frac{\partial E}{\partial A^{l-1}} = W^l \frac{\partial E}{\partial Z^l}$$
""",
        {},
    ),
    "derivatives written as a delta before their letter": (
        r"""
$u = X W_1 + b_1$, $h = \max(0, u)$, $z = h W_2 + b_2$, $P = \mathrm{softmax}(z)$
$$\delta z = \frac{1}{N}(P - Y), \quad \nabla_{W_2} = h^\top \delta z$$
$$\nabla_{b_2} = \sum_n \delta z_{n:}, \quad \delta h = \delta z\, W_2^\top$$
$$\delta u = \delta h \odot 1[u > 0]$$
""",
        RELU,
    ),
    "derivatives written as a delta with their letter below": (
        r"""
$u = X W_1 + b_1$, $h = \max(0, u)$, $z = h W_2 + b_2$, $P = \mathrm{softmax}(z)$
$$\delta_z = \frac{1}{N}(P - Y)$$
$$\delta_h = \delta_{z} W_2^\top$$
$$\delta_{u} = \delta_h \odot 1(u > 0)$$
$$\frac{\partial L}{\partial b_1} = \sum_n (\delta_u)_{n,:}$$
""",
        RELU,
    ),
    "commands that are defined elsewhere, and spaces": (
        r"""
$$z^l = W^l a^{l-1} + b^l \enspace, \quad a^l = f(z^l) \space.$$
$$\parder{C}{z^L} = (a^L - y) \, f'(z^L) \space, \label{eq:out}$$
$$\parder{C}{W^l} = \parder{C}{z^l} (a^{l-1})^T \thinspace.$$
$$\parder{a^l}{z^l} = f'(z^l)$$
""",
        {},
    ),
    "commands that are defined as TeX does": (
        r"""
\gdef\slope#1#2{\frac{\partial #1}{\partial #2}}
\NewDocumentCommand{\by}{m m}{\frac{\partial #1}{\partial #2}}
$$\slope{C}{z^L} = (a^L - y) \odot \sigma'(z^L)$$
$$\by{C}{b^L} = \slope{C}{z^L}$$
""",
        {},
    ),
    "the gradient without what it is by": (
        r"""
$$\delta^L = f'(z^L) \circ \nabla E, \qquad \nabla E = a^L - y$$
Here $\circ$ multiplies by entries, and the step is $W \leftarrow W - \eta \nabla E(W)$.
""",
        {},
    ),
    "a hat over a letter with its index": (
        r"""
$h = \sigma(W_1 x + b_1)$, $\hat y = \sigma(W_2 h + b_2)$
$$\frac{\partial E}{\partial \hat{y_k}} = \hat{y_k} - y_k, \quad \delta_k = (\widehat{y_k} - y_k) \hat{y_k} (1 - \hat{y_k})$$
""",
        {},
    ),
    "a drawn box": (
        """
```
┌───────────────────────────────────────┐
│ z₁ = W₁·x + b₁                        │
│ h₁ = tanh(z₁)                         │
├───────────────────────────────────────┤
│ z₂ = W₂·h₁ + b₂                       │
│ ∂L/∂z₂ = ŷ - y                        │  (k × 1)
│ ∂L/∂W₂ = ∂L/∂z₂ × h₁ᵀ                 │
│ ∂L/∂z₁ = (W₂ᵀ × ∂L/∂z₂) ⊙ (1 - h₁²)   │
└───────────────────────────────────────┘
```
""",
        SOFTMAX,
    ),
    "a box of signs": (
        """
```
+---------------------------+
| z1 = W1 @ x + b1          |
| h1 = tanh(z1)             |
| z2 = W2 @ h1 + b2         |
| dL/dz2 = softmax(z2) - y  |
| dL/dh1 = W2.T @ dL/dz2    |
+---------------------------+
```
""",
        SOFTMAX,
    ),
    "the slope of the hidden layers alone": (
        r"""
$z_1 = W_1 x + b_1$, $h = \tanh(z_1)$, $z_2 = W_2 h + b_2$
$g'(z) = 1 - \tanh^2(z)$, so $\frac{\partial h}{\partial z_1} = 1 - \tanh^2(z_1)$
and $g'^{[l]}(z^{[l]}) = 1 - (a^{[l]})^2$
""",
        SOFTMAX,
    ),
    "names of several words, joined by an underscore": (
        r"""
$hidden\_in = X \cdot W_1 + b_1$, $hidden\_out_{N \times H} = \text{maximum}(0, hidden\_in)$

$class\_scores = hidden\_out \cdot W_2 + b_2$

$class\_probs = \mathrm{softmax}(class\_scores)$

$$\frac{\partial L}{\partial class\_scores} = \frac{1}{N}(class\_probs - Y)_{[N \times C]}$$
$$\frac{\partial L}{\partial b_2} = [1, \ldots, 1]_{[1 \times N]} \frac{\partial L}{\partial class\_scores}$$
$$\frac{\partial L}{\partial hidden\_in} = \frac{\partial L}{\partial class\_scores} W_2^T \odot (hidden\_in > 0)$$
$$\frac{\partial L}{\partial b_1} = \begin{bmatrix} 1 & 1 & \cdots & 1 \end{bmatrix} \frac{\partial L}{\partial hidden\_in}$$
""",
        RELU,
    ),
    "a cost with all its arguments, and brackets behind the sign of a derivative": (
        r"""
$z_j^l = \sum_i w_{ji}^l a_i^{l-1} + b_j^l$, $a_j^l = \sigma(z_j^l)$
$$\frac{\partial {\cal C}(\boldsymbol{\Theta}^L)}{\partial w_{ji}^L} = (a_j^L - y_j) \sigma'(z_j^L) a_i^{L-1}$$
$$\frac{\partial \mathcal{C}(W^l, b^l)}{\partial b_j^l} = \frac{\partial {\cal C}}{\partial (z_j^l)}$$
$$\frac{\partial C}{\partial (\mathbf{z}^L)} = \frac{\partial C}{\partial (\mathbf{a}^L)} \circ \sigma'(\mathbf{z}^L)$$
""",
        {},
    ),
    "sums that begin with nothing, and what one example adds": (
        r"""
$a^{(1)} = x$, $z^{(l+1)} = \Theta^{(l)} a^{(l)}$, $a^{(l+1)} = g(z^{(l+1)})$. Set $\Delta^{(l)} := 0$.
For every example: $\Delta^{(l)} := \Delta^{(l)} + \delta^{(l+1)} (a^{(l)})^T$
$$\delta^{(l)} = (\Theta^{(l)})^T \delta^{(l+1)} \odot g'(z^{(l)})$$
$$\frac{\partial J}{\partial \Theta^{(l)}} = \frac{1}{m} \Delta^{(l)}$$
If there is one example only, it is $\frac{\partial J}{\partial \Theta_{i,j}^{(l)}} = a_j^{(l)} \delta_i^{(l+1)}$.
""",
        {},
    ),
    "columns of a matrix, in several spellings": (
        r"""
$n^{[l]} = \text{\# of units of } l$
$$dZ^{[L]} = \tfrac{1}{m} (A^{[L]} - Y) \odot g'(Z^{[L]})$$
$$dW^{[l]} = dZ^{[l]} A^{[l-1]T}$$
$$db^{[l]} = \sum_{i=1}^{m} dZ^{[l](\cdot, i)}$$
$$db^{[l]} = \sum_{i} dZ^{[l]}_{:,i}$$
$$db^{[l]} = \sum_{i} dZ^{[l]}_{\cdot i}$$
""",
        {},
    ),
    "one sum by another": (
        r"""
$a_j = \sum_i w_{ji} z_i$, $z_j = h(a_j)$
$$\frac{\partial a_k}{\partial a_j} = w_{kj} h'(a_j)$$
$$\frac{\partial a_k^{l+1}}{\partial a_j^{l}} = \frac{\partial}{\partial a_j^l} \sum_{p} w^{l+1}_{kp} h(a^l_p) + b_k = w^{l+1}_{kj} h'(a^l_j)$$
$$\delta_j = h'(a_j) \sum_k w_{kj} \delta_k$$
""",
        {},
    ),
    "one example, of which the mean is said besides": (
        r"""
$$z^l = W^l a^{l-1} + b^l, \quad a^l = \sigma(z^l)$$
$$\delta^L = (a^L - y) \odot \sigma'(z^L)$$
$$\frac{\partial C}{\partial W^l} = \delta^l (a^{l-1})^T, \quad \frac{\partial C}{\partial b^l} = \delta^l$$
$$\frac{\partial C}{\partial w^l_{jk}} = \frac{1}{n} \sum_x \frac{\partial C_x}{\partial w^l_{jk}}$$
""",
        {},
    ),
    "a delta before a weight, which is the step": (
        r"""
$net_j = \sum_i w_{ij} o_i$, $o_j = \sigma(net_j)$
$$\delta_j = (o_j - t_j) o_j (1 - o_j), \quad \frac{\partial E}{\partial w_{ij}} = \delta_j o_i$$
$$\delta w_{ij} = -\eta \delta_j o_i, \quad w_{ij} \leftarrow w_{ij} + \delta w_{ij}$$
""",
        {},
    ),
    "sums over rows": (
        r"""
$Z_1 = X W_1 + b_1$, $H = \sigma(Z_1)$, $Z_2 = H W_2 + b_2$, $\hat{Y} = \sigma(Z_2)$
$$\delta_2 = \frac{1}{m} (\hat{Y} - Y) \odot \hat{Y} \odot (1 - \hat{Y})$$
$$\frac{\partial L}{\partial b_2} = \sum_i (\delta_2)_{i,:}$$
$$\frac{\partial L}{\partial W_2} = \sum_i H_{i,:}^T (\delta_2)_{i,:}$$
""",
        {},
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_each_line_is_read_and_right(name):
    text, options = RIGHT[name]
    report = grade(text, **options)
    assert report.passed, str(report)
    assert not [v for v in report.judged if v.status == "cannot be read"], str(report)


@pytest.mark.parametrize(
    ("name", "right", "wrong", "mistake"),
    [
        ("derivatives in a line", "W2^T · dL", "W2 · dL", "row-column-mixed"),
        ("weights with names of their own", "V^T", "V", "row-column-mixed"),
        ("names below", r"\odot h \odot (1 - h)", "", "act-missing"),
        ("bars", r"\overline{z_i} \, x_j", r"\overline{z_i}", "wrong-terms"),
        (
            "minus delta beside a derivative",
            "(t_k - o_k) f'(s_k)",
            "(t_k - o_k)",
            "out-missing-sigma-prime",
        ),
        (
            "columns of a matrix, in several spellings",
            r"dZ^{[l]}_{\cdot i}",
            r"dZ^{[l]}_{i \cdot}",
            "wrong-axis",
        ),
        ("ones, and rows", r"X^\top \Delta_1", r"X \Delta_1", "missing-transpose"),
        ("an indicator", "> 0", "< 0", "act-sides-swapped"),
        ("Octave", "W2' * dZ2", "W2 * dZ2", "row-column-mixed"),
        ("names in code", "(W2.T @", "2 * (W2.T @", "factor"),
        ("Julia", "W₂' * δ₂", "W₂ * δ₂", "row-column-mixed"),
        (
            "Wikipedia's tags, and cases in words",
            r"\delta_j o_i",
            r"\delta_j o_j",
            "index-slip",
        ),
        ("gradients without their cost", "a_1^T", "a_2^T", "dW-own-activation"),
        (
            "entities and scripts in HTML",
            "W<sub>2</sub><sup>T</sup>",
            "W<sub>2</sub>",
            "row-column-mixed",
        ),
        ("errors with words below", "(V^T", "(V", "row-column-mixed"),
        ("mathematical letters", "𝐴[1]ᵀ", "𝐴[2]ᵀ", "dW-own-activation"),
        ("a name for a derivative", "g (a^{L-1})^T", "g (a^L)^T", "dW-own-activation"),
    ],
)
def test_a_mistake_in_it_is_named(name, right, wrong, mistake):
    text, options = RIGHT[name]
    assert right in text
    report = grade(text.replace(right, wrong), **options)
    assert not report.passed
    found = {v.mistake for v in report.judged if not v.is_right}
    assert mistake in found, str(report)


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("dZ1 = (W2.T @ dZ2) * (1 - A1**3)", "act-factor-wrong"),
        ("dA1 = W2.T @ dZ2 + W2.T @ A2", "passed-back-wrong"),
        ("dW2 = dZ2 @ (A1 + 1).T", "wrong-terms"),
        ("δ² = (a² − y) ⊙ σ′(y)", "other-quantity"),
        (
            r"$\frac{\partial E}{\partial w^l_{jk}} = \delta^l_j a^{l-1}_j$",
            "index-slip",
        ),
        ("dW1 = dZ1 @ Y.T", "other-quantity"),
        ("W² = W² − η δ² (z¹)ᵀ", "dW-own-activation"),
    ],
)
def test_what_is_no_edit_of_the_right_formula_is_named(text, mistake):
    report = grade(text)
    assert not report.passed
    assert {v.mistake for v in report.judged} == {mistake}, str(report)


def test_examples_that_are_left_out_are_named():
    def backprop(W, b, X, Y):
        A1 = 1 / (1 + np.exp(-(W[0] @ X + b[0])))
        A2 = 1 / (1 + np.exp(-(W[1] @ A1 + b[1])))
        dZ2 = (A2 - Y) * A2 * (1 - A2) / X.shape[1]
        return {"dW2": dZ2[:, :-1] @ A1[:, :-1].T}

    verdict = grade(backprop).verdicts["dW2"]
    assert verdict.mistake == "batch-some-examples"
    assert verdict.message == "only the examples 0, 1, 2, 3 of 0 to 4 are counted"


def test_a_text_that_was_not_understood_is_unread_and_not_wrong():
    text = "\n".join(f"δ{i} = W{i} @ Y" for i in ("1", "2", "1", "2", "1", "2"))
    report = grade(text)
    assert not report.passed
    assert {v.status for v in report.judged} == {"cannot be read"}


def test_a_definition_is_right_and_a_cost_is_left_out():
    report = grade(
        r"""
$$C = \frac{1}{2} \|a^L - y\|^2$$
$$\delta^l = \frac{\partial C}{\partial z^l}$$
"""
    )
    assert report.passed
    assert [line for line, _, _ in report.left_out] == [2]


def test_a_hat_is_on_the_target_where_the_text_says_so():
    text = r"""
$E = \frac{1}{2}\sum_m (y_m - \hat{y}_m)^2$, where $\hat{y}$ is the teacher.
$\frac{\partial E}{\partial net_m} = (y_m - \hat{y}_m) f'(net_m)$
"""
    assert grade(text).passed
    other = text.replace("is the teacher", "is the output")
    assert not grade(other).passed


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("$z_2 = W_2 z_1 + b_2$", "cannot be read"),
        ("$w_9 = w_9 - \\eta \\frac{dC}{dw_9}$", "cannot be read"),
        ("$z_j = \\sum_i w_{ij} x_i + b_j$", "right by another convention"),
    ],
)
def test_a_definition_is_not_called_wrong(text, status):
    report = grade(f"{text} and $\\delta^L = (a^L - y) \\odot \\sigma'(z^L)$")
    assert [v.status for v in report.judged if not v.quantity.startswith("d")] == [
        status
    ]


def test_weights_are_penalised_in_all_layers_or_in_none():
    def backprop(W, b, X, Y):
        A1 = 1 / (1 + np.exp(-(W[0] @ X + b[0])))
        A2 = 1 / (1 + np.exp(-(W[1] @ A1 + b[1])))
        dZ2 = (A2 - Y) * A2 * (1 - A2) / X.shape[1]
        dZ1 = W[1].T @ dZ2 * A1 * (1 - A1)
        return {"dW2": dZ2 @ A1.T + 0.1 * W[1], "dW1": dZ1 @ X.T}

    verdict = grade(backprop).verdicts["dW2"]
    assert (verdict.status, verdict.mistake) == ("wrong", "extra-term")
    assert "the other layers have none" in verdict.message


# Notes that are right, in notations of which the reader knew nothing at first.
OTHER_NOTATIONS = {
    "commands of the text": (
        (
            r"\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}"
            "\n"
            r"$\pd{C}{z^L} = (a^L - y) \odot \sigma'(z^L)$, $\pd{C}{W^L} = \pd{C}{z^L}"
            r" a^{L-1\top}$"
        ),
        2,
    ),
    "all derivatives are rows, and those by W transposed": (
        (
            r"$z_1 = W_1 x + b_1$, $a_1 = \sigma(z_1)$, $z_2 = W_2 a_1 + b_2$,"
            r" $\delta_2 = (a_2 - y)^T \operatorname{diag}(\sigma'(z_2))$,"
            r" $\delta_1 = \delta_2 W_2 \operatorname{diag}(\sigma'(z_1))$,"
            r" $\frac{\partial L}{\partial W_2} = a_1 \delta_2$,"
            r" $\frac{\partial L}{\partial W_1} = x \delta_1$"
        ),
        7,
    ),
    "names with a layer below": (
        (
            r"$e_2 = (a_2 - y) \odot \sigma'(z_2)$, $e_1 = W_2^T e_2 \odot \sigma'(z_1)$,"
            r" $\partial L/\partial W_2 = e_2 a_1^T$, $\partial L/\partial W_1 = e_1 x^T$"
        ),
        4,
    ),
    "z leaves the hidden neurons": (
        (
            r"$$\frac{\partial E}{\partial w_{kj}^{(2)}} = \sum_n (y_{nk} - t_{nk})"
            r" y_{nk} (1 - y_{nk}) z_{nj}$$ $$\frac{\partial E}{\partial w^{(1)}_{ji}} ="
            r" \sum_n \sum_k (y_{nk} - t_{nk}) y_{nk} (1 - y_{nk}) w^{(2)}_{kj} z_{nj}"
            r" (1 - z_{nj}) x_{ni}$$"
        ),
        2,
    ),
}


@pytest.mark.parametrize("name", OTHER_NOTATIONS)
def test_what_is_right_in_another_notation_is_right(name):
    text, count = OTHER_NOTATIONS[name]
    reduction = "sum" if r"\sum_n" in text else "mean"
    judged = grade(text, reduction=reduction).judged
    assert len(judged) >= count
    assert all(verdict.is_right for verdict in judged)


@pytest.mark.parametrize(
    ("slope", "is_right"),
    [
        (r"(\sigma(z^1) + z^1 \odot \sigma(z^1) \odot (1 - \sigma(z^1)))", True),
        (r"\sigma(z^1)", False),
    ],
)
def test_sigma_is_the_logistic_function_where_f_is_made_of_it(slope, is_right):
    net = MLP(3, [4, 2], activation="silu", output_activation="identity", rng=0)
    text = rf"$f(z) = z \sigma(z)$, $\delta^1 = (W^2)^T \delta^2 \odot {slope}$"
    verdict = grade(text, net=net).verdicts["dZ1"]
    assert verdict.is_right == is_right
    assert verdict.status in {"right", "right to rounding", "wrong"}


def test_small_changes_beside_deltas_are_no_derivatives():
    text = r"""
Small changes: $\delta z = W \delta a$ and $\delta a = \sigma'(z) \odot \delta z$.
$$\delta^L = (a^L - y) \odot \sigma'(z^L)$$
"""
    report = grade(text)
    assert not any(v.status in {"wrong", "does not fit"} for v in report.judged)
    assert report.verdicts["dZ2"].is_right


def test_where_a_sum_begins_is_no_gradient():
    report = grade(
        r"$\Delta W = 0$, $db = 0$, $\delta^L = (a^L - y) \odot \sigma'(z^L)$"
    )
    assert [v.quantity for v in report.judged] == ["dZ2"]
    assert [reason for *_, reason in report.left_out] == [
        "it is where a sum over the examples begins"
    ] * 2


def test_no_line_of_words_with_underscores_is_left_out():
    text, options = RIGHT["names of several words, joined by an underscore"]
    report = grade(text, **options)
    judged = [verdict.quantity for verdict in report.judged]
    assert judged == ["Z1", "A1", "Z2", "A2", "dZ2", "db2", "dZ1", "db1"]
    assert not report.left_out


def test_no_line_of_a_box_is_left_out():
    for name, count in (("a drawn box", 6), ("a box of signs", 5)):
        text, options = RIGHT[name]
        report = grade(text, **options)
        assert (len(report.judged), report.left_out) == (count, ())


def bad_and_good(text, **options):
    """Return the lines with something wrong, and those that are right."""
    judged = grade(text, **options).judged
    bad = {v.line for v in judged if v.status in {"wrong", "does not fit"}}
    return bad, {v.line for v in judged if v.is_right} - bad


SIDE_BY_SIDE = r"""
\begin{align*}
Z_1 &= X W_1 + b_1, & H &= \max(0, Z_1) \\
S &= H W_2 + b_2 \\
dS &= \frac{1}{N}(P - Y) & & \\
dW_2 &= H^\top dS & db_2 &= \mathbf{1}^\top dS \\
dZ_1 &= (dS\, W_2^\top) \odot [H > 0] & & \text{where it is active} \\
dW_1 &= X^\top dZ_1 & db_1 &= \mathbf{1}^\top dZ_1
\end{align*}
"""


def test_equations_may_stand_side_by_side():
    assert bad_and_good(SIDE_BY_SIDE, **RELU) == (set(), {3, 4, 5, 6, 7, 8})
    counted = SIDE_BY_SIDE.replace("align*}", "alignat*}", 1)
    counted = counted.replace("at*}", "at*}{2}", 1).replace("d{align*}", "d{alignat*}")
    assert bad_and_good(counted, **RELU) == (set(), {3, 4, 5, 6, 7, 8})
    slip = SIDE_BY_SIDE.replace(r"db_1 &= \mathbf{1}^\top dZ_1", r"db_1 &= dZ_1")
    assert bad_and_good(slip, **RELU)[0] == {8}


def test_a_cost_with_the_index_of_an_example_is_of_that_alone():
    text = r"""
$S = H W_2 + b_2$, $p_k = e^{s_k} / \sum_j e^{s_j}$, $L = \frac{1}{N}\sum_i -\log p_{y_i}$
$$\frac{\partial L_i}{\partial s_k} = p_k - \mathbf{1}(y_i = k)$$
$$dS = \frac{1}{N}(P - Y)$$
$$dW_2 = H_1^\top dS$$
"""
    assert bad_and_good(text, **RELU) == (set(), {2, 3, 4, 5})
    for one, other, line in (
        (r"\partial L_i", r"\partial L", 3),
        ("p_k - ", "p_k + ", 3),
    ):
        assert bad_and_good(text.replace(one, other), **RELU)[0] >= {line}


@pytest.mark.parametrize(
    ("rule", "is_right"),
    [
        (r"\sigma' = \sigma(1 - \sigma)", True),
        (r"\sigma' = \sigma \odot (1-\sigma)", True),
        (r"\sigma' = \sigma(1 + \sigma)", False),
        (r"\sigma' = \sigma(z) - \sigma^2(z)", True),
    ],
)
def test_a_rule_for_the_slope_may_leave_out_the_argument(rule, is_right):
    text = rf"With ${rule}$: $\delta^L = (a^L - y) \odot \sigma'(z^L)$"
    found = {v.quantity: v for v in grade(text).judged}
    assert found.pop("dZ2").is_right
    assert found
    assert all(v.is_right is is_right for v in found.values())


def test_sigma_within_a_silu_is_the_logistic_function():
    net = MLP(3, [4, 2], activation="silu", output_activation="identity", rng=0)
    text = r"""
$$z = W^{(1)} x + b^{(1)}, \quad h = \phi(z), \quad o = W^{(2)} h + b^{(2)}$$
with $\phi(z) = z\,\sigma(z)$.
$$\phi'(z) = \sigma(z) + z\,\sigma(z)(1 - \sigma(z))$$
$$\frac{\partial J}{\partial z} = (W^{(2)\top} (o - y)) \odot \phi'(z)$$
"""
    assert bad_and_good(text, net=net) == (set(), {2, 3, 4, 5})
    slip = text.replace(r"\odot \phi'(z)", r"\odot \phi(z)")
    assert bad_and_good(slip, net=net)[0] == {5}


def test_the_sentence_after_a_case_is_of_no_case():
    text = r"""
$$\delta_j^L = \sum_k \frac{\partial C}{\partial a_k^L} \frac{\partial a_k^L}{\partial z_j^L}$$
(only $k=j$ survives.) For our cost $\nabla_a C = a^L - y$, hence
$$\delta^L = (a^L - y) \odot \sigma'(z^L)$$
"""
    assert bad_and_good(text)[1] >= {3, 4}
    assert 3 in bad_and_good(text.replace("C = a^L - y", "C = y - a^L"))[0]


# ---- One output, sums over the batch by name, entries of brackets --------------------

_OF_ONE_OUTPUT = r"""
$$z_1 = W_1 x + b_1, \quad a_1 = \sigma(z_1), \quad z_2 = W_2^T a_1 + b_2, \quad a_2 = \sigma(z_2)$$
$$\delta_2 = (a_2 - y) \sigma'(z_2)$$
$$\delta_1 = (W_2 \delta_2) \odot \sigma'(z_1)$$
$$\frac{\partial L}{\partial W_2} = \delta_2 \cdot a_1$$
$$\frac{\partial L}{\partial W_1} = \delta_1 \cdot x^T$$
"""


def of_one_output(text):
    return grade(text, net=MLP(3, [4, 1], rng=0), loss="half_squared_error")


def test_the_weights_of_one_output_may_be_a_column():
    report = of_one_output(_OF_ONE_OUTPUT)
    assert report.passed, str(report)
    assert len(report.judged) == 8
    assert "the weights of the output are a column" in str(report)


@pytest.mark.parametrize(
    ("right", "slip", "line"),
    [
        (r"\delta_1 \cdot x^T", r"\delta_1 \cdot a_1^T", 6),
        (r"(W_2 \delta_2) \odot \sigma'(z_1)", r"W_2 \delta_2", 4),
        (r"\delta_2 \cdot a_1", r"\delta_2 \cdot a_2", 5),
    ],
)
def test_a_mistake_beside_such_a_column_is_found(right, slip, line):
    report = of_one_output(_OF_ONE_OUTPUT.replace(right, slip))
    wrong = {v.line for v in report.judged if v.status in {"wrong", "does not fit"}}
    assert wrong == {line}, str(report)


@pytest.mark.parametrize("name", [r"\text{rowsum}", r"\operatorname{colsum}"])
def test_a_sum_over_the_batch_by_name_is_over_its_axis(name):
    text = rf"""
One example per row: $Z_1 = X W_1 + b_1$, $A_1 = \sigma(Z_1)$, $Z_2 = A_1 W_2 + b_2$.
$$\delta_2 = \frac{{1}}{{m}} (\sigma(Z_2) - Y) \odot \sigma'(Z_2)$$
$$\nabla_{{b_2}} = {name}(\delta_2)$$
$$\nabla_{{b_1}} = {name}(\delta_2 W_2^\top \odot \sigma'(Z_1))$$
"""
    report = grade(text)
    assert report.passed, str(report)
    assert {"db2", "db1"} <= {v.quantity for v in report.judged}
    assert not grade(text.replace(f"{name}(\\delta_2)", r"\delta_2")).passed


def test_an_index_behind_a_bracket_takes_the_entry_of_a_product():
    text = r"""
$$\delta_k^{(2)} = (a_k^{(2)} - y_k) \sigma'(z_k^{(2)})$$
$$\delta_j^{(1)} = (W^{(2)\top} \delta^{(2)})_j \cdot \sigma'(z_j^{(1)})$$
$$z_j^{(1)} = (W^{(1)} x + b^{(1)})_j$$
"""
    report = grade(text)
    assert [v.status for v in report.judged] == ["right"] * 3, str(report)
    slip = grade(text.replace(r"W^{(2)\top}", "W^{(2)}"))
    assert {v.line for v in slip.judged if not v.is_right} == {3}


def test_a_step_may_write_out_the_derivative_with_a_letter_of_no_layer():
    text = r"""
$$z_h = W_1x + b_1$$
$$z_o = W_2h + b_2$$
$$W_2 \leftarrow W_2 - \eta\delta_o h^T$$
"""
    report = grade(text, net=MLP(3, [4, 1], rng=0))
    assert report.verdicts["update of W2"].is_right, str(report)
    slip = grade(text.replace("o h^T", r"h h^T"), net=MLP(3, [4, 1], rng=0))
    assert not slip.verdicts["update of W2"].is_right, str(slip)


def test_a_number_in_brackets_at_a_function_is_its_layer_and_no_power():
    text = r"""
$$g^{[1]}(z) = \sigma(z) = \frac{1}{1 + e^{-z}}$$
$$g^{[2]}(z) = \sigma(z) = \frac{1}{1 + e^{-z}}$$
$$\sigma'(z) = \sigma(z) - \sigma^2(z)$$
$$dZ^{[2]} = (A^{[2]} - Y) \odot \sigma'(Z^{[2]})$$
"""
    assert bad_and_good(text) == (set(), {2, 3, 4, 5})


ONES_WRITTEN_OUT = r"""
$$Z^l = W^l A^{l-1} + b^l, \quad A^l = g^l(Z^l)$$
$$dA^L = \frac{1}{m} (A^L - Y), \quad dA^l = (W^{l+1})^T dZ^{l+1}$$
$$dZ^l_{ic} = dA^l_{ic} \cdot {g^l}'(Z^l_{ic})$$
$$\begin{aligned}
dW^l &= dZ^l (A^{l-1})^T, \\
db^l &= dZ^l ONES.
\end{aligned}$$
"""


@pytest.mark.parametrize(
    "ones",
    [
        r"\begin{bmatrix} 1 \\ \vdots \\ 1 \end{bmatrix}",
        r"\begin{pmatrix}1\\1\\\vdots\\1\end{pmatrix}",
        r"\begin{bmatrix} 1 & \cdots & 1 \end{bmatrix}^\top",
    ],
)
def test_ones_that_are_written_out_add_up_over_the_examples(ones):
    text = ONES_WRITTEN_OUT.replace("ONES", ones)
    assert bad_and_good(text) == (set(), {2, 3, 4, 6, 7})
    twice = text.replace("dW^l &=", r"dW^l &= \frac{1}{m}")
    assert bad_and_good(twice) == ({6}, {2, 3, 4, 7})


@pytest.mark.parametrize(
    "slope",
    [
        r"\left(f^l\right)^{\prime}(z^l)",
        r"\left[f^l\right]^\prime\left(z^l\right)",
        r"{f^l}^{\prime}(z^l)",
        r"(f^l)^{'}(z^l)",
        r"[f^l]'(z^l)",
        r"{f'}^l(z^l)",
        r"(f')^l(z^l)",
    ],
)
def test_a_prime_may_stand_above_the_bracket_of_a_function(slope):
    text = rf"""
$$h^l = f^l(z^l), \quad z^l = W^l h^{{l-1}} + b^l$$
$$\frac{{\partial h^l}}{{\partial b^l}} = {slope}$$
$$\frac{{\partial L}}{{\partial b^l}} = \frac{{\partial L}}{{\partial h^l}} \odot {slope}$$
"""
    assert bad_and_good(text) == (set(), {2, 3, 4})
    assert bad_and_good(text.replace("(z^l)$$\n$$", "(h^l)$$\n$$"))[0] <= {3}


def test_the_slope_of_an_activation_by_its_bias_is_that_by_its_sum():
    text = r"""
$$\frac{\partial a^{(2)}}{\partial b^{(2)}} = a^{(2)} (1 - a^{(2)})$$
$$\frac{\partial \hat y}{\partial b^{(2)}} = \sigma'(z^{(2)})$$
$$\delta^{(2)} = (a^{(2)} - y) \odot \sigma'(z^{(2)})$$
"""
    assert bad_and_good(text) == (set(), {2, 3, 4})
    slip = text.replace("a^{(2)} (1 -", "z^{(2)} (1 -")
    assert bad_and_good(slip)[1] == {3, 4}


def test_braces_may_be_doubled_and_a_small_delta_may_derive():
    text = r"""
$$\delta^l = \frac{{\partial C}}{{\partial z^l}}$$
$$\frac{{d{C}}}{{d{b^l}}} = \delta^l$$
"""
    assert bad_and_good(text) == (set(), {2, 3})
    text = r"$$\frac{\delta L}{\delta a}=\frac{\delta}{\delta a}(\frac{1}{2}(y-a)^2)$$"
    assert bad_and_good(text) == (set(), {1})
    assert bad_and_good(text.replace("y-a)^2", "a-y)^3"))[1] == set()


@pytest.mark.parametrize("word", ["real", "actual", "true", "desired", "esperado"])
def test_targets_may_be_named_by_a_word_in_no_font(word):
    text = rf"$$\delta^2 = (a^2 - y_{{{word}}}) \odot \sigma'(z^2)$$"
    assert bad_and_good(text) == (set(), {1})
    assert bad_and_good(text.replace("a^2 - ", "a^2 + "))[1] == set()


PLAIN_NEURONS = """
net1 = w1 * x + b1 (the first neuron)
out1 = 1 / (1 + e^-net1)
net2 = w2 * x + b2
out2 = 1 / (1 + e^-net2) (using the logistic function)
net3 = w3 * out1 + w4 * out2 + b3
Pred = 1 / (1 + e^(-net3))
dE/d(pred) = Pred - target
d(pred)/dnet3 = Pred * (1 - Pred)
∂net1/∂b1 = 1
dE/db2 = (Pred - target) * Pred * (1 - Pred) * w4 * e^-net2 / (1 + e^-net2)^2
"""


def test_plain_lines_raise_e_to_names_and_put_words_in_brackets():
    net = MLP(1, [2, 1], activation="sigmoid", output_activation="sigmoid", rng=0)
    of = {"net": net, "loss": "half_squared_error"}
    found = grade(PLAIN_NEURONS, **of)
    assert found.passed
    assert {one.line for one in found.judged} == set(range(2, 12))
    found = grade(PLAIN_NEURONS.replace("w4 * e^-net2", "w3 * e^-net2"), **of)
    assert {one.line for one in found.judged if not one.is_right} == {11}


@pytest.mark.parametrize(
    "error",
    [
        r"\sum{[w_{jk}\delta_k]} \quad f'(h_j)",
        r"\sum (w_{jk}\delta_k) f'(h_j)",
        r"\sum w_{jk}\delta_k f'(h_j)",
    ],
)
def test_a_sum_without_an_index_is_over_none_of_the_left(error):
    text = rf"""
$h_j = \sum_i w_{{ij}} x_i$, $\delta_k = (y_k - \hat{{y}}_k) f'(h_k)$

$\delta_j = {error}$

$\Delta w_{{ij}} = \eta \delta_j x_i$
"""
    assert grade(text).passed
    wrong = grade(text.replace(error, error.replace("w_{jk}", "w_{kj}")))
    assert not wrong.passed
    wrong = grade(text.replace(error, error.replace("f'(h_j)", "h_j (1 - h_j)")))
    assert {one.quantity for one in wrong.judged if not one.is_right} == {"dZ1"}


FOUR_ROWS = r"""
$$\delta^2 = (a^2 - y) \odot \sigma'(z^2)$$
$$\frac{\partial C}{\partial W^2} = \delta^2 (a^1)^T$$
$$\delta^1 = ((W^2)^T \delta^2) \odot \sigma'(z^1)$$
$$\frac{\partial C}{\partial W^1} = \delta^1 x^T$$
"""


@pytest.mark.parametrize(
    ("plain", "spelled"),
    [
        (" = ", r" \doteq "),
        (" = ", " {=} "),
        (" = ", r" \mathrel{\mathop:}= "),
        (" = ", r" \colon= "),
        (" = ", " ≜ "),
        (r"\odot", r"\mathbin{\odot}"),
        ("^T", "^{tr}"),
        ("^T", r"^{\mathrm{tr}}"),
        ("^T", "^t"),
        ("x^T", "{}^t x"),
        ("x^T", r"\operatorname{transpose}(x)"),
        (r"^T \delta", r"^T * \delta"),
        (r"\sigma'(", r"\frac{d\sigma}{dz}("),
        (r"\sigma'(", r"\nabla\sigma("),
        (r"\sigma'(", r"\partial_z \sigma("),
        (r"\sigma'(", r"\left(\sigma'\right)("),
        (r"\sigma'(", r"\text{sigma\_prime}("),
        (r"\sigma'(z^1)", r"\left.\frac{d\sigma}{dz}\right|_{z^1}"),
        ("$$\\", "$$\\to \\"),
        ("$$\\", "$$\\Leftrightarrow \\"),
        (r"\frac{\partial C}{\partial W^1}", r"{\partial C}/{\partial W^1}"),
        (r"\frac{\partial C}{\partial W^1}", r"\frac{\partial(C)}{\partial(W^1)}"),
        (r"\frac{\partial C}{\partial W^1}", r"\nabla_{W^1}(C)"),
        ("T$$\n$$", "T \\to "),
    ],
)
def test_the_same_statement_may_be_spelled_with_other_signs(plain, spelled):
    text = FOUR_ROWS.replace(plain, spelled)
    assert text != FOUR_ROWS
    report = grade(text)
    assert report.passed, str(report)
    assert len(report.judged) == FOUR_ROWS.count("=")
    slip = grade(text.replace(r"\delta^2 (a^1)", r"\delta^2 (a^2)"))
    assert {one.quantity for one in slip.judged if not one.is_right} == {"dW2"}


def test_a_sum_in_braces_goes_over_what_stands_behind_them():
    text = r"""
$$\delta_j^l = {\displaystyle\sum_k} w_{kj}^{l+1} \delta_k^{l+1} \sigma'(z_j^l)$$
"""
    assert grade(text).passed
    assert not grade(text.replace("w_{kj}", "w_{jk}")).passed


def test_rows_may_begin_with_an_arrow_that_sets():
    text = r"""
$$\begin{aligned}
\delta^L &\leftarrow (a^L - y) \odot \sigma'(z^L) \\
&\leftarrow (a^L - y) \odot a^L \odot (1 - a^L) \\
&\leftarrow a^L \odot (1 - a^L) \odot (a^L - y)
\end{aligned}$$
"""
    report = grade(text)
    assert report.passed
    assert [one.line for one in report.judged] == [3, 4, 5]


def test_a_half_may_begin_with_its_point():
    text = r"$C = .5 (a - y)^2$, $\frac{\partial C}{\partial a} = .5 \cdot 2 (a - y)$"
    assert grade(text).passed
    assert not grade(text.replace(".5 \\cdot", "5 \\cdot")).passed
