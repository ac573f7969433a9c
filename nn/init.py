"""Initialise weights: the interval they are drawn from, and the random generator."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Final, Protocol, SupportsIndex, runtime_checkable

from autograd_scalar import OperandError, Value
from nn.arguments import shown, whole

__all__ = ["Init", "Rng", "Shuffler", "half_width", "source"]

_HALF_WIDTHS: Final[dict[str, Callable[[int, int], float]]] = {
    "uniform": lambda n_in, n_out: 1.0,
    "xavier": lambda n_in, n_out: math.sqrt(6.0 / (n_in + n_out)),
    "he": lambda n_in, n_out: math.sqrt(6.0 / n_in),
}


@runtime_checkable
class Uniform(Protocol):
    """A `random.Random`, a `numpy.random.Generator`, or another with ``uniform``."""

    def uniform(self, low: float, high: float, /) -> float:
        """Draw a number between ``low`` and ``high``."""


class Shuffler(Protocol):
    """A `random.Random`, a `numpy.random.Generator`, or another with ``shuffle``."""

    def shuffle(self, x: list[int], /) -> None:
        """Shuffle the list in place."""


Rng = Uniform | SupportsIndex | None
Init = str | float


def source(rng: Rng) -> Uniform:
    """Return the generator to draw from: an int is the seed of a new one.

    None is Python's global generator, as in micrograd, so that ``random.seed(1337)``
    gives the same networks there and here.

    >>> source(1).uniform(0.0, 1.0) == random.Random(1).uniform(0.0, 1.0)
    True

    Raises:
        OperandError: ``rng`` is none of these.
    """
    if rng is None:
        return random
    if isinstance(rng, random.Random):  # the usual case: the next checks are slow ones
        return rng
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
    """Return h: a layer's weights are drawn from the interval (-h, h).

    "xavier" is sqrt(6 / (n_in + n_out)), from Glorot and Bengio 2010; "he" is
    sqrt(6 / n_in), from He et al. 2015, for layers with relu; "uniform" is 1, as in
    micrograd; a number is itself.

    >>> half_width("uniform", 2, 3), half_width("xavier", 2, 4), half_width(0.5, 2, 3)
    (1.0, 1.0, 0.5)

    Raises:
        OperandError: ``init`` is neither a known name nor a finite number >= 0.
    """
    if isinstance(init, str):
        if init in _HALF_WIDTHS:
            return _HALF_WIDTHS[init](n_in, n_out)
    elif 0.0 <= (width := Value(init).data) < math.inf:
        return width
    names = ", ".join(map(repr, _HALF_WIDTHS))
    msg = f"init is {names} or the half-width of an interval, got {shown(init)}"
    raise OperandError(msg)
