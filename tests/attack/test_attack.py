"""A sample of the attacks on every public callable; `python -m tests.attack` is all."""

import random

import pytest

import autograd_scalar as ag
import nn

from .attacks import attacks
from .hostile import LARGE
from .interrupt import WORK, interrupted, left_behind
from .memory import HAS_HOOK, starved
from .targets import INSTANCES, MADE_BY_US, argument, network, public, targets

TARGETS = targets()
SAMPLE = 8  # attacks on each callable
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


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_sample_is_met(target):
    right, *wrong = attacks(target)
    large = tuple(f"{sign}{kind})" for sign in ("=", "them ") for kind in LARGE)
    quick = [
        attack
        for attack in wrong
        if not (attack.endless or attack.name.endswith(large))
    ]
    count = SAMPLE // 4 if target.name in SLOW else SAMPLE
    chosen = random.Random(target.name).sample(quick, min(count, len(quick)))
    found = {attack.name: attack.run() for attack in [right, *chosen]}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_a_callable_that_lets_a_foreign_error_out_is_found(monkeypatch):
    monkeypatch.setattr(ag.functions, "real", lambda x, what: x + 1.0)
    (exp,) = [target for target in TARGETS if target.name == "ag.exp"]
    found = [attack.run() for attack in attacks(exp)]
    assert any("TypeError" in wrong for wrong in found)


# ---- Interrupted ---------------------------------------------------------------------


def interrupt_everywhere(work, kind, folder, step):
    nn.save_weights(network(), "weights.json")
    WORK[work]()  # what is imported when it is first needed is there now
    at = 1
    while interrupted(WORK[work], kind, at):
        assert left_behind(folder) == ""
        at += step
    if ag.implementation == "plain":  # compiled code has no lines to stop at
        assert at > 1


@pytest.mark.parametrize("work", WORK)
def test_an_interruption_leaves_nothing_behind(work, tmp_path):
    interrupt_everywhere(work, KeyboardInterrupt, tmp_path, 211)


@pytest.mark.attack
@pytest.mark.parametrize("kind", [KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize("work", WORK)
def test_an_interruption_at_any_line_leaves_nothing_behind(work, kind, tmp_path):
    interrupt_everywhere(work, kind, tmp_path, 1)


@pytest.mark.parametrize("work", ["backward", "save_weights"] if HAS_HOOK else [])
def test_no_memory_leaves_nothing_behind(work):
    assert starved(work, 97)[0] == ""
