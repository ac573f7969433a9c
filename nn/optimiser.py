"""What all optimisers share, and what they refuse."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

from autograd_scalar import DataError, OperandError, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Optimiser", "in_range", "leaves"]


class Optimiser:
    """Parameters, the learning rate, and the state of each parameter.

    A subclass gives ``_options`` and ``_updated``.

    Raises:
        OperandError: a parameter is no leaf Value, or an option is out of range.
    """

    def __init__(self, params: Iterable[Value], lr: float) -> None:
        self.params = leaves(params)
        self.lr = lr
        self.initial_lr: float | None = None  # set by the first schedule
        self.state: list[dict[str, float]] = [{} for _ in self.params]

    @property
    def lr(self) -> float:
        """The learning rate, from 0 up; write it at any time."""
        return self._lr

    @lr.setter
    def lr(self, number: float) -> None:
        self._lr = in_range(number, "lr")

    def step(self) -> None:
        """Update every parameter that has a gradient."""
        for parameter, state in zip(self.params, self.state, strict=True):
            if parameter.has_grad:
                parameter.data = self._updated(parameter.data, parameter.grad, state)

    def zero_grad(self) -> None:
        """Forget the gradients of the parameters."""
        for parameter in self.params:
            parameter.zero_grad()

    def state_dict(self) -> dict[str, Any]:
        """Options and state as plain numbers, lists and dictionaries, fit for JSON."""
        return {"options": self._options(), "state": [dict(s) for s in self.state]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from what `state_dict` gave, options included.

        Raises:
            DataError: it belongs to another optimiser or another number of parameters.
        """
        options, state = state_dict["options"], state_dict["state"]
        if options.keys() != self._options().keys() or len(state) != len(self.params):
            msg = (
                f"the state does not fit this {type(self).__name__}: got {len(state)}"
                f" parameters with options {', '.join(options)}, expected"
                f" {len(self.params)} with {', '.join(self._options())}"
            )
            raise DataError(msg)
        for name, option in options.items():
            setattr(self, name, tuple(option) if isinstance(option, list) else option)
        self.state = [dict(s) for s in state]

    def _options(self) -> dict[str, Any]:
        raise NotImplementedError

    def _updated(self, p: float, g: float, state: dict[str, float]) -> float:
        raise NotImplementedError

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={x!r}" for name, x in self._options().items())
        return f"{type(self).__name__}({len(self.params)} parameters, {options})"


def leaves(params: object) -> list[Value]:
    """The parameters as a list, if that is what they are."""
    if isinstance(params, Value):
        msg = "params needs a list of Values, got a single Value; write [value]"
        raise OperandError(msg)
    values = list(cast("Iterable[Value]", params))
    if not values:
        msg = "an optimiser needs at least one parameter, got an empty list"
        raise OperandError(msg)
    for value in values:
        if not _is_leaf(value):
            msg = f"a parameter needs to be a Value that was not computed: {value!r}"
            raise OperandError(msg)
    if len(set(values)) < len(values):
        msg = f"{len(values)} parameters were given, but only {len(set(values))} differ"
        raise OperandError(msg)
    return values


def in_range(number: float, what: str, below: float = math.inf) -> float:
    """``number`` if it is from 0 up and below ``below``."""
    value = Value(number).data
    if not 0.0 <= value < below:
        msg = f"{what} needs to be from 0 up and below {below}, got {value}"
        raise OperandError(msg)
    return value


def _is_leaf(x: object) -> bool:
    return isinstance(x, Value) and x.is_leaf
