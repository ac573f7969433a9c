"""From matrices back to scalar nodes, and the adjoints of both."""

import numpy as np
import pytest

import autograd_scalar as ag
from autograd_scalar import NumberError, OperandError, ShapeError, Value
from autograd_scalar import compile as compiled

from . import graphs
from .graphs import network


def numbers(values):
    return [value.data for value in values]


@pytest.mark.parametrize(
    "graph",
    [
        graphs.moons(),
        graphs.xor(),
        graphs.duplicate_rows(),
        graphs.convolution(),
        graphs.recurrent(),
        graphs.attention(),
        graphs.second_order(),
        network([3, 5, 2], "relu", "tanh", fused=False),
        network([3, 5, 2], loss="softmax_cross_entropy"),
    ],
    ids=lambda graph: graph[0].op,
)
def test_each_entry_holds_the_number_and_the_adjoint_of_its_nodes(graph):
    root, wrt, inputs = graph
    program = compiled(root, wrt, inputs, form="matrix")
    arrays = program.matrices(numbers(wrt), numbers(inputs))
    order = ag.topological_order(root)
    adjoints = dict(zip(order, ag.gradients(root, order), strict=True))
    located = 0
    for name in {entry.name for entry in map(program.entry, order) if entry}:
        for index, nodes in program.nodes(name).items():
            for node in nodes:
                assert program.entry(node) is not None
                assert arrays[name][index] == pytest.approx(node.data, 1e-9, 1e-12)
            if nodes and f"d{name}" in arrays:
                total = sum(adjoints[node] for node in nodes)
                found = arrays[f"d{name}"][index]
                assert found == pytest.approx(total, 1e-9, 1e-12)
                located += 1
    assert located > len(wrt)
    assert program.entry(root).index == ()
    assert str(program.entry(root)) == "C"


def test_inputs_and_constants_have_no_adjoint():
    w, x = Value(3.0, "w"), Value(2.0, "x")
    three = [Value(float(k)) for k in (4, 5, 6)]
    terms = [(w * x * k).tanh() for k in three]
    program = compiled(sum(terms), [w], [x], form="matrix")
    found = program.matrices([3.0], [1.0])
    assert found["x"].ravel().tolist() == [1.0]
    assert "dx" not in found
    assert "dw" in found
    assert program.entry(three[0]) is None
    (constants,) = [v for v in found.values() if v.ravel().tolist() == [4.0, 5.0, 6.0]]
    assert constants.shape[0] == 3


def test_a_mean_has_its_own_adjoint_not_that_of_its_sum():
    w = [Value(float(k)) for k in range(1, 4)]
    root = ag.mean([ag.mean([k.tanh(), k.sin()]) for k in w])
    program = compiled(root, w, form="matrix")
    found = program.matrices([1.0, 2.0, 3.0])
    assert found["dC"] == 1.0
    inner = root.parents[0]
    entry = program.entry(inner)
    assert found[f"d{entry.name}"][entry.index] == pytest.approx(1 / 3, rel=1e-15)


def test_a_root_that_is_a_leaf_or_a_constant():
    w, c = Value(3.0, "w"), Value(2.0)
    found = compiled(w, [w], form="matrix").matrices([5.0])
    assert found == {}
    program = compiled(c * c, [w], form="matrix")
    assert program.matrices([5.0]) == {}
    assert program.entry(c) is None


def test_parameters_are_entries_of_their_matrix_before_those_of_theta():
    root, wrt, inputs = graphs.moons()
    program = compiled(root, wrt, inputs)
    assert str(program.entry(wrt[0])) == "W1[0,0]"
    assert program.nodes("θ")[0,] == (wrt[0],)


def test_recorded_inputs_are_the_default():
    w, x = Value(3.0, "w"), Value(2.0, "x")
    program = compiled((w * x).tanh(), [w], [x], form="matrix")
    assert program.matrices([3.0])["C"] == np.tanh(6.0)
    assert program.matrices([3.0], [1.0])["C"] == np.tanh(3.0)


def test_what_does_not_fit_is_named():
    w = Value(3.0, "w")
    tape = compiled(w.tanh(), [w], form="tape")
    for call in (
        lambda: tape.matrices([1.0]),
        lambda: tape.entry(w),
        lambda: tape.nodes("C"),
    ):
        with pytest.raises(NumberError, match=r"runs node by node; compile\(form="):
            call()
    program = compiled(w.tanh(), [w], form="matrix")
    with pytest.raises(OperandError, match="needs a node of the compiled graph, got"):
        program.entry(Value(1.0))
    for name in ("Q", ["C"], None):
        with pytest.raises(OperandError, match="nodes\\(\\) needs one of"):
            program.nodes(name)
    with pytest.raises(ShapeError, match="theta needs 1 number"):
        program.matrices([1.0, 2.0])
