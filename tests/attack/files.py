"""Each operation on a file fails in turn, as on a full, broken or forbidden disk.

    python -m tests.attack.files          # each one: a minute
    python -m tests.attack.files save     # the works whose names hold a word

For every public function that touches a file: the n-th call of each operation of the
system raises EIO, ENOSPC or EACCES, for n = 1, 2, ... until the work has no n-th one.
Then the function has completed its work, or has raised one of our errors that says why;
the old file is whole, or the new one is; and no temporary file is left, but where its
removal is what fails.
"""

# ruff: noqa: T201 - a command prints
import builtins
import contextlib
import errno
import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock

import autograd_scalar as ag
import nn
from autograd_scalar import AutogradError
from nn.cli.main import main as command
from nn.data.csv import read_csv

from .targets import graph, network

OPERATIONS = (
    *("open", "write", "flush", "read", "close", "fsync", "chmod", "replace"),
    *("unlink", "stat", "access", "lstat", "readlink"),
)
KINDS = (errno.EIO, errno.ENOSPC, errno.EACCES)
OLD = "old"
TABLE = "x,z,y\n" + "1,2,a\n2,1,b\n3,0,a\n5,1,b\n" * 4
TRAIN = ("train", "t.csv", "--target", "y", "--epochs", "1", "--hidden", "none")


class FailedError(Exception):
    """A command that ended with an error, which it has printed."""


def run(*argv: str) -> None:
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        code = command(argv)
    if code:
        raise FailedError(said.getvalue())


# What is done, and the file that it writes, or ends in one of its input.
WORK: dict[str, tuple[Callable[[], Any], str]] = {
    "save_weights json": (lambda: nn.save_weights(network(), "out.json"), "out.json"),
    "save_weights safetensors": (
        lambda: nn.save_weights(network(), "out.safetensors"),
        "out.safetensors",
    ),
    "load_weights json": (lambda: nn.load_weights(network(), "weights.json"), ""),
    "load_weights safetensors": (
        lambda: nn.load_weights(network(), "weights.safetensors"),
        "",
    ),
    "save svg": (lambda: ag.draw(graph()).save("out.svg"), "out.svg"),
    "save html": (lambda: ag.draw(graph()).save("out.html"), "out.html"),
    "save dot": (lambda: ag.draw(graph()).save("out.dot"), "out.dot"),
    "save through a link": (lambda: ag.draw(graph()).save("link.svg"), "out.svg"),
    "save player": (lambda: ag.play(graph()).save("out.html"), "out.html"),
    "grade": (lambda: nn.grade(Path("notes.md")), ""),
    "WholeFile": (lambda: ag.WholeFile(Path("out.txt")).write("new"), "out.txt"),
    "read_csv": (lambda: read_csv("t.csv"), ""),
    "command draw": (lambda: run("draw", "x*w", "--output", "out.svg"), "out.svg"),
    "command grade": (
        lambda: run("grade", "notes.md", "--html", "out.html"),
        "out.html",
    ),
    "command train": (lambda: run(*TRAIN, "--output", "out.html"), "out.html"),
}


