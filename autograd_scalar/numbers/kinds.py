"""How a graph is computed in one kind of number: row by row, operands in, slopes out.

Floats and dual numbers use the table itself, bit for bit; all others use `rules`.
"""

# ruff: noqa: PLC0415 - a kind of number is imported when it is asked for

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

from autograd_scalar.errors import NumberError
from autograd_scalar.numbers.dual import Dual
from autograd_scalar.numbers.field import Field, Number
from autograd_scalar.numbers.intervals import Interval
from autograd_scalar.numbers.rational import Rationals
from autograd_scalar.operands import real, real_or_none, shown
from autograd_scalar.primitives.exact import Rule
from autograd_scalar.primitives.table import Primitive

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd_scalar.numbers.field import Number
    from autograd_scalar.primitives.table import Primitive

__all__ = ["Arithmetic", "ByRules", "arithmetic_of", "has_switched"]


class Arithmetic(Protocol):
    """One kind of number; ``keeps_bits`` if it gives what was recorded."""

    keeps_bits: bool

    def number(self, x: object) -> Number:
        """A number of this kind, from a float or from what a user gave."""

    def output(self, row: Primitive, operands: tuple[Number, ...]) -> Number:
        """What the row makes of its operands."""

    def slopes(
        self, row: Primitive, operands: tuple[Number, ...], output: Number
    ) -> tuple[Number, ...]:
        """One local derivative per operand."""

    def finished(self, x: Number) -> Number:
        """The number as it is handed out."""

    def sign(self, x: Number) -> int | None:
        """-1, 0 or 1; None where it cannot be told."""


class ByRules:
    """A field, and the rules of the table over it.

    >>> from autograd_scalar.primitives.table import DIV
    >>> third = ByRules(Rationals()).output(DIV, (Fraction(1), Fraction(3)))
    >>> third
    Fraction(1, 3)
    """

    keeps_bits = False

    def __init__(self, field: Field) -> None:
        self.field = field
        self.number: Callable[[object], Number] = field.number
        self.sign = field.sign

    def output(self, row: Primitive, operands: tuple[Number, ...]) -> Number:
        """What the row makes of its operands."""
        return self.field.lift(_rule(row).value(self.field, *operands))

    def slopes(
        self, row: Primitive, operands: tuple[Number, ...], output: Number
    ) -> tuple[Number, ...]:
        """One local derivative per operand.

        Beside an undefined output they are nan (R5), but where the row is linear.
        """
        rule = _rule(row)
        if self.field.undefined(output) and not row.linear:
            return (self.field.nan(),) * len(operands)
        return rule.slopes(self.field, *operands, output)

    def finished(self, x: Number) -> Number:
        """The number as it is handed out."""
        return self.field.finished(x)


class Floats:
    """The table itself."""

    keeps_bits = True

    def number(self, x: object) -> float:
        """A float, exactly."""
        return real(x, "replay(at=)")

    def output(self, row: Primitive, operands: tuple[float, ...]) -> float:
        """What the row makes of its operands."""
        return row.forward(*operands)

    def slopes(
        self, row: Primitive, operands: tuple[float, ...], output: float
    ) -> tuple[float, ...]:
        """One local derivative per operand."""
        return row.partials(*operands, output)

    def finished(self, x: float) -> float:
        """The number as it is handed out."""
        return x

    def sign(self, x: float) -> int | None:
        """-1, 0 or 1; None for nan."""
        return 1 if x > 0.0 else -1 if x < 0.0 else 0 if x == 0.0 else None


class Duals(Floats):
    """The table on dual numbers: its floats, and how they move with the tangents.

    The tangent of a slope is a second derivative, so the adjoints carry the product of
    the Hessian with the leaves' tangents.
    """

    keeps_bits = False

    def number(self, x: object) -> Any:
        """A dual number as it is; a float without a tangent."""
        if isinstance(x, Dual):
            return x
        number = real_or_none(x)
        if number is None:
            msg = f"a Dual cannot be made of {type(x).__name__}: {shown(x)}"
            raise NumberError(msg)
        return Dual(number)

    def output(self, row: Primitive, operands: tuple[Any, ...]) -> Any:
        """The table's float; its tangent is the slopes times the operands'."""
        numbers = [x.data for x in operands]
        y = row.forward(*numbers)
        slopes = row.partials(*numbers, y)
        moving = [
            slope * x.tangent
            for slope, x in zip(slopes, operands, strict=True)
            if x.tangent
        ]
        return Dual(y, sum(moving, 0.0))

    def slopes(
        self, row: Primitive, operands: tuple[Any, ...], output: Any
    ) -> tuple[Any, ...]:
        """The table's float slopes; their tangents by its formulas on duals."""
        plain = row.partials(*(x.data for x in operands), output.data)
        if not any(x.tangent for x in operands):
            return tuple(map(Dual, plain))
        _rule(row)  # an operation of the user's takes no dual numbers
        moved = row.partials(*operands, output)
        return tuple(
            Dual(slope, change.tangent if isinstance(change, Dual) else 0.0)
            for slope, change in zip(plain, moved, strict=True)
        )

    def sign(self, x: Any) -> int | None:
        """That of the number itself."""
        return super().sign(x.data)


def arithmetic_of(number: object, digits: int) -> Arithmetic:
    """The arithmetic for a type of number, as `replay` takes it.

    Raises:
        NumberError: there is none for it.
    """
    if number is float:
        return Floats()
    if number is Dual:
        return Duals()
    if number is Fraction:
        return ByRules(Rationals())
    if number is complex:
        from autograd_scalar.numbers.complexes import Complexes

        return ByRules(Complexes())
    if number is Interval:
        from autograd_scalar.numbers.intervals import Enclosures

        return ByRules(Enclosures())
    if getattr(number, "__name__", "") == "mpf":
        from autograd_scalar.numbers.multiprecision import Multiprecision

        return ByRules(Multiprecision(digits))
    msg = (
        "replay(number=) takes float, complex, fractions.Fraction, mpmath.mpf, Dual or"
        f" Interval, got {shown(number)}"
    )
    raise NumberError(msg)


def _rule(row: Primitive) -> Rule:
    """The row's rule; rows that a user made have none, whatever they are called."""
    if row.exact is not None:
        return row.exact
    msg = (
        "an operation made with @primitive is known for floats only; write it with the"
        " functions of autograd_scalar"
    )
    raise NumberError(msg)


def has_switched(
    arithmetic: Arithmetic,
    row: Primitive,
    operands: tuple[Number, ...],
    recorded: tuple[float, ...],
) -> bool:
    """Return whether these operands lie on another piece than the recorded floats.

    True also where it cannot be told, as for an interval across a kink.

    >>> from autograd_scalar.primitives.table import RELU
    >>> floats = arithmetic_of(float, 0)
    >>> has_switched(floats, RELU, (-1.0,), (1.0,))
    True
    >>> has_switched(floats, RELU, (2.0,), (1.0,))
    False
    """
    floats = tuple(map(arithmetic.number, recorded))
    half = arithmetic.number(0.5)
    for kink in row.kinks:
        if kink.side is not None:
            now, then = kink.side(*operands), kink.side(*floats)
            if arithmetic.sign(now) != arithmetic.sign(then):
                return True
        elif kink.level is not None:
            now = kink.level(*operands, arithmetic.output(row, operands))
            gap = now - kink.level(*floats, arithmetic.output(row, floats))
            if (arithmetic.sign(gap - half), arithmetic.sign(gap + half)) != (-1, 1):
                return True
    return False
