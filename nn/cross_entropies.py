"""The cross-entropies of `nn.losses` as operations of their own, one node each.

Not as compositions: log(sum of e**z) - z_k of (40, 0) is 0 where it is 4e-18. The
partials of floats are written for their digits; of Values, for second derivatives, so
that theirs keep digits too.

>>> from autograd_scalar import Value
>>> z = Value(40.0)
>>> cross_entropy_of_sigmoid(z, 1.0).data
4.248354255291589e-18
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeVar, cast

import autograd_scalar as ag
from autograd_scalar import Value, primitive

__all__ = [
    "cross_entropy",
    "cross_entropy_of_sigmoid",
    "cross_entropy_of_softmax",
]

_T = TypeVar("_T")

_NOTHING: Final = -746.0  # e to this is 0 in float64


def _operation(
    partials: Callable[..., tuple[Any, ...]], latex: str = ""
) -> Callable[[Callable[..., float]], Callable[..., Value]]:
    """`primitive`, for what is called with Values only."""
    decorate = primitive(partials, latex=latex)
    return cast("Callable[[Callable[..., float]], Callable[..., Value]]", decorate)


def _times(weight: float, x: float) -> float:
    """The product, where nothing of an infinity is nothing."""
    return weight * x if weight else 0.0


# ---- Of a probability ----------------------------------------------------------------


def _cross_entropy_partials(a: Any, y: Any, output: Any) -> tuple[Any, Any]:
    if type(output) is not float:
        # What a plain target of 0 or 1 leaves out is not 0 times an infinity.
        present = y / a if type(y) is not float or y else 0.0
        absent = (1.0 - y) / (1.0 - a) if type(y) is not float or y != 1.0 else 0.0
        return absent - present, ag.log1p(-a) - ag.log(a)
    if math.isnan(a):
        return math.nan, math.nan
    slope_y = ag.log1p(-a) - ag.log(a)
    if y == 0.0:
        return _quotient(1.0, 1.0 - a), slope_y
    if y == 1.0:
        return -_quotient(1.0, a), slope_y
    return _quotient(a - y, a) / (1.0 - a) if a != 1.0 else math.inf, slope_y


def _quotient(x: float, y: float) -> float:
    return x / y if y else math.copysign(math.inf, x)


@_operation(_cross_entropy_partials)
def cross_entropy(a: float, y: float) -> float:
    """-(y log a + (1 - y) log(1 - a))."""
    return _times(y, -ag.log(a)) + _times(1.0 - y, -ag.log1p(-a))


# ---- Of a logit ----------------------------------------------------------------------


def _sigmoid_partials(z: Any, y: Any, _: Any) -> tuple[Any, Any]:
    # sigmoid(z) - y, split so that sigmoid(40) - 1 keeps its digits.
    return (1.0 - y) * ag.sigmoid(z) - y * ag.sigmoid(-z), -z


@_operation(_sigmoid_partials)
def cross_entropy_of_sigmoid(z: float, y: float) -> float:
    """The sum of y softplus(-z) and (1 - y) softplus(z)."""
    return _times(y, ag.softplus(-z)) + _times(1.0 - y, ag.softplus(z))


# ---- Of one logit per class ----------------------------------------------------------


class _Softmax(NamedTuple):
    """What the loss and its partials both need: P_k is weights[k] / total.

    ``others[k]`` is the sum of the weights but the k-th; ``surprises[k]`` is
    log(sum of e**z) - z_k. All are nan where the softmax is undefined.
    """

    weights: list[float]
    total: float
    others: list[float]
    surprises: list[float]


@lru_cache(maxsize=1)  # the partials are asked for right after the loss
def _softmax(z: tuple[float, ...]) -> _Softmax:
    high = max(z)
    if _is_undefined(z, high):
        nans = [math.nan] * len(z)
        return _Softmax(nans, math.nan, nans, nans)
    top = z.index(high)
    weights = [_exp_of_difference(x, high) for x in z]
    total = math.fsum(weights)
    others = _sums_of_others(weights, top, total)
    rest = math.log1p(others[top])
    # None of these is a difference of two large numbers.
    surprises = [rest + (high - x if x != high else 0.0) for x in z]
    return _Softmax(weights, total, others, surprises)


def _is_undefined(z: tuple[float, ...], high: float) -> bool:
    """Whether there is a nan, or two infinities contend for the top."""
    return any(map(math.isnan, z)) or high == -math.inf or z.count(math.inf) > 1


def _exp_of_difference(x: float, high: float) -> float:
    """e**(x - high) for x up to high, the rounding of the difference undone.

    >>> _exp_of_difference(0.1, 1000.0), _exp_of_difference(3.0, 3.0)
    (0.0, 1.0)
    """
    if x == high:
        return 1.0
    d = x - high
    if d < _NOTHING:
        return 0.0
    virtual = x - d
    # x - high is exactly d + ((x - (d + virtual)) + (virtual - high)).
    return math.exp(d) * (1.0 + ((x - (d + virtual)) + (virtual - high)))


def _sums_of_others(x: Sequence[float], top: int, total: float) -> list[float]:
    """The sum of all others beside each; only the largest could lose them to 1 - x."""
    sums = [total - part for part in x]
    sums[top] = math.fsum(_without(top, x))
    return sums


def _softmax_partials(*operands: Any) -> tuple[Any, ...]:
    n = len(operands) // 2
    z, y, output = operands[:n], operands[n:-1], operands[-1]
    if type(output) is not float:
        return _softmax_partials_of_values(z, y)
    weights, total, others, surprises = _softmax(z)
    if math.isnan(total):
        return (math.nan,) * (2 * n)
    y_others = _sums_of_others(y, y.index(max(y)), math.fsum(y))
    # dL/dz_k = P_k (sum of the other y) - y_k (sum of the other P)
    slopes = [
        (w * y_rest - y_k * w_rest) / total
        for w, y_rest, y_k, w_rest in zip(weights, y_others, y, others, strict=True)
    ]
    return *slopes, *surprises


def _softmax_partials_of_values(z: Sequence[Any], y: Sequence[Any]) -> tuple[Any, ...]:
    """The same with a gap, z_k - log(sum of the other e**z), in place of P_k."""
    gaps = [x - ag.logsumexp(_without(k, z)) for k, x in enumerate(z)]
    slopes = [
        ag.sum(_without(k, y)) * ag.sigmoid(gap) - y[k] * ag.sigmoid(-gap)
        for k, gap in enumerate(gaps)
    ]
    return *slopes, *(ag.softplus(-gap) for gap in gaps)


def _without(k: int, x: Sequence[_T]) -> list[_T]:
    return [*x[:k], *x[k + 1 :]]


@_operation(_softmax_partials, latex=r"\operatorname{{cross\_entropy}}")
def cross_entropy_of_softmax(*zs_and_ys: float) -> float:
    """Sum of y_k (log(sum of e**z) - z_k)."""
    n = len(zs_and_ys) // 2
    surprises = _softmax(zs_and_ys[:n]).surprises
    terms = [y_k * s for y_k, s in zip(zs_and_ys[n:], surprises, strict=True) if y_k]
    return terms[0] if len(terms) == 1 else ag.sum([0.0, *terms])
