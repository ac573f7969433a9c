"""`TrainingSteps`: small pictures of a graph in training, with the loss as slider.

The values and local derivatives of a step are noted while it is taken, as a loop writes
the parameters afterwards. Of a long training some steps are kept: the first, the last,
and those at which the curve of the losses bends most.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from autograd_scalar.errors import DrawingError, OperandError
from autograd_scalar.explain.inline import (
    json_text,
    lines_of,
    page,
    resource,
    squeezed,
    with_files,
)
from autograd_scalar.explain.player_page import check_size
from autograd_scalar.explain.player_page import script as player_script
from autograd_scalar.explain.player_page import skeleton as player_skeleton
from autograd_scalar.explain.player_page import style as player_style
from autograd_scalar.explain.tape import Tape, roomy_picture, state, structure, words
from autograd_scalar.graph.value import Value
from autograd_scalar.operands import listed, no_value, real, shown
from autograd_scalar.render.scene import number
from autograd_scalar.reporting.escape import cut, markup
from autograd_scalar.reporting.files import WholeFile
from autograd_scalar.reporting.tables import counted, html_table, text_table

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

__all__ = ["TrainingSteps"]

_FEWEST: Final = 2  # the first and the last step
_MOST_NUMBERS: Final = 400_000  # of Values, in all steps that are kept
_NAME_ROOM: Final = 30
_HEADERS: Final = ("step", "loss", "largest adjoint", "of")


class _Kept(NamedTuple):
    """A step that is kept: its number, its graph's, and the numbers in it."""

    step: int
    graph: int
    state: dict[str, Any]
    largest: float  # of the adjoints, but for the loss's own
    name: str  # whose that is


class TrainingSteps:
    """Training, step by step: a loss curve as slider, and a picture of every kept step.

    ``add`` is called in each step of training, before the parameters are written. A
    notebook then shows the curve of the losses and small pictures of the graph, colours
    by adjoint, on one scale; one of them, opened, is the player of that step. It stays
    alive in the saved file, without a kernel; ``save`` writes one HTML file.

    Args:
        most: how many steps to keep: the first, the last, and those at which the loss
            bends most.
        title: a heading.

    >>> from autograd_scalar import TrainingSteps, Value
    >>> w = Value(3.0, "w")
    >>> steps = TrainingSteps(most=3)
    >>> for _ in range(20):
    ...     loss, w.grad = ((w - 1.0) ** 2).named("C"), 0.0
    ...     loss.backward()
    ...     steps.add(loss, [w], learning_rate=0.2)
    ...     w.data -= 0.2 * w.grad
    >>> steps
    <TrainingSteps: 20 steps, 3 kept>
    >>> print(steps)
    step  loss      largest adjoint  of
    ----  --------  ---------------  --
    0     4         4                w
    1     1.44      2.4              w
    19    1.485e−8  0.0002437        w

    Raises:
        OperandError: ``most`` is not an int of 2 or more, or ``title`` is no str.
    """

    __slots__ = ("_graphs", "_kept", "_known", "_losses", "_most", "_title")

    def __init__(self, *, most: int = 24, title: str | None = None) -> None:
        _check(most, title)
        self._most = most
        self._title = title
        self._losses: list[float] = []
        self._kept: list[_Kept] = []
        self._known: dict[object, int] = {}  # the number of each graph
        self._graphs: list[Tape] = []

    def add(
        self,
        loss: Value,
        parameters: Iterable[Value] = (),
        learning_rate: float = 0.0,
    ) -> None:
        """Note a step: the loss, and all numbers of its graph.

        No Value is changed. ``backward()`` may have been called or not.

        Args:
            loss: the root of the graph.
            parameters: what the step updates, to show the update as well.
            learning_rate: of that update: ``data - learning_rate * adjoint``.

        Raises:
            OperandError: an argument is not of these types.
            DrawingError: the graph is too large for a page.
        """
        _check_value("add()", loss)
        moved = listed(parameters, "add(parameters=) needs a sequence of Values")
        for parameter in moved:
            _check_value("add(parameters=)", parameter)
        tape = Tape(loss, 1.0, moved, real(learning_rate, "add(learning_rate=)"))
        check_size(tape)
        kind = (
            tuple(tape.names),
            tuple([node.primitive for node in tape.nodes]),
            tuple(map(tuple, tape.parents)),
        )
        graph = self._known.setdefault(kind, len(self._known))
        if graph == len(self._graphs):
            self._graphs.append(tape)
        adjoints = [tape.backward.adjoint(node) for node in tape.nodes[:-1]]
        place = max(range(len(adjoints)), key=lambda k: _size(adjoints[k]), default=-1)
        largest, name = (adjoints[place], tape.names[place]) if adjoints else (0.0, "")
        self._kept.append(_Kept(len(self), graph, state(tape), largest, name))
        self._losses.append(loss.data)
        values = len(tape.nodes) * len(self._kept)
        if len(self._kept) > self._most or (
            values > _MOST_NUMBERS and len(self._kept) > _FEWEST
        ):
            del self._kept[self._least_telling()]

    def _least_telling(self) -> int:
        """Return which kept step, not the first nor the last, lies nearest to a line.

        That is the line between those beside it, on the curve of the losses; a step
        whose loss is not finite, or stands beside one that is not, stays.
        """
        kept, losses = self._kept, self._losses

        def bend(k: int) -> float:
            before, here, after = (kept[j].step for j in (k - 1, k, k + 1))
            share = (here - before) / (after - before)
            line = losses[before] + share * (losses[after] - losses[before])
            area = abs(losses[here] - line) * (after - before)
            return area if isfinite(area) else float("inf")

        return min(range(1, len(kept) - 1), key=bend)

    @property
    def losses(self) -> tuple[float, ...]:
        """The loss of every step."""
        return tuple(self._losses)

    @property
    def kept(self) -> tuple[int, ...]:
        """The numbers of the steps that are kept, from 0 on."""
        return tuple(one.step for one in self._kept)

    def __len__(self) -> int:
        return len(self._losses)

    def __repr__(self) -> str:
        steps = counted(len(self), "step")
        return f"<TrainingSteps: {steps}, {len(self._kept):,} kept>"

    def __str__(self) -> str:
        return text_table(_HEADERS, self._rows())

    def _rows(self) -> list[tuple[str, ...]]:
        return [
            (
                f"{one.step}",
                number(self._losses[one.step]),
                number(one.largest),
                cut(one.name, _NAME_ROOM),
            )
            for one in self._kept
        ]

    # ---- In a notebook, in a file ----------------------------------------------------

    @property
    def html(self) -> str:
        """The steps as one HTML page, which loads nothing.

        Raises:
            DrawingError: no step was added.
        """
        self._check_not_empty()
        element = self._element(is_page=True)
        title = self._heading()
        return page(title, element, _style(), player_script(), script())

    def save(self, path: str | os.PathLike[str] = "training.html") -> Path:
        """Write the page to a file, whole or not at all, and return the path.

        Raises:
            DrawingError: no step was added; or ``path`` is no path, does not end in
                ``.html`` or cannot be written.
        """
        try:
            target = Path(path)
        except TypeError:
            msg = f'save() needs a path such as "training.html", got {shown(path)}'
            raise DrawingError(msg) from None
        if target.suffix.lower() != ".html":
            msg = f"training is saved as .html, not as {shown(target.name)}"
            raise DrawingError(msg)
        file = WholeFile(target)
        file.write(self.html)
        return target

    def _repr_html_(self) -> str:
        if not self._kept:
            return f"<p>{markup(repr(self))}</p>"
        return self._element(is_page=False)

    def _check_not_empty(self) -> None:
        if not self._kept:
            msg = "there is no step to show; call add(loss) in each step of training"
            raise DrawingError(msg)

    def _heading(self) -> str:
        return self._title or f"{counted(len(self), 'step')} of training"

    def _element(self, *, is_page: bool) -> str:
        """Return the root element: heading, still picture and table, data, scripts."""
        head, title = "h1" if is_page else "p", markup(self._heading())
        return (
            '<div data-training class="tex2jax_ignore mathjax_ignore">'
            f'<style>{_style()}</style>\n<{head} class="title">{title}</{head}>\n'
            f"{self._still()}"
            f'<script type="application/json">{json_text(self._data(is_page))}</script>'
            f"\n<script>{player_script()}</script><script>{script()}</script></div>\n"
        )

    def _still(self) -> str:
        """Return the curve as an image, and the kept steps as a table."""
        finite = [loss for loss in self._losses if isfinite(loss)]
        low, high = min(finite, default=0.0), max(finite, default=0.0)
        image = b64encode(_curve(self._losses, low, high).encode()).decode()
        first, last = number(self._losses[0]), number(self._losses[-1])
        alt = f"the loss over {counted(len(self), 'step')}, from {first} to {last}"
        return (
            f'<div class="still"><img src="data:image/svg+xml;base64,{image}"'
            f' alt="{markup(alt)}"><details><summary>Table of kept steps</summary>'
            f'<div class="wide">{html_table(_HEADERS, self._rows())}</div></details>'
            "</div>\n"
        )

    def _data(self, is_page: bool) -> dict[str, Any]:
        wanted = sorted({one.graph for one in self._kept})
        place = {graph: k for k, graph in enumerate(wanted)}
        return {
            "losses": [x if isfinite(x) else repr(x) for x in self._losses],
            "graphs": [
                structure(self._graphs[graph])
                | {"drawn": roomy_picture(self._graphs[graph])}
                for graph in wanted
            ],
            "kept": [
                {"step": one.step, "graph": place[one.graph], "state": one.state}
                for one in self._kept
            ],
            "player": words() | {"skeleton": player_skeleton()},
            "frame": _frame(),
            "page": is_page,
        }


