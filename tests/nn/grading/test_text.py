r"""Equations as people write them: read, judged line by line, and never run."""

import json
import random
from functools import cache
from pathlib import Path

import pytest

from autograd_scalar import DataError
from nn import MLP, grade
from nn.grading.cases import random_case
from nn.grading.five_texts import BY_HAND, checked_texts, name_of
from nn.reading.equations import read_chains
from nn.reading.notes import read_notes

pytestmark = pytest.mark.one_in(12, "thorough")  # each grades a text or more


def wrong(report):
    """What is charged, in order: quantity, status and mistake."""
    return [(v.quantity, v.status, v.mistake) for v in report.judged if not v.is_right]


# ---- The five texts, equation by equation --------------------------------------------


@cache
def texts():
    return list(checked_texts())


@pytest.mark.parametrize("group", range(8))
def test_each_equation_of_the_five_texts(group):
    text = texts()[group]
    for equation in text.equations:
        found = [(name_of(v), v.status, v.mistake) for v in equation.verdicts]
        assert found == list(equation.expected), equation.formula
        assert equation.is_as_expected, equation.formula
    assert text.passed


def test_no_text_is_left_out():
    assert len(texts()) == 8
    assert len({text.text for text in texts()}) == 5


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_the_verdicts_do_not_hang_on_the_weights(seed):
    assert all(text.passed for text in checked_texts(seed))


@pytest.mark.parametrize(
    ("how", "row"),
    [
        ("cost", {"formula": "C = (a^L - y)^2"}),
        ("definition", {"formula": r"\delta^l = \partial C/\partial a^l"}),
        ("entrywise product", {"vectors": [[1, 2], [3, 4]], "product": [3, 4]}),
    ],
)
def test_what_is_checked_by_values_can_be_wrong(how, row):
    case = random_case((3, 4, 2), ["sigmoid"] * 2, "half_squared_error", "mean", 1, 0)
    verdicts = list(BY_HAND[how](row, case))
    assert [verdict.status for verdict in verdicts] == ["wrong"]


@pytest.mark.parametrize(
    ("text", "line", "mistake"),
    [
        ("Nielsen", 94, "sum-index-slip"),  # the index in dC/da_j
        ("(Intuition)", 159, "ce-second-sign"),  # -(y/a + (1 - y)/(1 - a))
        ("2018", 77, "dW-own-delta"),  # delta^3 for delta^2
        ("2018", 93, "hid-delta-index"),
        ("2018", 101, "hid-delta-index"),
        ("2018", 121, "hid-delta-index"),
        ("Bazterra", 31, "sum-index-slip"),  # i for j
        ("Derivation", 11, "out-scalar-mean-sign-lost"),
        ("Derivation", 12, "out-scalar-mean"),
        ("Derivation", 24, "hid-gprime-twice"),
        ("Derivation", 15, "act-a-for-gprime"),  # a^{L-1} for g'
        ("Derivation", 20, "hid-wrong-layer-weights"),  # w^{L-1} for w^L
        ("Derivation", 29, "hid-wrong-layer-weights"),
        ("Derivation", 65, "db-not-summed"),  # db of shape (n, m)
    ],
)
def test_the_known_slips_of_the_texts_are_named(text, line, mistake):
    slips = [
        slip
        for one in texts()
        if text in one.text
        for equation in one.equations
        if equation.line == line
        for slip in equation.slips
    ]
    named = [slip for slip in slips if slip.mistake == mistake]
    assert named
    assert all(slip.counterexample or "x" in slip.message or "no dZ" in slip.message
               for slip in named)  # fmt: skip


def test_what_the_texts_have_right_is_right():
    slips = {
        ("Bazterra 2017", 31),
        ("Nielsen and 3Blue1Brown, summarised", 94),
        # z_j for delta_j, the slip of the cross-entropy and two transcribed wrongly
        *(("Back propagation proof (Intuition)", n) for n in (62, 64, 159, 161)),
        *(("Backpropagation in Neural Networks, 2018", n) for n in (77, 85, 93)),
        *(("Backpropagation in Neural Networks, 2018", n) for n in (101, 121)),
        *(("Back Prop. Derivation", n) for n in (11, 12, 15, 16, 17, 18, 20, 21)),
        *(("Back Prop. Derivation", n) for n in (22, 24, 25, 28, 29, 65)),
    }
    charged = {
        (text.text, equation.line)
        for text in texts()
        for equation in text.equations
        for slip in equation.slips
        if slip.status in {"wrong", "does not fit"}
    }
    assert charged == slips


