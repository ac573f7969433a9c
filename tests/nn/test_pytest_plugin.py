"""The pytest plugin in tests of other people, each run in a process of its own."""

import subprocess
import sys
from pathlib import Path

from nn.grading.cases import example

ROOT = Path(__file__).parents[2]

PASSES = """
import numpy as np

def backprop(W, b, x, y):
    a1 = 1 / (1 + np.exp(-(W[0] @ x + b[0])))
    a2 = 1 / (1 + np.exp(-(W[1] @ a1 + b[1])))
    d2 = (a2 - y) * a2 * (1 - a2) / x.shape[1]
    d1 = W[1].T @ d2 * a1 * (1 - a1)
    return {"dZ2": d2, "dW2": d2 @ a1.T, "dZ1": d1, "dW1": d1 @ x.T}

def test_backprop(scalar_net, gradients_match):
    net, W, b, X, Y = scalar_net
    assert X.shape == (5, 3) and Y.shape == (5, 2) and min(map(len, b)) == 2
    assert all((abs(bias) > 1e-3).all() for bias in b)
    grads = backprop(W, b, X.T, Y.T)
    gradients_match(grads, net=net, X=X, Y=Y, loss="half_squared_error")
"""
FAILS = PASSES.replace("d2 * a1 * (1 - a1)", "d2")
LAZY = """
import sys

def test_nothing_is_loaded():
    assert "nn.grading.pytest_plugin" in sys.modules
    assert not {"numpy", "autograd_scalar", "nn.grading.judge"} & set(sys.modules)
"""


def run(tmp_path, text):
    """Run a file of tests with the plugin, installed or not, as other people do."""
    (tmp_path / "test_theirs.py").write_text(text)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    options = ["-p", "nn.grading.pytest_plugin", "-p", "no:cacheprovider", "-q"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, "test_theirs.py"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )  # fmt: skip


def test_right_gradients_pass(tmp_path):
    done = run(tmp_path, PASSES)
    assert done.returncode == 0, done.stdout + done.stderr


def test_wrong_gradients_fail_and_are_explained(tmp_path):
    done = run(tmp_path, FAILS)
    assert done.returncode == 1, done.stderr
    assert "2 of 4 gradients differ (3-4-2 network" in done.stdout
    assert "[act-missing]" in done.stdout
    assert "assertions.py" not in done.stdout.replace("nn.grading.assertions", "")


def test_nothing_is_loaded_before_it_is_needed(tmp_path):
    done = run(tmp_path, LAZY)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_network_of_the_fixture():
    net, (W1, W2), _, X, Y = example()
    assert (W1.shape, W2.shape, X.shape, Y.shape) == ((4, 3), (2, 4), (5, 3), (5, 2))
    assert net.layers[0].neurons[1].w[2].data == W1[1, 2]
