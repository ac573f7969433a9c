"""Fractions: exact, for graphs of rational operations."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, Final, NoReturn

from autograd_scalar.errors import NumberError
from autograd_scalar.numbers.field import Field
from autograd_scalar.operands import shown

__all__ = ["Rationals"]

_REMEDY: Final = "use number=mpmath.mpf"
_MOST_BITS: Final = 1 << 17


class Rationals(Field):
    """The field of fractions; it raises where there is no rational value.

    >>> Rationals().power(Fraction(2, 3), Fraction(-2))
    Fraction(9, 4)
    """

    def __init__(self, most_bits: int = _MOST_BITS) -> None:
        self.most_bits = most_bits

    def __getattr__(self, name: str) -> Any:
        return _irrational

    @property
    def pi(self) -> NoReturn:
        """Raise: π is not rational."""
        _irrational()

    def number(self, x: object) -> Fraction:
        """Return the fraction equal to a finite number."""
        if isinstance(x, float) and x - x != 0.0:
            msg = f"{x} is no fraction; {_REMEDY}"
            raise NumberError(msg)
        try:
            return Fraction(x)  # type: ignore[call-overload, no-any-return]
        except (TypeError, ValueError):
            msg = f"a Fraction cannot be made of {type(x).__name__}: {shown(x)}"
            raise NumberError(msg) from None

    def constant(self, text: str) -> Fraction:
        """Return the fraction that a decimal number is."""
        return Fraction(text)

    def lift(self, x: Fraction | int) -> Fraction:
        """Return x as a fraction; raise if it has grown beyond ``most_bits``."""
        if x.denominator.bit_length() + x.numerator.bit_length() > self.most_bits:
            msg = f"the exact fraction has over {self.most_bits} bits; {_REMEDY}"
            raise NumberError(msg)
        return Fraction(x)

    def nan(self) -> NoReturn:
        """Raise: a fraction cannot be undefined."""
        msg = f"there is no value at these operands; {_REMEDY}"
        raise NumberError(msg)

    def divide(self, a: Fraction, b: Fraction) -> Fraction:
        """Return a / b."""
        if not b:
            msg = f"a division by zero has no rational value; {_REMEDY}"
            raise NumberError(msg)
        return a / b

    def power(self, a: Fraction, n: Fraction) -> Fraction:
        """Return a**n for a whole n."""
        if n.denominator != 1:
            msg = f"a power with the exponent {n} has no rational value; {_REMEDY}"
            raise NumberError(msg)
        if not a and n < 0:
            return self.divide(a, a)
        size = a.denominator.bit_length() + a.numerator.bit_length()
        if abs(n) * size > self.most_bits and abs(a) not in {0, 1}:
            msg = f"the exact power has over {self.most_bits} bits; {_REMEDY}"
            raise NumberError(msg)
        return a ** int(n)

    def floor(self, x: Fraction) -> Fraction:
        """Return the next lower integer."""
        return Fraction(math.floor(x))

    def rint(self, x: Fraction) -> Fraction:
        """Return the nearest integer, ties to even."""
        return Fraction(round(x))

    def modulo(self, x: Fraction, y: Fraction) -> Fraction:
        """Return the remainder with the sign of y."""
        return x % y if y else self.divide(x, y)


def _irrational(*_operands: object) -> NoReturn:
    msg = f"it has no rational value; {_REMEDY}"
    raise NumberError(msg)
