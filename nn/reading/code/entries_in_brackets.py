"""Entries of plain mathematics with their indices in brackets: ``W₂[i][j] · δ₂[i]``.

In code they are those of loops. In lines that sum by a sign or derive by a fraction,
they are indices below, and the number at a name is its layer: ``W^{(2)}_{i j}``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["with_indices_below"]


def with_indices_below(lines: Sequence[str]) -> list[str]:
    """Return the lines with indices below, if they are mathematics.

    >>> lines = ["∂L/∂a₁[j] = Σᵢ W₂[i][j] · δ₂[i]     (over all outputs)"]
    >>> with_indices_below([*lines, "a1[j] = relu(z1[j])"])
    ['∂L/∂a^{(1)}_{j} = Σ_{i} W^{(2)}_{i j} · δ^{(2)}_{i}', 'a^{(1)}_{j} = relu(z^{(1)}_{j})']
    >>> with_indices_below(["dE/dw2[k,j] = delta2[k] * h[j]"])
    ['∂E/∂w^{(2)}_{k j} = δ^{(2)}_{k} h_{j}']
    >>> with_indices_below(["d2[k] = y[k] - t[k]", "g[k][j] += d2[k] * h[j]"])
    ['d2[k] = y[k] - t[k]', 'g[k][j] += d2[k] * h[j]']
    >>> with_indices_below(["δ[l][j] = Σ_k W[l+1][k][j] * δ[l+1][k]"])
    ['δ^{(l)}_{j} = Σ_{k} W^{(l+1)}_{k j} δ^{(l+1)}_{k}']

    Two indices of what is no weight count examples too, by rows or by columns.
    """  # noqa: E501
    found = [line for line in lines if _is_mathematics(line)]
    if not found or any(map(_counts_examples, found)):
        return list(lines)
    is_code = any(map(_OF_CODE.search, lines))
    return [
        _below(line) if _is_mathematics(line) or not is_code else line for line in lines
    ]


def _is_mathematics(line: str) -> bool:
    has_signs = _SIGNS.search(line) is not None and not _OF_CODE.search(line)
    return has_signs and _ENTRY.search(line) is not None


def _counts_examples(line: str) -> bool:
    return any(
        found["name"] not in _WEIGHTS and len(_letters(found["indices"])) > 1
        for found in _ENTRY.finditer(line)
    )


def _letters(indices: str) -> list[str]:
    return re.findall("[a-z]", indices)


def _below(line: str) -> str:
    if not _ENTRY.search(line):
        return line
    line = _ENTRY.sub(_as_entry, _REMARK.sub("", line))
    line = _SUM.sub(lambda sign: f"Σ_{{{sign[1].translate(_LETTERS)}}} ", line)
    return _STAR.sub(" ", _DERIVED.sub(r"∂\1/∂", line))


def _as_entry(found: re.Match[str]) -> str:
    name = _NAMES.get(found["name"], found["name"])
    layer = found["layer"].strip("[]").translate(_DIGITS)
    above = f"^{{({layer})}}" if layer else ""
    return f"{name}{above}_{{{' '.join(_letters(found['indices']))}}}"


_INDEX: Final = r"\s?[a-km-z]\s?"
_LAYER: Final = r"_?(?P<layer>\[(?:[0-9]|[lL](?:\s?[-+]\s?1)?)\](?=\[)|[0-9₁-₉¹²³⁴⁵]?)"
_ENTRY: Final = re.compile(
    r"(?P<name>(?:(?<![A-Za-z_])|(?<=[/(][d∂]))"
    rf"(?:y_?(?:hat|pred)|delta|target|net|out|[^\W\d_])̂?){_LAYER}"
    rf"(?P<indices>\[{_INDEX}(?:,{_INDEX}\]|\](?:\[{_INDEX}\])?))"
)
_WEIGHTS: Final = frozenset("wWvVuUθΘ")
_SIGNS: Final = re.compile(
    r"[Σ∑∂]|\b[Ss]um_?\{?[a-z]\b|(?<![A-Za-z])d[A-Z]\w{0,5}\s?/\s?d[A-Za-z]|[δŷ][₁-₉]?\["
)
_OF_CODE: Final = re.compile(
    r"[-+*/]=|\bnp\.|\brange\(|\[[^\]]*:|\[(?![lL]\b)\w*\s?[-+]|\]\."
)
_SUM: Final = re.compile(
    r"(?:[Σ∑]_?|\b[Ss]um_)\{?(?:over )?([a-zᵢⱼₖₗₘₙₒₕ])(?![A-Za-z])\}?\s?"
)
_DERIVED: Final = re.compile(
    r"(?:(?<![A-Za-z])d|∂)([A-Z]\w{0,5})\s?/\s?(?:d(?=[A-Za-z_])|∂)"
)
_STAR: Final = re.compile(r"\s{0,9}(?<!\*)\*(?!\*)\s{0,9}")
_REMARK: Final = re.compile(
    r"(?<=\S)\s{2,}(?:\([A-Za-z][^()=]{0,80}\)|#[^=]{0,80}|//[^=]{0,80})\s*$"
)
_DIGITS: Final = str.maketrans("₁₂₃₄₅₆₇₈₉¹²³⁴⁵", "12345678912345")
_LETTERS: Final = str.maketrans("ᵢⱼₖₗₘₙₒₕ", "ijklmnoh")
_NAMES: Final = {
    "delta": "δ", "y_hat": "ŷ", "yhat": "ŷ", "y_pred": "ŷ", "ypred": "ŷ", "target": "t",
}  # fmt: skip
