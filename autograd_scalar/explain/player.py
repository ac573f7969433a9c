"""`play`: step through a graph's passes, in a notebook, a terminal or one HTML file."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from autograd_scalar.diagnosis.anomaly import SourceLines
from autograd_scalar.errors import DrawingError, OperandError
from autograd_scalar.explain.beside import differ, run_of
from autograd_scalar.explain.narration import filled, sentence
from autograd_scalar.explain.player_page import (
    Content,
    check_size,
    notebook_html,
    page_html,
)
from autograd_scalar.explain.steps import BackwardStep, UpdateStep
from autograd_scalar.explain.tape import PASSES, Tape
from autograd_scalar.explain.widget import widget_of
from autograd_scalar.graph.recording import current_watcher
from autograd_scalar.graph.value import Value
from autograd_scalar.operands import listed, no_value, real, shown
from autograd_scalar.render.scene import NOT_COMPUTED, number
from autograd_scalar.reporting.escape import cut
from autograd_scalar.reporting.files import WholeFile
from autograd_scalar.reporting.tables import counted, text_table

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from autograd_scalar.explain.beside import Beside, Other
    from autograd_scalar.explain.tape import Step

    Condition = Callable[[BackwardStep], object]

__all__ = ["Player", "Size", "play"]

Size = Literal["contribution", "node", "layer", "pass"]
_MOST_ROWS: Final = 24  # of the table in a terminal
_BAR: Final = 40  # characters of the bar that shows the position
_NAME_ROOM: Final = 30


def play(  # noqa: PLR0913 - what a player is told, each by its name
    root: Value,
    *,
    at: int | str | Value = 0,
    breakpoint: Condition | None = None,  # noqa: A002 - what it is called everywhere
    beside: Beside | None = None,
    parameters: Iterable[Value] = (),
    learning_rate: float | None = None,
    seed: float = 1.0,
    lines: SourceLines | None = None,
    title: str | None = None,
) -> Player:
    """Step through the forward pass, the reverse sweep and an update of a graph.

    One object for three hosts: a notebook shows it as a page that steps in place and
    stays alive in the saved file, without a kernel; ``save`` writes the same page as
    one HTML file that needs no network; ``next``, ``back``, ``to`` and their kin step
    in Python, where ``text`` is what a terminal shows. No Value is changed.

    Args:
        root: the last Value of the computation.
        at: where to begin: a position, or a node or its label, at the position where
            its adjoint is complete.
        breakpoint: called with each `BackwardStep`; where it is true, the page has a
            mark to run to.
        beside: another run on the same axis, to go to the first step where they part:
            the result of ``wrong_backward``, the root of another graph, or adjoints
            that you computed, by label.
        parameters: what an update would move, as ``net.parameters()``; those that the
            root was not computed from are left out.
        learning_rate: of that update: ``data - learning_rate * adjoint``.
        seed: the root's adjoint before the sweep.
        lines: what ``with detect_anomaly() as lines`` gave, to show the line of source
            that recorded each node; within that block they are known already.
        title: a heading.

    >>> from autograd_scalar import Value, play
    >>> w, x = Value(-3.0, "w"), Value(2.0, "x")
    >>> player = play((w * x).tanh().named("y"), at="w")
    >>> print(player.sentence)
    w reaches v2 through the product: 2.458e−5 × 2 = 4.915e−5 is added to 0,
    so ∂y/∂w = 4.915e−5. It is complete.
    >>> player.next().step.after == -3.0 * player.back().step.upstream
    True

    Raises:
        OperandError: an argument is not of these types, or no node has that label.
    """
    _check(root, lines, title)
    moved = _parameters(parameters, learning_rate)
    rate = 0.0 if learning_rate is None else real(learning_rate, "play(learning_rate=)")
    seen = lines if lines is not None else current_watcher()
    tape = Tape(root, real(seed, "play(seed=)"), moved, rate)
    hits = [] if breakpoint is None else _hits(tape, breakpoint)
    known = seen if isinstance(seen, SourceLines) else None
    other = None if beside is None else run_of(beside, tape)
    return Player(tape, hits, known, title, other).to(at)


def _check(root: object, lines: object, title: object) -> None:
    if not isinstance(root, Value):
        raise OperandError(no_value("play()", root))
    if lines is not None and not isinstance(lines, SourceLines):
        msg = (
            "play(lines=) needs what `with detect_anomaly() as lines` gave, got"
            f" {shown(lines)}"
        )
        raise OperandError(msg)
    if title is not None and not isinstance(title, str):
        msg = f"play(title=) needs a str, got {shown(title)}"
        raise OperandError(msg)


def _parameters(given: object, rate: object) -> list[Value]:
    values = listed(given, "play(parameters=) needs a sequence of Values")
    for value in values:
        if not isinstance(value, Value):
            raise OperandError(no_value("play(parameters=)", value))
    if values and rate is None:
        msg = "play(parameters=) needs a learning_rate, too, as learning_rate=0.1"
        raise OperandError(msg)
    return values


def _hits(tape: Tape, condition: object) -> list[int]:
    """Return the positions after the backward steps on which a condition is true."""
    if not callable(condition):
        msg = (
            f"a breakpoint needs a function of a step, got {shown(condition)}; write"
            " lambda step: abs(step.contribution) > 1"
        )
        raise OperandError(msg)
    first = len(tape.forward) + 1
    return [first + step.index for step in tape.backward if condition(step)]


class Player:
    """The passes of one graph, and a position among their steps.

    Position ``k`` is the state after ``k`` steps: first the values are computed, then
    the contributions of the reverse sweep are added, then parameters are updated.

    >>> from autograd_scalar import Value, play
    >>> x = Value(3.0, "x")
    >>> player = play((x * x).named("y"))
    >>> player
    <Player of y: position 0 of 4>
    >>> print(player.last().text())
    reverse sweep [########################################] 4 of 4
    x reaches y through the product: 1 × 3 = 3 is added to 3, so ∂y/∂x = 6. It is ...
    """

    __slots__ = (
        "_at",
        "_breakpoints",
        "_lines",
        "_listeners",
        "_other",
        "_tape",
        "_title",
    )

    def __init__(
        self,
        tape: Tape,
        breakpoints: Sequence[int],
        lines: SourceLines | None,
        title: str | None,
        other: Other | None,
    ) -> None:
        self._tape = tape
        self._breakpoints = breakpoints
        self._lines = lines
        self._title = title
        self._other = other
        self._listeners: list[Callable[[], None]] = []
        self._at = 0

    # ---- Where it is -----------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._tape)

    @property
    def position(self) -> int:
        """How many steps are done."""
        return self._at

    @property
    def _position(self) -> int:
        return self._at

    @_position.setter
    def _position(self, position: int) -> None:
        self._at = position
        self._changed()

    @property
    def breakpoints(self) -> tuple[int, ...]:
        """The positions that have a mark to run to."""
        return tuple(self._breakpoints)

    @property
    def step(self) -> Step | None:
        """The latest step: a forward, a backward or an update step; None before all."""
        return self._tape.step(self._position)

    @property
    def sentence(self) -> str:
        """What the latest step did, in one sentence, the same as in the page."""
        tape, step = self._tape, self.step
        if step is None:
            return filled(
                "start",
                values=counted(len(tape.forward), "value"),
                edges=counted(len(tape.backward), "contribution"),
            )
        outstanding = 0
        if isinstance(step, BackwardStep):
            place = tape.place[step.parent]
            got = tape.received(place, self._position)
            outstanding = len(tape.arrivals[place]) - got
        said = sentence(step, tape.names[-1], outstanding)
        if self._position == len(tape.forward):
            seed = number(tape.backward.seed)
            said += filled("seed", root=tape.names[-1], seed=seed)
        return said

    # ---- Moving ----------------------------------------------------------------------

    def next(self, size: Size = "contribution") -> Player:
        """Go on by one step of a size; at the end, stay there.

        ``"node"`` goes on until an adjoint is complete, ``"layer"`` until those of a
        layer are (as the labels name them, else by depth), ``"pass"`` to the end of the
        pass.

        Raises:
            OperandError: ``size`` is none of the four.
        """
        stops = self._stops(size)
        self._position = stops[min(bisect_right(stops, self._position), len(stops) - 1)]
        return self

    def back(self, size: Size = "contribution") -> Player:
        """Go back by one step of a size; at the beginning, stay there.

        Raises:
            OperandError: ``size`` is none of the four.
        """
        stops = self._stops(size)
        self._position = stops[max(bisect_left(stops, self._position) - 1, 0)]
        return self

    def _stops(self, size: object) -> Sequence[int]:
        if not isinstance(size, str) or size not in get_args(Size):
            msg = f"a step is one of {', '.join(get_args(Size))}, got {shown(size)}"
            raise OperandError(msg)
        if size == "contribution":
            return range(len(self) + 1)
        return self._tape.stops(size)

    def first(self) -> Player:
        """Go to the beginning, where nothing is computed."""
        self._position = 0
        return self

    def last(self) -> Player:
        """Go to the end, where everything is."""
        self._position = len(self)
        return self

    def to(self, where: int | str | Value) -> Player:
        """Go to a position, or to where the adjoint of a node is complete.

        A negative position counts from the end, as an index does. A label that several
        nodes bear means the first of them in topological order.

        >>> from autograd_scalar import Value, play
        >>> a = Value(3.0, "a")
        >>> player = play((a * a + a).named("c"))
        >>> player.to("a").position, player.to(a).position, player.to(-1).position
        (7, 7, 7)

        Raises:
            OperandError: there is no such position or node.
        """
        if isinstance(where, int) and not isinstance(where, bool):
            if not -len(self) - 1 <= where <= len(self):
                msg = f"positions are 0 to {len(self):,}, got {shown(where)}"
                raise OperandError(msg)
            self._position = where if where >= 0 else len(self) + 1 + where
        else:
            self._position = self._tape.complete(self._tape.find(where))
        return self

    def to_parting(self) -> Player:
        """Go to the first step where the run beside this one parts from it.

        To the end where there is no other run, or it never does.

        >>> from autograd_scalar import Value, play
        >>> a = Value(3.0, "a")
        >>> player = play((a * a + a).named("c"), beside={"a": 6.0})
        >>> player.to_parting().step.names, player.step.after
        (('v1', 'a'), 7.0)
        """
        parting = self._other and self._other.first_parting(self._tape)
        self._position = len(self) if parting is None else parting
        return self

    def run_to(self, breakpoint: Condition | None = None) -> Player:  # noqa: A002
        """Go on to the next breakpoint of the reverse sweep; to the end if none comes.

        Without an argument, those of `play` count.

        >>> from autograd_scalar import Value, play
        >>> a, b = Value(3.0, "a"), Value(0.5, "b")
        >>> player = play((a * b).named("c"))
        >>> player.run_to(lambda step: abs(step.contribution) > 1).step.parent.label
        'b'

        Raises:
            OperandError: ``breakpoint`` cannot be called.
        """
        hits = (
            self._breakpoints if breakpoint is None else _hits(self._tape, breakpoint)
        )
        later = hits[bisect_right(hits, self._position) :]
        self._position = later[0] if later else len(self)
        return self

    def break_on(self, condition: Condition) -> Player:
        """Put the marks after the backward steps on which a condition is true.

        They take the place of those that were there, in a widget on the page, too.

        >>> from autograd_scalar import Value, play
        >>> a, b = Value(3.0, "a"), Value(0.5, "b")
        >>> player = play((a * b).named("c"))
        >>> player.break_on(lambda step: step.contribution > 1).breakpoints
        (5,)

        Raises:
            OperandError: ``condition`` cannot be called.
        """
        self._breakpoints = _hits(self._tape, condition)
        self._changed()
        return self

    def who_wrote(self, node: str | Value | None = None) -> Player:
        """Go back to the step that last changed a number; again, to the one before.

        That is a contribution to its adjoint, and before the first of them the step
        that computed its value. Without an argument, the node is the one whose adjoint
        the latest step passed on.

        >>> from autograd_scalar import Value, play
        >>> a = Value(3.0, "a")
        >>> player = play((a * a + a).named("c"), at=-1)
        >>> [player.who_wrote("a").position for _ in range(4)]
        [6, 5, 1, 1]

        Raises:
            OperandError: there is no such node.
        """
        place = self._asked(node)
        arrivals = self._tape.arrivals[place]
        first = len(self._tape.forward) + 1
        count = bisect_left(arrivals, self._position - first)
        written = first + arrivals[count - 1] if count else place + 1
        self._position = min(written, self._position)
        return self

    def who_uses(self, node: str | Value | None = None) -> Player:
        """Go on to the next step that uses a node's value or adjoint, if one comes.

        Without an argument, the node is as for `who_wrote`.

        >>> from autograd_scalar import Value, play
        >>> a = Value(3.0, "a")
        >>> player = play((a * a + a).named("c"))
        >>> [player.who_uses("v1").position for _ in range(4)]
        [3, 6, 7, 7]

        Raises:
            OperandError: there is no such node.
        """
        place = self._asked(node)
        for position in self._tape.uses(place):
            if position > self._position:
                self._position = position
                break
        return self

    def _asked(self, node: str | Value | None) -> int:
        """Return the place of a node, by default of that of the latest step."""
        if node is not None:
            return self._tape.find(node)
        step = self.step
        if isinstance(step, BackwardStep):
            return self._tape.place[step.node]
        return self._subject()

    # ---- Three hosts -----------------------------------------------------------------

    def text(self) -> str:
        """Return what a terminal shows: the position, the sentence and the numbers."""
        tape, k = self._tape, self._position
        done = _BAR * k // len(tape)
        which = sum(k > end for end in tape.ends[1:3])
        bar = "#" * done + "." * (_BAR - done)
        head = f"{PASSES[which]} [{bar}] {k:,} of {len(tape):,}"
        return "\n".join((head, self.sentence, "", self._table()))

    def _table(self) -> str:
        """Return values and adjoints of the nodes nearest to the latest step."""
        tape, k = self._tape, self._position
        subject = self._subject()
        first = max(0, min(subject - _MOST_ROWS // 2, len(tape.nodes) - _MOST_ROWS))
        updated = max(0, k - tape.ends[2])
        moved = {step.parameter: step.after for step in tape.update[:updated]}
        other = self._other and self._other.at(k, tape)
        rows = []
        for place in range(first, min(first + _MOST_ROWS, len(tape.nodes))):
            node = tape.nodes[place]
            value = moved.get(node, node.data)
            row = [
                ">" if place == subject and k else "",
                cut(tape.names[place], _NAME_ROOM),
                number(value) if k > place else NOT_COMPUTED,
                self._adjoint_text(place),
            ]
            if other is not None:
                row.append(self._beside_text(place, other))
            rows.append(row)
        headers = ["", "node", "value", f"\u2202{tape.names[-1]}/\u2202"]
        if self._other is not None:
            headers.append(self._other.name)
        table = text_table(headers, rows)
        left = len(tape.nodes) - len(rows)
        return f"{table}\nand {left:,} more" if left else table

    def _subject(self) -> int:
        """Return the place of the node whose number the latest step changed."""
        step = self.step
        if isinstance(step, BackwardStep):
            return self._tape.place[step.parent]
        if isinstance(step, UpdateStep):
            return self._tape.place[step.parameter]
        return max(self._position - 1, 0)

    def _adjoint_text(self, place: int) -> str:
        adjoint = self._tape.adjoint(place, self._position)
        if adjoint is None:
            return NOT_COMPUTED
        got = self._tape.received(place, self._position)
        of = len(self._tape.arrivals[place])
        return number(adjoint) + (f"  ({got} of {of})" if got < of else "")

    def _beside_text(self, place: int, other: Mapping[int, float]) -> str:
        if place not in other:
            return NOT_COMPUTED
        ours = self._tape.adjoint(place, self._position)
        parted = differ(other[place], 0.0 if ours is None else ours)
        return number(other[place]) + ("  \u2260" if parted else "")

    @property
    def html(self) -> str:
        """The player as one HTML page: no network, its whole state in the address.

        Raises:
            DrawingError: the graph is too large for a page.
        """
        return page_html(self._content())

    def save(self, path: str | os.PathLike[str] = "player.html") -> Path:
        """Write the page to a file, whole or not at all, and return the path.

        It opens from disk, in any browser of 2024 or later.

        >>> import tempfile
        >>> from autograd_scalar import Value, play
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     play(Value(2.0, "x") * 3.0).save(f"{folder}/x.html").name
        'x.html'

        Raises:
            DrawingError: ``path`` is no path, does not end in ``.html`` or cannot be
                written; or the graph is too large for a page.
        """
        try:
            target = Path(path)
        except TypeError:
            msg = f'save() needs a path such as "player.html", got {shown(path)}'
            raise DrawingError(msg) from None
        if target.suffix.lower() != ".html":
            msg = (
                f"a player is saved as .html, not as {shown(target.name)}; change the"
                " ending of the name, or save draw(root) for a picture"
            )
            raise DrawingError(msg)
        file = WholeFile(target)
        file.write(self.html)
        return target

    def widget(self) -> Any:
        """Return the player as a widget, which a running kernel moves and is moved by.

        A step in the page changes ``position``, and ``next()`` and its kin turn the
        page; a mark set in either is in both. Of a notebook that is reopened without a
        kernel, only what the player itself displays stays alive.

        Raises:
            DrawingError: anywidget is not installed (the extra ``[notebook]``); or the
                graph is too large for a page.
        """
        content = self._content()
        check_size(content.tape)
        widget, listener = widget_of(self, notebook_html(content), self._moved)
        self._listeners.append(listener)
        return widget

    def _moved(self, position: int, breakpoints: Iterable[int]) -> None:
        """Take over where a page stands."""
        self._breakpoints = sorted(breakpoints)
        self._position = position

    def _changed(self) -> None:
        for listener in self._listeners:
            listener()

    def _repr_html_(self) -> str:
        return notebook_html(self._content())

    def _content(self) -> Content:
        return Content(
            self._tape,
            self._lines,
            self._title,
            self._position,
            self._breakpoints,
            self._other,
        )

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        name = cut(self._tape.names[-1], _NAME_ROOM)
        return f"<Player of {name}: position {self._position:,} of {len(self):,}>"
