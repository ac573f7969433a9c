r"""A name for an activation that is said to be its derivative, ``g(Z)`` for ``g'(Z)``.

People write ``dZ = dA * g(Z)``, and below it that ``g(Z)`` is the derivative of the
ReLU, though the forward pass has ``A = g(Z)`` as well. What they say is what they mean.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["with_slopes_as_said"]


def with_slopes_as_said(text: str) -> str:
    r"""Return the text with a prime at such a name, where it stands in a gradient.

    >>> print(with_slopes_as_said(r"$A = g(Z)$, $dZ = dA \odot g(Z)$"))
    $A = g(Z)$, $dZ = dA \odot g(Z)$
    >>> said = r"$A = g(Z)$, $dZ = dA \odot g(Z)$, where $g(Z)$ is the derivative of g."
    >>> print(with_slopes_as_said(said))
    $A = g(Z)$, $dZ = dA \odot g'(Z)$, where $g'(Z)$ is the derivative of g.

    So too where it is given by its cases, which are 1 and 0.
    """
    if len(text) > _LONGEST or "derivative of" not in text:
        return text
    for name in dict.fromkeys(found["name"] for found in _SAID.finditer(text)):
        called = re.compile(rf"(?<![A-Za-z\\]){re.escape(name)}(?=\s*(?:\\left)?\()")
        text = called.sub(_with_prime, text)
    return text


def _with_prime(call: re.Match[str]) -> str:
    """Return a function's name, with a prime if it can only be a slope there."""
    before = call.string[max(0, call.start() - _NEAR) : call.start()]
    behind = call.string[call.end() : call.end() + _NEAR]
    here = _STARTS.split(before)[-1]
    is_said = not here.strip() and (_BY_CASES.match(behind) or _IS_ONE.match(behind))
    return f"{call[0]}'" if is_said or _OF_A_GRADIENT.match(here) else call[0]


_LONGEST: Final = 40_000  # characters
_NEAR: Final = 200
_IS_ONE: Final = re.compile(
    r"\s*(?:\\left)?\([^()$=]{1,40}\)\s*\$\s+(?:is|denotes|means|stands for)\s+"
    r"(?:just\s+)?the\s+(?:first\s+)?derivative\s+of\b"
)
_SAID: Final = re.compile(
    r"\$\s*(?P<name>(?:\\[A-Za-z]{1,9}|[A-Za-z])"
    r"(?:_(?:\w|\{(?:[^{}$]|\{[^{}$]{0,20}\}){1,20}\}))?)"
    rf"(?={_IS_ONE.pattern})"
)
_BY_CASES: Final = re.compile(
    r"\s*(?:\\left)?\([^()$=]{1,40}\)\s*&?=\s*\\begin\s*\{cases\}\s*[01]\s*(?:&|,|\\text)"
)
_STARTS: Final = re.compile(r"\$|\n|\\\\|\\q?quad(?![A-Za-z])|\\[(\[]")
_OF_A_GRADIENT: Final = re.compile(
    r"[\s&]*(?:d[A-Za-z]|\\(?:delta|Delta|d?frac\s*\{\s*\\partial|nabla)(?![A-Za-z]))[^=]*="
)
