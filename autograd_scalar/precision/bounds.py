"""Numbers with bounds of their errors: what `certify` and `compare` may claim.

A graph is run in mpmath's floats, values and adjoints, and every number gets a bound of
its error: what the operands' errors become through the local derivatives, and what the
operation itself rounds. How far a local derivative changes between the number and the
exact one is known for the common operations; for all others it is evaluated on both
sides, farther out than the bounds. An operand that may lie on another piece, beyond a
pole or outside the domain gives no bound: nothing is known.

This is Wilkinson's running error analysis, with the local derivatives that reverse mode
has anyway. Bounds are kept as base-2 logarithms in floats, -inf being exact: they cost
little, and no range of exponents ends them.
"""

from __future__ import annotations

from math import inf, log1p, log2
from typing import TYPE_CHECKING, Final, NamedTuple

from autograd_scalar.numbers.kinds import has_switched
from autograd_scalar.precision.replay import primitive_of, recorded, rejecting
from autograd_scalar.primitives import table

if TYPE_CHECKING:
    from autograd_scalar.graph.value import Value
    from autograd_scalar.numbers.field import Number
    from autograd_scalar.numbers.kinds import ByRules
    from autograd_scalar.numbers.multiprecision import Multiprecision
    from autograd_scalar.primitives.table import Primitive

__all__ = ["Ball", "Bounded", "bounded", "size_of"]


_SLACK: Final = 10  # bits: mpmath's functions and the rules err by less than 2**10 ULP
_NEAR: Final = -20  # of an operand's error to its size: its derivative tells much then
_SMALL: Final = -100  # or of an error far below any function's scale
_UNDERFLOW: Final = -1e6  # of what underflows even here
_JUMP: Final = 4  # bits: more than this many times the bound, no smooth change
_LN_2: Final = 0.6931471805599453

# What is proved of single operations, each to claim more. One that is named nowhere
# here is judged by differences, and no result of it is called exact without reason.

# These select an operand, or a whole number, and round nothing.
_SELECTING: Final = frozenset(
    {
        table.ABS,
        table.RELU,
        table.MAXIMUM,
        table.MINIMUM,
        table.COPYSIGN,
        table.SIGN,
        table.FLOOR,
        table.CEIL,
        table.RINT,
    }
)
_POWERS: Final = frozenset({table.POW, table.POW_CONSTANT})
# Operands that are whole numbers, beside which there may be no value.
_WHOLE: Final = frozenset(
    {(table.POW, 1), (table.POW_CONSTANT, 1), (table.POLYGAMMA, 0)}
)
# These have poles at the whole numbers below 0.
_GAMMA: Final = frozenset({table.LGAMMA, table.DIGAMMA, table.POLYGAMMA})
# How fast their derivatives change, relative to themselves, at most (base-2 logarithm).
_RATES: Final = {
    table.EXP: 0.0,
    table.EXPM1: 0.0,
    table.EXP2: 0.0,
    table.TANH: 1.0,
    table.SIGMOID: 0.0,
    table.LOG_SIGMOID: 0.0,
    table.SOFTPLUS: 0.0,
}
# The same, times the operand.
_RATES_OF_POWERS: Final = {
    table.LOG: 0.0,
    table.LOG2: 0.0,
    table.LOG10: 0.0,
    table.SQRT: 0.0,
    table.RECIPROCAL: 1.0,
}


class Ball(NamedTuple):
    """A number and the base-2 logarithm of a bound of its error.

    -inf is for exact numbers, inf for those of which nothing is known.
    """

    number: Number
    error: float

    @property
    def underflowed(self) -> bool:
        """Whether the number is not 0, but smaller than any that is computed with."""
        return self.number == 0 and -inf < self.error <= _UNDERFLOW / 2


class Bounded(NamedTuple):
    """A graph in topological order: its values and adjoints, with their bounds.

    ``switched`` has the nodes on another piece of a kinked function than the floats.
    """

    nodes: list[Value]
    values: list[Ball]
    adjoints: list[Ball]
    switched: tuple[Value, ...]


class _Step(NamedTuple):
    """What one operation gives: its output, and a local derivative per operand."""

    output: Ball
    derivatives: tuple[Ball, ...]


