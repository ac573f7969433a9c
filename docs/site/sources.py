"""Bring together the pages of the site, those of docs/ and those that follow from code.

Sphinx wants all its pages in one folder; docs/ keeps those that people write.
"""

from __future__ import annotations

import re
import shutil
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from docs.site import mistakes, notebooks, reference

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["write"]

_UPWARD: Final = re.compile(r"\[([^\]]*)\]\(\.\./([^)]*)\)")
_END_OF_EXAMPLE: Final = re.compile(r"\n\n+```\n")  # doctest wants an empty line there
# What keeps a wide table from fitting: tuples, and long numbers, on one line.
_TIED: Final = re.compile("(,|=(?=.\\S{9}))\N{NO-BREAK SPACE}")
# A release whose name in brackets links nowhere; a subject of one on a line of its own.
_RELEASE: Final = re.compile(r"(?m)^## \[(.+)\]")
_SUBJECT: Final = re.compile(r"\n\n([A-Z][\w ]+)\n\n(?=- )")
_PAGES: Final = {"README.md": "index.md", "CHANGELOG.md": "changelog.md"}


def write(project: Path, folder: Path) -> None:
    """Write all pages of the project at `project` into a new `folder`."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    docs = project / "docs"
    for page in docs.glob("*.md"):
        _copy(page, folder / page.name)
    _copy_changelog(project / "CHANGELOG.md", folder / "changelog.md")
    _copy(docs / "site" / "404.md", folder / "404.md")
    for picture in docs.glob("*.svg"):
        shutil.copy(picture, folder)
    shutil.copytree(docs / "pictures", folder / "pictures")
    notebooks.write(project / "notebooks", folder / "learn")
    mistakes.write(folder / "mistakes")
    reference.write(folder / "reference")


def _copy(page: Path, to: Path) -> None:
    """Copy a page; links out of docs/ become links of the site, or text without one."""
    text = _END_OF_EXAMPLE.sub("\n```\n", page.read_text(encoding="utf-8"))
    text = _TIED.sub(r"\1 ", text)
    to.write_text(_UPWARD.sub(_on_the_site, text), encoding="utf-8")


def _copy_changelog(page: Path, to: Path) -> None:
    """Copy the changelog, with its subjects as headings."""
    text = _RELEASE.sub(r"## \1", page.read_text(encoding="utf-8"))
    to.write_text(_SUBJECT.sub(r"\n\n#### \1\n\n", text), encoding="utf-8")


def _on_the_site(link: re.Match[str]) -> str:
    words, target = link.groups()
    path = PurePosixPath(target)
    if path.parent.name == "notebooks":
        return f"[{words}](learn/{path.name})"
    return f"[{words}]({_PAGES[target]})" if target in _PAGES else words
