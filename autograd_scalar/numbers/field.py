"""What all fields share: the functions that follow from others.

A field is one kind of number as `rules` sees it. Each brings `number`, `divide`,
`power`, `floor`, `exp`, `log` and so on; here is what can be said for all of them.
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
            """What a field brings, by tables of functions too."""

    def finished(self, x: Number) -> Number:
        """The number as it is handed out."""
        return self.lift(x)

    def real(self, x: Number) -> Number:
        """What orders the numbers: all of a real one."""
        return x

    def nan(self) -> Number:
        """The result outside of a function's domain."""
        return self.number(float("nan"))

    def undefined(self, x: Number) -> bool:
        """Whether it is nan."""
        return bool(x != x)  # noqa: PLR0124  (the test for nan)

    def is_zero(self, x: Number) -> bool:
        """Whether it is exactly zero."""
        return bool(x == 0)

    def sign(self, x: Number) -> int | None:
        """-1, 0 or 1; None where it cannot be told."""
        part = self.real(x)
        return 1 if part > 0 else -1 if part < 0 else 0 if part == 0 else None

    def choose(self, x: Number, below: Any, at: Any, above: Any) -> Number:
        """One of three by the sign of x; a function is called with x."""
        sign = self.sign(x)
        if sign is None:
            return self.nan()
        chosen = above if sign > 0 else below if sign < 0 else at
        return self.lift(chosen(x) if callable(chosen) else chosen)

    def lift(self, x: Number) -> Number:
        """A number, or a small int of a rule, as this kind of number."""
        return self.number(float(x)) if type(x) is int else x

    def absolute(self, x: Number) -> Number:
        """|x|."""
        return self.choose(x, lambda x: -x, 0, lambda x: x)

    def folded(self, x: Number) -> Number:
        """X or -x, whichever is not negative, and at 0 with the slope of x.

        For smooth functions written by sign, whose slope at 0 is not that of |x|.
        """
        return self.choose(x, lambda x: -x, lambda x: x, lambda x: x)

    def is_infinite(self, x: Number) -> bool:
        """Whether it is an infinity."""
        return bool(x == x and x - x != 0)  # noqa: PLR0124  (not nan)

    def gap(self, a: Number, b: Number) -> Number:
        """A - b; 0 for two infinities of one sign."""
        return self.number(0.0) if a == b else a - b

    def maximum(self, a: Number, b: Number) -> Number:
        """The larger; nan if either is."""
        return self.choose(self.gap(a, b), b, a, a)

    def minimum(self, a: Number, b: Number) -> Number:
        """The smaller; nan if either is."""
        return self.choose(self.gap(a, b), a, a, b)

    def direction(self, a: Number, length: Number) -> Number:
        """A component over the length of its vector; 0 for the vector 0."""
        if self.is_infinite(a):
            return self.choose(a, -1, 0, 1)
        return 0 if self.is_zero(length) else self.divide(a, length)

    def square(self, x: Number) -> Number:
        """X * x."""
        return x * x

    def exp2(self, x: Number) -> Number:
        """2**x."""
        return self.power(self.number(2.0), x)

    def log2(self, x: Number) -> Number:
        """The logarithm to base 2."""
        return self.divide(self.log(x), self.log(self.number(2.0)))

    def log10(self, x: Number) -> Number:
        """The logarithm to base 10."""
        return self.divide(self.log(x), self.log(self.number(10.0)))

    def sigmoid(self, x: Number) -> Number:
        """1 / (1 + e**-x), by the exponential that cannot overflow."""
        t = self.exp(-self.folded(x))
        larger = self.divide(self.number(1.0), 1 + t)
        return self.choose(x, t * larger, larger, larger)

    def softplus(self, x: Number) -> Number:
        """log(1 + e**x)."""
        rest = self.log1p(self.exp(-self.folded(x)))
        return self.maximum(x, self.number(0.0)) + rest

    def order(self, n: Number) -> int | None:
        """An order of derivation, if it is a whole number."""
        part = self.real(n)
        whole = part - part == 0 and part == int(part)
        return int(part) if whole else None
