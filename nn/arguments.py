"""Check arguments, and write what was given into error messages.

`autograd_scalar.operands` does the same for the engine; nn uses public names only.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import index
from typing import Any, Final, SupportsIndex

from autograd_scalar import OperandError, ShapeError

__all__ = [
    "called",
    "listed",
    "shortened",
    "shown",
    "size",
    "sizes",
    "some",
    "switch",
    "whole",
]

_WIDTH: Final = 60  # characters of an object in a message
_MOST: Final = 10**8  # Values; so many take 10 GB


def switch(flag: object, what: str, remedy: str = "") -> bool:
    """Return ``flag`` if it is True or False: the text "no" would count as true.

    Raises:
        OperandError: it is anything else; ``remedy`` ends the message.
    """
    if isinstance(flag, bool):
        return flag
    msg = (
        f"{what} needs True or False, got {type(flag).__name__}: {shown(flag)}{remedy}"
    )
    raise OperandError(msg)


def whole(number: object) -> int | None:
    """Return an int, of Python or NumPy, as an int, and None for anything else."""
    if type(number) is int:  # the usual case: the next check is a slow one
        return number
    if isinstance(number, bool) or not isinstance(number, SupportsIndex):
        return None
    try:
        return index(number)
    except TypeError:  # an array has __index__, which only works for a single int
        return None


def size(n: object, what: str) -> int:
    """Return ``n`` as an int if it can be a number of inputs or neurons.

    Raises:
        OperandError: it is not an int.
        ShapeError: it is below 1, or too large for memory.
    """
    number = whole(n)
    if number is None:
        msg = f"{what} needs an int, got {type(n).__name__}: {shown(n)}"
        raise OperandError(msg)
    if number < 1:
        msg = f"{what} needs to be at least 1, got {shown(n)}"
        raise ShapeError(msg)
    if number > _MOST:
        msg = f"{what} needs to be at most {_MOST:,} to fit in memory, got {shown(n)}"
        raise ShapeError(msg)
    return number


def sizes(n_outs: object) -> list[int]:
    """Return the number of neurons of every layer as a list of ints.

    Raises:
        OperandError: ``n_outs`` is not a sequence of ints.
        ShapeError: it is empty, or holds a number below 1.
    """
    is_0d_array = getattr(n_outs, "ndim", 1) == 0
    if isinstance(n_outs, str) or not isinstance(n_outs, Iterable) or is_0d_array:
        msg = (
            "n_outs needs a list with the number of neurons of every layer, as in"
            f" MLP(2, [16, 16, 1]), got {type(n_outs).__name__}: {shown(n_outs)}"
        )
        raise OperandError(msg)
    numbers = [size(n, f"n_outs[{i}]") for i, n in enumerate(n_outs)]
    if not numbers:
        msg = "n_outs needs at least one layer, got an empty list"
        raise ShapeError(msg)
    return numbers


def listed(given: object, what: str) -> list[Any]:
    """Return an iterable as a list.

    Raises:
        OperandError: ``given`` is not iterable.
    """
    try:
        each = iter(given)  # type: ignore[call-overload]
    except TypeError:
        msg = f"{what} needs a list or an array, got {_kind(given)}"
        raise OperandError(msg) from None
    return list(each)


def called(function: object, what: str) -> None:
    """Raise if ``function`` is not callable.

    Raises:
        OperandError: it is not.
    """
    if not callable(function):
        msg = f"{what} needs a function, got {_kind(function)}"
        raise OperandError(msg)


def _kind(x: object) -> str:
    return f"{type(x).__name__}: {shown(x)}"


# ---- Messages ------------------------------------------------------------------------


def shown(x: object, width: int = _WIDTH) -> str:
    """Return ``repr(x)`` in one line of at most ``width`` characters; never raise.

    >>> shown([0.5, 1.0]), len(shown("x" * 1000))
    ('[0.5, 1.0]', 60)
    """
    try:
        if isinstance(x, int) and abs(x) >= 10**40:
            return f"an int of {x.bit_length()} bits"
        text = " ".join(repr(x).split("\n"))
    except RecursionError:
        return "nested too deeply to be shown"
    except Exception:  # repr() is the caller's code: it may raise anything
        return "an object whose repr() raises"
    return text if len(text) <= width else text[: width - 3] + "..."


def some(names: list[str], most: int = 3) -> str:
    """Quote the first ``most`` names for a message, and count the others.

    >>> some([]), some(["a", "b", "c", "d"])
    ('none', "'a', 'b', 'c' and 1 more")
    """
    if not names:
        return "none"
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(shortened(repr(name)) for name in names[:most]) + more


def shortened(text: str, most: int = 80) -> str:
    r"""Cut text that may come from a file to the length of a message, on one line.

    >>> print(shortened("F64\n\x1b[2J"))
    F64\n\x1b[2J
    """
    if not text.isprintable():
        text = ascii(text)[1:-1]
    return text if len(text) <= most else f"{text[: most - 1]}…"
