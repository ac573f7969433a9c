"""The demo's loss over the scalars of other libraries, one formula for all of them.

Plain numbers stay plain; every library takes its own relu.
"""

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import islice
from typing import Any, NamedTuple

from .moons import ALPHA, WIDTHS, Action, Result, micrograd_network, moons

EXAMPLES = 10


def loss_of(parameters: list, rows: list, labels: list, relu: Callable) -> Any:
    """Hinge loss and L2 of the MLP; parameters in micrograd's order."""
    losses = []
    for row, y in zip(rows, labels, strict=True):
        (score,) = scores(iter(parameters), row, relu)
        losses.append(relu(1.0 + -y * score))
    data_loss = sum(losses) * (1.0 / len(losses))
    return data_loss + ALPHA * sum(p * p for p in parameters)


def scores(parameters: Iterator, a: list, relu: Callable) -> list:
    for width in WIDTHS:
        z = []
        for _ in range(width):
            *w, b = islice(parameters, len(a) + 1)
            z.append(sum((w_k * a_k for w_k, a_k in zip(w, a, strict=True)), b))
        a = z if width == WIDTHS[-1] else [relu(x) for x in z]
    return a


def step(peer: str, examples: int = EXAMPLES) -> Action:
    """Graph, loss and all gradients by one library, at the demo's first weights."""
    import micrograd.engine

    model = micrograd_network(micrograd.engine.Value)
    numbers = [float(p.data) for p in model.parameters()]
    rows, labels = moons(examples)
    return PEERS[peer].setup(numbers, rows, labels)


def by_values(numbers: list[float], rows: list, labels: list, Value: Any) -> Result:
    """The same over micrograd's Value or ours."""
    parameters = [Value(x) for x in numbers]
    loss = loss_of(parameters, rows, labels, lambda x: x.relu())
    loss.backward()
    return [loss.data, *(p.grad for p in parameters)]


def autograd_scalar(numbers: list[float], rows: list, labels: list) -> Action:
    from autograd_scalar import Value

    return lambda: by_values(numbers, rows, labels, Value)


def micrograd(numbers: list[float], rows: list, labels: list) -> Action:
    from micrograd.engine import Value

    return lambda: by_values(numbers, rows, labels, Value)


def xad(numbers: list[float], rows: list, labels: list) -> Action:
    from xad.adj_1st import Real, Tape
    from xad.math import max as maximum

    def action() -> Result:
        with Tape() as tape:
            parameters = [Real(x) for x in numbers]
            for p in parameters:
                tape.registerInput(p)
            tape.newRecording()
            loss = loss_of(parameters, rows, labels, lambda x: maximum(x, 0.0))
            tape.registerOutput(loss)
            loss.setDerivative(1.0)
            tape.computeAdjoints()
            return [loss.getValue(), *(p.getDerivative() for p in parameters)]

    return action


def autograd(numbers: list[float], rows: list, labels: list) -> Action:
    import autograd
    from autograd import numpy as np

    both = autograd.value_and_grad(
        lambda parameters: loss_of(
            parameters, rows, labels, lambda x: np.maximum(x, 0.0)
        )
    )

    def action() -> Result:
        loss, slopes = both(numbers)
        return [float(loss), *map(float, slopes)]

    return action


def torch(numbers: list[float], rows: list, labels: list) -> Action:
    import torch

    torch.set_num_threads(1)

    def action() -> Result:
        parameters = [
            torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in numbers
        ]
        loss = loss_of(parameters, rows, labels, torch.relu)
        loss.backward()
        return [loss.item(), *(p.grad.item() for p in parameters)]

    return action


def jax(numbers: list[float], rows: list, labels: list) -> Action:
    import jax

    both = jax.value_and_grad(
        lambda parameters: loss_of(parameters, rows, labels, jax.nn.relu)
    )

    def action() -> Result:
        loss, slopes = both(numbers)
        return [float(loss), *map(float, slopes)]

    return action


class Peer(NamedTuple):
    """A library, by the name under which it is imported."""

    module: str
    setup: Callable[[list[float], list, list], Action]
    rounds: int

    @property
    def installed(self) -> bool:
        return find_spec(self.module) is not None


PEERS = {
    "autograd_scalar": Peer("autograd_scalar", autograd_scalar, 0),
    "micrograd":       Peer("micrograd",       micrograd,      25),
    "HIPS autograd":   Peer("autograd",        autograd,        2),
    "xad":             Peer("xad",             xad,            15),
    "torch eager":     Peer("torch",           torch,           9),
    "jax, no jit":     Peer("jax",             jax,             2),
}  # fmt: skip
