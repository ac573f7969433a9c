r"""Give layers to symbols of LaTeX whose names are words, by how each is defined.

``\text{net}_h = W_h x + b_h``, ``\text{out}_h = f(\text{net}_h)`` and so on for the
next layer say what each symbol is: they come out as ``z^{(1)}``, ``a^{(1)}``,
``W^{(1)}``. What is subtracted from the output is the target; what is multiplied by an
activation is the delta of the layer behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

__all__ = ["with_layers_of_words"]


class _Sum(NamedTuple):
    """A layer's sum: what it makes, both factors, and what is added or ""."""

    made: str
    left: str
    right: str
    bias: str


def with_layers_of_words(formulas: Sequence[str]) -> list[str] | None:
    r"""Return formulas with layers, or None if they do not make two layers in a row.

    >>> text = r"p = A x + c;h = f(p);\text{in} = B h + d;o = f(\text{in});v = B^T u"
    >>> with_layers_of_words([*text.split(";"), r"r = u h^T"])[-3:]
    ['a^{(2)} = f(z^{(2)})', 'v = W^{(2)}^T u', 'r = u a^{(1)}^T']
    """
    if sum(map(len, formulas)) > _LONGEST:
        return None
    rows = [_tokens(one) for one in formulas]
    names = _roles_of([[t for t in row if t.strip()] for row in rows])
    if names is None:
        return None
    return ["".join(names.get(_plain(t), t) for t in row) for row in rows]


def _roles_of(rows: Sequence[Sequence[str]]) -> dict[str, str] | None:
    """Return which quantity each symbol is."""
    sums = [one for one in map(_sum, rows) if one is not None]
    made = [one.made for one in sums]
    after: dict[str, str] = {}
    for row in rows:
        texts = [t for t in row if t not in _AROUND]
        if len(texts) == _OF_A_CALL and texts[1] == "=" and texts[3::2] == ["(", ")"]:
            z = _plain(texts[4])
            if z in made and _plain(texts[0]) not in made:
                after.setdefault(z, _plain(texts[0]))
    layers = _layers(sums, after)
    if layers is None:
        return None
    found: dict[str, str] = {}
    for k, (z, a, w, x, b) in enumerate(layers, 1):
        found.setdefault(x, f"a^{{({k - 1})}}")
        pairs = ((w, "W"), (z, "z"), (a, "a"), (b, "b"))
        found |= {name: f"{letter}^{{({k})}}" for name, letter in pairs if name}
    if len(set(found.values())) < len(found):
        return None
    output = layers[-1][1] or layers[-1][0]
    for row in rows:
        _place_others([_plain(t) for t in row], found, output)
    return found


def _place_others(  # noqa: PLR0912
    row: Sequence[str], found: dict[str, str], output: str
) -> None:
    """Find targets beside the output, and deltas beside what is transposed."""
    for i, token in enumerate(row):
        around = {"".join(row[i - 1 : i]), "".join(row[i + 1 : i + 2])}
        if token == "-" and output in around:
            for other in around - {output}:
                if _NAME.fullmatch(other) and other not in found:
                    found[other] = "y"
    for i, token in enumerate(row):
        place = _OF_A.fullmatch(found.get(token, ""))
        turned = "".join(row[i + 1 : i + 4]) in _TRANSPOSED or (
            "".join(row[i + 1 : i + 3]) in _TRANSPOSED
        )
        if place is None or not turned:
            continue
        width = 2 if "".join(row[i + 1 : i + 3]) in _TRANSPOSED else 4
        width = width if width == 2 else _BRACED  # noqa: PLR2004
        beside = [*row[max(0, i - 1) : i], *row[i + 1 + width : i + 2 + width]]
        for other in beside:
            if r"\delta" in other and other not in found:
                found[other] = rf"\delta^{{({int(place[1]) + 1})}}"
    biases = [t for t in row if t in found and found[t].startswith("b^")]
    ends = row[-1] if len(row) > 1 and row[-2] == "=" else ""
    if (
        r"\partial" in row
        and len(biases) == 1
        and r"\delta" in ends
        and ends not in found
    ):
        found[ends] = rf"\delta{found[biases[0]][1:]}"
    if row[2:3] == ["-"]:
        row = [*row[:2], *row[3:]]
    if len(row) > 3 and row[1] == "=":  # noqa: PLR2004
        by = _BY.fullmatch(found.get(row[2], "")) if row else None
        back = [t for t in row[2:] if t in found or r"\delta" in t]
        if row[0] not in found and by and not _GREEK.match(row[0]):
            tail = row[3:]
            delta = found.get(back[-1], "") if len(back) == 2 else ""  # noqa: PLR2004
            if tail[:1] == ["^"] and delta == rf"\delta^{{({by[1]})}}":
                layer = int(by[1]) - 1
                found[row[0]] = rf"\frac{{\partial L}}{{\partial a^{{({layer})}}}}"


