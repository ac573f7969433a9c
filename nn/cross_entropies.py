"""The cross-entropies of `nn.losses` as primitives: one node each.

Composed of simpler primitives they would lose digits: log(sum of e**z) - z_k gives 0
for the logits (40, 0), where the exact value is 4e-18. Each has two forms of its
partial derivatives: on floats, written for accuracy; on Values, used for second
derivatives, which are then accurate too.

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

_LOWEST_EXPONENT: Final = -746.0  # exp of this and of all below is 0 in float64


def _operation(
    partials: Callable[..., tuple[Any, ...]], kernel: str, latex: str = ""
) -> Callable[[Callable[..., float]], Callable[..., Value]]:
    """Decorate as `primitive` does, typed for calls with Values only."""
    decorate = primitive(partials, latex=latex, kernel=kernel)
    return cast("Callable[[Callable[..., float]], Callable[..., Value]]", decorate)


def _times(weight: float, x: float) -> float:
    """Return weight * x, with 0 * inf = 0."""
    return weight * x if weight else 0.0


# ---- Of a probability ----------------------------------------------------------------


def _cross_entropy_partials(a: Any, y: Any, output: Any) -> tuple[Any, Any]:
    if type(output) is not float:
        # A target of 0 or 1 drops a term; computing 0 * inf would give nan.
        present = y / a if type(y) is not float or y else 0.0
        absent = (1.0 - y) / (1.0 - a) if type(y) is not float or y != 1.0 else 0.0
        return absent - present, ag.log1p(-a) - ag.log(a)
    if math.isnan(a):
        return math.nan, math.nan
    d_y = ag.log1p(-a) - ag.log(a)
    if y == 0.0:
        return _quotient(1.0, 1.0 - a), d_y
    if y == 1.0:
        return -_quotient(1.0, a), d_y
    return _quotient(a - y, a) / (1.0 - a) if a != 1.0 else math.inf, d_y


def _quotient(x: float, y: float) -> float:
    return x / y if y else math.copysign(math.inf, x)


@_operation(_cross_entropy_partials, "cross_entropy")
def cross_entropy(a: float, y: float) -> float:
    """Return -(y log a + (1 - y) log(1 - a)) of a probability a."""
    return _times(y, -ag.log(a)) + _times(1.0 - y, -ag.log1p(-a))


# ---- Of a logit ----------------------------------------------------------------------


def _sigmoid_partials(z: Any, y: Any, _: Any) -> tuple[Any, Any]:
    # sigmoid(z) - y, split because sigmoid(40) - 1 would round to 0.
    return (1.0 - y) * ag.sigmoid(z) - y * ag.sigmoid(-z), -z


@_operation(_sigmoid_partials, "cross_entropy_of_sigmoid")
def cross_entropy_of_sigmoid(z: float, y: float) -> float:
    """Return y softplus(-z) + (1 - y) softplus(z) of a logit z."""
    return _times(y, ag.softplus(-z)) + _times(1.0 - y, ag.softplus(z))


# ---- Of one logit per class ----------------------------------------------------------


class _Softmax(NamedTuple):
    """What the loss and its partials share; the probabilities are weights / total.

    ``others[k]`` is the sum of the weights without the k-th; ``surprises[k]`` is
    -log of the k-th probability, log(sum of e**z) - z_k. All are nan where the softmax
    is undefined.
    """

    weights: list[float]
    total: float
    others: list[float]
    surprises: list[float]


@lru_cache(maxsize=1)  # the partials are computed right after the loss
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
    # A sum of terms >= 0: nothing cancels.
    surprises = [rest + (high - x if x != high else 0.0) for x in z]
    return _Softmax(weights, total, others, surprises)


def _is_undefined(z: tuple[float, ...], high: float) -> bool:
    """Return whether the softmax is undefined: a nan, or two infinities on top."""
    return any(map(math.isnan, z)) or high == -math.inf or z.count(math.inf) > 1


def _exp_of_difference(x: float, high: float) -> float:
    """Return e**(x - high) for x <= high, corrected for the rounding of x - high.

    >>> _exp_of_difference(0.1, 1000.0), _exp_of_difference(3.0, 3.0)
    (0.0, 1.0)
    """
    if x == high:
        return 1.0
    d = x - high
    if d < _LOWEST_EXPONENT:
        return 0.0
    virtual = x - d
    # x - high is exactly d + ((x - (d + virtual)) + (virtual - high)).
    return math.exp(d) * (1.0 + ((x - (d + virtual)) + (virtual - high)))


def _sums_of_others(x: Sequence[float], top: int, total: float) -> list[float]:
    """Return, for each entry, the sum of the others.

    total - x loses digits for the largest entry alone, whose others are added up anew.
    """
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
    d_z = [
        (w * y_rest - y_k * w_rest) / total
        for w, y_rest, y_k, w_rest in zip(weights, y_others, y, others, strict=True)
    ]
    return *d_z, *surprises


def _softmax_partials_of_values(z: Sequence[Any], y: Sequence[Any]) -> tuple[Any, ...]:
    """Return the same on Values; P_k is the sigmoid of z_k - log(sum of other e**z)."""
    gaps = [x - ag.logsumexp(_without(k, z)) for k, x in enumerate(z)]
    d_z = [
        ag.sum(_without(k, y)) * ag.sigmoid(gap) - y[k] * ag.sigmoid(-gap)
        for k, gap in enumerate(gaps)
    ]
    return *d_z, *(ag.softplus(-gap) for gap in gaps)


def _without(k: int, x: Sequence[_T]) -> list[_T]:
    return [*x[:k], *x[k + 1 :]]


@_operation(
    _softmax_partials,
    "cross_entropy_of_softmax",
    latex=r"\operatorname{{cross\_entropy}}",
)
def cross_entropy_of_softmax(*zs_and_ys: float) -> float:
    """Return the sum of y_k (log(sum of e**z) - z_k) of logits z and targets y."""
    n = len(zs_and_ys) // 2
    surprises = _softmax(zs_and_ys[:n]).surprises
    terms = [y_k * s for y_k, s in zip(zs_and_ys[n:], surprises, strict=True) if y_k]
    return terms[0] if len(terms) == 1 else ag.sum([0.0, *terms])
