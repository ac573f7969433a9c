"""Put a line of plain text, as in a mail or a docstring, into Python's spelling.

A derivative in a line, ``dL/dW2`` or ``∂L/∂W₂``, becomes one name; signs of Unicode and
digits below become those of code; remarks behind a formula are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from nn.reading.code.entries_in_brackets import with_indices_below
from nn.reading.formula.numpy_spelling import LONGEST, is_function

__all__ = [
    "as_assignments",
    "costs_of",
    "equations_of",
    "in_entries",
    "in_one_name",
    "names_of_outputs",
    "with_outputs_called_y",
    "with_products",
    "with_relu_in_one",
    "without_remarks",
    "without_sizes",
]


def costs_of(lines: Iterable[str]) -> frozenset[str]:
    """Return the names of which a text writes derivatives: L in ``dL/dW``.

    >>> sorted(costs_of(["dJ/dz2 = a2 - y", "dJ/dW2 = dJ/dz2 * a1^T", "dz2/da1 = W2"]))
    ['J']
    """
    below: dict[str, set[str]] = {}
    for line in lines:
        for found in _FRACTION.finditer(line):
            below.setdefault(found["top"], set()).add(found["below"])
    usual = {name for name in below if name in _COSTS}
    counts = Counter({name: len(names) for name, names in below.items()})
    most = {name for name, n in counts.most_common(1) if n >= _OFTEN}
    return frozenset(usual or most)


def in_one_name(text: str, costs: frozenset[str]) -> str:
    """Return the line with one name for each derivative of the cost.

    >>> in_one_name("dL/dW₂ = (∂L/∂ŷ ⊙ σ′(z₂)) · hᵀ", frozenset("L"))
    "d__W2 = (d__yhat * σ'(z2)) // h.T"
    >>> in_one_name("dZ^[1] = W^[2].T dZ^[2] * g^[1]'(Z^[1])", frozenset())
    "dZ[1] = W[2].T dZ[2] * g'(Z[1])"
    >>> in_one_name("Y = XW + b", frozenset())
    'Y = X // W + b'
    >>> in_one_name("∂L/∂z₁ = ∂L/∂a₁ × 𝟙{z₁ > 0}", frozenset("L"))
    'd__z1 = d__a1 // (z1 > 0)'
    """
    text = _ASSIGNED.sub(r"\1 = ", text, count=1)
    text = _INDICATOR.sub(r"(\1 > 0)", _GLUED_SUM_OF.sub(r"\1 · ", text))
    text = _ABOVE_CALLED.sub(r"\1", _GLUED.sub(r"\1 ", text))
    text = _ABOVE.sub(r"[\1]", text)

    def named(found: re.Match[str]) -> str:
        return f"d__{found['below']}" if found["top"] in costs else found[0]

    text = _COLUMNS.sub(r"sum(\1, axis=1, keepdims=True)", text)
    text = _BEFORE_BRACKET.sub(
        _times, _HATTED.sub(lambda found: f"{found[1]}hat", text.translate(_PLAIN))
    )
    text = _BRACKETED.sub(r"\1", _FRACTION.sub(named, text))
    text = _NABLA.sub(r"d__\1", text)
    for sign, spelling in _SIGNS.items():
        text = text.replace(sign, spelling)
    return text


def as_assignments(text: str) -> str:
    """Return the text with ``=`` for the assignments of other languages, and no types.

    >>> as_assignments("h <- s(x %*% w1)"), as_assignments("const MatrixXd d2 = a - y;")
    ('h = s(x @ w1)', 'd2 = a - y;')

    So are methods that change what they are of, as PyTorch's tensors have them:

    >>> as_assignments("dw2.add_(d2.ger(x1))"), as_assignments("w.add_(a).mul_(b)")
    ('dw2 += d2.ger(x1)', 'w.add_(a).mul_(b)')
    """
    text = _ARROW.sub(r"\1 = ", text).replace("%*%", "@").replace("%o%", "*")
    return _IN_PLACE.sub(_changed, _TYPED.sub(r"\1", text))


def with_relu_in_one(text: str) -> str:
    """Return the text with one formula for a relu that is said case by case.

    Of the case that a line leaves out it says nothing: there the relu is itself.

    >>> with_relu_in_one("ReLU'(z) = 1 if z > 0 else 0")
    "ReLU'(z) = (z > 0) * 1 + (z <= 0) * 0"
    >>> with_relu_in_one("relu(x) = 0, when x <= 0")
    'relu(x) = (x <= 0) * 0 + (x > 0) * relu(x)'
    """
    return _RELU_BY_CASES.sub(_in_one, text)


def _in_one(found: re.Match[str]) -> str:
    name, value, z = found["name"], found["value"], found["z"]
    here, there = (">", "<=") if found["sign"] in ">≥" else ("<=", ">")
    other = found["other"] or f"{name}({z})"
    formula = f"({z} {here} 0) * {value} + ({z} {there} 0) * {other}"
    return f"{found['before']}{name}({z}) = {formula}"


def _changed(found: re.Match[str]) -> str:
    """Return ``a += b`` for ``a.add_(b)``, if the call has one operand and ends it."""
    depth = 0
    for sign in found["value"]:
        depth += (sign in "([{") - (sign in ")]}")
        if depth < 0 or (depth == 0 and sign in ",="):
            return found[0]
    return f"{found['target']} {_CHANGES[found['how']]} {found['value']}"


def in_entries(lines: Sequence[str]) -> list[str]:
    """Return lines about entries, such as ``sum_j w_ij * x_j``, as mathematics.

    So is ``Σj wij xj``, where the letter of a sum stands behind it.

    >>> in_entries(["a_i = sum_j w_ij * x_j", "dE/dw_ij = d_i * x_j", "c_k = 0"])
    ['a_{i} = Σ_{j} w_{ij} x_{j}', '∂E/∂w_{ij} = d_{i} x_{j}', 'c_{k} = 0']
    >>> in_entries(["z = Σj vj·hj + c"])
    ['z = Σ_{j} v_{j}·h_{j} + c']

    A number before two indices is the layer, there and before one:

    >>> in_entries(["∂C/∂w₂ⱼₖ = δ₂ⱼ hₖ", "δ₂ = a₂ - y"])
    ['∂C/∂w^{(2)}ⱼₖ = δ^{(2)}ⱼ hₖ', 'δ₂ = a₂ - y']
    >>> in_entries(["dC/dw2_kj = sum over examples of d_k h_j"])
    ['dC/dw^{(2)}_{k j} = Σ_{x} d_k h_j']
    """
    lines = [
        _OF_PRODUCT.sub(r"Sum(\1)", _IN_WORDS.sub("Σ_{x} ", line))
        for line in with_indices_below(lines)
    ]
    text = "\n".join(lines)
    if _LAYER_BEFORE_PAIR.search(text):
        lines = [_LAYER_BEFORE_INDEX.sub(_with_indices, line) for line in lines]
        text = "\n".join(lines)
    if _LAYER_AND_PAIR.search(text):
        lines = [_LAYER_AND_INDEX.sub(_layer_above, line) for line in lines]
        text = "\n".join(lines)
    glued = {found[1] for found in _GLUED_SUM.finditer(text)}
    if glued:
        every = "".join(sorted(glued | {"i", "j", "k"}))
        index = rf"([{every}]{{1,2}})(?![A-Za-z_])"
        of_letter = re.compile(rf"(?<![A-Za-z_{{\\])([A-Za-zδ]){index}")
        of_derived = re.compile(rf"∂([A-Za-z]){index}")
        summed = [_GLUED_SUM.sub(r"Σ_{\1} ", line) for line in lines]
        derived = [of_derived.sub(r"∂\1_{\2}", line) for line in summed]
        lines = [of_letter.sub(r"\1_{\2}", line) for line in derived]
    elif not (_SUM.search(text) and len(_INDEX.findall(text)) > _OFTEN):
        return list(lines)
    return [_of_entries(line) for line in lines]


def _layer_above(found: re.Match[str]) -> str:
    return f"^{{({found[0].translate(_PLAIN)})}}"


def _with_indices(found: re.Match[str]) -> str:
    return f"^{{({found[1]})}}_{{{' '.join(found[2])}}}"


def _of_entries(line: str) -> str:
    line = _NUMBERED.sub(r"\1_\2", _COST_IN_WORDS.sub(r"∂C\1", line))
    if "\\" in line or not _INDEX.search(line.replace("{", "").replace("}", "")):
        return line
    line = _DERIVED.sub(r"∂\1/∂\2", line)
    line = _INDEX.sub(r"\1_{\2}", _SUM.sub(r"Σ_{\1}", line))
    return _LOGISTIC.sub(r"σ(\1)", _STAR.sub(" ", line))


def _times(found: re.Match[str]) -> str:
    """Return a sign for the product in ``1/m (a - y)``, if it is no call."""
    name = found[1]
    return found[0] if is_function(name) or name in _WORDS else f"{name} // ("


def with_outputs_called_y(lines: Sequence[str]) -> list[str]:
    """Return the lines with y_hat for y, if the targets are called otherwise.

    >>> with_outputs_called_y(["d2 = (y - target) * y * (1 - y)", "dW2 = d2 @ h.T"])
    ['d2 = (y_hat - target) * y_hat * (1 - y_hat)', 'dW2 = d2 @ h.T']
    >>> with_outputs_called_y(["y = f(z)", "d2 = y - target"])
    ['y = f(z)', 'd2 = y - target']
    """
    lines = list(lines)
    for less_targets, sets_y, y in _OUTPUTS_CALLED_Y:
        if any(map(less_targets.search, lines)) and not any(map(sets_y.match, lines)):
            lines = [y.sub("y_hat", line) for line in lines]
    return lines


def without_remarks(text: str) -> str:
    """Return the line without what is said behind its formula.

    >>> [without_remarks(t) for t in ("a = b   (by entries)", "a = f(b),", "a = b % c")]
    ['a = b', 'a = f(b)', 'a = b']
    >>> lines = "h = f(z) (hidden layer)", "z = w x (4 x 1)", "d = e w (by eq. 2)"
    >>> [without_remarks(line) for line in lines]
    ['h = f(z)', 'z = w x', 'd = e w']
    """
    text = _COMMENT.sub("", _SPACES.sub("   ", text))
    text = _REMARK_BEHIND_A_SPACE.sub(_unless_called, _REMARK.sub("", text.strip()))
    return text.strip().rstrip(",;. ")


def _unless_called(found: re.Match[str]) -> str:
    """Return nothing for a remark; all of it if a function stands before."""
    before = _NAME_AT_END.search(
        found.string[max(0, found.start() - 30) : found.start()]
    )
    name = before[0] if before else ""
    return found[0] if is_function(name) or name in _WORDS else ""


def names_of_outputs(text: str) -> frozenset[str]:
    """Return the letters that are said to be how many outputs there are.

    >>> sorted(names_of_outputs("of `k` outputs; n is the number of classes"))
    ['k', 'n']
    """
    found = [one for each in _OUTPUTS for one in each.findall(text)]
    return frozenset(found) - {"a", "A", "I"}


def without_sizes(text: str) -> str:
    """Return the line without the sizes of the factors, behind its formula.

    >>> without_sizes("dW = d xᵀ   (3×1)(1×4) = 3×4"), without_sizes("a = (2×3)")
    ('dW = d xᵀ', 'a = (2×3)')
    >>> without_sizes("db = δ ∈ ℝ^{d_out × 1}")
    'db = δ'
    """
    return text if len(text) > LONGEST else _SIZES.sub("", _SPACE.sub("", text))


def equations_of(text: str) -> list[str]:
    """Part a line at the commas between its equations, ``a = b, c = d``.

    >>> equations_of("z = W @ x + b,  h = f(z)"), equations_of("a, b = c, d")
    (['z = W @ x + b', 'h = f(z)'], ['a, b = c, d'])
    """
    depth, start = 0, 0
    found: list[str] = []
    for i, sign in enumerate(text):
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and depth == 0:
            found.append(text[start:i].strip())
            start = i + 1
    found.append(text[start:].strip())
    return found if all(map(_EQUATION.match, found)) else [text]


def with_products(text: str) -> str:
    """Return the line with a sign for each product that has none.

    >>> with_products("dW2 = 1/m (A2 - Y) H.T")
    'dW2 = 1/m // (A2 - Y) // H.T'
    """
    left, equals, right = text.partition("=")
    return left + equals + _BESIDE.sub(" // ", right.rstrip())


_OF_OUTPUTS: Final = r"(?:outputs|output (?:neurons|units|nodes)|classes|categories)\b"
_OUTPUTS: Final = (
    re.compile(
        r"(?:with|of|has|have|are|over)\s+(?:the\s+)?"
        rf"[`$*_]?([A-Za-z])[`$*_]?\s+{_OF_OUTPUTS}"
    ),
    re.compile(
        r"(?<![\w\\])([A-Za-z])[`$*_]?\s*(?:is|=|:|denotes|being)\s*(?:the\s+)?"
        rf"number\s+of\s+{_OF_OUTPUTS}"
    ),
    re.compile(rf"number\s+of\s+{_OF_OUTPUTS}[\s,(=:]{{1,3}}[`$*_]?([A-Za-z])(?!\w)"),
)
_OF_TARGETS: Final = r"(?:targets?|labels?|expected|desired|truth|y_(?:true|train)|t)"
_OUTPUTS_CALLED_Y: Final = tuple(
    (
        re.compile(
            rf"(?<![\w.])(?:{y}\s?-\s?{targets}|{targets}\s?-\s?{y})(?![\w.(\[])"
        ),
        re.compile(rf"\s*{y}\s*=(?!=)"),
        re.compile(rf"(?<![\w.\"']){y}(?![\w\"'(=])(?!\s*=(?!=))"),
    )
    for y, targets in (("y", _OF_TARGETS), ("Y", "T"))
)
_A_SIZE: Final = r"[(\[]\s?\w{1,12}\s?[×x,]\s?\w{1,12}\s?[)\]]"
# (3×1)(1×4) = 3×4, behind a formula and a space
_SIZES: Final = re.compile(
    rf"\s{{2,}}{_A_SIZE}(?:\s?(?:[·*@×x⋅∘⊙.]\s?)?{_A_SIZE}){{1,4}}"
    rf"(?:\s*(?:=|->|→|⇒|=>)\s*(?:{_A_SIZE}|\w{{1,12}}\s?[×x]\s?\w{{1,12}}))?\s*$"
)
# ∈ ℝ^{m × n}, which a formula is said to be of
_SPACE: Final = re.compile(
    r"\s*∈\s*(?:ℝ|R(?=[\^ⁿᵐ]))\s*(?:\^?\s*(?:\{[^{}]{1,40}\}|\([^()]{1,40}\)"
    r"|[\w×·⁰¹²³⁴-⁹ᵐⁿˣ⁺⁻]{1,20}(?:\s?×\s?\w{1,20})?))?\s*[,.;]?\s*$"
)
_EQUATION: Final = re.compile(r"[^\W\d][\w.]*(?:\[[^\]]*\])?\s*[-+*/]?=[^=]")
_BESIDE: Final = re.compile(
    r"(?<=[\w)\]])[ \t]+(?=[^\W\d]|\()(?!(?:if|for|in|is|and|or)\b)"
)
_WORDS: Final = frozenset({"and", "or", "in", "not", "dg", "if", "log", "exp", "max"})
_BEFORE_BRACKET: Final = re.compile(r"(?<![\w.])([A-Za-zδΔ]\w*(?:\.T)?)\s+\(")
_COLUMNS: Final = re.compile(
    r"(?:Σ|∑|\bsum)_?\{?[a-z]?\}?\s*\(?"
    r"((?:[\w∂/.]{1,60}|\([^()]{0,200}\)))\[:,\s*[a-z]\]\)?"
)
_COSTS: Final = frozenset({
    "C", "L", "J", "E", "loss", "Loss", "cost", "Cost", "error", "Error", "err", "BCE",
    "CE", "MSE", "SSE", "NLL", "ℒ", "Err", "LOSS",
})  # fmt: skip
_OFTEN: Final = 3
_PLAIN: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉−′", "0123456789-'")
_GLUED: Final = re.compile(r"([₀-₉ᵀ])(?=[^\W\d_])")  # W₂h is a product
# 𝟙{z₁ > 0}, where the slope of relu is 1
_INDICATOR: Final = re.compile(
    r"(?:𝟙|(?<![\w.^])1)(?:\{|\[|\()\s*([zZaAhH][₀-₉0-9])\s*>\s*0\s*(?:\}|\]|\))"
)
# Y = XW + b, of which the product is no name
_GLUED_SUM_OF: Final = re.compile(
    r"((?<=[=(])\s*(?:[xXaAhH][₀-₉]?(?=[Ww])|[Ww][₀-₉]?(?=[xXaAhH])))"
    r"(?=[A-Za-z][₀-₉0-9]?\s*\+\s*[bB][₀-₉0-9]?ᵀ?\)?\s*$)"
)
# a layer above, as in A^[1] and a^(l-1); that of a function is its argument's
_ABOVE: Final = re.compile(r"(?<=[A-Za-z])\^(?:\[|\()([0-9lL](?:[-+]1)?)(?:\]|\))")
_ABOVE_CALLED: Final = re.compile(r"(\bg)\^(?:\[\w{1,3}\]|\(\w{1,3}\))(?=['′])")
_HATTED: Final = re.compile("([yY])\\u0302")
_GLUED_SUM: Final = re.compile(r"[Σ∑]([a-z])(?![A-Za-z_])\s?")
_SUM: Final = re.compile(r"(?:\bsum|\bSum|Σ|∑)_\{?\(?([a-z])\)?\}?(?![a-z])")
_INDEX: Final = re.compile(r"(?<![\w{])(d?[A-Za-zδσ]{1,5})_([a-z]{1,2})(?![\w(])")
_ARROW: Final = re.compile(r"^([ \t]*[^\W\d][\w.]*)[ \t]*<-{1,2}[ \t]+", re.MULTILINE)
_IN_PLACE: Final = re.compile(
    r"^(?P<target>[ \t]*[^\W\d][\w.]{0,60})\.(?P<how>add|sub|mul)_\("
    r"(?P<value>[^\n#]{1,300})\)[ \t]*(?=#|$)",
    re.MULTILINE,
)
_CHANGES: Final = {"add": "+=", "sub": "-=", "mul": "*="}
_TYPED: Final = re.compile(
    r"^([ \t]*)(?:(?:const|let|var|val|auto|final)[ \t]+)?(?:(?:const|let|var|val|auto"
    r"|double|float|(?:\w{1,30}::)?"
    r"(?:\w{0,30}(?:Matrix|Vector|Array|Tensor|Mat|Vec)\w{0,30}|mat|vec))"
    r"(?:<[^<>\n]{0,40}>)?&?[ \t]+)(?=[^\W\d]\w*[ \t]*[-+*/]?=[^=])",
    re.MULTILINE,
)
_NUMBERED: Final = re.compile(r"([δΔ])(\d)(?![\d.])")
_COST_IN_WORDS: Final = re.compile(
    r"(?:∂|\bd)(?:BCE|CE|MSE|SSE|NLL|[Ll]oss|[Cc]ost|[Ee]rror|Err)(\s?/\s?(?:∂|d))"
)
_DERIVED: Final = re.compile(r"(?:\bd|∂)([A-Z])\s?/\s?d(\w+)")
_LOGISTIC: Final = re.compile(
    r"1\s?/\s?\(\s?1\s?\+\s?(?:exp|e\s?\^)\s?[({]\s?[-−]\s?"
    r"([^(){}]*(?:\{\w+\})?)[)}]\s?\)"
)
_STAR: Final = re.compile(r"\s*(?<!\*)\*(?!\*)\s*")
_FRACTION: Final = re.compile(
    r"(?<![A-Za-z0-9_])(?:d|∂|δ)_?\s?(?P<top>[A-Za-zℒ]\w*)\s*/\s*\(?(?:d|∂|δ)_?\s?"
    r"(?P<below>[^\W\d_]\w*)"
)
_BRACKETED: Final = re.compile(r"(?<![\w.])\((d__\w+)\)")
_NABLA: Final = re.compile(r"(?:∇|\bnabla)_?\{?([A-Za-z]\w*)\}?(?:\s[LCJE]\b)?")
_ASSIGNED: Final = re.compile(r"^\s*([\w.\[\]/∂]+)\s*(?::=|←|<-|<--)\s*")
_SIGNS: Final = {
    "ŷ": "yhat", "Ŷ": "Yhat", "ᵀ": ".T", "⊤": ".T", "⊙": "*", "∘": "*", "·": "//",
    "⋅": "//", "×": "//", "²": "**2", "½": "0.5*", "∑": "Σ",
    "≡": "=",
}  # fmt: skip
_LAYER_AND_INDEX: Final = re.compile(r"(?<=[^\W\d_])[₁-₉](?=[ᵢⱼₖₗₘₙ]{1,2}(?![₀-₉]))")
_LAYER_AND_PAIR: Final = re.compile(r"[A-Za-z][₁-₉][ᵢⱼₖₗₘₙ]{2}(?![ᵢⱼₖₗₘₙ₀-₉])")
_LAYER_BEFORE_INDEX: Final = re.compile(
    r"(?<=[A-Za-z])([1-9])_([0-9]?[a-z]{1,2}|[0-9][a-z]?)\b"
)
_LAYER_BEFORE_PAIR: Final = re.compile(r"[A-Za-z][1-9]_[a-z]{2}\b")
_OF_PRODUCT: Final = re.compile(  # sum e a^T
    r"(?<![\w.])[Ss]um[ \t]+(?!(?:over|of|the|to|is|in)\b)"
    r"([A-Za-z]\w{0,30}"
    r"(?:(?:[ \t]*[*@·][ \t]*|[ \t]+)[A-Za-z]\w{0,30}(?:\^T|\.T|ᵀ|'))?)"
    r"(?=[ \t]*(?:$|[),;]))"
)
_IN_WORDS: Final = re.compile(
    r"\b[Ss]um over (?:(?:all|the|every|training|of) ){0,3}"
    r"(?:examples?|samples?|patterns?|inputs|cases|data ?points|batch|data)"
    r"(?: (?:x|n|p|i|m))?(?: of)? "
)
_SPACES: Final = re.compile(r"[ \t]{3,}")
_COMMENT: Final = re.compile(r"\s(?:%|#|//|--|←|<--).*$|(?<=[;)])\s*%.*$")
_REMARK: Final = re.compile(
    r"\s{2,}(?:\([A-Za-z][^()=]{0,80}\)|\[[A-Za-z][^\[\]=]{0,80}\]"
    r"|[A-Za-z][A-Za-z ,'-]{1,80}"
    r"|[(\[]\s?\w{1,12}\s?[×x,]\s?\w{1,12}\s?[)\]])$"
)
# what one space parts from a formula: words that are no product, a reason, or a size
_PROSE: Final = (
    r"[A-Za-z][a-z-]{2,30}(?:(?:\s?/\s?|,?\s)[A-Za-z][a-z-]{1,30}){1,8}[.!]?"
)
_LABEL: Final = (  # that no quantity is called by
    r"element-?wise|(?:pre|post)-?activations?|(?:non-?)?linear|scalar|vector|matrix"
    r"|Hadamard|sigmoid|softmax|[Rr]e[Ll][Uu]|tanh|identity|averaged?|broadcast(?:ed|ing)?"
)
_REASON: Final = (
    r"(?:since|because|where|by|from|see|[Ee]qs?|using|here|note|with)\b[^()=]{1,80}"
)
_OF_SIZES: Final = r"(?:[0-9]{1,5}|(?:n|d)_?\w{0,10}|[mNBDHC]|batch\w{0,6})"
_NAME_AT_END: Final = re.compile(r"[A-Za-z_]\w{0,29}$")
_REMARK_BEHIND_A_SPACE: Final = re.compile(
    rf"(?<=[^\s=+*/(\[,·@⊙×−-])\s[(\[](?:{_PROSE}|{_LABEL}|{_REASON}|{_OF_SIZES}\s?[x×,]\s?{_OF_SIZES})[)\]]$"
)
_RELU_BY_CASES: Final = re.compile(
    r"^(?P<before>[ \t]*(?:[-*+>][ \t]+)?)(?P<name>[Rr][Ee][Ll][Uu]['′]?)"
    r"\((?P<z>[A-Za-z])\)[ \t]*=[ \t]*(?P<value>[01]|(?P=z)),?[ \t]+"
    r"(?:if|for|when)[ \t]+(?P=z)[ \t]*(?P<sign>[<>≤≥])=?[ \t]*0"
    r"(?:,?[ \t]+(?:else|otherwise|and)[ \t]+(?P<other>[01]|(?P=z))"
    r"(?:[ \t]+otherwise)?)?[ \t]*[.;]?[ \t]*$",
    re.MULTILINE,
)
