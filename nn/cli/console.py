"""Terminal output of a command: text or JSON on stdout, notices on stderr."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any, TextIO

from nn.cli.colour import has_colours, paint
from nn.files import plain

__all__ = ["Console", "fail"]


@dataclass(frozen=True, slots=True)
class Console:
    """How to print: ``as_json``, one JSON document only; ``quiet``, errors only."""

    as_json: bool = False
    quiet: bool = False

    def say(self, text: str = "") -> None:
        """Print a line for a reader."""
        if not (self.as_json or self.quiet):
            _write(sys.stdout, text + "\n")

    def result(self, document: dict[str, Any]) -> None:
        """Print the result for a program, as JSON."""
        if self.as_json:
            text = json.dumps(plain(document), indent=2, allow_nan=False)
            sys.stdout.write(text + "\n")

    def note(self, text: str) -> None:
        """Print a notice on standard error."""
        if not self.quiet:
            sys.stdout.flush()
            _write(sys.stderr, text + "\n")


def _write(stream: TextIO, text: str) -> None:
    stream.write(paint(text) if has_colours(stream) else text)


def fail(
    kind: str, message: str, code: int, as_json: bool = False, usage: str = ""
) -> int:
    """Tell an error, and return the exit code: as JSON on stdout, or on stderr."""
    if as_json:
        document = {"error": message, "kind": kind, "exit_code": code}
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
        sys.stdout.flush()
    else:
        _write(sys.stderr, f"{usage or 'autograd-scalar: '}{message}\n")
    return code
