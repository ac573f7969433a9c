"""Kinds of option: text from the command line to numbers, or what was expected."""

from __future__ import annotations

import math
from argparse import ArgumentTypeError
from typing import Final

__all__ = ["Whole", "fraction", "positive", "sizes"]

MOST_NEURONS: Final = 1024


class Whole:
    """Integers from ``low`` up.

    >>> Whole(1)("20")
    20
    """

    def __init__(self, low: int) -> None:
        self._low = low

    def __call__(self, text: str) -> int:
        """The integer in ``text``."""
        try:
            number = int(text)
        except ValueError:
            number = self._low - 1
        if number < self._low:
            msg = f"expected an integer from {self._low} up, got {text!r}"
            raise ArgumentTypeError(msg)
        return number


def positive(text: str) -> float:
    """A number above 0."""
    return _between(text, math.inf, "a number above 0")


def fraction(text: str) -> float:
    """A number between 0 and 1, neither of them."""
    return _between(text, 1.0, "a number between 0 and 1")


def _between(text: str, high: float, what: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0.0 < number < high:
        msg = f"expected {what}, got {text!r}"
        raise ArgumentTypeError(msg)
    return number


def sizes(text: str) -> tuple[int, ...]:
    """Sizes of layers.

    >>> sizes("16,8"), sizes("none")
    ((16, 8), ())
    """
    if text == "none":
        return ()
    try:
        numbers = tuple(int(part) for part in text.split(","))
    except ValueError:
        numbers = (0,)
    if not all(1 <= n <= MOST_NEURONS for n in numbers):
        msg = f"expected sizes from 1 to {MOST_NEURONS} such as 16,16, or none"
        msg += f", got {text!r}"
        raise ArgumentTypeError(msg)
    return numbers
