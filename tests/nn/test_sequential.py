"""Networks in PyTorch's style: what they compute, their names, and dropout."""

import math

import numpy as np
import pytest

import nn
from autograd_scalar import OperandError, ShapeError, Value
from nn import (
    ELU,
    SGD,
    CrossEntropyLoss,
    Dropout,
    LeakyReLU,
    Linear,
    LogSoftmax,
    Module,
    NLLLoss,
    ReLU,
    Sequential,
    Softmax,
    Tanh,
    fit,
    load_weights,
    save_weights,
)
from nn.training.evaluation import accuracy, evaluate, predict

X = [[0.5, -1.0], [2.0, 0.25], [-1.5, -0.5], [0.125, 3.0]]


def network(*between, rng=3):
    return Sequential(
        Linear(2, 4, rng=rng), Tanh(), *between, Linear(4, 3, rng=rng + 1)
    )


def matrices(net):
    weights = [
        np.array([[w.data for w in row] for row in net[k].weight]) for k in (0, 2)
    ]
    return weights, [np.array([b.data for b in net[k].bias]) for k in (0, 2)]


def test_it_computes_what_the_matrices_do():
    net = network()
    (W1, W2), (b1, b2) = matrices(net)
    for x in X:
        expected = W2 @ np.tanh(W1 @ np.array(x) + b1) + b2
        assert [a.data for a in net(x)] == pytest.approx(expected, rel=1e-14)


def test_one_output_is_a_value():
    net = Sequential(Linear(2, 1, rng=0), ReLU(), Linear(1, 1, rng=0))
    assert isinstance(net([1.0, 2.0]), Value)
    assert [layer.number for layer in (net[0], net[-1])] == [1, 1]


def test_weights_and_biases_are_drawn_as_in_pytorch():
    layer = Linear(16, 50, rng=1)
    numbers = [w.data for row in layer.weight for w in row]
    assert max(map(abs, numbers)) <= 0.25
    assert max(map(abs, numbers)) > 0.24
    biases = [b.data for b in layer.bias]
    assert 0.2 < max(map(abs, biases)) <= 0.25
    assert len(set(biases)) == 50
    assert Linear(2, 3, bias=False).bias == []
    assert len(Linear(2, 3, False).parameters()) == 6


def test_the_names_in_files_are_pytorchs(tmp_path):
    net, other = network(), network(rng=8)
    assert list(net.state_dict())[:2] == ["0.neurons.0.w.0", "0.neurons.0.w.1"]
    save_weights(net, tmp_path / "net.json")
    text = (tmp_path / "net.json").read_text()
    assert all(f'"{name}"' in text for name in ("0.weight", "0.bias", "2.weight"))
    load_weights(other, tmp_path / "net.json")
    assert other.state_dict() == net.state_dict()


def test_it_is_a_sequence():
    net = network()
    assert [type(module).__name__ for module in net] == ["Linear", "Tanh", "Linear"]
    assert (len(net), net[-1], net[0]) == (3, net[2], next(iter(net.children())))
    assert net.append(ReLU()) is net
    assert repr(net).splitlines()[-1] == "  (3): ReLU()"
    for i in (4, -5, "a", 1.0):
        with pytest.raises(IndexError, match="a Sequential of 4 modules has no module"):
            net[i]
    assert [a.data for a in Sequential()([Value(2.0)])] == [2.0]


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Sequential("tanh"), OperandError, "Sequential needs modules.*got str"),
        (lambda: Sequential([ReLU()]), OperandError, "needs modules.*got list"),
        (lambda: Sequential(Module()), OperandError, "that can be called.*got Module"),
        (lambda: Linear(0, 2), ShapeError, "in_features needs to be at least 1"),
        (lambda: Linear(2, "a"), OperandError, "out_features needs an int"),
        (lambda: Dropout(1.5), OperandError, "probability from 0 to 1, got 1.5"),
        (lambda: Dropout(math.nan), OperandError, "probability from 0 to 1, got nan"),
        (lambda: LeakyReLU("a"), OperandError, "leaky_relu"),
        (lambda: ReLU()(5), OperandError, r"ReLU\(\) needs a list"),
        (lambda: Softmax()([]), ShapeError, "a softmax needs at least one number"),
        (lambda: nn.log_softmax(3.0), OperandError, r"log_softmax\(z\) needs a list"),
        (
            lambda: nn.Neuron(2, activation="softmax"),
            OperandError,
            r"each output depends on all of a layer, as in Layer\(3, 2",
        ),
        (lambda: ReLU().train("yes"), OperandError, "True or False"),
    ],
)
def test_what_does_not_fit_is_rejected(make, error, message):
    with pytest.raises(error, match=message):
        make()