class Failing:
    """Operations on the files of a folder, of which the n-th of one name fails."""

    def __init__(self, room: str, operation: str, at: int, kind: int) -> None:
        self.room, self.operation, self.left, self.kind = room, operation, at, kind
        self.files: set[int] = set()  # descriptors of files in the folder

    def counts(self, name: str) -> None:
        if name == self.operation:
            self.left -= 1
            if self.left == 0:
                raise OSError(self.kind, os.strerror(self.kind))

    def is_ours(self, path: object) -> bool:
        if isinstance(path, int):
            return path in self.files
        if not isinstance(path, str | os.PathLike):
            return False
        full = os.path.abspath(path)  # asks the system for nothing
        return full == self.room or full.startswith(self.room + os.sep)

    def around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def failing(path: Any, *args: Any, **keywords: Any) -> Any:
            if not self.is_ours(path):
                return function(path, *args, **keywords)
            if name == "close":  # it is closed all the same
                function(path, *args, **keywords)
                self.counts(name)
                return None
            try:
                self.counts(name)
            except OSError:
                if name == "access":  # it answers, and raises nothing
                    return False
                raise
            found = function(path, *args, **keywords)
            if name == "open" and isinstance(found, int):
                self.files.add(found)
            return found

        return failing

    def opening(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def opened(path: Any, *args: Any, **keywords: Any) -> Any:
            if not self.is_ours(path):
                return function(path, *args, **keywords)
            self.counts("open")
            return File(self, function(path, *args, **keywords))

        return opened

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        opened = self.opening(io.open)
        with contextlib.ExitStack() as stack:
            for name in OPERATIONS:
                if name not in {"write", "flush", "read"}:
                    function = self.around(name, getattr(os, name))
                    stack.enter_context(mock.patch.object(os, name, function))
            stack.enter_context(mock.patch.object(io, "open", opened))
            stack.enter_context(mock.patch.object(builtins, "open", opened))
            yield


class File:
    """An open file whose operations may fail."""

    def __init__(self, failing: Failing, file: Any) -> None:
        self.failing, self.file = failing, file
        failing.files.add(file.fileno())

    def __getattr__(self, name: str) -> Any:
        function = getattr(self.file, name)
        if name not in OPERATIONS:
            return function

        def failing(*args: Any) -> Any:
            self.failing.counts(name)
            return function(*args)

        return failing

    def __enter__(self) -> "File":
        return self

    def __exit__(self, *error: object) -> None:
        self.file.close()
        self.failing.counts("close")


def attacked(name: str, operation: str, kind: int, at: int) -> tuple[str, bool]:
    """Let one call fail; return what is wrong, and whether there was such a call."""
    work, target = WORK[name]
    with tempfile.TemporaryDirectory() as folder:
        room = os.path.realpath(folder)
        before = os.getcwd()
        os.chdir(room)
        try:
            nn.save_weights(network(), "weights.json")
            nn.save_weights(network(), "weights.safetensors")
            Path("t.csv").write_text(TABLE, "utf-8")
            Path("notes.md").write_text("δ² = (a² - y) ⊙ σ'(z²)", "utf-8")
            Path("link.svg").symlink_to("out.svg")
            if target:
                Path(target).write_text(OLD, "utf-8")
            there = {*os.listdir()}
            failing = Failing(room, operation, at, kind)
            said = ""
            try:
                with failing.installed():
                    work()
            except (AutogradError, FailedError) as error:
                said = str(error) or "nothing"
            except Exception as error:
                return f"{error!r}", failing.left <= 0
            wrong = judged(there, target, operation, kind, said)
        finally:
            os.chdir(before)
    return wrong, failing.left <= 0


def judged(there: set[str], target: str, operation: str, kind: int, said: str) -> str:
    left = {*os.listdir()} - there
    if left and operation != "unlink":
        return f"left {left}"
    reasons = [os.strerror(kind), "no permission", "write-protected"]
    if said and not any(reason in said for reason in reasons):
        return f"does not say why: {said}"
    if not target:
        return ""
    is_old = Path(target).read_text("utf-8", errors="replace") == OLD
    if said and not is_old:
        return f"changed the file, and said {said}"
    return "" if said or not is_old else "wrote nothing, and said nothing"


def everything(name: str, kinds: tuple[int, ...] = KINDS) -> dict[str, str]:
    """Each failure that the work can meet, and what is wrong, "" if nothing is."""
    # What is imported when it is first needed is there then.
    found = {f"{name}: nothing fails": attacked(name, "", 0, 0)[0]}
    for operation in OPERATIONS:
        for kind in kinds:
            for at in count(1):
                wrong, was_met = attacked(name, operation, kind, at)
                if not was_met:
                    break
                found[f"{name}: {operation} {at}, {errno.errorcode[kind]}"] = wrong
    return found


def main(words: list[str]) -> int:
    names = [name for name in WORK if not words or any(w in name for w in words)]
    found = {
        title: wrong for name in names for title, wrong in everything(name).items()
    }
    wrong = {title: what for title, what in found.items() if what}
    for title, what in wrong.items():
        print(f"  NOT MET {title}: {what}")
    print(f"{len(found)} failures in {len(names)} works: {len(wrong)} not met")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
