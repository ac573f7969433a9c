"""Pictures of programs: a box for each matrix, and its scalar nodes by name."""

import re
from xml.etree import ElementTree

import pytest

import autograd_scalar as ag
import nn
from autograd_scalar import DrawingError, Value, draw, primitive
from autograd_scalar import compile as compiled
from autograd_scalar.program.expressions import (
    Hadamard,
    Number,
    Product,
    Scaled,
    Square,
    Sum,
    Symbol,
    Total,
    Transposed,
)
from autograd_scalar.program.picture import _lines, _symbols

from . import graphs

SVG = "{http://www.w3.org/2000/svg}"


def small():
    net = nn.MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    passes = [net.forward([0.1, 0.2, k], k) for k in range(3)]
    outputs = [one.outputs for one in passes]
    cost = nn.batch_loss("half_squared_error", outputs, [[1, 0]] * 3)
    return compiled(cost, net.parameters())


def texts(drawing):
    root = ElementTree.fromstring(drawing.svg)
    return [text.text for text in root.iter(f"{SVG}text")]


def test_a_box_shows_shape_equation_and_adjoint():
    drawing = draw(small())
    assert repr(drawing) == "<Drawing of 14 boxes, 13 edges>"
    found = texts(drawing)
    for words in ("4×3", "W1 X + b1", "(W2ᵀ dZ2) ⊙ sigmoid′(Z1)", "dZ1 =", "a number"):
        assert words in found
    assert drawing.alt.startswith("Matrix program of C = ")
    assert "8 instructions, 2 matrix products." in drawing.alt
    assert not drawing.folded


def test_a_box_and_a_table_lead_back_to_the_scalar_nodes():
    drawing = draw(small(), title="3-4-2")
    titles = [
        title.text for title in ElementTree.fromstring(drawing.svg).iter(f"{SVG}title")
    ]
    (z1,) = [t for t in titles if t.startswith("Z1:")]
    assert "Z1[0,0] is z1[0](0)" in z1
    assert "and 4 entries more" in z1
    assert re.search(r"adjoints \S+ … \S+", z1)
    for page in (drawing.html, drawing._repr_html_()):
        assert "<td>Z1[3,2]</td><td>z1[3](2)</td>" in page
        assert '<th scope="col">size and equations</th>' in page
    assert draw(Value(1.0) * 2.0)._repr_html_().count("<details>") == 1


def test_lines_lead_from_each_operand():
    drawing = draw(small(), direction="TB")
    titles = [
        title.text for title in ElementTree.fromstring(drawing.svg).iter(f"{SVG}title")
    ]
    used = [t for t in titles if " uses " in t]
    assert "Z1 uses W1" in used
    assert "A2 uses Z2" in used
    assert len(used) == 13


@pytest.mark.parametrize("build", [graphs.moons, graphs.attention, graphs.recurrent])
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_no_text_is_wider_than_its_box(build, direction):
    root, wrt, inputs = build()
    drawing = draw(compiled(root, wrt, inputs, form="matrix"), direction=direction)
    svg = ElementTree.fromstring(drawing.svg)
    for box in svg.iter(f"{SVG}g"):
        if "data-group" not in box.attrib:
            continue
        ends = [float(t.get("x")) for t in box.iter(f"{SVG}text")]
        starts = [
            float(t.get("x")) - ag.reporting.escape.text_width(t.text, 13.0)
            for t in box.iter(f"{SVG}text")
            if (t.get("class") or "").startswith("v ")
        ]
        assert min(starts) > 0.0
        assert max(ends) > 0.0
    assert "…" not in "".join(t for t in texts(drawing) if t)


def test_long_equations_are_broken_not_clipped():
    names = [Symbol(f"T{k}") for k in range(30)]
    text = " + ".join(f"T{k}" for k in range(30))
    rows = list(_lines("=", text))
    assert [row.key for row in rows] == ["=", "", "", ""]
    assert " ".join(row.text for row in rows) == text
    assert all(len(row.text) <= 44 for row in rows)
    assert len(names) == 30
    long = f"f({', '.join(f'T{k}' for k in range(200))})"
    rows = list(_lines("=", long))
    assert len(rows) == 12
    assert rows[-1].text == "…"


def test_every_kind_of_expression_gives_its_symbols():
    a, b, c = Symbol("a"), Symbol("b", is_adjoint=True), Symbol("c")
    x = Sum((
        (1.0, Product(Transposed(a), b)),
        (1.0, Hadamard(Square(c), Total(Scaled(Number(2.0), a), "i"))),
    ))  # fmt: skip
    assert list(_symbols(x)) == ["a", "b", "c", "a"]


def test_inputs_merged_nodes_and_nodes_that_melted_are_told():
    w, x = [Value(0.5, "w[0]"), Value(0.25, "w[1]")], graphs.Drawn().values(3, 2)
    terms = [(w[0] * a + w[1] * b - 1.0).tanh() for a, b in x]
    program = compiled(sum(terms), w, [k for row in x for k in row], form="matrix")
    drawing = draw(program)
    assert "input" in texts(drawing)
    assert "T1 = Z1 - 1" in str(program).replace(" 3×1", "").replace(" 1×3", "")
    assert "no node of its own" in drawing.html


def test_a_primitive_with_a_hostile_name_is_only_text():
    def cubed(x):
        return x**3

    cubed.__name__ = cubed.__qualname__ = "<script>alert(1)</script>&"
    operation = primitive(partials=lambda x, y: (3.0 * x * x,))(cubed)
    w = [Value(1.0), Value(2.0)]
    program = compiled(sum(map(operation, w), Value(0.0)), w, form="matrix")
    drawing = draw(program, title="<b>")
    assert "<script>alert" not in drawing.svg
    assert "<script>alert" not in drawing.html
    assert any("<script>alert(1)" in t for t in texts(drawing) if t)
    assert drawing.dot.count("digraph") == 1


def test_large_programs_are_cut_in_the_table_not_in_the_picture():
    w = [[Value(0.1) for _ in range(40)] for _ in range(40)]
    hidden = [ag.dot(row, [1.0] * 40).tanh() for row in w]
    program = compiled(ag.sum(hidden), [k for row in w for k in row], form="matrix")
    page = draw(program).html
    assert page.count("<td>θ[") + page.count("<td>P[") + page.count("<td>W1[") <= 1000


def test_what_cannot_be_drawn_is_said(tmp_path):
    w = Value(1.0, "w")
    with pytest.raises(DrawingError, match="runs node by node"):
        draw(compiled(w.tanh(), [w], form="tape"))
    program = compiled(w.tanh(), [w], form="matrix")
    for options in ({"fold": True}, {"highlight": [w]}, {"hops": 1}):
        with pytest.raises(DrawingError, match="takes direction= and title= only"):
            draw(program, **options)
    with pytest.raises(DrawingError, match="direction is"):
        draw(program, direction="up")
    assert draw(program).save(tmp_path / "p.svg").exists()


def test_programs_of_a_leaf_and_with_unused_parameters():
    w, unused = Value(1.5, "w"), Value(3.0, "u")
    assert (
        repr(draw(compiled(w, [w], form="matrix"))) == "<Drawing of 0 boxes, 0 edges>"
    )
    drawing = draw(compiled(w.tanh(), [w, unused], form="matrix"))
    assert "tanh(w)" in texts(drawing)


def test_export_takes_programs(tmp_path):
    assert ag.to_dot(small()).startswith("digraph")
    assert "W1 X + b1" in ag.to_graphviz(small()).source
