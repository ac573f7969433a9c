"""Compiled and plain agree to the last bit: one report, printed by both, compared.

Where nothing is compiled, plain is compared with plain.
"""

import copy
import math
import os
import pickle
import random
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import autograd_scalar as ag
from autograd_scalar import Value, gradients, topological_order

SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, 1e-308, 1e308, math.inf, -math.inf, math.nan]


def bits(x):
    """Equal for equal bits, and readable."""
    return "nan" if math.isnan(x) else x.hex()


def line(v):
    edges = " ".join(map(bits, v.local_derivatives))
    return f"{v.op} {bits(v.data)} [{edges}] {len(v.parents)} {v!r} {v:.3e}"


def applied(row, operands):
    if row.name == "where":
        return ag.where(operands[0] > 0, operands[0], 1.0)
    if row.name == "pow_constant":
        return operands[0] ** operands[1].data
    if row.name == "polygamma":
        return operands[1].polygamma(2)
    operators = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**"}
    if row.name in operators:
        a, b = operands
        return eval(f"a {operators[row.name]} b", {"a": a, "b": b})
    if row.name in {"mod", "neg", "abs"}:
        acts = {"mod": lambda a, b: a % b, "neg": lambda a: -a, "abs": abs}
        return acts[row.name](*operands)
    if row.name == "dot":
        return ag.dot(operands, operands[::-1])
    function = getattr(ag, row.name)
    return function(operands) if row.arity is None else function(*operands)


def rows_at_special_points():
    for row in ag.PRIMITIVES.values():
        arity = row.arity or 3
        for i, x in enumerate(SPECIAL):
            operands = [Value(SPECIAL[(i + 3 * k) % 10]) for k in range(arity)]
            operands[0].data = x
            y = applied(row, operands)
            y.backward(seed=0.75)
            yield line(y) + " " + " ".join(bits(v.grad) for v in operands)


def random_graphs():
    rows = list(ag.PRIMITIVES.values())
    for seed in range(60):
        rng = random.Random(seed)
        pool = [Value(rng.uniform(-2, 2), f"x{i}") for i in range(5)]
        leaves = pool[:]
        for i in range(80):
            row = rng.choice(rows)
            operands = rng.choices(pool, k=row.arity or rng.randint(1, 5))
            y = applied(row, operands)
            # Tame what has left the finite numbers, so that the graph stays alive.
            pool.append(y if abs(y.data) < 1e6 else y.tanh().named(f"t{i}"))
        loss = ag.sum([v for v in pool if math.isfinite(v.data)])
        loss.backward()
        yield " ".join(bits(v.grad) for v in topological_order(loss))
        yield " ".join(bits(g) for g in gradients(loss, leaves, 0.3))
        yield " ".join(f"{v.op}{v.label}" for v in topological_order(loss))


ODD = [
    True, 1j, "1", b"1", None, Decimal(1), Fraction(1, 2), [1.0], (), {}, 2**53 + 1,
    10**400, 3, -0.0, np.float32(0.1), np.int8(3), np.float64(0.1), np.bool_(True),
    np.complex128(1), np.str_("1"), Value, range(3), math.nan,
]  # fmt: skip

ACTS = {
    "Value": Value,
    "label": lambda x: Value(1.0, x),
    "named": lambda x: Value(1.0).named(x),
    "data": lambda x: setattr(Value(1.0), "data", x),
    "grad": lambda x: setattr(Value(1.0), "grad", x),
    "set label": lambda x: setattr(Value(1.0), "label", x),
    "seed": lambda x: Value(1.0).backward(x),
    "+": lambda x: Value(2.0) + x,
    "r+": lambda x: x + Value(2.0),
    "-": lambda x: Value(2.0) - x,
    "r-": lambda x: x - Value(2.0),
    "*": lambda x: Value(2.0) * x,
    "r*": lambda x: x * Value(2.0),
    "/": lambda x: Value(2.0) / x,
    "r/": lambda x: x / Value(2.0),
    "**": lambda x: Value(2.0) ** x,
    "r**": lambda x: x ** Value(2.0),
    "%": lambda x: Value(2.0) % x,
    "r%": lambda x: x % Value(2.0),
    "//": lambda x: Value(2.0) // x,
    "r//": lambda x: x // Value(2.0),
    "<": lambda x: Value(2.0) < x,
    ">=": lambda x: Value(2.0) >= x,
    "r<": lambda x: x < Value(2.0),
    "==": lambda x: Value(2.0) == x,
    "!=": lambda x: Value(2.0) != x,
    "in": lambda x: x in [Value(2.0)],
    "maximum": lambda x: Value(2.0).maximum(x),
    "leaky_relu": lambda x: Value(-2.0).leaky_relu(x),
    "elu": lambda x: ag.elu(Value(-2.0), x),
    "xlogy": lambda x: ag.xlogy(x, Value(2.0)),
    "polygamma": lambda x: Value(2.0).polygamma(x),
    "round": lambda x: round(Value(2.5), x),
    "sum": lambda x: ag.sum([Value(2.0), x]),
    "dot": lambda x: ag.dot([Value(2.0), x], [x, 1.0]),
    "where": lambda x: ag.where(False, 1.0, x),
    "gradients": lambda x: gradients(x, [Value(1.0)]),
    "inputs": lambda x: gradients(Value(1.0), [x]),
}


