"""Examples for training: features and a target, their split and their scale."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from autograd_scalar import DataError
from nn.data.columns import IMPUTATIONS, columns_of
from nn.data.csv import Dialect, Problems, parse_csv, read_csv
from nn.files import printable

if TYPE_CHECKING:
    from nn.init import Shuffler

__all__ = [
    "Dataset",
    "Scale",
    "Split",
    "check_size",
    "filled",
    "load_csv",
    "load_iris",
    "one_hot",
    "split",
]


Row = tuple[float, ...]
_FEWEST_ROWS: Final = 4


@dataclass(frozen=True, slots=True)
class Dataset:
    """A table of examples, one per row, with a target.

    If there are ``classes``, ``y`` holds their indices, else the numbers to predict.
    ``notices`` say what `load_csv` changed or assumed, ``sources`` from which column of
    the table each feature is. A missing value is nan; ``imputation`` says by what to
    `fill` it: "mean", "median" or "most-frequent".

    >>> iris = load_iris()
    >>> iris.X[0], iris.y[0], iris.classes
    ((5.1, 3.5, 1.4, 0.2), 0.0, ('setosa', 'versicolor', 'virginica'))
    """

    features: tuple[str, ...]
    target: str
    X: tuple[Row, ...]
    y: tuple[float, ...]
    classes: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    imputation: str = ""

    @property
    def Y(self) -> tuple[Row, ...]:  # noqa: N802  (a matrix, as in the formulas)
        """The targets as rows: one-hot for classes, else the number."""
        if self.classes:
            return tuple(one_hot(int(label), len(self.classes)) for label in self.y)
        return tuple((number,) for number in self.y)

    def fill(self) -> Row:
        """Return what stands for a missing value of each feature, by these examples.

        Of the features of one text that is the text which most examples have. Empty if
        there is no ``imputation``.
        """
        if not self.imputation:
            return ()
        found: list[float] = []
        columns = list(zip(*self.X, strict=True))
        pairs = zip(self.sources, columns, strict=True)
        for _, group in groupby(pairs, key=lambda pair: pair[0]):
            present = [[x for x in c if not math.isnan(x)] for _, c in group]
            if len(present) == 1:
                found.append(_average(present[0], self.imputation))
            else:
                counts = [math.fsum(column) for column in present]
                found += one_hot(counts.index(max(counts)), len(counts))
        return tuple(found)

    def filled(self, fill: Row) -> Dataset:
        """Return the examples with ``fill`` where a value is missing."""
        if not fill:
            return self
        return replace(self, X=tuple(filled(row, fill) for row in self.X))

    def take(self, indices: Sequence[int]) -> Dataset:
        """Return the examples at these indices, in this order."""
        X = tuple(self.X[i] for i in indices)
        return replace(self, X=X, y=tuple(self.y[i] for i in indices))


def filled(row: Row, fill: Row) -> Row:
    """Return a row with ``fill`` where a value is nan.

    >>> filled((1.0, math.nan), (5.0, 7.0))
    (1.0, 7.0)
    """
    return tuple(
        other if math.isnan(x) else x for x, other in zip(row, fill, strict=True)
    )


def _average(present: Sequence[float], how: str) -> float:
    """Return the mean, the median or the most frequent; 0 if there is no number.

    >>> [_average([1.0, 1.0, 2.0, 8.0], how) for how in IMPUTATIONS]
    [3.0, 1.5, 1.0]
    """
    if not present:
        return 0.0
    if how == "mean":
        return statistics.fmean(present)
    return statistics.median(present) if how == "median" else statistics.mode(present)


def one_hot(label: int, n: int) -> Row:
    """Return a row of n zeros with a one at ``label``.

    >>> one_hot(1, 3)
    (0.0, 1.0, 0.0)
    """
    return tuple(1.0 if k == label else 0.0 for k in range(n))


@dataclass(frozen=True, slots=True)
class Scale:
    """Mean and standard deviation of each column; a constant column has scale 1.

    >>> scale = Scale.of([(1.0, 5.0), (3.0, 5.0)])
    >>> scale, scale.standardise([(3.0, 7.0)])
    (Scale(means=(2.0, 5.0), deviations=(1.0, 1.0)), ((1.0, 2.0),))
    """

    means: tuple[float, ...]
    deviations: tuple[float, ...]

    @classmethod
    def of(cls, rows: Sequence[Sequence[float]]) -> Scale:
        """Compute the statistics of these rows: pass the training rows only."""
        pairs = [_mean_and_deviation(column) for column in zip(*rows, strict=True)]
        return cls(tuple(m for m, _ in pairs), tuple(s for _, s in pairs))

    def standardise(self, rows: Sequence[Sequence[float]]) -> tuple[Row, ...]:
        """Return (x - mean) / deviation, column by column."""
        return tuple(
            tuple(
                (x - mean) / deviation
                for x, mean, deviation in zip(
                    row, self.means, self.deviations, strict=True
                )
            )
            for row in rows
        )


def _mean_and_deviation(column: Sequence[float]) -> tuple[float, float]:
    """Return both, of the population; scaled so that no square overflows.

    >>> _mean_and_deviation([1e-200, 3e-200])
    (2e-200, 1e-200)
    """
    mean = math.fsum(column) / len(column)
    largest = max(abs(x - mean) for x in column)
    if largest == 0.0:
        return mean, 1.0
    squares = math.fsum(((x - mean) / largest) ** 2 for x in column)
    return mean, largest * math.sqrt(squares / len(column))


class Split(NamedTuple):
    """Two disjoint parts of a `Dataset`."""

    train: Dataset
    test: Dataset


def check_size(data: Dataset) -> None:
    """Raise if there are too few examples for a training and a test part."""
    if len(data.y) < _FEWEST_ROWS:
        msg = (
            f"{len(data.y)} usable rows are too few to train on and to test on, "
            f"expected at least {_FEWEST_ROWS}; add examples"
        )
        raise DataError(msg)


def split(data: Dataset, test_fraction: float, rng: Shuffler) -> Split:
    """Split the examples at random, class by class if there are classes.

    A class with two or more examples is in both parts; a single example is in the
    training part.

    >>> import random
    >>> train, test = split(load_iris(), 0.2, random.Random(1))
    >>> len(train.y), [test.y.count(label) for label in (0, 1, 2)]
    (120, [10, 10, 10])

    Raises:
        DataError: the fraction is not between 0 and 1, or there are too few examples.
    """
    if not 0.0 < test_fraction < 1.0:
        msg = f"the test fraction needs to be between 0 and 1, got {test_fraction}"
        raise DataError(msg)
    check_size(data)
    groups: dict[float, list[int]] = {}
    for i, label in enumerate(data.y):
        groups.setdefault(label if data.classes else 0.0, []).append(i)
    train: list[int] = []
    test: list[int] = []
    for _, group in sorted(groups.items()):
        rng.shuffle(group)
        size = min(max(round(test_fraction * len(group)), 1), len(group) - 1)
        test += group[:size]
        train += group[size:]
    return Split(data.take(sorted(train)), data.take(sorted(test)))


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
    return Dataset(*columns_of(parse_csv(text, "iris.csv"), "species"))


def load_csv(  # noqa: PLR0913  (all but two by keyword)
    path: str,
    target: str,
    *,
    task: str = "auto",
    missing: str = "error",
    ignore: Sequence[str] = (),
    dialect: Dialect | None = None,
) -> Dataset:
    """Read a CSV file; text becomes classes or one-hot columns.

    Args:
        path: the file.
        target: the column to predict; all others are features.
        task: "classification", "regression", or "auto" to decide by the target.
        missing: "error" to raise for missing cells, "drop" to skip such rows; "mean",
            "median" or "most-frequent" to leave nan for `Dataset.fill`, and to skip
            rows without a target.
        ignore: columns to leave out.
        dialect: how the file is written; None for `nn.data.csv.Dialect()`.

    Raises:
        DataError: the file or cells cannot be used; the message lists all that is
            wrong, with lines and columns.
    """
    how, problems = dialect or Dialect(), Problems(printable(str(path)))
    columns = columns_of(
        read_csv(path, how, problems),
        target,
        task=task,
        missing=missing,
        ignore=ignore,
        decimal=how.decimal,
        problems=problems,
    )
    return Dataset(*columns, imputation=missing if missing in IMPUTATIONS else "")
