"""Normal forms: whether two matrix formulas say the same, as formulas.

A formula becomes a sum of monomials with exact coefficients. A monomial is a bag of
factors, multiplied element by element: a symbol or its transpose, a chain of matrix
products with the transposes at its ends, a function, a sum over an axis. Defined names
are replaced by what they stand for, so it does not matter which intermediate results a
derivation gives a name.

>>> W, A, Z = Symbol("W"), Symbol("A"), Symbol("dZ")
>>> left = Transposed(Product(Transposed(A), Transposed(W)))
>>> equal(left, Product(W, A)), equal(left, Product(A, W))
(True, False)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final, TypeAlias

from autograd_scalar.program.expressions import (
    Expression,
    Function,
    Hadamard,
    Number,
    Product,
    Scaled,
    Square,
    Symbol,
    Total,
    Transposed,
)

__all__ = ["NormalForm", "equal", "normal_form"]

# A factor is a tuple that begins with its kind; a bag of factors is sorted.
Factor: TypeAlias = tuple[Any, ...]
Bag: TypeAlias = tuple[Factor, ...]
NormalForm: TypeAlias = tuple[tuple[Bag, Fraction], ...]
"""The monomials with their coefficients, none of them 0, in a fixed order."""

Definitions: TypeAlias = Mapping[Symbol, Expression]
Joined: TypeAlias = Callable[[Bag, Bag], Bag]

_LARGEST: Final = 10**6  # of a denominator that a float is taken for, as 0.1 for 1/10
_AXES: Final = {"i": "j", "j": "i", "k": "k", "": ""}


def equal(
    left: Expression, right: Expression, definitions: Definitions | None = None
) -> bool:
    """Tell whether two formulas have the same normal form."""
    return normal_form(left, definitions) == normal_form(right, definitions)


def normal_form(x: Expression, definitions: Definitions | None = None) -> NormalForm:
    """Return the normal form of a formula; ``definitions`` say what names stand for.

    >>> two = Function("square", (Symbol("z"),))
    >>> normal_form(two) == normal_form(Hadamard(Symbol("z"), Symbol("z")))
    True
    """
    return _sorted(_sum_of(x, definitions or {}))


def _sorted(monomials: dict[Bag, Fraction]) -> NormalForm:
    found = [(bag, share) for bag, share in monomials.items() if share]
    return tuple(sorted(found, key=repr))


def _sum_of(x: Expression, names: Definitions) -> dict[Bag, Fraction]:
    """Return the monomials of an expression with their coefficients."""
    match x:
        case Symbol(name, is_adjoint):
            if x in names:
                return _sum_of(names[x], names)
            return {(("symbol", name, is_adjoint, False),): Fraction(1)}
        case Number(value):
            return {(): _exact(value)}
        case Transposed(of):
            monomials = _sum_of(of, names).items()
            return _added([(_flipped_bag(bag), c) for bag, c in monomials])
        case Product(left, right):
            return _multiplied(left, right, names, _chained)
        case Hadamard(left, right) | Scaled(left, right):
            return _multiplied(left, right, names, _together)
        case Function("square", (of,), -1):
            return _multiplied(of, of, names, _together)
        case Function("square", (of,), 0):
            return _multiplied(Number(2.0), of, names, _together)
        case Function(name, operands, partial):
            forms = tuple([_sorted(_sum_of(operand, names)) for operand in operands])
            return {(("function", name, partial, forms),): Fraction(1)}
        case Square(of):
            return _sum_of(Total(Hadamard(of, of), ""), names)
        case Total(of, over):
            monomials = _sum_of(of, names).items()
            return _added([((("total", over, bag),), c) for bag, c in monomials])
    parts = [(sign, _sum_of(term, names)) for sign, term in x.terms]
    return _added([(b, Fraction(sign) * c) for sign, p in parts for b, c in p.items()])


def _exact(value: float) -> Fraction:
    """Return the simple fraction that a float is the nearest to, or its own value."""
    simple = Fraction(value).limit_denominator(_LARGEST)
    return simple if float(simple) == value else Fraction(value)


def _added(monomials: list[tuple[Bag, Fraction]]) -> dict[Bag, Fraction]:
    total: dict[Bag, Fraction] = {}
    for bag, share in monomials:
        total[bag] = total.get(bag, Fraction(0)) + share
    return total


def _multiplied(
    left: Expression, right: Expression, names: Definitions, join: Joined
) -> dict[Bag, Fraction]:
    first, second = _sum_of(left, names), _sum_of(right, names)
    return _added(
        [(join(a, b), c * d) for a, c in first.items() for b, d in second.items()]
    )


def _together(a: Bag, b: Bag) -> Bag:
    return tuple(sorted(a + b, key=repr))


def _chained(a: Bag, b: Bag) -> Bag:
    """Return a matrix product as one chain; a number is no link of it."""
    if not a or not b:
        return a or b
    return (("chain", *_links(a), *_links(b)),)


def _links(bag: Bag) -> tuple[Any, ...]:
    (first, *others) = bag
    return first[1:] if first[0] == "chain" and not others else (bag,)


def _flipped_bag(bag: Bag) -> Bag:
    return tuple(sorted(map(_flipped, bag), key=repr))


def _flipped(factor: Factor) -> Factor:
    """Return the transpose of a factor, pushed down to the symbols."""
    match factor:
        case ("symbol", name, is_adjoint, is_transposed):
            return ("symbol", name, is_adjoint, not is_transposed)
        case ("chain", *links):
            return ("chain", *[_flipped_bag(link) for link in reversed(links)])
        case ("total", over, bag):
            return ("total", _AXES[over], _flipped_bag(bag))
    _, name, partial, forms = factor
    flipped = [_flipped_form(form) for form in forms]
    return ("function", name, partial, tuple(flipped))


def _flipped_form(form: NormalForm) -> NormalForm:
    return _sorted({_flipped_bag(bag): share for bag, share in form})
