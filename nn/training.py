"""Training from scalar Values: minibatches, a loss curve, and how good the net is."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from autograd_scalar import AutogradError, OperandError, ShapeError, Value, no_grad
from nn.losses import Loss, batch_loss

__all__ = [
    "DivergedError",
    "History",
    "accuracy",
    "confusion",
    "evaluate",
    "fit",
    "predict",
]

Row = Sequence[float]
OnEpoch = Callable[[int, float], object]


class Network(Protocol):
    """Parameters, and outputs for one example: an `nn.MLP`, or a Module of your own."""

    def parameters(self) -> list[Value]:
        """The Values to train."""

    def __call__(self, x: Row, /) -> Value | list[Value]:
        """The outputs for one example."""


class Shuffler(Protocol):
    """`random.Random`, `numpy.random.Generator`, or anything else that shuffles."""

    def shuffle(self, x: list[int], /) -> None:
        """Put the list into a random order, in place."""


class Steps(Protocol):
    """What `fit` needs of an optimiser."""

    def zero_grad(self) -> None:
        """Forget the gradients."""

    def step(self) -> None:
        """Update the parameters from their gradients."""


@dataclass(frozen=True, slots=True)
class History:
    """The loss in each finished epoch, and whether Ctrl-C ended training."""

    losses: tuple[float, ...]
    interrupted: bool = False


class DivergedError(AutogradError, ArithmeticError):
    """The loss or a weight stopped being finite; the net holds the last good epoch."""

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history: Final = history


def fit(  # noqa: PLR0913  (the parts of training, each with its name)
    net: Network,
    X: Sequence[Row],
    Y: Sequence[Any],
    loss: Loss,
    *,
    optimiser: Steps,
    epochs: int,
    batch_size: int | None = None,
    rng: Shuffler,
    reduction: str = "mean",
    on_epoch: OnEpoch | None = None,
) -> History:
    """Train ``net``, one scalar graph and one optimiser step for every minibatch.

    X and Y hold one example per row. A batch_size of None takes all examples at once;
    ``on_epoch(k, loss)`` is called after epoch k = 1, 2, ... and belongs to it. Ctrl-C
    (in Jupyter: interrupt) ends training and puts back the weights of the last finished
    epoch.

    >>> import random
    >>> from nn import MLP, SGD
    >>> from nn.losses import half_squared_error
    >>> net = MLP(1, [1], rng=0)
    >>> X, Y = [[-1.0], [0.0], [1.0], [2.0]], [[-1.0], [1.0], [3.0], [5.0]]
    >>> history = fit(net, X, Y, half_squared_error, epochs=50, batch_size=2,
    ...               optimiser=SGD(net.parameters(), lr=0.3), rng=random.Random(0))
    >>> len(history.losses), history.losses[-1] < 1e-6
    (50, True)
    >>> [round(y, 2) for (y,) in predict(net, [[3.0], [-2.0]])]
    [7.0, -3.0]

    Raises:
        ShapeError: X and Y differ in length, or are empty.
        DivergedError: the loss or a weight is nan or infinite.
    """
    size = _checked(X, Y, epochs, batch_size)
    kept = _Kept(net)
    order = list(range(len(X)))
    try:
        for epoch in range(1, epochs + 1):
            rng.shuffle(order)
            total = 0.0
            for first in range(0, len(order), size):
                batch = order[first : first + size]
                cost = _step(net, X, Y, loss, batch, optimiser, reduction)
                share = len(batch) / len(order) if reduction == "mean" else 1.0
                total += cost * share
                if not math.isfinite(total):
                    raise _diverged(epoch, kept)
            if not kept.are_finite():
                raise _diverged(epoch, kept)
            if on_epoch is not None:
                on_epoch(epoch, total)
            kept.keep(total)
    except KeyboardInterrupt:
        kept.put_back()
        return History(kept.losses, interrupted=True)
    except DivergedError:
        kept.put_back()
        raise
    return History(kept.losses)


def _checked(
    X: Sequence[Row], Y: Sequence[Any], epochs: int, batch_size: int | None
) -> int:
    """The batch size, once everything fits."""
    if len(X) != len(Y) or not len(X):
        msg = (
            f"X has {len(X)} rows and Y {len(Y)}; expected one target row for each "
            "example, and at least one"
        )
        raise ShapeError(msg)
    if epochs < 0:
        msg = f"epochs is 0 or more, got {epochs}"
        raise OperandError(msg)
    if batch_size is None:
        return len(X)
    if batch_size < 1:
        msg = f"batch_size is 1 or more, or None for all examples, got {batch_size}"
        raise OperandError(msg)
    return batch_size


def _step(  # noqa: PLR0913, PLR0917
    net: Network,
    X: Sequence[Row],
    Y: Sequence[Any],
    loss: Loss,
    batch: Sequence[int],
    optimiser: Steps,
    reduction: str,
) -> float:
    """Record the batch's graph, sweep back, update."""
    outputs = [net(X[i]) for i in batch]
    cost = batch_loss(loss, outputs, [Y[i] for i in batch], reduction)
    optimiser.zero_grad()
    cost.backward()
    optimiser.step()
    return cost.data


