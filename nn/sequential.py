"""Networks in PyTorch's style: `Sequential`, `Linear`, activations as modules, dropout.

A module takes the list of one example's numbers, and gives a list. These are for
programs written for `torch.nn`; `check_deltas` takes them where they are `Linear`
layers, each with one activation or none.

>>> from nn import SGD, CrossEntropyLoss
>>> net = Sequential(Linear(2, 4, rng=0), Tanh(), Dropout(0.5, rng=0), Linear(4, 3))
>>> loss = CrossEntropyLoss()([net([0.5, -1.0]), net([1.0, 2.0])], [0, 2])
>>> loss.backward()
>>> SGD(net.parameters(), lr=0.1).step()
>>> len(net.eval()([0.5, -1.0]))
3
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import ClassVar

from autograd_scalar import OperandError, Value, as_value
from nn.activations import ActivationLike, log_softmax, resolve, softmax
from nn.arguments import listed, shown, size, whole
from nn.init import Rng, source
from nn.layers import Layer, Outputs
from nn.module import Module

__all__ = [
    "ELU",
    "GELU",
    "SELU",
    "Dropout",
    "LeakyReLU",
    "Linear",
    "LogSoftmax",
    "ReLU",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
]


class Sequential(Module):
    """Modules one after another; the output is a Value if it is one, else a list.

    >>> net = Sequential(Linear(2, 3, rng=0), ReLU(), Linear(3, 1, rng=1))
    >>> net
    Sequential
      (0): Linear(2, 3)
      (1): ReLU()
      (2): Linear(3, 1)
    >>> len(net), len(net.parameters()), type(net([1.0, -1.0])).__name__
    (3, 13, 'Value')

    Raises:
        OperandError: an argument is no Module that can be called.
    """

    def __init__(self, *modules: Module) -> None:
        self._count = 0
        for module in modules:
            self.append(module)

    def append(self, module: Module) -> Sequential:
        """Add a module at the end, and return the whole.

        Raises:
            OperandError: it is no Module that can be called.
        """
        given: object = module
        if not isinstance(given, Module) or not callable(given):
            kind = type(given).__name__
            msg = (
                "Sequential needs modules that can be called, as in"
                f" Sequential(Linear(2, 3), ReLU()), got {kind}: {shown(given)}"
            )
            raise OperandError(msg)
        # The numbers are the names of the parameters in PyTorch's files too.
        setattr(self, str(self._count), given)
        self._count += 1
        return self

    def __call__(self, x: Iterable[Value | float]) -> Outputs:
        """Return the outputs for one example."""
        a: Outputs = x
        for module in self:
            a = module([a] if isinstance(a, Value) else a)
        return a

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Outputs]:
        return (getattr(self, str(i)) for i in range(self._count))

    def __getitem__(self, i: int) -> Outputs:
        k = whole(i)
        if k is None or not -len(self) <= k < len(self):
            msg = f"a Sequential of {len(self)} modules has no module {shown(i)}"
            raise IndexError(msg)
        return getattr(self, str(k % len(self)))


class Linear(Layer):
    """W x + b for ``out_features`` neurons, drawn as `torch.nn.Linear` draws them.

    Weights and biases are from the interval (-h, h), h = 1 / sqrt(in_features).

    >>> layer = Linear(2, 3, rng=0)
    >>> len(layer.weight), len(layer.weight[0]), [b.label for b in layer.bias]
    (3, 2, ['b1[0]', 'b1[1]', 'b1[2]'])
    >>> len(layer([1.0, -1.0]))
    3

    Args:
        in_features: the number of inputs.
        out_features: the number of neurons.
        bias: whether there are biases.
        rng: a `random.Random`, a NumPy Generator, or an int seed; None draws from
            Python's global generator.
        number: the layer's number in the labels of its parameters.

    Raises:
        ShapeError: a number of features is below 1.
        OperandError: an argument is of the wrong type.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        rng: Rng = None,
        number: int = 1,
    ) -> None:
        h = 1.0 / math.sqrt(size(in_features, "in_features"))
        draw = source(rng)
        super().__init__(
            in_features,
            size(out_features, "out_features"),
            activation="linear",
            bias=bias,
            init=h,
            rng=draw,
            number=number,
        )
        for b in self.bias:
            b.data = draw.uniform(-h, h)

    @property
    def weight(self) -> list[list[Value]]:
        """The weights W, a list for each neuron."""
        return [neuron.w for neuron in self.neurons]

    @property
    def bias(self) -> list[Value]:
        """The biases b, none if there are none."""
        return [neuron.b for neuron in self.neurons if neuron.b is not None]

    def __repr__(self) -> str:
        return f"Linear({len(self.neurons[0].w)}, {len(self.neurons)})"


