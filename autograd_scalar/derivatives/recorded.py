"""Record the reverse and the forward sweep themselves, for higher derivatives.

The partials of a primitive also run on Values. So the local derivatives of a recorded
node can be computed again, as Values that depend on its parents, and a sweep over them
is recorded like any other arithmetic.
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
    "identity",
    "local_derivatives",
    "reverse_as_values",
    "tangents_as_values",
]


Number: TypeAlias = Value | float


def reverse_as_values(root: Value, inputs: Sequence[Value], seed: float) -> list[Value]:
    """Return the adjoints of the inputs, as Values that can be differentiated.

    The numbers equal those of `stateless_sweep` to the bit. Multiplications by one are
    not recorded, nor are constants.

    Raises:
        StaleGraphError: a leaf's number has changed since it was recorded.
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
    """Return the tangent of every node that depends on the inputs, by ``id(node)``.

    ``directions`` holds the tangents of the inputs.

    Raises:
        StaleGraphError: a leaf's number has changed since it was recorded.
    """
    graph = numbered(root, inputs)
    order = cast("list[Value]", graph.order)
    parents, starts = graph.parents, graph.starts
    reached = _reached(graph)
    tangents: list[Number | None] = [None] * len(order)
    for place, direction in zip(graph.wanted, directions, strict=True):
        # A tangent of 0 stays 0, even times an infinite local derivative.
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
    """Return, for each node, whether it is an input or was computed from one."""
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
    """Return a node's parents, with constants among them as plain numbers."""
    operands: list[Number] = []
    for e in range(graph.starts[i], graph.starts[i + 1]):
        k = graph.parents[e]
        parent = cast("Value", graph.order[k])
        operands.append(
            parent._data if parent.is_constant and not reached[k] else parent
        )
    return operands


def _times(a: Number, b: Number) -> Number:
    """Return a * b, where at least one of them is a Value or both are floats."""
    if isinstance(a, Value):
        return b * a if isinstance(b, Value) else _scaled(a, b)
    return _scaled(b, a)


def _scaled(x: Number, factor: float) -> Number:
    """Return x * factor; record nothing for a factor of 1, a negation for -1."""
    return x if factor == 1.0 else -x if factor == -1.0 else x * factor


def _as_own_nodes(adjoints: list[Number | None], order: Iterable[Value]) -> list[Value]:
    """Return each adjoint as a Value of its own, no node of the graph.

    d(x*y)/dx is y itself: giving the derivative a name must not rename y.
    """
    taken = {id(node) for node in order}
    own = []
    for adjoint in adjoints:
        if adjoint is None:
            value = Value(0.0)
        elif not isinstance(adjoint, Value):
            value = Value(adjoint + 0.0)  # a sum of contributions is never -0.0
        elif adjoint._data == 0.0 and math.copysign(1.0, adjoint._data) < 0.0:
            value = adjoint + 0.0
        else:
            value = unary(REFINED, adjoint) if id(adjoint) in taken else adjoint
        taken.add(id(value))
        own.append(value)
    return own


# ---- The local derivatives of one node -----------------------------------------------


def local_derivatives(node: Value, operands: list[Number]) -> Sequence[Number]:
    """Return the node's local derivatives as Values, or as numbers if constant.

    ``operands`` are its parents, with plain numbers for those not differentiated by.

    Raises:
        StaleGraphError: the parents' numbers are not those that were recorded.
    """
    primitive, left, right = node._primitive, node._left, node._right
    if primitive is None or primitive is REFINED:
        return (1.0,)
    # Written out for speed: most nodes are of these two primitives.
    if left is not None and right is not None:
        a, b, y = left._data, right._data, node._data
        if primitive is ADD and a + b == y:
            return (1.0, 1.0)
        is_fresh = node._left_derivative == b and node._right_derivative == a
        if primitive is MUL and is_fresh and a * b == y:
            return (operands[1], operands[0])
    numbers = [parent._data for parent in node.parents]
    if primitive is POW_CONSTANT:
        operands[1] = numbers[1]  # a number, so that no logarithm is taken
    found: tuple[Number, ...] = primitive.partials(*operands, node)
    recorded = node.local_derivatives
    # If all numbers agree, nothing has changed. If one does not, it is either stale or
    # rounded in another way on Values: running the primitive on floats decides.
    if primitive.forward(*numbers) == node._data and agree(found, recorded):
        return found
    if not _is_recorded(node, primitive, numbers):
        _raise_stale(node, primitive)
    return [_refined(found[k], recorded[k]) for k in range(len(found))]


def agree(found: tuple[Any, ...], recorded: tuple[float, ...]) -> bool:
    """Return whether local derivatives, of any kind of number, equal those recorded."""
    return all(_held(found[k]) == recorded[k] for k in range(len(found)))


def _held(x: Any) -> float | None:
    """Return the float of a number or Value, without telling a trace of it."""
    return x._data if isinstance(x, Value) else point(x)


def identity(name: str, symbol: str) -> Primitive:
    """Return a primitive that gives its operand, under a name of its own.

    >>> identity("copy", "=").forward(2.0)
    2.0
    """
    return Primitive(
        name,
        lambda x: x,
        lambda x, y: (1.0,),
        arity=1,
        symbol=symbol,
        latex="{0}",
        domain=(REAL,),
    )


REFINED = identity("refined", "≈")


def _refined(derivative: Number, number: float) -> Number:
    """Return the local derivative as a Value that holds the recorded number.

    On floats a primitive takes care of rounding and of the ends of its domain; on
    Values it evaluates the smooth formula. So the number is that of the floats, the
    history that of the Values. Outside the domain both are nan (rule R5).
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
    """Raise unless the parents' numbers are those that the node was recorded with.

    Raises:
        StaleGraphError: a parent's ``data`` was changed since.
    """
    primitive = node.primitive
    if primitive is None or primitive is REFINED:
        return
    if not _is_recorded(node, primitive, [parent._data for parent in node.parents]):
        _raise_stale(node, primitive)


def _raise_stale(node: Node, primitive: Primitive) -> None:
    """Raise an error that names the parent whose number has changed."""
    for parent in dict.fromkeys(node.parents):
        before = [p.data_before if p is parent else p._data for p in node.parents]
        if _is_recorded(node, primitive, before):
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


def _is_recorded(node: Node, primitive: Primitive, numbers: list[float]) -> bool:
    """Return whether these operands give the recorded number and derivatives."""
    output = primitive.forward(*numbers)
    now = (output, *primitive.partials(*numbers, output))
    then = (node._data, *node.local_derivatives)
    return all(
        a == b or (math.isnan(a) and math.isnan(b))
        for a, b in zip(now, then, strict=True)
    )
