"""Quiz: hide numbers of a graph, mark what is answered, and name the mistake made.

A wrong number is looked up in three tables, `OF_ADJOINTS`, `OF_VALUES` and
`OF_LOCAL_DERIVATIVES`: a row gives the numbers that one mistake leads to. Where several
rows give the number, none is claimed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, inf, isfinite, isnan, nan, pi, prod, radians, tau
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from autograd_scalar.errors import DrawingError, OperandError, TraversalError
from autograd_scalar.explain.mistakes import MISTAKES, WrongBackward, wrong_backward
from autograd_scalar.explain.quiz_page import quiz_html, quiz_page
from autograd_scalar.explain.steps import BackwardSteps, ForwardSteps
from autograd_scalar.graph.value import Value
from autograd_scalar.operands import listed, real, shown
from autograd_scalar.primitives.table import (
    ADD,
    DIV,
    MUL,
    POW,
    POW_CONSTANT,
    PRIMITIVES,
    SIGMOID,
    SUB,
    TANH,
    Primitive,
)
from autograd_scalar.reporting.escape import cut, markup
from autograd_scalar.reporting.files import WholeFile
from autograd_scalar.reporting.tables import (
    MOST_ROWS,
    counted,
    html_table,
    plain,
    text_table,
)

if TYPE_CHECKING:
    import os

    from autograd_scalar.explain.steps import ForwardStep
    from autograd_scalar.native import Unchecked

__all__ = [
    "OF_ADJOINTS",
    "OF_LOCAL_DERIVATIVES",
    "OF_VALUES",
    "Note",
    "Question",
    "Quiz",
    "Score",
    "Slip",
    "Verdict",
    "quiz",
]

ADJOINTS: Final = "adjoints"
VALUES: Final = "values"
LOCAL_DERIVATIVES: Final = "local derivatives"
_KINDS: Final = (ADJOINTS, VALUES, LOCAL_DERIVATIVES)

_HOW_TO_ANSWER: Final = (
    "Answer with a number such as 0.75 or 3/4; hint, show and quit are understood, and"
    " Enter alone goes on."
)

# What is said of an answer; quiz.js fills the same templates.
_SAID: Final = {
    "right by mistake": "but a mistake gives the same number here ({few})",
    "follows": "you gave {given}, which follows from your answers before; this step is"
    " right, correct those first",
    "words": "you gave {given}, {words}",
    "places": "you gave {given}: the mistake is {id}, in one of {count} places",
    "several": "you gave {given}; more than one mistake gives that number: {told}",
    "unknown": "you gave {given}, which no known mistake gives; {hint}",
    "unread": "write a number, as 0.75, 3/4, -2 or 1.5e-3",
}

RIGHT: Final = "right"
RIGHT_TO_ROUNDING: Final = "right to rounding"
WRONG: Final = "wrong"

_EPS: Final = 2.0**-52
_ROUNDING_ERROR: Final = 4 * _EPS  # of the terms that were added: "right"
_NEAR: Final = 1e-6  # relative: "right to rounding"
_CONSIDERED: Final = 200  # questions among which the most telling are chosen
_LARGEST_FOR_SWEEPS: Final = 2_000  # nodes, for the wrong sweeps to be looked up too
_MOST_USES: Final = 50  # of a node, for mistakes about one of them
_MOST_FOLLOWED: Final = 1_000  # terms by which a page follows a wrong answer on
_MOST_SHOWN: Final = 4  # operands or mistakes on a line
_LONGEST: Final = 60  # characters of an answer, or of an operation with its operands


def quiz(
    root: Value,
    hide: str | float | Value | Sequence[Value] | Unchecked = ADJOINTS,
    *,
    most: int | Unchecked = 10,
    seed: float = 1.0,
) -> Quiz:
    """Return a quiz on the numbers of a graph; answers are marked and explained.

    ``hide`` is ``"adjoints"``, ``"values"`` or ``"local derivatives"``; or the Values
    whose adjoints to hide; or the share of all adjoints to hide, as 0.5. Of a kind, up
    to ``most`` numbers are hidden: those by which most mistakes can be told apart.

    An answer is a number, or text: ``"0.75"``, ``"3/4"``, ``"7.5e-1"``. It is

    - right, if it is within 4 eps of the terms that the number is the sum of;
    - right to rounding, if it is within 1e-6 of the number, relative; or if it has two
      significant digits or more, and the number rounded or cut to its last digit is
      what was answered. Whole numbers and fractions are taken as exact;
    - wrong otherwise. Then the mistake is named, if one mistake alone gives the number.

    >>> from autograd_scalar import Value
    >>> x, w = Value(2.0, "x"), Value(3.0, "w")
    >>> z = (x * w).named("z")
    >>> test = quiz((z * z * 0.25).named("y"), hide=[z, w])
    >>> for question in test.questions:
    ...     print(question)
    q1: What is ∂y/∂z? z is used by v3 = z * z.
    q2: What is ∂y/∂w? w is used by z = x * w.
    >>> print(test.answer("q1", "3.0"))
    right
    >>> verdict = test.answer("q2", "2")
    >>> print(verdict)
    wrong: you gave 2, the local derivative ∂z/∂w alone; multiply it by the upstream
    ∂y/∂z
    >>> verdict.mistake
    'upstream forgotten'

    Raises:
        OperandError: ``root`` is not a Value, ``hide`` is none of these or nothing is
            left to hide, ``most`` is not a positive int, or ``seed`` is not a number.
    """
    sheet = _Sheet(root, real(seed, "quiz(seed=)"))
    if isinstance(most, bool) or not isinstance(most, int) or most < 1:
        msg = f"quiz(most=) needs a positive int, got {shown(most)}"
        raise OperandError(msg)
    kind, blanks = _hidden(sheet, hide, most)
    if not blanks:
        msg = f"quiz() finds no {kind} to hide in this graph; pass a computed Value"
        raise OperandError(msg)
    return Quiz(sheet, kind, blanks)


# ---- Mistakes by the number they give ------------------------------------------------


class Edge(NamedTuple):
    """One use of a node: as an operand of ``user``, whose adjoint is ``upstream``."""

    root: str
    user: str
    name: str
    upstream: float
    derivative: float
    step: ForwardStep  # that of the user
    operand: int
    is_asked: bool  # whether the quiz asks for the upstream: then it is not told

    @property
    def numbers(self) -> list[float]:
        """The operands of the user, as numbers."""
        return [parent.data for parent in self.step.parents]

    @property
    def at(self) -> float:
        """The number of the node itself."""
        return self.step.parents[self.operand].data

    @property
    def local(self) -> str:
        """The local derivative, in symbols."""
        return f"∂{self.user}/∂{self.name}"

    @property
    def above(self) -> str:
        """The upstream adjoint, in symbols."""
        return f"∂{self.root}/∂{self.user}"

    @property
    def told(self) -> str:
        """The upstream adjoint as a number; in symbols where the quiz asks for it."""
        return self.above if self.is_asked else _text(self.upstream)


class Sum(NamedTuple):
    """An adjoint: its uses, in the order of the sweep."""

    name: str
    data: float
    total: float
    edges: Sequence[Edge]

    @property
    def terms(self) -> list[float]:
        """The contributions."""
        return [edge.derivative * edge.upstream for edge in self.edges]


Special = tuple[str, Callable[[Sequence[float], float], float], str]
Found = Iterable[tuple[float, str]]  # numbers, each with what it is and what to do


class Slip(NamedTuple):
    """A row: a mistake, and the numbers that it gives."""

    id: str
    numbers: Callable[..., Found]


def _of_number(noun: str) -> tuple[Slip, ...]:
    """Return the mistakes that any number allows; ``noun`` says what it is."""
    return (
        Slip("sign", lambda x: [(-x, f"the {noun} with the other sign")]),
        Slip(
            "reciprocal",
            lambda x: [(_over(1.0, x), f"the reciprocal of the {noun}")],
        ),
        Slip("doubled", lambda x: [(2 * x, f"twice the {noun}")]),
        Slip("halved", lambda x: [(x / 2, f"half the {noun}")]),
    )


# What only one operation invites: the derivative, by operands x and output y.
_OF_ONE_OPERATION: Final[Mapping[Primitive | None, Sequence[Special]]] = {
    POW_CONSTANT: (
        ("exponent kept", lambda x, y: x[1] * y, "n xⁿ; the exponent goes down by 1"),
        (
            "factor forgotten",
            lambda x, y: POW.forward(x[0], x[1] - 1.0),
            "xⁿ⁻¹; the exponent comes down as a factor",
        ),
    ),
    SIGMOID: (
        (
            "operand for output",
            lambda x, y: x[0] * (1.0 - x[0]),
            "x (1 - x); σ′(x) is y (1 - y), of the output y",
        ),
    ),
    TANH: (
        ("square forgotten", lambda x, y: 1.0 - y, "1 - y; tanh′(x) is 1 - y²"),
        ("reciprocal", lambda x, y: _over(1.0, 1.0 - y * y), "1/(1 - y²)"),
    ),
}


def _special(edge: Edge, name: str) -> Found:
    """Yield the numbers of one such mistake."""
    if edge.operand == 0:
        rows = _OF_ONE_OPERATION.get(edge.step.node.primitive, ())
        for mistake, number, words in rows:
            if mistake == name:
                yield number(edge.numbers, edge.step.data), f"{words}, for {edge.local}"


def _operand_itself(edge: Edge) -> Found:
    parents = edge.step.parents
    if parents.count(parents[edge.operand]) == 1:  # in z * z it is the other factor
        yield edge.at, f"the number of {edge.name} itself"


def _at_the_output(edge: Edge) -> Found:
    primitive, y = edge.step.node.primitive, edge.step.data
    if primitive is not None and primitive.arity == 1:
        (derivative,) = primitive.partials(y, primitive.forward(y))
        yield derivative, f"{edge.local} at the output {_text(y)}, not at {edge.name}"


def _times_the_operand(edge: Edge) -> Found:
    if len(edge.step.parents) == 1:  # of a product, that is the value
        number = edge.derivative * edge.at
        yield number, f"{edge.local} times {edge.name}; leave {edge.name} out"


def _of_other_operands(edge: Edge) -> Found:
    primitive, parents = edge.step.node.primitive, edge.step.parents
    fixed = () if primitive is None else primitive.not_differentiated
    for operand, derivative in enumerate(edge.step.local_derivatives[:_MOST_SHOWN]):
        if parents[operand] is not parents[edge.operand] and operand not in fixed:
            other = edge.step.names[operand + 1]
            yield derivative, f"∂{edge.user}/∂{other}, by the other operand"


OF_LOCAL_DERIVATIVES: Final = (
    Slip("operand itself", _operand_itself),
    Slip(
        "value for derivative",
        lambda e: [(e.step.data, f"the value of {e.user}, not its derivative")],
    ),
    Slip("derivative at the output", _at_the_output),
    Slip("other operand", _of_other_operands),
    Slip("times the operand", _times_the_operand),
    *(
        Slip(name, lambda e, name=name: _special(e, name))
        for name in dict.fromkeys(
            row[0] for rows in _OF_ONE_OPERATION.values() for row in rows
        )
    ),
)
_OF_ANY_LOCAL_DERIVATIVE: Final = _of_number("local derivative")
_CONTRIBUTION_FOR_LOCAL: Final = Slip(
    "upstream included",
    lambda e: [
        (
            e.derivative * e.upstream,
            (
                f"the contribution; {e.local} alone is asked for, without the upstream"
                f" {_text(e.upstream)}"
            ),
        )
    ],
)


def _upstream_forgotten(s: Sum) -> Found:
    if len(s.edges) == 1:
        e = s.edges[0]
        yield (
            e.derivative,
            (
                f"the local derivative {e.local} alone; multiply it by the upstream"
                f" {e.above}{'' if e.is_asked else f', which is {e.told}'}"
            ),
        )
    else:
        yield (
            sum(e.derivative for e in s.edges),
            (
                "the sum of the local derivatives; multiply each by the upstream of its"
                " user first"
            ),
        )


def _local_forgotten(s: Sum) -> Found:
    if len(s.edges) == 1:
        e = s.edges[0]
        yield (
            e.upstream,
            (
                f"the upstream {e.above} alone; multiply it by the local derivative"
                f" {e.local}, which is {_text(e.derivative)}"
            ),
        )
    else:
        yield (
            sum(e.upstream for e in s.edges),
            (
                "the sum of the upstream adjoints; multiply each by its local"
                " derivative first"
            ),
        )


def _one_path_only(s: Sum) -> Found:
    if len(s.edges) <= _MOST_USES:
        for e, term in list(zip(s.edges, s.terms, strict=True))[:-1]:
            yield (
                term,
                (
                    f"the contribution through {e.user} alone; {len(s.edges)} are"
                    f" added, one for each use of {s.name}"
                ),
            )


def _last_only(s: Sum) -> Found:
    if len(s.edges) > 1:
        yield (
            s.terms[-1],
            f"the last contribution alone, as = leaves it; += adds all {len(s.edges)}",
        )


def _path_left_out(s: Sum) -> Found:
    if 2 < len(s.edges) <= _MOST_USES:  # noqa: PLR2004  (of two, one is left)
        for e, term in zip(s.edges, s.terms, strict=True):
            yield s.total - term, f"the sum without the contribution through {e.user}"


def _multiplied(s: Sum) -> Found:
    if len(s.edges) > 1:
        yield prod(s.terms), "the product of the contributions; they are added"


def _added(s: Sum) -> Found:
    if len(s.edges) == 1:
        e = s.edges[0]
        yield (
            e.upstream + e.derivative,
            (
                f"the sum of the upstream {e.told} and the local derivative"
                f" {_text(e.derivative)}; multiply them"
            ),
        )


def _divided(s: Sum) -> Found:
    number = sum(_over(e.upstream, e.derivative) for e in s.edges)
    yield number, "the upstream divided by the local derivative; multiply them"


OF_ADJOINTS: Final = (
    Slip("upstream forgotten", _upstream_forgotten),
    Slip("local derivative forgotten", _local_forgotten),
    Slip("one path only", _one_path_only),
    Slip("assign", _last_only),
    Slip("path left out", _path_left_out),
    Slip("contributions multiplied", _multiplied),
    Slip("added for multiplied", _added),
    Slip("divided for multiplied", _divided),
    Slip(
        "value for derivative",
        lambda s: [(s.data, f"the value of {s.name}, not its adjoint")],
    ),
)
_OF_ANY_ADJOINT: Final = _of_number("adjoint")


def _passed_through(step: ForwardStep) -> Found:
    for operand, parent in enumerate(step.parents[:_MOST_SHOWN]):
        name = step.names[operand + 1]
        yield parent.data, f"the value of {name}; the operation is still to be done"


def _derivative_for_value(step: ForwardStep) -> Found:
    for operand, derivative in enumerate(step.local_derivatives[:_MOST_SHOWN]):
        yield derivative, f"∂{step.names[0]}/∂{step.names[operand + 1]}, not the value"


def _other_operation(step: ForwardStep) -> Found:
    primitive = step.node.primitive
    if primitive is not None and primitive.is_infix:
        for other in (ADD, SUB, MUL, DIV, POW):
            call = f" {other.symbol} ".join(step.names[1:])
            if other.symbol != primitive.symbol:
                number = other.forward(*(parent.data for parent in step.parents))
                yield number, f"{call}; the operation is {primitive.symbol}"


def _in_degrees(step: ForwardStep) -> Found:
    primitive = step.node.primitive
    if primitive is not None and primitive.arity == 1 and primitive.period in {pi, tau}:
        angle = step.parents[0].data
        yield primitive.forward(radians(angle)), "the value in degrees, not radians"


OF_VALUES: Final = (
    Slip("operand passed through", _passed_through),
    Slip("derivative for value", _derivative_for_value),
    Slip("other operation", _other_operation),
    Slip("degrees", _in_degrees),
)
_OF_ANY_VALUE: Final = _of_number("value")


class _Candidate(NamedTuple):
    """A number that a mistake gives, and what it is."""

    id: str
    number: float
    words: str


def _candidates(rows: Iterable[Slip], facts: object) -> Iterator[_Candidate]:
    for row in rows:
        for number, words in row.numbers(facts):
            if isfinite(number):
                yield _Candidate(row.id, number, words)


def _over(x: float, y: float) -> float:
    return x / y if y else nan


def _text(x: float) -> str:
    """Return a number as a sentence shows it."""
    return f"{x:.6g}"


# ---- What is asked -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Question:
    """A hidden number: of ``kind``, of ``node``, and by which ``operand`` if local."""

    id: str
    prompt: str
    kind: str
    node: Value
    operand: int | None = None

    def __str__(self) -> str:
        return f"{self.id}: {self.prompt}"


@dataclass(frozen=True, slots=True)
class _Answer:
    """A hidden number: the right one, the wrong ones, and how to get there."""

    number: float
    size: float  # of the terms that were added
    prompt: str
    wrong: list[_Candidate]
    hints: list[str]
    # The number, with the answers given so far in place of those numbers.
    follow: Callable[[dict[Value, float]], float] | None = None
    edges: Sequence[Edge] = ()  # of an adjoint
    step: ForwardStep | None = None  # of a value

    def data(self, ids: Mapping[Value, str]) -> dict[str, Any]:
        """Return what a page marks an answer by; ``ids`` are the questions of nodes."""
        terms = [
            (ids.get(e.step.node), plain(e.upstream), plain(e.derivative))
            for e in self.edges[: _MOST_FOLLOWED + 1]
        ]
        parents = self.step.parents if self.step is not None else ()
        operands = [(ids.get(parent), plain(parent.data)) for parent in parents]
        return {
            "operation": self._operation,
            "operands": operands if 0 < len(operands) <= _MOST_FOLLOWED else None,
            "number": plain(self.number),
            "size": plain(self.size),
            "wrong": [(w.id, plain(w.number), w.words) for w in self.wrong],
            "hints": self.hints,
            "terms": terms if 0 < len(terms) <= _MOST_FOLLOWED else None,
            "shown": _text(self.number),
            "revealed": self.revealed,
        }

    @property
    def _operation(self) -> str | None:
        """The name of a value's primitive, if it is one of the table."""
        primitive = self.step.node.primitive if self.step is not None else None
        is_known = primitive is not None and PRIMITIVES.get(primitive.name) is primitive
        return primitive.name if primitive is not None and is_known else None

    @property
    def revealed(self) -> str:
        """The number and how it is computed."""
        return f"{self.hints[-1]}: {self.number!r}"

    def telling(self) -> int:
        """Return how many mistakes a wrong number would name, each by itself."""
        numbers = {(w.id, w.number) for w in self.wrong if w.number != self.number}
        times = Counter(number for _, number in numbers)
        return sum(times[number] == 1 for _, number in numbers)


