"""Programs against the graphs that they were compiled from."""

import math
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_scalar as ag
import nn
from autograd_scalar import (
    OperandError,
    ShapeError,
    StaleGraphError,
    Value,
    compile,  # noqa: A004
    gradients,
    topological_order,
)

from ..test_random_graphs import FIXED
from . import graphs
from .graphs import Drawn, network

EPS = 2.0**-52

ACTIVATIONS = ["relu", "sigmoid", "tanh", "softplus", "gelu", "silu", "elu", "selu"]
LOSSES = [
    "half_squared_error",
    "squared_error",
    "mean_squared_error",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "categorical_cross_entropy",
    "softmax_cross_entropy",
    "hinge",
    "absolute_error",
    "huber_error",
]


def recorded(program_or_root, leaves):
    return np.array([leaf.data for leaf in leaves])


def scale_of(root):
    """What rounding at every node may do to the root, over eps: the condition."""
    nodes = topological_order(root)
    adjoints = gradients(root, nodes)
    return sum(abs(x.data * g) for x, g in zip(nodes, adjoints, strict=True))


def assert_close(root, wrt, inputs=(), form="auto"):
    """Compare two calls with the graph, within the bound of the contract."""
    program = compile(root, wrt, inputs, form=form)
    theta, given = recorded(root, wrt), recorded(root, inputs)
    terms = max(len(node.parents) for node in topological_order(root)) + len(
        topological_order(root)
    )
    bound = 4 * EPS * terms
    slopes = gradients(root, list(wrt), create_graph=True)
    for _ in range(2):
        value, gradient = program(theta, given)
        assert abs(value - root.data) <= bound * scale_of(root)
        for found, slope in zip(gradient, slopes, strict=True):
            assert abs(found - slope.data) <= bound * scale_of(slope) + 1e-300
    return program


def assert_near(root, wrt, inputs=(), form="auto", tolerance=2e-14):
    """Compare two calls with the graph: for large graphs of good condition."""
    program = compile(root, wrt, inputs, form=form)
    theta, given = recorded(root, wrt), recorded(root, inputs)
    expected = np.array(gradients(root, list(wrt)))
    size = max(np.abs(expected).max(), 1e-3)
    for _ in range(2):
        value, gradient = program(theta, given)
        assert abs(value - root.data) <= tolerance * max(abs(root.data), 1.0)
        assert np.abs(gradient - expected).max() <= tolerance * size
    # Other numbers than the recorded ones: the graph is recorded anew with them.
    for leaf, number in zip([*wrt, *inputs], [*theta, *given], strict=True):
        assert leaf.data == number
    return program


# ---- The matrices that must be found -------------------------------------------------

SECOND_ORDER = " 4×4·4×2 4×4·4×4 4×6·6×4 4×6·6×3"
# The products of each graph as rows×inner·inner×columns, in their order.
FOUND = {
    "moons": (graphs.moons, "16×2·2×20 16×16·16×20 1×16·16×20"),
    "micrograd's own network": (graphs.own_network, "8×2·2×12 8×8·8×12 1×8·8×12"),
    "xor": (graphs.xor, "3×2·2×4 1×3·3×4"),
    "duplicate rows": (graphs.duplicate_rows, "3×2·2×6 1×3·3×6"),
    "shuffled": (lambda: graphs.shuffled(7), "5×4·4×12 1×5·5×12"),
    "convolution": (graphs.convolution, "4×9·9×48 3×64·64×3"),
    "recurrent": (
        graphs.recurrent, "8×8·8×1 8×3·3×30" + 5 * " 8×8·8×5" + " 2×8·8×5"
    ),
    "attention": (  # the weights of q, k and v are one matrix; two heads
        graphs.attention,
        "24×8·8×6 6×4·4×6 4×6·6×6 8×8·8×6 32×8·8×6 8×32·32×6 11×8·8×6",
    ),
    "embedding": (graphs.embedding, "10×6·6×15 27×10·10×15"),
    "tied": (graphs.tied, "5×7·7×9 7×5·5×9"),
    "batch normalisation": (graphs.batch_normalisation, "6×3·3×10 1×6·6×10"),
    "one example": (graphs.one_example, "4×3·3×1 2×4·4×1"),
    "five layers": (
        lambda: network([4, 6, 6, 6, 6, 3], loss="squared_error", fused=False),
        "6×4·4×10" + 3 * " 6×6·6×10" + " 3×6·6×10",
    ),
    "one input": (lambda: network([1, 6, 1]), "1×6·6×10"),
    "one hidden": (lambda: network([3, 1, 2]), "1×3·3×10"),
    "all alike": (lambda: network([5, 5, 5], m=5), "5×5·5×5 5×5·5×5"),
    "one row": (lambda: network([4, 6, 3], m=1), "6×4·4×1 3×6·6×1"),
    "second order": (
        graphs.second_order,
        "4×3·3×6 4×4·4×6 2×4·4×6 4×2·2×2 4×6·6×1 4×2·2×4 4×6·6×1" + SECOND_ORDER
    ),
}  # fmt: skip


