"""Derivatives without touching any node: the stateless twin of `backward`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, overload

from autograd_scalar.errors import OperandError
from autograd_scalar.exact import exact_sweep
from autograd_scalar.graph import stateless_sweep
from autograd_scalar.modes import blocks, watched_sweep
from autograd_scalar.operands import listed, real
from autograd_scalar.recorded import reverse_as_values
from autograd_scalar.value import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["gradients"]

_INPUTS: Final = "gradients() needs a Value or a sequence of Values as inputs"


@overload
def gradients(
    output: Value,
    inputs: Value,
    seed: float = 1.0,
    *,
    create_graph: Literal[False] = False,
    exact: bool = False,
) -> float: ...
@overload
def gradients(
    output: Value,
    inputs: Sequence[Value],
    seed: float = 1.0,
    *,
    create_graph: Literal[False] = False,
    exact: bool = False,
) -> list[float]: ...
@overload
def gradients(
    output: Value, inputs: Value, seed: float = 1.0, *, create_graph: Literal[True]
) -> Value: ...
@overload
def gradients(
    output: Value,
    inputs: Sequence[Value],
    seed: float = 1.0,
    *,
    create_graph: Literal[True],
) -> list[Value]: ...
def gradients(
    output: Value,
    inputs: Value | Sequence[Value],
    seed: float = 1.0,
    *,
    create_graph: bool = False,
    exact: bool = False,
) -> float | list[float] | Value | list[Value]:
    """d(output)/d(input) for each input, leaf or interior; no ``grad`` is changed.

    An input that the output does not depend on has gradient 0.0. Safe to call from
    many threads on shared nodes. With ``create_graph`` the gradients are Values, and
    can be differentiated again. With ``exact`` every adjoint is the sum of its
    contributions rounded once, so that no bit depends on the order of a node's users.

    >>> x, y = Value(2.0), Value(3.0)
    >>> gradients(x * x * y, [x, y])
    [12.0, 4.0]
    >>> slope = gradients(x**3, x, create_graph=True)
    >>> slope.data, gradients(slope, x)
    (12.0, 12.0)

    Raises:
        OperandError: ``output`` or an input is not a Value, or the seed no number; or
            both ``create_graph`` and ``exact``.
        StaleGraphError: with ``create_graph``, a leaf's data is no longer what was
            recorded: its second derivative would belong to another point.
        AnomalyError: within `detect_anomaly`, an adjoint is inf or nan.
    """
    wanted = [inputs] if isinstance(inputs, Value) else listed(inputs, _INPUTS)
    given: tuple[object, ...] = (output, *wanted)
    for node in given:
        if not isinstance(node, Value):
            msg = f"gradients() needs Values, got {type(node).__name__}: {node!r}"
            raise OperandError(msg)
    start = real(seed, "gradients(seed=)")
    if create_graph:
        if exact:
            msg = (
                "gradients(exact=True) rounds every sum once, which no graph of Values"
                " does; leave out create_graph or exact"
            )
            raise OperandError(msg)
        values = reverse_as_values(output, wanted, start)
        return values[0] if isinstance(inputs, Value) else values
    if blocks.count:
        watched_sweep(output, start)
    sweep = exact_sweep if exact else stateless_sweep
    numbers = sweep(output, start, wanted)
    return numbers[0] if isinstance(inputs, Value) else numbers
