"""Lists of weights and biases that are counted from 0, beside names counted from 1.

In ``Z1 = weights[0] @ X + biases[0]`` the first entry of a list is of layer 1. Its name
may be any: what is multiplied are weights, what is added are biases.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Final

from nn.reading.code.assignments import Assignment
from nn.reading.formula.numpy_spelling import read_name

__all__ = ["with_lists_from_one"]


def with_lists_from_one(program: Sequence[Assignment]) -> list[Assignment]:
    """Return the program with the layer of each entry of a list of parameters.

    >>> from nn.reading.code.assignments import assignments
    >>> lines = "z1 = M[0] @ x + c[0]", "z2 = M[1] @ a1 + c[1]", "da1 = M[1].T @ dz2"
    >>> for one in with_lists_from_one([assignments(line)[0] for line in lines]):
    ...     print(one)
    z1 = W[1] @ x + b[1]
    z2 = W[2] @ a1 + b[2]
    da1 = W[2].T @ dz2
    """
    shifts: dict[str, set[int]] = {}
    letters: dict[str, str] = {}
    for one in program:
        made = read_name(one.name) if one.name else None
        if made is None or made.layer is None or made.name not in {"Z", "A"}:
            continue
        for name, number, letter in _entries(one.value):
            shifts.setdefault(name, set()).add(made.layer.offset - number)
            letters.setdefault(name, letter)
    lists = {
        name: letters[name]
        for name, found in shifts.items()
        if found == {_FROM_ZERO} and not _is_of_another(name, letters[name])
    }
    if not lists:
        return list(program)
    return [_counted(one, lists) for one in program]


def _is_of_another(name: str, letter: str) -> bool:
    """Return whether a name says another quantity than its place does."""
    known = read_name(name)
    return known is not None and known.name != letter


def _entries(value: ast.expr) -> Iterator[tuple[str, int, str]]:
    """Yield the lists in a weighted sum, with the number and the letter for each."""
    stack = [(value, "b")]
    while stack:
        node, letter = stack.pop()
        match node:
            case ast.Subscript(
                value=ast.Name(id=name), slice=ast.Constant(value=int() as number)
            ):
                yield name, number, letter
            case ast.BinOp(left=left, op=ast.MatMult() | ast.FloorDiv(), right=right):
                stack += [(left, "W"), (right, "W")]
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                stack += [(left, letter), (right, letter)]
            case ast.Attribute(value=inner, attr="T"):
                stack.append((inner, letter))
            case ast.Call(args=[inner]):  # the activation of a weighted sum
                stack.append((inner, letter))
            case _:
                pass


def _counted(one: Assignment, lists: dict[str, str]) -> Assignment:
    counting = _FromOne(lists)
    place, value = deepcopy(one.place), deepcopy(one.value)
    return replace(one, place=counting.of(place), value=counting.of(value))


class _FromOne(ast.NodeTransformer):
    """Counts the entries of lists from 1, and calls the lists by our letters."""

    def __init__(self, lists: dict[str, str]) -> None:
        self.lists = lists

    def of(self, node: ast.expr) -> ast.expr:
        found = self.visit(node)
        assert isinstance(found, ast.expr)
        return found

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        match node:
            case ast.Subscript(
                value=ast.Name(id=name), slice=ast.Constant(value=int() as number)
            ) if name in self.lists:
                of = ast.Name(self.lists[name], ast.Load())
                index = ast.Constant(number + _FROM_ZERO)
                return ast.Subscript(of, index, ast.Load())
        self.generic_visit(node)
        return node


_FROM_ZERO: Final = 1
