r"""Take vectors for rows where a text multiplies them so: ``u^T = x^T W``.

Of such a text ``x^T`` is what others call x, one example in each row, and x alone is
its transpose: ``\nabla_W L = x \nabla_{u^T} L`` is ``\nabla_W L = x^T \nabla_u L``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["with_vectors_as_rows"]


def with_vectors_as_rows(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with ``x`` for ``x^T``, and the other way round.

    So it is where every sum of the forward pass is one of rows, two of them at least,
    and so are the vectors that the cost is derived by.

    >>> lines = [r"u^T = x^T W", r"h^T = f(u)", r"y^\top = h^\top S"]
    >>> lines += [r"\nabla_S L = h \cdot \frac{\partial L}{\partial y^T}"]
    >>> for line in with_vectors_as_rows(lines):
    ...     print(line)
    u = x W
    h = f(u)
    y = h S
    \nabla_S L = h^T \cdot \frac{\partial L}{\partial y}
    >>> with_vectors_as_rows([r"z = W x", r"u^T = x^T W"])
    ['z = W x', 'u^T = x^T W']
    """
    text = "\n".join(formulas)
    sums = len(_OF_ROWS.findall(text))
    vectors = "".join(sorted(set(_ROW.findall(text))))
    if sums < _SUMS or r"\delta" in text:
        return list(formulas)
    by_rows = re.search(rf"{_BY}[{vectors}]\s*{_TRANSPOSE}", text)
    by_columns = re.search(rf"{_BY}[{vectors}](?![A-Za-z_^]|\s*{_TRANSPOSE})", text)
    summed = re.search(rf"(?<![A-Za-z\\])[A-Z]\s*[{vectors}](?![A-Za-z_^])", text)
    if by_rows is None or by_columns is not None or summed is not None:
        return list(formulas)
    either = re.compile(
        rf"(?<![A-Za-z\\])(?P<of>[{vectors}])"
        rf"(?:(?P<turned>\s*{_TRANSPOSE})|(?![A-Za-z(_^]))"
    )

    def turned(found: re.Match[str]) -> str:
        before = found.string[max(0, found.start() - _NEAR) : found.start()]
        if found["turned"]:
            behind = found.string[found.end() : found.end() + 1]
            return found["of"] + " " * behind.isalpha()  # h S for h^TS
        return found[0] if _NO_FACTOR.search(before) else f"{found['of']}^T"

    return [either.sub(turned, one) for one in formulas]


_SUMS: Final = 2
_NEAR: Final = 60  # signs before a vector
_TRANSPOSE: Final = r"\^\s*(?:T|\\top|\\intercal|\{\s*(?:T|\\top|\\intercal)\s*\})"
_ROW: Final = re.compile(rf"(?<![A-Za-z\\])([a-z])\s*{_TRANSPOSE}")
_OF_ROWS: Final = re.compile(
    rf"{_ROW.pattern}\s*=\s*{_ROW.pattern}\s*(?:\\cdot\s*)?[A-Z](?![A-Za-z])"
)
_BY: Final = r"(?:\\nabla_\s*\{?|\{\s*\\partial)\s*\{?\s*"
# an argument, or what is derived, or by what
_NO_FACTOR: Final = re.compile(
    r"(?:(?<=[A-Za-z}])(?<!\\left)(?<!\\big)(?<!\\Big)\(|,|\\partial"
    r"|\\nabla_\s*(?:\w|\{[^{}]{1,9}\}))\s*$"
)
