"""Finish the page that is shown at an address where there is nothing.

A server shows it at addresses of any depth, so that its links begin with a slash.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["NAME", "finish"]

NAME: Final = "404.html"
_RELATIVE: Final = re.compile(r'\b(href|src|action|data-content_root)="(?![a-z]+:|#)')


def finish(site: Path) -> None:
    """Make the links of the page start from the root of its host."""
    page = site / NAME
    text = page.read_text(encoding="utf-8")
    page.write_text(_RELATIVE.sub(r'\1="/', text), encoding="utf-8")
