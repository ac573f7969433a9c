"""Compare a graph with another one, node by node: what to mark where they part."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from autograd_scalar.graph.value import Value

__all__ = ["parted_values"]


def parted_values(
    order: Sequence[Value],
    names: Mapping[Value, str],
    other: Sequence[Value],
    other_names: Mapping[Value, str],
) -> dict[Value, Value | None]:
    """Return the Values that differ from their counterpart, each with it.

    Counterparts have the same name: the label, at its n-th occurrence, or else the
    place in the topological order, and then the operation must be the same. A Value
    without one has None. Two differ if their operation, their data, their adjoint or a
    local derivative is another, in any bit.

    >>> from autograd_scalar import Value, topological_order
    >>> a, b = Value(1.0, "x"), Value(2.0, "x")
    >>> parted_values([a], {a: "x"}, [b], {b: "x"}) == {a: b}
    True
    """
    counterparts = dict(_keyed(other, other_names))
    parted: dict[Value, Value | None] = {}
    for key, node in _keyed(order, names):
        match = counterparts.get(key)
        if match is None or not _alike(node, match):
            parted[node] = match
    return parted


def _keyed(
    order: Sequence[Value], names: Mapping[Value, str]
) -> Iterator[tuple[tuple[str, int, str], Value]]:
    seen: Counter[str] = Counter()
    for node in order:
        name = names[node]
        yield (name, seen[name], "" if node.label else node.op), node
        seen[name] += 1


def _alike(a: Value, b: Value) -> bool:
    return (
        a.op == b.op
        and a.has_grad == b.has_grad
        and len(a.parents) == len(b.parents)
        and all(
            x == y or (x != x and y != y)  # noqa: PLR0124  (nan)
            for x, y in zip(
                (a.data, a.grad, *a.local_derivatives),
                (b.data, b.grad, *b.local_derivatives),
                strict=True,
            )
        )
    )
