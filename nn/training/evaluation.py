"""How good a network is: its outputs, loss and accuracy on rows of examples."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from autograd_scalar import DataError, OperandError, ShapeError, Value, no_grad
from nn.losses import Loss, batch_loss
from nn.module import called, listed
from nn.shown import shown

__all__ = ["Network", "Row", "accuracy", "confusion", "evaluate", "predict"]


Row = Sequence[float]


class Network(Protocol):
    """Parameters, and outputs for one example: an `nn.MLP`, or a Module of your own."""

    def parameters(self) -> list[Value]:
        """The Values to train."""

    def __call__(self, x: Row, /) -> Value | list[Value]:
        """The outputs for one example."""


def predict(net: Network, X: Iterable[Row]) -> list[list[float]]:
    """The outputs for each row of X, as plain numbers; nothing is recorded."""
    called(net, "net")
    with no_grad():
        return [[value.data for value in _as_list(net(x))] for x in listed(X, "X")]


def _as_list(outputs: object) -> list[Value]:
    found = [outputs] if isinstance(outputs, Value) else outputs
    if isinstance(found, list | tuple) and all(isinstance(y, Value) for y in found):
        return list(found)
    msg = f"net needs to return a Value or a list of Values, got {shown(outputs)}"
    raise OperandError(msg)


def evaluate(
    net: Network,
    X: Sequence[Row],
    Y: Sequence[Any],
    loss: Loss | str,
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

    Raises:
        ShapeError: X and labels differ in length, or a row has other than
            ``n_classes`` outputs.
        DataError: a label is none of the classes 0, 1, ...
    """
    table = [[0] * n_classes for _ in range(n_classes)]
    for true, outputs in _labelled(net, X, labels):
        if len(outputs) != n_classes:
            msg = (
                f"n_classes is {n_classes}, but the network has {len(outputs)} outputs"
            )
            raise ShapeError(msg)
        table[true][outputs.index(max(outputs))] += 1
    return table


def accuracy(net: Network, X: Sequence[Row], labels: Sequence[float]) -> float:
    """The share of rows whose largest output is their label's.

    Raises:
        ShapeError: X and labels differ in length, or are empty.
        DataError: a label is none of the classes 0, 1, ...
    """
    rows = _labelled(net, X, labels)
    if not rows:
        msg = "accuracy needs at least one row, got none"
        raise ShapeError(msg)
    return sum(out.index(max(out)) == true for true, out in rows) / len(rows)


def _labelled(
    net: Network, X: Iterable[Row], labels: Iterable[float]
) -> list[tuple[int, list[float]]]:
    """(true class, outputs) of every row, once the labels fit."""
    rows, given = predict(net, X), listed(labels, "labels")
    if len(rows) != len(given):
        msg = (
            f"X has {len(rows)} rows, but there are {len(given)} labels; give one each"
        )
        raise ShapeError(msg)
    for i, (label, outputs) in enumerate(zip(given, rows, strict=True)):
        if hasattr(label, "__len__") or label not in range(len(outputs)):
            msg = (
                f"labels[{i}] needs to be a class from 0 to {len(outputs) - 1}, the"
                f" index of an output, got {shown(label)}"
            )
            raise DataError(msg)
    return [(int(label), out) for label, out in zip(given, rows, strict=True)]
