"""The equations that are printed: those of the textbooks, from scalar nodes alone."""

import pytest

import autograd_scalar as ag
import nn
from autograd_scalar import Value, compile  # noqa: A004
from autograd_scalar.program.expressions import (
    Function,
    Hadamard,
    Number,
    Product,
    Scaled,
    Square,
    Sum,
    Symbol,
    Total,
    Transposed,
    latex_of,
    text_of,
    transposed,
)

from . import graphs
from .graphs import Drawn, network


def equations(graph, form="auto"):
    root, wrt, inputs = graph
    return compile(root, wrt, inputs, form=form).equations().splitlines()


def test_micrograds_demo_is_the_matrix_form():
    assert equations(graphs.moons()) == [
        "T1 = ‖θ‖²",
        "Z1 = W1 X + b1",
        "A1 = relu(Z1)",
        "Z2 = W2 A1 + b2",
        "A2 = relu(Z2)",
        "Z3 = W3 A2 + b3",
        "T2 = Z3 ⊙ Y + 1",
        "T3 = relu(T2)",
        "T4 = Σ T3",
        "C = 0.0001 T1 + 0.05 T4",
        "dT2 = 0.05 relu′(T2)",
        "dZ3 = dT2 ⊙ Y",
        "dZ2 = (W3ᵀ dZ3) ⊙ relu′(Z2)",
        "dZ1 = (W2ᵀ dZ2) ⊙ relu′(Z1)",
        "dW3 = dZ3 A2ᵀ",
        "db3 = Σ dZ3",
        "dW2 = dZ2 A1ᵀ",
        "db2 = Σⱼ dZ2",
        "dW1 = dZ1 Xᵀ",
        "db1 = Σⱼ dZ1",
        "dθ = 0.0002 θ",
    ]


def test_any_activation_keeps_its_name_in_the_delta_equations():
    found = equations(network([3, 5, 2], "tanh", "sigmoid", "squared_error", m=4))
    assert "Z1 = W1 X + b1" in found
    assert "A1 = tanh(Z1)" in found
    assert "T1 = A2 - Y" in found
    assert "dZ2 = 0.5 T1 ⊙ sigmoid′(Z2)" in found
    assert "dZ1 = (W2ᵀ dZ2) ⊙ tanh′(Z1)" in found
    assert "dW2 = dZ2 A1ᵀ" in found
    assert "dW1 = dZ1 Xᵀ" in found
    assert "db1 = Σⱼ dZ1" in found


def test_tied_weights_are_transposed_in_both_directions():
    found = equations(graphs.tied())
    assert "Z2 = W1ᵀ A1 + b2" in found
    assert "dZ1 = 2 (W1 T1) ⊙ sigmoid′(Z1)" in found
    assert "dW1 = 2 A1 T1ᵀ + dZ1 Xᵀ" in found


def test_labels_name_matrices():
    w = [[Value(0.5, f"V[{i},{k}]") for k in range(2)] for i in range(2)]
    x = [Value(1.0, "x[0]"), Value(2.0, "x[1]")]
    b = [Value(0.0, "<b>&"), Value(0.0, "$b$")]
    z = [
        (row[0] * x[0] + row[1] * x[1] + c).tanh() for row, c in zip(w, b, strict=True)
    ]
    program = compile(z[0] * z[1] + z[0] * 2.0, [*graphs.flat(w), *b], x, form="matrix")
    assert "Z1 = V x + b1" in program.equations()
    assert "<" not in str(program)
    assert "$" not in program.equations("latex")


def test_parts_and_gathers_have_names():
    text = "\n".join(equations(graphs.convolution()))
    assert "part(Z2)" in text
    assert "within(" in text
    every = "\n".join(equations(graphs.attention()))
    assert "None" not in every
    for graph in (graphs.embedding(), graphs.mixture(), graphs.second_order()):
        assert equations(graph)


def test_a_leaf_and_its_copies():
    w, x = [Value(0.5), Value(0.25)], [Value(1.0), Value(2.0)]
    root = -(w[0].exp() + w[1].exp()) - x[0] * w[0] + ag.sum([w[0], w[1]])
    assert equations((root, w, x[:1]), form="matrix")[0] == "T1 = exp(θ)"


def test_matrices_of_inputs_have_no_adjoint():
    w, x = Drawn().values(2, 2), Drawn(2).values(2, 2)
    h = [[(w[k][j] * 2.0).tanh() for j in range(2)] for k in range(2)]
    z = [x[i][0] * h[0][j] + x[i][1] * h[1][j] for i in range(2) for j in range(2)]
    squares = sum(k.exp() for row in x for k in row)
    single = [x[0][0] * h[0][0] + 0.5, x[0][1] * h[0][1] + 0.25]
    root = sum(k.tanh() for k in z) * 3.0 - squares + sum(k.exp() for k in single)
    program = compile(root, graphs.flat(w), graphs.flat(x))
    text = program.equations()
    assert "T4 = P T3" in text
    assert "dP" not in text
    assert "dT2" not in text  # of inputs alone
    value, gradient = program([v.data for v in graphs.flat(w)])
    assert value == pytest.approx(root.data)
    assert gradient == pytest.approx(ag.gradients(root, graphs.flat(w)))


def test_programs_of_constants_have_no_equations():
    w = Value(1.0)
    assert equations((w, [w], []), form="matrix") == []


