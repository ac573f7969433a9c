"""What notes leave unsaid is read off the rest of them, or is called unread."""

# ruff: noqa: E501  (formulas are as long as they are)

import pytest

from nn import MLP, grade

pytestmark = pytest.mark.one_in(12, "thorough")  # each grades a text or more


def graded(text, sizes, loss="half_squared_error", hidden="sigmoid", output="sigmoid"):
    net = MLP(
        sizes[0], list(sizes[1:]), activation=hidden, output_activation=output, rng=0
    )
    return grade(text, net=net, loss=loss)


def wrong_in(report):
    return [
        (each.quantity, each.mistake)
        for each in report.judged
        if not each.is_right and each.status not in {"follows", "cannot be read"}
    ]


def of(report, line):
    return [each for each in report.judged if each.line == line]


BY_LETTERS = r"""
$z_q = \sum_p w_{qp} a_p + b_q$ and $a_q = \sigma(z_q)$; so too $z_r = \sum_q w_{rq} a_q + b_r$
$\frac{\partial C}{\partial w_{qp}} = \frac{\partial C}{\partial a_q} a_q (1 - a_q) a_p$
"""


@pytest.mark.parametrize(
    "formula",
    [
        r"\frac{\partial C}{\partial a_q} = \frac{\partial C}{\partial a_r}\frac{\partial a_r}{\partial a_q} = (a_r - y) a_r (1 - a_r) w_{rq}",
        r"\frac{\partial C}{\partial a_q} = \frac{\partial C}{\partial z_r}\frac{\partial z_r}{\partial a_q} = -(y_r - a_r) a_r (1 - a_r) w_{rq}",
        r"\frac{\partial C}{\partial z_q} = \frac{\partial C}{\partial z_r}\frac{\partial z_r}{\partial z_q} = (a_r - y_r) a_r (1 - a_r) w_{rq} a_q (1 - a_q)",
    ],
)
def test_one_formula_says_of_which_layer_those_beside_it_are(formula):
    text = f"{BY_LETTERS}${formula}$"
    last = text.count("\n") + 1
    of_one = graded(text, (3, 4, 3, 1))
    assert [each.is_right for each in of(of_one, last)] == [True, True]
    of_two = graded(text, (3, 4, 3, 2))
    assert {each.mistake for each in of(of_two, last)} >= {"sum-missing"}


COUNTED_FROM_THE_INPUTS = r"""
$$s_2 = W_1 r_1 + c_1, \quad r_2 = \sigma(s_2), \quad s_3 = W_2 r_2 + c_2, \quad r_3 = \sigma(s_3)$$
with $r_1 = x$. One layer by itself, from $p$ to $q$:
$$u = W p + c, \quad q = \sigma(u)$$
$$\frac{\partial C}{\partial u_i} = \frac{\partial C}{\partial q_i} \sigma'(u_i)$$
$$\frac{\partial C}{\partial W_{ij}} = \frac{\partial C}{\partial u_i} p_j$$
$$\frac{\partial C}{\partial c_i} = \frac{\partial C}{\partial u_i}$$
$$\frac{\partial C}{\partial s_3} = (r_3 - y) \odot \sigma'(s_3)$$
$$\frac{\partial C}{\partial W_2} = \frac{\partial C}{\partial s_3} r_2^T$$
"""


def test_one_layer_by_itself_is_not_numbered_as_the_others_are():
    report = graded(COUNTED_FROM_THE_INPUTS, (3, 4, 2))
    assert not wrong_in(report)
    assert {each.line for each in report.judged if each.is_right} == set(range(2, 10))
    slip = COUNTED_FROM_THE_INPUTS.replace(r"\partial u_i} p_j", r"\partial q_i} p_j")
    assert ("dW1", "act-missing") in wrong_in(graded(slip, (3, 4, 2)))


