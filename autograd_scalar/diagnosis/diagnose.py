"""`diagnose`: look through a recorded graph for what makes gradients wrong or useless.

The result, a `Diagnosis`, is a list of findings as text, HTML and JSON.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from autograd_scalar.diagnosis.anomaly import (
    SourceLines,
    first_bad_adjoint,
    turns_nonfinite,
)
from autograd_scalar.errors import OperandError
from autograd_scalar.graph.naming import describe
from autograd_scalar.graph.recording import current_watcher
from autograd_scalar.graph.stale import stale_leaves
from autograd_scalar.graph.sweeps import stateless_sweep, topological_order
from autograd_scalar.graph.value import Value
from autograd_scalar.operands import no_value, real, shown
from autograd_scalar.primitives.table import ADD, DOT, MEAN, RELU, SUB, SUM
from autograd_scalar.reporting.tables import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from autograd_scalar.diagnosis.anomaly import SourceLine
    from autograd_scalar.primitives.kinks import Kink
    from autograd_scalar.primitives.table import Primitive

__all__ = ["Diagnosis", "diagnose", "kinks_at"]

_ADVICE = "Record the graph within detect_anomaly() to see the lines of source."
_DIGITS = -math.log10(2.0**-53)  # decimal digits of a float
_SUMS = frozenset({ADD, SUB, SUM, MEAN, DOT})


def diagnose(  # noqa: PLR0913  (each by its name)
    root: Value,
    lines: SourceLines | None = None,
    *,
    seed: float = 1.0,
    saturated: float = 1e-3,
    digits: float = 8.0,
    most: int = 10,
) -> Diagnosis:
    """Look through a recorded graph for what makes gradients wrong or useless.

    It finds:

    - stale leaves: they were written after operations on them were recorded, so that
      the graph holds old and new numbers side by side;
    - non-finite values: the nodes at which inf or nan begins;
    - the first adjoint that is not finite;
    - saturated units: a squashing function (tanh, sigmoid, softplus, …) whose local
      derivative is below ``saturated`` in size;
    - dead units: a relu that is 0 and passes no gradient back;
    - kinks: nodes whose local derivative is a convention, with that convention;
    - cancellation: a sum of computed terms that loses ``digits`` or more of the 16
      decimal digits of a float.

    ``lines``, from a `detect_anomaly` block that recorded the graph, adds the user's
    source lines; within that block they are known already. No ``grad`` is read or
    changed: the adjoints are computed from ``seed`` at the root. The first ``most``
    findings of each kind are kept; all are counted. Kinks are judged by the current
    ``data`` of the operands.

    >>> from autograd_scalar import Value
    >>> x, w = Value(0.0, "x"), Value(-3.0, "w")
    >>> print(diagnose((w * x).relu().named("a") + (9.0 * w).tanh()))
    8 nodes: 1 dead unit, 1 saturated unit, 1 kink
    dead unit: 'a' = relu(-0.0) = 0.0: nothing flows back
    saturated unit: tanh(-27.0) = -1.0: the local derivative is 1.4e-23
    kink: 'a' = relu(-0.0) = 0.0: x = 0; the derivative there is by convention 0
    (minimum-norm subgradient, R2)
    Record the graph within detect_anomaly() to see the lines of source.

    Raises:
        OperandError: ``root`` is no Value, ``lines`` is not from `detect_anomaly`,
            ``most`` is no int from 0 on, or another option is no number.
    """
    _check_request(root, lines, most)
    start = real(seed, "diagnose(seed=)")
    thresholds = _Thresholds(
        real(saturated, "diagnose(saturated=)"), real(digits, "diagnose(digits=)")
    )
    order = topological_order(root)
    seen = lines if lines is not None else current_watcher()
    counts: Counter[str] = Counter()
    findings: list[Finding] = []
    for kind, node, detail in _findings(order, root, start, thresholds):
        counts[kind] += 1
        if counts[kind] <= most:
            line = seen.of(node) if isinstance(seen, SourceLines) else None
            findings.append(Finding(kind, describe(node), detail, line))
    return Diagnosis(len(order), counts, tuple(findings))


class Finding(NamedTuple):
    """One node, and what was found about it."""

    kind: str  # such as "kink"
    node: str  # as a call with names and numbers
    detail: str
    line: SourceLine | None  # that recorded the node, if known

    def __str__(self) -> str:
        where = f" [{self.line}]" if self.line is not None else ""
        return f"{self.kind}: {self.node}: {self.detail}{where}"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The result of `diagnose`: the first findings of each kind, and their number.

    Attributes:
        nodes: the number of nodes in the graph.
        counts: the number of findings of each kind, in the order of the findings.
        findings: the first ``most`` of each kind.

    >>> from autograd_scalar import Value, diagnose
    >>> found = diagnose(Value(30.0, "x").tanh())
    >>> found.is_healthy, found.counts["saturated unit"]
    (False, 1)
    """

    nodes: int
    counts: Mapping[str, int]
    findings: tuple[Finding, ...]

    @property
    def is_healthy(self) -> bool:
        """Whether nothing was found."""
        return not self.counts

    def _head(self) -> str:
        found = [counted(n, kind) for kind, n in self.counts.items()]
        return f"{self.nodes:,} nodes: " + (", ".join(found) or "nothing found")

    def _of(self, kind: str) -> list[Finding]:
        return [finding for finding in self.findings if finding.kind == kind]

    def __repr__(self) -> str:
        return f"<diagnosis of {self._head()}>"

    def __str__(self) -> str:
        lines = [self._head()]
        for kind, count in self.counts.items():
            shown = self._of(kind)
            lines += map(str, shown)
            if count > len(shown):
                lines.append(f"{kind}: and {count - len(shown):,} more")
        if self.findings and all(finding.line is None for finding in self.findings):
            lines.append(_ADVICE)
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        head, *lines = str(self).split("\n")
        items = "".join(f"<li>{escape(line)}</li>" for line in lines)
        return f"<p>{escape(head)}</p><ul>{items}</ul>"

    def to_json(self) -> str:
        """Return everything as JSON."""
        findings = [
            {
                "kind": finding.kind,
                "node": finding.node,
                "detail": finding.detail,
                "line": None if finding.line is None else str(finding.line),
            }
            for finding in self.findings
        ]
        return json.dumps(
            {"nodes": self.nodes, "counts": dict(self.counts), "findings": findings},
            allow_nan=False,
            ensure_ascii=False,
        )


