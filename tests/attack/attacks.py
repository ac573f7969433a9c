"""Every attack on a target: each argument in turn is each hostile one, then all are."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from .hostile import HOSTILE, LABORIOUS
from .judge import judged
from .targets import Target, call


class Attack(NamedTuple):
    """A name to find it by, and what runs it: "" if it was met."""

    name: str
    run: Callable[[], str]


def attacks(target: Target) -> Iterator[Attack]:
    """All attacks on one target, in a fixed order."""
    names = [p.name for p in target.parameters]
    yield Attack(f"{target.name}()", against(target, [], ""))
    for kind in HOSTILE:
        if kind in LABORIOUS.get(target.name, ()):
            continue
        for name in names:
            title = f"{target.name}({name}={kind})"
            yield Attack(title, against(target, [name], kind))
        if len(names) > 1:
            title = f"{target.name}(all of them {kind})"
            yield Attack(title, against(target, names, kind))


def against(target: Target, names: list[str], kind: str) -> Callable[[], str]:
    def run() -> str:
        wrong = {name: HOSTILE[kind]() for name in names}
        function, args, keywords = call(target, wrong)
        return judged(function, args, keywords, quiet="__repr__" in kind)

    return run
