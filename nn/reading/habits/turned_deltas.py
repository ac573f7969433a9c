r"""Take delta for the derivative itself where a text calls its transpose so.

Where derivatives by vectors are rows, ``\delta^\top = \frac{\partial L}{\partial z}``
makes a column of delta. We write the row: ``\partial L / \partial W = \delta x^T`` of
such a text is ``\delta^T x^T``, as others write who call the row delta.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["with_deltas_as_rows"]


def with_deltas_as_rows(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with ``\delta`` for ``\delta^T``, and the other way round.

    So it is where the transpose of delta is said to be the derivative by z, and delta
    itself is never.

    >>> lines = [r"\delta_i^\top := \frac{\partial L}{\partial z_i}"]
    >>> lines += [r"\frac{\partial L}{\partial W_i} = \delta_i x^T"]
    >>> for line in with_deltas_as_rows(lines):
    ...     print(line)
    \delta_i := \frac{\partial L}{\partial z_i}
    \frac{\partial L}{\partial W_i} = \delta_i^\top x^T
    >>> with_deltas_as_rows([r"\delta_i = \frac{\partial L}{\partial z_i}"])
    ['\\delta_i = \\frac{\\partial L}{\\partial z_i}']
    """
    said = [_is_turned(found) for one in formulas for found in _DEFINED.finditer(one)]
    if not said or not all(said):
        return list(formulas)
    return [_DELTA.sub(_turned, one) for one in formulas]


def _is_turned(found: re.Match[str]) -> bool:
    """Return whether a delta is transposed: in brackets, behind or in its layer."""
    return any(found[name] for name in ("within", "behind", "beside"))


def _turned(found: re.Match[str]) -> str:
    """Return a delta without its transpose, or with one if it has none."""
    if found["within"]:
        return found["within"]
    plain = f"{found['delta']}{found['below'] or ''}"
    if found["beside"]:
        return f"{plain}^{{{found['layer']}}}"
    plain += found["above"] or ""
    if found["behind"]:
        return plain
    return rf"({plain})^\top" if found["above"] else rf"{plain}^\top"


_SIGN: Final = (
    r"(?:\\(?:boldsymbol|bm|pmb|vec|mathbf)\s*)?"
    r"(?:\{\s*\\delta\s*\}|\\delta(?![A-Za-z])|δ)"
)
_TOP: Final = r"(?:T|\\top|\\intercal|\\mathsf\s*(?:\{\s*T\s*\}|T))"
_TRANSPOSE: Final = rf"\^\s*(?:{_TOP}|\{{\s*{_TOP}\s*\}})"
_BELOW: Final = r"_\s*(?:\w|\{[^{}]{1,20}\})"
_LAYER: Final = r"(?:[\[(][^{}\[\]()]{1,12}[\])]|[A-SU-Za-z0-9]{1,3}(?:\s*[-+]\s*1)?)"
_ABOVE: Final = rf"\^\s*(?:[lLkK0-9]|\{{\s*{_LAYER}\s*\}})"
_DELTA: Final = re.compile(
    rf"(?:\\left\s*)?\(\s*(?P<within>{_SIGN}(?:\s*{_BELOW})?(?:\s*{_ABOVE})?)\s*"
    rf"(?:\\right\s*)?\)\s*{_TRANSPOSE}"
    rf"|(?P<delta>{_SIGN})(?P<below>\s*{_BELOW})?"
    rf"(?:\s*\^\s*\{{\s*(?P<layer>{_LAYER})(?P<beside>\s*,?\s*{_TOP})\s*\}}"
    rf"|(?P<above>\s*{_ABOVE})?(?P<behind>\s*{_TRANSPOSE})?)"
)
_FONT: Final = r"(?:\\(?:boldsymbol|bm|pmb|vec|mathbf|mathrm)\s*\{?\s*)?"
_BY_A_VECTOR: Final = rf"\s*\{{?\s*{_FONT}[a-vx-zA-VX-Z](?![A-Za-z])"
_DEFINED: Final = re.compile(
    r"(?:^|[=&,;$]|\\\\|\\begin\{[a-z]{1,9}\*?\}|\\q?quad)\s*(?:\\displaystyle\s*)?"
    rf"(?:{_DELTA.pattern})"
    r"[\s&]*(?::=|\\coloneqq|\\equiv|\\triangleq|=|≡)[\s&]*"
    r"(?:\\[dt]?frac\s*\{\s*(?:\\partial|∂|d)\b[^{}]{0,20}\}\s*\{\s*(?:\\partial|∂|d)"
    rf"{_BY_A_VECTOR}|\\nabla_{_BY_A_VECTOR})"
)
