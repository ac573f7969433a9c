r"""Part a piece of mathematics into equations, ``A = B = C``, with the shapes behind.

Each side is read by `nn.reading.latex.sides`; what cannot be read says why, and where.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from autograd_scalar import DataError
from nn.files import printable
from nn.reading.formula.classes import of_right_class
from nn.reading.formula.tree import Binary, Entry, Number, Symbol, Tree, parts
from nn.reading.latex.sides import (
    COMPARED,
    ODOT,
    SIGNS,
    Reader,
    Shape,
    same_index,
    split_at,
)
from nn.reading.latex.spelling import symbol_end
from nn.reading.latex.tokens import Token, group_end, replaced
from nn.reading.letters.dialect import NAMED, PLAIN, Dialect

__all__ = ["Chain", "Side", "read_chains"]


@dataclass(frozen=True, slots=True)
class Side:
    r"""One side of an equation.

    Attributes:
        text: as it was written.
        tree: the formula; None if it is a shape, or cannot be read.
        other: the formula if matrix products are done before ``\odot``, or factors
            without a sign between them before those with one, if it differs.
        shape: rows and columns, of a side such as ``(n^l, m)``.
        shapes: what is said of shapes within it: each tree that one is said of, the
            shape, and whether the tree may be the whole side as well.
        is_local: whether it is a local derivative, such as dz/dw.
        is_chain: whether it is a product with local derivatives, of matrices.
        is_explicit: whether it is one derivative of the cost by name, as dC/dz is.
        has_letter: whether it is, and the equation says which letter it has too, as in
            ``\delta = \partial C/\partial z``.
        is_general: whether it is of any weight, as w_k without a second index is.
        of_loss: whether it has a derivative of L, the loss of one example.
        error: why it cannot be read.
        pairs: i and j of each ``\partial z_k/\partial w_{ij}``, which says nothing of
            whether w_ij leads from j to i, as it is taken to be, or from i to j.
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
    has_letter: bool = False
    pairs: frozenset[tuple[str, str]] = frozenset()


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
    rows = split_at(_with_lost_spaces(dialect.tokens(text)), _ENDS)
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
        if _says_how_it_writes(parted):
            found.append(Chain((), _written(row, text), _start(row, text)))
            continue
        symbolic = [side for side in parted if not _is_of_numbers(side)]
        sides: list[Side] = []
        for side in symbolic:
            if _says_something(side, text):
                sides.append(_side(side, text, _indices(sides[:1])))
        if dialect.of_class:
            sides = list(_of_right_class(sides, dialect.of_class))
        stated = any(side.shapes for side in sides)
        arrow = r"\rightarrow" in {token.text for token in row}
        if len(parted) > 1 or (stated and (arrow or _is_a_size(sides))):
            found.append(
                Chain(
                    tuple(sides),
                    _written(row, text),
                    _start(row, text),
                    goes_on=not parted[0],
                    has_numbers=len(symbolic) < len(parted),
                )
            )
        elif found:
            found[-1] = _with_shape(found[-1], row, text)
    return found


def _of_right_class(sides: Sequence[Side], letter: str) -> Iterator[Side]:
    """Yield sides in which an index of the right class is one of any class."""
    left = sides[0].tree if sides else None
    yield from sides[:1]
    for side in sides[1:]:
        tree = side.tree and of_right_class(side.tree, letter, left)
        yield replace(side, tree=tree)


def _says_how_it_writes(sides: Sequence[Sequence[Token]]) -> bool:
    r"""Return whether it says what a notation means, whatever the letters are.

    So do ``\bar v = \partial L/\partial v``, of which both sides are the same
    derivative now, and ``(\partial f/\partial x)_{ij} = \partial f_i/\partial x_j``.
    """
    if len(sides) != 2:  # noqa: PLR2004
        return False
    one, other = ([token.text for token in side] for side in sides)
    match one:
        case ["(", r"\frac", "{", r"\partial", f, "}", "{", r"\partial", x, "}", ")",
              "_", "{", i, j, "}"]:  # fmt: skip
            above, below = (f"{f} _ {i}", f"{x} _ {j}") if i != j else ("", "")
            return " ".join(other) == (
                rf"\frac {{ \partial {above} }} {{ \partial {below} }}"
            )
        case [r"\frac", "{", r"\partial", "C", "}", "{", r"\partial", x, "}"]:
            same = other[:3] == one[:3] and other[4:] == one[4:]
            return x in _ANY_LETTER and same
    return False


def _with_lost_spaces(row: list[Token]) -> list[Token]:
    r"""Return the tokens without a comma that was a small space, ``\,``, in a product.

    There a letter with its transpose stands behind it, and nothing more.
    """
    return replaced(row, _lost_space)


def _lost_space(row: Sequence[Token], i: int) -> tuple[list[Token], int] | None:
    if row[i].text != "," or not _ends_a_product(row, i):
        return None
    end = symbol_end(row, i + 1)
    scripts = {token.text for token in row[i + 2 : end]}
    is_last = end >= len(row) or row[end].text in _ENDS
    return ([], i + 1) if is_last and scripts & {"T", r"\top"} else None


