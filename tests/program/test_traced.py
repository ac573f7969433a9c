"""Functions under `compile`: what they return, their guards, their cache."""

import math
import threading
from collections import namedtuple
from itertools import pairwise

import numpy as np
import pytest

import autograd_scalar as ag
import nn
from autograd_scalar import (
    OperandError,
    ShapeError,
    Value,
    compile,  # noqa: A004
    value_and_grad,
)

from . import graphs


def as_eager(f, *args):
    """Compare three calls of the compiled function with the plain one."""
    step = compile(f)
    value, gradient = value_and_grad(f)(*args)
    for _ in range(3):
        found, slopes = step(*args)
        assert found == pytest.approx(value, rel=1e-13)
        assert type(slopes) is type(gradient)
        assert_same(slopes, gradient)
    assert step.stats()["traces"] == 1
    return step


def assert_same(found, expected):
    if isinstance(expected, dict):
        assert [*found] == [*expected]
        found, expected = [*found.values()], [*expected.values()]
    if isinstance(expected, (list, tuple)):
        assert type(found) is type(expected)
        for a, b in zip(found, expected, strict=True):
            assert_same(a, b)
        return
    assert np.shape(found) == np.shape(expected)
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-14)


def layers(theta, X, y):
    total = 0.0
    for row, target in zip(X, y, strict=True):
        h = [
            (sum(w * x for w, x in zip(ws, row, strict=True)) + b).tanh()
            for ws, b in zip(theta["W"], theta["b"], strict=True)
        ]
        out = sum(v * k for v, k in zip(theta["V"], h, strict=True))
        total = total + (out - target) ** 2
    return total


def point(seed=1, m=6):
    rng = np.random.default_rng(seed)
    theta = {
        "W": rng.normal(size=(4, 3)), "b": rng.normal(size=4), "V": rng.normal(size=4),
    }  # fmt: skip
    return theta, rng.normal(size=(m, 3)), rng.normal(size=m)


def test_a_network_of_arrays_is_its_matrices():
    step = as_eager(layers, *point())
    (program,) = step.programs
    assert program.stats()["products"] == 2
    assert "Z1 4×6 = W X + b" in str(program)
    for seed in range(2, 5):
        theta, X, y = point(seed)
        value, slopes = value_and_grad(layers)(theta, X, y)
        found, gradient = step(theta, X, y)
        assert found == pytest.approx(value, rel=1e-13)
        assert_same(gradient, slopes)
    assert step.stats() == {
        "calls": 6, "traces": 1, "broken guards": 0, "programs": 1, "shapes": 1,
    }  # fmt: skip


Pair = namedtuple("Pair", "a b")


@pytest.mark.parametrize(
    "theta",
    [
        3.0,
        3,
        np.float64(3.0),
        [1.0, 2.0],
        [1, 2.0],
        (1.0, [2.0, 3.0]),
        Pair(1.0, 2.0),
        {"a": 1.0, "b": {"c": [2.0]}},
        np.array([1.0, 2.0]),
        np.array(2.0),
        np.array([[1, 2], [3, 4]]),
        np.array([1.0, 2.0], dtype=np.float32),
        [np.array([1.0]), 2.0, np.array([[3.0]])],
    ],
    ids=repr,
)
def test_the_gradient_has_the_structure_of_the_first_argument(theta):
    def squares(tree):
        if isinstance(tree, dict):
            return squares([*tree.values()])
        if isinstance(tree, (list, tuple)) or np.ndim(tree):
            return sum(squares(x) for x in tree)
        x = tree.item() if isinstance(tree, np.ndarray) else tree
        return x * x * x

    as_eager(squares, theta)


def test_values_and_object_arrays_are_arguments():
    step = compile(lambda w, x: (w[0] * x + w[1]).tanh())
    w = [Value(0.5, "w0"), Value(0.25)]
    value, gradient = step(w, Value(2.0))
    assert value == math.tanh(1.25)
    assert gradient == pytest.approx([2 / math.cosh(1.25) ** 2, math.cosh(1.25) ** -2])
    assert w[0].grad == 0.0
    again = step(np.array([0.5, 0.25]).astype(object), 2.0)
    assert again[0] == value
    assert again[1].tolist() == pytest.approx(gradient)


