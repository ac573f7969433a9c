"""Mistakes: reverse sweeps as people first write them, beside the right one.

`MISTAKES` has one row for each; a new row is all that a new mistake takes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from itertools import count, product
from math import isclose, isnan
from typing import TYPE_CHECKING, Final

from autograd_scalar.errors import OperandError, TraversalError
from autograd_scalar.explain.steps import BackwardStep, BackwardSteps, ForwardSteps
from autograd_scalar.graph.value import Value, nary
from autograd_scalar.operands import real, shown
from autograd_scalar.primitives.table import ADD, MUL, NEG, SQUARE
from autograd_scalar.reporting.tables import MOST_ROWS, counted, html_table, text_table

if TYPE_CHECKING:
    from autograd_scalar.native import Unchecked
    from autograd_scalar.primitives.table import Primitive

__all__ = [
    "MISTAKES",
    "Counterexample",
    "Mistake",
    "Parting",
    "WrongBackward",
    "WrongSteps",
    "counterexample",
    "wrong_backward",
]

# Where a node passes on once for each path to it: steps beyond one for each edge.
_MOST_EXTRA_STEPS: Final = 1_000_000

# Relative to the paths' products, each taken as positive: a smaller difference is
# rounding. What a node passes on has to agree more closely than what its parents get.
_ROUNDING: Final = 1e-9
_ROUNDING_PASSED_ON: Final = 1e-10

Parents = Sequence[Sequence[int]]  # of each node, in topological order, by their places
Edges = Iterator[tuple[int, int]]  # a node's place, the number of its operand


def wrong_backward(
    root: Value, mistake: str | Unchecked, seed: float = 1.0
) -> WrongBackward:
    """Return the adjoints that a wrong reverse sweep gives, beside the right ones.

    The result is a mapping from each node to its wrong adjoint, and prints both. Its
    ``steps`` have the form of `backward_steps`; ``right`` are those steps themselves.
    No Value is changed. The mistakes, each a row of ``explain.mistakes.MISTAKES``:

    - ``"no topological sort"``: each node passes on what it has, whenever it is
      reached, and calls its parents, depth first.
    - ``"post-order"``: one such call for each node, after those of its parents.
    - ``"breadth first"``: each node passes on once, those nearest to the root first.
    - ``"assign"``: ``=`` for ``+=``.
    - ``"stale interior"``: a second call, before which only the leaves were reset.
    - ``"set of parents"``: ``x * x`` has one parent, and counts once.

    >>> from autograd_scalar import Value
    >>> x = Value(3.0, "x")
    >>> wrong = wrong_backward((x * x).named("y"), "set of parents")
    >>> wrong[x], wrong.right.adjoint(x)
    (3.0, 6.0)
    >>> print(wrong.first.reason)
    of y, the contribution by operand 0 is left out

    Raises:
        OperandError: ``root`` is not a Value, ``mistake`` is none of these, or ``seed``
            is not a real number.
        TraversalError: the wrong sweep takes a step for each path, and there are more
            than a million.
    """
    row = _mistake(mistake, "wrong_backward()")
    number = real(seed, "wrong_backward(seed=)")
    right = BackwardSteps(root, number)
    return WrongBackward(row, WrongSteps(root, number, row), right)


def counterexample(mistake: str | Unchecked) -> Counterexample:
    """Search for the smallest graph on which a wrong reverse sweep is wrong.

    All graphs of ``+``, ``*``, ``-x`` and ``x**2`` are tried: those with the fewest
    nodes first, of these the ones with the fewest edges. Leaves are 2, 3, 5, ….

    >>> print(counterexample("assign"))
    The smallest graph on which "assign" is wrong: 2 nodes, 2 edges.
    0  a = 2.0
    1  b = a + a = 4.0
    <BLANKLINE>
    "assign": with = for +=, only the last contribution remains.
    node  right  wrong
    ----  -----  -----  -------
    b     1.0    1.0
    a     2.0    1.0    differs
    From the root back, they part at a: = loses the 1.0 that was there, += adds to it.
    right: a: 1.0 + 1.0 * 1.0 = 2.0, from b by operand 1
    wrong: a = 1.0 * 1.0 = 1.0, and 1.0 is lost, from b by operand 1

    Raises:
        OperandError: there is no such mistake; the message names those there are.
    """
    row = _mistake(mistake, "counterexample()")
    return Counterexample(wrong_backward(_built(_smallest(row.id)), row.id))


# ---- The table of mistakes -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mistake:
    """A row: ``order`` yields the edges over which a contribution is passed, in turn.

    ``algorithm`` says it in Python, in which ``v._backward()`` adds the contributions
    of one node to its parents.
    """

    id: str
    words: str
    algorithm: str
    source: str
    order: Callable[[Parents], Edges]
    overwrites: bool = False  # = for +=
    begins_stale: bool = False  # interior adjoints begin where a first sweep ended
    by_path: bool = False  # a node passes on once for each path from the root


def _users_first(parents: Parents) -> Edges:
    """Yield each edge once, in the right order."""
    for place in range(len(parents) - 1, -1, -1):
        for operand in range(len(parents[place])):
            yield place, operand


def _whenever_reached(parents: Parents) -> Edges:
    """Yield a node's edges at every visit, then visit its parents, depth first."""
    stack = [len(parents) - 1]
    while stack:
        place = stack.pop()
        for operand in range(len(parents[place])):
            yield place, operand
        stack.extend(reversed(parents[place]))


