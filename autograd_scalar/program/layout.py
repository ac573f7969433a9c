"""Layout: where the numbers of an instruction stand, and how an operand is read.

Parameters, inputs and everything computed have one address each, a *slot*, in one
array; constants have none. An operand is a table of slots with the axes of the
instruction, of size 1 along which it does not change.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from autograd_scalar.program.tape import Flags, Floats, Ints

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "FIRST_CONSTANT",
    "Constant",
    "Index",
    "Operand",
    "Padded",
    "View",
    "arranged",
    "halves",
    "is_affine",
    "operand_of",
    "reduced",
    "slots_of",
]

FIRST_CONSTANT: Final = 1 << 40  # slots from here on are numbers of constants

Shape: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class View:
    """Slots that follow from strides: ``offset + Σ index * stride``.

    >>> View(2, (2, 3), (3, 1)).table().tolist()
    [[2, 3, 4], [5, 6, 7]]
    """

    offset: int
    shape: Shape
    strides: Shape
    is_injective: bool = True  # no slot occurs twice

    def table(self) -> Ints:
        """Return the slots."""
        table = np.full(self.shape, self.offset, dtype=np.int64)
        for axis, (size, stride) in enumerate(
            zip(self.shape, self.strides, strict=True)
        ):
            along = [1] * len(self.shape)
            along[axis] = size
            table += (stride * np.arange(size)).reshape(along)
        return table

    def __str__(self) -> str:
        return f"view {_shape(self.shape)} at {self.offset} by {_shape(self.strides)}"


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Slots that no strides along its axes give: they are copied from a table.

    Or by the strides of nested loops, where each axis is one or several of these: so
    it is with the patches of a convolution, and with what was flattened.
    """

    places: Ints
    loops: tuple[View, ...] = ()  # one for each axis, of offset 0; the first has it

    @property
    def shape(self) -> Shape:
        """The shape of the operand."""
        return self.places.shape

    def table(self) -> Ints:
        """Return the slots."""
        return self.places

    def __str__(self) -> str:
        if not self.loops:
            return f"gather {_shape(self.shape)}"
        shapes = [_shape(loop.shape) for loop in self.loops]
        strides = [_shape(loop.strides) for loop in self.loops]
        text = f"copy ({') ('.join(shapes)}) at {self.loops[0].offset}"
        return f"{text} by ({') ('.join(strides)})"


@dataclass(frozen=True, slots=True, eq=False)
class Padded:
    """Slots of which some are missing, as above a triangle.

    A missing one is read as 0, and a product with it adds nothing, not even where the
    other factor is infinite or nan.
    """

    places: Ints  # -1 of a missing one

    @property
    def shape(self) -> Shape:
        """The shape of the operand."""
        return self.places.shape

    @property
    def present(self) -> Flags:
        """Which places have a slot."""
        return self.places >= 0

    def table(self) -> Ints:
        """Return the slots that are there, in a row."""
        return self.places[self.present]

    def __str__(self) -> str:
        missing = self.places.size - np.count_nonzero(self.present)
        return f"gather {_shape(self.shape)} without {missing}"


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    """Numbers of the graph that do not change."""

    values: Floats

    @property
    def shape(self) -> Shape:
        """The shape of the operand."""
        return self.values.shape

    def __str__(self) -> str:
        if self.values.size == 1:
            return repr(float(self.values.ravel()[0]))
        return f"constants {_shape(self.shape)}"


Operand: TypeAlias = View | Index | Padded | Constant


def _shape(shape: Shape) -> str:
    return "×".join(map(str, shape)) or "·"


def slots_of(operand: Operand) -> Ints:
    """Return the slots that an operand reads, each once; none of constants."""
    if isinstance(operand, Constant):
        return np.zeros(0, dtype=np.int64)
    return np.unique(operand.table())


def halves(operands: Sequence[Operand]) -> tuple[list[Operand], list[Operand]]:
    """Return the first half of the operands of one element, and the second.

    They stand side by side along the last axes; one that has some of both is cut.
    """
    found: tuple[list[Operand], list[Operand]] = [], []
    rest = sum([x.shape[-1] for x in operands]) // 2
    for operand in operands:
        count = operand.shape[-1]
        first = min(count, rest)
        if first:
            found[0].append(_part(operand, 0, first))
        if first < count:
            found[1].append(_part(operand, first, count))
        rest -= first
    return found