def test_keyword_arguments_are_data():
    step = compile(lambda w, *, x, flag=True: w * x if flag else w)
    assert step(3.0, x=2.0) == (6.0, 2.0)
    assert step(3.0, x=5.0) == (15.0, 5.0)
    assert step(3.0, x=5.0, flag=False) == (3.0, 1.0)
    assert step.stats()["traces"] == 2


def test_with_wrt_the_gradient_is_by_values_from_outside():
    net = nn.MLP(3, [4, 1], activation="tanh", rng=1)

    @compile(wrt=net.parameters())
    def loss(X, y):
        return sum((net(x) - t) ** 2 for x, t in zip(X, y, strict=True))

    _, X, y = point()
    for _ in range(3):
        value, gradient = loss(X, y)
        root = loss.__wrapped__(X.tolist(), y.tolist())
        assert value == pytest.approx(root.data, rel=1e-13)
        expected = ag.gradients(root, net.parameters())
        assert gradient == pytest.approx(expected, rel=1e-12)
        for p, slope in zip(net.parameters(), gradient, strict=True):
            p.data -= 0.1 * slope
    assert loss.stats()["traces"] == 1
    assert loss.programs[0].stats()["products"] == 2


def test_losses_of_nn_take_targets_as_data():
    net = nn.MLP(2, [3, 2], activation="tanh", rng=1)
    for name, targets in [
        ("half_squared_error", [[0.5, 0.25], [0.0, 1.0]]),
        ("binary_cross_entropy_with_logits", [[0.0, 1.0], [1.0, 0.5]]),
        ("softmax_cross_entropy", [[0.25, 0.75], [1.0, 0.0]]),
        ("hinge", [[1.0, -1.0], [-1.0, -1.0]]),
    ]:
        function = getattr(nn, name)
        step = compile(lambda x, t, f=function: f(net(x), t), wrt=net.parameters())
        for x, t in zip([[0.1, 0.2], [0.5, -0.3]], targets, strict=True):
            value, gradient = step(x, t)
            root = function(net(x), t)
            assert value == pytest.approx(root.data, rel=1e-13), name
            expected = ag.gradients(root, net.parameters())
            assert gradient == pytest.approx(expected, rel=1e-12), name


# ---- Guards --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x * x if x > 1.0 else -x,
        lambda x: x * x if x >= 1.5 else -x,
        lambda x: -x if x < 1.0 else x * x,
        lambda x: -x if x <= 1.0 else x * x,
        lambda x: -x if not x > 1 else x * x,
        lambda x: x * x if x else x + 7.0,
        lambda x: max(x, x * x, key=lambda v: v) * 3.0,
        lambda x: ag.where(x.sin() > 0.5, x * x, -x),
        lambda x: ag.where(x.tanh(), x * x, -x),
        lambda x: x * (1.0 if x.data > 1.0 else 2.0),
        lambda x: x * x.item(),
        lambda x: x * x.detach(),
        lambda x: x * (1.0 if x - 1.0 > x * 0.25 else 2.0),
    ],
)
def test_branches_are_guarded(f):
    step = compile(f)
    for _ in range(3):
        for x in (2.0, 0.5, 0.0, -1.0, 1.0, 1.5, 2.0, math.nan):
            value, slope = value_and_grad(f)(x)
            assert step(x) == pytest.approx((value, slope), rel=1e-13, nan_ok=True)


def test_a_relu_written_with_if_is_traced_again_when_it_bends():
    def f(w, x):
        z = [sum(a * b for a, b in zip(row, x, strict=True)) for row in w]
        return sum(k if k > 0 else 0.0 for k in z)

    step = compile(f)
    rng = np.random.default_rng(1)
    w = rng.normal(size=(5, 3))
    for _ in range(30):
        x = rng.normal(size=3)
        value, slopes = value_and_grad(f)(w, x)
        found = step(w, x)
        assert found[0] == pytest.approx(value, rel=1e-13)
        assert found[1] == pytest.approx(slopes, rel=1e-12)
    stats = step.stats()
    assert stats["broken guards"] > 3
    assert stats["traces"] < 30
    before = step.stats()["traces"]
    step(w, x * 1.01)
    assert step.stats()["traces"] == before
    assert "guards" in str(step)
    assert "> 0.0 was" in str(step)


