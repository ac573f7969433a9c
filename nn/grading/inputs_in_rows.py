r"""Turn the inputs of a text that has them in rows, and all else in columns.

Who has a table of data, one example in each row, and neurons in columns writes
``Z_1 = W_1 X^T + b_1`` and ``Z_2 = W_2 A_1 + b_2``. There ``\nabla_{W_1} L`` is
``\nabla_{Z_1} L \, X``, and X^T is what others call X. So it may be with the targets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from nn.grading.notation import is_forward
from nn.reading.formula.tree import (
    Binary,
    Layer,
    Symbol,
    Transpose,
    parts,
    rewritten,
)

if TYPE_CHECKING:
    from nn.reading.claims import Claim
    from nn.reading.formula.tree import Tree

__all__ = ["with_inputs_in_columns"]


def with_inputs_in_columns(claims: Sequence[Claim]) -> tuple[list[Claim], str]:
    """Return the claims with X for X^T where the forward pass turns X alone.

    With them comes what is turned, in words.
    """
    forward = [one.formula for one in claims if one.formula and is_forward(one)]
    turned_once = [one for one in claims if _turns_inputs(one)]
    if not turned_once and not _turns_inputs_alone(forward):
        return list(claims), ""
    turns_targets = _turns_targets(claims)
    of = {_INPUTS, _TARGETS} if turns_targets else {_INPUTS}
    if turned_once:
        of -= {_INPUTS}
        claims = [one for one in claims if one not in turned_once]
    said = "X and Y are in rows" if turns_targets else "X is in rows"
    return [_turned(claim, of) for claim in claims], said


def _turns_inputs(claim: Claim) -> bool:
    """Return whether it makes the inputs of a network of a table: ``A0 = X.T``."""
    formula = claim.formula
    of_inputs = formula is not None and _turned_symbol(formula) == _INPUTS
    return claim.target == _INPUTS and of_inputs


def _turns_inputs_alone(forward: Sequence[Tree]) -> bool:
    """Return whether weights stand before X^T, and before other activations as such."""
    turns = plain = False
    for formula in forward:
        if any(
            isinstance(p, Transpose) and _is_sum(p.argument) for p in parts(formula)
        ):
            return False  # (W X^T)^T is in rows again
        for part in parts(formula):
            match part:
                case Binary("@" | "·", left, right) if _name_in(left) == "W":
                    if _turned_symbol(right) == _INPUTS:
                        turns = True
                    elif right == _INPUTS:
                        return False
                    elif isinstance(right, Symbol) and right.name == "A":
                        plain = True
                case _:
                    pass
    return turns and plain


def _is_sum(tree: Tree) -> bool:
    return isinstance(tree, Binary)


def _name_in(tree: Tree) -> str:
    """Return the name of a symbol, which may be transposed, or ""."""
    symbol = _turned_symbol(tree) or tree
    return symbol.name if isinstance(symbol, Symbol) else ""


def _turned_symbol(tree: Tree) -> Symbol | None:
    """Return the symbol of which something is the transpose, or None."""
    inside = tree.argument if isinstance(tree, Transpose) else None
    return inside if isinstance(inside, Symbol) else None


def _turns_targets(claims: Sequence[Claim]) -> bool:
    """Return whether ``Y.T`` is compared with the outputs, and never Y."""
    turned = False
    for claim in claims:
        for part in parts(claim.formula) if claim.formula is not None else ():
            if isinstance(part, Binary) and part.operator == "-":
                sides = part.left, part.right
                if _TARGETS in sides:
                    return False
                turned = turned or _TARGETS in map(_turned_symbol, sides)
    return turned


def _turned(claim: Claim, of: set[Symbol]) -> Claim:
    formula = claim.formula and _with_turned(claim.formula, of)
    others = tuple(_with_turned(one, of) for one in claim.others)
    turned = claim.turned and _turned(claim.turned, of)
    return replace(claim, formula=formula, others=others, turned=turned)


def _with_turned(tree: Tree, of: set[Symbol]) -> Tree:
    """Return a formula with the transposes of symbols for them, and them for these.

    >>> from nn.reading.formula.numpy_spelling import read_tree
    >>> tree = read_tree("dZ[1] @ A[0] / rows_of[0] - A[1] @ A[0].T")
    >>> print(_with_turned(tree, {Symbol("A", Layer("", 0))}))
    ((dZ[1] @ A[0].T) / columns_of[0]) - (A[1] @ A[0])
    """
    inner = {id(p.argument) for p in parts(tree) if isinstance(p, Transpose)}
    for part in list(parts(tree)):
        symbol = _turned_symbol(part)
        if symbol in of:
            tree = rewritten(tree, part, symbol)
        elif isinstance(part, Symbol) and part in of and id(part) not in inner:
            tree = rewritten(tree, part, Transpose(part))
        elif isinstance(part, Symbol) and part.layer in {one.layer for one in of}:
            other = _SIZES.get(part.name)
            tree = rewritten(tree, part, Symbol(other, part.layer)) if other else tree
    return tree


_INPUTS: Final = Symbol("A", Layer("", 0))
_TARGETS: Final = Symbol("Y")
_SIZES: Final = {"rows_of": "columns_of", "columns_of": "rows_of"}
