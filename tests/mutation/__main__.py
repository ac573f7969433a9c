"""Mutation testing: is every small mistake in the rules and the engine caught?

    python -m tests.mutation                   # every target
    python -m tests.mutation partials graph.py # those whose path contains a word
    python -m tests.mutation --function tanh   # of one function only

Prints a table and every survivor that `survivors.toml` does not explain; ends with
status 1 if there is one. mutmut and cosmic-ray were considered: the one changes bodies
of functions only, and half of our rules are lambdas in a table; the other starts a
process and imports for every mutant, seconds each for thousands.
"""

# ruff: noqa: T201 - a command prints
import argparse
import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from .judge import Judge, Verdict, keep_truths, load_truths
from .mutants import Mutant, mutants

HERE = Path(__file__).parent
RULES = ["tests.test_primitives", "tests.test_functional", "tests.test_orders"]
GRAPH = ["tests.test_graph", "tests.test_functional"]
VALUE = [
    "tests.test_value",
    "tests.test_functional",
    "tests.test_custom",
    "tests.test_anomaly",
    "tests.test_graph",
]
FUSED = ["tests.test_fused", "tests.test_functional", "tests.test_anomaly"]
RECORDED = ["tests.test_functional", "tests.test_transforms", "tests.test_tangents"]
TANGENTS = ["tests.test_tangents", "tests.test_transforms", "tests.test_functional"]
GRADIENTS = [*GRAPH, "tests.test_exact", "tests.test_anomaly"]
TARGETS = {
    "primitives.py": RULES,
    "kinks.py": RULES,
    "partials/arithmetic.py": RULES,
    "partials/elementary.py": RULES,
    "partials/activations.py": RULES,
    "ieee/arithmetic.py": RULES,
    "ieee/reductions.py": RULES,
    "ieee/elementary.py": RULES,
    "ieee/activations.py": RULES,
    "graph.py": GRAPH,
    "node.py": VALUE,
    "value.py": VALUE,
    "fused.py": FUSED,
    "functional.py": GRADIENTS,
    "exact.py": GRADIENTS,
    "recorded.py": RECORDED,
    "tangents.py": TANGENTS,
}


def main() -> int:
    """Run the command; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("words", nargs="*", help="targets, by a part of their path")
    parser.add_argument("--function", default="", help="mutants of this one only")
    parser.add_argument("--json", type=Path, help="write every verdict to this file")
    parser.add_argument(
        "--again", type=Path, help="judge only what survived in this file of verdicts"
    )
    parser.add_argument(
        "--truths", type=Path, help="keep mpmath's answers in this file"
    )
    parser.add_argument(
        "--processes", type=int, default=2, help="mutants judged at a time"
    )
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.here:
        return _in_a_copy(sys.argv[1:])
    load_truths(options.truths)
    verdicts: list[Verdict] = []
    for target, test_modules in TARGETS.items():
        if not options.words or any(word in target for word in options.words):
            verdicts += _judged(target, test_modules, options)
    if options.json:
        options.json.write_text(json.dumps([_row(v) for v in verdicts], indent=1))
    return _report(verdicts)


def _in_a_copy(arguments: list[str]) -> int:
    """Run where nobody edits: one state of the tree, judged by that state."""
    with tempfile.TemporaryDirectory() as room:
        for folder in ("autograd_scalar", "nn", "tests"):
            ignore = shutil.ignore_patterns("__pycache__", "*.so")
            shutil.copytree(HERE.parents[1] / folder, Path(room, folder), ignore=ignore)
        alone = {
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONPATH": room,
            "AUTOGRAD_SCALAR_PLAIN": "1",
        }
        command = [sys.executable, "-m", "tests.mutation", "--here", *arguments]
        paths = (".json", ".pickle")
        command = [os.path.abspath(a) if a.endswith(paths) else a for a in command]
        environment = os.environ | alone
        return subprocess.run(
            command, cwd=room, env=environment, check=False
        ).returncode


def _judged(
    target: str, test_modules: list[str], options: argparse.Namespace
) -> list[Verdict]:
    path = Path("autograd_scalar", target)
    module = ".".join(path.with_suffix("").parts)
    judge = Judge(module, test_modules, options.processes)
    judge.prepare()
    keep_truths(options.truths)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    made = [
        m
        for m in mutants(tree, target, os.path.abspath("autograd_scalar"))
        if options.function in m.function
    ]
    killers = _killers(options.again)
    found = [Verdict(m, killers[m.key]) for m in made if m.key in killers]
    start = time.monotonic()
    for verdict in judge.verdicts(m for m in made if m.key not in killers):
        found.append(verdict)
        if not verdict.killer:
            print(f"  survives: {verdict.mutant.key}", file=sys.stderr, flush=True)
    print(f"{target}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    return found


def _killers(verdicts: Path | None) -> dict[str, str]:
    """What killed the mutants that an earlier run's file says are dead."""
    if not verdicts:
        return {}
    rows = json.loads(verdicts.read_text(encoding="utf-8"))
    return {row["mutant"]: row["killer"] for row in rows if row["killer"]}


class Explanation(NamedTuple):
    """Why no test kills the mutants of one function that hold this text."""

    place: str
    change: str
    why: str


def explanations() -> list[Explanation]:
    """What `survivors.toml` says."""
    entries = tomllib.loads((HERE / "survivors.toml").read_text(encoding="utf-8"))
    return [
        Explanation(place, change, entry["why"])
        for entry in entries["explained"]
        for place, changes in entry["mutants"].items()
        for change in changes
    ]


def explains(entry: Explanation, mutant: Mutant) -> bool:
    """Whether the entry is about this mutant."""
    return entry.place == place(mutant) and entry.change in mutant.change


def place(mutant: Mutant) -> str:
    """The file and the function, as `survivors.toml` names them."""
    return f"{mutant.file} {mutant.function}"


def _row(verdict: Verdict) -> dict[str, object]:
    mutant = verdict.mutant
    return {"mutant": mutant.key, "line": mutant.line, "killer": verdict.killer}


def _report(verdicts: list[Verdict]) -> int:
    """Print the table and what is not explained; the exit status."""
    entries = explanations()
    survivors = [v.mutant for v in verdicts if not v.killer]
    killed = Counter(v.mutant.file for v in verdicts if v.killer)
    missing = [m for m in survivors if not any(explains(e, m) for e in entries)]
    alive = Counter(m.file for m in survivors)
    unexplained = Counter(m.file for m in missing)
    print(f"{'file':26}{'mutants':>9}{'killed':>9}{'explained':>11}{'not':>6}")
    for file, count in Counter(v.mutant.file for v in verdicts).items():
        row = f"{count:9}{killed[file]:9}{alive[file] - unexplained[file]:11}"
        print(f"{file:26}{row}{unexplained[file]:6}")
    for mutant in missing:
        print(f"survives, and survivors.toml does not say why: {mutant.key}")
    judged = {place(v.mutant) for v in verdicts}
    for entry in entries:
        if entry.place in judged and not any(explains(entry, m) for m in survivors):
            print(f"explains no survivor; take it out: {entry.place}: {entry.change}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
