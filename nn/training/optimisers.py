"""Optimisers: the base class `Optimiser`, SGD, Adam, AdamW, RMSprop, Adagrad; clipping.

Names, defaults and formulas are PyTorch's, to the order of the operations. In the
formulas p is a parameter and g its gradient; a parameter without one is not updated.

Parameters may come in groups with options of their own, as in PyTorch:

>>> from autograd_scalar import Value
>>> w, b = Value(1.0, "w"), Value(1.0, "b")
>>> optimiser = SGD([{"params": [w], "weight_decay": 0.5}, {"params": [b]}], lr=0.5)
>>> w.grad = b.grad = 1.0
>>> optimiser.step()
>>> w.data, b.data
(0.25, 0.5)
>>> optimiser.param_groups[1]["lr"] = 0.25
>>> optimiser.step()
>>> b.data
0.25
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, TypeVar, cast

from autograd_scalar import DataError, OperandError, ShapeError, Value
from nn.arguments import listed, shown, switch

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = [
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "Optimiser",
    "ParamGroup",
    "RMSprop",
    "clip_grad_norm_",
    "clip_grad_value_",
    "in_range",
    "real_number",
]

Array: TypeAlias = "npt.NDArray[np.float64]"
Number = TypeVar("Number", float, Array)
Params = Iterable[Value] | Iterable[Mapping[str, Any]]


class ParamGroup(Mapping[str, Any]):
    """The parameters of one group and their options, to read and to write by name.

    >>> from autograd_scalar import Value
    >>> group = SGD([Value(1.0)], lr=0.5).param_groups[0]
    >>> group["lr"] = 0.25
    >>> group["lr"], len(group["params"])
    (0.25, 1)
    """

    def __init__(self, owner: Optimiser) -> None:
        self._owner = owner

    def __getitem__(self, name: str) -> Any:
        if name == "params":
            return list(self._owner._own)
        return self._owner._options()[name]

    def __setitem__(self, name: str, option: object) -> None:
        """Set an option.

        Raises:
            OperandError: there is no such option, or it is out of range.
        """
        self._owner._check_names([name])
        self._owner._change({name: option})

    def __iter__(self) -> Iterator[str]:
        return iter(("params", *self._owner._options()))

    def __len__(self) -> int:
        return 1 + len(self._owner._options())

    def __repr__(self) -> str:
        return f"ParamGroup({dict(self)})"


class Optimiser(ABC):
    """The base class: the parameters, the learning rate, the state of each parameter.

    ``params`` is a list of Values, or of groups: dictionaries with a list "params", and
    any option that differs from those given by keyword. The options as attributes, as
    in ``optimiser.lr``, are those of the first group; ``param_groups`` has all.

    A subclass implements ``_updated``. It lists its options in ``_OPTIONS``, and in
    ``_STATE`` the numbers that it keeps for each parameter. One whose ``_updated``
    takes arrays as well as floats says so by ``_ON_ARRAYS``.

    Raises:
        OperandError: a parameter is not a leaf Value, or an option is out of range.
    """

    # name of an option: a function (option, name) that checks it
    _OPTIONS: ClassVar[Mapping[str, Callable[[Any, str], Any]]] = {}
    # name of a number in the state of a parameter: its least possible value
    _STATE: ClassVar[Mapping[str, float]] = {}
    _ON_ARRAYS: ClassVar[bool] = False

    def __init__(self, params: Params, lr: float) -> None:
        groups = _groups(params)
        self._given = [given for _, given in groups]
        for given in self._given:
            self._check_names(given)
        self._begin(groups[0][0], self._given[0].get("lr", lr))
        self._defaults: dict[str, Any] = {"lr": lr}
        # Each further group is an optimiser of its own, with one group.
        self._groups: list[Optimiser] = [self]
        for leaves, given in groups[1:]:
            self._groups.append(self._sibling(leaves, given.get("lr", lr)))

    def _begin(self, leaves: list[Value], lr: float) -> None:
        self._own = leaves
        self.lr = lr
        self.initial_lr: float | None = None  # set by the first schedule
        self._state: list[dict[str, float]] = [{} for _ in leaves]
        # The same numbers as one array for each name, while `step_vector` uses them.
        self._arrays: dict[str, Array] | None = None

    @property
    def _own_state(self) -> list[dict[str, float]]:
        """The state of each parameter of this group."""
        if self._arrays is not None:
            columns = {name: column.tolist() for name, column in self._arrays.items()}
            self._state = [
                {name: column[i] for name, column in columns.items()}
                for i in range(len(self._own))
            ]
            self._arrays = None
        return self._state

    @_own_state.setter
    def _own_state(self, numbers: list[dict[str, float]]) -> None:
        self._state, self._arrays = numbers, None

    def _sibling(self, leaves: list[Value], lr: float) -> Optimiser:
        """Return an optimiser of the same class for the leaves of another group."""
        other = object.__new__(type(self))
        other._groups = [other]
        other._begin(leaves, lr)
        return other

    @property
    def params(self) -> list[Value]:
        """The parameters of all groups."""
        return [parameter for group in self._groups for parameter in group._own]

    @property
    def state(self) -> list[dict[str, float]]:
        """The numbers kept for each of ``params``, by name."""
        return [state for group in self._groups for state in group._own_state]

    @property
    def param_groups(self) -> list[ParamGroup]:
        """The groups, PyTorch's ``param_groups``: at least one."""
        return [ParamGroup(group) for group in self._groups]

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        """Add a group; what it does not say is as in the call that made the optimiser.

        On an error nothing changes.

        Raises:
            OperandError: it is no group, or a parameter of it is in another one.
        """
        ((leaves, given),) = _groups([param_group])
        self._check_names(given)
        _check_distinct([*self.params, *leaves])
        other = self._sibling(leaves, self._defaults["lr"])
        other._configure(**(self._defaults | dict(given)))
        self._groups.append(other)

    @property
    def lr(self) -> float:
        """The learning rate, >= 0; it can be set at any time."""
        return self._lr

    @lr.setter
    def lr(self, number: float) -> None:
        self._lr = in_range(number, "lr")

    def _initial_lrs(self) -> list[float]:
        """Return the rate of each group from before the first schedule."""
        for group in self._groups:
            if group.initial_lr is None:
                group.initial_lr = group.lr
        return [cast("float", group.initial_lr) for group in self._groups]

    def _start_from(self, rates: Sequence[float]) -> None:
        """Set the rate of each group, and take it for the initial one."""
        for group, rate in zip(self._groups, rates, strict=True):
            group.lr = group.initial_lr = rate

    def step(self) -> None:
        """Update every parameter that has a gradient."""
        for group in self._groups:
            for parameter, state in zip(group._own, group._own_state, strict=True):
                if parameter.has_grad:
                    parameter.data = group._updated(
                        parameter.data, parameter.grad, state
                    )

    def step_vector(self, theta: Array, gradient: Array) -> None:
        """Make a step on an array of the parameters' numbers, in place.

        The numbers become those that `step` gives parameters with these gradients, to
        the bit; the Values themselves do not change.

        >>> import numpy as np
        >>> from autograd_scalar import Value
        >>> from nn import SGD
        >>> theta = np.array([1.0, 2.0])
        >>> SGD([Value(1.0), Value(2.0)], lr=0.5).step_vector(theta, np.ones(2))
        >>> theta.tolist()
        [0.5, 1.5]

        Raises:
            OperandError: one is no float64 array, or theta cannot be written.
            ShapeError: an array does not hold one number for each parameter.
        """
        count = len(self.params)
        for name, array in (("theta", theta), ("gradient", gradient)):
            _check_array(array, name, must_be_writable=name == "theta")
            if array.shape != (count,):
                msg = (
                    f"step_vector needs {count} numbers as {name}, one for each"
                    f" parameter, got shape {array.shape}"
                )
                raise ShapeError(msg)
        first = 0
        for group in self._groups:
            own = slice(first, first + len(group._own))
            group._step_arrays(theta[own], gradient[own])
            first = own.stop

    def _step_arrays(self, theta: Array, gradient: Array) -> None:
        """Make the step of one group on its part of the arrays, in place."""
        arrays = self._state_in_arrays()
        if arrays is None:
            numbers = zip(
                theta.tolist(), gradient.tolist(), self._own_state, strict=True
            )
            theta[:] = [self._updated(p, g, state) for p, g, state in numbers]
        else:
            self._update(theta, gradient, arrays)
            self._arrays = arrays

    def _update(self, theta: Array, gradient: Array, state: dict[str, Array]) -> None:
        import numpy as np  # noqa: PLC0415  (whose arrays these are)

        with np.errstate(all="ignore"):
            theta[:] = self._updated(theta, gradient, state)

    def _state_in_arrays(self) -> dict[str, Array] | None:
        """Return the state by name; None where parameters must be stepped singly."""
        import numpy as np  # noqa: PLC0415  (whose arrays are stepped)

        home = next(c for c in type(self).__mro__ if "_updated" in vars(c))
        if not vars(home).get("_ON_ARRAYS", False):
            return None
        if self._arrays is not None:
            return self._arrays
        names = self._state[0].keys()
        if any(state.keys() != names for state in self._state):
            return None
        return {name: np.array([s[name] for s in self._state]) for name in names}

    def zero_grad(self) -> None:
        """Clear the gradients of the parameters."""
        for parameter in self.params:
            parameter.zero_grad()

    def state_dict(self) -> dict[str, Any]:
        """Return options and state as numbers, lists and dictionaries, fit for JSON.

        Of several groups it is a list of these, under "groups".
        """
        states = [group._own_state_dict() for group in self._groups]
        return states[0] if len(states) == 1 else {"groups": states}

    def _own_state_dict(self) -> dict[str, Any]:
        return {"options": self._options(), "state": [dict(s) for s in self._own_state]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Restore the options and the state that `state_dict` returned.

        On an error nothing changes.

        Raises:
            DataError: the state is of another optimiser or another number of
                parameters or groups, or a number in it is out of range.
            OperandError: it is not a dictionary.
        """
        given = _state_by_group(state_dict, len(self._groups))
        before = [group._own_state_dict() for group in self._groups]
        try:
            for group, state in zip(self._groups, given, strict=True):
                group._load(state)
        except DataError:
            for group, state in zip(self._groups, before, strict=True):
                group._load(state)
            raise

    def _load(self, state_dict: object) -> None:
        options, state = self._fitting(state_dict)
        numbers = [self._state_of(i, entry) for i, entry in enumerate(state)]
        try:
            self._change(options)
        except OperandError as error:
            msg = f"the state does not fit this {type(self).__name__}: {error}"
            raise DataError(msg) from error
        self._own_state = numbers

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
        if options.keys() != self._options().keys() or len(state) != len(self._own):
            msg = (
                f"the state does not fit this {type(self).__name__}: got {len(state)}"
                f" parameters with options {', '.join(map(str, options))}, expected"
                f" {len(self._own)} with {', '.join(self._options())}"
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

    def _configure_groups(self, **options: Any) -> None:
        """Set the options that were given by keyword, then those of each group."""
        self._defaults |= options
        for group, given in zip(self._groups, self._given, strict=True):
            group._configure(**(options | given))

    def _change(self, options: Mapping[str, Any]) -> None:
        """Set some options; on an error nothing changes."""
        before = self._options()
        try:
            self._configure(**options)
        except OperandError:
            self._configure(**before)
            raise

    def _check_names(self, names: Iterable[str]) -> None:
        known = ("lr", *self._OPTIONS)
        for name in names:
            if name not in known:
                msg = (
                    f"a group of {type(self).__name__} has params and"
                    f" {', '.join(known)}, got {shown(name)}"
                )
                raise OperandError(msg)

    def _configure(self, **options: Any) -> None:
        """Check the options and set them as attributes."""
        for name, option in options.items():
            check = self._OPTIONS.get(name, _unchecked)
            setattr(self, name, check(option, name))

    def _options(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("lr", *self._OPTIONS)}

    @abstractmethod
    def _updated(self, p: Any, g: Any, state: dict[str, Any]) -> Any:
        """Return the parameter after a step; update its ``state`` in place."""

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={x!r}" for name, x in self._options().items())
        groups = len(self._groups)
        count = f"{len(self.params)} parameters"
        count += f" in {groups} groups" if groups > 1 else ""
        return f"{type(self).__name__}({count}, {options})"


# ---- Checks of arguments -------------------------------------------------------------


def _groups(params: object) -> list[tuple[list[Value], dict[str, Any]]]:
    """Return the parameters and the options of each group, of at least one."""
    _check_list(params)
    given = list(cast("Iterable[object]", params))
    if not any(isinstance(entry, Mapping) for entry in given):
        return [(_leaves(given), {})]
    groups = []
    for i, entry in enumerate(given):
        if not isinstance(entry, Mapping) or "params" not in entry:
            msg = (
                f"params[{i}] needs to be a group, a dictionary with a list 'params',"
                f" as the others, got {shown(entry)}"
            )
            raise OperandError(msg)
        options = {name: x for name, x in entry.items() if name != "params"}
        _check_list(entry["params"])
        groups.append((_leaves(list(entry["params"])), options))
    _check_distinct([value for leaves, _ in groups for value in leaves])
    return groups


def _check_list(params: object) -> None:
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


def _leaves(values: list[Any]) -> list[Value]:
    """Return the parameters, which need to be different leaf Values."""
    if not values:
        msg = "an optimiser needs at least one parameter, got an empty list"
        raise OperandError(msg)
    for value in values:
        if not _is_leaf(value):
            msg = (
                f"a parameter needs to be a Value that was not computed: {shown(value)}"
            )
            raise OperandError(msg)
    _check_distinct(values)
    return values


def _check_distinct(values: Sequence[Value]) -> None:
    if len(set(values)) < len(values):
        msg = (
            f"{len(values)} parameters were given, but only {len(set(values))} differ;"
            " give each once"
        )
        raise OperandError(msg)


def _state_by_group(state_dict: object, count: int) -> Sequence[object]:
    """Return the part of the state for each of ``count`` groups."""
    groups = state_dict.get("groups") if isinstance(state_dict, Mapping) else None
    if groups is None and count == 1:
        return [state_dict]
    if isinstance(groups, list | tuple) and len(groups) == count:
        return groups
    found = len(groups) if isinstance(groups, list | tuple) else 1
    msg = f"the state has {found} groups of parameters, expected {count}"
    raise DataError(msg)


def _check_array(array: object, name: str, *, must_be_writable: bool) -> None:
    import numpy as np  # noqa: PLC0415  (whose array it should be)

    if (
        not isinstance(array, np.ndarray)
        or array.dtype != np.float64
        or (must_be_writable and not array.flags.writeable)
    ):
        writable = "writable " if must_be_writable else ""
        msg = (
            f"step_vector needs a {writable}float64 array as {name}, got"
            f" {type(array).__name__}: {shown(array)}"
        )
        raise OperandError(msg)


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
    _ON_ARRAYS: ClassVar = True

    momentum: float
    dampening: float
    weight_decay: float
    nesterov: bool
    _room: Array | None = None  # for lr g, in a step on arrays

    def __init__(  # noqa: PLR0913, PLR0917  (PyTorch's order)
        self,
        params: Params,
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        super().__init__(params, lr)
        self._configure_groups(
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

    def _updated(self, p: Number, g: Number, state: dict[str, Number]) -> Number:
        if self.weight_decay != 0.0:
            g = g + self.weight_decay * p
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

    def _update(self, theta: Array, gradient: Array, state: dict[str, Array]) -> None:
        """Make a plain step, p - lr g, without a new array."""
        is_ours = type(self)._updated is SGD._updated
        if not is_ours or self.momentum != 0.0 or self.weight_decay != 0.0:
            super()._update(theta, gradient, state)
            return
        import numpy as np  # noqa: PLC0415  (whose arrays these are)

        if self._room is None:
            self._room = np.empty(len(theta))
        with np.errstate(all="ignore"):
            np.multiply(gradient, self.lr, out=self._room)
            np.subtract(theta, self._room, out=theta)


class Adam(Optimiser):
    """Adam (Kingma and Ba 2015): steps scaled by running means m of g and v of g**2.

    m = lerp(m, g, 1 - beta1), v = beta2 v + (1 - beta2) g**2, and after t steps::

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
    _ON_ARRAYS: ClassVar = True

    betas: tuple[float, float]
    eps: float
    weight_decay: float
    amsgrad: bool

    def __init__(  # noqa: PLR0913, PLR0917  (PyTorch's order)
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
    ) -> None:
        super().__init__(params, lr)
        self._configure_groups(
            betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad
        )

    def _updated(self, p: Number, g: Number, state: dict[str, Number]) -> Number:
        p, g = self._decayed(p, g)
        beta1, beta2 = self.betas
        zero = _zero(g)
        t = state["step"] = state.get("step", zero) + 1.0
        m = state["exp_avg"] = _lerp(state.get("exp_avg", zero), g, 1.0 - beta1)
        v = beta2 * state.get("exp_avg_sq", zero) + (1.0 - beta2) * g * g
        state["exp_avg_sq"] = v
        if self.amsgrad:
            v = _larger(v, state.get("max_exp_avg_sq", zero))
            state["max_exp_avg_sq"] = v
        correction1 = 1.0 - _power(beta1, t)
        correction2 = 1.0 - _power(beta2, t)
        scale = _root(v) / _root(correction2) + self.eps
        return p - _quotient(self.lr / correction1 * m, scale)

    def _decayed(self, p: Number, g: Number) -> tuple[Number, Number]:
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
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad)

    def _decayed(self, p: Number, g: Number) -> tuple[Number, Number]:
        return p * (1.0 - self.lr * self.weight_decay), g


