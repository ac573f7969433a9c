"""Loops over the examples, in which gradients add up: ``db += d`` for each ``X[i]``."""

from __future__ import annotations

import re
from typing import Final

from nn.reading.formula.numpy_spelling import read_name

__all__ = ["with_examples_of_loops"]


def with_examples_of_loops(text: str) -> str:
    r"""Return the text with all examples at once where a loop takes one after another.

    What is a product of matrices there adds over the examples by itself; the errors
    that are added to the gradient of a bias get a sum.

    >>> lines = ["for i in range(m):", "    d = W @ X[i] - Y[i]", "    db += d"]
    >>> print(with_examples_of_loops("\n".join(lines)))
    for i in range(m):
        d = W @ X - Y
        db += np.sum(d, axis=1, keepdims=True)
    """
    if _LOOP.search(text) is None:
        return text
    axis = 1 if _OF_COLUMNS.search(text) else 0
    lines = text.split("\n")
    indent, variable = -1, ""  # of the loop that a line is in
    for i, line in enumerate(lines):
        depth = len(line) - len(line.lstrip())
        if line.strip() and depth <= indent:
            indent = -1
        loop = _LOOP.match(line)
        if loop is not None:
            indent, variable = depth, loop["variable"] or loop["of_octave"] or ""
        elif indent >= 0 and len(line) <= _LONGEST:
            lines[i] = _of_all(line, variable, axis)
    return "\n".join(lines)


def _of_all(line: str, variable: str, axis: int) -> str:
    """Return a line of such a loop for all examples."""
    if variable:
        one = rf"{variable}(?:\s*:\s*{variable}\s*\+\s*1)?"
        index = rf"\[\s*(?::\s*,\s*)?\[?{one}\]?(?:\s*,\s*:)?\s*\]"
        line = re.sub(rf"\b({_DATA}){index}", r"\1", line)
        of_octave = rf"\(\s*(?:{variable}\s*,\s*:\s*\)'?|:\s*,\s*{variable}\s*\))"
        line = re.sub(rf"\b({_DATA}){of_octave}", r"\1", line)
    added = _ADDED.match(line)
    symbol = read_name(added["name"]) if added is not None else None
    if added is None or symbol is None or symbol.name != "db":
        return line
    errors = f"np.sum({added['errors'].strip()}, axis={axis}, keepdims=True)"
    return f"{added['name_and_sign']}{errors}{added['remark'] or ''}"


_LONGEST: Final = 500
_DATA: Final = r"[XxYyTt](?:_?(?:train|data|batch|true))?|inputs|targets|labels|data"
_OF_ALL: Final = (
    r"m|M|N|n|len\(\w{1,20}\)|\w{1,20}\.shape\[[01]\]"
    r"|(?:num|n)_?(?:examples|samples|data)|batch_?size"
)
_LOOP: Final = re.compile(
    rf"(?m)^[ \t]*for (?:(?P<variable>[a-z]) in range\((?:0, ?)?(?:{_OF_ALL})\):"
    r"|[a-z]\w{0,10}, ?[a-z]\w{0,10} in (?:zip\([^()]{1,60}\)|[a-z]\w{0,30}):"
    rf"|(?P<of_octave>[a-z]) ?= ?1:(?:{_OF_ALL})\b)"
)
_OF_COLUMNS: Final = re.compile(  # weights stand first
    r"dot\(\s*(?:self\.)?(?:[Ww]|[Tt]heta)|\b(?:[Ww]|[Tt]heta)\w{0,10}(?:\.T)?\s*[@*]"
)
_ADDED: Final = re.compile(
    r"(?P<name_and_sign>\s*(?:self\.)?(?P<name>\w{1,30})\s*\+=\s*)"
    r"(?P<errors>(?:(?!sum|#)[^=]){1,100}?)(?P<remark>\s*#.*)?$"
)
