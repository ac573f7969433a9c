"""How people write notes by habit: what stands around formulas, and names in code."""

import re

import pytest

from nn import MLP, grade
from nn.reading.letters.dialect import dialect_of

pytestmark = pytest.mark.one_in(12, "thorough")  # each grades a text or more

FORWARD = """
s_1 = W_1 x + b_1
h_1 = σ(s_1)
s_2 = W_2 h_1 + b_2
h_2 = σ(s_2)
"""
CODE = """
z1 = W1 @ x + b1
a1 = sigmoid(z1)
z2 = W2 @ a1 + b2
a2 = sigmoid(z2)
"""
LISTS = """
Z1 = self.weights[0] @ X + self.biases[0]
A1 = sigmoid(Z1)
Z2 = self.weights[1] @ A1 + self.biases[1]
A2 = sigmoid(Z2)
dZ2 = (A2 - Y) * sigmoid_prime(Z2) / m
"""
# each with the quantities that are to be right, and no other verdict
RIGHT = {
    "outputs called y, beside targets by name": (
        """
# the error that comes back
dz2 = (y - labels) * y * (1 - y)
dW2 = np.outer(dz2, a1)
""",
        {"dZ2", "dW2"},
    ),
    "a minus in front of brackets, where a line begins": (
        """
a{2} = σ(z{2})
with its derivative σ'(z{2}) = a{2} (1 - a{2}) it is
-(y - a{2}) a{2} (1 - a{2}) = (a{2} - y) a{2} (1 - a{2})
d{2} = (a{2} - y) a{2} (1 - a{2})
""",
        {"dZ2"},
    ),
    "the numbers of an example behind": (
        FORWARD
        + r"""
$$\delta_2 = (h_2 - y) \odot \sigma'(s_2) = (0.7 - 1) \cdot 0.21 = -0.063$$
$$\frac{\partial C}{\partial W_2} = \delta_2 h_1^T
= -0.063 \cdot [0.625 \;\; 0.754] \approx [-0.039, -0.048]$$
$$\frac{\partial C}{\partial b_2} = \delta_2
= \begin{bmatrix} -0.063 \\ 0.1 \end{bmatrix}$$
$$W_2^T \delta_2 = \begin{bmatrix} 0.5 \\ 0.6 \end{bmatrix}(-0.063)$$
""",
        {"dZ2", "dW2", "db2"},
    ),
    "capital H for the activations, which nothing defines": (
        r"""
$$\frac{\partial L}{\partial \hat{y}} = \hat{y} - y$$
$$\frac{\partial L}{\partial W_2} = (\frac{\partial L}{\partial Z_2}) H_1^T$$
$$\frac{\partial L}{\partial H_1} = W_2^T \frac{\partial L}{\partial Z_2}$$
""",
        {"dA2", "dW2", "dA1"},
    ),
    "numbered with a hyphen": (
        FORWARD
        + """
1 - δ_2 = (h_2 - y) ∗ σ′(s_2)
2 - δ_1 = (W_2)ᵀ δ_2 ∗ σ′(s_1)
3 - ∂C/∂W_1 = δ_1 xᵀ
""",
        {"dZ2", "dZ1", "dW1"},
    ),
    "numbered with a dash": (
        CODE
        + """
1 – dz2 = (a2 - y) * a2 * (1 - a2)
2 – dW2 = dz2 @ a1.T
""",
        {"dZ2", "dW2"},
    ),
    "numbered in brackets": (
        FORWARD
        + """
(1) δ_2 = (h_2 - y) ∗ σ′(s_2)
(2) ∂C/∂W_2 = δ_2 (h_1)ᵀ
""",
        {"dZ2", "dW2"},
    ),
    "sizes of the factors behind": (
        FORWARD
        + """
δ_2 = (h_2 - y) ∗ σ′(s_2)
δ_1 = (W_2)ᵀ δ_2 ∗ σ′(s_1)      (4×2)(2×1) = 4×1
∂C/∂W_1 = δ_1 xᵀ   (4×1)(1×3) = (4×3)
∂C/∂W_2 = δ_2 (h_1)ᵀ   [2x1]·[1x4] → [2x4]
""",
        {"dZ2", "dZ1", "dW1", "dW2"},
    ),
    "sizes of the factors behind code": (
        CODE
        + """
dz2 = (a2 - y) * sigmoid_prime(z2)
dW2 = dz2 @ a1.T   (2x1)(1x4) = 2x4
dz1 = W2.T @ dz2 * a1 * (1 - a1)   (4, 2) @ (2, 1)
""",
        {"dZ2", "dW2", "dZ1"},
    ),
    "a slope in another language": (
        CODE
        + """
dz2 = (a2 - y) * steigung_sigmoid(z2)
dz1 = W2.T @ dz2 * sigmoid_afgeleide(z1)
""",
        {"dZ2", "dZ1"},
    ),
    "functions that the text defines": (
        """
def bend(t):
    return 1 / (1 + np.exp(-t))

def flat(t):
    # of the weighted sum
    s = bend(t)
    return s * (1 - s)

const back = y => y * (1 - y);
h1 = bend(W1 @ x + b1)
z2 = W2 @ h1 + b2
h2 = bend(z2)
dz2 = (h2 - y) * flat(z2)
dW2 = dz2 @ h1.T
dz1 = W2.T @ dz2 * back(h1)
""",
        {"dZ2", "dW2", "dZ1"},
    ),
    "lists counted from 0 beside names from 1": (
        LISTS
        + """
dA1 = self.weights[1].T @ dZ2
dZ1 = dA1 * sigmoid_prime(Z1)
dW1 = dZ1 @ X.T
self.weights[0] -= lr * dW1
self.biases[1] -= lr * dZ2.sum(axis=1, keepdims=True)
""",
        {"dA1", "dZ1", "dW1", "update of W1", "update of b2"},
    ),
    "quads for products, and symbols in braces": (
        r"""
$$z_j = \sum_i w_{ij} x_i + b_j, \qquad h_j = f(z_j)$$
$$z_k = \sum_j w_{jk} h_j + b_k, \qquad \widehat{y_k} = f(z_k)$$
$$\delta_k = (\widehat{y_k} - y_k) \quad f'(z_k)$$
$$\frac{\partial{C}}{\partial{w_{jk}}} = \delta_k \quad h_j$$
$$\delta_j = f'(z_j) \qquad \sum_k{[w_{jk} \delta_k]} \quad (4)$$
$$\frac{\partial{C}}{\partial{b_j}} = \delta_j$$
""",
        {"dZ2", "dW2", "dZ1", "db1"},
    ),
    "gamma as the activation, and lines that end in a backslash": (
        r"""
$z^l_j=b^l_j+\sum_{i}{w^l_{ji}a_i^{l-1}}$

$a^l_j=\gamma(z^l_j)$

$
\delta^L_j=\
(a^L_j-y_j)\gamma '(z^L_j)
$

$
\frac{\partial{C}}{\partial{w^l_{ji}}}=\
\delta^l_j a^{l-1}_i
$
""",
        {"A1", "dZ2", "dW2"},
    ),
    "outputs and targets in words below": (
        r"""
$$z_2 = W_2 a_1 + b_2, \quad y_{\text{pred}} = \sigma(z_2)$$
$$\delta_2 = (y_{\mathrm{pred}} - y_{\text{true}}) \odot \sigma'(z_2)$$
$$\frac{\partial C}{\partial W_2} = \delta_2 a_1^T$$
""",
        {"dZ2", "dW2"},
    ),
    "layers in brackets below a script l, the input of layer 1": (
        """
z[2] = W[2] x + b[2]
a[2] = σ(z[2])
z[3] = W[3] a[2] + b[3]
a[3] = σ(z[3])
∂l/∂a[3] = a[3] − y
∂l/∂z[3] = ∂l/∂a[3] ⊙ σ′(z[3])
∂l/∂a[2] = W[3]ᵀ ∂l/∂z[3]
∂l/∂W[3] = ∂l/∂z[3] a[2]ᵀ
""",
        {"dA3", "dZ3", "dA2", "dW3"},
    ),
    "hyphens before the layer, and words behind": (
        """
z-1 = x • w-1 + b-1
a-1 = f(z-1)	where f is the logistic function
z-2 = a-1 • w-2 + b-2	(one example in a row)
a-2 = f(z-2)
delta-2 = (a-2 - y) * a-2 * (1 - a-2)   since f' is f (1 - f)
ðL/ðw-2 = a-1.T • delta-2	(product of two matrices)
delta-1 = delta-2 • w-2.T * f'(z-1)
""",
        {"Z1", "A1", "dZ2", "dW2", "dZ1"},
    ),
    "cells of layers, with weights of a constant": (
        """
z{2} = a{1} * Theta{1}';
a{2} = [ones(m, 1) sigmoid(z{2})];
z{3} = a{2} * Theta{2}';
a{3} = sigmoid(z{3});
err{3} = (a{3} - Y) .* a{3} .* (1 - a{3});
d{3} = err{3} / m;
Theta_nobias{2} = Theta{2}(:, 2:end);
d{2} = (d{3} * Theta_nobias{2}) .* a{2}(:, 2:end) .* (1 - a{2}(:, 2:end));
Theta_grad{2} = d{3}' * a{2};
grad{1} = d{2}' * a{1};
""",
        {"Z2", "dZ2", "dW2", "dW1"},
    ),
    "one or the other by where": (
        """
z1 = W1 @ x + b1
a1 = torch.relu(z1)
z2 = W2 @ a1 + b2
dz2 = z2 - y
dz1 = torch.where(z1 > 0, torch.ones_like(z1), torch.zeros_like(z1)) * (W2.T @ dz2)
""",
        {"dZ2", "dZ1"},
    ),
    "the number of outputs by its letter": (
        """
The mean squared error is over `q` outputs.

z1 = x · w1 + b1
a1 = f(z1)
z2 = a1 · w2 + b2
a2 = z2
L = 1/q * sum((a2 - y)**2)
dL/da2 = 2/q * (a2 - y)
delta2 = 2/q * (a2 - y)
dL/dw2 = a1.T · delta2
""",
        {"dZ2", "dW2"},
    ),
}  # fmt: skip
OTHER_NETWORKS: dict[str, dict[str, object]] = {
    "one or the other by where": {
        "net": MLP(3, [4, 2], activation="relu", output_activation="linear", rng=0),
    },
    "the number of outputs by its letter": {
        "net": MLP(3, [4, 2], activation="sigmoid", output_activation="linear", rng=0),
        "loss": "mean_squared_error",
    },
}


