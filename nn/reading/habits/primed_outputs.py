r"""Outputs that are the targets' letter with a prime: ``(y' - y)``, ``y'(1 - y')``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["with_primed_outputs"]


def with_primed_outputs(formulas: Sequence[str]) -> list[str]:
    r"""Return formulas with ``\hat{y}`` for such outputs.

    They are outputs where y is taken from them, or they from y: nobody takes a column
    from its own transpose.

    >>> with_primed_outputs([r"\delta = (y' - y) g'(z)", r"y' = g(z)"])
    ["\\delta = (\\hat{y} - y) g'(z)", '\\hat{y} = g(z)']
    >>> with_primed_outputs(["d = a - y'"])
    ["d = a - y'"]
    """
    if not any(map(_COMPARED.search, formulas)):
        return list(formulas)
    return [_PRIMED.sub(r"\\hat{y}", one) for one in formulas]


_PRIME: Final = r"(?:'|\^\s*\{?\s*(?:\\prime|')\s*\}?)"
_PRIMED: Final = re.compile(rf"(?<![A-Za-z\\])y{_PRIME}(?!')")
_COMPARED: Final = re.compile(
    rf"(?<![A-Za-z\\])(?:y{_PRIME}\s*[-−]\s*y(?![A-Za-z'^_])|y\s*[-−]\s*y{_PRIME}(?!'))"
)
