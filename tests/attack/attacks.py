"""Every attack on a target: each argument in turn is each hostile one, then all are."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from .hostile import ENDLESS, HOSTILE, SMALLER
from .judge import judged
from .targets import Target, call

# Python's own words where an operator takes no such operand; a list offers its own `*`.
UNSUPPORTED = (
    "TypeError('unsupported operand",
    'TypeError("unsupported operand',
    """TypeError("'Value' object cannot be interpreted as an integer""",
)


class Attack(NamedTuple):
    """A name to find it by, and what runs it: "" if it was met.

    An endless one asks for work that must be interrupted, and leaves nothing behind.
    """

    name: str
    run: Callable[[], str]
    endless: bool = False


def attacks(target: Target) -> Iterator[Attack]:
    """All attacks on one target, in a fixed order."""
    names = [p.name for p in target.parameters]
    yield Attack(f"{target.name}()", against(target, [], ""))
    for kind in HOSTILE:
        for name in names:
            title = f"{target.name}({name}={kind})"
            yield Attack(title, against(target, [name], kind), title in ENDLESS)
        if len(names) > 1:
            title = f"{target.name}(all of them {kind})"
            yield Attack(title, against(target, names, kind))


def against(target: Target, names: list[str], kind: str) -> Callable[[], str]:
    def run() -> str:
        make = SMALLER.get(target.name, {}).get(kind) or HOSTILE.get(kind)
        wrong = {name: make() for name in names}
        function, args, keywords = call(target, wrong)
        wrong_call = judged(function, args, keywords, quiet="__repr__" in kind)
        # What is NotImplemented in a plain method is this in a compiled operator.
        is_operator = target.name.endswith("__")
        if is_operator and wrong_call.startswith(UNSUPPORTED):
            return ""
        return wrong_call

    return run
