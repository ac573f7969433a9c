"""numerics.md section 2: the semantics of the graph, one test a row."""

import _thread
import copy
import functools
import gc
import math
import pickle
import signal
import sys
import threading

import pytest

import autograd_scalar as ag
from autograd_scalar import HistoryError, OperandError, Value, gradients
from autograd_scalar.graph import modes, node, recording, sweeps
from autograd_scalar.graph.sweeps import topological_order


def test_backward_twice_interior_latest_leaves_accumulate():
    a = Value(2.0)
    cube = a**3
    loss = 2 * cube
    loss.backward()
    assert (a.grad, cube.grad, loss.grad) == (24.0, 2.0, 1.0)
    loss.backward()
    assert (a.grad, cube.grad, loss.grad) == (48.0, 2.0, 1.0)


def test_leaves_add_the_same_bits_at_every_call():
    leaf = Value(0.1)
    loss = leaf * 0.3 + leaf * 0.7 + leaf.tanh() + leaf / 3.0
    loss.backward()
    once = leaf.grad
    loss.backward()
    assert leaf.grad == once + once


def test_gradients_is_the_stateless_twin():
    a, unused = Value(2.0), Value(5.0)
    cube = a**3
    assert gradients(2 * cube, [a, cube, unused]) == [24.0, 2.0, 0.0]
    assert gradients(2 * cube, a, seed=0.5) == 12.0
    assert (a.grad, a.has_grad, cube.has_grad) == (0.0, False, False)


def test_gradients_has_the_bits_of_backward():
    leaves = [Value(0.1 * i) for i in range(1, 6)]
    loss = ag.sum([x.tanh() * y / (x + 3.0) for x in leaves for y in leaves])
    loss.backward()
    assert gradients(loss, leaves) == [leaf.grad for leaf in leaves]


def test_not_computed_yet_is_zero_but_known():
    x = Value(3.0)
    assert (x.grad, x.has_grad) == (0.0, False)
    (x * 0.0).backward()
    assert (x.grad, x.has_grad) == (0.0, True)
    x.zero_grad()
    assert (x.grad, x.has_grad) == (0.0, False)
    x.grad = 0.0
    assert x.has_grad


def test_zero_grad_forgets_the_number_too():
    x = Value(3.0)
    (x * x).backward()
    x.zero_grad()
    assert (x.grad, x.has_grad) == (0.0, False)


def test_a_leaf_keeps_the_number_before_the_last_write():
    x = Value(3.0)
    assert x.data_before == 3.0
    x.data = 4.0
    x.data = 5.0
    assert (x.data_before, x.data) == (4.0, 5.0)
    assert (x * 2.0).data_before == 10.0


def test_a_node_names_its_row_and_a_leaf_has_none():
    x = Value(3.0)
    y = x + Value(4.0)
    assert y.primitive is ag.PRIMITIVES["add"]
    assert x.primitive is None


def test_a_computed_node_is_no_constant_whatever_its_derivatives_are():
    y = Value(3.0) + Value(4.0)
    assert y.local_derivatives == (1.0, 1.0)
    assert not y.is_constant


def test_backward_uses_the_recorded_point():
    x = Value(3.0)
    y = x * x
    x.data = 10.0
    y.backward()
    assert (x.grad, y.data) == (6.0, 9.0)


def test_same_operand_twice_is_two_edges():
    x = Value(3.0)
    for y, expected in ((x * x, 6.0), (x + x, 2.0), (x - x, 0.0), (x / x, 0.0)):
        assert y.parents == (x, x)
        assert len(y.local_derivatives) == 2
        assert gradients(y, x) == expected


def test_the_counterexample_to_skipping_the_sort():
    a = Value(3.0)
    b = a + a
    c = b + b
    c.backward()
    assert (a.grad, b.grad) == (4.0, 2.0)


@pytest.mark.parametrize("make", [lambda x: x, lambda x: x * 1.0])
def test_root_may_be_anything(make):
    root = make(Value(2.0))
    root.backward(seed=2.5)
    assert root.grad == 2.5


