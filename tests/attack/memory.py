"""No memory at each allocation in turn, by CPython's own test module.

    python -m tests.attack.memory 1            # at each allocation: minutes
    python -m tests.attack.memory 50 backward  # at every 50th, of these
    python -m tests.attack.memory 1 callables  # every public callable instead

Each piece of work runs in a process of its own, since an interpreter without memory may
crash. MemoryError is right; so is a result. Afterwards gradients are right, the modes
are what they were, and the files are whole.

What sweeps a graph is done without memory in three ways: for one allocation, for 50 in
a row, and for ever, so that there is none to undo the work either. Each leaf then holds
the gradient that it held before, or the work was completed.
"""

# ruff: noqa: T201 - a command prints
import faulthandler
import importlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import autograd_scalar as ag
import nn
from autograd_scalar import AutogradError, Value

from .interrupt import OURS, WORK, left_behind, protected
from .targets import Target, call, network, targets

HAS_HOOK = importlib.util.find_spec("_testcapi") is not None
_testcapi: Any = importlib.import_module("_testcapi") if HAS_HOOK else None
LIMIT = 1_200  # seconds for a process
FLOATS = 150  # Python keeps up to 100 freed ones, which need no memory
ENOUGH = 50  # successes in a row: Python does without some allocations, so one is none


WIDTHS = {"one": 1, "fifty": 50, "for ever": 0}  # of allocations that fail in a row
GAP = 50  # more of them than Python does without


def held() -> tuple[Value, list[Value]]:
    """A graph with nodes of every kind, and leaves that hold 7.0."""
    leaves = [Value(0.3, "x"), Value(0.7, "y"), Value(1.5, "z")]
    x, y, z = leaves
    u = x * y + x.sin()
    root = ag.sum([u, z, ag.dot([x, y], [z, 2.0]), u / z, x**y, -z])
    for _ in range(20):
        root = root * 0.5 + z
    root.backward()  # interior nodes hold adjoints, too
    for leaf in leaves:
        leaf.grad = 7.0
    return root, leaves


def of_their_own(v: Value) -> Value:
    return v.sin() * v


SWEEPS: dict[str, Callable[[Value, list[Value]], object]] = {
    "backward": lambda root, leaves: root.backward(),
    "backward twice": lambda root, leaves: (root.backward(), root.backward()),
    "gradients": ag.gradients,
    "gradients, exact": lambda root, leaves: ag.gradients(root, leaves, exact=True),
    "create_graph": lambda root, leaves: ag.gradients(root, leaves, create_graph=True),
    "grad": lambda root, leaves: ag.grad(of_their_own)(leaves[0]),
    "hessian": lambda root, leaves: ag.hessian(of_their_own)(leaves[0]),
    "jvp": lambda root, leaves: ag.jvp(of_their_own, (leaves[0],), (1.0,)),
    "hvp": lambda root, leaves: ag.hvp(of_their_own, (leaves[0],), (1.0,)),
    "topological_order": lambda root, leaves: ag.topological_order(root),
    "replay": lambda root, leaves: ag.replay(root, ag.Interval),
    "diagnose": lambda root, leaves: ag.diagnose(root),
    "check_gradients": lambda root, leaves: ag.check_gradients(
        of_their_own, leaves[:1]
    ),
}

# NumPy itself returns NULL without an exception, or crashes, where memory ends.
NUMPY_S = (
    "ag.compile",
    "ag.Program",
    "nn.grade",
    "nn.Grade",
    "nn.Verdict",
    "nn.assert_",
)
NUMPY_S += ("nn.check_deltas", "nn.DeltaReport", "nn.gradient_vector")
CALLABLES = {
    target.name: target for target in targets() if not target.name.startswith(NUMPY_S)
}
STARVED = {
    name: work for name, work in WORK.items() if name not in {"compile", "grade"}
}
SPARSE = {"nn.overview": 97}  # a heat map for each neuron: hours, one by one

# They enter a mode, and so set a context variable. CPython 3.11 to 3.13 crashes
# if two allocations in it fail in a row: it releases a token that is NULL.
ONE_ONLY = {"grad", "hessian", "jvp", "hvp", "check_gradients"}


def state(leaves: list[Value]) -> list[tuple[float, float, float, bool]]:
    return [(v.data, v.data_before, v.grad, v.has_grad) for v in leaves]


def outcome(
    work: Callable[[Value, list[Value]], object],
    root: Value,
    leaves: list[Value],
    at: int,
    stop: int,
) -> bool:
    """Work without memory from one allocation to another; whether it was completed.

    Short, so that Python itself gets out of it without memory: see sweeps.py.
    """
    _testcapi.set_nomemory(at, stop)
    try:
        work(root, leaves)
    except MemoryError:
        return False
    finally:
        _testcapi.remove_mem_hooks()
    return True


