"""Losses of one example: ``loss(outputs, targets)``, added up over the outputs.

``outputs`` is a Value or a sequence of Values (numbers are lifted), ``targets`` a
number or a sequence of numbers. Any function of these two that returns a Value is a
loss. The mean or sum over a batch is `reduce_losses`, and never hidden in the loss.

Which nodes a loss builds depends on the lengths alone, not on the numbers: one graph
fits every example.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeVar, cast

import autograd_scalar as ag
from autograd_scalar import DataError, OperandError, ShapeError, Value, primitive
from nn.targets import (
    Outputs,
    Targets,
    class_index,
    hinge_label,
    number,
    paired,
    probability,
    values,
)

__all__ = [
    "LOSSES",
    "Loss",
    "Outputs",
    "Targets",
    "batch_loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "half_squared_error",
    "hinge",
    "mean_squared_error",
    "named_loss",
    "reduce_losses",
    "softmax_cross_entropy",
    "squared_error",
]

_T = TypeVar("_T")

Loss = Callable[[Outputs, Targets], Value]


def squared_error(outputs: Outputs, targets: Targets) -> Value:
    """Sum of (a - y)**2, the C0 of 3Blue1Brown.

    >>> squared_error([Value(1.0), Value(2.0)], [0.0, 5.0]).data
    10.0
    """
    return _total([(a - y).square() for a, y in paired(outputs, targets, number)])


def half_squared_error(outputs: Outputs, targets: Targets) -> Value:
    """Half the sum of (a - y)**2, whose derivative is a - y.

    >>> half_squared_error([Value(1.0), Value(2.0)], [0.0, 5.0]).data
    5.0
    """
    return 0.5 * squared_error(outputs, targets)


def mean_squared_error(outputs: Outputs, targets: Targets) -> Value:
    """Mean of (a - y)**2 over the outputs.

    >>> mean_squared_error([Value(1.0), Value(2.0)], [0.0, 5.0]).data
    5.0
    """
    return ag.mean((a - y).square() for a, y in paired(outputs, targets, number))


def binary_cross_entropy(outputs: Outputs, targets: Targets) -> Value:
    """Sum of -(y log a + (1 - y) log(1 - a)) for probabilities a; 0 log 0 is 0.

    >>> binary_cross_entropy(Value(0.25), 1.0).data == -ag.log(0.25)
    True
    >>> binary_cross_entropy(Value(0.0), 0.0).data == 0.0
    True

    Raises:
        DataError: an output or a target outside [0, 1].
    """
    pairs = paired(outputs, targets, probability)
    for a, _ in pairs:
        # Of the data, not of the Value: this comparison is no part of the function.
        if a.data < 0.0 or a.data > 1.0:  # nan passes
            msg = (
                "binary_cross_entropy needs probabilities from 0 to 1; for logits there"
                f" is binary_cross_entropy_with_logits, got {a.data!r}"
            )
            raise DataError(msg)
    return _total([_recorded(_cross_entropy, a, y) for a, y in pairs])


def binary_cross_entropy_with_logits(outputs: Outputs, targets: Targets) -> Value:
    """Sum of y softplus(-z) + (1 - y) softplus(z): the above at a = sigmoid(z).

    It keeps its digits at any z, and its derivative is sigmoid(z) - y.

    >>> binary_cross_entropy_with_logits(Value(1000.0), 0.0).data
    1000.0
    """
    pairs = paired(outputs, targets, probability)
    return _total([_recorded(_cross_entropy_of_sigmoid, z, y) for z, y in pairs])


def softmax_cross_entropy(outputs: Outputs, targets: Targets | int) -> Value:
    """Sum of y_k (log(sum of e**z) - z_k) for logits z; an int is the right class.

    The derivative is softmax(z)_k - y_k if the targets add up to 1, as they should.
    One node, whose parents are z0, z1, ..., y0, y1, ...; a target of 0 leaves its term
    out, so that a logit may be masked with -inf.

    >>> z = [Value(1000.0), Value(999.0)]
    >>> loss = softmax_cross_entropy(z, 0)
    >>> loss.backward()
    >>> round(loss.data, 6), round(z[1].grad, 6)
    (0.313262, 0.268941)

    Raises:
        ShapeError: fewer than two logits, or not one target for each.
        DataError: no class of this index, or a target outside [0, 1].
    """
    logits = values(outputs)
    if len(logits) == 1:
        msg = (
            "softmax_cross_entropy needs two logits or more, got 1; for a single one"
            " there is binary_cross_entropy_with_logits"
        )
        raise ShapeError(msg)
    right = class_index(targets, len(logits))
    if right is None:
        y = [target for _, target in paired(logits, targets, probability)]
    else:
        y = [Value(1.0 if k == right else 0.0) for k in range(len(logits))]
    return _recorded(_cross_entropy_of_softmax, *logits, *y)


def hinge(outputs: Outputs, targets: Targets) -> Value:
    """Sum of relu(1 - y a) for targets -1 and 1.

    >>> hinge(Value(0.25), -1).data
    1.25
    """
    return _total(
        [(1.0 - y * a).relu() for a, y in paired(outputs, targets, hinge_label)]
    )


def reduce_losses(losses: Iterable[Value], reduction: str = "mean") -> Value:
    """The losses of a batch as one cost: their "mean" or their "sum", as one node.

    >>> reduce_losses([Value(1.0), Value(2.0)]).data
    1.5

    Raises:
        OperandError: another reduction, or a loss that is no Value.
        ShapeError: there are no losses.
    """
    if reduction not in _REDUCTIONS:
        msg = f"reduction needs to be 'mean' or 'sum', got {reduction!r}"
        raise OperandError(msg)
    try:
        costs = list(losses)
    except TypeError:
        given: object = losses
        msg = (
            f"reduce_losses needs a list of losses, got {type(given).__name__}:"
            f" {given!r}; a single loss is a cost already"
        )
        raise OperandError(msg) from None
    if not costs:
        msg = "a batch needs at least one example, got none"
        raise ShapeError(msg)
    for i, cost in enumerate[object](costs):
        if not isinstance(cost, Value):
            msg = (
                f"losses[{i}] needs to be a Value, got {type(cost).__name__}: {cost!r};"
                " a number has no gradient"
            )
            raise OperandError(msg)
    return _REDUCTIONS[reduction](costs)


def named_loss(loss: Loss | str) -> Loss:
    """The loss of this name; a function is returned as it is.

    Raises:
        OperandError: neither a function nor the name of a loss.
    """
    given: object = loss
    if isinstance(given, str) and given in LOSSES:
        return LOSSES[given]
    if callable(given):
        return cast("Loss", given)
    msg = (
        f"a loss is one of {', '.join(LOSSES)}, or a function (outputs, targets) ->"
        f" Value, got {given!r}"
    )
    raise OperandError(msg)


def batch_loss(
    loss: Loss | str,
    outputs: Iterable[Outputs],
    targets: Iterable[Targets],
    reduction: str = "mean",
) -> Value:
    """``loss``, a function or its name, over the examples of a batch, one row each.

    >>> batch_loss(squared_error, [Value(1.0), Value(2.0)], [0.0, 5.0]).data
    5.0

    Raises:
        ShapeError: the numbers of rows differ, or are 0.
        OperandError: no loss has this name, or a loss is no Value.
    """
    function, rows, wanted = named_loss(loss), list(outputs), list(targets)
    if len(rows) != len(wanted):
        msg = f"a batch needs one target row for each of its {len(rows)} outputs,"
        msg += f" got {len(wanted)}"
        raise ShapeError(msg)
    pairs = zip(rows, wanted, strict=True)
    return reduce_losses((function(a, y) for a, y in pairs), reduction)


def _total(terms: list[Value]) -> Value:
    return terms[0] if len(terms) == 1 else ag.sum(terms)


# ---- Cross-entropies as operations of their own --------------------------------------
#
# Not as compositions: log(sum of e**z) - z_k of (40, 0) is 0 where it is 4e-18. The
# partials of floats are written for their digits; of Values, for second derivatives,
# so that theirs keep digits too.


def _recorded(operation: Callable[..., Value | float], *operands: Value) -> Value:
    return cast("Value", operation(*operands))


def _times(weight: float, x: float) -> float:
    """The product, where nothing of an infinity is nothing."""
    return weight * x if weight else 0.0


def cross_entropy(a: float, y: float) -> float:
    """-(y log a + (1 - y) log(1 - a))."""
    return _times(y, -ag.log(a)) + _times(1.0 - y, -ag.log1p(-a))


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


def cross_entropy_of_sigmoid(z: float, y: float) -> float:
    """Y softplus(-z) + (1 - y) softplus(z)."""
    return _times(y, ag.softplus(-z)) + _times(1.0 - y, ag.softplus(z))


def _sigmoid_partials(z: Any, y: Any, _: Any) -> tuple[Any, Any]:
    # sigmoid(z) - y, split so that sigmoid(40) - 1 keeps its digits.
    return (1.0 - y) * ag.sigmoid(z) - y * ag.sigmoid(-z), -z


def cross_entropy_of_softmax(*zs_and_ys: float) -> float:
    """Sum of y_k (log(sum of e**z) - z_k)."""
    z, y = _halves(zs_and_ys)
    return ag.sum(list(map(_times, y, _surprises(z, *_weights(z)))))


def _softmax_partials(*operands: Any) -> tuple[Any, ...]:
    *zs_and_ys, output = operands
    z, y = _halves(zs_and_ys)
    # dL/dz_k = P_k (sum of the other y) - y_k (sum of the other P)
    if type(output) is not float:
        gaps = [x - ag.logsumexp(_without(k, z)) for k, x in enumerate(z)]
        slopes = [
            ag.sum(_without(k, y)) * ag.sigmoid(gap) - y[k] * ag.sigmoid(-gap)
            for k, gap in enumerate(gaps)
        ]
        return *slopes, *(ag.softplus(-gap) for gap in gaps)
    top, weights = _weights(z)
    if math.isnan(weights[top]):
        return (math.nan,) * len(zs_and_ys)
    total = math.fsum(weights)
    pairs = zip(weights, _others(weights, top), y, _others(y, _largest(y)), strict=True)
    slopes = [
        (w * others_y - y_k * others) / total for w, others, y_k, others_y in pairs
    ]
    return *slopes, *_surprises(z, top, weights)


def _surprises(z: Sequence[float], top: int, weights: list[float]) -> list[float]:
    """log(sum of e**z) - z_k of every k: none is a difference of two large numbers."""
    rest = math.log1p(math.fsum(_without(top, weights)))
    return [rest + (z[top] - x if x != z[top] else 0.0) for x in z]


def _weights(z: Sequence[float]) -> tuple[int, list[float]]:
    """The index of the largest z, and every e**(z_k - z_top); nan if undefined."""
    top = _largest(z)
    high = z[top]
    if any(map(math.isnan, z)) or high == -math.inf or z.count(math.inf) > 1:
        return top, [math.nan] * len(z)
    return top, [1.0 if x == high else _exp_of_difference(x, high) for x in z]


def _exp_of_difference(a: float, b: float) -> float:
    d = a - b
    virtual = a - d
    error = (a - (d + virtual)) + (virtual - b)  # a - b is d + error exactly
    return math.exp(d) * (1.0 + error) if math.isfinite(error) else math.exp(d)


def _others(x: Sequence[float], top: int) -> list[float]:
    """The sum of all others beside each; only the largest could lose them to 1 - x."""
    total = math.fsum(x)
    sums = [total - part for part in x]
    sums[top] = math.fsum(_without(top, x))
    return sums


def _largest(x: Sequence[float]) -> int:
    return max(range(len(x)), key=x.__getitem__)


def _without(k: int, x: Sequence[_T]) -> list[_T]:
    return [*x[:k], *x[k + 1 :]]


def _halves(x: Sequence[_T]) -> tuple[Sequence[_T], Sequence[_T]]:
    n = len(x) // 2
    return x[:n], x[n:]


_cross_entropy: Final = primitive(_cross_entropy_partials)(cross_entropy)
_cross_entropy_of_sigmoid: Final = primitive(_sigmoid_partials)(
    cross_entropy_of_sigmoid
)
_cross_entropy_of_softmax: Final = primitive(
    _softmax_partials, latex=r"\operatorname{{cross\_entropy}}"
)(cross_entropy_of_softmax)


# ---- The table -----------------------------------------------------------------------

_REDUCTIONS: Final[dict[str, Callable[[list[Value]], Value]]] = {
    "mean": ag.mean,
    "sum": ag.sum,
}

LOSSES: Final[dict[str, Loss]] = {
    loss.__name__: loss
    for loss in (
        binary_cross_entropy,
        binary_cross_entropy_with_logits,
        half_squared_error,
        hinge,
        mean_squared_error,
        softmax_cross_entropy,
        squared_error,
    )
}
