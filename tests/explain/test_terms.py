"""`explain` writes the sum that `backward` computes; `nudge` measures what it means."""

import math
import random
import re
import subprocess
import sys
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given

import autograd_scalar as ag
from autograd_scalar import (
    PRIMITIVES,
    OperandError,
    StaleGraphError,
    Value,
    explain,
    gradients,
    no_grad,
    nudge,
    primitive,
    topological_order,
)
from autograd_scalar.explain.symbols import (
    _SHAPES,
    Formulas,
    figures,
    name_of_label,
)
from autograd_scalar.graph.value import nary
from nn import MLP

from ..strategies import programs
from .formulas import evaluate

HOSTILE = "</script><b onload='x'>&amp; \\frac{$x$}_^~%# \u202e\n\x1b[31m ]]>"


# ---- The sum -------------------------------------------------------------------------


@given(programs())
def test_the_terms_add_up_to_backward_to_the_bit(program):
    root = program.build()[-1]
    nodes = topological_order(root)
    found = [explain(root, node) for node in nodes]
    root.backward()
    for node, explanation in zip(nodes, found, strict=True):
        total = 1.0 if node is root else 0.0
        for term in explanation.terms:
            assert term.user.parents[term.operand] is node
            assert term.upstream == term.user.grad
            assert term.local_derivative == term.user.local_derivatives[term.operand]
            assert term.contribution == term.local_derivative * term.upstream
            total += term.contribution
        assert explanation.total == total == node.grad
        uses = sum(user.parents.count(node) for user in nodes)
        assert len(explanation.terms) == uses


def test_the_chain_rule_in_symbols_and_in_numbers():
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    h = (a * b).named("h")
    root = (h.tanh().named("t") + a * h).named("C")
    assert str(explain(root, h)).splitlines() == [
        "∂C/∂h = ∂C/∂v4 · ∂v4/∂h + ∂C/∂t · ∂t/∂h",
        "      = ∂C/∂v4 · a + ∂C/∂t · (1 − tanh(h)²)",
        f"      = 1.0 · 2.0 + 1.0 · {h.tanh().local_derivatives[0]!r}",
        f"      = 2.0 + {h.tanh().local_derivatives[0]!r}",
        f"      = {2.0 + h.tanh().local_derivatives[0]!r}",
        "where v4 = a·h",
    ]


def test_the_layers_of_a_network():
    net = MLP(2, [2, 2], activation="sigmoid", output_activation="tanh", rng=0)
    passed = net.forward([0.5, -1.0], 3)
    root = ag.sum([a * a for a in passed.outputs]).named("C")
    text = explain(root, passed.a[0][1]).text()
    assert "∂C/∂z2[1](3) · W2[1,1] + ∂C/∂z2[0](3) · W2[0,1]" in text
    assert "· σ(z1[1](3))·(1 − σ(z1[1](3)))" in explain(root, passed.z[0][1]).text()
    assert (
        r"\frac{\partial C}{\partial z^{2(3)}_{1}} \cdot W^{2}_{1,1}"
        in explain(root, passed.a[0][1]).latex()
    )


def test_the_root_is_the_seed_and_what_it_does_not_use_is_nothing():
    x, other = Value(3.0, "x"), Value(1.0, "other")
    root = (x * x).named("C")
    assert str(explain(root, root)) == "∂C/∂C = 1, the seed"
    assert (explain(root, root).total, explain(root, root).terms) == (1.0, ())
    assert str(explain(root, other)).splitlines() == [
        "∂C/∂other = 0.0",
        "C was not computed from other",
    ]
    assert explain(root, other).total == 0.0
    assert r"\text{C was not computed from other}" in explain(root, other).latex()
    assert "C was not computed" in explain(root, other).mathml()
    assert explain(x, x).text() == "∂x/∂x = 1, the seed"
    assert explain(root, Value(2.0)).text().startswith("∂C/∂2.0 = 0.0")


