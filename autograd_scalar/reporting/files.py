"""Write a file whole or not at all: drawings here, weights and reports in `nn`."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

from autograd_scalar.errors import AutogradError, DrawingError, OperandError
from autograd_scalar.operands import shown
from autograd_scalar.reporting.escape import cut

__all__ = ["WholeFile"]

_LONGEST: Final = 200  # characters of a path in a message
_OWNER: Final = 0o600  # only the owner reads and writes
_ANYBODY: Final = 0o666  # less what the umask denies, as for every new file


class WholeFile:
    r"""A path that is checked when made, and then written whole or not at all.

    The check comes first so that a long computation does not end at a file that cannot
    be written. `write` follows symbolic links, keeps a file's permissions from its
    first byte on, and replaces a regular file only. ``refusal`` is the class of the
    errors to raise.

    >>> import tempfile
    >>> from pathlib import Path
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

        Text is written as UTF-8, and its line ends stay as they are. All of it is on
        the disk before the renaming, so that after a loss of power the old file is
        there, or the new one, and whole. A new file gets the permissions of the umask.

        Raises:
            AutogradError: of the class ``refusal``: the system reports an error, or
                the path is no regular file any more. What is there stays unchanged.
            OperandError: ``content`` is neither text that UTF-8 can hold nor bytes.
        """
        raw = _bytes(content)
        mode = self._mode()
        target, temporary = self._places()
        # Until it is renamed, what replaces a private file is readable by nobody else.
        first_mode = _ANYBODY if mode is None else _OWNER
        try:
            opener = partial(os.open, mode=first_mode)
            with open(temporary, "xb", opener=opener) as file:
                file.write(raw)
                file.flush()
                if mode is not None:
                    os.chmod(temporary, mode)
                os.fsync(file.fileno())
            os.replace(temporary, target)
        except OSError as error:
            raise self._error(error.strerror or str(error)) from error
        finally:
            try:  # noqa: SIM105  (one call in C; a `with` may be interrupted before it)
                os.unlink(temporary)
            except OSError:
                pass
        _settle(target.parent)

    def _mode(self) -> int | None:
        """Return the permissions of the existing file, None if there is none yet."""
        mode = self._asked(self.path)
        if mode is None:
            self._check_folder()
            return None
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

    def _asked(self, path: Path) -> int | None:
        """Return the mode of a file or folder, None if there is none."""
        try:
            return path.stat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:  # a long name, links in a circle, a NUL
            raise self._cannot_use(error) from error

    def _target(self) -> Path:
        """Return the path with links followed, also one that leads to no file yet."""
        try:
            return Path(os.path.realpath(self.path, strict=True))
        except FileNotFoundError:
            return Path(os.path.realpath(self.path))
        except OSError as error:
            raise self._cannot_use(error) from error

    def _places(self) -> tuple[Path, Path]:
        """Return the final path, with links followed, and a temporary one beside it."""
        target = self._target()
        return target, target.with_name(f".{os.urandom(8).hex()}.part")

    def _try_folder(self) -> None:
        """Create an empty file and remove it: permission bits alone prove nothing.

        To an administrator every folder looks writable, even those of /proc.
        """
        target, temporary = self._places()
        try:
            os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER))
        except OSError as error:
            folder = self._folder(target)
            why = f"no file can be made in {folder}: {error.strerror or error}"
            raise self._error(why) from error
        finally:
            try:  # noqa: SIM105  (one call in C; a `with` may be interrupted before it)
                os.unlink(temporary)
            except OSError:
                pass

    def _check_folder(self) -> None:
        """Raise unless the folder, with links followed, exists and is writable."""
        target = self._target()
        folder, named = target.parent, self._folder(target)
        if not stat.S_ISDIR(self._asked(folder) or 0):
            leads = f"it is a link to {cut(str(target), _LONGEST)!r}, and "
            why = f"there is no folder {named}; make it first"
            raise self._error(leads * os.path.islink(self.path) + why)
        if not os.access(folder, os.W_OK):
            why = f"no permission to write in {named}; choose another folder"
            raise self._error(why)

    def _folder(self, target: Path) -> str:
        """Return the folder as the user named it; of a link, the one it leads to."""
        folder = target.parent if os.path.islink(self.path) else self.path.parent
        return repr(cut(str(folder), _LONGEST))

    def _cannot_use(self, error: OSError | ValueError) -> AutogradError:
        why = getattr(error, "strerror", None) or str(error)
        return self._error(f"{why}; choose another name")

    def _error(self, why: str) -> AutogradError:
        path = cut(str(self.path), _LONGEST)
        return self._refusal(f"cannot write {path!r}: {why}")


def _settle(folder: Path) -> None:
    """Let the renaming outlast a loss of power, where the system can.

    Without this the file is whole all the same: the old one or the new one.
    """
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


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
