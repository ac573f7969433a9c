r"""Bring the ways in which hosts mark mathematics to ``$`` and ``$$``, line by line.

GitHub has fences with ``math`` and dollars with backticks, reStructuredText a role, and
Jekyll doubles the backslashes of ``\[``. No line is added or lost.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final
from unicodedata import normalize

__all__ = ["code_spans", "with_dollars", "without_bullet"]


def with_dollars(text: str) -> str:
    r"""Return the text with its mathematics between dollars.

    >>> with_dollars(":math:`a = b`, $`c = d`$ and \\\\( e = f \\\\)")
    '$a = b$, $c = d$ and \\( e = f \\)'
    """
    text = _QUOTED.sub(lambda found: found[1], _of_alphabets(text))
    text = _ENTITY.sub(lambda found: unescape(found[0]), text)
    text = _BOX.sub("   ", text)
    text = _TAGGED.sub(r"$\1$", text)
    text = _ITALIC.sub(lambda found: _of_html(found[1]), text)
    text = "\n".join(map(_without_tags, text.split("\n")))
    text = _ROLE.sub(r"$\1$", text)
    text = _BACKTICKED.sub(r"$\1$", text)
    text = _CELL.sub("", text)
    text = _DOUBLED.sub(lambda found: found[0].replace("\\\\", "\\", 1), text)
    lines = [_joined(line) for line in text.split("\n")]
    inside = False
    for i, line in enumerate(lines):
        if inside and line.strip() in {"```", "~~~"}:
            lines[i], inside = "$$", False
        elif _FENCE.fullmatch(line):
            lines[i], inside = "$$", True
    return "\n".join(lines)


def _of_alphabets(text: str) -> str:
    """Return the text with plain letters for Unicode's mathematical ones."""
    if not _MATHEMATICAL.search(text):
        return text
    return _MATHEMATICAL.sub(lambda found: normalize("NFKC", found[0]), text)


def _of_html(inner: str) -> str:
    """Return a formula in italics, with scripts in tags, between dollars."""
    if "=" not in inner and "←" not in inner:
        return inner
    return f"${_with_scripts(inner).replace('$', '')}$"


def _with_scripts(text: str) -> str:
    """Return the text with its scripts in braces, not in tags."""
    for pattern, script in ((_BELOW, "_"), (_ABOVE, "^")):
        text = pattern.sub(rf"{script}{{\1}}", text)
    return text


def _without_tags(line: str) -> str:
    """Return a line that has scripts in tags with braces, and with no tags at all."""
    if "<sub>" not in line and "<sup>" not in line:
        return line
    return _TAG.sub("", _with_scripts(line))


def _joined(line: str) -> str:
    r"""Return a line of a table with the equation that two of its cells are.

    >>> _joined(r"| output | $\partial L/\partial z$ | $\hat y - y$ |")
    '$\\partial L/\\partial z = \\hat y - y$'
    >>> _joined("| `dW` | `dZ @ A.T / m` |"), _joined("| layer | 4 neurons |")
    ('`dW = dZ @ A.T / m`', '| layer | 4 neurons |')
    >>> _joined("| dZ2 = A2 - Y |")
    ' dZ2 = A2 - Y '
    """
    if not line.lstrip().startswith("|"):
        return line
    alone = line.strip()
    if alone.count("|") == 2 and alone.endswith("|") and "=" in alone:  # noqa: PLR2004
        return alone.strip("|")
    for cell in (_DOLLARS, _BACKTICKS, _DERIVATIVES):
        found = cell.findall(line)
        if len(found) > 1 and "=" not in line and not _SHAPE.fullmatch(found[1]):
            mark = {_DOLLARS: "$", _BACKTICKS: "`"}.get(cell, "")
            return f"{mark}{found[0].strip()} = {found[1].strip()}{mark}"
    return line


def code_spans(line: str) -> list[str]:
    """Return the equations that stand between backticks in a line.

    >>> code_spans("then `dZ2 = A2 - Y` and `dW2 = dZ2 @ A1.T`, see `f`")
    ['dZ2 = A2 - Y', 'dW2 = dZ2 @ A1.T']
    """
    return _SPAN.findall(line)


def without_bullet(line: str) -> str:
    """Return the line without what makes it an item of a list.

    >>> [without_bullet(line) for line in ("  - dZ2 = A2 - Y", "2. a = b", "-a")]
    ['dZ2 = A2 - Y', 'a = b', '-a']
    """
    return _BULLET.sub("", line)


_MATHEMATICAL: Final = re.compile("[\U0001d400-\U0001d7ff]")
_BOX: Final = re.compile("[\u2500-\u257f]+")  # drawn around formulas
_ITALIC: Final = re.compile(
    r"<(?:i|em|var)>((?:[^<\n]|</?su[bp]>){1,2000})</(?:i|em|var)>"
)
_TAGGED: Final = re.compile(
    r"<math[^<>]{0,80}>((?:(?!<math)[^$]){1,5000}?)</math>", re.DOTALL
)
# What a line is quoted with, but no comparison: ``> 0`` begins no line of text.
_QUOTED: Final = re.compile(r"(?m)^([ \t]{0,3})(?:>(?:[ \t]|$))+")
_ENTITY: Final = re.compile(r"&[A-Za-z]{2,10};")
_TAG: Final = re.compile(r"</?[a-z][a-z0-9]{0,9}(?:\s[^<>]{0,200})?/?>")
_BELOW: Final = re.compile(r"<sub>([^<]{1,40})</sub>")
_ABOVE: Final = re.compile(r"<sup>([^<]{1,40})</sup>")
_ROLE: Final = re.compile(r":math:`([^`\n]{1,5000})`")
_BACKTICKED: Final = re.compile(r"\$`([^`\n]{1,5000})`\$")
_DOUBLED: Final = re.compile(r"\\\\(?:\[(?!\s*-?[0-9.]+\s*[a-z]{2}\s*\])|[\]()])")
_CELL: Final = re.compile(r"^\s{0,3}#\s?%%.*$", re.MULTILINE)  # of a notebook
_FENCE: Final = re.compile(r"\s*(?:```|~~~)\s*\{?(?:math|latex|tex)\}?\s*")
_DOLLARS: Final = re.compile(r"(?<=\|)\s*\$([^$]{1,500})\$\s*(?=\|)")
_BACKTICKS: Final = re.compile(r"(?<=\|)\s*`([^`|]{1,500})`\s*(?=\|)")
# a derivative, and what is computed: dW2 | dZ2 @ A1.T
_DERIVATIVES: Final = re.compile(
    r"(?<=\|)(?=\s*(?:d[A-Za-z]\w{0,5}\s*\||∂|δ|[^|]{1,60}[@*⊙·ᵀ−+/-]))([^|$`]{1,300})(?=\|)"
)
_SHAPE: Final = re.compile(
    r"\s*\(?\s*[\w^{}\[\]]+\s*(?:,|×|x|\\times)\s*[\w^{}\[\]]+\s*\)?\s*"
)
_SPAN: Final = re.compile(r"`([^`=]{1,200}=[^`=][^`]{0,1000})`")
_BULLET: Final = re.compile(r"^\s*(?:[-*+•>]|[0-9]{1,2}[.)])\s+")
