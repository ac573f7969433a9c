r"""Put in our letters what texts call by its layer first: ``H[\text{in}]``.

The letter says the layer, and the word behind it what goes into the layer, what comes
out of it, or its error. The layers count in the order in which the text defines what
comes out of them; of H and O that nothing defines, H is the first. No line is added or
lost.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

__all__ = ["with_layers_by_letter"]


def with_layers_by_letter(text: str) -> str:
    r"""Return the text with z, a and delta for what its letters and words say.

    >>> print(with_layers_by_letter(r"Q[\text{out}] = f(Q[\text{in}]), Q[\delta]"))
    a^{[1]} = f(z^{[1]}), \delta^{[1]}
    >>> print(with_layers_by_letter(r"P_{in} = W[1] X, P_{out} = f(P_{in}), P_{err}"))
    z^{[1]} = W[1] X, a^{[1]} = f(z^{[1]}), da^{[1]}

    So it is where what comes out is a function of what goes in, not of sizes
    such as ``N_{in}`` and ``N_{out}``.
    """
    names = list(_NAME.finditer(text))
    layers: list[str] = []
    for one, after in pairwise(names):
        of_one = one["letter"] == after["letter"]
        is_call = _CALLS.fullmatch(text, one.end(), after.start()) is not None
        if of_one and is_call and (_kind(one), _kind(after)) == ("a", "z"):
            layers.append(one["letter"])
    layers = list(dict.fromkeys(layers)) or _by_custom(names)
    if not layers:
        return text

    def ours(found: re.Match[str]) -> str:
        letter = found["letter"]
        if letter not in layers and letter.upper() not in layers:
            return found[0]
        layer = layers.index(letter if letter in layers else letter.upper()) + 1
        return f"{_kind(found)}^{{[{layer}]}}"

    if _OF_EXAMPLE.search(text):
        text = _NUMBERED.sub("^{(i)}", text)
    text = _WEIGHT.sub(r"\1^{[\2]}_{\3\4}", text)
    return _UPDATE.sub(r"dW[\1]", _NAME.sub(ours, text))


def _by_custom(names: list[re.Match[str]]) -> list[str]:
    """Return H and O, if nothing defines them but both have words in brackets."""
    said = {(one["letter"].upper(), _kind(one)) for one in names if "[" in one[0]}
    both = {("H", "a"), ("O", "a"), ("O", r"\delta")} <= said
    return ["H", "O"] if both else []


def _kind(found: re.Match[str]) -> str:
    word = _SAID.search(_LOOKED.sub("", found[0][1:]))
    assert word is not None
    return _KINDS[word[0].lower()]


_KINDS: Final = {
    **dict.fromkeys(("in", "input", "net", "sum"), "z"),
    **dict.fromkeys(("out", "output", "act"), "a"),
    **dict.fromkeys(("error", "err"), "da"),
    **dict.fromkeys((r"\delta", "delta"), r"\delta"),
}
_WORD: Final = r"(?:in(?:put)?|net|sum|out(?:put)?|act|err(?:or)?|delta|\\delta)"
_LOOKS: Final = r"\\(?:text|mathrm|textrm|mathit|textit)"
_WORDS: Final = rf"(?:{_LOOKS}\s*\{{\s*{_WORD}\s*\}}|(?:\\rm\s+)?{_WORD})"
_NAME: Final = re.compile(
    rf"(?<![A-Za-z\\])(?P<letter>[A-Z])\s*(?:\[\s*{_WORDS}\s*\]"
    rf"|[_^]\s*\{{\s*(?:\(\s*{_WORDS}\s*\)|\[\s*{_WORDS}\s*\]|{_WORDS})\s*\}}"
    rf"|_{_LOOKS}\s*\{{\s*{_WORD}\s*\}})",
    re.IGNORECASE,
)
_LOOKED: Final = re.compile(_LOOKS)
_SAID: Final = re.compile(
    r"in(?:put)?|net|sum|out(?:put)?|act|err(?:or)?|\\?delta", re.IGNORECASE
)
_CALLS: Final = re.compile(r"[\s&]*:?=[^=]{1,40}[(\[]\s*")  # out = f( in
_OF_EXAMPLE: Final = re.compile(rf"{_NAME.pattern}\s*\^\{{\(1\)\}}", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"\^\{\(1\)\}")  # the first example stands for any
# w[2-11], of the layer 2
_WEIGHT: Final = re.compile(r"(?<![A-Za-z\\])([wW])\[\s*(\d)\s*-\s*(\d)(\d)\s*\]")
# W[2-update], or W[update 2]
_UPDATE: Final = re.compile(
    rf"(?<![A-Za-z\\])W\s*\[\s*(\d)\s*[-,]\s*(?:{_LOOKS}\s*\{{)?\s*"
    r"(?:update|grad(?:ient)?|change)\s*\}?\s*\]"
)