# ---- What is looked for --------------------------------------------------------------


class _Thresholds(NamedTuple):
    saturated: float
    digits: float


def _check_request(root: object, lines: object, most: object) -> None:
    if not isinstance(root, Value):
        raise OperandError(no_value("diagnose()", root))
    if lines is not None and not isinstance(lines, SourceLines):
        msg = (
            "diagnose(lines=) needs what `with detect_anomaly() as lines` gave, got"
            f" {type(lines).__name__}: {shown(lines)}; give the seed by name: seed=…"
        )
        raise OperandError(msg)
    if type(most) is not int or most < 0:
        msg = f"diagnose(most=) needs an int from 0 on, got {shown(most)}"
        raise OperandError(msg)


def _findings(
    order: Sequence[Value], root: Value, seed: float, thresholds: _Thresholds
) -> Iterator[tuple[str, Value, str]]:
    """Yield kind, node and detail of every finding, kind by kind."""
    for leaf in stale_leaves(order):
        yield "stale leaf", leaf, "written after operations on it were recorded"
    for node in order:
        if turns_nonfinite(node):
            yield "non-finite value", node, "no operand is, so it begins here"
        elif node.is_leaf and not math.isfinite(node.data):
            yield "non-finite value", node, "a leaf was set to it"
    bad = first_bad_adjoint(order, stateless_sweep(root, seed, order))
    if bad is not None:
        yield "non-finite adjoint", order[order.index(bad.node)], str(bad)
    inner = [node for node in order if node.primitive is not None]
    for node in inner:
        yield from _flat_units(node, thresholds.saturated)
    for node in inner:
        for kink in kinks_at(node):
            detail = f"{kink.where}; the derivative there is by convention"
            yield "kink", node, f"{detail} {kink.convention}"
    for node in inner:
        lost = _digits_lost(node)
        if lost >= thresholds.digits:
            amount = "all" if lost >= _DIGITS else f"{lost:.1f} of {_DIGITS:.0f}"
            yield "cancellation", node, f"{amount} digits of its terms are lost"


def _flat_units(node: Value, threshold: float) -> Iterator[tuple[str, Value, str]]:
    if node.primitive is not None and node.primitive.saturates:
        partial = node.local_derivatives[0]
        if abs(partial) < threshold:
            detail = f"the local derivative is {partial:.2g}"
            yield "saturated unit", node, detail
    elif node.primitive is RELU and node.data == 0.0 == node.local_derivatives[0]:
        yield "dead unit", node, "nothing flows back"


def kinks_at(node: Value) -> list[Kink]:
    """Return the kinks of the node's primitive that its operands lie at."""
    primitive = node.primitive
    if primitive is None or not primitive.kinks:
        return []
    numbers = [parent.data for parent in node.parents]
    return [kink for kink in primitive.kinks if kink.at(*numbers)]


def _digits_lost(node: Value) -> float:
    """Return how many decimal digits a sum loses to cancellation of its terms.

    0 for other operations, and if all terms are leaves: those are exact.
    """
    primitive = node.primitive
    if primitive not in _SUMS:
        return 0.0
    parents = node.parents
    if all(parent.is_leaf for parent in parents) and primitive is not DOT:
        return 0.0
    numbers = [parent.data for parent in parents]
    total, size = abs(node.data), sum(map(abs, _terms(primitive, numbers)))
    if not math.isfinite(size) or size == 0.0:
        return 0.0
    return math.inf if total == 0.0 else math.log10(size) - math.log10(total)


def _terms(primitive: Primitive | None, numbers: list[float]) -> list[float]:
    """Return the terms that were added; those of a mean are divided already."""
    if primitive is MEAN:
        return [x / len(numbers) for x in numbers]
    if primitive is not DOT:
        return numbers
    products = [a * b for a, b in zip(numbers[0::2], numbers[1::2], strict=False)]
    return products + numbers[len(numbers) - len(numbers) % 2 :]
