"""Notations of much-read textbooks: read line by line, and a slip in them is found."""

# ruff: noqa: E501  (formulas are as long as they are)

import pytest

from nn import MLP, grade

pytestmark = pytest.mark.one_in(12, "thorough")  # each grades a text or more


def graded(text, layers=(3, 4, 2), hidden="sigmoid", output="sigmoid", **setting):
    net = MLP(
        layers[0], list(layers[1:]), activation=hidden, output_activation=output, rng=0
    )
    return grade(text, net=net, **{"loss": "half_squared_error", **setting})


LINEAR = {"output": "linear"}
SOFTMAX = {"layers": (3, 4, 3), "output": "linear", "loss": "softmax_cross_entropy"}
# Each with its setting, the lines that are right, and slips: what is put in for what,
# and the line that is wrong then.
TEXTS = {
    "a cost in script, and derivatives by an error that has a name": (
        r"""
$$e_j(n) = d_j(n) - y_j(n), \qquad \mathscr{E}(n) = \frac{1}{2} \sum_j e_j^2(n)$$
$$v_j(n) = \sum_{i=0}^{m} w_{ji}(n) y_i(n), \qquad y_j(n) = \varphi(v_j(n))$$
$$\frac{\partial \mathscr{E}(n)}{\partial e_j(n)} = e_j(n)$$
$$\frac{\partial e_j(n)}{\partial y_j(n)} = -1$$
$$\frac{\partial \mathscr{E}(n)}{\partial w_{ji}(n)} = -e_j(n) \varphi'(v_j(n)) y_i(n)$$
$$\delta_j(n) = -\frac{\partial \mathscr{E}(n)}{\partial v_j(n)}$$
$$\delta_j(n) = e_j(n) \varphi'(v_j(n))$$
$$\delta_j(n) = \varphi'(v_j(n)) \sum_k \delta_k(n) w_{kj}(n)$$
With $a = b = 1$ in both formulas:
$$e_k(n) = d_k(n) - \varphi(v_k(n)), \qquad \frac{\partial e_k(n)}{\partial v_k(n)} = -\varphi'(v_k(n))$$
""",
        {},
        {2, 3, 4, 5, 6, 7, 8, 9, 11},
        [(r"= -e_j(n) \varphi'", r"= e_j(n) \varphi'", 6)],
    ),
    "layers that are counted up to l": (
        r"""
I take $\lambda = 0$. For $k = 1, \dots, l$:
$$a^{(k)} = b^{(k)} + W^{(k)} h^{(k-1)}, \quad h^{(k)} = f(a^{(k)})$$
$$\nabla_{a^{(l)}} J = (h^{(l)} - y) \odot f'(a^{(l)})$$
$$\nabla_{a^{(l-1)}} J = W^{(l)\top} \nabla_{a^{(l)}} J \odot f'(a^{(l-1)})$$
$$\nabla_{W^{(k)}} J = \nabla_{a^{(k)}} J \, h^{(k-1)\top}$$
""",
        {},
        {3, 4, 5, 6},
        [(r"W^{(l)\top} \nabla", r"W^{(l-1)\top} \nabla", 5)],
    ),
    "diagonal matrices that are written out, and inputs by another letter": (
        r"""
$$a^0 = p, \quad n^m = W^m a^{m-1} + b^m, \quad a^m = f^m(n^m)$$
where $\dot{f}^m(n_j^m) = \frac{\partial f^m(n_j^m)}{\partial n_j^m}$, as a matrix
$$\dot{F}^m(n^m) = \begin{bmatrix} \dot{f}^m(n_1^m) & 0 & \cdots \\ 0 & \dot{f}^m(n_2^m) & \cdots \\ \vdots & \vdots & \ddots \end{bmatrix}$$
$$s^m = \frac{\partial \hat{F}}{\partial n^m} = \dot{F}^m(n^m) (W^{m+1})^T s^{m+1}$$
$$s^1 = \begin{bmatrix} (1 - a_1^1)(a_1^1) & 0 \\ 0 & (1 - a_2^1)(a_2^1) \end{bmatrix} (W^2)^T s^2$$
""",
        {"layers": (3, 2, 2)},
        {2, 5, 6},
        [(r"\end{bmatrix} (W^2)^T s^2", r"\end{bmatrix} W^2 s^2", 6)],
    ),
    "entries behind a softmax, and the cost by the loss": (
        r"""
$$z = W^{(1)} x + b^{(1)}, \quad h = \phi(z), \quad o = W^{(2)} h + b^{(2)}$$
$$J = L = -\sum_j y_j \log \hat{y}_j, \quad \hat{y} = \mathrm{softmax}(o)$$
$$J = L$$
$$\frac{\partial J}{\partial L} = 1$$
$$\partial_{o_j} \ell(y, \hat{y}) = \mathrm{softmax}(o)_j - y_j$$
$$\frac{\partial L}{\partial W^{(2)}} = \frac{\partial L}{\partial o} h^\top$$
$$\frac{\partial J}{\partial z} = \frac{\partial J}{\partial h} \odot \phi'(z)$$
""",
        SOFTMAX,
        {2, 5, 6, 7, 8},
        [(r"\odot \phi'(z)", r"\odot \phi(z)", 8)],
    ),
    "Heaviside's step, and a condition in words": (
        r"""
$$z = W_1 x + b_1, \quad h = \varphi(z), \quad o = W_2 h + b_2$$
$\frac{\partial h_i}{\partial z_j} = \varphi'(z_i)$ if $i = j$ and 0 otherwise.
For the ReLU $\varphi'(z) = H(z)$, with the Heaviside step function.
$$\nabla_o L = o - y$$
$$\nabla_z L = (W_2^T \nabla_o L) \odot H(z)$$
""",
        {"hidden": "relu", **LINEAR},
        {2, 3, 4, 5, 6},
        [(r"\nabla_o L) \odot H(z)", r"\nabla_o L)", 6)],
    ),
    "the slopes of a softmax": (
        r"""
$$z = W_1 x + b_1, \quad h = \sigma(z), \quad a = W_2 h + b_2, \quad p = \mathrm{softmax}(a)$$
$$\frac{\partial p}{\partial a} = \text{diag}(p) - p p^\top$$
$$\nabla_a L = p - y, \quad \nabla_{W_2} L = (p - y) h^\top$$
$$\frac{\partial h}{\partial z} = \text{diag}(h \odot (1 - h))$$
""",
        SOFTMAX,
        {2, 4},
        [(r"\text{diag}(p) - p p^\top", r"\text{diag}(p \odot (1 - p))", 3)],
    ),
    "delta as minus the derivative, and what i sends to j": (
        r"""
$$net_j = \sum_i w_{ji} x_{ji}, \qquad o_j = \sigma(net_j)$$
$$\delta_k = o_k (1 - o_k) (t_k - o_k)$$
$$\delta_h = o_h (1 - o_h) \sum_k w_{kh} \delta_k$$
$$\Delta w_{ji} = \eta \delta_j x_{ji}$$
It is zero except where $k = j$. For an output neuron this is

$$\Delta w_{ji} = \eta (t_j - o_j) o_j (1 - o_j) x_{ji}$$
$$\frac{\partial E}{\partial net_j} = -\sum_k \delta_k w_{kj} o_j (1 - o_j)$$
""",
        {},
        {2, 3, 4, 5, 8, 9},
        [(r"= -\sum_k \delta_k w_{kj}", r"= \sum_k \delta_k w_{kj}", 9)],
    ),
    "weights that are written neuron by neuron, with the bias first": (
        r"""
With the sigmoid $\sigma(v) = 1/(1 + e^{-v})$:
$$Z_m = \sigma(\alpha_{0m} + \alpha_m^T X)$$
$$T_k = \beta_{0k} + \beta_k^T Z, \quad f_k(X) = g_k(T), \quad g_k(T) = T_k$$
$$\frac{\partial R_i}{\partial \beta_{km}} = -2 (y_{ik} - f_k(x_i)) g_k'(\beta_k^T z_i) z_{mi}$$
$$\frac{\partial R_i}{\partial \beta_{km}} = \delta_{ki} z_{mi}$$
$$\frac{\partial R_i}{\partial \alpha_{m\ell}} = s_{mi} x_{i\ell}$$
$$s_{mi} = \sigma'(\alpha_m^T x_i) \sum_k \beta_{km} \delta_{ki}$$
""",
        {"loss": "squared_error", **LINEAR},
        {2, 3, 4, 5, 6, 7, 8},
        [
            (r"g_k'(\beta_k^T z_i) z_{mi}", r"g_k'(\beta_k^T z_i) x_{mi}", 5),
            (r"\beta_{km} \delta_{ki}", r"\delta_{ki}", 8),
        ],
    ),
    "Jacobians, deltas by the outputs of a layer, and weights that lead to the next": (
        r"""
$$o_0 = x, \quad a_t = W_{t-1} o_{t-1}, \quad o_t = \sigma(a_t)$$
$$\delta_t = J_{o_t}(\ell_t)$$
$$\delta_T = (o_T - y)^\top$$
$$\delta_t = \delta_{t+1} \mathrm{diag}(\sigma'(a_{t+1})) W_t$$
""",
        {"layers": (3, 4, 3, 2)},
        {2, 3, 4, 5},
        [(r"\mathrm{diag}(\sigma'(a_{t+1})) W_t", r"\mathrm{diag}(\sigma'(a_{t+1})) W_{t-1}", 5)],
    ),
    "the same by entries, with layers before the indices": (
        r"""
$$a_{t,i} = \sum_j W_{t-1,i,j} o_{t-1,j}, \quad o_{t,i} = \sigma(a_{t,i})$$
$$\delta_{t,i} = \frac{\partial C}{\partial o_{t,i}}, \quad \delta_{T,i} = o_{T,i} - y_i$$
$$\delta_{t,i} = \sum_j W_{t,j,i} \delta_{t+1,j} \sigma'(a_{t+1,j})$$
""",
        {"layers": (3, 4, 3, 2)},
        {2, 3, 4},
        [(r"\delta_{t+1,j} \sigma'(a_{t+1,j})", r"\delta_{t+1,j}", 4)],
    ),
    "the bias first in what is derived": (
        r"""
$$f_0 = \beta_0 + \Omega_0 x, \quad h_1 = a[f_0], \quad f_1 = \beta_1 + \Omega_1 h_1$$
$$\frac{\partial f_1}{\partial h_1} = \frac{\partial}{\partial h_1} (\beta_1 + \Omega_1 h_1) = \Omega_1^T$$
$$\frac{\partial \ell}{\partial f_1} = f_1 - y$$
$$\frac{\partial \ell}{\partial f_0} = a'[f_0] \odot (\Omega_1^T \frac{\partial \ell}{\partial f_1})$$
""",
        LINEAR,
        {2, 3, 4, 5},
        [(r"\odot (\Omega_1^T", r"\odot (\Omega_1", 5)],
    ),
}  # fmt: skip


