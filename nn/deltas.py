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
    DataError,
    OperandError,
    Value,
    gradients,
    topological_order,
)
from nn import closed_forms, delta_inputs, matrix
from nn.delta_report import Block, DeltaReport
from nn.losses import reduce_losses

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from nn.closed_forms import ScalarLoss
    from nn.forward import ForwardPass
    from nn.layers import MLP

__all__ = ["check_deltas", "gradient_vector", "matrices"]

Array: TypeAlias = "npt.NDArray[np.float64]"


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
    net = delta_inputs.network(net, "check_deltas")
    delta_inputs.refuse_tied_weights(net)
    inputs, targets = delta_inputs.rows(net, X, Y)
    scalar_loss, closed_loss = closed_forms.losses(loss)
    strictness = delta_inputs.tolerance(tolerance)
    if (Value(1.0) + 1.0).is_leaf:
        msg = (
            "check_deltas needs operations to be recorded, got called inside"
            " no_grad(); call it outside of that block"
        )
        raise OperandError(msg)
    activations = closed_forms.activations(net)
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
    net = delta_inputs.network(net, "matrices")
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
    net = delta_inputs.network(net, "gradient_vector")
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


def _title(net: MLP, loss: str | ScalarLoss, reduction: str, m: int) -> str:
    """What was compared, in one line."""
    sizes = [len(net.layers[0].neurons[0].w), *(len(la.neurons) for la in net.layers)]
    names = ", ".join(layer.neurons[0].activation.name for layer in net.layers)
    name = loss if isinstance(loss, str) else getattr(loss, "__name__", "custom loss")
    return (
        f"{'-'.join(map(str, sizes))} network ({names}), {name},"
        f" {reduction} over m = {m} example{'s' * (m != 1)}"
    )