def settings(name):
    """Return the network of a text, 3-4-2 with sigmoids if it has none of its own."""
    default = {
        "net": MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0),
        "loss": "half_squared_error",
    }
    return default | OTHER_NETWORKS.get(name, {})


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_read_and_right(name):
    text, quantities = RIGHT[name]
    found = grade(text, **settings(name))
    assert {(v.quantity, v.message) for v in found.judged if not v.is_right} == set()
    assert quantities <= {v.quantity for v in found.judged}


def test_a_number_before_a_minus_is_a_term_where_no_other_line_counts_on():
    found = grade("a1 = sigmoid(z1)\n1 - a1 = sigmoid(-z1)\n")
    assert all(v.is_right for v in found.judged)
    assert not any(v.quantity.startswith("A") and v.line == 2 for v in found.judged)


@pytest.mark.parametrize(
    ("definition", "call", "mistake"),
    [
        ("def slope(o): return o * (1 - o)", "slope(z2)", "act-of-z-as-a"),
        ("slope = lambda v: sigmoid(v) * (1 - sigmoid(v))", "slope(a2)", "act-"),
        (
            "def prime(v):\n    return 1 / (1 + exp(-v))",
            "prime(z2)",
            "act-a-for-gprime",
        ),
    ],
)
def test_a_function_is_what_its_formula_says_whatever_its_name(
    definition, call, mistake
):
    found = grade(f"{definition}\n{CODE}\ndz2 = (a2 - y) * {call}\n", **settings(""))
    (wrong,) = [v for v in found.judged if not v.is_right]
    assert (wrong.quantity, wrong.status) == ("dZ2", "wrong")
    assert wrong.mistake.startswith(mistake)


def test_functions_that_call_one_another_take_no_time():
    lines = ["def f0(x): return x * (1 - x) * 2"]
    lines += [
        f"def f{i}(x): return {'+'.join([f'f{i - 1}(x)'] * 20)}" for i in range(1, 60)
    ]
    found = grade("\n".join(lines) + CODE, **settings(""))
    assert all(v.is_right for v in found.judged)


def test_the_wrong_entry_of_a_list_is_called_wrong():
    found = grade(f"{LISTS}\ndA1 = self.weights[0].T @ dZ2\n", **settings(""))
    (wrong,) = [v for v in found.judged if not v.is_right]
    assert (wrong.quantity, wrong.mistake) == ("dA1", "hid-wrong-layer-weights")


def test_an_entry_by_the_name_of_its_neuron_is_no_other_quantity():
    text = """
result[b1] = sigmoid(net[b1])
weights[a1] = sigmoid(net[a1])
dE/dbias[a1] = -err[a1]
z1 = W1 @ x + b1
"""
    found = grade(text, **settings(""))
    assert [v.quantity for v in found.judged if v.is_right] == ["Z1"]
    assert {v.status for v in found.judged} <= {"right", "cannot be read"}


def test_a_hyphen_is_a_minus_where_nothing_is_set_to_such_a_layer():
    found = grade(f"{CODE}\ndz2 = (a2-y) * a2 * (1-a2)\nda2 = a2-1\n", **settings(""))
    assert [(v.quantity, v.is_right) for v in found.judged[-2:]] == [
        ("dA2", False),
        ("dZ2", True),
    ]


