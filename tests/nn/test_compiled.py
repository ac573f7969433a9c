"""Networks as programs: the training is that of the scalar graph, to rounding."""

import math
import random

import numpy as np
import pytest

import autograd_scalar as ag
import nn
from autograd_scalar import DataError, OperandError, ShapeError, Value
from nn import LOSSES, MLP, SGD, Adam, AdamW, Module, fit
from nn.deltas.check import _Adjoints
from nn.training.fit import DivergedError

from .test_deltas import PROBABILITIES, data

EPS = 2.0**-52
ACTIVATIONS = ("tanh", "relu", "sigmoid", "leaky_relu", "gelu", "softplus", "sin")


def network(loss="half_squared_error", activation="tanh", seed=1):
    output = "sigmoid" if loss in PROBABILITIES else "linear"
    sizes = [5, 2]
    return MLP(3, sizes, activation=activation, output_activation=output, rng=seed)


def weights(net):
    return [p.data for p in net.parameters()]


# ---- One step ------------------------------------------------------------------------


@pytest.mark.one_in(4)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_value_and_gradient_are_those_of_the_graph(activation, loss, reduction):
    rng = random.Random(f"{activation} {loss}")
    net = network(loss, activation)
    X, Y = data(loss, 9, 3, 2, rng)
    cost = nn.batch_loss(loss, [net(x) for x in X], Y, reduction)
    parameters = net.parameters()
    expected = ag.gradients(cost, parameters)
    value, gradient = net.compile(loss, reduction=reduction).value_and_grad(X, Y)
    adjoints = _Adjoints()
    adjoints.add(cost, parameters)
    count = len(ag.topological_order(cost))
    scale = np.array([adjoints.terms[p] for p in parameters])
    assert np.all(np.abs(gradient - expected) <= 4.0 * EPS * count * scale)
    assert value == pytest.approx(cost.data, rel=4.0 * EPS * count)


@pytest.mark.parametrize("rows", [1, 2, 9])
def test_any_number_of_rows(rows):
    net = network()
    X, Y = data("half_squared_error", 9, 3, 2, random.Random(1))
    compiled = net.compile("half_squared_error", 9)
    compiled.value_and_grad(X, Y)
    value, _ = compiled.value_and_grad(X[:rows], Y[:rows])
    cost = nn.batch_loss("half_squared_error", [net(x) for x in X[:rows]], Y[:rows])
    assert value == pytest.approx(cost.data, rel=1e-14)


# ---- Training ------------------------------------------------------------------------

