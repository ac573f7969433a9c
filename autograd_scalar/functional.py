"""Derivatives without touching any node: the stateless twin of `backward`."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from autograd_scalar.errors import OperandError
from autograd_scalar.graph import stateless_sweep
from autograd_scalar.operands import real
from autograd_scalar.value import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["gradients"]


@overload
def gradients(output: Value, inputs: Value, seed: float = 1.0) -> float: ...
@overload
def gradients(
    output: Value, inputs: Sequence[Value], seed: float = 1.0
) -> list[float]: ...
def gradients(
    output: Value, inputs: Value | Sequence[Value], seed: float = 1.0
) -> float | list[float]:
    """d(output)/d(input) for each input, leaf or interior; no ``grad`` is changed.

    An input that the output does not depend on has gradient 0.0. Safe to call from
    many threads on shared nodes.

    >>> x, y = Value(2.0), Value(3.0)
    >>> gradients(x * x * y, [x, y])
    [12.0, 4.0]
    >>> x.grad
    0.0

    Raises:
        OperandError: ``output`` or an input is not a Value.
    """
    single = isinstance(inputs, Value)
    wanted = [inputs] if isinstance(inputs, Value) else list(inputs)
    given: tuple[object, ...] = (output, *wanted)
    for node in given:
        if not isinstance(node, Value):
            msg = f"gradients() needs Values, got {type(node).__name__}: {node!r}"
            raise OperandError(msg)
    adjoints = stateless_sweep(output, real(seed, "gradients(seed=)"))
    found = [adjoints.get(node, 0.0) for node in wanted]
    return found[0] if single else found
