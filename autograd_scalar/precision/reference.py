"""The reference values of a graph: bounded to as many digits as asked, or proved.

The first run takes some digits more than were asked for. Its bounds tell how many the
next one needs. Where they tell nothing (an operand may lie beyond a pole) twice as many
are taken, as long as that helps. `_most_digits` bounds the work; a number that has not
settled by then has no reference value.
"""

from __future__ import annotations

from math import inf, log2
from typing import TYPE_CHECKING, Final

from autograd_scalar.errors import NumberError
from autograd_scalar.graph.sweeps import topological_order
from autograd_scalar.numbers.kinds import ByRules
from autograd_scalar.numbers.multiprecision import Multiprecision
from autograd_scalar.numbers.rational import Rationals
from autograd_scalar.precision.bounds import bounded, size_of
from autograd_scalar.precision.replay import forward, primitive_of
from autograd_scalar.primitives import table

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd_scalar.graph.value import Value
    from autograd_scalar.numbers.field import Number
    from autograd_scalar.precision.bounds import Ball, Bounded

__all__ = ["Reference", "is_close", "proof"]

_FEWEST: Final = 25  # digits: the error of a reference value is then no ULP of a float
_SPARE: Final = 10  # digits more than the bounds of a run ask for
_BITS: Final = log2(10.0)  # of a digit
_ROOM: Final = 340  # digits, to tell what is left of 0 from the smallest float
_NOTHING: Final = -_ROOM * _BITS  # the base-2 logarithm of what is far below it
_MOST: Final = 10_000  # digits in any case
_WORK: Final = 50_000_000  # digits over all nodes
_ALWAYS: Final = 8  # times the digits, for graphs of any size
_PROOF_BITS: Final = 1 << 16  # of a fraction in a proof

# What a digit costs, against one of a sum or a product: time alone depends on it.
_CHEAP: Final = frozenset(
    {
        table.ADD,
        table.SUB,
        table.MUL,
        table.DIV,
        table.NEG,
        table.SQUARE,
        table.RECIPROCAL,
        table.SUM,
        table.MEAN,
        table.PROD,
    }
    | {
        table.DOT,
        table.ABS,
        table.RELU,
        table.LEAKY_RELU,
        table.MAXIMUM,
        table.MINIMUM,
        table.WHERE,
        table.MOD,
        table.FMOD,
    }
    | {
        table.SIGN,
        table.FLOOR,
        table.CEIL,
        table.RINT,
        table.COPYSIGN,
        table.SQRT,
        table.POW_CONSTANT,
    }
)
_COSTLY: Final = frozenset(
    {
        table.LGAMMA,
        table.DIGAMMA,
        table.POLYGAMMA,
        table.ERF,
        table.ERFC,
        table.GELU,
        table.SINC,
    }
)


class Reference:
    """The exact values and adjoints of a graph, as far as they could be bounded.

    ``digits`` are those of the last run, ``arithmetic`` and ``graph`` are its.
    """

    def __init__(self, root: Value, digits: int) -> None:
        self._asked = self.digits = max(digits, _FEWEST)
        self._share = -self._asked * _BITS
        most = max(_most_digits(root), _ALWAYS * self._asked)
        before: dict[int, float] = {}
        while True:
            field = Multiprecision(self.digits)
            self.arithmetic = ByRules(field)
            self.graph: Bounded = bounded(root, self.arithmetic, field)
            balls = (*self.graph.values, *self.graph.adjoints)
            unsettled = {i: x for i, x in enumerate(balls) if not self.is_settled(x)}
            errors = {i: x.error for i, x in unsettled.items()}
            is_stuck = len(errors) >= len(before) > 0 and not any(
                errors[i] < before.get(i, inf) - 1.0 for i in errors
            )
            is_enough = is_stuck and self.digits >= _ALWAYS * self._asked
            if not errors or is_enough or self.digits >= most:
                return
            before = errors
            more = max(self._lacking(x) for x in unsettled.values())
            self.digits = min(self.digits + more, most)

    def is_settled(self, x: Ball) -> bool:
        """Return whether its bound is below the digits that were asked for."""
        return x.error <= self._allowed(x)

    def number(self, x: Ball) -> Number | None:
        """Return the number, or 0 if it is cancellation noise; None if not settled.

        A number as small with a smaller bound is kept: e**-1000 is not 0.
        """
        if not self.is_settled(x):
            return None
        size = size_of(x.number)
        is_noise = size <= _NOTHING and x.error > size + self._share
        return x.number * 0 if is_noise else x.number

    def _allowed(self, x: Ball) -> float:
        """Return log2 of the error that is allowed; inf and nan have none."""
        size = size_of(x.number)
        return max(size + self._share, _NOTHING) if size < inf else -inf

    def _lacking(self, x: Ball) -> int:
        """Estimate how many more digits it takes until a number has settled.

        As many again where nothing is known of it, or where its bound has grown beyond
        all use; for what may be 0, as many as tell it from the smallest float.
        """
        if x.error == inf:
            return self.digits
        is_nothing = x.error >= size_of(x.number) - 1.0
        goal = _NOTHING if is_nothing else self._allowed(x)
        lacking = int((x.error - goal) / _BITS) + _SPARE
        return min(max(lacking, self.digits // 2), self.digits + _ROOM)


def _most_digits(root: Value) -> int:
    """Return the digits at which to give up: fewer for a costlier graph."""
    weight = 1
    for node in topological_order(root):
        primitive = primitive_of(node)
        if primitive is None or primitive in _CHEAP:
            weight += 1
        else:
            weight += 50_000 if primitive in _COSTLY else 30
    return min(_WORK // weight, _MOST)


def is_close(x: Number, y: Number, digits: int) -> bool:
    """Return whether two mpf numbers are the same to so many digits; nan never is."""
    if x == y:
        return True
    gap = abs(x - y)
    if gap == inf:  # no multiple of an infinity is a measure of it
        return False
    return bool(gap * 10**digits <= max(abs(x), abs(y)))


def proof(a: Value, b: Value, read: Callable[[float], object] = float) -> bool | None:
    """Return whether two rational graphs are equal; None if one is not rational.

    ``read`` is what a leaf's float is taken for: the text is the decimal it prints as.
    """
    rationals = ByRules(Rationals(_PROOF_BITS))
    try:
        ours, theirs = (forward(x, rationals, _leaves(x, read)) for x in (a, b))
    except NumberError:
        return None
    return bool(ours == theirs)


def _leaves(root: Value, read: Callable[[float], object]) -> dict[Value, object]:
    return {x: read(x.data) for x in topological_order(root) if x.is_leaf}
