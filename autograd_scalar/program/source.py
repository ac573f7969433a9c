"""Source: a program as a NumPy function, to read and to keep.

The function stands alone: parameters are picked from ``theta``, data are written out,
and nothing of this package is called. Names are those of the equations.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import numpy as np

from autograd_scalar.derivatives.recorded import REFINED
from autograd_scalar.errors import NumberError
from autograd_scalar.primitives import table as of
from autograd_scalar.program.equations import Equations, key_of
from autograd_scalar.program.instructions import Instructions, Linear, Map, Term
from autograd_scalar.program.layout import (
    FIRST_CONSTANT,
    Constant,
    Index,
    Operand,
    Padded,
    halves,
)
from autograd_scalar.program.take import TAKE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_scalar.primitives.table import Primitive
    from autograd_scalar.program.reverse import Reverse
    from autograd_scalar.program.tape import Floats, Ints

__all__ = ["source_of"]

Table = TypeVar("Table", "Ints", "Floats")

# The value, then the partial by each operand; 0 and 1 are operands, y is the value.
_FORMS: Final[dict[Primitive, tuple[str, ...]]] = {
    of.ABS: ("np.abs({0})", "np.sign({0})"),
    of.COS: ("np.cos({0})", "-np.sin({0})"),
    of.COSH: ("np.cosh({0})", "np.sinh({0})"),
    of.DIV: ("{0} / {1}", "1.0 / {1}", "-{y} / {1}"),
    of.EXP: ("np.exp({0})", "{y}"),
    of.EXPM1: ("np.expm1({0})", "np.exp({0})"),
    of.LEAKY_RELU: (
        "np.where({0} > 0.0, {0}, {1} * {0})",
        "np.where({0} > 0.0, 1.0, {1})",
        "np.minimum({0}, 0.0)",
    ),
    of.LOG: ("np.log({0})", "1.0 / {0}"),
    of.LOG1P: ("np.log1p({0})", "1.0 / (1.0 + {0})"),
    of.MAXIMUM: (
        "np.maximum({0}, {1})",
        "(({0} > {1}) + 0.5 * ({0} == {1}))",
        "(({1} > {0}) + 0.5 * ({0} == {1}))",
    ),
    of.MINIMUM: (
        "np.minimum({0}, {1})",
        "(({0} < {1}) + 0.5 * ({0} == {1}))",
        "(({1} < {0}) + 0.5 * ({0} == {1}))",
    ),
    of.POW_CONSTANT: ("{0} ** {1}", "({1} * {0} ** ({1} - 1.0))"),
    of.RECIPROCAL: ("1.0 / {0}", "(-{y} / {0})"),
    of.RELU: ("np.maximum({0}, 0.0)", "({0} > 0.0)"),
    of.SIGMOID: ("1.0 / (1.0 + np.exp(-{0}))", "({y} * (1.0 - {y}))"),
    of.SINH: ("np.sinh({0})", "np.cosh({0})"),
    of.SIN: ("np.sin({0})", "np.cos({0})"),
    of.SOFTPLUS: ("np.logaddexp(0.0, {0})", "(1.0 / (1.0 + np.exp(-{0})))"),
    of.SQRT: ("np.sqrt({0})", "(0.5 / {y})"),
    of.SQUARE: ("{0} ** 2", "(2.0 * {0})"),
    of.TANH: ("np.tanh({0})", "(1.0 - {y} ** 2)"),
    REFINED: ("{0}", "1.0"),
}

# The same of operations that are known by the name of their kernel.
_OF_OTHERS: Final = {
    "cross_entropy": (
        "-({1} * np.log({0}) + (1.0 - {1}) * np.log1p(-{0}))",
        "(({0} - {1}) / ({0} * (1.0 - {0})))",
        "(np.log1p(-{0}) - np.log({0}))",
    ),
    "cross_entropy_of_sigmoid": (
        "np.logaddexp(0.0, {0}) - {1} * {0}",
        "(1.0 / (1.0 + np.exp(-{0})) - {1})",
        "(-{0})",
    ),
}

_LOGSUMEXP: Final = "np.logaddexp.reduce({0}, axis=-1)"
_SURPRISES: Final = "np.logaddexp.reduce({0}, axis=-1, keepdims=True) - {0}"
# Partials with respect to all operands of an element.
_D_LOGSUMEXP: Final = "np.exp({row} - {y}[..., None])"
_D_TAKE: Final = "(np.arange({count}) == {index} % {count})"
_D_LOGITS: Final = (
    "({targets}.sum(axis=-1, keepdims=True) * np.exp(-({surprises})) - {targets})"
)


def source_of(
    instructions: Instructions, reverse: Reverse, equations: Equations
) -> str:
    """Return the source of a function ``program(theta, inputs)``.

    Raises:
        NumberError: a primitive has no form in plain NumPy.
    """
    writer = _Writer(instructions, reverse, equations)
    return writer.function()


class _Block(NamedTuple):
    """An array that is computed: its slots, its name and its shape."""

    first: int
    end: int
    name: str
    shape: tuple[int, ...]


class _Writer:
    """Writes one line for each instruction, and for each contribution."""

    def __init__(
        self, instructions: Instructions, reverse: Reverse, equations: Equations
    ) -> None:
        self.instructions = instructions
        self.depends = reverse.depends
        self.names = dict(equations.names)
        self.targets = [equation.target.name for equation in equations.forward]
        self.parameters = instructions.parameters
        self.leaves = self.parameters + instructions.inputs
        self.blocks: list[_Block] = []
        self.shapes: dict[str, tuple[int, ...]] = {}  # of the names defined so far
        self.adjoints: set[str] = set()
        self.lines: list[str] = []

    def function(self) -> str:
        """Return the whole function."""
        has_inputs = self.leaves > self.parameters
        steps = self.instructions.steps
        for step, name in zip(steps, self.targets, strict=True):
            value, shape = self._map(step) if isinstance(step, Map) else self._sum(step)
            self._assign(name, value, shape, step.target.shape)
            first = step.target.offset
            size = int(np.prod(step.target.shape))
            self.blocks.append(_Block(first, first + size, name, step.target.shape))
        self.lines += ["", f"gradient = np.zeros({self.parameters})"]
        value = self._value()
        for step, name in reversed(list(zip(steps, self.targets, strict=True))):
            if f"d{name}" in self.adjoints:
                if isinstance(step, Map):
                    self._map_back(step, name)
                else:
                    self._sum_back(step, name)
        self.lines.append(f"return {value}, gradient")
        head = f"def program(theta{', inputs' * has_inputs}):"
        body = [f"    {line}".rstrip() for line in self.lines]
        return "\n".join(["import numpy as np", "", "", head, *body, ""])

    def _value(self) -> str:
        """Return the result, and begin the reverse with its adjoint."""
        root = self.instructions.root
        if root >= FIRST_CONSTANT:
            return _number(self.instructions.constants[root - FIRST_CONSTANT])
        if root < self.parameters:
            self.lines.append(f"gradient[{root}] = 1.0")
            return f"float(theta[{root}])"
        if root < self.leaves:
            return f"float(inputs[{root - self.parameters}])"
        (block,) = [b for b in self.blocks if b.first <= root < b.end]
        if self.depends[root]:
            self._add(np.array(root), "np.array(1.0)")
        return f"{block.name}.item()"

    # ---- Operands --------------------------------------------------------------------

    def _array(self, operand: Operand, form: str = "") -> tuple[str, tuple[int, ...]]:
        """Return code for an operand as an array, and its shape."""
        if isinstance(operand, Constant):
            return self._constant(_in_form(operand.values, form))
        if isinstance(operand, Padded):
            return self._padded(operand, form)
        table = _in_form(operand.table(), form)
        shape: tuple[int, ...] = table.shape
        known = self._known(table)
        if known:
            return known, shape
        first = int(table.flat[0])
        if first < self.leaves:
            start = 0 if first < self.parameters else self.parameters
            origin = "theta" if first < self.parameters else "inputs"
            code = f"{origin}[{_places(table - start)}]"
            name = self._name(table)
            self._assign(name, code, shape, shape)
            return name, shape
        blocks, base = self._sources(table)
        flat_names = [f"{block.name}.ravel()" for block in blocks]
        joined = flat_names[0]
        if len(blocks) > 1:
            joined = f"np.concatenate(({', '.join(flat_names)}))"
        return f"{joined}[{_places(table - base)}]", shape

    def _padded(self, operand: Padded, form: str) -> tuple[str, tuple[int, ...]]:
        """Return code for an array with zeros where something is missing."""
        places = _in_form(operand.places, form)
        flat, _ = self._array(Index(places[places >= 0]))
        order = np.where(places >= 0, np.cumsum(places >= 0).reshape(places.shape), 0)
        return f"np.append(0.0, {flat})[{_places(order)}]", places.shape

    def _constant(self, values: Floats) -> tuple[str, tuple[int, ...]]:
        """Return code for numbers: one alone, or an array by its name."""
        shape: tuple[int, ...] = values.shape
        if values.size == 1:
            return _number(float(values.ravel()[0])), ()
        known = self._known(values)
        if known:
            return known, shape
        name = self._name(values)
        numbers = ", ".join(map(_number, values.ravel().tolist()))
        self._assign(name, f"np.array([{numbers}]).reshape({shape})", shape, shape)
        return name, shape

    def _name(self, table: Ints | Floats) -> str:
        """Return the name of an array; a new one where the equations have none."""
        key = key_of(table)
        if key not in self.names:
            taken = {*self.names.values()}
            free = (name for k in count(1) if (name := f"part{k}") not in taken)
            self.names[key] = next(free)
        return self.names[key]

    def _known(self, table: Ints | Floats) -> str:
        """Return code for an array that has a name, or whose transpose has."""
        for turned, suffix in ((table, ""), (table.T, ".T")):
            name = self.names.get(key_of(turned), "")
            if name in self.shapes:
                shape = self.shapes[name][::-1] if suffix else self.shapes[name]
                reshaped = "" if shape == table.shape else f".reshape({table.shape})"
                return name + suffix + reshaped
        return ""

    def _sources(self, table: Ints) -> tuple[list[_Block], int]:
        """Return the arrays from the first to the last that a table reads."""
        low, high = int(table.min()), int(table.max())
        blocks = [b for b in self.blocks if low < b.end and b.first <= high]
        return blocks, blocks[0].first

    def _assign(
        self, name: str, code: str, shape: tuple[int, ...], wanted: tuple[int, ...]
    ) -> None:
        if shape != wanted:
            code = f"np.broadcast_to({code}, {wanted})"
        self.shapes[name] = wanted
        size = "×".join(map(str, wanted)) or "a number"
        self.lines.append(f"{name} = {code}  # {size}")

    # ---- Forward ---------------------------------------------------------------------

    def _map(self, step: Map) -> tuple[str, tuple[int, ...]]:
        if step.starts is not None:
            code, _ = self._array(step.operands[0])
            starts = step.starts.tolist()
            return f"np.logaddexp.reduceat({code}, {starts})", step.target.shape
        if step.primitive.arity is None:
            return self._of_many(step)
        form = _form_of_primitive(step.primitive)
        found = [self._array(operand) for operand in step.operands]
        code = form[0].format(*[code for code, _ in found])
        return code, np.broadcast_shapes(*[shape for _, shape in found])

    def _of_many(self, step: Map) -> tuple[str, tuple[int, ...]]:
        """Return code for a primitive with any number of operands."""
        shape = step.target.shape
        if step.primitive is TAKE:
            rows, index = self._row(step.operands[:-1], shape), self._index(step)
            picked = f"{index}.astype(int)"
            return f"np.take_along_axis({rows}, {picked}, axis=-1)[..., 0]", shape
        if step.primitive is of.LOGSUMEXP:
            return _LOGSUMEXP.format(self._row(step.operands, shape)), shape
        if step.primitive.kernel == "cross_entropy_of_softmax":
            logits, targets = [self._row(x, shape) for x in halves(step.operands)]
            surprises = _SURPRISES.format(logits)
            return f"({targets} * ({surprises})).sum(axis=-1)", shape
        raise _no_form(step.primitive)

    def _row(self, operands: Sequence[Operand], shape: tuple[int, ...]) -> str:
        """Return code for the operands of each element along the last axis."""
        parts = []
        for operand in operands:
            full = *shape, operand.shape[-1]
            code, own = self._array(operand)
            parts.append(
                code if own == full else f"np.broadcast_to({_enclosed(code)}, {full})"
            )
        if len(parts) == 1:
            return _enclosed(parts[0])
        return f"np.concatenate(({', '.join(parts)}), axis=-1)"

    def _index(self, step: Map) -> str:
        """Return code for the index of each element, along an axis of its own."""
        return self._row(step.operands[-1:], step.target.shape)

    def _sum(self, step: Linear) -> tuple[str, tuple[int, ...]]:
        text, shapes = "", []
        for term in step.terms:
            code, shape = self._term(term)
            shapes.append(shape)
            minus, plus = (" - ", " + ") if text else ("-", "")
            text += (minus if term.sign < 0 else plus) + code
        if step.constant is not None:
            code, shape = self._array(step.constant)
            shapes.append(shape)
            text += f" {'-' if step.constant_sign < 0 else '+'} {code}"
        if step.factor != 1.0:
            text = f"{_number(step.factor)} * ({text})"
        return text, np.broadcast_shapes(*shapes)

    def _term(self, term: Term) -> tuple[str, tuple[int, ...]]:
        form = _form_of(term)
        left, shape = self._array(term.left, "left" if form == "product" else form)
        if term.right is not None:
            other = "right" if form == "product" else form
            right, right_shape = self._array(term.right, other)
            if form == "product":
                code = f"{left} @ {right}"
                return code, (*shape[:-1], right_shape[-1])
            left = f"{left} * {right}"
            shape = np.broadcast_shapes(shape, right_shape)
        if form == "ragged" and term.starts is not None:
            starts = term.starts.tolist()
            return f"np.add.reduceat({left}, {starts})", (len(starts),)
        if form == "dot":
            return f"{_enclosed(left)}.sum(axis=-1)", shape[:-1]
        return left, shape

    # ---- Reverse ---------------------------------------------------------------------

    def _add(self, slots: Ints, code: str) -> None:
        """Add an expression of the shape of ``slots`` to their adjoints."""
        if not self.depends[slots].any():
            return
        if int(slots.flat[0]) < self.parameters:
            if len(np.unique(slots)) == slots.size:
                self.lines.append(f"gradient[{_places(slots)}] += {code}")
            else:
                self.lines.append(f"np.add.at(gradient, {_places(slots)}, {code})")
            return
        blocks, base = self._sources(slots)
        (block, *others) = blocks
        size = blocks[-1].end - base
        is_whole = not others and np.array_equal(slots.ravel(), np.arange(size) + base)
        if is_whole:
            reshaped = "" if slots.shape == block.shape else f".reshape({block.shape})"
            whole = f"{_enclosed(code)}{reshaped}" if reshaped else code
            self._accumulate(block.name, whole)
            return
        self.lines.append(f"part = np.zeros({size})")
        self.lines.append(f"np.add.at(part, {_places(slots - base)}, {code})")
        for each in blocks:
            if self.depends[each.first : each.end].any():
                span = f"{each.first - base}:{each.end - base}"
                self._accumulate(each.name, f"part[{span}].reshape({each.shape})")

    def _accumulate(self, name: str, code: str) -> None:
        adjoint = f"d{name}"
        if adjoint in self.adjoints:
            self.lines.append(f"{adjoint} = {adjoint} + {code}")
        else:
            self.adjoints.add(adjoint)
            self.lines.append(f"{adjoint} = {code}")

    def _map_back(self, step: Map, name: str) -> None:
        if step.starts is not None:
            self._lists_back(step, step.starts, name)
            return
        if step.primitive.arity is None:
            self._many_back(step, name)
            return
        codes = [self._array(operand)[0] for operand in step.operands]
        form = _form_of_primitive(step.primitive)
        for k, operand in enumerate(step.operands):
            if isinstance(operand, Constant):
                continue
            partial = form[k + 1].format(*codes, y=name)
            self._reduced(operand, f"d{name} * {partial}", step.target.shape)

    def _lists_back(self, step: Map, starts: Ints, name: str) -> None:
        (operand,) = step.operands
        assert not isinstance(operand, Constant)
        slots = operand.table()
        counts = np.diff(np.append(starts, len(slots))).tolist()
        x, _ = self._array(operand)
        share = f"np.exp({x} - np.repeat({name}, {counts}))"
        self._add(slots, f"np.repeat(d{name}, {counts}) * {share}")

    def _many_back(self, step: Map, name: str) -> None:
        """Add to the operands of a primitive with any number of them."""
        shape, up = step.target.shape, f"d{name}[..., None]"
        if step.primitive is TAKE:
            rows = step.operands[:-1]
            many = sum([x.shape[-1] for x in rows])
            slope = _D_TAKE.format(index=self._index(step), count=many)
            self._spread(rows, f"{up} * {slope}", shape)
        elif step.primitive is of.LOGSUMEXP:
            slope = _D_LOGSUMEXP.format(row=self._row(step.operands, shape), y=name)
            self._spread(step.operands, f"{up} * {slope}", shape)
        else:
            both = halves(step.operands)
            logits, targets = [self._row(x, shape) for x in both]
            surprises = _SURPRISES.format(logits)
            slope = _D_LOGITS.format(targets=targets, surprises=surprises)
            self._spread(both[0], f"{up} * {slope}", shape)
            self._spread(both[1], f"{up} * ({surprises})", shape)

    def _spread(
        self, operands: Sequence[Operand], code: str, shape: tuple[int, ...]
    ) -> None:
        """Add an array to operands that stand side by side along its last axis."""
        first = 0
        for operand in operands:
            last = first + operand.shape[-1]
            part = code
            if len(operands) > 1:
                part = f"({code})[..., {first}:{last}]"
            first = last
            if not isinstance(operand, Constant):
                self._reduced(operand, part, (*shape, operand.shape[-1]))

    def _reduced(self, operand: Operand, code: str, full: tuple[int, ...]) -> None:
        """Add an array of a full shape to an operand that lacks some of its axes."""
        assert not isinstance(operand, Constant)
        table = operand.table()
        axes = [k for k, n in enumerate(full) if n > 1 and table.shape[k] == 1]
        if axes:
            code = f"{_enclosed(code)}.sum(axis={tuple(axes)}, keepdims=True)"
        self._add(table, code)

    def _sum_back(self, step: Linear, name: str) -> None:
        adjoint = f"d{name}"
        if step.factor != 1.0:
            self.lines.append(f"{adjoint} = {_number(step.factor)} * {adjoint}")
        for term in step.terms:
            pairs = [(term.left, term.right, True), (term.right, term.left, False)]
            for into, other, is_left in pairs:
                if into is not None and not isinstance(into, Constant):
                    sign = "-" if term.sign < 0 else ""
                    self._term_back(step, term, sign + adjoint, (into, other, is_left))

    def _term_back(
        self,
        step: Linear,
        term: Term,
        adjoint: str,
        pair: tuple[Operand, Operand | None, bool],
    ) -> None:
        into, other, is_left = pair
        assert not isinstance(into, Constant)
        form, shape = _form_of(term), step.target.shape
        if form == "product" and other is not None:
            code, _ = self._array(other, "right" if is_left else "left")
            if term.right is not None and shape[-1] > term.right.shape[-2]:
                adjoint = f"{_enclosed(adjoint)}.sum(axis=-1, keepdims=True)"
            turned = f"{code}.T" if len(shape) == 2 else f"np.swapaxes({code}, -1, -2)"  # noqa: PLR2004
            code = f"{adjoint} @ {turned}" if is_left else f"{turned} @ {adjoint}"
            if isinstance(into, Padded):
                places = _in_form(into.places, "right")
                there = np.flatnonzero(places >= 0)
                flat = f"{_enclosed(code)}.ravel()[{_places(there)}]"
                self._add(places[places >= 0], flat)
                return
            slots = _in_form(into.table(), "left" if is_left else "right")
            self._add(slots, code)
            return
        code, reached = adjoint, shape
        if form == "ragged" and term.starts is not None:
            length = max([x.shape[0] for x in (into, other) if x is not None])
            counts = np.diff(np.append(term.starts, length)).tolist()
            code, shape = f"np.repeat({adjoint}, {counts})", (length,)
            reached = shape
        elif form == "dot":
            inner = max([x.shape[-1] for x in (into, other) if x is not None])
            code, reached = f"{_enclosed(adjoint)}[..., None]", (*shape, 1)
            shape = (*shape, inner)
        if other is not None:
            factor, by = self._array(other, form)
            code, reached = f"{code} * {factor}", np.broadcast_shapes(reached, by)
        if reached != shape:
            code = f"np.broadcast_to({code}, {shape})"
        if form == "each":
            slots = _in_form(into.table(), "each")
            axes = [k for k, n in enumerate(shape) if n > 1 and slots.shape[k] == 1]
            if axes:
                code = f"{_enclosed(code)}.sum(axis={tuple(axes)}, keepdims=True)"
            self._add(slots, code)
            return
        self._reduced(into, code, shape)


def _form_of_primitive(primitive: Primitive) -> tuple[str, ...]:
    form = _FORMS.get(primitive) or _OF_OTHERS.get(primitive.kernel)
    if form is None:
        raise _no_form(primitive)
    return form


def _no_form(primitive: Primitive) -> NumberError:
    msg = (
        f"source() has no plain NumPy form of {primitive.name}(); call the program"
        " itself, which runs it element by element"
    )
    return NumberError(msg)


def _form_of(term: Term) -> str:
    """Return how a term is written: "product", "each", "dot" or "ragged"."""
    if term.starts is not None:
        return "ragged"
    if term.is_product:
        return "product"
    return "each" if term.left.shape[-1] == 1 else "dot"


def _in_form(table: Table, form: str) -> Table:
    """Return an operand's table in the shape in which the form uses it."""
    if form == "left":
        return table[..., 0, :]
    if form == "right":
        return np.swapaxes(table[..., 0, :, :], -1, -2)
    return table[..., 0] if form == "each" else table