def _parents_first(parents: Parents) -> Edges:
    """Yield each edge once; a topological order is depth-first post-order."""
    for place, its_parents in enumerate(parents):
        for operand in range(len(its_parents)):
            yield place, operand


def _nearest_first(parents: Parents) -> Edges:
    """Yield each edge once, by the least number of edges between node and root."""
    root = len(parents) - 1
    waiting, seen = deque([root]), {root}
    while waiting:
        place = waiting.popleft()
        for operand, parent in enumerate(parents[place]):
            yield place, operand
            if parent not in seen:
                seen.add(parent)
                waiting.append(parent)


def _each_parent_once(parents: Parents) -> Edges:
    """Yield one edge to each parent of a node, the last: a dict keeps that one."""
    for place in range(len(parents) - 1, -1, -1):
        edges = {parent: operand for operand, parent in enumerate(parents[place])}
        for operand in edges.values():
            yield place, operand


_ROWS: Final = (
    Mistake(
        "no topological sort",
        "each node passes on what it has whenever it is reached, and is reached once"
        " for each path.",
        "def backward(v): v._backward(); for p in v.parents: backward(p)",
        "karpathy/micrograd#2, #21, #64, #68",
        _whenever_reached,
        by_path=True,
    ),
    Mistake(
        "post-order",
        "each node passes on after its parents have, with nothing to pass on yet.",
        "def visit(v): seen.add(v); for p in v.parents: visit(p) unless seen;"
        " v._backward()",
        "karpathy/micrograd#96",
        _parents_first,
    ),
    Mistake(
        "breadth first",
        "the nodes nearest to the root pass on first, though a longer way may still"
        " bring them a contribution.",
        "queue = [root]; for v in queue: v._backward(); append v's unseen parents",
        "karpathy/micrograd#34",
        _nearest_first,
    ),
    Mistake(
        "assign",
        "with = for +=, only the last contribution remains.",
        "p.grad = d * v.grad for each parent p and its local derivative d",
        "sony/nnabla#532, callummcdougall/ARENA_2.0#18, karpathy/micrograd#72",
        _users_first,
        overwrites=True,
    ),
    Mistake(
        "stale interior",
        "before a second call the leaves were set to 0, but interior nodes still hold"
        " what the first call left.",
        "root.backward(); for p in parameters: p.grad = 0; root.backward()",
        "karpathy/micrograd#8, #53, #63, #102",
        _users_first,
        begins_stale=True,
    ),
    Mistake(
        "set of parents",
        "the parents are kept in a set, so that a node used twice by one operation"
        " counts once.",
        "for p, d in dict(zip(v.parents, v.local_derivatives)).items():"
        " p.grad += d * v.grad",
        "karpathy/micrograd's _prev is a set, which its closures do not use",
        _each_parent_once,
    ),
)
MISTAKES: Final[Mapping[str, Mistake]] = {row.id: row for row in _ROWS}


