"""Judge a training: against what ignores the features, and layer by layer.

A training has failed if its network predicts the test examples no better than the
baseline, or if a whole layer passes no gradient back. The baseline ignores the
features: it answers with the class that most training examples have, or with the mean
of their targets.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from autograd_scalar import Diagnosis, Value, diagnose, gradients
from nn.losses import LOSSES, batch_loss

if TYPE_CHECKING:
    from nn.data.dataset import Dataset, Row
    from nn.layers import MLP, Layer

__all__ = [
    "Baseline",
    "LayerState",
    "TrainingVerdict",
    "baseline_of",
    "inspect_layers",
    "judge",
]

SATURATED: Final = 1e-3  # a local derivative below it passes next to nothing back
EXPLODED: Final = 1e3  # times the size before the first step
MOST_PROBED: Final = 50  # examples


class Baseline(NamedTuple):
    """What a prediction that ignores the features reaches on the test examples.

    ``loss`` is that of the best constant outputs; of ``accuracy`` and ``rmse`` the one
    that the task does not have is None.
    """

    words: str
    loss: float
    accuracy: float | None
    rmse: float | None


class LayerState(NamedTuple):
    """The units and the gradients of one layer.

    A unit is dead if it is 0 and passes no gradient back for each of the ``examples``,
    and saturated if it passes back less than a thousandth for each of them. A gradient
    norm is the Euclidean one over all weights and biases: ``before`` the first step for
    a batch, then for the last batch of every epoch, and for the batch of every step.
    """

    number: int
    units: int
    dead: int
    saturated: int
    examples: int
    before: float
    norms: tuple[float, ...]
    of_steps: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class TrainingVerdict:
    """Whether the training did its work, and what speaks for and against it.

    Attributes:
        learned: False if the training has failed.
        headline: one sentence with the numbers of network and baseline.
        findings: dead, saturated and exploding parts, a sentence each.
        advice: what to try; empty if nothing was found.
        baseline: what the network has to beat.
        layers: the units and the gradient norms, layer by layer.
        diagnosis: what `diagnose` finds in the graph of the batch that is checked.
    """

    learned: bool
    headline: str
    findings: tuple[str, ...]
    advice: str
    baseline: Baseline
    layers: tuple[LayerState, ...]
    diagnosis: Diagnosis


def judge(  # noqa: PLR0913  (each by its name)
    *,
    target: str,
    baseline: Baseline,
    accuracy: float | None,
    rmse: float | None,
    losses: Sequence[float],
    test_losses: Sequence[float],
    loss_before: float,
    layers: Sequence[LayerState],
    cost: Value,
) -> TrainingVerdict:
    """Compare the results of a training with the baseline, and say what went wrong."""
    findings = [*_explosions(losses, loss_before, layers), *_flat_layers(layers)]
    blocked = any(state.units in {state.dead, state.saturated} for state in layers)
    test_loss = test_losses[-1] if test_losses else math.inf
    if rmse is not None:
        better, words = _against_mean(rmse, baseline, target)
    else:
        better, words = _against_majority(accuracy or 0.0, test_loss, baseline)
    learned = better and not blocked
    return TrainingVerdict(
        learned=learned,
        headline=("Training worked: " if learned else "Training failed: ")
        + (_BLOCKED if better and blocked else "")
        + words,
        findings=tuple(findings),
        advice=_advice(findings, learned),
        baseline=baseline,
        layers=tuple(layers),
        diagnosis=diagnose(cost),
    )


_BLOCKED: Final = "a whole layer passes no gradient back; "


def _against_mean(rmse: float, baseline: Baseline, target: str) -> tuple[bool, str]:
    constant = baseline.rmse or 0.0
    better = rmse < constant
    than = "less than" if better else "no less than"
    return better, (
        f"the root mean square error of {target} on test examples is {rmse:.4g},"
        f" {than} the {constant:.4g} of {baseline.words}."
    )


def _against_majority(
    accuracy: float, test_loss: float, baseline: Baseline
) -> tuple[bool, str]:
    constant = baseline.accuracy or 0.0
    better = accuracy > constant or test_loss < baseline.loss
    words = (
        f"{accuracy:.1%} of the test examples are classified correctly,"
        f" {constant:.1%} by {baseline.words}"
    )
    if accuracy > constant:
        return better, f"{words}."
    than = "less than" if test_loss < baseline.loss else "no less than"
    words += f"; the test loss is {test_loss:.4g}, {than} its {baseline.loss:.4g}."
    return better, words


def _explosions(
    losses: Sequence[float], before: float, layers: Sequence[LayerState]
) -> Iterator[str]:
    highest = max(losses, default=0.0)
    if highest > EXPLODED * before:
        yield (
            f"exploding: the training loss was {before:.4g} before the first step and"
            f" {highest:.4g} in epoch {losses.index(highest) + 1}"
        )
    start = max(state.before for state in layers)
    for state in layers:
        largest = max(state.norms, default=0.0)
        if largest > EXPLODED * start:
            yield (
                f"exploding: the gradient norm of layer {state.number} was"
                f" {state.before:.4g} before the first step and {largest:.4g} after"
                f" epoch {state.norms.index(largest) + 1}"
            )


def _flat_layers(layers: Sequence[LayerState]) -> Iterator[str]:
    for state in layers:
        for kind, count in (("dead", state.dead), ("saturated", state.saturated)):
            if count:
                passes = (
                    "no gradient" if kind == "dead" else "less than 0.001 of a gradient"
                )
                yield (
                    f"{kind}: {count} of {state.units} units of layer {state.number}"
                    f" pass {passes} back, for each of {state.examples} training"
                    " examples"
                )


def _advice(findings: Sequence[str], learned: bool) -> str:
    if any(finding.startswith("exploding") for finding in findings):
        return "try a smaller --learning-rate"
    if findings and not learned:
        return "try a smaller --learning-rate or another --activation"
    return "" if learned else "try more --epochs, or other features"


# ---- The baseline --------------------------------------------------------------------


def baseline_of(
    train: Dataset, test: Dataset, Y: Sequence[Row], Y_test: Sequence[Row], loss: str
) -> Baseline:
    """Return what constant outputs reach; ``Y`` and ``Y_test`` are as the loss has it.

    The constants minimise the loss over the training examples.
    """
    means = [math.fsum(column) / len(Y) for column in zip(*Y, strict=True)]
    outputs = [_BEST_CONSTANT.get(loss, float)(mean) for mean in means]
    constant = batch_loss(
        LOSSES[loss], [[Value(a) for a in outputs] for _ in Y_test], Y_test
    ).data
    if not train.classes:
        centre = math.fsum(train.y) / len(train.y)
        rmse = math.hypot(*(y - centre for y in test.y)) / math.sqrt(len(test.y))
        words = "always answering the mean of the training examples"
        return Baseline(words, constant, None, rmse)
    counts = Counter(train.y)
    most = max(counts, key=lambda label: (counts[label], -label))
    share = sum(y == most for y in test.y) / len(test.y)
    words = f"always answering {train.classes[int(most)]}"
    return Baseline(words, constant, share, None)


def _logit(p: float) -> float:
    if p in {0.0, 1.0}:
        return math.copysign(math.inf, p - 0.5)
    return math.log(p) - math.log1p(-p)


# The mean of the targets is the best constant of every other loss.
_BEST_CONSTANT: Final[dict[str, Callable[[float], float]]] = {
    "softmax_cross_entropy": lambda p: math.log(p) if p else -math.inf,
    "binary_cross_entropy_with_logits": _logit,
    "hinge": lambda mean: 1.0 if mean > 0.0 else -1.0,
}


# ---- Layer by layer ------------------------------------------------------------------


def inspect_layers(
    net: MLP,
    X: Sequence[Row],
    before: Sequence[float],
    norms: Sequence[Sequence[float]],
    steps: int,
) -> list[LayerState]:
    """Count dead and saturated units over ``X``.

    ``norms`` holds a row for each step, ``steps`` of which make an epoch.
    """
    every = math.ceil(len(X) / MOST_PROBED)
    probed = X[::every]
    passes = [net.forward(x) for x in probed]
    states = []
    for k, layer in enumerate(net.layers):
        units = _flat_units(layer, [[z.data for z in each.z[k]] for each in passes])
        states.append(
            LayerState(
                layer.number,
                len(units),
                units.count("dead"),
                units.count("saturated"),
                len(probed),
                before[k],
                tuple(row[k] for row in norms[steps - 1 :: steps]),
                tuple(row[k] for row in norms),
            )
        )
    return states


def _flat_units(layer: Layer, rows: Sequence[Sequence[float]]) -> list[str]:
    """Return "dead" or "saturated" for a unit that is so in every example, else "".

    ``rows`` has the pre-activations of the layer, a row for each example.
    """
    count = len(layer.neurons)
    if layer.neurons[0].activation.is_linear:
        return [""] * count
    steepest, is_zero = [0.0] * count, [True] * count
    for row in rows:
        z = [Value(x) for x in row]
        for j, a in enumerate(layer.activate(z)):
            steepest[j] = max(steepest[j], abs(gradients(a, [z[j]])[0]))
            is_zero[j] = is_zero[j] and a.data == 0.0
    return list(map(_kind, steepest, is_zero))


def _kind(steepest: float, is_zero: bool) -> str:
    if steepest >= SATURATED:
        return ""
    return "dead" if is_zero and steepest == 0.0 else "saturated"
