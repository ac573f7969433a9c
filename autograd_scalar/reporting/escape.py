"""Make labels safe to show: escape them, measure their width, cut them to fit.

A label is any text a user gives, so it may hold markup, control characters, lone
surrogates or characters that turn the reading direction. `visible` writes those that
cannot be seen as their code point, like ``<202E>``. `markup` escapes what remains for
SVG and HTML; `dot_quoted` and `record_field` escape it for DOT, `latex_text` for LaTeX.
"""

from __future__ import annotations

import html
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate, groupby
from typing import Final

from autograd_scalar.reporting.advances import ADVANCES

__all__ = [
    "cut",
    "dot_quoted",
    "figures_width",
    "latex_text",
    "line_of",
    "markup",
    "record_field",
    "shortened",
    "text_width",
    "visible",
]

LONGEST: Final = 1000  # characters of a name, or of one line of a picture

# Zero-width joiners: invisible, but part of emoji and of several scripts.
_JOINERS: Final = frozenset("\u200c\u200d")
_NAMED: Final = {"\n": "\u23ce", "\r": "\u240d", "\t": "\u21e5"}
# Printable to Python, and yet no font draws them: fillers of Hangul, Khmer, Mongolian.
_FILLERS: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
)
_MARKS_KEPT: Final = 3  # as many as words of Hindi, Bengali and Hebrew take

# What has a meaning in LaTeX, or in the HTML that a formula may stand in.
_LATEX: Final = {
    **{character: f"\\{character}" for character in "$&#%_{}"},
    "\\": r"\backslash ",
    "^": r"{\wedge}",
    "~": r"{\sim}",
    **{character: f"{{{character}}}" for character in "<>"},
}

# Advance widths of the printable ASCII characters in hundredths of the font size, as
# in DejaVu Sans Bold, which is wider than the sans-serif faces of other systems.
_ASCII_WIDTHS: Final = (
    *(35, 46, 52, 84, 70, 100, 87, 31, 46, 46, 52, 84, 38, 42, 38, 37),
    *(70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 40, 40, 84, 84, 84, 58),
    *(100, 78, 77, 74, 83, 69, 69, 82, 84, 38, 38, 78, 64, 100, 84, 85),
    *(74, 85, 77, 72, 71, 82, 78, 111, 77, 73, 73, 46, 37, 46, 84, 50),
    *(50, 68, 72, 60, 72, 68, 44, 72, 72, 35, 35, 67, 35, 105, 72, 69),
    *(72, 72, 50, 60, 48, 72, 66, 93, 65, 66, 59, 72, 37, 72, 84),
)
_WIDTHS: Final = (60,) * 32 + _ASCII_WIDTHS + (60,)
# Marks that turn the character before them into an emoji, which is wider.
_EMOJI_MARKS: Final = {"\ufe0f": 30, "\u20e3": 40}
# Marks of any script but these may be drawn as a glyph of their own, by a font that
# does not know them.
_COMBINING: Final = ("COMBINING", "VARIATION SELECTOR")
_MISSING: Final = 62
_KHMER: Final = 0x1780
_GREEK_EXTENDED: Final = 0x1F00
_IDEOGRAPH: Final = 104  # as wide as it is high, and a little to spare
_EMOJI: Final = 140  # and letters that are not in the table
_UNUSUAL: Final = 200  # letters of scripts from Syriac on, of which some are so wide
_SYRIAC: Final = 0x0700
_LIGATURES: Final = (0xFDF0, 0xFDFD, 1000)  # whole Arabic phrases as one character

# ---- Escaping ------------------------------------------------------------------------


def visible(text: str) -> str:
    r"""Return ``text`` on one line, with each invisible character spelled out.

    At most three marks on one character are kept: more would cover its neighbours.

    >>> visible("a\u202eb\t")
    'a<202E>b⇥'
    """
    if text.isascii() and text.isprintable():
        return text
    shown: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if _is_mark(character) else 0
        if marks <= _MARKS_KEPT:
            shown.append(_seen(character))
    return "".join(shown)


def line_of(text: str) -> str:
    """Return a name or title as a picture shows it: `visible`, cut to 1,000 characters.

    >>> len(line_of("x" * 10_000))
    1000
    """
    return visible(cut(text, LONGEST))


def _is_mark(character: str) -> bool:
    """Return whether it adds to the character before it, drawn over it or not at all.

    Not `unicodedata.combining`: that is 0 for enclosing marks, for the vowels of Thai
    and for variation selectors, which may be piled up as well.
    """
    if character in _FILLERS:
        return False
    return character in _JOINERS or unicodedata.category(character) in {"Mn", "Me"}


