"""Forward mode on a recorded graph, on floats: how values and adjoints move.

Each input moves along a direction. The tangents of the values are a Jacobian times that
direction; those of the adjoints are the Hessian times it (forward over reverse,
Pearlmutter 1994: fast exact multiplication by the Hessian). Nothing is recorded, so
this costs a few sweeps, where a graph of the gradient costs several graphs.

What does not move has the tangent 0, and stays so beside an infinite slope.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from autograd_scalar.derivatives.recorded import (
    agree,
    check_recorded,
    local_derivatives,
)
from autograd_scalar.graph.sweeps import numbered, stateless_sweep
from autograd_scalar.graph.value import Value, fused_node
from autograd_scalar.numbers.dual import Dual
from autograd_scalar.primitives import table
from autograd_scalar.primitives.table import ADD, MUL, NEG, PRIMITIVES, SUB

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autograd_scalar.graph.node import Node
    from autograd_scalar.graph.sweeps import Numbered
    from autograd_scalar.primitives.table import Primitive

__all__ = ["hessian_times", "tangents_along"]


def tangents_along(
    root: Value, inputs: Sequence[Value], direction: Sequence[float]
) -> dict[int, float]:
    """The tangent of every node under the root, by its ``id``."""
    graph = numbered(root, inputs)
    tangents = _tangents(graph, direction)
    return {id(node): tangents[i] for i, node in enumerate(graph.order)}


def hessian_times(
    root: Value, inputs: Sequence[Value], directions: Iterable[Sequence[float]]
) -> list[list[float]]:
    """For each direction: the Hessian of the root by the inputs, times it.

    Shape: a direction and a product have one number for each input. The inputs are
    leaves, each of them once.

    Raises:
        StaleGraphError: a node's parents hold other numbers than were recorded.
    """
    graph = numbered(root, inputs)
    products = []
    for direction in directions:
        moves = _moves_of_adjoints(graph, _tangents(graph, direction))
        products.append([moves[k] if k >= 0 else 0.0 for k in graph.wanted])
    return products


def _tangents(graph: Numbered, direction: Sequence[float]) -> list[float]:
    """The tangent of every node: local derivatives times the parents' tangents."""
    parents = graph.parents
    tangents = [0.0] * len(graph.order)
    for place, number in zip(graph.wanted, direction, strict=True):
        if place >= 0:
            tangents[place] = number
    for i, node in enumerate(graph.order):
        first = graph.starts[i]
        derivatives = node.local_derivatives
        for j in range(len(derivatives)):
            tangents[i] += _times(derivatives[j], tangents[parents[first + j]])
    return tangents


def _moves_of_adjoints(graph: Numbered, tangents: list[float]) -> list[float]:
    """The tangent of every node's adjoint, by one reverse sweep."""
    order, parents, starts = graph.order, graph.parents, graph.starts
    adjoints = [0.0] * len(order)
    moves = [0.0] * len(order)
    adjoints[-1] = 1.0
    for i in range(len(order) - 1, -1, -1):
        node, adjoint, move, e = order[i], adjoints[i], moves[i], starts[i]
        left, right, fused = node._left, node._right, node._fused
        if left is not None and right is not None:
            a, b = parents[e], parents[e + 1]
            by_left, by_right = _slopes_of_two(
                node, tangents[a], tangents[b], tangents[i]
            )
            derivative = node._left_derivative
            adjoints[a] += derivative * adjoint
            moves[a] += _times(derivative, move) + _times(adjoint, by_left)
            derivative = node._right_derivative
            adjoints[b] += derivative * adjoint
            moves[b] += _times(derivative, move) + _times(adjoint, by_right)
        elif left is not None:
            a, derivative = parents[e], node._left_derivative
            adjoints[a] += derivative * adjoint
            moves[a] += _times(derivative, move)
            if node._primitive is not NEG and tangents[a] != 0.0:
                (slope,) = _slopes(node, [tangents[a]], tangents[i])
                moves[a] += _times(adjoint, slope)
        elif fused is not None:
            along = [tangents[k] for k in parents[e : starts[i + 1]]]
            slopes = _slopes(node, along, tangents[i])
            for j, derivative in enumerate(fused[1]):
                k = parents[e + j]
                adjoints[k] += derivative * adjoint
                moves[k] += _times(derivative, move) + _times(adjoint, slopes[j])
    return moves


def _times(slope: float, tangent: float) -> float:
    return slope * tangent if tangent != 0.0 else 0.0


# ---- How the local derivatives of a node move ----------------------------------------


def _slopes_of_two(
    node: Node, a: float, b: float, tangent: float
) -> tuple[float, float]:
    row = node._primitive
    if row is ADD or row is SUB or (a == 0.0 and b == 0.0):
        return 0.0, 0.0
    if row is MUL:
        return b, a
    left, right = _slopes(node, [a, b], tangent)
    return left, right


def _slopes(node: Node, along: list[float], tangent: float) -> list[float]:
    """The tangents of a node's local derivatives, by its row of the table on duals."""
    row = node._primitive
    if row is table.SUM or not any(along):
        return [0.0] * len(along)
    if row is table.DOT:
        pairs = len(along) - len(along) % 2
        return [along[k ^ 1] if k < pairs else 0.0 for k in range(len(along))]
    if row is None or PRIMITIVES.get(row.name) is not row:
        return _slopes_on_values(node, along)
    numbers = [parent._data for parent in node.parents]
    operands: list[Any] = [
        numbers[k] if t == 0.0 else Dual(numbers[k], t) for k, t in enumerate(along)
    ]
    found: tuple[Any, ...] = row.partials(*operands, Dual(node._data, tangent))
    recorded = node.local_derivatives
    # Where they do not agree, they are rounded otherwise, or stale: the floats tell.
    if not agree(found, recorded) and row.partials(*numbers, node._data) != recorded:
        check_recorded(node)
    return [x.tangent if isinstance(x, Dual) else 0.0 for x in found]


def _slopes_on_values(node: Node, along: list[float]) -> list[float]:
    """The same for a row that may know Values alone: an operation of the user's."""
    parents = [Value(parent._data) for parent in node.parents]
    row = cast("Primitive", node._primitive)
    twin = fused_node(row, node._data, parents, list(node.local_derivatives))
    slopes = []
    for derivative in local_derivatives(twin, list(parents)):
        slope = 0.0
        if isinstance(derivative, Value):
            by_parent = stateless_sweep(derivative, 1.0, parents)
            for partial, t in zip(by_parent, along, strict=True):
                slope += _times(partial, t)
        slopes.append(slope)
    return slopes
