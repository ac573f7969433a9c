"""The handwritten digits that scikit-learn ships, as a `Dataset`."""

from __future__ import annotations

from autograd_scalar import DataError
from nn.data.dataset import Dataset

__all__ = ["load_digits"]

_SIDE = 8


def load_digits() -> Dataset:
    """Load 1,797 handwritten digits of 8 by 8 pixels, each a number from 0 to 16.

    From E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits" (UCI,
    1998), the test part, which scikit-learn ships; the extra ``[sklearn]`` brings it.

    Raises:
        DataError: scikit-learn is not installed.
    """
    try:
        from sklearn.datasets import (  # noqa: PLC0415  (an extra)
            load_digits as load,
        )
    except ImportError as error:
        msg = (
            "the digits come with scikit-learn, which is not installed:"
            " pip install 'autograd-scalar[sklearn]'"
        )
        raise DataError(msg) from error
    images, labels = load(return_X_y=True)
    return Dataset(
        features=tuple(f"pixel {i},{j}" for i in range(_SIDE) for j in range(_SIDE)),
        target="digit",
        X=tuple(map(tuple, images.tolist())),
        y=tuple(map(float, labels.tolist())),
        classes=tuple(map(str, range(10))),
    )
