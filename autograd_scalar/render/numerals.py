"""How a number is written in a picture: four digits, its sign, its tone."""

from __future__ import annotations

import math
from typing import Final

__all__ = ["NOT_COMPUTED", "number", "signed", "span", "tone"]

NOT_COMPUTED: Final = "\u2013"
_MINUS: Final = "\u2212"


def number(x: float) -> str:
    """``x`` with four significant digits and a true minus sign.

    >>> number(-0.123456), number(1e-7), number(float("inf"))
    ('\u22120.1235', '1e\u22127', '\u221e')
    """
    text = f"{x:.4g}"
    if "e" in text:
        digits, _, exponent = text.partition("e")
        text = f"{digits}e{int(exponent)}"
    elif x - x != 0.0:
        text = text.replace("inf", "\u221e")
    return text.replace("-", _MINUS)


def signed(x: float) -> str:
    """`number` with a plus before what is above zero: for derivatives.

    >>> signed(0.5), signed(-0.5), signed(0.0)
    ('+0.5', '\u22120.5', '0')
    """
    return "+" + number(x) if x > 0 else number(x)


def span(numbers: list[float]) -> str:
    """The smallest and the largest, or the one number if they are equal.

    >>> span([3.0, -1.0, 2.0])
    '\u22121 … 3'
    """
    if any(math.isnan(x) for x in numbers):
        return "nan"
    low, high = min(numbers), max(numbers)
    return number(low) if low == high else f"{number(low)} \u2026 {number(high)}"


def tone(x: float) -> str:
    """The class of colour: pos, neg, zero, or bad for nan and inf.

    >>> [tone(x) for x in (2.0, -2.0, 0.0, math.nan)]
    ['pos', 'neg', 'zero', 'bad']
    """
    if x - x != 0.0:
        return "bad"
    return "pos" if x > 0 else "neg" if x < 0 else "zero"
