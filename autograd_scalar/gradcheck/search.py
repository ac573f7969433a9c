"""Search a recorded graph for wrong local derivatives, and for what misleads checks.

`search` compares the local derivatives of each node with a complex step or with finite
differences of its primitive. `first_kink`, `rounding_of` and `too_fast_for_differences`
find what makes finite differences disagree with a gradient that is right.
"""

from __future__ import annotations

import math
import os
import sys
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING, Any, Final

from autograd_scalar.derivatives.gradients import gradients
from autograd_scalar.diagnosis.diagnose import kinks_at
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

    from autograd_scalar.primitives.table import Primitive

__all__ = ["first_kink", "rounding_of", "search", "too_fast_for_differences"]

_EPS = sys.float_info.epsilon
_MOST_FAULTS = 10  # to collect; the first is the one to look at
_FEW = 8  # operands; more are tested all at once before one by one
_FINER: Final = 1e-3  # of rtol, for the local derivatives of a user's primitive
_TABLE = os.path.join(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
    "primitives",
    "table.py",
)
_STEP: Final[Method] = "a complex step"
_DIFFERENCES: Final[Method] = "differences"

# Beyond it a period spans fewer than some thousand floats, and differences of any step
# may see the same phase of many periods, or their envelope.
_FAR_OUT: Final = 2.0**40
_MANY_PERIODS: Final = 2.0**20  # of a remainder, within the steps of differences


@dataclass(slots=True)
class Search:
    """The wrong local derivatives, and how many were compared by each method."""

    faults: list[Fault]
    local_derivatives: int = 0
    by_complex_step: int = 0
    complexes: Arithmetic = field(default_factory=partial(arithmetic_of, complex, 0))


def search(
    root: Value, order: int, tolerance: Tolerance, *, by_differences: bool
) -> Search:
    """Find the local derivatives that differ from those of their primitive.

    Each is judged by a complex step where one applies. Where none does, it is judged
    by finite differences of the primitive's ``forward`` at the recorded operands: those
    of a user's primitive always, those of the table with ``by_differences``. For order
    2 ``by_differences`` judges its ``partials``, too. Nodes are searched parents first.
    """
    found = Search([])
    finer = replace(tolerance, relative=_FINER * tolerance.relative)
    for node in topological_order(root):
        if node.primitive is None:
            continue
        differ = by_differences and not _oscillates_too_fast(node)
        if _is_of_table(node.primitive):
            _judge_partials(node, node.primitive, tolerance, found, differ=differ)
        else:
            _judge_partials(node, node.primitive, finer, found, differ=True)
        if differ and order == 2:  # noqa: PLR2004
            found.faults += _wrong_second_derivatives(node, node.primitive, tolerance)
        if len(found.faults) >= _MOST_FAULTS:
            break
    del found.faults[_MOST_FAULTS:]
    return found


def _is_of_table(primitive: Primitive) -> bool:
    known = PRIMITIVES.get(primitive.name)
    return known is not None and known.forward is primitive.forward


# ---- What misleads finite differences ------------------------------------------------


def too_fast_for_differences(root: Value) -> dict[Value, str]:
    """Return a message for each node that enters one that oscillates too fast.

    >>> from autograd_scalar import sin
    >>> x = Value(1e17, "x")
    >>> print(too_fast_for_differences(sin(x))[x])
    sin('x' = 1e+17) = -0.4645301048353727 oscillates too fast for the spacing of floats
    here; finite differences are meaningless
    """
    found: dict[Value, str] = {}
    for node in topological_order(root):
        if _oscillates_too_fast(node):
            text = (
                f"{describe(node)} oscillates too fast for the spacing of floats here;"
                " finite differences are meaningless"
            )
            found |= dict.fromkeys(topological_order(node), text)
    return found