# ---- Reading -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        # 1. What a superscript means depends on what it stands at.
        (r"\delta^L = (a^L - y)^2", "dZ[L] = (A[L] - Y) ** 2"),
        (r"z^{(2)} = w^{(2)} a^{(1)} + b^{(2)}", "Z[2] = (W[2] · A[1]) + b[2]"),
        (r"z^{[l](i)} = W^{[l]} a^{[l-1](i)}", "Z[l] = W[l] · A[l-1]"),
        ("z_2 = W_2 x_1 + b_2", "Z[2] = (W[2] · A[1]) + b[2]"),
        ("δ_l = W_{l+1}^T δ_{l+1}", "dZ[l] = W[l+1].T · dZ[l+1]"),
        (r"\delta^l = w^{l+1}^T \delta^{l+1}", "dZ[l] = W[l+1].T · dZ[l+1]"),
        (r"dA^{[l]} = W^{[l+1]\top} dZ^{[l+1]}", "dA[l] = W[l+1].T · dZ[l+1]"),
        # 2. One level of products, from the left.
        (
            r"\delta^l = [W^{l+1}]^\intercal \delta^{l+1} \circ g'(z^l)",
            "dZ[l] = (W[l+1].T · dZ[l+1]) * dg(Z[l])",
        ),
        # 4. One set of names for a derivative.
        (r"\nabla_{W^l} C = \delta^l a^{l-1\top}", "dW[l] = dZ[l] · A[l-1].T"),
        (r"\Delta b^L = \Delta z^L", "db[L] = dZ[L]"),
        (r"\partial C/\partial a^l = \nabla_{a^l} C \cdot 2", "dA[l] = dA[l] · 2"),
        (r"\frac{dC}{dw^2} = \frac{dJ}{dz^2} a^1", "dW[2] = dZ[2] · A[1]"),
        (r"\mathrm{d}z^l = \nabla_a C \odot \sigma'(z^l)", "dZ[l] = dA[l] * dg(Z[l])"),
        # 6. Looks vanish.
        (
            r"\boxed{{\color{red} \delta^L} = \left(a^L\right) - \underbrace{y}_{t}}",
            "dZ[L] = A[L] - Y",
        ),
        (
            r"\delta^l = \begin{pmatrix} w^{l+1}^T & \delta^{l+1} \end{pmatrix}",
            "dZ[l] = W[l+1].T · dZ[l+1]",
        ),
        # 7. Kronecker's delta, and indices.
        (
            r"dz^l_j = \sum_{j'} da^l_{j'} g'(z^l_j) \delta_{j'j}",
            "dZ[l] = (dA[l]_j · dg(Z[l]_j)) · 1",
        ),
        (
            r"\delta_j^l = \sum_k w_{kj}^{l+1} \delta_K^{l+1} \sigma'(z_j^l)",
            "dZ[l] = sum_k((W[l+1]_kj · dZ[l+1]_k) · dg(Z[l]_j))",
        ),
        # 8. Unicode.
        (
            "δˡ = (Wˡ⁺¹ᵀ δˡ⁺¹) ⊙ σ′(zˡ)",
            "dZ[l] = (W[l+1].T · dZ[l+1]) * dg(Z[l])",
        ),
        ("∂C/∂Wˡ = ½ δˡ aˡ⁻¹ᵀ", "dW[l] = ((1 / 2) · dZ[l]) · A[l-1].T"),
        ("∇a₁ = W₂ᵀ δ₂", "dA[1] = W[2].T · dZ[2]"),
        # 9. Octave.
        ("dz1 = W2' * dz2 .* sigma'(z1)", "dZ[1] = (W[2].T @ dZ[2]) * dg(Z[1])"),
        # Words, numbers, roots.
        (
            r"\delta^l = -\frac12 \text{ReLU}(z^l)",
            "dZ[l] = -1 * ((1 / 2) · relu(Z[l]))",
        ),
        (r"a^l = \tanh z^l", "A[l] = tanh(Z[l])"),
        (r"\delta^l = \sqrt{z^l} - - 2", "dZ[l] = sqrt(Z[l]) + 2"),
        (r"\delta^L = \text{mean}(a^L - y)", "dZ[L] = mean(A[L] - Y)"),
        (
            r"\delta^l = \tanh'(z^l) + sigmoid'(z^l)",
            "dZ[l] = (1 - (tanh(Z[l]) ** 2)) + (sigmoid(Z[l]) * (1 - sigmoid(Z[l])))",
        ),
        (r"\delta^l = relu'(z^l)", "dZ[l] = (1 + sign(Z[l])) / 2"),
        (r"\delta^L = (a - y)^T", "dZ[L] = (A[L] - Y).T"),
        ("Output error: δ^L = a^L − y, as usual", "dZ[L] = A[L] - Y"),
        ("The error of layer l is δˡ = ∂C/∂bˡ.", "dZ[l] = db[l]"),
        (r"$\sigma(z_j^l) = a_j^l$", "A[l] = g(Z[l]_j)"),
        # Local derivatives, passed back in whatever order they stand.
        (
            r"dw^2 = \frac{dz^2}{dw^2} \frac{da^2}{dz^2} \frac{dC}{da^2}",
            "dW[2] = (dA[2] * dg(Z[2])) @ A[1].T",
        ),
        (
            r"db^1 = \frac{dz^1}{db^1} \frac{da^1}{dz^1} \frac{dz^2}{da^1} \delta^2",
            "db[1] = sum_i((W[2].T @ dZ[2]) * dg(Z[1]))",
        ),
        (
            r"\nabla b^1 = \delta^2 \frac{\partial z^2}{\partial b^1}",
            "db[1] = sum_i((W[2].T @ dZ[2]) * dg(Z[1]))",
        ),
    ],
)
def test_formulas_are_read(text, shown):
    claim = read_notes(text if "$" in text else f"{text}\n").claims[0]
    assert f"{claim.target} = {claim.formula}" == shown


def test_shapes_are_statements_of_their_own():
    text = (
        r"$\frac{dw^l}{(n_l \times n_{l-1})} = \delta^l_{(n_l \times 1)} a^{l-1\top}$"
    )
    said = [
        (str(claim.target), *map(str, claim.shape))
        for claim in read_notes(text).claims
        if claim.shape
    ]
    assert said == [("dW[l]", "n[l]", "n[l-1]"), ("dZ[l]", "n[l]", "1")]


