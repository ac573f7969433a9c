"""Backpropagation as matrix equations, in NumPy alone: the closed form.

It shares no code with the scalar engine, so that each can be checked by the other. The
equations and their shapes stand with `backprop`.

>>> from nn import matrix
>>> W, b, X, Y = [[[3.0]]], [[[1.0]]], [[2.0]], [[5.0]]
>>> result = matrix.backprop(W, b, X, Y, ["linear"], "squared_error")
>>> result.dW[0].item(), result.db[0].item()
(8.0, 4.0)
"""

from nn.matrix.arrays import Array
from nn.matrix.backprop import (
    Backprop,
    Forward,
    backprop,
    collapsed_delta,
    forward,
    gradient_vector,
    shapes,
)
from nn.matrix.checks import Activation, Loss, MatrixError, MatrixShapeError
from nn.matrix.rules import ACTIVATIONS, LAYER_ACTIVATIONS, LOSSES, LayerRule, Rule

__all__ = [
    "ACTIVATIONS",
    "LAYER_ACTIVATIONS",
    "LOSSES",
    "Activation",
    "Array",
    "Backprop",
    "Forward",
    "LayerRule",
    "Loss",
    "MatrixError",
    "MatrixShapeError",
    "Rule",
    "backprop",
    "collapsed_delta",
    "forward",
    "gradient_vector",
    "shapes",
]