def _oscillates_too_fast(node: Value) -> bool:
    """Return whether the node repeats or steps too fast for differences here."""
    primitive = node.primitive
    if primitive is None or not _is_of_table(primitive):
        return False  # a leaf, or another primitive of that name
    known = PRIMITIVES[primitive.name]
    if known.period is None:
        return False
    operands = [parent.data for parent in node.parents]
    if callable(known.period):
        period = known.period(*operands)
        return max(abs(operands[0]), 1.0) > _MANY_PERIODS * period
    return abs(operands[0]) > _FAR_OUT


def first_kink(root: Value) -> str:
    """Describe the first node at a kink, and the convention there; "" if none is."""
    for node in topological_order(root):
        kinks = kinks_at(node)
        if kinks:
            return (
                f"{describe(node)} is at a kink, {kinks[0].where}: its derivative there"
                f" is a convention, {kinks[0].convention}"
            )
    return ""


def rounding_of(root: Value) -> float:
    """Return a first-order bound on the rounding error of the root.

    Each number in the graph is assumed to be off by one unit in its last place; times
    its adjoint, that is its share of the error of the root.
    """
    order = topological_order(root)
    adjoints = stateless_sweep(root, 1.0, order)
    return _EPS * _size(v.data * g for v, g in zip(order, adjoints, strict=True))


def _size(terms: Iterable[float]) -> float:
    """Return the sum of the absolute terms, without those that are not finite."""
    return sum((abs(term) for term in terms if math.isfinite(term)), 0.0)


# ---- The first derivatives of a primitive --------------------------------------------


def _judge_partials(
    node: Value,
    primitive: Primitive,
    tolerance: Tolerance,
    found: Search,
    *,
    differ: bool,
) -> None:
    """Compare each recorded local derivative with the primitive's forward function."""
    count = len(node.local_derivatives)
    varied = [k for k in range(count) if k not in primitive.not_differentiated]
    found.local_derivatives += len(varied)
    if count > _FEW:
        together = _by_complex_step(found, node, primitive, _uneven_direction(count))
        if together is not None and together.verdict == "agrees":
            found.by_complex_step += len(varied)
            return
        if together is None and not (
            differ and _differs_together(node, primitive, tolerance)
        ):
            return
    for k in varied:
        unit = [float(k == j) for j in range(count)]
        outcome, method = _by_complex_step(found, node, primitive, unit), _STEP
        if outcome is not None:
            found.by_complex_step += 1
        elif differ:
            outcome = _by_differences(node, primitive, k, tolerance)
            method = _DIFFERENCES
        if outcome is not None and outcome.verdict == "differs":
            found.faults.append(_fault(node, primitive, k, None, outcome, method))


def _by_complex_step(
    found: Search, node: Value, primitive: Primitive, direction: list[float]
) -> Outcome | None:
    """Judge the derivative along a direction; None where no complex step applies."""
    xs = [parent.data for parent in node.parents]
    terms = [w * d for w, d in zip(direction, node.local_derivatives, strict=True) if w]
    size = sum(map(abs, terms))
    estimate = complex_step(found.complexes, primitive, xs, node.data, direction, size)
    return None if estimate is None else judge_exactly(sum(terms), estimate)


def _by_differences(
    node: Value, primitive: Primitive, k: int, tolerance: Tolerance
) -> Outcome:
    """Judge the local derivative by one operand."""
    xs = [parent.data for parent in node.parents]
    claims = [node.local_derivatives[k]]

    def forward(*operands: float) -> list[float]:
        return [primitive.forward(*operands)]

    (outcome,) = _judge_operand(
        forward, xs, k, claims, _forward_rounding(node), tolerance
    )
    return outcome


def _differs_together(node: Value, primitive: Primitive, tolerance: Tolerance) -> bool:
    """Return whether differences along a direction of all operands disagree."""
    xs = [parent.data for parent in node.parents]
    direction = _uneven_direction(len(xs))
    partials = node.local_derivatives
    claim = sum(w * d for w, d in zip(direction, partials, strict=True))

    def along(t: float) -> list[float]:
        return [
            primitive.forward(*[x + t * w for x, w in zip(xs, direction, strict=True)])
        ]

    (outcome,) = judge(along, 0.0, [claim], _forward_rounding(node), tolerance)
    return outcome.verdict != "agrees"


