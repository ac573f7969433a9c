"""Another run beside a player's: a wrong algorithm, another graph, a learner's numbers.

Both runs stand on one axis: after as many steps of the reverse sweep, which adjoints
differ? Nodes are matched by identity, else by label; numbers by the digits shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from autograd_scalar.errors import OperandError
from autograd_scalar.explain.steps import BackwardStep, BackwardSteps
from autograd_scalar.graph.value import Value
from autograd_scalar.operands import real, shown
from autograd_scalar.render.scene import number
from autograd_scalar.reporting.escape import line_of

if TYPE_CHECKING:
    from autograd_scalar.explain.tape import Tape

__all__ = ["Beside", "Other", "Run", "run_of"]


class Run(Protocol):
    """What has the steps of a reverse sweep, as the result of `wrong_backward`."""

    @property
    def steps(self) -> Sequence[BackwardStep]:
        """The steps, in their order."""


Beside = Value | Run | Mapping[str, float] | Mapping[Value, float]


class Entry(NamedTuple):
    """What the other run has after a step: a node's place, or −1, and its adjoint."""

    place: int
    adjoint: float
    words: str


class Other(NamedTuple):
    """The other run: its name, and an entry for each step, or None."""

    name: str
    entries: list[Entry | None]

    def at(self, position: int, tape: Tape) -> dict[int, float]:
        """Return the adjoints that it has at a position; at the end, all of them."""
        steps = max(0, position - len(tape.forward))
        entries = self.entries[:steps] if position < tape.ends[2] else self.entries
        return {each.place: each.adjoint for each in entries if each is not None}

    def first_parting(self, tape: Tape) -> int | None:
        """Return the first position at which an adjoint differs; None if none does."""
        forward = len(tape.forward)
        theirs: dict[int, float] = {}
        ours = {len(tape.nodes) - 1: tape.backward.seed}
        for index in range(max(len(self.entries), len(tape.backward))):
            changed: set[int] = set()
            if index < len(tape.backward):
                step = tape.backward[index]
                changed.add(tape.place[step.parent])
                ours[tape.place[step.parent]] = step.after
            entry = self.entries[index] if index < len(self.entries) else None
            if entry is not None:
                changed.add(entry.place)
                theirs[entry.place] = entry.adjoint
            if any(differ(theirs.get(k), ours.get(k, 0.0)) for k in changed if k >= 0):
                return min(forward + index + 1, tape.ends[2])
        return None


def differ(theirs: float | None, ours: float) -> bool:
    """Return whether two adjoints differ in the digits shown; None is not known.

    >>> differ(0.5, 0.50000001), differ(0.5, 0.501), differ(None, 0.5)
    (False, True, False)
    """
    return theirs is not None and number(theirs) != number(ours)


def run_of(beside: object, tape: Tape) -> Other:
    """Return the run that stands beside that of a tape.

    Raises:
        OperandError: ``beside`` is nothing of this kind.
    """
    steps = getattr(beside, "steps", None)
    if isinstance(beside, Value):
        name = f"beside: {line_of(beside.label or 'another graph')}"
        return Other(name, _entries(BackwardSteps(beside, tape.backward.seed), tape))
    if isinstance(steps, Sequence):
        mistake = getattr(beside, "mistake", None)
        name = getattr(mistake, "id", None) or type(beside).__name__
        return Other(line_of(str(name)), _entries(steps, tape))
    if isinstance(beside, Mapping):
        return Other("given numbers", _given(beside, tape))
    msg = (
        "play(beside=) needs wrong_backward(…), the root of another graph, or adjoints"
        f' as {{"w": 0.5}}, got {shown(beside)}'
    )
    raise OperandError(msg)


def _entries(steps: Sequence[BackwardStep], tape: Tape) -> list[Entry | None]:
    """Return an entry for each step of another sweep."""
    by_label: dict[str, int] = {}
    for place, node in enumerate(tape.nodes):
        by_label.setdefault(node.label, place)
    by_label[""] = -1
    entries: list[Entry | None] = []
    for step in steps:
        place = tape.place.get(step.parent, by_label.get(step.parent.label, -1))
        entries.append(Entry(place, step.after, line_of(str(step))))
    return entries


def _given(adjoints: Mapping[object, object], tape: Tape) -> list[Entry | None]:
    """Return an entry for each given adjoint, where the right one is complete."""
    entries: list[Entry | None] = [None] * len(tape.backward)
    for node, given in adjoints.items():
        place = tape.find(node)
        adjoint = real(given, "play(beside=)")
        index = tape.complete(place) - len(tape.forward) - 1
        if index >= 0:
            words = f"{tape.names[place]} = {number(adjoint)}"
            entries[index] = Entry(place, adjoint, words)
    return entries
