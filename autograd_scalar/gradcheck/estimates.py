"""Estimate derivatives by finite differences and by complex steps, with an error bound.

Finite differences of any function are taken at ever smaller steps and extrapolated to
step zero (Richardson; Ridders, "Accurate computation of F'(x) and F'(x)F''(x)",
Advances in Engineering Software 4, 1982). The entry of the tableau with the least error
is used. Its error is how far neighbouring entries differ, plus the effect of rounding
in the function at that step.

Complex steps are for analytic primitives: Im f(x + ih) / h has no cancellation, so h
can be tiny and the result is good to a few ULP (Squire and Trapp, "Using complex
variables to estimate derivatives of real functions", SIAM Review 40, 1998).
"""

from __future__ import annotations

import math
import sys
from math import inf, isfinite, isnan, nan
from typing import TYPE_CHECKING, Final, NamedTuple

from autograd_scalar.primitives.table import PRIMITIVES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autograd_scalar.numbers.kinds import Arithmetic
    from autograd_scalar.primitives.table import Primitive

__all__ = ["Estimate", "complex_step", "differences", "extrapolated"]


# Of finite differences.
_RATIO = 4.0  # between one step and the next
_LEVELS = 14  # the last step is 1.5e-8 of the first
_COLUMNS = 6  # of the tableau
_SETTLED = 1e-9  # relative error at which no second scale of steps is tried
_UNSEEN = 2.0**-30  # an x closer to 0: the first scale sees nothing of its size
_CONFIRMS = 4.0  # times its error: how far an estimate may be from another one


# Of complex steps.
_EPS = sys.float_info.epsilon
_STEP = -120  # as a power of two, relative to the operand
_SECOND = 2.0**35  # times the step; its square is below rounding even near a pole
_SAME = 4.0 * _EPS  # how far apart the derivatives by the two steps may be
_LEAST = 2.0**-960  # imaginary part; smaller ones may have lost digits to underflow
_ULPS = 16.0  # error allowed in a partial; none was seen to reach half of it

# More ULP, by the operands, for the primitives that need them: measured, and by name
# because only the check knows what its own complex arithmetic rounds.
_MORE_ULPS: Final[dict[str, Callable[..., float]]] = {
    **dict.fromkeys(("pow", "pow_constant"), lambda _, n: min(abs(n), 100.0)),
    **dict.fromkeys(
        ("logaddexp", "logsumexp"), lambda *xs: len(xs) + (max(xs) - min(xs))
    ),
    **dict.fromkeys(("sum", "mean", "dot"), lambda *xs: float(len(xs))),
    "prod": lambda *xs: len(xs) if _has_room(xs) else math.inf,
    "cbrt": lambda x: abs(math.frexp(x)[1]) / 8.0,  # 1/3 is no float
    "gelu": lambda x: x * x,
}
# The derivatives of x·g(x) and g(x)/x are sums that may cancel: the size of a term.
_TERMS: Final[dict[str, Callable[..., float]]] = {
    **dict.fromkeys(("gelu", "silu"), lambda x, y: abs(y / x) if x else 0.0),
    "sinc": lambda x, _: 2.0 / abs(x) if x else 0.0,
}
_ROOM = 800  # bits of exponent: with them, products with a step stay in range


class Estimate(NamedTuple):
    """A derivative and its error; the error is infinite if no estimate was found."""

    number: float
    error: float


_NOTHING = Estimate(nan, inf)

# ---- Finite differences --------------------------------------------------------------


def differences(
    f: Callable[[float], Sequence[float]],
    x: float,
    rounding: Sequence[float],
    side: int = 0,
) -> list[Estimate]:
    """Return the derivative at ``x`` of each number that f returns.

    ``rounding`` bounds the rounding error of each number. ``side`` is 0 for central
    differences, 1 or -1 for differences above or below ``x`` only. Where f raises
    ArithmeticError or ValueError, or returns nan, it is outside its domain.

    >>> (found,) = differences(lambda x: [math.sin(x)], 1.0, rounding=[2e-16])
    >>> abs(found.number - math.cos(1.0)) <= found.error < 1e-11
    True
    """
    best = [_NOTHING] * len(rounding)
    size = abs(x)
    if size == inf or isnan(x):
        return best
    # Near a pole at 0 steps have to be small against x. Far out, where a periodic
    # function has many periods, they have to be small against 1.
    scales = [max(size, 1.0)] + ([min(size, 1.0)] if size not in {0.0, 1.0} else [])
    for scale in scales:
        step = 2.0 ** math.floor(math.log2(scale) - 3.0)
        # Two tableaux of different steps: each may settle on a wrong number by chance.
        first = extrapolated(f, x, step, side, rounding)
        second = extrapolated(f, x, 0.75 * step, side, rounding)
        pairs = zip(best, map(_agreed, first, second), strict=True)
        best = [_finer(*pair) for pair in pairs]
        settled = all(e.error <= _SETTLED * abs(e.number) for e in best)
        if settled and not 0.0 < size < _UNSEEN:
            break
    return best


def _agreed(a: Estimate, b: Estimate) -> Estimate:
    """Return the better one; if they contradict each other, with their gap as error."""
    better = a if a.error <= b.error else b
    apart = abs(a.number - b.number)
    if apart > _CONFIRMS * (a.error + b.error):
        return Estimate(better.number, apart)
    return better


