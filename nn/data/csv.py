"""Read a CSV file as columns of text, with the line of each row for messages."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

from autograd_scalar import DataError
from nn.files import printable

__all__ = ["DELIMITERS", "Dialect", "Problems", "Table", "listing", "parse_csv"]
__all__ += ["read_csv", "shown"]

DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
MAX_BYTES: Final = 64 * 2**20
_LONGEST_SHOWN: Final = 40
_MOST_SHOWN: Final = 20  # problems in one message, names in one list
_MOST_LINES: Final = 5  # of one problem


class Dialect(NamedTuple):
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


USUAL: Final = Dialect()


class Problems:
    """All that is wrong with a file, for one message.

    >>> problems = Problems("t.csv")
    >>> problems.add("it is cold", lines=[3, 7])
    >>> problems.check()
    Traceback (most recent call last):
        ...
    autograd_scalar.errors.DataError: t.csv: lines 3, 7: it is cold
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.columns: set[str] = set()  # that have a problem; "" for the whole table
        self._found: list[tuple[int, str]] = []  # the first line of each, its text
        self._remedies: list[str] = []

    def add(
        self, what: str, lines: Sequence[int] = (), column: str = "", remedy: str = ""
    ) -> None:
        """Note what is wrong in these lines and this column, and what to do."""
        self.columns.add(column)
        numbers = listing([*map(str, lines)], _MOST_LINES)
        rows = f"line{'s' * (len(lines) > 1)} {numbers}" if lines else ""
        cell = ", ".join(filter(None, [rows, column and f"column {shown(column)}"]))
        text = ": ".join(filter(None, [cell, what]))
        self._found.append((min(lines, default=0), text))
        self._remedies += [remedy] * (remedy not in {"", *self._remedies})

    def check(self) -> None:
        """Raise if there was a problem.

        Raises:
            DataError: it lists the problems in the order of their lines, then what to
                do, each once.
        """
        told = [text for _, text in sorted(self._found, key=lambda each: each[0])]
        if not told:
            return
        head, mark = f"{self.source}: ", "; "
        if len(told) > 1:
            head, mark = f"{self.source} has {len(told)} problems:\n  ", "\n  "
        more = len(told) - _MOST_SHOWN
        told[_MOST_SHOWN:] = [f"and {more} more"] if more > 0 else []
        raise DataError(head + mark.join(told + self._remedies))


def shown(text: str) -> str:
    """Quote text for a message, shortened and safe to print."""
    short = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
    return f"'{printable(short)}'"


def listing(words: Sequence[str], most: int = _MOST_SHOWN) -> str:
    """Return words with commas between, the first of many.

    >>> listing(["a", "b", "c"], 2)
    'a, b and 1 more'
    """
    more = len(words) - most
    return ", ".join(words[:most]) + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True, slots=True)
class Table:
    """The stripped cells of each column; ``lines[i]`` is where row i begins.

    Rows of another length than the header are left out, and are among the problems;
    who uses the table adds what else is wrong, and calls ``problems.check()``.
    """

    problems: Problems
    dialect: Dialect
    columns: Mapping[str, Sequence[str]]
    lines: Sequence[int]

    def take(self, indices: Sequence[int]) -> Table:
        """Return these rows alone."""
        columns = {c: [cells[i] for i in indices] for c, cells in self.columns.items()}
        return replace(self, columns=columns, lines=[self.lines[i] for i in indices])


def read_csv(path: str | Path, dialect: Dialect = USUAL) -> Table:
    """Read a CSV file in UTF-8, or in UTF-16 with its mark; see `parse_csv`.

    Raises:
        DataError: the file is not such a table; the message names file and line.
    """
    name = printable(str(path))
    try:
        with Path(path).open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        msg = f"cannot read {name}: {reason}; name a CSV file (now in {Path.cwd()})"
        raise DataError(msg) from error
    if len(raw) > MAX_BYTES:
        msg = f"{name} is larger than {MAX_BYTES >> 20} MB; train on a sample of it"
        raise DataError(msg)
    is_wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = raw.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        msg = (
            f"{name}: line {line}: byte 0x{raw[error.start]:02x} is not"
            f" {error.encoding.upper()}; save the table as 'CSV UTF-8'"
        )
        raise DataError(msg) from error
    return parse_csv(text, name, dialect)


