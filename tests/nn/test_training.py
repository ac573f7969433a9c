"""`fit`: it learns, repeats itself, stops when told to, and never trains on nan."""

import math
import random
from dataclasses import replace

import numpy as np
import pytest

from autograd_scalar import DataError, OperandError, ShapeError, Value
from nn import MLP, SGD, Adam, half_squared_error, softmax_cross_entropy
from nn.data.columns import load_iris
from nn.data.dataset import Dataset, Split, split
from nn.experiment import run as experiment
from nn.experiment.run import CLASSIFICATION, REGRESSION, Settings, run
from nn.matrix import backprop
from nn.training import fit as training
from nn.training.fit import DivergedError, accuracy, confusion, evaluate, fit, predict

X = [[-1.0, 0.5], [0.0, 1.0], [1.0, -1.0], [2.0, 0.0], [0.5, 0.5]]
Y = [[x - 2 * y] for x, y in X]


def line(seed=0):
    return MLP(2, [1], rng=seed)


def train(net, *, epochs=3, lr=0.1, seed=0, Y=Y, **options):
    return fit(
        net,
        X,
        Y,
        options.pop("loss", half_squared_error),
        optimiser=options.pop("optimiser", None) or SGD(net.parameters(), lr=lr),
        epochs=epochs,
        rng=options.pop("rng", random.Random(seed)),
        **options,
    )


def test_a_linear_net_learns_a_line():
    net = line()
    history = train(net, epochs=300, lr=0.3, batch_size=2)
    assert history.losses[-1] < 1e-20
    assert not history.interrupted
    assert predict(net, [[3.0, 1.0]]) == [[pytest.approx(1.0)]]
    assert evaluate(net, X, Y, half_squared_error) < 1e-20


def test_one_epoch_of_the_whole_batch_is_one_step_of_gradient_descent():
    net, by_hand = line(), line()
    loss = sum(half_squared_error(by_hand(x), y) for x, y in zip(X, Y, strict=True)) / 5
    loss.backward()
    history = train(net, epochs=1)
    assert history.losses[0] == pytest.approx(loss.data, rel=1e-15)
    for p, q in zip(net.parameters(), by_hand.parameters(), strict=True):
        assert p.data == pytest.approx(q.data - 0.1 * q.grad, rel=1e-14)


def test_the_loss_of_an_epoch_weighs_a_short_last_batch_by_its_size():
    net = line()
    expected = evaluate(net, X, Y, half_squared_error)
    assert train(net, lr=0.0, batch_size=2).losses == pytest.approx([expected] * 3)
    total = train(net, lr=0.0, batch_size=2, reduction="sum").losses[0]
    assert total == pytest.approx(5 * expected)


def test_a_seed_repeats_the_run_and_another_does_not():
    def weights(seed):
        net = line()
        train(net, batch_size=2, seed=seed)
        return [p.data for p in net.parameters()]

    assert weights(1) == weights(1) != weights(2)


def test_each_epoch_is_told():
    told = []
    history = train(line(), on_epoch=lambda k, loss: told.append((k, loss)))
    assert told == list(enumerate(history.losses, 1))


def test_arrays_and_class_indices_are_taken():
    net = MLP(2, [3], rng=0)
    history = fit(
        net,
        np.array(X),
        np.array([0, 1, 2, 0, 1]),
        softmax_cross_entropy,
        optimiser=Adam(net.parameters(), lr=0.1),
        epochs=30,
        rng=np.random.default_rng(0),
    )
    assert history.losses[-1] < history.losses[0]


def test_ctrl_c_puts_back_the_last_finished_epoch():
    net, calls = line(), []

    def interrupting(outputs, targets):
        calls.append(1)
        if len(calls) > 13:  # in the third epoch, after an update
            raise KeyboardInterrupt
        return half_squared_error(outputs, targets)

    kept = []
    history = train(
        net,
        epochs=9,
        loss=interrupting,
        batch_size=1,
        on_epoch=lambda *_: kept.append([p.data for p in net.parameters()]),
    )
    assert history.interrupted
    assert len(history.losses) == len(kept) == 2
    assert [p.data for p in net.parameters()] == kept[-1]


