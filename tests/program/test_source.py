"""The source of a program runs alone and gives the program's numbers."""

import math

import numpy as np
import pytest
from hypothesis import given, settings

import autograd_scalar as ag
from autograd_scalar import (
    NumberError,
    Value,
    compile,  # noqa: A004
)
from autograd_scalar.derivatives.recorded import REFINED
from autograd_scalar.graph.value import nary
from autograd_scalar.program.source import _FORMS
from nn import cross_entropies

from ..strategies import apply
from ..test_random_graphs import FIXED
from . import graphs
from .graphs import TAKEN, Drawn, network, taking
from .test_program import FOUND, regular


def assert_alike(root, wrt, inputs=()):
    program = compile(root, wrt, inputs, form="matrix")
    names: dict[str, object] = {}
    exec(program.source(), names)
    rng = np.random.default_rng(1)
    for size in (0.0, 0.1):
        theta = np.array([w.data for w in wrt]) + size * rng.random(len(wrt))
        x = np.array([v.data for v in inputs]) + size * rng.random(len(inputs))
        expected = program(theta, x)
        with np.errstate(all="ignore"):
            given_x = (x,) if inputs else ()
            value, gradient = names["program"](theta, *given_x)
        scale = max(np.abs(expected[1]).max(initial=0.0), 1e-3)
        assert value == pytest.approx(expected[0], rel=1e-12, abs=1e-12)
        assert gradient == pytest.approx(expected[1], rel=1e-11, abs=1e-12 * scale)
    return program.source()


@pytest.mark.parametrize("name", sorted(FOUND))
def test_the_source_of_a_network(name):
    source = assert_alike(*FOUND[name][0]())
    assert "autograd" not in source


@pytest.mark.parametrize(
    "build",
    [graphs.k_means, graphs.determinant, lambda: graphs.random_graph(200)],
    ids=["k-means", "determinant", "random"],
)
def test_the_source_of_other_graphs(build):
    assert_alike(*build())


@settings(FIXED, max_examples=60)
@given(regular())
def test_the_source_of_random_graphs(graph):
    assert_alike(*graph)


def test_the_source_of_a_small_network_is_what_one_would_write():
    source = assert_alike(*network([2, 3, 1], m=2)[:2])
    lines = [line.strip() for line in source.splitlines()]
    assert "Z1 = W1 @ X + b1  # 3×2" in lines
    assert "A1 = 1.0 / (1.0 + np.exp(-Z1))  # 3×2" in lines
    assert "dA1 = W2.T @ dZ2" in lines
    assert "dZ1 = dA1 * (A1 * (1.0 - A1))" in lines
    assert any(line.endswith("+= dZ1 @ X.T") for line in lines)


@pytest.mark.parametrize("row", _FORMS, ids=lambda row: row.name)
def test_every_form(row):
    w = [Value(0.3), Value(0.9)]
    if row.name == "pow_constant":
        root = w[0] ** 3.0 + w[1] ** 3.0
    elif row is REFINED:
        root = nary(row, w[:1]) * w[0] + nary(row, w[1:]).exp()
    elif row.arity == 1:
        root = apply(row, [w[0]]) + apply(row, [w[1]])
    else:
        root = apply(row, w) + apply(row, w[::-1])
    assert_alike(root, w)


