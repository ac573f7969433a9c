"""The one exception family: every message says what was given and what to do."""

__all__ = [
    "AutogradError",
    "DataError",
    "DrawingError",
    "HistoryError",
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
