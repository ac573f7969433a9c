"""The pytest plugin: the fixtures `scalar_net` and `gradients_match`.

It loads nothing until a test asks for one of them, so that pytest starts as fast as
without it, and a coverage tool that starts after the plugins misses nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from nn.grading.tree import Array
    from nn.layers import MLP

__all__ = ["ScalarNet", "gradients_match", "scalar_net"]


class ScalarNet(NamedTuple):
    """A network with a batch, in which no known mistake is invisible.

    Its widths differ, it has two outputs, five examples, and biases that are not 0.

    Attributes:
        net: an MLP 3-4-2 with sigmoids.
        W: its weights, (4, 3) and (2, 4).
        b: its biases, (4, 1) and (2, 1).
        X: the inputs (5, 3), one example per row.
        Y: the targets (5, 2), one hot.
    """

    net: MLP
    W: list[Array]
    b: list[Array]
    X: Array
    Y: Array


@pytest.fixture
def scalar_net() -> ScalarNet:
    """Return a 3-4-2 network of scalars with its matrices and a batch: `ScalarNet`."""
    from nn.grading.cases import example  # noqa: PLC0415  (as late as it is needed)

    return ScalarNet(*example())


@pytest.fixture
def gradients_match() -> Callable[..., None]:
    """Return `nn.assert_gradients_match`."""
    from nn.grading.assertions import assert_gradients_match  # noqa: PLC0415

    return assert_gradients_match
