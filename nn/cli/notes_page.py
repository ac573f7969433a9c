"""A page with the verdicts of `grade` beside the notes, line by line.

One HTML file that needs nothing else: it is readable in light and dark, on a narrow
screen, and in print.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Final

from nn.files import printable

if TYPE_CHECKING:
    from nn.grading.report import Grade, Verdict

__all__ = ["notes_page"]

_MOST_LINES: Final = 5_000


def notes_page(name: str, report: Grade, text: str) -> str:
    """Return the page; without a text it holds the table of the report alone.

    A text is cut after its 5,000th line.

    >>> from nn import grade
    >>> page = notes_page("notes.md", grade("dW1 = dZ1 @ X"), "dW1 = dZ1 @ X")
    >>> '<td class="text">dW1 = dZ1 @ X</td>' in page, "does not fit" in page
    (True, True)
    """
    title = escape(printable(f"Grade of {name}"))
    body = _beside(report, text) if text else report._repr_html_()
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{title}</h1>\n{body}\n</body>\n</html>\n"
    )


def _beside(report: Grade, text: str) -> str:
    """Return the headline, and each line of the notes with what was found in it."""
    verdicts: dict[int, list[Verdict]] = {}
    for verdict in report.judged:
        verdicts.setdefault(verdict.line, []).append(verdict)
    left_out: dict[int, list[str]] = {}
    for line, _, reason in report.left_out:
        left_out.setdefault(line, []).append(reason)
    lines = text.split("\n")[:_MOST_LINES]
    rows = [
        _row(number, line, verdicts.get(number, ()), left_out.get(number, ()))
        for number, line in enumerate(lines, 1)
    ]
    state = "right" if report.passed else "wrong"
    return (
        f'<p class="headline {state}">{escape(printable(report.headline))}</p>\n'
        f"<p>{escape(printable(report.title))}<br>"
        f"{escape(printable(report.notation))}</p>\n"
        '<table><thead><tr><th scope="col">line</th><th scope="col">notes</th>'
        f'<th scope="col">verdict</th></tr></thead>\n<tbody>{"".join(rows)}</tbody>'
        "</table>"
    )


def _row(
    number: int, line: str, verdicts: Sequence[Verdict], reasons: Sequence[str]
) -> str:
    found = "".join(map(_verdict, verdicts))
    found += "".join(
        f'<p class="aside">not judged: {escape(printable(reason))}</p>'
        for reason in dict.fromkeys(reasons)
    )
    state = ""
    if verdicts:
        right = all(verdict.is_right for verdict in verdicts)
        state = ' class="right"' if right else ' class="wrong"'
    text = escape(printable(line.replace("\\t", "    ")))
    return (
        f'<tr{state}><th scope="row">{number}</th><td class="text">{text}</td>'
        f"<td>{found}</td></tr>\n"
    )


def _verdict(verdict: Verdict) -> str:
    state = _STATES.get(verdict.status, "wrong")
    mark = _MARKS[state]
    quantity = escape(printable(verdict.quantity))
    head = f"<strong>{mark} {quantity}: {escape(verdict.status)}</strong>"
    if verdict.mistake:
        head += f" <code>{escape(verdict.mistake)}</code>"
    parts = [verdict.message]
    parts += [f"right: {verdict.instead}"] if verdict.instead else []
    parts += [verdict.counterexample]
    more = "".join(f"<br>{escape(printable(part))}" for part in parts if part)
    graph = f"<pre>{escape(verdict.graph_sum)}</pre>" if verdict.graph_sum else ""
    return f'<div class="{state}">{head}{more}</div>{graph}'


_STATES: Final[Mapping[str, str]] = {
    "right": "right", "right to rounding": "right",
    "right by another convention": "right", "follows": "aside",
    "cannot be read": "aside",
}  # fmt: skip
_MARKS: Final = {"right": "✓", "wrong": "✗", "aside": "–"}
_STYLE: Final = (
    ":root{color-scheme:light dark;--line:#8884;--right:#116329;--wrong:#a40e26;"
    "--aside:#57606a;--tint:#ffebe9}"
    "@media(prefers-color-scheme:dark){:root{--right:#56d364;--wrong:#ff8a80;"
    "--aside:#9aa4ae;--tint:#3c1618}}"
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:80rem;"
    "padding:0 1rem}h1{font-size:1.4rem}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.25rem .7rem;"
    "border-bottom:1px solid var(--line);overflow-wrap:anywhere}"
    "tbody th{font-weight:400;color:var(--aside);text-align:right;width:3rem}"
    "td.text{font:.9rem/1.6 ui-monospace,monospace;white-space:pre-wrap;width:50%}"
    "tr.wrong td.text{background:var(--tint)}"
    ".right strong,p.right{color:var(--right)}.wrong strong,p.wrong{color:var(--wrong)}"
    ".aside,.aside strong{color:var(--aside)}p.aside{margin:0}"
    "div+div{margin-top:.4rem}.headline{font-weight:600}pre{overflow:auto}"
    "caption{text-align:left;padding-bottom:1rem}"
    "@media(max-width:45rem){thead{display:none}tr,td{display:block}"
    "tr{border-bottom:1px solid var(--line)}tbody th,td{border:0}td:empty{padding:0}"
    "tbody th{display:inline}td.text{width:auto}}"
)
