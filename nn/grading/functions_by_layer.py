r"""Take a function for that of its own layer, where each layer has a letter for it.

With ``h = f(z_1)`` and ``\hat y = g(z_2)``, ``g'(z_1)`` is no slope of the hidden
layer, though a call is read as that of its argument's layer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from nn.grading.linear_outputs import slope_of
from nn.grading.notation import OF_LOGITS, is_forward, name_of
from nn.reading.formula.tree import Call, Elements, Entry, Symbol, parts, rewritten

if TYPE_CHECKING:
    from nn.grading.cases import NetworkCase
    from nn.reading.claims import Claim
    from nn.reading.formula.tree import Tree

__all__ = ["with_functions_by_letter"]


def with_functions_by_letter(claims: Sequence[Claim], case: NetworkCase) -> list[Claim]:
    """Return the claims with a slope written out that is of another layer's function.

    That is so where two layers have functions of two letters, and of two kinds.
    """
    places = _Places(claims, case.last)
    letters = _letters(claims, places)
    if len(letters) < 2:  # noqa: PLR2004
        return list(claims)
    return [
        claim
        if claim.formula is None or is_forward(claim)
        else replace(
            claim, formula=_by_letter(claim, claim.formula, letters, places, case)
        )
        for claim in claims
    ]


class _Places:
    """Says of which layer a weighted sum is, by its layer, or by its index alone.

    Of two layers the index of the targets, ``y_k``, is that of the outputs.
    """

    def __init__(self, claims: Sequence[Claim], last: int) -> None:
        self.last = last
        self.of_outputs = {
            part.row
            for claim in claims
            for part in (parts(claim.formula) if claim.formula is not None else ())
            if isinstance(part, Entry) and part.symbol.name == "Y"
        }

    def layer_of(self, tree: Tree) -> int | None:
        """Return the number of the layer, or None."""
        symbol = tree.symbol if isinstance(tree, Entry) else tree
        if not isinstance(symbol, Symbol) or symbol.name != "Z" or not symbol.layer:
            return None
        if symbol.layer.base != "l":
            return symbol.layer.number(0, self.last)
        if isinstance(tree, Entry) and self.of_outputs and self.last == _TWO:
            return _TWO if tree.row in self.of_outputs else 1
        return None


def _letters(claims: Sequence[Claim], places: _Places) -> dict[str, int]:
    """Return of which layer each letter of a function is; {} if one is of two."""
    found: dict[str, int] = {}
    for claim in claims:
        of = claim.formula
        of = of.argument if isinstance(of, Elements) else of
        if not isinstance(of, Call) or name_of(claim.target) != "A":
            continue
        called = _CALLED.search(claim.text)
        number = places.layer_of(of.argument)
        if of.function != "g" or called is None or number is None:
            continue
        if found.setdefault(called["letter"], number) != number:
            return {}
    return found if len(set(found.values())) == len(found) else {}


def _by_letter(
    claim: Claim,
    formula: Tree,
    letters: dict[str, int],
    places: _Places,
    case: NetworkCase,
) -> Tree:
    """Return the formula of a gradient with the slopes that its text names."""
    for call, letter in _slopes(claim, formula):
        number = places.layer_of(call.argument)
        if number is None or letters.get(letter, number) == number:
            continue
        function = _function(letters[letter], case)
        slope = slope_of(function, call.argument)
        if slope is not None and function != _function(number, case):
            formula = rewritten(formula, call, slope)
    return formula


def _slopes(claim: Claim, formula: Tree) -> Iterator[tuple[Call, str]]:
    """Yield the slopes of a formula, each with the letter that its text has for it."""
    calls = [
        part
        for part in parts(formula)
        if isinstance(part, Call) and part.function == "dg"
    ]
    names = [found["letter"] for found in _SLOPE.finditer(claim.text)]
    if len(set(names)) == 1:
        names = names[:1] * len(calls)
    if len(names) == len(calls):
        yield from zip(calls, names, strict=True)


def _function(layer: int, case: NetworkCase) -> str:
    """Return the name of a layer's function, as the text has it."""
    of_outputs = OF_LOGITS.get(case.loss_name, "") if layer == case.last else ""
    return of_outputs or case.activations[layer - 1].name


_TWO: Final = 2
_LETTER: Final = (
    r"(?P<letter>(?:\\[A-Za-z]{2,10}|(?<![A-Za-z\\])[A-Za-zα-ω])"
    r"(?:\s?[_^]\s?(?:\w|\{[\[(]?\w[\])]?\}))?)"
)
_OPENS: Final = r"\s*(?:\\[Bb]igg?l?|\\left)?\s*[(\[]"
_CALLED: Final = re.compile(rf"=\s*&?\s*{_LETTER}{_OPENS}")
_SLOPE: Final = re.compile(
    rf"{_LETTER}\s*(?:['′]|_prime|\^\s*\{{?\s*\\prime\s*\}}?){_OPENS}"
)
