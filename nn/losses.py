"""Losses of one example: ``loss(outputs, targets)``, added up over the outputs.

``outputs`` is a Value or a sequence of Values (numbers are lifted), ``targets`` a
number or a sequence of numbers. Any function of these two that returns a Value is a
loss. The mean or sum over a batch is `reduce_losses`, and never hidden in the loss.

Which nodes a loss builds depends on the lengths alone, not on the numbers: one graph
fits every example.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Final, cast

import autograd_scalar as ag
from autograd_scalar import DataError, OperandError, ShapeError, Value, as_value
from nn.cross_entropies import (
    cross_entropy,
    cross_entropy_of_sigmoid,
    cross_entropy_of_softmax,
)
from nn.module import listed, whole
from nn.shown import shown

__all__ = [
    "LOSSES",
    "Loss",
    "Outputs",
    "Targets",
    "batch_loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "class_index",
    "half_squared_error",
    "hinge",
    "hinge_label",
    "mean_squared_error",
    "named_loss",
    "number",
    "paired",
    "probability",
    "reduce_losses",
    "softmax_cross_entropy",
    "squared_error",
    "values",
]


Outputs = Value | float | Iterable[Value | float]
Targets = Value | float | Iterable[Value | float]


def values(outputs: Outputs) -> list[Value]:
    """The outputs as a list of Values.

    Raises:
        OperandError: one of them is no real number.
        ShapeError: there are none.
    """
    items = [a if isinstance(a, Value) else Value(a) for a in _items(outputs)]
    if not items:
        msg = "a loss needs at least one output, got none"
        raise ShapeError(msg)
    return items


def paired(
    outputs: Outputs, targets: Targets, accepts: Callable[[float], bool]
) -> list[tuple[Value, Value]]:
    """(output, target) pairs; numbers become constants.

    Raises:
        OperandError: one of them is no real number.
        ShapeError: their numbers differ.
        DataError: a target is not one that the loss accepts.
    """
    a, y = values(outputs), _items(targets)
    if len(a) != len(y):
        msg = f"a loss needs one target for each output, got {len(a)} outputs and"
        msg += f" {len(y)} targets"
        raise ShapeError(msg)
    constants = [as_value(t) for t in y]
    for j, target in enumerate(constants):
        if not accepts(target.data):
            msg = f"targets[{j}] needs to be {_WANTED[accepts]}, got {target.data!r}"
            raise DataError(msg)
    return list(zip(a, constants, strict=True))


def number(y: float) -> bool:
    """Whether y is finite."""
    return math.isfinite(y)


def probability(y: float) -> bool:
    """Whether y is in [0, 1]."""
    return 0.0 <= y <= 1.0


def hinge_label(y: float) -> bool:
    """Whether y is -1 or 1."""
    return y in {-1.0, 1.0}


_WANTED: Final[dict[Callable[[float], bool], str]] = {
    number: "a finite number",
    probability: "a probability from 0 to 1",
    hinge_label: "-1 or 1",
}


def class_index(target: object, classes: int) -> int | None:
    """The index of the right class; None if ``target`` is no int.

    Raises:
        DataError: there is no class of this index.
    """
    k = whole(target)
    if k is None:
        return None
    if not 0 <= k < classes:
        msg = f"the class index needs to be from 0 to {classes - 1}, got {k}"
        raise DataError(msg)
    return k


def _items(x: Outputs) -> list[Value | float]:
    if isinstance(x, Value):
        return [x]
    if isinstance(x, str | bytes):
        msg = f"outputs and targets are numbers, got {type(x).__name__}: {shown(x)}"
        raise OperandError(msg)
    try:
        return list(x)  # type: ignore[arg-type]  # whatever is no sequence is caught
    except TypeError:
        return [x]  # type: ignore[list-item]  # Value() judges whether it is a number


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
    return _total([cross_entropy(a, y) for a, y in pairs])


def binary_cross_entropy_with_logits(outputs: Outputs, targets: Targets) -> Value:
    """Sum of y softplus(-z) + (1 - y) softplus(z): the above at a = sigmoid(z).

    It keeps its digits at any z, and its derivative is sigmoid(z) - y.

    >>> binary_cross_entropy_with_logits(Value(1000.0), 0.0).data
    1000.0
    """
    pairs = paired(outputs, targets, probability)
    return _total([cross_entropy_of_sigmoid(z, y) for z, y in pairs])


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
    return cross_entropy_of_softmax(*logits, *y)


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
        f" Value, got {shown(given)}"
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
    function, rows, wanted = (
        named_loss(loss),
        listed(outputs, "outputs"),
        listed(targets, "targets"),
    )
    if len(rows) != len(wanted):
        msg = f"a batch needs one target row for each of its {len(rows)} outputs,"
        msg += f" got {len(wanted)}"
        raise ShapeError(msg)
    pairs = zip(rows, wanted, strict=True)
    return reduce_losses((function(a, y) for a, y in pairs), reduction)


def _total(terms: list[Value]) -> Value:
    return terms[0] if len(terms) == 1 else ag.sum(terms)


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
