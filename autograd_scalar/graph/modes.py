"""The modes: `no_grad`, and what `detect_anomaly` and the transforms are made of.

Ctrl-C must not leave a mode on. Python asks for signals whenever a function written in
Python begins, so an ``__exit__`` in Python may be stopped before its first line, and
``with`` does not call it again. A function written in C runs to its end first. So a
block ends by the ``__exit__`` of a memoryview, which is in C, may be called twice and
from any thread, and lets go of what the block held. Should there be no memory for that
call, the view itself goes with the ``with`` statement. All else that keeps account of
blocks is put right later, by whoever looks next (`recording.forget_ended`).

For the same reason this module is never compiled: from Python 3.14 on, signals are
asked for after an ``__enter__`` in C, when ``with`` does not yet guard the block.
"""

from __future__ import annotations

from _thread import get_ident
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast, overload
from weakref import ref

from autograd_scalar.errors import OperandError
from autograd_scalar.graph.recording import Block, blocks, forget_ended, innermost
from autograd_scalar.operands import shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from autograd_scalar.graph.recording import Watcher

__all__ = ["Held", "Mode", "decorate", "no_grad", "suspends"]

T = TypeVar("T")
F = TypeVar("F", bound="Callable[..., Any]")

# Of code objects: generator, coroutine and asynchronous generator (inspect.CO_...).
_SUSPENDS: Final = 0x20 | 0x80 | 0x200
_LAYERS: Final = 100  # decorators that are looked through: a cycle has no end


class Held(bytearray):
    """What a block holds while it is open; a bytearray, so that it can be viewed."""

    owner: Mode[Any]
    by_hand = False  # whether ``__enter__`` was called without a ``with`` statement
    given: Any = None  # what ``with ... as`` binds
    stops: bool | None = None  # whether to record no more; None leaves it as it is
    watcher: Watcher | None = None
    inputs: frozenset[int] = frozenset()  # ids of the inputs of a differentiation


def _same(x: T) -> T:
    return x


class _End:
    """The ``__exit__`` of a mode, looked up by ``with`` before it calls ``__enter__``.

    It is that of the view of the block to come. Where a block that was opened by hand
    is open, it is `Mode._close`: then somebody closes that block by hand, too.
    """

    @overload
    def __get__(self, mode: None, owner: type) -> Callable[..., None]: ...
    @overload
    def __get__(self, mode: Mode[Any], owner: type) -> Callable[..., None]: ...
    def __get__(self, mode: Mode[Any] | None, owner: type) -> Callable[..., None]:
        if mode is None:  # as contextlib.ExitStack asks
            return Mode._close
        for block in list(blocks):
            if mode._opened_by_hand(block):
                return mode._close
        view = mode.prepared[get_ident()] = memoryview(Held())
        return view.__exit__


class Mode(Generic[T]):
    """A context manager whose blocks end in one step; it may be used again."""

    __slots__ = ("prepared",)

    __exit__ = _End()

    def __init__(self) -> None:
        self.prepared: dict[int, memoryview] = {}  # by thread

    def _fill(self, held: Held) -> None:
        """Set what a new block does; here nothing."""

    def __enter__(self) -> T:
        forget_ended()
        view = self.prepared.pop(get_ident(), None)
        by_hand = view is None  # nobody has asked for an end
        if view is None:
            view = memoryview(Held())
        # A `with` statement keeps the view itself.
        viewed = partial(_same, view) if by_hand else ref(view)
        held = cast("Held", view.obj)
        held.by_hand = by_hand
        held.owner = self
        self._fill(held)
        block = Block(viewed, innermost.get())
        blocks[block] = None
        try:
            innermost.set(block)
        except BaseException:  # it is set all the same, also without memory for a token
            view.release()
            raise
        given: T = held.given
        return given  # no call from here on: a signal would come before `with`

    def _opened_by_hand(self, block: Block) -> bool:
        """Return whether it is open, of this object, and of no ``with`` statement."""
        held = block.held()
        return held is not None and held.owner is self and held.by_hand

    def _close(self, *error: object) -> None:
        """End the innermost block that was opened by hand, of this context if it can.

        A task may close another's.
        """
        block = innermost.get()
        while block is not None and not self._opened_by_hand(block):
            block = block.around
        others = [b for b in reversed(list(blocks)) if self._opened_by_hand(b)]
        for each in [block] if block is not None else others[:1]:
            each.end()


class no_grad(Mode[None]):  # noqa: N801  (PyTorch's name)
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

    __slots__ = ()

    def __init__(self, *misplaced: object) -> None:
        if misplaced:
            msg = (
                f"no_grad() takes no arguments, got {shown(misplaced[0])}; write"
                " `with no_grad():` around a block, or `@no_grad()` with its"
                " parentheses above a function"
            )
            raise OperandError(msg)
        super().__init__()

    def _fill(self, held: Held) -> None:
        """Stop the recording."""
        held.stops = True

    def __call__(self, function: F) -> F:
        """Decorate ``function``."""
        return decorate(no_grad, function)


# ---- Decorators ----------------------------------------------------------------------


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