SUMS_WITH_TILDES = r"""
$$\tilde{h} = W_1 x + b_1, \quad h = \sigma(\tilde{h})$$
$$\tilde{\mathbf{y}} = W_2 h + b_2, \quad \hat{y} = \sigma(\tilde{\mathbf{y}})$$
$$\frac{\partial C}{\partial \tilde{y}} = (\hat y - y) \odot \hat y \odot (1 - \hat y)$$
$$\frac{\partial C}{\partial h} = W_2^T \frac{\partial C}{\partial \tilde{y}}$$
$$\frac{\partial C}{\partial \tilde{h}} = \frac{\partial C}{\partial h} \odot h \odot (1 - h)$$
$$\frac{\partial C}{\partial b_1} = \frac{\partial C}{\partial \tilde h}$$
"""
IN_UNICODE = """
h\u0303 = W₁ x + b₁
h = σ(h\u0303)
ỹ = σ(W₂ h + b₂)
∂C/∂ỹ = ỹ - y
∂C/∂h\u0303 = ∂C/∂h ⊙ σ'(h\u0303)
"""
OUTPUTS_WITH_A_TILDE = r"""
$$z_1 = W_1 x + b_1, \quad h = \sigma(z_1), \quad z_2 = W_2 h + b_2, \quad \tilde{y} = \sigma(z_2)$$
$$\delta_2 = (\tilde{y} - y) \odot \sigma'(z_2)$$
"""
ABOVE_ANY_LAYER = r"""
$$\widetilde{a}^{(l)} = W^{(l)} a^{(l-1)} + b^{(l)}, \quad a^{(l)} = \sigma(\widetilde{a}^{(l)})$$
$$\delta^{(L)} = (a^{(L)} - y) \odot \sigma'(\widetilde{a}^{(L)})$$
"""


@pytest.mark.parametrize(
    "text", [SUMS_WITH_TILDES, IN_UNICODE, OUTPUTS_WITH_A_TILDE, ABOVE_ANY_LAYER]
)
def test_a_letter_with_a_tilde_is_what_its_definition_says(text):
    report = graded(text, (3, 4, 2))
    assert report.passed
    assert not report.left_out
    assert len({each.line for each in report.judged}) == len(text.strip().splitlines())


def test_a_sum_with_a_tilde_is_not_its_activation():
    slip = SUMS_WITH_TILDES.replace(
        r"= \frac{\partial C}{\partial \tilde h}", r"= \frac{\partial C}{\partial h}"
    )
    assert wrong_in(graded(slip, (3, 4, 2))) == [("db1", "act-missing")]


SLICES = """```python
l0 = pixels[i:i+1]
l1 = np.maximum(0, l0 @ weights_0_1)
l2 = l1 @ weights_1_2
l1_input = l0 @ weights_0_1
l2_delta = 2 * (l2 - digits[i:i+1])
l1_delta = (l2_delta @ weights_1_2.T) * (l1_input > 0)
weights_1_2_grad = l1.T @ l2_delta
```"""
ABBREVIATED = """```python
def forward(self, inputs):
    h_in = inputs @ self.w_hidden + self.b_hidden
    h = sigmoid(h_in)
    y_prediction = sigmoid(h @ self.w_output + self.b_output)
n = len(inputs)
grad_o = (y_prediction - targets) * y_prediction * (1 - y_prediction) / n
grad_wo = h.T @ grad_o
grad_bo = np.sum(grad_o, axis=0)
grad_i = grad_o @ self.w_output.T * h * (1 - h)
grad_wh = inputs.T @ grad_i
grad_bh = np.sum(grad_i, axis=0)
self.b_hidden = self.b_hidden - self.lr * grad_bh
```"""


def test_a_slice_of_the_data_is_the_inputs_or_the_targets():
    of = {"loss": "squared_error", "hidden": "relu", "output": "identity"}
    report = graded(SLICES, (3, 4, 2), **of)
    assert not wrong_in(report)
    found = {each.line: each.quantity for each in report.judged}
    assert found == {3: "A1", 4: "Z2", 5: "Z1", 6: "dZ2", 7: "dZ1", 8: "dW2"}
    half = SLICES.replace("2 * (l2 - digits[i:i+1])", "l2 - digits[i:i+1]")
    mistakes = [
        mistake
        for name, mistake in wrong_in(graded(half, (3, 4, 2), **of))
        if name == "dZ2"
    ]
    assert mistakes
    assert "out-missing-sigma-prime" not in mistakes


