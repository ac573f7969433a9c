r"""The chain rule as a text recalls it: ``dy/dx = dy/du \cdot du/dx``.

It is of any functions, and its letters are none of the network, where y is most often a
target. So it is with what the text says of them: ``y = f(u)`` and ``u = g(x)``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["of_any_functions"]


def of_any_functions(formulas: Sequence[str]) -> list[bool]:
    r"""Return which formulas recall the chain rule, or say of which functions it is.

    >>> rule = r"\frac{dy}{dx} = \frac{dy}{du} \cdot \frac{du}{dx}"
    >>> of_any_functions([rule, "y = f(u)", "a = f(z)"])
    [True, True, False]
    >>> of_any_functions([r"\frac{dL}{dw} = \frac{dL}{dz} \frac{dz}{dw}", "z = f(w)"])
    [False, False]
    """
    rules = [_letters_of_rule(formula) for formula in formulas]
    letters = {letter for rule in rules for letter in rule}
    return [
        bool(rule) or (bool(letters) and _is_made_of(formula, letters))
        for rule, formula in zip(rules, formulas, strict=True)
    ]


def _letters_of_rule(formula: str) -> tuple[str, ...]:
    """Return the letters of a chain rule, from the result to the argument, or none."""
    if len(formula) > _LONGEST:
        return ()
    left, equals, right = formula.partition("=")
    if not equals or _RULE.fullmatch(_LOOKS.sub("", right)) is None:
        return ()
    of_left, pairs = _pairs(left), _pairs(right)
    if len(of_left) != 1 or _PAIR.fullmatch(_LOOKS.sub("", left).strip()) is None:
        return ()
    chain = [pairs[0][0], *(below for _, below in pairs)]
    tops = [top for top, _ in pairs]
    whole = (chain[0], chain[-1])
    is_chain = tops == chain[:-1] and of_left == [whole]
    is_any = whole[0] in _RESULTS and whole[1] in _ARGUMENTS
    return tuple(chain) if is_chain and is_any else ()


def _pairs(side: str) -> list[tuple[str, str]]:
    found = ([one for one in match.groups() if one] for match in _PAIR.finditer(side))
    return [(top, below) for top, below in found]


def _is_made_of(formula: str, letters: set[str]) -> bool:
    found = _DEFINED.fullmatch(formula)
    return found is not None and {found["made"], found["of"]} <= letters


_LONGEST: Final = 300
_RESULTS: Final = frozenset("yzfghuF")
_ARGUMENTS: Final = frozenset("xt")
_D: Final = r"(?:d|\\partial\s*|∂|\\mathrm\s*\{\s*d\s*\}\s*|\\text\s*\{\s*d\s*\}\s*)\s*"
_PAIR: Final = re.compile(
    rf"(?:\\[dt]?frac\s*\{{\s*{_D}([A-Za-z])\s*\}}\s*\{{\s*{_D}([A-Za-z])\s*\}}"
    rf"|{_D}([A-Za-z])\s?/\s?{_D}([A-Za-z])(?![A-Za-z0-9_]))"
)
_RULE: Final = re.compile(
    rf"\s*{_PAIR.pattern}(?:\s*(?:\\cdot|\\times|[*·×])?\s*{_PAIR.pattern}){{1,4}}\s*"
)
_LOOKS: Final = re.compile(r"[&.,;]|\\[,;:! ]")
_DEFINED: Final = re.compile(
    r"\s*(?P<made>[A-Za-z])\s*=\s*[A-Za-z]\s*\(\s*(?P<of>[A-Za-z])\s*\)\s*[.,;]?\s*"
)