def parse_csv(text: str, source: str = "text", dialect: Dialect = USUAL) -> Table:
    r"""Parse the text of a CSV file; skip blank lines, strip spaces around cells.

    >>> table = parse_csv('size;colour\n1.5;"light\nblue"\n')
    >>> table.columns, table.lines
    ({'size': ('1.5',), 'colour': ('light\nblue',)}, (2,))

    Args:
        text: the text.
        source: the name of the file, for messages.
        dialect: how it is written.

    Raises:
        DataError: there is no row as long as the header, a quote is not closed, or the
            header does not name two columns or more, each by its own name.
    """
    delimiter = dialect.delimiter or _most_frequent_delimiter(text, dialect.decimal)
    split_at = f"split at {DELIMITERS[delimiter]}s"
    problems = Problems(source)
    records = list(_records(text, delimiter, problems))
    if records and not dialect.header:
        records.insert(0, (0, [str(k) for k, _ in enumerate(records[0][1], 1)]))
    if len(records) < 2:  # noqa: PLR2004  (the header and a row)
        problems.add("it has no rows; expected a header and one row per example")
        problems.check()
    (_, header), *body = records
    _check_header(header, split_at, problems)
    width = len(header)
    wrong = [(line, len(cells)) for line, cells in body if len(cells) != width]
    if wrong:
        counts = listing([str(n) for n in sorted({n for _, n in wrong})], _MOST_LINES)
        problems.add(
            f"expected {width} cells, as in the header, got {counts} ({split_at});"
            " quote cells that contain one",
            [line for line, _ in wrong],
        )
    if len(wrong) == len(body):
        problems.check()
    whole = [record for record in body if len(record[1]) == width]
    lines, rows = zip(*whole, strict=True)
    columns = dict(zip(header, zip(*rows, strict=True), strict=True))
    return Table(problems, dialect, columns, lines)


def _most_frequent_delimiter(text: str, decimal: str) -> str:
    """Return the delimiter that the first line has most of; the first, if it has none.

    `csv.Sniffer` finds the same ones, but takes 12 s for 60 kB of commas and quotes.

    >>> _most_frequent_delimiter("1,5;2,5,3", ",")
    ';'
    """
    first = re.sub(r'"[^"]*"', "", text.lstrip()).partition("\n")[0]
    return max((d for d in DELIMITERS if d != decimal), key=first.count)


def _records(
    text: str, delimiter: str, problems: Problems
) -> Iterable[tuple[int, list[str]]]:
    """Yield each record that is not blank, with its line."""
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    line = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield line, stripped
            line = reader.line_num + 1
    except csv.Error as error:
        problems.add(
            f"{error}; a quote that opens a cell has to end it, with quotes inside"
            f' doubled (""), and a cell has at most {csv.field_size_limit():,}'
            " characters",
            [line],
        )
        problems.check()


def _check_header(header: Sequence[str], split_at: str, problems: Problems) -> None:
    """Raise for all that is wrong with the names of the columns."""
    unnamed = [str(k) for k, name in enumerate(header, 1) if not name]
    if unnamed:
        problems.add(
            f"the first line has no name for column {listing(unnamed)}; give one, or"
            " leave the column out (pandas: to_csv(..., index=False))"
        )
    names = Counter(filter(None, header))
    twice = [shown(name) for name, times in names.items() if times > 1]
    if twice:
        problems.add(f"several columns are named {listing(twice)}; rename all but one")
    if len(header) == 1:
        problems.add(
            f"it has one column only, {shown(header[0])} ({split_at}); expected a"
            " target and at least one feature; for another delimiter than comma,"
            " semicolon, tab or bar, convert the file"
        )
    problems.check()
