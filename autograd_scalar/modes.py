"""Whether operations are recorded, for this thread or asyncio task."""

from __future__ import annotations

from _thread import allocate_lock
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from autograd_scalar.native import mypyc_attr

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["blocks", "no_grad", "paused"]

paused: Final[ContextVar[bool]] = ContextVar("paused", default=False)


@mypyc_attr(acyclic=True)
class _Blocks:
    """How many `no_grad` blocks are open over all threads: 0 nearly always.

    Every operation reads it first, because asking the context variable costs as much
    as an addition.
    """

    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count = 0


blocks: Final = _Blocks()
_counting: Final = allocate_lock()


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
    with _counting:
        blocks.count += 1
    try:
        yield
    finally:
        with _counting:
            blocks.count -= 1
        paused.reset(token)
