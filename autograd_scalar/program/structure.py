"""Structure: what two graphs have in common when only their leaves differ.

Two graphs have the same structure if they have the same operations on the same nodes,
in topological order; which parameter or input stands where is written in a table, and
the numbers of constants in another. A program that was made for one runs the other,
with the tables filled in anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_scalar.graph.sweeps import numbered
from autograd_scalar.program.tape import (
    COMPUTED,
    CONSTANT,
    INPUT,
    PARAMETER,
    Floats,
    Ints,
    joined,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_scalar.graph.value import Value

__all__ = ["Structure", "structure_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """The key of a graph, and the leaves that it has, in topological order.

    >>> from autograd_scalar import Value
    >>> w = [Value(1.0), Value(2.0)]
    >>> one = structure_of((w[0] * 3.0).tanh(), [], w, [])
    >>> other = structure_of((w[1] * 4.0).tanh(), [], w, [])
    >>> one.key == other.key, one.parameters.tolist(), other.parameters.tolist()
    (True, [0], [1])
    """

    key: bytes
    parameters: Ints  # which of the parameters stands where
    inputs: Ints  # the same of the inputs
    others: tuple[Value, ...]  # all other leaves
    numbers: Floats  # of the others, as recorded


def structure_of(
    root: Value,
    kept: Sequence[Value],
    parameters: Sequence[Value],
    inputs: Sequence[Value],
) -> Structure:
    """Return the structure of a graph, and what it tells apart."""
    graph = numbered(joined(root, kept), [*parameters, *inputs, root, *kept])
    nodes: list[Any] = graph.order
    found = list(map(attrgetter("_primitive"), nodes))
    is_leaf = np.array([p is None for p in found])
    kind = np.where(is_leaf, CONSTANT, COMPUTED)
    wanted = np.array(graph.wanted, dtype=np.int64)
    count, both = len(parameters), len(parameters) + len(inputs)
    given = (wanted[:count], PARAMETER), (wanted[count:both], INPUT)
    orders: list[Ints] = []
    for places, meaning in given:
        used = np.flatnonzero(places >= 0).astype(np.int64)
        kind[places[used]] = meaning
        orders.append(used[np.argsort(places[used])])
    # Labelled sums do not melt into others.
    is_named = [bool(node._label) and not node.is_leaf for node in nodes]
    digest = blake2b(digest_size=16)
    for column in (
        np.array(list(map(id, found))),
        np.array(graph.parents, dtype=np.int64),
        np.array(graph.starts, dtype=np.int64),
        kind,
        wanted[both:],
        np.array(is_named),
    ):
        digest.update(column.tobytes())
    others = tuple([nodes[k] for k in np.flatnonzero(kind == CONSTANT).tolist()])
    numbers = np.array(list(map(attrgetter("_data"), others)), dtype=np.float64)
    return Structure(digest.digest(), orders[0], orders[1], others, numbers)
