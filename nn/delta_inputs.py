"""What `check_deltas` takes: a network, its rows, a tolerance; all else is refused."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from autograd_scalar import DataError, OperandError, ShapeError, Value
from nn.layers import MLP

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["network", "refuse_tied_weights", "rows", "tolerance"]

Array: TypeAlias = "npt.NDArray[np.float64]"


def rows(net: MLP, X: npt.ArrayLike, Y: npt.ArrayLike) -> tuple[Array, Array]:
    """X and Y as arrays (m, n_in) and (m, n_out) of finite numbers.

    Raises:
        ShapeError: not 2-D, or of another width or number of rows; both are named.
        DataError: a number is not finite.
        OperandError: no real numbers.
    """
    inputs, targets = _array("X", X), _array("Y", Y)
    n_in, n_out = len(net.layers[0].neurons[0].w), len(net.layers[-1].neurons)
    for name, array, width in (("X", inputs, n_in), ("Y", targets, n_out)):
        if array.ndim != 2 or array.shape[1] != width or not len(array):  # noqa: PLR2004
            msg = (
                f"{name} has shape {array.shape}, expected (m, {width}): one example"
                f" per row, the numbers of a row: {width}; X has shape {inputs.shape}"
                f" and Y {targets.shape}{_reshaping(name, array, width)}"
            )
            raise ShapeError(msg)
    if len(inputs) != len(targets):
        msg = (
            f"X has shape {inputs.shape} and Y {targets.shape}: {len(inputs)} examples"
            f" but {len(targets)} targets; give one row of Y for each row of X"
        )
        raise ShapeError(msg)
    for name, array in (("X", inputs), ("Y", targets)):
        if not np.isfinite(array).all():
            i, j = map(int, np.argwhere(~np.isfinite(array))[0])
            msg = f"{name}[{i}, {j}] is {array[i, j]}, expected finite numbers"
            raise DataError(msg)
    return inputs, targets


def _reshaping(name: str, array: Array, width: int) -> str:
    """What makes rows of an array that has no second axis; "" if nothing does."""
    if array.ndim != 1 or not array.size or array.size % width:
        return ""
    rows = array.size // width
    what = "one row" if rows == 1 else f"{rows} rows"
    return f". np.reshape({name}, (-1, {width})) makes {what} of it"


def _array(name: str, given: object) -> Array:
    """``given`` in float64, if it is an array of real numbers; of any shape."""
    try:
        array = np.asarray(given)
    except ValueError as error:
        msg = f"{name} needs rows of one length, got a ragged list: {error}"
        raise ShapeError(msg) from error
    remedy = ""
    if isinstance(given, np.ma.MaskedArray):
        remedy = "a masked array; fill or drop its masked entries first"
    elif array.dtype == np.bool_ or not np.can_cast(array.dtype, np.float64):
        remedy = f"{type(given).__name__} with dtype {array.dtype}"
        remedy += "; of Values take .data" if array.dtype == np.object_ else ""
    if remedy:
        msg = f"{name} needs rows of real numbers, got {remedy}"
        raise OperandError(msg)
    return array.astype(np.float64)


def network(net: object, what: str) -> MLP:
    """``net``, if it is an `MLP`; ``what`` asks for it.

    Raises:
        OperandError: it is not.
    """
    if isinstance(net, MLP):
        return net
    msg = f"{what} needs an MLP, got {type(net).__name__}: {net!r}"
    raise OperandError(msg)


def refuse_tied_weights(net: MLP) -> None:
    """Refuse a weight used twice: it has one gradient, the matrices have two entries.

    Raises:
        OperandError: a Value stands in two places; both are named.
    """
    places: dict[Value, str] = {}
    for i, layer in enumerate(net.layers, 1):
        for j, neuron in enumerate(layer.neurons):
            named = [(f"W{i}[{j},{k}]", w) for k, w in enumerate(neuron.w)]
            named += [] if neuron.b is None else [(f"b{i}[{j}]", neuron.b)]
            for place, parameter in named:
                if parameter in places:
                    msg = (
                        f"check_deltas needs a Value of its own for every weight, got"
                        f" one for both {places[parameter]} and {place}: its gradient"
                        " is the sum of two entries of the matrices"
                    )
                    raise OperandError(msg)
                places[parameter] = place


def tolerance(given: object) -> float:
    """``given``, if it is a finite number above 0.

    Raises:
        OperandError: it is not.
    """
    number = Value(given).data if isinstance(given, float | int) else -1.0
    if not 0.0 < number < math.inf:
        msg = f"tolerance needs to be a finite number above 0, got {given!r}"
        raise OperandError(msg)
    return number
