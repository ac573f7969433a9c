"""One function for the two of which an option chooses: ``relu(z) if a else tanh(z)``.

A program that leaves the activation open writes its forward pass and its slopes so. In
both cases it is the activation of the layer, or its derivative. No line is added or
lost.
"""

from __future__ import annotations

import re
from typing import Final

from nn.reading.code.names import is_of_slope

__all__ = ["with_either_function"]


def with_either_function(text: str) -> str:
    r"""Return the text with one function where a condition chooses between two.

    >>> with_either_function("h = relu(z) if self.act == 'relu' else np.tanh(z)")
    'h = act(z)'
    >>> with_either_function("g = d_relu(z) if relu else d_tanh(z) if b else d_sig(z)")
    'g = deriv(z)'
    >>> with_either_function("h = relu(z) if a else d_relu(z)")
    'h = relu(z) if a else d_relu(z)'
    """
    for _ in range(_MOST):
        new = _EITHER.sub(_as_one, text)
        if new == text:
            break
        text = new
    return text


def _as_one(found: re.Match[str]) -> str:
    """Return one call for two, with the line breaks that stood in them behind it."""
    one, other = (
        found[name].removeprefix("np.").removeprefix("self.")
        for name in ("one", "other")
    )
    if is_of_slope(one) != is_of_slope(other):
        return found[0]
    if not all(map(_OF_ACTIVATION.search, (one, other))):
        return found[0]
    name = "deriv" if is_of_slope(one) else "act"
    breaks = "\n" * found[0].count("\n")
    return f"{name}({found['of']}){breaks}"


_MOST: Final = 4  # functions to choose from
_BREAK: Final = r"[ \t]{1,20}(?:\\?[ \t]{0,9}\n[ \t]{0,80})?"
_EITHER: Final = re.compile(
    r"(?<![\w.])(?P<one>[A-Za-z_][\w.]{1,40})\((?P<of>[^()\n]{1,60})\)"
    rf"{_BREAK}if[ \t](?:(?!\belse\b)[^\n#]){{1,80}}?{_BREAK}else[ \t]{{1,20}}"
    r"(?P<other>[A-Za-z_][\w.]{1,40})\((?P=of)\)"
)
_OF_ACTIVATION: Final = re.compile(
    r"(?i:relu|sig|tanh|act|elu|soft|linear|identity|logistic|deriv|prime|swish)"
)
