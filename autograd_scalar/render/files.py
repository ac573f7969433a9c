"""A drawing's file, written whole or not at all: the rules that `nn.files` keeps."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from autograd_scalar.errors import DrawingError

__all__ = ["write_whole"]


def write_whole(path: Path, text: str) -> None:
    """Write beside the file first: a failure leaves what was there before.

    Symbolic links are followed, and a file's permissions are kept.

    Raises:
        DrawingError: no folder, no permission, not a regular file, or a full disk.
    """
    try:
        _write(path, text)
    except DrawingError:
        raise
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or error
        raise _refused(path, str(reason)) from error


def _write(path: Path, text: str) -> None:
    mode = _mode(path)
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{os.urandom(8).hex()}.part")
    try:
        with temporary.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(target)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def _mode(path: Path) -> int | None:
    """The permissions of what is there; only a regular file may be replaced."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        if not Path(os.path.realpath(path)).parent.is_dir():
            raise _refused(path, f"there is no folder {path.parent}") from None
        return None
    if stat.S_ISDIR(mode):
        raise _refused(path, "it is a folder")
    if not stat.S_ISREG(mode):
        raise _refused(path, "it is a device, a pipe or a socket, not a regular file")
    if not os.access(path, os.W_OK):
        raise _refused(path, "it is write-protected")
    return stat.S_IMODE(mode)


def _refused(path: Path, why: str) -> DrawingError:
    return DrawingError(f"cannot write {str(path)!r}: {why}")