def _check(most: object, title: object) -> None:
    if isinstance(most, bool) or not isinstance(most, int) or most < _FEWEST:
        msg = f"TrainingSteps(most=) needs an int of 2 or more, got {shown(most)}"
        raise OperandError(msg)
    if title is not None and not isinstance(title, str):
        msg = f"TrainingSteps(title=) needs a str, got {shown(title)}"
        raise OperandError(msg)


def _check_value(what: str, given: object) -> None:
    if not isinstance(given, Value):
        raise OperandError(no_value(what, given))


def _size(x: float) -> float:
    return abs(x) if isfinite(x) else 0.0


def _curve(losses: list[float], low: float, high: float) -> str:
    """Return the losses as a line, in SVG; one that is not finite is at the top."""
    span = high - low or 1.0
    wide = max(len(losses) - 1, 1)
    points = " ".join(
        f"{8 + 584 * k / wide:.1f},"
        f"{8 + 104 * (high - loss) / span if isfinite(loss) else 8.0:.1f}"
        for k, loss in enumerate(losses)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="120"'
        ' viewBox="0 0 600 120"><style>polyline{fill:none;stroke:#3b4fb8;'
        "stroke-width:2}@media (prefers-color-scheme:dark){polyline{stroke:#a3aaf0}}"
        f'</style><polyline points="{points}"/></svg>'
    )


@cache
def script() -> str:
    """Return the script of the page, without that of the player."""
    return squeezed(with_files(resource("training.js"), "numbers"))


@cache
def _style() -> str:
    return f"{player_style()}\n{lines_of(resource('training.css'))}"


@cache
def _frame() -> str:
    return "".join(line.strip() for line in resource("training.html").splitlines())
