"""The table that the benchmarks fill: one row per work, as text and as JSON."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from operator import ge, le
from pathlib import Path
from typing import Any, NamedTuple

from .harness import Spread

HEADINGS = ("work", "runs", "autograd_scalar", "peer", "", "ratio", "target", "")
CLOCK = "median (lowest-highest) of CPU seconds; ratio: peer / ours, pair by pair"
SCALES = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
BOUNDS = {">=": ge, "<=": le}


class Section(StrEnum):
    """The parts of the table, in their order."""

    STEP = "W1: micrograd's training step on 100 examples, graph built every time"
    GPT = "a training step of a GPT of 4,192 parameters on one name, steady state"
    SCALARS = "the same expression over the scalars of each library, steady state"
    COLD = "cold start: CPU seconds of a fresh process, imports included"
    PARTS = "parts"
    NODE = "one node: build + backward + free"
    DEPTH = "depth"
    DRAWING = "drawing"
    PROGRAMS = "compiled programs: value and gradient, steady state, one thread"


class Target(NamedTuple):
    """What the median of one column, ``ratio`` or ``ours``, shall be."""

    bound: str
    number: float
    column: str = "ratio"

    def met_by(self, row: "Row") -> bool:
        spread = getattr(row, self.column)
        return spread is not None and BOUNDS[self.bound](spread.median, self.number)


@dataclass(frozen=True, slots=True)
class Row:
    """One measured work; ``ratio`` is the peer's time over ours, pair by pair.

    ``runs`` is how our engine ran, compiled or plain; ``ours`` is None where nothing
    could be measured, and ``peer`` then says why.
    """

    section: Section
    work: str
    runs: str
    ours: Spread | None
    peer: str = ""
    theirs: Spread | None = None
    ratio: Spread | None = None
    unit: str = "s"
    target: Target | None = None

    @property
    def aim(self) -> str:
        if self.target is None:
            return ""
        unit = "x" if self.target.column == "ratio" else self.unit
        number = Spread(*3 * [self.target.number])
        return f"{self.target.bound} {cell(number, unit)}"

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        return "met" if self.target.met_by(self) else "missed"

    def cells(self) -> tuple[str, ...]:
        return (
            f"  {self.work}",
            self.runs,
            cell(self.ours, self.unit),
            self.peer,
            cell(self.theirs, self.unit),
            cell(self.ratio, "x"),
            self.aim,
            self.verdict,
        )


class Record(NamedTuple):
    """One run: what was measured, and by what, where and when."""

    about: dict[str, str]
    versions: dict[str, str]
    rows: list[Row]
    notes: list[str]


def cell(spread: Spread | None, unit: str) -> str:
    """The median, and the lowest and highest in brackets.

    >>> cell(Spread(0.0021, 0.002, 0.00235), "s"), cell(Spread(12, 11.2, 1e3), "x")
    ('2.1 ms (2-2.35)', '12 x (11.2-1,000)')
    """
    if spread is None:
        return ""
    scale = 1.0
    if unit == "s":
        fits = (row for row in SCALES if spread.median >= row[0])
        scale, unit = next(fits, SCALES[-1])
    middle, low, high = (digits(x / scale) for x in spread)
    if low == high:
        return f"{middle} {unit}"
    return f"{middle} {unit} ({low}-{high})"


def digits(x: float) -> str:
    """Three significant digits, or all of the whole ones; never an exponent.

    >>> [digits(x) for x in (1234567.8, 999.5, 12.34, 2.0, 0.01234, 0.0)]
    ['1,234,568', '1,000', '12.3', '2', '0.0123', '0']
    """
    if abs(x) >= 99.95:
        return f"{x:,.0f}"
    rounded = f"{float(f'{x:.3g}'):.10f}"
    return rounded.rstrip("0").rstrip(".")


def text(record: Record) -> str:
    """The table in columns, then the notes, then the machine."""
    lines = [HEADINGS, *(row.cells() for row in record.rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    body = [_line(HEADINGS, widths), "-" * (sum(widths) + 2 * len(widths))]
    for section in Section:
        cells = [row.cells() for row in record.rows if row.section == section]
        if cells:
            body += ["", section, *(_line(x, widths) for x in cells)]
    about = [f"{key}: {value}" for key, value in record.about.items()]
    peers = ", ".join(f"{name} {release}" for name, release in record.versions.items())
    return "\n".join([*body, "", *record.notes, "", CLOCK, *about, f"peers: {peers}"])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (x.ljust(width) for x, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


# ---- JSON ----------------------------------------------------------------------------


def write_json(path: Path, record: Record) -> None:
    plain = record._asdict() | {"clock": CLOCK, "rows": list(map(_plain, record.rows))}
    path.write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")


def read_json(path: Path) -> Record:
    plain = json.loads(path.read_text(encoding="utf-8"))
    rows = [_row(row) for row in plain["rows"]]
    return Record(plain["about"], plain["versions"], rows, plain["notes"])


def _plain(row: Row) -> dict[str, object]:
    cells: Iterable[tuple[str, Any]] = (
        (x.name, getattr(row, x.name)) for x in fields(row)
    )
    return {
        name: x._asdict() if isinstance(x, Spread | Target) else x for name, x in cells
    } | {"verdict": row.verdict}


def _row(plain: Mapping[str, Any]) -> Row:
    kinds = {"ours": Spread, "theirs": Spread, "ratio": Spread, "target": Target}
    cells = {
        name: kinds[name](**x) if name in kinds and x is not None else x
        for name, x in plain.items()
        if name != "verdict"
    }
    return Row(**cells | {"section": Section(plain["section"])})
