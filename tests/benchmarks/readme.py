"""The benchmarks' page from runs' JSON: tables between two markers, picture beside.

``python -m tests.benchmarks.readme tests/benchmarks/{record,programs}.json
docs/benchmarks.md``
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from . import plot
from .harness import Spread
from .table import Record, Row, Section, cell, read_json

BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"
PIVOTED = (Section.SCALARS, Section.COLD)  # a column for each peer
ALONE = ("", "bare")  # no other library


def markdown(record: Record) -> str:
    """A sentence of what and where, then a table for every part.

    Medians, and the spread of ratios; a row without a peer or a target is in the JSON.
    """
    about = record.about
    releases = [f"{name} {release}" for name, release in record.versions.items()]
    parts = [
        (
            f"`{about['command']}` on {about['date']}: medians of CPU seconds, each"
            " subject in a process of its own, taken in turn, after all gave the same"
            " numbers. A ratio is the peer's time over ours, from neighbours in time;"
            " rows were measured minutes apart, and their times differ with the"
            " machine's load. Every spread is in the JSON."
        ),
        (
            f"autograd_scalar {about['autograd_scalar']}; {about['python']}; "
            f"{about['processor']}; {about['system']}; {', '.join(releases)}."
        ),
    ]
    for section in Section:
        rows = [row for row in record.rows if row.section == section]
        wide = [row for row in rows if section in PIVOTED and row.peer not in ALONE]
        tables = [pivoted(wide), listed(row for row in rows if row not in wide)]
        if any(tables):
            parts.append(f"**{section[0].upper()}{section[1:]}**")
            parts += ["\n".join(lines) for lines in tables if lines]
    return "\n\n".join(parts)


def listed(rows: Iterable[Row]) -> list[str]:
    """A line for each row that is compared, with a peer or with a target."""
    lines = []
    for row in rows:
        if row.ratio or row.target:
            peer = (
                f"{row.peer}: {middle(row.theirs, row.unit)}"
                if row.theirs
                else row.peer
            )
            aim = f"{row.aim}: {row.verdict}" if row.target else ""
            ours = middle(row.ours, row.unit)
            lines.append((row.work, row.runs, ours, peer, cell(row.ratio, "×"), aim))
    return table(("work", "runs", "here", "peer", "ratio", "target"), lines)


def pivoted(rows: Iterable[Row]) -> list[str]:
    """A line for each work and way to run; a column of ratios for each peer."""
    lines: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows:
        line = lines.setdefault((row.work, row.runs), {})
        name, _, lack = row.peer.partition(": ")
        line[name] = lack or middle(row.ratio, "×")
        if row.verdict == "missed":
            line[name] += f" (aim {row.aim})"
        if row.ours:
            line.setdefault("here", middle(row.ours, row.unit))
    names = list(dict.fromkeys(name for line in lines.values() for name in line))
    names = ["here", *(name for name in names if name != "here")]
    cells = [[*key, *(x.get(name, "") for name in names)] for key, x in lines.items()]
    return table(["work", "runs", *names], cells)


def middle(spread: Spread | None, unit: str) -> str:
    """The median alone.

    >>> middle(Spread(0.002, 0.001, 0.003), "s")
    '2 ms'
    """
    return cell(spread and Spread(*3 * [spread.median]), unit)


def table(headings: Sequence[str], lines: Sequence[Sequence[str]]) -> list[str]:
    if not lines:
        return []
    return [f"| {' | '.join(x)} |" for x in (headings, ["---"] * len(headings), *lines)]


def written(text: str, *records: Record) -> str:
    """The text with what stands between the markers made anew."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        msg = f"there are no lines {BEGIN} and {END} to write between"
        raise ValueError(msg)
    body = "\n\n".join(map(markdown, records))
    return f"{before}{BEGIN}\n\n{body}\n\n{END}{after}"


def main(arguments: Sequence[str]) -> None:
    *results, page = map(Path, arguments)
    records = list(map(read_json, results))
    text = page.read_text(encoding="utf-8")
    page.write_text(written(text, *records), encoding="utf-8")
    rows = [row for record in records for row in record.rows]
    page.with_suffix(".svg").write_text(plot.svg(rows), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
