"""The slope of an analytic row by a complex step, to a few ULP.

Of an analytic function, f(x + ih) = f(x) + ih f'(x) + O(h²): the imaginary part over h
is the derivative, and as nothing is subtracted, h may be so small that the rest is
nothing (Squire and Trapp, "Using complex variables to estimate derivatives of real
functions", SIAM Review 40, 1998). The row's rule for complex numbers is stepped, which
shares no formula with the row's partials.

>>> from autograd_scalar.numbers.arithmetic import arithmetic_of
>>> from autograd_scalar.primitives import TANH
>>> complexes, y = arithmetic_of(complex, digits=0), TANH.forward(1.0)
>>> slope = complex_step(complexes, TANH, [1.0], y, [1.0], size=0.42)
>>> slope.number, slope.error < 2e-15
(0.41997434161402614, True)
"""

from __future__ import annotations

import math
import sys
from math import isfinite
from typing import TYPE_CHECKING, Final

from autograd_scalar.gradcheck.differences import Estimate
from autograd_scalar.numbers.pieces import PIECEWISE
from autograd_scalar.primitives import PRIMITIVES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autograd_scalar.numbers.arithmetic import Arithmetic
    from autograd_scalar.primitives import Primitive

__all__ = ["complex_step"]

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
    if known is None or known.forward is not row.forward or row.name in PIECEWISE:
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
