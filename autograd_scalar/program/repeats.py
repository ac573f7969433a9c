"""Repeats: the same thing computed several times, as ``-y`` again for each example.

It is computed once, but only where that is regular: where each of a group occurs
equally often. A row that occurs twice in the data stays two columns, since 149 columns
of 150 would be no matrix any more.
"""

from __future__ import annotations

import numpy as np

from autograd_scalar.program.matrices import hashes_of
from autograd_scalar.program.tape import Ints

__all__ = ["repeats_in"]


def repeats_in(rows: Ints) -> tuple[Ints, Ints] | None:
    """Return the first of each distinct row, and which of these each row is.

    None if there are no repeats, or if they are not regular.

    >>> rows = np.array([[1, 2], [3, 4], [1, 2], [3, 4]])
    >>> first, which = repeats_in(rows)
    >>> first.tolist(), which.tolist()
    ([0, 1], [0, 1, 0, 1])
    >>> repeats_in(rows[:3]) is None
    True
    """
    _, first, which, counts = np.unique(
        hashes_of(rows), return_index=True, return_inverse=True, return_counts=True
    )
    if counts[0] == 1 or counts.min() != counts.max():
        return None
    order = np.argsort(first)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    first, which = first[order], rank[which.ravel()]
    # A hash only proposes.
    return (first, which) if np.array_equal(rows[first][which], rows) else None
