"""Run one experiment: split the data, scale, train, test, check every gradient."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from autograd_scalar import DataError, Value
from nn.data.dataset import Dataset, Row, Scale, Split, filled, split
from nn.experiment.model import Model
from nn.experiment.verdict import (
    TrainingVerdict,
    baseline_of,
    inspect_layers,
    judge,
)
from nn.layers import MLP
from nn.losses import LOSSES, batch_loss
from nn.training.fit import History, confusion, evaluate, fit, predict
from nn.training.optimisers import SGD, Adam

if TYPE_CHECKING:
    from nn.deltas.report import DeltaReport
    from nn.experiment.timing import Timing

__all__ = [
    "CLASSIFICATION",
    "OPTIMISERS",
    "Outcome",
    "Settings",
    "check_width",
    "loss_for",
    "run",
]


_CHECKED_EXAMPLES: Final = 10
_CURVE_EXAMPLES: Final = 200
MOST_WEIGHTS: Final = 1_000_000  # they take 0.3 GB before the first graph

# loss: (activation of the output layer, target of a wrong class); a right one's is 1
CLASSIFICATION: Final = {
    "softmax_cross_entropy": ("linear", 0.0),
    "categorical_cross_entropy": ("softmax", 0.0),
    "binary_cross_entropy": ("sigmoid", 0.0),
    "binary_cross_entropy_with_logits": ("linear", 0.0),
    "half_squared_error": ("sigmoid", 0.0),
    "squared_error": ("sigmoid", 0.0),
    "mean_squared_error": ("sigmoid", 0.0),
    "hinge": ("linear", -1.0),
}
REGRESSION: Final = ("half_squared_error", "squared_error", "mean_squared_error")

OPTIMISERS: Final = {"adam": Adam, "sgd": SGD}

OnEpoch = Callable[[int, float], object]


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of a training run; the loss "auto" depends on the task."""

    hidden: tuple[int, ...]
    activation: str
    epochs: int
    learning_rate: float
    batch_size: int
    test_fraction: float
    seed: int
    loss: str = "auto"
    optimiser: str = "adam"
    engine: str = "graph"


class Regression(NamedTuple):
    """Test results in the target's unit; r2 is None if all targets are equal."""

    rmse: float
    r2: float | None
    true: tuple[float, ...]
    predicted: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """All results of a run, for the terminal, the JSON document and the report."""

    data: Dataset
    settings: Settings
    loss: str
    net: MLP
    examples: tuple[int, int]  # for training, for the test
    history: History
    test_losses: tuple[float, ...]
    confusion: tuple[tuple[int, ...], ...] | None
    regression: Regression | None
    deltas: DeltaReport
    neuron: Value
    training: TrainingVerdict
    scale: Scale
    unit: Scale  # of a target that is a number
    fill: Row = ()  # what stands for a missing value of each feature
    program: str = ""  # the equations of the program, if it trained
    timing: Timing | None = None  # where NumPy by hand is there to compare

    @property
    def succeeded(self) -> bool:
        """Whether the training did its work and every gradient is right."""
        return self.training.learned and self.deltas.passed

    @property
    def model(self) -> Model:
        """The network with all that is needed to predict by it."""
        return Model(
            target=self.data.target,
            features=self.data.features,
            classes=self.data.classes,
            scale=self.scale,
            unit=self.unit,
            activation=self.settings.activation,
            output_activation=_output_activation(self.data, self.loss),
            loss=self.loss,
            net=self.net,
            fill=self.fill,
        )

    @property
    def sizes(self) -> tuple[int, ...]:
        """The widths of the layers, from input to output."""
        layers = self.net.layers
        return len(layers[0].neurons[0].w), *(len(layer.neurons) for layer in layers)

    @property
    def right(self) -> int:
        """The number of test examples that were classified correctly."""
        return _right(self.confusion or ())

    @property
    def accuracy(self) -> float | None:
        """The share classified correctly; None for a regression."""
        return _accuracy(self.confusion)


def _right(table: Sequence[Sequence[int]]) -> int:
    return sum(row[k] for k, row in enumerate(table))


def _accuracy(table: Sequence[Sequence[int]] | None) -> float | None:
    return None if table is None else _right(table) / sum(map(sum, table))


def loss_for(data: Dataset, name: str) -> str:
    """Return the loss, "auto" resolved.

    Raises:
        DataError: the loss does not fit the task.
    """
    known = tuple(CLASSIFICATION) if data.classes else REGRESSION
    if name == "auto":
        return known[0]
    if name not in known:
        task = "classification" if data.classes else "regression"
        msg = f"loss {name} does not fit a {task}; choose one of {', '.join(known)}"
        raise DataError(msg)
    return name


