"""What may come of an attack: a result, or one of our errors, and no changed state."""

import os
import random
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

from autograd_scalar import AutogradError, Value
from autograd_scalar.graph.recording import blocks, forget_ended, innermost
from nn import Module
from nn.grading.assertions import GradientMismatchError
from nn.training.fit import DivergedError

from .hostile import BoomError
from .users import is_the_user_s

LONGEST = 450  # characters of a message: the names of 45 activations, but no dump

# What was expected, or what to do: "needs an int", "; write float(x)".
SAYS_WHAT = re.compile(r"\b(needs?|takes?|expected|goes|is|are|has to|must)\b|;")

# What steers a terminal, turns the direction of reading, or is no character.
CONTROL = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


class Interrupted(BaseException):
    """Ctrl-C, after a second of work without end."""


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
    forget_ended()
    return (
        len(blocks),
        innermost.get(),
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
        # A training that diverged puts weights back, and says nothing of gradients.
        rejected = not isinstance(error, DivergedError)
        wrong = wrong_message(str(error))
    except GradientMismatchError:
        pass  # an assertion's word that gradients differ
    except Interrupted:
        rejected = False  # what was done until then is done
    except BoomError:
        wrong = "its error came out of a message" if quiet else ""
    except Exception as error:
        wrong = "" if is_the_user_s(error) else f"{error!r:.200}"
    else:
        wrong = wrong_result(result)
    if wrong:
        return wrong
    left = {name for name in {*os.listdir()} - files if name.startswith(".")}
    if left:
        return f"left {left}"
    if surroundings()[:4] != outside[:4]:
        return f"changed its surroundings from {outside} to {surroundings()}"
    if rejected and state(given) != before:
        return "changed what it was given, and raised"
    return witness()


def wrong_message(message: str) -> str:
    if len(message) > LONGEST:
        return f"a message of {len(message)} characters: {message[:80]!r}"
    if CONTROL.search(message):
        return f"a message with a control character: {message!r}"
    if not SAYS_WHAT.search(message):
        return f"a message that says neither what is needed nor what to do: {message!r}"
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
