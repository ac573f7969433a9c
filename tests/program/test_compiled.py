"""The compiled executor against the rows of the table, NumPy, and the graphs."""

import math
import random
import sys
import threading
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_scalar as ag
import nn
from autograd_scalar import (
    PRIMITIVES,
    AutogradError,
    OperandError,
    Value,
    _plain,
    compile,  # noqa: A004
    gradients,
)
from autograd_scalar.derivatives.recorded import REFINED
from autograd_scalar.graph.value import nary
from autograd_scalar.program import lower, run_compiled
from autograd_scalar.program.lower import OPERATIONS
from autograd_scalar.program.take import TAKE
from nn import cross_entropies

from ..approx import assert_approx
from ..test_random_graphs import FIXED
from . import graphs
from .executor import NAME
from .graphs import TAKEN, network, taking
from .test_kernels import SPECIAL, assert_alike
from .test_program import (
    ACTIVATIONS,
    FOUND,
    IRREGULAR,
    agree_in_threads,
    assert_close,
    assert_near,
    recorded,
    regular,
    weigh,
)

pytestmark = pytest.mark.usefixtures("installed")
ROWS = PRIMITIVES | {"take": TAKE, "refined": REFINED}
ROWS |= {
    "cross_entropy": cross_entropies.cross_entropy(Value(0.5), 0.5)._primitive,
    "cross_entropy_of_sigmoid": cross_entropies.cross_entropy_of_sigmoid(
        Value(0.5), 0.5
    )._primitive,
    "cross_entropy_of_softmax": cross_entropies.cross_entropy_of_softmax(
        Value(0.5), 0.5, 0.5, 0.5
    )._primitive,
}
pytestmark = pytest.mark.usefixtures("installed")
LEVELS = [0, 1, 2]  # any processor, AVX2, AVX-512; one that is missing is the one below


@pytest.fixture(params=LEVELS)
def level(request, monkeypatch):
    monkeypatch.setattr(run_compiled, "_LEVEL", request.param)
    return request.param


@pytest.mark.thorough
def test_the_operations_have_the_same_numbers_on_both_sides(module):
    assert module.operations() == OPERATIONS


# ---- Whole programs ------------------------------------------------------------------

BUILDS = {
    **{name: build for name, (build, _) in FOUND.items()},
    **{a: lambda a=a: network([3, 5, 2], a, "tanh") for a in ACTIVATIONS},
    "hinge": lambda: network([3, 5, 1], "tanh", "linear", "hinge"),
    "squared error": lambda: network([3, 9, 2], loss="squared_error", m=37),
    **{
        loss: lambda loss=loss, sizes=sizes, output=output: network(
            sizes, "tanh", output, loss, m=12
        )
        for loss, sizes, output in (
            ("softmax_cross_entropy", [3, 8, 5], "linear"),
            ("binary_cross_entropy", [3, 8, 1], "sigmoid"),
            ("binary_cross_entropy_with_logits", [3, 8, 2], "linear"),
        )
    },
    "mixture": graphs.mixture,
    "k-means": graphs.k_means,
    **{build.__name__: build for build in IRREGULAR},
}


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", BUILDS)
def test_a_program_is_that_of_numpy(name):
    root, wrt, inputs = BUILDS[name]()
    program = assert_near(root, wrt, inputs)
    assert program.engine == "compiled"
    plain = compile(root, wrt, inputs, engine="plain")
    assert plain.engine == "plain: asked for"
    rng = np.random.default_rng(1)
    theta = recorded(root, wrt)
    for _ in range(2):
        value, gradient = program(theta)
        expected, slopes = plain(theta)
        assert value == pytest.approx(expected, rel=1e-13)
        assert_approx(gradient, slopes, rel=1e-11, abs=1e-13)
        theta = theta + 0.01 * rng.normal(size=len(theta))


@pytest.mark.parametrize("name", ["moons", "attention", "convolution", "five layers"])
def test_every_kind_of_processor_gives_the_same_to_rounding(name, level):
    root, wrt, inputs = BUILDS[name]()
    assert assert_near(root, wrt, inputs).engine == "compiled"


@pytest.mark.thorough
@settings(FIXED, max_examples=60)
@given(regular())
def test_regular_graphs_are_within_the_bound(graph):
    root, wrt, inputs = graph
    program = assert_close(root, wrt, inputs, form="matrix")
    is_leaf = "result is a" in program.engine
    assert is_leaf or program.engine == "compiled"


@pytest.mark.thorough
@settings(FIXED, max_examples=30)
@given(regular(), st.integers(1, 21))
def test_map_is_that_of_numpy(graph, m):
    root, wrt, inputs = graph
    theta, rng = recorded(root, wrt), np.random.default_rng(m)
    X = rng.uniform(-1, 1, (m, len(inputs)))
    expected = compile(root, wrt, inputs, form="tape", engine="plain").map(theta, X)
    for form in ("matrix", "tape"):
        program = compile(root, wrt, inputs, form=form)
        for _ in range(2):
            value, gradient = program.map(theta, X)
            assert value == pytest.approx(expected[0], rel=1e-9, abs=1e-9)
            assert_approx(gradient, expected[1], rel=1e-9, abs=1e-9)


