r"""Part the equations that stand side by side in the columns of an ``align``.

In ``dW &= d h^T & db &= d`` the first ``&`` of each pair says where to align, and the
second one ends a column: behind it begins another equation.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["with_columns_parted"]


def with_columns_parted(text: str) -> str:
    r"""Return the text with a space between the equations of one line of an ``align``.

    >>> row = r"\begin{align} dW &= d h^T & db &= d \\ dh &= W^T d & & \end{align}"
    >>> print(with_columns_parted(row))
    \begin{align} dW &= d h^T \quad db &= d \\ dh &= W^T d & & \end{align}
    """
    return _ALIGNED.sub(_parted, _NUMBER_OF_COLUMNS.sub(r"\1", text))


def _parted(found: re.Match[str]) -> str:
    if _INNER.search(found["inner"]):
        return found[0]
    rows = "\\\\".join(map(_with_quads, found["inner"].split("\\\\")))
    return f"{found['begin']}{rows}{found['end']}"


def _with_quads(row: str) -> str:
    cells = _CELL_ENDS.split(row)
    plain = [_without_scripts(cell) for cell in cells]
    new, before = cells[0], plain[0]
    for i in range(1, len(cells)):
        is_stated = "=" in before and not _GOES_ON.search(before)
        if is_stated and _begins_another(plain[i], "".join(plain[i + 1 : i + 2])):
            new, before = rf"{new}\quad{cells[i]}", plain[i]
        else:
            new, before = f"{new}&{cells[i]}", before + plain[i]
    return new


def _without_scripts(cell: str) -> str:
    r"""Return a cell without what stands in braces: ``\sum_{i=1}`` states nothing."""
    for _ in range(_DEEPEST):
        cell = _IN_BRACES.sub(" ", cell)
    return cell


def _begins_another(cell: str, following: str) -> bool:
    """Return whether an equation begins with a cell: it goes on to its ``=``."""
    whole = "=" in cell or following.lstrip().startswith(("=", ":="))
    return whole and _BEGINS.match(cell) is not None


_NUMBER_OF_COLUMNS: Final = re.compile(
    r"(\\begin\{(?:x?x)?alignat(?:ed)?\*?\})\s?\{\s?[1-9]\s?\}"
)
_ALIGNED: Final = re.compile(
    r"(?P<begin>\\begin\{(?P<name>(?:fl)?align(?:ed|at|edat)?|split|eqnarray)(?P<star>\*?)\})"
    r"(?P<inner>(?:(?!\\(?:begin|end)\{(?P=name)).){1,10000}?)"
    r"(?P<end>\\end\{(?P=name)(?P=star)\})",
    re.DOTALL,
)
_DEEPEST: Final = 3
_IN_BRACES: Final = re.compile(r"\{[^{}]{0,200}\}")
_INNER: Final = re.compile(r"\\begin\{")  # a matrix, or cases, with cells of its own
_CELL_ENDS: Final = re.compile(r"(?<!\\)&")
# a symbol begins, and no sign or word that goes on with what was said before
_BEGINS: Final = re.compile(
    r"\s*(?!\\(?:text|mathrm|textrm|mbox|quad|qquad|hspace|tag|label|cdot|times|odot|circ"
    r"|in|approx|equiv|propto|to|le|ge|ne|lt|gt|dots|cdots|because|since)\b)"
    r"[A-Za-z\\{∂∇Δδ]"
)
_GOES_ON: Final = re.compile(
    r"(?:[-+*/=<>(,;:]|\\(?:cdot|times|odot|circ|quad|qquad|left\(|approx|equiv))\s*$"
)
