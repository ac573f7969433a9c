r"""Write numbers for layers that a text has in words above: ``w_{ij}^{[hid]}``.

With one hidden layer it is the first, and the outputs are the second. Where the other
layers are letters, ``\delta_i^{(n)}``, the outputs are of the last one. No line is
added or lost.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["with_numbered_layers"]


def with_numbered_layers(text: str) -> str:
    r"""Return the text with a number for each word above a letter with an index.

    >>> print(with_numbered_layers(r"\delta_i^{[hid]} = w_i^{[out]} \delta^{[out]}"))
    \delta_i^{(1)} = w_i^{(2)} \delta^{(2)}
    >>> print(with_numbered_layers(r"e_i^{\text{out}} = t_i - y_i, e_j^{(n-1)}"))
    e_i^{(L)} = t_i - y_i, e_j^{(n-1)}
    """
    if not _WITH_INDEX.search(text):
        return text
    words = {_layer(found) for found in _ABOVE.finditer(text)}
    if {"hidden", "out"} <= words and not _BY_NUMBER.search(text):
        numbers = {"in": "0", "hidden": "1", "out": "2"}
    elif words == {"out"} and _BY_LETTER.search(text):
        numbers = {"out": "L"}
    else:
        return text
    return _ABOVE.sub(lambda found: f"^{{({numbers[_layer(found)]})}}", text)


def _layer(found: re.Match[str]) -> str:
    word = (found["word"] or found["looks"] or found["bare"]).lower()
    return next(layer for layer, words in _WORDS.items() if word in words)


_WORDS: Final = {
    "in": frozenset({"in", "inp", "input", "entrée", "entrada"}),
    "hidden": frozenset({"hid", "hidden", "cachée", "oculta", "verborgen"}),
    "out": frozenset({
        "out", "output", "sortie", "salida", "saída", "saida", "uscita", "ausgabe",
    }),
}  # fmt: skip
_WORD: Final = "|".join(sorted({w for words in _WORDS.values() for w in words}))
_LOOKS: Final = r"\\(?:text|textrm|textit|textbf|mathrm|mathit|operatorname)"
_ABOVE: Final = re.compile(
    rf"\^\s*(?:\{{\s*[\[(]?\s*(?:(?:\\rm\s+)?(?P<word>{_WORD})"
    rf"|{_LOOKS}\s*\{{\s*(?P<looks>{_WORD})\s*\}})\s*[\])]?\s*\}}"
    rf"|{_LOOKS}\s*\{{\s*(?P<bare>{_WORD})\s*\}})",
    re.IGNORECASE,
)
_INDEX: Final = r"_(?:[a-z](?![A-Za-z])|\{[a-z]{1,2}\})"
_UNNAMED: Final = re.sub(r"\?P<\w+>", "?:", _ABOVE.pattern)
_WITH_INDEX: Final = re.compile(
    rf"{_INDEX}\s*(?:{_UNNAMED})|(?:{_UNNAMED})\s*{_INDEX}", re.IGNORECASE
)
_BY_NUMBER: Final = re.compile(r"\^\s*\{?\s*[\[(]\s*[0-9]\s*[\])]")
_BY_LETTER: Final = re.compile(
    r"\^\s*\{?\s*[\[(]?\s*[klnmiL]\s*(?:[-+]\s*1\s*)?[\])]?\s*\}"
)
