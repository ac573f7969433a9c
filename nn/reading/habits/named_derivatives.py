r"""Names that a text gives to derivatives, and what they stand for.

In ``\delta_1 = \partial J/\partial z_2`` the number is of no layer, but tells which of
them is computed first. What each is says such an equation, or the weights by which the
one before it is multiplied. So too with words: ``err = \partial E/\partial o``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final
from unicodedata import digit

__all__ = ["with_deltas_of_layers", "with_words_for_derivatives"]


def with_deltas_of_layers(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with what such deltas stand for.

    >>> text = r"\frac{\partial J}{\partial z_2} = p - y = \delta_1;"
    >>> text += r"\frac{\partial J}{\partial h} = \delta_1 W_2^T = \delta_2;"
    >>> text += r"\frac{\partial J}{\partial x} = \delta_2 W_1^T"
    >>> print(with_deltas_of_layers(text.split(";"))[2])
    \frac{\partial J}{\partial x} = \frac{\partial J}{\partial h} W_1^T
    >>> text = r"\delta_1 = p - y;\delta_2 = \delta_1 W_2^T \odot f'(z_1);x \delta_2"
    >>> print(*with_deltas_of_layers(text.split(";")), sep="\n")
    \delta_{2} = p - y
    \delta_{1} = \delta_{2} W_2^T \odot f'(z_1)
    x \delta_{1}

    Those that have the number of their layer stay, and so does one whose number may be
    a slip:

    >>> text = r"\delta_1 = \frac{\partial J}{\partial z_2};W_2^T \delta_2"
    >>> with_deltas_of_layers(text.split(";")) == text.split(";")
    True
    """
    every = [one for formula in formulas for one in _ANY.findall(formula)]
    numbered = [one for formula in formulas for one in _DELTA.finditer(formula)]
    numbers = {_number(one) for one in numbered}
    is_counted = numbers == {*range(1, len(numbers) + 1)} and len(numbers) > 1
    if not is_counted or len(numbered) < len(every) or len(every) > _MOST:
        return list(formulas)
    sides = [_sides(row) for formula in formulas for row in _ROWS.split(formula)]
    meant = _derived(sides) or _multiplied(sides)
    if meant.keys() != numbers or len({*meant.values()}) < len(meant):
        return list(formulas)
    return [_put_in(formula, meant) for formula in formulas]


