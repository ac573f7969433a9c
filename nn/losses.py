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
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, cast

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
    "BCELoss",
    "BCEWithLogitsLoss",
    "Criterion",
    "CrossEntropyLoss",
    "HuberLoss",
    "L1Loss",
    "Loss",
    "MSELoss",
    "NLLLoss",
    "absolute_error",
    "batch_loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "categorical_cross_entropy",
    "half_squared_error",
    "hinge",
    "huber_error",
    "mean_squared_error",
    "named_loss",
    "negative_log_likelihood",
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
        # Compare the Values: what is read may differ in another call of a program.
        if a < 0.0 or a > 1.0:  # nan passes
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
    pairs = _paired(logits, _by_class(targets, len(logits)), _probability)
    y = [target for _, target in pairs]
    return cross_entropy_of_softmax(*logits, *y)


def categorical_cross_entropy(outputs: Outputs, targets: Targets | int) -> Value:
    """Return the sum over the classes k of -y_k log a_k, with 0 log 0 = 0.

    The outputs a are probabilities, as of `softmax`; the derivative is -y / a. After a
    softmax layer dL/dz is a - y if the targets add up to 1. ``targets`` holds a
    probability for each class, or is an int, the index of the right class.

    >>> categorical_cross_entropy([Value(0.25), Value(0.75)], 0).data == -ag.log(0.25)
    True

    Raises:
        OperandError: an output or target is not a real number.
        ShapeError: there are fewer than two outputs, or not one target for each.
        DataError: there is no class of this index, or an output or a target is outside
            [0, 1].
    """
    a = _values(outputs)
    if len(a) == 1:
        msg = (
            "categorical_cross_entropy needs two probabilities or more, got 1; for a"
            " single one use binary_cross_entropy"
        )
        raise ShapeError(msg)
    pairs = _paired(a, _by_class(targets, len(a)), _probability)
    for each, _ in pairs:
        if each < 0.0 or each > 1.0:  # nan passes
            msg = (
                "categorical_cross_entropy needs probabilities from 0 to 1, got"
                f" {each.data!r}; for logits use softmax_cross_entropy"
            )
            raise DataError(msg)
    return -_total([ag.xlogy(y, each) for each, y in pairs])


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


def absolute_error(outputs: Outputs, targets: Targets) -> Value:
    """Return the sum of abs(a - y); its derivative is the sign of a - y, 0 at 0.

    >>> absolute_error([Value(1.0), Value(2.0)], [0.0, 5.0]).data
    4.0

    Raises:
        OperandError: an output or target is not a real number.
        ShapeError: there is not one target for each output, or no output.
        DataError: a target is not finite.
    """
    return _total([abs(a - y) for a, y in _paired(outputs, targets, _number)])


def huber_error(outputs: Outputs, targets: Targets, delta: float = 1.0) -> Value:
    """Return the sum of (a - y)**2 / 2, continued in straight lines beyond ``delta``.

    With d = a - y that is delta (abs(d) - delta / 2) where abs(d) > delta; the
    derivative is d, limited to [-delta, delta] (Huber 1964).

    >>> huber_error([Value(0.5), Value(5.0)], [0.0, 0.0]).data
    4.625

    Raises:
        OperandError: an output or target is not a real number, or ``delta`` is not one
            above 0.
        ShapeError: there is not one target for each output, or no output.
        DataError: a target is not finite.
    """
    if not (edge := Value(delta).data) > 0.0:
        msg = f"huber_error needs a delta above 0, got {edge}"
        raise OperandError(msg)
    return _total([_huber(a - y, edge) for a, y in _paired(outputs, targets, _number)])


def _huber(d: Value, delta: float) -> Value:
    # One formula for both sides: c is d within delta, and constant beyond it.
    c = ag.clip(d, -delta, delta)
    return c * (d - 0.5 * c)


