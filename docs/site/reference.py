"""Write the reference: a page for each kind of public name, from their docstrings."""

from __future__ import annotations

import inspect
import shutil
from typing import TYPE_CHECKING, Any, Final

import autograd_scalar
import nn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["write"]

# Of each page: its name, its title, and where its names are defined.
_PAGES: Final = (
    ("value", "Value", ("autograd_scalar.graph", "autograd_scalar.custom")),
    ("functions", "Functions", ("autograd_scalar.functions",)),
    ("derivatives", "Derivatives", ("autograd_scalar.derivatives",)),
    ("explain", "Explain and step", ("autograd_scalar.explain",)),
    ("draw", "Draw", ("autograd_scalar.render",)),
    (
        "check",
        "Check and certify",
        (
            "autograd_scalar.gradcheck",
            "autograd_scalar.precision",
            "autograd_scalar.diagnosis",
            "autograd_scalar.numbers",
        ),
    ),
    ("program", "Compile", ("autograd_scalar.program",)),
    ("errors", "Errors", ("autograd_scalar.errors",)),
    ("networks", "Networks and training", ("nn",)),
    ("deltas", "The matrix equations", ("nn.deltas", "nn.matrix")),
    ("grading", "Grade and assert", ("nn.grading",)),
)
_REST: Final = ("other", "Other names")
# Names that are data have no docstring.
_DATA: Final = {
    "autograd_scalar.PRIMITIVES": "Each operation's row in the table, by its name.",
    "autograd_scalar.implementation": '``"compiled"`` or ``"plain"``: which code runs.',
    "nn.LOSSES": "Each loss by its name, as ``check_deltas`` and ``fit`` take it.",
}
# Attributes that only explain what to use instead.
_LEFT_OUT: Final = {"autograd_scalar.Value": "m, v"}


def write(folder: Path) -> None:
    """Write a page for each group of names, and the page which lists them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    pages: dict[str, list[str]] = {}
    for package in (autograd_scalar, nn):
        for name in package.__all__:
            if not name.startswith("__"):
                pages.setdefault(_page_of(package, name), []).append(
                    f"{package.__name__}.{name}"
                )
    titles = {name: title for name, title, _ in _PAGES} | dict([_REST])
    for page, names in pages.items():
        text = [f"# {titles[page]}", *map(_entry, names)]
        (folder / f"{page}.md").write_text("\n\n".join(text) + "\n", encoding="utf-8")
    listed = "\n".join(name for name in titles if name in pages)
    (folder / "index.md").write_text(
        f"# Reference\n\nEach public name, from its docstring.\n\n"
        f"```{{toctree}}\n{listed}\n```\n",
        encoding="utf-8",
    )


def _page_of(package: Any, name: str) -> str:
    home = _home(package, name)
    fits = [
        (len(prefix), page)
        for page, _, prefixes in _PAGES
        for prefix in prefixes
        if home == prefix or home.startswith(f"{prefix}.")
    ]
    return max(fits)[1] if fits else _REST[0]


def _home(package: Any, name: str) -> str:
    thing = getattr(package, name)
    home = (
        thing.__name__ if inspect.ismodule(thing) else getattr(thing, "__module__", "")
    )
    return str(home)


def _entry(name: str) -> str:
    """Return the directive that documents a name."""
    package, _, last = name.rpartition(".")
    thing = getattr({"autograd_scalar": autograd_scalar, "nn": nn}[package], last)
    return "\n".join(["```{eval-rst}", *_directive(name, thing), "```"])


def _directive(name: str, thing: Any) -> Iterator[str]:
    if inspect.ismodule(thing):
        yield f".. automodule:: {name}"
        yield "   :members:"
    elif inspect.isclass(thing):
        yield f".. autoclass:: {name}"
        yield "   :members:"
        if name in _LEFT_OUT:
            yield f"   :exclude-members: {_LEFT_OUT[name]}"
        if issubclass(thing, Exception):
            yield "   :show-inheritance:"
    elif callable(thing):
        yield f".. autofunction:: {name}"
    else:
        yield f".. py:data:: {name}"
        yield ""
        yield f"   {_DATA[name]}"
