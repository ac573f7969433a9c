"""Put together the page on which Python runs in the browser: docs/try and its Python.

Pyodide comes from npm; our wheel, a plain one, and what it imports are built here.
Everything is served from the site itself.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

__all__ = ["IMPORTED", "write"]

PYODIDE: Final = "314.0.7"
# What a page needs of Pyodide; the rest is for Node and for debugging.
_PARTS: Final = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "pyodide-lock.json",
    "python_stdlib.zip",
)
IMPORTED: Final = ("mpmath", "tqdm")


def write(project: Path, folder: Path) -> None:
    """Write the page into `folder`. Needs the command npm.

    Raises:
        SystemExit: there is no npm.
        CalledProcessError: npm or pip failed.
    """
    if shutil.which("npm") is None:
        sys.exit("python -m docs needs npm, which fetches Pyodide: install Node.js")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(project / "docs" / "try", folder)
    with TemporaryDirectory() as room:
        _npm_install(Path(room), folder / "pyodide")
    _build_wheels(project, folder / "wheels")
    names = sorted(f"wheels/{path.name}" for path in (folder / "wheels").iterdir())
    (folder / "wheels.json").write_text(json.dumps(names), encoding="utf-8")


def _npm_install(room: Path, to: Path) -> None:
    quiet = ["--silent", "--no-audit", "--no-fund"]
    command = ["npm", "install", *quiet, "--prefix", str(room), f"pyodide@{PYODIDE}"]
    subprocess.run(command, check=True)
    to.mkdir()
    for part in _PARTS:
        shutil.copy(room / "node_modules" / "pyodide" / part, to)


def _build_wheels(project: Path, to: Path) -> None:
    pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(to)]
    plain = {**os.environ, "AUTOGRAD_SCALAR_PLAIN": "1"}
    subprocess.run([*pip, str(project), *IMPORTED], env=plain, check=True)
