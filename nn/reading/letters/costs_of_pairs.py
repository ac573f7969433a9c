r"""The cost by whichever letter, as its two arguments say: ``\partial H(\hat y, y)``.

Of outputs and targets nothing else is a function, so that H is no activation there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from nn.reading.latex.spelling import symbol_end
from nn.reading.latex.tokens import Token, group_end, replaced

__all__ = ["costs_of_pairs", "with_costs_of_pairs"]


def costs_of_pairs(rows: Iterable[Sequence[Token]]) -> dict[str, bool]:
    r"""Return the letters of such costs, and whether one without arguments is it too.

    It is not where the letter stands for something else as well.

    >>> from nn.reading.latex.tokens import tokens
    >>> slope = r"\frac{\partial H(\hat{y}, y)}{\partial z} = \hat{y} - y"
    >>> costs_of_pairs(map(tokens, [slope, "Z = W H"]))
    {'H': False}
    """
    rows = list(rows)
    found = {
        row[i].text
        for row in rows
        for i in range(len(row))
        if _is_derived(row, i) and _end_of_pair(row, i)
    }
    others = {
        row[i].text
        for row in rows
        for i in range(len(row))
        if not (_is_derived(row, i) or _end_of_pair(row, i))
    }
    return {letter: letter not in others for letter in sorted(found)}


def with_costs_of_pairs(row: list[Token], costs: dict[str, bool]) -> list[Token]:
    r"""Write C for such a cost, with its arguments or without.

    >>> from nn.reading.latex.tokens import tokens
    >>> row = tokens(r"\nabla_z H(\hat{y}, y) = H")
    >>> print(*(token.text for token in with_costs_of_pairs(row, {"H": False})))
    \nabla _ z C = H
    """
    if not costs:
        return row

    def cost(row: Sequence[Token], i: int) -> tuple[list[Token], int] | None:
        if row[i].text not in costs:
            return None
        end = _end_of_pair(row, i)
        if not end and not (costs[row[i].text] and _is_derived(row, i)):
            return None
        scripts = symbol_end(row, i)
        return [Token("C", row[i].at), *row[i + 1 : scripts]], end or scripts

    return replaced(row, cost)


def _is_derived(row: Sequence[Token], i: int) -> bool:
    r"""Return whether a letter stands behind a ``\partial``, or a ``\nabla_z``."""
    text = row[i].text
    if not (len(text) == 1 and text.isalpha()) or text in _KNOWN:
        return False
    if i and row[i - 1].text == r"\partial":
        return True
    for start in range(max(0, i - _NEAR), i - 2):
        if [t.text for t in row[start : start + 2]] == [r"\nabla", "_"]:
            return group_end(row, start + 2) == i
    return False


def _end_of_pair(row: Sequence[Token], i: int) -> int:
    """Return the place behind ``(p, y)`` at a letter, or 0."""
    start = symbol_end(row, i)
    if start >= len(row) or row[start].text != "(":
        return 0
    end = group_end(row, start)
    middle = symbol_end(row, start + 1)
    behind = symbol_end(row, middle + 1) if middle + 1 < end else 0
    if behind != end - 1 or row[middle].text != ",":
        return 0
    pair = {row[start + 1].text, row[middle + 1].text}
    return end if pair <= _COMPARED and pair & _TARGETS and len(pair) > 1 else 0


_KNOWN: Final = frozenset("CEJL")  # costs with arguments or without
_NEAR: Final = 12  # tokens of what a cost is derived by
_TARGETS: Final = frozenset({"y", "Y", "t", "T", "p"})
_COMPARED: Final = _TARGETS | {r"\yhat", "a", "A", "o", "O", "q"}