def test_every_link_of_a_chain_is_a_statement():
    text = r"""
        $$\begin{aligned}
        \delta^L &= \nabla_a C \odot \sigma'(z^L) \\
                 &= (a^L - y) \odot \sigma'(z^L) = (a^L - y)
        \end{aligned}$$
    """
    report = grade(text)
    assert [(v.line, v.status) for v in report.judged] == [
        (3, "right"), (4, "right"), (4, "wrong"),
    ]  # fmt: skip
    assert report.verdicts["dZ2"].line == 4
    assert report.headline.startswith(
        "1 of 3 statements is wrong. Start with dZ2 (line"
    )


# ---- Judging -------------------------------------------------------------------------

SPELLINGS = [
    ("dZ1 = (W2.T @ dZ2) * dg(Z1)", "right"),
    ("δ¹ = (W²ᵀ δ²) ⊙ σ′(z¹)", "right"),
    (r"\delta^1 = (W^{2})^T \delta^2 \odot \sigma'(z^1)", "right"),
    (r"\delta^{[1]} = \sigma'(z^{[1]}) \odot (W^{[2]})^T \delta^{[2]}", "right"),
    (r"\delta^1_j = \sigma'(z^1_j) \sum_k w^2_{kj} \delta^2_k", "right"),
    (r"\delta^1_i = \sum_j w^2_{ji} \delta^2_j a^1_i (1 - a^1_i)", "right"),
    (r"\delta_1 = W_2^T \delta_2 \odot a_1 \odot (1 - a_1)", "right"),
    (r"\delta^1 = W^2 \delta^2 \odot \sigma'(z^1)", "does not fit"),
    (r"\delta^1_j = \sigma'(z^1_j) \sum_k w^2_{jk} \delta^2_k", "does not fit"),
    (r"\delta^1_j = \sum_k w^2_{kj} \delta^2_k", "wrong"),
    ("δ¹ = (W²ᵀ δ²) ⊙ σ(z¹)", "wrong"),
]


TWICE = r"""\delta^L = \frac{1}{m} (a^L - y) \odot \sigma'(z^L)$$
$$\delta^l = (W^{l+1})^T \delta^{l+1} \odot \sigma'(z^l)$$
$$\nabla b^l = \sum_i \delta^{l(i)}$$
$$\nabla W^l = \frac{1}{m} \delta^l (a^{l-1})^T"""


def test_the_mean_may_be_taken_in_dw_where_nothing_says_what_delta_is():
    report = grade(r"$$dW^{[l]} = \frac{1}{m} dZ^{[l]} A^{[l-1]T}$$")
    assert report.passed
    assert "derivatives of the loss of each example" in report.notation


def test_the_mean_is_not_taken_in_dw_where_it_was_taken_in_delta():
    text = "dZ2 = (A2 - Y) * A2 * (1 - A2) / m\ndW2 = dZ2 @ A1.T / m"
    assert grade(text).verdicts["dW2"].mistake == "batch-1m-twice"


@pytest.mark.parametrize(("text", "status"), SPELLINGS)
def test_one_formula_in_many_spellings(text, status):
    report = grade(text)
    assert report.verdicts["dZ1"].status == status, str(report)
    assert report.verdicts["dZ1"].line == 1


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        (r"\delta^L = a^L - y", "out-missing-sigma-prime"),
        (r"\delta^L = (y - a^L) \odot \sigma'(z^L)", "out-sign-swapped"),
        (r"\delta^L = 2 (a^L - y) \odot \sigma'(z^L)", "out-factor-2"),
        (r"\delta^L = (a^L - y) \odot a^{L-1}", "act-a-for-gprime"),
        (r"\delta^l = (W^{l+1})^T \delta^{l+1}", "act-missing"),
        (r"\delta^l = (W^{l+1})^T \delta^{l+1} \odot a^l", "act-a-for-gprime"),
        (r"\delta^l = W^{l+1} \delta^{l+1} \odot \sigma'(z^l)", "row-column-mixed"),
        (r"\delta^l = W^{l\top} \delta^{l+1} \odot g'(z^l)", "hid-wrong-layer-weights"),
        (r"\delta^l = (W^{l+1})^T \delta^{l+2} \odot \sigma'(z^l)", "hid-delta-index"),
        (r"\partial C/\partial W^l = a^{l-1} (\delta^l)^T", "dW-transposed"),
        (r"\partial C/\partial W^l = \delta^l (a^l)^T", "dW-own-activation"),
        (r"\partial C/\partial w^l_{jk} = a^{l-1}_j \delta^l_k", "dW-transposed"),
        (TWICE, "batch-1m-twice"),
        (r"dB^{[l]} = dZ^{[l]}", "db-not-summed"),
        (r"\partial C/\partial b^l = b^l \odot \delta^l", "db-times-bias"),
        (r"\partial C/\partial b^l_j = 1", "db-constant"),
        (r"W^l = W^l + \eta \nabla W^l", "update-ascent"),
        (r"b^l \leftarrow b^l - \eta b^l", "update-uses-weights"),
        (r"\frac{\partial z^l}{\partial a^{l-1}} = W^{l-1}", "other-layer"),
        (r"\nabla a^l_j = \sum_j w^{l+1}_{jk} \delta^{l+1}_j", "sum-index-slip"),
        (r"z^l = \sigma(a^l)", ""),
        (r"db^l \rightarrow (n^l, m)", "db-not-summed"),
        (r"dw^l \rightarrow (n^{l-1}, n^l)", "transposed"),
    ],
)  # fmt: skip
def test_planted_mistakes_are_named(text, mistake):
    report = grade(f"$${text}$$")
    assert not report.passed
    assert {v.mistake for v in report.judged if not v.is_right} == {mistake}, str(
        report
    )


