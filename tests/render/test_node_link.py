"""A graph as data: complete, in a stable order, and readable by NetworkX."""

import json
import math
import re
import sys

import pytest

from autograd_scalar import (
    DrawingError,
    Value,
    draw,
    to_dot,
    to_json,
    to_networkx,
    topological_order,
)


def neuron():
    w, x = Value(-0.8, "w"), Value(2.0, "x")
    y = (w * x + x * x + 1.0).tanh().named("y")
    y.backward()
    return y


def read(root):
    return json.loads(to_json(root), parse_constant=pytest.fail)


def test_every_value_is_a_node_in_topological_order():
    y = neuron()
    order = topological_order(y)
    nodes = read(y)["nodes"]
    assert [node["id"] for node in nodes] == [f"n{i}" for i in range(len(order))]
    for node, value in zip(nodes, order, strict=True):
        assert node["label"] == value.label
        assert node["op"] == value.op
        assert node["data"] == value.data
        assert node["grad"] == value.grad
    assert read(y)["graph"] == {"root": nodes[-1]["id"]}


def test_every_operand_is_an_edge_with_its_local_derivative():
    y = neuron()
    order = topological_order(y)
    edges = read(y)["edges"]
    place = {value: f"n{i}" for i, value in enumerate(order)}
    expected = [
        (place[parent], place[value], key, d)
        for value in order
        for key, (parent, d) in enumerate(
            zip(value.parents, value.local_derivatives, strict=True)
        )
    ]
    assert [tuple(edge.values()) for edge in edges] == expected
    assert len({(e["source"], e["target"], e["key"]) for e in edges}) == len(edges)


def test_ids_and_names_are_those_of_the_drawings():
    y = neuron()
    document = read(y)
    arrows = re.findall(r"\t(n\d+) -> (n\d+) ", to_dot(y))
    assert arrows == [(e["source"], e["target"]) for e in document["edges"]]
    for node in document["nodes"]:
        assert f"{node['name']} (" in draw(y).svg  # in its tooltip


def test_an_adjoint_that_was_not_computed_is_null_and_zero_is_zero():
    x = Value(3.0, "x")
    y = 0.0 * x
    assert {node["grad"] for node in read(y)["nodes"]} == {None}
    y.backward()
    assert read(y)["nodes"][-2]["grad"] == 0.0


def test_numbers_that_json_lacks_are_text():
    x = Value(-math.inf, "x")
    y = x * 0.0
    x.grad = math.inf
    document = read(y)
    shown = {node["name"]: node for node in document["nodes"]}
    assert (shown["x"]["data"], shown["x"]["grad"]) == ("-inf", "inf")
    assert document["nodes"][-1]["data"] == "nan"
    assert "-inf" in [edge["local_derivative"] for edge in document["edges"]]


def test_hostile_and_long_labels_come_back_as_they_were():
    label = '</script>"\\\ud800\u202e\x00' + "x" * 10_000
    text = to_json(Value(1.0, label))
    assert text.isascii()
    assert json.loads(text)["nodes"][0]["label"] == label


def test_depth_and_width_do_not_matter():
    y = x = Value(1.0, "x")
    for _ in range(20_000):
        y = y + x
    assert len(read(y)["edges"]) == 40_000


def test_networkx_holds_the_same():
    networkx = pytest.importorskip("networkx")
    y = neuron()
    graph = to_networkx(y)
    assert isinstance(graph, networkx.MultiDiGraph)
    document = networkx.node_link_data(graph, edges="edges")
    assert document == read(y)
    again = networkx.node_link_graph(read(y), edges="edges")
    assert networkx.utils.graphs_equal(again, graph)
    root = graph.graph["root"]
    assert [n for n in graph if not graph.out_degree(n)] == [root]
    assert list(networkx.topological_sort(graph))[-1] == root


def test_networkx_holds_floats_that_json_lacks():
    pytest.importorskip("networkx")
    graph = to_networkx(Value(math.inf, "x") * 2.0)
    assert graph.nodes["n0"]["data"] == math.inf


def test_without_networkx_the_remedy_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "networkx", None)
    with pytest.raises(DrawingError, match=r"pip install networkx; or use to_json"):
        to_networkx(neuron())


@pytest.mark.parametrize("write", [to_json, to_networkx])
def test_what_is_no_value_is_rejected(write):
    with pytest.raises(
        DrawingError,
        match=rf"{write.__name__}\(\) needs a Value, .*; pass",
    ):
        write(1.0)
