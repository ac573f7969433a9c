"""Kernels: primitives on whole NumPy arrays.

The rows of the table are written for one float: they branch on it. The common ones
have a form for arrays here, within a few ULP of the row and with its infinities and
nans; all other primitives, yours among them, run element by element by their rows, to
the bit, and `is_elementwise` says so.
"""

# ruff: noqa: PLR2004 - a bound between two formulas is clearest where they part
from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import numpy as np

from autograd_scalar.derivatives.recorded import REFINED
from autograd_scalar.primitives import table
from autograd_scalar.program.layout import Constant, Operand
from autograd_scalar.program.tape import Floats

if TYPE_CHECKING:
    from autograd_scalar.primitives.table import Primitive

__all__ = ["Kernel", "is_elementwise", "kernel_of"]

Forward: TypeAlias = Callable[..., Any]
Partials: TypeAlias = Callable[..., tuple[Any, ...]]


class Kernel(NamedTuple):
    """``forward(*operands, out)`` and ``partials(*operands, output)``, on arrays."""

    forward: Forward
    partials: Partials


def kernel_of(primitive: Primitive, operands: tuple[Operand, ...]) -> Kernel:
    """Return the array form of a primitive, or the one that runs its row."""
    if primitive is table.POW_CONSTANT:
        power = _power(operands[1])
        return power or _by_row(primitive)
    found = _KERNELS.get(primitive) or _OF_OTHERS.get(primitive.kernel)
    return found or _by_row(primitive)


def is_elementwise(primitive: Primitive, operands: tuple[Operand, ...]) -> bool:
    """Tell whether the row of the table runs for each element.

    >>> is_elementwise(table.TANH, ()), is_elementwise(table.LGAMMA, ())
    (False, True)
    """
    if primitive is table.POW_CONSTANT:
        return _power(operands[1]) is None
    return primitive not in _KERNELS and primitive.kernel not in _OF_OTHERS


def _by_row(primitive: Primitive) -> Kernel:
    def columns(arrays: tuple[Floats, ...], shape: tuple[int, ...]) -> Any:
        return zip(
            *[np.broadcast_to(x, shape).ravel().tolist() for x in arrays], strict=True
        )

    def forward(*operands: Floats, out: Floats) -> None:
        numbers = columns(operands, out.shape)
        out[...] = np.reshape([primitive.forward(*x) for x in numbers], out.shape)

    def partials(*operands: Floats) -> tuple[Any, ...]:
        shape = operands[-1].shape
        found = [primitive.partials(*x) for x in columns(operands, shape)]
        return tuple([np.reshape(x, shape) for x in zip(*found, strict=True)])

    return Kernel(forward, partials)


# ---- Forms for arrays ----------------------------------------------------------------
# Partials are computed from the operand, as in `primitives.partials`.


def _tanh(x: Floats, y: Floats) -> tuple[Floats]:
    t = np.exp(-np.abs(x))
    s = 2.0 * t / (1.0 + t * t)
    return (s * s,)


def _sigmoid(x: Floats, out: Floats) -> None:
    t = np.exp(-np.abs(x))
    np.divide(np.where(x >= 0.0, 1.0, t), 1.0 + t, out=out)


def _d_sigmoid(x: Floats, y: Floats) -> tuple[Floats]:
    t = np.exp(-np.abs(x))
    return (t / (1.0 + t * (2.0 + t)),)


def _logistic(x: Floats) -> Floats:
    out = np.empty(np.shape(x))
    _sigmoid(x, out)
    return out


def _softplus(x: Floats, out: Floats) -> None:
    np.add(np.maximum(x, 0.0), np.log1p(np.exp(-np.abs(x))), out=out)


def _log_sigmoid(x: Floats, out: Floats) -> None:
    _softplus(-x, out)
    np.negative(out, out=out)


def _relu(x: Floats, out: Floats) -> None:
    np.maximum(x, 0.0, out=out)


def _leaky_relu(x: Floats, slope: Floats, out: Floats) -> None:
    out[...] = np.where((x > 0.0) & (slope == slope), x, slope * x)  # noqa: PLR0124


def _d_leaky_relu(x: Floats, slope: Floats, y: Floats) -> tuple[Floats, Floats]:
    at_zero = np.clip(slope, 0.0, 1.0)
    below = np.where(x < 0.0, slope, at_zero)
    by_x = np.where(x > 0.0, 1.0, below)
    is_nan = np.isnan(y)
    return np.where(is_nan, np.nan, by_x), np.where(is_nan, np.nan, np.minimum(x, 0.0))


def _d_log(x: Floats, y: Floats) -> tuple[Floats]:
    return (np.where(x >= 0.0, 1.0 / np.abs(x), np.nan),)


def _d_log1p(x: Floats, y: Floats) -> tuple[Floats]:
    return (np.where(x >= -1.0, 1.0 / np.abs(1.0 + x), np.nan),)


