"""What one node costs: memory, and time from ten thousand nodes to ten million."""

from contextlib import ExitStack

import pytest

from .graphs import SHAPES
from .harness import IMPLEMENTATIONS, Pair, Spread, Subject
from .table import Row, Section, Target

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.parametrize("runs", IMPLEMENTATIONS),
]

# A plain node takes some 160 B and 3 microseconds, a compiled one 110 B and 0.3.
SIZES = {
    "plain":    (10_000, 100_000, 1_000_000),
    "compiled": (10_000, 100_000, 1_000_000, 10_000_000),
}  # fmt: skip
TOTAL = 100_000  # nodes per sample at least
ROUNDS = {True: 3, False: 2}  # with the collector on, off
MEMORY = {"plain": Target("<=", 220.0, "ours"), "compiled": Target("<=", 112.0, "ours")}


def test_memory_of_a_node(runs, report):
    with (
        Subject(
            "graphs:bytes_per_node", implementation=runs, value="autograd_scalar"
        ) as ours,
        Subject("graphs:bytes_per_node", value="micrograd") as theirs,
    ):
        ours(), theirs()
        (a, nodes), (b, same) = ours.result, theirs.result
    assert nodes == same
    pair = Pair.of([a], [b])
    cells = (Section.NODE, "memory", runs, pair.ours, "micrograd", *pair[1:])
    report.add(Row(*cells, unit="B", target=MEMORY[runs]))


@pytest.mark.parametrize("collector", [True, False], ids=["gc", "nogc"])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_node_costs_the_same_in_a_graph_of_any_size(shape, collector, runs, report):
    where = shape if collector else f"{shape}, collector off"
    with ExitStack() as stack:
        subjects = [
            stack.enter_context(
                Subject(
                    "graphs:cost",
                    implementation=runs,
                    shape=shape,
                    nodes=nodes,
                    total=TOTAL,
                    collector=collector,
                )
            )
            for nodes in SIZES[runs]
        ]
        rounds = range(ROUNDS[collector])
        samples = [[phases(subject) for subject in subjects] for _ in rounds]
    costs = [[1e-9 * sum(parts) for parts in row] for row in samples]
    for nodes, column in zip(SIZES[runs], zip(*costs, strict=True), strict=True):
        report.add(Row(Section.NODE, f"{where}: {nodes:,}", runs, Spread.of(column)))
    if collector:  # as programs run; without it is for comparison
        report.add(flatness(where, runs, costs))
    report.note(
        f"{where}, {runs}: build + backward + free in ns a node: "
        + by_phase(SIZES[runs], samples)
    )


def flatness(where, runs, costs):
    cheapest = [min(row) for row in costs]
    pair = Pair.of(cheapest, [max(row) for row in costs])
    cells = (Section.NODE, f"{where}: cheapest", runs, pair.ours, "dearest", *pair[1:])
    return Row(*cells, target=Target("<=", 1.3))


def by_phase(sizes, samples):
    medians = (
        [Spread.of(phase).median for phase in zip(*column, strict=True)]
        for column in zip(*samples, strict=True)
    )
    return ", ".join(
        f"{nodes:,} {' + '.join(f'{x:.0f}' for x in parts)}"
        for nodes, parts in zip(sizes, medians, strict=True)
    )


def phases(subject):
    subject()
    return subject.result
