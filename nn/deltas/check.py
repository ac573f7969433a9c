"""`check_deltas`: every gradient of the scalar graph against the matrix equations.

`matrices` and `gradient_vector` give a network's weights and gradients in the shapes
and the order of the textbooks.
"""

from __future__ import annotations

import math
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from autograd_scalar import (
    DataError,
    OperandError,
    ShapeError,
    Value,
    gradients,
    topological_order,
)
from nn import matrix
from nn.arguments import shown
from nn.deltas import oracle
from nn.deltas.report import Block, DeltaReport
from nn.deltas.rounding import rounding
from nn.deltas.stack import Stack
from nn.losses import reduce_losses
from nn.matrix.arrays import np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from nn.activations import Activation
    from nn.deltas.derived import Derived
    from nn.deltas.oracle import ScalarLoss
    from nn.deltas.rounding import Rounding
    from nn.layers import ForwardPass

__all__ = [
    "check_deltas",
    "check_weights",
    "checked_rows",
    "gradient_vector",
    "matrices",
]

Array: TypeAlias = "npt.NDArray[np.float64]"


def check_deltas(  # noqa: PLR0913  (the closed form's operands, and how strict to be)
    net: object,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    loss: str | ScalarLoss,
    *,
    reduction: str = "mean",
    of: str = "cost",
    tolerance: float = 1e-12,
    engine: str = "graph",
) -> DeltaReport:
    """Compare every dC/da, dC/dz, dC/dW and dC/db with the matrix equations.

    The scalar graph applies the chain rule node by node. `nn.matrix` computes the same
    gradients from the equations BP1 to BP4 of Nielsen, "Neural Networks and Deep
    Learning", chapter 2, and shares no code with the graph.

    Two gradients count as equal if they differ by at most ``tolerance`` times the sum
    of the absolute contributions to that node, and what rounding in the forward pass
    can add. The two sides add in different orders, so where large terms cancel,
    rounding alone can make a difference of many ULP.

    The gradients that the network holds do not change.

    Args:
        net: an `MLP`; or a list of `Layer`; or a `Sequential` of `Linear` layers, each
            with one activation behind it or none; or a network of your own in
            micrograd's manner: ``net.layers``, each with ``neurons``, each with Values
            ``w`` and ``b``, which gives an activation of w x + b. Each layer has one
            activation, each weight its own Value.
        X: inputs (m, n_in), one example per **row**. The report numbers examples by
            column, as the equations do.
        Y: targets (m, n_out), one example per row.
        loss: a name or function of `nn.losses`, or any function (outputs, targets) ->
            Value of one example. For a function of your own dC/dA^L comes from the
            scalar graph on both sides; all other gradients are checked.
        reduction: "mean" or "sum" over the examples.
        of: what da and dz are derivatives of: the "cost" C of the batch, or the "loss"
            L of each example, as in Bazterra, where 1/m stands before dW and db. dW
            and db are derivatives of C either way.
        tolerance: see above.
        engine: "graph" compares the scalar graph with the equations. "program" adds a
            third opinion: the graph is compiled to a matrix program, and each node
            that is an entry of one of its matrices is compared three ways. Where one
            differs from the two others, the report names it. The graph and the program
            share the table of local derivatives, unless NumPy has its own form; a
            fault in the table leaves the equations alone against two.

    Returns:
        A report that prints as a table; `DeltaReport.passed` says whether all agree.

    >>> from nn import MLP
    >>> net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    >>> report = check_deltas(net, [[0.1, 0.2, 0.3]], [[1, 0]], "half_squared_error")
    >>> report.passed, len(report)
    (True, 41)
    >>> check_deltas(net, [[0.1, 0.2, 0.3]], [[1, 0]], "half_squared_error",
    ...              engine="program").verdict
    'All 41 gradients agree three ways: graph, program, equations, to rounding.'

    Raises:
        ShapeError: X or Y is not 2-D, or does not fit the network; both are named.
        DataError: a number in X, in Y or in the network is not finite.
        OperandError: ``net`` is no such network, mixes activations within a layer, or
            shares a Value between two weights; X or Y does not hold real numbers; the
            loss is unknown or returns no Value; an option is unknown; the tolerance is
            not a finite number above 0; the call is inside `no_grad`; or, for the
            program, the graph contains `where`.
    """
    stack = Stack.of(net, "check_deltas")
    check_weights(stack)
    inputs, targets = checked_rows(stack.sizes, X, Y)
    scalar_loss, closed_loss = oracle.losses(loss)
    strictness = _checked_tolerance(tolerance)
    wanted: object = of  # whatever was given
    if not isinstance(wanted, str) or wanted not in {"cost", "loss"}:
        msg = f"of needs to be 'cost' or 'loss', got {shown(of)}"
        raise OperandError(msg)
    asked: object = engine
    if not isinstance(asked, str) or asked not in {"graph", "program"}:
        msg = f"engine needs to be 'graph' or 'program', got {shown(engine)}"
        raise OperandError(msg)
    if (Value(1.0) + 1.0).is_leaf:
        msg = (
            "check_deltas needs a recorded graph, but was called inside no_grad();"
            " call it outside that block"
        )
        raise OperandError(msg)
    passes = [stack.forward(x, i) for i, x in enumerate(inputs.tolist())]
    stack.check_order(passes[0])
    functions = stack.activations(passes[0])
    losses = _losses(passes, targets, scalar_loss)
    cost = reduce_losses(losses, reduction).named("C")
    parameters, nodes = _parameters(stack), [_nodes(one) for one in passes]
    adjoints = _Adjoints()
    if of == "cost":
        adjoints.add(cost, [*parameters, *chain.from_iterable(nodes)])
    else:
        adjoints.add(cost, parameters)
        for one, its_nodes in zip(losses, nodes, strict=True):
            adjoints.add(one, its_nodes)
    third = None
    if engine == "program":
        every = [*chain.from_iterable(nodes)]
        third = _derived(cost, None if of == "cost" else losses, parameters, every)
    W, b = matrices(net)
    equations = (W, b, inputs.T, targets.T, oracle.activations(functions), closed_loss)
    try:
        closed = matrix.backprop(*equations, reduction, of)
    except matrix.MatrixError as error:  # a weight that is not finite
        raise DataError(str(error)) from error
    noise = rounding(closed, *equations, reduction, of)
    return DeltaReport(
        title=_title(stack.sizes, functions, loss, reduction, len(inputs)),
        cost_scalar=cost.data,
        cost_closed=closed.loss,
        cost_noise=noise.cost,
        tolerance=strictness,
        blocks=tuple(_blocks(stack, passes, adjoints, closed, noise, third)),
        of=of,
        cost_program=None if third is None else third.cost,
        program="" if third is None else third.description,
    )


