"""`detect_anomaly`: the first inf or nan becomes an error that names its origin."""

from __future__ import annotations

import math
import os
import sys
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

from autograd_scalar.errors import AnomalyError, OperandError
from autograd_scalar.graph.naming import describe, label_or_kind
from autograd_scalar.graph.recording import blocks, decorate, watcher
from autograd_scalar.graph.sweeps import stateless_sweep, topological_order

if TYPE_CHECKING:
    from types import FrameType

    from autograd_scalar.graph.node import Node

__all__ = [
    "BadAdjoint",
    "SourceLine",
    "SourceLines",
    "detect_anomaly",
    "first_bad_adjoint",
    "is_born_wrong",
    "users_line",
]


if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from autograd_scalar.graph.node import Node

    F = TypeVar("F", bound=Callable[..., Any])


class SourceLines:
    """The line of source that recorded each node of one `detect_anomaly` block.

    It keeps the nodes alive for as long as it is kept itself.
    """

    __slots__ = ("_lines", "_outer", "is_open")

    def __init__(self, outer: SourceLines | None) -> None:
        self._lines: dict[Node, SourceLine | None] = {}
        self._outer = outer
        self.is_open = True

    def of(self, node: Node) -> SourceLine | None:
        """Where the node was recorded; None if it was not, within the block."""
        lines: SourceLines | None = self
        while lines is not None:
            if node in lines._lines:
                return lines._lines[node]
            lines = lines._outer
        return None

    def innermost_open(self) -> SourceLines | None:
        """This one, or the nearest around it that has not been closed."""
        lines: SourceLines | None = self
        while lines is not None and not lines.is_open:
            lines = lines._outer
        return lines

    def recorded(self, node: Node) -> None:
        """Remember the line of a new node; refuse one that went wrong here."""
        lines = self.innermost_open()
        if lines is None:  # closed in another task than opened
            return
        line = users_line()
        lines._lines[node] = line
        if is_born_wrong(node):
            msg = (
                f"{describe(node)} is the first value that is not finite"
                f"{_recorded_in(line)}; keep {node.op} away from these operands"
            )
            raise AnomalyError(msg)

    def sweep(self, root: Node, seed: float) -> None:
        """Refuse a sweep that would give an adjoint of inf or nan."""
        if self.innermost_open() is None or not math.isfinite(seed):
            return
        order = topological_order(root)
        bad = first_bad_adjoint(order, stateless_sweep(root, seed, order))
        if bad is not None:
            msg = f"{bad}{_recorded_in(self.of(bad.node))}; no grad was changed"
            raise AnomalyError(msg)


class BadAdjoint(NamedTuple):
    """Where an adjoint first went wrong: on an edge, or in a sum of contributions."""

    node: Node
    operand: int | None  # None: each contribution to the node is finite, their sum not
    adjoint: float  # of the node
    contribution: float

    def __str__(self) -> str:
        if self.operand is None:
            return (
                f"the adjoint of {describe(self.node)} is the first that is not"
                f" finite: its contributions add up to {self.adjoint}"
            )
        parent = self.node.parents[self.operand]
        derivative = self.node.local_derivatives[self.operand]
        return (
            f"the contribution of {describe(self.node)} to its operand {self.operand},"
            f" {label_or_kind(parent)}, is the first adjoint that is not finite:"
            f" adjoint {self.adjoint!r} * local derivative {derivative!r}"
            f" = {self.contribution!r}"
        )


def first_bad_adjoint(
    order: Sequence[Node], adjoints: Sequence[float]
) -> BadAdjoint | None:
    """The first adjoint, from the root back, that is not finite; None if all are.

    ``order`` is topological, ``adjoints`` belongs to it, element by element.
    """
    for node, adjoint in zip(reversed(order), reversed(adjoints), strict=True):
        if not math.isfinite(adjoint):
            return BadAdjoint(node, None, adjoint, adjoint)
        for operand, derivative in enumerate(node.local_derivatives):
            contribution = derivative * adjoint
            if not math.isfinite(contribution):
                return BadAdjoint(node, operand, adjoint, contribution)
    return None