NUMPY = {
    "ReLU": lambda z: np.maximum(z, 0),
    "Tanh": np.tanh,
    "Sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "GELU": lambda z: z * np.array([math.erfc(-x / math.sqrt(2)) / 2 for x in z]),
    "SiLU": lambda z: z / (1 + np.exp(-z)),
    "SELU": lambda z: (
        1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * np.expm1(z))
    ),
    "Softplus": lambda z: np.log1p(np.exp(z)),
    "LeakyReLU": lambda z: np.where(z > 0, z, 0.01 * z),
    "ELU": lambda z: np.where(z > 0, z, np.expm1(z)),
    "Softmax": lambda z: np.exp(z) / np.exp(z).sum(),
    "LogSoftmax": lambda z: np.log(np.exp(z) / np.exp(z).sum()),
}
Z = np.array([-2.0, -0.5, 0.25, 3.0])


@pytest.mark.parametrize("name", NUMPY)
def test_activations_by_hand(name):
    module = getattr(nn, name)()
    assert [a.data for a in module(Z)] == pytest.approx(NUMPY[name](Z), rel=1e-13)
    assert repr(module).startswith(f"{name}(")
    assert module.parameters() == []


@pytest.mark.oracles
@pytest.mark.parametrize("name", NUMPY)
def test_activations_are_those_of_the_installed_pytorch(name):
    import torch

    options = {"dim": 0} if "oftmax" in name else {}
    theirs = getattr(torch.nn, name)(**options)(torch.tensor(Z)).numpy()
    assert [a.data for a in getattr(nn, name)()(Z)] == pytest.approx(theirs, rel=1e-12)


def test_parameters_of_activations():
    assert [a.data for a in LeakyReLU(0.5)([-2.0])] == [-1.0]
    assert ELU(2.0)([-1.0])[0].data == pytest.approx(2.0 * math.expm1(-1.0))
    assert (repr(LeakyReLU(0.5)), repr(ELU(2.0))) == ("LeakyReLU(0.5)", "ELU(2.0)")


def test_the_likelihood_of_log_softmax_is_the_cross_entropy():
    z, k = [Value(a) for a in Z], 2
    two = NLLLoss()(LogSoftmax()(z), k)
    assert two.data == pytest.approx(CrossEntropyLoss()(z, k).data, rel=1e-14)


# ---- Training and evaluation ---------------------------------------------------------


def test_dropout_keeps_the_mean_and_drops_the_share():
    drop = Dropout(0.25, rng=1)
    found = [a.data for a in drop([1.0] * 4000)]
    assert set(found) == {0.0, 1 / 0.75}
    assert found.count(0.0) / 4000 == pytest.approx(0.25, abs=0.03)
    assert math.fsum(found) / 4000 == pytest.approx(1.0, abs=0.05)
    assert {a.data for a in Dropout(1.0)([1.0, 2.0])} == {0.0}
    assert [a.data for a in Dropout(0.0)([1.0, 2.0])] == [1.0, 2.0]
    assert repr(drop) == "Dropout(p=0.25)"


def test_no_gradient_passes_what_was_dropped():
    x = [Value(1.0) for _ in range(20)]
    kept = Dropout(0.5, rng=1)(x)
    for a in kept:
        a.backward()
    assert [v.grad for v in x] == [a.data for a in kept]
    assert {0.0, 2.0} == {v.grad for v in x}


def test_train_and_eval_reach_every_module():
    net = network(Dropout(0.5, rng=0))
    assert net.training
    assert net.eval() is net
    assert not any(module.training for module in net.modules())
    assert [a.data for a in net(X[0])] == [a.data for a in net(X[0])]
    assert net.train() is net
    assert all(module.training for module in net.modules())
    assert list(net.state_dict()) == list(network(ReLU()).state_dict())


def test_evaluation_drops_nothing_and_leaves_the_modes():
    net, bare = network(Dropout(0.5, rng=0)), network(ReLU())
    plain = network(Dropout(0.0))
    labels = [0, 1, 2, 0]
    assert predict(net, X) == predict(plain, X)
    assert evaluate(net, X, labels, CrossEntropyLoss()) == evaluate(
        plain, X, labels, CrossEntropyLoss()
    )
    assert accuracy(net, X, labels) == accuracy(plain, X, labels)
    assert all(module.training for module in net.modules())
    assert not any("training" in vars(module) for module in net.modules())
    net.eval()
    predict(net, X)
    assert not any(module.training for module in net.modules())
    assert predict(bare, X) != predict(plain, X)

    class Odd(Module):
        def __call__(self, x):
            raise KeyError

    odd = Odd()
    with pytest.raises(KeyError):
        predict(odd, X)
    assert odd.training


