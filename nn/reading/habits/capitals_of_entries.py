r"""Capitals that are said to hold the entries of a letter: ``O^l = (o^l_j)``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["with_letters_of_entries"]


def with_letters_of_entries(formulas: Sequence[str]) -> list[str]:
    r"""Return formulas with the small letter for each capital that has its entries.

    What the small one is its definition says; what the capital is nothing else may.

    >>> given = ["O^l = (o^l_j)", r"A^l = (a^l_j) = g(O^l)", r"g'(O^l)"]
    >>> with_letters_of_entries(given)
    ['o^l = (o^l_j)', 'A^l = (a^l_j) = g(o^l)', "g'(o^l)"]

    Capitals that mean the same wherever they stand stay as they are, and so do those
    of which something else is said.

    >>> with_letters_of_entries(["N^l = (n^l_j)", "N = 3"])
    ['N^l = (n^l_j)', 'N = 3']
    """
    stated = {
        found["of"] for one in formulas if (found := _STATED.match(one)) is not None
    }
    others = {
        found["of"]
        for one in formulas
        if not _STATED.match(one) and (found := _SET.match(one)) is not None
    }
    letters = "".join(sorted(stated - others - _OURS))
    if not letters:
        return list(formulas)
    capital = re.compile(rf"(?<![A-Za-z\\])[{letters}](?![A-Za-z])")
    return [capital.sub(lambda found: found[0].lower(), one) for one in formulas]


_OURS: Final = frozenset("ABCEJLTWXYZ")
_SCRIPT: Final = r"\s*[_^]\s*(?:\{[^{}]{1,12}\}|\w)"
_SET: Final = re.compile(rf"[\s&]*(?P<of>[A-Z])(?:{_SCRIPT}){{0,2}}\s*=")
# O^l = (o^l_j), [o_1, ..., o_n]
_STATED: Final = re.compile(
    rf"{_SET.pattern}\s*(?:\\left\s*)?(?:[(\[]|\\\{{)\s*(?i:(?P=of))(?<=[a-z])"
    rf"(?=[^=]{{0,12}}_)(?:{_SCRIPT}){{1,2}}"
)
