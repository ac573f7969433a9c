r"""Set equations that are typed in a line, or in a mail, in LaTeX: ``∂L/∂wⱼₖ = δⱼ aₖ``.

In a program such lines are code. Where they are mathematics, set so they are read like
all mathematics, by entries and by layers, whichever signs their writer has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from unicodedata import normalize

__all__ = ["set_in_latex"]


def set_in_latex(text: str) -> str:
    r"""Return a text with the equations that are typed in it in LaTeX, line for line.

    It stays as it is, if it has LaTeX, or no signs of mathematics.

    >>> print(set_in_latex("- Output: δₖ = aₖ − yₖ (error)\nSo `∂C/∂wⱼₖ = δⱼ xₖ`."))
    Output: $\delta_{k} = a_{k} - y_{k}$ (error)
    So $\frac{\partial C}{\partial w_{jk}} = \delta_{j} x_{k}$.
    >>> set_in_latex("dW2 = dZ2 @ A1.T") == "dW2 = dZ2 @ A1.T"
    True
    """
    in_dollars = "$" in text
    if _LATEX.search(text) or (in_dollars and not _TYPST.search(text)):
        return text
    if len(_OF_MATHEMATICS.findall(text)) < _ENOUGH:
        return text
    lines = _with_signs_alike(text).split("\n")
    for start, end in _blocks(lines):
        inner = lines[start + 1 : end]
        if _NO_PROGRAM.fullmatch(lines[start].strip()) and _are_mathematics(inner):
            lines[start] = ""
            lines[start + 1 : end] = map(_line, inner)
            lines[end : end + 1] = [""]
    inside = False
    for i, line in enumerate(lines):
        if _FENCE.match(line):
            inside = not inside
        elif not inside:
            lines[i] = _line(line)
    return "\n".join(lines)


def _with_signs_alike(text: str) -> str:
    """Return the text with one sign for those that look alike."""
    text = _LETTERS.sub(lambda found: normalize("NFKC", found[0]), text)
    text = _HATTED.sub(r"\1_hat", normalize("NFC", text).translate(_ALIKE))
    text = _PRIME.sub("'", _SUM_IN_WORDS.sub(r"Σ_\1 ", text))
    if not _NAMED_O.search(text):
        text = _RING.sub(" ⊙ ", text)
    # then the star is any product
    return _STAR.sub(" · ", text) if _BY_ENTRIES.search(text) else text


def _blocks(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the places of the fences of each block."""
    start = -1
    for i, line in enumerate(lines):
        if _FENCE.match(line):
            if start >= 0:
                yield start, i
            start = i if start < 0 else -1


def _are_mathematics(lines: list[str]) -> bool:
    text = "\n".join(lines)
    return _CODE.search(text) is None and _OF_MATHEMATICS.search(text) is not None


def _line(line: str) -> str:
    """Return a line with its equations between dollars."""
    if len(line) > _LONGEST or not _EQUATION.search(line) or _CODE.search(line):
        return line
    if _SPAN.search(line):
        return _SPAN.sub(_of_span, line)
    if line.lstrip().startswith("|"):
        cells = [cell for cell in line.split("|") if _EQUATION.search(cell)]
        return " ".join(map(_line, cells))
    line = _FRAME.sub("", line)
    first = _EQUATION.search(line)
    start = first.end() if first else 0
    line = line[:start] + _REMARK.sub("", line[start:])
    return " ".join(filter(None, _parts(line)))


def _of_span(found: re.Match[str]) -> str:
    inner = found[1] or found[2]
    return _set(inner) if _EQUATION.search(inner) else found[0]


def _parts(line: str) -> Iterator[str]:
    """Yield the words of a line, and what stands between them; equations are set."""
    place = 0
    for word in _WORD.finditer(line):
        if word[1].lower() in _NAMES or word.start() < place:
            continue
        yield _set(line[place : word.start()])
        yield word[0].strip()
        place = word.end()
    yield _set(line[place:])


def _set(part: str) -> str:
    """Return an equation in LaTeX between dollars; anything else stays."""
    bare = _FRAME.sub("", part).strip(" \t.,;:")
    while bare.count(")") > bare.count("(") and bare.endswith(")"):
        bare = bare[:-1]
    while bare.count("(") > bare.count(")") and bare[-1:] == "(":
        bare = bare[:-1]
    bare = bare.strip(" \t.,;:")
    if not _EQUATION.search(bare[:-1]):
        return part.strip()
    return "; ".join(f"${_formula(one)}$" for one in bare.split(";") if one.strip())


