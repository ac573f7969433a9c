"""What a strict type checker says of programs that use nn and the engine."""

import subprocess
import sys

import pytest

RIGHT = """
from autograd_scalar import Value, sum
from nn import MLP, SGD, Layer, Neuron, half_squared_error

net = MLP(2, [3, 1], rng=1)
net([0.5, -1.0]).backward()
loss: Value = half_squared_error(net([0.5, -1.0]), 1.0)
loss.backward()
first: Value = MLP(2, [3])([0.5, -1.0])[0]
several: list[Value] = Layer(2, 3)([0.5, -1.0])
Layer(2, 1)([0.5, -1.0]).backward()
one: Value = Neuron(2)([0.5, -1.0])
total: Value | float = sum([*several, one])
SGD(net.parameters(), lr=0.1).step()
"""
STAR = """
from autograd_scalar import *
from nn import *

x = Value(1.0)
y = tanh(x) + clip(x, 0.0, 1.0)
y.backward()
draw(y)
certify(y)
grad(lambda v: v * v)(3.0)
MLP(2, [1])([1.0, 2.0]).backward()
error: AutogradError
"""
# line: what mypy says of it
WRONG = {
    "MLP('2', [3, 1])": "arg-type",
    "MLP(2, [3, 1])(0.5)": "arg-type",
    "Neuron(2)([0.5, -1.0])[0]": "index",
    "Value('1').backwards()": "attr-defined",
}


def checked(tmp_path, program):
    path = tmp_path / "program.py"
    path.write_text(program)
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", str(path)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout


@pytest.mark.slow  # mypy takes its time
@pytest.mark.parametrize("program", [RIGHT, STAR], ids=["by name", "star imports"])
def test_programs_that_are_right_have_no_type_errors(tmp_path, program):
    found = checked(tmp_path, program)
    assert found.startswith("Success"), found


@pytest.mark.slow
def test_programs_that_are_wrong_do(tmp_path):
    found = checked(tmp_path, RIGHT + "\n".join(WRONG))
    errors = [line for line in found.splitlines() if ": error: " in line]
    start = len(RIGHT.splitlines()) + 1
    for line, kind in enumerate(WRONG.values(), start):
        assert any(f":{line}:" in e and f"[{kind}]" in e for e in errors), found
