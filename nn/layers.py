"""Multi-layer perceptrons, with micrograd's signature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from autograd_scalar import OperandError, ShapeError, Value, dot
from nn.activations import Activation, ActivationLike, resolve
from nn.init import Init, Rng, half_width, source
from nn.module import Module, Outputs, lifted, one_or_list, size, sizes, switch, whole
from nn.shown import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autograd_scalar import Value

__all__ = ["MLP", "ForwardPass", "Layer", "Neuron"]


@dataclass(frozen=True, slots=True)
class ForwardPass:
    """Every node of one example's forward pass: a list per layer, layer 1 first.

    ``z[l - 1][j]`` is z^l_j and ``a[l - 1][j]`` is a^l_j; ``inputs[k]`` is a^0_k. In a
    linear layer a is z: both lists hold the same Value, and its label says z.
    """

    inputs: list[Value]
    z: list[list[Value]]
    a: list[list[Value]]

    @property
    def outputs(self) -> list[Value]:
        """The activations of the last layer."""
        return self.a[-1]

    def label(self, example: int | None = None) -> None:
        """Name the nodes ``z1[2]``, ``a1[2]``, or ``z1[2](i)`` for example i.

        Inputs that came as Values keep the labels they have.
        """
        if example is not None and whole(example) is None:
            msg = f"label(example) needs an int or None, got {shown(example)}"
            raise OperandError(msg)
        suffix = "" if example is None else f"({example})"
        for k, node in enumerate(self.inputs):
            if not node.label or node.label == f"a0[{k}]":
                node.label = f"a0[{k}]{suffix}"
        # z after a: where they are one node, it is called z.
        for letter, layers in (("a", self.a), ("z", self.z)):
            for number, layer in enumerate(layers, 1):
                for j, node in enumerate(layer):
                    node.label = f"{letter}{number}[{j}]{suffix}"


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
        number = size(number, "number")
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

    def __call__(self, x: Iterable[Value | float]) -> Outputs:
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


class MLP(Module):
    """A multi-layer perceptron: by default hidden layers of relu and a linear output.

    >>> net = MLP(2, [3, 1], activation="tanh", output_activation="sigmoid", rng=1)
    >>> net
    MLP of [Layer of [TanhNeuron(2), TanhNeuron(2), TanhNeuron(2)],
            Layer of [SigmoidNeuron(3)]]
    >>> net([0.5, -1.0]).data
    0.5129094100007199

    Args:
        n_in: the number of inputs.
        n_outs: the number of neurons of every layer, the output layer last.
        activation: of the hidden layers; a list gives one for every layer, the output
            layer included.
        output_activation: of the last layer.
        bias: whether neurons have a ``b``.
        fused: whether every z is one node: see `Neuron`.
        init: "uniform" (-1, 1), "xavier", "he", or the half-width of the interval.
        rng: a `random.Random`, a NumPy Generator, or an int seed; None draws from
            Python's global generator, as micrograd does.

    Raises:
        ShapeError: a size is below 1, or the activations are not one per layer.
        OperandError: an argument is of the wrong type or an unknown name.
    """

    def __init__(  # noqa: PLR0913  (all but two by keyword)
        self,
        n_in: int,
        n_outs: Sequence[int],
        *,
        activation: ActivationLike | list[ActivationLike] = "relu",
        output_activation: ActivationLike = "linear",
        bias: bool = True,
        fused: bool = True,
        init: Init = "uniform",
        rng: Rng = None,
    ) -> None:
        widths = [size(n_in, "n_in"), *sizes(n_outs)]
        functions = _per_layer(activation, output_activation, len(widths) - 1)
        draw = source(rng)
        self.layers = [
            Layer(
                widths[number - 1],
                widths[number],
                activation=g,
                bias=bias,
                fused=fused,
                init=init,
                rng=draw,
                number=number,
            )
            for number, g in enumerate(functions, 1)
        ]

    def __call__(self, x: Iterable[Value | float]) -> Outputs:
        """The outputs of one example: a Value if there is one neuron, else a list."""
        a = self._lifted(x)
        for layer in self.layers:
            a = layer.activations(a)
        return one_or_list(a)

    def forward(
        self, x: Iterable[Value | float], example: int | None = None
    ) -> ForwardPass:
        """The same, keeping and naming every z and a.

        >>> record = MLP(2, [3, 1], rng=1).forward([0.5, -1.0], example=7)
        >>> record.a[0][2].label, record.outputs[0] is record.z[1][0]
        ('a1[2](7)', True)
        """
        record = ForwardPass(self._lifted(x), [], [])
        a = record.inputs
        for layer in self.layers:
            z = layer.pre_activations(a)
            a = [
                neuron.activation.function(z_j)
                for neuron, z_j in zip(layer.neurons, z, strict=True)
            ]
            record.z.append(z)
            record.a.append(a)
        record.label(example)
        return record

    def _lifted(self, x: Iterable[Value | float]) -> list[Value]:
        first = self.layers[0].neurons[0]
        return lifted(x, len(first.w), 1, "MLP")

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(repr, self.layers))}]"


def _per_layer(
    hidden: ActivationLike | list[ActivationLike], output: ActivationLike, layers: int
) -> list[Activation]:
    """One activation for every layer."""
    if not isinstance(hidden, list):
        return [resolve(hidden)] * (layers - 1) + [resolve(output)]
    if len(hidden) != layers:
        msg = (
            f"a list of activations needs one for each of {layers} layers,"
            f" got {len(hidden)}"
        )
        raise ShapeError(msg)
    if output != "linear":
        msg = (
            "a list of activations contains the output's, so output_activation"
            f" has to be left out, got {shown(output)}"
        )
        raise OperandError(msg)
    return [resolve(like) for like in hidden]
