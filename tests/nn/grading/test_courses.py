"""Notations of courses that many have taken, each right, and with one mistake in it."""

# ruff: noqa: E501  (formulas are as long as they are)

import pytest

from nn import MLP, grade
from nn.grading.sections import by_sections

pytestmark = pytest.mark.one_in(12, "thorough")  # each grades a text or more

SOFTMAX = {
    "net": MLP(3, [4, 3], activation="relu", output_activation="linear", rng=0),
    "loss": "softmax_cross_entropy",
}
LINEAR = {
    "net": MLP(3, [5, 4, 2], activation="relu", output_activation="linear", rng=0),
}
DELTAS = r"$\delta^L = (a^L - y) \odot \sigma'(z^L)$, $\delta^l = ((W^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)$"
# a text, its options, what is put in place of what, and the quantity that then is wrong
COURSES = {
    "gradients added up entry by entry": (
        rf"{DELTAS}, for each example $\Delta^l_{{ij}} := \Delta^l_{{ij}} + a_j^{{l-1}} \delta_i^l$",
        {},
        (r"a_j^{l-1} \delta_i^l", r"a_i^{l-1} \delta_j^l"),
        "dW1",
    ),
    "a letter for the average of what was added up": (
        (
            rf"{DELTAS}, $\Delta^l := \Delta^l + \delta^l (a^{{l-1}})^T$, $D^l_{{ij}} = \frac{{1}}{{m}} \Delta^l_{{ij}}$"
            r" and $\frac{\partial J}{\partial W^l_{ij}} = D^l_{ij}$"
        ),
        {},
        (r"\Delta^l_{ij}$ and", r"\Delta^l_{ji}$ and"),
        "dW2",
    ),
    "the bias by the costs of single examples": (
        r"$\frac{\partial}{\partial b_i^l} J(W, b) = \frac{1}{m} \sum_{i=1}^m \frac{\partial}{\partial b_i^l} J(W, b; x^{(i)}, y^{(i)})$",
        {},
        (r"\frac{1}{m} \sum", r"\frac{2}{m} \sum"),
        "db2",
    ),
    "a rate that depends on the step": (
        rf"{DELTAS}, $W^l = W^l - \eta(t) \frac{{\partial C}}{{\partial W^l}}$",
        {},
        (r"\frac{\partial C}{\partial W^l}", "W^l"),
        "update of W1",
    ),
    "the entries but that of the constant input": (
        r"$z^l = W^l a^{l-1} + b^l$, $\delta^l = \sigma'(z^l) \odot \left[ (W^{l+1})^T \delta^{l+1} \right]_1^{d^l}$",
        {},
        (r"\sigma'(z^l) \odot", ""),
        "dZ1",
    ),
    "the power rule written out": (
        r"$\frac{\partial E}{\partial a^2} = 2 * \frac{1}{2} (y - a^2)^{2 - 1} * -1$",
        {},
        ("* -1", ""),
        "dA2",
    ),
    "a letter for the number of layers": (
        (
            r"$z^{[k]} = W^{[k]} a^{[k-1]} + b^{[k]}$, $\delta^{[r]} = z^{[r]} - y$, $\delta^{[k]} = ({W^{[k+1]}}^\top \delta^{[k+1]}) \odot \text{ReLU}'(z^{[k]})$,"
            r" $\frac{\partial J}{\partial W^{[r]}} = \delta^{[r]} {a^{[r-1]}}^\top$"
        ),
        LINEAR,
        ("{a^{[r-1]}}", "{a^{[r]}}"),
        "dW3",
    ),
    "the right class in cases": (
        (
            r"$z^2 = W^2 a^1 + b^2$, $p_i = \frac{e^{z_i^2}}{\sum_j e^{z_j^2}}$,"
            r" $$\frac{\partial L}{\partial z_i^2} = \begin{cases} p_i & i \neq y \\ p_i - 1 & i = y \end{cases}$$"
        ),
        SOFTMAX,
        (r"i \neq y \\ p_i - 1 & i = y", r"i = y \\ p_i - 1 & i \neq y"),
        "dZ2",
    ),
    "the right class in an indicator": (
        r"$z^2 = W^2 a^1 + b^2$, $p_i = \frac{e^{z_i^2}}{\sum_j e^{z_j^2}}$, $\frac{\partial L}{\partial z_i^2} = p_i - 1[i = y]$",
        SOFTMAX,
        ("p_i - 1[", "p_i + 1["),
        "dZ2",
    ),
    "logits by that word": (
        r"$P = \text{softmax}(\text{logits})$, $\frac{\partial L}{\partial \text{logits}} = P - y$, $\frac{\partial L}{\partial W_2} = (P - y) h_1^\top$",
        SOFTMAX,
        (r"\text{logits}} = P - y", r"\text{logits}} = P + y"),
        "dZ2",
    ),
    "a cost beside the probabilities, after a wide gap": (
        (
            r"$L_i = -\log\left(\frac{e^{f_{y_i}}}{\sum_j e^{f_j}}\right)$, $p_k = \frac{e^{f_k}}{\sum_j e^{f_j}} \hspace{1in} L_i = -\log(p_{y_i})$,"
            r" $\frac{\partial L_i}{\partial f_k} = p_k - \mathbb{1}(y_i = k)$"
        ),
        SOFTMAX,
        (r"p_k - \mathbb", r"p_k + \mathbb"),
        "dZ2",
    ),
    "the curve of an activation of any x": (
        rf"{DELTAS}. Since $r = \max(0, x)$, it is $\frac{{dr}}{{dx}} = 1(x > 0)$",
        {"net": MLP(3, [4, 2], activation="relu", output_activation="relu", rng=0)},
        ("1(x > 0)", "1(x < 0)"),
        r"\frac{dr}{dx}",
    ),
    "the term of a sum in which a weight is": (
        (
            r"$\text{net}_j = \sum_i w_{ij} o_i$, $o_j = \sigma(\text{net}_j)$, $\delta_j = (o_j - t_j) o_j (1 - o_j)$, $\frac{\partial E}{\partial w_{ij}} = o_i \delta_j$,"
            r" $\frac{\partial \text{net}_j}{\partial w_{ij}} = \frac{\partial}{\partial w_{ij}} w_{ij} o_i = o_i$"
        ),
        {},
        ("w_{ij} o_i = o_i", "w_{ij} o_i = o_j"),
        r"\frac{\partial \text{net}_j}{\partial w_{ij}}",
    ),
    "rows of Jacobians times a slope": (
        (
            r"We look at one example. $z = W x + b_1$, $h = \text{ReLU}(z)$, $\theta = U h + b_2$, $\hat y = \text{softmax}(\theta)$,"
            r" $\delta_1 = \frac{\partial J}{\partial \theta} = (\hat y - y)^T$, $\delta_2 = \frac{\partial J}{\partial z} = \frac{\partial J}{\partial \theta} \frac{\partial \theta}{\partial h} \frac{\partial h}{\partial z}$,"
            r" $\delta_2 = \delta_1 U \circ \text{ReLU}'(z)$, $\frac{\partial J}{\partial U} = \delta_1^T h^T$, $\frac{\partial J}{\partial W} = \delta_2^T x^T$, $\frac{\partial J}{\partial x} = (\delta_2 W)^T$"
        ),
        SOFTMAX,
        (r"= \delta_2^T x^T", r"= \delta_1^T x^T"),
        "dW1",
    ),
}


