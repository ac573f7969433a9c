"""How a graph is computed in one kind of number.

An `Arithmetic` computes the output and the partials of a primitive. Floats and dual
numbers use the columns `forward` and `partials` of the table, bit for bit; all others
use the rules of `primitives.exact`.
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

__all__ = ["Arithmetic", "ByRules", "arithmetic_of", "has_switched"]


class Arithmetic(Protocol):
    """One kind of number; ``keeps_bits`` if it gives what was recorded."""

    keeps_bits: bool

    def number(self, x: object) -> Number:
        """Return a number of this kind, from a float or from what a user gave."""

    def output(self, primitive: Primitive, operands: tuple[Number, ...]) -> Number:
        """Compute the primitive on its operands."""

    def partials(
        self, primitive: Primitive, operands: tuple[Number, ...], output: Number
    ) -> tuple[Number, ...]:
        """Return one local derivative per operand."""

    def finished(self, x: Number) -> Number:
        """Return the number as it is handed out."""

    def sign(self, x: Number) -> int | None:
        """Return -1, 0 or 1; None where it cannot be told."""


class ByRules:
    """The numbers of a field, by the rules of `primitives.exact`.

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

    def output(self, primitive: Primitive, operands: tuple[Number, ...]) -> Number:
        """Compute the primitive on its operands."""
        return self.field.lift(_rule(primitive).value(self.field, *operands))

    def partials(
        self, primitive: Primitive, operands: tuple[Number, ...], output: Number
    ) -> tuple[Number, ...]:
        """Return one local derivative per operand.

        Beside an undefined output they are nan (R5), but where the primitive is linear.
        """
        rule = _rule(primitive)
        if self.field.undefined(output) and not primitive.linear:
            return (self.field.nan(),) * len(operands)
        return rule.partials(self.field, *operands, output)

    def finished(self, x: Number) -> Number:
        """Return the number as it is handed out."""
        return self.field.finished(x)


class Floats:
    """Floats, by the columns `forward` and `partials` of the table."""

    keeps_bits = True

    def number(self, x: object) -> float:
        """Return a float, exactly."""
        return real(x, "replay(at=)")

    def output(self, primitive: Primitive, operands: tuple[float, ...]) -> float:
        """Compute the primitive on its operands."""
        return primitive.forward(*operands)

    def partials(
        self, primitive: Primitive, operands: tuple[float, ...], output: float
    ) -> tuple[float, ...]:
        """Return one local derivative per operand."""
        return primitive.partials(*operands, output)

    def finished(self, x: float) -> float:
        """Return the number as it is handed out."""
        return x

    def sign(self, x: float) -> int | None:
        """Return -1, 0 or 1; None for nan."""
        return 1 if x > 0.0 else -1 if x < 0.0 else 0 if x == 0.0 else None


class Duals(Floats):
    """Forward mode: primals from the table, tangents by the JVP of each primitive.

    The tangent of a partial is a second derivative, so the tangents of the adjoints are
    the product of the Hessian with the leaves' tangents.
    """

    keeps_bits = False

    def number(self, x: object) -> Any:
        """Return a dual number as it is; a float without a tangent."""
        if isinstance(x, Dual):
            return x
        number = real_or_none(x)
        if number is None:
            msg = f"a Dual cannot be made of {type(x).__name__}: {shown(x)}"
            raise NumberError(msg)
        return Dual(number)

    def output(self, primitive: Primitive, operands: tuple[Any, ...]) -> Any:
        """Return the float, and as its tangent the sum of partial * tangent."""
        numbers = [x.data for x in operands]
        y = primitive.forward(*numbers)
        partials = primitive.partials(*numbers, y)
        products = [
            partial * x.tangent
            for partial, x in zip(partials, operands, strict=True)
            if x.tangent
        ]
        return Dual(y, sum(products, 0.0))

    def partials(
        self, primitive: Primitive, operands: tuple[Any, ...], output: Any
    ) -> tuple[Any, ...]:
        """Return the float partials, and their tangents by the formulas on duals."""
        floats = primitive.partials(*(x.data for x in operands), output.data)
        if not any(x.tangent for x in operands):
            return tuple(map(Dual, floats))
        _rule(primitive)  # an operation of the user's takes no dual numbers
        duals = primitive.partials(*operands, output)
        return tuple(
            Dual(partial, dual.tangent if isinstance(dual, Dual) else 0.0)
            for partial, dual in zip(floats, duals, strict=True)
        )

    def sign(self, x: Any) -> int | None:
        """Return the sign of the number itself."""
        return super().sign(x.data)


def arithmetic_of(number: object, digits: int) -> Arithmetic:
    """Return the arithmetic for a type of number, as `replay` takes it.

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


def has_switched(
    arithmetic: Arithmetic,
    primitive: Primitive,
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
    for kink in primitive.kinks:
        if kink.side is not None:
            now, then = kink.side(*operands), kink.side(*floats)
            if arithmetic.sign(now) != arithmetic.sign(then):
                return True
        elif kink.level is not None:
            now = kink.level(*operands, arithmetic.output(primitive, operands))
            gap = now - kink.level(*floats, arithmetic.output(primitive, floats))
            if (arithmetic.sign(gap - half), arithmetic.sign(gap + half)) != (-1, 1):
                return True
    return False


def _rule(primitive: Primitive) -> Rule:
    """Return the rule of a primitive; those made with @primitive have none."""
    if primitive.exact is not None:
        return primitive.exact
    msg = (
        "an operation made with @primitive is known for floats only; write it with the"
        " functions of autograd_scalar"
    )
    raise NumberError(msg)
