"""A saddle point: the minimum of a maximum, both by gradient descent.

Pearlmutter and Siskind, "Using Programming Language Theory to Make Automatic
Differentiation Sound and Efficient" (2008): min over p of max over q of |p|² - |q|².
"""

from .descent import MODES, argmax, argmin


def height(p, q):
    """|p|² - |q|².

    >>> height([1.0, 2.0], [1.0, 1.0])
    3.0
    """
    return (p[0] * p[0] + p[1] * p[1]) - (q[0] * q[0] + q[1] * q[1])


def saddle(outer, inner, start):
    """The coordinates of p and then q, both descents from the start.

    ``outer`` and ``inner`` name the modes, "f" or "r", of the minimum and the maximum.
    """

    def summit(p):
        return height(p, argmax(MODES[inner], lambda q: height(p, q), start))

    p = argmin(MODES[outer], summit, start)
    q = argmax(MODES[outer], lambda q: height(p, q), start)
    return [*p, *q]


def _function(outer, inner):
    return lambda given: saddle(outer, inner, given["start"])


FUNCTIONS = {
    outer + inner: _function(outer, inner) for outer in MODES for inner in MODES
}
