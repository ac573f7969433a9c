"""First values of weights: which interval they are drawn from, and by whom."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import (
    Final,
    Protocol,
    SupportsIndex,
    runtime_checkable,
)

from autograd_scalar import OperandError, Value
from nn.module import whole
from nn.shown import shown

__all__ = ["Init", "Rng", "Shuffler", "Uniform", "half_width", "source"]


@runtime_checkable
class Uniform(Protocol):
    """`random.Random`, `numpy.random.Generator`, or anything else that draws."""

    def uniform(self, low: float, high: float, /) -> float:
        """A number between ``low`` and ``high``."""


Rng = Uniform | SupportsIndex | None
Init = str | float


def source(rng: Rng) -> Uniform:
    """What to draw from: an int seeds a generator of its own, None means `random`.

    None draws from Python's global generator because micrograd does, so that
    ``random.seed(1337)`` gives the networks that its users know.
    """
    if rng is None:
        return random
    if (seed := whole(rng)) is not None:
        return random.Random(seed)
    if isinstance(rng, Uniform):
        return rng
    msg = (
        "rng is a random.Random, a NumPy Generator, an int seed or None,"
        f" got {type(rng).__name__}: {shown(rng)}"
    )
    raise OperandError(msg)


def half_width(init: Init, n_in: int, n_out: int) -> float:
    """The h of the interval (-h, h) from which a layer's weights are drawn.

    >>> half_width("uniform", 2, 3), half_width("xavier", 2, 4), half_width(0.5, 2, 3)
    (1.0, 1.0, 0.5)

    Raises:
        OperandError: ``init`` is neither a known name nor a number from 0 up.
    """
    if isinstance(init, str):
        if init in _HALF_WIDTHS:
            return _HALF_WIDTHS[init](n_in, n_out)
    elif 0.0 <= (width := Value(init).data) < math.inf:
        return width
    names = ", ".join(map(repr, _HALF_WIDTHS))
    msg = f"init is {names} or the half-width of an interval, got {shown(init)}"
    raise OperandError(msg)


# "xavier": Glorot and Bengio 2010. "he": He et al. 2015, for layers followed by relu.
_HALF_WIDTHS: Final[dict[str, Callable[[int, int], float]]] = {
    "uniform": lambda n_in, n_out: 1.0,  # micrograd's
    "xavier": lambda n_in, n_out: math.sqrt(6.0 / (n_in + n_out)),
    "he": lambda n_in, n_out: math.sqrt(6.0 / n_in),
}


class Shuffler(Protocol):
    """`random.Random`, `numpy.random.Generator`, or anything else that shuffles."""

    def shuffle(self, x: list[int], /) -> None:
        """Put the list into a random order, in place."""
