"""Losses that are classes: PyTorch's shapes, means and weights."""

import math
import random

import numpy as np
import pytest

import nn
from autograd_scalar import DataError, OperandError, ShapeError, Value, gradients
from nn import (
    MLP,
    SGD,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HuberLoss,
    L1Loss,
    MSELoss,
    NLLLoss,
    batch_loss,
    fit,
)
from nn.training.evaluation import evaluate

M, N = 5, 3  # examples, outputs
WEIGHT = [0.5, 2.0, 1.25]
ELEMENTWISE = [
    ("L1Loss", {}),
    ("MSELoss", {}),
    ("HuberLoss", {}),
    ("HuberLoss", {"delta": 0.5}),
    ("BCEWithLogitsLoss", {}),
    ("BCEWithLogitsLoss", {"pos_weight": WEIGHT}),
]
CLASSES = [
    ("NLLLoss", {}),
    ("NLLLoss", {"weight": WEIGHT}),
    ("CrossEntropyLoss", {}),
    ("CrossEntropyLoss", {"weight": WEIGHT}),
]
CASES = [
    *((name, options, "numbers") for name, options in ELEMENTWISE),
    *((name, options, "indices") for name, options in CLASSES),
    *((name, options, "probabilities") for name, options in CLASSES[2:]),
    ("BCELoss", {}, "shares"),
]


def drawn(kind):
    r = np.random.default_rng(7)
    A = r.normal(size=(M, N)) * 2.0
    if kind == "shares":  # outputs that are probabilities, each by itself
        Y = r.uniform(size=(M, N))
        return r.uniform(0.02, 0.98, size=(M, N)), np.where(Y < 0.5, np.round(Y), Y)
    if kind == "numbers":
        return A, (r.uniform(size=(M, N)) < 0.4).astype(float)
    if kind == "indices":
        return A, r.integers(0, N, size=M)
    return A, r.dirichlet(np.ones(N), size=M)


def log_p(A):
    return A - np.log(np.exp(A).sum(axis=1, keepdims=True))


def by_hand(name, options, kind, A, Y):
    """Return the terms that are added, and what the mean divides them by."""
    w = np.array(options.get("weight", np.ones(N)))
    d = np.abs(A - Y) if kind == "numbers" else None
    if name == "L1Loss":
        return d, d.size
    if name == "MSELoss":
        return d**2, d.size
    if name == "HuberLoss":
        delta = options.get("delta", 1.0)
        return np.where(d < delta, d**2 / 2, delta * (d - delta / 2)), d.size
    if name == "BCELoss":
        return -(Y * np.log(A) + (1 - Y) * np.log(1 - A)), A.size
    if name == "BCEWithLogitsLoss":
        p = 1 / (1 + np.exp(-A))
        up = np.array(options.get("pos_weight", np.ones(N)))
        return -(up * Y * np.log(p) + (1 - Y) * np.log(1 - p)), A.size
    logs = A if name == "NLLLoss" else log_p(A)
    if kind == "indices":
        return -w[Y] * logs[np.arange(M), Y], w[Y].sum()
    return -w * Y * logs, M


def ours(name, options, A, Y, reduction):
    rows = [[Value(a) for a in row] for row in A]
    loss = getattr(nn, name)(reduction=reduction, **options)(rows, Y)
    return loss, [gradients(loss, row) for row in rows]


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize(("name", "options", "kind"), CASES, ids=str)
def test_losses_of_a_batch_by_hand(name, options, kind, reduction):
    A, Y = drawn(kind)
    terms, divisor = by_hand(name, options, kind, A, Y)
    expected = terms.sum() / (divisor if reduction == "mean" else 1.0)
    loss, _ = ours(name, options, A, Y, reduction)
    assert loss.data == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize(("name", "options", "kind"), CASES, ids=str)
def test_one_example_is_a_batch_of_one(name, options, kind):
    A, Y = drawn(kind)
    loss = getattr(nn, name)(**options)
    row = [Value(a) for a in A[0]]
    target = int(Y[0]) if kind == "indices" else list(Y[0])
    assert loss(row, target).data == loss([row], [target]).data


@pytest.mark.oracles
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize(("name", "options", "kind"), CASES, ids=str)
def test_losses_and_gradients_are_those_of_the_installed_pytorch(
    name, options, kind, reduction
):
    import torch

    A, Y = drawn(kind)
    tensors = {
        key: torch.tensor(x, dtype=torch.float64) if isinstance(x, list) else x
        for key, x in options.items()
    }
    outputs = torch.tensor(A, requires_grad=True)
    theirs = getattr(torch.nn, name)(reduction=reduction, **tensors)(
        outputs, torch.tensor(Y)
    )
    theirs.backward()
    loss, slopes = ours(name, options, A, Y, reduction)
    assert loss.data == pytest.approx(theirs.item(), rel=1e-12)
    assert np.array(slopes) == pytest.approx(outputs.grad.numpy(), rel=1e-12, abs=1e-15)