# a note, its setting, what of it is right, and the same with a mistake
NOTES = {
    "code counts its layers as the formulas do": (
        r"""
$z^{(2)} = X W^{(1)}$, $a^{(2)} = f(z^{(2)})$, $z^{(3)} = a^{(2)} W^{(2)}$

$\delta^{(3)} = (f(z^{(3)}) - y) f'(z^{(3)})$

$\delta^{(2)} = \delta^{(3)} (W^{(2)})^T f'(z^{(2)})$
```python
delta3 = (self.yHat - y) * sigmoid_prime(self.z3)
dJdW2 = np.dot(self.a2.T, delta3)
delta2 = np.dot(delta3, self.W2.T) * sigmoid_prime(self.z2)
dJdW1 = np.dot(X.T, delta2)
```
""",
        {"reduction": "sum"},
        {"dZ3", "dW2", "dZ2", "dW1"},
        ("prime(self.z2)", "prime(self.z3)", "dZ2"),
    ),
    "layers by name, with an index behind it": (
        r"""
$H = \sigma(X W_h + b_h) = \frac{1}{1 + e^{-(X W_h + b_h)}}$

$Y = \varsigma(H W_o + b_o)$

$\delta_o = Y - T$

$\frac{\partial E}{\partial W_o} = H^T \delta_o$

$\frac{\partial E}{\partial b_o} = \sum_{i=1}^N (y_i - t_i) = \sum_{i=1}^N \delta_{oi}$

$\delta_{hij} = h_{ij} (1 - h_{ij}) \sum_k w_{ojk} (y_{ik} - t_{ik})$

$\delta_h = H \circ (1 - H) \circ [\delta_o W_o^T]$
""",
        {"output": "identity", "loss": "softmax_cross_entropy", "reduction": "sum"},
        {"dZ2", "dW2", "db2", "dZ1"},
        (r"H \circ (1 - H)", r"(1 - H)", "dZ1"),
    ),
    "functions that return derivatives": (
        """
def error_output(Y, T):
    return Y - T

def gradient_weight_out(H, Eo):
    return  H.T @ Eo

def error_hidden(H, Wo, Eo):
    return np.multiply(np.multiply(H, (1 - H)), (Eo @ Wo.T))

def gradient_bias_hidden(Eh):
    return np.sum(Eh, axis=0, keepdims=True)
""",
        {"output": "identity", "loss": "softmax_cross_entropy", "reduction": "sum"},
        {"dZ2", "dW2", "dZ1", "db1"},
        ("H.T @ Eo", "Eo.T @ H", "dW2"),
    ),
    "derivatives of the cost by a prime": (
        r"""
$Z_h = X W_h$, $H = R(Z_h)$, $Z_o = H W_o$, $\hat{y} = R(Z_o)$

$C'(Z_o) = (\hat{y} - y) \odot R'(Z_o)$

$C'(W_o) = H^T C'(Z_o)$
""",
        {"hidden": "relu", "output": "relu", "reduction": "sum"},
        {"dZ2", "dW2"},
        (r"\odot R'(Z_o)", "", "dZ2"),
    ),
    "a letter for a sum of exponentials": (
        r"""
$o_j = \frac{1}{\Omega} e^{z_j}$ with $\Omega = \sum_i e^{z_i}$

$z_j = \sum_i w_{ij} y_i + b_j$, $y_i = \sigma(s_i)$, $s_i = \sum_h v_{hi} x_h + c_i$

$\frac{\partial E}{\partial z_j} = o_j - t_j$

$\frac{\partial E}{\partial w_{ij}} = y_i (o_j - t_j)$

$\frac{\partial E}{\partial y_i} = \sum_j w_{ij} (o_j - t_j)$
""",
        {"output": "identity", "loss": "softmax_cross_entropy"},
        {"A2", "dZ2", "dW2", "dA1"},
        (r"= y_i (o_j", r"= z_i (o_j", "dW2"),
    ),
    "deltas in columns, weights that lead on from their layer": (
        r"""
$S_i = Z_{i-1} W_{i-1}$, $Z_i = f_i(S_i)$, $Z_0 = X$, $F_i = f_i'(S_i)^T$

$D_{output} = (Z_{output} - Y)^T$

$D_i = F_i \circ W_i D_{i+1}$, so $D_2 = F_2 \circ W_2 D_3$, $D_1 = F_1 \circ W_1 D_2$

$\frac{\partial E}{\partial W_i} = (D_{i+1} Z_i)^T$
""",
        {
            "layers": (3, 4, 3, 2),
            "output": "identity",
            "loss": "softmax_cross_entropy",
            "reduction": "sum",
        },
        {"dZ3", "dZ2", "dZ1", "dW2", "dW1", "dW0"},
        (r"F_2 \circ W_2", r"W_2", "dZ2"),
    ),
    "one example in large letters, and n outputs": (
        r"""
One sample at a time, $Y = X W + B$.

$\frac{\partial E}{\partial W} = X^t \frac{\partial E}{\partial Y}$

$\frac{\partial E}{\partial b_j} = \frac{\partial E}{\partial y_j}$

$\frac{\partial E}{\partial B} = \frac{\partial E}{\partial Y}$
""",
        {"loss": "mean_squared_error"},
        {"dW1", "db1"},
        (r"X^t \frac", r"X \frac", "dW1"),
    ),
    "mathematics with the names of the code, and a function of any x": (
        r"""
```python
hidden = np.maximum(0, np.dot(X, W) + b)
scores = np.dot(hidden, W2) + b2
probs = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
dscores = probs
dscores[range(N), y] -= 1
dscores /= N
```
With $r = \max(0, x)$ it is $\frac{dr}{dx} = 1(x > 0)$.

So $dW_2 = H^T \, dscores$ and $dH = dscores \, W_2^T$.
""",
        {"hidden": "relu", "output": "identity", "loss": "softmax_cross_entropy"},
        {"dZ2", "dW2", "dA1"},
        (r"dscores \, W_2^T", r"dscores \, W_2", "dA1"),
    ),
    "the derivative by the outputs beside their slope, and a layer in words": (
        """
Every layer is `out = tanh(x @ W + b)`.
```python
h1 = np.tanh(xs @ W1 + b1)
h2 = np.tanh(h1 @ W2 + b2)
ypred = np.tanh(h2 @ W3 + b3)
ypred_grad = 2 * (ypred - ys)
n3_grad = (1 - ypred**2) * ypred_grad
W3_grad = h2.T @ n3_grad
h2_grad = n3_grad @ W3.T
```
""",
        {
            "layers": (3, 4, 4, 1),
            "hidden": "tanh",
            "output": "tanh",
            "loss": "squared_error",
            "reduction": "sum",
        },
        {"dA3", "dZ3", "dW3", "dA2"},
        ("= 2 * (ypred - ys)", "= ypred - ys", "dA3"),
    ),
    "a delta by a chain, all of them in one matrix, and an entry of a product": (
        r"""
$$\mathbf{Z}^l = \mathbf{W}^l \textbf A^{l-1} + \mathbf b^l$$
$$\textbf A^l = \sigma(\mathbf{Z}^l)$$

\begin{align*}
\delta_i^{(L)} &= \frac{\partial C}{\partial a_i^{(L)}}
\frac{\partial a_i^{(L)}}{\partial z_i^{(L)}} \\
&= \frac{\partial C}{\partial a_i^{(L)}} \sigma^\prime(z_i^{(L)}) \\
\mathbf\Delta^{(L)} &= \frac{\partial C}{\partial \textbf A^{(L)}} \odot
\sigma^{\prime}(\mathbf Z^{(L)})
\end{align*}

$$\frac{\partial C}{\partial w_{ij}^{(L)}} = \frac{\partial}{\partial w_{ij}^{(L)}}
\left( \frac{1}{|B|} \sum_{x \in B} C_x \right)
= \frac{1}{|B|} \sum_{x \in B} \frac{\partial C_x}{\partial w_{ij}^{(L)}}
= \frac{1}{|B|} (\mathbf\Delta^{(L)} (\textbf A^{(L-1)})^T)_{ij}$$
""",
        {},
        {"dZ2", "dW2"},
        (r"(\textbf A^{(L-1)})^T)_{ij}", r"(\textbf A^{(L)})^T)_{ij}", "dW2"),
    ),
    "layers above and behind a nabla": (
        r"""
$$z^{(k)} = f(\theta^{(k)}, a^{(k-1)}, b^{(k)}) = \theta^{(k)} a^{(k-1)} + b^{(k)}$$
$$a^{(k)} = g(z^{(k)})$$
$$\delta^{(L)} = \nabla_a^{(L)} \odot g'(z^{(L)}), \quad \nabla_a^{(L)} = a^{(L)} - y$$
$$\nabla_{\theta}^{(k)} = \delta^{(k)} (a^{(k-1)})^T$$
$$\nabla C(b^{(k)}) = \delta^{(k)}$$
""",
        {},
        {"Z1", "dZ2", "dA2", "dW2", "dW1", "db2"},
        (r"(a^{(k-1)})^T", r"(a^{(k)})^T", "dW2"),
    ),
    "an activation that an option chooses, and names within a function": (
        """
```python
def sigmoid_slope(x):
    s = 1 / (1 + np.exp(-x))
    return s * (1 - s)

z1 = np.dot(both, W1) + b1
a1 = relu(z1) if self.kind == 'relu' else sigmoid(z1)
z2 = np.dot(a1, W2) + b2
y_hat = sigmoid(z2)
delta_out = (y_hat - y) * sigmoid_slope(z2) / n
hidden_grad = relu_slope(z1) if self.kind == 'relu' \\
    else sigmoid_slope(z1)
delta_hidden = np.dot(delta_out, W2.T) * hidden_grad
dW1 = np.dot(both.T, delta_hidden)
```
""",
        {},
        {"A1", "dZ2", "dZ1", "dW1"},
        ("W2.T) * hidden", "W2) * hidden", "dZ1"),
    ),
    "gradients that are divided later": (
        """
```python
z1 = X @ W1 + b1
a1 = sigmoid(z1)
z2 = a1 @ W2 + b2
a2 = sigmoid(z2)
dz2 = (a2 - y) * a2 * (1 - a2)
dW2 = a1.T @ dz2
db2 = dz2.sum(axis=0)

dW2 /= n;  db2 /= n
```
""",
        {},
        {"dZ2", "dW2", "db2"},
        ("a1.T @ dz2", "X.T @ dz2", "dW2"),
    ),
    "letters of a regression": (
        r"""
$$\mathbf U = \mathbf X \mathbf A + \mathbf 1 \mathbf a^\top$$
$$\mathbf H = \sigma(\mathbf U)$$
$$\boldsymbol\eta = \mathbf H \mathbf B + 1_n \mathbf b^\top$$
$$\hat\pi_{ik} = \frac{\exp(\eta_{ik})}{\sum_{l=1}^{K} \exp(\eta_{il})}$$
$$\ell = -\frac1n \sum_{i=1}^n \sum_{k=1}^K y_{ik} \log \hat\pi_{ik}$$
$$\frac{\partial \ell}{\partial \eta_{il}} = -\frac1n \sum_k \frac{y_{ik}}{\hat\pi_{ik}}
\hat\pi_{ik} (\mathbb{1}\{k=l\} - \hat\pi_{il}) = \frac1n (\hat\pi_{il} - y_{il})$$
$$\mathbf G := \frac{\partial \ell}{\partial \boldsymbol\eta}
= \frac1n (\hat{\boldsymbol\Pi} - \mathbf Y)$$
$$\frac{\partial \ell}{\partial \mathbf B} = \mathbf H^\top \mathbf G$$
$$\frac{\partial \ell}{\partial \mathbf U}
= (\mathbf G \mathbf B^\top) \circ \mathbf H \circ (1 - \mathbf H) =: \mathbf{S}.$$
$$\frac{\partial \ell}{\partial \mathbf A} = \mathbf X^\top \mathbf S, \quad
\frac{\partial \ell}{\partial \mathbf a} = \mathbf S^\top 1$$
""",
        {
            "layers": (3, 4, 3),
            "output": "identity",
            "loss": "softmax_cross_entropy",
        },
        {"Z2", "A2", "dZ2", "dW2", "dZ1", "dW1", "db1"},
        (r"\mathbf X^\top \mathbf S", r"\mathbf X^\top \mathbf G", "dW1"),
    ),
    "examples by a Greek letter": (
        r"""
$$z^l_i = \sum_j w^l_{ij} a^{l-1}_j + b^l_i, \quad a^l_i = \sigma(z^l_i)$$
$$\delta^{L,\mu}_i = (a^{L,\mu}_i - y^\mu_i) \sigma'(z^{L,\mu}_i)$$
$$\frac{\partial E_{\rm tot}}{\partial w^l_{ij}}
= \sum_{\mu=1}^P \delta^{l\mu}_i\, a^{(l-1)\mu}_j$$
$$\frac{\partial E_{\rm tot}}{\partial b^l_i} = \sum_\mu \delta^l_{i\mu}$$
""",
        {"reduction": "sum"},
        {"dZ2", "dW2", "dW1", "db1"},
        (r"a^{(l-1)\mu}_j", r"a^{l\mu}_j", "dW2"),
    ),
    "weights that are counted from the inputs on, with inputs by number": (
        r"""
$a_1^{(2)} = g(\theta_{1,0}^{(1)} + \theta_{1,1}^{(1)} x_1 + \theta_{1,2}^{(1)} x_2)$
$a_2^{(2)} = g(\theta_{2,0}^{(1)} + \theta_{2,1}^{(1)} x_1 + \theta_{2,2}^{(1)} x_2)$
$h_\Theta(x) = g(\theta_{1,0}^{(2)} + \theta_{1,1}^{(2)} a_1^{(2)}
+ \theta_{1,2}^{(2)} a_2^{(2)})$
$\delta^3 = h_\Theta(x) - y$
$\delta^2 = (\Theta^{(2)})^T \delta^3 .* g'(z^{(2)})$
""",
        {"layers": (2, 2, 1), "loss": "binary_cross_entropy"},
        {"a_1^{(2)}", "dZ3", "dZ2"},
        (r"(\Theta^{(2)})^T", r"\Theta^{(1)}", "dZ2"),
    ),
    "a learning rate in words": (
        r"$w^{(l)} = w^{(l)} - \text{learning rate} \cdot dw^{(l)}$",
        {},
        {"update of W1", "update of W2"},
        (r"- \text", r"+ \text", "update of W1"),
    ),
    "deltas that are counted on the way back": (
        r"""
$z_1 = xW_1 + b_1$, $h = \sigma(z_1)$, $z_2 = hW_2 + b_2$, $\hat y = softmax(z_2)$
$$\frac{\partial J}{\partial z_2} = \hat y - y = \delta_1$$
$$\frac{\partial J}{\partial h} = \delta_1 W_2^T$$
$$\frac{\partial J}{\partial z_1} = \delta_1 W_2^T \circ h \circ (1-h) = \delta_2$$
$$\frac{\partial J}{\partial W_2} = h^T \delta_1$$
$$\frac{\partial J}{\partial W_1} = x^T \delta_2$$
""",
        {"output": "identity", "loss": "softmax_cross_entropy"},
        {"dZ2", "dA1", "dZ1", "dW2", "dW1"},
        (r"x^T \delta_2", r"x^T \delta_1", "dW1"),
    ),
    "deltas of which the weights say that they are counted back": (
        r"""
$z_1 = W_1x + b_1$, $h = \sigma(z_1)$, $z_2 = W_2h + b_2$, $\hat y = softmax(z_2)$
$$\delta_1 = \hat y - y$$
$$\delta_2 = (W_2^T\delta_1) \odot \sigma'(z_1)$$
$$\nabla_{W_1} J = \delta_2 x^T$$
$$\nabla_{W_2} J = \delta_1 h^T$$
""",
        {"output": "identity", "loss": "softmax_cross_entropy"},
        {"dZ2", "dZ1", "dW2", "dW1"},
        (r"= \delta_2 x^T", r"= \delta_1 x^T", "dW1"),
    ),
    "deltas that are counted back, by digits below the line": (
        """
z₁ = W₁x + b₁, h = σ(z₁), z₂ = W₂h + b₂, ŷ = softmax(z₂)
δ₁ = ŷ − y
δ₂ = (W₂ᵀ δ₁) ⊙ σ′(z₁)
∂J/∂W₁ = δ₂ xᵀ
∂J/∂W₂ = δ₁ hᵀ
""",
        {"output": "identity", "loss": "softmax_cross_entropy"},
        {"dZ2", "dZ1", "dW2", "dW1"},
        ("= δ₂ xᵀ", "= δ₁ xᵀ", "dW1"),
    ),
    "a word for a derivative, and matrices named by indices": (
        r"""
$$net = x \cdot W_{ij}, \qquad h = g(net)$$
$$o = h \cdot W_{jk}$$
$$err = \frac{\partial E}{\partial o} = o - t$$
$$\frac{\partial E}{\partial W_{jk}} = h_j \, err_k$$
$$\frac{\partial E}{\partial h_j} = \sum_k W_{jk} * err_k$$
$$\delta_j = g'(net_j) \sum_k W_{jk} * err_k$$
$$\frac{\partial E}{\partial W_{ij}} = x_i \delta_j$$
""",
        {"output": "identity"},
        {"dW2", "dA1", "dZ1", "dW1"},
        (r"\delta_j = g'(net_j) \sum_k", r"\delta_j = \sum_k", "dZ1"),
    ),
    "thresholds of neurons that are numbered through": (
        r"""
$y_3 = \sigma(x_1 w_{13} + x_2 w_{23} - \theta_3)$
$y_4 = \sigma(x_1 w_{14} + x_2 w_{24} - \theta_4)$
$y_5 = \sigma(y_3 w_{35} + y_4 w_{45} - \theta_5)$
$\delta_5 = y_5 (1 - y_5) (y_d - y_5)$
$\Delta w_{35} = \alpha y_3 \delta_5$
$\Delta \theta_5 = \alpha (-1) \delta_5$
$\delta_3 = y_3 (1-y_3) \delta_5 w_{35}$
$w_{13} = w_{13} + \alpha x_1 \delta_3$
$\theta_3 = \theta_3 - \alpha \delta_3$
$\frac{\partial E}{\partial \theta_4} = \delta_4$
""",
        {"layers": (2, 2, 1)},
        {r"\Delta w^{(2)}_{1 1}", r"\Delta b^{(2)}_{1}", r"\delta^{(1)}_{1}"},
        (r"\alpha (-1) \delta_5", r"\alpha \delta_5", r"\Delta b^{(2)}_{1}"),
    ),
    "biases on an input of -1, in neurons with labels": (
        r"""
where $\delta = -\partial E/\partial v$
$v_{H1} = w_{H1X1} X_1 + w_{H1X2} X_2 + b_{H1}(-1)$, $y_{H1} = \sigma(v_{H1})$
$v_{H2} = w_{H2X1} X_1 + w_{H2X2} X_2 + b_{H2}(-1)$, $y_{H2} = \sigma(v_{H2})$
$v_{Y1} = w_{Y1H1} y_{H1} + w_{Y1H2} y_{H2} + b_{Y1}(-1)$, $y_{Y1} = \sigma(v_{Y1})$
$\delta_{Y1} = (d - y_{Y1}) y_{Y1} (1 - y_{Y1})$
$\Delta b_{H1} = \eta \delta_{H1} (-1) = -0.0038$
$\delta_{H1} = \delta_{Y1} w_{Y1H1} y_{H1} (1 - y_{H1})$
$\Delta w_{H1X2} = \eta \delta_{H1} X_2$
""",
        {"layers": (2, 2, 1)},
        {r"z^{(1)}_{1}", r"\Delta b^{(1)}_{1}", r"\delta^{(1)}_{1}"},
        ("w_{Y1H1} y_{H1} (1", "w_{Y1H2} y_{H1} (1", r"\delta^{(1)}_{1}"),
    ),
    "steps in plain text": (
        """
v_H1 = w_X1H1*x1 + w_X2H1*x2 + b_H1
v_H2 = w_X1H2*x1 + w_X2H2*x2 + b_H2
y_H1 = sigmoid(v_H1)
y_H2 = sigmoid(v_H2)
v_O = w_H1O*y_H1 + w_H2O*y_H2 + b_O
y_O = sigmoid(v_O)
δ_O = (t - y_O) y_O (1 - y_O)
Δw_H1O = η δ_O y_H1
""",
        {"layers": (2, 2, 1)},
        {r"\Delta w^{(2)}_{1 1}"},
        ("η δ_O y_H1", "η δ_O y_H2", r"\Delta w^{(2)}_{1 1}"),
    ),
    "outputs of a softmax over numbered neurons": (
        r"""
$$H_j = \sigma(\sum_i V_{ij} x_i + c_j)$$
$$Z_s = \sum_j W_{js} H_j + b_s$$
$$O_s = \frac{e^{Z_s}}{e^{Z_1} + e^{Z_2}}$$
$$\frac{\partial O_1}{\partial Z_1} = O_1 (1 - O_1)$$
$$\frac{\partial O_2}{\partial Z_1} = -O_1 O_2$$
$$\frac{\partial E}{\partial Z_1} = O_1 - Y_1$$
$$\frac{\partial E}{\partial W_{js}} = \frac{\partial E}{\partial Z_s} H_j$$
""",
        {"output": "identity", "loss": "softmax_cross_entropy"},
        {r"\frac{\partial \hat{y}_1}{\partial Z_1}", "dW2"},
        ("-O_1 O_2", "O_1 O_2", r"\frac{\partial \hat{y}_2}{\partial Z_1}"),
    ),
    "functions of several parameters, line by line": (
        """
def relu_backward(dout, z):
    dx = dout.copy()
    dx[z <= 0] = 0
    return dx
def grad_w(a, d):
    return np.dot(a.T, d)
def dsoftmax(h, y, batch_size):
    h[range(batch_size), y] -= 1
    return h / y.shape[0]
z1 = X @ W1 + b1
h1 = np.maximum(z1, 0)
z2 = h1 @ W2 + b2
probs = softmax(z2)
dz2 = dsoftmax(probs, y, batch_size)
dW2 = grad_w(h1, dz2)
da1 = dz2 @ W2.T
dz1 = relu_backward(da1, z1)
dW1 = grad_w(X, dz1)
""",
        {"hidden": "relu", "output": "identity", "loss": "softmax_cross_entropy"},
        {"dZ2", "dW2", "dA1", "dZ1", "dW1"},
        ("dx[z <= 0]", "dx[z >= 0]", "dZ1"),
    ),
    "a derivative of a name that nothing has, of outputs by another": (
        """
h1 = np.maximum(z1, 0)
probs = softmax(z2)
dh2 = (probs - y) / m
grads['W2'] = np.dot(h1.T, dh2)
grads['b2'] = np.sum(dh2, axis=0)
""",
        {"hidden": "relu", "output": "identity", "loss": "softmax_cross_entropy"},
        {"dZ2", "dW2", "db2"},
        ("probs - y", "y - probs", "dZ2"),
    ),
    "a mean over all entries of the outputs": (
        """
def mse_der(predict, target):
    return (2 * (predict - target)) / target.size
z1 = W1 @ x + b1
a1 = sigmoid(z1)
z2 = W2 @ a1 + b2
a2 = sigmoid(z2)
dC_da2 = mse_der(a2, target)
dC_dz2 = dC_da2 * sigmoid_der(z2)
""",
        {"layers": (2, 3, 4), "loss": "mean_squared_error"},
        {"dA2", "dZ2"},
        ("2 * (predict", "3 * (predict", "dA2"),
    ),
    "a number of outputs beside products of local derivatives": (
        r"""
$z_1 = W_1x + b_1$, $a_1 = \sigma(z_1)$, $z_2 = W_2a_1 + b_2$, $a_2 = \sigma(z_2)$
$$\frac{dC}{db} = \frac{dC}{da}\frac{da}{dz}\frac{dz}{db}$$
$$\frac{dC}{da_2} = \frac{2}{n}(a_2 - y)$$
""",
        {"layers": (2, 3, 4), "loss": "mean_squared_error"},
        {"dA2"},
        (r"\frac{2}{n}(a_2 - y)", r"\frac{2}{n}(a_2 + y)", "dA2"),
    ),
    "a fraction by over that is all of a formula": (
        r"""
$z_i^t=\sum_j w^t_{ij}S^{(t-1)}_j$ and $S^t_i=g(z^t_i)$
It gets its $\delta E\over\delta S^n_i$ from the error,
${\delta E\over\delta S^n_i}=S^n_i-y_i$
${\delta E\over\delta z^n_i}=S^n_i(1-S^n_i)(S^n_i-y_i)$
""",
        {"layers": (3, 4, 3, 2)},
        {"dA3", "dZ3"},
        ("(1-S^n_i)(S^n_i-y_i)", "(S^n_i-y_i)", "dZ3"),
    ),
}
NEURONS = """
f is the sigmoid.
```python
sum_h1 = self.w1 * x[0] + self.w2 * x[1] + self.b1
h1 = sigmoid(sum_h1)
sum_h2 = self.w3 * x[0] + self.w4 * x[1] + self.b2
h2 = sigmoid(sum_h2)
sum_o1 = self.w5 * h1 + self.w6 * h2 + self.b3
y_pred = o1 = sigmoid(sum_o1)

d_L_d_ypred = -2 * (y_true - y_pred)
d_ypred_d_w5 = h1 * deriv_sigmoid(sum_o1)
d_ypred_d_h1 = self.w5 * deriv_sigmoid(sum_o1)
d_h1_d_w1 = x[0] * deriv_sigmoid(sum_h1)
```
"""
MEAN = r"""
$C = -\frac{1}{N} \sum_{n \in N} \sum_i y_{n,i} \log \hat{y}_{n,i}$
```python
z1 = X.dot(W1) + b1
a1 = np.tanh(z1)
z2 = a1.dot(W2) + b2
probs = softmax(z2)
delta3 = probs
delta3[range(num_examples), y] -= 1
dW2 = (a1.T).dot(delta3)
delta2 = delta3.dot(W2.T) * (1 - np.power(a1, 2))
dW1 = np.dot(X.T, delta2)
```
"""


