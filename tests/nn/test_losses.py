"""Every loss against its formula in many digits, and its gradient likewise."""

import math
import random
from fractions import Fraction

import mpmath
import numpy as np
import pytest

import nn
from autograd_scalar import DataError, OperandError, ShapeError, Value, gradients
from nn import LOSSES, batch_loss, reduce_losses

mp = mpmath.mp


def exact_bce(a, y):
    present = -y * mpmath.log(a) if y else 0
    return present - (1 - y) * mpmath.log(1 - a) if y != 1 else present


def exact_bce_with_logits(z, y):
    return y * mpmath.log1p(mpmath.exp(-z)) + (1 - y) * mpmath.log1p(mpmath.exp(z))


def exact_huber(a, y):
    d = abs(a - y)
    return d * d / 2 if d < 1 else d - mpmath.mpf(1) / 2


EXACT = {
    "squared_error": lambda a, y: sum((p - t) ** 2 for p, t in zip(a, y, strict=True)),
    "half_squared_error": lambda a, y: EXACT["squared_error"](a, y) / 2,
    "mean_squared_error": lambda a, y: EXACT["squared_error"](a, y) / len(a),
    "binary_cross_entropy": lambda a, y: sum(map(exact_bce, a, y)),
    "binary_cross_entropy_with_logits": lambda a, y: sum(
        map(exact_bce_with_logits, a, y)
    ),
    "categorical_cross_entropy": lambda a, y: (
        -sum(t * mpmath.log(p) for p, t in zip(a, y, strict=True) if t)
    ),
    "softmax_cross_entropy": lambda a, y: sum(
        t * (mpmath.log(sum(map(mpmath.exp, a))) - z) for z, t in zip(a, y, strict=True)
    ),
    "hinge": lambda a, y: sum(max(0, 1 - t * p) for p, t in zip(a, y, strict=True)),
    "absolute_error": lambda a, y: sum(abs(p - t) for p, t in zip(a, y, strict=True)),
    "huber_error": lambda a, y: sum(map(exact_huber, a, y)),
    "negative_log_likelihood": lambda a, y: (
        -sum(p * t for p, t in zip(a, y, strict=True))
    ),
}

DRAW = {  # outputs and targets of n outputs
    "binary_cross_entropy": lambda r, n: (
        [r.uniform(0.01, 0.99) for _ in range(n)],
        [r.choice([0.0, 1.0, r.random()]) for _ in range(n)],
    ),
    "binary_cross_entropy_with_logits": lambda r, n: (
        [r.choice([r.gauss(0, 3), -1000.0, 1000.0, 40.0]) for _ in range(n)],
        [r.choice([0.0, 1.0, r.random()]) for _ in range(n)],
    ),
    "categorical_cross_entropy": lambda r, n: (
        [r.uniform(0.01, 0.99) for _ in range(n + 1)],
        [r.choice([0.0, 1.0, r.random()]) for _ in range(n + 1)],
    ),
    "softmax_cross_entropy": lambda r, n: (
        [r.choice([r.gauss(0, 3), -1000.0, 1000.0]) for _ in range(n + 1)],
        [1 / 4] * 4 if n == 3 else [1.0] + [0.0] * n,
    ),
    "negative_log_likelihood": lambda r, n: (
        [r.choice([-r.random(), -1000.0, -1e-9]) for _ in range(n)],
        [r.choice([0.0, 1.0, r.random()]) for _ in range(n)],
    ),
    "hinge": lambda r, n: (
        [r.choice([r.gauss(0, 1), -1000.0, 1000.0]) for _ in range(n)],
        [r.choice([-1, 1]) for _ in range(n)],
    ),
}


def drawn(name, seed):
    r = random.Random(seed)
    n = 1 + seed % 4
    default = lambda r, n: (  # noqa: E731
        [r.choice([r.gauss(0, 1), -1000.0, 1000.0]) for _ in range(n)],
        [r.gauss(0, 1) for _ in range(n)],
    )
    return DRAW.get(name, default)(r, n)


