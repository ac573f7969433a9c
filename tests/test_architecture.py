"""The layout of design.md: a module imports only from lines above it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

ENGINE = [
    ["errors"],
    ["operands", "ieee", "precise"],
    ["generic", "kinks"],
    ["partials"],
    ["primitives"],
    ["node"],
    ["graph", "modes"],
    ["value"],
    ["functions", "functional", "custom"],
    ["render"],
    ["__init__"],
]


def imported(path, package):
    """What a file imports of a package at run time (not for type checkers only)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.body = []
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
            names.add(node.module)
    return {name for name in names if name.split(".")[0] == package}


@pytest.mark.parametrize(
    "path", sorted((ROOT / "autograd_scalar").glob("*.py")), ids=lambda p: p.stem
)
def test_engine_modules_import_only_from_above(path):
    rank = {name: i for i, line in enumerate(ENGINE) for name in line}
    assert path.stem in rank, f"{path.name} has no line in the layout"
    for name in imported(path, "autograd_scalar"):
        module = name.split(".")[1] if "." in name else ""
        if module in rank and path.stem != "__init__":
            assert rank[module] < rank[path.stem], f"{path.stem} imports {module}"


@pytest.mark.parametrize(
    "path", sorted((ROOT / "nn").rglob("*.py")), ids=lambda p: p.stem
)
def test_nn_imports_public_names_only(path):
    import autograd_scalar

    for name in imported(path, "autograd_scalar"):
        parts = name.split(".")
        assert len(parts) <= 2, f"{path.name} imports {name}"
        assert len(parts) == 1 or parts[1] in autograd_scalar.__all__, name


@pytest.mark.parametrize("path", sorted((ROOT / "nn").glob("matrix*.py")))
def test_the_closed_form_shares_no_code_with_the_engine(path):
    assert not imported(path, "autograd_scalar")
    assert all(name.startswith("nn.matrix") for name in imported(path, "nn") - {"nn"})


def test_importing_the_engine_loads_the_standard_library_only():
    code = (
        "import sys; bare = set(sys.modules); import autograd_scalar;"
        "print(*sorted({m.split('.')[0] for m in set(sys.modules) - bare}))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    foreign = set(run.stdout.split()) - sys.stdlib_module_names - {"autograd_scalar"}
    assert not foreign


def test_public_names():
    import autograd_scalar

    assert len(set(autograd_scalar.__all__)) == len(autograd_scalar.__all__)
    for name in autograd_scalar.__all__:
        assert getattr(autograd_scalar, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = autograd_scalar.nonsense