def graded(text, layers=(3, 4, 2), hidden="sigmoid", output="sigmoid", **setting):
    first, *others = layers
    net = MLP(first, others, activation=hidden, output_activation=output, rng=0)
    return grade(text, net=net, **{"loss": "half_squared_error", **setting})


@pytest.mark.parametrize("name", NOTES)
def test_a_notation_of_much_read_notes_is_read(name):
    text, setting, right, _ = NOTES[name]
    report = graded(text, **setting)
    assert report.passed, str(report)
    assert right <= {each.quantity for each in report.judged}, str(report)


@pytest.mark.parametrize("name", NOTES)
def test_a_mistake_in_such_a_notation_is_found(name):
    text, setting, _, (right, wrong, quantity) = NOTES[name]
    assert right in text
    report = graded(text.replace(right, wrong), **setting)
    bad = {
        each.quantity
        for each in report.judged
        if each.status in {"wrong", "does not fit"}
    }
    assert quantity in bad, str(report)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("deriv_sigmoid(sum_h1)", "deriv_sigmoid(h1)"),
        ("self.w5 * deriv", "self.w6 * deriv"),
        ("-2 * (", "2 * ("),
    ],
)
def test_code_may_compute_neuron_by_neuron(right, wrong):
    setting = {"layers": (2, 2, 1), "loss": "squared_error"}
    report = graded(NEURONS, **setting)
    assert report.passed, str(report)
    assert len(report.judged) > len(NEURONS.split("=")) - 4, str(report)
    assert right in NEURONS
    report = graded(NEURONS.replace(right, wrong), **setting)
    assert any(each.status == "wrong" for each in report.judged), str(report)


