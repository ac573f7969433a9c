r"""Outputs of a softmax over numbered neurons: ``O_s = e^{Z_s}/(e^{Z_1} + e^{Z_2})``.

There ``O_1`` is the first output, and none of the first layer. No number of a layer is
read below ``\hat{y}``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["with_outputs_of_softmax"]


def with_outputs_of_softmax(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with ``\hat{y}`` for the letter of such outputs.

    >>> text = r"O_s = \frac{e^{Z_s}}{e^{Z_1} + e^{Z_2}};\partial O_1 / \partial Z_1"
    >>> with_outputs_of_softmax(text.split(";"))[1]
    '\\partial \\hat{y}_1 / \\partial Z_1'

    Where the sum is over a letter, numbers may be those of layers:

    >>> text = r"O_s = \frac{e^{Z_s}}{\sum_k e^{Z_k}};O_1 = f(Z_1)"
    >>> with_outputs_of_softmax(text.split(";")) == text.split(";")
    True
    """
    made = [one for one in map(_SOFTMAX.search, formulas) if one is not None]
    letters = {one["made"] for one in made}
    if len(letters) != 1 or any(r"\hat" in one or "ŷ" in one for one in formulas):
        return list(formulas)
    letter = letters.pop()
    placed = re.compile(rf"(?<![A-Za-z\\]){letter}(?=\s*_)")
    return [placed.sub(r"\\hat{y}", one) for one in formulas]


_INDEX: Final = r"_\s*(?:\{\s*\w\s*\}|\w)"
_POWER: Final = r"(?:e\s*\^\s*\{\s*%s\s*\}|\\exp\s*(?:\\left)?\(\s*%s\s*(?:\\right)?\))"
_OF_NUMBER: Final = r"(?P=z)\s*_\s*(?:\{\s*[1-9]\s*\}|[1-9])"
_SOFTMAX: Final = re.compile(
    rf"(?<![A-Za-z\\])(?P<made>[a-zA-Z])\s*{_INDEX}\s*&?=\s*\\[dt]?frac\s*\{{\s*"
    rf"(?:e\s*\^\s*\{{\s*(?P<z>[a-zA-Z])\s*{_INDEX}\s*\}})\s*\}}\s*\{{\s*"
    + _POWER.replace("%s", _OF_NUMBER)
    + r"\s*\+\s*"
    + _POWER.replace("%s", _OF_NUMBER)
)
