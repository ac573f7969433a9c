"""The notations of well-known texts: as they stand, and with one mistake put in."""

# ruff: noqa: E501  (formulas are as long as they are)

import pytest

from nn import grade

pytestmark = pytest.mark.one_in(12, "thorough")  # each grades a text or more

NIELSEN = r"""
$$\delta^L = \nabla_a C \odot \sigma'(z^L) \tag{BP1}$$
$$\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l) \tag{BP2}$$
$$\frac{\partial C}{\partial b^l_j} = \delta^l_j \tag{BP3}$$
$$\frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_k \delta^l_j \tag{BP4}$$
"""
NG = r"""
$dZ^{[2]} = A^{[2]} - Y$, for the cost $-\frac{1}{m}\sum y \log a + (1-y) \log(1-a)$

$dW^{[2]} = \frac{1}{m} dZ^{[2]} A^{[1]^T}$

$db^{[2]} = \frac{1}{m} np.sum(dZ^{[2]}, axis = 1, keepdims = True)$

$dZ^{[1]} = W^{[2]^T} dZ^{[2]} * g^{[1]'}(Z^{[1]})$

$dW^{[1]} = \frac{1}{m} dZ^{[1]} X^T$
"""
WIKIPEDIA = r"""
$$o_j = \varphi(\text{net}_j) = \varphi\left(\sum_{k=1}^n w_{kj}o_k\right)$$
$$\frac{\partial \text{net}_j}{\partial w_{ij}} = o_i$$
$$\frac{\partial E}{\partial w_{ij}} = o_i \delta_j$$
$$\delta_j = \begin{cases}(o_j-t_j)o_j(1-o_{j}) & \text{if } j \text{ is an output neuron,}\\ (\sum_{\ell\in L} w_{j \ell}\delta_\ell)o_j(1-o_{j}) & \text{if } j \text{ is an inner neuron.}\end{cases}$$
"""
UFLDL = r"""
$$\delta^{(n_l)}_i = - (y_i - a^{(n_l)}_i) \cdot f'(z^{(n_l)}_i)$$
$$\delta^{(l)}_i = \left( \sum_{j=1}^{s_{l+1}} W^{(l)}_{ji} \delta^{(l+1)}_j \right) f'(z^{(l)}_i)$$
$$\frac{\partial}{\partial W_{ij}^{(l)}} J(W,b; x, y) = a^{(l)}_j \delta_i^{(l+1)}$$
"""
D2L = r"""
$$\mathbf{z}= \mathbf{W}^{(1)} \mathbf{x}, \quad \mathbf{h}= \phi (\mathbf{z}), \quad \mathbf{o}= \mathbf{W}^{(2)} \mathbf{h}$$
$$\frac{\partial J}{\partial \mathbf{W}^{(2)}}= \frac{\partial J}{\partial \mathbf{o}} \mathbf{h}^\top$$
$$\frac{\partial J}{\partial \mathbf{h}} = {\mathbf{W}^{(2)}}^\top \frac{\partial J}{\partial \mathbf{o}}$$
$$\frac{\partial J}{\partial \mathbf{z}} = \frac{\partial J}{\partial \mathbf{h}} \odot \phi'\left(\mathbf{z}\right)$$
$$\frac{\partial J}{\partial \mathbf{W}^{(1)}} = \frac{\partial J}{\partial \mathbf{z}} \mathbf{x}^\top$$
"""
GOODFELLOW = r"""
$$g \leftarrow \nabla_{\hat y} J = \nabla_{\hat y} L(\hat y, y)$$
$$g \leftarrow \nabla_{a^{(k)}} J = g \odot f'(a^{(k)})$$
$$\nabla_{b^{(k)}} J = g$$
$$\nabla_{W^{(k)}} J = g h^{(k-1)\top}$$
$$g \leftarrow \nabla_{h^{(k-1)}} J = W^{(k)\top} g$$
"""
HINTON = r"""
$$\frac{\partial E}{\partial z_j} = y_j(1-y_j)\frac{\partial E}{\partial y_j}$$
$$\frac{\partial E}{\partial y_i} = \sum_j w_{ij}\frac{\partial E}{\partial z_j}$$
$$\frac{\partial E}{\partial w_{ij}} = y_i \frac{\partial E}{\partial z_j}$$
"""
UNITS_BY_LETTER = r"""
$$\frac{\partial E}{\partial w_{ho}} = \delta_o\, h_h,\quad \delta_o = (y_o - t_o) y_o (1-y_o)$$
$$\frac{\partial E}{\partial w_{ih}} = \delta_h x_i,\quad \delta_h = h_h (1-h_h) \sum_o w_{ho} \delta_o$$
"""
ONE_NEURON_A_LAYER = r"""
$a^{(1)} = \sigma(w^{(1)} x + b^{(1)})$, $a^{(2)} = \sigma(w^{(2)} a^{(1)} + b^{(2)})$, $C = (a^{(2)} - y)^2$.

$$\frac{dC}{dw^{(1)}} = 2(a^{(2)}-y)\,\sigma'(z^{(2)})\,w^{(2)}\,\sigma'(z^{(1)})\,x$$
"""
CS231N = """
```python
hidden_layer = np.maximum(0, np.dot(X, W) + b)
scores = np.dot(hidden_layer, W2) + b2
exp_scores = np.exp(scores)
probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
dscores = probs
dscores[range(num_examples),y] -= 1
dscores /= num_examples
dW2 = np.dot(hidden_layer.T, dscores)
db2 = np.sum(dscores, axis=0, keepdims=True)
dhidden = np.dot(dscores, W2.T)
dhidden[hidden_layer <= 0] = 0
dW = np.dot(X.T, dhidden)
db = np.sum(dhidden, axis=0, keepdims=True)
```
"""
TRASK = """
```python
l1 = nonlin(np.dot(l0,syn0))
l2 = nonlin(np.dot(l1,syn1))
l2_error = y - l2
l2_delta = l2_error*nonlin(l2,deriv=True)
l1_error = l2_delta.dot(syn1.T)
l1_delta = l1_error * nonlin(l1,deriv=True)
syn1 += l1.T.dot(l2_delta)
syn0 += l0.T.dot(l1_delta)
```
"""
# text, what is replaced in it, by what, and the mistake that this is
FAMILIES = {
    "Nielsen": (NIELSEN, "\\odot \\sigma'(z^l)", "", "act-missing"),
    "Ng": (NG, r"\frac{1}{m} dZ^{[1]}", "dZ^{[1]}", "batch-1m-missing"),
    "Wikipedia": (WIKIPEDIA, r"\delta_\ell)o_j(1-o_{j})", r"\delta_\ell)", "act-missing"),
    "Stanford's UFLDL": (UFLDL, "- (y_i", "(y_i", "out-sign-swapped"),
    "Dive into Deep Learning": (
        D2L, r"{\mathbf{W}^{(2)}}^\top", r"\mathbf{W}^{(2)}", "row-column-mixed",
    ),
    "Goodfellow": (GOODFELLOW, "g h^{(k-1)", "g h^{(k)", "dW-own-activation"),
    "Hinton": (HINTON, "y_j(1-y_j)", "", "act-missing"),
    "units by letter": (UNITS_BY_LETTER, "h_h (1-h_h)", "", "act-missing"),
    "one neuron a layer": (ONE_NEURON_A_LAYER, "2(a", "(a", "factor"),
    "Stanford's CS231n": (
        CS231N, "dhidden[hidden_layer <= 0] = 0\n", "", "act-missing",
    ),
    "Trask": (TRASK, " * nonlin(l1,deriv=True)", "", "act-missing"),
}  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
def test_it_is_right_as_it_stands(family):
    report = grade(FAMILIES[family][0])
    assert report.passed, str(report)
    assert len(report.judged) > 2


@pytest.mark.parametrize("family", FAMILIES)
def test_a_mistake_in_it_is_named(family):
    text, one, other, mistake = FAMILIES[family]
    assert one in text
    report = grade(text.replace(one, other, 1))
    assert mistake in report.mistakes, str(report)