@pytest.mark.parametrize("name", COURSES)
def test_the_notation_of_a_course_is_read(name):
    text, options, _, quantity = COURSES[name]
    report = grade(text, **options)
    assert [str(one) for one in report.judged if not one.is_right] == []
    assert quantity in report.verdicts


@pytest.mark.parametrize("name", COURSES)
def test_what_is_wrong_in_it_is_not_called_right(name):
    text, options, (right, wrong), quantity = COURSES[name]
    assert text.count(right) == 1
    report = grade(text.replace(right, wrong), **options)
    assert not report.verdicts[quantity].is_right


@pytest.mark.parametrize(
    "formula",
    [
        r"\left(\frac{\partial f}{\partial x}\right)_{ij} = \frac{\partial f_i}{\partial x_j}",
        r"\overline{v} = \frac{\partial \mathcal{L}}{\partial v}",
    ],
)
def test_what_says_how_a_text_writes_is_left_out(formula):
    bars = r"$\overline{w^2} = \overline{z^2} (a^1)^T$, $\overline{z^2} = (a^2 - y) \odot \sigma'(z^2)$"
    report = grade(f"Here ${formula}$. {bars}")
    assert {one.quantity for one in report.judged} == {"dW2", "dZ2"}
    assert report.passed
    (left_out,) = report.left_out
    assert "cannot" not in left_out[2]


def test_a_weight_that_stands_for_all_says_what_they_are_called():
    report = grade(rf"All weights are $w = \{{w_{{ij}}^l\}}$. {DELTAS}")
    assert report.passed
    assert "what the entries are called" in report.verdicts["update of W"].message


def test_the_cost_by_another_name_is_no_value_of_what_stands_before():
    report = grade(rf"$a^0 = x$, and $C$ is the cost ($= E$ above). {DELTAS}")
    assert report.passed
    assert "the cost" in report.left_out[0][2]


