"""The equations of backpropagation, one example per **column**.

For layers l = 1..L and m examples:

    X = A^0 (n_0, m)    W^l (n_l, n_{l-1})    b^l (n_l, 1)    Z^l, A^l (n_l, m)

    Z^l  = W^l A^{l-1} + b^l          A^l = g^l(Z^l)          C = 1/m sum_i L_i
    dA^L = dC/dA^L                    dZ^L = dA^L * g'(Z^L)             (BP1)
    dA^l = W^{l+1}.T dZ^{l+1}         dZ^l = dA^l * g'(Z^l)             (BP2)
    db^l = row sums of dZ^l                                             (BP3)
    dW^l = dZ^l A^{l-1}.T                                               (BP4)

dZ is the delta of the textbooks; `*` is elementwise. After a softmax, whose outputs
depend on all z of the layer, dZ = J.T dA for each example, with the Jacobian
J_jk = da_j / dz_k = a_j ((j = k) - a_k). The equations are in V. E.
Bazterra, "Back propagation in neural networks" (2017); the numbers BP1 to BP4 are those
of M. Nielsen, "Neural Networks and Deep Learning", chapter 2.

**Derivative of what?** Here dA and dZ are derivatives of the cost C over the whole
batch, as `.grad` is in the scalar graph; the 1/m of a mean is inside them. In Bazterra
they are derivatives of the loss L_i of each example, and 1/m stands before dW and db;
`backprop(..., of="loss")` does the same. dW and db are derivatives of C either way.

Lists begin with layer 1: `W[0]` is W^1 and `dZ[0]` is dZ^1. Only `A` and `dA` begin
with the input: `A[l]` is A^l and `A[0]` is X.

Numbers follow IEEE 754 without warnings: an overflow gives inf, and inf * 0 gives nan.
"""

# ruff: noqa: N815 -- the fields dZ, dA, dW are named as in the equations.
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from nn.matrix.arrays import Array, ArrayLike, np
from nn.matrix.checks import (
    Activation,
    Loss,
    MatrixShapeError,
    Network,
    check_choice,
    check_inputs,
    check_matrix,
    check_network,
    check_result,
    check_targets,
    resolve,
)
from nn.matrix.rules import LOSSES, Rule

__all__ = [
    "Backprop",
    "Forward",
    "backprop",
    "collapsed_delta",
    "forward",
    "gradient_vector",
    "shapes",
]


class Forward(NamedTuple):
    """The forward pass: Z[l-1] and A[l] are Z^l and A^l (n_l, m); A[0] is X."""

    Z: list[Array]
    A: list[Array]


class Backprop(NamedTuple):
    """Both passes: each dQ has the shape of Q, and `loss` is the cost C.

    dA[0] is the derivative by the input.
    """

    Z: list[Array]
    A: list[Array]
    dZ: list[Array]
    dA: list[Array]
    dW: list[Array]
    db: list[Array]
    loss: float


def forward(
    W: Sequence[ArrayLike],
    b: Sequence[ArrayLike],
    X: ArrayLike,
    activations: Sequence[Activation],
) -> Forward:
    """Compute Z^l = W^l A^{l-1} + b^l and A^l = g^l(Z^l), both (n_l, m), for l = 1..L.

    X is (n_0, m), W^l (n_l, n_{l-1}), b^l (n_l, 1). An activation is a name in
    `ACTIVATIONS`, a tuple of such a name and its parameter, a pair of functions
    (g, g'), or "softmax" or "log_softmax", over the outputs of each example.

    >>> forward([[[2.0, -1.0]]], [[[1.0]]], [[3.0, 0.0], [1.0, 4.0]], ["relu"])
    Forward(Z=[array([[ 6., -3.]])], A=[array([[3., 0.],
           [1., 4.]]), array([[6., 0.]])])

    Raises:
        MatrixShapeError: an array does not fit the others; both shapes are named.
        MatrixError: an array or an activation cannot be used.
    """
    network = check_network(W, b, activations)
    with np.errstate(all="ignore"):
        return _forward(network, check_inputs(X, network))


def _forward(network: Network, X: Array) -> Forward:
    Z: list[Array] = []
    A = [X]
    for layer, (w, bias, g) in enumerate(zip(*network, strict=True), start=1):
        Z.append(w @ A[-1] + bias)
        A.append(check_result(f"g of layer {layer}", g.value(Z[-1]), Z[-1].shape))
    return Forward(Z, A)