def lines_of(found):
    """Return the lines of which all that is judged is right, and those with a mistake."""
    right, unread, wrong = set(), set(), set()
    for verdict in found.judged:
        is_bad = verdict.status in {"wrong", "does not fit"}
        other = wrong if is_bad else unread
        (right if verdict.is_right else other).add(verdict.line)
    return right - unread - wrong, wrong


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_right_is_read_and_right(name):
    text, setting, lines, _ = TEXTS[name]
    right, wrong = lines_of(graded(text, **setting))
    assert wrong == set()
    assert lines <= right


@pytest.mark.parametrize("name", TEXTS)
def test_a_slip_in_it_is_found_where_it_is(name):
    text, setting, _, slips = TEXTS[name]
    for one, other, line in slips:
        assert one in text
        assert lines_of(graded(text.replace(one, other), **setting))[1] == {line}


LOOPS = """
```python
def cost_derivative(self, outputs, y):
    return outputs - y

def mask(x):
    x_in = np.array(x)
    x_in[x_in >= 0] = 1
    x_in[x_in < 0] = 0
    return x_in

def backprop(self, x, y):
    delta = self.cost_derivative(activations[-1], y) * mask(zs[-1])
    nabla_b[-1] = delta
    nabla_w[-1] = np.dot(delta, activations[-2].transpose())
    for l in range(2, self.num_layers):
        delta = np.dot(self.weights[-l+1].transpose(), delta) * mask(zs[-l])
        nabla_b[-l] = delta
        nabla_w[-l] = np.dot(delta, activations[-l-1].transpose())
```
"""
FROM_ZERO = """
```python
all_dl_df[K] = 2 * (all_f[K] - y)
for layer in range(K, -1, -1):
    all_dl_dbiases[layer] = all_dl_df[layer]
    all_dl_dweights[layer] = np.matmul(all_dl_df[layer], all_h[layer].T)
    all_dl_dh[layer] = np.matmul(all_weights[layer].T, all_dl_df[layer])
    if layer > 0:
        all_dl_df[layer-1] = relu_prime(all_f[layer-1]) * all_dl_dh[layer]
```
"""


