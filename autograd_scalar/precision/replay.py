"""`replay`: a recorded graph, forward and reverse, in another kind of number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from autograd_scalar.derivatives.recorded import REFINED, check_recorded
from autograd_scalar.errors import NumberError, OperandError
from autograd_scalar.graph.naming import name_of
from autograd_scalar.graph.sweeps import topological_order
from autograd_scalar.graph.value import Value
from autograd_scalar.numbers.kinds import arithmetic_of, has_switched
from autograd_scalar.operands import listed, no_value, real, shown
from autograd_scalar.primitives.table import WHERE, Primitive

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autograd_scalar.numbers.field import Number
    from autograd_scalar.numbers.kinds import Arithmetic

__all__ = [
    "Replay",
    "check_request",
    "forward",
    "numbers_of",
    "primitive_of",
    "recorded",
    "rejecting",
    "replay",
]


_MOST_DIGITS: Final = 10_000  # an erf of so many takes ten seconds


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """What `replay` found: a number and an adjoint for every node.

    Iterating gives (node, number, adjoint), parents first. ``switched`` lists the nodes
    whose operands lie on another piece of a kinked function (the other side of a relu,
    the other operand of a maximum) than the recorded floats did, or may lie there.
    """

    root: Value
    switched: tuple[Value, ...]
    _order: tuple[Value, ...]
    _numbers: tuple[Any, ...]
    _adjoints: tuple[Any, ...]
    _places: dict[Value, int]

    @property
    def value(self) -> Number:
        """The root's number."""
        return self._numbers[-1]

    def number(self, node: Value) -> Number:
        """Return one node's number."""
        return self._numbers[self._place(node)]

    def adjoint(self, node: Value) -> Number:
        """Return d(root)/d(node)."""
        return self._adjoints[self._place(node)]

    def gradients(self, inputs: Sequence[Value]) -> list[Number]:
        """Return the adjoint of each of them."""
        wanted = listed(inputs, "gradients() needs a sequence of Values")
        return [self.adjoint(node) for node in wanted]

    def __iter__(self) -> Iterator[tuple[Value, Number, Number]]:
        return zip(self._order, self._numbers, self._adjoints, strict=True)

    def __len__(self) -> int:
        return len(self._order)

    def __repr__(self) -> str:
        try:
            value = str(self.value)
        except ValueError:  # Python's limit for the digits of an int
            value = "a fraction of over 4300 digits"
        return f"<replay of {len(self)} nodes: {value}>"

    def _place(self, node: Value) -> int:
        given: object = node  # it may not be hashable
        place = self._places.get(given) if isinstance(given, Value) else None
        if place is None:
            msg = (
                f"{shown(node)} is not in the replayed graph; its root is {self.root!r}"
            )
            raise OperandError(msg)
        return place


def replay(
    root: Value,
    number: Any,
    *,
    at: Mapping[Value, Any] | None = None,
    digits: int = 50,
    seed: float = 1.0,
) -> Replay:
    """Run the graph of ``root`` again, values and adjoints, in another kind of number.

    ================== ===============================================================
    ``float``          the recorded bits; with ``at``, the table at other operands
    ``Fraction``       exact, for rational operations; raises for others
    ``mpmath.mpf``     every operation, to ``digits`` digits and some more
    ``complex``        the complex step: ``at={x: x.data + 1e-200j}``
    ``Dual``           forward mode: ``at={x: Dual(x.data, 1.0)}``; the tangents of the
                       adjoints are the Hessian times the tangents of the leaves
    ``Interval``       enclosures of all values and adjoints
    ================== ===============================================================

    ``at`` puts other numbers on leaves; the others keep their floats, taken as exact.
    The graph is run as it was recorded: a `where`, or an ``if`` of the program, keeps
    its branch. Operations with kinks take the piece on which the new numbers lie, and
    ``switched`` says where that is another one than before. Inf and nan are kept where
    the type has them; it has one zero, without a sign, but for floats.

    >>> from fractions import Fraction
    >>> x = Value(3.0, "x")
    >>> third = replay(1 / x, Fraction)
    >>> third.value, third.adjoint(x)
    (Fraction(1, 3), Fraction(-1, 9))
    >>> replay(x**2, complex, at={x: 3 + 1e-200j}).value.imag / 1e-200
    6.0

    Raises:
        OperandError: ``root`` is not a Value, ``at`` names no leaf of it, or ``digits``
            is no int from 1 to 10000.
        NumberError: an operation has no value in this kind of number.
        StaleGraphError: a leaf's data is no longer what was recorded.
    """
    check_request("replay", digits, root)
    given: object = at
    if not (given is None or isinstance(given, Mapping)):
        msg = (
            "replay(at=) needs a dict from leaves to their numbers, got"
            f" {type(given).__name__}: {shown(given)}"
        )
        raise OperandError(msg)
    return _run(root, arithmetic_of(number, digits), at or {}, seed)


