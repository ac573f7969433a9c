"""A program as a JAX function, against the program; JAX judges by its own sweep."""

import sys

import numpy as np
import pytest

import autograd_scalar as ag
from autograd_scalar import NumberError, Value, primitive
from autograd_scalar import compile as compiled
from autograd_scalar.primitives import table
from autograd_scalar.program.kernels import _KERNELS
from autograd_scalar.program.take import TAKE
from nn import cross_entropies

from . import graphs
from .graphs import TAKEN, Drawn, network, taking
from .test_gaps import causal, in_tables, mixed
from .test_program import FOUND


def test_without_jax_the_command_that_installs_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "jax", None)
    w = Value(1.0)
    with pytest.raises(NumberError, match="not installed: pip install jax"):
        compiled(w * w, [w], form="matrix").to_jax()


def test_a_tape_is_no_jax_function():
    w = Value(1.0)
    with pytest.raises(NumberError, match="runs node by node"):
        compiled(w * w, [w], form="tape").to_jax()


@pytest.fixture
def jax():
    found = pytest.importorskip("jax")
    found.config.update("jax_enable_x64", True)
    return found


def assert_alike(jax, root, wrt, inputs=()):
    program = compiled(root, wrt, inputs, form="matrix")
    function = jax.jit(program.to_jax())
    rng = np.random.default_rng(1)
    for size in (0.0, 0.1):
        theta = np.array([w.data for w in wrt]) + size * rng.random(len(wrt))
        x = np.array([v.data for v in inputs]) + size * rng.random(len(inputs))
        expected = program(theta, x)
        value, gradient = function(theta, *((x,) if inputs else ()))
        assert gradient.dtype == np.float64
        scale = max(np.abs(expected[1]).max(initial=0.0), 1e-3)
        assert float(value) == pytest.approx(expected[0], rel=1e-12, abs=1e-12)
        assert np.asarray(gradient) == pytest.approx(
            expected[1], rel=1e-11, abs=1e-12 * scale
        )


@pytest.mark.oracles
@pytest.mark.parametrize("name", sorted(FOUND))
def test_networks(name, jax):
    assert_alike(jax, *FOUND[name][0]())


@pytest.mark.oracles
@pytest.mark.parametrize(
    "build",
    [graphs.k_means, graphs.determinant, lambda: graphs.random_graph(100)],
    ids=["k-means", "determinant", "random"],
)
def test_other_graphs(build, jax):
    assert_alike(jax, *build())


POINTS = {"arccosh": (1.5, 3.0), "logit": (0.2, 0.7)}
ALONE = {"polygamma", "pow", "pow_constant", "mod", "where"}
ROWS = [
    primitive
    for name, primitive in ag.PRIMITIVES.items()
    if primitive.arity in {1, 2} and name not in ALONE and hasattr(ag, name)
]


@pytest.mark.oracles
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_primitive(row, jax):
    """Of those that JAX lacks, element by element on the CPU."""
    low, high = POINTS.get(row.name, (0.25, 0.75))
    function = getattr(ag, row.name)
    rng = np.random.default_rng(1)
    wrt = [Value(x) for x in rng.uniform(low, high, 2 * row.arity * 3).tolist()]
    k = row.arity
    terms = [function(*wrt[i : i + k]) for i in range(0, len(wrt), k)]
    assert_alike(jax, sum((t * t for t in terms), Value(0.0)), wrt)


@pytest.mark.oracles
def test_powers_quotients_and_lists(jax):
    a, b, c = (Value(x) for x in (1.5, 0.5, -2.0))
    roots = [a**b, a**3, a**-1.5, a % b, a / b, ag.prod([a, b, c])]
    for root in [*roots, ag.logsumexp([a, b, c, 1.0]), ag.polygamma(1, a), 2.0**a]:
        assert_alike(jax, root * root, [a, b, c])


@pytest.mark.oracles
def test_a_primitive_of_the_users_runs_under_jit_and_vmap(jax):
    @primitive(partials=lambda x, y: (3.0 * x * x,))
    def cubed(x):
        return x**3

    w, x = Drawn().values(3, 2), Drawn(2).values(2)
    hidden = [sum(map(lambda a, b: a * b, row, x), Value(0.0)) for row in w]
    root = sum(map(cubed, hidden), Value(0.0))
    leaves = [k for row in w for k in row]
    assert_alike(jax, root, leaves, x)
    program = compiled(root, leaves, x, form="matrix")
    theta = np.array([k.data for k in leaves])
    rows = np.random.default_rng(0).normal(size=(5, 2))
    values, slopes = jax.vmap(program.to_jax(), (None, 0))(theta, rows)
    expected = program.map(theta, rows)
    assert float(values.mean()) == pytest.approx(expected[0], rel=1e-13)
    assert np.asarray(slopes.mean(0)) == pytest.approx(expected[1], rel=1e-13)


@pytest.mark.oracles
def test_a_batch_by_vmap_is_map(jax):
    root, wrt, _ = network([3, 4, 2], m=1)
    x, y = Drawn(3).values(3), Drawn(4).values(2)
    w = [[[Drawn(9).values(3) for _ in range(4)]], wrt][0][0]
    hidden = [ag.dot(row, x).tanh() for row in w]
    root = (ag.sum(hidden) - y[0]).square() + y[1]
    leaves = [k for row in w for k in row]
    program = compiled(root, leaves, [*x, *y], form="matrix")
    theta = np.array([k.data for k in leaves])
    rows = np.random.default_rng(0).normal(size=(7, 5))
    values, slopes = jax.jit(jax.vmap(program.to_jax(), (None, 0)))(theta, rows)
    expected = program.map(theta, rows, reduction="sum")
    assert float(values.sum()) == pytest.approx(expected[0], rel=1e-13)
    assert np.asarray(slopes.sum(0)) == pytest.approx(expected[1], rel=1e-12)


