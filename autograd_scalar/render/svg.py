"""Write a scene as an SVG picture: self-contained, for light and dark pages."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from autograd_scalar.render.css import STYLE
from autograd_scalar.render.geometry import (
    LABEL_SIZE,
    RING,
    ROW_HEIGHT,
    SMALL_SIZE,
    Measured,
    Picture,
    picture,
)
from autograd_scalar.reporting.escape import (
    figures_width,
    markup,
    shortened,
    text_width,
    visible,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograd_scalar.render.layout import Route
    from autograd_scalar.render.scene import Box, Link, Scene

__all__ = ["path_data", "size_of", "svg_text", "trunk_tones"]

_HEAD: Final = 8.0  # length of an arrow head
_TONES: Final = ("pos", "neg", "zero", "bad", "plain")  # of arrow heads
_MARGIN: Final = 18.0
_TITLE_SIZE: Final = 17.0  # as in STYLE
_NOTE_SIZE: Final = 13.0  # as in STYLE
_TITLE_ROOM: Final = 4000.0  # of a title, before it is wrapped
_LINE: Final = 17.0
_LEAST_WIDTH: Final = 330.0
_RADII: Final = {"input": 22.0, "leaf": 22.0, "constant": 0.0}  # of the corners
_ROUND: Final = ("input", "leaf", "parameter")  # they need room in their corners


def svg_text(scene: Scene, direction: str, room: float | None = None) -> str:
    """Return the whole picture, in rows that fit into ``room`` where that can be.

    >>> from autograd_scalar.render.scene import Scene
    >>> svg_text(Scene((), (), "", "", "Nothing", "0 Values."), "LR")[:4]
    '<svg'
    """
    laid = picture(scene, direction, None if room is None else room - 2 * _MARGIN)
    width = max(laid.width + 2 * _MARGIN, _LEAST_WIDTH)
    above = _heading(scene, width)
    below = _legend(scene, laid, width)
    top = _MARGIN + above[1]
    height = top + laid.height + below[1] + _MARGIN
    name = scene.heading
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}"'
        f' height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" role="img"'
        f' aria-label="{markup(name)}"><title>{markup(name)}</title>'
        f"<desc>{markup(scene.summary)}</desc>"
        f"<style>{STYLE}</style><defs>{_markers()}</defs>"
        '<rect class="ground" width="100%" height="100%"/>'
    )
    shift = (width - laid.width) / 2
    parts = [
        head,
        above[0],
        f'<g transform="translate({shift:.1f} {top:.1f})">',
        '<g class="dense">' if _is_dense(scene) else "<g>",
        *_lines(scene, laid, direction),
        "</g>",
        *_boxes(scene, laid),
        *_labels(scene, laid, direction),
        "</g>",
        f'<g transform="translate(0 {top + laid.height:.1f})">{below[0]}</g></svg>\n',
    ]
    return "\n".join(parts)


def size_of(svg: str) -> tuple[int, int]:
    """Return the width and the height of a picture, in pixels.

    >>> size_of('<svg width="330" height="54" viewBox="0 0 330 54"/>')
    (330, 54)
    """
    width, height = (svg.partition(f' {side}="')[2] for side in ("width", "height"))
    return int(width.partition('"')[0]), int(height.partition('"')[0])


# ---- Text around the picture ---------------------------------------------------------


def _heading(scene: Scene, width: float) -> tuple[str, float]:
    """Return the title and the sentences on the picture, and their height."""
    parts: list[str] = []
    y = _MARGIN
    if scene.title:
        title = shortened(scene.title, _TITLE_SIZE, _TITLE_ROOM)
        for line in _wrapped(title, _TITLE_SIZE, width - 2 * _MARGIN):
            y += 20.0
            parts.append(_text("t", _MARGIN, y - 6, line))
    for css, words in (
        ("p", scene.note),
        ("p", scene.remark),
        ("p bad", scene.warning),
    ):
        for line in _wrapped(words, _NOTE_SIZE, width - 2 * _MARGIN):
            y += _LINE
            parts.append(_text(css, _MARGIN, y - 4, line))
    return "".join(parts), y - _MARGIN + (14.0 if parts else 0.0)


def _wrapped(text: str, size: float, room: float) -> Iterator[str]:
    """Yield the lines of a text of limited width."""
    line = ""
    for word in visible(text).split():
        longer = f"{line} {word}" if line else word
        if line and text_width(longer, size) > room:
            yield shortened(line, size, room)
            longer = word
        line = longer
    if line:
        yield shortened(line, size, room)


def _legend(scene: Scene, laid: Picture, width: float) -> tuple[str, float]:
    """Return the legend for the colours and marks of this picture, and its height."""
    if not scene.links:
        return "", 0.0
    tones = {link.tone for link in scene.links}
    tones.update(trunk_tones(scene, laid).values())
    rows = {row.tone for box in scene.boxes for row in box.rows}
    parted = any(box.is_parted for box in scene.boxes)
    items = [
        (tone, words)
        for tone, words in (
            ("pos", "above 0"),
            ("neg", "below 0"),
            ("zero", "0"),
            ("bad", "differs" if scene.remark and parted else "nan or infinite"),
            ("several", "several lines in one"),
        )
        if tone in tones
    ]
    if tones - {"plain"}:
        items.append(("", f"on a line: {_on_edges(scene)}, width by its size"))
    if any(link.tone == "plain" and link.text for link in scene.links):
        items.append(("plain", "\u00d7n: n edges, width by their number"))
    if any(True in box.more for box in scene.boxes):
        items.append(("", "\u22ef more, not shown"))
    if "none" in rows:
        items.append(("", "\u2013 not computed yet"))
    return _laid_out(items, width)


def _on_edges(scene: Scene) -> str:
    """Return what the numbers on the lines are."""
    kinds = {link.place < 0 for link in scene.links if link.tone != "plain"}
    single = (
        "adjoint \u00d7 local derivative"
        if scene.on_edges == "contribution"
        else "local derivative"
    )
    words = [*[single] * (False in kinds), *["weight"] * (True in kinds)]
    return " or ".join(words)


def _laid_out(items: list[tuple[str, str]], width: float) -> tuple[str, float]:
    """Return the items of a legend, in as many lines as it takes, and their height."""
    parts: list[str] = []
    x, y = _MARGIN, 24.0
    for tone, words in items:
        room = text_width(words, SMALL_SIZE) + (28.0 if tone else 0.0)
        if x > _MARGIN and x + room > width - _MARGIN:
            x, y = _MARGIN, y + _LINE
        if tone:
            thick = "" if tone == "several" else ' style="stroke-width:3px"'
            parts.append(
                f'<path class="l l-{tone}"{thick} d="M{x:.1f} {y - 4:.1f}h20"/>'
            )
        parts.append(_text("g muted", x + (26.0 if tone else 0.0), y, words))
        x += room + 18.0
    return "".join(parts), y


def _text(css: str, x: float, y: float, text: str) -> str:
    return f'<text class="{css}" x="{x:.1f}" y="{y:.1f}">{markup(text)}</text>'


# ---- Links ---------------------------------------------------------------------------


def _lines(scene: Scene, laid: Picture, direction: str) -> Iterator[str]:
    """Yield the curves, which lie behind the boxes; what is highlighted comes last."""
    down = direction == "TB"
    tones = trunk_tones(scene, laid)
    bright = {link.source for link in scene.links if link.emphasis == "lit"}
    highlights = any(box.emphasis for box in scene.boxes)
    lines: dict[bool, list[str]] = {False: [], True: []}
    for box, route in laid.arrangement.trunks.items():
        css = f"l l-{tones[box]}"
        if highlights:
            css += " lit" if box in bright else " dim"
        lines[box in bright].append(
            f'<path class="{css}" data-trunk="{scene.boxes[box].node}"'
            f' d="{path_data(route, down, 0.0)}"/>'
        )
    most = 2.2 if _is_dense(scene) else 4.0
    for link, route in zip(scene.links, laid.arrangement.routes, strict=True):
        width = 1.0 + most * link.size
        css = f"l l-{link.tone} {link.emphasis}".rstrip()
        lines[link.emphasis == "lit"].append(
            f'<path class="{css}"{_edge_id(scene, link)}'
            f' style="stroke-width:{width:.2f}px" marker-end="url(#m-{link.tone})"'
            f' d="{path_data(route, down, _HEAD)}">'
            f"<title>{escape(link.tooltip)}</title></path>"
        )
    yield from lines[False]
    yield from lines[True]


def _edge_id(scene: Scene, link: Link) -> str:
    """Return the attribute that tells the edge: its user, and the operand's place."""
    if link.place < 0:
        return ""
    return f' data-edge="{scene.boxes[link.target].node}:{link.place}"'


