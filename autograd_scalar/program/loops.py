"""Loops: how numbers are walked through, and which loops are a matrix product.

An `Access` says where the numbers of an operand are. A loop has an extent and one
stride for each operand; the outermost comes first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from operator import itemgetter
from typing import Final, TypeAlias

__all__ = [
    "Access",
    "Extents",
    "Loop",
    "Product",
    "SumOfProducts",
    "inner_last",
    "loops_over",
    "merged",
]

_SHORT: Final = 8  # numbers: fewer of them fill no vector
_LANES: Final = 8  # numbers of a vector
# In multiplications of vectors: adding up the numbers of one, and copying a number.
_SUM_OF_VECTOR: Final = 6
_COPY: Final = 2
_WIDE: Final = 8  # times as fast is a loop that vectors can run along

Extents: TypeAlias = dict[str, int]  # by the label of the axis
Loop: TypeAlias = tuple[int, ...]  # the extent, then the stride of each operand


@dataclass(frozen=True, slots=True)
class Access:
    """Where numbers are, and how far apart along each axis on which they change."""

    space: int
    offset: int
    strides: Mapping[str, int]

    @property
    def address(self) -> int:
        """The place of the first number as one integer."""
        return self.offset << 3 | self.space

    def along(self, label: str) -> int:
        """Return the stride along an axis; 0 where the numbers do not change."""
        return self.strides.get(label, 0)


def merged(loops: Sequence[Loop]) -> list[Loop]:
    """Return the loops with neighbours made one where every stride allows it.

    >>> merged([(3, 20, 20), (4, 5, 5), (5, 1, 1)])
    [(60, 1, 1)]
    """
    found = [*loops]
    k = 0
    while k + 1 < len(found):
        (outer, *far), (inner, *near) = found[k], found[k + 1]
        if far == [inner * stride for stride in near]:
            found[k : k + 2] = [(outer * inner, *near)]
            k = max(k - 1, 0)
        else:
            k += 1
    return found


def inner_last(loops: list[Loop]) -> list[Loop]:
    """Return the loops with the one last that vectors can run along, or the longest.

    >>> inner_last([(100, 1, 1), (30, 100, 7)])
    [(30, 100, 7), (100, 1, 1)]
    """

    def gain(k: int) -> int:
        size, *strides = loops[k]
        return size * (_WIDE if all(0 <= stride <= 1 for stride in strides) else 1)

    best = max(range(len(loops)), key=lambda k: (gain(k), k))
    return [loop for k, loop in enumerate(loops) if k != best] + [loops[best]]


@dataclass(frozen=True, slots=True)
class Product:
    """A matrix product: "tiles" or "dots", its sizes and strides, the loops around it.

    The rows are those of the left factor; ``is_swapped`` makes the right one the left.
    """

    kind: str
    words: tuple[int, ...]
    loops: list[Loop]
    is_swapped: bool


@dataclass(frozen=True, slots=True)
class SumOfProducts:
    """``out (+)= Σ left * right`` over the axes along which ``out`` does not change."""

    out: Access
    left: Access
    right: Access
    extents: Extents

    def loops(self) -> list[Loop]:
        """Return it as nested loops."""
        found = loops_over(self.extents, self.out, self.left, self.right)
        return merged(inner_last(found))

    def packing(self) -> tuple[str, str]:
        """Return the axes along which copies of the factors should lie side by side.

        "" where a factor is good as it is, or a copy would not pay.
        """
        roles = self._roles()
        if roles is None:
            return "", ""
        rows, columns, inner = roles
        ways = [(self._cost_of_dots(roles), inner, inner)]
        if columns and self.out.along(columns) == 1:
            ways.append((self._cost_of_tiles(rows, columns, inner), "", columns))
        if rows and self.out.along(rows) == 1:
            ways.append((self._cost_of_tiles(columns, rows, inner), rows, ""))
        cost, left, right = min(ways, key=itemgetter(0))
        if cost == self._cost_of_dots(roles) and self.extents[inner] < _SHORT:
            return "", ""
        return left, right

    def _cost_of_tiles(self, rows: str, columns: str, inner: str) -> float:
        """Return what a product by tiles costs, in multiplications of vectors."""
        factor = self.left if self.left.along(columns) else self.right
        vectors = -(-self.extents[columns] // _LANES)
        products = self.extents.get(rows, 1) * self.extents[inner] * vectors
        return products + self._cost_of_copy(factor, columns, (columns, inner))

    def _cost_of_dots(self, roles: tuple[str, str, str]) -> float:
        """Return what it costs as inner products, each the sum of a vector."""
        rows, columns, inner = roles
        count = self.extents.get(rows, 1) * self.extents.get(columns, 1)
        vectors = -(-self.extents[inner] // _LANES)
        copies = [
            self._cost_of_copy(factor, inner, (axis, inner))
            for factor, axis in ((self.left, rows), (self.right, columns))
        ]
        return count * (vectors + _SUM_OF_VECTOR) + sum(copies)

    def _cost_of_copy(self, factor: Access, label: str, axes: tuple[str, str]) -> float:
        if factor.along(label) == 1:
            return 0.0
        return _COPY * prod([self.extents.get(axis, 1) for axis in axes])

    def product(self) -> Product | None:
        """Return it as a matrix product; None if it is none, or the factors lie apart.

        Tiles need the columns of the result and of a factor side by side, dots the
        inner axis of both factors.
        """
        roles = self._roles()
        if roles is None:
            return None
        inner = roles[2]
        is_dot = self.left.along(inner) == self.right.along(inner) == 1
        for is_swapped in (False, True):
            a, b = (self.right, self.left) if is_swapped else (self.left, self.right)
            i, j = roles[1::-1] if is_swapped else roles[:2]
            is_tiled = bool(j) and self.out.along(j) == b.along(j) == 1
            if is_tiled and not (
                is_dot and self._cost_of_dots(roles) < self._cost_of_tiles(i, j, inner)
            ):
                strides = self.out.along(i), a.along(i), a.along(inner), b.along(inner)
                return self._as("tiles", (i, j, inner), strides, is_swapped=is_swapped)
        if not is_dot:
            return None
        i, j, _ = roles
        of_out = self.out.along(i), self.out.along(j)
        strides = *of_out, self.left.along(i), self.right.along(j)
        return self._as("dots", roles, strides, is_swapped=False)

    def _as(
        self,
        kind: str,
        roles: tuple[str, ...],
        strides: tuple[int, ...],
        *,
        is_swapped: bool,
    ) -> Product:
        sizes = [self.extents.get(role, 1) for role in roles]
        factors = (self.right, self.left) if is_swapped else (self.left, self.right)
        others = {x: n for x, n in self.extents.items() if x not in roles}
        loops = merged(
            [
                (n, self.out.along(x), *[factor.along(x) for factor in factors])
                for x, n in others.items()
            ]
        )
        return Product(kind, (*sizes, *strides), loops, is_swapped)

    def _roles(self) -> tuple[str, str, str] | None:
        """Return the axes of rows, columns and products; "" for a missing one."""
        found: dict[tuple[bool, ...], str] = {}
        for x, size in self.extents.items():
            all_three = self.out, self.left, self.right
            moves = tuple([access.along(x) != 0 for access in all_three])
            if size > self.extents.get(found.get(moves, ""), 0):
                found[moves] = x
        rows = found.get((True, True, False), "")
        columns = found.get((True, False, True), "")
        inner = found.get((False, True, True), "")
        return (rows, columns, inner) if inner and (rows or columns) else None


def loops_over(extents: Extents, *accesses: Access) -> list[Loop]:
    """Return nested loops over some axes; there is always one.

    >>> loops_over({"a": 3, "b": 4}, Access(0, 0, {"a": 4, "b": 1}))
    [(12, 1)]
    """
    loops = [
        (size, *[access.along(label) for access in accesses])
        for label, size in extents.items()
    ]
    return merged(loops) or [(1, *[0 for _ in accesses])]
