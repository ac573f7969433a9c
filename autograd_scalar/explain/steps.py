"""Steps: the forward pass, the reverse sweep and an update, one record at a time.

Steps are computed from what the graph recorded, so no Value changes. Each sequence
holds arrays; a record is made when it is asked for.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar, overload

from autograd_scalar.errors import OperandError
from autograd_scalar.graph.naming import unique_names
from autograd_scalar.graph.sweeps import topological_order
from autograd_scalar.graph.value import Value
from autograd_scalar.operands import listed, no_value, real, shown
from autograd_scalar.reporting.escape import line_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autograd_scalar.native import Unchecked

__all__ = [
    "BackwardStep",
    "BackwardSteps",
    "ForwardStep",
    "ForwardSteps",
    "UpdateStep",
    "UpdateSteps",
    "backward_steps",
    "forward_steps",
    "update_steps",
]

_MOST_LINES = 60  # that a sequence prints

S = TypeVar("S")


def forward_steps(root: Value) -> ForwardSteps:
    """Return one step for each node that ``root`` was computed from, parents first.

    >>> from autograd_scalar import Value
    >>> a, b = Value(2.0, "a"), Value(-3.0, "b")
    >>> print(forward_steps((a * b + a).named("c")))
    0  a = 2.0
    1  b = -3.0
    2  v2 = a * b = -6.0
    3  c = v2 + a = -4.0

    Raises:
        OperandError: ``root`` is not a Value.
    """
    return ForwardSteps(root)


def backward_steps(root: Value, seed: float = 1.0) -> BackwardSteps:
    """Return one step for each contribution of the reverse sweep, in its order.

    A step adds ``upstream * local_derivative`` to the adjoint of one parent. All
    adjoints begin at 0.0 but the root's, which begins at ``seed``; after the last step
    they are those of ``gradients(root, …)``, and of `backward` where every ``grad``
    was 0.0, to the bit. No Value's own ``grad`` is changed.

    >>> from autograd_scalar import Value
    >>> a, b = Value(2.0, "a"), Value(-3.0, "b")
    >>> steps = backward_steps((a * b + a).named("c"))
    >>> print(steps)
    0  v2: 0.0 + 1.0 * 1.0 = 1.0, from c by operand 0
    1  a: 0.0 + 1.0 * 1.0 = 1.0, from c by operand 1
    2  a: 1.0 + 1.0 * -3.0 = -2.0, from v2 by operand 0
    3  b: 0.0 + 1.0 * 2.0 = 2.0, from v2 by operand 1
    >>> steps[2].contribution, steps.adjoint(a)
    (-3.0, -2.0)

    Raises:
        OperandError: ``root`` is not a Value, or ``seed`` is not a real number.
    """
    return BackwardSteps(root, real(seed, "backward_steps(seed=)"))


def update_steps(parameters: Iterable[Value], learning_rate: float) -> UpdateSteps:
    """Return one step of gradient descent for each parameter; nothing is written.

    The numbers are those of ``nn.SGD(parameters, lr=learning_rate).step()``.

    >>> from autograd_scalar import Value
    >>> w = Value(2.0, "w")
    >>> (w * w).backward()
    >>> print(update_steps([w], 0.1))
    0  w: 2.0 - 0.1 * 4.0 = 1.6

    Raises:
        OperandError: ``parameters`` cannot be iterated over or holds something other
            than Values, or ``learning_rate`` is not a real number.
    """
    values = listed(parameters, "update_steps() needs a sequence of Values")
    for value in values:
        if not isinstance(value, Value):
            msg = (
                f"update_steps() needs Values, got {shown(value)}; pass the parameters,"
                " as net.parameters()"
            )
            raise OperandError(msg)
    return UpdateSteps(values, real(learning_rate, "update_steps(learning_rate)"))


# ---- Records -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ForwardStep:
    """A node's number, from those of its parents; a leaf has none."""

    index: int
    node: Value
    parents: tuple[Value, ...]
    data: float
    local_derivatives: tuple[float, ...]
    names: tuple[str, ...] = field(repr=False, compare=False)  # node, then parents

    @property
    def call(self) -> str:
        """The operation with its operands' names; empty for a leaf."""
        operands, primitive = self.names[1:], self.node.primitive
        if primitive is None:
            return ""
        if primitive.is_infix:
            return f" {primitive.symbol} ".join(operands)
        return f"{primitive.name}({', '.join(operands)})"

    def __str__(self) -> str:
        return " = ".join(filter(None, (self.names[0], self.call, repr(self.data))))


@dataclass(frozen=True, slots=True)
class BackwardStep:
    """One contribution: ``after = before + upstream * local_derivative``.

    ``node`` passes it back to ``parent``, which is its operand number ``operand``.
    """

    index: int
    node: Value
    operand: int
    parent: Value
    upstream: float
    local_derivative: float
    contribution: float
    before: float
    after: float
    names: tuple[str, str] = field(repr=False, compare=False)  # node, parent

    def __str__(self) -> str:
        name, parent = self.names
        return (
            f"{parent}: {self.before!r} + {self.upstream!r} * {self.local_derivative!r}"
            f" = {self.after!r}, from {name} by operand {self.operand}"
        )


