r"""Deltas that a sentence defines: "We write ``\delta_j`` for ``-\nabla_{z_j} E``".

It says which sign delta has, as the equation would that is made of it here.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["with_deltas_as_said"]


def with_deltas_as_said(text: str) -> str:
    r"""Return the text with an equation for a sentence that says what delta is.

    >>> print(with_deltas_as_said(r"Let $\delta_j$ denote $-\partial E/\partial z_j$."))
    Let $\delta_j = -\partial E/\partial z_j$.
    >>> with_deltas_as_said("We write δ for −∂E/∂net.")
    'δ = −∂E/∂net'

    What is said of something else stays as it is:

    >>> with_deltas_as_said(r"We need $\delta_j$ for $\partial E/\partial w_j$.")
    'We need $\\delta_j$ for $\\partial E/\\partial w_j$.'
    """
    if len(text) > _LONGEST:
        return text
    text = _MARKED.sub(_as_equation, text)
    text = _BACKWARDS.sub(_as_equation, text)
    return _BARE.sub(lambda one: f"{one['indent']}{one['delta']} = {one['of']}", text)


def _as_equation(found: re.Match[str]) -> str:
    """Return the equation in the marks of the letter."""
    opening, closing = found["opening"], found["closing"]
    before = found["before"]
    return f"{before}{opening}{found['delta'].strip()} = {found['of'].strip()}{closing}"


_LONGEST: Final = 40_000  # characters
_INDEX: Final = (
    r"(?:\s?[_^]\s?(?:\w|\{[^{}$\n]{1,12}\}|\([^()$\n]{1,9}\)|\[[^\[\]$\n]{1,9}\]))"
    r"{0,2}"
)
_DELTA: Final = rf"[ ]{{0,3}}\\(?:delta|epsilon|varepsilon){_INDEX}[ ]{{0,3}}"
_NO_WEIGHTS: Final = r"(?![wWbB\s]?(?:[wWbB]|\\theta|\\mathbf\{[wWbB]))"
# -\frac{\partial E}{\partial net_j}, -\partial E / \partial net_j: by no weights
_OF: Final = (
    r"[ ]{0,3}[-−+]?\s?(?:"
    r"\\[dt]?frac\s?\{\s?(?:\\partial|d)\s?[^{}$\n]{1,12}\}\s?"
    rf"\{{\s?(?:\\partial|d)\s?{_NO_WEIGHTS}(?:[^{{}}$\n]|\{{[^{{}}$\n]{{0,20}}\}}){{1,60}}\}}"
    rf"|\\partial\s?[^{{}}$\n/]{{1,9}}/\s?\\partial\s?{_NO_WEIGHTS}"
    r"(?:[^$\n=\\]|\\(?![()])){1,30}"
    r"|\\nabla\s?_\s?(?:\{(?![wWbB])[^{}$\n]{1,20}\}|(?![wWbB])\w)\s?\\?[A-Za-z]{1,9}"
    r")[ ]{0,3}"
)
_OPENING: Final = r"(?P<opening>\$|\\\()"
_CLOSING: Final = r"(?P<closing>\$|\\\))"
_OTHER: Final = r"(?:\$|\\\(|\\\))"
_FOR: Final = r"(?:for|as|to be|to mean|to denote|für|pour|para|per|come|como|comme)"
_WRITES: Final = (
    r"(?i:write|use|define|abbreviate|set|put|choose|take|introduce|schreiben?|notons"
    r"|note|escribimos|escrevemos|scriviamo|definimos|definiamo|définissons)"
    r"(?: (?:wir|here|hier|the letter|the symbol)){0,2}"
)
_IS: Final = (
    r"(?:denotes?|stands? for|is short for|is defined as|is defined to be|is(?:t)?|be"
    r"|means|abbreviates|bezeichnet|steht für|désigne|est|denota|designa|é|è|es)"
)
_BEFORE: Final = (
    rf"(?P<before>\b{_WRITES} |(?:\b(?i:let|here|where|sei|wobei|mit|soit|sea|donde)"
    r"|^|\. |, )[ ]?)"
)
_MARKED: Final = re.compile(
    rf"{_BEFORE}{_OPENING}(?P<delta>{_DELTA}){_OTHER},? (?:{_FOR}|{_IS}) "
    rf"{_OTHER}(?P<of>{_OF}){_CLOSING}",
    re.MULTILINE,
)
_BACKWARDS: Final = re.compile(
    r"(?P<before>\b(?i:denote|call|abbreviate|write|nennen wir"
    rf"|bezeichnen wir) ){_OPENING}(?P<of>{_OF}){_OTHER} (?:by |as |mit |)?"
    rf"{_OTHER}(?P<delta>{_DELTA}){_CLOSING}"
)
_LETTER: Final = r"[δε](?:_?(?:\w|\{\w{1,9}\})|[ᵢⱼₖₗ₀-₉ˡᴸ]|\^\w|\^?\(\w{1,3}\)){0,2}"
_DERIVED: Final = r"[-−]?\s?∂\s?[A-Zℒ]\s?/\s?∂(?![wWbB])[^\s.,;:=]{1,20}"
_BARE: Final = re.compile(
    rf"^(?P<indent>[ \t]*)(?:[A-Za-zÀ-ÿ]{{1,12}} ){{0,4}}(?P<delta>{_LETTER}) "
    rf"(?:{_FOR}|{_IS}) (?P<of>{_DERIVED})[ \t]*[.;:]?[ \t]*$",
    re.MULTILINE,
)
