r"""Put in what a text's own commands stand for: ``\newcommand{\pd}[2]{...}``.

Beside those that a text defines, the derivatives of LaTeX's packages are known, as
``\pdv{C}{w}`` of physics. No line is added or lost.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

__all__ = ["with_macros"]


class _Macro(NamedTuple):
    """A command, the number of its arguments, and what it stands for."""

    places: int
    body: str


def with_macros(text: str) -> str:
    r"""Return the text with its own commands put in.

    >>> with_macros(r"\newcommand{\w}[1]{W^{(#1)}} $\w{2}$, $\pdv{C}{z}$")
    ' $W^{(2)}$, $\\frac{\\partial C}{\\partial z}$'
    >>> with_macros(r"$\def\a{b}$ $\a = c$")
    ' $b = c$'
    """
    text = _with_backslashes(text)
    if "\\" not in text:
        return text
    text = _CALLED_COST.sub(r"\1", _FRAMED.sub(r"\\partial \1", _with_fractions(text)))
    own, text = _defined(text)
    macros = {**dict.fromkeys(_undefined(text), _DERIVATIVE), **_OF_PACKAGES, **own}
    for _ in range(_DEEPEST):  # one may stand in another
        new = _put_in(text, macros, own)
        if new == text or len(new) > _LARGER * len(text) + _LONGEST:
            break
        text = new
    return text


def _with_backslashes(text: str) -> str:
    r"""Return the text with the backslashes before its commands, if all were lost.

    >>> print(_with_backslashes("frac{partial E}{partial w} = sum delta a"))
    \frac{\partial E}{\partial w} = \sum \delta a
    >>> print(_with_backslashes("the delta of a layer"))
    the delta of a layer
    """
    if "\\" in text or not _LOST.search(text):
        return text
    return _COMMANDS.sub(r"\\\g<0>", text)


def _with_fractions(text: str) -> str:
    r"""Return the text with TeX's ``{a \over b}`` as a fraction with two arguments.

    >>> _with_fractions(r"{\partial E \over \partial w_{11}} = {1 \over 2}")
    '\\frac{\\partial E }{ \\partial w_{11}} = \\frac{1 }{ 2}'
    >>> print(_with_fractions(r"$\partial E \over \partial w$, ${1 \over 2}$"))
    $\frac{\partial E }{ \partial w}$, $\frac{1 }{ 2}$
    """
    at = 0
    for _ in range(_MOST):
        found = _OVER.search(text, at)
        if found is None:
            return text
        start, depth = found.start(), 0
        while start > 0 and depth >= 0 and text[start] != "$":
            start -= 1
            depth += (text[start] == "}") - (text[start] == "{")
        end = _group_end(text, start) if text[start] == "{" else -1
        if text[start] == "$":  # all of a formula
            end = text.find("$", found.end(), found.end() + _LONGEST) + 1
        left, right = text[start + 1 : found.start()], text[found.end() : end - 1]
        if end <= 0 or (text[start] == "$" and "=" in left + right):
            at = found.end()
            continue
        marks = ("$", "$") if text[start] == "$" else ("", "")
        fraction = rf"{marks[0]}\frac{{{left}}}{{{right}}}{marks[1]}"
        text = f"{text[:start]}{fraction}{text[end:]}"
    return text


def _defined(text: str) -> tuple[dict[str, _Macro], str]:
    """Return the commands that a text defines, and the text without that."""
    found: dict[str, _Macro] = {}
    kept: list[str] = []
    at = 0
    for match in _DEFINITION.finditer(text):
        if match.start() < at:
            continue
        end = _group_end(text, match.end())
        if end < 0 or len(found) >= _MOST:
            continue
        body = text[match.end() + 1 : end - 1]
        count = int(match["count"] or 0) or (match["places"] or "").count("#")
        count = count or (match["kinds"] or "").count("m")
        name = match["name"] or match["defined"] or match["document"]
        if name not in body:  # of itself, it would never end
            found[name] = _Macro(count, " ".join(body.split()))
        lines = "\n" * text.count("\n", match.start(), end)
        kept += [text[at : match.start()], _LEFT_OUT, lines]
        at = end
    rest = _OF_NOTHING.sub(_lines_of, "".join([*kept, text[at:]]))
    return found, rest.replace(_LEFT_OUT, "")


def _lines_of(found: re.Match[str]) -> str:
    """Return the ends of lines in what was found."""
    return "\n" * found[0].count("\n")


def _undefined(text: str) -> set[str]:
    r"""Return the commands that are derivatives by their names and two arguments.

    They are defined elsewhere, as in a file that is shared by several.

    >>> _undefined(r"\parder{C}{z} + \binom{n}{k} + \partial {C}")
    {'\\parder'}
    """
    return {found[1] for found in _OF_TWO.finditer(text)} - _NO_DERIVATIVES


def _put_in(text: str, macros: dict[str, _Macro], own: dict[str, _Macro]) -> str:
    kept: list[str] = []
    at = used = 0
    for match in _COMMAND.finditer(text):
        macro = macros.get(match[0])
        if macro is None or match.start() < at:
            continue
        used += 1
        if used > _MOST_USED:
            break
        arguments, end = _arguments(text, match.end(), macro.places, match[0] in own)
        if len(arguments) < macro.places:
            continue
        body = macro.body
        for place, argument in enumerate(arguments, 1):
            body = body.replace(f"#{place}", argument)
        lines = "\n" * text.count("\n", match.start(), end)
        after = " " if body[-1:].isalpha() and text[end : end + 1].isalpha() else ""
        kept += [text[at : match.start()], body, after, lines]
        at = end
    return "".join([*kept, text[at:]])


def _arguments(
    text: str, at: int, count: int, may_be_bare: bool
) -> tuple[list[str], int]:
    """Return the arguments behind a command: in braces, or one token each."""
    found: list[str] = []
    while len(found) < count:
        start = at
        while start < len(text) and text[start] in " \t\n":
            start += 1
        if text[start : start + 1] == "{":
            end = _group_end(text, start)
            inner = text[start + 1 : end - 1]
        else:
            token = _BARE.match(text, start) if may_be_bare else None
            end = token.end() if token else -1
            inner = token[0] if token else ""
        if end < 0:
            break
        found.append(" ".join(inner.split()))
        at = end
    return found, at


def _group_end(text: str, start: int) -> int:
    """Return the place after the braces that begin at ``start``, or -1."""
    depth = 0
    for i in range(start, min(len(text), start + _LONGEST)):
        depth += (text[i] == "{") - (text[i] == "}")
        if depth == 0:
            return i + 1 if i > start else -1
    return -1


_DEEPEST: Final = 5
_MOST: Final = 100
_LONGEST: Final = 2_000
_MOST_USED: Final = 2_000
_LARGER: Final = 4
_LOST: Final = re.compile(r"(?<![A-Za-z_])[dt]?frac\{(?:partial\b|d\s?[A-Za-z])")
_COMMANDS: Final = re.compile(
    r"(?<![A-Za-z_])(?:[dt]?frac(?=\{)|(?:partial|sum|delta|sigma|eta|alpha|nabla|cdot"
    r"|odot|times|varphi|phi|theta)(?![A-Za-z]))"
)
_OVER: Final = re.compile(r"\\over(?![A-Za-z])")
_FRAMED: Final = re.compile(r"\\partial\s*\{\s*([^{}]{1,30})\}")
# the arguments of a cost: \partial \text{CE}(y, \hat y)
_CALLED_COST: Final = re.compile(
    r"(\\partial\s*\\(?:text|mathrm|mathit|operatorname)\s*\{\s*[A-Za-z]{1,20}\s*\})"
    r"\s*\([^()]{1,60}\)"
)
_DEFINITION: Final = re.compile(
    r"\\(?:newcommand|renewcommand|providecommand|DeclareMathOperator)"
    r"\*?\s*\{?\s*(?P<name>\\[A-Za-z]+)\s*\}?\s*(?:\[(?P<count>[0-9])\])?\s*(?=\{)"
    r"|\\[gex]?def\s*(?P<defined>\\[A-Za-z]+)\s*(?P<places>(?:#[0-9]){0,9})\s*(?=\{)"
    r"|\\(?:New|Renew|Provide|Declare)DocumentCommand\s*\{?\s*(?P<document>\\[A-Za-z]+)"
    r"\s*\}?\s*\{(?P<kinds>[m\s]{0,20})\}\s*(?=\{)"
)
_LEFT_OUT: Final = "\0"  # in the place of a definition
# $\newcommand{...}{...}$, of which nothing is left between the marks
_OF_NOTHING: Final = re.compile(r"(?P<mark>\$\$?)(?=\s{0,9}\0)[\s\0]*(?P=mark)")
_OF_TWO: Final = re.compile(
    r"(\\(?:d[a-z]d[a-z]|[dp]?par|[dp]?der|[dp]?diff|[dp]?grad|[dp]f?pd|pd|ddx?|pp|pfrac)[A-Za-z]{0,12})"
    r"\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}\s*\{\s*[A-Za-z\\]"
)
_NO_DERIVATIVES: Final = frozenset(
    {
        r"\partial",
        r"\part",
        r"\parallel",
        r"\parbox",
        r"\paragraph",
        r"\ddot",
        r"\ddots",
    }
)
_COMMAND: Final = re.compile(r"\\[A-Za-z]+")
_BARE: Final = re.compile(r"\\[A-Za-z]+|[^\s\\{}$&^_]")
_DERIVATIVE: Final = _Macro(2, r"\frac{\partial #1}{\partial #2}")
_BOLD: Final = _Macro(1, r"\mathbf{#1}")
_OF_PACKAGES: Final = {
    **dict.fromkeys(  # what people name so in files that they share
        (r"\mat", r"\matr", r"\mtx", r"\vect", r"\bvec", r"\tens", r"\V", r"\M"),
        _BOLD,
    ),
    **dict.fromkeys(
        (r"\pdv", r"\pd", r"\pder", r"\pderiv", r"\pdiff", r"\diffp", r"\partialfrac"),
        _DERIVATIVE,
    ),
    **dict.fromkeys((r"\dv", r"\odv", r"\deriv", r"\diff"), _DERIVATIVE),
}
