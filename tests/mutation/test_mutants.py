"""The tool itself: which changes it makes, and whether its list is in order."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from .__main__ import HERE, TARGETS, explanations, place
from .judge import Hangs, within
from .mutants import mutants

CASES = {
    "def f(a, b): return a < b": {
        "return [a < b=>None]",
        "return a [<=><=] b",
        "return a [<=>>=] b",
        "return [a=>b] < b",
        "return a < [b=>a]",
    },
    "def f(x):\n    'text'\n    y = x\n    return y": {
        "[y = x=>pass]",
        "return [y=>None]",
    },
    "def f(x):\n    if not x and True: raise KeyError('k')": {
        "if not [x and True=>(not x and True)]:",
        "if not x [and=>or] True:",
        "if [not x and =>]True:",
        "if not x[ and True=>]:",
        "if [not =>]x and True:",
        "if not x and [True=>False]:",
        "[raise KeyError('k')=>pass]",
    },
    "if TYPE_CHECKING: x = 1": set(),
    "x: int = 1": {"x: int = [1=>2]", "x: int = [1=>-1]"},
}


@pytest.mark.parametrize("source", CASES)
def test_changes(source):
    found = [mutant.change for mutant in mutants(ast.parse(source), "f.py")]
    assert sorted(found) == sorted(CASES[source])


def test_the_tree_is_put_back():
    source = ast.unparse(ast.parse("\n".join(CASES)))
    tree = ast.parse(source)
    names = [mutant.key for mutant in mutants(tree, "mutants.py")]
    assert ast.unparse(tree) == source
    assert len(names) == len(set(names)) > 10


def test_what_computes_for_too_long_is_stopped():
    def endless():
        while True:
            pass

    with pytest.raises(Hangs):
        within(0.01, endless)
    within(0.01, lambda: None)


def test_every_survivor_is_explained_in_words():
    entries = explanations()
    assert len({entry[:2] for entry in entries}) == len(entries)
    assert all(entry.place.split()[0] in TARGETS for entry in entries)
    assert all(len(entry.why.split()) > 5 for entry in entries)


@pytest.mark.slow
def test_every_explanation_is_of_a_mutant():
    made: dict[str, str] = {}
    for file in {entry.place.split()[0] for entry in explanations()}:
        source = (HERE.parents[1] / "autograd_scalar" / file).read_text("utf-8")
        for mutant in mutants(ast.parse(source), file):
            made[place(mutant)] = made.get(place(mutant), "") + mutant.change + "\n"
    for entry in explanations():
        assert entry.change in made.get(entry.place, ""), entry


@pytest.mark.slow
def test_the_command_kills_every_mutant_of_a_rule():
    done = subprocess.run(
        [sys.executable, "-m", "tests.mutation", "activations", "--function", "ramp"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
