"""Claimed derivatives beside differences: which agree, which differ, which neither."""

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
_SURE = 0.1  # of the gap between two numbers: an error that still tells them apart
_SMALL = 20.0  # times the step at which rounding fills that gap
_NEXT_TO_0 = (2.0**-60, 2.0**-250, 2.0**-900)  # steps where nothing is rounded
_CONTRADICT = "differences of large and of small steps contradict each other"
_NO_DIGITS = "no digit of the number is certain: all of it is rounding"
_UNDERFLOWS = "f is too small: within its input's size it changes by no normal float"
_NEVER_SETTLES = "the differences settle on nothing: a jump, a pole or rounding"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How close two derivatives have to be.

    ``relative``: beyond the estimated error, for rounding in the gradient.
    ``resolution``: the largest relative error of an estimate that is still worth a
    judgement; relative to the derivative, or to the function over its argument if
    that is larger.
    """

    relative: float
    resolution: float


class Outcome(NamedTuple):
    """One derivative: what was claimed, what differences show, and the verdict."""

    claimed: float
    difference: float
    estimate: float  # of the error of the difference
    verdict: Verdict
    reason: str = ""


def judge_exactly(claim: float, estimate: Estimate) -> Outcome:
    """Judge a claim by a slope that is known up to rounding: no tolerance is added."""
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
    """Judge what is claimed of the slope at ``x`` of each number that f returns.

    At a kink, and where no difference settles, nothing is judged; at an end of the
    domain the differences of the other side decide. A claim differs only if it does
    at small steps, too: large ones may span a kink nearby, or many periods of a wave.
    """
    outcomes = [
        outcome._replace(verdict="not judged", reason=_UNDERFLOWS)
        if outcome.verdict != "agrees" and _underflows(outcome, x)
        else outcome
        for outcome in _first_and_second_look(f, x, claims, rounding, tolerance)
    ]
    if all(outcome.verdict != "differs" for outcome in outcomes):
        return outcomes
    return [
        _third_look(f, x, outcome, rounding, k)
        if outcome.verdict == "differs" and isfinite(outcome.claimed)
        else outcome
        for k, outcome in enumerate(outcomes)
    ]


def _first_and_second_look(
    f: Callable[[float], Sequence[float]],
    x: float,
    claims: Sequence[float],
    rounding: Sequence[float],
    tolerance: Tolerance,
) -> list[Outcome]:
    scales = [abs(value) / max(1.0, abs(x)) for value in f(x)]
    central = differences(f, x, rounding)
    outcomes = list(map(_outcome, claims, central, scales, [tolerance] * len(claims)))
    if all(outcome.verdict == "agrees" for outcome in outcomes):
        return outcomes
    below = differences(f, x, rounding, -1)
    above = differences(f, x, rounding, 1)
    return [
        outcome
        if outcome.verdict == "agrees"
        else _second_look(outcome, sides, scale, tolerance)
        for outcome, sides, scale in zip(
            outcomes, zip(below, above, strict=True), scales, strict=True
        )
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
    # Against inf or nan a number has to stand by itself.
    size = max(abs(claim), scale) if isfinite(claim) else 0.0
    size = max(abs(estimate.number), size)
    return estimate.error < inf and estimate.error <= tolerance.resolution * size


def _underflows(outcome: Outcome, x: float) -> bool:
    """Whether lines of both slopes rise over x, which is not 0, by no normal float."""
    steeper = max(abs(outcome.claimed), abs(outcome.difference))
    return x != 0.0 and steeper * abs(x) < sys.float_info.min


def _second_look(
    outcome: Outcome,
    sides: tuple[Estimate, Estimate],
    scale: float,
    tolerance: Tolerance,
) -> Outcome:
    """From each side by itself: is it a kink, or the end of the domain?"""
    below, above = sides
    if inf in {below.error, above.error}:
        inside = below if above.error == inf else above
        return _outcome(outcome.claimed, inside, scale, tolerance)
    settled = [_settled(side, outcome.claimed, scale, tolerance) for side in sides]
    if not (isfinite(outcome.claimed) or any(settled)):  # by symmetry alone: a cusp
        return outcome._replace(verdict="not judged", reason=_NEVER_SETTLES)
    apart = abs(below.number - above.number)
    size = max(abs(below.number), abs(above.number))
    if all(settled) and apart > (
        _WITHIN * (below.error + above.error) + tolerance.relative * size
    ):
        reason = f"a kink: {below.number:.6g} below, {above.number:.6g} above"
        return Outcome(outcome.claimed, nan, inf, "not judged", reason)
    return outcome


def _third_look(
    f: Callable[[float], Sequence[float]],
    x: float,
    outcome: Outcome,
    rounding: Sequence[float],
    k: int,
) -> Outcome:
    """At the smallest steps that tell the claim from the difference: is it still so?"""
    apart = abs(outcome.claimed - outcome.difference)
    step = _SMALL * rounding[k] / apart
    if 0.0 < max(abs(f(x)[k]), _size(f, x + step, k)) < rounding[k]:
        return outcome._replace(verdict="not judged", reason=_NO_DIGITS)
    for shorter in (step,) if step else _NEXT_TO_0:
        for side in (0, -1, 1):  # the first that is inside the domain
            near = extrapolated(f, x, shorter, side, rounding)[k]
            if near.error < inf:
                gap = abs(near.number - outcome.difference)
                if gap > max(_WITHIN * near.error, _SURE * apart):
                    return outcome._replace(verdict="not judged", reason=_CONTRADICT)
                break
    return outcome


def _size(f: Callable[[float], Sequence[float]], x: float, k: int) -> float:
    """Of one number; infinite where f is outside its domain."""
    try:
        number = f(x)[k]
    except (ArithmeticError, ValueError):
        return inf
    return abs(number) if isfinite(number) else inf
