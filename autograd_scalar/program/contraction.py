"""Contractions: sums of products of two arrays over the axes that a result lacks.

Axes have labels, as in `numpy.einsum`; a matrix product is ``ak, bk -> ab``. Where both
arrays bring an axis of their own, NumPy's matmul does the work, which calls the BLAS.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import TypeAlias

import numpy as np

from autograd_scalar.program.tape import Floats

__all__ = ["Labelled", "contraction", "labelled", "with_gaps"]

Labelled: TypeAlias = tuple[Floats, str]
Run: TypeAlias = Callable[[], Floats]


def labelled(array: Floats, labels: str) -> Labelled:
    """Return the array without its axes of size 1, and the labels of the others."""
    keep = [axis for axis, size in enumerate(array.shape) if size != 1]
    drop = tuple([axis for axis, size in enumerate(array.shape) if size == 1])
    return array.squeeze(drop), "".join([labels[axis] for axis in keep])


def contraction(left: Labelled, right: Labelled | None, out: Labelled) -> Run:
    """Return a function that computes the contraction and returns it.

    Its result has the axes of ``out`` or broadcasts to them; it is written into the
    array of ``out`` if that saves a copy, so use that array for nothing else.

    >>> a, b = np.arange(6.0).reshape(2, 3), np.ones((4, 3))
    >>> run = contraction((a, "ak"), (b, "bk"), (np.empty((2, 4)), "ab"))
    >>> run().tolist()
    [[3.0, 3.0, 3.0, 3.0], [12.0, 12.0, 12.0, 12.0]]
    """
    buffer, labels = out
    if right is None:
        return _sum(left, buffer, labels)
    of_a, of_b = left[1], right[1]
    shared = [x for x in of_a if x in of_b]
    inner = [x for x in shared if x not in labels]
    rows = [x for x in of_a if x not in of_b and x in labels]
    columns = [x for x in of_b if x not in of_a and x in labels]
    alone = [x for x in of_a + of_b if x not in labels and x not in shared]
    if not inner and not alone:
        return _pointwise(left, right, buffer, labels)
    batch = [x for x in shared if x in labels]
    if alone or not inner or not (rows or columns):
        return _einsum(left, right, buffer, labels)
    if len(rows) <= 1 and len(columns) <= 1 and len(inner) == 1 and not batch:
        return _matrix(left, right, buffer, labels)
    if not (rows and columns):
        return _einsum(left, right, buffer, labels)
    return _reshaped(left, right, buffer, labels, (batch, rows, inner, columns))


def with_gaps(left: Labelled, right: Labelled, out: Labelled, flags: Labelled) -> Run:
    """Return the contraction in which ``left`` has numbers only where a flag is 1.

    It is 0 elsewhere, which in a product with a number is nothing. Only if ``right``
    has an infinity or a nan, the products are chosen before they are added.

    >>> a, there = np.array([[2.0, 0.0], [3.0, 4.0]]), np.tri(2)
    >>> b, out = np.array([1.0, np.inf]), np.empty(2)
    >>> with np.errstate(invalid="ignore"):
    ...     with_gaps((a, "ak"), (b, "k"), (out, "a"), (there, "ak"))().tolist()
    [2.0, inf]
    """
    run = contraction(left, right, out)
    labels, (other, of_other) = out[1], right
    inner = [x for x in dict.fromkeys(left[1] + of_other) if x not in labels]
    every = labels + "".join(inner)
    axes = tuple(range(len(labels), len(every)))
    views = [_in_order(*x, every) for x in (left, right)]
    is_there = _in_order(*flags, every) == 1.0

    def careful() -> Floats:
        if np.isfinite(other).all():
            return run()
        products = np.where(is_there, views[0] * views[1], 0.0)
        found: Floats = np.add.reduce(products, axis=axes)
        return found

    return careful


def _expanded(labels: str, out: str) -> tuple[slice | None, ...]:
    """Return the index that gives an array the axes of ``out``, in its order."""
    return tuple([slice(None) if x in labels else None for x in out])


def _in_order(array: Floats, labels: str, out: str) -> Floats:
    """Return a view with the axes in the order of ``out``, 1 where it has none."""
    order = [labels.index(x) for x in out if x in labels]
    return array.transpose(order)[(*_expanded(labels, out), ...)]  # never a scalar


def _sum(left: Labelled, buffer: Floats, labels: str) -> Run:
    array, own = left
    axes = tuple([axis for axis, x in enumerate(own) if x not in labels])
    rest = "".join([x for x in own if x in labels])
    if not axes:
        view = _in_order(array, own, labels)
        return lambda: view
    if rest == labels:
        return lambda: np.add.reduce(array, axis=axes, out=buffer)
    return lambda: _in_order(np.asarray(np.add.reduce(array, axis=axes)), rest, labels)


def _pointwise(left: Labelled, right: Labelled, buffer: Floats, labels: str) -> Run:
    a, b = _in_order(*left, labels), _in_order(*right, labels)
    if np.broadcast_shapes(a.shape, b.shape) == buffer.shape:
        return lambda: np.multiply(a, b, out=buffer)
    return lambda: np.multiply(a, b)


def _einsum(left: Labelled, right: Labelled, buffer: Floats, labels: str) -> Run:
    (a, of_a), (b, of_b) = left, right
    if not labels and of_a == of_b and len(of_a) == 1:
        return lambda: np.dot(a, b)
    present = "".join([x for x in labels if x in of_a or x in of_b])
    formula = f"{of_a},{of_b}->{present}"
    if present == labels:
        return lambda: np.einsum(formula, a, b, out=buffer)
    index = _expanded(present, labels)
    return lambda: np.einsum(formula, a, b)[index]


def _matrix(left: Labelled, right: Labelled, buffer: Floats, labels: str) -> Run:
    """Return a product of two matrices, or of a matrix and a vector."""
    (a, of_a), (b, of_b) = left, right
    inner = next(x for x in of_a if x in of_b)
    a = a if of_a[-1] == inner else a.T
    b = b if of_b[0] == inner else b.T
    result = (of_a + of_b).replace(inner, "")
    if result == labels:
        return lambda: np.matmul(a, b, out=buffer)
    if result[::-1] == labels:
        a, b = b.T, a.T
        return lambda: np.matmul(a, b, out=buffer)
    return lambda: _in_order(np.matmul(a, b), result, labels)


def _reshaped(
    left: Labelled,
    right: Labelled,
    buffer: Floats,
    labels: str,
    axes: tuple[list[str], list[str], list[str], list[str]],
) -> Run:
    """Return a stack of products; axes of one role become one axis."""
    batch, rows, inner, columns = axes
    (a, of_a), (b, of_b) = left, right
    size = dict(zip(of_a + of_b, a.shape + b.shape, strict=True))
    a = _in_order(a, of_a, "".join(batch + rows + inner))
    b = _in_order(b, of_b, "".join(batch + inner + columns))
    stack = tuple([size[x] for x in batch])
    height, depth, width = (
        prod([size[x] for x in role]) for role in (rows, inner, columns)
    )
    result = "".join(batch + rows + columns)
    shape = tuple([size[x] for x in result])

    def run() -> Floats:
        found = np.matmul(
            a.reshape((*stack, height, depth)), b.reshape((*stack, depth, width))
        )
        return _in_order(found.reshape(shape), result, labels)

    return run