def negative_log_likelihood(outputs: Outputs, targets: Targets | int) -> Value:
    """Return the sum over the classes k of -y_k a_k, for log-probabilities a.

    ``targets`` holds a probability for each class, or is an int, the index of the right
    class. Of `log_softmax(z)` this is `softmax_cross_entropy` of z.

    >>> negative_log_likelihood([Value(-0.5), Value(-1.0)], 1).data
    1.0

    Raises:
        OperandError: an output or target is not a real number.
        ShapeError: there is not one target for each output, or no output.
        DataError: there is no class of this index, or a target is outside [0, 1].
    """
    a = _values(outputs)
    pairs = _paired(a, _by_class(targets, len(a)), _probability)
    return -cast("Value", ag.dot([t for _, t in pairs], a))


LOSSES: Final[dict[str, Loss]] = {
    loss.__name__: loss
    for loss in (
        absolute_error,
        binary_cross_entropy,
        binary_cross_entropy_with_logits,
        categorical_cross_entropy,
        half_squared_error,
        hinge,
        huber_error,
        mean_squared_error,
        negative_log_likelihood,
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

    ``outputs`` and ``targets`` hold one row per example. A class such as `L1Loss` gets
    the whole batch at once.

    >>> batch_loss(squared_error, [Value(1.0), Value(2.0)], [0.0, 5.0]).data
    5.0

    Raises:
        ShapeError: the numbers of rows differ, or are 0.
        OperandError: no loss has this name, the loss returns no Value, or it is a class
            with another reduction.
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
    if isinstance(loss, Criterion):
        if reduction != loss.reduction:
            msg = (
                f"the reduction is {shown(reduction)}, but that of {loss!r} another;"
                " give both the same"
            )
            raise OperandError(msg)
        return loss.of_batch(rows, wanted)
    pairs = zip(rows, wanted, strict=True)
    return reduce_losses([function(a, y) for a, y in pairs], reduction)


# ---- PyTorch's classes ---------------------------------------------------------------


class Criterion(ABC):
    """The base class of the losses that are classes, with PyTorch's names and means.

    A call takes the outputs and targets of one example, or of a batch: a list of them.
    The functions of this module add up the outputs of one example and leave the batch
    to others; a criterion averages over all at once. `fit` and `batch_loss` give it the
    whole batch.

    Raises:
        OperandError: ``reduction`` is neither "mean" nor "sum".
    """

    def __init__(self, reduction: str = "mean") -> None:
        name: object = reduction
        if not isinstance(name, str) or name not in _REDUCTIONS:
            msg = f"reduction needs to be 'mean' or 'sum', got {shown(reduction)}"
            raise OperandError(msg)
        self.reduction = name

    def __call__(self, outputs: Any, targets: Any) -> Value:
        """Return the loss of an example or of a batch.

        Raises:
            OperandError: an output or target is not a real number.
            ShapeError: outputs and targets differ in shape, or there are none.
            DataError: a target is none that the loss takes.
        """
        rows = [outputs] if isinstance(outputs, Value) else listed(outputs, "outputs")
        if self._is_example(rows):
            return self.of_batch([rows], [targets])
        return self.of_batch(rows, targets)

    def of_batch(self, outputs: Iterable[Any], targets: Iterable[Any]) -> Value:
        """Return the loss of a batch: a row of outputs and of targets per example.

        Raises:
            ShapeError: outputs and targets differ in shape, or there are none.
            OperandError, DataError: as for a call.
        """
        rows, wanted = listed(outputs, "outputs"), listed(targets, "targets")
        if len(rows) != len(wanted) or not rows:
            msg = (
                f"{type(self).__name__} needs targets for each example, and at least"
                f" one: got {len(rows)} outputs and {len(wanted)} targets"
            )
            raise ShapeError(msg)
        losses, weights = [], []
        for row, target in zip(rows, wanted, strict=True):
            loss, weight = self._weighed(row, target)
            losses.append(loss)
            weights.append(weight)
        total = _total(losses)
        return total / math.fsum(weights) if self.reduction == "mean" else total

    @staticmethod
    def _is_example(rows: Sequence[object]) -> bool:
        """Return whether the outputs are of one example, rather than a row each."""
        return not any(isinstance(row, Iterable) for row in rows)

    @abstractmethod
    def _weighed(self, outputs: Any, targets: Any) -> tuple[Value, float]:
        """Return the loss of an example, and what it counts for in the mean."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(reduction={self.reduction!r})"


class L1Loss(Criterion):
    """The mean of abs(a - y) over all outputs of all examples.

    >>> L1Loss()([[Value(1.0)], [Value(2.0)]], [[0.0], [5.0]]).data
    2.0

    Raises:
        OperandError: ``reduction`` is neither "mean" nor "sum".
    """

    def _weighed(self, outputs: Any, targets: Any) -> tuple[Value, float]:
        return absolute_error(outputs, targets), len(_items(outputs))


class MSELoss(Criterion):
    """The mean of (a - y)**2 over all outputs of all examples.

    >>> MSELoss()([[Value(1.0)], [Value(2.0)]], [[0.0], [5.0]]).data
    5.0

    Raises:
        OperandError: ``reduction`` is neither "mean" nor "sum".
    """

    def _weighed(self, outputs: Any, targets: Any) -> tuple[Value, float]:
        return squared_error(outputs, targets), len(_items(outputs))


class HuberLoss(Criterion):
    """The mean of `huber_error` over all outputs of all examples.

    >>> HuberLoss(delta=2.0)([Value(1.0), Value(5.0)], [0.0, 0.0]).data
    4.25

    Raises:
        OperandError: ``reduction`` is neither "mean" nor "sum", or ``delta`` not above
            0.
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction)
        huber_error(Value(0.0), 0.0, delta)  # raises here, not in the first call
        self.delta = float(delta)

    def _weighed(self, outputs: Any, targets: Any) -> tuple[Value, float]:
        return huber_error(outputs, targets, self.delta), len(_items(outputs))


class BCELoss(Criterion):
    """The mean of `binary_cross_entropy`, of probabilities, over outputs and examples.

    Of a wrong answer that is quite sure it is inf, where PyTorch's stops at 100; after
    logits `BCEWithLogitsLoss` keeps all digits.

    >>> round(BCELoss()([Value(0.5), Value(0.5)], [1.0, 0.0]).data, 6)
    0.693147

    Raises:
        OperandError: ``reduction`` is neither "mean" nor "sum".
    """

    def _weighed(self, outputs: Any, targets: Any) -> tuple[Value, float]:
        return binary_cross_entropy(outputs, targets), len(_items(outputs))


class BCEWithLogitsLoss(Criterion):
    """The mean of the binary cross-entropies of logits, over outputs and examples.

    ``pos_weight`` has a number for each output, by which the terms of the targets 1
    are multiplied: above 1 for a class that is rare.

    >>> loss = BCEWithLogitsLoss(pos_weight=[3.0])
    >>> round(loss([[Value(0.0)], [Value(0.0)]], [[1.0], [0.0]]).data, 6)
    1.386294

    Raises:
        OperandError: ``reduction`` is neither "mean" nor "sum", or a weight no number.
        DataError: a weight is below 0.
    """

    def __init__(
        self, pos_weight: Iterable[float] | None = None, reduction: str = "mean"
    ) -> None:
        super().__init__(reduction)
        self.pos_weight = _weights(pos_weight, "pos_weight")

    def _weighed(self, outputs: Any, targets: Any) -> tuple[Value, float]:
        count = len(_items(outputs))
        if self.pos_weight is None:
            return binary_cross_entropy_with_logits(outputs, targets), count
        pairs = _paired(outputs, targets, _probability)
        _check_count(self.pos_weight, count, "pos_weight", "outputs")
        return _total(
            [
                w * y * (-z).softplus() + (1.0 - y) * z.softplus()
                for w, (z, y) in zip(self.pos_weight, pairs, strict=True)
            ]
        ), count


class NLLLoss(Criterion):
    """The mean of -a_k, of the log-probability of the right class k, over examples.

    ``weight`` has a number for each class; the mean is then weighted: the sum of w_k
    times the losses, divided by the sum of w_k.

    >>> log_p = [[Value(-1.0), Value(-2.0)], [Value(-3.0), Value(-4.0)]]
    >>> NLLLoss(weight=[1.0, 3.0])(log_p, [0, 1]).data
    3.25

    Raises:
        OperandError: ``reduction`` is neither "mean" nor "sum", or a weight no number.
        DataError: a weight is below 0.
    """

    def __init__(
        self, weight: Iterable[float] | None = None, reduction: str = "mean"
    ) -> None:
        super().__init__(reduction)
        self.weight = _weights(weight, "weight")

    def _weighed(self, outputs: Any, targets: Any) -> tuple[Value, float]:
        a = _values(outputs)
        k = _class_index(targets, len(a))
        if k is None:
            msg = f"NLLLoss needs the index of a class, an int, got {shown(targets)}"
            raise OperandError(msg)
        w = self._of_class(k, len(a))
        return -w * a[k], w

    def _of_class(self, k: int, classes: int) -> float:
        if self.weight is None:
            return 1.0
        _check_count(self.weight, classes, "weight", "classes")
        return self.weight[k]


class CrossEntropyLoss(NLLLoss):
    """The mean over examples of `softmax_cross_entropy`, for logits.

    A target is the index of the right class, or a list with a probability for each.
    ``weight`` has a number for each class. For indices the mean is then weighted, as in
    `NLLLoss`; for probabilities every term is multiplied, and the mean is over the
    number of examples.

    >>> loss = CrossEntropyLoss(weight=[1.0, 3.0], reduction="sum")
    >>> rows = [[Value(0.0), Value(0.0)], [Value(0.0), Value(0.0)]]
    >>> loss(rows, [0, 1]).data == 4.0 * ag.log(2.0)
    True

    Raises:
        OperandError: ``reduction`` is neither "mean" nor "sum", or a weight no number.
        DataError: a weight is below 0.
    """

    def _weighed(self, outputs: Any, targets: Any) -> tuple[Value, float]:
        z = _values(outputs)
        k = _class_index(targets, len(z))
        if k is not None:
            w = self._of_class(k, len(z))
            loss = softmax_cross_entropy(z, k)
            return (loss if w == 1.0 else w * loss), w
        if self.weight is None:
            return softmax_cross_entropy(z, targets), 1.0
        _check_count(self.weight, len(z), "weight", "classes")
        y = [y for _, y in _paired(z, targets, _probability)]
        weighted = [w * each for w, each in zip(self.weight, y, strict=True)]
        return cross_entropy_of_softmax(*z, *weighted), 1.0


def _weights(given: Iterable[float] | None, what: str) -> list[float] | None:
    if given is None:
        return None
    numbers = [Value(w).data for w in listed(given, what)]
    for i, w in enumerate(numbers):
        if not 0.0 <= w < math.inf:
            msg = f"{what}[{i}] needs to be a finite number from 0 up, got {w!r}"
            raise DataError(msg)
    return numbers


def _check_count(weights: list[float], count: int, what: str, of: str) -> None:
    if len(weights) != count:
        msg = f"{what} needs a number for each of {count} {of}, got {len(weights)}"
        raise ShapeError(msg)


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
    outputs: Outputs, targets: Targets, accepts: Callable[[Value], bool]
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
        if not accepts(target):
            msg = f"targets[{j}] needs to be {_WANTED[accepts]}, got {target.data!r}"
            raise DataError(msg)
    return list(zip(a, constants, strict=True))


def _number(y: Value) -> bool:
    """Return whether y is finite."""
    return -math.inf < y < math.inf


def _probability(y: Value) -> bool:
    """Return whether y is in [0, 1]."""
    return 0.0 <= y <= 1.0


def _hinge_label(y: Value) -> bool:
    """Return whether y is -1 or 1."""
    return -1.0 <= y <= -1.0 or 1.0 <= y <= 1.0


_WANTED: Final[dict[Callable[[Value], bool], str]] = {
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


def _by_class(target: Targets, classes: int) -> Targets:
    """Return a probability for each class, those of a class's index included."""
    right = _class_index(target, classes)
    if right is None:
        return target
    return [1.0 if k == right else 0.0 for k in range(classes)]


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