def _run(
    root: Value, arithmetic: Arithmetic, at: Mapping[Value, Any], seed: float
) -> Replay:
    """Replay a graph in an arithmetic that exists already."""
    order, edges, places = recorded(root)
    numbers, switched = numbers_of(order, edges, arithmetic, at)
    start = arithmetic.number(real(seed, "replay(seed=)"))
    adjoints = _reverse(order, edges, arithmetic, numbers, start)
    return Replay(
        root,
        tuple([order[i] for i in switched]),
        tuple(order),
        tuple(map(arithmetic.finished, numbers)),
        tuple(map(arithmetic.finished, adjoints)),
        places,
    )


def forward(root: Value, arithmetic: Arithmetic, at: Mapping[Value, Any]) -> Number:
    """Return the root's number alone, in an arithmetic that exists already."""
    order, edges, _ = recorded(root)
    return arithmetic.finished(numbers_of(order, edges, arithmetic, at)[0][-1])


def recorded(
    root: Value,
) -> tuple[list[Value], list[tuple[int, ...]], dict[Value, int]]:
    """Return the nodes, the places of their parents, and each node's place."""
    order = topological_order(root)
    for node in order:
        check_recorded(node)
    places = {node: i for i, node in enumerate(order)}
    edges = [tuple([places[parent] for parent in node.parents]) for node in order]
    return order, edges, places


def check_request(what: str, digits: object, *roots: object) -> None:
    """Reject what is no Value, and digits out of range.

    Raises:
        OperandError: naming the function that was called.
    """
    for root in roots:
        if not isinstance(root, Value):
            raise OperandError(no_value(f"{what}()", root))
    if type(digits) is not int or not 1 <= digits <= _MOST_DIGITS:
        is_huge = isinstance(digits, int) and abs(digits) >= 1 << 64
        got = "one of over 64 bits" if is_huge else shown(digits)
        msg = f"{what}(digits=) needs an int from 1 to {_MOST_DIGITS}, got {got}"
        raise OperandError(msg)


def primitive_of(node: Value) -> Primitive | None:
    """Return the primitive of a node; None for a leaf.

    A partial whose float was refined counts as the partial itself.
    """
    return WHERE if node.primitive is REFINED else node.primitive


def numbers_of(
    order: list[Value],
    edges: list[tuple[int, ...]],
    arithmetic: Arithmetic,
    at: Mapping[Value, Any],
) -> tuple[list[Number], list[int]]:
    """Return every node's number, and the places that changed their piece."""
    numbers: list[Number] = []
    switched: list[int] = []
    left = dict(at)
    for i, node in enumerate(order):
        primitive = primitive_of(node)
        if primitive is None:
            given = left.pop(node, node.data)
            numbers.append(rejecting(node, arithmetic.number, given))
            continue
        operands = tuple([numbers[k] for k in edges[i]])
        # Recorded gradients hold numbers that no primitive gives: floats keep them.
        is_kept = arithmetic.keeps_bits and not at
        numbers.append(
            node.data
            if is_kept
            else rejecting(node, arithmetic.output, primitive, operands)
        )
        if primitive.kinks and not is_kept:
            floats = tuple([parent.data for parent in node.parents])
            if has_switched(arithmetic, primitive, operands, floats):
                switched.append(i)
    for node in left:
        msg = (
            f"replay(at=) puts numbers on leaves of the graph, and {shown(node)} is"
            f" none; the root is {order[-1]!r}"
        )
        raise OperandError(msg)
    return numbers, switched


def _reverse(
    order: list[Value],
    edges: list[tuple[int, ...]],
    arithmetic: Arithmetic,
    numbers: list[Number],
    seed: Number,
) -> list[Number]:
    """Return every node's adjoint, added up in the order of `backward`."""
    adjoints = [arithmetic.number(0.0)] * len(order)
    adjoints[-1] = seed
    for i in range(len(order) - 1, -1, -1):
        primitive = primitive_of(order[i])
        if primitive is None:
            continue
        adjoint = adjoints[i]
        operands = tuple([numbers[k] for k in edges[i]])
        partials = rejecting(
            order[i], arithmetic.partials, primitive, operands, numbers[i]
        )
        for k, partial in zip(edges[i], partials, strict=True):
            adjoints[k] += partial * adjoint
    return adjoints


def rejecting(node: Value, work: Any, *operands: Any) -> Any:
    """Call ``work`` with the operands; a NumberError of it names the node."""
    try:
        return work(*operands)
    except NumberError as error:
        op = f" ({node.op})" if node.label and node.op else ""
        where = f"node {name_of(node)}{op}"
        msg = f"{where}: {error}"
        raise NumberError(msg) from None
