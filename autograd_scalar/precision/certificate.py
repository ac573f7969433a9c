"""What `certify` found: every node beside its reference, in text, HTML and JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import isfinite, isinf, isnan
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from autograd_scalar.errors import OperandError
from autograd_scalar.operands import real, shown
from autograd_scalar.reporting.escape import markup, visible
from autograd_scalar.reporting.tables import (
    MOST_ROWS,
    NOT_SETTLED,
    html_table,
    plain,
    shortened,
    text_table,
    ulp_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autograd_scalar.graph.value import Value

__all__ = ["Certificate", "NodeCertificate", "Rounding"]


_NODE_HEADERS: Final = (
    *("node", "op", "value", "reference", "ULP", "its own", "inherited"),
    *("adjoint", "ULP", "its own", "inherited", "effect on root"),
)


class Rounding(NamedTuple):
    """A float beside its reference; errors are found minus reference, in ULP."""

    found: float
    truth: str  # in decimal, to as many digits as were asked for
    ulp: float
    local: float  # of which this operation's own rounding, on the operands it got
    is_exact: bool = False  # proved: the float is the exact number

    @property
    def is_settled(self) -> bool:
        """Whether the reference value is known; else ``ulp`` is inf."""
        return self.truth != NOT_SETTLED

    @property
    def inherited(self) -> float:
        """The rest: what the operands brought with them."""
        return 0.0 if self.ulp == self.local else self.ulp - self.local


class NodeCertificate(NamedTuple):
    """One node: its value, its adjoint, and what its rounding does to the root."""

    node: Value
    name: str
    value: Rounding
    adjoint: Rounding
    effect: float  # of the value's own rounding on the root, in the root's ULP

    @property
    def is_settled(self) -> bool:
        """Whether the reference values of value and adjoint are known."""
        return self.value.is_settled and self.adjoint.is_settled

    @property
    def worst(self) -> float:
        """The larger of both errors, in ULP."""
        return max(abs(self.value.ulp), abs(self.adjoint.ulp))


@dataclass(frozen=True, slots=True, eq=False)
class Certificate:
    """Every value and adjoint of a graph against its reference, parents first.

    ``switched`` lists the nodes at which the reference lies on another piece of a
    kinked operation than the floats do.
    """

    root: Value
    digits: int
    rows: tuple[NodeCertificate, ...]
    switched: tuple[Value, ...]
    most_digits: int  # of the last run: where numbers have not settled, it was given up
    warning: str = ""  # where interval arithmetic leaves the root without a digit

    def __iter__(self) -> Iterator[NodeCertificate]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def of(self, node: Value) -> NodeCertificate:
        """Return the row of one node."""
        for row in self.rows:
            if row.node is node:
                return row
        msg = f"{shown(node)} is not in the certified graph; its root is {self.root!r}"
        raise OperandError(msg)

    @property
    def worst(self) -> NodeCertificate:
        """The node whose value or adjoint is furthest from its reference."""
        return max(self.rows, key=lambda row: row.worst)

    @property
    def culprit(self) -> NodeCertificate:
        """The node whose own rounding changes the root most."""
        return max(self.rows, key=lambda row: abs(row.effect))

    @property
    def unsettled(self) -> tuple[NodeCertificate, ...]:
        """The nodes of whose value or adjoint no reference value could be found."""
        return tuple(row for row in self.rows if not row.is_settled)

    def within(self, ulp: float) -> bool:
        """Return whether no value and no adjoint is further off than ``ulp``.

        False where one of them has not settled, for any ``ulp``.
        """
        return self.worst.worst <= real(ulp, "within()") and not self.unsettled

    @property
    def verdict(self) -> str:
        """One sentence: how far the root is off, and whose rounding did most of it."""
        root = self.rows[-1].value
        if self.unsettled:
            return self._without_settling(len(self.unsettled))
        if self.worst.worst == 0.0:
            if self._overflowed:
                exact = f"what the reference rounds to; {self._overflowed} overflowed"
                return f"{self._subject} are {exact} to infinity."
            return f"{self._subject} are {self._agreement}."
        text = (
            f"The root is {ulp_text(root.ulp)} ULP from the reference; the worst of"
            f" {len(self)} nodes is {visible(self.worst.name)},"
            f" {ulp_text(self.worst.worst)} ULP."
        )
        if self.culprit.effect and isfinite(self.culprit.effect):
            text += (
                f" The rounding of {visible(self.culprit.name)} changes the root most:"
                f" {ulp_text(self.culprit.effect)} ULP."
            )
        if self.switched:
            are = "node is" if len(self.switched) == 1 else "nodes are"
            text += f" {len(self.switched)} {are} on another piece in the reference."
        return text

    def _without_settling(self, count: int) -> str:
        what = "both numbers" if len(self) == 1 else f"{count} of {len(self)} nodes"
        first = visible(self.unsettled[0].name)
        return (
            f"Not settled: the reference values of {what} are not known after"
            f" {self.most_digits} digits, the first of them that of {first}."
            " Nothing is said of their errors."
        )

    @property
    def _subject(self) -> str:
        return (
            "The value and the adjoint"
            if len(self) == 1
            else f"All {len(self)} values and adjoints"
        )

    @property
    def _agreement(self) -> str:
        numbers = [x for row in self.rows for x in (row.value, row.adjoint)]
        undefined = sum(isnan(x.found) for x in numbers)
        if undefined:
            return f"those of the reference; {undefined} are nan"
        if all(x.is_exact for x in numbers):
            return "exact"
        return f"those of the reference, to {self.digits} digits"

    @property
    def _overflowed(self) -> int:
        """How many nodes hold an infinity where the reference is finite."""
        return sum(
            any(isinf(x.found) and not x.truth.endswith("inf") for x in pair)
            for pair in ((row.value, row.adjoint) for row in self.rows)
        )

    def to_json(self) -> str:
        """Return everything as JSON; a number that is not finite becomes a string."""
        rows = [
            {
                "name": row.name,
                "op": row.node.op,
                "value": _rounding(row.value),
                "adjoint": _rounding(row.adjoint),
                "effect": plain(row.effect),
            }
            for row in self.rows
        ]
        return json.dumps(
            {
                "digits": self.digits,
                "verdict": self.verdict,
                "warning": self.warning,
                "nodes": rows,
            },
            allow_nan=False,
        )

    def __repr__(self) -> str:
        root = self.rows[-1].value
        error = f"{ulp_text(root.ulp)} ULP off" if root.is_settled else NOT_SETTLED
        nodes = "1 node" if len(self) == 1 else f"{len(self)} nodes"
        return f"<certificate of {nodes}: the root is {error}>"

    def __str__(self) -> str:
        rows, hidden = self._shown()
        said = [self.verdict, *([self.warning] if self.warning else [])]
        return "\n".join([text_table(_NODE_HEADERS, rows), *hidden, *said])

    def _repr_html_(self) -> str:
        rows, hidden = self._shown()
        table = html_table(_NODE_HEADERS, rows, hidden)
        warning = f"<p>{markup(self.warning)}</p>" if self.warning else ""
        return f"{table}<p><strong>{markup(self.verdict)}</strong></p>{warning}"

    def _shown(self) -> tuple[list[tuple[str, ...]], list[str]]:
        """Return the table's rows, the worst if too many, and what it omits."""
        rows: Sequence[NodeCertificate] = self.rows
        if len(rows) > MOST_ROWS:
            worst = sorted(range(len(rows)), key=lambda i: -rows[i].worst)
            rows = [self.rows[i] for i in sorted(worst[:MOST_ROWS])]
        hidden = len(self.rows) - len(rows)
        note = (
            [f"{hidden} nodes with lesser errors are in to_json()."] if hidden else []
        )
        return [_cells(row) for row in rows], note


def _cells(row: NodeCertificate) -> tuple[str, ...]:
    value, adjoint = row.value, row.adjoint
    return (
        *(visible(row.name), row.node.op, repr(value.found), shortened(value.truth)),
        *(ulp_text(value.ulp), ulp_text(value.local), ulp_text(value.inherited)),
        *(repr(adjoint.found), ulp_text(adjoint.ulp), ulp_text(adjoint.local)),
        *(ulp_text(adjoint.inherited), ulp_text(row.effect)),
    )


def _rounding(rounding: Rounding) -> dict[str, Any]:
    return {
        "found": plain(rounding.found),
        "truth": rounding.truth,
        "is_settled": rounding.is_settled,
        "ulp": plain(rounding.ulp),
        "local": plain(rounding.local),
        "inherited": plain(rounding.inherited),
    }
