"""Write a scene as an SVG picture: self-contained, for light and dark pages."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from autograd_scalar.render.css import STYLE
from autograd_scalar.render.geometry import (
    LABEL_SIZE,
    NAME_SIZE,
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
    from autograd_scalar.render.scene import Box, Scene

__all__ = ["svg_text", "trunk_tones"]

_HEAD: Final = 8.0  # length of an arrow head
_TONES: Final = ("pos", "neg", "zero", "bad", "plain")  # of arrow heads
_MARGIN: Final = 18.0
_TITLE_SIZE: Final = 17.0  # as in STYLE
_NOTE_SIZE: Final = 13.0  # as in STYLE
_TITLE_ROOM: Final = 4000.0  # of a title, before it is wrapped
_LINE: Final = 17.0
_LEAST_WIDTH: Final = 330.0


def svg_text(scene: Scene, direction: str) -> str:
    """Return the whole picture.

    >>> from autograd_scalar.render.scene import Scene
    >>> svg_text(Scene((), (), "", "", "Nothing", "0 Values."), "LR")[:4]
    '<svg'
    """
    laid = picture(scene, direction)
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


# ---- Text around the picture ---------------------------------------------------------


def _heading(scene: Scene, width: float) -> tuple[str, float]:
    """Return the title and the sentence on folding, and their height."""
    parts: list[str] = []
    y = _MARGIN
    if scene.title:
        title = shortened(scene.title, _TITLE_SIZE, _TITLE_ROOM)
        for line in _wrapped(title, _TITLE_SIZE, width - 2 * _MARGIN):
            y += 20.0
            parts.append(_text("t", _MARGIN, y - 6, line))
    for line in _wrapped(scene.note, _NOTE_SIZE, width - 2 * _MARGIN):
        y += _LINE
        parts.append(_text("p", _MARGIN, y - 4, line))
    return "".join(parts), y - _MARGIN + (10.0 if parts else 0.0)


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
    items = [
        (tone, words)
        for tone, words in (
            ("pos", "above 0"),
            ("neg", "below 0"),
            ("zero", "0"),
            ("bad", "nan or infinite"),
            ("several", "several lines in one"),
        )
        if tone in tones
    ]
    if tones - {"plain"}:
        items.append(("", "on a line: local derivative, width by its size"))
    if any(link.tone == "plain" and link.text for link in scene.links):
        items.append(("plain", "\u00d7n: n edges, width by their number"))
    if "none" in rows:
        items.append(("", "\u2013 not computed yet"))
    return _laid_out(items, width)


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
    """Yield the curves, which lie behind the boxes."""
    down = direction == "TB"
    tones = trunk_tones(scene, laid)
    for box, route in laid.arrangement.trunks.items():
        yield f'<path class="l l-{tones[box]}" d="{_path_data(route, down, 0.0)}"/>'
    most = 2.2 if _is_dense(scene) else 4.0
    for link, route in zip(scene.links, laid.arrangement.routes, strict=True):
        width = 1.0 + most * link.size
        yield (
            f'<path class="l l-{link.tone}" style="stroke-width:{width:.2f}px"'
            f' marker-end="url(#m-{link.tone})" d="{_path_data(route, down, _HEAD)}">'
            f"<title>{escape(link.tooltip)}</title></path>"
        )


def _labels(scene: Scene, laid: Picture, direction: str) -> Iterator[str]:
    """Yield the labels on the curves."""
    for link, route, shown in zip(
        scene.links, laid.arrangement.routes, laid.labelled, strict=True
    ):
        if not shown:
            continue
        start, end, across = route[-1]
        along = (start + end - _HEAD) / 2
        x, y = (along, across) if direction == "LR" else (across, along)
        ink = "muted" if link.tone == "plain" else link.tone
        half = figures_width(link.text, LABEL_SIZE) / 2
        yield (
            f'<rect class="ground" x="{x - half:.1f}" y="{y - 5:.1f}"'
            f' width="{2 * half:.1f}" height="10"/>'
            f'<text class="d {ink}" x="{x:.1f}" y="{y + 4:.1f}">{link.text}</text>'
        )


def _path_data(route: Route, down: bool, shorter: float) -> str:
    """Return the path of a route: straight runs, joined by curves."""
    start, end, across = route[0]
    text = f"M{across:.1f} {start:.1f}" if down else f"M{start:.1f} {across:.1f}"
    last = len(route) - 1
    for index, (start, stop, level) in enumerate(route):
        if index:
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
    """Yield the boxes; the root has a second outline around it."""
    for box, measured, (x, y, width, height) in zip(
        scene.boxes, laid.measured, laid.boxes, strict=True
    ):
        if not box.is_root:
            yield _box(box, measured, (x, y, width, height))
            continue
        place = f'x="{x:.1f}" y="{y:.1f}" {_size(width, height, 10)}'
        yield f'<rect class="{box.kind}" {place}/>'
        w, h = width - 2 * RING, height - 2 * RING
        yield _box(box, measured, (x + RING, y + RING, w, h))


def _box(box: Box, measured: Measured, place: tuple[float, float, float, float]) -> str:
    x, y, width, height = place
    return (
        f'<g transform="translate({x:.1f} {y:.1f})"><title>{escape(box.tooltip)}'
        f"</title>{_outline(box, measured, width, height)}"
        f"{_words(box, measured, width, height)}</g>"
    )


def _outline(box: Box, measured: Measured, width: float, height: float) -> str:
    """Return the outline of a box; its shape shows the kind of the box."""
    css = box.kind
    for row in box.rows:
        if row.tone == "bad":
            css += " alarm"
    if box.kind == "parameter":
        w, h = width - 20, height - 20
        return (
            f'<path class="{css}" d="M10 0h{w:g}l10 10v{h:g}l-10 10h{-w:g}l-10 -10'
            f'v{-h:g}z"/>'
        )
    radius = {"input": min(height / 2, 22.0), "constant": 0.0}.get(box.kind, 7.0)
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
    inset = 14 if box.kind in ("input", "parameter") else 9
    left, right = measured.strip + inset, width - inset
    if measured.symbol:
        text = (
            f'<text class="s" x="{measured.strip / 2:g}" y="{height / 2 + 6:g}">'
            f"{escape(measured.symbol)}</text>"
        )
    titled = bool(measured.name or box.caption)
    line = (height - (len(box.rows) + titled) * ROW_HEIGHT) / 2 + 13
    if measured.name:
        text += (
            f'<text class="n" x="{left}" y="{line:g}"{_fitted(measured.name)}>'
            f"{escape(measured.name)}</text>"
        )
    if box.caption:
        text += (
            f'<text class="c muted" x="{right:g}" y="{line:g}">{escape(box.caption)}'
            "</text>"
        )
    if titled:
        line += ROW_HEIGHT
    for key, number, tone in box.rows:
        text += (
            f'<text class="k muted" x="{left}" y="{line:g}">{key}</text>'
            f'<text class="v {tone}" x="{right:g}" y="{line:g}">{number}</text>'
        )
        line += ROW_HEIGHT
    return text


def _fitted(name: str) -> str:
    """Return attributes that squeeze a name whose width cannot be estimated safely."""
    if name.isascii() or max(name) < "\u0530":
        return ""
    width = text_width(name, NAME_SIZE)
    return f' textLength="{width:.1f}" lengthAdjust="spacingAndGlyphs"'