@pytest.mark.oracles
def test_kinks_and_what_is_not_finite_are_ours(jax):
    a, b = Value(0.0), Value(0.0)
    roots = [
        a.relu(),
        abs(a),
        ag.maximum(a, b),
        ag.leaky_relu(a, 0.1),
        ag.minimum(a, b),
    ]
    for root in roots:
        program = compiled(root, [a, b], form="matrix")
        for theta in ([0.0, 0.0], [-1.0, 2.0], [np.nan, 1.0], [np.inf, -np.inf]):
            value, gradient = program(theta)
            found = program.to_jax()(theta)
            assert np.asarray(found[0]) == pytest.approx(value, nan_ok=True)
            assert np.asarray(found[1]) == pytest.approx(gradient, nan_ok=True)
    program = compiled(a.log() * 2.0, [a], form="matrix")
    assert np.isnan(program.to_jax()([-1.0])[1][0])
    tail = compiled(a.tanh(), [a], form="matrix")
    assert tail.to_jax()([25.0])[1][0] == pytest.approx(tail([25.0])[1][0], rel=1e-14)


@pytest.mark.oracles
def test_an_infinity_does_not_reach_the_rows_before_it(jax):
    root, leaves, _ = causal()
    function = jax.jit(compiled(root, leaves, form="matrix").to_jax())
    theta = np.array([leaf.data for leaf in leaves])
    for place in range(len(leaves)):
        for number in (np.inf, -np.inf, np.nan):
            leaves[place].data = number
            root = mixed(*in_tables(leaves))
            expected = ag.gradients(root, leaves)
            leaves[place].data = theta[place]
            given = theta.copy()
            given[place] = number
            value, gradient = map(np.asarray, function(given))
            assert value == pytest.approx(root.data, rel=1e-12, nan_ok=True)
            assert gradient == pytest.approx(expected, rel=1e-9, abs=1e-12, nan_ok=True)


@pytest.mark.oracles
def test_an_input_with_an_infinite_partial_adds_no_nan(jax):
    w, x = Value(2.0), Value(0.0)
    program = compiled(ag.xlogy(w, x + 1.0) + w * x.sqrt(), [w], [x], form="matrix")
    value, gradient = program([2.0], [0.0])
    found = program.to_jax()([2.0], [0.0])
    assert (float(found[0]), found[1].tolist()) == (value, gradient.tolist())


@pytest.mark.oracles
def test_roots_that_are_leaves_or_constants(jax):
    w, x, c = Value(2.0), Value(3.0), Value(4.0)
    for root, inputs, value, slope in (
        (w, [], 5.0, 1.0),
        (c * c, [], 16.0, 0.0),
    ):
        found = compiled(root, [w], inputs, form="matrix").to_jax()([5.0])
        assert (float(found[0]), float(found[1][0])) == (value, slope)
    found = compiled(x, [w], [x], form="matrix").to_jax()([5.0], [7.0])
    assert (float(found[0]), float(found[1][0])) == (7.0, 0.0)


@pytest.mark.oracles
def test_every_kernel_of_the_numpy_runner_has_a_form(jax):
    from autograd_scalar.program.to_jax import _forms, _of_others

    assert {*_KERNELS} | {table.POW_CONSTANT, TAKE} <= {*_forms(jax)}
    assert {*table.KERNELS} == {*_of_others(jax)}


@pytest.mark.oracles
@pytest.mark.parametrize("kind", TAKEN)
def test_what_is_taken(kind, jax):
    root, wrt, inputs = taking(kind)
    program = compiled(root, wrt, inputs, form="matrix")
    function = jax.jit(program.to_jax())
    theta = np.array([w.data for w in wrt])
    given = np.array([v.data for v in inputs])
    for pair in [(0, 4), (-5, 3), (2, 2), (-1, 1)]:
        given[:2] = pair
        value, gradient = function(theta, given)
        expected = program(theta, given)
        assert float(value) == pytest.approx(expected[0], rel=1e-13)
        assert np.asarray(gradient) == pytest.approx(expected[1], rel=1e-12, abs=1e-14)
    given[0] = 5.0  # under jit nothing can be raised
    assert np.isnan(function(theta, given)[0])


@pytest.mark.oracles
@pytest.mark.parametrize("loss", [
    "softmax_cross_entropy", "binary_cross_entropy_with_logits", "binary_cross_entropy",
])  # fmt: skip
def test_cross_entropies(loss, jax):
    output = "sigmoid" if loss == "binary_cross_entropy" else "linear"
    assert_alike(jax, *network([3, 4, 3], "tanh", output, loss, m=5))


@pytest.mark.oracles
def test_cross_entropies_by_their_targets(jax):
    rows = Drawn().values(3, 6)
    operations = [
        lambda x: cross_entropies.cross_entropy_of_softmax(*x),
        lambda x: cross_entropies.cross_entropy_of_sigmoid(x[0], x[1]),
        lambda x: cross_entropies.cross_entropy(x[0].sigmoid(), x[1]),
    ]
    root = sum(f(row).tanh() for f in operations for row in rows)
    assert_alike(jax, root, graphs.flat(rows))