_OF_ONES: Final = re.compile(r"(?<=[\w)\]}⁾])[ ]+1(?=[ ]*(?:\s[ ]{2}|[,;]|$))")


def _formula(text: str) -> str:
    """Return a formula in LaTeX."""
    text = _GAP.sub(r" \\quad ", _OF_ONES.sub(r" \\mathbf{1}", text.strip()))
    for pattern, spelling in _SPELLINGS:
        text = pattern.sub(spelling, text)
    text = _BELOW.sub(lambda f: f"_{{{normalize('NFKC', f[0])}}}", text)
    text = _ABOVE.sub(_raised, text)
    for sign, spelling in _SIGNS.items():
        text = text.replace(sign, spelling)
    for pattern, spelling in _SCRIPTS:
        text = pattern.sub(spelling, text)
    text = _FRACTION.sub(_fraction, text).replace("−", "-")
    text = _QUOTIENT.sub(r"\\frac{\1}{\2}", _RATIO.sub(r"\\frac{\1}{\2}", text))
    return _NEEDLESS.sub(r"\1", text)


def _raised(found: re.Match[str]) -> str:
    return f"^{{{normalize('NFKC', found[0]).replace('−', '-')}}}"


def _fraction(found: re.Match[str]) -> str:
    above, below = found["above"] or found["inner"], found["below"] or found["under"]
    return rf"\frac{{\partial {above.strip()}}}{{\partial {below.strip()}}}"


