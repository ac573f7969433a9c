"""Biases as the weights of a unit that is always 1: ``a = [1; sigmoid(z)]``.

So Andrew Ng's first course has them: the unit is put before the activations, and what
goes back to it is dropped, ``(Theta' * d)(2:end)``. What is left is a network without
biases, in which every other gradient is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

__all__ = ["without_bias_units"]


def without_bias_units(text: str) -> str:
    """Return the text without such units, and without what drops them.

    >>> without_bias_units("a1 = np.r_[1, x]; d = (W.T @ e)[1:] * g(z)")
    'a1 = (x); d = (W.T @ e) * g(z)'
    >>> without_bias_units("a1 = [1; x]; d = (W' * e) .* [1; g(z)]; d = d(2:end);")
    "a1 = (x); d = (W' * e) .* (g(z)); d = d;"
    >>> without_bias_units("A = np.hstack((np.ones((m, 1)), h(Z))) @ W.T")
    'A = (h(Z)) @ W.T'
    >>> without_bias_units("tail = x[1:]")
    'tail = x[1:]'
    """
    lines = [_without_units(line) for line in text.split("\n")]
    found = "\n".join(lines)
    return _DROPPED.sub("", found) if found != text else text


def _without_units(line: str) -> str:
    """Return a line with what stands beside the ones, where they are put before it."""
    if len(line) > _LONGEST:
        return line
    place = 0
    while (begin := _BEGINS.search(line, place)) is not None:
        place = begin.end()
        opening = begin.end() - 1
        closing = _closing(line, opening)
        if closing is None:
            break
        inner = line[opening + 1 : closing]
        if begin["of_two"] and inner[:1] in "([" and _closing(inner, 0) is not None:
            inner = inner[1 : _closing(inner, 0)]
        parts = list(_parts(inner))
        if begin["insert"] and [part.strip() for part in parts[1:3]] == ["0", "1"]:
            parts = ["1", parts[0]]
        if len(parts) >= _TWO and _ONES.fullmatch(parts[0].strip()):
            line = f"{line[: begin.start()]}({parts[1].strip()}){line[closing + 1 :]}"
            place = begin.start()
    return line


def _closing(line: str, opening: int) -> int | None:
    """Return where the bracket that opens there is closed."""
    depth = 0
    for i in range(opening, len(line)):
        depth += (line[i] in "([{") - (line[i] in ")]}")
        if depth == 0:
            return i
    return None


def _parts(inner: str) -> Iterator[str]:
    """Yield what commas and semicolons part, outside of brackets."""
    depth = start = 0
    for i, sign in enumerate(inner):
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0 and sign in ",;":
            yield inner[start:i]
            start = i + 1
    yield inner[start:]


_TWO: Final = 2
_LONGEST: Final = 500
_BEGINS: Final = re.compile(
    r"(?:np|numpy)\.[rc]_(?=\[)\[|(?<![\w)\]'])\[(?=\s*1\s*;)"
    r"|(?:np|numpy)\.(?P<of_two>hstack|vstack|column_stack|concatenate)\("
    r"|(?:np|numpy)\.(?P<insert>insert)\("
)
_ONES: Final = re.compile(r"1(?:\.0?)?|\[1(?:\.0?)?\]|(?:np\.|numpy\.)?ones\(.{1,60}\)")
_DROPPED: Final = re.compile(
    r"(?<=[\w)])(?:\[(?::, ?)?1:(?:, ?:)?\]|\((?::, ?)?2:end(?:, ?:)?\))"
)
