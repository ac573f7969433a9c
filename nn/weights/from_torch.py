"""`from_torch`: a network of scalars with the weights of a PyTorch module.

PyTorch is not imported: a module is known by its class names and attributes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from autograd_scalar import DataError, OperandError
from nn.activations import ActivationLike, resolve
from nn.arguments import shown
from nn.layers import MLP, Layer

__all__ = ["from_torch"]


def from_torch(module: object) -> MLP:
    """Return an `MLP` with the layers, activations and weights of a PyTorch module.

    The module needs to be Linear layers one after another, each with an activation or
    none: ``Sequential``, nested ones too, or a class of your own whose parts stand in
    the order in which it calls them. Both are called on one input, and have to agree.

    ``Flatten``, ``Identity`` and, in ``eval()``, ``Dropout`` are passed over. Weights
    of float32 become the same numbers in float64.

    >>> from_torch([1, 2])
    Traceback (most recent call last):
        ...
    autograd_scalar.errors.OperandError: from_torch needs a PyTorch module, got list:
    [1, 2]

    With PyTorch::

        module = torch.nn.Sequential(
            torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2)
        )
        net = nn.from_torch(module)
        torch.nn.functional.mse_loss(module(X), Y).backward()
        nn.assert_gradients_match(
            module, net=net, X=X, Y=Y, loss="squared_error"
        )  # fails, and says why: PyTorch's mean is over the outputs, too

    Raises:
        OperandError: it is no such module; the message names the part that is not
            known, or says that it computes something else than its parts in turn.
        DataError: a weight is not finite, or was never made (``LazyLinear``).
    """
    given: Any = module
    if not (callable(getattr(given, "children", None)) and callable(given)):
        msg = (
            "from_torch needs a PyTorch module, got"
            f" {type(module).__name__}: {shown(module)}"
        )
        raise OperandError(msg)
    layers = _layers(given)
    sizes = [len(layers[0].W[0]), *(len(layer.W) for layer in layers)]
    net = MLP(sizes[0], sizes[1:], rng=0)
    for i, layer in enumerate(layers):
        net.layers[i] = Layer(
            sizes[i],
            sizes[i + 1],
            activation=layer.activation,
            bias=layer.b is not None,
            number=i + 1,
            rng=0,
        )
    net.set_matrices([layer.W for layer in layers], [layer.b or [] for layer in layers])
    _check_output(given, net, layers[0].weight)
    return net


@dataclass
class _Linear:
    """What was found of one layer."""

    weight: Any
    W: list[list[float]]
    b: list[float] | None
    activation: ActivationLike = field(default="linear")
    is_closed: bool = False  # by its activation


def _layers(module: Any) -> list[_Linear]:
    layers: list[_Linear] = []
    for part in _parts(module):
        name = type(part).__name__
        weight = getattr(part, "weight", None)
        if hasattr(part, "in_features") and weight is not None:
            layers.append(_linear(part, weight, layers))
        elif name in _PASSED_OVER:
            continue
        elif "Dropout" in name:
            if part.training and part.p:
                msg = f"from_torch met {name} in training; call module.eval() first"
                raise OperandError(msg)
        else:
            activation = _activation(part, name)
            if not layers or layers[-1].is_closed:
                msg = (
                    f"from_torch met {name} with no Linear before it; each layer is one"
                    " Linear with one activation or none"
                )
                raise OperandError(msg)
            layers[-1].activation, layers[-1].is_closed = activation, True
    if not layers:
        msg = f"from_torch found no Linear in {type(module).__name__}"
        raise OperandError(msg)
    return layers


def _parts(module: Any) -> Iterator[Any]:
    """Yield the parts that have no parts, in order."""
    stack = [module]
    while stack:
        part = stack.pop()
        inner = list(part.children())
        stack += reversed(inner)
        if not inner:
            yield part


def _linear(part: Any, weight: Any, before: list[_Linear]) -> _Linear:
    bias = getattr(part, "bias", None)
    try:
        W = weight.detach().tolist()
        b = None if bias is None else bias.detach().tolist()
    except Exception as error:  # of PyTorch: what it raises for a LazyLinear
        msg = f"from_torch cannot read the weights of {type(part).__name__}: {error}"
        raise DataError(msg) from error
    flat = [x for row in W for x in row] + (b or [])
    if not all(map(math.isfinite, flat)):
        msg = f"the weights of Linear {len(before)} are not all finite"
        raise DataError(msg)
    width = len(before[-1].W) if before else len(W[0])
    if len(W[0]) != width:
        msg = (
            f"from_torch: Linear {len(before)} takes {len(W[0])} numbers, the one"
            f" before it gives {width}: they do not stand one after another"
        )
        raise OperandError(msg)
    return _Linear(weight, W, b)


def _activation(part: Any, name: str) -> ActivationLike:
    """Return our activation for a module of PyTorch without weights."""
    if name in _PARAMETERS:
        ours, parameter = _PARAMETERS[name]
        return ours, float(getattr(part, parameter))
    plain = all(getattr(part, key, value) == value for key, value in _USUAL.items())
    if name in _ACTIVATIONS and plain:
        return resolve(_ACTIVATIONS[name])
    if name in _OF_LAYER:
        if getattr(part, "dim", None) in {None, -1, 1}:
            return resolve(_OF_LAYER[name])
        msg = (
            f"from_torch met {shown(part)}; expected dim=-1 or 1, over the outputs of"
            " each example"
        )
        raise OperandError(msg)
    known = ", ".join([*_ACTIVATIONS, *_PARAMETERS, *_OF_LAYER])
    msg = (
        f"from_torch does not know {shown(part)}; known are Linear, {known} with their"
        " usual options, and containers of them"
    )
    raise OperandError(msg)


def _check_output(module: Any, net: MLP, weight: Any) -> None:
    """Raise if the module computes something else than its parts one after another."""
    n_in = len(net.layers[0].neurons[0].w)
    x = [(-1.0) ** k * (0.5 + 0.1 * (k % 7)) for k in range(n_in)]
    try:
        theirs = module(weight.new_tensor([x])).detach().flatten().tolist()
    except Exception as error:  # of the module: a ModuleList has no forward()
        msg = (
            f"from_torch cannot call {type(module).__name__}:"
            f" {type(error).__name__}: {error}"
        )
        raise OperandError(msg) from error
    ours = [a.data for a in net.forward(x).outputs]
    allowed = _ROUNDING.get(weight.element_size(), 0.0) * (1.0 + max(map(abs, ours)))
    if len(theirs) != len(ours) or not all(
        abs(a - b) <= allowed for a, b in zip(ours, theirs, strict=True)
    ):
        msg = (
            f"{type(module).__name__} gives {shown(theirs)}, its layers one after"
            f" another give {shown(ours)}: its forward() does something else;"
            " from_torch reads modules such as Sequential, with activations as modules"
        )
        raise OperandError(msg)


_ROUNDING: Final = {8: 1e-9, 4: 1e-4, 2: 5e-2}  # by the bytes of a number
_PASSED_OVER: Final = frozenset({"Identity", "Flatten"})
_ACTIVATIONS: Final = {
    "ReLU": "relu", "Tanh": "tanh", "Sigmoid": "sigmoid", "SELU": "selu",
    "SiLU": "silu", "GELU": "gelu", "Softplus": "softplus", "LogSigmoid": "log_sigmoid",
}  # fmt: skip
_PARAMETERS: Final = {
    "LeakyReLU": ("leaky_relu", "negative_slope"),
    "ELU": ("elu", "alpha"),
}
_OF_LAYER: Final = {"Softmax": "softmax", "LogSoftmax": "log_softmax"}
_USUAL: Final[dict[str, object]] = {"approximate": "none", "beta": 1.0}