_ENOUGH: Final = 2
_LONGEST: Final = 2_000
_LATEX: Final = re.compile(r"\\[A-Za-z(\[]")
# what stands between dollars in Typst, without a backslash
_TYPST: Final = re.compile(
    r"\$[^$\n]{0,200}(?<![A-Za-z])(?:diff |dot\.o|hat\(|delta|sigma)"
)
_FENCE: Final = re.compile(r"\s*(?:```|~~~)")
_NO_PROGRAM: Final = re.compile(r"(?:```|~~~)(?:text|txt|math|plain|plaintext)?")
_EQUATION: Final = re.compile(r"(?<![=!<>])=(?!=)|←|≡")
_CODE: Final = re.compile(
    r"@|\bnp\.|\.dot\(|\.T\b|\baxis=|\bself\.|%\*%|\breturn\b|\bdef \w|==|\+=|-="
    r"|\w\.\w+\(|\w\[:|;\s*$"
    r"|\b(?!delta|sigm|theta|alpha)[a-z]{4,20}_(?!prime)[a-z]{4,20}(?![a-z])"
)
_SUPERS: Final = "⁰¹²³⁴-⁹⁺⁻⁽⁾ˡᴸᵀⁱʲᵏᵐⁿʰˣʸᵇ"
_SUBS: Final = "₀-₉₊₋₍₎ₐₑₕᵢⱼₖₗₘₙₒₚₛₜₓ"
# what only mathematics has: an equation with a derivative, a delta, a sum, or scripts
_OF_MATHEMATICS: Final = re.compile(
    rf"^(?=[^\n]{{0,200}}[=←≡])[^\n]{{0,200}}(?:[∂𝜕∇δ𝛿Σ∑⊙∘{_SUPERS}{_SUBS}]"
    r"|\bd[CEJL]\s?/\s?d\w{1,4}_|\bdelta|sigma'|\^\(|\^T\b|\bpartial |_[ijk]\b)",
    re.MULTILINE,
)
_LETTERS: Final = re.compile("[\U0001d400-\U0001d7ff\uff01-\uff5e]")
_HATTED: Final = re.compile("([yYaAoO])\u0302|(?:ŷ)")
_ALIKE: Final = str.maketrans({
    "∑": "Σ", "∆": "Δ", "µ": "μ", "∗": "*", "⋅": "·", "∙": "·", "•": "·", "⊺": "ᵀ",
    "⊤": "ᵀ", "−": "-", "–": "-", "⁻": "⁻", "⇐": "←", "⟵": "←", "∕": "/",
    "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u2002": " ", "\u2003": " ",
    "ŷ": "y_hat", "Ŷ": "Y_hat", "â": "a_hat", "½": "1/2 ",
})  # fmt: skip
_PRIME: Final = re.compile(r"[′’ʹʼ´](?!\w{2})")
_SUM_IN_WORDS: Final = re.compile(
    r"\b[Ss]um over (?:all )?([a-z])(?: of|:|,)?\s(?!in\b)"
)
_NAMED_O: Final = re.compile(r"(?<![A-Za-z])o(?:[_^₀-₉'(]|\s*=)|[=(+-]\s?o(?![A-Za-z])")
_RING: Final = re.compile(r"(?<=[\w)\]}'])\so\s(?=[^\W\d_]|\()")
_BY_ENTRIES: Final = re.compile(r"[⊙∘⊗]|\s\.\*\s|\(\*\)")
_STAR: Final = re.compile(r"(?<=\S)\s\*\s(?=\S)")
_SPAN: Final = re.compile(r"(?<!`)`([^`\n]{1,1000})`(?!`)|\$([^$\n]{1,1000})\$")
_FRAME: Final = re.compile(
    r"^(?:\s*(?:[-*·>→⇒∴%#|]{1,3}|=>|//|--|[0-9]{1,2}[.)]|[(\[][0-9]{1,2}[)\]]"
    r"|[(\[][a-z][)\]]|\([A-Z]{1,3}-?[0-9]{0,2}[a-z]?\))\s+){1,3}"
)
_REMARK: Final = re.compile(
    r"\s(?:#|//|--|←|<--|%).*$|\s\([A-Z]{2,3}-?[0-9]{1,2}[a-z]?\)\s*$"
    r"|(?:\s{2,}|(?<=[.,])\s)\((?:[A-Z]{1,3})?[0-9]{0,2}(?:\.[0-9]{1,2}){0,2}[a-z]?\)\s*$"
)
_WORD: Final = re.compile(
    r"(?<![^\s(\[\"“])[(\[\"“]?"
    r"(i\.e|e\.g|[A-Za-z][A-Za-zäöüéèàç]+(?:['’-][a-z]+)?)[)\]\"”]?[.,;:!?]{0,2}(?=\s|$)"
)
_GREEK: Final = (
    "delta|sigma|theta|eta|alpha|beta|gamma|lambda|phi|epsilon|mu|Delta|Theta|Omega"
)
_NAMES: Final = frozenset({
    *_GREEK.lower().split("|"), "sum", "log", "ln", "exp", "tanh", "relu", "softmax",
    "sigmoid", "partial", "del", "grad", "nabla", "net", "out", "diag", "max", "dw",
    "db", "dz", "da", "dx", "xw", "wx", "wa", "wh", "dh", "yhat", "d", "hat", "dot",
})  # fmt: skip
_GAP: Final = re.compile(r"\s{3,}")
_SPELLINGS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (
        re.compile(r"(?<![A-Za-z])(d?)(?:([yYao])_?hat(?![A-Za-z])|(y)\^(?![\w({\[]))"),
        r"\1\\hat{\2\3}",
    ),
    (re.compile(r"(?<![A-Za-z])hat[ (]([yYao])\)?"), r"\\hat{\1}"),
    (re.compile(r"\bsigmoid(?=_prime|')"), "sigma"),
    (re.compile(r"(?<![A-Za-z])(sigma|tanh|relu|phi|[fghσφ])_prime\b"), r"\1'"),
    (re.compile(r"(?<![A-Za-z/])d(?:sigma|sigmoid|σ)\s?(?=\()"), "σ'"),
    (re.compile(r"(?<![A-Za-z/])d([fg])(?=(?:\^?\[\w{1,3}\])?\()"), r"\1'"),
    (
        re.compile(
            r"(?:Σ|\b[Ss]um|\bSUM)_?(?:\{([^{}]{1,9})\}|\(([a-z])\)|(?<=_)([a-z]|mu)(?![A-Za-z_]))"
        ),
        r"\\sum_{\1\2\3} ",
    ),
    (re.compile(r"Σ\s?([a-z])(?![A-Za-z_])"), r"\\sum_{\1} "),
    (re.compile(rf"Σ(?=[{_SUBS}])"), r"\\sum"),
    (re.compile(r"Σ|\b[Ss]um(?=\s)"), r"\\sum "),
    (re.compile(r"(?:∇|(?<![A-Za-z])(?:grad|nabla))_?"), r"\\nabla_"),
    (re.compile(rf"(?<![A-Za-z\\])({_GREEK})(?![a-z])"), r"\\\1 "),
    (
        re.compile(
            r"∂\s?|(?<![A-Za-z\\])(?:partial|del|diff)(?:\s|(?=\)))|(?<![A-Za-z])D(?=[A-Z]\s?/\s?D)"
        ),
        r"\\partial ",
    ),
    (re.compile(r"(?<=/)D(?=[A-Za-z])"), r"\\partial "),
    (re.compile(r"(?<=\S)\s?(?:⊙|∘|⊗|\.\*|\(\*\)|o\.|dot\.o)\s?(?=\S)"), r" \\odot "),
    (re.compile(r"(?<=\s)dot(?=\s)"), r"\\cdot"),
)
_SIGNS: Final = {
    "δ": r"\delta", "σ": r"\sigma", "φ": r"\phi", "ϕ": r"\phi", "θ": r"\theta",
    "η": r"\eta", "α": r"\alpha", "Δ": r"\Delta ", "Θ": r"\Theta", "ε": r"\epsilon",
    "λ": r"\lambda",
    "β": r"\beta", "γ": r"\gamma", "Ω": r"\Omega", "ℓ": r"\ell",
    "·": r"\cdot ", "×": r"\times ", "←": r"\leftarrow ",
    "≡": r"\equiv ", "‖": r"\|", "∈": r"\in ", "ℝ": r"\mathbb{R}", "**2": "^2",
}  # fmt: skip
_BELOW: Final = re.compile(f"[{_SUBS}]+")
_ABOVE: Final = re.compile(f"[{_SUPERS}]+")
_SCRIPTS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"\^(\[\w{1,8}(?:[-+]\w)?\](?:\(\w\))?)"), r"^{\1}"),
    (re.compile(r"\^\((\([^()]{1,12}\))\)"), r"^{\1}"),
    (re.compile(r"\^(\([^()]{1,12}\))"), r"^{\1}"),
    (
        re.compile(r"(?<=[A-Za-z}])\[([lL0-9]|[lL][-+]1)\](?:\[([a-z])\])?"),
        r"^{[\1]}_{\2}",
    ),
    (re.compile(r"_\(([^()]{1,9})\)"), r"_{\1}"),
    (re.compile(r"_([A-Za-z0-9]{2,12})(?![A-Za-z0-9])"), r"_{\1}"),
    (re.compile(r"_\{\}"), ""),
    (re.compile(r"(?<![A-Za-z\\{])(net|out)(?=_)"), r"\\text{\1}"),
    (re.compile(r"\^\{([^{}]{1,12})\}\^(?:T|\{T\})"), r"^{\1 T}"),
    (re.compile(r"(?<![\w}])\(([1-9])/([A-Za-z0-9])\)"), r"\\frac{\1}{\2} "),
    (re.compile(r"(?<![A-Za-z\\])(log|ln|tanh|exp|max)(?![A-Za-z_])"), r"\\\1 "),
    (
        re.compile(r"(?<![A-Za-z])e\^\{\((?![lL0-9](?:[-+][0-9])?\))([^()]{1,40})\)\}"),
        r"e^{\1}",
    ),
)
_SYMBOL: Final = (
    r"(?:\\(?:hat|text)\{\w{1,3}\}|\\[A-Za-z]{1,8} ?"
    r"|net|out|CE|[A-Z]{3}|mse|[Ll]oss|[Cc]ost|[A-Za-zℒℓ])"
    r"(?:[_^]\{(?:[^{}]|\{[^{}]{1,9}\}){1,12}\}|[_^]\w){0,3}'?"
)
_OF: Final = r"(?:\\partial |d|∂)\s?"
_FRACTION: Final = re.compile(
    rf"(?<![A-Za-z]){_OF}(?P<above>{_SYMBOL})\s?/\s?{_OF}(?P<below>{_SYMBOL})"
    rf"|\({{1,2}}{_OF}(?P<inner>{_SYMBOL})\){{1,2}}\s?/\s?\({_OF}(?P<under>{_SYMBOL})\)"
)
_IN_BRACKETS: Final = r"\(((?:[^()/=]|\([^()=]{1,40}\)){1,60})\)"
_QUOTIENT: Final = re.compile(rf"(?<![\w}}')]){_IN_BRACKETS}\s?/\s?{_IN_BRACKETS}")
# 2/m, or y/a; no derivative
_RATIO: Final = re.compile(
    rf"(?<![\w}})'/\\^{{])([0-9]{{1,2}}|(?!d[A-Za-z]){_SYMBOL})\s?/\s?"
    rf"((?!d[A-Za-z]|\\partial|∂){_SYMBOL}|[0-9])(?![\w('^/])"
)
_NEEDLESS: Final = re.compile(r"(\\[A-Za-z]{2,12}) +(?![A-Za-z ])")