def test_what_changes_a_name_that_was_not_read_is_unread_too():
    code = """
```python
z1 = x @ W1 + b1
a1 = sigmoid(z1)
z2 = a1 @ W2 + b2
a2 = sigmoid(z2)
dz2 = (a2 - y) * a2 * (1 - a2)
dW2 = outer_sum(a1, dz2, where=kept)
dW2 /= n
```
"""
    report = graded(code)
    found = {each.quantity: each.status for each in report.judged}
    assert found["dZ2"] == "right", str(report)
    assert found["dW[2]"] == "cannot be read", str(report)


def test_a_sum_of_examples_by_its_name_takes_a_wrong_delta_as_it_is():
    text = """
    z1 = x W1 + b1
    h1 = max(0, z1)
    z2 = h1 W2 + b2
    h2 = max(0, z2)
    y = h2 W3 + b3
    d3 = (y - t) / N
    d2 = (d3 W3^T) * (z2 > 0)
    d1 = (d2 W2^T) * (z2 > 0)
    dL/dW1 = x^T d1
    dL/db1 = sum_rows(d1)
"""
    report = graded(text, (4, 6, 6, 2), "relu", "identity")
    wrong = [each.quantity for each in report.judged if not each.is_right]
    assert wrong == ["dZ1"], str(report)


def test_the_only_delta_of_a_network_written_out_is_that_of_its_one_output():
    rows = [
        r"z_1 = w_{11} x_1 + w_{21} x_2 + b_1",
        r"z_2 = w_{12} x_1 + w_{22} x_2 + b_2",
        r"h_1 = \sigma(z_1)",
        r"h_2 = \sigma(z_2)",
        r"s = v_1 h_1 + v_2 h_2 + c",
        r"o = \sigma(s)",
        r"\delta = (o - t) o (1 - o)",
    ]

    def read(formula):
        dialect = dialect_of([*rows, formula], by_neuron=True)
        return "".join(token.text for token in dialect.tokens(formula))

    whole = read(r"\frac{\partial E}{\partial c} = \delta")
    assert whole.endswith(r"=\delta^{(2)}_{1}"), whole
    other = read(r"\frac{\partial E}{\partial c} = \delta + \delta_3")
    assert r"=\delta+" in other, other


def test_a_gradient_that_is_divided_later_is_no_name_of_a_formula():
    text, setting, *_ = NOTES["gradients that are divided later"]
    report = graded(text, **setting)
    lines = [each.line for each in report.judged if each.quantity in {"dW2", "db2"}]
    assert sorted(lines) == [8, 9, 11, 11], str(report)


def test_code_is_held_to_the_mean_that_the_cost_is():
    setting = {
        "hidden": "tanh",
        "output": "identity",
        "loss": "softmax_cross_entropy",
        "reduction": "mean",
    }
    report = graded(MEAN, **setting)
    wrong = {each.quantity: each for each in report.judged if not each.is_right}
    assert wrong.keys() == {"dW2", "dW1"}, str(report)
    assert all("1/m is missing" in each.message for each in wrong.values())
    divided = MEAN.replace("delta2)", "delta2) / N").replace(
        "delta3)\n", "delta3) / N\n"
    )
    assert graded(divided, **setting).passed, str(graded(divided, **setting))
    summed = MEAN[MEAN.index("```") :]  # no word of a mean
    assert graded(summed, **setting).passed, str(graded(summed, **setting))


