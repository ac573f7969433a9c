"""Write a file whole or not at all: drawings here, weights and reports in `nn`."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from autograd_scalar.errors import AutogradError, DrawingError, OperandError
from autograd_scalar.operands import shown
from autograd_scalar.reporting.escape import cut

__all__ = ["WholeFile"]

_LONGEST: Final = 200  # characters of a path in a message


class WholeFile:
    r"""A path that is checked when made, and then written whole or not at all.

    The check comes first so that a long computation does not end at a file that cannot
    be written. `write` follows symbolic links, keeps a file's permissions, and replaces
    a regular file only. ``refusal`` is the class of the errors to raise.

    >>> import tempfile
    >>> from autograd_scalar import WholeFile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.txt"
    ...     WholeFile(path).write("one\n")
    ...     path.read_text()
    'one\n'

    Raises:
        AutogradError: of the class ``refusal``: the folder does not exist, permission
            is missing, or the path is a folder, a device, a pipe or a socket.
        OperandError: ``path`` is no path, or ``refusal`` no error of this package.
    """

    def __init__(self, path: Path, refusal: type[AutogradError] = DrawingError) -> None:
        kind: object = refusal
        if not (isinstance(kind, type) and issubclass(kind, AutogradError)):
            msg = f"WholeFile(refusal=) needs one of our errors, got {shown(kind)}"
            raise OperandError(msg)
        self.path = _path(path)
        self._refusal = refusal
        self._mode()
        self._try_folder()

    def write(self, content: str | bytes) -> None:
        """Write to a temporary file beside the path, then rename it to the path.

        Text is written as UTF-8, and its line ends stay as they are.

        Raises:
            AutogradError: of the class ``refusal``: the system reports an error, or
                the path is no regular file any more. What is there stays unchanged.
            OperandError: ``content`` is neither text that UTF-8 can hold nor bytes.
        """
        raw = _bytes(content)
        mode = self._mode()
        target, temporary = self._places()
        try:
            with temporary.open("xb") as file:
                file.write(raw)
            if mode is not None:
                temporary.chmod(mode)
            temporary.replace(target)
        except OSError as error:
            raise self._error(error.strerror or str(error)) from error
        finally:
            with suppress(OSError):
                temporary.unlink()

    def _mode(self) -> int | None:
        """Return the permissions of the existing file, None if there is none yet."""
        try:
            mode = self.path.stat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            self._check_folder()
            return None
        except (OSError, ValueError) as error:  # a long name, links in a circle, a NUL
            why = getattr(error, "strerror", None) or str(error)
            msg = f"{why}; choose another name"
            raise self._error(msg) from error
        if stat.S_ISDIR(mode):
            why = "it is a folder; give the name of a file in it"
            raise self._error(why)
        if not stat.S_ISREG(mode):
            why = "it is a device, a pipe or a socket, not a regular file; give one"
            raise self._error(why)
        if not os.access(self.path, os.W_OK):
            why = "it is write-protected; allow it, or choose another name"
            raise self._error(why)
        self._check_folder()
        return stat.S_IMODE(mode)

    def _places(self) -> tuple[Path, Path]:
        """Return the final path, with links followed, and a temporary one beside it."""
        target = Path(os.path.realpath(self.path))
        return target, target.with_name(f".{os.urandom(8).hex()}.part")

    def _try_folder(self) -> None:
        """Create an empty file and remove it: permission bits alone prove nothing.

        To an administrator every folder looks writable, even those of /proc.
        """
        _, temporary = self._places()
        try:
            temporary.open("x").close()
        except OSError as error:
            folder = repr(str(self.path.parent))
            why = f"no file can be made in {folder}: {error.strerror or error}"
            raise self._error(why) from error
        finally:
            with suppress(OSError):
                temporary.unlink()

    def _check_folder(self) -> None:
        """Raise unless the folder, with links followed, exists and is writable."""
        folder = Path(os.path.realpath(self.path)).parent
        named = repr(str(self.path.parent))
        if not folder.is_dir():
            why = f"there is no folder {named}; make it first"
            raise self._error(why)
        if not os.access(folder, os.W_OK):
            why = f"no permission to write in {named}; choose another folder"
            raise self._error(why)

    def _error(self, why: str) -> AutogradError:
        path = cut(str(self.path), _LONGEST)
        return self._refusal(f"cannot write {path!r}: {why}")


def _path(given: object) -> Path:
    """Return the path, or raise if it is neither text nor a path."""
    if isinstance(given, str | os.PathLike) and isinstance(os.fspath(given), str):
        return Path(given)
    msg = f"WholeFile() needs a path, as text or a Path, got {shown(given)}"
    raise OperandError(msg)


def _bytes(content: object) -> bytes:
    """Return the content as bytes, or raise if it is neither text nor bytes."""
    if isinstance(content, bytes):
        return content
    if isinstance(content, str):
        try:
            return content.encode()
        except UnicodeEncodeError:
            msg = (
                "write() needs text that UTF-8 can hold, got a lone surrogate in"
                f" {shown(content)}; replace it: text.encode(errors='replace')"
            )
            raise OperandError(msg) from None
    msg = f"write() needs a str or bytes, got {shown(content)}"
    raise OperandError(msg)
