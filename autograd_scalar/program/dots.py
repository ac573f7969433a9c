"""Dots: every linear node as a sum of products, ``factor * (Σ ± f·g + c)``.

Trees of + - neg and sum whose inner nodes have one use, and no label, melt into the
node that they end in; so do products that are only added. Multiplication by a constant
is a product, not part of the tree: it keeps ``alpha * ‖θ‖²`` apart from a data loss.
A tree that is divided by a constant is a mean: the division is its factor.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import Final, NamedTuple

import numpy as np

from autograd_scalar.primitives.table import ADD, DIV, DOT, MEAN, MUL, NEG, SUB, SUM
from autograd_scalar.program.tape import (
    COMPUTED,
    CONSTANT,
    LEAF,
    ONE,
    Flags,
    Floats,
    Ints,
    Tape,
)

__all__ = ["LINEAR", "MAP", "NOTHING", "Dots", "dots_of", "signature_of"]

# The role of a variable: a node of the tape, or a part of one that was split off.
NOTHING: Final = 0  # a leaf, a constant, or melted into another node
LINEAR: Final = 1
MAP: Final = 2

_CLASSES: Final = 5
_MOST_LINES: Final = 60
_LARGEST: Final = (
    2.0**500
)  # divisor whose reciprocal is a factor, and that of the least


@dataclass(frozen=True, slots=True, eq=False)
class Dots:
    """The terms of all linear variables, in the order of their owners.

    Term t adds ``sign[t] * left[t] * right[t]`` to its owner; ``right`` is -1 where
    there is no second factor. Variables beyond the nodes of the tape were split off.

    >>> from autograd_scalar import Value
    >>> from autograd_scalar.program.tape import tape_of
    >>> w, x, b = Value(3.0), Value(2.0), Value(1.0)
    >>> print(dots_of(tape_of(w * x + b - 4.0, [w, x, b], [])))
    v6 = v3 + v0·v1 - 4.0
    """

    tape: Tape
    role: Ints
    kind: Ints  # of all variables
    owner: Ints  # of each term, ascending
    sign: Floats
    left: Ints
    right: Ints
    constant: Floats  # of each variable
    has_constant: Flags
    subtracts: Flags  # its first constant is written with a minus, as in a - 1
    factor: Floats

    def __str__(self) -> str:
        variables = np.flatnonzero(self.role != NOTHING).tolist()
        lines = [self._line(i) for i in variables[:_MOST_LINES]]
        if len(variables) > _MOST_LINES:
            lines.append(f"and {len(variables) - _MOST_LINES:,} more")
        return "\n".join(lines)

    def _line(self, i: int) -> str:
        tape = self.tape
        if self.role[i] == MAP:
            operands = tape.parents[tape.starts[i] : tape.starts[i + 1]]
            name = tape.primitives[tape.operation[i]].name
            return f"v{i} = {name}({', '.join(map(tape.name_of, operands))})"
        text = ""
        first, end = np.searchsorted(self.owner, [i, i + 1]).tolist()
        for t in range(first, end):
            factors = [k for k in (self.left[t], self.right[t]) if k >= 0]
            minus, plus = (" - ", " + ") if text else ("-", "")
            text += minus if self.sign[t] < 0 else plus
            text += "·".join(map(self._name, factors))
        if self.has_constant[i]:
            c = float(self.constant[i])
            text += f" - {-c!r}" if c < 0 else f" + {c!r}"
        factor = float(self.factor[i])
        return f"v{i} = {text}" if factor == 1.0 else f"v{i} = {factor!r} ({text})"

    def _name(self, i: int) -> str:
        return self.tape.name_of(i) if i < len(self.tape.nodes) else f"v{i}"


def signature_of(kind: Ints, left: Ints, right: Ints, sign: Floats) -> Ints:
    """Return a number for the classes of each term's factors and its sign."""
    second = np.where(right >= 0, kind[right], ONE)
    code: Ints = (kind[left] * _CLASSES + second) * 2 + (sign < 0)
    return code


