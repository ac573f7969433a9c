"""Folding: by neuron, by layer, and what happens without labels."""

import random

import pytest

import autograd_scalar
from autograd_scalar import Value, dot, draw, topological_order
from autograd_scalar.render.draw import Request, scene_of, subject_of
from autograd_scalar.render.fold import Groups, group_values


def network(
    sizes: list[int], examples: int = 1, *, fused: bool = True, named: bool = True
) -> Value:
    """A labelled network by hand, with half the squared outputs as its loss."""
    generator = random.Random(1)

    def parameter(label: str) -> Value:
        return Value(generator.uniform(-1, 1), label)

    weights = [
        [
            [parameter(f"W{layer}[{j},{k}]") for k in range(sizes[layer - 1])]
            for j in range(sizes[layer])
        ]
        for layer in range(1, len(sizes))
    ]
    biases = [
        [parameter(f"b{layer}[{j}]") for j in range(sizes[layer])]
        for layer in range(1, len(sizes))
    ]
    losses = []
    for example in range(examples):
        z: list[Value]
        mark = f"({example})" if examples > 1 else ""
        a = [parameter(f"a0[{k}]{mark}" if named else "") for k in range(sizes[0])]
        for layer, (rows, bias) in enumerate(zip(weights, biases, strict=True), 1):
            z = [
                _fused(row, a, b) if fused else _added(row, a, b)
                for row, b in zip(rows, bias, strict=True)
            ]
            a = [z_j.tanh() for z_j in z]
            if named:
                for j, (z_j, a_j) in enumerate(zip(z, a, strict=True)):
                    z_j.label = f"z{layer}[{j}]{mark}"
                    a_j.label = f"a{layer}[{j}]{mark}"
        losses.append(0.5 * autograd_scalar.sum([a_j * a_j for a_j in a]))
    return (0.0 + autograd_scalar.sum(losses)).named("loss")


def _fused(row: list[Value], a: list[Value], b: Value) -> Value:
    z = dot(row, a, start=b)
    assert isinstance(z, Value)
    return z


def _added(row: list[Value], a: list[Value], b: Value) -> Value:
    z = b
    for w, x in zip(row, a, strict=True):
        z = z + w * x
    return z


def grouped(root: Value, most: int = 300) -> Groups:
    return group_values(subject_of(Request(root)), most)


@pytest.mark.parametrize("fused", [True, False])
@pytest.mark.parametrize("examples", [1, 3])
def test_a_network_folds_by_neuron(fused: bool, examples: int) -> None:
    root = network([3, 4, 2], examples, fused=fused)
    found = grouped(root)
    keys = [group.key for group in found.groups]
    neurons = {("neuron", 1, j) for j in range(4)} | {("neuron", 2, j) for j in (0, 1)}
    inputs = {("neuron", 0, k) for k in range(3)}
    assert set(keys) == neurons | inputs | {("loss", 0, 0)}
    assert found.how == "by neuron"
    assert keys[-1] == ("loss", 0, 0)
    assert sum(len(group.members) for group in found.groups) == len(
        topological_order(root)
    )


def test_parameters_go_to_their_neuron_and_edges_are_counted() -> None:
    found = grouped(network([3, 4, 2], 2))
    at = {group.key: index for index, group in enumerate(found.groups)}
    neuron = found.groups[at["neuron", 1, 2]]
    labels = {value.label for value in neuron.members}
    assert {"W1[2,0]", "W1[2,1]", "W1[2,2]", "b1[2]", "z1[2](0)", "a1[2](1)"} <= labels
    edge = at["neuron", 1, 2], at["neuron", 2, 0]
    assert found.edges[edge] == 2  # once for each example
    for source, target in found.edges:
        assert source < target


@pytest.mark.parametrize("fused", [True, False])
def test_weights_alone_name_the_neurons(fused: bool) -> None:
    found = grouped(network([3, 4, 2], fused=fused, named=False))
    keys = {group.key for group in found.groups}
    assert {("neuron", 1, j) for j in range(4)} <= keys
    assert ("inputs", 0, 0) in keys
    for group in found.groups:
        ops = [value.op for value in group.members]
        assert ops.count("tanh") == (1 if group.key[0] == "neuron" else 0)


def test_the_largest_layers_fold_first() -> None:
    found = grouped(network([50, 6, 2]), most=40)
    keys = {group.key for group in found.groups}
    assert ("neuron", 0, -1) in keys
    assert ("neuron", 1, 5) in keys
    assert found.how == "by neuron and layer"
    everything = grouped(network([50, 60, 40]), most=10)
    assert everything.how == "by layer"
    assert len(everything.groups) == 4


def test_the_picture_says_that_it_is_folded() -> None:
    root = network([12, 30, 10])
    values = len(topological_order(root))
    drawing = draw(root)
    assert drawing.folded
    sentence = (
        f"12-30-10 network: {values:,} values folded into 53 boxes (by neuron);"
        " draw(..., fold=False) shows all"
    )
    assert sentence in drawing.alt
    words = drawing.svg.replace("\n", "")
    assert "12-30-10 network:" in words.split("</desc>")[1]
    assert "folded" in repr(drawing)
    assert not draw(root, fold=False).folded


def test_above_the_limit_another_remedy_is_given() -> None:
    x = y = Value(1.0, "x")
    for _ in range(21_000):
        y = y + x
    note = scene_of(Request(y)).note
    assert "Graph: 21,001 values folded into" in note
    assert "fold=False" not in note
    assert "draw() of a Value inside shows its part" in note


