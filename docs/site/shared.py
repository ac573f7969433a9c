"""Keep in one file each script, style and picture that pages have inside of them.

A saved player has to stand alone, so each output of a cell brings its own script and
style. Within the site they need not be there a hundred times; and a picture in a file
takes three quarters of the room that it takes in base64.
"""

from __future__ import annotations

import re
from base64 import b64decode
from hashlib import sha256
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["share"]

_LEAST: Final = 500  # characters: a shorter text is no larger than a request for it
_INSIDE: Final = re.compile(
    r"<script>(?P<js>.*?)</script>|<style>(?P<css>.*?)</style>"
    r'|(?<=<img src=")data:image/svg\+xml;base64,(?P<svg>[^"]*)',
    re.DOTALL,
)
_LINKS: Final = {
    "js": '<script src="{}"></script>',
    "css": '<link rel="stylesheet" href="{}">',
    "svg": "{}",
}


def share(site: Path, pages: Iterable[Path]) -> None:
    """Move scripts, styles and pictures of `pages` to files of the site.

    A script is still run where it stands in its page, before what follows it.
    """
    folder = site / "_static" / "shared"
    folder.mkdir(parents=True, exist_ok=True)
    for page in pages:
        upward = "../" * (len(page.relative_to(site).parts) - 1)

        def linked(found: re.Match[str], upward: str = upward) -> str:
            kind = found.lastgroup or ""
            text = found[kind]
            if len(text) < _LEAST:
                return found[0]
            content = b64decode(text) if kind == "svg" else text.encode()
            name = f"{sha256(content).hexdigest()[:16]}.{kind}"
            (folder / name).write_bytes(content)
            return _LINKS[kind].format(f"{upward}_static/shared/{name}")

        text = page.read_text(encoding="utf-8")
        page.write_text(_INSIDE.sub(linked, text), encoding="utf-8")
