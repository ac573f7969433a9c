"""Runs the tests against one mutant after another, each in a process of its own.

The parent loads what is slow to load (pytest, NumPy, mpmath) and remembers what mpmath
said, but never loads `autograd_scalar`. For each mutant it forks; the child puts the
mutant's code where the module's own would be loaded from, imports the tests and calls
them one by one, those that name a row of the changed rule first and quick ones before
slow ones, until one fails or computes for far longer than it did without the mutant,
which is how a traversal that never ends is found within a second. No file is written.
"""

import contextlib
import doctest
import functools
import importlib
import inspect
import itertools
import math
import os
import pickle
import resource
import select
import signal
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any, NamedTuple, Self

from .mutants import Mutant

SECONDS = 10  # of computing, after which a test says nothing
MEMORY = 6 * 2**30
SLOW = 2.0  # seconds: tests that compute for longer judge no mutant
# Loaded once, not by each child.
SHARED = ("pytest", "numpy", "hypothesis.strategies", "inspect", "tracemalloc")

Test = tuple[str, Callable[[], Any]]


class Verdict(NamedTuple):
    """What became of a mutant: the test that killed it, "" if none did."""

    mutant: Mutant
    killer: str


# ---- In the parent -------------------------------------------------------------------


class Judge:
    """Judges the mutants of one module by the tests of some others."""

    def __init__(self, target: str, test_modules: list[str], processes: int) -> None:
        self.target = target
        self.test_modules = test_modules
        self.processes = processes
        self.seconds: dict[str, float] = {}
        self.reached: dict[str, set[str]] = {}  # by test: the target's functions it ran
        self.functions: set[str] = set()  # but those on which the import depends

    def prepare(self) -> None:
        """Run all tests on the module as it is; learn what they take and reach.

        Raises:
            RuntimeError: a test fails without any mutant.
        """
        for name in SHARED:
            importlib.import_module(name)
        _let_hypothesis_repeat_itself()
        _remember_truths()
        answer = _answer(*_fork(self._rehearse))
        at_import, self.seconds, self.reached, failed, truths = _unpickled(answer)
        self.functions = set().union(*self.reached.values()) - at_import
        _truths.update(truths)
        if failed:
            msg = f"{failed} fails on {self.target} as it is"
            raise RuntimeError(msg)

    def _rehearse(self) -> bytes:
        seconds: dict[str, float] = {}
        reached: dict[str, set[str]] = {}
        failed = ""
        with _Watch(self.target) as watch:
            tests = all_tests(self.target, self.test_modules)
        for name, test in tests:
            start = time.process_time()
            with _Watch(self.target) as there:
                try:
                    within(SECONDS, test)
                except Hangs:
                    pass  # it is slow, and judges nothing
                except BaseException as error:
                    failed = failed or f"{name} ({error!r})"
            seconds[name] = time.process_time() - start
            reached[name] = there.functions
        return pickle.dumps((watch.functions, seconds, reached, failed, _truths))

    def verdicts(self, mutants: Iterable[Mutant]) -> Iterator[Verdict]:
        """Judge them, so many at a time, in the order in which they end."""
        running: dict[int, tuple[Mutant, int, float]] = {}
        queue = iter(mutants)
        while True:
            for mutant in itertools.islice(queue, self.processes - len(running)):
                pid, pipe = _fork(lambda mutant=mutant: self._trial(mutant))
                running[pipe] = mutant, pid, time.monotonic()
            if not running:
                return
            ready, _, _ = select.select(list(running), [], [], 5.0)
            for pipe in list(running):
                mutant, pid, start = running[pipe]
                if pipe in ready:
                    answer = _answer(pid, pipe).decode()
                elif time.monotonic() - start > 10 * self._budget:
                    os.kill(pid, signal.SIGKILL)
                    answer = _answer(pid, pipe).decode()
                else:
                    continue
                del running[pipe]
                yield Verdict(mutant, "" if answer == "-" else answer or "no answer")

    def _trial(self, mutant: Mutant) -> bytes:
        resource.setrlimit(resource.RLIMIT_CPU, (self._budget, self._budget + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        replaced = _swap(self.target, mutant.code)
        failed = b""
        try:
            tests = all_tests(self.target, self.test_modules)
            rows = _rows_of(mutant)
        except BaseException as error:
            failed = f"import {type(error).__name__}".encode()
        if not replaced:
            msg = f"{self.target} was imported without the change"
            raise RuntimeError(msg)
        if failed:
            return failed
        for name, test in sorted(tests, key=lambda t: self._place(t[0], rows)):
            if self._may_kill(name, mutant):
                try:
                    within(self._limit(name), test)
                except BaseException as error:
                    return f"{name} {type(error).__name__}".encode()
        return b"-"

    @property
    def _budget(self) -> int:
        """Seconds of computing in which all tests end, unless the mutant hangs."""
        quick = [seconds for seconds in self.seconds.values() if seconds <= SLOW]
        return SECONDS + 3 * math.ceil(sum(quick))

    def _limit(self, name: str) -> float:
        """Seconds after which a test hangs: watched, as in the rehearsal, it was slower
        than it is now by a factor already, and a mutant may double what is done."""
        return 1.0 + 2.0 * self.seconds.get(name, 0.0)

    def _may_kill(self, name: str, mutant: Mutant) -> bool:
        """A test can tell what changed in a function only if it ran that function."""
        if self.seconds.get(name, 0.0) > SLOW:
            return False
        function = mutant.function
        # A test whose name holds an address is not known from the rehearsal.
        reached = self.reached.get(name, self.functions)
        return function not in self.functions or function in reached

    def _place(self, name: str, rows: list[str]) -> tuple[bool, float]:
        return not any(f"[{row}" in name for row in rows), self.seconds.get(name, 0.0)


def _fork(work: Callable[[], bytes]) -> tuple[int, int]:
    reader, writer = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        os.close(writer)
        return pid, reader
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    try:
        with os.fdopen(writer, "wb") as pipe:
            try:
                pipe.write(work())
            except BaseException:  # ours, not the mutant's: "no answer" would hide it
                pipe.write(traceback.format_exc().encode())
                raise
    except BaseException:
        os._exit(1)
    os._exit(0)


def _answer(pid: int, reader: int) -> bytes:
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        msg = f"the judge itself has failed:\n{answer.decode()}"
        raise RuntimeError(msg)
    return answer


def _let_hypothesis_repeat_itself() -> None:
    """Draw the same examples for each mutant, and stop at the first that fails."""
    from hypothesis import HealthCheck, Phase, settings

    settings.register_profile(
        "mutation",
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("mutation")


_truths: dict[Any, Any] = {}


@functools.cache  # once: wrapped twice, the three would go by one name
def _remember_truths() -> None:
    """Let what mpmath computes be computed once: the tests ask the same each time."""
    from mpmath import mp

    from tests import mpmath_truth

    names = {id(function): name for name, function in mpmath_truth.TRUTH.items()}
    differentiate = mp.diff

    def diff(function: Any, *args: Any) -> Any:
        if id(function) not in names:
            return differentiate(function, *args)
        key = names[id(function)], _exactly(args), mp.prec
        if key not in _truths:
            _truths[key] = differentiate(function, *args)
        return _truths[key]

    mp.diff = diff
    mpmath_truth.slope = _remembering(mpmath_truth.slope)  # type: ignore[assignment]
    mpmath_truth.value = _remembering(mpmath_truth.value)  # type: ignore[assignment]
    mpmath_truth.derivative = _remembering(mpmath_truth.derivative)


def load_truths(path: Path | None) -> None:
    """Take over what an earlier run kept."""
    if path and path.exists():
        _truths.update(_unpickled(path.read_bytes()))


def _unpickled(content: bytes) -> Any:
    """Load what may hold numbers of mpmath: its context rounds them meanwhile."""
    from mpmath import mp

    with mp.workprec(1 << 16):
        return pickle.loads(content)


def keep_truths(path: Path | None) -> None:
    """Keep what mpmath said, for the next run."""
    if path:
        path.write_bytes(pickle.dumps(_truths))


def _remembering(function: Callable[..., Any]) -> Callable[..., Any]:
    from mpmath import mp

    def remembering(*args: Any, **options: Any) -> Any:
        key = function.__name__, _exactly(args), _exactly(options), mp.prec
        if key not in _truths:
            _truths[key] = function(*args, **options)
        return _truths[key]

    return remembering


def _exactly(arguments: object) -> str:
    """Their text with every digit, where mpmath's numbers show those of its context."""
    from mpmath import mp

    with mp.workprec(1 << 16):
        return repr(arguments)


# ---- In the child --------------------------------------------------------------------


class Hangs(BaseException):
    """A test has computed for longer than it may."""


def within(seconds: float, test: Callable[[], Any]) -> None:
    """Call the test; raise `Hangs` where it is after so many seconds of computing."""

    def stop(*_: object) -> None:
        raise Hangs

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        test()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)


class _Watch:
    """Within the block: the names of a module's functions that ran."""

    def __init__(self, module: str) -> None:
        self.end = os.path.join(*module.split(".")) + ".py"
        self.functions: set[str] = set()

    def __enter__(self) -> Self:
        sys.setprofile(self._see)
        threading.setprofile(self._see)
        return self

    def __exit__(self, *error: object) -> None:
        sys.setprofile(None)
        threading.setprofile(None)

    def _see(self, frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.endswith(self.end):
            self.functions.add(frame.f_code.co_qualname.split(".<locals>")[0])


def _swap(module: str, code: CodeType) -> list[str]:
    """Let the module run this code instead of its own; the list tells once it has.

    A finder would not do: `autograd_scalar._plain` puts its own before all others.
    """
    own = SourceFileLoader.get_code
    replaced: list[str] = []

    def get_code(self: SourceFileLoader, name: str) -> CodeType | None:
        if name != module:
            return own(self, name)
        replaced.append(name)
        return code

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign]
    return replaced


def _rows_of(mutant: Mutant) -> list[str]:
    """The rows of the table whose formulas lie in the function that was changed."""
    from autograd_scalar import PRIMITIVES

    function = mutant.function
    return [
        name
        for name, row in PRIMITIVES.items()
        for formula in (row.forward, row.partials)
        if function == name.upper()
        or function == getattr(formula, "__name__", "")
        or function in getattr(getattr(formula, "__code__", None), "co_names", ())
    ]


def all_tests(target: str, test_modules: list[str]) -> list[Test]:
    """The modules' tests that pytest need not set up, and the target's doctests."""
    warnings.simplefilter("error")
    tests: list[Test] = []
    for name in test_modules:
        for function in vars(importlib.import_module(name)).values():
            if getattr(function, "__name__", "").startswith("test_"):
                tests.extend(_cases(function))
    tests.extend(_doctests(importlib.import_module(target)))
    return tests


def _cases(function: Callable[..., Any]) -> Iterator[Test]:
    """The function with each set of arguments that its marks give."""
    marks = getattr(function, "pytestmark", [])
    if any(mark.name in {"slow", "oracles", "browser"} for mark in marks):
        return
    parameters = [mark.args for mark in marks if mark.name == "parametrize"]
    names = [name for spelled, _ in parameters for name in _names(spelled)]
    fixtures = set(inspect.signature(function).parameters) - set(names)
    if fixtures - set(_FIXTURES):
        return  # the others are pytest's to give
    cases = itertools.product(*(list(values) for _, values in parameters))
    for number, case in enumerate(cases):  # the number tells one lambda from another
        arguments, words = {}, []
        for (spelled, _), item in zip(parameters, case, strict=True):
            parts = _names(spelled)
            is_param = hasattr(item, "marks")
            values = item.values if is_param else item if len(parts) > 1 else [item]
            arguments.update(zip(parts, values, strict=True))
            words.append(getattr(item, "id", None) or "-".join(map(_word, values)))
        title = f"{function.__name__}[{'-'.join(words)[:60]}] {number}"
        test = functools.partial(_with_fixtures, function, fixtures, arguments)
        yield f"{function.__module__}.{title}", test


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _patches() -> contextlib.AbstractContextManager[Any]:
    import pytest

    return pytest.MonkeyPatch.context()


_FIXTURES: dict[str, Callable[[], contextlib.AbstractContextManager[Any]]] = {
    "tmp_path": _folder,
    "monkeypatch": _patches,
}


def _with_fixtures(
    function: Callable[..., Any], fixtures: set[str], arguments: dict[str, Any]
) -> None:
    """Call a test with the few fixtures that are easily made."""
    with contextlib.ExitStack() as stack:
        made = {name: stack.enter_context(_FIXTURES[name]()) for name in fixtures}
        function(**arguments, **made)


def _word(value: Any) -> str:
    """The same in every process: a function by its name, not its address."""
    return str(getattr(value, "__name__", value))


def _names(spelled: Any) -> list[str]:
    return spelled.replace(",", " ").split() if isinstance(spelled, str) else [*spelled]


def _doctests(module: ModuleType) -> Iterator[Test]:
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    for example in doctest.DocTestFinder().find(module):
        if example.examples:
            runner = doctest.DebugRunner(optionflags=flags)  # raises
            yield f"doctest {example.name}", functools.partial(runner.run, example)
