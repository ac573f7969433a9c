r"""Bring blocks, tags, and tables around mathematics to ``$`` and ``$$``, line by line.

GitHub has fences with ``math``, reStructuredText a directive, and HTML italics. What
marks single formulas is put in dollars before, in `hosts`. No line is added or lost.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final
from unicodedata import normalize

__all__ = [
    "code_spans",
    "with_dollars",
    "with_layers_below",
    "with_outputs_named",
    "without_bullet",
    "without_numbers",
    "without_words_behind",
]


def with_dollars(text: str) -> str:
    r"""Return the text with its mathematics between dollars.

    >>> with_dollars("<p>Then <code>c = d</code>:<br>")
    'Then `c = d`:'
    >>> with_dollars(r"$\( a = b \)$")
    '$ a = b $'
    """
    text = _QUOTED.sub(lambda found: found[1], _of_alphabets(_without_comments(text)))
    text = _SIZE_OF_TYPE.sub("", text)
    text = _ENTITY.sub(lambda found: unescape(found[0]).replace("\n", " "), text)
    text = _with_directives(_BOX.sub("   ", text))
    text = _ARGUMENT.sub(r"\1", text)
    text = _OPENED.sub(r"\n\1", _CLOSED.sub(r"\1\n", text))
    text = _ITALIC.sub(lambda found: _of_html(found[1]), text)
    text = "\n".join(map(_without_tags, text.split("\n")))
    text = _BEHIND_A_LINE.sub("", _AROUND_LINES.sub("", _CODE.sub(r"`\2`", text)))
    text = _with_steps(_CONDITIONED.sub(r"$\1, \2$", _CELL.sub("", text)))
    text = _MARKED_TWICE.sub(r"\g<mark>\g<before>\g<inside>\g<after>\g<mark>", text)
    lines = [_joined(line) for line in text.split("\n")]
    inside = False
    for i, line in enumerate(lines):
        if inside and line.strip() in {"```", "~~~"}:
            lines[i], inside = "$$", False
        elif _FENCE.fullmatch(line):
            lines[i], inside = "$$", True
        elif inside and lines[i - 1] in {"$$", ""}:
            lines[i] = _OPTION_ALONE.sub("", line)
    return "\n".join(lines)


def with_outputs_named(text: str) -> str:
    r"""Return the text with one letter for the outputs, and one for the targets.

    >>> with_outputs_named(r"$y_{\text{pred}} - y_{\text{true}, i}$, $\hat{y_k}$")
    '$\\hat{y} - t_{i}$, $\\hat{y}_k$'
    """
    return _IN_A_WORD.sub(_named_outputs, _UNDER_A_HAT.sub(r"\1}\2", text))


def _without_comments(text: str) -> str:
    """Return a program whose prose is comments without the signs of these.

    They are comments where a formula that has its own lines opens behind the sign.
    """
    for sign in {found[1] for found in _DISPLAYED.finditer(text)}:
        signs = "%{1,3}" if "%" in sign else re.escape(sign)
        behind = rf"^[ \t]{{0,8}}{signs}(?:[ \t]|$)"
        text = re.sub(behind, "", text, flags=re.MULTILINE)
    return text


def _with_directives(text: str) -> str:
    r"""Put reStructuredText's blocks of mathematics between dollars, line for line.

    >>> print(_with_directives(".. math::\n\n    a = b\n    + c\n\n    d = e\n\nText"))
    <BLANKLINE>
    <BLANKLINE>
    $$    a = b
        + c$$
    <BLANKLINE>
    $$    d = e$$
    <BLANKLINE>
    Text
    """
    if ".. math::" not in text:
        return text
    lines = [_OPTION.sub("", line) for line in text.split("\n")]
    depth, before = -1, ""  # of the directive; the line before, within its block
    for i, line in enumerate(lines):
        begins = _DIRECTIVE.match(line)
        inside = len(line) - len(line.lstrip())
        if begins is not None:
            depth, before = len(begins[1]), ""
            lines[i] = f"$${begins[2]}$$" if begins[2].strip() else ""
        elif not line.strip():
            before = ""
        elif depth >= 0 and inside <= depth:
            depth = -1
        elif depth >= 0:
            ends = i + 1 == len(lines) or not lines[i + 1].strip()
            ends = ends or len(lines[i + 1]) - len(lines[i + 1].lstrip()) <= depth
            if line.lstrip().startswith("&") and before and not before.endswith("\\"):
                lines[i - 1] += r" \\"
            lines[i] = f"{'' if before else '$$'}{line}{'$$' if ends else ''}"
            before = line.rstrip()
    return "\n".join(lines)


def _of_alphabets(text: str) -> str:
    """Return the text with plain letters for Unicode's mathematical ones."""
    if not _MATHEMATICAL.search(text):
        return text
    text = text.replace("𝟏", r"\mathbf{1}")  # a column of ones
    return _MATHEMATICAL.sub(lambda found: normalize("NFKC", found[0]), text)


