"""`gradients`: differentiate one node of a graph by others, and change no ``grad``.

With ``create_graph`` the sweep is recorded (`recorded`); with ``exact`` each adjoint is
the correctly rounded sum of its contributions (below).
"""

from __future__ import annotations

import math
from math import inf, nan
from typing import TYPE_CHECKING, Final, Literal, overload

from autograd_scalar.derivatives.recorded import reverse_as_values
from autograd_scalar.errors import OperandError
from autograd_scalar.graph.recording import blocks, watched_sweep
from autograd_scalar.graph.sweeps import stateless_sweep, topological_order
from autograd_scalar.graph.value import Value
from autograd_scalar.operands import flag, listed, real, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["exact_sum", "gradients"]

_INPUTS: Final = "gradients() needs a Value or a sequence of Values as inputs"


@overload
def gradients(
    output: Value,
    inputs: Value,
    seed: float = 1.0,
    *,
    create_graph: Literal[False] = False,
    exact: bool = False,
) -> float: ...
@overload
def gradients(
    output: Value,
    inputs: Sequence[Value],
    seed: float = 1.0,
    *,
    create_graph: Literal[False] = False,
    exact: bool = False,
) -> list[float]: ...
@overload
def gradients(
    output: Value, inputs: Value, seed: float = 1.0, *, create_graph: Literal[True]
) -> Value: ...
@overload
def gradients(
    output: Value,
    inputs: Sequence[Value],
    seed: float = 1.0,
    *,
    create_graph: Literal[True],
) -> list[Value]: ...
def gradients(
    output: Value,
    inputs: Value | Sequence[Value],
    seed: float = 1.0,
    *,
    create_graph: bool = False,
    exact: bool = False,
) -> float | list[float] | Value | list[Value]:
    """Return d(output)/d(input) for each input, and change no ``grad``.

    Inputs may be leaves or interior nodes; one that the output does not depend on has
    the gradient 0.0. Several threads may call this on shared nodes.

    Args:
        output: the Value to differentiate.
        inputs: one Value, which gives one number, or a sequence, which gives a list.
        seed: the adjoint of the output; all gradients are multiplied by it.
        create_graph: return Values that can be differentiated again.
        exact: round the sum of each node's contributions once, so that no bit of a
            gradient depends on the order in which the graph was built.

    >>> x, y = Value(2.0), Value(3.0)
    >>> gradients(x * x * y, [x, y])
    [12.0, 4.0]
    >>> first = gradients(x**3, x, create_graph=True)
    >>> first.data, gradients(first, x)
    (12.0, 12.0)

    Raises:
        OperandError: ``output`` or an input is not a Value, the seed is no real number,
            or both ``create_graph`` and ``exact`` are given.
        StaleGraphError: with ``create_graph``, a leaf's ``data`` has changed since it
            was recorded; the second derivative would belong to another point.
        AnomalyError: within `detect_anomaly`, an adjoint is inf or nan.
    """
    wanted = [inputs] if isinstance(inputs, Value) else listed(inputs, _INPUTS)
    given: tuple[object, ...] = (output, *wanted)
    for node in given:
        if not isinstance(node, Value):
            msg = f"gradients() needs Values, got {type(node).__name__}: {shown(node)}"
            raise OperandError(msg)
    start = real(seed, "gradients(seed=)")
    exact = flag(exact, "gradients(exact=)")
    if flag(create_graph, "gradients(create_graph=)"):
        if exact:
            msg = (
                "gradients(exact=True) rounds every sum once, which no graph of Values"
                " does; leave out create_graph or exact"
            )
            raise OperandError(msg)
        values = reverse_as_values(output, wanted, start)
        return values[0] if isinstance(inputs, Value) else values
    if blocks:
        watched_sweep(output, start)
    sweep = _exact_sweep if exact else stateless_sweep
    numbers = sweep(output, start, wanted)
    return numbers[0] if isinstance(inputs, Value) else numbers


# ---- Exact accumulation --------------------------------------------------------------


def _exact_sweep(root: Value, seed: float, wanted: Sequence[Value]) -> list[float]:
    """Return the adjoints of the wanted nodes, each sum rounded once.

    `backward` adds contributions in the order of the graph and rounds after each. Here
    a node's contributions, rounded products as in `backward`, are kept and added as if
    in exact arithmetic. A node that ``root`` does not depend on has 0.0.
    """
    order = topological_order(root)
    places = {node: i for i, node in enumerate(order)}
    contributions: list[list[float]] = [[] for _ in order]
    contributions[-1].append(seed)
    adjoints = [0.0] * len(order)
    for i in range(len(order) - 1, -1, -1):
        adjoints[i] = adjoint = exact_sum(contributions[i])
        contributions[i] = []  # frees memory on long chains
        edges = zip(order[i].parents, order[i].local_derivatives, strict=True)
        for parent, derivative in edges:
            contributions[places[parent]].append(derivative * adjoint)
    return [adjoints[places[node]] if node in places else 0.0 for node in wanted]


def exact_sum(terms: Sequence[float]) -> float:
    """Return the sum of floats, rounded once; add inf and nan as IEEE 754 does.

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
    except OverflowError:  # of a partial sum or of the result
        special = [x for x in terms if not math.isfinite(x)]
        return exact_sum(special) if special else _sum_of_large(terms)


def _sum_of_large(terms: Sequence[float]) -> float:
    """Return the rounded sum of finite floats whose partial sums may overflow."""
    from fractions import Fraction  # noqa: PLC0415  (for sums beyond 1e308)

    total = sum(map(Fraction, terms))
    try:
        return float(total)
    except OverflowError:
        return inf if total > 0 else -inf
