"""Mutation testing: is every small mistake in the rules and the engine caught?

    python -m tests.mutation                   # every target
    python -m tests.mutation nn/ numbers/      # those whose name or path has a word
    python -m tests.mutation --function tanh   # of one function only
    python -m tests.mutation --sample 50 --seed 7  # so many of all, drawn at random

`targets.toml` says which source files are mutated and which tests judge them. Prints a
table and every survivor that `survivors.toml` does not explain; ends with status 1 if
there is one. mutmut and cosmic-ray were considered: the one changes bodies
of functions only, and half of our rules are lambdas in a table; the other starts a
process and imports for every mutant, seconds each for thousands.
"""

# ruff: noqa: T201 - a command prints
import argparse
import ast
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from .judge import Judge, Verdict, keep_truths, load_truths
from .mutants import Mutant, mutants

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


class Target(NamedTuple):
    """A source file and the tests that judge it; `targets.toml` lists them."""

    name: str
    tests: list[str]

    @property
    def module(self) -> str:
        """The dotted name under which the file is imported."""
        return (
            self.name if self.name.startswith("nn.") else f"autograd_scalar.{self.name}"
        )

    @property
    def path(self) -> str:
        """Where the file lies below the project."""
        return self.module.replace(".", "/") + ".py"

    def mutants(self) -> Iterator[Mutant]:
        """Every small change of the file."""
        path = ROOT / self.path
        return mutants(ast.parse(path.read_text("utf-8")), self.name, str(path))


def targets(words: Sequence[str] = ()) -> list[Target]:
    """Read `targets.toml`; with words, keep targets whose name or path holds one."""
    table = tomllib.loads((HERE / "targets.toml").read_text(encoding="utf-8"))
    found = [Target(name, table["tests"][of]) for name, of in table["targets"].items()]
    return [
        target
        for target in found
        if not words or any(w in x for w in words for x in (target.name, target.path))
    ]


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
    parser.add_argument("--sample", type=int, help="judge so many mutants, not all")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    options = parser.parse_args()
    if not options.here:
        return _in_a_copy(sys.argv[1:])
    load_truths(options.truths)
    chosen = targets(options.words)
    if not chosen:
        parser.error(f"no target in targets.toml has {' or '.join(options.words)}")
    drawn = _drawn(chosen, options)
    verdicts: list[Verdict] = []
    for target in chosen:
        if made := drawn[target.name]:
            verdicts += _judged(target, made, options)
        if options.json:
            rows = json.dumps([_row(v) for v in verdicts], indent=1)
            options.json.write_text(rows, encoding="utf-8")
    return _report(verdicts, is_complete=options.sample is None)


def _drawn(
    chosen: list[Target], options: argparse.Namespace
) -> dict[str, list[Mutant]]:
    """Make the mutants to judge, by target: all of them, or a sample."""
    made = [
        mutant
        for target in chosen
        for mutant in target.mutants()
        if options.function in mutant.function
    ]
    if options.sample is not None and options.sample < len(made):
        made = random.Random(options.seed).sample(made, options.sample)
    drawn: dict[str, list[Mutant]] = {target.name: [] for target in chosen}
    for mutant in made:
        drawn[mutant.target].append(mutant)
    return drawn


def _in_a_copy(arguments: list[str]) -> int:
    """Run where nobody edits: one state of the tree, judged by that state."""
    with tempfile.TemporaryDirectory() as room:
        for folder in ("autograd_scalar", "nn", "tests"):
            ignore = shutil.ignore_patterns("__pycache__", "*.so")
            shutil.copytree(ROOT / folder, Path(room, folder), ignore=ignore)
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
    target: Target, made: list[Mutant], options: argparse.Namespace
) -> list[Verdict]:
    judge = Judge(target.module, target.tests, options.processes)
    judge.prepare()
    keep_truths(options.truths)
    killers = _killers(options.again)
    found = [Verdict(m, killers[m.key]) for m in made if m.key in killers]
    start = time.monotonic()
    for verdict in judge.verdicts(m for m in made if m.key not in killers):
        found.append(verdict)
        if not verdict.killer:
            print(f"  survives: {verdict.mutant.key}", file=sys.stderr, flush=True)
    print(
        f"{target.path}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True
    )
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
    """The target and the function, as `survivors.toml` names them."""
    return f"{mutant.target} {mutant.function}"


def _row(verdict: Verdict) -> dict[str, object]:
    mutant = verdict.mutant
    return {"mutant": mutant.key, "line": mutant.line, "killer": verdict.killer}


def _report(verdicts: list[Verdict], is_complete: bool) -> int:
    """Print the table and what is not explained; the exit status."""
    entries = explanations()
    survivors = [v.mutant for v in verdicts if not v.killer]
    killed = Counter(v.mutant.target for v in verdicts if v.killer)
    missing = [m for m in survivors if not any(explains(e, m) for e in entries)]
    alive = Counter(m.target for m in survivors)
    unexplained = Counter(m.target for m in missing)
    print(f"{'target':26}{'mutants':>9}{'killed':>9}{'explained':>11}{'not':>6}")
    for file, count in Counter(v.mutant.target for v in verdicts).items():
        row = f"{count:9}{killed[file]:9}{alive[file] - unexplained[file]:11}"
        print(f"{file:26}{row}{unexplained[file]:6}")
    for mutant in missing:
        print(f"survives, and survivors.toml does not say why: {mutant.key}")
    judged = {place(v.mutant) for v in verdicts} if is_complete else set()
    for entry in entries:
        if entry.place in judged and not any(explains(entry, m) for m in survivors):
            print(f"explains no survivor; take it out: {entry.place}: {entry.change}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
