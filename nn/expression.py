"""Formulas as text: parsed by `ast`, checked node by node, never evaluated as code.

>>> formula = parse("tanh(x*w + b)")
>>> formula.names
('x', 'w', 'b')
>>> root, leaves = formula.record({"x": 2.0, "w": -3.0})
>>> root.backward()
>>> root.data, leaves["w"].grad
(-0.9999092042625951, 0.00036316646188761333)
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from autograd_scalar import DataError, Value
from nn.files import printable
from nn.grammar import (
    BINARY,
    CONSTANTS,
    FUNCTIONS,
    UNARY,
    ExpressionError,
    at,
    check_text,
    operands_first,
    place,
    tree,
)

__all__ = ["DEFAULT", "FUNCTIONS", "Expression", "ExpressionError", "parse"]

MAX_EXPONENT: Final = 1000.0
DEFAULT: Final = 1.0


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked formula: its text, and its names in the order in which they come."""

    text: str
    names: tuple[str, ...]
    order: tuple[ast.AST, ...]  # operands before what uses them

    def record(self, numbers: Mapping[str, float]) -> tuple[Value, dict[str, Value]]:
        """Build the graph; a name without a number gets 1.0.

        Raises:
            DataError: a number for a name that does not occur, or one not finite.
        """
        for name, number in numbers.items():
            if name not in self.names:
                names = ", ".join(self.names)
                msg = f"{printable(name)!r} is not in the formula; its names: {names}"
                raise DataError(msg)
            if not math.isfinite(number):
                msg = f"{name} is {number}; expected a finite number"
                raise DataError(msg)
        leaves = {name: Value(numbers.get(name, DEFAULT), name) for name in self.names}
        results: dict[ast.AST, Value | float] = {}
        for node in self.order:
            results[node] = _result(node, results, leaves, self.text)
        root = results[self.order[-1]]
        assert isinstance(root, Value)
        return root, leaves


def parse(text: str) -> Expression:
    """Read a formula of numbers, names, + - * / ** %, and elementary functions.

    Raises:
        ExpressionError: what is not understood, with a mark under it.
    """
    text = " ".join(text.split())
    check_text(text)
    order = tuple(operands_first(tree(text), text))
    names = [
        node.id
        for node in sorted(order, key=place)
        if isinstance(node, ast.Name) and node.id not in CONSTANTS
    ]
    if not names:
        what = "there is no name in the formula, so nothing to differentiate by"
        raise ExpressionError(what, text, 0, len(text))
    return Expression(text, tuple(dict.fromkeys(names)), order)


def _result(
    node: ast.AST,
    results: Mapping[ast.AST, Value | float],
    leaves: Mapping[str, Value],
    text: str,
) -> Value | float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return CONSTANTS[name] if name in CONSTANTS else leaves[name]
        case ast.UnaryOp(op=op, operand=operand):
            return _applied(UNARY[type(op)], results[operand])
        case ast.BinOp(left=left, op=op, right=right):
            if isinstance(op, ast.Pow):
                _check_exponent(right, results[right], text)
            return _applied(BINARY[type(op)], results[left], results[right])
        case ast.Call(func=ast.Name(id=name), args=args):
            return _applied(FUNCTIONS[name][0], *(results[arg] for arg in args))
    raise AssertionError(node)  # pragma: no cover  (refused by _checked_operands)


def _check_exponent(node: ast.AST, exponent: Value | float, text: str) -> None:
    if isinstance(exponent, float) and abs(exponent) > MAX_EXPONENT:
        what = f"this exponent is {exponent:g}; at most ±{MAX_EXPONENT:g} is taken"
        raise at(node, what, text)


def _applied(function: Callable[..., Any], *operands: Value | float) -> Value | float:
    """Values are recorded; plain numbers are computed under the same IEEE rules."""
    result: Value
    if any(isinstance(operand, Value) for operand in operands):
        result = function(*operands)
        return result
    result = function(*(Value(x) for x in operands if isinstance(x, float)))
    return result.data
