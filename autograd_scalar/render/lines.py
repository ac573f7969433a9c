"""The lines of a picture: curves, arrow heads and local derivatives."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from autograd_scalar.render.escape import figures_width
from autograd_scalar.render.geometry import LABEL_SIZE, Picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograd_scalar.render.layout import Route
    from autograd_scalar.render.scene import Scene

__all__ = [
    "is_dense",
    "markers",
    "path_data",
    "svg_labels",
    "svg_lines",
    "trunk_tones",
]

_HEAD: Final = 8.0  # length of an arrow head
_TONES: Final = ("pos", "neg", "zero", "bad", "plain")  # what a line may end in


def markers() -> str:
    """The arrow heads, one of each colour."""
    return "".join(
        f'<marker id="m-{tone}" viewBox="0 0 8 8" refX="0" refY="4" markerWidth="8"'
        ' markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">'
        f'<path class="h-{tone}" d="M0 0L8 4L0 8z"/></marker>'
        for tone in _TONES
    )


def svg_lines(scene: Scene, laid: Picture, direction: str) -> Iterator[str]:
    """The curves, behind the boxes."""
    down = direction == "TB"
    tones = trunk_tones(scene, laid)
    for box, route in laid.arrangement.trunks.items():
        yield f'<path class="l l-{tones[box]}" d="{path_data(route, down, 0.0)}"/>'
    most = 2.2 if is_dense(scene) else 4.0
    for link, route in zip(scene.links, laid.arrangement.routes, strict=True):
        width = 1.0 + most * link.size
        yield (
            f'<path class="l l-{link.tone}" style="stroke-width:{width:.2f}px"'
            f' marker-end="url(#m-{link.tone})" d="{path_data(route, down, _HEAD)}">'
            f"<title>{escape(link.tooltip)}</title></path>"
        )


def trunk_tones(scene: Scene, laid: Picture) -> dict[int, str]:
    """The class of colour of each trunk: of no derivative, for it carries several.

    Counted edges have none either, and stay as grey together as alone.
    """
    leaving: dict[int, set[str]] = {box: set() for box in laid.arrangement.trunks}
    for link in scene.links:
        if link.source in leaving:
            leaving[link.source].add(link.tone)
    return {
        box: "plain" if tones == {"plain"} else "several"
        for box, tones in leaving.items()
    }


def is_dense(scene: Scene) -> bool:
    """Whether lines would run together into one grey mass."""
    return bool(scene.note) and len(scene.links) > 3 * len(scene.boxes)


def path_data(route: Route, down: bool, shorter: float) -> str:
    """Straight runs joined by curves whose ends point along the flow."""
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


def svg_labels(scene: Scene, laid: Picture, direction: str) -> Iterator[str]:
    """What is written on them."""
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
