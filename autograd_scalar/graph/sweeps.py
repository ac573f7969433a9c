"""The two traversals of a graph: forward order and reverse sweep. No recursion.

``Node._mark`` is twice the number of the traversal that last reached the node, plus
HAS_ADJOINT. Each traversal takes a new number, to which older marks mean nothing: no
mark is ever cleared, and an interrupted traversal leaves nothing behind.
"""

from __future__ import annotations

import os
import sys
from _thread import RLock
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from autograd_scalar.errors import OperandError, TraversalError
from autograd_scalar.graph.node import HAS_ADJOINT, Node
from autograd_scalar.native import Unchecked, i64, mypyc_attr
from autograd_scalar.operands import no_value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = [
    "Numbered",
    "contribute",
    "numbered",
    "reverse_sweep",
    "stateless_sweep",
    "topological_order",
]


N = TypeVar("N", bound="Node")


@mypyc_attr(acyclic=True)
class _Turn:
    """The next free mark, and whether a traversal is running."""

    __slots__ = ("lock", "mark", "open")

    lock: Any  # marks are shared by all threads: one traversal at a time
    mark: i64
    open: bool

    def __init__(self) -> None:
        self.lock = RLock()
        self.mark = 2
        self.open = False


_turn: Final = _Turn()


def _wait_for_the_traversal() -> None:
    """Take the turn before a fork: no traversal of another thread is cut in two.

    The child has this thread alone. A traversal of another one would stand still in it
    for ever, its lock taken and its nodes half written.
    """
    _turn.lock.acquire()


def _go_on() -> None:
    """Give the turn back after a fork."""
    _turn.lock.release()


def _go_on_in_the_child() -> None:
    """Give the turn back; make a new one if Ctrl-C had ended the wait for it."""
    try:
        _turn.lock.release()
    except RuntimeError:  # not taken: another thread had it, and is no more
        _turn.lock = RLock()
        _turn.open = False


# Not every system can fork; there `dict` takes the names, and does nothing.
getattr(os, "register_at_fork", dict)(
    before=_wait_for_the_traversal,
    after_in_parent=_go_on,
    after_in_child=_go_on_in_the_child,
)


_RUNNING: Final = (
    "backward() is not re-entrant: another traversal is running (called from a signal"
    " handler or finalizer?); call it after that has ended"
)

if sys.version_info >= (3, 14):

    def _alone(work: Callable[..., Any], *operands: object) -> Any:
        """Call ``work`` while no other traversal runs, in this thread or another."""
        # Not `with`: CPython 3.14 may leave that right after it took the lock, at a
        # Ctrl-C, and never give it back (python/cpython#148874).
        lock = _turn.lock
        try:
            lock.acquire()
            if _turn.open:
                raise TraversalError(_RUNNING)
            try:
                _turn.open = True
                result = work(*operands)
            finally:
                _turn.open = False
        finally:
            try:  # noqa: SIM105  (a call of another function is a place for Ctrl-C)
                lock.release()
            except RuntimeError:  # not taken: Ctrl-C has ended the wait for it
                pass
        return result

else:  # what that needs without memory ends CPython 3.12 and 3.13

    def _alone(work: Callable[..., Any], *operands: object) -> Any:
        """Call ``work`` while no other traversal runs, in this thread or another."""
        with _turn.lock:
            if _turn.open:
                raise TraversalError(_RUNNING)
            try:
                _turn.open = True
                result = work(*operands)
            finally:
                _turn.open = False
        return result


def topological_order(root: N | Unchecked) -> list[N]:
    """Return every node that ``root`` was computed from, parents first, ``root`` last.

    The order is depth-first post-order with parents taken left to right: fixed, so
    that sums of contributions have the same bits in every process.

    >>> from autograd_scalar import Value
    >>> a, b = Value(2.0, "a"), Value(3.0, "b")
    >>> c = (a * b).named("c")
    >>> [node.label for node in topological_order((c + a).named("d"))]
    ['a', 'b', 'c', 'd']

    Raises:
        OperandError: ``root`` is not a Value.
    """
    if not isinstance(root, Node):
        raise OperandError(no_value("topological_order()", root))
    order: list[Node] = []
    _alone(_visit, root, order, [], False)
    return cast("list[N]", order)


def _visit(root: Node, order: list[Node], holding: list[Node], sweeping: bool) -> None:
    """Fill ``order``, and ``holding`` with those nodes that have an adjoint already.

    All others hold 0.0, so a sweep resets the nodes of ``holding`` alone.
    """
    fresh = _turn.mark
    _turn.mark = fresh + 2
    holds = fresh + HAS_ADJOINT
    unless_it_holds = holds if sweeping else fresh
    stack: list[Node] = [root]
    while stack:
        node = stack.pop()
        while True:
            left = node._left
            while left is not None and left._mark < fresh:
                stack.append(node)  # visited again after its left side
                node = left
                left = node._left
            right = node._right
            if right is None or right._mark >= fresh:
                break
            stack.append(node)
            node = right
        if node._fused is not None and node._mark < fresh:
            parents = node._fused[0]
            stack.append(node)
            bottom = len(stack)
            for parent in reversed(parents):
                if parent._mark < fresh:
                    stack.append(parent)  # noqa: PERF401  (compiled, this is faster)
            if len(stack) > bottom:
                continue
            stack.pop()
        mark = node._mark
        if mark < fresh:  # not yet reached through another user
            # Listed, then marked: what a list has no memory for keeps its mark.
            if mark & HAS_ADJOINT:
                holding.append(node)
                order.append(node)
                node._mark = holds
            else:
                order.append(node)
                node._mark = unless_it_holds


