"""One training step of micrograd's demo: forward, zero_grad, backward, update.

100 examples of two half moons, an MLP 2-16-16-1, hinge loss and L2; the graph is built
at every step. `demo` runs one source, micrograd's own, over either Value.
"""

import inspect
import math
import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import micrograd.engine
import micrograd.nn

import autograd_scalar as ag
import nn

Result = list[float]  # the loss, then the gradients of all parameters
Action = Callable[[], Result]

SEED = 1337
WIDTHS = [16, 16, 1]
ALPHA = 1e-4
VALUES = {"micrograd": micrograd.engine.Value, "autograd_scalar": ag.Value}


def moons(examples: int) -> tuple[list[list[float]], list[int]]:
    """Rows and their labels, -1 or 1 (scikit-learn's make_moons, noise 0.1)."""
    rng = random.Random(SEED)
    rows, labels = [], []
    for i in range(examples):
        t = rng.uniform(0.0, math.pi)
        x, y = math.cos(t), math.sin(t)
        if i % 2:
            x, y = 1.0 - x, 0.5 - y
        rows.append([x + rng.gauss(0.0, 0.1), y + rng.gauss(0.0, 0.1)])
        labels.append(2 * (i % 2) - 1)
    return rows, labels


def micrograd_network(Value: type) -> Any:
    """micrograd's MLP, made by its own source, over any Value."""
    source = inspect.getsource(micrograd.nn)
    source = source.replace("from micrograd.engine import Value", "")
    names = {"Value": Value, "__name__": "micrograd_network"}
    exec(compile(source, micrograd.nn.__file__, "exec"), names)
    random.seed(SEED)
    return names["MLP"](2, list(WIDTHS))


def demo_loss(Value: type, model: Any, rows: list, labels: list) -> Any:
    """The loss of micrograd's demo notebook."""
    inputs = [list(map(Value, row)) for row in rows]
    scores = list(map(model, inputs))
    losses = [(1 + -y * score).relu() for y, score in zip(labels, scores, strict=True)]
    data_loss = sum(losses) * (1.0 / len(losses))
    reg_loss = ALPHA * sum(p * p for p in model.parameters())
    return data_loss + reg_loss


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
        learning_rate = 1.0 - 0.9 * step / 100
        for p in model.parameters():
            p.data -= learning_rate * p.grad
        step += 1
        return [total_loss.data, *(p.grad for p in model.parameters())]

    return action


def own_network(fused: bool, examples: int = 100) -> Action:
    """The same step with this project's network, loss and optimiser."""
    model = nn.MLP(2, WIDTHS, fused=fused, rng=SEED)
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
        optimiser.lr = 1.0 - 0.9 * step / 100
        optimiser.step()
        step += 1
        return [loss.data, *(p.grad for p in parameters)]

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
