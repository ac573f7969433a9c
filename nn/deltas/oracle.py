"""Translate a network's activations and loss into what `nn.matrix` takes.

If `nn.matrix` has no formula for one, the scalar engine computes it element by element.
Then that one derivative is not checked independently; the matrix equations that use it
still are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from autograd_scalar import OperandError, Value, gradients
from nn import matrix
from nn.activations import resolve
from nn.arguments import shown
from nn.losses import LOSSES
from nn.matrix.arrays import np

if TYPE_CHECKING:
    import numpy.typing as npt

    from nn.activations import Activation

__all__ = ["ScalarLoss", "activations", "losses"]

Array: TypeAlias = "npt.NDArray[np.float64]"
ScalarLoss: TypeAlias = Callable[[list[Value], list[float]], Value]


def activations(given: Sequence[Activation]) -> list[matrix.Activation]:
    """Return each layer's activation as `nn.matrix` takes it."""
    specs: list[matrix.Activation] = []
    for g in given:
        if g.of_layer is not None:
            specs.append(g.name)
        elif g.name not in matrix.ACTIVATIONS:
            specs.append(_elementwise(g.function))
        elif g.parameter is not None:
            specs.append((g.name, g.parameter))
        elif g.function is resolve(g.name).function:
            specs.append(g.name)
        else:  # the user's own function, under a known name
            specs.append(_elementwise(g.function))
    return specs


def losses(loss: object) -> tuple[ScalarLoss, matrix.Loss]:
    """Return the loss for the scalar graph and the loss for the matrix equations.

    Raises:
        OperandError: neither a known name nor a function.
    """
    if isinstance(loss, str):
        if loss not in LOSSES:
            msg = f"unknown loss {shown(loss)}; known: {', '.join(LOSSES)}"
            raise OperandError(msg)
        return LOSSES[loss], loss
    if not callable(loss):
        msg = (
            f"a loss is a name or a function, got {type(loss).__name__}: {shown(loss)}"
        )
        raise OperandError(msg)
    for name, known in LOSSES.items():
        if known is loss:
            return loss, name
    return loss, _from_the_engine(loss)


def _elementwise(
    g: Callable[[Value], Value],
) -> tuple[Callable[[Array], Array], Callable[[Array], Array]]:
    """Return an activation that `nn.matrix` lacks, and its derivative."""

    def derivative(z: float) -> float:
        leaf = Value(z)
        return gradients(g(leaf), leaf)

    return (
        np.vectorize(lambda z: g(Value(z)).data, otypes=[np.float64]),
        np.vectorize(derivative, otypes=[np.float64]),
    )


def _from_the_engine(loss: ScalarLoss) -> matrix.Loss:
    """Return a loss that `nn.matrix` lacks, and its derivative."""

    def one(outputs: Array, targets: Array) -> tuple[float, list[float]]:
        leaves = [Value(a) for a in outputs]
        value = loss(leaves, [float(y) for y in targets])
        return value.data, gradients(value, leaves)

    def value(A: Array, Y: Array) -> Array:
        return np.array([one(a, y)[0] for a, y in zip(A.T, Y.T, strict=True)])

    def derivative(A: Array, Y: Array) -> Array:
        return np.array([one(a, y)[1] for a, y in zip(A.T, Y.T, strict=True)]).T

    return value, derivative
