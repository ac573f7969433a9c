"""Differential fuzzing against PyTorch and JAX (x64), with mpmath as the judge.

Every row that the two have is run at operands of all classes of floats: tails, poles,
denormals, 1e±300. Where a derivative of theirs is not ours to 8 ULP, mpmath decides
who is right, and the test fails only if we are the ones who are wrong. The number of
rulings against each is reported at the end and as a property of the test.
"""

import math
import random
from collections import Counter

import pytest
from mpmath import mp

from autograd_scalar import PRIMITIVES, gradients

from .mpmath_truth import NOT_DIFFERENTIATED, slope, ulp_error
from .primitives.test_primitives import operands
from .strategies import CONSTANT, LEAF, Program, Step, is_regular
from .test_random_graphs import allowed, forward_mode

pytestmark = pytest.mark.oracles

AGREE = 8.0  # ULP: nobody is asked
WRONG = 4.0  # ULP: numerics.md R1
POINTS = {"digamma": 60, "polygamma": 25, "erf": 60, "erfc": 60, "gelu": 60}


def torch_functions():
    import torch

    f = torch.nn.functional
    special = torch.special
    same = "exp exp2 expm1 log log2 log10 log1p sqrt square reciprocal sin cos tan"
    same += " arcsin arccos arctan sinc sinh cosh tanh arcsinh arccosh arctanh sigmoid"
    same += " relu selu erf erfc lgamma digamma logit sign floor ceil abs neg maximum"
    same += " minimum arctan2 hypot logaddexp copysign xlogy fmod"
    return {name: getattr(torch, name) for name in same.split()} | {
        "add": torch.add,
        "sub": torch.sub,
        "mul": torch.mul,
        "div": torch.div,
        "pow": torch.pow,
        "mod": torch.remainder,
        "pow_constant": lambda x, n: torch.pow(x, n.item()),
        "log_sigmoid": f.logsigmoid,
        "softplus": lambda x: f.softplus(x, threshold=1000.0),
        "gelu": f.gelu,
        "silu": f.silu,
        "elu": lambda x, alpha: f.elu(x, alpha.item()),
        "leaky_relu": lambda x, slope: f.leaky_relu(x, slope.item()),
        "polygamma": lambda n, x: special.polygamma(int(n.item()), x),
        "rint": torch.round,
        "where": lambda x: x * 1.0,
        "sum": lambda *xs: torch.stack(xs).sum(),
        "mean": lambda *xs: torch.stack(xs).mean(),
        "prod": lambda *xs: torch.stack(xs).prod(),
        "logsumexp": lambda *xs: torch.logsumexp(torch.stack(xs), 0),
    }


def jax_functions():
    import jax

    jax.config.update("jax_enable_x64", True)
    jnp, nn, special = jax.numpy, jax.nn, jax.scipy.special
    same = "exp exp2 expm1 log log2 log10 log1p sqrt cbrt square reciprocal sin cos tan"
    same += " arcsin arccos arctan sinc sinh cosh tanh arcsinh arccosh arctanh sign"
    same += " floor ceil rint abs maximum minimum arctan2 hypot logaddexp copysign fmod"
    return {name: getattr(jnp, name) for name in same.split()} | {
        "add": jnp.add,
        "sub": jnp.subtract,
        "mul": jnp.multiply,
        "div": jnp.divide,
        "neg": jnp.negative,
        "pow": jnp.power,
        "pow_constant": lambda x, n: jnp.power(x, jax.lax.stop_gradient(n)),
        "mod": jnp.remainder,
        "sigmoid": nn.sigmoid,
        "log_sigmoid": nn.log_sigmoid,
        "relu": nn.relu,
        "leaky_relu": nn.leaky_relu,
        "elu": nn.elu,
        "selu": nn.selu,
        "softplus": nn.softplus,
        "gelu": lambda x: nn.gelu(x, approximate=False),
        "silu": nn.silu,
        "erf": special.erf,
        "erfc": special.erfc,
        "lgamma": special.gammaln,
        "digamma": special.digamma,
        "logit": special.logit,
        "xlogy": special.xlogy,
        "where": lambda x: x * 1.0,
        "sum": lambda *xs: jnp.stack(xs).sum(),
        "mean": lambda *xs: jnp.stack(xs).mean(),
        "prod": lambda *xs: jnp.stack(xs).prod(),
        "logsumexp": lambda *xs: special.logsumexp(jnp.stack(xs)),
    }


def torch_gradients(function, numbers):
    import torch

    leaves = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in numbers]
    found = torch.autograd.grad(function(*leaves), leaves, allow_unused=True)
    return [None if g is None else g.item() for g in found]


def jax_gradients(function, numbers):
    import jax

    everywhere = tuple(range(len(numbers)))
    return [float(g) for g in jax.grad(function, everywhere)(*map(float, numbers))]


ORACLES = {
    "torch": (torch_functions, torch_gradients),
    "jax": (jax_functions, jax_gradients),
}
EACH = pytest.mark.parametrize("oracle", ORACLES)


