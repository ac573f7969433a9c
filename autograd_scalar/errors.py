"""The one exception family: every message says what was given and what to do."""

__all__ = [
    "AnomalyError",
    "AutogradError",
    "DataError",
    "DrawingError",
    "GradientCheckError",
    "HistoryError",
    "NumberError",
    "OperandError",
    "ShapeError",
    "StaleGraphError",
    "TraversalError",
]


class AutogradError(Exception):
    """The base class: ``except AutogradError`` catches whatever we raise.

    >>> import autograd_scalar
    >>> issubclass(autograd_scalar.OperandError, autograd_scalar.AutogradError)
    True
    """


class OperandError(AutogradError, TypeError):
    """An operand is not a real number, or the operation would lose the gradient."""


class HistoryError(AutogradError, TypeError):
    """A Value with history was to be copied or pickled."""


class NumberError(AutogradError, ValueError):
    """An operation has no value in the kind of number that was asked for."""


class StaleGraphError(AutogradError, RuntimeError):
    """A leaf's number has changed since the graph was recorded."""


class TraversalError(AutogradError, RuntimeError):
    """A traversal of a graph was asked for from within another one."""


class ShapeError(AutogradError, ValueError):
    """Lengths or shapes do not fit together; the message names both."""


class DataError(AutogradError, ValueError):
    """A data file, or a number in it, cannot be used."""


class DrawingError(AutogradError, ValueError):
    """A graph cannot be drawn as asked."""


class AnomalyError(AutogradError, ArithmeticError):
    """Within `detect_anomaly`, a value or an adjoint became inf or nan."""


class GradientCheckError(AutogradError, AssertionError):
    """A gradient is not what differences of the function show."""
