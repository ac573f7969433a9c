r"""Part a piece of mathematics into equations, ``A = B = C``, with the shapes behind.

Each side is read by `nn.reading.latex.sides`; what cannot be read says why, and where.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from autograd_scalar import DataError
from nn.files import printable
from nn.reading.formula.tree import Binary, Entry, Number, Symbol, Tree, parts
from nn.reading.latex.sides import COMPARED, Reader, Shape, same_index, split_at
from nn.reading.latex.tokens import Token, group_end
from nn.reading.letters.dialect import NAMED, PLAIN, Dialect

__all__ = ["Chain", "Side", "read_chains"]


@dataclass(frozen=True, slots=True)
class Side:
    r"""One side of an equation.

    Attributes:
        text: as it was written.
        tree: the formula; None if it is a shape, or cannot be read.
        other: the formula if matrix products are done before ``\odot``, if it differs.
        shape: rows and columns, of a side such as ``(n^l, m)``.
        shapes: what is said of shapes within it: each tree that one is said of, the
            shape, and whether the tree may be the whole side as well.
        is_local: whether it is a local derivative, such as dz/dw.
        is_chain: whether it is a product with local derivatives, of matrices.
        is_explicit: whether it is one derivative of the cost by name, as dC/dz is.
        is_general: whether it is of any weight, as w_k without a second index is.
        of_loss: whether it has a derivative of L, the loss of one example.
        error: why it cannot be read.
    """

    text: str
    tree: Tree | None = None
    other: Tree | None = None
    shape: Shape | None = None
    shapes: tuple[tuple[Tree, Shape, bool], ...] = ()
    is_local: bool = False
    is_chain: bool = False
    is_explicit: bool = False
    is_general: bool = False
    of_loss: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """Sides that are equal: A = B = C; ``goes_on`` if the first stands further up.

    ``at`` is its place in the text. With ``is_named`` the text gives a name to it.
    ``has_numbers`` is whether a side was left out that computes an example's numbers.
    """

    sides: tuple[Side, ...]
    text: str
    at: int = 0
    goes_on: bool = False
    is_named: bool = False
    has_numbers: bool = False


def read_chains(text: str, dialect: Dialect = PLAIN) -> list[Chain]:
    r"""Read one piece of mathematics, which may hold several equations.

    >>> text = r"\delta^l = (W^{l+1\top} \delta^{l+1}) \odot \sigma'(z^l)"
    >>> chain = read_chains(text)[0]
    >>> [str(side.tree) for side in chain.sides]
    ['dZ[l]', '(W[l+1].T · dZ[l+1]) * dg(Z[l])']

    Raises:
        DataError: it is too long, or its brackets are too deep.
    """
    found: list[Chain] = []
    rows = split_at(dialect.tokens(text), {"\\\\", ",", r"\quad"})
    for row in [one for each in rows for one in _by_cases(each)]:
        condition = _condition(row)
        if condition is not None and found and found[-1].sides:
            found[-1] = _under(found[-1], *condition)
            continue
        parted = split_at(row, {"="})
        if [token.text for token in parted[-1]] in _BARE_FUNCTIONS:
            continue  # it names a function: f_1 = tanh
        is_named = [token.text for token in parted[0]] == [NAMED]
        if is_named:
            found.append(_named_chain(parted[1:], row, text))
            continue
        assigned = split_at(row, {r"\rightarrow"})
        if len(parted) == 1 and _is_update(assigned, text):  # w -> w - eta dw
            parted = assigned
        symbolic = [side for side in parted if not _is_of_numbers(side)]
        sides = [_side(side, text) for side in symbolic if _says_something(side, text)]
        stated = any(side.shapes for side in sides)
        arrow = r"\rightarrow" in {token.text for token in row}
        if len(parted) > 1 or (stated and (arrow or _is_a_size(sides))):
            found.append(
                Chain(
                    tuple(sides),
                    _written(row, text),
                    row[0].at,
                    goes_on=not parted[0],
                    has_numbers=len(symbolic) < len(parted),
                )
            )
        elif found:
            found[-1] = _with_shape(found[-1], row, text)
    return found


def _condition(row: list[Token]) -> tuple[bool, tuple[str, str]] | None:
    r"""Return ``i = j`` or ``i \neq j`` behind an equation, if it is that."""
    found = same_index(row)
    letters = set(found[1]) if found is not None else set()
    return found if len(letters) > 1 and letters <= _INDICES else None


def _under(chain: Chain, equal: bool, pair: tuple[str, str]) -> Chain:
    """Return the chain with 0 on both sides where the condition does not hold."""
    known = {
        index
        for side in chain.sides
        for part in (parts(side.tree) if side.tree is not None else ())
        if isinstance(part, Entry)
        for index in (part.row, part.column)
    }
    if not known.issuperset(pair):
        return chain
    same: Tree = Entry(Symbol("kronecker"), *pair)
    where = same if equal else Binary("-", Number(1.0), same)
    sides = [
        replace(
            side, tree=Binary("*", where, side.tree), other=None
        ) if side.tree is not None else side
        for side in chain.sides
    ]  # fmt: skip
    return replace(chain, sides=tuple(sides))


def _by_cases(row: list[Token]) -> list[list[Token]]:
    """Part an equation by cases in words, "if j is an output neuron", into several."""
    texts = [token.text for token in row]
    if r"\cases" not in texts or "=" not in texts:
        return [row]
    start = texts.index(r"\cases")
    inner = row[start + 2 : -1]
    whole = group_end(row, start + 1) == len(row) and len(row) > start + 3
    if not whole or {"=", *COMPARED, r"\neq", r"\ne", "≠"}.intersection(
        token.text for token in inner
    ):
        return [row]
    values = [split_at(line, {","}) for line in split_at(inner, {"\\\\"})]
    left = row[: texts.index("=") + 1]
    return [
        [*(row[:start] if i == 0 else left), *value[0]]
        for i, value in enumerate(values)
        if value
    ]


def _named_chain(sides: list[list[Token]], row: Sequence[Token], text: str) -> Chain:
    read = tuple(_side(side, text) for side in sides if side)
    return Chain(read, _written(row, text), row[0].at, is_named=True)


def _is_update(sides: list[list[Token]], text: str) -> bool:
    """Return whether an arrow assigns, and says nothing of a shape."""
    if len(sides) != 2 or not sides[1]:  # noqa: PLR2004
        return False
    return Reader(sides[1], text).shape_alone() is None and "-" in {
        token.text for token in sides[1]
    }


def _is_a_size(sides: Sequence[Side]) -> bool:
    r"""Return whether it is a quantity with its shape alone: ``[W^1]_{4 \times 3}``."""
    return len(sides) == 1 and sides[0].shapes[0][0] is sides[0].tree


def _written(row: Sequence[Token], text: str) -> str:
    """Return the text of tokens, in one line."""
    if not row:
        return ""
    start, end = row[0].at, row[-1].at + len(row[-1].text)
    while text[end - 1 : end].isalnum() and text[end : end + 1].isalnum():
        end += 1  # all tokens of a word such as w5 stand where it begins
    while end < len(text) and text[end] in ")}]" and _open(text[start:end]):
        end += 1
    return printable(" ".join(text[start:end].split())[:_SHOWN])


def _open(text: str) -> bool:
    """Return whether a bracket is open at the end."""
    return any(text.count(one) > text.count(two) for one, two in ("()", "[]", "{}"))


def _says_something(side: list[Token], text: str) -> bool:
    """Return whether there is more than brackets, of which only words were left.

    Words with a shape, as in "L1 loss -> (scalar)", say something.
    """
    first, *arrows = split_at(side, {r"\rightarrow"})
    if not first and arrows:
        return Reader(arrows[0], text).shape_alone() is not None
    return any(token.text not in {"(", ")", "[", "]", "{", "}"} for token in first)


def _is_of_numbers(side: Sequence[Token]) -> bool:
    r"""Return whether a side is numbers of an example: ``0.7 - 1``, ``\sigma(0.5)``.

    Whole numbers alone may be a derivative: ``dz/db = 1``.
    """
    texts = [token.text for token in side if not token.is_number]
    has_decimals = any("." in token.text for token in side if token.is_number)
    return has_decimals and _OF_NUMBERS.issuperset(texts)


def _with_shape(chain: Chain, row: list[Token], text: str) -> Chain:
    """Return the chain with a shape that stands behind it, after a space."""
    shape = Reader(row, text).shape_alone()
    last = chain.sides[-1] if chain.sides else Side("")
    if shape is None or last.tree is None:
        return chain
    added = replace(last, shapes=(*last.shapes, (last.tree, shape, True)))
    return replace(chain, sides=(*chain.sides[:-1], added))


def _side(row: list[Token], text: str) -> Side:
    row, *arrows = split_at(row, {r"\rightarrow"})
    if not row and arrows:
        row = arrows[0]
    row = split_at(row, {r"\in"})[0]
    written = _written(row, text)
    shape = Reader(row, text).shape_alone()
    if shape is not None:
        return Side(written, shape=shape)
    try:
        reader = Reader(row, text)
        tree = reader.whole()
        other = None
        if any(token.text == r"\odot" for token in row):
            tight = Reader(row, text, tight=True).whole()
            other = tight if tight != tree else None
    except DataError as error:
        return Side(written, error=str(error))
    shapes = [Reader(arrow, text).shape_alone() for arrow in arrows]
    reader.shapes += [(tree, each, True) for each in shapes if each is not None]
    return Side(
        written,
        tree,
        other,
        None,
        tuple(reader.shapes),
        reader.is_local,
        reader.is_chain,
        False,
        reader.is_general,
        "L" in reader.costs,
    )


_BARE_FUNCTIONS: Final = (["tanh"], ["relu"], ["sigmoid"], ["softmax"], [r"\sigma"])

_INDICES: Final = frozenset("ijkpqrs")

_OF_NUMBERS: Final = frozenset({
    *"+-*/^_()[]{},;&T", "**", "\\\\", r"\cdot", r"\times", r"\odot", r"\frac",
    r"\quad", r"\sigma", "tanh", "relu", "sigmoid", "softmax", "exp", "log", "max",
})  # fmt: skip

_SHOWN: Final = 200
