"""The compiled modules and the plain source: which runs, and what both have."""

import inspect
import os
import random
import subprocess
import sys
import tracemalloc
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    ExtensionFileLoader,
    SourceFileLoader,
)
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

import autograd_scalar
from autograd_scalar import Value, _plain

FOLDER = Path(autograd_scalar.__file__).parent
HOOK = Path(__file__).parents[1] / ".hatch" / "native.py"
ENGINE = sys.modules[Value.__module__]


# ---- Which form of a module is loaded ------------------------------------------------


@pytest.fixture
def both_forms(tmp_path):
    """A folder with a compiled module (as far as its name tells) and its source."""
    (tmp_path / f"some{EXTENSION_SUFFIXES[0]}").write_bytes(b"")
    (tmp_path / "some.py").write_text("here = True\n", "utf-8")
    (tmp_path / "other.py").write_text("", "utf-8")
    return tmp_path


def found(folder, name="some"):
    return _plain.Finder.find_spec(f"autograd_scalar.{name}", [str(folder)])


def loaded(spec, monkeypatch):
    """The module of a spec, as if the compiled file had made it."""
    monkeypatch.setattr(ExtensionFileLoader, "exec_module", lambda self, module: None)
    module = ModuleType(spec.name)
    module.__spec__ = spec
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


def test_the_compiled_form_is_taken_and_names_its_source(both_forms, monkeypatch):
    monkeypatch.setattr(_plain, "forced", False)
    monkeypatch.setattr(_plain, "in_subinterpreter", lambda: False)
    spec = found(both_forms)
    assert spec.origin.endswith(EXTENSION_SUFFIXES[0])
    assert loaded(spec, monkeypatch).__file__ == str(both_forms / "some.py")


def test_a_compiled_module_whose_source_was_removed_names_none(both_forms, monkeypatch):
    monkeypatch.setattr(_plain, "forced", False)
    monkeypatch.setattr(_plain, "in_subinterpreter", lambda: False)
    (both_forms / "some.py").unlink()
    assert not hasattr(loaded(found(both_forms), monkeypatch), "__file__")


@pytest.mark.parametrize("reason", ["forced", "in_subinterpreter"])
def test_the_plain_form_is_taken(reason, both_forms, monkeypatch):
    monkeypatch.setattr(_plain, "forced", reason == "forced")
    monkeypatch.setattr(_plain, "in_subinterpreter", lambda: reason != "forced")
    spec = found(both_forms)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert type(spec.loader) is SourceFileLoader
    assert module.__file__ == spec.origin == str(both_forms / "some.py")
    assert module.here


def test_what_has_one_form_is_found_as_python_finds_it(both_forms):
    assert found(both_forms, "other").origin == str(both_forms / "other.py")
    assert found(both_forms, "nowhere") is None
    assert _plain.Finder.find_spec("some", [str(both_forms)]) is None


@pytest.mark.parametrize("is_main", [True, False])
def test_a_compiled_module_tells_which_interpreter_this_is(is_main, monkeypatch):
    teller = SimpleNamespace(is_main=lambda: is_main)
    monkeypatch.setitem(sys.modules, "autograd_scalar__interpreter", teller)
    assert _plain.in_subinterpreter() is not is_main


def printed(code, **environment):
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=FOLDER.parent,
        env={**os.environ, **environment},
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.split()


@pytest.mark.parametrize(
    ("switch", "forced"), [("", False), ("0", False), ("1", True), ("yes", True)]
)
def test_the_switch_in_a_new_process_holds_for_every_module(switch, forced):
    code = (
        "import sys, autograd_scalar as a, autograd_scalar.numbers.dual\n"
        "print(a.implementation)\n"
        "for name, module in list(sys.modules.items()):\n"
        "    if name.startswith('autograd_scalar.') and module.__spec__.origin:\n"
        "        print(module.__spec__.origin)"
    )
    implementation, *origins = printed(code, AUTOGRAD_SCALAR_PLAIN=switch)
    assert len(origins) > 10
    if forced:
        assert implementation == "plain"
        assert {Path(origin).suffix for origin in origins} == {".py"}
    else:
        assert implementation == autograd_scalar.implementation