def backprop(  # noqa: PLR0913, PLR0917 -- the operands of the equations
    W: Sequence[ArrayLike],
    b: Sequence[ArrayLike],
    X: ArrayLike,
    Y: ArrayLike,
    activations: Sequence[Activation],
    loss: Loss,
    reduction: str = "mean",
    of: str = "cost",
) -> Backprop:
    """Compute the cost C and its derivatives by Nielsen's equations BP1 to BP4.

    They are, with * for the product of entries::

        dZ^L = dA^L * g'(Z^L)                (BP1)   db^l = row sums of dZ^l   (BP3)
        dZ^l = W^{l+1}.T dZ^{l+1} * g'(Z^l)  (BP2)   dW^l = dZ^l A^{l-1}.T     (BP4)

    X is (n_0, m), Y (n_L, m), W^l (n_l, n_{l-1}), b^l (n_l, 1). A loss is a name in
    `LOSSES` or a pair of functions: loss(A, Y) -> (m,), one value per example, and
    dloss(A, Y) -> (n_L, m). The `reduction`, "mean" or "sum", makes the cost from them.
    `of` chooses whether dA and dZ are derivatives of the "cost" or of each "loss".

    One neuron: a = 3 * 2 + 1 = 7, y = 5, L = (a - y)**2 = 4, dL/da = 2 * 2 = 4:

    >>> result = backprop([[[3.0]]], [[[1.0]]], [[2.0]], [[5.0]], ["linear"],
    ...                   "squared_error")
    >>> result.loss, result.dZ[0].item(), result.dW[0].item(), result.db[0].item()
    (4.0, 4.0, 8.0, 4.0)

    dZ^L is the product dA^L * g'(Z^L), as in the scalar graph. For a saturated sigmoid
    and binary_cross_entropy it becomes inf, then inf * 0 = nan, where the prediction is
    wrong. binary_cross_entropy_with_logits after a linear layer gives sigmoid(z) - y
    everywhere.

    Raises:
        MatrixShapeError: an array does not fit the others; both shapes are named.
        MatrixError: an array, an activation, the loss or an option cannot be used.
    """
    network = check_network(W, b, activations)
    inputs = check_inputs(X, network)
    m = inputs.shape[1]
    targets = check_targets(Y, network, m)
    cost = resolve("loss", LOSSES, loss)
    inside, outside = divisors(m, reduction, of)
    with np.errstate(all="ignore"):
        Z, A = _forward(network, inputs)
        values = check_result("loss", cost.value(A[-1], targets), (m,))
        dloss = check_result("dloss", cost.derivative(A[-1], targets), A[-1].shape)
        dZ, dA = _backward(network, Z, dloss / inside)
        dW = [dz @ a.T / outside for dz, a in zip(dZ, A[:-1], strict=True)]
        db = [dz.sum(axis=1, keepdims=True) / outside for dz in dZ]
    return Backprop(Z, A, dZ, dA, dW, db, float(values.sum()) / (inside * outside))


def divisors(m: int, reduction: str, of: str) -> tuple[int, int]:
    """Return the divisors (of dA and dZ, of dW and db): m goes to one of the two."""
    check_choice("reduction", reduction, ("mean", "sum"))
    check_choice("of", of, ("cost", "loss"))
    divisor = m if reduction == "mean" else 1
    return (divisor, 1) if of == "cost" else (1, divisor)


def _backward(
    network: Network, Z: list[Array], dA_last: Array
) -> tuple[list[Array], list[Array]]:
    dZ: list[Array] = []
    dA = [dA_last]
    layers = list(enumerate(zip(network.W, network.rules, Z, strict=True), start=1))
    for layer, (w, g, z) in reversed(layers):
        if isinstance(g, Rule):
            dg = check_result(f"g' of layer {layer}", g.derivative(z), z.shape)
            dZ.append(dA[-1] * dg)
        else:
            dZ.append(g.delta(dA[-1], z))
        dA.append(w.T @ dZ[-1])
    return dZ[::-1], dA[::-1]


def collapsed_delta(
    A: ArrayLike, Y: ArrayLike, reduction: str = "mean", of: str = "cost"
) -> Array:
    """Return dZ^L = A^L - Y (n_L, m), divided by m for a mean: BP1 simplified.

    It holds for sigmoid with binary_cross_entropy, where a (1 - a) cancels with g'; for
    softmax with categorical_cross_entropy, if each column of Y adds up to 1; and for a
    linear layer with half_squared_error. It is accurate for saturated neurons too,
    where the product in `backprop` loses digits.

    >>> collapsed_delta([[0.75, 0.5]], [[1.0, 0.0]], reduction="sum").tolist()
    [[-0.25, 0.5]]

    Raises:
        MatrixShapeError: A and Y are not two matrices of one shape.
        MatrixError: an array or an option cannot be used.
    """
    outputs = check_matrix("A", A, ("n", "m"))
    targets = check_matrix("Y", Y, outputs.shape, f" because A has {outputs.shape}")
    inside, _ = divisors(outputs.shape[1], reduction, of)
    return (outputs - targets) / inside


def gradient_vector(result: Backprop) -> Array:
    """Return the gradient of C as one vector: W^1, b^1, ..., W^L, b^L, row by row.

    >>> result = backprop([[[3.0]]], [[[1.0]]], [[2.0]], [[5.0]], ["linear"],
    ...                   "squared_error")
    >>> gradient_vector(result).tolist()
    [8.0, 4.0]
    """
    pairs = zip(result.dW, result.db, strict=True)
    return np.concatenate([part.ravel() for pair in pairs for part in pair])


def shapes(sizes: Sequence[int], m: int = 1) -> list[tuple[str, tuple[int, int]]]:
    """List the name and shape of every array, in the order of backpropagation.

    >>> for name, shape in shapes([3, 4, 2])[:5]:
    ...     print(name, "x".join(map(str, shape)))
    a0 3x1
    W1 4x3
    b1 4x1
    z1 4x1
    a1 4x1
    >>> dict(shapes([3, 4, 2]))["dW2"]
    (2, 4)

    Raises:
        MatrixShapeError: fewer than two sizes, or one that is not a positive int.
    """
    if not sizes[1:] or any(type(n) is not int or n < 1 for n in (*sizes, m)):
        message = f"expected two or more positive sizes and m, got {sizes!r}, m={m!r}"
        raise MatrixShapeError(message)
    rows: list[tuple[str, tuple[int, int]]] = [("a0", (sizes[0], m))]
    layers = list(enumerate(pairwise(sizes), start=1))
    for i, (k, n) in layers:
        rows += [(f"W{i}", (n, k)), (f"b{i}", (n, 1))]
        rows += [(f"z{i}", (n, m)), (f"a{i}", (n, m))]
    for i, (k, n) in reversed(layers):
        rows += [(f"delta{i}", (n, m)), (f"dW{i}", (n, k)), (f"db{i}", (n, 1))]
    return rows
