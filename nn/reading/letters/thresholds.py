r"""Thresholds, which are subtracted from weighted sums: ``\sum_i w_i x_i - \theta``.

They are biases of the other sign, by whichever letter. Who writes them often keeps them
out of the sum: ``a_j = f(z_j - \theta_j)`` with ``z_j = \sum_i w_{ij} x_i``. So do some
with biases, ``f(z_j + b_j)``; in ours they are part of z.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from nn.reading.latex.spelling import symbol_end
from nn.reading.latex.tokens import Token, group_end

__all__ = ["letters_beside_sums", "letters_of_thresholds", "with_biases_in_sums",
           "with_thresholds_added"]  # fmt: skip

Beside: TypeAlias = "Mapping[str, tuple[str, str]]"


def letters_beside_sums(rows: Iterable[Sequence[Token]]) -> dict[str, tuple[str, str]]:
    r"""Return the letters of sums without their biases, each with sign and bias.

    >>> from nn.reading.latex.tokens import tokens
    >>> texts = r"z_j = \sum_i w_{ij} x_i", r"a_j = f(z_j - \theta_j)"
    >>> letters_beside_sums(map(tokens, texts))
    {'z': ('-', '\\theta')}
    """
    rows = list(rows)
    sums = {one[0].text for row in rows for one, _ in _parted(row) if _plain_sum(one)}
    found: dict[str, set[tuple[str, str]]] = {}
    for row in rows:
        for _, z, _, sign, bias in _called_with_bias(row):
            found.setdefault(z, set()).add((sign, bias))
    return {
        z: biases.pop()
        for z, biases in sorted(found.items())
        if z in sums and len(biases) == 1
    }


def with_biases_in_sums(row: list[Token], beside: Beside) -> list[Token]:
    r"""Return a formula with the bias in the sum, and not beside it.

    >>> from nn.reading.latex.tokens import tokens
    >>> beside = {"z": ("-", r"\theta")}
    >>> for text in (r"z_j = \sum_i w_{ij} x_i", r"a_j = f(z_j - \theta_j)"):
    ...     row = with_biases_in_sums(tokens(text), beside)
    ...     print(*(token.text for token in row))
    z _ j = \sum _ i w _ { i j } x _ i - \theta _ j
    a _ j = f ( z _ j )
    """
    if not beside:
        return row
    kept, done = list[Token](), 0
    for start, one, scripts, _, _ in _called_with_bias(row):
        if one in beside:
            kept += row[done : start + scripts]
            done = group_end(row, start - 1) - 1
    kept += row[done:]
    found: list[Token] = []
    for each, end in _parted(kept):
        start = _plain_sum(each)
        found += each
        if start and each[0].text in beside:
            at = each[-1].at
            found += [Token(text, at) for text in beside[each[0].text]]
            found += each[1 : start - 1]
        found += end
    return found


def letters_of_thresholds(rows: Iterable[Sequence[Token]]) -> frozenset[str]:
    r"""Return the letters that are subtracted from weighted sums, and never added.

    >>> from nn.reading.latex.tokens import tokens
    >>> row = tokens(r"h_j = \sigma(\sum_i x_i w_{ij} - \beta_j)")
    >>> sorted(letters_of_thresholds([row]))
    ['\\beta']
    """
    signs: dict[str, set[str]] = {}
    for row in rows:
        for _, sign, bias in _biases(row):
            signs.setdefault(bias, set()).add(sign)
    return frozenset(bias for bias, both in signs.items() if both == {"-"})


def with_thresholds_added(row: list[Token], letters: frozenset[str]) -> list[Token]:
    r"""Return a formula with a plus before its thresholds, as all biases have one.

    >>> from nn.reading.latex.tokens import tokens
    >>> row = with_thresholds_added(tokens("z = W x - b"), frozenset("b"))
    >>> print(*(token.text for token in row))
    z = W x + b
    """
    if not letters:
        return row
    found = list(row)
    for at, _, bias in _biases(row):
        if bias in letters:
            found[at] = Token("+", row[at].at)
    return found


def _biases(row: Sequence[Token]) -> Iterator[tuple[int, str, str]]:
    """Yield each bias behind a weighted sum, with its sign and where that stands."""
    for each, start in _sides(row):
        inner, first = each, start
        if inner and inner[-1].text == ")":  # within the brackets of a function
            opens = next(
                (i for i, one in enumerate(inner[:_LONGEST_NAME]) if one.text == "("), 0
            )
            if not opens or group_end(inner, opens) != len(inner):
                continue
            inner, first = inner[opens + 1 : -1], start + opens + 1
        at = max((i for i, text in _places(inner) if text in {"+", "-"}), default=-1)
        if at < 1 or symbol_end(inner, at + 1) != len(inner):
            continue
        bias = inner[at + 1].text if at + 1 < len(inner) else ""
        alone = not {"+", "-"}.intersection(_outside(inner[:at]))
        if alone and bias in _MAY_BE_BIASES and _is_weighted_sum(inner[:at]):
            yield first + at, inner[at].text, bias


def _called_with_bias(
    row: Sequence[Token],
) -> Iterator[tuple[int, str, int, str, str]]:
    r"""Yield where z begins in each ``f(z_j - \theta_j)``, z, its size, sign and bias.

    Both have the same scripts.
    """
    for i in range(1, len(row) - 1):
        if row[i].text != "(" or not row[i - 1].text.strip("\\").isalpha():
            continue
        end = group_end(row, i) - 1
        middle = symbol_end(row, i + 1)
        if middle + 1 >= end or row[middle].text not in {"+", "-"}:
            continue
        scripts = [token.text for token in row[i + 2 : middle]]
        others = [token.text for token in row[middle + 2 : end]]
        if scripts == others and row[middle + 1].text in _MAY_BE_BIASES:
            size = middle - i - 1
            yield i + 1, row[i + 1].text, size, row[middle].text, row[middle + 1].text


def _plain_sum(row: Sequence[Token]) -> int:
    r"""Return where the sum begins in ``z_j = \sum_i w_{ij} x_i``, or 0."""
    start = symbol_end(row, 0) + 1 if row else 0
    inner = row[start:]
    if not inner or row[start - 1].text != "=" or not _is_weighted_sum(inner):
        return 0
    return 0 if {"+", "-", "="}.intersection(_outside(inner)) else start


def _is_weighted_sum(row: Sequence[Token]) -> bool:
    """Return whether it is a product of two letters, of which one may be weights."""
    heads: list[str] = []
    i = 0
    while i < len(row):
        heads.append(row[i].text)
        i = symbol_end(row, i)
    letters = [text for text in heads if text.strip("\\").isalpha()]
    weights = [text for text in letters if text in _WEIGHTS]
    signals = [text for text in letters if text not in _WEIGHTS | _SILENT]
    return len(weights) == 1 == len(signals) and _OF_OTHERS.isdisjoint(heads)


def _sides(row: Sequence[Token]) -> Iterator[tuple[list[Token], int]]:
    """Yield the right sides of the equations, each with where it begins."""
    start, behind = 0, False
    for i, text in [*_places(row), (len(row), ",")]:
        if text in {"=", ",", "\\\\", r"\quad"}:
            if behind:
                yield list(row[start:i]), start
            start, behind = i + 1, text == "="


def _parted(row: Sequence[Token]) -> Iterator[tuple[list[Token], list[Token]]]:
    """Yield the equations, each with the token that parts it from the next."""
    start = 0
    for i, text in _places(row):
        if text in {",", "\\\\", r"\quad"}:
            yield list(row[start:i]), list(row[i : i + 1])
            start = i + 1
    yield list(row[start:]), []


def _outside(row: Sequence[Token]) -> set[str]:
    return {text for _, text in _places(row)}


def _places(row: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """Yield what stands in no bracket, with its place."""
    depth = 0
    for i, token in enumerate(row):
        depth = max(0, depth + (token.text in "([{") - (token.text in ")]}"))
        if depth == 0:
            yield i, token.text


_LONGEST_NAME: Final = 8  # tokens of a function with its scripts
_MAY_BE_BIASES: Final = frozenset({
    "b", "B", r"\theta", r"\beta", r"\gamma", r"\lambda", r"\tau", r"\mu",
})  # fmt: skip
_WEIGHTS: Final = frozenset({"W", "w", "V", "v", "U", "u"})
_SILENT: Final = frozenset({r"\sum", r"\cdot", r"\times"})
_OF_OTHERS: Final = frozenset({
    r"\delta", r"\partial", r"\nabla", r"\Delta", "'", r"\eta", r"\frac", "/", "d",
})  # fmt: skip
