r"""Notes in other letters: another cost, other sums, other marks of layers and indices.

Each rewriting renames one thing in a whole note. It leaves a note as it is in which the
new name is taken, or the old one is not to be found.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import Final

from tests.nn.grading.rewritten.renaming import (
    FONT,
    GREEK,
    maths,
    pieces,
    renamed,
    symbol,
    symbols,
)
from tests.nn.grading.rewritten.rewriting import Rewriting

__all__ = ["TRANSFORMS"]

_SCRIPT: Final = r"(?:\s*[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\?\w)|')*"
_LETTER: Final = (
    rf"(?:{FONT}\s*)?\{{?\s*(?:{FONT}\s*)?\{{?\s*"
    r"([A-Za-z]|\\(?:zeta|xi|alpha|text\{net\}|mathrm\{net\}))\s*\}?\s*\}?"
)
_LEFT: Final = r"(?:\\left|\\right|\\[bB]ig[lr]?)?\s*"
_ACTIVATION: Final = re.compile(
    rf"{_LETTER}{_SCRIPT}\s*&?\s*(?::=|=|\\equiv)\s*&?\s*"
    r"(\\(?:sigma|phi|varphi|psi|theta|rho|tanh)(?![a-z])|[fghsS]"
    rf"|\\(?:text|mathrm|operatorname)\{{\w+\}}){_SCRIPT}\s*{_LEFT}\(\s*"
    rf"{_LETTER}{_SCRIPT}\s*{_LEFT}\)"
)
_COST: Final = re.compile(
    r"(?:\\d?frac\s*\{\s*(?:\\partial|d)\s*|\\partial\s*|\\nabla_(?:\{[^{}]*\}|\w)\s*)"
    r"(\\mathcal\s*\{?[A-Z]\}?|\\ell(?![a-z])|[CEJL])(?:_\w|\([^()]*\))?\s*[}/$&=]"
)
_RATE: Final = re.compile(r"[-=+]\s*(\\(?:eta|alpha|epsilon|lambda|gamma|mu))(?![a-z])")
_TARGET: Final = re.compile(rf"-\s*{_LETTER}")


def _most_common(found: Iterator[str]) -> str:
    return next((name for name, _ in Counter(found).most_common(1)), "")


def _cost(text: str) -> str:
    name = _most_common(symbol(found[1]) for found in _COST.finditer(maths(text)))
    is_layer = re.search(rf"[_^]\s*\{{?\s*[(\[]?{re.escape(name)}(?![a-z])", text)
    return "" if name and is_layer else name


def _definition(text: str) -> tuple[str, str, str]:
    """Return the letters of an activation, of its function and of its argument."""
    found = Counter(match.groups() for match in _ACTIVATION.finditer(maths(text)))
    for (made, function, of), _ in found.most_common():
        if made.lower() != of.lower() and of.lower() not in "xiy" and made not in "dp":
            return made.lower(), function, of.lower()
    return "", "", ""


def _activation(text: str) -> str:
    made = _definition(text)[0]
    return "" if made in {"x", "y"} else made


def _function(text: str) -> str:
    name = _definition(text)[1]
    numbered = rf"(?<![A-Za-z]){re.escape(name)}\s*['_^]+\s*\{{?\w"
    is_other = name == r"\tanh" or "{" in name or re.search(numbered, maths(text))
    return "" if is_other else name


def _target(text: str) -> str:
    found = (one[1] for one in _TARGET.finditer(maths(text)) if one[1] in "ytdYTD")
    name = _most_common(found)
    is_made = name.lower() == _definition(text)[0] or "pred" in text
    return "" if is_made else name


def _rate(text: str) -> str:
    return _most_common(found[1] for found in _RATE.finditer(maths(text)))


def _fixed(name: str) -> Callable[[str], str]:
    return lambda text: name if name in symbols(text) else ""


def _other(
    find: Callable[[str], str], names: str, capital: bool = False, accents: bool = True
) -> Rewriting:
    """Return the rewriting that gives what is found one of these names.

    With ``capital`` the capital letter, of all examples at once, goes along.
    """

    def rewriting(text: str, draws: Random) -> str:
        old = find(text)
        new = draws.choice([name for name in names.split("  ") if name != old])
        if not old:
            return text
        pairs = {old: new}
        if capital and len(old) == 1:
            large = new.upper() if len(new) == 1 else f"\\{new[1:].capitalize()}"
            cased = {old.lower(): new.lower() if len(new) == 1 else new}
            cased[old.upper()] = large
            pairs = {one: cased[one] for one in cased if one in symbols(text)}
            if large in pairs.values() and len(new) > 1 and large[1:] not in GREEK:
                return text
        return renamed(text, pairs, accents)

    return rewriting


def _marked(old: str, new: str, unless: str = "(?!)") -> Rewriting:
    """Return the rewriting of marks in formulas; none where ``unless`` is found."""

    def rewriting(text: str, draws: Random) -> str:
        chosen = draws.choice(new.split("  "))
        if re.search(unless, maths(text)):
            return text
        return "".join(
            re.sub(old, chosen, piece) if kind == "math" else piece
            for kind, piece in pieces(text)
        )

    return rewriting


def _indices(groups: str) -> Rewriting:
    """Return the rewriting that gives indices of neurons other letters."""

    def rewriting(text: str, draws: Random) -> str:
        pairs = zip("ijk", draws.choice(groups.split("  ")).split(), strict=True)
        scripts = re.findall(r"_(?:\{([^{}]*)\}|(\w))", maths(text))
        letters = {letter for pair in scripts for letter in "".join(pair)}
        of_layers = r"[_^]\s*\{?\s*[(\[]\s*[ijk]\b|[ijk]\s*[-+]\s*1"
        if not {"i", "j"} & letters or re.search(of_layers, maths(text)):
            return text
        return renamed(text, {o: n for o, n in pairs if o in letters and o != n})

    return rewriting


_TAIL: Final = r"((?:\\?[A-Za-z]+|\{\\?[A-Za-z]+\})?)\s*"
_INSIDE: Final = r"(\d|[lLknmK]|[lLknmK]\s*[-+]\s*1)"
_OF_LAYERS: Final = rf"\^\s*\{{\s*[(\[]\s*{_INSIDE}\s*[)\]]\s*{_TAIL}\}}"
_WITH_TAIL: Final = r"\^\s*\{\s*[(\[][^{}()\[\]]*[)\]]\s*[^}\s]"
_WEIGHT: Final = (
    r"(?<![A-Za-z\\])w((?:\^\s*(?:\w|\{[^{}]*\}))?)_\{\s*([a-z])\s*,?\s*([a-z0])\s*\}"
)
_FROM_FIRST: Final = (
    r"W|\A(?!.*_\{?([a-z])\}?\s*&?=\s*&?\\sum_\{?([a-z])[^w=]*?w(?:\^\{?[^{}]*?\}?)?_\{"
    r"\s*(?:\1\s*,?\s*\2)\s*\})"
)

TRANSFORMS: Final[dict[str, Rewriting]] = {
    "cost_latin": _other(_cost, "C  J  L  E  Q  R  F  S"),
    "cost_script": _other(_cost, r"\mathcal{L}  \ell  \mathcal{J}  \mathcal{E}"),
    "cost_word": _other(_cost, r"\text{Loss}  \text{cost}  \mathrm{MSE}  \text{err}"),
    "sum_latin": _other(lambda t: _definition(t)[2], "z  s  u  v  n  q  r  p", True),
    "sum_greek": _other(lambda t: _definition(t)[2], r"\zeta  \xi", True),
    "sum_word": _other(
        lambda t: _definition(t)[2], r"\text{net}  net  \text{in}", True
    ),
    "activation_latin": _other(_activation, "a  h  o  y  v  s", True),
    "activation_greek": _other(_activation, r"\alpha  \chi", True),
    "activation_word": _other(_activation, r"\text{act}  \text{out}  out", True),
    "function_latin": _other(_function, "f  g  h  s  S  T"),
    "function_greek": _other(_function, r"\sigma  \phi  \varphi  \psi  \theta  \rho"),
    "function_word": _other(_function, r"\text{act}  \operatorname{act}"),
    "delta_latin": _other(_fixed(r"\delta"), "e  d  D  r  g"),
    "delta_greek": _other(_fixed(r"\delta"), r"\epsilon  \varepsilon  \Delta  \eta"),
    "weights_greek": _other(_fixed("W"), r"\Theta  \theta  \Omega"),
    "weight_greek": _other(_fixed("w"), r"\theta  \omega", True),
    "weights_latin": _other(_fixed("W"), "U  M  K  V"),
    "weight_latin": _other(_fixed("w"), "u  m  k  v", True),
    "bias": _other(_fixed("b"), r"c  d  B  \beta  \text{bias}"),
    "target_latin": _other(_target, "y  t  d", True, accents=False),
    "target_greek": _other(_target, r"\tau  y^*  \tilde{y}", accents=False),
    "target_word": _other(_target, r"\text{target}  \text{label}", accents=False),
    "output": _other(_fixed(r"\hat y"), r"o  a  p  \tilde{y}  \bar{y}  \text{pred}"),
    "rate": _other(_rate, r"\eta  \alpha  \mu  \epsilon  \lambda  \gamma  \text{lr}"),
    "weights_small": _other(_fixed("W"), "w"),
    "weights_capital": _other(_fixed("w"), "W"),
    "fonts_away": _marked(
        rf"{FONT}\s*(?:\{{\s*([A-Za-z])\s*\}}|([A-Za-z])(?![A-Za-z]))", r" \1\2"
    ),
    "round_marks": _marked(
        rf"\^\s*\{{\s*\[\s*{_INSIDE}\s*\]\s*{_TAIL}\}}",
        r"^{(\1)\2}",
        r"\{\s*\(|\]\s*\(",
    ),
    "square_marks": _marked(
        rf"\^\s*\{{\s*\(\s*{_INSIDE}\s*\)\s*{_TAIL}\}}",
        r"^{[\1]\2}",
        r"\{\s*\[|\)\s*\(",
    ),
    "curly_marks": _marked(
        _OF_LAYERS,
        r"^{\\{\1\\}\2}  ^{<\1>\2}  ^{\\langle \1 \\rangle \2}",
        r"[\])]\s*\(",
    ),
    "bare_marks": _marked(
        _OF_LAYERS, r"^{\1}", rf"[\w}}]\s*\^\s*\{{?2\}}?|[\])]\s*\(|{_WITH_TAIL}"
    ),
    "lower_marks": _marked(
        _OF_LAYERS, r"_{\1}  _{(\1)}  _{[\1]}", rf"_\s*[{{\w]|\)\s*\(|{_WITH_TAIL}"
    ),
    "running_letter": _other(_fixed("l"), r"k  n  i  r  \ell  m"),
    "last_letter": _other(_fixed("L"), "K  N  n  H  D"),
    "indices_latin": _indices("p q r  m n k  s t r  u v w  a b c  r s t"),
    "indices_greek": _indices(r"\alpha \beta \gamma  \mu \nu \rho"),
    "indices_primed": _indices(r"i j j'  j' j k  i i' k"),
    "index_comma": _marked(
        r"_\{\s*([a-z])\s*([a-z])\s*\}", r"_{\1,\2}  _{\1, \2}  _{\1\\,\2}  _{\1 \2}"
    ),
    "index_swapped": _marked(
        _WEIGHT, r"w\1_{\3\2}", r"W|\^\s*\{?\s*(?:T|\\top)|\\nabla"
    ),
    "index_arrow": _marked(_WEIGHT, r"w\1_{\3 \\to \2}", f"(?s){_FROM_FIRST}"),
}
