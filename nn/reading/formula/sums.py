r"""Indices in a formula: which are summed over, renamed, or made the same by Kronecker.

A sum over k of ``\delta_{kj} f_k`` is its one term ``f_j``; a sum over the examples has
no axis of its own, since these are the columns.
"""

from __future__ import annotations

from nn.reading.formula.tree import (
    Binary,
    Call,
    Entry,
    Number,
    Sum,
    Symbol,
    Transpose,
    Tree,
    parts,
    rewritten,
)

__all__ = [
    "contracted",
    "counts_examples",
    "free_indices",
    "is_kronecker",
    "is_of_each_example",
    "with_one_left_out",
    "without_index",
]


def is_of_each_example(tree: Tree) -> bool:
    r"""Return whether it is what one example gives: ``\delta a^T``, or delta alone.

    >>> delta, a = Symbol("dZ"), Symbol("A")
    >>> is_of_each_example(Binary("·", delta, Transpose(a))), is_of_each_example(a)
    (True, False)
    """
    match tree:
        case Binary("·" | "@", _, Transpose(Symbol("A" | "X" | "dZ" | "dA"))):
            return True
        case Symbol("dZ"):
            return True
        case _:
            return False


def free_indices(tree: Tree) -> tuple[str, ...]:
    """Return the indices that are not summed over, in the order in which they come."""
    summed = {part.index for part in parts(tree) if isinstance(part, Sum)}
    found: list[str] = []
    for part in parts(tree):
        if isinstance(part, Entry):
            found += [i for i in (part.row, part.column) if isinstance(i, str)]
    return tuple(dict.fromkeys(i for i in found if i not in summed))


def contracted(body: Tree, index: str) -> Tree | None:
    """Return a sum with a factor of Kronecker: of its terms that have one index."""
    for part in _factors(body):
        if isinstance(part, Entry) and is_kronecker(part):
            pair = (part.row, part.column)
            if index in pair:
                other = pair[1] if pair[0] == index else pair[0]
                return _renamed(rewritten(body, part, Number(1.0)), index, other)
    return None


def _factors(tree: Tree) -> list[Tree]:
    """Return what is multiplied in a product."""
    found, stack = [], [tree]
    while stack:
        one = stack.pop()
        if isinstance(one, Binary) and one.operator in {"*", "·"}:
            stack += [one.right, one.left]
        else:
            found.append(one)
    return found


def is_kronecker(entry: Entry) -> bool:
    """Return whether an entry is Kronecker's: 1 if its two indices are the same."""
    return entry.symbol.name == "kronecker"


def with_one_left_out(term: Tree, tree: Tree) -> Tree | None:
    r"""Return the whole sum of ``f(j) + \sum_{k \neq j} f(k)``; None if it is none."""
    match tree:
        case Sum(index, Binary("*", Binary("-", Number(), Entry() as one), body)):
            is_but = is_kronecker(one) and one.row == index
            if is_but and _renamed(body, index, one.column) == term:
                return Sum(index, body)
    return None


def counts_examples(body: Tree, index: str) -> bool:
    """Return whether an index counts examples: of columns alone, and of no weight."""
    mine = [
        part
        for part in parts(body)
        if isinstance(part, Entry) and index in {part.row, part.column}
    ]
    exponential = any(isinstance(p, Call) and p.function == "exp" for p in parts(body))
    return not exponential and all(part.column is None for part in mine)


def without_index(body: Tree, index: str) -> Tree:
    """Return the formula with columns where they have the index of an example."""
    for part in list(parts(body)):
        if isinstance(part, Entry) and part.row == index:
            body = rewritten(body, part, part.symbol)
    return body


def _renamed(tree: Tree, index: str, other: str | int | None) -> Tree:
    """Return a formula with an index put in the place of another."""
    for part in list(parts(tree)):
        if isinstance(part, Entry) and index in {part.row, part.column}:
            row = other if part.row == index else part.row
            column = other if part.column == index else part.column
            if row is not None:
                tree = rewritten(tree, part, Entry(part.symbol, row, column))
    return tree
