"""The benchmarks' harness and subjects at small sizes: right results, no timing."""

import itertools
import math
import os
from types import SimpleNamespace

import mpmath
import numpy as np
import pytest

from . import (
    conftest,
    gpt,
    graphs,
    harness,
    moons,
    peers,
    pictures,
    programs,
    works,
)
from .harness import IMPLEMENTATIONS, Spread, Subject

pytestmark = pytest.mark.harness
DEMO, DETERMINANT, EQUATIONS, LOG_SUM_EXP = works.WORKS
SMALL = {
    DEMO: {"examples": 2},
    DETERMINANT: {"size": 3},
    EQUATIONS: {"length": 3, "steps": 2},
    LOG_SUM_EXP: {"terms": 5},
}
RULES = "not oracles and not slow and not benchmark and not browser"


def close(a, b):
    return len(a) == len(b) and all(
        math.isclose(x, y, rel_tol=1e-12, abs_tol=1e-15)
        for x, y in zip(a, b, strict=True)
    )


def test_pairs_are_interleaved_and_compared_one_by_one():
    taken = []

    def clock(name, *seconds):
        samples = itertools.cycle(seconds)
        return lambda: taken.append(name) or next(samples)

    pair = harness.paired(clock("a", 1.0, 10.0, 2.0), clock("b", 3.0, 40.0, 4.0), 3)
    assert "".join(taken) == "ababab"
    assert pair.ratio == Spread(3.0, 2.0, 4.0)
    assert pair.ours == Spread(2.0, 1.0, 10.0)


def test_a_subject_acts_in_its_own_process():
    with (
        harness.Subject("graphs:ladder", rungs=3) as a,
        harness.Subject("graphs:ladder", rungs=4) as b,
    ):
        assert a() >= 0.0
        assert a.result == [8.0, 8.0]
        harness.agree(a, a)
        with pytest.raises(AssertionError, match="rungs"):
            harness.agree(a, b)


def test_a_sample_is_long_enough_for_the_clock():
    with Subject("graphs:ladder", rungs=3) as subject:
        subject()
        before = subject.age
        assert 0.0 < subject.steady() < harness.LEAST
        assert subject.age - before >= harness.LEAST


@pytest.mark.parametrize(("runs", "switch"), [("plain", "1"), ("compiled", "0")])
def test_the_switch_is_set_either_way(runs, switch, monkeypatch):
    monkeypatch.setenv("AUTOGRAD_SCALAR_PLAIN", "whatever it was")
    assert harness.environment(runs)["AUTOGRAD_SCALAR_PLAIN"] == switch
    assert harness.environment()["AUTOGRAD_SCALAR_PLAIN"] == "whatever it was"


@pytest.mark.parametrize("runs", IMPLEMENTATIONS)
def test_an_implementation_runs_where_it_is_asked_for(runs, monkeypatch):
    monkeypatch.setenv("AUTOGRAD_SCALAR_PLAIN", str(int(runs != "plain")))
    with Subject("graphs:ladder", implementation=runs, rungs=3) as subject:
        subject()
        assert subject.runs == runs


def test_an_implementation_that_does_not_run_is_not_measured():
    with (
        Subject("graphs:ladder", implementation="interpreted", rungs=3) as subject,
        pytest.raises(RuntimeError, match="not interpreted"),
    ):
        subject()


def test_a_fresh_process_pays_for_one_library_alone():
    options = {"peer": "micrograd", "work": DEMO, "examples": 1}
    assert harness.cold("peers:step", **options)() > 0.0
    with Subject("peers:step", **options) as subject:
        subject()
        assert subject.runs is None


def test_a_subject_that_fails_says_so(capfd):
    with (
        harness.Subject("graphs:nonsense") as subject,
        pytest.raises(RuntimeError, match="nonsense"),
    ):
        subject()
    assert "AttributeError" in capfd.readouterr().err


def test_every_way_to_take_the_step_of_a_gpt_has_one_result():
    steps = [gpt.own("microgpt"), gpt.own("ours"), gpt.compiled(), gpt.matrices()]
    for _ in range(2):
        first, *others = [step() for step in steps]
        for result in others:
            assert result == pytest.approx(first, rel=1e-7)