def test_seed_on_a_leaf_accumulates():
    x = Value(1.0)
    x.backward()
    x.backward()
    assert x.grad == 2.0


def test_augmented_assignment_builds_a_new_node():
    x = Value(1.0)
    y = x
    y += 1.0
    assert y is not x
    assert (x.data, x.is_leaf, y.data, y.op) == (1.0, True, 2.0, "add")


def test_copy_and_pickle():
    leaf = Value(2.0, "x")
    leaf.grad = 3.0
    for twin in (
        copy.copy(leaf),
        copy.deepcopy(leaf),
        pickle.loads(pickle.dumps(leaf)),
    ):
        assert twin is not leaf
        assert (twin.data, twin.grad, twin.label, twin.has_grad) == (
            2.0,
            3.0,
            "x",
            True,
        )
    assert not copy.copy(Value(1.0)).has_grad
    for act in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(HistoryError, match=r"copy its \.data") as caught:
            act(leaf * 2)
        assert isinstance(caught.value, TypeError)


def chain(length):
    x = Value(1.0)
    y = x
    for _ in range(length):
        y = y + 1.0
    return x, y


@pytest.mark.parametrize(
    "depth", [150_000, pytest.param(1_000_000, marks=pytest.mark.slow)]
)
def test_deep_chain_without_recursion(depth):
    limit = sys.getrecursionlimit()
    x, y = chain(depth)
    y.backward()
    assert (x.grad, y.data) == (1.0, depth + 1.0)
    assert gradients(y, x) == 1.0
    assert len(repr(y)) < 100
    del y
    assert sys.getrecursionlimit() == limit


@pytest.mark.thorough
def test_deep_chain_frees_through_either_parent():
    y = Value(1.0)
    for i in range(300_000):
        y = y * 1.0 if i % 2 else 1.0 * y
    del y


def test_wide_fan_in_and_fan_out():
    leaves = [Value(1.0) for _ in range(100_000)]
    total = ag.sum(leaves)
    total.backward()
    assert total.data == 100_000.0
    assert all(leaf.grad == 1.0 for leaf in leaves)
    x = Value(1.0)
    ag.sum([x] * 100_000).backward()
    assert x.grad == 100_000.0


def test_ladder_of_two_to_the_sixty_paths():
    x = Value(1.0)
    y = x
    for _ in range(60):
        y = y + y
    y.backward()
    assert x.grad == 2.0**60
    assert len(topological_order(y)) == 61


def test_order_is_post_order_left_to_right():
    a, b = Value(1.0, "a"), Value(2.0, "b")
    c = (a * b).named("c")
    d = (b + c).named("d")
    loss = ag.sum([d, a, c]).named("loss")
    assert [v.label for v in topological_order(loss)] == ["b", "a", "c", "d", "loss"]


def test_a_numbered_graph_tells_nodes_by_their_places_in_the_order():
    x, y, unused = Value(0.5), Value(3.0), Value(4.0)
    product = x * y
    product.backward()
    x.zero_grad()
    root = ag.sum([product.tanh() - x, y, product])
    found = sweeps.numbered(root, [product, unused, root, x])
    order = found.order
    assert order == topological_order(root)
    for i, v in enumerate(order):
        places = found.parents[found.starts[i] : found.starts[i + 1]]
        assert places == [order.index(parent) for parent in v.parents]
    assert (found.starts[0], found.starts[-1]) == (0, len(found.parents))
    assert found.wanted == [order.index(product), -1, len(order) - 1, 0]
    assert [v.has_grad for v in (x, y, product)] == [False, True, True]


def test_no_reference_cycles():
    def step():
        x = [Value(0.1 * i) for i in range(20)]
        loss = ag.logsumexp([ag.dot(x, x, start=v).tanh() * v for v in x])
        loss.backward()
        gradients(loss, x)

    step()
    gc.collect()
    gc.disable()
    try:
        before = sum(isinstance(o, Value) for o in gc.get_objects())
        for _ in range(3):
            step()
        assert sum(isinstance(o, Value) for o in gc.get_objects()) == before
    finally:
        gc.enable()