@pytest.mark.slow
@settings(FIXED, max_examples=3000, derandomize=False)
@given(regular(), st.integers(1, 40))
def test_many_regular_graphs(graph, m):
    root, wrt, inputs = graph
    assert_close(root, wrt, inputs, form="matrix")
    X = np.random.default_rng(m).uniform(-1, 1, (m, len(inputs)))
    theta = recorded(root, wrt)
    plain = compile(root, wrt, inputs, form="matrix", engine="plain").map(theta, X)
    found = compile(root, wrt, inputs, form="matrix").map(theta, X)
    assert found[0] == pytest.approx(plain[0], rel=1e-9, abs=1e-9)
    assert found[1] == pytest.approx(plain[1], rel=1e-9, abs=1e-9)


def test_examples_are_added_block_by_block():
    net = ag.Value(0.3), ag.Value(-0.2)
    x, y = Value(2.0), Value(1.0)
    root = ((net[0] * x).tanh() + net[1] * y).square()
    program = compile(root, net, [x, y], form="matrix")
    rng = np.random.default_rng(1)
    for m in (1, 7, 191, 192, 193, 1000, 3000):  # more sizes than are kept
        X = rng.normal(size=(m, 2))
        value, gradient = program.map([0.5, 2.0], X, reduction="sum")
        t = np.tanh(0.5 * X[:, 0])
        e = t + 2.0 * X[:, 1]
        assert value == pytest.approx((e * e).sum(), rel=1e-13)
        slopes = [(2 * e * (1 - t * t) * X[:, 0]).sum(), (2 * e * X[:, 1]).sum()]
        assert gradient == pytest.approx(slopes, rel=1e-12)


def test_threads_may_call_one_program():
    root, wrt, _ = graphs.moons()
    program = compile(root, wrt)
    agree_in_threads(program, recorded(root, wrt), calls=300)


# ---- Every operation -----------------------------------------------------------------


def points_for(name):
    """Numbers that show the operation's pieces, infinities and nans."""
    row, rng = ROWS[name], random.Random(name)
    spread = [rng.gauss(0.0, s) for s in (1e-3, 1.0, 4.0, 30.0) for _ in range(25)]
    if row.arity == 1:
        return [(x,) for x in [*SPECIAL, *spread]]
    some = [*SPECIAL[:14], math.inf, -math.inf, math.nan]
    grid = [(a, b) for a in some for b in some] if row.arity == 2 else []
    if row.arity == 3:
        few = [-1.0, 0.0, 0.5, 2.0, math.inf, math.nan]
        grid = [(a, b, c) for a in few for b in few for c in few]
    return grid + [
        tuple(rng.choice(spread) for _ in range(row.arity)) for _ in range(100)
    ]


def one(name, operands):
    return nary(ROWS[name], operands)


ELEMENTWISE = [name for name in OPERATIONS if ROWS[name].arity is not None]


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_an_operation_is_its_row(name, level):
    # The gradient by the shares is the value of each, that by the operands the partial.
    row, points = ROWS[name], points_for(name)
    leaves = [[Value(0.5) for _ in point] for point in points]
    if name == "pow_constant":
        points = [(a, b) for a, b in points if b in {2.0, -3.0, 0.5}]
        leaves = [[Value(0.5), Value(b)] for _, b in points]
    shares = [Value(1.0) for _ in points]
    nodes = [one(name, x) for x in leaves]
    root = sum(y * s for y, s in zip(nodes, shares, strict=True))
    varying = row.arity - len(row.not_differentiated)
    wrt = [x for k in range(varying) for x in [leaf[k] for leaf in leaves]] + shares
    program = compile(root, wrt, form="matrix", engine="compiled")
    theta = [p[k] for k in range(varying) for p in points] + [1.0] * len(points)
    _, gradient = program(theta)
    values = [row.forward(*point) for point in points]
    assert_alike(gradient[-len(points) :], values, points)
    exact = [row.partials(*p, v) for p, v in zip(points, values, strict=True)]
    for k in range(varying):
        found = gradient[k * len(points) : (k + 1) * len(points)]
        assert_alike(found, [d[k] for d in exact], points)


