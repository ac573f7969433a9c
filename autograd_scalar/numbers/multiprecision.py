"""mpmath's floats, of any number of digits, with IEEE's infinities and nan.

There is one zero, without a sign. The exponential of a number beyond 2**50 is infinite,
or zero, and so are such powers; sine and cosine of numbers beyond 2**1200 are nan.
"""

# ruff: noqa: PLC0415 - mpmath is imported when it is needed
from __future__ import annotations

from functools import cache, partial
from typing import Any, Final

from autograd_scalar.errors import NumberError
from autograd_scalar.numbers.field import Field, Number
from autograd_scalar.operands import shown
from autograd_scalar.primitives.precise import cot_polynomial

__all__ = ["LONG", "Multiprecision", "digits_of", "far_polygamma"]

_GUARD: Final = 15  # digits more than asked for
_FAR: Final = 1200  # bits of the exponent of a number out of reach
LONG: Final = 60  # bits before the point: few terms of an asymptotic series are left
_OUT: Final = 1 << 50  # the exponential of more is infinite, or 0
_FAR_OUT: Final = 1 << 40  # e**-x**2 is then less than 2**-(2**80)
_NAMES: Final = {
    **{name: name for name in ("log", "log1p", "sqrt", "tanh", "erf")},
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arccosh": "acosh",
    "arctanh": "atanh",
    "floor": "floor",
    "rint": "nint",
}
_PERIODIC: Final = ("sin", "cos", "tan")


class Multiprecision(Field):
    """The field of mpf numbers, in a context of its own: threads do not meet.

    >>> field = Multiprecision(30)
    >>> digits_of(field.sqrt(field.number(2.0)), 30)
    '1.41421356237309504880168872421'
    """

    def __init__(self, digits: int) -> None:
        try:
            from mpmath import mp
        except ImportError:  # pragma: no cover - the tests have it
            msg = "this needs the package mpmath: pip install mpmath"
            raise NumberError(msg) from None
        self._mp: Any = _context_class()()
        self._mp.dps = digits + _GUARD
        self._public: Any = mp
        self.inf = self._mp.inf
        for ours, theirs in _NAMES.items():
            setattr(self, ours, partial(self._real, getattr(self._mp, theirs)))
        for name in _PERIODIC:
            setattr(self, name, partial(self._periodic, getattr(self._mp, name)))

    def number(self, x: object) -> Number:
        """Return an mpf of this precision; a float, int or mpf is taken exactly."""
        if isinstance(x, self._public.mpf):
            return self._mp.make_mpf(x._mpf_)
        try:
            return self._mp.mpf(x)
        except (TypeError, ValueError):
            msg = f"an mpf cannot be made of {type(x).__name__}: {shown(x)}"
            raise NumberError(msg) from None

    def constant(self, text: str) -> Number:
        """Return the decimal number, rounded to this precision."""
        return self._mp.mpf(text)

    def finished(self, x: Number) -> Number:
        """Return the same number as an mpf of mpmath's own context, all digits kept."""
        return self._public.make_mpf(self.lift(x)._mpf_)

    @property
    def bits(self) -> int:
        """The working precision."""
        return int(self._mp.prec)

    def power_of_2(self, n: int) -> Number:
        """Return 2**n, exactly."""
        return self._mp.ldexp(1, n)

    @property
    def pi(self) -> Number:
        """π to this precision."""
        return +self._mp.pi

    def _real(self, function: Any, *operands: Number) -> Number:
        """Return mpmath's result if it is real, else nan."""
        y = function(*operands)
        return y if isinstance(y, self._mp.mpf) else self._mp.nan

    def _periodic(self, function: Any, x: Number) -> Number:
        return self._mp.nan if self._is_far(x) else function(x)

    def _is_far(self, x: Number) -> bool:
        return bool(x - x != 0) or (x != 0 and bool(self._mp.mag(x) > _FAR))

    def divide(self, a: Number, b: Number) -> Number:
        """Return a / b; a / 0 is an infinity with the sign of a, or nan."""
        if b != 0:
            return a / b
        return a * self.inf  # nan for 0 and nan

    def exp(self, x: Number) -> Number:
        """Return e**x."""
        if self._is_out(x):
            return self.inf if x > 0 else self._mp.zero
        return self._mp.exp(x)

    def expm1(self, x: Number) -> Number:
        """Return e**x - 1, accurate near 0."""
        if self._is_out(x):
            return self.exp(x) - 1
        return self._mp.expm1(x)

    def _is_out(self, x: Number) -> bool:
        """Return whether e**x is beyond the exponents that are followed."""
        return bool(x - x == 0 and abs(x) > _OUT)

    def erfc(self, x: Number) -> Number:
        """Return 1 - erf(x); 0 far out, where mpmath takes its time and then fails."""
        if x - x == 0 and abs(x) > _FAR_OUT:
            return self._mp.zero if x > 0 else self.number(2.0)
        return self._mp.erfc(x)

    def cosh(self, x: Number) -> Number:
        """Return the hyperbolic cosine."""
        t = self.exp(abs(x))
        return (t + 1 / t) / 2

    def sinh(self, x: Number) -> Number:
        """Return the hyperbolic sine, without cancellation near 0."""
        if abs(x) > 1:
            return self.sign(x) * (self.exp(abs(x)) - self.exp(-abs(x))) / 2
        return self._mp.sinh(x)

    def arcsinh(self, x: Number) -> Number:
        """Return the inverse hyperbolic sine, odd to the last digit."""
        return self.choose(x, lambda x: -self._mp.asinh(-x), 0, self._mp.asinh)

    def power(self, a: Number, b: Number) -> Number:
        """Return a**b as C99's pow: a**0 is 1, a negative base needs a whole b."""
        if b == 0 or a == 1:
            return self.number(1.0)
        if a == 0 and b < 0:
            return self.inf
        if a < 0 and (self.is_infinite(b) or (self.is_infinite(a) and b % 2 != 1)):
            return self.power(-a, b)
        if a != 0 and a - a == 0 and b - b == 0:
            size = b * self._mp.log(abs(a))
            if self._is_out(size):
                odd = a < 0 and b % 2 == 1
                return (-1 if odd else 1) * self.exp(size)
        return self._real(self._mp.power, a, b)

    def cbrt(self, x: Number) -> Number:
        """Return the real cube root."""
        return self.choose(x, lambda x: -self._mp.cbrt(-x), 0, self._mp.cbrt)

    def modulo(self, x: Number, y: Number) -> Number:
        """Return the remainder with the sign of y; nan for y = 0."""
        if y == 0 or x - x != 0 or self.undefined(y):
            return self._mp.nan
        if y - y == 0:
            return x % y
        return x if x == 0 or (x > 0) == (y > 0) else y

    def arctan2(self, y: Number, x: Number) -> Number:
        """Return the angle of the point (x, y)."""
        if self.undefined(x) or self.undefined(y):
            return self._mp.nan
        if self.is_infinite(y) and self.is_infinite(x):
            y, x = self.sign(y), self.sign(x)
        return self._mp.zero if x == 0 == y else self._mp.atan2(y, x)

    def sinc(self, x: Number) -> Number:
        """Return sin(πx) / (πx)."""
        if x == 0 or x - x != 0:
            return self.choose(abs(x), 0, 1, 0)
        return self._mp.sinpi(x) / (self.pi * x)

    def sinc_derivative(self, x: Number, y: Number) -> Number:
        """Return (cos(πx) - sinc(x)) / x, by its power series near 0."""
        if x - x != 0:
            return self.choose(abs(x), 0, 0, 0)
        if abs(x) > 0.5:  # noqa: PLR2004  (where the series is no longer short)
            return (self._mp.cospi(x) - y) / x
        square = -((self.pi * x) ** 2)
        term, total, k = self.pi**2 * x / 3, self._mp.zero, 1
        while abs(term) > abs(total) * self._mp.eps:
            total -= term
            term *= square / (2 * k * (2 * k + 3))
            k += 1
        return total

    def lgamma(self, x: Number) -> Number:
        """Return log|Γ(x)|; +inf at the poles."""
        if x <= 0 and x == self._mp.floor(x):
            return self.inf
        return self._mp.re(self._mp.loggamma(x))

    def polygamma(self, order: int, x: Number) -> Number:
        """Return the derivative of digamma of that order; at poles, the table's."""
        if x <= 0 and x == self._mp.floor(x):
            if order % 2 and x > -self.inf:
                return self.inf
            return -self.inf if x == 0 else self._mp.nan
        if -self.inf < x < -1:  # mpmath takes |x| steps
            turn = self._mp.cospi(x) / self._mp.sinpi(x)
            pole = self._mp.zero
            for coefficient in reversed(cot_polynomial(order)):
                pole = pole * turn + coefficient
            mirrored = (-1) ** order * self.polygamma(order, 1 - x)
            return mirrored - self.pi ** (order + 1) * pole
        if order and self._mp.mag(x) > LONG and self.inf > x > 0:
            return far_polygamma(self._mp, order, x)
        return self._mp.psi(order, x)


