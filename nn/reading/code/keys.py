"""Entries of dictionaries by a name with a layer: ``params["W" + str(l)]`` is W[l]."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["with_layers_for_keys"]


def with_layers_for_keys(text: str, copies: bool = False) -> str:
    """Return the text with ``W[l]`` for such entries, where they are computed with.

    >>> line = 'grads["dW" + str(l)] = d @ cache[f"A{l-1}"].T'
    >>> with_layers_for_keys(line)
    'dW[l] = d @ A[l-1].T'

    A line that only takes one out, or puts one in, says nothing of its own. Without
    ``copies`` it stays as it is.

    >>> with_layers_for_keys('W = params["W" + str(l)]')
    'W = params["W" + str(l)]'
    """
    if "str(" not in text and "{" not in text:
        return text
    return "\n".join(
        line if not copies and _COPIES.fullmatch(line) else _ENTRY.sub(_placed, line)
        for line in text.split("\n")
    )


def _placed(found: re.Match[str]) -> str:
    name = found["word"] or found["name"]
    index = (found["inner"] or found["index"]).replace(" ", "")
    of_gradients = _GRADIENTS.search(found["owner"]) and not name.startswith("d")
    return f"{'d' if of_gradients else ''}{name.rstrip('_')}[{index}]"


_INDEX: Final = r"\s*(?:[A-Za-z_]\w{0,12})(?:\s*[-+]\s*[0-9])?\s*"
_KEY: Final = (
    rf"[fF](?P<quote>[\"'])(?P<word>[A-Za-z_]{{1,40}})\{{(?P<inner>{_INDEX})\}}(?P=quote)"
    rf"|(?P<mark>[\"'])(?P<name>[A-Za-z_]{{1,40}})(?P=mark)\s*\+\s*(?:str|repr)\((?P<index>{_INDEX})\)"
)
_ENTRY: Final = re.compile(rf"(?P<owner>[A-Za-z_][\w.]{{0,40}})\[\s*(?:{_KEY})\s*\]")
_ANY: Final = r"[A-Za-z_][\w.]{0,40}(?:\[[^\[\]]{1,40}\])?"
_COPIES: Final = re.compile(rf"\s*{_ANY}\s*=\s*{_ANY}\s*(?:#.*)?")
_GRADIENTS: Final = re.compile(r"grads?|gradients?|derivatives")
