"""Gradient descent that can itself be differentiated, with either mode inside.

The method is part of the problems `particle` and `saddle`: a step is kept if it makes
the function smaller; after ten kept steps the rate doubles, after a refused one it
halves; a small gradient or a small step ends it.
"""

import autograd_scalar as ag
from autograd_scalar import jvp, value_and_grad

ENOUGH = 1e-5
FIRST_RATE = 1e-5
PATIENCE = 10


def forward(f):
    """f and its gradient, for a function of a list: one pass forward a variable."""

    def value_and_gradient(x):
        directions = [[float(i == j) for j in range(len(x))] for i in range(len(x))]
        values, slopes = zip(*(jvp(f, (x,), (d,)) for d in directions), strict=True)
        return values[0], list(slopes)

    return value_and_gradient


MODES = {"f": forward, "r": value_and_grad}


def argmin(mode, f, start):
    """Where f has its minimum, by the descent from start.

    >>> [x] = argmin(value_and_grad, lambda x: (x[0] - 3.0) ** 2, [0.0])
    >>> abs(x - 3.0) < 1e-4
    True
    """
    value_and_gradient = mode(f)
    x, rate, kept = start, FIRST_RATE, 0
    value, slopes = value_and_gradient(x)
    while length(slopes) > ENOUGH:
        if kept == PATIENCE:
            rate, kept = 2.0 * rate, 0
        there = [a - rate * g for a, g in zip(x, slopes, strict=True)]
        if length(a - b for a, b in zip(x, there, strict=True)) <= ENOUGH:
            break
        value_there, slopes_there = value_and_gradient(there)
        if value_there < value:
            x, value, slopes, kept = there, value_there, slopes_there, kept + 1
        else:
            rate, kept = rate / 2.0, 0
    return x


def argmax(mode, f, start):
    """Where f has its maximum: the minimum of -f."""
    return argmin(mode, lambda x: -f(x), start)


def length(vector):
    """The Euclidean length.

    >>> length([3.0, 4.0])
    5.0
    """
    return ag.sqrt(sum(a * a for a in vector))