def test_memory_per_node():
    import tracemalloc

    x = Value(0.5)
    tracemalloc.start()
    y = x
    for _ in range(10_000):
        y = y * x + x
    y.backward()
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used / 20_000 <= 220


class Interrupting(float):
    """Raises when the sweep multiplies with it."""

    def __mul__(self, other):
        raise KeyboardInterrupt

    __rmul__ = __mul__


def sweep_interrupted(a, b, product, loss):
    held = product._left_derivative
    product._left_derivative = Interrupting(3.0)
    with pytest.raises(KeyboardInterrupt):
        loss.backward()
    product._left_derivative = held


def any_line_interrupted(a, b, product, loss):
    """KeyboardInterrupt at the n-th line that sweeps.py runs, for every n."""
    truth = gradients(loss, [a, b, product])
    for act in (
        loss.backward,
        lambda: gradients(loss, [a, b, product]),
        lambda: topological_order(loss),
    ):
        line, done = 0, False
        while not done:
            line += 1
            done = interrupted_at(line, act)
            if not done:
                assert (a.grad, b.grad) == (4.0, 2.0), line
            a.grad, b.grad = 4.0, 2.0
            assert gradients(loss, [a, b, product]) == truth, line
            assert len(topological_order(loss)) == 4, line
            loss.backward()
            assert (a.grad, b.grad, product.grad) == (8.0, 4.0, 1.0), line
            assert product.has_grad
            a.grad, b.grad = 4.0, 2.0
        assert line > 20


def interrupted_at(line, act):
    """Whether it ended before that many lines of sweeps.py had run."""
    left, ended = line, []

    def trace(frame, event, _):
        nonlocal left
        if frame.f_code.co_filename != sweeps.__file__:
            return None
        if event == "line" and frame.f_code.co_name != "_alone":
            left -= 1
            if left == 0:
                raise KeyboardInterrupt
        return trace

    def run():
        sys.settrace(trace)
        try:
            act()
            ended.append(True)
        except KeyboardInterrupt:
            ended.append(False)
        finally:
            sys.settrace(None)

    thread = threading.Thread(target=run)  # with a trace function of its own
    thread.start()
    thread.join()
    return ended[0]


def sweep_until_interrupted(loss, seconds):
    threading.Timer(seconds, _thread.interrupt_main).start()
    while True:
        loss.backward()


def raise_in_our_code(_, frame):
    """What Ctrl-C does, but never inside a tool's own frames, such as coverage's with
    its lock held: there the signal is sent again a moment later."""
    if frame.f_code.co_filename in {__file__, sweeps.__file__, node.__file__}:
        raise KeyboardInterrupt
    threading.Timer(0.0005, _thread.interrupt_main).start()


def timer_interrupted(a, b, product, loss):
    """Ctrl-C at 30 moments of an endless loop of sweeps."""
    once = gradients(loss, a)
    handler = signal.signal(signal.SIGINT, raise_in_our_code)
    for i in range(30):
        with pytest.raises(KeyboardInterrupt):
            sweep_until_interrupted(loss, 0.002 + 0.00037 * i)
        assert a.grad % once == 0.0
    signal.signal(signal.SIGINT, handler)
    a.grad, b.grad = 4.0, 2.0


# Compiled sweeps hold no object that could raise, and meet Ctrl-C at their end.
INTERRUPTIONS = {
    "plain": [sweep_interrupted, any_line_interrupted, timer_interrupted],
    "compiled": [timer_interrupted],
}


