"""A charge steered through the origin: the derivative of a path that needs derivatives.

Pearlmutter and Siskind, "Using Programming Language Theory to Make Automatic
Differentiation Sound and Efficient" (2008). Two charges repel a particle, one of them
at a height that is to be found. The force is minus the gradient of their potential; the
path, by Euler's method, is differentiated for the descent.
"""

import autograd_scalar as ag

from .descent import MODES, argmin

START, VELOCITY = [0.0, 8.0], [0.75, 0.0]
TIME_STEP = 0.1


def potential(charges, place):
    """Σ 1 / distance.

    >>> potential([(3.0, 4.0)], [0.0, 0.0])
    0.2
    """
    x, y = place
    return sum(1.0 / ag.hypot(x - a, y - b) for a, b in charges)


def miss(mode, w):
    """The square of where the particle's path crosses the axis y = 0."""
    charges = [(10.0, 10.0 - w), (10.0, 0.0)]
    potential_and_slopes = mode(lambda place: potential(charges, place))
    (x, y), (vx, vy) = START, VELOCITY
    while (next_y := y + TIME_STEP * vy) > 0.0:
        _, (px, py) = potential_and_slopes([x, y])
        x, y = x + TIME_STEP * vx, next_y
        vx, vy = vx - TIME_STEP * px, vy - TIME_STEP * py
    return (x - y / vy * vx) ** 2


def particle(outer, inner, w):
    """The control w that lets the path cross at the origin, by descent from w.

    ``outer`` and ``inner`` name the modes, "f" or "r", of the descent and the force.
    """
    (found,) = argmin(MODES[outer], lambda v: miss(MODES[inner], v[0]), [w])
    return found


def _function(outer, inner):
    return lambda given: particle(outer, inner, given["w"])


FUNCTIONS = {
    outer + inner: _function(outer, inner) for outer in MODES for inner in MODES
}
