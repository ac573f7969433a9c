"""The compiled executor for the tests: that of the wheel, or one built from its C.

The development install is plain; here the C is compiled once for all workers.
"""

import hashlib
import importlib
import os
import shutil
import subprocess
import sysconfig
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

NAME = "autograd_scalar__program"
FOLDER = Path(__file__).parents[2] / ".hatch" / "program"
# Only machine.c may round a product and a sum at once, as in .hatch/native.py.
FLAGS = {"machine.c": ["-ffp-contract=fast"]}


def executor(shared):
    """The module; ``shared`` is a folder that all workers have in common."""
    try:
        return importlib.import_module(NAME)
    except ImportError:
        pass
    compiler = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()
    if os.name == "nt" or shutil.which(compiler[0]) is None:
        pytest.skip("needs the compiled wheel, or a C compiler")
    sources = sorted(FOLDER.iterdir())
    state = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    library = shared / f"program-{state[:16]}{EXTENSION_SUFFIXES[0]}"
    if not library.exists():
        _build(compiler, library)
    spec = spec_from_file_location(NAME, library)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _build(compiler, library):
    room = library.parent / f"program-{os.getpid()}"
    room.mkdir()
    common = ["-O1", "-fPIC", "-ffp-contract=off", "-fno-math-errno"]
    common.append(f"-I{sysconfig.get_path('include')}")
    objects = []
    for source in sorted(FOLDER.glob("*.c")):
        objects.append(str(room / f"{source.stem}.o"))
        flags = [*common, *FLAGS.get(source.name, [])]
        command = [*compiler, *flags, "-c", str(source), "-o", objects[-1]]
        subprocess.run(command, check=True)
    linker = (
        os.environ.get("LDSHARED") or sysconfig.get_config_var("LDSHARED")
    ).split()
    built = room / library.name
    subprocess.run([*linker, *objects, "-lm", "-o", str(built)], check=True)
    built.replace(library)  # another worker may have been first: the same library