@pytest.mark.parametrize("kind", TAKEN)
def test_what_is_taken(kind):
    root, wrt, inputs = taking(kind)
    program = compile(root, wrt, inputs, form="matrix")
    names = {}
    exec(program.source(), names)
    theta = np.array([w.data for w in wrt])
    given = np.array([v.data for v in inputs])
    for pair in [(0, 4), (-5, 3), (2, 2), (-1, 1)]:
        given[:2] = pair
        value, gradient = names["program"](theta, given)
        expected = program(theta, given)
        assert value == pytest.approx(expected[0], rel=1e-13)
        assert gradient == pytest.approx(expected[1], rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("loss", [
    "softmax_cross_entropy", "binary_cross_entropy_with_logits", "binary_cross_entropy",
])  # fmt: skip
def test_the_source_of_a_cross_entropy(loss):
    output = "sigmoid" if loss == "binary_cross_entropy" else "linear"
    assert_alike(*network([3, 4, 3], "tanh", output, loss, m=5))


@pytest.mark.parametrize("cut", [2, 3, 5])
def test_logits_and_targets_of_one_class_and_of_several(cut):
    draw = Drawn()
    rows = draw.values(4, 6)
    nodes = [
        cross_entropies.cross_entropy_of_softmax(
            *row[:cut], *[v.exp() for v in row[cut:]]
        ).tanh()
        for row in rows
    ]
    whole = cross_entropies.cross_entropy_of_softmax(*rows[0])
    fixed = cross_entropies.cross_entropy_of_softmax(0.5, *rows[1][:2], 0.5, 0.25, 1.0)
    assert_alike(ag.sum([*nodes, whole, fixed]), graphs.flat(rows))


def test_ragged_sums_and_stacks():
    draw = Drawn()
    w, x = draw.values(8), draw.values(8)
    sums = [ag.dot(w[:n], x[:n], start=n / 2).tanh() for n in range(2, 9)]
    singles = [ag.sum(w[:n]).exp() for n in range(2, 9)]
    assert "reduceat" in assert_alike(ag.sum(sums) + ag.sum(singles), w, x)
    one, two = draw.values(2, 3), draw.values(2, 3)
    keys = draw.values(2, 4, 3)
    scores = [
        graphs.weighted(row, key).exp()
        for rows, own in ((one, keys[0]), (two, keys[1]))
        for row in rows
        for key in own
    ]
    assert_alike(sum(scores), graphs.flat(one, two, keys))


def test_rows_that_are_all_alike():
    draw = Drawn()
    w, v = draw.values(3), draw.values(3)
    h = [(a + 0.5).tanh() for a in v]
    z = [graphs.weighted(w, h).exp() * (k + 1.0) for k in range(4)]
    assert_alike(sum(z), [*w, *v])
    twice = w[0] * 2.0 + w[0] * 3.0 + w[1] + w[1] + w[1]
    assert_alike(twice.exp() * twice, w)


def test_roots_that_are_leaves_or_constants():
    w, x = Value(3.0), Value(2.0)
    assert_alike(w, [w])
    assert_alike(x, [w], [x])
    assert_alike(x + 1.0, [w])
    assert_alike(x.exp(), [w], [x])


def test_constants_that_are_not_finite():
    w = [Value(1.0), Value(2.0), Value(3.0)]
    root = sum(
        (a * b).minimum(1.0) for a, b in zip(w, (math.inf, 2.0, -math.inf), strict=True)
    )
    with np.errstate(all="ignore"):
        assert "np.inf" in compile(root, w, form="matrix").source()


def test_labels_never_become_code():
    w = [
        [Value(1.0, f"{name}[{k}]") for k in range(2)]
        for name in ("np", "lambda", "dZ1")
    ]
    h = [(row[0] * 2.0 + row[1] * 3.0).tanh() for row in w]
    source = assert_alike(sum(h), graphs.flat(w))
    assert "lambda" not in source
    bad = [Value(1.0, "x; import os"), Value(2.0, "x; import os")]
    assert "os" not in assert_alike((bad[0] * bad[1]).exp() + bad[0], bad).split()


def test_what_has_no_source_says_so():
    w = Value(3.0)
    with pytest.raises(NumberError, match=r"form='matrix'"):
        compile(w.exp(), [w], form="tape").source()
    with pytest.raises(NumberError, match=r"no plain NumPy form of lgamma\(\)"):
        compile(ag.lgamma(w), [w], form="matrix").source()
    with pytest.raises(NumberError, match=r"no plain NumPy form of prod\(\)"):
        compile(ag.prod([w, w.exp()]), [w], form="matrix").source()


def test_examples_that_are_alike_have_targets_of_their_own():
    w = [Value(k / 7) for k in range(6)]
    losses = [
        (row[0] + row[1] * 2.0 + row[2] * 3.0 - y).square()
        for k, row in enumerate((w[:3], w[3:]))
        for y in (k + 0.5, k + 1.0)
    ]
    program = ag.compile(ag.sum(losses), w, form="matrix")
    names = {}
    exec(program.source(), names)
    theta = np.array([0.3, -0.2, 0.7, 0.1, 0.9, -0.4])
    value, gradient = names["program"](theta)
    assert value == pytest.approx(program(theta)[0], rel=1e-13)
    assert gradient == pytest.approx(program(theta)[1], rel=1e-13)
