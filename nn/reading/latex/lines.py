r"""Join the lines over which one formula goes on, as in ``a = b \\ & + c``.

A line of an aligned block most often ends where an equation does. It goes on where a
bracket is open, where an operator, an equals sign or a sum stands at its end, where the
next one begins with an operator and says of nothing else what it is, and where it says
nothing of what it names, but the next one begins with an equals sign.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["with_lines_joined"]


def with_lines_joined(text: str) -> str:
    r"""Return a formula with spaces for the line ends within it, in as many letters.

    So it is for what only aligns the next line.

    >>> with_lines_joined(r"d = (a - y) \\ \odot g'(z) \\ b = d")
    "d = (a - y)    \\odot g'(z) \\\\ b = d"
    >>> with_lines_joined(r"d = \sum_k \\ & w_k e_k \\ & = f")
    'd = \\sum_k      w_k e_k \\\\ & = f'
    >>> with_lines_joined(r"d = \begin{pmatrix} a \\ - b \end{pmatrix}")
    'd = \\begin{pmatrix} a \\\\ - b \\end{pmatrix}'
    """
    if r"\\" not in text:
        return text
    ends: list[tuple[int, int]] = []
    # those that are open, in each of the environments around; -1 in one of cells
    brackets, braces = [0], [0]
    before = 0
    for sign in _SIGNS.finditer(text):
        kind = sign.lastgroup
        if kind == "begins":
            brackets.append(-1 if _OF_CELLS.fullmatch(sign["of"]) else 0)
            braces.append(0)
        elif kind == "ends" and len(braces) > 1:
            brackets.pop()
            braces.pop()
        elif kind == "bracket" and brackets[-1] >= 0:
            brackets[-1] = max(0, brackets[-1] + (1 if sign[0] in "([" else -1))
        elif kind == "brace":
            braces[-1] = max(0, braces[-1] + (1 if sign[0] == "{" else -1))
        elif kind == "line":
            line = text[before : sign.start()]
            space = _SPACE.match(text, sign.end())
            end = space.end() if space else sign.end()
            if not braces[-1] and _goes_on(line, brackets[-1], text[end:]):
                ends.append((sign.start(), end))
            else:
                brackets[-1] = min(0, brackets[-1])  # one may be too much
                before = end
    for start, end in ends:
        text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return text


def _goes_on(line: str, brackets: int, after: str) -> bool:
    """Return whether a line goes on with the next; a cell may begin with a sign."""
    found = _BEHIND.match(after)
    if found is None:
        return False
    if found["equals"] is not None:
        return _NAMED.fullmatch(line) is not None and not _SAYS.search(line)
    if found["product"] is not None or _OPEN_END.search(line[-_NEAR:]) is not None:
        return True
    rest = _IN_BRACES.sub("", found["rest"])
    begins = brackets > 0 or (not brackets and found["sign"] is not None)
    return begins and not _SAYS.search(rest)


_NEAR: Final = 120  # letters, in which a sum has its limits
_OF_CELLS: Final = re.compile(
    r"(?:[bpvBV]|small)?(?:matrix|array|cases)\*?|rcases|dcases|subarray"
)
_SIGNS: Final = re.compile(
    r"\\begin\s*\{(?P<of>[A-Za-z*]{1,20})\}(?P<begins>)"
    r"|\\end\s*\{[A-Za-z*]{1,20}\}(?P<ends>)"
    r"|(?P<line>\\\\(?:\s*\[\s*-?[0-9.]{1,6}\s*[a-z]{2}\s*\])?)"
    r"|(?P<bracket>[()\[\]])"
    r"|\\."
    r"|(?P<brace>[{}])",
    re.DOTALL,
)
_SPACE: Final = re.compile(
    r"(?:\s|&|\\[,:;! ]|\\q?quad(?![A-Za-z])|\\(?:nonumber|notag)(?![A-Za-z]))*"
)
_NAMED: Final = re.compile(  # \\delta^l_j alone, or behind the beginning of a block
    r"(?:\s|&|\\begin\s*\{[a-z*]{1,12}\})*(?=[\\A-Za-z])[^=\s&,][^=&,]{0,120}&?\s*"
)
_OPEN_END: Final = re.compile(
    r"(?:=|(?<![\^_])[-+]|\\(?:odot|cdot|times|otimes|circ|bullet)"
    r"|\\sum(?:\\limits)?(?:\s*[_^]\s*(?:\{[^{}]{0,40}\}|[A-Za-z0-9])){0,2})"
    rf"{_SPACE.pattern}$"
)
_SET: Final = (  # what means the same as an equals sign
    r"\\(?:equiv|approx|leftarrow|gets|triangleq|doteq|coloneqq|eqdef|longleftarrow)"
    r"(?![A-Za-z])"
)
_BEHIND: Final = re.compile(
    rf"(?:(?P<equals>=|:=|{_SET})"
    r"|(?P<product>\\(?:odot|cdot|times|otimes|circ|bullet)(?![A-Za-z]))"
    r"|(?P<sign>[-+])?(?P<rest>(?:(?!\\\\|\\end)[\s\S]){1,2000}))"
)
_IN_BRACES: Final = re.compile(r"\{[^{}]*\}")
_SAYS: Final = re.compile(rf"[=←→≈≡]|{_SET}|\\to(?![A-Za-z])")
