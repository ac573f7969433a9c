r"""Powers of e and differentials of a plain line, as code calls them.

``e^x1`` is no product of e^x and 1 where nothing is marked as LaTeX, and the
derivative by ``predicted`` is written ``d(predicted)`` where it is a word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

__all__ = ["with_calls_of_exp"]


def with_calls_of_exp(text: str) -> str:
    r"""Return the text with ``exp(x1)`` for ``e^x1`` in lines that are not LaTeX.

    >>> with_calls_of_exp("h1 = log(1 + e^x1); o = 1/(1 + e^-net_o)")
    'h1 = log(1 + exp(x1)); o = 1/(1 + exp(-net_o))'
    >>> with_calls_of_exp("dL/d(out) = -2 * (t - out)")
    'dL/dout = -2 * (t - out)'

    A layer or a transpose may stand above an error e, and in LaTeX a brace is needed:

    >>> text = "e^l = W^T e^T, $e^x1$"
    >>> with_calls_of_exp(text) == text
    True
    """
    if "e^" not in text and "e**" not in text and not _BRACKETED.search(text):
        return text
    made = {one[1] for one in _MADE.finditer(text)}
    by_case = {name.lower(): name for name in made}
    return "\n".join(
        line if "\\" in line or "$" in line else _plainly(line, by_case)
        for line in text.split("\n")
    )


def _plainly(line: str, made: Mapping[str, str]) -> str:
    """Return a line with calls of exp; ``made``: what is computed, by small letters."""

    def named(found: re.Match[str]) -> str:
        d, name = (each for each in found.groups() if each)
        return f"{d}{made.get(name.lower(), name)}"

    line = _BRACKETED.sub(named, line)
    return _POWER.sub(lambda one: f"exp({one['minus'] or ''}{one['name']})", line)


_MADE: Final = re.compile(r"^\s*([A-Za-z]\w{0,20})\s*=(?!=)", re.MULTILINE)
_D: Final = r"(?<![A-Za-z0-9_])(d|∂)"
_BRACKETED: Final = re.compile(  # behind a slash, or before one that a d follows
    rf"(?:(?<=/)|(?<=/ )){_D}\((?P<below>[A-Za-zŷ]\w{{0,20}})\)"
    rf"|{_D}\((?P<above>[A-Za-zŷ]\w{{0,20}})\)(?=\s?/\s?[d∂])"
)
# of a name with a number or of several letters; of any name behind a minus
_POWER: Final = re.compile(
    r"(?<![A-Za-z0-9_.)\]])e(?:\^|\*\*)"
    r"(?:(?P<minus>[-−])\s?(?=[A-Za-z_])|(?=[A-Za-z]{1,8}_?\w{0,8}[0-9]|[a-z]{2,8}\b))"
    r"(?P<name>[A-Za-z]\w{0,20})(?![\w(\[^'])"
)