class _Kept:
    """Weights and losses after the last finished epoch, changed together or not."""

    def __init__(self, net: Network) -> None:
        self._parameters = list(net.parameters())
        self._losses: list[float] = []
        self._state = (0, [p.data for p in self._parameters])

    def keep(self, loss: float) -> None:
        self._losses.append(loss)
        # One assignment: Ctrl-C may come between any two.
        self._state = (len(self._losses), [p.data for p in self._parameters])

    @property
    def losses(self) -> tuple[float, ...]:
        return tuple(self._losses[: self._state[0]])

    def put_back(self) -> None:
        for parameter, number in zip(self._parameters, self._state[1], strict=True):
            parameter.data = number

    def are_finite(self) -> bool:
        return all(math.isfinite(p.data) for p in self._parameters)


def _diverged(epoch: int, kept: _Kept) -> DivergedError:
    msg = (
        f"training diverged in epoch {epoch}: the loss or a weight is not finite any "
        "more; try a smaller learning rate"
    )
    return DivergedError(msg, History(kept.losses))


# ---- How good it is ------------------------------------------------------------------


def predict(net: Network, X: Iterable[Row]) -> list[list[float]]:
    """The outputs for each row of X, as plain numbers; nothing is recorded."""
    with no_grad():
        return [[value.data for value in _as_list(net(x))] for x in X]


def _as_list(outputs: Value | list[Value]) -> list[Value]:
    return [outputs] if isinstance(outputs, Value) else outputs


def evaluate(
    net: Network,
    X: Sequence[Row],
    Y: Sequence[Any],
    loss: Loss,
    reduction: str = "mean",
) -> float:
    """The loss over all rows; nothing is recorded."""
    with no_grad():
        return batch_loss(loss, [net(x) for x in X], Y, reduction).data


def confusion(
    net: Network, X: Iterable[Row], labels: Iterable[float], n_classes: int
) -> list[list[int]]:
    """Counts: row = the true class, column = the class of the largest output.

    >>> from nn import MLP
    >>> net = MLP(1, [2], rng=0)
    >>> _ = net.load_state_dict({name: 1.0 if name.endswith("1.w.0") else 0.0
    ...                          for name in net.state_dict()})
    >>> confusion(net, [[-1.0], [2.0], [3.0]], [0, 1, 0], 2)
    [[1, 1], [0, 1]]
    """
    table = [[0] * n_classes for _ in range(n_classes)]
    for outputs, label in zip(predict(net, X), labels, strict=True):
        table[int(label)][outputs.index(max(outputs))] += 1
    return table


def accuracy(net: Network, X: Sequence[Row], labels: Sequence[float]) -> float:
    """The share of rows whose largest output is their label's."""
    rows = zip(predict(net, X), labels, strict=True)
    right = sum(out.index(max(out)) == int(label) for out, label in rows)
    return right / len(labels)
