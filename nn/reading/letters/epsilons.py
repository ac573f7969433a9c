r"""Tell an error that is called epsilon from a learning rate.

Epsilon is a learning rate in texts that have no other; where eta stands beside it, and
epsilon is computed with a slope, it is what others call delta.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["with_epsilons_as_deltas"]


def with_epsilons_as_deltas(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with delta for an epsilon that is an error.

    >>> with_epsilons_as_deltas([r"\epsilon = (a - y) g'(z)", r"b - \eta\epsilon"])
    ["\\delta = (a - y) g'(z)", 'b - \\eta\\delta']
    >>> with_epsilons_as_deltas([r"b - \varepsilon g'(z)"])
    ["b - \\varepsilon g'(z)"]
    """
    text = "\n".join(formulas)
    if not _RATE.search(text) or _DELTA.search(text):
        return list(formulas)
    if not any(map(_COMPUTED.search, formulas)):
        return list(formulas)
    return [_EPSILON.sub(r"\\delta", formula) for formula in formulas]


_SIGN: Final = r"(?:\\(?:var)?epsilon(?![A-Za-z])|[εϵ])"
_EPSILON: Final = re.compile(_SIGN)
_RATE: Final = re.compile(r"\\eta(?![A-Za-z])|η")
_DELTA: Final = re.compile(r"\\delta(?![A-Za-z])|δ")
_COMPUTED: Final = re.compile(
    rf"{_SIGN}[^=\n]{{0,30}}=[^\n]*(?:'|\\partial|\\dot|1\s?-)"
)