def _labels(scene: Scene, laid: Picture, direction: str) -> Iterator[str]:
    """Yield the labels on the curves."""
    for link, route, shown in zip(
        scene.links, laid.arrangement.routes, laid.labelled, strict=True
    ):
        if not shown:
            continue
        start, end, across, _ = route[-1]
        along = (start + end - _HEAD) / 2
        x, y = (along, across) if direction == "LR" else (across, along)
        ink = "muted" if link.tone == "plain" else link.tone
        half = figures_width(link.text, LABEL_SIZE) / 2
        yield (
            f'<rect class="ground" x="{x - half:.1f}" y="{y - 5:.1f}"'
            f' width="{2 * half:.1f}" height="10"/>'
            f'<text class="{f"d {ink} {link.emphasis}".rstrip()}"'
            f'{_edge_id(scene, link)} x="{x:.1f}" y="{y + 4:.1f}">{link.text}</text>'
        )


def path_data(route: Route, down: bool, shorter: float) -> str:
    """Return the path of a route: straight runs, joined by curves."""
    first = route[0]
    end, across = first.start, first.across
    text = f"M{across:.1f} {end:.1f}" if down else f"M{end:.1f} {across:.1f}"
    last = len(route) - 1
    for index, (start, stop, level, turn) in enumerate(route):
        if turn:
            text += _turn(level, turn)
        elif index:
            middle = (end + start) / 2
            if down:
                text += (
                    f"C{across:.1f} {middle:.1f} {level:.1f} {middle:.1f}"
                    f" {level:.1f} {start:.1f}"
                )
            else:
                text += (
                    f"C{middle:.1f} {across:.1f} {middle:.1f} {level:.1f}"
                    f" {start:.1f} {level:.1f}"
                )
        end, across = (stop - shorter if index == last else stop), level
        text += f"V{end:.1f}" if down else f"H{end:.1f}"
    return text


