"""Weights as JSON: a file to open and read, whose lines are the rows of matrices.

    {
      "format": "autograd-scalar weights",
      "version": 1,
      "weights": {
        "layers.0.weight": [
          [0.5, -1.25]
        ],
        "layers.0.bias": [0.0]
      }
    }

A shape is how the brackets nest, so that it is nowhere said twice. Numbers are written
with the fewest digits that give the same float64.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Final, cast

from autograd_scalar import DataError
from nn.module import shortened, some
from nn.weights.arrays import Array

__all__ = ["read", "strict", "write"]


FORMAT: Final = "autograd-scalar weights"
VERSION: Final = 1
_DIGITS: Final = 400  # no finite float64 has as many before the point


def write(arrays: Mapping[str, Array]) -> bytes:
    """The file of these arrays.

    >>> print(write({"scale": Array((), [0.5])}).decode())
    {
      "format": "autograd-scalar weights",
      "version": 1,
      "weights": {
        "scale": 0.5
      }
    }
    """
    entries = [
        f"\n    {json.dumps(name)}: {_text(array)}" for name, array in arrays.items()
    ]
    return (
        f'{{\n  "format": {json.dumps(FORMAT)},\n  "version": {VERSION},\n'
        f'  "weights": {{{",".join(entries)}\n  }}\n}}\n'
    ).encode()


def _text(array: Array) -> str:
    """Nested lists; of two axes or more, each row of the first on its own line."""
    rows = array.numbers
    for n in reversed(array.shape[1:]):
        rows = [rows[i : i + n] for i in range(0, len(rows), n)]
    if len(array.shape) > 1:
        return "[\n      " + ",\n      ".join(map(json.dumps, rows)) + "\n    ]"
    return json.dumps(rows if array.shape else rows[0])


def read(raw: bytes) -> dict[str, Array]:
    """The arrays of a file; what they hold may still be anything but a list.

    Raises:
        DataError: no JSON, or not of this format and version; a name stands twice.
    """
    given = strict(raw)
    if not isinstance(given, dict) or given.get("format") != FORMAT:
        msg = f'it has no "format": "{FORMAT}"; save_weights writes files that have'
        raise DataError(msg)
    version = given.get("version")
    if type(version) is not int or version != VERSION:
        got = str(version) if type(version) is int else type(version).__name__
        msg = (
            f"it needs version {VERSION}, got {shortened(got)}; another release of"
            " autograd-scalar may know that one"
        )
        raise DataError(msg)
    weights = given.get("weights")
    others = [key for key in given if key not in {"format", "version", "weights"}]
    if not isinstance(weights, dict) or others:
        msg = (
            'it needs "weights" in braces beside format and version, and nothing else;'
            f" got {type(weights).__name__}, and besides {some(others)}"
        )
        raise DataError(msg)
    return {name: _array(name, value) for name, value in weights.items()}


def _array(name: str, value: object) -> Array:
    """Nested lists as an array, level by level: nesting is not bounded here."""
    shape: list[int] = []
    level = [value]
    while any(type(x) is list for x in level):
        widths = {len(x) if type(x) is list else -1 for x in level}
        if len(widths) > 1:
            msg = f"the rows of {some([name])} are not all of one length"
            raise DataError(msg)
        shape += widths
        level = [x for row in level for x in cast("list[object]", row)]
    return Array(tuple(shape), level)


def strict(raw: bytes) -> object:
    """What JSON text says, if it says no name twice.

    >>> strict(b'{"a": [1, -0.0]}')
    {'a': [1, -0.0]}

    Raises:
        DataError: no UTF-8, no JSON, cut off, nested too deep, a name stands twice.
    """
    try:
        return json.loads(
            raw.decode("utf-8-sig"), object_pairs_hook=_once, parse_int=_integer
        )
    except UnicodeDecodeError as error:
        msg = f"byte {error.start} is no UTF-8; it is damaged, or of another program"
        raise DataError(msg) from error
    except json.JSONDecodeError as error:
        msg = f"it is no JSON, or cut off: {error}; save it again"
        raise DataError(msg) from error
    except RecursionError:
        msg = "its brackets are nested too deep; it is no file of weights"
        raise DataError(msg) from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = [name for name, n in counts.items() if n > 1]
        msg = f"more than one entry is named {some(twice)}; keep the right one"
        raise DataError(msg)
    return found


def _integer(text: str) -> int | float:
    """Python refuses to read very long integers; as a float64 these are infinite."""
    return int(text) if len(text) <= _DIGITS else float(text)
