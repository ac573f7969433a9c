"""Evaluate a network: outputs, loss, accuracy and confusion table of examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from autograd_scalar import DataError, OperandError, ShapeError, Value, no_grad
from nn.arguments import called, listed, shown
from nn.losses import Loss, batch_loss
from nn.module import Module

__all__ = ["Network", "Row", "accuracy", "confusion", "evaluate", "predict"]

Row = Sequence[float]


class Network(Protocol):
    """What can be trained: an `nn.MLP`, or a Module of your own."""

    def parameters(self) -> list[Value]:
        """Return the Values to train."""

    def __call__(self, x: Row, /) -> Value | list[Value]:
        """Return the outputs for one example."""


def predict(net: Network, X: Iterable[Row]) -> list[list[float]]:
    """Return the outputs for each row of X as plain numbers, without a graph.

    Modules within are as after ``eval()`` meanwhile, so that no `nn.Dropout` drops.

    >>> predict(lambda x: Value(2.0 * x[0]), [[1.0], [3.0]])
    [[2.0], [6.0]]
    """
    called(net, "net")
    with no_grad(), _evaluating(net):
        return [[value.data for value in _as_list(net(x))] for x in listed(X, "X")]


def evaluate(
    net: Network,
    X: Sequence[Row],
    Y: Sequence[Any],
    loss: Loss | str,
    reduction: str = "mean",
) -> float:
    """Return the loss over all rows, without a graph, as after ``net.eval()``.

    >>> evaluate(lambda x: Value(x[0]), [[1.0], [3.0]], [0.0, 0.0], "squared_error")
    5.0

    Raises:
        ShapeError: X and Y differ in length, or are empty.
        OperandError: no loss has this name, or the reduction is unknown.
    """
    with no_grad(), _evaluating(net):
        return batch_loss(loss, [net(x) for x in X], Y, reduction).data


def confusion(
    net: Network, X: Iterable[Row], labels: Iterable[float], n_classes: int
) -> list[list[int]]:
    """Count the rows by true class (row) and by class of the largest output (column).

    >>> from nn import MLP
    >>> net = MLP(1, [2], rng=0)
    >>> _ = net.load_state_dict({name: 1.0 if name.endswith("1.w.0") else 0.0
    ...                          for name in net.state_dict()})
    >>> confusion(net, [[-1.0], [2.0], [3.0]], [0, 1, 0], 2)
    [[1, 1], [0, 1]]

    Raises:
        ShapeError: X and labels differ in length, or the network does not have
            ``n_classes`` outputs.
        DataError: a label is not one of the classes 0, 1, ...
    """
    table = [[0] * n_classes for _ in range(n_classes)]
    for true, outputs in _labelled(net, X, labels):
        if len(outputs) != n_classes:
            msg = (
                f"n_classes is {n_classes}, but the network has {len(outputs)} outputs;"
                " give it one per class"
            )
            raise ShapeError(msg)
        table[true][outputs.index(max(outputs))] += 1
    return table


def accuracy(net: Network, X: Sequence[Row], labels: Sequence[float]) -> float:
    """Return the share of rows whose largest output is that of their label.

    >>> accuracy(lambda x: [Value(a) for a in x], [[0.2, 0.8], [0.6, 0.4]], [1, 1])
    0.5

    Raises:
        ShapeError: X and labels differ in length, or are empty.
        DataError: a label is not one of the classes 0, 1, ...
    """
    rows = _labelled(net, X, labels)
    if not rows:
        msg = "accuracy needs at least one row, got none"
        raise ShapeError(msg)
    return sum(out.index(max(out)) == true for true, out in rows) / len(rows)


@contextmanager
def _evaluating(net: object) -> Iterator[None]:
    """Set every module in ``net`` to evaluation; put back what was set before."""
    modules = list(net.modules()) if isinstance(net, Module) else []
    before = [vars(module).get("training") for module in modules]
    try:
        for module in modules:
            module.training = False
        yield
    finally:
        for module, flag in zip(modules, before, strict=True):
            if flag is None:
                vars(module).pop("training", None)
            else:
                module.training = flag


def _labelled(
    net: Network, X: Iterable[Row], labels: Iterable[float]
) -> list[tuple[int, list[float]]]:
    """Return (true class, outputs) of every row, after checking the labels."""
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


def _as_list(outputs: object) -> list[Value]:
    found = [outputs] if isinstance(outputs, Value) else outputs
    if isinstance(found, list | tuple) and all(isinstance(y, Value) for y in found):
        return list(found)
    msg = f"net needs to return a Value or a list of Values, got {shown(outputs)}"
    raise OperandError(msg)
