r"""Leave out how formulas are typeset: ``{\bf W}_2 \; = \; \boxed{{W_1}^T}``.

TeX has many ways to write what looks the same, and some to write what looks otherwise
and says the same: spaces, sizes, frames, colours, and braces that group nothing. All
that reads a text after this sees one of them. It is between marks alone, so that code
keeps its braces. No line is added or lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

__all__ = ["without_typesetting"]


def without_typesetting(text: str) -> str:
    r"""Return the text with its formulas typeset in one way.

    >>> print(without_typesetting(r"$\displaystyle{W}_2 ~=~ \boxed{{a_1}^T}$"))
    $ W_2 = a_1^T $
    >>> print(without_typesetting(r"${\bf W}_2 \; {W^{[2]}}^T \bm x$, f{x}"))
    $\mathbf{W}_2 W^{[2] T } \mathbf{x}$, f{x}
    """
    if "\\" not in text:
        return text
    places = list(_formulas(text))
    is_escaped = r"\_" in text and not any(
        _BELOW.search(text, start, end) for start, end in places
    )
    kept: list[str] = []
    at = 0
    for start, end in places:
        formula = text[start:end]
        if is_escaped:
            formula = _ESCAPED_ONE.sub(lambda one: one["name"] or "_", formula)
        kept += [text[at:start], _plain(formula)]
        at = end
    text = "".join([*kept, text[at:]])
    return _LAYER_AND_INDEX.sub(r"_{\1,\2}", _ESCAPED.sub("_", text))


def _formulas(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each formula between marks begins and ends."""
    start, closing = 0, ""
    for mark in _MARK.finditer(text):
        if closing and mark[0] == closing:
            yield start, mark.start()
            closing = ""
        elif closing in {"$", r"\)"} and mark["blank"] is not None:
            closing = ""  # an amount of money
        elif not closing and mark["begins"] is not None:
            start, closing = mark.end(), mark[0].replace("begin", "end")
        elif not closing and mark[0] in _CLOSING:
            start, closing = mark.end(), _CLOSING[mark[0]]


def _plain(formula: str) -> str:
    """Return a formula typeset in one way."""
    formula = _aligned(_COMMENT.sub("", formula))
    for pattern, new in _ALIKE:
        formula = pattern.sub(new, formula)
    formula = _LENGTH.sub(_of_length, formula)
    for _ in range(_DEEPEST):  # one may stand in another
        given = _TOKEN.findall(formula)
        ends = _ends(given)
        if not ends and "{" in given:
            break
        new = _BLANKS.sub(" ", "".join(_Formula(given, ends).plain()))
        if new == formula:
            break
        formula = new
    return _BESIDE_EQUALS.sub(_without_quads, formula)


def _of_length(found: re.Match[str]) -> str:
    """Return a blank for a small space; a wide one may part two equations."""
    wide = float(found["size"]) >= _WIDE.get(found["unit"], 1)
    return found[0] if wide else " "


def _without_quads(found: re.Match[str]) -> str:
    """Return an equals sign without the wide spaces beside it, or none at an end."""
    sign = "&" if "&" in found[0] else ""
    return f"{sign}=" if "=" in found[0] else ""


def _aligned(formula: str) -> str:
    r"""Return the formula with one ``&`` before the signs that are set below another.

    An array whose cells part there is no matrix.

    >>> _aligned(r"\begin{array}{rcl}a &=& b\end{array}")
    '\\begin{aligned}a &= b\\end{aligned}'
    >>> _aligned(r"\begin{array}{cc}a & b\end{array}")
    '\\begin{array}{cc}a & b\\end{array}'
    """
    if "&" not in formula:
        return formula
    formula = _BETWEEN.sub(r"&\1", formula)
    kept: list[str] = []
    open_: list[int] = []  # where those begin that are not closed yet
    at = 0
    for mark in _ARRAY.finditer(formula):
        kept += [formula[at : mark.start()], mark[0]]
        at = mark.end()
        if mark["begins"] is not None:
            if len(open_) > _DEEPEST:
                return formula
            open_.append(len(kept) - 1)
        elif open_:
            start = open_.pop()
            inner = "".join(kept[start + 1 : -1])
            if _BEFORE_SIGN.search(inner) and not _CELLS.search(inner):
                kept[start], kept[-1] = r"\begin{aligned}", r"\end{aligned}"
    return "".join([*kept, formula[at:]])


