"""The NumPy executor: instructions bound to arrays, as a list of small functions.

A `Machine` has its own arrays and runs one call at a time. With ``batch`` it runs a
program of one example over many: everything but parameters and constants gets one more
axis, the last.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.lib.stride_tricks import as_strided

from autograd_scalar.program.contraction import (
    Labelled,
    contraction,
    labelled,
    with_gaps,
)
from autograd_scalar.program.instructions import Instructions, Linear, Map
from autograd_scalar.program.kernels import kernel_of
from autograd_scalar.program.layout import Constant, Operand, Padded, View
from autograd_scalar.program.reverse import Chain, Contribution, Reverse, Scale
from autograd_scalar.program.run_lists import Lists
from autograd_scalar.program.run_take import is_taken, taken
from autograd_scalar.program.tape import Flags, Floats, Ints

__all__ = ["Machine"]

Work: TypeAlias = Callable[[], object]

_INNER = "k"  # the last axis of the operands of a term
_LIST = "t"  # the axis of ragged operands
_EXAMPLES = "z"  # the examples of a batch
_AXES = "abcdef"  # of a target


class Machine:
    """The arrays of one program and the functions that fill them."""

    def __init__(
        self, instructions: Instructions, reverse: Reverse, batch: int | None = None
    ) -> None:
        self.batch = batch
        self.parameters = instructions.parameters
        self.theta = np.zeros(self.parameters)
        self.gradient = np.zeros(self.parameters)
        tail = () if batch is None else (batch,)
        others = instructions.size - self.parameters
        self.memory = np.zeros((others, *tail))
        self.adjoints = np.zeros((others, *tail))
        self.inputs = self.memory[: instructions.inputs]
        self._read: dict[int, Floats] = {}
        self._gathers: list[Work] = []
        self.forward: list[Work] = []
        self.backward: list[Work] = []
        for step in instructions.steps:
            if isinstance(step, Linear):
                self._bind_sum(step)
            else:
                self._bind_map(step)
        for step_back in reverse.steps:
            self._bind_reverse(step_back)

    def run_forward(self) -> None:
        """Compute every array from `theta` and `inputs`."""
        for work in self.forward:
            work()

    def run_backward(self, slot: int) -> None:
        """Fill `gradient`: of the number in ``slot``, or of its sum over a batch."""
        self.gradient.fill(0.0)
        self.adjoints[len(self.inputs) :].fill(0.0)  # those of inputs are never read
        if slot < self.parameters:
            self.gradient[slot] = self.batch or 1
        else:
            self.adjoints[slot - self.parameters] = 1.0
        for work in self.backward:
            work()

    def kept(self, slots: Ints) -> Floats:
        """Return the numbers of some slots of one example, those of constants 0."""
        both = np.concatenate([self.theta, self.memory, [0.0]])
        return both[np.minimum(slots, len(both) - 1)]

    def number(self, slot: int) -> float:
        """Return the number in a slot; in a batch, the sum over the examples."""
        if slot < self.parameters:
            return float(self.theta[slot]) * (self.batch or 1)
        return float(np.sum(self.memory[slot - self.parameters]))

    # ---- Where the numbers of an operand are -----------------------------------------

    def _array(self, operand: Operand, *, adjoint: bool = False) -> Floats:
        """Return the array of an operand; a gathered one is filled in by `forward`."""
        if isinstance(operand, Constant):
            values = operand.values
            return values if self.batch is None else values[..., None]
        if isinstance(operand, View):
            return self._view(operand, adjoint=adjoint)
        known = self._read.get(id(operand))
        if known is None:
            source, places = self._source(operand, operand.table(), adjoint=False)
            known = np.zeros(operand.shape + source.shape[1:])
            self._read[id(operand)] = known
            if isinstance(operand, Padded):
                self._fill_present(source, places, known, operand.present)
            else:
                self._fill(source, places, known)
        if self.batch is not None and known.ndim == operand.places.ndim:
            return known[..., None]
        return known

    def _fill(self, source: Floats, places: Ints, out: Floats) -> None:
        self.forward.append(lambda: np.take(source, places, 0, out, "clip"))

    def _fill_present(
        self, source: Floats, places: Ints, out: Floats, present: Flags
    ) -> None:
        def fill() -> None:
            out[present] = source[places]

        self.forward.append(fill)

    def _source(
        self, operand: Operand, places: Ints, *, adjoint: bool
    ) -> tuple[Floats, Ints]:
        """Return the array in which an operand's slots lie, and their places in it."""
        if int(places.flat[0]) < self.parameters:
            return self.gradient if adjoint else self.theta, places
        return self.adjoints if adjoint else self.memory, places - self.parameters

    def _view(self, view: View, *, adjoint: bool) -> Floats:
        """Return a view; in a batch, with the axis of the examples."""
        offset = np.array(view.offset)
        source, places = self._source(view, offset, adjoint=adjoint)
        strides = tuple([source.strides[0] * stride for stride in view.strides])
        shape = view.shape
        if source.ndim > 1:
            shape, strides = (*shape, source.shape[1]), (*strides, source.strides[1])
        elif self.batch is not None:
            shape, strides = (*shape, 1), (*strides, 0)
        return as_strided(source[int(places) :], shape, strides)

    def _labels(self, axes: int) -> str:
        return _AXES[:axes] + (_EXAMPLES if self.batch is not None else "")

    def _operand_labels(self, axes: int, *, ragged: bool) -> str:
        inner = _LIST if ragged else _AXES[:axes] + _INNER
        return inner + (_EXAMPLES if self.batch is not None else "")

    # ---- Forward ---------------------------------------------------------------------

    def _bind_sum(self, step: Linear) -> None:
        target = self._array(step.target)
        labels = self._labels(len(step.target.shape))
        out, of_out = labelled(target, labels)
        is_first = True
        for term in step.terms:
            ragged = term.starts is not None
            own = self._operand_labels(len(step.target.shape), ragged=ragged)
            left = labelled(self._array(term.left), own)
            right = None
            if term.right is not None:
                right = labelled(self._array(term.right), own)
            if term.starts is not None:
                run = self._ragged(left, right, term.starts, term.left)
                self._accumulate(run, target, term.sign, first=is_first)
            elif isinstance(term.right, Padded) and right is not None:
                present = labelled(term.right.present.astype(float), own)
                run = with_gaps(right, left, (out, of_out), present)
                self._accumulate(run, out, term.sign, first=is_first)
            else:
                buffer = out if is_first else np.empty(out.shape)
                run = contraction(left, right, (buffer, of_out))
                self._accumulate(run, out, term.sign, first=is_first)
            is_first = False
        if step.constant is not None:
            values = self._array(step.constant)
            add = np.add if step.constant_sign > 0 else np.subtract
            self.forward.append(lambda: add(target, values, out=target))
        if step.factor != 1.0:
            factor = step.factor
            self.forward.append(lambda: np.multiply(target, factor, out=target))

    def _accumulate(
        self, run: Callable[[], Floats], out: Floats, sign: float, *, first: bool
    ) -> None:
        """Write the result of a term, or add it to those before it."""

        def assign() -> None:
            found = run()
            if found is not out:
                out[...] = found

        def assign_negative() -> None:
            np.negative(run(), out=out)

        def add() -> None:
            np.add(out, run(), out=out)

        def subtract() -> None:
            np.subtract(out, run(), out=out)

        if first:
            self.forward.append(assign if sign > 0 else assign_negative)
        else:
            self.forward.append(add if sign > 0 else subtract)

    def _ragged(
        self, left: Labelled, right: Labelled | None, starts: Ints, operand: Operand
    ) -> Callable[[], Floats]:
        """Return the sums of a list that begin at each of ``starts``."""
        shape = operand.shape if self.batch is None else (*operand.shape, self.batch)
        products = self._listed(left, right, np.empty(shape))
        return lambda: np.add.reduceat(products(), starts, axis=0)

    def _listed(
        self, left: Labelled, right: Labelled | None, buffer: Floats
    ) -> Callable[[], Floats]:
        """Return products along a list, with all its axes."""
        out = labelled(buffer, self._operand_labels(0, ragged=True))
        run = contraction(left, right, out)
        return lambda: np.broadcast_to(run(), out[0].shape).reshape(buffer.shape)

    def _bind_map(self, step: Map) -> None:
        if is_taken(step):
            self._bind_take(step)
            return
        if step.starts is not None:
            x, out = self._array(step.operands[0]), self._array(step.target)
            lists = Lists(step.starts, len(x))
            self.forward.append(lambda: np.copyto(out, lists.logsumexp(x)))
            return
        kernel = kernel_of(step.primitive, step.operands)
        target, operands = self._array(step.target), self._elements(step)
        self.forward.append(lambda: kernel.forward(*operands, out=target))

    def _elements(self, step: Map) -> list[Floats]:
        """Return one array for each operand; runs of them are taken apart."""
        axis = len(step.target.shape)
        found: list[Floats] = []
        for operand in step.operands:
            array = self._array(operand)
            if step.primitive.arity is None:
                moved = np.moveaxis(array, axis, 0)
                found += [moved[k, ...] for k in range(len(moved))]  # never scalars
            else:
                found.append(array)
        return found

    def _taken(self, step: Map) -> Callable[[], Ints]:
        """Return a function that computes the slots (or places) that are taken."""
        rows, index = step.operands
        shape = step.target.shape
        numbers = np.moveaxis(self._array(index), len(shape), 0)[0, ...]
        if isinstance(rows, Constant):
            table = np.arange(rows.values.size).reshape(rows.shape)
        else:
            table = rows.table()
        return taken(table, shape, numbers, self.batch)

    def _bind_take(self, step: Map) -> None:
        rows, target, places = (
            step.operands[0],
            self._array(step.target),
            self._taken(step),
        )
        if isinstance(rows, Constant):
            flat = rows.values.ravel()
            self.forward.append(
                lambda: np.copyto(target, flat[places()].reshape(target.shape))
            )
            return
        source, first = self._source(rows, rows.table().ravel()[:1], adjoint=False)
        shift = int(rows.table().flat[0]) - int(first[0])
        each = np.arange(self.batch or 1)

        def gather() -> None:
            at = places() - shift
            found = source[at] if source.ndim == 1 else source[at, each]
            target[...] = found.reshape(target.shape)

        self.forward.append(gather)

    def _bind_take_back(self, step: Chain) -> None:
        """Add the adjoint of each number taken to the entry that it was taken from."""
        rows, places = step.step.operands[0], self._taken(step.step)
        if 0 not in step.wanted:
            return
        assert not isinstance(rows, Constant)
        upstream = self._array(step.step.target, adjoint=True)
        source, first = self._source(rows, rows.table().ravel()[:1], adjoint=True)
        shift = int(rows.table().flat[0]) - int(first[0])
        each = np.arange(self.batch or 1)

        def scatter() -> None:
            at = places() - shift
            up = upstream.reshape(at.shape)
            np.add.at(source, at if source.ndim == 1 else (at, each), up)

        self.backward.append(scatter)

    # ---- Reverse ---------------------------------------------------------------------

    def _bind_reverse(self, step: Scale | Contribution | Chain) -> None:
        if isinstance(step, Scale):
            adjoint, factor = self._array(step.target, adjoint=True), step.factor
            self.backward.append(lambda: np.multiply(adjoint, factor, out=adjoint))
        elif isinstance(step, Chain):
            self._bind_chain(step)
        else:
            self._bind_contribution(step)

    def _bind_contribution(self, step: Contribution) -> None:
        upstream = self._array(step.target, adjoint=True)
        axes = len(step.target.shape)
        own = self._operand_labels(axes, ragged=step.starts is not None)
        other = None
        if step.other is not None:
            other = labelled(self._array(step.other), own)
        if step.starts is not None:
            lists = [x for x in (step.into, step.other) if x is not None]
            length = max([x.shape[0] for x in lists])
            segment = np.repeat(
                np.arange(len(step.starts)), np.diff(np.append(step.starts, length))
            )
            spread = np.zeros((length, *upstream.shape[1:]))
            self.backward.append(lambda: np.take(upstream, segment, 0, spread, "clip"))
            source = labelled(spread, own)
        else:
            source = labelled(upstream, self._labels(axes))
        buffer = np.empty(self._shape_of(step.into))
        out = labelled(buffer, own)
        if isinstance(step.other, Padded) and other is not None:
            present = labelled(step.other.present.astype(float), own)
            run = with_gaps(other, source, out, present)
        elif step.gaps is not None and other is not None:
            present = labelled((~step.gaps).astype(float), self._labels(axes))
            run = with_gaps(source, other, out, present)
        else:
            run = contraction(source, other, out)
        self._add_into(step.into, run, out[0].shape, buffer.shape, step.sign)

    def _shape_of(self, operand: Operand) -> tuple[int, ...]:
        """Return the shape of an operand's array, without filling one."""
        if self.batch is None:
            return operand.shape
        is_parameter = self._first_slot(operand) < self.parameters
        return (*operand.shape, 1 if is_parameter else self.batch)

    @staticmethod
    def _first_slot(operand: Operand) -> int:
        assert not isinstance(operand, Constant)
        if isinstance(operand, View):
            return operand.offset
        return int(operand.table().flat[0])

    def _add_into(
        self,
        into: Operand,
        run: Callable[[], Floats],
        small: tuple[int, ...],
        shape: tuple[int, ...],
        sign: float,
    ) -> None:
        """Add what ``run`` returns, of a shape without axes of size 1, to adjoints."""
        if isinstance(into, View) and into.is_injective:
            adjoint = self._array(into, adjoint=True).squeeze()
            add = np.add if sign > 0 else np.subtract
            self.backward.append(lambda: add(adjoint, run(), out=adjoint))
            return
        assert not isinstance(into, Constant)
        table = into.table()
        source, places = self._source(into, table, adjoint=True)
        places = places.ravel()
        order = np.argsort(places, kind="stable")
        slots, starts = np.unique(places[order], return_index=True)
        tail = shape[len(into.shape) :] if source.ndim > 1 else ()
        is_once = len(slots) == len(places)
        if isinstance(into, Padded):
            order = np.flatnonzero(into.present)[order]

        def scatter() -> None:
            found = np.broadcast_to(run(), small).reshape((-1, *tail))[order]
            sums = found if is_once else np.add.reduceat(found, starts, axis=0)
            source[slots] += sums if sign > 0 else -sums

        self.backward.append(scatter)

    def _bind_chain(self, step: Chain) -> None:
        if is_taken(step.step):
            self._bind_take_back(step)
            return
        if step.step.starts is not None:
            self._bind_lists_back(step.step, step.step.starts)
            return
        kernel = kernel_of(step.step.primitive, step.step.operands)
        upstream = self._array(step.step.target, adjoint=True)
        output = self._array(step.step.target)
        operands = self._elements(step.step)
        partials: list[Floats] = []

        def differentiate() -> None:
            partials[:] = kernel.partials(*operands, output)

        self.backward.append(differentiate)
        first = 0
        is_listed = step.step.primitive.arity is None
        for k, operand in enumerate(step.step.operands):
            count = operand.shape[-1] if is_listed else 1
            if k in step.wanted:
                self._bind_partial(
                    step, operand, upstream, partials, (first, count, is_listed)
                )
            first += count

    def _bind_lists_back(self, step: Map, starts: Ints) -> None:
        (operand,) = step.operands
        upstream = self._array(step.target, adjoint=True)
        x, y = self._array(operand), self._array(step.target)
        lists = Lists(starts, len(x))
        shape = self._shape_of(operand)
        small = tuple([n for n in shape if n != 1])

        def run() -> Floats:
            found = lists.shares(x, y) * upstream[lists.of_each]
            if found.shape != shape:  # the same parameters in all examples
                found = np.add.reduce(found, axis=-1)
            return found.reshape(small)

        self._add_into(operand, run, small, shape, 1.0)

    def _bind_partial(
        self,
        step: Chain,
        operand: Operand,
        upstream: Floats,
        partials: list[Floats],
        span: tuple[int, int, bool],
    ) -> None:
        first, count, is_listed = span
        axis = len(step.step.target.shape)
        shape = self._shape_of(operand)
        full = list(upstream.shape)
        if is_listed:
            full.insert(axis, count)
        over = tuple([i for i, n in enumerate(full) if n != 1 and shape[i] == 1])
        small = tuple([n for n in shape if n != 1])

        def run() -> Floats:
            if is_listed:
                each = [partials[first + j] * upstream for j in range(count)]
                found = np.stack(each, axis)
            else:
                found = np.multiply(partials[first], upstream)
            sums: Floats = np.add.reduce(found, axis=over)
            return sums.reshape(small)

        self._add_into(operand, run, small, shape, 1.0)
