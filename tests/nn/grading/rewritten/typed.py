r"""The same notes typed without LaTeX: ``δˡ = (Wˡ⁺¹)ᵀδˡ⁺¹ ⊙ σ′(zˡ)``, by many hands.

A typist writes the formulas in a style, and a layout puts them on their lines. A note
with a formula that cannot be typed stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Final
from unicodedata import normalize

from tests.nn.grading.rewritten.rewriting import Rewriting
from tests.nn.grading.rewritten.typist import NotTypedError, Style, Typist, signs_of

__all__ = ["TRANSFORMS"]


@dataclass(frozen=True, slots=True)
class Layout:
    """How formulas stand on their lines; what is said behind goes with whole ones."""

    alone: str = "{}"
    inline: str = "`{}`"
    behind: str = ""
    fence: str = ""


def typed(
    style: Style,
    layout: Layout = Layout(),
    spelled: Callable[[str], str] = str,
) -> Rewriting:
    """Return what types a whole note, its formulas spelled in the end."""

    def rewrite(text: str, _: Random) -> str:
        parts = re.split(r"(```.*?```)", text, flags=re.DOTALL)
        if re.search(r"\\[A-Za-z`]|\$", "".join(_MATH.sub("", p) for p in parts[::2])):
            return text
        try:
            parts[::2] = [_MATH.sub(lambda m: whole(m[0]), p) for p in parts[::2]]
        except NotTypedError:
            return text
        return "".join(parts)

    def whole(found: str) -> str:
        alone = found[:2] in {"$$", r"\[", r"\b"}
        inner = re.sub(r"\A(\$\$?|\\\[|\\\()|(\$\$?|\\\]|\\\))\Z", "", found)
        inner = re.sub(r"\\\\(\[[^\]]*\])?(?=\s*(\n|\\end|\Z))", "", inner)
        row = Typist(style, signs_of(inner)).row()
        if r"\sum" in row or inner.count("\n") != row.count("\n"):
            raise NotTypedError
        given = row.replace("\t", "    ").split("\n")
        place = layout.alone if alone else layout.inline
        lines = [
            place.format(spelled(s)) if (s := one.strip()) else "" for one in given
        ]
        if alone and "=" in row and sum(map(bool, lines)) == 1:
            lines = [line and line + layout.behind for line in lines]
        if layout.fence and len(lines) > 2 and not (lines[0] or lines[-1]):
            lines[0], lines[-1] = layout.fence, "```"
            lines[1:-1] = [spelled(one.strip()) for one in given[1:-1]]
        return "\n".join(lines)

    return rewrite


def _mapped(signs: str, others: str) -> Callable[[str], str]:
    table = str.maketrans(dict(zip(signs, others.split(), strict=True)))
    return lambda line: line.translate(table)


_MATH: Final = re.compile(
    r"\$\$.*?\$\$|\$[^$\n]+\$|\\\[.*?\\\]|\\\(.*?\\\)"
    r"|\\begin\{(align\*?|equation\*?|aligned|gather\*?)\}.*?\\end\{\1\}",
    re.DOTALL,
)
_CARET: Final = Style(scripts="caret", transposed="^T")
_ASCII: Final = Style(
    scripts="caret", transposed="^T", greek=False, odot=" * ", total="sum{}",
    hat="{}_hat", prime="{}'", cdot=" * ", partial="d", nabla="grad",
)  # fmt: skip
_QUOTES: Final = _mapped("'′", "’ ’")
_CODE: Final = Layout("`{}`")

TRANSFORMS: Final[dict[str, Rewriting]] = {
    "unicode": typed(Style()),
    "unicode_tight": typed(Style(spaced=False)),
    "unicode_above_first": typed(Style(above_first=True)),
    "unicode_amid_prose": typed(Style(), Layout(inline="{}")),
    "unicode_in_backticks": typed(Style(), _CODE),
    "unicode_d_for_partial": typed(Style(partial="d")),
    "unicode_names_of_greek": typed(Style(greek=False)),
    "caret": typed(_CARET),
    "caret_in_backticks": typed(_CARET, _CODE),
    "caret_braces": typed(replace(_CARET, scripts="braces")),
    "caret_round": typed(replace(_CARET, scripts="round")),
    "caret_above_first": typed(replace(_CARET, above_first=True)),
    "layers_in_square_brackets_above": typed(replace(_CARET, scripts="square")),
    "layers_in_brackets_behind": typed(replace(_CARET, scripts="brackets")),
    "ascii": typed(_ASCII),
    "ascii_in_backticks": typed(_ASCII, _CODE),
    "ascii_octave": typed(
        replace(_ASCII, odot=" .* ", transposed="'", prime="{}_prime")
    ),
    "ascii_partial": typed(replace(_ASCII, partial="partial ", odot=" (*) ")),
    "ascii_del": typed(replace(_ASCII, partial="del ", odot=" o ", total="SUM{}")),
    "ascii_big_d": typed(replace(_ASCII, partial="D", cdot=" ")),
    "ascii_sums_in_words": typed(replace(_ASCII, total="sum over {}: ")),
    "ascii_sums_in_brackets": typed(replace(_ASCII, total="sum({}) ", hat="{}hat")),
    "ascii_slope_in_words": typed(replace(_ASCII, prime="{}_prime", hat="{}^")),
    "ascii_slope_by_d": typed(
        replace(_ASCII, prime="d{}", partial="∂", number="{}/{}")
    ),
    "asciimath": typed(
        replace(
            _ASCII,
            scripts="round",
            partial="del ",
            fraction="({})/({})",
            hat="hat {}",
            odot=" o. ",
            cdot=" * ",
        ),
        _CODE,
    ),
    "typst": typed(
        replace(
            _ASCII,
            scripts="round",
            partial="diff ",
            fraction="({})/({})",
            hat="hat({})",
            odot=" dot.o ",
            cdot=" dot ",
        ),
        Layout("$ {} $", "${}$"),
    ),
    "composed_hats": typed(Style(), spelled=lambda line: normalize("NFD", line)),
    "primed_outputs": typed(replace(_CARET, hat="{}'", prime="{}'")),
    "circles": typed(Style(odot=" ∘ ", minus="−", cdot=" • ", total="∑{}")),
    "stars": typed(Style(odot=" ∗ ", minus="–", cdot=" ⋅ ")),
    "crosses": typed(Style(odot=" × ", cdot=" ∙ ", number="{}/{}")),
    "smart_quotes": typed(_CARET, spelled=_QUOTES),
    "backquoted_primes": typed(_CARET, spelled=_mapped("′", "`")),
    "modifier_primes": typed(Style(), spelled=_mapped("'′", "ʹ ʹ")),
    "look_alikes": typed(Style(), spelled=_mapped("ΣΔμφϵ", "∑ ∆ µ ϕ ε")),
    "wide_spaces": typed(Style(), spelled=lambda line: line.replace(" ", "\u00a0")),
    "thin_spaces": typed(Style(), spelled=lambda line: line.replace(" ", "\u2009")),
    "full_width": typed(_CARET, spelled=_mapped("=+()/", "＝ ＋ （ ） ／")),
    "italic_letters": typed(
        Style(),
        spelled=_mapped("WbazxyLCEδσ∂∇", "𝑊 𝑏 𝑎 𝑧 𝑥 𝑦 𝐿 𝐶 𝐸 𝛿 𝜎 𝜕 ∇"),
    ),
    "bold_letters": typed(Style(), spelled=_mapped("Wbazxyδ", "𝐖 𝐛 𝐚 𝐳 𝐱 𝐲 𝛅")),
    "indented": typed(Style(), Layout("    {}")),
    "fenced": typed(Style(), Layout("    {}", fence="```text")),
    "fenced_carets": typed(_CARET, Layout("    {}", fence="```")),
    "bullets": typed(Style(), Layout("- {}")),
    "stars_before": typed(_CARET, Layout("* {}")),
    "arrows_before": typed(Style(), Layout("→ {}")),
    "double_arrows_before": typed(_ASCII, Layout("=> {}")),
    "quoted": typed(_CARET, Layout("> {}")),
    "chat": typed(_ASCII, Layout("[21:14] Tim: {}")),
    "matlab_comments": typed(_ASCII, Layout("%   {}")),
    "slashes_before": typed(Style(), Layout("// {}")),
    "in_a_table": typed(Style(), Layout("| {} |")),
    "with_remarks": typed(Style(), Layout(behind="   # chain rule")),
    "with_remarks_in_brackets": typed(_CARET, Layout(behind="   (chain rule)")),
    "with_arrows_behind": typed(Style(), Layout(behind="   ← output error")),
    "with_dashes_behind": typed(_ASCII, Layout(behind="  -- by the chain rule")),
    "with_shapes_behind": typed(_CARET, Layout(behind="; shape (3,4)")),
}
