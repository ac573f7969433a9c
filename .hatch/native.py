"""Compile the engine's hot modules with mypyc while a wheel is built, where that works.

The input is the Python source that people read, and the wheel holds both; beside them
the executor of compiled programs, which is C (the folder program). Without a C
compiler, in an editable install, or with AUTOGRAD_SCALAR_PLAIN=1 in the environment, it
holds the source alone. With AUTOGRAD_SCALAR_NATIVE=require a build that cannot compile
is an error instead. README.md in this folder: what is changed in mypyc's C, and why.
"""

from __future__ import annotations

import ast
import contextlib
import os
import re
import shutil
import string
import sys
import sysconfig
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.util import module_from_spec, spec_from_file_location
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Two units of C, compiled side by side: what every operation and every sweep passes
# through, with all that the compiler can do; and what gains from being compiled, but
# little from optimising it more.
HOT = (
    *("operands", "graph/recording", "graph/node", "graph/sweeps", "graph/value"),
    *("derivatives/recorded", "derivatives/tangents"),
)
WARM = (
    *("primitives/floats", "primitives/generic", "primitives/partials"),
    *("primitives/table", "numbers/dual"),
)
VALUE = "graph/value"  # where class Value and its function _record are
UNITS = {"hot.c": (HOT, "-O3"), "warm.c": (WARM, "-O1")}
GROUP = "autograd_scalar"

# The executor of programs: the files of the folder program, and how each is compiled.
# Only matrix programs may round a product and a sum at once; no file drops infinities
# or nans.
EXECUTOR = {
    "machine.c": ("-O3", "-fno-math-errno", "-ffp-contract=fast"),
    "scalars.c": ("-O2", "-fno-math-errno"),
    "tape.c": ("-O2",),
    "module.c": ("-O1",),
}

PLAIN, NATIVE = "AUTOGRAD_SCALAR_PLAIN", "AUTOGRAD_SCALAR_NATIVE"


class NativeBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the compiled modules to a wheel, beside their source."""

    def dependencies(self) -> list[str]:
        """Return what the compilation needs, where one is tried."""
        return [] if _obstacle() else ["mypy==2.4.1", "setuptools>=77"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, or leave the wheel as it is.

        Raises:
            RuntimeError: the compilation is required, and there is none.
        """
        if version == "editable":
            return
        required, obstacle = _required(), _obstacle()
        cause: BaseException | None = None
        if not obstacle:
            self.room = Path(tempfile.mkdtemp(prefix="autograd-scalar-"))
            try:
                built = _compiled(Path(self.root), self.room)
            except (Exception, SystemExit) as error:  # mypyc exits where mypy complains
                obstacle, cause = f"the compilation failed: {error}", error
            else:
                build_data.update(pure_python=False, infer_tag=True)
                build_data["force_include"].update(built)
                return
        if required:
            msg = (
                f"{NATIVE}=require, but {obstacle}; a compiled wheel was expected:"
                f" remove the cause, or unset {NATIVE} to build the plain one"
            )
            raise RuntimeError(msg) from cause
        self.app.display_info(f"The wheel holds the plain source alone: {obstacle}")

    def finalize(self, version: str, build_data: dict[str, Any], path: str) -> None:
        """Remove what was built: the wheel holds a copy."""
        if hasattr(self, "room"):
            shutil.rmtree(self.room, ignore_errors=True)


def _required() -> bool:
    value = os.environ.get(NATIVE, "")
    if value not in {"", "require"}:
        msg = (
            f"{NATIVE}={value} is unknown; set it to 'require' to make a failed"
            " compilation an error, or leave it unset"
        )
        raise RuntimeError(msg)
    return value == "require"


def _obstacle() -> str:
    """Return why no compilation is tried; an empty string if one is."""
    if os.environ.get(PLAIN, "") not in {"", "0"}:
        return f"{PLAIN} asks for the plain source"
    if sys.implementation.name != "cpython" or sys.platform == "emscripten":
        return "mypyc compiles for CPython with a C compiler beside it only"
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return "trashcan.h and slab.h rely on the GIL, which this Python lacks"
    if os.name == "nt":
        return ""  # setuptools looks for Visual C++
    compiler = os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc"
    if shutil.which(compiler.split()[0]) is None:
        return f"there is no C compiler {compiler!r}"
    header = Path(sysconfig.get_path("include"), "Python.h")
    return "" if header.exists() else f"there is no {header}"