def test_ctrl_c_while_an_epoch_is_told_leaves_that_epoch_out():
    net, kept = line(), []

    def told(epoch, _loss):
        if epoch == 3:
            raise KeyboardInterrupt
        kept.append([p.data for p in net.parameters()])

    history = train(net, epochs=9, on_epoch=told)
    assert len(history.losses) == len(kept) == 2
    assert [p.data for p in net.parameters()] == kept[-1]


@pytest.mark.parametrize("lr", [10.0, 1e200])
def test_divergence_stops_and_puts_back_finite_weights(lr):
    net = line()
    with pytest.raises(DivergedError, match="smaller learning rate") as error:
        train(net, epochs=2000, lr=lr)
    assert all(math.isfinite(loss) for loss in error.value.history.losses)
    assert all(math.isfinite(p.data) for p in net.parameters())


def test_a_weight_that_overflows_in_the_last_step_is_found():
    net = line()

    class Overflowing(SGD):
        def step(self):
            self.params[0].data = math.inf

    with pytest.raises(DivergedError):
        fit(
            net,
            X,
            Y,
            half_squared_error,
            optimiser=Overflowing(net.parameters()),
            epochs=1,
            rng=random.Random(0),
        )
    assert math.isfinite(net.parameters()[0].data)


def test_a_loss_of_nan_stops_at_once():
    calls = []

    def bad(outputs, targets):
        calls.append(1)
        return half_squared_error(outputs, targets) * math.nan

    with pytest.raises(DivergedError, match="epoch 1"):
        train(line(), loss=bad, batch_size=1)
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"Y": Y[:3]}, ShapeError, "X has 5 rows and Y 3"),
        ({"epochs": -1}, OperandError, "epochs needs to be 0 or more, got -1"),
        ({"epochs": -(10**5000)}, OperandError, "or more, got an int of 16610 bits"),
        ({"batch_size": -(10**5000)}, OperandError, "got an int of 16610 bits"),
        ({"batch_size": 0}, OperandError, "batch_size needs to be 1 or more"),
        ({"epochs": "1"}, OperandError, "epochs needs an int, got str: '1'"),
        ({"batch_size": 1.5}, OperandError, "batch_size needs an int, got float: 1.5"),
        ({"loss": "hing"}, OperandError, "a loss is one of .*hinge"),
        ({"loss": 3}, OperandError, "a loss is one of .*got 3"),
        ({"rng": "x"}, OperandError, "rng is a random.Random"),
        ({"optimiser": "sgd"}, OperandError, "fit needs an optimiser.*got str: 'sgd'"),
        ({"Y": None}, OperandError, "Y needs a list or array of rows, got NoneType"),
    ],
)
def test_what_does_not_fit_is_rejected(change, error, message):
    with pytest.raises(error, match=message):
        train(line(), **change)


def test_seeds_and_names_are_taken():
    nets = [line() for _ in range(4)]
    for net, rng in zip(nets, (0, np.int64(0), random.Random(0), None), strict=True):
        random.seed(0)  # what None draws from
        train(net, rng=rng, batch_size=np.int64(2), loss="half_squared_error")
    weights = [[p.data for p in net.parameters()] for net in nets]
    assert all(w == weights[0] for w in weights)
    expected = evaluate(nets[0], X, Y, half_squared_error)
    assert evaluate(nets[0], X, Y, "half_squared_error") == expected
    signs = [[1.0], [-1.0], [1.0], [1.0], [-1.0]]
    assert len(train(line(), Y=signs, loss="hinge").losses) == 3


