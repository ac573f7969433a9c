"""Matrices: rows and columns among dots.

In ``Z = W A`` the dots of one row have the same left factors, those of one column the
same right factors. So equal lists of left factors are a row, equal lists of right
factors a column; where every row meets every column, the group is one product. Lists
are compared by hashes, which only propose: `layout.operand_of` compares the tables.

In causal attention a row meets only the columns before it, and a sum has only the terms
so far. Such a triangle is a product with gaps: `triangle_in` finds missing entries,
`triangle_of_lists` missing terms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from autograd_scalar.program.layout import FIRST_CONSTANT
from autograd_scalar.program.tape import Ints

__all__ = [
    "Product",
    "Triangle",
    "hashes_of",
    "products_in",
    "sorted_terms",
    "triangle_in",
    "triangle_of_lists",
]

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


# ---- Products with gaps --------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Triangle:
    """A stack of products of which entries or terms are missing: there it has -1.

    ``left`` has the slots of each (part, row), ``right`` those of each (part, column).
    """

    members: Ints  # (part, row, column)
    left: Ints
    right: Ints

    def __str__(self) -> str:
        parts, rows, columns = self.members.shape
        inner = self.left.shape[-1]
        return f"{parts} of {rows}×{inner} · {inner}×{columns} with gaps"


def triangle_in(left: Ints, right: Ints) -> Triangle | None:
    """Return the product that a group of dots would be if no entries were missing.

    None if more than half of them are.

    >>> Q, K = np.arange(6).reshape(3, 2), 10 + np.arange(6).reshape(3, 2)
    >>> rows, columns = np.tril_indices(3)
    >>> found = triangle_in(Q[rows], K[columns])
    >>> print(found)
    1 of 3×2 · 2×3 with gaps
    >>> found.members[0].tolist()
    [[0, -1, -1], [1, 2, -1], [3, 4, 5]]
    """
    rows, columns = _ids(left, in_order=True), _ids(right, in_order=True)
    members = _stacked(rows, columns)
    if members is None or min(members.shape[1:]) == 1 or 2 * len(rows) < members.size:
        return None
    some = members.max(axis=2), members.max(axis=1)  # a member of each row and column
    found = Triangle(members, left[some[0]], right[some[1]])
    part, row, column = np.nonzero(members >= 0)
    own = members[part, row, column]
    is_exact = np.array_equal(found.left[part, row], left[own]) and np.array_equal(
        found.right[part, column], right[own]
    )
    return found if is_exact else None


def triangle_of_lists(whole: Ints, other: Ints, starts: Ints) -> Triangle | None:
    """Return the product that sums of several lengths would be without missing terms.

    Each sum has its terms from ``starts`` on. The longest tell which factors of
    ``whole`` stand in one row; factors of ``other`` are missing in the shorter ones.

    >>> V, P = np.array([[0, 1, 2], [3, 4, 5]]), [[10], [11, 12], [13, 14, 15]]
    >>> sums = [(V[j, : len(p)], p) for j in range(2) for p in P]
    >>> starts = np.cumsum([0, *[len(p) for _, p in sums]])[:-1]
    >>> found = triangle_of_lists(*map(np.concatenate, zip(*sums)), starts)
    >>> print(found)
    1 of 2×3 · 3×3 with gaps
    >>> found.right[0].tolist()
    [[10, -1, -1], [11, 12, -1], [13, 14, 15]]
    """
    lengths = np.diff(np.append(starts, len(whole)))
    longest = int(lengths.max())
    if 2 * len(whole) < longest * len(starts):
        return None
    full = starts[lengths == longest]
    lists = whole[full[:, None] + np.arange(longest)]
    _, first = np.unique(hashes_of(lists), return_index=True)
    lists = lists[np.sort(first)]
    slots, at = np.unique(lists, return_index=True)
    if len(slots) < lists.size:  # a factor stands in two rows
        return None
    found = np.searchsorted(slots, whole)
    if found.max() == len(slots) or not np.array_equal(slots[found], whole):
        return None
    row, place = np.divmod(at[found], longest)
    rows = row[starts]
    if not np.array_equal(np.repeat(rows, lengths), row):
        return None
    # Where the other factors stand in the sum is part of what a column is.
    pair = _mixed(
        other.astype(np.uint64) * np.uint64(longest) + place.astype(np.uint64)
    )
    _, first, columns = np.unique(
        np.add.reduceat(pair, starts), return_index=True, return_inverse=True
    )
    rank = np.argsort(np.argsort(other[starts[first]], kind="stable"))
    columns = rank[columns.ravel()]
    members = _stacked(rows, columns)
    if members is None or members.min() < 0 or members.shape[2] == 1:
        return None
    table = np.full((len(first), longest), -1)
    table[np.repeat(columns, lengths), place] = other
    if np.count_nonzero(table >= 0) != lengths[first].sum() or not np.array_equal(
        table[np.repeat(columns, lengths), place], other
    ):
        return None
    return Triangle(
        members, lists[rows[members[:, :, 0]]], table[columns[members[:, 0]]]
    )


def _stacked(rows: Ints, columns: Ints) -> Ints | None:
    """Return the member at each (part, row, column); -1 where there is none.

    None if two members are at one place, or the parts have several shapes.
    """
    height, width = int(rows.max()) + 1, int(columns.max()) + 1
    if len(np.unique(rows * width + columns)) < len(rows):
        return None
    part = _components(rows, columns, height, width)
    of_row, of_column = (
        np.empty(height, dtype=np.int64),
        np.empty(width, dtype=np.int64),
    )
    of_row[rows], of_column[columns] = part, part
    sizes = [np.unique(of, return_counts=True)[1] for of in (of_row, of_column)]
    parts, (r, c) = len(sizes[0]), (int(size[0]) for size in sizes)
    if np.any(sizes[0] != r) or np.any(sizes[1] != c):
        return None
    members = np.full((parts, r, c), -1)
    place = [np.argsort(np.argsort(of, kind="stable")) for of in (of_row, of_column)]
    row, column = place[0][rows], place[1][columns]
    members[row // r, row % r, column % c] = np.arange(len(rows))
    return members