def test_a_rule_that_is_recalled_is_no_forward_pass_of_the_network():
    text = r"$z^1 = W^1 x + b^1$, $a^1 = \sigma(z^1)$. For $z^1 = W^1 x$ it is $\frac{\partial z^1}{\partial x} = W^1$."
    report = grade(text)
    assert report.passed
    assert [reason for *_, reason in report.left_out] == [
        "what this layer computes stands elsewhere: not judged"
    ]


NEURONS = r"""
# For one neuron

Let $L = \{u, v, \dots, w\}$ be the neurons that get something from $j$.
$$E = \frac{1}{2}\sum_j (t_j - o_j)^2$$
$$o_j = \varphi(\text{net}_j) = \varphi\left(\sum_k w_{kj} x_k\right)$$
$$\frac{\partial E}{\partial o_j} = o_j - t_j$$
$$\frac{\partial E}{\partial w_{ij}} = o_i \delta_j$$
$$\delta_j = (o_j - t_j) o_j (1 - o_j)$$
$$\frac{\partial E}{\partial o_j} = \sum_\ell \left(\frac{\partial E}{\partial o_\ell}\frac{\partial o_\ell}{\partial \text{net}_\ell}w_{j\ell}\right)$$
$$\Delta w_{ij} = - \eta o_i \delta_j$$
$$\delta_j = o_j (1 - o_j) \sum_\ell w_{j\ell} \delta_\ell$$
"""
MATRICES = r"""
# For matrices

$$a^0 = x, \quad W^l = (w^l_{jk})$$
$$\delta^L = (f^L)' \circ \nabla_{a^L} C$$
$$\delta^{l-1} = (f^{l-1})' \circ (W^l)^T \cdot \delta^l$$
$$\nabla_{W^l} C = \delta^l (a^{l-1})^T$$
"""


def test_sections_of_other_notations_are_graded_by_themselves():
    report = grade(NEURONS + MATRICES)
    assert [one.line for one in report.judged if not one.is_right] == [4]
    assert "w_ij leads from i to j" in report.notation
    assert "From line" in report.notation
    lines = {one.line for one in report.judged}
    assert {8, 10, 11, 12, 18, 19} <= lines
    wrong = MATRICES.replace(r"\circ (W^l)^T \cdot", r"\circ W^l \cdot")
    found = [one for one in grade(NEURONS + wrong).judged if one.mistake]
    assert {(one.quantity, one.line) for one in found} >= {("dZ1", 18)}


def test_a_text_without_headings_stays_whole():
    report = grade(MATRICES.replace("#", ""))
    assert by_sections(NEURONS.replace("#", ""), report, lambda *_: report) is report


ONE_UNIT = r"""
# One unit

The output is $y = \phi(net) = \phi(w_0 + w_1 x_1 + w_2 x_2)$, and so
$$\frac{\partial E}{\partial w_i} = (y - d)\, \phi'(net)\, x_i$$
$$\Delta w_i = -\eta \frac{\partial E}{\partial w_i}$$

# Two layers

$$net_1 = w_1 x_1 + w_2 x_2, \quad y_1 = \phi(net_1)$$
$$net_2 = w_3 x_1 + w_4 x_2, \quad y_2 = \phi(net_2)$$
$$y = \phi(net) = \phi(y_1 u_1 + y_2 u_2)$$
$$E = \frac{1}{2} (y - d)^2$$
$$\frac{\partial E}{\partial u_1} = (y - d)\, \phi'(net)\, y_1$$
$$\frac{\partial E}{\partial u_2} = (y - d)\, \phi'(net)\, y_2$$
$$\frac{\partial E}{\partial w_1} = (y - d)\, \phi'(net)\, u_1\, \phi'(net_1)\, x_1$$
$$\frac{\partial E}{\partial w_2} = (y - d)\, \phi'(net)\, u_1\, \phi'(net_1)\, x_2$$
$$\frac{\partial E}{\partial w_3} = (y - d)\, \phi'(net)\, u_2\, \phi'(net_2)\, x_1$$
$$\frac{\partial E}{\partial w_4} = (y - d)\, \phi'(net)\, u_2\, \phi'(net_2)\, x_2$$
"""


def test_a_section_that_is_read_by_itself_may_have_a_mistake():
    net = MLP(2, [2, 1], rng=0)
    lines = {10, 11, 12, 14, 15, 16, 17, 18, 19}
    assert {v.line for v in grade(ONE_UNIT, net=net).judged if v.is_right} >= lines
    slip = ONE_UNIT.replace(r"u_2\, \phi'(net_2)\, x_1", r"u_2\, \phi'(net_1)\, x_1")
    judged = grade(slip, net=net).judged
    assert {v.line for v in judged if v.status == "wrong"} == {18}
    assert {v.line for v in judged if v.is_right} >= lines - {18}
