"""Least squares: the coefficients of a polynomial that should be sign(t) on [-1, 1]."""

from autograd_scalar import Value, gradients, sign


def half_squared_error(coefficients, count):
    """½ Σ (sign(t) - polynomial(t))² over ``count`` points t from -1 to 1.

    >>> half_squared_error([0.0, 0.0], 3)
    1.0
    """
    total = 0.0
    for i in range(count):
        t = 2.0 * i / (count - 1) - 1.0
        residual = sign(t) - polynomial(coefficients, t)
        total = total + residual * residual
    return total / 2.0


def polynomial(coefficients, t):
    """By Horner's rule; the first coefficient is the constant.

    >>> polynomial([1.0, 2.0, 3.0], 10.0)
    321.0
    """
    *lower, result = coefficients
    for coefficient in reversed(lower):
        result = result * t + coefficient
    return result


def primal(given):
    return half_squared_error(given["x"], given["n"])


def gradient(given):
    leaves = [Value(number) for number in given["x"]]
    return gradients(half_squared_error(leaves, given["n"]), leaves)


FUNCTIONS = {"primal": primal, "gradient": gradient}
