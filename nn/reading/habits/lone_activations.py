r"""An activation as a layer of its own: X goes in, and ``Y = f(X)`` comes out.

Who builds a network of such layers and of others, ``Y = W X + b``, calls by the same
letters what goes into each and what comes out. In ours it is ``A = f(Z)`` there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["with_lone_activations"]


def with_lone_activations(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with z and a for the x and y of an activation alone.

    It is one where the derivative by x is that by y times the slope at x.

    >>> slope = r"\frac{\partial E}{\partial X} = \frac{\partial E}{\partial Y} f'(X)"
    >>> print(*with_lone_activations(["Y = f(X)", slope]), sep="\n")
    A = f(Z)
    \frac{\partial E}{\partial Z} = \frac{\partial E}{\partial A} f'(Z)
    """
    if not any(map(_SLOPE.match, formulas)):
        return list(formulas)
    return [
        _LETTER.sub(lambda found: _OURS[found[0]], one)
        if _SLOPE.match(one) or _DEFINED.fullmatch(one)
        else one
        for one in formulas
    ]


_OURS: Final = {"x": "z", "X": "Z", "y": "a", "Y": "A"}
_LETTER: Final = re.compile(r"(?<![A-Za-z\\])[xXyY](?![A-Za-z_^'])")


def _derivative_by(letter: str) -> str:
    """Return the pattern of a derivative of the cost by a letter without scripts."""
    return (
        r"(?:\\[dt]?frac\s*\{\s*(?:\\partial|d)\s*\w\s*\}\s*"
        rf"\{{\s*(?:\\partial|d)\s*{letter}\s*\}}"
        rf"|(?:∂|d)\w\s?/\s?(?:∂|d){letter}(?!\w))"
    )


_TIMES: Final = r"\s*(?:\\(?:odot|cdot|circ|times|ast)(?![A-Za-z])|[⊙·×*∘])?\s*"
_BY_OUTPUT: Final = _derivative_by("[yY]")
# f'(X), or where the X of a relu are above 0
_AT_INPUT: Final = (
    r"(?:(?:\\?[A-Za-zσφ]+|\\(?:text|mathrm|operatorname)\s*\{\s*\w+\s*\})\s*"
    r"(?:'|′|\^\s*\{?\s*\\prime\s*\}?)\s*(?:\\left)?\(\s*[xX]\s*(?:\\right)?\)"
    r"|(?:𝟙|\\mathbb\s*\{\s*1\s*\}|\\mathbf\s*\{\s*1\s*\}|1)?\s*\\?[({\[]\s*[xX]\s*>\s*0\s*\\?[)}\]])"
)
_SLOPE: Final = re.compile(
    rf"[\s&]*(?:\\boxed\s*\{{\s*)?{_derivative_by('[xX]')}[\s&]*=[\s&]*"
    rf"(?:{_BY_OUTPUT}{_TIMES}{_AT_INPUT}|{_AT_INPUT}{_TIMES}{_BY_OUTPUT})"
)
# Y = f(X)
_DEFINED: Final = re.compile(
    r"\s*[yY]\s*=\s*(?:\\?[A-Za-zσφ]+|\\(?:text|mathrm|operatorname)\s*\{\s*\w+\s*\})\s*"
    r"\(\s*(?:0\s*,\s*)?[xX]\s*\)[\s.,]*"
)
