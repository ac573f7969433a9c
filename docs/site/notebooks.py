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
    run = ",\n".join(
        f'<a href="{_RUN}{name}">{name.split("_")[0]}</a>' for name in names
    )
    (folder / "index.md").write_text(
        "# Notebooks\n\nOne question each, to be read in this order.\n\n"
        f"```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```\n\n"
        "Open one in JupyterLite, which runs it in this browser with nothing installed:"
        f"\n{run}.\n",
        encoding="utf-8",
    )
