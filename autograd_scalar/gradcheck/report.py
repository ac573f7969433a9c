"""The result of `check_gradients`, as objects, text and JSON."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from autograd_scalar.reporting.tables import plain_fields

if TYPE_CHECKING:
    from autograd_scalar.gradcheck.judging import Verdict

__all__ = ["Comparison", "Fault", "GradientCheck", "Method"]

Method: TypeAlias = Literal["a complex step", "differences"]

_MOST_LINES = 20  # of each kind, in the text

_AROUND = (
    "Every local derivative in the graph agrees with its primitive: part of f bypasses"
    " the graph, as v.data, v.detach() and the functions of math do."
)
_INF_TIMES_0 = (
    "No local derivative in the graph differs from its primitive: an infinite one met a"
    " 0 or another infinity in the sweep; detect_anomaly() says where."
)
_CONVENTIONS = (
    "Conventions do not combine into the derivative of what is built on them: move the"
    " inputs off the kink."
)
_TOO_SMALL = (
    "Differences of f do not show it: it is too small, or was not judged there."
)
_NOTHING_JUDGED = "Nothing could be judged: move the inputs away from where they are."


class Comparison(NamedTuple):
    """One derivative of f: by the graph and by finite differences."""

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
    """A local derivative that differs from that of its primitive's forward function."""

    node: str  # as a call: 'y' = cube('x' = 2.0) = 8.0
    primitive: str
    operand: int
    operand_label: str
    by: int | None  # for second derivatives: the other operand
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
            f" {self.claimed!r} by {self.rule}, {self.measured!r} ±"
            f" {self.estimate:.1g} by {self.method} of its forward function"
        )


@dataclass(frozen=True, slots=True)
class GradientCheck:
    """The result of `check_gradients`: every comparison, and the nodes at fault.

    Attributes:
        order: 1, or 2 if second derivatives were compared, too.
        comparisons: one for each derivative of f.
        faults: the wrong local derivatives, parents first; at most ten.
        local_derivatives: how many were searched, up to the last of these faults.
        by_complex_step: how many of them were judged by a complex step, to a few ULP.
        kink: if a derivative differs and no node is at fault, the first node at a kink.

    >>> from autograd_scalar import check_gradients
    >>> report = check_gradients(lambda x: x.tanh(), 0.5)
    >>> report.passed, report.comparisons[0].verdict, report.by_complex_step
    (True, 'agrees', 1)
    """

    order: int
    comparisons: tuple[Comparison, ...]
    faults: tuple[Fault, ...]
    local_derivatives: int = 0
    by_complex_step: int = 0
    kink: str = ""

    @property
    def passed(self) -> bool:
        """Whether nothing differs, and something was judged if there is an input."""
        verdicts = self._counts()
        return not (verdicts["differs"] or self.faults) and (
            verdicts["agrees"] > 0 or not self.comparisons
        )

    def _counts(self) -> Counter[str]:
        return Counter(comparison.verdict for comparison in self.comparisons)

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
            found = [str(c) for c in self.comparisons if c.verdict == verdict]
            lines += found[:_MOST_LINES]
            if len(found) > _MOST_LINES:
                lines.append(f"and {len(found) - _MOST_LINES:,} more")
        lines += map(str, self.faults)
        if verdicts["differs"] and not self.faults:
            differing = [c for c in self.comparisons if c.verdict == "differs"]
            if not any(math.isfinite(c.claimed) for c in differing):
                lines.append(_INF_TIMES_0)
            else:
                lines.append(f"{self.kink}. {_CONVENTIONS}" if self.kink else _AROUND)
        if self.faults and not verdicts["differs"]:
            lines.append(_TOO_SMALL)
        elif not verdicts["differs"] and not self.passed:
            lines.append(_NOTHING_JUDGED)
        if self.passed and self.local_derivatives:
            lines.append(
                f"By differences of f; {self.by_complex_step:,} of"
                f" {self.local_derivatives:,} local derivatives also by a complex step"
            )
        return "\n".join(lines)

    def to_json(self) -> str:
        """Return everything as JSON; a number that is not finite becomes a string."""
        return json.dumps(
            {
                "order": self.order,
                "passed": self.passed,
                "comparisons": [plain_fields(c._asdict()) for c in self.comparisons],
                "faults": [plain_fields(fault._asdict()) for fault in self.faults],
                "local_derivatives": self.local_derivatives,
                "by_complex_step": self.by_complex_step,
                "kink": self.kink,
            },
            allow_nan=False,
            ensure_ascii=False,
        )
