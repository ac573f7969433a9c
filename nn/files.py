"""What a command is asked to write, checked; and text that is safe in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autograd_scalar import DataError, WholeFile

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
    try:
        WholeFile(path, DataError)
    except DataError as error:
        msg = f"{error}; {ANOTHER}"
        raise DataError(msg) from error
    shown = printable(str(path))
    if suffixes and path.suffix.lower() not in suffixes:
        msg = f"--output {shown}: expected a name that ends in {', '.join(suffixes)}"
        raise DataError(msg)
    for file in inputs:
        if path.exists() and Path(file).exists() and path.samefile(file):
            msg = f"--output {shown} is the input, and is not overwritten; {ANOTHER}"
            raise DataError(msg)


def write_whole(path: Path, text: str) -> None:
    """Write a report, whole or not at all.

    Raises:
        DataError: the system refuses; whatever was at ``path`` is still there.
    """
    WholeFile(path, DataError).write(text)
