"""Argument checks of the matrix equations: shapes, dtypes, names.

1-D arrays are rejected, because NumPy broadcasts (n,) with (n, 1) to (n, n) without a
word. Messages say what was given, what was expected, and what to do.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, NoReturn

from nn.matrix.arrays import Array, ArrayLike, np
from nn.matrix.rules import ACTIVATIONS, LAYER_ACTIVATIONS, LayerRule, Rule

Activation = (
    str | tuple[str, float] | tuple[Callable[[Array], Array], Callable[[Array], Array]]
)
Loss = str | tuple[Callable[[Array, Array], Array], Callable[[Array, Array], Array]]


class MatrixError(ValueError):
    """An argument with which the matrix equations cannot be computed."""


class MatrixShapeError(MatrixError):
    """An array or a list of the wrong shape; the message names both shapes."""


class Network(NamedTuple):
    """Checked parameters: W^l (n_l, n_{l-1}), b^l (n_l, 1), and (g, g') per layer."""

    W: list[Array]
    b: list[Array]
    rules: list[Rule | LayerRule]


# Arrays


def _as_float64(name: str, value: ArrayLike) -> Array:
    try:
        array = np.asarray(value)
    except ValueError as error:
        message = f"{name} is not a rectangular array: {error}"
        raise MatrixShapeError(message) from error
    if isinstance(value, np.ma.MaskedArray):
        message = f"{name} is a masked array; fill or drop its masked entries first"
        raise MatrixError(message)
    if array.dtype == np.bool_ or not np.can_cast(array.dtype, np.float64):
        message = f"{name} has dtype {array.dtype}, expected real numbers (float64)"
        hint = "; of Values take .data" if array.dtype == np.object_ else ""
        raise MatrixError(message + hint)
    return array.astype(np.float64, copy=False)


def _fits(shape: tuple[int, ...], expected: tuple[int | str, ...]) -> bool:
    """Return whether a shape is as expected; a name such as 'm' fits any size."""
    return len(shape) == len(expected) and all(
        isinstance(want, str) or have == want
        for have, want in zip(shape, expected, strict=True)
    )


def _raise_shape(
    name: str, shape: tuple[int, ...], expected: tuple[int | str, ...], why: str
) -> NoReturn:
    wanted = "(" + ", ".join(map(str, expected)) + ")"
    remedy = ""
    if len(shape) == 1:
        column = f"{name}.reshape(-1, 1) is one column"
        remedy = f"; 1-D is ambiguous: {column}, {name}.reshape(1, -1) one row"
    elif 0 not in shape and _fits(shape[::-1], expected):
        remedy = f"; {name}.T fits: examples are columns, W is (n_out, n_in)"
    message = f"{name} has shape {shape}, expected {wanted}{why}{remedy}"
    raise MatrixShapeError(message)


def check_matrix(
    name: str, value: ArrayLike, expected: tuple[int | str, ...], why: str = ""
) -> Array:
    """Return `value` in float64, or raise; `why` ends the reason for `expected`."""
    array = _as_float64(name, value)
    if not _fits(array.shape, expected):
        _raise_shape(name, array.shape, expected, why)
    if array.size == 0:
        _raise_shape(name, array.shape, expected, f"{why}, and not empty")
    if not np.isfinite(array).all():
        index = tuple(map(int, np.argwhere(~np.isfinite(array))[0]))
        message = f"{name}{list(index)} is {array[index]}, expected finite numbers"
        raise MatrixError(message)
    return array


def check_result(name: str, value: Array, shape: tuple[int, ...]) -> Array:
    """Return the result of a user's function, or raise if its shape is wrong."""
    array = _as_float64(f"the result of {name}", value)
    if array.shape != shape:
        message = f"{name} returned shape {array.shape}, expected {shape}"
        raise MatrixShapeError(message)
    return array


# Names


def check_choice(name: str, value: str, choices: Sequence[str]) -> None:
    """Raise if a value is not one of the choices, and list them."""
    if value not in choices:
        message = f"{name} must be {' or '.join(map(repr, choices))}, got {value!r}"
        raise MatrixError(message)


def _finite(name: str, value: object) -> float:
    if isinstance(value, int | float | np.floating) and not isinstance(value, bool):
        number = float(value)
        if math.isfinite(number):
            return number
    message = f"a parameter of {name!r} must be a finite number, got {value!r}"
    raise MatrixError(message)


def _parameters(name: str, given: Sequence[object], rule: Rule) -> tuple[float, ...]:
    if len(given) > len(rule.defaults):
        message = (
            f"{name!r} takes {len(rule.defaults)} parameters, got {len(given)}; leave"
            " out the others"
        )
        raise MatrixError(message)
    numbers = tuple(_finite(name, value) for value in given)
    return numbers + rule.defaults[len(given) :]


def _named(kind: str, table: Mapping[str, Rule], name: str, *given: object) -> Rule:
    if name not in table:
        message = f"unknown {kind} {name!r}; known: {', '.join(table)}"
        raise MatrixError(message)
    rule = table[name]
    if not rule.defaults and not given:
        return rule
    values = _parameters(name, given, rule)
    return Rule(lambda z: rule.value(z, *values), lambda z: rule.derivative(z, *values))


def resolve(kind: str, table: Mapping[str, Rule], spec: object) -> Rule:
    """Return the rule for a name, a ("name", parameter), or a pair (f, df)."""
    match spec:
        case str(name) | (str(name),):
            return _named(kind, table, name)
        case (str(name), *parameters):
            return _named(kind, table, name, *parameters)
        case (f, df) if callable(f) and callable(df):
            return Rule(f, df)
    message = f"{kind} must be a name or a pair of functions (f, df), got {spec!r}"
    raise MatrixError(message)


def resolve_activation(layer: int, spec: object) -> Rule | LayerRule:
    """Return the rule of a layer's activation, as `resolve` or over all its outputs."""
    if isinstance(spec, str) and spec in LAYER_ACTIVATIONS:
        return LAYER_ACTIVATIONS[spec]
    return resolve(f"activation of layer {layer}", ACTIVATIONS, spec)


# Networks and batches


def _each_layer(
    W: Sequence[ArrayLike],
    b: Sequence[ArrayLike],
    activations: Sequence[Activation],
) -> int:
    if isinstance(activations, str):
        message = f"activations must be a list, one per layer, got {activations!r}"
        raise MatrixError(message)
    if not 0 < len(W) == len(b) == len(activations):
        counts = (
            f"{len(W)} weights W, {len(b)} biases b, {len(activations)} activations"
        )
        message = f"got {counts}, expected one of each per layer, at least one layer"
        raise MatrixShapeError(message)
    return len(W)


def check_network(
    W: Sequence[ArrayLike],
    b: Sequence[ArrayLike],
    activations: Sequence[Activation],
) -> Network:
    """Check that the widths fit from layer to layer; return arrays and rules."""
    network = Network([], [], [])
    n_in: int | str = "n0"
    why = ""
    for layer in range(1, _each_layer(W, b, activations) + 1):
        w = check_matrix(f"W{layer}", W[layer - 1], (f"n{layer}", n_in), why)
        n_in, why = w.shape[0], f" because W{layer} has shape {w.shape}"
        network.W.append(w)
        network.b.append(check_matrix(f"b{layer}", b[layer - 1], (n_in, 1), why))
        network.rules.append(resolve_activation(layer, activations[layer - 1]))
    return network


def check_inputs(X: ArrayLike, network: Network) -> Array:
    """Check X (n_0, m), one example per column, at least one."""
    shape = network.W[0].shape
    return check_matrix("X", X, (shape[1], "m"), f" because W1 has shape {shape}")


def check_targets(Y: ArrayLike, network: Network, m: int) -> Array:
    """Check Y (n_L, m), one target per column of X."""
    last = f"W{len(network.W)} has shape {network.W[-1].shape}"
    shape = (network.W[-1].shape[0], m)
    return check_matrix("Y", Y, shape, f" because {last} and X has {m} columns")
