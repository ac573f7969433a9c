"""`detect_anomaly`: the first inf or nan, its operands and its source line."""

import _thread
import asyncio
import contextvars
import gc
import math
import threading
import time
from pathlib import Path

import pytest

import autograd_scalar as ag
from autograd_scalar import AnomalyError, OperandError, Value, detect_anomaly, gradients
from autograd_scalar.diagnosis.anomaly import first_bad_adjoint, users_line
from autograd_scalar.graph.naming import describe
from autograd_scalar.graph.recording import blocks, forget_ended, innermost

HERE = Path(__file__).name


def line_with(text):
    """The number of the line of this file that ends in the marker."""
    lines = Path(__file__).read_text("utf-8").splitlines()
    (found,) = (k for k, line in enumerate(lines, 1) if line.endswith(f"# {text}"))
    return found


def assert_nothing_is_open():
    forget_ended()
    assert not blocks
    assert innermost.get() is None


# Values


@pytest.mark.parametrize(
    ("f", "said"),
    [
        (lambda x: x.log(), "log('x' = 0.0) = -inf is the first value that is not"),
        (lambda x: 1.0 / x, "div(1.0, 'x' = 0.0) = inf"),
        (lambda x: (x - 1.0).sqrt(), "sqrt(-1.0) = nan"),
        (lambda x: ag.sum([x, 1e308, 1e308]), "sum('x' = 0.0, 1e+308, 1e+308) = inf"),
        (lambda x: (x + 1000.0).exp(), "keep exp away from these operands"),
        (lambda x: (x + 1e200) * 1e200, "mul(1e+200, 1e+200) = inf"),
        (lambda x: x * Value(math.inf), "mul('x' = 0.0, inf) = nan"),
        (lambda x: Value(math.inf) - math.inf, "sub(inf, inf) = nan"),
        (lambda x: ag.logsumexp([x, *[1.0] * 5, math.nan]).log(), None),
        (lambda x: Value(math.inf) + x, None),
        (lambda x: (Value(-math.inf) + x).exp(), None),
        (lambda x: Value(math.nan) * x, None),
        (lambda x: x.sqrt(), None),
    ],
)
def test_the_first_value_that_is_not_finite(f, said):
    x = Value(0.0, "x")
    if said is None:
        with detect_anomaly():
            f(x)
        return
    with detect_anomaly(), pytest.raises(AnomalyError) as caught:
        f(x)
    assert said in str(caught.value)
    assert HERE in str(caught.value)


def test_the_users_line_is_quoted():
    p = Value(0.0, "p")
    with pytest.raises(AnomalyError) as caught, detect_anomaly():
        _ = ag.log(p)  # the line
    assert f"{HERE}:{line_with('the line')}: `_ = ag.log(p)  # the line`" in str(
        caught.value
    )


def test_there_may_be_no_line_of_the_users():
    ours = compile("found = users_line()", ag.__file__, "exec")
    namespace = {"users_line": users_line}
    exec(ours, namespace)
    assert namespace["found"].file == __file__
    # A thread of the lowest kind has no frame but the code's own.
    _thread.start_new_thread(exec, (ours, namespace))
    for _ in range(1000):
        if namespace["found"] is None:
            break
        time.sleep(0.01)
    assert namespace["found"] is None


def test_outside_of_the_block_nothing_is_watched():
    with detect_anomaly():
        pass
    assert Value(0.0).log().data == -math.inf
    assert_nothing_is_open()


def test_numbers_are_the_same_inside():
    def f(x):
        return ag.sum([ag.dot([x, x], [2.0, x]), -x, abs(x), x**2, 3.0 / x])

    x = Value(1.5)
    with detect_anomaly():
        inside = f(x)
    outside = f(x)
    assert inside.data == outside.data
    assert gradients(inside, x) == gradients(outside, x)
    assert inside.op == "sum"


def test_a_block_of_another_kind_watches_no_sweep():
    x = Value(0.0)
    y = x.sqrt()
    with ag.no_grad():
        y.backward()
    assert x.grad == math.inf


def test_no_grad_inside_gives_leaves():
    with detect_anomaly() as lines, ag.no_grad():
        y = Value(0.0).log()
        z = ag.sum([y, y])
    assert (y.data, y.is_leaf, z.is_leaf) == (-math.inf, True, True)
    assert lines.of(y) is None


# Adjoints


def test_the_first_adjoint_that_is_not_finite():
    x = Value(0.0, "x")
    x.grad = 5.0
    with detect_anomaly():
        root = x.sqrt().named("root")  # the square root
        loss = root * 2.0
        with pytest.raises(AnomalyError) as caught:
            loss.backward()
        with pytest.raises(AnomalyError):
            gradients(loss, x)
    message = str(caught.value)
    assert "'root' = sqrt('x' = 0.0) = 0.0 to its operand 0, 'x', is the" in message
    assert "adjoint 2.0 * local derivative inf = inf, recorded in" in message
    assert f"{HERE}:{line_with('the square root')}" in message
    assert (x.grad, root.grad, loss.has_grad) == (5.0, 0.0, False)


