"""The symbols of local derivatives that a page fills in, as templates."""

import re

import pytest

import autograd_scalar as ag
from autograd_scalar import Value, primitive
from autograd_scalar.explain.slopes import slopes

from ..browser.test_player import large, network, neuron, not_finite, shared

A, B = Value(2.0, "a"), Value(-3.0, "b")


def texts(node):
    """The local derivatives of a node as text, operands by their number."""
    templates, which = slopes([node])
    return [
        re.sub("<.*?>", "", re.sub(r'<mi data-n="(-?\d+)"></mi>', r"<mi>\1</mi>", x))
        for x in (templates[k] for k in which)
    ]


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (A * B, ["1", "0"]),
        (A * A, ["0", "0"]),
        (A * 4.0, ["4", "0"]),
        (A - B, ["1", "(\u22121)"]),
        (A.exp(), ["e0"]),
        (A.relu(), ["1"]),
        (B.relu(), ["0"]),
        (ag.maximum(A, B), ["1", "0"]),
        (ag.prod([A, B, A]), ["0\u00b71", "02", "0\u00b71"]),
        (ag.mean([A, B] * 10), ["120"] * 20),  # 1 over 20
        (ag.sum([A, B] * 10), ["1"] * 20),
        (ag.dot([A, B], [B, A]), ["1", "0", "0", "1"]),
        (A.sin(), ["cos&#x2061;(0)"]),
    ],
)
def test_a_derivative_names_operands_by_their_place(node, expected):
    assert texts(node) == expected


def test_of_many_operands_it_is_a_partial_derivative():
    many = ag.prod([Value(1.0, f"x{i}") for i in range(13)])
    assert texts(many)[12] == "\u2202-1\u220212"


def test_of_a_user_s_operation_it_is_what_its_rule_records():
    @primitive(partials=lambda x, y: (3 * x * x,))
    def cube(x):
        return x**3

    assert texts(cube(A)) == ["3\u00b702"]


@pytest.mark.parametrize("graph", [neuron, network, shared, not_finite])
def test_in_a_graph_each_node_has_the_templates_that_it_has_alone(graph):
    nodes = ag.topological_order(graph()[0])
    nodes += [A * 2.0, A * 3.0, A * A, A.relu(), B.relu(), B.log(), A.log()]
    templates, which = slopes(nodes)
    seen = iter(which)
    for node in reversed(nodes):
        alone, places = slopes([node])
        assert [templates[next(seen)] for _ in places] == [alone[k] for k in places]
    assert not [*seen]


def test_a_large_graph_has_few():
    nodes = ag.topological_order(large(3000)[0])
    templates, which = slopes(nodes)
    assert len(which) == sum(len(node.parents) for node in nodes)
    assert len(templates) < 10