def with_words_for_derivatives(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with the derivatives that words stand for.

    >>> text = r"err = \frac{\partial E}{\partial o} = o - t;h_j \, err_k;\text{err}^T"
    >>> print(*with_words_for_derivatives(text.split(";"))[1:], sep="\n")
    h_j \, \frac{\partial E}{\partial o_k}
    \left(\frac{\partial E}{\partial o}\right)^T

    Lines of code keep their names.
    """
    found, words = list(formulas), 0
    for i, sides in [(i, _sides(one)) for i, one in enumerate(formulas) if "=" in one]:
        word = _WORD.fullmatch(sides[0]) if len(sides) > 1 else None
        one = _DERIVATIVE.fullmatch(sides[1]) if word is not None else None
        if word is None or one is None or _TAKEN.fullmatch(word["word"]):
            continue
        words += 1
        if words > _MOST_WORDS:
            break
        _, layer = _by_what(one)
        called = re.compile(
            rf"\\(?:text|math[a-z]{{2}})\s*\{{\s*{word['word']}\s*\}}(?P<index>{_INDEX})?"
            rf"|(?<![A-Za-z\\{{_]){word['word']}(?![A-Za-z({{])(?P<below>{_INDEX})?"
        )

        def written(found: re.Match[str], what: str = one[0]) -> str:
            index = found["index"] or found["below"] or ""
            new = f"{what[:-1]}{index}}}" if index else what
            scripted = _SCRIPT.match(found.string, found.end())
            return rf"\left({new}\right)" if scripted else new

        has_place = not layer and one[0].endswith("}")
        found = [
            called.sub(written, other)
            if k != i and "\\" in other and (has_place or not _indexed(called, other))
            else other
            for k, other in enumerate(found)
        ]
    return found


def _indexed(name: re.Pattern[str], formula: str) -> bool:
    """Return whether a name has an index somewhere in a formula."""
    return any(one["index"] or one["below"] for one in name.finditer(formula))


def _sides(row: str) -> list[str]:
    return [side.strip(" &\t\n.,;") for side in _EQUALS.split(row)]


def _by_what(one: re.Match[str]) -> tuple[str, str]:
    """Return the letter that a derivative is taken by, and its number or ""."""
    letter, layer = (
        next((one[f"{group}{what}"] for group in _GROUPS if one[group]), None) or ""
        for what in ("", "_layer")
    )
    return letter, layer.strip("_^ {()}[]")


def _derived(rows: Sequence[Sequence[str]]) -> dict[int, str]:
    """Return of which derivative each is the name, if they are counted back."""
    meant: dict[int, str] = {}
    of: dict[int, tuple[str, str]] = {}
    for sides in rows:
        names = [one for one in map(_DELTA.fullmatch, sides) if one]
        derivatives = [one for one in map(_DERIVATIVE.fullmatch, sides) if one]
        if len(names) != 1 or len(derivatives) != 1:
            continue
        number, one = _number(names[0]), derivatives[0]
        letter, layer = _by_what(one)
        if of.setdefault(number, (letter, layer)) != (letter, layer):
            return {}
        meant.setdefault(number, one[0])
    by_letter: dict[str, list[str]] = {}
    for _, (letter, layer) in sorted(of.items()):
        by_letter.setdefault(letter, []).append(layer)
    in_order = [pair for layers in by_letter.values() for pair in pairwise(layers)]
    is_back = all(one > other for one, other in in_order)
    is_clear = len(by_letter) > 1 or len(in_order) > 0
    return meant if is_back and is_clear and "" not in by_letter else {}


def _multiplied(rows: Sequence[Sequence[str]]) -> dict[int, str]:
    """Return the deltas of the layers of which the weights say that each is one."""
    meant: dict[int, str] = {}
    made: dict[int, str] = {}
    for name, *sides in rows:
        one = _DELTA.fullmatch(name)
        if one is not None and sides:
            made.setdefault(_number(one), sides[0])
    for number in range(2, len(made) + 1):
        side = made.get(number, "")
        before = {_number(one) for one in _DELTA.finditer(side)}
        layers = {_number(one) for one in _WEIGHTS.finditer(side)}
        if before != {number - 1} or len(layers) != 1 or not _SLOPE.search(side):
            return {}
        layer = layers.pop()
        if meant.setdefault(number - 1, _delta(layer)) != _delta(layer):
            return {}
        meant[number] = _delta(layer - 1)
    first = made.get(1, "")
    return meant if "-" in first and not _ANY.search(first) else {}


def _delta(layer: int) -> str:
    return rf"\delta_{{{layer}}}"


def _put_in(formula: str, meant: Mapping[int, str]) -> str:
    """Return a formula with what is meant by its deltas."""

    def what(found: re.Match[str]) -> str:
        new = meant[_number(found)]
        scripted = _SCRIPT.match(formula, found.end()) and _ANY.match(new) is None
        return rf"\left({new}\right)" if scripted else new

    return _DELTA.sub(what, formula)


def _number(found: re.Match[str]) -> int:
    return int(digit(found["a"] or found["b"] or found["c"]))


_MOST: Final = 500
_MOST_WORDS: Final = 20
_GROUPS: Final = ("below", "behind", "index")
_SIGN: Final = r"(?:\\delta(?![A-Za-z])|δ)"
_ANY: Final = re.compile(_SIGN)
_NUMBER: Final = (
    r"\s*(?:[_^]\s*(?:\{\s*[(\[]?\s*(?P<a>[1-9])\s*[)\]]?\s*\}|(?P<b>[1-9]))"
    r"|(?P<c>[₁-₉]))"
)
_DELTA: Final = re.compile(rf"{_SIGN}{_NUMBER}(?![0-9])")
_SCRIPT: Final = re.compile(r"\s*[_^']")
_ROWS: Final = re.compile(r"\\\\|\n|\\(?:begin|end)\s*\{[a-z*]{1,12}\}")
_EQUALS: Final = re.compile(r":?=|\\(?:equiv|triangleq|coloneqq)(?![A-Za-z])|≡|≜")
_FRAME: Final = r"(?:\\(?:mathbf|boldsymbol|bm|vec|mathrm)\s*\{?\s*)?"
_D: Final = r"(?:\\partial(?![A-Za-z])|∂|d)\s*"
_COST: Final = (
    r"(?:[CEJL]|CE|\\ell|ℓ|ℒ|\\math(?:cal|scr|rm)\s*\{?\s*[CEJL]\s*\}?"
    r"|\\text\s*\{\s*\w{1,6}\s*\})(?:\s*\(\s*\\?\w{1,6}\s*\))?\s*"
)


def _by(group: str) -> str:
    """Return the pattern of what a derivative is taken by, if it is no parameter."""
    return (
        rf"(?P<{group}>{_FRAME}(?:(?![bWwUV])[A-Za-z]|\\[a-z]+|net)\s*\}}?)"
        rf"(?P<{group}_layer>\s*[_^]\s*(?:[0-9]|\{{\s*[(\[]?\s*[0-9]\s*[)\]]?\s*\}})"
        r"|[₀-₉])?\s*"
    )


_DERIVATIVE: Final = re.compile(
    rf"\\[dt]?frac\s*\{{\s*{_D}{_COST}\}}\s*\{{\s*{_D}{_by('below')}\}}"
    rf"|{_D}{_COST}/\s*{_D}{_by('behind')}"
    rf"|\\nabla\s*_\s*\{{\s*{_by('index')}\}}\s*{_COST}"
)
_WEIGHTS: Final = re.compile(rf"(?<![A-Za-z\\]){_FRAME}[Ww]\s*\}}?{_NUMBER}")
_SLOPE: Final = re.compile(
    r"'|′|\\prime(?![A-Za-z])|\\(?:odot|circ)(?![A-Za-z])|[⊙∘]|1\s*[-−]"
)
_WORD: Final = re.compile(
    r"(?:\\(?:text|math[a-z]{2})\s*\{\s*)?(?P<word>[A-Za-z]{2,20})\s*\}?"
)
_TAKEN: Final = re.compile(r"[dg]?[A-Za-z]|net|out|act|in|log|exp|tanh|max|softmax")
_INDEX: Final = r"\s*_\s*(?:[a-z](?![A-Za-z])|\{\s*[a-z]\s*\})"
