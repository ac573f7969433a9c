"""Optimisers: the base class `Optimiser`, `SGD`, `Adam` and `AdamW`.

Names, defaults and formulas are PyTorch's, to the order of the operations. In the
formulas p is a parameter and g its gradient; a parameter without one is not updated.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from autograd_scalar import DataError, OperandError, Value
from nn.arguments import shown, switch

__all__ = ["SGD", "Adam", "AdamW", "Optimiser", "in_range", "real_number"]


class Optimiser(ABC):
    """The base class: the parameters, the learning rate, the state of each parameter.

    A subclass implements ``_updated``. It lists its options in ``_OPTIONS``, and in
    ``_STATE`` the numbers that it keeps for each parameter.

    Raises:
        OperandError: a parameter is not a leaf Value, or an option is out of range.
    """

    # name of an option: a function (option, name) that checks it
    _OPTIONS: ClassVar[Mapping[str, Callable[[Any, str], Any]]] = {}
    # name of a number in the state of a parameter: its least possible value
    _STATE: ClassVar[Mapping[str, float]] = {}

    def __init__(self, params: Iterable[Value], lr: float) -> None:
        self.params = _leaves(params)
        self.lr = lr
        self.initial_lr: float | None = None  # set by the first schedule
        self.state: list[dict[str, float]] = [{} for _ in self.params]

    @property
    def lr(self) -> float:
        """The learning rate, >= 0; it can be set at any time."""
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
        """Clear the gradients of the parameters."""
        for parameter in self.params:
            parameter.zero_grad()

    def state_dict(self) -> dict[str, Any]:
        """Return options and state as numbers, lists and dictionaries, fit for JSON."""
        return {"options": self._options(), "state": [dict(s) for s in self.state]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Restore the options and the state that `state_dict` returned.

        On an error nothing changes.

        Raises:
            DataError: the state is of another optimiser or another number of
                parameters, or a number in it is out of range.
            OperandError: it is not a dictionary.
        """
        options, state = self._fitting(state_dict)
        numbers = [self._state_of(i, entry) for i, entry in enumerate(state)]
        before = self._options()
        try:
            self._configure(**options)
        except OperandError as error:
            self._configure(**before)
            msg = f"the state does not fit this {type(self).__name__}: {error}"
            raise DataError(msg) from error
        self.state = numbers

    def _fitting(self, state_dict: object) -> tuple[Mapping[str, Any], Sequence[Any]]:
        """Return options and state after checking their names and lengths."""
        if not isinstance(state_dict, Mapping):
            msg = (
                "load_state_dict needs the dictionary that state_dict() returned, got"
                f" {type(state_dict).__name__}: {shown(state_dict)}"
            )
            raise OperandError(msg)
        options, state = state_dict.get("options"), state_dict.get("state")
        if not isinstance(options, Mapping) or not isinstance(state, list | tuple):
            msg = (
                "a state needs a dictionary 'options' and a list 'state', as"
                f" state_dict() gives, got the keys {list(state_dict)}"
            )
            raise DataError(msg)
        if options.keys() != self._options().keys() or len(state) != len(self.params):
            msg = (
                f"the state does not fit this {type(self).__name__}: got {len(state)}"
                f" parameters with options {', '.join(map(str, options))}, expected"
                f" {len(self.params)} with {', '.join(self._options())}"
            )
            raise DataError(msg)
        return options, state

    def _state_of(self, i: int, entry: object) -> dict[str, float]:
        """Return the state of parameter i in floats."""
        if not isinstance(entry, Mapping):
            msg = f"state[{i}] needs to be a dictionary, got {shown(entry)}"
            raise DataError(msg)
        known = self._STATE or dict.fromkeys(entry, -math.inf)
        numbers: dict[str, float] = {}
        for name, given in entry.items():
            if name not in known:
                msg = f"state[{i}] has {name!r}, expected {', '.join(known)}"
                raise DataError(msg)
            try:
                number = real_number(given, f"state[{i}][{name!r}]")
            except OperandError as error:
                raise DataError(str(error)) from error
            if number < known[name]:  # nan passes: training may have produced it
                msg = (
                    f"state[{i}][{name!r}] is {number}, expected {known[name]} or more"
                )
                raise DataError(msg)
            numbers[name] = number
        return numbers

    def _configure(self, **options: Any) -> None:
        """Check the options and set them as attributes."""
        for name, option in options.items():
            check = self._OPTIONS.get(name, _unchecked)
            setattr(self, name, check(option, name))

    def _options(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("lr", *self._OPTIONS)}

    @abstractmethod
    def _updated(self, p: float, g: float, state: dict[str, float]) -> float:
        """Return the parameter after a step; update its ``state`` in place."""

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={x!r}" for name, x in self._options().items())
        return f"{type(self).__name__}({len(self.params)} parameters, {options})"


