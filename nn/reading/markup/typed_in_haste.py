r"""Formulas that are typed in haste, and still clear: ``\frac{\partial L}{W_2}``."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["without_haste"]


def without_haste(text: str) -> str:
    r"""Return the text with the signs that formulas lack, or have twice.

    A derivative of the cost has its sign below, too:

    >>> print(without_haste(r"$\frac{\partial \mathcal{L}}{W_2} = \delta_2 a_1^T$"))
    $\frac{\partial \mathcal{L}}{\partial W_2} = \delta_2 a_1^T$

    A letter in a font needs no braces around both:

    >>> print(without_haste(r"$\Delta{\bf{W}}$"))
    $\Delta\mathbf{W}$

    What a gradient is by stands below it:

    >>> without_haste("δᴸ = ∇aC ⊙ σ′(zᴸ)")
    'δᴸ = ∇_a C ⊙ σ′(zᴸ)'

    A formula may end in code:

    >>> without_haste(r"$db = \frac{1}{m}$ `np.sum(dZ, axis=1)`")
    '$db = \\frac{1}{m} np.sum(dZ, axis=1)$'
    """
    text = _ENDS_IN_CODE.sub(r"$\1 \2$", text)
    text = _NABLA_ALONE.sub(r"∇_\1 \2", text)
    text = _HALF.sub(r"\g<top>{\\partial \g<below>", text)
    return _FONT_IN_BRACES.sub(r"\\mathbf{\1}", text)


_NABLA_ALONE: Final = re.compile(r"∇([aAzZ])([CEJL])(?!\w)")
_ENDS_IN_CODE: Final = re.compile(
    r"(?<!\$)\$([^$\n=]{1,40}=\s*\\[dt]?frac\s*\{\s*1\s*\}\s*\{\s*[mnN]\s*\}[ ]?)\$[ ]?"
    r"`(np\.[^`\n]{1,200})`"
)
_HALF: Final = re.compile(
    r"(?P<top>\\[dt]?frac\s*\{\s*\\partial\s*"
    r"(?:\\(?:mathcal|mathscr|mathrm)\s*\{\s*[CEJL]\s*\}|\{?\s*[CEJL]\s*\}?|\\ell)\s*\})"
    r"\s*\{\s*(?P<below>(?:\\(?:mathbf|boldsymbol|bm|vec)\s*\{\s*)?[WwbzZaA](?![A-Za-z]))"
)
_FONT_IN_BRACES: Final = re.compile(r"\{\s*\\bf\s*\{\s*([A-Za-z])\s*\}\s*\}")
