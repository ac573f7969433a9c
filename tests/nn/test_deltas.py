"""`check_deltas`: it agrees where the engine is right, and says where it is wrong."""

import dataclasses
import json
import math
import random
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

import autograd_scalar as ag
from autograd_scalar import (
    DataError,
    OperandError,
    ShapeError,
    Value,
    no_grad,
    primitive,
)
from nn import (
    LOSSES,
    MLP,
    Dropout,
    Layer,
    LeakyReLU,
    Linear,
    LogSoftmax,
    Module,
    ReLU,
    Sequential,
    Sigmoid,
    Softmax,
    Tanh,
    check_deltas,
    gradient_vector,
    matrix,
)
from nn.activations import resolve
from nn.deltas import oracle as closed_forms
from nn.deltas.check import matrices
from nn.deltas.conventions import CONVENTIONS
from nn.deltas.report import Block, ulp_distance

PROBABILITIES = {"binary_cross_entropy", "categorical_cross_entropy"}
SIGNS = {"hinge"}


def data(loss, m, n_in, n_out, rng):
    X = [[rng.gauss(0, 1) for _ in range(n_in)] for _ in range(m)]
    if loss in SIGNS:
        return X, [[rng.choice((-1.0, 1.0)) for _ in range(n_out)] for _ in range(m)]
    hot = [rng.randrange(n_out) for _ in range(m)]
    return X, [[float(k == j) for k in range(n_out)] for j in hot]


@pytest.mark.parametrize("name", CONVENTIONS)
@pytest.mark.parametrize("seed", range(5))
def test_every_convention_of_the_texts(name, seed):
    report = CONVENTIONS[name].check(rng=seed)
    assert report.passed, str(report)
    assert report.worst.relative_error < 1e-9


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", sorted(matrix.ACTIVATIONS))
def test_every_activation_loss_and_reduction(activation, loss, reduction):
    rng = random.Random(f"{activation} {loss}")
    output = "sigmoid" if loss in PROBABILITIES else "linear"
    m = rng.choice((1, 2, 7))
    net = MLP(
        3, [4, 2], activation=activation, output_activation=output, rng=rng,
        fused=rng.random() < 0.5,
    )  # fmt: skip
    X, Y = data(loss, m, 3, 2, rng)
    report = check_deltas(net, X, Y, loss, reduction=reduction)
    assert report.passed, str(report)
    assert len(report) == m * (3 + 2 * (4 + 2)) + 3 * 4 + 4 + 4 * 2 + 2


@pytest.mark.parametrize("engine", ["graph", "program"])
@pytest.mark.parametrize("of", ["cost", "loss"])
@pytest.mark.parametrize("hidden", ["tanh", "softmax", "log_softmax"])
def test_a_layer_whose_outputs_depend_on_every_z(hidden, of, engine):
    rng = random.Random(f"{hidden} {of}")
    net = MLP(3, [4, 3], activation=hidden, output_activation="softmax", rng=rng)
    X, Y = data("categorical_cross_entropy", 5, 3, 3, rng)
    X.append([1e3, -1e3, 5e2])  # probabilities of 0 and 1
    Y.append([0.25, 0.25, 0.5])
    for loss in ("categorical_cross_entropy", "squared_error"):
        given = (X, Y) if loss == "squared_error" else (X[:-1], Y[:-1])
        report = check_deltas(net, *given, loss, of=of, engine=engine)
        assert report.passed, str(report)
        layers = check_deltas(net.layers, *given, loss, of=of, engine=engine)
        assert layers.passed, str(layers)
    assert f"({hidden}, softmax)" in report.title


def test_a_softmax_that_forgets_the_other_outputs_is_found():
    net = MLP(3, [4, 3], output_activation="softmax", rng=1)
    true = net.layers[1].neurons[0].activation

    def own_z_alone(z):
        total = sum(each.exp().data for each in z)  # numbers: no path to the others
        return [each.exp() / total for each in z]

    wrong = replace(true, of_layer=own_z_alone)
    for neuron in net.layers[1].neurons:
        neuron.activation = wrong
    X, Y = data("categorical_cross_entropy", 4, 3, 3, random.Random(2))
    report = check_deltas(net, X, Y, "categorical_cross_entropy")
    assert not report.passed
    assert report.first_disagreement.symbol.startswith("z2[")