def _finer(coarse: Estimate, fine: Estimate) -> Estimate:
    """Return the better one; if they contradict each other, that of the smaller steps.

    Large steps average over the periods of a wave, and give 0 for x² near 0.
    """
    apart = abs(coarse.number - fine.number)
    if apart > _CONFIRMS * (coarse.error + fine.error):
        return fine
    return min(coarse, fine, key=lambda estimate: estimate.error)


def extrapolated(
    f: Callable[[float], Sequence[float]],
    x: float,
    step: float,
    side: int,
    rounding: Sequence[float],
) -> list[Estimate]:
    """Return what `differences` does, by one tableau that starts at this step."""
    factor = _RATIO if side else _RATIO**2  # central differences are even in the step
    best = [_NOTHING] * len(rounding)
    rows: list[list[float]] = [[] for _ in rounding]
    for _ in range(_LEVELS):
        quotients = _difference_quotients(f, x, step, side, len(rounding))
        for k, quotient in enumerate(quotients):
            noise = rounding[k] / step if step else inf
            rows[k], found = _next_row(rows[k], quotient, factor, noise)
            best[k] = min(best[k], found, key=lambda estimate: estimate.error)
        step /= _RATIO
        if all(r > e.error * step for r, e in zip(rounding, best, strict=True)):
            break  # from here on rounding alone is worse
    return best


def _next_row(
    above: list[float], quotient: float, factor: float, noise: float
) -> tuple[list[float], Estimate]:
    """Return the next row of the tableau, and its entry with the least error."""
    best = _NOTHING
    if not isfinite(quotient):
        return [], best  # the step left the domain: begin again below it
    row, weight = [quotient], 1.0
    for before in above[: _COLUMNS - 1]:
        weight *= factor
        entry = row[-1] + (row[-1] - before) / (weight - 1.0)
        error = max(abs(entry - row[-1]), abs(entry - before)) + noise
        best = min(best, Estimate(entry, error), key=lambda estimate: estimate.error)
        row.append(entry)
    return row, best


def _difference_quotients(
    f: Callable[[float], Sequence[float]], x: float, step: float, side: int, count: int
) -> list[float]:
    """Return the difference quotients of all numbers; nan outside the domain."""
    above, below = (x if side < 0 else x + step), (x if side > 0 else x - step)
    width = above - below  # exact, where x + step was rounded
    if width == 0.0:
        return [nan] * count
    try:
        pairs = zip(f(above), f(below), strict=True)
        return [(high - low) / width for high, low in pairs]
    except (ArithmeticError, ValueError):
        return [nan] * count


# ---- Complex steps -------------------------------------------------------------------


def complex_step(  # noqa: PLR0913, PLR0917  (a node, and how to step it)
    complexes: Arithmetic,
    primitive: Primitive,
    xs: Sequence[float],
    y: float,
    direction: Sequence[float],
    size: float,
) -> Estimate | None:
    """Return the directional derivative of a primitive; None where no step applies.

    A complex step applies to analytic primitives of the table, away from kinks,
    underflow and overflow.

    Args:
        complexes: the arithmetic to run the primitive on.
        primitive: the primitive.
        xs: its operands.
        y: the output recorded for these operands.
        direction: one number for each operand.
        size: the sum of the absolute terms, partial times direction, of the result.
    """
    known = PRIMITIVES.get(primitive.name)
    if known is None or known.forward is not primitive.forward or known.is_piecewise:
        return None
    if not all(map(isfinite, (*xs, y, size))) or primitive.forward(*xs) != y:
        return None
    if any(kink.at(*xs) for kink in known.kinks):
        return None
    step = _step_length(xs, direction)
    first = _imaginary_quotient(complexes, known, xs, direction, step)
    second = _imaginary_quotient(complexes, known, xs, direction, step * _SECOND)
    # The derivative is the same at both steps; a branch cut or underflow is not.
    if first is None or second is None or abs(first - second) > _SAME * abs(first):
        return None
    if not first and size:
        return None  # it may be underflow instead of 0
    ulps, terms = _ULPS, max(size, abs(first))
    if primitive.name in _MORE_ULPS:
        ulps += _MORE_ULPS[primitive.name](*xs)
    if primitive.name in _TERMS:
        terms += _TERMS[primitive.name](*xs, y)
    error = ulps * _EPS * terms
    return Estimate(first, error) if isfinite(error) else None


def _step_length(xs: Sequence[float], direction: Sequence[float]) -> float:
    """Return a power of two, small against 1 and against the operands that vary.

    At an operand of 0 the step is small against the others: hypot(0, b) is analytic
    within b.
    """
    varied = [abs(x) for x, w in zip(xs, direction, strict=True) if w and x]
    sizes = varied or [abs(x) for x in xs if x]
    _, exponent = math.frexp(min([1.0, *sizes]))
    return math.ldexp(1.0, exponent + _STEP)


def _imaginary_quotient(
    complexes: Arithmetic,
    primitive: Primitive,
    xs: Sequence[float],
    direction: Sequence[float],
    step: float,
) -> float | None:
    """Return the imaginary part over the step; None if it under- or overflows."""
    stepped = [complex(x, w * step) for x, w in zip(xs, direction, strict=True)]
    part: float = complexes.output(primitive, tuple(stepped)).imag
    has_digits = part == 0.0 or _LEAST <= abs(part) < math.inf
    return part / step if step and has_digits else None


def _has_room(xs: Sequence[float]) -> bool:
    """Return whether products of some operands neither overflow nor underflow."""
    return sum(abs(math.frexp(x)[1]) for x in xs) < _ROOM
