"""Side by side: each subject in a process of its own, run in turn, compared in pairs.

A subject is ``"module:function"`` of this folder, plus options. The function sets up
and returns the action that is timed. In its own process it pays for its own garbage,
finds the collector in its default state, and no neighbour's imports weigh on it.

Two subjects run A B A B, and their ratio is the median over the pairs: on a busy
machine both halves of a pair suffer alike. The clock counts CPU seconds of the
process, so waiting for a busy core does not count.

pytest-benchmark measures one function after another; it has no pairs.
"""

import json
import math
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple, Self

import autograd_scalar

Clock = Callable[[], float]  # acts once and returns the seconds that it took

# What there is to measure: a compiled installation can be told to run plain.
IMPLEMENTATIONS = {"compiled": ("compiled", "plain"), "plain": ("plain",)}[
    autograd_scalar.implementation
]
LEAST = 0.25  # CPU seconds of a sample: the collector's rare long turns are in it
TESTS = Path(__file__).parents[2]
ENGINE = Path(autograd_scalar.__file__).parents[1]  # source tree or installed wheel
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_ENABLE_X64": "1",
    "JAX_PLATFORMS": "cpu",
}


class Spread(NamedTuple):
    """What repeated measurement gave."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, samples: Sequence[float]) -> Self:
        return cls(median(samples), min(samples), max(samples))

    def times(self, factor: float) -> "Spread":
        return Spread(*(factor * x for x in self))


class Pair(NamedTuple):
    """Two subjects, and how many times longer the second took, pair by pair."""

    ours: Spread
    theirs: Spread
    ratio: Spread

    @classmethod
    def of(cls, ours: Sequence[float], theirs: Sequence[float]) -> Self:
        ratios = [b / a for a, b in zip(ours, theirs, strict=True)]
        return cls(Spread.of(ours), Spread.of(theirs), Spread.of(ratios))


def in_turn(clocks: Sequence[Clock], rounds: int) -> list[list[float]]:
    """The samples of every clock, taken in turn."""
    samples = [[clock() for clock in clocks] for _ in range(rounds)]
    return [list(column) for column in zip(*samples, strict=True)]


def paired(ours: Clock, theirs: Clock, rounds: int) -> Pair:
    """A B A B ... and the ratio B / A of each pair."""
    return Pair.of(*in_turn([ours, theirs], rounds))


def agree(*subjects: "Subject", tolerance: float = 1e-12) -> None:
    """Every subject acts once, which warms it up, and all have the same result."""
    for subject in subjects:
        subject()
    first = subjects[0].result
    for subject in subjects[1:]:
        assert len(subject.result) == len(first)
        for a, b in zip(first, subject.result, strict=True):
            assert math.isclose(a, b, rel_tol=tolerance, abs_tol=1e-15), subject


class Subject:
    """A process that holds one subject; calling it acts once.

    ``result`` is what the latest action returned, ``age`` the CPU seconds of the
    process until then, start and imports included, ``runs`` how the engine runs there:
    compiled, plain, or None where it is not loaded. With ``implementation`` it has to
    run that way.
    """

    result: Any
    age: float
    runs: str | None

    def __init__(
        self, name: str, *, implementation: str = "", **options: object
    ) -> None:
        paths = [str(ENGINE), str(TESTS)]
        command = [sys.executable, "-P", "-m", "tests.benchmarks.worker"]
        self._name = name
        self._implementation = implementation
        self._options = options
        self._process = subprocess.Popen(
            [*command, name, json.dumps(options)],
            env=environment(implementation) | {"PYTHONPATH": os.pathsep.join(paths)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __call__(self) -> float:
        return self._act(0.0)

    def steady(self) -> float:
        """Seconds per action, the mean over a quarter of a second or one action."""
        return self._act(LEAST)

    def _act(self, least: float) -> float:
        self._process.stdin.write(f"{least}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            msg = f"{self} ended; its traceback is in the captured stderr"
            raise RuntimeError(msg)
        seconds, self.result, self.age, self.runs = json.loads(line)
        if self._implementation and self.runs != self._implementation:
            msg = f"{self} runs {self.runs}, not {self._implementation}"
            raise RuntimeError(msg)
        return seconds

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def __repr__(self) -> str:
        return f"<Subject {self._name} {self._implementation} {self._options}>"


def environment(implementation: str = "") -> dict[str, str]:
    """Of a subject's process: one thread, bytecode kept, the engine as asked for."""
    inherited = os.environ | ONE_THREAD
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)  # else every process compiles anew
    if implementation:
        inherited["AUTOGRAD_SCALAR_PLAIN"] = str(int(implementation == "plain"))
    return inherited


def cold(name: str, **options: object) -> Clock:
    """CPU seconds of a fresh process until it has acted once."""

    def clock() -> float:
        with Subject(name, **options) as subject:
            subject()
        return subject.age

    return clock
