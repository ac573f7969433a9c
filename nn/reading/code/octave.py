"""Put a line of Octave, or of mathematics in its spelling, into NumPy's: ``W' * d``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

__all__ = ["in_numpys_spelling", "is_octave", "says_no_product"]


def is_octave(lines: Iterable[str]) -> bool:
    """Return whether a text has Octave's elementwise operators, ``.*`` or ``.^``.

    >>> is_octave(["d2 = e .* a1"]), is_octave(["d2 = 2.*(a2 - y)"])
    (True, False)
    """
    return any(_ELEMENTWISE.search(_FLOAT.sub("2", line)) for line in lines)


def says_no_product(lines: Iterable[str]) -> bool:
    """Return whether ``*`` is the only product that a text has, also of matrices."""
    lines = list(lines)
    return not any(_PRODUCT.search(line) for line in lines) and any(
        _OF_MATRICES.search(line) for line in lines
    )


def in_numpys_spelling(text: str, of_octave: bool) -> str:
    """Return the line as NumPy has it.

    >>> in_numpys_spelling("dZ1 = (W2' * dZ2) .* (1 - A1.^2);", of_octave=True)
    'dZ1 = (W2.T @ dZ2) * (1 - A1**2)'
    >>> in_numpys_spelling("d{l} = d{l+1} * W{l}(2:end, :)';", of_octave=True)
    'd[l] = d[l+1] @ W[l].T'
    >>> in_numpys_spelling("dZ1 = W2.T @ dZ2 * g'(Z1)", of_octave=False)
    'dZ1 = W2.T @ dZ2 * dg(Z1)'
    >>> in_numpys_spelling("dZ1 = W2.T @ dZ2 * g'1(Z1)", of_octave=False)
    'dZ1 = W2.T @ dZ2 * dg(Z1)'
    >>> in_numpys_spelling("dz1 = e·w2·a1(1 - a1)", of_octave=False)
    'dz1 = e·w2·(a1 * (1 - a1))'
    """
    text = _OWN_SLOPE.sub(
        rf"(\g<of> {'.' * of_octave}* (1 - \g<of>))", text
    )  # nothing is called with itself
    if of_octave:
        text = _CELL.sub(r"[\1]", text)
    text = _PRIMED.sub("dg(", text)
    if not _STRING.search(text):
        text = _QUOTE.sub(".T", text)
    text = _CARET.sub(".T", text)
    if not of_octave:
        return text
    text = _NAMED_WITHOUT.sub("", text)
    text = _OF_BIASES.sub(r"(\1)", _WITHOUT_BIASES.sub(r"\1", text))
    text = text.translate(_BELOW)  # as in Julia
    text = _DOTTED_CALL.sub("(", text.rstrip().rstrip(";")).replace("@plus", "plus")
    return _OPERATOR.sub(lambda found: _NUMPYS[found[0]], text)


_BELOW: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_ELEMENTWISE: Final = re.compile(r"\.[*^]|(?<=\s)\.[-+/](?=\s)|\.cwise")
_FLOAT: Final = re.compile(r"(?<![\w.])\d+\.(?=[*/^])")  # its point: 2.*(a - y)
_PRODUCT: Final = re.compile(r"@|\bdot\b|matmul|\bm[mv]\(|outer|einsum|\\|·|⋅|⊙|∘|\.\*")
_OF_MATRICES: Final = re.compile(
    r"(?:\.|\^)T\s*\*|\*\s*\w+(?:\.|\^)T|\w'\s*\*|\*\s*\w+'"
)
_CARET: Final = re.compile(r"(?<=[\w)\]])\s?\^\s?(?:T|\{T\}|⊤|ᵀ)(?!\w)")
_OWN_SLOPE: Final = re.compile(
    r"(?<![\w.'\\])(?P<of>[^\W\d_]\w{0,9}(?:\[\w{1,3}\])?)\s?\(\s?1(?:\.0?)?\s?-\s?(?P=of)\s?\)"
)
_PRIMED: Final = re.compile(r"\b[A-Za-z]\w*(?:\[\w+\])?['′](?:_?[0-9lL])?\s*\(")
_QUOTE: Final = re.compile(r"(?<=[\w)\]])['′](?![\w'\"])")
_OF_BIASES: Final = re.compile(  # [ones(m, 1) a1], of which the weights are W[:, 0]
    r"\[\s*ones\((?:[^()]|\([^()]*\)){1,40}\)\s*[, ]"
    r"\s*((?:[^\[\]]|\[[^\[\]]{1,9}\])+)\]"
)
_WITHOUT_BIASES: Final = re.compile(
    r"(\w+(?:\[\w+(?:[-+]1)?\])?)\((?::,\s*2:end|2:end,\s*:)\)"
)
_NAMED_WITHOUT: Final = re.compile(  # of the weights: Theta2_no_bias
    r"(?<=[A-Za-z0-9])_?(?:no|without|un)_?bias(?:es|ed)?\b|(?<=[A-Za-z0-9])_biasless\b"
)
_CELL: Final = re.compile(r"(?<=[A-Za-z])\{\s*([lL1-9](?:\s?[-+]\s?1)?)\s*\}")
_STRING: Final = re.compile(r"[\[(,]\s*'")  # as in W['1']
_DOTTED_CALL: Final = re.compile(r"(?<=\w)\.\(")  # of Julia: tanh.(z)
_OPERATOR: Final = re.compile(r"\.[-+*^/]|\*\*|\*")
_NUMPYS: Final = {
    ".*": "*",
    ".^": "**",
    "./": "/",
    ".+": "+",
    ".-": "-",
    "**": "**",
    "*": "@",
}
