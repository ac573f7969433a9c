"""`check_deltas`: every node of the scalar graph beside the matrix equations.

The scalar side sums, for each node, the contributions of all its users. The closed
form is `nn.matrix`: NumPy, sharing no code with the engine. Both sides are derivatives
of the cost C over the batch, one example per column:

    dC/dA^L from the loss          dC/dZ^l = dC/dA^l * g'(Z^l)
    dC/dA^{l-1} = W^l.T dC/dZ^l    dC/dW^l = dC/dZ^l A^{l-1}.T
                                   dC/db^l = row sums of dC/dZ^l
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from autograd_scalar import (
    DataError,
    OperandError,
    ShapeError,
    Value,
    gradients,
    topological_order,
)
from nn import matrix
from nn.activations import resolve
from nn.delta_report import Block, DeltaReport
from nn.layers import MLP
from nn.losses import LOSSES, reduce_losses

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from nn.activations import Activation
    from nn.forward import ForwardPass

__all__ = ["check_deltas", "gradient_vector", "matrices"]

Array: TypeAlias = "npt.NDArray[np.float64]"
Targets: TypeAlias = "list[float]"
ScalarLoss: TypeAlias = "Callable[[list[Value], Targets], Value]"


def check_deltas(  # noqa: PLR0913  (the closed form's operands, and how strict to be)
    net: MLP,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    loss: str | ScalarLoss,
    *,
    reduction: str = "mean",
    tolerance: float = 1e-9,
) -> DeltaReport:
    """Compare every dC/da, dC/dz, dC/dW and dC/db with the closed form.

    X is (m, n_in) and Y (m, n_out), one example per **row**; the report speaks of
    columns, as the equations do. ``loss`` is a name or function of `nn.losses`, or any
    function (outputs, targets) -> Value of one example: then dC/dA^L is the scalar
    engine's own, and all that follows from it is checked. No gradient held by the net
    is changed.

    A node agrees if the two numbers differ by at most ``tolerance`` times the sum of
    the absolute contributions to it: a matrix product adds in another order than the
    scalar graph, so where terms cancel many ULP may be nothing but rounding.

    >>> from nn import MLP
    >>> net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    >>> report = check_deltas(net, [[0.1, 0.2, 0.3]], [[1, 0]], "half_squared_error")
    >>> report.passed, len(report)
    (True, 38)

    Raises:
        ShapeError: X or Y is not 2-D, or does not fit the network; both are named.
        DataError: a number in X, in Y or in the network is not finite.
        OperandError: ``net`` is no `MLP` whose layers have one activation each and
            weights of their own; X or Y holds no real numbers; the loss is unknown, or
            gives no Value; the tolerance is not a finite number above 0; or nothing is
            recorded, inside `no_grad`.
    """
    net = _network(net, "check_deltas")
    _refuse_tied_weights(net)
    inputs, targets = _rows(net, X, Y)
    scalar_loss, closed_loss = _losses(loss)
    strictness = _tolerance(tolerance)
    if (Value(1.0) + 1.0).is_leaf:
        msg = (
            "check_deltas needs operations to be recorded, got called inside"
            " no_grad(); call it outside of that block"
        )
        raise OperandError(msg)
    activations = _activations(net)
    passes = [net.forward(list(x), example=i) for i, x in enumerate(inputs)]
    cost = _cost(passes, targets, scalar_loss, reduction)
    W, b = matrices(net)
    try:
        closed = matrix.backprop(
            W, b, inputs.T, targets.T, activations, closed_loss, reduction
        )
    except matrix.MatrixError as error:  # a weight that is not finite
        raise DataError(str(error)) from error
    return DeltaReport(
        title=_title(net, loss, reduction, len(inputs)),
        cost_scalar=cost.data,
        cost_closed=closed.loss,
        tolerance=strictness,
        blocks=tuple(_blocks(net, passes, cost, closed)),
    )


def matrices(net: MLP) -> tuple[list[Array], list[Array]]:
    """W^l (n_l, n_{l-1}) and b^l (n_l, 1) of a network of Values, as NumPy arrays.

    A network without biases has b = 0.

    >>> from nn import MLP
    >>> W, b = matrices(MLP(3, [4, 2]))
    >>> [w.shape for w in W], [bias.shape for bias in b]
    ([(4, 3), (2, 4)], [(4, 1), (2, 1)])
    """
    net = _network(net, "matrices")
    W = [
        np.array([[w.data for w in neuron.w] for neuron in layer.neurons])
        for layer in net.layers
    ]
    b = [
        np.array([[0.0 if n.b is None else n.b.data] for n in layer.neurons])
        for layer in net.layers
    ]
    return W, b


def gradient_vector(net: MLP) -> list[float]:
    """The gradient that the net holds, in the order w^1, b^1, ..., w^L, b^L.

    Each W row by row; seed 001's column vector of partial derivatives.

    >>> from nn import MLP
    >>> net = MLP(1, [1], rng=0)
    >>> loss = net([2.0]) * 3.0
    >>> loss.backward()
    >>> gradient_vector(net)
    [6.0, 3.0]
    """
    net = _network(net, "gradient_vector")
    vector: list[float] = []
    for layer in net.layers:
        vector += [w.grad for neuron in layer.neurons for w in neuron.w]
        vector += [n.b.grad for n in layer.neurons if n.b is not None]
    return vector


# ---- The scalar side -----------------------------------------------------------------


def _cost(
    passes: Sequence[ForwardPass], targets: Array, loss: ScalarLoss, reduction: str
) -> Value:
    """C over the batch, recorded."""
    each = [
        loss(list(one.outputs), [float(t) for t in y])
        for one, y in zip(passes, targets, strict=True)
    ]
    returned: list[object] = [*each]
    for value in returned:
        if not isinstance(value, Value):
            msg = f"a loss must give a Value, got {type(value).__name__}: {value!r}"
            raise OperandError(msg)
    return reduce_losses(each, reduction).named("C")


def _blocks(
    net: MLP, passes: Sequence[ForwardPass], cost: Value, closed: matrix.Backprop
) -> list[Block]:
    """All quantities from the output back: a^L, z^L, W^L, b^L, a^{L-1}, ..."""
    scales = _absolute_sweep(cost)
    blocks: list[Block] = []

    def add(kind: str, layer: int, rows: list[list[Value]], expected: Array) -> None:
        flat = [node for row in rows for node in row]
        shape = expected.shape
        adjoints = np.array(gradients(cost, flat)).reshape(shape)
        scale = np.array([scales.get(node, 0.0) for node in flat]).reshape(shape)
        blocks.append(Block(kind, layer, adjoints, expected, scale))

    for i in range(len(net.layers), 0, -1):
        neurons = net.layers[i - 1].neurons
        add("a", i, _columns([one.a[i - 1] for one in passes]), closed.dA[i])
        add("z", i, _columns([one.z[i - 1] for one in passes]), closed.dZ[i - 1])
        add("W", i, [list(neuron.w) for neuron in neurons], closed.dW[i - 1])
        biases = [[n.b] for n in neurons if n.b is not None]
        if biases:
            add("b", i, biases, closed.db[i - 1])
    return blocks


def _columns(examples: list[list[Value]]) -> list[list[Value]]:
    """Neuron by example, from example by neuron."""
    return [list(column) for column in zip(*examples, strict=True)]


def _absolute_sweep(root: Value) -> dict[Value, float]:
    """The reverse sweep without signs: the sum of |contributions| to each node."""
    order = topological_order(root)
    scales = dict.fromkeys(order, 0.0)
    scales[root] = 1.0
    for node in reversed(order):
        scale = scales[node]
        for parent, d in zip(node.parents, node.local_derivatives, strict=True):
            scales[parent] += abs(d) * scale
    return scales


# ---- What was asked for --------------------------------------------------------------


def _rows(net: MLP, X: npt.ArrayLike, Y: npt.ArrayLike) -> tuple[Array, Array]:
    """X and Y as (m, n_in) and (m, n_out)."""
    inputs, targets = _array("X", X), _array("Y", Y)
    n_in, n_out = len(net.layers[0].neurons[0].w), len(net.layers[-1].neurons)
    for name, array, width in (("X", inputs, n_in), ("Y", targets, n_out)):
        if array.ndim != 2 or array.shape[1] != width or not len(array):  # noqa: PLR2004
            msg = (
                f"{name} has shape {array.shape}, expected (m, {width}): one example"
                f" per row, {width} numbers each; X has shape {inputs.shape} and Y"
                f" {targets.shape}. A single column is {name}.reshape(-1, 1)"
            )
            raise ShapeError(msg)
    if len(inputs) != len(targets):
        msg = (
            f"X has shape {inputs.shape} and Y {targets.shape}: {len(inputs)} examples"
            f" but {len(targets)} targets; give one row of Y for each row of X"
        )
        raise ShapeError(msg)
    for name, array in (("X", inputs), ("Y", targets)):
        if not np.isfinite(array).all():
            i, j = map(int, np.argwhere(~np.isfinite(array))[0])
            msg = f"{name}[{i}, {j}] is {array[i, j]}, expected finite numbers"
            raise DataError(msg)
    return inputs, targets


def _array(name: str, given: object) -> Array:
    """``given`` in float64, if it is an array of real numbers; of any shape."""
    try:
        array = np.asarray(given)
    except ValueError as error:
        msg = f"{name} needs rows of one length, got a ragged list: {error}"
        raise ShapeError(msg) from error
    remedy = ""
    if isinstance(given, np.ma.MaskedArray):
        remedy = "a masked array; fill or drop its masked entries first"
    elif array.dtype == np.bool_ or not np.can_cast(array.dtype, np.float64):
        remedy = f"{type(given).__name__} with dtype {array.dtype}"
        remedy += "; of Values take .data" if array.dtype == np.object_ else ""
    if remedy:
        msg = f"{name} needs rows of real numbers, got {remedy}"
        raise OperandError(msg)
    return array.astype(np.float64)


def _network(net: object, what: str) -> MLP:
    if isinstance(net, MLP):
        return net
    msg = f"{what} needs an MLP, got {type(net).__name__}: {net!r}"
    raise OperandError(msg)


def _refuse_tied_weights(net: MLP) -> None:
    """A weight used twice has one gradient; the matrices have two entries."""
    places: dict[Value, str] = {}
    for i, layer in enumerate(net.layers, 1):
        for j, neuron in enumerate(layer.neurons):
            named = [(f"W{i}[{j},{k}]", w) for k, w in enumerate(neuron.w)]
            named += [] if neuron.b is None else [(f"b{i}[{j}]", neuron.b)]
            for place, parameter in named:
                if parameter in places:
                    msg = (
                        f"check_deltas needs a Value of its own for every weight, got"
                        f" one for both {places[parameter]} and {place}: its gradient"
                        " is the sum of two entries of the matrices"
                    )
                    raise OperandError(msg)
                places[parameter] = place


def _tolerance(given: object) -> float:
    number = Value(given).data if isinstance(given, float | int) else -1.0
    if not 0.0 < number < math.inf:
        msg = f"tolerance needs to be a finite number above 0, got {given!r}"
        raise OperandError(msg)
    return number


def _activations(net: MLP) -> list[matrix.Activation]:
    """Each layer's activation as the closed form names it."""
    specs: list[matrix.Activation] = []
    for i, layer in enumerate(net.layers, 1):
        g = layer.neurons[0].activation
        for j, neuron in enumerate(layer.neurons):
            if not _is_same(neuron.activation, g):
                msg = (
                    f"check_deltas needs one activation for each layer, got"
                    f" {g.name} in neuron 0 of layer {i} and {neuron.activation.name}"
                    f" in neuron {j}"
                )
                raise OperandError(msg)
        if g.name not in matrix.ACTIVATIONS:
            specs.append(_elementwise(g.function))
        elif g.parameter is not None:
            specs.append((g.name, g.parameter))
        elif g.function is resolve(g.name).function:
            specs.append(g.name)
        else:  # a function of the user's that happens to bear a known name
            specs.append(_elementwise(g.function))
    return specs


