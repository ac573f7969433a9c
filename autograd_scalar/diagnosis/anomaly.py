"""`detect_anomaly`: turn the first inf or nan into an error that names its origin.

The block installs a watcher (`SourceLines`) that sees each node when it is recorded,
and each backward sweep before it changes any ``grad``.
"""

from __future__ import annotations

import math
import os
import sys
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar, cast

from autograd_scalar.errors import AnomalyError, OperandError
from autograd_scalar.graph.modes import Mode, decorate
from autograd_scalar.graph.naming import describe, label_or_kind
from autograd_scalar.graph.recording import current_watcher
from autograd_scalar.graph.sweeps import stateless_sweep, topological_order

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType
    from typing import Any

    from autograd_scalar.graph.modes import Held
    from autograd_scalar.graph.node import Node

    F = TypeVar("F", bound=Callable[..., Any])

__all__ = [
    "SourceLine",
    "SourceLines",
    "detect_anomaly",
    "first_bad_adjoint",
    "turns_nonfinite",
    "users_line",
]

_ENGINE: Final = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_NN: Final = os.path.join(os.path.dirname(_ENGINE), "nn")
_OURS: Final = (_ENGINE + os.sep, _NN + os.sep)  # whose frames are no user's


class detect_anomaly(Mode["SourceLines"]):  # noqa: N801  (PyTorch's name)
    """Raise at the first inf or nan within the block, with the user's source line.

    In the forward pass, an operation raises if its result is inf or nan although every
    operand is finite, or nan although no operand is nan. So ``Value(inf)`` is allowed,
    and so is what follows from it, up to the first nan. A local derivative may be
    infinite: sqrt(0) is allowed.

    In the backward pass, `backward` and `gradients` check before they change anything:
    the first edge on which adjoint times local derivative is inf or nan raises, and
    every ``grad`` keeps its value. Constants among the operands are checked, too. With
    ``create_graph`` the operations of the derivative are checked like all others. `jvp`
    raises at the first tangent that is inf or nan.

    Use it to find an error, not in production: it keeps every node of the block alive,
    and inspects the call stack at each. It applies to the thread (and the asyncio task)
    that opened it. It also decorates plain functions. ``with`` binds the recorded
    source lines, which `diagnose` takes.

    >>> from autograd_scalar import Value
    >>> p = Value(0.0, "p")
    >>> with detect_anomaly():
    ...     loss = -p.log()
    Traceback (most recent call last):
        ...
    autograd_scalar.errors.AnomalyError: log('p' = 0.0) = -inf is the first value that
    is not finite, recorded in ...: `loss = -p.log()`; keep log away from these operands

    Raises:
        AnomalyError: a value, an adjoint or a tangent became inf or nan, as above.
        OperandError: an argument was given, as by ``@detect_anomaly`` without
            parentheses; or it decorates a generator or a coroutine, whose body would
            run outside the block.
    """

    __slots__ = ()

    def __init__(self, *misplaced: object, **options: object) -> None:
        if misplaced or options:
            given = [f"{x!r:.60}" for x in misplaced] + [f"{k}=" for k in options]
            msg = (
                f"detect_anomaly() takes no arguments, got {', '.join(given)}; write"
                " `with detect_anomaly():` around a block, or `@detect_anomaly()` with"
                " its parentheses above a function"
            )
            raise OperandError(msg)
        super().__init__()

    def _fill(self, held: Held) -> None:
        """Watch by new source lines, and give them to the ``with`` statement."""
        # Only this class sets the watcher, so it is None or a SourceLines.
        outer = cast("SourceLines | None", current_watcher())
        held.watcher = held.given = SourceLines(outer)

    def __call__(self, function: F) -> F:
        """Decorate a function so that each call runs inside a block."""
        return decorate(detect_anomaly, function)


class SourceLines:
    """The source lines that recorded the nodes of one `detect_anomaly` block.

    It is the watcher of that block. It keeps the nodes alive as long as it lives.
    """

    __slots__ = ("_lines", "_outer")

    def __init__(self, outer: SourceLines | None) -> None:
        self._lines: dict[Node, SourceLine | None] = {}
        self._outer = outer

    def of(self, node: Node) -> SourceLine | None:
        """Return where the node was recorded; None if that was outside the blocks."""
        lines: SourceLines | None = self
        while lines is not None:
            if node in lines._lines:
                return lines._lines[node]
            lines = lines._outer
        return None

    def recorded(self, node: Node) -> None:
        """Store the line of a new node; raise if inf or nan begins at this node."""
        line = users_line()
        self._lines[node] = line
        if turns_nonfinite(node):
            msg = (
                f"{describe(node)} is the first value that is not finite"
                f"{_recorded_in(line)}; keep {node.op} away from these operands"
            )
            raise AnomalyError(msg)

    def sweep(self, root: Node, seed: float) -> None:
        """Raise if a sweep would give an adjoint of inf or nan."""
        if not math.isfinite(seed):
            return
        order = topological_order(root)
        bad = first_bad_adjoint(order, stateless_sweep(root, seed, order))
        if bad is not None:
            msg = f"{bad}{_recorded_in(self.of(bad.node))}; no grad was changed"
            raise AnomalyError(msg)


def _recorded_in(line: SourceLine | None) -> str:
    return f", recorded in {line}" if line is not None else ""


# ---- Where a node was recorded -------------------------------------------------------


class SourceLine(NamedTuple):
    """A line of source code; its text is read when it is printed."""

    file: str
    line: int

    def __str__(self) -> str:
        import linecache  # noqa: PLC0415  (it imports the tokenizer)

        text = linecache.getline(self.file, self.line).strip()
        return f"{self.file}:{self.line}" + (f": `{text}`" if text else "")


def users_line() -> SourceLine | None:
    """Return the innermost running line outside autograd_scalar and nn, or None."""
    # inspect.stack() takes a hundred times longer.
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_OURS):
        frame = frame.f_back
    return frame and SourceLine(frame.f_code.co_filename, frame.f_lineno)


# ---- Where inf and nan begin ---------------------------------------------------------


def turns_nonfinite(node: Node) -> bool:
    """Return whether inf or nan begins at this node, not at an operand before it.

    That is inf or nan from finite operands, and nan from operands none of which is nan
    (inf - inf). It never begins at a leaf.
    """
    number = node.data
    if math.isfinite(number) or node.is_leaf:
        return False
    if math.isnan(number):
        return not any(math.isnan(p.data) for p in node.parents)
    return all(math.isfinite(p.data) for p in node.parents)


def first_bad_adjoint(
    order: Sequence[Node], adjoints: Sequence[float]
) -> BadAdjoint | None:
    """Return the first adjoint, from the root back, that is not finite; or None.

    ``order`` is topological; ``adjoints`` has one number for each of its nodes.
    """
    for node, adjoint in zip(reversed(order), reversed(adjoints), strict=True):
        if not math.isfinite(adjoint):
            return BadAdjoint(node, None, adjoint, adjoint)
        for operand, derivative in enumerate(node.local_derivatives):
            contribution = derivative * adjoint
            if not math.isfinite(contribution):
                return BadAdjoint(node, operand, adjoint, contribution)
    return None


class BadAdjoint(NamedTuple):
    """An adjoint that is not finite: a contribution on an edge, or a sum of them."""

    node: Node
    operand: int | None  # None: the sum of finite contributions is not finite
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
