r"""Spell out what is written short: systems of equations, powers of e, diagonals.

``\begin{cases} A = B \\ C = D \end{cases}`` is no value by cases but two equations, and
so is what stands behind ``\left\{ \begin{array}{l}``. ``e^{-z}`` is a function of z,
though it is written as a letter with something above it. ``\Sigma'(z)`` is the matrix
with the slopes on its diagonal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from nn.reading.latex.spelling import symbol_end
from nn.reading.latex.tokens import Token, group_end

__all__ = ["with_diagonals", "with_exponentials", "with_systems", "with_words"]


def with_systems(row: Sequence[Token]) -> list[Token]:
    r"""Return the equations of a system one after another, without its brackets.

    >>> from nn.reading.latex.tokens import tokens
    >>> text = r"\begin{cases} z = w x \\ a = f(z) \end{cases}"
    >>> print(*(token.text for token in with_systems(tokens(text))))
    \\ z = w x \\ a = f ( z ) \\
    """
    found: list[Token] = []
    i = 0
    while i < len(row):
        end = group_end(row, i) if row[i].text == "(" else i + 1
        inner = row[i + 1 : end - 1]
        if not inner or not _is_of_equations(inner):
            found.append(row[i])
            i += 1
            continue
        while found and found[-1].text in {r"\cases", "[", "{"}:
            found.pop()
        found += [Token("\\\\", row[i].at), *inner, Token("\\\\", row[end - 1].at)]
        i = end
    return found


def _is_of_equations(inner: Sequence[Token]) -> bool:
    """Return whether each of several lines says what something is, and not when."""
    lines, depth = [list[str]()], 0
    for token in inner:
        depth += (token.text in "([{") - (token.text in ")]}")
        if depth == 0 and token.text == "\\\\":
            lines.append([])
        else:
            lines[-1].append(token.text)
    lines = [line for line in lines if line]
    before = [line[: line.index(",")] if "," in line else line for line in lines]
    return len(lines) > 1 and all("=" in line[1:] for line in before)


def with_exponentials(row: Sequence[Token]) -> list[Token]:
    r"""Write ``e^{-z}`` as a function: what stands above is no script.

    >>> from nn.reading.latex.tokens import tokens
    >>> print(*(t.text for t in with_exponentials(tokens(r"e^{-z_j} + e^{(l)}"))))
    exp ( - z _ j ) + e ^ { ( l ) }
    """
    found: list[Token] = []
    i = 0
    while i < len(row):
        of_e = [token.text for token in row[i : i + 2]] == ["e", "^"]
        end = group_end(row, i + 2) if of_e else i + 1
        above = row[i + 2 : end]
        if not of_e or not _is_a_power(above):
            found.append(row[i])
            i += 1
            continue
        inner = above[1:-1] if above[0].text == "{" else above
        at = row[i].at
        found += [Token("exp", at), Token("(", at), *with_exponentials(inner)]
        found.append(Token(")", at))
        i = end
    return found


def with_words(row: Sequence[Token]) -> list[Token]:
    r"""Write normalised exponentials as softmax, and the one-hot ``I_y`` as y.

    >>> from nn.reading.latex.tokens import tokens
    >>> text = r"\text{normalize}(\exp(z)) - I_y"
    >>> print(*(token.text for token in with_words(tokens(text))))
    softmax ( z ) - y
    """
    found: list[Token] = []
    i = 0
    while i < len(row):
        here = [token.text for token in row[i : i + 5]]
        at = row[i].at
        size = _size_of_one_hot(here)
        if size:
            found.append(Token("y", at))
            i += size
        elif here[:4] == [r"\normalize", "(", "exp", "("]:
            end, inner = group_end(row, i + 1), group_end(row, i + 3)
            if inner + 1 == end:
                found.append(Token("softmax", at))
                found += with_words(row[i + 3 : inner])
                i = end
            else:
                i += 1
        else:
            found += [] if here[0] == r"\normalize" else [row[i]]
            i += 1
    return found


def _size_of_one_hot(texts: Sequence[str]) -> int:
    """Return how many tokens ``I_y`` or ``e_{y}`` is, if one begins there, else 0."""
    if texts[0] not in {"I", "e", r"\ones"} or texts[1:2] != ["_"]:
        return 0
    braced = texts[2:] == ["{", "y", "}"]
    return 5 if braced else 3 * (texts[2:3] == ["y"])


def with_diagonals(row: Sequence[Token]) -> list[Token]:
    r"""Write ``\Sigma'(z)`` and ``\dot{F}(z)`` as diagonal matrices of slopes.

    >>> from nn.reading.latex.tokens import tokens
    >>> print(*(t.text for t in with_diagonals(tokens(r"\Sigma'(z^L) \nabla_a C"))))
    \diag ( \sigma ' ( z ^ L ) ) \nabla _ a C
    """
    found: list[Token] = []
    i = 0
    while i < len(row):
        start, is_matrix = _slope(row, i)
        end = group_end(row, start) if start else 0
        if not end or row[start].text != "(":
            found.append(row[i])
            i += 1
            continue
        at = row[i].at
        inside = [*(Token(t, at) for t in (r"\sigma", "'")), *row[start:end]]
        if is_matrix:
            inside = [Token(r"\diag", at), Token("(", at), *inside, Token(")", at)]
        found += inside
        i = end
    return found


def _slope(row: Sequence[Token], i: int) -> tuple[int, bool]:
    """Return where the argument of a slope begins, 0 if none is here, and its kind."""
    if row[i].text == r"\Sigma":
        end = symbol_end(row, i)
        primed = any(token.text == "'" for token in row[i:end])
        return (end if primed and end < len(row) else 0), True
    if row[i].text != r"\dot" or i + 1 >= len(row):
        return 0, False
    braced = row[i + 1].text == "{"
    end = group_end(row, i + 1)
    letter = row[min(i + 1 + braced, len(row) - 1)].text
    if letter not in _FUNCTIONS:
        return 0, False
    end = symbol_end(row, end - 1)
    return (end if end < len(row) else 0), letter.isupper()


def _is_a_power(above: Sequence[Token]) -> bool:
    """Return whether it is a formula, and neither a layer nor a transpose."""
    texts = [token.text for token in above if token.text not in {"{", "}"}]
    return texts[:1] == ["-"] or not _OF_FORMULAS.isdisjoint(texts) or "_" in texts


_FUNCTIONS: Final = frozenset({"f", "F", "g", "G", r"\sigma"})
_OF_FORMULAS: Final = frozenset({
    "z", "Z", "x", "u", "s", "o", "O", "v", "h", "a", r"\net", "y",
})  # fmt: skip