class detect_anomaly:  # noqa: N801  (PyTorch's name)
    """Within the block, the first inf or nan raises, with the user's source line.

    Forward, an operation raises if its result is inf or nan although every operand is
    finite, or nan although no operand is nan. So ``Value(inf)`` is allowed, and so is
    what follows from it, up to the first nan. A local derivative may be infinite:
    sqrt(0) is a value like any other.

    Backward, `backward` and `gradients` look before anything is changed: the first
    edge whose adjoint times local derivative is inf or nan raises, and every ``grad``
    stays as it was. This holds for constants among the operands, too. With
    ``create_graph`` the operations of the derivative are watched like any others. In
    `jvp` the first tangent that is inf or nan raises.

    The block keeps its nodes alive, and each costs a look at the call stack: it is for
    finding an error. It belongs to the thread (and the asyncio task) that opened it;
    also a decorator of plain functions. It gives the lines that it saw, for
    `diagnose`.

    >>> from autograd_scalar import Value
    >>> p = Value(0.0, "p")
    >>> with detect_anomaly():
    ...     loss = -p.log()
    Traceback (most recent call last):
        ...
    autograd_scalar.errors.AnomalyError: log('p' = 0.0) = -inf is the first value that
    is not finite, recorded in ...: `loss = -p.log()`; keep log away from these operands

    Raises:
        AnomalyError: the first inf or nan, as above.
        OperandError: it was given an argument, as by ``@detect_anomaly`` without
            parentheses; or, as a decorator, what is no plain function: a generator or
            a coroutine would run outside the block.
    """

    def __init__(self, *misplaced: object, **options: object) -> None:
        if misplaced or options:
            given = [f"{x!r:.60}" for x in misplaced] + [f"{k}=" for k in options]
            msg = (
                f"detect_anomaly() takes no arguments, got {', '.join(given)}; write"
                " `with detect_anomaly():` around a block, or `@detect_anomaly()` with"
                " its parentheses above a function"
            )
            raise OperandError(msg)
        self._open: list[SourceLines] = []

    def __enter__(self) -> SourceLines:
        # Nothing else sets the watcher.
        lines = SourceLines(cast("SourceLines | None", watcher.get()))
        blocks.opened()  # first: a count that is too high costs time alone
        self._open.append(lines)
        watcher.set(lines)
        return lines

    def __exit__(self, *error: object) -> None:
        self._open.pop().is_open = False
        blocks.closed()
        current = cast("SourceLines | None", watcher.get())
        # Generators may close their blocks in any order, tasks another's block.
        watcher.set(None if current is None else current.innermost_open())

    def __call__(self, function: F) -> F:
        """Decorate: the whole call is within a block."""
        return decorate(detect_anomaly, function)


def _recorded_in(line: SourceLine | None) -> str:
    return f", recorded in {line}" if line is not None else ""


class SourceLine(NamedTuple):
    """A place in somebody's source; its text is read when it is shown."""

    file: str
    line: int

    def __str__(self) -> str:
        import linecache  # noqa: PLC0415  (it imports the tokenizer)

        text = linecache.getline(self.file, self.line).strip()
        return f"{self.file}:{self.line}" + (f": `{text}`" if text else "")


def users_line() -> SourceLine | None:
    """The innermost line that runs now and is neither autograd_scalar's nor nn's.

    None where there is none: all frames are ours.
    """
    # inspect.stack() costs a hundred times more.
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_OURS):
        frame = frame.f_back
    return frame and SourceLine(frame.f_code.co_filename, frame.f_lineno)


def is_born_wrong(node: Node) -> bool:
    """Whether this node's number went wrong here, not in an operand before it.

    Wrong here is inf or nan out of finite operands, and nan out of operands of which
    none is nan (inf - inf). A leaf is what it was set to.
    """
    number = node.data
    if math.isfinite(number) or node.is_leaf:
        return False
    if math.isnan(number):
        return not any(math.isnan(p.data) for p in node.parents)
    return all(math.isfinite(p.data) for p in node.parents)


_ENGINE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


_OURS = (_ENGINE + os.sep, os.path.join(os.path.dirname(_ENGINE), "nn") + os.sep)