@pytest.mark.parametrize(
    "text",
    [
        r"""
        For one example $\delta^L = (a^L - y) \odot \sigma'(z^L)$, then
        $\delta^l = ((W^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)$,
        \[ \frac{\partial C}{\partial w_{jk}^l} = a_k^{l-1} \delta_j^l, \quad
           \frac{\partial C}{\partial b_j^l} = \delta_j^l \]
        and $w^l \rightarrow w^l - \eta \delta^l (a^{l-1})^T$.
        """,
        r"""
        $$dA^{[L]} = A^{[L]} - Y, \quad dZ^{[l]} = dA^{[l]} \odot g'(Z^{[l]})$$
        $$dW^{[l]} = \frac{1}{m} dZ^{[l]} A^{[l-1]T}$$
        $$db^{[l]} = \frac{1}{m} \sum_{i=1}^m dZ^{[l](i)}$$
        """,
        "Z1 = X @ W1 + b1\nA1 = g(Z1)\ndA1 = dZ2 @ W2.T\ndW2 = A1.T @ dZ2",
        "z0 = W0 @ x + b0\na1 = g(z0)\nz1 = W1 @ a1 + b1\ndz0 = (W1.T @ dz1) * dg(z0)",
        "δ² = (y − a²) ⊙ σ′(z²)\nδ¹ = W²ᵀ δ² ⊙ σ′(z¹)\n∂C/∂W² = −δ² a¹ᵀ",
        r"$$\partial C/\partial W^l = \sum_{i=1}^m \delta^{l(i)} (a^{l-1(i)})^T$$",
        r"$\sigma'(z) = \sigma(z)(1 - \sigma(z)) = a(1 - a)$",
        r"$z^2_j = w_{j1}^2 a_1^1 + w_{j2}^2 a_2^1 + b^2_j$",
    ],
)
def test_what_is_right_is_right(text):
    report = grade(text)
    assert report.passed, str(report)
    assert report.judged


MIXED = (
    "Read as: one example at a time; layers in a superscript, from 1. NumPy's spelling:"
    " one example per column; layers in the name, from 1."
)


@pytest.mark.parametrize(
    ("text", "notation"),
    [
        (r"$\delta^{(L)} = \nabla_a C \odot \sigma'(z^{(L)})$",
         "Read as: one example at a time; layers in brackets, from 1."),
        ("δ₁ = W₂ᵀ δ₂ ⊙ σ′(z₁)",
         "Read as: one example at a time; layers in a subscript, from 1."),
        ("Z1 = X @ W1 + b1\ndW2 = A1.T @ dZ2",
         "Read as: one example per row; layers in the name, from 1."),
        ("dz0 = (W1.T @ dz1) * dg(z0)\ndW0 = dz0 @ X.T",
         "Read as: one example per column; layers in the name, from 0."),
        ("dW2 = dZ2 @ A1.T\n∂C/∂bˡ = δˡ", MIXED),
    ],
)  # fmt: skip
def test_the_notation_is_said_first(text, notation):
    report = grade(text)
    assert report.passed, str(report)
    assert report.notation == notation
    assert str(report).splitlines()[1] == notation


ONE_AND_MANY = r"""
$$\delta^L = \nabla_a C \odot \sigma'(z^L), \tag{1}$$
$$\frac{\partial C}{\partial b^l_j} = \delta^l_j, \quad
  \frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_k \delta^l_j$$
$$\nabla_{b^{(l)}} J(W, b; x, y) = \delta^{(l)}$$
$$w^l \rightarrow w^l - \frac{\eta}{m} \sum_x \delta^{x,l} (a^{x,l-1})^T$$
$$dZ^{[l]} = dA^{[l]} * g'(Z^{[l]}), \quad dW^{[l]} = \frac1m dZ^{[l]} A^{[l-1] T}$$
"""


def test_one_example_and_a_batch_in_one_text():
    report = grade(ONE_AND_MANY)
    assert report.passed, str(report)
    assert {v.quantity for v in report.judged} >= {"update of W1", "db2", "dW1", "dZ1"}
    assert "one example at a time" in report.notation
    assert ". Of m examples: one example per column" in report.notation


def test_in_a_text_of_a_batch_one_gradient_without_its_sum_is_a_mistake():
    report = grade(r"$$dw^l = \frac{1}{m} \delta^l a^{l-1\top}$$ $$db^l = \delta^l$$")
    assert {mistake for _, _, mistake in wrong(report)} >= {"db-not-summed"}


def test_what_cannot_be_read_is_not_called_wrong():
    report = grade("δˡ = ♥\n∂C/∂bˡ = δˡ")
    assert not report.passed
    assert report.headline == "2 of 3 statements are right. 1 of 3 cannot be read."
    report = grade("δˡ = ♥\nδᴸ = aᴸ - y")
    assert report.headline.startswith(
        "1 of 2 statements is wrong. 1 of 2 cannot be read. Start with dZ2 (line 2)"
    )


def test_a_derivative_of_the_cost_beside_one_of_the_loss():
    text = r"""
        $$dZ^{[l]} = \frac{\partial \mathcal{L}}{\partial A^{[l]}} \odot g'(Z^{[l]})$$
        $$dW^{[l]} = \frac1m dZ^{[l]} A^{[l-1]\top}$$
        $$\frac{\partial C}{\partial W^{[l]}}
          = \frac{\partial C}{\partial Z^{[l]}} A^{[l-1]\top}$$
    """
    assert grade(text).passed, str(grade(text))


