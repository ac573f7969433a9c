"""`Interval`: all numbers between two floats, with arithmetic that never loses one.

Every operation rounds its ends outward, so the true result of any numbers taken from
the operands lies in the result.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from math import inf, nan, nextafter
from typing import Any, Final

from autograd_scalar import ieee
from autograd_scalar.errors import NumberError
from autograd_scalar.operands import real

__all__ = ["LINE", "Interval", "around", "hull"]


@dataclass(frozen=True, slots=True)
class Interval:
    """The closed interval from ``low`` to ``high``; nan for both where it is undefined.

    >>> third = Interval(1.0, 1.0) / 3
    >>> third.low < third.high, third.contains(1 / 3), third.width < 2e-16
    (True, True, True)
    >>> Interval(-1.0, 2.0) * Interval(3.0, 4.0)  # exact products stay so
    Interval(low=-4.0, high=8.0)

    Raises:
        NumberError: the ends are in the wrong order.
        OperandError: an end is not a real number.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        low, high = real(self.low, "Interval()"), real(self.high, "Interval()")
        if low > high:
            msg = f"an interval needs low <= high, got {self.low!r} and {self.high!r}"
            raise NumberError(msg)
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)

    @property
    def width(self) -> float:
        """The distance of the ends."""
        return self.high - self.low

    @property
    def is_nan(self) -> bool:
        """Whether it stands for no number."""
        return math.isnan(self.low) or math.isnan(self.high)

    @property
    def is_infinite(self) -> bool:
        """Whether it holds an infinity alone, as a float may be one.

        As an end of other intervals an infinity says that there is no bound.
        """
        return self.low == self.high and math.isinf(self.low)

    @property
    def magnitude(self) -> float:
        """The largest absolute value in it."""
        return max(abs(self.low), abs(self.high))

    @property
    def mignitude(self) -> float:
        """The least absolute value in it."""
        return max(self.low, -self.high, 0.0)

    def contains(self, x: Any) -> bool:
        """Whether x, of any type that compares with floats, lies in it.

        >>> Interval(0.0, 1.0).contains(0.5), Interval(0.0, 1.0).contains(2)
        (True, False)
        """
        return bool(self.low <= x <= self.high)

    def __add__(self, other: Interval | float) -> Interval:
        b = _lifted(other)
        low, high = self.low + b.low, self.high + b.high
        return Interval(
            low if _is_exact_sum(self.low, b.low, low) else nextafter(low, -inf),
            high if _is_exact_sum(self.high, b.high, high) else nextafter(high, inf),
        )

    __radd__ = __add__

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __sub__(self, other: Interval | float) -> Interval:
        return self + -_lifted(other)

    def __rsub__(self, other: Interval | float) -> Interval:
        return -self + other

    def __mul__(self, other: Interval | float) -> Interval:
        if type(other) is int and abs(other) == 1:  # as the slopes of rules are
            return self if other > 0 else -self
        b = _lifted(other)
        if self.is_nan or b.is_nan or _is_undefined_product(self, b):
            return Interval(nan, nan)
        ends = [_product(x, y) for x in (self.low, self.high) for y in (b.low, b.high)]
        return Interval(min(low for low, _ in ends), max(high for _, high in ends))

    __rmul__ = __mul__

    def __truediv__(self, other: Interval | float) -> Interval:
        b = _lifted(other)
        if self.is_nan or b.is_nan or _is_undefined_quotient(self, b):
            return Interval(nan, nan)
        if b.low < 0.0 < b.high or 0.0 == b.low == b.high:
            return LINE
        if b.low == 0.0:
            return self * Interval(nextafter(1.0 / b.high, 0.0), inf)
        if b.high == 0.0:
            return -self / -b
        ends = [_quotient(x, y) for x in (self.low, self.high) for y in (b.low, b.high)]
        return Interval(min(low for low, _ in ends), max(high for _, high in ends))

    def __rtruediv__(self, other: Interval | float) -> Interval:
        return _lifted(other) / self

    def __str__(self) -> str:
        return f"[{self.low!r}, {self.high!r}]"


LINE: Final = Interval(-inf, inf)

# Between these a product's rounding error is a float.
_SMALL: Final = 1e-250
_LARGE: Final = 1e250


def around(x: float) -> Interval:
    """The interval that holds x alone."""
    return Interval(x, x)


def hull(*parts: Interval) -> Interval:
    """The least interval that holds them all; undefined parts hold nothing."""
    ends = [part for part in parts if not part.is_nan]
    if not ends:
        return Interval(nan, nan)
    return Interval(min(part.low for part in ends), max(part.high for part in ends))


def _lifted(x: Interval | float) -> Interval:
    return x if isinstance(x, Interval) else Interval(x, x)


def _is_undefined_product(a: Interval, b: Interval) -> bool:
    """Whether it is 0 times an infinity, and nothing else."""
    return (a.is_infinite and b.low == 0.0 == b.high) or (
        b.is_infinite and a.low == 0.0 == a.high
    )


def _is_undefined_quotient(a: Interval, b: Interval) -> bool:
    """Whether it is 0 / 0, or an infinity over another, and nothing else."""
    return (a.is_infinite and b.is_infinite) or (
        a.low == 0.0 == a.high and b.low == 0.0 == b.high
    )


def _is_exact_sum(a: float, b: float, total: float) -> bool:
    """Whether nothing was rounded away; an infinity stays one unless it overflowed."""
    if total - total == 0.0:
        return ieee.difference_error(a, -b) == 0.0
    return a - a != 0.0 or b - b != 0.0


def _product(a: float, b: float) -> tuple[float, float]:
    """A * b rounded down and up; 0 times anything is 0."""
    if not a or not b:
        return 0.0, 0.0
    product = a * b
    if max(abs(a), abs(b)) < _LARGE and _SMALL < abs(product) < _LARGE:
        product, error = ieee.two_product(a, b)
        if not error:
            return product, product
    elif a - a or b - b:
        return product, product
    return nextafter(product, -inf), nextafter(product, inf)


def _quotient(a: float, b: float) -> tuple[float, float]:
    """A / b rounded down and up, for b other than 0."""
    quotient = a / b
    if quotient != quotient:  # noqa: PLR0124  (inf / inf: anything from 0 on)
        return (0.0, inf) if (a > 0.0) == (b > 0.0) else (-inf, 0.0)
    if _is_exact_quotient(a, b, quotient):
        return quotient, quotient
    return nextafter(quotient, -inf), nextafter(quotient, inf)


def _is_exact_quotient(a: float, b: float, quotient: float) -> bool:
    if not a or not quotient:
        return not a
    if max(abs(b), abs(quotient)) < _LARGE and _SMALL < abs(a) < _LARGE:
        return ieee.two_product(quotient, b) == (a, 0.0)
    return False
