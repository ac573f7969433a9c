"""`autograd-scalar doctor`: what is installed, how the engine runs, what to change."""

from __future__ import annotations

import json
import os
import platform
import sys
import sysconfig
from importlib import metadata
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Final, NamedTuple

import autograd_scalar
from nn.files import printable, text_table

if TYPE_CHECKING:
    from argparse import Namespace

    from nn.cli.console import Console

__all__ = ["Engine", "Part", "doctor", "engine", "parts"]

OK, INCOMPLETE = 0, 1
_NAME: Final = "autograd-scalar"
_SWITCH: Final = "AUTOGRAD_SCALAR_PLAIN"
_REINSTALL: Final = f"pip install --force-reinstall --no-binary {_NAME} {_NAME}"


class Part(NamedTuple):
    """A package or program, its version if it is there, and what it is for."""

    name: str
    version: str | None
    needed: bool
    gives: str
    install: str


class Engine(NamedTuple):
    """How the engine runs, why, and what to do for the other way."""

    implementation: str
    why: str
    change: str


# Package: what it is for, and the extra that installs it ("" for none).
_NEEDED: Final = {
    "numpy": "matrices: check_deltas, grade, compile, train",
    "graphviz": "to_graphviz",
    "mpmath": "certify, and replay in many digits",
    "tqdm": "the progress bar of train",
}
_OPTIONAL: Final = {
    "resvg-py": ("drawings as .png", "png"),
    "safetensors": (
        "weights in .safetensors files, to exchange with PyTorch",
        "weights",
    ),
    "onnx": ("save_onnx and from_onnx", "onnx"),
    "scikit-learn": (
        "ScalarMLPClassifier, ScalarMLPRegressor, and demo --engine program",
        "sklearn",
    ),
    "anywidget": ("a player that shares its position with the kernel", "notebook"),
    "distributed": ("programs on many machines, by dask", "distributed"),
    "networkx": ("to_networkx", ""),
    "ipython": ("drawings, players and reports in notebooks", ""),
    "pytest": ("the fixtures scalar_net and gradients_match in your own tests", ""),
}


def doctor(options: Namespace, console: Console) -> int:
    """Say what is installed and how the engine runs; return 1 if a part is missing."""
    found, how = parts(), engine()
    folder = str(Path(autograd_scalar.__file__).parent)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    system = f"{platform.system()} {platform.machine()}"
    missing = [part.name for part in found if part.needed and part.version is None]
    console.say(f"{_NAME} {autograd_scalar.__version__} in {printable(folder)}")
    console.say(f"{python} at {printable(sys.executable)}, {system}")
    console.say(f"engine: {how.implementation}, because {how.why}")
    console.say(f"  to change it: {how.change}\n")
    console.say(
        text_table([("package", "version", "for", "to install"), *_rows(found)])
    )
    if missing:
        console.say(f"\n{', '.join(missing)}: needed, and not there")
    console.result(
        {
            "version": autograd_scalar.__version__,
            "folder": folder,
            "python": {"version": python, "executable": sys.executable},
            "system": system,
            "engine": how._asdict(),
            "parts": [part._asdict() for part in found],
            "missing": missing,
        }
    )
    return INCOMPLETE if missing else OK


def _rows(found: list[Part]) -> list[tuple[str, ...]]:
    return [
        (
            part.name,
            part.version or ("MISSING" if part.needed else "-"),
            part.gives,
            "" if part.version else part.install,
        )
        for part in found
    ]


# ---- Packages ------------------------------------------------------------------------


def parts() -> list[Part]:
    """Return what the packages use, with the versions that are installed."""
    needed = [
        Part(name, _version(name), True, gives, f"pip install {name}")
        for name, gives in _NEEDED.items()
    ]
    optional = [
        Part(
            name,
            _version(name),
            False,
            gives,
            f"pip install '{_NAME}[{extra}]'" if extra else f"pip install {name}",
        )
        for name, (gives, extra) in _OPTIONAL.items()
    ]
    dot = Part(
        "dot",
        which("dot"),
        False,
        "Graphviz's own layout, by to_graphviz(...).render",
        "the system's package graphviz",
    )
    return [*needed, *optional, dot]


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


# ---- The engine ----------------------------------------------------------------------


def engine() -> Engine:
    """Return whether the engine runs compiled or plain, why, and how to change it."""
    if autograd_scalar.implementation == "compiled":
        return Engine(
            "compiled",
            "the wheel was built where a C compiler is",
            f"set {_SWITCH}=1 to run the source, for a debugger to step into",
        )
    if _has_binaries():
        if os.environ.get(_SWITCH, "") not in {"", "0"}:
            why, change = f"{_SWITCH} is set", f"unset {_SWITCH}"
        else:
            why = "the compiled modules cannot be shared between interpreters"
            change = "import it in the main interpreter of the process"
        return Engine("plain", why, change)
    return Engine("plain", *_without_binaries())


def _has_binaries() -> bool:
    folder = Path(autograd_scalar.__file__).parent / "graph"
    return any((folder / f"value{suffix}").exists() for suffix in EXTENSION_SUFFIXES)


def _without_binaries() -> tuple[str, str]:
    """Return why there is no compiled module, and how to get them."""
    try:
        origin = metadata.distribution(_NAME).read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        return (
            "it is not installed, but run from its folder of sources",
            "pip install . in that folder, where a C compiler is",
        )
    if json.loads(origin or "{}").get("dir_info", {}).get("editable", False):
        return (
            "the installation is editable, and runs the source",
            "pip install . without -e, where a C compiler is",
        )
    lack, remedy = _obstacle()
    again = f"{remedy}AUTOGRAD_SCALAR_NATIVE=require {_REINSTALL}"
    return f"its wheel was built without compiled modules; {lack}", again


def _obstacle() -> tuple[str, str]:
    """Return what stands against a compilation here, and what to do first."""
    if sys.implementation.name != "cpython":
        return "only CPython can have them", "run CPython, then "
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return "a free-threaded Python cannot have them", "run one with the GIL, then "
    compiler = os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc"
    if os.name != "nt" and which(compiler.split()[0]) is None:
        return f"there is no C compiler {compiler}", "install one, then "
    header = Path(sysconfig.get_path("include"), "Python.h")
    if not header.exists():
        return f"there is no {header}", "install Python's headers, then "
    return "a C compiler is here now", ""