def dots_of(tape: Tape) -> Dots:
    """Melt the trees of linear operations, and split sums of several dots."""
    melting = _melting(tape)
    role = _roles(tape, melting)
    owner, sign, left, right = _terms(tape, melting)
    constant, has_constant, subtracts, keep = _constants(tape, owner, sign, left, right)
    owner, sign, left, right = owner[keep], sign[keep], left[keep], right[keep]
    swapped = (right >= 0) & (tape.kind[left] > tape.kind[right])
    left, right = np.where(swapped, right, left), np.where(swapped, left, right)
    order = np.argsort(owner, kind="stable")
    factor = np.ones(len(tape.nodes))
    means = np.flatnonzero(tape.is_of(MEAN))
    factor[means] = 1.0 / np.diff(tape.starts)[means]
    divided = np.flatnonzero(melting.shares)
    factor[divided] = 1.0 / tape.data[tape.parents[tape.starts[divided] + 1]]
    return _split(
        Dots(
            tape,
            role,
            tape.kind,
            owner[order],
            sign[order],
            left[order],
            right[order],
            constant,
            has_constant,
            subtracts,
            factor,
        )
    )


class _Melting(NamedTuple):
    """Which nodes melt into their user, and which edges add to it."""

    melts: Flags
    shares: Flags  # of nodes: it divides a tree, which melts into it, by a constant
    edge_adds: Flags
    edge: Ints  # of each node that is used once


def _roles(tape: Tape, melting: _Melting) -> Ints:
    is_linear = tape.is_of(ADD, SUB, NEG, SUM, MEAN, DOT, MUL) | melting.shares
    is_map = (tape.kind == COMPUTED) & (tape.operation != LEAF) & ~is_linear
    role: Ints = np.where(is_linear, LINEAR, np.where(is_map, MAP, NOTHING))
    role[melting.melts] = NOTHING
    return role


def _melting(tape: Tape) -> _Melting:
    users = tape.users()
    may_melt = _may_melt(tape)
    shares = _shares(tape, may_melt)
    adds = tape.is_of(ADD, SUB, NEG, SUM, MEAN)[users]
    of_dot = tape.is_of(DOT)[users]
    # A dot adds its start: the last operand of an odd number.
    arity = np.diff(tape.starts)[users]
    place = np.arange(len(users)) - tape.starts[users]
    adds |= of_dot & (place == arity - 1) & (arity % 2 == 1)
    adds |= shares[users] & (place == 0)
    edge = np.zeros(len(tape.nodes), dtype=np.int64)
    edge[tape.parents] = np.arange(len(users))
    if len(users):
        may_melt &= adds[edge]
    return _Melting(may_melt, shares, adds, edge)


def _shares(tape: Tape, may_melt: Flags) -> Flags:
    shares = tape.is_of(DIV)
    nodes = np.flatnonzero(shares)
    first = tape.starts[nodes]
    trees, by = tape.parents[first], tape.parents[first + 1]
    size = np.abs(tape.data[by])
    is_plain = (size <= _LARGEST) & (size >= 1.0 / _LARGEST)
    shares[nodes] = (tape.kind[by] == CONSTANT) & is_plain & may_melt[trees]
    return shares


def _may_melt(tape: Tape) -> Flags:
    """Return which nodes are sums or products with one user and no other reader."""
    once: Flags = np.bincount(tape.parents, minlength=len(tape.nodes)) == 1
    named = list(map(bool, map(attrgetter("_label"), tape.nodes)))
    once &= ~np.array(named)
    once[tape.kept] = False
    once[tape.root] = False  # a guard may go on from it
    return once & tape.is_of(ADD, SUB, NEG, SUM, MUL)