@pytest.mark.parametrize("name", CONVENTIONS)
@pytest.mark.parametrize("m", [1, 2, 10, 50])
def test_batch_sizes_and_random_shapes(name, m):
    row = CONVENTIONS[name]
    rng = random.Random(m)
    sizes = [rng.randint(1, 5) for _ in range(rng.randint(1, 3))]
    n_out = row.sizes[-1]
    net = MLP(
        2, [*sizes, n_out], activation=rng.choice(("tanh", "gelu", "relu")),
        output_activation=row.output_activation, rng=rng,
    )  # fmt: skip
    X, Y = data(row.loss, m, 2, n_out, rng)
    assert check_deltas(net, X, Y, row.loss, reduction=row.reduction).passed


def test_parameters_of_activations_and_missing_biases():
    net = MLP(
        2, [3, 2], activation=[("leaky_relu", 0.2), ("elu", 1.5)], bias=False, rng=3
    )
    report = check_deltas(net, [[1.0, -2.0], [0.5, 0.5]], [[-1, 1], [1, -1]], "hinge")
    assert report.passed
    assert not [block for block in report.blocks if block.kind == "b"]


def test_any_loss_and_any_activation():
    def quartic(outputs, targets):
        return ag.sum([(a - y) ** 4 for a, y in zip(outputs, targets, strict=True)])

    net = MLP(2, [3, 1], activation=lambda z: z * z.sigmoid(), rng=1)
    report = check_deltas(net, [[0.3, -0.4], [1.0, 2.0]], [[1.0], [0.0]], quartic)
    assert report.passed, str(report)
    assert "quartic" in report.title


def test_gradients_held_by_the_net_stay():
    net = MLP(2, [2, 1], rng=1)
    net.layers[0].neurons[0].w[0].grad = 7.0
    check_deltas(net, [[1.0, 2.0]], [[1.0]], "squared_error")
    assert net.layers[0].neurons[0].w[0].grad == 7.0
    assert not net.layers[0].neurons[0].w[1].has_grad


def test_extremes_do_not_warn_or_fail():
    net = MLP(1, [2, 2], activation="sigmoid", rng=1)
    report = check_deltas(
        net, [[1000.0], [-1000.0]], [[1, 0], [0, 1]], "softmax_cross_entropy"
    )
    assert report.passed, str(report)


# ---- Wrong on purpose ----------------------------------------------------------------


def wrong_tanh(factor):
    @primitive(partials=lambda x, _: (factor * (1 - math.tanh(x) ** 2),))
    def tanh(x):
        return math.tanh(x)

    return tanh


@pytest.mark.parametrize("factor", [-1.0, 0.5, 1.0005, 0.0])
def test_a_wrong_rule_is_found_where_it_enters(factor, monkeypatch):
    from nn.deltas import oracle

    net = MLP(2, [3, 3, 2], activation=wrong_tanh(factor), rng=5)
    monkeypatch.setattr(oracle, "activations", lambda _: ["tanh", "tanh", "linear"])
    report = check_deltas(net, [[0.5, -1.0]], [[1.0, 0.0]], "half_squared_error")
    assert not report.passed
    assert report.first_disagreement.symbol == "z2[0](0)"
    assert report.worst.symbol[0] in "zWba"
    wrong = {block.kind + str(block.layer) for block in report.blocks
             if not all(n.agrees for n in block.nodes(report.tolerance))}  # fmt: skip
    assert not wrong & {"a3", "z3", "W3", "b3", "a2"}
    # Two wrong signs are right again one layer on.
    further = set() if factor == -1.0 else {"z1", "W1", "b1", "a0"}
    assert wrong == {"z2", "W2", "b2", "a1"} | further
    assert f"of {len(report)} gradients differ from the matrix equations" in str(report)
    assert "The first, from the output back, is that of z2[0](0)" in str(report)
    assert "differ" in str(report)


