"""Programs in other processes: pickled, spread over workers, workers lost."""

import os
import pickle
import subprocess
import sys
import threading
from concurrent.futures import (
    BrokenExecutor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from importlib import import_module
from multiprocessing import get_context

import numpy as np
import pytest

import autograd_scalar as ag
import nn
from autograd_scalar import (
    HistoryError,
    OperandError,
    ShapeError,
    Value,
    compile,  # noqa: A004
)
from autograd_scalar.custom import OF_MODULES
from autograd_scalar.program import parallel

from . import graphs


def network_program():
    net = nn.MLP(3, [4, 2], activation="tanh", rng=1)
    x = [Value(0.1, f"x[{k}]") for k in range(3)]
    program = compile(nn.half_squared_error(net(x), [0.1, 0.2]), net.parameters(), x)
    return program, np.array([p.data for p in net.parameters()])


PROGRAM, THETA = network_program()
X = np.random.default_rng(1).normal(size=(2_000, 3))


@pytest.fixture(autouse=True)
def ranges(monkeypatch):
    """Eight ranges, however few examples there are."""
    monkeypatch.setattr(parallel, "_WORK", {True: 0, False: 0})
    monkeypatch.setattr(parallel, "_MOST", 8)


@pytest.fixture(scope="module")
def pool():
    with ProcessPoolExecutor(2, get_context("spawn")) as executor:
        yield executor


@pytest.mark.parametrize(
    "build", [graphs.moons, graphs.attention, graphs.determinant, graphs.mixture]
)
@pytest.mark.parametrize("form", ["matrix", "tape"])
def test_a_pickled_program_has_the_same_bits(build, form):
    root, wrt, inputs = build()
    program = compile(root, wrt, inputs, form=form)
    again = pickle.loads(pickle.dumps(program))
    theta = [p.data for p in wrt]
    value, gradient = program(theta)
    assert again(theta)[0] == value
    assert again(theta)[1].tobytes() == gradient.tobytes()
    assert str(again) == str(program)
    assert again.stats() == program.stats()
    with pytest.raises(HistoryError, match="ask the program that was compiled"):
        again.stages()[0].nodes[0]


def test_programs_with_take_are_pickled_and_those_of_the_user_are_not():
    rows, index = [Value(1.0), Value(2.0)], Value(1.0)
    program = compile(ag.take(rows, index).square(), rows, [index], form="matrix")
    assert pickle.loads(pickle.dumps(program))([3.0, 4.0], [0.0])[0] == 9.0

    @ag.primitive(partials=lambda x, y: (2.0 * x,))
    def squared(x):
        return x * x

    own = compile(squared(rows[0]), rows)
    with pytest.raises(OperandError, match=r"squared\(\), which @primitive made"):
        pickle.dumps(own)


THEIRS = """
from autograd_scalar import primitive


@primitive(partials=lambda x, y: (3.0 * x * x,))
def cubed(x):
    return x * x * x
"""
ELSEWHERE = """
import pickle, sys

sys.path.insert(0, sys.argv[1])
with open(sys.argv[2], "rb") as file:
    program, theta, x = pickle.load(file)
value, gradient = program(theta, x)
print(value.hex(), gradient.tobytes().hex())
"""


def test_an_operation_at_the_top_of_a_module_is_found_by_other_processes(
    tmp_path, monkeypatch
):
    (tmp_path / "theirs.py").write_text(THEIRS)
    monkeypatch.syspath_prepend(tmp_path)
    cubed = import_module("theirs").cubed
    net = nn.MLP(3, [4, 2], activation=cubed, rng=1)
    x = [Value(0.1, f"x[{k}]") for k in range(3)]
    loss = nn.softmax_cross_entropy(net(x), [1.0, 0.0])
    program = compile(loss, net.parameters(), x)
    theta = [p.data for p in net.parameters()]
    sent = tmp_path / "program"
    sent.write_bytes(pickle.dumps((program, theta, X[0])))
    there = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, tmp_path, sent],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    value, gradient = program(theta, X[0])
    assert there.stdout.split() == [value.hex(), gradient.tobytes().hex()]

    monkeypatch.delitem(OF_MODULES, ("theirs", "cubed"))
    with pytest.raises(OperandError, match=r"needs the operation cubed\(\) of"):
        pickle.loads(sent.read_bytes())
    with pytest.raises(OperandError, match="define it at the top of a module"):
        pickle.dumps(program)


