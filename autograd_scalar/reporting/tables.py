"""Format numbers, and lay them out in tables: for a terminal, for HTML, for JSON.

Every report of the package is made of these: certificates, comparisons, gradient
checks, diagnoses, and the table of nodes below a drawing.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from autograd_scalar.reporting.escape import markup

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "MOST_ROWS",
    "NOT_SETTLED",
    "UNDERFLOWED",
    "counted",
    "html_table",
    "plain",
    "plain_fields",
    "shortened",
    "text_table",
    "ulp_text",
]

NOT_SETTLED: Final = "not settled"  # instead of a number's reference value
UNDERFLOWED: Final = "below 1e-150000"  # the same
MOST_ROWS: Final = 60  # of a table; to_json() has them all
_SHOWN_DIGITS: Final = 25

# ---- Tables --------------------------------------------------------------------------


def text_table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a plain-text table: aligned columns, with a rule below the headers.

    >>> print(text_table(("node", "value"), [("x", "0.5"), ("x * y", "1.0")]))
    node   value
    -----  -----
    x      0.5
    x * y  1.0
    """
    lines = [headers, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    ruled = [
        "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    ruled.insert(1, "  ".join("-" * w for w in widths))
    return "\n".join(ruled)


def html_table(
    headers: Iterable[str],
    rows: Iterable[Iterable[str]],
    notes: Iterable[str] = (),
    *,
    caption: str | None = None,
) -> str:
    """Return an HTML table, with a paragraph below it for each note; escape all text.

    >>> "<td>a&lt;b</td>" in html_table(("node",), [("a<b",)])
    True
    """
    above = "" if caption is None else f"<caption>{markup(caption)}</caption>"
    head = "".join(f'<th scope="col">{markup(header)}</th>' for header in headers)
    body = "".join(
        "<tr>" + "".join(f"<td>{markup(cell)}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    below = "".join(f"<p>{markup(note)}</p>" for note in notes)
    return (
        f"<table>{above}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        f"{below}"
    )


# ---- Numbers -------------------------------------------------------------------------


def counted(count: int, what: str, more: str = "s") -> str:
    """Return a count with its noun, in the plural where English asks for it.

    >>> counted(1, "box", "es"), counted(2000, "box", "es")
    ('1 box', '2,000 boxes')
    """
    return f"{count:,} {what}{more if count != 1 else ''}"


def ulp_text(error: float) -> str:
    """Format an error in units in the last place, to three digits.

    >>> ulp_text(0.0), ulp_text(0.25), ulp_text(4503599627370496.0)
    ('0', '0.25', '4.5e+15')
    """
    return "0" if not error else f"{error:.3g}"


def shortened(decimal: str) -> str:
    """Cut the digits of a decimal number to 25 characters, and keep its exponent.

    >>> shortened("3.14159265358979323846264338327950288e-10")
    '3.14159265358979323846264…e-10'
    """
    digits, mark, exponent = decimal.partition("e")
    if len(digits) <= _SHOWN_DIGITS:
        return decimal
    return digits[:_SHOWN_DIGITS] + "…" + mark + exponent


def plain(x: float) -> float | str:
    """Return a float as JSON can hold it: inf and nan become text.

    >>> plain(1.5), plain(float("inf"))
    (1.5, 'inf')
    """
    return x if isfinite(x) else repr(x)


def plain_fields(fields: Mapping[str, object]) -> dict[str, Any]:
    """Return the fields of a report as JSON can hold them: each float as by `plain`.

    >>> plain_fields({"op": "log", "data": float("nan")})
    {'op': 'log', 'data': 'nan'}
    """
    return {k: plain(x) if isinstance(x, float) else x for k, x in fields.items()}
