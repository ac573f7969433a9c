"""The benchmarks' harness and subjects at small sizes: right results, no timing."""

import itertools
import json
import math
from importlib.util import find_spec
from types import SimpleNamespace

import pytest

from .benchmarks import conftest, graphs, harness, moons, peers, pictures, table
from .benchmarks.harness import Spread

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


def test_a_subject_that_fails_says_so(capfd):
    with (
        harness.Subject("graphs:nonsense") as subject,
        pytest.raises(RuntimeError, match="nonsense"),
    ):
        subject()
    assert "AttributeError" in capfd.readouterr().err


def test_every_way_to_take_the_training_step_has_one_result():
    steps = [
        moons.demo("autograd_scalar", examples=3),
        moons.demo("micrograd", examples=3),
        moons.own_network(fused=False, examples=3),
        moons.own_network(fused=True, examples=3),
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


INSTALLED = [
    name for name in ("micrograd", "xad") if find_spec(peers.PEERS[name].module)
]


@pytest.mark.parametrize("name", INSTALLED)
def test_peers_compute_the_same(name):
    ours = peers.step("autograd_scalar", examples=2)()
    assert close(ours, peers.step(name, examples=2)())
    assert close(ours, moons.demo("autograd_scalar", examples=2)())


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


def test_the_table_as_text_and_as_json(tmp_path):
    one = Spread(0.0021, 0.002, 0.00235)
    ratio = Spread(12, 11.2, 14)
    full = table.Row(table.SECTIONS[0], "a work", one, "a peer", one, ratio)
    bare = table.Row(table.SECTIONS[1], "another", None, "it: not installed")
    text = table.text([full, bare], ["a note"])
    for part in ("a work", "12 x (11.2-14)", "not installed", "a note", "cores"):
        assert part in text
    path = tmp_path / "bench.json"
    table.write_json(path, [full, bare], ["a note"])
    record = json.loads(path.read_text(encoding="utf-8"))
    assert record["rows"][0]["ratio"] == {"median": 12, "low": 11.2, "high": 14}
    assert record["rows"][1]["ours"] is None
    assert set(record["versions"]) == set(table.PEERS)


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
