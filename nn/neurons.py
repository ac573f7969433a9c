"""Neurons and layers, with micrograd's signatures.

    z^l_j = b^l_j + sum_k W^l_jk a^{l-1}_k          a^l_j = g^l(z^l_j)

Data enters as **rows**: one example is a sequence of n_in numbers. Layers are numbered
from 1, because a^0 is the input; neurons and inputs are indexed from 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from autograd_scalar import Value, dot
from nn.activations import Activation, ActivationLike, resolve
from nn.initial import Init, Rng, half_width, source
from nn.module import Module
from nn.shapes import lifted, one_or_list, size, switch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Layer", "Neuron"]


class Neuron(Module):
    """One neuron: ``w`` (a list of Values), ``b``, and the activation g.

    ``fused`` computes z as one node, `dot`, whose parents are w0, x0, w1, x1, ..., b;
    otherwise every product and every sum is a node, as in micrograd. Both start from b
    and add from left to right, so they give the same bits.

    Args:
        n_in: the number of inputs.
        nonlin: micrograd's switch: relu, or linear.
        activation: a name, a (name, parameter) tuple or a function of a Value; it
            overrides ``nonlin``.
        bias: whether there is a ``b``, which starts at 0; it is None otherwise.
        fused: one node for z, or all of its products and sums.
        init: "uniform" (-1, 1), "xavier", "he", or the half-width of the interval.
        rng: a `random.Random`, a NumPy Generator, or an int seed; None draws from
            Python's global generator, as micrograd does.

    >>> neuron = Neuron(2, activation="tanh", rng=1)
    >>> neuron, neuron([3.0, -1.0])
    (TanhNeuron(2), Value(data=-0.9938253860730089, grad=0.0))

    Raises:
        ShapeError: ``n_in`` is below 1.
        OperandError: an argument is of the wrong type or an unknown name.
    """

    def __init__(  # noqa: PLR0913  (all but two by keyword)
        self,
        n_in: int,
        nonlin: bool = True,
        *,
        activation: ActivationLike | None = None,
        bias: bool = True,
        fused: bool = True,
        init: Init = "uniform",
        rng: Rng = None,
    ) -> None:
        n_in = size(n_in, "n_in")
        h, draw = half_width(init, n_in, 1), source(rng).uniform
        self.w = [Value(draw(-h, h), f"w[{k}]") for k in range(n_in)]
        self.b = Value(0.0, "b") if switch(bias, "bias") else None
        self.activation = _resolved(activation, nonlin)
        self.fused = switch(fused, "fused")

    @property
    def nonlin(self) -> bool:
        """Whether the activation is anything but linear."""
        return not self.activation.is_linear

    def __call__(self, x: Iterable[Value | float]) -> Value:
        """The activation a of one example."""
        return self.activation.function(
            self.pre_activation(lifted(x, len(self.w), 1, "Neuron"))
        )

    def pre_activation(self, x: Sequence[Value]) -> Value:
        """The z of Values whose number is known to be right."""
        if self.fused:
            start = 0.0 if self.b is None else self.b
            return cast("Value", dot(self.w, x, start=start))
        z = Value(0.0) if self.b is None else self.b
        for w, a in zip(self.w, x, strict=True):
            z = z + w * a
        return z

    def __repr__(self) -> str:
        return f"{self.activation.title}Neuron({len(self.w)})"


class Layer(Module):
    """``n_out`` neurons over the same inputs; keywords as `Neuron`'s.

    Its parameters are labelled ``W1[j,k]`` and ``b1[j]``, with its ``number`` for 1.

    >>> layer = Layer(2, 3, activation="sigmoid", rng=1)
    >>> [w.label for w in layer.neurons[2].w], [a.data for a in layer([0.0, 0.0])]
    (['W1[2,0]', 'W1[2,1]'], [0.5, 0.5, 0.5])
    """

    def __init__(  # noqa: PLR0913  (all but two by keyword)
        self,
        n_in: int,
        n_out: int,
        *,
        nonlin: bool = True,
        activation: ActivationLike | None = None,
        bias: bool = True,
        fused: bool = True,
        init: Init = "uniform",
        rng: Rng = None,
        number: int = 1,
    ) -> None:
        n_in, n_out = size(n_in, "n_in"), size(n_out, "n_out")
        g, draw = _resolved(activation, nonlin), source(rng)
        h = half_width(init, n_in, n_out)
        self.number = number
        self.neurons = [
            Neuron(n_in, activation=g, bias=bias, fused=fused, init=h, rng=draw)
            for _ in range(n_out)
        ]
        for j, neuron in enumerate(self.neurons):
            for k, w in enumerate(neuron.w):
                w.label = f"W{number}[{j},{k}]"
            if neuron.b is not None:
                neuron.b.label = f"b{number}[{j}]"

    def __call__(self, x: Iterable[Value | float]) -> Value | list[Value]:
        """The outputs of one example: a Value if there is one neuron, else a list."""
        inputs = lifted(x, len(self.neurons[0].w), self.number, "Layer")
        return one_or_list(self.activations(inputs))

    def pre_activations(self, x: Sequence[Value]) -> list[Value]:
        """Every neuron's z."""
        return [neuron.pre_activation(x) for neuron in self.neurons]

    def activations(self, x: Sequence[Value]) -> list[Value]:
        """Every neuron's a, as a list even if there is one."""
        return [
            neuron.activation.function(neuron.pre_activation(x))
            for neuron in self.neurons
        ]

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(repr, self.neurons))}]"


def _resolved(like: ActivationLike | None, nonlin: bool) -> Activation:
    switch(nonlin, "nonlin", "; for an activation write activation=...")
    if like is None:
        return resolve("relu" if nonlin else "linear")
    return resolve(like)
