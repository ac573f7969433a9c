"""Derivations with planted mistakes, and right ones in many styles, all by hand.

The derivations are plain NumPy and share nothing with the grader: activations and
losses are written out here, for 1 to 4 layers. A mistake replaces one quantity of the
derivation, and everything after it is computed from the wrong one.
"""

from math import erf

import numpy as np
import pytest

from nn import MLP, grade
from nn.deltas.check import matrices

pytestmark = pytest.mark.one_in(12, "thorough")  # each grades a text or more

_erf = np.vectorize(erf)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    t = np.exp(z - z.max(axis=0))
    return t / t.sum(axis=0)


def normal(z):
    return (1 + _erf(z / np.sqrt(2))) / 2


G = {
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: z * (z > 0), lambda z: 1.0 * (z > 0)),
    "gelu": (
        lambda z: z * normal(z),
        lambda z: normal(z) + z * np.exp(-z * z / 2) / np.sqrt(2 * np.pi),
    ),
    "linear": (lambda z: z, np.ones_like),
}
BY_OUTPUTS = {
    "half_squared_error": lambda a, y: a - y,
    "squared_error": lambda a, y: 2 * (a - y),
    "mean_squared_error": lambda a, y: 2 * (a - y) / len(y),
    "binary_cross_entropy": lambda a, y: -(y / a - (1 - y) / (1 - a)),
    "binary_cross_entropy_with_logits": lambda a, y: sigmoid(a) - y,
    "softmax_cross_entropy": lambda a, y: softmax(a) - y,
    "hinge": lambda a, y: -y * (y * a < 1),
}


class Kit:
    """What a wrong line may speak of, for one layer l of a network of L layers."""

    def __init__(self, W, b, X, Y, spec):
        self.W, self.b, self.y = dict(enumerate(W, 1)), dict(enumerate(b, 1)), Y
        self.m, self.L, self.spec = X.shape[1], len(W), spec
        self.n = [len(X), *map(len, b)]
        self.names = [None, *[spec["hidden"]] * (self.L - 1), spec["output"]]
        self.z, self.a, self.d = {}, {0: X}, {}
        self.dA, self.dZ, self.dW, self.db = {}, {}, {}, {}
        for layer in range(1, self.L + 1):
            self.z[layer] = self.W[layer] @ self.a[layer - 1] + self.b[layer]
            self.a[layer] = G[self.names[layer]][0](self.z[layer])

    def dg(self, layer, at=None):
        return G[self.names[layer]][1](self.z[layer] if at is None else at)

    @property
    def c(self):
        return self.m if self.spec["reduction"] == "mean" else 1

    def outer(self):
        return BY_OUTPUTS[self.spec["loss"]](self.a[self.L], self.y) / self.c


def backprop(spec, quantity=None, layer=0, wrong=None):
    """Return a derivation with all of its gradients, of which one is spoiled."""

    def derivation(W, b, X, Y):
        k = Kit(W, b, X, Y, spec)
        for i in range(k.L, 0, -1):

            def put(name, value, i=i):
                if (name, i) == (quantity, layer):
                    value = wrong(k, i, value)
                getattr(k, name)[i] = value

            put("dA", k.outer() if i == k.L else k.W[i + 1].T @ k.dZ[i + 1])
            put("dZ", k.dA[i] * k.dg(i))
            put("dW", k.dZ[i] @ k.a[i - 1].T)
            put("db", k.dZ[i].sum(axis=1, keepdims=True))
        return k

    return derivation


# ---- What comes back: layouts and containers -----------------------------------------


def as_dict(k):
    kinds = ("dA", "dZ", "dW", "db")
    return {f"{n}{i}": v for n in kinds for i, v in getattr(k, n).items()}


def as_parameters(k):
    return {f"{n}{i}": v for n in ("dW", "db") for i, v in getattr(k, n).items()}


