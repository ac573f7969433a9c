"""A chain of differential equations, by the classical Runge-Kutta method."""

from autograd_scalar import Value, gradients

END = 2.0


def ode(x, steps):
    """y(2) of y₀' = x₀, yᵢ' = xᵢ yᵢ₋₁, y(0) = 0, in so many steps of fourth order.

    The method is exact up to y₃: yᵢ(t) is x₀ ... xᵢ tⁱ⁺¹ / (i + 1)!.

    >>> ode([1.0, 3.0], 1)
    [2.0, 6.0]
    """
    h = END / steps
    y = [0.0] * len(x)
    for _ in range(steps):
        k1 = slope(x, y)
        k2 = slope(x, moved(y, h / 2.0, k1))
        k3 = slope(x, moved(y, h / 2.0, k2))
        k4 = slope(x, moved(y, h, k3))
        stages = zip(k1, k2, k3, k4, strict=True)
        y = moved(y, h / 6.0, [a + 2.0 * (b + c) + d for a, b, c, d in stages])
    return y


def slope(x, y):
    """The right-hand side at y."""
    return [x[0], *(a * b for a, b in zip(x[1:], y[:-1], strict=True))]


def moved(y, h, k):
    """The point y + h k."""
    return [a + h * b for a, b in zip(y, k, strict=True)]


def primal(given):
    return ode(given["x"], given["s"])


def gradient(given):
    """Of the last element of y(2)."""
    leaves = [Value(number) for number in given["x"]]
    return gradients(ode(leaves, given["s"])[-1], leaves)


FUNCTIONS = {"primal": primal, "gradient": gradient}