def test_labels_are_checked():
    def net(x):
        return [Value(v) for v in x]

    rows = [[3.0, 1.0], [0.0, 2.0]]
    for labels in ([0, 5], [0, -1], [0, 0.5], [0, "1"]):
        for count in (accuracy, lambda *given: confusion(*given, 2)):
            with pytest.raises(DataError, match=r"labels\[1\] .* from 0 to 1.* got"):
                count(net, rows, labels)
    with pytest.raises(ShapeError, match="at least one row, got none"):
        accuracy(net, [], [])
    with pytest.raises(ShapeError, match="2 rows, but there are 1 labels"):
        accuracy(net, rows, [1])
    with pytest.raises(ShapeError, match="n_classes is 3, but the network has 2"):
        confusion(net, rows, [0, 1], 3)
    assert confusion(net, [], [], 2) == [[0, 0], [0, 0]]


def test_no_epochs_change_nothing():
    net = line()
    before = [p.data for p in net.parameters()]
    assert train(net, epochs=0).losses == ()
    assert [p.data for p in net.parameters()] == before


def test_accuracy_and_confusion_count_the_largest_output():
    def net(x):
        return [Value(v) for v in x]

    rows, labels = [[3.0, 1.0], [0.0, 2.0], [5.0, 4.0], [1.0, 7.0]], [0, 1, 1, 1]
    assert confusion(net, rows, labels, 2) == [[1, 0], [1, 2]]
    assert accuracy(net, rows, labels) == 0.75


# ---- Experiments ---------------------------------------------------------------------

SMALL = Settings((3,), "tanh", 2, 0.05, 16, 0.3, seed=0)


def with_loss(loss, **changes):
    names = ("hidden", "activation", "epochs", "learning_rate", "batch_size")
    plain = {name: getattr(SMALL, name) for name in (*names, "test_fraction", "seed")}
    return Settings(**(plain | {"loss": loss} | changes))


def regression_data():
    X = tuple((float(i), float(i % 5)) for i in range(40))
    return Dataset(("u", "v"), "y", X, tuple(1e6 + 3e4 * u - v for u, v in X))


@pytest.mark.parametrize("loss", CLASSIFICATION)
def test_every_loss_of_a_classification_trains_and_checks(loss):
    outcome = run(load_iris(), with_loss(loss))
    assert outcome.deltas.passed
    assert outcome.history.losses[-1] < outcome.history.losses[0]
    assert outcome.loss == loss
    assert sum(map(sum, outcome.confusion)) == outcome.examples[1] == 45


@pytest.mark.parametrize("loss", REGRESSION)
def test_every_loss_of_a_regression_trains_and_checks(loss):
    outcome = run(regression_data(), with_loss(loss, epochs=30))
    assert outcome.deltas.passed
    true, predicted = map(
        np.array, (outcome.regression.true, outcome.regression.predicted)
    )
    residual = ((true - predicted) ** 2).mean()
    assert outcome.regression.rmse == pytest.approx(residual**0.5)
    assert outcome.regression.r2 == pytest.approx(1 - residual / true.var())
    assert outcome.regression.r2 > 0.8


def test_r2_is_undefined_if_all_test_targets_are_equal():
    data = Dataset(("x",), "y", tuple((float(i),) for i in range(9)), (0.0,) * 9)
    assert run(data, SMALL).regression.r2 is None


def test_the_test_examples_do_not_move_the_scale():
    data = load_iris()
    tested = split(data, SMALL.test_fraction, random.Random(SMALL.seed)).test.X[0]
    far = tuple((1e6,) * 4 if row == tested else row for row in data.X)
    outcome = run(replace(data, X=far), SMALL)
    assert outcome.net.state_dict() == run(data, SMALL).net.state_dict()


def test_a_loss_of_the_wrong_task_is_rejected():
    with pytest.raises(DataError, match="hinge does not fit a regression; choose one"):
        run(regression_data(), with_loss("hinge"))


def test_the_neuron_shown_holds_the_adjoints_of_one_example():
    neuron = run(load_iris(), SMALL).neuron
    (z,) = neuron.parents
    d = z.grad / neuron.grad
    assert d == pytest.approx(1 - neuron.data**2)
    names = {node.label for node in z.parents}
    assert {"petal_length", "sepal_width"} < names
    for a, d in zip(z.parents, z.local_derivatives, strict=True):
        if a.label.startswith(("W", "b")):
            assert a.grad == pytest.approx(z.grad * d)