def as_lists(k):
    layers = range(1, k.L + 1)
    return [k.db[i] for i in layers], [k.dW[i] for i in layers]


def in_columns(derivation, shape):
    return lambda W, b, X, Y: shape(derivation(W, b, X, Y))


def in_rows(derivation, shape):
    def rows(W, b, X, Y):
        turned = [[each.T for each in listed] for listed in (W, b)]
        if X.T.shape[0] != turned[0][0].shape[1] or Y.T.shape[0] != len(turned[1][-1]):
            msg = "this derivation takes one example per row"
            raise ValueError(msg)
        made = shape(derivation(*turned, X.T, Y.T))
        if isinstance(made, dict):
            return {name: value.T for name, value in made.items()}
        return tuple([value.T for value in listed] for listed in made)

    return rows


LAYOUTS = {
    "columns": (in_columns, as_dict),
    "rows": (in_rows, as_dict),
    "parameters": (in_columns, as_parameters),
    "lists": (in_columns, as_lists),
    "lists in rows": (in_rows, as_lists),
}


def spec(loss, hidden, output, sizes, reduction="mean"):
    return {
        "loss": loss, "hidden": hidden, "output": output, "sizes": sizes,
        "reduction": reduction,
    }  # fmt: skip


def judged(given, derivation, layout="columns"):
    sizes = given["sizes"]
    net = MLP(
        sizes[0], list(sizes[1:]), activation=given["hidden"],
        output_activation=given["output"], rng=1,
    )  # fmt: skip
    rng = np.random.default_rng(sum(sizes))
    for parameter in net.parameters():
        parameter.data = float(rng.uniform(-1, 1))
    wrap, shape = LAYOUTS[layout]
    X = rng.uniform(-1, 1, (5, sizes[0]))
    Y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], 5)]
    if sizes[-1] == 1:
        Y = rng.integers(0, 2, (5, 1)) * 1.0
    if given["loss"] == "hinge":
        Y = 2 * Y - 1
    return grade(
        wrap(derivation, shape), net=net, loss=given["loss"], batch=(X, Y),
        reduction=given["reduction"],
    )  # fmt: skip


HALF = spec("half_squared_error", "sigmoid", "sigmoid", (3, 4, 2))
HALF_TANH = spec("half_squared_error", "tanh", "tanh", (3, 5, 4, 2))
SQUARE = spec("squared_error", "relu", "linear", (3, 4, 2))
MEAN_SQUARE = spec("mean_squared_error", "tanh", "linear", (4, 3, 2), "sum")
BCE = spec("binary_cross_entropy", "tanh", "sigmoid", (3, 4, 2))
WIDE_RELU = spec("softmax_cross_entropy", "relu", "linear", (2, 4, 4, 3))
BCE_ONE = spec("binary_cross_entropy", "relu", "sigmoid", (3, 4, 1))
LOGITS = spec("binary_cross_entropy_with_logits", "gelu", "linear", (3, 4, 3, 2))
SOFTMAX = spec("softmax_cross_entropy", "relu", "linear", (3, 5, 3))
SOFTMAX_SUM = spec("softmax_cross_entropy", "sigmoid", "linear", (3, 5, 4), "sum")
HINGE = spec("hinge", "tanh", "linear", (3, 4, 2))
DEEP = spec("half_squared_error", "tanh", "sigmoid", (3, 5, 4, 3, 2))
DEEP_GELU = spec("softmax_cross_entropy", "gelu", "linear", (2, 5, 4, 6, 3))
ONE = spec("binary_cross_entropy", "sigmoid", "sigmoid", (3, 2))
ONE_LINEAR = spec("mean_squared_error", "linear", "linear", (3, 2), "sum")
HALF_SUM = spec("half_squared_error", "gelu", "linear", (3, 4, 2), "sum")

SIGN = {"sign", "factor", "out-sign-lost", "out-sign-swapped"}
NO_PRIME = {"act-missing", "missing-factor", "out-missing-sigma-prime"}
COUNT = {"batch-1m-missing", "batch-1m-twice", "batch-wrong-count", "factor"}

