"""Instructions: what is computed on arrays, each from those before it.

An instruction writes one new array, its *target*: a block of slots in row-major order.
`Linear` is a sum of terms, each a contraction of two operands over their last axis;
`Map` applies a primitive to each element.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from autograd_scalar.program.dots import signature_of
from autograd_scalar.program.layout import (
    FIRST_CONSTANT,
    Constant,
    Index,
    Operand,
    Padded,
    View,
    arranged,
    is_affine,
    operand_of,
    reduced,
)
from autograd_scalar.program.matrices import (
    Product,
    Triangle,
    products_in,
    sorted_terms,
    triangle_in,
    triangle_of_lists,
)
from autograd_scalar.program.repeats import repeats_in
from autograd_scalar.program.take import TAKE
from autograd_scalar.program.tape import CONSTANT, Flags, Floats, Ints

if TYPE_CHECKING:
    from autograd_scalar.primitives.table import Primitive
    from autograd_scalar.program.groups import Group, Groups

__all__ = ["Instruction", "Instructions", "Linear", "Map", "Term", "instructions_of"]

_NOTHING = np.zeros(0)  # the constants among slots that are none
_INDEX = -1  # the class of an operand that says which of the others is meant
_MOST_LENGTHS = 4  # different numbers of terms that get an instruction each


@dataclass(frozen=True, slots=True)
class Term:
    """``sign * Σ left * right`` over the last axis of the operands.

    The operands have the axes of the target, with size 1 where they do not change, and
    one more. With ``starts`` the term is ragged: the operands are lists, and element i
    of the target is the sum from ``starts[i]`` on.
    """

    sign: float
    left: Operand
    right: Operand | None = None
    starts: Ints | None = field(default=None, compare=False)

    @property
    def is_product(self) -> bool:
        """Whether the term is a matrix product."""
        if self.right is None or self.starts is not None:
            return False
        a, b = self.left.shape, self.right.shape
        # Rows, columns, inner axis; of one number, b has no inner axis.
        if len(a) < 3 or a[-1] < 2 or b[-1] != a[-1]:  # noqa: PLR2004
            return False
        return a[-2] == 1 and b[-3] == 1 and a[-3] * b[-2] > 1

    def __str__(self) -> str:
        sign = "-" if self.sign < 0 else "+"
        text = f"{sign} {self.left}"
        if self.right is not None:
            text += f" · {self.right}"
        if self.starts is not None:
            return f"{text}, ragged"
        return f"{text}, product" if self.is_product else text


@dataclass(frozen=True, slots=True)
class Linear:
    """``target = factor * (Σ terms + constant_sign * constant)``.

    Where ``gaps`` is true the target is computed, but nothing of the graph stands
    there: no instruction reads it, and its adjoint is 0.
    """

    target: View
    terms: tuple[Term, ...]
    constant: Constant | None
    constant_sign: float
    factor: float
    gaps: Flags | None = field(default=None, compare=False)

    @property
    def operands(self) -> tuple[Operand, ...]:
        """All operands, in order."""
        found = []
        for term in self.terms:
            found += [term.left] if term.right is None else [term.left, term.right]
        return tuple(found)

    def __str__(self) -> str:
        parts = [*map(str, self.terms)]
        if self.constant is not None:
            parts.append(f"{'-' if self.constant_sign < 0 else '+'} {self.constant}")
        times = "" if self.factor == 1.0 else f"{self.factor!r} times "
        gaps = "" if self.gaps is None else f", {np.count_nonzero(self.gaps)} unused"
        return f"{self.target} = {times}{'; '.join(parts)}{gaps}"


@dataclass(frozen=True, slots=True)
class Map:
    """``target = primitive(*operands)``, element by element.

    Operands of a primitive with any number of them have one more axis: the operands of
    one element that are of one class stand side by side. With ``starts`` it is ragged:
    the operand is a list, and those of element i stand in it from ``starts[i]`` on.
    """

    target: View
    primitive: Primitive
    operands: tuple[Operand, ...]
    starts: Ints | None = field(default=None, compare=False)

    def parts(self) -> tuple[Map, ...]:
        """Return the elements of a ragged one by the length of their lists."""
        if self.starts is None:
            return (self,)
        (operand,) = self.operands
        assert not isinstance(operand, Constant)
        slots = operand.table()
        lengths = np.diff(np.append(self.starts, len(slots)))
        found = []
        for length in np.unique(lengths).tolist():
            own = np.flatnonzero(lengths == length)
            together = [own] if is_affine(own) else np.split(own, len(own))
            for rows in together:
                target = operand_of(self.target.offset + rows, _NOTHING, keep=1)
                lists = slots[self.starts[rows][:, None] + np.arange(length)]
                row = operand_of(lists, _NOTHING, keep=1)
                assert isinstance(target, View)
                found.append(Map(target, self.primitive, (row,)))
        return tuple(found)

    def __str__(self) -> str:
        operands = ", ".join(map(str, self.operands))
        ragged = "" if self.starts is None else ", ragged"
        return f"{self.target} = {self.primitive.name}({operands}){ragged}"


Instruction = Linear | Map


@dataclass(frozen=True, slots=True, eq=False)
class Instructions:
    """All instructions in order; parameters have the first slots, then come inputs."""

    parameters: int
    inputs: int
    steps: tuple[Instruction, ...]
    size: int  # slots in all
    root: int  # the slot of the result; from `FIRST_CONSTANT` on it is a constant
    constants: Floats
    slots: Ints  # of each variable; -1 of what melted into another
    kept: Ints  # the slots of the numbers that guards ask for

    @property
    def products(self) -> int:
        """How many terms are matrix products."""
        linear = [step for step in self.steps if isinstance(step, Linear)]
        return sum(term.is_product for step in linear for term in step.terms)

    @property
    def gathers(self) -> int:
        """How many operands are read by a table of slots."""
        operands = [x for step in self.steps for x in step.operands]
        return sum(
            isinstance(x, Padded) or (isinstance(x, Index) and not x.loops)
            for x in operands
        )

    def __str__(self) -> str:
        return "\n".join(map(str, self.steps))


def instructions_of(groups: Groups) -> Instructions:
    """Lay the groups out as arrays, level by level."""
    builder = _Builder(groups)
    for group in groups.groups:
        if group.primitive >= 0:
            builder.add_map(group)
        else:
            builder.add_sums(group)
    return builder.finished()


@dataclass(frozen=True, slots=True, eq=False)
class _Segment:
    """Terms of one signature, of each member of a group: tables, or ragged lists."""

    sign: float
    left: Ints
    right: Ints | None
    starts: Ints | None = None


class _Builder:
    """The instructions so far, and the slots that have been given."""

    def __init__(self, groups: Groups) -> None:
        self.dots = dots = groups.dots
        tape = dots.tape
        # Constants by their bits: the first node of each number has its value.
        self.constants = np.zeros(int(tape.number.max()) + 1)
        self.constants[tape.number] = tape.data
        self.slots = np.full(len(dots.kind), -1)
        fixed = np.flatnonzero(tape.kind == CONSTANT)
        self.slots[fixed] = FIRST_CONSTANT + tape.number[fixed]
        leaves = np.concatenate([tape.parameters, tape.inputs])
        used = leaves >= 0
        self.slots[leaves[used]] = np.flatnonzero(used)
        self.parameters, self.inputs = len(tape.parameters), len(tape.inputs)
        self.size = self.parameters + self.inputs
        self.blocks: list[tuple[int, tuple[int, ...]]] = [
            (0, (self.parameters,)),
            (self.parameters, (self.inputs,)),
        ]
        self.steps: list[Instruction] = []
        self.bounds = np.searchsorted(dots.owner, np.arange(len(dots.kind) + 1))
        self.code = signature_of(dots.kind, dots.left, dots.right, dots.sign)
        self.gathered: dict[tuple[tuple[int, ...], bytes], Index] = {}

    def finished(self) -> Instructions:
        """Return what was built."""
        return Instructions(
            self.parameters,
            self.inputs,
            tuple(self.steps),
            self.size,
            int(self.slots[self.dots.tape.root]),
            self.constants,
            self.slots,
            self.slots[self.dots.tape.kept],
        )

    def new_array(self, shape: tuple[int, ...]) -> View:
        """Return the next free block of slots."""
        strides = [prod(shape[axis + 1 :]) for axis in range(len(shape))]
        view = View(self.size, shape, tuple(strides))
        self.blocks.append((self.size, shape))
        self.size += prod(shape)
        return view

    def read(self, table: Ints, keep: int = 0) -> Operand:
        """Return how to read a table of slots; equal gathers are one operand."""
        found = operand_of(table, self.constants, keep)
        if isinstance(found, Index):
            key = found.shape, found.places.tobytes()
            return self.gathered.setdefault(key, found)
        return found

    # ---- Maps ------------------------------------------------------------------------

    def add_map(self, group: Group) -> None:
        """Apply one primitive to the operands of all members."""
        tape, variables = self.dots.tape, group.variables
        primitive = tape.primitives[group.primitive]
        first = tape.starts[variables]
        counts = tape.starts[variables + 1] - first
        if np.ptp(counts):
            self._add_map_of_lists(group, counts)
            return
        arity = int(counts[0])
        operands = tape.parents[first[:, None] + np.arange(arity)]
        slots = self.slots[operands]
        again = repeats_in(slots)
        if again is not None:
            self.add_map(replace(group, variables=variables[again[0]]))
            self.slots[variables] = self.slots[variables[again[0]]][again[1]]
            return
        if primitive.arity is None:
            kinds = tape.kind[operands[0]]
            if primitive is TAKE:
                kinds[-1] = _INDEX  # stands apart from the rows, whatever it is
            runs = np.split(np.arange(arity), np.flatnonzero(np.diff(kinds)) + 1)
        else:
            runs = np.split(np.arange(arity), arity)
        members = arranged([slots[:, run] for run in runs], self.blocks)
        found = []
        for run in runs:
            table = slots[:, run][members]
            keep = primitive.arity is None
            found.append(self.read(table if keep else table[..., 0], keep=int(keep)))
        target = self.new_array(members.shape)
        self.steps.append(Map(target, primitive, tuple(found)))
        self.slots[variables[members]] = target.table()

    def _add_map_of_lists(self, group: Group, counts: Ints) -> None:
        """Apply a primitive to lists of one class, those of equal length together."""
        variables, tape = group.variables, self.dots.tape
        lengths = np.unique(counts)
        if len(lengths) <= _MOST_LENGTHS:
            for length in lengths:
                self.add_map(replace(group, variables=variables[counts == length]))
            return
        slots = self.slots[tape.parents]
        order = np.argsort(slots[tape.starts[variables]], kind="stable")
        variables, counts = variables[order], counts[order]
        starts = np.cumsum(counts) - counts
        within = np.arange(int(counts.sum())) - np.repeat(starts, counts)
        lists = slots[np.repeat(tape.starts[variables], counts) + within]
        target = self.new_array(variables.shape)
        primitive = tape.primitives[group.primitive]
        operand = self.read(lists, keep=1)
        self.steps.append(Map(target, primitive, (operand,), starts))
        self.slots[variables] = target.table()

    # ---- Sums of products ------------------------------------------------------------

    def add_sums(self, group: Group) -> None:
        """Add up the products of all members, those of equal length together."""
        variables = group.variables
        codes = np.unique(self.code[self._terms_of(variables[:1])])
        terms = self._terms_of(variables)
        member = np.repeat(np.arange(len(variables)), self._counts(variables))
        lengths = np.stack(
            [
                np.bincount(member[self.code[terms] == code], minlength=len(variables))
                for code in codes
            ],
            axis=1,
        )
        which = _row_ids(lengths)
        kinds = int(which.max()) + 1
        if kinds > 1 and self._add_lists(variables, codes):
            return
        if kinds <= _MOST_LENGTHS:
            for k in range(kinds):
                self._add_even(variables[which == k], codes)
        else:
            self._add_ragged(variables, codes)

    def _counts(self, variables: Ints) -> Ints:
        counts: Ints = self.bounds[variables + 1] - self.bounds[variables]
        return counts

    def _terms_of(self, variables: Ints) -> Ints:
        """Return the terms of some variables, one variable after the other."""
        counts = self._counts(variables)
        ends = np.cumsum(counts)
        within = np.arange(int(ends[-1])) - np.repeat(ends - counts, counts)
        terms: Ints = np.repeat(self.bounds[variables], counts) + within
        return terms

    def _factors(self, terms: Ints) -> tuple[Ints, Ints | None]:
        """Return the slots of the factors, the lower first if both are of one class."""
        dots = self.dots
        left, second = self.slots[dots.left[terms]], dots.right[terms]
        if second[0] < 0:
            return left, None
        right = self.slots[second]
        if dots.kind[dots.left[terms[0]]] == dots.kind[second[0]]:
            return np.minimum(left, right), np.maximum(left, right)
        return left, right

    def _segments(
        self, variables: Ints, codes: Ints, *, ragged: bool
    ) -> list[_Segment]:
        terms = self._terms_of(variables)
        found = []
        for code in codes:
            own = terms[self.code[terms] == code]
            left, right = self._factors(own)
            sign = float(self.dots.sign[own[0]])
            owner = np.searchsorted(variables, self.dots.owner[own])
            if ragged:
                second = left if right is None else right
                order = np.lexsort((second, left, owner))
                starts = np.searchsorted(owner, np.arange(len(variables)))
                right = None if right is None else right[order]
                found.append(_Segment(sign, left[order], right, starts))
                continue
            shape = len(variables), -1
            left, second = sorted_terms(
                left.reshape(shape), (left if right is None else right).reshape(shape)
            )
            found.append(_Segment(sign, left, None if right is None else second))
        return found

    def _add_even(self, variables: Ints, codes: Ints) -> None:
        """Add sums whose segments have the same number of terms in each member."""
        segments = self._segments(variables, codes, ragged=False)
        again = repeats_in(self._rows(variables, segments))
        if again is not None:
            self._add_even(variables[again[0]], codes)
            self.slots[variables] = self.slots[variables[again[0]]][again[1]]
            return
        lead = _lead(segments)
        if lead is not None and lead.right is not None:
            products = products_in(lead.left, lead.right)
            single = products is not None and len(products) == 1
            if lead.left.shape[1] == 1 and not (
                products and single and min(products[0].members.shape) > 1
            ):
                products = None
            if products is not None:
                for product in map(self._turned, products):
                    own = {id(lead): (product.left, product.right)}
                    self._emit(variables, product.members, segments, own)
                return
            is_alone = len(segments) == 1 and not self.dots.constant[variables].any()
            if is_alone and lead.left.shape[1] > 1:
                triangle = triangle_in(lead.left, lead.right)
                if triangle is not None:
                    self._add_triangle(variables, triangle, lead.sign)
                    return
        # The lead's table goes first, so that it gives the shape.
        tables = [s.left for s in segments]
        tables += [s.right for s in segments if s.right is not None]
        members = arranged(tables, self.blocks)
        self._emit(variables, members, segments, {})

    def _turned(self, product: Product) -> Product:
        """Return the product with the matrix on the left, what is picked on the right.

        So it is where both are parameters, as the rows of an embedding and weights.
        """
        left, right = product.left, product.right
        if max(int(left.max()), int(right.max())) >= self.parameters:
            return product
        order = np.argsort(right[(0,) * (right.ndim - 1)])
        right = right[..., order]
        if is_affine(reduced(left, 1)) or not is_affine(reduced(right, 1)):
            return product
        axes = product.members.ndim - 2, product.members.ndim - 1
        turned = product.members, right, left[..., order]
        return Product(*[table.swapaxes(*axes) for table in turned])

    def _rows(self, variables: Ints, segments: list[_Segment]) -> Ints:
        """Return all that a sum is made of, a row each."""
        columns = [s.left for s in segments]
        columns += [s.right for s in segments if s.right is not None]
        numbers = self.dots.constant[variables].view(np.int64)
        return np.concatenate([*columns, numbers[:, None]], axis=1)

    def _emit(
        self,
        variables: Ints,
        members: Ints,
        segments: list[_Segment],
        product: dict[int, tuple[Ints, Ints]],
    ) -> None:
        """Write the members in their shape; ``product`` has the lead's own order."""
        if members.size == 1 and not self._has_matrix(segments):
            members = members.reshape(())
            product = {}
        terms: list[Term] = []
        kept: list[bool] = []
        for segment in segments:
            left, right = product.get(
                id(segment),
                (
                    segment.left[members],
                    None if segment.right is None else segment.right[members],
                ),
            )
            of_dot = id(segment) in product or segment.right is not None
            is_bias = segment.right is None and bool(np.all(left < self.parameters))
            for a, b in self._parts(left, right):
                second = None if b is None else self.read(b)
                terms.append(Term(segment.sign, self.read(a, keep=1), second))
                kept.append(of_dot or is_bias)
        sign = self._constant_sign(variables)
        constant = self._constant(variables[members], sign)
        factor = float(self.dots.factor[variables[0]])
        splits = bool(product) and members.size > 1
        if splits and (constant is not None or not all(kept)):
            inner = self.new_array(members.shape)
            own = tuple([t for t, keep in zip(terms, kept, strict=True) if keep])
            self.steps.append(Linear(inner, own, None, 1.0, 1.0))
            rest = [t for t, keep in zip(terms, kept, strict=True) if not keep]
            terms = [Term(1.0, self.read(inner.table()[..., None], keep=1)), *rest]
        target = self.new_array(members.shape)
        self.steps.append(Linear(target, tuple(terms), constant, sign, factor))
        self.slots[variables[members]] = target.table()

    def _has_matrix(self, segments: list[_Segment]) -> bool:
        """Tell a 1×1 product of parameters with others from a plain number."""
        lead = _lead(segments)
        return (
            lead is not None
            and lead.right is not None
            and lead.left.shape[1] > 1
            and int(lead.left.max()) < self.parameters
            and int(lead.right.max()) >= self.parameters
        )

    def _parts(self, left: Ints, right: Ints | None) -> list[tuple[Ints, Ints | None]]:
        """Return a segment as several terms where its factors lie in several arrays.

        Or where one of them is a view by itself.
        """
        terms = left.shape[-1]
        limit = 4 if right is not None else 3
        if not 1 < terms <= limit:
            return [(left, right)]
        offsets = np.array([offset for offset, _ in self.blocks])
        sources = np.searchsorted(offsets, left, side="right").reshape(-1, terms)
        apart = np.all(sources == sources[:1]) and len({*sources[0].tolist()}) > 1
        if right is None and left.size > terms and not is_affine(left):
            apart |= any(is_affine(left[..., k]) for k in range(terms))
        if not apart:
            return [(left, right)]
        return [
            (left[..., k : k + 1], None if right is None else right[..., k : k + 1])
            for k in range(terms)
        ]

    def _constant_sign(self, variables: Ints) -> float:
        """Return -1.0 where targets are subtracted: ``a - y`` then shows y."""
        return -1.0 if self.dots.subtracts[variables].all() else 1.0

    def _constant(self, variables: Ints, sign: float) -> Constant | None:
        numbers = sign * self.dots.constant[variables]
        if not np.any(numbers):  # a sum that starts at 0; nan is true
            return None
        table = FIRST_CONSTANT + np.arange(numbers.size).reshape(numbers.shape)
        _, same = np.unique(numbers.ravel().view(np.int64), return_inverse=True)
        table = FIRST_CONSTANT + same.reshape(numbers.shape)
        values = np.zeros(int(same.max()) + 1)
        values[same.ravel()] = numbers.ravel()
        found = operand_of(table, values)
        assert isinstance(found, Constant)
        return found

    def _add_lists(self, variables: Ints, codes: Ints) -> bool:
        """Add sums of several lengths as a product with gaps, if they are one."""
        if len(codes) > 1 or self.dots.constant[variables].any():
            return False
        (own,) = self._segments(variables, codes, ragged=True)
        if own.right is None or own.starts is None or own.right[0] >= FIRST_CONSTANT:
            return False
        for pair in ((own.left, own.right), (own.right, own.left)):
            triangle = triangle_of_lists(*pair, own.starts)
            if triangle is not None:
                self._add_triangle(variables, triangle, own.sign)
                return True
        return False

    def _add_triangle(self, variables: Ints, found: Triangle, sign: float) -> None:
        """Add a product with gaps."""
        members = found.members[0] if len(found.members) == 1 else found.members
        left, right = found.left[:, :, None], found.right[:, None]
        if members is not found.members:
            left, right = left[0], right[0]
        second: Operand = Padded(right) if right.min() < 0 else self.read(right, keep=1)
        target = self.new_array(members.shape)
        factor = float(self.dots.factor[variables[0]])
        gaps = members < 0
        term = Term(sign, self.read(left, keep=1), second)
        step = Linear(target, (term,), None, 1.0, factor, gaps if gaps.any() else None)
        self.steps.append(step)
        self.slots[variables[members[~gaps]]] = target.table()[~gaps]

    def _add_ragged(self, variables: Ints, codes: Ints) -> None:
        """Add sums of many different lengths: lists of terms, one after the other."""
        terms = []
        for segment in self._segments(variables, codes, ragged=True):
            second = None if segment.right is None else self.read(segment.right)
            left = operand_of(segment.left, self.constants, keep=1)
            terms.append(Term(segment.sign, left, second, segment.starts))
        target = self.new_array(variables.shape)
        factor = float(self.dots.factor[variables[0]])
        sign = self._constant_sign(variables)
        constant = self._constant(variables, sign)
        self.steps.append(Linear(target, tuple(terms), constant, sign, factor))
        self.slots[variables] = target.table()


def _lead(segments: list[_Segment]) -> _Segment | None:
    """Return the longest segment of products; the first of several."""
    products = [s for s in segments if s.right is not None]
    return max(products, key=lambda s: s.left.shape[1], default=None)


def _row_ids(table: Ints) -> Ints:
    """Return equal numbers for equal rows, in the rows' order.

    As np.unique has it of rows, which however turns a Ctrl-C amid its comparison into a
    TypeError of its own.
    """
    order = np.lexsort(table.T[::-1])
    rows = table[order]
    ids = np.empty(len(table), np.intp)
    ids[order] = np.cumsum(np.any(np.diff(rows, axis=0, prepend=rows[:1]), axis=1))
    return ids