def scale(name, a, y):
    """The size of the terms that are added, which rounding is measured against."""
    cancels = name in {"softmax_cross_entropy", "hinge", "binary_cross_entropy"}
    return 1e-15 * (1 + sum(map(abs, a))) * (1 + sum(map(abs, y))) if cancels else 0.0


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("name", LOSSES)
def test_value_and_gradient_are_exact(name, seed):
    a, y = drawn(name, seed)
    nodes = [Value(x) for x in a]
    loss = LOSSES[name](nodes, y)
    loss.backward()
    with mp.workdps(520):  # exp(-1000) beside 1, and differences of 1e-60
        exact = [mpmath.mpf(x) for x in a]
        bound = scale(name, a, y)
        assert loss.data == pytest.approx(
            float(EXACT[name](exact, y)), rel=1e-14, abs=bound
        )
        for k, node in enumerate(nodes):
            h = mpmath.mpf(10) ** -60
            above, below = exact.copy(), exact.copy()
            above[k] += h
            below[k] -= h
            slope = (EXACT[name](above, y) - EXACT[name](below, y)) / (2 * h)
            assert node.grad == pytest.approx(float(slope), rel=1e-13, abs=bound)


@pytest.mark.parametrize("name", LOSSES)
def test_gradient_against_central_differences(name):
    a, y = drawn(name, 3)
    a = [x / 900 if abs(x) == 1000 else x for x in a]
    nodes = [Value(x) for x in a]
    LOSSES[name](nodes, y).backward()
    for k, node in enumerate(nodes):
        h = 1e-6
        above, below = a.copy(), a.copy()
        above[k] += h
        below[k] -= h
        slope = (LOSSES[name](above, y).data - LOSSES[name](below, y).data) / (2 * h)
        assert node.grad == pytest.approx(slope, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("name", LOSSES)
def test_closed_form_has_the_same_loss(name):
    a, y = drawn(name, 2)
    column, targets = np.array([a]).T, np.array([y], dtype=float).T
    (expected,) = nn.matrix.LOSSES[name].value(column, targets)
    assert LOSSES[name](np.array(a), np.array(y)).data == pytest.approx(
        expected, rel=1e-13
    )


def test_both_packages_know_the_same_losses():
    assert sorted(LOSSES) == sorted(nn.matrix.LOSSES)
    assert all(getattr(nn, name) is loss for name, loss in LOSSES.items())


def test_huber_has_no_jump_at_delta():
    for a, slope in ((2.0, 2.0), (-2.0, -2.0), (5.0, 2.0), (1.5, 1.5)):
        node = Value(a)
        loss = nn.huber_error(node, 0.0, delta=2.0)
        loss.backward()
        assert node.grad == slope
        assert loss.data == (a * a / 2 if abs(a) <= 2 else 2 * (abs(a) - 1))
    for delta in (0.0, -1.0, math.nan):
        with pytest.raises(OperandError, match="delta above 0"):
            nn.huber_error(Value(1.0), 0.0, delta)


def test_the_derivative_of_the_absolute_error_is_0_at_0():
    node = Value(1.0)
    nn.absolute_error(node, 1.0).backward()
    assert node.grad == 0.0


def test_negative_log_likelihood_takes_a_class():
    a = [Value(-0.5), Value(-1.0), Value(-2.0)]
    loss = nn.negative_log_likelihood(a, 2)
    loss.backward()
    assert (loss.data, [x.grad for x in a]) == (2.0, [0.0, 0.0, -1.0])
    assert nn.negative_log_likelihood(a, [0.0, 0.0, 1.0]).data == 2.0
    with pytest.raises(DataError, match="class index needs to be from 0 to 2"):
        nn.negative_log_likelihood(a, 3)


def test_factors():
    # C0 = (a - y)^2 and 1/2 (a - y)^2: the derivatives 2 (a - y) and a - y
    for loss, derivative in ((nn.squared_error, 6.0), (nn.half_squared_error, 3.0)):
        a = Value(5.0)
        loss(a, 2.0).backward()
        assert a.grad == derivative
    a = [Value(5.0), Value(2.0)]
    nn.mean_squared_error(a, [2.0, 2.0]).backward()
    assert [v.grad for v in a] == [3.0, 0.0]


@pytest.mark.parametrize(
    ("a", "y", "loss", "slope"),
    [
        (0.0, 0.0, 0.0, 1.0),
        (1.0, 1.0, 0.0, -1.0),
        (0.0, 1.0, math.inf, -math.inf),
        (1.0, 0.0, math.inf, math.inf),
        (math.nan, 0.0, math.nan, math.nan),
    ],
)
def test_binary_cross_entropy_at_its_ends(a, y, loss, slope):
    node = Value(a)
    cost = nn.binary_cross_entropy(node, y)
    cost.backward()
    assert cost.data == pytest.approx(loss, nan_ok=True)
    assert node.grad == pytest.approx(slope, nan_ok=True)


def test_cross_entropy_after_sigmoid_collapses_to_a_minus_y():
    for y in (0.0, 0.25, 1.0):
        z = Value(0.7)
        a = z.sigmoid()
        nn.binary_cross_entropy(a, y).backward()
        assert z.grad == pytest.approx(a.data - y, rel=1e-14)
        logit = Value(0.7)
        nn.binary_cross_entropy_with_logits(logit, y).backward()
        assert logit.grad == pytest.approx(a.data - y, rel=1e-14)


def test_small_logit_losses_keep_their_digits():
    z = Value(40.0)
    cost = nn.binary_cross_entropy_with_logits(z, 1.0)
    cost.backward()
    assert cost.data == pytest.approx(math.exp(-40.0), rel=1e-14)
    assert z.grad == pytest.approx(-math.exp(-40.0), rel=1e-14)


def test_class_index_is_one_hot():
    z = [0.3, -1000.0, 1000.0]
    for k in range(3):
        one_hot = [float(j == k) for j in range(3)]
        by_index = nn.softmax_cross_entropy(z, k).data
        assert by_index == nn.softmax_cross_entropy(z, one_hot).data
        assert by_index == nn.softmax_cross_entropy(z, np.int64(k)).data


INF = math.inf


def with_gradient(loss, z, y):
    nodes = [Value(x) for x in z]
    cost = loss(nodes, y)
    cost.backward()
    return cost.data, [node.grad for node in nodes]


@pytest.mark.parametrize(
    ("z", "y", "value", "slopes"),
    [
        (
            [40.0, 0.0],
            0,
            4.248354255291589e-18,
            [-4.248354255291589e-18, 4.248354255291589e-18],
        ),
        ([-INF, 0.0], 1, 0.0, [0.0, 0.0]),
        ([-INF, 0.0, -INF], [0.0, 1.0, 0.0], 0.0, [0.0] * 3),
        ([-INF, 0.0], 0, INF, [-1.0, 1.0]),
        ([INF, 0.0], 0, 0.0, [0.0, 0.0]),
        ([INF, 0.0], 1, INF, [1.0, -1.0]),
        ([1e308, -1e308], [1.0, 0.0], 0.0, [0.0, 0.0]),
        ([1e308, -1e308], [0.0, 1.0], INF, [1.0, -1.0]),
        ([1e308, -5e307, -5e307], [0.0, 1.0, 1.0], INF, [2.0, -1.0, -1.0]),
        ([1000.0, -1000.0], 1, 2000.0, [1.0, -1.0]),
        ([3.0, 3.0], [0.5, 0.5], math.log(2.0), [0.0, 0.0]),
        ([INF, INF], 0, math.nan, [math.nan] * 2),
        ([-INF, -INF], 0, math.nan, [math.nan] * 2),
        ([math.nan, 0.0], 1, math.nan, [math.nan] * 2),
    ],
)
def test_softmax_cross_entropy_at_its_ends(z, y, value, slopes):
    cost, gradient = with_gradient(nn.softmax_cross_entropy, z, y)
    assert cost == pytest.approx(value, rel=1e-15, abs=0, nan_ok=True)
    assert gradient == pytest.approx(slopes, rel=1e-15, abs=0, nan_ok=True)


@pytest.mark.parametrize("gap", [0.0, 0.5, 2.0, 9.0, 21.0, 33.0, 40.0, 300.0, 700.0])
def test_softmax_cross_entropy_of_the_right_class_on_top(gap):
    for k in range(20):
        below = -gap * (1.0 + k / 100.0)
        cost = nn.softmax_cross_entropy([Value(0.0), Value(below)], 0)
        with mp.workdps(60):
            assert ulps(cost.data, mpmath.log1p(mpmath.exp(below))) <= 4.0


@pytest.mark.parametrize("target", [0.0, 0.25, 1.0])
def test_a_probability_is_from_0_to_1_to_the_last_bit(target):
    for a in (-1e-10, -5e-324, -1.0, math.nextafter(1.0, 2.0), 1.0 + 1e-10, math.inf):
        with pytest.raises(DataError, match=r"from 0 to 1, got .*with_logits"):
            nn.binary_cross_entropy(Value(a), target)
    for a in (-0.0, 0.0, 5e-324, math.nextafter(1.0, 0.0), 1.0):
        assert nn.binary_cross_entropy(Value(a), target).data >= 0.0
    for y in (-1e-10, -5e-324, math.nextafter(1.0, 2.0), math.nan):
        for loss in (nn.binary_cross_entropy, nn.binary_cross_entropy_with_logits):
            with pytest.raises(DataError, match="a probability from 0 to 1, got"):
                loss(Value(0.5), y)
        with pytest.raises(DataError, match="a probability from 0 to 1, got"):
            nn.softmax_cross_entropy([Value(0.5), Value(0.5)], [0.5, y])


def ulps(ours, truth):
    nearest = float(truth)
    return abs(mpmath.mpf(ours) - truth) / math.ulp(nearest) if ours != nearest else 0


@pytest.mark.parametrize("seed", range(20))
def test_softmax_cross_entropy_keeps_its_digits(seed):
    r = random.Random(seed)
    n = r.randint(2, 5)
    z = [r.choice([r.gauss(0, 3), r.uniform(-700, 700), 0.0, 40.0]) for _ in range(n)]
    right = r.randrange(n)
    cost, gradient = with_gradient(nn.softmax_cross_entropy, z, right)
    closed = nn.matrix.LOSSES["softmax_cross_entropy"]
    one_hot = np.eye(n)[:, [right]]
    slopes = closed.derivative(np.array([z]).T, one_hot)[:, 0]
    # The closed form's exp(z_k - max) has the rounding of a difference of 1400.
    assert gradient == pytest.approx(slopes.tolist(), rel=2e-13, abs=1e-300)
    with mp.workdps(700):
        powers = [mpmath.exp(x) for x in z]
        others = sum(powers) - powers[right]
        assert ulps(cost, mpmath.log1p(others / powers[right])) <= 4
        for k, slope in enumerate(gradient):
            part = -others if k == right else powers[k]
            if abs(truth := part / sum(powers)) > 1e-300:
                assert ulps(slope, truth) <= 4


def test_soft_targets_and_the_derivative_to_a_target():
    z, y = [Value(1.0), Value(-2.0), Value(0.5)], [Value(0.2), Value(0.0), Value(0.9)]
    cost = nn.softmax_cross_entropy(z, y)
    cost.backward()
    powers = [math.exp(node.data) for node in z]
    log_sum = math.log(sum(powers))
    for node, target, power in zip(z, y, powers, strict=True):
        slope = 1.1 * power / sum(powers) - target.data
        assert node.grad == pytest.approx(slope, rel=1e-14)
        assert target.grad == pytest.approx(log_sum - node.data, rel=1e-14)


@pytest.mark.parametrize("y", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("a", [1e-20, 0.3, 0.5, 0.875])
def test_the_derivative_of_binary_cross_entropy_to_a_target(a, y):
    target = Value(y)
    nn.binary_cross_entropy(Value(a), target).backward()
    with mp.workdps(40):
        exact = mpmath.log(1 - mpmath.mpf(a)) - mpmath.log(a)
    assert target.grad == pytest.approx(float(exact), rel=1e-15, abs=0.0)


def test_of_an_output_that_is_nan_both_derivatives_are_nan():
    a, y = Value(math.nan), Value(1.0)
    nn.binary_cross_entropy(a, y).backward()
    assert math.isnan(a.grad)
    assert math.isnan(y.grad)


def test_mixed_derivatives_of_softmax_cross_entropy():
    z, y = [Value(1.0), Value(-2.0), Value(0.5)], [Value(0.2), Value(0.3), Value(0.5)]
    cost = nn.softmax_cross_entropy(z, y)
    to_targets = gradients(cost, y, create_graph=True)
    powers = [math.exp(node.data) for node in z]
    for j, slope in enumerate(to_targets):
        for k, node in enumerate(z):
            exact = powers[k] / sum(powers) - (j == k)
            assert gradients(slope, node) == pytest.approx(exact, rel=1e-14)


@pytest.mark.parametrize("y", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("a", [1e-20, 0.3, 0.875])
def test_a_recorded_derivative_of_binary_cross_entropy_is_the_same_number(a, y):
    node = Value(a)
    slope = gradients(nn.binary_cross_entropy(node, y), node, create_graph=True)
    exact = Fraction(1 - Fraction(y)) / (1 - Fraction(a)) - Fraction(y) / Fraction(a)
    assert slope.data == pytest.approx(float(exact), rel=1e-15, abs=0.0)


@pytest.mark.parametrize("z", [[40.0, 0.0], [1.0, 2.0, -3.0], [700.0, 0.0, 690.0]])
def test_second_derivatives_of_softmax_cross_entropy_keep_their_digits(z):
    nodes = [Value(x) for x in z]
    cost = nn.softmax_cross_entropy(nodes, 0)
    slopes = gradients(cost, nodes, create_graph=True)
    with mp.workdps(700):
        P = [mpmath.exp(x) / sum(map(mpmath.exp, z)) for x in z]
        for j, slope in enumerate(slopes):
            for k, node in enumerate(nodes):
                truth = P[j] * ((j == k) - P[k])
                ours = gradients(slope, node)
                assert ours == pytest.approx(float(truth), rel=3e-13, abs=1e-300)


@pytest.mark.parametrize(
    ("loss", "x", "y"),
    [
        (nn.binary_cross_entropy_with_logits, 40.0, 1.0),
        (nn.binary_cross_entropy_with_logits, -3.0, 0.25),
        (nn.binary_cross_entropy, 0.25, 1.0),
        (nn.binary_cross_entropy, 0.25, 0.0),
        (nn.binary_cross_entropy, 0.0, 0.0),
        (nn.binary_cross_entropy, 1.0, 1.0),
        (nn.binary_cross_entropy, 0.3, 0.6),
    ],
)
def test_second_derivatives_of_binary_cross_entropies(loss, x, y):
    node, target = Value(x), Value(y)
    cost = loss(node, y)
    slope = gradients(cost, node, create_graph=True)
    if loss is nn.binary_cross_entropy:
        expected = (y / x**2 if y else 0.0) + ((1 - y) / (1 - x) ** 2 if y < 1 else 0.0)
        mixed = -1 / (x * (1 - x)) if 0 < x < 1 else math.nan
    else:
        expected = math.exp(-abs(x)) / (1 + math.exp(-abs(x))) ** 2
        mixed = -1.0
    assert gradients(slope, node) == pytest.approx(expected, rel=1e-13)
    if 0 < x < 1 or mixed == -1.0:
        both = [target, node]
        to_target, _ = gradients(loss(node, target), both, create_graph=True)
        assert gradients(to_target, node) == pytest.approx(mixed, rel=1e-13)


@pytest.mark.parametrize(
    ("z", "y", "value", "slope"),
    [
        (INF, 1.0, 0.0, 0.0),
        (-INF, 0.0, 0.0, 0.0),
        (INF, 0.0, INF, 1.0),
        (-INF, 1.0, INF, -1.0),
        (math.nan, 1.0, math.nan, math.nan),
    ],
)
def test_binary_cross_entropy_of_infinite_logits(z, y, value, slope):
    cost, (ours,) = with_gradient(nn.binary_cross_entropy_with_logits, [z], [y])
    assert cost == pytest.approx(value, nan_ok=True)
    assert ours == pytest.approx(slope, nan_ok=True)


def test_binary_cross_entropy_of_small_probabilities_keeps_its_digits():
    assert with_gradient(nn.binary_cross_entropy, [1e-20], [0.0]) == (1e-20, [1.0])
    assert math.copysign(1.0, nn.binary_cross_entropy(1.0, 1.0).data) == 1.0
    assert with_gradient(nn.binary_cross_entropy, [0.0], [0.5]) == (INF, [-INF])
    assert with_gradient(nn.binary_cross_entropy, [1.0], [0.5]) == (INF, [INF])


def test_cross_entropies_are_one_node():
    for name, op in (
        ("softmax_cross_entropy", "cross_entropy_of_softmax"),
        ("binary_cross_entropy", "cross_entropy"),
        ("binary_cross_entropy_with_logits", "cross_entropy_of_sigmoid"),
    ):
        a = [Value(0.5)] if "binary" in name else [Value(0.5), Value(0.25)]
        cost = LOSSES[name](a, [1.0, 0.0][: len(a)])
        assert cost.op == op
        assert cost.parents[: len(a)] == tuple(a)


def test_a_loss_by_its_name():
    outputs, targets = [[Value(1.0)], [Value(4.0)]], [[0.0], [1.0]]
    assert batch_loss("squared_error", outputs, targets).data == 5.0
    with pytest.raises(OperandError, match=r"one of .*hinge.* got 'hing'"):
        batch_loss("hing", outputs, targets)


def test_the_graph_depends_on_lengths_alone():
    def ops(name, a, y):
        from autograd_scalar import topological_order

        loss = LOSSES[name]([Value(x) for x in a], y)
        return [node.op for node in topological_order(loss)]

    for name in LOSSES:
        y = [(0.0, 1.0), (1.0, 0.0)] if name != "hinge" else [(-1, 1), (1, -1)]
        assert ops(name, [0.2, 0.6], y[0]) == ops(name, [0.0, 1.0], y[1])


def test_targets_may_be_values():
    y = Value(2.0)
    nn.squared_error(Value(5.0), y).backward()
    assert y.grad == -6.0


def test_batch():
    outputs, targets = [[Value(1.0)], [Value(4.0)]], [[0.0], [1.0]]
    assert batch_loss(nn.squared_error, outputs, targets).data == 5.0
    assert batch_loss(nn.squared_error, outputs, targets, "sum").data == 10.0
    assert batch_loss(lambda a, y: a[0] * y[0], outputs, targets).data == 2.0
    assert batch_loss(lambda a, y: a[0] - y[0], outputs, targets).data == 2.0
    assert reduce_losses([Value(3.0)]).op == "mean"
    assert reduce_losses(iter([Value(3.0), Value(1.0)]), "sum").op == "sum"


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.hinge([Value(1.0)], [1, -1]), ShapeError, "1 outputs and 2 targ"),
        (lambda: nn.hinge([], []), ShapeError, "at least one output"),
        (lambda: nn.hinge(Value(1.0), 0), DataError, r"targets\[0\].*-1 or 1, got 0.0"),
        (lambda: nn.squared_error(1.0, math.inf), DataError, "finite number, got inf"),
        (lambda: nn.squared_error([1, 2], [3, math.nan]), DataError, r"targets\[1\]"),
        (lambda: nn.binary_cross_entropy(0.5, 1.5), DataError, "from 0 to 1, got 1.5"),
        (
            lambda: nn.squared_error("1", 2.0),
            OperandError,
            "to be numbers, got str: '1'",
        ),
        (lambda: batch_loss(["hinge"], [1.0], [1.0]), OperandError, "a loss is one of"),
        (lambda: nn.squared_error(Value(1.0), None), OperandError, "NoneType"),
        (lambda: nn.squared_error(Value(1.0), [[2.0]]), OperandError, "list"),
        (lambda: nn.softmax_cross_entropy([1.0], 0), ShapeError, "with_logits"),
        (lambda: nn.softmax_cross_entropy([1.0, 2.0], 2), DataError, "0 to 1, got 2"),
        (lambda: nn.softmax_cross_entropy([1.0, 2.0], -1), DataError, "got -1"),
        (lambda: nn.softmax_cross_entropy([1.0, 2.0], True), ShapeError, "1 targets"),
        (
            lambda: nn.binary_cross_entropy(1.5, 1.0),
            DataError,
            r"got 1\.5; for logits use",
        ),
        (lambda: nn.binary_cross_entropy(-0.5, 0.0), DataError, "got -0.5"),
        (lambda: nn.softmax_cross_entropy([1.0, 2.0], 1.0), ShapeError, "1 targets"),
        (lambda: reduce_losses(5), OperandError, "list of losses, got int: 5"),
        (
            lambda: reduce_losses([1.0, 2.0]),
            OperandError,
            r"losses\[0\].*Value, got flo",
        ),
        (lambda: reduce_losses([]), ShapeError, "at least one example"),
        (lambda: reduce_losses([Value(1.0)], "max"), OperandError, "'mean' or 'sum'"),
        (lambda: batch_loss(nn.hinge, [1.0], []), ShapeError, "its 1 outputs, got 0"),
    ],
)
def test_bad_arguments_are_rejected(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_type_error_in_ones_own_loss_is_not_taken_for_a_wrong_argument():
    with pytest.raises(TypeError, match="not subscriptable"):
        nn.batch_loss(lambda outputs, targets: outputs[0], [Value(1.0)], [0.0])
