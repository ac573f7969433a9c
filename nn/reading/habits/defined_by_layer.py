r"""Letters that a text defines for every layer: ``g_k = \nabla_{z^{(k)}} J``.

Such a letter is what others call delta. One that is the diagonal matrix of a formula,
``D_k = \operatorname{diag}(f'(z^{(k)}))``, is put in where it stands with a layer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["with_letters_by_layer"]


def with_letters_by_layer(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with what such letters stand for.

    >>> lines = [r"g_k = \nabla_{z^{(k)}} J", "g_1 = W^{(2) T} g_2 + g"]
    >>> print(*with_letters_by_layer(lines), sep="\n")
    \delta^{(k)} = \nabla_{z^{(k)}} J
    \delta^{(1)} = W^{(2) T} \delta^{(2)} + g
    >>> print(*with_letters_by_layer([r"D_l = \diag(f'(z^l))", "D_1 W^2 D_{2}"]))
    D_l \diag(f'(z^{1})) W^2 \diag(f'(z^{2}))

    A letter of a neuron stays, as what is derived by ``z_j`` is.
    """
    found = list(formulas)
    if not any(r"\delta" in one or "δ" in one for one in formulas):
        letters = {one["letter"] for one in map(_GRADIENT.match, formulas) if one}
        placed = _placed(letters.pop()) if len(letters) == 1 else None
        if placed and not any(map(_called(placed).search, formulas)):
            found = [
                placed.sub(lambda one: rf"\delta^{{({_layer(one)})}}", formula)
                for formula in found
            ]
    for one in [_DIAGONAL.match(formula) for formula in formulas][:_MOST]:
        if one is not None and one["letter"] not in _TAKEN:
            found = _put_in(found, one)
    return found


def _put_in(formulas: list[str], defined: re.Match[str]) -> list[str]:
    """Return the formulas with a diagonal matrix for the letter, in its layer."""
    index, placed = _layer(defined), _placed(defined["letter"])
    inner = re.compile(rf"(?<![A-Za-z\\]){index}(?![A-Za-z])")
    scripts = re.compile(r"(?P<sign>[_^])\s*(?P<script>\{[^{}]{1,20}\}|[A-Za-z])")

    def with_layer(layer: str) -> str:
        def script(found: re.Match[str]) -> str:
            new = inner.sub(layer, found["script"].strip("{}"))
            return f"{found['sign']}{{{new}}}"

        return scripts.sub(script, defined["diagonal"])

    return [
        defined["name"]
        if formula == defined.string
        else formula
        if len(formula) > _LONGEST
        else placed.sub(lambda one: with_layer(_layer(one)), formula)
        for formula in formulas
    ]


def _layer(found: re.Match[str]) -> str:
    return next(found[f"index{i}"] for i in (1, 2, 3) if found[f"index{i}"])


def _script() -> str:
    """Return the pattern of a layer below or above: a letter, a number, or l + 1."""
    inner = r"[A-Za-z0-9](?:\s?[-+]\s?[0-9])?"
    return (
        rf"\s*[_^]\s*(?:(?P<index1>[A-Za-z0-9])(?![A-Za-z0-9])"
        rf"|\{{\s*(?:(?P<index2>{inner})|[(\[]\s*(?P<index3>{inner})\s*[)\]])\s*\}})"
    )


def _placed(letter: str) -> re.Pattern[str]:
    """Return what finds a letter with its layer."""
    return re.compile(rf"(?<![A-Za-z\\{{]){re.escape(letter)}{_script()}")


def _called(placed: re.Pattern[str]) -> re.Pattern[str]:
    """Return what finds a function of a layer: ``g^{[l]}(z)``."""
    return re.compile(rf"{placed.pattern}\s*(?:\\left\s*)?\(\s*[zZaAhHWxX]\b")


_MOST: Final = 200
_LONGEST: Final = 2_000
_TAKEN: Final = frozenset("WwbaAzZhHxXyYCEJL")
_EQUALS: Final = r"\s*(?::=|=|\\equiv|\\triangleq|\\coloneqq)\s*"
_GRADIENT: Final = re.compile(
    rf"\s*(?P<letter>[cegpqruv]){_script()}{_EQUALS}"
    r"(?:\\nabla\s*_\s*\{|\\[dt]?frac\s*\{\s*\\partial\s*\w\s*\}\s*\{\s*\\partial\s*)"
    r"\s*[A-Za-z]\s*\^\s*\{?\s*[(\[]?\s*"
    r"(?:(?P=index1)|(?P=index2)|(?P=index3))\s*[)\]]?\s*\}"
)
_DIAGONAL: Final = re.compile(
    rf"\s*(?P<name>(?P<letter>[A-Z]|\\(?:Sigma|Lambda|Gamma|Phi)){_script()}){_EQUALS}"
    r"(?P<diagonal>\\(?:operatorname\*?\s*\{\s*[dD]iag\s*\}|(?:mathrm|text)\s*"
    r"\{\s*[dD]iag\s*\}|diag)\s*(?:\\left|\\[bB]igl?)?\s*[(\[].{1,200}?[)\]])\s*[.,;]?\s*$"
)
