"""Choose, for each module of the package, the compiled form or the plain source.

A compiled module lies beside its ``.py`` file, and Python alone would always take the
compiled one. The plain source runs instead

- with ``AUTOGRAD_SCALAR_PLAIN=1`` in the environment, for a debugger to step into;
- in a subinterpreter, because the compiled modules keep their types in C variables,
  which all interpreters of a process would share.

Where the compiled form is taken, ``__file__`` still names the source, because that is
where `inspect` and IPython's ``??`` look; ``__spec__.origin`` names the binary.

Loaded before every other module of the package.
"""

import os
import sys
from importlib import import_module
from importlib.machinery import (
    ExtensionFileLoader,
    ModuleSpec,
    PathFinder,
    SourceFileLoader,
)
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

__all__ = ["Finder", "forced", "in_subinterpreter"]

_TELLER = "autograd_scalar__interpreter"  # .hatch/interpreter.c

forced = os.environ.get("AUTOGRAD_SCALAR_PLAIN", "") not in {"", "0"}


def in_subinterpreter() -> bool:
    """Return whether this is not the main interpreter of the process.

    Only compiled code needs to know, and a module that was compiled with it tells.
    """
    return not import_module(_TELLER).is_main()


class _Compiled(ExtensionFileLoader):
    """Load a compiled module, and tell where the source is of all that came with it.

    A compiled module imports its compiled neighbours itself, without any finder.
    """

    def exec_module(self, module: "ModuleType") -> None:
        super().exec_module(module)
        for name, loaded in list(sys.modules.items()):
            if name.startswith("autograd_scalar."):
                loader = getattr(getattr(loaded, "__spec__", None), "loader", None)
                if isinstance(loader, ExtensionFileLoader):
                    source = _source(name, loader.path)
                    if os.path.exists(source):
                        loaded.__file__ = source


class Finder:
    """Find the modules of this package, each in the form that is to run."""

    @staticmethod
    def find_spec(
        name: str,
        path: "Sequence[str] | None" = None,
        target: "ModuleType | None" = None,
    ) -> ModuleSpec | None:
        """Return what the path has, in the other form where that is called for."""
        if not name.startswith("autograd_scalar."):
            return None
        spec = PathFinder.find_spec(name, path, target)
        loader = None if spec is None else spec.loader
        if spec is None or not isinstance(loader, ExtensionFileLoader):
            return spec
        if forced or in_subinterpreter():
            source = _source(name, loader.path)
            spec = ModuleSpec(name, SourceFileLoader(name, source), origin=source)
            spec.has_location = True
        else:
            spec.loader = _Compiled(name, loader.path)
        return spec


def _source(name: str, binary: str) -> str:
    """Return the path of the source that lies beside a compiled module."""
    return os.path.join(os.path.dirname(binary), name.rpartition(".")[2] + ".py")


sys.meta_path.insert(0, Finder)