def _seen(character: str) -> str:
    if character in _JOINERS or (character.isprintable() and character not in _FILLERS):
        return character
    if unicodedata.category(character) == "Zs":
        return " "
    return _NAMED.get(character) or f"<{ord(character):04X}>"


def markup(text: str) -> str:
    """Escape ``text`` for an SVG or HTML text node or a quoted attribute.

    >>> markup('<script>"')
    '&lt;script&gt;&quot;'
    """
    return html.escape(visible(text))


def dot_quoted(text: str) -> str:
    r"""Quote ``text`` as a DOT string; escape backslashes, quotes and HTML entities.

    >>> print(dot_quoted('say "\\N" &amp;'))
    "say \"\\N\" &amp;amp;"
    """
    safe = visible(text).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + safe.replace("&", "&amp;") + '"'


def record_field(text: str) -> str:
    r"""Escape ``text`` for a field of a DOT record; the caller adds the quotes.

    >>> print(record_field("{a|b}"))
    \{a\|b\}
    """
    safe = visible(text).replace("\\", "\\\\").replace("&", "&amp;")
    for character in '{}|<>"':
        safe = safe.replace(character, "\\" + character)
    return safe


def latex_text(text: str) -> str:
    r"""Escape ``text`` for LaTeX's math mode, in LaTeX itself and in MathJax.

    Letters and spaces stand in ``\text``; what LaTeX gives a meaning, or HTML, stands
    beside it, since MathJax knows few escapes within ``\text``.

    >>> print(latex_text("$x_1 </b>"))
    \$\text{x}\_\text{1 }{<}\text{/b}{>}
    """
    pieces: list[str] = []
    for special, run in groupby(visible(text), _LATEX.__contains__):
        if special:
            pieces += [_LATEX[character] for character in run]
        else:
            pieces.append(rf"\text{{{''.join(run)}}}")
    return "".join(pieces)


# ---- Width ---------------------------------------------------------------------------


@lru_cache(maxsize=2048)
def text_width(text: str, size: float) -> float:
    """Return an upper estimate of the width of ``text`` at font size ``size``.

    >>> text_width("WWW", 10) > text_width("iii", 10)
    True
    """
    if text.isascii():
        return sum(map(_WIDTHS.__getitem__, text.encode())) * size / 100
    return sum(map(_character_width, text)) * size / 100


def figures_width(text: str, size: float) -> float:
    """Return an upper estimate of the width of a formatted number, in less time.

    >>> figures_width("\u22121.5", 10) >= text_width("\u22121.5", 10)
    True
    """
    return (0.72 * len(text) + 0.3) * size


def _character_width(character: str) -> int:
    if character.isascii():
        return _WIDTHS[ord(character)]
    known = ADVANCES.get(character) or _EMOJI_MARKS.get(character)
    if known is not None:
        return known
    code = ord(character)
    if _is_mark(character):
        return _mark_width(character, code)
    base = unicodedata.normalize("NFD", character)[0]
    if base != character:  # the Greek ones have their accents before the letter
        return _character_width(base) + (70 if code >= _GREEK_EXTENDED else 0)
    first, last, width = _LIGATURES
    if first <= code <= last:
        return width
    if unicodedata.category(character) == "So" or code < _SYRIAC:
        return _EMOJI
    is_wide = unicodedata.east_asian_width(character) in {"W", "F"}
    return _IDEOGRAPH if is_wide else _UNUSUAL


def _mark_width(mark: str, code: int) -> int:
    """Return 0 for a mark that every font knows, else the width of a glyph for it."""
    if mark in _JOINERS or unicodedata.name(mark, "").startswith(_COMBINING):
        return 0
    return _MISSING if code < _KHMER else _UNUSUAL


def cut(text: str, most: int) -> str:
    """Return ``text``, cut with an ellipsis to at most ``most`` characters.

    >>> cut("a very long label", 8), cut("short", 8)
    ('a very …', 'short')
    """
    return text if len(text) <= most else text[: most - 1] + "\u2026"


def shortened(text: str, size: float, room: float) -> str:
    """Return ``text``, cut with an ellipsis to a width of at most ``room``.

    >>> shortened("a very long label", 10, 60)
    'a very lo…'
    """
    head = text[:LONGEST]
    if head == text and text_width(text, size) <= room:
        return text
    ends = accumulate(text_width(character, size) for character in head)
    kept = bisect_right(list(ends), room - text_width("\u2026", size))
    return head[:kept].rstrip() + "\u2026"
