r"""Write usual letters for what a text calls by rare letters, or by words.

Of ``\frac{\partial Q}{\partial K^l}`` and ``z^l = K^l a^{l-1} + b^l`` the shapes say
that Q is the cost and K the weights. Where L and W are free in the whole text, it says
the same with those, and every rule that knows the usual letters reads it. A word in
place of a letter, as in ``\text{bias}^l``, becomes that letter likewise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

__all__ = ["with_usual_letters"]


def with_usual_letters(text: str) -> str:
    r"""Return a text with usual letters for rare ones, where those are free.

    >>> text = r"$z^l = K^l a^{l-1} + b^l$, $\frac{\partial Q}{\partial K^l} = d^l$"
    >>> with_usual_letters(text)
    '$z^l = W^l a^{l-1} + b^l$, $\\frac{\\partial L}{\\partial W^l} = d^l$'
    >>> with_usual_letters(r"$s^l = w^l a^{l-1} + \text{bias}^l$, $- \text{lr} g$")
    '$s^l = w^l a^{l-1} + b^l$, $- \\eta g$'
    """
    if len(text) > _LONGEST:
        return text
    text = _BOLD_WORD.sub(r"\\text{\1}", text)
    for word, ours in _WORDS:
        if word.search(text):
            text = _with_word(text, word, ours)
    if _OUTPUT_USED.search(text) and not _OUTPUTS_OF_LAYERS.search(text):
        text = _with_word(text, _OUTPUT, (r"\hat{y}",))
    worded = _DERIVED_WORD.search(text)
    if worded is not None and not _USUAL_COSTS.search(text):
        text = _with_word(text, _word(worded["word"]), _COSTS)
    for letter, usual in (
        *_layers(text), *_costs(text), *_greek(text), *_weights(text),
    ):  # fmt: skip
        free = _first_free(text, usual)
        if free:
            text = _renamed(text, letter, free)
    return text


def _with_word(text: str, word: re.Pattern[str], ours: Iterable[str]) -> str:
    """Return the text with a letter for a word, the first of ours that is free."""
    letter = _first_free(_CODE.sub("", text), ours)  # code has names of its own for it
    if not letter:
        return text

    def written(found: re.Match[str]) -> str:
        joins = text[found.end() : found.end() + 1].isalpha()
        return f"{letter} " if joins else letter

    return word.sub(written, text)


def _layers(text: str) -> Iterator[tuple[str, Iterable[str]]]:
    r"""Yield the i of ``w^i a^{i-1}``: of weights, it counts layers, no examples."""
    found = {one["layer"] for one in _OF_WEIGHTS.finditer(text)}
    for letter in found & {one["layer"] for one in _BEFORE.finditer(text)}:
        if not re.search(rf"_\s?(?:\{{[^{{}}]{{0,20}})?{letter}(?![A-Za-z])", text):
            yield letter, "l"


def _costs(text: str) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield the one rare letter that is differentiated, if no usual one is."""
    if _USUAL_COSTS.search(text):
        return
    pairs = [found.groups() for found in _DERIVATIVE.finditer(text)]
    below = {one or other for _, one, _, other in pairs}
    rare = {one or other for one, _, other, _ in pairs} & _RARE_COSTS - below
    if len(rare) == 1:
        yield rare.pop(), _COSTS


def _greek(text: str) -> Iterator[tuple[str, Iterable[str]]]:
    r"""Yield Greek letters of quantities with ours: z for that of ``f(\zeta)``."""
    calls = list(_CALL.finditer(text))
    found: dict[str, Iterable[str]] = {each["of"]: "zsu" for each in calls}
    found |= {each["made"]: "ahy" for each in calls}
    if _FROM_TARGETS.search(text):
        found[r"\tau"] = "ty"
    if _ETA_MADE.search(text) and not _ETA_OTHERWISE.search(text):
        found[r"\eta"] = (r"\delta",)
    yield from ((letter, ours) for letter, ours in found.items() if letter in _GREEK)