def _enclosed(code: str) -> str:
    """Return code that a method or an index can follow."""
    is_call = code.startswith("np.broadcast_to(")
    is_word = code.replace(".reshape", "").replace("_", "").isalnum()
    return code if is_word or is_call else f"({code})"


def _number(value: float) -> str:
    return repr(float(value)).replace("nan", "np.nan").replace("inf", "np.inf")


def _places(table: Ints) -> str:
    """Return code for an array of indices: by its strides, if it has some."""
    if not table.ndim:
        return str(int(table))
    first = int(table.flat[0])
    expected = np.full(table.shape, first)
    parts = [str(first)] if first else []
    for axis, size in enumerate(table.shape):
        index = [0] * table.ndim
        index[axis] = min(1, size - 1)
        stride = int(table[tuple(index)]) - first
        if size == 1 and axis:  # the first gives the number of axes
            continue
        along = [1] * table.ndim
        along[axis] = size
        steps = stride * np.arange(size)
        expected = expected + steps.reshape(along)
        times = "" if stride == 1 or size == 1 else f"{stride} * "
        rest = "[:" + ", None" * (table.ndim - axis - 1) + "]"
        rest = "" if axis == table.ndim - 1 else rest
        parts.append(f"{times}np.arange({size}){rest}")
    if np.array_equal(expected, table):
        return " + ".join(parts)
    return f"np.array({table.tolist()})"
