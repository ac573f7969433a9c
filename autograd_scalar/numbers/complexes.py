"""Complex numbers: the complex step, and analytic continuation where it is plain.

A function with kinks or jumps (abs, max, floor and the like) follows the piece that
the real part lies on, and is that piece's analytic function. There is no complex
infinity: what leaves the range of floats, or divides by zero, is nan.
"""

# ruff: noqa: PLC0415 - mpmath is imported when it is needed
from __future__ import annotations

import cmath
import math
from functools import partial
from math import nan
from typing import TYPE_CHECKING, Any, Final

from autograd_scalar.errors import NumberError
from autograd_scalar.numbers.field import Field, Number
from autograd_scalar.operands import shown
from autograd_scalar.primitives import floats
from autograd_scalar.primitives.precise import cot_polynomial

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Complexes"]

_FUNCTIONS: Final = {
    "sin": cmath.sin,
    "cos": cmath.cos,
    "tan": cmath.tan,
    "sinh": cmath.sinh,
    "cosh": cmath.cosh,
    "tanh": cmath.tanh,
    "arcsin": cmath.asin,
    "arccos": cmath.acos,
    "arctan": cmath.atan,
    "arcsinh": cmath.asinh,
    "arccosh": cmath.acosh,
    "arctanh": cmath.atanh,
    "exp": cmath.exp,
    "log": cmath.log,
    "sqrt": cmath.sqrt,
}


