"""Optimisers with PyTorch's names, defaults and formulas, operation by operation.

p is a parameter, g its gradient; parameters without a gradient are left alone.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

from autograd_scalar import OperandError
from nn.optimiser import Optimiser, in_range, real_number
from nn.shapes import switch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autograd_scalar import Value

__all__ = ["SGD", "Adam", "AdamW", "Optimiser"]


def _betas(given: object, what: str) -> tuple[float, float]:
    if isinstance(given, tuple | list) and len(given) == 2:  # noqa: PLR2004
        beta1, beta2 = given
        return in_range(beta1, "beta1", 1.0), in_range(beta2, "beta2", 1.0)
    msg = f"{what} needs two numbers, as in {what}=(0.9, 0.999), got {given!r}"
    raise OperandError(msg)


class SGD(Optimiser):
    """Gradient descent: g + weight_decay p into the momentum buffer, p - lr buffer.

    >>> from autograd_scalar import Value
    >>> w = Value(1.0, "w")
    >>> optimiser = SGD([w], lr=0.25)
    >>> (w * w).backward()
    >>> optimiser.step()
    >>> w.data
    0.5

    Raises:
        OperandError: a parameter is no leaf Value, or an option is out of range.
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
    """Adam (Kingma and Ba 2015): m and v are running means of g and g**2.

    m = lerp(m, g, 1 - beta1), v = beta2 v + (1 - beta2) g**2, and after t steps

        p - (lr / (1 - beta1**t) * m) / (sqrt(v) / sqrt(1 - beta2**t) + eps)

    ``weight_decay`` is added to the gradient; ``amsgrad`` takes the largest v so far.

    >>> from autograd_scalar import Value
    >>> w = Value(1.0, "w")
    >>> optimiser = Adam([w], lr=0.5)
    >>> (w * w).backward()
    >>> optimiser.step()
    >>> round(w.data, 6)
    0.5

    Raises:
        OperandError: a parameter is no leaf Value, or an option is out of range.
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
            # Written so that a nan in v is kept.
            v = state["max_exp_avg_sq"] = largest if v <= largest else v
        correction1: float = 1.0 - beta1**t
        correction2: float = 1.0 - beta2**t
        scale = math.sqrt(v) / math.sqrt(correction2) + self.eps
        return p - _quotient(self.lr / correction1 * m, scale)

    def _decayed(self, p: float, g: float) -> tuple[float, float]:
        return p, g + self.weight_decay * p


class AdamW(Adam):
    """Adam whose weight decay shrinks the parameter itself (Loshchilov, Hutter 2019).

    >>> from autograd_scalar import Value
    >>> w = Value(1.0, "w")
    >>> optimiser = AdamW([w], lr=0.5, weight_decay=0.5)
    >>> w.grad = 0.0
    >>> optimiser.step()
    >>> w.data
    0.75
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
    # PyTorch's two forms: each is exact at its own end.
    if weight < 0.5:  # noqa: PLR2004
        return start + weight * (end - start)
    return end - (end - start) * (1.0 - weight)


def _quotient(m: float, scale: float) -> float:
    """As IEEE 754 has it, where Python would raise."""
    if scale != 0.0:
        return m / scale
    return math.copysign(math.inf, m) if m != 0.0 and not math.isnan(m) else math.nan
