"""Convert a table of text to features and a target: numbers, one-hot, classes."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Final, NamedTuple

from autograd_scalar import DataError
from nn.data.csv import Table, shown

__all__ = ["Columns", "columns_of"]

_MISSING: Final = frozenset({"", "na", "n/a", "nan", "null", "?"})
LARGEST: Final = 1e150  # its square is a float
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


def columns_of(
    table: Table,
    target: str,
    *,
    task: str = "auto",
    missing: str = "error",
    ignore: Sequence[str] = (),
) -> Columns:
    """Return the features and the target of a table; see `load_csv` for the errors."""
    notices: list[str] = []
    _check_names(table, target, ignore)
    ignored = {*ignore}
    used = [c for c in table.columns if c not in ignored]
    table = _without_missing(table, used, missing, notices)
    encoded = [_feature(table, c, notices) for c in used if c != target]
    named = [pair for pairs in encoded for pair in pairs]
    if not named:
        msg = (
            f"{table.source} has no feature that varies, so nothing to learn from;"
            f" add a column beside {shown(target)} with two values or more"
        )
        raise DataError(msg)
    y, classes = _target(table, target, task, notices)
    X = tuple(zip(*(numbers for _, numbers in named), strict=True))
    return Columns(tuple(n for n, _ in named), target, X, y, classes, tuple(notices))


def _check_names(table: Table, target: str, ignore: Sequence[str]) -> None:
    for name in ignore:
        if name not in table:
            raise _unknown(table, "column to ignore", name)
    if target in ignore:
        msg = f"column {shown(target)} is both the target and ignored; choose one"
        raise DataError(msg)
    numbers = [c for c in table.columns if _number(c) is not None]
    if len(numbers) == len(table.columns) or (numbers and target not in table):
        msg = (
            f"{table.source}: the first line looks like data, not like a header "
            f"({shown(numbers[0])} is a number); put a line of column names on top"
        )
        raise DataError(msg)
    if target not in table:
        raise _unknown(table, "target", target)


def _unknown(table: Table, what: str, name: str) -> DataError:
    folded = {c.casefold(): c for c in table.columns}
    near = get_close_matches(name.casefold(), folded, 1)
    hint = f"did you mean {shown(folded[near[0]])}? " if near else ""
    names = ", ".join(map(shown, table.columns[:_MOST_CATEGORIES]))
    more = len(table.columns) - _MOST_CATEGORIES
    rest = f" and {more} more" if more > 0 else ""
    return DataError(
        f"{table.source} has no column {shown(name)} ({what}); {hint}"
        f"its columns are {names}{rest}"
    )


def _without_missing(
    table: Table, used: Sequence[str], missing: str, notices: list[str]
) -> Table:
    if missing not in ("error", "drop"):
        msg = f"missing needs to be 'error' or 'drop', got {missing!r}"
        raise DataError(msg)
    places = [table.place(c) for c in used]
    gaps = [
        (i, k)
        for i, row in enumerate(table.rows)
        for k in places
        if row[k].casefold() in _MISSING
    ]
    if not gaps:
        return table
    lost = {i for i, _ in gaps}
    if missing == "error":
        i, k = gaps[0]
        count = "1 row has a gap" if len(lost) == 1 else f"{len(lost)} rows have gaps"
        msg = (
            f"{_place(table, i, table.columns[k])}: the value is missing ({count}); "
            "fill it in, or leave such rows out with --missing drop"
        )
        raise DataError(msg)
    kept = [i for i in range(len(table.rows)) if i not in lost]
    if not kept:
        msg = f"{table.source}: every row has a missing value; fill some in"
        raise DataError(msg)
    count = "1 row" if len(lost) == 1 else f"{len(lost)} rows"
    notices.append(f"{count} of {len(table.rows)} left out: missing values")
    return replace(
        table,
        rows=tuple(table.rows[i] for i in kept),
        lines=tuple(table.lines[i] for i in kept),
    )


def _place(table: Table, i: int, column: str) -> str:
    return f"{table.source}, line {table.lines[i]}, column {shown(column)}"


def _number(cell: str) -> float | None:
    if "_" in cell:  # Python reads 1_000
        return None
    try:
        return float(cell)
    except ValueError:
        return None


def _numbers(table: Table, column: str) -> list[float] | None:
    """Return a column as numbers, or None if it is text; raise if it mixes both."""
    cells = table.column(column)
    parsed = [_number(cell) for cell in cells]
    for i, number in enumerate(parsed):
        if number is not None and not abs(number) <= LARGEST:
            what = "too large" if any(c.isdigit() for c in cells[i]) else "not finite"
            msg = (
                f"{_place(table, i, column)}: {shown(cells[i])} is {what}; "
                f"expected a number between -{LARGEST:g} and {LARGEST:g}"
            )
            raise DataError(msg)
    texts = [i for i, number in enumerate(parsed) if number is None]
    if not texts:
        return [number for number in parsed if number is not None]
    if 2 * len(texts) < len(cells):
        msg = (
            f"{_place(table, texts[0], column)}: {shown(cells[texts[0]])} is not a "
            f"number, but {len(cells) - len(texts)} of {len(cells)} cells are; correct "
            "it, or leave the column out with --ignore"
        )
        raise DataError(msg)
    return None


def _feature(
    table: Table, column: str, notices: list[str]
) -> list[tuple[str, list[float]]]:
    """Return named columns of numbers: none if constant, else one or one-hot."""
    cells = table.column(column)
    numbers = _numbers(table, column)
    categories = sorted(set(cells))
    if len(set(numbers or cells)) == 1:
        notices.append(f"column {shown(column)} left out: always {shown(cells[0])}")
        return []
    if numbers is not None:
        return [(column, numbers)]
    if len(categories) > _MOST_CATEGORIES:
        comma = all(_number(c.replace(",", ".", 1)) is not None for c in cells)
        hint = "write 1.5 for 1,5, or " if comma else ""
        msg = (
            f"{table.source}: column {shown(column)} has {len(categories)} different "
            f"texts such as {shown(categories[0])}; expected numbers or at most "
            f"{_MOST_CATEGORIES} texts; {hint}leave it out with --ignore"
        )
        raise DataError(msg)
    notices.append(
        f"column {shown(column)} is text: one-hot, {len(categories)} columns"
    )
    return [
        (f"{column}={category}", [float(cell == category) for cell in cells])
        for category in categories
    ]


def _target(
    table: Table, target: str, task: str, notices: list[str]
) -> tuple[tuple[float, ...], tuple[str, ...]]:
    if task not in ("auto", "classification", "regression"):
        msg = f"task needs to be 'auto', 'classification' or 'regression', got {task!r}"
        raise DataError(msg)
    cells = table.column(target)
    numbers = _numbers(table, target)
    keys: Sequence[float | str] = cells if numbers is None else numbers
    distinct = len(set(keys))
    if distinct == 1:
        msg = (
            f"{table.source}: the target {shown(target)} is {shown(cells[0])} in every "
            "row; expected at least two classes or numbers"
        )
        raise DataError(msg)
    if numbers is None and task == "regression":
        msg = (
            f"{table.source}: the target {shown(target)} is text, such as "
            f"{shown(cells[0])}; regression needs numbers, so use --task classification"
        )
        raise DataError(msg)
    if numbers is not None and (
        task == "regression" or (task == "auto" and not _like_classes(numbers))
    ):
        return tuple(numbers), ()
    if numbers is not None and task == "auto":
        notices.append(
            f"{distinct} different integers in {shown(target)} taken for classes "
            "(--task regression takes them for numbers)"
        )
    _check_classes(table, target, distinct)
    return _as_classes(cells, keys)


def _like_classes(numbers: Sequence[float]) -> bool:
    """Return whether these are few different integers, each several times."""
    distinct = set(numbers)
    return len(distinct) <= min(_MOST_INTEGER_CLASSES, len(numbers) // 3) and all(
        math.floor(x) == x for x in distinct
    )


def _check_classes(table: Table, target: str, distinct: int) -> None:
    rows = len(table.rows)
    if distinct > _MOST_CLASSES or 2 * distinct > rows:
        msg = (
            f"{table.source}: the target {shown(target)} has {distinct} classes in "
            f"{rows} rows; expected at least two rows a class and at most "
            f"{_MOST_CLASSES} classes; is it the right column?"
        )
        raise DataError(msg)


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