def _turn(after: float, lanes: tuple[float, float, float]) -> str:
    """Return the way from the end of a row to the start of the next one."""
    right, middle, left = lanes
    r = 6.0  # of the corners
    return (
        f"H{right - r:.1f}q{r} 0 {r} {r}V{middle - r:.1f}q0 {r} -{r} {r}"
        f"H{left + r:.1f}q-{r} 0 -{r} {r}V{after - r:.1f}q0 {r} {r} {r}"
    )


def trunk_tones(scene: Scene, laid: Picture) -> dict[int, str]:
    """Return the colour class of each trunk.

    A trunk carries several links, so it shows no sign of a derivative. A trunk of links
    that only count edges is as grey as these.
    """
    leaving: dict[int, set[str]] = {box: set() for box in laid.arrangement.trunks}
    for link in scene.links:
        if link.source in leaving:
            leaving[link.source].add(link.tone)
    return {
        box: "plain" if tones == {"plain"} else "several"
        for box, tones in leaving.items()
    }


def _is_dense(scene: Scene) -> bool:
    """Return whether there are too many links to draw them wide and opaque."""
    return bool(scene.note) and len(scene.links) > 3 * len(scene.boxes)


def _markers() -> str:
    """Return the definitions of the arrow heads, one for each colour."""
    return "".join(
        f'<marker id="m-{tone}" viewBox="0 0 8 8" refX="0" refY="4" markerWidth="8"'
        ' markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">'
        f'<path class="h-{tone}" d="M0 0L8 4L0 8z"/></marker>'
        for tone in _TONES
    )