def test_what_only_guards_need_has_no_adjoint():
    # log(0) is compared with and has the derivative inf: 0 * inf would be nan.
    def f(x):
        logs = [k.log() for k in x]
        top = 2.0 if logs[0] < logs[1] else 3.0
        return logs[1] * top + x[0]

    for form in ("matrix", "tape"):
        step = compile(f, form=form)
        for _ in range(2):
            assert step([0.0, 2.0]) == (2.0 * math.log(2.0), [1.0, 1.0])
            assert step([4.0, 2.0])[1] == [1.0, 1.5]


def test_a_guard_may_go_on_from_the_result():
    def f(x):
        y = x[0] * x[1] + x[2]
        return y if y * 2.0 + 1.0 > 3.0 else y * y

    for form in ("matrix", "tape"):
        step = compile(f, form=form)
        for _ in range(2):
            assert step([1.0, 2.0, 3.0]) == (5.0, [2.0, 1.0, 1.0])
            assert step([1.0, 0.5, 0.0]) == (0.25, [0.5, 1.0, 1.0])


def test_comparisons_and_reads_of_other_threads_are_theirs():
    seen = []

    def f(x):
        look = lambda: seen.append(Value(3.0).data > 2.0 < Value(3.0))  # noqa: E731
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        return x * 2.0

    step = compile(f)
    step(1.0)
    assert seen == [True]
    assert "guards" not in str(step)


def test_tracing_ends_with_an_error():
    @compile
    def f(x):
        raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            f(1.0)
    x = Value(1.0)
    assert x > 0.0
    assert x.data == 1.0
    from autograd_scalar.graph.tracing import tracers

    assert not tracers


def test_inside_no_grad_it_records_all_the_same():
    step = compile(lambda x: x * x)
    with ag.no_grad():
        assert step(3.0) == (9.0, 6.0)


def test_many_guards_are_shown_in_part():
    step = compile(lambda x: sum(k if k > 0.5 else k * k for k in x))
    step([1.0] * 30)
    assert "and 10 more" in str(step)
    assert str(step).count("> 0.5 was True") == 20


def test_a_result_may_be_a_constant_that_was_chosen():
    step = compile(lambda x: 5.0 if x > 0.0 else 6.0, form="matrix")
    for _ in range(3):
        assert step(1.0) == (5.0, 0.0)
        assert step(-1.0) == (6.0, 0.0)


def test_a_softmax_that_reads_data_is_right_in_each_call():
    step = compile(softmax_by_data)
    rng = np.random.default_rng(1)
    W = rng.normal(size=(5, 8))
    for _ in range(6):
        x = rng.normal(size=8)
        value, slopes = value_and_grad(softmax_by_data)(W, x)
        found = step(W, x)
        assert found[0] == pytest.approx(value, rel=1e-13)
        assert found[1] == pytest.approx(slopes, rel=1e-11, abs=1e-15)
    assert step.stats()["traces"] == 6


def softmax_by_data(W, x):
    z = [graphs.weighted(row, x) for row in W]
    top = max(k.data for k in z)
    powers = [(k - top).exp() for k in z]
    return -(powers[0] / sum(powers)).log()


def test_a_number_that_rounding_changes_is_not_relied_on():
    x = np.random.default_rng(1).normal(size=100)
    total = math.fsum(x * x) - 1e-12

    def f(x):
        z = sum(k * k for k in x) - total  # next to nothing is left but rounding
        return x[0] * z.data

    step = compile(f, form="matrix")
    for _ in range(2):
        value, slopes = value_and_grad(f)(x)
        assert step(x)[0] == value
        assert step(x)[1].tolist() == slopes.tolist()
    assert step.stats()["traces"] == 4


def test_a_trace_that_is_gone_hears_nothing():
    from autograd_scalar.graph import tracing
    from autograd_scalar.program.guards import Answers

    tracing.begin(Answers())  # and nobody keeps it
    assert not tracing.tracers
    first, second = Answers(), Answers()
    tracing.begin(first)
    tracing.begin(second)
    del first
    assert Value(1.0) > 0.0
    tracing.end()
    assert len(second.asked) == 1


def test_an_integer_that_got_out_is_a_number():
    found = []
    compile(lambda x, n: found.append(n) or x)(1.0, 3)
    assert (found[0] < 4, [*range(found[0])], found[0] == 3) == (True, [0, 1, 2], True)