def test_a_chain_of_single_neurons_does_not_fit_a_wider_network():
    text = r"$\frac{\partial C}{\partial a^1} = w^2 \sigma'(z^2) (a^2 - y)$"
    verdict = grade(text).verdicts["dA1"]
    assert verdict.status == "does not fit"
    assert verdict.message.startswith("it is right for one neuron in each layer")
    chain = MLP(1, [1, 1], activation="sigmoid", output_activation="sigmoid", rng=0)
    assert grade(text, net=chain).passed


def test_a_text_may_name_more_layers():
    report = grade("δ³ = (a³ - y) ⊙ σ'(z³)\n∂C/∂W³ = δ³ a²ᵀ")
    assert report.passed, str(report)
    assert report.title.startswith("3-4-6-2 network")
    report = grade("δˡ = Wˡ⁺¹ᵀ δˡ⁺¹ ⊙ σ'(zˡ)", net=MLP(2, [3, 4, 5, 2], rng=0))
    assert [v.quantity for v in report.judged] == ["dZ3", "dZ2", "dZ1"]


def test_several_statements_of_one_quantity_are_all_judged():
    report = grade("dW1 = dZ1 @ X.T\ndW1 = dZ1 @ X.T * 2\ndW1 = X @ dZ1.T")
    assert [(v.line, v.mistake) for v in report.judged] == [
        (1, ""), (2, "factor"), (3, "dW-transposed"),
    ]  # fmt: skip
    assert report.verdicts["dW1"].line == 2


# ---- Texts ---------------------------------------------------------------------------

MARKDOWN = r"""# My notes

It cost me $5, and x = 3 there.

The output error is $\delta^L = (a^L - y)$ and %%dW^L = \delta^L a^{L-1\top}%%.

```python
dW1 = dZ1 * 0  # code is not read
```

$$
C = \frac12 \lVert a^L - y \rVert^2 \\
\delta^l = (W^{l+1})^T \delta^{l+1} \odot \sigma'(z^l)
$$

∂C/∂bˡ = δˡ
\( \frac{\partial C}{\partial W^1} = \text{something} + \heartsuit \)
"""


def test_markdown_with_formulas_in_it(tmp_path):
    path = tmp_path / "notes.md"
    path.write_text(MARKDOWN, "utf-8")
    report = grade(path)
    assert [(v.line, v.quantity, v.status) for v in report.judged] == [
        (5, "dZ2", "wrong"), (5, "dW2", "right"), (16, "db2", "right"),
        (13, "dZ1", "right"), (16, "db1", "right"), (17, "dW[1]", "cannot be read"),
    ]  # fmt: skip
    assert [(line, text[:9]) for line, text, _ in report.left_out] == [
        (12, r"C = \frac")
    ]
    assert "the cost: given by the loss" in report.left_out[0][2]
    text = str(report)
    assert "Left out, as no equations of a network's gradients: 1\n  line 12: C" in text
    assert json.loads(report.to_json())["left_out"][0]["line"] == 12
    assert "Left out" in report._repr_html_()
    assert report.verdicts["dZ2"].text == r"\delta^L = (a^L - y)"


def test_an_amount_of_money_opens_no_formula():
    report = grade("It costs $5.\n∂C/∂bˡ = δˡ\n\nAnd $7.\n")
    assert [(v.line, v.status) for v in report.judged] == [(2, "right"), (2, "right")]


def test_prose_is_no_equation():
    text = "Let x = 3 and b = 0, so a = b.\nδˡ = ∂C/∂bˡ\nW1 = the first of all"
    report = grade(text)
    assert {v.line for v in report.judged} == {2}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot read .*No such file"),
        (b"\xff\xfe\x00", "no text in UTF-8"),
        (b"x" * 1_000_001, "more than 1000000 characters"),
        (b"no formula at all", "needs equations such as .* got none"),
        (b"$E = m c^2$", r"got none; line 1, 'E = m c\^2'"),
        (b"dW1 = Q1", "got none that can be read: cannot read 'Q1' in"),
    ],
)
def test_files_that_cannot_be_graded(tmp_path, content, message):
    path = tmp_path / "notes.md"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        grade(path)


def test_a_path_with_a_zero_byte():
    with pytest.raises(DataError, match=r"cannot read .*null"):
        grade(Path("a\0b"))


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="a file without an end")
def test_a_file_without_an_end():
    with pytest.raises(DataError, match="more than 1000000 characters"):
        grade(Path("/dev/zero"))


def test_a_mark_at_the_start_of_a_file_is_no_part_of_it(tmp_path):
    path = tmp_path / "notes.md"
    path.write_bytes("\ufeffdZ2 = (A2 - Y) * A2 * (1 - A2) / m\r\n".encode())
    assert grade(path).passed


# ---- Hostile -------------------------------------------------------------------------

