"""Levels: the depth of each variable, 1 + that of its deepest operand.

That is when a variable can be computed first. Where examples differ in depth, as trees
and sequences do, what all of them end with is ready on many levels: `agenda_of` lets
the early ones wait for the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from autograd_scalar.program.dots import MAP, NOTHING, Dots
from autograd_scalar.program.tape import Ints

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["agenda_of", "levels_of"]

_MOST_WORK: Final = 10_000_000  # edges, each on every level; deeper graphs do not wait
_PAYS: Final = 0.9  # of the groups at most: those that are merged read several arrays
_ROUNDS: Final = 64  # of relaxation: networks need about ten, chains as many as nodes


def levels_of(dots: Dots) -> Ints:
    """Return the level of each variable; leaves, constants and melted nodes have 0.

    >>> from autograd_scalar import Value
    >>> from autograd_scalar.program.dots import dots_of
    >>> from autograd_scalar.program.tape import tape_of
    >>> w, x = Value(3.0), Value(2.0)
    >>> levels_of(dots_of(tape_of((w * x + 1.0).tanh(), [w], []))).tolist()
    [0, 0, 0, 0, 1, 2]
    >>> levels_of(dots_of(tape_of(w, [w], []))).tolist()
    [0]
    """
    return _levels(dots, *_edges(dots))


def _levels(dots: Dots, users: Ints, operands: Ints) -> Ints:
    level = np.zeros(len(dots.kind), dtype=np.int64)
    if not len(users):
        return level
    heads = np.flatnonzero(np.concatenate([[True], np.diff(users) != 0]))
    inner = users[heads]
    for _ in range(_ROUNDS):
        now = np.maximum.reduceat(level[operands], heads) + 1
        if np.array_equal(now, level[inner]):
            return level
        level[inner] = now
    return _one_by_one(dots, users, operands, heads)


def agenda_of(dots: Dots, kind: Ints) -> Ints:
    """Return when each variable is computed, so that there are few groups.

    A group has the variables of one time and one kind. Some kinds wait until just
    before they are needed, with all that is computed from them; those of which that
    would make more groups do not.

    >>> from autograd_scalar import Value
    >>> from autograd_scalar.program.dots import dots_of
    >>> from autograd_scalar.program.tape import tape_of
    >>> w = Value(0.5)
    >>> root = w.tanh().sin() * w.tanh().tanh().sin()
    >>> dots = dots_of(tape_of(root, [w], []))
    >>> kind = np.where(dots.role == MAP, dots.tape.operation, -1)
    >>> levels_of(dots).tolist(), agenda_of(dots, kind).tolist()
    ([0, 1, 2, 1, 2, 3, 4], [0, 2, 3, 1, 2, 3, 4])
    """
    users, operands = _edges(dots)
    first = _levels(dots, users, operands)
    between = dots.role[operands] != NOTHING
    users, operands = users[between], operands[between]
    if int(first.max()) * len(users) > _MOST_WORK:
        return first
    groups = _Groups(np.flatnonzero(dots.role != NOTHING), kind)
    counts = groups.of_kinds(first)
    can_wait = _with_room(first, users, operands)
    if counts[kind[can_wait] + 1].max(initial=0) <= 1:
        return first
    order = np.argsort(operands, kind="stable")
    users, operands = users[order], operands[order]
    heads = np.flatnonzero(np.concatenate([[True], np.diff(operands) != 0]))
    inner = operands[heads]
    last = first.copy()
    last[inner] = first.max()
    _settle(last, inner, lambda x: np.minimum.reduceat(x[users], heads) - 1)
    may_wait = np.ones(len(counts), dtype=bool)
    while True:
        # What waits is computed after all that does not.
        waits = may_wait[kind + 1]
        own = waits[inner]
        _settle(waits, inner, lambda x: np.logical_and.reduceat(x[users], heads) & own)  # noqa: B023
        level = np.where(waits, last, first)
        found = groups.of_kinds(level)
        worse = may_wait & (found > counts)
        if not worse.any():
            pays = found.sum() <= _PAYS * counts.sum()
            return level if pays else first
        may_wait &= ~worse


class _Groups(NamedTuple):
    """The variables, and the kind of each; that of others is -1."""

    variables: Ints
    kind: Ints

    def of_kinds(self, level: Ints) -> Ints:
        """Return on how many levels each kind is, beginning with kind -1."""
        size = int(self.kind.max()) + 2
        pairs = self.kind[self.variables] + 1 + size * level[self.variables]
        return np.bincount(np.unique(pairs) % size, minlength=size)


def _with_room(level: Ints, users: Ints, operands: Ints) -> Ints:
    """Return what no user of the next level needs, and what that is computed from.

    All else cannot wait.
    """
    has_room = np.zeros(len(level), dtype=bool)
    has_room[operands] = True
    has_room[operands[level[users] == level[operands] + 1]] = False
    while len(more := operands[has_room[users] & ~has_room[operands]]):
        has_room[more] = True
    return np.flatnonzero(has_room)


def _settle(numbers: Any, inner: Ints, now: Callable[[Any], Any]) -> None:
    """Replace the numbers of inner variables until nothing changes."""
    while not np.array_equal(found := now(numbers), numbers[inner]):
        numbers[inner] = found


def _edges(dots: Dots) -> tuple[Ints, Ints]:
    """Return (variable, operand) pairs, by variable."""
    tape = dots.tape
    ends = tape.users()
    of_map = dots.role[ends] == MAP
    second = dots.right >= 0
    users = np.concatenate([dots.owner, dots.owner[second], ends[of_map]])
    operands = np.concatenate([dots.left, dots.right[second], tape.parents[of_map]])
    order = np.argsort(users, kind="stable")
    return users[order], operands[order]


def _one_by_one(dots: Dots, users: Ints, operands: Ints, heads: Ints) -> Ints:
    """Compute the levels in topological order: for graphs that are deep."""
    # A variable that was split off comes right before the node that it is part of.
    count = len(dots.tape.nodes)
    place = 2 * np.arange(len(dots.kind))
    parts = np.flatnonzero(dots.left >= count)
    place[dots.left[parts]] = 2 * dots.owner[parts] - 1
    inner = users[heads]
    bounds = [*heads.tolist(), len(users)]
    order = np.argsort(place[inner], kind="stable").tolist()
    level, ends, edges = [0] * len(dots.kind), inner.tolist(), operands.tolist()
    for k in order:
        level[ends[k]] = 1 + max([level[i] for i in edges[bounds[k] : bounds[k + 1]]])
    return np.array(level)
