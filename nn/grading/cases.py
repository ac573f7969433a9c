"""Networks with a batch, and every quantity of backpropagation in them.

The derivatives are the sums of the scalar graph, not the matrix equations: what judges
a derivation shares no formula with it.
"""

from __future__ import annotations

import random
from copy import copy
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from autograd_scalar import OperandError, Value, explain, gradients
from nn.activations import Activation, softmax
from nn.activations import resolve as resolve_scalar
from nn.deltas import oracle
from nn.deltas.check import check_weights, checked_rows, matrices
from nn.deltas.stack import Stack
from nn.layers import MLP
from nn.losses import categorical_cross_entropy, reduce_losses
from nn.matrix.arrays import np
from nn.matrix.checks import resolve, resolve_activation
from nn.matrix.rules import ACTIVATIONS, LOSSES, Rule
from nn.reading.formula.tree import FormulaError, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from nn.activations import ActivationLike
    from nn.reading.formula.tree import Array, Tree

__all__ = [
    "FORWARD_SLIPS",
    "NetworkCase",
    "example",
    "other_cases",
    "random_case",
    "shared_case",
    "targets",
]


class NetworkCase:
    """One network with one batch: a quantity by its name and layer.

    >>> net = MLP(3, [4, 2], activation="sigmoid", rng=0)
    >>> case = NetworkCase(net, [[0.1, 0.2, 0.3]], [[1.0, 0.0]], "half_squared_error")
    >>> case.quantity("dZ", 1).shape, case.last, case.sizes
    ((4, 1), 2, (3, 4, 2))
    """

    def __init__(
        self,
        net: object,
        X: npt.ArrayLike,
        Y: npt.ArrayLike,
        loss: str | oracle.ScalarLoss,
        reduction: str = "mean",
    ) -> None:
        net, loss = _with_logits(net, loss)
        stack = Stack.of(net, "grade")
        check_weights(stack)
        scalar_loss, closed_loss = oracle.losses(loss)
        inputs, targets = checked_rows(stack.sizes, X, Y)
        passes = [stack.forward(x, i) for i, x in enumerate(inputs.tolist())]
        stack.check_order(passes[0])
        each = [
            scalar_loss(list(one.outputs), list(map(float, y)))
            for one, y in zip(passes, targets, strict=True)
        ]
        self.cost: Value = reduce_losses(each, reduction).named("cost")
        self.net, self.loss, self.reduction = net, loss, reduction
        self.sizes, self.last = stack.sizes, len(stack.layers)
        self.m = len(inputs)
        self.activations = stack.activations(passes[0])
        specs = oracle.activations(self.activations)
        self._rules = [resolve_activation(i, g) for i, g in enumerate(specs, 1)]
        self._loss = resolve("loss", LOSSES, closed_loss)
        self.W, self.b = matrices(net)
        self.nodes: dict[tuple[str, int], list[list[Value]]] = {}
        for i, layer in enumerate(stack.layers, 1):
            self.nodes["W", i] = [list(neuron.w) for neuron in layer]
            if layer[0].b is not None:
                self.nodes["b", i] = [[neuron.b] for neuron in layer]
            self.nodes["Z", i] = _columns([one.z[i - 1] for one in passes])
            self.nodes["A", i] = _columns([one.a[i - 1] for one in passes])
        _tell_weights_apart(self.nodes)
        self.nodes["A", 0] = _columns([one.inputs for one in passes])
        self._arrays: dict[tuple[str, int | None], Array] = {("Y", None): targets.T}
        flat = [n for nodes in self.nodes.values() for row in nodes for n in row]
        derivatives = iter(gradients(self.cost, flat))  # of all of them in one sweep
        for (name, i), nodes in self.nodes.items():
            data = [[node.data for node in row] for row in nodes]
            slopes = [[next(derivatives) for _ in row] for row in nodes]
            self._arrays[name, i] = np.array(data)
            self._arrays[f"d{name}", i] = np.array(slopes)
        self._values: dict[tuple[Tree, int], Array | None] = {}
        self._slips: dict[tuple[str, int], NetworkCase] = {}

    @property
    def ends(self) -> tuple[tuple[str, int | None], ...]:
        """The two that the loss compares: the outputs and the targets."""
        return (("A", self.last), ("Y", None))

    def graph_sum(self, name: str, layer: int, row: int, column: int) -> str:
        """Write a derivative as the chain-rule sum of the scalar graph.

        "" for what is no derivative of the cost.
        """
        nodes = self.nodes.get((name[1:], layer))
        if name[0] != "d" or nodes is None:
            return ""
        return explain(self.cost, nodes[row][column]).text()

    @property
    def divisor(self) -> int:
        """What the sum of the losses is divided by: m for a mean, else 1."""
        return self.m if self.reduction == "mean" else 1

    examples_axis: int = 1
    across: frozenset[str] = frozenset()
    weights_behind: int = 0

    def of_entries(self) -> NetworkCase:
        """Return the case, in which examples are columns."""
        return self

    def quantity(self, name: str, layer: int | None) -> Array | float:
        """Return a quantity of a layer; X is A of layer 0.

        Raises:
            FormulaError: there is none of that name in that layer.
        """
        if name in {"m", "divisor"}:
            return float(getattr(self, name))
        if name == "ones":
            return np.ones((self.m, 1))
        if name == "n" and layer is not None and 0 <= layer <= self.last:
            return float(self.sizes[layer])
        if name == "Wb" and (("W", layer) in self._arrays):
            return np.hstack([self._arrays["W", layer], self._arrays["b", layer]])
        if (name, layer) not in self._arrays:
            where = "" if layer is None else f" of layer {layer}"
            msg = f"there is no {name}{where} in a network of {self.last} layers"
            raise FormulaError(msg)
        return self._arrays[name, layer]

    def value(
        self, formula: Tree, layer: int, is_asked_again: bool = False
    ) -> Array | None:
        """Return the value of a formula in a layer; None if it has none.

        One that is asked for again is kept in a small network: the formulas of mistakes
        are the same ones for one wrong answer after the other, and there are few.
        """
        key = formula, layer
        if key in self._values:
            return self._values[key]
        try:
            value = evaluate(formula, self, layer)
        except FormulaError:
            value = None
        if is_asked_again and sum(self.sizes) <= _SMALL:
            self._values[key] = value
        return value

    def function(self, name: str, layer: int) -> Callable[[Array], Array]:
        """Return "g" or "dg" of a layer, or "dloss", the derivative by the outputs.

        Raises:
            FormulaError: there is no such function.
        """
        if name == "dloss":
            return self._by_outputs
        if name in _OF_OUTPUTS:
            return _OF_OUTPUTS[name]
        if not 1 <= layer <= self.last or name not in {"g", "dg"}:
            msg = f"there is no function {name} in layer {layer}"
            raise FormulaError(msg)
        rule = self._rules[layer - 1]
        if name == "g":
            return rule.value
        if isinstance(rule, Rule):
            return rule.derivative
        msg = (
            f"layer {layer} has no g' of each z alone: every output of its"
            f" {self.activations[layer - 1].name} depends on all of z{layer}"
        )
        raise FormulaError(msg)

    def has_slope(self, layer: int) -> bool:
        """Return whether each a of a layer depends on its own z alone, by g."""
        return isinstance(self._rules[layer - 1], Rule)

    def _by_outputs(self, outputs: Array) -> Array:
        targets = self._arrays["Y", None]
        if outputs.shape != targets.shape:
            msg = f"the loss compares {targets.shape} targets, got {outputs.shape}"
            raise FormulaError(msg)
        return np.asarray(self._loss.derivative(outputs, targets) / self.divisor)

    @property
    def loss_name(self) -> str:
        """The name of the loss, or of the function that computes it."""
        return self.loss if isinstance(self.loss, str) else self.loss.__name__

    def derivatives(self) -> dict[tuple[str, int], Array]:
        """Return every dA, dZ, dW and db, by name and layer."""
        return {(f"d{name}", i): self._arrays[f"d{name}", i] for name, i in self.nodes}

    def inputs_and_targets(self) -> tuple[Array, Array]:
        """Return copies of X (m, n_in) and Y (m, n_out), one example per row."""
        X, Y = self._arrays["A", 0], self._arrays["Y", None]
        return X.T.copy(), Y.T.copy()

    def with_slip(self, slip: str, layer: int) -> NetworkCase:
        """Return this case with a slip in the forward pass of a layer, or of all (0).

        What follows from it is computed with the matrix equations, which are right for
        the network as it was computed.
        """
        other = self._slips.get((slip, layer))
        if other is None:
            with np.errstate(all="ignore"):
                other = self._computed_with(slip, layer)
            if sum(self.sizes) <= _SMALL:
                self._slips[slip, layer] = other
        return other

    def _computed_with(self, slip: str, layer: int) -> NetworkCase:
        other = self.with_arrays({})
        if slip == "bias" and not all(
            ("b", i) in self.nodes for i in range(1, self.last + 1)
        ):
            return other
        layers = range(1, self.last + 1) if layer == 0 else [layer]
        arrays = other._arrays
        for i in range(1, self.last + 1):
            here = slip if i in layers else ""
            bias = 0.0 if here == "bias" else arrays["b", i]
            Z = arrays["W", i] @ arrays["A", i - 1] + bias
            rule = self._rules[i - 1]
            if here == "activation":
                other._rules[i - 1] = rule = _IDENTITY
            elif here in _OFTEN:
                other._rules[i - 1] = rule = resolve("activation", ACTIVATIONS, here)
            A = rule.value(Z)
            arrays["Z", i], arrays["A", i] = Z, rule.value(A) if here == "twice" else A
        dA = other._by_outputs(arrays["A", self.last])
        for i in range(self.last, 0, -1):
            dZ = other._rules[i - 1].delta(dA, arrays["Z", i])
            arrays["dA", i], arrays["dZ", i] = dA, dZ
            arrays["dW", i] = dZ @ arrays["A", i - 1].T
            arrays["db", i] = dZ.sum(axis=1, keepdims=True)
            dA = arrays["W", i].T @ dZ
        arrays["dA", 0] = dA
        return other

    def with_arrays(self, arrays: dict[tuple[str, int], Array]) -> NetworkCase:
        """Return this case with other arrays for some quantities."""
        other = object.__new__(NetworkCase)
        other.__dict__.update(self.__dict__)
        other._arrays = self._arrays | arrays
        other._rules = list(self._rules)
        other._values, other._slips = {}, {}
        return other


