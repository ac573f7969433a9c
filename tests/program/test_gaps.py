"""Products with gaps: causal attention, whose rows meet only what came before."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_scalar as ag
from autograd_scalar import Value, compile, gradients  # noqa: A004
from autograd_scalar.program.matrices import triangle_in, triangle_of_lists

from ..test_random_graphs import FIXED
from . import graphs
from .graphs import Drawn, flat, weighted
from .test_program import assert_close, recorded

ENGINES = ["plain", "compiled"]


def causal(length=7, heads=2, inner=3, width=2):
    """Scores, their tanh as weights, and mixtures of what came before."""
    draw = Drawn()
    Q, K = draw.values(heads, length, inner), draw.values(heads, length, inner)
    V = draw.values(heads, length, width)
    return mixed(Q, K, V), flat(Q, K, V), []


def in_tables(leaves, length=7, heads=2, sizes=(3, 3, 2)):
    """The leaves of `causal` as its three tables."""
    rest = iter(leaves)
    return [
        [[[next(rest) for _ in range(n)] for _ in range(length)] for _ in range(heads)]
        for n in sizes
    ]


def mixed(Q, K, V):
    found = []
    for q, k, v in zip(Q, K, V, strict=True):
        for t, row in enumerate(q):
            weights = [(weighted(row, k[s]) / 2.0).tanh() for s in range(t + 1)]
            found += [weighted(weights, column) for column in zip(*v[: t + 1])]  # noqa: B905
    return ag.sum([x.tanh() for x in found])


def products_of(program):
    steps = program.stages()[3].steps
    terms = [term for step in steps for term in getattr(step, "terms", ())]
    return [str(term) for term in terms if term.is_product]


# ---- Finding them --------------------------------------------------------------------


def test_a_triangle_of_each_head_is_one_product():
    program = assert_close(*causal(), form="matrix")
    scores, mixtures = products_of(program)
    assert scores == (
        "+ view 2×7×1×3 at 0 by 21×3×0×1 · view 2×1×7×3 at 42 by 21×0×3×1, product"
    )
    assert mixtures == (
        "+ view 2×2×1×7 at 84 by 14×1×0×2 · gather 2×1×7×7 without 42, product"
    )
    assert program.stats()["instructions"] == 5
    assert ", 42 unused" in str(program.stages()[3])
    assert "padded(T1)" in str(program.equations())


@pytest.mark.parametrize("length", [2, 3, 4, 5, 16])
def test_every_length_is_two_products(length):
    program = assert_close(*causal(length, heads=1), form="matrix")
    assert len(products_of(program)) == 2


def test_the_factors_may_be_computed_and_any_of_them_be_first():
    for of in (lambda x: x.sin(), lambda x: x * 3.0):
        draw = Drawn(2)
        Q, K, V = draw.values(2, 6, 3), draw.values(2, 6, 3), draw.values(2, 6, 4)
        each = [[[[of(x) for x in row] for row in part] for part in M] for M in (V, Q)]
        assert len(products_of(assert_close(mixed(Q, K, each[0]), flat(Q, K, V)))) == 2
        assert len(products_of(assert_close(mixed(each[1], K, V), flat(Q, K, V)))) == 2


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("engine", ENGINES)
def test_the_factors_may_be_used_elsewhere_too(engine):
    draw = Drawn(2)
    tables = [draw.values(2, 6, 3) for _ in range(3)]
    Q, K, V = ([[[x.sin() for x in row] for row in part] for part in M] for M in tables)
    every = flat(Q, K, V)
    root = mixed(Q, K, V) + ag.sum([x.exp() for x in every])
    program = compile(root, flat(tables), form="matrix", engine=engine)
    _, gradient = program(recorded(root, flat(tables)))
    expected = gradients(root, flat(tables))
    assert gradient == pytest.approx(np.array(expected), rel=1e-11, abs=1e-13)


def test_attention_has_few_instructions():
    for length in (6, 9):
        root, wrt, _ = graphs.attention(length)
        stats = compile(root, wrt).stats()
        assert (stats["instructions"], stats["products"], stats["gathers"]) == (
            34,
            7,
            5,
        )


def triangle(rows=4, inner=2):
    Q, K = np.arange(rows * inner), 100 + np.arange(rows * inner)
    row, column = np.tril_indices(rows)
    shape = rows, inner
    return Q.reshape(shape)[row], K.reshape(shape)[column]


def test_what_is_no_triangle():
    left, right = triangle()
    assert triangle_in(left, right) is not None
    again = [np.concatenate([x, x[:1]]) for x in (left, right)]
    assert triangle_in(*again) is None  # an entry twice
    row, column = np.tril_indices(6)
    few = row - column < 2
    assert triangle_in(*(x[few] for x in triangle(6))) is None  # less than half of it
    other = (
        np.concatenate([left, 500 + left[:4]]),
        np.concatenate([right, 500 + right[:4]]),
    )
    assert triangle_in(*other) is None  # parts of several shapes
    assert triangle_in(left[:2], right[:2]) is None  # a column alone


def lists(rows=4, width=3):
    """Sums of products of V, a row each, with more and more of P."""
    V = np.arange(rows * width).reshape(width, rows)
    P = [100 + 10 * t + np.arange(t + 1) for t in range(rows)]
    sums = [(V[j, : t + 1], P[t]) for j in range(width) for t in range(rows)]
    starts = np.cumsum([0, *[len(p) for _, p in sums]])[:-1]
    return (*map(np.concatenate, zip(*sums, strict=True)), starts)


def test_what_are_no_lists_of_a_triangle():
    whole, other, starts = lists()
    found = triangle_of_lists(whole, other, starts)
    assert found is not None
    assert found.left.tolist() == [np.arange(12).reshape(3, 4).tolist()]

    def changed(table, place, number):
        copy = table.copy()
        copy[place] = number
        return copy

    assert triangle_of_lists(changed(whole, 0, 5), other, starts) is None
    assert triangle_of_lists(changed(whole, 2, 7), other, starts) is None
    assert triangle_of_lists(changed(whole, 0, 50), other, starts) is None
    assert triangle_of_lists(changed(whole, 9, 0), other, starts) is None
    assert triangle_of_lists(whole, changed(other, 0, 300), starts) is None
    # Twice the same factor in a short sum: in one of them, in all of one column.
    assert triangle_of_lists(changed(whole, 2, 0), other, starts) is None
    assert (
        triangle_of_lists(changed(whole, [2, 12, 22], [0, 4, 8]), other, starts) is None
    )
    few = np.array([0, 1, 2, 3])
    assert triangle_of_lists(whole[:13], other[:13], few) is None  # mostly missing


def test_lists_of_constants_stay_lists():
    w = [Value(float(k)) for k in range(12)]
    V, P = [w[:6], w[6:]], [[0.5, 0.25, 2.0, 3.0, 4.0, 5.0]] * 6
    sums = [weighted(v[:t], P[t][:t]).tanh() for v in V for t in range(2, 6)]
    assert "padded" not in str(assert_close(ag.sum(sums), w, form="matrix"))


# ---- Running them --------------------------------------------------------------------


@pytest.mark.usefixtures("installed")
@settings(FIXED, max_examples=60)
@given(
    st.integers(2, 7), st.integers(1, 3), st.integers(1, 4), st.integers(1, 3),
    st.sampled_from(ENGINES),
)  # fmt: skip
def test_any_size_is_within_the_bound(length, heads, inner, width, engine):
    root, wrt, _ = causal(length, heads, inner, width)
    program = compile(root, wrt, form="matrix", engine=engine)
    theta = recorded(root, wrt)
    expected = np.array(gradients(root, wrt))
    for _ in range(2):
        value, gradient = program(theta)
        assert value == pytest.approx(root.data, rel=1e-12, abs=1e-14)
        assert gradient == pytest.approx(expected, rel=1e-11, abs=1e-13)


NUMBERS = [np.inf, -np.inf, np.nan, 0.0, -0.0, 1e308]


@pytest.mark.thorough
@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("engine", ENGINES)
@settings(FIXED, max_examples=60)
@given(
    st.dictionaries(st.integers(0, 97), st.sampled_from(NUMBERS), max_size=4),
    st.booleans(),
)
def test_an_infinity_does_not_reach_the_rows_before_it(engine, numbers, is_computed):
    draw = Drawn()
    Q, K, V = draw.values(2, 7, 3), draw.values(2, 7, 3), draw.values(2, 7, 1)
    leaves = flat(Q, K, V)
    for place, number in numbers.items():
        leaves[place].data = number
    tables = Q, K, V
    if is_computed:
        tables = [
            [[[x * 1.0 for x in row] for row in part] for part in M] for M in tables
        ]
    root = mixed(*tables)
    expected = np.array(gradients(root, leaves))
    program = compile(root, leaves, form="matrix", engine=engine)
    assert len(products_of(program)) == 2
    for _ in range(2):
        value, gradient = program(recorded(root, leaves))
        assert value == pytest.approx(root.data, rel=1e-12, nan_ok=True)
        assert gradient == pytest.approx(expected, rel=1e-9, abs=1e-12, nan_ok=True)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("engine", ENGINES)
def test_over_examples(engine):
    draw = Drawn()
    x = draw.values(6, 3)
    W = [draw.values(4, 3) for _ in range(3)]
    one = [[weighted(w, row) for w in M] for M in W for row in x]
    Q, K, V = ([one[6 * k : 6 * k + 6]] for k in range(3))
    root, wrt, inputs = mixed(Q, K, V), flat(W), flat(x)
    program = compile(root, wrt, inputs, form="matrix", engine=engine)
    assert len(products_of(program)) == 3
    rows = np.random.default_rng(1).normal(size=(11, len(inputs)))
    rows[3, 17] = np.inf
    theta = recorded(root, wrt)
    each = [program(theta, row) for row in rows]
    value, gradient = program.map(theta, rows, reduction="sum")
    assert value == pytest.approx(sum(v for v, _ in each), nan_ok=True)
    assert gradient == pytest.approx(sum(g for _, g in each), abs=1e-12, nan_ok=True)
    value, gradient = program.map(theta, rows[4:], reduction="sum")
    assert gradient == pytest.approx(sum(g for _, g in each[4:]), abs=1e-12)


@pytest.mark.thorough
@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("engine", ENGINES)
def test_patches_are_copied_by_nested_loops(engine):
    root, wrt, inputs = graphs.two_convolutions()
    assert_close(root, wrt, inputs, form="matrix")
    program = compile(root, wrt, inputs, form="matrix", engine=engine)
    stats = program.stats()
    assert (stats["instructions"], stats["products"], stats["gathers"]) == (9, 3, 0)
    assert str(program.stages()[3]).count("copy") == 3
    theta, given = recorded(root, wrt), recorded(root, inputs)
    expected = np.array(gradients(root, wrt))
    assert program(theta, given)[1] == pytest.approx(expected, rel=1e-11, abs=1e-13)
    rows = given + 0.1 * np.random.default_rng(1).normal(size=(11, len(given)))
    value, gradient = program.map(theta, rows, reduction="sum")
    each = [program(theta, row) for row in rows]
    assert value == pytest.approx(sum(v for v, _ in each))
    assert gradient == pytest.approx(sum(g for _, g in each), abs=1e-12)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("engine", ENGINES)
def test_patches_of_parameters_over_examples(engine):
    draw = Drawn()
    image, kernels, x = draw.values(5, 5), draw.values(3, 4), draw.values(16)
    corners = [(i, j) for i in range(4) for j in range(4)]
    patches = [
        [image[i + p][j + q] for p in (0, 1) for q in (0, 1)] for i, j in corners
    ]
    z = [[weighted(k, patch).tanh() for patch in patches] for k in kernels]
    root = ag.sum([weighted(row, x) for row in z])
    wrt = flat(image, kernels)
    program = compile(root, wrt, x, form="matrix", engine=engine)
    assert "copy" in str(program.stages()[3])
    rows, theta = np.random.default_rng(1).normal(size=(9, 16)), recorded(root, wrt)
    value, gradient = program.map(theta, rows, reduction="sum")
    each = [program(theta, row) for row in rows]
    assert value == pytest.approx(sum(v for v, _ in each))
    assert gradient == pytest.approx(sum(g for _, g in each))


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("engine", ENGINES)
def test_rows_of_a_table_over_examples(engine):
    draw = Drawn()
    table, x = draw.values(5, 2), draw.values(6)
    tokens = [3, 0, 3, 4, 1, 1]
    root = ag.sum(
        [(table[t][k] * x[i]).tanh() for i, t in enumerate(tokens) for k in (0, 1)]
    )
    program = compile(root, flat(table), x, form="matrix", engine=engine)
    assert program.stats()["gathers"]
    rows, theta = (
        np.random.default_rng(1).normal(size=(7, 6)),
        recorded(root, flat(table)),
    )
    value, gradient = program.map(theta, rows, reduction="sum")
    each = [program(theta, row) for row in rows]
    assert value == pytest.approx(sum(v for v, _ in each))
    assert gradient == pytest.approx(sum(g for _, g in each))


def test_the_source():
    for root, wrt, _ in (causal(), graphs.attention()):
        program = compile(root, wrt, form="matrix")
        names = {}
        exec(program.source(), names)
        value, gradient = names["program"](recorded(root, wrt))
        expected = program(recorded(root, wrt))
        assert value == pytest.approx(expected[0], rel=1e-13)
        assert gradient == pytest.approx(expected[1], rel=1e-11, abs=1e-13)


@pytest.mark.oracles
def test_a_jax_function():
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    for root, wrt, _ in (causal(), graphs.attention()):
        program = compile(root, wrt, form="matrix")
        value, gradient = program.to_jax()(recorded(root, wrt))
        expected = program(recorded(root, wrt))
        assert float(value) == pytest.approx(expected[0], rel=1e-12)
        assert np.asarray(gradient) == pytest.approx(expected[1], rel=1e-10, abs=1e-12)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_gathered_twice_is_read_along_other_axes_too(engine):
    draw = Drawn()
    table, scale = draw.values(9, 3), draw.values(5)
    rows = [table[k] for k in (7, 2, 5, 1, 0)]
    pairs = zip(scale, rows, strict=True)
    root = ag.sum([s.maximum(x) for s, row in pairs for x in row])
    root = root + ag.sum([weighted(row, row).sin() for row in rows])
    wrt = flat(table, scale)
    program = compile(root, wrt, form="matrix", engine=engine)
    text = str(program.stages()[3])
    assert "gather 5×3 · gather 5×3" in text
    assert "maximum(view 5×1 at 27 by 1×0, gather 5×3)" in text
    value, gradient = program(recorded(root, wrt))
    assert value == pytest.approx(root.data)
    assert gradient == pytest.approx(np.array(gradients(root, wrt)))