ACCENTS = r"""
$$ \displaystyle
\nabla E(\hat{w}_1) = \sum_{i=1}^{M} (y^{(i)} - t^{(i)}) g'(\hat{r}^{(i)}) \cdot
$$

$$ g(r_1^{(i)}) $$

$$ \nabla E\left(w_{1,2}\right) = \sum_{i=1}^{M} (y^{(i)} - t^{(i)}) g'(\hat{r}^{(i)})
\hat{w_1} g'(r_1^{(i)}) x_2^{(i)} $$

$$ \nabla E(\hat{b}) = \sum_{i=1}^{M} (y^{(i)} - t^{(i)}) g'(\hat{r}^{(i)}) $$

$$ \nabla E(b_1) = \sum_{i=1}^{M} (y^{(i)} - t^{(i)}) g'(\hat{r}^{(i)}) \cdot
\hat{w_1} \cdot g'(r_1^{(i)}) $$
"""


@pytest.mark.parametrize("accent", ["hat", "tilde", "bar"])
def test_an_accent_may_say_that_a_letter_is_of_the_outputs(accent):
    net = MLP(3, [4, 1], activation="sigmoid", output_activation="sigmoid", rng=0)
    of = {"net": net, "loss": "half_squared_error", "reduction": "sum"}
    text = ACCENTS.replace("hat", accent)
    found = grade(text, **of)
    assert found.passed
    assert [one.line for one in found.judged] == [2, 8, 11, 13]
    for right, slip, line in (
        (r"g(r_1^{(i)}) $$", r"g'(r_1^{(i)}) $$", 2),
        (rf"\{accent}{{w_1}} g'", "g'", 8),
        (r"\cdot g'(r_1", r"\cdot g(r_1", 13),
    ):
        wrong = grade(text.replace(right, slip), **of)
        assert line in {one.line for one in wrong.judged if not one.is_right}


def test_an_equation_that_ends_in_a_sign_goes_on_where_its_other_side_stands():
    text = r"""
$$\delta^L = (a^L - y) \odot \sigma'(z^L) =$$

$$(a^L - y) \odot a^L \odot a^L$$
"""
    found = grade(text)
    assert [(one.line, one.is_right) for one in found.judged] == [(2, True), (4, False)]


def wrong_lines(text, **setting):
    """Return the lines that are right, and those that are said to be wrong."""
    report = graded(text, **setting)
    bad = {e.line for e in report.judged if e.status in {"wrong", "does not fit"}}
    return {e.line for e in report.judged if e.is_right} - bad, bad


OUTPUTS_BY_LABELS = r"""
$net_{h1} = w_1 * i_1 + w_2 * i_2 + b_1 * 1$
$out_{h1} = \frac{1}{1+e^{-net_{h1}}}$
$net_{o1} = w_5 * out_{h1} + w_6 * out_{h2} + b_2 * 1$
$E_{total} = E_{o1} + E_{o2}$
$\frac{\partial E_{total}}{\partial out_{h1}} = \delta_{o1} * w_5 + \delta_{o2} * w_7$
"""


@pytest.mark.parametrize("label", ["E_{o2}", r"target_{o2}", r"\delta_{o2}"])
def test_there_is_an_output_that_a_cost_has_though_no_sum_makes_it(label):
    setting = {"layers": (2, 2, 2), "loss": "half_squared_error"}
    assert wrong_lines(OUTPUTS_BY_LABELS, **setting)[1] == set()
    assert 6 in wrong_lines(OUTPUTS_BY_LABELS, **setting)[0]
    one = OUTPUTS_BY_LABELS.replace(r" + \delta_{o2} * w_7", "")
    one = one.replace("E_{o1} + E_{o2}", rf"f({label})")
    assert wrong_lines(one, **setting)[1] == {6}


ONE_EXAMPLE_THROUGHOUT = r"""
One training example $x$ throughout, so that $C$ is $C_x$.

$$z^l = w^l a^{l-1} + b^l, \quad a^l = \sigma(z^l)$$
$$\delta^L = (a^L - y) \odot \sigma'(z^L)$$
$$\frac{\partial C}{\partial b^l_j} = \delta^l_j$$
$$\frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_k \delta^l_j$$

A step takes a mini-batch: $b^l \rightarrow b^l - \frac{\eta}{m}\sum_x \delta^{x,l}$.
"""


@pytest.mark.parametrize(
    "said",
    [
        "One training example $x$ throughout",
        "Throughout, we look at a single example $x$",
        "In what follows there is one fixed sample $x$",
        "All formulas are for one example $x$",
    ],
)
def test_a_text_of_one_example_throughout_may_name_the_batch_of_a_step(said):
    setting = {"loss": "half_squared_error"}
    text = ONE_EXAMPLE_THROUGHOUT.replace("One training example $x$ throughout", said)
    right, bad = wrong_lines(text, **setting)
    assert (right >= {4, 5, 6, 7, 9}, bad) == (True, set())
    assert wrong_lines(text.replace("a^{l-1}_k", "a^l_k"), **setting)[1] == {7}


RUNNING = r"""
$$a^{(k)} = b^{(k)} + W^{(k)} h^{(k-1)}, \quad h^{(k)} = f(a^{(k)})$$
$$g \leftarrow \nabla_{\hat{y}} J = \nabla_{\hat{y}} L(\hat{y}, y)$$
Here it is $g = \hat{y} - y$.
$$g \leftarrow \nabla_{a^{(k)}} J = g \odot f'(a^{(k)})$$
$$\nabla_{b^{(k)}} J = g$$
$$\nabla_{W^{(k)}} J = g h^{(k-1)\top}$$
$$g \leftarrow \nabla_{h^{(k-1)}} J = W^{(k)\top} g$$
"""


@pytest.mark.parametrize("font", [r"\boldsymbol ", r"\mathbf ", r"\bm ", ""])
def test_the_letter_that_runs_may_be_bold_without_braces(font):
    setting = {"layers": (3, 4, 2), "hidden": "relu", "output": "identity"}
    setting["loss"] = "half_squared_error"
    letter = re.compile(r"(?<![A-Za-z\\])[gahWby](?![A-Za-z])")
    bold = letter.sub(lambda found: font + found[0], RUNNING)
    assert wrong_lines(bold, **setting) == (set(range(2, 9)), set())
    slip = bold.replace(r"^{(k)\top}", "^{(k)}")
    assert wrong_lines(slip, **setting)[1] == {8}


@pytest.mark.parametrize("between", ["; ", r" \quad ", r" \quad \text{and} \quad "])
def test_a_step_of_the_letter_that_runs_may_share_its_line(between):
    setting = {"layers": (3, 4, 2), "hidden": "relu", "output": "identity"}
    setting["loss"] = "half_squared_error"
    shared = RUNNING.replace("$$\n$$\\nabla_{b", f"{between}\\nabla_{{b")
    step = r"g \leftarrow \nabla_{h"
    shared = shared.replace(f"$$\n$${step}", between + step)
    assert wrong_lines(shared, **setting) == (set(range(2, 7)), set())
    slip = shared.replace(r"^{(k)\top}", "^{(k)}")
    assert wrong_lines(slip, **setting)[1] == {6}


TURNED_DELTAS = r"""
Gradients are row vectors.
$$f_i := \sigma(A_{i-1} f_{i-1} + b_{i-1}), \quad i = 1, \dots, K$$
Let $z_i := A_{i-1} f_{i-1} + b_{i-1}$.
$$\frac{\partial L}{\partial f_K} = -2(y - f_K)^\top$$
$$\delta_i^\top := \frac{\partial L}{\partial z_i}$$
$$\delta_i^\top = \delta_{i+1}^\top A_i \operatorname{diag}(\sigma'(z_i))$$
$$\frac{\partial L}{\partial b_i} = \delta_{i+1}^\top$$
$$\frac{\partial L}{\partial A_i} = \delta_{i+1} f_i^\top$$
$$\frac{\partial f_{i+1}}{\partial b_i} = \operatorname{diag}(\sigma'(z_{i+1}))$$
"""


@pytest.mark.parametrize("last", ["K", "N", "L"])
def test_the_transpose_of_delta_may_be_the_row_that_is_derived(last):
    setting = {"layers": (3, 4, 3, 2), "loss": "squared_error"}
    setting |= {"hidden": "tanh", "output": "tanh"}
    text = TURNED_DELTAS.replace("K", last)
    right, bad = wrong_lines(text, **setting)
    assert (right >= set(range(3, 11)), bad) == (True, set()), right
    slip = text.replace(r"\delta_{i+1} f_i^\top", r"\delta_{i+1} f_{i+1}^\top")
    assert wrong_lines(slip, **setting)[1] == {9}