def test_derivatives_within_a_function_are_part_of_it():
    functions = [
        ag.grad(lambda y: y * y * y * ag.sin(y)),
        lambda x: ag.grad(lambda y: y * y * x)(2.0),  # x comes from outside
        lambda x: ag.hvp(lambda y: y[0] * y[0] * y[1] * x, ([x, 2.0],), ([1.0, 0.0],))[
            0
        ],
        lambda x: ag.gradients((x * x).exp(), x, create_graph=True) * x,
    ]
    for f in functions:
        step = compile(f)
        for x in (0.5, 1.5, -0.25):
            assert step(x) == pytest.approx(value_and_grad(f)(x), rel=1e-13)
        assert step.stats()["traces"] == 1


# ---- Integers ------------------------------------------------------------------------


def test_integers_are_data_in_arithmetic():
    def f(w, X, y):
        return sum(
            (1 + -t * sum(a * b for a, b in zip(w, x, strict=True))).relu()
            for x, t in zip(X, y, strict=True)
        )

    step = compile(f)
    for X, y in [([[1, 0], [0, 1]], [1, -1]), ([[2, 3], [4, 0]], [-1, 1])]:
        value, slopes = value_and_grad(f)([0.5, 0.25], X, y)
        assert step([0.5, 0.25], X, y) == (value, slopes)
        assert step([0.5, 0.25], np.array(X), np.array(y)) == (value, slopes)
    assert step.stats()["traces"] == 2  # of lists, and of arrays


def test_integers_that_python_needs_are_fixed():
    def f(x, n, k):
        rows = [x * 2.0, x * x, x + 1.0]
        total = rows[k]
        for _ in range(n):
            total = total * x
        return total / n + x * (n % 2) + x ** (k + 0) + float(n > 2)

    step = compile(f)
    for _ in range(2):
        for n, k in [(1, 2), (3, 0), (2, 1), (3, -1)]:
            found = step(1.5, n, k)
            assert found == pytest.approx(value_and_grad(f)(1.5, n, k), rel=1e-13)


@pytest.mark.parametrize(
    "f",
    [
        lambda n: n + 1, lambda n: 1 + n, lambda n: 5 - n, lambda n: n - 5,
        lambda n: n * 3, lambda n: 3 * n, lambda n: -n, lambda n: +n, abs,
        lambda n: n // 2, lambda n: 7 // n, lambda n: n % 2, lambda n: 7 % n,
        lambda n: n**2, lambda n: 2**n, lambda n: n / 2, lambda n: 2 / n,
        lambda n: n + n, lambda n: n // n, lambda n: n + 0.5, lambda n: 0.5 * n,
        int, float, round, lambda n: round(n, -1),
        lambda n: len([0] * n), lambda n: len("ab" * n), hash,
        lambda n: int(f"{n:03d}"), lambda n: int(repr(n)), math.sqrt, math.trunc,
        lambda n: {3: 5, 4: 6}.get(n, 7), lambda n: [1, 2, 3, 4, 5, 6][n - 1],
        lambda n: 1 if n == 3 else 2, lambda n: 1 if n != 3 else 2,
        lambda n: 1 if n < 4 else 2, lambda n: 1 if n >= 4 else 2,
        lambda n: 1 if n <= n - 1 else 2, lambda n: 1 if n > 3.5 else 2,
        lambda n: 1 if n else 2, lambda n: 1 if n == "a" else 2,
        lambda n: 1 if Value(3.5) > n else 2, lambda n: 1 if n < Value(3.5) else 2,
        lambda n: ag.sum([n, Value(1.0)]), lambda n: ag.dot([n], [2]),
        lambda n: Value(2.0) ** n, lambda n: n ** Value(2.0),
    ],
)  # fmt: skip
def test_each_use_of_an_integer(f):
    step = compile(lambda x, n: x * f(n))
    for _ in range(2):
        for n in (3, 4, 5, 3):
            expected = value_and_grad(lambda x, n=n: x * f(n))(2.0)
            assert step(2.0, n) == pytest.approx(expected, rel=1e-14)


def test_lists_are_no_numbers_beside_an_integer():
    with pytest.raises(TypeError, match="unsupported operand"):
        compile(lambda x, n: x * (n + {}))(1.0, 3)


