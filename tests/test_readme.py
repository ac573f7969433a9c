"""README's tables are what the program prints today."""

import re
from pathlib import Path

import pytest

from autograd_scalar import Value, draw
from nn import MLP, check_deltas
from nn.deltas.conventions import CONVENTIONS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def without_rounding(table):
    """Numbers to six digits; how the last bits differ belongs to the machine's libm."""
    columns = re.sub(r"[\d.]+ eps +\S+ +\S+", "", table)
    rounded = re.sub(r"-?\d+\.\d+(e-\d+)?", lambda m: f"{float(m[0]):.6g}", columns)
    return re.sub(" +", " ", rounded)


def test_the_delta_table():
    net = MLP(3, [4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    report = check_deltas(net, [[0.1, -0.2, 0.3]], [[1, 0]], "half_squared_error")
    (shown,) = re.findall(r"```text\n(3-4-2 network.*?)```", README, re.DOTALL)
    pick = re.compile(r"^dC/d(\S+) +(\S+)", re.MULTILINE)
    assert pick.findall(shown) == pick.findall(str(report))
    rows = zip(shown.splitlines()[3:11], str(report).splitlines()[3:11], strict=True)
    for ours, now in rows:
        for row in (ours, now):
            _, _, _, scalar, closed = without_rounding(row).split()[:5]
            assert float(scalar) == pytest.approx(float(closed), rel=1e-5)
            assert row.endswith("equal")
        if ours.split()[2] == now.split()[2]:  # which differs by libm's last bits
            assert without_rounding(ours) == without_rounding(now)
    assert len(shown.splitlines()) == len(str(report).splitlines()) == 12
    assert shown.splitlines()[1].split() == str(report).splitlines()[1].split()


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
