"""Read a product that is written with indices, ``einsum("bi,bj->ij", h, d)``."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from autograd_scalar import DataError
from nn.arguments import shown

__all__ = ["of_indices"]


def of_indices(operands: Sequence[ast.expr]) -> ast.expr:
    """Return the product of two matrices or vectors, the sum of one, or its transpose.

    >>> call = ast.parse("einsum('bi,bj->ij', h, d)", mode="eval").body
    >>> ast.unparse(of_indices(call.args))
    'h.T @ d'
    >>> call = ast.parse("einsum('i,j->ji', x, d)", mode="eval").body
    >>> ast.unparse(of_indices(call.args))
    'outer(d, x)'

    Raises:
        DataError: it is none of them.
    """
    first, *matrices = operands
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        left, arrow, after = first.value.replace(" ", "").partition("->")
        given = left.split(",")
        if arrow and len(given) == len(matrices):
            found = None
            if len(given) == 1:
                found = _of_one(given[0], after, matrices[0])
            elif len(given) == 2:  # noqa: PLR2004
                found = _of_two(given, after, matrices)
            if found is not None:
                return found
        msg = f"cannot read einsum({shown(first.value)}, ...)"
        raise DataError(msg)
    msg = "einsum needs its indices first, such as einsum('ij,jk->ik', a, b)"
    raise DataError(msg)


def _of_one(given: str, after: str, matrix: ast.expr) -> ast.expr | None:
    if after == given:
        return matrix
    if after == given[::-1]:
        return ast.Attribute(matrix, "T", ast.Load())
    kept = [given.find(index) for index in after]
    if len(given) == 2 and len(kept) == 1 and kept[0] >= 0:  # noqa: PLR2004
        axis = ast.keyword("axis", ast.Constant(1 - kept[0]))
        return ast.Call(ast.Name("sum", ast.Load()), [matrix], [axis])
    return None


def _of_two(
    given: Sequence[str], after: str, matrices: Sequence[ast.expr]
) -> ast.expr | None:
    if given[0] == given[1] == after:
        return ast.BinOp(matrices[0], ast.Mult(), matrices[1])
    if len(given[0]) == len(given[1]) == 1 and sorted(given) == sorted(after):
        pair = list(matrices) if after[0] == given[0] else list(matrices[::-1])
        return ast.Call(ast.Name("outer", ast.Load()), pair, [])
    if len(after) != 2 or after[0] == after[1]:  # noqa: PLR2004
        return None
    for one, other in ((0, 1), (1, 0)):
        mine, yours = given[one], given[other]
        inner = (set(mine) & set(yours)) - set(after)
        summed = next(iter(inner), "")
        if (
            len(inner) == 1
            and sorted(mine) == sorted(after[0] + summed)
            and sorted(yours) == sorted(after[1] + summed)
        ):
            left, right = matrices[one], matrices[other]
            if mine[0] == summed:
                left = ast.Attribute(left, "T", ast.Load())
            if yours[1] == summed:
                right = ast.Attribute(right, "T", ast.Load())
            return ast.BinOp(left, ast.MatMult(), right)
    return None
