"""One differentiation under way: its inputs, and what its results have to be."""

from __future__ import annotations

import math
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, Self

from autograd_scalar.errors import AnomalyError
from autograd_scalar.functional import gradients
from autograd_scalar.fused import nary
from autograd_scalar.graph import topological_order
from autograd_scalar.modes import blocks, depth, watcher
from autograd_scalar.primitives import REAL, Primitive
from autograd_scalar.recorded import tangents_as_values
from autograd_scalar.tangents import hessian_times, tangents_along
from autograd_scalar.transforms.containers import (
    filled,
    holds_values,
    leaves_alike,
    leaves_of,
)
from autograd_scalar.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autograd_scalar.recorded import Number

__all__ = ["Differentiation"]

# The ids of the inputs of all differentiations under way, in this thread or task.
_inputs_under_way: Final[ContextVar[frozenset[int]]] = ContextVar(
    "inputs_under_way", default=frozenset()
)

_ARGUMENT: Final = Primitive(
    "argument",
    lambda x: x,
    lambda x, y: (1.0,),
    arity=1,
    symbol="=",
    latex="{0}",
    domain=(REAL,),
)

_OUTPUTS: Final = Primitive(
    "outputs",
    lambda *xs: 0.0,
    lambda *xs_and_y: (0.0,) * (len(xs_and_y) - 1),
    arity=None,
    symbol="outputs",
    latex="{0}",
    domain=(REAL,),
)


_MOST_TERMS: Final = 4  # of a sum, in a message


class Differentiation:
    """Within the block everything is recorded, and ``args`` are the arguments to use.

    Each number of a differentiated argument becomes a leaf of its own, so that nothing
    else is mistaken for it, even the Value that was passed. That leaf is joined to this
    Value when the block ends: until then a sweep stops there, however long its history.
    """

    def __init__(
        self, what: str, args: tuple[Any, ...], places: Sequence[int], others: Any
    ) -> None:
        self._what = what
        self._model = tuple(args[place] for place in places)
        self._given = leaves_of(self._model, f"{what}(): a differentiated argument")
        self._inputs = [
            Value(x.data if isinstance(x, Value) else x) for x in self._given
        ]
        changed = list(args)
        parts = filled(self._model, iter(self._inputs))
        for place, part in zip(places, parts, strict=True):
            changed[place] = part
        self.args = tuple(changed)
        self._outside = _inputs_under_way.get()
        self._gives_values = holds_values(args) or holds_values(others)
        self._is_recorded = not depth.get()

    def __enter__(self) -> Self:
        self._mode = depth.set(0)  # asked for derivatives, `no_grad` has no say within
        self._under_way = _inputs_under_way.set(
            self._outside.union(map(id, self._inputs))
        )
        return self

    def __exit__(self, *error: object) -> None:
        _inputs_under_way.reset(self._under_way)
        depth.reset(self._mode)
        if not self._is_recorded:
            return
        for leaf, outer in zip(self._inputs, self._given, strict=True):
            if isinstance(outer, Value):
                leaf._primitive = _ARGUMENT
                leaf._left = outer
                leaf._left_derivative = 1.0

    def look_at(self, outputs: Sequence[Number]) -> None:
        """See whether the outputs depend on what is differentiated outside."""
        if self._outside and not self._gives_values:
            history = _history(outputs)
            self._gives_values = any(id(x) in self._outside for x in history)

    def gradient(self, y: Number, *, again: bool = False) -> Sequence[Number]:
        """The derivatives of one output by every input, to be differentiated again."""
        if not isinstance(y, Value):
            return [0.0] * len(self._inputs)
        if again or self._keeps_history:
            return gradients(y, self._inputs, create_graph=True)
        return gradients(y, self._inputs)

    def hessian(self, y: Number) -> Sequence[Sequence[Number]]:
        """The second derivatives of one output, a row for every input."""
        count = len(self._inputs)
        if not isinstance(y, Value):
            return [[0.0] * count] * count
        if self._needs_nodes:
            return [self.gradient(slope) for slope in self.gradient(y, again=True)]
        unit = [[float(i == j) for j in range(count)] for i in range(count)]
        return hessian_times(y, self._inputs, unit)

    def hessian_times(self, y: Number, directions: Any) -> Sequence[Number]:
        """The Hessian of one output, times the directions."""
        along = self._along(directions)
        if not isinstance(y, Value):
            return [0.0] * len(along)
        if self._needs_nodes:
            return self.tangents(self.gradient(y, again=True), directions)
        return hessian_times(y, self._inputs, [[*map(_float, along)]])[0]

    def tangents(self, ys: Sequence[Number], directions: Any) -> list[Number]:
        """The derivative of each output along the directions.

        Raises:
            AnomalyError: within `detect_anomaly`, a tangent is inf or nan.
        """
        along = self._along(directions)
        values = [y for y in ys if isinstance(y, Value)]
        if not values:
            return [0.0] * len(ys)
        root = nary(_OUTPUTS, values)
        numbers = [*map(_float, along)]
        if blocks.count:
            _watched_tangents(root, self._inputs, numbers)
        found: Mapping[int, Number]
        if self._keeps_history:
            found = tangents_as_values(root, self._inputs, along)
        else:
            found = tangents_along(root, self._inputs, numbers)
        return [found.get(id(y), 0.0) for y in ys]

    def _along(self, directions: Any) -> list[Number]:
        """A number for each input."""
        return leaves_alike(directions, self._model, f"{self._what}(tangents=)")

    def result(self, number: Number) -> Number:
        """A Value where Values were given or are needed outside, else a float."""
        if not self._gives_values:
            return number.data if isinstance(number, Value) else number
        if isinstance(number, Value) and self._is_recorded:
            return number
        return Value(number.data if isinstance(number, Value) else number)

    @property
    def _keeps_history(self) -> bool:
        return self._gives_values and self._is_recorded

    @property
    def _needs_nodes(self) -> bool:
        """Whether second derivatives are to be recorded: for history, or a watcher."""
        return self._keeps_history or watcher.get() is not None


def _history(outputs: Sequence[Number]) -> list[Value]:
    """A topological order of all that the outputs were computed from."""
    values = [y for y in outputs if isinstance(y, Value)]
    return topological_order(nary(_OUTPUTS, values))[:-1] if values else []


def _watched_tangents(
    root: Value, inputs: Sequence[Value], direction: Sequence[float]
) -> None:
    """Within `detect_anomaly`, raise if a tangent would be inf or nan."""
    lines = watcher.get()
    if lines is None or not all(map(math.isfinite, direction)):
        return
    tangents = tangents_along(root, inputs, direction)
    if all(map(math.isfinite, tangents.values())):
        return
    from autograd_scalar.diagnosis.origins import describe  # noqa: PLC0415  (for an error only)

    order = topological_order(root)
    node = next(v for v in order if not math.isfinite(tangents[id(v)]))
    terms = [
        f"{derivative!r} * {tangent!r}"
        for parent, derivative in zip(node.parents, node.local_derivatives, strict=True)
        if (tangent := tangents[id(parent)]) != 0.0
    ]
    shown = " + ".join([*terms[:_MOST_TERMS], *["..."] * (len(terms) > _MOST_TERMS)])
    line = lines.of(node)
    where = "" if line is None else f", recorded in {line}"
    msg = (
        f"the tangent of {describe(node)} is the first that is not finite: {shown} ="
        f" {tangents[id(node)]!r} (local derivative * operand's tangent){where}"
    )
    raise AnomalyError(msg)


def _float(number: Number) -> float:
    return number.data if isinstance(number, Value) else number