# The network, the layout, the quantity, its layer, its wrong line (kit, layer, right),
# and the ids that name it fittingly.
PLANTED = [
    # the derivative by the outputs
    (HALF, "rows", "dA", 2, lambda k, i, r: 2 * r, {"out-factor-2"}),
    (SQUARE, "columns", "dA", 2, lambda k, i, r: r / 2, {"out-factor-2"}),
    (SQUARE, "lists", "dA", 2, lambda k, i, r: r / 2, {"out-factor-2", "factor"}),
    (MEAN_SQUARE, "columns", "dA", 2, lambda k, i, r: r * k.n[-1],
     {"factor", "out-factor-2", "outputs-not-averaged"}),
    (MEAN_SQUARE, "rows", "dA", 2, lambda k, i, r: r / k.m, COUNT),
    (BCE, "columns", "dA", 2,
     lambda k, i, r: -(k.y / k.a[i] + (1 - k.y) / (1 - k.a[i])) / k.m,
     {"ce-second-sign"}),
    (BCE_ONE, "lists", "dA", 2,
     lambda k, i, r: -(k.y / k.a[i] + (1 - k.y) / (1 - k.a[i])) / k.m,
     {"ce-second-sign"}),
    (BCE, "rows", "dA", 2, lambda k, i, r: -k.y / k.a[i] / k.m,
     {"ce-term-missing"}),
    (LOGITS, "columns", "dA", 3, lambda k, i, r: (k.a[i] - k.y) / k.m,
     {"logits-as-probabilities"}),
    (SOFTMAX, "columns", "dA", 2, lambda k, i, r: (k.a[i] - k.y) / k.m,
     {"logits-as-probabilities"}),
    (SOFTMAX_SUM, "rows", "dA", 2, lambda k, i, r: sigmoid(k.a[i]) - k.y,
     {"softmax-as-sigmoid"}),
    (SOFTMAX, "lists", "dA", 2, lambda k, i, r: softmax(k.a[i]) / k.m,
     {"target-missing"}),
    (HINGE, "columns", "dA", 2, lambda k, i, r: -k.y / k.m, {"hinge-no-margin"}),
    (HALF, "columns", "dA", 2, lambda k, i, r: np.mean(r) + 0 * r,
     {"out-scalar-mean"}),
    (HALF, "columns", "dA", 2, lambda k, i, r: k.a[i] / k.m, {"target-missing"}),
    # from dA to dZ
    (HALF, "columns", "dZ", 2, lambda k, i, r: k.dA[i], NO_PRIME),
    (HALF, "rows", "dZ", 1, lambda k, i, r: k.dA[i], NO_PRIME),
    (HALF_TANH, "lists", "dZ", 2, lambda k, i, r: k.dA[i], NO_PRIME),
    (DEEP, "parameters", "dZ", 2, lambda k, i, r: k.dA[i], NO_PRIME),
    (BCE, "columns", "dZ", 2, lambda k, i, r: (k.a[i] - k.y) / k.m * k.dg(i),
     {"out-extra-sigma-prime"}),
    (BCE_ONE, "lists", "dZ", 2, lambda k, i, r: (k.a[i] - k.y) / k.m * k.dg(i),
     {"out-extra-sigma-prime"}),
    (ONE, "columns", "dZ", 1, lambda k, i, r: (k.a[i] - k.y) / k.m * k.dg(i),
     {"out-extra-sigma-prime"}),
    (SQUARE, "columns", "dZ", 1, lambda k, i, r: k.dA[i], NO_PRIME),
    (DEEP_GELU, "columns", "dZ", 2, lambda k, i, r: k.dA[i] * (k.z[i] > 0),
     {"act-other-function"}),
    (HALF_SUM, "columns", "dZ", 1, lambda k, i, r: k.dA[i] * normal(k.z[i]),
     {"act-product-rule"}),
    (HALF, "columns", "dZ", 1, lambda k, i, r: k.dA[i] * k.dg(i, k.a[i]),
     {"act-sigmoid-twice"}),
    (HALF_TANH, "rows", "dZ", 1, lambda k, i, r: k.dA[i] * k.dg(i, k.a[i]),
     {"act-sigmoid-twice"}),
    (HALF_TANH, "columns", "dZ", 2, lambda k, i, r: k.dA[i] * k.a[i] * (1 - k.a[i]),
     {"act-other-function"}),
    (HALF, "columns", "dZ", 1, lambda k, i, r: k.dA[i] * (1 - k.a[i] ** 2),
     {"act-other-function"}),
    (HALF_TANH, "columns", "dZ", 2, lambda k, i, r: k.dA[i] * (1 - k.a[i]),
     {"act-square-lost"}),
    (HALF_TANH, "columns", "dZ", 2, lambda k, i, r: k.dA[i] * (1 + k.a[i] ** 2),
     {"act-inner-sign"}),
    (HALF, "lists", "dZ", 1, lambda k, i, r: k.dA[i] * k.a[i] * (1 + k.a[i]),
     {"act-inner-sign"}),
    (DEEP, "columns", "dZ", 3, lambda k, i, r: k.dA[i] * k.a[i],
     {"act-a-for-gprime", "g-for-gprime"}),
    (DEEP, "columns", "dZ", 2, lambda k, i, r: k.dA[i] * k.dg(i) ** 2,
     {"factor-squared"}),
    (HALF_SUM, "columns", "dZ", 1, lambda k, i, r: k.dg(i),
     {"act-upstream-dropped", "missing-factor"}),
    (BCE, "columns", "dZ", 1, lambda k, i, r: k.dA[i] + k.dg(i),
     {"sum-for-product"}),
    (HALF, "rows", "dZ", 1, lambda k, i, r: k.dA[i] / k.dg(i),
     {"quotient-for-product", "act-tanh-reciprocal"}),
    # from dZ to dA
    (HALF, "columns", "dA", 1, lambda k, i, r: k.W[i + 1].T @ k.dA[i + 1],
     {"hid-raw-error"}),
    (DEEP, "lists", "dA", 2, lambda k, i, r: k.W[i + 1].T @ k.dA[i + 1],
     {"hid-raw-error"}),
    (HALF_TANH, "columns", "dA", 1,
     lambda k, i, r: (k.W[i + 1] - 0.1 * k.dW[i + 1]).T @ k.dZ[i + 1],
     {"hid-stale-weights"}),
    (BCE, "columns", "dZ", 1, lambda k, i, r: k.dA[i] * 1 - k.a[i] ** 2,
     {"act-brackets-lost"}),
    (HALF, "rows", "dZ", 1, lambda k, i, r: k.dA[i] * k.a[i] * 1 - k.a[i],
     {"act-brackets-lost"}),
    (WIDE_RELU, "columns", "dZ", 1, lambda k, i, r: k.dA[i] * (k.z[i + 1] > 0),
     {"act-wrong-layer"}),
    (DEEP, "columns", "dA", 1, lambda k, i, r: 0 * r, {"left-at-zero"}),
    (DEEP, "lists", "dW", 1, lambda k, i, r: 0 * r, {"left-at-zero"}),
    (SOFTMAX, "parameters", "dA", 1,
     lambda k, i, r: (k.W[i + 1] - 0.5 * k.dW[i + 1]).T @ k.dZ[i + 1],
     {"hid-stale-weights"}),
    (LOGITS, "columns", "dA", 2, lambda k, i, r: np.abs(k.W[i + 1]).T @ k.dZ[i + 1],
     {"hid-absolute-weights"}),
    (SOFTMAX, "rows", "dA", 1, lambda k, i, r: k.W[i + 1][:1].T @ k.dZ[i + 1][:1],
     {"paths-one-only"}),
    (SQUARE, "columns", "dA", 1, lambda k, i, r: k.W[i + 1].T @ k.a[i + 1],
     {"hid-outputs-for-deltas"}),
    (DEEP_GELU, "columns", "dA", 3, lambda k, i, r: -r, SIGN),
    (HALF, "columns", "dA", 1, lambda k, i, r: r / k.n[i + 1],
     {"factor", "paths-averaged"}),
    (DEEP, "rows", "dA", 1, lambda k, i, r: r / k.m, COUNT),
    # weights
    (HALF, "columns", "dW", 2, lambda k, i, r: k.dZ[i] @ k.z[i - 1].T,
     {"dW-own-activation", "other-quantity"}),
    (DEEP, "lists", "dW", 3, lambda k, i, r: k.dZ[i] @ k.z[i - 1].T,
     {"dW-own-activation", "other-quantity"}),
    (BCE, "columns", "dW", 1, lambda k, i, r: k.dA[i] @ k.a[i - 1].T,
     {"other-quantity"} | NO_PRIME),
    (SOFTMAX, "columns", "dW", 2, lambda k, i, r: r * k.m, COUNT),
    (SOFTMAX_SUM, "rows", "dW", 1, lambda k, i, r: r / k.m, COUNT),
    (HINGE, "parameters", "dW", 2, lambda k, i, r: -r, SIGN),
    (HALF_TANH, "lists", "dW", 2, lambda k, i, r: r + 0.01, {"reg-without-W"}),
    (HALF, "columns", "dW", 1, lambda k, i, r: k.dZ[i] @ sigmoid(k.a[i - 1]).T,
     {"dW-own-activation"}),
    (ONE_LINEAR, "columns", "dW", 1, lambda k, i, r: 2 * r, {"factor"}),
    (ONE, "rows", "dW", 1, lambda k, i, r: r / k.m, COUNT),
    (LOGITS, "lists", "dW", 2, lambda k, i, r: k.dZ[i][:, :1] @ k.a[i - 1][:, :1].T,
     {"batch-one-example"}),
    (HALF, "columns", "dW", 1, lambda k, i, r:
     k.dZ[i].sum(axis=1, keepdims=True) @ k.a[i - 1].mean(axis=1, keepdims=True).T,
     {"batch-product-of-sums"}),
    # biases
    (HALF, "columns", "db", 2, lambda k, i, r: k.dZ[i].mean(axis=1, keepdims=True),
     COUNT),
    (DEEP_GELU, "lists", "db", 1, lambda k, i, r: k.dZ[i].mean(axis=1, keepdims=True),
     COUNT),
    (BCE, "columns", "db", 1, lambda k, i, r: k.dZ[i].sum() + 0 * r,
     {"db-summed-over-all"}),
    (SQUARE, "rows", "db", 1, lambda k, i, r: -r, SIGN),
    (HALF_TANH, "columns", "db", 2,
     lambda k, i, r: k.dA[i].sum(axis=1, keepdims=True), {"other-quantity"} | NO_PRIME),
    (HALF, "lists", "db", 1, lambda k, i, r: r * k.b[i], {"db-times-bias"}),
    (SOFTMAX, "parameters", "db", 2, lambda k, i, r: np.ones_like(r),
     {"db-constant"}),
    (LOGITS, "columns", "db", 2, lambda k, i, r: k.dZ[i][:, :1], {"batch-one-example"}),
    # two edits in a row
    (HALF, "columns", "dZ", 1, lambda k, i, r: -k.dA[i] * k.a[i],
     {"act-a-for-gprime", "factor"}),
    (HALF_TANH, "columns", "dA", 1, lambda k, i, r: 2 * k.W[i + 1].T @ k.dA[i + 1],
     {"hid-raw-error", "factor"}),
    (BCE, "columns", "dW", 1, lambda k, i, r: k.m * k.dA[i] @ k.a[i - 1].T,
     {"other-quantity", "factor"}),
    (SOFTMAX, "columns", "dW", 2, lambda k, i, r: -k.dZ[i] @ k.z[i - 1].T,
     {"dW-own-activation", "factor"}),
]  # fmt: skip


