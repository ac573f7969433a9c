"""Fold a large graph: draw groups of Values as boxes, and say so in a sentence.

Where labels name the neurons of a network, as those that `nn` gives do, a group is a
neuron or a layer. Otherwise it is an operation at some depth.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from autograd_scalar.render.scene import (
    NOT_COMPUTED,
    Box,
    Link,
    Row,
    Scene,
    number,
    parameter_labels,
    scene_from,
    signed,
    span,
    tone,
    value_box,
    value_link,
)
from autograd_scalar.reporting.escape import line_of
from autograd_scalar.reporting.tables import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from autograd_scalar.graph.value import Value

__all__ = ["Groups", "folded_scene", "group_values"]

# z1[2], a1[2](7), W1[2,0], b1[2]: letter, layer, neuron, input, example.
_SYMBOL: Final = re.compile(
    r"([zaWb])(\d{1,9})\[(\d{1,9})(?:,\s*(\d{1,9}))?\](?:\((\d{1,9})\))?",
    re.ASCII,
)
_WEIGHT: Final = re.compile(r"W(\d{1,9})\[(\d{1,9}),\s*(\d{1,9})\]", re.ASCII)
_WHOLE_LAYER: Final = -1  # as the neuron of a key
_LOSS: Final = ("loss", 0, 0)
_INPUTS: Final = ("inputs", 0, 0)
_REST: Final = ("rest", 0, 0)
_PARALLEL: Final = 8  # more edges between the same two Values are counted, not drawn

_Key = tuple[str, int, int]  # kind of group, layer, neuron


class Group(NamedTuple):
    """Values that are drawn as one box."""

    key: _Key
    members: list[Value]


class Groups(NamedTuple):
    """Groups in topological order, and the number of edges between each two.

    ``how`` says in words by what the Values were grouped.
    """

    groups: list[Group]
    edges: dict[tuple[int, int], int]
    how: str


def folded_scene(
    order: Sequence[Value], title: str, most_boxes: int, remedy: str
) -> Scene:
    """Return a scene of groups, with the number of Values in each and of edges between.

    ``remedy`` ends the sentence on folding: what to do to see more.
    """
    found = group_values(order, most_boxes)
    parameters = parameter_labels(order)
    root = order[-1]
    boxes = tuple(_box(group, root, parameters) for group in found.groups)
    links = tuple(_links(found))
    note = _sentence(order, found, remedy)
    return scene_from(order, boxes, links, title, note)


# ---- Words, boxes and links ----------------------------------------------------------


def _sentence(order: Sequence[Value], found: Groups, remedy: str) -> str:
    """Say how many Values were folded into how many boxes, and how to see more."""
    network = _network(order)
    what = f"{network} network" if network else "Graph"
    boxes = counted(len(found.groups), "box", "es")
    values = counted(len(order), "value")
    if len(found.groups) == len(order):
        values += f" with {counted(sum(found.edges.values()), 'edge')}"
    return f"{what}: {values} folded into {boxes} ({found.how}); {remedy}"


def _network(order: Sequence[Value]) -> str:
    """Return the sizes of the layers, as 784-30-10, if the weights have such labels."""
    sizes: dict[int, int] = {}
    for node in order:
        match = _WEIGHT.fullmatch(node.label) if node.is_leaf else None
        if match:
            layer, j, k = map(int, match.groups())
            sizes[layer] = max(sizes.get(layer, 0), j + 1)
            if layer == 1:
                sizes[0] = max(sizes.get(0, 0), k + 1)
    if sizes and sorted(sizes) == list(range(len(sizes))):
        return "-".join(str(sizes[layer]) for layer in sorted(sizes))
    return ""


def _links(found: Groups) -> Iterator[Link]:
    """Yield links that count edges; between two single Values, the edges themselves."""
    most = max(found.edges.values(), default=1)
    for (source, target), count in found.edges.items():
        above, below = found.groups[source].members, found.groups[target].members
        if len(above) == len(below) == 1 and count <= _PARALLEL:
            for parent, d in zip(
                below[0].parents, below[0].local_derivatives, strict=True
            ):
                if parent is above[0]:
                    yield value_link(source, target, d, f"local derivative {d!r}")
            continue
        text = f"\u00d7{count:,}" if count > 1 else ""
        size = math.log1p(count) / math.log1p(most) if most > 1 else 0.2
        tip = counted(count, "edge")
        yield Link(source, target, text, "plain", size, tip)


def _box(group: Group, root: Value, parameters: set[str]) -> Box:
    members = group.members
    has_root = members[-1] is root  # the members keep the topological order
    if len(members) == 1:
        (node,) = members
        return value_box(node, node.label, parameters, is_root=has_root)
    count = f"{len(members):,} values"
    rows = _rows(group, root if has_root else None)
    name = line_of(_name(group, root if has_root else None))
    lines = [name, count, *(f"{key}: {text}" for key, text, _ in rows)]
    return Box("group", "", name, count, tuple(rows), "\n".join(lines), has_root)


def _name(group: Group, root: Value | None) -> str:
    what, layer, neuron = group.key
    if root is not None:
        return root.label or "output"
    if group.key == _INPUTS:
        return "inputs"
    if group.key == _REST:
        return "everything before"
    if what == "neuron":
        if all(node.is_leaf for node in group.members) and layer == 0:
            return f"a0[{neuron}]" if neuron >= 0 else "inputs a0"
        return f"layer {layer}, neuron {neuron}" if neuron >= 0 else f"layer {layer}"
    return what.removeprefix("op ")


def _rows(group: Group, root: Value | None) -> list[Row]:
    """Return z, a and delta of a neuron or layer; of other groups the range of data."""
    if root is not None:
        return [
            Row("data", number(root.data), tone(root.data)),
            _adjoints("grad", [root]),
        ]
    what, layer, neuron = group.key
    if what != "neuron" or layer == 0:
        return [_data("data", group.members), _adjoints("grad", group.members)]
    z = [v for v in group.members if v.label.startswith(f"z{layer}[")]
    a = [v for v in group.members if v.label.startswith(f"a{layer}[")]
    if not z:
        return [_data("data", group.members), _adjoints("grad", group.members)]
    rows = [_data("z", z), _adjoints("\u03b4", z)]
    if a:  # a linear neuron has one Value for both, labelled z
        rows.insert(1, _data("a", a))
    if neuron < 0:
        neurons = {v.label.partition("[")[2].partition("]")[0] for v in z}
        rows.insert(0, Row("neurons", f"{len(neurons):,}", "ink"))
    return rows


def _data(key: str, nodes: Sequence[Value]) -> Row:
    numbers = [node.data for node in nodes]
    return Row(key, span(numbers), _common_tone(numbers))


def _adjoints(key: str, nodes: Sequence[Value]) -> Row:
    if not all(node.has_grad for node in nodes):
        return Row(key, NOT_COMPUTED, "none")
    numbers = [node.grad for node in nodes]
    text = signed(numbers[0]) if len(numbers) == 1 else span(numbers)
    return Row(key, text, _common_tone(numbers))


def _common_tone(numbers: Sequence[float]) -> str:
    tones = {tone(x) for x in numbers}
    if "bad" in tones:
        return "bad"
    return tones.pop() if len(tones) == 1 else "ink"


# ---- Groups --------------------------------------------------------------------------


def group_values(order: Sequence[Value], most: int) -> Groups:
    """Return at most ``most`` groups (but always two), with no cycle among them.

    Group by neuron where labels such as z1[2], a1[2], W1[2,0] and b1[2] name neurons;
    while there are too many groups, merge the largest layer into one. Without such
    labels group by operation and depth. Of a very deep graph, show the Values nearest
    to the root one by one and group all others.
    """
    keys = _neuron_keys(order)
    if keys is not None:
        found = _by_neuron(order, keys, most)
        if found is not None:
            return found
    depth = _depths(order)
    kinds = [
        (f"op {node.op or 'leaves'}", depth[index], 0)
        for index, node in enumerate(order)
    ]
    kinds[-1] = _LOSS
    if len(set(kinds)) <= most // 3:
        found = _quotient(order, kinds, "by operation and distance from the root")
        assert found is not None  # every edge leads to a smaller distance
        return found
    return _around_root(order, depth, most // 3)


# ---- Groups by neuron ----------------------------------------------------------------


def _by_neuron(order: Sequence[Value], keys: list[_Key], most: int) -> Groups | None:
    sizes: dict[int, int] = {}
    for what, layer, _ in set(keys):
        if what == "neuron":
            sizes[layer] = sizes.get(layer, 0) + 1
    how = "by neuron"
    while True:
        found = _quotient(order, keys, how)
        fits = found and len(found.groups) <= most and len(found.edges) <= 3 * most
        if fits or found is None or not sizes:
            return found
        largest = max(sizes, key=lambda layer: (sizes[layer], -layer))
        del sizes[largest]
        how = "by neuron and layer" if sizes else "by layer"
        keys = [
            (what, layer, _WHOLE_LAYER)
            if what == "neuron" and layer == largest
            else (what, layer, neuron)
            for what, layer, neuron in keys
        ]


def _neuron_keys(order: Sequence[Value]) -> list[_Key] | None:
    """Return the neuron that each Value belongs to; None if no label names one."""
    own: dict[Value, _Key] = {}
    for node in order:
        if node.label:
            match = _SYMBOL.fullmatch(node.label)
            if match:
                own[node] = ("neuron", int(match[2]), int(match[3]))
    if not own:
        return None
    known = dict(own)
    for node in order:
        if node not in known and not node.is_leaf:
            key = _parents_neuron(node, own, known)
            if key is not None:
                known[node] = key
    if order[-1] not in own:
        known[order[-1]] = _LOSS
    _pass_to_operands(order, known)
    return [known[node] for node in order]


def _parents_neuron(
    node: Value, own: dict[Value, _Key], known: dict[Value, _Key]
) -> _Key | None:
    """Return the neuron of a parameter among the parents, or one that all share."""
    parents = node.parents
    for parent in parents:
        if parent.is_leaf and parent.label[:1] in "Wb":
            key = own.get(parent)
            if key is not None:
                return key
    keys = {known.get(parent) for parent in parents}
    return keys.pop() if len(keys) == 1 else None


def _pass_to_operands(order: Sequence[Value], known: dict[Value, _Key]) -> None:
    """Assign each Value without a neuron to that of its nearest user."""
    nearest: dict[Value, tuple[int, _Key]] = {}
    shared: set[Value] = set()
    for node in reversed(order):
        distance = 0
        if node not in known:
            distance, key = nearest.get(node, (0, _LOSS))
            known[node] = _INPUTS if node.is_leaf and node in shared else key
        key = known[node]
        for parent in node.parents:
            if parent in known:
                continue
            before = nearest.get(parent)
            if before is not None and before[1] != key:
                shared.add(parent)
            if before is None or distance + 1 < before[0]:
                nearest[parent] = (distance + 1, key)


# ---- Groups of any graph -------------------------------------------------------------


def _depths(order: Sequence[Value]) -> list[int]:
    """Return the length of the longest path from each Value to the root."""
    depth: dict[Value, int] = dict.fromkeys(order, 0)
    for node in reversed(order):
        below = depth[node] + 1
        for parent in node.parents:
            depth[parent] = max(depth[parent], below)
    return list(depth.values())


def _around_root(order: Sequence[Value], depth: list[int], most: int) -> Groups:
    """Return the last operations one by one, and all before them as one group."""
    counts: dict[int, int] = {}
    for hop in depth:
        counts[hop] = counts.get(hop, 0) + 1
    kept, hops = 1, 0
    while hops + 1 in counts and kept + counts[hops + 1] <= most:
        hops += 1
        kept += counts[hops]
    keys = [
        ("one", index, 0) if depth[index] <= hops else _REST
        for index in range(len(order))
    ]
    found = _quotient(order, keys, f"all but the {kept:,} nearest to the root")
    assert found is not None  # users of what is kept are kept: there is no way back
    return found


def _quotient(order: Sequence[Value], keys: Sequence[_Key], how: str) -> Groups | None:
    """Merge Values with equal keys; return None if the groups then form a cycle."""
    number: dict[_Key, int] = {}
    groups: list[Group] = []
    of: dict[Value, int] = {}
    for node, key in zip(order, keys, strict=True):
        index = number.setdefault(key, len(groups))
        if index == len(groups):
            groups.append(Group(key, []))
        groups[index].members.append(node)
        of[node] = index
    edges: dict[tuple[int, int], int] = {}
    for node in order:
        target = of[node]
        for parent in node.parents:
            source = of[parent]
            if source != target:
                edges[source, target] = edges.get((source, target), 0) + 1
    ranked = _sorted(len(groups), edges)
    if ranked is None:
        return None
    rank = {index: place for place, index in enumerate(ranked)}
    ranked_edges = sorted(((rank[s], rank[t]), n) for (s, t), n in edges.items())
    return Groups([groups[index] for index in ranked], dict(ranked_edges), how)


def _sorted(count: int, edges: Iterable[tuple[int, int]]) -> list[int] | None:
    """Return a topological order (Kahn 1962), or None for a cycle.

    Of groups that are ready at the same time the one found first comes first.
    """
    users: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for source, target in edges:
        users[source].append(target)
        waiting[target] += 1
    ready = [index for index in range(count) if not waiting[index]]
    for index in ready:
        for user in users[index]:
            waiting[user] -= 1
            if not waiting[user]:
                ready.append(user)
    return ready if len(ready) == count else None