@pytest.mark.parametrize("exponent", [0.5, -0.5])
@pytest.mark.parametrize("numbers", [
    [5e-324, 1e-308, 1e-300, 1e-20, 0.25, 1.0, 2.0, 3.0, 7.5, 1e20, 1e300, 1.7e308],
    [0.5, 0.0, -0.0, -1.0, math.inf, -math.inf, math.nan, 2.0, 3.0],
    [0.125 * k + 0.1 for k in range(1200)],
])  # fmt: skip
def test_square_roots_as_powers(exponent, numbers, level):
    row = PRIMITIVES["pow_constant"]
    x, shares = [Value(0.5) for _ in numbers], [Value(1.0) for _ in numbers]
    root = sum(v**exponent * s for v, s in zip(x, shares, strict=True))
    program = compile(root, [*x, *shares], form="matrix", engine="compiled")
    _, gradient = program([*numbers, *[1.0] * len(numbers)])
    values = [row.forward(v, exponent) for v in numbers]
    assert_alike(gradient[len(numbers) :], values, numbers)
    exact = [
        row.partials(v, exponent, y)[0] for v, y in zip(numbers, values, strict=True)
    ]
    assert_alike(gradient[: len(numbers)], exact, numbers)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_an_operation_of_a_tape_has_the_bits_of_its_row(name):
    row = ROWS[name]
    varying = row.arity - len(row.not_differentiated)
    for point in points_for(name):
        leaves = [Value(x) for x in point]
        node = one(name, leaves)
        program = compile(node, leaves[:varying], form="tape", engine="compiled")
        value, gradient = program(point[:varying])
        exact = [0.0 + d for d in row.partials(*point, node.data)[:varying]]
        assert same_bits([value, *gradient], [node.data, *exact]), point


def same_bits(found, expected):
    pairs = zip(map(float, found), map(float, expected), strict=True)
    return all(a.hex() == b.hex() for a, b in pairs)  # any nan is a nan


@pytest.mark.parametrize("number", [0.7, math.nan, math.inf, -math.inf, 1e3])
@pytest.mark.parametrize("form", ["matrix", "tape"])
def test_primitives_with_any_number_of_operands(number, form):
    row = ROWS["logsumexp"]
    columns = [[0.1, -2.0, number], [number, number, 0.5], [-math.inf] * 3, [3.0] * 3]
    leaves = [[Value(0.5) for _ in z] for z in columns]
    shares = [Value(1.0) for _ in columns]
    nodes = [ag.logsumexp([*z, 0.25]) for z in leaves]
    means = [ag.mean(z) + ag.sum(z) - ag.dot(z, z, 2.0) for z in leaves]
    root = sum(y * s for y, s in zip(nodes, shares, strict=True)) + 0.0 * sum(means)
    program = compile(root, graphs.flat(leaves, shares), form=form)
    assert program.engine == "compiled"
    numbers = [x for z in columns for x in z]
    plain = compile(root, graphs.flat(leaves, shares), form=form, engine="plain")
    found, expected = (p([*numbers, *[1.0] * 4]) for p in (program, plain))
    assert_alike(found[1], expected[1], [*numbers, *columns])
    values = [row.forward(*z, 0.25) for z in columns]
    assert_alike(found[1][-4:], values, columns)


def test_logsumexp_of_a_batch_and_of_too_many():
    w = [[Value(0.1 * i - 0.2 * k) for k in range(3)] for i in range(4)]
    x = [Value(1.0), Value(2.0), Value(-1.0)]
    z = [graphs.weighted(row, x) for row in w]
    root = ag.logsumexp([*z, 1.0]) - z[0]
    program = compile(root, graphs.flat(w), x, form="matrix", engine="compiled")
    X = np.random.default_rng(1).normal(size=(600, 3))
    theta = recorded(root, graphs.flat(w))
    expected = compile(root, graphs.flat(w), x, form="tape").map(theta, X)
    value, gradient = program.map(theta, X)
    assert value == pytest.approx(expected[0], rel=1e-13)
    assert gradient == pytest.approx(expected[1], rel=1e-12, abs=1e-14)
    many = [Value(0.1 * k) for k in range(1500)]
    assert assert_near(ag.logsumexp(many), many, form="matrix").engine == "compiled"


def test_logsumexp_of_gathered_operands():
    w = [Value(0.3 * k - 1.0) for k in range(9)]
    picks = [[0, 4, 1], [7, 2, 8], [3, 3, 5], [8, 0, 2], [6, 1, 7]]
    root = ag.sum([ag.logsumexp([w[i] for i in pick]).tanh() for pick in picks])
    program = assert_near(root, w, form="matrix")
    assert program.engine == "compiled"
    assert program.stats()["gathers"] > 0


# ---- The cross-entropy of a softmax --------------------------------------------------

INF, NAN = math.inf, math.nan
LOGITS = [
    [0.1, -2.0, 0.7], [40.0, 0.0, 0.0], [800.0, -800.0, 799.5], [3.0, 3.0, 3.0],
    [INF, 0.0, 1.0], [INF, INF, 1.0], [-INF, 0.5, 1.0], [-INF] * 3, [NAN, 0.0, 1.0],
    [0.0, 1.0, NAN], [1e308, -1e308, 0.0], [-745.0, 0.0, -746.5],
]  # fmt: skip
TARGETS = [
    [0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.2, 0.3, 0.5], [0.0] * 3, [2.0, -1.0, 0.5],
    [NAN, 0.0, 1.0], [0.0, 0.0, NAN], [1e-320, 1.0, 0.0],
]  # fmt: skip