def other_cases(case: NetworkCase, seeds: Sequence[int]) -> list[NetworkCase]:
    """Return networks of the same sizes and activations, other weights and batches."""
    return [
        shared_case(
            case.sizes, case.activations, case.loss, case.reduction, case.m, seed
        )
        for seed in seeds
    ]


def shared_case(  # noqa: PLR0913, PLR0917  (as `random_case`)
    sizes: Sequence[int],
    activations: Sequence[ActivationLike],
    loss: str | oracle.ScalarLoss,
    reduction: str,
    m: int,
    seed: int,
    biases: bool = True,
) -> NetworkCase:
    """Return the `random_case` of these, the same one each time: only to be read.

    One text after the other is graded in the same small networks. With a function of a
    user they are drawn anew: it may compute something else by then.
    """
    how = (loss, reduction, m, seed, biases)
    small = sum(sizes) <= _SMALL and all(type(n) is int for n in sizes)
    by_name = isinstance(loss, str) and isinstance(reduction, str)
    if small and by_name and all(map(_is_of_nn, activations)):
        return _kept(tuple(sizes), tuple(activations), *how)
    return random_case(sizes, activations, *how)


def _is_of_nn(activation: ActivationLike) -> bool:
    """Return whether it is a name, or the activation that nn has by that name."""
    if not isinstance(activation, Activation):
        return isinstance(activation, str)
    try:
        return resolve_scalar(activation.name) == activation
    except OperandError:
        return False