def test_take_records_the_choice():
    def f(E, tokens):
        total = 0.0
        for one, two in pairwise(tokens):
            x = [a + b for a, b in zip(ag.take(E, one), ag.take(E, two), strict=True)]
            scores = [(a * b + 1.0).tanh() for a, b in pairwise(x)]
            total = total + ag.take(scores, 0) * x[0] + ag.take(x, two - one).square()
        return total

    rng = np.random.default_rng(1)
    E = rng.normal(size=(4, 3))
    for form in ("matrix", "tape", "auto"):
        step = compile(f, form=form)
        for tokens in ([0, 1, 2, 3], [3, 3, 1, 2], [0, 0, 0, 0], [2, 1, 0, -2]):
            value, gradient = value_and_grad(f)(E, tokens)
            found, slopes = step(E, tokens)
            assert found == pytest.approx(value, rel=1e-13)
            assert slopes == pytest.approx(gradient, rel=1e-12)
            again = step(E, np.array(tokens))
            assert again[0] == found
        assert step.stats()["programs"] == 1
        assert step.stats()["traces"] == 2
        with pytest.raises(ShapeError, match="from -4 to 3, as the table has 4 rows"):
            step(E, [0, 1, 2, 4])


def test_take_of_plain_numbers_and_of_mixed_rows():
    table = [1.0, 2.0, 4.0]

    def f(w, k):
        return w[0] * ag.take(table, k) + ag.take([w[1], 5.0, w[0] * w[1]], k)

    step = compile(f, form="matrix")
    for k in (0, 1, 2, -1):
        assert step([3.0, 7.0], k) == value_and_grad(f)([3.0, 7.0], k)
    assert step.stats()["programs"] == 1


def test_take_under_map_has_an_index_for_each_example():
    E = [[Value(k + 10.0 * i) for k in range(2)] for i in range(3)]
    i, j = Value(0.0), Value(1.0)
    x = ag.take(E, i)
    root = x[0] * x[1] + ag.take([k.square() for k in x], j) + ag.take([1.0, 3.0], j)
    wrt = [k for row in E for k in row]
    X = [[0, 1], [2, 0], [1, 1], [2, -1], [2, 0]]
    found = []
    for form in ("matrix", "tape"):
        program = compile(root, wrt, [i, j], form=form)
        for _ in range(2):
            value, gradient = program.map([k.data for k in wrt], X, reduction="sum")
            found.append([value, *gradient])
        with pytest.raises(ShapeError, match="got 3"):
            program.map([k.data for k in wrt], [[0, 0], [3, 0]])
        with pytest.raises(OperandError, match=r"an integer, got 0\.5"):
            program.map([k.data for k in wrt], [[0.5, 0], [1, 0]])
    each = [
        compile(root, wrt, [i, j], form="tape")([k.data for k in wrt], x) for x in X
    ]
    expected = [sum(v for v, _ in each), *sum(g for _, g in each)]
    for one in found:
        assert one == pytest.approx(expected, rel=1e-13)


def test_take_without_compile():
    rows = [Value(1.0), 2.0, Value(3.0)]
    assert ag.take(rows, 0) is rows[0]
    assert ag.take(rows, -1) is rows[2]
    assert ag.take(rows, [0, 2]) == [rows[0], rows[2]]
    table = np.arange(6.0).reshape(3, 2)
    assert ag.take(table, 1).tolist() == [2.0, 3.0]
    assert [row.tolist() for row in ag.take(table, np.array([2, 0]))] == [
        [4, 5],
        [0, 1],
    ]
    index = Value(1.0)
    taken = ag.take([*map(Value, (4.0, 5.0))], index)
    taken.backward()
    assert (taken.data, taken.op, index.grad) == (5.0, "take", 0.0)
    assert [p.grad for p in taken.parents] == [0.0, 1.0, 0.0]
    slopes = ag.gradients(taken, [*taken.parents], create_graph=True)
    assert [s.data for s in slopes] == [0.0, 1.0, 0.0]


