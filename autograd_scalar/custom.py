"""`primitive`: an operation of your own, with its own derivative."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from autograd_scalar.errors import OperandError
from autograd_scalar.graph.modes import suspends
from autograd_scalar.graph.recording import (
    forget_ended,
    innermost,
    is_off,
    opened_since,
)
from autograd_scalar.graph.value import Value, nary
from autograd_scalar.operands import listed, real, shown
from autograd_scalar.primitives.table import KERNELS, REAL, Primitive

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

__all__ = ["OF_MODULES", "primitive"]

# Operations at the top of a module, by the module's name and theirs: so another process
# finds them.
OF_MODULES: Final[dict[tuple[str, str], Primitive]] = {}


def primitive(
    partials: Callable[..., tuple[float, ...]],
    *,
    symbol: str = "",
    latex: str = "",
    kernel: str = "",
) -> Callable[[Callable[..., float]], Callable[..., Value | float]]:
    """Make a function of plain floats an operation that records.

    ``partials(*operands, output)`` returns the local derivatives, one per operand.
    Written as ordinary arithmetic, it also serves second derivatives.

    Programs of `compile` call both for each element. ``kernel`` names the one that they
    run instead, on arrays and in C, for operations that `nn` adds: "cross_entropy",
    "cross_entropy_of_sigmoid" or "cross_entropy_of_softmax". The function has to have
    the numbers of that one.

    >>> from autograd_scalar import Value, primitive
    >>> @primitive(partials=lambda x, y: (3 * x * x,))
    ... def cube(x):
    ...     return x * x * x
    >>> x = Value(2.0)
    >>> y = cube(x)
    >>> y.backward()
    >>> y.data, x.grad, y.op
    (8.0, 12.0, 'cube')

    The function's own exceptions pass through unchanged, but for those that end a loop
    around the call unnoticed (StopIteration, StopAsyncIteration, GeneratorExit).

    Raises:
        OperandError: an operand is no real number, the function did not return one, or
            ``partials`` did not return one number per operand; either raised such an
            exception, or left a block of a mode open; ``partials`` computed with Values
            under `no_grad`, or returned a Value for plain numbers; at once if one of
            them is no plain function, or ``partials`` takes another number of
            arguments, or there is no such kernel of as many operands.
    """
    _check_partials(partials)

    def decorate(function: Callable[..., float]) -> Callable[..., Value | float]:
        made = _checked(function, partials, symbol, latex)
        _check_partials(partials, made.arity)
        if kernel:
            _check_kernel(kernel, made)
            made.kernel = kernel
        name = getattr(function, "__qualname__", made.name)
        if "<locals>" not in name:
            OF_MODULES[getattr(function, "__module__", ""), name] = made
        what = f"{made.name}()"

        def operation(*operands: Value | float) -> Value | float:
            _check_count(made, len(operands))
            if not any(isinstance(x, Value) for x in operands):
                return made.forward(*(real(x, what) for x in operands))
            return nary(made, operands)

        operation.__name__ = operation.__qualname__ = made.name
        operation.__doc__ = function.__doc__
        return operation

    return decorate


def _checked(
    function: Callable[..., float],
    partials: Callable[..., tuple[float, ...]],
    symbol: str,
    latex: str,
) -> Primitive:
    """Return the function as a `Primitive` whose results are checked."""
    _check_function(function)
    name = getattr(function, "__name__", type(function).__name__)
    arity = _counts(function)[1]  # an operand with a default is one, too

    def forward(*operands: float) -> float:
        with _Guard(f"{name}()"):
            result = function(*operands)
        return real(result, f"the result of {name}()")

    @wraps(partials)
    def checked_partials(*operands_and_output: Any) -> tuple[Any, ...]:
        with _Guard(f"the partials of {name}()"):  # they may be a generator
            derivatives = _as_tuple(partials(*operands_and_output), name)
        if len(derivatives) != len(operands_and_output) - 1:
            msg = (
                f"the partials of {name}() need one derivative per operand:"
                f" {len(operands_and_output) - 1}, got {len(derivatives)}"
            )
            raise OperandError(msg)
        what = f"a derivative from the partials of {name}()"
        # Of numbers they are numbers: a Value is one that the function has captured.
        is_recorded = any(isinstance(x, Value) for x in operands_and_output)
        return tuple(
            _with_history(d, operands_and_output, what)
            if is_recorded and isinstance(d, Value)
            else real(d, what)
            for d in derivatives
        )

    operands = "".join(f"{{{i}}}, " for i in range(arity or 1)).rstrip(", ")
    return Primitive(
        name=name,
        forward=forward,
        partials=checked_partials,
        arity=arity,
        symbol=symbol or name,
        latex=latex or rf"\operatorname{{{{{name}}}}}({operands})",
        domain=(REAL,) * (arity or 1),
        kinks=(),
    )


class _Guard:
    """A call of the user's code, which must leave loops and modes as they were."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __enter__(self) -> None:
        forget_ended()
        self.before = innermost.get()

    def __exit__(
        self, _: object, error: BaseException | None, __: TracebackType | None
    ) -> None:
        wrong = self._end_blocks()
        if isinstance(error, StopIteration | StopAsyncIteration | GeneratorExit):
            msg = (
                f"{self.what} raised {type(error).__name__}, which would end a loop"
                " around the call unnoticed; raise a ValueError instead"
            )
            raise OperandError(msg) from error
        if wrong and error is None:
            msg = (
                f"{self.what} {wrong}; write a `with` statement around what the mode"
                " is for"
            )
            raise OperandError(msg)

    def _end_blocks(self) -> str:
        """End the blocks that were left open; return what was wrong, "" if nothing."""
        wrong = ""
        for block in opened_since(self.before):
            wrong = f"left a {type(block.held().owner).__name__} block open"
            block.end()
        if self.before is not None and self.before.held() is None:
            wrong = "closed a block of its caller's"
        return wrong


