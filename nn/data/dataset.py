"""Examples for training: features and a target, their split and their scale."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from autograd_scalar import DataError

if TYPE_CHECKING:
    from nn.init import Shuffler

__all__ = ["IMPUTATIONS", "Dataset", "Row", "Scale", "Split", "check_size", "filled"]
__all__ += ["one_hot", "split"]

Row = tuple[float, ...]
_AVERAGES: Final[dict[str, Callable[[Sequence[float]], float]]] = {
    "mean": statistics.fmean,
    "median": statistics.median,
    "most-frequent": statistics.mode,
}
IMPUTATIONS: Final = tuple(_AVERAGES)
_FEWEST_ROWS: Final = 4


@dataclass(frozen=True, slots=True)
class Dataset:
    """A table of examples, one per row, with a target.

    If there are ``classes``, ``y`` holds their indices, else the numbers to predict.
    ``notices`` say what `dataset_of` changed or assumed, ``sources`` from which column
    of the table each feature is. A missing value is nan; ``imputation`` says by what to
    `fill` it: "mean", "median" or "most-frequent".

    >>> from nn.data.columns import load_iris
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
        average = _AVERAGES[self.imputation]
        found: list[float] = []
        columns = zip(self.sources, zip(*self.X, strict=True), strict=True)
        for _, group in groupby(columns, key=lambda pair: pair[0]):
            known = [[x for x in column if not math.isnan(x)] for _, column in group]
            if len(known) == 1:
                found.append(average(known[0] or [0.0]))
            else:
                counts = [sum(column) for column in known]
                found += one_hot(counts.index(max(counts)), len(counts))
        return tuple(found)

    def take(self, indices: Sequence[int]) -> Dataset:
        """Return the examples at these indices, in this order."""
        X = tuple(self.X[i] for i in indices)
        return replace(self, X=X, y=tuple(self.y[i] for i in indices))


def filled(rows: tuple[Row, ...], fill: Row) -> tuple[Row, ...]:
    """Return rows with ``fill`` where a value is nan; as they are if it is empty.

    >>> filled(((1.0, math.nan),), (5.0, 7.0))
    ((1.0, 7.0),)
    """
    if not fill:
        return rows
    return tuple(
        tuple(f if math.isnan(x) else x for x, f in zip(row, fill, strict=True))
        for row in rows
    )


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
        columns = list(zip(*rows, strict=True))
        means = tuple(map(statistics.fmean, columns))
        return cls(means, tuple(statistics.pstdev(c) or 1.0 for c in columns))

    def standardise(self, rows: Sequence[Sequence[float]]) -> tuple[Row, ...]:
        """Return (x - mean) / deviation, column by column."""
        scales = list(zip(self.means, self.deviations, strict=True))
        return tuple(
            tuple((x - m) / s for x, (m, s) in zip(row, scales, strict=True))
            for row in rows
        )


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
    >>> from nn.data.columns import load_iris
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