@dataclass(frozen=True, slots=True)
class UpdateStep:
    """One parameter: ``after = before - learning_rate * gradient``."""

    index: int
    parameter: Value
    gradient: float
    learning_rate: float
    before: float
    after: float
    name: str = field(repr=False, compare=False)

    def __str__(self) -> str:
        return (
            f"{self.name}: {self.before!r} - {self.learning_rate!r} * {self.gradient!r}"
            f" = {self.after!r}"
        )


# ---- Sequences -----------------------------------------------------------------------


class _Steps(Sequence[S], Generic[S]):
    """Records by index, slice and iteration; printed one to a line."""

    @abstractmethod
    def _step(self, index: int) -> S:
        """Make the record at an index that is in range."""

    @overload
    def __getitem__(self, index: int) -> S: ...
    @overload
    def __getitem__(self, index: slice) -> list[S]: ...
    def __getitem__(self, index: int | slice) -> S | list[S]:
        places = range(len(self))[index]
        if isinstance(places, range):
            return [self._step(place) for place in places]
        return self._step(places)

    def __str__(self) -> str:
        lines = [f"{i}  {self._step(i)}" for i in range(min(len(self), _MOST_LINES))]
        if len(self) > _MOST_LINES:
            lines.append(f"and {len(self) - _MOST_LINES:,} more")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self):,}>"


class ForwardSteps(_Steps[ForwardStep]):
    """The forward pass that `forward_steps` gives."""

    def __init__(self, root: Value) -> None:
        self.nodes = _nodes(root, "forward_steps()")
        self._names = _named(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def _step(self, index: int) -> ForwardStep:
        node = self.nodes[index]
        names = tuple([self._names[x] for x in (node, *node.parents)])
        return ForwardStep(
            index, node, node.parents, node.data, node.local_derivatives, names
        )


class BackwardSteps(_Steps[BackwardStep]):
    """The reverse sweep that `backward_steps` gives.

    ``nodes`` are in topological order; ``seed`` is the root's adjoint before the sweep.
    """

    def __init__(self, root: Value, seed: float) -> None:
        self.seed = seed
        self.nodes = _nodes(root, "backward_steps()")
        self._names = _named(self.nodes)
        self._places = {node: place for place, node in enumerate(self.nodes)}
        self._edges: list[tuple[int, int, float]] = []  # node, operand, parent's before
        self._adjoints = [0.0] * len(self.nodes)
        self._adjoints[-1] = seed
        for place in range(len(self.nodes) - 1, -1, -1):
            node, adjoint = self.nodes[place], self._adjoints[place]
            edges = zip(node.parents, node.local_derivatives, strict=True)
            for operand, (parent, derivative) in enumerate(edges):
                k = self._places[parent]
                self._edges.append((place, operand, self._adjoints[k]))
                self._adjoints[k] += derivative * adjoint

    def __len__(self) -> int:
        return len(self._edges)

    def adjoint(self, node: Value | Unchecked) -> float:
        """Return a node's adjoint after the last step; 0.0 if the root does not use it.

        Raises:
            OperandError: ``node`` is not a Value.
        """
        if not isinstance(node, Value):
            msg = (
                f"adjoint() needs a Value, got {shown(node)}; pass a node of the graph"
            )
            raise OperandError(msg)
        place = self._places.get(node)
        return 0.0 if place is None else self._adjoints[place]

    def into(self, node: Value) -> list[int]:
        """Return the indices of the steps that add to a node's adjoint."""
        return [
            index
            for index, (place, operand, _) in enumerate(self._edges)
            if self.nodes[place].parents[operand] is node
        ]

    def _step(self, index: int) -> BackwardStep:
        place, operand, before = self._edges[index]
        node, upstream = self.nodes[place], self._adjoints[place]
        parent, derivative = node.parents[operand], node.local_derivatives[operand]
        contribution = derivative * upstream
        return BackwardStep(
            index,
            node,
            operand,
            parent,
            upstream,
            derivative,
            contribution,
            before,
            before + contribution,
            (self._names[node], self._names[parent]),
        )


class UpdateSteps(_Steps[UpdateStep]):
    """The update that `update_steps` gives."""

    def __init__(self, parameters: list[Value], learning_rate: float) -> None:
        self.learning_rate = learning_rate
        self.parameters = parameters
        self._names = _named(parameters)

    def __len__(self) -> int:
        return len(self.parameters)

    def _step(self, index: int) -> UpdateStep:
        parameter = self.parameters[index]
        before, gradient = parameter.data, parameter.grad
        return UpdateStep(
            index,
            parameter,
            gradient,
            self.learning_rate,
            before,
            before - self.learning_rate * gradient,
            self._names[parameter],
        )


def _nodes(root: object, what: str) -> list[Value]:
    """Return the topological order; ``what`` is the caller, for the message."""
    if not isinstance(root, Value):
        raise OperandError(no_value(what, root))
    return topological_order(root)


def _named(nodes: Sequence[Value]) -> dict[Value, str]:
    """Return a name for each node, safe to print on one line."""
    return dict(zip(nodes, map(line_of, unique_names(nodes)), strict=True))
