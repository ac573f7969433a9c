"""Whether two graphs are the same sum, or the same product, in another order.

Roots of one family are taken apart into terms, down to what is of another kind, and
each term is counted: with what sign, and how often. Terms are the same if the same
operations made them from leaves of the same numbers and labels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from autograd_scalar.graph import topological_order

if TYPE_CHECKING:
    from autograd_scalar.value import Value

__all__ = ["reordered"]

Key: TypeAlias = tuple[object, ...]

# How often each operand of a row counts in the sum or product of its output; rows of
# any number of operands count each of them once.
_FAMILIES: Final[dict[str, dict[str, tuple[int, ...]]]] = {
    "sum": {"add": (1, 1), "sub": (1, -1), "neg": (-1,), "sum": ()},
    "product": {"mul": (1, 1), "div": (1, -1), "reciprocal": (-1,), "prod": ()},
}
_MOST: Final = 1 << 64  # of one term: beyond it a ladder of doublings is left alone


def reordered(a: Value, b: Value) -> str:
    """``"sum"`` or ``"product"`` if that is what a and b share, else ``""``.

    >>> from autograd_scalar import Value
    >>> x, y, z = Value(1.0, "x"), Value(2.0, "y"), Value(3.0, "z")
    >>> reordered((x + y) + z, x + (y + z)), reordered(x * y / z, y / z * x)
    ('sum', 'product')
    >>> reordered(x + y, x * y), reordered(x + y, x + y)
    ('', '')
    """
    ids: dict[Key, int] = {}
    ours, theirs = (_identified(topological_order(root), ids) for root in (a, b))
    if ours[a] == theirs[b]:  # not even the order differs
        return ""
    for name, family in _FAMILIES.items():
        if a.op in family and b.op in family:
            terms = _terms(ours, family)
            return name if terms is not None and terms == _terms(theirs, family) else ""
    return ""


def _identified(order: list[Value], ids: dict[Key, int]) -> dict[Value, int]:
    """A number for each node, parents first: the same one for the same expression."""
    found: dict[Value, int] = {}
    for node in order:
        key: Key = (node.op, *[found[parent] for parent in node.parents])
        if node.is_leaf:
            key = (node.label, repr(node.data))
        found[node] = ids.setdefault(key, len(ids))
    return found


def _terms(
    found: dict[Value, int], family: dict[str, tuple[int, ...]]
) -> dict[int, int] | None:
    """How often each term counts in the last node; None if one counts too often."""
    nodes = [*found]
    weights = dict.fromkeys(nodes, 0)
    weights[nodes[-1]] = 1
    terms: dict[int, int] = {}
    for node in reversed(nodes):
        weight = weights[node]
        if abs(weight) > _MOST:
            return None
        if node.op in family:
            parents = node.parents
            counts = family[node.op] or (1,) * len(parents)
            for parent, count in zip(parents, counts, strict=True):
                weights[parent] += weight * count
        elif weight:
            terms[found[node]] = terms.get(found[node], 0) + weight
    return terms
