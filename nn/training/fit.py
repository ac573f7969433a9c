"""Train a network: minibatches, a loss for each epoch, and the last good weights."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, SupportsIndex, cast

from autograd_scalar import AutogradError, OperandError, ShapeError, Value
from nn.arguments import called, shown, switch, whole
from nn.init import Shuffler, source
from nn.losses import Loss, batch_loss, named_loss
from nn.module import Module
from nn.training.evaluation import Network, Row, accuracy, confusion, evaluate, predict

if TYPE_CHECKING:
    from nn.compiled import CompiledNetwork
    from nn.init import Rng

__all__ = [
    "DivergedError",
    "History",
    "accuracy",
    "confusion",
    "evaluate",
    "fit",
    "predict",
]

OnEpoch = Callable[[int, float], object]


class Steps(Protocol):
    """What `fit` needs of an optimiser."""

    def zero_grad(self) -> None:
        """Clear the gradients."""

    def step(self) -> None:
        """Update the parameters from their gradients."""


@dataclass(frozen=True, slots=True)
class History:
    """The loss of each finished epoch, and whether Ctrl-C ended the training.

    If `fit` was asked for them, ``gradient_norms`` has a row for each step of these
    epochs: for every layer the Euclidean norm of the gradients of its parameters.
    """

    losses: tuple[float, ...]
    interrupted: bool = False
    gradient_norms: tuple[tuple[float, ...], ...] = ()


class DivergedError(AutogradError, ArithmeticError):
    """The loss or a weight became infinite or nan; the last good weights are back.

    ``history`` holds the losses of the epochs before.
    """

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history: Final = history


def fit(  # noqa: PLR0913  (the parts of training, each with its name)
    net: Network,
    X: Sequence[Row],
    Y: Sequence[Any],
    loss: Loss | str,
    *,
    optimiser: Steps,
    epochs: int,
    batch_size: int | None = None,
    rng: Shuffler | SupportsIndex | None = None,
    reduction: str = "mean",
    on_epoch: OnEpoch | None = None,
    engine: str = "graph",
    gradient_norms: bool = False,
) -> History:
    """Train ``net`` with one scalar graph and one optimiser step for each minibatch.

    With ``engine="program"`` the graph of one example is compiled to a matrix program
    once, which runs every minibatch: the same training to rounding, many times as fast.

    Ctrl-C (in Jupyter: interrupt) ends the training and restores the weights of the
    last finished epoch.

    Args:
        net: an `nn.MLP`, or a Module of your own.
        X: inputs, one example per row.
        Y: targets, one example per row.
        loss: a function or name of `nn.losses`.
        optimiser: as in ``SGD(net.parameters())``.
        epochs: the number of passes over all examples.
        batch_size: examples per step; None takes all.
        rng: shuffles the examples; an int is the seed of a new generator, None is
            Python's global one.
        reduction: "mean" or "sum" over the examples of a batch.
        on_epoch: called as ``on_epoch(k, loss)`` at the end of epoch k = 1, 2, ...
        engine: "graph" or "program"; what a network and a loss must be for the latter
            is said in `Module.compile`. The optimiser is one of `nn` then.
        gradient_norms: whether the history has them, step by step and layer by layer.
            Layers are ``net.layers``, or the parts with parameters, or all of ``net``.

    >>> from nn import MLP, SGD
    >>> net = MLP(1, [1], rng=0)
    >>> X, Y = [[-1.0], [0.0], [1.0], [2.0]], [[-1.0], [1.0], [3.0], [5.0]]
    >>> history = fit(net, X, Y, "half_squared_error", epochs=50, batch_size=2,
    ...               optimiser=SGD(net.parameters(), lr=0.3), rng=0)
    >>> len(history.losses), history.losses[-1] < 1e-6
    (50, True)
    >>> [round(net(x).data, 2) for x in ([3.0], [-2.0])]
    [7.0, -3.0]

    Raises:
        ShapeError: X and Y differ in length, or are empty.
        OperandError: an argument is of the wrong type or out of range.
        DivergedError: the loss or a weight is nan or infinite.
    """
    size = _checked(X, Y, epochs, batch_size)
    function, shuffler = named_loss(loss), _shuffler(rng)
    _check_net(net)
    _check_optimiser(optimiser, net)
    step = _stepping(engine, net, X, Y, function, optimiser, size, reduction)
    switch(gradient_norms, "gradient_norms")
    norms: list[tuple[float, ...]] = []
    layers = _layers(net) if gradient_norms else []
    if on_epoch is not None:
        called(on_epoch, "on_epoch")
    kept = _Kept(net)
    order = list(range(len(X)))
    try:
        for epoch in range(1, epochs + 1):
            shuffler.shuffle(order)
            total = 0.0
            step.begin()
            for batch in _batches(order, size):
                cost = step(batch)
                if gradient_norms:
                    norms.append(step.norms(layers))
                share = len(batch) / len(order) if reduction == "mean" else 1.0
                total += cost * share
                if not math.isfinite(total):
                    raise _diverged(epoch, kept)
            step.end()
            if not kept.are_finite():
                raise _diverged(epoch, kept)
            if on_epoch is not None:
                on_epoch(epoch, total)
            kept.keep(total)
    except KeyboardInterrupt:
        kept.put_back()
        done = len(kept.losses) * math.ceil(len(order) / size)
        return History(kept.losses, True, tuple(norms[:done]))
    except DivergedError:
        kept.put_back()
        raise
    return History(kept.losses, gradient_norms=tuple(norms))


def _checked(
    X: Sequence[Row], Y: Sequence[Any], epochs: int, batch_size: int | None
) -> int:
    """Check the arguments, and return the batch size."""
    given: list[tuple[str, object]] = [("X", X), ("Y", Y)]
    for name, rows in given:
        is_indexed = hasattr(rows, "__getitem__") and not isinstance(rows, Mapping)
        if not isinstance(rows, Sized) or not is_indexed or _is_single(rows):
            msg = (
                f"{name} needs a list or array of rows, got {type(rows).__name__}:"
                f" {shown(rows)}"
            )
            raise OperandError(msg)
    if len(X) != len(Y) or not len(X):
        msg = (
            f"X has {len(X)} rows and Y {len(Y)}; expected one target row for each "
            "example, and at least one"
        )
        raise ShapeError(msg)
    if _whole(epochs, "epochs") < 0:
        msg = f"epochs needs to be 0 or more, got {shown(epochs)}"
        raise OperandError(msg)
    if batch_size is None:
        return len(X)
    if _whole(batch_size, "batch_size") < 1:
        msg = (
            "batch_size needs to be 1 or more, or None for all examples, got"
            f" {shown(batch_size)}"
        )
        raise OperandError(msg)
    return batch_size


def _is_single(rows: object) -> bool:
    """Return whether ``rows`` is a text or a 0-d array, which holds no rows."""
    return isinstance(rows, str | bytes) or getattr(rows, "ndim", 1) == 0


def _check_net(net: object) -> None:
    if not (callable(net) and callable(getattr(net, "parameters", None))):
        msg = (
            "net needs to be a network, such as an MLP, with parameters() and a call"
            f" for one row, got {type(net).__name__}: {shown(net)}"
        )
        raise OperandError(msg)


def _whole(number: object, what: str) -> int:
    n = whole(number)
    if n is not None:
        return n
    msg = f"{what} needs an int, got {type(number).__name__}: {shown(number)}"
    raise OperandError(msg)


def _shuffler(rng: object) -> Shuffler:
    shuffles = callable(getattr(rng, "shuffle", None))
    return cast("Shuffler", rng if shuffles else source(cast("Rng", rng)))


def _check_optimiser(optimiser: object, net: Network) -> None:
    if not all(callable(getattr(optimiser, m, None)) for m in ("step", "zero_grad")):
        msg = (
            "fit needs an optimiser, as in optimiser=SGD(net.parameters()), got"
            f" {type(optimiser).__name__}: {shown(optimiser)}"
        )
        raise OperandError(msg)
    stepped = getattr(optimiser, "params", None)
    if isinstance(stepped, list | tuple):
        own = set(net.parameters())
        if own and not any(p in own for p in stepped if isinstance(p, Value)):
            msg = (
                "the optimiser steps no parameter of the network, so nothing would be"
                " trained; make it from net.parameters()"
            )
            raise OperandError(msg)


def _batches(order: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (order[first : first + size] for first in range(0, len(order), size))


# ---- One step ------------------------------------------------------------------------


class _OnGraphs:
    """Records the graph of each batch, runs backward and updates the Values."""

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        net: Network,
        X: Sequence[Row],
        Y: Sequence[Any],
        loss: Loss,
        optimiser: Steps,
        reduction: str,
    ) -> None:
        self._net, self._loss, self._optimiser = net, loss, optimiser
        self._X, self._Y, self._reduction = X, Y, reduction

    def begin(self) -> None:
        """Begin an epoch."""

    def __call__(self, batch: Sequence[int]) -> float:
        """Make a step and return the cost before it."""
        outputs = [self._net(self._X[i]) for i in batch]
        targets = [self._Y[i] for i in batch]
        cost = batch_loss(self._loss, outputs, targets, self._reduction)
        self._optimiser.zero_grad()
        cost.backward()
        self._optimiser.step()
        return cost.data

    def norms(self, layers: Sequence[Sequence[Value]]) -> tuple[float, ...]:
        """Return the norms of the gradients of the latest step."""
        return tuple(math.hypot(*(p.grad for p in layer)) for layer in layers)

    def end(self) -> None:
        """End an epoch."""


class _OnProgram:
    """Runs the compiled network; the Values are written at the end of each epoch."""

    def __init__(self, compiled: CompiledNetwork, X: Any, Y: Any) -> None:
        self._compiled = compiled
        self._examples = compiled.examples(X, Y)
        self.begin = compiled.load  # on_epoch may have changed the weights
        self.end = compiled.store

    def __call__(self, batch: Sequence[int]) -> float:
        """Make a step and return the cost before it."""
        return self._compiled.step_on(self._examples[batch])

    def norms(self, layers: Sequence[Sequence[Value]]) -> tuple[float, ...]:
        """Return the norms of the gradients of the latest step."""
        return self._compiled.norms(layers)


def _stepping(  # noqa: PLR0913, PLR0917
    engine: object,
    net: Network,
    X: Sequence[Row],
    Y: Sequence[Any],
    loss: Loss,
    optimiser: Any,
    size: int,
    reduction: str,
) -> _OnGraphs | _OnProgram:
    if not isinstance(engine, str) or engine not in {"graph", "program"}:
        msg = f"engine needs to be 'graph' or 'program', got {shown(engine)}"
        raise OperandError(msg)
    if engine == "graph":
        return _OnGraphs(net, X, Y, loss, optimiser, reduction)
    from nn.compiled import CompiledNetwork  # noqa: PLC0415  (loads NumPy)

    compiled = CompiledNetwork(
        net, loss, size, optimiser=optimiser, reduction=reduction
    )
    return _OnProgram(compiled, X, Y)


def _layers(net: Network) -> list[list[Value]]:
    """Return the parameters of each layer."""
    parts = getattr(net, "layers", None)
    if not isinstance(parts, list | tuple):
        parts = list(net.children()) if isinstance(net, Module) else []
    found = [p.parameters() for p in parts if isinstance(p, Module) and p.parameters()]
    return found or [net.parameters()]


class _Kept:
    """The weights and losses after the last finished epoch; they change together."""

    def __init__(self, net: Network) -> None:
        self._parameters = list(net.parameters())
        self._losses: list[float] = []
        self._state = (0, [p.data for p in self._parameters])

    def keep(self, loss: float) -> None:
        self._losses.append(loss)
        # One assignment, because Ctrl-C may come between two.
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
