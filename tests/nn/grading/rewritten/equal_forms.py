r"""The same statements with other signs, and in other forms that are equal.

Most rewritings put one spelling for another in each formula: ``\circ`` for ``\odot``.
The others give a side of each equation another form: ``-(y - a)`` for ``a - y``. A note
that has nothing to change, or would become ambiguous, stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Final

from tests.nn.grading.rewritten.rewriting import Rewriting

__all__ = ["TRANSFORMS"]

_Change = Callable[[str], str]
_FORMULA: Final = re.compile(
    r"\$\$.*?\$\$|(?<!\$)\$[^$\n]+\$(?!\$)|\\\[.*?\\\]"
    r"|\\begin\{(align\*?|equation\*?|eqnarray\*?|gather\*?)\}.*?\\end\{\1\}",
    re.DOTALL,
)
_CELLS: Final = re.compile(r"matrix\}|\{cases\}|\{array\}|\\substack")
_BETWEEN: Final = re.compile(  # two equations, or an equation and what frames it
    r"(\\\\(?:\s*\[[^\]]*\])?|\\q?quad(?![a-z])|\\(?:begin|end)\{\w+\*?\}"
    r"|\\(?:tag|label)\*?\{[^{}]*\}|\\(?:nonumber|notag)|\$+|\\[\[\]]|\n|,\s)"
)
_EQUALS: Final = re.compile(r"\s*&?\s*(?:(?<![<>!])=|:=|\\equiv(?![a-z]))\s*&?\s*")
_BEHIND: Final = re.compile(r"[\s.,;&]*$")
_BRACES: Final = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
_SCRIPTS: Final = rf"(?:[_^](?:{_BRACES}|\\top(?![a-z])|\w)|')*"
_FONT: Final = r"\\(?:mathbf|boldsymbol|bm|vec|hat|mathrm|mathcal|tilde)"
_LETTER: Final = rf"(?:{_FONT}\s*\{{[^{{}}]*\}}|\\(?:delta|hat y)|[A-Za-z])"
_SYMBOL: Final = rf"(?<![A-Za-z\\{{_^]){_LETTER}{_SCRIPTS}"
_SLOPE: Final = (
    r"(?<![A-Za-z\\{_^}])(?P<f>\\(?:sigma|phi|varphi)(?![a-z])|[fghs])"
    r"\s*(?:'|\^\s*\{?\s*(?:\\prime|')\s*\}?)"
    rf"\s*(?:\\left\s*)?\((?P<of>{_SYMBOL})(?:\\right\s*)?\)"
)
_COST: Final = r"(?P<c>[CJEL]|\\mathcal\s*\{?[A-Z]\}?|\\ell)"
_BY: Final = r"(?P<by>(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)"
_DERIVATIVE: Final = (
    rf"\\[dt]?frac\s*\{{\s*\\partial\s*{_COST}\s*\}}\s*\{{\s*\\partial\s*{_BY}\}}"
)
_TRANSPOSE: Final = (
    r"\^\s*(?:T(?![a-z])|\{\s*T\s*\}|\\top(?![a-z])|\{\s*\\top\s*\}|\\intercal(?![a-z])"
    r"|\{\s*\\(?:mathsf|mathrm|intercal|rm|text)\s*\{?\s*T?\s*\}?\s*\})"
)
_TURNED: Final = (
    rf"(?P<w>{_FONT}\s*\{{[A-Za-z]\}}|(?<![A-Za-z\\{{_^])[A-Za-z])"
    rf"(?P<s>[_^](?:\{{[^{{}}]*\}}|[0-9l]))?{_TRANSPOSE}"
)
_SUM: Final = (
    r"\\sum(?:\\limits)?\s*_\s*(?P<brace>\{\s*)?(?P<k>[a-z])(?(brace)\s*\})(?!\s*\^)"
)
_SUM_OF_DELTAS: Final = rf"{_SUM}(?=[^=]{{0,60}}\\delta)(?=[^=]{{0,60}}[wW])"
_BRACKETS: Final = r"(?<![a-zA-Z'\\{\^\[(\])}_])\(([^()\[\]]*)\)(?!\s*[}_^\]])"
_EQUALS_ALONE: Final = r"(?<=[ }\w&])[ ]*(?<![<>:])=[ ]*(?![^{]*\})"
_NEXT_ROW: Final = r"(?<=[^\\\n$])\s*\\\\(?=\s*\n?\s*&\s*=)"
_TWO_STATED: Final = r",?[ ]*\\q?quad(?![a-z])(?=[^=&$\n]*=)"
_OVER_M: Final = r"\\[td]?frac\s*\{?1\}?\s*\{?([mnN])\}?"
_HALF: Final = r"\\[dt]?frac\s*\{?1\}?\s*\{?2\}?(?![a-zA-Z0-9])"
_BY_OWN_VALUE: Final = (
    rf"(?P<a>{_SYMBOL})\s*(?P<sign>\\(?:odot|cdot|circ)(?![a-z]))?\s*"
    r"\(\s*(?P<one>1|\\mathbf\{1\})\s*-\s*(?P=a)\s*\)"
)
_ADDED: Final = re.compile(r"(?<=[^\s=({\[])\s*[+-]\s*")
_PLUS: Final = re.compile(r"\s*\+\s*")
_ENTRYWISE: Final = re.compile(r"\s*\\(?:odot|circ)(?![a-z])\s*")
_DIFFERENCE: Final = re.compile(
    rf"(?P<open>\(\s*)?(?P<first>{_SYMBOL})\s*-\s*(?P<second>{_SYMBOL})"
    r"(?(open)\s*\)(?P<rest>.*))",
    re.DOTALL,
)


def _in_formulas(change: _Change, unless: str) -> Rewriting:
    """Change each formula that stands outside of programs."""

    def rewritten(text: str, _rng: Random) -> str:
        if unless and any(re.search(unless, f[0]) for f in _FORMULA.finditer(text)):
            return text
        parts = re.split(r"(```.*?```)", text, flags=re.DOTALL)
        parts[::2] = [_FORMULA.sub(lambda f: change(f[0]), part) for part in parts[::2]]
        return "".join(parts)

    return rewritten


def _spelled(pattern: str, spelling: str, unless: str = "") -> Rewriting:
    """Put a spelling, or what a template makes, for each match of a pattern."""
    found = re.compile(pattern)
    return _in_formulas(lambda formula: found.sub(spelling, formula), unless)


def _signed(pattern: str, sign: str, unless: str = "") -> Rewriting:
    """Put a sign for each match of a pattern, as it stands there."""
    return _spelled(pattern, f" {_commands(sign)} ", unless)


def _in_right_sides(form: _Change) -> Rewriting:
    """Give the last side of each equation in another form."""

    def rewritten(formula: str) -> str:
        if _CELLS.search(formula):
            return formula
        pieces = _BETWEEN.split(formula)
        pieces[::2] = [_formed(piece, form) for piece in pieces[::2]]
        return "".join(pieces)

    return _in_formulas(rewritten, "")


def _formed(equation: str, form: _Change) -> str:
    """Return an equation whose last side is in another form; what is none stays."""
    end = len(equation) - len(_BEHIND.findall(equation)[0])
    sides = _parted(equation[:end], _EQUALS)
    whole = all(s.count("{") == s.count("}") for s in sides)
    whole = whole and all(s.count("(") == s.count(")") for s in sides)
    if len(sides) == 1 or not whole:
        return equation
    return "".join([*sides[:-1], form(sides[-1]), equation[end:]])


def _parted(text: str, sign: re.Pattern[str]) -> list[str]:
    """Part a text at the signs that stand in no brackets; the signs are kept."""
    found, start, depth, at = list[str](), 0, 0, 0
    for match in sign.finditer(text):
        before = text[at : match.start()]
        depth += sum((letter in "({[") - (letter in ")}]") for letter in before)
        at = match.start()
        if not depth and match[0].strip():
            found += [text[start:at], match[0]]
            start = match.end()
    return [*found, text[start:]]


def _negated(side: str) -> str:
    """Return ``-(y - a)`` for ``a - y``, alone or in brackets before factors."""
    found = _DIFFERENCE.fullmatch(side)
    if found is None:
        return side
    return f"-({found['second']} - {found['first']}){found['rest'] or ''}"


def _factors_swapped(side: str) -> str:
    r"""Return ``B \odot A`` for ``A \odot B``."""
    factors = _parted(side, _ENTRYWISE)
    return side if len(_parted(side, _ADDED)) > 1 else "".join(factors[::-1])


def _terms_swapped(side: str) -> str:
    """Return ``b + W a`` for ``W a + b``."""
    return " + ".join(term.strip() for term in _parted(side, _PLUS)[::-2])


def _taken(letter: str) -> str:
    """Return a pattern of a letter that stands alone."""
    return rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])"


def _commands(sign: str) -> str:
    """Return a sign as a template of what is put in."""
    return sign.replace("\\", "\\\\")


_ODOT: Final = r"\\odot(?![a-z])"
_PRODUCT: Final = rf"(?P<w>{_TRANSPOSE}\s*\)?)\s*(?=\\delta|\(|[A-Za-z])"
_DISPLAYED: Final = r"\A\$\$(?!\s*\\begin)"
TRANSFORMS: Final[dict[str, Rewriting]] = {
    **{
        f"odot as {sign}": _signed(_ODOT, sign, unless)
        for sign, unless in (
            (r"\circ", r"\\circ"), (r"\otimes", r"\\otimes|\\cdot"), ("*", r"\*"),
            (r"\star", r"\*|\\star"), (r"\cdot", r"\\cdot"), (".*", r"\*"),
            ("⊙", ""), (r"\mathbin{\odot}", ""),
        )
    },
    **{
        f"matrix product as {sign}": _spelled(
            _PRODUCT, rf"\g<w> {_commands(sign)} ", re.escape(sign)
        )
        for sign in (r"\cdot", "@", "*")
    },
    **{
        f"transpose as {sign}": _spelled(_TRANSPOSE, _commands(sign), unless)
        for sign, unless in (
            (r"^{\intercal}", ""), (r"^\mathsf{T}", ""), ("^{tr}", ""),
            (r"^{\mathrm{tr}}", ""), ("^t", _taken("t")), (r"{}^\top", ""),
        )
    },
    "transpose in front": _spelled(_TURNED, r"{}^t\\!\g<w>\g<s>"),
    "transpose by name": _spelled(_TURNED, r"\\operatorname{transpose}(\g<w>\g<s>)"),
    **{
        f"sum as {name}": _spelled(pattern, name, unless)
        for pattern, name, unless in (
            (_SUM, r"\\sum^{N}_{\g<k>=1}", _taken("N")),
            (_SUM, r"Σ_\g<k> ", r"\\Sigma"),
            (_SUM, r"{\\displaystyle\\sum_{\g<k>}}", ""),
            (_SUM_OF_DELTAS, r"\\sum_{\g<k>=1}^{n_{l+1}}", _taken("n")),
            (_SUM_OF_DELTAS, r"\\sum_{\g<k> \\in \\text{outputs}}", ""),
        )
    },
    **{
        f"slope as {slope}": _spelled(_SLOPE, slope)
        for slope in (
            r"{\g<f>}'(\g<of>)", r"\\dot{\g<f>}(\g<of>)",
            r"\\frac{d\g<f>}{dz}(\g<of>)", r"\\frac{d\g<f>(\g<of>)}{d\g<of>}",
            r"\\left.\g<f>'\\right|_{\g<of>}", r"\\left(\g<f>'\\right)(\g<of>)",
            r"\\left.\\frac{d\g<f>}{dz}\\right|_{z=\g<of>}",
        )
    },
    **{
        f"= as {sign}": _signed(_EQUALS_ALONE, sign)
        for sign in (
            ":=", r"\doteq", r"\stackrel{\text{def}}{=}", r"\leftarrow", r"\colon=",
            "{=}",
        )
    },
    "factors swapped": _in_right_sides(_factors_swapped),
    "terms swapped": _in_right_sides(_terms_swapped),
    "negated": _in_right_sides(_negated),
    "in brackets": _in_right_sides(lambda side: rf"\left( {side} \right)"),
    "square brackets": _spelled(_BRACKETS, r"[\1]"),
    "curly brackets": _spelled(_BRACKETS, r"\\left\\{\1\\right\\}"),
    "1 - a first": _spelled(_BY_OWN_VALUE, r"(\g<one> - \g<a>) \g<sign> \g<a>"),
    "a - a^2": _spelled(_BY_OWN_VALUE, r"(\g<a> - {\g<a>}^2)"),
    "m^{-1}": _spelled(_OVER_M, r"\1^{-1}"),
    "half as .5": _spelled(_HALF, " .5 "),
    **{
        f"derivative as {derivative}": _spelled(_DERIVATIVE, derivative, unless)
        for derivative, unless in (
            (r"\\nabla_{\g<by>}(\g<c>)", ""), (r"\\partial_{\g<by>} \g<c>", ""),
            (r"\\mathrm{d}\g<c>/\\mathrm{d}\g<by>", ""),
            (r"{\\partial \g<c>}/{\\partial \g<by>}", ""),
            (r"\\frac{\\delta \g<c>}{\\delta \g<by>}", r"\\delta"),
        )
    },
    **{
        f"{sign} between": _signed(_TWO_STATED, sign)
        for sign in (r"\Rightarrow", r"\to", r"\Leftrightarrow")
    },
    **{
        f"{sign} before": _spelled(_DISPLAYED, f"$${_commands(sign)} ")
        for sign in (r"\therefore", r"\to", r"\bullet\ ", r"\text{Hence }")
    },
    "steps in words": _spelled(_NEXT_ROW, r" \\qquad \\text{(chain rule)} \\\\"),
}  # fmt: skip
