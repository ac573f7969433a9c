"""The package's names: each is imported on first use, and not before."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import nn


@pytest.mark.parametrize("name", nn.__all__)
def test_every_public_name_is_there(name):
    assert getattr(nn, name) is not None
    assert name in dir(nn)


def test_type_checkers_see_the_same_names():
    tree = ast.parse(Path(nn.__file__).read_text(encoding="utf-8"))
    (branch,) = (node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in branch.body if isinstance(node, ast.ImportFrom)]
    seen = {alias.asname: node.module for node in imports for alias in node.names}
    assert len(imports) == len(branch.body)
    assert all(alias.name == alias.asname for n in imports for alias in n.names)
    homes = {name: f"nn.{home}" for name, home in nn._HOME_OF.items()}
    assert seen == {"matrix": "nn"} | homes
    with_extra = {name for names in nn._WITH_EXTRA.values() for name in names}
    assert sorted(nn.__all__) == sorted({*seen} - with_extra)


@pytest.mark.thorough
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


def test_other_names_are_rejected():
    with pytest.raises(AttributeError, match="'nn' has no attribute 'nonsense'"):
        _ = nn.nonsense


def test_a_name_of_a_missing_extra_says_what_to_install():
    code = (
        "import sys; sys.modules['sklearn'] = sys.modules['onnx'] = None; import nn\n"
        "try:\n    nn.ScalarMLPClassifier\n"
        "except ImportError as error:\n    print(error)\n"
        "try:\n    nn.to_onnx(nn.MLP(1, [1]))\n"
        "except nn.onnx.DataError as error:\n    print(error)\n"
    )
    folder = Path(nn.__file__).parents[1]
    run = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert "pip install 'autograd-scalar[sklearn]'" in run.stdout
    assert "pip install 'autograd-scalar[onnx]'" in run.stdout
    assert "ScalarMLPClassifier" in dir(nn)
    assert "ScalarMLPClassifier" not in nn.__all__
