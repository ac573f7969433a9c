"""Places: which entry of which matrix a node became, and which nodes an entry is.

An array of the program is named by its equations; its entries are slots, and a slot is
one node of the graph, or several that compute the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from autograd_scalar.program.tape import Ints

if TYPE_CHECKING:
    from autograd_scalar.graph.value import Value
    from autograd_scalar.program.equations import Equations
    from autograd_scalar.program.instructions import Instructions
    from autograd_scalar.program.tape import Floats, Tape

__all__ = ["Entry", "Places"]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a matrix: the matrix's name, and the indices.

    >>> print(Entry("W1", (0, 3)), Entry("C", ()))
    W1[0,3] C
    """

    name: str
    index: tuple[int, ...]

    def __str__(self) -> str:
        indices = f"[{','.join(map(str, self.index))}]" if self.index else ""
        return f"{self.name}{indices}"


class Places:
    """The slots of every named array, and the nodes in them."""

    def __init__(
        self, tape: Tape, instructions: Instructions, equations: Equations
    ) -> None:
        self.constants: dict[str, Floats] = {}
        self.slots: dict[str, Ints] = {}  # of each array, in its shape
        self._tape, self._slot_of = tape, instructions.slots
        for key, name in equations.names.items():
            shape, content = key
            kind = np.dtype(content[:1].decode())
            table = np.frombuffer(content[1:], kind).reshape(shape)
            if name in equations.symbols:
                table = table.reshape(equations.symbols[name])
            if kind == np.float64:
                self.constants[name] = table
            else:
                self.slots[name] = table
        for equation, step in zip(equations.forward, instructions.steps, strict=True):
            self.slots[equation.target.name] = step.target.table()
        self._number = {id(node): i for i, node in enumerate(tape.nodes)}
        self._entries: dict[int, Entry] = {}
        # θ, all parameters at once, comes last: a weight is an entry of its matrix.
        for name in sorted(self.slots, key=lambda name: name == "θ"):
            for index, slot in np.ndenumerate(self.slots[name]):
                self._entries.setdefault(int(slot), Entry(name, index))

    def has(self, node: Value) -> bool:
        """Tell whether a node is in the graph."""
        return id(node) in self._number

    def entry(self, node: Value) -> Entry | None:
        """Return the entry of a node; None of a constant, or of what melted."""
        return self._entries.get(int(self._slot_of[self._number[id(node)]]))

    def nodes(self, name: str) -> dict[tuple[int, ...], tuple[Value, ...]]:
        """Return the nodes of each entry of an array."""
        table = self.slots[name]
        nodes: dict[int, list[Value]] = {int(slot): [] for slot in table.ravel()}
        own = self._slot_of[: len(self._tape.nodes)]
        for i in np.flatnonzero(np.isin(own, table)).tolist():
            nodes[int(own[i])].append(self._tape.nodes[i])
        return {index: tuple(nodes[int(k)]) for index, k in np.ndenumerate(table)}