def test_the_same_operand_twice_is_two_terms_with_their_own_formulas():
    x = Value(3.0, "x")
    square = (x * x).named("s")
    found = explain((square * 2.0).named("C"), x)
    assert [term.operand for term in found.terms] == [0, 1]
    assert str(found).splitlines()[0] == "∂C/∂x = ∂C/∂s · x + ∂C/∂s · x"
    power = explain((x**x).named("p"), x)
    assert [term.formula for term in power.terms] == ["x·x^(x − 1)", "x^x·log(x)"]
    assert power.total == gradients(x**x, x)


def test_a_term_prints_itself():
    x = Value(2.0, "x")
    (term,) = explain((x.square() * 3.0).named("C"), x).terms
    assert str(term) == "3.0 * 4.0 = 12.0, by operand 0 of v1: 2·x"
    assert term.written.latex == r"2 \cdot x"


def test_the_side_of_a_kink_is_said():
    x, y = Value(-2.0, "x"), Value(1.0, "y")
    text = str(explain((ag.maximum(x, y).relu() * abs(x)).named("C"), x))
    assert text.splitlines()[-1] == (
        "where v4 = abs(x), v2 = maximum(x, y), x < 0, x < y"
    )


def test_many_terms_are_cut_and_the_cut_is_said():
    x = Value(1.0, "x")
    found = explain(ag.sum([x * float(k) for k in range(40)]).named("C"), x)
    assert len(found.terms) == 40
    text = found.text()
    assert text.count("… 28 more terms") == 4
    assert text.splitlines()[4].strip() == "= 780.0"
    assert r"\ldots\text{ 28 more terms}" in found.latex()


# ---- Local derivatives in symbols ----------------------------------------------------

OPERANDS = {
    "arccosh": [(1.7,)],
    "clip": [(0.5, -1.0, 1.0), (-2.0, -1.0, 1.0), (2.0, -1.0, 1.0), (1.0, -1.0, 1.0)],
    "pow_constant": [
        (1.3, n) for n in (3.0, 2.0, 1.0, 0.0, -1.0, -2.0, 0.5, -0.5, 2.5)
    ],
    "polygamma": [(2.0, 1.3), (0.0, 0.4)],
    "sinc": [(0.7,), (2.3,), (-1.6,)],
}
POSITIVE = {"logit", "log", "log2", "log10", "sqrt", "pow", "xlogy"}


def points(name):
    row = PRIMITIVES[name]
    if name in OPERANDS:
        return OPERANDS[name]
    first, second = (0.7, 0.6, 0.4), (0.3, 0.9, 0.8)
    found = [first[: row.arity], second[: row.arity]]
    if name not in POSITIVE:
        found.append(tuple([-x for x in found[0]]))
    return found


@pytest.mark.parametrize("name", PRIMITIVES)
def test_the_formula_of_every_primitive_gives_its_derivative(name):
    for numbers in points(name):
        leaves = [Value(x, letter) for x, letter in zip(numbers, "abc", strict=False)]
        y = nary(PRIMITIVES[name], leaves).named("y")
        formulas = Formulas({node: node.label for node in (*leaves, y)})
        known = {node.label: node.data for node in (*leaves, y)}
        for k, expected in enumerate(y.local_derivatives):
            formula = formulas.local(y, k)
            assert float(evaluate(formula.text, known)) == pytest.approx(
                expected, rel=1e-12, abs=1e-15
            ), (formula.text, numbers)
            assert formula.number == pytest.approx(expected, rel=1e-12, abs=1e-15)
            assert "′" not in formula.text
            assert "∂" not in formula.text
            assert len(formula.text) < 50
            balanced(formula.latex)
            ET.fromstring(f"<math>{formula.mathml}</math>")


DEFINED = (
    *("add", "sub", "mul", "div", "mod", "neg", "pow", "square", "reciprocal", "sqrt"),
    *("hypot", "exp", "exp2", "sinc", "sum", "mean", "prod", "dot"),
)


@pytest.mark.parametrize("name", DEFINED)
def test_definitions_give_the_value(name):
    for numbers in points(name):
        leaves = [Value(x, letter) for x, letter in zip(numbers, "abc", strict=False)]
        y = nary(PRIMITIVES[name], leaves)
        formulas = Formulas({node: node.label for node in leaves})
        known = {node.label: node.data for node in leaves}
        found = evaluate(formulas.definition(y).text, known)
        assert float(found) == pytest.approx(y.data, rel=1e-13)


