"""What may come of an attack: a result, or one of our errors, and no changed state."""

import os
import random
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from autograd_scalar import AutogradError, Value
from autograd_scalar.graph.recording import blocks, depth, watcher
from nn import Module

from .hostile import BoomError

LONGEST = 2_000  # characters of a message: no dump of what was given


def values_in(x: Any, level: int = 0) -> Iterator[Value]:
    if isinstance(x, Value):
        yield x
    elif isinstance(x, Module):
        yield from x.parameters()
    elif type(x) in {list, tuple} and level < 3:
        for part in x[:10]:
            yield from values_in(part, level + 1)


def state(arguments: list[Any]) -> list[tuple[object, ...]]:
    return [
        (repr(v.data), repr(v.grad), v.has_grad, v.label)
        for x in arguments
        for v in values_in(x)
    ]


def surroundings() -> tuple[object, ...]:
    return (
        blocks.count,
        depth.get(),
        watcher.get(),
        sys.getrecursionlimit(),
        os.getcwd(),
        random.getstate()[1][:3],  # type: ignore[index]
    )


def judged(
    function: Callable[..., Any],
    args: list[Any],
    keywords: dict[str, Any],
    *,
    quiet: bool,
) -> str:
    """Call it; return what is wrong with what came of it, "" if nothing is.

    ``quiet``: what was given must not raise on its own account.
    """
    given = [*args, *keywords.values(), getattr(function, "__self__", None)]
    before, outside = state(given), surroundings()
    files = {*os.listdir()}
    rejected = False
    wrong = ""
    try:
        result = function(*args, **keywords)
    except AutogradError as error:
        rejected = True
        wrong = wrong_message(str(error))
    except BoomError:
        wrong = "its error came out of a message" if quiet else ""
    except Exception as error:
        wrong = "" if is_the_user_s_own(error) else f"{error!r:.200}"
    else:
        wrong = wrong_result(result)
    if wrong:
        return wrong
    left = {name for name in {*os.listdir()} - files if name.startswith(".")}
    if left:
        return f"left {left}"
    if surroundings()[:5] != outside[:5]:
        return f"changed its surroundings from {outside} to {surroundings()}"
    if rejected and state(given) != before:
        return "changed what it was given, and raised"
    return witness()


def is_the_user_s_own(error: Exception) -> bool:
    """Whether a function that was given raised it, or was given too many arguments."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    if isinstance(error, UnicodeEncodeError):  # a half character, which text may hold
        return True
    calls = ("square() ", "product() ", "<lambda>", "targets.<lambda>() ", "int() ")
    if str(error).endswith("cannot be interpreted as an integer"):  # int(x, y)
        return True
    # A compiled operator, called as a method, raises what Python's + raises; an error
    # from within has a frame of ours.
    is_python_s = str(error).startswith("unsupported operand type(s) for ")
    if is_python_s and last.filename == __file__:
        return True
    in_ours = last.name not in {"square", "product", "<lambda>", "each"}
    return ("attack" in last.filename and not in_ours) or str(error).startswith(calls)


def wrong_message(message: str) -> str:
    if len(message) > LONGEST:
        return f"a message of {len(message)} characters: {message[:80]!r}"
    if len(message) < 20:
        return f"a message that does not help: {message!r}"
    return ""


def wrong_result(result: Any) -> str:
    """A Value is a float and can be shown."""
    for value in values_in(result):
        if type(value.data) is not float or not isinstance(value.label, str):
            return f"a Value of {type(value.data).__name__}"
    return ""


def witness() -> str:
    """A gradient afterwards is what it always is."""
    x = Value(3.0)
    y = x * x + x.exp() * 0.0
    y.backward()
    return "" if (x.grad, y.is_leaf) == (6.0, False) else f"left gradients at {x.grad}"
