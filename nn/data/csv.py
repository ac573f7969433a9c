"""Read a CSV file as a table of text, with the line of each row for messages."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from autograd_scalar import DataError
from nn.files import printable

__all__ = ["DELIMITERS", "Dialect", "Problems", "Table", "parse_csv", "read_csv"]
__all__ += ["shown"]

DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
MAX_BYTES: Final = 64 * 2**20
_LONGEST_SHOWN: Final = 40
_MOST_SHOWN: Final = 20  # problems in one message
_MOST_LINES: Final = 5  # of one problem


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written.

    Attributes:
        delimiter: what stands between cells; "" for that of comma, semicolon, tab and
            bar which the first line has most of, outside quotes.
        decimal: the decimal mark, "." or ",".
        header: whether the first line names the columns; if not, they are 1, 2, ....
    """

    delimiter: str = ""
    decimal: str = "."
    header: bool = True


class Problems:
    """All that is wrong with a file, for one message.

    >>> problems = Problems("t.csv")
    >>> problems.add("it is cold", lines=[3, 7])
    >>> problems.check()
    Traceback (most recent call last):
        ...
    autograd_scalar.errors.DataError: t.csv, lines 3 and 7: it is cold
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._found: list[tuple[int, str, str, str]] = []
        self._columns: set[str] = set()

    def add(
        self, what: str, lines: Sequence[int] = (), column: str = "", remedy: str = ""
    ) -> None:
        """Note what is wrong in these lines and this column, and what to do."""
        self._columns.add(column)
        places = [_lines(lines)] if lines else []
        places += [f"column {shown(column)}"] if column else []
        self._found.append((min(lines, default=0), ", ".join(places), what, remedy))

    def __contains__(self, column: str) -> bool:
        """Return whether a problem of this column was noted; "" is all of the table."""
        return column in self._columns

    def check(self) -> None:
        """Raise if there was a problem.

        Raises:
            DataError: it lists the problems in the order of their lines, then what to
                do, each once.
        """
        if not self._found:
            return
        ordered = sorted(self._found, key=lambda one: one[0])
        told = [f"{where}: {what}".removeprefix(": ") for _, where, what, _ in ordered]
        remedies = list(dict.fromkeys(remedy for *_, remedy in ordered if remedy))
        if len(told) == 1:
            place = ", " if ordered[0][1] else ": "
            msg = f"{self._source}{place}{'; '.join([*told, *remedies])}"
            raise DataError(msg)
        more = len(told) - _MOST_SHOWN
        told = told[:_MOST_SHOWN] + ([f"and {more} more"] if more > 0 else [])
        head = f"{self._source} has {len(ordered)} problems:"
        raise DataError("\n  ".join([head, *told, *remedies]))


def _lines(lines: Sequence[int]) -> str:
    if len(lines) == 1:
        return f"line {lines[0]}"
    shown_ones = [str(line) for line in lines[:_MOST_LINES]]
    more = len(lines) - _MOST_LINES
    last = f"{more} more" if more > 0 else shown_ones.pop()
    return f"lines {', '.join(shown_ones)} and {last}"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of stripped cells; ``lines[i]`` is the line on which row i begins."""

    source: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    is_named: bool = field(default=True, repr=False)  # by its first line
    _places: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places = {name: k for k, name in enumerate(self.columns)}
        object.__setattr__(self, "_places", places)

    def __contains__(self, name: str) -> bool:
        """Return whether there is a column of that name."""
        return name in self._places

    def column(self, name: str) -> list[str]:
        r"""Return the cells of one column, from the top.

        >>> parse_csv("a,b\n1,2\n3,4\n").column("b")
        ['2', '4']
        """
        k = self._places[name]
        return [row[k] for row in self.rows]

    def take(self, indices: Iterable[int]) -> Table:
        """Return these rows alone."""
        chosen = list(indices)
        rows = tuple(self.rows[i] for i in chosen)
        lines = tuple(self.lines[i] for i in chosen)
        return replace(self, rows=rows, lines=lines)


def shown(text: str) -> str:
    """Quote text for a message, shortened and safe to print."""
    short = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
    return f"'{printable(short)}'"


def read_csv(
    path: str | Path, dialect: Dialect | None = None, problems: Problems | None = None
) -> Table:
    """Read a CSV file in UTF-8; arguments as of `parse_csv`.

    Raises:
        DataError: the file is not such a table; the message names file and line.
    """
    path = Path(path)
    name = printable(str(path))
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        msg = f"there is no file {name}; check the path (now in {Path.cwd()})"
        raise DataError(msg) from error
    except IsADirectoryError as error:
        msg = f"{name} is a folder; name one CSV file in it"
        raise DataError(msg) from error
    except (OSError, ValueError) as error:
        msg = f"cannot read {name}: {getattr(error, 'strerror', None) or error}"
        raise DataError(msg) from error
    if len(raw) > MAX_BYTES:
        msg = f"{name} is larger than {MAX_BYTES >> 20} MB; train on a sample of it"
        raise DataError(msg)
    return parse_csv(_decoded(raw, name), name, dialect, problems)


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