def test_wrong_tables_and_indices():
    rows = [Value(1.0), Value(2.0)]
    for index, error, message in [
        (2, ShapeError, "from -2 to 1, as the table has 2 rows, got 2"),
        (-3, ShapeError, "got -3"),
        (0.5, OperandError, "an integer, got 0.5"),
        ("a", OperandError, "real number"),
        (Value(5.0), ShapeError, "got 5"),
        (Value(0.5), OperandError, "an integer"),
    ]:
        with pytest.raises(error, match=message):
            ag.take(rows, index)
    with pytest.raises(ShapeError, match="table has 0 rows"):
        ag.take([], 0)
    with pytest.raises(OperandError, match="a list, a tuple or an array"):
        ag.take(3.0, 0)
    with pytest.raises(ShapeError, match="rows of one length, got 1 and 2"):
        ag.take([[Value(1.0)], rows], Value(0.0))
    with pytest.raises(OperandError, match=r"a row of take\(rows\)"):
        ag.take([[Value(1.0)], 3.0], Value(0.0))


# ---- The cache -----------------------------------------------------------------------


def test_graphs_of_one_structure_share_a_program():
    E = np.random.default_rng(1).normal(size=(9, 3))

    def f(E, i, j):
        return sum(a * b for a, b in zip(E[i], E[j], strict=True)).tanh()

    step = compile(f)
    pairs = [(0, 1), (2, 3), (4, 5), (7, 6), (2, 2), (3, 3)]
    for i, j in pairs:
        value = value_and_grad(f)(E, i, j)[0]
        assert step(E, i, j)[0] == pytest.approx(value, rel=1e-15)  # added otherwise
        assert step(E, i, j)[1] == pytest.approx(value_and_grad(f)(E, i, j)[1])
    assert step.stats()["programs"] == 2  # E[i] * E[i] has another structure


def test_numbers_from_outside_that_change_become_data():
    rate = Value(0.5)
    step = compile(lambda x: (x * rate).tanh())
    for number in (0.5, 2.0, 3.0, 3.0):
        rate.data = number
        assert step(1.0)[0] == math.tanh(number)
    assert step.stats()["traces"] == 2  # at 3.0 it is data already
    assert step.stats()["programs"] == 1


def test_constants_that_differ_from_trace_to_trace_become_data():
    numbers = iter(range(1, 9))

    def f(x, n):
        top = float(next(numbers))
        return x * top + (7.0 if n > 2 else 8.0) * x * x + float(n)

    step = compile(f)
    for n, top in zip((1, 3, 2, 4, 5, 6), (1, 2, 3, 4, 5, 6), strict=True):
        value, slope = step(1.0, n)
        seven = 7.0 if n > 2 else 8.0
        assert (value, slope) == (top + seven + n, top + 2 * seven)
    assert step.stats()["programs"] == 1


def test_one_constant_after_the_other_becomes_data():
    numbers = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]

    def f(x, n):
        return sum(x**k * c for k, c in enumerate(numbers, 1)) + float(n)

    step = compile(f, form="matrix")
    for n in range(9):
        numbers[n % 6] += 1.0
        value, slope = value_and_grad(f)(0.5, n)
        assert step(0.5, n) == pytest.approx((value, slope), rel=1e-14)
    assert step.stats()["programs"] == 1


def test_the_cache_is_bounded_and_can_be_cleared():
    step = compile(lambda x: sum(k * k for k in x))
    for n in range(1, 100):
        assert step([1.0] * n)[0] == n
    stats = step.stats()
    assert stats["programs"] == stats["shapes"] == len(step.programs) == 64
    assert repr(step) == "<compiled <lambda>, 64 programs>"
    step.clear_cache()
    assert step.stats() == dict.fromkeys(stats, 0)
    assert step([2.0]) == (4.0, [4.0])
    branchy = compile(lambda x, n: x * x if n == 0 else sum([x] * n))
    for _ in range(2):
        for n in range(20):
            assert branchy(1.0, n)[0] == max(n, 1)
    assert len(branchy._shapes) == 1
    assert len(*branchy._shapes.values()) == 8
    for n in range(20, 90):
        branchy(1.0, n)
    assert len(branchy._seen) == 64


def test_a_graph_that_is_new_each_time_is_not_compiled():
    lengths = iter(range(1, 100))
    step = compile(lambda x: sum([x * x.data] * next(lengths)))
    for n in range(1, 20):
        assert step(float(n)) == (n**3, n**2)
    assert step.stats()["programs"] == 1


