r"""Brackets that a formula opens and its text closes: ``$W = (w_{ij}$)``."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["with_brackets_closed"]


def with_brackets_closed(text: str) -> str:
    r"""Return the text with the bracket that stands behind a formula within it.

    >>> with_brackets_closed("weights ($w_i$), of all $W = (w_{ij}$): matrix")
    'weights ($w_i$), of all $W = (w_{ij})$: matrix'
    """
    return _FORMULA.sub(_closed, text)


def _closed(found: re.Match[str]) -> str:
    inner, bracket = found["inner"], found["bracket"]
    is_open = inner.count(_OPENING[bracket]) == inner.count(bracket) + 1
    return f"${inner}{bracket}$" if is_open else found[0]


_OPENING: Final = {")": "(", "]": "["}
_FORMULA: Final = re.compile(
    r"(?<![\\$])\$(?![\s$])(?P<inner>[^$\n]{1,80})\$(?P<bracket>[)\]])"
)
