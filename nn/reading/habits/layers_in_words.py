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

    So it is below, where the weights are named by the layer that they lead to:

    >>> print(with_numbered_layers(r"a_{\text{hid}}^T W_{\text{hidden}}, W_{output}"))
    a_{(1)}^T W_{(1)}, W_{(2)}

    The words may be letters, where two weights have them above:

    >>> print(with_numbered_layers("z^h_j = w^h_{ji} x_i, z_k^{o} = w_{kj}^o a^h_j"))
    z^{(1)}_j = w^{(1)}_{ji} x_i, z_k^{(2)} = w_{kj}^{(2)} a^{(1)}_j
    """
    text = _with_words_for_letters(text)
    text = _LAST.sub(r"\g<sign>{L\g<less>}", text)
    text = _numbered_below(_LEADING.sub(_led_to, text))
    weights = {_layer(found) for found in _ABOVE.finditer(text) if found["weights"]}
    numbered = {found[1] for found in _WEIGHT_ABOVE.finditer(text)} >= {"1", "2"}
    by_weights = numbered or {"hidden", "out"} <= weights
    if not (_WITH_INDEX.search(text) or by_weights):
        return text
    words = {_layer(found) for found in _ABOVE.finditer(text)}
    if {"hidden", "out"} <= words and (numbered or not _BY_NUMBER.search(text)):
        numbers = {"in": "0", "hidden": "1", "out": "2"}
    elif words == {"out"} and _BY_LETTER.search(text):
        numbers = {"out": "L"}
    else:
        return text
    return _ABOVE.sub(
        lambda of: f"{of['weights'] or ''}^{{({numbers[_layer(of)]})}}", text
    )


def _with_words_for_letters(text: str) -> str:
    """Return the text with words for an h and an o above, if two weights have them."""
    labels = {_letter(found) for found in _LETTER_ABOVE.finditer(text) if found["of"]}
    if labels != {"h", "o"}:
        return text
    return _LETTER_ABOVE.sub(
        lambda found: (
            f"{found['of'] or ''}{found['index'] or ''}"
            f"^{{{'hidden' if _letter(found) == 'h' else 'output'}}}"
        ),
        text,
    )


def _led_to(found: re.Match[str]) -> str:
    """Return weights from one layer to another by the one that they lead to."""
    to = found["to"] or found["framed"] or found["alone"]
    return rf"{found['of']}_{{\text{{{to}}}}}"


def _numbered_below(text: str) -> str:
    """Return the text with numbers for words below, if the weights are named by them.

    Weights that are numbered themselves say how, and what else is named so follows.
    """
    words = {_layer(found) for found in _BELOW.finditer(text)}
    weights = {_layer(found) for found in _BELOW.finditer(text) if found["weights"]}
    below, above = (
        {found[1] for found in numbered.finditer(text)}
        for numbered in (_WEIGHT_BELOW, _WEIGHT_ABOVE)
    )
    if not {"hidden", "out"} <= words or (weights and below | above):
        return text
    if not weights and {"1", "2"} not in (below, above):
        return text
    if weights and not {"hidden", "out"} <= weights:
        return text

    def with_number(found: re.Match[str]) -> str:
        number = {"in": "0", "hidden": "1", "out": "2"}[_layer(found)]
        turned = found["turned"] or ""
        if above:
            turned = turned.lstrip("^ ").strip("{}")
            return f"{found['weights'] or ''}^{{({number}){turned}}}"
        mark = number if below else f"({number})"
        return f"{found['weights'] or ''}_{{{mark}}}{turned}"

    return _BELOW.sub(with_number, text)


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


def _letter(found: re.Match[str]) -> str:
    return found["label"] or found["braced"]


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
_SCRIPT: Final = (
    rf"(?:\{{\s*[\[(]?\s*(?:(?:\\rm\s+)?(?P<word>{_WORD})"
    rf"|{_LOOKS}\s*\{{\s*(?P<looks>{_WORD})\s*\}})\s*[\])]?\s*\}}"
    rf"|{_LOOKS}\s*\{{\s*(?P<bare>{_WORD})\s*\}})"
)
_WEIGHTS: Final = r"(?P<weights>(?:(?<![A-Za-z])[Ww]|[Ww]\}|\\Theta|\\theta))?"
_ABOVE: Final = re.compile(rf"{_WEIGHTS}\^\s*{_SCRIPT}", re.IGNORECASE)
_BELOW: Final = re.compile(
    rf"{_WEIGHTS}(?<=[A-Za-z}}])_\s*{_SCRIPT}"
    r"(?P<turned>\s*\^\s*(?:T\b|\\top|\{\s*(?:T|\\top|\\intercal)\s*\}))?",
    re.IGNORECASE,
)
_WEIGHT_BELOW: Final = re.compile(r"[Ww]\}?_\{?\(?([0-9])\)?\}?")
_WEIGHT_ABOVE: Final = re.compile(r"[Ww]\}?\^\{?[(\[]([0-9])[)\]]\}?")
_FROM_TO: Final = (
    rf"(?:{_WORD}|x)(?:\s*(?:to|-|–|→|\\to|\\rightarrow|,)\s*|\s+)(?P<to>{_WORD})"
)
# W_{\text{input to hidden}}, W_{input-hidden}
_LEADING: Final = re.compile(
    rf"(?P<of>[Ww]|[Ww]\}})_\s*(?:\{{\s*{_FROM_TO}\s*\}}|\{{\s*{_LOOKS}\s*\{{\s*"
    rf"{_FROM_TO.replace('to>', 'framed>')}\s*\}}\s*\}}"
    rf"|{_LOOKS}\s*\{{\s*{_FROM_TO.replace('to>', 'alone>')}\s*\}})",
    re.IGNORECASE,
)
# w^h_{ij} or w_{ij}^{(h)}, and what else has such a letter above
_LETTER_ABOVE: Final = re.compile(
    r"(?P<of>(?<![A-Za-z\\])[Ww]|[Ww]\})?(?<=[A-Za-z\d}])"
    r"(?P<index>_\s?(?:\w|\{[\w\s,]{1,6}\}))?"
    r"\s?\^\s?(?:(?P<label>[ho])(?![A-Za-z])|\{\s*\(?\s*(?P<braced>[ho])\s*\)?\s*\})"
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