def products_of(program):
    """Return the shapes of the matrix products of a program."""
    found = []
    for step in program.stages()[3].steps:
        for term in getattr(step, "terms", ()):
            if term.is_product:
                left, right = term.left.shape, term.right.shape
                found.append(f"{left[-3]}×{left[-1]}·{right[-1]}×{right[-2]}")
    return found


@pytest.mark.parametrize("name", FOUND)
def test_matrices_are_found(name):
    build, products = FOUND[name]
    program = assert_near(*build())
    assert program.is_matrix
    assert products_of(program) == products.split(), str(program)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation(activation):
    program = assert_near(*network([3, 5, 2], activation, "tanh"))
    assert program.stats()["products"] == 2
    assert program.stats()["gathers"] == 0


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("width", [1, 3])
def test_every_loss(loss, width):
    if loss in {"softmax_cross_entropy", "categorical_cross_entropy"} and width == 1:
        width = 2
    outputs = {
        "binary_cross_entropy": "sigmoid", "categorical_cross_entropy": "softmax",
    }  # fmt: skip
    output = outputs.get(loss, "linear")
    program = assert_near(*network([3, 5, width], "tanh", output, loss))
    assert program.stats()["products"] == 2


@pytest.mark.parametrize(
    ("build", "instructions"), [(graphs.mixture, 10), (graphs.k_means, 6)]
)
def test_graphs_of_maps_alone(build, instructions):
    program = assert_near(*build())
    assert program.is_matrix
    assert program.stats()["instructions"] == instructions


@pytest.mark.parametrize("seed", range(6))
def test_every_association_of_sums(seed):
    program = assert_near(*graphs.shuffled(seed))
    assert products_of(program) == ["5×4·4×12", "1×5·5×12"]


IRREGULAR = [
    graphs.determinant,
    graphs.differential_equation,
    graphs.ten_equations,
    graphs.random_graph,
]


@pytest.mark.parametrize("build", IRREGULAR)
def test_irregular_graphs_run_with_the_bits_of_the_graph(build):
    root, wrt, inputs = build()
    program = compile(root, wrt, inputs)
    assert not program.is_matrix
    for _ in range(2):
        value, gradient = program(recorded(root, wrt))
        assert value == root.data
        assert gradient.tolist() == gradients(root, wrt)
    assert_near(root, wrt, inputs, form="matrix", tolerance=1e-11)


@pytest.mark.parametrize("name", ["moons", "tied", "recurrent", "embedding"])
def test_a_tape_has_the_bits_of_any_graph(name):
    root, wrt, _ = FOUND[name][0]()
    value, gradient = compile(root, wrt, form="tape")(recorded(root, wrt))
    assert (value, gradient.tolist()) == (root.data, gradients(root, wrt))


def test_other_numbers_give_what_a_new_graph_gives():
    def build(theta, x):
        w = [Value(t) for t in theta]
        inputs = [Value(t) for t in x]
        rows = [w[:2], w[2:4], w[4:]]
        h = [(r[0] * inputs[0] + r[1] * inputs[1] + 0.5).tanh() for r in rows]
        return sum(k * k for k in h) - 1.0, w, inputs

    root, w, x = build([0.1] * 6, [1.0, 1.0])
    for form in ("matrix", "tape"):
        program = compile(root, w, x, form=form)
        rng = np.random.default_rng(1)
        for _ in range(3):
            theta, given_x = rng.normal(size=6), rng.normal(size=2)
            again, leaves, _ = build(theta.tolist(), given_x.tolist())
            value, gradient = program(theta, given_x)
            assert value == pytest.approx(again.data, rel=1e-14)
            assert gradient == pytest.approx(gradients(again, leaves), rel=1e-13)


# ---- Random graphs -------------------------------------------------------------------

