"""Which node's local derivative is wrong: every row at the operands it was given."""

from __future__ import annotations

import math
import sys
from itertools import cycle
from typing import TYPE_CHECKING, Any

from autograd_scalar.diagnosis.origins import describe
from autograd_scalar.functional import gradients
from autograd_scalar.fused import nary
from autograd_scalar.gradcheck.judging import Outcome, Tolerance, judge
from autograd_scalar.gradcheck.report import Fault
from autograd_scalar.graph import stateless_sweep, topological_order
from autograd_scalar.value import Value, binary, unary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from autograd_scalar.primitives import Primitive

__all__ = ["faults_of", "rounding_of"]

_EPS = sys.float_info.epsilon
_MOST_FAULTS = 10  # that are collected: the first is the one to look at
_FEW = 8  # operands; more are tried all at once before one by one

# Operands that a row takes as plain numbers, and does not differentiate.
_HELD = {"pow_constant": 1, "polygamma": 0}


def rounding_of(root: Value) -> float:
    """How far rounding may have moved the root's number, to first order.

    Every number v in the graph is off by a unit in its last place, which moves the
    root by that times v's adjoint.
    """
    order = topological_order(root)
    adjoints = stateless_sweep(root, 1.0, order)
    return _EPS * _size(v.data * g for v, g in zip(order, adjoints, strict=True))


def _size(terms: Iterable[float]) -> float:
    """The sum of absolute terms; those that are not finite are no rounding."""
    return sum((abs(term) for term in terms if math.isfinite(term)), 0.0)


def faults_of(root: Value, order: int, tolerance: Tolerance) -> list[Fault]:
    """The local derivatives that differ from their row, parents before users.

    Each row's ``forward`` is varied at the operands that the node was recorded with;
    for order 2, its ``partials``, too.
    """
    faults: list[Fault] = []
    for node in topological_order(root):
        if node.primitive is None:
            continue
        faults += _slopes_that_differ(node, node.primitive, tolerance)
        if order == 2:  # noqa: PLR2004
            faults += _bends_that_differ(node, node.primitive, tolerance)
        if len(faults) >= _MOST_FAULTS:
            break
    return faults[:_MOST_FAULTS]


def _slopes_that_differ(
    node: Value, row: Primitive, tolerance: Tolerance
) -> Iterator[Fault]:
    """Each recorded local derivative against differences of the row's forward."""
    xs = [parent.data for parent in node.parents]
    slopes = node.local_derivatives
    terms = [x * d for x, d in zip(xs, slopes, strict=True)]
    rounding = [_EPS * (4.0 * abs(node.data) + _size(terms))]

    def forward(*operands: float) -> list[float]:
        return [row.forward(*operands)]

    if len(xs) > _FEW and _all_at_once(forward, xs, slopes, rounding, tolerance):
        return
    for k, slope in enumerate(slopes):
        if _HELD.get(row.name) != k:
            (outcome,) = _judge_operand(forward, xs, k, [slope], rounding, tolerance)
            if outcome.verdict == "differs":
                yield _fault(node, row, k, None, outcome)


def _all_at_once(
    forward: Callable[..., list[float]],
    xs: list[float],
    slopes: Sequence[float],
    rounding: list[float],
    tolerance: Tolerance,
) -> bool:
    """Whether the slope agrees along a line on which every operand moves."""
    # Uneven and of both signs, so that faults do not cancel.
    direction = [w for w, _ in zip(cycle((1.0, -0.75, 0.5, -0.375, 0.875)), xs)]
    claim = sum(w * d for w, d in zip(direction, slopes, strict=True))

    def along(t: float) -> list[float]:
        return forward(*[x + t * w for x, w in zip(xs, direction, strict=True)])

    (outcome,) = judge(along, 0.0, [claim], rounding, tolerance)
    return outcome.verdict == "agrees"


def _bends_that_differ(
    node: Value, row: Primitive, tolerance: Tolerance
) -> Iterator[Fault]:
    """The row's partials run on Values against differences of them run on floats."""
    xs = [parent.data for parent in node.parents]
    leaves = [Value(x) for x in xs]
    slopes = gradients(_apply(row, leaves), leaves, create_graph=True)
    bends = [gradients(slope, leaves) for slope in slopes]
    rounding = [4.0 * _EPS * abs(s.data) + rounding_of(s) for s in slopes]

    def partials(*operands: float) -> Sequence[float]:
        return row.partials(*operands, row.forward(*operands))

    for k in range(len(xs)):
        if _HELD.get(row.name) == k:
            continue
        claims = [bend[k] for bend in bends]
        outcomes = _judge_operand(partials, xs, k, claims, rounding, tolerance)
        for other, outcome in enumerate(outcomes):
            if outcome.verdict == "differs" and _HELD.get(row.name) != other:
                yield _fault(node, row, other, k, outcome)


def _judge_operand(  # noqa: PLR0913, PLR0917  (what judge() takes, and which operand)
    f: Callable[..., Sequence[float]],
    xs: list[float],
    k: int,
    claims: Sequence[float],
    rounding: Sequence[float],
    tolerance: Tolerance,
) -> list[Outcome]:
    def along(x: float) -> Sequence[float]:
        return f(*xs[:k], x, *xs[k + 1 :])

    return judge(along, xs[k], claims, rounding, tolerance)


def _apply(row: Primitive, operands: list[Value]) -> Value:
    if len(operands) == 1:
        return unary(row, operands[0])
    if len(operands) == 2:  # noqa: PLR2004
        return binary(row, operands[0], operands[1])
    return nary(row, operands)


def _fault(
    node: Value, row: Primitive, operand: int, by: int | None, outcome: Outcome
) -> Fault:
    return Fault(
        node=describe(node),
        primitive=row.name,
        operand=operand,
        operand_label=node.parents[operand].label,
        by=by,
        claimed=outcome.claimed,
        difference=outcome.difference,
        estimate=outcome.estimate,
        rule=_place(row),
    )


def _place(row: Primitive) -> str:
    """Where the row's partials are written, as file and line."""
    rule = getattr(row.partials, "__wrapped__", row.partials)  # what @primitive checks
    code: Any = getattr(rule, "__code__", None)
    if code is None:
        return "its partials"
    return f"its partials, {code.co_filename}:{code.co_firstlineno}"
