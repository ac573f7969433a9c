"""A formula as a tree, and its value in a network, however it was typed.

A formula speaks of the quantities of backpropagation by layer: ``W[l+1].T @ dZ[l+1]``.
`evaluate` puts in the matrices of a `Case`, one example per **column**. A formula for
one entry, ``sum_k(W[l+1]_kj * dZ[l+1]_k)``, gives the matrix of all: every index is an
axis of its own, so that products of entries broadcast.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any, Final, Protocol, TypeAlias

from nn.matrix.arrays import Array, np

__all__ = [
    "EXAMPLES",
    "Array",
    "Binary",
    "Call",
    "Case",
    "Elements",
    "Entry",
    "Examples",
    "FormulaError",
    "Layer",
    "Number",
    "Reduce",
    "Sum",
    "Symbol",
    "Transpose",
    "Tree",
    "at_layer",
    "evaluate",
    "parts",
    "rewritten",
]

Tree: TypeAlias = (
    "Number | Symbol | Call | Binary | Transpose | Reduce"
    " | Entry | Sum | Elements | Examples"
)


EXAMPLES: Final = -2


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
    """Two operands: ``+ - * / ** @``; `*` is elementwise.

    ``·`` is a product that does not say which: with a number, of matrices where their
    shapes fit, else entry by entry. ``⊗`` is elementwise where the shapes are the same,
    else the outer product. ``outer`` is that of two vectors, in rows or in columns.
    """

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
    """A "sum", a "mean" or the "max", over all entries or over one axis.

    The axis is kept, with length 1, where ``keepdims`` says so.
    The axis `EXAMPLES` is that of the examples, in rows or in columns.
    """

    how: str
    axis: int | None
    argument: Tree
    keepdims: bool = True

    def __str__(self) -> str:
        if self.axis is None:
            return f"{self.how}({self.argument})"
        if self.axis == EXAMPLES:
            return f"{self.how}_i({self.argument})"
        kept = ", keepdims=True" if self.keepdims else ""
        return f"{self.how}({self.argument}, axis={self.axis}{kept})"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a quantity: of the neuron ``row``, of W from the neuron ``column``.

    An index is a name or a number, counted from 0. Examples have no index: a formula
    for one holds for each.
    """

    symbol: Symbol
    row: str | int
    column: str | int | None = None

    def __str__(self) -> str:
        column = "" if self.column is None else self.column
        return f"{self.symbol}_{self.row}{column}"


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum over a named index."""

    index: str
    argument: Tree

    def __str__(self) -> str:
        return f"sum_{self.index}({self.argument})"


@dataclass(frozen=True, slots=True)
class Elements:
    """The matrix whose entry at the indices (row, or row and column) is a formula."""

    indices: tuple[str, ...]
    argument: Tree

    def __str__(self) -> str:
        return f"{self.argument}"


@dataclass(frozen=True, slots=True)
class Examples:
    """The sum over the examples of a formula for one."""

    argument: Tree

    def __str__(self) -> str:
        return f"sum_i({self.argument})"


class Case(Protocol):
    """What a formula is evaluated in: one network with one batch."""

    last: int
    examples_axis: int  # 1 where each example is a column, 0 where it is a row
    across: frozenset[str]  # the quantities of which it is the other way round
    weights_behind: int  # how far the number of weights is behind that of their sum

    def of_entries(self) -> Case:
        """Return the case with examples as columns, as formulas of entries need."""
        ...

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
        for name in reversed(_FIELDS[type(one)]):
            stack.append(getattr(one, name))  # noqa: PERF401  (the fastest)


def rewritten(tree: Tree, old: Tree, new: Tree) -> Tree:
    """Return the tree with the very part ``old`` (by identity) replaced."""
    if tree is old:
        return new
    if isinstance(tree, Binary):  # the most frequent one
        left = rewritten(tree.left, old, new)
        right = rewritten(tree.right, old, new)
        if left is tree.left and right is tree.right:
            return tree
        return Binary(tree.operator, left, right)
    changed: dict[str, Any] = {}
    for name, child in _operands(tree):
        other = rewritten(child, old, new)
        if other is not child:
            changed[name] = other
    return replace(tree, **changed) if changed else tree


def at_layer(tree: Tree, layer: int, last: int) -> Tree:
    """Return the tree with the numbers of its layers, where l is ``layer``.

    >>> str(at_layer(Symbol("dA", Layer("l", 1)), 2, 3))
    'dA[3]'
    """
    for part in list(parts(tree)):
        if isinstance(part, Symbol) and part.layer is not None:
            number = part.layer.number(layer, last)
            tree = rewritten(tree, part, Symbol(part.name, Layer("", number)))
    return tree


def evaluate(tree: Tree, case: Case, layer: int) -> Array:
    """Return the value of a formula; ``layer`` is what l stands for.

    Raises:
        FormulaError: shapes do not fit; the message names both, and the operands.
    """
    at = _Place(case, layer)
    if isinstance(tree, Symbol):  # half of them: what a formula is compared with
        return np.asarray(at.symbol(tree), dtype=np.float64)
    with np.errstate(all="ignore"):
        return np.asarray(_value(tree, at), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a formula is evaluated: case, layer l, and the axis of each index.

    In a formula for one entry the examples are one more axis, the last; ``axes`` is
    None in a formula for matrices.
    """

    case: Case
    layer: int
    axes: tuple[str, ...] | None = None
    sizes: dict[str, int] = field(default_factory=dict)  # how many values an index has

    def symbol(self, symbol: Symbol) -> Array | float:
        place = symbol.layer
        number = None if place is None else place.number(self.layer, self.case.last)
        value = self.case.quantity(symbol.name, number)
        if self.axes is not None and np.ndim(value):
            array = np.asarray(value)
            if array.ndim == 2 and array.shape[0] == 1 and symbol.name in _OF_NEURONS:  # noqa: PLR2004
                return array.reshape([1] * len(self.axes) + [array.shape[1]])
            msg = f"{symbol} has no index, in a formula for one entry"
            raise FormulaError(msg)
        return value