def _part(operand: Operand, first: int, stop: int) -> Operand:
    """Return some of the operands that stand side by side."""
    if isinstance(operand, Constant):
        return Constant(operand.values[..., first:stop])
    if isinstance(operand, (Index, Padded)):
        return type(operand)(operand.places[..., first:stop])
    offset = operand.offset + first * operand.strides[-1]
    shape = *operand.shape[:-1], stop - first
    return View(offset, shape, operand.strides, operand.is_injective)


def reduced(table: Ints, keep: int = 0) -> Ints:
    """Return the table with size 1 along each axis on which it does not change.

    The last ``keep`` axes stay as they are.

    >>> reduced(np.array([[1, 2], [1, 2]])).tolist()
    [[1, 2]]
    """
    for axis in range(table.ndim - keep):
        first = table.take([0], axis)
        same = np.broadcast_to(first, table.shape)
        if table.shape[axis] > 1 and np.array_equal(same, table):
            table = first
    return table


def operand_of(table: Ints, constants: Floats, keep: int = 0) -> Operand:
    """Return how to read a table of slots, or of constants.

    ``constants`` are the numbers of the slots from `FIRST_CONSTANT` on.

    >>> print(operand_of(np.array([[3, 5], [4, 6]]), np.zeros(0)))
    view 2×2 at 3 by 1×2
    >>> print(operand_of(np.array([3, 5, 4]), np.zeros(0)))
    gather 3
    >>> print(operand_of(np.array([[0, 1, 4, 5], [1, 2, 5, 6]]), np.zeros(0)))
    copy (2) (2×2) at 0 by (1) (4×1)
    """
    small = reduced(table, keep)
    if small.size and small.flat[0] >= FIRST_CONSTANT:
        return Constant(constants[small - FIRST_CONSTANT])
    strides = _strides(small)
    if strides is None:
        return Index(small, _loops_of(small))
    return View(int(small.flat[0]), small.shape, strides, _is_injective(small, strides))


def _loops_of(table: Ints) -> tuple[View, ...]:
    """Return nested loops that give a table, for each axis; none if there are none."""
    first = int(table.flat[0])
    expected = np.full(table.shape, first, dtype=np.int64)
    found: list[View] = []
    for axis, size in enumerate(table.shape):
        index: list[int | slice] = [0] * table.ndim
        index[axis] = slice(None)
        steps = table[tuple(index)] - first
        loops = _nested(steps)
        if loops is None:
            return ()
        found.append(View(0 if found else first, *loops))
        along = [1] * table.ndim
        along[axis] = size
        expected += steps.reshape(along)
    return tuple(found) if np.array_equal(expected, table) else ()


def _nested(steps: Ints) -> tuple[Shape, Shape] | None:
    """Return sizes and strides, the outer first, of a list that begins with 0.

    >>> _nested(np.array([0, 1, 2, 6, 7, 8]))
    ((2, 3), (6, 1))
    """
    sizes: Shape = ()
    strides: Shape = ()
    while len(sizes) < _MOST_LOOPS:
        stride = int(steps[1]) if len(steps) > 1 else 0
        breaks = np.flatnonzero(steps != stride * np.arange(len(steps)))
        size = int(breaks[0]) if len(breaks) else len(steps)
        sizes, strides = (size, *sizes), (stride, *strides)
        if size == len(steps):
            return sizes, strides
        if len(steps) % size:
            return None
        rows = steps.reshape(-1, size)
        if not np.array_equal(rows, rows[:, :1] + rows[0]):
            return None
        steps = rows[:, 0]
    return None


_MOST_LOOPS: Final = 4  # in an axis: images, rows, columns, and what they are made of


def is_affine(table: Ints) -> bool:
    """Tell whether strides say where each slot of a table is."""
    return _strides(table) is not None


