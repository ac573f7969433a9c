"""One training step of micrograd's demo."""

from contextlib import ExitStack

import pytest

from .harness import IMPLEMENTATIONS, Pair, Subject, agree, in_turn
from .moons import node_counts
from .table import Row, Section, Target

pytestmark = pytest.mark.benchmark

ROUNDS = 7
DEMO, ELEMENTARY = "micrograd's nn.py over Value", "nn.MLP(fused=False)"
FUSED = "nn.MLP, fused dot"
WAYS = {
    DEMO:       ("moons:demo", {"value": "autograd_scalar"}),
    ELEMENTARY: ("moons:own_network", {"fused": False}),
    FUSED:      ("moons:own_network", {"fused": True}),
}  # fmt: skip
MICROGRAD, MATRICES = "micrograd", "numpy by hand, matrices"
PEERS = {
    MICROGRAD: ("moons:demo", {"value": "micrograd"}),
    MATRICES:  ("moons:by_hand", {}),
}  # fmt: skip
COMPARED = [
    (DEMO, MICROGRAD),
    (ELEMENTARY, MICROGRAD),
    (FUSED, MICROGRAD),
    (FUSED, MATRICES),
]
TARGETS = {
    (DEMO, MICROGRAD, "compiled"): Target(">=", 180.0),
    (DEMO, MICROGRAD, "plain"):    Target(">=", 10.0),
}  # fmt: skip


def test_a_step_of_the_demo_with_the_graph_built_every_time(report):
    ours = [(way, runs) for way in WAYS for runs in IMPLEMENTATIONS]
    keys = [*ours, *((peer, "") for peer in PEERS)]
    with ExitStack() as stack:
        subjects = []
        for way, runs in keys:
            name, options = (WAYS | PEERS)[way]
            subject = Subject(name, implementation=runs, **options)
            subjects.append(stack.enter_context(subject))
        agree(*subjects)
        clocks = [subject.steady for subject in subjects]
        samples = dict(zip(keys, in_turn(clocks, ROUNDS), strict=True))
    for way, peer in COMPARED:
        for runs in IMPLEMENTATIONS:
            pair = Pair.of(samples[way, runs], samples[peer, ""])
            cells = (Section.STEP, way, runs, pair.ours, peer, *pair[1:])
            report.add(Row(*cells, target=TARGETS.get((way, peer, runs))))
    count = node_counts()
    report.note(
        f"the step has {count.all:,} nodes, or {count.all - count.constants:,} without"
        f" the {count.constants} constants; {count.operations:,} of them computed"
    )