def _ends(given: list[str]) -> dict[int, int]:
    """Return where each opening brace is closed, of none if they do not match.

    Nor of any if too many stand in one another.
    """
    open_: list[int] = []
    found: dict[int, int] = {}
    for i, token in enumerate(given):
        if token == "{":
            open_.append(i)
            if len(open_) > _MOST_OPEN:
                return {}
        elif token == "}":
            if not open_:
                return {}
            found[open_.pop()] = i
    return {} if open_ else found


class _Formula:
    """The tokens of a formula, of which some are written otherwise."""

    def __init__(self, given: list[str], ends: dict[int, int]) -> None:
        self.given = given
        self.ends = ends
        self.new = list(given)
        self.arguments = set[int]()  # braces that are more than a group
        self.until = 0  # before which all stays as it is

    def plain(self) -> list[str]:
        """Return the tokens, typeset in one way."""
        for i, token in enumerate(self.given):
            if i < self.until:
                continue
            write = _HOW.get(token)
            if write is not None:
                write(self, i)
            elif token[:1] == "\\":
                self._take_arguments(i)
        return self.new

    def _space(self, i: int) -> None:
        behind = self._text(i + 1)
        if "\n" in behind and self._after(0) == i:
            return  # the formula is said to stand where it begins
        self.new[i] = "" if behind in _ABOVE else " "

    def _sign(self, i: int) -> None:
        self.new[i] = _UNICODE[self.given[i]]

    def _script(self, i: int) -> None:
        self.arguments.add(self._after(i + 1))

    def _words(self, i: int) -> None:
        """Leave words as they are."""
        self._take_arguments(i)
        self.until = self.ends.get(self._after(i + 1), 0)

    def _part(self, i: int) -> None:
        """Put a blank before a command that may become a letter."""
        if self._text(i + 1)[:1] == "\\":
            self.new[i] = f"{self.given[i]} "

    def _after(self, i: int) -> int:
        """Return the place of the next token that is no blank."""
        while i < len(self.given) and self.given[i].isspace():
            i += 1
        return i

    def _text(self, i: int) -> str:
        return self.given[i] if 0 <= i < len(self.given) else ""

    def _drop(self, start: int, end: int) -> None:
        """Leave tokens out, but not the ends of lines."""
        for i in range(start, min(end, len(self.given))):
            self.new[i] = "\n" * self.given[i].count("\n")

    def _take_arguments(self, i: int) -> None:
        """Mark the braces behind a command as arguments of it."""
        if self.given[i] in _WITHOUT_ARGUMENTS or not self.given[i][1:].isalpha():
            return
        at = self._after(i + 1)
        for _ in range(_ARGUMENTS.get(self.given[i], _MOST)):
            if self._text(at) != "{":
                break
            self.arguments.add(at)
            at = self._after(self.ends[at] + 1)

    def _begin(self, i: int) -> None:
        """Leave the name of an environment and its columns as they are."""
        at = self._after(i + 1)
        end = self.ends.get(at, at)
        self.arguments.add(at)
        if "".join(self.given[at + 1 : end]).strip("* ") in _WITH_COLUMNS:
            at = self._after(end + 1)
            self.arguments.add(at)
        self.until = self.ends.get(at, end)

    def _leave_out(self, i: int) -> None:
        """Leave out a command with its argument."""
        at = self._after(i + 1)
        if self._text(at) == "{":
            self._drop(i, self.ends[at] + 1)
            self.arguments.add(at)
            self.new[i] = " "

    def _set_in_one_size(self, i: int) -> None:
        r"""Leave out the size of a bracket, as of ``\left(`` and ``\Bigr]``."""
        at = self._after(i + 1)
        if self._text(at) in _ROUND:
            self._drop(i, at)

    def _unframe(self, i: int) -> None:
        r"""Leave out a frame or a colour, and what stands below an underbrace."""
        at = self._after(i + 1)
        if self._text(at) == "[":  # \bbox[red]{...}
            last = min(len(self.given), at + _OPTION)
            while at < last and self.given[at] != "]":
                at += 1
            at = self._after(at + 1)
        for _ in range(_FRAMES[self.given[i]]):
            if self._text(at) != "{":
                return
            at = self._after(self.ends[at] + 1)
        self._drop(i, at)
        self.new[i] = " "
        if self._text(at) != "{":
            return
        behind = self._after(self.ends[at] + 1)
        if "brace" in self.given[i] and self._text(behind) in {"_", "^"}:
            label = self._after(behind + 1)
            if self._text(label) in _WORDS:  # _\text{...}
                label = self._after(label + 1)
            end = self.ends.get(label, label) + 1
            self._drop(behind, end)
            behind = self._after(end)
        if self._text(behind) not in {"_", "^"}:
            self.new[at] = self.new[self.ends[at]] = " "
            self.arguments.add(at)

    def _set_in_one_font(self, i: int) -> None:
        """Write one command for all that mean the same font, around one letter."""
        at = self._after(i + 1)
        name = _FONTS[self.given[i]]
        if self._text(at) == "{":
            self.arguments.add(at)
            end = self.ends[at]
            first = self._after(at + 1)
            if not _LETTER.fullmatch(self._text(first)):
                return
            self.new[i] = name
            scripts = self._scripts(first + 1, end)
            if name and scripts and self._join(scripts, end):  # \mathbf{W_2}
                self.new[first] += "}"
            elif not name and self._join(scripts, end):
                self.new[at] = ""
        elif name and _LETTER.fullmatch(self._text(at)):
            self.new[i] = name
            self._drop(i + 1, at)
            self.new[at] = f"{{{self.given[at]}}}"

    def _ungroup(self, start: int) -> None:
        """Leave out braces that only group."""
        if start in self.arguments:
            return
        end = self.ends[start]
        first, behind = self._after(start + 1), self._after(end + 1)
        around = start - 1
        while around >= 0 and self.given[around].isspace():
            around -= 1
        if self._text(first) in _SWITCHES and self._after(first + 1) < end:
            self.new[start] = ""
            self.new[first] = _SWITCHES[self.given[first]] + "{"
            self._drop(first + 1, self._after(first + 1))
            return
        is_doubled = self.ends.get(around) == behind
        is_side = self._text(around) in _BEFORE_SIDES and self._text(behind) in _BEHIND
        if first == end or is_doubled or is_side:
            self.new[start] = self.new[end] = ""
            return
        at = first
        if self._text(first) in _FONTS:
            at = self._after(first + 1)
            at = self.ends.get(at, at)
        if at < end and (at > first or _LETTER.fullmatch(self._text(first))):
            if self._join(self._scripts(at + 1, end), end):
                self.new[start] = " " if self._text(start - 1)[:1] == "\\" else ""
        elif self._text(first) in _FRACTIONS and self._text(behind) not in _ABOVE:
            at = self._after(first + 1)
            for _ in range(2):
                at = self._after(self.ends.get(at, at) + 1)
            if at == end:
                self.new[start] = self.new[end] = " "

    def _scripts(self, i: int, end: int) -> dict[str, int] | None:
        """Return where each script ends that stands there, None if more does."""
        found: dict[str, int] = {}
        i = self._after(i)
        while i < end:
            sign = self._text(i)
            at = self._after(i + 1)
            if sign == "'":
                found[sign] = i
            elif sign in {"_", "^"} and sign not in found and at < end:
                i = found[sign] = self.ends.get(at, at)
            else:
                return None
            i = self._after(i + 1)
        return found

    def _join(self, scripts: dict[str, int] | None, end: int) -> bool:
        """Leave out the brace behind a letter with scripts, if others may follow."""
        if scripts is None:
            return False
        behind = self._after(end + 1)
        sign = self._text(behind)
        if sign in scripts or (sign == "'" and "^" in scripts):
            at = self._after(behind + 1)
            stop = self.ends.get(at, at)
            above = "".join(self.given[at : stop + 1]).strip("{} ")
            if sign != "^" or above not in _TRANSPOSED:
                return False
            last = scripts["^"]
            self._drop(behind, stop + 1)
            if self.given[last] == "}":
                self.new[last] = rf" {above} }}"
            else:
                self.new[last] = f"{{{self.given[last]} {above}}}"
            self.arguments.add(at)
        self.new[end] = ""
        return True