# ---- Checks of arguments -------------------------------------------------------------


def _leaves(params: object) -> list[Value]:
    """Return the parameters as a list of different leaf Values."""
    if isinstance(params, Value):
        msg = "params needs a list of Values, got a single Value; write [value]"
        raise OperandError(msg)
    if callable(getattr(params, "parameters", None)):
        name = type(params).__name__
        msg = f"params needs a list of Values, got a {name}; write net.parameters()"
        raise OperandError(msg)
    is_0d_array = getattr(params, "ndim", 1) == 0
    if isinstance(params, str) or not isinstance(params, Iterable) or is_0d_array:
        msg = (
            "params needs a list of Values, as net.parameters() gives, got"
            f" {type(params).__name__}: {shown(params)}"
        )
        raise OperandError(msg)
    values = list(params)
    if not values:
        msg = "an optimiser needs at least one parameter, got an empty list"
        raise OperandError(msg)
    for value in values:
        if not _is_leaf(value):
            msg = (
                f"a parameter needs to be a Value that was not computed: {shown(value)}"
            )
            raise OperandError(msg)
    if len(set(values)) < len(values):
        msg = (
            f"{len(values)} parameters were given, but only {len(set(values))} differ;"
            " give each once"
        )
        raise OperandError(msg)
    return values


def in_range(number: float, what: str, below: float = math.inf) -> float:
    """Return ``number`` if it is at least 0 and below ``below``."""
    value = real_number(number, what)
    if not 0.0 <= value < below:
        msg = f"{what} needs to be from 0 up and below {below}, got {value}"
        raise OperandError(msg)
    return value


def real_number(number: object, what: str) -> float:
    """Return ``number`` as a float; ``what`` names it in the error."""
    if not isinstance(number, Value):
        try:
            return Value(number).data
        except OperandError:
            pass
    msg = f"{what} needs a real number, got {type(number).__name__}: {shown(number)}"
    raise OperandError(msg)


def _unchecked(option: Any, _: str) -> Any:
    return tuple(option) if isinstance(option, list) else option  # JSON has no tuples


def _is_leaf(x: object) -> bool:
    return isinstance(x, Value) and x.is_leaf


def _betas(given: object, what: str) -> tuple[float, float]:
    if isinstance(given, tuple | list) and len(given) == 2:  # noqa: PLR2004
        beta1, beta2 = given
        return in_range(beta1, "beta1", 1.0), in_range(beta2, "beta2", 1.0)
    msg = f"{what} needs two numbers, as in {what}=(0.9, 0.999), got {shown(given)}"
    raise OperandError(msg)


# ---- Methods -------------------------------------------------------------------------


