"""The floors of both packages: a module imports from floors below, in no circle.

A unit is a package, or a module that lies beside the packages. Within its own package
a module may import any other, as long as no circle forms. Imports for type checkers
count like all others.
"""

import ast
import builtins
import functools
import importlib.util
import runpy
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import autograd_scalar

ROOT = Path(autograd_scalar.__file__).parents[1]
# The latter two where compiled.
OURS = {"autograd_scalar", "autograd_scalar__mypyc", "autograd_scalar__interpreter"}
# Of the standard library, but not among its listed names in every version.
UNLISTED = {"_interpreters", "_xxsubinterpreters"}

FLOORS = {
    "autograd_scalar": [
        {"primitives", "errors", "native", "_plain"},
        {"operands"},
        {"reporting"},
        {"graph", "numbers"},
        {"derivatives", "diagnosis", "render", "functions", "custom"},
        {"program"},
        {"gradcheck", "precision", "explain"},
        {"__init__"},
        # The entry point of `python -m autograd_scalar`. The command lives above, in
        # nn: it is found by name at run time, so that no import leads upward.
        {"__main__"},
    ],
    "nn": [
        {"matrix", "files", "arguments"},
        {"init", "activations", "cross_entropies"},
        {"losses"},
        {"compiled"},
        {"module"},
        {"layers", "data"},
        {"training", "weights", "deltas", "picture", "sequential", "reading"},
        {"grading", "onnx"},
        {"experiment", "estimators"},
        {"cli"},
        {"__init__", "__main__"},
    ],
    "nn.reading": [
        {"__init__", "formula", "markup"},
        {"code", "latex"},
        {"letters", "habits"},
        {"equations", "rewriting"},
        {"claims"},
        {"notes"},
    ],
}
RANKS = {
    package: {unit: rank for rank, floor in enumerate(floors) for unit in floor}
    for package, floors in FLOORS.items()
}


def imported(path, package):
    """What a file imports of a package, for type checkers too, as dotted names."""
    return {name for name in imports(path) if f"{name}.".startswith(f"{package}.")}


@functools.cache
def imports(path):
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports are absolute"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def files(package):
    """Each file under its name below the package; a package goes by its own."""
    found = {}
    folder = ROOT.joinpath(*package.split("."))
    for path in folder.rglob("*.py"):
        *parts, last = path.relative_to(folder).with_suffix("").parts
        is_package = parts and last == "__init__"
        found[".".join(parts if is_package else [*parts, last])] = path
    return found


PUBLIC = {*autograd_scalar.__all__, *autograd_scalar._LIKE_BUILTINS}
FILES = {package: files(package) for package in FLOORS}


def modules_imported(package, module):
    """The modules of a package that one of its modules imports."""
    for name in imported(FILES[package][module], package):
        parts = name.removeprefix(package).split(".")[1:]
        while parts and ".".join(parts) not in FILES[package]:
            parts.pop()  # a name inside a module
        yield ".".join(parts) or "__init__"


@pytest.mark.parametrize("package", FLOORS)
def test_each_module_imports_from_floors_below(package):
    ranks, wrong = RANKS[package], []
    for module in sorted(FILES[package]):
        unit = module.split(".")[0]
        assert unit in ranks, f"{package}.{module} stands on no floor"
        for other in modules_imported(package, module):
            below = other.split(".")[0]
            if below != unit and ranks[below] >= ranks[unit]:
                wrong.append(f"{module} imports {other}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("package", FLOORS)
def test_modules_import_in_no_circle(package):
    order = TopologicalSorter(
        {m: set(modules_imported(package, m)) - {m} for m in FILES[package]}
    )
    assert set(order.static_order()) == set(FILES[package])


def test_nn_imports_public_names_only():
    wrong = []
    for path in sorted((ROOT / "nn").rglob("*.py")):
        for name in imported(path, "autograd_scalar"):
            _, *rest = name.split(".")
            if len(rest) > 1 or not PUBLIC.issuperset(rest):
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert not wrong, "\n".join(wrong)


def test_the_closed_form_shares_no_code_with_the_engine():
    wrong = []
    for path in sorted((ROOT / "nn" / "matrix").glob("*.py")):
        others = imported(path, "nn") - {"nn"} | imported(path, "autograd_scalar")
        wrong += [
            f"{path.name} imports {name}"
            for name in others
            if not name.startswith("nn.matrix")
        ]
    assert not wrong, "\n".join(wrong)


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
    foreign = set(run.stdout.split()) - sys.stdlib_module_names - OURS - UNLISTED
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


@pytest.mark.thorough
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
    like_builtins = getattr(module, "_LIKE_BUILTINS", ())
    assert {*module.__all__, *like_builtins} <= {*dir(module)}
    assert dir(module) == sorted(dir(module))


def test_names_on_demand_are_the_ones_that_type_checkers_read():
    tree = ast.parse(FILES["autograd_scalar"]["__init__"].read_text("utf-8"))
    (block,) = [
        node
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    read = {alias.asname: node.module for node in block.body for alias in node.names}
    homes = autograd_scalar._HOME_OF.items()
    assert read == {name: f"autograd_scalar.{home}" for name, home in homes}


def test_public_names():
    import autograd_scalar

    assert len(set(autograd_scalar.__all__)) == len(autograd_scalar.__all__)
    for name in autograd_scalar.__all__:
        assert getattr(autograd_scalar, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = autograd_scalar.nonsense


@pytest.mark.parametrize("package", ["autograd_scalar", "nn"])
def test_a_star_import_replaces_no_builtin(package):
    names: dict[str, object] = {}
    exec(f"from {package} import *", names)
    assert not {*names} & {*dir(builtins)} - {"__builtins__"}
    assert len(names) > 30


def test_what_is_named_like_a_builtin_is_public_by_attribute():
    assert autograd_scalar._LIKE_BUILTINS
    for name in autograd_scalar._LIKE_BUILTINS:
        assert hasattr(builtins, name)
        assert name not in autograd_scalar.__all__
        assert getattr(autograd_scalar, name) is not getattr(builtins, name)


@pytest.mark.parametrize("package", ["autograd_scalar", "nn"])
def test_python_m_is_the_command(package, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["python -m", "--version"])
    # Not run_module(): pytest's loader of what a plugin is in has no code to give.
    main = importlib.util.find_spec(f"{package}.__main__")
    with pytest.raises(SystemExit) as end:
        runpy.run_path(main.origin, run_name="__main__")
    assert end.value.code == 0
    assert capsys.readouterr().out.startswith("autograd-scalar ")
    importlib.import_module(f"{package}.__main__")  # by a tool that imports all: no-op


def test_python_m_exits_with_the_command_s_code():
    command = [sys.executable, "-m", "autograd_scalar", "draw", "x +"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("autograd-scalar: ")
