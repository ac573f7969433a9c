"""The tape executor: a graph without matrices, node by node in its recorded order.

Values come from the rows of the table and adjoints add up as in `backward`, so both
have the bits of the graph recorded anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_scalar.program.tape import PARAMETER, Floats, Tape

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["TapeRunner"]


class TapeRunner:
    """The steps of a tape as plain lists; a call changes nothing in here."""

    def __init__(self, tape: Tape) -> None:
        self._data = tape.data.tolist()
        bounds, parents = tape.starts.tolist(), tape.parents.tolist()
        self._steps: list[
            tuple[
                int, Callable[..., float], Callable[..., tuple[float, ...]], list[int]
            ]
        ] = []
        for i in tape.computed().tolist():
            primitive = tape.primitives[int(tape.operation[i])]
            operands = parents[bounds[i] : bounds[i + 1]]
            self._steps.append((i, primitive.forward, primitive.partials, operands))
        leaves = np.concatenate([tape.parameters, tape.inputs])
        self._leaves = leaves.tolist()
        self._parameters = tape.parameters.tolist()
        # A node through which no parameter is reached gets no adjoint.
        depends = tape.kind == PARAMETER
        flags = depends.tolist()
        for i, _, _, operands in self._steps:
            flags[i] = any(map(flags.__getitem__, operands))
        self._root = tape.root
        self._depends = flags[: self._root + 1]  # behind it there are no adjoints
        self._kept = tape.kept.tolist()

    def run(
        self, theta: Floats, inputs: Floats, kept: list[float] | None = None
    ) -> tuple[float, Floats]:
        """Return the value and the gradient; write what guards ask for to ``kept``."""
        data = self._data.copy()
        for i, number in zip(
            self._leaves, [*theta.tolist(), *inputs.tolist()], strict=True
        ):
            if i >= 0:
                data[i] = number
        for i, forward, _, operands in self._steps:
            data[i] = forward(*[data[k] for k in operands])
        if kept is not None:
            kept[:] = [data[i] for i in self._kept]
        adjoints = [0.0] * len(data)
        adjoints[self._root] = 1.0
        depends, root = self._depends, self._root
        for i, _, partials, operands in reversed(self._steps):
            if i <= root and depends[i]:
                adjoint = adjoints[i]
                derivatives = partials(*[data[k] for k in operands], data[i])
                for k, derivative in zip(operands, derivatives, strict=True):
                    adjoints[k] += derivative * adjoint
        gradient = [adjoints[i] if i >= 0 else 0.0 for i in self._parameters]
        return data[root], np.array(gradient)
