"""Groups: the variables of one level and one form, which one instruction computes.

The level is when they are computed, which is not always as early as possible.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograd_scalar.primitives.table import LOGSUMEXP
from autograd_scalar.program.dots import LINEAR, MAP, NOTHING, Dots, signature_of
from autograd_scalar.program.levels import agenda_of
from autograd_scalar.program.tape import Ints

__all__ = ["Group", "Groups", "groups_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Variables of one level with the same operation and classes of operands.

    ``primitive`` is an index into those of the tape, or -1 for sums of products.
    """

    level: int
    primitive: int
    variables: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """All groups, level by level.

    >>> from autograd_scalar import Value
    >>> from autograd_scalar.program.dots import dots_of
    >>> from autograd_scalar.program.tape import tape_of
    >>> w, x = Value(3.0), [Value(2.0), Value(5.0)]
    >>> loss = sum((w * k).tanh() for k in x)
    >>> print(groups_of(dots_of(tape_of(loss, [w], x))))
    level 1: 2 sums of products
    level 2: 2 tanh
    level 3: 1 sum of products
    """

    dots: Dots
    groups: tuple[Group, ...]

    def __str__(self) -> str:
        lines = []
        for group in self.groups:
            count = len(group.variables)
            if group.primitive >= 0:
                what = self.dots.tape.primitives[group.primitive].name
            else:
                what = f"sum{'s' * (count != 1)} of products"
            lines.append(f"level {group.level}: {count:,} {what}")
        return "\n".join(lines)


def groups_of(dots: Dots) -> Groups:
    """Group the variables by level, operation and classes of operands.

    The number of terms is no part of a form, nor are the constants.
    """
    variables = np.flatnonzero(dots.role != NOTHING)
    if not len(variables):
        return Groups(dots, ())
    primitive = np.full(len(dots.kind), -1)
    maps = np.flatnonzero(dots.role == MAP)
    primitive[maps] = dots.tape.operation[maps]
    form = _forms(dots)
    scale = dots.factor.view(np.int64)
    only_guards = _for_guards_alone(dots)
    keys = np.stack([x[variables] for x in (only_guards, primitive, form, scale)])
    order = np.lexsort(keys[::-1])
    kind = np.full(len(dots.kind), -1)
    is_other = (np.diff(keys[:, order], axis=1) != 0).any(axis=0)
    kind[variables[order]] = np.cumsum(np.concatenate([[False], is_other]))
    level = agenda_of(dots, kind)
    order = np.lexsort((variables, kind[variables], level[variables]))
    when = np.stack([x[variables[order]] for x in (level, kind)])
    cuts = np.flatnonzero((np.diff(when, axis=1) != 0).any(axis=0)) + 1
    groups = [
        Group(int(level[members[0]]), int(primitive[members[0]]), members)
        for members in np.split(variables[order], cuts)
    ]
    return Groups(dots, tuple(groups))


def _for_guards_alone(dots: Dots) -> Ints:
    """Return 1 for the variables that the root does not depend on.

    They have no adjoint; in a group with others a derivative of inf would make a nan.
    """
    place = np.arange(len(dots.kind))
    parts = np.flatnonzero(dots.left >= len(dots.tape.nodes))
    place[dots.left[parts]] = dots.owner[parts]  # of the sum that it is a part of
    return (place > dots.tape.root).astype(np.int64)


def _forms(dots: Dots) -> Ints:
    """Return a number for the operands of each variable.

    Of a sum: which pairs of classes occur, and whether it has a constant. Of a map:
    the class of each operand, in order; of a logsumexp of one class only that one.
    """
    form = np.zeros(len(dots.kind), dtype=np.int64)
    code = signature_of(dots.kind, dots.left, dots.right, dots.sign)
    np.bitwise_or.at(form, dots.owner, np.left_shift(1, code))
    sums = dots.role == LINEAR
    form[sums] = 2 * form[sums] + dots.has_constant[sums]
    tape = dots.tape
    is_list = _of_one_class(dots)
    form[is_list] = 8**_FEW + tape.kind[tape.parents[tape.starts[is_list]]]
    maps = np.flatnonzero(dots.role == MAP)
    maps = maps[~np.isin(maps, is_list)]
    counts = np.diff(tape.starts)
    short = maps[counts[maps] <= _FEW]
    for place in range(_FEW):
        has = short[counts[short] > place]
        kinds = tape.kind[tape.parents[tape.starts[has] + place]]
        form[has] += (kinds + 1) * 8**place
    known: dict[bytes, int] = {}  # of many operands: the rows of classes are numbered
    for i in maps[counts[maps] > _FEW].tolist():
        operands = tape.parents[tape.starts[i] : tape.starts[i + 1]]
        row = tape.kind[operands].astype(np.int8).tobytes()
        form[i] = -1 - known.setdefault(row, len(known))
    return form


def _of_one_class(dots: Dots) -> Ints:
    """Return each logsumexp whose operands are of one class, however many they are."""
    tape = dots.tape
    kinds, starts = tape.kind[tape.parents], tape.starts
    nodes = np.flatnonzero(tape.is_of(LOGSUMEXP)).tolist()
    alike = [i for i in nodes if not np.ptp(kinds[starts[i] : starts[i + 1]])]
    return np.array(alike, dtype=np.int64)


_FEW = 3
