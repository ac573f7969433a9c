r"""Take a slope at outputs that a text says to be linear as one of its sigma.

With ``h = \sigma(W_1 x + b_1)`` and ``\hat y = W_2 h + b_2`` the sigma of
``(\hat y - t) \odot \sigma'(\hat y)`` is no function of the outputs: that of the
network has the slope 1 there, and would hide the mistake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from nn.grading.notation import is_forward, name_of
from nn.reading.formula.tree import (
    Binary,
    Call,
    Layer,
    Number,
    Symbol,
    parts,
    rewritten,
)

if TYPE_CHECKING:
    from nn.grading.cases import NetworkCase
    from nn.reading.claims import Claim
    from nn.reading.formula.tree import Tree

__all__ = ["slope_of", "with_slopes_at_linear_outputs"]


def with_slopes_at_linear_outputs(
    claims: Sequence[Claim], case: NetworkCase
) -> list[Claim]:
    """Return the claims with the slope of the hidden layers where one is at outputs.

    A text that has one activation for every layer, ``a^l = f(z^l)``, means each by it.
    """
    hidden, last = case.activations[0].name, case.activations[-1].name
    if last not in _LINEAR or hidden not in _SLOPES or not _says_so(claims, case.last):
        return list(claims)
    return [
        replace(claim, formula=_with_slopes(claim.formula, hidden, case.last))
        if claim.formula is not None and not is_forward(claim)
        else claim
        for claim in claims
    ]


def _says_so(claims: Sequence[Claim], last: int) -> bool:
    """Return whether outputs are computed without a function, and others with one."""
    linear = bent = False
    for claim in claims:
        target, formula = claim.target, claim.formula
        if not isinstance(target, Symbol) or formula is None or not is_forward(claim):
            continue
        calls = any(isinstance(part, Call) for part in parts(formula))
        if calls and (target.layer is None or _is_last(target, last)):
            return False
        if calls and target.layer is not None and target.layer.base == "l":
            return False
        bent = bent or calls
        weighs = any(isinstance(p, Symbol) and p.name == "W" for p in parts(formula))
        is_output = name_of(target) == "A" and _is_last(target, last)
        linear = linear or (is_output and weighs and not calls)
    return linear and bent


def _is_last(tree: Tree, last: int) -> bool:
    layers = {Layer("L"), Layer("", last)}
    return isinstance(tree, Symbol) and tree.layer in layers


def _with_slopes(formula: Tree, function: str, last: int) -> Tree:
    for part in list(parts(formula)):
        slopes = isinstance(part, Call) and part.function == "dg"
        if isinstance(part, Call) and slopes and _is_last(part.argument, last):
            slope = slope_of(function, part.argument)
            formula = rewritten(formula, part, slope) if slope else formula
    return formula


def slope_of(function: str, of: Tree) -> Tree | None:
    """Return the derivative of a function, written out; None of one that has none here.

    >>> print(slope_of("tanh", Symbol("Z", Layer("", 1))))
    1 - (tanh(Z[1]) ** 2)
    """
    one, value = Number(1.0), Call(function, of)
    if function == "sigmoid":
        return Binary("*", value, Binary("-", one, value))
    if function == "tanh":
        return Binary("-", one, Binary("**", value, Number(2.0)))
    if function == "relu":
        return Call("positive", of)
    return Call("ones_like", of) if function in _LINEAR else None


_LINEAR: Final = frozenset({"identity", "linear"})
_SLOPES: Final = frozenset({"sigmoid", "tanh", "relu"})