@pytest.mark.parametrize("interrupt", INTERRUPTIONS[ag.implementation])
def test_interruptions_leave_leaves_alone_and_the_graph_usable(interrupt):
    a, b = Value(2.0, "a"), Value(3.0, "b")
    product = a * b
    loss = ag.sum([product, a])
    loss.backward()
    interrupt(a, b, product, loss)
    assert (a.grad, b.grad) == (4.0, 2.0)
    assert len(topological_order(loss)) == 4
    loss.backward()
    assert (a.grad, b.grad) == (8.0, 4.0)


@pytest.mark.skipif(
    ag.implementation != "plain", reason="no compiled sweep can be made to raise"
)
def test_an_interrupted_sweep_leaves_adjoints_to_leaves_that_had_one():
    held, new = Value(2.0), Value(3.0)
    held.backward()
    product = held * new
    loss = product * 2.0
    sweep_interrupted(held, new, product, loss)
    assert (held.grad, held.has_grad) == (1.0, True)
    for other in (new, product, loss):
        assert (other.grad, other.has_grad) == (0.0, False)


@pytest.mark.skipif(
    ag.implementation != "plain" or sys.version_info < (3, 14),
    reason="compiled code, and a with statement, make no calls for Ctrl-C to hit",
)
@pytest.mark.parametrize("moment", ["c_call", "c_return"])
def test_ctrl_c_at_the_lock_leaves_the_turn_to_other_threads(moment):
    x = Value(2.0)
    y = x * x

    def profile(frame, event, call):
        where = frame.f_code.co_filename, getattr(call, "__name__", "")
        if event == moment and where == (sweeps.__file__, "acquire"):
            raise KeyboardInterrupt

    sys.setprofile(profile)
    try:
        with pytest.raises(KeyboardInterrupt):
            gradients(y, x)
    finally:
        sys.setprofile(None)
    other = threading.Thread(target=gradients, args=(y, x), daemon=True)
    other.start()
    other.join(60)
    assert not other.is_alive()


def test_threads_share_leaves():
    x = Value(0.5)
    shared = [x.tanh() * float(i) for i in range(50)]
    expected = gradients(ag.sum(shared), x)
    found, errors = [], []

    def work():
        try:
            for _ in range(200):
                found.append(gradients(ag.sum(shared), x))
                (x * 1.0).backward()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert set(found) == {expected}
    assert x.grad == 400.0


def test_no_grad_belongs_to_its_thread():
    x = Value(2.0)
    inside, outside = threading.Event(), threading.Event()
    recorded = []

    def other():
        inside.wait()
        recorded.append((x * x).is_leaf)
        outside.set()

    thread = threading.Thread(target=other)
    thread.start()
    with ag.no_grad():
        inside.set()
        outside.wait()
        assert (x * x).is_leaf
        assert ag.sum([x, x]).is_leaf
        with ag.no_grad():
            assert x.exp().is_leaf
        assert (-x).is_leaf
    thread.join()
    assert recorded == [False]
    assert not (x * x).is_leaf


def test_no_grad_ends_with_an_error_inside():
    with pytest.raises(ZeroDivisionError), ag.no_grad():
        1 / 0  # noqa: B018
    assert not (Value(1.0) + 1.0).is_leaf


def test_no_grad_decorates():
    @ag.no_grad()
    def predict(x):
        return x * 2

    assert predict(Value(1.0)).is_leaf

    class Net:
        @classmethod
        @ag.no_grad()
        def predict(cls, x):
            return x * 2

    assert Net.predict(Value(1.0)).is_leaf
    assert ag.no_grad()(Net().predict)(Value(1.0)).is_leaf  # a bound method
    cached = functools.cache(predict)  # it has no code object, but it wraps one
    assert ag.no_grad()(ag.no_grad()(cached))(Value(1.0)).is_leaf


class WrapsItself:
    def __init__(self):
        self.__wrapped__ = self

    def __call__(self):
        return self.__wrapped__


async def later(x):
    return x


async def each_later(x):
    yield x


def each(x):
    yield x


