"""Our own layered layout: longest-path layers, barycentre order, aligned rows.

Works in two abstract directions, so that one layout serves pictures from left to right
and from top to bottom: ``along`` the flow of the computation, and ``across`` it.
"""

from __future__ import annotations

from operator import add
from typing import TYPE_CHECKING, Final, NamedTuple

from autograd_scalar.render.layers import Net, assign_layers, build_net
from autograd_scalar.render.ordering import order_rows
from autograd_scalar.render.placing import place_rows, port_offsets

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Arrangement", "Route", "Run", "arrange"]

_CURVE: Final = 42.0  # the least room along the flow for a link to change lanes
_STEEPEST: Final = 0.16  # more of it where links change lanes by much
_CURVE_MOST: Final = 190.0
ARROW: Final = 12.0  # the straight end of a link, on which its arrow head lies


class Run(NamedTuple):
    """A straight piece of a route: ``across`` is the same from ``start`` to ``end``."""

    start: float
    end: float
    across: float


Route = tuple[Run, ...]


class Arrangement(NamedTuple):
    """Where everything lies. Boxes are given by their smaller along and middle across.

    Between two runs a route changes lanes on a smooth curve, where no box can be.
    """

    boxes: list[tuple[float, float]]
    routes: list[Route]
    trunks: dict[int, Route]  # box -> the way its long links share, if more than one
    length: float
    breadth: float


def arrange(
    sizes: Sequence[tuple[float, float]],
    links: Sequence[tuple[int, int]],
    label_lengths: Sequence[float],
    port_gaps: Sequence[float],
) -> Arrangement:
    """Lay out boxes of the given (along, across) sizes.

    Boxes are numbered so that every link goes from a lower to a higher number.

    >>> laid = arrange([(40, 20), (40, 20)], [(0, 1), (0, 1)], [0, 0], [8, 8])
    >>> [across for _, across in laid.boxes]
    [10.0, 10.0]
    >>> [route[-1].across for route in laid.routes]
    [6.0, 14.0]
    """
    layer = assign_layers(len(sizes), links)
    net = build_net(layer, links)
    order_rows(net)
    offsets = port_offsets(net, links, port_gaps)
    breadths = [across for _, across in sizes]
    place = place_rows(net, links, offsets, breadths)
    laid = _Laid(net, layer, links, offsets, place, sizes)
    columns = _columns(laid, label_lengths)
    boxes = [(columns[layer[box]].box, place[box]) for box in range(len(sizes))]
    routes, trunks = _routes(laid, columns)
    halves = [across / 2 for across in breadths] + [0.0] * (len(place) - len(sizes))
    breadth = max(map(add, place, halves), default=0.0)
    length = columns[-1].end if columns else 0.0
    return Arrangement(boxes, routes, trunks, length, breadth)


class _Laid(NamedTuple):
    """What is known once every item has its layer and its place."""

    net: Net
    layer: list[int]  # of each box
    links: Sequence[tuple[int, int]]
    offsets: list[float]  # of each link's port from the middle of its target
    place: list[float]  # across, of each item
    sizes: Sequence[tuple[float, float]]


class _Column(NamedTuple):
    """The stretch of one layer along the flow: labels first, then boxes."""

    start: float
    box: float
    end: float


def _columns(laid: _Laid, label_lengths: Sequence[float]) -> list[_Column]:
    net, layer, links, offsets, place, sizes = laid
    labels = [0.0] * len(net.rows)
    jumps = [0.0] * len(net.rows)
    for link, (_, target) in enumerate(links):
        number = layer[target]
        labels[number] = max(labels[number], label_lengths[link])
        jump = abs(place[net.taps[link]] - place[target] - offsets[link])
        jumps[number] = max(jumps[number], jump)
    for source, chain in net.trunks.items():
        for column, dummy in enumerate(chain, layer[source] + 1):
            jump = abs(place[net.before[dummy][0]] - place[dummy])
            jumps[column] = max(jumps[column], jump)
    columns: list[_Column] = []
    end = 0.0
    for number, row in enumerate(net.rows):
        start = end
        if number:
            start += min(_CURVE_MOST, _CURVE + _STEEPEST * jumps[number])
        box = start + (labels[number] + ARROW if number else 0.0)
        end = box + max(
            [sizes[item][0] for item in row if item < net.boxes], default=0.0
        )
        columns.append(_Column(start, box, end))
    return columns


def _routes(
    laid: _Laid, columns: list[_Column]
) -> tuple[list[Route], dict[int, Route]]:
    """One route for each link; those of a shared trunk start where they leave it."""
    net, layer, links, offsets, place, _ = laid
    riding = [0] * len(layer)  # how many links of a box use its trunk
    for link, (source, _) in enumerate(links):
        riding[source] += net.taps[link] != source
    trunks: dict[int, Route] = {}
    for box, chain in net.trunks.items():
        runs = [_exit(laid, columns, box)]
        for number, dummy in enumerate(chain, layer[box] + 1):
            runs.append(Run(columns[number].start, columns[number].end, place[dummy]))
        trunks[box] = tuple(runs)
    routes: list[Route] = []
    for link, (source, target) in enumerate(links):
        column = columns[layer[target]]
        last = Run(column.start, column.box, place[target] + offsets[link])
        tap = net.taps[link]
        if tap == source:
            first: Route = (_exit(laid, columns, source),)
        elif riding[source] == 1:
            first = trunks.pop(source)
        else:
            end = columns[layer[target] - 1].end
            first = (Run(end, end, place[tap]),)
        routes.append((*first, last))
    return routes, trunks


def _exit(laid: _Laid, columns: list[_Column], box: int) -> Run:
    column = columns[laid.layer[box]]
    return Run(column.box + laid.sizes[box][0], column.end, laid.place[box])
