"""What `import autograd_scalar` adds to a bare Python."""

import os
import subprocess
import sys

import pytest

from .harness import ENGINE, Spread, in_turn
from .table import SECTIONS, Row

pytestmark = pytest.mark.benchmark

ROUNDS = 15
IMPORT = SECTIONS[5]
BARE = f"import sys; sys.path.insert(0, {str(ENGINE)!r})"


def python(flags, code):
    """A clock: CPU seconds of one whole Python process."""
    resource = pytest.importorskip("resource", reason="no CPU time of processes here")

    def used():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    # Otherwise every process would compile the package anew.
    environment = os.environ.copy()
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def clock():
        before = used()
        command = [sys.executable, *flags, "-c", code]
        subprocess.run(command, check=True, env=environment)
        return used() - before

    return clock


@pytest.mark.parametrize("flags", [[], ["-I"]], ids=["plain", "isolated"])
def test_import_time(flags, report):
    clocks = [python(flags, f"{BARE}; import autograd_scalar"), python(flags, BARE)]
    in_turn(clocks, 1)  # bytecode is written, files are in memory
    ours, bare = in_turn(clocks, ROUNDS)
    more = Spread.of([a - b for a, b in zip(ours, bare, strict=True)])
    work = " ".join(["more than bare python", *flags])
    report.add(Row(IMPORT, work, more, "bare", Spread.of(bare), target="<= 40 ms"))
