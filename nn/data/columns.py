"""Make a `Dataset` of a table of text: numbers, one-hot columns, classes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from difflib import get_close_matches
from importlib.resources import files
from typing import Any, Final

from nn.data.csv import Table, listing, parse_csv, shown
from nn.data.dataset import IMPUTATIONS, Dataset

__all__ = ["MISSING", "TASKS", "dataset_of", "is_missing", "load_iris", "note_gaps"]
__all__ += ["one_hot_columns", "read_numbers"]

TASKS: Final = ("auto", "classification", "regression")
MISSING: Final = ("error", "drop", *IMPUTATIONS)
LARGEST: Final = 1e150  # its square is a float
_GAPS: Final = frozenset({"", "na", "n/a", "nan", "null", "?", "<na>", "#n/a"})
_MOST_CATEGORIES: Final = 20
_MOST_CLASSES: Final = 50
_MOST_INTEGER_CLASSES: Final = 10
_REMEDY: Final = "correct what is no number, or leave the column out with --ignore"


def load_iris() -> Dataset:
    """Load Fisher's iris data: 150 flowers of three species, four lengths in cm.

    From R. A. Fisher, "The use of multiple measurements in taxonomic problems", Annals
    of Eugenics 7 (1936), 179-188, Table I; measured by E. Anderson. Rows 35 and 38 are
    as in the paper; the copy in the UCI repository differs from it in both.

    >>> iris = load_iris()
    >>> len(iris.y), iris.X[34], iris.X[37]
    (150, (4.9, 3.1, 1.5, 0.2), (4.9, 3.6, 1.4, 0.1))
    """
    text = (files("nn.data") / "iris.csv").read_text("utf-8")
    return dataset_of(parse_csv(text, "iris.csv"), "species")


def dataset_of(
    table: Table,
    target: str,
    *,
    task: str = "auto",
    missing: str = "error",
    ignore: Sequence[str] = (),
) -> Dataset:
    r"""Make a dataset of a table; text becomes classes or one-hot columns.

    >>> from nn.data.csv import parse_csv
    >>> table = parse_csv("size,colour,price\n1,red,2.5\n2,blue,3.5\n")
    >>> data = dataset_of(table, "price")
    >>> data.features, data.X
    (('size', 'colour=blue', 'colour=red'), ((1.0, 0.0, 1.0), (2.0, 1.0, 0.0)))

    Args:
        table: what `read_csv` or `parse_csv` returned.
        target: the column to predict; all others are features.
        task: "classification", "regression", or "auto" to decide by the target.
        missing: "error" to raise for missing cells, "drop" to skip such rows; "mean",
            "median" or "most-frequent" to leave nan for `Dataset.fill`, and to skip
            rows without a target.
        ignore: columns to leave out.

    Raises:
        DataError: cells cannot be used; the message lists all that is wrong with the
            table, with lines and columns.
    """
    ignored = {*ignore}
    _check_names(table, target, ignored)
    used = [c for c in table.columns if c not in ignored]
    notices: list[str] = []
    table = _without_gaps(table, used, target, missing, notices)
    features = {c: _feature(table, c, notices) for c in used if c != target}
    y, classes = _target(table, target, task, notices)
    table.problems.check()
    named = [(c, *pair) for c, pairs in features.items() for pair in pairs.items()]
    if not named:
        table.problems.add(
            "no feature varies, so there is nothing to learn from; add a column beside"
            f" {shown(target)} with two values or more"
        )
        table.problems.check()
    sources, names, numbers = zip(*named, strict=True)
    imputation = missing if missing in IMPUTATIONS else ""
    X = tuple(zip(*numbers, strict=True))
    return Dataset(names, target, X, y, classes, tuple(notices), sources, imputation)


def _check_names(table: Table, target: str, ignored: set[str]) -> None:
    """Raise for names that are unknown, as they are if the header is missing."""
    columns, dialect = table.columns, table.dialect
    told: list[str] = []
    if target in ignored:
        told.append(f"column {shown(target)} is both the target and ignored")
    numbers = [c for c in columns if number_in(c, dialect.decimal) is not None]
    is_odd = target not in columns or len(numbers) == len(columns)
    if dialect.header and numbers and is_odd:
        told.append(
            f"the first line looks like data, not like a header ({shown(numbers[0])} is"
            " a number); put a line of column names on top, or say --no-header, which"
            " names the columns 1, 2, ..."
        )
    else:
        for name in sorted({target, *ignored} - columns.keys()):  # nearest names first
            names = dict.fromkeys((*get_close_matches(name, columns), *columns))
            listed = listing([*map(shown, names)])
            told.append(f"there is no column {shown(name)}; the columns are {listed}")
    for what in told:
        table.problems.add(what)
    if told:
        table.problems.check()


def _without_gaps(
    table: Table, used: Sequence[str], target: str, missing: str, notices: list[str]
) -> Table:
    """Return the table without the rows to leave out; note or tell of the gaps."""
    if missing == "error":
        for column in used:
            note_gaps(
                table,
                column,
                "fill in what is missing, leave such rows out (--missing drop), or let"
                " a mean stand there (--missing mean)",
            )
        return table
    gaps = {column: {*gaps_in(table, column)} for column in used}
    lost = set().union(*(gaps[c] for c in used if missing == "drop" or c == target))
    kept = [i for i, _ in enumerate(table.lines) if i not in lost]
    if not kept:
        table.problems.add("every row has a missing value; fill some in")
        table.problems.check()
    if lost:
        count = f"{len(lost)} of {len(table.lines)}"
        notices.append(f"rows left out, as values are missing: {count}")
    filled = [f"{len(gaps[c] - lost)} in {shown(c)}" for c in used if gaps[c] - lost]
    if filled:
        notices.append(
            f"missing values filled in with what is {missing} in the training"
            f" examples: {listing(filled)}"
        )
    return table.take(kept)


def _feature(table: Table, column: str, notices: list[str]) -> dict[str, list[float]]:
    """Return the columns of numbers that a column becomes; none if it is constant."""
    if _is_text(table, column):
        texts = sorted({c for c in table.columns[column] if not is_missing(c)})
        if len(texts) > _MOST_CATEGORIES:
            table.problems.add(
                f"{len(texts)} different texts such as {shown(texts[0])}; expected"
                f" numbers or at most {_MOST_CATEGORIES} texts; leave it out with"
                " --ignore",
                column=column,
            )
            return {}
        if len(texts) > 1:
            count = f"{len(texts)} columns"
            notices.append(f"column {shown(column)} is text: one-hot, {count}")
            return one_hot_columns(table, column, texts)
    else:
        numbers = read_numbers(table, column, _REMEDY)
        if len({x for x in numbers if not math.isnan(x)}) > 1:
            return {column: numbers}
    notices.append(f"column {shown(column)} left out: no two different values")
    return {}


def _target(
    table: Table, column: str, task: str, notices: list[str]
) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """Return the numbers to predict, or the indices of classes and their names."""
    problems, cells = table.problems, table.columns[column]
    is_text = _is_text(table, column)
    keys: Sequence[Any] = cells if is_text else read_numbers(table, column, _REMEDY)
    if problems.columns & {"", column}:  # not all its cells are known
        return (), ()
    classes = sorted(set(keys))
    count, rows = len(classes), len(keys)
    wrong = ""
    if count == 1:
        wrong = (
            f"the target is {shown(cells[0])} in every row; expected at least two"
            " classes or numbers"
        )
    elif is_text and task == "regression":
        wrong = (
            f"the target is text, such as {shown(cells[0])}; regression needs numbers,"
            " so use --task classification"
        )
    elif not is_text and (
        task == "regression" or (task == "auto" and not _like_classes(classes, rows))
    ):
        return tuple(keys), ()
    elif count > _MOST_CLASSES or 2 * count > rows:
        wrong = (
            f"the target has {count} classes in {rows} rows; expected at least two rows"
            f" a class and at most {_MOST_CLASSES} classes; is it the right column?"
        )
    elif not is_text and task == "auto":
        notices.append(
            f"{count} different integers in {shown(column)} taken for classes"
            " (--task regression takes them for numbers)"
        )
    if wrong:
        problems.add(wrong, column=column)
    index = {key: float(k) for k, key in enumerate(classes)}
    names = dict(zip(reversed(keys), reversed(cells), strict=True))  # 1 and 1.0 are one
    return tuple(index[key] for key in keys), tuple(names[key] for key in classes)


def _like_classes(distinct: Sequence[float], rows: int) -> bool:
    """Return whether these are few different integers, each several times."""
    few = len(distinct) <= min(_MOST_INTEGER_CLASSES, rows // 3)
    return few and all(map(float.is_integer, distinct))


# ---- Cells ---------------------------------------------------------------------------


def is_missing(cell: str) -> bool:
    """Return whether a cell says that there is no value.

    >>> is_missing("N/A"), is_missing("0")
    (True, False)
    """
    return cell.casefold() in _GAPS


def number_in(cell: str, decimal: str = ".") -> float | None:
    """Return the number that a cell holds, None if it is another text.

    >>> number_in("1.5"), number_in("1,5", ","), number_in("1.000,5", ",")
    (1.5, 1.5, None)
    """
    if "_" in cell or (decimal != "." and "." in cell):  # Python reads 1_000
        return None
    try:
        number = float(cell.replace(decimal, "."))
    except ValueError:
        return None
    return number if abs(number) <= LARGEST else None


def gaps_in(table: Table, column: str) -> list[int]:
    """Return in which rows the value is missing."""
    return [i for i, cell in enumerate(table.columns[column]) if is_missing(cell)]


def note_gaps(table: Table, column: str, remedy: str) -> None:
    """Note where the value is missing, and what to do."""
    lines = [table.lines[i] for i in gaps_in(table, column)]
    if lines:
        table.problems.add("the value is missing", lines, column, remedy)


def _is_text(table: Table, column: str) -> bool:
    """Return whether at least half of the cells are no number, with either mark."""
    cells = [cell for cell in table.columns[column] if not is_missing(cell)]
    words = [c for c in cells if number_in(c) is None and number_in(c, ",") is None]
    return bool(words) and 2 * len(words) >= len(cells)


def read_numbers(table: Table, column: str, remedy: str = "") -> list[float]:
    """Return a column of numbers, nan where one is missing; note what is none."""
    cells, decimal = table.columns[column], table.dialect.decimal
    numbers = [number_in(cell, decimal) for cell in cells]
    wrong = [i for i, x in enumerate(numbers) if x is None and not is_missing(cells[i])]
    if wrong:
        other = "," if decimal == "." else "."
        turned = [i for i in wrong if number_in(cells[i], other) is not None]
        if 2 * len(turned) > len(wrong):
            remedy = f"if the decimal mark is {shown(other)}, say --decimal {other}"
        texts = list(dict.fromkeys(shown(cells[i]) for i in wrong))
        table.problems.add(
            f"expected a number between -{LARGEST:g} and {LARGEST:g},"
            f" got {listing(texts, 3)}",
            [table.lines[i] for i in wrong],
            column,
            remedy,
        )
    return [math.nan if x is None else x for x in numbers]


def one_hot_columns(
    table: Table, column: str, texts: Sequence[str]
) -> dict[str, list[float]]:
    """Return for each text a column that is 1 where the cell is it; nan for a gap."""
    cells = table.columns[column]
    return {
        f"{column}={text}": [
            math.nan if is_missing(c) else float(c == text) for c in cells
        ]
        for text in texts
    }
