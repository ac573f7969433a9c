"""Convert a table of text to features and a target: numbers, one-hot, classes."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final, NamedTuple

from autograd_scalar import DataError
from nn.data.csv import Problems, Table, shown

__all__ = ["IMPUTATIONS", "Columns", "columns_of", "is_missing", "listing", "number_in"]

LARGEST: Final = 1e150  # its square is a float
IMPUTATIONS: Final = ("mean", "median", "most-frequent")
_MISSING: Final = frozenset({"", "na", "n/a", "nan", "null", "?", "<na>", "#n/a"})
_MOST_CATEGORIES: Final = 20
_MOST_CLASSES: Final = 50
_MOST_INTEGER_CLASSES: Final = 10


class Columns(NamedTuple):
    """The fields of a `Dataset`, in its order."""

    features: tuple[str, ...]
    target: str
    X: tuple[tuple[float, ...], ...]
    y: tuple[float, ...]
    classes: tuple[str, ...]
    notices: tuple[str, ...]
    sources: tuple[str, ...]


def columns_of(  # noqa: PLR0913  (the options of `load_csv`)
    table: Table,
    target: str,
    *,
    task: str = "auto",
    missing: str = "error",
    ignore: Sequence[str] = (),
    decimal: str = ".",
    problems: Problems | None = None,
) -> Columns:
    """Return the features and the target of a table; see `load_csv` for the errors."""
    if missing not in ("error", "drop", *IMPUTATIONS):
        known = ", ".join(map(repr, ("error", "drop", *IMPUTATIONS)))
        msg = f"missing needs to be one of {known}, got {missing!r}"
        raise DataError(msg)
    found = Problems(table.source) if problems is None else problems
    ignored = {*ignore}
    _check_names(table, target, ignore, decimal, found)
    used = [c for c in table.columns if c not in ignored]
    notices: list[str] = []
    table = _with_gaps_told(table, used, target, missing, found, notices)
    reader = _Reader(table, decimal, found, notices)
    features = [reader.feature(c) for c in used if c != target]
    y, classes = reader.target(target, task)
    named = [
        (c, *pair)
        for c, pairs in zip((c for c in used if c != target), features, strict=True)
        for pair in pairs
    ]
    found.check()
    if not named:
        msg = (
            f"{table.source} has no feature that varies, so nothing to learn from;"
            f" add a column beside {shown(target)} with two values or more"
        )
        raise DataError(msg)
    sources, names, numbers = zip(*named, strict=True)
    X = tuple(zip(*numbers, strict=True))
    return Columns(names, target, X, y, classes, tuple(notices), sources)


def is_missing(cell: str) -> bool:
    """Return whether a cell says that there is no value.

    >>> is_missing("N/A"), is_missing("0")
    (True, False)
    """
    return cell.casefold() in _MISSING


def number_in(cell: str, decimal: str = ".") -> float | None:
    """Return the number that a cell holds, None if it is another text.

    >>> number_in("1.5"), number_in("1,5", ","), number_in("1.000,5", ",")
    (1.5, 1.5, None)
    """
    if "_" in cell or (decimal != "." and "." in cell):  # Python reads 1_000
        return None
    try:
        return float(cell.replace(decimal, "."))
    except ValueError:
        return None


def _check_names(
    table: Table, target: str, ignore: Sequence[str], decimal: str, found: Problems
) -> None:
    """Raise for all that is wrong with the names that were given."""
    if target in ignore:
        msg = f"column {shown(target)} is both the target and ignored; choose one"
        raise DataError(msg)
    unknown = [("column to ignore", name) for name in ignore if name not in table]
    unknown += [] if target in table else [("target", target)]
    if table.is_named:
        numbers = [c for c in table.columns if number_in(c, decimal) is not None]
        if len(numbers) == len(table.columns) or (numbers and target not in table):
            msg = (
                f"{table.source}: the first line looks like data, not like a header "
                f"({shown(numbers[0])} is a number); put a line of column names on"
                " top, or say --no-header, which names the columns 1, 2, ..."
            )
            raise DataError(msg)
    for what, name in unknown:
        found.add(
            _unknown(table, what, name),
            remedy=f"the columns are {listing(table.columns)}",
        )
    if unknown:
        found.check()


def _unknown(table: Table, what: str, name: str) -> str:
    folded = {c.casefold(): c for c in table.columns}
    near = get_close_matches(name.casefold(), folded, 1)
    hint = f"; did you mean {shown(folded[near[0]])}?" if near else ""
    return f"there is no column {shown(name)} ({what}){hint}"


def listing(names: Sequence[str]) -> str:
    """Return names in quotes, the first of many.

    >>> listing(["a", "b"])
    "'a', 'b'"
    """
    more = len(names) - _MOST_CATEGORIES
    rest = f" and {more} more" if more > 0 else ""
    return ", ".join(map(shown, names[:_MOST_CATEGORIES])) + rest


# ---- Missing values ------------------------------------------------------------------


def _with_gaps_told(  # noqa: PLR0913, PLR0917
    table: Table,
    used: Sequence[str],
    target: str,
    missing: str,
    found: Problems,
    notices: list[str],
) -> Table:
    """Return the table without the rows to leave out; report or tell of the gaps."""
    gaps = {
        column: [i for i, cell in enumerate(table.column(column)) if is_missing(cell)]
        for column in used
    }
    if missing == "error":
        for column, rows in gaps.items():
            if rows:
                found.add(
                    "the value is missing",
                    [table.lines[i] for i in rows],
                    column,
                    "fill in what is missing, leave such rows out (--missing drop), or"
                    " let a mean stand there (--missing mean)",
                )
        return table
    lost = {i for c in used if missing == "drop" or c == target for i in gaps[c]}
    kept = [i for i in range(len(table.rows)) if i not in lost]
    if not kept:
        msg = f"{table.source}: every row has a missing value; fill some in"
        raise DataError(msg)
    if lost:
        count = "1 row" if len(lost) == 1 else f"{len(lost)} rows"
        notices.append(f"{count} of {len(table.rows)} left out: missing values")
    if missing in IMPUTATIONS:
        for column, places in gaps.items():
            filled = len({*places} - lost)
            if filled:
                notices.append(
                    f"column {shown(column)}: {filled} missing of {len(kept)}, filled"
                    f" in with what is {missing} in the training examples"
                )
    return table.take(kept)


# ---- One column ----------------------------------------------------------------------


class _Reader:
    """Reads the columns of a table; what is wrong with one is noted, not raised."""

    def __init__(
        self, table: Table, decimal: str, found: Problems, notices: list[str]
    ) -> None:
        self._table, self._decimal = table, decimal
        self._found, self._notices = found, notices

    def feature(self, column: str) -> list[tuple[str, list[float]]]:
        """Return named columns of numbers: none if constant, else one or one-hot.

        A missing value is nan.
        """
        cells = self._table.column(column)
        present = sorted({cell for cell in cells if not is_missing(cell)})
        numbers = self._numbers(column)
        if column in self._found:
            return []
        if not present:
            self._found.add("it has no value; leave it out with --ignore", (), column)
            return []
        if len({x for x in numbers or present if x == x}) == 1:  # noqa: PLR0124  (nan)
            self._notices.append(
                f"column {shown(column)} left out: always {shown(present[0])}"
            )
            return []
        if numbers is not None:
            return [(column, numbers)]
        if len(present) > _MOST_CATEGORIES:
            self._found.add(
                f"{len(present)} different texts such as {shown(present[0])}; expected"
                f" numbers or at most {_MOST_CATEGORIES} texts; leave it out with"
                " --ignore",
                (),
                column,
            )
        self._notices.append(
            f"column {shown(column)} is text: one-hot, {len(present)} columns"
        )
        return [
            (
                f"{column}={text}",
                [math.nan if is_missing(c) else float(c == text) for c in cells],
            )
            for text in present
        ]

    def target(
        self, column: str, task: str
    ) -> tuple[tuple[float, ...], tuple[str, ...]]:
        """Return the numbers to predict, or the indices of classes and their names."""
        if task not in ("auto", "classification", "regression"):
            msg = (
                "task needs to be 'auto', 'classification' or 'regression', got"
                f" {task!r}"
            )
            raise DataError(msg)
        cells = self._table.column(column)
        numbers = self._numbers(column)
        if column in self._found or "" in self._found:  # not all its cells are known
            return (), ()
        keys: Sequence[float | str] = cells if numbers is None else numbers
        distinct = len(set(keys))
        if distinct == 1:
            self._found.add(
                f"the target is {shown(cells[0])} in every row; expected at least two"
                " classes or numbers",
                (),
                column,
            )
            return (), ()
        if numbers is None and task == "regression":
            self._found.add(
                f"the target is text, such as {shown(cells[0])}; regression needs"
                " numbers, so use --task classification",
                (),
                column,
            )
            return (), ()
        if numbers is not None and (
            task == "regression" or (task == "auto" and not _like_classes(numbers))
        ):
            return tuple(numbers), ()
        if numbers is not None and task == "auto":
            self._notices.append(
                f"{distinct} different integers in {shown(column)} taken for classes "
                "(--task regression takes them for numbers)"
            )
        rows = len(cells)
        if distinct > _MOST_CLASSES or 2 * distinct > rows:
            self._found.add(
                f"the target has {distinct} classes in {rows} rows; expected at least"
                f" two rows a class and at most {_MOST_CLASSES} classes; is it the"
                " right column?",
                (),
                column,
            )
        return _as_classes(cells, keys)

    def _numbers(self, column: str) -> list[float] | None:
        """Return a column as numbers, nan where one is missing; None if it is text."""
        table, found = self._table, self._found
        present = [
            (line, cell)
            for line, cell in zip(table.lines, table.column(column), strict=True)
            if not is_missing(cell)
        ]
        parsed = [number_in(cell, self._decimal) for _, cell in present]
        texts = [p for p, x in zip(present, parsed, strict=True) if x is None]
        other = "," if self._decimal == "." else "."
        turned = [p for p in texts if number_in(p[1], other) is not None]
        if turned and 2 * len(turned) > len(texts):
            found.add(
                f"{shown(turned[0][1])} is not a number",
                [line for line, _ in turned],
                column,
                f"if the decimal mark is {shown(other)}, say --decimal {other}",
            )
        elif texts and 2 * len(texts) < len(present):
            wrong = ", ".join(dict.fromkeys(shown(cell) for _, cell in texts[:3]))
            found.add(
                f"{wrong} {'are' if ',' in wrong else 'is'} not a number, but"
                f" {len(present) - len(texts)} of {len(present)} cells are",
                [line for line, _ in texts],
                column,
                "correct what is not a number, or leave the column out with --ignore",
            )
        for what, has in (("too large", True), ("not finite", False)):
            outside = [
                p
                for p, x in zip(present, parsed, strict=True)
                if x is not None
                and not abs(x) <= LARGEST
                and any(map(str.isdigit, p[1])) is has
            ]
            if outside:
                found.add(
                    f"{shown(outside[0][1])} is {what}; expected a number between"
                    f" -{LARGEST:g} and {LARGEST:g}",
                    [line for line, _ in outside],
                    column,
                )
        if 2 * len(texts) >= len(present) and texts:
            return None
        known = iter(parsed)
        return [
            math.nan if is_missing(cell) else _or_nan(next(known))
            for cell in table.column(column)
        ]


def _or_nan(number: float | None) -> float:
    return math.nan if number is None else number


def _like_classes(numbers: Sequence[float]) -> bool:
    """Return whether these are few different integers, each several times."""
    distinct = set(numbers)
    return len(distinct) <= min(_MOST_INTEGER_CLASSES, len(numbers) // 3) and all(
        math.floor(x) == x for x in distinct
    )


def _as_classes(
    cells: Sequence[str], keys: Sequence[float | str]
) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """Return class indices and names; '1' and '1.0' are one class, named '1'."""
    names: dict[float | str, str] = {}
    for key, cell in zip(keys, cells, strict=True):
        names.setdefault(key, cell)
    order = sorted(names, key=_rank)
    index = {key: float(k) for k, key in enumerate(order)}
    return tuple(index[key] for key in keys), tuple(names[key] for key in order)


def _rank(key: float | str) -> list[tuple[float, str]]:
    """Return a sort key for a class: numbers inside its text compare as numbers.

    >>> sorted(["class 10", "class 2", "class 1"], key=_rank)
    ['class 1', 'class 2', 'class 10']
    """
    if isinstance(key, float):
        return [(key, "")]
    parts = enumerate(re.split(r"0*([0-9]+)", key))
    return [(len(part) if nth % 2 else 0, part) for nth, part in parts]
