"""README's tables are what the program prints today."""

import re
from pathlib import Path

import pytest

from autograd_scalar import Value, draw
from nn import MLP, check_deltas
from nn.conventions import CONVENTIONS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def without_rounding(table):
    """Numbers to six digits; how the last bits differ belongs to the machine's libm."""
    columns = re.sub(r"\S+ +\S+ +[\d.]+ eps", "", table)
    return re.sub(r"-?\d+\.\d+(e-\d+)?", lambda m: f"{float(m[0]):.6g}", columns)


def test_the_delta_table():
    net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    report = check_deltas(net, [[0.1, -0.2, 0.3]], [[1, 0]], "half_squared_error")
    (shown,) = re.findall(r"```text\n(3-4-2 network.*?)```", README, re.DOTALL)
    pick = re.compile(r"^dC/d(\S+) +(\S+)", re.MULTILINE)
    assert pick.findall(shown) == pick.findall(str(report))
    rows = zip(shown.splitlines()[3:11], str(report).splitlines()[3:11], strict=True)
    for ours, now in rows:
        if ours.split()[2] == now.split()[2]:
            assert (
                without_rounding(ours).split()[:5] == without_rounding(now).split()[:5]
            )


@pytest.mark.parametrize("name", CONVENTIONS)
def test_every_convention_is_in_the_table(name):
    assert f"| `{name}` | {CONVENTIONS[name].source.split(',')[0]}" in README


def test_the_picture_is_current():
    w, x, b = Value(-0.8, "w"), Value(2.0, "x"), Value(1.0, "b")
    y = (w * x + b).tanh().named("y")
    y.backward()
    picture = ROOT / ".github" / "neuron.svg"
    assert picture.read_text(encoding="utf-8") == draw(y).svg


def test_links_lead_somewhere():
    prose = re.sub(r"```.*?```|`[^`]*`", "", README, flags=re.DOTALL)
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", prose):
        assert (ROOT / target).exists(), target