def test_a_lost_path_is_found():
    net = MLP(2, [3, 2], activation="tanh", rng=5)

    def forgets_the_second_output(outputs, targets):
        return 0.5 * (outputs[0] - targets[0]) ** 2

    from nn.deltas import oracle

    closed = oracle.LOSSES["half_squared_error"]
    assert closed is LOSSES["half_squared_error"]
    report = check_deltas(net, [[1.0, 2.0]], [[1.0, 2.0]], forgets_the_second_output)
    assert report.passed  # the loss is what was asked for
    right = check_deltas(net, [[1.0, 2.0]], [[1.0, 2.0]], closed)
    assert report.cost_scalar != right.cost_scalar


def scaled_edge(net, layer, place, factor):
    """Give the net one neuron which passes `factor` times the gradient on to an input.

    The edge is that from a^(layer-1)_k to z^layer_j, for place (j, k).
    """
    j, k = place

    @primitive(partials=lambda x, _: (factor,))
    def edge(x):
        return x

    neuron = net.layers[layer - 1].neurons[j]

    class Planted(type(neuron)):
        def pre_activation(self, x):
            return super().pre_activation([edge(a) if i == k else a
                                           for i, a in enumerate(x)])  # fmt: skip

    neuron.__class__ = Planted


@pytest.mark.parametrize("factor", [-1.0, 0.0, 2.0, 1 + 1e-6, 1 + 1e-8])
@pytest.mark.parametrize("layer", [1, 2])
def test_one_wrong_edge_among_the_weighted_inputs_is_found(layer, factor):
    for seed in range(5):
        net = MLP(3, [4, 2], activation="tanh", rng=seed)
        scaled_edge(net, layer, (1, 2), factor)
        X, Y = data("half_squared_error", 3, 3, 2, random.Random(seed))
        report = check_deltas(net, X, Y, "half_squared_error")
        assert not report.passed
        assert report.first_disagreement.symbol == f"a{layer - 1}[2](0)"


@pytest.mark.one_in(4)
@pytest.mark.parametrize("scale", [1e-6, 1.0, 30.0, 1e3, 1e6])
@pytest.mark.parametrize("activation", sorted(matrix.ACTIVATIONS))
def test_rounding_is_no_mistake_however_large_the_inputs(activation, scale):
    for seed in range(3):
        rng = random.Random(f"{activation} {scale} {seed}")
        net = MLP(20, [6, 6, 3], activation=activation, rng=rng)
        X = [[scale * rng.gauss(0, 1) for _ in range(20)] for _ in range(2)]
        Y = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
        for loss in ("softmax_cross_entropy", "half_squared_error", "hinge"):
            signed = [[2 * y - 1 for y in row] for row in Y]
            report = check_deltas(net, X, signed if loss == "hinge" else Y, loss)
            finite = all(np.isfinite(block.closed).all() for block in report.blocks)
            assert report.passed or not finite, f"{seed} {loss}\n{report}"


def test_a_0_beside_nan_differs_and_is_shown():
    zero, nan = np.array([[0.0]]), np.array([[math.nan]])
    (node,) = Block("a", 1, zero, nan, zero, zero).nodes(1e-12)
    assert not node.agrees
    assert node.relative_error == node.terms_error == math.inf
    assert not next(Block("a", 1, nan, zero, zero, zero).nodes(1e-12)).agrees


# ---- Networks that are no MLP --------------------------------------------------------


class TheirNeuron:
    """As in the well-known lecture, over our Value; `shape` is how it ends."""

    def __init__(self, n_in, shape, rng):
        self.w = [Value(rng.uniform(-1, 1)) for _ in range(n_in)]
        self.b = Value(rng.uniform(-1, 1))
        self.shape = shape

    def __call__(self, x):
        return self.shape(
            sum((wi * xi for wi, xi in zip(self.w, x, strict=True)), self.b)
        )


class TheirLayer:
    def __init__(self, n_in, n_out, shape, rng):
        self.neurons = [TheirNeuron(n_in, shape, rng) for _ in range(n_out)]

    def __call__(self, x):
        outs = [n(x) for n in self.neurons]
        return outs[0] if len(outs) == 1 else outs


class TheirMLP:
    def __init__(self, sizes, shapes, seed=0):
        rng = random.Random(seed)
        pairs = zip(sizes[:-1], sizes[1:], shapes, strict=True)
        self.layers = [TheirLayer(n, k, shape, rng) for n, k, shape in pairs]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def identity(z):
    return z


