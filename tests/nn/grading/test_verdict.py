"""What a training is said to have come to: baselines, layers, and the verdict."""

import math

import numpy as np
import pytest

from autograd_scalar import Value
from nn import MLP
from nn.data.dataset import Dataset
from nn.experiment.run import CLASSIFICATION, REGRESSION
from nn.experiment.verdict import (
    Baseline,
    LayerState,
    baseline_of,
    inspect_layers,
    judge,
)
from nn.losses import LOSSES, batch_loss

CLASSES = Dataset(
    ("x",), "y", ((0.0,),) * 6, (1.0, 1.0, 0.0, 1.0, 2.0, 1.0), ("a", "b", "c")
)
NUMBERS = Dataset(("x",), "y", ((0.0,),) * 4, (1.0, 2.0, 4.0, 9.0))


def targets(data, loss):
    if not data.classes:
        return [(y,) for y in data.y]
    wrong = CLASSIFICATION[loss][1]
    return [
        tuple(1.0 if k == y else wrong for k in range(len(data.classes)))
        for y in data.y
    ]


@pytest.mark.parametrize("loss", CLASSIFICATION)
def test_no_constants_have_a_lower_loss_than_the_baseline(loss):
    Y = targets(CLASSES, loss)
    baseline = baseline_of(CLASSES, CLASSES, Y, Y, loss)
    assert baseline.words == "always answering b"
    assert (baseline.accuracy, baseline.rmse) == (4 / 6, None)
    r = np.random.default_rng(0)
    for _ in range(300):
        low, high = (0.01, 0.99) if "sigmoid" in CLASSIFICATION[loss] else (-3, 3)
        drawn = r.uniform(low, high, 3)
        if "softmax" in CLASSIFICATION[loss]:  # outputs that add up to 1
            drawn = r.dirichlet(np.ones(3))
        row = [Value(x) for x in drawn]
        other = batch_loss(LOSSES[loss], [row] * len(Y), Y).data
        assert other >= baseline.loss * (1 - 1e-12)


@pytest.mark.parametrize("loss", REGRESSION)
def test_the_baseline_of_numbers_is_their_mean(loss):
    Y = targets(NUMBERS, loss)
    test = Dataset(("x",), "y", ((0.0,),) * 2, (4.0, 7.0))
    baseline = baseline_of(NUMBERS, test, Y, targets(test, loss), loss)
    assert baseline.rmse == pytest.approx(math.sqrt((0 + 9) / 2))
    half = 0.5 if loss == "half_squared_error" else 1.0
    assert baseline.loss == pytest.approx(half * 9 / 2)
    assert baseline.accuracy is None


@pytest.mark.parametrize(
    "loss", ["softmax_cross_entropy", "binary_cross_entropy_with_logits"]
)
def test_a_class_that_no_training_example_has_costs_infinity(loss):
    train = Dataset(("x",), "y", ((0.0,),) * 2, (0.0, 1.0), ("a", "b", "c"))
    test = Dataset(("x",), "y", ((0.0,),), (2.0,), ("a", "b", "c"))
    Y, Y_test = targets(train, loss), targets(test, loss)
    baseline = baseline_of(train, test, Y, Y_test, loss)
    assert baseline.loss == math.inf
    assert baseline.words == "always answering a"  # the first, of equal counts


def net_of(weights, activation):
    net = MLP(1, [2, 1], activation=activation)
    net.set_matrices([[[w] for w in weights], [[1.0, 1.0]]], [[0.0, -5.0], [0.0]])
    return net


def test_a_unit_is_dead_if_it_is_so_for_every_example():
    X = [[x / 10] for x in range(-60, 61)]
    assert inspect_layers(net_of([1.0, 0.5], "relu"), X, [1, 1], [], 1)[0].dead == 1
    first, last = inspect_layers(net_of([1.0, 1.0], "relu"), X, [1, 1], [], 1)
    assert (first.dead, first.saturated, first.units) == (0, 0, 2)
    assert (last.number, last.dead, last.units) == (2, 0, 1)
    assert first.examples == 41  # of 121, every third


