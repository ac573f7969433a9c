"""Guards: the answers that Python code branched on while a function was traced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from autograd_scalar.graph.naming import label_or_kind
from autograd_scalar.graph.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from autograd_scalar.program.tape import Floats

__all__ = ["Answers", "Guards"]

_READ: Final = "read"  # beside the operators of Python
_MOST_LINES: Final = 20
_ROUNDING: Final = 1e-14  # relative


def _same(a: Floats, b: Floats) -> npt.NDArray[np.bool_]:
    # A program adds in another order than the graph that was read.
    near = np.abs(a - b) <= _ROUNDING * np.maximum(np.abs(a), np.abs(b))
    same: npt.NDArray[np.bool_] = (a == b) | near | (np.isnan(a) & np.isnan(b))
    return same


_OPERATORS: Final[dict[str, Callable[[Floats, Floats], npt.NDArray[np.bool_]]]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
    _READ: _same,
}


class Answers:
    """What a trace was asked, each question once: a `graph.tracing.Tracer`."""

    def __init__(self, inputs: Iterable[Value] = ()) -> None:
        self.inputs = frozenset(map(id, inputs))
        # The operands themselves are kept: an id alone may be given again.
        self.asked: dict[tuple[Any, str, Any], tuple[Value, str, Any, bool]] = {}

    def compared(self, left: Value, operator: str, right: Any, outcome: bool) -> None:
        """Note how a comparison came out."""
        other = id(right) if isinstance(right, Value) else (right,)
        self.asked[id(left), operator, other] = left, operator, right, bool(outcome)

    def read(self, node: Value) -> None:
        """Note a number that was read."""
        self.asked[id(node), _READ, None] = node, _READ, node._data, True


@dataclass(frozen=True, slots=True, eq=False)
class Guards:
    """Comparisons among the numbers of some nodes, and how each came out.

    >>> x = Value(3.0, "x")
    >>> answers = Answers()
    >>> answers.compared(x, "<", 0.0, False)
    >>> guards, nodes = Guards.of(answers)
    >>> print(guards)
    'x' < 0.0 was False
    >>> guards.hold(np.array([2.0])), guards.hold(np.array([-2.0]))
    (True, False)
    """

    numbers: Floats  # to compare with, behind those of the nodes
    checks: tuple[tuple[str, Any, Any, Any], ...]  # operator, left, right, outcomes
    lines: tuple[str, ...]

    @classmethod
    def of(cls, answers: Answers) -> tuple[Guards, list[Value]]:
        """Return the guards, and the nodes whose numbers `hold` needs, in order."""
        nodes: dict[int, Value] = {}
        for left, _, right, _ in answers.asked.values():
            nodes[id(left)] = left
            if isinstance(right, Value):
                nodes[id(right)] = right
        place = {key: k for k, key in enumerate(nodes)}
        numbers: list[float] = []
        by_operator: dict[str, tuple[list[int], list[int], list[bool]]] = {}
        lines: list[str] = []
        for left, operator, right, outcome in answers.asked.values():
            if isinstance(right, Value):
                other = place[id(right)]
            else:
                other = len(place) + len(numbers)
                numbers.append(right)
            lefts, rights, outcomes = by_operator.setdefault(operator, ([], [], []))
            lefts.append(place[id(left)])
            rights.append(other)
            outcomes.append(outcome)
            if len(lines) < _MOST_LINES:
                lines.append(_line(left, operator, right, outcome))
        more = len(answers.asked) - len(lines)
        if more:
            lines.append(f"and {more:,} more")
        checks = [
            (operator, np.array(lefts), np.array(rights), np.array(outcomes))
            for operator, (lefts, rights, outcomes) in by_operator.items()
        ]
        return cls(np.array(numbers), tuple(checks), tuple(lines)), [*nodes.values()]

    def hold(self, kept: Floats) -> bool:
        """Return whether every comparison comes out as it did."""
        if not self.checks:
            return True
        both = np.concatenate([kept, self.numbers])
        with np.errstate(invalid="ignore"):  # inf - inf
            return self._hold(both)

    def _hold(self, both: Floats) -> bool:
        return all(
            np.array_equal(_OPERATORS[operator](both[left], both[right]), outcomes)
            for operator, left, right, outcomes in self.checks
        )

    def __str__(self) -> str:
        return "\n".join(self.lines)


def _line(left: Value, operator: str, right: Any, outcome: bool) -> str:
    name = label_or_kind(left)
    if operator == _READ:
        return f"the number of {name} was read: {right!r}"
    other = label_or_kind(right) if isinstance(right, Value) else repr(right)
    return f"{name} {operator} {other} was {outcome}"