def _derived(
    cost: Value, losses: list[Value] | None, parameters: list[Value], nodes: list[Value]
) -> Derived:
    """Return the adjoints by the program; those of z and a of ``losses``, if given."""
    from nn.deltas.derived import Derived  # noqa: PLC0415  (loads NumPy)

    if losses is None:
        return Derived.of(cost, parameters, nodes)
    found = Derived.of(cost, parameters, ())
    each = Derived.of(reduce_losses(losses, "sum"), parameters, nodes)
    found.adjoints = each.adjoints | found.adjoints
    return found


def matrices(net: object) -> tuple[list[Array], list[Array]]:
    """Return the weights W^l (n_l, n_{l-1}) and biases b^l (n_l, 1) as NumPy arrays.

    Without biases every b^l is 0. ``net`` is a network as `check_deltas` takes it.

    >>> from nn import MLP
    >>> W, b = matrices(MLP(3, [4, 2]))
    >>> [w.shape for w in W], [bias.shape for bias in b]
    ([(4, 3), (2, 4)], [(4, 1), (2, 1)])

    Raises:
        OperandError: ``net`` has no layers of neurons.
    """
    layers = Stack.of(net, "matrices").layers
    W = [np.array([[w.data for w in neuron.w] for neuron in layer]) for layer in layers]
    b = [
        np.array([[0.0 if n.b is None else n.b.data] for n in layer])
        for layer in layers
    ]
    return W, b


