"""`take`: the entry of a table whose place is data, as the embedding of a token."""

from __future__ import annotations

from typing import Any, Final

from autograd_scalar.errors import OperandError, ShapeError
from autograd_scalar.graph.tracing import as_recorded
from autograd_scalar.graph.value import Value, nary
from autograd_scalar.operands import real, shown
from autograd_scalar.primitives.table import ANY, Primitive

__all__ = ["TAKE", "take"]


def take(rows: Any, index: Any) -> Any:
    """Return the row of a table that an index names; from the end if it is negative.

    With an int it is ``rows[index]``. With an integer that was passed to a function
    under `compile`, the choice itself is recorded: the program serves every index, and
    is not made again for another. So it is with a Value that holds an integer. The
    derivative by the index is 0.

    Args:
        rows: a sequence of Values and numbers, or of such sequences of one length; or
            an array.
        index: an int, a Value, or a sequence of these: one result for each.

    >>> from autograd_scalar import Value, compile, take
    >>> table = [[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]]
    >>> [v.data for v in take(table, 1)]
    [3.0, 4.0]
    >>> @compile
    ... def squared(table, token):
    ...     return sum(v * v for v in take(table, token))
    >>> for token in (0, 1):
    ...     value, gradient = squared([[1.0, 2.0], [3.0, 4.0]], token)
    ...     print(value, gradient)
    5.0 [[2.0, 4.0], [0.0, 0.0]]
    25.0 [[0.0, 0.0], [6.0, 8.0]]
    >>> len(squared.programs)
    1

    Raises:
        ShapeError: the index is outside the table, the table is empty, or its rows have
            several lengths.
        OperandError: ``rows`` is no sequence, or the index is no integer.
    """
    table = _listed(rows, "take(rows)")
    if _is_sequence(index):
        return [_taken(rows, table, i) for i in _listed(index, "take(index)")]
    return _taken(rows, table, index)


def _taken(rows: Any, table: list[Any], index: Any) -> Any:
    """Return one row."""
    recorded = index if isinstance(index, Value) else as_recorded(index)
    if recorded is None:
        return rows[_place(index, len(table))]
    _place(recorded._data, len(table))
    return _picked(table, recorded)


def _picked(table: list[Any], index: Value) -> Any:
    """Return one node for each number of a row."""
    if not _is_sequence(table[0]):
        return nary(TAKE, [*table, index])
    rows = [_listed(row, "a row of take(rows)") for row in table]
    lengths = sorted({*map(len, rows)})
    if len(lengths) > 1:
        msg = (
            f"take() needs rows of one length, got {lengths[0]} and {lengths[-1]}; fill"
            " the shorter ones up"
        )
        raise ShapeError(msg)
    return [_picked([*column], index) for column in zip(*rows, strict=True)]


def _is_sequence(x: object) -> bool:
    return isinstance(x, (list, tuple)) or len(getattr(x, "shape", ())) > 0


def _listed(x: Any, what: str) -> list[Any]:
    if not _is_sequence(x):
        msg = (
            f"{what} needs a list, a tuple or an array, got {type(x).__name__}:"
            f" {shown(x)}; pass the table first, then the index"
        )
        raise OperandError(msg)
    return list(x)


def _place(index: Any, count: int) -> int:
    """Return the index counted from the front."""
    number = real(index, "take(index)")
    if not number.is_integer():
        msg = f"take(index) needs an integer, got {shown(index)}; round it first"
        raise OperandError(msg)
    place = int(number)
    if not -count <= place < count:
        msg = (
            f"take(index) needs an index from {-count} to {count - 1}, as the table has"
            f" {count} row{'s' * (count != 1)}, got {place}"
        )
        raise ShapeError(msg)
    return place + count if place < 0 else place


def _forward(*operands: float) -> float:
    *rows, index = operands
    return rows[_place(index, len(rows))]


def _partials(*operands_and_output: Any) -> tuple[float, ...]:
    *rows, index, _ = operands_and_output
    place = _place(getattr(index, "_data", index), len(rows))
    return (*[float(k == place) for k in range(len(rows))], 0.0)


TAKE: Final = Primitive(
    "take",
    _forward,
    _partials,
    arity=None,
    symbol="take",
    latex=r"\operatorname{{take}}\left({0}\right)",
    domain=(ANY,),
)