def bounded(root: Value, arithmetic: ByRules, field: Multiprecision) -> Bounded:
    """Run the graph of ``root`` in an mpf arithmetic, with a bound for every number.

    Raises:
        NumberError: an operation was made with `primitive`.
        StaleGraphError: a leaf's data is no longer what was recorded.
    """
    nodes, edges, _ = recorded(root)
    balls = _Balls(arithmetic, field)
    values: list[Ball] = []
    steps: list[_Step] = []
    switched = []
    for node, parents in zip(nodes, edges, strict=True):
        primitive = primitive_of(node)
        if primitive is None:
            step = _Step(Ball(arithmetic.number(node.data), -inf), ())
        else:
            operands = [values[k] for k in parents]
            step = rejecting(node, balls.step, primitive, operands, parents)
            if primitive.kinks and _is_switched(arithmetic, primitive, operands, node):
                switched.append(node)
        steps.append(step)
        values.append(step.output)
    adjoints = [balls.zero] * len(nodes)
    adjoints[-1] = balls.one
    for i in range(len(nodes) - 1, -1, -1):
        for k, derivative in zip(edges[i], steps[i].derivatives, strict=True):
            part = balls.product(derivative, adjoints[i])
            adjoints[k] = balls.sum(adjoints[k], part)
    return Bounded(nodes, values, adjoints, tuple(switched))


def _is_switched(
    arithmetic: ByRules, primitive: Primitive, operands: list[Ball], node: Value
) -> bool:
    floats = tuple([parent.data for parent in node.parents])
    return has_switched(
        arithmetic, primitive, tuple([x.number for x in operands]), floats
    )


def size_of(x: Number) -> float:
    """Return log2(abs(x)): -inf for 0, inf for what is not finite."""
    _, mantissa, exponent, bits = x._mpf_
    if not mantissa:
        return inf if exponent else -inf
    rest = max(bits - 53, 0)
    return log2(mantissa >> rest) + float(exponent + rest)


def _added(a: float, b: float) -> float:
    """Return the logarithm of the sum of two bounds."""
    if a < b:
        a, b = b, a
    return a if b == -inf or a == inf else a + log1p(2.0 ** (b - a)) / _LN_2


def _times(a: float, b: float) -> float:
    """Return the logarithm of the product of two bounds, where 0 * inf is 0."""
    return -inf if -inf in {a, b} else a + b


def _fits(x: Number, y: Number, room: int) -> bool:
    """Return whether the sum of two finite numbers has no more bits than there are."""
    _, m, i, p = x._mpf_
    _, n, j, q = y._mpf_
    return not m or not n or max(i + p, j + q) + 1 - min(i, j) <= room


