"""Neurons, layers and networks of Values, their losses and optimisers.

`nn.matrix` is the same in matrices, `check_deltas` holds one against the other; both
need NumPy and are imported when they are first asked for.

>>> net = MLP(2, [3, 1], activation="tanh", rng=1)
>>> optimiser = SGD(net.parameters(), lr=0.1)
>>> half_squared_error(net([0.5, -1.0]), 1.0).backward()
>>> optimiser.step()
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nn.activations import Activation
from nn.layers import MLP, ForwardPass, Layer, Neuron
from nn.losses import (
    LOSSES,
    batch_loss,
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    half_squared_error,
    hinge,
    mean_squared_error,
    reduce_losses,
    softmax_cross_entropy,
    squared_error,
)
from nn.module import Module
from nn.optimisers import SGD, Adam, AdamW
from nn.schedules import CosineAnnealingLR, ExponentialLR, LambdaLR, LinearLR, StepLR
from nn.training import History, accuracy, fit

if TYPE_CHECKING:
    from nn import matrix
    from nn.delta_report import DeltaReport
    from nn.deltas import check_deltas, gradient_vector

__all__ = [
    "LOSSES",
    "MLP",
    "SGD",
    "Activation",
    "Adam",
    "AdamW",
    "CosineAnnealingLR",
    "DeltaReport",
    "ExponentialLR",
    "ForwardPass",
    "History",
    "LambdaLR",
    "Layer",
    "LinearLR",
    "Module",
    "Neuron",
    "StepLR",
    "accuracy",
    "batch_loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "check_deltas",
    "fit",
    "gradient_vector",
    "half_squared_error",
    "hinge",
    "matrix",
    "mean_squared_error",
    "reduce_losses",
    "softmax_cross_entropy",
    "squared_error",
]

# These load NumPy.
_LAZY = {
    "DeltaReport": "nn.delta_report",
    "check_deltas": "nn.deltas",
    "gradient_vector": "nn.deltas",
}


def __getattr__(name: str) -> Any:
    if name == "matrix":
        return import_module("nn.matrix")
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    msg = f"module 'nn' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