@pytest.mark.parametrize(
    "function",
    [
        *(later, each_later, each, functools.partial(later, 1.0), type("Net", (), {})),
        *(classmethod(later), staticmethod(each), math.sin, 3.0, None),
        *(classmethod(len), functools.cache(each), WrapsItself()),
        ag.no_grad,
    ],
)
def test_no_grad_decorates_plain_functions_only(function):
    message = (
        r"@no_grad\(\) needs a plain function, got .*put `with no_grad\(\):` inside"
    )
    with pytest.raises(OperandError, match=message):
        ag.no_grad()(function)


@pytest.mark.parametrize("misplaced", [(later,), (Value(1.0), 2)])
def test_no_grad_without_its_parentheses_says_what_to_write(misplaced):
    with pytest.raises(
        OperandError, match=r"no_grad\(\) takes no arguments, got .*; write `with no_gr"
    ):
        ag.no_grad(*misplaced)


def test_a_block_closed_twice_hides_no_other():
    ag.no_grad().__exit__()
    with ag.no_grad():
        assert (Value(1.0) + 1.0).is_leaf
    assert not (Value(1.0) + 1.0).is_leaf


@pytest.mark.parametrize("wrong", [1.0, None, "x", [1.0]])
def test_gradients_rejects_what_is_no_value(wrong):
    with pytest.raises(OperandError, match="gradients"):
        gradients(wrong, [Value(1.0)])
    with pytest.raises(OperandError, match="gradients"):
        gradients(Value(1.0), [wrong])
    with pytest.raises(OperandError, match="seed"):
        gradients(Value(1.0), [], seed="1")
    with pytest.raises(OperandError, match="seed"):
        Value(1.0).backward(seed=None)


def test_stack_of_hashes_and_identity():
    a, b = Value(1.0), Value(1.0)
    assert a == a  # noqa: PLR0124
    assert a != b
    assert len({a, b, a}) == 2


def test_a_traversal_within_a_traversal_is_rejected():
    x = Value(1.0)
    y = x * 2.0
    found = []

    class Curious(list):
        def __iter__(self):
            try:
                gradients(y, x)
            except ag.TraversalError as error:
                found.append(error)
            return super().__iter__()

    sweeps.stateless_sweep(y, 1.0, Curious([x]))
    assert "not re-entrant" in str(found[0])
    assert gradients(y, x) == 2.0


@pytest.mark.parametrize("wrong", ["x", 3, None])
def test_topological_order_rejects_what_is_no_value(wrong):
    with pytest.raises(OperandError, match="needs a Value, got"):
        topological_order(wrong)


def test_no_grad_in_generators_closed_in_any_order():
    def suspended():
        with ag.no_grad():
            yield

    first, second = suspended(), suspended()
    next(first)
    next(second)
    first.close()
    second.close()
    block = ag.no_grad()
    with block, block:
        assert (Value(1.0) * 2).is_leaf
    assert not (Value(1.0) * 2).is_leaf


def test_no_grad_cannot_decorate_what_suspends():
    def generator():
        yield

    async def coroutine():
        pass

    for wrong in (generator, coroutine, 3):
        with pytest.raises(OperandError, match="inside it"):
            ag.no_grad()(wrong)


def test_the_first_traversal_finds_every_new_node_unseen():
    fresh = sweeps._Turn()
    assert fresh.mark > Value(1.0)._mark | node.HAS_ADJOINT
    assert fresh.mark % (2 * node.HAS_ADJOINT) == 0
    assert not fresh.open


class Tokenless:
    """A context variable that is set and raises, as CPython's does without memory."""

    value = None

    def get(self):
        return self.value

    def set(self, value):
        self.value = value
        raise MemoryError


@pytest.mark.parametrize("mode", [ag.no_grad, ag.detect_anomaly])
def test_a_mode_that_cannot_be_entered_is_not_left_open(mode, monkeypatch):
    monkeypatch.setattr(modes, "innermost", Tokenless())
    with pytest.raises(MemoryError), mode():
        pass
    assert modes.innermost.get().held() is None
    recording.forget_ended()
    assert not recording.blocks
