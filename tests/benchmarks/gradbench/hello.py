"""The square and its derivative: whether the two sides understand each other."""

from autograd_scalar import Value, gradients


def square(x):
    """x², for a float or a Value."""
    return x * x


def double(number):
    """The derivative of ``square``.

    >>> double(3.0)
    6.0
    """
    x = Value(number)
    return gradients(square(x), x)


FUNCTIONS = {"square": square, "double": double}
