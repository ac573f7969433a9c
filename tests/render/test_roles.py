"""What a leaf is drawn as: by what is known of it, never by its label."""

import copy
import pickle
import re

import pytest

from autograd_scalar import (
    DrawingError,
    HistoryError,
    OperandError,
    Value,
    as_value,
    draw,
    to_dot,
    topological_order,
)
from autograd_scalar.render.draw import Request, scene_of
from nn import MLP, Module, Neuron


def kinds(root, **options):
    """The kind of each leaf, by its name or its number."""
    boxes = scene_of(Request(root, **options)).boxes
    return {
        box.name or box.rows[0].text: box.kind
        for box in boxes
        if box.kind != "operation"
    }


@pytest.mark.parametrize("label", ["W1[0,3]", "b2[1]", "w1", "x", "b", "", "a0[0]"])
def test_a_label_says_nothing_of_the_role(label):
    assert set(kinds(Value(1.0, label) + Value(2.0)).values()) == {"leaf"}


def test_a_plain_number_among_the_operands_is_a_constant():
    x = Value(3.0, "x")
    assert kinds(x * 5.0 + Value(7.0, "c") + as_value(8.0)) == {
        "x": "leaf",
        "5": "constant",
        "c": "leaf",
        "8": "constant",
    }


def test_the_neuron_of_the_lecture():
    """micrograd's own: inputs without labels, a Neuron, a number."""
    y = Neuron(2, rng=1)([Value(1.0), Value(-2.0)]) * 3
    assert kinds(y) == {
        "w[0]": "parameter",
        "v1": "input",
        "w[1]": "parameter",
        "v3": "input",
        "b": "parameter",
        "3": "constant",
    }


def test_each_kind_has_a_shape_of_its_own():
    svg = draw(Neuron(1, rng=1)([Value(1.0)]) + Value(2.0) * 3.0).svg
    outlines = {
        kind: set(
            re.findall(f'<(\\w+) class="{kind}"[^>]*?(?:rx="(\\d+)"| d="M10)', svg)
        )
        for kind in ("parameter", "input", "leaf", "constant", "operation")
    }
    assert outlines == {
        "parameter": {("path", "")},
        "input": {("rect", "22")},
        "leaf": {("rect", "22")},
        "constant": {("rect", "0")},
        "operation": {("rect", "7"), ("rect", "10")},
    }


@pytest.mark.parametrize("fused", [True, False])
def test_a_network_knows_its_parameters_and_inputs(fused):
    net = MLP(2, [2, 1], fused=fused, rng=1)
    found = kinds(net([0.5, Value(1.0, "age")]))
    assert found.pop("a0[0]") == found.pop("age") == "input"
    assert set(found.values()) == {"parameter"}
    assert len(found) == len(net.parameters())


def test_a_module_of_ones_own_marks_leaves_in_attributes_and_lists():
    class Line(Module):
        def __init__(self):
            self.slope = Value(2.0)
            self.more = [Value(1.0), (Value(3.0), [Value(4.0)])]
            self.more.append(self.more)  # a list in itself
            self.more = self.more
            self._fixed = Value(5.0)
            self.computed = self.slope * 2.0

    line = Line()
    a, (b, (c,)) = line.more[:2]
    assert {v.role for v in (line.slope, a, b, c)} == {"parameter"}
    assert (line._fixed.role, line.computed.role) == ("", "")


def test_declared_roles_come_first():
    w, x, b = Value(2.0, "w"), Value(3.0, "x"), Value(1.0, "b")
    y = w * x + b
    assert kinds(x * w, parameters=[w])["x"] == "input"
    assert kinds(y, parameters=[w, b]) == {
        "w": "parameter",
        "x": "input",
        "b": "parameter",
    }
    assert kinds(y, parameters=w, inputs=b) == {
        "w": "parameter",
        "x": "input",
        "b": "input",
    }
    net = Neuron(1, rng=1)
    z = net([x])
    for leaf in net.parameters():
        leaf.role = ""
    assert set(kinds(z).values()) == {"leaf"}
    assert kinds(z, parameters=net)["w[0]"] == "parameter"
    assert 'label="{w parameter|' in to_dot(y, parameters=(w,))


def test_roles_survive_copies_and_pickles():
    w = Neuron(1, rng=1).w[0]
    for other in (copy.deepcopy(w), pickle.loads(pickle.dumps(w))):
        assert (other.role, other.data, other.label) == ("parameter", w.data, w.label)
    assert w.detach().role == ""


