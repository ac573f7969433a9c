"""Notes that are typed in a line, which are read like those that are set in LaTeX."""

from __future__ import annotations

import pytest

from nn import MLP, grade
from nn.reading.code.set_in_latex import set_in_latex

NET = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
BY_ENTRIES = """
zⱼ = Σᵢ wⱼᵢ⁽¹⁾ xᵢ,  hⱼ = σ(zⱼ)
uₖ = Σⱼ wₖⱼ⁽²⁾ hⱼ,  yₖ = σ(uₖ)
E = ½ Σₖ (yₖ − tₖ)²
- Output: δₖ ≡ ∂E/∂uₖ = (yₖ − tₖ) σ′(uₖ)   (5.54)
- Hidden: δⱼ ≡ ∂E/∂zⱼ = σ′(zⱼ) Σₖ wₖⱼ⁽²⁾ δₖ   # chain rule
- so that ∂E/∂wₖⱼ⁽²⁾ = δₖ hⱼ and ∂E/∂wⱼᵢ⁽¹⁾ = δⱼ xᵢ
"""
BY_LAYERS = """
z[l] = W[l] a[l-1] + b[l]
δ^[L] = (a^[L] - y) ∘ σ'(z^[L])
delta[l] = (W[l+1])^T delta[l+1] o sigma'(z[l])
`∂C/∂W^[l] = δ^[l] (a^[l-1])^T`; `∂C/∂b^[l] = δ^[l]`
"""
WORDS = """
delta_k = (y_hat_k - y_k) sigmoid_prime(z_k)
delta_j = sigmoid_prime(z_j) sum over k: w_kj delta_k
dE/dw_kj = delta_k a_j
"""


def lines(text: str, is_right: bool) -> set[int]:
    """Return the lines in which all is right, or in which something is not."""
    judged = grade(text, net=NET, loss="half_squared_error").judged
    bad = {one.line for one in judged if not one.is_right}
    return {one.line for one in judged} - bad if is_right else bad


@pytest.mark.one_in(3, "thorough")  # each grades two texts
@pytest.mark.parametrize(
    ("text", "right", "slip"),
    [
        (BY_ENTRIES, {2, 3, 5, 6, 7}, ("wₖⱼ⁽²⁾ δₖ ", "wⱼₖ⁽²⁾ δₖ ", 6)),
        (BY_LAYERS, {2, 3, 4, 5}, ("^T delta", " delta", 4)),
        (WORDS, {2, 3, 4}, ("w_kj delta_k", "w_jk delta_k", 3)),
    ],
)
def test_typed_lines_are_read_and_a_mistake_in_them_is_found(text, right, slip):
    assert lines(text, is_right=True) == right
    was, new, line = slip
    assert lines(text.replace(was, new), is_right=False) == {line}


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("δ̂ = a; 𝛿ₖ = 𝑎ₖ − yₖ", r"$\delta_{k} = a_{k} - y_{k}$"),
        (
            "d^l = W^(l)ᵀ e^((l+1)) .* f’(z^l)",
            r"$d^l = W^{(l) T} e^{(l+1)} \odot f'(z^l)$",
        ),
        (
            "dC/dw_jk = (1/m) Σ_k d_k",
            r"$\frac{\partial C}{\partial w_{jk}} = \frac{1}{m} \sum_{k} d_k$",
        ),
        ("δ_k = p_k * q_k  (2.3)", r"$\delta_k = p_k * q_k$"),
        (
            "δ_k = (e^(z_k))/(Σ_j e^(z_j))",
            r"$\delta_k = \frac{e^{z_k}}{\sum_{j} e^{z_j}}$",
        ),
        (
            "$ (diff C)/(diff w_(j k)) = a_k dot.o delta_j $",
            r"$\frac{\partial C}{\partial w_{j k}} = a_k \odot\delta_j$",
        ),
        ("δ_k = e_k * dg^[2](z^[2])", r"$\delta_k = e_k * g'^{[2]}(z^{[2]})$"),
        ("(BP1) δ_k^[out] = a_k", r"$\delta_k^{[out]} = a_k$"),
        ("| output | δ_k = a_k − y_k |", r"$\delta_k = a_k - y_k$"),
        ("(then δ_k = a_k)", r"$\delta_k = a_k$"),
        ("δ_k = a_k (as above)", r"$\delta_k = a_k$"),
        ("δ_k = a_k; δ_j = b_j", r"$\delta_k = a_k$; $\delta_j = b_j$"),
        ("> so δ_k = a_k - y_k (see above)", r"$\delta_k = a_k - y_k$"),
    ],
)
def test_signs_and_frames(typed, set_):
    found = set_in_latex(f"δ_j = e_j\n{typed}").split("\n")[1]
    assert " ".join(set_.split()) in " ".join(found.split())


def test_mathematics_between_fences_is_set_and_a_program_is_not():
    text = "δ_j = e_j\n```text\nδ_k = a_k\n```\n```python\nd = a_k\n```"
    assert set_in_latex(text).split("\n")[1:] == [
        "",
        r"$\delta_k = a_k$",
        "",
        *text.split("\n")[4:],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "dZ2 = A2 - Y\ndW2 = dZ2 @ A1.T / m",
        "δ_k = a_k\n$\\delta_j = 0$",
        "hidden_layer_input = δ_total\noutput_layer_delta = hidden_layer_error",
    ],
)
def test_code_and_latex_stay_as_they_are(text):
    assert set_in_latex(text) == text


@pytest.mark.parametrize("sign", ["(", "∂", "((", "a/", "^(", "_{", "Σ_", "d", "x "])
def test_hostile_lines_take_no_time(sign):
    set_in_latex(f"δ_k = a_k\nδ_j = {sign * 20_000}\nδ_j = a_j")
