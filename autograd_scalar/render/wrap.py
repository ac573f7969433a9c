"""Break a long picture into rows, as a text is broken into lines.

Only a picture from left to right that is much longer than it is broad, such as a chain
of operations. A line that goes on in the next row turns around at the end of its row
and comes back to the left between the rows, in a lane of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autograd_scalar.render.layout import Arrangement, Route

__all__ = ["MOST_LENGTH", "wrapped"]

MOST_LENGTH: Final = 1250.0  # of a row, in pixels
_FITS: Final = 1.3  # a picture that is longer by no more stays in one row
_LEAST_SHARE: Final = 0.6  # of a row that is filled, so as to cut through fewer lines
_SLENDER: Final = 2.5  # a picture that is so much longer than broad is wrapped
_SLENDER_IN_ROOM: Final = 2.0  # the same, where more cannot be seen
_MOST_LANES: Final = 6  # lines from a row to the next one
_LANE: Final = 12.0  # between two of these lines
_MARGIN: Final = 14.0  # between a lane and a box


class _Jump(NamedTuple):
    """The place at which a route goes on in the next row."""

    route: int
    nth: int  # the number of the first run in the next row
    leaves: float  # across, where it leaves the row
    enters: float


def wrapped(
    laid: Arrangement, breadths: Sequence[float], room: float | None = None
) -> Arrangement:
    """Return the arrangement in rows, or as it is if it fits or cannot be cut.

    ``breadths`` are the sizes of the boxes across, ``room`` is the length of a row
    where no more of it can be seen.
    """
    row, fits, slender = MOST_LENGTH, _FITS * MOST_LENGTH, _SLENDER
    if room is not None:
        row, fits, slender = room, room, _SLENDER_IN_ROOM
    if laid.length <= fits or laid.length < slender * laid.breadth:
        return laid
    trunks = list(laid.trunks.items())
    routes = [*laid.routes, *(route for _, route in trunks)]
    columns = laid.columns
    cuts = _cuts(columns, routes, row)
    if not cuts:
        return laid
    starts = [0.0, *cuts]
    jumps = _jumps(starts, routes)
    left = _LANE * max(map(len, jumps)) + _MARGIN
    lows, highs = _extents(laid, routes, starts, breadths)
    shifts = _shifts(lows, highs, jumps)
    ends = [max(end for _, end in columns if end <= cut) for cut in cuts]
    turned = list(routes)
    for route in range(len(routes)):
        turned[route] = tuple(
            run._replace(
                start=run.start - starts[row] + left,
                end=run.end - starts[row] + left,
                across=run.across + shifts[row],
            )
            for run in routes[route]
            for row in [_row(starts, run.start)]
        )
    for row, leaving in enumerate(jumps[:-1]):
        right = ends[row] - starts[row] + left
        bottom = highs[row] + shifts[row]
        _turn(turned, leaving, right, bottom, left)
    boxes = [
        (along - starts[row] + left, middle + shifts[row])
        for along, middle in laid.boxes
        for row in [_row(starts, along)]
    ]
    lengths = [
        end - start + left + _LANE * (len(leaving) + 1)
        for start, end, leaving in zip(starts, ends, jumps, strict=False)
    ]
    lengths.append(laid.length - starts[-1] + left)
    split = len(laid.routes)
    return laid._replace(
        boxes=boxes,
        routes=turned[:split],
        trunks={
            box: route for (box, _), route in zip(trunks, turned[split:], strict=True)
        },
        length=max(lengths),
        breadth=highs[-1] + shifts[-1],
    )


def _row(starts: list[float], along: float) -> int:
    return bisect_right(starts, along) - 1


def _cuts(
    columns: Sequence[tuple[float, float]], routes: Iterable[Route], row: float
) -> list[float]:
    """Return where all rows but the first start; nothing if too many lines cross."""
    places = [start for start, _ in columns]
    crossing = [0] * len(columns)  # lines that enter each column from the one before
    for route in routes:
        for run, after in pairwise(route):
            crossing[bisect_right(places, after.start) - 1] += after.start > run.end
    cuts: list[float] = []
    first = 0
    whole = columns[-1][1]
    most = min(row, 1.15 * whole / ceil(whole / row))  # rows alike
    last = len(columns) - 1
    while first < last and whole - columns[first][0] > most:
        begin = columns[first][0]
        candidates = [
            c
            for c in range(first + 1, len(columns))
            if columns[c - 1][1] - begin <= most
        ]
        far = [
            c for c in candidates if columns[c - 1][1] - begin >= _LEAST_SHARE * most
        ]
        # A layer that is longer than a row has a row for itself.
        first = min(
            far or candidates[-1:] or [first + 1], key=lambda c: (crossing[c], -c)
        )
        if crossing[first] > _MOST_LANES:
            return []
        cuts.append(columns[first][0])
    return cuts


def _jumps(starts: list[float], routes: Sequence[Route]) -> list[list[_Jump]]:
    """Return, for each row, the lines that go on in the next one."""
    jumps: list[list[_Jump]] = [[] for _ in starts]
    for number, route in enumerate(routes):
        for index in range(1, len(route)):
            before, after = route[index - 1], route[index]
            row = _row(starts, before.start)
            if _row(starts, after.start) != row:
                jumps[row].append(_Jump(number, index, before.across, after.across))
    return jumps


def _extents(
    laid: Arrangement,
    routes: Iterable[Route],
    starts: list[float],
    breadths: Sequence[float],
) -> tuple[list[float], list[float]]:
    """Return the least and the greatest place across of each row."""
    lows, highs = [laid.breadth] * len(starts), [0.0] * len(starts)
    edges = [
        (_row(starts, along), middle, breadth / 2)
        for (along, middle), breadth in zip(laid.boxes, breadths, strict=True)
    ]
    edges += [
        (_row(starts, run.start), run.across, 2.0) for route in routes for run in route
    ]
    for row, middle, half in edges:
        lows[row] = min(lows[row], middle - half)
        highs[row] = max(highs[row], middle + half)
    return lows, highs


def _shifts(
    lows: list[float], highs: list[float], jumps: list[list[_Jump]]
) -> list[float]:
    """Return how far each row moves across, so that they lie below each other."""
    shifts = [-lows[0]]
    for row in range(1, len(lows)):
        lanes = _LANE * (len(jumps[row - 1]) + 1) + 2 * _MARGIN
        shifts.append(highs[row - 1] + shifts[-1] + lanes - lows[row])
    return shifts


def _turn(
    turned: list[Route], leaving: list[_Jump], right: float, bottom: float, left: float
) -> None:
    """Give each line from one row to the next its lanes, so that none cross."""
    count = len(leaving)
    by_exit = sorted(leaving, key=lambda jump: (jump.leaves, jump.enters))
    by_entry = sorted(leaving, key=lambda jump: (jump.enters, jump.leaves))
    inner = {jump[:2]: rank for rank, jump in enumerate(by_entry)}
    for rank, jump in enumerate(by_exit):
        outer = count - rank  # the highest line takes the outermost lane
        lanes = (
            right + _LANE * outer,
            bottom + _MARGIN + _LANE * outer,
            left - _LANE * (inner[jump[:2]] + 1),
        )
        route = turned[jump.route]
        run = route[jump.nth]._replace(turn=lanes)
        turned[jump.route] = (*route[: jump.nth], run, *route[jump.nth + 1 :])
