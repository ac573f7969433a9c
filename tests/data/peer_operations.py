"""The table's operations as PyTorch, JAX and HIPS autograd have them.

``OPERATIONS[peer](name)`` is the peer's function of the row's operands, None where it
has no such operation; ``answer`` asks for its value and its derivatives. An operand
in PLAIN reaches the peer as a plain number, so its derivative is not asked for.

Each peer is imported when it is asked: pytest reads this file to look for doctests.
"""

import warnings
from functools import cache, partial

# The operands that a derivative is asked of nowhere, and those of one peer.
PLAIN = {"pow_constant": {1}, "polygamma": {0}}
PLAIN_OF = {"torch": {"leaky_relu": {1}, "elu": {1}}}

# What the rows are in operators, which all peers overload.
OPERATORS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": lambda a, b: a**b,
    "pow_constant": lambda x, n: x**n,
    "mod": lambda a, b: a % b,
    "neg": lambda x: -x,
    "abs": abs,
}


def _pairs(xs):
    start = xs[-1:] if len(xs) % 2 else ()
    return [a * b for a, b in zip(xs[0::2], xs[1::2], strict=False)] + list(start)


def _order(n):
    return int(n) if n == int(n) else n


@cache
def torch_operations():
    import torch
    from torch.nn import functional

    names = {
        "rint": torch.round,
        "degrees": torch.rad2deg,
        "radians": torch.deg2rad,
        "log_sigmoid": functional.logsigmoid,
        "selu": functional.selu,
        "elu": functional.elu,
        "leaky_relu": functional.leaky_relu,
        "softplus": functional.softplus,
        "gelu": functional.gelu,
        "silu": functional.silu,
        "polygamma": lambda n, x: torch.polygamma(_order(n), x),
        "where": lambda x: torch.where(x == x, x, x),  # noqa: PLR0124
    }
    folds = {
        "sum": torch.sum,
        "mean": torch.mean,
        "prod": torch.prod,
        "logsumexp": lambda xs: torch.logsumexp(xs, 0),
    }
    names |= {
        name: lambda *xs, fold=fold: fold(torch.stack(xs))
        for name, fold in folds.items()
    }
    names["dot"] = lambda *xs: torch.sum(torch.stack(_pairs(xs)))
    names |= OPERATORS
    return lambda name: names.get(name) or getattr(torch, name, None)


@cache
def jax_operations():
    import jax

    jax.config.update("jax_enable_x64", True)
    from jax import numpy
    from jax.scipy import special

    names = {
        "lgamma": special.gammaln,
        "arctan2": numpy.arctan2,
        "where": lambda x: numpy.where(True, x, x),
        "dot": lambda *xs: sum(_pairs(xs)),
        "gelu": lambda x: jax.nn.gelu(x, approximate=False),
        "polygamma": lambda n, x: special.polygamma(_order(n), x),
        "selu": jax.nn.selu,
    }
    for name in ("sum", "mean", "prod"):
        fold = getattr(numpy, name)
        names[name] = lambda *xs, fold=fold: fold(numpy.stack(xs))
    names["logsumexp"] = lambda *xs: special.logsumexp(numpy.stack(xs))
    names |= OPERATORS
    return lambda name: (
        names.get(name)
        or next(
            (getattr(m, name) for m in (numpy, special, jax.nn) if hasattr(m, name)),
            None,
        )
    )


@cache
def autograd_operations():
    from autograd import numpy
    from autograd.core import primitive_vjps
    from autograd.scipy import special

    names = {
        "sigmoid": special.expit,
        "lgamma": special.gammaln,
        "digamma": special.psi,
        "where": lambda x: numpy.where(True, x, x),
        "dot": lambda *xs: sum(_pairs(xs)),
    }
    for name in ("sum", "mean", "prod"):
        fold = getattr(numpy, name)
        names[name] = lambda *xs, fold=fold: fold(numpy.array(xs))
    names["logsumexp"] = lambda *xs: special.logsumexp(numpy.array(xs))
    names |= OPERATORS
    flat = {numpy.sign, numpy.floor, numpy.ceil, numpy.rint}

    def operation(name):
        wrapped = [getattr(m, name) for m in (numpy, special) if hasattr(m, name)]
        has_rule = (f for f in wrapped if f in primitive_vjps or f in flat)
        return names.get(name) or next(has_rule, None)

    return operation


OPERATIONS = {
    "torch": torch_operations,
    "jax": jax_operations,
    "autograd": autograd_operations,
}


def namespace(peer):
    """What a program takes the peer's functions from."""
    if peer == "torch":
        import torch

        return torch
    if peer == "jax":
        jax_operations()
        from jax import numpy as jax_numpy

        return jax_numpy
    from autograd import numpy

    return numpy


def version(peer):
    """The peer's version, as it installs."""
    from importlib.metadata import version as installed

    return installed(peer).partition("+")[0]


def answer(peer, function, operands, plain=frozenset()):
    """The peer's value, and its partials with None where the operand is plain.

    The error's name instead, where the peer raises one.
    """
    places = [k for k in range(len(operands)) if k not in plain]

    def of_places(*xs):
        given = dict(zip(places, xs, strict=True))
        return function(*(given.get(k, x) for k, x in enumerate(operands)))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nan, overflow, "output independent of input"
        try:
            value, found = _ASK[peer](of_places, [operands[k] for k in places])
        except (ArithmeticError, RuntimeError, TypeError, ValueError) as error:
            return type(error).__name__
    partials = dict(zip(places, map(float, found), strict=True))
    return float(value), tuple(partials.get(k) for k in range(len(operands)))


def _ask_torch(function, xs):
    import torch

    leaves = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in xs]
    output = function(*leaves)
    output.backward()
    grads = [leaf.grad for leaf in leaves]
    return output.item(), [0.0 if grad is None else grad.item() for grad in grads]


def _ask_jax(function, xs):
    import jax

    ask = jax.value_and_grad(function, argnums=tuple(range(len(xs))))
    return ask(*xs)


def _ask_autograd(function, xs):
    from autograd import grad, numpy

    xs = [numpy.float64(x) for x in xs]  # a Python float would raise, not give inf
    return function(*xs), [grad(function, k)(*xs) for k in range(len(xs))]


_ASK = {"torch": _ask_torch, "jax": _ask_jax, "autograd": _ask_autograd}


def answers(peer, points, programs):
    """The peer's answer at each point and program; None where it has no operation."""
    operation = OPERATIONS[peer]()
    found = {}
    for point in points:
        function = operation(point.name)
        plain = PLAIN.get(point.name) or PLAIN_OF.get(peer, {}).get(point.name, set())
        found[str(point)] = function and answer(peer, function, point.operands, plain)
    for program in programs:
        function = partial(program.run, namespace(peer))
        found[str(program)] = answer(peer, function, (program.x,))
    return found
