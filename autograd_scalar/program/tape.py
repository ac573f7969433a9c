"""The tape: a recorded graph as flat arrays, its constants folded and interned.

The nodes stand in topological order. A leaf is a parameter (to be differentiated), an
input (a number given at each call) or a constant. An operation on constants only is a
constant, too: it keeps the number that was recorded.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd_scalar.errors import OperandError, StaleGraphError
from autograd_scalar.graph.naming import describe, label_or_kind
from autograd_scalar.graph.sweeps import numbered
from autograd_scalar.graph.value import Value
from autograd_scalar.primitives.table import ADD, ANY, MUL, NEG, SUB, WHERE, Primitive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_scalar.graph.node import Node

__all__ = [
    "COMPUTED",
    "CONSTANT",
    "INPUT",
    "LEAF",
    "ONE",
    "PARAMETER",
    "Flags",
    "Floats",
    "Ints",
    "Tape",
    "joined",
    "tape_of",
]

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

LEAF: Final = -1  # in `Tape.operation`

# The classes of operands, in the order in which the factors of a product are written.
PARAMETER: Final = 0
INPUT: Final = 1
COMPUTED: Final = 2
CONSTANT: Final = 3
ONE: Final = 4  # a term without a second factor

# How the recorded number follows from those of the parents, for whole arrays.
_ON_ARRAYS: Final[dict[Primitive, Any]] = {
    ADD: np.add,
    SUB: np.subtract,
    MUL: np.multiply,
}


@dataclass(frozen=True, slots=True, eq=False)
class Tape:
    """A graph in topological order; node i has ``parents[starts[i]:starts[i + 1]]``.

    >>> from autograd_scalar import Value
    >>> w, x = Value(3.0), Value(2.0)
    >>> print(tape_of(w * x + 1.0, [w], []))
    5 nodes: 1 parameter, 0 inputs, 2 constants; 1 add, 1 mul
    """

    nodes: list[Value]
    primitives: tuple[Primitive, ...]  # by name
    operation: Ints  # an index into `primitives`, or LEAF
    parents: Ints
    starts: Ints
    data: Floats  # as recorded
    kind: Ints  # PARAMETER, INPUT, COMPUTED or CONSTANT
    parameters: Ints  # the node of each parameter, -1 where the root does not use it
    inputs: Ints
    names: tuple[str, ...]  # of the parameters, then of the inputs; "" without a label
    number: Ints  # of a constant: equal bits have equal numbers
    root: int  # nodes behind it are asked for by guards alone
    kept: Ints  # the nodes whose numbers guards ask for

    def is_of(self, *primitives: Primitive) -> Flags:
        """Return which nodes are computed, not folded, by one of the primitives."""
        wanted = [k for k, p in enumerate(self.primitives) if p in primitives]
        is_computed: Flags = self.kind == COMPUTED
        return is_computed & np.isin(self.operation, wanted)

    def users(self) -> Ints:
        """Return the node at the other end of each edge of `parents`."""
        return np.repeat(np.arange(len(self.nodes)), np.diff(self.starts))

    def computed(self) -> Ints:
        """Return the nodes that are computed, not leaves and not folded."""
        return np.flatnonzero((self.kind == COMPUTED) & (self.operation != LEAF))

    def name_of(self, i: int) -> str:
        """Return ``v7``, or the number of a constant."""
        return repr(float(self.data[i])) if self.kind[i] == CONSTANT else f"v{i}"

    def __str__(self) -> str:
        kinds = [
            _count(int(np.sum(self.kind == k)), word)
            for k, word in (
                (PARAMETER, "parameter"), (INPUT, "input"), (CONSTANT, "constant"),
            )
        ]  # fmt: skip
        codes = self.operation[self.kind == COMPUTED].tolist()
        counts = Counter([self.primitives[k].name for k in codes])
        operations = [f"{n:,} {name}" for name, n in sorted(counts.items())]
        text = f"{_count(len(self.nodes), 'node')}: {', '.join(kinds)}"
        return f"{text}; {', '.join(operations)}" if operations else text


def joined(root: Value, kept: Sequence[Value]) -> Value:
    """Return a node above the root and what guards ask for, in that order.

    All nodes that the root was computed from come before it in topological order, so
    those behind it are asked for by guards alone.
    """
    top = Value(0.0)
    top._primitive = _JOINED  # not recorded as an operation is: no mode matters
    parents = root, *kept
    top._fused = parents, (0.0,) * len(parents)
    return top


_JOINED: Final = Primitive(
    "joined",
    lambda *xs: 0.0,
    lambda *xs_and_y: (0.0,) * (len(xs_and_y) - 1),
    arity=None,
    symbol="joined",
    latex="{0}",
    domain=(ANY,),
)


def tape_of(
    root: Value,
    wrt: Sequence[Value],
    inputs: Sequence[Value],
    kept: Sequence[Value] | None = None,
) -> Tape:
    """Return the graph of ``root`` as a tape.

    ``kept`` are the nodes whose numbers guards ask for; None if there are no guards.

    Raises:
        StaleGraphError: a number was written since it was recorded.
        OperandError: the graph contains `where`, whose choice was made by the data,
            and no guard watches that.
    """
    watched = [] if kept is None else [*kept]
    graph = numbered(joined(root, watched), [*wrt, *inputs, root, *watched])
    nodes: list[Any] = graph.order[:-1]  # without the joint
    count = len(nodes)
    data = np.fromiter(map(attrgetter("_data"), nodes), np.float64, count)
    found = list(map(attrgetter("_primitive"), nodes))
    primitives = sorted(
        {*found} - {None}, key=lambda p: (p.name, found.index(p) if p else 0)
    )
    codes = {primitive: code for code, primitive in enumerate(primitives)}
    codes[None] = LEAF
    operation = np.fromiter(map(codes.__getitem__, found), np.int64, count)
    starts = np.array(graph.starts[:-1], dtype=np.int64)
    parents = np.array(graph.parents[: graph.starts[-2]], dtype=np.int64)
    given = len(wrt) + len(inputs)
    wanted = np.array(graph.wanted[:given], dtype=np.int64)
    if WHERE in codes and kept is None:
        node = nodes[int(np.argmax(operation == codes[WHERE]))]
        msg = (
            f"compile() cannot follow where(): {describe(node)} has kept the operand"
            " that was chosen by the data, not the condition; put @compile above the"
            " function that calls it, which records the condition, or use maximum(),"
            " minimum(), clip() or relu(), which the program evaluates anew"
        )
        raise OperandError(msg)
    is_wanted = np.zeros(count, dtype=bool)
    is_wanted[wanted[wanted >= 0]] = True
    _check_fresh(nodes, primitives, operation, parents, starts, data)
    kind = _kinds(operation, parents, starts, is_wanted)
    split = len(wrt)
    for places, meaning in ((wanted[:split], PARAMETER), (wanted[split:], INPUT)):
        kind[places[places >= 0]] = meaning
    _, bits = np.unique(data.view(np.int64), return_inverse=True)
    return Tape(
        nodes=nodes,
        primitives=tuple(primitives),
        operation=operation,
        parents=parents,
        starts=starts,
        data=data,
        kind=kind,
        parameters=wanted[:split],
        inputs=wanted[split:],
        names=tuple([node.label for node in (*wrt, *inputs)]),
        number=bits.astype(np.int64).ravel(),
        root=graph.wanted[given],
        kept=np.array(graph.wanted[given + 1 :], dtype=np.int64),
    )


def _kinds(operation: Ints, parents: Ints, starts: Ints, is_wanted: Flags) -> Ints:
    """Tell computed nodes from constants: those that no wanted leaf leads to."""
    varies = is_wanted.copy()
    if len(parents):
        inner = np.flatnonzero(operation != LEAF)
        firsts = starts[inner]  # a node without operands has no edges and is a leaf
        # Towards a fixed point; a deep graph, after some rounds, in topological order.
        for _ in range(_ROUNDS):
            now = np.logical_or.reduceat(varies[parents], firsts)
            if np.array_equal(now, varies[inner]):
                break
            varies[inner] = now
        else:
            flags, edges, bounds = varies.tolist(), parents.tolist(), starts.tolist()
            for i in inner.tolist():
                flags[i] = any(map(flags.__getitem__, edges[bounds[i] : bounds[i + 1]]))
            varies = np.array(flags)
    kind: Ints = np.where(varies, COMPUTED, CONSTANT).astype(np.int64)
    return kind


_ROUNDS: Final = 32


def _check_fresh(  # noqa: PLR0913, PLR0917  (the columns of a tape)
    nodes: Sequence[Node],
    primitives: Sequence[Primitive],
    operation: Ints,
    parents: Ints,
    starts: Ints,
    data: Floats,
) -> None:
    """Raise where a node's number no longer follows from those of leaves."""
    if not len(parents):
        return
    inner = np.flatnonzero(operation != LEAF)
    on_leaf = np.logical_or.reduceat(operation[parents] == LEAF, starts[inner])
    checked = inner[on_leaf]
    for code, primitive in enumerate(primitives):
        places = checked[operation[checked] == code]
        first = starts[places]
        if primitive in _ON_ARRAYS:
            operands = data[parents[first]], data[parents[first + 1]]
            with np.errstate(all="ignore"):
                now = _ON_ARRAYS[primitive](*operands)
        elif primitive is NEG:
            now = -data[parents[first]]
        else:
            numbers = [data[parents[starts[i] : starts[i + 1]]] for i in places]
            now = np.array([primitive.forward(*x.tolist()) for x in numbers])
        differs = now.view(np.int64) != data[places].view(np.int64)
        differs &= ~(np.isnan(now) & np.isnan(data[places]))  # a nan may have any bits
        if differs.any():
            k = int(np.argmax(differs))
            node = nodes[int(places[k])]
            leaf = next(x for x in node.parents if x.is_leaf)
            msg = (
                f"{describe(node)} was recorded, but its operands give {now[k]!s} now:"
                f" {label_or_kind(leaf)} or another leaf was written since; compute the"
                " root again before compile()"
            )
            raise StaleGraphError(msg)


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'s' * (number != 1)}"
