"""Parts of a step against one another: all of them ours."""

import pytest

from .harness import IMPLEMENTATIONS, Pair, Subject, agree, paired
from .table import Row, Section, Target

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.parametrize("runs", IMPLEMENTATIONS),
]

ROUNDS = 9


def row(work, runs, pair, peer, target=None):
    cells = (Section.PARTS, work, runs, pair.ours, peer, *pair[1:])
    return Row(*cells, target=target)


def test_backward_against_building(runs, report):
    with Subject("moons:parts", implementation=runs) as subject:
        subject()
        samples = [phases(subject) for _ in range(ROUNDS)]
    built, swept = zip(*samples, strict=True)
    pair, target = Pair.of(swept, built), Target(">=", 1.0)
    report.add(row("backward alone, W1", runs, pair, "building its graph", target))


def phases(subject):
    subject()
    return subject.result


@pytest.mark.parametrize(
    ("floor", "words"),
    [
        ("moons:without_nodes", "its loops over plain numbers"),
        ("moons:objects", "as many objects made and freed"),
    ],
)
def test_a_step_against_what_it_cannot_do_without(floor, words, runs, report):
    with (
        Subject("moons:demo", implementation=runs, value="autograd_scalar") as step,
        Subject(floor) as least,
    ):
        pair = paired(step.steady, least.steady, ROUNDS)
    report.add(row("W1, micrograd's own nn.py", runs, pair, words))


def test_backward_against_gradients(runs, report):
    with (
        Subject("moons:sweep", implementation=runs, stateless=False) as backward,
        Subject("moons:sweep", implementation=runs, stateless=True) as gradients,
    ):
        agree(backward, gradients)
        pair = paired(backward.steady, gradients.steady, ROUNDS)
    report.add(row("backward alone, W1", runs, pair, "its gradients()"))


def test_fused_against_elementary_neuron(runs, report):
    with (
        Subject("graphs:neuron", implementation=runs, fused=True) as fused,
        Subject("graphs:neuron", implementation=runs, fused=False) as elementary,
    ):
        agree(fused, elementary)
        pair = paired(fused.steady, elementary.steady, ROUNDS)
    work = "200 fused neurons of 16 inputs"
    report.add(row(work, runs, pair, "elementary ones"))


ORDERS = {  # order 1, order 2, and what the second may cost
    "order": ("grad(), 1,000 nodes", "hvp()", Target("<=", 6.0)),
    "recorded_order": ("gradients(), 1,000 nodes", "create_graph and again", None),
}


@pytest.mark.parametrize("subject", ORDERS)
def test_order_two_against_order_one(subject, runs, report):
    name, (work, peer, target) = f"graphs:{subject}", ORDERS[subject]
    with (
        Subject(name, implementation=runs, number=1) as first,
        Subject(name, implementation=runs, number=2) as second,
    ):
        first(), second()
        pair = paired(first.steady, second.steady, ROUNDS)
    report.add(row(work, runs, pair, peer, target))
