"""What differences of f cannot see: waves finer than floats are, and kinks in a graph.

>>> from autograd_scalar import Value, sin
>>> x = Value(1e17, "x")
>>> waves_too_fine(sin(x))[x]
"sin('x' = 1e+17) = -0.4645301048353727 has waves too fine for differences there"
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from autograd_scalar.diagnosis.origins import describe
from autograd_scalar.graph import topological_order
from autograd_scalar.primitives import PRIMITIVES

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd_scalar.value import Value

__all__ = ["first_kink", "is_too_fine", "waves_too_fine"]

# Beyond it fewer than some thousand floats are left to one wave, and differences of
# any step may see the same phase of many waves, or their envelope.
_FAR_OUT: Final = 2.0**40
_MANY_PERIODS: Final = 2.0**20  # of a remainder, within the steps of differences

_TOO_FINE: Final[dict[str, Callable[..., bool]]] = {
    **dict.fromkeys(
        ("sin", "cos", "tan", "sinc", "floor", "ceil", "rint"),
        lambda x: abs(x) > _FAR_OUT,
    ),
    **dict.fromkeys(
        ("mod", "fmod"), lambda x, y: max(abs(x), 1.0) > _MANY_PERIODS * abs(y)
    ),
}


def is_too_fine(node: Value) -> bool:
    """Whether the node is a wave, a saw or a stair whose period is too short there."""
    row = node.primitive
    if row is None or row.name not in _TOO_FINE:
        return False
    if PRIMITIVES[row.name].forward is not row.forward:  # another row of that name
        return False
    return _TOO_FINE[row.name](*[parent.data for parent in node.parents])


def waves_too_fine(root: Value) -> dict[Value, str]:
    """In words such a node for each node that it depends on."""
    found: dict[Value, str] = {}
    for node in topological_order(root):
        if is_too_fine(node):
            text = f"{describe(node)} has waves too fine for differences there"
            found |= dict.fromkeys(topological_order(node), text)
    return found


def first_kink(root: Value) -> str:
    """The first node at a kink, and the convention there; empty if there is none."""
    for node in topological_order(root):
        row = node.primitive
        if row is not None:
            numbers = [parent.data for parent in node.parents]
            for kink in row.kinks:
                if kink.at(*numbers):
                    return (
                        f"{describe(node)} is at a kink, {kink.where}: its derivative"
                        f" there is a convention, {kink.convention}"
                    )
    return ""
