"""Export graphs: to DOT text, to the packages graphviz and NetworkX, and to JSON.

`to_dot` and `to_graphviz` export the picture of `draw`, folded if it is; `to_json` and
`to_networkx` export the whole graph as data.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from autograd_scalar.errors import DrawingError
from autograd_scalar.graph.naming import unique_names
from autograd_scalar.graph.sweeps import topological_order
from autograd_scalar.graph.value import Value
from autograd_scalar.operands import no_value
from autograd_scalar.render.draw import draw
from autograd_scalar.reporting.tables import plain_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import graphviz
    import networkx

    from autograd_scalar.render.draw import (
        Direction,
        Edges,
        Fold,
        Highlight,
        Leaves,
        Roots,
    )

__all__ = ["to_dot", "to_graphviz", "to_json", "to_networkx"]


class Options(TypedDict, total=False):
    """The keyword arguments of `draw`."""

    direction: Direction
    fold: Fold
    max_nodes: int
    title: str | None
    parameters: Leaves
    inputs: Leaves
    highlight: Highlight
    edges: Edges
    around: Value | None
    hops: int
    against: Roots | None


def to_dot(root: Roots, **options: Unpack[Options]) -> str:
    """Return the graph in the DOT language of Graphviz; arguments as for `draw`.

    >>> from autograd_scalar import Value, to_dot
    >>> x = Value(3.0, "x")
    >>> to_dot(x * x).count("n0 -> n1")
    2

    Raises:
        DrawingError: as for `draw`.
    """
    return draw(root, **options).dot


def to_graphviz(root: Roots, **options: Unpack[Options]) -> graphviz.Digraph:
    """Return the graph as a `graphviz.Digraph`; arguments as for `draw`.

    Without the program ``dot``, a notebook shows the picture of `draw` instead, and
    rendering raises a DrawingError that says what to install.

    >>> from autograd_scalar import Value, to_graphviz
    >>> to_graphviz(Value(2.0, "x") * 3.0).source.startswith("digraph")
    True

    Raises:
        DrawingError: as for `draw`, or the package graphviz is not installed.
    """
    drawing = draw(root, **options)
    try:
        from autograd_scalar.render.digraph import SafeDigraph  # noqa: PLC0415  (graphviz)
    except ImportError as error:
        msg = (
            "to_graphviz() needs the package graphviz: pip install graphviz; or use"
            " draw(root), which needs nothing, or to_dot(root), which is text"
        )
        raise DrawingError(msg) from error
    digraph = SafeDigraph(body=[line + "\n" for line in drawing.dot.split("\n")[1:-2]])
    digraph.drawing = drawing
    return digraph


def to_json(root: Value) -> str:
    """Return the whole graph as node-link JSON, in a deterministic order.

    Nodes are in topological order, with the ids of an unfolded `to_dot` (n0, n1, …) and
    the names of `draw`; ``grad`` is null until an adjoint is computed. An edge leads
    from an operand to its result; ``key`` is the index of the operand. Numbers that are
    not finite become strings: "nan", "inf", "-inf". To read it with NetworkX, write
    ``networkx.node_link_graph(json.loads(text), edges="edges")``.

    >>> import json
    >>> from autograd_scalar import Value, to_json
    >>> x = Value(3.0, "x")
    >>> graph = json.loads(to_json((x * x).named("y")))
    >>> graph["nodes"][0]
    {'id': 'n0', 'name': 'x', 'label': 'x', 'op': '', 'data': 3.0, 'grad': None}
    >>> graph["edges"][1]
    {'source': 'n0', 'target': 'n1', 'key': 1, 'local_derivative': 3.0}
    >>> graph["directed"], graph["multigraph"], graph["graph"]
    (True, True, {'root': 'n1'})

    Raises:
        DrawingError: ``root`` is no Value.
    """
    order = _order(root, "to_json()")
    document = {
        "directed": True,
        "multigraph": True,
        "graph": {"root": _id(len(order) - 1)},
        "nodes": [plain_fields(node) for node in _nodes(order)],
        "edges": [plain_fields(edge) for edge in _edges(order)],
    }
    return json.dumps(document, allow_nan=False)


def to_networkx(root: Value) -> networkx.MultiDiGraph:
    """Return the graph as a `networkx.MultiDiGraph` with the attributes of `to_json`.

    Numbers stay floats, and an adjoint that is not computed yet is None.

    >>> from autograd_scalar import Value, to_networkx
    >>> x = Value(3.0, "x")
    >>> graph = to_networkx((x * x).named("y"))
    >>> graph.nodes["n1"]["name"], graph.edges["n0", "n1", 1]["local_derivative"]
    ('y', 3.0)

    Raises:
        DrawingError: ``root`` is no Value, or the package networkx is not installed.
    """
    order = _order(root, "to_networkx()")
    try:
        import networkx  # noqa: PLC0415  (optional, and slow to load)
    except ImportError as error:
        msg = (
            "to_networkx() needs the package networkx: pip install networkx; or use"
            " to_json(root), which needs nothing"
        )
        raise DrawingError(msg) from error
    graph = networkx.MultiDiGraph(root=_id(len(order) - 1))
    for node in _nodes(order):
        graph.add_node(node.pop("id"), **node)
    for edge in _edges(order):
        graph.add_edge(edge.pop("source"), edge.pop("target"), **edge)
    return graph


def _order(root: object, what: str) -> Sequence[Value]:
    """Return the topological order; ``what`` is the caller, for the message."""
    if type(root) is not Value:
        raise DrawingError(no_value(what, root))
    return topological_order(root)


def _nodes(order: Sequence[Value]) -> Iterator[dict[str, Any]]:
    for index, (node, name) in enumerate(zip(order, unique_names(order), strict=True)):
        yield {
            "id": _id(index),
            "name": name,
            "label": node.label,
            "op": node.op,
            "data": node.data,
            "grad": node.grad if node.has_grad else None,
        }


def _edges(order: Sequence[Value]) -> Iterator[dict[str, Any]]:
    ids = {node: _id(index) for index, node in enumerate(order)}
    for node in order:
        operands = zip(node.parents, node.local_derivatives, strict=True)
        for key, (parent, d) in enumerate(operands):
            yield {
                "source": ids[parent],
                "target": ids[node],
                "key": key,
                "local_derivative": d,
            }


def _id(index: int) -> str:
    return f"n{index}"