@pytest.mark.parametrize("first", [True, False], ids=["main first", "sub first"])
def test_a_subinterpreter_runs_the_plain_source(first):
    steps = (
        "import autograd_scalar as a\n"
        "x = a.Value(3.0)\n"
        "(x * x).backward()\n"
        "print(a.implementation, x.grad, flush=True)\n"
    )
    code = (
        "try:\n"
        "    import _interpreters as interpreters\n"
        "except ImportError:\n"
        "    import _xxsubinterpreters as interpreters\n"
        f"steps = {steps!r}\n"
        f"if {first}:\n"
        "    exec(steps)\n"
        "failed = interpreters.run_string(interpreters.create(), steps)\n"
        "if failed:\n"
        "    raise SystemExit(repr(failed))\n"
        "exec(steps)\n"
    )
    here = [autograd_scalar.implementation, "6.0"]
    assert printed(code) == [*(here if first else []), "plain", "6.0", *here]


def test_a_subinterpreter_leaves_the_modules_of_the_main_one_whole():
    # 3.11's own module for interpreters has no exceptions in the main interpreter if a
    # subinterpreter was the first to import it.
    code = (
        "import sys, _testcapi\n"
        "steps = 'import sys; before = {*sys.modules}; import autograd_scalar;'\n"
        "steps += 'print(*{*sys.modules} - before)'\n"
        "assert _testcapi.run_in_subinterp(steps) == 0"
    )
    pytest.importorskip("_testcapi")
    found = printed(code)
    assert "autograd_scalar.graph.value" in found
    assert not {"_interpreters", "_xxsubinterpreters"} & {*found}


def test_implementation_names_the_form_that_runs():
    source = ENGINE.__spec__.origin.endswith(".py")
    assert autograd_scalar.implementation == ("plain" if source else "compiled")


def test_inspect_shows_the_source_in_both():
    dual = autograd_scalar.Dual
    for cls in (Value, *Value.__mro__[1:-1], autograd_scalar.no_grad, dual):
        source = inspect.getsource(cls)
        assert f"class {cls.__name__}" in source
        assert source.lstrip().startswith(("@", "class "))
        assert Path(inspect.getsourcefile(cls)).suffix == ".py"
    for name, module in list(sys.modules.items()):
        if name.startswith("autograd_scalar."):
            assert module.__file__.endswith(".py")
    assert "def backward(self" in inspect.getsource(Value)
    assert "class Value(" in inspect.getsource(ENGINE)


# ---- The build -----------------------------------------------------------------------


@pytest.fixture
def hook(monkeypatch):
    """The build hook's module; its compilation fails, and hatchling is not needed."""
    interface = "hatchling.builders.hooks.plugin.interface"
    parts = interface.split(".")
    for depth in range(1, len(parts) + 1):
        module = ModuleType(".".join(parts[:depth]))
        monkeypatch.setitem(sys.modules, module.__name__, module)
    module.BuildHookInterface = object
    spec = spec_from_file_location("native_build_hook", HOOK)
    loaded = module_from_spec(spec)
    spec.loader.exec_module(loaded)

    def fails(root, room):
        sys.exit("gcc is tired")

    monkeypatch.setattr(loaded, "_compiled", fails)
    monkeypatch.setattr(loaded, "_obstacle", lambda: "")
    for name in ("AUTOGRAD_SCALAR_NATIVE", "AUTOGRAD_SCALAR_PLAIN"):
        monkeypatch.delenv(name, raising=False)
    return loaded


def initialised(hook, version="standard"):
    """What a build that could not compile says, and what it puts into the wheel."""
    said = []
    builder = hook.NativeBuildHook()
    builder.root = str(HOOK.parents[1])
    builder.app = SimpleNamespace(display_info=said.append)
    data = {"force_include": {}}
    try:
        builder.initialize(version, data)
    finally:
        builder.finalize(version, data, "")
    assert data == {"force_include": {}}
    return said


def test_a_build_that_cannot_compile_says_why_and_is_plain(hook):
    (said,) = initialised(hook)
    assert said.endswith("source alone: the compilation failed: gcc is tired")


