"""Numbers in lists, tuples, dicts and NumPy arrays: taken out, and put back alike.

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
from autograd_scalar.operands import real
from autograd_scalar.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from autograd_scalar.recorded import Number

__all__ = [
    "blocks_of",
    "filled",
    "holds_values",
    "is_array",
    "leaves_alike",
    "leaves_of",
]


def is_array(tree: object) -> bool:
    """Whether it is a plain NumPy array; NumPy is not loaded to find out."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and type(tree) is numpy.ndarray


def leaves_of(tree: Any, what: str) -> list[Number]:
    """The Values and numbers in a tree of containers, left to right.

    Raises:
        OperandError: a leaf is no real number; ``what`` names what it was given to.
    """
    parts = _parts(tree)
    if parts is None:
        return [tree if isinstance(tree, Value) else _number(tree, what)]
    return [leaf for part in parts for leaf in leaves_of(part, what)]


def holds_values(tree: Any) -> bool:
    """Whether a Value is in the tree; what is no container is not looked into."""
    parts = _parts(tree)
    if parts is None:
        return isinstance(tree, Value)
    return any(holds_values(part) for part in parts)


def leaves_alike(tree: Any, model: Any, what: str) -> list[Number]:
    """The leaves of a tree that is built like the model, in the model's order.

    Raises:
        ShapeError: it is built in another way.
        OperandError: a leaf is no real number.
    """
    parts = _parts(model)
    if parts is None:
        if _parts(tree) is not None:
            msg = f"{what}: got {_outline(tree)} where the primal is one number"
            raise ShapeError(msg)
        return leaves_of(tree, what)
    if _outline(tree) != _outline(model):
        msg = f"{what}: got {_outline(tree)} where the primal is {_outline(model)}"
        raise ShapeError(msg)
    if isinstance(model, dict):
        pairs: Iterable[tuple[Any, Any]] = ((tree[k], model[k]) for k in model)
    else:
        pairs = zip(_parts(tree) or (), parts, strict=True)
    return [leaf for t, m in pairs for leaf in leaves_alike(t, m, what)]


def filled(tree: Any, leaves: Iterator[Any]) -> Any:
    """A new tree of the same structure and types, with these leaves.

    An array of floats has dtype float64, one with Values has dtype object.
    """

    def place(part: Any) -> Any:
        if not is_array(part):
            return next(leaves)
        return _array(list(islice(leaves, part.size)), part.shape)

    return _mapped(place, tree)


def blocks_of(outputs: Any, inputs: Any, rows: Iterable[Sequence[Number]]) -> Any:
    """The rows of a Jacobian as a tree of the outputs' structure, of the inputs' trees.

    An array among them is one leaf: against inputs of shape T, outputs of shape S give
    an array of shape S + T, and a single number counts as shape ().
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


def _parts(tree: Any) -> Iterable[Any] | None:
    """What a container holds; None for a leaf."""
    if isinstance(tree, (list, tuple)):
        return tree
    if isinstance(tree, dict):
        return tree.values()
    return tree.ravel().tolist() if is_array(tree) else None


def _mapped(place: Callable[[Any], Any], tree: Any) -> Any:
    """The tree with each leaf or array replaced; containers keep their types."""
    if isinstance(tree, dict):
        changed = copy(tree)  # a defaultdict stays one
        for key, part in tree.items():
            changed[key] = _mapped(place, part)
        return changed
    if isinstance(tree, (list, tuple)):
        parts = [_mapped(place, part) for part in tree]
        return getattr(tree, "_make", type(tree))(parts)  # _make: of a namedtuple
    return place(tree)


def _array(leaves: list[Any], shape: tuple[int, ...]) -> Any:
    import numpy as np  # noqa: PLC0415  (loaded already: the user gave an array)

    dtype = object if any(isinstance(x, Value) for x in leaves) else np.float64
    return np.array(leaves, dtype=dtype).reshape(shape)


def _outline(tree: Any) -> str:
    """The outermost container in words, equal for containers of the same structure."""
    if is_array(tree):
        return f"an array of shape {tree.shape}"
    if isinstance(tree, dict):
        return f"a dict with the keys {', '.join(sorted(map(repr, tree))) or 'none'}"
    if isinstance(tree, (list, tuple)):
        return f"a {type(tree).__name__} of {len(tree)}"
    return f"a {type(tree).__name__}"
