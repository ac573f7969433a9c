"""Integers while a function is traced: data where they can be, guards where they must.

`take` and arithmetic with Values record an integer as data. Where Python needs the
number itself, as in ``range(n)`` or ``rows[i]``, the program holds for this number
alone, and a guard says so.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from autograd_scalar.graph.tracing import current
from autograd_scalar.graph.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Integer"]


class Integer:
    """An integer argument of a function that is being traced.

    >>> n = Integer(Value(3.0), 3)
    >>> [*range(n)], (n * Value(2.0)).data, n + 1
    ([0, 1, 2], 6.0, 4)
    """

    __slots__ = ("_number", "traced_value")

    def __init__(self, value: Value, number: int) -> None:
        self.traced_value = value
        self._number = number

    # ---- Where the number itself is needed -------------------------------------------

    def _read(self) -> int:
        tracer = current()
        if tracer is not None:
            tracer.compared(self.traced_value, "==", float(self._number), True)
        return self._number

    def __index__(self) -> int:
        return self._read()

    __int__ = __trunc__ = __floor__ = __ceil__ = __index__

    def __float__(self) -> float:
        return float(self._read())

    def __round__(self, digits: int | None = None) -> int:
        return self._read() if digits is None else round(self._read(), digits)

    def __hash__(self) -> int:
        return hash(self._read())

    def __format__(self, spec: str) -> str:
        return format(self._read(), spec)

    def __repr__(self) -> str:
        return repr(self._read())

    # ---- Where only an answer is -----------------------------------------------------

    def __eq__(self, other: object) -> bool:
        return self._compared("==", other)

    def __ne__(self, other: object) -> bool:
        return self._compared("!=", other)

    def __lt__(self, other: object) -> bool:
        return self._compared("<", other)

    def __le__(self, other: object) -> bool:
        return self._compared("<=", other)

    def __gt__(self, other: object) -> bool:
        return self._compared(">", other)

    def __ge__(self, other: object) -> bool:
        return self._compared(">=", other)

    def __bool__(self) -> bool:
        return self._compared("!=", 0)

    def _compared(self, symbol: str, other: object) -> bool:
        right: Any = other
        of: Any = other
        if isinstance(other, Integer):
            right, of = other._number, other.traced_value
        elif isinstance(other, Value):
            right = other._data
        elif isinstance(other, (int, float)):
            of = float(other)
        else:
            return bool(_COMPARED[symbol](self._read(), other))
        outcome = bool(_COMPARED[symbol](self._number, right))
        tracer = current()
        if tracer is not None:
            tracer.compared(self.traced_value, symbol, of, outcome)
        return outcome

    # ---- Arithmetic: with integers an integer, else a Value --------------------------

    def __neg__(self) -> Integer:
        return Integer(-self.traced_value, -self._number)

    def __pos__(self) -> Integer:
        return self

    def __abs__(self) -> Integer:
        return Integer(abs(self.traced_value), abs(self._number))

    def __add__(self, other: Any) -> Any:
        return self._with(operator.add, other)

    def __radd__(self, other: Any) -> Any:
        return self._with(operator.add, other, reflected=True)

    def __sub__(self, other: Any) -> Any:
        return self._with(operator.sub, other)

    def __rsub__(self, other: Any) -> Any:
        return self._with(operator.sub, other, reflected=True)

    def __mul__(self, other: Any) -> Any:
        return self._with(operator.mul, other)

    def __rmul__(self, other: Any) -> Any:
        return self._with(operator.mul, other, reflected=True)

    def __truediv__(self, other: Any) -> Any:
        return self._as_value(operator.truediv, other)

    def __rtruediv__(self, other: Any) -> Any:
        return self._as_value(operator.truediv, other, reflected=True)

    def __pow__(self, other: Any) -> Any:
        return self._read_with(operator.pow, other)

    def __rpow__(self, other: Any) -> Any:
        return self._read_with(operator.pow, other, reflected=True)

    def __mod__(self, other: Any) -> Any:
        return self._read_with(operator.mod, other)

    def __rmod__(self, other: Any) -> Any:
        return self._read_with(operator.mod, other, reflected=True)

    def __floordiv__(self, other: Any) -> Any:
        return self._read_with(operator.floordiv, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return self._read_with(operator.floordiv, other, reflected=True)

    def _with(
        self, work: Callable[[Any, Any], Any], other: Any, *, reflected: bool = False
    ) -> Any:
        if type(other) is int:
            number: int | None = other
        else:
            number = other._number if isinstance(other, Integer) else None
        if isinstance(other, (list, tuple, str)):  # n * [0] repeats a sequence
            return work(other, self._read())
        value = self._as_value(work, other, reflected=reflected)
        if number is None or value is NotImplemented:
            return value
        pair = (number, self._number) if reflected else (self._number, number)
        return Integer(value, work(*pair))

    def _as_value(
        self, work: Callable[[Any, Any], Any], other: Any, *, reflected: bool = False
    ) -> Any:
        right = other.traced_value if isinstance(other, Integer) else other
        if not isinstance(right, (int, float, Value)) or isinstance(right, bool):
            return NotImplemented
        mine = self.traced_value
        return work(right, mine) if reflected else work(mine, right)

    def _read_with(
        self, work: Callable[[Any, Any], Any], other: Any, *, reflected: bool = False
    ) -> Any:
        """Apply an operation that is no use to derivatives to the plain numbers."""
        if isinstance(other, Value):
            return self._as_value(work, other, reflected=reflected)
        mine, right = self._read(), other
        if isinstance(other, Integer):
            right = other._read()
        return work(right, mine) if reflected else work(mine, right)


_COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
