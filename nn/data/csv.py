"""Read a CSV file as a table of text, with the line of each row for messages."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from autograd_scalar import DataError
from nn.files import printable

__all__ = ["Table", "parse_csv", "read_csv", "shown"]

_DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
MAX_BYTES: Final = 64 * 2**20
_LONGEST_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of stripped cells; ``lines[i]`` is the line on which row i begins."""

    source: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    _places: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places = {name: k for k, name in enumerate(self.columns)}
        object.__setattr__(self, "_places", places)

    def __contains__(self, name: str) -> bool:
        """Return whether there is a column of that name."""
        return name in self._places

    def place(self, name: str) -> int:
        """Return the place of a column among the others, from 0."""
        return self._places[name]

    def column(self, name: str) -> list[str]:
        r"""Return the cells of one column, from the top.

        >>> parse_csv("a,b\n1,2\n3,4\n").column("b")
        ['2', '4']
        """
        k = self.place(name)
        return [row[k] for row in self.rows]


def shown(text: str) -> str:
    """Quote text for a message, shortened and safe to print."""
    short = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
    return f"'{printable(short)}'"


def read_csv(path: str | Path) -> Table:
    """Read a CSV file in UTF-8 with a header, split by comma, semicolon, tab or bar.

    Raises:
        DataError: the file is not such a table; the message names file and line.
    """
    path = Path(path)
    name = printable(str(path))
    try:
        is_folder = path.is_dir()
        raw = b"" if is_folder else _bytes(path)
    except FileNotFoundError as error:
        msg = f"there is no file {name}; check the path (now in {Path.cwd()})"
        raise DataError(msg) from error
    except (OSError, ValueError) as error:
        msg = f"cannot read {name}: {getattr(error, 'strerror', None) or error}"
        raise DataError(msg) from error
    if is_folder:
        msg = f"{name} is a folder; name one CSV file in it"
        raise DataError(msg)
    if len(raw) > MAX_BYTES:
        msg = f"{name} is larger than {MAX_BYTES >> 20} MB; train on a sample of it"
        raise DataError(msg)
    return parse_csv(_decoded(raw, name), name)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _decoded(raw: bytes, name: str) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        msg = f"{name} is UTF-16; save it as 'CSV UTF-8'"
        raise DataError(msg)
    if b"\0" in raw[:4096]:
        msg = f"{name} is not text (it holds zero bytes); export the table as CSV"
        raise DataError(msg)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        msg = (
            f"{name}, line {line}: byte 0x{raw[error.start]:02x} is not UTF-8; "
            "save the file as 'CSV UTF-8'"
        )
        raise DataError(msg) from error


def parse_csv(text: str, source: str = "text") -> Table:
    r"""Parse the text of a CSV file; skip blank lines, strip spaces around cells.

    >>> parse_csv('size;colour\n1.5;"light\nblue"\n')
    Table(source='text', columns=('size', 'colour'), rows=(('1.5', 'light\nblue'),),
    lines=(2,))

    Raises:
        DataError: there is no header or no row, rows differ in length, a quote is not
            closed, or a column name is repeated.
    """
    delimiter = _delimiter(text, source)
    records = _records(text, delimiter, source)
    if not records:
        msg = f"{source} is empty; expected a header line and one row per example"
        raise DataError(msg)
    (_, header), *body = records
    _check_header(header, source)
    if not body:
        msg = f"{source} has a header but no rows; expected one row per example"
        raise DataError(msg)
    for line, cells in body:
        if len(cells) != len(header):
            msg = (
                f"{source}, line {line}: {_count(len(cells), 'cell')}, but the header "
                f"names {_count(len(header), 'column')} (split at "
                f"{_DELIMITERS[delimiter]}s); quote cells that contain one"
            )
            raise DataError(msg)
    lines, rows = zip(*body, strict=True)
    return Table(source, header, rows, lines)


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _delimiter(text: str, source: str) -> str:
    """Return the delimiter that splits the header into most cells, comma first."""
    sizes = {}
    unreadable: DataError | None = None
    for delimiter in _DELIMITERS:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            sizes[delimiter] = len(next((r for r in reader if r), []))
        except csv.Error as error:  # the whole header may be too long to be one cell
            sizes[delimiter] = 0
            unreadable = _unreadable(source, max(reader.line_num, 1), error)
    if unreadable is not None and not any(sizes.values()):
        raise unreadable
    return max(sizes, key=lambda d: sizes[d])


def _records(
    text: str, delimiter: str, source: str
) -> list[tuple[int, tuple[str, ...]]]:
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        skipinitialspace=True,
        strict=True,
    )
    records: list[tuple[int, tuple[str, ...]]] = []
    line = 1
    try:
        for cells in reader:
            stripped = tuple(cell.strip() for cell in cells)
            if any(stripped):
                records.append((line, stripped))
            line = reader.line_num + 1
    except csv.Error as error:
        raise _unreadable(source, line, error) from error
    return records


def _unreadable(source: str, line: int, error: csv.Error) -> DataError:
    what = str(error)
    if "unexpected end of data" in what:
        what = 'the quote " opened here is never closed'
    elif "field limit" in what:
        what = (
            f"a cell of more than {csv.field_size_limit():,} characters; close its "
            "quote if it is left open, or shorten the cell, or leave out its column"
        )
    elif "expected after" in what:
        what = (
            'a cell goes on after its closing quote; double the quotes inside it ("")'
        )
    return DataError(f"{source}, line {line}: {what}")


def _check_header(header: tuple[str, ...], source: str) -> None:
    for position, name in enumerate(header, 1):
        if not name:
            msg = (
                f"{source}: column {position} has no name in the first line; name it, "
                "or leave it out (pandas: to_csv(..., index=False))"
            )
            raise DataError(msg)
    name, times = Counter(header).most_common(1)[0]
    if times > 1:
        positions = [k for k, c in enumerate(header, 1) if c == name]
        msg = (
            f"{source}: columns {positions[0]} and {positions[1]} are both named "
            f"{shown(name)}; give each its own name"
        )
        raise DataError(msg)
    if len(header) == 1:
        known = ", ".join(_DELIMITERS.values())
        msg = (
            f"{source} has one column only, {shown(name)}; expected a target and at "
            f"least one feature, split by one of: {known}"
        )
        raise DataError(msg)
