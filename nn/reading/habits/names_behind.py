r"""Names that stand behind what they are given to: ``\partial C/\partial Z = G =: S``.

The colon stands at the name, and all other rules look for it in front: ``S := ...``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["with_names_first"]


def with_names_first(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas with the names in front that stand behind ``=:``.

    >>> with_names_first([r"\frac{\partial C}{\partial U} = G B^T =: \mathbf{S}."])
    ['\\mathbf{S} := \\frac{\\partial C}{\\partial U} = G B^T']

    Two equations in one formula, and a delta, stay as they are:

    >>> with_names_first([r"a = b, \quad c =: d", r"\nabla_z C =: \delta"])
    ['a = b, \\quad c =: d', '\\nabla_z C =: \\delta']
    """
    return [
        _NAMED_BEHIND.sub(_in_front, one) if "=" in one else one for one in formulas
    ]


def _in_front(found: re.Match[str]) -> str:
    """Return the equation with its name first, and the line breaks around it."""
    breaks = "\n" * found["end"].count("\n")
    return f"{found['before']}{found['name']} := {found['body'].rstrip()}{breaks}"


_NAMED_BEHIND: Final = re.compile(
    r"^(?P<before>\s*)(?=\S)(?P<body>(?:(?!\\\\|\\q?quad(?![A-Za-z])|\\begin|[,;]\s|=:|&).){1,400}?)"
    r"(?P<end>\s*(?:=:|\\eqqcolon)\s*"
    r"(?P<name>(?:\\(?:mathbf|boldsymbol|bm|mathrm|vec)\s*\{\s*[A-Za-z]\s*\}|[A-Za-z])"
    r"(?:\s*[_^]\s*(?:\w|\{[^{}]{1,20}\})){0,2})"
    r"\s*[.,;]?\s*)$",
    re.DOTALL,
)
