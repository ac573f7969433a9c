"""A player as a widget: a running kernel shares its position and its breakpoints.

The package anywidget carries them; it is imported when a widget is asked for.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from autograd_scalar.errors import DrawingError
from autograd_scalar.explain.inline import resource
from autograd_scalar.explain.player_page import script

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["module", "widget_of"]


class _Stepped(Protocol):
    """As much of a player as its widget has to know."""

    @property
    def position(self) -> int: ...
    @property
    def breakpoints(self) -> tuple[int, ...]: ...
    def __len__(self) -> int: ...


def widget_of(
    player: _Stepped, html: str, moved: Callable[[int, Sequence[int]], None]
) -> tuple[Any, Callable[[], None]]:
    """Return a widget that shows the HTML of a player, and what keeps it up to date.

    The latter is to be called when the player has moved; ``moved`` is called with the
    position and the breakpoints when the page has.

    Raises:
        DrawingError: anywidget is not installed.
    """
    try:
        anywidget, traitlets = import_module("anywidget"), import_module("traitlets")
    except ImportError as error:
        msg = (
            "a player that shares its position with the kernel needs anywidget:"
            " pip install 'autograd-scalar[notebook]'; the player itself needs nothing"
        )
        raise DrawingError(msg) from error
    most = len(player)
    position = traitlets.Int(player.position, min=0, max=most)
    breakpoints = traitlets.List(
        traitlets.Int(min=0, max=most), list(player.breakpoints)
    )
    members = {
        "_esm": module(),
        "html": traitlets.Unicode(html).tag(sync=True),
        "position": position.tag(sync=True),
        "breakpoints": breakpoints.tag(sync=True),
    }
    widget = type("PlayerWidget", (anywidget.AnyWidget,), members)()

    def from_page(change: dict[str, Any]) -> None:
        moved(widget.position, widget.breakpoints)

    def from_kernel() -> None:
        with widget.hold_trait_notifications():
            widget.position = player.position
            widget.breakpoints = list(player.breakpoints)

    widget.observe(from_page, ["position", "breakpoints"])
    return widget, from_kernel


@cache
def module() -> str:
    """Return the widget's JavaScript, with the player's own in it."""
    return resource("widget.js").replace("PLAYER", script(), 1)
