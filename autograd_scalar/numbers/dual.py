"""`Dual`: a number and its tangent, for forward-mode differentiation.

It has a float's operators and the methods of `generic`, so that the partials of every
row run on it. Nothing raises: division and powers are those of IEEE 754.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograd_scalar import ieee, precise
from autograd_scalar.operands import real

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Dual"]


@dataclass(frozen=True, slots=True, eq=False)
class Dual:
    """``data`` + ``tangent`` ε with ε² = 0.

    >>> x = Dual(3.0, 1.0)
    >>> x * x
    Dual(data=9.0, tangent=6.0)
    >>> (1 / x).tangent == -1 / 9
    True
    """

    data: float
    tangent: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", real(self.data, "Dual()"))
        object.__setattr__(self, "tangent", real(self.tangent, "Dual()"))

    def __add__(self, other: Dual | float) -> Dual:
        b = _lifted(other)
        return Dual(self.data + b.data, self.tangent + b.tangent)

    __radd__ = __add__

    def __neg__(self) -> Dual:
        return Dual(-self.data, -self.tangent)

    def __sub__(self, other: Dual | float) -> Dual:
        b = _lifted(other)
        return Dual(self.data - b.data, self.tangent - b.tangent)

    def __rsub__(self, other: float) -> Dual:
        return _lifted(other) - self

    def __mul__(self, other: Dual | float) -> Dual:
        b = _lifted(other)
        return Dual(
            self.data * b.data,
            _scaled(b.data, self.tangent) + _scaled(self.data, b.tangent),
        )

    __rmul__ = __mul__

    def __truediv__(self, other: Dual | float) -> Dual:
        b = _lifted(other)
        y = ieee.divide(self.data, b.data)
        rate = self.tangent - _scaled(y, b.tangent)
        return Dual(y, ieee.divide(rate, b.data) if rate else 0.0)

    def __rtruediv__(self, other: float) -> Dual:
        return _lifted(other) / self

    def __pow__(self, other: Dual | float) -> Dual:
        b = _lifted(other)
        y = ieee.power(self.data, b.data)
        by_base = b.data * ieee.power(self.data, b.data - 1.0) if b.data else 0.0
        rate = _scaled(by_base, self.tangent)
        return Dual(y, rate + (b.tangent and b.tangent * y * ieee.log(self.data)))

    def __lt__(self, other: Dual | float) -> bool:
        return self.data < _lifted(other).data

    def __le__(self, other: Dual | float) -> bool:
        return self.data <= _lifted(other).data

    def __gt__(self, other: Dual | float) -> bool:
        return self.data > _lifted(other).data

    def __ge__(self, other: Dual | float) -> bool:
        return self.data >= _lifted(other).data

    def exp(self) -> Dual:
        """e**x."""
        return self._mapped(ieee.exp, ieee.exp)

    def log(self) -> Dual:
        """The natural logarithm."""
        return self._mapped(ieee.log, ieee.reciprocal)

    def sqrt(self) -> Dual:
        """The square root."""
        return self._mapped(ieee.sqrt, lambda x: ieee.divide(0.5, ieee.sqrt(x)))

    def sin(self) -> Dual:
        """The sine."""
        return self._mapped(ieee.sin, ieee.cos)

    def cos(self) -> Dual:
        """The cosine."""
        return self._mapped(ieee.cos, lambda x: -ieee.sin(x))

    def sinh(self) -> Dual:
        """The hyperbolic sine."""
        return self._mapped(ieee.sinh, ieee.cosh)

    def cosh(self) -> Dual:
        """The hyperbolic cosine."""
        return self._mapped(ieee.cosh, ieee.sinh)

    def sigmoid(self) -> Dual:
        """1 / (1 + e**-x)."""
        return self._mapped(ieee.sigmoid, lambda x: ieee.sigmoid(x) * ieee.sigmoid(-x))

    def erfc(self) -> Dual:
        """1 - erf(x)."""
        return self._mapped(
            ieee.erfc, lambda x: ieee.gaussian(x, -ieee.TWO_OVER_SQRT_PI)
        )

    def digamma(self) -> Dual:
        """The derivative of lgamma."""
        return self.polygamma(0.0)

    def polygamma(self, order: float) -> Dual:
        """The derivative of digamma of that order."""
        return self._mapped(
            lambda x: precise.polygamma(order, x),
            lambda x: precise.polygamma(order + 1.0, x),
        )

    def _mapped(
        self, function: Callable[[float], float], slope: Callable[[float], float]
    ) -> Dual:
        rate = self.tangent and slope(self.data) * self.tangent
        return Dual(function(self.data), rate)


def _lifted(x: Dual | float) -> Dual:
    return x if isinstance(x, Dual) else Dual(x)


def _scaled(slope: float, tangent: float) -> float:
    """Slope times tangent; a tangent of 0 stays 0, at a pole too."""
    return slope * tangent if tangent else 0.0