LAYER_ALONE = r"""
For $y = x W + b$:
$$\frac{\partial L}{\partial x} = \frac{\partial L}{\partial y} W^T$$
$$\frac{\partial L}{\partial W} = x^T \frac{\partial L}{\partial y}$$
"""


@pytest.mark.parametrize(
    "names",
    [
        {},
        {"y": "out", "x": "inp"},
        {"y": "d", "x": "a", "W": "b", "b": "c"},
        {"y": "Y", "x": "X", "b": "B"},
        {"y": r"\mathbf{y}", "x": r"\mathbf{x}", "W": r"\mathbf{W}"},
    ],
)
def test_a_layer_alone_may_have_any_names(names):
    setting = {"layers": (3, 4, 2), "loss": "squared_error"}
    text = re.sub(
        r"(?<![A-Za-z\\])[yxWb](?![A-Za-z])",
        lambda found: names.get(found[0], found[0]),
        LAYER_ALONE,
    )
    assert wrong_lines(text, **setting) == ({2, 3, 4}, set())
    assert wrong_lines(text.replace("^T$$", "$$"), **setting)[1] == {3}
    alone = re.sub(r" \+ \S+\$", "$", text)  # nothing is added
    assert wrong_lines(alone, **setting) == ({2, 3, 4}, set())


NO_BIASES = r"""
One hidden layer, no bias terms.
$$z = W^{(1)} x$$
$$h = \phi(z)$$
$$o = W^{(2)} h$$
$$\frac{\partial J}{\partial W^{(2)}} = \frac{\partial J}{\partial o} h^\top$$
With them: $\frac{\partial J}{\partial b^{(2)}} = \frac{\partial J}{\partial o}$.
"""


@pytest.mark.parametrize("said", ["no bias terms", "without biases", "ohne Bias"])
def test_a_text_without_biases_may_say_what_their_gradients_would_be(said):
    setting = {"hidden": "relu", "output": "identity", "loss": "half_squared_error"}
    text = NO_BIASES.replace("no bias terms", said)
    assert wrong_lines(text, **setting) == ({3, 4, 5, 6, 7}, set())
    assert wrong_lines(text.replace(r"h^\top", r"x^\top"), **setting)[1] == {6}


SOFTMAX_IN_STEPS = """
```python
hpreact = x @ W1 + b1
h = torch.tanh(hpreact)
logits = h @ W2 + b2
norm_logits = logits - logits.max(1, keepdim=True).values
counts = norm_logits.exp()
counts_sum = counts.sum(1, keepdims=True)
counts_sum_inv = counts_sum**-1
probs = counts * counts_sum_inv
logprobs = probs.log()
loss = -logprobs[range(n), Yb].mean()
dlogprobs = torch.zeros_like(logprobs)
dlogprobs[range(n), Yb] = -1.0 / n
dprobs = (1.0 / probs) * dlogprobs
dcounts_sum_inv = (counts * dprobs).sum(1, keepdim=True)
dcounts = counts_sum_inv * dprobs
dcounts_sum = (-counts_sum**-2) * dcounts_sum_inv
dcounts += torch.ones_like(counts) * dcounts_sum
dlogits = counts * dcounts
dW2 = h.T @ dlogits
```
"""


@pytest.mark.parametrize(
    ("right", "slip", "line"),
    [
        ("", "", 0),
        ("-1.0 / n", "1.0 / n", 15),
        ("-1.0 / n", "-1.0", 15),
        ("(1.0 / probs)", "probs", 15),
        ("(-counts_sum**-2)", "(counts_sum**-2)", 20),
        ("dlogits = counts *", "dlogits = probs *", 20),
    ],
)
def test_the_steps_of_softmax_are_followed_to_the_sums(right, slip, line):
    setting = {"layers": (6, 5, 4), "hidden": "tanh", "output": "identity"}
    setting |= {"loss": "softmax_cross_entropy", "reduction": "mean"}
    text = SOFTMAX_IN_STEPS.replace(right, slip)
    assert wrong_lines(text, **setting)[1] == ({line} if line else set())
    assert wrong_lines(text, **setting)[0] >= {10, 15, 20, 21} - {line}


@pytest.mark.parametrize(
    "largest",
    [
        "logits.max(1, keepdim=True)[0]",
        "torch.max(logits, dim=1, keepdim=True).values",
        "logits.amax(1, keepdim=True)",
        "np.max(logits, 1, keepdims=True)",
    ],
)
def test_what_is_largest_has_many_spellings(largest):
    setting = {"layers": (6, 5, 4), "hidden": "tanh", "output": "identity"}
    setting |= {"loss": "softmax_cross_entropy", "reduction": "mean"}
    code = SOFTMAX_IN_STEPS.replace("logits.max(1, keepdim=True).values", largest)
    right, bad = wrong_lines(code, **setting)
    assert (right >= {10, 15, 20}, bad) == (True, set())


COST_OF_A_CLASS = """
```python
class Mse():
    def __call__(self, inp, targ):
        self.inp, self.targ = inp, targ
        self.out = (inp - targ).pow(2).mean()
        return self.out

    def backward(self):
        self.inp.g = 2. * (self.inp - self.targ) / self.targ.shape[0]
```
"""


@pytest.mark.parametrize("size", ["self.targ.shape[0]", "self.inp.size(0)"])
def test_a_class_may_count_the_examples_by_what_it_keeps(size):
    setting = {"layers": (4, 5, 1), "output": "identity", "loss": "squared_error"}
    text = COST_OF_A_CLASS.replace("self.targ.shape[0]", size)
    setting["reduction"] = "mean"
    assert wrong_lines(text, **setting) == ({10}, set())
    slip = text.replace("self.inp -", "self.inp +")
    assert wrong_lines(slip, **setting)[1] == {10}


@pytest.mark.parametrize(
    "rule", [r"g' = \sigma' = \sigma(1 - \sigma)", r"g' = f' = f \cdot (1 - f)"]
)
def test_two_names_of_a_function_may_have_one_slope(rule):
    text = rf"""
$$z^l = W^l a^{{l-1}} + b^l, \quad a^l = g(z^l)$$
${rule}$
"""
    assert wrong_lines(text) == ({2, 3}, set())
    assert 3 not in wrong_lines(text.replace("1 -", "1 +"))[0]


def test_a_layer_above_another_does_not_stand_alone():
    text = r"""
$h = \tanh(U x)$, $o = V h$
$$\frac{\partial L}{\partial V} = \frac{\partial L}{\partial o} h^T$$
$$\frac{\partial L}{\partial h} = V^T \frac{\partial L}{\partial o}$$
"""
    report = graded(text, hidden="tanh", output="identity")
    right = {each.quantity for each in report.judged if each.is_right}
    assert right >= {"A1", "dW2", "dA1"}, str(report)


TYPED_IN_HASTE = r"""
$$z_2 = W_2 a_1 + b_2$$
$$\delta_2 = (a_2 – y) \odot \sigma'(z_2)$$
$$\frac{\partial \mathcal{L}}{W_2} = \delta_2 a_1^T$$
$$\frac{\partial \mathcal{L}}{b_2} = \delta_2$$
$$\Delta{\bf{W}} = -\eta \frac{\partial L}{\partial \bf{W}}$$
"""


def test_signs_that_are_left_out_or_longer_are_understood():
    assert wrong_lines(TYPED_IN_HASTE) == ({2, 3, 4, 5, 6}, set())
    assert wrong_lines(TYPED_IN_HASTE.replace("{W_2} = ", "{W_2} = 2"))[1] == {4}


NUMBER_AND_INDEX = r"""
$$z_2 = W_2 h + b_2, \quad \hat y = \sigma(z_2)$$
$$\frac{\partial J}{\partial z_{2i}} = (\hat y_i - y_i) \sigma'(z_{2i})$$
$$\frac{\partial J}{\partial z_{1i}} = \frac{\partial J}{\partial h_i} \sigma'(z_{1i})$$
"""


def test_a_number_and_an_index_are_a_layer_and_a_neuron():
    assert wrong_lines(NUMBER_AND_INDEX) == ({2, 3, 4}, set())
    slip = NUMBER_AND_INDEX.replace("sigma'(z_{1i})", "sigma(z_{1i})")
    assert wrong_lines(slip)[1] == {4}


EXAMPLES_IN_BRACKETS = r"""
$$\nabla_{W_2} Loss = \frac{1}{m} \sum_{i=1}^m \delta_{2(i)} a_{1(i)}^T$$
$$\nabla_{b_2} Loss = \frac{1}{m} \sum_{i=1}^m \delta_{2(i)}$$
"""


def test_examples_in_brackets_stand_behind_the_layer():
    assert wrong_lines(EXAMPLES_IN_BRACKETS) == ({2, 3}, set())
    slip = EXAMPLES_IN_BRACKETS.replace("a_{1(i)}", "a_{2(i)}")
    assert wrong_lines(slip)[1] == {2}


