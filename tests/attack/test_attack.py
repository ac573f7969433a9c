"""A sample of the attacks on every public callable; `python -m tests.attack` is all."""

import contextlib
import dis
import errno
import os
import random
import signal
import subprocess
import sys

import pytest

import autograd_scalar as ag
import nn
from autograd_scalar import AutogradError

from .attacks import attacks
from .files import everything
from .hostile import LARGE
from .interrupt import WORK, interrupted, left_behind
from .memory import HAS_HOOK, starved
from .targets import (
    INSTANCES,
    MADE_BY_US,
    REFUSING,
    argument,
    call,
    network,
    public,
    targets,
)

TARGETS = targets()
SAMPLE = 8  # attacks on each callable
# Neither a text nor a truth, no key of a dictionary, and one cannot be iterated over.
ALWAYS = ("=array of 0 d)", "=array of 2 d)")
SLOW = {"ag.certify", "ag.compare", "ag.check_gradients"}


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_every_public_callable_has_arguments():
    for target in TARGETS:
        for parameter in target.parameters:
            known = argument(target, parameter) is not parameter.empty
            assert known, f"tests/attack/targets.py: give {target.name} {parameter}"
    names = {target.name for target in TARGETS} | MADE_BY_US
    for name, thing in {**public(ag), **public(nn)}.items():
        assert name in names
        assert not isinstance(thing, type) or name in INSTANCES, f"{name} in INSTANCES"


@pytest.mark.one_in(4)
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_sample_is_met(target):
    # With right arguments first: else an attack by another one gets no further than to
    # the wrong one.
    function, args, keywords = call(target, {})
    refuses = target.name in REFUSING
    with pytest.raises(AutogradError) if refuses else contextlib.nullcontext():
        function(*args, **keywords)
    right, *wrong = attacks(target)
    large = tuple(f"{sign}{kind})" for sign in ("=", "them ") for kind in LARGE)
    quick = [
        attack
        for attack in wrong
        if not (attack.endless or attack.name.endswith(large))
    ]
    count = SAMPLE // 4 if target.name in SLOW else SAMPLE
    chosen = random.Random(target.name).sample(quick, min(count, len(quick)))
    chosen += [attack for attack in quick if attack.name.endswith(ALWAYS)]
    found = {attack.name: attack.run() for attack in [right, *chosen]}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_a_callable_that_lets_a_foreign_error_out_is_found(monkeypatch):
    monkeypatch.setattr(ag.functions, "real", lambda x, what: x + 1.0)
    (exp,) = [target for target in TARGETS if target.name == "ag.exp"]
    found = [attack.run() for attack in attacks(exp)]
    assert any("TypeError" in wrong for wrong in found)


# ---- Interrupted ---------------------------------------------------------------------


# Of a third of a million lines, and of thirty thousand, one in so many is enough.
SPARSE = {"grade": 499, "read_notes": 11}


def interrupt_everywhere(work, kind, folder, step):
    step *= SPARSE.get(work, 1)
    nn.save_weights(network(), "weights.json")
    WORK[work]()  # what is imported when it is first needed is there now
    at = 1
    while interrupted(WORK[work], kind, at):
        assert left_behind(folder) == ""
        at += step
    if ag.implementation == "plain":  # compiled code has no lines to stop at
        assert at > 1


@pytest.mark.one_in(3)
@pytest.mark.parametrize("work", WORK)
def test_an_interruption_leaves_nothing_behind(work, tmp_path):
    interrupt_everywhere(work, KeyboardInterrupt, tmp_path, 211)


@pytest.mark.attack
@pytest.mark.parametrize("kind", [KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize("work", WORK)
def test_an_interruption_at_any_line_leaves_nothing_behind(work, kind, tmp_path):
    interrupt_everywhere(work, kind, tmp_path, 1)


def test_python_asks_for_no_signal_at_the_end_of_a_with():
    """From the last protected instruction to the call of ``__exit__``; see modes.py."""

    def block(mode, x):
        with mode:
            x.y = x

    code = dis.Bytecode(block)
    (last,) = (k for k, i in enumerate(code) if i.opname == "STORE_ATTR")
    quiet = {"LOAD_CONST", "PUSH_NULL", "PRECALL", "POP_BLOCK", "SWAP", "NOP", "CACHE"}
    after = [i.opname for i in list(code)[last + 1 :]]
    assert "CALL" in after
    assert {*after[: after.index("CALL")]} <= quiet


SIGNALS = """
import random, signal, sys
import autograd_scalar as ag
from autograd_scalar import Value
from autograd_scalar.graph.recording import blocks, forget_ended, innermost

a = Value(2.0)
shared = ag.no_grad()

def no_grad():
    while True:
        with ag.no_grad():
            a * a
        with shared, shared:
            a * a

def detect_anomaly():
    while True:
        with ag.detect_anomaly():
            a * a

def check_gradients():
    while True:
        ag.check_gradients(lambda x: x * x, [0.3])

def grad():
    f = ag.grad(lambda x: x * x)
    while True:
        f(0.3)

def interrupt(_, frame):
    if frame.f_back is not None:  # not while the lines below handle the last one
        raise KeyboardInterrupt

signal.signal(signal.SIGALRM, interrupt)
delays = random.Random(1)
left = 0
for _ in range(int(sys.argv[2])):
    try:
        # Again after a while: what arrives in a finalizer, Python prints and ignores.
        signal.setitimer(signal.ITIMER_REAL, 1e-5 + delays.random() * 1e-3, 0.05)
        globals()[sys.argv[1]]()
    except KeyboardInterrupt:
        signal.setitimer(signal.ITIMER_REAL, 0)
    left += (a * a).parents != (a, a)
    forget_ended()
    left += innermost.get() is not None or len(blocks) > 0
print(left)
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs setitimer")
@pytest.mark.parametrize("count", [300, pytest.param(5000, marks=pytest.mark.attack)])
@pytest.mark.parametrize(
    "work", ["no_grad", "detect_anomaly", "check_gradients", "grad"]
)
def test_ctrl_c_leaves_no_mode_on(work, count):
    command = [sys.executable, "-c", SIGNALS, work, str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == "0\n", done.stderr[-2000:]


QUICK = ("save_weights json", "load_weights json", "save through a link", "read_csv")
QUICK += ("save player", "grade")


@pytest.mark.parametrize("work", QUICK)
def test_a_failing_disk_is_met(work):
    found = everything(work, (errno.ENOSPC,))
    assert len(found) > 3
    assert {title: wrong for title, wrong in found.items() if wrong} == {}


def test_a_disk_that_fails_unnoticed_is_found(monkeypatch):
    monkeypatch.setattr(os, "replace", lambda *_: None)
    found = everything("WholeFile", (errno.EIO,))
    assert "wrote nothing, and said nothing" in found.values()


STARVED_ON_311 = (("arithmetic", 1), ("hessian", 1), ("ag.equations", 61))


@pytest.mark.thorough
@pytest.mark.skipif(not HAS_HOOK, reason="CPython's _testcapi starves it")
@pytest.mark.parametrize(
    ("work", "step"),
    [
        *(("backward", 1), ("gradients", 1), ("save_weights", 97)),
        ("create_graph", 31),
        # From 3.12 on CPython itself reads through NULL where it makes a generator or a
        # closure, which these do: in a plain function as well.
        *(STARVED_ON_311 if sys.version_info < (3, 12) else ()),
    ],
)
def test_no_memory_leaves_nothing_behind(work, step):
    assert starved(work, step)[0] == ""