NUMBERS = st.sampled_from([0.0, 1.0, -1.0, 0.5, -0.25, 1.5])


@st.composite
def regular(draw):
    """Dots over lists of leaves, computed nodes and constants, many of them alike."""
    parameters = [Value(draw(st.floats(-1, 1))) for _ in range(draw(st.integers(1, 8)))]
    inputs = [Value(draw(st.floats(-1, 1))) for _ in range(draw(st.integers(0, 3)))]
    known = [*parameters, *inputs]
    layers = draw(st.integers(1, 3))
    for _ in range(layers):
        width, depth = draw(st.integers(1, 4)), draw(st.integers(1, 4))
        factor = st.one_of(st.sampled_from(known), st.sampled_from(known), NUMBERS)
        columns = [[draw(factor) for _ in range(depth)] for _ in range(width)]
        rows = [
            [draw(st.sampled_from(known)) for _ in range(depth)]
            for _ in range(draw(st.integers(1, 4)))
        ]
        pairs = [(row, column) for row in rows for column in columns]
        if draw(st.booleans()):  # part of a table
            pairs = [pair for pair in pairs if draw(st.integers(0, 3))] or pairs[:1]
        ends = draw(st.sampled_from(["plain", "tanh", "offset", "square", "doubled"]))
        made = []
        for row, column in pairs:
            order = draw(st.permutations(range(depth)))
            z = sum(row[k] * column[k] for k in order)
            offset = draw(st.sampled_from([0.0, 1.0, -1.0]))
            made.append({
                "plain": lambda z, c: z,
                "tanh": lambda z, c: z.tanh(),
                "offset": lambda z, c: (z - c).sigmoid(),
                "square": lambda z, c: (z + z) * c + z.square() * 0.5,
                "doubled": lambda z, c: (z + 0.5 * z - c).tanh() * z,
            }[ends](z, offset))  # fmt: skip
        known += made
    shares = [draw(st.sampled_from([1.0, 0.5, -1.0])) for _ in known]
    root = sum(v * share for v, share in zip(known, shares, strict=True))
    return root + draw(st.sampled_from(known)), parameters, inputs


@pytest.mark.thorough
@settings(FIXED, max_examples=60)
@given(regular())
def test_regular_graphs_are_within_the_bound(graph):
    root, wrt, inputs = graph
    assert_close(root, wrt, inputs, form="matrix")


@settings(FIXED, max_examples=20)
@given(regular())
def test_the_tape_of_a_regular_graph_has_its_bits(graph):
    root, wrt, inputs = graph
    program = compile(root, wrt, inputs, form="tape")
    value, gradient = program(recorded(root, wrt), recorded(root, inputs))
    assert (value, gradient.tolist()) == (root.data, gradients(root, wrt))


@settings(FIXED, max_examples=20)
@given(regular(), st.integers(1, 3))
def test_map_is_the_sum_over_examples(graph, m):
    root, wrt, inputs = graph
    theta, rng = recorded(root, wrt), np.random.default_rng(m)
    X = rng.uniform(-1, 1, (m, len(inputs)))
    one = compile(root, wrt, inputs, form="tape")
    each = [one(theta, x) for x in X]
    for form in ("matrix", "tape"):
        program = compile(root, wrt, inputs, form=form)
        for reduction, share in (("sum", 1.0), ("mean", 1 / m)):
            for _ in range(2):
                value, gradient = program.map(theta, X, reduction=reduction)
                assert value == pytest.approx(
                    share * sum(v for v, _ in each), rel=1e-9, abs=1e-9
                )
                total = share * np.sum([g for _, g in each], axis=0)
                assert gradient == pytest.approx(total, rel=1e-9, abs=1e-9)


@pytest.mark.slow
@settings(FIXED, max_examples=3000, derandomize=False)
@given(regular())
def test_many_regular_graphs(graph):
    root, wrt, inputs = graph
    assert_close(root, wrt, inputs, form="matrix")


# ---- The same program ----------------------------------------------------------------


def test_a_second_compile_gives_the_same_program():
    for build in (graphs.moons, graphs.attention):
        root, wrt, _ = build()
        one, two = (compile(root, wrt) for _ in range(2))
        assert str(one) == str(two)
        theta = recorded(root, wrt)
        assert one(theta)[1].tobytes() == two(theta)[1].tobytes()


