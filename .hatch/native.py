"""Compile the engine's hot modules with mypyc while a wheel is built, where that works.

What is compiled is the Python source that people read, and the wheel holds both. With
AUTOGRAD_SCALAR_PLAIN=1, without a C compiler, or in an editable install, it holds the
source alone.
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
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MODULES = (
    *("ieee/arithmetic", "ieee/elementary", "ieee/activations", "ieee/reductions"),
    *("precise", "generic", "numbers/dual"),
    *("partials/arithmetic", "partials/elementary", "partials/activations"),
    *("primitives", "operands", "modes", "node", "graph", "value", "fused"),
    *("recorded", "tangents"),
)
HEADERS = ("trashcan.h", "slab.h")
GROUP = "autograd_scalar"


class NativeBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the compiled modules to a wheel, beside their source."""

    def dependencies(self) -> list[str]:
        """What the compilation needs, where one is tried."""
        return ["mypy==2.4.1", "setuptools>=77"] if _wanted() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, or leave the wheel as it is."""
        if version == "editable" or not _wanted():
            return
        self.room = Path(tempfile.mkdtemp(prefix="autograd-scalar-"))
        try:
            built = _compiled(Path(self.root), self.room)
        except (Exception, SystemExit) as error:  # mypyc exits where mypy complains
            self.app.display_info(f"The wheel holds the plain source alone: {error}")
            return
        build_data.update(pure_python=False, infer_tag=True)
        build_data["force_include"].update(built)

    def finalize(self, version: str, build_data: dict[str, Any], path: str) -> None:
        """Remove what was built: the wheel holds a copy."""
        if hasattr(self, "room"):
            shutil.rmtree(self.room, ignore_errors=True)


def _wanted() -> bool:
    if os.environ.get("AUTOGRAD_SCALAR_PLAIN", "") not in {"", "0"}:
        return False
    if sys.implementation.name != "cpython" or sys.platform == "emscripten":
        return False
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return False  # .hatch/trashcan.h and slab.h rely on the GIL
    if os.name == "nt":
        return True  # setuptools looks for Visual C++
    compiler = os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc"
    headers = Path(sysconfig.get_path("include"), "Python.h")
    return shutil.which(compiler.split()[0]) is not None and headers.exists()


def _compiled(root: Path, room: Path) -> dict[str, str]:
    """Each compiled file's place in the wheel."""
    from mypyc.build import mypycify  # noqa: PLC0415  (a dependency of this build only)
    from setuptools import Distribution  # noqa: PLC0415  (the same)

    shutil.copytree(root / "autograd_scalar", room / "autograd_scalar")
    with contextlib.chdir(room):
        paths = [f"autograd_scalar/{name}.py" for name in MODULES]
        extensions = mypycify(
            ["--strict", "--follow-imports=silent", *paths],
            debug_level="0",
            group_name=GROUP,
        )
        headers = [(root / ".hatch" / name).read_text("utf-8") for name in HEADERS]
        code = Path("build", f"__native_{GROUP}.c")
        mended = _mended(code.read_text("utf-8"), "".join(headers))
        code.write_text(_documented(mended, _docstrings(paths)), "utf-8")
        if os.name != "nt":
            for extension in extensions:
                extension.extra_compile_args += [
                    "-ffp-contract=off",  # no fused multiply-add: the bits of Python
                    "-fvisibility=hidden",  # functions call each other directly
                ]
        options = {"build_lib": "lib", "build_temp": "objects", "parallel": 2}
        command = Distribution({"ext_modules": extensions}).get_command_obj("build_ext")
        vars(command).update(options)
        command.ensure_finalized()
        command.run()
    lib = room / "lib"
    files = lib.rglob("*" + sysconfig.get_config_var("EXT_SUFFIX"))
    return {str(path): path.relative_to(lib).as_posix() for path in files}


def _mended(code: str, headers: str) -> str:
    """Mends to the C of mypyc 2.4.1; without the first two the interpreter would crash.

    Deep graphs need a trashcan of their own, and ``del v.data`` hands a setter NULL.
    Nodes lie in slabs, and a blank one is not filled in twice.
    """
    setter = r"(static int\s+\w+_set_[a-z]\w*\(.*\)\s*\{)(?=\s+char retval = 2;)"
    guard = """
        if (value == NULL) {
            PyErr_SetString(PyExc_AttributeError, "this property has no deleter");
            return -1;
        }"""
    code, setters = re.subn(setter, lambda head: head[0] + guard, code)
    head = f'#include "__native_internal_{GROUP}.h"\n'
    code, heads = code.replace(head, head + headers), code.count(head)
    name = '.tp_name = "Value",'
    slab = ".tp_alloc = slab_alloc, .tp_free = slab_free,"
    code, types = code.replace(name, name + slab), code.count(name)
    code, blanks = _with_blank_nodes(code)
    if setters == 0 or (heads, types, blanks) != (1, 1, (1, 5)):
        found = f"{setters} setters, {heads} heads, {types} types, {blanks} blanks"
        msg = f"mypyc's C looks different: {found}"
        raise RuntimeError(msg)
    return code


def _with_blank_nodes(code: str) -> tuple[str, tuple[int, int]]:
    """``Value(BLANK)`` in ``_record`` as the bare allocation, with nothing to release.

    That function fills in every slot itself. Also: how many calls and slots were met.
    """
    start = code.index("{", code.index("PyObject *CPyDef_value____record(double "))
    end = code.index("\n}\n", start)
    call = r"CPyDef_value___Value\(\w+, \w+\)"
    bare = "CPyDef_value_____mypyc__Value_setup((PyObject *)CPyType_value___Value)"
    body, calls = re.subn(call, bare, code[start:end])
    release = r"CPy_DECREF\(\(\(\w+ \*\)cpy_r_value\)->\w+\);"
    body, slots = re.subn(release, "", body)
    return code[:start] + body + code[end:], (calls, slots)


def _docstrings(paths: list[str]) -> dict[str, str]:
    """Each docstring under the name that mypyc gives its owner in C."""
    found = {}
    for path in paths:
        module = path.removeprefix(f"{GROUP}/").removesuffix(".py").replace("/", "___")
        for owner in ast.parse(Path(path).read_text("utf-8")).body:
            inner = owner.body if isinstance(owner, ast.ClassDef) else []
            for node, prefix in (
                (owner, module),
                *((method, f"{module}___{owner.name}") for method in inner),
            ):
                if isinstance(node, ast.ClassDef | ast.FunctionDef):
                    text = ast.get_docstring(node)
                    if text:
                        found[f"{prefix}___{node.name}"] = text
    return found


def _documented(code: str, docstrings: dict[str, str]) -> str:
    """Mypyc gives signatures alone: help(v.tanh) is to show the text as well."""
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
