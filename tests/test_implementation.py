"""The switch between the compiled modules and the plain source."""

import importlib
import inspect
import os
import random
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

import autograd_scalar
from autograd_scalar import Value, _plain

FOLDER = str(Path(autograd_scalar.__file__).parent)
GRAPH = str(Path(FOLDER, "graph"))


@pytest.mark.parametrize(
    ("switch", "forced"), [("", False), ("0", False), ("1", True), ("yes", True)]
)
def test_the_switch_hides_what_is_no_source(switch, forced, monkeypatch):
    before = sys.path_importer_cache[GRAPH]
    for folder in [FOLDER, GRAPH]:
        cached = sys.path_importer_cache[folder]
        monkeypatch.setitem(sys.path_importer_cache, folder, cached)
    monkeypatch.setenv("AUTOGRAD_SCALAR_PLAIN", switch)
    importlib.reload(_plain)
    assert _plain.forced is forced
    assert (sys.path_importer_cache[GRAPH] is before) is not forced
    found = sys.path_importer_cache[GRAPH].find_spec("autograd_scalar.graph.value")
    if forced:
        assert found.origin.endswith("value.py")


def test_the_switch_in_a_new_process():
    code = (
        "import autograd_scalar as a; print(a.implementation, a.graph.value.__file__)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(FOLDER).parent,
        env={**os.environ, "AUTOGRAD_SCALAR_PLAIN": "1"},
    )
    implementation, file = run.stdout.split(maxsplit=1)
    assert (implementation, Path(file.strip()).name) == ("plain", "value.py")


def test_implementation_tells_the_truth():
    source = autograd_scalar.graph.value.__file__.endswith(".py")
    assert autograd_scalar.implementation == ("plain" if source else "compiled")


@pytest.mark.parametrize("name", ["data", "grad", "label", "op"])
def test_no_attribute_can_be_deleted(name):
    v = Value(1.0)
    with pytest.raises(AttributeError):
        delattr(v, name)
    assert repr(v) == "Value(data=1.0, grad=0.0)"


@pytest.mark.parametrize("rounds", [20])
def test_freeing_deep_graphs_harms_no_neighbour(rounds):
    # With mypyc's own trashcan one of about 150 freed nodes damaged the heap.
    for _ in range(rounds):
        y = Value(1.0)
        for i in range(20_000):
            y = y * 0.5 if i % 3 else y.tanh()
        y = autograd_scalar.sum([y, 1.0])
        del y
    assert Value(1.0).data == 1.0


def test_nodes_of_any_life_time_keep_what_they_hold():
    # Compiled, nodes lie in slabs of about 20,000, swept again when half is free.
    rng, alive = random.Random(0), {}
    for number in range(200_000):
        place = rng.randrange(60_000 if number < 100_000 else 25_000)
        node = alive.pop(place, None)
        if node is None:
            node = alive[place] = Value(float(place))
            fresh = node.grad, node.has_grad, node.label, node.parents
            assert fresh == (0.0, False, "", ())
            node.grad = -node.data
        assert (node.data, node.grad) == (place, -place)
    assert len({id(node) for node in alive.values()}) == len(alive)


def test_memory_of_nodes_is_traced():
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    nodes = [Value(1.0) for _ in range(1_000)]
    held, _ = tracemalloc.get_traced_memory()
    nodes.clear()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held - before > 1_000 * sys.getsizeof(Value(1.0))
    assert after - before < 10_000


def test_help_shows_the_text_of_the_source_in_both():
    names = [name for name in dir(Value) if not name.startswith("_")]
    assert {"tanh", "grad", "parents", "backward", "named"} <= set(names)
    for owner in (Value, autograd_scalar.no_grad):
        assert ">>> " in inspect.getdoc(owner)
    for name in names:
        text = inspect.getdoc(getattr(Value, name))
        assert text, name
        assert "--\n" not in text
    assert inspect.getdoc(Value.tanh) == "The hyperbolic tangent."
    assert "label" in inspect.signature(Value.named).parameters