def reverse_sweep(root: Node, seed: float) -> None:
    """Accumulate each edge's contribution, users before parents (the chain-rule sum).

    Interior nodes end with the adjoints of this sweep; leaves add this sweep's adjoint
    to what they held, in one addition. Interrupted, it leaves every leaf as it was,
    and interior nodes without an adjoint.
    """
    _alone(_reverse_sweep, root, seed)


def _reverse_sweep(root: Node, seed: float) -> None:
    order: list[Node] = []
    holding: list[Node] = []
    leaves: list[Node] = []  # those of `holding` ...
    held: list[float] = []  # ... and what they had accumulated
    changed = False  # of the adjoints; marks change before
    # Undoing must not ask for memory. So its iterators are made here, and it unpacks no
    # pairs, which would take one more. And this function is short: from beyond 256
    # instructions CPython asks for an int, again and again, to get out of `except`.
    seen = _turn.mark
    holds = seen + HAS_ADJOINT
    visited, marked = iter(order), iter(holding)
    summed, sums = iter(leaves), iter(held)
    try:
        _visit(root, order, holding, True)
        _note_sums(holding, leaves, held)
        changed = True
        _accumulate(root, seed, order, holding)
        _add_sums(leaves, held)
    except BaseException:  # KeyboardInterrupt, MemoryError
        for node in visited:
            node._mark = seen
            if changed:
                node._grad = 0.0
        if changed:
            for leaf in summed:
                leaf._grad = next(sums)
                leaf._mark = holds
        else:
            for node in marked:
                node._mark = holds
        raise


def _note_sums(holding: list[Node], leaves: list[Node], held: list[float]) -> None:
    for node in holding:
        if node._primitive is None:
            leaves.append(node)
            held.append(node._grad)


def _add_sums(leaves: list[Node], held: list[float]) -> None:
    for k in range(len(leaves)):
        leaves[k]._grad += held[k]


def _accumulate(
    root: Node, seed: float, order: list[Node], holding: list[Node]
) -> None:
    for node in holding:
        node._grad = 0.0
    root._grad = seed
    for node in reversed(order):
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
    # Not strict=True: compiled, this loop then costs no iterator.
    for parent, derivative in zip(node.parents, node.local_derivatives):  # noqa: B905
        parent._grad += derivative * adjoint


def stateless_sweep(root: Node, seed: float, wanted: Sequence[Node]) -> list[float]:
    """Return the adjoints of the wanted nodes; no node's own adjoint is changed.

    A node that ``root`` was not computed from has 0.0.
    """
    found: list[float] = _alone(_stateless_sweep, root, seed, wanted)
    return found


def _stateless_sweep(root: Node, seed: float, wanted: Sequence[Node]) -> list[float]:
    order: list[Node] = []
    _visit(root, order, [], False)
    first = _number(order)
    adjoints = [0.0] * len(order)
    adjoints[-1] = seed
    for i in range(len(order) - 1, -1, -1):
        node, adjoint = order[i], adjoints[i]
        left = node._left
        if left is not None:
            adjoints[(left._mark - first) >> 1] += node._left_derivative * adjoint
            right = node._right
            if right is not None:
                place = (right._mark - first) >> 1
                adjoints[place] += node._right_derivative * adjoint
        elif node._fused is not None:
            parents, derivatives = node._fused
            # Not strict=True, as in contribute().
            for parent, derivative in zip(parents, derivatives):  # noqa: B905
                adjoints[(parent._mark - first) >> 1] += derivative * adjoint
    return [
        adjoints[(node._mark - first) >> 1] if node._mark >= first else 0.0
        for node in wanted
    ]


def numbered(root: Node, wanted: Sequence[Node]) -> Numbered:
    """Return the nodes under the root, numbered in topological order."""
    graph = Numbered()
    _alone(_fill, graph, root, wanted)
    return graph


@mypyc_attr(acyclic=True)
class Numbered:
    """A topological order with the parents of each node as indices into it."""

    __slots__ = ("order", "parents", "starts", "wanted")

    order: list[Node]
    parents: list[int]  # the parents of node 0, then those of node 1, …
    starts: list[int]  # parents[starts[i]:starts[i + 1]] are those of node i
    wanted: list[int]  # -1 where the root does not depend on the node

    def __init__(self) -> None:
        self.order = []
        self.parents = []
        self.starts = [0]
        self.wanted = []


def _fill(graph: Numbered, root: Node, wanted: Sequence[Node]) -> None:
    order, parents, starts = graph.order, graph.parents, graph.starts
    _visit(root, order, [], False)
    first = _number(order)
    for node in order:
        left, right = node._left, node._right
        if left is not None:
            parents.append((left._mark - first) >> 1)
            if right is not None:
                parents.append((right._mark - first) >> 1)
        elif node._fused is not None:
            for parent in node._fused[0]:
                parents.append((parent._mark - first) >> 1)
        starts.append(len(parents))
    graph.wanted = [
        (node._mark - first) >> 1 if node._mark >= first else -1 for node in wanted
    ]


def _number(order: list[Node]) -> i64:
    """Renumber the marks so that ``(mark - first) >> 1`` is a node's index.

    Returns ``first``, the mark of the first node of the order.
    """
    first = _turn.mark
    _turn.mark = mark = first + 2 * len(order)
    for node in reversed(order):
        mark -= 2
        node._mark = mark + (node._mark & HAS_ADJOINT)
    return first