def gradient_vector(net: object) -> list[float]:
    """Return the gradients held by the network, in the order W^1, b^1, ..., W^L, b^L.

    Each W row by row: the vector of partial derivatives of Nielsen and 3Blue1Brown.
    ``net`` is a network as `check_deltas` takes it.

    >>> from nn import MLP
    >>> net = MLP(1, [1], rng=0)
    >>> loss = net([2.0]) * 3.0
    >>> loss.backward()
    >>> gradient_vector(net)
    [6.0, 3.0]

    Raises:
        OperandError: ``net`` has no layers of neurons.
    """
    vector: list[float] = []
    for layer in Stack.of(net, "gradient_vector").layers:
        vector += [w.grad for neuron in layer for w in neuron.w]
        vector += [n.b.grad for n in layer if n.b is not None]
    return vector


# ---- The scalar side -----------------------------------------------------------------


def _losses(
    passes: Sequence[ForwardPass], targets: Array, loss: ScalarLoss
) -> list[Value]:
    """Record the loss of each example."""
    each = [
        loss(list(one.outputs), [float(t) for t in y])
        for one, y in zip(passes, targets, strict=True)
    ]
    returned: list[object] = [*each]
    for value in returned:
        if not isinstance(value, Value):
            msg = (
                f"a loss must give a Value, got {type(value).__name__}: {shown(value)}"
            )
            raise OperandError(msg)
    return each


def _blocks(  # noqa: PLR0913, PLR0917  (three opinions, and how far they may differ)
    stack: Stack,
    passes: list[ForwardPass],
    adjoints: _Adjoints,
    closed: matrix.Backprop,
    noise: Rounding,
    third: Derived | None,
) -> list[Block]:
    """Pair the gradients of both sides, from a^L, z^L, W^L, b^L back to a^0."""
    blocks: list[Block] = []

    def add(
        kind: str, layer: int, rows: list[list[Value]], expected: Array, noise: Array
    ) -> None:
        sums = np.array([[adjoints.sums[node] for node in row] for row in rows])
        terms = np.array([[adjoints.terms[node] for node in row] for row in rows])
        program = None if third is None else list(map(third.row, rows))
        blocks.append(Block(kind, layer, sums, expected, terms, noise, program))

    for i in range(len(stack.layers), 0, -1):
        neurons = stack.layers[i - 1]
        add(
            "a",
            i,
            _columns([one.a[i - 1] for one in passes]),
            closed.dA[i],
            noise.dA[i],
        )
        add(
            "z",
            i,
            _columns([one.z[i - 1] for one in passes]),
            closed.dZ[i - 1],
            noise.dZ[i - 1],
        )
        add(
            "W",
            i,
            [list(neuron.w) for neuron in neurons],
            closed.dW[i - 1],
            noise.dW[i - 1],
        )
        biases = [[n.b] for n in neurons if n.b is not None]
        if biases:
            add("b", i, biases, closed.db[i - 1], noise.db[i - 1])
    add("a", 0, _columns([one.inputs for one in passes]), closed.dA[0], noise.dA[0])
    return blocks


def _columns(examples: list[list[Value]]) -> list[list[Value]]:
    """Transpose: one row per example becomes one row per neuron."""
    return [list(column) for column in zip(*examples, strict=True)]


def _parameters(stack: Stack) -> list[Value]:
    """Return every weight and bias."""
    neurons = [neuron for layer in stack.layers for neuron in layer]
    return [p for n in neurons for p in (*n.w, n.b) if p is not None]


