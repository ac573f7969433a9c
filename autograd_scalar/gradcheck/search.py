"""What differences of f cannot see: waves finer than floats are, and kinks in a graph.

>>> from autograd_scalar import Value, sin
>>> x = Value(1e17, "x")
>>> waves_too_fine(sin(x))[x]
"sin('x' = 1e+17) = -0.4645301048353727 has waves too fine for differences there"
"""

from __future__ import annotations

import math
import os
import sys
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING, Any, Final

from autograd_scalar.derivatives.gradients import gradients
from autograd_scalar.gradcheck.estimates import complex_step
from autograd_scalar.gradcheck.judging import Outcome, Tolerance, judge, judge_exactly
from autograd_scalar.gradcheck.report import Fault, Method
from autograd_scalar.graph.naming import describe
from autograd_scalar.graph.sweeps import stateless_sweep, topological_order
from autograd_scalar.graph.value import Value, nary
from autograd_scalar.numbers.kinds import Arithmetic, arithmetic_of
from autograd_scalar.primitives.table import PRIMITIVES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from autograd_scalar.graph.value import Value
    from autograd_scalar.primitives.table import Primitive

__all__ = [
    "Search",
    "first_kink",
    "is_too_fine",
    "rounding_of",
    "search",
    "waves_too_fine",
]


# Beyond it fewer than some thousand floats are left to one wave, and differences of
# any step may see the same phase of many waves, or their envelope.
_FAR_OUT: Final = 2.0**40
_MANY_PERIODS: Final = 2.0**20  # of a remainder, within the steps of differences


def is_too_fine(node: Value) -> bool:
    """Whether the node is a wave, a saw or a stair whose period is too short there."""
    row = node.primitive
    if row is None or row.name not in PRIMITIVES:
        return False
    known = PRIMITIVES[row.name]
    if known.forward is not row.forward or known.period is None:
        return False
    operands = [parent.data for parent in node.parents]
    if callable(known.period):
        period = known.period(*operands)
        return max(abs(operands[0]), 1.0) > _MANY_PERIODS * period
    return abs(operands[0]) > _FAR_OUT


def waves_too_fine(root: Value) -> dict[Value, str]:
    """In words such a node for each node that it depends on."""
    found: dict[Value, str] = {}
    for node in topological_order(root):
        if is_too_fine(node):
            text = f"{describe(node)} has waves too fine for differences there"
            found |= dict.fromkeys(topological_order(node), text)
    return found


def first_kink(root: Value) -> str:
    """The first node at a kink, and the convention there; empty if there is none."""
    for node in topological_order(root):
        row = node.primitive
        if row is not None:
            numbers = [parent.data for parent in node.parents]
            for kink in row.kinks:
                if kink.at(*numbers):
                    return (
                        f"{describe(node)} is at a kink, {kink.where}: its derivative"
                        f" there is a convention, {kink.convention}"
                    )
    return ""


_EPS = sys.float_info.epsilon
_MOST_FAULTS = 10  # that are collected: the first is the one to look at
_FEW = 8  # operands; more are tried all at once before one by one
_TABLE = os.path.join(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
    "primitives",
    "table.py",
)
_STEP: Final[Method] = "a complex step"
_DIFFERENCES: Final[Method] = "differences"

# Operands that a row takes as plain numbers, and does not differentiate.


@dataclass(slots=True)
class Search:
    """Which local derivatives are wrong, and how many were looked at how."""

    faults: list[Fault]
    local_derivatives: int = 0
    by_complex_step: int = 0
    complexes: Arithmetic = field(default_factory=partial(arithmetic_of, complex, 0))


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


def search(
    root: Value, order: int, tolerance: Tolerance, *, by_differences: bool
) -> Search:
    """Find the local derivatives that are not the slopes of their row, parents first.

    Each is judged by a complex step where that applies. Where it does not, and if
    asked to, by differences: the row's ``forward`` is varied at the operands that the
    node was recorded with; for order 2, its ``partials``, too.
    """
    found = Search([])
    for node in topological_order(root):
        if node.primitive is None:
            continue
        differ = by_differences and not is_too_fine(node)
        _judge_slopes(node, node.primitive, tolerance, found, differ=differ)
        if differ and order == 2:  # noqa: PLR2004
            found.faults += _bends_that_differ(node, node.primitive, tolerance)
        if len(found.faults) >= _MOST_FAULTS:
            break
    del found.faults[_MOST_FAULTS:]
    return found


