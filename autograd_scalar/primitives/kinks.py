"""Kinks: where a derivative is a convention, and which.

>>> kink, = ABS
>>> kink.at(0.0), kink.where, kink.convention
(True, 'x = 0', '0 (minimum-norm subgradient, R2)')
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from autograd_scalar.primitives.floats import modulo, rint


class Kink(NamedTuple):
    """Points where the derivative is a convention: a test, a text and the choice.

    They part the operands' space into pieces on which the primitive is analytic.
    ``side(*operands)`` has one sign on each piece; ``level(*operands, output)`` is the
    same number all over a piece, and differs by 1 from the next. Both run on every kind
    of number, intervals too, so ``side`` takes sums, differences and products alone. A
    kink at the end of a domain has neither.
    """

    at: Callable[..., bool]
    where: str
    convention: str
    side: Callable[..., Any] | None = None
    level: Callable[..., Any] | None = None


Kinks = tuple[Kink, ...]

_CONVEX = "0 (minimum-norm subgradient, R2)"
_JUMP = "0 (flat on both sides of the jump)"
_ONE_SIDED = "the one-sided limit (R4)"


def _at_zero(convention: str, side: Callable[..., Any] | None = None) -> Kinks:
    return (Kink(lambda x, *_: x == 0.0, "x = 0", convention, side),)


def _first(x: Any, *_: Any) -> Any:
    return x


def _output(_: Any, y: Any) -> Any:
    return y


def _quotient(x: Any, y: Any, output: Any) -> Any:
    return (x - output) / y if y else y


def _is_integer(x: float) -> bool:
    return x - x == 0.0 and x == rint(x)


def _is_half(x: float) -> bool:
    return x - x == 0.0 and 2.0 * abs(x - rint(x)) == 1.0


ABS: Final = _at_zero(_CONVEX, _first)
ROOT: Final = _at_zero(f"inf, {_ONE_SIDED}")
SELU: Final = _at_zero(
    "1.0507, the derivative above (minimum-norm supergradient, R3)", _first
)
LEAKY_RELU: Final[Kinks] = (
    Kink(
        lambda x, slope: x == 0.0 and slope != 1.0,
        "x = 0, slope ≠ 1",
        "the number between slope and 1 that is nearest to 0 (R2, R3)",
        _first,
    ),
)
ELU: Final[Kinks] = (
    Kink(
        lambda x, alpha: x == 0.0 and alpha != 1.0,
        "x = 0, alpha ≠ 1",
        "the number between alpha and 1 that is nearest to 0 (R2, R3)",
        _first,
    ),
)
RISING_ENDS: Final[Kinks] = (
    Kink(lambda x: abs(x) == 1.0, "x = ±1", f"inf, {_ONE_SIDED}"),
)
FALLING_ENDS: Final[Kinks] = (
    Kink(lambda x: abs(x) == 1.0, "x = ±1", f"-inf, {_ONE_SIDED}"),
)
END: Final[Kinks] = (Kink(lambda x: x == 1.0, "x = 1", f"inf, {_ONE_SIDED}"),)

SIGN: Final = _at_zero(_JUMP, _first)
INTEGER: Final[Kinks] = (Kink(_is_integer, "x an integer", _JUMP, level=_output),)
HALF: Final[Kinks] = (
    Kink(_is_half, "x halfway between integers", _JUMP, level=_output),
)
COPYSIGN: Final[Kinks] = (
    *_at_zero("0 (minimum norm: R2 for y ≥ 0, R3 for y < 0)", _first),
    Kink(lambda x, y: y == 0.0, "y = 0", _JUMP, lambda x, y: y),
)
QUOTIENT: Final[Kinks] = (
    Kink(
        lambda x, y: x - x == 0.0 and modulo(x, y) == 0.0,
        "x / y an integer",
        "1 for x, minus the quotient left out for y",
        level=_quotient,
    ),
)

MAXIMUM: Final[Kinks] = (
    Kink(
        lambda a, b: a == b,
        "a = b",
        "1/2 each (minimum-norm subgradient, R2)",
        lambda a, b: a - b,
    ),
)
MINIMUM: Final[Kinks] = (
    Kink(
        lambda a, b: a == b,
        "a = b",
        "1/2 each (minimum-norm supergradient, R3)",
        lambda a, b: a - b,
    ),
)
CLIP: Final[Kinks] = (
    Kink(
        lambda x, low, high: x == low,
        "x = low",
        "0 for x (minimum norm, R2), 1 for low",
        lambda x, low, high: x - low,
    ),
    Kink(
        lambda x, low, high: x == high,
        "x = high",
        "0 for x (minimum norm, R3), 1 for high",
        lambda x, low, high: x - high,
    ),
)
HYPOT: Final[Kinks] = (
    Kink(
        lambda a, b: a == 0.0 == b,
        "a = b = 0",
        "0 for a and b (minimum-norm subgradient, R2)",
    ),
)
ARCTAN2: Final[Kinks] = (
    Kink(lambda y, x: y == 0.0 == x, "x = y = 0", "nan: there is no limit"),
    Kink(lambda y, x: y == 0.0 and x < 0.0, "y = 0 > x", "the same as beside the cut"),
)
XLOGY: Final[Kinks] = (
    Kink(lambda x, y: x == 0.0 == y, "x = y = 0", "-inf for x, 0 for y"),
)

POW: Final[Kinks] = (
    Kink(lambda a, b: a == 0.0 == b, "a = b = 0", "0 for a and b"),
    Kink(
        lambda a, b: a == 0.0 and b > 0.0,
        "a = 0 < b",
        f"{_ONE_SIDED} for a, 0 for b",
    ),
    Kink(
        lambda a, b: a < 0.0 and _is_integer(b),
        "a < 0",
        "nan for b: the power is real at integers only",
    ),
)
POW_CONSTANT: Final[Kinks] = (
    Kink(
        lambda x, n: x == 0.0 and 0.0 < n < 1.0,
        "x = 0, 0 < n < 1",
        f"inf, {_ONE_SIDED}",
    ),
)