class _Sheet:
    """The graph of a quiz: names, steps, and who uses each node."""

    def __init__(self, root: Value, seed: float) -> None:
        self.right = BackwardSteps(root, seed)
        self.forward = ForwardSteps(root)
        self.nodes = self.right.nodes
        self.places = {node: place for place, node in enumerate(self.nodes)}
        self.uses: dict[Value, list[tuple[int, int]]] = {n: [] for n in self.nodes}
        for place in range(len(self.nodes) - 1, -1, -1):
            for operand, parent in enumerate(self.nodes[place].parents):
                self.uses[parent].append((place, operand))
        self.asked: set[Value] = set()  # nodes whose adjoints or values are hidden
        self._steps: dict[int, ForwardStep] = {}
        self._sweeps: list[WrongBackward] | None = None

        self.root = self.forward[-1].names[0]

    def step(self, place: int) -> ForwardStep:
        """Return a step, made once: it may have a hundred thousand operands."""
        if place not in self._steps:
            self._steps[place] = self.forward[place]
        return self._steps[place]

    def edge(self, place: int, operand: int) -> Edge:
        step = self.step(place)
        return Edge(
            self.root,
            step.names[0],
            step.names[operand + 1],
            self.right.adjoint(step.node),
            step.local_derivatives[operand],
            step,
            operand,
            step.node in self.asked,
        )

    def sweeps(self) -> list[WrongBackward]:
        """Return the wrong sweeps, none for a large graph."""
        if self._sweeps is None:
            self._sweeps = []
            if len(self.nodes) <= _LARGEST_FOR_SWEEPS:
                for mistake in MISTAKES:
                    try:
                        wrong = wrong_backward(self.nodes[-1], mistake, self.right.seed)
                    except TraversalError:  # one step for each path: too many
                        continue
                    self._sweeps.append(wrong)
        return self._sweeps

    def answer(self, kind: str, node: Value, operand: int | None) -> _Answer:
        if kind == ADJOINTS:
            return self._adjoint(node)
        if operand is None:
            return self._value(self.step(self.places[node]))
        return self._local_derivative(self.edge(self.places[node], operand))

    def _adjoint(self, node: Value) -> _Answer:
        edges = [self.edge(*use) for use in self.uses[node]]
        name, total = self.step(self.places[node]).names[0], self.right.adjoint(node)
        asked = f"∂{self.root}/∂{name}"
        facts = Sum(name, node.data, total, edges)
        wrong = [
            *_candidates(OF_ADJOINTS, facts),
            *_candidates(_OF_ANY_ADJOINT, total),
            *(w for e in edges[:_MOST_USES] for w in _in_a_term(e, facts)),
        ]
        known = {(w.id, w.number) for w in wrong}
        wrong += [w for w in self._of_sweeps(node) if w[:2] not in known]

        def follow(given: dict[Value, float]) -> float:
            return sum(e.derivative * given.get(e.step.node, e.upstream) for e in edges)

        return _Answer(
            total,
            sum(map(abs, facts.terms)),
            f"What is {asked}? {self._used(node, name, edges)}.",
            wrong,
            _hints(asked, name, edges),
            follow,
            edges,
        )

    def _used(self, node: Value, name: str, edges: Sequence[Edge]) -> str:
        """Return by what the node is used: all that its adjoint depends on."""
        if not edges:
            return f"The sweep begins at {name}"
        users = [*dict.fromkeys(place for place, _ in self.uses[node])]
        told = [_definition(self.step(place)) for place in users[:_MOST_SHOWN]]
        told += [  # the table shows the first operands only
            f"where {e.local} = {_text(e.derivative)}"
            for e in edges[:_MOST_SHOWN]
            if e.operand >= _MOST_SHOWN
        ]
        more = len(users) - _MOST_SHOWN
        rest = f" and {more:,} more" if more > 0 else ""
        return f"{name} is used by {', '.join(told)}{rest}"

    def _of_sweeps(self, node: Value) -> Iterator[_Candidate]:
        for sweep in self.sweeps():
            words = f'what a sweep with the mistake "{sweep.mistake.id}" gives'
            if node in sweep.differing and isfinite(sweep[node]):
                yield _Candidate(sweep.mistake.id, sweep[node], words)

    def _value(self, step: ForwardStep) -> _Answer:
        primitive = step.node.primitive
        known = [
            f"{name} = {_text(parent.data)}"
            for name, parent in zip(step.names[1:], step.parents, strict=True)
            if parent not in self.asked
        ]

        def follow(given: dict[Value, float]) -> float:
            own = [given.get(parent, parent.data) for parent in step.parents]
            return primitive.forward(*own) if primitive is not None else step.data

        wrong = [
            *_candidates(OF_VALUES, step),
            *_candidates(_OF_ANY_VALUE, step.data),
        ]
        hints = [_definition(step)]
        if known:
            hints.append(f"{hints[0]}, with {', '.join(known[:_MOST_SHOWN])}")
        prompt = f"What is the value of {_definition(step)}?"
        return _Answer(
            step.data, abs(step.data), prompt, wrong, hints, follow, (), step
        )

    def _local_derivative(self, edge: Edge) -> _Answer:
        wrong = [
            *_candidates(OF_LOCAL_DERIVATIVES, edge),
            *_candidates((_CONTRIBUTION_FOR_LOCAL,), edge),
            *_candidates(_OF_ANY_LOCAL_DERIVATIVE, edge.derivative),
        ]
        prompt = f"What is {edge.local}? {_definition(edge.step)}."
        held = f"differentiate {_call(edge.step)} by {edge.name}"
        others = len(edge.step.parents) > 1
        hints = [
            f"{held}, with all other operands held" if others else held,
            f"{held}, at {edge.name} = {_text(edge.at)}",
        ]
        size = abs(edge.derivative)
        return _Answer(edge.derivative, size, prompt, wrong, hints)


