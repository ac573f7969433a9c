"""How far down each item lies: neighbours aligned, nothing overlapping.

Given an order, the places in one row that lie closest (least squares) to where each
item would like to be, with the distances between items kept, are an isotonic
regression: solved exactly by pooling adjacent violators. A few sweeps over the rows,
each towards its neighbours, give the whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_scalar.render.layers import Net

__all__ = ["place_rows", "port_offsets"]

BOX_GAP: Final = 16.0
LANE_GAP: Final = 9.0
_ROUNDS: Final = 6
_ROUNDS_IF_LARGE: Final = 2
_LARGE: Final = 1500
_INERTIA: Final = 1e-3  # what no neighbour pulls stays where it is
_LOOK_BACK: Final = 0.05  # how much the far side counts in a sweep
_LOOK_BOTH_WAYS: Final = 0.6  # and in the last one
_TRUNK_PULL: Final = 8.0  # a link between two dummies should be straight


# Item wants to lie at place[other] + shift: (other, shift, how strongly).
_Pull = tuple[int, float, float]


def port_offsets(
    net: Net, links: Sequence[tuple[int, int]], gaps: Sequence[float]
) -> list[float]:
    """Where each link enters its target, from the target's middle: sorted by origin."""
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


def place_rows(
    net: Net,
    links: Sequence[tuple[int, int]],
    offsets: Sequence[float],
    breadths: Sequence[float],
) -> list[float]:
    """The middle of every item, from 0 on."""
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
    """The least distance of each item from the first."""
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
    """Move a row to where its neighbours pull it; the far side pulls less."""
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
        while means and means[-1] >= mean:  # pool adjacent violators
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