def swept(name: str, width: int, step: int) -> int:
    """Fail at each allocation in turn; exit if a leaf is neither as before nor done."""
    work = SWEEPS[name]
    root, leaves = held()
    before = state(leaves)
    work(root, leaves)  # what is imported when it is first needed is there now
    after = state(leaves)
    at, in_a_row = 1, 0
    while in_a_row < GAP:
        root, leaves = held()
        done = outcome(work, root, leaves, at, at + width if width else 0)
        in_a_row = in_a_row + 1 if done else 0
        found = state(leaves)
        halfway = name == "backward twice" and not done
        if found != (after if done else before) and not (halfway and sane(found)):
            sys.exit(f"{name}, at allocation {at}: {found}, was {before}")
        root.backward()  # the graph is whole
        at += step
    return at


def sane(found: list[tuple[float, float, float, bool]]) -> bool:
    """Whether the first of two sweeps was completed, and the second left no trace."""
    root, leaves = held()
    root.backward()
    return state(leaves) == found


def starved(work: str, step: int) -> tuple[str, str]:
    """Run the work without memory, in a process; return what is wrong, and a count."""
    command = [sys.executable, "-m", "tests.attack.memory", "--here", work, str(step)]
    root = Path(__file__).parents[2]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
            cwd=root,
        )
    except subprocess.TimeoutExpired:
        return f"took more than {LIMIT} s", ""
    if done.returncode == 0:
        return "", done.stdout.strip()
    return f"status {done.returncode}:\n{done.stdout[-500:]}\n{done.stderr[-4000:]}", ""


def here(work: str, step: int) -> None:
    faulthandler.enable()
    if work in SWEEPS:
        ways = ["one"] if work in ONE_ONLY else [*WIDTHS]
        counts = {way: swept(work, WIDTHS[way], step) for way in ways}
        print(f"allocations, by {step}: {counts}")
    if work in STARVED:
        interrupted(lambda: STARVED[work], step)
    if work in CALLABLES:
        interrupted(lambda: ready(CALLABLES[work]), step * SPARSE.get(work, 1))


def ready(target: Target) -> Callable[[], Any]:
    """A public callable with its right arguments, which are made while memory lasts."""
    function, args, keywords = call(target, {})
    return partial(function, *args, **keywords)


def interrupted(make: Callable[[], Callable[[], Any]], step: int) -> None:
    nn.save_weights(network(), "weights.json")
    refusal = refused(make())
    kinds: Counter[str] = Counter()
    trace: list[str] = []
    at, in_a_row = 1, 0
    while in_a_row < ENOUGH:
        in_a_row += 1
        function = make()
        kept = [float(number) for number in range(FLOATS)]
        _testcapi.set_nomemory(at, at + 1)
        try:
            function()
        except Exception as error:
            _testcapi.remove_mem_hooks()
            in_a_row = in_a_row if type(error) is refusal else 0
            trace = traceback.format_exception(error)
            kinds[type(error).__name__] += 1
            for part in Path.cwd().glob(".*.part"):
                if is_in_a_finally(error):
                    part.unlink()
                    kinds["of these, while a file was removed"] += 1
            is_right = isinstance(error, MemoryError) or type(error) is refusal
            if not (is_right or is_python_s(error)):
                raise
        finally:
            _testcapi.remove_mem_hooks()
            kept.clear()
        wrong = left_behind(Path.cwd())
        if wrong:
            sys.exit(f"at allocation {at}: {wrong}\n{''.join(trace)}")
        at += step
    print(f"{at} allocations, by {step}: {dict(kinds)}")


def refused(function: Callable[[], Any]) -> type[AutogradError] | None:
    """Run it with memory, so that all is imported; the error with which it refuses."""
    try:
        function()
    except AutogradError as error:
        return type(error)
    return None


def is_in_a_finally(error: Exception) -> bool:
    """Whether a temporary file could not be removed, for want of memory."""
    frames = traceback.extract_tb(error.__traceback__)
    return any(
        frame.filename.startswith(OURS) and frame.lineno in protected(frame.filename)
        for frame in frames
    )


def is_python_s(error: Exception) -> bool:
    """Whether Python's own code took the want of memory for another error.

    os.fspath() says then that a Path is no path, import that there is no module,
    open() that it "can't allocate read lock", and NumPy's cumsum() nothing.
    """
    last = traceback.extract_tb(error.__traceback__)[-1]
    if "os.PathLike" in str(error) or "can't allocate" in str(error):
        return True
    if isinstance(error, SystemError):  # by os.unlink(); compiled code is "<built-in"
        return "<built-in" not in str(error) or " of numpy." in str(error)
    return not last.filename.startswith(OURS)


def main(words: list[str]) -> int:
    if not HAS_HOOK:
        print("not run: this interpreter has no module _testcapi to starve it with")
        return 0
    step = int(words[0])
    bad = 0
    chosen = CALLABLES if words[1:] == ["callables"] else words[1:]
    for work in chosen or {**SWEEPS, **STARVED}:
        wrong, count = starved(work, step)
        print(f"{work}: {wrong or count}", flush=True)
        bad += bool(wrong)
    return 1 if bad else 0


if __name__ == "__main__":
    if sys.argv[1] == "--here":
        with tempfile.TemporaryDirectory() as room:
            os.chdir(room)
            here(sys.argv[2], int(sys.argv[3]))
            os.chdir("/")
    else:
        sys.exit(main(sys.argv[1:]))