def _mistake(name: object, what: str) -> Mistake:
    """Return the row of that name; ``what`` is the caller, for the message."""
    near: list[str] = []
    if isinstance(name, str):
        if name in MISTAKES:
            return MISTAKES[name]
        near = get_close_matches(name[:60].casefold(), MISTAKES, 1, 0.5)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    msg = f"{what} knows {', '.join(map(repr, MISTAKES))}; got {shown(name)}{hint}"
    raise OperandError(msg)


# ---- The wrong sweep -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OverwritingStep(BackwardStep):
    """A contribution that is put in the place of what was there before."""

    def __str__(self) -> str:
        name, parent = self.names
        lost = f", and {self.before!r} is lost" if self.before else ""
        return (
            f"{parent} = {self.upstream!r} * {self.local_derivative!r} ="
            f" {self.after!r}{lost}, from {name} by operand {self.operand}"
        )


class WrongSteps(BackwardSteps):
    """The steps of a wrong sweep, in the form of `backward_steps`.

    ``upstream`` is what the node held when it passed on, which may not be all of it.
    """

    def __init__(self, root: Value, seed: float, mistake: Mistake) -> None:
        super().__init__(root, seed)
        self.mistake = mistake
        parents = [[self._places[p] for p in node.parents] for node in self.nodes]
        if mistake.by_path:
            _check_number_of_steps(parents, mistake)
        first_sweep, self._adjoints = self._adjoints, [0.0] * len(self.nodes)
        if mistake.begins_stale:
            self._adjoints = [
                0.0 if node.is_leaf else adjoint
                for node, adjoint in zip(self.nodes, first_sweep, strict=True)
            ]
        self._adjoints[-1] = seed
        self._edges = []
        self._upstreams: list[float] = []
        for place, operand in mistake.order(parents):
            upstream, parent = self._adjoints[place], parents[place][operand]
            before = self._adjoints[parent]
            self._edges.append((place, operand, before))
            self._upstreams.append(upstream)
            contribution = self.nodes[place].local_derivatives[operand] * upstream
            kept = 0.0 if mistake.overwrites else before
            self._adjoints[parent] = kept + contribution

    def _step(self, index: int) -> BackwardStep:
        place, operand, before = self._edges[index]
        node, upstream = self.nodes[place], self._upstreams[index]
        parent, derivative = node.parents[operand], node.local_derivatives[operand]
        contribution = derivative * upstream
        overwrites = self.mistake.overwrites
        return (OverwritingStep if overwrites else BackwardStep)(
            index,
            node,
            operand,
            parent,
            upstream,
            derivative,
            contribution,
            before,
            contribution if overwrites else before + contribution,
            (self._names[node], self._names[parent]),
        )

    def name(self, node: Value) -> str:
        """Return the name that the steps show a node by."""
        return self._names[node]


def _check_number_of_steps(parents: Parents, mistake: Mistake) -> None:
    """Raise if one visit for each path to a node is too many."""
    visits = [0] * len(parents)
    visits[-1] = 1
    for place in range(len(parents) - 1, -1, -1):
        for parent in parents[place]:
            visits[parent] += visits[place]
    steps = sum(map(int.__mul__, visits, map(len, parents)))
    if steps > sum(map(len, parents)) + _MOST_EXTRA_STEPS:
        msg = (
            f"wrong_backward(root, {mistake.id!r}) visits a node once for each path to"
            f" it: that takes {shown(steps)} steps here; pass a root nearer to the"
            " leaves"
        )
        raise TraversalError(msg)


# ---- Beside the right one ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parting:
    """The first node, from the root back, whose adjoint is wrong, and why.

    ``right`` and ``wrong`` are the steps that differ; None where a sweep has no such
    step, or none alone is at fault.
    """

    node: Value
    reason: str
    right: BackwardStep | None
    wrong: BackwardStep | None


