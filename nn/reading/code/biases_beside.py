"""Biases that stand beside the weighted sums of a program: ``a = f(z + b)``.

There z is the product alone. In ours the bias is part of it, and ``a = f(z)``. So it is
with thresholds, which are subtracted.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Final

from nn.reading.code.assignments import Assignment

__all__ = ["biases_beside", "is_activation", "with_biases_in_sums"]


def biases_beside(program: Sequence[Assignment]) -> dict[str, ast.BinOp]:
    """Return each sum that an activation is taken of with its bias beside it.

    >>> from nn.reading.code.assignments import assignments
    >>> lines = "s = x @ V", "h = sigmoid(s - c)", "e = square(s - y)"
    >>> found = biases_beside([assignments(one)[0] for one in lines])
    >>> {name: ast.unparse(added) for name, added in found.items()}
    {'s': 's - c'}
    """
    times = Counter(one.name for one in program)
    products = {
        one.name
        for one in program
        if times[one.name] == 1
        and isinstance(one.value, ast.BinOp)
        and isinstance(one.value.op, ast.MatMult)
    }
    found: dict[str, ast.BinOp] = {}
    for one in program:
        match one.value:
            case ast.Call(
                func=ast.Name(id=function),
                args=[
                    ast.BinOp(
                        left=ast.Name(id=name),
                        op=ast.Add() | ast.Sub(),
                        right=ast.Name(),
                    ) as added
                ],
            ) if name in products and is_activation(function):
                found.setdefault(name, added)
            case _:
                pass
    return found


def is_activation(function: str) -> bool:
    """Return whether a function is called as one that neurons have.

    >>> [is_activation(name) for name in ("sigmoid", "f", "leaky_relu", "square")]
    [True, True, True, False]
    """
    return _ACTIVATION.search(function) is not None


def with_biases_in_sums(
    program: Sequence[Assignment], beside: dict[str, ast.BinOp]
) -> list[Assignment]:
    """Return the program with the biases in the sums.

    >>> from nn.reading.code.assignments import assignments
    >>> lines = "s = x @ V", "h = sigmoid(s - c)", "d = e * slope(s - c)"
    >>> program = [assignments(one)[0] for one in lines]
    >>> print(*with_biases_in_sums(program, biases_beside(program)), sep=", ")
    s = x @ V - c, h = sigmoid(s), d = e * slope(s)
    """
    if not beside:
        return list(program)
    return [_with_bias_in_sum(one, beside) for one in program]


def _with_bias_in_sum(one: Assignment, beside: dict[str, ast.BinOp]) -> Assignment:
    value = _Without(beside).visit(deepcopy(one.value))
    added = beside.get(one.name)
    if added is not None:
        value = ast.BinOp(value, added.op, deepcopy(added.right))
    return replace(one, value=value)


class _Without(ast.NodeTransformer):
    """Leaves out the biases beside the sums."""

    def __init__(self, beside: dict[str, ast.BinOp]) -> None:
        self.beside = {ast.dump(added): added.left for added in beside.values()}

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        known = self.beside.get(ast.dump(node))
        return self.generic_visit(node) if known is None else deepcopy(known)


_ACTIVATION: Final = re.compile(
    r"(?i:sigm|tanh|relu|act|logistic|transfer|squash)|^(?:f|g|phi|σ)$"
)
