"""Bring the notebooks under docs/, where Sphinx looks for pages."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["write"]

_RUN: Final = "../jupyter/lab/index.html?path="


def write(source: Path, folder: Path) -> None:
    """Copy the notebooks of `source` to `folder`, outputs and all."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    names = sorted(path.name for path in source.glob("*.ipynb"))
    for name in names:
        shutil.copy(source / name, folder / name)
    listed = "\n".join(name.removesuffix(".ipynb") for name in names)
    links = "\n".join(
        f'- {name.split("_")[0]} · [](./{name}) · <a href="{_RUN}{name}">run it</a>'
        for name in names
    )
    (folder / "index.md").write_text(
        "# Notebooks\n\nOne question each, to be read in this order. *Run it* opens one"
        " in JupyterLite, which runs it in this browser with nothing installed.\n\n"
        f"{links}\n\n```{{toctree}}\n:hidden:\n\n{listed}\n```\n",
        encoding="utf-8",
    )
