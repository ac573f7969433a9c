r"""Write out gradients that are stated by differentials, ``dL = G : dW``.

The colon is the inner product of two matrices, ``tr(G^T dW)``, so that G is the
derivative by W. All other rules know ``\frac{\partial L}{\partial W} = G``.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["is_a_rule", "with_differentials"]


def with_differentials(text: str) -> str:
    r"""Return the text with derivatives for what the cost's differential says.

    >>> print(with_differentials(r"$$d\mathcal{L} = (a - y) : d\mathbf{z}_2$$"))
    $$\frac{\partial \mathcal{L}}{\partial \mathbf{z}_2} = (a - y)$$
    >>> print(with_differentials(r"$dL = \operatorname{tr}(G^\top\, dW)$"))
    $\frac{\partial L}{\partial W} = G$

    What the differential of a product is, is left as it is:

    >>> print(with_differentials(r"$dL = G : (dW x + W dx)$"))
    $dL = G : (dW x + W dx)$
    """
    for pattern in (_BY_COLON, _BY_TRACE):
        text = pattern.sub(
            lambda found: (
                rf"\frac{{\partial {found['cost']}}}{{\partial {found['by']}}}"
                rf"{found['sign']}{found['of'].strip()}"
            ),
            text,
        )
    return text


def is_a_rule(formula: str) -> bool:
    r"""Return whether it is what the colon means, or the rule of products.

    >>> is_a_rule(r"\mathbf A : \mathbf B = \operatorname{tr}(\mathbf A^\top B)")
    True
    >>> is_a_rule(r"d\mathbf z = d\mathbf W\, \mathbf h + W\, d\mathbf h")
    True
    >>> is_a_rule(r"dz = dh \odot g'(z)")
    False
    """
    return bool(_MEANS.match(formula) or _OF_A_PRODUCT.match(formula))


_FRAME: Final = r"\\(?:mathbf|boldsymbol|bm|vec|mathrm|mathcal|mathscr|text)"
_LETTER: Final = (
    rf"(?:{_FRAME}\s*\{{\s*\\?[A-Za-z]+\s*\}}|{_FRAME}\s+[A-Za-z]|[A-Za-z])"
)
_SYMBOL: Final = rf"{_LETTER}(?:\s*[_^]\s*(?:\w|\{{[^{{}}]{{1,20}}\}}))*"
_COST: Final = rf"(?:{_FRAME}\s*\{{?\s*[CEJL]\s*\}}?|\\ell|[CEJL])"
_D: Final = r"(?<![A-Za-z\\{])(?:d|\\mathrm\{d\})\s?"
_ENDS: Final = r"(?=\s*[.,;]?\s*(?:\$|\\\]|\\\\|\\end|\n|$))"
_BY_COLON: Final = re.compile(
    rf"{_D}(?P<cost>{_COST})(?P<sign>\s*&?\s*=\s*)(?P<of>[^=$:\n]{{1,200}}):\s*"
    rf"{_D}(?P<by>{_SYMBOL}){_ENDS}"
)
_TURNED: Final = r"\^\s*(?:T|\\top|\{\s*(?:T|\\top|\\intercal)\s*\})"
_BY_TRACE: Final = re.compile(
    rf"{_D}(?P<cost>{_COST})(?P<sign>\s*&?\s*=\s*)"
    r"(?:\\(?:operatorname|mathrm|text)\s*\{\s*[tT]r\s*\}|\\[tT]r|[tT]r)\s*(?:\\left\s*)?[(\[]\s*"
    rf"(?P<of>{_SYMBOL}?|\([^()=$]{{1,80}}\))\s*{_TURNED}\s*(?:\\[,;:!]\s*)*"
    rf"{_D}(?P<by>{_SYMBOL})\s*(?:\\right\s*)?[)\]]{_ENDS}"
)
_MEANS: Final = re.compile(
    rf"[\s&]*{_SYMBOL}\s*:\s*{_SYMBOL}\s*&?\s*=[^=]{{0,60}}?(?:[tT]r(?![a-z])|\\sum)"
)
_WEIGHTS: Final = rf"(?:{_FRAME}\s*\{{?\s*[WwVU]\s*\}}?|[WwVU])(?![A-Za-z])"
_OF_A_PRODUCT: Final = re.compile(
    rf"[\s&]*{_D}(?!\s*{_WEIGHTS}){_SYMBOL}\s*&?\s*=[^=]{{0,80}}?{_D}{_WEIGHTS}"
    r"[^=+-]{0,40}(?:\\,\s*)?[A-Za-z\\][^=]{0,200}\+"
)
