"""The exceptions: each message says what was given, what was expected, what to do."""

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
    r"""The base class of every exception that this package raises.

    As text, it shows characters that steer a terminal as escapes: a message may quote
    a file, a label or a ``repr`` that somebody else has written.

    >>> import autograd_scalar
    >>> issubclass(autograd_scalar.OperandError, autograd_scalar.AutogradError)
    True
    >>> print(AutogradError("a type \x1b[31m"))
    a type \x1b[31m
    """

    def __str__(self) -> str:
        text = super().__str__()
        if text.isprintable():
            return text
        return "".join(
            c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text
        )


class OperandError(AutogradError, TypeError):
    """An operand is not a real number, or the operation would lose the gradient."""


class HistoryError(AutogradError, TypeError):
    """A Value with history cannot be copied or pickled."""


class NumberError(AutogradError, ValueError):
    """An operation is not defined for the requested kind of number."""


class StaleGraphError(AutogradError, RuntimeError):
    """A leaf's number has changed since the graph was recorded."""


class TraversalError(AutogradError, RuntimeError):
    """A traversal was started while another one was running."""


class ShapeError(AutogradError, ValueError):
    """Two lengths or shapes do not match; the message names both."""


class DataError(AutogradError, ValueError):
    """A data file, or a number in it, cannot be used."""


class DrawingError(AutogradError, ValueError):
    """A graph cannot be drawn as asked."""


class AnomalyError(AutogradError, ArithmeticError):
    """Within `detect_anomaly`, a value or an adjoint became inf or nan."""


class GradientCheckError(AutogradError, AssertionError):
    """A gradient disagrees with finite differences of the function."""