def _value(tree: Tree, at: _Place) -> Array | float:
    if isinstance(tree, Binary):  # the most frequent ones first
        return _of_two(tree, at)
    if isinstance(tree, Symbol):
        return at.symbol(tree)
    if isinstance(tree, Number):
        return tree.value
    match tree:
        case Transpose(argument):
            return np.asarray(_value(argument, at)).T
        case Reduce(axis=axis):
            if axis == EXAMPLES:
                tree = replace(tree, axis=at.case.examples_axis, keepdims=True)
            return _reduced(tree, np.asarray(_value(tree.argument, at)))
        case Call(function, argument):
            array = np.asarray(_value(argument, at), dtype=np.float64)
            if function in _FUNCTIONS:
                return np.asarray(_FUNCTIONS[function](array))
            of = _layer_of(argument, at)
            return at.case.function(function, of)(array)
        case Entry():
            return _entries(tree, at, at.axes or ())
        case Sum(index, argument):
            return _summed(np.asarray(_value(argument, at)), index, at)
        case Elements():
            return _matrix(tree, at)
        case Examples(argument):
            count = int(at.case.quantity("m", None))
            one = [replace(at, case=_One(at.case, i)) for i in range(count)]
            return np.asarray(sum(np.asarray(_value(argument, each)) for each in one))


def _summed(array: Array, index: str, at: _Place) -> Array:
    axis = (at.axes or ()).index(index)
    if axis >= array.ndim:
        msg = f"nothing in the sum over {index} has that index"
        raise FormulaError(msg)
    return np.asarray(array.sum(axis=axis, keepdims=True))


def _of_two(tree: Binary, at: _Place) -> Array:
    left, right = _value(tree.left, at), _value(tree.right, at)
    if at.axes is not None and tree.operator in {"@", "·"}:  # of entries, of numbers
        tree = Binary("*", tree.left, tree.right)
    return _combined(tree, left, right)


class _One:
    """A case with one of its examples alone."""

    def __init__(self, case: Case, example: int) -> None:
        self._case, self._example, self.last = case, example, case.last
        self.examples_axis, self.across = case.examples_axis, case.across
        self.weights_behind = case.weights_behind

    def of_entries(self) -> Case:
        return _One(self._case.of_entries(), self._example)

    def quantity(self, name: str, layer: int | None) -> Array | float:
        value = self._case.quantity(name, layer)
        if name not in _PER_EXAMPLE:
            return value
        axis = 1 - self.examples_axis if name in self.across else self.examples_axis
        return np.asarray(value).take([self._example], axis=axis)

    def function(self, name: str, layer: int) -> Callable[[Array], Array]:
        return self._case.function(name, layer)


def _entries(entry: Entry, at: _Place, axes: tuple[str, ...]) -> Array:
    """Return the entries with each index on its own axis, the examples on the last."""
    symbol = entry.symbol
    row, column = entry.row, entry.column
    array = _array_of(entry, at)
    if array.ndim > 2:  # noqa: PLR2004  (of each example)
        return _entries_of_each(array, entry, axes)
    for axis, index in enumerate((row, column)):
        if isinstance(index, int):
            if index >= array.shape[axis]:
                msg = f"{entry} has no entry {index}: {symbol} is {_shape(array)}"
                raise FormulaError(msg)
            array = array.take([index], axis=axis)
    strange = [i for i in (row, column) if isinstance(i, str) and i not in axes]
    if strange:
        msg = f"{entry} has an index {strange[0]} that no sum and no left side has"
        raise FormulaError(msg)
    if row == column:
        if array.shape[0] != array.shape[1]:
            msg = f"{entry} has one index twice, and {symbol} is {_shape(array)}"
            raise FormulaError(msg)
        array, column = array.diagonal()[:, None], None
    shape = [1] * (len(axes) + 1)
    if isinstance(row, str):
        shape[axes.index(row)] = array.shape[0]
    if column is None:
        shape[-1] = array.shape[1]
    elif isinstance(column, str):
        shape[axes.index(column)] = array.shape[1]
        if isinstance(row, str) and axes.index(column) < axes.index(row):
            array = array.T
    return array.reshape(shape)