def test_every_way_to_take_the_training_step_has_one_result():
    steps = [
        moons.demo("autograd_scalar", examples=3),
        moons.demo("micrograd", examples=3),
        moons.own_network(fused=False, examples=3),
        moons.own_network(fused=True, examples=3),
        moons.by_hand(examples=3),
    ]
    for _ in range(3):
        first, *others = [step() for step in steps]
        assert all(close(first, other) for other in others)
    sweeps = [moons.sweep(stateless, examples=3)() for stateless in (False, True)]
    assert close(*sweeps)


def test_nodes_of_the_step_are_counted():
    count = moons.node_counts(examples=2)
    assert count.leaves == 337 + 2 * 2
    assert count.constants == 2 * 2 + 4
    assert count.all == count.constants + count.leaves + count.operations


def test_the_work_starts_where_micrograds_network_does():
    theirs = moons.micrograd_network(moons.VALUES["micrograd"]).parameters()
    assert works.first_parameters() == [p.data for p in theirs]


def test_works_against_their_closed_forms():
    value, *slopes = peers.step(peers.OURS, DETERMINANT, size=4)()
    A = np.reshape(works.determinant(size=4).numbers, (4, 4))
    assert value == pytest.approx(np.linalg.det(A))
    assert slopes == pytest.approx((value * np.linalg.inv(A).T).ravel())

    value, *slopes = peers.step(peers.OURS, EQUATIONS, length=3, steps=2)()
    x = works.chain_of_equations(length=3).numbers
    assert value == pytest.approx(math.prod(x) * 2.0**3 / 6.0)
    assert slopes == pytest.approx([value / x_k for x_k in x])

    value, *slopes = peers.step(peers.OURS, LOG_SUM_EXP, terms=5)()
    e = np.exp(works.log_sum_exp(terms=5).numbers)
    assert value == pytest.approx(np.log(e.sum()))
    assert slopes == pytest.approx(e / e.sum())


@pytest.mark.parametrize("work", [programs.step, programs.examples])
def test_programs_and_matrices_by_hand_agree(work):
    ours, *others = [
        work(way, examples=7, repeats=2)() for way in ("program", "rows", "columns")
    ]
    assert len(ours) == 1 + 337
    assert all(near(ours, other) for other in others)


def near(a, b):
    return np.allclose(a, b, rtol=1e-11, atol=1e-14)


def test_programs_for_pictures_and_without_matrices():
    ways = "program", "rows", "columns"
    ours, *others = [programs.nielsen(way, batch=3)() for way in ways]
    assert len(ours) == 1 + 30 * 785 + 10 * 31
    assert all(near(ours, other) for other in others)
    found = programs.irregular("program", EQUATIONS, length=3, steps=2)()
    assert close(found, peers.step(peers.OURS, EQUATIONS, length=3, steps=2)())
    assert near(programs.compiling(examples=2)(), programs.eager(examples=2)())


@pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2,
    reason="needs two cores",
)
def test_threads_take_turns():
    with Subject("programs:threads", batch=3, turns=2, calls=1) as subject:
        subject()
        assert len(subject.result) == 2
        assert min(subject.result) > 0.0


def test_a_graph_and_its_program_take_memory():
    pytest.importorskip("resource")
    with Subject("programs:peaks", examples=10) as subject:
        subject()
        graph, most = subject.result
    assert 10.0 < graph <= most < 1_000.0


@pytest.mark.oracles
@pytest.mark.parametrize("work", [programs.step, programs.examples])
def test_programs_agree_with_jax(work):
    pytest.importorskip("jax")
    name = f"programs:{work.__name__}"
    with Subject(name, way="jax", examples=7) as theirs:
        theirs()
        assert near(work("program", examples=7)(), theirs.result)


@pytest.mark.oracles
def test_programs_agree_with_casadi():
    pytest.importorskip("casadi")
    ways = "program", "casadi"
    ours, theirs = [programs.irregular(way, DETERMINANT, size=3)() for way in ways]
    assert near(ours, theirs)