def test_a_role_is_one_of_four_words_and_for_leaves():
    x = Value(1.0)
    for role in ("parameter", "input", "constant", ""):
        x.role = role
        assert (x.role, x.is_constant) == (role, role == "constant")
    for wrong in ("weight", None, 3):
        with pytest.raises(OperandError, match='a role is "parameter", "input"'):
            x.role = wrong
    with pytest.raises(HistoryError, match="only a leaf has a role"):
        (x * 2.0).role = "input"


@pytest.mark.parametrize("option", ["parameters", "inputs"])
@pytest.mark.parametrize(
    ("given", "words"),
    [
        (3, "in a list, or a Module, got int: 3"),
        ("w", "got str: 'w'"),
        ([1.0], "got float: 1.0 in it"),
        ([Value(2.0, "y") * 2.0], "and mul was computed"),
    ],
)
def test_what_is_no_leaf_cannot_be_declared(option, given, words):
    with pytest.raises(DrawingError, match=f"{option}= needs .*{re.escape(words)}"):
        draw(Value(1.0), **{option: given})


def test_a_leaf_is_no_parameter_and_input_at_once():
    x = Value(1.0, "x")
    with pytest.raises(DrawingError, match="'x' is among the parameters and among"):
        draw(x, parameters=[x], inputs=[x])


# ---- Several roots, and what was written later ---------------------------------------


def test_several_roots_are_drawn_together():
    x = Value(2.0, "x")
    v, w = (x * x).named("v"), x.exp().named("w")
    drawing = draw([v, w, v])
    assert repr(drawing) == "<Drawing of 3 boxes, 3 edges>"
    assert drawing.alt.startswith("Computation graph of v = 4 and w = 7.389: 3 Values")
    assert drawing.svg.count(">output</text>") == 2
    boxes = scene_of(Request([v, v * w, w])).boxes
    assert [box.is_root for box in boxes] == [False, True, True, True]
    assert draw(iter([v])).svg == draw(v).svg
    many = draw([x * float(i) for i in range(9)])
    assert "output = 10, … (9 outputs)" in many.alt


def test_the_order_of_several_roots_is_that_of_each_after_the_other():
    x = Value(2.0, "x")
    a, b = x.exp().named("a"), (x * x.tanh()).named("b")
    boxes = scene_of(Request([b, a])).boxes
    expected = dict.fromkeys([*topological_order(b), *topological_order(a)])
    assert [box.rows[0].text for box in boxes] == [f"{v.data:.4g}" for v in expected]


def test_what_a_network_gives_is_drawn_folded_or_not():
    net = MLP(2, [3, 2], rng=1)
    outputs = net([0.5, -1.0])
    names = [box.name for box in scene_of(Request(outputs)).boxes]
    assert {"z1[2]", "a1[0]", "z2[1]", "a0[1]"} <= set(names)
    folded = scene_of(Request(outputs, fold=True))
    assert [box.is_root for box in folded.boxes] == [False] * 5 + [True] * 2
    assert folded.boxes[-1].name == "layer 2, neuron 1"
    deep = [outputs[0]]
    for _ in range(300):
        deep.append(deep[-1] * 1.5)
    assert draw([deep[-1], deep[-2].tanh()]).folded


@pytest.mark.parametrize("root", [[], [1.0], "x", b"x", {}, None, [[Value(1.0)]]])
def test_what_is_no_list_of_values_is_rejected(root):
    with pytest.raises(DrawingError, match=r"draw\(\) needs a Value"):
        draw(root)


def test_a_leaf_written_after_the_recording_is_told():
    w, x = Value(2.0, "w"), Value(3.0, "x")
    y = (w * x).named("y")
    assert "written after" not in draw(y).svg
    w.data = 2.5
    for drawing in (draw(y), draw(y, fold=True)):
        words = "w was written after this graph was recorded"
        assert words in drawing.alt
        assert words in drawing.svg.partition("</desc>")[2].replace("\n", " ")
        assert words in drawing.dot
        assert "changed" in drawing.svg
    assert "leaf, changed" in draw(y).svg
    x.data = 4.0
    assert "w, x were written" in draw(y).alt
    many = [Value(float(i), f"x{i}") for i in range(9)]
    total = sum((v * v for v in many), Value(0.0))
    for v in many:
        v.data += 1.0
    assert "x5, … (9 leaves) were written" in draw(total).alt
    assert "leaves in it were written" in draw(total, fold=True).svg
