"""`equations`: every line that is printed is evaluated against values and adjoints."""

import random
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given

import autograd_scalar as ag
from autograd_scalar import (
    OperandError,
    Value,
    equations,
    gradients,
    topological_order,
)
from autograd_scalar.graph.naming import unique_names
from nn import MLP

from ..strategies import programs
from .formulas import evaluate


def adjoints(root):
    order = topological_order(root)
    found = gradients(root, order)
    return dict(zip(order, found, strict=True))


def numbers_of(root):
    """What every name on the page stands for, the longest names first."""
    order = topological_order(root)
    names = unique_names(order)
    found = dict(zip(names, [node.data for node in order], strict=True))
    top = names[-1]
    for name, adjoint in zip(names, adjoints(root).values(), strict=True):
        found[f"∂{top}/∂{name}"] = adjoint
    return found


def value_of(text, numbers):
    """Evaluate a printed side; names need not be Python's, so they are replaced."""
    known = {}
    for name in sorted(numbers, key=len, reverse=True):
        if name in text:
            key = f"number_{len(known)}_"
            text = re.sub(rf"(?<![\w.]){re.escape(name)}(?![A-Za-z0-9_\[(])", key, text)
            known[key] = numbers[name]
    return float(evaluate(text, known))


def judge(root):
    """Evaluate all lines without indices; return how many there were."""
    found = equations(root)
    numbers = numbers_of(root)
    judged = 0
    for line in (*found.forward, *found.backward):
        left, right = line.left.text, line.right.text
        if left not in numbers:
            continue
        assert value_of(right, numbers) == pytest.approx(
            numbers[left], rel=1e-9, abs=1e-12
        ), str(line)
        judged += 1
    return judged


# Primitives whose names the evaluator of the tests knows.
KNOWN = {
    *("add", "sub", "mul", "div", "neg", "square", "reciprocal", "exp", "sin", "cos"),
    *("tanh", "sigmoid", "relu", "sum", "dot", "prod", "mean", "sqrt", "cosh", "sinh"),
    *("hypot", "log", "abs", "erfc"),
}


@given(programs())
def test_all_equations_of_random_graphs_hold(program):
    if any(step.name not in {*KNOWN, "leaf", "constant"} for step in program.steps):
        return
    judge(program.build(label="n")[-1])


def test_all_equations_of_graphs_with_repeated_parents_hold():
    rng = random.Random(3)
    judged = 0
    for _ in range(80):
        nodes = [Value(rng.uniform(0.3, 1.5), f"n{k}") for k in range(2)]
        for _ in range(rng.randint(1, 12)):
            a, b = rng.choice(nodes), rng.choice(nodes)
            makes = [
                lambda a, b: a + b,
                lambda a, b: a * b,
                lambda a, b: a - 2.0 * b,
                lambda a, b: a / (b * b + 1.0),
                lambda a, b: a.tanh(),
                lambda a, b: (a * a).sqrt() * -0.5,
                lambda a, b: ag.dot([a, b], [b, 0.5]),
                lambda a, b: a.sigmoid() ** 3,
                lambda a, b: ag.prod([a, b, a]),
            ]
            nodes.append(rng.choice(makes)(a, b))
        judged += judge(nodes[-1])
    assert judged > 500


def network(fused=True, examples=2, regularised=False, **options):
    net = MLP(3, [4, 2], rng=0, fused=fused, **options)
    rng = random.Random(1)
    losses, passes = [], []
    for example in range(examples):
        record = net.forward([rng.uniform(-1.0, 1.0) for _ in range(3)], example)
        passes.append(record)
        losses += [(out - 0.5) ** 2 for out in record.outputs]
    root = ag.sum(losses)
    if regularised:
        root = root + 0.1 * net.layers[1].neurons[0].w[0] ** 2
    return net, passes, (root * 1.0).named("C")


