"""The reverse program: each instruction passes its adjoint on to its operands.

``dC/d(operand) += …`` for each operand that depends on a parameter, the last
instruction first. Adjoints of inputs and constants are never computed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from autograd_scalar.program.instructions import Instruction, Instructions, Linear, Map
from autograd_scalar.program.layout import Constant, Operand, View, slots_of
from autograd_scalar.program.tape import Flags, Ints

__all__ = ["Chain", "Contribution", "Reverse", "Scale", "reverse_of"]


@dataclass(frozen=True, slots=True)
class Scale:
    """``d(target) *= factor``, before it is passed on."""

    target: View
    factor: float

    def __str__(self) -> str:
        return f"d[{self.target}] *= {self.factor!r}"


@dataclass(frozen=True, slots=True)
class Contribution:
    """``d(into) += sign * Σ d(target) * other``, over the axes that ``into`` lacks.

    Where ``gaps`` is true d(target) is a 0 that adds nothing, whatever ``other`` is.
    """

    target: View
    sign: float
    into: Operand
    other: Operand | None
    starts: Ints | None = field(default=None, compare=False)
    gaps: Flags | None = field(default=None, compare=False)

    def __str__(self) -> str:
        sign = "-" if self.sign < 0 else "+"
        times = "" if self.other is None else f" · {self.other}"
        return f"d[{self.into}] {sign}= d[{self.target}]{times}"


@dataclass(frozen=True, slots=True)
class Chain:
    """``d(operand) += d(target) * partial`` for each operand in ``wanted``."""

    step: Map
    wanted: tuple[int, ...]

    def __str__(self) -> str:
        operands = ", ".join([f"d[{self.step.operands[k]}]" for k in self.wanted])
        return f"{operands} += d[{self.step.target}] * {self.step.primitive.name}′"


@dataclass(frozen=True, slots=True, eq=False)
class Reverse:
    """The reverse steps, and which slots have an adjoint."""

    steps: tuple[Scale | Contribution | Chain, ...]
    depends: npt.NDArray[np.bool_]

    def __str__(self) -> str:
        return "\n".join(map(str, self.steps))


def reverse_of(instructions: Instructions) -> Reverse:
    """Return the reverse of all instructions that depend on a parameter."""
    depends = np.zeros(instructions.size, dtype=bool)
    depends[: instructions.parameters] = True

    def is_wanted(operand: Operand | None) -> bool:
        if operand is None or isinstance(operand, Constant):
            return False
        return bool(depends[operand.table()].any())

    live: list[Instruction] = []
    for step in instructions.steps:
        if any(map(is_wanted, step.operands)):
            depends[step.target.table()] = True
            live.append(step)
    if len(instructions.kept):
        live = _of_the_root(live, instructions)
    steps: list[Scale | Contribution | Chain] = []
    for step in reversed(live):
        if isinstance(step, Map):
            wanted = [k for k, x in enumerate(step.operands) if is_wanted(x)]
            steps.append(Chain(step, tuple(wanted)))
            continue
        if step.factor != 1.0:
            steps.append(Scale(step.target, step.factor))
        steps += _of_sum(step, is_wanted)
    return Reverse(tuple(steps), depends)


def _of_the_root(
    steps: list[Instruction], instructions: Instructions
) -> list[Instruction]:
    """Return the steps that the root depends on, without those for guards alone."""
    needed = np.zeros(instructions.size, dtype=bool)
    if instructions.root < len(needed):
        needed[instructions.root] = True
    found: list[Instruction] = []
    for step in reversed(steps):
        if needed[step.target.table()].any():
            found.append(step)
            for operand in step.operands:
                needed[slots_of(operand)] = True
    return found[::-1]


def _of_sum(
    step: Linear, is_wanted: Callable[[Operand | None], bool]
) -> list[Contribution]:
    return [
        Contribution(step.target, term.sign, into, other, term.starts, step.gaps)
        for term in step.terms
        for into, other in ((term.left, term.right), (term.right, term.left))
        if into is not None and is_wanted(into)
    ]
