"""The picture of a program: a box for each matrix, with its equations and its shape.

A line leads from a matrix to one that is computed from it. The entries of each matrix
stand below the picture, with the scalar nodes that they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Final

from autograd_scalar.graph.naming import unique_names
from autograd_scalar.program.expressions import (
    Expression,
    Function,
    Hadamard,
    Number,
    Product,
    Scaled,
    Square,
    Symbol,
    Total,
    Transposed,
    text_of,
)
from autograd_scalar.render.scene import Box, Link, Row, Scene, number, span
from autograd_scalar.reporting.escape import line_of
from autograd_scalar.reporting.tables import counted

if TYPE_CHECKING:
    from autograd_scalar.graph.value import Value
    from autograd_scalar.program.equations import Equation, Equations
    from autograd_scalar.program.places import Places
    from autograd_scalar.program.tape import Floats, Tape

__all__ = ["scene_of_program"]

_WIDE: Final = 44  # characters of an equation on one line of a box
_MOST_LINES: Final = 12  # of an equation in a box
_IN_TOOLTIP: Final = 8  # entries of a matrix
_MOST_ENTRIES: Final = 1000  # in the table
_MOST_NODES: Final = 3  # of one entry


def scene_of_program(  # noqa: PLR0913, PLR0917  (all stages of a program)
    tape: Tape,
    equations: Equations,
    places: Places,
    arrays: dict[str, Floats],
    title: str,
    facts: str,
) -> Scene:
    """Return what to draw; ``arrays`` are the matrices and adjoints as recorded."""
    adjoints = {e.target.name: e for e in equations.reverse}
    defined = {e.target.name: e for e in equations.forward}
    names = [*equations.symbols, *defined]
    index = {name: k for k, name in enumerate(names)}
    called = dict(zip(map(id, tape.nodes), unique_names(tape.nodes), strict=True))
    boxes: list[Box] = []
    entries: list[tuple[str, ...]] = []
    for name in names:
        own = _entries(name, places, called, arrays) if name in places.slots else []
        equation = defined.get(name)
        box = _box(name, equation, adjoints.get(name), arrays, own)
        kind, caption = _kind(name, equation, places, tape)
        boxes.append(box._replace(kind=kind, caption=caption))
        if len(entries) < _MOST_ENTRIES:
            entries += own[: _MOST_ENTRIES - len(entries)]
    links = [
        Link(index[source], index[name], "", "plain", 0.35, f"{name} uses {source}")
        for name, equation in defined.items()
        for source in dict.fromkeys(_symbols(equation.value))
    ]
    root = equations.forward[-1].target.name if equations.forward else ""
    value = f" = {number(arrays[root].item())}" if root else ""
    return Scene(
        tuple(boxes),
        tuple(links),
        line_of(title),
        "",
        f"Matrix program of {root or 'a leaf'}{value}",
        facts,
        entries=tuple(entries),
    )


def _box(
    name: str,
    equation: Equation | None,
    adjoint: Equation | None,
    arrays: dict[str, Floats],
    entries: list[tuple[str, ...]],
) -> Box:
    shape = "×".join(map(str, arrays[name].shape)) or "a number"
    rows = [Row("size", shape, "ink")]
    tip = [f"{name}: {shape}"]
    if equation is not None:
        tip.append(equation.text())
        rows += _lines("=", text_of(equation.value))
    if adjoint is not None:
        tip.append(adjoint.text())
        rows += _lines(f"d{name} =", text_of(adjoint.value))
    tip.append(f"values {span(arrays[name].ravel().tolist())}")
    slope = arrays.get(f"d{name}")
    if slope is not None:
        tip.append(f"adjoints {span(slope.ravel().tolist())}")
    tip += [f"{entry} is {node}" for entry, node, *_ in entries[:_IN_TOOLTIP]]
    if len(entries) > _IN_TOOLTIP:
        tip.append(f"and {len(entries) - _IN_TOOLTIP:,} entries more")
    tooltip = "\n".join(map(line_of, tip))
    is_root = equation is not None and name == "C"
    return Box("operation", "", name, "", tuple(rows), tooltip, is_root)


def _kind(
    name: str, equation: Equation | None, places: Places, tape: Tape
) -> tuple[str, str]:
    """Return the kind of a box, and the same in words."""
    if equation is not None:
        return "operation", "output" if name == "C" else ""
    if name in places.constants:
        return "constant", "constant"
    is_parameter = int(places.slots[name].min()) < len(tape.parameters)
    kind = "parameter" if is_parameter else "input"
    return kind, kind


def _lines(key: str, text: str) -> Iterator[Row]:
    """Yield rows for an equation, broken between its terms and factors."""
    terms = re.split(r" (?=[+-] )", text)
    parts = [[t] if len(t) < _WIDE else t.split(" ") for t in terms]
    lines = [""]
    for part in chain.from_iterable(parts):
        if lines[-1] and len(lines[-1]) + len(part) >= _WIDE:
            lines.append("")
        lines[-1] += f" {part}" if lines[-1] else part
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], "…"]
    for k, line in enumerate(lines):
        yield Row("" if k else key, line_of(line), "ink")


def _entries(
    name: str, places: Places, called: dict[int, str], arrays: dict[str, Floats]
) -> list[tuple[str, ...]]:
    """Return the entries of a matrix: which scalar node each is, and its numbers."""
    rows: list[tuple[str, ...]] = []
    adjoints = arrays.get(f"d{name}")
    for index, nodes in places.nodes(name).items():
        if len(rows) == _MOST_ENTRIES:
            break
        entry = f"{name}[{','.join(map(str, index))}]" if index else name
        adjoint = "" if adjoints is None else number(float(adjoints[index]))
        found = number(float(arrays[name][index]))
        rows.append((entry, _in_words(nodes, called), found, adjoint))
    return rows


def _in_words(nodes: tuple[Value, ...], called: dict[int, str]) -> str:
    names = [line_of(called[id(node)]) for node in nodes]
    if not names:
        return "no node of its own"
    more = f" and {counted(len(names) - _MOST_NODES, 'node')} more"
    return ", ".join(names[:_MOST_NODES]) + more * (len(names) > _MOST_NODES)


def _symbols(x: Expression) -> Iterator[str]:
    """Yield the names in an expression, from left to right."""
    stack = [x]
    while stack:
        match x := stack.pop():
            case Symbol(name, _):
                yield name
            case Number():
                pass
            case Transposed(of) | Square(of) | Total(of, _):
                stack.append(of)
            case Product(a, b) | Hadamard(a, b) | Scaled(a, b):
                stack += [b, a]
            case Function(_, operands, _):
                stack += operands[::-1]
            case _:
                stack += [term for _, term in x.terms[::-1]]
