r"""Which letter counts the examples: n, where a text has ``x_n`` and the cost ``L_n``.

It stands at every quantity of one example, and says nothing of neurons; so it is left
out, and a sum over it is a sum over the examples.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from nn.reading.latex.spelling import symbol_end
from nn.reading.latex.tokens import Token, group_end

__all__ = ["letter_of_examples", "without_examples"]


def letter_of_examples(rows: Iterable[Sequence[Token]]) -> str:
    r"""Return the letter below the cost and the inputs, which no weight has, or "".

    >>> from nn.reading.latex.tokens import tokens
    >>> letter_of_examples(map(tokens, [r"z_n = W x_n", r"\frac{\partial L_n}{...}"]))
    'n'
    """
    of_costs: set[str] = set()
    of_inputs: set[str] = set()
    others: set[str] = set()
    for row in rows:
        i = 0
        while i < len(row):
            end = symbol_end(row, i)
            below = _below(row, i + 1, end)
            if row[i].text in _COSTS:
                of_costs |= set(below[:1])
            elif row[i].text in _INPUTS:
                of_inputs |= set(below) if len(below) == 1 else set()
            elif row[i].text in _WEIGHTS or len(below) > 1:
                others |= set(below)
            i = end
    found = sorted((of_costs & of_inputs) - others)
    return found[0] if found else ""


def without_examples(row: Sequence[Token], letter: str) -> list[Token]:
    """Return the tokens without the letter below quantities; sums over it run to N."""
    if not letter:
        return list(row)
    found: list[Token] = []
    i = 0
    while i < len(row):
        end = symbol_end(row, i)
        if row[i].text == r"\sum":
            found += row[i:end]
            if letter in _below(row, i + 1, end):
                found += [Token("^", row[i].at), Token("N", row[i].at)]
        elif row[i].text in _COSTS or row[i].text == r"\nabla":
            found += row[i:end]
        else:
            found += [row[i], *_without(row, i + 1, end, letter)]
        i = end
    return found


def _without(row: Sequence[Token], start: int, end: int, letter: str) -> list[Token]:
    found: list[Token] = []
    i = start
    while i < end:
        stop = i + 1 if row[i].text == "'" else group_end(row, i + 1)
        if row[i].text != "_" or _below(row, i, stop) != [letter]:
            found += row[i:stop]
        i = stop
    return found


def _below(row: Sequence[Token], start: int, end: int) -> list[str]:
    """Return the letters below a symbol."""
    found: list[str] = []
    i = start
    while i < end:
        stop = i + 1 if row[i].text == "'" else group_end(row, i + 1)
        if row[i].text == "_":
            found += [t.text for t in row[i + 1 : stop] if t.text.isalpha()]
        i = stop
    return found


_COSTS: Final = frozenset("CEJL")
_INPUTS: Final = frozenset("xX")
_WEIGHTS: Final = frozenset("wWbB")
