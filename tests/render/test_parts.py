"""A part of a graph, and a graph beside another one."""

import math
import xml.etree.ElementTree as ET

import pytest

import autograd_scalar
from autograd_scalar import DrawingError, Value, draw, to_dot
from autograd_scalar.render import draw as drawing_module
from autograd_scalar.render.draw import Request, scene_of
from nn import MLP

SVG = "{http://www.w3.org/2000/svg}"


def chain(length):
    nodes = [Value(0.5, "x0")]
    for i in range(1, length):
        nodes.append(nodes[-1].tanh().named(f"x{i}"))
    return nodes


def names(root, **options):
    return [box.name for box in scene_of(Request(root, **options)).boxes]


@pytest.mark.parametrize(
    ("hops", "shown"),
    [(0, ["x5"]), (1, ["x4", "x5", "x6"]), (3, [f"x{i}" for i in range(2, 9)])],
)
def test_the_surroundings_reach_both_ways(hops, shown):
    nodes = chain(12)
    assert names(nodes[-1], around=nodes[5], hops=hops) == shown


def test_siblings_are_two_edges_apart():
    a, b, c = Value(1.0, "a"), Value(2.0, "b"), Value(3.0, "c")
    y = (a * b + c).named("y")
    assert names(y, around=a, hops=1) == ["a", "v2"]
    assert names(y, around=a) == ["a", "b", "v2", "y"]
    assert names(y, around=a, hops=10**9) == names(y)


def test_what_is_left_out_is_marked_and_counted():
    nodes = chain(12)
    drawing = draw(nodes[-1], around=nodes[5], hops=1)
    svg = ET.fromstring(drawing.svg)
    ellipses = {
        group.get("data-node"): len(group.findall(f"{SVG}text[@class='k muted more']"))
        for group in svg.iter(f"{SVG}g")
        if group.get("data-node")
    }
    assert ellipses == {"4": 1, "5": 0, "6": 1}  # by their places in the whole graph
    assert "Within 1 edge of x5: 3 of 12 Values." in drawing.alt
    assert ">Within 1 edge of x5" in drawing.svg
    assert "⋯ more, not shown" in drawing.svg
    assert "Within 1 edge of x5" in drawing.dot
    assert "⋯" not in draw(nodes[-1]).svg


def test_a_part_of_a_large_graph_is_shown_value_by_value():
    net = MLP(20, [20, 20, 1], rng=1)
    y = net([1.0] * 20)
    z = y.parents[1].parents[0]
    drawing = draw(y, around=z, hops=2)
    assert not drawing.folded
    assert draw(y).folded


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"around": 3.0}, r"around= needs a Value of this graph, got 3\.0"),
        ({"around": Value(1.0)}, "around= needs a Value of this graph, got Value"),
        ({"hops": -1}, "hops= needs an int from 0 on, got -1"),
        ({"hops": True}, "hops= needs an int from 0 on, got True"),
        ({"fold": True, "around": "root"}, "around= shows Values one by one"),
    ],
)
def test_what_cannot_be_shown_is_told(options, words):
    root = Value(1.0, "x").exp()
    if options.get("around") == "root":
        options = {**options, "around": root}
    with pytest.raises(DrawingError, match=words):
        draw(root, **options)


def test_a_part_may_be_too_large(monkeypatch):
    monkeypatch.setattr(drawing_module, "HARD_LIMIT", 60)
    x = Value(1.0, "x")
    y = autograd_scalar.sum([x * float(i) for i in range(40)])
    with pytest.raises(DrawingError, match=r"within that many hops, .* give fewer"):
        draw(y, around=x, max_nodes=60)


# ---- Beside another graph ------------------------------------------------------------


def neuron(weight, *, label="w"):
    w, x, b = Value(weight, label), Value(2.0, "x"), Value(1.0, "b")
    y = (w * x + b).tanh().named("y")
    y.backward()
    return y


def rows(scene, name):
    (box,) = [box for box in scene.boxes if box.name == name]
    return [(row.key, row.text) for row in box.rows]


def test_equal_graphs_have_no_marks():
    drawing = draw(neuron(0.5), against=neuron(0.5))
    assert "No Value differs from the other graph." in drawing.alt
    assert "≠" not in drawing.svg
    assert 'class="operation parted"' not in drawing.svg


