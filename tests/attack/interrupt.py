"""An interruption at each call and each line: Ctrl-C, or no memory, amid the work.

A function in Python is stopped before its first line, too, ``__enter__`` and
``__exit__`` among them: Python asks for signals there. Left out are the lines at which
it never asks: those of ``finally`` clauses themselves, of ``with`` statements
(`test_python_asks_for_no_signal_at_the_end_of_a_with`), and ``try:``, which does
nothing, and which Python 3.12 leaves out of the ``with`` around it. A trace function
could raise there, and would find only what it did itself.

Compiled code has no lines to stop at; there the lines of what stayed plain remain.
"""

import ast
import inspect
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import autograd_scalar as ag
import nn
from autograd_scalar import Value
from nn.grading import cases
from nn.reading.notes import read_notes

from .judge import surroundings, witness
from .targets import X, compiled, graph, network, optimiser, square

OURS = tuple(str(Path(package.__file__).parent) for package in (ag, nn))
Y = [[0.5], [0.25]]


def backward() -> None:
    root = graph()
    root.backward()
    root.backward()


def trained() -> None:
    net = network()
    steps = nn.Adam(net.parameters())
    nn.fit(net, X, Y, "half_squared_error", optimiser=steps, epochs=1, rng=1)


def watched() -> None:
    with ag.detect_anomaly():
        graph().backward()


def unrecorded() -> None:
    x, block = Value(0.3), ag.no_grad()
    for _ in range(2):
        with ag.no_grad():
            x * x
        with block, block:
            x * x


def arithmetic() -> None:
    a, b = Value(0.5), Value(2.0, "b")
    nodes = [
        *(a + b, a - 1.5, a * b, a / b, 1.5 / a, a**b, a**3, 2.5**a, a % b, -a, abs(a)),
        *(a.exp(), a.log(), a.sqrt(), a.tanh(), a.relu(), ag.sinc(a), ag.lgamma(a)),
        *(ag.atan2(a, b), ag.hypot(a, b), ag.maximum(a, b), a.clip(0.0, b)),
        *(ag.sum([a, b, 1.0]), ag.mean([a, b]), ag.dot([a, b], [b, 2.0])),
    ]
    for node in nodes:
        assert node.parents
        assert node.local_derivatives
    assert a < b
    assert b >= 2
    assert (repr(b), f"{a:.2f}") == ("Value(data=2.0, grad=0.0, label='b')", "0.50")
    b.data, b.grad, b.label = 3, 1.0, "c"


NOTES = r"""
As $\delta^L = (a^L - y) \odot \sigma'(z^L)$,
it is $\partial C/\partial b^L = \delta^L$.
$$\delta^l_j = \sum_k w^{l+1}_{kj} \delta^{l+1}_k \sigma'(z^l_j)$$
"""


def graded() -> None:
    path = Path("notes.md")
    path.write_text(NOTES, "utf-8")
    cases._kept.cache_clear()  # networks are drawn again, and interrupted
    assert nn.grade(path).passed


def explained() -> None:
    root = graph()
    str(ag.explain(root, root.parents[0]))


def played() -> None:
    player = ag.play(graph())
    player.next()
    player.to("x")
    player.save("out.html")


WORK: dict[str, Callable[[], Any]] = {
    "arithmetic": arithmetic,
    "backward": backward,
    "certify": lambda: ag.certify(graph(), 20),
    "compile": lambda: compiled("matrix")([0.3], [0.5]),
    "check_gradients": lambda: ag.check_gradients(square, [0.3], order=2),
    "detect_anomaly": watched,
    "draw": lambda: ag.draw(graph()).save("out.svg"),
    "explain": explained,
    "fit": trained,
    "gradients": lambda: ag.gradients(graph(), Value(1.0), create_graph=True),
    "grade": graded,
    "hessian": lambda: ag.hessian(square)(0.3),
    "grad": lambda: ag.grad(square)(0.3),
    "no_grad": ag.no_grad()(graph),
    "no_grad in a loop": unrecorded,
    "play": played,
    "read_notes": lambda: read_notes(NOTES),
    "replay": lambda: ag.replay(graph(), ag.Interval),
    "save_weights": lambda: nn.save_weights(network(), "out.json"),
    "load_weights": lambda: nn.load_weights(network(), "weights.json"),
    "step": lambda: optimiser().step(),
}


@cache
def protected(file: str) -> frozenset[int]:
    """The lines of a source file at which no interruption arrives."""
    lines: set[int] = set()
    for node in ast.walk(ast.parse(Path(file).read_text("utf-8"))):
        if isinstance(node, ast.Try):
            lines.add(node.lineno)
            for statement in node.finalbody:
                lines.update(range(statement.lineno, (statement.end_lineno or 0) + 1))
        elif isinstance(node, ast.With):
            lines.update(range(node.lineno, node.body[0].lineno))
    return frozenset(lines)


class Interrupt:
    """A trace function that raises at the n-th call or line of ours."""

    def __init__(self, kind: type[BaseException], at: int) -> None:
        self.kind, self.left = kind, at

    def __call__(self, frame: FrameType, event: str, _: object) -> Any:
        file = frame.f_code.co_filename
        if not file.startswith(OURS):
            return None
        # A generator is called again to be closed; what is raised then goes to nobody.
        begins = event == "call" and not frame.f_code.co_flags & inspect.CO_GENERATOR
        if begins or (event == "line" and frame.f_lineno not in protected(file)):
            self.left -= 1
            if self.left == 0:
                raise self.kind
        return self


def interrupted(work: Callable[[], Any], kind: type[BaseException], at: int) -> bool:
    """Do the work; return whether it got as far as the line where it is stopped."""
    stop = Interrupt(kind, at)
    before = sys.gettrace()
    sys.settrace(stop)
    try:
        work()
    except kind:
        pass
    finally:
        sys.settrace(before)
    return stop.left <= 0


QUIET = surroundings()[:3]


def left_behind(folder: Path) -> str:
    """What an interruption must not leave: open modes, wrong gradients, torn files."""
    if surroundings()[:3] != QUIET:
        return f"changed its surroundings from {QUIET} to {surroundings()[:3]}"
    names = {path.name for path in folder.iterdir()}
    if not names <= {"weights.json", "out.json", "out.svg", "out.html", "notes.md"}:
        return f"left the files {sorted(names)}"
    if "out.json" in names:
        nn.load_weights(network(), folder / "out.json")
    for name in names & {"out.svg", "out.html"}:
        text = (folder / name).read_text("utf-8")
        if not text.rstrip().endswith(f"</{name[4:]}>"):
            return f"left half of {name}"
    return witness()
