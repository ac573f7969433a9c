"""Expressions: the formulas of a program as trees, written as text or LaTeX.

Matrices are symbols; a product is a matrix product, ``⊙`` is element by element.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeAlias

__all__ = [
    "Expression",
    "Function",
    "Hadamard",
    "Number",
    "Product",
    "Scaled",
    "Square",
    "Sum",
    "Symbol",
    "Total",
    "Transposed",
    "latex_of",
    "text_of",
    "transposed",
]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A matrix, vector or number; ``is_adjoint`` for dC/d(name)."""

    name: str
    is_adjoint: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """A number that is the same for all elements."""

    value: float


@dataclass(frozen=True, slots=True)
class Transposed:
    """A transpose."""

    of: Expression


@dataclass(frozen=True, slots=True)
class Product:
    """A matrix product."""

    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Hadamard:
    """A product element by element."""

    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Scaled:
    """A number times an expression; the number may be a computed one."""

    by: Expression
    of: Expression


@dataclass(frozen=True, slots=True)
class Square:
    """The sum of the squares of all elements, ‖x‖²."""

    of: Expression


@dataclass(frozen=True, slots=True)
class Total:
    """A sum: over rows "i", columns "j", an axis of no name "k", or everything ""."""

    of: Expression
    over: str


@dataclass(frozen=True, slots=True)
class Function:
    """A primitive of each element; ``partial`` is the operand it is derived by."""

    name: str
    operands: tuple[Expression, ...]
    partial: int = -1


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms with their signs."""

    terms: tuple[tuple[float, Expression], ...]


Expression: TypeAlias = (
    Symbol | Number | Transposed | Product | Hadamard | Scaled | Square | Total
    | Function | Sum
)  # fmt: skip


def transposed(x: Expression) -> Expression:
    """Return the transpose, of a transpose what it is of.

    >>> text_of(transposed(Product(Symbol("W"), Transposed(Symbol("A")))))
    'A Wᵀ'
    """
    if isinstance(x, Transposed):
        return x.of
    if isinstance(x, Product):
        return Product(transposed(x.right), transposed(x.left))
    if isinstance(x, Scaled):
        return Scaled(x.by, transposed(x.of))
    return x if isinstance(x, Number) else Transposed(x)


_LARGE: Final = 1e6  # from here on integers are written as floats
_LONG: Final = 8  # characters of a float, beyond which a fraction is shorter: 1/3
_LARGEST_DENOMINATOR: Final = 10_000


# ---- Text ----------------------------------------------------------------------------

_BELOW: Final = {"i": "ᵢ", "j": "ⱼ", "k": "ₖ", "": ""}


def text_of(x: Expression) -> str:
    """Return an expression in the notation of the textbooks.

    >>> W, A, b = Symbol("W2"), Symbol("A1"), Symbol("b2")
    >>> text_of(Sum(((1.0, Product(W, A)), (1.0, b))))
    'W2 A1 + b2'
    """
    match x:
        case Symbol(name, is_adjoint):
            return f"d{name}" if is_adjoint else name
        case Number(value):
            return _number(value)
        case Transposed(of):
            return f"{_atom(of)}ᵀ"
        case Product(left, right):
            return f"{_factor(left)} {_factor(right)}"
        case Scaled(by, of):
            return f"{_factor(by)} {_scaled(of)}"
        case Hadamard(left, right):
            return f"{_operand(left)} ⊙ {_operand(right)}"
        case Square(of):
            return f"‖{text_of(of)}‖²"
        case Total(of, over):
            return f"Σ{_BELOW[over]} {_scaled(of)}"
        case Function(name, operands, partial):
            prime = "" if partial < 0 else f"′{_which(operands, partial)}"
            return f"{name}{prime}({', '.join(map(text_of, operands))})"
    return _joined(x.terms, text_of, "(", ")")


def _which(operands: tuple[Expression, ...], partial: int) -> str:
    """Return the number of the operand that is differentiated by, if there are more."""
    others = [x for x in operands if not isinstance(x, Number)]
    return str(partial + 1) if len(others) > 1 else ""


def _number(value: float) -> str:
    text = repr(value)
    if not abs(value) < _LARGE:  # nan is not
        return text
    if value == int(value):
        return str(int(value))
    simple = Fraction(value).limit_denominator(_LARGEST_DENOMINATOR)
    return str(simple) if len(text) > _LONG and float(simple) == value else text


def _joined(
    terms: tuple[tuple[float, Expression], ...],
    write: Callable[[Expression], str],
    opening: str,
    closing: str,
) -> str:
    text = ""
    # A - Y, not -Y + A.
    first = next((k for k, (sign, _) in enumerate(terms) if sign > 0), 0)
    for sign, term in (terms[first], *terms[:first], *terms[first + 1 :]):
        negative = sign < 0
        inner = write(term)
        if isinstance(term, Sum) and negative:
            inner = f"{opening}{inner}{closing}"
        if text:
            text += f" {'-' if negative else '+'} {inner}"
        else:
            text = f"-{inner}" if negative else inner
    return text


def _atom(x: Expression) -> str:
    return (
        text_of(x) if isinstance(x, Symbol | Function | Number) else f"({text_of(x)})"
    )


def _factor(x: Expression) -> str:
    if isinstance(x, Symbol | Function | Transposed | Square):
        return text_of(x)
    if isinstance(x, Number) and x.value >= 0:
        return text_of(x)
    return f"({text_of(x)})"


def _scaled(x: Expression) -> str:
    """Return what a number or a Σ stands before: neither needs parentheses there."""
    is_bare = isinstance(x, Scaled | Total | Hadamard | Product)
    return text_of(x) if is_bare else _factor(x)


def _operand(x: Expression) -> str:
    return text_of(x) if isinstance(x, Hadamard) else _factor(x)


# ---- LaTeX ---------------------------------------------------------------------------

_NAMED = re.compile(r"([^\W\d_]+)(\d+)", re.ASCII)


def latex_of(x: Expression) -> str:
    r"""Return an expression in LaTeX.

    >>> latex_of(Product(Transposed(Symbol("W2")), Symbol("Z2", is_adjoint=True)))
    'W^{(2)\\mathsf{T}}\\, dZ^{(2)}'
    """
    match x:
        case Symbol(name, is_adjoint):
            return ("d" if is_adjoint else "") + _symbol(name)
        case Number(value):
            return _latex_number(value)
        case Transposed(Symbol(name, is_adjoint)):
            text = latex_of(Symbol(name, is_adjoint))
            if text.endswith(")}"):
                return rf"{text[:-1]}\mathsf{{T}}}}"
            return rf"{text}^{{\mathsf{{T}}}}"
        case Transposed(of):
            return rf"\left({latex_of(of)}\right)^{{\mathsf{{T}}}}"
        case Product(left, right):
            return rf"{_latex_factor(left)}\, {_latex_factor(right)}"
        case Scaled(by, of):
            return rf"{_latex_factor(by)}\, {_latex_scaled(of)}"
        case Hadamard(left, right):
            return rf"{_latex_operand(left)} \odot {_latex_operand(right)}"
        case Square(of):
            return rf"\left\lVert {latex_of(of)} \right\rVert^2"
        case Total(of, over):
            return rf"\sum{f'_{over}' if over else ''} {_latex_scaled(of)}"
        case Function(name, operands, partial):
            prime = "" if partial < 0 else "'"
            which = "" if partial < 0 else _which(operands, partial)
            below = f"_{{{which}}}" if which else ""
            inner = ", ".join(map(latex_of, operands))
            return (
                rf"\operatorname{{{_word(name)}}}{prime}{below}"
                rf"\left({inner}\right)"
            )
    return _joined(x.terms, latex_of, r"\left(", r"\right)")


def _symbol(name: str) -> str:
    if name == "θ":
        return r"\theta"
    found = _NAMED.fullmatch(name)
    if found is None:
        return (
            name if name.isalpha() and len(name) == 1 else rf"\mathrm{{{_word(name)}}}"
        )
    stem, number = found.groups()
    stem = stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"
    return f"{stem}^{{({number})}}"


def _word(name: str) -> str:
    """Return a name in which nothing is a command: letters, digits, escaped dashes."""
    return "".join([x if x.isascii() and x.isalnum() else r"\_" for x in name])


def _latex_number(value: float) -> str:
    text = _number(value)
    if "/" in text:
        above, below = text.split("/")
        return rf"\frac{{{above}}}{{{below}}}"
    if "e" not in text:
        return text.replace("inf", r"\infty").replace("nan", r"\mathrm{nan}")
    digits, exponent = text.split("e")
    return rf"{digits} \cdot 10^{{{int(exponent)}}}"


def _latex_factor(x: Expression) -> str:
    if isinstance(x, Symbol | Function | Transposed | Square):
        return latex_of(x)
    if isinstance(x, Number) and x.value >= 0:
        return latex_of(x)
    return rf"\left({latex_of(x)}\right)"


def _latex_operand(x: Expression) -> str:
    return latex_of(x) if isinstance(x, Hadamard) else _latex_factor(x)


def _latex_scaled(x: Expression) -> str:
    is_bare = isinstance(x, Scaled | Total | Hadamard | Product)
    return latex_of(x) if is_bare else _latex_factor(x)