def _layers(
    sums: Sequence[_Sum], after: dict[str, str]
) -> list[tuple[str, str, str, str, str]] | None:
    """Return z, a, W, what goes in and b of each layer, the first one first."""
    outs = set(after.values())
    sides = {
        one.left in outs for one in sums if (one.left in outs) ^ (one.right in outs)
    }
    if len(sides) != 1:
        return None
    of_rows = sides.pop()
    by_input: dict[str, tuple[str, str, str, str, str]] = {}
    for z, left, right, b in sums:
        x, w = (left, right) if of_rows else (right, left)
        by_input.setdefault(x, (z, after.get(z, ""), w, x, b))
    starts = [x for x in by_input if x not in outs and by_input[x][1] in by_input]
    if len(starts) != 1:
        return None
    x, found = starts[0], list[tuple[str, str, str, str, str]]()
    while x in by_input and len(found) < _MOST_LAYERS:
        found.append(by_input[x])
        x = found[-1][1]
    return found


def _sum(row: Sequence[str]) -> _Sum | None:
    """Return what ``z = W x + b`` is made of, or None."""
    texts = [t for t in row if t not in _TIMES]
    names = [_plain(t) for t in texts]
    signs = [t for t in texts if not _NAME.fullmatch(t)]
    if signs not in (["="], ["=", "+"]) or names[1:2] != ["="]:
        return None
    if len(names) == _WITHOUT_BIAS:
        return _Sum(names[0], names[2], names[3], "")
    if len(names) != _WITH_BIAS:
        return None
    return _Sum(names[0], names[2], names[3], names[5]) if names[4] == "+" else None


def _tokens(text: str) -> list[str]:
    """Part a formula into symbols with what stands below, and what is between."""
    return list(_parts(text))


def _parts(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        found = _NAME.match(text, at) or _OTHER.match(text, at)
        end = found.end() if found is not None else at + 1
        yield text[at:end]
        at = end


def _plain(token: str) -> str:
    """Return a symbol without what only looks different."""
    return (
        token if not token[:1].isalpha() and token[:1] != "\\" else _BARE.sub("", token)
    )


_LONGEST: Final = 40_000
_MOST_LAYERS: Final = 8
_OF_A_CALL: Final = 6
_WITHOUT_BIAS: Final = 4
_WITH_BIAS: Final = 6
_BRACED: Final = 4
_BELOW: Final = r"(?:_(?:\{(?:[^{}]|\{[^{}]*\})*\}|[A-Za-z0-9]|\\[a-z]+\{[^{}]*\}))?"
_FONTS: Final = (
    "text|textbf|textit|mathrm|mathbf|mathit|mathsf|boldsymbol|bm|operatorname"
)
_NAME: Final = re.compile(
    rf"(?:\\hat\s?\{{?\w\}}?|\\(?:{_FONTS})\s?\{{\\?[A-Za-z_\\ ]+\}}"
    rf"|\\(?:delta|theta|Theta|omega|varphi|phi|sigma|alpha|beta|gamma)(?![A-Za-z])"
    rf"|[A-Za-z]){_BELOW}"
)
_OTHER: Final = re.compile(r"\s+|\\[A-Za-z]+\*?|\\.")
_AROUND: Final = frozenset({r"\left", r"\right", r"\big", r"\Big", "&"})
_TIMES: Final = frozenset({r"\cdot", "*", r"\times", r"\,", "&", r"\;"})
_TRANSPOSED: Final = frozenset({"^T", r"^\top", "^{T", r"^{\top", r"^{\intercal"})
_BARE: Final = re.compile(r"\s")
_OF_A: Final = re.compile(r"a\^\{\((\d)\)\}")
_BY: Final = re.compile(r"W\^\{\((\d)\)\}")
_GREEK: Final = re.compile(r"\\")