def _with_steps(text: str) -> str:
    """Return the text with ``1[z > 0]`` for Heaviside's H(z), where it speaks of that.

    >>> _with_steps("the Heaviside step: $g'(z) = H(z)$")
    "the Heaviside step: $g'(z) = 1[z > 0]$"
    """
    return _STEP.sub(r"1[\1 > 0]", text) if _OF_STEPS.search(text) else text


def _named_outputs(found: re.Match[str]) -> str:
    r"""Return ``\hat{y}`` for an output in a word, and ``t`` for a target."""
    letter = found["letter"]
    plain = "t" if found["target"] else rf"\hat{{{letter}}}"
    return f"{plain}_{{{found['index']}}}" if found["index"] else plain


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
    return _RAISED_ABOVE.sub(r"\1 /", _TAG.sub("", _with_scripts(line)))


def _joined(line: str) -> str:
    r"""Return a line of a table with the equation that two of its cells are.

    >>> _joined(r"| output | $\partial L/\partial z$ | $\hat y - y$ |")
    '$\\partial L/\\partial z = \\hat y - y$'
    >>> _joined("| `dW` | `dZ @ A.T / m` |"), _joined("| layer | 4 neurons |")
    ('`dW = dZ @ A.T / m`', '| layer | 4 neurons |')
    >>> _joined("| dZ2 = A2 - Y |"), _joined("| 2 | dZ2 = A2 - Y | chain rule |")
    (' dZ2 = A2 - Y ', 'dZ2 = A2 - Y')
    """
    if not line.lstrip().startswith("|"):
        return line
    alone = line.strip()
    if alone.count("|") == 2 and alone.endswith("|") and "=" in alone:  # noqa: PLR2004
        return alone.strip("|")
    if "$" not in line and "`" not in line and "=" in line:
        stated = [one for one in alone.strip("| ").split(" | ") if "=" in one]
        return stated[0].strip() if len(stated) == 1 else line
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
    """Return the line without what makes it an item of a list, or sets it off.

    >>> [without_bullet(line) for line in ("  - dZ2 = A2 - Y", "2. a = b", "-a")]
    ['dZ2 = A2 - Y', 'a = b', '-a']
    >>> [without_bullet(line) for line in ("- [x] a = b", "(ii) a = b", "**a = b**")]
    ['a = b', 'a = b', 'a = b']

    So without a word that leads to an equation:

    >>> [without_bullet(line) for line in ("Hence, a = b", "**Step 3:** a = b")]
    ['a = b', 'a = b']
    """
    line = _BULLET.sub("", line)
    bold = _BOLD.fullmatch(line)
    return _LEADS_TO.sub("", bold["inner"] if bold is not None else line)


def without_words_behind(line: str) -> str:
    r"""Return an equation without the words that stand behind it, after a gap.

    >>> without_words_behind("a = f(z)\twhere f is ReLU")
    'a = f(z)'
    >>> without_words_behind("d = 1 - a²     (entry by entry, no matrix)")
    'd = 1 - a²'
    >>> [without_words_behind(d) for d in ("d = a - y, by the chain rule ✓", "d = ♥")]
    ['d = a - y', 'd = ♥']
    """
    left, equals, right = line.partition("=")
    return left + equals + _WORDS_BEHIND.sub("", _SIGNS_BEHIND.sub("", right))


