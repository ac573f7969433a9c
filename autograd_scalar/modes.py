"""Whether operations are recorded, for this thread or asyncio task."""

from __future__ import annotations

from _thread import allocate_lock
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["no_grad"]

paused: Final[ContextVar[bool]] = ContextVar("paused", default=False)
# How many blocks are open over all threads: 0 nearly always. Every operation reads it
# first, because asking the context variable costs as much as an addition.
open_blocks = 0
_count: Final = allocate_lock()


@contextmanager
def no_grad() -> Iterator[None]:
    """Within the block, operations give leaves: nothing is recorded.

    Holds for the thread (and the asyncio task) that opened it; also a decorator.

    >>> from autograd_scalar import Value
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y, y.parents
    (Value(data=9.0, grad=0.0), ())
    """
    token = paused.set(True)
    _add_block(1)
    try:
        yield
    finally:
        _add_block(-1)
        paused.reset(token)


def _add_block(change: int) -> None:
    global open_blocks  # noqa: PLW0603  (one flag for the process is the point)
    with _count:
        open_blocks += change
