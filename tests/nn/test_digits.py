"""The demo by the program: scikit-learn's digits, timed beside NumPy by hand."""

import json
import random
import sys
import types
from pathlib import Path

import numpy as np
import pytest

from nn import MLP, SGD, batch_loss
from nn.data.digits import load_digits
from nn.experiment.timing import ByHand, Timing, time_steps


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def few(monkeypatch):
    """Forty pictures, each of a digit as a lit row, in the place of the real ones."""
    rng = np.random.default_rng(1)
    labels = np.arange(40) % 10
    images = rng.integers(0, 4, (40, 64)).astype(float)
    images[np.arange(40), labels * 6] = 16.0
    module = types.ModuleType("sklearn.datasets")
    module.load_digits = lambda return_X_y: (images, labels)
    monkeypatch.setitem(sys.modules, "sklearn", types.ModuleType("sklearn"))
    monkeypatch.setitem(sys.modules, "sklearn.datasets", module)


@pytest.mark.thorough
def test_the_demo_reaches_96_percent_on_the_real_digits(command):
    pytest.importorskip("sklearn")
    code, out, err = command("demo", "--engine", "program", "--json")
    document = json.loads(out)
    assert (code, err) == (0, "")
    assert document["accuracy"] >= 0.96
    assert document["layers"] == [64, 30, 10]
    assert document["deltas"]["passed"] is True
    assert document["seconds_of_a_step"]["difference"] < 1e-9


@pytest.mark.thorough
def test_the_demo_by_the_program_prints_the_equations_and_the_times(few, command):
    code, out, err = command("demo", "--engine", "program", "--epochs", 2)
    assert (code, err) == (0, "")
    assert "2 epochs by a matrix program" in out
    assert "dZ1 30×1  = (W2ᵀ dZ2) ⊙ sigmoid′(Z1)" in out
    assert "by NumPy written by hand" in " ".join(out.split())
    assert "gradients agree three ways" in out
    page = Path("report.html").read_text("utf-8")
    assert "The equations that were found" in page
    assert "Every gradient, computed three times" in page
    assert "gradient descent, learning rate 1" in page
    assert "by a program that was derived from a graph of scalar values" in page


def test_other_activations_have_no_numpy_by_hand(few, command):
    argv = ["--epochs", 1, "--hidden", "6,5", "--activation", "tanh", "--json"]
    document = json.loads(command("demo", "--engine", "program", *argv)[1])
    assert document["layers"] == [64, 6, 5, 10]
    assert "seconds_of_a_step" not in document
    assert "matrix program of" in document["program"][0]


@pytest.mark.thorough
def test_the_printed_command_trains_the_same(few, command):
    argv = ["demo", "--engine", "program", "--epochs", 5, "--json"]
    document = json.loads(command(*argv)[1])
    again = json.loads(command(*document["command"].split()[1:], "--json")[1])
    assert again["training_losses"] == document["training_losses"]
    assert "--optimiser sgd --engine program" in document["command"]


def test_without_scikit_learn_the_extra_is_named(command, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    code, out, err = command("demo", "--engine", "program")
    assert (code, out) == (2, "")
    assert "pip install 'autograd-scalar[sklearn]'" in err


@pytest.mark.thorough
def test_a_table_of_ones_own_trains_by_the_program(command):
    rng = random.Random(1)
    rows = [(rng.gauss(0, 1), rng.gauss(0, 1)) for _ in range(40)]
    text = "x,z,y\n" + "".join(f"{x},{z},{x * 2 - z}\n" for x, z in rows)
    Path("t.csv").write_text(text)
    argv = ["train", "t.csv", "--target", "y", "--epochs", 4, "--json"]
    graph = json.loads(command(*argv)[1])
    program = json.loads(command(*argv, "--engine", "program")[1])
    assert program["training_losses"] == pytest.approx(graph["training_losses"], 1e-9)
    assert program["r2"] == pytest.approx(graph["r2"], 1e-9)


# ---- NumPy by hand -------------------------------------------------------------------


def test_numpy_by_hand_makes_the_step_of_the_graph_in_both_layouts():
    rng = np.random.default_rng(0)
    sizes = [4, 3, 5, 2]
    net = MLP(
        4, sizes[1:], activation="sigmoid", output_activation="sigmoid", rng=1,
        init="xavier",
    )  # fmt: skip
    X, Y = rng.normal(size=(6, 4)), rng.uniform(size=(6, 2))
    W = [
        np.array([[w.data for w in n.w] for n in layer.neurons]) for layer in net.layers
    ]
    b = [np.array([[n.b.data] for n in layer.neurons]) for layer in net.layers]
    columns, rows = ByHand(W, b, 0.5), ByHand(W, b, 0.5)
    optimiser = SGD(net.parameters(), lr=0.5)
    for _ in range(3):
        columns.step_columns(X.T, Y.T)
        rows.step_rows(X, Y)
        optimiser.zero_grad()
        batch_loss("half_squared_error", [net(x) for x in X], Y.tolist()).backward()
        optimiser.step()
    for k, layer in enumerate(net.layers):
        expected = np.array([[w.data for w in n.w] for n in layer.neurons])
        biases = np.array([[n.b.data] for n in layer.neurons])
        for found in (columns, rows):
            assert found.W[k] == pytest.approx(expected, rel=1e-12)
            assert found.b[k] == pytest.approx(biases, rel=1e-12, abs=1e-15)
        assert not np.shares_memory(columns.W[k], W[k])


def test_times_are_of_equal_work():
    rng = np.random.default_rng(0)
    net = MLP(4, [3, 2], activation="sigmoid", output_activation="sigmoid", rng=1)
    before = [p.data for p in net.parameters()]
    optimiser = SGD(net.parameters(), lr=0.5)
    compiled = net.compile("half_squared_error", optimiser=optimiser)
    X, Y = rng.normal(size=(6, 4)), rng.uniform(size=(6, 2))
    found = time_steps(net, compiled, X, Y, 0.5, rounds=5)
    assert found.batch == 6
    assert 0.0 <= found.difference < 1e-12
    assert [p.data for p in net.parameters()] == before
    assert not net.layers[0].neurons[0].b.has_grad
    assert min(found.program, found.columns, found.rows, found.graph) > 0.0


@pytest.mark.parametrize(
    ("program", "words"),
    [(1e-5, "2.00 times as fast as NumPy"), (4e-5, "2.00 times as slow as NumPy")],
)
def test_times_in_words(program, words):
    text = str(Timing(10, program, 3e-5, 2e-5, 4e-3, 1e-13))
    assert words in text
    assert "20.0 µs by NumPy written by hand (30.0 µs with examples as" in text
    assert "4,000 µs by scalar graphs" in text


def test_the_digits_have_names_and_classes(few):
    data = load_digits()
    assert data.features[9] == "pixel 1,1"
    assert (len(data.features), data.classes[3], data.y[13]) == (64, "3", 3.0)
