"""Weights as safetensors, the format in which PyTorch users exchange them.

Each array is a float64 tensor; PyTorch reads it with `safetensors.torch.load_file`.
Files from PyTorch may hold float32 or float16, which convert to float64 exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from autograd_scalar import DataError
from nn.arguments import shortened, some
from nn.weights.arrays import Array
from nn.weights.json import strict

__all__ = ["read", "write"]

if TYPE_CHECKING:
    import numpy.typing as npt

    Tensors: TypeAlias = dict[str, npt.NDArray[Any]]


def write(arrays: Mapping[str, Array]) -> bytes:
    """Return a file with these arrays.

    Raises:
        DataError: the library safetensors is not installed.
    """
    save, _ = _library()
    import numpy as np  # noqa: PLC0415  (JSON needs no NumPy)

    tensors = {
        name: np.array(array.numbers, np.float64).reshape(array.shape)
        for name, array in arrays.items()
    }
    return save(tensors)


def read(raw: bytes) -> dict[str, Array]:
    """Return the arrays of a file.

    Raises:
        DataError: it is damaged, repeats a name, or has a tensor of another type; or
            the library safetensors is not installed.
    """
    _, load = _library()
    from safetensors import SafetensorError  # noqa: PLC0415  (an optional library)

    try:
        tensors = load(raw)
    except (SafetensorError, ValueError, OverflowError) as error:
        msg = f"{shortened(str(error))}; it is damaged, or not a safetensors file"
        raise DataError(msg) from error
    except KeyError as error:  # a type that NumPy lacks
        raise DataError(_wrong_type("a tensor", str(error))) from error
    _check_header(raw)
    for name, tensor in tensors.items():
        if tensor.dtype.kind != "f":
            raise DataError(_wrong_type(some([name]), str(tensor.dtype)))
    return {
        name: Array(tensor.shape, tensor.ravel().tolist())
        for name, tensor in tensors.items()
    }


def _check_header(raw: bytes) -> None:
    """Raise if a name is repeated: the library silently takes the last.

    The header is JSON, after eight bytes with its length.
    """
    strict(raw[8 : 8 + int.from_bytes(raw[:8], "little")])


def _library() -> tuple[Callable[[Tensors], bytes], Callable[[bytes], Tensors]]:
    """Return the library's save and load."""
    try:
        from safetensors.numpy import load, save  # noqa: PLC0415  (it is optional)
    except ImportError as error:
        msg = (
            "this needs the library safetensors: pip install 'autograd-scalar[weights]'"
            "; or use a .json file, which needs no library"
        )
        raise DataError(msg) from error
    return save, load


def _wrong_type(what: str, got: str) -> str:
    return (
        f"{what} is of type {shortened(got)}, expected F64, F32 or F16; in PyTorch,"
        " save model.double().state_dict()"
    )
