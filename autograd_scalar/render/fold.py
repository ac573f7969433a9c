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
    Subject,
    lit_emphasis,
    number,
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
_DENSE: Final = 300  # three times as many lines are drawn thin, and can be followed
_PARALLEL: Final = 8  # more edges between the same two Values are counted, not drawn

_Key = tuple[str, int, int]  # kind of group, layer, neuron


class Group(NamedTuple):
    """Values that are drawn as one box."""

    key: _Key
    members: list[Value]
    first: int  # the index of the first one in the topological order
    weights: dict[int, Value]  # of a neuron, by input


class Groups(NamedTuple):
    """Groups in topological order, and the number of edges between each two.

    ``how`` says in words by what the Values were grouped.
    """

    groups: list[Group]
    edges: dict[tuple[int, int], int]
    how: str


def folded_scene(subject: Subject, most_boxes: int, remedy: str) -> Scene:
    """Return a scene of groups, with the number of Values in each and of edges between.

    Between two neurons an edge shows its weight. ``remedy`` ends the sentence on
    folding: what to do to see more.
    """
    found = group_values(subject, most_boxes)
    boxes = tuple(_box(subject, group) for group in found.groups)
    links = tuple(_links(subject, found))
    note = _sentence(subject, found, remedy)
    return scene_from(subject, boxes, links, note)


# ---- Words, boxes and links ----------------------------------------------------------


def _sentence(subject: Subject, found: Groups, remedy: str) -> str:
    """Say how many Values were folded into how many boxes, and how to see more."""
    network = _network(subject)
    what = f"{network} network" if network else "Graph"
    boxes = counted(len(found.groups), "box", "es")
    values = counted(len(subject.order), "value")
    if len(found.groups) == len(subject.order):
        values += f" with {counted(sum(found.edges.values()), 'edge')}"
    return f"{what}: {values} folded into {boxes} ({found.how}); {remedy}"


def _network(subject: Subject) -> str:
    """Return the sizes of the layers, as 784-30-10, if the weights have such labels."""
    sizes: dict[int, int] = {}
    for node in subject.kinds:
        match = _WEIGHT.fullmatch(node.label) if node.label[:1] == "W" else None
        if match:
            layer, j, k = map(int, match.groups())
            sizes[layer] = max(sizes.get(layer, 0), j + 1)
            if layer == 1:
                sizes[0] = max(sizes.get(0, 0), k + 1)
    if sizes and sorted(sizes) == list(range(len(sizes))):
        return "-".join(str(sizes[layer]) for layer in sorted(sizes))
    return ""


def _links(subject: Subject, found: Groups) -> Iterator[Link]:
    """Yield links that show a weight or count edges; of single Values, every edge."""
    most = max(found.edges.values(), default=1)
    lit = _lit_groups(subject, found)
    for ends, count in found.edges.items():
        above, below = found.groups[ends[0]], found.groups[ends[1]]
        if len(above.members) == len(below.members) == 1 and count <= _PARALLEL:
            (source,), (target,) = above.members, below.members
            for place, (parent, d) in enumerate(
                zip(target.parents, target.local_derivatives, strict=True)
            ):
                if parent is source:
                    tip = f"local derivative {d!r}"
                    pair = source, target
                    yield value_link(subject, ends, pair, d, place, tip)
            continue
        emphasis = ("lit" if ends in lit else "dim") if subject.lit else ""
        tip = counted(count, "edge")
        weight = _weight_between(above, below)
        if weight is not None:
            w = weight.data
            tip = f"{line_of(weight.label)} = {w!r}, in {tip}"
            if weight.has_grad:
                tip += f"\ngrad = {weight.grad!r}"
            size = min(1.0, abs(w) / (1 + abs(w))) if w - w == 0.0 else 1.0
            yield Link(*ends, number(w), tone(w), size, tip, emphasis=emphasis)
            continue
        text = f"\u00d7{count:,}" if count > 1 else ""
        size = math.log1p(count) / math.log1p(most) if most > 1 else 0.2
        yield Link(*ends, text, "plain", size, tip, emphasis=emphasis)


def _lit_groups(subject: Subject, found: Groups) -> set[tuple[int, int]]:
    """Return the pairs of groups between which a highlighted path goes."""
    of = {
        node: index
        for index, group in enumerate(found.groups)
        for node in group.members
        if node in subject.lit
    }
    return {(of[operand], of[user]) for operand, user in subject.lit_pairs}


