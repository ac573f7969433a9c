"""`logsumexp` of lists of several lengths, one after the other in one array.

Causal attention has one for each position and head. The formulas, and what they do with
infinities and nans, are those of `kernels`; axes after the first are examples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from autograd_scalar.program.tape import Floats, Ints

__all__ = ["Lists"]


class Lists:
    """Lists that begin at each of ``starts``; the last ends at ``length``.

    >>> lists = Lists(np.array([0, 1]), 3)
    >>> x = np.log([5.0, 1.0, 3.0])
    >>> y = lists.logsumexp(x)
    >>> np.exp(y).round(12).tolist(), lists.shares(x, y).round(12).tolist()
    ([5.0, 4.0], [1.0, 0.25, 0.75])
    """

    def __init__(self, starts: Ints, length: int) -> None:
        self.starts, self.length = starts, length
        counts = np.diff(np.append(starts, length))
        self.of_each = np.repeat(np.arange(len(starts)), counts)  # the list of each
        self._last = starts + counts - 1

    def logsumexp(self, x: Floats) -> Floats:
        """Return the logarithm of the sum of e**x, of each list."""
        top = np.maximum.reduceat(x, self.starts, axis=0)
        powers = np.exp(x - top[self.of_each])
        np.put_along_axis(powers, self._first_of(x, top), 0.0, axis=0)
        found = top + np.log1p(np.add.reduceat(powers, self.starts, axis=0))
        return np.where(np.isfinite(top), found, top)

    def _first_of(self, x: Floats, top: Floats) -> Ints:
        """Return the place of the first number that is the largest; nan is none."""
        line = (-1,) + (1,) * (x.ndim - 1)
        places = np.arange(self.length).reshape(line)
        tops = np.where(x == top[self.of_each], places, self.length)
        first = np.minimum.reduceat(tops, self.starts, axis=0)
        return np.minimum(first, self._last.reshape(line))

    def shares(self, x: Floats, y: Floats) -> Floats:
        """Return the derivatives by each number; ``y`` are the values."""
        top = np.maximum.reduceat(x, self.starts, axis=0)[self.of_each]
        of_each = y[self.of_each]
        gap = x - top
        # What rounding took from the difference would cost the weight that many ULP.
        back = gap - x
        error = (x - (gap - back)) - (top + back)
        weights = np.exp(gap) * np.where(np.isfinite(gap), 1.0 + error, 1.0)
        if not np.isfinite(
            y
        ).all():  # only the operands at that infinity count, equally
            ties = np.where(x == of_each, 1.0, np.where(np.isnan(of_each), np.nan, 0.0))
            weights = np.where(np.isfinite(of_each), weights, ties)
        shares: Floats = (
            weights / np.add.reduceat(weights, self.starts, axis=0)[self.of_each]
        )
        return shares
