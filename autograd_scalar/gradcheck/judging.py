"""Judge claimed derivatives by finite differences: agrees, differs, or not judged.

`judge` looks up to three times: at central differences; where these do not agree, at
one-sided differences, which reveal kinks and ends of the domain; and where a claim
still differs, at the smallest steps that separate it from the differences, which reveal
that large steps spanned a kink or several periods.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from math import inf, isfinite, nan
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from autograd_scalar.gradcheck.estimates import Estimate, differences, extrapolated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Outcome", "Tolerance", "Verdict", "judge", "judge_exactly"]

Verdict: TypeAlias = Literal["agrees", "differs", "not judged"]

_WITHIN = 4.0  # times the estimated error
_SOME_DIGIT = 0.25  # relative error beyond which an estimate says nothing of a claim
_FAR_OUT = 2.0**40
_SURE = 0.1  # an error of this share of a gap still separates its two ends
_SMALL = 20.0  # times the step at which rounding is as large as that gap
_NEXT_TO_0 = (2.0**-60, 2.0**-250, 2.0**-900)  # steps to try if rounding is 0
_KINK = "a kink"
_CONTRADICT = "differences of large and of small steps contradict each other"
_NO_DIGITS = "no digit of the number is certain: all of it is rounding"
_UNDERFLOWS = "f is too small: within its input's size it changes by no normal float"
_SEES_NOTHING = "no step of differences is small enough: a pole or an end is too near"
_NEVER_SETTLES = "the differences settle on nothing: a jump, a pole or rounding"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How close two derivatives have to be.

    Attributes:
        relative: the allowed relative difference, beyond the estimated error; it
            covers rounding in the gradient.
        resolution: the largest relative error of an estimate that is used to judge;
            relative to the derivative, or to the function over its argument if that
            is larger.
    """

    relative: float
    resolution: float


class Outcome(NamedTuple):
    """One derivative: the claim, the estimate by differences, and the verdict."""

    claimed: float
    difference: float
    estimate: float  # of the error of the difference
    verdict: Verdict
    reason: str = ""


def judge_exactly(claim: float, estimate: Estimate) -> Outcome:
    """Judge a claim by a derivative that is known to rounding; add no tolerance."""
    number, error = estimate
    agrees = abs(claim - number) <= _WITHIN * error
    return Outcome(claim, number, error, "agrees" if agrees else "differs")


def judge(
    f: Callable[[float], Sequence[float]],
    x: float,
    claims: Sequence[float],
    rounding: Sequence[float],
    tolerance: Tolerance,
) -> list[Outcome]:
    """Judge the claimed derivatives at ``x`` of the numbers that f returns.

    At a kink, and where the differences do not settle, nothing is judged. At an end of
    the domain the differences of the inner side decide. A claim differs only if it
    differs at small steps, too: large steps may span a kink nearby, or many periods.

    Args:
        f: returns one number for each claim; raises ArithmeticError or ValueError, or
            returns nan, outside its domain.
        x: the point.
        claims: the claimed derivatives.
        rounding: for each number of f, a bound on its rounding error near ``x``.
        tolerance: how close a claim has to be.
    """
    outcomes = [
        outcome._replace(verdict="not judged", reason=_UNDERFLOWS)
        if outcome.verdict != "agrees" and _underflows(outcome, x)
        else outcome
        for outcome in _by_large_steps(f, x, claims, rounding, tolerance)
    ]
    if all(outcome.verdict != "differs" for outcome in outcomes):
        return outcomes
    outcomes = [
        _by_small_steps(f, x, outcome, rounding, k)
        if outcome.verdict == "differs" and isfinite(outcome.claimed)
        else outcome
        for k, outcome in enumerate(outcomes)
    ]
    # Beside a pole, closer than any step, a claim may be far larger than what they see.
    return [
        outcome._replace(verdict="not judged", reason=_SEES_NOTHING)
        if outcome.verdict == "differs" and _has_no_digit(outcome, value, x)
        else outcome
        for outcome, value in zip(outcomes, f(x), strict=True)
    ]


def _by_large_steps(
    f: Callable[[float], Sequence[float]],
    x: float,
    claims: Sequence[float],
    rounding: Sequence[float],
    tolerance: Tolerance,
) -> list[Outcome]:
    """Judge by central differences; where these do not agree, by one-sided ones."""
    scales = [abs(value) / max(1.0, abs(x)) for value in f(x)]
    central = differences(f, x, rounding)
    outcomes = list(map(_outcome, claims, central, scales, [tolerance] * len(claims)))
    if all(outcome.verdict == "agrees" for outcome in outcomes):
        return outcomes
    below = differences(f, x, rounding, -1)
    above = differences(f, x, rounding, 1)
    outcomes = [
        outcome
        if outcome.verdict == "agrees"
        else _by_sides(outcome, sides, scale, tolerance)
        for outcome, sides, scale in zip(
            outcomes, zip(below, above, strict=True), scales, strict=True
        )
    ]
    # A wave that large steps do not resolve looks like a kink to them.
    return [
        outcome._replace(reason=_CONTRADICT)
        if outcome.reason.startswith(_KINK)
        and _is_moved_by_small_steps(f, x, sides, rounding, k)
        else outcome
        for k, (outcome, *sides) in enumerate(zip(outcomes, below, above, strict=True))
    ]


