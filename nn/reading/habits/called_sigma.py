r"""Functions that are called sigma where sigma is another: softmax, and the logistic.

A text may have one letter for two functions; its own definitions tell them apart.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["with_functions_named"]


def with_functions_named(text: str) -> str:
    r"""Return the text with the names of functions that are called sigma as others are.

    In ``\phi(z) = z \sigma(z)`` it is the logistic one. Softmax is a sigma of A that is
    defined as that, where A is the result of another sigma itself.

    >>> text = r"A = \sigma(Z), \sigma(A) = \frac{\exp(A)}{\sum_j \exp(A_j)}"
    >>> print(with_functions_named(f"{text}, \\sigma(A) - Y")[-25:])
    , \mathrm{softmax}(A) - Y

    An activation may be its own function: its derivative is taken at z.

    >>> print(with_functions_named(r"\delta^l = d^l * a'^{[l]}(z^{[l]})"))
    \delta^l = d^l * g'^{[l]}(z^{[l]})
    """
    text = _ACTIVATION_DERIVED.sub("g", text)
    if _SILU.search(text):  # z times the logistic function, whatever sigma is elsewhere
        text = _SIGMA_CALLED.sub(r"\\mathrm{sigmoid}", text)
    if not (_SIGMA_MADE.search(text) and _SIGMA_IS_SOFTMAX.search(text)):
        return text
    return _SIGMA_OF_A.sub(r"\\mathrm{softmax}(A)", text)


_ACTIVATION_DERIVED: Final = re.compile(
    r"(?<![A-Za-z\\])a(?=\s*(?:'|\^\s*\{?\s*\\prime\s*\}?)"
    r"(?:\s*\^\s*(?:[lL0-9]|\{[^{}]{1,9}\}))?\s*(?:\\left\s*)?\(\s*z)"
)
_SIGMA_MADE: Final = re.compile(r"\bA\s*=\s*\\sigma\s*\(\s*Z\s*\)")
# \phi(z) = z \sigma(z)
_SILU: Final = re.compile(
    r"(?:\\(?:phi|varphi|psi)|(?<![A-Za-z])[fg])\s*\(\s*(?P<z>[a-z])\s*\)\s*=\s*(?P=z)\s*"
    r"(?:\\[,;:]\s*|\\cdot\s*|\\odot\s*|\\times\s*)?\\sigma\s*\(\s*(?P=z)\s*\)"
)
_SIGMA_CALLED: Final = re.compile(r"\\sigma(?=\s*(?:\\left\s*)?\()")
_SIGMA_OF_A: Final = re.compile(r"\\sigma\s*\(\s*A\s*\)")
_SIGMA_IS_SOFTMAX: Final = re.compile(
    r"\\sigma\s*\(\s*A\s*\)\s*=\s*\\d?frac\s*\{\s*(?:\\exp\s*\(|e\s*\^)[^=]{1,40}\\sum"
)
