"""The closed form against oracles that share nothing with it.

Complex step through formulas written a second time below, mpmath, plain loops,
fractions worked out by hand, a published example, and PyTorch.
"""

import ast
import inspect
import math
import sys
import warnings
from contextlib import nullcontext
from fractions import Fraction
from importlib import import_module

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn.matrix import (
    ACTIVATIONS,
    LAYER_ACTIVATIONS,
    LOSSES,
    MatrixError,
    MatrixShapeError,
    backprop,
    collapsed_delta,
    forward,
    gradient_vector,
    shapes,
)

SQRT2, SQRT2PI = math.sqrt(2), math.sqrt(2 * math.pi)
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
BATCHES = [1, 2, 3, 7, 50]
OF_PROBABILITIES = {"binary_cross_entropy", "categorical_cross_entropy"}


def random_network(rng, sizes, m, scale=0.6):
    pairs = list(zip(sizes[1:], sizes[:-1], strict=True))
    W = [rng.normal(size=pair) * scale for pair in pairs]
    b = [rng.normal(size=(n, 1)) * scale for n, _ in pairs]
    return W, b, rng.normal(size=(sizes[0], m))


def targets_for(loss, rng, n, m):
    if loss == "hinge":
        return rng.choice([-1.0, 1.0], size=(n, m))
    if loss in {"softmax_cross_entropy", "categorical_cross_entropy"}:
        return rng.dirichlet(np.ones(n), size=m).T
    if loss.startswith("binary"):
        soft = rng.uniform(size=(n, m))
        return np.where(rng.uniform(size=(n, m)) < 0.5, np.round(soft), soft)
    return rng.normal(size=(n, m))


# A second writing of the formulas, of complex numbers, for the complex step


def erf_near_real(z):
    slope = 2 / math.sqrt(math.pi) * np.exp(-z.real * z.real)
    return np.vectorize(math.erf)(z.real) + 1j * z.imag * slope


NAIVE_ACTIVATIONS = {
    "linear": lambda z: z,
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": lambda z: np.sinh(z) / np.cosh(z),
    "relu": lambda z: z * (z.real > 0),
    "leaky_relu": lambda z: z * np.where(z.real > 0, 1, 0.01),
    "elu": lambda z: np.where(z.real > 0, z, np.exp(z) - 1),
    "selu": lambda z: (
        SELU_SCALE * np.where(z.real > 0, z, SELU_ALPHA * (np.exp(z) - 1))
    ),
    "softplus": lambda z: np.log(1 + np.exp(z)),
    "gelu": lambda z: z * (1 + erf_near_real(z / SQRT2)) / 2,
    "silu": lambda z: z / (1 + np.exp(-z)),
    "log_sigmoid": lambda z: -np.log(1 + np.exp(-z)),
    "sin": lambda z: 2 * np.tan(z / 2) / (1 + np.tan(z / 2) ** 2),
    "cos": lambda z: 2 / (1 + np.tan(z / 2) ** 2) - 1,
    "exp": np.exp,
    "arctan": lambda z: np.arcsin(z / np.sqrt(1 + z * z)),
    "square": lambda z: z * z,
}
NAIVE_LAYERS = {
    "softmax": lambda z: np.exp(z) / sum(np.exp(z)),
    "log_softmax": lambda z: z - np.log(sum(np.exp(z))),
}
NAIVE_LOSSES = {  # of one example: lists a, y of outputs
    "half_squared_error": lambda a, y: sum((a - y) ** 2) / 2,
    "squared_error": lambda a, y: sum((a - y) ** 2),
    "mean_squared_error": lambda a, y: sum((a - y) ** 2) / len(a),
    "binary_cross_entropy": lambda a, y: -sum(y * np.log(a) + (1 - y) * np.log(1 - a)),
    "binary_cross_entropy_with_logits": lambda a, y: sum(np.log(1 + np.exp(a)) - y * a),
    "categorical_cross_entropy": lambda a, y: -sum(y * np.log(a)),
    "softmax_cross_entropy": lambda a, y: -sum(y * np.log(np.exp(a) / sum(np.exp(a)))),
    "hinge": lambda a, y: sum(
        1 - t * s for s, t in zip(a, y, strict=True) if (s * t).real < 1
    ),
    "absolute_error": lambda a, y: sum(np.sign((a - y).real) * (a - y)),
    "huber_error": lambda a, y: sum(
        d * d / 2 if abs(d.real) < 1 else np.sign(d.real) * d - 0.5 for d in a - y
    ),
    "negative_log_likelihood": lambda a, y: -sum(a * y),
}


def naive_cost(network, batch, activations, loss, reduction):
    (W, b), (X, Y) = network, batch
    total = 0
    for x, y in zip(X.T, Y.T, strict=True):
        a = x.astype(complex)
        for w, bias, g in zip(W, b, activations, strict=True):
            a = (NAIVE_ACTIVATIONS | NAIVE_LAYERS)[g](w @ a + bias[:, 0])
        total += NAIVE_LOSSES[loss](a, y)
    return total / X.shape[1] if reduction == "mean" else total


def complex_step(cost, array):
    """The derivative of `cost()` to each entry of the complex `array`, without loss."""
    out = np.empty(array.shape)
    for index in np.ndindex(array.shape):
        array[index] += 1e-30j
        out[index] = np.imag(cost()) / 1e-30
        array[index] -= 1e-30j
    return out


def test_the_tables_and_their_oracles_have_the_same_names():
    assert set(ACTIVATIONS) == set(NAIVE_ACTIVATIONS) == set(TRUTHS)
    assert set(LOSSES) == set(NAIVE_LOSSES)
    assert set(LAYER_ACTIVATIONS) == set(NAIVE_LAYERS)


