"""The table that the benchmarks fill: one row per work, as text and as JSON."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import autograd_scalar

from .harness import Spread

PEERS = ("micrograd", "autograd", "xad", "torch", "jax", "numpy")
HEADINGS = ("work", "autograd_scalar", "peer", "", "ratio", "target")
SECTIONS = (
    "micrograd's training step, graph built every time",
    "a tenth of it, over other scalars",
    "parts",
    "one node: build + backward + free",
    "depth",
    "import",
    "drawing",
)
SCALES = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))


@dataclass(frozen=True, slots=True)
class Row:
    """One measured work; ``ratio`` is the peer's time over ours, pair by pair."""

    section: str
    work: str
    ours: Spread | None
    peer: str = ""
    theirs: Spread | None = None
    ratio: Spread | None = None
    unit: str = "s"
    target: str = ""

    def cells(self) -> tuple[str, ...]:
        return (
            f"  {self.work}",
            cell(self.ours, self.unit),
            self.peer,
            cell(self.theirs, self.unit),
            cell(self.ratio, "x"),
            self.target,
        )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (x.ljust(width) for x, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def cell(spread: Spread | None, unit: str) -> str:
    """The median, and the lowest and highest in brackets.

    >>> cell(Spread(0.0021, 0.002, 0.00235), "s"), cell(Spread(12.0, 11.24, 14.0), "x")
    ('2.1 ms (2-2.35)', '12 x (11.2-14)')
    """
    if spread is None:
        return ""
    scale = 1.0
    if unit == "s":
        fits = (row for row in SCALES if spread.median >= row[0])
        scale, unit = next(fits, SCALES[-1])
    middle, low, high = (f"{x / scale:#.3g}".rstrip("0").rstrip(".") for x in spread)
    if low == high:
        return f"{middle} {unit}"
    return f"{middle} {unit} ({low}-{high})"


def text(rows: Iterable[Row], notes: Iterable[str]) -> str:
    """The table in columns, then the notes, then the machine."""
    rows = list(rows)
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    body = [_line(HEADINGS, widths), "-" * (sum(widths) + 2 * len(widths))]
    for section in SECTIONS:
        cells = [row.cells() for row in rows if row.section == section]
        if cells:
            body += ["", section, *(_line(x, widths) for x in cells)]
    about = [f"{key}: {value}" for key, value in machine().items()]
    peers = ", ".join(f"{name} {release}" for name, release in versions().items())
    clock = "median (lowest-highest) of CPU seconds; ratio: peer / ours, pair by pair"
    return "\n".join([*body, "", *notes, "", clock, *about, f"peers: {peers}"])


def write_json(path: Path, rows: Iterable[Row], notes: Iterable[str]) -> None:
    record = {
        "machine": machine(),
        "versions": versions(),
        "clock": "CPU seconds of one process",
        "rows": [_plain(row) for row in rows],
        "notes": list(notes),
    }
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def _plain(row: Row) -> dict[str, object]:
    fields = {name: getattr(row, name) for name in Row.__slots__}
    return {
        name: x._asdict() if isinstance(x, Spread) else x for name, x in fields.items()
    }


def machine() -> dict[str, str]:
    return {
        "autograd_scalar": autograd_scalar.__version__,
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": platform.platform(),
        "processor": f"{_processor()}, {os.cpu_count()} cores",
    }


def versions() -> dict[str, str]:
    return {name: _version(name) for name in PEERS}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