class WrongBackward(Mapping[Value, float]):
    """The adjoints that `wrong_backward` gives, by node, beside the right ones.

    ``differing`` are the nodes whose adjoint is wrong by more than rounding, from the
    root back; ``first`` is the `Parting` at the first of them, None if there is none.
    """

    def __init__(
        self, mistake: Mistake, steps: WrongSteps, right: BackwardSteps
    ) -> None:
        self.mistake = mistake
        self.steps = steps
        self.right = right
        self._places = {node: place for place, node in enumerate(right.nodes)}
        self._sizes = dict.fromkeys(right.nodes, 0.0)  # of what is added up to adjoints
        self._sizes[right.nodes[-1]] = abs(right.seed)
        for node in reversed(right.nodes):
            size = self._sizes[node]
            for parent, d in zip(node.parents, node.local_derivatives, strict=True):
                self._sizes[parent] += abs(d) * size
        self.differing = tuple(
            [
                node
                for node in reversed(right.nodes)
                if not self._same(node, self[node], right.adjoint(node), _ROUNDING)
            ]
        )
        self.first = self._parting(self.differing[0]) if self.differing else None

    def __getitem__(self, node: Value) -> float:
        if node not in self._places:
            raise KeyError(node)
        return self.steps.adjoint(node)

    def __iter__(self) -> Iterator[Value]:
        return iter(self.steps.nodes)

    def __len__(self) -> int:
        return len(self.steps.nodes)

    def __repr__(self) -> str:
        wrong, nodes = len(self.differing), counted(len(self), "node")
        return f"<WrongBackward: {self.mistake.id}, {wrong:,} of {nodes} wrong>"

    def __str__(self) -> str:
        return "\n".join([self._title(), text_table(*self._table()), *self._notes()])

    def _repr_html_(self) -> str:
        headers, rows = self._table()
        return html_table(headers, rows, self._notes(), caption=self._title())

    def _title(self) -> str:
        return f'"{self.mistake.id}": {self.mistake.words}'

    def _table(self) -> tuple[Sequence[str], list[Sequence[str]]]:
        """Return headers and rows, from the root back; the first rows of a long one."""
        differing = set(self.differing)
        nodes = list(reversed(self.right.nodes))
        if len(nodes) > MOST_ROWS:
            others = [node for node in nodes if node not in differing]
            nodes = [*self.differing, *others]
        rows: list[Sequence[str]] = [
            (
                self.steps.name(node),
                repr(self.right.adjoint(node)),
                repr(self[node]),
                "differs" if node in differing else "",
            )
            for node in nodes[:MOST_ROWS]
        ]
        return ("node", "right", "wrong", ""), rows

    def _notes(self) -> list[str]:
        more = len(self) - MOST_ROWS
        notes = [f"and {counted(more, 'more node')}"] if more > 0 else []
        if self.first is None:
            return [*notes, "On this graph the adjoints are the right ones."]
        where = self.steps.name(self.first.node)
        notes += [f"From the root back, they part at {where}: {self.first.reason}."]
        if self.first.right is not None:
            notes.append(f"right: {self.first.right}")
        if self.first.wrong is not None:
            notes.append(f"wrong: {self.first.wrong}")
        return notes

    def _parting(self, node: Value) -> Parting:
        """Return the first step into a node that the right sweep does not take."""
        steps = map(self.right.__getitem__, self.right.into(node))
        expected = {(step.node, step.operand): step for step in steps}
        taken: set[tuple[Value, int]] = set()
        for step in map(self.steps.__getitem__, self.steps.into(node)):
            edge, name = (step.node, step.operand), self.steps.name(step.node)
            right = expected[edge]
            if not taken and step.before != 0.0:
                held = f"it still holds {step.before!r} from the first call"
                return Parting(node, held, right, step)
            if edge in taken:
                again = f"{name} passes on a second time"
                return Parting(node, again, None, step)
            if not self._same(
                step.node, step.upstream, right.upstream, _ROUNDING_PASSED_ON
            ):
                early = (
                    f"{name} passes on {step.upstream!r}, before its adjoint is"
                    f" {right.upstream!r}"
                )
                return Parting(node, early, right, step)
            if self.mistake.overwrites and step.before != 0.0:
                lost = f"= loses the {step.before!r} that was there, += adds to it"
                return Parting(node, lost, right, step)
            taken.add(edge)
        for edge, right in expected.items():
            if edge not in taken:
                name = self.steps.name(edge[0])
                left_out = (
                    f"of {name}, the contribution by operand {edge[1]} is left out"
                )
                return Parting(node, left_out, right, None)
        return Parting(node, "the same terms are added in another order", None, None)

    def _same(self, node: Value, x: float, y: float, rounding: float) -> bool:
        """Return whether two adjoints of a node are equal up to rounding."""
        tolerance = rounding * self._sizes[node]
        return isclose(x, y, rel_tol=rounding, abs_tol=tolerance) or (
            isnan(x) and isnan(y)
        )


