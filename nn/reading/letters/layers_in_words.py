r"""Write numbers for layers that a text has in words above: ``w_{ij}^{[hid]}``.

With one hidden layer it is the first, and the outputs are the second. Where the other
layers are letters, ``\delta_i^{(n)}``, the outputs are of the last one. No line is
added or lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["with_numbered_labels", "with_numbered_layers"]


def with_numbered_layers(text: str) -> str:
    r"""Return the text with a number for each word above a letter with an index.

    >>> print(with_numbered_layers(r"\delta_i^{[hid]} = w_i^{[out]} \delta^{[out]}"))
    \delta_i^{(1)} = w_i^{(2)} \delta^{(2)}
    >>> print(with_numbered_layers(r"e_i^{\text{out}} = t_i - y_i, e_j^{(n-1)}"))
    e_i^{(L)} = t_i - y_i, e_j^{(n-1)}
    >>> print(with_numbered_layers(r"\delta^{last}, a^{l_{last}-1}, W_{\text{last}}"))
    \delta^{L}, a^{L-1}, W_{L}
    """
    text = _LAST.sub(r"\g<sign>{L\g<less>}", text)
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


def with_numbered_labels(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with a number for each label, as the weights of a layer say.

    >>> forward = ["z_h = w_1 x + b_1", "a_h = f(z_h)", "z_o = w_2 a_h + b_2"]
    >>> with_numbered_labels([*forward, r"\partial z_o / \partial a_h"])[1:]
    ['a_1 = f(z_1)', 'z_2 = w_2 a_1 + b_2', '\\partial z_2 / \\partial a_1']
    """
    found = {
        (sum_["label"], sum_["number"] or sum_["behind"])
        for formula in formulas
        for sum_ in _LABELLED_SUM.finditer(formula)
    }
    numbers = dict(found)
    is_clear = len(numbers) == len(found) == len({*numbers.values()})
    if not is_clear or sorted(numbers.values()) not in _LAYERS:
        return list(formulas)
    label = re.compile(
        rf"(?<=[A-Za-z}}])_(?:({'|'.join(numbers)})(?![A-Za-z])|\{{({'|'.join(numbers)})\}})"
    )
    return [
        label.sub(lambda one: f"_{numbers[one[1] or one[2]]}", formula)
        for formula in formulas
    ]


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
_LAYERS: Final = (["1", "2"], ["1", "2", "3"])
# z_h = w_1 x + b_1, of a letter that is no usual index
_LABELLED_SUM: Final = re.compile(
    r"(?:^|[,;&\n]|\\quad|\\\\)[\s&]*[A-Za-z]_\{?(?P<label>[a-hopqr-v])\}?[\s&]*=[\s&]*"
    r"(?:[wW]_\{?(?P<number>[1-9])\}?[^=+,;_]{1,20}(?:_\{?\w\}?)?"
    r"|[^=+,;_]{1,20}(?:_\{?\w\}?)?[wW]_\{?(?P<behind>[1-9])\}?)"
    r"\s*\+\s*[bB]_\{?(?:(?P=number)|(?P=behind))\}?(?![0-9])"
)
_LAST: Final = re.compile(  # ^{last}, ^{l_{last} - 1}
    r"(?P<sign>[_^])\s*\{\s*[\[(]?\s*(?:l_\s*)?(?:"
    rf"\{{?\s*{_LOOKS}\s*\{{\s*(?:last|final)\s*\}}\s*\}}?|\{{\s*(?:last|final)\s*\}}|(?:last|final))"
    r"\s*(?P<less>-\s*1)?\s*[\])]?\s*\}"
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
