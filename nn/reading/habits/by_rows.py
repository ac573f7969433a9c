r"""Weights that are written neuron by neuron, the bias first: ``w_{0j} + w_j^T x``.

Hastie, Tibshirani and Friedman, The Elements of Statistical Learning (2009), write
``Z_m = \sigma(\alpha_{0m} + \alpha_m^T X)`` and ``T_k = \beta_{0k} + \beta_k^T Z``:
each layer has a letter of its own for its weights, whose first index is the neuron.
Where a text defines its layers so, its letters are put in ours in the source.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

__all__ = ["with_rows_as_layers"]


class _Layer(NamedTuple):
    """The letters of a layer: of its weights, of what it computes, and from what."""

    weights: str
    made: str
    is_activated: bool
    signal: str


def with_rows_as_layers(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with numbered layers, if weights are written by neurons.

    >>> lines = [r"Z_m = \sigma(\alpha_{0m} + \alpha_m^T X)", r"\alpha_{ml} x_l"]
    >>> for line in with_rows_as_layers([*lines, r"T_k = \beta_{0k} + \beta_k^T Z"]):
    ...     print(line)
    a^{(1)}_m = \sigma(b^{(1)}_{m} + \sum_q w^{(1)}_{mq} x_q)
    w^{(1)}_{ml} x_l
    z^{(2)}_k = b^{(2)}_{k} + \sum_q w^{(2)}_{kq} a^{(1)}_q
    """
    layers = _layers(formulas)
    if len(layers) < _FEWEST:
        return list(formulas)
    return [_renamed(each, layers) for each in formulas]


def _layers(formulas: Sequence[str]) -> list[_Layer]:
    """Return the layers that are defined so, from the inputs on."""
    given = [
        _Layer(one["W"], one["made"], one["call"] is not None, one["signal"])
        for each in formulas
        for one in _DEFINED.finditer(each)
    ]
    by_weights: dict[str, _Layer] = {}
    for one in given:
        by_weights.setdefault(one.weights, one)
    found: list[_Layer] = []
    signal = "x"
    while len(found) < len(by_weights):
        after = [one for one in by_weights.values() if one.signal.lower() == signal]
        if len(after) != 1 or after[0] in found:
            return []
        found.append(after[0])
        signal = after[0].made.lower()
    made = {one.made for one in found} | {one.weights for one in found}
    return found if len(made) == 2 * len(found) else []


def _renamed(formula: str, layers: Sequence[_Layer]) -> str:
    for number, layer in enumerate(layers, 1):
        above = f"^{{({number})}}"
        before = f"a^{{({number - 1})}}" if number > 1 else "x"
        name = re.escape(layer.weights)
        row = rf"{name}{_ROW}"
        formula = re.sub(
            rf"{name}{_BIAS}\s*\+\s*{row}",
            lambda found, above=above, before=before: (  # type: ignore[misc]
                f"b{above}_{{{found['i'] or found['i2']}}} + \\sum_q"
                f" w{above}_{{{found['j'] or found['j2']}q}} {before}_q"
            ),
            formula,
        )
        formula = re.sub(
            row,
            lambda found, above=above: (  # type: ignore[misc]
                f"z{above}_{{{found['j'] or found['j2']}}}"
            ),
            formula,
        )
        formula = re.sub(
            rf"{name}{_BIAS}",
            lambda found, above=above: (  # type: ignore[misc]
                f"b{above}_{{{found['i'] or found['i2']}}}"
            ),
            formula,
        )
        formula = re.sub(
            rf"{name}(?P<pair>_\s*\{{[^{{}}]{{1,20}}\}}){_STEP}",
            lambda found, above=above: f"w{above}{found['pair']}",  # type: ignore[misc]
            formula,
        )
    for number, layer in enumerate(layers, 1):
        kind = "a" if layer.is_activated else "z"
        letters = layer.made + layer.made.lower() * layer.is_activated  # Z and its z_i
        formula = re.sub(
            rf"(?<![A-Za-z\\^])(?<!\^\{{)[{letters}](?![A-Za-z^])",
            f"{kind}^{{({number})}}",
            formula,
        )
    formula = formula.replace(r"\ell", "p ")  # an index: layers have numbers here
    return _OUTPUT.sub(r"\\hat{y}\1 ", formula)


_FEWEST: Final = 2
_NAME: Final = r"(?:\\[A-Za-z]{1,10}|[A-Za-z])"
_INDEX: Final = r"(?:\\ell|[a-z])"
_BIAS: Final = (
    rf"_\s*\{{\s*(?:0\s*,?\s*(?P<i>{_INDEX})|(?P<i2>{_INDEX})\s*,?\s*0)\s*\}}"
)
_TURNED: Final = r"\^\s*\{?\s*(?:T|\\top|\\intercal|\\mathsf\s*\{?T\}?)\s*\}?"
_ROW: Final = (
    rf"(?:_\s*\{{?\s*(?P<j>{_INDEX})\s*\}}?\s*{_TURNED}"
    rf"|{_TURNED}\s*_\s*\{{?\s*(?P<j2>{_INDEX})\s*\}}?)\s*(?P<signal>[A-Za-z])"
    r"(?:_\s*(?:\{[^{}]{1,9}\}|\w))?(?![A-Za-z])"
)
_STEP: Final = r"(?:\s*\^\s*\{\s*\(\s*[a-z]\s*(?:\+\s*1\s*)?\)\s*\})?"
# Z_m = \sigma(\alpha_{0m} + \alpha_m^T X)
_DEFINED: Final = re.compile(
    rf"(?P<made>[A-Za-z])_\s*(?:\{{[^{{}}]{{1,9}}\}}|\w)\s*&?\s*=\s*"
    rf"(?P<call>{_NAME}(?:_\s*\w)?\s*(?:\\left\s*)?\()?\s*"
    rf"(?P<W>{_NAME}){_BIAS}\s*\+\s*(?P=W){_ROW}"
)
_OUTPUT: Final = re.compile(
    r"(?<![A-Za-z\\])f(_\s*(?:\{\w\}|\w))\s*\(\s*[Xx](?:_\w)?\s*\)"
)
