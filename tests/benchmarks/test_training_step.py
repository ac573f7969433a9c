"""One training step of micrograd's demo, and one sweep of it."""

import pytest

from .harness import Pair, Subject, agree, in_turn, paired
from .moons import node_counts
from .peers import EXAMPLES, PEERS
from .table import SECTIONS, Row

pytestmark = pytest.mark.benchmark

ROUNDS = 7
STEP, TENTH, PARTS = SECTIONS[:3]


def test_a_step_of_the_demo_with_the_graph_built_every_time(report):
    with (
        Subject("moons:demo", value="micrograd") as micrograd,
        Subject("moons:demo", value="autograd_scalar") as same_source,
        Subject("moons:own_network", fused=False) as elementary,
        Subject("moons:own_network", fused=True) as fused,
    ):
        subjects = [same_source, elementary, fused, micrograd]
        agree(*subjects)
        *ours, theirs = in_turn(subjects, ROUNDS)
    works = ("micrograd's nn.py over Value", "nn.MLP(fused=False)", "nn.MLP, fused dot")
    for work, samples in zip(works, ours, strict=True):
        target = ">= 10 x" if work == works[0] else ""
        pair = Pair.of(samples, theirs)
        report.add(Row(STEP, work, pair.ours, "micrograd", *pair[1:], target=target))
    count = node_counts()
    report.note(
        f"the step has {count.all:,} nodes, or {count.all - count.constants:,} without"
        f" the {count.constants} constants; {count.operations:,} of them computed"
    )


@pytest.mark.parametrize("name", [name for name in PEERS if name != "autograd_scalar"])
def test_a_tenth_of_the_step_over_scalars_of(name, report):
    work, peer = f"{EXAMPLES} examples, one formula", PEERS[name]
    if not peer.installed:
        report.add(Row(TENTH, work, None, f"{name}: not installed"))
        pytest.skip(f"{peer.module} is not installed")
    with (
        Subject("peers:step", peer="autograd_scalar") as ours,
        Subject("peers:step", peer=name) as theirs,
    ):
        agree(ours, theirs)
        pair = paired(ours, theirs, peer.rounds)
    report.add(Row(TENTH, work, pair.ours, name, *pair[1:]))


def test_backward_against_gradients(report):
    with (
        Subject("moons:sweep", stateless=False) as backward,
        Subject("moons:sweep", stateless=True) as gradients,
    ):
        agree(backward, gradients)
        pair = paired(backward, gradients, ROUNDS)
    report.add(Row(PARTS, "backward", pair.ours, "its gradients()", *pair[1:]))


def test_fused_against_elementary_neuron(report):
    with (
        Subject("graphs:neuron", fused=True) as fused,
        Subject("graphs:neuron", fused=False) as elementary,
    ):
        agree(fused, elementary)
        pair = paired(fused, elementary, 2 * ROUNDS)
    peer = "its elementary ones"
    report.add(Row(PARTS, "200 fused neurons of 16 inputs", pair.ours, peer, *pair[1:]))
