"""Forward mode over a recorded graph, on floats: tangents of values and of adjoints.

The tangents of the values are the Jacobian times a direction in the inputs. Those of
the adjoints are the Hessian times that direction (forward over reverse; Pearlmutter,
"Fast exact multiplication by the Hessian", Neural Computation 6, 1994). Nothing is
recorded, so a product costs a few sweeps; recording the gradient costs several graphs.

A tangent of 0 stays 0, even times an infinite local derivative.
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
    """Return the tangent of every node that the root depends on, by ``id(node)``."""
    graph = numbered(root, inputs)
    tangents = _tangents(graph, direction)
    return {id(node): tangents[i] for i, node in enumerate(graph.order)}


def hessian_times(
    root: Value, inputs: Sequence[Value], directions: Iterable[Sequence[float]]
) -> list[list[float]]:
    """Return the Hessian of the root by the inputs, times each of the directions.

    Directions and products have one number for each input. The inputs are distinct
    leaves.

    Raises:
        StaleGraphError: a node's parents hold other numbers than were recorded.
    """
    graph = numbered(root, inputs)
    products = []
    for direction in directions:
        found = _adjoint_tangents(graph, _tangents(graph, direction))
        products.append([found[k] if k >= 0 else 0.0 for k in graph.wanted])
    return products


def _tangents(graph: Numbered, direction: Sequence[float]) -> list[float]:
    """Return the tangent of every node, by one forward sweep."""
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


def _adjoint_tangents(graph: Numbered, tangents: list[float]) -> list[float]:
    """Return the tangent of every node's adjoint, by one reverse sweep."""
    order, parents, starts = graph.order, graph.parents, graph.starts
    adjoints = [0.0] * len(order)
    dots = [0.0] * len(order)  # the tangents of the adjoints
    adjoints[-1] = 1.0
    for i in range(len(order) - 1, -1, -1):
        node, adjoint, dot, e = order[i], adjoints[i], dots[i], starts[i]
        left, right, fused = node._left, node._right, node._fused
        if left is not None and right is not None:
            a, b = parents[e], parents[e + 1]
            by_left, by_right = _partial_tangents_of_two(
                node, tangents[a], tangents[b], tangents[i]
            )
            derivative = node._left_derivative
            adjoints[a] += derivative * adjoint
            dots[a] += _times(derivative, dot) + _times(adjoint, by_left)
            derivative = node._right_derivative
            adjoints[b] += derivative * adjoint
            dots[b] += _times(derivative, dot) + _times(adjoint, by_right)
        elif left is not None:
            a, derivative = parents[e], node._left_derivative
            adjoints[a] += derivative * adjoint
            dots[a] += _times(derivative, dot)
            if node._primitive is not NEG and tangents[a] != 0.0:
                (change,) = _partial_tangents(node, [tangents[a]], tangents[i])
                dots[a] += _times(adjoint, change)
        elif fused is not None:
            along = [tangents[k] for k in parents[e : starts[i + 1]]]
            changes = _partial_tangents(node, along, tangents[i])
            for j, derivative in enumerate(fused[1]):
                k = parents[e + j]
                adjoints[k] += derivative * adjoint
                dots[k] += _times(derivative, dot) + _times(adjoint, changes[j])
    return dots


def _times(derivative: float, tangent: float) -> float:
    """Return derivative * tangent, with inf * 0 = 0."""
    return derivative * tangent if tangent != 0.0 else 0.0


# ---- The tangents of a node's local derivatives --------------------------------------


def _partial_tangents_of_two(
    node: Node, a: float, b: float, tangent: float
) -> tuple[float, float]:
    """Return the same as `_partial_tangents` for two operands with tangents a and b."""
    primitive = node._primitive
    if primitive is ADD or primitive is SUB or (a == 0.0 and b == 0.0):
        return 0.0, 0.0
    if primitive is MUL:
        return b, a
    left, right = _partial_tangents(node, [a, b], tangent)
    return left, right


def _partial_tangents(node: Node, along: list[float], tangent: float) -> list[float]:
    """Return the tangents of a node's local derivatives, by its partials on duals."""
    primitive = node._primitive
    if primitive is table.SUM or not any(along):
        return [0.0] * len(along)
    if primitive is table.DOT:
        pairs = len(along) - len(along) % 2
        return [along[k ^ 1] if k < pairs else 0.0 for k in range(len(along))]
    if primitive is None or PRIMITIVES.get(primitive.name) is not primitive:
        return _partial_tangents_on_values(node, along)
    numbers = [parent._data for parent in node.parents]
    operands: list[Any] = [
        numbers[k] if t == 0.0 else Dual(numbers[k], t) for k, t in enumerate(along)
    ]
    found: tuple[Any, ...] = primitive.partials(*operands, Dual(node._data, tangent))
    recorded = node.local_derivatives
    # If they do not agree, they are rounded in another way on duals, or stale: running
    # the partials on floats decides.
    if (
        not agree(found, recorded)
        and primitive.partials(*numbers, node._data) != recorded
    ):
        check_recorded(node)
    return [x.tangent if isinstance(x, Dual) else 0.0 for x in found]


def _partial_tangents_on_values(node: Node, along: list[float]) -> list[float]:
    """Return the same for a user's primitive, whose partials may take Values only."""
    parents = [Value(parent._data) for parent in node.parents]
    primitive = cast("Primitive", node._primitive)
    twin = fused_node(primitive, node._data, parents, list(node.local_derivatives))
    found = []
    for derivative in local_derivatives(twin, list(parents)):
        partial_tangent = 0.0
        if isinstance(derivative, Value):
            by_parent = stateless_sweep(derivative, 1.0, parents)
            for partial, t in zip(by_parent, along, strict=True):
                partial_tangent += _times(partial, t)
        found.append(partial_tangent)
    return found