COLLECTED = """
z¹ⱼ(i) = Σₖ W¹ⱼₖ a⁰ₖ(i) + b¹ⱼ   (j = 0…3, k = 0…2, i over 2 examples)
a¹ⱼ(i) = tanh(z¹ⱼ(i))   (j = 0…3, i over 2 examples)
z²ⱼ(i) = Σₖ W²ⱼₖ a¹ₖ(i) + b²ⱼ   (j = 0…1, k = 0…3, i over 2 examples)
a²ⱼ(i) = σ(z²ⱼ(i))   (j = 0…1, i over 2 examples)
δ²ⱼ(i) = ∂C/∂a²ⱼ(i) σ′(z²ⱼ(i))   (j = 0…1, i over 2 examples)
∂C/∂W²ⱼₖ = Σᵢ δ²ⱼ(i) a¹ₖ(i)   (j = 0…1, k = 0…3, i over 2 examples)
∂C/∂b²ⱼ = Σᵢ δ²ⱼ(i)   (j = 0…1, i over 2 examples)
δ¹ⱼ(i) = (Σₖ W²ₖⱼ δ²ₖ(i)) tanh′(z¹ⱼ(i))   (j = 0…3, i over 2 examples)
∂C/∂W¹ⱼₖ = Σᵢ δ¹ⱼ(i) a⁰ₖ(i)   (j = 0…3, k = 0…2, i over 2 examples)
∂C/∂b¹ⱼ = Σᵢ δ¹ⱼ(i)   (j = 0…3, i over 2 examples)
∂C/∂a⁰ₖ(i) = Σⱼ W¹ⱼₖ δ¹ⱼ(i)   (k = 0…2, i over 2 examples)
""".strip().splitlines()
TANH = {"activation": "tanh", "output_activation": "sigmoid"}


@pytest.mark.parametrize("fused", [True, False])
def test_the_sums_of_layers_are_collected(fused):
    net, passes, root = network(fused, **TANH)
    lines = str(equations(root)).splitlines()
    assert [line for line in lines if "ⱼ" in line and "with" not in line] == COLLECTED
    assert "Backward, with δˡⱼ = ∂C/∂zˡⱼ" in lines
    judge(root)
    holds(net, passes, root)


def holds(net, passes, root):
    """Evaluate what the collected lines say, neuron by neuron, by hand."""
    g = adjoints(root)
    first, second = (layer.neurons for layer in net.layers)
    for p in passes:
        d1, d2 = [g[z] for z in p.z[0]], [g[z] for z in p.z[1]]
        for j, neuron in enumerate(first):
            x = sum(w.data * a.data for w, a in zip(neuron.w, p.inputs, strict=True))
            assert p.z[0][j].data == pytest.approx(x + neuron.b.data)
            back = sum(n.w[j].data * d for n, d in zip(second, d2, strict=True))
            slope = 1.0 - p.a[0][j].data ** 2
            assert d1[j] == pytest.approx(back * slope)
        for k, a in enumerate(p.inputs):
            back = sum(n.w[k].data * d for n, d in zip(first, d1, strict=True))
            assert g[a] == pytest.approx(back)
    for number, neurons in enumerate((first, second)):
        for j, neuron in enumerate(neurons):
            deltas = [g[p.z[number][j]] for p in passes]
            assert g[neuron.b] == pytest.approx(sum(deltas))
            for k, w in enumerate(neuron.w):
                a = [(p.inputs, p.a[0])[number][k].data for p in passes]
                by_hand = sum(d * x for d, x in zip(deltas, a, strict=True))
                assert g[w] == pytest.approx(by_hand)


def test_without_examples_and_without_biases():
    net = MLP(2, [2, 1], activation="relu", bias=False, rng=1)
    root = (net.forward([0.5, -1.0]).outputs[0] * 2.0).named("C")
    text = str(equations(root))
    assert "z¹ⱼ = Σₖ W¹ⱼₖ a⁰ₖ   (j = 0…1, k = 0…1)" in text
    assert "δ¹ⱼ = (Σₖ W²ₖⱼ δ²ₖ) relu′(z¹ⱼ)   (j = 0…1)" in text
    assert "∂C/∂W²ⱼₖ = δ²ⱼ a¹ₖ   (j = 0…0, k = 0…1)" in text
    assert "∂C/∂z2[0] = 2" in text  # linear: the output is z itself
    assert "b¹" not in text
    judge(root)


def test_latex_of_a_layer():
    _, _, root = network(**TANH)
    latex = equations(root, style="latex").latex()
    assert str(equations(root, style="latex")) == latex
    assert (
        r"\delta^{1(i)}_{j} &= \left(\sum_{k} W^{2}_{k j} \delta^{2(i)}_{k}\right)"
        r" \tanh'\left(z^{1(i)}_{j}\right) \quad \left(j = 0 \ldots 3,"
    ) in latex
    assert r"a^{2(i)}_{j} &= \sigma\left(z^{2(i)}_{j}\right)" in latex
    assert r"\delta^{l}_{j} &= \frac{\partial C}{\partial z^{l}_{j}} \\" in latex
    assert latex.count("{") == latex.count("}")


