"""`Interval`: all numbers between two floats, with arithmetic that never loses one.

Every operation rounds its ends outward, so the true result of any numbers taken from
the operands lies in the result.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from math import inf, nan, nextafter
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from autograd_scalar.errors import NumberError
from autograd_scalar.numbers.field import Field
from autograd_scalar.operands import real, real_or_none, shown
from autograd_scalar.primitives import floats, precise

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LINE", "MARGIN", "Enclosures", "Interval", "around", "hull"]

# Between these a product's rounding error is a float.
_SMALL: Final = 1e-250
_LARGE: Final = 1e250

_FAR: Final = 1e15  # all halves up to this over π are floats

MARGIN: Final = 4  # ULP by which a rounded result is widened on either side

_Monotone: TypeAlias = "tuple[Callable[[float], float], float, float, float, float]"

# The function, the domain it is kept to, and the range it never leaves.
_MONOTONE: Final[dict[str, _Monotone]] = {
    "exp": (floats.exp, -inf, inf, 0.0, inf),
    "exp2": (floats.exp2, -inf, inf, 0.0, inf),
    "expm1": (floats.expm1, -inf, inf, -1.0, inf),
    "log": (floats.log, 0.0, inf, -inf, inf),
    "log2": (floats.log2, 0.0, inf, -inf, inf),
    "log10": (floats.log10, 0.0, inf, -inf, inf),
    "log1p": (floats.log1p, -1.0, inf, -inf, inf),
    "sqrt": (floats.sqrt, 0.0, inf, 0.0, inf),
    "cbrt": (floats.cbrt, -inf, inf, -inf, inf),
    "sinh": (floats.sinh, -inf, inf, -inf, inf),
    "tanh": (floats.tanh, -inf, inf, -1.0, 1.0),
    "arcsin": (floats.arcsin, -1.0, 1.0, -1.6, 1.6),
    "arctan": (floats.arctan, -inf, inf, -1.6, 1.6),
    "arcsinh": (floats.arcsinh, -inf, inf, -inf, inf),
    "arccosh": (floats.arccosh, 1.0, inf, 0.0, inf),
    "arctanh": (floats.arctanh, -1.0, 1.0, -inf, inf),
    "sigmoid": (floats.sigmoid, -inf, inf, 0.0, 1.0),
    "softplus": (floats.softplus, -inf, inf, 0.0, inf),
    "erf": (floats.erf, -inf, inf, -1.0, 1.0),
    "arccos": (floats.arccos, -1.0, 1.0, 0.0, 3.2),
    "erfc": (floats.erfc, -inf, inf, 0.0, 2.0),
}
_GAMMA_MINIMUM: Final = (1.4616321449683623, -0.12148629053584961)
_SINC_LEAST: Final = -0.21723362821122166
_SINC_STEEPEST: Final = 1.371  # π · 0.43618…


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
        """Return whether x, of any type that compares with floats, lies in it.

        >>> Interval(0.0, 1.0).contains(0.5), Interval(0.0, 1.0).contains(2)
        (True, False)
        """
        return bool(self.low <= x <= self.high)

    def __add__(self, other: Interval | float) -> Interval:
        b = _lifted(other)
        if self.is_nan or b.is_nan or _is_undefined_sum(self, b):
            return Interval(nan, nan)
        return Interval(_sum(self.low, b.low, -inf), _sum(self.high, b.high, inf))

    __radd__ = __add__

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __sub__(self, other: Interval | float) -> Interval:
        return self + -_lifted(other)

    def __rsub__(self, other: Interval | float) -> Interval:
        return -self + other

    def __mul__(self, other: Interval | float) -> Interval:
        if type(other) is int and abs(other) == 1:  # as the partials of rules are
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


def around(x: float) -> Interval:
    """Return the interval that holds x alone."""
    return Interval(x, x)


def hull(*parts: Interval) -> Interval:
    """Return the least interval that holds them all; undefined parts hold nothing."""
    ends = [part for part in parts if not part.is_nan]
    if not ends:
        return Interval(nan, nan)
    return Interval(min(part.low for part in ends), max(part.high for part in ends))


def _lifted(x: Interval | float) -> Interval:
    return x if isinstance(x, Interval) else Interval(x, x)


def _is_undefined_sum(a: Interval, b: Interval) -> bool:
    """Return whether a + b is inf - inf, and nothing else."""
    return a.is_infinite and b.is_infinite and a.low != b.low


def _is_undefined_product(a: Interval, b: Interval) -> bool:
    """Return whether a * b is 0 times an infinity, and nothing else."""
    return (a.is_infinite and b.low == 0.0 == b.high) or (
        b.is_infinite and a.low == 0.0 == a.high
    )


def _is_undefined_quotient(a: Interval, b: Interval) -> bool:
    """Return whether a / b is 0/0 or inf/inf, and nothing else."""
    return (a.is_infinite and b.is_infinite) or (
        a.low == 0.0 == a.high and b.low == 0.0 == b.high
    )


def _sum(a: float, b: float, bound: float) -> float:
    """Return a + b rounded toward the infinity ``bound``; inf - inf is unbounded."""
    total = a + b
    if total != total:  # noqa: PLR0124  (nan: an end without bound, and an infinity)
        return bound
    return total if _is_exact_sum(a, b, total) else nextafter(total, bound)


def _is_exact_sum(a: float, b: float, total: float) -> bool:
    """Return whether a + b is exactly ``total``; an overflow is not."""
    if total - total == 0.0:
        return floats.difference_error(a, -b) == 0.0
    return a - a != 0.0 or b - b != 0.0


def _product(a: float, b: float) -> tuple[float, float]:
    """Return a * b rounded down and up; 0 times anything is 0."""
    if not a or not b:
        return 0.0, 0.0
    product = a * b
    if max(abs(a), abs(b)) < _LARGE and _SMALL < abs(product) < _LARGE:
        product, error = floats.two_product(a, b)
        if not error:
            return product, product
    elif a - a or b - b:
        return product, product
    return nextafter(product, -inf), nextafter(product, inf)


def _quotient(a: float, b: float) -> tuple[float, float]:
    """Return a / b rounded down and up, for b other than 0."""
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
        return floats.two_product(quotient, b) == (a, 0.0)
    return False


class Enclosures(Field):
    """The field of intervals.

    >>> Enclosures().cos(Interval(-1.0, 2.0)).high
    1.0
    """

    def __init__(self) -> None:
        self.pi = Interval(math.pi, nextafter(math.pi, inf))
        for name, function in _MONOTONE.items():
            setattr(self, name, partial(_monotone, function))

    def number(self, x: object) -> Interval:
        """Return an interval as it is; a number as the interval that holds it alone."""
        if isinstance(x, Interval):
            return x
        number = real_or_none(x)
        if number is None:
            msg = f"an Interval cannot be made of {type(x).__name__}: {shown(x)}"
            raise NumberError(msg)
        return around(number)

    def constant(self, text: str) -> Interval:
        """Return the neighbours of a decimal number."""
        return Interval(nextafter(float(text), -inf), nextafter(float(text), inf))

    def undefined(self, x: Interval) -> bool:
        """Return whether x stands for no number."""
        return x.is_nan

    def is_zero(self, x: Interval) -> bool:
        """Return whether x holds 0 alone."""
        return x.low == 0.0 == x.high

    def order(self, n: Interval) -> int | None:
        """Return the order of a derivative as an int; None if it is not one."""
        is_whole = n.low == n.high == floats.rint(n.low) and not n.is_infinite
        return int(n.low) if is_whole else None

    def is_infinite(self, x: Interval) -> bool:
        """Return whether x holds an infinity alone."""
        return x.is_infinite

    def gap(self, a: Interval, b: Interval) -> Interval:
        """Return a - b; 0 for two infinities of one sign."""
        return around(0.0) if a.is_infinite and a == b else a - b

    def sign(self, x: Interval) -> int | None:
        """Return -1, 0 or 1; None where the interval holds numbers of several signs."""
        if x.low > 0.0:
            return 1
        return -1 if x.high < 0.0 else 0 if self.is_zero(x) else None

    def choose(self, x: Interval, below: Any, at: Any, above: Any) -> Interval:
        """Return the hull of the branches that x reaches, each on its part of x."""
        if x.is_nan:
            return x
        chosen = []
        if x.low < 0.0:
            chosen.append((below, Interval(x.low, min(x.high, 0.0))))
        if x.low <= 0.0 <= x.high:
            chosen.append((at, around(0.0)))
        if x.high > 0.0:
            chosen.append((above, Interval(max(x.low, 0.0), x.high)))
        return hull(*(self.number(c(part) if callable(c) else c) for c, part in chosen))

    def maximum(self, a: Interval, b: Interval) -> Interval:
        """Return the larger of two numbers taken from a and b."""
        if a.is_nan or b.is_nan:
            return Interval(nan, nan)
        return Interval(max(a.low, b.low), max(a.high, b.high))

    def minimum(self, a: Interval, b: Interval) -> Interval:
        """Return the smaller of two numbers taken from a and b."""
        return -self.maximum(-a, -b)

    def absolute(self, x: Interval) -> Interval:
        """Return |x|."""
        return x if x.is_nan else Interval(x.mignitude, x.magnitude)

    def direction(self, a: Interval, length: Interval) -> Interval:
        """Return a / length, for a component of a vector: between -1 and 1."""
        return _clipped(self.number(super().direction(a, length)), -1.0, 1.0)

    def square(self, x: Interval) -> Interval:
        """Return x * x, never negative."""
        size = self.absolute(x)
        return _clipped(size * size, 0.0, inf)

    def divide(self, a: Interval, b: Interval) -> Interval:
        """Return a / b."""
        return a / b

    def power(self, a: Interval, b: Interval) -> Interval:
        """Return a**b; of a negative base, at whole and infinite exponents (C99)."""
        if self.is_zero(b) or a.low == 1.0 == a.high:  # beside nan too: C99
            return around(1.0)
        if a.is_nan or b.is_nan:
            return Interval(nan, nan)
        n = b.low
        if n == b.high and n == floats.rint(n) and abs(n) < inf:
            return _whole_power(a, n)
        parts = []  # none of them begins at -0.0, whose powers have other poles
        if a.low < 0.0:
            parts.append(_power_below_0(Interval(max(0.0, -a.high), -a.low), b))
        if a.high >= 0.0:
            parts.append(_power_above_0(Interval(max(0.0, a.low), a.high), b))
        return hull(*parts)

    def cosh(self, x: Interval) -> Interval:
        """Return the hyperbolic cosine."""
        return _monotone((floats.cosh, 0.0, inf, 1.0, inf), self.absolute(x))

    def sin(self, x: Interval) -> Interval:
        """Return the sine."""
        return _wave(floats.sin, 0.5, x)

    def cos(self, x: Interval) -> Interval:
        """Return the cosine."""
        return _wave(floats.cos, 0.0, x)

    def tan(self, x: Interval) -> Interval:
        """Return the tangent: the whole line where there may be a pole."""
        if x.is_nan:
            return x
        # An interval wider than π meets a pole, and its cosine a zero.
        if x.low != x.high and self.sign(self.cos(x)) is None:
            return LINE
        return _monotone((floats.tan, -inf, inf, -inf, inf), x)

    def floor(self, x: Interval) -> Interval:
        """Return the next lower integers."""
        return Interval(floats.floor(x.low), floats.floor(x.high))

    def rint(self, x: Interval) -> Interval:
        """Return the nearest integers."""
        return Interval(floats.rint(x.low), floats.rint(x.high))

    def modulo(self, x: Interval, y: Interval) -> Interval:
        """Return the remainder with the sign of y."""
        if x.is_nan or y.is_nan or x.is_infinite or self.is_zero(y):
            return Interval(nan, nan)
        quotient = self.floor(x / y)
        if self.is_zero(quotient):
            return x
        if quotient.low == quotient.high:
            rest = x - y * quotient
            return _clipped(rest, min(y.low, 0.0), max(y.high, 0.0))
        return hull(y, around(0.0))

    def arctan2(self, y: Interval, x: Interval) -> Interval:
        """Return the angles of a rectangle's points; all where it meets the cut."""
        if x.is_nan or y.is_nan:
            return Interval(nan, nan)
        if x.low <= 0.0 and y.low <= 0.0 <= y.high:
            return -self.pi + 2 * self.pi * Interval(0.0, 1.0)
        return _corners(floats.arctan2, (y.low, y.high), (x.low, x.high))

    def sinc(self, x: Interval) -> Interval:
        """Return sin(πx) / (πx)."""
        if x.low == x.high:
            return _monotone((floats.sinc, -inf, inf, _SINC_LEAST, 1.0), x)
        if x.mignitude > 0.0:
            return _clipped(self.sin(self.pi * x) / (self.pi * x), _SINC_LEAST, 1.0)
        return _clipped(1 - self.square(self.pi * x) / 6, _SINC_LEAST, 1.0)

    def sinc_derivative(self, x: Interval, y: Interval) -> Interval:
        """Return (cos(πx) - sinc(x)) / x, by its first terms near 0."""
        steepest = _SINC_STEEPEST
        if x.is_infinite:
            return around(0.0)
        if x.magnitude < 0.5:  # noqa: PLR2004  (where the series alternates)
            square = self.square(self.pi)
            lack = square * self.square(around(x.magnitude)) / 10
            derivative = x * square / -3 * hull(1 - lack, around(1.0))
        elif x.mignitude > 0.0:
            derivative = (self.cos(self.pi * x) - y) / x
        else:
            derivative = LINE
        return _clipped(derivative, -steepest, steepest)

    def lgamma(self, x: Interval) -> Interval:
        """Return log|Γ(x)| for x > 0; C's own errs by some 1e-15 beside its zeros."""
        if not x.low > 0.0:
            return x if x.is_nan else LINE
        least, value = _GAMMA_MINIMUM
        ends = [around(floats.lgamma(end)) for end in (x.low, x.high)]
        if x.low <= least <= x.high:
            ends.append(around(value))
        found = hull(*ends)
        return found * Interval(1 - 1e-15, 1 + 1e-15) + Interval(-1e-15, 1e-15)

    def polygamma(self, order: int, x: Interval) -> Interval:
        """Return the derivative of digamma; bounded for x > 0 or a single x."""
        function = partial(precise.polygamma, float(order))
        if x.low == x.high or x.low > 0.0:
            return hull(*(_margin(function(end)) for end in (x.low, x.high)))
        return x if x.is_nan else LINE