@pytest.mark.parametrize("of", ["cost", "loss"])
@pytest.mark.parametrize(
    "shape", [Value.tanh, Value.relu, Value.sigmoid, lambda z: z.leaky_relu(0.2), abs]
)
def test_networks_written_in_microgradss_manner(shape, of):
    net = TheirMLP((3, 4, 2), (shape, identity))
    X, Y = data("squared_error", 5, 3, 2, random.Random(1))
    report = check_deltas(net, X, Y, "squared_error", of=of)
    assert report.passed, str(report)
    assert len(report) == 5 * (3 + 2 * (4 + 2)) + 26
    assert {b.kind + str(b.layer) for b in report.blocks} >= {"a0", "z1", "W2", "b1"}
    assert matrices(net)[0][1].shape == (2, 4)
    assert len(gradient_vector(net)) == 26


@pytest.mark.parametrize("layer", [Layer(3, 1), TheirLayer(3, 1, Value.tanh, random)])
def test_a_layer_alone_is_a_network(layer):
    assert check_deltas(layer, [[1.0, 2.0, 3.0]], [[0.5]], "squared_error").passed


def test_modules_of_layers_are_networks():
    class Two(Module):
        def __init__(self):
            self.first = Layer(2, 3, activation="gelu", rng=1)
            self.second = Layer(3, 1, nonlin=False, rng=2)

        def __call__(self, x):
            return self.second(self.first(x))

    report = check_deltas(Two(), [[1.0, 2.0]], [[0.5]], "squared_error")
    assert report.passed
    assert report.title.startswith("2-3-1 network (gelu, linear)")


@pytest.mark.parametrize("of", ["cost", "loss"])
@pytest.mark.parametrize(
    ("part", "name"),
    [(Tanh(), "tanh"), (LeakyReLU(0.25), "leaky_relu"), (Softmax(), "softmax"),
     (LogSoftmax(), "log_softmax"), (Dropout(0.5).eval(), "linear"),
     (lambda zs: [z.relu() for z in zs], "relu")],
)  # fmt: skip
def test_an_activation_may_be_a_part_behind_its_layer(part, name, of):
    X, Y = data("half_squared_error", 3, 3, 2, random.Random(0))
    parts = [Linear(3, 4, rng=0), part, Linear(4, 2, rng=1), Sigmoid()]
    report = check_deltas(parts, X, Y, "half_squared_error", of=of)
    assert report.passed, str(report)
    assert report.title.startswith(f"3-4-2 network ({name}, sigmoid)")
    if isinstance(part, Module):
        nested = Sequential(Sequential(*parts[:2]), *parts[2:])
        assert check_deltas(nested, X, Y, "half_squared_error", of=of).passed


@pytest.mark.parametrize(
    ("part", "words"),
    [(ReLU(), r"ReLU\(\) behind layer 1 is no activation of w x \+ b; leave it out"),
     (Dropout(0.5, rng=0), "behind layer 1 is no .*; call eval"),
     (lambda zs: zs[:1], "behind layer 1 must return 2 Values")],
)  # fmt: skip
def test_what_stands_behind_a_layer_and_is_no_activation_is_named(part, words):
    net = [Linear(3, 2, rng=0), Tanh(), part]
    with pytest.raises(OperandError, match=words):
        check_deltas(net, [[1.0, 2.0, 3.0]], [[0.5, 0.5]], "half_squared_error")


def test_what_stands_between_the_layers_is_not_overlooked():
    class Scaled(TheirMLP):
        def __call__(self, x):
            return super().__call__([2.0 * each for each in x])

    net = Scaled((2, 2, 1), (Value.tanh, identity))
    with pytest.raises(OperandError, match=r"this Scaled gives \[.*its layers give \["):
        check_deltas(net, [[1.0, 2.0]], [[0.5]], "squared_error")
    assert check_deltas(net.layers, [[1.0, 2.0]], [[0.5]], "squared_error").passed


def test_neurons_of_another_kind_are_named():
    def check(shape, x=1.0):
        net = TheirMLP((1, 1), (shape,))
        return check_deltas(net, [[x]], [[0.5]], "squared_error")

    with pytest.raises(OperandError, match="neuron 0 of layer 1 ends with 'div', and"):
        check(lambda z: (z.exp() - 1) / (z.exp() + 1))
    with pytest.raises(OperandError, match="layer 1 must return a Value, got float"):
        check(lambda z: z.data)
    net = TheirMLP((1, 1), (identity,))
    net.layers[0].neurons[0].w[0].data = math.inf
    with pytest.raises(DataError, match=r"layer 1: w x \+ b is not finite"):
        check_deltas(net, [[1.0]], [[0.5]], "squared_error")


