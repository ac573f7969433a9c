"""Levels: the depth of each variable, 1 + that of its deepest operand."""

from __future__ import annotations

from typing import Final

import numpy as np

from autograd_scalar.program.dots import MAP, Dots
from autograd_scalar.program.tape import Ints

__all__ = ["levels_of"]

_ROUNDS: Final = 64  # of relaxation: networks need about ten, chains as many as nodes


def levels_of(dots: Dots) -> Ints:
    """Return the level of each variable; leaves, constants and melted nodes have 0.

    >>> from autograd_scalar import Value
    >>> from autograd_scalar.program.dots import dots_of
    >>> from autograd_scalar.program.tape import tape_of
    >>> w, x = Value(3.0), Value(2.0)
    >>> levels_of(dots_of(tape_of((w * x + 1.0).tanh(), [w], []))).tolist()
    [0, 0, 0, 0, 1, 2]
    """
    users, operands = _edges(dots)
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