# How enclosures are made


def _margin(y: float) -> Interval:
    """Return the interval around a rounded y that holds the exact number."""
    low = high = y
    for _ in range(MARGIN):
        low, high = nextafter(low, -inf), nextafter(high, inf)
    return Interval(low, high)


def _clipped(x: Interval, least: float, most: float) -> Interval:
    if x.is_nan:
        return x
    return Interval(min(max(x.low, least), most), max(min(x.high, most), least))


def _monotone(monotone: _Monotone, x: Interval) -> Interval:
    """Enclose a monotone function; undefined outside of its domain."""
    function, start, stop, least, most = monotone
    if x.is_nan or x.high < start or x.low > stop:
        return Interval(nan, nan)
    ends = (max(x.low, start), min(x.high, stop))
    return _clipped(hull(*(_margin(function(end)) for end in ends)), least, most)


def _corners(
    function: Callable[[float, float], float],
    first: tuple[float, float],
    second: tuple[float, float],
) -> Interval:
    return hull(*(_margin(function(a, b)) for a in first for b in second))


def _power_above_0(a: Interval, b: Interval) -> Interval:
    """Enclose a**b for a >= 0: the extremes of b * log(a) lie at the corners."""
    corners = _corners(floats.power, (a.low, a.high), (b.low, b.high))
    return _clipped(corners, 0.0, inf)


