"""Notes are read whatever the letters: renamed throughout, they get the same verdicts."""

# ruff: noqa: E501  (formulas are as long as they are)

import random
import re

import pytest

from nn import MLP, grade
from nn.grading.cases import NetworkCase
from nn.reading.formula.tree import Elements, FormulaError, Number, Sum, evaluate

pytestmark = pytest.mark.one_in(12, "thorough")  # each grades a text or more

RECURSION = r"""
$$\delta^L = (a^L - y) \odot \sigma'(z^L)$$
$$\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)$$
$$\frac{\partial C}{\partial b^l} = \delta^l$$
$$\frac{\partial C}{\partial w^l} = \delta^l (a^{l-1})^T$$
"""
TWO_LAYERS = r"""
$$\frac{\partial C}{\partial z_2} = (a_2 - y) \odot \sigma'(z_2)$$
$$\frac{\partial C}{\partial w_2} = \frac{\partial C}{\partial z_2} a_1^T$$
$$\frac{\partial C}{\partial b_2} = \frac{\partial C}{\partial z_2}$$
$$\frac{\partial C}{\partial a_1} = w_2^T \frac{\partial C}{\partial z_2}$$
$$\frac{\partial C}{\partial z_1} = \frac{\partial C}{\partial a_1} \odot \sigma'(z_1)$$
$$\frac{\partial C}{\partial w_1} = \frac{\partial C}{\partial z_1} x^T$$
"""
BY_INDEX = r"""
$$\delta_k = (a_k - y_k) a_k (1 - a_k)$$
$$\frac{\partial C}{\partial w_{jk}} = \delta_k a_j$$
$$\delta_j = a_j (1 - a_j) \sum_k w_{jk} \delta_k$$
$$\frac{\partial C}{\partial w_{ij}} = \delta_j x_i$$
"""
FORWARD = {
    RECURSION: r"""
$$z^l = w^l a^{l-1} + b^l$$
$$a^l = \sigma(z^l)$$
""",
    TWO_LAYERS: r"""
$$z_1 = w_1 x + b_1, \quad a_1 = \sigma(z_1)$$
$$z_2 = w_2 a_1 + b_2, \quad a_2 = \sigma(z_2)$$
""",
    BY_INDEX: r"""
$$z_j = \sum_i w_{ij} x_i + b_j, \quad a_j = \sigma(z_j)$$
$$z_k = \sum_j w_{jk} a_j + b_k, \quad a_k = \sigma(z_k)$$
""",
}
# what is put in place of what, to make it wrong; and the quantity that then is
SLIPS = {
    RECURSION: (r"(w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)", r"(w^{l+1})^T \delta^{l+1})", "dZ1"),
    TWO_LAYERS: (r"w_2^T \frac", r"w_2 \frac", "dA1"),
    BY_INDEX: (r"\delta_j = a_j (1 - a_j) \sum_k", r"\delta_j = \sum_k", "dZ1"),
}  # fmt: skip
LETTERS = {
    "z": ["s", "u", "v", "q", "n", "p", r"\text{net}"],
    "a": ["h", "o", "r", "c", "g"],
    "w": ["v", "U", "W", r"\theta", r"\Theta", "V", "M"],
    "b": ["c", r"\theta", "t", r"\beta"],
    r"\delta": ["e", r"\epsilon", r"\gamma", "d", r"\Delta"],
    r"\sigma": ["f", "g", r"\phi", r"\varphi", "h", "F"],
    "C": ["L", "J", "E", r"\mathcal{L}", r"\ell", "R"],
    "y": ["t", "d", "T"],
    "x": ["p", "i", "s"],
}


def renamed(text: str, rng: random.Random) -> str:
    """Return the text with other letters, no two of them alike."""
    new: dict[str, str] = {}
    for letter, others in LETTERS.items():
        free = [one for one in (letter, *others) if one not in new.values()]
        new[letter] = rng.choice(free)
    return re.sub(r"\\[a-zA-Z]+|[A-Za-z]", lambda m: new.get(m[0], m[0]), text)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("forward", [True, False], ids=["forward pass", "none"])
@pytest.mark.parametrize("text", FORWARD, ids=["recursion", "two layers", "indices"])
def test_other_letters_are_read(text, forward, seed):
    rng = random.Random(seed)
    new = renamed(FORWARD[text] * forward + text, rng)
    report = grade(new, loss="half_squared_error")
    assert report.passed, f"{new}{report}"
    assert len(report.judged) >= text.count("=")


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("text", SLIPS, ids=["recursion", "two layers", "indices"])
def test_a_mistake_in_other_letters_is_found(text, seed):
    one, other, quantity = SLIPS[text]
    assert one in text
    wrong = FORWARD[text] + text.replace(one, other)
    new = renamed(wrong, random.Random(seed))
    report = grade(new, loss="half_squared_error")
    named = {v.quantity for v in report.judged if v.mistake and not v.is_right}
    assert named == {quantity}, f"{new}{report}"


NEURONS = r"""
$$z_1 = w_{11} x_1 + w_{21} x_2 + b_1, \quad z_2 = w_{12} x_1 + w_{22} x_2 + b_2$$
$$h_1 = \sigma(z_1), \quad h_2 = \sigma(z_2)$$
$$\hat{y} = v_1 h_1 + v_2 h_2 + c, \quad L = \frac{1}{2} (\hat{y} - y)^2$$
$$\frac{\partial L}{\partial v_1} = (\hat{y} - y) h_1$$
$$\frac{\partial L}{\partial c} = \hat{y} - y$$
$$\frac{\partial L}{\partial w_{21}} = (\hat{y} - y) v_1 h_1 (1 - h_1) x_2$$
$$\frac{\partial L}{\partial b_2} = (\hat{y} - y) v_2 h_2 (1 - h_2)$$
"""


def test_networks_whose_neurons_are_written_out():
    report = grade(NEURONS)
    assert report.title.startswith("2-2-1 network (sigmoid, linear)")
    assert report.passed, str(report)
    assert len(report.judged) == 9


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("v_2 h_2 (1 - h_2)$", "v_2$"),
        ("v_1 h_1 (1 - h_1) x_2", "v_2 h_1 (1 - h_1) x_2"),
    ],
)
def test_a_mistake_in_one_of_them_is_not_called_right(one, other):
    assert one in NEURONS
    report = grade(NEURONS.replace(one, other))
    (bad,) = [verdict for verdict in report.judged if not verdict.is_right]
    assert bad.line in {7, 8}


IN_PLAIN_TEXT = {
    "as in code": """
net_h1 = w1*i1 + w2*i2 + b1*1
out_h1 = 1/(1 + e^(-net_h1))
net_o1 = w5*out_h1 + w6*out_h2 + b2*1
E_total = 1/2 (target_o1 - out_o1)^2 + 1/2 (target_o2 - out_o2)^2
dE_total/dout_o1 = -(target_o1 - out_o1)
dnet_o1/dw5 = out_h1
δ_o1 = -(target_o1 - out_o1) * out_o1 * (1 - out_o1)
dE_total/dw5 = δ_o1 * out_h1
δ_h1 = (δ_o1*w5 + δ_o2*w7) * out_h1*(1 - out_h1)
dE_total/dw1 = δ_h1 * i1
""",
    "weights with two digits": """
net_h1 = w1*i1 + w2*i2 + w3*i3
net_h2 = w4*i1 + w5*i2 + w6*i3
net_o1 = w7*out_h1 + w8*out_h2
net_o2 = w9*out_h1 + w10*out_h2
net_o3 = w11*out_h1 + w12*out_h2
δ_o1 = (out_o1 - target_o1) * out_o1 * (1 - out_o1)
δ_h1 = (δ_o1*w7 + δ_o2*w9 + δ_o3*w11) * out_h1*(1 - out_h1)
dE/dw11 = δ_o3 * out_h1
""",
    "subscripts of Unicode": """
netₕ₁ = w₁·i₁ + w₂·i₂ + b₁
netₒ₁ = w₅·outₕ₁ + w₆·outₕ₂ + b₂
δₒ₁ = (outₒ₁ − tₒ₁) · outₒ₁ · (1 − outₒ₁)
δₕ₁ = (δₒ₁·w₅ + δₒ₂·w₇) · outₕ₁ · (1 − outₕ₁)
∂E/∂w₇ = δₒ₂ · outₕ₁
""",
    "two digits of Unicode": """
z₁ = w₁₁x₁ + w₂₁x₂ + b₁
z₂ = w₁₂x₁ + w₂₂x₂ + b₂
h₁ = σ(z₁)
h₂ = σ(z₂)
ŷ = σ(v₁h₁ + v₂h₂ + c)
∂L/∂v₁ = (ŷ − y) ŷ (1 − ŷ) h₁
∂L/∂w₁₁ = (ŷ − y) ŷ (1 − ŷ) v₁ h₁ (1 − h₁) x₁
""",
    "derivatives as names": """
z1 = w11*x1 + w21*x2 + b1
z2 = w12*x1 + w22*x2 + b2
h1 = sigmoid(z1)
h2 = sigmoid(z2)
o1 = sigmoid(v1*h1 + v2*h2 + c)
do1 = o1 - y
dv1 = (o1 - y) * o1 * (1 - o1) * h1
dw11 = (o1 - y) * o1 * (1 - o1) * v1 * h1 * (1 - h1) * x1
""",
}


@pytest.mark.parametrize("name", IN_PLAIN_TEXT)
def test_neurons_are_read_in_plain_text(name):
    text = IN_PLAIN_TEXT[name]
    report = grade(text)
    assert report.passed, str(report)
    assert {each.line for each in report.judged} == {
        n
        for n, line in enumerate(text.split("\n"), 1)
        if line and "E_total =" not in line
    }


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("as in code", "δ_o2*w7", "δ_o2*w6"),
        ("weights with two digits", "δ_o3*w11", "δ_o3*w10"),
        ("subscripts of Unicode", "δₒ₂·w₇", "δₒ₂·w₆"),
        ("two digits of Unicode", "h₁) x₁", "h₁) x₂"),
        ("derivatives as names", "v1 * h1 * (1 - h1)", "v2 * h1 * (1 - h1)"),
    ],
)
def test_mistakes_of_neurons_are_seen_in_plain_text(name, one, other):
    assert one in IN_PLAIN_TEXT[name]
    report = grade(IN_PLAIN_TEXT[name].replace(one, other))
    wrong = [each.quantity for each in report.judged if not each.is_right]
    assert len(wrong) == 1, str(report)
    assert not report.passed


ONE_HIDDEN = """
s₁ = v₁x₁ + v₂x₂ + c₁
h₁ = σ(s₁)
s₂ = v₃h₁ + c₂
ŷ = σ(s₂)
∂E/∂s₂ = (ŷ − y) · ŷ(1 − ŷ)
∂E/∂v₃ = ∂E/∂s₂ · h₁
∂E/∂s₁ = ∂E/∂s₂ · v₃ · h₁(1 − h₁)
∂E/∂v₂ = ∂E/∂s₁ · x₂
"""

BESIDE_LAYERS = r"""
$$z_1 = w_3 x_1 + w_4 x_2 + b_1, \quad a_1 = \sigma(z_1)$$
$$z_2 = w_5 x_1 + w_6 x_2 + b_2, \quad a_2 = \sigma(z_2)$$
$$s = u_1 a_1 + u_2 a_2 + c, \quad \hat y = \sigma(s)$$

In general, $\mathbf{A}^{[l]} = \sigma(\mathbf{Z}^{[l]})$ and
$$\mathbf{Z}^{[l]} = W^{[l]} \mathbf{A}^{[l-1]} + \mathbf{b}^{[l]}.$$
$$\frac{\partial L}{\partial s} = (\hat y - y) \hat y (1 - \hat y)$$
"""

WITHIN_A_FUNCTION = r"""
$$o = \psi(n) = \psi(h_1 v_1 + h_2 v_2)$$
where $h_1 = \psi(n_1)$ and $h_2 = \psi(n_2)$, with
$$n_1 = w_1 x_1 + w_2 x_2, \quad n_2 = w_3 x_1 + w_4 x_2$$
$$E = \frac{1}{2} (o - d)^2$$
$$\frac{\partial E}{\partial v_2} = (o - d) \psi'(n) h_2$$
$$\frac{\partial E}{\partial w_3} = (o - d) \psi'(n) v_2 \psi'(n_2) x_1$$
$$\Delta w_3 = \eta (d - o) \psi'(n) v_2 \psi'(n_2) x_1$$
"""


@pytest.mark.parametrize(
    ("text", "lines", "right", "wrong"),
    [
        (
            WITHIN_A_FUNCTION,
            6,
            "v_2 \\psi'(n_2) x_1$$\n$$\\Delta",
            "v_1 \\psi'(n_2) x_1$$\n$$\\Delta",
        ),
        (WITHIN_A_FUNCTION, 6, "(d - o)", "(o - d)"),
        (ONE_HIDDEN, 8, "∂E/∂s₂ · v₃ ·", "∂E/∂s₂ · v₂ ·"),
        (ONE_HIDDEN, 8, "∂E/∂s₁ · x₂", "∂E/∂s₁ · x₁"),
        (BESIDE_LAYERS, 6, r"(1 - \hat y)", ""),
    ],
)
def test_networks_of_few_neurons_are_read_whole(text, lines, right, wrong):
    report = grade(text)
    assert report.passed
    assert len({verdict.line for verdict in report.judged}) == lines
    assert not grade(text.replace(right, wrong)).passed


