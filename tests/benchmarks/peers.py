"""Value and gradient of one Python function over the scalars of each library.

The graph is built anew at every call. A library is imported by its own setup, and
takes its own relu, exp and log.
"""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, NamedTuple

from .works import WORKS, Functions, Work

Result = list[float]  # the value, then its derivative by every input
Action = Callable[[], Result]


def step(peer: str, work: str, **size: int) -> Action:
    """The work by one library."""
    return PEERS[peer].setup(WORKS[work](**size))


def floats(work: str, **size: int) -> Action:
    """The same loops over Python's floats: nothing is recorded, nothing derived."""
    import math

    function, numbers, _ = WORKS[work](**size)
    functions = Functions(lambda x: x if x > 0.0 else 0.0, math.exp, math.log)
    return lambda: [function(numbers, functions)]


METHODS = Functions(lambda x: x.relu(), lambda x: x.exp(), lambda x: x.log())


def by_values(work: Work, Value: Any) -> Action:
    """micrograd's way, which is ours as well."""

    def action() -> Result:
        inputs = [Value(x) for x in work.numbers]
        output = work.function(inputs, METHODS)
        output.backward()
        return [output.data, *(x.grad for x in inputs)]

    return action


def autograd_scalar(work: Work) -> Action:
    from autograd_scalar import Value

    return by_values(work, Value)


def micrograd(work: Work) -> Action:
    from micrograd.engine import Value

    return by_values(work, Value)


def xad(work: Work) -> Action:
    from xad import math
    from xad.adj_1st import Real, Tape

    functions = Functions(lambda x: math.max(x, 0.0), math.exp, math.log)

    def action() -> Result:
        with Tape() as tape:
            inputs = [Real(x) for x in work.numbers]
            for x in inputs:
                tape.registerInput(x)
            tape.newRecording()
            output = work.function(inputs, functions)
            tape.registerOutput(output)
            output.setDerivative(1.0)
            tape.computeAdjoints()
            return [output.getValue(), *(x.getDerivative() for x in inputs)]

    return action


def autograd(work: Work) -> Action:
    """Of an array: of a list, every access to it would make a list of zeros as long."""
    import autograd
    from autograd import numpy as np

    functions = Functions(lambda x: np.maximum(x, 0.0), np.exp, np.log)
    numbers = np.array(work.numbers)
    places = range(len(work.numbers))
    both = autograd.value_and_grad(
        lambda array: work.function([array[k] for k in places], functions)
    )

    def action() -> Result:
        output, slopes = both(numbers)
        return [float(output), *slopes.tolist()]

    return action


def jax(work: Work) -> Action:
    """Without jit; ``jax.numpy`` dispatches twice as fast as ``jax.lax`` and ``nn``."""
    import jax
    from jax import numpy as np

    functions = Functions(lambda x: np.maximum(x, 0.0), np.exp, np.log)
    both = jax.value_and_grad(lambda inputs: work.function(inputs, functions))

    def action() -> Result:
        output, slopes = both(work.numbers)
        return [float(output), *map(float, slopes)]

    return action


def torch(work: Work) -> Action:
    import torch

    torch.set_num_threads(1)
    functions = Functions(torch.relu, torch.exp, torch.log)

    def action() -> Result:
        inputs = [
            torch.tensor(x, dtype=torch.float64, requires_grad=True)
            for x in work.numbers
        ]
        output = work.function(inputs, functions)
        output.backward()
        return [output.item(), *(x.grad.item() for x in inputs)]

    return action


def casadi(work: Work) -> Action:
    """An expression is built, differentiated, made a function, and evaluated once."""
    import casadi as ca

    functions = Functions(lambda x: ca.fmax(x, 0.0), ca.exp, ca.log)

    def action() -> Result:
        inputs = ca.SX.sym("x", len(work.numbers))
        output = work.function(ca.vertsplit(inputs), functions)
        both = ca.Function("f", [inputs], [output, ca.gradient(output, inputs)])
        value, slopes = both(work.numbers)
        return [float(value), *slopes.full().ravel().tolist()]

    return action


class Peer(NamedTuple):
    """A library, by the name under which it is imported."""

    module: str
    setup: Callable[[Work], Action]
    rounds: int = 2
    lacks: frozenset[str] = frozenset()  # of works.Functions

    @property
    def installed(self) -> bool:
        return find_spec(self.module) is not None

    def missing(self, work: Work) -> str:
        """Why this work cannot be done, empty if it can."""
        if not self.installed:
            return "not installed"
        return ", ".join(f"no {name}" for name in sorted(work.uses & self.lacks))


OURS = "autograd_scalar"
PEERS = {
    OURS:             Peer("autograd_scalar", autograd_scalar),
    "micrograd":      Peer("micrograd", micrograd, 15, frozenset({"exp", "log"})),
    "HIPS autograd":  Peer("autograd",  autograd,   3),
    "xad":            Peer("xad",       xad,       15),
    "torch eager":    Peer("torch",     torch,      9),
    "jax, no jit":    Peer("jax",       jax,        3),
    "casadi SX":      Peer("casadi",    casadi,     7),
}  # fmt: skip
