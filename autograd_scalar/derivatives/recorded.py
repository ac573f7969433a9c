"""The two sweeps as computations of their own, which can be differentiated again.

Every row of the table runs on Values: the local derivatives of a recorded node come
back as Values that depend on its parents, and the sweeps over them are recorded like
any other arithmetic.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from autograd_scalar.errors import StaleGraphError
from autograd_scalar.graph.sweeps import numbered
from autograd_scalar.graph.value import Value, unary
from autograd_scalar.primitives.partials import point
from autograd_scalar.primitives.table import ADD, MUL, POW_CONSTANT, REAL, Primitive

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autograd_scalar.graph.node import Node
    from autograd_scalar.graph.sweeps import Numbered

__all__ = [
    "REFINED",
    "Number",
    "agree",
    "check_recorded",
    "local_derivatives",
    "reverse_as_values",
    "tangents_as_values",
]


Number: TypeAlias = Value | float


def reverse_as_values(root: Value, inputs: Sequence[Value], seed: float) -> list[Value]:
    """The adjoints of the inputs, as Values with a history of their own.

    The numbers are those of `stateless_sweep` to the bit: what is left out is
    multiplication by one, and nodes for what is the same at every point.
    """
    graph = numbered(root, inputs)
    order = cast("list[Value]", graph.order)
    parents, starts = graph.parents, graph.starts
    reached = _reached(graph)
    adjoints: list[Number | None] = [None] * len(order)
    adjoints[-1] = seed
    for i in range(len(order) - 1, -1, -1):
        if not reached[i] or starts[i] == starts[i + 1]:
            continue
        derivatives = local_derivatives(order[i], _operands(graph, reached, i))
        adjoint = cast("Number", adjoints[i])
        for e in range(starts[i], starts[i + 1]):
            k = parents[e]
            if reached[k]:
                part = _times(adjoint, derivatives[e - starts[i]])
                held = adjoints[k]
                adjoints[k] = part if held is None else held + part
    found = [adjoints[k] if k >= 0 else None for k in graph.wanted]
    return _as_own_nodes(found, order)


def tangents_as_values(
    root: Value, inputs: Sequence[Value], directions: Sequence[Number]
) -> dict[int, Number]:
    """The tangent of every node that depends on the inputs, by the node's ``id``.

    ``directions`` holds the inputs' own tangents.
    """
    graph = numbered(root, inputs)
    order = cast("list[Value]", graph.order)
    parents, starts = graph.parents, graph.starts
    reached = _reached(graph)
    tangents: list[Number | None] = [None] * len(order)
    for place, direction in zip(graph.wanted, directions, strict=True):
        # What does not move stays so, beside an infinite slope too.
        if place >= 0 and (isinstance(direction, Value) or direction != 0.0):
            tangents[place] = direction
    for i in range(len(order)):
        if not reached[i] or starts[i] == starts[i + 1]:
            continue
        derivatives = local_derivatives(order[i], _operands(graph, reached, i))
        for e in range(starts[i], starts[i + 1]):
            tangent = tangents[parents[e]]
            if tangent is not None:
                part = _times(tangent, derivatives[e - starts[i]])
                held = tangents[i]
                tangents[i] = part if held is None else held + part
    return {id(order[i]): t for i, t in enumerate(tangents) if t is not None}


def _reached(graph: Numbered) -> list[bool]:
    """For each node: whether it is one of the wanted, or was computed from one."""
    parents, starts = graph.parents, graph.starts
    reached = [False] * len(graph.order)
    for place in graph.wanted:
        if place >= 0:
            reached[place] = True
    for i in range(len(reached)):
        for e in range(starts[i], starts[i + 1]):
            if reached[parents[e]]:
                reached[i] = True
    return reached


def _operands(graph: Numbered, reached: list[bool], i: int) -> list[Number]:
    """A node's parents; plain numbers among its operands stay what they are."""
    operands: list[Number] = []
    for e in range(graph.starts[i], graph.starts[i + 1]):
        k = graph.parents[e]
        parent = cast("Value", graph.order[k])
        operands.append(
            parent._data if parent.is_constant and not reached[k] else parent
        )
    return operands


def _times(a: Number, b: Number) -> Number:
    if isinstance(a, Value):
        return b * a if isinstance(b, Value) else _scaled(a, b)
    return _scaled(b, a)


def _scaled(x: Number, factor: float) -> Number:
    """The product, without a node for a factor of one."""
    return x if factor == 1.0 else -x if factor == -1.0 else x * factor