def test_a_sum_of_finite_contributions():
    x = Value(1.0, "x")
    with detect_anomaly():
        y = x * 1e-300
        loss = 1e308 * y + 1e308 * y
        with pytest.raises(AnomalyError, match="its contributions add up to inf"):
            loss.backward()


def test_a_node_from_before_the_block_has_no_line():
    x = Value(0.0, "x")
    loss = x.sqrt() * 1.0
    with detect_anomaly(), pytest.raises(AnomalyError) as caught:
        loss.backward()
    assert "recorded in" not in str(caught.value)


def test_a_sweep_that_is_right_goes_through():
    x = Value(3.0)
    with detect_anomaly():
        y = x * x
        y.backward()
        y.backward(math.inf)  # asked for
    assert x.grad == math.inf


def test_the_first_bad_adjoint_of_a_leaf_with_a_seed_of_nan():
    x = Value(1.0)
    bad = first_bad_adjoint([x], [math.nan])
    assert bad is not None
    assert "the adjoint of 1.0 is the first that" in str(bad)


def test_a_deep_graph():
    with detect_anomaly():
        x = y = Value(1.0)
        for _ in range(10_000):
            y = y + 1.0
        y.backward()
    assert x.grad == 1.0


# Blocks


def test_blocks_nest_and_lines_are_found_through_both():
    with detect_anomaly() as outer:
        x = Value(2.0) * 3.0
        with detect_anomaly() as inner:
            y = x * x
        z = y * 2.0
    assert inner.of(x) == outer.of(x) is not None
    assert inner.of(y) is not None
    assert outer.of(y) is None
    assert outer.of(z) is not None


def test_one_block_object_serves_twice_at_once():
    block = detect_anomaly()
    with block, block:
        pass
    assert_nothing_is_open()


def test_generators_close_their_blocks_in_any_order():
    def generator():
        with detect_anomaly():
            yield

    first, second = generator(), generator()
    next(first)
    next(second)
    first.close()
    with pytest.raises(AnomalyError):
        Value(0.0).log()
    second.close()
    assert Value(0.0).log().data == -math.inf
    assert_nothing_is_open()


def test_a_block_belongs_to_its_thread():
    found = []
    with detect_anomaly():
        thread = threading.Thread(target=lambda: found.append(Value(0.0).log().data))
        thread.start()
        thread.join()
    assert found == [-math.inf]


@pytest.mark.parametrize("is_watched", [False, True])
def test_a_block_closed_in_another_task_watches_no_more(is_watched):
    block = detect_anomaly()
    elsewhere, other = contextvars.Context(), detect_anomaly()

    async def task():
        block.__enter__()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        y = Value(1.0).log()
        y.backward()
        return Value(0.0).log().data

    async def closer():
        await asyncio.sleep(0)
        block.__exit__(None, None, None)

    async def both():
        return (await asyncio.gather(task(), closer()))[0]

    elsewhere.run(other.__enter__)  # so that operations ask at all
    try:
        if is_watched:
            with detect_anomaly(), pytest.raises(AnomalyError):
                asyncio.run(both())
        else:
            assert asyncio.run(both()) == -math.inf
    finally:
        elsewhere.run(other.__exit__, None, None, None)
    assert_nothing_is_open()


def test_it_decorates():
    @detect_anomaly()
    def f(x):
        """Its own docstring."""
        return x.log()

    assert f(Value(1.0)).data == 0.0
    assert f.__doc__ == "Its own docstring."
    with pytest.raises(AnomalyError):
        f(Value(0.0))
    with pytest.raises(OperandError, match=r"@detect_anomaly\(\) needs a plain"):
        detect_anomaly()(print)
    assert_nothing_is_open()


def test_it_takes_no_arguments_and_says_how_it_is_written():
    def f(x):
        return x.log()

    with pytest.raises(OperandError, match=r"got <function .*; write .*`@detect_anom"):
        detect_anomaly(f)  # what the decorator without parentheses does
    with pytest.raises(OperandError, match=r"no arguments, got True, check_nan=; wr"):
        detect_anomaly(True, check_nan=False)  # as PyTorch's
    assert_nothing_is_open()


def test_the_block_frees_its_nodes():
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        with detect_anomaly():
            y = Value(1.0)
            for _ in range(100):
                y = y * 2.0
        del y
        assert len(gc.get_objects()) - before < 50
    finally:
        gc.enable()


# Words


def test_descriptions():
    x = Value(2.0, "x")
    assert describe(x) == "'x' = 2.0"
    assert describe(Value(2.0)) == "2.0"
    many = ag.sum([x, *[1.0] * 9]).named("y")
    assert describe(many) == "'y' = sum('x' = 2.0, 1.0, 1.0, 1.0, and 6 more) = 11.0"
    hostile = Value(1.0, "\x1b[31m\u202e").exp()
    assert "\x1b" not in describe(hostile)
    assert "\u202e" not in describe(hostile)
