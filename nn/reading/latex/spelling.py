r"""Bring what is spelled in several ways to one spelling, as tokens.

A derivative in a line, ``dL/dW`` or ``\partial L / \partial W``, becomes a fraction;
``\partial_W L`` becomes ``\nabla_W L``. A bar, as in ``\bar{w}``, is a derivative in
texts that write all of theirs so, and mere looks in others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from nn.reading.latex.tokens import Token, group_end, replaced

__all__ = [
    "bars_are_derivatives",
    "symbol_end",
    "with_bars",
    "with_fractions",
    "with_labels_below",
    "with_sums",
]


def with_fractions(row: Sequence[Token]) -> list[Token]:
    """Write each derivative in a line, such as ``dL/dW``, as a fraction."""
    return replaced(row, _fraction)


def _fraction(row: Sequence[Token], i: int) -> tuple[list[Token], int] | None:
    at = row[i].at
    if row[i].text == r"\partial" and _text(row, i + 1) == "_":
        return [Token(r"\nabla", at)], i + 1
    row = _with_small_deltas(row, i)
    middle = _derived_end(row, i)
    end = _derived_end(row, middle + 1) if _text(row, middle) == "/" else 0
    if middle == i or end <= middle + 1:
        return None
    top, bottom = row[i:middle], row[middle + 1 : end]
    found = [Token(r"\frac", at), Token("{", at), *top, Token("}", at)]
    return [*found, Token("{", at), *bottom, Token("}", at)], end


def _with_small_deltas(row: Sequence[Token], i: int) -> Sequence[Token]:
    r"""Read the deltas of ``\delta C / \delta w`` as those of a derivative."""
    if row[i].text != r"\delta" or _text(row, i + 1) not in _COSTS:
        return row
    middle = symbol_end(row, i + 1)
    below = middle + 1
    is_by = [_text(row, middle), _text(row, below)] == ["/", r"\delta"]
    if not is_by or not _text(row, below + 1).isalpha():
        return row
    found = list(row)
    for at in (i, below):
        found[at] = Token(r"\partial", row[at].at)
    return found


def with_labels_below(row: Sequence[Token]) -> list[Token]:
    r"""Put the name of a layer below: ``W^{(out)}`` as ``W_{out}``."""
    found: list[Token] = []
    i = 0
    while i < len(row):
        if row[i].text != "^":
            found.append(row[i])
            i += 1
            continue
        end = group_end(row, i + 1)
        texts = [token.text for token in row[i + 1 : end]]
        word = "".join(text for text in texts if text not in _BRACKETS)
        turned = word.endswith("T") or r"\top" in word
        word = word.removesuffix(r"\top").removesuffix("T")
        if word in _LABELS and ("(" in texts or "[" in texts):
            at = row[i].at
            found += [Token(text, at) for text in ("_", "{", *word, "}")]
            if turned:
                found += [Token("^", at), Token(r"\top", at)]
        else:
            found += row[i:end]
        i = end
    return found


def with_sums(row: Sequence[Token]) -> list[Token]:
    r"""Write the product of a neuron's weights and a vector, ``w_j^T x``, as a sum."""
    row = _without_neuron_l(row)
    found: list[Token] = []
    i = 0
    while i < len(row):
        end = symbol_end(row, i)
        scripts = [token.text for token in row[i + 1 : end]]
        index = _lone_index(scripts)
        after = symbol_end(row, end)
        other = [token.text for token in row[end:after]]
        turned = {"T", r"\top"}.intersection(scripts)
        is_vector = bool(other) and other[0] in _VECTORS and "_" not in other
        if row[i].text in _ROWS and index and turned and is_vector:
            at = row[i].at
            rest = _without_index(row[i + 1 : end])
            pair = [Token(t, at) for t in ("_", "{", index, _SUMMED, "}")]
            one = [Token(t, at) for t in ("_", _SUMMED)]
            found += [Token(t, at) for t in (r"\sum", "_", _SUMMED)]
            found += [row[i], *pair, *rest, *row[end:after], *one]
            i = after
        else:
            found += row[i:end]
            i = end
    return found


def _without_neuron_l(row: Sequence[Token]) -> Sequence[Token]:
    r"""Write another letter for the l of ``\sum_l w_{jl}``, which counts neurons."""
    texts = [token.text for token in row]
    summed = any(
        texts[i : i + 3] == [r"\sum", "_", "l"]
        or texts[i : i + 4] == [r"\sum", "_", "{", "l"]
        for i in range(len(texts))
    )
    summed = summed or (
        any(_is_second_below(texts, i) for i in range(len(texts)))
        and not any(
            t == "l" and texts[i + 1 : i + 2] in (["+"], ["-"])
            for i, t in enumerate(texts)
        )
    )
    above = any(
        texts[i] == "^" and "l" in texts[i + 1 : i + 4] for i in range(len(texts))
    )
    if not summed or above or "r" in texts:
        return row
    return [Token("r", t.at) if t.text == "l" else t for t in row]


def _is_second_below(texts: Sequence[str], i: int) -> bool:
    """Return whether ``w_{h,l}`` begins there, in which l counts neurons as h does."""
    if texts[i] not in {"w", "W"} or texts[i + 1 : i + 3] != ["_", "{"]:
        return False
    pair = [text for text in texts[i + 3 : i + 7] if text != ","][:3]
    return len(pair) > 1 and pair[1:] == ["l", "}"] and pair[0] in _NEURONS