@pytest.mark.one_in(4)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_combination_equals_the_complex_step(activation, loss, reduction):
    names = (*ACTIVATIONS, *LOSSES, "mean", "sum")
    seed = [names.index(name) for name in (activation, loss, reduction)]
    rng = np.random.default_rng(seed)
    m = int(rng.choice(BATCHES[:-1]))
    W, b, X = random_network(rng, [3, 4, 2], m, scale=0.4)
    Y = targets_for(loss, rng, 2, m)
    last = "sigmoid" if loss in OF_PROBABILITIES else activation
    case = [activation, last], loss, reduction
    result = backprop(W, b, X, Y, *case)

    W, b, X = [w + 0j for w in W], [v + 0j for v in b], X + 0j

    def cost():
        return naive_cost((W, b), (X, Y), *case)

    assert result.loss == pytest.approx(cost().real, rel=1e-13)
    pairs = [*zip(result.dW, W, strict=True), *zip(result.db, b, strict=True)]
    for found, array in [*pairs, (result.dA[0], X)]:
        truth = complex_step(cost, array)
        np.testing.assert_allclose(found, truth, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("loss", ["categorical_cross_entropy", "half_squared_error"])
@pytest.mark.parametrize("hidden", ["tanh", *LAYER_ACTIVATIONS])
@pytest.mark.parametrize("last", LAYER_ACTIVATIONS)
def test_activations_of_a_layer_equal_the_complex_step(hidden, last, loss):
    if last == "log_softmax" and loss == "categorical_cross_entropy":
        loss = "negative_log_likelihood"
    rng = np.random.default_rng(5)
    W, b, X = random_network(rng, [3, 4, 3], 6)
    Y = rng.dirichlet(np.ones(3), size=6).T
    case = [hidden, last], loss, "mean"
    result = backprop(W, b, X, Y, *case)
    W, b, X = [w + 0j for w in W], [v + 0j for v in b], X + 0j
    pairs = [*zip(result.dW, W, strict=True), *zip(result.db, b, strict=True)]
    for found, array in [*pairs, (result.dA[0], X)]:
        truth = complex_step(lambda: naive_cost((W, b), (X, Y), *case), array)
        np.testing.assert_allclose(found, truth, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("z", [[0.0, 0.0, 0.0], [30.0, -3.0, 1.0], [700.0, 0.0, 1.0]])
def test_the_delta_of_a_softmax_keeps_its_digits_where_one_output_is_nearly_1(z):
    column = np.array([z]).T
    with mpmath.workdps(700):
        weights = [mpmath.exp(x) for x in z]
        a = [w / sum(weights) for w in weights]
        for right in range(3):
            Y = np.eye(3)[:, [right]]
            result = backprop(
                [np.eye(3)], [np.zeros((3, 1))], column, Y, ["softmax"],
                "categorical_cross_entropy",
            )  # fmt: skip
            delta = result.dZ[0][:, 0]
            for k in range(3):
                assert off_by(delta[k], a[k] - (k == right), 0) <= 8 + abs(z[0])


@pytest.mark.parametrize("m", BATCHES)
@pytest.mark.parametrize("of", ["cost", "loss"])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_central_differences_of_the_library_s_own_forward_pass(m, of, reduction):
    rng = np.random.default_rng(m)
    W, b, X = random_network(rng, [2, 3, 3, 2], m)
    Y = rng.normal(size=(2, m))
    case = ["tanh", "gelu", "softplus"], "squared_error", reduction, of
    result = backprop(W, b, X, Y, *case)
    h = 1e-5
    for found, array in zip(result.dW + result.db, W + b, strict=True):
        for index in np.ndindex(array.shape):
            kept = array[index]
            array[index] = kept + h
            above = backprop(W, b, X, Y, *case).loss
            array[index] = kept - h
            below = backprop(W, b, X, Y, *case).loss
            array[index] = kept
            slope = (above - below) / (2 * h)
            assert found[index] == pytest.approx(slope, rel=1e-6, abs=1e-6)


# Loops, fractions, published numbers


def test_the_matrix_equations_equal_loops_over_single_indices():
    rng = np.random.default_rng(7)
    n0, n1, n2, m = 3, 4, 2, 5
    (W1, W2), (b1, b2), X = random_network(rng, [n0, n1, n2], m)
    Y = rng.normal(size=(n2, m))
    got = backprop([W1, W2], [b1, b2], X, Y, ["tanh", "sigmoid"], "half_squared_error")

    dW1, dW2 = np.zeros((n1, n0)), np.zeros((n2, n1))
    db1, db2 = np.zeros((n1, 1)), np.zeros((n2, 1))
    cost = 0.0
    for i in range(m):
        z1 = [sum(W1[j, k] * X[k, i] for k in range(n0)) + b1[j, 0] for j in range(n1)]
        a1 = [math.tanh(z) for z in z1]
        z2 = [sum(W2[j, k] * a1[k] for k in range(n1)) + b2[j, 0] for j in range(n2)]
        a2 = [1 / (1 + math.exp(-z)) for z in z2]
        cost += sum((a2[j] - Y[j, i]) ** 2 for j in range(n2)) / 2 / m
        d2 = [(a2[j] - Y[j, i]) * a2[j] * (1 - a2[j]) / m for j in range(n2)]
        da1 = [sum(d2[j] * W2[j, k] for j in range(n2)) for k in range(n1)]
        d1 = [da1[k] * (1 - a1[k] ** 2) for k in range(n1)]
        da0 = [sum(d1[j] * W1[j, k] for j in range(n1)) for k in range(n0)]
        for j in range(n2):
            db2[j, 0] += d2[j]
            for k in range(n1):
                dW2[j, k] += d2[j] * a1[k]
        for j in range(n1):
            db1[j, 0] += d1[j]
            for k in range(n0):
                dW1[j, k] += d1[j] * X[k, i]
        columns = [(got.Z[0], z1), (got.Z[1], z2), (got.A[1], a1), (got.A[2], a2)]
        columns += [(got.dZ[1], d2), (got.dZ[0], d1), (got.dA[1], da1)]
        columns += [(got.dA[0], da0)]
        for found, column in columns:
            np.testing.assert_allclose(found[:, i], column, rtol=1e-12)
    for found, truth in zip(got.dW + got.db, [dW1, dW2, db1, db2], strict=True):
        np.testing.assert_allclose(found, truth, rtol=1e-12)
    assert got.loss == pytest.approx(cost, rel=1e-14)


def test_fractions_worked_out_by_hand():
    # z1 = [1 -1; 2 1/2] X + [1/2; -1], a1 = z1**2, a2 = [1/4 -1/2] a1 + 1, 1/2(a-y)^2
    # example 1, x = (1, 2):  z1 = (-1/2, 2)    a1 = (1/4, 4)      a2 = -15/16
    #   y = 1/16:  d2 = -1    da1 = (-1/4, 1/2)     d1 = (1/4, 2)
    # example 2, x = (3, 1):  z1 = (5/2, 11/2)  a1 = (25/4, 121/4)  a2 = -201/16
    #   y = -9/16: d2 = -12   da1 = (-3, 6)         d1 = (-15, 66)
    W = [[[1, -1], [2, Fraction(1, 2)]], [[Fraction(1, 4), Fraction(-1, 2)]]]
    W = [np.array(w, float) for w in W]
    b = [[[0.5], [-1]], [[1]]]
    X, Y = [[1, 3], [2, 1]], [[1 / 16, -9 / 16]]
    names = ["square", "linear"], "half_squared_error"
    result = backprop(W, b, X, Y, *names, of="loss")
    assert result.Z[0].tolist() == [[-0.5, 2.5], [2, 5.5]]
    assert result.A[2].tolist() == [[-15 / 16, -201 / 16]]
    assert result.dZ[1].tolist() == [[-1, -12]]
    assert result.dA[1].tolist() == [[-0.25, -3], [0.5, 6]]
    assert result.dZ[0].tolist() == [[0.25, -15], [2, 66]]
    # dW2 = 1/2 (-1 (1/4, 4) - 12 (25/4, 121/4)), db2 = -13/2
    assert result.dW[1].tolist() == [[Fraction(-301, 8), Fraction(-367, 2)]]
    assert result.db[1].tolist() == [[-6.5]]
    # dW1 = 1/2 ((1/4, 2)^T (1, 2) + (-15, 66)^T (3, 1)), db1 = 1/2 (-59/4, 68)
    assert result.dW[0].tolist() == [[Fraction(-179, 8), -7.25], [100, 35]]
    assert result.db[0].tolist() == [[Fraction(-59, 8)], [34]]
    assert result.loss == Fraction(1 + 144, 4)

    of_cost = backprop(W, b, X, Y, *names)
    assert of_cost.dZ[0].tolist() == [[0.125, -7.5], [1, 33]]
    assert of_cost.dA[2].tolist() == [[-0.5, -6]]
    assert gradient_vector(of_cost).tolist() == gradient_vector(result).tolist()
    assert gradient_vector(of_cost).tolist() == [
        *(-22.375, -7.25, 100, 35, -7.375, 34, -37.625, -183.5, -6.5)
    ]
    summed = backprop(W, b, X, Y, *names, reduction="sum")
    assert gradient_vector(summed).tolist() == (2 * gradient_vector(result)).tolist()
    assert summed.dZ[0].tolist() == result.dZ[0].tolist()
    assert summed.loss == 72.5


def test_mazur_s_step_by_step_example():
    """Matt Mazur, "A Step by Step Backpropagation Example" (2015), as printed."""
    W = [np.array([[0.15, 0.20], [0.25, 0.30]]), np.array([[0.40, 0.45], [0.50, 0.55]])]
    b = [np.full((2, 1), 0.35), np.full((2, 1), 0.60)]
    X, Y = [[0.05], [0.10]], [[0.01], [0.99]]
    result = backprop(W, b, X, Y, ["sigmoid", "sigmoid"], "half_squared_error")
    assert result.loss == pytest.approx(0.298371109, abs=5e-10)
    assert result.A[2].ravel() == pytest.approx([0.75136507, 0.772928465], abs=5e-9)
    first, second = (w - 0.5 * d for w, d in zip(W, result.dW, strict=True))
    printed = [0.35891648, 0.408666186, 0.511301270, 0.561370121]
    assert second.ravel() == pytest.approx(printed, abs=5e-9)
    printed = [0.149780716, 0.19956143, 0.24975114, 0.29950229]
    assert first.ravel() == pytest.approx(printed, abs=5e-9)


def test_the_one_neuron_chain_without_a_half():
    """dC/dw = a0 s'(z) 2 (a - y), dC/db = s'(z) 2 (a - y), dC/da0 = w s'(z) 2 (a-y)."""
    w, bias, a0, y = 0.7, -0.2, 1.3, 0.25
    a = 1 / (1 + math.exp(-(w * a0 + bias)))
    delta = a * (1 - a) * 2 * (a - y)
    result = backprop([[[w]]], [[[bias]]], [[a0]], [[y]], ["sigmoid"], "squared_error")
    assert result.dW[0].item() == pytest.approx(a0 * delta, rel=1e-14)
    assert result.db[0].item() == pytest.approx(delta, rel=1e-14)
    assert result.dA[0].item() == pytest.approx(w * delta, rel=1e-14)


def test_shape_table_of_a_single_layer():
    assert shapes([3, 2])[:3] == [("a0", (3, 1)), ("W1", (2, 3)), ("b1", (2, 1))]


def test_shape_table_of_the_3_4_2_network():
    table = dict(shapes([3, 4, 2]))
    given = {"W1": (4, 3), "W2": (2, 4), "a0": (3, 1), "a1": (4, 1), "b1": (4, 1)}
    given |= {"z1": (4, 1), "z2": (2, 1), "a2": (2, 1), "b2": (2, 1)}
    given |= {"delta2": (2, 1), "dW2": (2, 4), "db2": (2, 1)}
    given |= {"delta1": (4, 1), "dW1": (4, 3), "db1": (4, 1)}
    assert table == given
    assert list(table)[:5] == ["a0", "W1", "b1", "z1", "a1"]
    assert list(table)[9:] == ["delta2", "dW2", "db2", "delta1", "dW1", "db1"]


@pytest.mark.parametrize("m", [1, 6])
def test_shape_table_equals_the_shapes_of_the_arrays(m):
    W, b, X = random_network(np.random.default_rng(0), [3, 4, 2], m)
    result = backprop(W, b, X, np.zeros((2, m)), ["relu", "tanh"], "squared_error")
    arrays = {f"a{i}": a for i, a in enumerate(result.A)}
    columns = {"W": W, "b": b, "z": result.Z, "delta": result.dZ}
    columns |= {"dW": result.dW, "db": result.db}
    for name, values in columns.items():
        arrays |= {f"{name}{i}": value for i, value in enumerate(values, start=1)}
    assert {name: a.shape for name, a in arrays.items()} == dict(shapes([3, 4, 2], m))
    assert [d.shape for d in result.dA] == [a.shape for a in result.A]


@pytest.mark.parametrize(
    ("sizes", "m"), [([3], 1), ([], 1), ([3, 0], 1), ([3, True], 1), ([3, 2], 0)]
)
def test_shape_table_rejects(sizes, m):
    with pytest.raises(MatrixShapeError, match="two or more positive sizes"):
        shapes(sizes, m)


# Properties


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.sampled_from(list(LOSSES)))
def test_a_sum_over_the_batch_is_the_sum_of_its_examples(seed, m, loss):
    rng = np.random.default_rng(seed)
    W, b, X = random_network(rng, [2, 3, 2], m)
    Y = targets_for(loss, rng, 2, m)
    names = ["tanh", "sigmoid"], loss
    whole = backprop(W, b, X, Y, *names, "sum")
    parts = [backprop(W, b, X[:, [i]], Y[:, [i]], *names) for i in range(m)]
    total = sum(gradient_vector(part) for part in parts)
    np.testing.assert_allclose(gradient_vector(whole), total, rtol=1e-10, atol=1e-13)
    for layer in range(2):
        columns = np.hstack([part.dZ[layer] for part in parts])
        np.testing.assert_allclose(whole.dZ[layer], columns, rtol=1e-10, atol=1e-13)
    mean = backprop(W, b, X, Y, *names, "mean")
    assert mean.loss * m == pytest.approx(whole.loss)
    np.testing.assert_allclose(
        gradient_vector(mean) * m, gradient_vector(whole), rtol=1e-10, atol=1e-13
    )


@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_of_loss_moves_the_divisor_from_dz_to_dw(seed, m):
    rng = np.random.default_rng(seed)
    W, b, X = random_network(rng, [2, 3, 2], m)
    case = W, b, X, rng.normal(size=(2, m)), ["tanh", "silu"], "squared_error"
    cost, loss = backprop(*case), backprop(*case, of="loss")
    for ours, theirs in zip(cost.dZ + cost.dA, loss.dZ + loss.dA, strict=True):
        np.testing.assert_allclose(ours * m, theirs, rtol=1e-12, atol=1e-15)
    for ours, theirs in zip(cost.dW + cost.db, loss.dW + loss.db, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-11, atol=1e-15)
    assert cost.loss == loss.loss


# The tables: accuracy, extremes, kinks


def mp_sigmoid(x):
    return 1 / (1 + mpmath.exp(-x))


def mp_elu(x, scale, alpha):
    scale, alpha = mpmath.mpf(scale), mpmath.mpf(alpha)
    below = scale * alpha * mpmath.expm1(x), scale * alpha * mpmath.exp(x)
    return (scale * x, scale) if x > 0 else below


TRUTHS = {  # x -> (g(x), g'(x))
    "linear": lambda x: (x, 1),
    "identity": lambda x: (x, 1),
    "sigmoid": lambda x: (mp_sigmoid(x), mp_sigmoid(x) * mp_sigmoid(-x)),
    "tanh": lambda x: (mpmath.tanh(x), mpmath.sech(x) ** 2),
    "relu": lambda x: (max(x, 0), int(x > 0)),
    "leaky_relu": lambda x: (x, 1) if x > 0 else (x * mpmath.mpf(0.01), 0.01),
    "elu": lambda x: mp_elu(x, 1, 1),
    "selu": lambda x: mp_elu(x, SELU_SCALE, SELU_ALPHA),
    "softplus": lambda x: (mpmath.log1p(mpmath.exp(x)), mp_sigmoid(x)),
    "gelu": lambda x: (
        x * mpmath.ncdf(x),
        mpmath.ncdf(x) + x * mpmath.npdf(x),
    ),
    "silu": lambda x: (x * mp_sigmoid(x), mp_sigmoid(x) * (1 + x * mp_sigmoid(-x))),
    "log_sigmoid": lambda x: (-mpmath.log1p(mpmath.exp(-x)), mp_sigmoid(-x)),
    "sin": lambda x: (mpmath.sin(x), mpmath.cos(x)),
    "cos": lambda x: (mpmath.cos(x), -mpmath.sin(x)),
    "exp": lambda x: (mpmath.exp(x), mpmath.exp(x)),
    "arctan": lambda x: (mpmath.atan(x), 1 / (1 + x * x)),
    "square": lambda x: (x * x, 2 * x),
}
POINTS = [1e-300, 1e-20, 1e-8, 0.01, 0.3, 1.0, 2.5, 6.0, 19.0, 40.0, 300.0, 690.0]


def off_by(found, truth, slack):
    """Error in ULP of the truth; slack adds the rounding of a sum that cancels."""
    unit = mpmath.mpf(math.ulp(float(truth))) + slack
    return float(abs(mpmath.mpf(float(found)) - truth) / unit)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_and_derivatives_are_within_4_ulp(name):
    rule, wrong = ACTIVATIONS[name], []
    for z in [sign * x for x in POINTS for sign in (1, -1)]:
        # gelu squares z before it takes exp: that alone costs z**2 / 2 units.
        allowed = 4 + z * z if name == "gelu" else 4
        with mpmath.workdps(40), np.errstate(all="ignore"):
            value, slope = TRUTHS[name](mpmath.mpf(z))
            got = rule.value(np.array([[z]]), *rule.defaults).item()
            dgot = rule.derivative(np.array([[z]]), *rule.defaults).item()
            cancels = 4e-16 if name in {"gelu", "silu"} and -3 < z < 0 else 0
            off = off_by(got, value, 0), off_by(dgot, mpmath.mpf(slope), cancels)
        if not (off[0] <= allowed and off[1] <= allowed):
            wrong.append((z, off))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_are_finite_at_1000_and_keep_nan(name):
    rule = ACTIVATIONS[name]
    z = np.array([[-1000.0, 1000.0, np.nan]])
    with np.errstate(all="ignore"):
        for f in (rule.value, rule.derivative):
            out = f(z, *rule.defaults)
            assert out.shape == z.shape
            assert out.dtype == np.float64
            if name != "exp":
                assert np.isfinite(out[0, :2]).all()
            constant = f is rule.derivative and name in {"linear", "identity"}
            assert np.isnan(out[0, 2]) != constant


def test_the_sigmoid_reaches_the_denormals():
    result = forward([[[1.0]]], [[[0.0]]], [[-740.0]], ["sigmoid"])
    assert result.A[1].item() == math.exp(-740) > 0


@pytest.mark.parametrize(
    ("wide", "named"),
    [
        (np.full((3, 2), Fraction(1, 3)), "dtype object"),
        (np.full((3, 2), mpmath.mpf(1)), "dtype object"),
        (np.ones((3, 2), np.complex128), "dtype complex128"),
    ],
    ids=["fraction", "mpmath", "complex"],
)
def test_what_holds_more_than_a_float_is_rejected(wide, named):
    with pytest.raises(MatrixError, match=rf"X has {named}, expected real"):
        backprop(**good_call() | {"X": wide})


def test_a_longdouble_is_rejected_where_it_holds_more_than_a_float():
    wider = np.finfo(np.longdouble).eps < np.finfo(float).eps
    rejected = pytest.raises(MatrixError, match=r"X has dtype float\d+, expected real")
    with rejected if wider else nullcontext():
        backprop(**good_call() | {"X": np.ones((3, 2), np.longdouble)})


@pytest.mark.parametrize(
    ("spec", "slope"),
    [
        ("relu", 0.0),
        ("leaky_relu", 0.01),
        (("leaky_relu", 0.2), 0.2),
        (("leaky_relu", 3.0), 1.0),
        (("leaky_relu", -0.5), 0.0),
        ("elu", 1.0),
        (("elu", 0.5), 0.5),
        (("elu", 2.0), 1.0),
        ("selu", 1.0507009873554805),
    ],
)
def test_at_a_kink_the_derivative_is_the_one_nearest_to_zero(spec, slope):
    result = backprop([[[1.0]]], [[[0.0]]], [[0.0]], [[-1.0]], [spec], "squared_error")
    assert result.dZ[0].item() == 2 * slope


def test_parameters_reach_both_the_function_and_its_derivative():
    case = [[[1.0]]], [[[0.0]]], [[-2.0]], [[0.0]]
    result = backprop(*case, [("leaky_relu", 0.25)], "half_squared_error")
    assert result.A[1].item() == -0.5
    assert result.dZ[0].item() == -0.125
    result = backprop(*case, [("elu", 0.5)], "half_squared_error")
    assert result.A[1].item() == pytest.approx(0.5 * math.expm1(-2))
    assert result.dZ[0].item() == pytest.approx(result.A[1].item() * math.exp(-2) / 2)


LOSS_ROWS = [  # loss, a, y, L, dL/da
    ("hinge", 1.0, 1.0, 0.0, 0.0),
    ("hinge", -1.0, -1.0, 0.0, 0.0),
    ("hinge", 0.5, -1.0, 1.5, 1.0),
    ("hinge", -1000.0, 1.0, 1001.0, -1.0),
    ("half_squared_error", 3.0, 1.0, 2.0, 2.0),
    ("squared_error", 3.0, 1.0, 4.0, 4.0),
    ("mean_squared_error", 3.0, 1.0, 4.0, 4.0),
    ("binary_cross_entropy", 0.5, 1.0, math.log(2), -2.0),
    ("binary_cross_entropy", 0.0, 0.0, 0.0, 1.0),
    ("binary_cross_entropy", 1.0, 1.0, 0.0, -1.0),
    ("binary_cross_entropy", 0.0, 1.0, math.inf, -math.inf),
    ("binary_cross_entropy", 1.0, 0.0, math.inf, math.inf),
    ("binary_cross_entropy", 1.0, 0.5, math.inf, math.inf),
    ("binary_cross_entropy", 0.0, 0.5, math.inf, -math.inf),
    ("binary_cross_entropy", 1.5, 1.0, math.nan, math.nan),
    ("binary_cross_entropy", -0.5, 0.0, math.nan, math.nan),
    ("binary_cross_entropy", 1e-300, 0.0, 1e-300, 1.0),
    ("binary_cross_entropy_with_logits", 0.0, 1.0, math.log(2), -0.5),
    ("binary_cross_entropy_with_logits", 1000.0, 1.0, 0.0, 0.0),
    ("binary_cross_entropy_with_logits", 1000.0, 0.0, 1000.0, 1.0),
    ("binary_cross_entropy_with_logits", -1000.0, 1.0, 1000.0, -1.0),
    ("binary_cross_entropy_with_logits", -1000.0, 0.25, 250.0, -0.25),
    ("binary_cross_entropy_with_logits", 40.0, 1.0, math.exp(-40), -math.exp(-40)),
]


@pytest.mark.parametrize(("loss", "a", "y", "value", "slope"), LOSS_ROWS)
def test_losses_at_chosen_points(loss, a, y, value, slope):
    result = backprop([[[1.0]]], [[[0.0]]], [[a]], [[y]], ["linear"], loss)
    found = [result.loss, result.dA[1].item()]
    np.testing.assert_allclose(found, [value, slope], rtol=4e-16)


@pytest.mark.parametrize(
    ("logits", "value", "slope"),
    [
        ([1000, -1000, 0], 0.0, [0, 0, 0]),
        ([-1000, 1000, 0], 2000.0, [-1, 1, 0]),
        ([1000, 1000, -1000], math.log(2), [-0.5, 0.5, 0]),
        ([40, 0, 0], 2 * math.exp(-40), np.array([-2, 1, 1]) * math.exp(-40)),
        ([0, 0, 0], math.log(3), [-2 / 3, 1 / 3, 1 / 3]),
    ],
)
def test_softmax_cross_entropy_keeps_its_digits(logits, value, slope):
    X, Y = np.array([logits], float).T, [[1], [0], [0]]
    case = [np.eye(3)], [np.zeros((3, 1))], X, Y, ["linear"], "softmax_cross_entropy"
    result = backprop(*case)
    assert result.loss == pytest.approx(value, rel=1e-15, abs=0.0)
    np.testing.assert_allclose(result.dZ[0][:, 0], slope, rtol=1e-15)


@pytest.mark.parametrize("gap", [1e-3, 0.5, 3.0, 20.0, 36.0, 40.0, 300.0, 700.0])
def test_softmax_cross_entropy_of_a_sure_and_right_answer(gap):
    X, Y = np.array([[gap], [0.0], [-0.25]]), np.array([[1.0], [0.0], [0.0]])
    case = [np.eye(3)], [np.zeros((3, 1))], X, Y, ["linear"], "softmax_cross_entropy"
    with mpmath.workdps(700):
        z = [mpmath.mpf(float(x)) for x in X[:, 0]]
        exact = mpmath.log(sum(map(mpmath.exp, z))) - z[0]
    assert off_by(backprop(*case).loss, exact, 0) <= 4


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", sorted(set(ACTIVATIONS) - {"exp"}))
def test_pre_activations_of_1000_stay_finite_and_nothing_warns(activation, loss):
    X = np.array([[1000.0, -1000.0, 0.0]])
    Y = np.array([[1.0, 0.0, 1.0]])
    last = "sigmoid" if loss in OF_PROBABILITIES else "linear"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        W, b = [[[1.0]], [[1e-6]]], [[[0.0]]] * 2
        result = backprop(W, b, X, Y, [activation, last], loss)
    assert np.isfinite(gradient_vector(result)).all()
    assert math.isfinite(result.loss)


def test_what_overflows_is_inf_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = forward([[[1.0]]], [[[0.0]]], [[1000.0]], ["exp"])
    assert result.A[1].item() == math.inf


# The collapse to a - y


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("of", ["cost", "loss"])
@pytest.mark.parametrize(
    ("activation", "loss"),
    [("sigmoid", "binary_cross_entropy"), ("linear", "half_squared_error")],
)
def test_delta_collapses_to_a_minus_y(activation, loss, reduction, of):
    rng = np.random.default_rng(3)
    W, b, X = random_network(rng, [3, 4, 2], 9)
    Y = rng.integers(0, 2, size=(2, 9))
    result = backprop(W, b, X, Y, ["tanh", activation], loss, reduction, of)
    collapsed = collapsed_delta(result.A[-1], Y, reduction, of)
    np.testing.assert_allclose(result.dZ[-1], collapsed, rtol=1e-14)
    divisor = 9 if (reduction, of) == ("mean", "cost") else 1
    np.testing.assert_array_equal(collapsed, (result.A[-1] - Y) / divisor)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("of", ["cost", "loss"])
def test_delta_of_a_softmax_collapses_where_targets_add_up_to_1(reduction, of):
    rng = np.random.default_rng(3)
    W, b, X = random_network(rng, [3, 4, 3], 9)
    Y = rng.dirichlet(np.ones(3), size=9).T
    case = ["tanh", "softmax"], "categorical_cross_entropy", reduction, of
    result = backprop(W, b, X, Y, *case)
    collapsed = collapsed_delta(result.A[-1], Y, reduction, of)
    np.testing.assert_allclose(result.dZ[-1], collapsed, rtol=1e-12, atol=1e-16)
    of_logits = ["tanh", "linear"], "softmax_cross_entropy", reduction, of
    other = backprop(W, b, X, Y, *of_logits)
    np.testing.assert_allclose(result.dZ[-1], other.dZ[-1], rtol=1e-12, atol=1e-16)
    assert result.loss == pytest.approx(other.loss, rel=1e-14)
    apart = backprop(W, b, X, 2.0 * Y, *case)
    assert not np.allclose(apart.dZ[-1], collapsed_delta(apart.A[-1], 2.0 * Y))


def test_the_product_is_lost_where_a_sigmoid_is_saturated():
    z = [[1000.0, 40.0, -1000.0]]
    case = [[[1.0]]], [[[0.0]]], z, [[0.0, 0.0, 0.0]]
    result = backprop(*case, ["sigmoid"], "binary_cross_entropy", "sum")
    assert str(result.dZ[0].tolist()) == "[[nan, inf, 0.0]]"
    assert collapsed_delta(result.A[1], [[0, 0, 0]], "sum").tolist() == [[1, 1, 0]]
    case = *case, ["linear"], "binary_cross_entropy_with_logits", "sum"
    assert backprop(*case).dZ[0].tolist() == [[1, 1, 0]]


# Functions of the user's own


def test_a_pair_of_functions_is_as_good_as_a_name():
    rng = np.random.default_rng(5)
    W, b, X = random_network(rng, [3, 4, 2], 6)
    Y = rng.normal(size=(2, 6))
    tanh = (np.tanh, lambda z: 1 - np.tanh(z) ** 2)
    error = (lambda A, Y: ((A - Y) ** 2).sum(axis=0), lambda A, Y: 2 * (A - Y))
    named = backprop(W, b, X, Y, ["tanh", "linear"], "squared_error")
    own = backprop(W, b, X, Y, [tanh, "linear"], error)
    assert own.loss == named.loss
    np.testing.assert_allclose(gradient_vector(own), gradient_vector(named), rtol=1e-13)


@pytest.mark.parametrize(
    ("activation", "loss", "text"),
    [
        (
            (np.sum, np.cos),
            "hinge",
            r"g of layer 1 returned shape \(\), expected \(1, 2\)",
        ),
        ((np.sin, np.sum), "hinge", r"g' of layer 1 returned shape \(\), expected"),
        (
            "sin",
            (lambda A, _: A, np.subtract),
            r"loss returned shape \(1, 2\), exp.*2,",
        ),
        ("sin", (lambda A, _: A[0], lambda A, _: A[0]), r"dloss returned shape \(2,\)"),
        ((lambda z: z + 0j, np.cos), "hinge", "result of g of layer 1 has dtype comp"),
    ],
)
def test_the_results_of_own_functions_are_checked(activation, loss, text):
    case = [[[1.0]]], [[[0.0]]], [[1.0, 2.0]], [[1.0, 1.0]]
    with pytest.raises(MatrixError, match=text):
        backprop(*case, [activation], loss)


# What is accepted and what is rejected


def test_lists_integers_and_narrow_floats_become_float64():
    W, b = [np.array([[1, 2]], np.int8)], [np.array([[1]], np.float32)]
    result = backprop(W, b, [[1], [2]], np.array([[4]]), ("relu",), "squared_error")
    assert result.A[1].tolist() == [[6.0]]
    arrays = [a for field in result[:-1] for a in field]
    assert all(a.dtype == np.float64 for a in arrays)
    assert isinstance(result.loss, float)


def test_nothing_given_is_changed_or_shared_with_a_linear_layer():
    W, b, X = random_network(np.random.default_rng(1), [2, 2], 3)
    kept = [W[0].copy(), b[0].copy(), X.copy()]
    result = backprop(W, b, X, np.zeros((2, 3)), ["linear"], "squared_error")
    result.A[1][:] = 7
    assert not (result.Z[0] == 7).any()
    for now, before in zip([W[0], b[0], X], kept, strict=True):
        np.testing.assert_array_equal(now, before)


NAN_X = np.array([[1.0, 2], [3, 4], [5, np.nan]])
REJECTED = [  # what is replaced in a good call, the error, its text
    (
        {"X": np.ones(3)},
        MatrixShapeError,
        r"X has shape \(3,\), expected \(3, m\) beca",
    ),
    ({"X": np.ones(3)}, MatrixShapeError, r"X\.reshape\(-1, 1\) is one column"),
    ({"X": 1.0}, MatrixShapeError, r"X has shape \(\), expected \(3, m\)"),
    ({"X": np.ones((3, 2, 1))}, MatrixShapeError, r"X has shape \(3, 2, 1\), expected"),
    (
        {"X": np.ones((2, 3))},
        MatrixShapeError,
        r"\(2, 3\), expected \(3, m\).* X\.T fits: examples",
    ),
    (
        {"X": np.ones((4, 2))},
        MatrixShapeError,
        r"X has shape \(4, 2\), expected \(3, m\) because W1 has shape \(4, 3\)$",
    ),
    ({"X": np.ones((3, 0))}, MatrixShapeError, r"\(3, 0\), .*\(3, m\).* not empty"),
    ({"X": [[1, 2], [3], [4, 5]]}, MatrixShapeError, "X is not a rectangular array"),
    ({"X": NAN_X}, MatrixError, r"X\[2, 1\] is nan, expected finite"),
    ({"X": [[1, 2], [3, math.inf], [5, 6]]}, MatrixError, r"X\[1, 1\] is inf"),
    ({"X": np.ones((3, 2), bool)}, MatrixError, "X has dtype bool, expected real"),
    ({"X": np.ones((3, 2), complex)}, MatrixError, "X has dtype complex128"),
    ({"X": np.ones((3, 2), object)}, MatrixError, r"dtype object.*Values take \.data"),
    ({"X": np.ones((3, 2), "m8[s]")}, MatrixError, "X has dtype timedelta64"),
    ({"X": [["1", "2"]] * 3}, MatrixError, "X has dtype <U1"),
    ({"X": None}, MatrixError, "X has dtype object"),
    ({"X": np.ma.masked_invalid(NAN_X)}, MatrixError, "X is a masked array"),
    ({"Y": np.ones(2)}, MatrixShapeError, r"Y has shape \(2,\), expected \(2, 2\)"),
    (
        {"Y": np.ones((1, 2))},
        MatrixShapeError,
        r"Y has shape \(1, 2\), .*\(2, 2\) because W2 has shape \(2, 4\) and X has 2",
    ),
    ({"Y": np.ones((2, 3))}, MatrixShapeError, r"Y has shape \(2, 3\), exp.* \(2, 2\)"),
    ({"Y": [[1, math.nan], [1, 1]]}, MatrixError, r"Y\[0, 1\] is nan"),
    (
        {"W": [np.ones((4, 3)), np.ones((2, 5))]},
        MatrixShapeError,
        r"W2 has shape \(2, 5\), expected \(n2, 4\) because W1 has shape \(4, 3\)",
    ),
    (
        {"W": [np.ones((4, 3)), np.ones((4, 2))]},
        MatrixShapeError,
        r"W2 has shape \(4, 2\), expected \(n2, 4\) .*W2\.T fits",
    ),
    ({"W": [np.ones(3), np.ones((2, 4))]}, MatrixShapeError, r"W1 has .*\(n1, n0\)"),
    ({"W": np.ones((2, 4))}, MatrixShapeError, r"W1 has shape \(4,\)"),
    (
        {"W": [np.ones((0, 3)), np.ones((2, 0))]},
        MatrixShapeError,
        r"W1 .*\(0, 3\).*not empty$",
    ),
    ({"W": [np.full((4, 3), np.nan), np.ones((2, 4))]}, MatrixError, r"W1\[0, 0\]"),
    (
        {"b": [np.ones(4), np.ones((2, 1))]},
        MatrixShapeError,
        r"b1 has shape \(4,\), expected \(4, 1\) .*b1\.reshape\(-1, 1\)",
    ),
    (
        {"b": [np.ones((4, 2)), np.ones((2, 1))]},
        MatrixShapeError,
        r"b1 has shape \(4, 2\), expected \(4, 1\) because W1 has shape \(4, 3\)",
    ),
    ({"b": [np.ones((4, 1)), [[1], [math.inf]]]}, MatrixError, r"b2\[1, 0\] is inf"),
    ({"b": [np.ones((4, 1))]}, MatrixShapeError, "2 weights W, 1 biases b, 2 a"),
    ({"activations": ["relu"]}, MatrixShapeError, "2 weights W, 2 biases b, 1 a"),
    ({"W": [], "b": [], "activations": []}, MatrixShapeError, "at least one layer"),
    ({"activations": "relu"}, MatrixError, "must be a list, one per layer, got 'relu'"),
    (
        {"activations": ["relu", "swish"]},
        MatrixError,
        "unknown activation of layer 2 'swish'; known: linear, identity, sigmoid, tanh",
    ),
    ({"activations": ["relu", ("softmax", 1)]}, MatrixError, "unknown activation"),
    ({"activations": ["relu", math.tanh]}, MatrixError, r"layer 2 must be a name or a"),
    ({"activations": ["relu", ("elu", 1, 2)]}, MatrixError, "takes 1 param.*, got 2"),
    ({"activations": ["relu", ("tanh", 1)]}, MatrixError, "takes 0 parameters, got 1"),
    ({"activations": ["relu", ("elu", "1")]}, MatrixError, "finite number, got '1'"),
    ({"activations": ["relu", ("elu", True)]}, MatrixError, "number, got True"),
    ({"activations": ["relu", ("elu", math.nan)]}, MatrixError, "number, got nan"),
    (
        {"loss": "mse"},
        MatrixError,
        "unknown loss 'mse'; known: half_squared_error, squ",
    ),
    ({"loss": np.subtract}, MatrixError, "loss must be a name or a pair"),
    ({"reduction": "avg"}, MatrixError, "reduction must be 'mean' or 'sum', got 'avg'"),
    ({"of": "C"}, MatrixError, "of must be 'cost' or 'loss', got 'C'"),
]


def good_call():
    return {
        "W": [np.ones((4, 3)), np.ones((2, 4))],
        "b": [np.ones((4, 1)), np.ones((2, 1))],
        "X": np.ones((3, 2)),
        "Y": np.ones((2, 2)),
        "activations": ["relu", "linear"],
        "loss": "squared_error",
    }


@pytest.mark.parametrize(
    ("change", "error", "text"), REJECTED, ids=[text for *_, text in REJECTED]
)
def test_bad_arguments_are_rejected(change, error, text):
    with pytest.raises(error, match=text):
        backprop(**good_call() | change)


def test_forward_raises_the_same_errors():
    call = good_call() | {"X": np.ones(3)}
    with pytest.raises(
        MatrixShapeError, match=r"X has shape \(3,\), expected \(3, m\)"
    ):
        forward(call["W"], call["b"], call["X"], call["activations"])


def test_errors_are_value_errors():
    assert issubclass(MatrixShapeError, MatrixError)
    assert issubclass(MatrixError, ValueError)


def test_collapsed_delta_rejects_two_shapes():
    with pytest.raises(MatrixShapeError, match=r"Y has .*\(2, 1\), expected \(1, 2\)"):
        collapsed_delta([[0.5, 0.5]], [[1], [0]])


@pytest.mark.parametrize("module", ["arrays", "backprop", "checks", "lists", "rules"])
def test_it_shares_no_code_with_the_engine(module):
    # By name: the attribute `nn.matrix.backprop` is the function, not the module.
    tree = ast.parse(inspect.getsource(import_module(f"nn.matrix.{module}")))
    names = {
        f"{node.module}.{alias.name}" if node.module == "nn.matrix" else node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    ours = {f"nn.matrix.{name}" for name in ("arrays", "checks", "lists", "rules")}
    assert names - ours
    assert {name.split(".")[0] for name in names - ours} <= {
        "numpy",
        *sys.stdlib_module_names,
    }


# PyTorch


TORCH_NAMES = {"log_sigmoid": "logsigmoid", "arctan": "atan"}


def torch_activation(torch, name):
    if name in {"linear", "identity"}:
        return lambda z: z
    name = TORCH_NAMES.get(name, name)
    functional = torch.nn.functional
    return getattr(torch, name, None) or getattr(functional, name)


def torch_loss(torch, name):
    f = torch.nn.functional
    return {
        "half_squared_error": lambda a, y: f.mse_loss(a, y, reduction="sum") / 2,
        "squared_error": lambda a, y: f.mse_loss(a, y, reduction="sum"),
        "mean_squared_error": f.mse_loss,
        "binary_cross_entropy": lambda a, y: f.binary_cross_entropy(
            a, y, reduction="sum"
        ),
        "binary_cross_entropy_with_logits": lambda a, y: (
            f.binary_cross_entropy_with_logits(a, y, reduction="sum")
        ),
        "categorical_cross_entropy": lambda a, y: -(y * a.log()).sum(),
        "softmax_cross_entropy": f.cross_entropy,
        "hinge": lambda a, y: (1 - y * a).clamp(min=0).sum(),
        "absolute_error": lambda a, y: f.l1_loss(a, y, reduction="sum"),
        "huber_error": lambda a, y: f.huber_loss(a, y, reduction="sum"),
        "negative_log_likelihood": lambda a, y: -(a * y).sum(),
    }[name]


@pytest.mark.oracles
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_pytorch_agrees(activation, loss):
    import torch

    rng = np.random.default_rng(11)
    m = 5
    W, b, X = random_network(rng, [3, 4, 2], m)
    Y = targets_for(loss, rng, 2, m)
    last = "sigmoid" if loss in OF_PROBABILITIES else activation
    result = backprop(W, b, X, Y, [activation, last], loss)

    leaf = [torch.tensor(a, requires_grad=True) for a in (*W, *b, X)]
    w1, w2, b1, b2, x = leaf
    z1 = w1 @ x + b1
    a1 = torch_activation(torch, activation)(z1)
    z2 = w2 @ a1 + b2
    a2 = torch_activation(torch, last)(z2)
    for node in (z1, a1, z2, a2):
        node.retain_grad()
    y = torch.tensor(Y)
    each = torch_loss(torch, loss)
    cost = sum(each(a2[:, i], y[:, i]) for i in range(m)) / m
    cost.backward()

    assert result.loss == pytest.approx(cost.item(), rel=1e-12)
    ours = [*result.dW, *result.db, result.dA[0]]
    ours += [result.dZ[0], result.dZ[1], result.dA[2]]
    theirs = [node.grad.numpy() for node in (*leaf, z1, z2, a2)]
    for found, truth in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(found, truth, rtol=1e-11, atol=1e-14)
