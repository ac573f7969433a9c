r"""Tell an error that is called epsilon or sigma from a rate, or from a function.

Epsilon is a learning rate in texts that have no other; where eta stands beside it, and
epsilon is computed with a slope, or of itself in the next layer, it is what others call
delta. So is a sigma with a label below, where it is given a derivative and has no
argument: ``\sigma_o = \frac{\partial E}{\partial z_o}``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["with_errors_as_deltas"]


def with_errors_as_deltas(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with delta for an epsilon, or a sigma, that is an error.

    >>> with_errors_as_deltas([r"\epsilon = (a - y) g'(z)", r"b - \eta\epsilon"])
    ["\\delta = (a - y) g'(z)", 'b - \\eta\\delta']
    >>> with_errors_as_deltas([r"b - \varepsilon g'(z)"])
    ["b - \\varepsilon g'(z)"]
    >>> with_errors_as_deltas([r"\sigma_o = \frac{\partial E}{\partial z}", "z"])
    ['\\delta_o = \\frac{\\partial E}{\\partial z}', 'z']
    """
    text = "\n".join(formulas)
    if _DELTA.search(text):
        return list(formulas)
    if _is_an_error(formulas, text):
        return [_EPSILON.sub(r"\\delta", formula) for formula in formulas]
    if any(map(_SIGMA_DERIVED.match, formulas)) and not _SIGMA_CALLED.search(text):
        return [_SIGMA_BELOW.sub(r"\\delta", formula) for formula in formulas]
    return list(formulas)


def _is_an_error(formulas: Sequence[str], text: str) -> bool:
    """Return whether epsilon is one in the formulas, of which the text is made."""
    computed = _RATE.search(text) and any(map(_COMPUTED.search, formulas))
    return bool(computed) or _OF_THE_NEXT.search(text) is not None


_SIGN: Final = r"(?:\\(?:var)?epsilon(?![A-Za-z])|[εϵ])"
_EPSILON: Final = re.compile(_SIGN)
_RATE: Final = re.compile(r"\\eta(?![A-Za-z])|η")
_DELTA: Final = re.compile(r"\\delta(?![A-Za-z])|δ")
_COMPUTED: Final = re.compile(
    rf"{_SIGN}[^=\n]{{0,30}}=[^\n]*(?:'|\\partial|\\dot|1\s?-)"
)
_LAYER: Final = r"\s*[_^]\s*\{?\s*[(\[]?\s*(?:l|\\ell)\s*"
_OF_THE_NEXT: Final = re.compile(
    rf"{_SIGN}{_LAYER}[)\]}}\s&:]{{0,8}}=[^=\n]{{1,200}}{_SIGN}{_LAYER}\+\s*1"
)
_BELOW: Final = r"\s*_\s*(?:[A-Za-z0-9]|\{[A-Za-z0-9_,\s]{1,12}\})"
_SIGMA_BELOW: Final = re.compile(rf"\\sigma(?={_BELOW})")
_SIGMA_CALLED: Final = re.compile(rf"\\sigma{_BELOW}\s*(?:\\left\s*)?(?:\(|'|\^)")
_BEGINNING: Final = r"(?:\s|&|\\begin\s*\{[a-z*]{1,12}\}|\\displaystyle)*"
_SIGMA_DERIVED: Final = re.compile(
    rf"{_BEGINNING}\\sigma{_BELOW}[\s&:]*=(?:\s|&|\\displaystyle)*"
    r"\\[dt]?frac\s*\{\s*\\partial\b"
)
