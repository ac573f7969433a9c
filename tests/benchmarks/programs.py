"""Compiled programs against matrices by hand: value and gradient, no step of training.

Each function sets up one way to compute the same numbers. An action repeats it often
enough for the clock, and returns the value and the gradient of the last time.
"""

import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from time import perf_counter
from typing import Any

import numpy as np

import autograd_scalar as ag
import nn

from .works import (
    ALPHA,
    INPUTS,
    SEED,
    WIDTHS,
    WORKS,
    Functions,
    demo,
    first_parameters,
    moons,
    scores,
)

Result = list[float]
Action = Callable[[], Result]
Once = Callable[[], tuple[float, Any]]
PIXELS, HIDDEN, DIGITS = 784, 30, 10

METHODS = Functions(lambda x: x.relu(), lambda x: x.exp(), lambda x: x.log())


def repeated(once: Once, repeats: int) -> Action:
    """The action: so many calls, and the numbers of the last."""

    def action() -> Result:
        for _ in range(repeats):
            value, gradient = once()
        if isinstance(gradient, list):  # by hand: weights and biases of each layer
            layers = [np.column_stack(pair).ravel() for pair in gradient]
            gradient = np.concatenate(layers)
        return [float(value), *np.asarray(gradient).tolist()]

    return action


# ---- micrograd's demo as a whole -----------------------------------------------------


def step(way: str, examples: int = 100, repeats: int = 1) -> Action:
    """Loss and gradient of micrograd's demo: the graph has all examples in it."""
    rows, labels = moons(examples)
    theta = np.array(first_parameters())
    if way == "program":
        work = demo(examples)
        leaves = [ag.Value(x) for x in work.numbers]
        program = ag.compile(work.function(leaves, METHODS), leaves)
        return repeated(lambda: program(theta), repeats)
    X, y = np.array(rows), np.array(labels, dtype=float)
    return repeated(_network(way, theta, X, y, ALPHA), repeats)


def examples(way: str, examples: int = 1_024, repeats: int = 1) -> Action:
    """Loss and gradient of the same network, the graph of one example mapped."""
    rows, labels = moons(examples)
    theta = np.array(first_parameters())
    X, y = np.array(rows), np.array(labels, dtype=float)
    if way == "program":
        leaves = [ag.Value(x) for x in theta.tolist()]
        x, label = [ag.Value(0.5) for _ in range(INPUTS)], ag.Value(1.0)
        (score,) = scores(iter(leaves), x, METHODS.relu)
        program = ag.compile((1.0 - label * score).relu(), leaves, [*x, label])
        table = np.hstack([X, y[:, None]])
        return repeated(lambda: program.map(theta, table), repeats)
    return repeated(_network(way, theta, X, y, 0.0), repeats)


def _blocks(theta: Any) -> list[Any]:
    """Each layer's weights and, in the last column, its biases."""
    found, start = [], 0
    for n, k in zip(WIDTHS, [INPUTS, *WIDTHS], strict=False):
        found.append(theta[start : start + n * (k + 1)].reshape(n, k + 1))
        start += n * (k + 1)
    return found


def _network(way: str, theta: Any, X: Any, y: Any, alpha: float) -> Once:
    if way == "jax":
        return _network_in_jax(theta, X, y, alpha)
    layers = [(p[:, :-1].copy(), p[:, -1].copy()) for p in _blocks(theta)]
    by_hand = {"rows": _network_in_rows, "columns": _network_in_columns}[way]
    return by_hand(layers, X, y, alpha)


def _network_in_rows(layers: list, X: Any, y: Any, alpha: float) -> Once:
    """An example is a row."""
    y = y[:, None]
    m = len(y)

    def once() -> tuple[float, Any]:
        A, Z = [X], []
        for W, b in layers:
            Z.append(A[-1] @ W.T + b)
            A.append(np.maximum(Z[-1], 0.0))
        margin = 1.0 - y * Z[-1]
        loss = np.maximum(margin, 0.0).sum() / m
        dZ = np.where(margin > 0.0, -y, 0.0) / m
        slopes = []
        for k in (2, 1, 0):
            slopes.append((dZ.T @ A[k], dZ.sum(axis=0)))
            if k:
                dZ = (dZ @ layers[k][0]) * (Z[k - 1] > 0.0)
        return _regularised(loss, slopes[::-1], layers, alpha)

    return once