def _array_of(entry: Entry, at: _Place) -> Array:
    symbol = entry.symbol
    if symbol.name == "kronecker":
        known = [at.sizes[str(i)] for i in (entry.row, entry.column) if i in at.sizes]
        return np.eye(known[0] if known else 1)  # both are neurons of one layer
    number = (
        None if symbol.layer is None else symbol.layer.number(at.layer, at.case.last)
    )
    return np.asarray(at.case.quantity(symbol.name, number))


def _entries_of_each(array: Array, entry: Entry, axes: tuple[str, ...]) -> Array:
    """Return the entries of a matrix of each example, such as that of da/dz."""
    row, column = entry.row, entry.column
    if isinstance(row, int) and isinstance(column, int):
        if max(row, column) >= array.shape[0]:
            msg = f"{entry} is of no neuron of its layer"
            raise FormulaError(msg)
        return np.asarray(array[row, column]).reshape([1] * len(axes) + [-1])
    if not isinstance(row, str) or not isinstance(column, str):  # of one by each
        letter = column if isinstance(row, int) else row
        number, axis = (row, 0) if isinstance(row, int) else (column, 1)
        if not isinstance(letter, str) or not isinstance(number, int):
            msg = f"{entry} needs letters as indices"
            raise FormulaError(msg)
        if number >= array.shape[axis]:
            msg = f"{entry} is of no neuron of its layer"
            raise FormulaError(msg)
        shape = [1] * (len(axes) + 1)
        shape[axes.index(letter)] = array.shape[1 - axis]
        shape[-1] = array.shape[-1]
        return array.take([number], axis=axis).reshape(shape)
    if row == column:
        array = np.diagonal(array, axis1=0, axis2=1).T[:, np.newaxis]
    elif axes.index(column) < axes.index(row):
        array = array.swapaxes(0, 1)
    shape = [1] * (len(axes) + 1)
    places = sorted({axes.index(row), axes.index(column)})
    for place, size in zip(places, array.shape, strict=False):
        shape[place] = size
    shape[-1] = array.shape[-1]
    return array.reshape(shape)


def _sizes(tree: Tree, at: _Place) -> dict[str, int]:
    """Return how many values each index has, as the quantities that have it say."""
    found: dict[str, int] = {}
    for part in parts(tree):
        if isinstance(part, Entry) and part.symbol.name != "kronecker":
            pairs = zip(
                (part.row, part.column), _array_of(part, at).shape, strict=False
            )
            found |= {index: size for index, size in pairs if isinstance(index, str)}
    return found


def _matrix(tree: Elements, at: _Place) -> Array:
    """Evaluate a formula for one entry, and put the indices on rows and columns."""
    axes, has_kronecker = _axes_of(tree)
    if len(axes) > _MOST_INDICES:
        msg = f"a formula has at most {_MOST_INDICES} indices, this has {len(axes)}"
        raise FormulaError(msg)
    at = _Place(at.case.of_entries(), at.layer, axes)
    if has_kronecker:
        at = replace(at, sizes=_sizes(tree, at))
    value = np.asarray(_value(tree.argument, at))
    if value.ndim == 0:
        return value
    for i, name in enumerate(axes[len(tree.indices) :], len(tree.indices)):
        if value.shape[i] > 1:
            msg = f"the index {name} is neither on the left nor summed over"
            raise FormulaError(msg)
    shape = (*value.shape[: len(tree.indices)], value.shape[-1])
    value = value.reshape(shape if tree.indices else (1, -1))
    if len(tree.indices) > 1:
        if value.shape[-1] > 1:
            msg = "it has one value for each example; the sum over them is missing"
            raise FormulaError(msg)
        return np.asarray(value[..., 0])
    return value


