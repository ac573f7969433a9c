"""The tool itself: which changes it makes, and whether its list is in order."""

import argparse
import ast
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from mpmath import mp

from .__main__ import ROOT, _drawn, explanations, place, targets
from .judge import Hangs, _exactly, _unpickled, within
from .mutants import functions, mutants

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
    found = [mutant.change for mutant in mutants(ast.parse(source), "f")]
    assert sorted(found) == sorted(CASES[source])


def test_the_tree_is_put_back():
    source = ast.unparse(ast.parse("\n".join(CASES)))
    tree = ast.parse(source)
    names = [mutant.key for mutant in mutants(tree, "some.target")]
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
    names = {target.name for target in targets()}
    assert all(entry.place.split()[0] in names for entry in entries)
    assert all(len(entry.why.split()) > 5 for entry in entries)


def test_every_target_and_its_tests_exist():
    paths = [target.path for target in targets()]
    tests = {name for target in targets() for name in target.tests}
    for path in [*paths, *(name.replace(".", "/") + ".py" for name in tests)]:
        assert (ROOT / path).is_file(), path


def test_every_explanation_is_of_a_function_that_exists():
    found = {
        f"{target.name} {name}"
        for target in targets()
        for name in functions(ast.parse((ROOT / target.path).read_text("utf-8")))
    }
    assert [x for x in explanations() if x.place not in found] == []


def test_targets_are_chosen_by_a_word_of_their_name_or_path():
    assert [t.name for t in targets(["reporting/esc"])] == ["reporting.escape"]
    assert [t.name for t in targets(["reporting.esc"])] == ["reporting.escape"]
    assert {"nn.matrix.rules", "nn.losses"} <= {t.name for t in targets(["nn/"])}
    assert targets(["no such folder"]) == []


def test_a_word_that_no_target_has_is_an_error():
    done = subprocess.run(
        [sys.executable, "-m", "tests.mutation", "--here", "no such folder"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "no target in targets.toml has no such folder" in done.stderr


@pytest.mark.thorough
def test_a_sample_is_the_same_for_the_same_seed():
    def drawn(seed):
        options = argparse.Namespace(function="", sample=5, seed=seed)
        made = _drawn(targets(["reporting.escape"]), options)
        return [mutant.key for mutants in made.values() for mutant in mutants]

    first = drawn(1)
    assert first == drawn(1) != drawn(2)
    assert len(first) == 5


CANARY = """
from tests.mutation.judge import Judge
from tests.mutation.mutants import Mutant

code = compile("raise KeyError('canary')", "canary", "exec")
for target in ["autograd_scalar.graph.naming", "nn.arguments", "tests.mutation.judge"]:
    judge = Judge(target, [], 1)
    for verdict in judge.verdicts([Mutant(target, 1, "f", "a change", code)]):
        print(verdict.killer, flush=True)
"""


def test_a_change_is_run_or_there_is_no_verdict():
    done = subprocess.run(
        [sys.executable, "-c", CANARY],
        cwd=ROOT,
        env=os.environ | {"AUTOGRAD_SCALAR_PLAIN": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == 2 * "import KeyError\n", done.stderr
    # The judge itself is loaded: no change of it can be judged.
    message = "tests.mutation.judge was imported without the change"
    assert done.stderr.rstrip().endswith(message)


def test_mpmath_s_answers_keep_their_digits_between_processes():
    with mp.workdps(400):
        third = mp.mpf(1) / 3
        answers = pickle.dumps({"third": third})
    assert _unpickled(answers)["third"]._mpf_ == third._mpf_
    assert _exactly([third]) != _exactly([+third])


@pytest.mark.slow
def test_every_explanation_is_of_a_mutant():
    made: dict[str, str] = {}
    explained = {entry.place.split()[0] for entry in explanations()}
    for target in (target for target in targets() if target.name in explained):
        for mutant in target.mutants():
            made[place(mutant)] = made.get(place(mutant), "") + mutant.change + "\n"
    for entry in explanations():
        assert entry.change in made.get(entry.place, ""), entry


@pytest.mark.slow
def test_the_command_kills_every_mutant_of_a_rule():
    done = subprocess.run(
        [sys.executable, "-m", "tests.mutation", "partials", "--function", "d_relu"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
