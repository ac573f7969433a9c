"""The package's names: there when they are asked for, and not loaded before."""

import subprocess
import sys
from pathlib import Path

import pytest

import nn


@pytest.mark.parametrize("name", nn.__all__)
def test_every_public_name_is_there(name):
    assert getattr(nn, name) is not None
    assert name in dir(nn)


def test_names_and_modules_are_reached_from_the_package_alone():
    code = (
        "import sys; old = set(sys.modules); import nn\n"
        "assert set(sys.modules) - old == {'nn'}, set(sys.modules) - old\n"
        "assert nn.losses.LOSSES is nn.LOSSES\n"
        "assert nn.layers.MLP is nn.MLP\n"
        "from nn import *\n"
        "assert MLP is nn.MLP and matrix is nn.matrix\n"
    )
    subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=Path(nn.__file__).parents[1]
    )


def test_other_names_are_refused():
    with pytest.raises(AttributeError, match="'nn' has no attribute 'nonsense'"):
        _ = nn.nonsense