class RMSprop(Optimiser):
    """RMSprop (Hinton 2012): steps divided by the root of a running mean v of g**2.

    v = alpha v + (1 - alpha) g**2, and p - lr g / (sqrt(v) + eps). With ``momentum``
    the quotients are summed in a buffer; ``centered`` takes the running variance of g
    for v. ``weight_decay`` adds weight_decay p to g.

    >>> from autograd_scalar import Value
    >>> w = Value(1.0, "w")
    >>> optimiser = RMSprop([w], lr=0.5, alpha=0.75)
    >>> (w * w).backward()
    >>> optimiser.step()
    >>> round(w.data, 6)
    0.0

    Raises:
        OperandError: a parameter is not a leaf Value, or an option is out of range.
    """

    _OPTIONS: ClassVar = {
        "alpha": in_range,
        "eps": in_range,
        "weight_decay": in_range,
        "momentum": in_range,
        "centered": switch,
    }
    _STATE: ClassVar = {
        "square_avg": 0.0,
        "momentum_buffer": -math.inf,
        "grad_avg": -math.inf,
    }

    alpha: float
    eps: float
    weight_decay: float
    momentum: float
    centered: bool

    def __init__(  # noqa: PLR0913, PLR0917  (PyTorch's order)
        self,
        params: Params,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
    ) -> None:
        super().__init__(params, lr)
        self._configure_groups(
            alpha=alpha,
            eps=eps,
            weight_decay=weight_decay,
            momentum=momentum,
            centered=centered,
        )

    def _updated(self, p: float, g: float, state: dict[str, float]) -> float:
        g += self.weight_decay * p
        v = self.alpha * state.get("square_avg", 0.0) + (1.0 - self.alpha) * g * g
        state["square_avg"] = v
        if self.centered:
            m = _lerp(state.get("grad_avg", 0.0), g, 1.0 - self.alpha)
            state["grad_avg"] = m
            v -= m * m
        # Rounding may leave a variance below 0; its root is nan, as in PyTorch.
        scale = (math.sqrt(v) if v >= 0.0 else math.nan) + self.eps
        if self.momentum == 0.0:
            return p - _quotient(self.lr * g, scale)
        buffer = self.momentum * state.get("momentum_buffer", 0.0) + _quotient(g, scale)
        state["momentum_buffer"] = buffer
        return p - self.lr * buffer


