"""Files that are written whole or not at all: drawings here, more of them in `nn`."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from autograd_scalar.errors import AutogradError, DrawingError, OperandError
from autograd_scalar.operands import shown

__all__ = ["WholeFile"]


_LONGEST = 1_000  # characters of a path in a message


def _path(given: object) -> Path:
    if isinstance(given, str | os.PathLike) and isinstance(os.fspath(given), str):
        return Path(given)
    msg = f"WholeFile() needs a path, as text or a Path, got {shown(given)}"
    raise OperandError(msg)


def _bytes(content: object) -> bytes:
    if isinstance(content, bytes):
        return content
    if isinstance(content, str):
        return content.encode()
    msg = f"write() needs a str or bytes, got {shown(content)}"
    raise OperandError(msg)


class WholeFile:
    r"""A path that can be written, which is known before any work is done for it.

    Symbolic links are followed, a file's permissions are kept, and only a regular file
    is ever replaced. ``refusal`` is the error to raise, of the caller's own kind.

    >>> import tempfile
    >>> from autograd_scalar import WholeFile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.txt"
    ...     WholeFile(path).write("one\n")
    ...     path.read_text()
    'one\n'

    Raises:
        AutogradError: the ``refusal``: there is no folder for the file or no
            permission, or it is a folder, a device, a pipe or a socket.
        OperandError: ``path`` is no path, or ``refusal`` no error of ours.
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
        """Write to a temporary file beside the path, then put it in its place.

        Text is written as UTF-8, and its line ends stay as they are.

        Raises:
            AutogradError: the ``refusal``: the system refuses, or what is at the path
                has become something else; it is still there.
            OperandError: ``content`` is neither text nor bytes.
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
            raise self._refused(error.strerror or str(error)) from error
        finally:
            with suppress(OSError):
                temporary.unlink()

    def _mode(self) -> int | None:
        """The permissions of the file that is there, None if there is none yet."""
        try:
            mode = self.path.stat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            self._check_folder()
            return None
        except (OSError, ValueError) as error:  # a long name, links in a circle, a NUL
            why = getattr(error, "strerror", None) or str(error)
            raise self._refused(why) from error
        if stat.S_ISDIR(mode):
            why = "it is a folder"
            raise self._refused(why)
        if not stat.S_ISREG(mode):
            why = "it is a device, a pipe or a socket, not a regular file"
            raise self._refused(why)
        if not os.access(self.path, os.W_OK):
            why = "it is write-protected"
            raise self._refused(why)
        self._check_folder()
        return stat.S_IMODE(mode)

    def _places(self) -> tuple[Path, Path]:
        """Where the text goes, links followed, and where it waits until it is whole."""
        target = Path(os.path.realpath(self.path))
        return target, target.with_name(f".{os.urandom(8).hex()}.part")

    def _try_folder(self) -> None:
        """Make an empty file, and remove it: permissions alone do not tell.

        To an administrator every folder looks writable, those of /proc too.
        """
        _, temporary = self._places()
        try:
            temporary.open("x").close()
            temporary.unlink()
        except OSError as error:
            why = error.strerror or str(error)
            folder = repr(str(self.path.parent))
            msg = f"no file can be made in {folder}: {why}"
            raise self._refused(msg) from error

    def _check_folder(self) -> None:
        """Refuse a path in whose folder, links followed, no file can be made."""
        folder = Path(os.path.realpath(self.path)).parent
        named = repr(str(self.path.parent))
        if not folder.is_dir():
            why = f"there is no folder {named}; make it first"
            raise self._refused(why)
        if not os.access(folder, os.W_OK):
            why = f"no permission to write in {named}"
            raise self._refused(why)

    def _refused(self, why: str) -> AutogradError:
        name = str(self.path)
        short = name if len(name) <= _LONGEST else name[: _LONGEST - 3] + "..."
        return self._refusal(f"cannot write {short!r}: {why}")