DEEP = "(" * 10**5
HOSTILE = [
    f"$\\delta^l = {DEEP}a^l{')' * 10**5}$",
    f"$\\delta^l = {'{' * 100}a^l{'}' * 100}$",
    f"$\\delta^l = {'[' * 70}a^l$",
    f"$\\delta^l = {'a^l + ' * 3000} a^l$",
    f"$\\delta^l = {'a^l ' * 1500}$",
    f"$\\delta^l = {chr(92)}frac{'{1}' * 3000}$",
    f"$\\delta^l = {chr(92)}sqrt{'{' * 50}{'}' * 50}$",
    f"$\\delta^l = {chr(92)}sum_k {f'{chr(92)}sum_k ' * 1000}a^l$",
    f"$\\delta^l = {f'{chr(92)}tanh ' * 1000}z^l$",
    f"$\\delta^l = {f'{chr(92)}partial ' * 1000}C / {chr(92)}partial b^l$",
    r"$\delta^l = a^{l^{l^{l}}}$",
    r"$\delta^l = \sum_{i=1}^m \sum_{i=1}^m \delta^{l(i)}$",
    r"$\delta^l = \heartsuit$",
    r"$\delta^l = \write18{rm}$",
    r"$\delta^l = \input{/etc/passwd}$",
    r"$\delta^l = a.__class__.__bases__$",
    r"$\delta^l = \frac{\partial C}{}$",
    r"$\delta^l = \frac{}{\partial z^l}$",
    r"$\delta^l = \frac{\partial C}{\partial}$",
    r"$\delta^l = \partial$",
    r"$\delta^l = \sigma$",
    r"$\delta^l = \delta_{jk}$",
    r"$\delta_j^l = w_j^l$",
    r"$\delta_j^l = \sum_k a_j^l$",
    r"$\delta_j^l = \sum a_j^l$",
    r"$\delta^l = \begin{pmatrix} 1 \\ 2 \end{pmatrix}$",
    r"$\delta^l = \nabla_{a} b$",
    r"$\delta^l = " + r"\min(a^l, " * 55 + "z^l" + ")" * 55 + "$",
    r"$\delta^l = \max(a^l, z^l)$",
    "<math>" * 60_000,
    "<i>" + "<sub>" * 60_000,
    r"$\delta^l = (a^l$",
    r"$\delta^l = a^l)$",
    r"$\delta^l = \sigma''(z^l)$",
    r"$\delta^l = softmax'(z^l)$",
    r"$\delta^l = \frac{\partial z^l_j}{\partial a^{l-1}}$",
    r"$\delta^l = \frac{\partial a^l}{\partial z^l} \frac{\partial z^l}{\partial b^l}$",
    r"$\delta^l = \delta^l \frac{\partial z^1}{\partial b^l}$",
    "$\\delta^l = a^l \x1b[31m$",
    "$\\delta^l = \u202ea^l$",
    "dW1 = __import__('os').system('true')",
    "dW1 = (lambda: 1)()",
    "dW1 = W1.__class__",
]


@pytest.mark.one_in(3)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_formulas_get_a_message(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError):
        grade(text)
    shown = str(grade(f"{text}\n\n$\\delta^L = a^L - y$"))
    assert "dZ2" in shown
    assert not any(c in shown for c in "\x1b\u202e")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "text",
    [
        r"$\delta^l = 9^{999999999999} a^l$",
        r"$\delta^l = (a^l)^{9}$",
        r"$\delta^l = \exp(\exp(\exp(9 a^l)))$",
        r"$\delta^l = a^l / 0$",
        r"$\delta^l = 10^{400}$",
        f"$\\delta^l = {'- ' * 4000} a^l$",
        r"$\delta^l = W^l W^l$",
        r"$\delta_j^l = w_{jj}^l$",
        r"$\delta_j^l = a_9^l$",
        r"$\delta_j^l = a^l_k$",
        r"$\delta_j^l = a^l$",
        r"$\delta^{999} = a^{999}$",
        r"$\delta^l_1 = a^l_1$",
        r"$\delta^l_j = w_{ja}^l w_{bc}^l w_{de}^l w_{fg}^l$",
    ],
)
def test_values_without_sense_are_judged_like_others(text):
    assert not grade(text).passed


def test_too_many_equations_and_too_long_a_text():
    with pytest.raises(DataError, match="at most 400 equations"):
        grade("dW1 = dZ1 @ X.T\n" * 401)
    with pytest.raises(DataError, match="at most 400000 characters"):
        grade("x" * 400_001)
    for mark in ("$", "$$", r"\(", r"\[", "%%", "$ ", "\n", "```\n", "=", "= \n"):
        with pytest.raises(DataError):
            grade(mark * (200_000 // len(mark)))
    with pytest.raises(DataError):  # in no time that grows with the square of it
        grade(f"dW1 ={' ' * 390_000}Q1")


RUBBISH = r"""
\delta \sum _k _{jk} ^l ^{l+1} ^{[l](i)} W b z a y dW dz \partial \frac { } ( ) [ ] = +
- / \odot \cdot ^T ' \sigma \sigma'(z^l) 2 m n^l \times , \\ & \quad \rightarrow \nabla
\Delta C L \eta \text{and} X _0 $ w_{kj}^{l+1} \delta_k^{l+1} a^{L-1} \sum_{i=1}^m ½ ᵀ ˡ
σ′(zˡ) \begin{pmatrix} \end{pmatrix} \boxed{ dW1 W2 \frac{\partial{C}}{\partial{z^l}}
\frac{\partial{z_k^{l+1}}}{\partial{z_j^l}}
"""


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(i, marks=pytest.mark.slow) for i in (1, 2, 3))]
)
def test_rubbish_raises_nothing_but_data_errors(seed):
    rng = random.Random(seed)
    words = RUBBISH.split()
    read = 0
    for _ in range(80):
        body = " ".join(rng.choices(words, k=rng.choice((3, 6, 12))))
        target = rng.choice((r"\delta_j^l =", "dW^l =", "z^l =", "", r"\sigma'(z) ="))
        try:
            str(grade(f"$${target} {body}$$"))
        except DataError:
            continue
        read += 1
    assert read > 3