def charged(report):
    return [v for v in report.judged if not v.is_right and v.status != "follows"]


@pytest.mark.parametrize("number", range(len(PLANTED)))
def test_no_planted_mistake_is_called_right(number):
    given, layout, quantity, layer, wrong, ids = PLANTED[number]
    report = judged(given, backprop(given, quantity, layer, wrong), layout)
    assert not report.passed, str(report)
    first = charged(report)[0]
    if layout in {"columns", "rows"}:
        assert first.quantity == f"{quantity}{layer}", str(report)
        assert len(charged(report)) == 1, str(report)
    assert set(first.mistake.split("+")) <= ids, str(report)


def test_there_are_enough_of_them():
    assert len(PLANTED) >= 60
    assert {len(row[0]["sizes"]) - 1 for row in PLANTED} == {1, 2, 3, 4}
    assert {row[0]["loss"] for row in PLANTED} == set(BY_OUTPUTS)


# ---- What is right -------------------------------------------------------------------

SPECS = (
    HALF, HALF_TANH, SQUARE, MEAN_SQUARE, BCE, BCE_ONE, LOGITS, SOFTMAX, SOFTMAX_SUM,
    HINGE, DEEP, DEEP_GELU, ONE, ONE_LINEAR, HALF_SUM,
)  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("given", SPECS, ids=lambda s: f"{s['loss']} {s['sizes']}")
def test_no_right_derivation_is_called_wrong(given, layout):
    report = judged(given, backprop(given), layout)
    assert report.passed, str(report)


