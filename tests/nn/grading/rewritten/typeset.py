"""Notes whose formulas are typeset otherwise, in as many lines, and say the same."""

import re
from collections.abc import Callable
from random import Random
from typing import Final, TypeAlias

from tests.nn.grading.rewritten.rewriting import Rewriting

_FENCED: Final = re.compile(r"(```.*?```)", re.DOTALL)
_FORMULA: Final = re.compile(
    r"(?P<display>\$\$|\\\[)(?P<shown>.*?)(?P<ends>\$\$|\\\])"
    r"|(?P<mark>\$)(?P<run>[^$\n]+)\$"
    r"|(?P<begin>\\begin\{(?P<of>(?:align|equation|gather)\*?)\})(?P<set>.*?)\\end\{(?P=of)\}",
    re.DOTALL,
)
_WORDS: Final = re.compile(
    r"(\\(?:text|mathrm|mathbb|operatorname|begin|end|label|tag|ref)\*?\{[^{}]*\})"
)
_Formula: TypeAlias = Callable[[str, Random], str]


def _written(formula: _Formula, display: _Formula | None = None) -> Rewriting:
    """Return what writes each formula between marks, or those on their own lines."""

    def one(found: re.Match[str], random: Random) -> str:
        for name in ("shown", "run", "set"):
            if found[name] is not None:
                new = (display or formula if name == "shown" else formula)(
                    found[name], random
                )
                start, end = found.span(name)
                start, end = start - found.start(), end - found.start()
                return found[0][:start] + new + found[0][end:]
        return found[0]

    def rewriting(text: str, random: Random) -> str:
        return "".join(
            part
            if part.startswith("```")
            else _FORMULA.sub(lambda found: one(found, random), part)
            for part in _FENCED.split(text)
        )

    return rewriting


def _by(*pairs: tuple[str, str], of_words: bool = False) -> Rewriting:
    """Return what writes one pattern after another otherwise, but none in words."""
    patterns = [(re.compile(pattern), new) for pattern, new in pairs]

    def formula(text: str, random: Random) -> str:
        parts = [text] if of_words else _WORDS.split(text)
        for i in range(0, len(parts), 2):
            for pattern, new in patterns:
                parts[i] = pattern.sub(new, parts[i])
        return "".join(parts)

    return _written(formula)


def _same(text: str, random: Random) -> str:
    return text


def _display(pattern: str, new: str) -> Rewriting:
    """Return what writes formulas on their own lines otherwise, if one equation."""
    whole = re.compile(rf"\A{pattern}\Z", re.DOTALL)

    def formula(text: str, random: Random) -> str:
        left = text.partition("=")[0]
        one = not re.search(r"begin|&|\\\\", text) and left.count("{") == left.count(
            "}"
        )
        return whole.sub(new, text) if one else text

    return _written(_same, formula)


def _sides(new: str) -> Rewriting:
    """Return what writes each single equation ``\\1 = \\2`` otherwise."""
    whole = re.compile(r"\A([^=&]+)=([^=&]*?[^=&\s.,;])([\s.,;]*)\Z", re.DOTALL)
    inner = re.compile(r"\\\\|\\(?:q?quad|text|begin|tag|label|Rightarrow|implies)|,\s")

    def formula(text: str, random: Random) -> str:
        left = text.partition("=")[0]
        is_one = not inner.search(text) and left.count("{") == left.count("}")
        return whole.sub(new, text) if is_one else text

    return _written(formula)


def _with_macros(definitions: str, *pairs: tuple[str, str]) -> Rewriting:
    """Return what uses commands of its own, defined in the first line."""
    rewriting = _by(*pairs)

    def defined(text: str, random: Random) -> str:
        taken = any(name in text for name in re.findall(r"\\[A-Z]\w+", definitions))
        new = text if taken else rewriting(text, random)
        return text if new == text else f"${definitions}$ {new}"

    return defined


def _several(count: int) -> Rewriting:
    """Return what draws some of the others, and does them one after another."""

    def rewriting(text: str, random: Random) -> str:
        for name in random.sample(sorted(_ALONE), count):
            new = _ALONE[name](text, random)
            text = new if new.count("\n") == text.count("\n") else text
        return text

    return rewriting


