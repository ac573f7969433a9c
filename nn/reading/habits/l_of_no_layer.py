r"""The letter l where it counts no layers.

It may be what goes into a layer, ``l_i = w_i x + b_i``, or comes out of one,
``l_h = f(\sum_i w_{ih} x_i)``, or count the neurons behind,
``u_i = \sum_\ell w_{i\ell} o_\ell``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["with_l_of_no_layer"]


def with_l_of_no_layer(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with s for an l that is a sum, or q for one of neurons.

    >>> with_l_of_no_layer([r"l_i = w_i f(l_{i-1}) + b_i", r"\partial l_i", "a_l"])
    ['s_i = w_i f(s_{i-1}) + b_i', '\\partial s_i', 'a_l']
    >>> with_l_of_no_layer([r"l_h = f^H(\sum_i w_{ih} x_i)", r"\delta_o l_h"])
    ['s_h = f^H(\\sum_i w_{ih} x_i)', '\\delta_o s_h']
    >>> with_l_of_no_layer([r"u_i = \sum_\ell w_{i\ell} o_\ell", "o_l", "w_{i+1}^l"])
    ['u_i = \\sum_\\ell w_{i\\ell} o_\\ell', 'o_l', 'w_{i+1}^l']
    >>> with_l_of_no_layer([r"u_i = \sum_\ell w_{i\ell} o_\ell", "d_i o_l"])
    ['u_i = \\sum_q w_{i q} o_q', 'd_i o_q']
    """
    if any(map(_SUM.match, formulas)):
        return [_QUANTITY.sub("s", one) for one in formulas]
    is_summed = any(map(_SUMMED.search, formulas)) and any(map(_PAIR.search, formulas))
    if is_summed and not any(map(_LAYER.search, formulas)):
        return [_INDEX.sub(_as_q, one) for one in formulas]
    return list(formulas)


def _as_q(found: re.Match[str]) -> str:
    if found["lowered"]:
        before = _PLAIN.get(found["before"], "")
        return f"_{{{before} q}}" if before else "_q"
    if found["last"]:
        return f"_{{q {found['last']}}}"
    return f"_{{{found['first']} q}}" if found["first"] else "_q"


_PLAIN: Final = {"ᵢ": "i", "ⱼ": "j", "ₖ": "k"}
_SUM: Final = re.compile(
    r"[\s&]*l\s*_\s*(?:\w|\{[^{}=]{1,20}\})[\s&]*="
    r"(?:[^=+]*[wW][^=]*\+\s*b(?![A-Za-z])|[\s&]*\\?[A-Za-z]+[^=+(]{0,20}\([^=]*"
    r"(?<![A-Za-z\\])[wW](?=\s*[_^]))"
)
_QUANTITY: Final = re.compile(r"(?<![A-Za-z\\_^{])l(?=\s*_)")
_L: Final = r"(?:\\ell(?![A-Za-z])|l(?![A-Za-z])|ℓ)"
_SUMMED: Final = re.compile(rf"\\sum\s*_\s*(?:\{{\s*{_L}\s*\}}|{_L})")
_PAIR: Final = re.compile(
    rf"(?:[wWvV]|\\[tT]heta|\\omega)\s*_\s*\{{\s*[a-kmnp]\s*{_L}\s*\}}"
)
# l above, l - 1, l = 1, or a last layer L
_LAYER: Final = re.compile(
    rf"\^\s*[{{(\[\s]*{_L}|{_L}\s*(?:[-+]\s*1|=|\\in)|\^\s*\{{?\s*\(?L"
)
_INDEX: Final = re.compile(
    rf"_\s*(?:\{{\s*(?:(?P<first>[a-kmnp])\s*,?\s*)?{_L}\s*\}}|{_L}"
    r"|\{\s*(?:\\ell\s+|l\s*,?\s*|\\ell\s*,\s*|ℓ\s*,?\s*)(?P<last>[a-kmnp])\s*\})"
    r"|(?P<lowered>(?P<before>[ᵢⱼₖ]?)ₗ)"
)