def styled(change):
    """Return a derivation whose results `change` rewrites."""

    def derivation(W, b, X, Y):
        k = backprop(BCE)(W, b, X, Y)
        change(k)
        return k

    return derivation


def scaled(factors):
    def change(k):
        for name, factor in factors.items():
            quantities = getattr(k, name)
            of = {"m": k.m, "-m": -k.m}.get(factor, factor)
            for i in quantities:
                quantities[i] = quantities[i] * of

    return change


def with_penalty(k):
    for i in k.dW:
        k.dW[i] = k.dW[i] + 1e-4 / k.m * k.W[i]


def one_by_one(k):
    """Nielsen's loop over the examples, with the products as sums of outer ones."""
    for i in k.dW:
        k.dW[i] = sum(np.outer(k.dZ[i][:, e], k.a[i - 1][:, e]) for e in range(k.m))
        k.db[i] = sum(k.dZ[i][:, e : e + 1] for e in range(k.m))


def by_einsum(k):
    for i in k.dW:
        k.dW[i] = np.einsum("jm,km->jk", k.dZ[i], k.a[i - 1])
        k.db[i] = k.dZ[i] @ np.ones((k.m, 1))


def from_a_alone(k):
    k.dZ[2] = (k.a[2] - k.y) / k.m
    k.dZ[1] = k.dA[1] - k.dA[1] * k.a[1] * k.a[1]


