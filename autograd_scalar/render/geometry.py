"""Measure the boxes of a scene, and place them: the geometry of a picture."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final, NamedTuple

from autograd_scalar.render.layout import Arrangement, arrange
from autograd_scalar.render.wrap import wrapped
from autograd_scalar.reporting.escape import figures_width, shortened, text_width

if TYPE_CHECKING:
    from autograd_scalar.render.scene import Box, Scene

__all__ = [
    "LABEL_SIZE",
    "NAME_SIZE",
    "RING",
    "ROW_HEIGHT",
    "ROW_SIZE",
    "SMALL_SIZE",
    "SYMBOL_SIZE",
    "Measured",
    "Picture",
    "picture",
]

NAME_SIZE: Final = 14.0
ROW_SIZE: Final = 13.0
SMALL_SIZE: Final = 11.0
SYMBOL_SIZE: Final = 17.0
LABEL_SIZE: Final = 11.5
ROW_HEIGHT: Final = 17.0
_PADDING: Final = 9.0
_ROUND: Final = ("input", "leaf", "parameter")  # their corners take room
RING: Final = 4.0  # between the two outlines of the root
_NAME_ROOM: Final = 190.0
_SYMBOL_ROOM: Final = 90.0
_PORT_GAP: Final = 16.0
_NARROW_PORT_GAP: Final = 4.0
_MOST_LABELS: Final = 24  # if more links enter a box, none of them has a label
_MOST_COUNTS: Final = 8  # the same in a folded picture


class Measured(NamedTuple):
    """A box with its texts cut to fit, and its size."""

    name: str
    symbol: str
    strip: int  # width of the strip with the symbol; 0 for a leaf
    width: float
    height: float


class Picture(NamedTuple):
    """The geometry of a drawing, in pixels."""

    boxes: list[tuple[float, float, float, float]]  # x, y, width, height
    measured: list[Measured]
    arrangement: Arrangement
    labelled: list[bool]  # for each link
    width: float
    height: float


def picture(scene: Scene, direction: str, room: float | None = None) -> Picture:
    """Measure the boxes and lay them out in the given direction, "LR" or "TB".

    ``room`` is the width that can be seen: a long picture is broken into such rows.
    """
    measured = [_measure(box) for box in scene.boxes]
    entering = [0] * len(measured)
    for link in scene.links:
        entering[link.target] += 1
    down = direction == "TB"
    most = _MOST_COUNTS if scene.note else _MOST_LABELS
    if scene.note and down:
        most //= 2  # labels side by side make a box broad
    labelled = [
        bool(link.text) and entering[link.target] <= most for link in scene.links
    ]
    widths = [
        figures_width(link.text, LABEL_SIZE) + 10.0 if shown else 0.0
        for link, shown in zip(scene.links, labelled, strict=True)
    ]
    gaps = [_PORT_GAP if n <= most else _NARROW_PORT_GAP for n in entering]
    links = [(link.source, link.target) for link in scene.links]
    if down:  # labels lie side by side, each on its link
        for (_, target), width in zip(links, widths, strict=True):
            gaps[target] = max(gaps[target], width)
        widths = [LABEL_SIZE * 1.5 if shown else 0.0 for shown in labelled]
    sizes = [
        (box.height, max(box.width, gap * count))
        if down
        else (box.width, max(box.height, gap * count + 2.0))
        for box, gap, count in zip(measured, gaps, entering, strict=True)
    ]
    laid = arrange(sizes, links, widths, gaps)
    if not down:
        laid = wrapped(laid, [across for _, across in sizes], room)
    return _turned(laid, sizes, measured, labelled, down=down)


def _turned(
    laid: Arrangement,
    sizes: list[tuple[float, float]],
    measured: list[Measured],
    labelled: list[bool],
    *,
    down: bool,
) -> Picture:
    """Turn along and across into x and y."""
    boxes: list[tuple[float, float, float, float]] = []
    for (along, middle), (length, across) in zip(laid.boxes, sizes, strict=True):
        start = middle - across / 2
        boxes.append(
            (start, along, across, length) if down else (along, start, length, across)
        )
    width, height = laid.length, laid.breadth
    if down:
        width, height = height, width
    return Picture(boxes, measured, laid, labelled, width, height)


def _measure(box: Box) -> Measured:
    """Cut the texts of a box to fit, and compute its size."""
    name = shortened(box.name, NAME_SIZE, _NAME_ROOM)
    symbol = shortened(box.symbol, SYMBOL_SIZE, _SYMBOL_ROOM)
    strip = max(30, ceil(text_width(symbol, SYMBOL_SIZE)) + 14) if symbol else 0
    head = text_width(name, NAME_SIZE)
    if box.caption:
        head += text_width(box.caption, SMALL_SIZE) + (12.0 if name else 0.0)
    inner = head
    for key, text, ink in box.rows:
        measure = text_width if ink == "ink" else figures_width
        keyed = text_width(key, SMALL_SIZE) + 14 + measure(text, ROW_SIZE)
        inner = max(inner, keyed)
    lines = len(box.rows) + 1
    padding = 2 * _PADDING + (_PADDING if box.kind in _ROUND else 0)
    width = float(ceil(max(strip + inner + padding, 76.0)))
    ring = 2 * RING if box.is_root else 0.0
    return Measured(name, symbol, strip, width + ring, lines * ROW_HEIGHT + 12 + ring)