@pytest.mark.parametrize("prime", ["a'^{[l]}", r"a^{\prime}^{[l]}", "a'^l"])
def test_an_activation_may_be_its_own_function(prime):
    text = r"""
$$z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}, \quad a^{[l]} = g^{[l]}(z^{[l]})$$
$$dz^{[l]} = \frac{\partial L}{\partial a^{[l]}} * PRIME(z^{[l]})$$
""".replace("PRIME", prime)
    assert wrong_lines(text) == ({2, 3}, set())


def test_indices_of_any_letter_may_be_raised_and_lowered():
    text = "δᵢᴸ = (aᵢᴸ − yᵢ) σ′(zᵢᴸ)\n∂C/∂wˡᵢᵣ = δᵢˡ * aᵣˡ⁻¹\n"
    assert wrong_lines(text) == ({1, 2}, set())
    assert wrong_lines(text.replace("* aᵣˡ⁻¹", "* aᵣˡ"))[1] == {2}


def test_a_1_that_may_be_a_row_of_ones_is_called_no_mistake():
    text = r"""
$$Z = X W^h + b^h, \quad H = \sigma(Z), \quad \hat{Y} = softmax(H W^o + b^o)$$
$$\frac{\partial J}{\partial W^o} = H^T (\hat{Y} - Y)$$
$$\frac{\partial J}{\partial b^o} = \mathbf{1} (\hat{Y} - Y)$$
"""
    setting = {"loss": "softmax_cross_entropy", "output": "identity"}
    assert wrong_lines(text, **setting)[1] == set()
    plain = text.replace(r"\mathbf{1} (", "(")
    assert wrong_lines(plain, **setting)[1] == {4}


CAPITALS_OF_ENTRIES = r"""
$W^l = (w^l_{ij})$, $O^l = (o^l_j)$ and $A^l = (a^l_j) = \gamma(o^l_j)$, where

$$o^l_j = b^l_j + \sum_i a^{l-1}_i w^l_{ij}$$

$$E = \frac{1}{2} \sum_j (t_j - y_j)^2$$

$$\frac{\partial E}{\partial y} = y - t, \quad y \equiv A^L$$

$$\frac{\partial E}{\partial w^L_{ij}} = \frac{\partial E}{\partial y}
\frac{\partial y}{\partial O^L} \frac{\partial O^L}{\partial w^L_{ij}}
= \gamma'(o^L_j) (y_j - t_j) a^{L-1}_i$$
"""


def test_capitals_hold_the_entries_that_a_text_says():
    right, bad = wrong_lines(CAPITALS_OF_ENTRIES, layers=(3, 4, 3, 2))
    assert (right >= {2, 8, 10}, bad) == (True, set())
    slip = CAPITALS_OF_ENTRIES.replace("(y_j - t_j) a", "(y_j + t_j) a")
    assert wrong_lines(slip, layers=(3, 4, 3, 2))[1] == {10}


HATTED_TARGETS = r"""
We write $z^{[L]}$, $a_j^{[L]} = f(z_j^{[L]})$, and $\hat{a_j^{[L]}}$ for the label.

$$C = \sum_j (a_j^{[L]} - \hat{a_j^{[L]}})^2$$

$$\frac{\partial C}{\partial a_j^{[L]}} = 2 (a_j^{[L]} - \hat{a_j^{[L]}})$$

$$\frac{\partial C}{\partial b_j^{[L]}}
= 2 (a_j^{[L]} - \hat{a_j^{[L]}}) f'(z_j^{[L]})$$
"""


def test_a_hat_may_make_the_label_of_an_activation():
    right, bad = wrong_lines(HATTED_TARGETS, loss="squared_error")
    assert (right >= {6, 8}, bad) == (True, set())
    slip = HATTED_TARGETS.replace("f'(z_j^{[L]})", "f(z_j^{[L]})")
    assert wrong_lines(slip, loss="squared_error")[1] == {8}


def test_the_steps_of_a_running_gradient_stand_where_they_are_written():
    text = r"""
$h^{(k)} = f(a^{(k)})$, $a^{(k)} = W^{(k)} h^{(k-1)} + b^{(k)}$, $\hat{y} = h^{(l)}$
$$
g \leftarrow \nabla_{\hat{y}} J = \hat{y} - y
$$
$$
g \leftarrow \nabla_{a^{(k)}} J = g \odot f'(a^{(k)})
$$
$$
g \leftarrow \nabla_{h^{(k-1)}} J = W^{(k)T} g
$$
"""
    right, bad = wrong_lines(text)
    assert (right >= {4, 7, 10}, bad) == (True, set())


LONE_DELTA = r"""
$h = \tanh(W_1 x + b_1)$, $z = W_2 h + b_2$, $p = softmax(z)$

$$\delta = p - y$$

$$\nabla_{b_1} L = (W_2^T \delta) \odot (1 - h^2)$$

$$\nabla_{W_1} L = \left[ (W_2^T \delta) \odot (1 - h^2) \right] x^T$$
"""


def test_a_delta_without_a_layer_is_that_of_the_weights_it_goes_back_through():
    setting = {"hidden": "tanh", "output": "identity", "loss": "softmax_cross_entropy"}
    right, bad = wrong_lines(LONE_DELTA, **setting)
    assert (right >= {4, 6, 8}, bad) == (True, set())
    slip = LONE_DELTA.replace(r"(1 - h^2) \right", r"(1 - h) \right")
    assert wrong_lines(slip, **setting)[1] == {8}


def test_a_formula_may_end_in_code():
    text = r"""
$dZ^{[2]} = A^{[2]} - Y$ with $Z^{[2]} = W^{[2]} A^{[1]} + b^{[2]}$
$db^{[2]} = \frac{1}{m}$ `np.sum(dZ2, axis=1, keepdims=True)`
"""
    setting = {"output": "sigmoid", "loss": "binary_cross_entropy"}
    right, bad = wrong_lines(text, **setting)
    assert (right >= {2, 3}, bad) == (True, set())
    assert wrong_lines(text.replace("axis=1", "axis=0"), **setting)[1] == {3}


ONE_OUTPUT = r"""
$n_j = \sum_i w_{ji} x_i + b_j$, $h_j = \tanh(n_j)$
$n = \sum_j v_j h_j + c$
$o = \tanh(n)$
$\frac{dL}{do} = 2 (o - y)$
$\frac{dL}{dn} = (1 - o^2) \frac{dL}{do}$
$\frac{dL}{dv_j} = h_j \frac{dL}{dn}$
$\frac{dL}{dc} = \frac{dL}{dn}$
$\frac{dL}{dh_j} = v_j \frac{dL}{dn}$
$\frac{dL}{dn_j} = (1 - h_j^2) \frac{dL}{dh_j}$
$\frac{dL}{dw_{ji}} = x_i \frac{dL}{dn_j}$
$\frac{dL}{db_j} = \frac{dL}{dn_j}$
"""
ONE_OUTPUT_TYPED = """
n_j = sum_i w_ji * x_i + b_j, h_j = tanh(n_j)
n = sum_j v_j * h_j + c
o = tanh(n)
dL/do = 2 * (o - y)
dL/dn = (1 - o^2) * dL/do
dL/dv_j = h_j * dL/dn
dL/dc = dL/dn
dL/dh_j = v_j * dL/dn
dL/dn_j = (1 - h_j^2) * dL/dh_j
dL/dw_ji = x_i * dL/dn_j
dL/db_j = dL/dn_j
"""


@pytest.mark.parametrize("text", [ONE_OUTPUT, ONE_OUTPUT_TYPED])
@pytest.mark.parametrize("v", ["v", "w", "u"])
def test_one_output_needs_no_index(text, v):
    setting = {"layers": (3, 4, 1), "hidden": "tanh", "output": "tanh"}
    setting |= {"loss": "squared_error", "reduction": "sum"}
    text = text.replace("v_j", f"{v}_j")
    right, bad = wrong_lines(text, **setting)
    assert (right >= {3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, bad) == (True, set())
    slip = text.replace("o^2", "n^2")
    assert wrong_lines(slip, **setting)[1] == {6}


OF_EXAMPLES = r"""
$$z^{(l)}_{in} = \sum_j w^{(l)}_{ij} a^{(l-1)}_{jn} + b^{(l)}_i$$
$$a^{(l)}_{in} = \varphi(z^{(l)}_{in})$$
$$\delta^{(L)}_{in} = (a^{(L)}_{in} - t_{in}) \varphi'(z^{(L)}_{in})$$
$$\delta^{(l)}_{jn} = \varphi'(z^{(l)}_{jn}) \sum_k w^{(l+1)}_{kj} \delta^{(l+1)}_{kn}$$
$$\frac{\partial E}{\partial w^{(l)}_{ij}} = \sum_n \delta^{(l)}_{in} a^{(l-1)}_{jn}$$
"""


def test_an_index_of_examples_may_make_a_word_with_that_of_a_neuron():
    right, bad = wrong_lines(OF_EXAMPLES, reduction="sum")
    assert (right >= {4, 5, 6}, bad) == (True, set())
    slip = OF_EXAMPLES.replace("w^{(l+1)}_{kj}", "w^{(l+1)}_{jk}")
    assert wrong_lines(slip, reduction="sum")[1] == {5}
