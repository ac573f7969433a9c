"""Recording modes: `no_grad` and the watcher of `detect_anomaly`.

They live in context variables, so each thread and each asyncio task has its own.
"""

from __future__ import annotations

from _thread import allocate_lock
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar, cast

from autograd_scalar.errors import OperandError
from autograd_scalar.native import mypyc_attr
from autograd_scalar.operands import shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from autograd_scalar.graph.node import Node

__all__ = [
    "Watcher",
    "blocks",
    "decorate",
    "depth",
    "no_grad",
    "restore_depth",
    "suspends",
    "watched",
    "watched_sweep",
    "watcher",
]


class Watcher(Protocol):
    """The calls that `detect_anomaly` receives while its block is open."""

    def recorded(self, node: Node) -> None:
        """Receive a node that was just recorded."""

    def sweep(self, root: Node, seed: float) -> None:
        """Receive a reverse sweep before it changes anything."""

    def of(self, node: Node) -> object | None:
        """Return where a node was recorded; None if this watcher did not see it."""


depth: Final[ContextVar[int]] = ContextVar("depth", default=0)
watcher: Final[ContextVar[Watcher | None]] = ContextVar("watcher", default=None)
F = TypeVar("F", bound="Callable[..., Any]")

# Of code objects: generator, coroutine and asynchronous generator (inspect.CO_...).
_SUSPENDS: Final = 0x20 | 0x80 | 0x200
_LAYERS: Final = 100  # decorators that are looked through: a cycle has no end


@mypyc_attr(acyclic=True)
class _Blocks:
    """How many modes are open over all threads: 0 nearly always.

    Every operation reads this counter first: reading a context variable costs as much
    as an addition.
    """

    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count = 0

    def opened(self) -> None:
        """Add one; safe for several threads at a time."""
        with _counting:
            self.count += 1

    def closed(self) -> None:
        """Count one less; a block closed twice must not hide one that is open."""
        with _counting:
            self.count = max(self.count - 1, 0)


_counting: Final = allocate_lock()
blocks: Final = _Blocks()


def watched(node: Node) -> None:
    """Show a new node to the watcher of this context, if there is one."""
    current = watcher.get()
    if current is not None:
        current.recorded(node)


def watched_sweep(root: Node, seed: float) -> None:
    """Show a sweep that is about to start to the watcher of this context."""
    current = watcher.get()
    if current is not None:
        current.sweep(root, seed)


class no_grad:  # noqa: N801  (PyTorch's name)
    """Context manager and decorator: operations inside return leaves, unrecorded.

    Holds for the thread (and the asyncio task) that opened it; also a decorator of
    plain functions.

    >>> from autograd_scalar import Value
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y, y.parents
    (Value(data=9.0, grad=0.0), ())

    Raises:
        OperandError: an argument was given, as by ``@no_grad`` without parentheses;
            or it decorates what is no plain function: a generator or a coroutine
            would run outside the block.
    """

    def __init__(self, *misplaced: object) -> None:
        if misplaced:
            msg = (
                f"no_grad() takes no arguments, got {shown(misplaced[0])}; write"
                " `with no_grad():` around a block, or `@no_grad()` with its"
                " parentheses above a function"
            )
            raise OperandError(msg)

    def __enter__(self) -> None:
        blocks.opened()  # first: a count that is too high costs time alone
        before = depth.get()
        try:
            depth.set(before + 1)
        except MemoryError:  # CPython sets it all the same where a token fails
            depth.set(before)
            blocks.closed()
            raise

    def __exit__(self, *error: object) -> None:
        depth.set(max(depth.get() - 1, 0))  # 0: closed in another task than opened
        blocks.closed()  # last, as it is opened first

    def __call__(self, function: F) -> F:
        """Decorate ``function``."""
        return decorate(no_grad, function)


def restore_depth(before: int) -> int:
    """Undo what a user's function did to the depth; return by how much it was off."""
    off = depth.get() - before
    if off:
        depth.set(before)
    for _ in range(off):
        blocks.closed()
    for _ in range(-off):
        blocks.opened()
    return off


def _code(function: Any) -> Any:
    """Return the code object of a plain function, None if there is none.

    Compiled, a decorated function has none of its own: that of what it wraps counts.
    """
    for _ in range(_LAYERS):
        code = getattr(function, "__code__", None)
        if code is not None or not callable(function):
            return code
        function = getattr(function, "__wrapped__", None)
    return None


def suspends(function: object) -> bool:
    """Return whether a call only makes a generator, a coroutine or both in one."""
    code = _code(function)
    return code is not None and code.co_flags & _SUSPENDS != 0


def decorate(mode: Callable[[], AbstractContextManager[object]], function: F) -> F:
    """Wrap ``function`` so that each whole call runs within a block of the mode."""
    name: str = getattr(mode, "__name__", "")
    if _code(function) is None or suspends(function):
        msg = (
            f"@{name}() needs a plain function, got {shown(function)}; put"
            f" `with {name}():` inside it"
        )
        raise OperandError(msg)

    @wraps(function)
    def decorated(*args: Any, **kwargs: Any) -> Any:
        with mode():
            return function(*args, **kwargs)

    return cast("F", decorated)
