"""The same picture in Graphviz's language, as text and as a `graphviz.Digraph`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_scalar.errors import DrawingError
from autograd_scalar.render.dot_text import dot_lines, dot_text
from autograd_scalar.render.drawing import MAX_NODES, Drawing, scene_of

if TYPE_CHECKING:
    import graphviz

    from autograd_scalar.render.drawing import Direction, Fold
    from autograd_scalar.value import Value

__all__ = ["to_dot", "to_graphviz"]


def to_dot(
    root: Value,
    *,
    direction: Direction = "LR",
    fold: Fold = "auto",
    max_nodes: int = MAX_NODES,
    title: str | None = None,
) -> str:
    """The graph in Graphviz's DOT language; arguments as `draw`'s.

    >>> from autograd_scalar import Value, to_dot
    >>> x = Value(3.0, "x")
    >>> to_dot(x * x).count("n0 -> n1")
    2

    Raises:
        DrawingError: as `draw`.
    """
    return dot_text(scene_of(root, direction, fold, max_nodes, title), direction)


def to_graphviz(
    root: Value,
    *,
    direction: Direction = "LR",
    fold: Fold = "auto",
    max_nodes: int = MAX_NODES,
    title: str | None = None,
) -> graphviz.Digraph:
    """The graph as a `graphviz.Digraph`, to change and render; arguments as `draw`'s.

    Without the program ``dot`` a notebook shows `draw`'s picture instead, and
    rendering says what is missing.

    >>> from autograd_scalar import Value, to_graphviz
    >>> to_graphviz(Value(2.0, "x") * 3.0).source.startswith("digraph")
    True

    Raises:
        DrawingError: as `draw`, or the package graphviz is not installed.
    """
    scene = scene_of(root, direction, fold, max_nodes, title)
    try:
        from autograd_scalar.render.digraph import SafeDigraph  # noqa: PLC0415  (graphviz)
    except ImportError as error:
        msg = (
            "to_graphviz() needs the package graphviz: pip install graphviz; or use"
            " draw(root), which needs nothing, or to_dot(root), which is text"
        )
        raise DrawingError(msg) from error
    digraph = SafeDigraph(body=[line + "\n" for line in dot_lines(scene, direction)])
    digraph.drawing = Drawing(scene, direction)
    return digraph
