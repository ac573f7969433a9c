"""Neurons, layers and multi-layer perceptrons (MLPs), with micrograd's signatures.

Neuron j of layer l computes z^l_j = b^l_j + sum_k W^l_{jk} a^{l-1}_k and its activation
a^l_j = g^l(z^l_j), as in Nielsen, "Neural Networks and Deep Learning", chapter 2.
`MLP.forward` records all of them in a `ForwardPass`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from autograd_scalar import OperandError, ShapeError, Value, dot
from nn.activations import Activation, ActivationLike, resolve
from nn.arguments import shown, size, sizes, switch, whole
from nn.init import Init, Rng, half_width, source
from nn.module import Module

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["MLP", "ForwardPass", "Layer", "Neuron"]

_LONG: Final = 10**40  # no index: a label of that length helps nobody

# What a network gives: a Value if it has one output neuron, else a list of Values.
# How many it has is known when the program runs, so the static type is Any, as in
# PyTorch: both net(x).backward() and net(x)[0] are right, each for its networks.
Outputs: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class ForwardPass:
    """Every node of one example's forward pass: a list per layer, layer 1 first.

    ``z[l - 1][j]`` is z^l_j and ``a[l - 1][j]`` is a^l_j; ``inputs[k]`` is a^0_k. In a
    linear layer a and z are the same Value, labelled as z.

    >>> record = MLP(2, [3, 1], rng=1).forward([0.5, -1.0])
    >>> len(record.z[0]), record.outputs == record.a[1]
    (3, True)
    """

    inputs: list[Value]
    z: list[list[Value]]
    a: list[list[Value]]

    @property
    def outputs(self) -> list[Value]:
        """The activations of the last layer."""
        return self.a[-1]

    def label(self, example: int | None = None) -> None:
        """Label the nodes ``z1[2]``, ``a1[2]``, or ``z1[2](i)`` for example i.

        Inputs given as Values keep their labels.
        """
        if example is not None and whole(example) is None:
            msg = f"label(example) needs an int or None, got {shown(example)}"
            raise OperandError(msg)
        if example is not None and abs(example) >= _LONG:
            msg = (
                f"label(example) needs an int of at most 40 digits, got"
                f" {shown(example)}; give the example's index"
            )
            raise OperandError(msg)
        suffix = "" if example is None else f"({example})"
        for k, node in enumerate(self.inputs):
            if not node.label or node.label == f"a0[{k}]":
                node.label = f"a0[{k}]{suffix}"
        # z comes after a, so that a node which is both is labelled z.
        for letter, layers in (("a", self.a), ("z", self.z)):
            for number, layer in enumerate(layers, 1):
                for j, node in enumerate(layer):
                    node.label = f"{letter}{number}[{j}]{suffix}"


class Neuron(Module):
    """One neuron: weights ``w`` (a list of Values), bias ``b``, and an activation g.

    With ``fused`` z is one node, a `dot` with the parents w0, x0, w1, x1, ..., b.
    Without, every product and every sum is a node, as in micrograd. Both start from b
    and add from left to right, so they give the same bits.

    Args:
        n_in: the number of inputs.
        nonlin: micrograd's switch: True for relu, False for linear.
        activation: a name, a (name, parameter) tuple or a function of a Value; it
            overrides ``nonlin``.
        bias: whether there is a bias, which starts at 0; if not, ``b`` is None.
        fused: whether z is one node.
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
        if self.activation.of_layer is not None:
            self.activation.function(Value(0.0))  # raises, and says what to do
        self.fused = switch(fused, "fused")

    @property
    def nonlin(self) -> bool:
        """Whether the activation is anything but linear."""
        return not self.activation.is_linear

    def __call__(self, x: Iterable[Value | float]) -> Value:
        """Return the activation a for one example."""
        return self.activation.function(
            self.pre_activation(_inputs(x, len(self.w), 1, "Neuron"))
        )

    def pre_activation(self, x: Sequence[Value]) -> Value:
        """Return z; the number of inputs is not checked."""
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
    """``n_out`` neurons with the same inputs; keywords as in `Neuron`.

    Its parameters are labelled ``W1[j,k]`` and ``b1[j]``; ``number`` replaces the 1.
    The activation may be "softmax" or "log_softmax", where each a depends on every z.

    >>> layer = Layer(2, 3, activation="sigmoid", rng=1)
    >>> [w.label for w in layer.neurons[2].w], [a.data for a in layer([0.0, 0.0])]
    (['W1[2,0]', 'W1[2,1]'], [0.5, 0.5, 0.5])

    Raises:
        ShapeError: ``n_in`` or ``n_out`` is below 1.
        OperandError: an argument is of the wrong type or an unknown name.
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
        one = "linear" if g.of_layer is not None else g
        self.neurons = [
            Neuron(n_in, activation=one, bias=bias, fused=fused, init=h, rng=draw)
            for _ in range(n_out)
        ]
        for j, neuron in enumerate(self.neurons):
            neuron.activation = g
            for k, w in enumerate(neuron.w):
                w.label = f"W{number}[{j},{k}]"
            if neuron.b is not None:
                neuron.b.label = f"b{number}[{j}]"

    def __call__(self, x: Iterable[Value | float]) -> Outputs:
        """Return the outputs for one example: a Value if it is one, else a list."""
        inputs = _inputs(x, len(self.neurons[0].w), self.number, "Layer")
        return _one_or_list(self.activations(inputs))

    def pre_activations(self, x: Sequence[Value]) -> list[Value]:
        """Return z of every neuron."""
        return [neuron.pre_activation(x) for neuron in self.neurons]

    def activations(self, x: Sequence[Value]) -> list[Value]:
        """Return a of every neuron, always as a list."""
        return self.activate(self.pre_activations(x))

    def activate(self, z: Sequence[Value]) -> list[Value]:
        """Return a of every neuron from z of every neuron, which are not checked."""
        first = self.neurons[0].activation
        if first.of_layer is not None:
            return first.of_layer(z)
        return [
            neuron.activation.function(z_j)
            for neuron, z_j in zip(self.neurons, z, strict=True)
        ]

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(repr, self.neurons))}]"


class MLP(Module):
    """A multi-layer perceptron: by default relu hidden layers and a linear output.

    >>> net = MLP(2, [3, 1], activation="tanh", output_activation="sigmoid", rng=1)
    >>> net
    MLP of [Layer of [TanhNeuron(2), TanhNeuron(2), TanhNeuron(2)],
            Layer of [SigmoidNeuron(3)]]
    >>> net([0.5, -1.0]).data
    0.5129094100007199

    Args:
        n_in: the number of inputs.
        n_outs: the number of neurons of every layer, the output layer last.
        activation: that of the hidden layers; a list gives one for every layer, the
            output layer included.
        output_activation: that of the output layer; "softmax" for probabilities that
            add up to 1, whose loss is `nn.categorical_cross_entropy`.
        bias: whether neurons have a bias.
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
        """Return the outputs for one example: a Value if it is one, else a list."""
        a = self._lifted(x)
        for layer in self.layers:
            a = layer.activations(a)
        return _one_or_list(a)

    def forward(
        self, x: Iterable[Value | float], example: int | None = None
    ) -> ForwardPass:
        """Compute the outputs, and keep and label every z and a on the way.

        >>> record = MLP(2, [3, 1], rng=1).forward([0.5, -1.0], example=7)
        >>> record.a[0][2].label, record.outputs[0] is record.z[1][0]
        ('a1[2](7)', True)
        """
        record = ForwardPass(self._lifted(x), [], [])
        a = record.inputs
        for layer in self.layers:
            z = layer.pre_activations(a)
            a = layer.activate(z)
            record.z.append(z)
            record.a.append(a)
        record.label(example)
        return record

    def set_matrices(
        self, W: Sequence[Iterable[Iterable[float]]], b: Sequence[Any] | None = None
    ) -> None:
        """Set the weights to the matrices W^l (n_l, n_{l-1}), and the biases to b^l.

        On an error no parameter changes. A bias is (n_l, 1) or (n_l,); None keeps them.

        >>> net = MLP(2, [1])
        >>> net.set_matrices([[[0.5, -1.0]]], [[2.0]])
        >>> net([4.0, 1.0]).data
        3.0

        Raises:
            ShapeError: a matrix does not fit its layer.
            OperandError: something is no list or matrix, or an entry no number.
        """
        weights = _rows(W, "W", "a list of matrices")
        biases = None if b is None else _rows(b, "b", "a list of columns")
        count = len(self.layers)
        if len(weights) != count or (biases is not None and len(biases) != count):
            got = f"{len(weights)} weights"
            got += "" if biases is None else f" and {len(biases)} biases"
            msg = f"set_matrices needs one matrix for each of {count} layers, got {got}"
            raise ShapeError(msg)
        numbers: list[tuple[Value, float]] = []
        for i, layer in enumerate(self.layers):
            rows = [
                _rows(row, f"W[{i}]", "rows of numbers")
                for row in _rows(weights[i], f"W[{i}]", "rows of numbers")
            ]
            wanted = (len(layer.neurons), len(layer.neurons[0].w))
            if len(rows) != wanted[0] or any(len(row) != wanted[1] for row in rows):
                got = f"{len(rows)} rows of {sorted({len(row) for row in rows})}"
                msg = f"W[{i}] needs the shape {wanted}, (n_out, n_in), got {got}"
                raise ShapeError(msg)
            for neuron, row in zip(layer.neurons, rows, strict=True):
                numbers += zip(neuron.w, (Value(x).data for x in row), strict=True)
            if biases is not None:
                column = _rows(biases[i], f"b[{i}]", "a column of numbers")
                numbers += _with_biases(layer, column, i)
        for parameter, number in numbers:
            parameter.data = number

    def gradient_matrices(self) -> tuple[list[list[list[float]]], list[list[float]]]:
        """Return the gradients: dC/dW^l as rows (n_l, n_{l-1}), and dC/db^l (n_l).

        A neuron without a bias has the gradient 0.0 for it.

        >>> net = MLP(2, [1])
        >>> net([4.0, 1.0]).backward()
        >>> net.gradient_matrices()
        ([[[4.0, 1.0]]], [[1.0]])
        """
        W = [[[w.grad for w in n.w] for n in layer.neurons] for layer in self.layers]
        b = [
            [0.0 if n.b is None else n.b.grad for n in layer.neurons]
            for layer in self.layers
        ]
        return W, b

    def _lifted(self, x: Iterable[Value | float]) -> list[Value]:
        first = self.layers[0].neurons[0]
        return _inputs(x, len(first.w), 1, "MLP")

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(repr, self.layers))}]"


