"""Derivatives that are counted on the way back: ``d1 = p - y``, ``d2 = d1 @ W2.T``.

There d1 is no delta of the layer 1, but the first that is computed. The weights that it
is multiplied by say of which layer each of them is, and a factor for each entry that it
is the derivative by the sums, and no more by the activations.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from nn.reading.code.assignments import Assignment
from nn.reading.code.dataflow import spelled

__all__ = ["with_steps_by_layer"]


def with_steps_by_layer(program: Sequence[Assignment]) -> list[Assignment]:
    """Return the assignments with the names of our quantities for such steps.

    >>> from nn.reading.code.assignments import assignments
    >>> text = "d1 = p - y; d2 = d1 @ W2.T; d3 = d2 * h * (1 - h); g = x.T @ d3"
    >>> print(*with_steps_by_layer(assignments(text)), sep="; ")
    dZ2 = p - y; dA1 = dZ2 @ W2.T; dZ1 = dA1 * h * (1 - h); g = x.T @ dZ1
    """
    steps = [one for one in program if _STEP.fullmatch(one.name)]
    names = [one.name for one in steps]
    counted = [int(name[-1]) for name in names]
    if len(steps) < _FEWEST or counted != list(range(1, len(steps) + 1)):
        return list(program)
    if len({name[:-1] for name in names}) > 1 or not _compares(steps[0].value):
        return list(program)
    new: dict[str, str] = {}
    for before, one in zip([steps[0], *steps], steps, strict=False):
        if not new:
            layer = _layer_behind(steps[1].value)
            made = f"dZ{layer}" if layer else ""
        else:
            made = _made(one.value, before.name, new[before.name])
        if not made:
            return list(program)
        new[one.name] = made
    used = {name for one in program for name in _names(one.value) | {one.name}}
    if len({*new.values()}) < len(new) or used & {*new.values()}:
        return list(program)
    renamer = _Renamer(new)
    return [
        replace(
            one,
            name=new.get(one.name, one.name),
            place=renamer.renamed(one.place),
            value=renamer.renamed(one.value),
        )
        for one in program
    ]


def _made(value: ast.expr, before: str, known: str) -> str:
    """Return what is made of the step before, which is known, or ""."""
    if before not in _names(value):
        return ""
    layer = _layer_behind(value)
    if not layer:
        return (
            f"dZ{known[2:]}" if known.startswith("dA") and _has_factors(value) else ""
        )
    if known != f"dZ{layer}" or layer == 1:
        return ""
    return f"d{'Z' if _has_factors(value) else 'A'}{layer - 1}"


def _layer_behind(value: ast.expr) -> int:
    """Return the number of the weights in a formula; 0 for none, or several."""
    found = {
        symbol.layer.offset
        for name in _names(value)
        if (symbol := spelled(name)) and symbol.name == "W" and symbol.layer
    }
    return found.pop() if len(found) == 1 else 0


def _has_factors(value: ast.expr) -> bool:
    """Return whether entries are multiplied by entries: by no number alone."""
    return any(
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Mult)
        and not {ast.Constant} & {type(node.left), type(node.right)}
        for node in ast.walk(value)
    )


def _compares(value: ast.expr) -> bool:
    """Return whether it is made of a difference, as of outputs and targets."""
    return not _layer_behind(value) and any(
        isinstance(node, ast.Sub) for node in ast.walk(value)
    )


def _names(value: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}


class _Renamer(ast.NodeTransformer):
    def __init__(self, new: dict[str, str]) -> None:
        self.new = new

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Name(self.new.get(node.id, node.id), node.ctx)

    def renamed(self, node: ast.expr) -> ast.expr:
        found = self.visit(node)
        assert isinstance(found, ast.expr)
        return found


_STEP: Final = re.compile(r"(?:d|delta|δ|g|grad)_?[1-9]")
_FEWEST: Final = 2
