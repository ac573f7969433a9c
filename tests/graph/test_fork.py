"""A fork while another thread sweeps: the child sweeps, too, and nothing is torn.

In a process of its own, since a child that hangs, or forks of a pytest with threads,
would take the test run with them.
"""

import os
import subprocess
import sys

import pytest

from autograd_scalar import Value
from autograd_scalar.graph import sweeps

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")

FORKS = 15

# The thread sweeps a graph of some milliseconds for ever. Its sweeps add 1.0 to `leaf`,
# and a sweep that a fork had cut in two would leave 0.0 or half of a sum in the child.
SCRIPT = """
import os, signal, sys, threading
import autograd_scalar as ag
from autograd_scalar import Value, gradients

sys.setswitchinterval(1e-4)
leaf = Value(2.0)
root = leaf
for _ in range(5_000):
    root = root + 0.0
root.backward()
odd = Value(0.5).erf()
ag.replay(odd, complex)  # what this imports is there before any fork

def sweep_for_ever():
    while True:
        {sweep}

threading.Thread(target=sweep_for_ever, daemon=True).start()

def works():
    x = Value(3.0)
    y = x * x + x.sin() * 0.0
    y.backward()
    with ag.no_grad():
        assert (x * x).is_leaf
    assert not (x * x).is_leaf
    assert x.grad == gradients(y, x) == 6.0
    assert ag.hessian(lambda v: v * v)(1.0) == 2.0
    assert ag.replay(odd, complex).number(odd).real == odd.data
    assert leaf.grad == int(leaf.grad) >= 1.0, leaf.grad
    before = leaf.grad
    root.backward()
    assert leaf.grad == before + 1.0

for _ in range({forks}):
    child = os.fork()
    if not child:
        status = 1
        try:
            signal.alarm(20)  # the child that hangs dies of it
            works()
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    if status:
        sys.exit("a child failed, or hung until the alarm")
"""


@pytest.mark.thorough
@pytest.mark.parametrize(
    "sweep",
    ["root.backward()", "gradients(root, leaf)", "ag.replay(odd, complex)"],
)
def test_a_child_sweeps_while_a_thread_of_its_parent_did(sweep):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(sweep=sweep, forks=FORKS)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


INTERRUPTED = """
import os
from autograd_scalar import Value
from autograd_scalar.graph import sweeps

# What Ctrl-C leaves when it ends the wait: the turn is another thread's, and open.
import threading
taken = threading.Event()
def hold():
    with sweeps._turn.lock:
        sweeps._turn.open = True
        taken.set()
        threading.Event().wait()
threading.Thread(target=hold, daemon=True).start()
taken.wait()
sweeps._go_on_in_the_child()
x = Value(3.0)
(x * x).backward()
print(x.grad)
"""


def test_a_child_sweeps_if_the_fork_did_not_wait():
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == "6.0\n", done.stderr[-2000:]


def test_a_sweep_may_fork():
    """From a finalizer or a signal handler: it goes on in both processes."""
    script = """
import os
from autograd_scalar import Value, gradients
from autograd_scalar.graph import sweeps

class Forking(list):
    def __iter__(self):
        self.child = os.fork()
        return super().__iter__()

x = Value(3.0)
y = x * x
wanted = Forking([x])
found = sweeps.stateless_sweep(y, 1.0, wanted)
again = gradients(y, x)
ok = found == [6.0] and again == 6.0 and not sweeps._turn.open
if wanted.child:
    _, status = os.waitpid(wanted.child, 0)
    print(ok, status)
else:
    os._exit(not ok)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == "True 0\n", done.stderr[-2000:]


def test_a_child_gives_the_turn_back_or_takes_a_new_one():
    """In this process, where no thread sweeps: what runs in a child is called here."""
    for taken in (True, False):
        if taken:
            sweeps._wait_for_the_traversal()
        sweeps._go_on_in_the_child()
        x = Value(3.0)
        (x * x).backward()
        assert x.grad == 6.0