def report(request, record_property, oracle, counts, what):
    text = ", ".join(f"{ruling} {count}" for ruling, count in sorted(counts.items()))
    record_property(f"{oracle}: {what}", text)
    terminal = request.config.pluginmanager.get_plugin("terminalreporter")
    with request.getfixturevalue("capfd").disabled():
        terminal.ensure_newline()
        terminal.write_line(f"{oracle}, {what}: {text}")


# Single rows


@EACH
def test_where_a_row_differs_mpmath_says_that_we_are_right(
    oracle, request, record_property
):
    functions, gradients_of = ORACLES[oracle][0](), ORACLES[oracle][1]
    counts, wrong, their_rows = Counter(), [], Counter()
    for name in sorted(set(functions) & set(PRIMITIVES)):
        row, rng = PRIMITIVES[name], random.Random(f"fuzz {name}")
        for _ in range(POINTS.get(name, 100 if oracle == "torch" else 50)):
            xs = operands(row, rng)
            ours = row.partials(*xs, row.forward(*xs))
            theirs = gradients_of(functions[name], xs)
            for k, (a, b) in enumerate(zip(ours, theirs, strict=True)):
                if b is None or (name, k) in NOT_DIFFERENTIATED:
                    continue  # an order, or a number that torch takes as such
                ruling = judged(name, k, xs, a, b)
                counts[ruling] += 1
                their_rows[name] += ruling == "they are wrong"
                if ruling in {"we are wrong", "both are wrong"}:
                    wrong.append((name, k, xs, a, b))
    report(request, record_property, oracle, counts, "rows")
    rows = {name: count for name, count in their_rows.most_common() if count}
    report(request, record_property, oracle, rows, "wrong by row")
    assert not wrong, wrong[:5]
    assert counts["agree"] > 1000


def judged(name, position, xs, ours, theirs):
    if (
        ulp_error(theirs, mp.mpf(ours)) <= AGREE
        if math.isfinite(ours)
        else (repr(ours) == repr(theirs))
    ):
        return "agree"
    truth = slope(name, position, *xs)
    right, they_are = (ulp_error(x, truth) <= WRONG for x in (ours, theirs))
    if right:
        # Off by more than our tolerance only, not by more than twice it: no ruling.
        return "close" if they_are else "they are wrong"
    return "we are wrong" if they_are else "both are wrong"


# Whole graphs


def random_program(names, rng, size=12):
    """Steps drawn until there are enough that are regular; the last is the root."""
    steps = [Step(LEAF, rng.uniform(-3, 3)) for _ in range(3)]
    while len(steps) < size:
        row = PRIMITIVES[rng.choice(names)]
        arity = row.arity or rng.randint(1, 4)
        places = [rng.randrange(len(steps)) for _ in range(arity)]
        if row.name in {"pow_constant", "elu", "leaky_relu"}:
            continue
        numbers = [steps[i].number for i in places]
        inside = all(
            low < x < high
            for x, (low, high) in zip(
                numbers, (row.domain * arity)[:arity], strict=True
            )
        )
        if inside and is_regular(row, numbers):
            steps.append(Step(row.name, row.forward(*numbers), tuple(places)))
    return Program(tuple(steps))


def as_function(program, functions):
    def run(*leaves):
        given, nodes = iter(leaves), []
        for step in program.steps:
            operands = [nodes[i] for i in step.operands]
            nodes.append(
                next(given) if step.name == LEAF else functions[step.name](*operands)
            )
        return nodes[-1]

    return run


@EACH
def test_where_a_graph_differs_mpmath_says_that_we_are_right(
    oracle, request, record_property
):
    functions, gradients_of = ORACLES[oracle][0](), ORACLES[oracle][1]
    names = sorted(set(functions) & set(PRIMITIVES) - {"polygamma"})
    rng, counts, wrong = random.Random(f"graphs {oracle}"), Counter(), []
    for _ in range(300 if oracle == "torch" else 60):
        program = random_program(names, rng)
        assert not any(step.name == CONSTANT for step in program.steps)
        numbers = [program.steps[i].number for i in program.leaves]
        nodes, bounds = program.build(), allowed(program)
        ours = gradients(nodes[-1], [nodes[i] for i in program.leaves])
        theirs = gradients_of(as_function(program, functions), numbers)
        for leaf, a, b in zip(program.leaves, ours, theirs, strict=True):
            bound = bounds.get(leaf, 0.0)
            if abs(a - (b or 0.0)) <= bound:
                counts["agree"] += 1
                continue
            with mp.workdps(40):
                truth = forward_mode(program, leaf)[-1].tangent
                if abs(a - truth) > bound:
                    wrong.append((program, leaf, a, b, float(truth)))
            counts["they are off" if abs(a - truth) <= bound else "we are off"] += 1
    report(request, record_property, oracle, counts, "graphs")
    assert not wrong, wrong[:3]
    assert counts["agree"] > 100
