"""Operations on any number of operands, each as one node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograd_scalar.errors import ShapeError
from autograd_scalar.modes import blocks, depth, watched
from autograd_scalar.primitives import DOT
from autograd_scalar.value import Value, operand_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_scalar.native import Unchecked
    from autograd_scalar.primitives import Primitive

__all__ = ["dot_node", "fused_node", "nary"]


def nary(primitive: Primitive, operands: Sequence[Value | float | Unchecked]) -> Value:
    """Apply a row of the table to any number of operands, as one node."""
    what = f"{primitive.name}()"
    values = [operand_value(x, what) for x in operands]
    numbers = [value._data for value in values]
    y = primitive.forward(*numbers)
    return fused_node(primitive, y, values, list(primitive.partials(*numbers, y)))


def dot_node(left: list[Any], right: list[Any], start: object) -> Value | float:
    """``start`` + a0*b0 + a1*b1 + ... as one node; a float if no Value is among them.

    Written out, because the time of a network goes here; the bits are the row's.
    """
    if len(left) != len(right):
        msg = f"dot() needs two lists of one length, got {len(left)} and {len(right)}"
        raise ShapeError(msg)
    first = operand_value(start, "dot()")
    recorded = first is start
    started = recorded or first._data != 0.0
    total = first._data if started else 0.0
    parents: list[Value] = []
    derivatives: list[float] = []
    for k in range(len(left)):
        a, b = left[k], right[k]
        if type(a) is Value or type(b) is Value:
            recorded = True
        x, y = operand_value(a, "dot()"), operand_value(b, "dot()")
        total += x._data * y._data
        parents.append(x)
        parents.append(y)
        derivatives.append(y._data)
        derivatives.append(x._data)
    if not recorded:
        return total
    if started:
        parents.append(first)
        derivatives.append(1.0)
    return fused_node(DOT, total, parents, derivatives)


def fused_node(
    primitive: Primitive, data: float, parents: list[Value], derivatives: list[float]
) -> Value:
    """A node with any number of parents, its numbers known to be floats."""
    node = Value(data)
    if parents and not (blocks.count and depth.get()):
        node._primitive = primitive
        node._fused = tuple(parents), tuple(derivatives)
        if blocks.count:
            watched(node)
    return node
