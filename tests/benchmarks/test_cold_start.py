"""What a fresh process pays: for the import alone, and for its first gradient."""

import subprocess
import sys

import pytest

from .harness import ENGINE, IMPLEMENTATIONS, Pair, Spread, cold, environment, in_turn
from .peers import OURS, PEERS
from .table import Row, Section, Target
from .works import WORKS

pytestmark = pytest.mark.benchmark

IMPORTS, STARTS = 15, 3  # rounds
WORK = "W1 on 10 examples"
BARE = f"import sys; sys.path.insert(0, {str(ENGINE)!r})"
AGE = "import time; print(time.process_time())"


def python(flags, code, runs):
    """A clock: CPU seconds of one whole Python process."""
    command = [sys.executable, *flags, "-c", f"{code}; {AGE}"]
    options = {"env": environment(runs), "capture_output": True, "text": True}
    return lambda: float(subprocess.run(command, check=True, **options).stdout)


@pytest.mark.parametrize("flags", [[], ["-I"]], ids=["default", "isolated"])
@pytest.mark.parametrize("runs", IMPLEMENTATIONS)
def test_import_alone(runs, flags, report):
    clocks = [
        python(flags, f"{BARE}; import autograd_scalar", runs),
        python(flags, BARE, runs),
    ]
    in_turn(clocks, 1)  # bytecode is written, files are in memory
    ours, bare = in_turn(clocks, IMPORTS)
    more = Spread.of([a - b for a, b in zip(ours, bare, strict=True)])
    work = " ".join(["import, more than bare python", *flags])
    target = Target("<=", 0.04, "ours")
    row = Row(Section.COLD, work, runs, more, "bare", Spread.of(bare), target=target)
    report.add(row)


def test_import_and_first_gradient(report):
    """In one round each library starts once, so that all suffer alike."""
    lacks = {name: PEERS[name].missing(WORKS[WORK]()) for name in PEERS if name != OURS}
    present = [name for name, lack in lacks.items() if not lack]
    processes = [
        *((runs, OURS) for runs in IMPLEMENTATIONS),
        *(("", x) for x in present),
    ]
    clocks = [
        cold("peers:step", implementation=runs, peer=name, work=WORK)
        for runs, name in processes
    ]
    in_turn(clocks, 1)  # bytecode is written, files are in memory
    samples = dict(zip(processes, in_turn(clocks, STARTS), strict=True))
    work = f"import and {WORK}"
    for peer, lack in lacks.items():
        for runs in IMPLEMENTATIONS:
            ours = samples[runs, OURS]
            if lack:
                row = Row(Section.COLD, work, runs, Spread.of(ours), f"{peer}: {lack}")
            else:
                pair = Pair.of(ours, samples["", peer])
                row = Row(Section.COLD, work, runs, pair.ours, peer, *pair[1:])
            report.add(row)