def _lone_index(scripts: list[str]) -> str:
    """Return the one letter below a symbol, or ""."""
    if "_" not in scripts:
        return ""
    start = scripts.index("_") + 1
    group = [text for text in scripts[start : start + 3] if text not in {"{", "}"}]
    braced = scripts[start : start + 1] == ["{"]
    lone = group[0] if group and (not braced or len(group) == 1) else ""
    return lone if len(lone) == 1 and lone.isalpha() and lone not in "lL" else ""


def _without_index(scripts: Sequence[Token]) -> list[Token]:
    """Return scripts without what stands below, and without the transpose."""
    found: list[Token] = []
    i = 0
    while i < len(scripts):
        end = i + 1 if scripts[i].text == "'" else group_end(scripts, i + 1)
        inner = {token.text for token in scripts[i:end]} - {"^", "{", "}"}
        if scripts[i].text == "^" and not inner <= {"T", r"\top"}:
            found += [t for t in scripts[i:end] if t.text not in {"T", r"\top"}]
        i = end
    return found


def bars_are_derivatives(rows: Sequence[Sequence[Token]]) -> bool:
    r"""Return whether a bar stands over a weight, and over something else.

    So it is over a sum or an activation that is set apart from the letter itself:

    >>> from nn.reading.latex.tokens import tokens
    >>> texts = "z = W x", r"\bar{z} = (a - y) \sigma'(z)"
    >>> bars_are_derivatives([tokens(text) for text in texts])
    True
    """
    barred: set[str] = set()
    plain = {_text(row, 0) for row in rows} & _SIGNALS
    for row in rows:
        start = 1 + (_text(row, 1) == "{")
        slope = {"'", r"\partial"} & {token.text for token in row}
        if _text(row, 0) == _BAR and _text(row, start) in plain and slope:
            return True
        for i, token in enumerate(row):
            if token.text == _BAR:
                start = i + 1 + (_text(row, i + 1) == "{")
                barred.add(_text(row, start))
    return bool(barred & {"w", "W"}) and len(barred) > 1


def with_bars(row: Sequence[Token], as_derivatives: bool) -> list[Token]:
    """Write each bar as a derivative of the cost, or leave it out."""
    found: list[Token] = []
    i = 0
    while i < len(row):
        if row[i].text != _BAR:
            found.append(row[i])
            i += 1
            continue
        at, end = row[i].at, group_end(row, i + 1)
        inner = list(row[i + 1 : end])
        if inner and inner[0].text == "{":
            inner = inner[1:-1]
        inner = with_bars(inner, as_derivatives=False)
        if as_derivatives:
            stop = symbol_end(row, end - 1)
            inner += row[end:stop]
            end = stop
        if as_derivatives and [t.text for t in inner] in (["C"], ["L"], ["E"], ["J"]):
            inner = [Token("1", at)]
        elif as_derivatives:
            top = [r"\frac", "{", r"\partial", "C", "}", "{", r"\partial"]
            inner = [*(Token(t, at) for t in top), *inner, Token("}", at)]
        found += inner
        i = end
    return found


def symbol_end(row: Sequence[Token], start: int) -> int:
    """Return the place after a symbol and its scripts."""
    i = start + 1
    while _text(row, i) in {"_", "^", "'"}:
        i = i + 1 if row[i].text == "'" else group_end(row, i + 1)
    return i


def _derived_end(row: Sequence[Token], start: int) -> int:
    r"""Return the place after ``dW`` or ``\partial C``; ``start`` if none is there."""
    text = _text(row, start)
    if len(text) == 2 and text[0] == "d" and text[1].isalpha():  # noqa: PLR2004
        return symbol_end(row, start)
    following = _text(row, start + 1)
    if text not in {"d", r"\partial"} or not following:
        return start
    if following in {"(", "["}:
        return group_end(row, start + 1)
    is_symbol = following[0] == "\\" or following.isalpha()
    if not is_symbol:
        return start
    end = symbol_end(row, start + 1)
    return group_end(row, end) if _is_layer_in_brackets(row, end) else end


def _is_layer_in_brackets(row: Sequence[Token], start: int) -> bool:
    """Return whether ``[3]`` or ``[l-1]`` stands there, behind a symbol."""
    if _text(row, start) != "[":
        return False
    inner = [token.text for token in row[start + 1 : group_end(row, start) - 1]]
    return bool(inner) and all(
        t in {"l", "L", "+", "-"} or t.isdecimal() for t in inner
    )


def _text(row: Sequence[Token], i: int) -> str:
    return row[i].text if 0 <= i < len(row) else ""


_NEURONS: Final = frozenset("hijkmnpq")
_COSTS: Final = frozenset("CJEL")
_BRACKETS: Final = frozenset("(){}[]")
_LABELS: Final = frozenset({"h", "o", "out", "hid", "hidden", "output"})
_ROWS: Final = frozenset({"w", "W", "v", "V"})
_VECTORS: Final = frozenset({"x", "a", "h", "z", "o", "y"})
_SUMMED: Final = "q"
_SIGNALS: Final = frozenset("zahsuvonx")
_BAR: Final = r"\bar"
