"""Exact accumulation: every adjoint the correctly rounded sum of its contributions.

`backward` adds contributions in the order of the graph, rounding after each. Here each
node's contributions are kept and added at once, as if in exact arithmetic, so that the
order in which a node's users were made has no influence on any bit.
"""

from __future__ import annotations

import math
from math import inf, nan
from typing import TYPE_CHECKING

from autograd_scalar.graph import topological_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_scalar.value import Value

__all__ = ["exact_sum", "exact_sweep"]


def exact_sweep(root: Value, seed: float, wanted: Sequence[Value]) -> list[float]:
    """The adjoints of the wanted nodes; no node's own adjoint is changed.

    A contribution is a rounded product, as in `backward`; their sum is rounded once.
    A node that ``root`` was not computed from has 0.0.
    """
    order = topological_order(root)
    places = {node: i for i, node in enumerate(order)}
    contributions: list[list[float]] = [[] for _ in order]
    contributions[-1].append(seed)
    adjoints = [0.0] * len(order)
    for i in range(len(order) - 1, -1, -1):
        adjoints[i] = adjoint = exact_sum(contributions[i])
        contributions[i] = []  # so that the memory of long chains is given back
        edges = zip(order[i].parents, order[i].local_derivatives, strict=True)
        for parent, derivative in edges:
            contributions[places[parent]].append(derivative * adjoint)
    return [adjoints[places[node]] if node in places else 0.0 for node in wanted]


def exact_sum(terms: Sequence[float]) -> float:
    """The sum of floats, rounded once; inf and nan as IEEE 754 adds them.

    >>> exact_sum([1e308, 1e308, -1e308]), exact_sum([1e308, 1e308])
    (1e+308, inf)
    >>> exact_sum([inf, 1.0]), exact_sum([inf, -inf])
    (inf, nan)
    """
    if len(terms) == 1:
        return 0.0 + terms[0]
    try:
        return math.fsum(terms)
    except ValueError:  # inf - inf
        return nan
    except OverflowError:  # on the way, or in the end
        special = [x for x in terms if not math.isfinite(x)]
        return exact_sum(special) if special else _sum_of_large(terms)


def _sum_of_large(terms: Sequence[float]) -> float:
    from fractions import Fraction  # noqa: PLC0415  (for sums beyond 1e308)

    total = sum(map(Fraction, terms))
    try:
        return float(total)
    except OverflowError:
        return inf if total > 0 else -inf