class SGD(Optimiser):
    """Stochastic gradient descent, p - lr g, with momentum, weight decay and Nesterov.

    With momentum: buffer = momentum buffer + (1 - dampening) g, and p - lr buffer, or
    p - lr (g + momentum buffer) with ``nesterov``. ``weight_decay`` adds
    weight_decay p to g.

    >>> from autograd_scalar import Value
    >>> w = Value(1.0, "w")
    >>> optimiser = SGD([w], lr=0.25)
    >>> (w * w).backward()
    >>> optimiser.step()
    >>> w.data
    0.5

    Raises:
        OperandError: a parameter is not a leaf Value, or an option is out of range.
    """

    _OPTIONS: ClassVar = {
        "momentum": in_range,
        "dampening": real_number,
        "weight_decay": in_range,
        "nesterov": switch,
    }
    _STATE: ClassVar = {"momentum_buffer": -math.inf}

    momentum: float
    dampening: float
    weight_decay: float
    nesterov: bool

    def __init__(  # noqa: PLR0913, PLR0917  (PyTorch's order)
        self,
        params: Iterable[Value],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        super().__init__(params, lr)
        self._configure(
            momentum=momentum,
            dampening=dampening,
            weight_decay=weight_decay,
            nesterov=nesterov,
        )

    def _configure(self, **options: Any) -> None:
        super()._configure(**options)
        if self.nesterov and (self.momentum == 0.0 or self.dampening != 0.0):
            msg = (
                "nesterov needs a momentum above 0 and a dampening of 0, got"
                f" {self.momentum} and {self.dampening}"
            )
            raise OperandError(msg)

    def _updated(self, p: float, g: float, state: dict[str, float]) -> float:
        g += self.weight_decay * p
        if self.momentum == 0.0:
            return p - self.lr * g
        if "momentum_buffer" in state:
            buffer = (
                self.momentum * state["momentum_buffer"] + (1.0 - self.dampening) * g
            )
        else:
            buffer = g  # PyTorch does not dampen the first gradient
        state["momentum_buffer"] = buffer
        if self.nesterov:
            return p - self.lr * (g + self.momentum * buffer)
        return p - self.lr * buffer


class Adam(Optimiser):
    """Adam (Kingma and Ba 2015): steps scaled by running means m of g and v of g**2.

    m = lerp(m, g, 1 - beta1), v = beta2 v + (1 - beta2) g**2, and after t steps

        p - (lr / (1 - beta1**t) * m) / (sqrt(v) / sqrt(1 - beta2**t) + eps)

    ``weight_decay`` adds weight_decay p to g; ``amsgrad`` uses the largest v so far.

    >>> from autograd_scalar import Value
    >>> w = Value(1.0, "w")
    >>> optimiser = Adam([w], lr=0.5)
    >>> (w * w).backward()
    >>> optimiser.step()
    >>> round(w.data, 6)
    0.5

    Raises:
        OperandError: a parameter is not a leaf Value, or an option is out of range.
    """

    _OPTIONS: ClassVar = {
        "betas": _betas,
        "eps": in_range,
        "weight_decay": in_range,
        "amsgrad": switch,
    }
    _STATE: ClassVar = {
        "step": 0.0,
        "exp_avg": -math.inf,
        "exp_avg_sq": 0.0,
        "max_exp_avg_sq": 0.0,
    }

    betas: tuple[float, float]
    eps: float
    weight_decay: float
    amsgrad: bool

    def __init__(  # noqa: PLR0913, PLR0917  (PyTorch's order)
        self,
        params: Iterable[Value],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
    ) -> None:
        super().__init__(params, lr)
        self._configure(
            betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad
        )

    def _updated(self, p: float, g: float, state: dict[str, float]) -> float:
        p, g = self._decayed(p, g)
        beta1, beta2 = self.betas
        t = state["step"] = state.get("step", 0.0) + 1.0
        m = state["exp_avg"] = _lerp(state.get("exp_avg", 0.0), g, 1.0 - beta1)
        v = beta2 * state.get("exp_avg_sq", 0.0) + (1.0 - beta2) * g * g
        state["exp_avg_sq"] = v
        if self.amsgrad:
            largest = state.get("max_exp_avg_sq", 0.0)
            # As torch.maximum does, keep the nan of either.
            keeps_v = v > largest or math.isnan(v)
            v = state["max_exp_avg_sq"] = v if keeps_v else largest
        correction1: float = 1.0 - beta1**t
        correction2: float = 1.0 - beta2**t
        scale = math.sqrt(v) / math.sqrt(correction2) + self.eps
        return p - _quotient(self.lr / correction1 * m, scale)

    def _decayed(self, p: float, g: float) -> tuple[float, float]:
        return p, g + self.weight_decay * p


class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019).

    Each step first multiplies the parameter by 1 - lr weight_decay.

    >>> from autograd_scalar import Value
    >>> w = Value(1.0, "w")
    >>> optimiser = AdamW([w], lr=0.5, weight_decay=0.5)
    >>> w.grad = 0.0
    >>> optimiser.step()
    >>> w.data
    0.75

    Raises:
        OperandError: a parameter is not a leaf Value, or an option is out of range.
    """

    def __init__(  # noqa: PLR0913, PLR0917  (PyTorch's order)
        self,
        params: Iterable[Value],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad)

    def _decayed(self, p: float, g: float) -> tuple[float, float]:
        return p * (1.0 - self.lr * self.weight_decay), g


def _lerp(start: float, end: float, weight: float) -> float:
    # PyTorch's two forms: the first is exact at weight 0, the second at 1.
    if weight < 0.5:  # noqa: PLR2004
        return start + weight * (end - start)
    return end - (end - start) * (1.0 - weight)


def _quotient(m: float, scale: float) -> float:
    """Return m / scale as in IEEE 754: for scale 0 inf or nan, no exception."""
    if scale != 0.0:
        return m / scale
    return math.copysign(math.inf, m) if m != 0.0 and not math.isnan(m) else math.nan
