r"""Put mathematics whose names are words, ``\mathit{dh}\,W2^T``, into lines of code.

Who writes the formulas of a program in LaTeX calls things as the program does. A line
in which nothing is left that only LaTeX has can be read as one of the program.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

__all__ = ["in_lines", "in_words"]


def in_words(
    pieces: Iterable[tuple[int, str, bool]],
) -> Iterator[tuple[int, str, bool]]:
    r"""Yield the lines of code for mathematics whose names are words.

    A number below a name stands behind it, if it does so in the code.

    >>> pieces = [(1, "l1 = x @ w1", True), (2, "a = l_1 · k_1", False)]
    >>> [code for _, code, _ in in_words(pieces)]
    ['l1 = x @ w1', 'a = l1 · k_1']

    A function of any number, by letters that no line of code sets, stays as it is:

    >>> pieces = [(1, "h = relu(z)", True), (2, r"r = \max(0, x)", False)]
    >>> [code for _, code, _ in in_words(pieces)][1]
    'r = \\max(0, x)'
    """
    pieces = list(pieces)
    named = {
        name
        for _, text, bare in pieces
        for name in _NUMBERED.findall(text if bare else "")
    }
    code = [text for _, text, bare in pieces if bare]
    made = {found[1] for found in map(_SETS.match, code) if found}
    for line, text, bare in pieces:
        if bare or (code and _is_of_any_number(text, made)):
            yield line, text, bare
            continue
        for before, spelled in in_lines(text):
            spelled = _NUMBER_BELOW.sub(  # noqa: PLW2901
                lambda one: one[1] + one[2] if one[1] + one[2] in named else one[0],
                spelled,
            )
            yield line + before, spelled, "\\" not in spelled


def _is_of_any_number(text: str, made: set[str]) -> bool:
    """Return whether it is a function of any number, or its slope, and no program."""
    found = _OF_ANY_NUMBER.match(text)
    return found is not None and (found["slope"] or found["value"]) not in made


def in_lines(formula: str) -> list[tuple[int, str]]:
    r"""Return the equations of a formula as lines of code, as far as they can be.

    Each has the number of lines before it. One in which something is left that LaTeX
    has alone stays as it is.

    >>> in_lines(r"\frac{\partial loss}{\partial W2} &= h1^T \, \text{dscores} \\")
    [(0, 'd__W2 = h1.T · dscores')]
    >>> in_lines(r"db_j = \frac{1}{N} \sum_i dscores_{ij}")
    [(0, 'db = ((1)/(N)) · sum(dscores, axis=0, keepdims=True)')]
    """
    if len(formula) > _LONGEST:
        return [(0, formula)]
    text = _ENVIRONMENT.sub(" ", _ROW_OF_ONES.sub("np.ones((1, N)) · ", formula))
    found: list[tuple[int, str]] = []
    lines = 0
    for row in _ROW_END.split(text):
        start = lines + len(row[: len(row) - len(row.lstrip())].split("\n")) - 1
        lines += row.count("\n")
        if "=" in row:
            code = _in_code(row.replace("&", " "))
            found.append((start, row.strip() if "\\" in code else code))
    return found


def _in_code(row: str) -> str:
    for pattern, spelled in _RULES:
        row = pattern.sub(spelled, row)
    for _ in range(_DEEPEST):
        shorter = _FRACTION.sub(r"((\1)/(\2)) ", row)
        if shorter == row:
            break
        row = shorter
    row = _SUM_OF_EXAMPLES.sub(r"sum(\2)", _SUM.sub(_summed, row))
    row = _INDEXED.sub(r"\1", row).replace("{", "(").replace("}", ")")
    left, equals, right = row.partition("=")
    right = _BESIDE.sub(" · ", " ".join(right.split()).rstrip(".,;"))
    return f"{' '.join(left.split())} {equals} {right}".replace(_UNDERSCORE, "_")


def _summed(found: re.Match[str]) -> str:
    """Return the sum over the axis at which an index stands."""
    index, name, indices = found[1], found[2], found[3]
    axis = indices.find(index)
    if axis < 0 or len(indices) != 2:  # noqa: PLR2004
        return found[0]
    return f"sum({name}, axis={axis}, keepdims=True)"


_SETS: Final = re.compile(r"\s*([A-Za-z_]\w*)\s*[-+*/]?=(?!=)")
# r = \max(0, x), and \frac{dr}{dx} of it
_OF_ANY_NUMBER: Final = re.compile(
    r"\s*(?:(?P<value>[a-z])\s*=\s*(?:\\[a-z]{2,9}|[a-z]{3,9})\s*(?:\\left)?\(\s*(?:0\s*,\s*)?"
    r"[a-z]\s*(?:,\s*0\s*)?(?:\\right)?\)\s*[.,;]?\s*$"
    r"|\\[dt]?frac\s*\{\s*(?:\\partial|d)\s*(?P<slope>[a-z])\s*\}"
    r"\s*\{\s*(?:\\partial|d)\s*[a-z]\s*\}\s*=)"
)
_NUMBERED: Final = re.compile(r"(?<![A-Za-z_])[A-Za-z]{1,12}[0-9](?!\w)")
_NUMBER_BELOW: Final = re.compile(
    r"(?<![A-Za-z])(?<![A-Za-z]_)([A-Za-z]{1,12})_\{?([0-9])\}?(?!\w)"
)
_UNDERSCORE: Final = "ǀ"  # of a name, H\_out, where _ would begin an index
_LONGEST: Final = 5_000
_DEEPEST: Final = 8
_ROW_END: Final = re.compile(r"\\\\(?:\[[^\]]{0,20}\])?|\n\s*\n")
_ENVIRONMENT: Final = re.compile(
    r"\\(?:begin|end)\{[a-z]{1,20}\*?\}(?:\{[lcr]{1,9}\})?"
)
_LOOKS: Final = (
    r"\\(?:mathit|mathrm|mathbf|text|textit|textbf|texttt|operatorname|boldsymbol"
    r"|mathsf)\*?\{([^{}]{1,60})\}"
)
_COST: Final = (
    r"(?:[CJEL]|\\math(?:cal|scr)\{?[A-Z]\}?|\\ell|[A-Za-z]*[Ll]oss|[Cc]ost|BCE|CE|MSE|mse|SSE|sse"
    r"|SSR|RSS|NLL|nll)"
)
_SOFTMAX: Final = (
    r"\\[dt]?frac\s*\{\s*e\^\{?(\w+?)(?:_\{\w+\}|_\w)?\}?\s*\}\s*"
    r"\{\s*\\sum(?:_\{?\w+\}?)?\s*e\^\{?\1(?:_\{\w+\}|_\w)?\}?\s*\}"
)
_OF_CLASS: Final = (
    r"\\mathbb\{1\}\s*(?:_\s*)?(?:\[|\(|\\?\{)\s*(?:[a-z]\s*=\s*y(?:_i|_\{\w+\})?"
    r"|y(?:_i|_\{\w+\})?\s*=\s*[a-z])\s*(?:\]|\)|\\?\})"
)
_INDICATOR: Final = (
    r"\\(?:mathbb|mathbf|mathds)\{?1\}?(?:_\{|\[|\(|\\\{)\s*"
    r"([\w{}, ]{1,30}[<>]=?\s*0)\s*(?:\\\}|[\])}])"
)
_ROW_OF_ONES: Final = re.compile(
    r"(?:\[|\\begin\{[bp]matrix\})\s{0,9}1\s{0,9}[,&]?\s{0,9}(?:1\s{0,9}[,&]?\s{0,9})?"
    r"(?:\.{3}|\\[lc]?dots|…)\s{0,9}[,&]?\s{0,9}1\s{0,9}(?:\]|\\end\{[bp]matrix\})"
    r"(?:_\{[^{}]{1,20}\})?\s{0,9}(?:\\cdot|\\times)?"
)
_RULES: Final = tuple(
    (re.compile(pattern), spelled)
    for pattern, spelled in (
        (_LOOKS, r"\1"),
        (r"\\_", _UNDERSCORE),
        (r"\\[,;:! ]|~", " "),
        (r"\\(?:left|right|[bB]ig[lr]?|displaystyle|q?quad)(?![A-Za-z])", " "),
        (r"_\{\s*[\[(]?\s*\w{1,9}\s*\\times\s*\w{1,9}\s*[\])]?\s*\}", ""),  # a shape
        (_SOFTMAX, r"softmax(\1)"),
        (rf"\\frac\s*\{{\s*\\partial\s*{_COST}\s*\}}\s*\{{\s*\\partial\s*", r"{d__"),
        (r"\{(d__[A-Za-z]\w*?)(?:_\{[a-z,]{1,5}\}|_[a-z]{1,2})?\s*\}", r"\1"),
        (rf"\\nabla_\{{?([A-Za-z]\w*)\}}?\s*(?:{_COST})?", r"d__\1"),
        (_OF_CLASS, "__targets"),
        (_INDICATOR, r"(\1)"),
        (r"e\^\{([^{}]{1,40})\}", r"exp(\1)"),
        (r"\\hat\{?([yY])\}?", r"\1hat"),
        (r"\^\{?\s*\\?(?:T|top|intercal)\s*\}?(?![A-Za-z])", ".T"),
        (r"\^\{?2\}?", "**2"),
        (r"\\(?:odot|circ|ast)(?![A-Za-z])", " * "),
        (r"\\(?:cdot|times)(?![A-Za-z])", " · "),
        (r"\\(max|tanh|log|exp|sigma)(?![A-Za-z])", r"\1"),
        (r"\\delta(?![A-Za-z])", "delta"),
    )
)
_PART: Final = r"\{((?:[^{}]|(?<=_)\{[^{}]{1,9}\}){1,200})\}"  # with indices of entries
_FRACTION: Final = re.compile(rf"\\[td]?frac\s*{_PART}\s*{_PART}")
_SUM: Final = re.compile(
    r"\\sum_\{?([a-z])(?:=1)?\}?(?:\^\{?[A-Za-z]\}?)?\s*"
    r"\(?([A-Za-z]\w*?)_\{?([a-z],?[a-z])\}?(?![\w])\)?"
)
# \sum_{i=1}^n d_i, of all examples
_SUM_OF_EXAMPLES: Final = re.compile(
    r"\\sum_\{([a-z])=1\}\^\{?[mnNB]\}?\s*\(?([A-Za-z]\w*?)(?:_\{?\1\}?)?(?![\w{])\)?"
    r"(?=\s*(?:[,.;=]|$))"
)
_INDEXED: Final = re.compile(
    r"(?<!\w)(?!d__[a-z]{1,2}(?!\w))"  # the derivative by h, which is no index
    r"([A-Za-z]\w*?)_(?:\{[a-z],?\s?[a-z]?\}|[a-z]{1,2})(?![\w])"
)
_BESIDE: Final = re.compile(r"(?<=[\w)\]])[ \t]+(?=[^\W\d]|\()(?!(?:if|for|in|is)\b)")
