r"""Braces and spaces of LaTeX that only group: ``\partial{w_{jk}}``, ``2 \quad (a-y)``.

A quad parts two equations, or an equation from its label, shape or condition; before
anything else it stands for a product.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from nn.reading.latex.spelling import symbol_end
from nn.reading.latex.tokens import Token, group_end

__all__ = ["with_factors_behind_quads", "without_groups"]


def without_groups(row: Sequence[Token]) -> list[Token]:
    r"""Take a symbol behind ∂ or Δ, and the bracket of a call, out of their braces.

    >>> from nn.reading.latex.tokens import tokens
    >>> row = tokens(r"\frac{\partial{E}}{\partial{w^l_{jk}}} = \sigma{(z)}")
    >>> print(*(token.text for token in without_groups(row)))
    \frac { \partial E } { \partial w ^ l _ { j k } } = \sigma ( z )
    >>> row = tokens(r"\frac{{d{E}}}{{d{b}}}")
    >>> print(*(token.text for token in without_groups(row)))
    \frac { d E } { d b }
    """
    found: list[Token] = []
    drop: set[int] = set()
    for i, token in enumerate(row):
        if token.text == _LINE_ENDS:
            continue
        if i in drop:
            continue
        before = found[-1].text if found else ""
        is_d = before == "d" and [t.text for t in found[-2:-1]] == ["{"]
        if token.text == "{" and before == "{":  # \frac{{\partial C}}{...}
            end = group_end(row, i)
            if end < len(row) and row[end].text == "}":
                drop.add(end - 1)
                continue
        if token.text == "{" and (is_d or before in _BEFORE_GROUPS):
            end = group_end(row, i)
            inner = row[i + 1 : end - 1]
            called = [t.text for t in inner[:1]] == ["("]
            if is_d or before in _DERIVES:
                whole = bool(inner) and symbol_end(inner, 0) == len(inner)
            else:
                whole = called and group_end(inner, 0) == len(inner)
            if whole:
                drop.add(end - 1)
                continue
        found.append(token)
    return found


def with_factors_behind_quads(row: Sequence[Token]) -> list[Token]:
    r"""Leave out each quad that stands before a factor.

    >>> from nn.reading.latex.tokens import tokens
    >>> row = tokens(r"d = -1 \quad (y - a) \quad a (1 - a) \quad e = d")
    >>> print(*(token.text for token in with_factors_behind_quads(row)))
    d = - 1 ( y - a ) a ( 1 - a ) \quad e = d
    """
    places = _quads(row)
    if not places:
        return list(row)
    drop: set[int] = set()
    start = 0
    for at, end in zip(places, [*places[1:], len(row)], strict=True):
        before = row[start:at]
        states = any(token.text == "=" for token in before)
        ended = bool(before) and before[-1].text in {"=", ","}
        if states and not ended and _is_a_factor(row[at + 1 : end]):
            drop.add(at)
        else:
            start = at + 1
    return [token for i, token in enumerate(row) if i not in drop]


def _quads(row: Sequence[Token]) -> list[int]:
    """Return the places of quads that stand in no bracket."""
    depth, found = 0, list[int]()
    for i, token in enumerate(row):
        depth = max(0, depth + (token.text in "([{") - (token.text in ")]}"))
        if depth == 0 and token.text == r"\quad":
            found.append(i)
    return found


def _is_a_factor(piece: Sequence[Token]) -> bool:
    """Return whether it is a part of a formula: no equation, label or shape."""
    texts = {token.text for token in piece}
    if not piece or texts & _OF_OTHERS or piece[0].text not in _FIRST:
        return False
    in_brackets = piece[0].text in "([" and group_end(piece, 0) == len(piece)
    if in_brackets:  # (1), a label, or (W^l)
        return bool(texts & _OPERATIONS)
    return len(piece) > 1 or piece[0].text in {"x", "y"}


_LINE_ENDS: Final = "\\\n"
_DERIVES: Final = frozenset({r"\partial", r"\Delta"})
_BEFORE_GROUPS: Final = _DERIVES | {
    r"\sigma", r"\gamma", r"\alpha", r"\mu", "f", "g", "sigmoid", "tanh", "relu",
}  # fmt: skip
_OF_OTHERS: Final = frozenset({
    "=", ",", "\\\\", r"\in", r"\rightarrow", r"\times", r"\neq", r"\ne", "≠", "<", ">",
    r"\forall", "|", "&",
})  # fmt: skip
_OPERATIONS: Final = frozenset({"+", "-", r"\odot", r"\cdot", "/", "'", r"\sum"})
_FIRST: Final = frozenset({
    "(", "[", r"\sigma", "f", "g", r"\sum", r"\frac", r"\yhat", r"\delta", r"\hat",
    "sigmoid", "tanh", "relu", r"\partial", *"aohxyzwWbAZXtδ",
})  # fmt: skip
