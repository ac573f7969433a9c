r"""Sums over the patterns by a letter of their own: ``\sum_p \delta_l x_h``.

A text that says that it sums over "all patterns $p$" and leaves the label p out on its
activations means a sum over the examples, which is ``\sum_x`` to all other rules. So do
physicists, who number examples by a Greek letter: ``\sum_\mu \delta^\mu_i a^\mu_j``.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["with_sums_over_examples"]


def with_sums_over_examples(text: str) -> str:
    r"""Return the text with ``\sum_x`` for its sums over patterns.

    >>> with_sums_over_examples(r"over all patterns $p$: $\sum_p d_l x_h$")
    'over all patterns $p$: $\\sum_x d_l x_h$'
    >>> with_sums_over_examples(r"over all patterns $p$: $\sum_p d_{pl} x_{ph}$")
    'over all patterns $p$: $\\sum_p d_{pl} x_{ph}$'
    >>> print(with_sums_over_examples(r"$E = \sum_\mu E^\mu = \sum_\mu (y^{\mu}_i)^2$"))
    $E = \sum_x E_x = \sum_x (y_i)^2$
    """
    text = _without_greek(text)
    said = _SAID.search(text)
    if said is None:
        return text
    letter = said[1]
    summed = re.compile(
        rf"\\sum(\\limits)?\s*_\s*(?:{letter}(?![A-Za-z])|\{{{letter}\}})"
    )
    rest = summed.sub("", text)
    if re.search(rf"[_^]\s*(?:{letter}(?![A-Za-z])|\{{[^{{}}]{{0,20}}{letter})", rest):
        return text
    return summed.sub(r"\\sum\1_x", text)


def _without_greek(text: str) -> str:
    r"""Return the text without a Greek letter that does nothing but count examples.

    >>> print(_without_greek(r"$\sum_{\nu=1}^P d^{(l)\nu}_i a_{j,\nu}$ of all $\nu$"))
    $\sum_x d^{(l)}_i a_{j}$ of all $\nu$

    Where it is more, as the rate of a momentum, it stays.

    >>> print(_without_greek(r"$v = \mu v + \sum_\mu g^\mu$"))
    $v = \mu v + \sum_\mu g^\mu$
    """
    for letter in dict.fromkeys(_SUMMED.findall(text)):
        of = rf"\\{letter}(?![A-Za-z])"
        sums = re.compile(
            rf"\\sum(\\limits)?\s*_\s*(?:{of}|\{{\s*{of}[^{{}}]{{0,12}}\}})"
            r"(?:\s*\^\s*(?:[A-Za-z]|\{[^{}]{1,9}\}))?\s?"
        )
        new = sums.sub(r"\\sum\1_x ", text)
        new = re.sub(
            rf"(?<![A-Za-z\\])([CEJL])\s*[_^]\s*(?:{of}|\{{\s*{of}\s*\}})", r"\1_x", new
        )
        new = re.sub(rf"[_^]\s*(?:{of}|\{{\s*\(?\s*{of}\s*\)?\s*\}})", "", new)
        new = re.sub(rf"(?<=[A-Za-z0-9}}])\(\s*{of}\s*\)", "", new)
        new = re.sub(rf"(?<=[A-Za-z0-9)])\s{{0,9}},?\s{{0,9}}{of}\s*(?=\}})", "", new)
        new = re.sub(rf"(?<=[_^]\{{){of}\s{{0,9}},?\s{{0,9}}(?=[A-Za-z0-9(])", "", new)
        rest = re.sub(rf"\$\s*{of}\s*(?:=[^$]{{1,40}}|\\in[^$]{{1,20}})?\$", "", new)
        if re.search(of, rest) is None:
            text = new
    return text


_SUMMED: Final = re.compile(
    r"\\sum(?:\\limits)?\s*_\s*\{?\s*\\(mu|nu|xi|kappa|tau|rho)(?![A-Za-z])"
)
_SAID: Final = re.compile(
    r"(?:patterns|examples|cases|samples|instances|data points)\s+\$([m-s])\$"
)