def random_case(  # noqa: PLR0913, PLR0917  (what a network and its batch are made of)
    sizes: Sequence[int],
    activations: Sequence[ActivationLike],
    loss: str | oracle.ScalarLoss,
    reduction: str,
    m: int,
    seed: int,
    biases: bool = True,
) -> NetworkCase:
    """Draw a network and a batch of m examples, for the targets see `targets`.

    Biases are not 0, unless ``biases`` is False.
    """
    rng = random.Random(f"{seed} {sizes}")
    net = MLP(sizes[0], list(sizes[1:]), activation=list(activations), rng=rng)
    for parameter in net.parameters():
        parameter.data = rng.uniform(-1.0, 1.0)
    if not biases:
        for neuron in (neuron for layer in net.layers for neuron in layer.neurons):
            if neuron.b is not None:
                neuron.b.data = 0.0
    X = [[rng.uniform(-1.0, 1.0) for _ in range(sizes[0])] for _ in range(m)]
    if m > _TWINS:  # two examples with the same x and another y: see `Judge`
        X[m - 1] = X[m - 2]
    Y = targets(loss, m, sizes[-1], rng)
    return NetworkCase(net, X, Y, loss, reduction)


_kept = lru_cache(maxsize=64)(random_case)


def targets(
    loss: str | oracle.ScalarLoss, m: int, outputs: int, rng: random.Random
) -> list[list[float]]:
    """Draw targets that the loss takes: one row of the outputs for each example.

    They are 0 or 1, one hot where there are two or more outputs; of a hinge loss -1 or
    1; of a squared error any numbers between, so that y (1 - y) is not 0 by chance.
    """
    name = loss if isinstance(loss, str) else getattr(loss, "__name__", "")
    if name in {"half_squared_error", "mean_squared_error", "squared_error"}:
        return [[rng.uniform(0.05, 0.95) for _ in range(outputs)] for _ in range(m)]
    low = -1.0 if "hinge" in name else 0.0
    if outputs == 1:
        return [[rng.choice((low, 1.0))] for _ in range(m)]
    hot = [rng.randrange(outputs) for _ in range(m)]
    return [[1.0 if k == j else low for k in range(outputs)] for j in hot]


