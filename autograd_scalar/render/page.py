"""Write a drawing as a web page, and its nodes as a table.

The table is the text equivalent of the picture, for screen readers and for searching.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from autograd_scalar.render.css import GROUND
from autograd_scalar.render.svg import size_of
from autograd_scalar.render.viewer import viewer
from autograd_scalar.reporting.escape import markup
from autograd_scalar.reporting.tables import html_table

if TYPE_CHECKING:
    from autograd_scalar.render.scene import Scene

__all__ = ["entry_details", "html_page", "node_table"]

_MOST_ROWS: Final = 1000
_MOST_OPERANDS: Final = 12
_SIDES: Final = 49  # pixels beside the picture: twice 1.5rem, and one to spare
_HINT: Final = (
    "The picture is wider than this window: it scrolls sideways and zooms, and the"
    " table below tells the same."
)
_PAGE_STYLE: Final = (
    f":root{{color-scheme:light dark;background:{GROUND[0]}}}"
    f"@media (prefers-color-scheme:dark){{:root{{background:{GROUND[1]}}}}}"
    "body{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,"
    "'DejaVu Sans',sans-serif;margin:1.5rem}"
    "h1{overflow-wrap:anywhere}"
    "p{max-width:75ch}"
    "figure{margin:0}"
    ".wide{overflow-x:auto}"
    ".wide:focus-visible,[data-frame]:focus-visible{outline:2px solid}"
    "[data-frame]{max-height:85vh!important}"
    "[data-frame]>svg{display:block}"
    ".hint{display:none;margin:0 0 .4rem}"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums}"
    "caption{text-align:left;padding:.4rem 0}"
    "th,td{border-bottom:1px solid #8886;padding:.25rem .7rem;text-align:left}"
)


def html_page(scene: Scene, svg: str) -> str:
    """Return a self-contained page: heading, picture and table."""
    title = markup(scene.heading)
    # No repetition: the heading names the subject, the picture says how it is folded.
    words = f"{scene.subject}: {scene.facts}" if scene.title else scene.facts
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_style(svg)}</style></head>\n<body><main>\n"
        f"<h1>{title}</h1>\n<p>{markup(words)}</p>\n"
        f'<figure><p class="hint">{_HINT}</p>{viewer(svg)}</figure>\n'
        f"<details><summary>Table of nodes</summary>"
        f"{_scrolled(node_table(scene), 'table of nodes')}</details>\n"
        f"{entry_details(scene)}"
        "</main></body></html>\n"
    )


def _style(svg: str) -> str:
    """Return the CSS of the page: a frame and a hint where the picture is too wide.

    The width of the picture is known, so a media query can compare it with the
    window's, without a script.
    """
    width = size_of(svg)[0] + _SIDES
    return (
        f"{_PAGE_STYLE}@media (max-width:{width}px)"
        "{.hint{display:block}[data-frame]{border:1px solid #8888}}"
    )


def _scrolled(wide: str, name: str) -> str:
    """Wrap wide content so that it scrolls alone, by keyboard, too."""
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{name}">{wide}</div>'
    )


def node_table(scene: Scene) -> str:
    """Return the text equivalent of the picture: a table with a row for each box."""
    operands: list[list[str]] = [[] for _ in scene.boxes]
    for link in scene.links:
        name = _named(scene, link.source)
        word = f"{name} ({link.text})" if link.text else name
        operands[link.target].append(word)
    rows: list[tuple[str, ...]] = []
    for index, box in enumerate(scene.boxes[:_MOST_ROWS]):
        numbers = "; ".join(f"{row.key} {row.text}" for row in box.rows)
        shown = ", ".join(operands[index][:_MOST_OPERANDS])
        if len(operands[index]) > _MOST_OPERANDS:
            shown += f", \u2026 ({len(operands[index]):,} in all)"
        rows.append((_named(scene, index), box.symbol or box.caption, numbers, shown))
    left_out = len(scene.boxes) - _MOST_ROWS
    words = (
        f"The first {_MOST_ROWS:,} nodes; {left_out:,} more." if left_out > 0 else ""
    )
    edge = "number of edges" if scene.note else "local derivative"
    headers: tuple[str, ...] = (
        "node",
        "operation or kind",
        "numbers",
        f"from ({edge})",
    )
    if scene.entries:
        headers = "matrix", "kind", "size and equations", "from"
    return html_table(headers, rows, caption=words)


def entry_details(scene: Scene) -> str:
    """Return a folded table of a program's matrix entries; "" if there are none."""
    if not scene.entries:
        return ""
    headers = ("entry", "scalar node", "value", "adjoint")
    table = _scrolled(html_table(headers, scene.entries), "matrix entries")
    return (
        "<details><summary>The scalar node of each matrix entry</summary>"
        f"{table}</details>\n"
    )


def _named(scene: Scene, index: int) -> str:
    box = scene.boxes[index]
    return box.name or f"{box.caption or box.symbol} {box.rows[0].text}"