def test_a_neuron_shows_z_a_and_delta() -> None:
    root = network([2, 3, 1])
    scene = scene_of(Request(root, fold=True))
    (box,) = [box for box in scene.boxes if box.name == "layer 1, neuron 1"]
    assert [(row.key, row.text) for row in box.rows][2] == ("δ", "–")
    root.backward()
    scene = scene_of(Request(root, fold=True))
    (box,) = [box for box in scene.boxes if box.name == "layer 1, neuron 1"]
    assert [row.key for row in box.rows] == ["z", "a", "δ"]
    assert box.rows[2].text != "–"
    assert "values" in box.caption


def test_a_linear_neuron_shows_z_and_delta() -> None:
    """Where a is z, as in an output layer of logits, it is labelled z."""
    x = Value(0.5, "a0[0]")
    z = [(Value(w, f"W1[{j},0]") * x).named(f"z1[{j}]") for j, w in enumerate((2, 3))]
    root = autograd_scalar.sum(z).named("loss")
    root.backward()
    (box,) = [
        b
        for b in scene_of(Request(root, fold=True)).boxes
        if b.name.endswith("neuron 1")
    ]
    assert [(r.key, r.text) for r in box.rows] == [("z", "1.5"), ("\u03b4", "+1")]


def test_several_examples_show_ranges() -> None:
    scene = scene_of(Request(network([2, 3, 1], 4), fold=True))
    (box,) = [box for box in scene.boxes if box.name == "layer 1, neuron 1"]
    assert "…" in box.rows[0].text


def test_without_labels_it_folds_by_operation_and_depth() -> None:
    leaves = [Value(float(i)) for i in range(1000)]
    root = autograd_scalar.sum([leaf.tanh() for leaf in leaves])
    found = grouped(root)
    assert found.how == "by operation and distance from the root"
    assert [len(group.members) for group in found.groups] == [1000, 1000, 1]
    assert "×1,000" in draw(root).svg


def test_a_deep_graph_shows_the_surroundings_of_the_root() -> None:
    y = Value(1.0, "x")
    for i in range(20_000):
        y = y * 0.5 if i % 3 else y.tanh()
    found = grouped(y)
    assert len(found.groups) <= 101
    assert found.groups[0].key == ("rest", 0, 0)
    assert "everything before" in draw(y).svg


def test_a_very_wide_operation_folds() -> None:
    root = autograd_scalar.sum([Value(float(i), f"x{i}") for i in range(20_000)])
    drawing = draw(root)
    assert "×20,000" in drawing.svg


def test_very_many_parallel_edges_are_counted() -> None:
    x = Value(1.0, "x")
    drawing = draw(autograd_scalar.sum([x] * 5000))
    assert "2 values with 5,000 edges folded into 2 boxes" in drawing.alt
    assert "×5,000" in drawing.svg


def test_labels_that_go_in_a_circle_fall_back() -> None:
    """A recurrent network unrolled in time, with the same labels at every step."""
    h = Value(0.5, "a0[0]")
    w, v = Value(0.3, "W1[0,0]"), Value(0.2, "W2[0,0]")
    for _ in range(5):
        h = (w * h).named("z1[0]").tanh().named("a1[0]")
        h = (v * h).named("z2[0]").tanh().named("a2[0]")
    found = grouped(h)
    assert "neuron" not in found.how
    assert draw(h, fold=True).folded


def test_foreign_digits_and_huge_numbers_in_labels_are_no_neurons() -> None:
    root = Value(1.0, "W1[٣,0]") * Value(1.0, f"z{'9' * 5000}[0]")
    assert draw(root, fold=True).folded


def test_layers_and_shared_inputs_have_names() -> None:
    root = network([5, 40, 40, 2], named=False)
    names = [box.name for box in scene_of(Request(root)).boxes]
    assert names[0] == "inputs"
    assert "layer 1" in names
    named = scene_of(Request(network([5, 40, 40, 2])))
    (box,) = [box for box in named.boxes if box.name == "layer 1"]
    assert box.rows[0] == ("neurons", "40", "ink")


def test_a_group_with_a_nan_has_its_mark() -> None:
    root = network([2, 3, 1])
    scene = scene_of(Request(root * float("nan"), fold=True))
    assert scene.boxes[-1].rows[0].tone == "bad"
    leaves = [Value(float("nan")), Value(1.0)]
    scene = scene_of(Request(autograd_scalar.sum(leaves), fold=True))
    assert scene.boxes[0].rows[0] == ("data", "nan", "bad")


def test_an_operation_may_be_called_neuron() -> None:
    def neuron(x: float) -> float:
        return 2 * x

    operation = autograd_scalar.primitive(lambda x, y: (2.0,), symbol="<n>")(neuron)
    y: Value | float = Value(1.0)
    for _ in range(3):
        y = operation(y)
    assert isinstance(y, Value)
    assert [box.symbol for box in scene_of(Request(y, fold=True)).boxes][-1] == "<n>"


def test_an_unlabelled_node_belongs_to_the_nearest_neuron() -> None:
    x, y = Value(0.5, "a0[0]"), Value(0.25, "a0[1]")
    shared = x * y
    z1 = (shared + x).named("z1[0]")
    far = (shared + z1) * x
    z2 = (far * y).named("z2[0]")
    found = grouped(z2 + 0.0)
    (group,) = [group for group in found.groups if shared in group.members]
    assert z1 in group.members