def test_a_unit_is_saturated_if_next_to_nothing_passes():
    X = [[-9.0], [9.0]]
    for weights, count in (([1.0, 0.1], 1), ([9.0, 9.0], 2), ([0.1, 0.1], 0)):
        (first, _) = inspect_layers(net_of(weights, "tanh"), X, [1, 1], [], 1)
        assert (first.saturated, first.dead) == (count, 0), weights
    # At z = 0.0 relu is 0 without being dead for the other example.
    (first, _) = inspect_layers(net_of([1.0, 1.0], "relu"), X, [1, 1], [], 1)
    assert (first.saturated, first.dead) == (0, 0)


def test_a_flat_unit_that_is_not_0_is_not_dead():
    (first, _) = inspect_layers(
        net_of([1.0, 0.1], "floor"), [[1.5], [0.5]], [1, 1], [], 1
    )
    assert (first.dead, first.saturated) == (0, 2)  # 1 and 0; -5 and -5


FLAT = LayerState(1, 4, 4, 0, 10, 1.0, (1.0, 0.0), ())
HEALTHY = LayerState(1, 4, 0, 0, 10, 1.0, (2.0, 0.5), ())
GROWN = LayerState(1, 4, 0, 0, 10, 1.0, (2.0, 1000.5), ())
HALF = LayerState(1, 4, 0, 2, 10, 1.0, (2.0, 0.5), ())


def verdict(layer=HEALTHY, rmse=1.0, losses=(2.0, 1.0), **given):
    options = {
        "target": "y",
        "baseline": Baseline("the mean", 1.0, None, 2.0),
        "accuracy": None,
        "rmse": rmse,
        "losses": losses,
        "test_losses": losses,
        "loss_before": 3.0,
        "layers": [layer],
        "cost": Value(-1.0).relu() + 1.0,
    }
    return judge(**(options | given))


def test_a_network_has_to_beat_the_mean():
    good = verdict()
    assert (good.learned, good.findings, good.advice) == (True, (), "")
    assert "is 1, less than the 2 of the mean." in good.headline
    assert dict(good.diagnosis.counts) == {"dead unit": 1}
    for rmse in (2.0, 9.0, math.nan):
        bad = verdict(rmse=rmse)
        assert not bad.learned
        assert bad.headline.startswith("Training failed: the root mean square error")
        assert "no less than the 2" in bad.headline
        assert bad.advice == "try more --epochs, or other features"


@pytest.mark.parametrize(
    ("accuracy", "test_loss", "learned", "words"),
    [
        (0.75, 9.0, True, "75.0% of the test examples are classified correctly"),
        (0.5, 0.9, True, "50.0% by always a; the test loss is 0.9, less than its 1."),
        (0.4, 0.9, True, "less than its 1."),
        (0.5, 1.0, False, "the test loss is 1, no less than its 1."),
        (0.25, 1.5, False, "25.0% of the test"),
    ],
)
def test_a_classifier_has_to_beat_the_majority(accuracy, test_loss, learned, words):
    found = verdict(
        baseline=Baseline("always a", 1.0, 0.5, None),
        accuracy=accuracy,
        rmse=None,
        test_losses=[test_loss],
    )
    assert found.learned is learned
    assert words in found.headline


def test_without_an_epoch_there_is_no_test_loss():
    found = verdict(
        baseline=Baseline("always a", 1.0, 0.5, None),
        accuracy=0.5,
        rmse=None,
        losses=(),
        layer=HEALTHY._replace(norms=()),
    )
    assert "the test loss is inf, no less than its 1." in found.headline


def test_a_blocked_layer_is_a_failure_even_below_the_baseline():
    found = verdict(FLAT)
    assert not found.learned
    assert "failed: a whole layer passes no gradient back; the root" in found.headline
    assert found.findings == (
        (
            "dead: 4 of 4 units of layer 1 pass no gradient back, for each of 10"
            " training examples"
        ),
    )
    assert "another --activation" in found.advice
    half = verdict(HALF)
    assert half.learned
    assert half.findings[0].startswith("saturated: 2 of 4 units of layer 1 pass less")
    assert half.advice == ""


def test_what_exploded_is_named_with_its_epoch():
    found = verdict(GROWN, losses=(2.0, 3000.5))
    assert found.learned
    assert found.findings == (
        "exploding: the training loss was 3 before the first step and 3000 in epoch 2",
        (
            "exploding: the gradient norm of layer 1 was 1 before the first step and"
            " 1000 after epoch 2"
        ),
    )
    assert found.advice == "try a smaller --learning-rate"
    edge = GROWN._replace(norms=(1000.0, 0.5))
    assert verdict(edge, losses=(3000.0, 1.0)).findings == ()
