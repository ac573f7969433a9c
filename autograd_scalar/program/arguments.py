"""The arguments of a compiled function: their numbers, their shape, their leaves.

An argument is a number, a Value, an array, or lists, tuples and dicts of these. Its key
says all but the numbers: calls with equal keys run the same program.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np

from autograd_scalar.errors import OperandError, ShapeError
from autograd_scalar.graph.value import Value
from autograd_scalar.operands import real, shown
from autograd_scalar.program.integers import Integer
from autograd_scalar.program.tape import Floats

__all__ = ["Filler", "Key", "key_of", "leaves_in"]

Key: TypeAlias = tuple[Any, ...]

_DEEPEST: Final = 50  # containers in one another
_FIXED: Final = (bool, str, bytes, type(None))  # part of the key
_ALL_FLOATS: Final = {float}
_ALL_INTS: Final = {int}
_EXACT: Final = 2**53  # integers up to here are floats
_FLOAT64: Final = np.dtype(np.float64)
_Array: Final = np.ndarray
_INTEGER: Final = "integer"
_NUMBER: Final = "number"
_ARRAYS: Final = "arrays"


def key_of(tree: Any, numbers: list[Floats], what: object, *, floats: bool) -> Key:
    """Return all but the numbers of an argument, and append those to ``numbers``.

    With ``floats`` an integer is a number like others, as among what is differentiated.

    >>> numbers = []
    >>> key_of([0.5, np.zeros((2, 2)), 3], numbers, "f(x)", floats=False)
    ('list', ('number',), ('array', 'number', (2, 2)), ('integer',))
    >>> [part.tolist() for part in numbers]
    [[0.5], [0.0, 0.0, 0.0, 0.0], [3.0]]

    Raises:
        OperandError: something in it is neither data nor bool, str, bytes or None.
        ShapeError: containers are nested too deeply, or contain themselves.
    """
    return _key(tree, numbers, what, floats, 0)


def _key(
    tree: Any, numbers: list[Floats], what: object, floats: bool, depth: int
) -> Key:
    kind = type(tree)
    if kind is np.ndarray and tree.dtype != object:
        return _key_of_array(tree, numbers, what, floats=floats)
    if kind is float or kind is Value:
        numbers.append(np.array([tree if kind is float else tree._data]))
        return (_NUMBER,)
    if kind is list or kind is tuple:
        types = {*map(type, tree)}
        if types == _ALL_FLOATS:
            numbers.append(np.array(tree))
            return kind.__name__, kind, len(tree)
        if types == _ALL_INTS and max(map(abs, tree)) <= _EXACT:
            numbers.append(np.array(tree, dtype=np.float64))
            return kind.__name__, _NUMBER if floats else _INTEGER, len(tree)
    if isinstance(tree, _FIXED):
        return "fixed", kind, tree
    if isinstance(tree, np.bool_):
        return "fixed", bool, bool(tree)
    if depth > _DEEPEST:
        msg = f"{what} is nested more than {_DEEPEST} deep; does it contain itself?"
        raise ShapeError(msg)
    if kind is np.ndarray:
        parts = [
            _key(x, numbers, what, floats, depth + 1) for x in tree.ravel().tolist()
        ]
        return "objects", tree.shape, *parts
    if isinstance(tree, (list, tuple)):
        parts = [_key(x, numbers, what, floats, depth + 1) for x in tree]
        return kind.__name__ if kind is list or kind is tuple else kind, *parts
    if kind is dict:
        return _key_of_dict(tree, numbers, what, floats, depth + 1)
    return _key_of_number(tree, numbers, what, floats=floats)


def _key_of_dict(
    tree: Any, numbers: list[Floats], what: object, floats: bool, depth: int
) -> Key:
    if _are_plain(tree):
        shapes = []
        for x in tree.values():
            numbers.append(x.ravel())
            shapes.append(x.shape)
        return _ARRAYS, (*tree,), (*shapes,)
    items = [(name, _key(x, numbers, what, floats, depth)) for name, x in tree.items()]
    return "dict", *items


def _are_plain(tree: dict[Any, Any]) -> bool:
    """Return whether a dict has arrays of float64 only: the common kind, made fast."""
    for x in tree.values():
        if type(x) is not _Array or x.dtype is not _FLOAT64:
            return False
    return True


def _key_of_number(x: Any, numbers: list[Floats], what: object, *, floats: bool) -> Key:
    try:
        number = real(x, "")
    except OperandError:
        msg = (
            f"{what} needs numbers, Values, arrays, or lists, tuples and dicts of"
            f" these, got {type(x).__name__}: {shown(x)}; let the function take it from"
            " outside if it is no data"
        )
        raise OperandError(msg) from None
    numbers.append(np.array([number]))
    is_integer = not floats and isinstance(x, (int, np.integer))
    return (_INTEGER if is_integer else _NUMBER,)


def _key_of_array(
    array: Any, numbers: list[Floats], what: object, *, floats: bool
) -> Key:
    if array.dtype is _FLOAT64:
        numbers.append(array.ravel())
        return "array", _NUMBER, array.shape
    kind = array.dtype.kind
    if kind == "b":
        return "fixed array", array.shape, array.tobytes()
    if kind not in "fiu":
        msg = (
            f"{what} needs real numbers, got an array of {array.dtype}; pass an array"
            " of float64"
        )
        raise OperandError(msg)
    found = array.astype(np.float64, copy=False)
    if array.dtype.itemsize > (7 if kind in "iu" else 8):
        differs = found.astype(array.dtype) != array
        if (differs & (array == array)).any():  # noqa: PLR0124  (nan)
            msg = (
                f"{what} holds numbers that have no exact float64:"
                f" {shown(array[differs][0])}; round them yourself: x.astype(float)"
            )
            raise OperandError(msg)
    numbers.append(found.ravel())
    is_integer = kind in "iu" and not floats
    return "array", _INTEGER if is_integer else _NUMBER, array.shape


# ---- Leaves in the place of numbers --------------------------------------------------


def leaves_in(tree: Any, name: str, found: list[Value], *, floats: bool) -> Any:
    """Return the argument with a leaf for each number, and append those to ``found``.

    The leaves get labels that begin with ``name``, as ``W[0,1]``.

    >>> found = []
    >>> leaves_in({"W": np.zeros((1, 2)), "b": 1.0}, "theta", found, floats=True)
    {'W': array([[Value(data=0.0, grad=0.0, label='W[0,0]'), ...
    >>> [leaf.label for leaf in found]
    ['W[0,0]', 'W[0,1]', 'b']
    """
    return _leaves(tree, (name, ()), found, floats)


def _leaves(
    tree: Any,
    path: tuple[str, tuple[int, ...]],
    found: list[Value],
    floats: bool,
) -> Any:
    stem, places = path
    kind = type(tree)
    if isinstance(tree, (*_FIXED, np.bool_)) or (
        kind is np.ndarray and tree.dtype.kind == "b"
    ):
        return tree
    if kind is np.ndarray:
        if places:
            stem = f"{stem}{'_'.join(map(str, places))}"
        made = np.empty(tree.size, dtype=object)
        indices = np.ndindex(tree.shape)
        for k, (x, index) in enumerate(
            zip(tree.ravel().tolist(), indices, strict=True)
        ):
            made[k] = _leaves(x, (stem, index), found, floats)
        return made.reshape(tree.shape)
    if isinstance(tree, (list, tuple)):
        parts = [
            _leaves(x, (stem, (*places, k)), found, floats) for k, x in enumerate(tree)
        ]
        return kind(*parts) if hasattr(kind, "_fields") else kind(parts)
    if kind is dict:
        return {
            key: _leaves(x, (key if isinstance(key, str) else stem, ()), found, floats)
            for key, x in tree.items()
        }
    label = f"{stem}[{','.join(map(str, places))}]" if places else stem
    if kind is Value:
        leaf = Value(tree._data, tree.label or label)
    else:
        leaf = Value(real(tree, label), label)
    found.append(leaf)
    is_integer = not floats and isinstance(tree, (int, np.integer))
    return Integer(leaf, int(tree)) if is_integer else leaf


class Filler:
    """Puts a gradient into the structure of an argument, one of a kind of them.

    >>> filler = Filler({"W": np.zeros((1, 2)), "b": 1.0})
    >>> filler.filled({"W": np.ones((1, 2)), "b": 2.0}, np.array([1.0, 2.0, 3.0]))
    {'W': array([[1., 2.]]), 'b': 3.0}
    """

    __slots__ = ("_parts",)

    def __init__(self, tree: Any) -> None:
        self._parts: list[tuple[Any, slice, tuple[int, ...]]] | None = None
        if type(tree) is dict and _are_plain(tree):
            ends = np.cumsum([x.size for x in tree.values()]).tolist()
            pieces = map(slice, [0, *ends[:-1]], ends)
            shapes = [x.shape for x in tree.values()]
            self._parts = [*zip(tree, pieces, shapes, strict=True)]

    def filled(self, tree: Any, gradient: Floats) -> Any:
        """Return the numbers in this structure; arrays become float64 arrays."""
        if self._parts is None:
            return _filled(tree, _Numbers(gradient))
        return {
            name: gradient[piece].reshape(shape) for name, piece, shape in self._parts
        }


class _Numbers:
    """A gradient that is read from the front."""

    def __init__(self, gradient: Floats) -> None:
        self._gradient = gradient
        self._place = 0

    def next(self, count: int) -> Floats:
        first = self._place
        self._place = first + count
        return self._gradient[first : self._place]


def _filled(tree: Any, numbers: _Numbers) -> Any:
    kind = type(tree)
    if kind is np.ndarray and tree.dtype.kind not in "bO":
        return numbers.next(tree.size).reshape(tree.shape)
    if isinstance(tree, (*_FIXED, np.bool_)) or (
        kind is np.ndarray and tree.dtype.kind == "b"
    ):
        return tree
    if kind is np.ndarray:
        made = np.empty(tree.size, dtype=object)
        for k, x in enumerate(tree.ravel().tolist()):
            made[k] = _filled(x, numbers)
        is_flat = all(type(x) is float for x in made)
        return made.reshape(tree.shape).astype(np.float64 if is_flat else object)
    if isinstance(tree, (list, tuple)):
        if all(type(x) is float for x in tree):
            parts = numbers.next(len(tree)).tolist()
        else:
            parts = [_filled(x, numbers) for x in tree]
        return kind(*parts) if hasattr(kind, "_fields") else kind(parts)
    if kind is dict:
        return {key: _filled(x, numbers) for key, x in tree.items()}
    return float(numbers.next(1)[0])
