"""Files written whole or not at all, and text that is safe in a terminal."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from autograd_scalar import DataError

__all__ = ["check_writable", "printable", "write_whole"]


def printable(text: str) -> str:
    r"""Text with control and bidirectional characters written as escapes.

    >>> print(printable("red\x1b[31m"))
    red\x1b[31m
    """
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in text
    )


def check_writable(path: Path) -> None:
    """Refuse a path that could not be written, before any work is done for it.

    Raises:
        DataError: it is a folder, its folder does not exist, or may not be written.
    """
    shown = printable(str(path))
    if path.is_dir():
        msg = f"{shown} is a folder; --output needs the name of a file"
        raise DataError(msg)
    if not path.parent.is_dir():
        msg = (
            f"cannot write {shown}: there is no folder {printable(str(path.parent))}; "
            "make it first, or name another with --output"
        )
        raise DataError(msg)
    if not os.access(path.parent, os.W_OK):
        msg = f"cannot write {shown}: no permission; name another with --output"
        raise DataError(msg)


def write_whole(path: Path, text: str) -> None:
    """Write to a temporary file beside ``path``, then put it in its place.

    Raises:
        DataError: the system refuses; whatever was at ``path`` is still there.
    """
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
        temporary = None
    except OSError as error:
        msg = f"cannot write {printable(str(path))}: {error.strerror or error}"
        raise DataError(msg) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()


def _umask() -> int:
    """The mask that new files get; reading it needs setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