class Adagrad(Optimiser):
    """Adagrad (Duchi et al. 2011): steps divided by the root of the sum s of all g**2.

    s = s + g**2, and p - lr / (1 + (t - 1) lr_decay) g / (sqrt(s) + eps) in step t.
    ``weight_decay`` adds weight_decay p to g.

    >>> from autograd_scalar import Value
    >>> w = Value(1.0, "w")
    >>> optimiser = Adagrad([w], lr=0.5)
    >>> (w * w).backward()
    >>> optimiser.step()
    >>> round(w.data, 6)
    0.5

    Raises:
        OperandError: a parameter is not a leaf Value, or an option is out of range.
    """

    _OPTIONS: ClassVar = {
        "lr_decay": in_range,
        "weight_decay": in_range,
        "initial_accumulator_value": in_range,
        "eps": in_range,
    }
    _STATE: ClassVar = {"step": 0.0, "sum": 0.0}

    lr_decay: float
    weight_decay: float
    initial_accumulator_value: float
    eps: float

    def __init__(  # noqa: PLR0913, PLR0917  (PyTorch's order)
        self,
        params: Params,
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
    ) -> None:
        super().__init__(params, lr)
        self._configure_groups(
            lr_decay=lr_decay,
            weight_decay=weight_decay,
            initial_accumulator_value=initial_accumulator_value,
            eps=eps,
        )

    def _updated(self, p: float, g: float, state: dict[str, float]) -> float:
        g += self.weight_decay * p
        t = state["step"] = state.get("step", 0.0) + 1.0
        total = state.get("sum", self.initial_accumulator_value) + g * g
        state["sum"] = total
        rate = self.lr / (1.0 + (t - 1.0) * self.lr_decay)
        return p - _quotient(rate * g, math.sqrt(total) + self.eps)


