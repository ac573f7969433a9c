"""The same Python function over the scalars of every library: value and gradient."""

from contextlib import ExitStack

import pytest

from .graphs import nodes_of
from .harness import IMPLEMENTATIONS, Pair, Subject, agree, in_turn, paired
from .peers import OURS, PEERS
from .table import Row, Section, Target
from .works import WORKS

pytestmark = pytest.mark.benchmark

FAR_BEHIND = {"HIPS autograd", "xad", "torch eager", "jax, no jit"}


@pytest.mark.parametrize("peer", [name for name in PEERS if name != OURS])
@pytest.mark.parametrize("work", WORKS)
def test_the_same_expression_over_the_scalars_of(peer, work, report):
    lack = PEERS[peer].missing(WORKS[work]())
    if lack:
        for runs in IMPLEMENTATIONS:
            report.add(Row(Section.SCALARS, work, runs, None, f"{peer}: {lack}"))
        return
    with ExitStack() as stack:
        subjects = [
            stack.enter_context(
                Subject("peers:step", implementation=runs, peer=name, work=work)
            )
            for runs, name in [*((runs, OURS) for runs in IMPLEMENTATIONS), ("", peer)]
        ]
        agree(*subjects)
        clocks = [subject.steady for subject in subjects]
        *ours, theirs = in_turn(clocks, PEERS[peer].rounds)
    for runs, samples in zip(IMPLEMENTATIONS, ours, strict=True):
        pair = Pair.of(samples, theirs)
        aimed = runs == "compiled" and peer in FAR_BEHIND
        target = Target(">=", 20.0) if aimed else None
        row = Row(
            Section.SCALARS, work, runs, pair.ours, peer, *pair[1:], target=target
        )
        report.add(row)


@pytest.mark.parametrize("work", WORKS)
def test_the_same_expression_over_plain_floats(work, report):
    """The floor of any engine: the user's loops alone, beside the fastest peer."""
    if lack := PEERS["xad"].missing(WORKS[work]()):
        row = Row(Section.PARTS, work, "floats", None, f"xad: {lack}")
    else:
        with (
            Subject("peers:floats", work=work) as loops,
            Subject("peers:step", peer="xad", work=work) as theirs,
        ):
            loops(), theirs()
            assert loops.result == theirs.result[:1]
            pair = paired(loops.steady, theirs.steady, PEERS["xad"].rounds)
        row = Row(Section.PARTS, work, "floats", pair.ours, "xad", *pair[1:])
    report.add(row)


def test_nodes_of_the_expressions(report):
    sizes = ", ".join(f"{name} {nodes_of(work()):,}" for name, work in WORKS.items())
    report.note(f"nodes: {sizes}")
    report.note("casadi SX: an expression is built, differentiated, evaluated once")
