"""A user's functions: their errors are told from ours by a mark."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from autograd_scalar import Dual, Interval, Value

NUMBERS = (int, float, Value, Dual, Interval)
MARK = "is_the_user_s"


def is_the_user_s(error: BaseException) -> bool:
    return getattr(error, MARK, False)


def hostile(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that should not be given: whatever it raises is its own error."""
    return marking(function, lambda _args: True)


def right(function: Callable[..., Any], arity: int) -> Callable[..., Any]:
    """A function of numbers: it may raise if it is given something else by contract.

    Containers are passed to it with their numbers as Values, and the number of
    arguments is the user's; anything else that is no number has to be rejected first.
    """

    def excused(args: tuple[Any, ...]) -> bool:
        containers = any(isinstance(x, list | tuple | dict) for x in args)
        return len(args) != arity or containers

    return marking(function, excused)


def marking(
    function: Callable[..., Any], excused: Callable[[tuple[Any, ...]], bool]
) -> Callable[..., Any]:
    @wraps(function)
    def marked(*args: Any) -> Any:
        try:
            return function(*args)
        except Exception as error:
            if excused(args):
                setattr(error, MARK, True)
            raise

    return marked


class Whole(int):
    """A class that is given where a function is needed: its errors are its own."""

    def __new__(cls, *args: Any) -> "Whole":
        return hostile(super().__new__)(cls, *args)
