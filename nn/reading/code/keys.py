"""Entries of dictionaries by a name with a layer: ``params["W" + str(l)]`` is W[l]."""

from __future__ import annotations

import re
from collections.abc import Mapping
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

    Where there is a layer L + 1, as behind L hidden ones, that is the last:

    >>> with_layers_for_keys("g[f'dW{self.L + 1}'] = d @ c[f'A{self.L}'].T")
    'dW[L] = d @ A[L-1].T'
    """
    if "str(" not in text and "{" not in text:
        return text
    behind = any(_index(found) == "L+1" for found in _ENTRY.finditer(text))

    def placed(found: re.Match[str]) -> str:
        return _placed(found, _BEFORE if behind else {})

    return "\n".join(
        line if not copies and _COPIES.fullmatch(line) else _ENTRY.sub(placed, line)
        for line in text.split("\n")
    )


def _index(found: re.Match[str]) -> str:
    return (found["inner"] or found["index"]).replace(" ", "").removeprefix("self.")


def _placed(found: re.Match[str], others: Mapping[str, str]) -> str:
    name = found["word"] or found["name"]
    index = _index(found)
    index = others.get(index, index)
    of_gradients = _GRADIENTS.search(found["owner"]) and not name.startswith("d")
    return f"{'d' if of_gradients else ''}{name.rstrip('_')}[{index}]"


_BEFORE: Final = {"L+1": "L", "L": "L-1", "L-1": "L-2"}
_INDEX: Final = r"\s*(?:self\.)?(?:[A-Za-z_]\w{0,12})(?:\s*[-+]\s*[0-9])?\s*"
_KEY: Final = (
    rf"[fF](?P<quote>[\"'])(?P<word>[A-Za-z_]{{1,40}})\{{(?P<inner>{_INDEX})\}}(?P=quote)"
    rf"|(?P<mark>[\"'])(?P<name>[A-Za-z_]{{1,40}})(?P=mark)\s*\+\s*(?:str|repr)\((?P<index>{_INDEX})\)"
)
_ENTRY: Final = re.compile(rf"(?P<owner>[A-Za-z_][\w.]{{0,40}})\[\s*(?:{_KEY})\s*\]")
_ANY: Final = r"[A-Za-z_][\w.]{0,40}(?:\[[^\[\]]{1,40}\])?"
_COPIES: Final = re.compile(rf"\s*{_ANY}\s*=\s*{_ANY}\s*(?:#.*)?")
_GRADIENTS: Final = re.compile(r"grads?|gradients?|derivatives")
