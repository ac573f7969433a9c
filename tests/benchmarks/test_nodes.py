"""What one node costs: memory, and time from ten thousand nodes to a million."""

from contextlib import ExitStack

import pytest

from .graphs import SHAPES
from .harness import Pair, Spread, Subject
from .table import SECTIONS, Row

pytestmark = pytest.mark.benchmark

SIZES = (10_000, 100_000, 1_000_000)
TOTAL = 100_000  # nodes per sample at least
ROUNDS = {True: 3, False: 2}  # with the collector on, off
NODE = SECTIONS[3]


def test_memory_of_a_node(report):
    with (
        Subject("graphs:bytes_per_node", value="autograd_scalar") as ours,
        Subject("graphs:bytes_per_node", value="micrograd") as theirs,
    ):
        ours(), theirs()
        (a, nodes), (b, same) = ours.result, theirs.result
    assert nodes == same
    pair = Pair.of([a], [b])
    report.add(Row(NODE, "memory", pair.ours, "micrograd", *pair[1:], "B", "<= 220 B"))


@pytest.mark.parametrize("collector", [True, False], ids=["gc", "nogc"])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_node_costs_the_same_in_a_graph_of_any_size(shape, collector, report):
    with ExitStack() as stack:
        options = {"shape": shape, "total": TOTAL, "collector": collector}
        subjects = [
            stack.enter_context(Subject("graphs:cost", nodes=nodes, **options))
            for nodes in SIZES
        ]
        rounds = range(ROUNDS[collector])
        samples = [[phases(subject) for subject in subjects] for _ in rounds]
    by_size = list(zip(*samples, strict=True))
    totals = [Spread.of([1e-9 * sum(x) for x in column]) for column in by_size]
    flat = Spread.of([max(map(sum, x)) / min(map(sum, x)) for x in samples])
    where = shape if collector else f"{shape}, collector off"
    for nodes, total in zip(SIZES, totals, strict=True):
        last = nodes == SIZES[-1]
        report.add(
            Row(
                NODE,
                f"{where}: {nodes:,}",
                total,
                "dearest / cheapest" if last else "",
                ratio=flat if last else None,
                target="<= 1.3 x" if last else "",
            )
        )
    parts = ", ".join(
        f"{nodes:,} {' + '.join(f'{Spread.of(part).median:.0f}' for part in columns)}"
        for nodes, column in zip(SIZES, by_size, strict=True)
        for columns in [list(zip(*column, strict=True))]
    )
    report.note(f"{where}: build + backward + free in ns a node: {parts}")


def phases(subject):
    subject()
    return subject.result
