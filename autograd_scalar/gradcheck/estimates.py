"""Derivatives by differences, each with an estimate of its own error.

Differences at ever smaller steps, extrapolated to step zero (Richardson; Ridders,
"Accurate computation of F'(x) and F'(x)F''(x)", Advances in Engineering Software 4,
1982): the entry of the tableau with the least error is taken. The error is how far
neighbouring entries differ, plus what rounding in the function can do at that step.

>>> import math
>>> (slope,) = differences(lambda x: [math.sin(x)], 1.0, rounding=[2e-16])
>>> abs(slope.number - math.cos(1.0)) <= slope.error < 1e-11
True
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


_RATIO = 4.0  # between one step and the next
_LEVELS = 14  # the last step is 1.5e-8 of the first
_COLUMNS = 6  # of the tableau
_SETTLED = 1e-9  # relative error at which a second scale of steps is not needed
_CONFIRMS = 4.0  # how often its error an estimate may be away from the truth


class Estimate(NamedTuple):
    """A derivative and its error; an infinite error where nothing was found."""

    number: float
    error: float


_NOTHING = Estimate(nan, inf)


def differences(
    f: Callable[[float], Sequence[float]],
    x: float,
    rounding: Sequence[float],
    side: int = 0,
) -> list[Estimate]:
    """The derivative at ``x`` of each of the numbers that f returns.

    ``rounding`` is, for each of them, what rounding may add to it; ``side`` is 0 for
    central differences, 1 or -1 to stay above or below ``x``. An f that raises
    ArithmeticError or ValueError is outside its domain there, like one that gives nan.
    """
    best = [_NOTHING] * len(rounding)
    size = abs(x)
    if size == inf or isnan(x):
        return best
    # Beside a pole at 0, steps have to be small against x; far out, where a periodic
    # function has many periods, they have to be small against 1.
    scales = [max(size, 1.0)] + ([min(size, 1.0)] if size not in {0.0, 1.0} else [])
    for scale in scales:
        step = 2.0 ** math.floor(math.log2(scale) - 3.0)
        # Two tableaux of different steps: each may settle on a wrong number by chance.
        first = extrapolated(f, x, step, side, rounding)
        second = extrapolated(f, x, 0.75 * step, side, rounding)
        pairs = zip(best, map(_agreed, first, second), strict=True)
        best = [_finer(*pair) for pair in pairs]
        if all(e.error <= _SETTLED * abs(e.number) for e in best):
            break
    return best


def _agreed(a: Estimate, b: Estimate) -> Estimate:
    """The better one; where the two contradict each other, that far off."""
    better = a if a.error <= b.error else b
    apart = abs(a.number - b.number)
    if apart > _CONFIRMS * (a.error + b.error):
        return Estimate(better.number, apart)
    return better


def _finer(coarse: Estimate, fine: Estimate) -> Estimate:
    """The better one; where they contradict each other, that of the smaller steps.

    Large steps see the average of a wave, and 0 for the slope of x² beside 0.
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
    """`differences` from one tableau, that begins with this step."""
    factor = _RATIO if side else _RATIO**2  # central differences are even in the step
    best = [_NOTHING] * len(rounding)
    rows: list[list[float]] = [[] for _ in rounding]
    for _ in range(_LEVELS):
        quotients = _quotients(f, x, step, side, len(rounding))
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
    """The next row of the tableau, and the entry of it that is nearest to its peers."""
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


def _quotients(
    f: Callable[[float], Sequence[float]], x: float, step: float, side: int, count: int
) -> list[float]:
    above, below = (x if side < 0 else x + step), (x if side > 0 else x - step)
    width = above - below  # exact, where x + step was rounded
    if width == 0.0:
        return [nan] * count
    try:
        pairs = zip(f(above), f(below), strict=True)
        return [(high - low) / width for high, low in pairs]
    except (ArithmeticError, ValueError):
        return [nan] * count


_EPS = sys.float_info.epsilon
_STEP = -120  # as a power of two, against the operand
_SECOND = 2.0**35  # times the step: its square is below rounding even beside a pole
_SAME = 4.0 * _EPS  # how far apart the slopes by the two steps may be
_LEAST = 2.0**-960  # imaginary part; smaller ones may have lost digits to underflow
_ULPS = 16.0  # that a rule may lose; none was seen to lose half of that

