"""Graphs of any size and of known shape: what one node costs, and what depth does."""

import gc
import math
import random
import tracemalloc
from collections.abc import Callable
from time import process_time
from typing import NamedTuple

import micrograd.engine

from autograd_scalar import Value, dot, grad, gradients, hvp, topological_order

from .moons import VALUES, demo_loss, micrograd_network
from .peers import METHODS
from .works import Work, moons


class Graph(NamedTuple):
    """How to build it, and its exact number of nodes."""

    build: Callable[[], Value]
    nodes: int


def chain(nodes: int) -> Graph:
    """y = y + x, over and over: as deep as it is large."""

    def build() -> Value:
        x = Value(1.0)
        y = Value(0.0)
        for _ in range(nodes - 2):
            y = y + x
        return y

    return Graph(build, nodes)


def tree(nodes: int) -> Graph:
    """Pairs of leaves, pairs of pairs, ...: half of the nodes are leaves."""
    leaves = (nodes + 1) // 2

    def build() -> Value:
        level = [Value(1.0) for _ in range(leaves)]
        while len(level) > 1:
            odd = level[-1:] if len(level) % 2 else []
            pairs = zip(level[::2], level[1::2], strict=False)
            level = [a * b for a, b in pairs] + odd
        return level[0]

    return Graph(build, 2 * leaves - 1)


def network(nodes: int, width: int = 100, layers: int = 10) -> Graph:
    """Random wiring like an MLP's over many examples: products, sums, tanh.

    The examples share their weights, the wiring is a permutation, so every node has
    a user; the depth of an example does not grow with the number of nodes.
    """
    rng = random.Random(1)
    wiring = [rng.sample(range(width), width) for _ in range(2 * layers)]
    numbers = [rng.uniform(-2.0, 2.0) for _ in range(2 * width)]
    per_example = 3 * width * layers + width  # the last for adding up the outputs
    examples = max(1, nodes // per_example)

    def build() -> Value:
        weights = [Value(x) for x in numbers[:width]]
        inputs = [Value(x) for x in numbers[width:]]
        total = Value(0.0)
        for _ in range(examples):
            a = inputs
            for p, q in zip(wiring[::2], wiring[1::2], strict=True):
                z = [w * a[i] for w, i in zip(weights, p, strict=True)]
                s = [x + z[i] for x, i in zip(z, q, strict=True)]
                a = [x.tanh() for x in s]
            for x in a:
                total = total + x
        return total

    return Graph(build, 2 * width + 1 + examples * per_example)


SHAPES = {"chain": chain, "tree": tree, "network": network}


def cost(shape: str, nodes: int, total: int, collector: bool = True) -> Callable:
    """Nanoseconds per node to build, sweep and free, over ``total`` nodes in all."""
    build, exactly = SHAPES[shape](nodes)
    repeats = max(1, total // exactly)
    if not collector:
        gc.disable()

    def action() -> list[float]:
        phases = [0.0, 0.0, 0.0]
        for _ in range(repeats):
            times = [process_time()]
            root = build()
            times.append(process_time())
            root.backward()
            times.append(process_time())
            del root
            times.append(process_time())
            for k in range(3):
                phases[k] += times[k + 1] - times[k]
        return [1e9 * seconds / (repeats * exactly) for seconds in phases]

    return action


def bytes_per_node(value: str, examples: int = 100) -> Callable[[], list[float]]:
    """Memory of the demo's graph after backward, over its nodes, and their number."""
    Value = VALUES[value]
    model = micrograd_network(Value)
    rows, labels = moons(examples)

    def action() -> list[float]:
        gc.collect()
        tracemalloc.start()
        loss = demo_loss(Value, model, rows, labels)
        loss.backward()
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        nodes = len(reachable(loss)) - len(model.parameters())
        return [taken / nodes, nodes]

    return action


def reachable(root: Value | micrograd.engine.Value) -> set:
    """Every node under the root, the root included."""
    found, stack = {root}, [root]
    while stack:
        new = [x for x in stack.pop()._prev if x not in found]
        found.update(new)
        stack += new
    return found


def deep_chain(nodes: int) -> Callable[[], list[float]]:
    """y = -y - 2 in four operations, over and over: its end, and its slope."""

    def action() -> list[float]:
        x = y = Value(1.0)
        one = Value(1.0)
        for _ in range(nodes // 4):
            y = (-(y + one) - one) * one
        y.backward()
        return [y.data, x.grad]

    return action


def ladder(rungs: int) -> Callable[[], list[float]]:
    """y = y + y: 2**rungs paths from one end to the other."""

    def action() -> list[float]:
        x = y = Value(1.0)
        for _ in range(rungs):
            y = y + y
        y.backward()
        return [y.data, x.grad]

    return action


def neuron(fused: bool, inputs: int = 16, repeats: int = 200) -> Callable:
    """One tanh neuron forward and backward, ``repeats`` times."""
    from nn import Neuron

    unit = Neuron(inputs, activation="tanh", fused=fused, rng=1)
    x = [Value(math.sin(k)) for k in range(inputs)]

    def action() -> list[float]:
        for _ in range(repeats):
            unit.zero_grad()
            a = unit(x)
            a.backward()
        return [a.data, *(p.grad for p in unit.parameters())]

    return action


def order(number: int, nodes: int = 1_000) -> Callable:
    """``grad`` of one function, or (order 2) ``hvp``: its Hessian times a vector."""

    def function(point: list) -> Value:
        return _intertwined(point, nodes)

    if number == 1:
        return lambda: grad(function)(POINT)
    return lambda: hvp(function, (POINT,), (HESSIAN_TIMES,))


def recorded_order(number: int, nodes: int = 1_000) -> Callable:
    """`gradients` of one recorded graph, or those of what it recorded of them."""
    inputs = [Value(x) for x in POINT]
    output = _intertwined(inputs, nodes)

    def action() -> list[float]:
        if number == 1:
            return gradients(output, inputs)
        slopes = gradients(output, inputs, create_graph=True)
        return gradients(dot(slopes, HESSIAN_TIMES), inputs)

    return action


POINT = [0.7, -0.4]
HESSIAN_TIMES = [1.0, -2.0]


def _intertwined(inputs: list, nodes: int) -> Value:
    """Two inputs, six nodes a step: x y + x under tanh, y - x x under sin."""
    x, y = inputs
    for _ in range(nodes // 6):
        x, y = (x * y + x).tanh(), (y - x * x).sin()
    return x * y


def nodes_of(work: Work) -> int:
    """How many nodes the graph of a work has over our Values."""
    inputs = [Value(x) for x in work.numbers]
    return len(topological_order(work.function(inputs, METHODS)))
