"""One training step of micrograd's demo: forward, zero_grad, backward, update.

100 examples of two half moons, an MLP 2-16-16-1, hinge loss and L2; the graph is built
at every step. `demo` runs one source, micrograd's own, over either Value.
"""

import inspect
import random
import sys
from collections.abc import Callable
from itertools import repeat
from time import process_time
from types import SimpleNamespace
from typing import Any

import micrograd.engine
import micrograd.nn

import autograd_scalar as ag
import nn

from .works import ALPHA, INPUTS, SEED, WIDTHS, first_parameters, moons

Result = list[float]  # the loss, then the gradients of all parameters
Action = Callable[[], Result]

VALUES = {"micrograd": micrograd.engine.Value, "autograd_scalar": ag.Value}


def micrograd_network(Value: type) -> Any:
    """micrograd's MLP, made by its own source, over any Value."""
    source = inspect.getsource(micrograd.nn)
    source = source.replace("from micrograd.engine import Value", "")
    names = {"Value": Value, "__name__": "micrograd_network"}
    exec(compile(source, micrograd.nn.__file__, "exec"), names)
    random.seed(SEED)
    return names["MLP"](INPUTS, list(WIDTHS))


def demo_loss(Value: type, model: Any, rows: list, labels: list) -> Any:
    """The loss of micrograd's demo notebook."""
    inputs = [list(map(Value, row)) for row in rows]
    scores = list(map(model, inputs))
    losses = [(1 + -y * score).relu() for y, score in zip(labels, scores, strict=True)]
    data_loss = sum(losses) * (1.0 / len(losses))
    reg_loss = ALPHA * sum(p * p for p in model.parameters())
    return data_loss + reg_loss


def rate(step: int) -> float:
    """The demo's learning rate, which stays where its 100 steps end."""
    return 1.0 - 0.9 * min(step, 100) / 100


def demo(value: str, examples: int = 100) -> Action:
    """The demo's training step over micrograd's Value or ours."""
    Value = VALUES[value]
    model = micrograd_network(Value)
    rows, labels = moons(examples)
    step = 0

    def action() -> Result:
        nonlocal step
        total_loss = demo_loss(Value, model, rows, labels)
        model.zero_grad()
        total_loss.backward()
        learning_rate = rate(step)
        for p in model.parameters():
            p.data -= learning_rate * p.grad
        step += 1
        return [total_loss.data, *(p.grad for p in model.parameters())]

    return action


def without_nodes(examples: int = 100) -> Action:
    """The same loops over plain numbers: what the interpreter takes, with no graph."""
    source = inspect.getsource(micrograd.nn).replace("act.relu()", "max(act, 0.0)")
    names: dict[str, Any] = {"__name__": "micrograd_network"}
    exec(compile(source, micrograd.nn.__file__, "exec"), names)
    names["Value"] = float
    random.seed(SEED)
    model = names["MLP"](INPUTS, list(WIDTHS))
    rows, labels = moons(examples)

    def action() -> Result:
        scores = list(map(model, rows))
        pairs = zip(labels, scores, strict=True)
        losses = [max(1 + -y * score, 0.0) for y, score in pairs]
        data_loss = sum(losses) * (1.0 / len(losses))
        return [data_loss + ALPHA * sum(p * p for p in model.parameters())]

    return action


def objects(count: int = 65_818, size: int = 104) -> Action:
    """As many objects as W1 has nodes, each of a compiled node's size: made, freed."""
    payload = size - sys.getsizeof(b"")

    def action() -> Result:
        return [float(len(list(map(bytes, repeat(payload, count)))))]

    return action