def _hints(asked: str, name: str, edges: Sequence[Edge]) -> list[str]:
    """Return hints to an adjoint: from the form of the sum to all of its numbers."""
    if not edges:
        return [f"{asked} is the seed of the sweep"]
    products = f"the sum of {len(edges):,} products, one for each use of {name}"
    form = products if len(edges) > 1 else "one product"
    few, more = edges[:_MOST_SHOWN], " + …" if len(edges) > _MOST_SHOWN else ""
    sums = (
        [f"{e.above} · {e.local}" for e in few],
        [f"{e.told} · {e.local}" for e in few],
        [f"{e.told} · {_text(e.derivative)}" for e in few],
    )
    return [
        f"{asked} is {form}: upstream times local derivative",
        *(f"{asked} = {' + '.join(terms)}{more}" for terms in sums),
    ]


def _in_a_term(edge: Edge, facts: Sum) -> Iterator[_Candidate]:
    """Yield adjoints in which one local derivative is wrong."""
    rest = facts.total - edge.derivative * edge.upstream
    if edge.upstream:
        for row in _candidates(OF_LOCAL_DERIVATIVES, edge):
            number = rest + row.number * edge.upstream
            words = f"the adjoint with {row.words}"
            yield _Candidate(f"local derivative: {row.id}", number, words)