# ---- The smallest graph on which a sweep is wrong ------------------------------------

Operation = tuple["Primitive", tuple[int, ...]]  # a row, the places of its operands
_UNARY: Final = (NEG, SQUARE)
_BINARY: Final = (ADD, MUL)
_LEAVES: Final = (2.0, 3.0, 5.0, 7.0, 11.0)


class Counterexample:
    """A smallest graph on which a reverse sweep is wrong, and both sweeps on it."""

    def __init__(self, wrong: WrongBackward) -> None:
        self.wrong = wrong
        self.mistake = wrong.mistake
        self.root = wrong.steps.nodes[-1]

    def __repr__(self) -> str:
        return f"<Counterexample: {self.mistake.id}, {self._size()}>"

    def __str__(self) -> str:
        return f"{self._title()}\n{ForwardSteps(self.root)}\n\n{self.wrong}"

    def _repr_html_(self) -> str:
        steps = [(str(step),) for step in ForwardSteps(self.root)]
        graph = html_table(("the graph",), steps, caption=self._title())
        return graph + self.wrong._repr_html_()

    def _title(self) -> str:
        name = self.mistake.id
        return f'The smallest graph on which "{name}" is wrong: {self._size()}.'

    def _size(self) -> str:
        edges = sum(len(node.parents) for node in self.wrong)
        return f"{counted(len(self.wrong), 'node')}, {counted(edges, 'edge')}"


@cache
def _smallest(mistake: str) -> tuple[Operation | None, ...]:
    """Return the nodes of the smallest graph on which a mistake shows."""
    graphs = (graph for nodes in count(2) for graph in _graphs(nodes))
    return next(g for g in graphs if wrong_backward(_built(g), mistake).differing)


def _graphs(nodes: int) -> list[tuple[Operation | None, ...]]:
    """Return all graphs of so many nodes, those with the fewest edges first.

    A graph is an operation for each node, None for a leaf; leaves come first, and the
    last node is computed from all others.
    """
    found: list[tuple[Operation | None, ...]] = []
    for leaves in range(1, nodes):
        for operations in product(*map(_operations, range(leaves, nodes))):
            used = {place for _, operands in operations for place in operands}
            if len(used) == nodes - 1:
                found.append((*(None,) * leaves, *operations))
    return sorted(found, key=lambda g: sum(len(x[1]) for x in g if x is not None))


def _operations(place: int) -> list[Operation]:
    """Return what a node can be computed by, from those before it."""
    before = range(place)
    ones: list[Operation] = [(row, (i,)) for row in _UNARY for i in before]
    return ones + [(row, (i, j)) for row in _BINARY for i in before for j in before]


def _built(graph: tuple[Operation | None, ...]) -> Value:
    """Return the root of the graph, its nodes labelled a, b, c, …."""
    nodes: list[Value] = []
    for place, operation in enumerate(graph):
        if operation is None:
            node = Value(_LEAVES[place])
        else:
            row, operands = operation
            node = nary(row, [nodes[i] for i in operands])
        nodes.append(node.named("abcdefgh"[place]))
    return nodes[-1]