_GROUP: Final = r"(\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})"
_FRACTION: Final = rf"\\[dt]?frac\s*{_GROUP}\s*{_GROUP}"
_SCRIPT: Final = r"(?:\{[^{}\n]*\}|[A-Za-z0-9](?![A-Za-z]))"
_ALONE_BEFORE: Final = r"(?<![A-Za-z\\{_^])"
_LETTER: Final = r"(?<![A-Za-z\\{_^])([WbazyxhWXAZY])(?![A-Za-z{])"
_VECTOR: Final = r"(?<![A-Za-z\\{_^])([bazxh])(?![A-Za-z{])"
_COST: Final = r"(\\partial\s*)([CJEL])(?![A-Za-z^_])"
_SIGN: Final = r"[ \t]*(=|\+|\\odot|\\cdot)(?![A-Za-z])[ \t]*"
_BRACKETS: Final = r"(?<![a-zA-Z\\{\^\[(])\(([^()\n]*)\)"
_TRANSPOSE: Final = (
    r"\^\s*(?:\{\s*(?:T|\\top)\s*\}|T(?![A-Za-z])|\\top(?![A-Za-z])(?!\s*\}))"
)
_FUNCTION: Final = r"\\(?:text|mathrm|operatorname)\{(softmax|sigmoid|ReLU|relu|diag)\}"
_DERIVATIVE: Final = (
    r"\\frac\s*\{\s*\\partial\s*([A-Za-z]|\\mathcal\{[A-Z]\})\s*\}"
    r"\s*\{\s*\\partial\s*([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}"
)
_ALONE: Final[dict[str, Rewriting]] = {
    # spaces
    "thin spaces": _by((_SIGN, r" \\, \1 \\, ")),
    "thick spaces": _by((_SIGN, r" \\; \1 \\; ")),
    "medium spaces": _by((r"[ \t]*=[ \t]*", r"\\:=\\:")),
    "escaped spaces": _by((" = ", r"\\ =\\ ")),
    "ties": _by((" = ", "~=~")),
    "negative spaces": _by((r"(?<=')\(", r"\\!("), (r"\\partial ", r"\\partial\\! ")),
    "lengths": _by((" = ", r" \\hspace{2pt}=\\hspace{2pt} ")),
    "wide equals": _by((" = ", r" \\quad = \\quad ")),
    "phantoms": _display(r"([\s>]*)(.*)", r"\1\\vphantom{\\int}\2"),
    "ends of space": _display(r"(.*?)(\s*)", r"\1\\quad\2"),
    # sizes
    "displaystyle": _display(r"([\s>]*)(.*)", r"\1\\displaystyle \2"),
    "displaystyle in groups": _display(
        r"([\s>]*)(.*?)([\s>]*)", r"\1{\\displaystyle \2}\3"
    ),
    "fractions by size": _by((r"\\frac(?![a-z])", r"\\dfrac")),
    "limits": _by((r"\\sum(?=\s*_)", r"\\sum\\limits")),
    "left and right": _by((_BRACKETS, r"\\left(\1\\right)")),
    "sides and sizes": _by((_BRACKETS, r"\\Bigl( \1 \\Bigr)")),
    "brackets by name": _by((_BRACKETS, r"\\lparen \1\\rparen ")),
    # frames and colours
    "boxed right sides": _sides(r"\1= \\boxed{\2}\3"),
    "boxed equations": _sides(r"\\boxed{\1=\2}\3"),
    "boxes of MathJax": _sides(r"\\bbox[5px,border:2px solid red]{\1=\2}\3"),
    "coloured right sides": _sides(r"\1= {\\color{red}{\2}}\3"),
    "colours as switches": _sides(r"\1= {\\color{red} \2}\3"),
    "a colour for all": _sides(r"\\color{blue} \1=\2\3"),
    "coloured left sides": _sides(r"\\textcolor{blue}{\1}=\2\3"),
    "classes of HTML": _sides(r"\1= \\htmlClass{right}{\2}\3"),
    "underbraces": _sides(r"\1= \\underbrace{\2}_{\\text{error}}\3"),
    "overbraces": _sides(r"\1= \\overbrace{\2}^{\\text{by the chain rule}}\3"),
    "smashed": _sides(r"\1= \\smash{\2}\3"),
    # braces
    "braces around letters": _by((rf"{_ALONE_BEFORE}([WbazWXAZ])(?=[_^])", r"{\1}")),
    "braces around entries": _by(
        (rf"{_ALONE_BEFORE}([Wbaz]_{_SCRIPT})(?=\^)", r"{\1}")
    ),
    "braces around fractions": _by((_FRACTION, r"{\\frac\1\2}")),
    "braces around scripts": _by((r"([_^])\{([^{}\n]*)\}", r"\1{{\2}}")),
    "spaces in scripts": _by((r"([_^])\{([^{}\n]*)\}", r"\1{ \2 }")),
    "spaces before scripts": _by((r"(?<=[A-Za-z}])([_^])(?=\{)", r" \1 ")),
    "no braces": _by((r"([_^])\{([A-Za-z0-9])\}(?![A-Za-z0-9])", r"\1\2")),
    "braces for one": _by((r"([_^])([A-Za-z0-9])(?![A-Za-z0-9])", r"\1{\2}")),
    "scripts the other way": _by((rf"(_{_SCRIPT})(\^{_SCRIPT})", r"\2\1")),
    "empty groups": _by((rf"(_{_SCRIPT})(?=\^)", r"\1{}")),
    "braces behind a sign": _by(
        (r"\\partial\s*([A-Za-z])(?![A-Za-z])", r"\\partial{\1}")
    ),
    # fonts
    "bold": _by((_LETTER, r"\\mathbf{\1}")),
    "bold switches": _by((_LETTER, r"{\\bf \1}")),
    "bold symbols": _by((_LETTER, r"\\boldsymbol{\1}")),
    "bold of bm": _by((_LETTER, r"\\bm \1")),
    "bold with scripts": _by(
        (rf"{_ALONE_BEFORE}([WbazWXAZ](?:[_^]{_SCRIPT}){{1,2}})", r"\\mathbf{\1}")
    ),
    "italic": _by((_LETTER, r"\\mathit{\1}")),
    "sans": _by((_LETTER, r"\\mathsf{\1}")),
    "typewriter": _by((_LETTER, r"\\mathtt{\1}")),
    "arrows": _by((_VECTOR, r"\\vec{\1}")),
    "underlined": _by((_VECTOR, r"\\underline{\1}")),
    "calligraphic cost": _by((_COST, r"\1\\mathcal{\2}")),
    "calligraphic switch": _by((_COST, r"\1{\\cal \2}")),
    "functions in words": _by((_FUNCTION, r"\\operatorname{\1}"), of_words=True),
    "functions upright": _by((_FUNCTION, r"{\\rm \1}"), of_words=True),
    "functions in text": _by((_FUNCTION, r"\\textrm{\1}"), of_words=True),
    "transposes in sans": _by((_TRANSPOSE, r"^{\\mathsf{T}}")),
    "transposes upright": _by((_TRANSPOSE, r"^{\\mathrm{T}}")),
    "transposes in words": _by((_TRANSPOSE, r"^{\\text{T}}")),
    "transposes by name": _by((_TRANSPOSE, r"^\\intercal")),
    "primes by name": _by((r"(?<=[A-Za-z])'(?=\s*\()", r"^{\\prime}")),
    # environments
    "array": _display(r"([^=]*[^=:])=(.*)", r"\\begin{array}{rcl}\1&=&\2\\end{array}"),
    "array of two": _display(
        r"([^=]*[^=:])=(.*)", r"\\begin{array}{ll}\1&=\2\\end{array}"
    ),
    "eqnarray": _display(
        r"([^=]*[^=:])=(.*)", r"\\begin{eqnarray}\1&=&\2\\end{eqnarray}"
    ),
    "gathered": _display(r"(.*)", r"\\begin{gathered}\1\\end{gathered}"),
    "multline": _display(r"(.*)", r"\\begin{multline*}\1\\end{multline*}"),
    "split": _display(r"([^=]*[^=:])=(.*)", r"\\begin{split}\1&=\2\\end{split}"),
    "alignat": _display(
        r"([^=]*[^=:])=(.*)", r"\\begin{alignat}{2}\1&=\2 &&\\end{alignat}"
    ),
    "space between rows": _by((r"\\\\(?!\[|\\)", r"\\\\[4pt]")),
    "rows by cr": _by((r"\\\\(?!\[|\\)", r"\\cr ")),
    "comments": _by((r"(?<![%\n])\n", " % so\n")),
    # numbers
    "tags": _display(r"(.*?)(\s*)", r"\1 \\tag*{(3)}\2"),
    "no numbers": _display(r"(.*?)(\s*)", r"\1 \\notag\2"),
    # signs
    "signs in Unicode": _by(
        (r"\\partial(?![A-Za-z])\s*", "∂"), (r"\\odot(?![A-Za-z])", "⊙")
    ),
    "letters in Unicode": _by(
        (r"\\delta(?![A-Za-z])", "δ"), (r"\\sigma(?![A-Za-z])", "σ")
    ),
    "derivatives by d": _by((r"\\partial(?![A-Za-z])\s*", "d ")),
    "derivatives by upright d": _by((r"\\partial(?![A-Za-z])\s*", r"\\mathrm{d}")),
    "minus in Unicode": _by((r"(?<=\s)-(?=\s)", "−")),
    "escaped scripts": _by((r"(?<!\\)_", r"\\_")),
    "escaped rows": _by((r"\\\\(?!\[)", r"\\\\\\\\")),
    "entities": _by(("<", "&lt;"), (">", "&gt;"), (r" = ", "&nbsp;= ")),
    "defined equals": _by((r"(?<=\s)=(?=\s)", r"\\overset{!}{=}")),
    "commands for letters": _with_macros(
        r"\newcommand{\WW}{\mathbf{W}}", (rf"{_ALONE_BEFORE}W(?![A-Za-z])", r"\\WW")
    ),
    "commands for derivatives": _with_macros(
        r"\def\Der#1#2{\frac{\partial #1}{\partial #2}}",
        (_DERIVATIVE, r"\\Der{\1}{\2}"),
    ),
}
TRANSFORMS: Final[dict[str, Rewriting]] = {
    **_ALONE,
    "two at once": _several(2),
    "three at once": _several(3),
    "five at once": _several(5),
}
