"""Hypothesis strategies: random computation graphs over all rows of the table.

A program is data: a list of steps, each a leaf, a constant, or a row of the table with
the places of its operands. Operands are drawn from what is there already, so that
nodes are shared, wherever they fit the row's domain; else a new leaf is drawn that
does. Steps at a kink, and those with numbers too large to judge, are left out.
"""

import math
import operator
from typing import Any, NamedTuple

from hypothesis import assume
from hypothesis import strategies as st

from autograd_scalar import PRIMITIVES, Value
from autograd_scalar.graph.value import nary
from autograd_scalar.primitives.table import Primitive

LEAF, CONSTANT = "leaf", "constant"
LARGEST = 1e3  # of a value or a local derivative
SMALLEST = 1e-20  # if it is not 0: products of a dozen stay normal

# Operators are written out in Value; the other rows all come from the table.
OPERATORS = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "mod": operator.mod,
    "neg": operator.neg,
    "abs": operator.abs,
    "pow_constant": operator.pow,
}


class Step(NamedTuple):
    """A leaf or a constant with its number, or a row with the places of its operands.

    ``number`` is the value in every case.
    """

    name: str
    number: float
    operands: tuple[int, ...] = ()


class Program(NamedTuple):
    """Steps in an order in which they can run; the last is the root."""

    steps: tuple[Step, ...]

    @property
    def leaves(self) -> list[int]:
        """The places of the leaves."""
        return [i for i, step in enumerate(self.steps) if step.name == LEAF]

    def build(self, order: Any = None, label: str = "") -> list[Any]:
        """The program's nodes, made in the given order of places, or as listed.

        A constant stays the number it is.
        """
        nodes: dict[int, Any] = {}
        for place in range(len(self.steps)) if order is None else order:
            step = self.steps[place]
            if step.name == CONSTANT:
                nodes[place] = step.number
            elif step.name == LEAF:
                nodes[place] = Value(step.number)
            else:
                operands = [nodes[i] for i in step.operands]
                nodes[place] = apply(PRIMITIVES[step.name], operands)
            if label and isinstance(nodes[place], Value):
                nodes[place].label = f"{label}{place}"
        return [nodes[place] for place in range(len(self.steps))]


def apply(row: Primitive, operands: list[Any]) -> Value:
    """The row's node: by the operator, if there is one, numbers left as they are."""
    if row.name in OPERATORS and any(isinstance(x, Value) for x in operands):
        return OPERATORS[row.name](*operands)
    return nary(row, operands)


# Drawing a program


EXPONENTS = st.sampled_from([2.0, -1.0, 0.5, 3.0, 0.0, 1.0, -2.0, 2.5])
ORDERS = st.integers(0, 3).map(float)


@st.composite
def programs(draw: Any, containing: str = "", size: int = 10) -> Program:
    """A program over the whole table; one row is in it for certain, if it is named."""
    steps = [Step(LEAF, draw(inside(-math.inf, math.inf)))]
    names = [containing] if containing else []
    names += draw(st.lists(st.sampled_from(sorted(PRIMITIVES)), max_size=size))
    for name in names:
        _append(draw, steps, PRIMITIVES[name])
    if containing:
        assume(any(step.name == containing for step in steps))
    used = {place for step in steps for place in step.operands}
    ends = [i for i, s in enumerate(steps) if i not in used and s.name != CONSTANT]
    if steps[-1].name not in PRIMITIVES or draw(st.booleans()):
        total = PRIMITIVES["sum"].forward(*(steps[i].number for i in ends))
        steps.append(Step("sum", total, tuple(ends)))
    return Program(tuple(steps))


def inside(low: float, high: float) -> st.SearchStrategy[float]:
    """Thousandths of an open interval, up to 3 in size."""
    first = math.floor(max(low, -3.0) * 1000) + 1
    return st.integers(first, math.ceil(min(high, 3.0) * 1000) - 1).map(
        lambda k: k / 1000
    )


def _append(draw: Any, steps: list[Step], row: Primitive) -> None:
    """Append the leaves that a step of this row needs and, if it is regular, itself."""
    arity = draw(st.integers(1, 4)) if row.arity is None else row.arity
    places = tuple([_operand(draw, steps, row, k) for k in range(arity)])
    numbers = [steps[i].number for i in places]
    if is_regular(row, numbers):
        steps.append(Step(row.name, row.forward(*numbers), places))


def _operand(draw: Any, steps: list[Step], row: Primitive, k: int) -> int:
    """The place of an operand: a node that fits, or a new leaf or constant."""
    low, high = row.domain[0 if row.arity is None else k]
    fixed = {("pow_constant", 1): EXPONENTS, ("polygamma", 0): ORDERS}
    if (row.name, k) in fixed:
        steps.append(Step(CONSTANT, draw(fixed[row.name, k])))
        return len(steps) - 1
    fits = [i for i, s in enumerate(steps) if s.name != CONSTANT]
    fits = [i for i in reversed(fits) if low < steps[i].number < high]
    choice = draw(st.integers(-2, len(fits) - 1))
    if choice >= 0:
        return fits[choice]
    name = LEAF if choice == -1 or row.name == "where" else CONSTANT
    steps.append(Step(name, draw(inside(low, high))))
    return len(steps) - 1


def is_regular(row: Primitive, numbers: list[float]) -> bool:
    """Whether the row is differentiable there, with numbers of moderate size."""
    output = row.forward(*numbers)
    found = (output, *row.partials(*numbers, output))
    return all(abs(x) <= LARGEST and (not x or abs(x) > SMALLEST) for x in found) and (
        not any(kink.at(*numbers) for kink in row.kinks)
    )
