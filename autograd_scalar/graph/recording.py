"""What every operation asks: is a mode on here? `modes` has the modes themselves.

The open blocks form a chain in a context variable, the innermost first, so each thread
and each asyncio task has its own.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, Protocol

from autograd_scalar.graph.tracing import current

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd_scalar.graph.node import Node

__all__ = [
    "Block",
    "Watcher",
    "blocks",
    "current_watcher",
    "enclosing_inputs",
    "forget_ended",
    "innermost",
    "is_off",
    "opened_since",
    "watched",
    "watched_sweep",
]


class Watcher(Protocol):
    """The calls that `detect_anomaly` receives while its block is open."""

    def recorded(self, node: Node) -> None:
        """Receive a node that was just recorded."""

    def sweep(self, root: Node, seed: float) -> None:
        """Receive a reverse sweep before it changes anything."""

    def of(self, node: Node) -> object | None:
        """Return where a node was recorded; None if this watcher did not see it."""


class Block:
    """A block of a mode, and the one around it.

    ``view()`` is a memoryview of the block's `modes.Held`. Once it is released, or is
    no more, the block is over. Nothing else says so: nothing else ends in one step.
    """

    __slots__ = ("around", "view")

    def __init__(self, view: Callable[[], Any], around: Block | None) -> None:
        self.view = view
        self.around = around

    def held(self) -> Any:
        """Return what it holds, None once it is over."""
        try:
            return self.view().obj
        except (AttributeError, ValueError):
            return None

    def end(self) -> None:
        """End the block, which is open."""
        self.view().release()


innermost: Final[ContextVar[Block | None]] = ContextVar("innermost", default=None)
# CPython (3.11 to 3.13) crashes if there is no memory for a thread's first context.
# This makes that of the thread which imports us, nearly always the main one.
innermost.set(None)

# The blocks that may be open, over all threads: empty nearly always. Every operation
# asks this first, since reading a context variable costs as much as an addition. A
# block that is over costs time alone, until somebody calls `forget_ended`.
blocks: Final[dict[Block, None]] = {}


def forget_ended() -> None:
    """Drop blocks that are over: of all threads from `blocks`, of this one's chain."""
    first = block = innermost.get()
    while block is not None and block.held() is None:
        block = block.around
    if block is not first:
        innermost.set(block)
    for each in list(blocks):
        if each.held() is None:
            blocks.pop(each, None)


def is_off() -> bool:
    """Return whether operations here are not recorded: the innermost block decides."""
    block = innermost.get()
    if block is None:  # those of other threads may be over
        forget_ended()
    while block is not None:
        try:  # written out for speed
            stops: bool | None = block.view().obj.stops
        except (AttributeError, ValueError):  # it is over
            forget_ended()
        else:
            if stops is not None:
                return stops
        block = block.around
    return False


def current_watcher() -> Watcher | None:
    """Return the watcher of the innermost open `detect_anomaly`, None without one."""
    block = innermost.get()
    while block is not None:
        held = block.held()
        if held is not None and held.watcher is not None:
            current: Watcher = held.watcher
            return current
        block = block.around
    return None


def enclosing_inputs() -> frozenset[int]:
    """Return the ids of the inputs of all open differentiations, and of a trace."""
    tracer = current()
    found: frozenset[int] = frozenset() if tracer is None else tracer.inputs
    block = innermost.get()
    while block is not None:
        found |= getattr(block.held(), "inputs", frozenset())
        block = block.around
    return found


def opened_since(before: Block | None) -> list[Block]:
    """Return the open blocks of this context within ``before``, the innermost first."""
    found: list[Block] = []
    block = innermost.get()
    while block is not None and block is not before:
        found.append(block)
        block = block.around
    return [block for block in found if block.held() is not None]


def watched(node: Node) -> None:
    """Show a new node to the watcher of this context, if there is one."""
    current = current_watcher()
    if current is not None:
        current.recorded(node)


def watched_sweep(root: Node, seed: float) -> None:
    """Show a sweep that is about to start to the watcher of this context."""
    current = current_watcher()
    if current is not None:
        current.sweep(root, seed)
