"""Matrices: rows and columns among dots.

In ``Z = W A`` the dots of one row have the same left factors, those of one column the
same right factors. So equal lists of left factors are a row, equal lists of right
factors a column; where every row meets every column, the group is one product. Lists
are compared by hashes, which only propose: `layout.operand_of` compares the tables.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from autograd_scalar.program.layout import FIRST_CONSTANT
from autograd_scalar.program.tape import Ints

__all__ = ["Product", "hashes_of", "products_in", "sorted_terms"]

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """Members of a group as (row, column), or (part, row, column) of several products.

    ``left`` and ``right`` have the terms of each member along the last axis.
    """

    members: Ints
    left: Ints
    right: Ints

    def __str__(self) -> str:
        *batch, rows, columns = self.members.shape
        inner = self.left.shape[-1]
        times = f"{batch[0]} products " if batch else ""
        return f"{times}{rows}×{inner} · {inner}×{columns}"


def sorted_terms(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Return the factors with the terms of each row in the order of their slots."""
    count, terms = left.shape
    row = np.repeat(np.arange(count), terms)
    order = np.lexsort((right.ravel(), left.ravel(), row))
    return (
        left.ravel()[order].reshape(count, terms),
        right.ravel()[order].reshape(count, terms),
    )


def products_in(left: Ints, right: Ints) -> list[Product] | None:
    """Return the products that a group of dots consists of; None if it does not.

    ``left`` and ``right`` are tables of slots, one row a dot, its terms sorted.

    >>> W, A = np.array([[0, 1], [2, 3]]), np.array([[10, 12], [11, 13]])
    >>> left, right = W[[0, 0, 1, 1]], A.T[[0, 1, 0, 1]]
    >>> for product in products_in(*sorted_terms(left, right)):
    ...     print(product)
    2×2 · 2×2
    """
    found = _proposed(left, right, in_order=True)
    if found is not None and len(found) == 1 and found[0].members.ndim == 2:  # noqa: PLR2004
        return found
    # Weights in any order: the terms of a row then stand in an order of its own.
    other = _proposed(left, right, in_order=False)
    if other is not None:
        other = list(map(_aligned, other))
        if all(map(_is_exact, other)) and (
            found is None or _parts(other) < _parts(found)
        ):
            return other
    return found


def _proposed(left: Ints, right: Ints, *, in_order: bool) -> list[Product] | None:
    rows, columns = _ids(left, in_order), _ids(right, in_order)
    return _products(rows, _separated(rows, columns), left, right)


def _parts(products: list[Product]) -> int:
    return sum(len(p.members) if p.members.ndim > 2 else 1 for p in products)  # noqa: PLR2004


def _aligned(product: Product) -> Product:
    """Order the terms of each row so that its right factors stand as in the first."""
    right = product.right[..., 0, :]  # of the first column
    order = np.argsort(right, axis=-1, kind="stable")
    ranks = np.argsort(order[..., :1, :], axis=-1, kind="stable")
    permutation = np.take_along_axis(order, np.broadcast_to(ranks, order.shape), -1)
    along = np.broadcast_to(permutation[..., None, :], product.left.shape)
    return Product(
        product.members,
        np.take_along_axis(product.left, along, -1),
        np.take_along_axis(product.right, along, -1),
    )


def _is_exact(product: Product) -> bool:
    left, right = product.left, product.right
    return np.array_equal(
        left, np.broadcast_to(left[..., :1, :], left.shape)
    ) and np.array_equal(right, np.broadcast_to(right[..., :1, :, :], right.shape))


def _ids(table: Ints, in_order: bool) -> Ints:
    """Return equal numbers for equal rows of slots.

    In the order of their first slots; rows of constants as they come.
    """
    if in_order:
        hashes = hashes_of(table)
    else:
        hashes = _mixed(table.astype(np.uint64)).sum(axis=1)
    _, first, ids = np.unique(hashes, return_index=True, return_inverse=True)
    if table[0, 0] >= FIRST_CONSTANT:
        rank = np.argsort(np.argsort(first))
    else:
        rank = np.argsort(np.lexsort((first, table[first].min(axis=1))))
    numbers: Ints = rank[ids.ravel()]
    return numbers


def hashes_of(table: Ints) -> Hashes:
    """Return a hash of each row, its order counting."""
    weights = _mixed(np.arange(table.shape[1]).astype(np.uint64)) | np.uint64(1)
    found: Hashes = (_mixed(table.astype(np.uint64)) * weights).sum(axis=1)
    return found


def _mixed(x: Hashes) -> Hashes:
    """Return splitmix64 of each number."""
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def _separated(rows: Ints, columns: Ints) -> Ints:
    """Make the n-th repeat of a (row, column) a column of its own.

    Examples that occur twice in the data are two columns.
    """
    width = int(columns.max()) + 1
    pair = rows * width + columns
    order = np.argsort(pair, kind="stable")
    ranked = pair[order]
    heads = np.flatnonzero(np.concatenate([[True], np.diff(ranked) != 0]))
    lengths = np.diff(np.append(heads, len(ranked)))
    if lengths.max() == 1:
        return columns
    nth = np.empty(len(pair), dtype=np.int64)
    nth[order] = np.arange(len(pair)) - np.repeat(heads, lengths)
    key = columns * (int(nth.max()) + 1) + nth
    _, separate = np.unique(key, return_inverse=True)
    # In the order of the first member, so that duplicates keep their place.
    firsts = np.full(int(separate.max()) + 1, len(pair))
    np.minimum.at(firsts, separate.ravel(), np.arange(len(pair)))
    is_repeated = len(firsts) * (int(rows.max()) + 1) == len(pair)
    rank = np.argsort(np.argsort(firsts)) if is_repeated else np.arange(len(firsts))
    numbers: Ints = rank[separate.ravel()]
    return numbers


def _products(
    rows: Ints, columns: Ints, left: Ints, right: Ints
) -> list[Product] | None:
    count = len(rows)
    height, width = int(rows.max()) + 1, int(columns.max()) + 1
    if height * width == count:
        return [_product(np.lexsort((columns, rows)), (height, width), left, right)]
    if height == width == count:
        return None
    part = _components(rows, columns, height, width)
    order = np.lexsort((columns, rows, part))
    bounds = np.flatnonzero(np.diff(part[order])) + 1
    shapes: dict[tuple[int, int], list[Ints]] = {}
    for members in np.split(order, bounds):
        shape = len(np.unique(rows[members])), len(np.unique(columns[members]))
        if shape[0] * shape[1] != len(members):
            return None
        shapes.setdefault(shape, []).append(members)
    if len(shapes.get((1, 1), ())) > 1:  # most share nothing: no matrices
        return None
    return [
        _product(np.concatenate(found), (len(found), *shape), left, right)
        for shape, found in shapes.items()
    ]


def _product(order: Ints, shape: tuple[int, ...], left: Ints, right: Ints) -> Product:
    members = order.reshape(shape)
    return Product(members, left[members], right[members])


def _components(rows: Ints, columns: Ints, height: int, width: int) -> Ints:
    """Return the connected component of each (row, column), by its lowest row."""
    label = np.arange(height)
    while True:
        of_column = np.full(width, height)
        np.minimum.at(of_column, columns, label[rows])
        lower = label.copy()
        np.minimum.at(lower, rows, of_column[columns])
        if np.array_equal(lower, label):
            return label[rows]
        label = lower