def check_width(data: Dataset, settings: Settings) -> None:
    """Raise if so many features make a network of more weights than can be trained.

    Raises:
        DataError: the network would have more than a million weights and biases.
    """
    widths = len(data.features), *settings.hidden, len(data.classes) or 1
    numbers = sum((n + 1) * m for n, m in pairwise(widths))
    if numbers > MOST_WEIGHTS:
        msg = (
            f"{widths[0]:,} features make a network of {numbers:,} weights and biases,"
            f" each a Python object; expected at most {MOST_WEIGHTS:,}; leave out"
            " columns (--ignore COLUMN) or take fewer neurons (--hidden N,N)"
        )
        raise DataError(msg)


def run(data: Dataset, settings: Settings, on_epoch: OnEpoch | None = None) -> Outcome:
    """Train on one part of the data, test on the other, check the gradients.

    Both parts are standardised with the mean and deviation of the training part. All
    random draws come from the seed.

    Raises:
        DataError: the loss does not fit the task, or there are too few examples.
        DivergedError: the loss or a weight stopped being finite.
    """
    from nn.deltas.check import check_deltas  # noqa: PLC0415  (loads NumPy)

    loss = loss_for(data, settings.loss)
    check_width(data, settings)
    rng = random.Random(settings.seed)
    parts = split(data, settings.test_fraction, rng)
    fill = parts.train.fill()
    parts = Split(*(replace(part, X=filled(part.X, fill)) for part in parts))
    net = _network(data, settings, loss, rng)
    scale = Scale.of(parts.train.X)
    unit = _unit(parts)
    X, X_test = (scale.standardise(part.X) for part in parts)
    Y, Y_test = (_targets(part, loss, unit) for part in parts)
    _cost(net, X[:_CHECKED_EXAMPLES], Y[:_CHECKED_EXAMPLES], loss).backward()
    norms_before = [math.hypot(*(p.grad for p in w.parameters())) for w in net.layers]
    loss_before = evaluate(net, X, Y, LOSSES[loss])
    steps = math.ceil(len(X) / settings.batch_size)  # in an epoch
    trained = _train(net, (X, Y), (X_test, Y_test), loss, settings, rng, on_epoch)
    batch = rng.sample(range(len(X)), min(_CHECKED_EXAMPLES, len(X)))
    X_batch, Y_batch = [X[i] for i in batch], [Y[i] for i in batch]
    program, timing = "", None
    if settings.engine == "program":
        program, timing = _programmed(net, X, Y, loss, settings)
    table = _confusion(net, X_test, parts.test)
    regression = _regression(net, X_test, parts.test, unit)
    return Outcome(
        data=data,
        settings=settings,
        loss=loss,
        net=net,
        examples=(len(X), len(X_test)),
        history=trained.history,
        test_losses=trained.test_losses,
        confusion=table,
        regression=regression,
        deltas=check_deltas(net, X_batch, Y_batch, loss, engine=settings.engine),
        neuron=_instructive_neuron(net, X_batch, Y_batch, loss, data.features),
        training=judge(
            target=data.target,
            baseline=baseline_of(parts.train, parts.test, Y, Y_test, loss),
            accuracy=_accuracy(table),
            rmse=None if regression is None else regression.rmse,
            losses=trained.history.losses,
            test_losses=trained.test_losses,
            loss_before=loss_before,
            layers=inspect_layers(
                net, X, norms_before, trained.history.gradient_norms, steps
            ),
            cost=_cost(net, X_batch, Y_batch, loss),
        ),
        scale=scale,
        unit=unit,
        fill=fill,
        program=program,
        timing=timing,
    )


def _cost(net: MLP, X: Sequence[Row], Y: Sequence[Row], loss: str) -> Value:
    """Return the cost of a batch, its graph labelled."""
    outputs = [net.forward(x, i).outputs for i, x in enumerate(X)]
    return batch_loss(LOSSES[loss], outputs, Y)


def _network(data: Dataset, settings: Settings, loss: str, rng: random.Random) -> MLP:
    return MLP(
        len(data.features),
        [*settings.hidden, len(data.classes) or 1],
        activation=settings.activation,
        output_activation=_output_activation(data, loss),
        init="xavier",
        rng=rng,
    )


def _output_activation(data: Dataset, loss: str) -> str:
    return CLASSIFICATION[loss][0] if data.classes else "linear"


def _unit(parts: Split) -> Scale:
    """Return the scale of a numeric target; for classes an empty one."""
    return Scale((), ()) if parts.train.classes else Scale.of(parts.train.Y)