# ---- Derivatives of the cost or of each loss -----------------------------------------


def test_of_the_loss_1_over_m_stands_before_dw_and_db():
    net = MLP(2, [3, 2], activation="tanh", rng=1)
    X, Y = data("half_squared_error", 4, 2, 2, random.Random(0))
    cost = check_deltas(net, X, Y, "half_squared_error")
    loss = check_deltas(net, X, Y, "half_squared_error", of="loss")
    assert cost.passed
    assert loss.passed
    for one, other in zip(cost.blocks, loss.blocks, strict=True):
        factor = 4 if one.kind in "za" else 1
        np.testing.assert_allclose(other.scalar, factor * one.scalar, rtol=1e-13)
    assert "dL/da2" in str(loss)
    assert "dC/dW2" in str(loss)
    assert str(loss).endswith("for example 3; L its loss, C the cost.")
    assert json.loads(loss.to_json())["of"] == "loss"


# ---- The report ----------------------------------------------------------------------


class Wellformed(HTMLParser):
    VOID = frozenset({"br", "img", "hr", "meta", "link"})

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def report():
    return CONVENTIONS["3-4-2"].check(rng=0)


def test_text_html_and_json():
    found = report()
    text = str(found)
    assert text.splitlines()[0].startswith("3-4-2 network (sigmoid, sigmoid)")
    assert "dC/dz2" in text
    verdict, digits, legend = text.splitlines()[-3:]
    assert verdict == "All 41 gradients equal the matrix equations, to rounding."
    assert re.fullmatch(r"Largest difference: [\d.]+ eps .*; \d+ ULP\.", digits)
    assert legend == (
        "a2[1](0) is the activation of neuron 1, counted from 0, in layer 2 for example"
        " 0; C the cost."
    )
    page = Wellformed()
    page.feed(found._repr_html_())
    assert page.open == []
    loaded = json.loads(found.to_json())
    assert loaded["passed"] is True
    assert len(loaded["nodes"]) == len(found) == 41
    assert {"symbol", "scalar", "closed", "ulp"} <= set(loaded["nodes"][0])


def test_costs_that_differ_do_not_pass():
    found = dataclasses.replace(report(), cost_closed=report().cost_closed + 1e-6)
    assert found.first_disagreement is None
    assert not found.passed
    assert "The costs differ" in str(found)
    assert json.loads(found.to_json())["passed"] is False


@pytest.mark.parametrize("tolerance", [1e-9, 1e-3])
def test_the_tolerance_is_relative_to_the_terms(tolerance):
    scale = np.array([[4.0, 4.0, 4.0]])
    closed = np.array([[1.0, 1.0, 1.0]])
    scalar = closed + scale * tolerance * np.array([[0.9, 1.1, 10.0]])
    nodes = list(Block("a", 1, scalar, closed, scale, 0 * scale).nodes(tolerance))
    assert [node.agrees for node in nodes] == [True, False, False]


def test_each_difference_stands_before_its_ulps():
    headings, *_ = str(report()).splitlines()[1:]
    assert re.split("  +", headings)[4:8] == [
        "closed form", "difference", "ULP", "relative error",
    ]  # fmt: skip
    row = str(report()).splitlines()[3]
    assert re.fullmatch(r".* [\d.]+ eps +\d+ +\d\.\de[-+]\d+ +equal", row)


def test_order_is_from_the_output_back():
    kinds = [block.kind + str(block.layer) for block in report().blocks]
    assert kinds == ["a2", "z2", "W2", "b2", "a1", "z1", "W1", "b1", "a0"]


def test_non_finite_numbers_survive_json():
    net = MLP(1, [1], activation="exp", output_activation="exp", rng=1)
    net.layers[0].neurons[0].w[0].data = 1.0
    found = check_deltas(net, [[1000.0]], [[1.0]], "half_squared_error")
    assert found.passed  # inf on both sides
    assert '"inf"' in found.to_json()


