"""Whether operations are recorded, for this thread or asyncio task."""

from __future__ import annotations

from _thread import allocate_lock
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from autograd_scalar.errors import OperandError
from autograd_scalar.native import mypyc_attr

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["blocks", "depth", "no_grad"]

depth: Final[ContextVar[int]] = ContextVar("depth", default=0)
F = TypeVar("F", bound="Callable[..., Any]")

# Of code objects: generator, coroutine and asynchronous generator (inspect.CO_...).
_SUSPENDS: Final = 0x20 | 0x80 | 0x200


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


class no_grad:  # noqa: N801  (PyTorch's name)
    """Within the block, operations give leaves: nothing is recorded.

    Holds for the thread (and the asyncio task) that opened it; also a decorator of
    plain functions.

    >>> from autograd_scalar import Value
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y, y.parents
    (Value(data=9.0, grad=0.0), ())

    Raises:
        OperandError: as a decorator, of what is no plain function: a generator or a
            coroutine would run outside the block.
    """

    def __enter__(self) -> None:
        depth.set(depth.get() + 1)
        with _counting:
            blocks.count += 1

    def __exit__(self, *error: object) -> None:
        with _counting:
            blocks.count -= 1
        depth.set(max(depth.get() - 1, 0))  # 0: closed in another task than opened

    def __call__(self, function: F) -> F:
        """Decorate: the whole call is within a block."""
        code = getattr(function, "__code__", None)
        if code is None or code.co_flags & _SUSPENDS:
            msg = (
                f"@no_grad() needs a plain function, got {function!r}; put"
                " `with no_grad():` inside it"
            )
            raise OperandError(msg)

        @wraps(function)
        def decorated(*args: Any, **kwargs: Any) -> Any:
            with no_grad():
                return function(*args, **kwargs)

        return cast("F", decorated)
