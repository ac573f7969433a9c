"""Graphs to draw: one of 4,000 Values box by box, and Nielsen's network folded."""

import math
from collections.abc import Callable

from autograd_scalar import Value, draw, topological_order
from nn import MLP


def _graph(widths: list[int], fused: bool) -> Value:
    net = MLP(widths[0], widths[1:], activation="tanh", fused=fused, rng=1)
    outputs = net.forward([math.sin(k) for k in range(widths[0])]).outputs
    cost = sum((a - 0.5) ** 2 for a in outputs)
    cost.backward()
    return cost


def drawing(widths: list[int], fused: bool, fold: bool) -> Callable[[], list]:
    """[values in the graph, boxes in the picture, characters of SVG]."""
    root = _graph(widths, fused)
    values = len(topological_order(root))

    def action() -> list:
        picture = draw(root, fold=fold)
        return [values, repr(picture), len(picture.svg)]

    return action
