"""The picture of a large graph: groups of Values as boxes, and a sentence saying so."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from autograd_scalar.render.escape import line_of
from autograd_scalar.render.grouping import (
    INPUTS,
    REST,
    Group,
    Groups,
    group_values,
)
from autograd_scalar.render.numerals import NOT_COMPUTED, number, signed, span, tone
from autograd_scalar.render.scene import (
    Box,
    Link,
    Row,
    Scene,
    counted,
    parameter_labels,
    scene_from,
    value_box,
    value_link,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autograd_scalar.value import Value

__all__ = ["folded_scene"]

_PARALLEL: Final = 8  # more edges between the same two Values are counted, not drawn
_WEIGHT: Final = re.compile(r"W(\d{1,9})\[(\d{1,9}),\s*(\d{1,9})\]", re.ASCII)


def folded_scene(
    order: Sequence[Value], title: str, most_boxes: int, remedy: str
) -> Scene:
    """Groups as boxes, with how many Values each holds and how many edges join them."""
    found = group_values(order, most_boxes)
    parameters = parameter_labels(order)
    root = order[-1]
    boxes = tuple(_box(group, root, parameters) for group in found.groups)
    links = tuple(_links(found))
    note = _sentence(order, found, remedy)
    return scene_from(order, boxes, links, title, note)


def _links(found: Groups) -> Iterator[Link]:
    """Counts of edges; between two single Values, the edges themselves."""
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


def _sentence(order: Sequence[Value], found: Groups, remedy: str) -> str:
    network = _network(order)
    what = f"{network} network" if network else "Graph"
    boxes = counted(len(found.groups), "box", "es")
    values = counted(len(order), "value")
    if len(found.groups) == len(order):
        values += f" with {counted(sum(found.edges.values()), 'edge')}"
    return f"{what}: {values} folded into {boxes} ({found.how}); {remedy}"


def _network(order: Sequence[Value]) -> str:
    """The sizes of the layers, such as 784-30-10, if the weights' labels tell them."""
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


def _box(group: Group, root: Value, parameters: set[str]) -> Box:
    members = group.members
    has_root = members[-1] is root  # the last of all: groups keep the order
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
    if group.key == INPUTS:
        return "inputs"
    if group.key == REST:
        return "everything before"
    if what == "neuron":
        if all(node.is_leaf for node in group.members) and layer == 0:
            return f"a0[{neuron}]" if neuron >= 0 else "inputs a0"
        return f"layer {layer}, neuron {neuron}" if neuron >= 0 else f"layer {layer}"
    return what.removeprefix("op ")


def _rows(group: Group, root: Value | None) -> list[Row]:
    """Of a neuron z, a and its delta; of any other group the range of its data."""
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
    if a:  # a linear neuron's a is its z, and is called so
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
