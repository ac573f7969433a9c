"""Signs, letters and frames that mean one thing here and another thing there."""

# ruff: noqa: E501  (formulas are as long as they are)

import pytest

from nn import MLP, grade


def graded(text, sizes=(3, 4, 2), loss="half_squared_error", output="sigmoid"):
    net = MLP(
        sizes[0], list(sizes[1:]), activation="sigmoid", output_activation=output, rng=0
    )
    return grade(text, net=net, loss=loss)


# Each with the quantities that are to be right, and a slip: what is put in for what, and
# the quantity that is wrong then.
TEXTS = {
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
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_right_is_read_and_right(name):
    text, quantities, _ = TEXTS[name]
    found = graded(text)
    assert {(v.quantity, v.message) for v in found.judged if not v.is_right} == set()
    assert quantities <= {v.quantity for v in found.judged}


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
