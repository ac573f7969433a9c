"""The two traversals of a graph: forward order and reverse sweep. No recursion."""

from __future__ import annotations

from _thread import allocate_lock
from typing import TYPE_CHECKING, Final, TypeVar, cast

from autograd_scalar.native import i64
from autograd_scalar.node import DONE, DONE_HOLDING, HAS_ADJOINT, Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["contribute", "reverse_sweep", "stateless_sweep", "topological_order"]

N = TypeVar("N", bound="Node")

_PLACE: Final[i64] = 2  # a stateless sweep keeps a node's place above this bit

# Traversals mark nodes, so one runs at a time; other threads wait, none sees a mark.
_traversal: Final = allocate_lock()


def topological_order(root: N) -> list[N]:
    """Every node that ``root`` was computed from, parents first, ``root`` last.

    The order is depth-first post-order with parents taken left to right: fixed, so
    that sums of contributions have the same bits in every process.

    >>> from autograd_scalar import Value
    >>> a, b = Value(2.0, "a"), Value(3.0, "b")
    >>> c = (a * b).named("c")
    >>> [node.label for node in topological_order((c + a).named("d"))]
    ['a', 'b', 'c', 'd']
    """
    with _traversal:
        order, _ = _mark_in_order(root)
        _clear_marks(order)
    return cast("list[N]", order)


def _mark_in_order(root: Node) -> tuple[list[Node], list[Node]]:
    """The topological order, every node in it marked as done; and which held adjoints.

    A node without an adjoint holds 0.0 already: a sweep resets only the second list.
    """
    order: list[Node] = []
    holding: list[Node] = []
    stack: list[Node] = [root]
    try:
        while stack:
            node = stack.pop()
            left = node._left
            while left is not None and left._mark < DONE:
                stack.append(node)  # it comes back when its left side is done
                node = left
                left = node._left
            if left is not None:
                right = node._right
                if right is not None and right._mark < DONE:
                    stack.append(node)
                    stack.append(right)
                    continue
            elif node._fused is not None and node._mark < DONE:
                pending = [x for x in node._fused[0] if x._mark < DONE]
                if pending:
                    stack.append(node)
                    stack.extend(reversed(pending))
                    continue
            mark = node._mark
            if mark < DONE:  # else another of its users led here first
                order.append(node)
                if mark:
                    holding.append(node)
                    node._mark = DONE_HOLDING
                else:
                    node._mark = DONE
    except BaseException:  # KeyboardInterrupt, MemoryError: leave no mark behind
        _clear_marks(order)
        raise
    return order, holding


def _clear_marks(nodes: Iterable[Node]) -> None:
    for node in nodes:
        node._mark &= HAS_ADJOINT


def reverse_sweep(root: Node, seed: float) -> None:
    """Add each edge's contribution, users before their parents (the chain-rule sum).

    Interior nodes end with the adjoints of this sweep; leaves add this sweep's adjoint
    to what they held, in one addition. Interrupted, it leaves every leaf as it was.
    """
    with _traversal:
        order, holding = _mark_in_order(root)
        held: list[tuple[Node, float]] = []  # what leaves had accumulated
        try:
            for node in holding:
                if node._primitive is None:
                    held.append((node, node._grad))
                node._grad = 0.0
            root._grad = seed
            _sweep(order)
            for leaf, before in held:
                leaf._grad += before
        except BaseException:
            for node in order:
                node._mark = HAS_ADJOINT  # so that the next sweep resets it
                if node._primitive is None:
                    node._grad = 0.0
            for leaf, before in held:
                leaf._grad = before
            raise


def _sweep(order: list[Node]) -> None:
    for node in reversed(order):
        node._mark = HAS_ADJOINT
        left = node._left
        if left is not None:
            adjoint = node._grad
            left._grad += node._left_derivative * adjoint
            right = node._right
            if right is not None:
                right._grad += node._right_derivative * adjoint
        elif node._fused is not None:
            contribute(node)


def contribute(node: Node) -> None:
    """Add adjoint times local derivative to every parent of one node."""
    adjoint = node._grad
    edges = zip(node.parents, node.local_derivatives, strict=True)
    for parent, derivative in edges:
        parent._grad += derivative * adjoint


def stateless_sweep(root: Node, seed: float, wanted: Sequence[Node]) -> list[float]:
    """The adjoints of the wanted nodes; no node's own adjoint is changed.

    A node that ``root`` was not computed from has 0.0.
    """
    with _traversal:
        order, _ = _mark_in_order(root)
        try:
            adjoints = [0.0] * len(order)
            for i, node in enumerate(order):  # a mark now tells the place in the list
                node._mark = (node._mark & HAS_ADJOINT) | (i << _PLACE) | DONE
            adjoints[-1] = seed
            for i in range(len(order) - 1, -1, -1):
                node, adjoint = order[i], adjoints[i]
                left = node._left
                if left is not None:
                    adjoints[left._mark >> _PLACE] += node._left_derivative * adjoint
                    right = node._right
                    if right is not None:
                        place = right._mark >> _PLACE
                        adjoints[place] += node._right_derivative * adjoint
                elif node._fused is not None:
                    edges = zip(*node._fused, strict=True)
                    for parent, derivative in edges:
                        adjoints[parent._mark >> _PLACE] += derivative * adjoint
            return [
                adjoints[node._mark >> _PLACE] if node._mark >= DONE else 0.0
                for node in wanted
            ]
        finally:
            _clear_marks(order)