def said(act, *operands):
    """The result as text, or the error's type and message."""
    try:
        result = act(*operands)
    except Exception as error:
        # The words of a plain TypeError are those of Python or mypyc, not ours.
        words = "" if type(error) is TypeError else str(error)
        return f"{type(error).__name__}: {words}"
    return line(result) if isinstance(result, Value) else repr(result)


def odd_operands():
    for name, act in ACTS.items():
        for x in ODD:
            yield f"{name} {type(x).__name__} {said(act, x)}"


def protocols():
    leaf, used = Value(2.0, "x"), Value(3.0)
    leaf.grad = 0.1
    y = leaf * used
    for act in (
        copy.copy, copy.deepcopy, pickle.dumps, float, int, complex, math.trunc, round,
        math.floor, math.ceil, abs, bool, iter, len, str, repr, list, math.sin,
        np.exp, np.square, np.arctan, lambda v: v.__reduce__()[1:],
        lambda v: np.array([v, v]) * 2.0 @ np.array([1.0, 2.0]),
        lambda v: np.array([1.0, 2.0]) * v, lambda v: v * np.array([1.0, 2.0]),
        lambda v: np.float64(3) ** v, lambda v: np.float32(3) - v,
        lambda v: np.array([v], dtype=float), lambda v: divmod(v, 2),
        lambda v: v.data_before, lambda v: v.has_grad, lambda v: v.is_leaf,
        lambda v: setattr(v, "colour", 1), lambda v: delattr(v, "colour"),
        lambda v: v @ v, lambda v: v & 1, lambda v: -(+v), lambda v: v.detach(),
        lambda v: (v._children, v._local_grads), lambda v: setattr(v, "m", 1),
        lambda v: v.v, lambda v: hasattr(v, "_vis_color"),
        lambda v: (v._op, v._prev), lambda v: f"{v:zz}", lambda v: {v: 1}[v],
        lambda v: sorted([v, Value(1.0)]), lambda v: v in [used, v], lambda v: sum([v]),
        lambda v: type("Mine", (type(v),), {}), lambda v: hash(v) == object.__hash__(v),
    ):  # fmt: skip
        yield said(act, leaf)
        yield said(act, y)
    with ag.no_grad():
        yield line(leaf * used + 1.0)
    leaf.data = 5.0
    yield said(lambda: gradients(y, leaf, create_graph=True))
    slope = gradients(leaf**3 * used, leaf, create_graph=True)
    yield line(slope)
    yield " ".join(bits(g) for g in gradients(slope, [leaf, used]))


def report():
    parts = [rows_at_special_points, random_graphs, odd_operands, protocols]
    return "\n".join(f"{part.__name__}: {text}" for part in parts for text in part())


def printed(plain):
    run = subprocess.run(
        [sys.executable, "-W", "ignore", __file__],
        capture_output=True,
        check=True,
        encoding="utf-8",
        env={
            **os.environ,
            "AUTOGRAD_SCALAR_PLAIN": plain,
            "PYTHONIOENCODING": "utf-8",
            "PYTHONPATH": str(Path(ag.__file__).parents[1]),
        },
    )
    implementation, *lines = run.stdout.splitlines()
    return implementation, lines


@pytest.mark.thorough
def test_compiled_and_plain_say_the_same():
    implementation, compiled = printed(plain="0")
    forced, plain = printed(plain="1")
    assert (implementation, forced) == (ag.implementation, "plain")
    assert len(compiled) > 1500
    different = [pair for pair in zip(compiled, plain, strict=True) if len({*pair}) > 1]
    assert not different


if __name__ == "__main__":
    print(ag.implementation)  # noqa: T201
    print(report())  # noqa: T201