def _ends_a_product(row: Sequence[Token], i: int) -> bool:
    """Return whether the side of an equation that ends there is one product."""
    depth = 0
    for token in reversed(row[:i]):
        depth += (token.text in ")]}") - (token.text in "([{")
        if depth == 0 and token.text in {"=", "+", "-", *_ENDS}:
            return token.text == "="
    return False


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
    r"""Part an equation by cases into several, one for each kind of layer.

    The cases are in words, "if j is an output neuron", or the first is ``l = L``.
    """
    texts = [token.text for token in row]
    if r"\cases" not in texts or "=" not in texts:
        return [row]
    start = texts.index(r"\cases")
    inner = row[start + 2 : -1]
    whole = group_end(row, start + 1) == len(row) and len(row) > start + 3
    if not whole:
        return [row]
    values = [split_at(line, {","}) for line in split_at(inner, {"\\\\"})]
    lefts = [row[:start], *[row[: texts.index("=") + 1]] * (len(values) - 1)]
    of_layers = [[t.text for each in value[1:] for t in each] for value in values]
    stated = all(values) and all(map(_is_of_layers, of_layers))
    if stated and any(map(_is_of_the_last, of_layers)):
        return [
            [_in_the_last(t) if _is_of_the_last(said) else t for t in (*before, *value)]
            for before, (value, *_), said in zip(lefts, values, of_layers, strict=True)
        ]
    compared = {"=", *COMPARED, r"\neq", r"\ne", "≠"}
    if not compared.isdisjoint(token.text for token in inner):
        return [row]
    return [
        [*before, *value[0]]
        for before, value in zip(lefts, values, strict=True)
        if value
    ]


def _is_of_layers(condition: list[str]) -> bool:
    r"""Return whether a condition is of a layer, ``l < L``, or there is none."""
    return {*condition} <= {*"()lL=<123-,", r"\neq", r"\ne", "≠", r"\dots", r"\ldots"}


def _is_of_the_last(condition: list[str]) -> bool:
    return [text for text in condition if text not in {"(", ")"}] == ["l", "=", "L"]


def _in_the_last(token: Token) -> Token:
    return replace(token, text="L") if token.text == "l" else token


def _start(row: Sequence[Token], text: str) -> int:
    r"""Return where a row begins, with the ``\displaystyle`` before it."""
    at = row[0].at
    styled = _STYLED.search(text, max(0, at - _NEAR), at)
    return styled.start() if styled else at


def _named_chain(sides: list[list[Token]], row: Sequence[Token], text: str) -> Chain:
    read = tuple(_side(side, text) for side in sides if side)
    return Chain(read, _written(row, text), _start(row, text), is_named=True)


def _is_update(sides: list[list[Token]], text: str) -> bool:
    """Return whether an arrow assigns, and says nothing of a shape."""
    if len(sides) != 2 or not sides[1]:  # noqa: PLR2004
        return False
    terms = split_at(sides[1], {"-"})  # w -> w - eta dw, but delta^l -> delta^{l-1}
    return Reader(sides[1], text).shape_alone() is None and len(terms) > 1


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
    framed = _FRAMED.match(text, row[-1].at)
    end = max(end, framed.end()) if framed else end
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

    Whole numbers alone may be a derivative: ``dz/db = 1``, if they are in no rows.
    """
    texts = [token.text for token in side if not token.is_number]
    has_decimals = any("." in token.text for token in side if token.is_number)
    in_rows = "\\\\" in texts and any(token.is_number for token in side)
    return (has_decimals or in_rows) and _OF_NUMBERS.issuperset(texts)


def _with_shape(chain: Chain, row: list[Token], text: str) -> Chain:
    """Return the chain with a shape that stands behind it, after a space."""
    shape = Reader(row, text).shape_alone()
    last = chain.sides[-1] if chain.sides else Side("")
    if shape is None or last.tree is None:
        return chain
    added = replace(last, shapes=(*last.shapes, (last.tree, shape, True)))
    return replace(chain, sides=(*chain.sides[:-1], added))


def _indices(sides: list[Side]) -> set[str | int | None]:
    """Return the indices of a local derivative that the others are equal to."""
    return {
        index
        for side in sides
        if side.is_local and side.tree is not None
        for part in parts(side.tree)
        if isinstance(part, Entry)
        for index in (part.row, part.column)
    }


def _loosest(texts: Collection[str]) -> str:
    r"""Return the sign of products that may bind less than the others, or "".

    Entry by entry is ``a (1 - a)`` in ``W^T \times a (1 - a)``, before the product.
    """
    if ODOT in texts:
        return ODOT
    return SIGNS if {r"\times", r"\cdot"} & set(texts) and "(" in texts else ""


def _side(
    row: list[Token], text: str, beside: Collection[str | int | None] = ()
) -> Side:
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
        tree = reader.whole(beside)
        other = None
        loose = _loosest({token.text for token in row})
        if loose:
            tight = Reader(row, text, loose).whole(beside)
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
        pairs=frozenset(reader.pairs),
    )


_BARE_FUNCTIONS: Final = (["tanh"], ["relu"], ["sigmoid"], ["softmax"], [r"\sigma"])

_ANY_LETTER: Final = frozenset("uvqf")  # that are no quantity

_NEAR: Final = 60
_STYLED: Final = re.compile(r"\\displaystyle\s*\Z")
_FRAMED: Final = re.compile(r"\\math[a-z]{2,4}\s?\{[^{}]{1,20}\}")  # \mathbb{I}
_ENDS: Final = {",", "\\\\", r"\quad"}
_INDICES: Final = frozenset("ijkpqrs")

_OF_NUMBERS: Final = frozenset({
    *"+-*/^_()[]{},;&T", "**", "\\\\", r"\cdot", r"\times", r"\odot", r"\frac",
    r"\quad", r"\sigma", "tanh", "relu", "sigmoid", "softmax", "exp", "log", "max",
})  # fmt: skip

_SHOWN: Final = 200
