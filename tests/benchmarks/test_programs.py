"""Compiled programs: against NumPy by hand, JAX, CasADi, micrograd; and their start."""

import os
from contextlib import ExitStack
from importlib.util import find_spec

import pytest

from .harness import IMPLEMENTATIONS, Pair, Spread, Subject, agree, cold, in_turn
from .table import Row, Section, Target
from .works import WORKS

pytestmark = pytest.mark.benchmark

ROUNDS = 9
HANDS = {"columns": "numpy by hand, columns", "rows": "numpy by hand, rows"}
DEMO, DETERMINANT, EQUATIONS, _ = WORKS


def compared(report, title, subject, peers, targets, **options):
    """A row for each peer; each action repeats the work, so that the clock can tell."""
    name = f"programs:{subject}"
    repeats = options["repeats"]
    with ExitStack() as stack:
        ours = [Subject(name, implementation=x, way="program", **options)
                for x in IMPLEMENTATIONS]  # fmt: skip
        theirs = [Subject(name, way=way, **options) for way in peers]
        subjects = [stack.enter_context(x) for x in (*ours, *theirs)]
        agree(*subjects, tolerance=1e-9)
        samples = in_turn([x.steady for x in subjects], ROUNDS)
    count = len(IMPLEMENTATIONS)
    for runs, mine in zip(IMPLEMENTATIONS, samples[:count], strict=True):
        for way, other in zip(peers, samples[count:], strict=True):
            pair = Pair.of(mine, other)
            one, two = (x.times(1 / repeats) for x in pair[:2])
            target = targets.get(way) if runs == "compiled" else None
            cells = Section.PROGRAMS, title, runs, one, peers[way], two, pair.ratio
            report.add(Row(*cells, target=target))


def with_jax(hands):
    return {**hands, "jax": "jax jit"} if find_spec("jax") else hands


def test_micrograds_demo(report):
    targets = dict.fromkeys(HANDS, Target(">=", 4.0)) | {"jax": Target(">=", 3.0)}
    work = "W1, 100 examples"
    compared(report, work, "step", with_jax(HANDS), targets, repeats=100)


def test_micrograds_demo_against_micrograd(report):
    repeats = 1_000
    options = {"way": "program", "repeats": repeats}
    with (
        Subject("programs:step", implementation=IMPLEMENTATIONS[0], **options) as ours,
        Subject("moons:demo", value="micrograd") as theirs,
    ):
        agree(ours, theirs)
        samples = in_turn([ours.steady, theirs], 5)
    pair = Pair.of([x / repeats for x in samples[0]], samples[1])
    target = Target(">=", 50_000.0) if IMPLEMENTATIONS[0] == "compiled" else None
    cells = Section.PROGRAMS, "W1, 100 examples", IMPLEMENTATIONS[0], pair.ours
    report.add(Row(*cells, "micrograd", *pair[1:], target=target))


def test_the_graph_of_one_example_over_many(report):
    targets = dict.fromkeys(HANDS, Target(">=", 1.7)) | {"jax": Target(">=", 2.5)}
    work = "its network, one example mapped over 1,024"
    compared(report, work, "examples", with_jax(HANDS), targets, repeats=20)


@pytest.mark.parametrize(
    ("batch", "repeats", "aim"), [(10, 100, 1.25), (100, 10, 1.15), (1_000, 2, 1.1)]
)
def test_a_network_for_pictures(batch, repeats, aim, report):
    targets = dict.fromkeys(HANDS, Target(">=", aim))
    work = f"784-30-10, sigmoid, mini-batch {batch:,}"
    compared(report, work, "nielsen", HANDS, targets, repeats=repeats, batch=batch)


def test_two_threads(report):
    if IMPLEMENTATIONS[0] != "compiled":
        pytest.skip("plain programs hold the interpreter's lock")
    if not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2:
        pytest.skip("needs two cores")
    with Subject("programs:threads", implementation="compiled") as subject:
        turns = []
        for _ in range(ROUNDS):
            subject()
            turns.append(subject.result)
    one, two = zip(*turns, strict=True)
    pair = Pair.of(two, one)
    work = "784-30-10, mini-batch 1,000, two threads by the wall clock"
    cells = Section.PROGRAMS, work, "compiled", pair.ours, "one thread"
    report.add(Row(*cells, *pair[1:], target=Target(">=", 1.6)))
    report.note(
        f"{work}: the best quarter of short turns; each thread has a core of its own,"
        " which nothing takes away if the benchmark may ask for that (as root)"
    )


@pytest.mark.parametrize("work", [DETERMINANT, EQUATIONS])
def test_graphs_without_matrices(work, report):
    if not find_spec("casadi"):
        pytest.skip("needs casadi")
    peers, targets = {"casadi": "casadi SX, called"}, {"casadi": Target(">=", 0.8)}
    compared(report, work, "irregular", peers, targets, repeats=200, work=work)


@pytest.mark.parametrize("runs", IMPLEMENTATIONS)
def test_compiling_in_eager_steps(runs, report):
    with (
        Subject("programs:eager", implementation=runs) as eager,
        Subject("programs:compiling", implementation=runs) as compiling,
    ):
        agree(eager, compiling, tolerance=1e-9)
        pair = Pair.of(*in_turn([eager.steady, compiling.steady], ROUNDS))
    target = Target("<=", 6.0) if runs == "compiled" else None
    cells = Section.PROGRAMS, "W1, graph built and swept", runs, pair.ours
    report.add(Row(*cells, "compiled and run", *pair[1:], target=target))


@pytest.mark.parametrize("runs", IMPLEMENTATIONS)
def test_compiling_a_million_nodes(runs, report):
    size = {"implementation": runs, "examples": 1_474}
    with (
        Subject("programs:eager", **size) as eager,
        Subject("programs:compiling", **size) as compiling,
    ):
        agree(eager, compiling, tolerance=1e-9)
        pair = Pair.of(*in_turn([compiling, eager], 5))
    work = "W1 on 1,474 examples, 1,000,390 nodes"
    cells = Section.PROGRAMS, work, runs, pair.ours, "graph built and swept"
    report.add(Row(*cells, *pair[1:], target=Target("<=", 3.0, "ours")))
    if not find_spec("resource"):
        return
    samples = []
    for _ in range(3):
        with Subject("programs:peaks", **size) as subject:
            subject()
            samples.append(subject.result)
    graphs, most = zip(*samples, strict=True)
    pair = Pair.of(most, graphs)
    cells = Section.PROGRAMS, f"{work}: peak memory", runs, pair.ours
    target = Target("<=", 600.0, "ours")
    cells = *cells, "its graph alone", *pair[1:]
    report.add(Row(*cells, unit="MB", target=target))


@pytest.mark.parametrize("runs", IMPLEMENTATIONS)
def test_a_fresh_process_compiles_and_runs(runs, report):
    clock = cold("programs:compiling", implementation=runs, examples=10)
    in_turn([clock], 1)  # bytecode is written, files are in memory
    (samples,) = in_turn([clock], 5)
    target = Target("<=", 1.0, "ours")
    cells = Section.PROGRAMS, "fresh process, compile and run W1 on 10", runs
    report.add(Row(*cells, Spread.of(samples), target=target))
