"""Flatten containers of numbers, and build them again (what JAX calls pytrees).

A tree is a number, a Value, a NumPy array, or a list, tuple or dict of trees; the
numbers are its leaves. Trees may be nested to any depth: nothing here recurses.

>>> point = {"w": [1.0, 2.0], "b": (3,)}
>>> leaves_of(point, "demo()")
[1.0, 2.0, 3.0]
>>> filled(point, iter([10.0, 20.0, 30.0]))
{'w': [10.0, 20.0], 'b': (30.0,)}
"""

from __future__ import annotations

import math
import sys
from copy import copy
from itertools import islice
from typing import TYPE_CHECKING, Any

from autograd_scalar.errors import OperandError, ShapeError
from autograd_scalar.graph.value import Value
from autograd_scalar.operands import real

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from autograd_scalar.derivatives.recorded import Number

__all__ = [
    "blocks_of",
    "filled",
    "holds_values",
    "is_array",
    "leaves_alike",
    "leaves_of",
    "values_of",
    "with_values",
]


def is_array(tree: object) -> bool:
    """Return whether the tree is a plain NumPy array; do not import NumPy."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and type(tree) is numpy.ndarray


def leaves_of(tree: Any, what: str) -> list[Number]:
    """Return the leaves of a tree, from left to right; ``what`` is for messages.

    Raises:
        OperandError: a leaf is no real number.
        ShapeError: a container contains itself.
    """
    leaves: list[Number] = []
    for part, held in _post_order(tree, what):
        if held is None:
            found = _entries(part) if is_array(part) else (part,)
            leaves += [x if isinstance(x, Value) else _number(x, what) for x in found]
    return leaves


def _entries(array: Any) -> list[Any]:
    """Return what an array holds; ``tolist()`` would make ints of durations."""
    found: list[Any] = array.ravel().tolist()
    return [*array.flat] if array.dtype.kind == "m" else found


def holds_values(tree: Any) -> bool:
    """Return whether the tree contains a Value; other objects are not searched."""
    seen: set[int] = set()  # ids of containers, which may share what they hold
    stack = [tree]
    while stack:
        part = stack.pop()
        if isinstance(part, Value):
            return True
        of_objects = is_array(part) and part.dtype == object
        held = part.ravel().tolist() if of_objects else _held(part)
        if held is not None and id(part) not in seen:
            seen.add(id(part))
            stack += held
    return False


def leaves_alike(
    tree: Any, model: Any, what: str, role: str = "primal"
) -> list[Number]:
    """Return the leaves of a tree with the structure of ``model``, in its order.

    ``model`` must not contain itself: `leaves_of` has checked that before. ``role``
    names it in messages.

    Raises:
        ShapeError: the structures differ.
        OperandError: a leaf is no real number.
    """
    leaves: list[Number] = []
    pairs = [(tree, model)]
    while pairs:
        part, alike = pairs.pop()
        if (held := _held(alike)) is None and not is_array(alike):
            if _held(part) is not None or is_array(part):
                msg = f"{what}: got {_outline(part)} where the {role} is one number"
                raise ShapeError(msg)
            leaves += leaves_of(part, what)
            continue
        if _outline(part) != _outline(alike):
            msg = f"{what}: got {_outline(part)} where the {role} is {_outline(alike)}"
            raise ShapeError(msg)
        if held is None:
            leaves += leaves_of(part, what)
        else:
            of_part = [part[k] for k in alike] if isinstance(alike, dict) else part
            pairs += reversed([*zip(of_part, held, strict=True)])
    return leaves


def filled(tree: Any, leaves: Iterator[Any]) -> Any:
    """Return a new tree of the same structure and types, with these leaves.

    An array of floats gets dtype float64, an array with Values dtype object.
    """

    def place(part: Any) -> Any:
        if not is_array(part):
            return next(leaves)
        return _array(list(islice(leaves, part.size)), part.shape)

    return _mapped(place, tree)


def values_of(tree: Any) -> list[Value]:
    """Return the Values in a tree, from left to right; anything else is left out."""
    found: list[Value] = []
    with_values(tree, found.append)
    return found


def with_values(tree: Any, change: Callable[[Value], Any], what: str = "") -> Any:
    """Return a new tree, with ``change`` of each Value; other leaves stay as they are.

    Raises:
        ShapeError: a container contains itself.
    """

    def place(part: Any) -> Any:
        if isinstance(part, Value):
            return change(part)
        if not is_array(part) or part.dtype != object:
            return part
        entries = [
            change(x) if isinstance(x, Value) else x for x in part.ravel().tolist()
        ]
        if all(isinstance(x, float) for x in entries):
            return _array(entries, part.shape)
        changed = part.copy()
        changed.ravel()[:] = entries
        return changed

    return _mapped(place, tree, what or "a container")


def blocks_of(outputs: Any, inputs: Any, rows: Iterable[Sequence[Number]]) -> Any:
    """Return a Jacobian as a tree of the outputs, whose leaves are trees of the inputs.

    ``rows`` holds, for each number of the outputs, its derivatives by all inputs. An
    array is treated as one leaf: outputs of shape S by inputs of shape T give an array
    of shape S + T; a single number has shape ().
    """
    remaining = iter(rows)

    def block(output: Any) -> Any:
        if not is_array(output):
            return filled(inputs, iter(next(remaining)))
        part = list(islice(remaining, output.size))
        count = len(leaves_of(inputs, "jacobian()"))
        columns = iter([[row[k] for row in part] for k in range(count)])

        def place(argument: Any) -> Any:
            shape = argument.shape if is_array(argument) else ()
            taken = list(islice(columns, math.prod(shape)))
            across = [column[k] for k in range(len(part)) for column in taken]
            return _array(across, output.shape + shape)

        return _mapped(place, inputs)

    return _mapped(block, outputs)


def _number(leaf: Any, what: str) -> float:
    try:
        return real(leaf, what)
    except OperandError as error:
        if isinstance(leaf, (str, bytes)) or not hasattr(leaf, "__iter__"):
            raise
        msg = f"{error}; of containers, lists, tuples, dicts and plain arrays are taken"
        raise OperandError(msg) from None


def _held(tree: Any) -> list[Any] | None:
    """Return the parts of a container, or None for an array and for a leaf."""
    if isinstance(tree, dict):
        return list(tree.values())
    return list(tree) if isinstance(tree, (list, tuple)) else None


def _post_order(tree: Any, what: str) -> Iterator[tuple[Any, int | None]]:
    """Yield every part of the tree, left to right, a container after its parts.

    With a container, yield the number of its parts; with a leaf or an array, None.
    """
    path: set[int] = set()  # ids of the containers around the part
    stack: list[tuple[Any, int | None]] = [(tree, None)]
    while stack:
        part, count = stack.pop()
        held = _held(part) if count is None else None
        if held is None:
            path.discard(id(part))
            yield part, count
            continue
        if id(part) in path:
            msg = (
                f"{what}: {_outline(part)} contains itself; pass a container that does"
                " not"
            )
            raise ShapeError(msg)
        path.add(id(part))
        stack.append((part, len(held)))
        stack += [(x, None) for x in reversed(held)]


def _mapped(place: Callable[[Any], Any], tree: Any, what: str = "a container") -> Any:
    """Return the tree with each leaf or array replaced; keep the container types."""
    done: list[Any] = []
    for part, count in _post_order(tree, what):
        if count is None:
            done.append(place(part))
        else:
            first = len(done) - count
            done[first:] = [_rebuilt(part, done[first:])]
    return done[0]


def _rebuilt(container: Any, parts: list[Any]) -> Any:
    if isinstance(container, dict):
        changed = copy(container)  # a defaultdict stays one
        for key, part in zip(container, parts, strict=True):
            changed[key] = part
        return changed
    # _make: of a namedtuple
    return getattr(container, "_make", type(container))(parts)


def _array(leaves: list[Any], shape: tuple[int, ...]) -> Any:
    import numpy as np  # noqa: PLC0415  (loaded already: the user gave an array)

    dtype = object if any(isinstance(x, Value) for x in leaves) else np.float64
    return np.array(leaves, dtype=dtype).reshape(shape)


def _outline(tree: Any) -> str:
    """Describe the outermost container; equal texts mean equal structure there."""
    if is_array(tree):
        return f"an array of shape {tree.shape}"
    if isinstance(tree, dict):
        return f"a dict with the keys {', '.join(sorted(map(repr, tree))) or 'none'}"
    if isinstance(tree, (list, tuple)):
        return f"a {type(tree).__name__} of {len(tree)}"
    return f"a {type(tree).__name__}"
