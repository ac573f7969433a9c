"""Bound what the rounding of the forward pass does to the gradients.

The scalar graph and the matrix equations add the terms of z in different orders, so
their z differ in the last bits, and g'(z) with them: by little for z near 1, by much
for z near 1000. The bounds follow this difference through both passes to first order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from nn.matrix.arrays import np
from nn.matrix.backprop import Backprop, divisors
from nn.matrix.checks import check_network, resolve
from nn.matrix.rules import LOSSES, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from nn.matrix.checks import Activation, Loss
    from nn.matrix.rules import LayerRule

__all__ = ["Rounding", "rounding"]

Array: TypeAlias = "npt.NDArray[np.float64]"

_EPS = 2.0**-52
_TINY = 2.0**-1072  # a few of the smallest floats: what underflow takes


class Rounding(NamedTuple):
    """How far each gradient may be off, in the shapes and order of `Backprop`."""

    dZ: list[Array]  # noqa: N815  (named as the gradients are)
    dA: list[Array]  # noqa: N815
    dW: list[Array]  # noqa: N815
    db: list[Array]
    cost: float


def rounding(  # noqa: PLR0913, PLR0917  (the operands of the equations)
    closed: Backprop,
    W: Sequence[Array],
    b: Sequence[Array],
    X: Array,
    Y: Array,
    activations: Sequence[Activation],
    loss: Loss,
    reduction: str,
    of: str,
) -> Rounding:
    """Return the bounds for what `nn.matrix.backprop` gave for these operands.

    Where one is not finite, because something overflows, it is 0: nothing is excused.
    """
    network = check_network(W, b, activations)
    inside, outside = divisors(Y.shape[1], reduction, of)
    rule = resolve("loss", LOSSES, loss)
    with np.errstate(all="ignore"):
        eA, eZs = [np.zeros_like(X)], []
        for w, bias, g, a, z in zip(*network, closed.A, closed.Z, strict=False):
            terms = abs(w) @ abs(a) + abs(bias)
            eZ = abs(w) @ eA[-1] + (w.shape[1] + 1) * _EPS * terms
            change = _change if isinstance(g, Rule) else _change_by_each_row
            eA.append(change(g.value, z, eZ) + _lost(z))
            eZs.append(eZ)
        outputs, eOut = closed.A[-1], eA[-1]
        e = _change_by_each_row(lambda a: rule.derivative(a, Y), outputs, eOut)
        dA, dZ = [e / inside], []
        for w, z, g, by_a, eZ in zip(
            network.W[::-1],
            closed.Z[::-1],
            network.rules[::-1],
            closed.dA[:0:-1],
            eZs[::-1],
            strict=True,
        ):
            dZ.append(_delta(g, by_a, dA[-1], z, eZ) + _TINY)
            dA.append(abs(w).T @ dZ[-1] + _TINY)
        dZ, dA = dZ[::-1], dA[::-1]
        dW = [
            (e @ abs(a).T + abs(dz) @ ea.T) / outside + _TINY
            for e, dz, a, ea in zip(dZ, closed.dZ, closed.A, eA, strict=False)
        ]
        db = [e.sum(axis=1, keepdims=True) / outside for e in dZ]
        cost = float((abs(closed.dA[-1]) * eOut).sum()) / outside
    return Rounding(
        dZ=_finite(dZ),
        dA=_finite(dA),
        dW=_finite(dW),
        db=_finite(db),
        cost=cost if np.isfinite(cost) else 0.0,
    )


def _lost(z: Array) -> Array:
    """Return what underflow may take of g(z) and g'(z)."""
    return _TINY * (1 + abs(z))


def _delta(g: Rule | LayerRule, dA: Array, e: Array, z: Array, eZ: Array) -> Array:
    """Return how much dZ can change within e of dA and eZ of z."""
    if isinstance(g, Rule):
        eg = _change(g.derivative, z, eZ) + _lost(z)
        return e * abs(g.derivative(z)) + abs(dA) * eg
    by_a = _change_by_each_row(lambda d: g.delta(d, z), dA, e)
    return by_a + _change_by_each_row(lambda at: g.delta(dA, at), z, eZ)


def _finite(bounds: list[Array]) -> list[Array]:
    return [np.where(np.isfinite(e), e, 0.0) for e in bounds]


def _change(f: Callable[[Array], Array], z: Array, e: Array) -> Array:
    """Return how much f can change within e of z, where f is elementwise."""
    here = f(z)
    return np.maximum(abs(f(z + e) - here), abs(f(z - e) - here))


def _change_by_each_row(f: Callable[[Array], Array], a: Array, e: Array) -> Array:
    """Return how much f can change within e of a, where rows act on one another."""
    here, change = f(a), np.zeros_like(a)
    for row in range(len(a)):
        moved = a.copy()
        moved[row] += e[row]
        change += abs(f(moved) - here)
    return change
