"""No memory at each allocation in turn, by CPython's own test module.

    python -m tests.attack.memory 1            # at each allocation: minutes
    python -m tests.attack.memory 50 backward  # at every 50th, of these

Each piece of work runs in a process of its own, since an interpreter without memory may
crash. MemoryError is right; so is a result. Afterwards gradients are right, the modes
are what they were, and the files are whole.
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
from pathlib import Path

import nn
from autograd_scalar.graph.recording import blocks, depth, watcher

from .interrupt import OURS, WORK, left_behind, protected
from .targets import network

HAS_HOOK = importlib.util.find_spec("_testcapi") is not None
LIMIT = 1_200  # seconds for a process
ENOUGH = 50  # successes in a row: Python does without some allocations, so one is none


def starved(work: str, step: int) -> tuple[str, str]:
    """Run the work without memory, in a process; return what is wrong, and a count."""
    command = [sys.executable, "-m", "tests.attack.memory", "--here", work, str(step)]
    root = Path(__file__).parents[2]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=LIMIT, check=False, cwd=root
    )
    if done.returncode == 0:
        return "", done.stdout.strip()
    return f"status {done.returncode}:\n{done.stdout[-500:]}\n{done.stderr[-4000:]}", ""


def here(work: str, step: int) -> None:
    testcapi = importlib.import_module("_testcapi")
    faulthandler.enable()
    nn.save_weights(network(), "weights.json")
    function = WORK[work]
    function()  # what is imported when it is first needed is there now
    kinds: Counter[str] = Counter()
    trace: list[str] = []
    at, in_a_row = 1, 0
    while in_a_row < ENOUGH:
        in_a_row += 1
        testcapi.set_nomemory(at, at + 1)
        try:
            function()
        except Exception as error:
            testcapi.remove_mem_hooks()
            in_a_row = 0
            trace = traceback.format_exception(error)
            kinds[type(error).__name__] += 1
            if is_in_a_mode_s_end(error):
                depth.set(0)
                watcher.set(None)
                blocks.count = 0
                kinds["of these, in __exit__"] += 1
            for part in Path.cwd().glob(".*.part"):
                if is_in_a_finally(error):
                    part.unlink()
                    kinds["of these, while a file was removed"] += 1
            if not (isinstance(error, MemoryError) or is_python_s(error)):
                raise
        finally:
            testcapi.remove_mem_hooks()
        if blocks.count and not depth.get() and watcher.get() is None:
            blocks.count = 0  # one too high costs time alone, as the engine says
        wrong = left_behind(Path.cwd())
        if wrong:
            sys.exit(f"at allocation {at}: {wrong}\n{''.join(trace)}")
        at += step
    print(f"{at} allocations, by {step}: {dict(kinds)}")


def is_in_a_mode_s_end(error: Exception) -> bool:
    """Whether a `with` could not be left: no context manager can prevent that."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    is_at_with = (last.line or "").startswith("with ")
    return last.name == "__exit__" or is_at_with


def is_in_a_finally(error: Exception) -> bool:
    """Whether a temporary file could not be removed, for want of memory."""
    frames = traceback.extract_tb(error.__traceback__)
    return any(
        frame.filename.startswith(OURS) and frame.lineno in protected(frame.filename)
        for frame in frames
    )


def is_python_s(error: Exception) -> bool:
    """Whether Python's own code took the want of memory for another error.

    os.fspath() says then that a Path is no path, and import that there is no module.
    """
    last = traceback.extract_tb(error.__traceback__)[-1]
    if "os.PathLike" in str(error) or isinstance(error, SystemError):
        return True
    return not last.filename.startswith(OURS)


def main(words: list[str]) -> int:
    if not HAS_HOOK:
        print("not run: this interpreter has no module _testcapi to starve it with")
        return 0
    step = int(words[0])
    bad = 0
    for work in words[1:] or WORK:
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
