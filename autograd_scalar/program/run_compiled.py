"""The compiled executors: C that reads the table of `lower`, or a tape.

They come with the compiled wheel, as the module ``autograd_scalar__program``. A matrix
program needs a compiled form of each of its primitives; where one has none, the NumPy
executor runs the whole, and `obstacle_to` says why.
"""

from __future__ import annotations

from importlib import import_module
from math import ceil
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from autograd_scalar import _plain
from autograd_scalar.program.layout import FIRST_CONSTANT
from autograd_scalar.program.lower import code_of, lower, without_code
from autograd_scalar.program.run_take import reject
from autograd_scalar.program.tape import PARAMETER, Floats, Tape

if TYPE_CHECKING:
    from types import ModuleType

    from autograd_scalar.program.instructions import Instructions
    from autograd_scalar.program.reverse import Reverse

__all__ = ["CompiledMatrices", "CompiledTape", "Executor", "executor_of", "obstacle_to"]

_MODULE = "autograd_scalar__program"
_BLOCK_BYTES = 400_000  # of the arrays of examples: they stay in the second-level cache
_MOST_EXAMPLES = 192
_MOST_SIZES = 4  # of batches whose tables are kept
_LEVEL = 2  # the vectors of the processor, as far as they are known; 0: of any


class Executor(Protocol):
    """What runs a program: once, or over the rows of an array."""

    def run(
        self, theta: Floats, inputs: Floats, out: Floats, kept: Floats | None = None
    ) -> float:
        """Write the gradient, and what guards ask for; return the value."""

    def map(self, theta: Floats, rows: Floats, share: float, out: Floats) -> float:
        """Write ``share`` times the sum of the gradients, return that of the values."""


def extension() -> ModuleType | None:
    """Return the compiled module; None where there is none, or it is not wanted."""
    if _plain.forced:
        return None
    try:
        return import_module(_MODULE)
    except ImportError:
        return None


def obstacle_to(tape: Tape, instructions: Instructions | None) -> str:
    """Return why a program has no compiled form; an empty string if it has one."""
    if instructions is None:
        used = {tape.primitives[k] for k in np.unique(tape.operation[tape.computed()])}
        names = tuple(sorted([p.name for p in used if code_of(p) is None]))
    elif instructions.root >= FIRST_CONSTANT:
        return "its result is a constant"
    elif instructions.root < instructions.parameters + instructions.inputs:
        return "its result is a leaf"
    else:
        names = without_code(instructions)
    if not names:
        return ""
    return f"{', '.join(names)} {'has' if len(names) == 1 else 'have'} no compiled form"


def executor_of(
    tape: Tape, instructions: Instructions | None, reverse: Reverse | None
) -> Executor | None:
    """Return the compiled executor of a program; None where there can be none."""
    module = extension()
    if module is None or obstacle_to(tape, instructions):
        return None
    if instructions is None:
        return CompiledTape(module, tape)
    assert reverse is not None
    return CompiledMatrices(module, instructions, reverse)


