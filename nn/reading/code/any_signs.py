r"""Put a whole text without LaTeX into NumPy's spelling, whichever signs it writes.

Each text has a system of its own: how it marks layers, ``a^(1)``, ``a{1}`` or ``a⁽¹⁾``,
which sign is which product, how it transposes and how it spells a derivative. Here each
of these is read apart from the others, so that every combination of them is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from nn.reading.code.layers import with_layers_as_numbers, with_layers_in_brackets
from nn.reading.code.names import is_of_slope
from nn.reading.formula.numpy_spelling import is_function

__all__ = ["in_numpys_signs"]


def in_numpys_signs(text: str) -> str:
    """Return the text with its equations in NumPy's spelling, line for line.

    It stays as it is, if it has LaTeX, or is a program.

    >>> print(in_numpys_signs("- δ⁽²⁾ = (a⁽²⁾ − y) ⊙ f′(z⁽²⁾)   (error)"))
    δ2 = ( a2 - y ) * dg ( z2 )
    >>> print(in_numpys_signs("(3) del E/del w{2} := d{2} a{1}'"))
    d__w2 = d2 · a1.T
    >>> print(in_numpys_signs("-(y - a2) a2 (1 - a2) = (a2 - y) a2 (1 - a2)"))
    -( y - a2 ) · a2 * ( 1 - a2 ) = ( a2 - y ) · a2 * ( 1 - a2 )
    """
    if _LATEX.search(text) or _PROGRAM.search(text):
        return text
    lines = with_layers_as_numbers(text.translate(_SIGNS)).split("\n")
    framed = ["" if _FENCE.match(line) else _bare(line) for line in lines]
    framed = _with_what_goes_on(framed)
    stated = [line for line in framed if _EQUATION.search(line)]
    spelling = _Spelling("\n".join(stated))
    found = "\n".join(
        "; ".join(spelling.respelled(one) for one in _parted(line))
        if _EQUATION.search(line)
        else line
        for line in framed
    )
    return with_layers_in_brackets(_with_deltas(_with_inputs(found)))


def _with_what_goes_on(lines: list[str]) -> list[str]:
    """Put the left side in front of lines that begin with an equals sign.

    >>> _with_what_goes_on(["δ1 = ∂C/∂z1", "= e1 s", "dC/dh", "= W d"])
    ['δ1 = ∂C/∂z1', 'δ1 = e1 s', '', 'dC/dh = W d']
    """
    found = list(lines)
    left = ""
    for i, line in enumerate(lines):
        first = _RELATION.search(line)
        if first is not None and line[: first.start()].strip():
            left = line[: first.start()].strip()
        elif first is not None and left:
            found[i] = f"{left} = {line[first.end() :].strip()}"
            if i and found[i - 1].strip() == left:
                found[i - 1] = ""
        elif line.strip():
            left = line.strip() if _DERIVATIVE.match(line) else ""
    return found


def _parted(line: str) -> list[str]:
    """Part a line at semicolons between its equations."""
    parts = [one for one in line.split(";") if one.strip()]
    return parts if all(map(_EQUATION.search, parts)) else [line]


def _with_inputs(text: str) -> str:
    """Write x for the activation of layer 0, whatever activations are called."""
    made = {found[1] for found in _MADE.finditer(text)}
    for name in sorted({found[1] for found in _ZEROTH.finditer(text)} & made):
        text = re.sub(rf"\b{name}0\b", "X" if name.isupper() else "x", text)
    return text


def _with_deltas(text: str) -> str:
    r"""Write delta for what gives the gradients of weights, whatever it is called.

    >>> print(_with_deltas("e2 = a2 - y\nd__W2 = e2 · a1.T"))
    delta2 = a2 - y
    d__W2 = delta2 · a1.T
    """
    used = [found[1] or found[2] for found in _USED.finditer(text)]
    names = set(used) - {"delta", "δ"}
    if len(names) != 1 or len(set(used)) > 1:
        return text
    (name,) = names
    made = re.search(rf"(?:^|; ){name}[1-9] = .*(?:-|\bdg \()", text, re.MULTILINE)
    return re.sub(rf"\b{name}([1-9])\b", r"delta\1", text) if made else text


def _bare(line: str) -> str:
    """Return a line without what numbers it, frames it, or remarks on it."""
    if not _EQUATION.search(line):
        return line
    return "; ".join(map(_without_frame, _parted(line)))


def _without_frame(line: str) -> str:
    spans = [one for one in _SPAN.findall(line) if _EQUATION.search(one)]
    if spans:
        return "; ".join(map(_without_frame, spans))
    if _ROW.match(line):
        cells = [cell for cell in line.strip().strip("|").split("|") if cell.strip()]
        stated = [cell for cell in cells if _EQUATION.search(cell)]
        return "; ".join(map(_without_frame, stated)) if len(cells) > 1 else line
    line = _FRAME.sub("", line)
    for _ in range(_FRAMES):
        line = _BULLET.sub("", line, count=1)
    first = _RELATION.search(line)
    start = first.end() if first else 0
    left, line = line[:start], line[start:]
    for _ in range(_FRAMES):
        line = _BEHIND.sub("", line.rstrip()).rstrip(" ,;")
    line = line[:-1] if line.endswith(".") else line
    return f"{left}{line}"


class _Spelling:
    """How a text writes, as its equations show."""

    def __init__(self, text: str) -> None:
        ones = {found[1] for found in _RAISED_ONE.finditer(text)}
        self.raised = frozenset(ones)
        plain = self.with_marks(text)
        self.names = frozenset(found[0] for found in _NUMBERED.finditer(plain))
        self.bases = frozenset(name[:-1] for name in self.names)
        self.by_entries = next(
            (sign for sign in ("⊙", "∘", ".*", "(*)", "⊗") if sign in text), "*"
        )
        self.ring = _RING.search(text) is not None and not _O.search(text)
        if self.ring:
            self.by_entries = "o"
        self.of_matrices = _MATRIX_PRODUCT.search(text) is not None
        called: set[str] = {found[1] for found in _CALLED.finditer(plain)}
        slopes = {name for name in called if is_of_slope(name)}
        self.functions = called - self.bases - slopes
        self.of_two_letters = self.functions >= _OF_ONE_LETTER

    def respelled(self, line: str) -> str:
        """Return an equation in NumPy's spelling."""
        line = _ASSIGNED.sub(" = ", line)
        line = self.with_marks(line)
        line = self.with_transposes(line)
        line = self.with_derivatives(line)
        line = _with_norms(line)
        line = self.with_functions(line)
        for sign, new in self.products():
            line = line.replace(sign, new)
        line = _POWER.sub(r"**\1", line.replace("²", "**2").replace("½", " 0.5 "))
        line = " ".join(self.with_all_products(line))
        line = _without_repeated_left(_SPACED_CALL.sub(r"\1(", line))
        return f"-{line[2:]}" if line.startswith("- ") else line  # no bullet of a list

    def products(self) -> Iterator[tuple[str, str]]:
        """Yield signs of products with those of NumPy; a dot is one or the other."""
        if self.by_entries != "*" or not self.of_matrices:
            yield "**", "^"
            yield from (("(*)", "⊙"), (".*", "⊙"), ("*", "·"))
        yield from ((".^", "^"), ("⊙", "*"), ("∘", "*"), ("⊗", "*"))
        yield from (("×", "·"), (" . ", " · "), ("(*)", "*"))
        yield ".*", "*"
        if self.ring:
            yield " o ", " * "

    def layers(self, name: str) -> str:
        """Return the numbers that are layers where they stand above a name.

        A 2 is a power where no 1 stands above that name, or its derivative.
        """
        known = self.raised & {name, name.removeprefix("d")}
        return "0123456789" if known else "01" * bool(self.raised)

    def with_marks(self, line: str) -> str:
        """Write each number of a layer behind its name: a^(1), a{1} and a₁ as a1."""

        def marked(found: re.Match[str]) -> str:
            name, number = found["name"], (found["a"] or found["b"]).translate(_DIGITS)
            is_power = found["power"] is not None and number not in self.layers(name)
            if name in _FUNCTIONS or is_power:
                return found[0]
            return f"{name}{number}{' ' * bool(_LETTER.match(line, found.end()))}"

        return _MARKED.sub(marked, line)

    def with_transposes(self, line: str) -> str:
        """Write each transpose as ``.T``."""
        line = _TRANSPOSED_CALL.sub(r"\1.T", line)
        line = _IN_BRACKETS.sub(r"\1.T", _TRANSPOSED.sub(r"\1.T", line))

        def primed(found: re.Match[str]) -> str:
            return f"{found[1]}.T" if found[1] in self.names | _INPUTS else found[0]

        return _PRIMED.sub(primed, line)

    def with_derivatives(self, line: str) -> str:
        """Write each derivative of the cost as one name, ``d__`` and the quantity."""
        line = _FRACTION.sub(r"d__\1", line)
        line = _GRADIENT_CALL.sub(r"d__\1", line)

        def named(found: re.Match[str]) -> str:
            known = found["of"][:-1] in self.bases
            return f"d__{found['of']}" if known else found[0]

        line = _NABLA.sub(named, line)
        line = _IN_ONE_NAME.sub(named, line)
        return _BRACKETED.sub(r"\1", line)

    def with_functions(self, line: str) -> str:
        """Write each activation as ``g`` or by name, and its derivative as ``dg``."""
        line = _INDICATOR.sub(r" (\1 > 0)", line)
        line = _STEP.sub(r"(\1 > 0)", line)
        line = _SQUARED_CALL.sub(r"(tanh(\1)**2)", line)
        line = _IN_SQUARE.sub(r"\1(\2)", line)

        def called(found: re.Match[str]) -> str:
            name, prime = found["name"], found["prime"]
            if self.of_two_letters and name in _OF_ONE_LETTER:
                return f" {name}_prime(" if prime else f" {name}("
            if prime:
                return " dg("
            if name in _FUNCTIONS:
                return f" {_FUNCTIONS[name]}("
            return " g(" if name in self.functions else found[0]

        return _ANY_CALL.sub(called, line)

    def with_all_products(self, line: str) -> Iterator[str]:
        """Yield the parts of a line, with a sign for each product that has none."""
        before = ""
        parts = _PART.findall(line)
        for i, part in enumerate(parts):
            starts = part[0].isalnum() or part[0] == "("
            ends = before[-1:].isalnum() or before[-1:] in {")", "_"}
            called = part == "(" and _is_called(before)
            if starts and ends and not called:
                logistic = parts[i : i + 5] == ["(", "1", "-", before, ")"]
                yield "*" if logistic else "·"
            yield part
            before = part