def _power_below_0(size: Interval, b: Interval) -> Interval:
    """Enclose (-size)**b: at the whole numbers in b, and of -inf everywhere (C99)."""
    first, last = floats.ceil(b.low), floats.floor(b.high)
    parts = [_power_above_0(around(inf), b)] if size.high == inf else []
    if first <= last:
        powers = _power_above_0(size, Interval(first, last))
        if first < last or not floats.is_odd(first):
            parts.append(powers)
        if first < last or floats.is_odd(first):
            parts.append(-powers)
    return hull(*parts)


def _whole_power(a: Interval, n: float) -> Interval:
    if n < 0:
        return 1 / _whole_power(a, -n)
    if n % 2:
        return hull(*(_margin(floats.power(end, n)) for end in (a.low, a.high)))
    ends = (a.mignitude, a.magnitude)
    return _clipped(hull(*(_margin(floats.power(end, n)) for end in ends)), 0.0, inf)


def _wave(function: Callable[[float], float], shift: float, x: Interval) -> Interval:
    """Enclose a sine or cosine; its extrema lie at (n + shift) π, 1 for even n."""
    if x.is_nan:
        return x
    ends = [_margin(function(x.low)), _margin(function(x.high))]
    if x.low != x.high:
        if not x.width < 6.0 or x.magnitude > _FAR:  # noqa: PLR2004  (less than 2π)
            return Interval(-1.0, 1.0)
        # No extreme inside is missed: math.pi lacks 4e-17 of π, less than half the
        # space between floats, so that no quotient is rounded past the number
        # n + shift, which is a float here; and no sum past the float n.
        first = math.ceil(x.low / math.pi - shift)
        last = math.floor(x.high / math.pi - shift)
        ends += [around(-1.0 if n % 2 else 1.0) for n in range(first, last + 1)]
    return _clipped(hull(*ends), -1.0, 1.0)