def _rows(given: object, name: str, what: str) -> list[Any]:
    """Return what is in a matrix or a list, or raise if it is neither."""
    is_text = isinstance(given, str | bytes | Mapping)
    try:
        entries = None if is_text else list(cast("Iterable[Any]", given))
    except TypeError:
        entries = None
    if entries is None:
        kind = type(given).__name__
        msg = f"set_matrices needs {what} as {name}, got {kind}: {shown(given)}"
        raise OperandError(msg)
    return entries


def _with_biases(
    layer: Layer, column: list[Any], number: int
) -> list[tuple[Value, float]]:
    """Return each bias of a layer with its number, from (n,) or (n, 1)."""
    flat = [x for each in column for x in (each if _is_row(each) else [each])]
    biases = [neuron.b for neuron in layer.neurons if neuron.b is not None]
    if len(flat) != len(biases):
        msg = f"b[{number}] needs {len(biases)} numbers, got {len(flat)}"
        raise ShapeError(msg)
    return list(zip(biases, (Value(x).data for x in flat), strict=True))


# ---- Inputs, outputs, activations ----------------------------------------------------


def _inputs(
    x: Iterable[Value | float], n_in: int, layer: int, what: str
) -> list[Value]:
    """Convert the inputs of layer number ``layer`` to Values: leaves named ``a0[k]``.

    Raises:
        ShapeError: there are not ``n_in`` of them.
        OperandError: ``x`` is not a sequence, or an entry is not a number.
    """
    try:
        inputs = list(x)
    except TypeError:
        kind = type(x).__name__
        msg = f"{what} needs a sequence of {n_in} numbers, got {kind}: {shown(x)}"
        raise OperandError(msg) from None
    if inputs and type(inputs[0]) is not Value and _is_row(inputs[0]):
        msg = (
            f"{what} needs the {n_in} inputs of one example, got a batch of"
            f" {len(inputs)}; call it for each row: [net(x) for x in X]"
        )
        raise ShapeError(msg)
    if len(inputs) != n_in:
        msg = f"{what} needs {n_in} inputs, got {len(inputs)}"
        raise ShapeError(msg)
    return [
        a if isinstance(a, Value) else Value(a, f"a{layer - 1}[{k}]")
        for k, a in enumerate(inputs)
    ]


