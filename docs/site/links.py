"""Check that each link within the site leads to a file, and to a place in its page."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from os.path import normpath
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["broken"]

_LINKING: Final = ("href", "src", "action")


def broken(site: Path, pages: Iterable[Path]) -> Iterator[str]:
    """Yield a line for each link of `pages` that leads nowhere within the site."""

    @cache
    def read(path: Path) -> _Page:
        page = _Page()
        page.feed(path.read_text(encoding="utf-8"))
        return page

    for path in pages:
        for link in sorted(set(read(path).links)):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = path
            if parts.path:
                target = Path(normpath(path.parent / unquote(parts.path)))
            if not target.is_relative_to(site) or not target.is_file():
                yield f"{path.relative_to(site)}: no such file: {link}"
            elif (
                parts.fragment
                and target.suffix == ".html"
                and unquote(parts.fragment) not in read(target).places
            ):
                yield f"{path.relative_to(site)}: no such place: {link}"


class _Page(HTMLParser):
    """The links of a page, and the places in it that a link may lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note links and places."""
        for name, value in attrs:
            if value and name in _LINKING:
                self.links.append(value)
            elif value and name == "id":
                self.places.add(value)