SLOW_TO_IMPORT = ("torch eager", "jax, no jit", "HIPS autograd", "casadi SX")
INSTALLED = [
    pytest.param(name, marks=[pytest.mark.oracles] if name in SLOW_TO_IMPORT else [])
    for name, peer in peers.PEERS.items()
    if peer.installed and name != peers.OURS
]


@pytest.mark.parametrize("name", INSTALLED)
def test_peers_compute_the_same(name):
    for work, size in SMALL.items():
        if not peers.PEERS[name].missing(works.WORKS[work]()):
            ours = peers.step(peers.OURS, work, **size)()
            assert len(ours) > 1
            assert close(ours, result_of(name, work, size))


def result_of(name, work, size):
    if name not in SLOW_TO_IMPORT:
        return peers.step(name, work, **size)()
    with Subject("peers:step", peer=name, work=work, **size) as subject:
        subject()
        return subject.result


def test_the_tenth_is_a_tenth_of_the_step():
    tenth = peers.step(peers.OURS, DEMO, examples=2)()
    assert close(tenth, moons.demo("autograd_scalar", examples=2)())


@pytest.mark.parametrize("shape", graphs.SHAPES)
@pytest.mark.parametrize("nodes", [4_000, 9_500])
def test_graphs_have_the_size_they_are_asked_for(shape, nodes):
    build, exactly = graphs.SHAPES[shape](nodes)
    root = build()
    root.backward()
    assert math.isfinite(root.data)
    assert len(graphs.reachable(root)) == exactly == pytest.approx(nodes, rel=0.25)


def test_costs_are_of_three_phases():
    assert all(x >= 0.0 for x in graphs.cost("tree", nodes=100, total=500)())


def test_depth_and_paths():
    assert graphs.deep_chain(1_000)() == [1.0, 1.0]
    assert graphs.ladder(60)() == [2.0**60, 2.0**60]


def test_memory_is_of_the_same_nodes():
    (ours, nodes), (theirs, same) = (
        graphs.bytes_per_node(value, examples=2)() for value in moons.VALUES
    )
    assert nodes == same
    assert min(ours, theirs) > 0.0


def test_neurons_agree():
    fused, elementary = (graphs.neuron(x, repeats=1)() for x in (True, False))
    assert close(fused, elementary)


def test_pictures():
    values, picture, characters = pictures.drawing([2, 2, 1], fused=False, fold=False)()
    assert f"{values} boxes" in picture
    assert characters > 1_000


def test_parts_are_two_times():
    built, swept = moons.parts(examples=1, repeats=2)()
    assert built > 0.0
    assert swept > 0.0


@pytest.mark.parametrize("order", [graphs.order, graphs.recorded_order])
def test_orders_against_mpmath(order):
    def f(x, y):
        for _ in range(2):
            x, y = mpmath.tanh(x * y + x), mpmath.sin(y - x * x)
        return x * y

    def derivative(*orders):
        return float(mpmath.diff(f, (0.7, -0.4), orders))

    first = order(1, nodes=12)()
    assert first == pytest.approx([derivative(1, 0), derivative(0, 1)])
    xx, xy, yy = derivative(2, 0), derivative(1, 1), derivative(0, 2)
    second = order(2, nodes=12)()
    assert second == pytest.approx([xx - 2.0 * xy, xy - 2.0 * yy])


@pytest.mark.parametrize(
    ("arguments", "measures"),
    [
        (["tests/benchmarks"], True),
        (["tests/benchmarks/test_nodes.py::test_memory_of_a_node"], True),
        (["tests"], False),
        (["autograd_scalar", "nn", "tests", "README.md"], False),
    ],
)
def test_only_naming_the_folder_measures(arguments, measures):
    config = SimpleNamespace(
        args=arguments,
        option=SimpleNamespace(markexpr=RULES),
        invocation_params=SimpleNamespace(dir=harness.TESTS),
        stash={},
    )
    conftest.pytest_configure(config)
    assert ("not benchmark" not in config.option.markexpr) == measures
    assert "not oracles and not slow" in config.option.markexpr
