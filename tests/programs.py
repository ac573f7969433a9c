"""Your copy of a program for micrograd, once as it stands and once on our Value.

    python -m tests.programs demo.ipynb
    python -m tests.programs microgpt.py --set num_steps=30
    python -m tests.programs test_engine.py

The path is that of a notebook or a script which has a `class Value` of its own (the
lecture's notebooks, microgpt) or imports one from `micrograd` (its demo and tests).
Only the class or the import is changed. Both run in the program's folder, cell by cell,
with the same seeds; functions named `test_...` are called.

Compared are what is printed and, at each `backward()` and after each cell, data and
gradient of all Values that the program's names reach. Prints the largest differences
and the time from one `backward()` to the next. Ends with status 1 if a cell fails only
on our Value, or if numbers differ by more than `--tolerance`.
"""

# ruff: noqa: T201 - a command prints
import argparse
import ast
import contextlib
import io
import json
import math
import multiprocessing
import os
import random
import re
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

import numpy as np

import autograd_scalar

MOST = 100_000  # Values looked at behind the names of a program
OURS = {"Value": "autograd_scalar"} | dict.fromkeys(
    ("Module", "Neuron", "Layer", "MLP"), "nn"
)
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|\bnan\b|[-+]?\binf\b")


Pairs = list[tuple[float, float]]


class Snapshot(NamedTuple):
    """The Values of a program at one moment: for each name, data and gradients."""

    where: str
    loss: float | None
    pairs: dict[str, Pairs]


