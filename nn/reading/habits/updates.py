r"""Write updates alike: ``W = W - \eta g``, whatever they say of steps.

``W_{t+1} = W_t - \eta g`` counts steps where a layer or a neuron stands elsewhere: the
number of what is new is one higher than that of what is old. ``W \mathrel{-}= \eta g``
does not name what is old. In ``W' = W - \eta E(g)`` the prime tells the new from the
old, and the mean of the gradients of single examples is the gradient. ``w - learning
rate * g`` has words for eta.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["takes_means_of_gradients", "with_updates_alike"]


def takes_means_of_gradients(formulas: Sequence[str]) -> bool:
    r"""Return whether an update takes the mean of gradients, so that each is of one.

    >>> takes_means_of_gradients([r"b = b - \eta E(\frac{\partial L}{\partial b})"])
    True
    """
    return any(map(_MEAN.search, formulas))


def with_updates_alike(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with updates that name no step, and what is old.

    >>> with_updates_alike([r"w_{ij}^{(t+1)} = w_{ij}^{(t)} - \eta d_j"])
    ['w_{ij} = w_{ij} - \\eta d_j']
    >>> with_updates_alike([r"W^{l+1} = W^l - \eta d", r"z^{k+1} = W z^k + b"])
    ['W^{l+1} = W^l - \\eta d', 'z^{k+1} = W z^k + b']
    >>> with_updates_alike([r"W \mathrel{-}= \eta d a^T"])
    ['W  = W  - (\\eta d a^T)']
    >>> with_updates_alike([r"w_i' = w_i - \eta \mathbb{E}[\nabla_w C]"])
    ['w_i = w_i - \\eta [\\nabla_w C]']
    >>> with_updates_alike(["w = w - learning rate * dw"])
    ['w = w - η * dw']
    """
    found = [_MEAN.sub(r"\1", one) for one in formulas]
    return [_alike(one) if "=" in one or "arrow" in one else one for one in found]


def _alike(formula: str) -> str:
    rows = _ROW_ENDS.split(formula)
    return "".join(row if i % 2 else _of_row(row) for i, row in enumerate(rows))


def _of_row(row: str) -> str:
    row = _RATE_IN_WORDS.sub("η ", row)
    in_place = _IN_PLACE.fullmatch(row) if "\\" in row else None
    if in_place is not None and in_place[2].count("{") == in_place[2].count("}"):
        begins, old, sign, by, behind = in_place.groups()
        return f"{begins}{old} = {old} {sign} ({by.strip()}){behind}"
    row = _PRIMED.sub(r"\g<begins>\g<old>\g<behind>", row, count=1)
    sets = _SETS.search(row)
    if sets is None:
        return row
    left, right = row[: sets.start()], row[sets.end() :]
    found = _NEXT.search(left)
    if found is None or _SIGNS.isdisjoint(right) or not _OF_STEPS.search(right):
        return row
    step = re.escape(found["step"])
    number = rf"(?:\(\s?{step}(?:\s?\+\s?1)?\s?\)|{step}(?:\s?\+\s?1)?)"
    alone = re.compile(
        rf"[_^]\s?(?:\{{\s?{number}\s?\}}|\(\s?{step}\s?(?:\+\s?1\s?)?\)|{step})"
        r"(?![A-Za-z0-9])"
    )
    beside = re.compile(rf",\s?{number}(?=\s?\}})")
    if not (alone.search(right) or beside.search(right)):
        return row
    left, right = (beside.sub("", alone.sub("", side)) for side in (left, right))
    return f"{left}{sets[0]}{right}"


_ROW_ENDS: Final = re.compile(r"(\\\\|\\q?quad(?![A-Za-z]))")
_RATE_IN_WORDS: Final = re.compile(
    r"(?<=[-+−] )(?:the )?learning[ -]rate\s*(?=[*×·⋅(∂])", re.IGNORECASE
)
_SETS: Final = re.compile(r":?=|\\(?:long)?leftarrow(?![A-Za-z])|\\gets(?![A-Za-z])|←")
_BEGINS: Final = r"(?:[\s&]|\\begin\s*\{[a-z*]{1,12}\})*"
_PARAMETER: Final = (
    r"(?:\\(?:mathbf|boldsymbol|bm|vec)\s*\{?\s*)?(?:\\[tT]heta|[wWbBvV])(?![A-Za-z])"
)
_PRIMED: Final = re.compile(  # w_i' = w_i - ...
    rf"^(?P<begins>{_BEGINS})(?P<old>{_PARAMETER}(?:\s?[_^]\s?(?:\{{[^{{}}=']{{1,12}}\}}|\w))"
    r"{0,2})\s?(?:'|′|\^\s?\{?\s?(?:\\prime|')\s?\}?)"
    r"(?P<behind>[\s&]*(?::?=|\\(?:long)?leftarrow(?![A-Za-z])|\\gets(?![A-Za-z])|←)"
    r"[\s&]*(?P=old)\s*[-+−])"
)
_MEAN: Final = re.compile(  # - \eta E(\frac{\partial L}{\partial w})
    r"([-+−]\s*(?:\\(?:eta|alpha|lambda|gamma|epsilon|varepsilon|mu)(?![A-Za-z])|[ηαλγϵεμ]|lr)"
    r"\s*(?:\\cdot\s*|\\[,;]\s*|\*\s*)?)(?:\\(?:mathbb|mathrm|operatorname|mathbf)\s*)?"
    r"(?:E|\{\s*E\s*\})\s*(?=(?:\\left\s*)?[(\[]\s*(?:\\[dt]?frac|\\nabla|∇|∂))"
)
_NEXT: Final = re.compile(  # W^l_{t+1}
    rf"^{_BEGINS}{_PARAMETER}[^=+]{{0,24}}?"
    r"[_^{,]\s*\{?\s*\(?\s*(?P<step>[tnkisTNK]|\\tau)\s*\+\s*1[^=+]{0,12}$"
)
_SIGNS: Final = frozenset("+-−")
_OF_STEPS: Final = re.compile(r"\\(?:nabla|partial|eta|alpha|Delta)|[∇∂ηαΔ]|\bd")
_IN_PLACE: Final = re.compile(
    rf"({_BEGINS})({_PARAMETER}[^=+\\-]{{0,40}})&?\s*(?:\\mathrel\s*)?[{{\s]{{0,4}}([-+])"
    r"[}\s]{0,3}(?:\\!|\\mathrel\s*)?\{?=[}\s]{0,3}([^=]{1,400}?)([\s.,;]*)"
)
