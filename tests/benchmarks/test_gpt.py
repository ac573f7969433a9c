"""A training step of a small GPT: microgpt's own, ours, compiled, and by hand."""

from contextlib import ExitStack

import pytest

from .harness import IMPLEMENTATIONS, Pair, Subject, agree, in_turn
from .table import Row, Section, Target

pytestmark = pytest.mark.benchmark

ROUNDS = 5
COMPILED, EAGER = "@compile, take and logsumexp", "graph built every step"
WAYS = {
    COMPILED: ("gpt:compiled", {}),
    EAGER:    ("gpt:own", {"value": "autograd_scalar"}),
}  # fmt: skip
OWN, MATRICES = "microgpt's own Value", "numpy by hand, matrices"
PEERS = {
    OWN:      ("gpt:own", {"value": "microgpt"}),
    MATRICES: ("gpt:matrices", {}),
}  # fmt: skip
TARGETS = {
    (COMPILED, OWN): Target(">=", 500.0),
    (COMPILED, MATRICES): Target(">=", 3.0),
}


def test_a_step_of_a_gpt(report):
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
    for way in WAYS:
        for peer in PEERS:
            for runs in IMPLEMENTATIONS:
                pair = Pair.of(samples[way, runs], samples[peer, ""])
                cells = (Section.GPT, way, runs, pair.ours, peer, *pair[1:])
                report.add(Row(*cells, target=TARGETS.get((way, peer))))
