"""The truth of a graph, to as many digits as it takes, or proved in fractions."""

from __future__ import annotations

from math import frexp, inf, isfinite
from typing import TYPE_CHECKING, Final

from autograd_scalar.certification.replaying import run
from autograd_scalar.errors import NumberError
from autograd_scalar.graph import topological_order
from autograd_scalar.numbers.arithmetic import ByRules
from autograd_scalar.numbers.multiprecision import Multiprecision
from autograd_scalar.numbers.rational import Rationals

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd_scalar.certification.replaying import Replay
    from autograd_scalar.numbers.field import Number
    from autograd_scalar.value import Value

__all__ = ["is_close", "known", "proof", "settled"]

_MOST_DOUBLINGS: Final = 3  # of the digits, until they settle
_NOTHING: Final = 1e-40  # times 1e-300: far below the smallest float
_PROOF_BITS: Final = 1 << 16  # of a fraction in a proof


def settled(root: Value, digits: int) -> tuple[Replay, Replay, ByRules]:
    """The two replays at which doubling the digits has changed nothing any more."""
    enough = digits + _spread(root)
    arithmetic = ByRules(Multiprecision(enough))
    fine = run(root, arithmetic, {}, 1.0)
    for doublings in range(1, _MOST_DOUBLINGS + 1):
        coarse = fine
        arithmetic = ByRules(Multiprecision(enough << doublings))
        fine = run(root, arithmetic, {}, 1.0)
        if all(
            _is_settled(x, y, digits)
            for before, after in zip(coarse, fine, strict=True)
            for x, y in zip(before[1:], after[1:], strict=True)
        ):
            break
    return coarse, fine, arithmetic


def _is_settled(x: Number, y: Number, digits: int) -> bool:
    """Whether twice the digits change a number no more than floats can tell."""
    if x != x and y != y:  # noqa: PLR0124  (both nan)
        return True
    return is_close(x, y, digits) or _is_nothing(x - y)


def known(x: Number, y: Number, digits: int) -> Number:
    """The number with twice the digits; 0 if it is what a cancellation left of 0.

    A number as small that has settled is what it is: e**-1000 is not 0.
    """
    return y * 0 if _is_nothing(y) and not is_close(x, y, digits) else y


def _spread(root: Value) -> int:
    """Digits that it takes to add the smallest float of a graph to the largest.

    With fewer the smaller one could be missing twice, and seem to have settled.
    """
    sizes = [
        frexp(node.data)[1] for node in topological_order(root) if isfinite(node.data)
    ]
    return (max(sizes, default=0) - min(sizes, default=0)) * 3 // 10


def is_close(x: Number, y: Number, digits: int) -> bool:
    """Whether two mpf numbers are the same to so many digits; nan never is."""
    if x == y:
        return True
    gap = abs(x - y)
    if gap == inf:  # no multiple of an infinity is a measure of it
        return False
    return bool(gap * 10**digits <= max(abs(x), abs(y)))


def _is_nothing(x: Number) -> bool:
    return bool(abs(x) * 1e300 < _NOTHING)


def proof(a: Value, b: Value, read: Callable[[float], object] = float) -> bool | None:
    """Whether two rational graphs are equal; None if one is not rational.

    ``read`` is what a leaf's float is taken for: the text is the decimal it prints as.
    """
    rationals = ByRules(Rationals(_PROOF_BITS))
    try:
        ours, theirs = (run(x, rationals, _leaves(x, read), 1.0).value for x in (a, b))
    except NumberError:
        return None
    return bool(ours == theirs)


def _leaves(root: Value, read: Callable[[float], object]) -> dict[Value, object]:
    return {x: read(x.data) for x in topological_order(root) if x.is_leaf}
