r"""Spell out what is written short: systems of equations, powers of e, diagonals.

``\begin{cases} A = B \\ C = D \end{cases}`` is no value by cases but two equations, and
so is what stands behind ``\left\{ \begin{array}{l}``. ``e^{-z}`` is a function of z,
though it is written as a letter with something above it. ``\Sigma'(z)`` is the matrix
with the slopes on its diagonal. ``w_1 x_1 + w_2 x_2 + \cdots`` is a sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from nn.reading.latex.spelling import symbol_end
from nn.reading.latex.tokens import Token, group_end

__all__ = [
    "with_diagonals",
    "with_exponentials",
    "with_sums_of_dots",
    "with_systems",
    "with_words",
]


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
    if any(map(_is_behind_a_condition, lines)):
        return True
    before = [line[: line.index(",")] if "," in line else line for line in lines]
    said = [line for line in before if line[:1] != ["="]]  # others go on with one
    is_first = before[:1] == said[:1]
    return is_first and len(lines) > 1 and all("=" in line[1:] for line in said)


def with_sums_of_dots(row: Sequence[Token]) -> list[Token]:
    r"""Write terms that go on in dots as a sum.

    >>> from nn.reading.latex.tokens import tokens
    >>> text = r"z_j = w_{j1} x_1 + w_{j2} x_2 + \cdots + w_{jn} x_n + b_j"
    >>> print(*(token.text for token in with_sums_of_dots(tokens(text))))
    z _ j = \sum _ { q } w _ { j q } x _ q + b _ j
    """
    found = list(row)
    for _ in range(_MOST_SUMS):
        at = next((i for i, token in enumerate(found) if token.text in _DOTS), -1)
        start, end = _bracket_round(found, at) if at > 0 else (0, 0)
        summed = _sum_of_dots(found[start:end], at - start)
        if summed is None:
            return found
        found[start:end] = summed
    return found


def _bracket_round(row: Sequence[Token], at: int) -> tuple[int, int]:
    """Return where what stands in the same bracket begins, and its end."""
    start, depth = at, 0
    while start and (depth or row[start - 1].text not in "([{"):
        start -= 1
        depth += (row[start].text in ")]}") - (row[start].text in "([{")
    end, depth = at, 0
    while end < len(row) and (depth or row[end].text not in ")]}"):
        depth += (row[end].text in "([{") - (row[end].text in ")]}")
        end += 1
    return start, end


def _sum_of_dots(row: list[Token], at: int) -> list[Token] | None:
    """Return the row with one sum for the terms beside the dots, or None."""
    starts = [i for i in _ends_of_terms(row) if i <= at]
    if len(starts) < 2 or at < 1 or row[at - 1].text != "+":  # noqa: PLR2004
        return None
    terms = [row[a + 1 : b] for a, b in pairwise(starts)]
    last, end = terms[-1], at + 1
    if _text(row, end) == "+":
        after = next((i for i in _ends_of_terms(row) if i > end), len(row))
        if _counted(last, row[end + 1 : after]):
            terms.append(row[end + 1 : after])
            end = after
    if [token.text for token in last].count(r"\frac") > 1:
        return None  # of a product of derivatives the chain rule says more
    first = len(terms) - 1
    while first and _counted(terms[first - 1], terms[first]):
        if first < len(starts) - 1 and row[starts[first]].text != "+":
            break
        first -= 1
    places = _counted(terms[first], terms[-1])
    texts = {token.text for token in row}
    index = next((letter for letter in "qrvu" if letter not in texts), "")
    if first > len(terms) - 2 or not places or not index:
        return None
    at = row[starts[first] + 1].at
    body = [
        Token(index, token.at) if i in places else token
        for i, token in enumerate(terms[first])
    ]
    sign = [Token(text, at) for text in (r"\sum", "_", "{", index, "}")]
    return [*row[: starts[first] + 1], *sign, *body, *row[end:]]


def _ends_of_terms(row: Sequence[Token]) -> list[int]:
    """Return the places of what parts terms that stand in no bracket."""
    found, depth = [-1], 0
    for i, token in enumerate(row):
        depth += (token.text in "([{") - (token.text in ")]}")
        if depth == 0 and token.text in _BETWEEN_TERMS:
            found.append(i)
    return found


def _counted(one: Sequence[Token], other: Sequence[Token]) -> set[int]:
    """Return where a term counts on: its number, and the next or a letter there."""
    if len(one) != len(other):
        return set()
    apart = {
        i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a.text != b.text
    }
    pairs = {(one[i].text, other[i].text) for i in apart}
    if len(pairs) != 1:
        return set()
    ((before, after),) = pairs
    goes_on = after.isdecimal() or (len(after) == 1 and after.isalpha())
    return apart if before.isdecimal() and goes_on else set()


def _is_behind_a_condition(line: Sequence[str]) -> bool:
    r"""Return whether a derivative is stated for some layers: ``l < L, dC/da = ...``.

    >>> from nn.reading.latex.tokens import tokens
    >>> text = r"\text{if } l < L, \frac{\partial C}{\partial a} = W^T d"
    >>> _is_behind_a_condition([token.text for token in tokens(text)])
    True
    """
    texts = list(line)
    while texts[:1] == [","]:
        del texts[0]
    at = texts.index(",") if "," in texts else 0
    left = texts[at + 1 :]
    left = left[: left.index("=")] if "=" in left else []
    return not _COMPARES.isdisjoint(texts[:at]) and r"\partial" in left


_COMPARES: Final = frozenset({"<", ">", r"\leq", r"\geq", r"\neq", r"\le", r"\ge"})


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


def _text(row: Sequence[Token], i: int) -> str:
    return row[i].text if i < len(row) else ""


_MOST_SUMS: Final = 4
_DOTS: Final = frozenset({r"\dots", r"\cdots", r"\ldots", r"\dotsb", r"\dotsc"})
_BETWEEN_TERMS: Final = frozenset({"+", "-", "=", ",", "\\\\", r"\quad"})
_FUNCTIONS: Final = frozenset({"f", "F", "g", "G", r"\sigma"})
_OF_FORMULAS: Final = frozenset({
    "z", "Z", "x", "u", "s", "o", "O", "v", "h", "a", r"\net", "y",
})  # fmt: skip