def _terms(tape: Tape, melting: _Melting) -> tuple[Ints, Floats, Ints, Ints]:
    """Return owner, sign and factors of each term; -1 for no second factor."""
    count = len(tape.nodes)
    users = tape.users()
    melts, _, edge_adds, edge = melting
    place = np.arange(len(users)) - tape.starts[users]
    edge_sign = np.where(tape.is_of(NEG)[users], -1.0, 1.0)
    edge_sign[tape.is_of(SUB)[users] & (place == 1)] = -1.0
    # Where each node ends up, by pointer jumping: log(depth) rounds.
    ends, sign = np.arange(count), np.ones(count)
    inner = np.flatnonzero(melts)
    ends[inner], sign[inner] = users[edge[inner]], edge_sign[edge[inner]]
    while not np.array_equal(ends[ends], ends):
        sign, ends = sign * sign[ends], ends[ends]
    single = edge_adds & ~melts[tape.parents]
    at = users[single]
    products = np.flatnonzero(tape.is_of(MUL))
    firsts = tape.starts[products]
    paired = tape.is_of(DOT)[users] & ~edge_adds & (place % 2 == 0)
    pairs = np.flatnonzero(paired)
    none = np.full(len(at), -1)
    owner = np.concatenate([ends[at], ends[products], users[pairs]])
    signs = np.concatenate(
        [sign[at] * edge_sign[single], sign[products], np.ones(len(pairs))]
    )
    left = np.concatenate(
        [tape.parents[single], tape.parents[firsts], tape.parents[pairs]]
    )
    right = np.concatenate([none, tape.parents[firsts + 1], tape.parents[pairs + 1]])
    return owner, signs, left, right


def _constants(
    tape: Tape, owner: Ints, sign: Floats, left: Ints, right: Ints
) -> tuple[Floats, Flags, Flags, Flags]:
    """Add up the constant terms of each node; return which terms are not constant."""
    count = len(tape.nodes)
    fixed = tape.kind == CONSTANT
    is_constant = fixed[left] & ((right < 0) | fixed[right])
    with np.errstate(all="ignore"):
        number = sign * tape.data[left] * np.where(right < 0, 1.0, tape.data[right])
        at = owner[is_constant]
        constant = np.zeros(count)
        np.add.at(constant, at, number[is_constant])
    has_constant = np.zeros(count, dtype=bool)
    has_constant[at] = True
    subtracts = np.zeros(count, dtype=bool)
    subtracts[at[::-1]] = sign[is_constant][::-1] < 0
    return constant, has_constant, subtracts, ~is_constant


def _split(dots: Dots) -> Dots:
    """Give each dot its own variable where a node is the sum of two or more of them.

    ``W h + U x + b`` becomes three, so that ``U x`` of all times stands on one level.
    """
    code = signature_of(dots.kind, dots.left, dots.right, dots.sign)
    order = np.lexsort((code, dots.owner))
    owner, code = dots.owner[order], code[order]
    if not len(owner):
        return dots
    starts = np.flatnonzero(
        np.concatenate([[True], (np.diff(owner) != 0) | (np.diff(code) != 0)])
    )
    lengths = np.diff(np.append(starts, len(owner)))
    is_dot = (lengths >= 2) & (dots.right[order][starts] >= 0)  # noqa: PLR2004
    dots_of_owner = np.bincount(owner[starts][is_dot], minlength=len(dots.kind))
    splits = is_dot & (dots_of_owner[owner[starts]] >= 2)  # noqa: PLR2004
    added = int(splits.sum())
    if not added:
        return dots
    fresh = len(dots.kind) + np.arange(added)
    segment = np.repeat(np.arange(len(starts)), lengths)
    variable = np.zeros(len(starts), dtype=np.int64)
    variable[splits] = fresh
    moved = splits[segment]
    new_owner = np.where(moved, variable[segment], owner)
    heads = starts[splits]
    all_owner = np.concatenate([new_owner, owner[heads]])
    # A dot that is subtracted is computed positive, and its variable subtracted.
    signs = np.where(moved, 1.0, dots.sign[order])
    all_sign = np.concatenate([signs, dots.sign[order][heads]])
    all_left = np.concatenate([dots.left[order], fresh])
    all_right = np.concatenate([dots.right[order], np.full(added, -1)])
    by_owner = np.argsort(all_owner, kind="stable")

    return Dots(
        dots.tape,
        np.concatenate([dots.role, np.full(added, LINEAR)]),
        np.concatenate([dots.kind, np.full(added, COMPUTED)]),
        all_owner[by_owner],
        all_sign[by_owner],
        all_left[by_owner],
        all_right[by_owner],
        np.concatenate([dots.constant, np.zeros(added)]),
        np.concatenate([dots.has_constant, np.zeros(added, dtype=bool)]),
        np.concatenate([dots.subtracts, np.zeros(added, dtype=bool)]),
        np.concatenate([dots.factor, np.ones(added)]),
    )
