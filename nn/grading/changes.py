"""What one mistake makes of the right formula of a quantity: the table, then edits.

Which formulas these are depends on the quantity and the kind of network alone, so they
are made once for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from nn.grading.mistakes import (
    MISTAKES,
    Edit,
    edits,
    right_formula,
    slips_in_derivative,
    slips_in_loss,
)
from nn.reading.formula.numpy_spelling import read_known
from nn.reading.formula.tree import Binary, Call, Layer, Symbol, parts, rewritten

if TYPE_CHECKING:
    from nn.grading.cases import NetworkCase
    from nn.grading.mistakes import Mistake
    from nn.reading.formula.tree import Tree

__all__ = ["BEFORE", "Change", "Setting", "additions_of", "changes_of"]

BEFORE: Final = {"dZ": "dA", "dW": "dZ", "db": "dZ"}  # each is linear in that one
# Mistakes that leave out g', and the activations of which it is 1.
_OF_A_SLOPE: Final = frozenset({"out-missing-sigma-prime", "act-missing"})
_STRAIGHT: Final = frozenset({"linear", "identity"})


@dataclass(frozen=True, slots=True)
class Setting:
    """The number of layers, the loss, and the activation of each layer, by name."""

    last: int
    loss_name: str
    activations: tuple[str, ...]

    @classmethod
    def of(cls, case: NetworkCase) -> Setting:
        """Return that of a network."""
        names = tuple(each.name for each in case.activations)
        return cls(case.last, case.loss_name, names)


@dataclass(frozen=True, slots=True)
class Change:
    """A wrong formula, and what to say of it; ``spoiled`` is the wrong dZ behind it.

    ``may_be_one_of_two`` is True where a second edit of it is tried as well.
    """

    formula: Tree
    id: str
    words: str
    instead: str
    spoiled: Tree | None = None
    in_table: bool = False
    may_be_one_of_two: bool = False

    @property
    def found(self) -> tuple[str, str, str, Tree | None]:
        """What the judge says of it: id, words, what is right, and the wrong dZ."""
        return self.id, self.words, self.instead, self.spoiled


@lru_cache(maxsize=64)
def changes_of(
    name: str, layer: int, given: frozenset[str], setting: Setting
) -> tuple[Change, ...]:
    """Return what one mistake makes of the right formula: the table, then edits.

    A mistake is not looked for in a quantity of ``given``, which is judged by itself.

    >>> setting = Setting(2, "half_squared_error", ("sigmoid", "sigmoid"))
    >>> first, *_ = changes_of("db", 2, frozenset({"dZ"}), setting)
    >>> str(first.formula), first.id
    ('sum(dZ[l+1], axis=1, keepdims=True)', 'dW-own-delta')
    """
    right = right_formula(name, layer, setting.last)
    assert right is not None
    instead = f"{name} = {right}"
    circle = Symbol(name, Layer("l"))
    found = [
        Change(formula, row.id, row.words, row.right, spoiled, True)
        for row, formula, spoiled in _suspects(name, layer, setting, given)
    ]
    found += [
        Change(edit.formula, edit.id, edit.words, instead, may_be_one_of_two=True)
        for edit in edits(right)
        if circle not in parts(edit.formula)
    ]
    found += [
        Change(edit.formula, edit.id, edit.words, instead)
        for edit in _edits_of_longer(name, layer, right, given, setting)
        if circle not in parts(edit.formula)
    ]
    return tuple(found)


@lru_cache(maxsize=64)
def additions_of(
    name: str, layer: int, setting: Setting
) -> tuple[tuple[Mistake, Tree], ...]:
    """Return each row that adds something, with what it adds to this quantity."""
    return tuple(_additions(name, layer, setting))


def _edits_of_longer(
    name: str, layer: int, right: Tree, given: Set[str], setting: Setting
) -> Iterator[Edit]:
    """Yield edits of longer ways to write the right formula."""
    if name == "dZ":
        yield from slips_in_derivative(setting.activations[layer - 1])
    last = setting.last
    if layer == last and (name == "dA" or (name == "dZ" and "dA" not in given)):
        for edit in slips_in_loss(setting.loss_name):
            formula = edit.formula
            if name == "dZ":
                formula = _with(right, "dA", formula)
            yield Edit(edit.id, edit.words, formula)
    for before in ("dZ", "dA"):
        made_of = right_formula(before, layer, last)
        if made_of is None or before in given or before == name:
            continue
        if Symbol(before, Layer("l")) in parts(right):
            right = _with(right, before, made_of)
            yield from edits(right)
    if layer < last and name != "dA":
        after = Symbol("dZ", Layer("l", 1))
        of_after = Binary(
            "*", Symbol("dA", Layer("l", 1)), Call("dg", Symbol("Z", Layer("l", 1)))
        )
        for part in parts(right):
            if part == after:
                yield from edits(rewritten(right, part, of_after))
                break


def _suspects(
    name: str, layer: int, setting: Setting, given: Set[str] = frozenset()
) -> Iterator[tuple[Mistake, Tree, Tree | None]]:
    """Yield each row of the table that may have spoiled a quantity, and its formula.

    A mistake in dA shows itself in dZ, and one in dZ in dW and db, if those alone are
    given: it is not looked for in a quantity of ``given``. The third is the wrong dZ.
    """
    for row in _rows(name, layer, setting):
        for text in row.wrong:
            yield row, read_known(text), None
    before = BEFORE.get(name)
    right = right_formula(name, layer, setting.last)
    if before is None or right is None or before in given:
        return
    for row, formula, _ in _suspects(before, layer, setting, given):
        spoiled = formula if before == "dZ" else None
        yield row, _with(right, before, formula), spoiled


def _additions(
    name: str, layer: int, setting: Setting
) -> Iterator[tuple[Mistake, Tree]]:
    """Yield each row that adds something, with what it adds to this quantity."""
    for row in _rows(name, layer, setting):
        for text in row.plus:
            yield row, read_known(text)
    before = BEFORE.get(name)
    right = right_formula(name, layer, setting.last)
    if before is not None and right is not None:
        for row, extra in _additions(before, layer, setting):
            yield row, _with(right, before, extra)


def _rows(name: str, layer: int, setting: Setting) -> Iterator[Mistake]:
    place = "L" if layer == setting.last else "l"
    for row in MISTAKES:
        if row.losses and setting.loss_name not in row.losses:
            continue
        if row.id in _OF_A_SLOPE and setting.activations[layer - 1] in _STRAIGHT:
            continue
        kind, _, of = row.target.partition("[")
        if kind == name and (of[:-1] == place or (of[:-1] == "l" and name != "dA")):
            yield row


def _with(tree: Tree, name: str, new: Tree) -> Tree:
    """Return the tree with a quantity of layer l replaced by a formula."""
    for part in parts(tree):
        if isinstance(part, Symbol) and part.name == name:
            return rewritten(tree, part, new)
    return tree