class Complexes(Field):
    """The field of Python's complex numbers.

    >>> Complexes().exp(1 + 1e-200j).imag / 1e-200
    2.718281828459045
    """

    def __init__(self) -> None:
        self.pi = complex(math.pi)
        self._mp: Any = None  # made when it is needed first
        for name, function in _FUNCTIONS.items():
            setattr(self, name, partial(_finite, function))

    def real(self, x: complex) -> float:
        """Return the real part: it decides which piece of a function is meant."""
        return x.real

    def number(self, x: object) -> complex:
        """Return a complex number from any of Python's numbers."""
        try:
            return complex(x)  # type: ignore[call-overload, no-any-return]
        except (TypeError, ValueError):
            msg = f"a complex number cannot be made of {type(x).__name__}: {shown(x)}"
            raise NumberError(msg) from None

    def constant(self, text: str) -> complex:
        """Return the float nearest to a decimal number."""
        return complex(float(text))

    def divide(self, a: complex, b: complex) -> complex:
        """Return a / b."""
        return _finite(complex.__truediv__, a, b)

    def power(self, a: complex, b: complex) -> complex:
        """Return a**b; by repeated multiplication where b is a whole number."""
        n = b.real
        if not b.imag and n == floats.rint(n) and abs(n) <= 64:  # noqa: PLR2004
            whole = _finite(lambda a: a ** abs(int(n)), a)
            return self.divide(1 + 0j, whole) if n < 0 else whole
        return _finite(complex.__pow__, a, b)

    def expm1(self, x: complex) -> complex:
        """Return e**x - 1, accurate near 0."""
        half = math.sin(0.5 * x.imag)
        return complex(
            floats.expm1(x.real) * math.cos(x.imag) - 2 * half * half,
            floats.exp(x.real) * math.sin(x.imag),
        )

    def log1p(self, x: complex) -> complex:
        """Return log(1 + x), accurate near 0."""
        square = x.real * (2 + x.real) + x.imag * x.imag
        size = 0.5 * floats.log1p(square) if square < 1 else math.log(abs(1 + x))
        return complex(size, math.atan2(x.imag, 1 + x.real))

    def cbrt(self, x: complex) -> Number:
        """Return the cube root next to the real one."""
        return self.choose(
            x,
            lambda x: -_finite(complex.__pow__, -x, 1 / 3),
            0,
            lambda x: _finite(complex.__pow__, x, 1 / 3),
        )

    def floor(self, x: complex) -> complex:
        """Return the floor of the real part: the piece is constant."""
        return complex(floats.floor(x.real))

    def rint(self, x: complex) -> complex:
        """Return the integer nearest to the real part."""
        return complex(floats.rint(x.real))

    def modulo(self, x: complex, y: complex) -> complex:
        """Return x - q*y with the quotient q of the real parts."""
        rest = floats.modulo(x.real, y.real)
        quotient = floats.rint(floats.divide(x.real - rest, y.real))
        return complex(rest, x.imag - quotient * y.imag)

    def arctan2(self, y: complex, x: complex) -> Number:
        """Return the angle of (x, y) continued from the real parts."""
        angle = math.atan2(y.real, x.real)
        size = x.real * x.real + y.real * y.real
        cross = x.real * y - y.real * x  # of the points (x, y) and (x.real, y.real)
        along = x.real * x + y.real * y
        return angle + self.arctan(self.divide(cross, along)) if size else angle + 0j

    def sinc(self, x: complex) -> Number:
        """Return sin(πx) / (πx)."""
        if abs(x) < 1e-9:  # noqa: PLR2004  (1 - (πx)²/6, which rounds to this)
            return 1 - (math.pi * x) ** 2 / 6
        if cmath.isinf(x):
            return 0j
        near = math.remainder(x.real, 2.0)
        return self.sin(math.pi * complex(near, x.imag)) / (math.pi * x)

    def sinc_derivative(self, x: complex, y: complex) -> Number:
        """Return (cos(πx) - sinc(x)) / x, by its power series near 0."""
        if cmath.isinf(x):
            return 0j
        if abs(x) > 0.5:  # noqa: PLR2004  (where the series is no longer short)
            near = math.remainder(x.real, 2.0)
            return (self.cos(math.pi * complex(near, x.imag)) - y) / x
        square = -((math.pi * x) ** 2)
        term, total = -(math.pi**2) * x / 3, 0j
        for k in range(1, 16):
            total += term
            term *= square / (2 * k * (2 * k + 3))
        return total

    def erf(self, x: complex) -> complex:
        """Return the error function."""
        return self._special(lambda mp, x: mp.erf(x), x)

    def erfc(self, x: complex) -> complex:
        """Return 1 - erf(x)."""
        return self._special(lambda mp, x: mp.erfc(x), x)

    def lgamma(self, x: complex) -> complex:
        """Return log Γ(x), less the multiple of πi that it has on the real line."""
        return self._special(
            lambda mp, x: mp.loggamma(x) - mp.mpc(0, mp.im(mp.loggamma(x.real))), x
        )

    def polygamma(self, order: int, x: complex) -> complex:
        """Return the derivative of digamma of that order."""
        return self._special(partial(_polygamma, order), x)

    def _special(
        self, function: Callable[[Any, Number], Number], x: complex
    ) -> complex:
        """Call mpmath with so many digits that a tiny imaginary part is not lost."""
        if cmath.isnan(x) or cmath.isinf(x):
            return complex(nan, nan)
        mp = self._context()
        mp.prec = 120 + max(0, math.frexp(x.real)[1] - math.frexp(x.imag)[1])
        return _finite(function, mp, mp.mpmathify(x))

    def _context(self) -> Any:
        """Return a context of mpmath's, of its own: threads do not meet.

        Not `functools.cached_property`: until Python 3.11 it has a lock, which a fork
        would leave taken in the child if another thread is in here.
        """
        if self._mp is None:
            from mpmath import MPContext

            self._mp = MPContext()
        return self._mp


def _polygamma(n: int, mp: Any, x: Number) -> Number:
    """Return mpmath's; reflected below -1, where mpmath takes |x| steps."""
    from autograd_scalar.numbers.multiprecision import LONG, far_polygamma

    if x.real < -1:
        turn = mp.cospi(x) / mp.sinpi(x)
        pole = mp.zero
        for coefficient in reversed(cot_polynomial(n)):
            pole = pole * turn + coefficient
        return (-1) ** n * _polygamma(n, mp, 1 - x) - mp.pi ** (n + 1) * pole
    if n and mp.mag(x.real) > LONG:
        return far_polygamma(mp, n, x)
    return mp.psi(n, x)


def _finite(function: Any, *operands: Any) -> complex:
    """Return the result; nan where Python raises."""
    try:
        return complex(function(*operands))
    except (OverflowError, ValueError, ZeroDivisionError):
        return complex(nan, nan)