def with_layers_below(text: str) -> str:
    r"""Return the text with ``_`` for the hyphen before a layer, if that is its habit.

    So with the last layer's name, beside others that are counted by a letter.

    >>> with_layers_below("z-1 = x w-1\na-1 = f(z-1)\nd-l = e-(l+1)\nC = 2 a-3")
    'z_1 = x w_1\na_1 = f(z_1)\nd_l = e_{l+1}\nC = 2 a_3'
    >>> with_layers_below(r"D_{output} = Z_{output} - T, D_i = W_i D_{i+1}")
    'D_{L} = Z_{L} - T, D_i = W_i D_{i+1}'
    >>> with_layers_below(r"\delta1 = W2^T \delta2")
    '\\delta_1 = W2^T \\delta_2'
    """
    text = _NUMBER_BEHIND.sub(r"\1_\2", text)
    if _NEXT_BELOW.search(text):
        text = _LAST_BELOW.sub("_{L}", text)
    text = _BULLET_BETWEEN.sub("·", text)
    if _ETH.search(text):
        text = _ETH_BEFORE.sub("∂", text)
    if len(_HYPHEN_STATES.findall(text)) < _HABIT:
        return text
    return _HYPHEN.sub(
        lambda found: f"_{{{found[1]}}}" if found[1] else f"_{found[2]}", text
    )


def without_numbers(text: str) -> str:
    r"""Return the text without the numbers of its equations, where they count up.

    >>> print(without_numbers("1 - d = a - y\n(2) e = w d\n2 - g = d x"))
    d = a - y
    (2) e = w d
    g = d x

    One number alone is a term: ``1 - s(z) = s(-z)``.
    """
    next_of: dict[str, int] = {}
    counting: set[str] = set()  # what stands around numbers that go on
    lines = text.split("\n")
    numbered: dict[str, list[int]] = {}
    for i, line in enumerate(lines):
        found = _COUNTED.match(line)
        mark = _mark_of(found) if found else ""
        if found and int(found["number"]) in {1, next_of.get(mark, 1)}:
            next_of[mark] = int(found["number"]) + 1
            counting |= {mark} if next_of[mark] > _ONE_MORE else set()
            numbered.setdefault(mark, []).append(i)
    for mark, places in numbered.items():
        for i in places if mark in counting else ():
            lines[i] = _COUNTED.sub(r"\g<indent>", lines[i])
    return "\n".join(lines)


def _mark_of(found: re.Match[str]) -> str:
    """Return what stands around a number, which is the same in all lines of a list."""
    return f"{found['before']}{found['after'].strip()}"


