"""The third opinion of `check_deltas`: adjoints from the compiled matrix program.

The program is derived from the scalar graph's nodes alone, and knows nothing of layers.
Where a node became an entry of one of its matrices, that entry's adjoint is compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from autograd_scalar import compile as compiled

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from autograd_scalar import Program, Value

__all__ = ["Derived"]

Array: TypeAlias = "npt.NDArray[np.float64]"


@dataclass(slots=True)
class Derived:
    """The adjoints that programs gave, by node, and how the programs are made up."""

    cost: float
    adjoints: dict[Value, float]
    description: str

    @classmethod
    def of(
        cls, cost: Value, parameters: Sequence[Value], nodes: Sequence[Value]
    ) -> Derived:
        """Compile the graph of ``cost``, and take the adjoints of its nodes.

        Those of ``parameters`` are the gradient that a call of the program returns;
        those of ``nodes`` stand in its matrices.
        """
        leaves = [*parameters, *[node for node in nodes if node.is_leaf]]
        program = compiled(cost, leaves, form="matrix")
        theta = np.array([leaf.data for leaf in leaves])
        value, gradient = program(theta)
        found = cls(value, {}, _description(program))
        found.add(program, theta, nodes)
        found.adjoints.update(zip(leaves, gradient.tolist(), strict=True))
        return found

    def add(self, program: Program, theta: Array, nodes: Sequence[Value]) -> None:
        """Take the adjoints of the nodes that are an entry of their own."""
        arrays = program.matrices(theta)
        names = {entry.name for entry in map(program.entry, nodes) if entry}
        nodes_of = {name: program.nodes(name) for name in names}
        for node in nodes:
            entry = program.entry(node)
            # An entry of several equal nodes has the sum of their adjoints.
            if entry is not None and nodes_of[entry.name][entry.index] == (node,):
                adjoints = arrays.get(f"d{entry.name}")
                found = 0.0 if adjoints is None else float(adjoints[entry.index])
                self.adjoints[node] = found

    def row(self, nodes: Sequence[Value]) -> list[float | None]:
        """Return the adjoint of each node, None where it is no entry."""
        return [self.adjoints.get(node) for node in nodes]


def _description(program: Program) -> str:
    counts = program.stats()
    steps, products = counts["instructions"], counts["products"]
    return (
        f"The program was derived from {counts['nodes']:,} scalar nodes: {steps}"
        f" instruction{'s' * (steps != 1)}, {products} matrix"
        f" product{'s' * (products != 1)}."
    )