def test_processes_give_the_bits_of_one(pool):
    expected = PROGRAM.map(THETA, X, reduction="sum")
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(3) as three:
        results = [
            PROGRAM.map(THETA, X, reduction="sum", executor=executor)
            for executor in (pool, one, three, pool)
        ]
    for value, gradient in results:
        assert value == results[0][0] == pytest.approx(expected[0], rel=1e-13)
        assert gradient.tobytes() == results[0][1].tobytes()
        assert gradient == pytest.approx(expected[1], rel=1e-12, abs=1e-12)
    value, gradient = PROGRAM.map(THETA, X, executor=pool)
    assert value == pytest.approx(expected[0] / len(X), rel=1e-13)
    assert gradient == pytest.approx(expected[1] / len(X), rel=1e-12, abs=1e-13)


def test_few_rows_are_one_range(pool, monkeypatch):
    monkeypatch.undo()
    value, gradient = PROGRAM.map(THETA, X[:200], executor=pool)
    alone = PROGRAM.map(THETA, X[:200])
    assert value == pytest.approx(alone[0], rel=1e-13)  # compiled, added otherwise
    np.testing.assert_allclose(gradient, alone[1], rtol=1e-11, atol=1e-14)
    executor = Counting()
    PROGRAM.map(THETA, np.tile(X, (300, 1)), executor=executor)
    assert 1 < len(executor.sent) < 64


def test_threads_share_what_they_work_on():
    class Watched(ThreadPoolExecutor):
        def submit(self, function, *args, **named):
            sent.append(args[1])
            return super().submit(function, *args, **named)

    sent = []
    rows = np.tile(X, (8, 1))
    rows = rows[: len(rows) - 3]
    with Watched(2) as executor:
        value, gradient = PROGRAM.map(THETA, rows, executor=executor)
        assert all(part.base is rows or part.base is rows.base for part in sent)
        sizes = [len(part) for part in sent]
        sizes.append(len(rows) - sum(sizes))  # that of the calling thread
        assert len(sizes) > 2
        assert max(sizes) - min(sizes) < len(sizes)
        expected = PROGRAM.map(THETA, rows)
        assert value == pytest.approx(expected[0], rel=1e-12)
        np.testing.assert_allclose(gradient, expected[1], rtol=1e-10, atol=1e-13)
        w, at = [Value(1.0), Value(2.0)], Value(0.0)
        program = compile(ag.take(w, at).tanh(), w, [at])
        with pytest.raises(OperandError, match="needs an integer"):
            program.map([1.0, 2.0], [[0.0], [0.5]], executor=executor)


@pytest.mark.parametrize("is_busy", [True, False])
def test_the_calling_thread_runs_what_no_other_has_begun(is_busy, monkeypatch):
    plain = type(PROGRAM).map

    def watched(self, theta, X, *, executor=None, **named):
        if executor is None:
            callers.append(threading.current_thread())
        return plain(self, theta, X, executor=executor, **named)

    class AtOnce(ThreadPoolExecutor):
        def submit(self, *args, **named):
            task = super().submit(*args, **named)
            task.exception()  # waits until it is done
            return task

    expected = PROGRAM.map(THETA, X)
    monkeypatch.setattr(type(PROGRAM), "map", watched)
    callers, ended = [], threading.Event()
    with (ThreadPoolExecutor if is_busy else AtOnce)(1) as executor:
        if is_busy:
            executor.submit(ended.wait)
        value, gradient = PROGRAM.map(THETA, X, executor=executor)
        ended.set()
    own = callers.count(threading.current_thread())
    assert (own, len(callers)) == (8 if is_busy else 1, 8)
    assert value == pytest.approx(expected[0], rel=1e-13)
    np.testing.assert_allclose(gradient, expected[1], rtol=1e-11, atol=1e-14)


class Counting:
    """An executor in this process that counts what it is sent."""

    def __init__(self):
        self.sent = []

    def submit(self, function, *args):
        self.sent.append(args[-1] is not None)
        future = Future()
        try:
            future.set_result(function(*args))
        except Exception as error:
            future.set_exception(error)
        return future


def test_rows_go_out_once():
    program, theta = network_program()
    rows = X[:1_000].copy()
    executor = Counting()
    for _ in range(2):
        program.map(theta, rows, executor=executor)
    assert executor.sent == [True] * 8 + [False] * 8
    rows[5] += 1.0
    executor.sent.clear()
    changed = program.map(theta, rows, executor=executor)
    assert executor.sent == [True] * 8
    assert changed[0] == pytest.approx(program.map(theta, rows)[0], rel=1e-13)
    parallel._rows.clear()  # as of a worker that is new
    executor.sent.clear()
    again = program.map(theta, rows, executor=executor)
    assert executor.sent == [False] * 8 + [True] * 8
    assert again[0] == changed[0]


