r"""The number of a layer and another index as one: ``z_{2i}``, ``\delta_{2(i)}``."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["with_numbers_apart"]


def with_numbers_apart(text: str) -> str:
    r"""Return the text with the numbers of layers parted from what stands behind them.

    An index in brackets is that of an example:

    >>> print(with_numbers_apart(r"$\frac{1}{m} \sum_{i=1}^m \delta_{2(i)}$"))
    $\frac{1}{m} \sum_{i=1}^m \delta_{2}^{(i)}$

    Another one is that of a neuron, where a number stands alone elsewhere:

    >>> print(with_numbers_apart(r"$z_2 = h W_2$, $\partial J / \partial z_{2i}$"))
    $z_2 = h W_2$, $\partial J / \partial z_{2,i}$
    >>> print(with_numbers_apart(r"$z_{2i}$"))
    $z_{2i}$
    """
    text = _OF_EXAMPLE.sub(
        lambda found: f"_{{{found[1]}}}^{{({found[2]}){'T' if found[3] else ''}}}", text
    )
    alone = set(_ALONE.findall(text))
    return _OF_NEURON.sub(
        lambda found: (
            f"{found[1]}_{{{found[2]},{found[3]}}}" if found[1] in alone else found[0]
        ),
        text,
    )


_LETTER: Final = r"(?<![A-Za-z\\])(z|a|h|b|\\delta)"
_OF_EXAMPLE: Final = re.compile(
    r"(?<=[A-Za-z])_\{\s*([0-9lL])\s*\(\s*([ijkn])\s*\)\s*\}"
    r"(?:\s*\^\s*(\{\s*(?:T|\\top)\s*\}|T|\\top(?![A-Za-z]))|(?!\s*\^))"
)
_ALONE: Final = re.compile(rf"{_LETTER}_\{{?[1-9](?![\w,])")
_OF_NEURON: Final = re.compile(rf"{_LETTER}_\{{\s*([1-9])([ijkn])\s*\}}")
