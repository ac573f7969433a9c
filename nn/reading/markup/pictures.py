r"""Put formulas for the pictures of them, whose addresses or words hold the formula.

Before hosts could show mathematics, people linked to pictures that another host drew:
``![](https://latex.codecogs.com/gif.latex?a%20%3D%20b)``. No line is added or lost.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

__all__ = ["with_formulas_of_pictures"]


def with_formulas_of_pictures(text: str) -> str:
    r"""Return the text with the formulas that pictures show, between dollars.

    >>> address = "https://render.example/math?math=z%20%3D%20w%20%2B%20b"
    >>> with_formulas_of_pictures(f'<img src="{address}">, ![]({address})')
    '$z = w + b$, $z = w + b$'

    Others are left out, but for those in Markdown, which are no line of their own.

    >>> with_formulas_of_pictures('<img src="a.png" alt="c = d"> <img src="a.png">')
    '$c = d$ '
    >>> with_formulas_of_pictures('<img alt="$z$" src="a.svg"/>, <img alt="a net">')
    '$z$, '
    """
    text = _TAGGED.sub(_shown, text)
    return _IN_MARKDOWN.sub(
        lambda found: _formula_at(found["address"]) or found[0], text
    )


def _shown(picture: re.Match[str]) -> str:
    """Return the formula of a picture, if its words or its address say it."""
    is_drawn = _OF_LATEX.search(picture[0]) is not None
    for found in _IN_WORDS.finditer(picture[0]):
        if "=" in found["formula"] or found["mark"] or is_drawn:
            lines = picture[0].count("\n") - found["formula"].count("\n")
            mark = "$$" if "\n" in found["formula"] else "$"
            return f"{mark}{found['formula']}{mark}" + "\n" * lines
    if "\n" in picture[0]:
        return picture[0]
    address = _ADDRESS.search(picture[0])
    return _formula_at(address["address"]) if address is not None else ""


def _formula_at(address: str) -> str:
    """Return the formula that an address has, between dollars, or ""."""
    found = _DRAWN.search(address)
    if found is None:
        return ""
    written = found["formula"].replace("&space;", " ").replace("&plus;", "%2B")
    if "%2B" in written or "%2b" in written:  # a plus is not what it says there
        written = written.replace("+", " ")
    formula = _OF_LOOKS.sub("", unquote(written)).replace("$", "").replace("\n", " ")
    return f"${formula.strip()}$" if "=" in formula else ""


_TAGGED: Final = re.compile(r"<img\s[^<>]{0,4000}>")
_IN_WORDS: Final = re.compile(
    r"\s(?:alt|title)=([\"'])(?P<mark>\${0,2})(?P<formula>(?:(?!\1)[^$]){1,2000})"
    r"(?P=mark)\1"
)
_OF_LATEX: Final = re.compile(
    r"\sclass=.[^\"'<>]{0,40}(?<![a-z])(?:latex|tex)(?![a-z])"
)
_ADDRESS: Final = re.compile(r"\ssrc=([\"'])(?P<address>(?:(?!\1).){1,3000})\1")
_IN_MARKDOWN: Final = re.compile(
    r"!\[[^\]\n]{0,200}\]\((?P<address>https?://[^\s<>!]{1,3000})\)"
)
_DRAWN: Final = re.compile(
    r"(?:codecogs\.com/(?:gif|svg|png)\.(?:latex|image|download)\?"
    r"|/math\?(?:[a-z]{1,9}=[a-z]{1,9}&)?math=|[?&]cht=tx&chl=|/(?:svg|png)/(?=\\|%5[Cc]))"
    r"(?P<formula>.{1,3000})"
)
_OF_LOOKS: Final = re.compile(
    r"\\(?:inline|large|Large|LARGE|huge|small|tiny|displaystyle)(?![A-Za-z])"
    r"|\\dpi\s*\{[0-9]{1,4}\}|\\bg_[a-z]{1,20}|\\fn_[a-z]{1,10}|^\\?[,;!]"
)