def example() -> tuple[MLP, list[Array], list[Array], Array, Array]:
    """Return a 3-4-2 network with sigmoids, its W and b, and X and Y of 5 examples."""
    case = random_case(
        (3, 4, 2), ["sigmoid", "sigmoid"], "half_squared_error", "mean", 5, 0
    )
    assert isinstance(case.net, MLP)
    return case.net, case.W, case.b, *case.inputs_and_targets()


def _with_logits(
    net: object, loss: str | oracle.ScalarLoss
) -> tuple[object, str | oracle.ScalarLoss]:
    """Return an equal network of logits and its loss, for the outputs of a softmax.

    So each delta of the last layer is a product of dA with its own g', as notes have
    it; they may still call the probabilities A.
    """
    named = isinstance(loss, str) and loss == "categorical_cross_entropy"
    if not named and loss is not categorical_cross_entropy:
        return net, loss
    layers = net.layers if isinstance(net, MLP) else []
    if not layers or layers[-1].neurons[0].activation.of_layer is not softmax:
        return net, loss
    twin = MLP(
        len(layers[0].neurons[0].w),
        [len(layer.neurons) for layer in layers],
        activation=[*(each.neurons[0].activation for each in layers[:-1]), "linear"],
        rng=0,
    )
    twin.layers = [*layers[:-1], twin.layers[-1]]
    twin.layers[-1].neurons = [copy(neuron) for neuron in layers[-1].neurons]
    for neuron in twin.layers[-1].neurons:
        neuron.activation = resolve_scalar("linear")
    return twin, "softmax_cross_entropy"


def _tell_weights_apart(nodes: dict[tuple[str, int], list[list[Value]]]) -> None:
    """Label weights by layer where two have one label, as in layers made singly."""
    weights = [
        (f"{name}{i}[{j},{k}]" if name == "W" else f"{name}{i}[{j}]", node)
        for (name, i), rows in nodes.items()
        if name in {"W", "b"}
        for j, row in enumerate(rows)
        for k, node in enumerate(row)
    ]
    if len({node.label for _, node in weights}) < len(weights):
        for label, node in weights:
            node.label = label


def _columns(examples: list[list[Value]]) -> list[list[Value]]:
    return [list(column) for column in zip(*examples, strict=True)]


def _softmax(z: Array) -> Array:
    t = np.exp(z - z.max(axis=0, keepdims=True))
    return np.asarray(t / t.sum(axis=0, keepdims=True))


def _sigmoid(z: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-z)))


_OF_OUTPUTS: Final = {"softmax": _softmax, "sigmoid": _sigmoid}
_IDENTITY: Final = Rule(lambda z: z, np.ones_like)
_OFTEN: Final = ("relu", "tanh", "sigmoid")
_TWINS: Final = 3
_SMALL: Final = 20  # neurons and inputs of a network that is kept
FORWARD_SLIPS: Final = {
    "bias": "the bias is missing",
    "activation": "the activation function is missing",
    "twice": "the activation function is applied twice",
    **{name: f"{name} stands for the activation function" for name in _OFTEN},
}
