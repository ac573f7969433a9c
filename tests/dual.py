"""Dual numbers: forward-mode differentiation, with methods of NumPy's names.

Derivative rules written here by hand, so that the tests share none with the package.
``==`` raises: a rule that compares for equality would not run on a `Value` either.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NoReturn

from mpmath import mp


def _float(f: Callable[..., Any]) -> Callable[..., float]:
    return lambda *xs: float(f(*xs))


SIGMOID = _float(lambda x: 1 / (1 + mp.exp(-mp.mpf(x))))

# name: value, derivative
METHODS: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "exp": (math.exp, math.exp),
    "log": (math.log, lambda x: 1 / x),
    "sqrt": (math.sqrt, lambda x: 0.5 / math.sqrt(x)),
    "sin": (math.sin, math.cos),
    "cos": (math.cos, lambda x: -math.sin(x)),
    "sinh": (math.sinh, math.cosh),
    "cosh": (math.cosh, math.sinh),
    "sigmoid": (SIGMOID, lambda x: SIGMOID(x) * SIGMOID(-x)),
    "erfc": (math.erfc, lambda x: -2 / math.sqrt(math.pi) * math.exp(-x * x)),
    "digamma": (_float(lambda x: mp.psi(0, x)), _float(lambda x: mp.psi(1, x))),
}


class Dual:
    """A value and the tangent it carries."""

    def __init__(self, value: float, tangent: float = 0.0) -> None:
        self.value = value
        self.tangent = tangent

    def __add__(self, other: Dual | float) -> Dual:
        other = lift(other)
        return Dual(self.value + other.value, self.tangent + other.tangent)

    __radd__ = __add__

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.tangent)

    def __sub__(self, other: Dual | float) -> Dual:
        return self + -lift(other)

    def __rsub__(self, other: Dual | float) -> Dual:
        return lift(other) - self

    def __mul__(self, other: Dual | float) -> Dual:
        other = lift(other)
        return Dual(
            self.value * other.value,
            self.tangent * other.value + self.value * other.tangent,
        )

    __rmul__ = __mul__

    def __truediv__(self, other: Dual | float) -> Dual:
        other = lift(other)
        ratio = self.value / other.value
        return Dual(ratio, (self.tangent - ratio * other.tangent) / other.value)

    def __rtruediv__(self, other: Dual | float) -> Dual:
        return lift(other) / self

    def __pow__(self, other: Dual | float) -> Dual:
        if not isinstance(other, Dual):
            slope = other * self.value ** (other - 1) if other else 0.0
            return Dual(self.value**other, slope * self.tangent)
        return (self.log() * other).exp()

    def __rpow__(self, other: float) -> Dual:
        return lift(other) ** self

    def __abs__(self) -> Dual:
        return -self if self.value < 0 else self

    def __lt__(self, other: Dual | float) -> bool:
        return self.value < lift(other).value

    def __le__(self, other: Dual | float) -> bool:
        return self.value <= lift(other).value

    def __gt__(self, other: Dual | float) -> bool:
        return self.value > lift(other).value

    def __ge__(self, other: Dual | float) -> bool:
        return self.value >= lift(other).value

    def __eq__(self, other: object) -> NoReturn:
        msg = "rules must not ask for equality: Value refuses it"
        raise TypeError(msg)

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> NoReturn:
        msg = "rules must not ask for truth"
        raise TypeError(msg)

    def __getattr__(self, name: str) -> Callable[[], Dual]:
        try:
            value, slope = METHODS[name]
        except KeyError:
            raise AttributeError(name) from None
        return lambda: Dual(value(self.value), slope(self.value) * self.tangent)

    def polygamma(self, n: float) -> Dual:
        order = int(n)
        return Dual(
            float(mp.psi(order, self.value)),
            float(mp.psi(order + 1, self.value)) * self.tangent,
        )


def lift(x: Dual | float) -> Dual:
    return x if isinstance(x, Dual) else Dual(x)