def test_the_repr_is_the_verdict():
    net = MLP(1, [1], rng=0)
    report = check_deltas(net, [[1.0]], [[2.0]], "squared_error")
    assert repr(report) == (
        "<DeltaReport of a 1-1 network (linear), squared_error, mean over m = 1"
        f" example: {report.verdict}>"
    )


def test_long_reports_are_cut_in_html_and_say_so():
    net = MLP(10, [30, 2], rng=1)
    found = check_deltas(net, [[0.1] * 10], [[1.0, 0.0]], "squared_error")
    assert f"{len(found) - 200} more nodes are in to_json()" in found._repr_html_()


def test_hostile_titles_are_escaped():
    def loss(outputs, targets):
        return outputs[0] * 1.0

    loss.__name__ = "<script>alert(1)</script>"
    found = check_deltas(MLP(1, [1], rng=1), [[1.0]], [[1.0]], loss)
    assert "<script" not in found._repr_html_()


def test_ulp_distance():
    a = np.array([1.0, 0.0, -0.0, math.nan, math.inf, -1.0])
    b = np.array([1.0 - 2**-53, -0.0, 5e-324, math.nan, 1.7976931348623157e308, 1.0])
    assert ulp_distance(a, b).tolist()[:5] == [1, 0, 1, 0, 1]
    assert (
        ulp_distance(a, b)[5] == 2 * ulp_distance(np.array([0.0]), np.array([1.0]))[0]
    )


# ---- Errors --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("X", "Y", "text"),
    [
        ([1.0, 2.0], [[1.0]], r"X has shape \(2,\), expected \(m, 2\)"),
        ([[1.0, 2.0]], [1.0], r"Y has shape \(1,\), expected \(m, 1\)"),
        ([[1.0, 2.0, 3.0]], [[1.0]], r"X has shape \(1, 3\), expected \(m, 2\)"),
        ([[1.0, 2.0]], [[1.0], [2.0]], r"1 examples but 2 targets"),
        (np.empty((0, 2)), np.empty((0, 1)), r"X has shape \(0, 2\)"),
        ([1.0, 2.0], [[1.0]], r"\. np\.reshape\(X, \(-1, 2\)\) makes one row of it$"),
        (np.ones((2, 2)), [1.0, 2.0], r"reshape\(Y, \(-1, 1\)\) makes 2 rows of it$"),
        ([1.0, 2.0, 3.0], [[1.0]], r"and Y \(1, 1\)$"),
        ([], [[1.0]], r"and Y \(1, 1\)$"),
        ([[1.0, 2.0]], [[1.0, 2.0]], r"and Y \(1, 2\)$"),
    ],
)
def test_shapes_are_named(X, Y, text):
    with pytest.raises(ShapeError, match=text):
        check_deltas(MLP(2, [1]), X, Y, "squared_error")


@pytest.mark.parametrize(
    ("X", "Y", "error", "text"),
    [
        ([[1.0, math.nan]], [[1.0]], DataError, r"X\[0, 1\] is nan, expected finite"),
        ([[1.0, 2.0]], [[math.inf]], DataError, r"Y\[0, 0\] is inf"),
        ([[1.0, 2.0], [1.0]], [[1.0]], ShapeError, "X needs rows of one length"),
        ([[1.0, 2.0]], [[1.0], []], ShapeError, "Y needs rows of one length"),
        (None, [[1.0]], OperandError, "X needs rows of real numbers, got NoneType"),
        ([[1.0, 2.0]], [["1"]], OperandError, "Y needs rows of real numbers, got list"),
        ([[1.0, 2.0]], [[True]], OperandError, "Y needs .*dtype bool"),
        ([[Value(1.0), 2.0]], [[1.0]], OperandError, r"X .*of Values take \.data"),
        ([[1.0, 2.0]], np.ma.array([[1.0]], mask=True), OperandError, "Y .*masked"),
    ],
)
def test_hostile_data_is_named(X, Y, error, text):
    with pytest.raises(error, match=text):
        check_deltas(MLP(2, [1]), X, Y, "squared_error")


