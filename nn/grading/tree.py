"""A formula as a tree, and its value in a network, however it was typed.

A formula speaks of the quantities of backpropagation by layer: ``W[l+1].T @ dZ[l+1]``.
`evaluate` puts in the matrices of a `Case`, one example per **column**.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Final, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = [
    "Array",
    "Binary",
    "Call",
    "Case",
    "FormulaError",
    "Layer",
    "Number",
    "Reduce",
    "Symbol",
    "Transpose",
    "Tree",
    "evaluate",
    "parts",
    "rewritten",
]

Array: TypeAlias = npt.NDArray[np.float64]
Tree: TypeAlias = "Number | Symbol | Call | Binary | Transpose | Reduce"


class FormulaError(ValueError):
    """A formula that has no value: shapes that do not fit, or an unknown quantity."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer: ``base`` is "" for a number, "l" for any, "L" for the last.

    >>> str(Layer("l", 1)), str(Layer("L")), str(Layer("", 2))
    ('l+1', 'L', '2')
    """

    base: str = ""
    offset: int = 0

    def __str__(self) -> str:
        if not self.base:
            return str(self.offset)
        return self.base + (f"{self.offset:+d}" if self.offset else "")

    def number(self, layer: int, last: int) -> int:
        """Return the layer's number where l is ``layer`` and L is ``last``."""
        return {"": 0, "l": layer, "L": last}[self.base] + self.offset


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    value: float

    def __str__(self) -> str:
        return f"{self.value:g}"


@dataclass(frozen=True, slots=True)
class Symbol:
    """A quantity: ``W``, ``b``, ``Z``, ``A``, a derivative ``dZ``; ``Y``, ``m``.

    The input X is A of layer 0.
    """

    name: str
    layer: Layer | None = None

    def __str__(self) -> str:
        return self.name if self.layer is None else f"{self.name}[{self.layer}]"


