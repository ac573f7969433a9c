"""Weights as JSON, readable for people: each line is a row of a matrix.

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

The nesting of the brackets is the shape. Numbers are written with the fewest digits
that give the same float64.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Final, cast

from autograd_scalar import DataError
from nn.arguments import shortened, some
from nn.weights.arrays import Array

__all__ = ["read", "strict", "write"]

_FORMAT: Final = "autograd-scalar weights"
_VERSION: Final = 1
_DIGITS: Final = 400  # more than any finite float64 has before the point


def write(arrays: Mapping[str, Array]) -> bytes:
    """Return a file with these arrays.

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
        f'{{\n  "format": {json.dumps(_FORMAT)},\n  "version": {_VERSION},\n'
        f'  "weights": {{{",".join(entries)}\n  }}\n}}\n'
    ).encode()


def _text(array: Array) -> str:
    """Write nested lists; with two axes or more, each row gets its own line."""
    rows = array.numbers
    for n in reversed(array.shape[1:]):
        rows = [rows[i : i + n] for i in range(0, len(rows), n)]
    if len(array.shape) > 1:
        return "[\n      " + ",\n      ".join(map(json.dumps, rows)) + "\n    ]"
    return json.dumps(rows if array.shape else rows[0])


def read(raw: bytes) -> dict[str, Array]:
    """Return the arrays of a file; their entries are not checked yet.

    Raises:
        DataError: it is not JSON of this format and version, or repeats a name.
    """
    given = strict(raw)
    if not isinstance(given, dict) or given.get("format") != _FORMAT:
        msg = f'it has no "format": "{_FORMAT}"; load a file that save_weights wrote'
        raise DataError(msg)
    version = given.get("version")
    if type(version) is not int or version != _VERSION:
        got = str(version) if type(version) is int else type(version).__name__
        msg = (
            f"it needs version {_VERSION}, got {shortened(got)}; load it with the"
            " release of autograd-scalar that wrote it"
        )
        raise DataError(msg)
    weights = given.get("weights")
    others = [key for key in given if key not in {"format", "version", "weights"}]
    if not isinstance(weights, dict) or others:
        msg = (
            'it needs an object "weights" beside format and version, and nothing else;'
            f" got {type(weights).__name__}, and besides {some(others)}"
        )
        raise DataError(msg)
    return {name: _array(name, value) for name, value in weights.items()}


def _array(name: str, value: object) -> Array:
    """Convert nested lists to an array, level by level: they may nest to any depth."""
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
    """Parse JSON, and raise if an object repeats a name.

    >>> strict(b'{"a": [1, -0.0]}')
    {'a': [1, -0.0]}

    Raises:
        DataError: it is not UTF-8 or not JSON, nested too deep, or repeats a name.
    """
    try:
        return json.loads(
            raw.decode("utf-8-sig"), object_pairs_hook=_once, parse_int=_integer
        )
    except UnicodeDecodeError as error:
        msg = f"byte {error.start} is not UTF-8; it is damaged, or no file of weights"
        raise DataError(msg) from error
    except json.JSONDecodeError as error:
        msg = f"it is not JSON, or cut off: {error}; save it again"
        raise DataError(msg) from error
    except RecursionError:
        msg = "its brackets are nested too deep; it is not a file of weights"
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
    """Parse an integer; very long ones, on which int() raises, become infinite."""
    return int(text) if len(text) <= _DIGITS else float(text)