def _weights(text: str) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield the one rare letter that is a factor in weighted sums, if W is free."""
    sums = _SUM.finditer(text)
    rare = {one for found in sums for one in found.group("one", "two")} & _RARE_WEIGHTS
    if len(rare) == 1 and not _is_used(text, "W") and not _is_used(text, "w"):
        letter = rare.pop()
        yield letter, "w" if letter.islower() else "W"


def _renamed(text: str, letter: str, ours: str) -> str:
    """Return the text with another letter in each place, in code as well: ``dK2``."""
    return re.sub(_place(letter), lambda found: found["d"] + ours, text)


def _place(letter: str) -> str:
    if letter.startswith("\\"):
        return rf"(?P<d>){re.escape(letter)}(?![A-Za-z])(?:\s+(?=[A-Za-z]))?"
    return (
        r"(?<![A-Za-z0-9\\])(?<!\\mathbb)(?<!\\mathbb\{)(?<!\\mathbb )"
        rf"(?P<d>(?:d_?)?){letter}(?![A-Za-z])"
    )


def _is_used(text: str, letter: str) -> bool:
    place = _HAT if letter == r"\hat{y}" else _place(letter)
    return re.search(place, text) is not None


def _first_free(text: str, letters: Iterable[str]) -> str:
    return next((one for one in letters if not _is_used(text, one)), "")


# ---- Words ---------------------------------------------------------------------------


def _word(words: str, behind: str = "") -> re.Pattern[str]:
    """Return the pattern of a word that is no label below or above a letter."""
    word = rf"{_FONT}\s?\{{\s?(?:{words})\s?\}}"
    return re.compile(rf"(?<![_^])(?<![_^]\{{)(?:{word}|\{{\s?{word}\s?\}}){behind}")


_LONGEST: Final = 40_000  # characters, as no notes have more
_COSTS: Final = "LJCE"
_FONT: Final = (
    r"\\(?:text|mathrm|mathbf|boldsymbol|bm|operatorname|mathit|textrm|textit|mathsf)"
)
_CALLED: Final = (  # a function, also of a layer, or its derivative
    r"(?=\s?(?:\^\s?\{[^{}]{0,9}\}|_\s?\w)?"
    r"(?:'|\^\s?(?:\\prime|\{\s?\\prime\s?\}))?\s?(?:\\left\s?)?\()"
)
_WORDS: Final = (
    (_word("bias|biases"), ("b",)),
    (_word("target|label|gt|truth|targets|labels"), ("y", "t")),
    (_word("pred|prediction"), (r"\hat{y}",)),
    (_word("preact|preactivation|pre"), ("z",)),
    (_word("act|activation", _CALLED), ("g", "f")),
    (_word("lr|rate|learning_rate"), (r"\eta", r"\alpha")),
)
_BOLD_WORD: Final = re.compile(
    r"\\(?:mathbf|boldsymbol|bm)\s?\{\s?(net|in|out|act|input|output)\s?\}"
)
_OUTPUT: Final = _word("out|output|outputs")
_OUTPUTS_OF_LAYERS: Final = _word("out|output|outputs", r"\s?[_^(']")
_OUTPUT_USED: Final = re.compile(
    rf"(?:-|\\partial)\s?{_OUTPUT.pattern}|{_OUTPUT.pattern}\s?-"
)
_CODE: Final = re.compile(r"^ {0,3}```.*?^ {0,3}```", re.DOTALL | re.MULTILINE)
_HAT: Final = r"\\(?:wide)?hat\s?\{?\s?(?:\\\w+\s?\{?\s?)?y|ŷ|y_?hat"

# ---- Letters -------------------------------------------------------------------------

_OF_WEIGHTS: Final = re.compile(
    r"[wWb]\s?(?:_(?:\w|\{[^{}]{0,9}\}))?\^(?:\{\s?)?(?P<layer>[imnr])(?![A-Za-z])"
)
_BEFORE: Final = re.compile(r"\^\{\s?(?P<layer>[imnr])\s?-\s?1\s?\}")
_RARE_COSTS: Final = frozenset("QRFS")
_D: Final = r"(?:\\partial(?![A-Za-z])|\\mathrm\s?\{\s?d\s?\}|∂|(?<![A-Za-z\\])d)\s?"
_DERIVATIVE: Final = re.compile(
    rf"\{{\s?{_D}([A-Z])\s?\}}\s?\{{\s?{_D}(\\?[A-Za-z]+)"
    rf"|{_D}([A-Z])\s?/\s?{_D}(\\?[A-Za-z]+)"
)
_BY: Final = r"\\nabla\s?_\s?(?:\{[^{}]{0,20}\}|\w)\s?"
_DERIVED_WORD: Final = re.compile(
    rf"(?:{_D}|{_BY}){_FONT}\s?\{{\s?"
    r"(?P<word>[Ll]oss|[Cc]ost|[Ee]rr|[Ee]rror|MSE|mse|SSE|BCE)\s?\}"
)
_USUAL_COSTS: Final = re.compile(
    rf"(?:{_D}\{{?\s?|{_BY})(?:\\math\w+\s?\{{?\s?)?(?:[CEJL]|\\ell)(?![A-Za-z])"
)
_GREEK: Final = frozenset({
    r"\alpha", r"\zeta", r"\xi", r"\nu", r"\tau", r"\chi", r"\omega", r"\kappa",
    r"\eta",
})  # fmt: skip
_ETA_MADE: Final = re.compile(r"\\eta\s?[_^][^=$]{1,20}=")  # a rate says no layer
_ETA_OTHERWISE: Final = re.compile(  # it is a rate, or a sum that statisticians write
    r"(?:[-=+]|\\gets|\\leftarrow)\s?\\eta\s?(?![\s_^])|δ|\bdelta"
    r"|[{\[(]\s?\\eta|\\partial\s?\\eta"
)
_S: Final = r"\s{0,3}"  # no more, so that a search takes time in proportion
_SCRIPTS: Final = (
    rf"(?:{_S}[_^]{_S}(?:\{{[^{{}}]{{0,20}}\}}|\\?[A-Za-z0-9])"
    r"|\d|\[[^\[\]]{0,9}\])*"
)
_RARE_WEIGHTS: Final = frozenset({
    *"VUKMGPQRSFDNEJ", *"kmv", r"\Omega", r"\Phi", r"\Psi", r"\Lambda", r"\Gamma",
})  # fmt: skip


def _name(group: str) -> str:
    frame = rf"\\(?:mathbf|boldsymbol|bm|vec|mathrm){_S}\{{?{_S}"
    letter = r"(?:[A-Za-z]|\\[A-Za-z]{2,8})(?![A-Za-z])"
    return rf"(?:{frame})?(?P<{group}>{letter}){_S}\}}?{_SCRIPTS}"


_IS: Final = rf"(?<![A-Za-z\\]){_name('made')}{_S}&?{_S}={_S}&?{_S}"
_SUM: Final = re.compile(
    rf"(?:{_IS}|\(){_S}(?:\\sum{_SCRIPTS}{_S})?{_name('one')}{_S}"
    rf"(?:\\cdot|\\times|\\,|[*@·.])?"
    rf"{_S}{_name('two')}{_S}\+{_S}{_name('bias')}"
)
_FROM_TARGETS: Final = re.compile(  # y - \tau, and no sum less a threshold
    rf"[(=|]{_S}&?{_S}{_name('output')}{_S}-{_S}"
    rf"(?:\\(?:mathbf|boldsymbol|bm|vec){_S}\{{?{_S})?\\tau(?![A-Za-z])"
)
_FUNCTION: Final = (
    r"(?:[fgh]|\\(?:sigma|phi|varphi|psi|tanh)(?![A-Za-z])"
    r"|\\(?:text|mathrm|operatorname)\s?\{[A-Za-z]{2,10}\})"
)
_CALL: Final = re.compile(
    rf"{_IS}{_FUNCTION}{_SCRIPTS}{_S}(?:\\left|\\[bB]igl?)?{_S}\("
    rf"{_S}{_name('of')}{_S}(?:\\right|\\[bB]igr?)?{_S}\)"
)