def _definition(step: ForwardStep) -> str:
    return f"{step.names[0]} = {_call(step)}"


def _call(step: ForwardStep) -> str:
    return cut(step.call, _LONGEST)


# ---- What is hidden ------------------------------------------------------------------

Blank = tuple[Value, int | None]  # a node, an operand of it for a local derivative


def _hidden(sheet: _Sheet, hide: object, most: int) -> tuple[str, list[Blank]]:
    """Return the kind of the hidden numbers, and their places."""
    if isinstance(hide, str):
        if hide not in _KINDS:
            msg = (
                f"quiz(hide=) needs 'adjoints', 'values', 'local derivatives', the"
                f" Values to ask for, or a share such as 0.5; got {shown(hide)}"
            )
            raise OperandError(msg)
        return hide, _most_telling(sheet, hide, _askable(sheet, hide), most)
    if isinstance(hide, Value):
        return ADJOINTS, _asked_for(sheet, [hide])
    if isinstance(hide, (int, float)):
        share = real(hide, "quiz(hide=)")
        if not 0.0 < share <= 1.0:
            msg = f"quiz(hide=) needs a share above 0 and up to 1, got {shown(hide)}"
            raise OperandError(msg)
        blanks = _askable(sheet, ADJOINTS)
        wanted = ceil(share * len(blanks))
        return ADJOINTS, _most_telling(sheet, ADJOINTS, blanks, wanted)
    nodes = listed(hide, "quiz(hide=) needs a kind of number, Values, or a share")
    return ADJOINTS, _asked_for(sheet, nodes)