def test_weights_and_biases_of_code_are_known_by_their_layers_initial():
    report = graded(ABBREVIATED, (3, 4, 2))
    assert not wrong_in(report)
    found = {each.line: each.quantity for each in report.judged}
    assert [found.get(n) for n in (8, 9, 11, 12)] == ["dW2", "db2", "dW1", "db1"]
    slip = ABBREVIATED.replace(
        "np.sum(grad_i, axis=0)", "np.sum(grad_o @ self.w_output.T, axis=0)"
    )
    assert wrong_in(graded(slip, (3, 4, 2))) == [("db1", "act-missing")]


@pytest.mark.parametrize(
    "cost",
    [
        r"Q(y, \hat y) = -\sum_k y_k \ln \hat y_k",
        r"\mathcal{R}(\theta) := \frac{1}{2} \|a^L - y\|^2",
        r"\text{XE}(p, y) = -\sum_k y_k \log(p_k)",
        r"\ell_n = (a^L - y_n)^T (a^L - y_n)",
        r"D = \frac12 \sum_k (t_k - q_k r_k)^2",
    ],
)
def test_a_formula_of_the_cost_is_left_out_whatever_it_is_called(cost):
    text = rf"$${cost}$$ $$\delta^L = (a^L - y) \odot \sigma'(z^L)$$"
    report = graded(text, (3, 4, 2))
    assert report.passed
    assert [reason for *_, reason in report.left_out] == [
        "the cost: given by the loss, not judged"
    ]


def test_a_sum_that_cannot_be_read_is_not_taken_for_the_cost():
    text = r"$$\zeta^2 = \omega^2 \alpha^1 \# \beta^2$$ $$\delta^L = (a^L - y) \odot \sigma'(z^L)$$"
    assert all("cost" not in reason for *_, reason in graded(text, (3, 4, 2)).left_out)


VECTORS_ARE_ROWS = r"""
$$\mathbf{s} = \mathbf{x}\mathbf{V} + \mathbf{b}, \quad \mathbf{r} = f(\mathbf{s})$$
$$\mathbf{q} = \mathbf{r}\mathbf{U} + \mathbf{c}, \quad \mathbf{p} = f(\mathbf{q})$$
$$\frac{\partial E}{\partial p_j} = p_j - y_j$$
$$\frac{\partial E}{\partial U_{ij}} = (p_j - y_j) p_j (1 - p_j) r_i$$
$$\frac{\partial E}{\partial V_{ij}} = \sum_k (p_k - y_k) p_k (1 - p_k) U_{jk} r_j (1 - r_j) x_i$$
"""


def test_where_vectors_are_rows_a_weight_leads_from_its_first_index():
    report = graded(VECTORS_ARE_ROWS, (3, 4, 2))
    assert report.passed
    assert not report.left_out
    assert {each.line for each in report.judged} == {2, 3, 4, 5, 6}
    slip = VECTORS_ARE_ROWS.replace(" r_j (1 - r_j) x_i", " x_i")
    assert wrong_in(graded(slip, (3, 4, 2))) == [("dW1", "act-missing")]


@pytest.mark.parametrize(
    ("softmax", "one_hot"),
    [
        (r"\mathrm{normalize}(\exp(H V))", "I_y"),
        (r"\text{normalise}\left(\exp\left(H V\right)\right)", r"\mathbf{e}_{y}"),
        (r"\mathrm{softmax}(H V)", r"\mathbb{1}_y"),
    ],
)
def test_normalised_exponentials_are_a_softmax_and_a_class_is_its_one_hot_row(
    softmax, one_hot
):
    text = rf"""
$$H = \mathrm{{ReLU}}(X U), \quad P = {softmax}$$
with the product $\circ$
$$G_2 = {softmax} - {one_hot}$$
$$\nabla_V \ell = \frac{{1}}{{m}} H^T G_2$$
$$G_1 = \mathrm{{1}}\{{H > 0\}} \circ (G_2 V^T)$$
$$\nabla_U \ell = \frac{{1}}{{m}} X^T G_1$$
"""
    of = {"loss": "softmax_cross_entropy", "hidden": "relu", "output": "identity"}
    report = graded(text, (3, 4, 2), **of)
    assert report.passed
    assert [line for line, *_ in report.left_out] == [4]
    assert {each.line for each in report.judged} == {2, 5, 6, 7}
    slip = text.replace("X^T G_1", "X^T (G_2 V^T)")
    assert wrong_in(graded(slip, (3, 4, 2), **of)) == [("dW1", "act-missing")]