def _nodes(one: ForwardPass) -> list[Value]:
    """Return the inputs and every z and a of one example."""
    return [*one.inputs, *chain.from_iterable(one.z), *chain.from_iterable(one.a)]


class _Adjoints:
    """The gradients of a network's nodes, and of each the sum of its absolute terms."""

    def __init__(self) -> None:
        self.sums: dict[Value, float] = {}
        self.terms: dict[Value, float] = {}

    def add(self, root: Value, nodes: list[Value]) -> None:
        """Take the gradients of ``root`` by these nodes."""
        self.sums.update(zip(nodes, gradients(root, nodes), strict=True))
        order = topological_order(root)
        terms = dict.fromkeys(order, 0.0)
        terms[root] = 1.0
        for node in reversed(order):
            scale = terms[node]
            for parent, d in zip(node.parents, node.local_derivatives, strict=True):
                terms[parent] += abs(d) * scale
        self.terms.update((node, terms.get(node, 0.0)) for node in nodes)


def _title(
    sizes: Sequence[int],
    functions: list[Activation],
    loss: str | ScalarLoss,
    reduction: str,
    m: int,
) -> str:
    """Describe in one line what was compared."""
    names = ", ".join(g.name for g in functions)
    name = loss if isinstance(loss, str) else getattr(loss, "__name__", "custom loss")
    return (
        f"{'-'.join(map(str, sizes))} network ({names}), {name},"
        f" {reduction} over m = {m} example{'s' * (m != 1)}"
    )


# ---- Argument checks -----------------------------------------------------------------


def _checked_tolerance(given: object) -> float:
    """Return ``given`` if it is a finite number above 0."""
    number = Value(given).data if isinstance(given, float | int) else -1.0
    if not 0.0 < number < math.inf:
        msg = f"tolerance needs to be a finite number above 0, got {shown(given)}"
        raise OperandError(msg)
    return number


def check_weights(stack: Stack) -> None:
    """Raise if one Value is used as two weights.

    It has one gradient, where the matrices have two entries.
    """
    places: dict[Value, str] = {}
    for i, layer in enumerate(stack.layers, 1):
        for j, neuron in enumerate(layer):
            named = [(f"W{i}[{j},{k}]", w) for k, w in enumerate(neuron.w)]
            named += [] if neuron.b is None else [(f"b{i}[{j}]", neuron.b)]
            for place, parameter in named:
                if parameter in places:
                    msg = (
                        f"expected a different Value for every weight, got"
                        f" one for both {places[parameter]} and {place}: its gradient"
                        " is the sum of two matrix entries; build the network without"
                        " shared weights"
                    )
                    raise OperandError(msg)
                places[parameter] = place


def checked_rows(
    sizes: Sequence[int], X: npt.ArrayLike, Y: npt.ArrayLike
) -> tuple[Array, Array]:
    """Return X and Y as arrays (m, n_in) and (m, n_out) of finite numbers."""
    inputs, targets = _array("X", X), _array("Y", Y)
    n_in, n_out = sizes[0], sizes[-1]
    for name, array, width in (("X", inputs, n_in), ("Y", targets, n_out)):
        if array.ndim != 2 or array.shape[1] != width or not len(array):  # noqa: PLR2004
            msg = (
                f"{name} has shape {array.shape}, expected (m, {width}): one example"
                f" per row with {width} numbers; X has shape {inputs.shape}"
                f" and Y {targets.shape}{_reshaping(name, array, width)}"
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


def _reshaping(name: str, array: Array, width: int) -> str:
    """Suggest how to reshape a 1-D array; return "" if no reshaping fits."""
    if array.ndim != 1 or not array.size or array.size % width:
        return ""
    rows = array.size // width
    what = "one row" if rows == 1 else f"{rows} rows"
    return f". np.reshape({name}, (-1, {width})) makes {what} of it"


def _array(name: str, given: object) -> Array:
    """Convert an array of real numbers, of any shape, to float64."""
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
