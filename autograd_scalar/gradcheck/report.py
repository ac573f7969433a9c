"""What `check_gradients` found: a row for each derivative, in text and JSON."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from autograd_scalar.gradcheck.judging import Verdict

__all__ = ["Comparison", "Fault", "GradientCheck", "Method"]

Method: TypeAlias = Literal["a complex step", "differences"]

_MOST_LINES = 20  # of each kind, in the text

_AROUND = (
    "Every local derivative in the graph agrees with its row: part of f goes around the"
    " graph, as v.data, v.detach() and the functions of math do."
)
_INF_TIMES_0 = (
    "No local derivative in the graph differs from its row: an infinite one met a 0 or"
    " another infinity on the way; detect_anomaly() says where."
)
_CONVENTIONS = (
    "Conventions do not combine into the derivative of what is built on them: move the"
    " inputs off the kink."
)
_TOO_LITTLE = "Differences of f do not show it: it is too little, or not judged there."
_NOTHING_JUDGED = "Nothing could be judged: move the inputs away from where they are."


class Comparison(NamedTuple):
    """One derivative of f, by the graph and by differences."""

    derivative: str  # d/d'x'
    claimed: float
    difference: float
    estimate: float  # of the error of the difference
    verdict: Verdict
    reason: str = ""  # why it was not judged

    def __str__(self) -> str:
        by_differences = f"{self.difference!r} ± {self.estimate:.1g} by differences"
        if self.verdict == "not judged":
            return f"{self.derivative} is {self.claimed!r}, not judged: {self.reason}"
        return f"{self.derivative} is {self.claimed!r} by the graph, {by_differences}"


class Fault(NamedTuple):
    """A local derivative that is not the slope of its row's forward."""

    node: str  # as a call: 'y' = cube('x' = 2.0) = 8.0
    primitive: str
    operand: int
    operand_label: str
    by: int | None  # differentiated once more by this operand, in order 2
    claimed: float
    measured: float
    estimate: float  # of the error of what was measured
    rule: str
    method: Method

    def __str__(self) -> str:
        what = f"operand {self.operand}"
        if self.operand_label:
            what += f", {self.operand_label!r}"
        if self.by is not None:
            what += f", and by operand {self.by}"
        return (
            f"At {self.node}: the derivative of {self.primitive} by {what}, is"
            f" {self.claimed!r} by {self.rule},"
            f" {self.measured!r} ± {self.estimate:.1g} by {self.method} of its row"
        )


@dataclass(frozen=True, slots=True)
class GradientCheck:
    """Every derivative of f that was compared, and the nodes that are at fault.

    ``by_complex_step`` says how many of the local derivatives in the graph were judged
    by a complex step, each to a few ULP; ``local_derivatives`` is how many there are,
    up to the node at which the search had found faults enough. ``kink`` names, where a
    derivative differs and no node is at fault, the first node at a kink.
    """

    order: int
    comparisons: tuple[Comparison, ...]
    faults: tuple[Fault, ...]  # the first node first
    local_derivatives: int = 0
    by_complex_step: int = 0
    kink: str = ""

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong, and something was judged if there is an input."""
        verdicts = self._counts()
        return not (verdicts["differs"] or self.faults) and (
            verdicts["agrees"] > 0 or not self.comparisons
        )

    def _counts(self) -> Counter[str]:
        return Counter(row.verdict for row in self.comparisons)

    def _head(self) -> str:
        verdicts = self._counts()
        orders = "order 1" if self.order == 1 else "orders 1 and 2"
        return (
            f"check_gradients: {len(self.comparisons):,} derivatives of {orders}:"
            f" {verdicts['agrees']:,} agree, {verdicts['differs']:,} differ,"
            f" {verdicts['not judged']:,} not judged"
        )

    def __repr__(self) -> str:
        return f"<{self._head()}>"

    def __str__(self) -> str:
        verdicts = self._counts()
        lines = [self._head()]
        for verdict in ("differs", "not judged"):
            rows = [str(row) for row in self.comparisons if row.verdict == verdict]
            lines += rows[:_MOST_LINES]
            if len(rows) > _MOST_LINES:
                lines.append(f"and {len(rows) - _MOST_LINES:,} more")
        lines += map(str, self.faults)
        if verdicts["differs"] and not self.faults:
            differing = [r for r in self.comparisons if r.verdict == "differs"]
            if not any(math.isfinite(row.claimed) for row in differing):
                lines.append(_INF_TIMES_0)
            else:
                lines.append(f"{self.kink}. {_CONVENTIONS}" if self.kink else _AROUND)
        if self.faults and not verdicts["differs"]:
            lines.append(_TOO_LITTLE)
        elif not verdicts["differs"] and not self.passed:
            lines.append(_NOTHING_JUDGED)
        if self.passed and self.local_derivatives:
            lines.append(
                f"By differences of f; {self.by_complex_step:,} of"
                f" {self.local_derivatives:,} local derivatives also by a complex step"
            )
        return "\n".join(lines)

    def to_json(self) -> str:
        """Everything as JSON; a number that is not finite becomes a string."""
        return json.dumps(
            {
                "order": self.order,
                "passed": self.passed,
                "comparisons": [_plain(row._asdict()) for row in self.comparisons],
                "faults": [_plain(fault._asdict()) for fault in self.faults],
                "local_derivatives": self.local_derivatives,
                "by_complex_step": self.by_complex_step,
                "kink": self.kink,
            },
            allow_nan=False,
            ensure_ascii=False,
        )


def _plain(fields: dict[str, object]) -> dict[str, object]:
    return {
        name: str(x) if isinstance(x, float) and not math.isfinite(x) else x
        for name, x in fields.items()
    }