def _compiled(root: Path, room: Path) -> dict[str, str]:
    """Return each compiled file's place in the wheel."""
    _neighbour("boxes").check_boxes()  # first: it decides which mypyc is loaded
    from mypyc.build import mypycify  # noqa: PLC0415  (a dependency of this build only)
    from setuptools import Distribution, Extension  # noqa: PLC0415  (the same)

    shutil.copytree(root / GROUP, room / GROUP)
    with contextlib.chdir(room):
        paths = [f"{GROUP}/{name}.py" for name in HOT + WARM]
        docstrings = _docstrings(paths)
        for path in paths:
            _tell_first_lines(Path(path))
        extensions = mypycify(
            ["--strict", "--follow-imports=silent", *paths],
            debug_level="0",
            group_name=GROUP,
            multi_file=True,
            include_runtime_files=True,
        )
        units = _units(Path("build"), root / ".hatch")
        for name, code in units.items():
            Path("build", name).write_text(_documented(code, docstrings), "utf-8")
        shutil.copy(root / ".hatch" / "interpreter.c", "build")
        asked = Extension(f"{GROUP}__interpreter", ["build/interpreter.c"])
        extensions.append(asked)  # by _plain.py
        shutil.copytree(root / ".hatch" / "program", "build/program")
        files = [f"build/program/{name}" for name in EXECUTOR]
        executor = Extension(f"{GROUP}__program", files)
        extensions.append(executor)  # for program/run_compiled.py
        for extension in extensions:
            is_library = len(extension.sources) > 1 and extension is not executor
            if is_library:  # the others of mypyc only open it
                extension.sources = [f"build/{name}" for name in units]
            if os.name != "nt":
                extension.extra_compile_args += [
                    "-ffp-contract=off",  # no fused multiply-add: the bits of Python
                    "-fvisibility=hidden",  # functions call each other directly
                ]
        command = Distribution({"ext_modules": extensions}).get_command_obj("build_ext")
        vars(command).update(build_lib="lib", build_temp="objects", parallel=2)
        command.ensure_finalized()
        command.build_extensions = partial(_build_extensions, command)
        command.run()
    lib = room / "lib"
    files = lib.rglob("*" + sysconfig.get_config_var("EXT_SUFFIX"))
    return {str(path): path.relative_to(lib).as_posix() for path in files}


def _neighbour(name: str) -> ModuleType:
    """Import a module of this folder: hatchling loads this one alone."""
    spec = spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _build_extensions(command: Any) -> None:
    """Compile the units of the library at the same time, each at its level."""
    compile_all = command.compiler.compile

    def compile_units(sources: list[str], **options: Any) -> list[str]:
        def objects(source: str) -> list[str]:
            name = Path(source).name
            own = EXECUTOR.get(name, UNITS.get(name, ((), "-O1"))[1:])
            flags = [] if os.name == "nt" else own
            flags = [*options["extra_postargs"], *flags]
            return compile_all([source], **{**options, "extra_postargs": flags})

        with ThreadPoolExecutor(len(sources)) as pool:
            return list(chain.from_iterable(pool.map(objects, sources)))

    command.compiler.compile = compile_units
    type(command).build_extensions(command)


def _units(build: Path, folder: Path) -> dict[str, str]:
    """Return the C of each unit: mypyc's files, put together and mended."""
    trashcan, slab = [(folder / name).read_text() for name in ("trashcan.h", "slab.h")]
    units = {}
    for unit, (members, _) in UNITS.items():
        parts = [
            (build / f"__native_{_c_name(f'{GROUP}.{name}')}.c").read_text("utf-8")
            for name in members
        ]
        headers = f"__native_{GROUP}.h", f"__native_internal_{GROUP}.h"
        head = "".join(f'#include "{name}"\n' for name in headers)
        if not all(part.startswith(head) for part in parts):
            found = f"a file of {unit} begins with other lines"
            raise _looks_different(found)
        if VALUE in members:
            main = (build / f"__native_{GROUP}.c").read_text("utf-8")
            main = _with_first_errors(main)
            node = f"{_c_name(f'{GROUP}.{VALUE}')}___ValueObject"
            parts = [main, trashcan, f"#define NODE {node}\n", slab, *parts]
            units[unit] = _with_slabs(_with_setters("".join(parts)))
        else:
            units[unit] = _with_setters("".join([head, trashcan, *parts]))
    return units


def _looks_different(found: str) -> RuntimeError:
    msg = f"mypyc's C is not that of 2.4.1: {found}; adapt .hatch/native.py to it"
    return RuntimeError(msg)


def _with_first_errors(code: str) -> str:
    """Keep the error for which there is no memory to add a line of the traceback.

    mypyc chains the two, from Python 3.12 on by the error's type where its instance is
    expected: whoever looks at the chain reads what is none.
    """
    runtime = "#include <exc_ops.c>\n"
    if code.count(runtime) != 1:
        found = f"its runtime is included {code.count(runtime)} times"
        raise _looks_different(found)
    first = "PyErr_Restore(exc, val, tb)"
    either = f"""#include <Python.h>
#undef _PyErr_ChainExceptions
#define _PyErr_ChainExceptions(type, value, traceback) {first}
#define _PyErr_ChainExceptions1(type) {first}
{runtime}"""
    return code.replace(runtime, either)