def _judge_slopes(
    node: Value, row: Primitive, tolerance: Tolerance, found: Search, *, differ: bool
) -> None:
    """Each recorded local derivative against the slope of the row's forward."""
    slopes = node.local_derivatives
    held = row.not_differentiated
    varied = [k for k in range(len(slopes)) if k not in held]
    found.local_derivatives += len(varied)
    if len(slopes) > _FEW:
        together = _stepped(found, node, row, _uneven(len(slopes)))
        if together is not None and together.verdict == "agrees":
            found.by_complex_step += len(varied)
            return
        if together is None and not (
            differ and _differs_together(node, row, tolerance)
        ):
            return
    for k in varied:
        unit = [float(k == j) for j in range(len(slopes))]
        outcome, method = _stepped(found, node, row, unit), _STEP
        if outcome is not None:
            found.by_complex_step += 1
        elif differ:
            outcome, method = _varied(node, row, k, tolerance), _DIFFERENCES
        if outcome is not None and outcome.verdict == "differs":
            found.faults.append(_fault(node, row, k, None, outcome, method))


def _stepped(
    found: Search, node: Value, row: Primitive, direction: list[float]
) -> Outcome | None:
    """The slope along a direction, by a complex step; None where it does not apply."""
    xs = [parent.data for parent in node.parents]
    terms = [w * d for w, d in zip(direction, node.local_derivatives, strict=True) if w]
    size = sum(map(abs, terms))
    slope = complex_step(found.complexes, row, xs, node.data, direction, size)
    return None if slope is None else judge_exactly(sum(terms), slope)


def _varied(node: Value, row: Primitive, k: int, tolerance: Tolerance) -> Outcome:
    """The slope by one operand, by differences."""
    xs = [parent.data for parent in node.parents]
    claims = [node.local_derivatives[k]]

    def forward(*operands: float) -> list[float]:
        return [row.forward(*operands)]

    (outcome,) = _judge_operand(forward, xs, k, claims, _rounding(node), tolerance)
    return outcome


def _rounding(node: Value) -> list[float]:
    """What rounding may add to the row's forward at the node's operands."""
    pairs = zip(node.parents, node.local_derivatives, strict=True)
    return [_EPS * (4.0 * abs(node.data) + _size(x.data * d for x, d in pairs))]


def _uneven(n: int) -> list[float]:
    """A direction that moves all operands: uneven and of both signs.

    Faults do not cancel along it.
    """
    return [w for w, _ in zip(cycle((1.0, -0.75, 0.5, -0.375, 0.875)), range(n))]


def _differs_together(node: Value, row: Primitive, tolerance: Tolerance) -> bool:
    """Whether differences along a line on which every operand moves do not agree."""
    xs = [parent.data for parent in node.parents]
    direction = _uneven(len(xs))
    slopes = node.local_derivatives
    claim = sum(w * d for w, d in zip(direction, slopes, strict=True))

    def along(t: float) -> list[float]:
        return [row.forward(*[x + t * w for x, w in zip(xs, direction, strict=True)])]

    (outcome,) = judge(along, 0.0, [claim], _rounding(node), tolerance)
    return outcome.verdict != "agrees"


def _bends_that_differ(
    node: Value, row: Primitive, tolerance: Tolerance
) -> Iterator[Fault]:
    """The row's partials run on Values against differences of them run on floats."""
    xs = [parent.data for parent in node.parents]
    leaves = [Value(x) for x in xs]
    slopes = gradients(nary(row, leaves), leaves, create_graph=True)
    bends = [gradients(slope, leaves) for slope in slopes]
    rounding = [4.0 * _EPS * abs(s.data) + rounding_of(s) for s in slopes]

    def partials(*operands: float) -> Sequence[float]:
        return row.partials(*operands, row.forward(*operands))

    for k in range(len(xs)):
        if k in row.not_differentiated:
            continue
        claims = [bend[k] for bend in bends]
        outcomes = _judge_operand(partials, xs, k, claims, rounding, tolerance)
        for other, outcome in enumerate(outcomes):
            if outcome.verdict == "differs" and other not in row.not_differentiated:
                yield _fault(node, row, other, k, outcome, _DIFFERENCES)


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


def _fault(  # noqa: PLR0913, PLR0917  (what a Fault says)
    node: Value,
    row: Primitive,
    operand: int,
    by: int | None,
    outcome: Outcome,
    method: Method,
) -> Fault:
    return Fault(
        node=describe(node),
        primitive=row.name,
        operand=operand,
        operand_label=node.parents[operand].label,
        by=by,
        claimed=outcome.claimed,
        measured=outcome.difference,
        estimate=outcome.estimate,
        rule=_place(row),
        method=method,
    )


def _place(row: Primitive) -> str:
    """Where the row's partials are written, as file and line.

    Compiled code knows no lines: of a row of the table, the line that lists it is said.
    """
    rule = getattr(row.partials, "__wrapped__", row.partials)  # what @primitive checks
    code: Any = getattr(rule, "__code__", None)
    if code is not None:
        return f"its partials, {code.co_filename}:{code.co_firstlineno}"
    if PRIMITIVES.get(row.name) is row:
        import linecache  # noqa: PLC0415  (it imports the tokenizer)

        for number, line in enumerate(linecache.getlines(_TABLE), start=1):
            if f' = _row("{row.name}",' in line:
                return f"its partials, {_TABLE}:{number}"
    return "its partials"
