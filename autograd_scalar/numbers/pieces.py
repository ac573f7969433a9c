"""Which piece of a function with kinks or jumps a point lies on.

>>> from autograd_scalar.numbers.arithmetic import arithmetic_of
>>> from autograd_scalar.primitives import RELU
>>> floats = arithmetic_of(float, 0)
>>> has_switched(floats, RELU, (-1.0,), (1.0,)), has_switched(floats, RELU, (2.0,), (1.0,))
(True, False)
"""

# ruff: noqa: E501 - the example stays on one line
from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd_scalar.numbers.arithmetic import Arithmetic
    from autograd_scalar.numbers.field import Number
    from autograd_scalar.primitives import Primitive

__all__ = ["PIECEWISE", "has_switched"]

# What has one sign on each piece.
_SIGNS: Final[dict[str, Callable[..., tuple[Number, ...]]]] = {
    **dict.fromkeys(("abs", "relu", "selu", "sign"), lambda x: (x,)),
    **dict.fromkeys(("leaky_relu", "elu"), lambda x, _: (x,)),
    **dict.fromkeys(("maximum", "minimum"), lambda a, b: (a - b,)),
    "copysign": lambda x, y: (x, y),
}
# What is the same all over a piece.
_STEPS: Final[dict[str, Callable[..., Number]]] = {
    **dict.fromkeys(("floor", "ceil", "rint"), lambda x, y: y),
    **dict.fromkeys(("mod", "fmod"), lambda a, b, y: (a - y) / b if b else b),
}
# The rows that are analytic on each piece only.
PIECEWISE: Final = frozenset({*_SIGNS, *_STEPS})


def has_switched(
    arithmetic: Arithmetic,
    row: Primitive,
    operands: tuple[Number, ...],
    recorded: tuple[float, ...],
) -> bool:
    """Whether these operands lie on another piece than the recorded floats, or may."""
    if row.name in _SIGNS:
        pieces = _SIGNS[row.name]
        now, then = pieces(*operands), pieces(*map(arithmetic.number, recorded))
        return [*map(arithmetic.sign, now)] != [*map(arithmetic.sign, then)]
    if row.name in _STEPS:
        step = _STEPS[row.name]
        floats = tuple(map(arithmetic.number, recorded))
        gap = step(*operands, arithmetic.output(row, operands)) - step(
            *floats, arithmetic.output(row, floats)
        )
        half = arithmetic.number(0.5)
        return (arithmetic.sign(gap - half), arithmetic.sign(gap + half)) != (-1, 1)
    return False
