"""The switch AUTOGRAD_SCALAR_PLAIN=1: run the plain source, for a debugger to step in.

Loaded before the package's other modules, it lets Python see their ``.py`` files only,
although compiled modules may lie beside them.
"""

import os
import sys

__all__ = ["forced"]

forced = os.environ.get("AUTOGRAD_SCALAR_PLAIN", "") not in {"", "0"}

if forced:
    from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader

    (top,) = sys.modules["autograd_scalar"].__path__
    for folder, _, _ in os.walk(top):
        sources = FileFinder(folder, (SourceFileLoader, SOURCE_SUFFIXES))
        sys.path_importer_cache[folder] = sources
