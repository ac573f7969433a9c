"""Write a scene in the DOT language of Graphviz, with every label escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from autograd_scalar.reporting.escape import (
    dot_quoted,
    record_field,
    shortened,
    visible,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autograd_scalar.render.scene import Box, Scene

__all__ = ["dot_lines", "dot_text"]

_MOST: Final = 1000  # characters; Graphviz reads no string above 16,384 bytes
_NAME_WIDTH: Final = 260.0
_NAME_SIZE: Final = 11.0  # as in the node statement
_STYLES: Final = {
    "input": 'style="rounded,filled" color="#00805c" fillcolor="#e9f6f0"',
    "parameter": 'style="filled" color="#8250a8" fillcolor="#f6effb"',
    "leaf": 'style="rounded,filled" color="#6b7a1e" fillcolor="#f4f6e6"',
    "constant": 'style="filled,dashed" color="#767f89" fillcolor="#f4f5f6"',
    "operation": 'style="filled" color="#59636e" fillcolor="#fbfcfd"',
    "group": 'style="filled" color="#5b62a8" fillcolor="#eff1fa"',
}
_COLOURS: Final = {"pos": "#0072b2", "neg": "#d55e00", "bad": "#a8005c"}


def dot_text(scene: Scene, direction: str) -> str:
    """Return a whole DOT file."""
    return "digraph {\n" + "\n".join(dot_lines(scene, direction)) + "\n}\n"


def dot_lines(scene: Scene, direction: str) -> list[str]:
    """Return the statements between the braces of the graph."""
    words = (visible(scene.title), scene.note, scene.remark, scene.warning)
    heading = _lines(filter(None, words))
    lines = [
        f"\tgraph [rankdir={direction} label={heading} labelloc=t]",
        '\tnode [fontname="Helvetica" fontsize=11 shape=record]',
        '\tedge [fontname="Helvetica" fontsize=10]',
    ]
    for index, box in enumerate(scene.boxes):
        tip = _lines(box.tooltip.split("\n"))
        root = " peripheries=2 penwidth=2" if box.is_root else ""
        if box.emphasis == "lit" and not root:
            root = " penwidth=3"
        if box.is_parted:
            root += ' color="#a8005c" penwidth=3'
        lines.append(
            f'\tn{index} [label="{_record(box)}" tooltip={tip}'
            f" {_STYLES[box.kind]}{root}]"
        )
    for link in scene.links:
        colour = _COLOURS.get(link.tone, "#8b949e")
        lines.append(
            f"\tn{link.source} -> n{link.target} [label={dot_quoted(link.text)}"
            f' color="{colour}" fontcolor="{colour}"'
            f" penwidth={0.8 + 2.4 * link.size:.2f}"
            f" edgetooltip={_lines([link.tooltip])}]"
        )
    return lines


def _lines(lines: Iterable[str]) -> str:
    """Return a quoted string of several lines, each short enough for Graphviz."""
    return '"' + "\\n".join(dot_quoted(line[:_MOST])[1:-1] for line in lines) + '"'


def _record(box: Box) -> str:
    """Return the fields of a record: the operation, the name and kind, the numbers."""
    name = shortened(box.name, _NAME_SIZE, _NAME_WIDTH)
    title = " ".join(filter(None, (name, box.caption)))
    fields = [title] if title else []
    fields += [f"{row.key} {row.text}" for row in box.rows]
    stack = "|".join(record_field(field) for field in fields)
    if box.symbol:
        symbol = record_field(shortened(box.symbol, _NAME_SIZE, _NAME_WIDTH))
        return f"{symbol}|{{{stack}}}"
    return f"{{{stack}}}"