def test_latex():
    program = compile(*network([3, 5, 2], "tanh", "sigmoid", "squared_error", m=4)[:2])
    found = program.equations("latex").splitlines()
    assert r"Z^{(1)} = W^{(1)}\, X + b^{(1)}" in found
    assert (
        r"dZ^{(1)} = \left(W^{(2)\mathsf{T}}\, dZ^{(2)}\right) \odot"
        r" \operatorname{tanh}'\left(Z^{(1)}\right)"
    ) in found
    assert r"db^{(1)} = \sum_j dZ^{(1)}" in found


A, B, Z = Symbol("A"), Symbol("B1"), Symbol("Z")


@pytest.mark.parametrize(
    ("expression", "text", "latex"),
    [
        (Symbol("θ", is_adjoint=True), "dθ", r"d\theta"),
        (Symbol("loss_x"), "loss_x", r"\mathrm{loss\_x}"),
        (Symbol("loss2"), "loss2", r"\mathrm{loss}^{(2)}"),
        (Transposed(A), "Aᵀ", r"A^{\mathsf{T}}"),
        (Transposed(B), "B1ᵀ", r"B^{(1)\mathsf{T}}"),
        (
            Transposed(Hadamard(A, B)),
            "(A ⊙ B1)ᵀ",
            r"\left(A \odot B^{(1)}\right)^{\mathsf{T}}",
        ),
        (Number(1 / 3), "1/3", r"\frac{1}{3}"),
        (Number(2.5e7), "25000000.0", "25000000.0"),
        (Number(0.123456789), "0.123456789", "0.123456789"),
        (Number(1e-07), "1e-07", r"1 \cdot 10^{-7}"),
        (Number(float("inf")), "inf", r"\infty"),
        (Number(float("nan")), "nan", r"\mathrm{nan}"),
        (Scaled(Number(-2.0), A), "(-2) A", r"\left(-2\right)\, A"),
        (Scaled(Number(0.5), Total(A, "")), "0.5 Σ A", r"0.5\, \sum A"),
        (Scaled(Number(0.5), Number(2.0)), "0.5 2", r"0.5\, 2"),
        (Square(A), "‖A‖²", r"\left\lVert A \right\rVert^2"),
        (
            Hadamard(Hadamard(A, B), Z),
            "A ⊙ B1 ⊙ Z",
            r"A \odot B^{(1)} \odot Z",
        ),
        (
            Sum(((-1.0, A), (-1.0, Sum(((1.0, B), (1.0, Z)))))),
            "-A - (B1 + Z)",
            r"-A - \left(B^{(1)} + Z\right)",
        ),
        (
            Function("hypot", (A, Z), 1),
            "hypot′2(A, Z)",
            r"\operatorname{hypot}'_{2}\left(A, Z\right)",
        ),
        (
            Function("<b>", (A, Number(2.0)), 0),
            "<b>′(A, 2)",
            r"\operatorname{\_b\_}'\left(A, 2\right)",
        ),
    ],
)
def test_expressions(expression, text, latex):
    assert text_of(expression) == text
    assert latex_of(expression) == latex


def test_transposes():
    assert transposed(transposed(A)) == A
    assert transposed(Number(2.0)) == Number(2.0)
    assert transposed(Product(A, B)) == Product(Transposed(B), Transposed(A))


def test_the_reverse_sweep_recorded_is_matrix_backprop():
    """A second derivation: no reverse rule of the compiler's is used here."""
    net = nn.MLP(3, [5, 2], activation="softplus", rng=1)
    X, Y = Drawn().numbers(4, 3), Drawn(2).numbers(4, 2)
    pairs = zip(X, Y, strict=True)
    cost = sum(nn.half_squared_error(net(x), y) for x, y in pairs)
    slopes = ag.gradients(cost, net.parameters(), create_graph=True)
    found = compile(ag.dot(slopes, slopes), net.parameters())
    assert found.equations().splitlines()[4:12] == [
        "T2 = Z2 - Y",
        "T3 = 2 T2",
        "T4 = 0.5 T3",
        "Z3 = W2ᵀ T4",
        "T5 = T1 T4ᵀ",
        "T6 = Σⱼ T4",
        "T7 = A1 ⊙ Z3",
        "T8 = T7 Xᵀ",
    ]
    # The same by the compiler's own reverse rules, where A1 is the softplus.
    own = compile(cost, net.parameters()).equations().splitlines()
    assert "dZ1 = (W2ᵀ T1) ⊙ softplus′(Z1)" in own
    assert "dW2 = T1 A1ᵀ" in own
    assert "dW1 = dZ1 Xᵀ" in own


def test_a_sum_begins_with_what_is_added():
    A, Y, b = Symbol("A"), Symbol("Y"), Symbol("b")
    assert text_of(Sum(((-1.0, Y), (1.0, A), (1.0, b)))) == "A - Y + b"
    assert latex_of(Sum(((-1.0, Y), (1.0, A)))) == "A - Y"
    assert text_of(Sum(((-1.0, Y), (-1.0, A)))) == "-Y - A"


def test_a_single_parameter_keeps_its_label():
    w = Value(0.5, "w")
    assert equations(((w * 2.0).tanh(), [w], []), "matrix")[0] == "T1 = 2 w"
    w = Value(0.5)
    assert equations(((w * 2.0).tanh(), [w], []), "matrix")[0] == "T1 = 2 θ"


def test_a_loss_of_the_last_layer_is_no_activation():
    found = equations(network([3, 4, 2], output="linear", loss="softmax_cross_entropy"))
    assert "T1 = cross_entropy_of_softmax(Z2ᵀ, Y)" in found
