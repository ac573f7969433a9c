"""The order of the items in each layer, so that few links cross."""

from __future__ import annotations

from bisect import bisect_right, insort
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from autograd_scalar.render.layers import Net

__all__ = ["count_crossings", "order_rows"]

_SWEEPS: Final = 24
_SWEEPS_IF_LARGE: Final = 4
_LARGE: Final = 1500


def order_rows(net: Net) -> None:
    """Sort each row of ``net`` in place: barycentre sweeps, the best order kept."""
    place = [0.0] * len(net.before)
    for row in net.rows:
        _number(row, place)
    best = [list(row) for row in net.rows]
    fewest = count_crossings(net, place)
    large = len(place) > _LARGE
    sweeps = _SWEEPS_IF_LARGE if large else _SWEEPS
    for sweep in range(sweeps):
        if fewest == 0:
            break
        forward = sweep % 2 == 0
        for row in net.rows if forward else reversed(net.rows):
            _sort(row, net, place, forward=forward)
        if large and forward:
            continue  # counting takes longer than sorting
        crossings = count_crossings(net, place)
        if crossings < fewest:
            fewest = crossings
            best = [list(row) for row in net.rows]
    net.rows[:] = best


def _number(row: list[int], place: list[float]) -> None:
    """Places count from the middle, so that rows of unlike length can be compared."""
    middle = (len(row) - 1) / 2
    for index, item in enumerate(row):
        place[item] = index - middle


def _sort(row: list[int], net: Net, place: list[float], *, forward: bool) -> None:
    first, second = (net.before, net.after) if forward else (net.after, net.before)

    def barycentre(item: int) -> float:
        around = first[item] or second[item]
        if not around:
            return place[item]
        return sum([place[other] for other in around]) / len(around)

    row.sort(key=barycentre)
    _number(row, place)


def count_crossings(net: Net, place: list[float]) -> int:
    """How many pairs of links cross between neighbouring rows."""
    crossings = 0
    for row in net.rows:
        seen: list[float] = []
        for item in row:
            ends = sorted([place[other] for other in net.after[item]])
            for end in ends:
                crossings += len(seen) - bisect_right(seen, end)
            for end in ends:
                insort(seen, end)
    return crossings