def plain(root, *, without):
    """The collected lines that are claimed; those named must be missing."""
    text = str(equations(root))
    for line in without:
        assert line not in text
    labels = [node.label for node in topological_order(root) if node.label]
    if len({*labels}) == len(labels):  # else a name says too little to be judged
        judge(root)
    return text


def test_a_weight_that_is_used_elsewhere_is_not_collected():
    _, _, root = network(regularised=True, **TANH)
    text = plain(root, without=["∂C/∂W²ⱼₖ"])
    assert "∂C/∂W2[0,0] = " in text
    assert "δ¹ⱼ(i) = (Σₖ W²ₖⱼ δ²ₖ(i)) tanh′(z¹ⱼ(i))" in text
    assert "∂C/∂W¹ⱼₖ = Σᵢ" in text


@pytest.mark.parametrize(
    ("change", "without"),
    [
        (lambda net, p, c: c + p[0].a[0][1], ["δ¹ⱼ(i) = (Σₖ"]),
        (lambda net, p, c: c + p[0].z[0][1], ["δ¹ⱼ(i) ="]),
        (lambda net, p, c: c + p[1].z[1][0] ** 2, ["δ²ⱼ(i) ="]),
        (lambda net, p, c: c * net.layers[0].neurons[2].b, ["∂C/∂b¹ⱼ", "∂C/∂W¹ⱼₖ"]),
        (lambda net, p, c: c * p[0].inputs[0], ["∂C/∂a⁰ₖ"]),
        (lambda net, p, c: c + Value(1.0, "z1[9](0)") * 2.0, ["z¹ⱼ", "δ¹ⱼ"]),
        (lambda net, p, c: c + Value(1.0, "z1[0](0)") * 2.0, ["ⱼ(i) ="]),
        (lambda net, p, c: c + Value(1.0, "a0[0](0)") * 2.0, ["ⱼ(i) ="]),
        (lambda net, p, c: c + Value(1.0, "a1[9](0)").exp(), ["a¹ⱼ(i) =", "δ¹ⱼ(i) ="]),
    ],
)
def test_nothing_is_claimed_that_does_not_hold_everywhere(change, without):
    net, passes, root = network(**TANH)
    # A second root above the first, so the labels are moved on.
    root.label = ""
    plain(change(net, passes, root).named("C"), without=without)


@pytest.mark.parametrize(
    ("rename", "without"),
    [
        (lambda net, p: net.layers[0].neurons[1].w[0].named("u"), ["z¹ⱼ"]),
        (lambda net, p: net.layers[0].neurons[1].w[0].named("W1[1,1]"), ["z¹ⱼ"]),
        (lambda net, p: net.layers[0].neurons[1].w[2].named("W1[1,7]"), ["z¹ⱼ"]),
        (lambda net, p: net.layers[0].neurons[1].b.named("c"), ["z¹ⱼ"]),
        (lambda net, p: net.layers[1].neurons[1].w[2].named("u"), ["(Σₖ W²", "z²ⱼ"]),
        (lambda net, p: p[0].inputs[1].named("x"), ["z¹ⱼ"]),
        (lambda net, p: p[0].a[0][1].named("h"), ["a¹ⱼ(i) =", "δ¹ⱼ(i) =", "z²ⱼ"]),
    ],
)
def test_labels_that_do_not_fit(rename, without):
    net, passes, root = network(**TANH)
    rename(net, passes)
    plain(root, without=without)


def test_two_networks_under_one_name_are_kept_apart():
    first, second = MLP(1, [1], rng=0), MLP(1, [1], rng=1)
    a, b = first.forward([0.5], 0), second.forward([0.5], 1)
    root = (a.outputs[0] * b.outputs[0]).named("C")
    assert "ⱼ" not in str(equations(root))
    again = first.forward([0.25], 2)
    second.layers[0].neurons[0].w[0] = first.layers[0].neurons[0].w[0]
    mixed = second.forward([0.25], 3)  # the same weight, another bias
    root = (again.outputs[0] * mixed.outputs[0]).named("C")
    assert "ⱼ" not in str(equations(root))


def test_one_name_for_two_weights_is_not_one_weight():
    x, y, b = Value(2.0, "a0[0](0)"), Value(3.0, "a0[0](1)"), Value(1.0, "b1[0]")
    w = [Value(0.5, "W1[0,0]"), Value(0.25, "W1[0,0]")]
    z = [(w[0] * x + b).named("z1[0](0)"), (w[1] * y + b).named("z1[0](1)")]
    assert "ⱼ" not in str(equations((z[0] * z[1]).named("C")))


