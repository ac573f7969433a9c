"""Pieces of a page: escaped text, headed sections, tables that scroll."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from nn.files import printable

__all__ = ["number", "scrolled", "section", "table", "text"]


def number(x: float) -> str:
    """Four significant digits, for reading."""
    return f"{x:.4g}"


def text(source: object) -> str:
    """Text from a file or the user, harmless in HTML and in reading order."""
    return escape(printable(str(source)))


def section(heading: str, *parts: str) -> str:
    """Parts under a heading."""
    inner = "\n".join(parts)
    return f"<section>\n<h2>{heading}</h2>\n{inner}\n</section>"


def scrolled(wide: str, name: str) -> str:
    """A wide table that scrolls by keyboard as well."""
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(name)}">'
        f"{wide}</div>"
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> str:
    """A table with headed columns; cells are markup already."""
    cells = "".join(f'<th scope="col">{name}</th>' for name in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        f"<table><caption>{caption}</caption><thead><tr>{cells}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )
