"""Schedules of the learning rate, with PyTorch's names and formulas.

Create one for an optimiser and call its ``step()`` once per epoch, after the
optimiser's. Each multiplies the current rate, so that several can act together.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from autograd_scalar import OperandError
from nn.arguments import shown, whole
from nn.training.optimisers import Optimiser, in_range, real_number

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "CosineAnnealingLR",
    "ExponentialLR",
    "LambdaLR",
    "LinearLR",
    "Schedule",
    "StepLR",
]


class Schedule(ABC):
    """The base class: the optimiser, and the number of steps made.

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
        if optimizer.initial_lr is None:
            optimizer.initial_lr = optimizer.lr
        self.optimizer = optimizer
        self.base_lr = optimizer.initial_lr
        self.last_epoch = -1
        self.step()

    def step(self) -> None:
        """Set the learning rate for the next epoch."""
        self.last_epoch += 1
        self.optimizer.lr = self._next(self.optimizer.lr)
        self._last_lr = self.optimizer.lr

    def get_last_lr(self) -> list[float]:
        """Return the rate that this schedule set last, in a list as in PyTorch."""
        return [self._last_lr]

    @abstractmethod
    def _next(self, lr: float) -> float:
        """Return the rate of epoch ``last_epoch``, given the one before it."""


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

    def _next(self, lr: float) -> float:
        drops = self.last_epoch > 0 and self.last_epoch % self.step_size == 0
        return lr * self.gamma if drops else lr


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

    def _next(self, lr: float) -> float:
        return lr * self.gamma if self.last_epoch > 0 else lr


class LambdaLR(Schedule):
    """Set the rate to the initial rate times ``lr_lambda(epoch)``.

    >>> from autograd_scalar import Value
    >>> from nn import SGD
    >>> schedule = LambdaLR(SGD([Value(1.0)], lr=1.0), lambda epoch: 1 / (1 + epoch))
    >>> for _ in range(3): schedule.step()
    >>> schedule.get_last_lr()
    [0.25]

    Raises:
        OperandError: an argument is of the wrong type or out of range.
    """

    def __init__(self, optimizer: Optimiser, lr_lambda: Callable[[int], float]) -> None:
        given: object = lr_lambda
        if not callable(given):
            msg = (
                "lr_lambda needs a function of the epoch, as in lambda epoch:"
                f" 0.9**epoch, got {type(given).__name__}: {shown(given)}"
            )
            raise OperandError(msg)
        self.lr_lambda = lr_lambda
        super().__init__(optimizer)

    def _next(self, lr: float) -> float:
        factor = self.lr_lambda(self.last_epoch)
        return self.base_lr * real_number(factor, "the result of lr_lambda")


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

    def _next(self, lr: float) -> float:
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

    def _next(self, lr: float) -> float:
        t, half = self.last_epoch, self.T_max
        if t == 0:
            return lr
        # At the minimum of the cosine the ratio below would be x / 0.
        if (t - 1 - half) % (2 * half) == 0:
            return (
                lr + (self.base_lr - self.eta_min) * (1 - math.cos(math.pi / half)) / 2
            )
        now = 1 + math.cos(math.pi * t / half)
        before = 1 + math.cos(math.pi * (t - 1) / half)
        return now / before * (lr - self.eta_min) + self.eta_min


def _at_least(least: int, number: object, what: str) -> int:
    n = whole(number)
    if n is not None and n >= least:
        return n
    msg = f"{what} needs to be an int from {least} up, got {shown(number)}"
    raise OperandError(msg)
