"""What asks a Value for its number while a function is traced: branches, and reads.

`compile` of a function records every answer that Python code may branch on, so that a
call with other numbers, where the answer differs, is noticed. Nothing here imports a
Value: the nodes themselves report.
"""

from __future__ import annotations

from _thread import get_ident
from typing import Any, Final, Protocol
from weakref import ref

__all__ = ["Tracer", "as_recorded", "begin", "current", "end", "tracers"]


class Tracer(Protocol):
    """The calls that a trace receives in the thread that it was begun in."""

    inputs: frozenset[int]  # ids of the leaves that the function is traced on

    def compared(self, left: Any, operator: str, right: Any, outcome: bool) -> None:
        """Receive a comparison of a Value with a Value or a number."""

    def read(self, node: Any) -> None:
        """Receive a Value whose number was read: it may have gone anywhere."""


# By thread; empty nearly always. Every comparison and read asks this first.
tracers: Final[dict[int, Any]] = {}


def begin(tracer: Tracer) -> None:
    """Report this thread's comparisons and reads to ``tracer`` until `end`.

    A tracer that is no more ends by itself, as after Ctrl-C.
    """
    thread = get_ident()
    # A reference that another took the place of is gone itself, and calls nothing.
    tracers[thread] = ref(tracer, lambda _: tracers.pop(thread, None))


def end() -> None:
    """Report no more."""
    tracers.pop(get_ident(), None)


def current() -> Tracer | None:
    """Return the tracer of this thread, None without one."""
    found = tracers.get(get_ident())
    tracer: Tracer | None = None if found is None else found()
    return tracer


def as_recorded(x: Any) -> Any:
    """Return the Value that stands for a traced integer; None for anything else."""
    return getattr(x, "traced_value", None)
