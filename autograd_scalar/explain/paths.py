"""`paths`: a gradient as the sum over all paths of products of local derivatives.

Paths are counted by adding up integers along the edges, so that 2**60 of them take no
time. The heaviest are found best first, without listing the others: every node knows
its heaviest path down to the start, and the next path leaves one that is known already
by one edge.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from functools import cmp_to_key
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final, NamedTuple

from autograd_scalar.errors import OperandError
from autograd_scalar.explain.symbols import (
    Written,
    figures,
    joined,
    name_of_label,
    parenthesised,
    partial,
)
from autograd_scalar.graph.naming import unique_names
from autograd_scalar.graph.sweeps import numbered, stateless_sweep
from autograd_scalar.graph.value import Value
from autograd_scalar.operands import no_value, shown
from autograd_scalar.primitives import floats
from autograd_scalar.reporting.escape import line_of
from autograd_scalar.reporting.tables import counted, html_table, text_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from autograd_scalar.native import Unchecked

__all__ = ["Path", "PathLedger", "paths"]

_LISTED: Final = 10  # paths that a ledger prints
_MOST_NODES: Final = 12  # of a path that is printed whole
_HEADERS: Final = ("product", "path", "factors")


def paths(root: Value, node: Value) -> PathLedger:
    """Return all paths from ``node`` to ``root``, counted and the heaviest first.

    A path takes one edge at each step; two edges between the same nodes, as in
    ``x * x``, are two. Its product is that of the local derivatives on its edges, and
    all products together are the gradient: the chain rule without any sharing.

    >>> from autograd_scalar import Value, paths
    >>> a, b = Value(2.0, "a"), Value(-3.0, "b")
    >>> c = (a * b + a**2).named("c")
    >>> print(paths(c, a))
    ∂c/∂a = 1.0, the sum over 2 paths
    product  path        factors
    -------  ----------  ------------
    4.0      a → v4 → c  4.0 · 1.0
    -3.0     a → v2 → c  (-3.0) · 1.0
    >>> x = y = Value(1.0, "x")
    >>> for _ in range(60):
    ...     y = y + y
    >>> paths(y, x).count == 2**60
    True

    Raises:
        OperandError: one of them is not a Value.
    """
    for given in (root, node):
        if not isinstance(given, Value):
            raise OperandError(no_value("paths()", given))
    (total,) = stateless_sweep(root, 1.0, [node])
    graph = _Graph(root, node)
    return PathLedger(root, node, graph.count(), total, graph, [])


@dataclass(frozen=True, slots=True)
class Path:
    """One way from a node to the root, and what it contributes.

    ``nodes`` begin with the node and end with the root; ``factors[i]`` is the local
    derivative of ``nodes[i + 1]`` by its operand number ``operands[i]``, which is
    ``nodes[i]``. ``product`` is multiplied from the root down, as `backward` does, and
    neither overflows nor underflows on the way.
    """

    nodes: tuple[Value, ...]
    operands: tuple[int, ...]
    factors: tuple[float, ...]
    product: float
    names: tuple[str, ...] = field(repr=False, compare=False)

    def __str__(self) -> str:
        return f"{self.route}: {self.written_factors} = {self.product!r}"

    @property
    def route(self) -> str:
        """The names of the nodes with arrows between them; of many, not all."""
        return " → ".join(_shortened(self.names))

    @property
    def written_factors(self) -> str:
        """The factors with dots between them; of many, not all."""
        factors = [_summand(x) for x in self.factors]
        return " · ".join(_shortened([x.text for x in factors])) or "1"

    def latex(self) -> str:
        r"""Return the path and its product in LaTeX.

        >>> from autograd_scalar import Value, paths
        >>> x = Value(3.0, "x")
        >>> print(paths((x * x).named("C"), x).heaviest(1)[0].latex())
        x \to C:\; 3.0 = 3.0
        """
        factors = [_summand(x).latex for x in self.factors]
        shown = _shortened(factors, r"\cdots")
        route = r" \to ".join(
            _shortened([name_of_label(x).latex for x in self.names], r"\cdots")
        )
        product = r" \cdot ".join(shown) or "1"
        return rf"{route}:\; {product} = {figures(self.product).latex}"


@dataclass(frozen=True, slots=True, eq=False)
class PathLedger:
    """All paths from one node to another, as `paths` gives them; it prints itself.

    ``count`` is exact, however large; ``total`` is the node's adjoint, to the bit what
    `backward` gives.
    """

    root: Value
    node: Value
    count: int
    total: float
    _graph: _Graph = field(repr=False)
    _found: list[Path] = field(repr=False)

    def heaviest(self, k: int | Unchecked) -> tuple[Path, ...]:
        """Return the k paths with the largest ``abs(product)``; fewer if there are.

        Products are compared as they are, not as they round. A product that is nan
        counts as heavier than an infinite one, since it decides the sum; equals come in
        a fixed order.

        Raises:
            OperandError: ``k`` is no int, or negative.
        """
        if type(k) is not int or k < 0:
            msg = f"heaviest() needs a number of paths, 0 or more, got {shown(k)}"
            raise OperandError(msg)
        while len(self._found) < min(k, self.count):
            self._found.append(self._graph.next_path())
        return tuple(self._found[:k])

    @property
    def rest(self) -> float:
        """The sum of all paths that are not printed: ``total`` without those.

        >>> from autograd_scalar import Value, paths, sum
        >>> x = Value(1.0, "x")
        >>> ledger = paths(sum([x] * 15), x)
        >>> ledger.total, ledger.rest
        (15.0, 5.0)
        """
        if self.count <= _LISTED:
            return 0.0
        products = [path.product for path in self.heaviest(_LISTED)]
        if not all(map(math.isfinite, (self.total, *products))):
            return self.total - sum(products)
        return math.fsum([self.total, *(-product for product in products)])

    def text(self) -> str:
        """Return the sum and its heaviest paths as a table of text."""
        rows = [_cells(path) for path in self.heaviest(_LISTED)]
        lines = [self._verdict, *([text_table(_HEADERS, rows)] if rows else [])]
        return "\n".join([*lines, *([self._rest_note] if self._left_out else [])])

    def latex(self) -> str:
        """Return the sum and its heaviest paths in LaTeX, as rows of ``aligned``."""
        left = partial(name_of_label(self._name(-1)), name_of_label(self._name(0)))
        products = [_summand(path.product) for path in self.heaviest(_LISTED)]
        if self._left_out:
            products.append(_summand(self.rest))
        terms = joined(products, " + ").latex or "0"
        rows = [rf"{left.latex} &= {terms} = {figures(self.total).latex}"]
        rows += [f"&{path.latex()}" for path in self.heaviest(_LISTED)]
        if self._left_out:
            note = f"{_paths(self._left_out, 'other ')} together: "
            rows.append(rf"&\text{{{note}}} {figures(self.rest).latex}")
        inner = " \\\\\n".join(rows)
        return f"\\begin{{aligned}}\n{inner}\n\\end{{aligned}}"

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<{_paths(self.count)}: {self.total!r}>"

    def _repr_html_(self) -> str:
        rows = [_cells(path) for path in self.heaviest(_LISTED)]
        notes = [self._rest_note] if self._left_out else []
        return html_table(_HEADERS, rows, notes, caption=self._verdict)

    @property
    def _left_out(self) -> int:
        return max(self.count - _LISTED, 0)

    @property
    def _rest_note(self) -> str:
        return f"{_paths(self._left_out, 'other ')} together: {self.rest!r}"

    @property
    def _verdict(self) -> str:
        gradient = f"∂{self._name(-1)}/∂{self._name(0)} = {self.total!r}"
        if not self.count:
            return f"{gradient}: {self._name(-1)} was not computed from {self._name(0)}"
        return f"{gradient}, the sum over {_paths(self.count)}"

    def _name(self, place: int) -> str:
        return self._graph.ends[place]


def _paths(count: int, which: str = "") -> str:
    """Return a number of paths in words; one that is too long to read as a power."""
    if count < _READABLE:
        return counted(count, f"{which}path")
    return f"at least 2^{count.bit_length() - 1} {which}paths"


_READABLE: Final = 10**30


def _cells(path: Path) -> tuple[str, str, str]:
    return repr(path.product), path.route, path.written_factors


def _shortened(pieces: Sequence[str], dots: str = "…") -> list[str]:
    """Return the pieces, of many the first ones and the last ones."""
    if len(pieces) <= _MOST_NODES:
        return [*pieces]
    left_out = len(pieces) - _MOST_NODES + 1
    note = f"… {left_out:,} more …" if dots == "…" else dots
    return [*pieces[: _MOST_NODES - 4], note, *pieces[-3:]]


def _summand(x: float) -> Written:
    written = figures(x)
    return parenthesised(written) if written.text.startswith("-") else written


# ---- Counting ------------------------------------------------------------------------


class _Graph:
    """The nodes between two of them, as indices into the root's topological order.

    ``parents[starts[i]:starts[i + 1]]`` are the parents of node i; an edge is the index
    of one of them. A node is reached if it was computed from the start, or is it.
    """

    def __init__(self, root: Value, node: Value) -> None:
        graph = numbered(root, [node])
        self._order = graph.order
        self._parents, self._starts = graph.parents, graph.starts
        self._start = graph.wanted[0]
        self._reached = self._marked()
        self._next = self._in_order()
        names = unique_names(self._order)  # type: ignore[arg-type]
        outside = node.label or node.op or repr(node.data)
        self.names = [line_of(name) for name in names]
        first = self.names[self._start] if self._start >= 0 else line_of(outside)
        self.ends = (first, self.names[-1])
        self._factors: list[float] = []

    def _marked(self) -> bytearray:
        reached = bytearray(len(self._order))
        if self._start >= 0:
            reached[self._start] = 1
            for i in range(self._start + 1, len(reached)):
                if any(reached[k] for k in self._parents_of(i)):
                    reached[i] = 1
        return reached

    def _parents_of(self, i: int) -> list[int]:
        return self._parents[self._starts[i] : self._starts[i + 1]]

    def count(self) -> int:
        """Return how many paths there are from the start to the root."""
        if not self._reached[-1]:
            return 0
        counts = [0] * len(self._order)
        counts[-1] = 1
        for i in range(len(counts) - 1, self._start, -1):
            ways = counts[i]
            if ways and self._reached[i]:
                for k in self._parents_of(i):
                    if self._reached[k]:
                        counts[k] += ways
            counts[i] = 0  # it may be an integer of a hundred thousand digits
        return counts[self._start]

    # ---- The heaviest first ----------------------------------------------------------

    def next_path(self) -> Path:
        """Return the heaviest path that was not returned yet; there must be one."""
        edges = next(self._next)
        below = [self._parents[edge] for edge in edges]
        places = [len(self._order) - 1, *below]
        operands = [
            edge - self._starts[i] for edge, i in zip(edges, places, strict=False)
        ]
        factors = [self._factors[edge] for edge in edges]
        places.reverse()
        return Path(
            tuple([self._order[i] for i in places]),  # type: ignore[misc]
            tuple(reversed(operands)),
            tuple(reversed(factors)),
            _product(factors),
            tuple([self.names[i] for i in places]),
        )

    def _in_order(self) -> Iterator[list[int]]:
        """Yield paths as edges from the root down: nan, infinite, finite, then zero."""
        self._factors = [
            d
            for i, node in enumerate(self._order)
            for d in (
                node.local_derivatives
                if self._reached[i]
                else (0.0,) * (self._starts[i + 1] - self._starts[i])
            )
        ]
        kinds = self._kinds_below()
        yield from self._of_kind(_NAN, kinds)
        yield from self._of_kind(_INFINITE, kinds)
        yield from _BestFirst(
            self._parents, self._starts, self._factors, self._start
        ).paths()
        yield from self._of_kind(_ZERO, kinds)

    def _kinds_below(self) -> list[set[int]]:
        """Return for each node which marks the paths from the start to it bear."""
        kinds: list[set[int]] = [set() for _ in self._order]
        kinds[self._start] = {0}
        for i in range(self._start + 1, len(kinds)):
            if self._reached[i]:
                for edge in range(self._starts[i], self._starts[i + 1]):
                    mark = _mark(self._factors[edge])
                    kinds[i] |= {mark | kind for kind in kinds[self._parents[edge]]}
        return kinds

    def _of_kind(self, wanted: int, kinds: list[set[int]]) -> Iterator[list[int]]:
        """Yield the paths whose product is of one kind, by depth-first search.

        It never walks into a dead end: ``kinds`` tells what lies below.
        """
        edges: list[int] = []
        marks = [0]
        top = len(self._order) - 1
        if not any(_kind(mark) == wanted for mark in kinds[top]):
            return
        untried = [iter(range(self._starts[top], self._starts[top + 1]))]
        while untried:
            edge = next(untried[-1], None)
            if edge is None:
                untried.pop()
                marks.pop()
                if edges:
                    edges.pop()
                continue
            i = self._parents[edge]
            mark = marks[-1] | _mark(self._factors[edge])
            if not any(_kind(mark | below) == wanted for below in kinds[i]):
                continue
            if i == self._start:
                yield [*edges, edge]
                continue
            edges.append(edge)
            marks.append(mark)
            untried.append(iter(range(self._starts[i], self._starts[i + 1])))


# What factors of a product decide it whatever the others are; 0 times inf is nan.
_FINITE, _NAN, _INFINITE, _ZERO = 0, 1, 2, 4


def _mark(factor: float) -> int:
    if factor != factor:  # noqa: PLR0124  (the test for nan)
        return _NAN
    return _ZERO if factor == 0.0 else _INFINITE if math.isinf(factor) else _FINITE


def _kind(marks: int) -> int:
    """Return the kind of a product whose factors bear these marks."""
    if marks & _NAN or (marks & _INFINITE and marks & _ZERO):
        return _NAN
    return marks


def _product(factors: Sequence[float]) -> float:
    """Return the product, rounded as if exponents had no bounds until the end."""
    marks = 0
    for factor in factors:
        marks |= _mark(factor)
    kind = _kind(marks)
    if kind == _NAN:
        return math.nan
    product, exponent = 1.0, 0
    for factor in factors:
        m, e = math.frexp(factor)
        product, shift = math.frexp(product * m)
        exponent += e + shift
    return floats.scale(product, exponent)


# ---- Best first ----------------------------------------------------------------------


class _Size(NamedTuple):
    """``mantissa * 2**exponent``, an absolute product, and how often it was rounded."""

    mantissa: float
    exponent: int
    roundings: int

    def times(self, factor: float) -> _Size:
        """Return the product with ``abs(factor)``, which is neither 0 nor infinite."""
        m, e = math.frexp(abs(factor))
        product, shift = math.frexp(self.mantissa * m)
        is_exact = _HALF in {m, self.mantissa}
        return _Size(
            product, self.exponent + e + shift, self.roundings + (not is_exact)
        )

    def compared(self, other: _Size) -> int | None:
        """Return -1, 0 or 1; None where rounding may have decided it."""
        gap = self.exponent - other.exponent
        if abs(gap) > 1:
            return 1 if gap > 0 else -1
        a, b = math.ldexp(self.mantissa, gap), other.mantissa
        roundings = self.roundings + other.roundings
        if abs(a - b) > roundings * _ROUNDING * b or not roundings:
            return (a > b) - (a < b)
        return None


_HALF: Final = 0.5  # the mantissa of a power of two
_ROUNDING: Final = 2.0**-51  # twice what one of them can change, and more
_ONE: Final = _Size(0.5, 1, 0)


def _compared(powers: Mapping[float, int]) -> int:
    """Compare the product of factors, each to its power, with 1: exactly."""
    above = below = 1
    for factor, power in powers.items():
        numerator, denominator = factor.as_integer_ratio()
        if power > 0:
            above *= numerator**power
            below *= denominator**power
        elif power < 0:
            above *= denominator**-power
            below *= numerator**-power
    return (above > below) - (above < below)


class _BestFirst:
    """Finds the paths with finite products that are not 0, the heaviest first.

    Each node has its edges in the order of the heaviest path through them. A path is
    its choices from the root down; after a path with its last choice of its own at
    position j come those that choose the next edge there, or the second one at a later
    position, and each path comes after exactly one other.
    """

    def __init__(
        self,
        parents: Sequence[int],
        starts: Sequence[int],
        factors: Sequence[float],
        start: int,
    ) -> None:
        self._parents, self._starts, self._factors = parents, starts, factors
        self._start = start
        self._best: list[_Size | None] = [None] * (len(starts) - 1)
        self._best[start] = _ONE
        self._first: dict[int, int] = {}  # the edge that the heaviest path takes
        self._ordered: dict[int, list[int]] = {}
        self._ranks: dict[int, int] = {}  # of an edge among those of its node
        for i in range(start + 1, len(self._best)):
            self._choose(i)

    def paths(self) -> Iterator[list[int]]:
        """Yield each path as its edges from the root down."""
        top = len(self._best) - 1
        best = self._best[top]
        serial = 0
        heap: list[_Candidate] = []
        if top == self._start:
            yield []
        elif best is not None:
            edge = self._first[top]
            heap.append(_Candidate(self, best, [], 0, edge, serial, None))
        while heap:
            found = heappop(heap)
            edges = found.edges()
            yield edges
            size = _ONE
            for edge in edges[: found.place]:
                size = size.times(self._factors[edge])
            i = self._parents[edges[found.place - 1]] if found.place else top
            for place in range(found.place, len(edges)):
                edge = edges[place]
                other = self._after(i, edge)
                if other is not None:
                    serial += 1
                    through = self._through(other, size)
                    new = _Candidate(self, through, edges, place, other, serial, found)
                    heappush(heap, new)
                size = size.times(self._factors[edge])
                i = self._parents[edge]

    def continued(self, edges: list[int]) -> list[int]:
        """Return the edges, and those of the heaviest path from there to the start."""
        i = self._parents[edges[-1]]
        while i != self._start:
            edges.append(self._first[i])
            i = self._parents[edges[-1]]
        return edges

    def _choose(self, i: int) -> None:
        """Find the heaviest path from the start to one node."""
        for edge in range(self._starts[i], self._starts[i + 1]):
            if not self._leads_down(edge):
                continue
            size = self._through(edge, _ONE)
            held = self._best[i]
            if held is not None:
                order = size.compared(held)
                if order is None:
                    order = self._exactly(edge, self._first[i])
                if order <= 0:
                    continue
            self._best[i] = size
            self._first[i] = edge

    def _leads_down(self, edge: int) -> bool:
        is_regular = _mark(self._factors[edge]) == _FINITE
        return is_regular and self._best[self._parents[edge]] is not None

    def _through(self, edge: int, size: _Size) -> _Size:
        """Return a size times that of the heaviest path through an edge."""
        best = self._best[self._parents[edge]] or _ONE  # never None where it leads down
        through = size.times(self._factors[edge])
        product, shift = math.frexp(through.mantissa * best.mantissa)
        is_exact = _HALF in {through.mantissa, best.mantissa}
        return _Size(
            product,
            through.exponent + best.exponent + shift,
            through.roundings + best.roundings + (not is_exact),
        )

    def _exactly(self, edge: int, other: int) -> int:
        """Compare the heaviest paths through two edges."""
        return _compared(self.differing(edge, other))

    def differing(self, edge: int, other: int) -> Counter[float]:
        """Return the factors of the heaviest path through one edge, but not another.

        Those of the other count negative. Both paths are followed to where they meet.
        """
        powers = Counter([abs(self._factors[edge])])
        powers[abs(self._factors[other])] -= 1
        i, k = self._parents[edge], self._parents[other]
        while i != k:
            step = self._first[max(i, k)]
            powers[abs(self._factors[step])] += 1 if i > k else -1
            if i > k:
                i = self._parents[step]
            else:
                k = self._parents[step]
        return powers

    def _after(self, i: int, edge: int) -> int | None:
        """Return the edge of node i that comes after one in its order."""
        ordered = self._ordered.get(i)
        if ordered is None:
            edges = [
                e
                for e in range(self._starts[i], self._starts[i + 1])
                if self._leads_down(e)
            ]
            ordered = sorted(edges, key=cmp_to_key(self._by_weight))
            self._ordered[i] = ordered
            self._ranks.update({e: rank for rank, e in enumerate(ordered)})
        rank = self._ranks[edge] + 1
        return ordered[rank] if rank < len(ordered) else None

    def _by_weight(self, edge: int, other: int) -> int:
        size, than = self._through(edge, _ONE), self._through(other, _ONE)
        order = size.compared(than)
        return -(self._exactly(edge, other) if order is None else order)


class _Candidate:
    """A path that was not yielded yet: another one up to a place, then its own edge."""

    __slots__ = (
        *("_above", "_before", "_powers", "_search"),
        *("edge", "place", "serial", "size"),
    )

    def __init__(  # noqa: PLR0913, PLR0917  (the slots)
        self,
        search: _BestFirst,
        size: _Size,
        above: list[int],
        place: int,
        edge: int,
        serial: int,
        before: _Candidate | None,
    ) -> None:
        self._search = search
        self.size = size
        self._above = above  # the edges of the path before, which it leaves at a place
        self.place = place
        self.edge = edge
        self.serial = serial
        self._before = before
        self._powers: Counter[float] | None = None

    def edges(self) -> list[int]:
        """Return its edges from the root down."""
        return self._search.continued([*self._above[: self.place], self.edge])

    def __lt__(self, other: _Candidate) -> bool:
        order = self.size.compared(other.size)
        if order is None:
            powers = Counter(self.powers())
            powers.subtract(other.powers())
            order = _compared(powers)
        return order > 0 or (order == 0 and self.serial < other.serial)

    def powers(self) -> Counter[float]:
        """Return the factors that it has and the heaviest path has not, or the reverse.

        The other's count negative.
        """
        chain: list[_Candidate] = []
        known: _Candidate | None = self
        while known is not None and known._powers is None:
            chain.append(known)
            known = known._before
        found = Counter(known._powers) if known is not None else Counter()
        for candidate in reversed(chain):
            if candidate._before is not None:
                left = candidate._above[candidate.place]
                found.update(self._search.differing(candidate.edge, left))
            candidate._powers = Counter(found)
        return found
