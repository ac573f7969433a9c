r"""Read formulas of the one class that is right, such as ``-1 / \hat y_c``.

The targets are 1 for that class and 0 for the others: what is said of it is the sum
over all of what would be said of each, times its target.
"""

from __future__ import annotations

from nn.reading.formula.sums import free_indices, is_kronecker
from nn.reading.formula.tree import Binary, Entry, Sum, Symbol, Tree, parts, rewritten

__all__ = ["of_right_class"]


def of_right_class(tree: Tree, letter: str, left: Tree | None) -> Tree:
    """Return a formula of the right class for any of them; as it is, if left is too.

    ``letter`` is the index of that class.

    >>> from nn.reading.formula.tree import Number
    >>> same, p = Entry(Symbol("kronecker"), "i", "c"), Entry(Symbol("A"), "c")
    >>> left = Entry(Symbol("dA"), "i")
    >>> print(of_right_class(Binary("/", same, p), "c", left))
    sum_c(Y_c * (kronecker_ic / A_c))
    >>> whole = Binary("·", Binary("/", Number(1.0), p), Symbol("Y"))
    >>> print(of_right_class(whole, "c", Symbol("dA")))
    (1 / A) * Y
    """
    mine = [
        part
        for part in parts(tree)
        if isinstance(part, Entry) and letter in {part.row, part.column}
    ]
    of_left = free_indices(left) if left is not None else ()
    if not mine or letter in of_left or letter not in free_indices(tree):
        return tree
    if of_left or any(map(is_kronecker, mine)):
        return Sum(letter, Binary("*", Entry(Symbol("Y"), letter), tree))
    names = {part.name for part in parts(tree) if isinstance(part, Symbol)}
    if not names <= {"A", "Y"} or "Y" not in names:
        return tree
    for entry in mine:  # 0 beside the targets of the other classes
        tree = rewritten(tree, entry, entry.symbol)
    for part in list(parts(tree)):
        if isinstance(part, Binary) and part.operator == "·":
            tree = rewritten(tree, part, Binary("*", part.left, part.right))
    return tree