def _network_in_columns(layers: list, X: Any, y: Any, alpha: float) -> Once:
    """An example is a column, as in the formulas."""
    X, y = np.ascontiguousarray(X.T), y[None, :]
    m = y.size
    layers = [(W, b[:, None]) for W, b in layers]

    def once() -> tuple[float, Any]:
        A, Z = [X], []
        for W, b in layers:
            Z.append(W @ A[-1] + b)
            A.append(np.maximum(Z[-1], 0.0))
        margin = 1.0 - y * Z[-1]
        loss = np.maximum(margin, 0.0).sum() / m
        dZ = np.where(margin > 0.0, -y, 0.0) / m
        slopes = []
        for k in (2, 1, 0):
            slopes.append((dZ @ A[k].T, dZ.sum(axis=1)))
            if k:
                dZ = (layers[k][0].T @ dZ) * (Z[k - 1] > 0.0)
        return _regularised(loss, slopes[::-1], layers, alpha)

    return once


def _regularised(
    loss: float, slopes: list, layers: list, alpha: float
) -> tuple[float, list]:
    """Add the sum of squares, times alpha, and its gradient."""
    if not alpha:
        return loss, slopes
    squares = sum([(W * W).sum() + (b * b).sum() for W, b in layers])
    found = [
        (dW + 2.0 * alpha * W, db + 2.0 * alpha * b.ravel())
        for (dW, db), (W, b) in zip(slopes, layers, strict=True)
    ]
    return loss + alpha * squares, found


def _network_in_jax(theta: Any, X: Any, y: Any, alpha: float) -> Once:
    import jax
    from jax import numpy as jnp

    def loss(theta: Any) -> Any:
        a = X.T
        *hidden, last = _blocks(theta)
        for p in hidden:
            a = jnp.maximum(p[:, :-1] @ a + p[:, -1:], 0.0)
        z = last[:, :-1] @ a + last[:, -1:]
        hinge = jnp.maximum(1.0 - y * z, 0.0).mean()
        return hinge + alpha * (theta @ theta)

    both = jax.jit(jax.value_and_grad(loss))
    theta = jnp.array(theta)
    return lambda: jax.block_until_ready(both(theta))


# ---- Nielsen's network ---------------------------------------------------------------


def nielsen(way: str, batch: int, repeats: int = 1) -> Action:
    """784-30-10, sigmoid, half the squared error, a mini-batch of random pictures."""
    X, Y, net = _pictures(batch)
    theta = np.array([p.data for p in net.parameters()])
    if way == "program":
        program, table = _nielsen_as_program(net), np.hstack([X, Y])
        return repeated(lambda: program.map(theta, table), repeats)
    split = HIDDEN * (PIXELS + 1)
    one = theta[:split].reshape(HIDDEN, PIXELS + 1)
    two = theta[split:].reshape(DIGITS, HIDDEN + 1)
    W = [p[:, :-1].copy() for p in (one, two)]
    b = [p[:, -1].copy() for p in (one, two)]
    by_hand = {"rows": _nielsen_in_rows, "columns": _nielsen_in_columns}[way]
    return repeated(by_hand(W, b, X, Y), repeats)


def _pictures(batch: int) -> tuple[Any, Any, nn.MLP]:
    rng = np.random.default_rng(SEED)
    X = rng.uniform(0.0, 1.0, (batch, PIXELS))
    Y = np.eye(DIGITS)[rng.integers(0, DIGITS, batch)]
    net = nn.MLP(
        PIXELS,
        [HIDDEN, DIGITS],
        activation="sigmoid",
        output_activation="sigmoid",
        rng=SEED,
    )
    return X, Y, net


def _nielsen_as_program(net: nn.MLP) -> ag.Program:
    x = [ag.Value(0.1) for _ in range(PIXELS)]
    y = [ag.Value(0.2) for _ in range(DIGITS)]
    return ag.compile(nn.half_squared_error(net(x), y), net.parameters(), [*x, *y])


def threads(batch: int = 1_000, turns: int = 20, calls: int = 50) -> Action:
    """Seconds by the wall clock: of a call in one thread, and of one in two.

    They take short turns, and the best quarter of these counts: on a busy machine both
    cores are free for moments only. Each thread has a core of its own, which, where the
    system allows it, no other process takes away meanwhile.
    """
    X, Y, net = _pictures(batch)
    theta, table = np.array([p.data for p in net.parameters()]), np.hstack([X, Y])
    program = _nielsen_as_program(net)
    first, second, *_ = sorted(os.sched_getaffinity(0))
    with suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    os.sched_setaffinity(0, [first])
    pool = ThreadPoolExecutor(1, "second", os.sched_setaffinity, (0, [second]))

    def seconds(executor: ThreadPoolExecutor | None) -> float:
        start = perf_counter()
        for _ in range(calls):
            program.map(theta, table, executor=executor)
        return (perf_counter() - start) / calls

    def action() -> Result:
        taken = [[seconds(None), seconds(pool)] for _ in range(turns)]
        return np.quantile(taken, 0.25, axis=0).tolist()

    return action