# ---- Boxes ---------------------------------------------------------------------------


def _boxes(scene: Scene, laid: Picture) -> Iterator[str]:
    """Yield the boxes; a root has a second outline around it."""
    for index, (box, measured, (x, y, width, height)) in enumerate(
        zip(scene.boxes, laid.measured, laid.boxes, strict=True)
    ):
        which = f'data-node="{box.node}"' if box.node >= 0 else f'data-group="{index}"'
        css = f"node {box.emphasis}".rstrip()
        head = (
            f'<g class="{css}" {which} transform="translate({x:.1f} {y:.1f})">'
            f"<title>{escape(box.tooltip)}</title>"
        )
        if not box.is_root:
            yield f"{head}{_box(box, measured, width, height)}</g>"
            continue
        w, h = width - 2 * RING, height - 2 * RING
        yield (
            f'{head}<rect class="{box.kind}" {_size(width, height, 10)}/>'
            f'<g transform="translate({RING:g} {RING:g})">{_box(box, measured, w, h)}'
            "</g></g>"
        )


def _box(box: Box, measured: Measured, width: float, height: float) -> str:
    ellipses = "".join(
        f'<text class="k muted more" x="{x:g}" y="{height - 2:g}">\u22ef</text>'
        for x, shown in zip((-9.0, width + 9.0), box.more, strict=True)
        if shown
    )
    outline = _outline(box, measured, width, height)
    return outline + _words(box, measured, width, height) + ellipses


def _outline(box: Box, measured: Measured, width: float, height: float) -> str:
    """Return the outline of a box; its shape shows the kind of the box."""
    css = box.kind
    if box.is_parted:
        css += " parted"
    elif any(row.tone == "bad" for row in box.rows):
        css += " alarm"
    if box.kind == "parameter":
        w, h = width - 20, height - 20
        return (
            f'<path class="{css}" d="M10 0h{w:g}l10 10v{h:g}l-10 10h{-w:g}l-10 -10'
            f'v{-h:g}z"/>'
        )
    radius = _RADII.get(box.kind, 7.0)
    shape = f'<rect class="{css}" {_size(width, height, radius)}/>'
    strip = measured.strip
    if strip:
        w, h = strip - 7.7, height - 15.4
        shape += (
            f'<path class="strip" d="M{strip} .7h{-w:.1f}a7 7 0 0 0 -7 7v{h:.1f}'
            f'a7 7 0 0 0 7 7h{w:.1f}z"/>'
        )
    return shape


def _size(width: float, height: float, radius: float) -> str:
    return f'width="{width:g}" height="{height:g}" rx="{radius:g}"'


def _words(box: Box, measured: Measured, width: float, height: float) -> str:
    """Return the texts in a box: symbol, name and kind, and the numbers below."""
    text = ""
    inset = 14 if box.kind in _ROUND else 9
    left, right = measured.strip + inset, width - inset
    if measured.symbol:
        text = (
            f'<text class="s" x="{measured.strip / 2:g}" y="{height / 2 + 6:g}">'
            f"{escape(measured.symbol)}</text>"
        )
    line = (height - (len(box.rows) + 1) * ROW_HEIGHT) / 2 + 13
    if measured.name:
        text += (
            f'<text class="n" x="{left}" y="{line:g}">{escape(measured.name)}</text>'
        )
    if box.caption:
        text += (
            f'<text class="c muted" x="{right:g}" y="{line:g}">{escape(box.caption)}'
            "</text>"
        )
    line += ROW_HEIGHT
    for key, number, tone in box.rows:
        text += (
            f'<text class="k muted" x="{left}" y="{line:g}">{escape(key)}</text>'
            f'<text class="v {tone}" data-row="{escape(key)}" x="{right:g}"'
            f' y="{line:g}">{escape(number)}</text>'
        )
        line += ROW_HEIGHT
    return text