def own_network(fused: bool, examples: int = 100) -> Action:
    """The same step with this project's network, loss and optimiser."""
    model = nn.MLP(INPUTS, WIDTHS, fused=fused, rng=SEED)
    initial = micrograd_network(micrograd.engine.Value)
    for ours, theirs in zip(model.parameters(), initial.parameters(), strict=True):
        ours.data = theirs.data
    rows, labels = moons(examples)
    optimiser = nn.SGD(model.parameters(), lr=1.0)
    step = 0

    def action() -> Result:
        nonlocal step
        parameters = optimiser.params
        loss = nn.batch_loss(nn.hinge, map(model, rows), labels)
        loss = loss + ALPHA * ag.dot(parameters, parameters)
        optimiser.zero_grad()
        loss.backward()
        optimiser.lr = rate(step)
        optimiser.step()
        step += 1
        return [loss.data, *(p.grad for p in parameters)]

    return action


def by_hand(examples: int = 100) -> Action:
    """The same step in matrices, each derivative written out: no graph at all."""
    import numpy as np

    rows, labels = moons(examples)
    X, y = np.array(rows), np.array(labels, dtype=float)[:, None]
    shapes = list(zip(WIDTHS, [INPUTS, *WIDTHS], strict=False))
    numbers = iter(first_parameters())
    P = [
        np.array([[next(numbers) for _ in range(n + 1)] for _ in range(k)])
        for k, n in shapes
    ]  # each row a neuron: its weights, then its bias
    step = 0

    def action() -> Result:
        nonlocal step
        A, Z = [X], []
        for p in P:
            Z.append(A[-1] @ p[:, :-1].T + p[:, -1])
            A.append(np.maximum(Z[-1], 0.0))
        margin = 1.0 - y * Z[-1]
        loss = np.maximum(margin, 0.0).mean() + ALPHA * sum((p * p).sum() for p in P)
        dZ = np.where(margin > 0.0, -y, 0.0) / len(y)
        gradients = []
        for k in (2, 1, 0):
            dW, db = dZ.T @ A[k], dZ.sum(axis=0)[:, None]
            gradients.append(np.hstack([dW, db]) + 2.0 * ALPHA * P[k])
            if k:
                dZ = (dZ @ P[k][:, :-1]) * (Z[k - 1] > 0.0)
        gradients.reverse()
        learning_rate = rate(step)
        for p, dp in zip(P, gradients, strict=True):
            p[...] -= learning_rate * dp
        step += 1
        return [float(loss), *np.concatenate([g.ravel() for g in gradients]).tolist()]

    return action


def parts(examples: int = 100, repeats: int = 5) -> Callable[[], list[float]]:
    """Seconds to build the demo's graph, and seconds to sweep it, each a mean."""
    model = micrograd_network(ag.Value)
    rows, labels = moons(examples)

    def action() -> list[float]:
        building = sweeping = 0.0
        for _ in range(repeats):
            start = process_time()
            loss = demo_loss(ag.Value, model, rows, labels)
            built = process_time()
            loss.backward()
            sweeping += process_time() - built
            building += built - start
        return [building / repeats, sweeping / repeats]

    return action


def sweep(stateless: bool, examples: int = 100) -> Action:
    """Only the reverse sweep, over one recorded graph: `gradients` or `backward`."""
    model = micrograd_network(ag.Value)
    loss = demo_loss(ag.Value, model, *moons(examples))

    def backward() -> Result:
        model.zero_grad()
        loss.backward()
        return [loss.data, *(p.grad for p in model.parameters())]

    def gradients() -> Result:
        return [loss.data, *ag.gradients(loss, model.parameters())]

    return gradients if stateless else backward


def node_counts(examples: int = 100) -> SimpleNamespace:
    """Nodes of the demo's graph: all, those of plain numbers, leaves, operations."""
    model = micrograd_network(ag.Value)
    order = ag.topological_order(demo_loss(ag.Value, model, *moons(examples)))
    leaves = sum(node.is_leaf for node in order)
    named = len(model.parameters()) + 2 * examples  # the inputs are Values as well
    return SimpleNamespace(
        all=len(order),
        constants=leaves - named,
        leaves=named,
        operations=len(order) - leaves,
    )