def _nielsen_in_rows(W: list, b: list, X: Any, Y: Any) -> Once:
    m = len(X)

    def once() -> tuple[float, Any]:
        A1 = 1.0 / (1.0 + np.exp(-(X @ W[0].T + b[0])))
        A2 = 1.0 / (1.0 + np.exp(-(A1 @ W[1].T + b[1])))
        error = A2 - Y
        loss = 0.5 * (error * error).sum() / m
        d2 = error * A2 * (1.0 - A2) / m
        d1 = (d2 @ W[1]) * A1 * (1.0 - A1)
        return loss, [(d1.T @ X, d1.sum(axis=0)), (d2.T @ A1, d2.sum(axis=0))]

    return once


def _nielsen_in_columns(W: list, b: list, X: Any, Y: Any) -> Once:
    X, Y = np.ascontiguousarray(X.T), np.ascontiguousarray(Y.T)
    b = [x[:, None] for x in b]
    m = X.shape[1]

    def once() -> tuple[float, Any]:
        A1 = 1.0 / (1.0 + np.exp(-(W[0] @ X + b[0])))
        A2 = 1.0 / (1.0 + np.exp(-(W[1] @ A1 + b[1])))
        error = A2 - Y
        loss = 0.5 * (error * error).sum() / m
        d2 = error * A2 * (1.0 - A2) / m
        d1 = (W[1].T @ d2) * A1 * (1.0 - A1)
        return loss, [(d1 @ X.T, d1.sum(axis=1)), (d2 @ A1.T, d2.sum(axis=1))]

    return once


# ---- Graphs without matrices ---------------------------------------------------------


def irregular(way: str, work: str, repeats: int = 1, **size: int) -> Action:
    """An expression that exists already, as a program or a function of CasADi."""
    function, numbers, _ = WORKS[work](**size)
    theta = np.array(numbers)
    if way == "program":
        leaves = [ag.Value(x) for x in numbers]
        program = ag.compile(function(leaves, METHODS), leaves)
        return repeated(lambda: program(theta), repeats)
    import casadi as ca

    functions = Functions(lambda x: ca.fmax(x, 0.0), ca.exp, ca.log)
    inputs = ca.SX.sym("x", len(numbers))
    output = function(ca.vertsplit(inputs), functions)
    both = ca.Function("f", [inputs], [output, ca.densify(ca.gradient(output, inputs))])
    buffers, trigger = both.buffer()  # its way to be called without making objects
    value, gradient = np.zeros(1), np.zeros(len(numbers))
    buffers.set_arg(0, memoryview(theta))
    buffers.set_res(0, memoryview(value))
    buffers.set_res(1, memoryview(gradient))

    def once(_keep: Any = buffers) -> tuple[float, Any]:  # trigger() does not keep them
        trigger()
        return value[0], gradient

    return repeated(once, repeats)


# ---- What compiling costs ------------------------------------------------------------


def compiling(examples: int = 100) -> Action:
    """The graph of micrograd's demo exists; it is compiled and run once."""
    work = demo(examples)
    leaves = [ag.Value(x) for x in work.numbers]
    root = work.function(leaves, METHODS)
    theta = np.array(work.numbers)

    def action() -> Result:
        value, gradient = ag.compile(root, leaves)(theta)
        return [value, *gradient.tolist()]

    return action


def eager(examples: int = 100) -> Action:
    """The graph of micrograd's demo is built and swept."""
    work = demo(examples)

    def action() -> Result:
        leaves = [ag.Value(x) for x in work.numbers]
        root = work.function(leaves, METHODS)
        return [root.data, *ag.gradients(root, leaves)]

    return action


def peaks(examples: int) -> Action:
    """Megabytes that the process had at most: with the graph, and once compiled."""
    action = compiling(examples)

    def both() -> Result:
        graph = _peak()
        action()
        return [graph, _peak()]

    return both


def _peak() -> float:
    import resource  # not on every system

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most * 1_024 / 1e6