class CompiledMatrices:
    """A matrix program in C, one table for each number of examples."""

    def __init__(
        self, module: ModuleType, instructions: Instructions, reverse: Reverse
    ) -> None:
        self._module = module
        self._instructions, self._reverse = instructions, reverse
        self._known: dict[int | None, Any] = {}

    def run(
        self, theta: Floats, inputs: Floats, out: Floats, kept: Floats | None = None
    ) -> float:
        """Write the gradient, and what guards ask for; return the value."""
        code = self._of(None)
        rest = (1.0, True, 1) if kept is None else (1.0, True, 1, kept)
        try:
            return _run(code, theta, inputs, out, *rest)
        except BufferError:  # an array has gaps, or out is theta
            theta, inputs = np.ascontiguousarray(theta), np.ascontiguousarray(inputs)
            gradient = np.empty(out.shape)
            value = _run(code, theta, inputs, gradient, *rest)
            out[:] = gradient
            return value

    def map(self, theta: Floats, rows: Floats, share: float, out: Floats) -> float:
        """Write ``share`` times the sum of the gradients, return that of the values."""
        theta, rows = np.ascontiguousarray(theta), np.ascontiguousarray(rows)
        block = self._examples_at_once(len(rows))
        blocks, rest = divmod(len(rows), block)
        split = len(rows) - rest
        total = _run(self._of(block), theta, rows[:split], out, share, True, blocks)
        if rest:
            total += _run(self._of(rest), theta, rows[split:], out, share, False, 1)
        return share * total

    def _examples_at_once(self, count: int) -> int:
        """Return how many examples are run together: all blocks of nearly one size."""
        program = self._instructions
        each = 8 * (2 * (program.size - program.parameters) - program.inputs)
        most = min(max(_BLOCK_BYTES // each // 8 * 8, 8), _MOST_EXAMPLES)
        blocks = ceil(count / most)
        return ceil(count / blocks / 8) * 8 if blocks > 1 else count

    def _of(self, batch: int | None) -> Any:
        found = self._known.get(batch)
        if found is None:
            code = lower(self._instructions, self._reverse, batch)
            program = self._instructions
            found = self._module.Matrices(
                code.words,
                code.numbers,
                code.places,
                program.parameters,
                program.inputs * (batch or 1),
                code.room,
                _LEVEL,
                len(program.kept),
            )
            if len(self._known) >= _MOST_SIZES:
                self._known = {}
            self._known[batch] = found
        return found


class CompiledTape:
    """A graph node by node in C, with the bits of `run_tape`."""

    def __init__(self, module: ModuleType, tape: Tape) -> None:
        computed = tape.computed()
        # Of constants alone, a primitive without a number was folded.
        codes = [code_of(p) for p in tape.primitives]
        numbers = np.array([-1 if code is None else code for code in codes], np.int64)
        operation = numbers[tape.operation[computed]]
        first = tape.starts[computed]
        count = tape.starts[computed + 1] - first
        leaves = np.concatenate([tape.parameters, tape.inputs])
        # One or two operands stand in the step itself, more of them in a list.
        is_listed = np.array([p.arity not in {1, 2} for p in tape.primitives])
        in_list = is_listed[tape.operation[computed]]
        left = tape.parents[first]
        right = tape.parents[first + np.minimum(count - 1, 1)]
        a, b = np.where(in_list, first, left), np.where(in_list, count, right)
        depends = _depends(tape)
        one_or_two = depends[left] + 2 * (depends[right] & (count > 1))
        wanted = np.where(in_list, 3 * depends[computed], one_or_two)
        steps = np.stack([operation | wanted << 16, computed, a, b], axis=1)
        self._tape = module.Tape(
            tape.data,
            np.ascontiguousarray(steps, dtype=np.int32),
            np.concatenate([leaves, tape.parents]).astype(np.int32),
            len(tape.parameters),
            len(tape.inputs),
            tape.root,
            tape.kept.astype(np.int32),
        )

    def run(
        self, theta: Floats, inputs: Floats, out: Floats, kept: Floats | None = None
    ) -> float:
        """Write the gradient, and what guards ask for; return the value."""
        rest = () if kept is None else (kept,)
        try:
            return _run(self._tape, theta, inputs, out, *rest)
        except BufferError:  # an array has gaps, or out is theta
            theta, inputs = np.ascontiguousarray(theta), np.ascontiguousarray(inputs)
            gradient = np.empty(out.shape)
            value = _run(self._tape, theta, inputs, gradient, *rest)
            out[:] = gradient
            return value

    def map(self, theta: Floats, rows: Floats, share: float, out: Floats) -> float:
        """Write ``share`` times the sum of the gradients, return that of the values."""
        theta, rows = np.ascontiguousarray(theta), np.ascontiguousarray(rows)
        slope, total = np.empty(len(theta)), 0.0
        out.fill(0.0)
        for row in rows:
            total += _run(self._tape, theta, row, slope)
            out += slope
        out *= share
        return share * total


def _run(code: Any, *arguments: Any) -> float:
    """Run the code; an index outside its table has the words that it has elsewhere."""
    try:
        value: float = code.run(*arguments)
    except IndexError as error:
        reject(*error.args)
    return value


def _depends(tape: Tape) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which nodes depend on a parameter."""
    flags = (tape.kind == PARAMETER).tolist()
    bounds, parents = tape.starts.tolist(), tape.parents.tolist()
    for i in tape.computed().tolist():
        flags[i] = any(map(flags.__getitem__, parents[bounds[i] : bounds[i + 1]]))
    return np.array(flags)
