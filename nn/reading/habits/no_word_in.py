r"""The indices i and n below a letter, which are no word: ``z_{in}``, ``z_{jn}``."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["with_indices_apart"]


def with_indices_apart(text: str) -> str:
    r"""Return a text with a comma between a neuron's index and that of an example.

    >>> with_indices_apart(r"$z_{in} = \sum_j w_{ij} a_{jn}$")
    '$z_{i,n} = \\sum_j w_{ij} a_{j,n}$'
    >>> with_indices_apart(r"$W_{in}$ and $W_{out}$")
    '$W_{in}$ and $W_{out}$'
    """
    if "_{in}" not in text or _OTHER_NEURONS.search(text) is None:
        return text
    return _OF_EXAMPLES.sub(r"_{\1,n}", text)


_OTHER_NEURONS: Final = re.compile(r"_\{[jkm]n\}")
_OF_EXAMPLES: Final = re.compile(r"_\{([ijkm])n\}")
