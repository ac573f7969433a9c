"""Place boxes and route links: a layered layout (Sugiyama, Tagawa and Toda 1981).

`arrange` works in four steps: a layer for each box by the longest path; an order within
each layer by barycentres, to avoid crossings; a place for each item by isotonic least
squares, to keep links straight; and routes along these places.

Directions are abstract, so that one layout serves pictures from left to right and from
top to bottom: ``along`` is the direction of the computation, ``across`` the other one.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from operator import add
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "BOX_GAP",
    "LANE_GAP",
    "Arrangement",
    "Net",
    "Route",
    "arrange",
    "assign_layers",
    "build_net",
    "count_crossings",
    "order_rows",
]

# Order.
_SWEEPS: Final = 24
_SWEEPS_IF_LARGE: Final = 4
_LARGE: Final = 1500  # items
# Places, in pixels.
BOX_GAP: Final = 16.0
LANE_GAP: Final = 9.0
_ROUNDS: Final = 6
_ROUNDS_IF_LARGE: Final = 2
_INERTIA: Final = 1e-3  # weight of an item's own place: without neighbours it stays
_LOOK_BACK: Final = 0.05  # weight of the neighbours behind, in a sweep
_LOOK_BOTH_WAYS: Final = 0.6  # and in the last sweep
_TRUNK_PULL: Final = 8.0  # weight of a link between two dummies, to keep it straight
# Routes, in pixels.
_CURVE: Final = 42.0  # the least room along the flow for a link to change lanes
_STEEPEST: Final = 0.16  # more room per pixel across, where links change lanes by much
_CURVE_MOST: Final = 190.0
_ARROW: Final = 12.0  # the straight end of a link, under its arrow head

# An item is pulled to place[other] + shift: (other, shift, weight).
_Pull = tuple[int, float, float]


class Run(NamedTuple):
    """A straight piece of a route: ``across`` is the same from ``start`` to ``end``."""

    start: float
    end: float
    across: float
    # In the next row of a wrapped picture: the lane at the end of the row before, the
    # one between the rows, and the one at the start of this row.
    turn: tuple[float, float, float] | None = None


Route = tuple[Run, ...]


class Arrangement(NamedTuple):
    """Where everything lies. A box is given by its start along and middle across.

    Between two runs a route changes lanes on a smooth curve, where no box can lie.
    """

    boxes: list[tuple[float, float]]
    routes: list[Route]
    trunks: dict[int, Route]  # box -> the route that several of its links share
    length: float
    breadth: float
    columns: list[tuple[float, float]]  # where each layer starts and ends along


def arrange(
    sizes: Sequence[tuple[float, float]],
    links: Sequence[tuple[int, int]],
    label_lengths: Sequence[float],
    port_gaps: Sequence[float],
) -> Arrangement:
    """Lay out boxes of the given (along, across) sizes.

    Boxes are numbered so that every link goes from a lower to a higher number. Each
    link has room for a label of its length; ``port_gaps`` is, for each box, the space
    across between the links that enter it.

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
    ends = [(column.start, column.end) for column in columns]
    return Arrangement(boxes, routes, trunks, length, breadth, ends)


# ---- 1. Layers, and chains of dummies across them ------------------------------------


class Net(NamedTuple):
    """Boxes and dummies in layers, with all neighbours exactly one layer apart.

    Items are numbered: those below ``boxes`` are boxes, the others dummies, which stand
    for a link where it crosses a layer. The long links of one box share one chain of
    dummies, its trunk. ``taps[i]`` is the item from which link ``i`` enters its target,
    in the layer before it.
    """

    boxes: int
    rows: list[list[int]]  # the items of each layer, in order
    before: list[list[int]]  # neighbours one layer before, one for each link
    after: list[list[int]]
    taps: list[int]
    trunks: dict[int, list[int]]  # box -> its dummies, in order


def assign_layers(boxes: int, links: Sequence[tuple[int, int]]) -> list[int]:
    """Return the layer of each box, by the longest path from the leaves.

    Boxes are numbered so that every link goes from a lower to a higher number. A box
    that would only stretch its links, such as a leaf, moves next to its first user.
    """
    parents: list[list[int]] = [[] for _ in range(boxes)]
    users: list[list[int]] = [[] for _ in range(boxes)]
    for source, target in links:
        parents[target].append(source)
        users[source].append(target)
    layer = [0] * boxes
    for box in range(boxes):
        if parents[box]:
            layer[box] = 1 + max([layer[parent] for parent in parents[box]])
    for box in range(boxes - 1, -1, -1):
        if users[box]:
            latest = min([layer[user] for user in users[box]]) - 1
            if latest > layer[box] and _better_late(box, parents, users):
                layer[box] = latest
    lowest = min(layer, default=0)
    return [number - lowest for number in layer]


