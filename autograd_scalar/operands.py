"""Operand validation: which objects count as real numbers."""

from __future__ import annotations

import math
from typing import Any

from autograd_scalar.errors import OperandError

__all__ = ["flag", "is_number", "listed", "no_value", "real", "real_or_none", "shown"]

_WIDTH = 60  # characters of a repr in a message

# Never operands, although some of them convert to float.
_NEVER = (bool, complex, str, bytes, bytearray, type(None))


def real(x: object, what: str) -> float:
    """Return ``x`` as a float, exactly; ``what`` names the caller in the error.

    Takes int, float and NumPy's real scalars: of all of them, those numbers that are a
    float64 exactly. NumPy counts a ``timedelta64`` among the integers; here it is none.

    >>> real(3, "Value()")
    3.0
    >>> real("1", "Value()")
    Traceback (most recent call last):
        ...
    autograd_scalar.errors.OperandError: Value() needs a real number, got str: '1'

    Raises:
        OperandError: not a real number, or an int or ``numpy.longdouble`` that float64
            cannot hold exactly.
    """
    if type(x) is float:
        return x
    number = _converted(x)
    if number is None:
        msg = f"{what} needs a real number, got {_described(x)}"
        raise OperandError(msg)
    return number


def real_or_none(x: object) -> float | None:
    """Return ``x`` as a float; None to let the other type's operator decide.

    Raises:
        OperandError: ``x`` is a number or text that can never be an operand.
    """
    number = _converted(x)
    if number is None and (isinstance(x, _NEVER) or is_number(x)):
        msg = f"an operand needs to be a Value or a real number, got {_described(x)}"
        raise OperandError(msg)
    return number


def listed(values: Any, wanted: str, remedy: str = "") -> list[Any]:
    """Return an iterable as a list; ``wanted`` begins the error message.

    >>> listed((1.0, 2.0), "sum() needs a sequence")
    [1.0, 2.0]

    Raises:
        OperandError: ``values`` is not iterable.
    """
    try:
        each = iter(values)
    except TypeError:
        msg = f"{wanted}, got {type(values).__name__}: {shown(values)}{remedy}"
        raise OperandError(msg) from None
    return list(each)


def no_value(what: str, x: object) -> str:
    """Return the message of an error: ``what`` takes a Value, and ``x`` is none.

    >>> no_value("draw()", 3.0)
    'draw() needs a Value, got float: 3.0; pass the result of a computation, as net(x)'
    """
    return (
        f"{what} needs a Value, got {type(x).__name__}: {shown(x)}; pass the result of"
        " a computation, as net(x)"
    )


def flag(x: object, what: str) -> bool:
    """Return whether ``x`` is true; ``what`` names the argument in the error.

    Raises:
        OperandError: ``x`` is neither true nor false, as an array of several elements.
    """
    try:
        return bool(x)
    except (TypeError, ValueError):
        msg = f"{what} needs True or False, got {_described(x)}"
        raise OperandError(msg) from None


def is_number(x: object) -> bool:
    """Return whether ``x`` is a number of any kind, Python's or NumPy's."""
    if isinstance(x, (int, float, complex)):
        return True
    from numbers import Number  # noqa: PLC0415  (a millisecond that few programs need)

    return isinstance(x, Number) or _is_numpy_scalar(x)


def _converted(x: object) -> float | None:
    if isinstance(x, bool):
        return None
    if isinstance(x, float):  # np.float64 among them
        return float(x)
    if type(x) is int:
        return _exact(x)
    if not _is_numpy_scalar(x) or type(x).__name__ == "timedelta64":
        return None
    from numbers import Integral, Real  # noqa: PLC0415  (NumPy has loaded it)

    if isinstance(x, Integral):
        return _exact(int(x))
    if isinstance(x, Real):  # longdouble has more digits
        return _same(float(x), x)
    return None


def _exact(integer: int) -> float:
    try:
        number = float(integer)
    except OverflowError:
        number = math.inf
    return _same(number, integer)


def _same(number: float, given: Any) -> float:
    """Return the float if it is the given number, or nan as that is."""
    # Any: compiled, float == int would round the int first, and NumPy's is no bool.
    rounded: Any = number
    if rounded == given or math.isnan(number):
        return number
    msg = (
        f"{shown(given)} has no exact float64, the nearest is {number!r}; round it"
        " yourself: float(x)"
    )
    raise OperandError(msg)


def _is_numpy_scalar(x: object) -> bool:
    return (
        type(x).__module__ == "numpy"
        and hasattr(x, "dtype")
        and not hasattr(x, "__len__")
    )


def _described(x: object) -> str:
    """Describe a rejected operand: its type, its repr, and the remedy if known."""
    return f"{type(x).__name__}: {shown(x)}{_remedy(x)}"


def _remedy(x: object) -> str:
    from numbers import Complex, Number, Real  # noqa: PLC0415  (for an error only)

    if type(x).__module__ == "autograd_scalar.graph.value":
        return "; write .data for its number, .detach() for a Value without history"
    if isinstance(x, Complex) and not isinstance(x, Real):
        return "; write x.real or abs(x)"
    if type(x).__name__ == "timedelta64" and _is_numpy_scalar(x):
        return "; write x / np.timedelta64(1, 's') for its seconds"
    is_numpy_bool = _is_numpy_scalar(x) and type(x).__name__.startswith("bool")
    if isinstance(x, Number) or is_numpy_bool:
        return "; write float(x)"
    return ""


def shown(x: object) -> str:
    """Return ``repr(x)`` for a message: one line of at most 60 characters.

    It never raises, whatever ``x`` is: the message is about something else.

    >>> shown([0.5, 1.0]), len(shown("x" * 1000)), shown(10**5000)
    ('[0.5, 1.0]', 60, 'an int of 16610 bits')
    """
    try:
        # Never the whole of a huge array, and str() of an int of 5,000 digits raises.
        if isinstance(x, int) and abs(x) >= 10**40:
            return f"an int of {x.bit_length()} bits"
        text = " ".join(repr(x).split("\n"))
    except RecursionError:
        return "nested too deeply to be shown"
    except Exception:  # repr() is the caller's code: it may raise anything
        return "an object whose repr() raises"
    return text if len(text) <= _WIDTH else text[: _WIDTH - 3] + "..."
