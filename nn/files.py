"""Files written whole or not at all, and text that is safe in a terminal."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from autograd_scalar import DataError

__all__ = ["check_writable", "printable", "write_whole"]

ANOTHER = "name another with --output"


def printable(text: str) -> str:
    r"""Text with control and bidirectional characters written as escapes.

    >>> print(printable("red\x1b[31m"))
    red\x1b[31m
    """
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in text
    )


def check_writable(
    path: Path, suffixes: Sequence[str] = (), inputs: Sequence[str | Path] = ()
) -> None:
    """Refuse a path that could not be written, before any work is done for it.

    Args:
        path: where the result is to go; a symbolic link is followed.
        suffixes: how its name may end; any way if there are none.
        inputs: files that must not be overwritten.

    Raises:
        DataError: it ends otherwise, is a folder, a device or an input; there is no
            folder for it, or no permission.
    """
    _mode(path)
    shown = printable(str(path))
    if suffixes and path.suffix.lower() not in suffixes:
        msg = f"--output {shown}: expected a name that ends in {', '.join(suffixes)}"
        raise DataError(msg)
    for file in inputs:
        if path.exists() and Path(file).exists() and path.samefile(file):
            msg = f"--output {shown} is the input, and is not overwritten; {ANOTHER}"
            raise DataError(msg)


def write_whole(path: Path, text: str) -> None:
    """Write to a temporary file beside ``path``, then put it in its place.

    Symbolic links are followed, and a file's permissions are kept.

    Raises:
        DataError: the system refuses; whatever was at ``path`` is still there.
    """
    mode = _mode(path)
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{os.urandom(8).hex()}.part")
    try:
        with temporary.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(target)
    except OSError as error:
        raise _refused(path, error.strerror or str(error)) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def _mode(path: Path) -> int | None:
    """The permissions of the file at ``path``, None if there is none yet.

    Raises:
        DataError: it is not a regular file, or the system would refuse to write it.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        parent = Path(os.path.realpath(path)).parent
        if not parent.is_dir():
            parents = printable(str(path.parent))
            what = f"there is no folder {parents}; make it first, or {ANOTHER}"
            raise _refused(path, what) from None
        if not os.access(parent, os.W_OK):
            raise _refused(path, f"no permission; {ANOTHER}") from None
        return None
    except (OSError, ValueError) as error:  # a long name, links in a circle, a NUL
        reason = getattr(error, "strerror", None) or str(error)
        raise _refused(path, f"{reason}; {ANOTHER}") from error
    if stat.S_ISDIR(mode):
        msg = f"{printable(str(path))} is a folder; --output needs the name of a file"
        raise DataError(msg)
    if not stat.S_ISREG(mode):
        what = "it is a device, a pipe or a socket, not a regular file"
        raise _refused(path, f"{what}; {ANOTHER}")
    if not os.access(path, os.W_OK) or not os.access(
        Path(os.path.realpath(path)).parent, os.W_OK
    ):
        raise _refused(path, f"no permission; {ANOTHER}")
    return stat.S_IMODE(mode)


def _refused(path: Path, what: str) -> DataError:
    return DataError(f"cannot write {printable(str(path))}: {what}")