def test_shuffled_terms_give_the_same_program():
    programs = []
    for seed in range(4):
        root, wrt, _ = graphs.shuffled(seed)
        programs.append(str(compile(root, wrt)).partition("\n")[2])
    assert len({*programs}) == 1


def test_fused_dots_give_the_same_program_as_sums():
    fused, plain = (
        str(compile(*network([3, 5, 2], fused=fused)[:2])).partition("\n")[2]
        for fused in (True, False)
    )
    assert fused == plain


def test_weights_in_any_order_are_the_same_product():
    root, wrt, _ = network([4, 6, 3])
    mixed = [*wrt]
    Drawn(3).rng.shuffle(mixed)
    program = assert_near(root, mixed)
    assert program.stats()["products"] == 2


def test_factors_of_one_class_in_any_order_are_the_same_product():
    draw = Drawn()
    w, rng = draw.values(6), draw.rng
    q = [[(w[k % 6] * (i + k + 1.0)).tanh() for k in range(3)] for i in range(4)]
    keys = [[(w[k % 6] * (i - k - 2.0)).sin() for k in range(3)] for i in range(5)]

    def times(a, b):
        return a * b if rng.random() < 0.5 else b * a

    scores = [sum(map(times, a, b)).exp() for a in q for b in keys]
    program = assert_near(sum(scores), w)
    assert program.stats()["products"] == 1


def test_what_depends_on_inputs_alone_is_not_differentiated():
    asked = []

    @ag.primitive(partials=lambda x, y: (asked.append(x) or 2.0 * x,))
    def squared(x):
        return x * x

    w, x = Value(3.0), Value(2.0)
    root = squared(x) * w
    for form in ("matrix", "tape"):
        asked.clear()
        assert compile(root, [w], [x], form=form)([3.0], [5.0]) == (75.0, [25.0])
        assert asked == []


def agree_in_threads(program, theta, calls):
    """Call a program near theta from eight threads, each with numbers of its own."""
    rng = np.random.default_rng(1)
    points = [theta + rng.normal(size=len(theta)) for _ in range(8)]
    expected = [program(point) for point in points]
    wrong = []

    def work(point, value, gradient):
        for _ in range(calls):
            found = program(point)
            if found[0] != value or not np.array_equal(found[1], gradient):
                wrong.append(found)

    threads = [
        threading.Thread(target=work, args=(point, *result))
        for point, result in zip(points, expected, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_threads_may_call_one_program():
    root, wrt, _ = graphs.moons()
    agree_in_threads(compile(root, wrt), recorded(root, wrt), calls=50)


# ---- Special numbers and small graphs ------------------------------------------------


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan, 1e308, 0.0])
@pytest.mark.parametrize("at", [0, 3])
def test_infinities_and_nans_are_those_of_the_graph(number, at):
    def build(theta):
        w = [Value(t) for t in theta]
        X = [[1.0, 0.0], [0.5, -2.0], [0.0, 3.0]]
        losses = []
        for x in X:
            h = [(w[0] * x[0] + w[1] * x[1]).relu(), (w[2] * x[0] + w[3] * x[1]).tanh()]
            losses.append((w[4] * h[0] + w[5] * h[1] - 1.0).square())
        return sum(losses), w

    plain = [0.1, -0.2, 0.3, 0.4, 0.5, 0.6]
    root, w = build(plain)
    theta = [*plain]
    theta[at] = number
    again, leaves = build(theta)
    for form in ("matrix", "tape"):
        value, gradient = compile(root, w, form=form)(theta)
        assert value == pytest.approx(again.data, rel=1e-13, nan_ok=True)
        expected = gradients(again, leaves)
        assert gradient == pytest.approx(expected, rel=1e-13, nan_ok=True)


@pytest.mark.parametrize("form", ["auto", "matrix", "tape"])
def test_the_root_may_be_a_leaf_or_a_constant(form):
    w, x = Value(3.0), Value(2.0)
    assert compile(w, [w], form=form)([5.0]) == (5.0, [1.0])
    assert compile(x, [w], [x], form=form)([5.0], [7.0]) == (7.0, [0.0])
    assert compile(x + 1.0, [w], form=form)([5.0]) == (3.0, [0.0])
    if form != "tape":
        assert compile(w, [w], form=form).map([5.0], np.zeros((2, 0)))[0] == 5.0
        total = compile(w, [w], form=form).map([5.0], np.zeros((2, 0)), reduction="sum")
        assert total == (10.0, [2.0])
        assert compile(x + 1.0, [w], form=form).map([5.0], np.zeros((2, 0)))[0] == 3.0


