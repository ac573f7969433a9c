"""A drawing as a web page, and as a table for who reads rather than looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from autograd_scalar.render.escape import markup

if TYPE_CHECKING:
    from autograd_scalar.render.scene import Scene

__all__ = ["html_page", "node_table"]

_MOST_ROWS: Final = 1000
_MOST_OPERANDS: Final = 12
_PAGE_STYLE: Final = (
    ":root{color-scheme:light dark}"
    "body{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,"
    "'DejaVu Sans',sans-serif;margin:1.5rem}"
    "figure{margin:0;overflow-x:auto}"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums}"
    "caption{text-align:left;padding:.4rem 0}"
    "th,td{border-bottom:1px solid #8886;padding:.25rem .7rem;text-align:left}"
)


def html_page(scene: Scene, svg: str) -> str:
    """One file that needs no other, and no scripts."""
    title = markup(scene.title or scene.summary.partition(":")[0])
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_PAGE_STYLE}</style></head>\n<body><main>\n"
        f"<h1>{title}</h1>\n<p>{markup(scene.summary)}</p>\n<figure>{svg}</figure>\n"
        f"<details><summary>Table of nodes</summary>{node_table(scene)}</details>\n"
        "</main></body></html>\n"
    )


def node_table(scene: Scene) -> str:
    """Every box as a row: the text equivalent of the picture."""
    operands: list[list[str]] = [[] for _ in scene.boxes]
    for link in scene.links:
        name = _named(scene, link.source)
        word = f"{name} ({link.text})" if link.text else name
        operands[link.target].append(word)
    rows: list[str] = []
    for index, box in enumerate(scene.boxes[:_MOST_ROWS]):
        numbers = "; ".join(f"{row.key} {row.text}" for row in box.rows)
        shown = ", ".join(operands[index][:_MOST_OPERANDS])
        if len(operands[index]) > _MOST_OPERANDS:
            shown += f", \u2026 ({len(operands[index]):,} in all)"
        cells = (_named(scene, index), box.symbol or box.caption, numbers, shown)
        rows.append(
            "<tr>" + "".join(f"<td>{markup(cell)}</td>" for cell in cells) + "</tr>"
        )
    left_out = len(scene.boxes) - _MOST_ROWS
    words = (
        f"The first {_MOST_ROWS:,} nodes; {left_out:,} more." if left_out > 0 else ""
    )
    edge = "number of edges" if scene.note else "local derivative"
    return (
        f"<table><caption>{markup(words)}</caption><thead><tr>"
        '<th scope="col">node</th><th scope="col">operation or kind</th>'
        f'<th scope="col">numbers</th><th scope="col">from ({edge})</th>'
        f"</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _named(scene: Scene, index: int) -> str:
    box = scene.boxes[index]
    return box.name or f"{box.caption or box.symbol} {box.rows[0].text}"
