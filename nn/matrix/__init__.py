"""Backpropagation as matrix equations, in NumPy alone: the closed form."""

from nn.matrix.backprop import (
    ACTIVATIONS,
    LOSSES,
    Activation,
    Array,
    Backprop,
    Forward,
    Loss,
    MatrixError,
    MatrixShapeError,
    Rule,
    backprop,
    collapsed_delta,
    forward,
    gradient_vector,
    shapes,
)

__all__ = [
    "ACTIVATIONS",
    "LOSSES",
    "Activation",
    "Array",
    "Backprop",
    "Forward",
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