class Dropout(Module):
    """While training, set each number to 0 with probability ``p``, and scale the rest.

    What stays is multiplied by 1 / (1 - p) (Srivastava et al. 2014). After ``eval()``
    all numbers pass as they are.

    >>> drop = Dropout(0.5, rng=1)
    >>> [a.data for a in drop([1.0, 1.0, 1.0, 1.0])]
    [0.0, 2.0, 2.0, 0.0]
    >>> [a.data for a in drop.eval()([1.0, 2.0])]
    [1.0, 2.0]

    Raises:
        OperandError: ``p`` is not a number from 0 to 1, or ``rng`` is no generator.
    """

    def __init__(self, p: float = 0.5, *, rng: Rng = None) -> None:
        self.p = Value(p).data
        if not 0.0 <= self.p <= 1.0:
            msg = f"Dropout needs a probability from 0 to 1, got {self.p}"
            raise OperandError(msg)
        self._draw = source(rng)

    def __call__(self, x: Iterable[Value | float]) -> list[Value]:
        """Return the numbers that are left, and 0 for the others."""
        numbers = _numbers(x, self)
        if not self.training or self.p == 0.0:
            return numbers
        scale = 0.0 if self.p == 1.0 else 1.0 / (1.0 - self.p)
        # A factor for every number, so that the graph does not depend on the draw.
        return [
            a * (0.0 if self._draw.uniform(0.0, 1.0) < self.p else scale)
            for a in numbers
        ]

    def __repr__(self) -> str:
        return f"Dropout(p={self.p:g})"


# ---- Activations ---------------------------------------------------------------------


class _Elementwise(Module):
    """An activation of each number."""

    _NAME: ClassVar[str]

    def __init__(self) -> None:
        self.activation = resolve(self._like())

    def _like(self) -> ActivationLike:
        return self._NAME

    def __call__(self, x: Iterable[Value | float]) -> list[Value]:
        """Return the activation of each number."""
        return [self.activation.function(z) for z in _numbers(x, self)]

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class ReLU(_Elementwise):
    """The larger of z and 0.

    >>> [a.data for a in ReLU()([-1.0, 2.0])]
    [0.0, 2.0]
    """

    _NAME: ClassVar = "relu"


class Tanh(_Elementwise):
    """The hyperbolic tangent.

    >>> [a.data for a in Tanh()([0.0])]
    [0.0]
    """

    _NAME: ClassVar = "tanh"


class Sigmoid(_Elementwise):
    """1 / (1 + e**-z).

    >>> [a.data for a in Sigmoid()([0.0])]
    [0.5]
    """

    _NAME: ClassVar = "sigmoid"


class GELU(_Elementwise):
    """z times the normal distribution's Phi(z) (Hendrycks and Gimpel 2016).

    >>> [a.data for a in GELU()([0.0])]
    [0.0]
    """

    _NAME: ClassVar = "gelu"


class SiLU(_Elementwise):
    """z sigmoid(z), also called swish.

    >>> [a.data for a in SiLU()([0.0])]
    [0.0]
    """

    _NAME: ClassVar = "silu"


class SELU(_Elementwise):
    """The self-normalising ELU (Klambauer et al. 2017).

    >>> [a.data for a in SELU()([0.0])]
    [0.0]
    """

    _NAME: ClassVar = "selu"


class Softplus(_Elementwise):
    """log(1 + e**z).

    >>> [round(a.data, 6) for a in Softplus()([0.0])]
    [0.693147]
    """

    _NAME: ClassVar = "softplus"


class LeakyReLU(_Elementwise):
    """z, and ``negative_slope`` times z below 0.

    >>> [a.data for a in LeakyReLU(0.25)([-4.0, 2.0])]
    [-1.0, 2.0]

    Raises:
        OperandError: ``negative_slope`` is no number.
    """

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope
        super().__init__()

    def _like(self) -> ActivationLike:
        return "leaky_relu", self.negative_slope

    def __repr__(self) -> str:
        return f"LeakyReLU({self.negative_slope!r})"


class ELU(_Elementwise):
    """z, and alpha (e**z - 1) below 0 (Clevert et al. 2015).

    >>> [round(a.data, 6) for a in ELU(2.0)([-1.0, 2.0])]
    [-1.264241, 2.0]

    Raises:
        OperandError: ``alpha`` is no number.
    """

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha
        super().__init__()

    def _like(self) -> ActivationLike:
        return "elu", self.alpha

    def __repr__(self) -> str:
        return f"ELU({self.alpha!r})"


class Softmax(Module):
    """`nn.softmax` as a module: probabilities that add up to 1.

    >>> [round(p.data, 12) for p in Softmax()([0.0, 0.0])]
    [0.5, 0.5]
    """

    def __init__(self) -> None:
        self.activation = resolve("softmax")

    def __call__(self, x: Iterable[Value | float]) -> list[Value]:
        """Return the probabilities."""
        return softmax(x)

    def __repr__(self) -> str:
        return "Softmax()"


class LogSoftmax(Module):
    """`nn.log_softmax` as a module, for `NLLLoss`.

    >>> [round(a.data, 6) for a in LogSoftmax()([0.0, 0.0])]
    [-0.693147, -0.693147]
    """

    def __init__(self) -> None:
        self.activation = resolve("log_softmax")

    def __call__(self, x: Iterable[Value | float]) -> list[Value]:
        """Return the logarithms of the probabilities."""
        return log_softmax(x)

    def __repr__(self) -> str:
        return "LogSoftmax()"


def _numbers(x: Iterable[Value | float], module: Module) -> list[Value]:
    numbers = listed(x, f"{module!r}")
    return [as_value(each) for each in numbers]
