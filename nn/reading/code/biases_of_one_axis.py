r"""Sums over the examples that have one axis, as the biases of their program have.

``db = np.sum(dZ, axis=1)`` does not fit biases of shape (n, 1). Where a program adds
``b[:, None]``, or makes ``b = np.zeros(n)``, its biases are no columns, and such a sum
is the gradient by them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Final

from nn.reading.code.assignments import Assignment

__all__ = ["has_biases_of_one_axis", "with_axes_kept"]


def has_biases_of_one_axis(lines: Sequence[str]) -> bool:
    """Return whether a line makes a bias a column, or makes it with one size.

    >>> has_biases_of_one_axis(["z = W @ x + self.b1[:, None]"])
    True
    >>> has_biases_of_one_axis(["b_1 = np.zeros(n)"])
    True
    >>> has_biases_of_one_axis(["b1 = np.zeros((n, 1))", "z = W @ x + b1"])
    False
    """
    return any(map(_ONE_AXIS.search, lines))


def with_axes_kept(program: Sequence[Assignment]) -> list[Assignment]:
    """Return the program with axes kept where a name is given a sum over the columns.

    >>> from nn.reading.code.assignments import assignments
    >>> lines = "db = np.sum(d, axis=1) / m", "s = d * np.sum(d, axis=1)"
    >>> print(*with_axes_kept([assignments(one)[0] for one in lines]), sep=", ")
    db = sum(d, axis=1, keepdims=True) / m, s = d * sum(d, axis=1)
    """
    return [
        one if (value := _kept(one.value)) is one.value else replace(one, value=value)
        for one in program
    ]


def _kept(node: ast.expr) -> ast.expr:
    """Return a sum with its axis kept, which may have a number as a factor."""
    match node:
        case ast.BinOp(left=left, op=ast.Div() as op, right=right):
            if _is_number(right):
                new = _kept(left)
                return node if new is left else ast.BinOp(new, op, right)
        case ast.BinOp(left=left, op=ast.Mult() as op, right=right):
            for factor, other in ((left, right), (right, left)):
                if _is_fraction(factor):
                    new = _kept(other)
                    return node if new is other else ast.BinOp(factor, op, new)
        case ast.UnaryOp(op=ast.USub() as sign, operand=inner):
            new = _kept(inner)
            return node if new is inner else ast.UnaryOp(sign, new)
        case ast.Call(
            func=ast.Name("sum" | "mean"),
            keywords=[ast.keyword(arg="axis", value=axis)],
        ) if ast.unparse(axis) in {"1", "-1"}:
            kept = deepcopy(node)
            kept.keywords.append(ast.keyword("keepdims", ast.Constant(True)))
            return kept
        case _:
            pass
    return node


def _is_fraction(node: ast.expr) -> bool:
    """Return whether it is a number, or one divided by how many examples there are."""
    match node:
        case ast.Constant():
            return True
        case ast.BinOp(left=ast.Constant(), op=ast.Div(), right=right):
            return _is_number(right)
    return False


def _is_number(node: ast.expr) -> bool:
    """Return whether it may be a number, or how many examples there are."""
    match node:
        case ast.Constant() | ast.Name():
            return True
        case ast.BinOp(left=left, op=ast.Div() | ast.Mult(), right=right):
            return _is_number(left) and _is_number(right)
        case ast.Subscript(value=ast.Attribute(attr="shape")):
            return True
        case ast.Call(func=ast.Name("len" | "float")):
            return True
    return False


_BIAS: Final = (
    r"(?<![A-Za-z0-9_])(?:d_?|grad_?)?(?:bias(?:es)?|b)(?:_?[0-9lLhok]|_?(?:hid|out|in)\w{0,6})?"
    r"(?:\[[\w\s+-]{1,9}\])?[\"']?\]?"
)
_NUMPY: Final = r"(?:np|numpy|jnp|xp|cp|torch|rng)\."
_ONE_SIZE: Final = (
    r"(?:[\w.]+(?:\[[\w\s+-]{1,9}\])?|\(\s*[\w.]+(?:\[[\w\s+-]{1,9}\])?\s*,\s*\))"
)
_ONE_AXIS: Final = re.compile(
    rf"{_BIAS}\s?\[\s?:\s?,\s?(?:None|{_NUMPY}newaxis)\s?\]"
    rf"|{_BIAS}\.(?:reshape|view)\(\(?\s?-1\s?,\s?1\s?\)"
    rf"|{_BIAS}\.unsqueeze\((?:dim=)?-?1\)"
    rf"|\bexpand_dims\((?:self\.)?{_BIAS},\s?(?:axis=|dim=)?-?1\)"
    rf"|\barray\(\[(?:\w{{1,20}}\.)?{_BIAS}\s?,?\s?\]\s?\*[^()\n]{{1,40}}\)\.T\b"
    rf"|\b(?:transpose|swapaxes)\({_NUMPY}array\(\[(?:\w{{1,20}}\.)?{_BIAS}\s?,?\s?\]\s?\*"
    rf"|\btile\((?:self\.)?{_BIAS},[^=\n]{{1,40}}\)\.T\b"
    rf"|^\s*(?:self\.)?{_BIAS}\s?=\s?{_NUMPY}"
    rf"(?:zeros|ones|empty|random\.(?:randn|rand|normal|standard_normal)|randn|rand)"
    rf"\((?:size=)?{_ONE_SIZE}\s?(?:,\s?(?:dtype|device|requires_grad)=[^()]{{1,30}})?\)"
)