@pytest.mark.parametrize("form", ["auto", "matrix", "tape"])
def test_repeated_parents_and_unused_leaves(form):
    w, unused = Value(3.0), Value(1.0)
    root = w * w + w + w - (w - w * 2.0)
    program = compile(root, [unused, w], form=form)
    for _ in range(2):
        value, gradient = program([0.0, 4.0])
        assert (value, gradient.tolist()) == (28.0, [0.0, 11.0])


def test_constants_keep_the_numbers_that_were_recorded():
    w, c = Value(3.0), Value(2.0)
    root = w * (c * c + 1.0).exp()
    assert compile(root, [w])([1.0])[0] == math.exp(5.0)


@ag.primitive(partials=lambda a, b, y: (b * b, 2.0 * a * b))
def weigh(a, b):
    return a * b * b


def test_a_primitive_of_the_user_runs_element_by_element():
    w = [Value(0.5, f"w{k}") for k in range(6)]
    root = sum(weigh(k, 2.0).tanh() for k in w)
    program = assert_near(root, w)
    assert "element by element: weigh" in str(program)
    assert "tanh" not in str(program).partition("\n")[0]


def test_primitives_with_any_number_of_operands():
    draw = Drawn()
    W, b = draw.values(4, 3), draw.values(4)
    losses = []
    for x in draw.numbers(5, 3):
        z = [graphs.weighted(row, x, c) for row, c in zip(W, b, strict=True)]
        losses.append(ag.logsumexp([*z, 0.5, 1.0]) - ag.prod(z) + z[0].clip(-0.5, 0.5))
    program = assert_near(ag.mean(losses), graphs.flat(W, b))
    assert program.stats()["products"] == 1


@pytest.mark.thorough
def test_deep_graphs():
    x = Value(1.0)
    y = x
    for _ in range(20_000):
        y = (y + x) * 0.5
    value, gradient = compile(y, [x])([3.0])
    assert (value, gradient.tolist()) == (3.0, [1.0])
    z = x
    for _ in range(100):
        z = (z * x).tanh()
    assert_near(z, [x], form="matrix")
    for _ in range(100):
        z = z.sin()
    assert_near(z, [x], form="matrix")


def test_out_is_written_and_returned():
    root, wrt, _ = network([3, 4, 2])
    for form in ("matrix", "tape"):
        program = compile(root, wrt, form=form)
        out = np.full(len(wrt), 7.0)
        value, gradient = program(recorded(root, wrt), out=out)
        assert gradient is out
        assert value == pytest.approx(root.data)
        assert out == pytest.approx(gradients(root, wrt))


def test_many_examples_are_added_block_by_block():
    w, x = [Value(3.0), Value(1.0)], Value(2.0)
    root = (w[0] * x).tanh() + w[1].square()
    X = np.linspace(-1, 1, 700)[:, None]
    results = [
        compile(root, w, [x], form=form).map([0.5, 2.0], X, reduction="sum")
        for form in ("matrix", "tape")
    ]
    for value, gradient in results:
        assert value == pytest.approx(np.tanh(0.5 * X).sum() + 2800.0, rel=1e-13)
        slopes = X / np.cosh(0.5 * X) ** 2
        assert gradient == pytest.approx([slopes.sum(), 2800.0], rel=1e-12, abs=1e-12)


def test_programs_of_several_batch_sizes_take_turns():
    w, x = Value(3.0), Value(2.0)
    program = compile((w * x).square(), [w], [x], form="matrix")
    for _ in range(2):
        for m in range(1, 9):
            value, gradient = program.map([1.0], np.ones((m, 1)))
            assert (value, *gradient) == pytest.approx((1.0, 2.0))
            assert program([2.0], [1.0]) == (4.0, [4.0])


# ---- Wrong arguments -----------------------------------------------------------------


def test_a_stale_graph_is_rejected():
    for build in (
        lambda w: w * 2.0, lambda w: -w, lambda w: ag.dot([w], [2.0]), lambda w: w.exp()
    ):  # fmt: skip
        w = Value(3.0, "w")
        root = build(w) + 1.0
        w.data = 4.0
        with pytest.raises(StaleGraphError, match="written since"):
            compile(root, [w])
        w.data = 3.0
        compile(root, [w])


def test_a_nan_is_not_stale():
    w = Value(math.nan)
    value, gradient = compile(w * 2.0, [w])([1.0])
    assert (value, gradient.tolist()) == (2.0, [2.0])