def _d_larger(a: Floats, b: Floats, y: Floats) -> tuple[Floats, Floats]:
    # Half the sign of a difference that cannot round to 0; nan stays nan.
    half = 0.5 * np.where(np.isnan(y), np.nan, np.subtract(a > b, a < b, dtype=float))
    return 0.5 + half, 0.5 - half


def _d_smaller(a: Floats, b: Floats, y: Floats) -> tuple[Floats, Floats]:
    first, second = _d_larger(a, b, y)
    return second, first


def _d_reciprocal(x: Floats, y: Floats) -> tuple[Floats]:
    return (-y / x,)


def _d_div(a: Floats, b: Floats, y: Floats) -> tuple[Floats, Floats]:
    by_divisor = -y / b
    size = np.abs(y)
    is_far = ~((size >= _SMALLEST_NORMAL) & (size < np.inf))
    is_far &= np.isfinite(a) & np.isfinite(b) & (a != 0.0) & (b != 0.0)
    if np.any(is_far):  # a quotient out of range is scaled first
        (m, i), (n, j) = np.frexp(a), np.frexp(b)
        by_divisor = np.where(is_far, np.ldexp(-(m / n) / n, i - 2 * j), by_divisor)
    return 1.0 / b, by_divisor


_SMALLEST_NORMAL: Final = 2.0**-1022


def _logsumexp(*xs: Floats, out: Floats) -> None:
    each = np.stack(np.broadcast_arrays(*xs))
    largest = np.argmax(each, axis=0)[None]  # a nan is the largest
    top = np.take_along_axis(each, largest, axis=0)
    powers = np.exp(each - top)
    np.put_along_axis(powers, largest, 0.0, axis=0)
    found = top[0] + np.log1p(np.sum(powers, axis=0))
    out[...] = np.where(np.isfinite(top[0]), found, top[0])


def _d_logsumexp(*xs_and_y: Floats) -> tuple[Floats, ...]:
    each, y = np.stack(np.broadcast_arrays(*xs_and_y))[:-1], xs_and_y[-1]
    top = np.max(each, axis=0)
    gap = each - top
    # What rounding took from the difference would cost the weight that many ULP.
    back = gap - each
    error = (each - (gap - back)) - (top + back)
    weights = np.exp(gap) * np.where(np.isfinite(gap), 1.0 + error, 1.0)
    if not np.isfinite(y).all():  # only the operands at that infinity count, equally
        ties = np.where(each == y, 1.0, np.where(np.isnan(y), np.nan, 0.0))
        weights = np.where(np.isfinite(y), weights, ties)
    return tuple(weights / np.sum(weights, axis=0))


# ---- Cross-entropies -----------------------------------------------------------------


def _times(weight: Floats, x: Floats) -> Floats:
    """Return weight * x, with 0 * inf = 0."""
    return np.where(weight != 0.0, weight * x, 0.0)


def _quotient(x: Floats, y: Floats) -> Floats:
    return np.where(y == 0.0, np.copysign(np.inf, x), x / y)


def _cross_entropy(a: Floats, y: Floats, out: Floats) -> None:
    np.add(_times(y, -np.log(a)), _times(1.0 - y, -np.log1p(-a)), out=out)


def _d_cross_entropy(a: Floats, y: Floats, _: Floats) -> tuple[Floats, Floats]:
    between = np.where(a != 1.0, _quotient(a - y, a) / (1.0 - a), np.inf)
    at_1 = -_quotient(np.ones(np.shape(a)), a)
    slope = np.where(y == 1.0, at_1, between)
    slope = np.where(y == 0.0, _quotient(np.ones(np.shape(a)), 1.0 - a), slope)
    return np.where(np.isnan(a), np.nan, slope), np.log1p(-a) - np.log(a)


def _of_sigmoid(z: Floats, y: Floats, out: Floats) -> None:
    below, above = np.empty(np.shape(z)), np.empty(np.shape(z))
    _softplus(np.negative(z), below)
    _softplus(z, above)
    np.add(_times(y, below), _times(1.0 - y, above), out=out)


def _d_of_sigmoid(z: Floats, y: Floats, _: Floats) -> tuple[Floats, Floats]:
    return (1.0 - y) * _logistic(z) - y * _logistic(-z), -z


class _Shares(NamedTuple):
    """The logits and targets of a softmax, the first axis apart; nan if undefined."""

    targets: Floats
    weights: Floats  # the largest is 1
    others: Floats  # the sums of the other weights
    total: Floats
    surprises: Floats  # -log of each share


