"""The mistakes that people make when they derive backpropagation: one row each.

A row says which quantity it spoils, what stands there instead of the right formula, and
what to tell the learner. Sources are public threads and the texts that this project
grew from. `edits` makes further wrong formulas from the right one, for mistakes that no
row knows: a sign, a factor, another layer, a transpose, a factor left out.

Formulas are in the spelling of `nn.reading.formula.numpy_spelling`; ``divisor`` is m
where the cost is a mean, else 1; ``Wb`` is W with b as one more column. A formula in
``plus`` is added with a factor that the grader finds, such as a learning rate or a
penalty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from nn.reading.formula.numpy_spelling import read_known, read_tree
from nn.reading.formula.tree import (
    Binary,
    Call,
    Layer,
    Number,
    Reduce,
    Symbol,
    Transpose,
    Tree,
    parts,
    rewritten,
)

__all__ = [
    "MISTAKES",
    "RIGHT",
    "Mistake",
    "edits",
    "right_formula",
    "slips_in_derivative",
    "slips_in_loss",
]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One row.

    Attributes:
        id: its name, in tables and in JSON.
        target: the quantity: ``dZ[L]`` of the output layer, ``dZ[l]`` of a hidden one;
            ``dW[l]`` and ``db[l]`` of any.
        wrong: what stands there, in one or more spellings.
        words: what is wrong, for the learner.
        right: what to write instead.
        source: where people made it.
        plus: a formula that is added to the right one with an unknown factor.
        losses: the losses with which it can be made; () for any.
    """

    id: str
    target: str
    wrong: tuple[str, ...]
    words: str
    right: str
    source: str = ""
    plus: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()


# The right formula of each quantity, from those that stand before it.
RIGHT: Final = {
    "Z[l]": "W[l] @ A[l-1] + b[l]",
    "A[l]": "g(Z[l])",
    "dA[L]": "dloss(A[L])",
    "dZ[l]": "dA[l] * dg(Z[l])",
    "dA[l]": "W[l+1].T @ dZ[l+1]",
    "dW[l]": "dZ[l] @ A[l-1].T",
    "db[l]": "sum(dZ[l], axis=1, keepdims=True)",
}


def right_formula(name: str, layer: int, last: int) -> Tree | None:
    """Return the right formula for a quantity of a layer, or None if there is none."""
    key = "dA[L]" if (name, layer) == ("dA", last) else f"{name}[l]"
    return read_known(RIGHT[key]) if key in RIGHT else None


_NIELSEN: Final = "mnielsen/neural-networks-and-deep-learning"