def _uneven_direction(n: int) -> list[float]:
    """Return a direction in which all operands vary, unevenly and with both signs.

    Along it errors of several local derivatives do not cancel.
    """
    return [w for w, _ in zip(cycle((1.0, -0.75, 0.5, -0.375, 0.875)), range(n))]


def _forward_rounding(node: Value) -> list[float]:
    """Return a bound on the rounding error of the primitive's forward function."""
    pairs = zip(node.parents, node.local_derivatives, strict=True)
    return [_EPS * (4.0 * abs(node.data) + _size(x.data * d for x, d in pairs))]


# ---- The second derivatives of a primitive -------------------------------------------


def _wrong_second_derivatives(
    node: Value, primitive: Primitive, tolerance: Tolerance
) -> Iterator[Fault]:
    """Compare the partials run on Values with differences of the partials on floats."""
    xs = [parent.data for parent in node.parents]
    leaves = [Value(x) for x in xs]
    first = gradients(nary(primitive, leaves), leaves, create_graph=True)
    second = [gradients(derivative, leaves) for derivative in first]
    rounding = [4.0 * _EPS * abs(d.data) + rounding_of(d) for d in first]

    def partials(*operands: float) -> Sequence[float]:
        return primitive.partials(*operands, primitive.forward(*operands))

    for k in range(len(xs)):
        if k in primitive.not_differentiated:
            continue
        claims = [derivatives[k] for derivatives in second]
        outcomes = _judge_operand(partials, xs, k, claims, rounding, tolerance)
        for other, outcome in enumerate(outcomes):
            held = other in primitive.not_differentiated
            if outcome.verdict == "differs" and not held:
                yield _fault(node, primitive, other, k, outcome, _DIFFERENCES)


# ---- Of either order -----------------------------------------------------------------


def _judge_operand(  # noqa: PLR0913, PLR0917  (what judge() takes, and which operand)
    f: Callable[..., Sequence[float]],
    xs: list[float],
    k: int,
    claims: Sequence[float],
    rounding: Sequence[float],
    tolerance: Tolerance,
) -> list[Outcome]:
    """Judge the claimed derivatives of f by its k-th operand."""

    def along(x: float) -> Sequence[float]:
        return f(*xs[:k], x, *xs[k + 1 :])

    return judge(along, xs[k], claims, rounding, tolerance)


def _fault(  # noqa: PLR0913, PLR0917  (what a Fault says)
    node: Value,
    primitive: Primitive,
    operand: int,
    by: int | None,
    outcome: Outcome,
    method: Method,
) -> Fault:
    return Fault(
        node=describe(node),
        primitive=primitive.name,
        operand=operand,
        operand_label=node.parents[operand].label,
        by=by,
        claimed=outcome.claimed,
        measured=outcome.difference,
        estimate=outcome.estimate,
        rule=_source_of_partials(primitive),
        method=method,
    )


def _source_of_partials(primitive: Primitive) -> str:
    """Return where the primitive's partials are written, as file and line.

    Compiled code has no lines: for a primitive of the table, name its row there.
    """
    # @primitive wraps the user's function.
    rule = getattr(primitive.partials, "__wrapped__", primitive.partials)
    code: Any = getattr(rule, "__code__", None)
    if code is not None:
        return f"its partials, {code.co_filename}:{code.co_firstlineno}"
    if PRIMITIVES.get(primitive.name) is primitive:
        import linecache  # noqa: PLC0415  (it imports the tokenizer)

        for number, line in enumerate(linecache.getlines(_TABLE), start=1):
            if f' = _row("{primitive.name}",' in line:
                return f"its partials, {_TABLE}:{number}"
    return "its partials"
