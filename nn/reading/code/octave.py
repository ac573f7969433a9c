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
    >>> in_numpys_spelling("dZ1 = W2.T @ dZ2 * g'(Z1)", of_octave=False)
    'dZ1 = W2.T @ dZ2 * dg(Z1)'
    """
    text = _PRIMED.sub("dg(", text)
    if not _STRING.search(text):
        text = _QUOTE.sub(".T", text)
    text = _CARET.sub(".T", text)
    if not of_octave:
        return text
    text = _OF_BIASES.sub(r"(\1)", _WITHOUT_BIASES.sub(r"\1", text))
    text = text.translate(_BELOW)  # as in Julia
    text = _DOTTED_CALL.sub("(", text.rstrip().rstrip(";")).replace("@plus", "plus")
    return _OPERATOR.sub(lambda found: _NUMPYS[found[0]], text)


_BELOW: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_ELEMENTWISE: Final = re.compile(r"\.[*^]")
_FLOAT: Final = re.compile(r"(?<![\w.])\d+\.(?=[*/^])")  # its point: 2.*(a - y)
_PRODUCT: Final = re.compile(r"@|\bdot\b|matmul|outer|einsum|\\|·|⋅|⊙|∘|\.\*")
_OF_MATRICES: Final = re.compile(
    r"(?:\.|\^)T\s*\*|\*\s*\w+(?:\.|\^)T|\w'\s*\*|\*\s*\w+'"
)
_CARET: Final = re.compile(r"(?<=[\w)\]])\s?\^\s?(?:T|\{T\}|⊤|ᵀ)(?!\w)")
_PRIMED: Final = re.compile(r"\b[A-Za-z]\w*(?:\[\w+\])?['′]\s*\(")
_QUOTE: Final = re.compile(r"(?<=[\w)\]])['′](?![\w'\"])")
_OF_BIASES: Final = re.compile(  # [ones(m, 1) a1], of which the weights are W[:, 0]
    r"\[\s*ones\((?:[^()]|\([^()]*\)){1,40}\)\s*[, ]\s*([^\[\]]+)\]"
)
_WITHOUT_BIASES: Final = re.compile(r"(\w+)\(:,\s*2:end\)")
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
