"""`check_deltas`: every node of the scalar graph beside the matrix equations.

The scalar side sums, for each node, the contributions of all its users. The closed
form is `nn.matrix`: NumPy, sharing no code with the engine. Both sides are derivatives
of the cost C over the batch, one example per column:

    dC/dA^L from the loss          dC/dZ^l = dC/dA^l * g'(Z^l)
    dC/dA^{l-1} = W^l.T dC/dZ^l    dC/dW^l = dC/dZ^l A^{l-1}.T
                                   dC/db^l = row sums of dC/dZ^l
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from autograd_scalar import (
    OperandError,
    ShapeError,
    Value,
    gradients,
    topological_order,
)
from nn import matrix
from nn.activations import resolve
from nn.delta_report import Block, DeltaReport
from nn.losses import LOSSES, reduce_losses

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from nn.forward import ForwardPass
    from nn.layers import MLP

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
        OperandError: the loss is unknown, or gives no Value.
    """
    inputs, targets = _rows(net, X, Y)
    scalar_loss, closed_loss = _losses(loss)
    passes = [net.forward(list(x), example=i) for i, x in enumerate(inputs)]
    cost = _cost(passes, targets, scalar_loss, reduction)
    W, b = matrices(net)
    closed = matrix.backprop(
        W, b, inputs.T, targets.T, _activations(net), closed_loss, reduction
    )
    return DeltaReport(
        title=_title(net, loss, reduction, len(inputs)),
        cost_scalar=cost.data,
        cost_closed=closed.loss,
        tolerance=tolerance,
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
    inputs, targets = np.asarray(X), np.asarray(Y)
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
    return inputs, targets


def _activations(net: MLP) -> list[matrix.Activation]:
    """Each layer's activation as the closed form names it."""
    specs: list[matrix.Activation] = []
    for layer in net.layers:
        g = layer.neurons[0].activation
        if g.name not in matrix.ACTIVATIONS:
            specs.append(_elementwise(g.function))
        elif g.parameter is not None:
            specs.append((g.name, g.parameter))
        elif g.function is resolve(g.name).function:
            specs.append(g.name)
        else:  # a function of the user's that happens to bear a known name
            specs.append(_elementwise(g.function))
    return specs


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
