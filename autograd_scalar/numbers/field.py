"""`Field`: what every kind of number shares, functions that follow from others.

A field is one kind of number, as the rules of `primitives.exact` use it. Each brings
`number`, `divide`, `power`, `floor`, `exp`, `log` and so on; here is what can be said
for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

__all__ = ["Field", "Number"]

Number: TypeAlias = Any


class Field:
    """Functions of one kind of number, `real` being what of it can be compared.

    >>> from fractions import Fraction
    >>> from autograd_scalar.numbers.rational import Rationals
    >>> Rationals().maximum(Fraction(1, 3), Fraction(1, 2))
    Fraction(1, 2)
    """

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Tell type checkers that a field may set functions from a table."""

    def finished(self, x: Number) -> Number:
        """Return the number as it is handed out."""
        return self.lift(x)

    def real(self, x: Number) -> Number:
        """Return the part that numbers are compared by: all of a real one."""
        return x

    def nan(self) -> Number:
        """Return the result outside of a function's domain."""
        return self.number(float("nan"))

    def undefined(self, x: Number) -> bool:
        """Return whether x is nan."""
        return bool(x != x)  # noqa: PLR0124  (the test for nan)

    def is_zero(self, x: Number) -> bool:
        """Return whether x is exactly zero."""
        return bool(x == 0)

    def sign(self, x: Number) -> int | None:
        """Return -1, 0 or 1; None where it cannot be told."""
        part = self.real(x)
        return 1 if part > 0 else -1 if part < 0 else 0 if part == 0 else None

    def choose(self, x: Number, below: Any, at: Any, above: Any) -> Number:
        """Return one of three by the sign of x; a function is called with x."""
        sign = self.sign(x)
        if sign is None:
            return self.nan()
        chosen = above if sign > 0 else below if sign < 0 else at
        return self.lift(chosen(x) if callable(chosen) else chosen)

    def lift(self, x: Number) -> Number:
        """Return x as this kind of number; a rule may give a small int."""
        return self.number(float(x)) if type(x) is int else x

    def absolute(self, x: Number) -> Number:
        """Return |x|."""
        return self.choose(x, lambda x: -x, 0, lambda x: x)

    def folded(self, x: Number) -> Number:
        """Return x or -x, whichever is not negative, and at 0 with the derivative of x.

        For smooth functions written by sign, whose derivative at 0 is not that of |x|.
        """
        return self.choose(x, lambda x: -x, lambda x: x, lambda x: x)

    def is_infinite(self, x: Number) -> bool:
        """Return whether x is an infinity."""
        return bool(x == x and x - x != 0)  # noqa: PLR0124  (not nan)

    def gap(self, a: Number, b: Number) -> Number:
        """Return a - b; 0 for two infinities of one sign."""
        return self.number(0.0) if a == b else a - b

    def maximum(self, a: Number, b: Number) -> Number:
        """Return the larger of a and b; nan if either is."""
        return self.choose(self.gap(a, b), b, a, a)

    def minimum(self, a: Number, b: Number) -> Number:
        """Return the smaller of a and b; nan if either is."""
        return self.choose(self.gap(a, b), a, a, b)

    def direction(self, a: Number, length: Number) -> Number:
        """Return a / length, for a component of a vector; 0 for the vector 0."""
        if self.is_infinite(a):
            return self.choose(a, -1, 0, 1)
        return 0 if self.is_zero(length) else self.divide(a, length)

    def square(self, x: Number) -> Number:
        """Return x * x."""
        return x * x

    def exp2(self, x: Number) -> Number:
        """Return 2**x."""
        return self.power(self.number(2.0), x)

    def log2(self, x: Number) -> Number:
        """Return the logarithm to base 2."""
        return self.divide(self.log(x), self.log(self.number(2.0)))

    def log10(self, x: Number) -> Number:
        """Return the logarithm to base 10."""
        return self.divide(self.log(x), self.log(self.number(10.0)))

    def sigmoid(self, x: Number) -> Number:
        """Return 1 / (1 + e**-x), by the exponential that cannot overflow."""
        t = self.exp(-self.folded(x))
        larger = self.divide(self.number(1.0), 1 + t)
        return self.choose(x, t * larger, larger, larger)

    def softplus(self, x: Number) -> Number:
        """Return log(1 + e**x)."""
        rest = self.log1p(self.exp(-self.folded(x)))
        return self.maximum(x, self.number(0.0)) + rest

    def order(self, n: Number) -> int | None:
        """Return the order of a derivative as an int; None if it is not whole."""
        part = self.real(n)
        whole = part - part == 0 and part == int(part)
        return int(part) if whole else None
