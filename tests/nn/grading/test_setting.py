"""What a text says of its cost and activations is put in where nobody has said it."""

# ruff: noqa: E501  (formulas are as long as they are)

import pytest

from nn import MLP, grade
from nn.grading.setting import settings_of

SAID = {
    r"E = \frac{1}{2} \sum_k (t_k - o_k)^2": "half_squared_error",
    "E = ½ Σ (d_k − y_k)²": "half_squared_error",
    "C = sum((a - y)**2) / 2": "half_squared_error",
    r"J = \frac{1}{2m} \sum_i \lVert \hat{y}^{(i)} - y^{(i)} \rVert^2": (
        "half_squared_error"
    ),
    r"C = \sum_i (a_i - y_i)^2": "squared_error",
    r"\mathcal{L} = \frac{1}{NK} \lVert \hat{Y} - Y \rVert_F^2": "mean_squared_error",
    "L = sum(sum((y - t).^2)) / (c*n);": "mean_squared_error",
    r"L = -[y \log \hat{y} + (1-y) \log(1-\hat{y})]": "binary_cross_entropy",
    "L = -y log a - (1 - y) log(1 - a)": "binary_cross_entropy",
    "We minimise the binary cross-entropy.": "binary_cross_entropy",
    r"p = \mathrm{softmax}(z)": "softmax_cross_entropy",
    r"p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}": "softmax_cross_entropy",
    r"L = -\sum_k y_k \log p_k": "softmax_cross_entropy",
    r"a' = 1 - a^2, (1 - \tanh(z))^2": "half_squared_error",  # no cost
}
HIDDEN = {
    r"h = \max(0, W x + b)": "relu",
    "dz1 = da1 * (z1 > 0)": "relu",
    r"\mathbb{1}[h > 0]": "relu",
    "z = max(a, 0.01*a)": "leaky_relu",
    r"a = \tanh(z)": "tanh",
    "dz = (1.0 - h**2) * dh": "tanh",
    r"\delta_1 = W^T \delta_2 (1 - (a^1)^2)": "sigmoid",
    r"a = \sigma(z)": "sigmoid",
    "nothing of it": "sigmoid",
}


@pytest.mark.parametrize("text", SAID)
def test_the_cost_is_read_off_its_formula_or_name(text):
    assert settings_of(text)[0].loss == SAID[text]


@pytest.mark.parametrize("text", HIDDEN)
def test_the_hidden_activation_is_read_off_what_stands_there(text):
    assert settings_of(text)[0].hidden == HIDDEN[text]


@pytest.mark.parametrize("loss", ["softmax_cross_entropy", "binary_cross_entropy"])
def test_what_is_given_is_not_asked_of_the_text(loss):
    found = settings_of(r"C = \frac12 (a - y)^2, a = \tanh(z)", loss, "relu")
    assert {(one.loss, one.hidden) for one in found} == {(loss, "relu")}


SOFTMAX = r"""
$$z_1 = W_1 x + b_1, \quad h = \mathrm{ReLU}(z_1), \quad z_2 = W_2 h + b_2$$
$$p = \mathrm{softmax}(z_2), \quad L = -\sum_i y_i \log p_i$$
$$\frac{\partial L}{\partial z_2} = p - y$$
$$\frac{\partial L}{\partial W_2} = (p - y) h^T$$
$$\frac{\partial L}{\partial z_1} = W_2^T (p - y) \odot \mathbb{1}[z_1 > 0]$$
"""
LOGISTIC = r"""
Let $\hat{y} = \sigma(z)$ with $z = w^\top x + b$ and
$L = -[y\log\hat y + (1-y)\log(1-\hat y)]$. Then
$$\frac{\partial L}{\partial z} = \hat{y} - y$$
$$\frac{\partial L}{\partial w} = (\hat{y}-y) x, \qquad \frac{\partial L}{\partial b} = \hat{y}-y$$
"""
LINEAR = r"""
$$z_1 = W_1 x + b_1, \; h = \tanh(z_1), \; \hat{y} = W_2 h + b_2$$
$$L = \frac{1}{2} \sum_k (\hat{y}_k - y_k)^2$$
$$\frac{\partial L}{\partial W_2} = (\hat{y} - y) h^T$$
"""


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (SOFTMAX, "3-4-2 network (relu, linear), softmax_cross_entropy"),
        (LOGISTIC, "3-1 network (sigmoid), binary_cross_entropy"),
        (LINEAR, "3-4-2 network (tanh, linear), half_squared_error"),
    ],
)
def test_notes_are_graded_in_the_network_that_they_are_about(text, title):
    report = grade(text)
    assert report.title.startswith(title)
    assert report.passed, str(report)


def test_a_mistake_is_not_explained_away_by_another_network():
    """A linear output would make it right, and nothing says that it is linear."""
    report = grade(r"$$\delta^L = a^L - y$$")
    assert report.mistakes == ("out-missing-sigma-prime",)
    assert "with loss 'binary_cross_entropy', 1 more statement" in report.notation
    said = grade(r"$$C = \frac{1}{2} \sum_j (y_j - a_j)^2$$ $$\delta^L = a^L - y$$")
    assert said.mistakes == ("out-missing-sigma-prime",)
    assert "binary_cross_entropy" not in said.notation
    wrong = SOFTMAX.replace(r" \odot \mathbb{1}[z_1 > 0]", "")
    assert grade(wrong).mistakes == ("act-missing",)


def test_a_loss_that_does_not_fit_the_network_is_not_taken_from_the_words():
    net = MLP(3, [4, 2], activation="tanh", output_activation="tanh", rng=0)
    assert "half_squared_error" in grade(SOFTMAX, net=net).title


def test_a_softmax_of_one_layer_has_two_outputs_or_more():
    text = "softmax, L = -Σ y log a\n\ndz = a - y\ndw = dz @ x.T"
    verdicts = grade(text, loss="softmax_cross_entropy").verdicts
    assert verdicts["dZ2"].is_right