@lru_cache(maxsize=1024)  # a formula is evaluated in many networks and notations
def _axes_of(tree: Elements) -> tuple[tuple[str, ...], bool]:
    """Return the indices of a formula, and whether it has a Kronecker delta."""
    inside = list(parts(tree.argument))
    entries = [part for part in inside if isinstance(part, Entry)]
    found = {part.index for part in inside if isinstance(part, Sum)}
    found |= {i for e in entries for i in (e.row, e.column) if isinstance(i, str)}
    axes = (*tree.indices, *sorted(found - set(tree.indices)))
    return axes, any(entry.symbol.name == "kronecker" for entry in entries)


def _reduced(tree: Reduce, array: Array) -> Array:
    reduce = _REDUCTIONS[tree.how]
    if tree.axis is None:
        return np.asarray(reduce(array))
    if tree.axis >= array.ndim:
        msg = f"{tree} has no axis {tree.axis}: shape {_shape(array)}"
        raise FormulaError(msg)
    return np.asarray(reduce(array, axis=tree.axis, keepdims=tree.keepdims))


def _combined(tree: Binary, left: Array | float, right: Array | float) -> Array:
    one, other = np.asarray(left, np.float64), np.asarray(right, np.float64)
    if max(one.ndim, other.ndim) > 2 and one.size * other.size > _MOST_ENTRIES:  # noqa: PLR2004
        msg = f"{tree} has too many indices at once, in a network of this size"
        raise FormulaError(msg)
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


def _layer_of(tree: Tree, at: _Place) -> int:
    r"""Return the layer whose activation is meant: that of the first quantity within.

    Of a weighted sum it is the one that the weights lead to: 2 of ``\Theta^{(1)} x``
    where a text counts the inputs as a layer.
    """
    found = [p for p in parts(tree) if isinstance(p, Symbol) and p.layer is not None]
    weights = [p for p in found if p.name == "W"]
    for part in weights or found:
        assert part.layer is not None
        number = part.layer.number(at.layer, at.case.last)
        return number + at.case.weights_behind if weights else number
    return at.layer


def _operands(tree: Tree) -> list[tuple[str, Tree]]:
    return [(name, getattr(tree, name)) for name in _FIELDS[type(tree)]]


def _diagonal(vector: Array) -> Array:
    """Return the matrix with a vector on its diagonal."""
    if vector.size != max(vector.shape, default=1):
        msg = f"diag needs a vector, got {_shape(vector)}"
        raise FormulaError(msg)
    return np.asarray(np.diagflat(vector))


def _matmul(one: Array, other: Array) -> Array:
    return one * other if 0 in (one.ndim, other.ndim) else one @ other


def _outer_or_not(one: Array, other: Array) -> Array:
    if one.shape == other.shape or 1 in {one.size, other.size}:
        return one * other
    return _matmul(one, other.T)


def _of_vectors(one: Array, other: Array) -> Array:
    if 1 in one.shape and 1 in other.shape:
        return np.outer(one, other)
    return _matmul(one, other.T)


def _product(one: Array, other: Array) -> Array:
    if 1 in (one.size, other.size) or one.shape[-1:] != other.shape[:1]:
        return one * other
    return _matmul(one, other)


_MOST_INDICES: Final = 6
_MOST_ENTRIES: Final = 10_000_000  # of two operands, multiplied: more than the result
# What needs no index if there is one neuron.
_OF_NEURONS: Final = frozenset({"A", "Z", "dA", "dZ", "Y", "b"})

_PER_EXAMPLE: Final = frozenset({"Z", "A", "dZ", "dA", "Y"})
_TREES: Final = (
    *(Number, Symbol, Call, Binary, Transpose, Reduce),
    *(Entry, Sum, Elements, Examples),
)
_FIELDS: Final[dict[type[Tree], tuple[str, ...]]] = {
    kind: tuple(each.name for each in fields(kind) if each.type in {"Tree", "Symbol"})
    for kind in _TREES
}
_OPERATORS: Final[dict[str, Callable[[Array, Array], Array]]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": np.power,
    "@": _matmul,
    "·": _product,
    "⊗": _outer_or_not,
    "outer": _of_vectors,
}
_REDUCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "sum": np.sum,
    "mean": np.mean,
    "max": lambda array, **options: array.max(**options),
}
_FUNCTIONS: Final[dict[str, Callable[[Array], Array]]] = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "tanh": np.tanh,
    "cosh": np.cosh,
    "sinh": np.sinh,
    "sin": np.sin,
    "cos": np.cos,
    "arctan": np.arctan,
    "erf": np.vectorize(math.erf, otypes=[np.float64]),
    "abs": np.abs,
    "sign": np.sign,
    "relu": lambda x: np.maximum(x, 0.0),
    "sigmoid": lambda x: 1.0 / (1.0 + np.exp(-x)),
    "positive": lambda x: np.asarray(x > 0, np.float64),
    "ones_like": np.ones_like,
    "first_row": lambda x: x[:1],
    "last_row": lambda x: x[-1:],
    "diag": _diagonal,
}