@pytest.mark.parametrize(
    ("make", "formula"),
    [
        (lambda x: x.tanh(), "1 − tanh(x)²"),
        (lambda x: x.sigmoid(), "σ(x)·(1 − σ(x))"),
        (lambda x: x.softplus(), "σ(x)"),
        (lambda x: x.exp(), "exp(x)"),
        (lambda x: x.sqrt(), "1/(2·√x)"),
        (lambda x: x**3, "3·x²"),
        (lambda x: x**-1, "−1/x²"),
        (lambda x: x**1, "1"),
        (lambda x: x**0, "0"),
        (lambda x: 1 / x, "−1/x²"),
        (lambda x: x.arctan(), "1/(1 + x²)"),
        (lambda x: x.arcsin(), "1/√(1 − x²)"),
        (lambda x: x.log2(), "1/(log(2)·x)"),
        (lambda x: x.erf(), "2·exp(−x²)/√π"),
        (lambda x: x.relu(), "1"),
        (lambda x: -3.0 * x, "−3"),
        (lambda x: x / 3.0, "1/3"),
        (lambda x: x * 1e-9, "1e-09"),
        (lambda x: x * math.inf, "inf"),
        (lambda x: ag.mean([x, 1.0, 2.0]), "1/3"),
        (lambda x: ag.prod([x, 2.0]), "2"),
        (lambda x: x.silu(), "σ(x)·(1 + x·(1 − σ(x)))"),
        (lambda x: x.cbrt(), "1/(3·cbrt(x)²)"),
    ],
)
def test_formulas_are_those_of_textbooks(make, formula):
    x = Value(0.6, "x")
    assert explain(make(x), x).terms[0].formula == formula


def test_latex_of_formulas():
    a, b = Value(0.5, "a"), Value(0.25, "W1[0,3]")
    root = (a / b).named("C")
    assert explain(root, b).terms[0].written.latex == (
        r"-\frac{a}{{\left(W^{1}_{0,3}\right)}^{2}}"
    )
    modulo = explain((a % b).named("m"), b).terms[0].written.latex
    assert modulo == r"-\frac{a - \left(a \bmod W^{1}_{0,3}\right)}{W^{1}_{0,3}}"


def test_a_formula_that_would_be_too_long_is_a_derivative_with_a_prime():
    x = Value(0.25, "x")
    (term,) = explain(x.sinc(), x).terms
    assert term.formula == "sinc′(x)"
    assert term.written.latex == r"\mathrm{sinc}'\left(x\right)"
    ET.fromstring(f"<math>{term.written.mathml}</math>")
    many = [Value(1.0 + k, f"x{k}") for k in range(60)]
    (term,) = explain(ag.prod(many), many[7]).terms
    assert term.formula == "∂prod/∂x7"


def test_where_a_derivative_is_nan_the_number_is_written():
    x = Value(-1.0, "x")
    assert explain(x.log(), x).terms[0].formula == "nan"
    assert explain(x.sqrt(), x).terms[0].formula == "1/(2·√x)"
    zero = Value(0.0, "z")
    assert explain(zero.sqrt(), zero).terms[0].local_derivative == math.inf
    assert "= inf" in str(explain(zero.sqrt() * 1.0, zero))
    assert "nan" in str(explain(zero.sqrt() * 0.0, zero))
    assert r"\infty" in explain(zero.sqrt() * 1.0, zero).latex()


def test_a_kinked_derivative_of_another_time_is_its_recorded_number():
    x = Value(2.0, "x")
    y = x.relu()
    x.data = -1.0
    assert explain(y, x).terms[0].formula == "1"