# ---- Clipping ------------------------------------------------------------------------


def clip_grad_norm_(
    parameters: Iterable[Value] | Value,
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> float:
    """Scale all gradients together so that their norm is at most ``max_norm``.

    They are multiplied by max_norm / (norm + 1e-6) if that is below 1, as in
    `torch.nn.utils`. Parameters without a gradient count for nothing.

    >>> from autograd_scalar import Value
    >>> w, b = Value(1.0), Value(1.0)
    >>> w.grad, b.grad = 3.0, 4.0
    >>> clip_grad_norm_([w, b], max_norm=1.0)
    5.0
    >>> round(w.grad, 4), round(b.grad, 4)
    (0.6, 0.8)

    Args:
        parameters: Values, as `Module.parameters` gives.
        max_norm: the largest norm allowed.
        norm_type: p of the p-norm; `math.inf` takes the largest gradient.
        error_if_nonfinite: whether a norm of nan or inf raises.

    Returns:
        The norm before.

    Raises:
        OperandError: an argument is of the wrong type or out of range.
        DataError: ``error_if_nonfinite``, and the norm is nan or infinite.
    """
    most, p = in_range(max_norm, "max_norm"), real_number(norm_type, "norm_type")
    if not p > 0.0:
        msg = f"norm_type needs to be above 0, got {p}"
        raise OperandError(msg)
    held = _with_gradients(parameters)
    norm = _norm([parameter.grad for parameter in held], p)
    strict = switch(error_if_nonfinite, "error_if_nonfinite")
    if strict and not math.isfinite(norm):
        msg = (
            f"the norm of the gradients is {norm}, so they cannot be clipped; look for"
            " the cause with autograd_scalar.diagnose(loss)"
        )
        raise DataError(msg)
    factor = most / (norm + 1e-6)
    if not factor >= 1.0:  # a nan goes on, as in PyTorch
        for parameter in held:
            parameter.grad *= factor
    return norm


def clip_grad_value_(parameters: Iterable[Value] | Value, clip_value: float) -> None:
    """Limit every gradient to [-clip_value, clip_value]; a nan stays.

    >>> from autograd_scalar import Value
    >>> w = Value(1.0)
    >>> w.grad = -7.0
    >>> clip_grad_value_([w], 2.0)
    >>> w.grad
    -2.0

    Raises:
        OperandError: a parameter is no Value, or ``clip_value`` no number >= 0.
    """
    most = in_range(clip_value, "clip_value")
    for parameter in _with_gradients(parameters):
        if abs(parameter.grad) > most:
            parameter.grad = math.copysign(most, parameter.grad)


def _with_gradients(parameters: Iterable[Value] | Value) -> list[Value]:
    if isinstance(parameters, Value):
        parameters = [parameters]
    values = listed(parameters, "parameters")
    for value in values:
        if not isinstance(value, Value):
            msg = (
                "parameters needs Values, as net.parameters() gives, got"
                f" {type(value).__name__}: {shown(value)}"
            )
            raise OperandError(msg)
    return [value for value in values if value.has_grad]


def _norm(numbers: Sequence[float], p: float) -> float:
    if any(map(math.isnan, numbers)):
        return math.nan
    largest = max(map(abs, numbers), default=0.0)
    if p == math.inf or largest == 0.0 or math.isinf(largest):
        return largest
    if p == 2.0:  # noqa: PLR2004
        return math.hypot(*numbers)
    # Of ratios, because powers could overflow.
    total: float = math.fsum((abs(g) / largest) ** p for g in numbers) ** (1.0 / p)
    return largest * total


# ---- Arithmetic ----------------------------------------------------------------------


# ---- On a float, or on each element of an array --------------------------------------


def _lerp(start: Number, end: Number, weight: float) -> Number:
    # PyTorch's two forms: the first is exact at weight 0, the second at 1.
    if weight < 0.5:  # noqa: PLR2004
        return start + weight * (end - start)
    return end - (end - start) * (1.0 - weight)


def _zero(like: Number) -> Number:
    if isinstance(like, float):
        return 0.0
    import numpy as np  # noqa: PLC0415  (whose array it is like)

    return np.zeros(len(like))


def _larger(v: Number, largest: Number) -> Number:
    """Return the larger of two; as torch.maximum does, keep the nan of either."""
    if isinstance(v, float):
        return v if v > largest or math.isnan(v) else largest
    import numpy as np  # noqa: PLC0415  (whose array v is)

    return np.maximum(v, largest)


def _power(base: float, t: Number) -> Number:
    """Return base**t; of an array each element by Python, whose bits may differ."""
    if isinstance(t, float):
        return cast("float", base**t)
    import numpy as np  # noqa: PLC0415  (whose array t is)

    different, which = np.unique(t, return_inverse=True)
    return np.array([base**x for x in different.tolist()])[which]


def _root(v: Number) -> Number:
    if isinstance(v, float):
        return math.sqrt(v)
    import numpy as np  # noqa: PLC0415  (whose array v is)

    return np.sqrt(v)


def _quotient(m: Number, scale: Number) -> Number:
    """Return m / scale as in IEEE 754: for scale 0 inf or nan, no exception."""
    if isinstance(scale, float):
        if scale != 0.0:
            return m / scale
        is_nan = m == 0.0 or math.isnan(m)
        return math.nan if is_nan else math.copysign(math.inf, m)
    return m / scale