def test_an_error_quotes_the_place_and_says_what_can_be_read():
    side = read_chains(r"\delta^l = W^{l+1} \heartsuit \delta^{l+1}")[0].sides[1]
    assert "there is no such quantity at '\\\\heartsuit" in side.error
    assert "known are quantities with their layer, such as W^l" in side.error


def test_where_next_to_nothing_is_understood_nothing_is_called_a_mistake():
    lines = (
        r"$$\delta^2 = (a^2 - y) \odot \sigma'(z^2)$$",
        r"$$\delta^1 = (W^2)^T \delta^2$$",
    )
    strange = [
        rf"$$\frac{{\partial C}}{{\partial W^{i}}} = \Xi^{i} \Upsilon$$" for i in (1, 2)
    ]
    bias = r"$$\frac{\partial C}{\partial b^2} = \Xi^2 \Lambda$$"
    assert grade("\n".join((*lines, *strange))).mistakes == ("act-missing",)
    doubtful = grade("\n".join((*lines, *strange, bias)))
    assert doubtful.mistakes == ()
    assert not doubtful.passed
    verdict = next(v for v in doubtful.judged if v.quantity == "dZ1")
    assert verdict.status == "cannot be read"
    assert "too little of the text was understood" in verdict.message
    assert "sigma'(z) of the hidden layer is missing" in verdict.message


def test_a_step_by_the_sum_over_examples_leaves_the_rest_of_one_example():
    text = r"""
$$\delta^L = (a^L - y) \odot \sigma'(z^L)$$
$$\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)$$
$$\partial C_x/\partial b^l = \delta^l$$
$$\partial C_x/\partial w^l = \delta^l (a^{l-1})^T$$
$$w \rightarrow w - \frac{\eta}{m} \sum_x \frac{\partial C_x}{\partial w}$$
"""
    report = grade(text)
    assert report.passed, str(report)
    assert {v.line for v in report.judged if v.is_right} == {2, 3, 4, 5, 6}, str(report)
    assert not grade(text.replace("(a^{l-1})^T", "(a^l)^T")).passed


# ---- What cannot be read is no gradient that is right --------------------------------


@pytest.mark.parametrize(
    "side",
    ["np.kron(dZ2, A1)", "np.linalg.solve(dZ2, A1)", "open('x').read()", "grads",
     f"{'(' * 20_000}dZ2 @ A1.T"],
)  # fmt: skip
def test_a_gradient_whose_formula_cannot_be_read_is_a_failure(side):
    report = grade(f"dZ2 = (A2 - Y) * A2 * (1 - A2) / m\ndW2 = {side}")
    assert not report.passed
    (unread,) = (v for v in report.judged if v.status == "cannot be read")
    assert (unread.line, unread.quantity.startswith("dW")) == (2, True)
    assert "nothing on the other side" not in str(report)


def test_words_behind_a_gradient_are_no_formula():
    assert grade("dZ2 = (A2 - Y) * A2 * (1 - A2) / m\ndW2 = gradient by W2").passed


def test_a_text_that_is_one_long_line_says_so():
    with pytest.raises(DataError, match="line 1, 'dW1', was not read: the line is lon"):
        grade(f"dW1 = {'(' * 100_000}")


DELTA = "dZ2 = (A2 - Y) * A2 * (1 - A2) / m\n"


@pytest.mark.parametrize(
    "side", ["Z2", "A1", "A1.T", "A1.T * 2", "W2 - lr * Z2 + W2"]
)  # of signals of the forward pass alone
def test_a_gradient_is_no_other_name_for_a_signal(side):
    report = grade(f"{DELTA}dW2 = {side}")
    assert [v.line for v in report.judged if not v.is_right] == [2], str(report)


def test_a_line_that_one_reading_loses_is_not_passed_over():
    report = grade(f"{DELTA}W2 = W2 - lr * Z2")
    assert not report.passed
    assert "update of W2" in report.verdicts


@pytest.mark.parametrize(
    "steps",
    ["v2 = 0.9 * v2 + dW2\nW2 = W2 - lr * v2", "v = mu * v - lr * dW2\nW2 += v",
     "W2 = W2 - alpha * v_W2"],
)  # fmt: skip
def test_what_a_velocity_changes_is_not_judged(steps):
    report = grade(f"{DELTA}dW2 = dZ2 @ A1.T\n{steps}")
    assert report.passed, str(report)
    assert any("a name of its own" in reason for *_, reason in report.left_out)
    assert not grade(f"{DELTA}W2 = W2 - lr * W2").passed


@pytest.mark.parametrize(
    "update", ["W2 -= lr * (dW2 + lam * W2)", "W2 = (1 - lr * lam) * W2 - lr * dW2"]
)
def test_weight_decay_in_an_update_is_right(update):
    report = grade(DELTA + update)
    assert report.passed, str(report)
    assert "(weight decay)" in report.verdicts["update of W2"].message
    assert not grade(f"{DELTA}W2 -= lr * (dW2 - lam * W2)").passed


