r"""Put layers above and neurons below, where a text has them the other way round.

``w_l^{jk}`` is then the weight from neuron k to neuron j in layer l, and ``a_{l-1}^k``
the activation of neuron k in the layer before.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["with_layers_above"]


def with_layers_above(text: str) -> str:
    r"""Return the text with both scripts changed over, if its weights say it is so.

    >>> print(with_layers_above(r"z_l^j = \sum_k w_l^{jk} a_{l-1}^k, \delta_2^j"))
    z^{(l)}_{j} = \sum_k w^{(l)}_{jk} a^{(l-1)}_{k}, \delta^{(2)}_{j}

    A letter alone above is no index without such a weight, and no power either:

    >>> with_layers_above("z_l^j = w_{jk}^l a_k^{l-1}")
    'z_l^j = w_{jk}^l a_k^{l-1}'

    What has no layer, such as the targets, has its index above as well:

    >>> print(with_layers_above(r"w_n^{ij}, (x_N^j - y^j)^2"))
    w^{(n)}_{ij}, (x^{(N)}_{j} - y_{j})^2
    """
    layers, indices, is_habit = set[str](), set[str](), False
    for found in _BELOW.finditer(text):
        layer, above = _scripts(found)
        if len(above) > 1:
            layers |= set(re.findall(r"\\?[A-Za-z]+", layer))
            indices |= set(above)
            is_habit = True
    if not is_habit or layers & indices or _INDICES_BELOW.search(text):
        return text

    def turned(found: re.Match[str]) -> str:
        layer, above = _scripts(found)
        if not set(above) <= indices | _INDICES - layers:
            return found[0]
        return f"{found['of']}^{{({layer})}}_{{{above}}}"

    text = _BELOW.sub(turned, text)
    return _OF_NO_LAYER.sub(
        lambda of: f"{of[1]}_{{{of[2]}}}" if of[2] in indices else of[0], text
    )


def _scripts(found: re.Match[str]) -> tuple[str, str]:
    """Return the layer below a symbol and the indices above it, without brackets."""
    layer = found["below"] or found["later"]
    above = found["above"] or found["sooner"]
    return layer.strip("{( )}").replace(" ", ""), re.sub(r"[{}(),\s]", "", above)


_LETTER: Final = r"(?:[lnkmhitLNKH1-9]|\\ell(?![A-Za-z]))"
_LAYER: Final = rf"(?:{_LETTER}|\{{\s*\(?\s*{_LETTER}(?:\s*[-+]\s*1)?\s*\)?\s*\}})"
_NEURON: Final = r"(?:[a-z]|\{\s*\(?\s*[a-z](?:\s*,?\s*[a-z])?\s*\)?\s*\})"
_BELOW: Final = re.compile(
    r"(?P<of>(?<![A-Za-z\\])d?[A-Za-z]|\\[A-Za-z]+"
    r"|\\(?:mathbf|bm|boldsymbol|text|mathrm|bar|hat)\{[^{}]{1,9}\}"
    r"|(?<=\\partial)\s?[A-Za-z])\s?"
    rf"(?:_(?P<below>{_LAYER})\s?\^(?P<above>{_NEURON})"
    rf"|\^(?P<sooner>{_NEURON})\s?_(?P<later>{_LAYER}))(?![A-Za-z0-9]*['^_])"
)
_OF_NO_LAYER: Final = re.compile(
    r"((?<![A-Za-z\\])[xytdoT]|\\(?:hat|bar|tilde)(?:\s+|\{\s*)[yt]\s*\}?)"
    r"\^\{?([a-z])\}?(?![A-Za-z0-9_^(])"
)
_INDICES: Final = frozenset("ijkpqrs")
_INDICES_BELOW: Final = re.compile(r"_\{\s*[i-k]\s*,?\s*[i-kpq]\s*\}")