def _outcome(
    claim: float, estimate: Estimate, scale: float, tolerance: Tolerance
) -> Outcome:
    number, error = estimate
    if not _settled(estimate, claim, scale, tolerance):
        return Outcome(claim, number, error, "not judged", _NEVER_SETTLES)
    allowed = _WITHIN * error + tolerance.relative * max(abs(claim), abs(number))
    # A claim of inf or nan where the differences settle on a number differs.
    agrees = isfinite(claim) and abs(claim - number) <= allowed
    return Outcome(claim, number, error, "agrees" if agrees else "differs")


def _settled(
    estimate: Estimate, claim: float, scale: float, tolerance: Tolerance
) -> bool:
    # A claim of inf or nan gives no scale for the error.
    size = max(abs(claim), scale) if isfinite(claim) else 0.0
    size = max(abs(estimate.number), size)
    return estimate.error < inf and estimate.error <= tolerance.resolution * size


def _underflows(outcome: Outcome, x: float) -> bool:
    """Return whether both derivatives times x, if not 0, are no normal floats."""
    larger = max(abs(outcome.claimed), abs(outcome.difference))
    return x != 0.0 and larger * abs(x) < sys.float_info.min


def _has_no_digit(outcome: Outcome, value: float, x: float) -> bool:
    """Return whether the estimate's error is of its own size, and of value / x.

    A 0 is told by a flat function, but for far out, where waves fit between floats.
    """
    if outcome.difference == 0.0 and abs(x) < _FAR_OUT:
        return False
    size = max(abs(outcome.difference), abs(value) / max(1.0, abs(x)))
    return outcome.estimate > _SOME_DIGIT * size


def _by_sides(
    outcome: Outcome,
    sides: tuple[Estimate, Estimate],
    scale: float,
    tolerance: Tolerance,
) -> Outcome:
    """Judge by each side alone: it may be a kink or the end of the domain."""
    below, above = sides
    if inf in {below.error, above.error}:
        inside = below if above.error == inf else above
        return _outcome(outcome.claimed, inside, scale, tolerance)
    settled = [_settled(side, outcome.claimed, scale, tolerance) for side in sides]
    # At a cusp central differences settle by symmetry alone.
    if not (isfinite(outcome.claimed) or any(settled)):
        return outcome._replace(verdict="not judged", reason=_NEVER_SETTLES)
    apart = abs(below.number - above.number)
    size = max(abs(below.number), abs(above.number))
    if all(settled) and apart > (
        _WITHIN * (below.error + above.error) + tolerance.relative * size
    ):
        reason = f"{_KINK}: {below.number:.6g} below, {above.number:.6g} above"
        return Outcome(outcome.claimed, nan, inf, "not judged", reason)
    return outcome


def _by_small_steps(
    f: Callable[[float], Sequence[float]],
    x: float,
    outcome: Outcome,
    rounding: Sequence[float],
    k: int,
) -> Outcome:
    """Judge again at the smallest steps that separate the claim from the estimate."""
    apart = abs(outcome.claimed - outcome.difference)
    step = _SMALL * rounding[k] / apart
    if 0.0 < max(abs(f(x)[k]), _size(f, x + step, k)) < rounding[k]:
        return outcome._replace(verdict="not judged", reason=_NO_DIGITS)
    for shorter in _steps_that_see(apart, rounding[k]):
        for side in (0, -1, 1):  # the first that is inside the domain
            near = extrapolated(f, x, shorter, side, rounding)[k]
            if near.error < inf:
                if _is_elsewhere(near, outcome.difference, apart):
                    return outcome._replace(verdict="not judged", reason=_CONTRADICT)
                break
    return outcome


def _is_moved_by_small_steps(
    f: Callable[[float], Sequence[float]],
    x: float,
    sides: Sequence[Estimate],
    rounding: Sequence[float],
    k: int,
) -> bool:
    """Return whether small steps see another slope on one side than large ones saw."""
    below, above = sides
    apart = abs(below.number - above.number)
    return any(
        near.error < inf and _is_elsewhere(near, far.number, apart)
        for step in _steps_that_see(apart, rounding[k])
        for side, far in ((-1, below), (1, above))
        for near in (extrapolated(f, x, step, side, rounding)[k],)
    )


def _steps_that_see(gap: float, rounding: float) -> tuple[float, ...]:
    """Return the smallest steps whose differences tell numbers so far apart."""
    step = _SMALL * rounding / gap
    return (step,) if step else _NEXT_TO_0


def _is_elsewhere(near: Estimate, number: float, apart: float) -> bool:
    return abs(near.number - number) > max(_WITHIN * near.error, _SURE * apart)


def _size(f: Callable[[float], Sequence[float]], x: float, k: int) -> float:
    """Return the size of one number of f; inf outside the domain of f."""
    try:
        number = f(x)[k]
    except (ArithmeticError, ValueError):
        return inf
    return abs(number) if isfinite(number) else inf
