"""NumPy as ``np``; where there is none, the part of it that nn needs, on lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

__all__ = ["HAS_NUMPY", "Array", "ArrayLike", "np"]

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array: TypeAlias = npt.NDArray[np.float64]
    ArrayLike: TypeAlias = npt.ArrayLike
else:
    try:
        import numpy as np
        from numpy.typing import ArrayLike, NDArray

        Array = NDArray[np.float64]
    except ModuleNotFoundError:
        from nn.matrix import lists as np

        Array = ArrayLike = np.Array

HAS_NUMPY: Final = np.__name__ == "numpy"