def test_a_neuron_that_no_sum_makes_is_no_error_of_ours():
    text = """
z3 = w30 + w31 * x1 + w32 * x2
a3 = sigmoid(z3)
z5 = w50 + w53 * a3 + w54 * a4
a5 = sigmoid(z5)
dL/dw53 = (a5 - t5) * a5 * (1 - a5) *
"""
    verdicts = grade(text).judged
    assert all(one.is_right or one.status == "cannot be read" for one in verdicts)


_DIGITS_BELOW = r"""
$$z^2_1 = w^2_{11} x_1 + w^2_{12} x_2 + w^2_{13} x_3 + b_1$$
$$z^2_2 = w^2_{21} x_1 + w^2_{22} x_2 + w^2_{23} x_3 + b_2$$
$$a^2_1 = \sigma(z^2_1), \quad a^3 = \sigma(z^3), \quad \delta^3 = (a^3 - y) \odot \sigma'(z^3)$$
$$\delta^2 = (w^{2+1})^T \delta^{2+1} \odot \sigma'(z^2)$$
$$\frac{\partial C}{\partial w^3_{12}} = a^2_2 \delta^3_1$$
$$\frac{\partial C}{\partial w^2_{13}} = x_3 \delta^2_1$$
"""


def test_digits_below_count_neurons_where_layers_stand_above():
    net = MLP(3, [2, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    found = grade(_DIGITS_BELOW, net=net)
    assert all(v.is_right for v in found.judged)
    assert {v.line for v in found.judged} == {2, 3, 4, 5, 6, 7}
    for one, other in (("x_3 \\delta", "x_2 \\delta"), ("a^2_2 \\d", "a^2_1 \\d")):
        slip = grade(_DIGITS_BELOW.replace(one, other), net=net)
        assert len([v for v in slip.judged if not v.is_right]) == 1


_SLOPES_NAMED = r"""
$$\frac{\partial u_k}{\partial w_{jk}} = \frac{\partial (\sum_j y_j w_{jk} + b_k)}{\partial w_{jk}} = y_j$$
$$\delta_k = \frac{\partial E}{\partial u_k} = \partial y_k \frac{\partial y_k}{\partial u_k}$$
$$\partial w_{jk} = y_j \delta_k, \quad \partial b_k = \delta_k$$
$$\partial y_j = \sum_k \delta_k w_{jk}$$
"""


def test_the_derivative_of_the_cost_may_be_named_by_its_sign_alone():
    net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    found = grade(_SLOPES_NAMED, net=net)
    assert {v.line for v in found.judged if not v.is_right} <= {2}  # a sum derived
    assert {v.line for v in found.judged} == {2, 3, 4, 5}
    for one, other in (
        ("= y_j \\delta_k,", "= y_k \\delta_k,"),
        ("{jk}$$\n", "{kj}$$\n"),
    ):
        slip = grade(_SLOPES_NAMED.replace(one, other), net=net)
        assert {v.line for v in slip.judged if not v.is_right} - {2} != set()


_ONE_APART = r"""
$$z_i^{(l)} = w_{ij}^{(l)} a_j^{(l-1)} + \sum_{k \neq j} w_{ik}^{(l)} a_k^{(l-1)} + b_i^{(l)}$$
$$a_i^{(l)} = \sigma(z_i^{(l)})$$
$$\frac{\partial C}{\partial w_{ij}^{(l)}} = \delta_i^{(l)} a_j^{(l-1)}$$
"""


def test_one_term_of_a_sum_may_stand_before_the_others():
    net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    found = grade(_ONE_APART, net=net)
    assert all(v.is_right for v in found.judged)
    assert {v.line for v in found.judged} == {2, 3, 4}
    slip = grade(_ONE_APART.replace("a_j^{(l-1)} +", "a_i^{(l-1)} +"), net=net)
    assert {v.line for v in slip.judged if not v.is_right} == {2}


# a text, and the line of it that is wrong where one piece stands for another
HABITS = {
    "layers below, neurons above": (
        r"""$$z_l^j = \sum_k w_l^{jk} a_{l-1}^k + b_l^j$$
$$a_l^j = \sigma(z_l^j)$$
$$\delta_L^j = (a_L^j - y^j) \sigma'(z_L^j)$$
$$\delta_l^j = \sigma'(z_l^j) \sum_k w_{l+1}^{kj} \delta_{l+1}^k$$
$$\frac{\partial C}{\partial w_l^{jk}} = a_{l-1}^k \delta_l^j$$""",
        (r"w_{l+1}^{kj}", r"w_{l+1}^{jk}", 4),
    ),
    "numbers of layers below, neurons above": (
        r"""$$s_2^j = \sum_k w_2^{jk} x_1^k, \quad x_2^j = \theta(s_2^j)$$
$$\delta_2^j = (x_2^j - y^j) \theta'(s_2^j)$$
$$\frac{\partial E}{\partial w_2^{jk}} = \delta_2^j x_1^k$$
$$\delta_1^k = \theta'(s_1^k) \sum_j w_2^{jk} \delta_2^j$$""",
        (r"= \delta_2^j x_1^k", r"= \delta_2^j x_2^k", 3),
    ),
    "x goes into a unit and y comes out, d is desired": (
        r"""$$x_j = \sum_i y_i w_{ji} \tag{1}$$
$$y_j = \frac{1}{1 + e^{-x_j}} \tag{2}$$
$$E = \frac{1}{2} \sum_c \sum_j (y_{j,c} - d_{j,c})^2$$
$$\partial E / \partial y_j = y_j - d_j$$
$$\partial E / \partial x_j = \partial E / \partial y_j \cdot y_j (1 - y_j)$$
$$\partial E / \partial w_{ji} = \partial E / \partial x_j \cdot y_i$$
$$\partial E / \partial y_i = \sum_j \partial E / \partial x_j \cdot w_{ji}$$""",
        (r"\partial E / \partial x_j \cdot w_{ji}", r"\partial E / \partial y_j \cdot w_{ji}", 7),
    ),
    "words without a frame": (
        r"""$$in_j = \sum_i w_{i,j} a_i$$
$$a_j = g(in_j)$$
$$Err_k = y_k - a_k$$
$$\Delta_k = Err_k \times g'(in_k)$$
$$\Delta_j = g'(in_j) \sum_k w_{j,k} \Delta_k$$
$$w_{i,j} \leftarrow w_{i,j} + \alpha \times a_i \times \Delta_j$$""",
        (r"g'(in_j) \sum_k", r"\sum_k", 5),
    ),
    "dots over slopes, a starred target, another cost": (
        r"""$$u^k = A^k v^{k-1} + c^k, \quad v^k = \psi(u^k)$$
$$r^K = (v^K - y^*) \circ \dot{\psi}(u^K)$$
$$r^k = (A^{k+1})^\top r^{k+1} \circ \dot\psi(u^k)$$
$$\nabla_{A^k} R = r^k (v^{k-1})^\top, \quad \partial_{c^k} R = r^k$$""",
        (r" \circ \dot\psi(u^k)", "", 3),
    ),
    "slopes as derivatives, targets with a tilde": (
        r"""$$z_l = W_l a_{l-1} + b_l, \quad a_l = \phi(z_l)$$
$$\delta_L = (a_L - \tilde{y}) \odot \frac{\partial \phi(z_L)}{\partial z_L}$$
$$\delta_l = (W_{l+1}^T \delta_{l+1}) \odot \frac{d\phi(z_l)}{dz_l}$$
$$\frac{\partial J}{\partial W_l} = \delta_l a_{l-1}^T$$""",
        (r"\delta_l a_{l-1}^T", r"\delta_l a_l^T", 4),
    ),
    "targets with a hat": (
        r"""$$z^l = W^l a^{l-1} + b^l, \quad a^l = \sigma(z^l)$$
$$\delta^L = (a^L - \hat{y}) \odot \sigma'(z^L)$$
$$\delta^l = (W^{l+1})^T \delta^{l+1} \odot \sigma'(z^l)$$""",
        (r"(W^{l+1})^T", r"W^{l+1}", 3),
    ),
    "bars over what is derived": (
        r"""$$z^l = W^l h^{l-1} + b^l, \quad h^l = f(z^l)$$
$$\bar{z}^L = (h^L - t) \odot f'(z^L)$$
$$\bar{z}^l = (W^{l+1})^T \bar{z}^{l+1} \odot f'(z^l)$$
$$\frac{\partial C}{\partial W^l} = \bar{z}^l (h^{l-1})^T$$""",
        (r"\odot f'(z^l)", r"\odot f'(h^l)", 3),
    ),
    "epsilon is an error, eta the rate": (
        r"""$$z^l = W^l a^{l-1} + b^l, \quad a^l = \sigma(z^l)$$
$$\varepsilon^L = (a^L - y) \odot \sigma'(z^L)$$
$$\varepsilon^l = (W^{l+1})^T \varepsilon^{l+1} \odot \sigma'(z^l)$$
$$W^l \leftarrow W^l - \eta \varepsilon^l (a^{l-1})^T$$""",
        (r"\varepsilon^l (a^{l-1})^T", r"\varepsilon^l (a^l)^T", 4),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HABITS)
def test_habits_of_one_author_or_another_are_read(name):
    text, _ = HABITS[name]
    report = grade(text)
    lines = {v.line for v in report.judged if v.is_right}
    assert report.passed, str(report)
    assert lines | {3 if "_c " in text or "Err" in text else 1} == set(
        range(1, text.count("\n") + 2)
    )


@pytest.mark.parametrize("name", HABITS)
def test_a_mistake_in_such_a_habit_is_found(name):
    text, (one, other, line) = HABITS[name]
    assert one in text
    report = grade(text.replace(one, other))
    assert {v.line for v in report.judged if not v.is_right} == {line}, str(report)


def test_a_sum_over_nothing_with_its_index_has_no_value():
    empty = Elements(("j",), Sum("k", Number(2.0)))
    case = NetworkCase(
        MLP(3, [4, 2], rng=0), [[1.0] * 3], [[0.0] * 2], "half_squared_error"
    )
    with pytest.raises(FormulaError, match="nothing in the sum over k has that index"):
        evaluate(empty, case, 1)


AIMA = r"""
The input of a unit is $in_j = \sum_i w_{i,j} a_i$, its output $a_j = g(in_j)$.
The cost is $E = \sum_k E_k$ with $E_k = \frac{1}{2} (y_k - a_k)^2$.

$$\Delta_k = (a_k - y_k) \times g'(in_k)$$
$$\frac{\partial E}{\partial w_{j,k}} = a_j \Delta_k$$
$$\Delta_j = g'(in_j) \sum_k w_{j,k} \Delta_k$$
$$\frac{\partial E_k}{\partial w_{i,j}} = (a_k - y_k) g'(in_k) w_{j,k} g'(in_j) a_i$$
"""


@pytest.mark.parametrize(
    ("right", "slip", "lines"),
    [
        ("", "", set()),
        (r"\sum_k w_{j,k} \Delta_k", r"\sum_k w_{k,j} \Delta_k", {7}),
        (r"= a_j \Delta_k", r"= a_k \Delta_k", {6}),
    ],
)
def test_the_input_of_a_unit_and_the_cost_of_one_output(right, slip, lines):
    net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    report = grade(AIMA.replace(right, slip), net=net, loss="half_squared_error")
    wrong = {e.line for e in report.judged if e.status in {"wrong", "does not fit"}}
    assert wrong == lines, str(report)
    read = {each.line for each in report.judged if each.is_right}
    assert read | lines >= {2, 5, 6, 7}, str(report)


MOMENTUM = r"""
$$\delta^L = (a^L - y) \odot \sigma'(z^L), \quad \frac{\partial C}{\partial w^L} = \delta^L (a^{L-1})^T$$
$$\Delta w = -\eta \frac{\partial C}{\partial w} + \alpha \Delta w$$
"""


def test_the_last_step_says_nothing_of_the_gradient():
    net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    report = grade(MOMENTUM, net=net, loss="half_squared_error")
    assert report.passed, str(report)
    assert {each.line for each in report.judged} == {2, 3}, str(report)


ROWS = r"""
Gradients are row vectors.
$$z_l = W_l a_{l-1} + b_l, \quad a_l = \sigma(z_l)$$
$$\frac{\partial C}{\partial b_l} = \frac{\partial C}{\partial a_l} \mathrm{diag}(\sigma'(z_l))$$
$$\frac{\partial C}{\partial W_l} = \Big(\frac{\partial C}{\partial b_l}\Big)^\top a_{l-1}^\top$$
"""


def test_where_gradients_are_rows_so_are_those_of_biases():
    net = MLP(3, [4, 4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    report = grade(ROWS, net=net, loss="half_squared_error")
    assert report.passed, str(report)
    assert {each.line for each in report.judged} == {3, 4, 5}, str(report)
    slip = ROWS.replace(r"^\top a_{l-1}^\top$$", r"^\top a_l^\top$$")
    report = grade(slip, net=net, loss="half_squared_error")
    assert {e.line for e in report.judged if not e.is_right} == {5}, str(report)


BESIDE_WORDS = r"""
$$Z_1 = XW_1 + b_1, \quad A_1 = \sigma(Z_1), \quad Z_2 = A_1 W_2 + b_2, \quad \hat y = \sigma(Z_2)$$
$$\frac{\partial \mathrm{Loss}}{\partial \hat y} = 2 \cdot \frac{(\hat y - y)}{N}$$
$$\delta_2 = \frac{\partial \mathrm{Loss}}{\partial \hat y}\cdot \sigma'(Z_2), \quad \delta_1 = \delta_2 W_2^T \cdot \sigma'(Z_1)$$
$$\frac{\partial \mathrm{Loss}}{\partial W_1} = X^T \delta_1$$
```python
dLoss_y_prediction = 2 * (y_prediction - y) / N
dZ2 = dLoss_y_prediction * sigmoid_derivative(Z2)
dZ1 = np.dot(dZ2, W2.T) * sigmoid_derivative(Z1)
dW1 = np.dot(X.T, dZ1)
```
"""


def test_code_beside_mathematics_keeps_its_own_names():
    net = MLP(3, [4, 1], activation="sigmoid", output_activation="sigmoid", rng=0)
    report = grade(BESIDE_WORDS, net=net, loss="squared_error")
    assert report.passed, str(report)
    assert 10 in {each.line for each in report.judged}, str(report)
    slip = BESIDE_WORDS.replace("dot(X.T, dZ1)", "dot(A1.T, dZ1)")
    report = grade(slip, net=net, loss="squared_error")
    assert {e.line for e in report.judged if not e.is_right} == {10}, str(report)


def test_a_delta_that_is_a_product_is_no_name_of_its_first_factor():
    net = MLP(3, [4, 1], activation="sigmoid", output_activation="sigmoid", rng=0)
    text = BESIDE_WORDS[: BESIDE_WORDS.index("```")]
    report = grade(text, net=net, loss="squared_error")
    assert report.passed, str(report)
    slip = grade(text.replace(r"\sigma'(Z_1)", r"\sigma'(Z_2)"), net=net)
    assert any(not e.is_right for e in slip.judged if e.quantity == "dZ1"), str(slip)


_GREEK_WEIGHTS = r"""
$$a_j = \sum_{i=0}^M \alpha_{ji} x_i, \quad z_j = \sigma(a_j), \quad z_0 = 1$$
$$b = \sum_{j=0}^D \beta_j z_j, \quad y = \frac{1}{1 + \exp(-b)}$$
$$\frac{dJ}{dy} = -\left( \frac{y^*}{y} + \frac{1 - y^*}{y - 1} \right)$$
$$\frac{dJ}{db} = \frac{dJ}{dy} \frac{dy}{db}, \quad \frac{dy}{db} = \frac{\exp(-b)}{(\exp(-b) + 1)^2}$$
$$\frac{dJ}{d\beta_j} = \frac{dJ}{db}\frac{db}{d\beta_j}, \quad \frac{db}{d\beta_j} = z_j$$
$$\frac{dJ}{da_j} = \frac{dJ}{dz_j} z_j (1 - z_j)$$
$$\frac{da_j}{d\alpha_{ji}} = x_i$$
$$\beta_j \leftarrow \beta_j - \gamma \frac{dJ}{d\beta_j}$$
"""
_GREEK_WITH_BIASES = r"""
$$\mathbf{a} = \boldsymbol{\alpha} \mathbf{x} + \mathbf{c}, \quad \mathbf{z} = \tanh(\mathbf{a})$$
$$b_k = \sum_{j} \beta_{kj} z_j + d_k, \quad y_k = \sigma(b_k)$$
$$\frac{\partial J}{\partial b_k} = y_k - y_k^*$$
$$\frac{\partial J}{\partial \beta_{kj}} = \frac{\partial J}{\partial b_k} z_j$$
$$\frac{\partial J}{\partial \mathbf{z}} = \boldsymbol\beta^\top \frac{\partial J}{\partial \mathbf{b}}$$
$$\frac{\partial J}{\partial a_j} = \frac{\partial J}{\partial z_j} (1 - z_j^2)$$
$$\frac{\partial J}{\partial \boldsymbol\alpha} = \frac{\partial J}{\partial \mathbf{a}} \mathbf{x}^\top$$
"""


@pytest.mark.parametrize(
    ("text", "slips"),
    [
        (_GREEK_WEIGHTS, [("{y - 1}", "{1 - y}", 4), ("z_j (1", "a_j (1", 7)]),
        (_GREEK_WITH_BIASES, [(r"\beta^\top", r"\beta", 6), ("z_j^2", "z_j", 7)]),
    ],
)
def test_greek_weights_are_of_two_layers_with_letters_of_their_own(text, slips):
    hidden, outputs = ("tanh", 2) if "tanh" in text else ("sigmoid", 1)
    net = MLP(3, [4, outputs], activation=hidden, output_activation="sigmoid", rng=0)
    for right, slip, line in [("", "", 0), *slips]:
        given = text.replace(right, slip) if right else text
        found = grade(given, net=net, loss="binary_cross_entropy")
        wrong = {v.line for v in found.judged if v.status in {"wrong", "does not fit"}}
        assert wrong == {line} - {0}
        assert {v.line for v in found.judged} >= set(range(2, 9))


_SUMS_FROM_ZERO = r"""
$$\mathbf{f}_0 = \boldsymbol\beta_0 + \boldsymbol\Omega_0 \mathbf{x}, \quad \mathbf{h}_k = \mathbf{a}[\mathbf{f}_{k-1}]$$
$$\mathbf{f}_k = \boldsymbol\beta_k + \boldsymbol\Omega_k \mathbf{h}_k$$
$$\frac{\partial \ell}{\partial \mathbf{f}_2} = \mathbf{f}_2 - \mathbf{y}$$
$$\frac{\partial \ell}{\partial \mathbf{f}_{k-1}} = \mathbb{I}[\mathbf{f}_{k-1} > 0] \odot \left( \boldsymbol\Omega_k^T \frac{\partial \ell}{\partial \mathbf{f}_k} \right)$$
$$\frac{\partial \ell}{\partial \boldsymbol\beta_k} = \frac{\partial \ell}{\partial \mathbf{f}_k}$$
$$\frac{\partial \ell}{\partial \boldsymbol\Omega_k} = \frac{\partial \mathbf{f}_k}{\partial \boldsymbol\Omega_k} \frac{\partial \ell}{\partial \mathbf{f}_k} = \frac{\partial \ell}{\partial \mathbf{f}_k} \mathbf{h}_k^T$$

```python
all_dl_df[K] = np.array(all_f[K] - y)
for layer in range(K,-1,-1):
    all_dl_dweights[layer] = np.matmul(all_dl_df[layer], np.transpose(all_h[layer]))
    all_dl_dh[layer] = np.matmul(np.transpose(all_weights[layer]), all_dl_df[layer])
    all_dl_df[layer-1] = (all_f[layer-1] > 0) * all_dl_dh[layer]
```
"""


@pytest.mark.parametrize(
    ("right", "slip", "line"),
    [
        ("", "", 0),
        (r"\mathbf{h}_k^T", r"\mathbf{h}_{k+1}^T", 7),
        ("np.transpose(all_h[layer])", "np.transpose(all_h[layer+1])", 12),
    ],
)
def test_the_chain_rule_takes_the_activation_that_goes_in(right, slip, line):
    net = MLP(2, [4, 3, 2], activation="relu", output_activation="identity", rng=0)
    text = _SUMS_FROM_ZERO.replace(right, slip) if right else _SUMS_FROM_ZERO
    found = grade(text, net=net, loss="half_squared_error")
    wrong = {v.line for v in found.judged if v.status in {"wrong", "does not fit"}}
    assert wrong == {line} - {0}
    assert {v.line for v in found.judged} >= {2, 3, 4, 5, 6, 7, 10, 12, 13, 14}


_WEIGHTS_OF_INPUTS_BY_OUTPUTS = r"""
$$Z^l = {W^l}^T A^{l-1} + W^l_0, \quad A^l = f^l(Z^l)$$
$$\frac{\partial L}{\partial W^L} = \frac{\partial L}{\partial A^L} \cdot \frac{\partial A^L}{\partial Z^L} \cdot \frac{\partial Z^L}{\partial W^L}$$
$$\frac{\partial L}{\partial W^l} = A^{l-1} \left(\frac{\partial L}{\partial Z^l}\right)^T$$
$$\frac{\partial L}{\partial Z^l} = \frac{\partial A^l}{\partial Z^l} \cdot W^{l+1} \cdot \frac{\partial L}{\partial Z^{l+1}}$$
"""


def test_the_chain_rule_does_not_say_how_weights_are_written():
    net = MLP(3, [5, 4, 2], activation="relu", output_activation="identity", rng=0)
    text = _WEIGHTS_OF_INPUTS_BY_OUTPUTS
    for given, lines in (
        (text, set()),
        (text.replace(r"\cdot W^{l+1}", r"\cdot {W^{l+1}}^T"), {5}),
    ):
        found = grade(given, net=net, loss="squared_error")
        wrong = {v.line for v in found.judged if v.status in {"wrong", "does not fit"}}
        assert wrong == lines
        assert {v.line for v in found.judged} == {2, 3, 4, 5}


_OVER_PATTERNS = r"""
With $out_j^{(n)} = f( \sum_i out_i^{(n-1)} w_{ij}^{(n)} )$
the error over all training patterns $p$, whose label is left out, is
$$E = \frac{1}{2}\sum_p\sum_j ( targ_j - out_j^{(2)} )^2, \quad out_i^{(0)} = in_i$$
$$\frac{\partial E}{\partial w_{hl}^{(2)}} = -\sum_p ( targ_l - out_l^{(2)} ) f'( \sum_j out_j^{(1)} w_{jl}^{(2)} ) out_h^{(1)}$$
$$\frac{\partial E}{\partial w_{hl}^{(1)}} = -\sum_p \sum_k ( targ_k - out_k^{(2)} ) f'( \sum_j out_j^{(1)} w_{jk}^{(2)} ) w_{lk}^{(2)} f'( \sum_i in_i w_{il}^{(1)} ) in_h$$
"""


@pytest.mark.parametrize(
    ("right", "slip", "line"),
    [("", "", 0), (" in_h", " in_l", 6), (") out_h", ") out_l", 5)],
)
def test_a_sum_over_patterns_needs_no_index_where_the_text_says_so(right, slip, line):
    net = MLP(3, [4, 4], activation="sigmoid", output_activation="sigmoid", rng=0)
    text = _OVER_PATTERNS.replace(right, slip) if right else _OVER_PATTERNS
    found = grade(text, net=net, reduction="sum")
    assert {v.line for v in found.judged if not v.is_right} == {line} - {0}
    assert {v.line for v in found.judged} >= {2, 5, 6}


_ONE_NEURON = r"""
$$z = b + \sum_i x_i w_i \qquad y = \frac{1}{1+e^{-z}}$$
$$\frac{\partial z}{\partial w_i} = x_i \qquad \frac{\partial z}{\partial x_i} = w_i$$
$$\frac{\partial E}{\partial z_j} = y_j (1-y_j) \frac{\partial E}{\partial y_j}$$
$$\frac{\partial E}{\partial y_i} = \sum_j w_{ij} \frac{\partial E}{\partial z_j}$$
$$\frac{\partial E}{\partial w_{ij}} = \frac{\partial z_j}{\partial w_{ij}} \frac{\partial E}{\partial z_j} = y_i \frac{\partial E}{\partial z_j}$$
"""


def test_a_neuron_by_itself_is_any_one_of_a_layer():
    net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    found = grade(_ONE_NEURON, net=net, loss="half_squared_error")
    assert {v.line for v in found.judged if not v.is_right} == set()
    assert {v.line for v in found.judged} >= {2, 3, 4, 5, 6}
    slip = _ONE_NEURON.replace(r"\partial x_i} = w_i", r"\partial x_i} = x_i")
    found = grade(slip, net=net, loss="half_squared_error")
    assert {v.line for v in found.judged if not v.is_right} == {3}


# what is written, the mistake that is made in it, and how many lines are judged
CHOICES = {
    "m is 1": (
        r"""
Backward (since m = 1, there is no mean) from $Y = \begin{bmatrix} 0 \\ 1 \end{bmatrix}$:
$$Z^{[2]} = W^{[2]} A^{[1]} + b^{[2]}$$
$$\delta^{[2]} = (A^{[2]} - Y) \odot g'(Z^{[2]})$$
$$\frac{\partial J}{\partial b^{[2]}} = \delta^{[2]}$$
$$\frac{\partial J}{\partial W^{[2]}} = \delta^{[2]} (A^{[1]})^T$$
""",
        ("(A^{[1]})^T", "(A^{[2]})^T"),
        4,
    ),
    "the cost is one square": (
        r"""
$$L = \frac{1}{2}(A^{(2)} - y)^2$$
$$Z^{(1)} = W^{(1)} X + b^{(1)}$$
```python
dZ2 = (A2 - y) * A2 * (1 - A2)
dW2 = np.dot(dZ2, A1.T)
db2 = dZ2
dZ1 = np.dot(W2.T, dZ2) * A1 * (1 - A1)
db1 = dZ1
```
""",
        ("np.dot(W2.T, dZ2)", "np.dot(W2, dZ2)"),
        6,
    ),
    "large type": (
        r"""
$$\Large z^l = W^l a^{l-1} + b^l$$
$$\boxed{\Huge \frac{\partial C}{\partial W^l} = \delta^l (a^{l-1})^T}$$
$$\LARGE \frac{\partial C}{\partial b^l} = \delta^l$$
""",
        ("(a^{l-1})^T", "(a^l)^T"),
        3,
    ),
    "layers of X and Y, one of them an activation": (
        r"""
A layer is $Y = X W + B$ with
$$\frac{\partial E}{\partial W} = X^T \frac{\partial E}{\partial Y}, \quad \frac{\partial E}{\partial X} = \frac{\partial E}{\partial Y} W^T$$
and an activation is
$$Y = f(X)$$
$$\frac{\partial E}{\partial X} = \frac{\partial E}{\partial Y} \odot f'(X)$$
""",
        ("odot f'(X)", "odot f'(X) X"),
        4,
    ),
    "code of a layer of X and Y, with labels": (
        """
```
Forward: Y = XW + b
Backward pass: ∂L/∂W = Xᵀ · ∂L/∂Y    [shape: (n, m)]
∂L/∂b = sum(∂L/∂Y, axis=0)
∂L/∂X = ∂L/∂Y · Wᵀ
```
""",
        ("∂L/∂Y · Wᵀ", "∂L/∂Y · W"),
        4,
    ),
    "what the cost is of": (
        r"""
$$z^l = W^l a^{l-1} + b^l, \quad a^l = g(z^l)$$
$$\delta^L = \nabla_a C(a^L) \odot g'(z^L)$$
$$\delta^L = \nabla C (a^L) \odot g'(z^L)$$
$$\frac{\partial C}{\partial z^L} = \frac{\partial C}{\partial g(z^L)} \odot g'(z^L)$$
""",
        (r"\nabla C (a^L) \odot g'(z^L)", r"\nabla C (a^L) \odot g'(a^L)"),
        4,
    ),
    "l for a sum, and n layers": (
        r"""
- $n$ = number of layers
- $l_i = w_i f_{i-1}(l_{i-1}) + b_i$
$$\frac{\partial J}{\partial l_n} = (f_n(l_n) - y) f_n'(l_n)$$
$$\frac{\partial J}{\partial l_i} = \frac{\partial J}{\partial l_{i+1}} w_{i+1} f_i'(l_i)$$
$$\frac{\partial J}{\partial b_i} = \frac{\partial J}{\partial l_i}$$
""",
        ("w_{i+1} f_i'", "w_{i} f_i'"),
        4,
    ),
    "sums that are written out say how weights are counted": (
        r"""
$$z_1^1 = x_1 w_{11}^1 + x_2 w_{21}^1 + x_3 w_{31}^1 + b_1^1$$
$$z_2^1 = x_1 w_{12}^1 + x_2 w_{22}^1 + x_3 w_{32}^1 + b_2^1$$
$$f(x) = x$$
$$\frac{\partial L}{\partial w_{21}^2} = \frac{\partial L}{\partial z_1^2} \frac{\partial z_1^2}{\partial w_{21}^2} = \frac{\partial L}{\partial z_1^2} a_2^1$$
$$\frac{\partial L}{\partial w_{ij}^l} = \delta_j^l a_i^{l-1}$$
$$\delta_j^{l_{last}} = \frac{\partial L}{\partial a_j^{last}} \sigma'(z_j^{last})$$
""",
        (r"\delta_j^l a_i^{l-1}", r"\delta_i^l a_j^{l-1}"),
        5,
    ),
    "ell counts neurons, of an Err": (
        r"""
$$u_i = \sum_{\ell} \theta_{i\ell} \cdot o_\ell, \quad o_i = \sigma(u_i)$$
$$\frac{\partial Err}{\partial \theta_{i\ell}} = \delta_i \cdot o_\ell$$
$$\delta_i = \sigma'(u_i) \sum_j \delta_j \theta_{ji}$$
At the outputs $\delta_k = \frac{\partial Err}{\partial \hat y} \cdot \sigma'(u_k)$.
""",
        (r"\delta_i \cdot o_\ell", r"\delta_i \cdot u_\ell"),
        4,
    ),
}
SIGMOIDS = {
    "net": MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0),
    "loss": "half_squared_error",
}


@pytest.mark.parametrize("name", CHOICES)
def test_one_choice_of_notation_is_read_throughout(name):
    text, (right, slip), count = CHOICES[name]
    report = grade(text, **SIGMOIDS)
    assert report.passed, str(report)
    assert len({each.line for each in report.judged}) == count, str(report)
    assert text.count(right) == 1
    report = grade(text.replace(right, slip), **SIGMOIDS)
    assert not any("cannot read" in reason for *_, reason in report.left_out)
    line = text[: text.index(right)].count("\n") + 1
    wrong = [e for e in report.judged if not e.is_right]
    assert {e.line for e in wrong} == {line}, str(report)
    assert any(e.status in {"wrong", "does not fit"} for e in wrong), str(report)


OF_OUTPUTS = r"""
$X$ and $Y$ are column vectors, and $\hat{y}$ is the actual or expected output.
$$Y^{(L)} = W^{(L)} X^{(L-1)} + B^{(L)}$$
$$C = \frac{1}{n} \sum_{i=0}^{n-1} (\hat{y}_i - y_i)^2$$
$$\frac{\partial C}{\partial y_i} = -\frac{2}{n} (\hat{y}_i - y_i)$$
$$\frac{\partial C}{\partial W^{(2)}} = -\frac{2}{n} (\hat{Y} - Y^{(2)}) X^{(1)T}$$
"""


def test_n_counts_outputs_where_there_is_one_example():
    net = MLP(3, [4, 2], activation="relu", output_activation="identity", rng=0)
    report = grade(OF_OUTPUTS, net=net, loss="mean_squared_error")
    assert report.passed, str(report)
    assert {each.line for each in report.judged} == {3, 5, 6}, str(report)
    slip = OF_OUTPUTS.replace(r"-\frac{2}{n} (\hat{Y}", r"-\frac{1}{n} (\hat{Y}")
    report = grade(slip, net=net, loss="mean_squared_error")
    assert {e.line for e in report.judged if not e.is_right} == {6}, str(report)


OF_A_BATCH = r"""
$$z^l = W^l a^{l-1} + b^l, \quad a^l = g(z^l)$$
$$\frac{\partial C}{\partial W^l} = \delta^l {a^{l-1}}^T$$
For $m$ examples
$$A^l = g(Z^l), \quad \Delta^l = {W^{l+1}}^T \Delta^{l+1} \odot g'(Z^l)$$
$$\frac{\partial C}{\partial b^l} = \frac{1}{m} \sum_{j=1}^m \delta^{l (j)}$$
$$\frac{\partial C}{\partial W^l} = \frac{1}{m} \Delta^l {A^{l-1}}^T$$
"""


def test_a_mean_of_deltas_says_that_they_are_of_one_example_each():
    report = grade(OF_A_BATCH, **SIGMOIDS)
    assert report.passed, str(report)
    slip = OF_A_BATCH.replace(r"\frac{1}{m} \Delta", r"\Delta")
    report = grade(slip, **SIGMOIDS)
    assert {e.line for e in report.judged if not e.is_right} == {7}, str(report)
    assert {e.mistake for e in report.judged if not e.is_right} == {"batch-1m-missing"}


SINGLE_THEN_VECTORS = r"""
$$z_h = w_1 x + b_1, \quad a_h = \sigma(z_h)$$
$$z_o = w_2 a_h + b_2, \quad \hat y = z_o$$
$$\frac{\partial L}{\partial b_1} = - (y - \hat y) \cdot w_2 \cdot \sigma'(z_h)$$
$$\frac{\partial L}{\partial w_1} = - (y - \hat y) \cdot w_2 \cdot \sigma'(z_h) \cdot x$$
$$\delta^{(l)} = (w^{(l+1)})^T \delta^{(l+1)} \odot \sigma'(z^{(l)})$$
"""


def test_single_neurons_may_come_before_vectors():
    net = MLP(3, [4, 1], activation="sigmoid", output_activation="identity", rng=0)
    report = grade(SINGLE_THEN_VECTORS, net=net, loss="half_squared_error")
    assert report.passed, str(report)
    assert {each.line for each in report.judged} == {2, 3, 4, 5, 6}, str(report)
    slip = SINGLE_THEN_VECTORS.replace(r"w_2 \cdot \sigma'(z_h)$$", r"\sigma'(z_h)$$")
    report = grade(slip, net=net, loss="half_squared_error")
    assert {e.line for e in report.judged if not e.is_right} == {4}, str(report)


NAMED = r"""
$$Z_1 = W_a x + b_1$$
$$A_1 = \sigma(Z_1)$$
$$Z_2 = W_b A_1 + b_2$$
$$A_2 = \sigma(Z_2)$$
$$\delta_2 = (A_2 - y) \odot \sigma'(Z_2)$$
$$\delta_1 = W_b^T \delta_2 \odot \sigma'(Z_1)$$
$$\frac{\partial E}{\partial W_b} = \delta_2 A_1^T$$
$$W_a \leftarrow W_a - \eta \delta_1 x^T$$
"""
OF_LAYERS = [  # of the weights, and of the rest
    (r"_{\text{hidden}}", r"_{\text{output}}", r"_{\text{hidden}}", r"_{\text{output}}"),
    (r"_{\text{input to hidden}}", r"_{\text{hidden to output}}", r"_{\text{hidden}}", r"_{\text{output}}"),
    (r"_{\text{input-hidden}}", r"_{\text{hidden-output}}", r"_{hidden}", r"_{output}"),
    (r"_{in \to hid}", r"_{hid \to out}", r"_{hid}", r"_{out}"),
    (r"_1", r"_2", r"_{\text{hidden}}", r"_{\text{output}}"),
    (r"^{\text{hidden}}", r"^{\text{output}}", r"^{\text{hidden}}", r"^{\text{output}}"),
    (r"_{ih}", r"_{ho}", r"_h", r"_o"),
]  # fmt: skip


@pytest.mark.parametrize("names", OF_LAYERS, ids=lambda names: names[0])
def test_layers_in_words_are_told_apart(names):
    def named(text):
        for old, new in zip(
            ("_a", "_b", "_1", "_2"), ("@a", "@b", "@1", "@2"), strict=True
        ):
            text = text.replace(old, new)
        for old, new in zip(("@a", "@b", "@1", "@2"), names, strict=True):
            text = text.replace(
                f"{old}^T", f"{{({old})}}^T" if new[0] == "^" else f"{old}^T"
            )
            text = text.replace(old, new)
        return re.sub(r"(\w)\{\((\^\{\\text\{\w+\}\})\)\}\^T", r"(\1\2)^T", text)

    report = grade(named(NAMED))
    assert report.passed, str(report)
    assert {v.line for v in report.judged if v.is_right} == set(range(2, 10)), str(
        report
    )
    for one, other, line in (
        (r"\delta_2 A_1^T", r"\delta_2 A_2^T", 8),
        (r"W_b^T \delta_2", r"W_b^T \delta_1", 7),
    ):
        assert one in NAMED
        slip = grade(named(NAMED.replace(one, other)))
        assert {v.line for v in slip.judged if not v.is_right} == {line}, str(slip)


COUNTED_BACK = """
```python
h = sigmoid(np.dot(data, W1) + b1)
yhat = softmax(np.dot(h, W2) + b2)
cost = -np.sum(labels * np.log(yhat))
delta1 = yhat - labels
gradW2 = np.dot(h.T, delta1)
gradb2 = np.sum(delta1, axis=0, keepdims=True)
delta2 = np.dot(delta1, W2.T)
delta3 = delta2 * sigmoid_grad(h)
gradW1 = np.dot(data.T, delta3)
gradb1 = np.sum(delta3, axis=0, keepdims=True)
```
"""


def test_code_in_which_sums_have_no_name_and_deltas_are_counted_from_the_output():
    how = {"loss": "softmax_cross_entropy", "reduction": "sum"}
    report = grade(COUNTED_BACK, **how)
    assert report.passed, str(report)
    wanted = {"dZ2", "dW2", "db2", "dA1", "dZ1", "dW1", "db1"}
    assert wanted <= {v.quantity for v in report.judged if v.is_right}
    slip = COUNTED_BACK.replace("np.sum(delta3", "np.sum(delta2")
    wrong = {v.quantity for v in grade(slip, **how).judged if not v.is_right}
    assert wrong == {"db1"}


TYPED = """
Simplest network, one neuron per layer.

    z^(L) = w^(L) a^(L-1) + b^(L)
    a^(L) = σ(z^(L))
    ∂C0/∂a^(L) = 2(a^(L) − y)
    ∂a^(L)/∂z^(L) = σ'(z^(L))
    ∂z^(L)/∂w^(L) = a^(L-1)
    ∂C0/∂w^(L) = a^(L-1) σ'(z^(L)) 2(a^(L) − y)
    ∂C0/∂a^(L-1) = w^(L) σ'(z^(L)) 2(a^(L) − y)
"""


def test_typed_derivatives_with_layers_in_round_brackets():
    report = grade(TYPED, loss="squared_error")
    assert report.passed, str(report)
    assert {v.line for v in report.judged if v.is_right} == set(range(4, 11)), str(
        report
    )
    slip = TYPED.replace("= a^(L-1) σ'", "= a^(L) σ'")
    found = grade(slip, loss="squared_error")
    assert {v.line for v in found.judged if not v.is_right} == {9}, str(found)


@pytest.mark.parametrize("both", ["(i, @)", r"(i, \: @)", "(@, i)", "(@)(i)", "i,@"])
def test_an_example_and_a_layer_stand_above_in_any_order(both):
    def of(layer):
        return f"^{{{both.replace('@', layer)}}}"

    text = rf"""
$$z{of("l")} = W^{{(l)}} a{of("l-1")} + b^{{(l)}}$$
$$a{of("l")} = f(z{of("l")})$$
$$\delta{of("L")} = (a{of("L")} - y^{{(i)}}) \odot f'(z{of("L")})$$
$$\delta{of("l")} = f'(z{of("l")}) \odot ((W^{{(l+1)}})^T \delta{of("l+1")})$$
$$\frac{{\partial C}}{{\partial W^{{(l)}}}} = \frac{{1}}{{m}} \sum_{{i=1}}^m \delta{of("l")} (a{of("l-1")})^T$$
"""
    report = grade(text)
    assert report.passed, str(report)
    assert {v.line for v in report.judged if v.is_right} == {2, 3, 4, 5, 6}, str(report)


def test_the_right_class_has_any_letter_that_is_no_index():
    text = r"$$\frac{\partial J}{\partial z_i} = \begin{cases} \hat{y}_i - 1, & i = k \\ \hat{y}_i, & \text{otherwise} \end{cases}$$"
    assert grade(text, loss="softmax_cross_entropy").passed
    slip = text.replace(r"\hat{y}_i - 1", r"\hat{y}_i + 1")
    assert not grade(slip, loss="softmax_cross_entropy").passed


def test_a_chain_of_single_neurons_is_said_in_words():
    text = r"""{}
$$z_2 = W_2 h_1 + b_2, \quad h_2 = \sigma(z_2)$$
$$\frac{{\partial C}}{{\partial W_2}} = (h_2 - y) \cdot h_2 (1 - h_2) \cdot h_1$$"""
    assert grade(text.format("There is one neuron in each layer.")).passed
    assert not grade(text.format("There are many neurons.")).passed


def test_how_long_something_takes_is_no_output():
    text = r"""
\begin{align}
a_j &= \sum_i w_{ji}^{(1)} x_i \\
z_j &= \tanh(a_j) \\
y_k &= \sum_j w_{kj}^{(2)} z_j
\end{align}
\begin{align}
\delta_k &= y_k - t_k \\
\delta_j &= (1 - z_j^2) \sum_k w_{kj} \delta_k
\end{align}
It is $O(W)$ for a pattern, and not $\mathcal{O}(W^2)$.
"""
    net = MLP(3, [4, 2], activation="tanh", output_activation="identity", rng=0)
    report = grade(text, net=net)
    assert report.passed, str(report)
    slip = grade(text.replace("z_j^2", "a_j^2"), net=net)
    assert {v.line for v in slip.judged if not v.is_right} == {9}, str(slip)


def test_a_cost_of_pytorch_is_a_mean():
    text = """```python
z1 = x @ W1 + b1
h = torch.tanh(z1)
logits = h @ W2 + b2
loss = F.cross_entropy(logits, Y)
dlogits = F.softmax(logits, 1)
dlogits[range(n), Y] -= 1
dlogits /= n
dW2 = h.T @ dlogits
db2 = dlogits.sum(0)
```"""
    net = MLP(3, [4, 2], activation="tanh", output_activation="identity", rng=0)
    assert grade(text, net=net).passed
    slip = text.replace("dlogits /= n\n", "")
    wrong = {v.quantity for v in grade(slip, net=net).judged if not v.is_right}
    assert wrong == {"dZ2"}  # all that follows is right for it
    of_sum = slip.replace("(logits, Y)", "(logits, Y, reduction='sum')")
    assert grade(of_sum, net=net).passed


THRESHOLDS = r"""
$$\alpha_h = \sum_{i=1}^d v_{ih} x_i$$
$$b_h = f(\alpha_h - \gamma_h)$$
$$\beta_j = \sum_{h=1}^q w_{hj} b_h$$
$$\hat{y}_j = f(\beta_j - \theta_j)$$
$$g_j = \hat{y}_j (1 - \hat{y}_j) (y_j - \hat{y}_j)$$
$$\Delta w_{hj} = \eta g_j b_h$$
$$\Delta \theta_j = -\eta g_j$$
$$\Delta v_{ih} = \eta e_h x_i$$
$$\Delta \gamma_h = -\eta e_h$$
$$e_h = b_h (1 - b_h) \sum_{j=1}^l w_{hj} g_j$$
"""


def test_thresholds_are_biases_of_the_other_sign_beside_the_sum_or_in_it():
    report = grade(THRESHOLDS)
    assert report.passed, str(report)
    lines = {v.line for v in report.judged if v.is_right}
    assert lines >= {2, 3, 4, 5, 7, 8, 9, 10}, str(report)
    for one, other, line in (
        (r"\Delta \theta_j = -", r"\Delta \theta_j = ", 8),
        (r"\Delta \gamma_h = -", r"\Delta \gamma_h = ", 10),
        (r"\eta e_h x_i", r"\eta e_h b_h", 9),
    ):
        assert one in THRESHOLDS
        slip = grade(THRESHOLDS.replace(one, other))
        assert {v.line for v in slip.judged if not v.is_right} == {line}, str(slip)


def test_a_bias_that_is_subtracted_has_the_other_derivative():
    text = r"""
$$z_1 = W_1 x - b_1, \quad a_1 = \sigma(z_1)$$
$$z_2 = W_2 a_1 - b_2, \quad a_2 = \sigma(z_2)$$
$$\frac{\partial E}{\partial b_2} = -(a_2 - y) \odot \sigma'(z_2)$$
"""
    report = grade(text)
    assert report.passed, str(report)
    assert {v.line for v in report.judged if v.is_right} == {2, 3, 4}, str(report)
    assert not grade(text.replace("= -(a_2", "= (a_2")).passed


def test_biases_beside_the_sums_are_part_of_them():
    text = r"""
$$net_h = \sum_i w_{hi} x_i, \quad a_h = f(net_h + b_h)$$
$$net_j = \sum_h w_{jh} a_h, \quad \hat{y}_j = f(net_j + b_j)$$
$$\delta_j = (\hat{y}_j - y_j) \hat y_j (1 - \hat y_j)$$
$$\delta_h = a_h (1 - a_h) \sum_j w_{jh} \delta_j$$
"""
    report = grade(text)
    assert report.passed, str(report)
    assert {v.line for v in report.judged if v.is_right} == {2, 3, 4, 5}, str(report)


BY_PAIRS = r"""
$$\hat{y}_k = \frac{\exp(z^2_k)}{\sum_{i=1}^3 \exp(z^2_i)}$$
$$H(\hat{y}, y) = -\sum_k y_k \log \hat{y}_k$$
$$\frac{\partial H(\hat{y}, y)}{\partial z^2_1} = \hat{y}_1 - y_1$$
$$\frac{\partial H(\hat{y}, y)}{\partial z^2} = \hat{y} - y$$
$$\frac{\partial H(\hat{y}, y)}{\partial W^2} = (\hat{y} - y) (h^1)^T$$
$$\frac{\partial H}{\partial h^1} = (W^2)^T (\hat{y} - y)$$
"""


def test_any_letter_is_the_cost_that_outputs_and_targets_are_the_arguments_of():
    net = MLP(3, [4, 3], activation="tanh", output_activation="identity", rng=0)
    how = {"net": net, "loss": "softmax_cross_entropy"}
    report = grade(BY_PAIRS, **how)
    assert report.passed, str(report)
    lines = {v.line for v in report.judged if v.is_right}
    assert lines == {2, 4, 5, 6, 7}, str(report)
    slip = grade(BY_PAIRS.replace(r"z^2} = \hat{y} - y", r"z^2} = y - \hat{y}"), **how)
    assert {v.line for v in slip.judged if not v.is_right} == {5}, str(slip)


def test_a_theta_that_softmax_is_taken_of_is_no_parameter():
    text = r"""
$$\hat{y} = \text{softmax}(\theta), \quad \frac{\partial C}{\partial \theta} = \hat{y} - y$$
$$h = \tanh(x W_1 + b_1), \quad z_2 = h W_2 + b_2$$
$$\delta_1 = \frac{\partial C}{\partial z_2} = \hat{y} - y$$
$$\delta_2 = \frac{\partial C}{\partial h} = \delta_1 \frac{\partial z_2}{\partial h} = \delta_1 W_2^\top$$
"""
    net = MLP(3, [4, 2], activation="tanh", output_activation="identity", rng=0)
    report = grade(text, net=net, loss="softmax_cross_entropy")
    assert report.passed, str(report)
    assert {v.line for v in report.judged if v.is_right} == {2, 3, 4, 5}, str(report)
    slip = text.replace(r"\theta} = \hat{y} - y", r"\theta} = y - \hat{y}")
    found = grade(slip, net=net, loss="softmax_cross_entropy")
    assert {v.line for v in found.judged if not v.is_right} == {2}, str(found)


def test_hidden_and_output_may_be_letters_above_the_weights():
    text = r"""
$$z^h_j = \sum_i w^h_{ji} x_i + b^h_j, \quad a^h_j = \sigma(z^h_j)$$
$$z^o_k = \sum_j w^o_{kj} a^h_j + b^o_k, \quad a^o_k = \sigma(z^o_k)$$
$$\delta^o_k = (a^o_k - y_k) \sigma'(z^o_k)$$
$$\delta^h_j = \sigma'(z^h_j) \sum_k w^o_{kj} \delta^o_k$$
$$\frac{\partial C}{\partial w^h_{ji}} = \delta^h_j x_i$$
"""
    report = grade(text)
    assert report.passed, str(report)
    assert {v.line for v in report.judged if v.is_right} == {2, 3, 4, 5, 6}, str(report)
    slip = grade(text.replace(r"\delta^h_j x_i", r"\delta^h_j a^h_i"))
    assert not slip.passed, str(slip)


OF_ONE_OUTPUT = r"""
Weights: w1, w2 into h1; w3, w4 into h2; w5, w6 into o1; w7, w8 into o2.

$net_{h1} = w_1 * i_1 + w_2 * i_2 + b_1 * 1$
$out_{h1} = \frac{1}{1+e^{-net_{h1}}}$
$net_{o1} = w_5 * out_{h1} + w_6 * out_{h2} + b_2 * 1$
$\delta_{o1} = -(target_{o1} - out_{o1}) * out_{o1}(1 - out_{o1})$
$\frac{\partial E_{total}}{\partial w_{5}} = \delta_{o1} out_{h1}$
$\frac{\partial E_{total}}{\partial w_{7}} = \delta_{o2} out_{h1}$
$\frac{\partial E_{o1}}{\partial out_{h1}} = \frac{\partial E_{o1}}{\partial net_{o1}} * \frac{\partial net_{o1}}{\partial out_{h1}} = \delta_{o1} * w_5$
$\frac{\partial E_{o2}}{\partial out_{h1}} = \delta_{o2} * w_7$
$\delta_{h1} = \frac{\partial E_{total}}{\partial out_{h1}} * out_{h1}(1 - out_{h1})$
"""


def test_the_weight_of_another_connection_is_named():
    net = MLP(2, [2, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    report = grade(OF_ONE_OUTPUT, net=net)
    assert report.passed, str(report)
    assert {v.line for v in report.judged} >= {11}, str(report)
    slip = grade(
        OF_ONE_OUTPUT.replace(r"\delta_{o2} * w_7", r"\delta_{o2} * w_6"), net=net
    )
    bad = {v.line: v.mistake for v in slip.judged if not v.is_right}
    assert bad == {11: "index-slip"}, str(slip)


# Two layers whose quantities are named each in a way of its own: z, a, W, b, delta.
_OF_TWO_LAYERS = r"""
$$Z1 = W1 x + B1$$
$$A1 = f(Z1)$$
$$Z2 = W2 A1 + B2$$
$$A2 = f(Z2)$$
$$E = \frac{1}{2} \| A2 - t \|^2$$
$$D2 = (A2 - t) \odot f'(Z2)$$
$$\frac{\partial E}{\partial W2} = D2 (A1)^T$$
$$\frac{\partial E}{\partial B2} = D2$$
$$D1 = ((W2)^T D2) \odot f'(Z1)$$
$$\frac{\partial E}{\partial W1} = D1 x^T$$
$$\frac{\partial E}{\partial B1} = D1$$
"""
_MIXED_NAMES = {
    "numbers and words": r"z_h a_h W^{(1)} b^{(1)} \delta_h z_o a_o W^{(2)} b^{(2)} \delta_o",
    "words above": r"\text{net}^{(\text{hid})} o^{(\text{hid})} w^1 b^1 e^1 \text{net}^{(\text{out})} o^{(\text{out})} w^2 b^2 e^2",
    "letters of their own": r"u^{[1]} h U b \epsilon_{\text{hidden}} u^{[2]} \hat{y} V c \epsilon_{\text{output}}",
    "an e that is no exponential": r"z_{\text{hidden}} \text{out}^1 W_1 b_1 e^{\text{hidden}} z_{\text{out}} \text{out}^2 W_2 b_2 e^{\text{out}}",
}  # fmt: skip


def _named(names, text=_OF_TWO_LAYERS):
    pairs = zip(("Z1", "A1", "W1", "B1", "D1", "Z2", "A2", "W2", "B2", "D2"), names.split(), strict=True)  # fmt: skip
    for ours, name in pairs:
        text = text.replace(ours, name)
    return text


@pytest.mark.parametrize("names", _MIXED_NAMES.values(), ids=_MIXED_NAMES)
def test_each_quantity_of_a_layer_may_be_named_in_a_way_of_its_own(names):
    report = grade(_named(names))
    assert {e.line for e in report.judged if e.is_right} >= {2, 3, 4, 5, *range(7, 13)}
    assert report.passed, str(report)


@pytest.mark.parametrize("names", _MIXED_NAMES.values(), ids=_MIXED_NAMES)
@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [("D2 (A1)^T", "D2 (A2)^T", 8), ("B1} = D1", "B1} = D2", 12), (r" \odot f'(Z1)", "", 10)],
)  # fmt: skip
def test_what_is_of_another_layer_is_wrong_however_it_is_named(
    names, right, wrong, line
):
    assert right in _OF_TWO_LAYERS
    report = grade(_named(names, _OF_TWO_LAYERS.replace(right, wrong)))
    assert {e.line for e in report.judged if not e.is_right} == {line}, str(report)


_OF_EXAMPLES = r"""
There are $m$ examples.
$$z^{(1)}_i = W^{(1)} x_i + b^{(1)}$$
$$h_i = \tanh(z^{(1)}_i)$$
$$z^{(2)}_i = W^{(2)} h_i + b^{(2)}$$
$$p_i = \text{softmax}(z^{(2)}_i)$$
$$\delta^{(2)}_i = p_i - y_i$$
$$\delta^{(1)}_i = ((W^{(2)})^T \delta^{(2)}_i) \odot \tanh'(z^{(1)}_i)$$
$$\frac{\partial L}{\partial W^{(2)}} = \frac{1}{m} \sum_{i=1}^m \delta^{(2)}_i h_i^T$$
$$\frac{\partial L}{\partial b^{(1)}} = \frac{1}{m} \sum_{i=1}^m \delta^{(1)}_i$$
"""


@pytest.mark.parametrize(
    ("right", "wrong", "lines"),
    [
        ("", "", set()),
        (r"\frac{1}{m} \sum_{i=1}^m \delta^{(1)}_i", r"\sum_{i=1}^m \delta^{(1)}_i", {10}),
        (r"(W^{(2)})^T \delta", r"W^{(2)} \delta", {8}),
        (r"\delta^{(2)}_i h_i^T", r"\delta^{(1)}_i h_i^T", {9}),
    ],
)  # fmt: skip
def test_an_index_of_examples_stands_at_every_signal(right, wrong, lines):
    report = grade(
        _OF_EXAMPLES.replace(right, wrong),
        net=MLP(3, [4, 2], activation="tanh", output_activation="identity", rng=0),
        loss="softmax_cross_entropy",
    )
    assert {e.line for e in report.judged if not e.is_right} == lines, str(report)
    assert {e.line for e in report.judged} >= {3, 5, 7, 8, 9, 10}, str(report)


_OF_INDEX_LETTERS = r"""
$$\xi_j^{\text{hid}} = \sum_i w^{(h)}_{ij} x_i + b_j$$
$$o_j^{\text{hid}} = f(\xi_j^{\text{hid}})$$
$$\xi_k^{\text{out}} = \sum_j w_{jk}' o_j^{\text{hid}} + b_k'$$
$$o_k^{\text{out}} = f(\xi_k^{\text{out}})$$
$$e_k = \frac{\partial E}{\partial \xi_k^{\text{out}}} = (o_k^{\text{out}} - t_k) f'(\xi_k^{\text{out}})$$
$$\frac{\partial E}{\partial w_{jk}'} = e_k \, o_j^{\text{hid}}$$
$$e_j = f'(\xi_j^{\text{hid}}) \sum_k w_{jk}' e_k$$
$$\Delta w^{(h)}_{ij} = -\eta \, e_j x_i$$
"""


@pytest.mark.parametrize(
    ("right", "wrong", "lines"),
    [
        ("", "", set()),
        (r"w_{jk}' e_k", r"w_{jk}' o_k^{\text{out}}", {8}),
        (r"e_k \, o_j^{\text{hid}}", r"e_k \, o_k^{\text{out}}", {7}),
        (r"-\eta \, e_j", r"\eta \, e_j", {9}),
    ],
)
def test_a_letter_of_an_index_says_the_layer_beside_words_and_primes(
    right, wrong, lines
):
    report = grade(_OF_INDEX_LETTERS.replace(right, wrong))
    assert {e.line for e in report.judged if not e.is_right} == lines, str(report)
    assert {e.line for e in report.judged} >= {2, 3, 4, 5, 6, 7, 8, 9}, str(report)


DEFINED_BY_LAYER = r"""
$h^{(0)} = x$, $a^{(k)} = b^{(k)} + W^{(k)} h^{(k-1)}$, $h^{(k)} = f(a^{(k)})$ with $f = \tanh$.
Cost: $J = \frac12 (h^{(3)} - y)^\top(h^{(3)} - y)$. Let $g_k = \nabla_{a^{(k)}} J$.
$$g_3 = (h^{(3)} - y) \odot (1 - h^{(3)} \odot h^{(3)})$$
$$g_2 = (W^{(3)\top} g_3) \odot (1 - h^{(2)} \odot h^{(2)})$$
$$g_1 = (W^{(2)\top} g_2) \odot (1 - h^{(1)} \odot h^{(1)})$$
$$\nabla_{W^{(1)}} J = g_1 x^\top$$
With $D_k = \operatorname{diag}(1 - h^{(k)} \odot h^{(k)})$:
$$\nabla_{W^{(1)}} J = D_1 W^{(2)\top} D_2 W^{(3)\top} D_3 (h^{(3)} - y)\, x^\top$$
"""


@pytest.mark.parametrize(
    ("right", "slip", "line"),
    [
        ("", "", 0),
        (r"(W^{(2)\top} g_2)", r"(W^{(2)\top} g_1)", 6),
        ("J = g_1 x", "J = g_2 x", 7),
        (r"D_3 (h", r"D_2 (h", 9),
        (r"(1 - h^{(k)}", r"(1 + h^{(k)}", 9),
    ],
)
def test_letters_may_be_defined_for_every_layer(right, slip, line):
    net = MLP(3, [4, 5, 2], activation="tanh", output_activation="tanh", rng=0)
    assert right in DEFINED_BY_LAYER
    report = grade(DEFINED_BY_LAYER.replace(right, slip), net=net)
    wrong = {v.line for v in report.judged if v.status in {"wrong", "does not fit"}}
    assert wrong == {line} - {0}, str(report)
    assert {v.line for v in report.judged if v.is_right} >= {4, 5, 6, 7, 9} - {line}
    assert not any("cannot" in reason for *_, reason in report.left_out)


def test_a_diagonal_matrix_may_be_called_sigma():
    net = MLP(3, [4, 5, 2], activation="tanh", output_activation="tanh", rng=0)
    text = DEFINED_BY_LAYER.replace("D_", r"\Sigma_")
    assert 9 in {v.line for v in grade(text, net=net).judged if v.is_right}


OF_EXAMPLES = r"""
- $x_{1,i} = Input_i \times w_1 + b_1$ and $y_{1,i} = \log(1 + e^{x_{1,i}})$
- $x_{2,i} = Input_i \times w_2 + b_2$ and $y_{2,i} = \log(1 + e^{x_{2,i}})$
- $Predicted_i = y_{1,i} w_3 + y_{2,i} w_4 + b_3$

$$SSR = \sum_{i=1}^{n} (Observed_i - Predicted_i)^2$$

$$\frac{d\,SSR}{d\,b_3} = \sum_{i=1}^{n} -2 \times (Observed_i - Predicted_i) \times 1$$

$$\frac{d\,SSR}{d\,w_4} = \sum_{i=1}^{n} -2 \times (Observed_i - Predicted_i) \times y_{2,i}$$

$$\frac{d\,SSR}{d\,b_1} = \sum_{i=1}^{n} -2 \times (Observed_i - Predicted_i) \times w_3 \times \frac{e^{x_{1,i}}}{1 + e^{x_{1,i}}}$$
"""


@pytest.mark.parametrize(
    ("right", "slip", "line"),
    [
        ("", "", 0),
        (r"1$$", r"2$$", 8),
        (r"\times y_{2,i}", r"\times y_{1,i}", 10),
        (r"\times w_3", r"\times w_4", 12),
    ],
)
def test_an_index_behind_that_of_the_neuron_counts_examples(right, slip, line):
    net = MLP(1, [2, 1], activation="softplus", output_activation="identity", rng=0)
    setting = {"net": net, "loss": "squared_error", "reduction": "sum"}
    assert right in OF_EXAMPLES
    report = grade(OF_EXAMPLES.replace(right, slip), **setting)
    wrong = {v.line for v in report.judged if v.status in {"wrong", "does not fit"}}
    assert wrong == {line} - {0}, str(report)
    right_lines = {v.line for v in report.judged if v.is_right}
    assert right_lines == {2, 3, 4, 8, 10, 12} - {line}, str(report)


UPSTREAM = r"""
$$Z_1 = X W_1 + b_1, \quad H_1 = \tanh(Z_1), \quad Z_2 = H_1 W_2 + b_2, \quad P = \mathrm{softmax}(Z_2)$$
$$G_{Z_2} = \frac{\partial L}{\partial Z_2} = \frac{1}{N} (P - Y)$$
$$\frac{\partial L}{\partial W_2} = H_1^\top G_{Z_2}$$
$$\frac{\partial L}{\partial b_2} = \sum_n (G_{Z_2})_{n,:}$$
$$G_{H_1} = G_{Z_2} W_2^\top$$
$$G_{Z_1} = G_{H_1} \odot (1 - H_1^2)$$
"""


@pytest.mark.parametrize(
    ("right", "slip", "line"),
    [
        ("", "", 0),
        (r"H_1^\top G_{Z_2}", r"H_1^\top G_{H_1}", 4),
        ("_2} W_2^", "_2} W_1^", 6),
        ("1 - H", "1 + H", 7),
    ],
)
def test_a_letter_with_the_quantity_below_is_the_gradient_by_it(right, slip, line):
    net = MLP(3, [4, 5], activation="tanh", output_activation="linear", rng=0)
    assert right in UPSTREAM
    report = grade(UPSTREAM.replace(right, slip), net=net, loss="softmax_cross_entropy")
    wrong = {v.line for v in report.judged if v.status in {"wrong", "does not fit"}}
    assert wrong == {line} - {0}, str(report)
    right_lines = {v.line for v in report.judged if v.is_right}
    assert right_lines == {2, 3, 4, 5, 6, 7} - {line}, str(report)


COUNTED_BY_M = r"""
$$z^m = W^m a^{m - 1} + b^m, \quad a^m = \sigma(z^m)$$
$$\frac{\partial C}{\partial W^m_{ij}} = \sum_{k = 1}^{N^m} \frac{\partial C}{\partial z^m_k} \frac{\partial z^m_k}{\partial W^m_{ij}}$$
$$\frac{\partial C}{\partial z^m_k} = \left(\sum_{l = 1}^{N^{m + 1}} \frac{\partial C}{\partial z^{m + 1}_l} W^{m + 1}_{lk}\right) \frac{\partial a^m_k}{\partial z^m_k}$$
$$\frac{\partial C}{\partial W^m} = \frac{\partial C}{\partial z^m} a^{m - 1 \top}$$
$$W^m = W^m - \lambda \frac{\partial C}{\partial W^m}$$
"""


@pytest.mark.parametrize(
    ("right", "slip", "line"),
    [
        ("", "", 0),
        ("W^{m + 1}_{lk}", "W^{m + 1}_{kl}", 4),
        (r"a^{m - 1 \top}", r"a^{m \top}", 5),
        (r"- \lambda", r"+ \lambda", 6),
    ],
)
def test_layers_may_be_counted_by_m_and_neurons_by_l(right, slip, line):
    net = MLP(3, [4, 5, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    assert right in COUNTED_BY_M
    report = grade(COUNTED_BY_M.replace(right, slip), net=net)
    wrong = {v.line for v in report.judged if v.status in {"wrong", "does not fit"}}
    assert wrong == {line} - {0}, str(report)
    right_lines = {v.line for v in report.judged if v.is_right}
    assert right_lines == {2, 3, 4, 5, 6} - {line}, str(report)


VECTORS_AS_ROWS = r"""
$$h^T = f(u), \quad u^T = x^TW_1$$
$$y^T = h^TW_2$$
$$\nabla_{y^T} L = 2 (y^T - t^T) = 2 (y - t)^T$$
$$\nabla_{W_2} L = h \cdot \nabla_{y^T} L$$
$$\nabla_{h^T} L = \nabla_{y^T} L \cdot W_2^T$$
$$\nabla_{W_1} L = x \cdot \nabla_{u^T} L$$
"""


@pytest.mark.parametrize(
    ("right", "slip", "line"),
    [
        ("", "", 0),
        (r"h \cdot", r"x \cdot", 5),
        (r"\cdot W_2^T", r"\cdot W_2", 6),
        (r"x \cdot", r"h \cdot", 7),
    ],
)
def test_vectors_that_are_transposed_throughout_are_rows(right, slip, line):
    net = MLP(3, [4, 2], activation="relu", output_activation="identity", rng=0)
    setting = {"net": net, "loss": "squared_error", "reduction": "sum"}
    assert right in VECTORS_AS_ROWS
    report = grade(VECTORS_AS_ROWS.replace(right, slip), **setting)
    wrong = {v.line for v in report.judged if v.status in {"wrong", "does not fit"}}
    assert wrong == {line} - {0}, str(report)
    right_lines = {v.line for v in report.judged if v.is_right}
    assert right_lines == {2, 3, 4, 5, 6, 7} - {line}, str(report)


SLOPE_AS_SAID = r"""
$$Z^{[l]} = W^{[l]} A^{[l-1]} + b^{[l]}, \quad A^{[l]} = g(Z^{[l]})$$
$$dZ^{[l]} = W^{[l+1]T} dZ^{[l+1]} \odot g(Z^{[l]})$$
Here $g(Z^{[l]})$ is the derivative of the activation function:
$$g(Z^{[l]}) = \begin{cases} 1 & Z^{[l]} > 0 \\ 0 & Z^{[l]} \leq 0 \end{cases}$$
$$db^{[l]} = \frac{1}{m} \sum_{i=1}^m dZ^{[l](i)}$$
"""


def test_a_name_is_of_the_slope_where_the_text_says_so():
    net = MLP(3, [4, 2], activation="relu", output_activation="relu", rng=0)
    found = grade(SLOPE_AS_SAID, net=net)
    assert [v for v in found.judged if not v.is_right] == []
    assert {2, 3, 5, 6} <= {v.line for v in found.judged}
    for right, slip in (
        (r"dZ^{[l+1]} \odot", r"dZ^{[l]} \odot"),
        ("is the derivative of", "is that"),
    ):
        found = grade(SLOPE_AS_SAID.replace(right, slip), net=net)
        assert 3 in {v.line for v in found.judged if not v.is_right}


OF_VALUES = """
z₁ = w₁₁x₁ + w₁₂x₂ + b₁ = 0.1(1.0) + 0.3(0.5) + 0.1 = 0.35
z₂ = w₂₁x₁ + w₂₂x₂ + b₂ = 0.2(1.0) + 0.4(0.5) + 0.1 = 0.50
a₁ = σ(0.35) = 1/(1 + e⁻⁰·³⁵) ≈ 0.5866
a₂ = σ(0.50) = 1/(1 + e⁻⁰·⁵⁰) ≈ 0.6225
ŷ = v₁a₁ + v₂a₂ + b₃ = 0.5(0.5866) + 0.6(0.6225) + 0.1 = 0.7668
∂L/∂ŷ = ŷ - y = 0.7668 - 1.0 = -0.2332
∂L/∂v₁ = (-0.2332) · a₁ = (-0.2332)(0.5866) = -0.1368
∂L/∂a₁ = ∂L/∂ŷ · ∂ŷ/∂a₁ = (-0.2332) · v₁ = (-0.2332)(0.5) = -0.1166
∂L/∂a₂ = ∂L/∂ŷ · ∂ŷ/∂a₂ = (-0.2332) · v₂ = (-0.2332)(0.6) = -0.1399
∂L/∂z₂ = ∂L/∂a₂ · σ'(z₂) = ∂L/∂a₂ · a₂(1 - a₂) = (-0.1399)(0.2350) = -0.0329
∂L/∂w₂₁ = (-0.0329) · x₁ = (-0.0329)(1.0) = -0.0329
"""


@pytest.mark.parametrize(
    ("right", "slip", "line"),
    [
        ("", "", 0),
        ("(-0.2332) · a₁", "(-0.2332) · a₂", 8),
        ("(-0.2332) · v₁", "(-0.2332) · v₂", 9),
        ("(-0.0329) · x₁", "(-0.0329) · x₂", 12),
    ],
)
def test_a_value_stands_for_what_it_is_the_value_of(right, slip, line):
    assert right in OF_VALUES
    net = MLP(2, [2, 1], activation="sigmoid", output_activation="linear", rng=0)
    report = grade(OF_VALUES.replace(right, slip), net=net)
    wrong = {v.line for v in report.judged if v.status in {"wrong", "does not fit"}}
    assert wrong == {line} - {0}, str(report)
    assert {v.line for v in report.judged if v.is_right} >= {*range(2, 13)} - {line}


def test_the_learning_rate_may_be_two_words():
    text = OF_VALUES + "\nw₂₁ = w₂₁ - learning rate * ∂L/∂w₂₁\n"
    net = MLP(2, [2, 1], activation="sigmoid", output_activation="linear", rng=0)
    assert 14 in {v.line for v in grade(text, net=net).judged if v.is_right}
    text = text.replace("- learning", "+ learning")
    assert 14 in {v.line for v in grade(text, net=net).judged if v.status == "wrong"}


COST_IN_PARTS = """
h1=w1*i1+w2*i2
h2=w3*i1+w4*i2
a_h1= sigmoid(h1)
a_h2= sigmoid(h2)
o1= w5*a_h1+w6*a_h2
o2= w7*a_h1+w8*a_h2
a_o1= sigmoid(o1)
a_o2= sigmoid(o2)
E1=1/2*(t1-a_o1)^2
E2=1/2*(t2-a_o2)^2
dET/da_o1 = dE1/da_o1 + dE2/da_o1 = (a_o1-t1) + 0
dET/dw5 = dE1/dw5 + dE2/dw5 = dE1/dw5
dET/da_h1 = d(E1+E2)/da_h1
"""


@pytest.mark.parametrize(
    ("right", "slip", "line"),
    [
        ("", "", 0),
        ("dE2/da_o1 = (", "dE1/da_o1 = (", 12),
        ("= dE1/dw5\n", "= dE2/dw6 + dE1/dw6\n", 13),
        ("d(E1+E2)", "d(E1+E1)", 14),
    ],
)
def test_an_output_has_no_part_in_the_cost_of_another(right, slip, line):
    assert right in COST_IN_PARTS
    net = MLP(2, [2, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    report = grade(COST_IN_PARTS.replace(right, slip), net=net)
    assert {v.line for v in report.judged if not v.is_right} == {line} - {0}, report
    assert {v.line for v in report.judged if v.is_right} >= {12, 13, 14} - {line}


def test_a_function_of_a_whole_layer_is_of_its_own_sum_too():
    text = RECURSION + r"$$z^l = w^l a^{l-1} + b^l$$" + "\n"
    text += r"$$a^l_j = g^l_j(z^l_1, \dots, z^l_j, \dots, z^l_n)$$" + "\n"
    found = grade(text, net=MLP(3, [4, 2], activation="sigmoid", rng=0))
    assert {"A1", "A2"} <= {v.quantity for v in found.judged if v.is_right}


@pytest.mark.parametrize("value", ["0.5 * 0.0822", "η * 0.1232"])
def test_a_step_by_an_examples_numbers_is_not_judged(value):
    text = OF_VALUES + f"\nv₁ = v₁ - {value} = 0.4589\n"
    net = MLP(2, [2, 1], activation="sigmoid", output_activation="linear", rng=0)
    report = grade(text, net=net)
    assert all(v.is_right and v.line < 14 for v in report.judged)
    assert 14 in {line for line, *_ in report.left_out}


@pytest.mark.parametrize("new", ["w5_new", "w5_updated"])
def test_a_weight_after_a_step_is_the_weight(new):
    text = COST_IN_PARTS + f"{new} = w5 - 0.5 * dET/dw5\n"
    net = MLP(2, [2, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    assert 15 in {v.line for v in grade(text, net=net).judged if v.is_right}
    found = grade(text.replace("w5 - 0.5", "w5 + 0.5"), net=net)
    assert 15 in {v.line for v in found.judged if v.status == "wrong"}


_PRIMED_OUTPUTS = r"""
$$z_1 = w_1 x + b_1$$ $$h = \sigma(z_1)$$ $$z_2 = w_2 h + b_2$$ $$y' = \sigma(z_2)$$
$$\frac{\partial L}{\partial y'} = (y' - y)$$
$$\frac{\partial L}{\partial z_2} = (y' - y) \odot y'(1 - y')$$
$$\frac{\partial L}{\partial z_1} = w_2^T \frac{\partial L}{\partial z_2} \odot h(1 - h)$$
"""


@pytest.mark.parametrize(
    ("right", "slip", "lines"),
    [
        ("", "", set()),
        (r"\odot y'(1 - y')", "", {4}),
        (r"\odot h(1 - h)", r"\odot y'(1 - y')", {5}),
    ],
)
def test_outputs_may_be_y_with_a_prime(right, slip, lines):
    assert right in _PRIMED_OUTPUTS
    report = grade(_PRIMED_OUTPUTS.replace(right, slip))
    wrong = {v.line for v in report.judged if v.status in {"wrong", "does not fit"}}
    assert wrong == lines, str(report)
    assert {v.line for v in report.judged if v.is_right} >= {2, 3, 4, 5} - lines


def test_whether_a_slope_is_taken_at_a_sum_is_asked_where_nothing_says_so():
    plain = r"""
$$\delta_k = (\hat y_k - y_k) f'(a_k)$$
$$\frac{\partial E}{\partial w_{kj}} = \delta_k x_j$$
"""
    statuses = {v.quantity: v.status for v in grade(plain).judged}
    assert statuses["dZ2"] == "cannot be read"
    told = r"$a^l = \sigma(z^l)$ $$\delta^L = (a^L - y) \odot \sigma'(a^L)$$"
    assert grade(told).verdicts["dZ2"].mistake == "act-sigmoid-twice"


def test_an_a_of_no_layer_does_not_go_into_the_first_one():
    text = r"""
$z = W^{(1)} x + b^{(1)}$, $a = \sigma(z)$, $\hat y = \sigma(W^{(2)} a + b^{(2)})$
$$\frac{\partial L}{\partial W^{(1)}} = \frac{\partial L}{\partial z} x^\top$$
"""
    assert grade(text).verdicts["dW1"].is_right
    assert not grade(text.replace(r"x^\top", r"a^\top")).verdicts["dW1"].is_right


_OF_ONE_EXAMPLE = r"""
$E_d = \frac12 \sum_k (t_k - o_k)^2$, $o_j = \sigma(net_j)$, $net_j = \sum_i w_{ji} x_{ji}$.
$$\delta_k = (t_k - o_k) o_k (1 - o_k)$$
$$\delta_j = o_j (1 - o_j) \sum_k \delta_k w_{kj}$$
$$\Delta w_{ji} = \eta \delta_j x_{ji}$$
$$\frac{\partial E_d}{\partial net_j} = \sum_k -\delta_k w_{kj} o_j (1 - o_j)$$
"""


def test_a_derivative_of_one_example_s_cost_has_the_sign_that_deltas_have_not():
    assert grade(_OF_ONE_EXAMPLE).passed
    slip = grade(_OF_ONE_EXAMPLE.replace(r"-\delta_k", r"\delta_k"))
    assert {v.line for v in slip.judged if not v.is_right} == {6}, str(slip)


_OF_CONVENTION = r"""
$$z^l_i = w^l_{ij} a^{l-1}_j + b^l_i, \quad a^l_i = \sigma(z^l_i)$$
$$\delta^L_i = (a^L_i - y_i)\, \sigma'(z^L_i)$$
$$\delta^l_j = \big(w^{l+1}_{kj} \delta^{l+1}_k\big)\, \sigma'\big(w^l_{jm} a^{l-1}_m + b^l_j\big)$$
$$\frac{\partial C}{\partial w^l_{ij}} = \frac{\partial C}{\partial z^l_k} \frac{\partial z^l_k}{\partial w^l_{ij}} = \delta^l_i a^{l-1}_j$$
"""


@pytest.mark.parametrize(
    "said",
    [
        "",  # its sums have no signs, and there is no other one
        "We use Einstein's summation convention.",
        "Repeated *lower* indices are summed unless stated otherwise.",
        "(summation over repeated indices is implied)",
        "Über doppelt vorkommende Indizes wird summiert.",
        "Usamos el convenio de Einstein.",
    ],
)
def test_repeated_indices_are_summed_where_the_text_does_so(said):
    report = grade(said + _OF_CONVENTION)
    assert report.passed, str(report)
    assert {v.line for v in report.judged} == {2, 3, 4, 5}
    for right, slip, line in (
        ("w^{l+1}_{kj}", "w^{l+1}_{jk}", 4),
        (r"\delta^l_i a^{l-1}_j", r"\delta^l_j a^{l-1}_i", 5),
    ):
        report = grade(said + _OF_CONVENTION.replace(right, slip))
        assert {v.line for v in report.judged if not v.is_right} == {line}


def test_repeated_indices_in_plain_text():
    text = """
Einstein summation.

δᵢ = (aᵢ − yᵢ) aᵢ (1 − aᵢ)
∂C/∂hⱼ = wᵢⱼ δᵢ
∂C/∂wᵢⱼ = δᵢ hⱼ
"""
    report = grade(text)
    assert report.passed, str(report)
    assert {v.line for v in report.judged} == {4, 5, 6}


@pytest.mark.parametrize(
    "said",
    ["We do not use the summation convention.", r"Here $z_j = \sum_i w_{ji} x_i$."],
)
def test_a_sum_is_missing_where_a_text_writes_its_sums(said):
    text = r"""
$$\delta^2_k = (a^2_k - y_k) \sigma'(z^2_k)$$
$$\delta^1_j = w^2_{kj} \delta^2_k \sigma'(z^1_j)$$
$$\frac{\partial C}{\partial w^2_{kj}} = \delta^2_k a^1_j$$
"""
    assert grade(f"{said}\n{text}").verdicts["dZ1"].mistake == "sum-missing"


def test_a_function_with_the_number_of_its_layer_is_no_delta():
    text = r"""
$$Z^{[1]} = W^{[1]}X + b^{[1]}$$
$$A^{[1]} = g^{[1]}(Z^{[1]})$$
$$Z^{[2]} = W^{[2]}A^{[1]} + b^{[2]}$$
Here $\sigma = \frac{1}{1+e^{-z^{[2]}}}$, and $g^{[1]}$ is tanh.
$$\frac{\partial J}{\partial W^{[1]}} = \frac{1}{m} \left[ W^{[2]T} (A^{[2]} - Y) * g'^{[1]}(Z^{[1]}) \right] X^T$$
$$\frac{\partial J}{\partial b^{[1]}} = \frac{1}{m} \sum_{i=1}^{m} \left[ W^{[2]T} (A^{[2](i)} - Y^{(i)}) * g'^{[1]}(Z^{[1](i)}) \right]$$
"""
    net = MLP(3, [4, 1], activation="tanh", output_activation="sigmoid", rng=0)
    assert grade(text, net=net, loss="binary_cross_entropy").passed


def test_an_activation_may_be_called_l():
    text = r"""
$$l_h = f(\sum_i x_i W^H_{ih}), \quad \hat y_o = f(\sum_h l_h W^O_{ho})$$
$$\delta^O_o = (\hat y_o - y_o) f'(\sum_h l_h W^O_{ho})$$
$$\delta^H_h = \sum_o W^O_{ho} \delta^O_o f'(\sum_i x_i W^H_{ih})$$
$$\frac{\partial E}{\partial W^O_{ho}} = \delta^O_o l_h$$
"""
    assert grade(text).passed
    slip = grade(text.replace(r"f'(\sum_i x_i W^H_{ih})", ""))
    assert {v.line for v in slip.judged if not v.is_right} == {4}


def test_an_error_that_is_averaged_shows_where_the_mean_was_lost():
    text = r"""
$$z_1 = XW_1 + b_1, \quad a_1 = \mathrm{ReLU}(z_1)$$
$$z_2 = a_1W_2 + b_2, \quad \hat{Y} = \mathrm{softmax}(z_2)$$
$$\frac{\partial L}{\partial z_2} = \frac{1}{B}(\hat{Y} - Y)$$
$$\frac{\partial L}{\partial W_1} = X^T \big[\frac{1}{B} (\hat{Y} - Y) W_2^T \odot \mathbb{1}(z_1 > 0)\big]$$
$$\frac{\partial L}{\partial W_2} = a_1^T \frac{1}{B} (\hat{Y} - Y)$$
"""
    net = MLP(3, [4, 3], activation="relu", rng=0)
    options = {"net": net, "loss": "softmax_cross_entropy"}
    assert grade(text, **options).passed
    for line, before in ((5, r"\big["), (6, "a_1^T ")):
        slip = grade(text.replace(rf"{before}\frac{{1}}{{B}}", before), **options)
        wrong = {v.line: v.mistake for v in slip.judged if not v.is_right}
        assert wrong == {line: "batch-1m-missing"}, str(slip)
    both = text.replace(r"\big[\frac{1}{B}", r"\big[").replace(r"T \frac{1}{B}", "T ")
    slip = grade(both, **options)
    assert {v.line for v in slip.judged if not v.is_right} == {5, 6}


TWO_FUNCTIONS = {
    "f": r"""
$z_h = W x + b$, $h = f(z_h)$, $z_o = V h + c$, $\hat y = g(z_o)$

$\delta_o = (\hat y - y) g'(z_o)$

$\delta_h = V^T \delta_o \odot f'(z_h)$
""",
    r"\phi": r"""
$z^{(1)} = W^{(1)} x + b^{(1)}$, $a^{(1)} = \phi(z^{(1)})$

$z^{(2)} = W^{(2)} a^{(1)} + b^{(2)}$, $a^{(2)} = g(z^{(2)})$

$\delta^{(1)} = W^{(2)T} ((a^{(2)} - y) \odot g'(z^{(2)})) \odot \phi'(z^{(1)})$
""",
    "f(": r"""
$z_j = \sum_i w_{ji} x_i + b_j$, $h_j = f(z_j)$

$z_k = \sum_j w_{kj} h_j + b_k$, $y_k = g(z_k)$, $\delta_k = (y_k - t_k) g'(z_k)$

$\delta_j = f'(z_j) \sum_k w_{kj} \delta_k$
""",
    "f(z1)": """
z1 = W1 x + b1
h = f(z1)
z2 = W2 h + b2
y = g(z2)
δ2 = (y - t) ⊙ g'(z2)
δ1 = W2ᵀ δ2 ⊙ f'(z1)
""",
}


@pytest.mark.parametrize("letter", TWO_FUNCTIONS)
def test_each_layer_may_have_a_letter_for_its_function(letter):
    net = MLP(3, [4, 2], activation="tanh", output_activation="sigmoid", rng=0)
    text = TWO_FUNCTIONS[letter]
    of = {"net": net, "loss": "half_squared_error"}
    assert grade(text, **of).passed
    name = letter.partition("(")[0]
    found = grade(text.replace(f"{name}'", "g'"), **of)
    assert [one.quantity for one in found.judged if not one.is_right] == ["dZ1"]
    same = MLP(3, [4, 2], activation="tanh", output_activation="tanh", rng=0)
    assert grade(text.replace(f"{name}'", "g'"), **(of | {"net": same})).passed


def test_a_linear_output_keeps_its_letters():
    text = r"""
$u = xW$, $h = f(u)$, $y = hS$, $L = \frac12 (y - t)^2$

$\frac{\partial L}{\partial S} = h^T (y - t)$

$\frac{\partial L}{\partial W} = x^T ((y - t) S^T \odot f'(u))$
"""
    net = MLP(3, [4, 2], activation="tanh", output_activation="identity", rng=0)
    of = {"net": net, "loss": "half_squared_error"}
    assert grade(text, **of).passed
    forward, gradients = text.split("\n\n", 1)
    swapped = gradients.translate(str.maketrans("WS", "SW"))
    found = grade(f"{forward}\n\n{swapped}", **of)
    assert {one.line for one in found.judged if not one.is_right} == {4, 6}


OF_LAYERS = r"""
$z^{(k)} = W^{(k)} a^{(k-1)} + b^{(k)}$, $a^{(k)} = f(z^{(k)})$

$\delta^{(L)} = (a^{(L)} - y) \odot f'(z^{(L)})$

$\delta^{(k)} = (W^{(k+1)})^T \delta^{(k+1)} \odot f'(z^{(k)})$

$\frac{\partial L}{\partial W^{(k)}} = \delta^{(k)} a^{(k-1)T}$, $\frac{\partial L}{\partial b^{(k)}} = \delta^{(k)}$

$W^{(k)} = W^{(k)} - \eta\, \delta^{(k)} a^{(k-1)T}$
"""
RARE_LETTERS = (
    {"W": "K"},
    {"W": r"\Omega"},
    {"W": "V", "b": r"\text{bias}"},
    {"a": r"\alpha"},
    {"y": r"\tau"},
    {"y": r"\text{target}"},
    {"z": r"\mathrm{preact}"},
    {"z": r"\xi", r"\partial L": r"\partial Q"},
    {"f": r"\operatorname{act}"},
    {r"\partial L": r"\partial \text{err}"},
    {r"\eta": r"\lambda"},
    {r"\eta": r"\mathrm{lr}"},
)


@pytest.mark.parametrize("letters", RARE_LETTERS, ids=str)
def test_rare_letters_are_read_where_the_usual_ones_are_free(letters):
    text = OF_LAYERS
    for usual, rare in letters.items():
        place = rf"(?<![A-Za-z\\]){re.escape(usual)}(?![A-Za-z])"
        text = re.sub(place, lambda _, rare=rare: f"{rare} ", text)
    net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    of = {"net": net, "loss": "half_squared_error"}
    plain, found = grade(OF_LAYERS, **of), grade(text, **of)
    assert found.passed
    right = [one.quantity for one in plain.judged]
    assert [one.quantity for one in found.judged] == right
    slip = text.replace(r"\delta^{(k)} = (", r"\delta^{(k)} = -(")
    wrong = {one.line for one in grade(slip, **of).judged if not one.is_right}
    assert wrong == {6}


def test_a_taken_letter_stays_what_it_is():
    text = OF_LAYERS.replace("W", "K") + "\n\nHere $W$ is the number of weights.\n"
    net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    found = grade(text, net=net, loss="half_squared_error")
    assert not any(one.status in {"wrong", "does not fit"} for one in found.judged)


OF_NEURONS = r"""
$z_q = \sum_p w_{qp}^{(1)} x_p$, $a_q = \tanh(z_q)$, $y_r = \sum_q w_{rq}^{(2)} a_q$

$\delta_r = y_r - t_r$, $\delta_q = (1 - a_q^2) \sum_r w_{rq}^{(2)} \delta_r$

$\frac{\partial E}{\partial w_{qp}^{(1)}} = \delta_q x_p$, $\frac{\partial E}{\partial w_{rq}^{(2)}} = \delta_r a_q$
"""


@pytest.mark.parametrize("letters", [r"\alpha \beta \gamma", r"\mu \nu \rho"])
def test_greek_letters_count_neurons(letters):
    text = OF_NEURONS
    for latin, greek in zip("pqr", letters.split(), strict=True):
        text = re.sub(
            rf"(?<=[_{{}}pqr]){latin}(?![a-z]*\()",
            lambda _, greek=greek: f"{greek} ",
            text,
        )
    text = re.sub(r"_(\\\w+) ", r"_{\1}", text) + f"\nThe ${greek}^{{th}}$ output.\n"
    net = MLP(3, [4, 2], activation="tanh", output_activation="identity", rng=0)
    of = {"net": net, "loss": "half_squared_error"}
    assert grade(text, **of).passed
    assert len(grade(text, **of).judged) == len(grade(OF_NEURONS, **of).judged)
    slip = text.replace(r"= (1 - ", r"= (1 + ")
    found = grade(slip, **of)
    assert {one.line for one in found.judged if not one.is_right} == {4}


def test_an_arrow_leads_from_one_index_to_the_other():
    text = re.sub(r"w_\{(\w)(\w)\}", r"w_{\2 \\to \1}", OF_NEURONS)
    assert r"w_{p \to q}" in text
    net = MLP(3, [4, 2], activation="tanh", output_activation="identity", rng=0)
    of = {"net": net, "loss": "half_squared_error"}
    assert grade(text, **of).passed
    slip = text.replace(r"= \delta_r a_q", r"= \delta_r x_p")
    assert not grade(slip, **of).passed


@pytest.mark.parametrize("letter", ["i", "n"])
def test_a_letter_above_weights_counts_layers(letter):
    text = r"""
$$a^i_j = \sigma\Big(\sum_k w^i_{jk} a^{i-1}_k + b^i_j\Big)$$
$$\frac{\partial C}{\partial w^i_{jk}} = a^i_k \delta^i_j$$
$$\frac{\partial C}{\partial w^i_{jk}} = a^{i-1}_k \delta^i_j$$
"""
    text = re.sub(r"(?<=\^)i|(?<=\^\{)i", letter, text)
    judged = grade(text, loss="half_squared_error").judged
    assert {one.line for one in judged if not one.is_right} == {3}
    assert {one.line for one in judged if one.is_right} == {2, 4}
