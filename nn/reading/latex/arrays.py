r"""Read a matrix whose entries are written out as the formula that they all have.

``\begin{bmatrix} a_1 - y_1 \\ \vdots \\ a_n - y_n \end{bmatrix}`` is ``a - y``, and
``[\dots, g'(z_k), \dots]`` is ``g'(z)``. A matrix that says what the entries of the
quantity before it are called, ``W = \begin{bmatrix} w_{11} & w_{12} \end{bmatrix}``,
says nothing of its own: its brackets stay empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from nn.reading.latex.spelling import symbol_end
from nn.reading.latex.tokens import ARRAY, CELL, Token, group_end

__all__ = ["with_arrays"]


def with_arrays(row: Sequence[Token]) -> list[Token]:
    r"""Return a formula with whole quantities for those that are written out.

    >>> from nn.reading.latex.tokens import tokens
    >>> def read(text):
    ...     print("".join(token.text for token in with_arrays(tokens(text))))
    >>> read(r"d = \begin{bmatrix} a_1 - y_1 \\ a_2 - y_2 \end{bmatrix}")
    d=(a-y)
    >>> read(r"\begin{bmatrix} h_{11} & h_{21} \\ h_{12} & h_{22} \end{bmatrix} e")
    (h^\top)e
    >>> read(r"d = e \odot [\dots, g'(z_k), \dots]")
    d=e\odot(g'(z))
    >>> read(r"z = \begin{bmatrix} z_1 \\ \vdots \\ z_n \end{bmatrix} = W x")
    z=()=Wx

    What has no one formula stays as it is, without the signs between its cells.
    """
    found: list[Token] = []
    i = 0
    while i < len(row):
        text = row[i].text
        end = group_end(row, i + (text == ARRAY)) if text in {ARRAY, "(", "["} else i
        is_array = text == ARRAY and end > i + 2
        is_list = text in {"(", "["} and any(
            map(_is_of_dots, _split(row[i + 1 : end - 1], ","))
        )
        new = None
        if is_array or is_list:
            inner = row[i + 1 + is_array : end - 1]
            new = _whole(inner, is_array, found)
        if new is not None:
            found += [Token("(", row[i].at), *new, Token(")", row[end - 1].at)]
            is_row = not is_array or "\\\\" not in {token.text for token in inner}
            i = _after_transpose(row, end) if is_row else end
        else:
            near = [token.text for token in (*found[-1:], *row[i + 1 : i + 2])]
            is_look = text in {ARRAY, CELL} or (text == _DOTS and near != ["+", "+"])
            found += [] if is_look else [row[i]]
            i += 1
    return found


def _whole(
    inner: Sequence[Token], is_array: bool, before: Sequence[Token]
) -> list[Token] | None:
    """Return the formula of all entries, or None if they have none in common."""
    cells = _cells(inner, is_array)
    if cells is None:
        return None
    if len(cells) == 1 and len(cells[0]) == 1:
        return None if is_array else _of_any(cells[0][0])
    first = cells[0][0]
    shape = len(cells), len(cells[0])
    varying: dict[int, str] = {}
    for place in range(len(first)):
        how = _how_it_varies([[cell[place].text for cell in line] for line in cells])
        if how is None:
            return None
        if how:
            varying[place] = how
    if not varying:
        return None
    return _formula(first, varying, shape, is_array, before)


def _cells(inner: Sequence[Token], is_array: bool) -> list[list[list[Token]]] | None:
    """Return the cells of each line without dots; None if they are not all alike."""
    lines = []
    for line in _split(inner, "\\\\") if is_array else [list(inner)]:
        cells = [_spread(cell) for cell in _split(line, CELL if is_array else ",")]
        cells = [cell for cell in cells if not _is_of_dots(cell)]
        if cells:
            lines.append(cells)
    every = [cell for line in lines for cell in line]
    if not every or len({len(line) for line in lines}) > 1 or not all(every):
        return None
    if len(every) > _MOST or len({len(cell) for cell in every}) > 1:
        return None
    return lines


def _split(row: Sequence[Token], at: str) -> list[list[Token]]:
    depth, found = 0, [list[Token]()]
    for token in row:
        depth += (token.text in "([{") - (token.text in ")]}")
        if depth == 0 and token.text == at:
            found.append([])
        else:
            found[-1].append(token)
    return found


def _spread(cell: Sequence[Token]) -> list[Token]:
    """Return a cell with two numbers for the 12 of ``w_{12}``."""
    found: list[Token] = []
    for i, token in enumerate(cell):
        below = [t.text for t in cell[max(0, i - 2) : i]] == ["_", "{"]
        is_pair = below and token.text.isdecimal() and len(token.text) == 2  # noqa: PLR2004
        found += (
            [Token(digit, token.at) for digit in token.text] if is_pair else [token]
        )
    return found


def _is_of_dots(cell: Sequence[Token]) -> bool:
    return bool(cell) and {token.text for token in cell} <= _ALL_DOTS


def _how_it_varies(texts: Sequence[Sequence[str]]) -> str | None:
    """Return what a text counts: "row" or "column", "" if it is one text, or None."""
    if len({text for line in texts for text in line}) == 1:
        return ""
    of_rows = [line[0] for line in texts]
    if all(set(line) == {line[0]} for line in texts) and _counts(of_rows):
        return "row"
    if all(list(line) == list(texts[0]) for line in texts) and _counts(texts[0]):
        return "column"
    return None


def _counts(texts: Sequence[str]) -> bool:
    """Return whether indices go 1, 2, 3, or 1, 2, n."""
    last = texts[-1]
    plain = [str(k + 1) for k in range(len(texts))]
    is_letter = len(last) == 1 and last.isalpha()
    return list(texts) == plain or (is_letter and list(texts[:-1]) == plain[:-1])


@dataclass(slots=True)
class _Part:
    """A symbol of a cell with its scripts, without what varies; what that counts."""

    tokens: list[Token]
    counts: tuple[str, ...]


def _formula(
    cell: Sequence[Token],
    varying: dict[int, str],
    shape: tuple[int, int],
    is_array: bool,
    before: Sequence[Token],
) -> list[Token] | None:
    parted = list(_parts(cell, varying, shape))
    counted = [part.counts for part in parted if part.counts]
    if sum(map(len, counted)) < len(varying) or any(part is None for part in parted):
        return None
    kinds = set(counted)
    if kinds == {("row",), ("column",)} and len(counted) == len(parted) == _PAIR:
        if counted[0] == ("row",):  # an outer product
            return [*parted[0].tokens, *_turned(parted[1].tokens)]
        return [*parted[1].tokens, *_turned(parted[0].tokens)]
    if len(kinds) > 1:
        return None
    (kind,) = kinds
    if len(parted) == 1 and _is_of(parted[0].tokens[0].text, before):
        return []
    if kind == ("column",) and shape[0] > 1:  # all rows are the same
        return None
    is_turned = kind == ("column", "row") or (kind == ("column",) and is_array)
    found: list[Token] = []
    for part, after in zip(parted, [*parted[1:], None], strict=True):
        found += _turned(part.tokens) if is_turned and part.counts else part.tokens
        if after is not None and _ends(part) and _begins(after):
            found.append(Token(r"\odot", part.tokens[0].at))
    return found


def _parts(
    cell: Sequence[Token], varying: dict[int, str], shape: tuple[int, int]
) -> Iterator[_Part]:
    i = 0
    while i < len(cell):
        end = symbol_end(cell, i)
        counts: list[str] = []
        kept = [cell[i]]
        at = i + 1
        while at < end:
            stop = at + 1 if cell[at].text == "'" else group_end(cell, at + 1)
            inner = cell[at + 1 : stop]
            mine = [varying.get(k, "") for k in range(at + 1, stop)]
            if cell[at].text == "_" and any(mine):
                counts += _counted(inner, mine, shape)
                rest = [
                    token
                    for token, how in zip(inner, mine, strict=True)
                    if not how and token.text not in {"{", "}", ","}
                ]
                ones = len(counts) > sum(map(bool, mine))  # the 1 of one row or column
                if rest and not ones:
                    kept += [cell[at], *(t for t in inner if t.text == "{"), *rest]
                    kept += [t for t in inner if t.text == "}"]
            else:
                kept += cell[at:stop]
            at = stop
        yield _Part(kept, tuple(counts))
        i = end


def _counted(
    inner: Sequence[Token], mine: Sequence[str], shape: tuple[int, int]
) -> list[str]:
    """Return what the indices below a symbol count, in their order."""
    counts = [how for how in mine if how]
    rest = [
        (place, token.text)
        for place, (token, how) in enumerate(zip(inner, mine, strict=True))
        if not how and token.text not in {"{", "}", ","}
    ]
    one = [place for place, text in rest if text == "1"]
    if len(counts) == 1 and len(rest) == len(one) == 1 and 1 in shape:
        first = next(place for place, how in enumerate(mine) if how)
        other = "row" if counts == ["column"] else "column"
        return [other, *counts] if one[0] < first else [*counts, other]
    return counts


def _of_any(cell: Sequence[Token]) -> list[Token] | None:
    """Return the formula of all entries, of which a letter says any one."""
    places: dict[int, str] = {}
    indices: set[str] = set()
    i = 0
    while i < len(cell):
        end = symbol_end(cell, i)
        for at in range(i + 1, end):
            if cell[at].text == "_":
                stop = group_end(cell, at + 1)
                letters = [k for k in range(at + 1, stop) if cell[k].text.isalpha()]
                if letters:
                    places[letters[-1]] = "row"
                    indices.add(cell[letters[-1]].text)
        i = end
    if len(indices) != 1:
        return None
    return _formula(cell, places, (_PAIR, 1), False, ())


def _is_of(letter: str, before: Sequence[Token]) -> bool:
    """Return whether a side before it is a quantity of the same letter."""
    names: set[str] = set()
    depth, starts = 0, True
    for k, token in enumerate(before):
        ends = token.text in {"=", ",", "\\\\", r"\quad"} and depth == 0
        if starts and not ends:
            end = symbol_end(before, k)
            after = before[end].text if end < len(before) else "="
            names |= {token.text.lower()} if after == "=" else set()
        depth += (token.text in "([{") - (token.text in ")]}")
        names = set() if ends and token.text != "=" else names
        starts = ends
    return letter.lower() in names


def _turned(tokens: Sequence[Token]) -> list[Token]:
    at = tokens[0].at
    return [*tokens, Token("^", at), Token(r"\top", at)]


def _after_transpose(row: Sequence[Token], end: int) -> int:
    """Return the place after the T by which a list is meant as a column."""
    while end < len(row) and row[end].text in {")", "]"}:
        return end
    stop = group_end(row, end + 1) if end + 1 < len(row) else end
    above = {token.text for token in row[end:stop]} - {"{", "}"}
    return stop if above in ({"^", "T"}, {"^", r"\top"}) else end


def _ends(part: _Part) -> bool:
    return bool(part.counts) or part.tokens[0].text in {")", "]"}


def _begins(part: _Part) -> bool:
    text = part.tokens[0].text
    is_command = text[:1] == "\\" and text not in _SIGNS
    return text in {"(", "["} or text.isalpha() or is_command


_MOST: Final = 100
_PAIR: Final = 2
_DOTS: Final = r"\dots"
_ALL_DOTS: Final = frozenset({
    _DOTS, r"\ldots", r"\cdots", r"\vdots", r"\ddots", r"\dotsc", r"\dotsb",
})  # fmt: skip
_SIGNS: Final = frozenset({r"\cdot", r"\times", r"\odot", r"\otimes", r"\top"})
