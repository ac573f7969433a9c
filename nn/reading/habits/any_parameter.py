r"""A letter that stands for any of the parameters, in the update of them all.

``p \leftarrow p - \eta \frac{\partial L}{\partial p}`` is said of each weight and each
bias. Where the letter stands in no other formula it is what others call theta.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["with_any_parameter"]


def with_any_parameter(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with theta for such a letter.

    >>> with_any_parameter([r"p = p - \eta \frac{\partial L}{\partial p}", "z = w x"])
    ['\\theta  = \\theta  - \\eta \\frac{\\partial L}{\\partial \\theta }', 'z = w x']
    >>> with_any_parameter([r"v = v - \eta \nabla_v L", "z = v x"])
    ['v = v - \\eta \\nabla_v L', 'z = v x']
    """
    found = list(formulas)
    for i, formula in enumerate(formulas):
        match = _UPDATED.search(formula)
        if match is None:
            continue
        letter = re.compile(rf"(?<![A-Za-z\\]){re.escape(match['letter'])}(?![A-Za-z])")
        if not any(map(letter.search, (*formulas[:i], *formulas[i + 1 :]))):
            found[i] = letter.sub(lambda _: r"\theta ", formula)
    return found


_UPDATED: Final = re.compile(
    r"^(?:\s|&)*(?P<letter>[pqruvP]|\\(?:phi|psi|omega|vartheta|xi|pi|Phi|Psi)(?![A-Za-z]))"
    r"(?:\s|&)*(?:=|:=|\\leftarrow|\\gets|\\coloneqq|←)(?:\s|&)*(?P=letter)\s*[-+][^=]{1,80}"
    r"(?:\\[dt]?frac\s*\{\s*\\partial\s*(?:[^{}=]{1,9}|\\[a-z]{2,9}\s*\{[^{}]{1,9}\})\s*\}\s*\{\s*\\partial\s*(?P=letter)\s*\}"
    r"|\\nabla\s*_\s*\{?\s*(?P=letter)(?![A-Za-z]))"
)
