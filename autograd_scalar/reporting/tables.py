"""Tables for the terminal and for Jupyter, and numbers as they stand in them."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Final

from autograd_scalar.reporting.escape import markup

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "MOST_ROWS",
    "NOT_SETTLED",
    "html_table",
    "plain",
    "shortened",
    "text_table",
    "ulp_text",
]


NOT_SETTLED: Final = "not settled"  # instead of a number's reference value
MOST_ROWS: Final = 60  # of a table; to_json() has them all
_SHOWN_DIGITS: Final = 25


def text_table(headers: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Columns as wide as their widest cell, a rule below the headers."""
    lines = [headers, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    ruled = [
        "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    ruled.insert(1, "  ".join("-" * w for w in widths))
    return "\n".join(ruled)


def html_table(
    headers: tuple[str, ...], rows: Iterable[tuple[str, ...]], notes: Iterable[str]
) -> str:
    """An HTML table and paragraphs below it; all text is escaped."""
    head = "".join(f'<th scope="col">{markup(header)}</th>' for header in headers)
    body = "".join(
        "<tr>" + "".join(f"<td>{markup(cell)}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    below = "".join(f"<p>{markup(note)}</p>" for note in notes)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{below}"


def ulp_text(error: float) -> str:
    """An error in ULP.

    >>> ulp_text(0.0), ulp_text(0.25), ulp_text(4503599627370496.0)
    ('0', '0.25', '4.5e+15')
    """
    return "0" if not error else f"{error:.3g}"


def shortened(truth: str) -> str:
    """A decimal number with 25 characters of digits, its exponent kept.

    >>> shortened("3.14159265358979323846264338327950288e-10")
    '3.14159265358979323846264…e-10'
    """
    digits, mark, exponent = truth.partition("e")
    if len(digits) <= _SHOWN_DIGITS:
        return truth
    return digits[:_SHOWN_DIGITS] + "…" + mark + exponent


def plain(x: float) -> float | str:
    """A float for JSON, which has no inf and nan.

    >>> plain(1.5), plain(float("inf"))
    (1.5, 'inf')
    """
    return x if isfinite(x) else repr(x)