def test_rows_that_cannot_be_written_are_looked_at_once(monkeypatch):
    program, theta = network_program()
    rows = X[:600].copy()
    rows.setflags(write=False)
    asked = []
    digest = parallel._digest
    monkeypatch.setattr(parallel, "_digest", lambda x: asked.append(x) or digest(x))
    executor = Counting()
    for _ in range(3):
        program.map(theta, rows, executor=executor)
    assert len(asked) == 2  # of the program, and of the rows
    for other in (rows[::2], rows.copy()):
        program.map(theta, other, executor=executor)
    assert len(asked) == 4


class Losing(Counting):
    """An executor whose workers are lost, the first times that they are asked."""

    def __init__(self, times, error):
        super().__init__()
        self.times, self.error = times, error

    def submit(self, function, *args):
        if len(self.sent) < self.times:
            self.sent.append(True)
            future = Future()
            future.set_exception(self.error)
            return future
        return super().submit(function, *args)


def test_what_a_lost_worker_had_is_computed_again():
    expected = PROGRAM.map(THETA, X[:1])
    for times in (1, 2):
        executor = Losing(times, ConnectionError("gone"))
        assert PROGRAM.map(THETA, X[:1], executor=executor)[0] == expected[0]
        assert len(executor.sent) == times + 1
    with pytest.raises(ConnectionError, match="gone"):
        PROGRAM.map(THETA, X[:1], executor=Losing(3, ConnectionError("gone")))


def leave(*_):
    os._exit(1)


def test_a_pool_that_broke_leaves_the_rest_to_this_process():
    expected = PROGRAM.map(THETA, X, executor=Counting())

    class Breaking:
        def __init__(self, pool):
            self.pool, self.count = pool, 0

        def submit(self, function, *args):
            self.count += 1
            if self.count == 5:
                function = leave
            return self.pool.submit(function, *args)

    with ProcessPoolExecutor(1, get_context("spawn")) as broken:
        found = PROGRAM.map(THETA, X, executor=Breaking(broken))
    assert found[0] == expected[0]
    assert found[1].tobytes() == expected[1].tobytes()
    with ProcessPoolExecutor(1, get_context("spawn")) as broken:
        with pytest.raises(BrokenExecutor):
            broken.submit(leave).result()
        with pytest.raises(BrokenExecutor):
            PROGRAM.map(THETA, X, executor=broken)


class Refusing(Counting):
    """An executor that breaks, and takes no more tasks from then on."""

    def __init__(self, after):
        super().__init__()
        self.after = after

    def submit(self, function, *args):
        if len(self.sent) >= self.after:
            raise BrokenExecutor
        future = super().submit(function, *args)
        if len(self.sent) == 1:
            future = Future()
            future.set_result(None)
        return future


@pytest.mark.parametrize("after", [1, 3, 8])
def test_an_executor_that_takes_no_more_tasks(after):
    expected = PROGRAM.map(THETA, X, executor=Counting())
    found = PROGRAM.map(THETA, X, executor=Refusing(after))
    assert found[0] == expected[0]
    assert found[1].tobytes() == expected[1].tobytes()


def test_errors_of_the_program_are_not_tried_again():
    rows, index = [Value(1.0), Value(2.0)], Value(1.0)
    program = compile(ag.take(rows, index).square(), rows, [index], form="matrix")
    executor = Counting()
    with pytest.raises(ShapeError, match="from -2 to 1"):
        program.map([1.0, 2.0], [[5.0]], executor=executor)
    assert len(executor.sent) == 1


def test_only_executors_are_executors():
    for wrong in (2, "processes", object()):
        with pytest.raises(OperandError, match=r"map\(executor=\) needs"):
            PROGRAM.map(THETA, X, executor=wrong)


def test_a_worker_keeps_so_many_ranges():
    program, theta = network_program()
    executor = Counting()
    for seed in range(40):
        rows = np.random.default_rng(seed).normal(size=(16, 3))
        program.map(theta, rows, executor=executor)
    assert len(parallel._rows) == 256
    program._spread._known.update((b"", b"", k, k) for k in range(9_000))
    program.map(theta, X, executor=executor)
    assert len(program._spread._known) < 100


@pytest.mark.distributed
def test_dask_gives_the_bits_of_one_process_and_survives_a_lost_worker():
    distributed = pytest.importorskip("distributed")
    expected = PROGRAM.map(THETA, X, executor=Counting())
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        executor = client.get_executor()
        for _ in range(2):
            found = PROGRAM.map(THETA, X, executor=executor)
            assert found[0] == expected[0]
            assert found[1].tobytes() == expected[1].tobytes()
        process = cluster.workers[0].process.process
        os.kill(process.pid, 9)
        found = PROGRAM.map(THETA, X, executor=executor)
        assert found[0] == expected[0]
        assert found[1].tobytes() == expected[1].tobytes()