def _weight_between(above: Group, below: Group) -> Value | None:
    """Return the weight that a neuron has for another one, or for an input."""
    kind, layer, k = above.key
    if (kind, below.key[0]) != ("neuron", "neuron") or below.key[1] != layer + 1:
        return None
    if k == _WHOLE_LAYER or below.key[2] == _WHOLE_LAYER:
        return None
    return below.weights.get(k)


def _box(subject: Subject, group: Group) -> Box:
    members = group.members
    if len(members) == 1:
        return value_box(subject, members[0], group.first)
    roots = [node for node in members if node in subject.roots]
    count = f"{len(members):,} values"
    rows = _rows(subject, group, roots)
    name = line_of(_name(subject, group, roots))
    lines = [name, count, *(f"{key}: {text}" for key, text, _ in rows)]
    if not subject.stale.isdisjoint(members):
        lines.append("leaves in it were written after the graph was recorded")
        count += ", changed"
    parted = sum([node in (subject.parted or {}) for node in members])
    if parted:
        count += f", {parted:,} \u2260"
        lines.append(f"{counted(parted, 'value')} other than in the other graph")
    return Box(
        "group",
        "",
        name,
        count,
        tuple(rows),
        "\n".join(lines),
        bool(roots),
        emphasis=lit_emphasis(subject, members),
        is_parted=parted > 0,
    )


def _name(subject: Subject, group: Group, roots: list[Value]) -> str:
    what, layer, neuron = group.key
    if len(roots) == 1 and what != "neuron":
        return roots[0].label or "output"
    if group.key == _INPUTS:
        return "inputs"
    if group.key == _REST:
        return "everything before"
    if group.key == _LOSS:
        return "outputs" if roots else "loss"
    if what == "neuron":
        if all(node.is_leaf for node in group.members) and layer == 0:
            return f"a0[{neuron}]" if neuron >= 0 else "inputs a0"
        return f"layer {layer}, neuron {neuron}" if neuron >= 0 else f"layer {layer}"
    return what.removeprefix("op ")


def _rows(subject: Subject, group: Group, roots: list[Value]) -> list[Row]:
    """Return z, a and delta of a neuron or layer; of other groups the range of data."""
    what, layer, neuron = group.key
    if roots and what != "neuron":
        return [_data("data", roots), _adjoints("grad", roots)]
    if what != "neuron" or layer == 0:
        return [_data("data", group.members), _adjoints("grad", group.members)]
    names = subject.names
    z = [v for v in group.members if names[v].startswith(f"z{layer}[")]
    a = [v for v in group.members if names[v].startswith(f"a{layer}[")]
    if not z:
        return [_data("data", group.members), _adjoints("grad", group.members)]
    rows = [_data("z", z), _adjoints("\u03b4", z)]
    if a:  # a linear neuron has one Value for both, labelled z
        rows.insert(1, _data("a", a))
    if neuron < 0:
        neurons = {names[v].partition("[")[2].partition("]")[0] for v in z}
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


def group_values(subject: Subject, most: int) -> Groups:
    """Return at most ``most`` groups (but always two), with no cycle among them.

    Group by neuron where labels such as z1[2], a1[2], W1[2,0] and b1[2] name neurons;
    while there are too many groups, merge the largest layer into one. Without such
    labels group by operation and depth. Of a very deep graph, show the Values nearest
    to the root one by one and group all others.
    """
    order = subject.order
    keys = _neuron_keys(subject)
    if keys is not None:
        found = _by_neuron(order, keys, most)
        if found is not None:
            return found
    depth = _depths(order)
    kinds = [
        (f"op {node.op or 'leaves'}", depth[index], 0)
        for index, node in enumerate(order)
    ]
    for index, node in enumerate(order):
        if node in subject.roots:
            kinds[index] = _LOSS if len(subject.roots) == 1 else ("output", index, 0)
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
        lines = 3 * max(most, _DENSE)
        fits = found and len(found.groups) <= most and len(found.edges) <= lines
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


def _neuron_keys(subject: Subject) -> list[_Key] | None:
    """Return the neuron that each Value belongs to; None if no name tells one."""
    order = subject.order
    own: dict[Value, _Key] = {}
    for node, name in subject.names.items():
        match = _SYMBOL.fullmatch(name)
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
    for root in subject.roots:
        if root not in own:
            known[root] = _LOSS
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
    for place, (node, key) in enumerate(zip(order, keys, strict=True)):
        index = number.setdefault(key, len(groups))
        if index == len(groups):
            groups.append(Group(key, [], place, {}))
        groups[index].members.append(node)
        of[node] = index
        weight = _WEIGHT.fullmatch(node.label) if node.label[:1] == "W" else None
        if weight:
            groups[index].weights[int(weight[3])] = node
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