def test_what_the_matrices_cannot_show_is_rejected():
    def check(net, **options):
        return check_deltas(net, [[1.0, 2.0]], [[1.0, 0.0]], "hinge", **options)

    net = MLP(2, [2], rng=0)
    net.layers[0].neurons[1].activation = resolve("tanh")
    with pytest.raises(OperandError, match="linear in neuron 0 of layer 1 and tanh in"):
        check(net)
    tied = MLP(2, [2, 2], rng=0)
    tied.layers[1].neurons[0].w[1] = tied.layers[0].neurons[1].b
    with pytest.raises(OperandError, match=r"one for both b1\[1\] and W2\[0,1\]"):
        check(tied)
    same = MLP(2, [2], activation=[("elu", 0.5)], rng=0)
    same.layers[0].neurons[1].activation = resolve(("elu", 0.5))
    signs = [[1.0, -1.0]]
    assert check_deltas(same, [[1.0, 2.0]], signs, "hinge").passed
    bad = MLP(2, [2], rng=0)
    bad.layers[0].neurons[1].w[0].data = math.nan
    with pytest.raises(DataError, match=r"W1\[1, 0\] is nan"):
        check_deltas(bad, [[1.0, 2.0]], signs, "squared_error")


def test_nothing_can_be_checked_where_nothing_is_recorded():
    with (
        no_grad(),
        pytest.raises(OperandError, match=r"inside no_grad\(\); call it out"),
    ):
        check_deltas(MLP(2, [1]), [[1.0, 2.0]], [[1.0]], "squared_error")


@pytest.mark.parametrize("tolerance", [0.0, -1.0, math.nan, math.inf, "1e-9", None])
def test_tolerances_are_checked(tolerance):
    with pytest.raises(OperandError, match="tolerance needs to be a finite number"):
        check_deltas(
            MLP(2, [1]), [[1.0, 2.0]], [[1.0]], "squared_error", tolerance=tolerance
        )


@pytest.mark.parametrize(
    "net", [None, 5, [], [1.0], [MLP(1, [1])], MLP(1, [1]).layers[0].neurons[0]]
)
def test_what_is_no_network_is_rejected(net):
    for function in (gradient_vector, matrices):
        text = f"{function.__name__} needs an MLP, or layers of neurons .* got "
        with pytest.raises(OperandError, match=text + type(net).__name__):
            function(net)
    with pytest.raises(OperandError, match="check_deltas needs an MLP, or layers"):
        check_deltas(net, [[1.0]], [[1.0]], "squared_error")


def test_layers_that_do_not_fit_are_rejected():
    with pytest.raises(ShapeError, match="neuron 0 of layer 2 has 4 weights, expected"):
        check_deltas([Layer(2, 3), Layer(4, 1)], [[1, 2]], [[1]], "squared_error")


@pytest.mark.parametrize("of", ["Cost", None, 1, ["cost"]])
def test_the_derivative_of_what_is_checked(of):
    with pytest.raises(OperandError, match="of needs to be 'cost' or 'loss', got"):
        check_deltas(MLP(1, [1]), [[1.0]], [[1.0]], "squared_error", of=of)


def test_losses_are_checked():
    net = MLP(2, [1])
    with pytest.raises(OperandError, match=r"known: .*half_squared_error"):
        check_deltas(net, [[1, 2]], [[1]], "nonsense")
    with pytest.raises(OperandError, match="a name or a function"):
        check_deltas(net, [[1, 2]], [[1]], 3)
    with pytest.raises(OperandError, match="must give a Value, got float"):
        check_deltas(net, [[1, 2]], [[1]], lambda a, y: 1.0)


# ---- The texts' own loops ------------------------------------------------------------


def sigma(z):
    return 1 / (1 + np.exp(-z))