def test_primitives_of_the_user():
    @primitive(partials=lambda x, y: (3 * x * x,))
    def cube(x):
        return x * x * x

    @primitive(partials=lambda x, w, y: (w * ag.cos(x) + y, ag.sin(x)))
    def wave(x, w):
        return w * math.sin(x)

    @primitive(partials=lambda x, y: (math.exp(x),), latex=r"\weird{{0}}")
    def only_floats(x):
        return math.exp(x)

    @primitive(partials=lambda x, y: (2.0,))
    def twice(x):
        return 2.0 * x

    x, w = Value(0.5, "x"), Value(2.0, "w")
    assert explain(cube(x), x).terms[0].formula == "3·x²"
    assert explain(wave(x, w), x).terms[0].formula == "w·cos(x) + wave(x, w)"
    assert explain(wave(x, w), w).terms[0].formula == "sin(x)"
    assert explain(only_floats(x), x).terms[0].formula == "only_floats′(x)"
    assert explain(twice(x), x).terms[0].formula == "2"
    assert (
        r"\text{only}\_\text{floats}\left(x\right)"
        in explain((only_floats(x) * 2.0).named("C"), x).latex()
    )


def test_within_no_grad_a_user_s_derivative_is_not_taken_for_a_number():
    @primitive(partials=lambda x, y: (3 * x * x,))
    def cube(x):
        return x * x * x

    x = Value(0.5, "x")
    y = cube(x)
    with no_grad():
        assert explain(y, x).terms[0].formula == "cube′(x)"


def test_a_user_s_partials_of_any_length():
    def long(x, y):
        total = x
        for _ in range(5_000):
            total = total + x
        return (total,)

    @primitive(partials=long)
    def steep(x):
        return 0.5 * x * x

    x = Value(0.5, "x")
    assert explain(steep(x), x).terms[0].formula == "steep′(x)"


# ---- Notations -----------------------------------------------------------------------


def balanced(latex):
    bare = re.sub(r"\\[{}]", "", latex)
    depth = 0
    for character in bare:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0


@pytest.mark.parametrize(
    ("label", "latex"),
    [
        ("x", "x"),
        ("θ", "θ"),
        ("x1", "x_{1}"),
        ("w_12", "w_{12}"),
        ("W1[0,3]", "W^{1}_{0,3}"),
        ("b2[1]", "b^{2}_{1}"),
        ("z1[2](7)", "z^{1(7)}_{2}"),
        ("loss", r"\mathrm{loss}"),
        ("my loss", r"\text{my loss}"),
        ("a_b", r"\text{a}\_\text{b}"),
        ("50%", r"\text{50}\%"),
        (
            "$x^2$ & ~{}\\",
            r"\$\text{x}{\wedge}\text{2}\$\text{ }\&\text{ }{\sim}\{\}\backslash ",
        ),
    ],
)
def test_labels_as_symbols(label, latex):
    name = name_of_label(label)
    assert name.latex == latex
    assert "".join(ET.fromstring(f"<math>{name.mathml}</math>").itertext())
    balanced(latex)


def test_numbers_keep_all_their_digits():
    rng = random.Random(1)
    for _ in range(200):
        x = rng.uniform(-1.0, 1.0) * 10.0 ** rng.randint(-300, 300)
        written = figures(x)
        assert float(written.text) == x
        latex = written.latex.replace(r" \times 10^{", "e").replace("}", "")
        assert float(latex) == x
        mathml = ET.fromstring(f"<math>{written.mathml}</math>")
        digits = "".join(mathml.itertext()).replace("−", "-").replace("×10", "e")
        assert float(digits) == x
    assert figures(-math.inf).latex == r"-\infty"
    assert figures(math.nan).mathml == "<mi>nan</mi>"


def test_hostile_labels_stay_text():
    x = Value(1.0, HOSTILE)
    root = (x.exp() * x).named(HOSTILE + "2")
    found = explain(root, x)
    assert len(found.text().splitlines()) == 6
    for text in (found.text(), found.latex(), found._repr_html_(), str(found.terms[0])):
        assert "\u202e" not in text
        assert "\x1b" not in text
    latex = found.latex()
    balanced(latex)
    assert "</" not in latex
    assert "$" not in latex.replace(r"\$", "")
    html = found._repr_html_()
    assert "<script" not in html
    assert "</script" not in html
    math_element = ET.fromstring(found.mathml().replace("&#xA0;", " "))
    assert {e.tag for e in math_element.iter()} <= {
        *("math", "mtable", "mtr", "mtd", "mrow", "mfrac", "msup", "msub"),
        *("mi", "mn", "mo", "mtext"),
    }
    assert "onload" not in {key for e in math_element.iter() for key in e.attrib}