_WORDS_BEHIND: Final = re.compile(
    r"(?<=\S)(?:[ ]*\t\s*|[ ]{2,})(?:(?:where|with|for|since|because|which|so that)\b.*"
    r"|\([^()=]*[A-Za-z]{3,}[ ,][^()=]*[A-Za-z]{3,}[^()=]*\))\s*$"
    r"|(?<=[)\w])[ ],?where\b.*$"
    r"|(?<=\S)[ ]+\((?:for|if|when|at)[ ][a-z][^()=<>]*[a-z]{3,}[ ]?[^()=<>]*\)\s*$"
)
_PICTOGRAM: Final = (  # but no sign such as ✕
    "(?:[\u2600-\u2714\u2728-\u2794\u2b50\U0001f300-\U0001faff]\ufe0f?)"
)
_SIGNS_BEHIND: Final = re.compile(
    rf"(?<=[^ \t])[ \t]+(?:(?:{_PICTOGRAM}[ \t]*){{1,5}}"
    r"|QED|[Qq]\.[Ee]\.[Dd]\.|[∎□■☐]|(?:(?<=[ ]{2})|(?<=\t))\([0-9]{1,2}[a-z]?\)"
    r"|(?:←|<-{1,2}|⟵)[ ]+(?=[^=]{0,200}(?:[ ][A-Za-z]{3}|!|[a-z]{4}))"
    r"[A-Za-z][^=]{0,200})$"
    r"|,[ ]+(?:as|for (?:all|each|every)|by)\b(?:[ ][^\s=]{1,20}){1,12}$"
)
_BULLET_BETWEEN: Final = re.compile(r"(?<=\S )•(?= \S)")
_ETH: Final = re.compile(r"ð[A-Za-z]{1,4}\s?/\s?ð")
_ETH_BEFORE: Final = re.compile(r"ð(?=[A-Za-z])")
_NUMBER_BEHIND: Final = re.compile(r"(\\delta)([0-9])(?![0-9.])")
_HABIT: Final = 2
_OF_LAYER: Final = r"(?:\(([lL][+-][0-9])\)|([0-9]|[lL])(?![\w(]))"
_HYPHENED: Final = r"(?<![A-Za-z0-9_])(?:[A-Za-zδσ]|delta)"  # or behind a ∂
# a-1 = ..., which nothing can be set to if it is a difference
_HYPHEN_STATES: Final = re.compile(rf"^[ \t]*{_HYPHENED}-[0-9lL][ \t]*=", re.MULTILINE)
_HYPHEN: Final = re.compile(rf"(?:(?<=\b[A-Za-zδσ])|(?<=\bdelta))-{_OF_LAYER}")
_COUNTED: Final = re.compile(
    r"^(?P<indent>[ \t]*)(?P<before>\(|\[|)(?P<number>[1-9][0-9]?)"
    r"(?P<after>[ \t]*[\])][ \t]+|[ \t]+[-–—][ \t]+)(?=[^\n]*[=←≡])"
)
_ONE_MORE: Final = 2
_MATHEMATICAL: Final = re.compile("[\U0001d400-\U0001d7ff]")
_BOX: Final = re.compile("[\u2500-\u257f]+")  # drawn around formulas
_ITALIC: Final = re.compile(
    r"<(?:i|em|var)>((?:[^<\n]|</?su[bp]>){1,2000})</(?:i|em|var)>"
)
# What a line is quoted with, but no comparison: ``> 0`` begins no line of text.
_QUOTED: Final = re.compile(r"(?m)^([ \t]{0,3})(?:>(?:[ \t]|$))+")
_DISPLAYED: Final = re.compile(  # # $$, % \\[ or // \\begin{align}
    r"^[ \t]{0,8}(#'?|%{1,3}|//|--|;{1,2})[ \t]+(?:\$\$|\\\[|\\begin\{)", re.MULTILINE
)
_OPTION: Final = re.compile(r"\s+:(?:label|nowrap|name|class|number)[a-z-]*:.*")
_OPTION_ALONE: Final = re.compile(r"\s*:[a-z][a-z-]{1,20}:.*")
_DIRECTIVE: Final = re.compile(r"([ \t]*)\.\. math::(.*)")
_SIZE_OF_TYPE: Final = re.compile(
    r"\\(?:tiny|scriptsize|footnotesize|small|normalsize|large|Large|LARGE|huge|Huge)"
    r"(?![A-Za-z])[ \t]*"
)
_ENTITY: Final = re.compile(r"&(?:[A-Za-z]{2,10}|#[0-9]{2,5}|#x[0-9A-Fa-f]{2,5});")
# how many columns, \begin{alignat}{2}
_ARGUMENT: Final = re.compile(
    r"(\\begin\s?\{(?:x{0,2}alignat|alignedat|IEEEeqnarray(?:box)?)\*?\})"
    r"\s?(?:\[[a-z]\])?\{[^{}\n]{1,20}\}"
)
_TAG: Final = re.compile(r"</?[a-z][a-z0-9]{0,9}(?:\s[^<>]{0,200})?/?>")
_ATTRIBUTES: Final = r"(?:\s+[a-z:-]{1,20}\s?=[^<>\n]{0,200})?\s?/?"
_CODE: Final = re.compile(r"<(code|tt|kbd)>([^<>`\n]{1,500})</\1>")
# What HTML has around lines and words, which says nothing of them.
_AROUND_LINES: Final = re.compile(
    r"</?(?:p|li|ul|ol|div|center|b|strong|i|em|code|pre|span|u|font|dd|dt|dl|section"
    rf"|article|blockquote|details|summary|h[1-6]){_ATTRIBUTES}>"
)
_BEHIND_A_LINE: Final = re.compile(
    r"(?m)(?<![ \t])[ \t]*(?:<br\s?/?>[ \t]{0,4}){1,4}$|^[ \t]*<br\s?/?>"
)
# The end of a tag that stands on the next line, or its beginning on the one before.
_CLOSED: Final = re.compile(r"\n[ \t]{0,4}((?:</(?:i|b|em|su[bp])>){1,6})")
_OPENED: Final = re.compile(r"((?:<(?:i|b|em|su[bp])>){1,6})[ \t]{0,4}\n")
# <sup>∂ E</sup>/<sub>∂ w</sub>: a fraction
_RAISED_ABOVE: Final = re.compile(r"\^\{(\s?∂[^{}]{1,20}(?:\{[^{}]{1,20}\})?)\}\s?/")
_BELOW: Final = re.compile(r"<sub>([^<]{1,40})</sub>")
_ABOVE: Final = re.compile(r"<sup>([^<]{1,40})</sup>")
_NEXT_BELOW: Final = re.compile(r"_\{?\(?[ilk]\s?\+\s?1")
_LAST_BELOW: Final = re.compile(
    r"(?<=[A-Za-z}])_\{\s*(?:\\(?:text|mathrm|textrm)\s*\{\s*)?"
    r"(?:output|outputs|last|final)\s*\}(?:\s*\})?"
)
# \hat{y_k}, where the index stands under the hat too
_UNDER_A_HAT: Final = re.compile(
    r"(\\(?:wide)?hat\s*\{\s*(?:\\(?:mathbf|bm|boldsymbol|vec)\s*)?[yY])"
    r"((?:[_^](?:\{[^{}]{1,20}\}|\w)){1,2})\s*\}"
)
# y_{\text{pred}}, y_{\mathrm{true}, i}, y_{real}
_IN_A_WORD: Final = re.compile(
    r"(?<![A-Za-z\\])(?P<letter>[yY])_\s*\{\s*"
    r"(?P<font>\\(?:text|textrm|textit|mathrm|operatorname|rm)\s*\{?\s*)?"
    r"(?:(?P<target>true|target|targets|labels?|real|actual|desired|expected|observed"
    r"|obs|gt|cible|vraie?|r[eé]el(?:le)?|attendue?|objetivo|desead[oa]|esperad[oa]"
    r"|verdader[oa]|alvo|desejad[oa]|attes[ao]|reale|ver[oa]|Ziel|ziel|Soll|soll|[Ww]ahr)"
    r"|(?(font)(?:pred|predicted|prediction|predicho|previsto|out|output|estimad[oa]"
    r"|sortie|salida|sa[ií]da|uscita|Ausgabe)|(?!)))"
    r"\s*\}?\s*(?:,\s*(?P<index>\w)\s*)?\}"
)
# $\[ a = b \]$
_MARKED_TWICE: Final = re.compile(
    r"(?P<mark>\$\$?)(?P<before>\s*)\\[\[(](?P<inside>[^$]{1,5000}?)\\[\])]"
    r"(?P<after>\s*)(?P=mark)"
)
_OF_STEPS: Final = re.compile(r"\bheaviside\b|\bunit step\b|\bstep function\b", re.I)
_STEP: Final = re.compile(  # no activations H before a bracket such as (1 - H)
    r"(?:(?<![A-Za-z\\_^{])H|\\(?:mathcal|mathbb|mathrm)\{H\})\s*\((?!\s*1\s*[-−])"
    r"([^()\n]{1,40})\)"
)
# $f_{ij} = g$ if $i = j$: a condition behind a formula
_CONDITIONED: Final = re.compile(
    r"(?<!\$)\$([^$\n]{3,400})\$,?[ ](?:if|when|for)[ ]"
    r"\$\s?([a-z]\s*(?:=|\\neq?|≠)\s*[a-z])\s?\$(?!\$)"
)
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
_BULLET: Final = re.compile(
    r"^\s*(?:(?:[-*+•▪◦‣►>→⇒⟹∴]|[=-]>|[0-9]{1,2}[.)]|\(?[a-z]\)"
    r"|\((?:[0-9]{1,2}|[ivx]{1,4})\)|[ivx]{1,4}\)|\[[ xX]\]"
    rf"|{_PICTOGRAM})[ \t]+){{1,3}}(?!=)"
)
_BOLD: Final = re.compile(
    r"(?P<mark>\*\*|__)(?P<inner>[^*_\s](?:[^*_]|[*_](?!(?P=mark)[.,]?$)){1,500})"
    r"(?P=mark)[.,]?"
)
_ONE_STATES: Final = r"(?=[^\s=←≡]{1,30}\s*[=←≡][^=])"
_LEADS_TO: Final = re.compile(
    r"^(?:\*\*[^*=\n]{1,60}\*\*[ ]?:?|(?:let|thus|hence|so|therefore|then|and|now"
    r"|finally|similarly|likewise|giving|we (?:get|have|find|obtain)"
    r"|(?:this|which) gives|it follows that|step [0-9]{1,2}"
    r"|eq(?:uation|n)?\.? ?\(?[0-9]{1,2}\)?)[,:]?)[ \t]+" + _ONE_STATES,
    re.IGNORECASE,
)