def test_ctrl_c_leaves_as_many_test_losses_as_losses():
    def told(epoch, _loss):
        if epoch == 2:
            raise KeyboardInterrupt

    outcome = run(load_iris(), SMALL, told)
    assert outcome.history.interrupted
    assert len(outcome.history.losses) == len(outcome.test_losses) == 1


def test_every_epoch_is_shuffled():
    class Turns:
        def shuffle(self, items):
            items.append(items.pop(0))

    seen = []

    class Watched(MLP):
        def __call__(self, x):
            seen.append(X.index(x))
            return super().__call__(x)

    train(Watched(2, [1], rng=0), epochs=3, rng=Turns())
    assert seen == [1, 2, 3, 4, 0, 2, 3, 4, 0, 1, 3, 4, 0, 1, 2]


def test_ctrl_c_between_the_loss_and_the_weights_of_an_epoch_leaves_it_out():
    class Weight:
        interrupted = False

        @property
        def data(self):
            if self.interrupted:
                raise KeyboardInterrupt
            return 1.0

    class OneWeight:
        weight = Weight()

        def parameters(self):
            return [self.weight]

    net = OneWeight()
    kept = training._Kept(net)
    kept.keep(5.0)
    net.weight.interrupted = True
    with pytest.raises(KeyboardInterrupt):
        kept.keep(4.0)
    assert kept.losses == (5.0,)


def test_of_equal_outputs_the_first_is_the_answer():
    class Undecided:
        def parameters(self):
            return []

        def __call__(self, x):
            return [Value(0.25), Value(0.75), Value(0.75)]

    assert accuracy(Undecided(), [[0.0]] * 4, [1, 1, 2, 0]) == 0.5
    assert confusion(Undecided(), [[0.0]] * 2, [1, 2], 3) == [
        [0, 0, 0],
        [0, 1, 0],
        [0, 1, 0],
    ]


@pytest.mark.parametrize("seed", range(6))
def test_the_neuron_that_is_shown_has_the_steepest_delta_of_either_sign(seed):
    net = MLP(2, [4, 1], activation="tanh", rng=seed)
    found = experiment._instructive_neuron(net, X, Y, "squared_error", ["a", "b"])
    state = net.state_dict()
    W, b = [], []
    for layer, (n_in, n_out) in enumerate(((2, 4), (4, 1))):
        at = f"layers.{layer}.neurons."
        rows = [[state[f"{at}{j}.w.{k}"] for k in range(n_in)] for j in range(n_out)]
        W.append(rows)
        b.append([[state[f"{at}{j}.b"]] for j in range(n_out)])
    passes = [
        backprop(W, b, np.array([x]).T, [y], ["tanh", "linear"], "squared_error")
        for x, y in zip(X, Y, strict=True)
    ]
    worst = max(passes, key=lambda one: one.loss)
    j = int(np.argmax(np.abs(worst.dZ[0])))
    assert found.data == pytest.approx(worst.A[1][j, 0], rel=1e-14)
    assert found.grad == pytest.approx(worst.dA[1][j, 0], rel=1e-12)


def test_the_unit_of_a_target_is_that_of_the_training_part_alone():
    def part(*y):
        return Dataset(("x",), "y", tuple((1.0,) for _ in y), y, ())

    unit = experiment._unit(Split(part(0.0, 4.0), part(1000.0)))
    assert (unit.means, unit.deviations) == ((2.0,), (2.0,))


def test_an_optimiser_of_another_network_is_rejected():
    net, other = MLP(1, [1], rng=0), MLP(1, [1], rng=0)
    given = {"optimiser": SGD(other.parameters(), lr=0.1), "epochs": 1}
    with pytest.raises(OperandError, match=r"no parameter of the network, so nothing"):
        fit(net, [[1.0]], [[1.0]], "squared_error", **given)
    both = SGD([*other.parameters(), *net.layers[0].parameters()], lr=0.1)
    given["optimiser"] = both  # one that trains another network too
    assert len(fit(net, [[1.0]], [[1.0]], "squared_error", **given).losses) == 1