@pytest.mark.parametrize(
    "by_outputs",
    ["-(np.divide(Y, A2) - np.divide(1 - Y, 1 - A2))", "-(Y/A2 - (1 - Y)/(1 - A2))",
     "(A2 - Y) / (A2 * (1 - A2))"],
)  # fmt: skip
def test_the_cost_may_be_known_by_its_derivative(by_outputs):
    code = f"""
dA2 = {by_outputs}
dZ2 = dA2 * A2 * (1 - A2)
dW2 = dZ2 @ A1.T / m
dA1 = W2.T @ dZ2
dZ1 = dA1 * (Z1 > 0)
"""
    report = grade(code)
    assert report.passed, str(report)
    assert len(report.judged) == 5
    assert "(relu, sigmoid), binary_cross_entropy" in report.title
    slip = grade("dA2 = -(Y / A2 + (1 - Y) / (1 - A2))")
    assert slip.mistakes == ("ce-second-sign",)


def test_one_neuron_by_itself():
    notes = r"""
$z = wx + b$, $a = \sigma(z)$, $C = \frac12 (a-y)^2$

$\frac{dC}{dw} = (a-y)\,a(1-a)\,x$

$\frac{dC}{db} = (a-y)\,a(1-a)$
"""
    report = grade(notes)
    assert report.passed, str(report)
    assert set(report.verdicts) == {"Z1", "A1", "dW1", "db1"}
    assert not grade(notes.replace(r"\,x$", r"\,x^2$")).passed


@pytest.mark.parametrize(
    ("product", "axis"), [("dZ2 @ A1.T", 0), ("A1.T @ dZ2", 1)], ids=["columns", "rows"]
)
def test_a_sum_over_the_other_axis_is_named(product, axis):
    delta = DELTA.replace("m", "len(X)") if axis else DELTA
    report = grade(f"{delta}dW2 = {product}\ndb2 = dZ2.sum(axis={axis})")
    assert report.mistakes == ("wrong-axis",)
    assert f"axis={1 - axis}" in report.verdicts["db2"].instead


@pytest.mark.parametrize("number", ["1", "1.0"])
def test_the_derivative_of_z_by_b_is_not_that_of_the_cost(number):
    assert grade(f"{DELTA}db2 = {number}").mistakes == ("db-constant",)
    summed = "db2 += dZ2.sum(axis=1, keepdims=True)"
    assert grade(f"{DELTA}db2 = 0\n{summed}").passed
    assert grade(r"$\frac{\partial C}{\partial b^2} = 1$").mistakes == ("db-constant",)


def test_deltas_alone_may_count_the_inputs_as_layer_1():
    octave = """
delta4 = a4 - y
delta3 = (Theta3' * delta4) .* a3 .* (1 - a3)
delta2 = (Theta2' * delta3) .* a2 .* (1 - a2)
"""
    report = grade(octave, loss="binary_cross_entropy")
    assert report.passed, str(report)
    assert "the inputs are a of layer 1" in report.notation
    assert not grade(octave.replace("Theta2", "Theta3")).passed


SIGN_IN_WORDS = r"""
{said}

$net_j = \sum_i w_{{ij}} o_i$, $o_j = \sigma(net_j)$

$\delta_k = (t_k - o_k) o_k (1 - o_k)$

$\frac{{\partial E}}{{\partial w_{{ij}}}} = {sign}\delta_j o_i$

$\Delta w_{{ij}} = \eta \delta_j o_i$
"""


@pytest.mark.parametrize(
    "said",
    [
        r"We write $\delta_j$ for $-\frac{\partial E}{\partial net_j}$.",
        r"Let \(\delta_j\) be \(-\partial E/\partial net_j\), as usual.",
        r"We denote $-\frac{\partial E}{\partial net_j}$ by $\delta_j$.",
        r"Wir schreiben $\delta_j$ für $-\dfrac{\partial E}{\partial \text{net}_j}$.",
    ],
)
def test_a_sentence_may_say_the_sign_of_delta(said):
    assert grade(SIGN_IN_WORDS.format(said=said, sign="-")).passed
    wrong = grade(SIGN_IN_WORDS.format(said=said, sign=""))
    assert {one.line for one in wrong.judged if not one.is_right} == {8}
    plus = said.replace("$-", "$").replace(r"\(-", r"\(")
    found = grade(SIGN_IN_WORDS.format(said=plus, sign=""))
    assert {one.line for one in found.judged if one.status == "wrong"} == {6, 10}


def test_a_plain_sentence_may_say_the_sign_of_delta():
    text = "We write δ for −∂E/∂net.\n\nδ_k = (t_k - o_k) o_k (1 - o_k)\n\n"
    assert grade(f"{text}∂E/∂w_{{jk}} = -δ_k o_j").passed
    assert not grade(f"{text}∂E/∂w_{{jk}} = δ_k o_j").passed
    code = "δ2 = −∂E/∂net2\n\nδ2 = (t - a2) * a2 * (1 - a2)\n\n"
    assert grade(f"{code}∂E/∂W2 = -δ2 a1^T").passed
    assert not grade(f"{code}∂E/∂W2 = δ2 a1^T").passed


def test_a_sentence_may_say_that_a_letter_is_the_weighted_sum():
    text = r"""
$\delta_k = (t_k - y_k) f'(a_k)$, where $a_k$ is the summed input of output unit $k$.

$\delta_j = f'(a_j) \sum_k w_{kj} \delta_k$

$\Delta w_{ji} = \eta \delta_j x_i$
"""
    found = grade(text)
    assert found.passed
    assert {"dZ1", "dZ2"} <= {one.quantity for one in found.judged}
    wrong = grade(text.replace("f'(a_j)", "a_j (1 - a_j)"))
    assert not wrong.passed
