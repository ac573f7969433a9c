"""Same program, same bits: over processes, hash seeds, and threads (numerics.md, 1)."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import autograd_scalar as ag
from autograd_scalar import Value, gradients

ROOT = Path(__file__).parents[1]
PROCESSES = 20
CALLS = 1_000


def run(*words: str, seed: str = "random") -> str:
    paths = os.pathsep.join([str(Path(ag.__file__).parents[1]), str(ROOT)])
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "fingerprint.py"), *words],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": paths},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


@pytest.mark.thorough
def test_processes_with_random_hash_seeds_give_identical_bits():
    with ThreadPoolExecutor(2) as pool:
        found = set(pool.map(lambda _: run(), range(PROCESSES)))
    assert len(found) == 1


def test_the_check_by_matrices_is_reported_in_the_same_words():
    assert run("deltas", seed="1") == run("deltas", seed="2") != run(seed="1")


def some_graph(n: int) -> tuple[list[Value], Value]:
    leaves = [Value(0.1 * i - 0.45, f"x{i}") for i in range(10)]
    nodes = list(leaves)
    for i in range(n):
        a, b = nodes[-1 - i % 7], nodes[(5 * i) % len(nodes)]
        nodes.append([a * b, a + b, (a - b).tanh(), ag.hypot(a, b)][i % 4])
    return leaves, ag.logsumexp(nodes[-20:])


def test_two_threads_of_stateless_gradients_equal_the_serial_ones():
    leaves, root = some_graph(60)
    expected = gradients(root, leaves)
    other_leaves, other_root = some_graph(40)
    others = gradients(other_root, other_leaves)
    start = threading.Barrier(2)

    def shared(_: int) -> set[tuple[float, ...]]:
        start.wait()
        return {tuple(gradients(root, leaves)) for _ in range(CALLS)}

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(shared, range(2))
    assert first == second == {tuple(expected)}
    assert gradients(other_root, other_leaves) == others
    assert not any(leaf.has_grad for leaf in leaves)


@pytest.mark.parametrize("inputs", [1, 10])
def test_threads_that_build_their_own_graphs_do_not_meet(inputs):
    expected = [gradients(*reversed(some_graph(n)))[:inputs] for n in (20, 30)]
    start = threading.Barrier(2)

    def work(n: int) -> list[list[float]]:
        start.wait()
        return [gradients(*reversed(some_graph(n)))[:inputs] for _ in range(100)]

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(work, (20, 30)))
    assert found == [[one] * 100 for one in expected]
