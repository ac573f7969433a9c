"""Memory: where it ends is MemoryError, and what a freed graph held goes back."""

import subprocess
import sys
from pathlib import Path

import pytest

import autograd_scalar

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="asks Linux for what a process holds"
)

HEAD = """
import os
import resource
import autograd_scalar as ag
from autograd_scalar import Value

def pages(place):
    with open("/proc/self/statm") as file:
        return int(file.read().split()[place]) * resource.getpagesize()

def megabytes():
    return pages(1) / 1e6

def limit(bytes):
    resource.setrlimit(resource.RLIMIT_AS, (bytes, resource.RLIM_INFINITY))

"""


def printed(code):
    run = subprocess.run(
        [sys.executable, "-c", HEAD + code],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(autograd_scalar.__file__).parents[1],
    )
    assert run.returncode == 0, f"status {run.returncode}: {run.stderr[-2000:]}"
    return [float(word) for word in run.stdout.split()]


@pytest.mark.thorough
def test_where_memory_ends_nodes_raise_memoryerror_and_those_before_are_whole():
    # The ends are spread: each may fall on a node, on a float or on a tuple.
    code = """
def fill(kept):
    for place in range(len(kept)):
        kept[place] = ag.dot([a, b], [b, a])

a, b = Value(2.0), Value(3.0)
(a * b).backward()
for number in range(12):
    child = os.fork()
    if child == 0:
        kept = [None] * 200_000  # 70 MB of nodes
        reserve = bytearray(10_000_000)  # to have memory again
        limit(pages(0) + 5_000_000 + 4_037_000 * number)
        try:
            fill(kept)
        except MemoryError:
            del reserve
            limit(resource.RLIM_INFINITY)
            count = kept.index(None)
            for node in kept[:count:100]:
                a.zero_grad()
                node.backward()
                assert a.grad == 6.0
            os._exit(0 if count > 1_000 else 2)
        os._exit(1)
    print(os.waitpid(child, 0)[1])
"""
    assert printed(code) == [0.0] * 12


@pytest.mark.thorough
def test_where_memory_ends_for_leaves_alone():
    # Nothing but nodes: compiled, they do not come from Python's allocator.
    code = """
kept = [None] * 1_000_000
reserve = bytearray(10_000_000)
limit(pages(0) + 30_000_000)
try:
    for place in range(len(kept)):
        kept[place] = Value(1.0)
except MemoryError:
    del reserve
    limit(resource.RLIM_INFINITY)
    count = kept.index(None)
    x = Value(3.0)
    (x * x).backward()
    print(count, x.grad)
"""
    count, grad = printed(code)
    assert 100_000 < count < 1_000_000
    assert grad == 6.0


@pytest.mark.thorough
def test_a_freed_graph_goes_back_to_the_system():
    code = """
before = megabytes()
nodes = [Value(1.0) for _ in range(1_000_000)]
print(megabytes() - before)
nodes.clear()
print(megabytes() - before)
"""
    held, left = printed(code)
    assert held > 100
    assert left < 40  # compiled, slabs of 32 MB stay for the next graph


@pytest.mark.skipif(
    autograd_scalar.implementation == "plain", reason="Python's allocator keeps more"
)
@pytest.mark.parametrize("order", ["range(count)", "shuffled"])
def test_a_node_that_is_left_over_pins_a_page(order):
    code = f"""
import random
count = 1_000_000
shuffled = random.Random(0).sample(range(count), count)
before = megabytes()
nodes = [Value(1.0) for _ in range(count)]
held = megabytes()
for place in {order}:
    if place % 10_000:
        nodes[place] = None
print(held - before, megabytes() - before)
print(sum(node.data for node in nodes if node is not None))
nodes = [node or Value(2.0) for node in nodes]  # in the pages that were given back
print(sum(node.data + len(node.label) + node.grad for node in nodes))
print(megabytes() - before)
"""
    held, left, alive, filled, again = printed(code)
    assert held > 100
    assert left < 60  # the list of 8 MB, 100 pages, and 32 MB for the next graph
    assert alive == 100
    assert filled == 100 + 2 * 999_900
    assert again < held + 40