class Run:
    """What a program did: its snapshots, prints, failures and times."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.snapshots: list[Snapshot] = []
        self.printed: list[str] = []
        self.failed: dict[int, str] = {}
        self.steps: list[float] = []
        self._names: dict[str, Any] = {"__name__": "__main__", "_show": show}
        self._began: float | None = None
        self._cell = 0

    def cells(self, cells: list[ast.Module]) -> None:
        """Run them, one after the other; a cell that fails does not stop the next."""
        self._names["_backward"] = self.backward
        for self._cell, cell in enumerate(cells, 1):
            out, self._began = io.StringIO(), None
            if cell.body and isinstance(cell.body[-1], ast.Expr):
                cell.body[-1] = _shown(cell.body[-1])
            code = compile(cell, f"<cell {self._cell}>", "exec")
            try:
                with contextlib.redirect_stdout(out):
                    exec(code, self._names)
            except (Exception, SystemExit) as error:
                self.failed[self._cell] = f"{type(error).__name__}: {error}"
            self.printed.append(out.getvalue())
            self.snapshots.append(self._look(f"after cell {self._cell}", None))
        self._names.clear()  # the record alone goes back to the process that asked

    def backward(self, root: Any, *arguments: Any) -> None:
        """Do what `root.backward()` does, and look at all Values."""
        root.backward(*arguments)
        now = time.process_time()
        if self._began is not None:
            self.steps.append(now - self._began)
        if isinstance(root, self._names.get("Value", ())):
            where = f"backward() {len(self.snapshots)} in cell {self._cell}"
            self.snapshots.append(self._look(where, float(root.data)))
        self._began = time.process_time()

    def _look(self, where: str, loss: float | None) -> Snapshot:
        kind, pairs = self._names.get("Value"), dict[str, Pairs]()
        if isinstance(kind, type):
            for name, value in values(self._names, kind):
                pairs.setdefault(name, []).append(
                    (float(value.data), float(value.grad))
                )
        return Snapshot(where, loss, pairs)


def _shown(last: ast.Expr) -> ast.Expr:
    """Return the expression printed: what a notebook shows below a cell."""
    show = ast.Call(ast.Name("_show", ast.Load()), [last.value], [])
    return ast.fix_missing_locations(ast.copy_location(ast.Expr(show), last))


def show(value: Any) -> None:
    """Print a result that consists of numbers, Values and words."""
    if isinstance(value, list | tuple | dict | str | int | float) or hasattr(
        value, "_prev"
    ):
        print(repr(value))


def values(names: dict[str, Any], kind: type) -> Iterator[tuple[str, Any]]:
    """Yield each Value with the name of it, or of the list, dict or module it is in."""
    seen: set[int] = set()
    found = 0
    waiting = [(n, names[n]) for n in sorted(names) if not n.startswith("_")]
    waiting.sort(key=lambda pair: isinstance(pair[1], kind))  # Values are popped first
    while waiting and found < MOST:
        name, thing = waiting.pop()
        if isinstance(thing, type | ModuleType | FunctionType) or id(thing) in seen:
            continue
        inner: list[Any] = []
        if isinstance(thing, kind):
            found += 1
            yield name, thing
        elif isinstance(thing, list | tuple):
            inner = list(thing)
        elif isinstance(thing, dict):
            inner = list(thing.values())
        elif callable(getattr(thing, "parameters", None)):
            inner = list(thing.parameters())
        else:
            continue
        seen.add(id(thing))
        waiting.extend((name, x) for x in reversed(inner))


class Changed(ast.NodeTransformer):
    """The program with its `class Value`, or its import of micrograd, changed."""

    def __init__(self) -> None:
        """Begin with nothing changed."""
        self.changes = 0

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        """Import our Value in place of the program's class."""
        if node.name != "Value":
            return self.generic_visit(node)
        self.changes += 1
        return ast.copy_location(_import("autograd_scalar", [ast.alias("Value")]), node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> Any:
        """Import the same names from our packages."""
        if not (node.module or "").startswith("micrograd"):
            return node
        self.changes += 1
        homes: dict[str, list[ast.alias]] = {}
        for alias in node.names:
            homes.setdefault(OURS.get(alias.name, "nn"), []).append(alias)
        return [
            ast.copy_location(_import(h, names), node) for h, names in homes.items()
        ]


def _import(module: str, names: list[ast.alias]) -> ast.ImportFrom:
    return ast.ImportFrom(module, names, 0)


class Observed(ast.NodeTransformer):
    """The program with each `x.backward()` outside of `class Value` looked at."""

    def __init__(self, constants: dict[str, ast.expr]) -> None:
        """Take the names whose value at the top level is another one."""
        self.constants = constants

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        """Leave the engine alone."""
        return node if node.name == "Value" else self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> Any:
        """Put in the value that was asked for."""
        target = node.targets[0]
        if isinstance(target, ast.Name) and target.id in self.constants:
            node.value = self.constants[target.id]
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> Any:
        """Send `x.backward()` through the run's own."""
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "backward":
            name = ast.copy_location(ast.Name("_backward", ast.Load()), node)
            node.args.insert(0, node.func.value)
            node.func = name
        return node


def cells(path: Path) -> list[ast.Module]:
    """Return the cells of a notebook or the statements of a script.

    A line that begins with % or ! is for IPython, and left out. A script's functions
    named `test_…` that take no argument are called at its end.
    """
    text = path.read_text("utf-8")
    if path.suffix == ".ipynb":
        sources = [
            "".join(cell["source"])
            for cell in json.loads(text)["cells"]
            if cell["cell_type"] == "code"
        ]
        plain = [re.sub(r"(?m)^[%!].*$", "", source) for source in sources]
        return [ast.parse(source) for source in plain if source.strip()]
    statements = ast.parse(text).body
    tests = [
        ast.parse(f"{s.name}()").body[0]
        for s in statements
        if isinstance(s, ast.FunctionDef)
        and s.name.startswith("test_")
        and not s.args.args
    ]
    return [ast.Module([statement], []) for statement in (*statements, *tests)]


def program(path: Path, constants: dict[str, str], *, ours: bool) -> list[ast.Module]:
    """Return the cells, as they stand or on our Value, with each backward() looked at.

    Raises:
        ValueError: there is nothing that could be changed.
    """
    changed = Changed()
    put = {name: ast.parse(v, mode="eval").body for name, v in constants.items()}
    found = [Observed(put).visit(cell) for cell in cells(path)]
    if ours:
        found = [changed.visit(cell) for cell in found]
        if not changed.changes:
            msg = f"{path} has no `class Value` and imports nothing of micrograd"
            raise ValueError(msg)
    return [ast.fix_missing_locations(cell) for cell in found]


def run(path: Path, constants: dict[str, str], *, ours: bool) -> Run:
    """Return what the program does in its folder, as it stands or on our Value."""
    done = Run()
    random.seed(0)
    np.random.seed(0)
    with contextlib.chdir(path.parent):
        done.cells(program(path, constants, ours=ours))
    return done


def alone(path: Path, constants: dict[str, str], ours: bool) -> Run:
    """Run the program in a process of its own, so that neither slows the other."""
    with multiprocessing.Pool(1) as pool:
        return pool.apply(run, (path, constants), {"ours": ours})


def apart(ours: list[float], theirs: list[float]) -> float:
    """Return the largest difference, relative to the largest number of the original."""
    if len(ours) != len(theirs):
        return math.inf
    scale = max(map(abs, theirs), default=0.0) or 1.0
    return max(
        (abs(a - b) / scale for a, b in zip(ours, theirs, strict=True)), default=0.0
    )


def compared(ours: Pairs, theirs: Pairs) -> tuple[float, float]:
    """Return how far data and gradients are apart, in the same order or sorted.

    The order of a list can follow that of a set, as the lecture's topological order
    does; each Value keeps its gradient then.
    """

    def both(a: Pairs, b: Pairs) -> tuple[float, float]:
        data, grads = (
            [[pair[i] for pair in pairs] for pairs in (a, b)] for i in (0, 1)
        )
        return apart(*data), apart(*grads)

    found = both(ours, theirs)
    if max(found) > 1e-6 and len(theirs) > 1:
        rounded = [sorted(pairs, key=lambda pair: (f"{pair[0]:.6g}", f"{pair[1]:.6g}"))
                   for pairs in (ours, theirs)]  # fmt: skip
        found = min(found, both(*rounded), key=max)
    return found


def printed(ours: str, theirs: str) -> tuple[float, str]:
    """Compare two texts: infinite where words differ, else the numbers' difference."""
    address = re.compile(r" at 0x[0-9a-f]+")
    value = re.compile(r"Value\((?:data=)?([^,()]*)[^()]*\)")
    texts = [value.sub(r"Value(\1)", address.sub("", t)) for t in (ours, theirs)]
    words = [NUMBER.sub("#", t) for t in texts]
    if words[0] != words[1]:
        lines = zip(*(t.splitlines() for t in words), strict=False)
        at = next((pair for pair in lines if pair[0] != pair[1]), ("", ""))
        return math.inf, f"{at[0]!r} where the original prints {at[1]!r}"
    numbers = [[float(x) for x in NUMBER.findall(t)] for t in texts]
    return min(apart(*numbers), apart(*map(sorted, numbers))), ""


def main(arguments: list[str] | None = None) -> int:
    """Run both, print what differs, and return 1 if something does."""
    parser = argparse.ArgumentParser(
        "python -m tests.programs", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("path", type=Path)
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="another value for a name that the program assigns, as num_steps=30",
    )
    parser.add_argument("--tolerance", type=float, default=1e-9)
    options = parser.parse_args(arguments)
    path = options.path.resolve()
    if not path.is_file():
        parser.error(f"there is no file {options.path}; give your copy of the program")
    constants = dict(text.split("=", 1) for text in options.set)
    try:
        program(path, constants, ours=True)
    except ValueError as error:
        parser.error(str(error))
    os.environ.setdefault("MPLBACKEND", "Agg")
    theirs, ours = (alone(path, constants, is_ours) for is_ours in (False, True))

    only = {c: e for c, e in ours.failed.items() if c not in theirs.failed}
    count = len(ours.printed)
    print(f"{path.name} on the {autograd_scalar.implementation} engine")
    print(f"{count - len(ours.failed)} of {count} cells run; the original: "
          f"{count - len(theirs.failed)}")  # fmt: skip
    for cell, error in ours.failed.items():
        too = "only here" if cell in only else "in the original too"
        print(f"  cell {cell} fails {too}: {error}")

    worst = dict.fromkeys(("losses", "data", "gradients", "printed"), (0.0, ""))

    def note(what: str, size: float, where: str) -> None:
        worst[what] = max(worst[what], (size, where))

    calls = sum(s.loss is not None for s in theirs.snapshots)
    if len(ours.snapshots) != len(theirs.snapshots):
        note("losses", math.inf, "not as many calls of backward()")
    for mine, other in zip(ours.snapshots, theirs.snapshots, strict=False):
        if mine.loss is not None and other.loss is not None:
            note("losses", apart([mine.loss], [other.loss]), mine.where)
        for name in sorted(mine.pairs.keys() | other.pairs.keys()):
            data, grads = compared(mine.pairs.get(name, []), other.pairs.get(name, []))
            note("data", data, f"{name}, {mine.where}")
            note("gradients", grads, f"{name}, {mine.where}")
    for cell, texts in enumerate(zip(ours.printed, theirs.printed, strict=True), 1):
        size, words = printed(*texts)
        note("printed", size, f"cell {cell}{words and ': '}{words}")
    most = max((sum(map(len, s.pairs.values())) for s in theirs.snapshots), default=0)
    print(f"compared at {calls} calls of backward(), up to {most} Values each time")
    for what, (size, where) in worst.items():
        print(f"  {what:9} differ by {size:.1e}" + f" at most ({where})" * bool(size))
    if theirs.steps and ours.steps:
        before, now = (statistics.median(r.steps) * 1e3 for r in (theirs, ours))
        print("processor time from one backward() to the next, median:")
        print(
            f"  {now:.3g} ms, the original {before:.3g} ms: 1/{before / now:.1f} of it"
        )
    return int(
        bool(only) or max(size for size, _ in worst.values()) > options.tolerance
    )


if __name__ == "__main__":
    sys.exit(main())
