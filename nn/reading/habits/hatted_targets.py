r"""Targets that are the activations' letter under a hat: ``a^L_j - \hat{a}_j``."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["with_hatted_targets"]


def with_hatted_targets(text: str) -> str:
    r"""Return a text with y for the hatted letter that activations are compared with.

    It is one where the letter alone is what a function makes, nothing makes the hatted
    one, and no target has a letter of its own.

    >>> with_hatted_targets(r"$a_j = f(z_j)$: $2 (a_j^{[L]} - \hat{a_j^{[L]}})$")
    '$a_j = f(z_j)$: $2 (a_j^{[L]} - y_j)$'
    >>> with_hatted_targets(r"$o = f(s)$ and $\delta = o - \hat o$")
    '$o = f(s)$ and $\\delta = o - y$'
    >>> with_hatted_targets(r"$a = f(z)$, $\hat a = f(\hat z)$, $d = a - \hat a$")
    '$a = f(z)$, $\\hat a = f(\\hat z)$, $d = a - \\hat a$'
    """
    compared = _COMPARED.search(text)
    if compared is None or _OTHER_TARGET.search(text) is not None:
        return text
    letter = compared["first"] or compared["second"]
    is_made = re.search(rf"(?<![A-Za-z\\]){letter}{_SCRIPTS}\s*=\s*{_CALL}", text)
    hatted = re.compile(_hatted(letter))
    makes_hatted = re.search(rf"{hatted.pattern}\s*=", text)
    if is_made is None or makes_hatted is not None:
        return text
    return hatted.sub(_target, text)


def _target(found: re.Match[str]) -> str:
    r"""Return y with the index of a neuron, and no layer: it has only one."""
    index = _INDEX.search(found[0])
    return f"y{index[0].replace(' ', '')}" if index else "y"


_SCRIPTS: Final = r"(?:\s?[_^]\s?(?:\{[^{}]{1,20}\}|\w)){0,2}"
_CALL: Final = (
    r"(?:\\[a-z]{1,10}|[fgh])(?:[_^](?:\{[^{}]{1,20}\}|\w)){0,2}\s?(?:\\left)?\("
)
_INDEX: Final = re.compile(r"_\s?(?:\{\s?[a-z]\s?\}|[a-z])")


def _hatted(letter: str) -> str:
    """Return the pattern of a letter under a hat, its scripts inside or behind."""
    inside = rf"\{{\s?{letter}{_SCRIPTS}\s?\}}"
    return rf"\\(?:wide)?hat\s?(?:{inside}|{letter}(?![A-Za-z])){_SCRIPTS}"


_COMPARED: Final = re.compile(
    rf"(?<![A-Za-z\\{{])(?P<first>[aoh]){_SCRIPTS}\s*[-−]\s*{_hatted('(?P=first)')}"
    rf"|\\(?:wide)?hat\s?\{{?\s?(?P<second>[aoh]){_SCRIPTS}\s?\}}?{_SCRIPTS}"
    rf"\s*[-−]\s*(?P=second)(?![A-Za-z])"
)
_OTHER_TARGET: Final = re.compile(r"(?<![A-Za-z\\'’])[yt](?:\s?[_^]|\s*[-−=)}])")