@pytest.mark.parametrize(
    ("text", "setting", "lines", "slip"),
    [
        (
            LOOPS,
            {"hidden": "relu", "output": "relu"},
            {4, 13, 14, 15, 17, 18, 19},
            (" * mask(zs[-l])", "", 17),
        ),
        (
            FROM_ZERO,
            {"hidden": "relu", "output": "linear", "loss": "squared_error"},
            {3, 5, 6, 7, 9},
            ("(all_weights[layer].T,", "(all_weights[layer],", 7),
        ),
    ],
    ids=["from the end", "from zero"],
)
def test_a_loop_over_layers_takes_entries_of_lists(text, setting, lines, slip):
    layers = (3, 4, 5, 2)
    right, wrong = lines_of(graded(text, layers, **setting))
    assert wrong == set()
    assert lines <= right
    one, other, line = slip
    assert lines_of(graded(text.replace(one, other), layers, **setting))[1] == {line}


def test_a_gradient_that_is_right_in_one_layer_is_no_mistake_where_none_is_named():
    text = r"""
For a linear model the gradient is
$$\frac{\partial E}{\partial w_{ji}} = (y_j - t_j) x_i$$
In a network with hidden units
$$a_j = \sum_i w_{ji} z_i, \quad z_j = h(a_j)$$
$$\delta_k = y_k - t_k$$
$$\delta_j = h'(a_j) \sum_k w_{kj} \delta_k$$
"""
    right, wrong = lines_of(graded(text, output="linear"))
    assert wrong == set()
    assert {5, 6, 7} <= right
    slip = text.replace("(y_j - t_j) x_i", "(t_j - y_j) x_i")
    assert lines_of(graded(slip, output="linear"))[0] == right
