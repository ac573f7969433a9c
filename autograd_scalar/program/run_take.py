"""`take` on arrays: which entry of a table each element asks for, at each call."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import numpy as np

from autograd_scalar.errors import OperandError, ShapeError
from autograd_scalar.program.take import TAKE

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd_scalar.program.instructions import Map
    from autograd_scalar.program.tape import Floats, Ints

__all__ = ["is_taken", "reject", "taken"]


def is_taken(step: Map) -> bool:
    """Tell whether it is `take` of rows of one class, whose places are computed here.

    Rows of several classes, some of them constants, run element by element.
    """
    return step.primitive is TAKE and len(step.operands) == 2  # noqa: PLR2004


def taken(
    table: Ints, shape: tuple[int, ...], index: Floats, batch: int | None
) -> Callable[[], Ints]:
    """Return a function that picks one entry of ``table`` for each element.

    ``table`` has the axes of the target and one more, that of the rows; the result has
    those of the target and one for the examples.

    >>> index = np.array([2.0, -1.0])
    >>> taken(np.array([[5, 6, 7]]), (2,), index, None)().tolist()
    [[7], [7]]
    """
    count = table.shape[-1]
    entries = np.broadcast_to(table, (*shape, count))
    examples = 1 if batch is None else batch
    numbers = index[..., None] if batch is None else index
    numbers = np.broadcast_to(numbers, (*shape, examples))

    def places() -> Ints:
        at = numbers.astype(np.int64)
        outside = (at < -count) | (at >= count) | (at != numbers)
        if outside.any():
            reject(float(numbers[outside][0]), count)
        at[at < 0] += count
        return np.take_along_axis(entries, at, axis=-1)

    return places


def reject(number: float, count: int) -> NoReturn:
    """Raise the error of an index that names no row of a table of so many."""
    if not number.is_integer():
        msg = f"take(index) needs an integer, got {number!r}; round it first"
        raise OperandError(msg)
    msg = (
        f"take(index) needs an index from {-count} to {count - 1}, as the table has"
        f" {count} row{'s' * (count != 1)}, got {int(number)}"
    )
    raise ShapeError(msg)