@pytest.mark.parametrize("rate", [0.5])
def test_training_loop_of_the_texts(rate):
    """W <- W - rate dC/dW by hand in NumPy, and the same by `backward`."""
    rng = np.random.default_rng(0)
    net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=7)
    X, T = rng.normal(size=(5, 3)), rng.uniform(size=(5, 2))
    (W1, W2), (b1, b2) = matrices(net)
    for _ in range(20):
        a0, t = X.T, T.T
        z1 = W1 @ a0 + b1
        a1 = sigma(z1)
        z2 = W2 @ a1 + b2
        a2 = sigma(z2)
        delta = {2: (a2 - t) / 5 * sigma(z2) * (1 - sigma(z2))}
        delta[1] = (W2.T @ delta[2]) * sigma(z1) * (1 - sigma(z1))
        W2 = W2 - rate * delta[2] @ a1.T
        b2 = b2 - rate * delta[2].sum(axis=1, keepdims=True)
        W1 = W1 - rate * delta[1] @ a0.T
        b1 = b1 - rate * delta[1].sum(axis=1, keepdims=True)

        net.zero_grad()
        losses = [
            LOSSES["half_squared_error"](net(x), list(y))
            for x, y in zip(X, T, strict=True)
        ]
        ag.mean(losses).backward()
        for p in net.parameters():
            p.data -= rate * p.grad
    (V1, V2), (c1, c2) = matrices(net)
    for ours, by_hand in ((V1, W1), (V2, W2), (c1, b1), (c2, b2)):
        np.testing.assert_allclose(ours, by_hand, rtol=1e-12, atol=1e-14)


def test_one_neuron_chain_of_3blue1brown():
    w, b, a_before, y = Value(0.6), Value(-0.3), Value(0.8), 1.0
    a = (w * a_before + b).sigmoid()
    cost = (a - y) ** 2
    cost.backward()
    s = 1 / (1 + math.exp(-(0.6 * 0.8 - 0.3)))
    slope = s * (1 - s) * 2 * (s - 1.0)
    assert w.grad == pytest.approx(0.8 * slope, rel=1e-14)
    assert b.grad == pytest.approx(slope, rel=1e-14)
    assert a_before.grad == pytest.approx(0.6 * slope, rel=1e-14)


def test_cross_entropy_collapses_to_a_minus_y():
    row = CONVENTIONS["cross-entropy"]
    found = row.check(rng=1)
    rng = random.Random(1)
    net = row.network(rng)
    X, Y = row.batch(rng)
    outputs = [net.forward(x).outputs[0].data for x in X]
    delta = next(block for block in found.blocks if block.kind == "z").scalar[0]
    for d, a, (y,) in zip(delta, outputs, Y, strict=True):
        assert d == pytest.approx((a - y) / len(X), rel=1e-13)


def test_gradient_vector_is_ordered_w1_b1():
    net = MLP(2, [2, 1], activation="tanh", rng=1)
    report = check_deltas(net, [[1.0, 2.0]], [[1.0]], "squared_error")
    loss = LOSSES["squared_error"](net([1.0, 2.0]), 1.0)
    loss.backward()
    expected = []
    for layer in (1, 2):
        for kind in "Wb":
            block = next(b for b in report.blocks if (b.kind, b.layer) == (kind, layer))
            expected += block.scalar.ravel().tolist()
    assert gradient_vector(net) == expected


def test_a_function_of_ones_own_may_bear_a_known_name():
    def tanh(z):
        return z * 3.0

    net = MLP(1, [2, 1], activation=tanh, rng=1)
    assert check_deltas(net, [[0.5]], [[1.0]], "squared_error").passed


def test_the_value_of_a_loss_of_ones_own_is_that_of_outputs_and_targets_in_order():
    def loss(outputs, targets):
        (a,), (y,) = outputs, targets
        return a * a - y

    _, (value, slope) = closed_forms.losses(loss)
    A, Y = np.array([[2.0, 3.0]]), np.array([[5.0, 7.0]])
    assert value(A, Y).tolist() == [-1.0, 2.0]
    assert slope(A, Y).tolist() == [[4.0, 6.0]]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("tanh", "relu"),
        (("leaky_relu", 0.5), ("leaky_relu", 0.25)),
        (("leaky_relu", 0.5), ("elu", 0.5)),
        ("tanh", ("elu", 0.5)),
        (("elu", 0.5), "tanh"),
    ],
)
def test_neurons_of_a_layer_that_differ_have_no_closed_form(first, second):
    one = MLP(2, [2, 1], activation=[first, "linear"])
    other = MLP(2, [2, 1], activation=[second, "linear"])
    assert check_deltas(one, [[1.0, 2.0]], [[1.0]], "squared_error").passed
    one.layers[0].neurons[1] = other.layers[0].neurons[1]
    with pytest.raises(OperandError, match="one activation for each layer"):
        check_deltas(one, [[1.0, 2.0]], [[1.0]], "squared_error")
