"""Where a command speaks: words or JSON on standard output, notices beside it."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Console", "plain", "text_table"]


@dataclass(frozen=True, slots=True)
class Console:
    """``as_json``: one JSON document and nothing else; ``quiet``: errors only."""

    as_json: bool = False
    quiet: bool = False

    def say(self, text: str = "") -> None:
        """A line for a reader."""
        if not (self.as_json or self.quiet):
            sys.stdout.write(text + "\n")

    def result(self, document: dict[str, Any]) -> None:
        """The result for a program."""
        if self.as_json:
            text = json.dumps(plain(document), indent=2, allow_nan=False)
            sys.stdout.write(text + "\n")

    def note(self, text: str) -> None:
        """A line beside the result, on standard error."""
        if not self.quiet:
            sys.stdout.flush()
            sys.stderr.write(text + "\n")


def plain(x: Any) -> Any:
    """Tuples as lists, and numbers that JSON lacks as text: 'nan', 'inf', '-inf'.

    >>> plain({"loss": (0.5, float("inf"))})
    {'loss': [0.5, 'inf']}
    """
    if isinstance(x, dict):
        return {key: plain(value) for key, value in x.items()}
    if isinstance(x, list | tuple):
        return [plain(value) for value in x]
    return repr(x) if isinstance(x, float) and not math.isfinite(x) else x


def text_table(rows: Sequence[Sequence[str]]) -> str:
    """Columns of equal width, the first row underlined.

    >>> print(text_table([("name", "value"), ("x", "2.0")]))
    name  value
    ----  -----
    x     2.0
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    lines.insert(1, "  ".join("-" * w for w in widths).rstrip())
    return "\n".join(lines)