def test_every_term_is_marked_in_every_row_of_the_formula():
    a, b = Value(2.0, "a"), Value(3.0, "b")
    found = explain((a * b + a.exp()).named("C"), a)
    table = ET.fromstring(found.mathml().replace("&#xA0;", " "))
    marked = [
        (e.get("data-part"), e.get("data-term"))
        for e in table.iter("mrow")
        if e.get("data-term") is not None
    ]
    parts = ["symbols", "formulas", "numbers", "contributions"]
    assert marked == [(part, str(k)) for part in parts for k in (0, 1)]
    html = found._repr_html_()
    assert html.count(":hover") == 2
    assert ":hover" not in explain(a, a)._repr_html_()


def test_shapes_are_those_of_templates_in_the_table():
    assert {*_SHAPES} <= {row.latex for row in PRIMITIVES.values()}


def test_explanations_are_frozen_and_equal_ones_are_equal():
    x = Value(2.0, "x")
    root = x * x
    assert explain(root, x) == explain(root, x)
    with pytest.raises(AttributeError):
        explain(root, x).total = 3.0
    with pytest.raises(AttributeError):
        explain(root, x).terms[0].upstream = 3.0
    assert "Formulas" not in repr(explain(root, x))


def test_nothing_is_changed():
    x = Value(3.0, "x")
    y = x * x
    y.backward()
    x.grad = 7.0
    str(explain(y, x))
    nudge(y, x, 0.5)
    assert (x.data, x.grad, y.data, y.grad) == (3.0, 7.0, 9.0, 1.0)


@pytest.mark.thorough
def test_deep_and_wide_graphs():
    x = y = Value(0.5, "x")
    for _ in range(20_000):
        y = y.sin()
    assert explain(y, x).total == gradients(y, x)
    assert len(str(explain(y, x))) < 1_000
    assert nudge(y, x, 1e-3).moved == 20_000
    wide = ag.sum([x] * 20_000).named("C")
    assert len(explain(wide, x).terms) == 20_000
    assert len(str(explain(wide, x))) < 2_000
    product = ag.prod([x * 1.0 for x in [Value(1.0)] * 20_000]).named("P")
    (term,) = explain(product, product.parents[5]).terms
    assert term.formula.startswith("∂prod/∂v")


# ---- Nudge ---------------------------------------------------------------------------


@given(programs())
def test_a_nudge_of_a_leaf_is_the_program_at_another_point(program):
    nodes = program.build()
    root = nodes[-1]
    for place in program.leaves:
        leaf = nodes[place]
        if leaf not in topological_order(root):
            continue
        found = nudge(root, leaf, 0.0625)
        steps = list(program.steps)
        steps[place] = steps[place]._replace(number=leaf.data + 0.0625)
        again = type(program)(tuple(steps)).build()[-1]
        same = found.after == again.data
        assert same or (math.isnan(found.after) and math.isnan(again.data))
        assert found.before == root.data
        assert found.adjoint == gradients(root, leaf)


def test_a_nudge_within_the_graph_keeps_everything_else():
    w, x = Value(3.0, "w"), Value(2.0, "x")
    z = (w * x).named("z")
    root = (z * z + w).named("C")
    found = nudge(root, z, 0.125)
    assert (found.before, found.after) == (39.0, 6.125**2 + 3.0)
    assert found.slope == (found.after - found.before) / 0.125
    assert (found.adjoint, found.moved) == (12.0, 2)
    exact = (Fraction(49, 8) ** 2 - 36) / Fraction(1, 8)
    assert found.slope == float(exact)


def test_slopes_approach_the_adjoint():
    net = MLP(2, [3, 2], activation="tanh", rng=1)
    passed = net.forward([0.3, -0.2], 0)
    root = ag.sum([a * a for a in passed.outputs]).named("C")
    for node in topological_order(root):
        found = nudge(root, node, 2.0**-20)
        assert found.slope == pytest.approx(found.adjoint, rel=1e-4, abs=1e-5)


