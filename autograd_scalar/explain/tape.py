"""The tape of a player: the three passes on one axis, and what a page needs of them.

A page gets the tape, not a film of it: values, parents and local derivatives, from
which it computes the state after any step with the engine's own sums.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from difflib import get_close_matches
from itertools import accumulate, islice
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from autograd_scalar.errors import OperandError
from autograd_scalar.explain.narration import MISTAKES, QUESTIONS, TEMPLATES, noun, way
from autograd_scalar.explain.slopes import slopes
from autograd_scalar.explain.steps import (
    BackwardStep,
    BackwardSteps,
    ForwardStep,
    ForwardSteps,
    UpdateStep,
)
from autograd_scalar.graph.value import Value
from autograd_scalar.operands import shown
from autograd_scalar.primitives.table import NEG
from autograd_scalar.render.draw import Request, subject_of
from autograd_scalar.render.geometry import picture
from autograd_scalar.render.scene import Row, signed, tone, unfolded_scene
from autograd_scalar.render.svg import path_data
from autograd_scalar.reporting.escape import line_of
from autograd_scalar.reporting.tables import counted, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autograd_scalar.diagnosis.anomaly import SourceLines
    from autograd_scalar.primitives.table import Primitive
    from autograd_scalar.render.layout import Route
    from autograd_scalar.render.scene import Link, Scene

__all__ = [
    "PASSES",
    "Cell",
    "Step",
    "Tape",
    "cell_of",
    "document",
    "final_scene",
    "roomy_picture",
    "state",
    "structure",
    "words",
]

PASSES: Final = ("forward pass", "reverse sweep", "update")

# z1[2], a1[2](7), W1[2,0], b1[2]: letter, layer, neuron, input, example.
_LABEL: Final = re.compile(
    r"([zaWb])(\d{1,9})\[(\d{1,9})(?:,\s*(\d{1,9}))?\](?:\((\d{1,9})\))?", re.ASCII
)

_MOST_MARKS: Final = 300
_WIDEST: Final = "+8.888e−888 88/88 ≠"  # text that a number may become
# Pixels of a row of the picture, which a notebook's cell shows at three quarters.
_ROOM: Final = 1080.0
_HEAD: Final = 8.0  # length of an arrow head
_LARGEST_MATRIX: Final = 2000  # rows and columns

Step = ForwardStep | BackwardStep | UpdateStep


class Cell(NamedTuple):
    """Where a node stands in a matrix: of which letter and layer, row and column."""

    letter: str
    layer: int
    row: int
    column: int


def cell_of(label: str) -> Cell | None:
    """Return the cell that a label names; None if it names none.

    The columns are inputs for a weight, examples for everything else.

    >>> cell_of("z2[1](7)"), cell_of("loss")
    (Cell(letter='z', layer=2, row=1, column=7), None)
    """
    match = _LABEL.fullmatch(label)
    if match is None:
        return None
    letter, layer, neuron, entry, example = match.groups()
    return Cell(letter, int(layer), int(neuron), int(entry or example or 0))


class Tape:
    """The forward pass, the reverse sweep and an update, one after the other.

    Position ``k`` is the state after ``k`` steps; ``step(k)`` is the last of these.
    """

    def __init__(
        self,
        root: Value,
        seed: float,
        parameters: Sequence[Value],
        learning_rate: float,
    ) -> None:
        self.forward = ForwardSteps(root)
        self.backward = BackwardSteps(root, seed)
        self.nodes = self.backward.nodes
        self.names = [self.forward[k].names[0] for k in range(len(self.nodes))]
        self.place = {node: place for place, node in enumerate(self.nodes)}
        self.parents = [[self.place[p] for p in node.parents] for node in self.nodes]
        self.arrivals = _arrivals(self.parents)
        self.update = [
            self._update_step(index, parameter, learning_rate)
            for index, parameter in enumerate(p for p in parameters if p in self.place)
        ]

    def _update_step(self, index: int, parameter: Value, rate: float) -> UpdateStep:
        before, gradient = parameter.data, self.backward.adjoint(parameter)
        after = before - rate * gradient
        name = self.names[self.place[parameter]]
        return UpdateStep(index, parameter, gradient, rate, before, after, name)

    def find(self, node: object) -> int:
        """Return the place of a node, given the node or its name.

        Raises:
            OperandError: there is no such node.
        """
        root = self.names[-1]
        if isinstance(node, Value):
            if node in self.place:
                return self.place[node]
            msg = (
                f"a place needs to be a node that {root} was computed from, got"
                f" {shown(node)}; pass one of topological_order(root)"
            )
            raise OperandError(msg)
        if not isinstance(node, str):
            msg = f"a place is a position, a Value or a label, got {shown(node)}"
            raise OperandError(msg)
        if node in self.names:
            return self.names.index(node)
        near = get_close_matches(node, self.names[:10_000], 3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        msg = f"no node of {root} is called {shown(node)}{hint}"
        raise OperandError(msg)

    @property
    def ends(self) -> tuple[int, int, int, int]:
        """The positions where the passes begin and end."""
        forward = len(self.forward)
        backward = forward + len(self.backward)
        return 0, forward, backward, backward + len(self.update)

    def __len__(self) -> int:
        return self.ends[-1]

    def step(self, position: int) -> Step | None:
        """Return the step that leads to a position; None at the beginning."""
        _, forward, backward, _ = self.ends
        if not position:
            return None
        if position <= forward:
            return self.forward[position - 1]
        if position <= backward:
            return self.backward[position - 1 - forward]
        return self.update[position - 1 - backward]

    def received(self, place: int, position: int) -> int:
        """Return how many contributions a node has at a position."""
        return bisect_left(self.arrivals[place], position - len(self.forward))

    def adjoint(self, place: int, position: int) -> float | None:
        """Return a node's adjoint at a position; None before its first contribution."""
        count = self.received(place, position)
        if count:
            return self.backward[self.arrivals[place][count - 1]].after
        is_seeded = position >= len(self.forward) and place == len(self.nodes) - 1
        return self.backward.seed if is_seeded else None

    def complete(self, place: int) -> int:
        """Return the position from which a node's adjoint is complete."""
        last = self.arrivals[place][-1] + 1 if self.arrivals[place] else 0
        return len(self.forward) + last

    def uses(self, place: int) -> list[int]:
        """Return the positions of the steps that use a node's value or adjoint."""
        computed = [k + 1 for k, parents in enumerate(self.parents) if place in parents]
        first = len(self.forward) + 1
        after = sum(len(parents) for parents in self.parents[place + 1 :])
        passed = range(after, after + len(self.parents[place]))
        return computed + [first + index for index in passed]

    def stops(self, size: str) -> list[int]:
        """Return the positions at which steps of a size end: node, layer or pass."""
        start, forward, backward, end = self.ends
        if size == "pass":
            return sorted({start, forward, backward, end})
        updates = range(backward, end + 1)
        if size == "node":
            complete = {self.complete(place) for place in range(len(self.nodes))}
            return sorted({*range(forward + 1), *complete, *updates})
        computed: dict[int, int] = {}
        complete_by: dict[int, int] = {}
        for place, layer in self._layers():
            computed[layer] = max(computed.get(layer, 0), place + 1)
            done = self.complete(place)
            complete_by[layer] = max(complete_by.get(layer, 0), done)
        inner = {*computed.values(), *complete_by.values()}
        return sorted({start, forward, backward, end} | inner)

    def _layers(self) -> Iterable[tuple[int, int]]:
        """Yield nodes with their layer: as z and a are labelled, else by depth."""
        cells = [cell_of(name) for name in self.names]
        labelled = [
            (place, 2 * cell.layer + (cell.letter == "a"))
            for place, cell in enumerate(cells)
            if cell is not None and cell.letter in "za"
        ]
        if labelled:
            return labelled
        depth: list[int] = []
        for parents in self.parents:
            depth.append(1 + max((depth[p] for p in parents), default=-1))
        return list(enumerate(depth))


