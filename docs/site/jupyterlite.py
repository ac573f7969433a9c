"""Put together JupyterLite: all notebooks, run in the browser, from the site alone.

JupyterLite comes from PyPI. It runs on the Pyodide and the wheels of docs/try; what its
kernel imports beyond those is fetched from PyPI in the versions that Pyodide names. Of
what a notebook may load, only what is on the site is in the lock file.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from hashlib import sha256
from os.path import relpath
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from zipfile import ZipFile

from docs.site.in_browser import IMPORTED

__all__ = ["write"]

_KERNEL: Final = ("ipython", "jedi", "micropip")  # with what they depend on
_BESIDE: Final = {"comm": "0.2.3", "ipython-pygments-lexers": "1.1.1"}
_EXTENSION: Final = (
    Path(sys.prefix, "share", "jupyter", "labextensions")
    / "@jupyterlite"
    / "pyodide-kernel-extension"
)
_PLUGIN: Final = "@jupyterlite/pyodide-kernel-extension:kernel"
_STAND_IN: Final = "numpy_on_lists"
# What the first import of a cell loads, and what that needs in turn.
_IMPORTS: Final = {
    "autograd_scalar": (["autograd_scalar", "nn"], list(IMPORTED)),
    _STAND_IN: (["numpy"], ["autograd-scalar"]),
}
_THEMES: Final = {"adaptive-theme": True}  # light or dark as the system is
_SAID: Final = (
    "> **In the browser** there is no NumPy: `import numpy` gives the part of it that"
    " this notebook uses, computed on lists. The numbers are the same to rounding."
)


def write(project: Path, folder: Path, page: Path) -> None:
    """Write JupyterLite into `folder`. In `page` are Pyodide and our wheels.

    Raises:
        CalledProcessError: pip or JupyterLite's build failed.
    """
    shutil.rmtree(folder, ignore_errors=True)
    with TemporaryDirectory() as room:
        lite = Path(room)
        wheels = lite / "wheels"
        wheels.mkdir()
        _download(wheels, page / "pyodide")
        packages = sorted(_normal(w.name.split("-")[0]) for w in wheels.iterdir())
        _pack(_STAND_IN, project / "docs" / "site" / "in_place_of_numpy.py", wheels)
        _notebooks(project / "notebooks", lite / "files")
        _configure(lite, f"./../{page.name}/pyodide/pyodide.mjs", packages)
        command = [sys.executable, "-m", "jupyterlite_core", "build"]
        subprocess.run(
            [*command, "--lite-dir", room, "--output-dir", str(folder)],
            cwd=room,  # where it keeps its own notes of what is built
            check=True,
            capture_output=True,
            text=True,
        )
        shutil.copytree(wheels, folder / "wheels")
    _write_lock(page / "pyodide", folder / "wheels", page / "wheels")


def _download(folder: Path, pyodide: Path) -> None:
    """Fetch what the kernel imports, in the versions that Pyodide's own lock names."""
    lock = json.loads((pyodide / "pyodide-lock.json").read_text(encoding="utf-8"))
    versions = {**_BESIDE, **_needed(lock["packages"])}
    named = [f"{name}=={version}" for name, version in sorted(versions.items())]
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps"]
    release = ".".join(lock["info"]["python"].split(".")[:2])
    plain = ["--only-binary", ":all:", "--platform", "any", "--python-version", release]
    subprocess.run([*pip, *plain, "-d", str(folder), *named], check=True)
    for wheel in (_EXTENSION / "static" / "pypi").glob("*.whl"):
        if not wheel.name.startswith("widgetsnbextension"):
            shutil.copy(wheel, folder)


def _needed(packages: dict[str, Any]) -> dict[str, str]:
    """Return the version of each package that the kernel needs, as Pyodide locks it."""
    found: dict[str, str] = {}
    waiting = list(_KERNEL)
    while waiting:
        package = packages[_normal(waiting.pop())]
        if package["name"] not in found:
            found[package["name"]] = package["version"]
            waiting += package["depends"]
    return found


def _pack(name: str, source: Path, folder: Path) -> None:
    """Write a wheel of one module, called numpy."""
    about = f"{name}-1.dist-info"
    with ZipFile(folder / f"{name}-1-py3-none-any.whl", "w") as wheel:
        wheel.write(source, "numpy.py")
        wheel.writestr(f"{about}/METADATA", f"Name: {name}\nVersion: 1\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")


def _notebooks(source: Path, folder: Path) -> None:
    """Copy the notebooks; those that import NumPy say at their top what that means."""
    folder.mkdir(parents=True)
    for path in sorted(source.glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        if any("import numpy" in "".join(c["source"]) for c in notebook["cells"]):
            head = {"cell_type": "markdown", "id": "numpy", "metadata": {}}
            notebook["cells"].insert(0, head | {"source": [_SAID]})
        (folder / path.name).write_text(json.dumps(notebook), encoding="utf-8")


def _configure(lite: Path, pyodide: str, packages: list[str]) -> None:
    """Write the two files that JupyterLite's build reads."""
    build = {
        "apps": ["lab"],
        "contents": ["files"],
        "federated_extensions": [str(_EXTENSION)],
        "ignore_sys_prefix": ["federated_extensions"],
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
        "cache_dir": str(lite / "cache"),
    }
    kernel = {
        "pyodideUrl": pyodide,
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"packages": packages},
    }
    page = {
        "appName": "autograd-scalar",
        "exposeAppInBrowser": True,  # to tests, as window.jupyterapp
        "litePluginSettings": {_PLUGIN: kernel},
    }
    for name, data in (
        ("jupyter_lite_config.json", {"LiteBuildConfig": build}),
        (
            "jupyter-lite.json",
            {"jupyter-lite-schema-version": 0, "jupyter-config-data": page},
        ),
        ("overrides.json", {"@jupyterlab/apputils-extension:themes": _THEMES}),
    ):
        (lite / name).write_text(json.dumps(data), encoding="utf-8")


def _write_lock(pyodide: Path, *folders: Path) -> None:
    """Write the lock file of Pyodide anew: the wheels of the site, and no others."""
    path = pyodide / "pyodide-lock.json"
    lock = json.loads(path.read_text(encoding="utf-8"))
    wheels = [wheel for folder in folders for wheel in sorted(folder.glob("*.whl"))]
    entries = [_entry(wheel, relpath(wheel, pyodide)) for wheel in wheels]
    lock["packages"] = {entry["name"]: entry for entry in entries}
    path.write_text(json.dumps(lock), encoding="utf-8")


def _entry(wheel: Path, file_name: str) -> dict[str, Any]:
    """Return a wheel's entry in the lock file."""
    name, version = wheel.name.split("-")[:2]
    imports, depends = _IMPORTS.get(name, ([name], []))
    return {
        "name": _normal(name),
        "version": version,
        "file_name": file_name,
        "install_dir": "site",
        "sha256": sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": imports,
        "depends": depends,
        "unvendored_tests": False,
        "tool": {},
    }


def _normal(name: str) -> str:
    return name.lower().replace("_", "-")