def _with_setters(code: str) -> str:
    """Let ``del v.data`` raise: mypyc's setters read through the NULL they get."""
    setter = r"(static int\s+\w+_set_\w+\(.*\)\s*\{)(?=\s+char retval = 2;)"
    guard = """
        if (value == NULL) {
            PyErr_SetString(PyExc_AttributeError, "this property has no deleter");
            return -1;
        }"""
    return re.sub(setter, lambda head: head[0] + guard, code)


def _with_slabs(code: str) -> str:
    """Allocate nodes by slab.h, and make a new one in ``_record`` without filling it.

    That function fills in every slot itself, so that ``Value(BLANK)`` can be the bare
    allocation, with nothing to release.
    """
    value = _c_name(VALUE.rpartition("/")[2])  # mypyc leaves out the folder
    name = '.tp_name = "Value",'
    types = code.count(name)
    code = code.replace(name, f"{name}.tp_alloc = slab_alloc, .tp_free = slab_free,")
    record = f"PyObject *CPyDef_{value}____record(double "
    start = code.index("{", code.rindex(record))  # after its declaration
    end = code.index("\n}\n", start)
    call = rf"CPyDef_{value}___Value\(\w+, \w+\)"
    bare = f"CPyDef_{value}_____mypyc__Value_setup((PyObject *)CPyType_{value}___Value)"
    body, calls = re.subn(call, bare, code[start:end])
    release = r"CPy_DECREF\(\(\(\w+ \*\)cpy_r_value\)->\w+\);"
    body, slots = re.subn(release, "", body)
    setters = code.count("this property has no deleter")
    if (setters, types, calls, slots) != (7, 1, 1, 5):
        found = f"{setters} setters, {types} types, {calls} calls, {slots} slots"
        raise _looks_different(found)
    return code[:start] + body + code[end:]


def _tell_first_lines(path: Path) -> None:
    """Give each class ``__firstlineno__``: from 3.13 on, `inspect` goes by it.

    Only the copy that is compiled changes, and only after its last line.
    """
    text = path.read_text("utf-8")
    for cls in ast.parse(text).body:
        if isinstance(cls, ast.ClassDef):
            first = min(x.lineno for x in (cls, *cls.decorator_list))
            text += f'setattr({cls.name}, "__firstlineno__", {first})\n'
    path.write_text(text, "utf-8")


def _c_name(name: str) -> str:
    return name.replace("/", ".").replace(".", "___")


def _docstrings(paths: list[str]) -> dict[str, str]:
    """Return each docstring under the name that mypyc gives its owner in C."""
    from mypyc.namegen import NameGenerator  # noqa: PLC0415  (as in _compiled)

    modules = [path.removesuffix(".py").replace("/", ".") for path in paths]
    names = NameGenerator([modules])
    found = {}
    for path, module in zip(paths, modules, strict=True):
        for owner in ast.parse(Path(path).read_text("utf-8")).body:
            inner = owner.body if isinstance(owner, ast.ClassDef) else []
            for node, prefix in (
                (owner, ""),
                *((method, f"{owner.name}.") for method in inner),
            ):
                if isinstance(node, ast.ClassDef | ast.FunctionDef):
                    text = ast.get_docstring(node)
                    if text:
                        name = names.private_name(module, prefix + node.name)
                        found[name] = text
    return found


def _documented(code: str, docstrings: dict[str, str]) -> str:
    """Add the docstrings, for ``help(v.tanh)``: mypyc writes signatures alone."""
    text = r'PyDoc_STR\("((?:[^"\\]|\\.)*)"\)'
    method = r"(CPyPy_(\w+),\s*METH_[A-Z_| ]+, )"
    type_head = r"(CPyType_(\w+)_template_ = \{[^}]*?\.tp_doc = )"
    getter = r"(\(getter\)(\w+?)_get_(\w+),\s*(?:\(setter\)\w+|NULL),\s*)NULL, NULL\}"

    def with_text(match: re.Match[str]) -> str:
        text = _c_string(docstrings.get(match[2], ""))
        return f'{match[1]}PyDoc_STR("{match[3]}{text}")'

    def of_property(match: re.Match[str]) -> str:
        text = docstrings.get(f"{match[2]}___{match[3]}")
        return f'{match[1]}"{_c_string(text)}", NULL}}' if text else match[0]

    code = re.sub(method + text, with_text, code)
    code = re.sub(type_head + text, with_text, code)
    return re.sub(getter, of_property, code)


def _c_string(text: str) -> str:
    plain = {
        ord(letter) for letter in string.printable if letter not in '"\\\n\r\t\v\f?'
    }
    return "".join(chr(b) if b in plain else f"\\{b:03o}" for b in text.encode())