def through_sech(k):
    k.dZ[1] = k.dA[1] / np.cosh(k.z[1]) ** 2


def by_jacobian(k):
    columns = [np.diag(1 - k.a[1][:, e] ** 2) @ k.dA[1][:, e] for e in range(k.m)]
    k.dZ[1] = np.stack(columns, axis=1)


STYLES = {
    "minus the derivatives, added by the update": scaled({"dA": -1, "dZ": -1}),
    "all with minus": scaled({"dA": -1, "dZ": -1, "dW": -1, "db": -1}),
    "all with minus, and deltas of the loss of each example": scaled(
        {"dA": "-m", "dZ": "-m", "dW": -1, "db": -1}
    ),
    "deltas of the loss of each example": scaled({"dA": "m", "dZ": "m"}),
    "the optimiser divides": scaled({"dA": "m", "dZ": "m", "dW": "m", "db": "m"}),
    "with a penalty on the weights": with_penalty,
    "a loop over the examples": one_by_one,
    "einsum": by_einsum,
    "the derivatives from a alone": from_a_alone,
    "sech": through_sech,
    "a Jacobian for each example": by_jacobian,
}


@pytest.mark.parametrize("layout", ["columns", "rows", "parameters", "lists"])
@pytest.mark.parametrize("style", STYLES)
def test_styles_of_what_is_right(style, layout):
    report = judged(BCE, styled(STYLES[style]), layout)
    assert report.passed, str(report)