def _better_late(box: int, parents: list[list[int]], users: list[list[int]]) -> bool:
    """Return whether moving a box later shortens more links than it stretches.

    Links that share a trunk count as one.
    """
    stretched = 0.0
    for parent in set(parents[box]):
        if parents[parent]:
            stretched += 1 / len(users[parent])
    return stretched < 1


def build_net(layer: list[int], links: Sequence[tuple[int, int]]) -> Net:
    """Split links longer than one layer by dummies, one chain for each source."""
    boxes = len(layer)
    rows: list[list[int]] = [[] for _ in range(max(layer, default=-1) + 1)]
    for box in range(boxes):
        rows[layer[box]].append(box)
    reach = list(layer)  # the layer before the farthest target of each box
    for source, target in links:
        reach[source] = max(reach[source], layer[target] - 1)
    net = Net(boxes, rows, [[] for _ in layer], [[] for _ in layer], [], {})
    for box in range(boxes):
        _add_trunk(net, box, layer[box], reach[box])
    for source, target in links:
        steps = layer[target] - 1 - layer[source]
        tap = net.trunks[source][steps - 1] if steps else source
        net.taps.append(tap)
        net.after[tap].append(target)
        net.before[target].append(tap)
    return net


def _add_trunk(net: Net, box: int, first: int, last: int) -> None:
    """Add a chain of dummies from the box to layer ``last``."""
    if last <= first:
        return
    chain = net.trunks[box] = []
    previous = box
    for layer in range(first + 1, last + 1):
        dummy = len(net.before)
        net.before.append([previous])
        net.after.append([])
        net.after[previous].append(dummy)
        net.rows[layer].append(dummy)
        chain.append(dummy)
        previous = dummy


# ---- 2. Order within each layer ------------------------------------------------------


def order_rows(net: Net) -> None:
    """Sort the rows in place by barycentre sweeps, and keep the fewest crossings."""
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
            continue  # counting crossings takes longer than sorting
        crossings = count_crossings(net, place)
        if crossings < fewest:
            fewest = crossings
            best = [list(row) for row in net.rows]
    net.rows[:] = best


def _number(row: list[int], place: list[float]) -> None:
    """Set the places of a row, counted from its middle: rows differ in length."""
    middle = (len(row) - 1) / 2
    for index, item in enumerate(row):
        place[item] = index - middle


def _sort(row: list[int], net: Net, place: list[float], *, forward: bool) -> None:
    """Sort a row by the mean place of each item's neighbours in the row before."""
    first, second = (net.before, net.after) if forward else (net.after, net.before)

    def barycentre(item: int) -> float:
        around = first[item] or second[item]
        if not around:
            return place[item]
        return sum([place[other] for other in around]) / len(around)

    row.sort(key=barycentre)
    _number(row, place)


def count_crossings(net: Net, place: list[float]) -> int:
    """Count the pairs of links that cross between neighbouring rows."""
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


# ---- 3. Places across the flow -------------------------------------------------------


def place_rows(
    net: Net,
    links: Sequence[tuple[int, int]],
    offsets: Sequence[float],
    breadths: Sequence[float],
) -> list[float]:
    """Return the middle of every item across the flow; the least edge is at 0."""
    place = [0.0] * len(net.before)
    before, after = _pulls(net, links, offsets)
    spaced = [_spacing(row, net.boxes, breadths) for row in net.rows]
    for row, shifts in zip(net.rows, spaced, strict=True):
        for item, shift in zip(row, shifts, strict=True):
            place[item] = shift - shifts[-1] / 2
    rows = list(zip(net.rows, spaced, strict=True))
    rounds = _ROUNDS_IF_LARGE if len(place) > _LARGE else _ROUNDS
    for _ in range(rounds):
        for row, shifts in rows:
            _settle(row, shifts, place, (before, after), _LOOK_BACK)
        for row, shifts in reversed(rows):
            _settle(row, shifts, place, (after, before), _LOOK_BACK)
    for row, shifts in rows:
        _settle(row, shifts, place, (before, after), _LOOK_BOTH_WAYS)
    top = min(
        [
            place[i] - (breadths[i] / 2 if i < net.boxes else 0)
            for i in range(len(place))
        ],
        default=0.0,
    )
    return [y - top for y in place]


