"""Convert a state dictionary to named arrays, as files hold them, and back.

In `Module.state_dict` each name stands for one number. Names that differ only in their
indexes form one array: ``offsets.0`` and ``offsets.1`` become ``offsets`` (2,). The
``neurons.j.w.k`` of a layer become ``weight`` (n_out, n_in), its ``neurons.j.b`` become
``bias`` (n_out,), as in PyTorch.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from itertools import product
from typing import Final, NamedTuple

from autograd_scalar import DataError
from nn.arguments import shortened, some

__all__ = ["Array", "arrays_of", "numbers_of"]

Shape = tuple[int, ...]

_WEIGHT: Final = re.compile(r"(?<![^.])neurons\.([0-9]+)\.w\.([0-9]+)$")
_BIAS: Final = re.compile(r"(?<![^.])neurons\.([0-9]+)\.b$")
_MOST_AXES: Final = 8  # indexes of deeper lists become part of the name
_LARGEST_INT: Final = 2**53  # a larger integer may have been rounded by its writer


class Array(NamedTuple):
    """The numbers under one name, row by row; the shape () means a single number.

    In an array that was read from a file they may be any objects: `numbers_of` checks.
    """

    shape: Shape
    numbers: list[object]


class _Place(NamedTuple):
    """The shape of an array, and the names of its numbers in the state, row by row."""

    shape: Shape
    names: list[str]


def arrays_of(state: Mapping[str, float]) -> dict[str, Array]:
    """Convert a state dictionary to arrays.

    >>> arrays_of({"scale": 2.0, "offsets.0": 1.0, "offsets.1": 3.0})
    {'scale': Array(shape=(), numbers=[2.0]),
     'offsets': Array(shape=(2,), numbers=[1.0, 3.0])}

    Raises:
        DataError: a number is nan or infinite.
    """
    found = {}
    for name, (shape, names) in _places(state).items():
        array = Array(shape, [state[entry] for entry in names])
        _check(name, array)
        found[name] = array
    return found


def numbers_of(
    arrays: Mapping[str, Array], names: Iterable[str], owner: str
) -> dict[str, float]:
    """Convert the arrays of a file to the state dictionary with these names.

    >>> numbers_of({"offsets": Array((2,), [1, 3.0])}, ["offsets.0", "offsets.1"], "M")
    {'offsets.0': 1.0, 'offsets.1': 3.0}

    Raises:
        DataError: names or shapes are not those of the ``owner``, or an entry is not a
            finite number.
    """
    places = _places(names)
    missing = [name for name in places if name not in arrays]
    unexpected = [name for name in arrays if name not in places]
    if missing or unexpected:
        msg = (
            f"it does not fit this {owner}: missing {some(missing)}, unexpected"
            f" {some(unexpected)}; build the network as it was saved"
        )
        raise DataError(msg)
    state: dict[str, float] = {}
    for name, (shape, entries) in places.items():
        array = arrays[name]
        if array.shape != shape:
            msg = (
                f"{name} has the shape {shortened(str(array.shape))} in the file,"
                f" {shape} in this {owner}; build the network as it was saved"
            )
            raise DataError(msg)
        state.update(zip(entries, _check(name, array), strict=True))
    return state


def _places(names: Iterable[str]) -> dict[str, _Place]:
    """Group names into arrays, in the order of their first numbers."""
    groups: dict[str, list[tuple[Shape, str]]] = {}
    for name in names:
        base, index = _indexed(name)
        groups.setdefault(base, []).append((index, name))
    places: dict[str, _Place] = {}
    for base, members in groups.items():
        shape = _shape([index for index, _ in members])
        if shape is None:  # rows of different lengths or a shared weight
            places |= {name: _Place((), [name]) for _, name in members}
        else:
            places[base] = _Place(shape, [name for _, name in members])
    return places


def _indexed(name: str) -> tuple[str, Shape]:
    """Split a name of the state into the name of an array and an index.

    >>> _indexed("layers.0.neurons.4.w.1"), _indexed("offsets.2")
    (('layers.0.weight', (4, 1)), ('offsets', (2,)))
    """
    parts = _BIAS.sub(r"bias.\1", _WEIGHT.sub(r"weight.\1.\2", name)).split(".")
    n = len(parts)
    while n > 1 and len(parts) - n < _MOST_AXES and parts[n - 1].isdecimal():
        n -= 1
    return ".".join(parts[:n]), tuple(map(int, parts[n:]))


def _shape(indexes: list[Shape]) -> Shape | None:
    """Return the shape of an array with exactly these indexes, row by row, or None.

    >>> _shape([(0, 0), (0, 1), (1, 0), (1, 1)]), _shape([(0, 0), (0, 1), (1, 0)])
    ((2, 2), None)
    """
    shape = tuple(1 + max(axis) for axis in zip(*indexes, strict=False))
    if math.prod(shape) != len(indexes):
        return None
    return shape if indexes == list(product(*map(range, shape))) else None


def _check(name: str, array: Array) -> list[float]:
    """Return the numbers of an array as floats, if all are finite numbers."""
    found: list[float] = []
    for k, x in enumerate(array.numbers):
        if type(x) is float and math.isfinite(x):
            found.append(x)
        elif type(x) is int and abs(x) <= _LARGEST_INT:
            found.append(float(x))
        else:
            msg = f"{_at(name, array.shape, k)} is {_defect(x)}"
            raise DataError(msg)
    return found


def _at(name: str, shape: Shape, k: int) -> str:
    """Return the name of the k-th number of an array.

    >>> _at("weight", (2, 3), 5)
    'weight[1][2]'
    """
    index: list[int] = []
    for n in reversed(shape):
        k, i = divmod(k, n)
        index.append(i)
    return name + "".join(f"[{i}]" for i in reversed(index))


def _defect(x: object) -> str:
    if type(x) is float:
        return f"{x}, but a file holds finite numbers only; did the training diverge?"
    if type(x) is int:
        return "an integer beyond 2**53, perhaps rounded; write it with a point"
    return f"of type {type(x).__name__}, expected a number"
