r"""Write gradients by a row of weights entry by entry: ``\nabla_{W_i} L = d_i h``.

Where ``z_i = s(W_i \cdot h)``, ``W_i`` is a row of W and ``\nabla_{W_i} L`` is one of
the gradient: ``\partial L / \partial W_{ij} = d_i h_j``. So is ``\nabla_h z_i``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["with_rows_by_entries"]


def with_rows_by_entries(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with entries for rows, if gradients by rows are stated.

    >>> lines = [r"z_i = s(W_i \cdot h)", r"\nabla_{W_i} L = \nabla_{z_i} L h"]
    >>> for line in with_rows_by_entries([*lines, r"\nabla_h L = \sum_i d_i W_i"]):
    ...     print(line)
    z_i = s(\sum_{q} W_{iq} h_{q})
    \frac{\partial L}{\partial W_{ij}} = \nabla_{z_i} L h_{j}
    \frac{\partial L}{\partial h_{j}} = \sum_i d_i W_{ij}
    >>> with_rows_by_entries([r"\nabla_{W_2} L = d_2 h^T", r"W_2 \cdot h"])
    ['\\nabla_{W_2} L = d_2 h^T', 'W_2 \\cdot h']
    """
    text = "\n".join(formulas)
    rows = {found["row"] for found in _BY_ROW.finditer(text)}
    pairs = {
        (found["row"], found["of"])
        for found in _PRODUCT.finditer(text)
        if found["row"] in rows
    }
    if not rows or {row for row, _ in pairs} != rows:
        return list(formulas)
    signals = "".join(sorted({of for _, of in pairs}))
    return [_by_entries(one, "".join(sorted(rows)), signals) for one in formulas]


def _by_entries(formula: str, rows: str, signals: str) -> str:
    """Return a formula with entries, if it is of rows or of entries."""
    has_row = re.search(rf"(?<![A-Za-z\\])[{rows}]{_INDEX}", formula)
    if has_row is None and not _BY_SIGNAL_OF_ENTRY.search(formula):
        return formula
    used = set(re.findall(r"[a-z]", formula))
    free = [letter for letter in _FREE if letter not in used]
    if len(free) < _NEEDED:
        return formula
    column, summed = free[:_NEEDED]
    formula = _PRODUCT.sub(
        lambda found: (
            (
                rf"\sum_{{{summed}}} {found['row']}_{{{found['i']}{summed}}}"
                rf" {found['of']}_{{{summed}}}"
            )
            if found["row"] in rows
            else found[0]
        ),
        formula,
    )
    formula = _BY_ROW.sub(
        lambda found: (
            f"{_derivative(found['top'], found['row'])}_{{{found['i']}{column}}}}}"
        ),
        formula,
    )
    formula = _BY_SIGNAL.sub(
        lambda found: (
            f"{_derivative(found['top'], found['of'])}_{{{column}}}}}"
            if found["of"] in signals
            else found[0]
        ),
        formula,
    )
    formula = re.sub(
        rf"(?<![A-Za-z\\])(?P<row>[{rows}]){_INDEX}",
        lambda found: f"{found['row']}_{{{found['i']}{column}}}",
        formula,
    )
    return re.sub(
        rf"(?<![A-Za-z\\{{])([{signals}])(?![A-Za-z_^(])", rf"\1_{{{column}}}", formula
    )


def _derivative(top: str, below: str) -> str:
    """Return a fraction, of which the index of what is below and a brace are left."""
    return rf"\frac{{\partial {top}}}{{\partial {below}"


_FREE: Final = "jqmnr"
_NEEDED: Final = 2
_ONE_INDEX: Final = r"_\s*(?P<brace>\{)?\s*(?P<i>[i-n])(?(brace)\s*\})"
_INDEX: Final = rf"{_ONE_INDEX}(?![\w^,])"
_TOP: Final = (
    r"\s*(?P<top>(?:\\[A-Za-z]{1,10}|[A-Za-z])(?P<below>_\s*(?:\{[^{}]{1,9}\}|\w))?)"
    r"(?![\w^])"
)
_BY_ROW: Final = re.compile(rf"\\nabla_\s*\{{\s*(?P<row>[A-Z]){_INDEX}\s*\}}{_TOP}")
_BY_SIGNAL: Final = re.compile(
    rf"\\nabla_\s*(?P<in>\{{)?\s*(?P<of>[A-Za-z])(?(in)\s*\}}){_TOP}"
)
_BY_SIGNAL_OF_ENTRY: Final = re.compile(
    r"\\nabla_\s*\{?\s*[A-Za-z]\s*\}?\s*[A-Za-z]_\s*\{?[i-n]\}?(?!\w)"
)
_PRODUCT: Final = re.compile(  # W_i \cdot h, W_i^T h
    rf"(?<![A-Za-z\\])(?P<row>[A-Z]){_ONE_INDEX}\s*"
    r"(?:\\cdot(?![A-Za-z])|\^\s*\{?\s*(?:T|\\top|\\intercal)\s*\}?)\s*"
    r"(?P<of>[A-Za-z])(?![A-Za-z_^(])"
)