@cache
def _context_class() -> Any:
    """Return mpmath's context, with its special functions made once for all of them.

    They are the same in each; MPContext makes them anew, which takes a millisecond.
    """
    from mpmath import MPContext

    def wrap_once(cls: Any, name: str, *how: Any) -> None:
        if name not in vars(cls):
            super(context, cls)._wrap_specfun(name, *how)

    context: Any = type(
        "_Context", (MPContext,), {"_wrap_specfun": classmethod(wrap_once)}
    )
    return context


def far_polygamma(mp: Any, n: int, x: Number) -> Number:
    """Sum the asymptotic series, n > 0; mpmath sums too many terms far out."""
    total = mp.factorial(n - 1) / x**n + mp.factorial(n) / (2 * x ** (n + 1))
    for k in range(2, 2 + mp.prec // LONG, 2):
        rising = mp.factorial(k + n - 1) / mp.factorial(k)
        total += mp.bernoulli(k) * rising / x ** (k + n)
    return total if n % 2 else -total


def digits_of(x: Number, digits: int) -> str:
    """Return an mpf in decimal.

    >>> field = Multiprecision(30)
    >>> digits_of(field.pi, 20)
    '3.1415926535897932385'
    """
    from mpmath import mp, nstr
    from mpmath.libmp import mpf_pos

    # nstr() fails on long mantissas of large numbers: Python's limit for str(int).
    bits = 4 * (digits + _GUARD)
    short = mp.make_mpf(mpf_pos(x._mpf_, bits, "n"))
    return str(nstr(short, digits)).removeprefix("+")
