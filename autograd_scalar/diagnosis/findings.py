"""What `diagnose` found, in text, HTML and JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autograd_scalar.diagnosis.origins import SourceLine

__all__ = ["Diagnosis", "Finding"]

_ADVICE = "Record the graph within detect_anomaly() to see the lines of source."


class Finding(NamedTuple):
    """One node and what is the matter with it."""

    kind: str  # "kink"
    node: str  # as a call with names and numbers
    detail: str
    line: SourceLine | None  # of the user's source, where it was recorded

    def __str__(self) -> str:
        where = f" [{self.line}]" if self.line is not None else ""
        return f"{self.kind}: {self.node}: {self.detail}{where}"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All findings about a graph: the first of each kind, and how many there are."""

    nodes: int
    counts: Mapping[str, int]  # by kind, in the order of the findings
    findings: tuple[Finding, ...]

    @property
    def is_healthy(self) -> bool:
        """Whether nothing was found."""
        return not self.counts

    def _head(self) -> str:
        found = [f"{n:,} {kind}{'s' * (n != 1)}" for kind, n in self._kinds()]
        return f"{self.nodes:,} nodes: " + (", ".join(found) or "nothing found")

    def _kinds(self) -> list[tuple[str, int]]:
        return list(self.counts.items())

    def _of(self, kind: str) -> list[Finding]:
        return [finding for finding in self.findings if finding.kind == kind]

    def __repr__(self) -> str:
        return f"<diagnosis of {self._head()}>"

    def __str__(self) -> str:
        lines = [self._head()]
        for kind, count in self._kinds():
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
        """Everything as JSON."""
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