def _shares(zs_and_ys: tuple[Floats, ...]) -> _Shares:
    logits, targets = np.split(np.stack(np.broadcast_arrays(*zs_and_ys)), 2)
    top = np.max(logits, axis=0)
    infinities = np.sum(logits == np.inf, axis=0)
    top = np.where((top == -np.inf) | (infinities > 1), np.nan, top)
    gap = logits - top
    back = gap - logits
    error = (logits - (gap - back)) - (top + back)
    weights = np.exp(gap) * np.where(np.isfinite(error), 1.0 + error, 1.0)
    weights = np.where(logits == top, 1.0, weights)
    first = np.argmax(logits, axis=0)[None]
    rest = weights.copy()
    np.put_along_axis(rest, first, 0.0, axis=0)
    without = np.sum(rest, axis=0)
    others = 1.0 + without - weights
    np.put_along_axis(others, first, without[None], axis=0)
    surprises = np.log1p(without) + np.where(logits == top, 0.0, top - logits)
    return _Shares(targets, weights, others, 1.0 + without, surprises)


def _of_softmax(*zs_and_ys: Floats, out: Floats) -> None:
    found = _shares(zs_and_ys)
    np.sum(_times(found.targets, found.surprises), axis=0, out=out)


def _d_of_softmax(*zs_ys_and_output: Floats) -> tuple[Floats, ...]:
    found = _shares(zs_ys_and_output[:-1])
    targets = found.targets
    others = np.sum(targets, axis=0) - targets
    largest = np.argmax(targets, axis=0)[None]
    rest = targets.copy()
    np.put_along_axis(rest, largest, 0.0, axis=0)
    np.put_along_axis(others, largest, np.sum(rest, axis=0)[None], axis=0)
    slopes = (found.weights * others - targets * found.others) / found.total
    return *slopes, *found.surprises


_KERNELS: Final[dict[Primitive, Kernel]] = {
    table.DIV: Kernel(np.divide, _d_div),
    table.LOGSUMEXP: Kernel(_logsumexp, _d_logsumexp),
    table.ABS: Kernel(np.abs, lambda x, y: (np.sign(x),)),
    table.EXP: Kernel(np.exp, lambda x, y: (y,)),
    table.EXPM1: Kernel(np.expm1, lambda x, y: (np.exp(x),)),
    table.LOG: Kernel(np.log, _d_log),
    table.LOG1P: Kernel(np.log1p, _d_log1p),
    table.SQRT: Kernel(np.sqrt, lambda x, y: (0.5 / np.abs(y),)),
    table.SQUARE: Kernel(np.square, lambda x, y: (2.0 * x,)),
    table.RECIPROCAL: Kernel(np.reciprocal, _d_reciprocal),
    table.SIN: Kernel(np.sin, lambda x, y: (np.cos(x),)),
    table.COS: Kernel(np.cos, lambda x, y: (-np.sin(x),)),
    table.TANH: Kernel(np.tanh, _tanh),
    table.SIGMOID: Kernel(_sigmoid, _d_sigmoid),
    table.LOG_SIGMOID: Kernel(_log_sigmoid, lambda x, y: (_logistic(-x),)),
    table.SOFTPLUS: Kernel(_softplus, lambda x, y: (_logistic(x),)),
    # The sign of relu(x) is 0, 1 or nan, as its derivative.
    table.RELU: Kernel(_relu, lambda x, y: (np.sign(y),)),
    table.LEAKY_RELU: Kernel(_leaky_relu, _d_leaky_relu),
    table.MAXIMUM: Kernel(np.maximum, _d_larger),
    table.MINIMUM: Kernel(np.minimum, _d_smaller),
    REFINED: Kernel(
        lambda x, out: np.copyto(out, np.broadcast_to(x, out.shape)),
        lambda x, y: (np.ones(np.shape(y)),),
    ),
}

# By the name that a primitive gives; see there for the reasons: nn/cross_entropies.py.
_OF_OTHERS: Final = {
    "cross_entropy": Kernel(_cross_entropy, _d_cross_entropy),
    "cross_entropy_of_sigmoid": Kernel(_of_sigmoid, _d_of_sigmoid),
    "cross_entropy_of_softmax": Kernel(_of_softmax, _d_of_softmax),
}


def _power(exponent: Operand) -> Kernel | None:
    """Return x**n for one plain exponent n; None where the row is more accurate."""
    if not isinstance(exponent, Constant) or exponent.values.size != 1:
        return None
    n = float(exponent.values.ravel()[0])
    if not 1.0 <= abs(n) <= 64.0 or (n - 1.0) + 1.0 != n:
        return None

    def partials(x: Floats, _: Floats, y: Floats) -> tuple[Floats, float]:
        derivative = n * (x if n == 2.0 else np.power(x, n - 1.0))
        return np.where(np.isnan(y), np.nan, derivative), 0.0

    if n == 2.0:
        return Kernel(lambda x, _, out: np.square(x, out=out), partials)
    return Kernel(lambda x, _, out: np.power(x, n, out=out), partials)
