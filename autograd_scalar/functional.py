"""Derivatives without touching any node: the stateless twin of `backward`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, overload

from autograd_scalar.errors import OperandError, StaleGraphError
from autograd_scalar.graph import stateless_sweep, topological_order
from autograd_scalar.operands import real
from autograd_scalar.primitives import REAL, Primitive
from autograd_scalar.value import Value, unary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["gradients"]


@overload
def gradients(
    output: Value,
    inputs: Value,
    seed: float = 1.0,
    *,
    create_graph: Literal[False] = False,
) -> float: ...
@overload
def gradients(
    output: Value,
    inputs: Sequence[Value],
    seed: float = 1.0,
    *,
    create_graph: Literal[False] = False,
) -> list[float]: ...
@overload
def gradients(
    output: Value, inputs: Value, seed: float = 1.0, *, create_graph: Literal[True]
) -> Value: ...
@overload
def gradients(
    output: Value,
    inputs: Sequence[Value],
    seed: float = 1.0,
    *,
    create_graph: Literal[True],
) -> list[Value]: ...
def gradients(
    output: Value,
    inputs: Value | Sequence[Value],
    seed: float = 1.0,
    *,
    create_graph: bool = False,
) -> float | list[float] | Value | list[Value]:
    """d(output)/d(input) for each input, leaf or interior; no ``grad`` is changed.

    An input that the output does not depend on has gradient 0.0. Safe to call from
    many threads on shared nodes. With ``create_graph`` the gradients are Values, and
    can be differentiated again.

    >>> x, y = Value(2.0), Value(3.0)
    >>> gradients(x * x * y, [x, y])
    [12.0, 4.0]
    >>> slope = gradients(x**3, x, create_graph=True)
    >>> slope.data, gradients(slope, x)
    (12.0, 12.0)

    Raises:
        OperandError: ``output`` or an input is not a Value, or the seed no number.
        StaleGraphError: with ``create_graph``, a leaf's data is no longer what was
            recorded: its second derivative would belong to another point.
    """
    wanted = [inputs] if isinstance(inputs, Value) else list(inputs)
    given: tuple[object, ...] = (output, *wanted)
    for node in given:
        if not isinstance(node, Value):
            msg = f"gradients() needs Values, got {type(node).__name__}: {node!r}"
            raise OperandError(msg)
    start = real(seed, "gradients(seed=)")
    if create_graph:
        recorded = _recorded_sweep(output, wanted, start)
        # Not `or`: a Value of 0.0 is false, and has a history to keep.
        values = [recorded[x] if x in recorded else Value(0.0) for x in wanted]
        return values[0] if isinstance(inputs, Value) else values
    numbers = stateless_sweep(output, start, wanted)
    return numbers[0] if isinstance(inputs, Value) else numbers


# ---- The sweep as a computation of its own -------------------------------------------


def _recorded_sweep(
    root: Value, inputs: Iterable[Value], seed: float
) -> dict[Value, Value]:
    """The adjoints of all nodes between the inputs and the root, as Values.

    Every row of the table runs on Values; operands that do not depend on the inputs
    stay plain numbers, so that a constant exponent never meets a logarithm.
    """
    order = topological_order(root)
    between = set(inputs)
    for node in order:
        if any(parent in between for parent in node.parents):
            between.add(node)
    adjoints: dict[Value, Value] = {root: Value(seed)}
    for node in reversed(order):
        row, adjoint = node.primitive, adjoints.get(node)
        if row is None or adjoint is None or node not in between:
            continue
        _refuse_stale(node)
        operands: list[Any] = [p if p in between else p.data for p in node.parents]
        edges = zip(
            node.parents,
            node.local_derivatives,
            row.partials(*operands, node),
            strict=True,
        )
        for parent, number, derivative in edges:
            if parent in between:
                part = adjoint * _refined(derivative, number)
                held = adjoints.get(parent)
                adjoints[parent] = part if held is None else held + part
    return adjoints


_REFINED = Primitive(
    "refined",
    lambda x: x,
    lambda x, y: (1.0,),
    arity=1,
    symbol="≈",
    latex="{0}",
    domain=(REAL,),
)


def _refined(derivative: Value | float, number: float) -> Value | float:
    """A local derivative as a Value, with the number that was recorded for it.

    On floats a row is careful with rounding and at the ends of its domain; run on
    Values it gives the smooth formula. So the number comes from the one, what it
    depends on from the other. Outside the domain both are nan (R5).
    """
    if not isinstance(derivative, Value):
        return number
    if math.isnan(number):
        return derivative * number
    if derivative.data == number:
        return derivative
    refined = unary(_REFINED, derivative)
    refined._data = number
    return refined


def _refuse_stale(node: Value) -> None:
    """Raise if the parents' numbers no longer give what was recorded here."""
    row = node.primitive
    if row is None or _recorded(node, [p.data for p in node.parents]):
        return
    for parent in dict.fromkeys(node.parents):
        before = [p.data_before if p is parent else p.data for p in node.parents]
        if _recorded(node, before):
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


def _recorded(node: Value, numbers: list[float]) -> bool:
    """Whether these operands give the node's number and local derivatives."""
    row = node.primitive
    if row is None or row is _REFINED:
        return True
    output = row.forward(*numbers)
    now = (output, *row.partials(*numbers, output))
    then = (node.data, *node.local_derivatives)
    return all(
        a == b or (math.isnan(a) and math.isnan(b))
        for a, b in zip(now, then, strict=True)
    )