def _as_own_nodes(adjoints: list[Number | None], order: Iterable[Value]) -> list[Value]:
    """Each adjoint as a Value that is no node of the graph, and no other's adjoint.

    d(x*y)/dx is y: who names the derivative must not rename y.
    """
    taken = {id(node) for node in order}
    own = []
    for adjoint in adjoints:
        if adjoint is None:
            value = Value(0.0)
        elif not isinstance(adjoint, Value):
            value = Value(adjoint + 0.0)  # a sum of contributions is never -0.0
        elif adjoint.data == 0.0 and math.copysign(1.0, adjoint.data) < 0.0:
            value = adjoint + 0.0
        else:
            value = unary(REFINED, adjoint) if id(adjoint) in taken else adjoint
        taken.add(id(value))
        own.append(value)
    return own


# ---- The local derivatives of one node -----------------------------------------------


def local_derivatives(node: Value, operands: list[Number]) -> Sequence[Number]:
    """Its local derivatives as Values, or as numbers where they are constant.

    ``operands`` are its parents, or plain numbers for those that do not matter.

    Raises:
        StaleGraphError: the parents' numbers are not those that were recorded.
    """
    row, left, right = node._primitive, node._left, node._right
    if row is None or row is REFINED:
        return (1.0,)
    # Written out, like the same rows in Value: this is where the time goes.
    if left is not None and right is not None:
        a, b, y = left._data, right._data, node._data
        if row is ADD and a + b == y:
            return (1.0, 1.0)
        is_fresh = node._left_derivative == b and node._right_derivative == a
        if row is MUL and is_fresh and a * b == y:
            return (operands[1], operands[0])
    numbers = [parent._data for parent in node.parents]
    if row is POW_CONSTANT:
        operands[1] = numbers[1]  # it never meets a logarithm
    found: tuple[Number, ...] = row.partials(*operands, node)
    recorded = node.local_derivatives
    # Where all numbers agree nothing has changed; where one does not, it may be stale,
    # or rounded otherwise: the floats tell.
    if row.forward(*numbers) == node._data and agree(found, recorded):
        return found
    if not _is_recorded(node, row, numbers):
        _refuse_stale(node, row)
    return [_refined(found[k], recorded[k]) for k in range(len(found))]


def agree(found: tuple[Any, ...], recorded: tuple[float, ...]) -> bool:
    """Whether local derivatives, of any kind of number, are at those recorded."""
    return all(point(found[k]) == recorded[k] for k in range(len(found)))


REFINED = Primitive(
    "refined",
    lambda x: x,
    lambda x, y: (1.0,),
    arity=1,
    symbol="≈",
    latex="{0}",
    domain=(REAL,),
)


def _refined(derivative: Number, number: float) -> Number:
    """A local derivative as a Value, with the number that was recorded for it.

    On floats a row is careful with rounding and at the ends of its domain; run on
    Values it gives the smooth formula. So the number comes from the one, what it
    depends on from the other. Outside the domain both are nan (R5).
    """
    if not isinstance(derivative, Value):
        return number
    if math.isnan(number):
        return derivative * number
    if derivative._data == number:
        return derivative
    refined = unary(REFINED, derivative)
    refined._data = number
    return refined


def check_recorded(node: Node) -> None:
    """Raise unless the parents' numbers are those that were recorded here.

    Raises:
        StaleGraphError: one of them was written since.
    """
    row = node.primitive
    if row is None or row is REFINED:
        return
    if not _is_recorded(node, row, [parent.data for parent in node.parents]):
        _refuse_stale(node, row)


def _refuse_stale(node: Node, row: Primitive) -> None:
    """Say which of the parents' numbers is not what was recorded here."""
    for parent in dict.fromkeys(node.parents):
        before = [p.data_before if p is parent else p.data for p in node.parents]
        if _is_recorded(node, row, before):
            name = repr(parent.label) if parent.label else f"an operand of {node.op}"
            msg = (
                f"node {name} was recorded at {parent.data_before!r} and is"
                f" {parent.data!r} now; build the graph again at the new numbers"
            )
            raise StaleGraphError(msg)
    msg = (
        f"the operands of {node.op} have changed since it was recorded as"
        f" {node.data!r}; build the graph again at the new numbers"
    )
    raise StaleGraphError(msg)


def _is_recorded(node: Node, row: Primitive, numbers: list[float]) -> bool:
    """Whether these operands give the node's number and local derivatives."""
    output = row.forward(*numbers)
    now = (output, *row.partials(*numbers, output))
    then = (node.data, *node.local_derivatives)
    return all(
        a == b or (math.isnan(a) and math.isnan(b))
        for a, b in zip(now, then, strict=True)
    )