def _pulls(
    net: Net, links: Sequence[tuple[int, int]], offsets: Sequence[float]
) -> tuple[list[list[_Pull]], list[list[_Pull]]]:
    """Return, for each item, what its neighbours before and after it pull it to."""
    before: list[list[_Pull]] = [[] for _ in net.before]
    after: list[list[_Pull]] = [[] for _ in net.before]
    for link, (_, target) in enumerate(links):
        tap = net.taps[link]
        before[target].append((tap, -offsets[link], 1.0))
        after[tap].append((target, offsets[link], 1.0))
    for box, chain in net.trunks.items():
        previous, strength = box, 2.0
        for dummy in chain:
            before[dummy].append((previous, 0.0, strength))
            after[previous].append((dummy, 0.0, strength))
            previous, strength = dummy, _TRUNK_PULL
    return before, after


def _spacing(row: list[int], boxes: int, breadths: Sequence[float]) -> list[float]:
    """Return the least distance of each item from the first one of its row."""
    shifts: list[float] = []
    total = half = 0.0
    gap = 0.0
    for item in row:
        own = breadths[item] / 2 if item < boxes else 0.0
        own_gap = BOX_GAP if item < boxes else LANE_GAP
        if shifts:
            total += half + own + max(gap, own_gap)
        shifts.append(total)
        half, gap = own, own_gap
    return shifts


def _settle(
    row: list[int],
    shifts: list[float],
    place: list[float],
    sides: tuple[list[list[_Pull]], list[list[_Pull]]],
    far_share: float,
) -> None:
    """Move a row to the weighted least-squares places that keep its spacing.

    The solution is isotonic regression, by pooling adjacent violators. Neighbours on
    the near side have full weight, those on the far side the weight ``far_share``.
    """
    near, far = sides
    means: list[float] = []
    weights: list[float] = []
    sizes: list[int] = []
    for item, shift in zip(row, shifts, strict=True):
        weight = _INERTIA
        total = weight * place[item]
        for other, offset, strength in near[item]:
            total += strength * (place[other] + offset)
            weight += strength
        share = far_share if weight > _INERTIA else 1.0
        for other, offset, strength in far[item]:
            total += share * strength * (place[other] + offset)
            weight += share * strength
        mean, size = total / weight - shift, 1
        while means and means[-1] >= mean:
            pooled = weights[-1] + weight
            mean = (means.pop() * weights.pop() + mean * weight) / pooled
            weight = pooled
            size += sizes.pop()
        means.append(mean)
        weights.append(weight)
        sizes.append(size)
    first = 0
    for mean, size in zip(means, sizes, strict=True):
        for index in range(first, first + size):
            place[row[index]] = mean + shifts[index]
        first += size


def port_offsets(
    net: Net, links: Sequence[tuple[int, int]], gaps: Sequence[float]
) -> list[float]:
    """Return where each link enters its target, relative to the target's middle.

    The links of one target are sorted by where they come from.
    """
    place = [0] * len(net.before)
    for row in net.rows:
        for index, item in enumerate(row):
            place[item] = index
    entering: list[list[int]] = [[] for _ in gaps]
    for link, (_, target) in enumerate(links):
        entering[target].append(link)
    offsets = [0.0] * len(links)
    for box, ports in enumerate(entering):
        ports.sort(key=lambda link: place[net.taps[link]])
        middle = (len(ports) - 1) / 2
        for index, link in enumerate(ports):
            offsets[link] = (index - middle) * gaps[box]
    return offsets


# ---- 4. Columns along the flow, and routes -------------------------------------------


class _Laid(NamedTuple):
    """The state after the first three steps: every item has a layer and a place."""

    net: Net
    layer: list[int]  # of each box
    links: Sequence[tuple[int, int]]
    offsets: list[float]  # of each link's port from the middle of its target
    place: list[float]  # across, of each item
    sizes: Sequence[tuple[float, float]]


class _Column(NamedTuple):
    """The extent of one layer along the flow: first labels, then boxes."""

    start: float
    box: float
    end: float


def _columns(laid: _Laid, label_lengths: Sequence[float]) -> list[_Column]:
    """Return the column of each layer, with room for curves, labels and boxes."""
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
        box = start + (labels[number] + _ARROW if number else 0.0)
        end = box + max(
            [sizes[item][0] for item in row if item < net.boxes], default=0.0
        )
        columns.append(_Column(start, box, end))
    return columns


def _routes(
    laid: _Laid, columns: list[_Column]
) -> tuple[list[Route], dict[int, Route]]:
    """Return a route for each link, and the trunks that several links share.

    A link of a shared trunk starts where it leaves the trunk.
    """
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
    """Return the run from the end of a box to the end of its column."""
    column = columns[laid.layer[box]]
    return Run(column.box + laid.sizes[box][0], column.end, laid.place[box])