def test_different_activations_in_one_layer_are_not_one():
    net = MLP(2, [2], activation="tanh", rng=0)
    record = net.forward([0.5, 0.25], 0)
    z = record.z[0]
    for first, second in (
        (z[0].tanh(), z[1].sin()),
        (z[1].tanh(), z[0].tanh()),  # of the other neuron
        (z[0].leaky_relu(0.1), z[1].leaky_relu(0.2)),
    ):
        a = [first.named("a1[0](0)"), second.named("a1[1](0)")]
        plain((a[0] + a[1]).named("C"), without=["a¹ⱼ"])


def test_a_bias_of_some_neurons_is_not_one_of_all():
    w, b = [Value(0.5, "W1[0,0]"), Value(0.25, "W1[1,0]")], Value(1.0, "b1[0]")
    x = Value(2.0, "a0[0]")
    z = [(w[0] * x + b).named("z1[0]"), (w[1] * x).named("z1[1]")]
    plain((z[0] * z[1]).named("C"), without=["z¹ⱼ"])


@pytest.mark.thorough
def test_many_equations_are_cut_and_the_cut_is_said():
    y = x = Value(0.5, "x")
    for _ in range(100_000):
        y = y.sin()
    found = equations(y.named("C"))
    assert (len(found.forward), found.forward_left_out) == (60, 99_940)
    assert (len(found.backward), found.backward_left_out) == (60, 99_940)
    assert "and 99,940 more equations" in str(found)
    assert r"\text{and 199,880 more equations}" in found.latex()
    assert "199,880 more" in found._repr_html_()
    wide = ag.sum([x] * 40).named("C")
    assert str(equations(wide)).endswith("1 + 1 + 1 + … 28 more terms")


def test_sides_of_kinks_and_a_single_leaf():
    x = Value(-2.0, "x")
    found = equations((x.relu() * abs(x)).named("C"))
    assert str(found.backward[-1]) == "∂C/∂x = ∂C/∂v2·(−1) + ∂C/∂v1·0   (x < 0)"
    assert str(equations(x)) == "Forward\nBackward"
    assert repr(found) == "<equations: 3 forward, 3 backward>"


def test_hostile_labels_stay_text():
    label = "</script>$\\frac{}&\u202e\n\x1b"
    x = Value(2.0, label)
    found = equations((x * x.exp()).named(label + "C"))
    for text in (str(found), found.latex(), found._repr_html_()):
        assert "\u202e" not in text
        assert "\x1b" not in text
        assert "<script" not in text
    assert "</script" not in found.latex() + found._repr_html_()
    _, _, root = network(**TANH)
    for each in (found, equations(root)):
        ET.fromstring(each.mathml())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: equations(1.0), r"equations\(\) needs a Value, got float: 1.0"),
        (lambda x: equations(x, "tex"), 'style=.*"text" or "latex", got \'tex\''),
        (lambda x: equations(x, None), 'style=.*"text" or "latex", got None'),
        (lambda x: equations(x, np.zeros(2)), 'style=.*"text" or "latex", got array'),
    ],
)
def test_what_does_not_fit_is_named(call, message):
    with pytest.raises(OperandError, match=message):
        call(Value(1.0, "x"))


@pytest.mark.parametrize("style", ["text", "latex"])
def test_those_of_a_program_are_its_own(style):
    x = Value(0.5, "x")
    program = ag.compile((x * x).named("C"), [x])
    assert equations(program, style) == program.equations(style)


@pytest.mark.parametrize("examples", [1, 3])
def test_a_network_that_is_called_is_collected_as_one_that_is_recorded(examples):
    net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    X = [[0.1 * k, -0.2, 0.3 + k] for k in range(examples)]
    called = half_squared(net(X[0])) if examples == 1 else batch(map(net, X))
    text = str(ag.equations(called.named("C")))
    index = "" if examples == 1 else "(i)"
    total, prime = (
        "(\u03a3\u2096 W\u00b2\u2096\u2c7c \u03b4\u00b2\u2096",
        "\u03c3\u2032(z\u00b9\u2c7c",
    )
    delta = f"\u03b4\u00b9\u2c7c{index} = {total}{index}) {prime}{index})"
    assert delta in text
    recorded = half_squared(net.forward(X[0]).outputs).named("C")
    if examples == 1:
        assert str(ag.equations(recorded)) == text


def half_squared(outputs):
    return sum((a - 1.0) ** 2 for a in outputs) * 0.5


def batch(outputs):
    return sum(half_squared(each) for each in outputs)
