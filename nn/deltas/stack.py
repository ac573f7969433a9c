"""A network as the matrix equations see it: layers one after another, each W, b and g.

An `MLP` is one. So is a network that you wrote yourself in micrograd's manner: an
object with ``layers``, each with ``neurons``, each with ``w`` and ``b``. And so is a
`Sequential`, in which an activation is a part of its own behind a layer.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from autograd_scalar import DataError, OperandError, ShapeError, Value
from nn.activations import Activation, resolve
from nn.arguments import shown
from nn.layers import MLP, ForwardPass, Neuron
from nn.module import Module

__all__ = ["Stack"]

_SLACK = 2.0**-40  # between z and w x + b, which may be added in another order


@dataclass(frozen=True, slots=True)
class Stack:
    """The neurons of each layer, layer 1 first.

    >>> from nn import MLP, Layer
    >>> stack = Stack.of(MLP(3, [4, 2]), "example")
    >>> stack.sizes
    (3, 4, 2)
    >>> Stack.of([Layer(3, 4), Layer(4, 2)], "example").sizes
    (3, 4, 2)

    ``behind`` holds the parts that stand behind each layer, such as an activation.
    """

    net: object
    layers: tuple[tuple[Any, ...], ...]
    behind: tuple[tuple[Any, ...], ...]

    @classmethod
    def of(cls, net: object, caller: str) -> Stack:
        """Find the layers of ``net``; ``caller`` is named in errors.

        Raises:
            OperandError: it has no layers of neurons with weights ``w``.
            ShapeError: the layers do not fit one another.
        """
        layers: list[tuple[object, ...]] = []
        behind: list[tuple[object, ...]] = []
        for part in _parts(net):
            neurons = _neurons(part)
            if neurons or not layers or not _may_be_activation(part):
                layers.append(neurons)
                behind.append(())
            else:
                behind[-1] += (part,)
        if not layers or not all(layers):
            msg = (
                f"{caller} needs an MLP, or layers of neurons with weights w and a"
                f" bias b, one after another; got {type(net).__name__}: {shown(net)}"
                f"{_way_from_torch(net)}"
            )
            raise OperandError(msg)
        stack = cls(net, tuple(layers), tuple(behind))
        stack._check_widths(caller)
        return stack

    @property
    def sizes(self) -> tuple[int, ...]:
        """The widths from the input to the output."""
        return len(self.layers[0][0].w), *map(len, self.layers)

    def forward(self, x: Sequence[float], example: int) -> ForwardPass:
        """Compute the outputs for one example; keep and label every z and a.

        Raises:
            OperandError: a neuron is no activation of w x + b, or what stands behind a
                layer is none.
        """
        if type(self.net) is MLP:
            return self.net.forward(x, example)
        a = [Value(number) for number in x]
        record = ForwardPass(a, [], [])
        for number, neurons in enumerate(self.layers, 1):
            if _of_layer(neurons) is not None:
                z = [neuron.pre_activation(a) for neuron in neurons]
                a = neurons[0].activation.activate(z)
            else:
                pairs = [
                    _pre_activation(neuron, a, f"neuron {j} of layer {number}")
                    for j, neuron in enumerate(neurons)
                ]
                z, a = ([pair[k] for pair in pairs] for k in (0, 1))
            for part in self.behind[number - 1]:
                a = _activated(part, z, a, number)
            record.z.append(z)
            record.a.append(a)
        record.label(example)
        return record

    def check_order(self, record: ForwardPass) -> None:
        """Raise if ``net(x)`` gives something else than its layers one after another.

        Raises:
            OperandError: it does.
        """
        if type(self.net) is MLP or not callable(self.net):
            return
        outputs = self.net([Value(x.data) for x in record.inputs])
        listed = outputs if isinstance(outputs, list | tuple) else [outputs]
        numbers = [getattr(each, "data", each) for each in listed]
        if list(map(repr, numbers)) != [repr(each.data) for each in record.outputs]:
            msg = (
                f"check_deltas needs a network that is its layers one after another;"
                f" calling this {type(self.net).__name__} gives {shown(numbers)}, its"
                f" layers give {shown([each.data for each in record.outputs])}; leave"
                " out what stands between the layers, or pass the layers as a list"
            )
            raise OperandError(msg)

    def activations(self, record: ForwardPass) -> list[Activation]:
        """Return the activation of each layer, as ``record`` shows it.

        Raises:
            OperandError: the neurons of a layer have different ones.
        """
        found: list[Activation] = []
        for number, neurons in enumerate(self.layers, 1):
            z, a = record.z[number - 1], record.a[number - 1]
            of_layer = list(map(_activation, neurons, z, a))
            if self.behind[number - 1] and a[0] is not z[0]:
                of_layer = _of_parts(self.behind[number - 1], a) or of_layer
            for j, g in enumerate(of_layer):
                if not _is_same(g, of_layer[0]):
                    msg = (
                        "check_deltas needs one activation for each layer, got"
                        f" {of_layer[0].name} in neuron 0 of layer {number} and"
                        f" {g.name} in neuron {j}; give the layer one"
                    )
                    raise OperandError(msg)
            found.append(of_layer[0])
        return found

    def _check_widths(self, caller: str) -> None:
        for number, neurons in enumerate(self.layers, 1):
            expected = self.sizes[number - 1]
            for j, neuron in enumerate(neurons):
                if len(neuron.w) != expected:
                    msg = (
                        f"{caller}: neuron {j} of layer {number} has"
                        f" {len(neuron.w)} weights, expected {expected}, one for each"
                        " output of the layer before"
                    )
                    raise ShapeError(msg)


# ---- Where the neurons are -----------------------------------------------------------


def _parts(net: object) -> list[object]:
    """Return the parts of a network: its own list, its modules, itself, or none."""
    if isinstance(net, list | tuple):
        return list(net)
    if hasattr(net, "neurons"):
        return [net]
    layers = getattr(net, "layers", None)
    if isinstance(layers, list | tuple):
        return list(layers)
    return _modules_in(net) if isinstance(net, Module) else []


def _modules_in(module: Module) -> list[object]:
    """Return the modules of a module, and for one that is no layer those in it."""
    found: list[object] = []
    for part in module.children():
        inner = [] if hasattr(part, "neurons") else _modules_in(part)
        found += inner or [part]
    return found


def _may_be_activation(part: object) -> bool:
    return callable(part) and not hasattr(part, "neurons")


def _way_from_torch(net: object) -> str:
    """Say how a module of PyTorch becomes a network of scalars."""
    is_torch = hasattr(net, "named_parameters") and not isinstance(net, Module)
    return "; of a PyTorch module take nn.from_torch(module)" if is_torch else ""


def _neurons(layer: object) -> tuple[object, ...]:
    """Return the neurons of a layer; () if it is no layer."""
    neurons = getattr(layer, "neurons", None)
    if not isinstance(neurons, list | tuple) or not all(map(_is_neuron, neurons)):
        return ()
    return tuple(neurons)


def _is_neuron(neuron: object) -> bool:
    w, b = getattr(neuron, "w", None), getattr(neuron, "b", None)
    if not isinstance(w, list | tuple) or not w or not callable(neuron):
        return False
    return all(isinstance(each, Value) for each in w) and (
        b is None or isinstance(b, Value)
    )


def _of_layer(neurons: Sequence[Any]) -> object:
    """Return the function of all z of a layer, such as softmax; None if it is none."""
    first = neurons[0]
    return first.activation.of_layer if type(first) is Neuron else None


# ---- What a neuron computes ----------------------------------------------------------


def _pre_activation(
    neuron: object, x: Sequence[Value], where: str
) -> tuple[Value, Value]:
    """Return z and a of one neuron.

    Of a neuron that is not ours, z is found in the graph: the operand of its last
    operation if that is an activation, else its result.
    """
    if type(neuron) is Neuron:
        z = neuron.pre_activation(x)
        return z, neuron.activation.function(z)
    call = cast("Callable[[list[Value]], object]", neuron)
    a = call(list(x))
    if not isinstance(a, Value):
        msg = f"{where} must return a Value, got {type(a).__name__}: {shown(a)}"
        raise OperandError(msg)
    z = a if _last_operation(a) is None else a.parents[0]
    weights, bias = getattr(neuron, "w"), getattr(neuron, "b", None)  # noqa: B009
    terms = [w.data * each.data for w, each in zip(weights, x, strict=True)]
    terms.append(0.0 if bias is None else bias.data)
    if not math.isfinite(math.fsum(map(abs, terms))):
        msg = f"{where}: w x + b is not finite; make its weights and inputs finite"
        raise DataError(msg)
    if abs(z.data - math.fsum(terms)) > _SLACK * math.fsum(map(abs, terms)):
        msg = (
            f"check_deltas needs neurons that are one activation of w x + b; {where}"
            f" ends with {a.op!r}, and {z.data!r} stands where w x + b ="
            f" {math.fsum(terms)!r} should; use one operation such as z.tanh()"
        )
        raise OperandError(msg)
    return z, a


def _activation(neuron: object, z: Value, a: Value) -> Activation:
    """Return the activation of a neuron, from the operation between its z and its a."""
    if type(neuron) is Neuron:
        return neuron.activation
    found = None if a is z else _last_operation(a)
    return resolve("linear") if found is None else found


def _activated(
    part: Callable[[list[Value]], object],
    z: list[Value],
    a: list[Value],
    number: int,
) -> list[Value]:
    """Return what a part behind a layer makes of its outputs.

    Raises:
        OperandError: that is no activation of z.
    """
    where = f"{shown(part)} behind layer {number}"
    made = part([*a])
    listed = made if isinstance(made, list | tuple) else [made]
    found = [each for each in listed if isinstance(each, Value)]
    if len(found) != len(listed) or len(found) != len(z):
        msg = f"{where} must return {len(z)} Values, got {shown(made)}"
        raise OperandError(msg)
    if all(map(operator.is_, found, a)):
        return a
    knows = isinstance(getattr(part, "activation", None), Activation)
    is_one = all(map(operator.is_, a, z)) and (
        knows
        or all(
            _last_operation(each) is not None and each.parents[0] is z_j
            for each, z_j in zip(found, z, strict=True)
        )
    )
    if not is_one:
        in_training = hasattr(part, "p") and getattr(part, "training", False)
        remedy = "call eval() first" if in_training else "leave it out"
        msg = (
            f"check_deltas needs layers with one activation each; {where} is no"
            f" activation of w x + b; {remedy}"
        )
        raise OperandError(msg)
    return found


def _of_parts(parts: Sequence[object], a: list[Value]) -> list[Activation]:
    """Return the activation of each neuron that stands behind its layer."""
    for part in parts:
        known = getattr(part, "activation", None)
        if isinstance(known, Activation):
            return [known] * len(a)
    return [g for each in a if (g := _last_operation(each)) is not None]


def _last_operation(a: Value) -> Activation | None:
    """Return the operation that made ``a`` as an activation, or None if it is none."""
    parameter = (a.parents[1].data,) if len(a.parents) == 2 else ()  # noqa: PLR2004
    try:
        return resolve((a.op, *parameter) if parameter else a.op)
    except OperandError:  # add, mul, dot ...: the neuron is linear
        return None


def _is_same(g: Activation, other: Activation) -> bool:
    if g.parameter is None:
        return g == other
    return (g.name, g.parameter) == (other.name, other.parameter)
