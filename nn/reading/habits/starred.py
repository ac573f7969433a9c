r"""Outputs and targets that are one letter, with a star and without: ``y - y^*``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

__all__ = ["with_stars_told_apart"]


def with_stars_told_apart(text: str) -> str:
    r"""Return a text in which what has the star is another letter.

    The outputs are what something is made, or derived, as. Else the words beside the
    star say which it is.

    >>> with_stars_told_apart(r"$y = g(z)$, $\delta = (y - y^*) g'(z)$")
    "$y = g(z)$, $\\delta = (y - t) g'(z)$"
    >>> with_stars_told_apart(r"$y^*$ is what the net predicts: $d_k = y_k^* - y_k$")
    '$\\hat{y}$ is what the net predicts: $d_k = \\hat{y}_k - y_k$'

    Where nothing says it, neither is read as the other.

    >>> with_stars_told_apart("$d = y - y^*$")
    '$d = y - \\check{y}$'
    """
    if _COMPARED.search(text) is None:
        return text
    star_is_made = _STAR_IS_MADE.search(text) is not None
    plain_is_made = _PLAIN_IS_MADE.search(text) is not None
    letters = {"y": r"\check{y}", "Y": r"\check{Y}"}
    if star_is_made:  # where y is what comes out of any layer too, it is left alone
        letters = letters if plain_is_made else _HATTED
    elif plain_is_made or _STAR_IS_TARGET.search(text):
        letters = _TARGETS
    elif _STAR_IS_OUTPUT.search(text):
        letters = _HATTED
    return _STARRED.sub(lambda found: _written(found, letters), text)


def _written(found: re.Match[str], letters: Mapping[str, str]) -> str:
    y = found["y"]
    return f"{letters.get(y, y)}{found['before'] or ''}{found['behind'] or ''}"


_HATTED: Final = {"y": r"\hat{y}", "Y": r"\hat{Y}"}
_TARGETS: Final = {"y": "t", "Y": "T"}
_BELOW: Final = r"_\s?(?:\{[^{}]{1,12}\}|\w)"
_SIGN: Final = r"(?:\*|\\ast(?![a-z])|\\star(?![a-z]))"
_STAR: Final = rf"\s?\^\s?(?:{_SIGN}|\{{\s?{_SIGN}\s?\}})"
_ALONE: Final = r"(?<![A-Za-z\\])"
_STARRED: Final = re.compile(
    rf"{_ALONE}(?P<y>[yY])(?P<before>{_BELOW})?{_STAR}(?P<behind>{_BELOW})?"
)
_ONE: Final = rf"{_ALONE}[yY](?:{_BELOW})?{_STAR}(?:{_BELOW})?"
_OTHER: Final = rf"{_ALONE}[yY](?:{_BELOW})?(?!\s?[\w^'])"
_COMPARED: Final = re.compile(
    rf"{_ONE}\s*(?:[-−]|\\(?:log|ln)\b\s*(?:\\left)?\(?)\s*{_OTHER}"
    rf"|{_OTHER}\s*[-−]\s*{_ONE}"
)
_DERIVED: Final = r"\\[dt]?frac\s*\{[^{}=]{0,20}\}\s*\{\s*\\partial\s*\{?\s*"
_MADE: Final = r"\s*&?=\s*[^=\n$]{0,60}?(?:\\sigma|\\phi|\\varphi|softmax|\b[fghs])\b"
_STAR_IS_MADE: Final = re.compile(rf"{_DERIVED}{_ONE}|{_ONE}{_MADE}")
_PLAIN_IS_MADE: Final = re.compile(rf"{_DERIVED}{_OTHER}|{_OTHER}{_MADE}")
_SAID: Final = (
    rf"{_ONE}[$`\\)]{{0,3}}\s*(?:\([^()$]{{0,20}}\)\s*)?"
    r"(?:,|:|=|\b(?:is|are|be|for|denotes)\b)?\s+(?:\w+\s+){0,4}?"
)
_STAR_IS_TARGET: Final = re.compile(
    rf"{_SAID}(?:targets?|desired|wanted|true|truth|expected|correct|labels?|teach\w*"
    r"|ground|gold|should)\b",
    re.IGNORECASE,
)
_STAR_IS_OUTPUT: Final = re.compile(
    rf"{_SAID}(?:predict\w*|outputs?|net(?:work)?|model|estimat\w*|computed|obtained)\b",
    re.IGNORECASE,
)