def _with_history(derivative: Value, operands: Sequence[Any], what: str) -> Value:
    """Return the derivative; raise if it was computed from Values, and lost how."""
    is_operand = any(derivative is x for x in operands)
    if derivative.is_leaf and not is_operand and not is_off():
        msg = (
            f"{what} is {derivative!r}, a Value without history, so second derivatives"
            " would be lost; leave out no_grad and detach(), and write a constant as a"
            " plain number"
        )
        raise OperandError(msg)
    return derivative


def _counts(function: Callable[..., Any]) -> tuple[int, int | None]:
    """Return how many arguments it takes: at least, at most (None: any number)."""
    import inspect  # noqa: PLC0415  (slow to import, and seldom needed)

    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:  # some of those written in C, as math.hypot, do not tell
        return 0, None
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return 0, None
    by_place = (
        inspect.Parameter.POSITIONAL_ONLY,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
    )
    places = [p for p in parameters if p.kind in by_place]
    return len([p for p in places if p.default is p.empty]), len(places)


def _check_function(function: object) -> None:
    if not callable(function):
        msg = (
            "@primitive(partials=...) goes above a function, got"
            f" {type(function).__name__}: {shown(function)}"
        )
        raise OperandError(msg)
    if suspends(function):
        msg = (
            f"@primitive(partials=...) needs a function that returns a number, got"
            f" {shown(function)}, whose call gives a generator or a coroutine; write"
            " it with def and return"
        )
        raise OperandError(msg)


def _check_partials(partials: object, operands: int | None = None) -> None:
    """Reject what cannot be called with that many operands (or any) and an output."""
    remedy = "write @primitive(partials=lambda x, y: (...,)) above your function"
    if not callable(partials):
        msg = (
            f"primitive(partials=) needs a function, got {type(partials).__name__}:"
            f" {shown(partials)}; {remedy}"
        )
        raise OperandError(msg)
    least, most = _counts(partials)
    if most is None or (operands is None and most > 1):
        return
    if operands is not None and least <= operands + 1 <= most:
        return
    wanted = "the operands" if operands is None else _count(operands)
    msg = (
        f"primitive(partials=) needs a function of {wanted} and the output, got one of"
        f" {most} argument{'s' * (most != 1)}; {remedy}"
    )
    raise OperandError(msg)


def _check_kernel(kernel: object, made: Primitive) -> None:
    arities: Mapping[str, int | None] = KERNELS
    if not isinstance(kernel, str) or kernel not in arities:
        names = ", ".join(map(repr, KERNELS))
        msg = f"primitive(kernel=) needs one of {names}, got {shown(kernel)}"
        raise OperandError(msg)
    if arities[kernel] != made.arity:
        wanted = arities[kernel]
        count = "any number of operands" if wanted is None else _count(wanted)
        msg = (
            f"primitive(kernel={kernel!r}) needs a function of {count}, and"
            f" {made.name}() has {'any number' if made.arity is None else made.arity}"
        )
        raise OperandError(msg)


def _as_tuple(derivatives: Any, name: str) -> tuple[Any, ...]:
    wanted = f"the partials of {name}() need a tuple with one derivative per operand"
    return tuple(listed(derivatives, wanted, "; for one operand return (d,)"))


def _check_count(made: Primitive, given: int) -> None:
    if made.arity is not None and given != made.arity:
        msg = f"{made.name}() takes {_count(made.arity)}, got {given}"
        raise OperandError(msg)


def _count(operands: int) -> str:
    return f"{operands} operand{'s' * (operands != 1)}"