def _is_called(name: str) -> bool:
    """Return whether a bracket behind a name holds what it is taken of."""
    last = name.rpartition(".")[2]
    return is_function(last) or last in {"g", "dg", "max", "T"} or is_of_slope(last)


def _with_norms(line: str) -> str:
    """Write a norm, or a sum that says no index, as a call."""
    line = _NORM.sub(r"sum((\1)**2)", line)
    line = _SUM_OF_ONE.sub(r"sum(\1)", line)
    line = _OCTAVES_SUM.sub(r"sum(\1, axis=1, keepdims=True)", line)
    return _SUM.sub("sum(", line)


def _without_repeated_left(line: str) -> str:
    """Return ``d = ...`` for ``d = d = ...``, two names of one derivative.

    >>> _without_repeated_left("d__W2 = d__W2 = d2 · a1.T")
    'd__W2 = d2 · a1.T'
    """
    left, _, rest = line.partition(" = ")
    again, equals, _ = rest.partition(" = ")
    return rest if equals and again.strip() == left.strip() else line


_FRAMES: Final = 3
_LATEX: Final = re.compile(r"\\[A-Za-z(\[]|\$")
_PROGRAM: Final = re.compile(
    r"^\s*(?:def \w+\(|class \w+|import \w+$|from \w+ import|for \w+ in |return\b"
    r"|function\b)|\bself\.|\[[\"']"
    r"|^\s*(?:```|~~~)\s*(?:py|python|julia|matlab|octave|js|javascript|java|c|cpp|r|rust)\b",
    re.MULTILINE,
)
_DERIVATIVE: Final = re.compile(r"\s*(?:∂|d|∇|δ)\S{1,20}\s*$")
_SIGNS: Final = str.maketrans({
    "−": "-", "′": "'", "’": "'", "∕": "/", "𝜕": "∂", "ð": "∂", "𝛿": "δ", "⋅": "·",
    "∙": "·",    "≡": "=", "\u00a0": " ", "𝟙": "1", "⇐": "←", "⟵": "←",
    "𝜎": "σ", "⊺": "ᵀ",
})  # fmt: skip
_FENCE: Final = re.compile(r"\s*(?:```|~~~)")
_EQUATION: Final = re.compile(r"=|←|<-(?!\s*[a-z]+\s*$)")
_FRAME: Final = re.compile(r"^\s*[│|┃║]\s*|\s*[│|┃║]\s*$")
_BULLET: Final = re.compile(
    r"^\s*(?:[>•–—→*+-]\s+|\(?[0-9]{1,2}[.):]\s+|[\[(][0-9]{1,2}[\])]\s+"
    r"|(?:[Ee]q|[Ee]qn|Equation|equation|[Ss]tep)\.?\s*\(?[0-9]{1,2}\)?\s*[:.)]\s*"
    r"|[A-Z][a-z]{2,20}(?: [a-z]{1,20}){0,3}:\s+(?!=))"
)
_SPAN: Final = re.compile(r"`([^`]{3,1000})`")
_ROW: Final = re.compile(r"\s*\|[^|]*\|[^|]*\|")
_BEHIND: Final = re.compile(
    r"\s+(?:<--?|←)\s+[A-Za-z][A-Za-z ,'-]*$"
    r"|\s+(?:#|//|%|--|—)\s+[A-Za-z(].*$|\t\s*[A-Za-z(\[].*$"
    r"|\s{2,}\([0-9]{1,2}\)$|\s\.\.\.\s*\([0-9]{1,2}\)$|,?\s+where\s.*$"
    r"|\s{2,}[(\[][^()\[\]=]{1,60}[)\]]$|\s{3,}[A-Za-z][A-Za-z ,'-]{2,80}$"
)
_RELATION: Final = re.compile(r"[-+:]?=+|←|<-")
_ASSIGNED: Final = re.compile(r"\s*(?::=|←|<--?|==)\s*")
_MADE: Final = re.compile(r"(?:^|; )([^\W\d_]{1,12})[1-9] = ", re.MULTILINE)
_ZEROTH: Final = re.compile(r"\b([^\W\d_]{1,12})0\b")
_USED: Final = re.compile(
    r"(?:^|; )d__\w+ = (?:(?!\bdg\b)[^;\n]){0,80}?"
    r"(?:\b([^\W\d_]{1,12})[1-9](?: [·@,] |\.dot ?\( )\w+\.T\b"
    r"|\w+\.T(?: [·@,] |\.dot ?\( )([^\W\d_]{1,12})[1-9]\b)",
    re.MULTILINE,
)
_LETTER: Final = re.compile(r"[A-Za-zα-ωΑ-Ω0-9∂]")
_NAME: Final = r"[^\W\d_ᵀ⁰¹²³⁴⁵-⁹₀-₉]{1,12}[0-9]"
_ANY: Final = r"[^\W\d_ᵀ⁰¹²³⁴⁵-⁹₀-₉]{1,12}[0-9]?"
_COST: Final = r"(?:[A-Z]|ℒ|[Ll]oss|[Cc]ost|[Ee]rr(?:or)?|e)"
_MARKED: Final = re.compile(
    r"(?<![A-Za-z0-9.])(?P<name>[^\W\d_ᵀ⁰¹²³⁴⁵-⁹₀-₉]{1,12})_{0,2}"
    r"(?:\^?\{?[(\[](?P<a>[0-9])[)\]]\}?|(?P<power>\^\{(?=[0-9]\})|\^|(?=[⁰¹²³⁴]))?"
    r"[{⁽.]?(?P<b>[0-9⁰¹²³⁴₀₁₂₃₄])(?![0-9])[}⁽⁾]?)"
)
_RAISED_ONE: Final = re.compile(r"([^\W\d_ᵀ⁰¹²³⁴⁵-⁹₀-₉]{1,12})_?(?:\^\{?1|¹)")
_DIGITS: Final = str.maketrans("⁰¹²³⁴₀₁₂₃₄", "0123401234")
_NUMBERED: Final = re.compile(rf"(?<![^\W_]){_NAME}(?!\w)")
_INPUTS: Final = frozenset({"x", "X"})
_CALLED: Final = re.compile(
    rf"[=←-]\s*([A-Za-zφψΦσ]{{1,8}})\s?[(\[]\s?{_NAME}\s?[)\]]", re.MULTILINE
)
_MATRIX_PRODUCT: Final = re.compile(r"@|\bdot\b|·|×| \. ")
_RING: Final = re.compile(r"[\w)\]}'⁾] o [(\[\w]")
_O: Final = re.compile(r"\bo\s?[-=)]|[-=(]\s?o\b|\bo[0-9({\[^_]")
_TRANSPOSED_CALL: Final = re.compile(rf"\b(?:T|transpose|tr)\(\s?({_NAME}|[xX])\s?\)")
_TRANSPOSED: Final = re.compile(
    rf"({_ANY}|\))(?:\^(?:[Tt⊤ᵀ]|\{{[Tt⊤ᵀ]\}}|\([Tt⊤ᵀ]\))|ᵀ|⊤)(?![\w(])"
)
_IN_BRACKETS: Final = re.compile(rf"\(\s?({_NAME}|[xX])\s?\)\.T")
_PRIMED: Final = re.compile(r"(?<![\w])([^\W\d_]{1,12}[0-9]?)'(?!\()")
_D: Final = r"(?:del |partial |∂|d|δ|ϑ|D)"
_FRACTION: Final = re.compile(
    rf"(?<!\w){_D}_?\s?\{{?{_COST}\}}?\s?/\s?{_D}_?\s?\{{?({_ANY})(?!\w)\}}?"
)
_GRADIENT_CALL: Final = re.compile(rf"\bgrad\(\s?({_NAME})\s?\)")
_NABLA: Final = re.compile(
    rf"(?:∇|\bnabla)_?\{{?(?P<of>{_NAME})\}}?(?: {_COST}(?!\w))?"
)
_IN_ONE_NAME: Final = re.compile(
    rf"(?<!\w)(?:d[A-Za-z]{{1,5}}_d_?|d_|[Gg]rad_?|g_?|D|Δ|d)(?P<of>{_NAME})(?!\w)"
)
_BRACKETED: Final = re.compile(r"(?<![\w.])\((d__\w+)\)")
_INDICATOR: Final = re.compile(rf"1?\s?[\[({{]\s?({_NAME})\s?>\s?0\s?[\])}}]")
_STEP: Final = re.compile(rf"\b(?:step|heaviside|Heaviside)\(\s?({_NAME})\s?\)")
_SQUARED_CALL: Final = re.compile(rf"\btanh(?:²|\^2)\(\s?({_NAME})\s?\)")
_IN_SQUARE: Final = re.compile(rf"([A-Za-zσφψ]{{1,8}}'?)\[\s?({_NAME})\s?\]")
_ANY_CALL: Final = re.compile(r"(?<![\w.])(?P<name>[^\W\d_]{1,12})(?P<prime>'?)\s?\(")
_NORM: Final = re.compile(r"(?:\|\||‖)([^|‖]{1,80})(?:\|\||‖)(?:_2)?(?:²|\^2|\*\*2)")
_SUM: Final = re.compile(r"(?:Σ|∑)\s?\(")
_SUM_OF_ONE: Final = re.compile(r"(?:Σ|∑)(?:_?\{?[inms]\}?)?\s?(\w*[0-9])(?![\w.])")
_SPACED_CALL: Final = re.compile(r" ?(\.\w+|\bsum\b|\bmean\b) \(")
_OCTAVES_SUM: Final = re.compile(r"\bsum\(\s?(\w+)\s?,\s?2\s?\)")
_POWER: Final = re.compile(r"\^([0-9])")
_PART: Final = re.compile(
    r"[^\W\d]\w*(?:\.[A-Za-z]\w*)*|[0-9]+(?:\.[0-9]+)?|\.[A-Za-z]\w*|//|\*\*|[-+*/<>=]=|\S"
)
_OF_ONE_LETTER: Final = frozenset({"f", "g"})  # one of each layer, where both are
_FUNCTIONS: Final = {
    "sigmoid": "sigmoid", "σ": "g", "sigma": "g", "relu": "relu", "ReLU": "relu",
    "RELU": "relu", "tanh": "tanh", "softmax": "softmax", "log": "log", "ln": "log",
    "exp": "exp", "sum": "sum", "mean": "mean", "max": "max", "dot": "dot",
}  # fmt: skip