MISTAKES: Final = (
    # ---- the derivative by the outputs, and the output error -------------------------
    Mistake(
        "out-scalar-mean", "dA[L]",
        ("mean(A[L] - Y)", "mean(dA[L])", "sum(A[L] - Y) / divisor"),
        "the errors of all outputs and examples are averaged to one number",
        "keep one entry for each output and example: (A - Y) / m",
        "Back Prop. Derivation, step 1",
    ),
    Mistake(
        "out-scalar-mean-sign-lost", "dA[L]",
        ("mean(Y - A[L])", "mean(-dA[L])", "sum(Y - A[L]) / divisor"),
        "the errors of all outputs and examples are averaged to one number, and the"
        " sign is lost: the inner derivative of y - a is -1",
        "keep one entry for each output and example: (A - Y) / m",
        "Back Prop. Derivation, step 1",
    ),
    Mistake(
        "ce-second-sign", "dA[L]",
        ("-(Y / A[L] + (1 - Y) / (1 - A[L])) / divisor",
         "-(Y / A[L] + (1 - Y) / (1 - A[L]))"),
        "the sign of the second term of the cross-entropy's derivative is lost",
        "dA = -(Y / A - (1 - Y) / (1 - A)), since log(1 - a) has the inner derivative"
        " -1",
        "Back propagation proof (Intuition)", losses=("binary_cross_entropy",),
    ),
    Mistake(
        "ce-term-missing", "dA[L]",
        ("-Y / A[L] / divisor", "(1 - Y) / (1 - A[L]) / divisor"),
        "one of the two terms of the binary cross-entropy is left out",
        "dA = -(Y / A - (1 - Y) / (1 - A)): what is not the class counts too",
        losses=("binary_cross_entropy",),
    ),
    Mistake(
        "logits-as-probabilities", "dA[L]", ("(A[L] - Y) / divisor",),
        "the outputs are logits, and are compared with the targets as if they were"
        " probabilities",
        "sigmoid(A) - Y for binary_cross_entropy_with_logits, softmax(A) - Y for"
        " softmax_cross_entropy",
        losses=("binary_cross_entropy_with_logits", "softmax_cross_entropy"),
    ),
    Mistake(
        "softmax-as-sigmoid", "dA[L]", ("(sigmoid(A[L]) - Y) / divisor",),
        "a sigmoid of each output stands where the softmax of all should",
        "dA[L] = (softmax(A[L]) - Y) / m", losses=("softmax_cross_entropy",),
    ),
    Mistake(
        "sigmoid-as-softmax", "dA[L]", ("(softmax(A[L]) - Y) / divisor",),
        "the softmax of all outputs stands where a sigmoid of each should",
        "dA[L] = (sigmoid(A[L]) - Y) / m", losses=("binary_cross_entropy_with_logits",),
    ),
    Mistake(
        "hinge-no-margin", "dA[L]", ("-Y / divisor",),
        "the derivative of the hinge is kept where the margin is already reached",
        "dA[L] = -Y / m where Y A < 1, and 0 elsewhere", losses=("hinge",),
    ),
    Mistake(
        "hinge-margin-of-output", "dA[L]", ("-Y * positive(1 - A[L]) / divisor",),
        "the margin is taken of the output, not of the target times the output",
        "dA[L] = -Y / m where Y A < 1, and 0 elsewhere", losses=("hinge",),
    ),
    Mistake(
        "target-missing", "dA[L]",
        ("A[L] / divisor", "2 * A[L] / divisor", "sigmoid(A[L]) / divisor",
         "softmax(A[L]) / divisor"),
        "the target is not subtracted", "the derivative of the loss, such as A - Y",
    ),
    Mistake(
        "out-factor-2", "dA[L]", ("dA[L] / 2", "2 * dA[L]"),
        "the factor 2 of the square is lost, or is there although the cost has a 1/2",
        "d/da (a - y)^2 = 2 (a - y), and with the factor 1/2 it is a - y",
    ),
    Mistake(
        "out-sign-lost", "dA[L]", ("-dA[L]",),
        "the sign is lost: the inner derivative of y - a is -1",
        "dA[L] = A - Y, with the factors of the cost", "Back Prop. Derivation, step 1",
    ),
    Mistake(
        "out-missing-sigma-prime", "dZ[L]",
        ("dA[L]", "A[L] - Y"),
        "sigma'(z) of the output layer is missing",
        "dZ = dA * g'(Z)", "Bot-Academy/NeuralNetworkFromScratch#3",
    ),
    Mistake(
        "out-extra-sigma-prime", "dZ[L]",
        ("(A[L] - Y) / divisor * dg(Z[L])", "(A[L] - Y) * dg(Z[L])"),
        "sigma'(z) is there although the cross-entropy cancels it",
        "dZ = A - Y for the sigmoid with cross-entropy", f"{_NIELSEN}#77",
        losses=("binary_cross_entropy",),
    ),
    Mistake(
        "out-sign-swapped", "dZ[L]", ("-dZ[L]",),
        "the sign is swapped: y - a is minus the gradient",
        "use a - y, or add the update instead of subtracting it",
    ),
    Mistake(
        "out-factor-2", "dZ[L]", ("dZ[L] / 2", "2 * dZ[L]"),
        "the factor 2 of the square is lost, or is there although the cost has a 1/2",
        "d/da (a - y)^2 = 2 (a - y), and with the factor 1/2 it is a - y",
    ),
    Mistake(
        "softmax-as-elementwise", "dZ[L]",
        ("-Y / softmax(A[L]) * softmax(A[L]) * (1 - softmax(A[L])) / divisor",
         "(softmax(A[L]) - Y) * softmax(A[L]) * (1 - softmax(A[L])) / divisor"),
        "the softmax is treated as if each output depended on its own z alone",
        "every output depends on every z: dZ = softmax(Z) - Y with cross-entropy",
        losses=("softmax_cross_entropy",),
    ),
    Mistake(
        "softmax-wrong-axis", "dA[L]", ("(softmax(A[L].T).T - Y) / divisor",),
        "the softmax is taken over the examples, not over the outputs of each",
        "normalise each example's outputs", losses=("softmax_cross_entropy",),
    ),
    Mistake(
        "softmax-derivative-missing", "dA[L]",
        ("-Y / softmax(A[L]) / divisor", "-Y / softmax(A[L])"),
        "this is the derivative by the softmax's results; that of the softmax itself"
        " is missing",
        "dZ[L] = (softmax(Z[L]) - Y) / m", losses=("softmax_cross_entropy",),
    ),
    Mistake(
        "absolute-error", "dA[L]", ("sign(A[L] - Y) / divisor", "sign(A[L] - Y)"),
        "this is the derivative of the absolute error |a - y|",
        "the derivative of the cost that was given, such as A - Y",
        losses=("half_squared_error", "squared_error", "mean_squared_error"),
    ),
    Mistake(
        "target-missing", "dA[L]",
        ("(softmax(A[L]) - 1) / divisor", "softmax(A[L]) / divisor"),
        "the targets are left out, or 1 stands for all of them",
        "dA[L] = (softmax(A[L]) - Y) / m",
        losses=("softmax_cross_entropy",),
    ),
    Mistake(
        "loss-for-derivative", "dA[L]",
        ("(A[L] - Y)**2 / divisor", "(A[L] - Y)**2 / 2 / divisor"),
        "the loss itself stands where its derivative should",
        "the derivative of the loss",
        losses=("half_squared_error", "squared_error", "mean_squared_error"),
    ),
    Mistake(
        "loss-for-derivative", "dA[L]",
        ("-Y * log(softmax(A[L])) / divisor", "-log(softmax(A[L])) / divisor"),
        "the loss itself stands where its derivative should",
        "dA[L] = (softmax(A[L]) - Y) / m",
        losses=("softmax_cross_entropy",),
    ),
    Mistake(
        "loss-for-derivative", "dA[L]",
        ("-(Y * log(A[L]) + (1 - Y) * log(1 - A[L])) / divisor",),
        "the loss itself stands where its derivative should",
        "dA[L] = (A - Y) / (A (1 - A)) / m", losses=("binary_cross_entropy",),
    ),
    Mistake(
        "act-of-error", "dZ[L]",
        ("(A[L] - Y) * (1 - (A[L] - Y)) / divisor", "(A[L] - Y) * (1 - (A[L] - Y))",
         "dA[L] * (1 - dA[L])"),
        "e (1 - e), with the error e = a - y: the error stands where the activation"
        " should",
        "dZ = e * a * (1 - a), where e = a - y",
    ),
    # ---- from dA to dZ: the activation's derivative ----------------------------------
    Mistake(
        "act-missing", "dZ[l]", ("dA[l]",),
        "sigma'(z) of the hidden layer is missing",
        "dZ[l] = (W[l+1].T @ dZ[l+1]) * g'(Z[l])",
    ),
    Mistake(
        "act-of-z-as-a", "dZ[l]",
        ("dA[l] * Z[l] * (1 - Z[l])", "dA[l] * (1 - Z[l]**2)"),
        "a (1 - a), or 1 - a^2, is computed from z instead of a",
        "sigma'(z) = sigma(z) (1 - sigma(z)) = a (1 - a)",
    ),
    Mistake(
        "act-sigmoid-twice", "dZ[l]", ("dA[l] * dg(A[l])",),
        "sigma' is evaluated at a = sigma(z): the sigmoid is applied twice",
        "sigma'(z) = a (1 - a)",
    ),
    Mistake(
        "act-of-upstream", "dZ[l]",
        ("dA[l] * dg(dA[l])", "dg(dA[l])", "g(dA[l]) * (1 - g(dA[l]))",
         "sigmoid(1 - sigmoid(dA[l]))"),
        "the activation's derivative is evaluated at the incoming gradient",
        "dZ = dA * g'(Z)",
    ),
    Mistake(
        "act-upstream-dropped", "dZ[l]", ("dg(Z[l])",),
        "the incoming gradient dA is dropped", "dZ = dA * g'(Z)",
    ),
    Mistake(
        "act-tanh-sech", "dZ[l]", ("dA[l] / cosh(A[l])", "dA[l] / cosh(Z[l])"),
        "tanh' is taken as sech", "tanh'(z) = 1 - tanh(z)^2 = sech(z)^2",
    ),
    Mistake(
        "act-tanh-reciprocal", "dZ[l]", ("1 / (1 - A[l]**2)", "dA[l] / (1 - A[l]**2)"),
        "1 - a^2 stands in the denominator",
        "dZ[l] = dA[l] * (1 - A[l]**2), since tanh'(z) = 1 - a^2",
    ),
    Mistake(
        "act-inner-sign", "dZ[l]",
        ("dA[l] * (1 + A[l]**2)", "dA[l] * A[l] * (1 + A[l])"),
        "a sign in the activation's derivative is lost",
        "sigmoid' = a (1 - a), tanh' = 1 - a^2",
    ),
    Mistake(
        "act-square-lost", "dZ[l]", ("dA[l] * (1 - A[l])", "dA[l] * (1 - A[l])**2"),
        "a factor or a square in the activation's derivative is lost",
        "sigmoid' = a (1 - a), tanh' = 1 - a^2",
    ),
    Mistake(
        "act-other-function", "dZ[l]",
        ("dA[l] * A[l] * (1 - A[l])", "dA[l] * (1 - A[l]**2)",
         "dA[l] * (1 + sign(Z[l])) / 2", "dA[l] * (1 + sign(A[l])) / 2",
         "dA[l] * sigmoid(Z[l]) * (1 - sigmoid(Z[l]))",
         "dA[l] * (1 - tanh(Z[l])**2)"),
        "the derivative is that of another activation than the layer has",
        "dZ[l] = dA[l] * g'(Z[l]), with g' of this layer's own g",
    ),
    Mistake(
        "act-sides-swapped", "dZ[l]", ("dA[l] * dg(-Z[l])",),
        "g' has its value for z > 0 where z < 0, and the other way round",
        "dZ[l] = dA[l] * g'(Z[l])",
    ),
    Mistake(
        "act-power-rule", "dZ[l]", ("dA[l] * Z[l] * exp(Z[l] - 1)",),
        "e^z is differentiated as if it were a power of z",
        "dZ[l] = dA[l] * exp(Z[l]), since (e^z)' = e^z",
    ),
    Mistake(
        "act-factor-wrong", "dZ[l]", (),
        "another factor stands where g'(z) should; it depends on the forward pass"
        " alone",
        "dZ[l] = dA[l] * g'(Z[l])",
    ),
    Mistake(
        "act-of-target", "dZ[L]", ("dA[L] * Y * (1 - Y)", "dA[L] * (1 - Y**2)"),
        "the targets stand in g' where the outputs should",
        "dZ[L] = dA[L] * g'(Z[L]), where g' is of the outputs: a (1 - a), or 1 - a^2",
    ),
    Mistake(
        "act-product-rule", "dZ[l]", ("dA[l] * g(Z[l]) / Z[l]",),
        "g(z) / z stands where g'(z) should: of a product such as z times Phi(z) only"
        " the first factor was differentiated",
        "(z h(z))' = h(z) + z h'(z), where gelu has h = Phi and silu h = sigmoid",
    ),
    Mistake(
        "act-wrong-layer", "dZ[l]", ("dA[l] * dg(Z[l+1])", "dA[l] * dg(Z[l-1])"),
        "g' is evaluated in another layer",
        "dZ[l] = dA[l] * g'(Z[l]), all of the same layer",
    ),
    Mistake(
        "act-brackets-lost", "dZ[l]",
        (
            "dA[l] - A[l]**2", "dA[l] - A[l]**2 / divisor",
            "dA[l] * A[l] - A[l]", "dA[l] * A[l] - A[l] / divisor",
        ),
        "the brackets around the derivative are lost: dA * 1 - A**2",
        "dZ = dA * (1 - A**2), or dA * A * (1 - A)",
    ),
    Mistake(
        "act-a-for-gprime", "dZ[l]",
        ("dA[l] * A[l-1]", "dA[l] * A[l]", "dA[l] * g(Z[l])"),
        "an activation stands where its derivative should",
        "dZ = dA * g'(Z)", "Back Prop. Derivation, step 2",
    ),
    Mistake(
        "act-prime-times-z", "dZ[l]", ("dA[l] * dg(Z[l]) * Z[l]",),
        "g'(Z) is read as g' times Z",
        "dZ[l] = dA[l] * g'(Z[l]), with g' at Z and nothing more",
    ),
    Mistake(
        "hid-dot-for-elementwise", "dZ[l]", ("dA[l] @ dg(Z[l])",),
        "a matrix product stands where an elementwise one should",
        "dZ[l] = dA[l] * g'(Z[l]), entry by entry",
    ),
    # ---- from dZ of the next layer to dA ---------------------------------------------
    Mistake(
        "hid-raw-error", "dA[l]",
        ("W[l+1].T @ dA[l+1]", "W[l+1].T @ (A[l+1] - Y)"),
        "the error of the next layer is passed back without its g'",
        "dA[l] = W[l+1].T @ dZ[l+1], where dZ[l+1] includes g'",
    ),
    Mistake(
        "hid-gprime-twice", "dA[l]", ("W[l+1].T @ (dZ[l+1] * dg(Z[l+1]))",),
        "g' of the next layer is multiplied in twice: dZ has it already",
        "dA[l] = W[l+1].T @ dZ[l+1]",
    ),
    Mistake(
        "hid-gprime-inside", "dZ[l]", ("W[l+1].T @ (dZ[l+1] * dg(Z[l]))",),
        "g' stands inside the brackets: it is multiplied in before the weights",
        "dZ[l] = (W[l+1].T @ dZ[l+1]) * dg(Z[l])",
    ),
    Mistake(
        "hid-W-missing", "dA[l]", ("dZ[l+1]", "sum(dZ[l+1], axis=0, keepdims=True)"),
        "the weights of the next layer are missing", "dA[l] = W[l+1].T @ dZ[l+1]",
    ),
    Mistake(
        "hid-split-by-share", "dA[l]",
        ("(W[l+1] / sum(W[l+1], axis=1, keepdims=True)).T @ dZ[l+1]",),
        "the error is divided in proportion to the weights",
        "dA[l] = W[l+1].T @ dZ[l+1], with the weights themselves",
    ),
    Mistake(
        "hid-outputs-for-deltas", "dA[l]", ("W[l+1].T @ A[l+1]",),
        "the outputs of the next layer stand where its deltas should",
        "dA[l] = W[l+1].T @ dZ[l+1]",
    ),
    Mistake(
        "hid-stale-weights", "dA[l]", (),
        "the weights of the next layer were updated before the error passed them",
        "use W of the forward pass; update when all gradients are known",
        plus=("dW[l+1].T @ dZ[l+1]",),
    ),
    Mistake(
        "hid-wrong-layer-weights", "dA[l]", ("W[l].T @ dZ[l+1]", "W[l] @ dZ[l+1]"),
        "the weights of another layer pass the error back",
        "dA[l] = W[l+1].T @ dZ[l+1]", "Back Prop. Derivation, step 3",
    ),
    Mistake(
        "hid-wrong-matrix", "dA[l]",
        ("A[l] @ dZ[l+1].T", "A[l] @ dZ[l+1]", "A[l+1].T @ dZ[l+1]"),
        "the activations stand where the weights should", "dA[l] = W[l+1].T @ dZ[l+1]",
    ),
    Mistake(
        "hid-delta-index", "dA[l]", ("W[l+1].T @ dZ[l+2]", "W[l+1].T @ dZ[l]"),
        "the delta of another layer is passed back", "dA[l] = W[l+1].T @ dZ[l+1]",
        "Backpropagation in Neural Networks, 2018",
    ),
    Mistake(
        "hid-bias-column", "dA[l]", ("Wb[l+1].T @ dZ[l+1]",),
        "the column of biases is passed back with the weights",
        "dA[l] = W[l+1].T @ dZ[l+1], without the biases: nothing before the layer"
        " moves them",
    ),
    Mistake(
        "row-column-mixed", "dA[l]",
        ("W[l+1] @ dZ[l+1]", "W[l+1] @ dZ[l+1].T"),
        "the transpose of W is missing, or rows and columns are mixed",
        "z = W x with W.T @ dZ, or z = x W with dZ @ W.T",
    ),
    Mistake(
        "paths-one-only", "dA[l]", ("first_row(W[l+1]).T @ first_row(dZ[l+1])",),
        "only the path through the first neuron of the next layer is counted",
        "sum over every neuron of the next layer",
    ),
    Mistake(
        "hid-absolute-weights", "dA[l]",
        ("abs(W[l+1]).T @ dZ[l+1]", "(W[l+1]**2).T @ dZ[l+1]"),
        "the weights lose their signs on the way back", "dA[l] = W[l+1].T @ dZ[l+1]",
    ),
    # ---- the weights -----------------------------------------------------------------
    Mistake(
        "dW-weight-for-activation", "dW[l]",
        ("mean(dZ[l], axis=1, keepdims=True) * W[l]",
         "sum(dZ[l], axis=1, keepdims=True) * W[l]"),
        "the weight stands where the activation before it should",
        "dW[l] = dZ[l] @ A[l-1].T",
    ),
    Mistake(
        "dW-transposed", "dW[l]", ("A[l-1] @ dZ[l].T",),
        "dW is transposed: a dZ.T instead of dZ a.T", "dW[l] = dZ[l] @ A[l-1].T",
    ),
    Mistake(
        "dW-own-delta", "dW[l]",
        ("dZ[l-1] @ A[l-1].T", "dZ[l+1] @ A[l-1].T", "dZ[l-1] @ A[l-2].T"),
        "the delta of another layer is used", "dW[l] = dZ[l] @ A[l-1].T",
    ),
    Mistake(
        "dW-own-activation", "dW[l]",
        ("dZ[l] @ A[l].T", "dZ[l] @ Z[l-1].T", "dZ[l] @ sigmoid(A[l-1]).T",
         "dZ[l] @ tanh(A[l-1]).T"),
        "the activation after the weight is used, or z instead of a, or g(a)",
        "dW[l] = dZ[l] @ A[l-1].T",
    ),
    Mistake(
        "batch-1m-missing", "dW[l]", ("dW[l] * m",),
        "1/m is missing: this is the gradient of the sum",
        "divide by m where the cost is a mean",
    ),
    Mistake(
        "batch-1m-twice", "dW[l]", ("dW[l] / m",),
        "1/m is there twice, or although the cost is a sum",
        "divide by m once, and only where the cost is a mean",
    ),
    Mistake(
        "batch-one-example", "dW[l]",
        ("first_row(dZ[l].T).T @ first_row(A[l-1].T)",
         "last_row(dZ[l].T).T @ last_row(A[l-1].T)",
         "m * first_row(dZ[l].T).T @ first_row(A[l-1].T)",
         "m * last_row(dZ[l].T).T @ last_row(A[l-1].T)"),
        "only one example counts: in a loop, = stands where += should",
        "add the products of all examples",
    ),
    Mistake(
        "batch-product-of-sums", "dW[l]",
        ("sum(dZ[l], axis=1, keepdims=True) @ mean(A[l-1], axis=1, keepdims=True).T",
         "sum(dZ[l], axis=1, keepdims=True) @ sum(A[l-1], axis=1, keepdims=True).T",
         "mean(dZ[l], axis=1, keepdims=True) @ mean(A[l-1], axis=1, keepdims=True).T"),
        "errors and activations are averaged over the examples before they are"
        " multiplied",
        "multiply for each example, then add: dZ[l] @ A[l-1].T",
    ),
    Mistake(
        "reg-sign", "dW[l]", (),
        "the weights are added with a factor that no penalty has",
        "dW[l] + lambda * W[l] with a small positive lambda, or dW[l] alone",
        plus=("W[l]",),
    ),
    Mistake(
        "reg-without-W", "dW[l]", (),
        "the penalty's factor is added instead of its product with W",
        "dW[l] + lambda * W[l]", plus=("ones_like(W[l])",),
    ),
    Mistake(
        "dW-own-delta", "db[l]",
        ("sum(dZ[l+1], axis=1, keepdims=True)", "sum(dZ[l-1], axis=1, keepdims=True)"),
        "the delta of another layer is used", "db[l] = sum of dZ[l] over the examples",
    ),
    # ---- the biases ------------------------------------------------------------------
    Mistake(
        "db-not-summed", "db[l]", ("dZ[l]", "dZ[l] / m", "dZ[l] * m"),
        "db is not summed over the examples",
        "db[l] = sum of dZ[l] over the examples, (n, 1)",
        "Back Prop. Derivation, shapes",
    ),
    Mistake(
        "db-summed-over-all", "db[l]",
        ("sum(dZ[l])", "mean(dZ[l])", "mean(dZ[l]) * divisor"),
        "db is summed over the neurons too", "sum over the examples alone: axis=1",
    ),
    Mistake(
        "db-times-input", "db[l]", ("sum(dZ[l] @ A[l-1].T, axis=1, keepdims=True)",),
        "db is multiplied by the inputs",
        "the input of a bias is 1: db[l] = sum of dZ[l] over the examples",
    ),
    Mistake(
        "db-times-activation", "db[l]",
        ("sum(dZ[l] * A[l], axis=1, keepdims=True)",
         "sum(dZ[l] * Z[l], axis=1, keepdims=True)"),
        "db is multiplied by the neuron's own activation",
        "the input of a bias is 1: db[l] = sum of dZ[l] over the examples",
    ),
    Mistake(
        "db-times-bias", "db[l]", ("sum(dZ[l], axis=1, keepdims=True) * b[l]",),
        "db is multiplied by the bias",
        "dz/db is 1, since z = W a + b: db[l] = sum of dZ[l] over the examples",
    ),
    Mistake(
        "db-constant", "db[l]", ("ones_like(b[l])", "ones_like(b[l]) * m", "1"),
        "dz/db = 1 is taken for dC/db", "db[l] = sum of dZ[l] over the examples",
    ),
    Mistake(
        "batch-one-example", "db[l]",
        ("first_row(dZ[l].T).T", "last_row(dZ[l].T).T", "m * first_row(dZ[l].T).T",
         "m * last_row(dZ[l].T).T"),
        "only one example counts: in a loop, = stands where += should",
        "add dZ of all examples",
    ),
    Mistake(
        "keepdims-lost", "db[l]", ("sum(dZ[l], axis=1)",),
        "keepdims=True is lost: a 1-D array broadcasts against (n, 1)",
        "db[l] = sum(dZ[l], axis=1, keepdims=True)",
    ),
    Mistake(
        "batch-1m-missing", "db[l]", ("db[l] * m",),
        "1/m is missing: this is the gradient of the sum",
        "divide by m where the cost is a mean",
    ),
    Mistake(
        "batch-1m-twice", "db[l]", ("db[l] / m", "mean(dZ[l], axis=1, keepdims=True)"),
        "1/m is there twice, or although the cost is a sum",
        "divide by m once, and only where the cost is a mean",
    ),
    Mistake(
        "forward-slip", "Z[l]", (),
        "the forward pass computes another network: a bias or an activation is missing,"
        " or is a different one",
        "Z = W A + b, A = g(Z)",
    ),
    # ---- the update, and indices: of equations as text alone -------------------------
    Mistake(
        "update-ascent", "W[l]", ("W[l] + eta * dW[l]",),
        "the update adds the gradient: the cost grows", "W[l] = W[l] - eta * dW[l]",
    ),
    Mistake(
        "update-uses-weights", "W[l]", ("W[l] - eta * W[l]",),
        "the weights stand where their gradient should", "W[l] = W[l] - eta * dW[l]",
    ),
    Mistake(
        "sum-missing", "dA[l]", (),
        "the sum over the neurons of the next layer is missing",
        "add up all paths, one through each neuron k of the next layer",
    ),
    Mistake(
        "sum-index-slip", "dA[l]", (),
        "the index on the left is the one that is summed over",
        "on the left stands the index that is left free",
        "3Blue1Brown's equations, as summarised",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edit:
    """A wrong formula made from the right one, and what was done to it."""

    id: str
    words: str
    formula: Tree


def edits(right: Tree) -> Iterator[Edit]:
    """Yield every formula that is one edit away from the right one, simplest first."""
    yield Edit("sign", "the sign is wrong", Binary("*", Number(-1.0), right))
    for part in list(parts(right)):
        yield from _edits_of(right, part)


def _edits_of(right: Tree, part: Tree) -> Iterator[Edit]:
    def edit(name: str, words: str, new: Tree) -> Edit:
        return Edit(name, words, rewritten(right, part, new))

    match part:
        case Call("dg", argument):
            yield edit("g-for-gprime", "g stands where g' should", Call("g", argument))
            yield edit("missing-factor", "g' is missing", Number(1.0))
            yield edit("factor-squared", "g' is there twice", Binary("*", part, part))
        case Call("g", argument):
            yield edit("gprime-for-g", "g' stands where g should", Call("dg", argument))
            yield edit("missing-function", "g is missing", argument)
        case Transpose(argument):
            yield edit("missing-transpose", f"{argument} is not transposed", argument)
        case Binary():
            yield from _edits_of_binary(edit, part)
        case Reduce("sum" | "mean" as how, axis, argument, keepdims):
            other = "mean" if how == "sum" else "sum"
            yield edit(
                "sum-mean", f"{other} stands for {how}",
                Reduce(other, axis, argument, keepdims),
            )  # fmt: skip
            if axis is not None:
                yield edit(
                    "wrong-axis", "the sum is over the other axis",
                    Reduce(how, 1 - axis, argument, keepdims),
                )  # fmt: skip
        case Symbol(name, Layer() as layer) if name not in {"Y", "m", "divisor", "n"}:
            for offset in (-1, 1):
                other_layer = Layer(layer.base, layer.offset + offset)
                yield edit(
                    "other-layer", f"{name} of another layer is used",
                    Symbol(name, other_layer),
                )  # fmt: skip
            for other_name in _OTHERS.get(name, ()):
                yield edit(
                    "other-quantity", f"{other_name} stands where {name} should",
                    Symbol(other_name, layer),
                )  # fmt: skip
        case _:
            pass


def _edits_of_binary(
    edit: Callable[[str, str, Tree], Edit], part: Binary
) -> Iterator[Edit]:
    operator, left, one_more = part.operator, part.left, part.right
    if operator in {"*", "/", "@"}:
        yield edit("missing-factor", f"{one_more} is missing", left)
        if operator != "/":
            yield edit("missing-factor", f"{left} is missing", one_more)
    if operator == "*":
        for kind, other in (("sum-for-product", "+"), ("quotient-for-product", "/")):
            yield edit(kind, f"{other} stands for *", Binary(other, left, one_more))
    if operator == "@":
        yield edit("swapped", "the factors are swapped", Binary("@", one_more, left))
        yield edit("elementwise", "an elementwise product stands for a matrix product",
                   Binary("*", left, one_more))  # fmt: skip
    if operator in {"+", "-"}:
        other = "-" if operator == "+" else "+"
        yield edit(
            "sign", f"{other} stands for {operator}", Binary(other, left, one_more)
        )
        yield edit("missing-term", f"{one_more} is missing", left)
        yield edit("missing-term", f"{left} is missing", one_more)


def slips_in_derivative(activation: str) -> Iterator[Edit]:
    """Yield wrong formulas for dZ: slips in the derivative of an activation by name.

    >>> next(slips_in_derivative("tanh")).words
    "in g', the sign is wrong"
    """
    for text in SPELLED.get(activation, ()):
        right = read_tree(text)
        for edit in edits(right):
            words = f"in g', {edit.words}"
            yield Edit("act-derivative-slip", words, _times_slope(edit.formula))
        for part in parts(right):
            if isinstance(part, Call) and part.function == "exp":
                new = Call("exp", Binary("*", Number(-1.0), part.argument))
                words = "in g', the sign of an exponent is wrong"
                formula = _times_slope(rewritten(right, part, new))
                yield Edit("act-derivative-slip", words, formula)
    positive = Call("positive", _Z)
    negative = Binary("-", Number(1.0), positive)
    for low in (0.01, 0.1, 0.2, 1.0):  # dZ[Z < 0] = slope
        formula = Binary(
            "+", Binary("*", _times_slope(Call("dg", _Z)), positive),
            Binary("*", negative, Number(low)),
        )  # fmt: skip
        words = f"where z < 0, dZ is set to {low:g}, where dA is to be multiplied by g'"
        yield Edit("act-assigned", words, formula)


def slips_in_loss(loss: str) -> Iterator[Edit]:
    """Yield wrong formulas for dA of the outputs: slips in the derivative of a loss.

    >>> [edit.words for edit in slips_in_loss("half_squared_error")][1]
    'in the derivative of the loss, divisor is missing'
    """
    for text in LOSSES_SPELLED.get(loss, ()):
        for edit in edits(read_tree(text)):
            words = f"in the derivative of the loss, {edit.words}"
            yield Edit("loss-derivative-slip", words, edit.formula)


def _times_slope(slope: Tree) -> Tree:
    return Binary("*", Symbol("dA", Layer("l")), slope)


_Z: Final = Symbol("Z", Layer("l"))
# The derivatives of activations, as people write them.
SPELLED: Final = {
    "sigmoid": ("A[l] * (1 - A[l])", "exp(-Z[l]) / (1 + exp(-Z[l]))**2"),
    "tanh": ("1 - A[l]**2",),
    "softplus": ("1 - exp(-A[l])", "1 / (1 + exp(-Z[l]))", "sigmoid(Z[l])"),
    "elu": (
        "positive(Z[l]) + (1 - positive(Z[l])) * (A[l] + 1)",
        "positive(Z[l]) + (1 - positive(Z[l])) * exp(Z[l])",
    ),
    "silu": (
        "sigmoid(Z[l]) + A[l] * (1 - sigmoid(Z[l]))",
        "sigmoid(Z[l]) * (1 + Z[l] * (1 - sigmoid(Z[l])))",
    ),
    "arctan": ("1 / (1 + Z[l]**2)",),
    "exp": ("exp(Z[l])",),
    "square": ("2 * Z[l]",),
    "log_sigmoid": ("1 - exp(A[l])", "1 - sigmoid(Z[l])"),
    "leaky_relu": ("positive(Z[l]) + (1 - positive(Z[l])) * 0.01",),
}
# The derivatives of losses by the outputs, as people write them.
LOSSES_SPELLED: Final = {
    "half_squared_error": ("(A[L] - Y) / divisor",),
    "squared_error": ("2 * (A[L] - Y) / divisor",),
    "mean_squared_error": ("2 * (A[L] - Y) / n[L] / divisor",),
    "binary_cross_entropy": (
        "((1 - Y) / (1 - A[L]) - Y / A[L]) / divisor",
        "(A[L] - Y) / (A[L] * (1 - A[L])) / divisor",
    ),
    "binary_cross_entropy_with_logits": ("(sigmoid(A[L]) - Y) / divisor",),
    "softmax_cross_entropy": ("(softmax(A[L]) - Y) / divisor",),
}
_OTHERS: Final = {
    "A": ("Z", "dA"),
    "Z": ("A",),
    "W": ("dW", "b"),
    "dZ": ("dA", "Z", "A"),
    "dA": ("dZ", "A"),
}