_DEEPEST: Final = 4
_MOST_OPEN: Final = 60
_OPTION: Final = 40  # tokens, in square brackets
_MARK: Final = re.compile(
    r"\\(?:begin(?P<begins>)|end)"
    r"\{(?:equation|displaymath|x{0,2}align(?:at)?|flalign|gather|multline|eqnarray|math)"
    r"\*?\}|\$\$?|\\\\\[|\\\\\]|\\[\[\]()]"
    r"|\n[ \t]*\n(?P<blank>)"
)
_CLOSING: Final = {"$": "$", "$$": "$$", r"\[": r"\]", r"\(": r"\)"}
_BELOW: Final = re.compile(r"(?<!\\)_(?![^{}$]{0,40}\}(?<=[a-z]{3}\}))")
# as Markdown has it, but no names such as learning\_rate
_ESCAPED_ONE: Final = re.compile(
    r"(?P<name>(?<![A-Za-z\\])(?:[A-Za-z]{3,20}\\_(?=[A-Za-z]{2})"
    r"|[A-Za-z]{1,2}\\_(?=[A-Za-z]{3})))|\\_"
)
# w^l\_{jk} and \delta\_j, as Markdown has it, but no names such as \text{h\_1}
_ESCAPED: Final = re.compile(
    r"(?:(?<=\})|(?<=[_^][A-Za-z0-9])|(?<=\\eta)|(?<=\\(?:delta|sigma|theta))"
    r"|(?<![A-Za-z0-9{\\_][A-Za-z])(?<=[A-Za-z]))"
    r"\\_(?=\{[^{}\\_]{1,12}\}|[A-Za-z0-9](?![A-Za-z0-9_\\]))"
)
_LAYER_AND_INDEX: Final = re.compile(r"_\s?\{\s?([0-9lL])\\_([a-z])\s?\}")  # A_{3\_k}
_COMMENT: Final = re.compile(r"(?<!(?<!\\)\\)%[^\n%]*(?=\n)")
_TOKEN: Final = re.compile(r"\\[A-Za-z]+\*?|\\.|\s+|[^\\\s]|\\", re.DOTALL)
_BLANKS: Final = re.compile(r"[ \t]+")
_LETTER: Final = re.compile(
    r"[^\W\d_]|\\(?:alpha|beta|gamma|delta|epsilon|varepsilon|eta|theta|lambda|mu|nu|pi"
    r"|rho|sigma|phi|varphi|psi|omega|Delta|Theta|Sigma|Phi|Psi|Omega|Lambda|ell)"
)
_TRANSPOSED: Final = frozenset({"T", r"\top", r"\intercal"})
_ABOVE: Final = frozenset({"_", "^", "'"})
_FRACTIONS: Final = frozenset({r"\frac", r"\dfrac", r"\tfrac", r"\cfrac"})
_SPACES: Final = frozenset({
    "~", "\\,", r"\;", r"\:", r"\!", r"\>", "\\ ", r"\displaystyle", r"\textstyle",
    r"\scriptstyle", r"\limits", r"\nolimits", r"\thinspace", r"\medspace",
    r"\thickspace", r"\negthinspace", r"\negmedspace", r"\enspace", r"\space",
    r"\nobreakspace", r"\nonumber", r"\notag", r"\strut", r"\mathstrut",
    r"\allowbreak", r"\nobreak", r"\hfill", r"\hfil", r"\hline", r"\relax",
})  # fmt: skip
# What is drawn around a formula, and how many arguments stand before that.
_FRAMES: Final = {
    **dict.fromkeys((
        r"\boxed", r"\fbox", r"\bbox", r"\underbrace", r"\overbrace", r"\cancel",
        r"\smash", r"\mathop", r"\mathord", r"\mathbin", r"\mathrel", r"\mathopen",
        r"\mathclose", r"\mathinner", r"\mathstrut", r"\Aboxed", r"\hl", r"\framebox",
    ), 0),
    **dict.fromkeys((
        r"\textcolor", r"\color", r"\colorbox", r"\class", r"\htmlClass", r"\cssId",
        r"\htmlId", r"\style", r"\htmlStyle", r"\htmlData", r"\enclose",
    ), 1),
    r"\fcolorbox": 2,
}  # fmt: skip
_UNSEEN: Final = frozenset({
    r"\phantom", r"\vphantom", r"\hphantom", r"\tag", r"\tag*", r"\label",
})  # fmt: skip
_BRACKETS: Final = frozenset({
    r"\left", r"\right",
    *(rf"\{size}{side}" for size in ("big", "Big", "bigg", "Bigg")
      for side in ("", *"lrm")),
})  # fmt: skip
_ROUND: Final = frozenset({"(", ")", "[", "]"})
_UNICODE: Final = {
    "∂": r"\partial ", "δ": r"\delta ", "σ": r"\sigma ", "⊙": r"\odot ",
    "∇": r"\nabla ", "η": r"\eta ", "∑": r"\sum ", "−": "-", "′": "'", "×": r"\times ",
    "·": r"\cdot ",
}  # fmt: skip
_OF_T: Final = (  # \mathsf{T}, \rm T, {\rm T}, \intercal
    r"(?:\\(?:mathsf|mathrm|mathbf|mathit|mathtt|text|textsf|textrm|operatorname)"
    r"[ ]?\{[ ]?T[ ]?\}|\\(?:rm|sf|bf|it|tt|mathsf|mathrm)[ ]T(?![A-Za-z])"
    r"|\{[ ]?\\(?:rm|sf|bf|it|tt)[ ]T[ ]?\}|\\(?:intercal|transp)(?![A-Za-z]))"
)
_TOP: Final = r"(?P<top>[^{}]{0,80}(?:\{[^{}]{0,40}\}[^{}]{0,40}){0,3})"
_UPRIGHT_D: Final = r"[ ]?\\(?:mathrm|text|textrm|operatorname|rm)[ ]?\{[ ]?d[ ]?\}[ ]?"
_WRITTEN: Final = {
    # the d of a derivative
    rf"\\frac[ ]?\{{{_UPRIGHT_D}{_TOP}\}}[ ]?\{{{_UPRIGHT_D}": (
        r"\\frac{\\partial \g<top>}{\\partial "
    ),
    r"\\[dtc]frac(?![A-Za-z])": r"\\frac",
    r"\\lparen(?![A-Za-z])[ ]?": "(",
    r"\\rparen(?![A-Za-z])[ ]?": ")",
    # a sign that is put together, small spaces before a number, and around dots
    r"\\mathrel[ ]?\{[ ]?\\mathop[ ]?\{?[ ]?:[ ]?\}?[ ]?\}[ ]?=": ":=",
    r"(?:\\[;:][ ]?){2,6}(?=\([0-9]{1,2}[a-z]?\)\s*$)": r"\\quad ",
    r"\\[;:,][ ]?\\[lc]?dots[ ]?\\[;:,]": r", \\ldots, ",
    # the ends of lines
    r"\\\\[ ]?\[[ ]?-?[0-9.]{1,6}[ ]?[a-z]{2}[ ]?\]": r"\\\\ ",
    r"\\(?:cr|newline|tabularnewline)(?![A-Za-z])": r"\\\\ ",
    r"\\\\\\\\": r"\\\\",
    # fonts
    r"\\cal[ ]+([A-Z])(?![A-Za-z])": r"\\mathcal{\1}",
    r"\\(?:bf|boldmath)[ ]+([A-Za-z])(?![A-Za-z])": r"\\mathbf{\1}",
    r"\\(?:text(?:rm|sf|tt|normal)|[mh]box|math(?:tt|sf))"
    r"[ ]?\{(?=[A-Za-z]{2})": r"\\text{",
    # what stands above
    rf"\^[ ]?(?:\{{[ ]?{_OF_T}[ ]?\}}|{_OF_T})": "^T",
    r"\^[ ]?(?:\\prime(?![A-Za-z])|\{[ ]?\\prime[ ]?\})": "'",
    r"\\(?:overset|underset|stackrel)[ ]?\{[^{}]{0,40}(?:\{[^{}]{0,40}\}[^{}]{0,9})?\}"
    r"[ ]?\{[ ]?([:=]{1,2})[ ]?\}": r"\1",
}
_ALIKE: Final = [(re.compile(pattern), new) for pattern, new in _WRITTEN.items()]
_LENGTH: Final = re.compile(
    r"\\(?:[hm]space\*?[ ]?\{[ ]?|[hm]skip[ ]?|m?kern[ ]?)"
    r"(?P<size>-?[0-9]{1,4}(?:\.[0-9]{1,3})?)"
    r"[ ]?(?P<unit>[a-z]{2})[ ]?\}?"
)
_WIDE: Final = {"pt": 10, "px": 10, "mm": 5, "mu": 18}
_QUADS: Final = r"(?:[ ]?\\q?quad(?![A-Za-z])){1,4}"
_BESIDE_EQUALS: Final = re.compile(
    rf"{_QUADS}[ ]?(?:&[ ]?)?=(?:{_QUADS})?|=(?:{_QUADS})|{_QUADS}(?=\s*$)"
)
_SET_BELOW: Final = r"(?::?=|\\(?:approx|equiv|leftarrow)(?![A-Za-z]))"
_BETWEEN: Final = re.compile(rf"&[ ]*({_SET_BELOW})[ ]*&")
_ARRAY: Final = re.compile(
    r"\\begin[ ]?\{array\}[ ]?\{[lcr|@\s]{1,20}\}(?P<begins>)|\\end[ ]?\{array\}"
)
_BEFORE_SIGN: Final = re.compile(rf"&\s*{_SET_BELOW}")
_CELLS: Final = re.compile(rf"&(?!\s*(?:{_SET_BELOW}|&|\\\\))")
_FONTS: Final = {
    **dict.fromkeys((
        r"\mathbf", r"\boldsymbol", r"\bm", r"\pmb", r"\mathbold", r"\symbf",
        r"\textbf", r"\bs", r"\vec", r"\overrightarrow",
    ), r"\mathbf"),
    **dict.fromkeys((
        r"\mathit", r"\mathnormal", r"\textit", r"\mathsf", r"\mathtt", r"\underline",
    ), ""),
    r"\mathcal": r"\mathcal", r"\mathscr": r"\mathscr",
}  # fmt: skip
_WORDS: Final = frozenset({
    r"\text", r"\mbox", r"\textrm", r"\textsf", r"\texttt", r"\hbox", r"\intertext",
    r"\operatorname", r"\hspace",
})  # fmt: skip
_BEFORE_SIDES: Final = frozenset({"", "=", "&", "\\\\", ","})
_BEHIND: Final = frozenset({"", "=", "&", "\\\\", ",", "."})
_SWITCHES: Final = {
    r"\bf": r"\mathbf", r"\boldmath": r"\mathbf", r"\cal": r"\mathcal",
    r"\it": r"\mathit", r"\rm": r"\mathrm", r"\sf": r"\mathsf", r"\tt": r"\mathtt",
}  # fmt: skip
_WITH_COLUMNS: Final = frozenset(
    {"array", "tabular", "alignat", "alignedat", "subarray"}
)
_MOST: Final = 9
_ARGUMENTS: Final = {  # of other commands with some it is not known how many they have
    **dict.fromkeys((
        r"\end", *_WORDS, *_FONTS, r"\mathrm", r"\mathbb", r"\mathfrak",
        r"\hat", r"\bar", r"\tilde", r"\dot", r"\widehat", r"\widetilde", r"\overline",
        r"\sqrt",
    ), 1),
    **dict.fromkeys(_FRACTIONS, 2),
}  # fmt: skip
_BEFORE_LETTERS: Final = frozenset({r"\partial", r"\nabla", r"\Delta"})
_WITHOUT_ARGUMENTS: Final = frozenset({
    r"\partial", r"\cdot", r"\odot", r"\times", r"\otimes", r"\circ", r"\ast", r"\star",
    r"\bullet", r"\nabla", r"\sum", r"\prod", r"\left", r"\right", r"\quad", r"\qquad",
    r"\to", r"\leftarrow", r"\rightarrow", r"\equiv", r"\approx", r"\Rightarrow",
    r"\prime", r"\top", r"\dots", r"\cdots", r"\ldots", r"\Delta", r"\alpha", r"\eta",
    r"\in", r"\implies", r"\therefore", r"\gets", r"\longleftarrow", r"\Leftarrow",
    r"\triangleq", r"\coloneqq", r"\sim", r"\beta", r"\lambda", r"\mu", r"\epsilon",
    r"\propto", r"\Longrightarrow", r"\mapsto", r"\neq", r"\ne", r"\leq", r"\geq",
})  # fmt: skip
_HOW: Final[dict[str, Callable[[_Formula, int], None]]] = {
    **dict.fromkeys(_WORDS, _Formula._words),
    **dict.fromkeys(_SPACES, _Formula._space),
    **dict.fromkeys(_UNSEEN, _Formula._leave_out),
    **dict.fromkeys(_FRAMES, _Formula._unframe),
    **dict.fromkeys(_BRACKETS, _Formula._set_in_one_size),
    **dict.fromkeys(_UNICODE, _Formula._sign),
    **dict.fromkeys(_FONTS, _Formula._set_in_one_font),
    **dict.fromkeys(_BEFORE_LETTERS, _Formula._part),
    **dict.fromkeys(("_", "^"), _Formula._script),
    r"\begin": _Formula._begin,
    "{": _Formula._ungroup,
}
