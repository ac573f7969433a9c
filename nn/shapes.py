"""How many neurons there are, and how many inputs one of them takes."""

from __future__ import annotations

from collections.abc import Iterable
from operator import index
from typing import SupportsIndex

from autograd_scalar import OperandError, ShapeError, Value

__all__ = ["lifted", "one_or_list", "size", "sizes", "switch"]


def switch(flag: object, what: str, remedy: str = "") -> bool:
    """``flag`` if it is True or False, so that "no" does not mean yes.

    Raises:
        OperandError: it is not.
    """
    if isinstance(flag, bool):
        return flag
    msg = f"{what} needs True or False, got {type(flag).__name__}: {flag!r}{remedy}"
    raise OperandError(msg)


def size(n: object, what: str) -> int:
    """``n`` if it can be a number of inputs or neurons.

    Raises:
        OperandError: not an int.
        ShapeError: below 1.
    """
    if isinstance(n, bool) or not isinstance(n, SupportsIndex):
        msg = f"{what} needs an int, got {type(n).__name__}: {n!r}"
        raise OperandError(msg)
    if index(n) < 1:
        msg = f"{what} needs to be at least 1, got {n!r}"
        raise ShapeError(msg)
    return index(n)


def sizes(n_outs: object) -> list[int]:
    """The number of neurons of every layer.

    Raises:
        OperandError: not a sequence of ints.
        ShapeError: empty, or a number below 1.
    """
    if isinstance(n_outs, str) or not isinstance(n_outs, Iterable):
        msg = (
            "n_outs needs a list with the number of neurons of every layer, as in"
            f" MLP(2, [16, 16, 1]), got {type(n_outs).__name__}: {n_outs!r}"
        )
        raise OperandError(msg)
    numbers = [size(n, f"n_outs[{i}]") for i, n in enumerate(n_outs)]
    if not numbers:
        msg = "n_outs needs at least one layer, got an empty list"
        raise ShapeError(msg)
    return numbers


def lifted(x: Iterable[Value | float], n_in: int, layer: int, what: str) -> list[Value]:
    """The inputs of layer number ``layer`` as Values: numbers become leaves ``a0[k]``.

    Raises:
        ShapeError: there are not ``n_in`` of them.
        OperandError: ``x`` is no sequence, or holds what is no number.
    """
    try:
        inputs = list(x)
    except TypeError:
        msg = (
            f"{what} needs a sequence of {n_in} numbers, got {type(x).__name__}: {x!r}"
        )
        raise OperandError(msg) from None
    if len(inputs) != n_in:
        first = inputs[0] if inputs else ""
        is_batch = hasattr(first, "__len__") and not isinstance(first, str)
        remedy = "; of a batch, call it for each row: [net(x) for x in X]"
        msg = f"{what} needs {n_in} inputs, got {len(inputs)}"
        raise ShapeError(msg + remedy if is_batch else msg)
    return [
        a if isinstance(a, Value) else Value(a, f"a{layer - 1}[{k}]")
        for k, a in enumerate(inputs)
    ]


def one_or_list(outputs: list[Value]) -> Value | list[Value]:
    """The Value itself if there is one, as micrograd returns it."""
    return outputs[0] if len(outputs) == 1 else outputs
