"""Every benchmark of the table, at small sizes: which rows it adds, no time taken."""

import pytest

from . import (
    conftest,
    gpt,
    graphs,
    harness,
    moons,
    peers,
    pictures,
    test_cold_start,
    test_depth,
    test_drawing,
    test_gpt,
    test_nodes,
    test_parts,
    test_scalars,
    test_training_step,
)
from .harness import IMPLEMENTATIONS
from .table import Section
from .works import WORKS

pytestmark = pytest.mark.harness
DEMO, DETERMINANT, _, LOG_SUM_EXP = WORKS
MODULES = {
    "gpt": gpt, "graphs": graphs, "moons": moons, "peers": peers, "pictures": pictures,
}  # fmt: skip
FEW = {"examples": 2}
SIZES = {
    "demo": FEW,
    "own_network": FEW,
    "by_hand": FEW,
    "without_nodes": FEW,
    "objects": {"count": 10},
    "sweep": FEW,
    "parts": FEW,
    "bytes_per_node": FEW,
    "neuron": {"repeats": 1},
    "order": {"nodes": 12},
    "cost": {"nodes": 600, "total": 1, "collector": True},
    "deep_chain": {"nodes": 40},
    "drawing": {"widths": [2, 2, 1]},
}


class Here:
    """A subject of this process, at a small size; no time is taken."""

    def __init__(self, name, *, implementation="", **options):
        module, function = name.split(":")
        setup = getattr(MODULES[module], function)
        self._action = setup(**options | SIZES.get(function, {}))

    def __enter__(self):
        return self

    def __call__(self):
        self.result = self._action()
        return 0.5

    def __exit__(self, *_):
        pass

    steady = __call__


def test_every_benchmark_adds_its_rows(monkeypatch):
    for module in (
        test_training_step,
        test_gpt,
        test_parts,
        test_nodes,
        test_depth,
        test_drawing,
    ):
        monkeypatch.setattr(module, "Subject", Here)
    report = conftest.Report()
    test_training_step.test_a_step_of_the_demo_with_the_graph_built_every_time(report)
    test_gpt.test_a_step_of_a_gpt(report)
    for runs in IMPLEMENTATIONS:
        test_parts.test_backward_against_building(runs, report)
        test_parts.test_backward_against_gradients(runs, report)
        for floor in ("moons:without_nodes", "moons:objects"):
            test_parts.test_a_step_against_what_it_cannot_do_without(
                floor, "floor", runs, report
            )
        test_parts.test_fused_against_elementary_neuron(runs, report)
        test_parts.test_order_two_against_order_one("order", runs, report)
        test_nodes.test_memory_of_a_node(runs, report)
        test_nodes.test_a_node_costs_the_same_in_a_graph_of_any_size(
            "tree", True, runs, report
        )
        test_depth.test_a_chain_of_a_million_operations(runs, report)
        test_depth.test_a_ladder_of_a_million_million_million_paths(runs, report)
        test_drawing.test_drawing(test_drawing.FLAT, "flat", None, runs, report)
    assert {row.section for row in report.rows} == {
        *(Section.STEP, Section.GPT, Section.PARTS, Section.NODE, Section.DEPTH),
        Section.DRAWING,
    }
    assert {row.runs for row in report.rows} == set(IMPLEMENTATIONS)
    aimed = [row for row in report.rows if row.target]
    assert len(aimed) == (1 + 2 + 2 + 2) * len(IMPLEMENTATIONS)
    assert any(line.startswith("tree") for line in report.notes)


ABSENT = peers.Peer("no_such_library", peers.autograd_scalar)


def test_a_peer_that_is_absent_or_lacks_a_function_has_its_row(monkeypatch):
    monkeypatch.setitem(peers.PEERS, "absent", ABSENT)
    report = conftest.Report()
    measure = test_scalars.test_the_same_expression_over_the_scalars_of
    measure("absent", DEMO, report)
    measure("micrograd", LOG_SUM_EXP, report)
    assert [row.peer for row in report.rows[:: len(IMPLEMENTATIONS)]] == [
        "absent: not installed",
        "micrograd: no exp, no log",
    ]
    assert all(row.ours is row.ratio is None for row in report.rows)


def test_a_peer_that_is_there_is_compared_with_every_implementation(monkeypatch):
    monkeypatch.setattr(harness, "LEAST", 0.01)
    brief = peers.PEERS["micrograd"]._replace(rounds=2)
    monkeypatch.setitem(peers.PEERS, "micrograd", brief)
    report = conftest.Report()
    measure = test_scalars.test_the_same_expression_over_the_scalars_of
    measure("micrograd", DETERMINANT, report)
    assert tuple(row.runs for row in report.rows) == IMPLEMENTATIONS
    for row in report.rows:
        assert 0.0 < row.ratio.low <= row.ratio.median <= row.ratio.high


@pytest.mark.parametrize("peer", ["micrograd", "absent"])
def test_the_floor_has_its_row(peer, monkeypatch):
    monkeypatch.setattr(test_scalars, "Subject", Here)
    monkeypatch.setitem(peers.PEERS, "absent", ABSENT)
    monkeypatch.setitem(peers.PEERS, "xad", peers.PEERS[peer])
    report = conftest.Report()
    test_scalars.test_the_same_expression_over_plain_floats(DETERMINANT, report)
    (floor,) = report.rows
    assert (floor.runs, floor.ratio is None) == ("floats", peer == "absent")


def test_a_cold_start_has_rows_for_every_peer(monkeypatch):
    monkeypatch.setattr(test_cold_start, "IMPORTS", 1)
    monkeypatch.setattr(test_cold_start, "STARTS", 1)
    few = {name: peers.PEERS[name] for name in (peers.OURS, "micrograd")}
    monkeypatch.setattr(test_cold_start, "PEERS", few | {"absent": ABSENT})
    report = conftest.Report()
    test_cold_start.test_import_alone(IMPLEMENTATIONS[0], ["-I"], report)
    (bare,) = report.rows
    assert bare.theirs.median > 0.0
    report.rows.clear()
    test_cold_start.test_import_and_first_gradient(report)
    found = [(row.runs, row.peer, row.ratio is None) for row in report.rows]
    assert found == [
        *((runs, "micrograd", False) for runs in IMPLEMENTATIONS),
        *((runs, "absent: not installed", True) for runs in IMPLEMENTATIONS),
    ]
