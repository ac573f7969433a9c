r"""Call a layer that stands alone by the letters of any other: ``y = xW + b``.

Many texts work out one linear layer first, with the gradient that comes from above:
``\partial L / \partial x = \partial L / \partial y W^T``. Its y is no output and no
target, but what others call z, and its x may be called anything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

__all__ = ["with_layers_alone"]


class _Layer(NamedTuple):
    """The names of what a layer makes, of what of, by what, and of what is added."""

    made: str
    first: str
    second: str
    added: str


def with_layers_alone(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with z, x, W and b for the names of a layer alone.

    So it is where the gradients of a product without layers are stated by that of what
    it makes, which is stated nowhere, and which no other formula has in it.

    >>> lines = [r"d = a \cdot b + c"]
    >>> lines += [r"\frac{\partial L}{\partial b} = a^T\frac{\partial L}{\partial d}"]
    >>> for line in with_layers_alone(lines):
    ...     print(line)
    z = x \cdot W + b
    \frac{\partial L}{\partial W} = x^T\frac{\partial L}{\partial z}
    >>> with_layers_alone([*lines, r"\frac{\partial L}{\partial d} = d - y"])[0]
    'd = a \\cdot b + c'
    """
    for i, formula in enumerate(formulas):
        layer = _layer_in(formula)
        if layer is not None:
            return _renamed(formulas, i, layer)
    return list(formulas)


def _layer_in(formula: str) -> _Layer | None:
    """Return the names of a layer that a formula is, unless they are the usual ones."""
    found = _SUM.fullmatch(formula) if len(formula) <= _LONGEST else None
    if found is None:
        return None
    names = [found[name] or "" for name in ("made", "first", "second", "added")]
    bare = [_bare(name) for name in names]
    said = [name for name in bare if name]
    if bare[0] in {"z", "Z"} or len(set(said)) < len(said):
        return None
    if any(len(name) > 1 and name not in _WORDS for name in said):
        return None
    return _Layer(*bare)


def _renamed(formulas: Sequence[str], at: int, layer: _Layer) -> list[str]:
    """Return the formulas with the letters of a layer in those that are of it alone."""
    named = {name for name in layer if name}
    named |= {name.lower() for name in named if len(name) == 1}  # y_j, of Y
    alone = [
        not _is_code(formula) and set(_names(formula)) - _COSTS <= named
        for formula in formulas
    ]
    alone[at] = True
    derivatives = [_by(formula) for formula in formulas]
    stated = {left for left, _ in derivatives}
    uses = [
        left
        for (left, right), is_alone in zip(derivatives, alone, strict=True)
        if is_alone and left in named and layer.made in right
    ]
    others = [
        formula
        for formula, is_alone in zip(formulas, alone, strict=True)
        if not is_alone and not _is_code(formula)
    ]
    elsewhere = any(
        layer.made in _names(formula)
        or _bare(formula.partition("=")[0].strip(" $&")) in named
        for formula in others  # h = f(z) is of the layer below
    )
    has_d = "d" in named and any(map(_D_OF.search, formulas))
    if not uses or layer.made in stated or elsewhere or has_d:
        return list(formulas)
    is_capital = layer.made.isupper()
    product = (layer.first, layer.second)
    one, other = ((name[0] in _WEIGHTS, name.isupper()) for name in product)
    weights_first = one > other  # False comes before True
    weight, given = product if weights_first else product[::-1]
    new = {
        layer.made: "Z" if is_capital else "z",
        given: "X" if is_capital else "x",
        weight: "W",
        layer.added: "b",
    }
    new = {name.lower(): letter.lower() for name, letter in new.items()} | new
    new.pop("", None)  # where nothing is added
    return [
        _NAME.sub(lambda name: _called(name, new), formula) if is_alone else formula
        for formula, is_alone in zip(formulas, alone, strict=True)
    ]


