r"""Matrices that are called by the indices of their entries: ``o = h \cdot W_{jk}``.

Beside ``net = x \cdot W_{ij}`` the indices say which matrix it is, as numbers do. In an
equation of entries, ``\sum_k W_{jk} \delta_k``, they are indices after all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

__all__ = ["with_matrices_numbered"]


def with_matrices_numbered(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with numbers for such matrices, and indices for entries.

    >>> text = r"n = x W_{ij}, h = f(n);o = h \cdot W_{jk};\sum_k W_{jk} d_k"
    >>> print(*with_matrices_numbered(text.split(";")), sep="\n")
    n = x W^{(1)}, h = f(n)
    o = h \cdot W^{(2)}
    \sum_k W^{(2)}_{jk} d_k

    Where all equations are of entries, nothing is to be told apart:

    >>> text = r"n_j = \sum_i x_i w_{ij};o_k = \sum_j h_j w_{jk}"
    >>> with_matrices_numbered(text.split(";")) == text.split(";")
    True
    """
    whole = [one for one in formulas if not _OF_ENTRIES.search(_OWN.sub("", one))]
    found = [made for one in whole for made in _PRODUCT.finditer(one)]
    if {made["letter"] for made in found} not in _LETTERS:
        return list(formulas)
    pairs = list(dict.fromkeys(made["pair"].replace(" ", "") for made in found))
    layers = _in_order(pairs)
    if layers is None:
        return list(formulas)
    (letter,) = {made["letter"] for made in found}
    ends = {pair[1]: layer for pair, layer in layers.items()}
    weight = re.compile(
        rf"(?<![A-Za-z\\]){letter}_\s*\{{\s*([a-z])\s*,?\s*([a-z])\s*\}}"
    )
    bias = re.compile(r"(?<![A-Za-z\\])b_\s*(?:([a-z])(?![a-z])|\{\s*([a-z])\s*\})")
    new: list[str] = []
    for one in formulas:
        of_entries = _OF_ENTRIES.search(_OWN.sub("", one)) is not None
        named = _Namer(layers, of_entries).named
        numbered = weight.sub(partial(named, letter), one)
        named = _Namer(layers | ends, of_entries).named
        new.append(bias.sub(partial(named, "b"), numbered))
    return new


@dataclass(frozen=True, slots=True)
class _Namer:
    """Gives layers to indices, which stay where an equation is of entries."""

    layers: Mapping[str, int]
    of_entries: bool

    def named(self, letter: str, found: re.Match[str]) -> str:
        """Return a matrix or bias with its layer; as it is, if that is not known."""
        index = "".join(filter(None, found.groups()))
        if index not in self.layers:
            return found[0]
        below = f"_{{{index}}}" if self.of_entries else ""
        return f"{letter}^{{({self.layers[index]})}}{below}"


def _in_order(pairs: Sequence[str]) -> dict[str, int] | None:
    """Return the layers of ij, jk, ..., if each leads on from the one before."""
    after = {pair[0]: pair for pair in pairs}
    first = [pair for pair in pairs if pair[0] not in {other[1] for other in pairs}]
    if len(after) != len(pairs) or len(pairs) < _FEWEST or len(first) != 1:
        return None
    found: dict[str, int] = {}
    pair: str | None = first[0]
    while pair is not None and pair not in found:
        found[pair] = len(found) + 1
        pair = after.get(pair[1])
    return found if len(found) == len(pairs) else None


_FEWEST: Final = 2
_LETTERS: Final = ({"W"}, {"w"})
_PAIR: Final = r"_\s*\{\s*(?P<pair>[a-z]\s*,?\s*[a-z])\s*\}"
_OWN: Final = re.compile(  # what has the indices as its name, where all are matrices
    r"(?<![A-Za-z\\])(?:[Ww]_\s*\{\s*[a-z]\s*,?\s*[a-z]\s*\}|b_\s*(?:[a-z](?![a-z])|\{[a-z]\}))"
)
_OF_ENTRIES: Final = re.compile(
    r"\\sum(?![A-Za-z])|[∑Σ]|_\s*(?:[a-z](?![a-z])|\{\s*[a-z]{1,2}\s*\})"
)
# net = x \cdot W_{ij}, z = W_{ij}^T x
_PRODUCT: Final = re.compile(
    rf"(?:^|[\s&,;])[A-Za-z]{{1,3}}\s*&?=\s*(?:[A-Za-z]\s*(?:\\cdot|\\times|\*|@)?\s*)?"
    rf"(?P<letter>[Ww]){_PAIR}"
)
