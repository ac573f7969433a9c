"""Losses of one example, ``loss(outputs, targets)``, and the cost over a batch.

``outputs`` is a Value or a sequence of Values (numbers become Values), ``targets`` a
number or a sequence of numbers. Any function of these two that returns a Value is a
loss. A loss sums over the outputs of one example; the mean or sum over a batch is
`reduce_losses`.

Which nodes a loss records depends on the lengths alone, not on the numbers.

Each is derived by hand in `nn.matrix`, which `check_deltas` compares.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Final, cast

import autograd_scalar as ag
from autograd_scalar import DataError, OperandError, ShapeError, Value, as_value
from nn.arguments import listed, shown, whole
from nn.cross_entropies import (
    cross_entropy,
    cross_entropy_of_sigmoid,
    cross_entropy_of_softmax,
)

__all__ = [
    "LOSSES",
    "Loss",
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

Outputs = Value | float | Iterable[Value | float]
Targets = Value | float | Iterable[Value | float]
Loss = Callable[[Outputs, Targets], Value]


def squared_error(outputs: Outputs, targets: Targets) -> Value:
    """Return the sum of (a - y)**2, 3Blue1Brown's C0; its derivative is 2 (a - y).

    >>> squared_error([Value(1.0), Value(2.0)], [0.0, 5.0]).data
    10.0

    Raises:
        OperandError: an output or target is not a real number.
        ShapeError: there is not one target for each output, or no output.
        DataError: a target is not finite.
    """
    return _total([(a - y).square() for a, y in _paired(outputs, targets, _number)])


def half_squared_error(outputs: Outputs, targets: Targets) -> Value:
    """Return half the sum of (a - y)**2, Nielsen's cost; its derivative is a - y.

    >>> half_squared_error([Value(1.0), Value(2.0)], [0.0, 5.0]).data
    5.0

    Raises:
        OperandError: an output or target is not a real number.
        ShapeError: there is not one target for each output, or no output.
        DataError: a target is not finite.
    """
    return 0.5 * squared_error(outputs, targets)


def mean_squared_error(outputs: Outputs, targets: Targets) -> Value:
    """Return the mean of (a - y)**2 over the n outputs; derivative 2 (a - y) / n.

    >>> mean_squared_error([Value(1.0), Value(2.0)], [0.0, 5.0]).data
    5.0

    Raises:
        OperandError: an output or target is not a real number.
        ShapeError: there is not one target for each output, or no output.
        DataError: a target is not finite.
    """
    return ag.mean((a - y).square() for a, y in _paired(outputs, targets, _number))


def binary_cross_entropy(outputs: Outputs, targets: Targets) -> Value:
    """Return the sum of -(y log a + (1 - y) log(1 - a)), with 0 log 0 = 0.

    The outputs a are probabilities; the derivative is (a - y) / (a (1 - a)).

    >>> binary_cross_entropy(Value(0.25), 1.0).data == -ag.log(0.25)
    True
    >>> binary_cross_entropy(Value(0.0), 0.0).data == 0.0
    True

    Raises:
        OperandError: an output or target is not a real number.
        ShapeError: there is not one target for each output, or no output.
        DataError: an output or a target is outside [0, 1].
    """
    pairs = _paired(outputs, targets, _probability)
    for a, _ in pairs:
        # Compare the data: a comparison of Values may itself be recorded.
        if a.data < 0.0 or a.data > 1.0:  # nan passes
            msg = (
                f"binary_cross_entropy needs probabilities from 0 to 1, got {a.data!r};"
                " for logits use binary_cross_entropy_with_logits"
            )
            raise DataError(msg)
    return _total([cross_entropy(a, y) for a, y in pairs])


def binary_cross_entropy_with_logits(outputs: Outputs, targets: Targets) -> Value:
    """Return `binary_cross_entropy` of a = sigmoid(z), computed from the logits z.

    The sum of y softplus(-z) + (1 - y) softplus(z), which is accurate for every z; its
    derivative is sigmoid(z) - y.

    >>> binary_cross_entropy_with_logits(Value(1000.0), 0.0).data
    1000.0

    Raises:
        OperandError: an output or target is not a real number.
        ShapeError: there is not one target for each output, or no output.
        DataError: a target is outside [0, 1].
    """
    pairs = _paired(outputs, targets, _probability)
    return _total([cross_entropy_of_sigmoid(z, y) for z, y in pairs])


def softmax_cross_entropy(outputs: Outputs, targets: Targets | int) -> Value:
    """Return the sum over the classes k of y_k (log(sum of e**z) - z_k), for logits z.

    ``targets`` holds a probability for each class, or is an int, the index of the right
    class. The derivative is softmax(z)_k - y_k if the targets add up to 1.

    The result is one node with the parents z0, z1, ..., y0, y1, .... A target of 0
    drops its term, so that a logit may be masked with -inf.

    >>> z = [Value(1000.0), Value(999.0)]
    >>> loss = softmax_cross_entropy(z, 0)
    >>> loss.backward()
    >>> round(loss.data, 6), round(z[1].grad, 6)
    (0.313262, 0.268941)

    Raises:
        OperandError: an output or target is not a real number.
        ShapeError: there are fewer than two logits, or not one target for each.
        DataError: there is no class of this index, or a target is outside [0, 1].
    """
    logits = _values(outputs)
    if len(logits) == 1:
        msg = (
            "softmax_cross_entropy needs two logits or more, got 1; for a single one"
            " use binary_cross_entropy_with_logits"
        )
        raise ShapeError(msg)
    right = _class_index(targets, len(logits))
    if right is None:
        y = [target for _, target in _paired(logits, targets, _probability)]
    else:
        y = [Value(1.0 if k == right else 0.0) for k in range(len(logits))]
    return cross_entropy_of_softmax(*logits, *y)


def hinge(outputs: Outputs, targets: Targets) -> Value:
    """Return the sum of max(1 - y a, 0) for targets y = -1 or 1, as micrograd's demo.

    >>> hinge(Value(0.25), -1).data
    1.25

    Raises:
        OperandError: an output or target is not a real number.
        ShapeError: there is not one target for each output, or no output.
        DataError: a target is neither -1 nor 1.
    """
    return _total(
        [(1.0 - y * a).relu() for a, y in _paired(outputs, targets, _hinge_label)]
    )


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


# ---- Batches -------------------------------------------------------------------------

_REDUCTIONS: Final[dict[str, Callable[[list[Value]], Value]]] = {
    "mean": ag.mean,
    "sum": ag.sum,
}


def reduce_losses(losses: Iterable[Value], reduction: str = "mean") -> Value:
    """Return the cost of a batch, the "mean" or "sum" of its losses, as one node.

    >>> reduce_losses([Value(1.0), Value(2.0)]).data
    1.5

    Raises:
        OperandError: the reduction is neither, or a loss is not a Value.
        ShapeError: there are no losses.
    """
    name: object = reduction
    if not isinstance(name, str) or name not in _REDUCTIONS:
        msg = f"reduction needs to be 'mean' or 'sum', got {shown(reduction)}"
        raise OperandError(msg)
    try:
        costs = list(losses)
    except TypeError:
        given: object = losses
        msg = (
            f"reduce_losses needs a list of losses, got {type(given).__name__}:"
            f" {shown(given)}; a single loss is a cost already"
        )
        raise OperandError(msg) from None
    if not costs:
        msg = "a batch needs at least one example, got none"
        raise ShapeError(msg)
    for i, cost in enumerate[object](costs):
        if not isinstance(cost, Value):
            msg = (
                f"losses[{i}] needs to be a Value, got {type(cost).__name__}:"
                f" {shown(cost)};"
                " a number has no gradient"
            )
            raise OperandError(msg)
    return _REDUCTIONS[reduction](costs)


def named_loss(loss: Loss | str) -> Loss:
    """Return the loss of this name; a function is returned as it is.

    Raises:
        OperandError: ``loss`` is neither a function nor the name of a loss.
    """
    given: object = loss
    if isinstance(given, str) and given in LOSSES:
        return LOSSES[given]
    if callable(given):
        return cast("Loss", given)
    msg = (
        f"a loss is one of {', '.join(LOSSES)}, or a function (outputs, targets) ->"
        f" Value, got {shown(given)}"
    )
    raise OperandError(msg)


def batch_loss(
    loss: Loss | str,
    outputs: Iterable[Outputs],
    targets: Iterable[Targets],
    reduction: str = "mean",
) -> Value:
    """Return the cost of a batch: `reduce_losses` of the loss of each example.

    ``outputs`` and ``targets`` hold one row per example.

    >>> batch_loss(squared_error, [Value(1.0), Value(2.0)], [0.0, 5.0]).data
    5.0

    Raises:
        ShapeError: the numbers of rows differ, or are 0.
        OperandError: no loss has this name, or the loss returns no Value.
    """
    function, rows, wanted = (
        named_loss(loss),
        listed(outputs, "outputs"),
        listed(targets, "targets"),
    )
    if len(rows) != len(wanted):
        msg = (
            f"a batch needs one target row for each of its {len(rows)} outputs,"
            f" got {len(wanted)}"
        )
        raise ShapeError(msg)
    pairs = zip(rows, wanted, strict=True)
    return reduce_losses((function(a, y) for a, y in pairs), reduction)


# ---- Outputs and targets -------------------------------------------------------------


def _total(terms: list[Value]) -> Value:
    return terms[0] if len(terms) == 1 else ag.sum(terms)


def _values(outputs: Outputs) -> list[Value]:
    """Return the outputs as a list of Values, at least one."""
    items = [a if isinstance(a, Value) else Value(a) for a in _items(outputs)]
    if not items:
        msg = "a loss needs at least one output, got none"
        raise ShapeError(msg)
    return items


def _paired(
    outputs: Outputs, targets: Targets, accepts: Callable[[float], bool]
) -> list[tuple[Value, Value]]:
    """Return (output, target) pairs of Values; each target must pass ``accepts``."""
    a, y = _values(outputs), _items(targets)
    if len(a) != len(y):
        msg = (
            f"a loss needs one target for each output, got {len(a)} outputs and"
            f" {len(y)} targets"
        )
        raise ShapeError(msg)
    constants = [as_value(t) for t in y]
    for j, target in enumerate(constants):
        if not accepts(target.data):
            msg = f"targets[{j}] needs to be {_WANTED[accepts]}, got {target.data!r}"
            raise DataError(msg)
    return list(zip(a, constants, strict=True))


def _number(y: float) -> bool:
    """Return whether y is finite."""
    return math.isfinite(y)


def _probability(y: float) -> bool:
    """Return whether y is in [0, 1]."""
    return 0.0 <= y <= 1.0


def _hinge_label(y: float) -> bool:
    """Return whether y is -1 or 1."""
    return y in {-1.0, 1.0}


_WANTED: Final[dict[Callable[[float], bool], str]] = {
    _number: "a finite number",
    _probability: "a probability from 0 to 1",
    _hinge_label: "-1 or 1",
}


def _class_index(target: object, classes: int) -> int | None:
    """Return the target as the index of a class; None if it is not an int."""
    k = whole(target)
    if k is None:
        return None
    if not 0 <= k < classes:
        msg = f"the class index needs to be from 0 to {classes - 1}, got {shown(k)}"
        raise DataError(msg)
    return k


def _items(x: Outputs) -> list[Value | float]:
    if isinstance(x, Value):
        return [x]
    if isinstance(x, str | bytes):
        kind = type(x).__name__
        msg = f"outputs and targets need to be numbers, got {kind}: {shown(x)}"
        raise OperandError(msg)
    try:
        return list(x)  # type: ignore[arg-type]  # the next line handles it
    except TypeError:
        return [x]  # type: ignore[list-item]  # Value() judges whether it is a number