def test_single_outputs_need_no_lists():
    outputs = [Value(1.0), Value(2.0)]
    for targets in ([0.0, 5.0], [[0.0], [5.0]]):
        assert batch_loss(L1Loss(), outputs, targets).data == 2.0
    assert L1Loss()(Value(3.0), 1.0).data == 2.0
    assert L1Loss()(outputs, [0.0, 5.0]).data == 2.0


def test_reprs():
    assert repr(HuberLoss("sum", 2.0)) == "HuberLoss(reduction='sum')"


def points():
    r = random.Random(3)
    X = [[r.gauss(0, 1), r.gauss(0, 1)] for _ in range(40)]
    return X, [int(x[0] + x[1] > 0.8) for x in X]


def test_fit_gives_a_class_the_whole_batch():
    X, Y = points()
    loss = CrossEntropyLoss(weight=[1.0, 4.0])
    net, twin = MLP(2, [2], rng=1), MLP(2, [2], rng=1)
    fit(net, X, Y, loss, optimiser=SGD(net.parameters(), lr=0.5), epochs=1)
    loss([twin(x) for x in X], Y).backward()
    SGD(twin.parameters(), lr=0.5).step()
    for ours, theirs in zip(net.parameters(), twin.parameters(), strict=True):
        assert ours.data == pytest.approx(theirs.data, rel=1e-12)
    assert evaluate(net, X, Y, loss) == pytest.approx(loss([net(x) for x in X], Y).data)


def test_weights_move_the_boundary_to_the_rare_class():
    X, Y = points()

    def found(loss):
        net = MLP(2, [2], rng=1)
        fit(net, X, Y, loss, optimiser=SGD(net.parameters(), lr=0.5), epochs=30, rng=0)
        return sum(net(x)[1].data > net(x)[0].data for x in X)

    assert found(CrossEntropyLoss(weight=[1.0, 20.0])) > found(CrossEntropyLoss())


def test_check_deltas_takes_a_class():
    net = MLP(2, [3, 2], activation="tanh", rng=0)
    report = nn.check_deltas(net, [[0.5, -1.0]], [[0.25, 2.0]], HuberLoss(delta=0.5))
    assert report.passed


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda a: L1Loss("none"), OperandError, "'mean' or 'sum', got 'none'"),
        (lambda a: L1Loss(None), OperandError, "'mean' or 'sum', got None"),
        (lambda a: HuberLoss(delta=0), OperandError, "delta above 0"),
        (lambda a: NLLLoss(weight=5), OperandError, "weight needs a list"),
        (lambda a: NLLLoss([-1.0]), DataError, r"weight\[0\].*finite.*from 0 up"),
        (lambda a: NLLLoss([math.inf]), DataError, r"weight\[0\].*got inf"),
        (lambda a: NLLLoss(["a"]), OperandError, "real number"),
        (lambda a: NLLLoss()([a, a], 0.5), OperandError, "index of a class.*got 0.5"),
        (lambda a: NLLLoss()([a, a], 2), DataError, "class index.*from 0 to 1"),
        (lambda a: NLLLoss([1.0])([a, a], 1), ShapeError, "each of 2 classes, got 1"),
        (lambda a: NLLLoss()([[a, a]], [1, 1]), ShapeError, "1 outputs and 2 targets"),
        (lambda a: NLLLoss()([[a], []], [0, 0]), ShapeError, "at least one output"),
        (lambda a: MSELoss()([[a, a]], [[1.0]]), ShapeError, "2 outputs and 1 targets"),
        (lambda a: MSELoss()([[a], [a]], 1.0), OperandError, "targets needs a list"),
        (lambda a: MSELoss()(5, 1.0), OperandError, "outputs needs a list"),
        (lambda a: MSELoss().of_batch([], []), ShapeError, "at least one"),
        (
            lambda a: BCEWithLogitsLoss([1.0])([a, a], [1.0, 0.0]),
            ShapeError,
            "pos_weight needs a number for each of 2 outputs",
        ),
        (lambda a: BCEWithLogitsLoss([1.0])([a], [2.0]), DataError, "probability"),
        (
            lambda a: CrossEntropyLoss([1.0])([a, a], [1.0, 0.0]),
            ShapeError,
            "each of 2 classes",
        ),
        (lambda a: CrossEntropyLoss()([a], 0), ShapeError, "two logits or more"),
        (
            lambda a: batch_loss(L1Loss("sum"), [a], [1.0]),
            OperandError,
            r"'mean', but that of L1Loss\(reduction='sum'\) another",
        ),
    ],
)
def test_what_does_not_fit_is_rejected(call, error, message):
    with pytest.raises(error, match=message):
        call(Value(1.0))