def test_a_penalty_is_a_convention_with_its_factor_told():
    verdict = judged(BCE, styled(with_penalty)).verdicts["dW1"]
    assert verdict.status == "right by another convention"
    assert "2e-05 W" in verdict.message


@pytest.mark.parametrize("factor", [-1e-4, 5.0])
def test_no_penalty_has_this_factor(factor):
    def change(k):
        k.dW[1] = k.dW[1] + factor * k.W[1]

    assert judged(BCE, styled(change)).verdicts["dW1"].mistake == "reg-sign"


def test_a_penalty_in_one_layer_alone_is_told_too():
    def change(k):
        k.dW[1] = k.dW[1] + 0.01 * k.W[1]

    assert "0.01 W" in judged(BCE, styled(change)).verdicts["dW1"].message


def test_float32_is_judged_by_its_own_rounding():
    def change(k):
        for name in ("dA", "dZ", "dW", "db"):
            of = getattr(k, name)
            of.update({i: value.astype(np.float32) for i, value in of.items()})

    report = judged(BCE, styled(change))
    assert report.passed, str(report)
    assert report.verdicts["dW1"].status == "right to rounding"


def test_an_error_in_a_small_entry_is_seen():
    net = MLP(3, [4, 2], activation="tanh", output_activation="sigmoid", rng=1)
    rng = np.random.default_rng(0)
    X, Y = rng.uniform(-1, 1, (5, 3)), np.eye(2)[[0, 1, 0, 1, 1]]
    X[:, 0] *= 1e-12

    def small(W, b, X, Y):
        k = backprop(BCE)(W, b, X, Y)
        k.dW[1][0, 0] *= 1.001
        return as_parameters(k)

    made = small(*_columns(net), X.T, Y.T)
    report = grade(made, net=net, batch=(X, Y), loss="binary_cross_entropy")
    assert report.verdicts["dW1"].where == "dW1[0,0]", str(report)


def test_entries_that_cancel_are_judged_by_their_terms():
    net = MLP(2, [2, 2], activation="linear", rng=1)
    X = [[1e6, 1.0], [-1e6, 1.0]]
    Y = [[0.0, 0.0], [0.0, 0.0]]
    given = spec("half_squared_error", "linear", "linear", (2, 2, 2))

    def noisy(W, b, X, Y):
        k = backprop(given)(W, b, X, Y)
        terms = np.abs(k.dZ[1]) @ np.abs(k.a[0]).T
        k.dW[1] = k.dW[1] + 1e-12 * terms
        return as_parameters(k)

    made = noisy(*_columns(net), np.array(X).T, np.array(Y).T)
    assert grade(made, net=net, batch=(X, Y)).passed


def test_an_unnamed_mistake_shows_the_sum_of_the_graph():
    def change(k):
        k.dW[1][2, 1] += 0.3

    report = judged(BCE, styled(change))
    verdict = report.verdicts["dW1"]
    assert (verdict.status, verdict.where) == ("wrong", "dW1[2,1]")
    assert verdict.graph_sum.startswith("∂cost/∂W1[2,1] = ")
    assert verdict.graph_sum in str(report)


def _columns(net):
    return matrices(net)
