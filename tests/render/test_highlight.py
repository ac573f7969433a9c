"""A path that stands out, and the contributions of edges."""

import xml.etree.ElementTree as ET
from types import SimpleNamespace

import pytest

from autograd_scalar import DrawingError, Value, draw, topological_order
from autograd_scalar import sum as sum_of
from nn import MLP

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def graph():
    """x * w + x, so that x has a path of one edge and one of two."""
    x, w = Value(2.0, "x"), Value(-3.0, "w")
    p = (x * w).named("p")
    y = (p + x).named("y")
    y.backward()
    return y


def marked(drawing, css):
    """The nodes and the edges of a class."""
    found = {
        element.get("data-node") or element.get("data-edge")
        for element in ET.fromstring(drawing.svg).iter()
        if css in (element.get("class") or "").split()
    }
    return found - {None}


@pytest.mark.parametrize("turned", [False, True])
def test_a_path_is_lit_and_all_else_is_dimmed(graph, turned):
    x, w, p, y = topological_order(graph)
    nodes = [y, p, x][:: -1 if turned else 1]
    for highlight in (nodes, SimpleNamespace(nodes=nodes), iter(nodes)):
        drawing = draw(graph, highlight=highlight)
        assert marked(drawing, "lit") == {"0", "2", "3", "3:0", "2:0"}
        assert marked(drawing, "dim") == {"1", "2:1", "3:1"}
    assert not marked(draw(graph), "lit") | marked(draw(graph), "dim")
    assert marked(draw(graph, highlight=w), "lit") == {"1"}
    assert "penwidth=3" in draw(graph, highlight=nodes).dot


def test_what_is_lit_is_drawn_last(graph):
    x, _, _, y = topological_order(graph)
    svg = draw(graph, highlight=[x, y]).svg
    paths = [
        element.get("data-edge")
        for element in ET.fromstring(svg).iter(f"{SVG}path")
        if element.get("marker-end")
    ]
    assert paths[-1] == "3:1"


def test_a_shared_line_is_lit_with_its_edge():
    d = Value(3.0, "d")
    y = d * d + d + d * d * d
    product = y.parents[1]
    drawing = draw(y, highlight=[y, product, d])
    trunks = [
        element.get("class")
        for element in ET.fromstring(drawing.svg).iter()
        if element.get("data-trunk")
    ]
    assert trunks == ["l l-several lit"]
    (other,) = [
        e.get("class")
        for e in ET.fromstring(draw(y, highlight=[y]).svg).iter()
        if e.get("data-trunk")
    ]
    assert other == "l l-several dim"


def test_a_path_through_groups_lights_the_groups():
    net = MLP(2, [3, 1], activation="tanh", rng=1)
    record = net.forward([0.5, -1.0])
    nodes = [record.z[1][0], record.a[0][1], record.z[0][1], record.inputs[0]]
    root = ET.fromstring(draw(record.outputs, fold=True, highlight=nodes).svg)
    groups = {
        e.find(f".//{SVG}text[@class='n']").text: e.get("class")
        for e in root.iter(f"{SVG}g")
        if "node" in (e.get("class") or "").split()
    }
    assert groups == {
        "a0[0]": "node lit",
        "a0[1]": "node dim",
        "layer 1, neuron 0": "node dim",
        "layer 1, neuron 1": "node lit",
        "layer 1, neuron 2": "node dim",
        "layer 2, neuron 0": "node lit",
    }
    lines = [e.get("class") for e in root.iter(f"{SVG}path") if e.get("marker-end")]
    assert sum("lit" in css.split() for css in lines) == 2


@pytest.mark.parametrize("highlight", [3, "x", [Value(1.0)], [2.0], [[1]]])
def test_what_is_not_in_the_graph_cannot_be_highlighted(graph, highlight):
    with pytest.raises(DrawingError, match="highlight= needs"):
        draw(graph, highlight=highlight)


def test_an_edge_shows_what_it_adds_to_the_adjoint():
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    y = (a * b) * 5.0
    before = draw(y, edges="contribution")
    assert "contribution: not computed yet" in before.svg
    y.backward()
    drawing = draw(y, edges="contribution")
    shown = {
        e.get("data-edge"): e.text
        for e in ET.fromstring(drawing.svg).iter(f"{SVG}text")
        if e.get("data-edge")
    }
    assert shown == {"2:0": "−15", "2:1": "+10", "4:0": "+5", "4:1": "−6"}
    assert "contribution: 5.0 × -3.0 = -15.0" in drawing.svg
    assert "adjoint × local derivative, width by its size" in drawing.svg
    assert "on a line: local derivative, width" in draw(y).svg
    with pytest.raises(DrawingError, match='"derivative" or "contribution", got 3'):
        draw(y, edges=3)


def test_the_contributions_that_enter_a_node_add_up_to_its_adjoint():
    x = Value(0.5, "x")
    y = x * x.tanh() + x.exp()
    y.backward()
    order = topological_order(y)
    total = sum_of(
        [
            Value(user.grad * d)
            for user in order
            for parent, d in zip(user.parents, user.local_derivatives, strict=True)
            if parent is x
        ]
    )
    assert total.data == pytest.approx(x.grad)


def test_scripts_find_every_node_and_edge(graph):
    root = ET.fromstring(draw(graph).svg)
    nodes = [e.get("data-node") for e in root.iter(f"{SVG}g") if e.get("data-node")]
    assert nodes == ["0", "1", "2", "3"]
    edges = [e.get("data-edge") for e in root.iter(f"{SVG}path") if e.get("data-edge")]
    assert edges == ["2:0", "2:1", "3:0", "3:1"]
    rows = [
        e.get("data-row")
        for e in root.find(f".//{SVG}g[@data-node='2']").iter()
        if e.get("data-row")
    ]
    assert rows == ["data", "grad"]


def test_a_folded_edge_shows_its_weight():
    net = MLP(2, [2, 1], activation="tanh", rng=1)
    w = net.layers[1].neurons[0].w[1]
    w.data = -0.125
    outputs = [net([0.5, -1.0]), net([1.0, 2.0])]
    total = sum(outputs, Value(0.0))
    total.backward()
    drawing = draw(total, fold=True)
    assert ">−0.125</text>" in drawing.svg
    assert f"W2[0,1] = -0.125, in 2 edges\ngrad = {w.grad!r}" in drawing.svg
    assert "on a line: weight" in drawing.svg
    w.data = float("inf")
    assert "l-bad" in draw(total, fold=True).svg