@pytest.mark.parametrize("y", TARGETS)
def test_the_cross_entropy_of_a_softmax_is_its_row(y, level):
    row = ROWS["cross_entropy_of_softmax"]
    leaves = [[Value(0.5) for _ in range(6)] for _ in LOGITS]
    shares = [Value(1.0) for _ in LOGITS]
    nodes = [one("cross_entropy_of_softmax", x) for x in leaves]
    root = sum(v * s for v, s in zip(nodes, shares, strict=True))
    wrt = graphs.flat(leaves, shares)
    program = compile(root, wrt, form="matrix", engine="compiled")
    points = [[*z, *y] for z in LOGITS]
    theta = [x for point in points for x in point] + [1.0] * len(points)
    for _ in range(2):
        _, gradient = program(theta)
        values = [row.forward(*point) for point in points]
        assert_alike(gradient[-len(points) :], values, points)
        exact = [row.partials(*p, v) for p, v in zip(points, values, strict=True)]
        assert_alike(
            gradient[: -len(points)],
            [d for each in exact for d in each],
            [(point, k) for point in points for k in range(6)],
        )


@pytest.mark.parametrize("name", ["logsumexp", "cross_entropy_of_softmax"])
def test_softmaxes_of_a_tape_have_the_bits_of_their_rows(name):
    row, rng = ROWS[name], random.Random(name)
    points = [[*z, *y] for z in LOGITS for y in TARGETS]
    points += [[*z, INF, 0.0, 1.0] for z in LOGITS]
    for size in (2, 4, 10, 40) * 10:
        spread = rng.choice([1.0, 30.0, 700.0])
        drawn = [rng.gauss(0.0, spread) for _ in range(size // 2)]
        points.append([*drawn, *[rng.random() for _ in drawn]])
        points.append(
            [*drawn, *[rng.gauss(0.0, 10.0 ** rng.uniform(-9, 9)) for _ in drawn]]
        )
    for point in points:
        leaves = [Value(x) for x in point]
        program = compile(one(name, leaves), leaves, form="tape", engine="compiled")
        value, gradient = program(point)
        output = row.forward(*point)
        exact = [0.0 + d for d in row.partials(*point, output)]
        assert same_bits([value, *gradient], [output, *exact]), point


@pytest.mark.parametrize("targets", ["constants", "inputs", "parameters", "mixed"])
@pytest.mark.parametrize("logits", ["parameters", "computed", "mixed"])
def test_logits_and_targets_of_any_class(logits, targets):
    draw = graphs.Drawn()
    w, x, y = draw.values(4, 5), draw.values(4, 5), draw.values(4, 5)
    inputs = []

    def some(kind, row, values):
        if kind == "constants":
            return draw.numbers(5)
        if kind == "inputs":
            inputs.extend(values)
            return values
        if kind == "computed":
            return [v.tanh() * values[0] for v in values]
        if kind == "parameters":
            return values
        inputs.append(values[1])
        return [values[0], values[1], 0.5, values[3].exp(), w[row][4]]

    nodes = [
        one(
            "cross_entropy_of_softmax",
            [*some(logits, k, x[k]), *some(targets, k, y[k])],
        )
        for k in range(4)
    ]
    root = ag.sum([v.sin() for v in nodes])
    taken = {*map(id, inputs)}
    wrt = [v for v in graphs.flat(w, x, y) if id(v) not in taken]
    program = assert_near(root, wrt, inputs, form="matrix")
    assert program.engine == "compiled"
    X = np.random.default_rng(1).normal(size=(30, len(inputs)))
    if inputs:
        theta = recorded(root, wrt)
        plain = compile(root, wrt, inputs, form="matrix", engine="plain")
        expected, found = plain.map(theta, X), program.map(theta, X)
        assert found[0] == pytest.approx(expected[0], rel=1e-13)
        assert_approx(found[1], expected[1], rel=1e-11, abs=1e-13)


@pytest.mark.parametrize("count", [2, 9, 1500])
def test_softmaxes_of_few_and_many(count, level):
    w = [[Value(math.sin(i * k + i)) for k in range(count)] for i in range(3)]
    y = [abs(math.cos(k)) for k in range(count)]
    nodes = [one("cross_entropy_of_softmax", [*z, *y]) for z in w]
    nodes += [ag.logsumexp(z) for z in w]
    root = ag.sum([v * v for v in nodes])
    program = assert_near(root, graphs.flat(w), form="matrix")
    assert program.engine == "compiled"


@pytest.mark.parametrize("is_apart", [False, True])
@pytest.mark.parametrize(
    ("elements", "count"), [(1, 3), (2, 9), (5, 2), (4, 8), (9, 27), (8, 3), (3, 40)]
)
def test_logsumexp_side_by_side_and_apart(elements, count, is_apart, level):
    numbers = np.random.default_rng(level).normal(size=(elements, count))
    special = numbers.copy()
    special[0, :2] = np.inf, -np.inf
    special[-1, -1] = np.nan
    special[elements // 2] = -np.inf
    special[elements // 3, :] = 2.0
    shape = (count, elements) if is_apart else (elements, count)
    leaves = np.array([Value(0.5) for _ in range(numbers.size)]).reshape(shape)
    rows = leaves.T if is_apart else leaves
    root = ag.sum([(k + 1.5) * ag.logsumexp([*row]) for k, row in enumerate(rows)])
    wrt = leaves.ravel().tolist()
    program = compile(root, wrt, form="matrix", engine="compiled")
    for own_numbers in (numbers, special):
        for row, own in zip(rows, own_numbers.tolist(), strict=True):
            for leaf, number in zip(row, own, strict=True):
                leaf.data = number
        eager = sum((k + 1.5) * ag.logsumexp([*row]) for k, row in enumerate(rows))
        theta = np.array([leaf.data for leaf in wrt])
        for _ in range(2):
            value, gradient = program(theta)
            np.testing.assert_allclose(value, eager.data, rtol=1e-14)
            np.testing.assert_allclose(gradient, gradients(eager, wrt), rtol=1e-14)


def test_a_network_with_softmax_maps_over_examples():
    net = nn.MLP(3, [6, 4], activation="tanh", output_activation="linear", rng=1)
    x, y = [Value(0.1) for _ in range(3)], [Value(0.25) for _ in range(4)]
    root, wrt = nn.softmax_cross_entropy(net(x), y), net.parameters()
    program = compile(root, wrt, [*x, *y], engine="compiled")
    rng = np.random.default_rng(1)
    X, labels = rng.normal(size=(700, 3)), rng.integers(0, 4, 700)
    theta = np.array([p.data for p in wrt])
    value, gradient = program.map(theta, np.hstack([X, np.eye(4)[labels]]))
    W = theta[:24].reshape(6, 4), theta[24:].reshape(4, 7)
    A = np.tanh(X @ W[0][:, :3].T + W[0][:, 3])
    Z = A @ W[1][:, :6].T + W[1][:, 6]
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    assert value == pytest.approx(-np.log(P[np.arange(700), labels]).mean(), rel=1e-12)
    dZ = (P - np.eye(4)[labels]) / 700
    dH = dZ @ W[1][:, :6] * (1 - A * A)
    slopes = [
        np.column_stack([dH.T @ X, dH.sum(axis=0)]),
        np.column_stack([dZ.T @ A, dZ.sum(axis=0)]),
    ]
    expected = np.concatenate([s.ravel() for s in slopes])
    assert gradient == pytest.approx(expected, rel=1e-10, abs=1e-14)


# ---- What is taken -------------------------------------------------------------------


@pytest.mark.parametrize("form", ["matrix", "tape"])
@pytest.mark.parametrize("kind", TAKEN)
def test_what_is_taken_is_that_of_numpy(kind, form):
    root, wrt, inputs = taking(kind)
    program = compile(root, wrt, inputs, form=form, engine="compiled")
    plain = compile(root, wrt, inputs, form=form, engine="plain")
    theta, given = recorded(root, wrt), np.array([v.data for v in inputs])
    rng = np.random.default_rng(1)
    for pair in [(0, 4), (-5, -1), (2, 2), (3, -3), (1, -2)]:
        given[:2] = pair
        value, gradient = program(theta, given)
        expected, slopes = plain(theta, given)
        assert value == pytest.approx(expected, rel=1e-14)
        assert gradient == pytest.approx(slopes, rel=1e-13, abs=1e-15)
    X = np.tile(given, (500, 1))
    X[:, :2] = rng.integers(-5, 5, (500, 2))
    value, gradient = program.map(theta, X)
    expected, slopes = plain.map(theta, X)
    assert value == pytest.approx(expected, rel=1e-13)
    assert gradient == pytest.approx(slopes, rel=1e-11, abs=1e-13)


@pytest.mark.parametrize("form", ["matrix", "tape"])
@pytest.mark.parametrize("kind", ["parameters", "several classes"])
@pytest.mark.parametrize("wrong", [
    5.0, -6.0, 0.5, math.nan, math.inf, -math.inf, 1e300, -1e300, 2.0**63, 4.0 + 1e-9,
])  # fmt: skip
def test_an_index_outside_its_table_is_an_error_and_changes_nothing(wrong, kind, form):
    root, wrt, inputs = taking(kind)
    theta, given = recorded(root, wrt), np.array([v.data for v in inputs])
    program, plain = (
        compile(root, wrt, inputs, form=form, engine=engine)
        for engine in ("compiled", "plain")
    )
    before = program(theta, given)
    given[1] = wrong
    errors, out = [], np.full(len(theta), 7.0)
    for each in (plain, program):
        with pytest.raises(AutogradError) as caught:
            each(theta, given, out=out if each is program else None)
        errors.append((caught.type, str(caught.value)))
    assert errors[0] == errors[1]
    assert (out == 7.0).all()
    X = np.tile(given, (300, 1))
    X[:299, 1] = 0.0
    with pytest.raises(errors[0][0]):
        program.map(theta, X)
    given[1] = -2.0
    value, gradient = program(theta, given)
    assert value == before[0]
    assert np.array_equal(gradient, before[1])


@pytest.mark.parametrize("form", ["matrix", "tape"])
def test_an_index_that_is_differentiated_has_the_derivative_0(form):
    at, w = Value(1.0), Value(2.0)
    root = ag.take([3.0, 5.0, 7.0], at) * w
    program = compile(root, [at, w], form=form, engine="compiled")
    for _ in range(2):
        assert program([1.0, 2.0])[1].tolist() == [0.0, 5.0]
        assert program([-1.0, 2.0])[1].tolist() == [0.0, 7.0]


def test_an_index_of_numbers_that_changed_meanwhile_stays_within_its_table():
    # Another thread may write to the inputs while the program reads them.
    root, wrt, inputs = taking("parameters")
    program = compile(root, wrt, inputs, form="matrix", engine="compiled")
    theta, given = recorded(root, wrt), np.array([1.0, 2.0])
    stop = threading.Event()

    def disturb():
        while not stop.is_set():
            given[0] = 1e15
            given[0] = 1.0

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        for _ in range(2_000):
            try:
                program(theta, given)
            except ag.ShapeError:
                continue
    finally:
        stop.set()
        thread.join()


# ---- Guards --------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["matrix", "tape"])
def test_guards_get_their_numbers_from_within(form):
    @compile(form=form)
    def f(w, x, scale):
        hidden = [(a * b).tanh() * scale for a, b in zip(w, x, strict=True)]
        total = sum(v * v for v in hidden)
        if hidden[0] > hidden[1]:
            total = total * 2.0
        if w[0] < 10.0 and x[2] > 0.0:
            total = total + hidden[2].exp()
        return total

    w, x = [0.5, 0.25, -1.0], [1.0, 1.0, 0.5]
    for _ in range(2):
        for flip in (1.0, -1.0):
            value, gradient = f(w, [flip, 1.0, 0.5], 3.0)
            leaves = [Value(v) for v in w]
            root = f.__wrapped__(leaves, [flip, 1.0, 0.5], 3.0)
            assert value == pytest.approx(root.data, rel=1e-14)
            assert gradient == pytest.approx(gradients(root, leaves), rel=1e-13)
    assert [p.engine for p in f.programs] == ["compiled", "compiled"]
    traces = f.stats()["traces"]
    assert len(f.programs[0]._tape.kept) > 3
    f(w, x, -0.25)
    assert f.stats()["traces"] == traces


@pytest.mark.parametrize("form", ["matrix", "tape"])
def test_the_module_checks_the_room_for_kept_numbers(form):
    @compile(form=form)
    def f(w):
        y = w[0].exp() * w[1]
        return y if y > 0.0 else y * 2.0

    f([1.0, 2.0])
    fast = f.programs[0]._fast
    run = fast._of(None).run if form == "matrix" else fast._tape.run
    rest = (1.0, True, 1) if form == "matrix" else ()
    good = np.ones(2), np.zeros(0), np.zeros(2), *rest
    kept = np.zeros(len(f.programs[0]._tape.kept))
    assert run(*good, kept) == pytest.approx(math.e)
    assert kept == pytest.approx([math.e])
    with pytest.raises(ValueError, match="the kept numbers have 16 bytes"):
        run(*good, np.zeros(2))
    with pytest.raises(TypeError):
        run(*good, None)


@st.composite
def tapes(draw):
    """Any operations of any operands, in the order in which they come."""
    leaves = [Value(draw(st.floats(-2, 2))) for _ in range(4)]
    known = [*leaves, Value(0.5), Value(-3.0)]
    names = [n for n in OPERATIONS if n not in {"pow_constant", "take"}]
    for _ in range(draw(st.integers(1, 25))):
        name = draw(st.sampled_from(names))
        count = ROWS[name].arity or draw(st.integers(1, 5))
        count *= 2 if name == "cross_entropy_of_softmax" else 1
        known.append(one(name, [draw(st.sampled_from(known)) for _ in range(count)]))
    return ag.sum(known[-3:]), leaves


@pytest.mark.thorough
@settings(FIXED, max_examples=150)
@given(tapes())
def test_a_tape_has_the_bits_of_its_graph(tape):
    root, leaves = tape
    program = compile(root, leaves, form="tape", engine="compiled")
    for _ in range(2):
        value, gradient = program(recorded(root, leaves))
        assert same_bits([value, *gradient], [root.data, *gradients(root, leaves)])


def test_a_primitive_that_was_folded_needs_no_compiled_form():
    w, x = Value(0.5), Value(2.5)
    root = w.sin() * x.lgamma() + w
    for form in ("matrix", "tape"):
        program = compile(root, [w], form=form, engine="compiled")
        value, gradient = program([0.3])
        assert value == pytest.approx(math.sin(0.3) * math.lgamma(2.5) + 0.3, rel=1e-14)
        assert gradient == pytest.approx([math.cos(0.3) * math.lgamma(2.5) + 1.0])


def test_a_tape_of_a_batch():
    w, x = Value(0.5), Value(2.0)
    program = compile((w * x).sin() * w, [w], [x], form="tape", engine="compiled")
    X = np.linspace(-1.0, 2.0, 5)[:, None]
    value, gradient = program.map([0.3], X)
    assert value == pytest.approx((np.sin(0.3 * X) * 0.3).mean(), rel=1e-14)
    slope = np.sin(0.3 * X) + 0.3 * X * np.cos(0.3 * X)
    assert gradient == pytest.approx([slope.mean()], rel=1e-14)


# ---- Products of every shape ---------------------------------------------------------


class Table:
    """One instruction, the result in the gradient, the operands in theta."""

    def __init__(self, module, level):
        self.module, self.level = module, level

    def run(self, kind, words, theta, size, axes=(), assign=1):  # noqa: PLR0913, PLR0917
        code = lower._KIND[kind]
        flat = [word for axis in axes for word in axis]
        row = [assign, 0, 0 << 3 | 4, *words, len(axes), *flat]
        words = np.array([code, len(row) + 2, *row], dtype=np.int64)
        tables = words, np.array([-1.0]), np.zeros(0, dtype=np.int64)
        program = self.module.Matrices(*tables, size, 0, 0, self.level)
        out = np.full(size, 7.0)
        padded = np.zeros(size)
        padded[: len(theta)] = theta
        program.run(padded, np.zeros(0), out, 1.0, True, 1)
        return out


@pytest.mark.parametrize("assign", [1, 0])
def test_products_of_every_shape(module, level, assign):
    table, rng = Table(module, level), np.random.default_rng(level)
    shapes = [(r, c, 3) for r in range(1, 18) for c in (1, 2, 7, 8, 9, 16, 25, 50)]
    shapes += [(r, c, d) for r in (1, 5, 13) for c in range(1, 28) for d in (1, 9, 17)]
    for rows, columns, depth in shapes:
        a, b = rng.normal(size=(rows, depth)), rng.normal(size=(depth, columns))
        expected = (7.0 if not assign else 0.0) - (a @ b).ravel()
        left, right = 0, a.size << 3
        numbers = np.concatenate([a.ravel(), b.ravel()])
        size = max(len(numbers), rows * columns)
        words = [left, right, rows, columns, depth, columns, depth, 1, columns]
        out = table.run("tiles", words, numbers, size, assign=assign)
        assert_approx(out[: rows * columns], expected, rel=1e-12, abs=1e-12)
        assert np.all(out[rows * columns :] == 7.0)
        numbers[a.size :] = b.T.ravel()
        words = [left, right, rows, columns, depth, columns, 1, depth, depth]
        out = table.run("dots", words, numbers, size, assign=assign)
        assert_approx(out[: rows * columns], expected, rel=1e-12, abs=1e-12)
        assert np.all(out[rows * columns :] == 7.0)


@pytest.mark.parametrize("strides", [
    (0, 1, 1), (0, 1, 0), (0, 0, 1), (0, 2, 1), (0, 0, 0), (0, -1, 1),
    (1, 1, 1), (1, 1, 0), (1, 0, 1), (1, 0, 0), (1, 2, 1), (2, 1, 1), (2, 0, 3),
])  # fmt: skip
@pytest.mark.parametrize("assign", [1, 0])
def test_loops_of_every_kind(module, level, strides, assign):
    table, rng = Table(module, level), np.random.default_rng(level)
    for count in (1, 2, 7, 8, 9, 40, 71):
        theta = rng.normal(size=500)
        start = 200
        k = np.arange(count)
        left, right = theta[start + k * strides[1]], theta[3 + k * strides[2]]
        out = np.full(500, 7.0)
        places = k * strides[0]
        if assign:
            out[places] = 0.0
        np.add.at(out, places, -left * right)
        words = [start << 3, 3 << 3]
        axes = [(1, 0, 0, 0), (count, *strides)]
        found = table.run("contract", words, theta, 500, axes, assign)
        assert_approx(found, out, rel=1e-12, abs=1e-12)


# Along the rows, then along a row: of the result and both factors.
@pytest.mark.parametrize("strides", [
    ((40, 40, 40), (1, 1, 1)), ((40, 0, 40), (1, 1, 1)), ((40, 1, 0), (1, 0, 1)),
    ((40, 0, 0), (1, 1, 0)), ((40, 1, 0), (1, 40, 0)), ((40, 1, 1), (1, 40, 0)),
    ((40, 0, 1), (1, 3, 2)), ((1, 40, 40), (40, 1, 1)), ((1, 40, 0), (0, 1, 1)),
    ((0, 40, 40), (1, 1, 1)), ((0, 40, 1), (1, 1, 0)), ((0, 1, 1), (1, 40, 40)),
])  # fmt: skip
def test_rows_of_every_kind(module, level, strides):
    table, rng = Table(module, level), np.random.default_rng(level)
    far, near = (np.array(x) for x in strides)
    theta = rng.normal(size=3_600)
    ways = (1, 0) if far[0] else (0,)  # a sum over the rows is added to what is there
    for rows, count, assign in product((1, 2, 5, 8, 9, 17), (1, 3, 8, 9, 17, 35), ways):
        at = far * np.arange(rows)[:, None, None] + near * np.arange(count)[:, None]
        places, left, right = np.moveaxis(at, 2, 0)
        out = np.full(len(theta), 7.0)
        if assign:
            out[places] = 0.0
        np.add.at(out, places, -theta[100 + left] * theta[3 + right])
        axes = [(rows, *far.tolist()), (count, *near.tolist())]
        words = [100 << 3, 3 << 3]
        found = table.run("contract", words, theta, len(theta), axes, assign)
        assert_approx(found, out, rel=1e-12, abs=1e-12)


# ---- Arrays --------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["matrix", "tape"])
def test_arrays_with_gaps_and_out_in_place_of_theta(form):
    root, wrt, _ = graphs.moons(5)
    x = wrt[:2]
    program = compile(root, wrt[2:], x, form=form, engine="compiled")
    theta, given_x = recorded(root, wrt[2:]), recorded(root, x)
    value, expected = program(theta, given_x)
    gaps = np.repeat(theta, 2)[::2]
    room = np.zeros(2 * len(theta))
    found = program(gaps, np.repeat(given_x, 2)[::2], out=room[::2])
    assert found[0] == value
    assert np.array_equal(room[::2], expected)
    assert not room[1::2].any()
    value, gradient = program(theta, given_x, out=theta)
    assert gradient is theta
    assert np.array_equal(theta, expected)
    X = np.repeat(np.tile(given_x, (3, 1)), 2, axis=1)[:, ::2]
    assert program.map(gaps, X)[1] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("form", ["matrix", "tape"])
def test_the_module_checks_lengths(module, form):
    w, x = Value(3.0), Value(2.0)
    program = compile(w * x, [w], [x], form=form)
    assert program([3.0]) == (6.0, [2.0])
    fast = program._fast
    run = fast._of(None).run if form == "matrix" else fast._tape.run
    rest = (1.0, True, 1) if form == "matrix" else ()
    good = np.zeros(1)
    for arrays in [(np.zeros(2), good, good), (good, np.zeros(0), good)]:
        with pytest.raises(ValueError, match="bytes, not those of 1 number"):
            run(*arrays, *rest)
    with pytest.raises(TypeError, match="arguments"):
        run(good)
    with pytest.raises(TypeError):
        run(None, good, good, *rest)
    with pytest.raises(TypeError, match="no keyword arguments"):
        getattr(module, type(run.__self__).__name__)(a=1)
    if form == "matrix":
        with pytest.raises(TypeError, match="must be real number"):
            run(good, good, good, None, True, 1)


# ---- Which engine runs ---------------------------------------------------------------


def test_a_primitive_of_the_user_keeps_a_program_plain():
    w = [Value(0.5) for _ in range(6)]
    root = sum(weigh(k, 2.0).tanh() for k in w)
    for form in ("matrix", "tape"):
        program = compile(root, w, form=form)
        assert program.engine == "plain: weigh has no compiled form"
        assert "weigh has no compiled form" in str(program).splitlines()[0]
        with pytest.raises(OperandError, match="got plain: weigh has no compiled form"):
            compile(root, w, form=form, engine="compiled")
    both = root + sum(k.lgamma() for k in w)
    program = compile(both, w, form="matrix")
    assert program.engine == "plain: lgamma, weigh have no compiled form"


def test_a_result_that_is_not_computed_stays_plain():
    w, x = Value(3.0), Value(2.0)
    program = compile(w, [w], form="matrix")
    assert program.engine == "plain: its result is a leaf"
    program = compile(x + 1.0, [w], form="matrix")
    assert program.engine == "plain: its result is a constant"


def test_without_the_module_programs_are_plain(monkeypatch):
    w = Value(3.0)
    program = compile(w * w, [w])
    assert program.engine == "compiled"
    assert repr(program).endswith("compiled>")
    monkeypatch.setattr(_plain, "forced", True)
    program = compile(w * w, [w])
    assert program.engine == "plain: AUTOGRAD_SCALAR_PLAIN asks for it"
    monkeypatch.setattr(_plain, "forced", False)
    monkeypatch.setitem(sys.modules, NAME, None)
    program = compile(w * w, [w])
    assert program.engine == "plain: this installation has no compiled executor"
    assert program([2.0]) == (4.0, [4.0])
    with pytest.raises(OperandError, match="has no compiled executor; leave engine="):
        compile(w * w, [w], engine="compiled")
    with pytest.raises(OperandError, match="'auto' or 'compiled' or 'plain'"):
        compile(w * w, [w], engine="fast")


def test_the_table_prints():
    root, wrt, _ = graphs.attention()
    program = compile(root, wrt)
    *_, instructions, reverse = program.stages()
    for batch in (None, 5):
        text = str(lower.lower(instructions, reverse, batch))
        kinds = {line.partition(" ")[0] for line in text.splitlines()}
        assert {"contract", "tiles", "gather", "scatter", "segments", "map"} <= kinds
        assert "gradient+" in text
        assert str(lower.lower(instructions, reverse, batch)) == text
