"""`autograd-scalar draw`: a formula's value and gradients, its graph in a file."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from autograd_scalar import DataError, diagnose
from autograd_scalar import draw as drawing_of
from nn.cli.formula import parse
from nn.files import check_writable, printable, text_table

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping, Sequence

    from autograd_scalar import Value
    from nn.cli.console import Console

__all__ = ["draw", "numbers_of"]

SUFFIXES = (".svg", ".html", ".dot", ".png")


def draw(options: Namespace, console: Console) -> int:
    """Evaluate and differentiate a formula, print the numbers, draw the graph."""
    path = Path(options.output)
    check_writable(path, SUFFIXES)
    formula = parse(options.expression)
    numbers = numbers_of(options.set)
    root, leaves = formula.record(numbers)
    root.backward()
    if not root.label:
        root.named("result")
    drawing_of(root, title=formula.text).save(path)
    console.say(f"{formula.text} = {root.data!r}\n")
    console.say(text_table(_rows(leaves, numbers)))
    broken = _not_finite(root)
    if broken:
        console.say("\n" + "\n".join(broken))
    console.say(f"\ngraph: {printable(str(path))}")
    console.result(
        {
            "expression": formula.text,
            "value": root.data,
            "names": {
                name: {"value": leaf.data, "grad": leaf.grad, "set": name in numbers}
                for name, leaf in leaves.items()
            },
            "not_finite": broken,
            "graph": str(path),
        }
    )
    return 0


def _not_finite(root: Value) -> list[str]:
    """Say where inf or nan begins, in the values and in the gradients."""
    found = diagnose(root).findings
    return [str(each) for each in found if each.kind.startswith("non-finite")]


def _rows(
    leaves: Mapping[str, Value], numbers: Mapping[str, float]
) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("name", "value", "gradient", "")]
    for name, leaf in leaves.items():
        note = "" if name in numbers else f"not set: --set {name}=NUMBER"
        if note and name == "e":
            note += f" (Euler's is {math.e!r})"
        rows.append((name, repr(leaf.data), repr(leaf.grad), note))
    return rows


def numbers_of(assignments: Sequence[str]) -> dict[str, float]:
    """Parse the values of --set, ``["x=2"]``, to ``{"x": 2.0}``."""
    numbers: dict[str, float] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        name = name.strip()
        try:
            number = float(text)
        except ValueError:
            equals = ""
        if not equals or not name:
            msg = f"--set {printable(assignment)}: expected NAME=NUMBER, such as x=2"
            raise DataError(msg)
        if name in numbers:
            msg = f"--set gives {printable(name)} twice; give each name one number"
            raise DataError(msg)
        numbers[name] = number
    return numbers
