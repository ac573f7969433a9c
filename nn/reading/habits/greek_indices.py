r"""Count neurons by Latin letters where a text has Greek ones: ``w_{\mu\nu} x_\nu``.

A Greek letter that stands below others alone, and in a pair below one of them, is an
index, whatever it may mean elsewhere. An arrow between two indices says their order:
``w_{i \to j}`` is ``w_{ij}``, as where one leads from i to j.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

__all__ = ["with_latin_indices"]


def with_latin_indices(text: str) -> str:
    r"""Return a text with free Latin letters for its Greek indices, and no arrows.

    >>> with_latin_indices(r"$z_\mu = \sum_{\nu=1}^n w_{\mu\nu} x_\nu$, $\eta_\mu$")
    '$z_{i} = \\sum_{j=1}^n w_{ij} x_{j}$, $\\eta_{i}$'
    >>> with_latin_indices(r"$\mu_j = \alpha x_\mu$, $w_{i \to j} o_i$")
    '$\\mu_j = \\alpha x_\\mu$, $w_{ij} o_i$'
    """
    text = _ARROW.sub(r"_{\1\2}", text)
    if not _PAIR.search(text):
        return text
    letters = Counter(_GREEK.findall(text))
    below = Counter(
        letter for script in _BELOW.findall(text) for letter in _GREEK.findall(script)
    )
    others = letters - below - Counter(_ALONE.findall(text))
    found = [letter for letter in below if not others[letter]]
    free = [
        one
        for one in "ijkpqrmn"
        if not re.search(rf"(?<![A-Za-z\\]){one}(?![A-Za-z])", text)
    ]
    if not found or len(free) < len(found):
        return text
    ours = dict(zip(found, free, strict=False))
    text = _BARE.sub(r"_{\1}", text)
    return _GREEK_SPACED.sub(lambda one: ours.get(one[1], one[0]), text)


_NAMES: Final = (
    r"\\(?:alpha|beta|gamma|kappa|lambda|mu|nu|rho|sigma|tau|xi|iota|chi|omega)"
    r"(?![A-Za-z])"
)
_GREEK: Final = re.compile(_NAMES)
_GREEK_SPACED: Final = re.compile(rf"({_NAMES})(?:[ ](?=[A-Za-z]))?")
_BELOW: Final = re.compile(rf"_\s?(?:\{{[^{{}}]{{0,60}}\}}|{_NAMES})")
_BARE: Final = re.compile(rf"_\s?({_NAMES})")
_ALONE: Final = re.compile(  # what counts, in a sentence: the $\nu^{th}$ neuron
    rf"[$(,=]\s?({_NAMES})\s?"
    r"(?=[$,]|=\s?[01\\]|\\in(?![A-Za-z])|\\neq|\^\s?\{?\s?(?:\\[a-z]+\s?\{?\s?)?[a-z]{2}\b)"
)
_PAIR: Final = re.compile(
    rf"_\s?\{{\s?(?:{_NAMES}\s?,?\s?(?:{_NAMES}|[a-z])|[a-z]\s?,?\s?{_NAMES})\s?\}}"
)
_ARROW: Final = re.compile(
    r"(?<!\\lim)_\s?\{\s?([a-z])\s?(?:\\to|\\rightarrow|→|->)\s?([a-z])\s?\}"
)