def _is_same(g: Activation, other: Activation) -> bool:
    if g.parameter is None:
        return g == other
    return (g.name, g.parameter) == (other.name, other.parameter)


def _elementwise(
    g: Callable[[Value], Value],
) -> tuple[Callable[[Array], Array], Callable[[Array], Array]]:
    """An activation without a closed form: the scalar engine's own, element by element.

    Its derivative is then not independent; what the matrices make of it still is.
    """

    def derivative(z: float) -> float:
        leaf = Value(z)
        return gradients(g(leaf), leaf)

    return (
        np.vectorize(lambda z: g(Value(z)).data, otypes=[np.float64]),
        np.vectorize(derivative, otypes=[np.float64]),
    )


def _title(net: MLP, loss: str | ScalarLoss, reduction: str, m: int) -> str:
    """What was compared, in one line."""
    sizes = [len(net.layers[0].neurons[0].w), *(len(la.neurons) for la in net.layers)]
    names = ", ".join(layer.neurons[0].activation.name for layer in net.layers)
    name = loss if isinstance(loss, str) else getattr(loss, "__name__", "custom loss")
    return (
        f"{'-'.join(map(str, sizes))} network ({names}), {name},"
        f" {reduction} over m = {m} example{'s' * (m != 1)}"
    )


def _losses(loss: object) -> tuple[ScalarLoss, matrix.Loss]:
    """The loss for the scalar graph, and its closed form."""
    if isinstance(loss, str):
        if loss not in LOSSES:
            msg = f"unknown loss {loss!r}; known: {', '.join(LOSSES)}"
            raise OperandError(msg)
        return LOSSES[loss], loss
    if not callable(loss):
        msg = f"a loss is a name or a function, got {type(loss).__name__}: {loss!r}"
        raise OperandError(msg)
    for name, known in LOSSES.items():
        if known is loss:
            return loss, name
    return loss, _by_the_engine(loss)


def _by_the_engine(loss: ScalarLoss) -> matrix.Loss:
    """Value and slope of a loss without a closed form: the scalar engine's own."""

    def one(outputs: Array, targets: Array) -> tuple[float, list[float]]:
        leaves = [Value(a) for a in outputs]
        value = loss(leaves, [float(y) for y in targets])
        return value.data, gradients(value, leaves)

    def value(A: Array, Y: Array) -> Array:
        return np.array([one(a, y)[0] for a, y in zip(A.T, Y.T, strict=True)])

    def slope(A: Array, Y: Array) -> Array:
        return np.array([one(a, y)[1] for a, y in zip(A.T, Y.T, strict=True)]).T

    return value, slope