def test_fit_trains_with_dropout_and_without_an_rng():
    net = network(Dropout(0.5, rng=0))
    history = fit(
        net, X, [0, 1, 2, 0], CrossEntropyLoss(),
        optimiser=SGD(net.parameters(), lr=0.1), epochs=3,
    )  # fmt: skip
    assert len(history.losses) == 3


# ---- A whole training beside PyTorch -------------------------------------------------

TRAININGS = [
    (
        "SGD",
        {"lr": 0.1, "momentum": 0.9},
        "OneCycleLR",
        {"max_lr": 0.3, "total_steps": 40},
    ),
    ("RMSprop", {"lr": 0.02}, "MultiStepLR", {"milestones": [10, 20]}),
    ("Adagrad", {"lr": 0.2}, "StepLR", {"step_size": 10}),
    ("Adam", {"lr": 0.05}, "OneCycleLR", {"max_lr": 0.1, "total_steps": 40}),
]
LABELS = [0, 2, 1, 0]


@pytest.mark.oracles
@pytest.mark.parametrize(("name", "options", "schedule", "how"), TRAININGS)
def test_a_training_is_that_of_the_installed_pytorch(name, options, schedule, how):
    import torch

    ours = network()
    theirs = torch.nn.Sequential(
        torch.nn.Linear(2, 4), torch.nn.Tanh(), torch.nn.Linear(4, 3)
    ).double()
    arrays = dict(
        zip(
            theirs.state_dict(),
            (x for pair in zip(*matrices(ours), strict=True) for x in pair),
            strict=True,
        )
    )
    theirs.load_state_dict({key: torch.tensor(x) for key, x in arrays.items()})
    one = getattr(nn, name)(
        [
            {"params": ours[0].parameters()},
            {"params": ours[2].parameters(), "weight_decay": 0.01},
        ],
        **options,
    )
    two = getattr(torch.optim, name)(
        [
            {"params": theirs[0].parameters()},
            {"params": theirs[2].parameters(), "weight_decay": 0.01},
        ],
        **options,
    )
    first = getattr(nn, schedule)(one, **how)
    second = getattr(torch.optim.lr_scheduler, schedule)(two, **how)
    mine, other = (
        CrossEntropyLoss([1.0, 2.0, 0.5]),
        torch.nn.CrossEntropyLoss(torch.tensor([1.0, 2.0, 0.5], dtype=torch.float64)),
    )
    for _ in range(40):
        one.zero_grad()
        two.zero_grad()
        loss = mine([ours(x) for x in X], LABELS)
        reference = other(
            theirs(torch.tensor(X, dtype=torch.float64)), torch.tensor(LABELS)
        )
        assert loss.data == pytest.approx(reference.item(), rel=1e-12)
        loss.backward()
        reference.backward()
        norms = (
            nn.clip_grad_norm_(ours.parameters(), 0.5),
            torch.nn.utils.clip_grad_norm_(theirs.parameters(), 0.5).item(),
        )
        assert norms[0] == pytest.approx(norms[1], rel=1e-12)
        one.step()
        two.step()
        first.step()
        second.step()
        assert first.get_last_lr() == pytest.approx(second.get_last_lr(), rel=1e-12)
    (W1, W2), (b1, b2) = matrices(ours)
    for found, p in zip((W1, b1, W2, b2), theirs.parameters(), strict=True):
        assert found == pytest.approx(p.detach().numpy(), rel=1e-12)


@pytest.mark.oracles
def test_a_training_of_softmax_outputs_is_that_of_the_installed_pytorch():
    import torch

    net = nn.MLP(2, [4, 3], activation="tanh", output_activation="softmax", rng=0)
    parts = [torch.nn.Linear(2, 4), torch.nn.Tanh(), torch.nn.Linear(4, 3)]
    theirs = torch.nn.Sequential(*parts, torch.nn.Softmax(-1)).double()
    for layer, linear in zip(net.layers, (theirs[0], theirs[2]), strict=True):
        W = [[w.data for w in n.w] for n in layer.neurons]
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(W, dtype=torch.float64))
            b = [n.b.data for n in layer.neurons]
            linear.bias.copy_(torch.tensor(b, dtype=torch.float64))
    one = nn.Adam(net.parameters(), lr=0.05)
    two = torch.optim.Adam(theirs.parameters(), lr=0.05)
    inputs, right = torch.tensor(X, dtype=torch.float64), torch.tensor(LABELS)
    for _ in range(40):
        one.zero_grad()
        two.zero_grad()
        outputs = [net(x) for x in X]
        loss = nn.batch_loss("categorical_cross_entropy", outputs, LABELS)
        reference = torch.nn.functional.nll_loss(theirs(inputs).log(), right)
        assert loss.data == pytest.approx(reference.item(), rel=1e-12)
        loss.backward()
        reference.backward()
        one.step()
        two.step()
