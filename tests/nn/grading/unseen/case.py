"""What a case is: a derivation, the network it is for, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Matrices = list[Array]
Backprop = Callable[[Matrices, Matrices, Array, Array], Any]


@dataclass(frozen=True, slots=True)
class Case:
    """A derivation, and the network and cost for which it was made.

    Attributes:
        words: what was planted, or what is unusual about a right one.
        enters: the quantity in which the mistake enters; "" in a right derivation.
        derivation: a function, or equations.
        layers: the widths, the inputs first.
        hidden: the activation of the hidden layers.
        output: the activation of the output layer.
        loss: a name of `nn.losses`.
        reduction: "mean" or "sum" over the batch.
    """

    words: str
    enters: str
    derivation: Backprop | str
    layers: tuple[int, ...] = (3, 4, 2)
    hidden: str = "sigmoid"
    output: str = "sigmoid"
    loss: str = "half_squared_error"
    reduction: str = "mean"


@dataclass(slots=True)
class Collection:
    """Gathers the cases of a module, in its order."""

    cases: list[Case]

    def case(self, words: str, enters: str = "", **setting: Any) -> Any:
        """Add the function below as a case."""

        def add(function: Backprop) -> Backprop:
            self.cases.append(Case(words, enters, function, **setting))
            return function

        return add

    def text(self, words: str, enters: str, text: str, **setting: Any) -> None:
        """Add equations as a case."""
        self.cases.append(Case(words, enters, text, **setting))


def sigmoid(z: Array) -> Array:
    """Return 1 / (1 + e**-z)."""
    return 1.0 / (1.0 + np.exp(-z))


def relu(z: Array) -> Array:
    """Return max(z, 0)."""
    return np.maximum(z, 0.0)


def softmax(z: Array) -> Array:
    """Return the softmax of every column."""
    e = np.exp(z - z.max(axis=0, keepdims=True))
    result: Array = e / e.sum(axis=0, keepdims=True)
    return result


def forward(
    W: Matrices, b: Matrices, X: Array, *g: Callable[[Array], Array]
) -> tuple[Matrices, Matrices]:
    """Return Z (Z[0] is X) and A (A[0] is X) of every layer; g is one per layer."""
    Z, A = [X], [X]
    for weights, bias, activation in zip(W, b, g, strict=True):
        Z.append(weights @ A[-1] + bias)
        A.append(activation(Z[-1]))
    return Z, A


def identity(z: Array) -> Array:
    """Return z."""
    return z


def total(dZ: Array) -> Array:
    """Return the sum over the examples, as a column."""
    result: Array = dZ.sum(axis=1, keepdims=True)
    return result


def named(dZ: Matrices, dW: Matrices, db: Matrices) -> dict[str, Array]:
    """Return {"dZ1": ..., "dW1": ..., "db1": ...}; each list begins with layer 1."""
    return {
        f"{kind}{layer}": array
        for kind, arrays in (("dZ", dZ), ("dW", dW), ("db", db))
        for layer, array in enumerate(arrays, 1)
    }
