"""Names that a network's nodes get; leaves that were written after the recording."""

import math

import pytest

import autograd_scalar
from autograd_scalar import Value, dot, primitive, topological_order
from autograd_scalar.graph.naming import network_names, unique_names
from autograd_scalar.graph.stale import stale_leaves
from nn import MLP, Layer


def both(net, rows):
    """Names that were found, and those that `forward` gives, of the same graph."""
    records = [net.forward(x) for x in rows]
    given = {}
    for i, record in enumerate(records):
        record.label(i if len(rows) > 1 else None)
        nodes = [record.inputs, *record.z, *record.a]
        given |= {node: node.label for layer in nodes for node in layer}
    for node in given:
        node.label = ""
    outputs = [output for record in records for output in record.outputs]
    root = autograd_scalar.sum([y * 1.5 for y in outputs])
    return network_names(topological_order(root)), given


@pytest.mark.parametrize("fused", [True, False])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("output", ["tanh", "linear", ("leaky_relu", 0.1)])
@pytest.mark.parametrize("examples", [1, 3])
def test_a_network_is_named_as_forward_names_it(fused, bias, output, examples):
    options = {"fused": fused, "bias": bias, "output_activation": output, "rng": 1}
    net = MLP(2, [4, 3, 2], activation="sigmoid", **options)
    found, given = both(net, [[0.5 * i, -1.0] for i in range(examples)])
    assert found == given


def test_an_activation_of_several_nodes_is_named_at_its_end():
    net = MLP(2, [3, 1], activation=lambda z: z * z.sigmoid(), rng=1)
    y = net([0.5, -1.0])
    order = topological_order(y)
    names = dict(zip(order, unique_names(order), strict=True))
    assert [names[v] for v in y.parents[1::2]] == ["a1[0]", "a1[1]", "a1[2]"]
    assert [v.op for v in y.parents[1::2]] == ["mul"] * 3


def test_labels_stay_and_inputs_that_nn_named_get_their_number():
    net = MLP(2, [1], rng=1)
    x = Value(2.0, "age")
    outputs = [net([x, 1.0]), net([Value(3.0, "age"), 1.0])]
    outputs[1].label = "mine"
    order = topological_order(outputs[0] + outputs[1])
    names = unique_names(order)
    assert names.count("age") == 2
    assert {"a0[1](0)", "a0[1](1)", "z1[0](0)", "mine"} <= set(names)


def test_examples_that_share_an_input_have_no_number():
    net = MLP(1, [1], rng=1)
    x = Value(2.0)
    names = network_names(topological_order(net([x]) + net([x])))
    assert list(names.values()) == ["a0[0]", "z1[0]", "z1[0]"]


def test_what_only_looks_like_a_network_has_no_names():
    w, v, b = Value(1.0, "W1[0,0]"), Value(2.0, "W1[0,2]"), Value(3.0, "b9[0]")
    for leaf in (w, v, b):
        leaf.role = "parameter"
    x = Value(0.5)
    for root in (
        dot([w, v], [x, x]),
        dot([v, w], [x, x]),
        dot([x, x], [w, v]),
        (b + v * x),
        (b + w * x),
        (x * x + w * x),
    ):
        names = network_names(topological_order(root))
        assert root not in names
    w.role = ""
    v.role = ""
    assert network_names(topological_order(w * x)) == {}


def test_a_name_that_is_made_up_repeats_none_of_a_network():
    layer = Layer(1, 1, activation="linear", rng=1)
    y = layer([Value(0.5)]).exp()
    names = unique_names(topological_order(y))
    assert names == ["W1[0,0]", "a0[0]", "b1[0]", "z1[0]", "v4"]


# ---- Written after the recording -----------------------------------------------------


def stale(root):
    return [leaf.label for leaf in stale_leaves(topological_order(root))]


def test_what_was_written_before_is_not_stale():
    w, x = Value(2.0, "w"), Value(3.0, "x")
    w.data, x.data = 5.0, 7.0
    y = dot([w, x], [x, w], start=x) * w + x.tanh() / w
    assert stale(y) == []
    x.data = 7.0  # the same number again
    assert stale(y) == []


@pytest.mark.parametrize(
    "make",
    [
        lambda w, x: w * x,
        lambda w, x: w + x,
        lambda w, x: w / x,
        lambda w, x: dot([x, 2.0], [w, 3.0], start=x),
        lambda w, x: dot([x], [2.0], start=w),
        lambda w, x: w.tanh() * x,
        lambda w, x: autograd_scalar.sum([x, w, x]),
    ],
)
def test_one_of_two_is_told(make):
    w, x = Value(2.0, "w"), Value(3.0, "x")
    w.data = 4.0
    x.data = 5.0
    root = make(w, x)
    w.data = 6.0
    assert stale(root) == ["w"]


def test_written_twice_or_both():
    w, x = Value(2.0, "w"), Value(3.0, "x")
    y = w - x
    w.data = 4.0
    w.data = 5.0
    assert stale(y) == ["w"]
    x.data = 9.0
    assert stale(y) == ["w", "x"]


def test_a_write_that_changes_nothing_recorded_is_none():
    x = Value(-2.0, "x")
    y = x.relu()
    x.data = -3.0
    assert stale(y) == []


def test_nan_is_equal_to_itself_here():
    x = Value(1.0, "x")
    x.data = math.nan
    assert stale(x * 2.0) == []
    x.data = 1.0
    x.data = math.nan
    assert stale(x.tanh()) == []


def test_an_operation_that_raises_now_was_recorded_with_another_number():
    @primitive(lambda x, y: (1.0,))
    def picky(x: float) -> float:
        if x < 0:
            raise ValueError(x)
        return x

    x = Value(1.0, "x")
    y = picky(x)
    x.data = -1.0
    assert stale(y) == ["x"]