def _targets(part: Dataset, loss: str, unit: Scale) -> tuple[Row, ...]:
    if not part.classes:
        return unit.standardise(part.Y)
    wrong = CLASSIFICATION[loss][1]
    return tuple(tuple(y or wrong for y in row) for row in part.Y)


class _Trained(NamedTuple):
    """The losses of the training and the test examples after each epoch."""

    history: History
    test_losses: tuple[float, ...]


def _train(  # noqa: PLR0913, PLR0917
    net: MLP,
    train: tuple[Sequence[Row], Sequence[Row]],
    test: tuple[Sequence[Row], Sequence[Row]],
    loss: str,
    settings: Settings,
    rng: random.Random,
    on_epoch: OnEpoch | None,
) -> _Trained:
    """Return the history, and what was measured after each epoch.

    Of a large test set only `_CURVE_EXAMPLES` examples are used.
    """
    every = math.ceil(len(test[0]) / _CURVE_EXAMPLES)
    X, Y = test[0][::every], test[1][::every]
    test_losses: list[float] = []

    def after(epoch: int, train_loss: float) -> None:
        test_losses.append(evaluate(net, X, Y, LOSSES[loss]))
        if on_epoch is not None:
            on_epoch(epoch, train_loss)

    history = fit(
        net,
        *train,
        LOSSES[loss],
        optimiser=OPTIMISERS[settings.optimiser](
            net.parameters(), lr=settings.learning_rate
        ),
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        rng=rng,
        on_epoch=after,
        engine=settings.engine,
        gradient_norms=True,
    )
    # Ctrl-C may have come between the test of an epoch and its end.
    done = len(history.losses)
    return _Trained(history, tuple(test_losses[:done]))


def _programmed(
    net: MLP, X: Sequence[Row], Y: Sequence[Row], loss: str, settings: Settings
) -> tuple[str, Timing | None]:
    """Return the program in words, and the times of its steps, where NumPy has them."""
    import numpy as np  # noqa: PLC0415  (an experiment on graphs needs none)

    from nn.experiment.timing import time_steps  # noqa: PLC0415  (loads NumPy)

    optimiser = SGD(net.parameters(), lr=settings.learning_rate)
    compiled = net.compile(loss, settings.batch_size, optimiser=optimiser)
    size = min(settings.batch_size, len(X))
    some = np.array(X[:size]), np.array(Y[:size])
    compiled.value_and_grad(*some)
    functions = {neuron.activation.name for layer in net.layers
                 for neuron in layer.neurons}  # fmt: skip
    if functions != {"sigmoid"} or loss != "half_squared_error":
        return str(compiled.program), None
    rate = settings.learning_rate
    return str(compiled.program), time_steps(net, compiled, *some, rate)


def _confusion(
    net: MLP, X: Sequence[Row], part: Dataset
) -> tuple[tuple[int, ...], ...] | None:
    if not part.classes:
        return None
    return tuple(map(tuple, confusion(net, X, part.y, len(part.classes))))


def _regression(
    net: MLP, X: Sequence[Row], part: Dataset, unit: Scale
) -> Regression | None:
    if part.classes:
        return None
    (mean,), (deviation,) = unit.means, unit.deviations
    predicted = tuple(mean + deviation * y for (y,) in predict(net, X))
    residuals = [y - p for y, p in zip(part.y, predicted, strict=True)]
    centre = math.fsum(part.y) / len(part.y)
    # Ratios of norms, because squares could overflow or underflow.
    spread = math.hypot(*(y - centre for y in part.y))
    error = math.hypot(*residuals)
    r2 = 1.0 - (error / spread) ** 2 if spread else None
    return Regression(error / math.sqrt(len(part.y)), r2, part.y, predicted)


def _instructive_neuron(
    net: MLP, X: Sequence[Row], Y: Sequence[Row], loss: str, names: Sequence[str]
) -> Value:
    """Return the layer-1 neuron of the largest delta, for the example of largest loss.

    Its nodes hold the gradients of that loss; the gradients of the network are cleared.
    """
    x, y = max(zip(X, Y, strict=True), key=lambda pair: _loss_of(net, pair, loss))
    net.zero_grad()
    record = net.forward([Value(v, name) for v, name in zip(x, names, strict=True)])
    LOSSES[loss](record.outputs, y).backward()
    largest = max(range(len(record.z[0])), key=lambda j: abs(record.z[0][j].grad))
    return record.a[0][largest]


def _loss_of(net: MLP, pair: tuple[Row, Row], loss: str) -> float:
    x, y = pair
    return evaluate(net, [x], [y], LOSSES[loss])
