"""Lowering: a program as one table of numbers, which the compiled executor reads.

An instruction is a row of integers: its code, its length, and what the listing below
says. An address is a space and an offset; all the loops of an instruction are written
out as extents and strides. Adjoints lie in the memory behind the values, at the same
distance for each; a gathered operand and other intermediate results lie behind them.
The largest array and its adjoints begin where a line of the cache does.

| instruction     | what it does                                                    |
| --------------- | --------------------------------------------------------------- |
| fill, scale     | a run of numbers is set, or multiplied                          |
| gather          | numbers are read by a table of places, side by side             |
| scatter         | numbers are added by a table of places                          |
| segments        | sums of parts of a list                                         |
| contract        | ``out (+)= sign * left * right`` in nested loops                |
| tiles           | a matrix product, the columns of out and of right side by side  |
| dots            | a matrix product, the inner axis of both operands side by side  |
| finite          | the next one is left out if all of an operand's numbers are     |
| chosen          | contract, where a flag is 1; then the next one is left out      |
| map             | a primitive, element by element                                 |
| chain           | an adjoint times a partial, added to the operand's adjoint      |
| logsumexp       | the primitive, over any number of operands                      |
| softmax         | an adjoint times its partials, added to the operands' adjoints  |
| cross_entropy   | of a softmax, over any number of logits and as many targets     |
| d_cross_entropy | an adjoint times its partials, added to the operands' adjoints  |
| take            | an entry that an index names, of any number of them             |
| untake          | an adjoint, added to that of the entry that was taken           |
| keep            | the numbers that guards ask for                                 |
| seed            | the root is read, its adjoint written                           |
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Final

import numpy as np

from autograd_scalar.derivatives.recorded import REFINED
from autograd_scalar.primitives import table
from autograd_scalar.primitives.table import PRIMITIVES
from autograd_scalar.program.instructions import Instructions, Linear, Map
from autograd_scalar.program.layout import (
    FIRST_CONSTANT,
    Constant,
    Index,
    Operand,
    Padded,
    View,
    halves,
)
from autograd_scalar.program.loops import (
    Access,
    Extents,
    Loop,
    SumOfProducts,
    inner_last,
    loops_over,
    merged,
)
from autograd_scalar.program.reverse import Chain, Contribution, Reverse, Scale
from autograd_scalar.program.take import TAKE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autograd_scalar.primitives.table import Primitive
    from autograd_scalar.program.instructions import Term
    from autograd_scalar.program.tape import Flags, Floats, Ints

__all__ = ["OPERATIONS", "Code", "code_of", "lower", "without_code"]

# In this order they are numbered in .hatch/program/scalars.h.
OPERATIONS: Final = (
    "add", "sub", "mul", "div", "neg", "abs", "pow", "pow_constant", "exp", "exp2",
    "expm1", "log", "log2", "log10", "log1p", "sqrt", "square", "reciprocal", "sin",
    "cos", "tan", "arctan", "sinh", "cosh", "tanh", "sigmoid", "log_sigmoid", "relu",
    "leaky_relu", "elu", "selu", "softplus", "gelu", "silu", "sign", "maximum",
    "minimum", "clip", "logaddexp", "refined", "cross_entropy",
    "cross_entropy_of_sigmoid", "sum", "mean", "dot", "take", "logsumexp",
    "cross_entropy_of_softmax",
)  # fmt: skip
_OTHERS: Final = {"take": TAKE, "refined": REFINED}  # in no row of the table
_CODES: Final[dict[Primitive, int]] = {
    row: code
    for code, name in enumerate(OPERATIONS)
    if (row := _OTHERS.get(name) or PRIMITIVES.get(name)) is not None
}
_KERNELS: Final = {name: OPERATIONS.index(name) for name in table.KERNELS}
_CROSS_ENTROPY: Final = _KERNELS["cross_entropy_of_softmax"]
_OF_ROWS: Final = _CROSS_ENTROPY, _CODES[TAKE], _CODES[table.LOGSUMEXP]

# In this order they are numbered in .hatch/program/machine.h.
_NAMES: Final = (
    "fill", "scale", "gather", "scatter", "segments", "contract", "tiles", "dots",
    "map", "chain", "logsumexp", "softmax", "cross_entropy", "d_cross_entropy", "take",
    "untake", "keep", "seed", "finite", "chosen",
)  # fmt: skip
_KIND: Final = {name: code for code, name in enumerate(_NAMES)}

_THETA, _INPUTS, _MEMORY, _NUMBERS, _GRADIENT = range(5)
_SPACES: Final = "theta", "inputs", "memory", "numbers", "gradient"
# Which words of an instruction are addresses.
_ADDRESSES: Final = {
    "fill": (0,), "scale": (0,), "gather": (0, 1), "scatter": (0, 1),
    "segments": (2, 3),
    "contract": (2, 3, 4), "tiles": (2, 3, 4), "dots": (2, 3, 4), "map": (1,),
    "chain": (3, 4, 5), "logsumexp": (0, 1), "softmax": (0, 1, 2),
    "cross_entropy": (0, 1, 2), "d_cross_entropy": (0, 1, 2), "take": (0, 1, 2),
    "untake": (0, 1, 2), "keep": (), "seed": (0, 1),
    "finite": (0,), "chosen": (1, 2, 3, 4),
}  # fmt: skip

_LINE: Final = 8  # numbers in a line of the cache
_MOST_LOOPS: Final = 12  # MOST_AXES there
_MANY_RUNS: Final = 8

_AXES: Final = "abcdef"  # of a target
_INNER: Final = "k"
_LIST: Final = "t"
_EXAMPLES: Final = "z"


@dataclass(frozen=True, slots=True, eq=False)
class Code:
    """A program in words; numbers and tables of places are apart.

    >>> from autograd_scalar import Value, compile
    >>> w, x = Value(3.0), Value(2.0)
    >>> *_, instructions, reverse = compile(w * x, [w], [x], form="matrix").stages()
    >>> print(lower(instructions, reverse))
    contract 1 0 memory+0 theta+0 inputs+0 1 1 0 0 0
    seed memory+0 memory+8 1
    contract 1 0 gradient+0 memory+8 inputs+0 1 1 0 0 0
    """

    words: Ints
    numbers: Floats
    places: Ints
    room: int  # numbers of memory that a run needs
    batch: int | None

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> list[str]:
        lines, at, words = [], 0, self.words.tolist()
        while at < len(words):
            kind, length = _NAMES[words[at]], words[at + 1]
            own = [str(word) for word in words[at + 2 : at + length]]
            for k in _ADDRESSES[kind]:
                word = words[at + 2 + k]
                own[k] = f"{_SPACES[word & 7]}+{word >> 3}"
            lines.append(" ".join([kind, *own]))
            at += length
        return lines


def code_of(primitive: Primitive) -> int | None:
    """Return the number of a primitive that has a compiled form; None of others.

    >>> code_of(table.ADD), code_of(table.LGAMMA)
    (0, None)
    """
    return _KERNELS.get(primitive.kernel) or _CODES.get(primitive)


def without_code(instructions: Instructions) -> tuple[str, ...]:
    """Return the names of the primitives that keep a program from being lowered."""
    maps = [step for step in instructions.steps if isinstance(step, Map)]
    steps = [part for step in maps for part in step.parts()]
    return tuple(sorted({x.primitive.name for x in steps if not _has_code(x)}))


def _has_code(step: Map) -> bool:
    code = code_of(step.primitive)
    return code is not None and (step.primitive.arity is not None or code in _OF_ROWS)


def lower(
    instructions: Instructions, reverse: Reverse, batch: int | None = None
) -> Code:
    """Write a program as a table; with ``batch`` for that many examples at once.

    The root has to be computed, and `without_code` empty.
    """
    writer = _Writer(instructions, batch)
    for step in instructions.steps:
        if isinstance(step, Linear):
            writer.add_sum(step)
        else:
            writer.add_map(step)
    return writer.finished(reverse)


@dataclass(frozen=True, slots=True, eq=False)
class _Gaps:
    """Where a factor is there, along which axes, and the other factor."""

    flags: Constant  # 1.0 or 0.0
    labels: str
    other: Access


class _Writer:
    """The words so far, and the memory that has been given."""

    def __init__(self, instructions: Instructions, batch: int | None) -> None:
        self.batch = batch
        self.lanes = 1 if batch is None else batch
        self.root = instructions.root
        self.parameters, self.inputs = instructions.parameters, instructions.inputs
        self.first = self.parameters + self.inputs
        self.computed = instructions.size - self.first
        # The largest array begins where a line of the cache does, and so its adjoints.
        arrays = [step.target for step in instructions.steps]
        largest = max(arrays, key=lambda view: prod(view.shape))
        self.shift = -(largest.offset - self.first) * self.lanes % _LINE
        self.distance = -(-self.computed * self.lanes // _LINE) * _LINE
        self.room = self.shift + 2 * self.distance
        self.words: list[int] = []
        self.numbers: list[float] = []
        self.places: list[int] = []
        self._number_at: dict[str, int] = {}
        self._constant_at: dict[tuple[int, str], Access] = {}
        self._gathered: dict[tuple[int, str], Access] = {}
        self._parts: dict[int, tuple[Map, ...]] = {}
        self._lines: list[Index] = []
        self._flags: dict[tuple[str, bytes], Constant] = {}
        self._copies: dict[tuple[object, ...], Access] = {}
        self._rows: dict[tuple[object, ...], Access] = {}
        self._halved: dict[int, tuple[list[Operand], list[Operand]]] = {}
        self._kept = instructions.kept
        self._one = self.scalar(1.0)
        # Of each slot: was its adjoint written, and does it have to be 0 before.
        self.written = np.zeros(instructions.size, dtype=bool)
        self.unset = np.zeros(instructions.size, dtype=bool)

    def finished(self, reverse: Reverse) -> Code:
        """Write the reverse program, and return the whole."""
        forward, self.words = self.words, []
        self.written[self.root] = True
        for step in reverse.steps:
            self.add_reverse(step)
        backward, self.words = self.words, []
        self.unset[: self.parameters] |= ~self.written[: self.parameters]
        self.clear_unset()
        root, adjoint = self.at(self.root), self.at(self.root, adjoint=True)
        self.emit("seed", root.address, adjoint.address, self.lanes)
        if len(self._kept):
            self.emit("keep", self.table(self._addresses(self._kept)), len(self._kept))
        words = [*forward, *self.words, *backward]
        return Code(
            np.array(words, dtype=np.int64),
            np.array(self.numbers),
            np.array(self.places, dtype=np.int64),
            self.room,
            self.batch,
        )

    def _addresses(self, slots: Ints) -> Ints:
        """Return where the numbers of some slots are, those of constants 0."""
        nowhere = self.scalar(0.0).address
        found = [
            self.at(slot).address if slot < FIRST_CONSTANT else nowhere
            for slot in slots.tolist()
        ]
        return np.array(found, dtype=np.int64)

    def emit(self, kind: str, *words: int) -> None:
        """Write one instruction."""
        self.words += [_KIND[kind], 2 + len(words), *words]

    # ---- Where the numbers of an operand are -----------------------------------------

    def number(self, number: float) -> int:
        """Return the place of a plain number."""
        key = number.hex()  # tells -0.0 from 0.0
        place = self._number_at.get(key)
        if place is None:
            place = self._number_at[key] = len(self.numbers)
            self.numbers.append(number)
        return place

    def flags(self, where: Flags, labels: str) -> Constant:
        """Return 1.0 where something holds; equal ones are one operand."""
        key = labels, where.tobytes()
        return self._flags.setdefault(key, Constant(where.astype(np.float64)))

    def parts(self, step: Map) -> tuple[Map, ...]:
        """Return the parts of a ragged step, the same ones each time."""
        if id(step) not in self._parts:
            self._parts[id(step)] = step.parts()
        return self._parts[id(step)]

    def scalar(self, number: float) -> Access:
        """Return the access of a plain number."""
        return Access(_NUMBERS, self.number(number), {})

    def at(self, slot: int, *, adjoint: bool = False) -> Access:
        """Return where a slot is; its stride along the examples."""
        along = {} if self.batch is None else {_EXAMPLES: 1}
        if slot < self.parameters:
            return Access(_GRADIENT if adjoint else _THETA, slot, {})
        if slot < self.first:
            along = {} if self.batch is None else {_EXAMPLES: self.inputs}
            return Access(_INPUTS, slot - self.parameters, along)
        place = (slot - self.first) * self.lanes + self.shift
        return Access(_MEMORY, place + (self.distance if adjoint else 0), along)

    def unit(self, access: Access) -> int:
        """Return the distance of neighbouring slots."""
        return self.lanes if access.space == _MEMORY else 1

    def access(
        self, operand: Operand, labels: str, *, adjoint: bool = False, fast: str = ""
    ) -> Access:
        """Return the access of an operand, constants side by side along ``fast``."""
        if isinstance(operand, Constant):
            return self._constant(operand, labels, fast)
        if isinstance(operand, View):
            found = self.at(operand.offset, adjoint=adjoint)
            unit = self.unit(found)
            strides = {
                label: stride * unit
                for label, size, stride in zip(
                    labels, operand.shape, operand.strides, strict=True
                )
                if size > 1
            }
            return Access(found.space, found.offset, {**strides, **found.strides})
        return self._gather(operand, labels)

    def _constant(self, operand: Constant, labels: str, fast: str) -> Access:
        values = operand.values
        if values.size == 1:
            return self.scalar(float(values.ravel()[0]))
        key = id(operand), fast
        found = self._constant_at.get(key)
        if found is None:
            order = [axis for axis, label in enumerate(labels) if label != fast]
            order += [axis for axis, label in enumerate(labels) if label == fast]
            shape = [values.shape[axis] for axis in order]
            strides = _row_major([labels[axis] for axis in order], shape)
            found = Access(_NUMBERS, len(self.numbers), strides)
            self._constant_at[key] = found
            self.numbers += values.transpose(order).ravel().tolist()
        return found

    def new(self, labels: Sequence[str], shape: Sequence[int]) -> Access:
        """Return room for an intermediate result."""
        found = Access(_MEMORY, self.room, _row_major(labels, shape))
        self.room += prod(shape)
        return found

    def like(self, operand: Operand, labels: str, *, examples: bool) -> Access:
        """Return room for the numbers of an operand."""
        each, shape = list(labels), list(operand.shape)
        if examples and self.batch is not None:
            each.append(_EXAMPLES)
            shape.append(self.batch)
        return self.new(each, shape)

    def _gather(self, operand: Index | Padded, labels: str) -> Access:
        key = id(operand), labels
        found = self._gathered.get(key)
        if found is None and isinstance(operand, Padded):
            found = self._gathered[key] = self._spread_out(operand, labels)
        if found is None:
            assert isinstance(operand, Index)
            if operand.loops:
                found = self._gathered[key] = self._copied(operand, labels)
                return found
            source, base = self._source(int(operand.places.flat[0]))
            is_theta = source.space == _THETA
            found = self.like(operand, labels, examples=not is_theta)
            width = 1 if is_theta else self.lanes
            self.emit(
                "gather", found.address, source.address,
                self.table(operand.places - base), operand.places.size,
                self.unit(source), width, source.along(_EXAMPLES),
            )  # fmt: skip
            self._gathered[key] = found
        return found

    def _copied(self, operand: Index, labels: str) -> Access:
        """Copy an operand by its nested loops, the terms of a product apart."""
        source = self.at(operand.loops[0].offset)
        has_examples = self.batch is not None and source.space != _THETA
        examples = _EXAMPLES * has_examples
        sizes = dict(zip(labels, operand.shape, strict=True))
        order = [x for x in labels if x == _INNER] + [x for x in labels if x != _INNER]
        shape = [*[sizes[x] for x in order], *[self.lanes] * has_examples]
        found = self.new([*order, *examples], shape)
        extents: Extents = {}
        of_source, of_copy = dict(source.strides), dict.fromkeys(examples, 1)
        for label, loops in zip(labels, operand.loops, strict=True):
            inner = found.along(label)
            for k in reversed(range(len(loops.shape))):
                own = f"{label}{k}"
                extents[own] = loops.shape[k]
                of_source[own] = loops.strides[k] * self.unit(source)
                of_copy[own] = inner
                inner *= loops.shape[k]
        if has_examples:
            extents[_EXAMPLES] = self.lanes
        extents = {x: n for x, n in extents.items() if n > 1}
        out = Access(found.space, found.offset, of_copy)
        read = Access(source.space, source.offset, of_source)
        self.contract(SumOfProducts(out, read, self._one, extents), clear=_never)
        return found

    def _spread_out(self, operand: Padded, labels: str) -> Access:
        """Write the numbers that are there to their places among zeros."""
        slots = operand.table()
        is_theta = bool(slots[0] < self.parameters)
        is_input = self.parameters <= slots[0] < self.first
        if np.all(np.diff(slots) == 1) and not is_input:
            packed = self.at(int(slots[0]))
        else:
            line = Index(slots)
            self._lines.append(line)  # what was gathered is known by its identity
            packed = self._gather(line, _LIST)
        start = self.room
        found = self.like(operand, labels, examples=not is_theta)
        self.emit("fill", found.address, self.room - start, self.number(0.0))
        self.emit(
            "scatter", found.address, packed.address, self._there(operand),
            len(slots), 1 if is_theta else self.lanes, self.number(1.0),
        )  # fmt: skip
        return found

    def _there(self, operand: Padded) -> int:
        """Return the table of the places at which there is a slot."""
        return self.table(np.flatnonzero(operand.present))

    def _source(self, slot: int, *, adjoint: bool = False) -> tuple[Access, int]:
        """Return the access of the first slot of a space, and that slot."""
        base = 0 if slot < self.parameters else self.parameters
        base = base if slot < self.first else self.first
        return self.at(base, adjoint=adjoint), base

    def table(self, places: Ints) -> int:
        """Return the place of a table of places."""
        start = len(self.places)
        self.places += places.ravel().tolist()
        return start

    def extents(self, labels: str, *operands: Operand | None) -> Extents:
        """Return the size of each axis on which some operand changes."""
        found = dict.fromkeys(labels, 1)
        for operand in operands:
            if operand is not None:
                for label, size in zip(labels, operand.shape, strict=False):
                    found[label] = max(found[label], size)
        if self.batch is not None:
            found[_EXAMPLES] = self.batch
        return {label: size for label, size in found.items() if size > 1}

    # ---- Forward ---------------------------------------------------------------------

    def add_sum(self, step: Linear) -> None:
        """Write the terms of a sum one after the other."""
        axes = len(step.target.shape)
        labels = _AXES[:axes]
        out = self.access(step.target, labels)
        count = prod(step.target.shape) * self.lanes

        def clear() -> None:
            self.emit("fill", out.address, count, self.number(0.0))

        when_first: Callable[[], None] | None = clear
        for term in step.terms:
            if term.starts is not None:
                self._add_ragged(term, out, is_first=when_first is not None)
            else:
                own = labels + _INNER
                extents = self.extents(own, step.target, term.left, term.right)
                found = self._sum_of(out, term.left, term.right, own, extents)
                gaps = None
                if isinstance(term.right, Padded):
                    gaps = _Gaps(self.flags(term.right.present, own), own, found.left)
                self.contract(found, term.sign, when_first, gaps)
            when_first = None
        if step.constant is not None:
            extents = self.extents(labels, step.target)
            found = self._sum_of(out, step.constant, None, labels, extents)
            self.contract(found, step.constant_sign, when_first)
        if step.factor != 1.0:
            self.emit("scale", out.address, count, self.number(step.factor))
        if step.gaps is not None:  # nothing writes their adjoints
            self.unset[step.target.table()[step.gaps]] = True

    def _sum_of(
        self,
        out: Access,
        left: Operand,
        right: Operand | None,
        labels: str,
        extents: Extents,
    ) -> SumOfProducts:
        """Return a sum of products of operands."""
        fast = _fast(out, extents)
        first, second = (self._factor(x, labels, fast) for x in (left, right))
        return SumOfProducts(out, first, second, extents)

    def _factor(self, operand: Operand | None, labels: str, fast: str) -> Access:
        return self._one if operand is None else self.access(operand, labels, fast=fast)

    def _add_ragged(self, term: Term, out: Access, *, is_first: bool) -> None:
        assert term.starts is not None
        extents = self.extents(_LIST, term.left, term.right)
        length = extents.get(_LIST, 1)
        listed = self.like(View(0, (length,), (1,)), _LIST, examples=True)
        products = self._sum_of(listed, term.left, term.right, _LIST, extents)
        self.contract(products, clear=_never)
        starts = np.append(term.starts, length)
        self.emit(
            "segments", int(is_first), self.number(term.sign), out.address,
            listed.address, self.table(starts), len(term.starts), self.lanes,
        )  # fmt: skip

    def add_map(self, step: Map) -> None:
        """Write a primitive; of lists of several lengths, those of one together."""
        if step.starts is not None:
            for part in self.parts(step):
                self.add_map(part)
            return
        axes = len(step.target.shape)
        labels = _AXES[:axes]
        out = self.access(step.target, labels)
        extents = self.extents(labels, step.target)
        if step.primitive is TAKE:
            self._add_take(step, out, extents)
            return
        if step.primitive.arity is None:
            if code_of(step.primitive) == _CROSS_ENTROPY:
                self._add_cross_entropy(step, out, extents)
                return
            row = self.row(step.operands, extents)
            loops = loops_over(extents, out, row)
            self.emit(
                "logsumexp", out.address, row.address, _count(step.operands),
                row.along(_INNER), len(loops), *_flat(loops),
            )  # fmt: skip
            return
        code, operands = _operation(step)
        accesses = [self.access(x, labels, fast=labels[-1:]) for x in operands]
        loops = loops_over(extents, out, *accesses)
        self.emit(
            "map", code, out.address, len(accesses), len(loops),
            *[at.address for at in accesses], *_flat(loops),
        )  # fmt: skip

    def _add_take(self, step: Map, out: Access, extents: Extents) -> None:
        *rows, index = step.operands
        row, place = self.row(rows, extents), self._index(index)
        loops = loops_over(_rarely_last(extents, place), out, row, place)
        self.emit(
            "take", out.address, row.address, place.address, _count(rows),
            row.along(_INNER), len(loops), *_flat(loops),
        )  # fmt: skip

    def _add_cross_entropy(self, step: Map, out: Access, extents: Extents) -> None:
        logits, targets = [self.row(x, extents) for x in self._halves(step)]
        loops = loops_over(extents, out, logits, targets)
        self.emit(
            "cross_entropy", out.address, logits.address, targets.address,
            _count(step.operands) // 2, logits.along(_INNER), targets.along(_INNER),
            len(loops), *_flat(loops),
        )  # fmt: skip

    def _halves(self, step: Map) -> tuple[list[Operand], list[Operand]]:
        """Return the logits and the targets, which may be of one class."""
        found = self._halved.get(id(step))
        if found is None:
            found = self._halved[id(step)] = halves(step.operands)
        return found

    def _index(self, operand: Operand) -> Access:
        return self.access(operand, _AXES[: len(operand.shape) - 1] + _INNER)

    # ---- Any number of operands ------------------------------------------------------

    def row(self, operands: Sequence[Operand], extents: Extents) -> Access:
        """Return operands of several classes as if they were of one, along ``k``.

        Those of several are copied, so that they lie apart by one stride.
        """
        labels = _AXES[: len(operands[0].shape) - 1] + _INNER
        if len(operands) == 1:
            return self.access(operands[0], labels)
        key = (*map(id, operands), *extents.items())
        found = self._rows.get(key)
        if found is None:
            found = self._rows[key] = self._row_like(operands, extents)
            for part, own in self._parts_of(found, operands, extents):
                source = self.access(part[1], labels)
                copy = SumOfProducts(part[0], source, self._one, own)
                self.contract(copy, clear=_never)
        return found

    def _row_like(self, operands: Sequence[Operand], extents: Extents) -> Access:
        """Return room for all operands, the elements of each side by side."""
        return self.new([_INNER, *extents], [_count(operands), *extents.values()])

    @staticmethod
    def _parts_of(
        row: Access, operands: Sequence[Operand], extents: Extents
    ) -> list[tuple[tuple[Access, Operand], Extents]]:
        """Return the place of each operand in a row, and the axes of both."""
        found = []
        first = 0
        for operand in operands:
            count = operand.shape[-1]
            offset = row.offset + first * row.along(_INNER)
            own = extents | ({_INNER: count} if count > 1 else {})
            found.append(((Access(row.space, offset, row.strides), operand), own))
            first += count
        return found

    def adjoint_of_row(
        self, operands: Sequence[Operand], wanted: Sequence[int], extents: Extents
    ) -> tuple[Access, Callable[[], None]]:
        """Return where the adjoints of a row are added up, and what passes them on.

        Whatever is there is set to 0, or written, before.
        """
        labels = _AXES[: len(operands[0].shape) - 1] + _INNER
        if len(operands) == 1:
            out, clear = self._adjoint(operands[0], labels)
            if clear is not None:
                clear()
            return out, lambda: self._scatter(operands[0], out, 1.0)
        row = self._row_like(operands, extents)
        self.emit("fill", row.address, self.room - row.offset, self.number(0.0))

        def spread() -> None:
            parts = self._parts_of(row, operands, extents)
            for k, ((found, operand), own) in enumerate(parts):
                if k in wanted:
                    out, clear = self._adjoint(operand, labels)
                    self.contract(SumOfProducts(out, found, self._one, own), 1.0, clear)
                    self._scatter(operand, out, 1.0)

        return row, spread

    # ---- Sums of products ------------------------------------------------------------

    def contract(
        self,
        own: SumOfProducts,
        sign: float = 1.0,
        clear: Callable[[], None] | None = None,
        gaps: _Gaps | None = None,
    ) -> None:
        """Write ``out += sign * Σ left * right``; with ``clear``, ``out = …``.

        That is called to set ``out`` to 0 where several turns of the loops add to one
        number. ``gaps`` says where a factor is missing.
        """
        left, right = (
            self._packed(factor, label, own.extents)
            for factor, label in zip((own.left, own.right), own.packing(), strict=True)
        )
        if gaps is not None:
            if clear is not None:
                clear()
                clear = None
            self._choose(own, sign, gaps)
        own = SumOfProducts(own.out, left, right, own.extents)
        product = own.product()
        words: tuple[int, ...] = ()
        if product is None:
            kind, loops = "contract", own.loops()
            turns = loops[:-1]
        else:
            kind, words, loops = product.kind, product.words, product.loops
            turns = loops
            if product.is_swapped:
                left, right = right, left
        assign = self._can_assign(turns, clear)
        assert len(loops) <= _MOST_LOOPS
        self.emit(
            kind, assign, self.number(sign), own.out.address, left.address,
            right.address, *words, len(loops), *_flat(loops),
        )  # fmt: skip

    def _choose(self, own: SumOfProducts, sign: float, gaps: _Gaps) -> None:
        """Write what is run instead if the other factor is not finite."""
        flags = self._constant(gaps.flags, gaps.labels, "")
        other = {x: n for x, n in own.extents.items() if gaps.other.along(x)}
        read = merged(inner_last(loops_over(other, gaps.other)))
        self.emit("finite", gaps.other.address, len(read), *_flat(read))
        accesses = own.out, own.left, own.right, flags
        loops = loops_over(own.extents, *accesses)
        self.emit(
            "chosen", self.number(sign), *[x.address for x in accesses], len(loops),
            *_flat(loops),
        )  # fmt: skip

    @staticmethod
    def _can_assign(turns: list[Loop], clear: Callable[[], None] | None) -> int:
        """Return 1 if each number is written once, after clearing it if it is not."""
        if clear is None:
            return 0
        if all(loop[1] for loop in turns):
            return 1
        clear()
        return 0

    def _packed(self, access: Access, label: str, extents: Extents) -> Access:
        """Return a factor, copied if need be, side by side along an axis."""
        if not label or access.along(label) == 1:
            return access
        own = {x: n for x, n in extents.items() if access.along(x) and x != label}
        own[label] = extents[label]
        key = access.address, *access.strides.items(), label
        copy = self._copies.get(key)
        if copy is None:
            copy = self._copies[key] = self.new([*own], [*own.values()])
            self.contract(SumOfProducts(copy, access, self._one, own), clear=_never)
        return copy

    # ---- Reverse ---------------------------------------------------------------------

    def claim(self, into: Operand) -> bool:
        """Tell whether nothing was added yet to the adjoints, so that all are written.

        Where only some were, or one place occurs twice, the others have to be 0.
        """
        assert not isinstance(into, Constant)
        places = into.table().ravel()
        seen = self.written[places]
        is_new = isinstance(into, View) and into.is_injective and not seen.any()
        if not is_new:
            self.unset[places[~seen]] = True
        self.written[places] = True
        return is_new

    def must_be_0(self, into: Operand) -> Callable[[], None]:
        """Return what to do where an adjoint cannot be written at once."""
        assert not isinstance(into, Constant)
        places = into.table().ravel()

        def clear() -> None:
            self.unset[places] = True

        return clear

    def clear_unset(self) -> None:
        """Fill the runs of adjoints that are added to before they are written."""
        for start, stop in (
            (0, self.parameters), (self.first, self.first + self.computed)
        ):  # fmt: skip
            places = start + np.flatnonzero(self.unset[start:stop])
            if not len(places):
                continue
            cuts = np.flatnonzero(np.diff(places) > 1) + 1
            runs = np.split(places, cuts)
            if len(runs) > _MANY_RUNS:
                runs = [np.arange(places[0], places[-1] + 1)]
            for run in runs:
                at = self.at(int(run[0]), adjoint=True)
                count = len(run) * self.unit(at)
                self.emit("fill", at.address, count, self.number(0.0))

    def add_reverse(self, step: Scale | Contribution | Chain) -> None:
        """Write what one step adds to adjoints."""
        if isinstance(step, Chain) and step.step.starts is not None:
            for part in self.parts(step.step):
                self.add_reverse(Chain(part, step.wanted))
            return
        target = step.step.target if isinstance(step, Chain) else step.target
        up = self.access(target, _AXES[: len(target.shape)], adjoint=True)
        if isinstance(step, Scale):
            count = prod(target.shape) * self.lanes
            self.emit("scale", up.address, count, self.number(step.factor))
        elif isinstance(step, Contribution):
            self._add_contribution(step, up)
        elif step.step.primitive is TAKE:
            self._add_untake(step, up)
        elif step.step.primitive.arity is None:
            self._add_softmax(step, up)
        else:
            for which in step.wanted:
                self._add_chain(step.step, which, up)

    def _add_contribution(self, step: Contribution, up: Access) -> None:
        into, other = step.into, step.other
        if step.starts is None:
            labels = _AXES[: len(step.target.shape)] + _INNER
            extents = self.extents(labels, step.target, into, other)
        else:
            labels = _LIST
            extents = self.extents(labels, into, other)
            up = self._spread(step.starts, extents.get(_LIST, 1), step.target)
        out, clear = self._adjoint(into, labels)
        right = self._factor(other, labels, _fast(out, extents))
        sign = step.sign if isinstance(into, View) else 1.0
        gaps = None
        if isinstance(other, Padded):
            gaps = _Gaps(self.flags(other.present, labels), labels, up)
        elif step.gaps is not None:
            gaps = _Gaps(self.flags(~step.gaps, labels[:-1]), labels[:-1], right)
        self.contract(SumOfProducts(out, up, right, extents), sign, clear, gaps)
        self._scatter(into, out, step.sign)

    def _spread(self, starts: Ints, length: int, target: View) -> Access:
        """Return the adjoint of each term of ragged sums."""
        spread = self.like(View(0, (length,), (1,)), _LIST, examples=True)
        segment = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, length)))
        source = self.at(target.offset, adjoint=True)
        self.emit(
            "gather", spread.address, source.address, self.table(segment), length,
            self.lanes, self.lanes, 1,
        )  # fmt: skip
        return spread

    def _adjoint(
        self, into: Operand, labels: str
    ) -> tuple[Access, Callable[[], None] | None]:
        """Return where adjoints go; of a gathered operand it is an array to scatter.

        And what sets them to 0 first, if they were not written before.
        """
        if isinstance(into, View):
            out = self.access(into, labels, adjoint=True)
            return out, self.must_be_0(into) if self.claim(into) else None
        assert not isinstance(into, Constant)
        is_theta = int(into.table().flat[0]) < self.parameters
        out = self.like(into, labels, examples=not is_theta)
        count = self.room - out.offset

        def clear() -> None:
            self.emit("fill", out.address, count, self.number(0.0))

        return out, clear

    def _scatter(self, into: Operand, found: Access, sign: float) -> None:
        """Add the adjoints of a gathered operand to their places."""
        if isinstance(into, Padded):
            line = Index(into.table())
            is_theta = int(line.places[0]) < self.parameters
            packed = self.like(line, _LIST, examples=not is_theta)
            width = 1 if is_theta else self.lanes
            self.emit(
                "gather", packed.address, found.address, self._there(into),
                len(line.places), width, width, 1,
            )  # fmt: skip
            into, found = line, packed
        if not isinstance(into, Index):
            return
        self.claim(into)
        target, base = self._source(int(into.places.flat[0]), adjoint=True)
        self.emit(
            "scatter", target.address, found.address, self.table(into.places - base),
            into.places.size, self.unit(target), self.number(sign),
        )  # fmt: skip

    def _add_chain(self, step: Map, which: int, up: Access) -> None:
        labels = _AXES[: len(step.target.shape)]
        extents = self.extents(labels, step.target)
        code, operands = _operation(step)
        accesses = [self.access(x, labels, fast=labels[-1:]) for x in operands]
        output = self.access(step.target, labels)
        out, clear = self._adjoint(step.operands[which], labels)
        loops = loops_over(extents, out, up, output, *accesses)
        assign = self._can_assign(loops[:-1], clear)
        self.emit(
            "chain", assign, code, which, out.address, up.address, output.address,
            len(accesses), len(loops), *[at.address for at in accesses], *_flat(loops),
        )  # fmt: skip
        self._scatter(step.operands[which], out, 1.0)

    def _add_softmax(self, step: Chain, up: Access) -> None:
        if code_of(step.step.primitive) == _CROSS_ENTROPY:
            self._add_d_cross_entropy(step, up)
            return
        operands = step.step.operands
        extents = self.extents(_AXES, step.step.target)
        row = self.row(operands, extents)
        into, spread = self.adjoint_of_row(operands, step.wanted, extents)
        loops = loops_over(extents, up, row, into)
        self.emit(
            "softmax", up.address, row.address, into.address, _count(operands),
            row.along(_INNER), into.along(_INNER), len(loops), *_flat(loops),
        )  # fmt: skip
        spread()

    def _add_d_cross_entropy(self, step: Chain, up: Access) -> None:
        extents = self.extents(_AXES, step.step.target)
        both = self._halves(step.step)
        rows = [self.row(half, extents) for half in both]
        # An operand that was cut in two stands at the end of one half.
        cut = len(step.step.operands) - len(both[1])
        wanted = (
            [k for k in step.wanted if k < len(both[0])],
            [k - cut for k in step.wanted if k >= cut],
        )
        found: list[Access | None] = [None, None]
        spread: list[Callable[[], None]] = []
        for k in (0, 1):
            if wanted[k]:
                found[k], then = self.adjoint_of_row(both[k], wanted[k], extents)
                spread.append(then)
        into = [x or Access(0, 0, {}) for x in found]
        loops = loops_over(extents, up, *rows, *into)
        self.emit(
            "d_cross_entropy", up.address, *[x.address for x in rows],
            *[-1 if x is None else x.address for x in found],
            _count(step.step.operands) // 2, *[x.along(_INNER) for x in (*rows, *into)],
            len(loops), *_flat(loops),
        )  # fmt: skip
        for then in spread:
            then()

    def _add_untake(self, step: Chain, up: Access) -> None:
        *rows, index = step.step.operands
        wanted = [k for k in step.wanted if k < len(rows)]
        if not wanted:
            return
        extents = self.extents(_AXES, step.step.target)
        into, spread = self.adjoint_of_row(rows, wanted, extents)
        place = self._index(index)
        loops = loops_over(_rarely_last(extents, place), up, into, place)
        self.emit(
            "untake", up.address, into.address, place.address, _count(rows),
            into.along(_INNER), len(loops), *_flat(loops),
        )  # fmt: skip
        spread()


def _never() -> None:
    """Stand for what sets a new array to 0: it is written at once."""


def _rarely_last(extents: Extents, place: Access) -> Extents:
    """Return the axes with those last along which an index does not change."""
    order = sorted(extents, key=lambda label: not place.along(label))
    return {label: extents[label] for label in order}


def _fast(out: Access, extents: Extents) -> str:
    """Return the axis along which a result lies side by side."""
    return next((x for x in extents if out.along(x) == 1), "")


def _row_major(labels: Sequence[str], shape: Sequence[int]) -> dict[str, int]:
    """Return the strides of an array in one piece, along the axes that it has."""
    strides, stride = {}, 1
    for label, size in zip(reversed(labels), reversed(shape), strict=True):
        if size > 1:
            strides[label] = stride
        stride *= size
    return strides


def _count(operands: Sequence[Operand]) -> int:
    """Return how many operands one element of a primitive has."""
    return sum([x.shape[-1] for x in operands])


def _operation(step: Map) -> tuple[int, tuple[Operand, ...]]:
    """Return the code and the operands; a power of 2 is a square."""
    if step.primitive is table.POW_CONSTANT:
        exponent = step.operands[1]
        if isinstance(exponent, Constant) and np.all(exponent.values == 1.0 + 1.0):
            return _CODES[table.SQUARE], step.operands[:1]
    code = code_of(step.primitive)
    assert code is not None
    return code, step.operands


def _flat(axes: Sequence[Loop]) -> list[int]:
    return [word for axis in axes for word in axis]