def _called(name: re.Match[str], new: dict[str, str]) -> str:
    """Return a name as it is called now, apart from a letter before it."""
    called = new.get(_bare(name[0]))
    if called is None:
        return name[0]
    before, after = name.string[: name.start()], name.string[name.end() :]
    apart = " " if re.search(r"\\[A-Za-z]+$", before) else ""
    behind = " " if after[:1].isalpha() else ""
    return f"{apart}{called}{behind}"


def _by(formula: str) -> tuple[str, set[str]]:
    """Return by what is derived on the left, and by what on the right."""
    left, sign, right = formula.partition("=")
    said = _DERIVATIVE.match(left.lstrip(" $&\n"))
    if not sign or said is None:
        return "", set()
    return _bare(said["by"]), {_bare(one["by"]) for one in _DERIVATIVE.finditer(right)}


def _is_code(formula: str) -> bool:
    """Return whether a formula is a line of code, in which names are words."""
    is_plain = "\\" not in formula and _WORD.search(formula) is not None
    return is_plain or _OF_CODE.search(formula) is not None


def _names(formula: str) -> list[str]:
    """Return the names in a formula, without commands and scripts."""
    plain = _SCRIPT.sub("", formula)
    return [bare for name in _NAME.findall(plain) if (bare := _bare(name))]


def _bare(name: str) -> str:
    """Return a name without the command for its font."""
    return re.sub(r"\\[A-Za-z]+|[{}\s]", "", name)


_LONGEST: Final = 200
_WORDS: Final = frozenset({
    "inp", "input", "inputs", "out", "output", "outputs", "in", "weight", "weights",
    "bias", "res", "wt",
})  # fmt: skip
_WEIGHTS: Final = "WwMΘ"
_COSTS: Final = frozenset({"L", "C", "E", "J", "l", "loss", "Loss", "T", "d", "i", "j",
                           "n", "N", "m", "k"})  # fmt: skip
_FONT: Final = r"\\(?:mathbf|mathrm|mathit|boldsymbol|bm|text|operatorname|mathsf)"
_ONE: Final = r"(?:inputs?|inp|outputs?|out|in|weights?|bias|res|wt|[Ll]oss|[A-Za-z])"
_NAME: Final = re.compile(  # or a command, which is none
    rf"{_FONT}\s*(?:\{{\s*{_ONE}\s*\}}|[A-Za-z](?![A-Za-z]))|\\[A-Za-z]+|{_ONE}"
)
_OF_CODE: Final = re.compile(r"[A-Za-z_\])]\.[A-Za-z_]|@|\*\*|^\s*(?:def|return)\b")
_WORD: Final = re.compile(r"[A-Za-z_]{3}")
_D_OF: Final = re.compile(r"\{\s*d\s*[A-Za-z\\]")
_SCRIPT: Final = re.compile(r"[_^]\s*(?:\{[^{}]{0,20}\}|\\[a-z]+|\w)")
_TIMES: Final = r"\s*(?:\\cdot(?![A-Za-z])|\\times(?![A-Za-z])|\\,|[*@·])?\s*"
_TERM: Final = rf"(?:{_FONT}\s*(?:\{{\s*{_ONE}\s*\}}|\s[A-Za-z])|{_ONE})"
_SUM: Final = re.compile(
    rf"\s*(?P<made>{_TERM})\s*=\s*(?P<first>{_TERM}){_TIMES}(?P<second>{_TERM})"
    rf"(?:\s*\+\s*(?P<added>{_TERM}))?[\s.,;]*"
)
_DERIVATIVE: Final = re.compile(
    r"\\[dt]?frac\s*\{\s*(?:\\partial|∂|d)[^{}]{0,30}(?:\{[^{}]{0,12}\})?\s*\}"
    rf"\s*\{{\s*(?:\\partial\s*|∂\s*|d)(?P<by>{_TERM})\s*(?:_[^{{}}]|_\{{[^{{}}]*\}})?\s*\}}"
)
