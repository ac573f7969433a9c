"""What a loss accepts: outputs and targets of one length, numbers that it can mean."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from operator import index
from typing import Final

from autograd_scalar import DataError, OperandError, ShapeError, Value, as_value

__all__ = [
    "Outputs",
    "Targets",
    "class_index",
    "hinge_label",
    "number",
    "paired",
    "probability",
    "values",
]

Outputs = Value | float | Iterable[Value | float]
Targets = Value | float | Iterable[Value | float]


def values(outputs: Outputs) -> list[Value]:
    """The outputs as a list of Values.

    Raises:
        OperandError: one of them is no real number.
        ShapeError: there are none.
    """
    items = [a if isinstance(a, Value) else Value(a) for a in _items(outputs)]
    if not items:
        msg = "a loss needs at least one output, got none"
        raise ShapeError(msg)
    return items


def paired(
    outputs: Outputs, targets: Targets, accepts: Callable[[float], bool]
) -> list[tuple[Value, Value]]:
    """(output, target) pairs; numbers become constants.

    Raises:
        OperandError: one of them is no real number.
        ShapeError: their numbers differ.
        DataError: a target is not one that the loss accepts.
    """
    a, y = values(outputs), _items(targets)
    if len(a) != len(y):
        msg = f"a loss needs one target for each output, got {len(a)} outputs and"
        msg += f" {len(y)} targets"
        raise ShapeError(msg)
    constants = [as_value(t) for t in y]
    for j, target in enumerate(constants):
        if not accepts(target.data):
            msg = f"targets[{j}] needs to be {_WANTED[accepts]}, got {target.data!r}"
            raise DataError(msg)
    return list(zip(a, constants, strict=True))


def number(y: float) -> bool:
    """Whether y is finite."""
    return math.isfinite(y)


def probability(y: float) -> bool:
    """Whether y is in [0, 1]."""
    return 0.0 <= y <= 1.0


def hinge_label(y: float) -> bool:
    """Whether y is -1 or 1."""
    return y in {-1.0, 1.0}


_WANTED: Final[dict[Callable[[float], bool], str]] = {
    number: "a finite number",
    probability: "a probability from 0 to 1",
    hinge_label: "-1 or 1",
}


def class_index(target: object, classes: int) -> int | None:
    """The index of the right class; None if ``target`` is no int.

    Raises:
        DataError: there is no class of this index.
    """
    if isinstance(target, bool) or not hasattr(target, "__index__"):
        return None
    try:
        k = index(target)
    except TypeError:  # an array has __index__, and uses it only for a single int
        return None
    if not 0 <= k < classes:
        msg = f"the class index needs to be from 0 to {classes - 1}, got {k}"
        raise DataError(msg)
    return k


def _items(x: Outputs) -> list[Value | float]:
    if isinstance(x, Value):
        return [x]
    if isinstance(x, str | bytes):
        msg = f"outputs and targets are numbers, got {type(x).__name__}: {x!r}"
        raise OperandError(msg)
    try:
        return list(x)  # type: ignore[arg-type]  # whatever is no sequence is caught
    except TypeError:
        return [x]  # type: ignore[list-item]  # Value() judges whether it is a number