@dataclass(frozen=True, slots=True)
class Call:
    """A function of one argument, elementwise.

    ``g`` and ``dg`` are the activation of the argument's layer and its derivative;
    ``dloss`` is the derivative of the loss by the outputs. The others are NumPy's.
    """

    function: str
    argument: Tree

    def __str__(self) -> str:
        return f"{self.function}({self.argument})"


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands: ``+ - * / ** @``; `*` is elementwise."""

    operator: str
    left: Tree
    right: Tree

    def __str__(self) -> str:
        def shown(side: Tree) -> str:
            return f"({side})" if isinstance(side, Binary) else str(side)

        return f"{shown(self.left)} {self.operator} {shown(self.right)}"


@dataclass(frozen=True, slots=True)
class Transpose:
    """The transpose."""

    argument: Tree

    def __str__(self) -> str:
        inner = (
            f"({self.argument})" if isinstance(self.argument, Binary) else self.argument
        )
        return f"{inner}.T"


@dataclass(frozen=True, slots=True)
class Reduce:
    """A "sum" or a "mean": over all entries, or over one axis, kept with length 1."""

    how: str
    axis: int | None
    argument: Tree
    keepdims: bool = True

    def __str__(self) -> str:
        if self.axis is None:
            return f"{self.how}({self.argument})"
        kept = ", keepdims=True" if self.keepdims else ""
        return f"{self.how}({self.argument}, axis={self.axis}{kept})"


class Case(Protocol):
    """What a formula is evaluated in: one network with one batch."""

    last: int

    def quantity(self, name: str, layer: int | None) -> Array | float:
        """Return a quantity, or raise `FormulaError`."""
        ...

    def function(self, name: str, layer: int) -> Callable[[Array], Array]:
        """Return the activation of a layer ("g"), its derivative ("dg"), or "dloss"."""
        ...


def parts(tree: Tree) -> Iterator[Tree]:
    """Yield the tree and every tree in it, from the outside in."""
    stack: list[Tree] = [tree]
    while stack:
        one = stack.pop()
        yield one
        stack += reversed(_children(one))


def rewritten(tree: Tree, old: Tree, new: Tree) -> Tree:
    """Return the tree with the very part ``old`` (by identity) replaced."""
    if tree is old:
        return new
    match tree:
        case Call(function, argument):
            return Call(function, rewritten(argument, old, new))
        case Transpose(argument):
            return Transpose(rewritten(argument, old, new))
        case Reduce(how, axis, argument, keepdims):
            return Reduce(how, axis, rewritten(argument, old, new), keepdims)
        case Binary(operator, left, right):
            return Binary(
                operator, rewritten(left, old, new), rewritten(right, old, new)
            )
    return tree


def evaluate(tree: Tree, case: Case, layer: int) -> Array:
    """Return the value of a formula; ``layer`` is what l stands for.

    Raises:
        FormulaError: shapes do not fit; the message names both, and the operands.
    """
    with np.errstate(all="ignore"):
        return np.asarray(_value(tree, case, layer), dtype=np.float64)


def _value(tree: Tree, case: Case, layer: int) -> Array | float:
    match tree:
        case Number(value):
            return value
        case Symbol(name, place):
            number = None if place is None else place.number(layer, case.last)
            return case.quantity(name, number)
        case Transpose(argument):
            return np.asarray(_value(argument, case, layer)).T
        case Reduce():
            return _reduced(tree, np.asarray(_value(tree.argument, case, layer)))
        case Call(function, argument):
            array = np.asarray(_value(argument, case, layer), dtype=np.float64)
            if function in _FUNCTIONS:
                return np.asarray(_FUNCTIONS[function](array))
            return case.function(function, _layer_of(argument, layer, case.last))(array)
    return _combined(
        tree, _value(tree.left, case, layer), _value(tree.right, case, layer)
    )


def _reduced(tree: Reduce, array: Array) -> Array:
    reduce = np.mean if tree.how == "mean" else np.sum
    if tree.axis is None:
        return np.asarray(reduce(array))
    if tree.axis >= array.ndim:
        msg = f"{tree} has no axis {tree.axis}: shape {_shape(array)}"
        raise FormulaError(msg)
    return np.asarray(reduce(array, axis=tree.axis, keepdims=tree.keepdims))


def _combined(tree: Binary, left: Array | float, right: Array | float) -> Array:
    one, other = np.asarray(left, np.float64), np.asarray(right, np.float64)
    try:
        return np.asarray(_OPERATORS[tree.operator](one, other))
    except ValueError:
        msg = (
            f"{tree.left} has shape {_shape(one)} and {tree.right} {_shape(other)}:"
            f" they cannot be combined by {tree.operator}"
        )
        raise FormulaError(msg) from None


def _shape(array: Array) -> str:
    return "x".join(map(str, array.shape)) or "1"


def _layer_of(tree: Tree, layer: int, last: int) -> int:
    """Return the layer whose activation is meant: that of the first quantity within."""
    for part in parts(tree):
        if isinstance(part, Symbol) and part.layer is not None:
            return part.layer.number(layer, last)
    return layer


def _children(tree: Tree) -> list[Tree]:
    found = (getattr(tree, field.name) for field in fields(tree))
    return [child for child in found if isinstance(child, _TREES)]


def _matmul(one: Array, other: Array) -> Array:
    return one * other if 0 in (one.ndim, other.ndim) else one @ other


_TREES: Final = (Number, Symbol, Call, Binary, Transpose, Reduce)
_OPERATORS: Final[dict[str, Callable[[Array, Array], Array]]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": np.power,
    "@": _matmul,
}
_FUNCTIONS: Final[dict[str, Callable[[Array], Array]]] = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "tanh": np.tanh,
    "cosh": np.cosh,
    "abs": np.abs,
    "sign": np.sign,
    "sigmoid": lambda x: 1.0 / (1.0 + np.exp(-x)),
    "ones_like": np.ones_like,
    "first_row": lambda x: x[:1],
    "last_row": lambda x: x[-1:],
}
