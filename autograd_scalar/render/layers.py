"""Which column each box stands in, and the dummies that carry long links across."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Net", "assign_layers", "build_net"]


class Net(NamedTuple):
    """Boxes and dummies in layers; each neighbour lies one layer away.

    Items below ``boxes`` are boxes, the others dummies. The long links of one box share
    one chain of dummies, its trunk; ``taps[i]`` is the item that link ``i`` leaves
    from, in the layer before its target.
    """

    boxes: int
    rows: list[list[int]]
    before: list[list[int]]  # neighbours one layer earlier, one for each link
    after: list[list[int]]
    taps: list[int]
    trunks: dict[int, list[int]]  # box -> its dummies, in order


def assign_layers(boxes: int, links: Sequence[tuple[int, int]]) -> list[int]:
    """The layer of each box; boxes are numbered so that every link goes upwards.

    Longest path from the leaves; then what would only stretch its links (leaves, and
    products of a leaf) moves next to its first user.
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
    """Whether moving later shortens more than it stretches; a shared trunk is one."""
    stretched = 0.0
    for parent in set(parents[box]):
        if parents[parent]:
            stretched += 1 / len(users[parent])
    return stretched < 1


def build_net(layer: list[int], links: Sequence[tuple[int, int]]) -> Net:
    """Break links longer than one layer with dummies, one chain for each source."""
    boxes = len(layer)
    rows: list[list[int]] = [[] for _ in range(max(layer, default=-1) + 1)]
    for box in range(boxes):
        rows[layer[box]].append(box)
    reach = list(layer)  # the last layer but one that a link of the box goes to
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
