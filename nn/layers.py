"""Multi-layer perceptrons, with micrograd's signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_scalar import OperandError, ShapeError
from nn.activations import Activation, ActivationLike, resolve
from nn.forward import ForwardPass
from nn.initial import Init, Rng, source
from nn.module import Module
from nn.neurons import Layer, Neuron
from nn.shapes import lifted, one_or_list, size, sizes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autograd_scalar import Value

__all__ = ["MLP", "ForwardPass", "Layer", "Neuron"]


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

    def __call__(self, x: Iterable[Value | float]) -> Value | list[Value]:
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
            f" has to be left out, got {output!r}"
        )
        raise OperandError(msg)
    return [resolve(like) for like in hidden]
