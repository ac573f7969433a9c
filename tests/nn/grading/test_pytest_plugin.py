"""The pytest plugin in tests of other people, each run in a process of its own."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from nn.grading.cases import example

ROOT = Path(__file__).parents[3]
PLUGIN = ROOT / "nn" / "grading" / "pytest_plugin.py"

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
    assert "pytest_autograd_scalar" in sys.modules
    assert not {"numpy", "autograd_scalar", "nn"} & set(sys.modules)
"""


def path_with_plugin(tmp_path):
    """Return a path on which the plugin has its name: the sources' or the installed."""
    folder = tmp_path / "installed"
    folder.mkdir(exist_ok=True)
    if PLUGIN.exists():
        shutil.copy(PLUGIN, folder / "pytest_autograd_scalar.py")
    return os.pathsep.join([str(folder), str(ROOT)])


def run(tmp_path, text, *more):
    """Run a file of tests with the plugin, as other people do."""
    (tmp_path / "test_theirs.py").write_text(text)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    options = ["-p", "pytest_autograd_scalar", "-p", "no:cacheprovider", *more]
    path = path_with_plugin(tmp_path)
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, "test_theirs.py"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )  # fmt: skip


@pytest.mark.parametrize("path", ["none/mistakes.json", "."])
def test_mistakes_that_cannot_be_written_stop_the_run_at_once(tmp_path, path):
    done = run(tmp_path, PASSES, f"--mistakes-json={path}")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert f"--mistakes-json {path}: expected a file in a folder" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_right_gradients_pass(tmp_path):
    done = run(tmp_path, PASSES)
    assert done.returncode == 0, done.stdout + done.stderr


def test_wrong_gradients_fail_and_are_explained(tmp_path):
    done = run(tmp_path, FAILS)
    assert done.returncode == 1, done.stderr
    assert "2 of 4 gradients differ (3-4-2 network" in done.stdout
    assert "[act-missing]" in done.stdout
    assert "assertions.py" not in done.stdout.replace("nn.grading.assertions", "")


def test_whole_arrays_come_with_vv(tmp_path):
    assert "dZ1, graph:" not in run(tmp_path, FAILS, "-v").stdout
    done = run(tmp_path, FAILS, "-vv")
    assert "dZ1, theirs:\nE       [[" in done.stdout, done.stdout
    assert "dZ1, graph:\nE       [[" in done.stdout


@pytest.mark.parametrize("workers", [[], ["-p", "xdist", "-n", "2"]])
def test_mistakes_are_written_for_a_teacher(tmp_path, workers):
    path = tmp_path / "mistakes.json"
    text = FAILS + "\ndef test_of_another_kind():\n    assert False\n"
    done = run(tmp_path, text, f"--mistakes-json={path}", *workers)
    assert done.returncode == 1, done.stdout + done.stderr
    assert json.loads(path.read_text("utf-8")) == {
        "test_theirs.py::test_backprop": [
            {"quantity": "dZ1", "status": "wrong", "mistake": "act-missing"}
        ]
    }


def test_the_entry_point_and_a_package_that_is_called_nn(tmp_path):
    """The distribution's settings, in a folder with an ``nn`` of its own."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    entry = settings["project"]["entry-points"]["pytest11"]
    info = tmp_path / "site" / "theirs-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0")
    lines = [f"{name} = {module}" for name, module in entry.items()]
    (info / "entry_points.txt").write_text("\n".join(["[pytest11]", *lines]))
    files = ["autograd_scalar/__init__.py", "nn/__init__.py",
             "pytest_autograd_scalar.py"]  # fmt: skip
    plugin = path_with_plugin(tmp_path)
    (info / "RECORD").write_text("".join(f"{name},,\n" for name in files))
    (tmp_path / "nn.py").write_text("def backprop(): return 1\n")
    (tmp_path / "test_own.py").write_text(
        "import nn\n\ndef test_own(): assert nn.backprop() == 1\n"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    imported = (
        "import autograd_scalar, nn, pytest, sys; assert hasattr(nn, '_HOME_OF');"
    )
    for start, path in [
        ("import pytest, sys;", "test_own.py"),
        (imported, "--fixtures"),
    ]:
        # nbmake, where it is installed, loads for a second.
        words = ["-q", "-W", "error", "-p", "no:nbmake", path]
        code = f"{start} sys.exit(pytest.main({words}))"
        done = subprocess.run(
            [sys.executable, *([] if path == "test_own.py" else ["-P"]), "-c", code],
            cwd=tmp_path, capture_output=True, text=True, check=False,
            env={"PYTHONPATH": os.pathsep.join([str(tmp_path / "site"), plugin])},
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    assert "gradients_match" in done.stdout


def test_nothing_is_loaded_before_it_is_needed(tmp_path):
    done = run(tmp_path, LAZY)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_network_of_the_fixture():
    net, (W1, W2), _, X, Y = example()
    assert (W1.shape, W2.shape, X.shape, Y.shape) == ((4, 3), (2, 4), (5, 3), (5, 2))
    assert net.layers[0].neurons[1].w[2].data == W1[1, 2]
