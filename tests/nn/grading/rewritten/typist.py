r"""A converter from the LaTeX of notes to what people type without it.

``Typist(Style(), signs_of(r"\delta^l = \sigma'(z^l)")).row()`` is ``δˡ = σ′(zˡ)``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

__all__ = ["NotTypedError", "Style", "Typist", "signs_of"]


@dataclass(frozen=True, slots=True)
class Style:
    """How somebody types; what is meant stands in for the braces."""

    scripts: str = "small"  # or caret, braces, round, square, brackets
    above_first: bool = False
    transposed: str = "ᵀ"
    partial: str = "∂"
    greek: bool = True
    odot: str = " ⊙ "
    total: str = "Σ{}"  # with what stands below, or "sum over {}: " with its index
    hat: str = "{}\u0302"
    prime: str = "{}′"  # of a function
    cdot: str = " · "
    minus: str = "-"
    nabla: str = "∇"
    fraction: str = "{}/{}"  # of derivatives
    number: str = "({}/{})"  # 1/m
    spaced: bool = True  # between factors


class NotTypedError(Exception):
    """A formula is beyond this converter."""


def signs_of(formula: str) -> list[str]:
    """Return the signs of a formula in LaTeX; letters that are a word are one."""
    return _SIGN.findall(formula)


@dataclass(slots=True)
class Typist:
    """Writes one formula in a style."""

    style: Style
    signs: list[str]
    at: int = 0

    def row(self, end: str = "") -> str:
        """Return what comes before an end."""
        found = ""
        while self.peek() != end:
            if not self.peek():
                raise NotTypedError
            after_d = self.follows_d() and found.endswith(self.style.partial.strip())
            one = self.symbol()
            if after_d:
                one = one.lstrip(" ")
            elif not _OF_DIFFERENCE.search(found) and _ENDS.search(found):
                wide = one[:1].isalpha() and self.style.spaced
                one = f" {one}" if wide or one[:1] in {*"∂Σ∑∇"} else one
            found += one
        self.at += 1
        return re.sub(r" {2,}", " ", found)

    def peek(self) -> str:
        """Return the next sign."""
        return self.signs[self.at] if self.at < len(self.signs) else ""

    def follows_d(self) -> bool:
        """Return whether the sign of a derivative stands before."""
        before = [sign for sign in self.signs[: self.at] if not sign.isspace()]
        return before[-1:] in ([r"\partial"], ["∂"], ["d"])

    def group(self) -> str:
        """Return the next sign, or the next group without its braces."""
        while self.peek().isspace():
            self.at += 1
        if self.peek() != "{":
            return self.sign()
        self.at += 1
        inner = self.row("}").strip()
        if "\n" in inner:
            raise NotTypedError
        return inner

    def words(self) -> str:
        """Return the next group as it stands, if there are only words in it."""
        start, depth = self.at, 0
        while self.at < len(self.signs):
            sign, self.at = self.signs[self.at], self.at + 1
            depth += (sign == "{") - (sign == "}")
            if depth == 0 and not sign.isspace():
                break
        words = "".join(self.signs[start : self.at]).strip()
        words = words.removeprefix("{").removesuffix("}")
        if re.search(r"[\\{}$]", words):
            raise NotTypedError
        return words

    def sign(self) -> str:
        """Return the next sign, or group, as it is typed."""
        sign, self.at = self.peek(), self.at + 1
        if sign == "{":
            inner = self.row("}").strip()
            scripted = self.peek() in {"^", "_"} and len(inner) > 1
            return f"({inner})" if scripted else inner
        if sign.isspace():
            return "\n" if "\n" in sign else " "
        if sign in {"}", "", "$"}:
            raise NotTypedError
        name = sign[1:] if sign[0] == "\\" else ""
        greek = _GREEK.get(name, sign)
        if greek in _NAMES:
            return greek if self.style.greek else _NAMES[greek]
        return self.command(name) if name else self.plain(sign)

    def plain(self, sign: str) -> str:
        """Return what is typed for a sign, or for a command without arguments."""
        style = self.style
        known = {
            "&": "", "-": style.minus, "∂": style.partial, r"\partial": style.partial,
            r"\nabla": style.nabla, r"\odot": style.odot, r"\circ": style.odot,
            r"\cdot": style.cdot,
            r"\times": " × " if style.cdot.strip() == "·" else style.cdot,
        }  # fmt: skip
        found = known.get(sign, _PLAIN.get(sign[1:]) if sign[0] == "\\" else sign)
        if found is None:
            raise NotTypedError
        return found

    def command(self, name: str) -> str:
        """Return what is typed for a command."""
        if name in {"frac", "tfrac", "dfrac"}:
            return self.fraction()
        if name in _WORDS:
            return _NUMBERS.get(words := self.words(), words)
        if name in _FONTS:
            return self.group()
        if name == "tag":
            return f"\t({self.words()})"
        if name in {"begin", "end"} and self.words().rstrip("*") in _ALIGNED:
            return ""
        if name in {"hat", "widehat"} and len(inner := self.group()) == 1:
            return normalize("NFC", self.style.hat.format(inner))
        if name in {"underbrace", "overbrace"}:
            inner = self.group()
            if self.peek() in {"_", "^"}:
                self.at += 1
                self.group()
            return inner
        return self.plain(f"\\{name}")

    def fraction(self) -> str:
        """Return a fraction, or a derivative, in a line."""
        style, start = self.style, self.at
        above, middle = self.group(), self.at
        below = self.group()
        raw = "".join(self.signs[start:middle]), "".join(self.signs[middle : self.at])
        if all(map(_DERIVED.match, raw)):
            if raw[1].count(r"\partial") > 1:
                raise NotTypedError
            pair = (re.sub("^(δ|delta) ", r"\1", one) for one in (above, below))
            return style.fraction.format(*pair)
        if above.isdecimal() and re.fullmatch(r"\w", below):
            return style.number.format(above, below)
        return "/".join(
            one if re.fullmatch(r"[^\s+*/()-]{1,9}|\|\w\|", one) else f"({one})"
            for one in (above, below)
        )

    def symbol(self) -> str:
        """Return a sign with its scripts and primes."""
        style, base = self.style, self.sign()
        below = above = ""
        turned, primes = False, 0
        while self.peek() in {"_", "^", "'"}:
            mark, self.at = self.peek(), self.at + 1
            inner = "'" if mark == "'" else self.group().replace(" ", "")
            inner = inner.replace(style.minus, "-")
            if not inner.strip("'"):
                primes += len(inner)
            elif mark == "_":
                below += inner
            elif _TURNED.search(inner):
                above, turned = above + inner[:-1].rstrip(","), True
            elif above:
                raise NotTypedError
            else:
                above = inner
        if base == r"\sum":
            return self.total(below)
        if primes:
            of_function = base in _FUNCTIONS
            base = style.prime.format(base) if of_function else base + "'" * primes
        pair = [_below(below, style), _above(above, style)]
        is_second = style.above_first or pair[1][:1] == "["
        both = "".join(reversed(pair) if is_second else pair)
        end = style.transposed if turned else ""
        return (
            f"({base}{both}){end}"
            if end[:1] == "^" and "^" in both
            else base + both + end
        )

    def total(self, below: str) -> str:
        """Return the sign of a sum with its index."""
        index, of = re.split("[=∈]", below)[0], self.style.total
        if not index:
            return " Σ " if self.style.greek else " sum "
        if of.endswith("{}"):
            return f" {of.format(_below(index, self.style))} "
        if not re.fullmatch("[a-z]", index):
            raise NotTypedError
        return f" {of.format(index)}"


def _below(inner: str, style: Style) -> str:
    if not inner:
        return ""
    if style.scripts == "small" and all(c in _DOWN for c in inner):
        return "".join(map(_DOWN.__getitem__, inner))
    bare = re.fullmatch(r"[A-Za-z0-9]+", inner)
    if len(inner) == 1 or (bare and style.scripts not in {"braces", "round"}):
        return f"_{inner}"
    return f"_({inner})" if style.scripts == "round" else f"_{{{inner}}}"


def _above(inner: str, style: Style) -> str:
    if not inner:
        return ""
    is_layer = inner[:1] + inner[-1:] in {"()", "[]"}
    bare = inner[1:-1] if is_layer else inner
    if style.scripts == "small" and all(c in _UP for c in inner):
        return "".join(map(_UP.__getitem__, inner))
    if style.scripts in {"square", "brackets"} and (is_layer or bare[:1] in {*"lL"}):
        return f"^[{bare}]" if style.scripts == "square" else f"[{bare}]"
    if len(inner) == 1 or re.match(r"\[\w+\]\(", inner):
        return f"^{inner}"
    if style.scripts == "braces":
        return f"^{{{inner}}}"
    if style.scripts == "round":
        return f"^({inner})"
    return f"^{inner}" if is_layer else f"^({inner})"


_SIGN: Final = re.compile(
    r"\\[A-Za-z]+|\\.|\d+|\s+|[A-Za-z]{3,}|CE|np|in(?=_)|.", re.DOTALL
)
_TURNED: Final = re.compile(r"(?:^[lL]?|[^A-Za-z])T$")
_DERIVED: Final = re.compile(
    r"\s*\{\s*(?:\\partial|∂|\\delta(?=\}|\s*[A-Za-z])|d(?=\s*[\\{A-Za-z]))"
)
_ENDS: Final = re.compile(r"[\w)\]}′'ᵀ⁰-₟\u0302]$")
_OF_DIFFERENCE: Final = re.compile(r"(?<![^\W_])(?:[dΔ]|Delta)$")  # dW, ΔW
_ALIGNED: Final = {"align", "equation", "aligned", "gather", "split"}
_FUNCTIONS: Final = {"σ", "φ", "f", "g", "h", "sigma", "phi", "tanh", "ReLU"}
_FONTS: Final = {
    "mathbf", "boldsymbol", "bm", "mathcal", "mathscr", "boxed", "vec", "mathsf",
}  # fmt: skip
_WORDS: Final = {
    "text", "textbf", "textrm", "mathrm", "mathit", "operatorname", "mbox", "mathbb",
}  # fmt: skip
_NUMBERS: Final = {"R": "ℝ"}
_PLAIN: Final = {
    **dict.fromkeys(["left", "right", "big", "Big", "limits", "rm"], ""),
    **dict.fromkeys(["bigl", "bigr", "Bigl", "Bigr"], ""),
    **dict.fromkeys(["displaystyle", "nonumber", "notag", "!"], ""),
    **dict.fromkeys(["quad", "qquad"], "\t"),
    **dict.fromkeys([",", ";", ":", " ", "space"], " "),
    **{name: name for name in ("log", "exp", "tanh", "max", "ln", "min", *"{}%_")},
    **dict.fromkeys(["|", "lVert", "rVert", "Vert"], "‖"),
    **dict.fromkeys(["mid", "vert", "lvert", "rvert"], "|"),
    **dict.fromkeys(["dots", "ldots", "cdots"], "..."),
    **dict.fromkeys(["le", "leq"], " ≤ "), **dict.fromkeys(["ge", "geq"], " ≥ "),
    **dict.fromkeys(["leftarrow", "gets"], " ← "),
    **dict.fromkeys(["rightarrow", "to"], "→"),
    **dict.fromkeys(["top", "intercal"], "T"),
    "sum": r"\sum", "prime": "'", "ell": "ℓ", "Rightarrow": "⇒", "equiv": " ≡ ",
    "approx": "≈", "in": " ∈ ", "neq": " ≠ ", "otimes": " ⊗ ", "bullet": " • ",
    "infty": "∞", "pi": "π",
}  # fmt: skip
_GREEK: Final = {
    "delta": "δ", "sigma": "σ", "eta": "η", "theta": "θ", "alpha": "α", "beta": "β",
    "gamma": "γ", "lambda": "λ", "phi": "φ", "varphi": "ϕ", "epsilon": "ϵ",
    "varepsilon": "ε", "Delta": "Δ", "Theta": "Θ", "Omega": "Ω", "mu": "μ",
}  # fmt: skip
_NAMES: Final = {sign: name for name, sign in _GREEK.items()}
_UP: Final = dict(
    zip("0123456789+-()lLTijkmnbxyh", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ˡᴸᵀⁱʲᵏᵐⁿᵇˣʸʰ", strict=True)
)
_DOWN: Final = dict(
    zip("0123456789+-()jklimnhpxoast", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎ⱼₖₗᵢₘₙₕₚₓₒₐₛₜ", strict=True)
)
