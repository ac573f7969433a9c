"""Write a player as HTML: a still picture with a table, and the script that plays it.

Without its script, as in a notebook that is not trusted or on paper, the still picture
after the reverse sweep remains. Everything is inline, and a saved page forbids itself
the network by a Content-Security-Policy with the hashes of its script and style.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from autograd_scalar.errors import DrawingError
from autograd_scalar.explain.inline import (
    json_text,
    lines_of,
    page,
    resource,
    squeezed,
    with_files,
)
from autograd_scalar.explain.tape import document, final_scene
from autograd_scalar.render.draw import Drawing, Request, draw, scene_of
from autograd_scalar.render.page import node_table
from autograd_scalar.reporting.escape import markup
from autograd_scalar.reporting.tables import counted, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_scalar.diagnosis.anomaly import SourceLines
    from autograd_scalar.explain.beside import Other
    from autograd_scalar.explain.tape import Tape

__all__ = [
    "Content",
    "check_size",
    "notebook_html",
    "page_html",
    "script",
    "skeleton",
    "style",
]

_MOST_NODES: Final = 20_000  # of a page
_MOST_STILL: Final = 300  # of a still picture, which is folded above


class Content(NamedTuple):
    """What a page shows: a graph's passes, and where it begins."""

    tape: Tape
    lines: SourceLines | None
    title: str | None
    position: int
    breakpoints: Sequence[int]
    other: Other | None


def page_html(content: Content) -> str:
    """Return a player as a whole page, which keeps its state in the address.

    Raises:
        DrawingError: the graph is too large.
    """
    check_size(content.tape)
    body = _player(content, is_page=True)
    return page(_title(content), body, style(), script())


def notebook_html(content: Content) -> str:
    """Return a player as the output of a notebook's cell; a large one stands still."""
    tape = content.tape
    if len(tape.nodes) > _MOST_NODES:
        words = (
            f"{counted(len(tape.nodes), 'value')} are too many to step through in a"
            f" page (the limit is {_MOST_NODES:,}): play a Value nearer to the leaves,"
            " or step in Python with next(), to() and text()."
        )
        return f"<p>{markup(words)}</p>{draw(tape.nodes[-1])._repr_html_()}"
    return _player(content, is_page=False)


def check_size(tape: Tape) -> None:
    """Raise if a graph is too large for a page.

    Raises:
        DrawingError: it is.
    """
    if len(tape.nodes) > _MOST_NODES:
        msg = (
            f"{len(tape.nodes):,} Values are too many to step through in a page (the"
            f" limit is {_MOST_NODES:,}); play a Value nearer to the leaves, or step in"
            " Python with next(), to() and text()"
        )
        raise DrawingError(msg)


def _player(content: Content, *, is_page: bool) -> str:
    """Return the root element. The classes keep MathJax away from labels with a $."""
    name, head = _title(content), "h1" if is_page else "p"
    data = document(content.tape, content.lines)
    data |= {
        "position": content.position,
        "breakpoints": content.breakpoints,
        "beside": _beside(content.other, content.tape),
        "page": is_page,
        "skeleton": skeleton(),
    }
    return (
        '<div data-player class="autograd-player tex2jax_ignore mathjax_ignore">'
        f'<style>{style()}</style>\n<{head} class="title">{markup(name)}</{head}>\n'
        f"{_still(content.tape, content.title)}"
        f'<script type="application/json">{json_text(data)}</script>\n'
        f"<script>{script()}</script></div>\n"
    )


def _beside(other: Other | None, tape: Tape) -> dict[str, Any] | None:
    """Return the other run as a page needs it, and the first step where they part."""
    if other is None:
        return None
    entries = [
        None if each is None else (each.place, plain(each.adjoint), each.words)
        for each in other.entries
    ]
    part = other.first_parting(tape)
    return {"name": other.name, "entries": entries, "part": part}


def _title(content: Content) -> str:
    return content.title or f"{content.tape.names[-1]}, step by step"


def _still(tape: Tape, title: str | None) -> str:
    """Return the picture after the reverse sweep, and the table of its nodes."""
    if len(tape.nodes) > _MOST_STILL:
        scene, when = scene_of(Request(tape.nodes[-1], title=title)), ""
    else:
        scene, when = final_scene(tape, title or ""), ", after the reverse sweep"
    drawing = Drawing(scene, "LR")
    warning = f'<p class="warning">{markup(scene.warning)}</p>' if scene.warning else ""
    image = b64encode(drawing.svg.encode()).decode()
    return (
        f'{warning}<div class="still">'
        f'<img src="data:image/svg+xml;base64,{image}" alt="{markup(drawing.alt)}">'
        f"<details><summary>Table of nodes{when}</summary>"
        f'<div class="wide">{node_table(scene)}</div></details></div>\n'
    )


@cache
def script() -> str:
    """Return the script without its comments and without spaces that mean nothing."""
    return squeezed(with_files(resource("player.js"), "numbers"))


@cache
def style() -> str:
    """Return the style sheet without its indentation."""
    return lines_of(resource("player.css"))


@cache
def skeleton() -> str:
    """Return what a page shows while its script runs."""
    return "".join(line.strip() for line in resource("player.html").splitlines())