def test_threads_may_call_one_function():
    step = compile(layers)
    points = [point(seed, m) for seed in range(4) for m in (2, 3)]
    expected = [value_and_grad(layers)(*p)[0] for p in points]
    wrong = []

    def work():
        for _ in range(5):
            for p, value in zip(points, expected, strict=True):
                if abs(step(*p)[0] - value) > 1e-12:
                    wrong.append(p)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert step.stats()["programs"] == 2


# ---- Wrong uses ----------------------------------------------------------------------


def test_wrong_functions_are_rejected():
    def numbers():
        yield 1.0

    for wrong in (numbers, int):
        with pytest.raises(OperandError, match="above a function that returns one"):
            compile(wrong)
    with pytest.raises(OperandError, match=r"compile\(\) needs a Value"):
        compile("text", [])
    with pytest.raises(OperandError, match="whose arguments are its inputs"):
        compile(lambda x: x, None, [Value(1.0)])
    with pytest.raises(OperandError, match="'auto' or 'matrix' or 'tape'"):
        compile(lambda x: x, form="fast")
    with pytest.raises(OperandError, match="sequence of leaf Values"):
        compile(lambda x: x, wrt=3.0)
    with pytest.raises(OperandError, match="needs wrt="):
        compile(Value(1.0))

    class Net:
        @compile
        def loss(self, x):
            return x

    assert repr(Net.loss) == "<compiled loss, 0 programs>"
    with pytest.raises(OperandError, match=r"loss\(\) is a method"):
        Net().loss(1.0)


def test_functions_that_do_not_tell_their_parameters():
    step = compile(max)
    assert step(1.0, 2.0) == (2.0, 0.0)
    assert step(3.0, 2.0) == (3.0, 1.0)


def test_an_index_that_is_differentiated_by_has_derivative_0():
    i = Value(1.0)
    program = compile(ag.take([2.0, 3.0], i) * i, [i], form="matrix")
    assert program([0.0]) == (0.0, [2.0])
    assert program([1.0]) == (3.0, [3.0])


def test_wrong_arguments_are_rejected():
    step = compile(lambda x, *rest, **named: x)
    cyclic = []
    cyclic.append(cyclic)
    for args, error, message in [
        ((), OperandError, "a first argument by position"),
        ((object(),), OperandError, "argument 1 of <compiled <lambda>, 0 programs>"),
        ((1.0, {1.0, 2.0}), OperandError, "argument 2 of .* got set"),
        ((1.0, 1j), OperandError, "got complex"),
        ((1.0, 2**60 + 1), OperandError, "got int"),
        ((1.0, np.array([2**60 + 1])), OperandError, "no exact float64"),
        ((1.0, np.array(["a"])), OperandError, "an array of <U1"),
        ((cyclic,), ShapeError, "does it contain itself"),
    ]:
        with pytest.raises(error, match=message):
            step(*args)
    with pytest.raises(OperandError, match="z= of"):
        step(1.0, z=object())
    assert step(1.0, True, None, "text", np.bool_(1), np.array([True])) == (1.0, 1.0)
    assert step(1.0, math.nan, np.array([math.nan])) == (1.0, 1.0)


def test_wrong_results_are_rejected():
    for wrong in ([1.0], None, "text", (1.0, 2.0)):
        with pytest.raises(OperandError, match="returns one Value, as a loss"):
            compile(lambda x, wrong=wrong: wrong)(1.0)
    assert compile(lambda x: 5.0)(1.0) == (5.0, 0.0)
    assert compile(lambda x, n: n)(1.0, 3) == (3.0, 0.0)
    assert compile(lambda x: np.array(x * x))(3.0) == (9.0, 6.0)


def test_a_compiled_function_within_another_is_rejected():
    inner = compile(lambda x: x * x)
    outer = compile(lambda x: inner(x)[0])
    with pytest.raises(OperandError, match="within a function that is being traced"):
        outer(1.0)
    assert compile(inner.__wrapped__)(3.0) == (9.0, 6.0)


def test_booleans_among_what_is_differentiated_stay():
    step = compile(lambda p: p["x"] * 2.0 if p["on"] else p["x"])
    assert step({"x": 3.0, "on": True}) == (6.0, {"x": 2.0, "on": True})
    mask = np.array([True, False])
    value, gradient = compile(lambda p: p[0] * float(p[1][0]))([3.0, mask])
    assert (value, gradient[0], gradient[1] is mask) == (3.0, 1.0, True)