def parse_csv(
    text: str,
    source: str = "text",
    dialect: Dialect | None = None,
    problems: Problems | None = None,
) -> Table:
    r"""Parse the text of a CSV file; skip blank lines, strip spaces around cells.

    >>> parse_csv('size;colour\n1.5;"light\nblue"\n')
    Table(source='text', columns=('size', 'colour'), rows=(('1.5', 'light\nblue'),),
    lines=(2,))

    Args:
        text: the text.
        source: the name of the file, for messages.
        dialect: how it is written; None for `Dialect()`.
        problems: takes the rows of another length than the header, which are left out;
            None to raise for them.

    Raises:
        DataError: there is no header or no row, rows differ in length, a quote is not
            closed, or a column name is repeated.
    """
    how, found = dialect or Dialect(), problems or Problems(source)
    delimiter = how.delimiter or _most_frequent_delimiter(text, how.decimal)
    if delimiter == how.decimal:
        msg = (
            f"{source}: cells are split at {DELIMITERS[delimiter]}s, which cannot be"
            " the decimal mark too; change one, as in --decimal ."
        )
        raise DataError(msg)
    records = _records(text, delimiter, source)
    if not records:
        msg = f"{source} is empty; expected a header line and one row per example"
        raise DataError(msg)
    if not how.header:
        names = tuple(map(str, range(1, len(records[0][1]) + 1)))
        records = [(0, names), *records]
    (_, header), *body = records
    _check_header(header, delimiter, found)
    if not body:
        msg = f"{source} has a header but no rows; expected one row per example"
        raise DataError(msg)
    whole = [(line, cells) for line, cells in body if len(cells) == len(header)]
    for count in sorted({len(cells) for _, cells in body} - {len(header)}):
        found.add(
            f"{_count(count, 'cell')}, but the header names"
            f" {_count(len(header), 'column')} (split at {DELIMITERS[delimiter]}s);"
            " quote cells that contain one",
            [line for line, cells in body if len(cells) == count],
        )
    if problems is None or not whole:
        found.check()
    lines, rows = zip(*whole, strict=True)
    return Table(source, header, rows, lines, how.header)


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _most_frequent_delimiter(text: str, decimal: str) -> str:
    """Return the delimiter that the first line has most of; the first, if it has none.

    >>> _most_frequent_delimiter("1,5;2,5,3", ",")
    ';'
    """
    first = re.sub(r'"[^"]*"', "", text.lstrip()).partition("\n")[0]
    return max((d for d in DELIMITERS if d != decimal), key=first.count)


def _records(
    text: str, delimiter: str, source: str
) -> list[tuple[int, tuple[str, ...]]]:
    """Return each record that is not blank, with its line."""
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
        what = str(error)
        if "unexpected end of data" in what:
            what = 'the quote " opened here is never closed'
        elif "field limit" in what:
            what = (
                f"a cell of more than {csv.field_size_limit():,} characters; close its"
                " quote if it is left open, or shorten the cell, or leave out its"
                " column"
            )
        elif "expected after" in what:
            what = (
                "a cell goes on after its closing quote; double the quotes inside it"
                ' ("")'
            )
        msg = f"{source}, line {line}: {what}"
        raise DataError(msg) from error
    return records


def _check_header(header: tuple[str, ...], delimiter: str, found: Problems) -> None:
    """Raise for all that is wrong with the names of the columns."""
    unnamed = [k for k, name in enumerate(header, 1) if not name]
    for k in unnamed:
        found.add(
            f"column {k} has no name in the first line; name it, or leave it out"
            " (pandas: to_csv(..., index=False))"
        )
    for name, times in Counter(filter(None, header)).items():
        if times > 1:
            places = [k for k, each in enumerate(header, 1) if each == name]
            found.add(
                f"columns {places[0]} and {places[1]} are both named {shown(name)};"
                " give each its own name"
            )
    if len(header) == 1:
        found.add(
            f"it has one column only, {shown(header[0])}; expected a target and at"
            f" least one feature, split at {DELIMITERS[delimiter]}s; for another"
            " delimiter than comma, semicolon, tab or bar, convert the file"
        )
    if unnamed or len(header) == 1 or len(set(header)) < len(header):
        found.check()
