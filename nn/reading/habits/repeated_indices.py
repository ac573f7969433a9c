r"""Einstein's summation convention: ``z_i = w_{ij} a_j + b_i`` sums over the j.

What has an index twice in one term, and not on the left, is summed over it. A text may
announce this ("repeated indices are summed"). One that writes its weighted sums so,
and no sum over neurons anywhere, means the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from nn.reading.markup.pieces import pieces_of

__all__ = ["with_repeated_indices_summed"]


def with_repeated_indices_summed(text: str) -> str:
    r"""Return the text with a sum sign where a repeated index is summed over.

    >>> said = r"We use the summation convention. $e_i = (w_{ki} d_k) f'(w_{ij} x_j)$"
    >>> with_repeated_indices_summed(said)[33:]
    "$e_i = (\\sum_{k} w_{ki} d_k) f'(\\sum_{j} w_{ij} x_j)$"

    A weighted sum without a sum sign says it where no other one has such a sign, and
    nothing is a matrix:

    >>> with_repeated_indices_summed(r"$z_i = w_{ij} x_j + b_i$")
    '$z_i = \\sum_{j} w_{ij} x_j + b_i$'
    >>> with_repeated_indices_summed(r"$z_i = w_{ij} x_j$, $e_i = \sum_j w_{ji} d_j$")
    '$z_i = w_{ij} x_j$, $e_i = \\sum_j w_{ji} d_j$'
    >>> with_repeated_indices_summed(r"$z_o = w_{oh} a_h$, $e_h = w_{oh}^T d_o$")
    '$z_o = w_{oh} a_h$, $e_h = w_{oh}^T d_o$'
    """
    is_announced = _is_announced(text)
    if not is_announced and (_OTHERS.search(text) or not _PAIRED.search(text)):
        return text
    pieces = [(one, bare) for _, one, bare in pieces_of(text) if _EQUALS.search(one)]
    if not is_announced and not any(_is_a_sum(one) for one, _ in pieces):
        return text
    found, at = [], 0
    for piece, is_bare in pieces:
        start = text.find(piece, at)
        if start >= 0:  # code may be spelled otherwise
            sign = "∑_%s " if is_bare and "\\" not in piece else r"\sum_{%s} "
            found += [text[at:start], _summed(piece, sign)]
            at = start + len(piece)
    return "".join((*found, text[at:]))


def _is_announced(text: str) -> bool:
    """Return whether a text says that it sums so.

    >>> said = "Indices that appear twice are summed over", "no summation convention"
    >>> [_is_announced(one) for one in (*said, "`einsum`, for Einstein summation")]
    [True, False, False]
    """
    for said in _ANNOUNCED.finditer(text):
        before = text[max(0, said.start() - _NEAR) : said.start()]
        around = f"{before}{text[said.end() : said.end() + _NEAR]}"
        if not _DENIED.search(before) and "einsum" not in around:  # of NumPy
            return True
    return False


def _summed(formula: str, sign: str) -> str:
    """Return a formula with its sum signs."""
    if len(formula) > _LONGEST:
        return formula
    places = sorted(_places(_Reader(formula).items("", 0)), reverse=True)
    for at, index in places:
        formula = f"{formula[:at]}{sign % index}{formula[at:]}"
    return formula


# ---- What stands in a formula --------------------------------------------------------


@dataclass(slots=True)
class _Item:
    """A factor, or what parts terms: its place, text, indices, and what is in brackets.

    ``within`` are all indices in each of its brackets.
    """

    at: int
    text: str
    indices: list[str] = field(default_factory=list)
    groups: list[list[_Item]] = field(default_factory=list)
    within: list[frozenset[str]] = field(default_factory=list)

    def is_alone(self) -> bool:
        """Return whether a bracket behind it is another factor, or a term."""
        return self.text in _PARTS or self.text in _PRODUCTS or self.text.isdecimal()

    def occurrences(self) -> Counter[str]:
        """Return how often it has each index; a bracket has one once."""
        return Counter((*self.indices, *(i for one in self.within for i in one)))


@dataclass(slots=True)
class _Reader:
    text: str
    at: int = 0

    def items(self, closing: str, depth: int) -> list[_Item]:
        """Return the items up to a closing bracket or the end."""
        found: list[_Item] = []
        framed = -1  # where the size of a bracket is said, as in \big(
        while (sign := _SIGN.match(self.text, self.at)) is not None:
            self.at, text = sign.end(), sign[0]
            last = found[-1] if found and not found[-1].is_alone() else None
            if text in _CLOSING:
                if text == closing:
                    break
            elif text in {"_", "^"}:
                script = _SCRIPT.match(self.text, self.at)
                if script is not None:
                    self.at = script.end()
                    if last is not None and text == "_":
                        last.indices += _indices(script[0], last.text)
            elif text in _BELOW:
                if last is not None:
                    last.indices.append(_BELOW[text])
            elif text in _BRACKETS:
                group = self.items(_BRACKETS[text], depth + 1) if depth < _DEEP else []
                if last is None:
                    last = _Item(framed if framed >= 0 else sign.start(), "")
                    found.append(last)
                last.groups.append(group)
                last.within.append(
                    frozenset(i for one in group for i in one.occurrences())
                )
            elif text.isspace() or text in _LOOKS:
                framed = sign.start() if text in _SIZES else framed
                continue
            else:
                found.append(_Item(sign.start(), text))
            framed = -1
        return found


def _indices(script: str, of: str) -> list[str]:
    """Return the letters of indices that stand below something."""
    inner = script.strip("{} ").partition("=")[0] if of in _SIGNS else script
    if "\\" in script:  # \rm in
        return []
    parts = re.split(r"[,;\s]+", inner.strip("{} "))
    return [i for one in parts if _LETTERS.fullmatch(one) for i in one]


# ---- What is summed ------------------------------------------------------------------


def _places(items: Sequence[_Item]) -> Iterator[tuple[int, str]]:
    """Yield where a sum over which index begins, in a formula."""
    left: frozenset[str] = frozenset()
    sums = {i for one in _all(items) if one.text in _SIGNS for i in one.indices}
    for row in _split(items, _ENDS):
        sides = list(_split(row, _EQUAL))
        if len(sides) < 2:  # noqa: PLR2004
            continue
        if sides[0]:
            left = frozenset(i for one in sides[0] for i in one.occurrences())
        for side in sides[1:]:
            yield from _in_terms(side, left | sums)


def _in_terms(
    items: Sequence[_Item], fixed: frozenset[str]
) -> Iterator[tuple[int, str]]:
    for term in _split(items, _PARTS):
        counted = Counter[str]()
        for one in term:
            counted += one.occurrences()
        summed = {i for i, times in counted.items() if times > 1 and i not in fixed}
        for index in summed:
            first = next(one for one in term if index in one.occurrences())
            yield first.at, index
        for one in term:
            for group, within in zip(one.groups, one.within, strict=True):
                others = counted - Counter(within)
                yield from _in_terms(group, fixed | summed | others.keys())


def _is_a_sum(formula: str) -> bool:
    """Return whether a row says ``z_i = w_{ij} x_j + b_i``, or so of a function."""
    if len(formula) > _LONGEST:
        return False
    for row in _split(_Reader(formula).items("", 0), _ENDS):
        sides = list(_split(row, _EQUAL))
        if len(sides) < 2 or len(sides[0]) != 1 or sides[0][0].groups:  # noqa: PLR2004
            continue
        made, side = sides[0][0], sides[1]
        if len(side) == 1 and len(side[0].groups) == 1:  # a_i = f(...)
            side = side[0].groups[0]
        terms = sorted(_split(side, _PARTS), key=len)
        if len(made.indices) == 1 and _are_of_a_sum(terms, made.indices[0]):
            return True
    return False


def _are_of_a_sum(terms: Sequence[Sequence[_Item]], index: str) -> bool:
    """Return whether terms are a product of weights and inputs, and perhaps a bias."""
    factors = [one for one in terms[-1] if one.text not in _PRODUCTS] if terms else []
    if len(factors) != 2 or any(one.groups for one in factors):  # noqa: PLR2004
        return False
    x, w = sorted((one.indices for one in factors), key=len)
    is_bias = len(terms) == 1 or (
        len(terms) == 2 and [one.indices for one in terms[0]] == [[index]]  # noqa: PLR2004
    )
    return (
        is_bias and len(x) == 1 and x[0] != index and sorted(w) == sorted((*x, index))
    )


def _split(items: Sequence[_Item], at: frozenset[str]) -> Iterator[list[_Item]]:
    found: list[_Item] = []
    for one in items:
        if one.text in at:
            yield found
            found = []
        else:
            found.append(one)
    yield found


def _all(items: Sequence[_Item]) -> Iterator[_Item]:
    for one in items:
        yield one
        for group in one.groups:
            yield from _all(group)


_LONGEST: Final = 5_000
_DEEP: Final = 20
_NEAR: Final = 40  # letters
_ANNOUNCED: Final = re.compile(
    r"\bEinstein(?:['’]?s|ian)?\s+(?:sum|convention|notation|index)"
    r"|\bEinsteinsche|\bSummenkonvention|\bsum(?:mation)?\s+convention"
    r"|\b(?:convention|notation|convenci[oó]n|notaci[oó]n|convenzione|notazione)\s+"
    r"(?:(?:de|di|da|sumaci[oó]n|sommation)\s+)*(?:d['’]\s?)?Einstein"
    r"|\b(?:repeated|doubled?|dummy)\s+(?:\*?\*?lower\*?\*?\s+)?(?:ind(?:ices|ex|exes)|"
    r"subscripts?)\b[^.\n]{0,60}\b(?:sum|contract)"
    r"|\bsum(?:med|mation|s)?\s+(?:is\s+)?(?:implied\s+|understood\s+)?over\s+"
    r"(?:all\s+|any\s+)?(?:repeated|doubled?)\s+(?:ind|subscripts?)"
    r"|\b(?:indices|indexes|index|subscripts?|letters?)\s{1,9}(?:(?:that|which)\s{1,9})?"
    r"(?:appears?|occurs?|stands?|comes?|repeats?|repeated|is|are)\s+"
    r"(?:\w+\s+){0,2}?(?:twice|repeated|doubled?)\b[^.\n]{0,60}\bsum"
    r"|\b[ií]ndices\s+r[eé]p[eé]t(?:idos|és)\b[^.\n]{0,60}\bs[ou]m"
    r"|\b[Üü]ber\s+doppelt[^.\n]{0,60}\bsumm",
    re.IGNORECASE,
)
_DENIED: Final = re.compile(
    r"\b(?:no|not|without|never|don['’]t|avoid\w*|kein\w*|ohne|nicht|sans|sin)\b[^.]{0,30}$",
    re.IGNORECASE,
)
# other sums, and what only matrices have: then h and o in W_{ho} may name layers
_OTHERS: Final = re.compile(
    r"(?:\\sum(?:\\limits)?\s*_?\s*\{?\s*|[∑Σ]_?\{?)[a-zᵢⱼₖₗₘₙ]"
    r"|\\odot|⊙|\\top(?![a-z])|\\intercal|ᵀ|\^\s*\{?\s*T\b|\.T\b|@"
)
_PAIRED: Final = re.compile(
    r"_\s*\{?\s*(?:[0-9]\s*,\s*)?[a-z]\s*,?\s*[a-z]\s*\}|_[a-z]{2}\b|[ᵢⱼₖₗₕₒ]{2}"
)
_SIGN: Final = re.compile(
    r"\s+|\\(?:text|mathrm|mathit|operatorname|mbox|rm|textbf)\s*\{[^{}]*\}"
    r"|\\(?:begin|end)\s*\{[A-Za-z*]{1,20}\}|\\[A-Za-z]+\*?|\\\\|\\[\s\S]"
    r"|[0-9.]+|:=|[\s\S]"
)
_SCRIPT: Final = re.compile(
    r"\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\([^()]{1,9}\)|\\[A-Za-z]+|[a-z]{2}(?![A-Za-z])|\S)"
)
_LETTERS: Final = re.compile(r"(?!in\b)[a-z]{1,2}")
_BELOW: Final = dict(zip("ᵢⱼₖₗₘₙₒₚₕ", "ijklmnoph", strict=True))
_BRACKETS: Final = {"(": ")", "[": "]", "{": "}"}
_CLOSING: Final = frozenset(_BRACKETS.values())
_SIGNS: Final = frozenset({r"\sum", "∑", "Σ"})
_PRODUCTS: Final = frozenset({r"\cdot", "*", r"\times", "·", "×"})
_SIZES: Final = frozenset({r"\left"}) | {
    rf"\{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l")
}
_LOOKS: Final = _SIZES | {
    "&", "'", "′", r"\right", r"\,", r"\;", r"\!", r"\:", r"\ ", "$", r"\limits",
    r"\prime", r"\displaystyle", r"\nonumber", r"\bigr", r"\Bigr", r"\biggr",
}  # fmt: skip
_ENDS: Final = frozenset({"\\\\", ",", ";", r"\quad", r"\qquad"})
_EQUALS: Final = re.compile(r"[=←≡]|\\(?:equiv|leftarrow|gets)(?![A-Za-z])")
_EQUAL: Final = frozenset({"=", ":=", r"\equiv", r"\leftarrow", r"\gets", "←", "≡"})
_PARTS: Final = frozenset({"+", "-", "−", r"\pm", r"\mp"}) | _ENDS | _EQUAL
