r"""The tokens of a formula in LaTeX, in Unicode, or in both.

Unicode is rewritten as LaTeX: ``δˡ`` becomes ``\delta^{l}``. What is only looks is left
out, such as ``\color{blue}``, ``\left`` and ``\boxed{...}``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from autograd_scalar import DataError
from nn.arguments import shown

__all__ = ["SCALAR", "Token", "tokens", "unreadable"]

SCALAR: Final = "scalar"  # a shape, where it stands in brackets

_LONGEST: Final = 5_000
_DEEPEST: Final = 60


@dataclass(frozen=True, slots=True)
class Token:
    r"""A command such as ``\sum``, a name, a number or a sign; ``at`` is its place."""

    text: str
    at: int

    @property
    def is_number(self) -> bool:
        """Whether it is a number."""
        return self.text[:1].isdecimal()


def unreadable(what: str, text: str, at: int) -> DataError:
    """Return the error that quotes the place, and says what can be read."""
    place = text[at : at + 20].strip()
    near = f" at {shown(place)}" if place else " at the end"
    return DataError(
        f"cannot read {shown(text)}: {what}{near}; known are quantities with their"
        r" layer, such as W^l, b^{(2)}, z^{[l]}_j, a^{l-1}, \delta^L, dW^l,"
        r" \partial C/\partial b^l, y and m, the operations + - / \odot \cdot ^T \frac"
        r" \sum_k, and \sigma(z^l) and \sigma'(z^l)"
    )


def tokens(text: str) -> list[Token]:
    r"""Return the tokens of a formula.

    >>> print(*(token.text for token in tokens("δˡ = Wˡ⁺¹ᵀ ⊙ σ′(zˡ)")))
    \delta ^ { l } = W ^ { l + 1 T } \odot \sigma ' ( z ^ { l } )

    Raises:
        DataError: it is too long, or its brackets are too deep.
    """
    if len(text) > 4 * _LONGEST:
        msg = f"a formula has at most {4 * _LONGEST} characters, this has {len(text)}"
        raise DataError(msg)
    found: list[Token] = []
    drawn = _SKETCH.sub(lambda sketch: " " * len(sketch[0]), text)
    for match in _TOKEN.finditer(drawn):
        found += _of(match)
    if len(found) > _LONGEST:
        msg = f"a formula has at most {_LONGEST} tokens, this has {len(found)}"
        raise DataError(msg)
    depth = 0
    for token in found:
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if depth > _DEEPEST:
            msg = f"a formula has at most {_DEEPEST} brackets in one another"
            raise DataError(msg)
    return _without_braces(_without_looks(_with_hats(found)))


def _without_braces(given: list[Token]) -> list[Token]:
    r"""Take a letter behind ∂ out of its braces: ``\partial {\cal C}``."""
    kept: list[Token] = []
    i = 0
    while i < len(given):
        here = [token.text for token in given[i : i + 4]]
        if here[:2] == [r"\partial", "{"] and here[3:] == ["}"]:
            kept += [given[i], given[i + 2]]
            i += 4
        else:
            kept.append(given[i])
            i += 1
    return kept


def _with_hats(given: list[Token]) -> list[Token]:
    r"""Read ``\hat{y}`` as one letter, the outputs."""
    kept: list[Token] = []
    i = 0
    while i < len(given):
        here = [token.text for token in given[i : i + 8]]
        size = next((len(way) for way in _HATS if here[: len(way)] == way), 0)
        kept.append(Token(r"\yhat", given[i].at) if size else given[i])
        i += size or 1
    return kept


def _of(match: re.Match[str]) -> list[Token]:
    """Return the tokens that one piece of the text stands for."""
    piece, at = match[0], match.start()
    kind = match.lastgroup

    def put(*words: str) -> list[Token]:
        return [Token(word, at) for word in words]

    if kind in {"space", "environment", "numpy"}:
        return []
    if kind == "matrix":  # of one row, read as a product: its cells stand side by side
        return put("(" if piece.startswith("\\begin") else ")")
    if kind in {"raised", "lowered"}:
        table, sign = (_RAISED, "^") if kind == "raised" else (_LOWERED, "_")
        return put(sign, "{", *(table[each] for each in piece), "}")
    if kind == "word":
        return _of_word(piece, at)
    if kind == "text":
        words = match["words"].strip(" \\:,.")
        if words.lower() in {"loss", "cost", "error"}:
            return put("C")
        if words in _WORDS:
            return put(_WORDS[words])
        if words.isascii() and words.isalpha() and len(words) == 1:
            return put(words)
        if words == SCALAR and match.string[: match.start()].rstrip().endswith("("):
            return put(words)
        return put(",") if words in {"and", "or", "where", "if", "with"} else []
    if kind == "other":
        return put(*_UNICODE.get(piece, piece).split())
    return put(_SAME.get(piece, piece))


def _of_word(piece: str, at: int) -> list[Token]:
    """Split a run of letters: words, ``dW``, a quantity with its layer, or letters."""
    letters = piece.rstrip("0123456789")
    layer = piece[len(letters) :]
    names = [letters]
    if letters in _WORDS:
        names = [_WORDS[letters]]
    elif len(letters) >= _LONG or letters.lower() in _PROSE:
        return [Token(",", at)]
    elif not _DERIVATIVE.fullmatch(letters):
        names = list(letters)
    if layer and (names[-1][-1] in _QUANTITIES or names[-1] == r"\delta"):
        return [Token(name, at) for name in (*names, "_", "{", layer, "}")]
    return [Token(name, at) for name in (*names, *([layer] if layer else ()))]


def _without_looks(given: list[Token]) -> list[Token]:
    r"""Leave out what has no meaning, such as ``\color{red}`` and ``\left``.

    Of ``\boxed{x}`` and its kin the content stays, without the braces.
    """
    kept: list[Token] = []
    drop: set[int] = set()
    i = 0
    while i < len(given):
        name = given[i].text
        if name in _WITH_ARGUMENT:
            i = _after_group(given, i + 1)
        elif name in _BARS:
            i += 1
            if i < len(given) and given[i].text in _BAR:
                i += 1
            if i < len(given) and given[i].text == "_":
                i = _after_group(given, i + 1)
        elif name in _FRAMES:
            end = _after_group(given, i + 1)
            if i + 1 < len(given) and given[i + 1].text == "{":
                drop |= {i + 1, end - 1}
            if "brace" in name and end < len(given) and given[end].text in {"_", "^"}:
                drop |= set(range(end, _after_group(given, end + 1)))
            i += 1
        else:
            if name not in _LOOKS and i not in drop:
                kept.append(given[i])
            i += 1
    return kept


def _after_group(given: list[Token], start: int) -> int:
    """Return the place after the token or the braces that begin at ``start``."""
    depth = 0
    for i in range(start, len(given)):
        depth += (given[i].text == "{") - (given[i].text == "}")
        if depth <= 0:
            return i + 1
    return len(given)


_HATS: Final = [
    [r"\hat", letter] for letter in "yY"
] + [
    [r"\hat", "{", letter, "}"] for letter in "yY"
] + [
    [r"\hat", "{", frame, "{", letter, "}", "}"]
    for letter in "yY"
    for frame in (r"\mathbf", r"\boldsymbol", r"\bm")
]  # fmt: skip
_OPENING: Final = frozenset({"(", "[", "{"})
_CLOSING: Final = frozenset({")", "]", "}"})
_QUANTITIES: Final = frozenset("WwBbZzAahXx")
_DERIVATIVE: Final = re.compile("d[WwBbZzAa]")
_RAISED: Final = dict(
    zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱˡᴸʲᵏᵐᵀᵗ", "0123456789+-=()nilLjkmTT", strict=True)
)
_LOWERED: Final = dict(
    zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ᵢⱼₖₗₘₙₐₕₒₚₓ", "0123456789+-=()ijklmnahopx", strict=True)
)
_UNICODE: Final = {
    "δ": r"\delta", "σ": r"\sigma", "φ": r"\sigma", "ϕ": r"\sigma", "ω": "W",
    "Θ": "W", "θ": "W", "Σ": r"\sum", "∑": r"\sum", "∂": r"\partial", "∇": r"\nabla",
    "Δ": r"\Delta", "η": r"\eta", "α": r"\eta", "⊙": r"\odot", "∘": r"\odot",
    "○": r"\odot", "·": r"\cdot", "⋅": r"\cdot", "×": r"\times", "÷": "/", "−": "-",
    "≡": "=", "≔": "=", "≈": "=", "←": "=", "→": r"\rightarrow", "⇒": ",",
    "′": "'", "’": "'", "″": "' '", "½": r"\frac { 1 } { 2 }", "⊤": r"\top",
    **dict.fromkeys('$:!?"', ","),
    "ᵀ": r"^ \top", "ℓ": "l", "ℒ": "C", "𝓛": "C", "√": r"\sqrt",
    "ŷ": r"\yhat", "Ŷ": r"\yhat", "∈": r"\in", "‖": r"\|", "∙": r"\cdot",
}  # fmt: skip
# Words and commands that mean the same as another.
_WORDS: Final = {
    **{name: name for name in (
        "exp", "log", "tanh", "sigmoid", "relu", "softmax", "mean", "sum", "sqrt",
        "axis", "keepdims",
    )},
    "np.sum": "sum", "np.mean": "mean", "np.dot": "@", "np.multiply": r"\odot",
    "True": "1", "true": "1", "net": r"\net", "sgn": "sign", "sign": "sign",
    "softplus": r"\sigma",
    "ln": "log", "ReLU": "relu", "Sigmoid": "sigmoid", "delta": r"\delta",
    "sigma": r"\sigma", "eta": r"\eta", "alpha": r"\eta", "lr": r"\eta",
}  # fmt: skip
_SAME: Final = {
    **dict.fromkeys((r"\circ", r"\bullet", r"\ast", r"\otimes", ".*", "*"), r"\odot"),
    **dict.fromkeys((r"\equiv", r"\sim", r"\approx", r"\leftarrow", ":=", r"\gets",
                     r"\triangleq", r"\coloneqq", r"\simeq"), "="),
    **dict.fromkeys((r"\to", r"\longrightarrow", "->"), r"\rightarrow"),
    **dict.fromkeys((r"\prime",), "'"),
    **dict.fromkeys((r"\intercal", r"\mathsf T"), r"\top"),
    **dict.fromkeys((r"\phi", r"\varphi"), r"\sigma"),
    **dict.fromkeys((r"\omega", r"\Theta", r"\theta"), "W"),
    **dict.fromkeys((r"\alpha", r"\epsilon", r"\gamma", r"\mu"), r"\eta"),
    **dict.fromkeys((r"\dfrac", r"\tfrac", r"\cfrac"), r"\frac"),
    **dict.fromkeys((r"\lbrack", r"\lbrace", r"\{"), "["),
    **dict.fromkeys((r"\rbrack", r"\rbrace", r"\}"), "]"),
    **dict.fromkeys((r"\Rightarrow", r"\implies", r"\iff", r"\therefore", ";"), ","),
    **dict.fromkeys((r"\newline", r"\cr"), r"\\"),
    **dict.fromkeys((r"\quad", r"\qquad"), r"\quad"),
    r"\ell": "l", "**": "^", r"\Vert": r"\|", r"\lVert": r"\|", r"\rVert": r"\|",
    r"\sgn": "sign", "np.": "", r"\ln": "log", r"\exp": "exp", r"\log": "log",
    r"\tanh": "tanh", r"\max": "max", r"\bigodot": r"\odot", r"\div": "/",
}  # fmt: skip
# A column of layer numbers, drawn beside a vector: no matrix of quantities.
_SKETCH: Final = re.compile(
    r"\\begin\{matrix\}(?=[^}]*\\vdots)(?:\\vdots|\\\\|[\[\]lL0-9+\-\s])*\\end\{matrix\}"
)
_LONG: Final = 4  # a run of so many letters is a word of prose: it ends an equation
_PROSE: Final = frozenset({
    "the", "and", "for", "are", "was", "has", "get", "let", "now", "all", "any", "one",
    "two", "we", "so", "is", "it", "as", "to", "of", "in", "or", "if", "by", "be", "on",
    "an", "at",
})  # fmt: skip
_WITH_ARGUMENT: Final = frozenset(
    {r"\color", r"\tag", r"\label", r"\hspace", r"\vspace", r"\textcolor", r"\phantom"}
)
_BARS: Final = frozenset({r"\big", r"\Big", r"\bigg", r"\Bigg", r"\vert", r"\rvert"})
_BAR: Final = frozenset({"|", r"\vert", r"\rvert", r"\|"})
_FRAMES: Final = frozenset({
    r"\boxed", r"\underbrace", r"\overbrace", r"\displaylines", r"\underline",
    r"\overline", r"\mathbf", r"\boldsymbol", r"\bm", r"\mathcal", r"\mathrm", r"\vec",
    r"\hat", r"\tilde", r"\bar", r"\mathsf", r"\mathit", r"\pmb", r"\mathbb",
    r"\operatorname", r"\mathop", r"\fbox", r"\cancel",
})  # fmt: skip
_LOOKS: Final = frozenset({
    "&", r"\left", r"\right", r"\,", r"\;", r"\:", r"\!", r"\ ", "~", r"\displaystyle",
    r"\limits", r"\nolimits", r"\bigl", r"\bigr", r"\Bigl", r"\Bigr", r"\biggl",
    r"\biggr", r"\nonumber", r"\notag", r"\textstyle", r"\quad\quad", r"\hfill", ".",
    r"\dots", r"\hphantom", r"\cal", r"\rm", r"\bf", "",
})  # fmt: skip
_TOKEN: Final = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<matrix>\\(?:begin|end)\s*\{[bpvBV]?(?:matrix|array|smallmatrix|cases)\}"
    r"(?:\{[lcr|]{0,20}\})?)"
    r"|(?P<environment>\\(?:begin|end)\s*\{[A-Za-z]{1,20}\*?\})"
    r"|(?P<text>\\(?:text|textbf|textit|textrm|mbox|operatorname|mathrm)\s*"
    r"\{(?P<words>[^{}$\\]{0,200})\})"
    r"|(?P<command>\\(?:[A-Za-z]+|.|$))"
    r"|(?P<raised>[" + "".join(_RAISED) + "]+)"
    r"|(?P<lowered>[" + "".join(_LOWERED) + "]+)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<numpy>np\.(?=[a-z]))"
    r"|(?P<word>[A-Za-z]+[0-9]*)"
    r"|(?P<sign>\.T\b|\.\*|\*\*|:=|->|[-+*/@=^_(){}\[\],;'&|.~])"
    r"|(?P<other>.)",
    re.DOTALL,
)