OPTIMISERS = [
    (SGD, {"lr": 0.1}),
    (SGD, {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    (Adam, {"lr": 0.01, "amsgrad": True}),
    (AdamW, {"lr": 0.01}),
]


def trained(engine, loss, kind, options, **more):
    net = network(loss)
    X, Y = data(loss, 23, 3, 2, random.Random(7))
    optimiser = kind(net.parameters(), **options)
    settings = {"epochs": 20, "batch_size": 5, "rng": 3} | more
    history = fit(net, X, Y, loss, optimiser=optimiser, engine=engine, **settings)
    return net, history, optimiser


@pytest.mark.parametrize("loss", ["half_squared_error", "softmax_cross_entropy"])
@pytest.mark.parametrize(("kind", "options"), OPTIMISERS)
def test_the_trajectory_is_that_on_values(kind, options, loss):
    on_graphs, history, first = trained("graph", loss, kind, options)
    by_program, other, second = trained("program", loss, kind, options)
    assert other.losses == pytest.approx(history.losses, rel=1e-11)
    assert weights(by_program) == pytest.approx(weights(on_graphs), rel=1e-9)
    assert len(second.state) == len(first.state)
    for ours, theirs in zip(second.state, first.state, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-7)
    assert history.losses[-1] < history.losses[0]


def test_the_sum_of_a_batch_and_all_rows_at_once():
    for more in ({"reduction": "sum"}, {"batch_size": None}):
        options = {"lr": 0.01}
        a, one, _ = trained("graph", "squared_error", SGD, options, **more)
        b, two, _ = trained("program", "squared_error", SGD, options, **more)
        assert two.losses == pytest.approx(one.losses, rel=1e-12)
        assert weights(b) == pytest.approx(weights(a), rel=1e-11)


def test_on_epoch_sees_the_weights_and_may_change_them():
    net = network()
    X, Y = data("half_squared_error", 6, 3, 2, random.Random(7))
    seen = []

    def on_epoch(epoch, loss):
        seen.append(nn.training.evaluation.evaluate(net, X, Y, "half_squared_error"))
        for p in net.parameters():
            p.data = 0.0

    fit(
        net, X, Y, "half_squared_error", optimiser=SGD(net.parameters(), lr=0.1),
        epochs=3, rng=1, on_epoch=on_epoch, engine="program",
    )  # fmt: skip
    assert seen[1] == seen[2] != seen[0]
    assert set(weights(net)) == {0.0}


def test_divergence_and_ctrl_c_put_the_last_good_weights_back():
    X, Y = data("squared_error", 6, 3, 2, random.Random(7))
    kept = []
    for engine in ("graph", "program"):
        net = network("squared_error")
        with pytest.raises(DivergedError) as error:
            fit(
                net, X, Y, "squared_error", optimiser=SGD(net.parameters(), lr=1e200),
                epochs=9, rng=1, engine=engine,
            )  # fmt: skip
        assert len(error.value.history.losses) == 1
        kept.append(weights(net))
    assert kept[1] == pytest.approx(kept[0], rel=1e-12)
    net = network("squared_error")
    calls = []

    def interrupt(epoch, loss):
        calls.append(weights(net))
        if epoch == 2:
            raise KeyboardInterrupt

    history = fit(
        net, X, Y, "squared_error", optimiser=SGD(net.parameters(), lr=0.01),
        epochs=9, rng=1, engine="program", on_epoch=interrupt,
    )  # fmt: skip
    assert history.interrupted
    assert len(history.losses) == 1
    assert weights(net) == calls[0]


def test_step_and_store():
    net = network()
    X, Y = data("half_squared_error", 5, 3, 2, random.Random(7))
    start = weights(net)
    compiled = net.compile(
        nn.half_squared_error, 5, optimiser=SGD(net.parameters(), lr=0.1)
    )
    first = compiled.step(X, Y)
    assert weights(net) == start
    assert compiled.step(X, Y) < first
    compiled.store()
    assert weights(net) == compiled.theta.tolist() != start
    for p in net.parameters():
        p.data = 1.0
    compiled.load()
    assert set(compiled.theta.tolist()) == {1.0}


def test_an_optimiser_of_some_parameters_leaves_the_others():
    net, other = network(), network()
    X, Y = data("half_squared_error", 5, 3, 2, random.Random(7))
    some = net.layers[1].parameters()[::-1]
    compiled = net.compile("half_squared_error", optimiser=SGD(some, lr=0.1))
    for _ in range(3):
        compiled.step(X, Y)
    compiled.store()
    optimiser = SGD(other.layers[1].parameters(), lr=0.1)
    fit(other, X, Y, "half_squared_error", optimiser=optimiser, epochs=3, rng=1)
    assert weights(net) == pytest.approx(weights(other), rel=1e-12)
    assert weights(net.layers[0]) == weights(network().layers[0])


# ---- Networks and losses of other kinds ----------------------------------------------


class Gated(Module):
    """A network of the user's, which uses two of its three inputs."""

    def __init__(self):
        self.a = [Value(0.5, "a[0]"), Value(-0.25, "a[1]")]

    def __call__(self, x):
        return (self.a[0] * x[0]).sigmoid() * (self.a[1] * x[2]).tanh()


def test_a_network_of_ones_own_with_one_output_and_numbers_as_targets():
    net = Gated()
    X = [[0.5, 9.0, 1.0], [1.0, -9.0, 2.0], [-1.0, 3.0, 0.5]]
    Y = [0.5, -0.5, 0.25]
    value, gradient = net.compile("squared_error").value_and_grad(X, Y)
    cost = nn.batch_loss("squared_error", [net(x) for x in X], Y)
    assert value == pytest.approx(cost.data, rel=1e-15)
    assert gradient == pytest.approx(ag.gradients(cost, net.a), rel=1e-14)
    again, _ = net.compile("squared_error").value_and_grad(X, [[y] for y in Y])
    assert again == value


def test_classes_by_their_index():
    net = network("softmax_cross_entropy")
    X, Y = data("softmax_cross_entropy", 6, 3, 2, random.Random(7))
    classes = [y.index(1.0) for y in Y]
    compiled = net.compile("softmax_cross_entropy")
    value, _ = compiled.value_and_grad(X, classes)
    assert value == compiled.value_and_grad(X, Y)[0]
    assert compiled.value_and_grad(X, classes)[0] == value
    for wrong in (2, -1):
        for each in (compiled, net.compile("softmax_cross_entropy")):
            with pytest.raises(DataError, match="index needs to be from 0 to 1"):
                each.value_and_grad(X[:1], [wrong])
    with pytest.raises(ShapeError, match="two logits or more"):
        MLP(1, [1]).compile("softmax_cross_entropy").value_and_grad([[1.0]], [0])


def test_a_network_that_has_been_fitted_compiles():
    net = MLP(1, [1], rng=0)
    net.set_matrices([[[2.0]]], [[1.0]])
    X = [[0.1], [0.7], [0.3]]
    Y = [[2.0 * x + 1.0] for (x,) in X]
    value, gradient = net.compile("squared_error").value_and_grad(X, Y)
    assert value == pytest.approx(0.0, abs=1e-30)
    assert gradient == pytest.approx([0.0, 0.0], abs=1e-15)


class Branching(Module):
    def __init__(self, kind):
        self.w, self._kind = [Value(0.5), Value(-1.0)], kind
        self._rng = random.Random(1)

    def __call__(self, x):
        z = self.w[0] * x[0] + self.w[1]
        if self._kind == "if":
            return z if z > 0 else 0.1 * z
        return z * float(self._rng.random() < 0.5)


@pytest.mark.parametrize("kind", ["if", "dropout"])
def test_a_network_that_branches_is_noticed(kind):
    net = Branching(kind)
    start = weights(net)
    X, Y = [[float(k)] for k in range(8)], [1.0] * 8
    with pytest.raises(OperandError, match="cannot follow this Branching or its loss"):
        net.compile("squared_error").value_and_grad(X, Y)
    assert weights(net) == start


def test_a_loss_that_branches_on_its_target_is_noticed():
    def loss(outputs, targets):
        return outputs if targets[0] > 0 else -outputs

    with pytest.raises(OperandError, match="train without compile"):
        MLP(1, [1], rng=1).compile(loss).value_and_grad([[1.0], [2.0]], [[1], [-1]])


def test_numbers_that_are_not_finite_are_no_branch():
    net = MLP(1, [2, 1], activation="exp", rng=1)
    value, _ = net.compile("squared_error").value_and_grad([[1e4], [-1e4]], [[1], [2]])
    assert not math.isfinite(value)


# ---- What does not fit ---------------------------------------------------------------


def test_before_the_first_batch_there_is_no_program():
    compiled = network().compile("hinge")
    with pytest.raises(OperandError, match="compiled when it meets the first batch"):
        _ = compiled.program
    with pytest.raises(OperandError, match="first batch"):
        compiled.value_and_grad_on(np.ones((1, 5)))


def test_targets_are_checked_as_by_the_loss():
    X = [[1.0, 2.0, 3.0]] * 2
    for loss, wrong in (
        ("hinge", 0.5),
        ("softmax_cross_entropy", 2.0),
        ("binary_cross_entropy", -1.0),
        ("squared_error", math.inf),
    ):
        compiled = network(loss).compile(loss)
        with pytest.raises(DataError, match=r"row 1 of Y: targets\[1\] needs to be"):
            compiled.value_and_grad(X, [[1.0, 1.0], [1.0, wrong]])


def test_shapes_and_types_are_checked():
    X, Y = [[1.0, 2.0, 3.0]] * 2, [[1.0, 2.0]] * 2
    compiled = network().compile("squared_error", 2)
    compiled.value_and_grad(X, Y)
    cases = [
        (X, Y[:1], ShapeError, "X has 2 rows and Y 1"),
        (np.ones((0, 3)), np.ones((0, 2)), ShapeError, "at least one"),
        (np.ones((2, 4)), Y, ShapeError, "compiled for 3 inputs and 2 targets"),
        (X, [1.0, 2.0], ShapeError, "compiled for 3 inputs and 2 targets"),
        (X[0], Y, ShapeError, "X needs one example per row"),
        ([[1.0], [1.0, 2.0]], Y, ShapeError, "ragged"),
        ([["a", "b", "c"]] * 2, Y, OperandError, "rows of real numbers"),
        (X * 2, Y * 2, ShapeError, "batches of up to 2 examples, got 4"),
    ]
    for x, y, error, match in cases:
        with pytest.raises(error, match=match):
            compiled.value_and_grad(x, y)


def test_arguments_are_checked():
    net = network()
    with pytest.raises(OperandError, match="needs a network with parameters"):
        Empty().compile("hinge")
    with pytest.raises(OperandError, match="called with one example"):
        Module().compile("hinge")
    with pytest.raises(OperandError, match="a loss is one of"):
        net.compile("nothing")
    with pytest.raises(OperandError, match="reduction"):
        net.compile("hinge", reduction="max")
    with pytest.raises(ShapeError, match="batch_size needs to be at least 1"):
        net.compile("hinge", 0)
    with pytest.raises(OperandError, match="step\\(\\) needs an optimiser"):
        net.compile("squared_error").step([[1.0, 2.0, 3.0]], [[1.0, 2.0]])
    with pytest.raises(OperandError, match="needs an optimiser of nn"):
        net.compile("hinge", optimiser=object())
    with pytest.raises(OperandError, match="which is no parameter of the network"):
        net.compile("hinge", optimiser=SGD([Value(1.0)]))
    for engine in ("fast", None, np.ones((2, 2))):
        with pytest.raises(OperandError, match="engine needs to be"):
            trained(engine, "hinge", SGD, {})


class Empty(Module):
    def __call__(self, x):
        return x[0]


@pytest.mark.parametrize("found", [1.0, -math.inf, math.nan])
def test_what_is_not_finite_must_be_so_in_both(found):
    assert nn.compiled._differ(math.inf, found)
    assert not nn.compiled._differ(found, found)