def test_both_numbers_are_shown_where_graphs_part():
    a, b = neuron(0.5), neuron(0.25)
    scene = scene_of(Request(a, against=b))
    assert rows(scene, "w") == [("data", "0.5 ≠ 0.25"), ("grad", "+0.1413 ≠ +0.3614")]
    assert rows(scene, "x") == [("data", "2"), ("grad", "+0.03533 ≠ +0.04518")]
    assert [box.is_parted for box in scene.boxes] == [True] * 6
    texts = {link.text for link in scene.links}
    assert {"+0.5 ≠ +0.25", "+0.07065 ≠ +0.1807", "+1", "+2"} == texts
    drawing = draw(a, against=b)
    assert "6 of 6 Values differ from the other graph, first w." in drawing.alt
    assert 'class="leaf parted"' in drawing.svg
    assert ">differs</text>" in drawing.svg
    assert "≠ in the other graph: data = 0.25" in drawing.svg
    assert "data 0.5 ≠ 0.25" in drawing.html
    assert 'color="#a8005c"' in to_dot(a, against=b)


def test_numbers_that_look_alike_are_shown_whole():
    a, b = neuron(0.5), neuron(math.nextafter(0.5, 1))
    scene = scene_of(Request(a, against=b))
    assert rows(scene, "w")[0] == ("data", "0.5 ≠ 0.5000000000000001")
    assert "+0.5 ≠ +0.5000000000000001" not in {link.text for link in scene.links}
    assert "0.5 ≠ 0.5000000000000001" in {link.text for link in scene.links}


def test_nan_does_not_differ_from_itself():
    a, b = neuron(math.nan), neuron(math.nan)
    assert "No Value differs" in draw(a, against=b).alt


def test_only_the_adjoints_may_differ():
    a, b = neuron(0.5), neuron(0.5)
    b.parents[0].zero_grad()
    scene = scene_of(Request(a, against=b))
    (box,) = [box for box in scene.boxes if box.is_parted]
    assert (box.rows[0].text, box.rows[1].text) == ("2", "+0.07065 ≠ –")
    assert "grad = not computed yet" in box.tooltip
    assert "1 of 6 Values differs" in scene.remark
    contributions = scene_of(Request(a, against=b, edges="contribution"))
    assert not [link for link in contributions.links if "≠" in link.text]
    b.parents[0].grad = 1.0
    contributions = scene_of(Request(a, against=b, edges="contribution"))
    assert "+0.07065 ≠ +1" in {link.text for link in contributions.links}
    assert rows(scene_of(Request(b, against=a)), "v4")[1][1] == "+1 ≠ +0.07065"


def test_a_value_that_the_other_graph_does_not_have_is_alone():
    a, b = neuron(0.5), neuron(0.5, label="u")
    scene = scene_of(Request(a, against=b))
    (box,) = [box for box in scene.boxes if box.is_parted]
    assert (box.name, box.caption) == ("w", "leaf ≠ alone")
    assert "has no counterpart" in box.tooltip


def test_another_operation_is_named():
    x = Value(0.5, "x")
    scene = scene_of(
        Request(x.tanh().named("y"), against=x.sigmoid().named("y"), title="t")
    )
    assert scene.boxes[1].caption == "output ≠ (sigmoid)"
    assert not [link for link in scene.links if "≠" in link.text]
    more = autograd_scalar.sum([x, x, x]).named("y")
    less = autograd_scalar.sum([x, x]).named("y")
    drawing = draw(more, against=less)
    assert "1 of 2 Values differs" in drawing.alt


def test_the_nth_of_one_label_is_compared_with_the_nth():
    def twice(second):
        return Value(1.0, "x") * Value(second, "x")

    scene = scene_of(Request(twice(2.0), against=twice(3.0)))
    assert [box.is_parted for box in scene.boxes] == [False, True, True]


def test_a_folded_picture_counts_what_differs():
    net = MLP(2, [3, 1], activation="tanh", rng=1)
    before = net([0.5, -1.0])
    net.layers[0].neurons[1].w[0].data += 0.5
    after = net([0.5, -1.0])
    scene = scene_of(Request([after], fold=True, against=[before]))
    marked = {box.name: box.caption for box in scene.boxes if box.is_parted}
    # W1[1,0] is one leaf of both graphs, so its two users and the output differ.
    assert marked["layer 1, neuron 1"] == "5 values, 2 ≠"
    assert "layer 1, neuron 0" not in marked
    assert "2 values other than" in draw(after, fold=True, against=before).svg


@pytest.mark.parametrize("against", [3, [], "x"])
def test_what_is_no_graph_is_nothing_to_compare_with(against):
    with pytest.raises(DrawingError, match=r"draw\(against=\) needs a Value"):
        draw(Value(1.0), against=against)
