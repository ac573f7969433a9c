"""`check_deltas(engine="program")`: three opinions, and who is alone against two."""

import json
import random

import numpy as np
import pytest

import autograd_scalar as ag
from autograd_scalar import OperandError, Value
from autograd_scalar.primitives import table
from autograd_scalar.program import kernels
from autograd_scalar.program.places import Entry
from nn import LOSSES, MLP, check_deltas, matrix
from nn.deltas import check, oracle
from nn.deltas.derived import Derived
from nn.deltas.report import Block

from .test_deltas import PROBABILITIES, data


def checked(net=None, m=3, **options):
    net = net or MLP(2, [4, 3], activation="tanh", output_activation="tanh", rng=5)
    n_in, n_out = len(net.layers[0].neurons[0].w), len(net.layers[-1].neurons)
    rng = random.Random(m)
    X = [[rng.gauss(0, 1) for _ in range(n_in)] for _ in range(m)]
    Y = [[rng.random() for _ in range(n_out)] for _ in range(m)]
    return check_deltas(net, X, Y, "half_squared_error", engine="program", **options)


@pytest.mark.one_in(4)
@pytest.mark.parametrize("of", ["cost", "loss"])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", sorted(matrix.ACTIVATIONS))
def test_every_activation_and_loss_three_ways(activation, loss, of):
    rng = random.Random(f"{activation} {loss}")
    net = MLP(
        3, [4, 2], activation=activation, rng=rng, fused=rng.random() < 0.5,
        output_activation="sigmoid" if loss in PROBABILITIES else "linear",
    )  # fmt: skip
    X, Y = data(loss, rng.choice((1, 2, 7)), 3, 2, rng)
    report = check_deltas(net, X, Y, loss, engine="program", of=of)
    assert report.passed, str(report)
    assert all(node.program is not None for node in report)
    assert f"All {len(report)} gradients agree three ways" in str(report)
    assert "matrix product" in report.program


def test_the_report_says_how_many_nodes_are_entries():
    rows, targets = [[0.5, 1.0]] * 2, [[1.0], [0.0]]
    net = MLP(2, [1], rng=1)
    square = [lambda outputs, y: outputs[0] * outputs[0] * y[0]]
    report = check_deltas(net, rows, targets, square[0], engine="program")
    assert report.passed, str(report)
    found = json.loads(report.to_json())
    assert found["cost"]["program"] == pytest.approx(found["cost"]["scalar"])
    assert found["nodes"][0]["program"] == pytest.approx(found["nodes"][0]["scalar"])


def test_a_node_without_an_entry_is_compared_two_ways_and_counted():
    one = np.ones((1, 2))
    block = Block("a", 1, one, one, one, 0 * one, [[1.0, None]])
    report = checked()
    report = type(report)("t", 1.0, 1.0, 0.0, 1e-12, (block,), "cost", 1.0, "P.")
    assert report.passed
    assert "All 2 gradients agree, 1 of them three ways" in report.verdict
    assert "The other 1 are no entry of their own" in report.verdict
    assert "–" in report._repr_html_()


class Merged:
    """A program in which two nodes became one entry."""

    def __init__(self, nodes):
        self._nodes = nodes

    def matrices(self, theta):
        return {"A": np.array([5.0]), "dA": np.array([7.0])}

    def entry(self, node):
        return Entry("A", (0,))

    def nodes(self, name):
        return {(0,): self._nodes}


def test_nodes_that_share_an_entry_have_none_of_their_own():
    one, two = Value(1.0), Value(1.0)
    found = Derived(0.0, {}, "")
    found.add(Merged((one, two)), np.ones(1), [one, two])
    assert found.row([one, two]) == [None, None]
    found.add(Merged((one,)), np.ones(1), [one])
    assert found.row([one, two]) == [7.0, None]


# ---- Planted faults ------------------------------------------------------------------


def test_a_fault_in_the_program_is_found_there(monkeypatch):
    wrong = kernels.Kernel(np.tanh, lambda x, y: (1.0 - y,))
    monkeypatch.setitem(kernels._KERNELS, table.TANH, wrong)
    report = checked()
    assert report.first_disagreement.symbol == "z2[0](0)"
    assert report.first_disagreement.culprit == "program"
    assert "the program is alone against two" in report.verdict
    assert "differ: program" in str(report)


def test_a_fault_in_the_equations_is_found_there(monkeypatch):
    def derivative(z):
        return 1.0 - np.tanh(z)

    pair = [(np.tanh, derivative)] * 2
    monkeypatch.setattr(oracle, "activations", lambda _: pair)
    report = checked()
    assert report.first_disagreement.symbol == "z2[0](0)"
    assert {node.culprit for node in report if not node.agrees} == {"closed"}
    assert "the closed form is alone against two" in report.verdict


@pytest.mark.parametrize("of", ["cost", "loss"])
def test_a_fault_in_the_reverse_sweep_is_found_there(of, monkeypatch):
    def assigned(root, nodes):
        wrong = ag.wrong_backward(root, "assign")
        return [wrong[node] for node in nodes]

    monkeypatch.setattr(check, "gradients", assigned)
    report = checked(of=of)
    # The first node that is used twice: the outputs of the hidden layer.
    assert report.first_disagreement.symbol.startswith("W2")
    assert {node.culprit for node in report if not node.agrees} == {"scalar"}
    assert "the scalar graph is alone against two" in report.verdict
    assert "program" in report.verdict


def test_two_faults_leave_no_majority(monkeypatch):
    pair = [(np.tanh, lambda z: 1.0 - np.tanh(z))] * 2
    monkeypatch.setattr(oracle, "activations", lambda _: pair)
    wrong = kernels.Kernel(np.tanh, lambda x, y: (0.5 - y,))
    monkeypatch.setitem(kernels._KERNELS, table.TANH, wrong)
    report = checked()
    assert report.first_disagreement.culprit == ""
    assert "no two of them agree" in report.verdict


def test_a_fault_where_the_program_has_no_entry_has_no_culprit():
    one = np.ones((1, 1))
    (node,) = Block("a", 1, one, 2 * one, one, 0 * one, [[None]]).nodes(1e-12)
    assert (node.agrees, node.culprit, node.ulp) == (False, "", 2**52)
    report = checked()
    block = Block("a", 1, one, 2 * one, one, 0 * one, [[None]])
    report = type(report)("t", 1.0, 1.0, 0.0, 1e-12, (block,), "cost", 1.0, "P.")
    assert "the program has no entry for it" in report.verdict


def test_a_cost_that_differs_in_the_program_alone():
    report = checked()
    others = report.title, report.cost_scalar, report.cost_closed, report.cost_noise
    wrong = report.cost_scalar + 1e-6
    rest = report.tolerance, report.blocks, report.of, wrong, report.program
    report = type(report)(*others, *rest)
    assert not report.passed
    assert f"{wrong!r} from the program" in report.verdict


def test_an_unknown_engine():
    for engine in ("c", None, ["program"], np.ones((2, 2))):
        with pytest.raises(OperandError, match="engine needs to be 'graph' or 'prog"):
            check_deltas(MLP(1, [1]), [[1.0]], [[1.0]], "hinge", engine=engine)
