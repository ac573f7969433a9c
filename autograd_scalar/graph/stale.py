"""Find leaves that were written after operations on them were recorded.

A graph keeps the numbers of its recording: what is written to a leaf later affects
later operations only. Who draws or steps through such a graph sees old and new numbers
side by side, and should be told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_scalar.primitives.table import DOT, MUL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autograd_scalar.graph.value import Value
    from autograd_scalar.primitives.table import Primitive

__all__ = ["stale_leaves"]


def stale_leaves(order: Sequence[Value]) -> list[Value]:
    """Return the leaves whose number now is not the one that was recorded.

    A leaf that was written before the recording, as by an optimiser, is not among them.
    ``order`` is a topological order.

    >>> from autograd_scalar import Value, topological_order
    >>> w, x = Value(2.0, "w"), Value(3.0, "x")
    >>> w.data = 2.5
    >>> y = w * x
    >>> x.data = 4.0
    >>> [leaf.label for leaf in stale_leaves(topological_order(y))]
    ['x']
    """
    written = {
        node
        for node in order
        if node.is_leaf and not _same(node.data, node.data_before)
    }
    if not written:
        return []
    found: set[Value] = set()
    for node in order:
        primitive = node.primitive
        if primitive is not None and not written.isdisjoint(node.parents):
            found.update(_changed_operands(node, primitive, written))
    return [node for node in order if node in found]


def _changed_operands(
    node: Value, primitive: Primitive, written: set[Value]
) -> Iterator[Value]:
    """Yield the written operands whose numbers do not give what the node holds."""
    parents, derivatives = node.parents, node.local_derivatives
    numbers = [parent.data for parent in parents]
    if primitive in {MUL, DOT}:
        # The local derivative to one factor is the other one, as it was recorded.
        for k in range(len(parents) // 2 * 2):
            if not _same(numbers[k], derivatives[k ^ 1]):
                numbers[k] = derivatives[k ^ 1]
                yield parents[k]
    if _reproduced(node, primitive, numbers):
        return
    suspects = [parent for parent in dict.fromkeys(parents) if parent in written]
    for suspect in suspects:
        before = [
            suspect.data_before if parent is suspect else x
            for parent, x in zip(parents, numbers, strict=True)
        ]
        if _reproduced(node, primitive, before):
            yield suspect
            return
    yield from suspects


def _reproduced(node: Value, primitive: Primitive, numbers: list[float]) -> bool:
    """Return whether the operation on these numbers gives what the node holds."""
    try:
        data = primitive.forward(*numbers)
        partials = primitive.partials(*numbers, data)
    except Exception:  # a user's operation, outside its domain: it may raise anything
        return False
    return _same(data, node.data) and all(map(_same, partials, node.local_derivatives))


def _same(a: float, b: float) -> bool:
    return a == b or (a != a and b != b)  # noqa: PLR0124  (nan)
