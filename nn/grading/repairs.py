"""Mend a formula as it was written: one change, or two, after which it is right.

What a wrong formula has too much, such as a transpose, is in no edit of the right one.
So the learner's own formula is changed, simplest first, until it is right; the change
that mends it is the mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from nn.grading.mistakes import Edit
from nn.reading.formula.tree import (
    EXAMPLES,
    Binary,
    Call,
    Entry,
    Layer,
    Number,
    Reduce,
    Symbol,
    Transpose,
    Tree,
    parts,
    rewritten,
)

__all__ = ["factor_repairs", "index_repairs", "repairs"]


def repairs(formula: Tree) -> Iterator[Edit]:
    """Yield every formula that is one change away, with what was wrong before it.

    >>> from nn.reading.formula.numpy_spelling import read_tree
    >>> mended = repairs(read_tree("dZ2 @ A1"))
    >>> [f"{one.words}: {one.formula}" for one in mended if "A[1] is not" in one.words]
    ['A[1] is not transposed: dZ[2] @ A[1].T']
    """
    if any(isinstance(part, Entry) for part in parts(formula)):
        return
    for part in list(parts(formula)):
        yield from _of(formula, part)


def index_repairs(target: Tree, formula: Tree) -> Iterator[Edit]:
    """Yield every formula in which one entry has another index, or two are swapped."""
    entries = [part for part in parts(formula) if isinstance(part, Entry)]
    if any("," in str(entry.row) for entry in entries):
        return  # an index of the chain rule, between two that are written
    named = [*entries, *([target] if isinstance(target, Entry) else [])]
    kind = int if isinstance(target, Entry) and isinstance(target.row, int) else str
    letters = dict.fromkeys(
        index for e in named for index in (e.row, e.column) if isinstance(index, kind)
    )
    for entry in entries:
        others = [
            letter for letter in letters if letter not in {entry.row, entry.column}
        ]
        new = [Entry(entry.symbol, other, entry.column) for other in others]
        if entry.column is not None:
            new += [Entry(entry.symbol, entry.row, other) for other in others]
            new.append(Entry(entry.symbol, entry.column, entry.row))
        for one in new:
            swapped = {one.row, one.column} == {entry.row, entry.column}
            name = "row-column-mixed" if swapped else "index-slip"
            words = f"{entry} stands where {one} should"
            yield Edit(name, words, rewritten(formula, entry, one))
    for letter, second in _pairs(list(letters)):
        places: dict[object, str | int] = {letter: second, second: letter}
        both = formula
        for entry in entries:
            row = places.get(entry.row, entry.row)
            column = places.get(entry.column, entry.column)
            both = rewritten(both, entry, Entry(entry.symbol, row, column))
        yield Edit("index-slip", f"{letter} and {second} are swapped", both)


def factor_repairs(target: Tree, formula: Tree) -> Iterator[Edit]:
    """Yield every formula for one neuron with one factor or one term more, or less."""
    entries = [part for part in parts(formula) if isinstance(part, Entry)]
    named = [*entries, *([target] if isinstance(target, Entry) else [])]
    known = dict.fromkeys((e.symbol.layer, e.row) for e in named if e.symbol.layer)
    for layer, row in known:
        for name, id_ in (("Z", "act-missing"), ("A", "factor-missing")):
            entry: Tree = Entry(Symbol(name, layer), row)
            factor = Call("dg", entry) if name == "Z" else entry
            words = f"the factor {factor} is missing"
            yield Edit(id_, words, Binary("*", formula, factor))
    for part in list(parts(formula)):
        if isinstance(part, Binary) and part.operator in {"*", "·", "+", "-"}:
            kind = "factor" if part.operator in {"*", "·"} else "term"
            for kept, lost in ((part.left, part.right), (part.right, part.left)):
                words = f"the {kind} {lost} is too much"
                yield Edit(f"extra-{kind}", words, rewritten(formula, part, kept))


def _of(formula: Tree, part: Tree) -> Iterator[Edit]:
    def mended(name: str, words: str, new: Tree) -> Edit:
        return Edit(name, words, rewritten(formula, part, new))

    match part:
        case Transpose(argument):
            yield mended("extra-transpose", f"{argument} is transposed", argument)
        case Symbol(name, layer):
            if name in _MATRICES:
                words = f"{part} is not transposed"
                yield mended("missing-transpose", words, Transpose(part))
            yield from _other_symbols(mended, name, layer)
        case Binary():
            yield from _of_binary(mended, part)
        case Call("g", argument):
            yield mended(
                "g-for-gprime", "g stands where g' should", Call("dg", argument)
            )
        case Call("dg", argument):
            yield mended(
                "gprime-for-g", "g' stands where g should", Call("g", argument)
            )
        case Reduce(how, 0 | 1 as axis, argument, keepdims):
            words = f"the {how} is over the other axis"
            for keeps in dict.fromkeys((keepdims, True)):
                new = Reduce(how, 1 - axis, argument, keeps)
                yield mended("wrong-axis", words, new)
        case Number(value) if value not in {0.0, 1.0}:
            yield mended("factor", f"the factor {value:g} is too much", Number(1.0))
        case _:
            pass
    if isinstance(part, Symbol | Call | Transpose) and part is not formula:
        summed = Reduce("sum", EXAMPLES, part)
        yield mended(
            "sum-missing", f"the sum of {part} over the examples is missing", summed
        )


def _other_symbols(
    mended: Callable[[str, str, Tree], Edit], name: str, layer: Layer | None
) -> Iterator[Edit]:
    if layer is not None:
        for offset in (-1, 1):
            other = Layer(layer.base, layer.offset + offset)
            words = f"{name} of another layer is used"
            yield mended("other-layer", words, Symbol(name, other))
    here = layer or Layer("L")
    for other_name in _STANDS_FOR.get(name, ()):
        for place in (here, Layer(here.base, here.offset - 1), Layer("", 0)):
            if place == Layer("", 0) and other_name != "A":
                continue
            new = Symbol(other_name, place)
            words = f"{name} stands where {new} should"
            yield mended("other-quantity", words, new)


def _of_binary(
    mended: Callable[[str, str, Tree], Edit], part: Binary
) -> Iterator[Edit]:
    left, right, operator = part.left, part.right, part.operator
    if operator in {"@", "·", "*"}:
        yield mended("swapped", "the factors are swapped", Binary("@", right, left))
        elementwise = Binary("*", left, right)
        yield mended(
            "hid-dot-for-elementwise",
            "a matrix product stands where an elementwise one should", elementwise,
        )  # fmt: skip
        yield mended(
            "elementwise", "an elementwise product stands for a matrix product",
            Binary("@", left, right),
        )  # fmt: skip
        yield mended(
            "swapped", "the factors are swapped, and the second is not transposed",
            Binary("@", right, Transpose(left)),
        )  # fmt: skip
    if operator in {"@", "·", "*", "/"}:
        yield mended("extra-factor", f"the factor {right} is too much", left)
        if operator != "/":
            yield mended("extra-factor", f"the factor {left} is too much", right)
    if operator in {"+", "-"}:
        other = "-" if operator == "+" else "+"
        yield mended(
            "sign", f"{operator} stands for {other}", Binary(other, left, right)
        )
        yield mended("extra-term", f"{right} does not belong there", left)
        product = Binary("*", left, right)
        yield mended("sum-for-product", f"{operator} stands for a product", product)
    if operator == "**":
        yield mended("factor-squared", f"{left} is squared", left)


def _pairs(letters: Sequence[str | int]) -> Iterator[tuple[str | int, str | int]]:
    for i, one in enumerate(letters):
        for other in letters[i + 1 :]:
            yield one, other


_MATRICES: Final = frozenset({"W", "A", "Z", "dZ", "dA"})
_STANDS_FOR: Final = {
    "A": ("Z", "dZ", "dA", "W"),
    "Z": ("A", "dZ", "dA"),
    "Y": ("A", "Z"),
    "b": ("W", "dZ", "A"),
    "W": ("A", "dZ", "dA"),
    "dZ": ("dA", "A"),
    "dA": ("dZ", "A"),
    "dW": ("W", "dZ"),
    "db": ("dZ", "dA"),
}
