"""The two sweeps as computations of their own, which can be differentiated again.

Every row of the table runs on Values: the local derivatives of a recorded node come
back as Values that depend on its parents, and the sweeps over them are recorded like
any other arithmetic.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from autograd_scalar.errors import StaleGraphError
from autograd_scalar.graph import topological_order
from autograd_scalar.primitives import ADD, MUL, POW_CONSTANT, REAL, Primitive
from autograd_scalar.value import Value, unary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from autograd_scalar.node import Node

__all__ = [
    "REFINED",
    "Number",
    "check_recorded",
    "reverse_as_values",
    "tangents_as_values",
    "users_of",
]

Number: TypeAlias = Value | float


def reverse_as_values(root: Value, inputs: Sequence[Value], seed: float) -> list[Value]:
    """The adjoints of the inputs, as Values with a history of their own.

    The numbers are those of `stateless_sweep` to the bit: what is left out is
    multiplication by one, and nodes for what is the same at every point.
    """
    order = topological_order(root)
    reached, users = users_of(inputs, order)
    adjoints: dict[int, Number] = {id(root): seed}
    for node in reversed(users):
        adjoint = adjoints[id(node)]
        edges = zip(node.parents, _local_derivatives(node, reached), strict=True)
        for parent, derivative in edges:
            key = id(parent)
            if key in reached:
                part = _times(adjoint, derivative)
                held = adjoints.get(key)
                adjoints[key] = part if held is None else held + part
    return _as_own_nodes((adjoints.get(id(x), 0.0) for x in inputs), order)


def tangents_as_values(
    order: Iterable[Value], directions: Mapping[Value, Number]
) -> Mapping[int, Number]:
    """The tangent of every node that depends on the inputs, by the node's ``id``.

    ``order`` is a topological order; ``directions`` holds the inputs' own tangents.
    """
    reached, users = users_of(directions, order)
    tangents = {id(x): tangent for x, tangent in directions.items()}
    for node in users:
        edges = zip(node.parents, _local_derivatives(node, reached), strict=True)
        for parent, derivative in edges:
            tangent = tangents.get(id(parent))
            if tangent is not None:
                part = _times(tangent, derivative)
                held = tangents.get(id(node))
                tangents[id(node)] = part if held is None else held + part
    return tangents


def users_of(
    inputs: Iterable[Value], order: Iterable[Value]
) -> tuple[set[int], list[Value]]:
    """What depends on the inputs: by ``id`` with the inputs, and as nodes in order."""
    reached = {id(x) for x in inputs}
    users = []
    for node in order:
        left, right = node._left, node._right
        if left is not None:
            uses = id(left) in reached or (right is not None and id(right) in reached)
        else:
            uses = any(id(parent) in reached for parent in node.parents)
        if uses:
            reached.add(id(node))
            users.append(node)
    return reached, users


def _times(a: Number, b: Number) -> Number:
    if isinstance(a, Value):
        return b * a if isinstance(b, Value) else _scaled(a, b)
    return _scaled(b, a)


def _scaled(x: Number, factor: float) -> Number:
    """The product, without a node for a factor of one."""
    return x if factor == 1.0 else -x if factor == -1.0 else x * factor


def _as_own_nodes(adjoints: Iterable[Number], order: Iterable[Value]) -> list[Value]:
    """Each adjoint as a Value that is no node of the graph, and no other's adjoint.

    d(x*y)/dx is y: who names the derivative must not rename y.
    """
    taken = {id(node) for node in order}
    own = []
    for adjoint in adjoints:
        if not isinstance(adjoint, Value):
            value = Value(adjoint + 0.0)  # a sum of contributions is never -0.0
        elif adjoint.data == 0.0 and math.copysign(1.0, adjoint.data) < 0.0:
            value = adjoint + 0.0
        else:
            value = unary(REFINED, adjoint) if id(adjoint) in taken else adjoint
        taken.add(id(value))
        own.append(value)
    return own


# ---- The local derivatives of one node -----------------------------------------------


def _local_derivatives(node: Value, reached: set[int]) -> Sequence[Number]:
    """Its local derivatives as Values, or as numbers where they are constant.

    Plain numbers among the operands stay what they are, unless they are differentiated.

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
        if row is MUL and (b, a, a * b) == (*node.local_derivatives, y):
            return (_operand(right, reached), _operand(left, reached))
    parents, recorded = node.parents, node.local_derivatives
    numbers = [parent._data for parent in parents]
    operands: list[Any] = [_operand(parent, reached) for parent in parents]
    if row is POW_CONSTANT:
        operands[1] = numbers[1]  # a constant exponent never meets a logarithm
    found: tuple[Number, ...] = row.partials(*operands, node)
    # Where all numbers agree nothing has changed; where one does not, it may be stale,
    # or rounded otherwise: the floats tell.
    if row.forward(*numbers) == node._data and all(
        (d._data if isinstance(d, Value) else d) == number
        for d, number in zip(found, recorded, strict=True)
    ):
        return found
    if not _is_recorded(node, row, numbers):
        _refuse_stale(node, row)
    return [_refined(d, number) for d, number in zip(found, recorded, strict=True)]


def _operand(parent: Node, reached: set[int]) -> Number:
    if parent.is_constant and id(parent) not in reached:
        return parent._data
    return cast("Value", parent)


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


def check_recorded(node: Value) -> None:
    """Raise unless the parents' numbers are those that were recorded here.

    Raises:
        StaleGraphError: one of them was written since.
    """
    row = node.primitive
    if row is None or row is REFINED:
        return
    if not _is_recorded(node, row, [parent.data for parent in node.parents]):
        _refuse_stale(node, row)


def _refuse_stale(node: Value, row: Primitive) -> None:
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


def _is_recorded(node: Value, row: Primitive, numbers: list[float]) -> bool:
    """Whether these operands give the node's number and local derivatives."""
    output = row.forward(*numbers)
    now = (output, *row.partials(*numbers, output))
    then = (node.data, *node.local_derivatives)
    return all(
        a == b or (math.isnan(a) and math.isnan(b))
        for a, b in zip(now, then, strict=True)
    )
