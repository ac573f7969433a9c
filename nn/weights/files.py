"""`save_weights` and `load_weights`: JSON to read, safetensors to exchange.

A file holds numbers only. The network itself, activations included, is built by the
program that loads them. Nothing in a file is executed, unlike in a pickle.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from autograd_scalar import DataError, OperandError, WholeFile
from nn.arguments import shown
from nn.module import Module
from nn.weights import json as weights_json
from nn.weights import safetensors as weights_safetensors
from nn.weights.arrays import Array, arrays_of, numbers_of

__all__ = ["checked_path", "load_weights", "named", "read_file", "save_weights"]

MAX_BYTES: Final = 16 * 2**20  # about 700,000 numbers in JSON, 2,000,000 in safetensors
_LONGEST_PATH: Final = 200


class _Format(NamedTuple):
    """How to write and read one kind of file."""

    write: Callable[[Mapping[str, Array]], bytes]
    read: Callable[[bytes], dict[str, Array]]


_FORMATS: Final = {
    ".json": _Format(weights_json.write, weights_json.read),
    ".safetensors": _Format(weights_safetensors.write, weights_safetensors.read),
}


def save_weights(module: Module, path: str | os.PathLike[str]) -> None:
    """Write the parameters to a .json or .safetensors file, whole or not at all.

    The weights of a layer form ``weight`` (n_out, n_in) and ``bias`` (n_out,), as in
    PyTorch; other lists of parameters form arrays under their own names. `load_weights`
    restores the same bits.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from nn import MLP, load_weights, save_weights
    >>> net = MLP(2, [1], rng=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "net.json"
    ...     save_weights(net, path)
    ...     print(path.read_text())
    ...     other = MLP(2, [1])
    ...     load_weights(other, path)
    {
      "format": "autograd-scalar weights",
      "version": 1,
      "weights": {
        "layers.0.weight": [
          [-0.7312715117751976, 0.6948674738744653]
        ],
        "layers.0.bias": [0.0]
      }
    }
    >>> other.state_dict() == net.state_dict()
    True

    Raises:
        OperandError: ``module`` is not a Module, or ``path`` is not a path.
        DataError: the name ends otherwise; a parameter is nan or infinite; the file
            would be larger than `load_weights` reads; writing failed; or the library
            safetensors is needed and missing. What was at ``path`` is unchanged.
    """
    module, path = _module(module, "save_weights"), checked_path(path, "save_weights")
    kind = _format(path)
    file = WholeFile(path, DataError)
    try:
        content = kind.write(arrays_of(module.state_dict()))
    except DataError as error:
        msg = f"cannot save {named(path)}: {error}"
        raise DataError(msg) from error
    if len(content) > MAX_BYTES:
        msg = (
            f"cannot save {named(path)}: it would have {len(content):,} bytes, and at"
            f" most {MAX_BYTES:,} can be loaded; .safetensors files are smaller"
        )
        raise DataError(msg)
    file.write(content)


def load_weights(module: Module, path: str | os.PathLike[str]) -> None:
    """Set all parameters from a file that `save_weights` or PyTorch wrote.

    The whole file is checked first: exactly the expected arrays, in their shapes, all
    numbers finite. On an error no parameter changes. Gradients stay as they are.

    Raises:
        OperandError: ``module`` is not a Module, or ``path`` is not a path.
        DataError: the file cannot be read, is damaged, is larger than 16 MiB, or is of
            another module; the message says what was found and what was expected.
    """
    module, path = _module(module, "load_weights"), checked_path(path, "load_weights")
    kind = _format(path)
    raw = read_file(path)
    try:
        numbers = numbers_of(
            kind.read(raw), list(module.state_dict()), type(module).__name__
        )
    except DataError as error:
        msg = f"cannot load {named(path)}: {error}"
        raise DataError(msg) from error
    module.load_state_dict(numbers)


def _module(module: object, what: str) -> Module:
    if isinstance(module, Module):
        return module
    msg = (
        f"{what} needs a Module, such as an MLP, and then a path; got"
        f" {type(module).__name__} first"
    )
    raise OperandError(msg)


def checked_path(path: object, what: str) -> Path:
    """Return a path; raise OperandError, for the function ``what``, if it is none."""
    if isinstance(path, (str, os.PathLike)) and isinstance(os.fspath(path), str):
        return Path(path)
    kind = type(path).__name__
    msg = f"{what} needs a path, as text or a Path; got {kind}: {shown(path)}"
    raise OperandError(msg)


def _format(path: Path) -> _Format:
    """Return how to write and read files with this ending."""
    try:
        return _FORMATS[path.suffix.lower()]
    except KeyError:
        msg = (
            f"a file of weights needs a name that ends in {' or '.join(_FORMATS)}, got"
            f" {named(path)}"
        )
        raise DataError(msg) from None


def read_file(path: Path) -> bytes:
    """Read a regular file of at most 16 MiB; reading a pipe might never end.

    Raises:
        DataError: it cannot be read, is no regular file, or is larger.
    """
    try:
        mode = path.stat().st_mode
        raw = _at_most(MAX_BYTES + 1, path) if stat.S_ISREG(mode) else b""
    except FileNotFoundError as error:
        what = "there is no such file"
        if path.is_symlink():
            what = f"it is a link to {named(os.path.realpath(path))}, which is no file"
        msg = f"cannot load {named(path)}: {what}; check the path"
        raise DataError(msg) from error
    except (OSError, ValueError) as error:  # no permission, a long name, a NUL in it
        why = getattr(error, "strerror", None) or str(error)
        msg = f"cannot load {named(path)}: {why}; check the path"
        raise DataError(msg) from error
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "a device, a pipe or a socket"
        msg = f"cannot load {named(path)}: it is {kind}, not a file of weights"
        raise DataError(msg)
    if len(raw) > MAX_BYTES:
        msg = (
            f"cannot load {named(path)}: it is larger than {MAX_BYTES:,} bytes, more"
            " than a network of Values needs; was it written by another program?"
        )
        raise DataError(msg)
    return raw


def named(path: object) -> str:
    """Return a path for a message: in quotes, on one line, of some length at most."""
    return shown(str(path), _LONGEST_PATH)


def _at_most(n: int, path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(n)