def test_where_is_rejected():
    w = Value(3.0)
    with pytest.raises(OperandError, match=r"cannot follow where\(\)"):
        compile(ag.where(w > 1.0, w, 2.0) * w, [w])


def test_wrong_leaves_are_rejected():
    w, x = Value(3.0, "w"), Value(2.0, "x")
    root = w * 2.0
    for wrt, inputs, message in [
        (w, [], "sequence of leaf Values"),
        ([3.0], [], "needs Values, got float"),
        ([root], [], "was computed by mul"),
        ([w, w], [], "twice"),
        ([w], [w], "in wrt and in inputs"),
        ([w], [x], "does not use"),
    ]:
        with pytest.raises(OperandError, match=message):
            compile(root, wrt, inputs)
    with pytest.raises(OperandError, match=r"compile\(\) needs a Value"):
        compile(3.0, [w])
    with pytest.raises(OperandError, match="'auto' or 'matrix' or 'tape'"):
        compile(root, [w], form="fast")


def test_wrong_arrays_are_rejected():
    w, x = Value(3.0), Value(2.0)
    program = compile(w * x, [w], [x])
    for theta in ([1.0, 2.0], [[1.0]], 1.0):
        with pytest.raises(ShapeError, match="theta needs 1 number, one for each leaf"):
            program(theta)
    with pytest.raises(ShapeError, match="inputs needs 1 number"):
        program([1.0], [])
    for theta in (["a"], [1j], [True], [w], [[1.0], [2.0, 3.0]]):
        with pytest.raises(OperandError, match="real numbers"):
            program(theta)
    read_only = np.zeros(1)
    read_only.flags.writeable = False
    for out in ([0.0], np.zeros(1, dtype=np.float32), read_only):
        with pytest.raises(OperandError, match="writable float64"):
            program([1.0], out=out)
    with pytest.raises(ShapeError, match="out="):
        program([1.0], out=np.zeros(2))
    for X in ([1.0], [[1.0, 2.0]], np.zeros((0, 1))):
        with pytest.raises(ShapeError, match="one example per row"):
            program.map([1.0], X)
    with pytest.raises(OperandError, match="'mean' or 'sum'"):
        program.map([1.0], [[1.0]], reduction="max")
    with pytest.raises(OperandError, match="'text' or 'latex'"):
        program.equations("html")


def test_integers_and_single_precision_are_numbers():
    w = Value(3.0)
    program = compile(w * w, [w])
    assert program([2]) == (4.0, [4.0])
    assert program(np.array([2], dtype=np.float32)) == (4.0, [4.0])


def test_programs_print_what_they_are():
    root, wrt, _ = graphs.random_graph(300)
    tape = compile(root, wrt, form="tape")
    assert str(tape).startswith("tape of")
    assert "more" in str(tape).splitlines()[-1]
    assert repr(tape).startswith("<tape of")
    assert len(tape.stages()) == 1
    matrix = compile(*graphs.tied()[:2])
    assert repr(matrix).startswith("<matrix program of")
    assert len(list(map(str, matrix.stages()))) == 5
    assert str(matrix.stages()[1]).endswith(" more")
    one = Value(2.0)
    assert str(compile(one * 3.0, [one], form="tape")) == (
        "tape of 3 nodes, run one by one\n  v2 = mul(v0, 3.0)"
    )
    latex = compile(ag.logsumexp([one * 3.0, one]), [one], form="tape")
    assert latex.equations("latex").splitlines() == [
        r"v_{2} = v_{0} \cdot v_{1}",
        r"v_{3} = \operatorname{logsumexp}\left(v_{2}, v_{0}\right)",
    ]


def test_programs_of_a_network_take_minibatches():
    draw = Drawn()
    net = nn.MLP(3, [5, 2], activation="tanh", rng=1)
    x, y = draw.values(3), draw.values(2)
    program = compile(nn.half_squared_error(net(x), [0.0, 0.0]), net.parameters(), x)
    assert y
    X = np.array(draw.numbers(6, 3))
    whole = nn.batch_loss(
        nn.half_squared_error, [net(r) for r in X.tolist()], [[0.0] * 2] * 6
    )
    value, gradient = program.map(recorded(net, net.parameters()), X)
    assert value == pytest.approx(whole.data, rel=1e-13)
    assert gradient == pytest.approx(gradients(whole, net.parameters()), rel=1e-12)
