"""Equations: a program in the notation of the textbooks, forward and reverse.

Names come from labels where the parameters of a matrix have a common stem (``W1[0,3]``
gives W1); else they are counted: W, b, Z of each product of parameters, A of a function
of Z, X the data of the first product, Y other data, C the result, T anything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from keyword import kwlist
from math import prod
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from autograd_scalar.primitives.table import POW_CONSTANT, SQUARE
from autograd_scalar.program.expressions import (
    Expression,
    Function,
    Hadamard,
    Number,
    Product,
    Scaled,
    Square,
    Sum,
    Symbol,
    Total,
    Transposed,
    latex_of,
    text_of,
    transposed,
)
from autograd_scalar.program.instructions import Instructions, Linear, Map, Term
from autograd_scalar.program.layout import Constant, Index, Operand, Padded
from autograd_scalar.program.reverse import Reverse
from autograd_scalar.program.tape import Floats, Ints

__all__ = ["Equation", "Equations", "equations_of", "key_of"]


Key: TypeAlias = tuple[tuple[int, ...], bytes]


@dataclass(frozen=True, slots=True)
class Equation:
    """``target = value``, and the shape of both."""

    target: Symbol
    value: Expression
    shape: tuple[int, ...]

    def text(self) -> str:
        """Return the equation as plain text.

        >>> Equation(Symbol("C"), Square(Symbol("θ")), ()).text()
        'C = ‖θ‖²'
        """
        return f"{text_of(self.target)} = {text_of(self.value)}"

    def latex(self) -> str:
        """Return the equation in LaTeX."""
        return f"{latex_of(self.target)} = {latex_of(self.value)}"


@dataclass(frozen=True, slots=True)
class Equations:
    """The equations of a program in the order in which they are computed."""

    forward: tuple[Equation, ...]
    reverse: tuple[Equation, ...]
    symbols: dict[str, tuple[int, ...]]  # matrices that are given, and their shapes
    names: Mapping[Key, str]  # of tables of slots and of constants, by `key_of`

    def __str__(self) -> str:
        given = [
            f"{name} {_shape(shape)}".strip() for name, shape in self.symbols.items()
        ]
        lines = ["given", *[f"  {text}" for text in given]]
        for title, equations in (("forward", self.forward), ("reverse", self.reverse)):
            lines.append(title)
            texts = [(_left(e), text_of(e.value)) for e in equations]
            width = max([len(left) for left, _ in texts], default=0)
            lines += [f"  {left:<{width}} = {right}" for left, right in texts]
        return "\n".join(lines)


def _left(equation: Equation) -> str:
    return f"{text_of(equation.target)} {_shape(equation.shape)}".strip()


def _shape(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))


def equations_of(
    instructions: Instructions, reverse: Reverse, labels: tuple[str, ...]
) -> Equations:
    """Return the equations; ``labels`` are those of parameters, then of inputs."""
    names = _Names(instructions, labels)
    lines = [_line(step, names) for step in instructions.steps]
    forward = [Equation(x.target, x.value, x.shape) for x in lines]
    depends = [
        [
            not isinstance(o, Constant) and bool(reverse.depends[o.table()].any())
            for o in s
        ]
        for s in [step.operands for step in instructions.steps]
    ]
    back = _reversed(lines, depends, names, _line_of_root(instructions))
    return Equations(tuple(forward), tuple(back), names.given, names.names)


def _line_of_root(instructions: Instructions) -> int:
    """Return the place of the instruction that computes the root: guards may follow."""
    for k, step in enumerate(instructions.steps):
        low = step.target.offset
        if low <= instructions.root < low + prod(step.target.shape):
            return k
    return -1


# ---- Names ---------------------------------------------------------------------------

# What the source of a program calls other things.
_RESERVED: Final = (
    "C", "θ", "np", "theta", "inputs", "gradient", "part", "program", "float",
)  # fmt: skip
_LABEL: Final = re.compile(r"([A-Za-z]{1,12}\d{0,3})(?:\[[\d, ]*\])?(?:\(\d+\))?")


class _Names:
    """Gives every matrix a name when it is first met."""

    def __init__(self, instructions: Instructions, labels: tuple[str, ...]) -> None:
        self.parameters = instructions.parameters
        self.leaves = self.parameters + instructions.inputs
        self.root = instructions.root
        self.labels = labels
        self.given: dict[str, tuple[int, ...]] = {}
        self.layer = 0
        self.names: dict[Key, str] = {}
        self._taken = {*_RESERVED, *kwlist}
        self._blocks: list[tuple[int, int, str]] = []
        self._counts: dict[str, int] = {}

    def new(self, wanted: str, other: str) -> str:
        """Return the wanted name if it is free, else a counted one."""
        name = wanted
        while not name or name in self._taken:
            count = self._counts[other] = self._counts.get(other, 0) + 1
            name = f"{other}{count}"
        self._taken.add(name)
        return name

    def computed(self, step: Linear | Map, wanted: str) -> Symbol:
        """Name the target of an instruction."""
        table = step.target.table()
        is_root = step.target.offset == self.root and table.size == 1
        name = "C" if is_root else self.new(wanted, "T")
        self.names[key_of(table)] = name
        low = step.target.offset
        self._blocks.append((low, low + table.size, name))
        return Symbol(name)

    def read(self, operand: Operand, role: str, form: str = "") -> Expression:
        """Return an operand by name; ``form`` is "left" or "right" in a product."""
        if isinstance(operand, Padded):
            return Function("padded", (self.read(Index(operand.table()), role),))
        is_constant = isinstance(operand, Constant)
        table = operand.values if isinstance(operand, Constant) else operand.table()
        shape: tuple[int, ...] = table.shape
        if form == "right":
            table = np.swapaxes(table, -1, -2)
        if form == "left":
            shape = (*shape[:-2], shape[-1])
        elif form == "right":
            shape = (*shape[:-3], shape[-1], shape[-2])
        elif len(shape) > 2 and shape[-1] == 1:  # noqa: PLR2004
            shape = shape[:-1]
        if is_constant and table.size == 1:
            return Number(float(table.ravel()[0]))
        known = self.names.get(key_of(table))
        if known is not None:
            return Symbol(known)
        known = self.names.get(key_of(table.T))
        if known is not None:
            return Transposed(Symbol(known))
        if is_constant:
            name = self.new(role, role)
        elif int(table.max()) >= self.leaves:
            return self._part(table)
        elif not form and np.array_equal(table.ravel(), np.arange(self.parameters)):
            stem = self._stem(table) if table.size == 1 else ""
            name = self.new(stem, role) if stem else "θ"
        else:
            name = self.new(self._stem(table) or role, role.rstrip("0123456789"))
        self.names[key_of(table)] = name
        self.given[name] = shape
        return Symbol(name)

    def _part(self, table: Ints | Floats) -> Expression:
        """Return the array of which a table is a part, or another arrangement."""
        low, high = int(table.min()), int(table.max())
        for first, end, name in self._blocks:
            if first <= low and high < end:
                whole = len(np.unique(table)) == end - first
                return Symbol(name) if whole else Function("part", (Symbol(name),))
        inside = [
            Symbol(n) for first, end, n in self._blocks if first <= high and low < end
        ]
        return Function("part", tuple(inside))

    def _stem(self, slots: Ints | Floats) -> str:
        """Return what the labels of these leaves have in common, if it is a name."""
        found = {
            match.group(1) if match else ""
            for match in [_LABEL.fullmatch(self.labels[int(k)]) for k in slots.ravel()]
        }
        stem = found.pop() if len(found) == 1 else ""
        return "" if stem.startswith("d") else stem  # which begins an adjoint's name


def key_of(table: Ints | Floats) -> Key:
    """Return what tells a table from others; axes of size 1 do not count."""
    small = np.squeeze(table)
    return small.shape, table.dtype.char.encode() + small.tobytes()


# ---- Forward -------------------------------------------------------------------------


class _Part(NamedTuple):
    """A term: its sign, how it combines its factors, and their names."""

    sign: float
    form: str  # "product", "each", "dot" or "square"
    left: Expression
    right: Expression | None
    along: tuple[str, str]  # the axes over which the adjoint of each is a sum


class _Line(NamedTuple):
    """An instruction with its names."""

    target: Symbol
    value: Expression
    shape: tuple[int, ...]
    factor: float
    parts: tuple[_Part, ...]
    function: Function | None


def _line(step: Linear | Map, names: _Names) -> _Line:
    if isinstance(step, Map):
        operands = tuple([names.read(x, "Y") for x in step.operands])
        function = Function(step.primitive.name, operands)
        if step.primitive is POW_CONSTANT and operands[1] == Number(2.0):
            function = Function(SQUARE.name, operands[:1])
        of, *others = operands
        is_unary = all(isinstance(x, Number) for x in others)
        wanted = ""
        if is_unary and isinstance(of, Symbol) and re.fullmatch(r"Z\d+", of.name):
            wanted = f"A{of.name[1:]}"
        target = names.computed(step, wanted)
        return _Line(target, function, step.target.shape, 1.0, (), function)
    is_layer = any(
        _is_matrix(term) and _slot(term.left) < names.parameters for term in step.terms
    )
    if is_layer:
        names.layer += 1
    parts = tuple([_part(term, step, names, is_layer) for term in step.terms])
    terms = [
        (part.sign, _value(part, term))
        for part, term in zip(parts, step.terms, strict=True)
    ]
    if step.constant is not None:
        terms.append((step.constant_sign, names.read(step.constant, "Y")))
    value: Expression = Sum(tuple(terms))
    if len(terms) == 1 and terms[0][0] > 0:
        value = terms[0][1]
    if step.factor != 1.0:
        value = Scaled(Number(step.factor), value)
    target = names.computed(step, f"Z{names.layer}" if is_layer else "")
    return _Line(target, value, step.target.shape, step.factor, parts, None)


def _slot(operand: Operand) -> int:
    assert not isinstance(operand, Constant)
    return int(operand.table().flat[0])


def _is_matrix(term: Term) -> bool:
    """Tell a product of matrices, 1×1 ones included, from other terms."""
    if term.right is None or term.starts is not None:
        return False
    left, right = term.left.shape, term.right.shape
    if len(left) < 3 or left[-1] < 2 or left[-1] != right[-1]:  # noqa: PLR2004
        return False
    return left[-2] == 1 and right[-3] == 1


def _part(term: Term, step: Linear, names: _Names, is_layer: bool) -> _Part:
    weight, bias = (f"W{names.layer}", f"b{names.layer}") if is_layer else ("P", "P")
    if _is_matrix(term) and term.right is not None:
        left = names.read(term.left, weight, "left")
        right = names.read(term.right, "X", "right")
        lacks = _lacking(term, step.target.shape)
        return _Part(term.sign, "product", left, right, (lacks, lacks))
    role = bias if term.right is None else weight
    left = names.read(term.left, role)
    right_name = None if term.right is None else names.read(term.right, "Y")
    form = "each" if term.left.shape[-1] == 1 and term.starts is None else "dot"
    if form == "dot" and left == right_name and not step.target.shape:
        form = "square"
    along = [
        "" if x is None or term.starts is not None else _missing(x, step.target.shape)
        for x in (term.left, term.right)
    ]
    return _Part(term.sign, form, left, right_name, (along[0], along[1]))


def _lacking(term: Term, shape: tuple[int, ...]) -> str:
    """Return "j" if a product has one column, which all columns of the target are.

    It is written once, so its adjoint is that of their sum.
    """
    assert term.right is not None
    return "j" if shape[-1] > 1 and term.right.shape[-2] == 1 else ""


def _missing(operand: Operand, shape: tuple[int, ...]) -> str:
    """Return the axes of the target along which an operand does not change."""
    lacks = [n > 1 and operand.shape[axis] == 1 for axis, n in enumerate(shape)]
    if sum(lacks) > 1 or (sum(lacks) == 1 and len([n for n in shape if n > 1]) == 1):
        return "all"
    if len(shape) < 2 or not any(lacks):  # noqa: PLR2004
        return ""
    return "j" if lacks[-1] else "i" if lacks[-2] else "k"


def _value(part: _Part, term: Term) -> Expression:
    if part.right is None:
        if part.form == "each":
            return part.left
        if len([n for n in term.left.shape if n > 1]) != 2:  # noqa: PLR2004
            return Total(part.left, "" if len(term.left.shape) == 1 else "k")
        if isinstance(part.left, Transposed):
            return Total(part.left.of, "i")
        return Total(part.left, "j")
    if part.form == "product":
        return Product(part.left, part.right)
    if part.form == "square":
        return Square(part.left)
    both = _times(part.left, part.right)
    if part.form == "each":
        return both
    return Total(both, "" if len(term.left.shape) == 1 else "k")


def _times(a: Expression, b: Expression) -> Expression:
    """Return a product of each element, numbers first."""
    if isinstance(a, Number) and isinstance(b, Number):
        return Number(a.value * b.value)
    for number, other in ((a, b), (b, a)):
        if isinstance(number, Number):
            if isinstance(other, Scaled) and isinstance(other.by, Number):
                return _times(_times(number, other.by), other.of)
            return other if number.value == 1.0 else Scaled(number, other)
    for scaled, other in ((a, b), (b, a)):
        if isinstance(scaled, Scaled):
            both = (scaled.of, other) if scaled is a else (other, scaled.of)
            return _times(scaled.by, _times(*both))
    return Hadamard(a, b)


def _product(a: Expression, b: Expression) -> Expression:
    """Return a matrix product, its number first."""
    for scaled, other in ((a, b), (b, a)):
        if isinstance(scaled, Scaled):
            both = (scaled.of, other) if scaled is a else (other, scaled.of)
            return Scaled(scaled.by, _product(*both))
    return Product(a, b)


# ---- Reverse -------------------------------------------------------------------------

Add = Callable[[Expression, float, Expression], None]


def _reversed(
    lines: list[_Line], depends: list[list[bool]], names: _Names, root: int
) -> list[Equation]:
    """Return one equation for each adjoint: the sum of its contributions."""
    sums: dict[str, list[tuple[float, Expression]]] = {}
    shapes = {line.target.name: line.shape for line in lines} | names.given
    if lines:
        sums[lines[root].target.name] = [(1.0, Number(1.0))]
    found: list[Equation] = []

    def add(into: Expression, sign: float, value: Expression) -> None:
        if isinstance(into, Transposed):
            into, value = into.of, transposed(value)
        if isinstance(into, Function):  # part of an array
            value = Function("within", (value,))
            targets = into.operands
        else:
            targets = (into,)
        for target in targets:
            assert isinstance(target, Symbol)
            sums.setdefault(target.name, []).append((sign, value))

    for line, wanted in zip(reversed(lines), reversed(depends), strict=True):
        name = line.target.name
        if name not in sums or not any(wanted):
            continue
        total = _total(sums.pop(name))
        if _is_short(total) or (line.function and not isinstance(total, Sum)):
            adjoint: Expression = total
        else:
            adjoint = Symbol(name, is_adjoint=True)
            found.append(Equation(adjoint, total, line.shape))
        if line.factor != 1.0:
            adjoint = _times(Number(line.factor), adjoint)
        if line.function is not None:
            _back_through_map(line.function, wanted, adjoint, add)
        else:
            _back_through_sum(line.parts, wanted, adjoint, add)
    found += [
        Equation(Symbol(name, is_adjoint=True), _total(terms), shapes[name])
        for name, terms in sums.items()
    ]
    return found


def _is_short(x: Expression) -> bool:
    """Tell what is written out rather than given the name of an adjoint."""
    if isinstance(x, Scaled) and isinstance(x.by, Number):
        x = x.of
    return isinstance(x, Symbol | Number)


def _total(terms: list[tuple[float, Expression]]) -> Expression:
    if len(terms) == 1 and terms[0][0] > 0:
        return terms[0][1]
    if len(terms) == 1 and isinstance(terms[0][1], Number):
        return Number(-terms[0][1].value)
    return Sum(tuple(terms))


def _back_through_map(
    function: Function, wanted: list[bool], adjoint: Expression, add: Add
) -> None:
    for place, operand in enumerate(function.operands):
        if wanted[place]:
            derivative: Expression = Function(function.name, function.operands, place)
            if function.name == SQUARE.name:
                derivative = Scaled(Number(2.0), operand)
            add(operand, 1.0, _times(adjoint, derivative))


def _back_through_sum(
    parts: tuple[_Part, ...], wanted: list[bool], adjoint: Expression, add: Add
) -> None:
    flags = iter(wanted)
    for part in parts:
        by_left = next(flags)
        by_right = part.right is not None and next(flags)
        if not (by_left or by_right):
            continue
        if part.form == "square":
            add(part.left, part.sign, _times(_times(Number(2.0), adjoint), part.left))
            continue
        if part.right is None:
            add(part.left, part.sign, _summed(adjoint, part.along[0]))
            continue
        if part.form == "product":
            total = _summed(adjoint, part.along[0])
            if by_left:
                add(part.left, part.sign, _product(total, transposed(part.right)))
            if by_right:
                add(part.right, part.sign, _product(transposed(part.left), total))
            continue
        if by_left:
            add(
                part.left,
                part.sign,
                _summed(_times(adjoint, part.right), part.along[0]),
            )
        if by_right:
            add(
                part.right,
                part.sign,
                _summed(_times(adjoint, part.left), part.along[1]),
            )


def _summed(x: Expression, along: str) -> Expression:
    if along and isinstance(x, Scaled):
        return Scaled(x.by, _summed(x.of, along))
    return Total(x, "" if along == "all" else along) if along else x