# ---- Gradient norms ------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["graph", "program"])
def test_gradient_norms_are_those_of_every_step_and_layer(engine):
    net = MLP(2, [3, 1], activation="tanh", rng=0)
    X, Y = [[0.5, -1.0], [1.0, 2.0], [-1.0, 0.3]], [[1.0], [0.0], [0.5]]
    expected = []
    twin = MLP(2, [3, 1], activation="tanh", rng=0)
    for rows in ([0, 1], [2], [0, 1], [2]):
        W = [np.array([[w.data for w in n.w] for n in c.neurons]) for c in twin.layers]
        b = [np.array([[n.b.data] for n in c.neurons]) for c in twin.layers]
        x, y = (np.array([A[i] for i in rows]).T for A in (X, Y))
        found = backprop(W, b, x, y, ["tanh", "linear"], "half_squared_error")
        pairs = zip(found.dW, found.db, strict=True)
        expected.append([math.sqrt((w**2).sum() + (v**2).sum()) for w, v in pairs])
        twin.set_matrices(
            [w - 0.1 * dw for w, dw in zip(W, found.dW, strict=True)],
            [v - 0.1 * dv for v, dv in zip(b, found.db, strict=True)],
        )

    class InOrder:
        def shuffle(self, rows):
            rows.sort()

    history = fit(
        net, X, Y, "half_squared_error", optimiser=SGD(net.parameters(), lr=0.1),
        epochs=2, batch_size=2, rng=InOrder(), engine=engine, gradient_norms=True,
    )  # fmt: skip
    np.testing.assert_allclose(history.gradient_norms, expected, rtol=1e-12)


def test_layers_are_the_parts_with_parameters_or_all_of_the_network():
    from nn import Linear, Module, Sequential, Tanh

    class Own(Module):
        def __init__(self):
            self.w = Value(2.0)

        def __call__(self, x):
            return self.w * x[0]

    nets = [Sequential(Linear(1, 2, rng=0), Tanh(), Linear(2, 1, rng=1)), Own()]
    for net, count in zip(nets, (2, 1), strict=True):
        optimiser = SGD(net.parameters(), lr=0.1)
        given = {"optimiser": optimiser, "epochs": 1, "gradient_norms": True, "rng": 0}
        history = fit(net, [[1.0], [2.0]], [1.0, 1.0], "squared_error", **given)
        assert [len(row) for row in history.gradient_norms] == [count]
        assert fit(net, [[1.0]], [1.0], "squared_error", optimiser=optimiser,
                   epochs=1).gradient_norms == ()  # fmt: skip


def test_norms_of_an_unfinished_epoch_are_left_out():
    net = MLP(1, [1], rng=0)

    def stop(epoch, loss):
        if epoch == 3:
            raise KeyboardInterrupt

    history = fit(
        net, [[1.0], [2.0], [3.0]], [1.0, 1.0, 2.0], "squared_error", batch_size=2,
        optimiser=SGD(net.parameters(), lr=0.01), epochs=9, on_epoch=stop,
        gradient_norms=True,
    )  # fmt: skip
    assert (len(history.losses), len(history.gradient_norms)) == (2, 4)


@pytest.mark.parametrize("engine", ["graph", "program"])
def test_an_experiment_has_the_norms_of_its_steps(engine):
    outcome = run(
        load_iris(), Settings((4,), "tanh", 2, 0.05, 16, 0.3, 0, engine=engine)
    )
    steps = math.ceil(105 / 16)
    for layer in outcome.training.layers:
        assert len(layer.of_steps) == 2 * steps
        assert layer.norms == (layer.of_steps[steps - 1], layer.of_steps[-1])
        assert len({*layer.of_steps, layer.before}) == 2 * steps + 1  # each its own