def _is_row(x: object) -> bool:
    """Return whether ``x``, which stands where a number should, is a row of them."""
    is_text = isinstance(x, str | bytes)
    return not is_text and getattr(x, "ndim", 1) > 0 and hasattr(x, "__len__")


def _one_or_list(outputs: list[Value]) -> Outputs:
    """Return the Value itself if there is one, as micrograd does, else the list."""
    return outputs[0] if len(outputs) == 1 else outputs


def _resolved(like: ActivationLike | None, nonlin: bool) -> Activation:
    switch(nonlin, "nonlin", "; for an activation write activation=...")
    if like is None:
        return resolve("relu" if nonlin else "linear")
    return resolve(like)


def _per_layer(
    hidden: ActivationLike | list[ActivationLike], output: ActivationLike, layers: int
) -> list[Activation]:
    """Return one activation per layer."""
    if not isinstance(hidden, list):
        return [resolve(hidden)] * (layers - 1) + [resolve(output)]
    if len(hidden) != layers:
        msg = (
            "a list of activations, that of the output included, needs one for each"
            f" of {layers} layers, got {len(hidden)}"
        )
        raise ShapeError(msg)
    if output != "linear":
        msg = (
            "a list of activations includes that of the output layer; leave out"
            f" output_activation, got {shown(output)}"
        )
        raise OperandError(msg)
    return [resolve(like) for like in hidden]
