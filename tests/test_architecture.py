"""The layout of design.md: a module imports only from lines above it."""

import ast
import importlib
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import autograd_scalar

ROOT = Path(autograd_scalar.__file__).parents[1]
OURS = {"autograd_scalar", "autograd_scalar__mypyc"}  # the latter where compiled

ENGINE = [
    ["errors", "native", "_plain"],
    ["operands", "precise"],
    ["ieee.arithmetic"],
    ["ieee.elementary", "ieee.reductions"],
    ["ieee.activations"],
    ["ieee"],
    ["generic", "kinks"],
    ["partials.arithmetic"],
    ["partials.elementary", "partials.activations"],
    ["partials"],
    ["primitives"],
    ["numbers"],
    ["node"],
    ["graph", "modes"],
    ["value"],
    ["fused"],
    ["functions", "recorded", "custom"],
    ["exact", "tangents"],
    ["functional"],
    ["diagnosis.origins"],  # the words for a node; it imports nothing of ours
    ["transforms.containers"],
    ["transforms.differentiation"],
    ["transforms.pure"],
    ["transforms"],
    ["certification.naming", "certification.reordering"],
    ["certification.replaying"],
    ["certification.truth"],
    ["diagnosis.findings"],
    ["diagnosis.anomaly"],
    ["diagnosis.diagnosing"],
    ["diagnosis"],
    ["gradcheck.differences", "gradcheck.limits", "gradcheck.report"],
    ["gradcheck.complex_step", "gradcheck.judging"],
    ["gradcheck.rules"],
    ["gradcheck.checking"],
    ["gradcheck"],
    ["render"],
    ["certification.text"],
    ["certification.certificate", "certification.comparison"],
    ["certification.certifying"],
    ["certification"],
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
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports are absolute"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if name.split(".")[0] == package}


def module_name(path):
    """The name below the package: ``ieee.arithmetic``; a package goes by its own."""
    *parts, last = path.relative_to(ROOT / "autograd_scalar").with_suffix("").parts
    return ".".join(parts if parts and last == "__init__" else [*parts, last])


FILES = {module_name(p): p for p in (ROOT / "autograd_scalar").rglob("*.py")}
RANKS = {name: rank for rank, line in enumerate(ENGINE) for name in line}


def engine_imports(module):
    """The engine's modules that a module imports, by the names of FILES."""
    for name in imported(FILES[module], "autograd_scalar"):
        parts = name.split(".")[1:]
        while parts and ".".join(parts) not in FILES:
            parts.pop()  # a name inside a module
        yield ".".join(parts) or "__init__"


def line_of(module):
    """The entry of ENGINE that a module belongs to: its own, or its package's."""
    return module if module in RANKS else module.split(".")[0]


@pytest.mark.parametrize("module", sorted(FILES))
def test_engine_modules_import_only_from_above(module):
    line = line_of(module)
    assert line in RANKS, f"{module} has no line in the layout"
    for other in engine_imports(module):
        is_above = RANKS[line_of(other)] < RANKS[line]
        is_beside = other not in RANKS and line_of(other) == line
        assert is_above or is_beside, f"{module} imports {other}"


def test_engine_modules_import_in_no_circle():
    order = TopologicalSorter({module: set(engine_imports(module)) for module in FILES})
    assert set(order.static_order()) == set(FILES)


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
    foreign = set(run.stdout.split()) - sys.stdlib_module_names - OURS
    assert not foreign


OPENS_NOTHING = """
import sys
bare = {*sys.modules}
def refuse(event, args):
    if event.split(".")[0] in {"socket", "subprocess", "urllib", "ftplib"} or event in {
        "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn",
    }:
        raise AssertionError(event)
sys.addaudithook(refuse)
import autograd_scalar, nn
for package in autograd_scalar, nn:
    for name in package.__all__:
        getattr(package, name)
print(len({m for m in {*sys.modules} - bare if m.startswith(("autograd_s", "nn."))}))
"""


def test_importing_every_public_name_opens_no_socket_and_starts_no_program():
    def run(code):
        return subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )

    found = run(OPENS_NOTHING)
    assert (found.returncode, found.stderr) == (0, "")
    assert int(found.stdout) > 40
    for opener in ("import socket; socket.socket()", "import os; os.system('')"):
        assert "AssertionError" in run(OPENS_NOTHING + opener).stderr


@pytest.mark.parametrize("package", ["autograd_scalar", "nn"])
def test_dir_lists_every_public_name(package):
    module = importlib.import_module(package)
    assert set(module.__all__) <= set(dir(module))
    assert dir(module) == sorted(dir(module))


def test_public_names():
    import autograd_scalar

    assert len(set(autograd_scalar.__all__)) == len(autograd_scalar.__all__)
    for name in autograd_scalar.__all__:
        assert getattr(autograd_scalar, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = autograd_scalar.nonsense