def test_a_nudge_of_the_root_and_of_what_it_does_not_use():
    x, other = Value(3.0, "x"), Value(1.0, "other")
    root = (x * x).named("C")
    itself = nudge(root, root, 0.5)
    assert (itself.slope, itself.adjoint, itself.moved) == (1.0, 1.0, 0)
    assert "slope (9.5 - 9.0) / 0.5 = 1.0, adjoint ∂C/∂C = 1.0" in str(itself)
    nothing = nudge(root, other, 0.5)
    assert (nothing.slope, nothing.adjoint, nothing.after) == (0.0, 0.0, 9.0)
    assert str(nothing) == (
        "other moves from 1.0 to 1.5, and C stays at 9.0: it was not computed from"
        " other"
    )


def test_crossing_a_kink_is_said():
    x = Value(0.5, "x")
    root = (x.relu().named("r") + abs(x) + 2.0 * x.floor()).named("C")
    found = nudge(root, x, -1.0)
    assert [node.op for node in found.crossed] == ["relu", "abs", "floor"]
    assert str(found).splitlines()[2] == (
        "on the way, 'r' crosses its kink at x = 0, and 2 others: the slope spans both"
        " sides, the adjoint holds for one"
    )
    assert nudge(root, x, 0.25).crossed == ()
    assert "kink" not in str(nudge(root, x, 0.25))
    clipped = nudge(ag.clip(x, 0.0, 1.0), x, 1.0)
    assert "crosses its kink at x = low or x = high:" in str(clipped)


def test_recorded_gradients_can_be_nudged():
    x = Value(0.3, "x")
    slope = gradients(x.tanh(), x, create_graph=True)
    found = nudge(slope, x, 2.0**-16)
    assert found.slope == pytest.approx(found.adjoint, rel=1e-3)
    assert found.before == slope.data


def test_a_graph_with_another_leaf_than_was_recorded_is_rejected():
    x, w = Value(3.0, "x"), Value(2.0, "w")
    root = (x * w).named("C")
    w.data = 5.0
    with pytest.raises(StaleGraphError, match=r"'C' was recorded at 6.0 .* 15.0 now"):
        nudge(root, x, 0.5)


def test_undefined_values_may_be_nudged():
    x = Value(-1.0, "x")
    found = nudge(x.log(), x, 3.0)
    assert math.isnan(found.before)
    assert found.after == math.log(2.0)
    assert math.isnan(found.slope)
    infinite = Value(math.inf, "i")
    assert nudge(infinite * 2.0, infinite, 1.0).after == math.inf


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: explain(1.0, x), r"explain\(\) needs a Value, got float: 1.0"),
        (lambda x: explain(x, [x]), r"explain\(\) needs a Value, got list"),
        (lambda x: nudge(x, None, 1.0), r"nudge\(\) needs a Value, got NoneType"),
        (lambda x: nudge(x, x, "1"), r"nudge\(eps=\) needs a real number, got str"),
        (
            lambda x: nudge(x, x, 0.0),
            r"moves 1e\+20, got 0.0; pass one of about 1e\+14",
        ),
        (
            lambda x: nudge(x, x, 1.0),
            r"moves 1e\+20, got 1.0; pass one of about 1e\+14",
        ),
        (lambda x: nudge(x, x, math.nan), "got nan; pass"),
    ],
)
def test_what_does_not_fit_is_named(call, message):
    with pytest.raises(OperandError, match=message):
        call(Value(1e20, "x"))


# ---- The name ------------------------------------------------------------------------


def test_the_package_does_not_hide_the_function_of_its_name():
    code = (
        "import autograd_scalar.explain.steps, importlib; import autograd_scalar as ag;"
        "importlib.import_module('autograd_scalar.explain');"
        "assert ag.explain is importlib.import_module("
        "'autograd_scalar.explain.terms').explain;"
        "from autograd_scalar.explain.terms import nudge; assert ag.nudge is nudge;"
        "ag.other = 3; assert ag.other == 3"
    )
    run = subprocess.run([sys.executable, "-c", code], check=False)
    assert run.returncode == 0
