"""Schedules of the learning rate, with PyTorch's names and formulas.

Create one for an optimiser and call its ``step()`` once per epoch, after the
optimiser's. Most multiply the current rate, so that several can act together.
"""

from __future__ import annotations

import math
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from autograd_scalar import DataError, OperandError, Value
from nn.arguments import listed, shown, switch, whole
from nn.training.optimisers import Optimiser, in_range, real_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from nn.training.optimisers import ParamGroup

__all__ = [
    "CosineAnnealingLR",
    "ExponentialLR",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "OneCycleLR",
    "Rates",
    "ReduceLROnPlateau",
    "Schedule",
    "StepLR",
]


class Rates:
    """What all schedules share: the optimiser, its rates, and a state to save.

    Raises:
        OperandError: ``optimizer`` is not an `Optimiser`.
    """

    def __init__(self, optimizer: Optimiser) -> None:
        given: object = optimizer
        if not isinstance(given, Optimiser):
            msg = (
                f"{type(self).__name__} needs an optimiser first, as in"
                f" {type(self).__name__}(SGD(net.parameters()), ...), got"
                f" {type(given).__name__}: {shown(given)}"
            )
            raise OperandError(msg)
        self.optimizer = optimizer
        self.last_epoch = 0
        self._note_rates()

    def get_last_lr(self) -> list[float]:
        """Return the rates that this schedule set last, one for each group."""
        return list(self._last_lr)

    def state_dict(self) -> dict[str, Any]:
        """Return the state as numbers, lists and texts, fit for JSON.

        The optimiser is left out, and so is a function, as that of `LambdaLR`. To
        continue a training, make optimiser and schedule as before, then load the state
        of both.

        >>> from autograd_scalar import Value
        >>> from nn import SGD
        >>> schedule = ExponentialLR(SGD([Value(1.0)], lr=1.0), gamma=0.5)
        >>> schedule.step()
        >>> schedule.state_dict()["last_epoch"], schedule.state_dict()["_last_lr"]
        (1, [0.5])
        """
        return {
            name: list(item) if isinstance(item, list) else item
            for name, item in vars(self).items()
            if name in self._saved()
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Restore what `state_dict` returned; on an error nothing changes.

        Raises:
            DataError: the state is of another schedule, or holds something else than
                the numbers that belong there.
            OperandError: it is not a dictionary.
        """
        given: object = state_dict
        if not isinstance(given, Mapping):
            msg = (
                "load_state_dict needs the dictionary that state_dict() returned, got"
                f" {type(given).__name__}: {shown(given)}"
            )
            raise OperandError(msg)
        own = self.state_dict()
        if given.keys() != own.keys():
            msg = (
                f"the state does not fit this {type(self).__name__}: got"
                f" {', '.join(map(str, given)) or 'nothing'}, expected {', '.join(own)}"
            )
            raise DataError(msg)
        for name, item in own.items():
            if not _is_alike(given[name], item):
                msg = (
                    f"the state does not fit this {type(self).__name__}: {name} is"
                    f" {shown(given[name])}, expected something like {shown(item)}"
                )
                raise DataError(msg)
        for name in own:
            item = given[name]
            setattr(self, name, list(item) if isinstance(item, list | tuple) else item)

    def _saved(self) -> list[str]:
        return [
            name
            for name, item in vars(self).items()
            if isinstance(item, int | float | str)
            or (isinstance(item, list) and not any(map(callable, item)))
        ]

    def _note_rates(self) -> None:
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]


class Schedule(Rates, ABC):
    """The base class of schedules that depend on the number of steps alone.

    Raises:
        OperandError: ``optimizer`` is not an `Optimiser`.
    """

    def __init__(self, optimizer: Optimiser) -> None:
        super().__init__(optimizer)
        self.base_lrs = optimizer._initial_lrs()
        self.last_epoch = -1
        self.step()

    def step(self) -> None:
        """Set the learning rates for the next epoch.

        Raises:
            OperandError: the optimiser got another group of parameters meanwhile.
        """
        groups = self.optimizer.param_groups
        if len(groups) != len(self.base_lrs):
            msg = (
                f"the optimiser has {len(groups)} groups of parameters, and had"
                f" {len(self.base_lrs)} when this {type(self).__name__} was made; make"
                " a new one"
            )
            raise OperandError(msg)
        self.last_epoch += 1
        for i, group in enumerate(groups):
            group["lr"] = self._next(group["lr"], i)
        self._note_rates()

    @abstractmethod
    def _next(self, lr: float, i: int) -> float:
        """Return group i's rate of epoch ``last_epoch``, given the one before it."""


class StepLR(Schedule):
    """Multiply the rate by ``gamma`` every ``step_size`` epochs.

    >>> from autograd_scalar import Value
    >>> from nn import SGD
    >>> schedule = StepLR(SGD([Value(1.0)], lr=1.0), step_size=2, gamma=0.5)
    >>> for _ in range(4): schedule.step()
    >>> schedule.get_last_lr()
    [0.25]

    Raises:
        OperandError: an argument is of the wrong type or out of range.
    """

    def __init__(
        self, optimizer: Optimiser, step_size: int, gamma: float = 0.1
    ) -> None:
        self.step_size = _at_least(1, step_size, "step_size")
        self.gamma = in_range(gamma, "gamma")
        super().__init__(optimizer)

    def _next(self, lr: float, i: int) -> float:
        drops = self.last_epoch > 0 and self.last_epoch % self.step_size == 0
        return lr * self.gamma if drops else lr


class MultiStepLR(Schedule):
    """Multiply the rate by ``gamma`` at each of the epochs ``milestones``.

    An epoch that is named twice counts twice.

    >>> from autograd_scalar import Value
    >>> from nn import SGD
    >>> schedule = MultiStepLR(SGD([Value(1.0)], lr=1.0), milestones=[1, 3], gamma=0.5)
    >>> for _ in range(3): schedule.step()
    >>> schedule.get_last_lr()
    [0.25]

    Raises:
        OperandError: an argument is of the wrong type or out of range.
    """

    def __init__(
        self, optimizer: Optimiser, milestones: Iterable[int], gamma: float = 0.1
    ) -> None:
        epochs = listed(milestones, "milestones")
        self.milestones = sorted(_at_least(0, n, "a milestone") for n in epochs)
        self.gamma = in_range(gamma, "gamma")
        super().__init__(optimizer)

    def _next(self, lr: float, i: int) -> float:
        # At epoch 0 too, as PyTorch does.
        return lr * self.gamma ** self.milestones.count(self.last_epoch)


class ExponentialLR(Schedule):
    """Multiply the rate by ``gamma`` every epoch.

    >>> from autograd_scalar import Value
    >>> from nn import SGD
    >>> schedule = ExponentialLR(SGD([Value(1.0)], lr=1.0), gamma=0.5)
    >>> for _ in range(3): schedule.step()
    >>> schedule.get_last_lr()
    [0.125]

    Raises:
        OperandError: an argument is of the wrong type or out of range.
    """

    def __init__(self, optimizer: Optimiser, gamma: float) -> None:
        self.gamma = in_range(gamma, "gamma")
        super().__init__(optimizer)

    def _next(self, lr: float, i: int) -> float:
        return lr * self.gamma if self.last_epoch > 0 else lr


class LambdaLR(Schedule):
    """Set the rate to the initial rate times ``lr_lambda(epoch)``.

    A list gives a function for each group of parameters.

    >>> from autograd_scalar import Value
    >>> from nn import SGD
    >>> schedule = LambdaLR(SGD([Value(1.0)], lr=1.0), lambda epoch: 1 / (1 + epoch))
    >>> for _ in range(3): schedule.step()
    >>> schedule.get_last_lr()
    [0.25]

    Raises:
        OperandError: an argument is of the wrong type or out of range.
    """

    def __init__(
        self,
        optimizer: Optimiser,
        lr_lambda: Callable[[int], float] | Sequence[Callable[[int], float]],
    ) -> None:
        given: Any = lr_lambda
        several = isinstance(given, list | tuple)
        for function in given if several else [given]:
            if not callable(function):
                msg = (
                    "lr_lambda needs a function of the epoch, as in lambda epoch:"
                    f" 0.9**epoch, got {type(function).__name__}: {shown(function)}"
                )
                raise OperandError(msg)
        self.lr_lambdas = _for_each(optimizer, given, "lr_lambda")
        super().__init__(optimizer)

    def _next(self, lr: float, i: int) -> float:
        factor = self.lr_lambdas[i](self.last_epoch)
        return self.base_lrs[i] * real_number(factor, "the result of lr_lambda")


class LinearLR(Schedule):
    """Multiply the initial rate by a factor that changes linearly, then stays.

    The factor goes from ``start_factor`` to ``end_factor`` in ``total_iters`` epochs.

    >>> from autograd_scalar import Value
    >>> from nn import SGD
    >>> schedule = LinearLR(SGD([Value(1.0)], lr=1.0), start_factor=0.5, total_iters=2)
    >>> for _ in range(1): schedule.step()
    >>> schedule.get_last_lr()
    [0.75]

    Raises:
        OperandError: an argument is of the wrong type or out of range.
    """

    def __init__(
        self,
        optimizer: Optimiser,
        start_factor: float = 1.0 / 3.0,
        end_factor: float = 1.0,
        total_iters: int = 5,
    ) -> None:
        start_factor = real_number(start_factor, "start_factor")
        end_factor = real_number(end_factor, "end_factor")
        if not 0.0 < start_factor <= 1.0 or not 0.0 <= end_factor <= 1.0:
            msg = (
                "start_factor needs to be in (0, 1] and end_factor in [0, 1], got"
                f" {start_factor} and {end_factor}"
            )
            raise OperandError(msg)
        self.start_factor = start_factor
        self.end_factor = end_factor
        self.total_iters = _at_least(0, total_iters, "total_iters")
        super().__init__(optimizer)

    def _next(self, lr: float, i: int) -> float:
        if self.last_epoch == 0:
            return lr * self.start_factor
        if self.last_epoch > self.total_iters:
            return lr
        rise = self.end_factor - self.start_factor
        before = self.total_iters * self.start_factor + (self.last_epoch - 1) * rise
        return lr * (1.0 + rise / before)


class CosineAnnealingLR(Schedule):
    """Lower the rate to ``eta_min`` along half a cosine, ``T_max`` epochs long.

    After that it rises again (Loshchilov and Hutter 2017).

    >>> from autograd_scalar import Value
    >>> from nn import SGD
    >>> schedule = CosineAnnealingLR(SGD([Value(1.0)], lr=1.0), T_max=4, eta_min=0.5)
    >>> for _ in range(4): schedule.step()
    >>> schedule.get_last_lr()
    [0.5]

    Raises:
        OperandError: an argument is of the wrong type or out of range.
    """

    def __init__(self, optimizer: Optimiser, T_max: int, eta_min: float = 0.0) -> None:
        self.T_max = _at_least(1, T_max, "T_max")
        self.eta_min = in_range(eta_min, "eta_min")
        super().__init__(optimizer)

    def _next(self, lr: float, i: int) -> float:
        t, half = self.last_epoch, self.T_max
        if t == 0:
            return lr
        # At the minimum of the cosine the ratio below would be x / 0.
        if (t - 1 - half) % (2 * half) == 0:
            return (
                lr
                + (self.base_lrs[i] - self.eta_min) * (1 - math.cos(math.pi / half)) / 2
            )
        now = 1 + math.cos(math.pi * t / half)
        before = 1 + math.cos(math.pi * (t - 1) / half)
        return now / before * (lr - self.eta_min) + self.eta_min


class OneCycleLR(Schedule):
    """Raise the rate from max_lr / div_factor to ``max_lr``, then lower it to almost 0.

    The lowest is the first, divided by ``final_div_factor``. Momentum, or beta1 of
    Adam, goes the other way (Smith and Topin 2018). Call ``step()`` after every batch:
    the cycle is ``total_steps`` long, or ``epochs`` times ``steps_per_epoch``.

    >>> from autograd_scalar import Value
    >>> from nn import SGD
    >>> optimiser = SGD([Value(1.0)], lr=1.0)
    >>> schedule = OneCycleLR(optimiser, max_lr=1.0, total_steps=10)
    >>> for _ in range(2): schedule.step()
    >>> schedule.get_last_lr(), optimiser.momentum
    ([1.0], 0.85)

    Args:
        optimizer: with ``cycle_momentum``, one that has a momentum or betas.
        max_lr: the highest rate; a list has one for each group.
        total_steps: the number of steps of the cycle.
        epochs: with ``steps_per_epoch``, instead of ``total_steps``.
        steps_per_epoch: the number of batches of an epoch.
        pct_start: the part of the cycle, from 0 to 1, in which the rate rises.
        anneal_strategy: "cos" or "linear".
        cycle_momentum: whether momentum changes too.
        base_momentum: its lowest number.
        max_momentum: its highest number.
        div_factor: the highest rate divided by the first.
        final_div_factor: the first rate divided by the last.
        three_phase: whether the rate falls back to the first as fast as it rose, and
            then to the last.

    Raises:
        OperandError: an argument is of the wrong type or out of range, the optimiser
            has no momentum, or ``step()`` is called more than ``total_steps`` times.
    """

    def __init__(  # noqa: PLR0913, PLR0917  (PyTorch's order)
        self,
        optimizer: Optimiser,
        max_lr: float | Sequence[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | Sequence[float] = 0.85,
        max_momentum: float | Sequence[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
    ) -> None:
        Rates.__init__(self, optimizer)
        self.total_steps = _cycle(total_steps, epochs, steps_per_epoch)
        self.pct_start = real_number(pct_start, "pct_start")
        if not 0.0 <= self.pct_start <= 1.0:
            msg = f"pct_start needs to be from 0 to 1, got {self.pct_start}"
            raise OperandError(msg)
        self.anneal_strategy = _one_of(
            ("cos", "linear"), anneal_strategy, "anneal_strategy"
        )
        self.three_phase = switch(three_phase, "three_phase")
        self.cycle_momentum = switch(cycle_momentum, "cycle_momentum")
        options = optimizer.param_groups[0]
        if self.cycle_momentum and not {"momentum", "betas"} & set(options):
            msg = (
                f"{type(optimizer).__name__} has neither momentum nor betas; give"
                " cycle_momentum=False"
            )
            raise OperandError(msg)
        start = _above_0(div_factor, "div_factor")
        end = _above_0(final_div_factor, "final_div_factor")
        self.max_lrs = _numbers(optimizer, max_lr, "max_lr")
        self.initial_lrs = [rate / start for rate in self.max_lrs]
        self.min_lrs = [rate / end for rate in self.initial_lrs]
        self.base_momentums = _numbers(optimizer, base_momentum, "base_momentum")
        self.max_momentums = _numbers(optimizer, max_momentum, "max_momentum")
        optimizer._start_from(self.initial_lrs)
        super().__init__(optimizer)

    def _next(self, lr: float, i: int) -> float:
        if self.last_epoch > self.total_steps:
            msg = (
                f"OneCycleLR was made for {self.total_steps} steps, and this is step"
                f" {self.last_epoch}; call step() once for each batch"
            )
            raise OperandError(msg)
        ends = {
            "first": (self.initial_lrs[i], self.max_momentums[i]),
            "top": (self.max_lrs[i], self.base_momentums[i]),
            "last": (self.min_lrs[i], self.max_momentums[i]),
        }
        before, after, part = self._phase()
        rate, momentum = (
            self._between(a, b, part)
            for a, b in zip(ends[before], ends[after], strict=True)
        )
        if self.cycle_momentum:
            self._set_momentum(self.optimizer.param_groups[i], momentum)
        return rate

    def _phase(self) -> tuple[str, str, float]:
        """Return what the rate comes from, where it goes, and how far it has come."""
        rise = self.pct_start * self.total_steps - 1.0
        last = self.total_steps - 1.0
        phases = [(rise, "first", "top"), (last, "top", "last")]
        if self.three_phase:
            fall = 2.0 * self.pct_start * self.total_steps - 2.0
            phases[1:] = [(fall, "top", "first"), (last, "first", "last")]
        start = 0.0
        for end, before, after in phases[:-1]:
            if self.last_epoch <= end:
                return before, after, _part(self.last_epoch, start, end)
            start = end
        end, before, after = phases[-1]
        return before, after, _part(self.last_epoch, start, end)

    def _between(self, start: float, end: float, part: float) -> float:
        if self.anneal_strategy == "linear":
            return (end - start) * part + start
        return end + (start - end) / 2.0 * (math.cos(math.pi * part) + 1.0)

    @staticmethod
    def _set_momentum(group: ParamGroup, momentum: float) -> None:
        if "betas" in group:
            group["betas"] = (momentum, group["betas"][1])
        else:
            group["momentum"] = momentum


class ReduceLROnPlateau(Rates):
    """Multiply the rate by ``factor`` when a measure has not improved for some epochs.

    Call ``step(measure)`` once an epoch, with a loss of examples that are not trained
    on, or with an accuracy and ``mode="max"``.

    >>> from autograd_scalar import Value
    >>> from nn import SGD
    >>> optimiser = SGD([Value(1.0)], lr=1.0)
    >>> schedule = ReduceLROnPlateau(optimiser, factor=0.5, patience=1)
    >>> for loss in [3.0, 2.0, 2.0, 2.0]: schedule.step(loss)
    >>> optimiser.lr
    0.5

    Args:
        optimizer: whose rates are lowered.
        mode: "min" or "max", what is better.
        factor: below 1.
        patience: the number of epochs without improvement that are let pass.
        threshold: what counts as an improvement, of the best so far.
        threshold_mode: "rel" for a part of the best, "abs" for a difference.
        cooldown: the number of epochs after a reduction in which none is counted.
        min_lr: the lowest rate; a list has one for each group.
        eps: a smaller change is not made.

    Raises:
        OperandError: an argument is of the wrong type or out of range.
    """

    def __init__(  # noqa: PLR0913, PLR0917  (PyTorch's order)
        self,
        optimizer: Optimiser,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | Sequence[float] = 0.0,
        eps: float = 1e-8,
    ) -> None:
        super().__init__(optimizer)
        self.mode = _one_of(("min", "max"), mode, "mode")
        self.factor = in_range(factor, "factor", 1.0)
        self.patience = _at_least(0, patience, "patience")
        self.threshold = in_range(threshold, "threshold")
        self.threshold_mode = _one_of(("rel", "abs"), threshold_mode, "threshold_mode")
        self.cooldown = _at_least(0, cooldown, "cooldown")
        self.min_lrs = _numbers(optimizer, min_lr, "min_lr")
        self.eps = in_range(eps, "eps")
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = 0
        self.cooldown_counter = 0

    def step(self, metrics: Value | float) -> None:
        """Take the measure of an epoch, and lower the rates if it is time.

        Raises:
            OperandError: ``metrics`` is no number.
        """
        given = metrics.data if isinstance(metrics, Value) else metrics
        current = real_number(given, "step(metrics)")
        self.last_epoch += 1
        if self._is_better(current):
            self.best, self.num_bad_epochs = current, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self._reduce()
            self.cooldown_counter = self.cooldown
            self.num_bad_epochs = 0
        self._note_rates()

    def _is_better(self, current: float) -> bool:
        sign = 1.0 if self.mode == "max" else -1.0
        if self.threshold_mode == "rel":
            edge = self.best * (1.0 + sign * self.threshold)
        else:
            edge = self.best + sign * self.threshold
        return current > edge if self.mode == "max" else current < edge

    def _reduce(self) -> None:
        groups = self.optimizer.param_groups
        for group, least in zip(groups, self.min_lrs, strict=True):
            rate = max(group["lr"] * self.factor, least)
            if group["lr"] - rate > self.eps:
                group["lr"] = rate


# ---- Checks of arguments -------------------------------------------------------------


def _cycle(total: object, epochs: object, steps_per_epoch: object) -> int:
    """Return the number of steps of a cycle, which floats have to hold."""
    steps = _steps(total, epochs, steps_per_epoch)
    if steps > 2**sys.float_info.mant_dig:
        msg = "OneCycleLR needs a cycle of at most 2**53 steps"
        raise OperandError(msg)
    return steps


def _steps(total: object, epochs: object, steps_per_epoch: object) -> int:
    if total is not None:
        return _at_least(1, total, "total_steps")
    if epochs is None or steps_per_epoch is None:
        msg = "OneCycleLR needs total_steps, or both epochs and steps_per_epoch"
        raise OperandError(msg)
    n = _at_least(1, epochs, "epochs")
    return n * _at_least(1, steps_per_epoch, "steps_per_epoch")


def _part(step: float, start: float, end: float) -> float:
    # A phase without length is over; PyTorch divides 0 by 0 there.
    return (step - start) / (end - start) if end != start else 1.0


def _above_0(number: float, what: str) -> float:
    value = real_number(number, what)
    if not 0.0 < value < math.inf:
        msg = f"{what} needs to be above 0, got {value}"
        raise OperandError(msg)
    return value


def _one_of(names: tuple[str, ...], given: object, what: str) -> str:
    if isinstance(given, str) and given in names:
        return given
    msg = f"{what} needs to be one of {', '.join(map(repr, names))}, got {shown(given)}"
    raise OperandError(msg)


def _numbers(optimizer: Optimiser, given: object, what: str) -> list[float]:
    """Return a number for each group, from one or from a list."""
    return [in_range(number, what) for number in _for_each(optimizer, given, what)]


def _for_each(optimizer: Optimiser, given: object, what: str) -> list[Any]:
    """Return one entry for each group, the same for all if ``given`` is no list."""
    groups: object = getattr(optimizer, "param_groups", [None])  # checked later
    count = len(groups) if isinstance(groups, list) else 1
    if not isinstance(given, list | tuple):
        return [given] * count
    if len(given) != count:
        msg = f"{what} needs an entry for each of {count} groups, got {len(given)}"
        raise OperandError(msg)
    return list(given)


def _is_alike(given: object, own: object) -> bool:
    """Return whether ``given`` is of the kind of what it would replace."""
    if isinstance(own, list):
        return (
            isinstance(given, list | tuple)
            and len(given) == len(own)
            and all(map(_is_alike, given, own))
        )
    if isinstance(own, str):
        return given == own
    if isinstance(own, bool):
        return type(given) is bool
    if isinstance(own, int):
        return type(given) is int
    return type(given) in {int, float}


def _at_least(least: int, number: object, what: str) -> int:
    n = whole(number)
    if n is not None and n >= least:
        return n
    msg = f"{what} needs to be an int from {least} up, got {shown(number)}"
    raise OperandError(msg)