def _strides(table: Ints) -> Shape | None:
    """Return the strides of an affine table; None if it is not affine."""
    first = int(table.flat[0])
    strides = []
    expected = np.full(table.shape, first, dtype=np.int64)
    for axis, size in enumerate(table.shape):
        index = [0] * table.ndim
        index[axis] = min(1, size - 1)
        stride = int(table[tuple(index)]) - first
        strides.append(stride)
        along = [1] * table.ndim
        along[axis] = size
        expected += (stride * np.arange(size)).reshape(along)
    return tuple(strides) if np.array_equal(expected, table) else None


def _is_injective(table: Ints, strides: Shape) -> bool:
    """Tell whether no slot occurs twice: each stride steps over all smaller ones."""
    reach = 0
    for stride, size in sorted(
        (abs(stride), size)
        for stride, size in zip(strides, table.shape, strict=True)
        if size > 1
    ):
        if stride <= reach:
            return len(np.unique(table)) == table.size
        reach += stride * (size - 1)
    return True


# ---- The shape of elementwise instructions -------------------------------------------


def arranged(tables: Sequence[Ints], blocks: Sequence[tuple[int, Shape]]) -> Ints:
    """Return the members of an elementwise group in the shape that reads best.

    ``tables`` has the slots of each operand, one row a member, a column each factor;
    ``blocks`` are the arrays computed so far, by offset. The order and the shape are
    taken in which most factors are views; the candidates are few. An operand that is
    the whole of an array gives its shape if no other has more views.

    >>> arranged([np.array([[7], [9], [6], [8]])], [(0, (6,)), (6, (2, 2))]).tolist()
    [[2, 0], [3, 1]]
    """
    count = len(tables[0])
    if count == 1:
        return np.zeros((), dtype=np.int64)
    moving = _moving(tables)
    best: Ints = np.arange(count)
    most = 0
    whole = _whole_array(moving, blocks)
    if whole is not None:
        best, most = whole, _views(moving, whole)
    if most == len(moving):
        return best
    widest = max(moving, key=lambda slots: len(np.unique(slots)))
    orders = [np.argsort(slots, kind="stable") for slots in (widest, *moving)]
    for order in (*orders, np.arange(count)):
        for shape in _shapes(order, moving, blocks):
            places = order.reshape(shape)
            views = _views(moving, places)
            if views > most:
                best, most = places, views
    return best


def _moving(tables: Sequence[Ints]) -> list[Ints]:
    """Return the slots of each factor, without constants; of a long list the first."""
    columns = [
        t[:, k] for t in tables for k in range(t.shape[1] if t.shape[1] <= _FEW else 1)
    ]
    return [slots for slots in columns if slots[0] < FIRST_CONSTANT]


_FEW: Final = 4  # factors that may be operands by themselves


def _views(moving: Sequence[Ints], places: Ints) -> int:
    """Return how many factors are views in this order and shape."""
    return sum(_strides(slots[places]) is not None for slots in moving)


def _whole_array(
    moving: Sequence[Ints], blocks: Sequence[tuple[int, Shape]]
) -> Ints | None:
    """Return the order and shape of the first operand that is all of an array."""
    offsets = np.array([offset for offset, _ in blocks])
    for slots in moving:
        low, count = int(slots.min()), len(slots)
        at = int(np.searchsorted(offsets, low, side="right")) - 1
        offset, shape = blocks[at]
        if low != offset or prod(shape) != count or slots.max() != low + count - 1:
            continue
        order = np.argsort(slots, kind="stable")
        if np.array_equal(slots[order], np.arange(low, low + count)):
            return order.reshape(shape)
    return None


def _shapes(
    order: Ints, moving: Sequence[Ints], blocks: Sequence[tuple[int, Shape]]
) -> list[Shape]:
    """Return candidate shapes: flat, cut where a stride breaks, or a source's."""
    count = len(order)
    shapes: list[Shape] = [(count,)]
    offsets = np.array([offset for offset, _ in blocks])
    for slots in moving:
        steps = np.diff(slots[order])
        breaks = np.flatnonzero(np.diff(steps))
        if len(breaks):
            length = int(breaks[0]) + 2
            if count % length == 0:
                shapes.append((count // length, length))
        at = int(np.searchsorted(offsets, int(slots.min()), side="right")) - 1
        source = blocks[at][1]
        if prod(source) == count:
            shapes.append(source)
    return list(dict.fromkeys(shapes))
