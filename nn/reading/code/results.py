r"""Name what functions return that compute derivatives: their name says of what.

``def gradient_bias_out(d):`` with ``return np.sum(d, axis=0)`` states the derivative by
the biases of the output layer, as an assignment does.
"""

from __future__ import annotations

import re
from typing import Final

from nn.reading.code.names import quantity_of_words

__all__ = ["is_one_formula", "with_results_named"]


def with_results_named(text: str) -> str:
    r"""Return the text with assignments for what such functions return.

    >>> print(with_results_named("def grad_w_out(h, d):\n    return  h.T @ d"))
    def grad_w_out(h, d):
        grad_w_out = h.T @ d
    >>> with_results_named("def f(z):\n    return 1/(1 + np.exp(-z))").endswith("-z))")
    True
    """
    if "return" not in text:
        return text
    lines = text.split("\n")
    name = ""
    for i, line in enumerate(lines):
        begins = _BEGINS.match(line)
        if begins is not None:
            name = begins["name"] if _is_of_a_derivative(begins["name"]) else ""
        elif _ENDS.match(line):
            name = ""
        found = _RETURNS.match(line) if name else None
        if found is not None and is_one_formula(found["formula"]):
            lines[i] = f"{found['before']}{name} = {found['formula']}"
        name = "" if found is not None else name
    return "\n".join(lines)


def is_one_formula(text: str) -> bool:
    """Return whether something is computed, and neither chosen nor one of several."""
    depth = 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if depth < 0 or (depth == 0 and sign in ",="):
            return False
    return not depth and bool(_COMPUTES.search(text)) and not _CHOOSES.search(text)


def _is_of_a_derivative(name: str) -> bool:
    """Return whether a function is called a derivative, or an error, of the network."""
    quantity = quantity_of_words(name)
    is_derivative = quantity is not None and quantity.name.startswith("d")
    return is_derivative or _OF_AN_ERROR.fullmatch(name) is not None


_BEGINS: Final = re.compile(r"[ \t]*def[ \t]+(?P<name>\w{1,60})[ \t]*\(")
_ENDS: Final = re.compile(r"\s*(?:class\b|```|~~~)")
_RETURNS: Final = re.compile(
    r"(?P<before>[ \t]+)return\s+(?P<formula>[^\n#'\"\[\]{}]{1,300})$"
)
_COMPUTES: Final = re.compile(r"[-*@/]|\b(?:sum|mean|dot|multiply|matmul|outer)\(")
_CHOOSES: Final = re.compile(r"\b(?:if|for|lambda|and|or|not)\b|==")
_OF_AN_ERROR: Final = re.compile(
    r"(?:error|delta)_(?:output|out|hidden|hid|o|h)"
    r"|(?:output|out|hidden|hid)_(?:error|delta)"
)