def _askable(sheet: _Sheet, kind: str) -> list[Blank]:
    """Return what can be asked for, in the order in which it can be computed."""
    if kind == VALUES:
        return [(node, None) for node in sheet.nodes if not node.is_leaf]
    if kind == ADJOINTS:
        nodes = [node for node in reversed(sheet.nodes[:-1]) if not node.is_constant]
        return [(node, None) for node in nodes]
    return [
        (node, operand)
        for node in sheet.nodes
        if node.primitive is not None
        for operand, parent in enumerate(node.parents)
        if not parent.is_constant and operand not in node.primitive.not_differentiated
    ]


def _most_telling(
    sheet: _Sheet, kind: str, blanks: list[Blank], wanted: int
) -> list[Blank]:
    """Return those by which most mistakes can be told apart, in the order given."""
    considered = max(_CONSIDERED, wanted)
    if len(blanks) > considered:
        blanks = [blanks[k * len(blanks) // considered] for k in range(considered)]
    if len(blanks) <= wanted:
        return blanks
    telling = [sheet.answer(kind, *blank).telling() for blank in blanks]
    best = sorted(range(len(blanks)), key=lambda k: -telling[k])[:wanted]
    return [blanks[k] for k in sorted(best)]


def _asked_for(sheet: _Sheet, nodes: Sequence[object]) -> list[Blank]:
    """Return the nodes once each, users before parents."""
    places = set()
    for node in nodes:
        if not isinstance(node, Value) or node not in sheet.places:
            msg = (
                f"quiz(hide=) needs Values that the root was computed from, got"
                f" {shown(node)}"
            )
            raise OperandError(msg)
        places.add(sheet.places[node])
    return [(sheet.nodes[place], None) for place in sorted(places, reverse=True)]


# ---- What was answered ---------------------------------------------------------------

_DECIMAL: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", re.IGNORECASE)
_SPECIAL: Final = {"inf": inf, "+inf": inf, "∞": inf, "-inf": -inf, "-∞": -inf}


class _Given(NamedTuple):
    """An answer: the number, and one unit of its last digit; 0 if it is exact."""

    text: str
    number: float
    unit: float

    def judge(self, number: float, size: float) -> str:
        """Return whether the answer is that number; ``size`` is of its terms."""
        if isnan(number) or not (isfinite(number) and isfinite(self.number)):
            same = self.number == number or (isnan(number) and isnan(self.number))
            return RIGHT if same else WRONG
        off = abs(self.number - number)
        if off <= _ROUNDING_ERROR * max(size if isfinite(size) else 0.0, abs(number)):
            return RIGHT
        cut = abs(self.number) <= abs(number)
        if off <= _NEAR * abs(number) or off <= self.unit / 2 * (1 + _NEAR):
            return RIGHT_TO_ROUNDING
        return RIGHT_TO_ROUNDING if cut and off < self.unit else WRONG


def _given(answer: object) -> _Given:
    """Read an answer: a number or text; see `quiz` for what is taken as exact."""
    if isinstance(answer, Fraction):
        return _Given(shown(answer), _as_float(answer), 0.0)
    if not isinstance(answer, str):
        number = real(answer, "answer()")
        text = repr(number).removesuffix(".0")
        return _Given(text, number, _unit(text))
    text = answer.strip().replace("\u2212", "-")
    above, slash, below = text.partition("/")
    if text in _SPECIAL:
        return _Given(text, _SPECIAL[text], 0.0)
    if text == "nan":
        return _Given(text, nan, 0.0)
    if len(text) <= _LONGEST and _DECIMAL.fullmatch(above.strip()):
        if not slash:
            return _Given(text, float(text), _unit(text))
        if _DECIMAL.fullmatch(below.strip()) and Fraction(below):
            return _Given(text, _as_float(Fraction(above) / Fraction(below)), 0.0)
    msg = (
        f"answer() needs a number, got {shown(answer)}; write it as 0.75, 3/4, -2 or"
        " 1.5e-3"
    )
    raise OperandError(msg)


def _as_float(fraction: Fraction) -> float:
    try:
        return float(fraction)
    except OverflowError:
        return inf if fraction > 0 else -inf


def _unit(text: str) -> float:
    """Return one unit of the last digit; 0 of a whole number, or of a single digit."""
    digits, _, exponent = text.lower().partition("e")
    whole, point, decimals = digits.partition(".")
    if not point or len((whole + decimals).strip("+-").lstrip("0")) < 2:  # noqa: PLR2004
        return 0.0
    return float(f"1e{int(exponent or 0) - len(decimals)}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an answer was marked; true if it is right, or right to rounding.

    ``mistake`` is the one mistake that gives this number, None if none does or several
    do; ``mistakes`` are all that do. Of a right answer, they are those that this
    question cannot tell from the right way.
    """

    question: Question
    given: str
    verdict: str
    mistake: str | None
    mistakes: tuple[str, ...]
    message: str

    def __bool__(self) -> bool:
        return self.verdict != WRONG

    def __str__(self) -> str:
        return self.verdict + (f": {self.message}" if self.message else "")

    def _repr_html_(self) -> str:
        rows = [(self.question.id, self.given, self.verdict, self.message)]
        return html_table(("question", "answer", "verdict", ""), rows)


@dataclass(frozen=True, slots=True)
class Note:
    """A hint, or a number revealed."""

    question: Question
    text: str

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f"<p>{markup(self.text)}</p>"


@dataclass(frozen=True, slots=True)
class Score:
    """How many answers are right, and how many ``unaided``: at once, without a hint."""

    questions: int
    right: int
    unaided: int
    revealed: int

    def __str__(self) -> str:
        asked = counted(self.questions, "question")
        return (
            f"{self.right} of {asked} right, {self.unaided} of them at once and without"
            f" a hint; {self.revealed} revealed"
        )


@dataclass(slots=True)
class _Progress:
    """What happened to a question so far."""

    answers: list[str] = field(default_factory=list)
    hints: int = 0
    is_right: bool = False
    is_revealed: bool = False

    @property
    def is_open(self) -> bool:
        return not (self.is_right or self.is_revealed)


# ---- The quiz ------------------------------------------------------------------------


class Quiz:
    """The quiz that `quiz` makes; it prints the graph with blanks and the questions."""

    def __init__(self, sheet: _Sheet, kind: str, blanks: list[Blank]) -> None:
        self._sheet = sheet
        self._kind = kind
        sheet.asked = {node for node, operand in blanks if operand is None}
        answers = [sheet.answer(kind, *blank) for blank in blanks]
        self.questions = tuple(
            [
                Question(f"q{number}", answer.prompt, kind.removesuffix("s"), *blank)
                for number, (answer, blank) in enumerate(
                    zip(answers, blanks, strict=True), start=1
                )
            ]
        )
        ids = [question.id for question in self.questions]
        self._answers = dict(zip(ids, answers, strict=True))
        self._progress = {name: _Progress() for name in ids}
        self._wrong: dict[Value, float] = {}  # numbers answered that are not right

    def answer(
        self,
        question: Question | str | int | Value | Unchecked,
        x: float | str | Unchecked,
    ) -> Verdict:
        """Mark an answer; ``question`` is one of ``questions``, its id, index or node.

        Raises:
            OperandError: there is no such question, or ``x`` is neither a number nor
                text that is one.
        """
        asked = self._question(question)
        given = _given(x)
        found = self._answers[asked.id]
        verdict = self._marked(asked, given, found)
        progress = self._progress[asked.id]
        progress.answers.append(given.text)
        progress.is_right = bool(verdict)
        if verdict or asked.operand is not None:
            self._wrong.pop(asked.node, None)
        else:
            self._wrong[asked.node] = given.number
        return verdict

    def hint(self, question: Question | str | int | Value | Unchecked) -> Note:
        """Return a hint that says more each time, from the sum's form to its numbers.

        Raises:
            OperandError: there is no such question.
        """
        asked = self._question(question)
        hints, progress = self._answers[asked.id].hints, self._progress[asked.id]
        text = hints[min(progress.hints, len(hints) - 1)]
        progress.hints += 1
        return Note(asked, text)

    def reveal(self, question: Question | str | int | Value | Unchecked) -> Note:
        """Return the number and how it is computed; the question then counts no more.

        Raises:
            OperandError: there is no such question.
        """
        asked = self._question(question)
        found, progress = self._answers[asked.id], self._progress[asked.id]
        progress.is_revealed = progress.is_revealed or not progress.is_right
        self._wrong.pop(asked.node, None)
        return Note(asked, found.revealed)

    def ask(
        self,
        read: Callable[[str], str] = input,
        write: Callable[[str], object] = print,
    ) -> Score:
        """Ask the open questions in a terminal, one after the other; return the score.

        A wrong answer is explained, and the question asked again. ``hint`` gives a
        hint, ``show`` the number; Enter alone goes on to the next question, ``quit``
        and the end of the input stop.

        Args:
            read: reads an answer, given a prompt.
            write: shows a text.

        >>> from autograd_scalar import Value, quiz
        >>> w, x = Value(3.0, "w"), Value(2.0, "x")
        >>> test = quiz(((w * x).named("z") * 4.0).named("y"), hide=[w])
        >>> answers = iter(["2", "hint", "8"])
        >>> test.ask(read=lambda prompt: next(answers), write=lambda text: None).right
        1

        Raises:
            OperandError: ``read`` or ``write`` cannot be called.
        """
        _check_function("read", read)
        _check_function("write", write)
        write(f"{self}\n\n{_HOW_TO_ANSWER}\n")
        for question in self._open():
            write(f"{question}")
            if not self._asked(question, read, write):
                break
        write(f"\n{self.score}")
        return self.score

    def _asked(
        self,
        question: Question,
        read: Callable[[str], str],
        write: Callable[[str], object],
    ) -> bool:
        """Ask one question until it is answered or left; return whether to go on."""
        while self._progress[question.id].is_open:
            try:
                text = read("> ").strip()
            except EOFError:
                return False
            if text == "quit":
                return False
            if not text:
                return True
            write(self._reply(question, text))
        return True

    def _reply(self, question: Question, text: str) -> str:
        if text == "hint":
            return str(self.hint(question))
        if text == "show":
            return str(self.reveal(question))
        try:
            return str(self.answer(question, text))
        except OperandError:
            return _SAID["unread"]

    @property
    def score(self) -> Score:
        """The score so far."""
        all_of_them = self._progress.values()
        right = [p for p in all_of_them if p.is_right and not p.is_revealed]
        unaided = [p for p in right if len(p.answers) == 1 and not p.hints]
        revealed = sum(p.is_revealed for p in all_of_them)
        return Score(len(self._progress), len(right), len(unaided), revealed)

    def __repr__(self) -> str:
        return f"<Quiz: {counted(len(self.questions), 'question')} on {self._kind}>"

    def __str__(self) -> str:
        questions = [str(question) for question in self._open()]
        return "\n".join([text_table(*self._table()), *self._notes(), *questions])

    @property
    def html(self) -> str:
        """The quiz as one page, which marks answers by itself, without a network.

        The right numbers are in its source, for those who look there.
        """
        return quiz_page(f"Quiz on {self._sheet.root}", self._repr_html_())

    def save(self, path: str | os.PathLike[str] = "quiz.html") -> Path:
        """Write the page to a file, whole or not at all, and return the path.

        >>> import tempfile
        >>> from autograd_scalar import Value, quiz
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     quiz(Value(2.0, "x").exp()).save(f"{folder}/x.html").name
        'x.html'

        Raises:
            DrawingError: ``path`` is no path, does not end in ``.html`` or cannot be
                written.
        """
        try:
            target = Path(path)
        except TypeError:
            msg = f'save() needs a path such as "quiz.html", got {shown(path)}'
            raise DrawingError(msg) from None
        if target.suffix.lower() != ".html":
            msg = f"a quiz is saved as .html, not as {shown(target.name)}"
            raise DrawingError(msg)
        WholeFile(target).write(self.html)
        return target

    def _repr_html_(self) -> str:
        questions = [str(question) for question in self._open()]
        table = html_table(*self._table())
        if not questions:
            return html_table(*self._table(), self._notes())
        return quiz_html(self._data(), table, questions, self._notes())

    def _data(self) -> dict[str, Any]:
        """Return what a page marks the open questions by."""
        ids = {q.node: q.id for q in self.questions if q.operand is None}
        return {
            "said": _SAID,
            "verdicts": [RIGHT, RIGHT_TO_ROUNDING, WRONG],
            "questions": [
                {
                    "id": question.id,
                    "prompt": question.prompt,
                    "isFollowed": question.operand is None,
                    **self._answers[question.id].data(ids),
                }
                for question in self._open()
            ],
        }

    def _question(self, question: object) -> Question:
        for index, one in enumerate(self.questions):
            if question is one or question is one.node:
                return one
            if isinstance(question, str) and question == one.id:
                return one
            if type(question) is int and question == index:
                return one
        msg = (
            f"this quiz has the questions q1 to q{len(self.questions)}; got"
            f" {shown(question)}"
        )
        raise OperandError(msg)

    def _marked(self, asked: Question, given: _Given, found: _Answer) -> Verdict:
        verdict = given.judge(found.number, found.size)
        matching = [
            w for w in found.wrong if given.judge(w.number, found.size) != WRONG
        ]
        ids = tuple(dict.fromkeys(w.id for w in matching))
        if verdict != WRONG:
            message = ""
            if ids:
                message = _said("right by mistake", few=_few(ids))
            return Verdict(asked, given.text, verdict, None, ids, message)
        if found.follow is not None and self._wrong:
            own = found.follow(self._wrong)
            others = self._wrong.keys() - {asked.node}
            follows = given.judge(own, found.size) != WRONG
            if others and follows and own != found.number:
                message = _said("follows", given=given.text)
                carried = ("carried forward", *ids)
                name = None if ids else "carried forward"
                return Verdict(asked, given.text, WRONG, name, carried, message)
        words = {w.words for w in matching}
        if len(words) == 1:
            message = _said("words", given=given.text, words=words.pop())
        elif len(ids) == 1:
            count = str(len(words))
            message = _said("places", given=given.text, id=ids[0], count=count)
        elif ids:
            words_of = {w.id: w.words for w in matching}
            told = [f"{words_of[name]} ({name})" for name in ids[:_MOST_SHOWN]]
            more = ", …" if len(ids) > len(told) else ""
            message = _said("several", given=given.text, told=", or ".join(told) + more)
        else:
            message = _said("unknown", given=given.text, hint=found.hints[0])
        name = ids[0] if len(ids) == 1 else None
        return Verdict(asked, given.text, WRONG, name, ids, message)

    def _open(self) -> list[Question]:
        return [q for q in self.questions if self._progress[q.id].is_open]

    def _notes(self) -> list[str]:
        left = len(self._sheet.nodes) - len(self._rows())
        notes = [f"and {counted(left, 'more node')}"] if left else []
        return notes if self._open() else [*notes, f"{self.score}"]

    def _rows(self) -> list[int]:
        """Return the places to show: all, or those that the questions are about."""
        sheet = self._sheet
        if len(sheet.nodes) <= MOST_ROWS:
            return list(range(len(sheet.nodes)))
        wanted: dict[int, None] = {}
        for question in self.questions:
            wanted[sheet.places[question.node]] = None
            for place, _ in sheet.uses[question.node][:_MOST_SHOWN]:
                wanted[place] = None
            for parent in question.node.parents[:_MOST_SHOWN]:
                wanted[sheet.places[parent]] = None
        return sorted([*wanted][:MOST_ROWS])

    def _table(self) -> tuple[Sequence[str], list[Sequence[str]]]:
        """Return headers and rows; what would give a hidden number away is left out."""
        blank = {(q.node, q.operand): q.id for q in self._open()}
        headers = ["node", "computed as", "value"]
        if self._kind != VALUES:
            headers.append("local derivatives")
        if self._kind == ADJOINTS:
            headers.append("adjoint")
        rows: list[Sequence[str]] = []
        for place in self._rows():
            step = self._sheet.step(place)
            own = blank.get((step.node, None))
            value = f"{own} = ?" if own and self._kind == VALUES else _text(step.data)
            row = [step.names[0], _call(step), value]
            if self._kind != VALUES:
                row.append(_local_derivatives(step, blank))
            if self._kind == ADJOINTS:
                adjoint = _text(self._sheet.right.adjoint(step.node))
                row.append(f"{own} = ?" if own else adjoint)
            rows.append(row)
        return headers, rows


def _local_derivatives(step: ForwardStep, blank: dict[Blank, str]) -> str:
    shown_ones = [
        f"{blank[step.node, k]} = ?" if (step.node, k) in blank else _text(derivative)
        for k, derivative in enumerate(step.local_derivatives[:_MOST_SHOWN])
    ]
    more = len(step.local_derivatives) > _MOST_SHOWN
    return ", ".join([*shown_ones, "…"] if more else shown_ones)


def _check_function(what: str, given: object) -> None:
    if not callable(given):
        msg = f"ask({what}=) needs a function, got {shown(given)}"
        raise OperandError(msg)


def _said(template: str, **slots: str) -> str:
    """Fill a template; braces in what is filled in stay as they are."""
    return re.sub(r"\{(\w+)\}", lambda slot: slots[slot[1]], _SAID[template])


def _few(ids: Sequence[str]) -> str:
    """Return names in a row, the first few of many."""
    more = len(ids) - _MOST_SHOWN
    names = ", ".join(ids[:_MOST_SHOWN])
    return f"{names} and {more} more" if more > 0 else names
