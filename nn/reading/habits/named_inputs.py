r"""Inputs with a name of their own: ``in_i``, where ``out_i^{(0)} = in_i`` says so.

Elsewhere ``in_j`` may be what goes into a neuron, the weighted sum.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["with_inputs_as_x"]


def with_inputs_as_x(text: str) -> str:
    r"""Return the text with x for the word that it calls activations of layer 0.

    >>> with_inputs_as_x(r"with $out_i^{(0)} = in_i$, $\sum_i in_i w_{ij}^{(1)}$")
    'with $out_i^{(0)} = x_i$, $\\sum_i x_i w_{ij}^{(1)}$'
    >>> with_inputs_as_x(r"$in_j = \sum_i w_{ij} a_i$")
    '$in_j = \\sum_i w_{ij} a_i$'
    """
    said = _SAID.search(text)
    if said is None:
        return text
    word = re.escape(said["word"])
    return re.sub(rf"(?<![A-Za-z\\{{]){word}(?=\s*_)", "x", text)


_ZEROTH: Final = r"\^\s*\{?\s*[(\[]?\s*0\s*[)\]]?\s*\}?"
_SAID: Final = re.compile(
    rf"[A-Za-z}}]\s*(?:_\s*\{{?\w\}}?\s*{_ZEROTH}|{_ZEROTH}\s*_\s*\{{?\w\}}?)\s*=\s*"
    r"(?P<word>in|inp|input|inputs)\s*_\s*\{?\w\}?\s*(?:\$|,|\.|\\q?quad|\n)"
)