@pytest.mark.parametrize(
    "cost", ["오차", "ошибка", "損失", "Потери", r"\text{오차}", r"\mathrm{Fehler}"]
)
def test_the_cost_may_be_a_word_in_another_script(cost):
    text = rf"""
$$z_2 = W_2 a_1 + b_2, \quad a_2 = \sigma(z_2)$$
$$\frac{{\partial {cost}}}{{\partial z_2}} = (a_2 - y) \odot \sigma'(z_2)$$
$$\frac{{\partial {cost}}}{{\partial W_2}} = \frac{{\partial {cost}}}{{\partial z_2}} a_1^T$$
$$\frac{{\partial {cost}}}{{\partial a_1}} = W_2 \frac{{\partial {cost}}}{{\partial z_2}}$$
"""
    report = graded(text, (3, 4, 2))
    assert wrong_in(report) == [("dA1", "row-column-mixed")]
    assert {each.line for each in report.judged} == {2, 3, 4, 5}


GOES_ON_BETWEEN_FENCES = """
```
z₁ = W₁x + b₁
h = σ(z₁)
ŷ = σ(W₂h + b₂)
δ₂ := ∂C/∂z₂ = (ŷ - y) ⊙ ŷ ⊙ (1 - ŷ)
∂C/∂W₂ = δ₂ hᵀ
δ₁ := ∂C/∂z₁ = (W₂ᵀ δ₂) ⊙ σ'(z₁)
             = (W₂ᵀ δ₂) ⊙ h ⊙ (1 - h)
∂C/∂h
  = W₂ᵀ δ₂
```
"""


def test_an_equation_goes_on_in_the_next_line_between_fences():
    report = graded(GOES_ON_BETWEEN_FENCES, (3, 4, 2))
    assert report.passed
    found = {each.line: each.quantity for each in report.judged}
    assert (found[8], found[9]) == ("dZ1", "dZ1")
    assert found[11] == "dA1"
    slip = GOES_ON_BETWEEN_FENCES.replace("⊙ h ⊙ (1 - h)", "⊙ h")
    ((name, _),) = wrong_in(graded(slip, (3, 4, 2)))
    assert name == "dZ1"


ONE_OUTPUT = r"""
$$z^{(1)}_j = \sum_i w^{(1)}_{ij} x_i + b^{(1)}_j, \quad a^{(1)}_j = \sigma(z^{(1)}_j)$$
$$z^{(2)} = \sum_j w^{(2)}_j a^{(1)}_j + b^{(2)}, \quad a^{(2)} = \sigma(z^{(2)})$$
$$\delta^{(2)} = (a^{(2)} - y) \sigma'(z^{(2)})$$
$$\delta^{(1)}_j = w^{(2)}_j \delta^{(2)} \sigma'(z^{(1)}_j)$$
$$\frac{\partial C}{\partial w^{(1)}_{ij}} = \delta^{(1)}_j x_i$$
$$\frac{\partial C}{\partial w^{(2)}_j} = \delta^{(2)} a^{(1)}_j$$
$$w^{(2)}_j \leftarrow w^{(2)}_j - \eta \frac{\partial C}{\partial w^{(2)}_j}$$
"""


def test_weights_that_lead_to_one_neuron_have_one_index():
    report = graded(ONE_OUTPUT, (3, 4, 1))
    assert report.passed
    assert {each.line for each in report.judged if each.is_right} == set(range(2, 9))
    slip = ONE_OUTPUT.replace(r"\delta^{(2)} \sigma'(z^{(1)}_j)", r"\delta^{(2)}")
    assert wrong_in(graded(slip, (3, 4, 1))) == [("dZ1", "act-missing")]
    assert not wrong_in(graded(ONE_OUTPUT, (3, 4, 2)))  # where it cannot be meant so
