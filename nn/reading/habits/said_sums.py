r"""Weighted sums that a sentence defines: "where ``a_k`` is the summed input of k".

A letter that is an activation elsewhere is z in such a text, if it has no other z.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["with_sums_as_said"]


def with_sums_as_said(text: str) -> str:
    r"""Return the text with z for a letter that is said to be a weighted sum.

    >>> print(with_sums_as_said("$d_k = e_k f'(a_k)$, where $a_k$ is the net input."))
    $d_k = e_k f'(z_k)$, where $z_k$ is the net input.

    What is made by a function, or compared with the targets, is none:

    >>> said = "$a_k = f(s_k)$, where $a_k$ is the net input of the next layer."
    >>> with_sums_as_said(said) == said
    True
    """
    if len(text) > _LONGEST or _Z.search(text):
        return text
    letters = {found["letter"] or found["plain"] for found in _SAID.finditer(text)}
    for letter in sorted(letters):
        at = rf"(?<![A-Za-z\\]){letter}(?=\s*_)"
        if not re.search(_OTHERWISE.format(at=at), text):
            text = re.sub(at, "z", text)
    return text


_LONGEST: Final = 40_000  # characters
_INDEX: Final = r"\s*_\s*(?:\w|\{[^{}$]{1,9}\})"
_Z: Final = re.compile(r"(?<![A-Za-z\\])z(?![A-Za-z])")
_SUM: Final = (
    r"(?:the |its |a )?(?:(?:summed|net|total|weighted|whole) (?:input|activation)"
    r"|weighted sum|pre-?activation|linear combination)\b"
)
_SAID: Final = re.compile(
    rf"(?:\$|\\\()\s*(?P<letter>[ahsuvnq]){_INDEX}\s*(?:\$|\\\))"
    rf" (?:is|denotes|means) {_SUM}"
    rf"|(?<![\w\\$])(?P<plain>[ahsuvnq])_\w (?:is|denotes|means) {_SUM}"
)
_OF: Final = r"\s*_\s*(?:\w|\{{[^{{}}$]{{1,9}}\}})"
# a_k = f(s_k), (a_k - y_k), y_k - a_k, W a, a (1 - a)
_OTHERWISE: Final = (
    rf"{{at}}{_OF}\s*&?\s*=\s*\\?[A-Za-z]+\s*(?:\\left)?\(|{{at}}{_OF}\s*[-−]|[-−]\s*{{at}}"
    rf"|{{at}}{_OF}\s*\(\s*1|[wW](?:_|\^|\b)[^$=]{{{{0,20}}}}\s{{at}}|{{at}}{_OF}\s*[wW]"
)