def test_a_required_compilation_that_fails_is_an_error(hook, monkeypatch):
    monkeypatch.setenv("AUTOGRAD_SCALAR_NATIVE", "require")
    with pytest.raises(RuntimeError) as caught:
        initialised(hook)
    assert str(caught.value) == (
        "AUTOGRAD_SCALAR_NATIVE=require, but the compilation failed: gcc is tired; a"
        " compiled wheel was expected: remove the cause, or unset"
        " AUTOGRAD_SCALAR_NATIVE to build the plain one"
    )
    assert initialised(hook, "editable") == []  # is plain always


def test_a_required_compilation_that_is_not_tried_is_an_error(hook, monkeypatch):
    monkeypatch.setenv("AUTOGRAD_SCALAR_NATIVE", "require")
    monkeypatch.setattr(hook, "_obstacle", lambda: "there is no C compiler 'cc'")
    with pytest.raises(RuntimeError, match="but there is no C compiler 'cc'; a"):
        initialised(hook)


def test_an_unknown_requirement_is_an_error(hook, monkeypatch):
    monkeypatch.setenv("AUTOGRAD_SCALAR_NATIVE", "required")
    with pytest.raises(RuntimeError, match="NATIVE=required is unknown; set it to"):
        initialised(hook)


@pytest.mark.skipif(os.name == "nt", reason="setuptools looks for the compiler there")
def test_what_keeps_a_build_from_compiling_is_named(hook, monkeypatch):
    monkeypatch.undo()  # the fixture's _obstacle
    monkeypatch.setenv("AUTOGRAD_SCALAR_PLAIN", "1")
    assert hook._obstacle() == "AUTOGRAD_SCALAR_PLAIN asks for the plain source"
    monkeypatch.delenv("AUTOGRAD_SCALAR_PLAIN")
    monkeypatch.setenv("CC", "no-such-compiler -m64")
    assert "no-such-compiler" in hook._obstacle()


# ---- What both have ------------------------------------------------------------------


@pytest.mark.parametrize("name", ["data", "grad", "label", "op"])
def test_no_attribute_can_be_deleted(name):
    v = Value(1.0)
    with pytest.raises(AttributeError):
        delattr(v, name)
    assert repr(v) == "Value(data=1.0, grad=0.0)"


@pytest.mark.thorough
@pytest.mark.parametrize("rounds", [20])
def test_freeing_deep_graphs_harms_no_neighbour(rounds):
    # With mypyc's own trashcan one of about 150 freed nodes damaged the heap.
    for _ in range(rounds):
        y = Value(1.0)
        for i in range(20_000):
            y = y * 0.5 if i % 3 else y.tanh()
        y = autograd_scalar.sum([y, 1.0])
        del y
    assert Value(1.0).data == 1.0


def test_nodes_of_any_life_time_keep_what_they_hold():
    # Compiled, nodes lie in slabs of about 20,000, swept again when half is free.
    rng, alive = random.Random(0), {}
    for number in range(200_000):
        place = rng.randrange(60_000 if number < 100_000 else 25_000)
        node = alive.pop(place, None)
        if node is None:
            node = alive[place] = Value(float(place))
            fresh = node.grad, node.has_grad, node.label, node.parents
            assert fresh == (0.0, False, "", ())
            node.grad = -node.data
        assert (node.data, node.grad) == (place, -place)
    assert len({id(node) for node in alive.values()}) == len(alive)


def test_memory_of_nodes_is_traced():
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    nodes = [Value(1.0) for _ in range(1_000)]
    held, _ = tracemalloc.get_traced_memory()
    nodes.clear()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held - before > 1_000 * sys.getsizeof(Value(1.0))
    assert after - before < 10_000


def test_help_shows_the_text_of_the_source_in_both():
    names = [name for name in dir(Value) if not name.startswith("_")]
    assert {"tanh", "grad", "parents", "backward", "named"} <= set(names)
    for owner in (Value, autograd_scalar.no_grad):
        assert ">>> " in inspect.getdoc(owner)
    for name in names:
        text = inspect.getdoc(getattr(Value, name))
        assert text, name
        assert "--\n" not in text
    assert inspect.getdoc(Value.tanh) == "Return the hyperbolic tangent."
    assert "label" in inspect.signature(Value.named).parameters