def _arrivals(parents: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return for each node the indices of the backward steps that contribute to it."""
    arrivals: list[list[int]] = [[] for _ in parents]
    index = 0
    for operands in reversed(parents):
        for parent in operands:
            arrivals[parent].append(index)
            index += 1
    return arrivals


# ---- What a page gets ----------------------------------------------------------------


def final_scene(tape: Tape, title: str, widest: Sequence[str] = ()) -> Scene:
    """Return the picture after the reverse sweep, or with room for these texts."""
    moved = [step.parameter for step in tape.update]
    asked = Request(tape.nodes[-1], title=title, parameters=moved or None)
    scene = unfolded_scene(subject_of(asked))
    boxes = []
    for place, (node, box) in enumerate(zip(tape.nodes, scene.boxes, strict=True)):
        adjoint = tape.backward.adjoint(node)
        text = widest[place] if widest else signed(adjoint)
        rows = (box.rows[0], Row("grad", text, tone(adjoint)))
        tooltip = box.tooltip.partition("grad")[0] + f"grad = {adjoint!r}"
        boxes.append(box._replace(rows=rows, tooltip=tooltip))
    facts = scene.facts.replace("not computed yet", "computed")
    return scene._replace(boxes=tuple(boxes), facts=facts)


def _widest(tape: Tape) -> list[str]:
    """Return for each node the longest text that its adjoint has during the sweep."""
    texts = [signed(tape.backward.adjoint(node)) for node in tape.nodes]
    for step in tape.backward:
        place = tape.place[step.parent]
        text = signed(step.after)
        if len(tape.arrivals[place]) > 1:
            text += f" {len(tape.arrivals[place])}/{len(tape.arrivals[place])}"
        text += " \u2260"  # where another run has another number
        texts[place] = max(texts[place], text, key=len)
    return texts


def document(tape: Tape, lines: SourceLines | None) -> dict[str, Any]:
    """Return what a page needs, as JSON can hold it."""
    drawn = _drawn(final_scene(tape, "", _widest(tape)), tape.parents)
    return {
        **words(),
        **structure(tape),
        **state(tape),
        **_source(tape, lines),
        "drawn": drawn,
    }


def words() -> dict[str, Any]:
    """Return what is the same for every graph: the sentences."""
    return {
        "templates": TEMPLATES | {f"ask {k}": text for k, text in QUESTIONS.items()},
        "mistakes": MISTAKES,
        "ways": list(TEMPLATES),
    }


def structure(tape: Tape) -> dict[str, Any]:
    """Return what does not depend on the numbers of a graph."""
    kinds: dict[Primitive | None, int] = {}
    for node in tape.nodes:
        kinds.setdefault(node.primitive, len(kinds))
    return {
        "names": tape.names,
        "kinds": [_kind(primitive) for primitive in kinds],
        "kind": [kinds[node.primitive] for node in tape.nodes],
        "parents": tape.parents,
        "stops": {size: tape.stops(size) for size in ("node", "layer", "pass")},
        "counts": {
            "values": counted(len(tape.forward), "value"),
            "edges": counted(len(tape.backward), "contribution"),
        },
        **_matrices(tape),
    }


def state(tape: Tape) -> dict[str, Any]:
    """Return the numbers of a graph, and what depends on them."""
    ways = list(TEMPLATES)
    forms, form = slopes(tape.nodes)
    update = [
        (tape.place[step.parameter], step.learning_rate, step.before)
        for step in tape.update
    ]
    return {
        "values": [plain(node.data) for node in tape.nodes],
        "locals": [[plain(d) for d in x.local_derivatives] for x in tape.nodes],
        "forms": forms,
        "form": form,
        "seed": plain(tape.backward.seed),
        "way": [ways.index(way(step)) for step in tape.backward],
        "update": [[place, plain(rate), plain(data)] for place, rate, data in update],
        "bad": _not_finite(tape),
    }


def roomy_picture(tape: Tape) -> dict[str, Any]:
    """Return where everything lies, with room for whatever numbers come."""
    scene = final_scene(tape, "", [_WIDEST] * len(tape.nodes))
    data, label = Row("data", _WIDEST, "none"), _WIDEST.partition(" ")[0]
    boxes = tuple([box._replace(rows=(data, box.rows[1])) for box in scene.boxes])
    links = tuple([link._replace(text=link.text and label) for link in scene.links])
    return _drawn(scene._replace(boxes=boxes, links=links), tape.parents)


def _not_finite(tape: Tape) -> list[int]:
    """Return the first positions after which a contribution is inf or nan."""
    first = len(tape.forward) + 1
    bad = (first + x.index for x in tape.backward if not isfinite(x.contribution))
    return list(islice(bad, _MOST_MARKS))


def _kind(primitive: Primitive | None) -> dict[str, Any]:
    """Return what a page has to know about a primitive; None is a leaf's."""
    if primitive is None:
        return {"name": "", "noun": "", "infix": ""}
    glyph = primitive.glyph if len(primitive.glyph) == 1 else primitive.symbol
    return {
        "name": line_of(primitive.name),
        "noun": noun(primitive),
        "infix": glyph if primitive.is_infix else "",
        "prefix": "\u2212" if primitive is NEG else "",
    }


def _matrices(tape: Tape) -> dict[str, Any]:
    """Return the matrices that labels name, and each node's place in one of them.

    The nodes of a matrix are given by rows, −1 where none has the label. With a place
    stands the node that belongs with it: to z of a neuron and an example its a, and to
    a its z.
    """
    cells = [cell_of(name) for name in tape.names]
    members: dict[tuple[str, int], dict[tuple[int, int], int]] = {}
    for place, cell in enumerate(cells):
        if cell is not None and max(cell.row, cell.column) < _LARGEST_MATRIX:
            matrix = members.setdefault((cell.letter, cell.layer), {})
            matrix.setdefault((cell.row, cell.column), place)
    found: list[dict[str, Any]] = []
    where: list[tuple[int, int, int, int] | None] = [None] * len(cells)
    for (letter, layer), matrix in members.items():
        height = max(row for row, _ in matrix) + 1
        width = max(column for _, column in matrix) + 1
        rows = [[matrix.get((r, c), -1) for c in range(width)] for r in range(height)]
        kin = members.get(({"z": "a", "a": "z"}.get(letter, ""), layer), {})
        for (row, column), place in matrix.items():
            where[place] = (len(found), row, column, kin.get((row, column), -1))
        name = f"{letter.upper() if letter in 'za' else letter}{layer}"
        across = {"W": ", inputs across", "b": ""}.get(letter, ", examples across")
        words = f"{name}: {height} × {width}, neurons down{across}"
        delta = f"δ{layer} = " if letter == "z" else ""
        found.append({"name": words, "delta": delta, "nodes": rows})
    return {"matrices": found, "cells": where}


def _source(tape: Tape, lines: SourceLines | None) -> dict[str, Any]:
    """Return the source lines that recorded the nodes, and each node's line or −1.

    Of a file only its name is shown: pages are passed on, and folders are private.
    """
    if lines is None:
        return {"lines": [], "line": []}
    found = [lines.of(node) for node in tape.nodes]
    known = sorted({line for line in found if line is not None})
    index = {line: k for k, line in enumerate(known)}
    return {
        "lines": [
            line_of(str(line).replace(line.file, Path(line.file).name, 1))
            for line in known
        ],
        "line": [-1 if line is None else index[line] for line in found],
    }


def _drawn(scene: Scene, parents: Sequence[Sequence[int]]) -> dict[str, Any]:
    """Return where everything lies: the boxes, and the links in the sweep's order."""
    laid = picture(scene, "LR", _ROOM)
    boxes = [
        (*_rounded(box), m.strip, m.name, m.symbol, shown.kind)
        for box, m, shown in zip(laid.boxes, laid.measured, scene.boxes, strict=True)
    ]
    links = [
        _line(link, route, is_labelled=labelled)
        for link, route, labelled in zip(
            scene.links, laid.arrangement.routes, laid.labelled, strict=True
        )
    ]
    # A scene lists links by node, the sweep takes nodes from the last to the first.
    starts = list(accumulate(map(len, parents), initial=0))
    swept = [
        k
        for i in range(len(boxes) - 1, -1, -1)
        for k in range(starts[i], starts[i + 1])
    ]
    trunks = laid.arrangement.trunks.values()
    return {
        "width": round(laid.width, 1),
        "height": round(laid.height, 1),
        "boxes": boxes,
        "links": [links[k] for k in swept],
        "trunk": "".join([_path(route, 0.0) for route in trunks]),
    }


def _line(link: Link, route: Route, *, is_labelled: bool) -> list[Any]:
    """Return tone, label, path, the middle of the label, a frame around the path."""
    along = [x for run in route for x in (run.start, run.end)]
    across = [run.across for run in route]
    for run in route:
        if run.turn:  # into the next row of a wrapped picture
            right, between, left = run.turn
            along += [right, left]
            across.append(between)
    end = route[-1]
    return [
        link.tone,
        link.text if is_labelled else "",
        _path(route, _HEAD),
        *_rounded([(end.start + end.end - _HEAD) / 2, end.across]),
        *_rounded([min(along), min(across), max(along), max(across)]),
    ]


def _rounded(numbers: Iterable[float]) -> list[float]:
    """Round to a tenth of a pixel; whole numbers are shorter without their .0."""
    tenths = [round(x, 1) for x in numbers]
    return [int(x) if x.is_integer() else x for x in tenths]


def _path(route: Route, shorter: float) -> str:
    return path_data(route, False, shorter).replace(".0", "")
