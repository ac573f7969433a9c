"""`Dual`: a number and its tangent, for forward-mode differentiation.

It has a float's operators and the methods of `generic`, so that the partials of every
primitive run on it. Nothing raises: division and powers are those of IEEE 754.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, final

from autograd_scalar.native import mypyc_attr
from autograd_scalar.operands import real
from autograd_scalar.primitives import floats, precise

if TYPE_CHECKING:
    from autograd_scalar.native import Unchecked

__all__ = ["Dual"]

_BLANK: Final[Any] = object()  # for `_dual`, which fills in the parts


@final
@mypyc_attr(acyclic=True)
class Dual:
    """``data`` + ``tangent`` ε with ε² = 0.

    >>> x = Dual(3.0, 1.0)
    >>> x * x
    Dual(data=9.0, tangent=6.0)
    >>> (1 / x).tangent == -1 / 9
    True
    """

    __slots__ = ("_data", "_tangent")

    _data: float
    _tangent: float

    def __init__(
        self, data: float | Unchecked, tangent: float | Unchecked = 0.0
    ) -> None:
        self._data = 0.0 if data is _BLANK else real(data, "Dual()")
        self._tangent = real(tangent, "Dual()")

    @property
    def data(self) -> float:
        """The number itself."""
        return self._data

    @property
    def tangent(self) -> float:
        """The directional derivative: the factor of ε."""
        return self._tangent

    def __repr__(self) -> str:
        return f"Dual(data={self._data}, tangent={self._tangent})"

    def __reduce__(self) -> tuple[type[Dual], tuple[float, float]]:
        return Dual, (self._data, self._tangent)

    def __add__(self, other: Dual | float | Unchecked) -> Dual:
        if isinstance(other, Dual):
            return _dual(self._data + other._data, self._tangent + other._tangent)
        return _dual(self._data + real(other, "Dual()"), self._tangent)

    def __radd__(self, other: float | Unchecked) -> Dual:
        return self + other

    def __neg__(self) -> Dual:
        return _dual(-self._data, -self._tangent)

    def __sub__(self, other: Dual | float | Unchecked) -> Dual:
        if isinstance(other, Dual):
            return _dual(self._data - other._data, self._tangent - other._tangent)
        return _dual(self._data - real(other, "Dual()"), self._tangent)

    def __rsub__(self, other: float | Unchecked) -> Dual:
        return _lifted(other) - self

    def __mul__(self, other: Dual | float | Unchecked) -> Dual:
        a, a_tangent = self._data, self._tangent
        if isinstance(other, Dual):
            b, b_tangent = other._data, other._tangent
            return _dual(a * b, _scaled(b, a_tangent) + _scaled(a, b_tangent))
        b = real(other, "Dual()")
        return _dual(a * b, _scaled(b, a_tangent))

    def __rmul__(self, other: float | Unchecked) -> Dual:
        return self * other

    def __truediv__(self, other: Dual | float | Unchecked) -> Dual:
        b = _lifted(other)
        y = floats.divide(self._data, b._data)
        rate = self._tangent - _scaled(y, b._tangent)
        return _dual(y, floats.divide(rate, b._data) if rate != 0.0 else 0.0)

    def __rtruediv__(self, other: float | Unchecked) -> Dual:
        return _lifted(other) / self

    def __pow__(self, other: Dual | float | Unchecked) -> Dual:
        a, b = self._data, _lifted(other)
        n = b._data
        y = floats.power(a, n)
        by_base = n * floats.power(a, n - 1.0) if n != 0.0 else 0.0
        rate = _scaled(by_base, self._tangent)
        if b._tangent != 0.0:
            rate += b._tangent * y * floats.log(a)
        return _dual(y, rate)

    def __rpow__(self, other: float | Unchecked) -> Dual:
        return _lifted(other) ** self

    def __lt__(self, other: Dual | float | Unchecked) -> bool:
        return self._data < _lifted(other)._data

    def __le__(self, other: Dual | float | Unchecked) -> bool:
        return self._data <= _lifted(other)._data

    def __gt__(self, other: Dual | float | Unchecked) -> bool:
        return self._data > _lifted(other)._data

    def __ge__(self, other: Dual | float | Unchecked) -> bool:
        return self._data >= _lifted(other)._data

    def exp(self) -> Dual:
        """Return e**x."""
        y = floats.exp(self._data)
        return self._mapped(y, y)

    def log(self) -> Dual:
        """Return the natural logarithm."""
        return self._mapped(floats.log(self._data), floats.reciprocal(self._data))

    def sqrt(self) -> Dual:
        """Return the square root."""
        y = floats.sqrt(self._data)
        return self._mapped(y, floats.divide(0.5, y))

    def sin(self) -> Dual:
        """Return the sine."""
        return self._mapped(floats.sin(self._data), floats.cos(self._data))

    def cos(self) -> Dual:
        """Return the cosine."""
        return self._mapped(floats.cos(self._data), -floats.sin(self._data))

    def sinh(self) -> Dual:
        """Return the hyperbolic sine."""
        return self._mapped(floats.sinh(self._data), floats.cosh(self._data))

    def cosh(self) -> Dual:
        """Return the hyperbolic cosine."""
        return self._mapped(floats.cosh(self._data), floats.sinh(self._data))

    def sigmoid(self) -> Dual:
        """Return 1 / (1 + e**-x)."""
        y = floats.sigmoid(self._data)
        return self._mapped(y, y * floats.sigmoid(-self._data))

    def erfc(self) -> Dual:
        """Return 1 - erf(x)."""
        derivative = floats.gaussian(self._data, -floats.TWO_OVER_SQRT_PI)
        return self._mapped(floats.erfc(self._data), derivative)

    def digamma(self) -> Dual:
        """Return the derivative of lgamma."""
        return self.polygamma(0.0)

    def polygamma(self, order: float) -> Dual:
        """Return the derivative of digamma of that order."""
        y = precise.polygamma(order, self._data)
        return self._mapped(y, precise.polygamma(order + 1.0, self._data))

    def _mapped(self, y: float, derivative: float) -> Dual:
        """Return the value y of a function, with the tangent by the chain rule."""
        return _dual(y, _scaled(derivative, self._tangent))


def _dual(data: float, tangent: float) -> Dual:
    """Return a number from parts that are known to be floats."""
    x = Dual(_BLANK) if _COMPILED else _new(Dual)  # each the faster way there
    x._data = data
    x._tangent = tangent
    return x


_new: Final = object.__new__
_COMPILED: Final = type(Dual.__init__).__name__ != "function"


def _lifted(x: Dual | float | Unchecked) -> Dual:
    return x if isinstance(x, Dual) else _dual(real(x, "Dual()"), 0.0)


def _scaled(derivative: float, tangent: float) -> float:
    """Return derivative * tangent; a tangent of 0 stays 0, at a pole too."""
    return derivative * tangent if tangent != 0.0 else 0.0