# Some lose more: how many ULP, by the operands.
_MORE_ULPS: Final[dict[str, Callable[..., float]]] = {
    **dict.fromkeys(("pow", "pow_constant"), lambda _, n: min(abs(n), 100.0)),
    **dict.fromkeys(
        ("logaddexp", "logsumexp"), lambda *xs: len(xs) + (max(xs) - min(xs))
    ),
    **dict.fromkeys(("sum", "mean", "dot"), lambda *xs: float(len(xs))),
    "prod": lambda *xs: len(xs) if _has_room(xs) else math.inf,
    "cbrt": lambda x: abs(math.frexp(x)[1]) / 8.0,  # a third is not a float
    "gelu": lambda x: x * x,
}
# The slopes of x·g(x) and of g(x)/x are sums of terms that may cancel: their size.
_TERMS: Final[dict[str, Callable[..., float]]] = {
    **dict.fromkeys(("gelu", "silu"), lambda x, y: abs(y / x) if x else 0.0),
    "sinc": lambda x, _: 2.0 / abs(x) if x else 0.0,
}

_ROOM = 800  # bits of exponent: no product of some operands and a step leaves the range


def _has_room(xs: Sequence[float]) -> bool:
    return sum(abs(math.frexp(x)[1]) for x in xs) < _ROOM


def complex_step(  # noqa: PLR0913, PLR0917  (a node, and how to step it)
    complexes: Arithmetic,
    row: Primitive,
    xs: Sequence[float],
    y: float,
    direction: Sequence[float],
    size: float,
) -> Estimate | None:
    """The slope of a row along a direction; None where the step does not apply.

    ``xs`` are its operands and ``y`` the output recorded for them; ``size`` is that of
    the terms of the slope, its operands' slopes times the direction.

    The step applies where the row computes what a row of the table computes, that is
    analytic, away from its kinks and from underflow and overflow.
    """
    known = PRIMITIVES.get(row.name)
    if known is None or known.forward is not row.forward or known.is_piecewise:
        return None
    if not all(map(isfinite, (*xs, y, size))) or row.forward(*xs) != y:
        return None
    if any(kink.at(*xs) for kink in known.kinks):
        return None
    step = _step_length(xs, direction)
    first = _quotient(complexes, known, xs, direction, step)
    second = _quotient(complexes, known, xs, direction, step * _SECOND)
    # What is not proportional to the step is no slope: a branch cut, underflow, a wave.
    if first is None or second is None or abs(first - second) > _SAME * abs(first):
        return None
    if not first and size:
        return None  # it may be underflow, and no 0
    ulps, terms = _ULPS, max(size, abs(first))
    if row.name in _MORE_ULPS:
        ulps += _MORE_ULPS[row.name](*xs)
    if row.name in _TERMS:
        terms += _TERMS[row.name](*xs, y)
    error = ulps * _EPS * terms
    return Estimate(first, error) if isfinite(error) else None


def _step_length(xs: Sequence[float], direction: Sequence[float]) -> float:
    """A power of two, small against 1 and against what moves.

    A 0 is moved by little against the other operands: hypot(0, b) is analytic within b.
    """
    moving = [abs(x) for x, w in zip(xs, direction, strict=True) if w and x]
    sizes = moving or [abs(x) for x in xs if x]
    _, exponent = math.frexp(min([1.0, *sizes]))
    return math.ldexp(1.0, exponent + _STEP)


def _quotient(
    complexes: Arithmetic,
    row: Primitive,
    xs: Sequence[float],
    direction: Sequence[float],
    step: float,
) -> float | None:
    """The imaginary part over the step; None where it has no digits."""
    stepped = [complex(x, w * step) for x, w in zip(xs, direction, strict=True)]
    part: float = complexes.output(row, tuple(stepped)).imag
    has_digits = part == 0.0 or _LEAST <= abs(part) < math.inf
    return part / step if step and has_digits else None