class _Balls:
    """The rules of the table on balls, in one precision."""

    def __init__(self, arithmetic: ByRules, field: Multiprecision) -> None:
        self.arithmetic = arithmetic
        self.field = field
        self.bits = field.bits
        self.unit = float(_SLACK - self.bits)
        self.zero = Ball(arithmetic.number(0.0), -inf)
        self.one = Ball(arithmetic.number(1.0), -inf)
        self.minus_one = Ball(arithmetic.number(-1.0), -inf)

    def step(
        self, primitive: Primitive, xs: list[Ball], parents: tuple[int, ...]
    ) -> _Step:
        """Evaluate a primitive on balls: in closed form, or by differences."""
        if primitive in {table.ADD, table.SUM}:
            return _Step(self._total(xs), (self.one,) * len(xs))
        if primitive is table.MUL:
            return _Step(self.product(xs[0], xs[1]), (xs[1], xs[0]))
        if primitive is table.SUB:
            difference = self.sum(xs[0], Ball(-xs[1].number, xs[1].error))
            if parents[0] == parents[1] and difference.number == 0:
                difference = self.zero  # x - x, whatever x is
            return _Step(difference, (self.one, self.minus_one))
        if primitive is table.NEG:
            return _Step(Ball(-xs[0].number, xs[0].error), (self.minus_one,))
        if primitive is table.WHERE:
            return _Step(xs[0], (self.one,))
        if primitive is table.DOT:
            return self._dot(xs)
        output, partials = self._evaluated(primitive, tuple([x.number for x in xs]))
        changes = self._changes(primitive, xs, output, partials)
        if changes is None:
            return self._by_differences(primitive, xs, output, partials)
        error = self._error(primitive, xs, output, partials, changes)[0]
        return self._finished(primitive, Ball(output, error), partials, changes)

    # Sums and products

    def sum(self, a: Ball, b: Ball) -> Ball:
        """Return the sum, with no rounding where all its bits have room."""
        x, y = a.number, b.number
        total = x + y
        size = size_of(total)
        if size == inf:
            is_known = all(
                ball.error == -inf or (ball.error < inf and size_of(ball.number) < inf)
                for ball in (a, b)
            )
            return Ball(total, -inf if is_known else inf)
        error = _added(a.error, b.error)
        if not _fits(x, y, self.bits):
            error = _added(error, size + self.unit)
        return Ball(total, error)

    def _total(self, xs: list[Ball]) -> Ball:
        total = self.zero
        for x in xs:
            total = self.sum(total, x)
        return total

    def product(self, a: Ball, b: Ball) -> Ball:
        """Return the product, with no rounding where all its bits have room."""
        x, y = a.number, b.number
        product = x * y
        size = size_of(product)
        if size == inf:
            is_known = all(
                ball.error == -inf or ball.error < size_of(ball.number) < inf
                for ball in (a, b)
            )
            return Ball(product, -inf if is_known else inf)
        if a.error == b.error == -inf:
            error = -inf
        elif inf in {a.error, b.error}:
            return Ball(product, inf)
        else:
            error = _added(_times(size_of(x), b.error), _times(size_of(y), a.error))
            error = _added(error, _times(a.error, b.error))
        if x._mpf_[3] + y._mpf_[3] > self.bits:
            error = _added(error, size + self.unit)
        return Ball(product, error)

    def _dot(self, xs: list[Ball]) -> _Step:
        pairs = len(xs) - len(xs) % 2
        terms = [self.product(xs[k], xs[k + 1]) for k in range(0, pairs, 2)]
        derivatives = [xs[k ^ 1] for k in range(pairs)]
        if pairs < len(xs):
            terms.insert(0, xs[-1])
            derivatives.append(self.one)
        return _Step(self._total(terms), tuple(derivatives))

    # All other operations

    def _evaluated(
        self, primitive: Primitive, operands: tuple[Number, ...]
    ) -> tuple[Number, list[Number]]:
        output = self.arithmetic.output(primitive, operands)
        partials = self.arithmetic.partials(primitive, operands, output)
        return output, [self.arithmetic.field.lift(partial) for partial in partials]

    def _changes(
        self,
        primitive: Primitive,
        xs: list[Ball],
        output: Number,
        partials: list[Number],
    ) -> list[float] | None:
        """Bound how far the partials change within the errors; None if not known.

        A derivative changes by less than twice its rate times the error while that is
        below 1/8.
        """
        x, error = xs[0].number, xs[0].error
        sizes = [size_of(partial) for partial in partials]
        if max(size_of(output), *sizes) == inf:
            return None
        if primitive in {table.SIN, table.COS}:
            return [error] if error <= _SMALL else None
        if primitive in _RATES:
            change = _RATES[primitive] + error
        elif primitive in _RATES_OF_POWERS:
            change = _RATES_OF_POWERS[primitive] + error - size_of(x)
        elif primitive is table.POW_CONSTANT and xs[1].error == -inf:
            change = log2(abs(float(xs[1].number)) + 1.0) + error - size_of(x)
        elif primitive is table.DIV:
            return self._changes_of_div(xs, output, sizes)
        else:
            return None
        if not change < -3.0:  # noqa: PLR2004  (the 1/8; nan at 0)
            return None
        return [_times(sizes[0], change + 1.0), *[-inf] * (len(xs) - 1)]

    def _changes_of_div(
        self, xs: list[Ball], output: Number, sizes: list[float]
    ) -> list[float] | None:
        """Bound the changes of 1/b and -y/b, for a relative error of b below 1/8."""
        relative = xs[1].error - size_of(xs[1].number)
        if not relative < -3.0:  # noqa: PLR2004  (the 1/8)
            return None
        by_a = _times(sizes[0], xs[0].error)
        by_b = _times(size_of(output), relative)
        change = _added(by_a, 2.0 + by_b) if by_b > -inf else by_a
        return [_times(sizes[0], relative + 1.0), _times(sizes[0], change + 1.0)]

    def _by_differences(
        self,
        primitive: Primitive,
        xs: list[Ball],
        output: Number,
        partials: list[Number],
    ) -> _Step:
        """Bound the output by the partials on both sides of the operands."""
        if not all(self._is_near(x) for x in xs):
            unknown = tuple([Ball(partial, inf) for partial in partials])
            return _Step(Ball(output, inf), unknown)
        is_exact = all(x.error == -inf for x in xs)
        beside = [
            self._evaluated(primitive, numbers)
            for numbers in self._beside(primitive, xs)
        ]
        changes = [
            -inf
            if is_exact and size_of(partial) == inf
            else max(
                (_distance(other[k], partial) for _, other in beside), default=-inf
            )
            for k, partial in enumerate(partials)
        ]
        error, rounding = self._error(primitive, xs, output, partials, changes)
        if not is_exact:
            most = error if primitive.is_piecewise else _added(error, rounding)
            if any(_distance(y, output) > most + _JUMP for y, _ in beside):
                error = inf
        return self._finished(primitive, Ball(output, error), partials, changes)

    def _is_near(self, x: Ball) -> bool:
        """Return whether the error is small enough for a linear estimate."""
        return x.error <= _SMALL or x.error <= size_of(x.number) + _NEAR < inf

    def _beside(self, primitive: Primitive, xs: list[Ball]) -> list[tuple[Number, ...]]:
        """Return operands on both sides, at twice the error and some rounding away.

        Several operands move in opposite directions and in the same one: either could
        leave a function as it is.
        """
        steps = []
        for k, x in enumerate(xs):
            size = size_of(x.number)
            is_rigid = primitive.is_piecewise or (primitive, k) in _WHOLE
            rounding = -inf if is_rigid or size == inf else size + self.unit
            step = _added(x.error, rounding)
            steps.append(self.field.power_of_2(int(step) + 2) if step > -inf else 0)
        if not any(steps):
            return []
        signs = [(1, 1), (-1, -1)]
        if len(xs) > 1:
            signs += [(1, -1), (-1, 1)]
        return [
            tuple([x.number + sign[k % 2] * steps[k] for k, x in enumerate(xs)])
            for sign in signs
        ]

    def _error(
        self,
        primitive: Primitive,
        xs: list[Ball],
        output: Number,
        partials: list[Number],
        changes: list[float],
    ) -> tuple[float, float]:
        """Return a bound for the output, and the effect of rounding operands."""
        size = size_of(output)
        if size == inf:
            is_exact = (
                self.arithmetic.field.undefined(output)
                or any(size_of(x.number) == inf for x in xs)
                or _is_at_a_pole(primitive, [x.number for x in xs])
            )
            return -inf if is_exact else inf, -inf
        error, scale = -inf, size
        for x, partial, change in zip(xs, partials, changes, strict=True):
            size_of_partial = size_of(partial)
            if x.error > -inf:
                error = _added(
                    error, _times(_added(size_of_partial, change + 1.0), x.error)
                )
            part = _times(size_of_partial, size_of(x.number))
            if part < inf:
                scale = _added(scale, part)
        rounding = scale + self.unit
        if error == inf or self._rounds_nothing(primitive, xs, output):
            return error, rounding
        return _added(error, _UNDERFLOW if size == -inf else rounding), rounding

    def _rounds_nothing(
        self, primitive: Primitive, xs: list[Ball], output: Number
    ) -> bool:
        """Return whether the operation is exact on these numbers."""
        if primitive in _SELECTING:
            return True
        x = xs[0].number
        _, mantissa, low, bits = x._mpf_
        if primitive in {table.MOD, table.FMOD}:
            _, _, other_low, other_bits = xs[1].number._mpf_
            low = min(low, other_low) if mantissa else other_low
            return bool(other_low + other_bits - low <= self.bits)
        if primitive is table.SQUARE:
            return bool(2 * bits <= self.bits)
        if primitive in _POWERS:
            n = xs[1].number
            return bool(0 <= n <= self.bits and n == int(n) and bits * n <= self.bits)
        if primitive is table.DIV:
            bits = output._mpf_[3] + xs[1].number._mpf_[3]
            return bool(bits <= self.bits and output * xs[1].number == x)
        if primitive is table.SQRT:
            return bool(2 * output._mpf_[3] <= self.bits and output * output == x)
        # exp(0), log(1) and their like
        is_plain = len(xs) == 1 and (not mantissa or x == 1)
        return is_plain and size_of(x) < inf and bool(output == int(output))

    def _finished(
        self,
        primitive: Primitive,
        output: Ball,
        partials: list[Number],
        changes: list[float],
    ) -> _Step:
        """Return the step, with the rounding of the local derivatives themselves."""
        derivatives = []
        for partial, change in zip(partials, changes, strict=True):
            size = size_of(partial)
            if size == inf:
                error = -inf if change == -inf else inf
            elif primitive.is_piecewise and size in {-inf, 0.0}:
                error = change  # 0, 1 and -1 are exact
            else:
                rounding = _UNDERFLOW if size == -inf else size + self.unit
                error = _added(change + 1.0, rounding)
            derivatives.append(Ball(partial, error))
        return _Step(output, tuple(derivatives))


def _is_at_a_pole(primitive: Primitive, operands: list[Number]) -> bool:
    """Return whether an infinity is the function's own, and no overflow.

    The poles are at 0, at an end of the domain, and at the whole numbers below 0.
    """
    # Operations with any number of operands have one interval for all, and no pole.
    each = zip(operands, primitive.domain, strict=False)
    if any(x == 0 or x in interval for x, interval in each):
        return True
    x = operands[-1]
    return primitive in _GAMMA and x < 0 and bool(x == int(x))


def _distance(a: Number, b: Number) -> float:
    """Return log2(abs(a - b)): -inf for equal infinities and for two nan."""
    if a == b or (a != a and b != b):  # noqa: PLR0124  (nan)
        return -inf
    return size_of(a - b)
