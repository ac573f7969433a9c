r"""Sums over the patterns of which nothing bears the index: ``\sum_p \delta_l x_h``.

A text that says that it sums over "all patterns $p$" and leaves the label p out on its
activations means a sum over the examples, which is ``\sum_x`` to all other rules.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["with_sums_over_examples"]


def with_sums_over_examples(text: str) -> str:
    r"""Return the text with ``\sum_x`` for its sums over patterns.

    >>> with_sums_over_examples(r"over all patterns $p$: $\sum_p d_l x_h$")
    'over all patterns $p$: $\\sum_x d_l x_h$'
    >>> with_sums_over_examples(r"over all patterns $p$: $\sum_p d_{pl} x_{ph}$")
    'over all patterns $p$: $\\sum_p d_{pl} x_{ph}$'
    """
    said = _SAID.search(text)
    if said is None:
        return text
    letter = said[1]
    summed = re.compile(
        rf"\\sum(\\limits)?\s*_\s*(?:{letter}(?![A-Za-z])|\{{{letter}\}})"
    )
    rest = summed.sub("", text)
    if re.search(rf"[_^]\s*(?:{letter}(?![A-Za-z])|\{{[^{{}}]{{0,20}}{letter})", rest):
        return text
    return summed.sub(r"\\sum\1_x", text)


_SAID: Final = re.compile(
    r"(?:patterns|examples|cases|samples|instances|data points)\s+\$([m-s])\$"
)
