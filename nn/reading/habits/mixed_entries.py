r"""Chains of vectors that end in one weight: ``\partial O^l / \partial w^l_{ij}``.

A weight leads to one neuron alone. So each vector of its layer stands for the entry of
that neuron: ``\partial o^l_j / \partial w^l_{ij}``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["with_entries_of_one_neuron"]


def with_entries_of_one_neuron(formulas: Sequence[str]) -> list[str]:
    r"""Return formulas with the index of the neuron for the vectors of its layer.

    Which of a weight's indices is that of the neuron its weighted sum says.

    >>> sums = r"z^l_j = \sum_i a^{l-1}_i w^l_{ij} + b^l_j"
    >>> by_weight = r"\frac{\partial z^l}{\partial w^l_{ij}} = a^{l-1}_i"
    >>> with_entries_of_one_neuron([sums, by_weight])[1]
    '\\frac{\\partial z^l_{j}}{\\partial w^l_{ij}} = a^{l-1}_i'
    >>> by_bias = r"\frac{\partial C}{\partial a^l} \frac{\partial a^l}{\partial b^l_j}"
    >>> with_entries_of_one_neuron([sums, by_bias])[1]
    '\\frac{\\partial C}{\\partial a^l_{j}} \\frac{\\partial a^l_{j}}{\\partial b^l_j}'

    Vectors of other layers have no such neuron.

    >>> by_next = by_bias.replace(r"C}{\partial a^l}", r"C}{\partial a^{l+1}}")
    >>> with_entries_of_one_neuron([sums, by_next])[1] == by_next
    True
    """
    places = {
        re.findall(r"[i-n]", found["pair"]).index(found["of"])
        for one in formulas
        if (found := _WEIGHTED_SUM.search(one)) is not None
        and found["of"] in found["pair"]
    }
    if len(places) != 1:
        return list(formulas)
    place = places.pop()
    return [_with_entries(one, place) for one in formulas]


def _with_entries(formula: str, place: int) -> str:
    layers, neurons = set[str](), set[str]()
    for one in _BY_PARAMETER.finditer(formula):
        indices = re.findall(r"[i-n]", one["pair"] or one["index"])
        layers.add(_plain(one["above"] or one["before"] or ""))
        neurons.add(indices[place if len(indices) > 1 else 0])
    vectors = {_plain(one["above"] or "L") for one in _VECTOR.finditer(formula)}
    if len(neurons) != 1 or not vectors or vectors != layers:
        return formula
    below = f"_{{{neurons.pop()}}}"
    return _VECTOR.sub(lambda one: f"{one[0].rstrip()}{below}", formula)


def _plain(layer: str) -> str:
    return layer.strip("{}() \t\n")


_ABOVE: Final = r"\s*\^\s*(?:\{[^{}]{1,9}\}|\w)"
_PAIR: Final = r"[i-n]\s?,?\s?[i-n]"
_WEIGHTED_SUM: Final = re.compile(
    rf"^[\s&]*(?:\\?[A-Za-z]{{1,5}})(?:{_ABOVE})?\s*_\s*\{{?(?P<of>[i-n])\}}?(?:{_ABOVE})?\s*&?="
    rf"[^=]{{0,40}}\\sum[^=]{{0,60}}?(?<![A-Za-z\\])[wW](?:{_ABOVE})?\s*_\s*\{{\s*(?P<pair>{_PAIR})\s*\}}"
)
_PARTIAL: Final = r"\\partial\s*\{?\s*"
_BY_PARAMETER: Final = re.compile(
    rf"{_PARTIAL}(?P<of>[wWb])(?:\s*\^\s*(?P<before>\{{[^{{}}]{{1,9}}\}}|\w))?\s*_\s*"
    rf"(?:\{{\s*(?P<pair>{_PAIR}|[i-n])\s*\}}|(?P<index>[i-n]))"
    rf"(?:\s*\^\s*(?P<above>\{{[^{{}}]{{1,9}}\}}|\w))?"
)
_VECTOR: Final = re.compile(
    rf"{_PARTIAL}(?:\\hat\s*\{{\s*[A-Za-z]\s*\}}|(?![CEJLwWbB])[A-Za-z])"
    rf"(?:\s*\^\s*(?P<above>\{{[^{{}}]{{1,9}}\}}|\w))?(?!\s*[_^(\w'])"
)
