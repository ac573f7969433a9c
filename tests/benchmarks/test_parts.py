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


@pytest.mark.parametrize("built", [True, False], ids=["built", "recorded"])
def test_order_two_against_order_one(built, runs, report):
    with (
        Subject("graphs:order", implementation=runs, number=1, built=built) as first,
        Subject("graphs:order", implementation=runs, number=2, built=built) as second,
    ):
        first(), second()
        pair = paired(first.steady, second.steady, ROUNDS)
    work = "1,000 nodes built, order 1" if built else "1,000 nodes, order 1 alone"
    target = Target("<=", 6.0) if built else None
    report.add(row(work, runs, pair, "order 2 (H v)", target))
