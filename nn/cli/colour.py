r"""Colours of the terminal: which stream takes them, and what gets one.

Layout comes first: text is painted when it is whole, so that it is the same without
colours. `NO_COLOR <https://no-color.org>`_ and FORCE_COLOR have the meaning and the
order that Python's own tracebacks give them.

>>> paint("✓ done")
'\x1b[32m✓ done\x1b[0m'
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Final, TextIO

__all__ = ["has_colours", "paint"]

_ON_WINDOWS: Final = os.name == "nt"
_RESET: Final = "\x1b[0m"
_BOLD, _FAINT, _RED, _GREEN, _YELLOW = (f"\x1b[{code}m" for code in (1, 2, 31, 32, 33))
_VERDICTS: Final = {
    "right": _GREEN,
    "right to rounding": _GREEN,
    "right by another convention": _GREEN,
    "follows": _YELLOW,
    "not judged": _YELLOW,
    "wrong": _RED,
    "does not fit": _RED,
}
_RULE: Final = re.compile(r"-{3,}(?:  -+)+")
# A verdict that fills a cell of a table: spaces around it, or the end of the line.
_CELL: Final = re.compile(
    rf"(?<=  )(?:{'|'.join(sorted(_VERDICTS, key=len, reverse=True))})(?=  |$)"
)
_STARTS: Final = {"✓": _GREEN, "✗": _RED, "note:": _YELLOW, "autograd-scalar:": _RED}


def has_colours(
    stream: TextIO | None, environment: Mapping[str, str] | None = None
) -> bool:
    """Return whether text for a stream may have colours.

    Not if NO_COLOR is set and not empty; else if FORCE_COLOR is; else if the stream is
    a terminal, and TERM is not "dumb". On Windows the terminal has to be the one of
    that name: the older console prints the codes.
    """
    given = os.environ if environment is None else environment
    if given.get("NO_COLOR"):
        return False
    if given.get("FORCE_COLOR"):
        return True
    if given.get("TERM") == "dumb" or (_ON_WINDOWS and "WT_SESSION" not in given):
        return False
    return stream is not None and stream.isatty()


def paint(text: str) -> str:
    """Colour marks, notes, the heads of tables and the verdicts in them."""
    lines = text.split("\n")
    in_table = False
    painted = []
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if _RULE.fullmatch(after):
            in_table = True
            painted.append(_wrapped(line, _BOLD))
        elif _RULE.fullmatch(line):
            painted.append(_wrapped(line, _FAINT))
        elif in_table and line:
            painted.append(_CELL.sub(_verdict, line))
        else:
            in_table = False
            start = line.partition(" ")[0]
            painted.append(_wrapped(line, _STARTS[start]) if start in _STARTS else line)
    return "\n".join(painted)


def _verdict(found: re.Match[str]) -> str:
    return _wrapped(found[0], _VERDICTS[found[0]])


def _wrapped(text: str, colour: str) -> str:
    return f"{colour}{text}{_RESET}"
