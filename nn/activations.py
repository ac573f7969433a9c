"""Activation functions: from a pre-activation z to the activation a = g(z).

An activation is given as a name (``"tanh"``; every primitive with one operand), as a
name and its parameter (``("leaky_relu", 0.2)``), or as a function from Value to Value.
``"softmax"`` and ``"log_softmax"`` are activations of a whole layer: each a depends on
every z.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, cast

import autograd_scalar as ag
from autograd_scalar import PRIMITIVES, OperandError, ShapeError, Value, as_value
from nn.arguments import listed, shown

__all__ = ["Activation", "ActivationLike", "log_softmax", "resolve", "softmax"]


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation function with its name, and its parameter if it has one.

    ``of_layer`` gives every a of a layer from every z; None if each a depends on its
    own z alone, by ``function``.

    A neuron has one as ``activation``:

    >>> from nn import Neuron
    >>> g = Neuron(1, activation=("leaky_relu", 0.25)).activation
    >>> g.name, g.parameter, g.function(Value(-4.0)).data
    ('leaky_relu', 0.25, -1.0)
    >>> [a.data for a in g.activate([Value(-4.0), Value(3.0)])]
    [-1.0, 3.0]
    """

    name: str
    function: Callable[[Value], Value]
    parameter: float | None = None
    of_layer: Callable[[Sequence[Value]], list[Value]] | None = None

    def activate(self, z: Sequence[Value]) -> list[Value]:
        """Return the activations of a layer from its z, which are not checked."""
        if self.of_layer is not None:
            return self.of_layer(z)
        return [self.function(each) for each in z]

    @property
    def is_linear(self) -> bool:
        """Whether a is z: the same node, without an operation."""
        return self.function is _identity

    @property
    def title(self) -> str:
        """The name in PyTorch's spelling.

        >>> from nn import Neuron
        >>> Neuron(1, activation="log_sigmoid").activation.title
        'LogSigmoid'
        """
        parts = self.name.split("_") if self.name.isidentifier() else ["custom"]
        return "".join(_SPELLING.get(part, part.capitalize()) for part in parts)


ActivationLike = str | tuple[str, float] | Callable[[Value], Value] | Activation


def resolve(like: ActivationLike) -> Activation:
    """Turn a name, a name with its parameter, or a function into an `Activation`.

    >>> resolve("relu").function(Value(-2.0)).data
    0.0
    >>> resolve(("leaky_relu", 0.25)).function(Value(-2.0)).data
    -0.5
    >>> resolve(lambda z: z * z.sigmoid()).title
    'Custom'

    Raises:
        OperandError: the name is unknown, takes no parameter, or ``like`` is none of
            the three.
    """
    given: object = like  # callers without a type checker pass anything
    if isinstance(given, Activation):
        return given
    if isinstance(given, str):
        if given in _OF_LAYER:
            return _OF_LAYER[given]
        return Activation(_NAMES.get(given, given), _function(given))
    if isinstance(given, tuple):
        return _parametrised(given)
    if callable(given):
        name = getattr(given, "__name__", "custom")
        return Activation(name, partial(_checked, given))
    msg = (
        "an activation is a name, a (name, parameter) tuple or a function of a Value,"
        f" got {type(like).__name__}: {shown(like)}"
    )
    raise OperandError(msg)


def log_softmax(z: Iterable[Value | float]) -> list[Value]:
    """Return the logarithms of `softmax`: each z minus log(sum of e**z).

    >>> from nn import negative_log_likelihood
    >>> a = log_softmax([Value(1.0), Value(1.0)])
    >>> round(negative_log_likelihood(a, 0).data, 12)
    0.69314718056

    Raises:
        OperandError: ``z`` is no list of numbers.
        ShapeError: it is empty.
    """
    logits = [as_value(each) for each in listed(z, "log_softmax(z)")]
    if not logits:
        msg = "a softmax needs at least one number, got none"
        raise ShapeError(msg)
    total = ag.logsumexp(logits)
    return [each - total for each in logits]


def softmax(z: Iterable[Value | float]) -> list[Value]:
    """Return probabilities that add up to 1: e**z, divided by the sum of all.

    Their loss is `nn.categorical_cross_entropy`. Where probabilities come close to 0,
    leave softmax out and train with `nn.softmax_cross_entropy`, which takes z and loses
    no digits; here a rounding of z counts, as in e**1000 / e**1000.

    >>> [round(p.data, 12) for p in softmax([Value(1000.0), Value(1000.0)])]
    [0.5, 0.5]

    Raises:
        OperandError: ``z`` is no list of numbers.
        ShapeError: it is empty.
    """
    return [each.exp() for each in log_softmax(z)]


def _function(name: str) -> Callable[[Value], Value]:
    try:
        return _FUNCTIONS[name]
    except KeyError:
        known = ", ".join(sorted([*_FUNCTIONS, *_OF_LAYER]))
        msg = f"no activation is called {shown(name)}; there are {known}"
        raise OperandError(msg) from None


def _of_one(name: str, _z: Value) -> Value:
    msg = (
        f"{name} is no activation of one neuron: each output depends on all of a layer,"
        f" as in Layer(3, 2, activation={name!r}), or of a list: nn.{name}(z)"
    )
    raise OperandError(msg)


def _parametrised(like: tuple[object, ...]) -> Activation:
    name, parameter = like if len(like) == 2 else (None, None)  # noqa: PLR2004
    if name not in _PARAMETERS or isinstance(parameter, str):
        msg = (
            "an activation with a parameter is ('leaky_relu', slope) or ('elu', alpha),"
            f" got {shown(like)}; one activation per layer needs a list, not a tuple"
        )
        raise OperandError(msg)
    number = Value(cast("float", parameter)).data
    function = partial(_FUNCTIONS[str(name)], **{_PARAMETERS[str(name)]: number})
    return Activation(str(name), function, number)


def _checked(function: Callable[[Value], object], z: Value) -> Value:
    # A float as the result would cut the graph without any sign.
    a = function(z)
    if not isinstance(a, Value):
        name = getattr(function, "__name__", "?")
        msg = (
            f"activation {name} must return a Value, got {type(a).__name__}: {shown(a)}"
        )
        raise OperandError(msg)
    return a


def _identity(z: Value) -> Value:
    return z


_FUNCTIONS: Final[dict[str, Callable[..., Value]]] = {
    "identity": _identity,
    "linear": _identity,
    "abs": Value.__abs__,
    "neg": Value.__neg__,
    "leaky_relu": Value.leaky_relu,
    "elu": Value.elu,
    # and every other primitive of one operand that is a method of Value
    **{
        name: getattr(Value, name)
        for name, primitive in PRIMITIVES.items()
        if primitive.arity == 1 and hasattr(Value, name)
    },
}
_OF_LAYER: Final = {
    each.__name__: Activation(
        each.__name__, partial(_of_one, each.__name__), of_layer=each
    )
    for each in (softmax, log_softmax)
}
_NAMES: Final = {"identity": "linear"}
_PARAMETERS: Final = {"leaky_relu": "slope", "elu": "alpha"}
_SPELLING: Final = {
    "relu": "ReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "selu": "SELU",
    "silu": "SiLU",
}
