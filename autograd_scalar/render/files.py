"""Text files that are written whole or not at all: drawings here, reports in `nn`."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from autograd_scalar.errors import AutogradError, DrawingError

__all__ = ["WholeFile"]


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
    """

    def __init__(self, path: Path, refusal: type[AutogradError] = DrawingError) -> None:
        self.path = path
        self._refusal = refusal
        self._mode()

    def write(self, text: str) -> None:
        """Write to a temporary file beside the path, then put it in its place.

        Raises:
            AutogradError: the ``refusal``: the system refuses, or what is at the path
                has become something else; it is still there.
        """
        mode = self._mode()
        target = Path(os.path.realpath(self.path))
        temporary = target.with_name(f".{os.urandom(8).hex()}.part")
        try:
            with temporary.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
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

    def _check_folder(self) -> None:
        """Refuse a path in whose folder, links followed, no file can be made."""
        folder = Path(os.path.realpath(self.path)).parent
        shown = repr(str(self.path.parent))
        if not folder.is_dir():
            why = f"there is no folder {shown}; make it first"
            raise self._refused(why)
        if not os.access(folder, os.W_OK):
            why = f"no permission to write in {shown}"
            raise self._refused(why)

    def _refused(self, why: str) -> AutogradError:
        return self._refusal(f"cannot write {str(self.path)!r}: {why}")
