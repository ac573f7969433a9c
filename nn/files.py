"""Output of commands and reports: safe text, tables, numbers for JSON, whole files."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograd_scalar import DataError, WholeFile

__all__ = ["check_writable", "plain", "printable", "text_table", "write_whole"]


def printable(text: str) -> str:
    r"""Write control and bidirectional characters as escapes.

    >>> print(printable("red\x1b[31m"))
    red\x1b[31m
    """
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in text
    )


def plain(x: Any) -> Any:
    """Prepare for JSON: tuples become lists; nan, inf and -inf become text.

    >>> plain({"loss": (0.5, float("inf"))})
    {'loss': [0.5, 'inf']}
    """
    if isinstance(x, dict):
        return {key: plain(value) for key, value in x.items()}
    if isinstance(x, list | tuple):
        return [plain(value) for value in x]
    return repr(x) if isinstance(x, float) and not math.isfinite(x) else x


def text_table(rows: Sequence[Sequence[str]]) -> str:
    """Align the columns of a table, and underline its first row.

    >>> print(text_table([("name", "value"), ("x", "2.0")]))
    name  value
    ----  -----
    x     2.0
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    lines.insert(1, "  ".join("-" * w for w in widths).rstrip())
    return "\n".join(lines)


def check_writable(
    path: Path,
    suffixes: Sequence[str] = (),
    inputs: Sequence[str | Path] = (),
    option: str = "--output",
) -> None:
    """Raise, before any work is done, if a path cannot be written.

    Args:
        path: where the result will go; a symbolic link is followed.
        suffixes: how its name may end; () accepts any name.
        inputs: files that must not be overwritten.
        option: the option that names the path, for messages.

    Raises:
        DataError: the name ends otherwise; the path is a folder, a device or an input;
            its folder does not exist; or there is no permission.
    """
    try:
        WholeFile(path, DataError)
    except DataError as error:
        msg = f"{error}; name another with {option}"
        raise DataError(msg) from error
    shown = printable(str(path))
    if suffixes and path.suffix.lower() not in suffixes:
        msg = f"{option} {shown}: expected a name that ends in {', '.join(suffixes)}"
        raise DataError(msg)
    for file in inputs:
        if path.exists() and Path(file).exists() and path.samefile(file):
            msg = (
                f"{option} {shown} is the input and would be overwritten; name another"
                f" with {option}"
            )
            raise DataError(msg)


def write_whole(path: Path, text: str) -> None:
    """Write a text file, whole or not at all.

    Raises:
        DataError: writing failed; what was at ``path`` is unchanged.
    """
    WholeFile(path, DataError).write(text)
