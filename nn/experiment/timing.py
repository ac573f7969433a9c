"""One training step, timed side by side: by the program, by hand, by scalar graphs.

By hand is what one writes in NumPy for a sigmoid network with the quadratic cost, in
two layouts, an example per column or per row; the faster of the two counts.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import numpy as np

from nn.losses import batch_loss

if TYPE_CHECKING:
    import numpy.typing as npt

    from nn.compiled import CompiledNetwork
    from nn.layers import MLP

__all__ = ["ByHand", "Timing", "time_steps"]

Array: TypeAlias = "npt.NDArray[np.float64]"

_ROUNDS: Final = 400
_WARM: Final = 20  # rounds that are not counted
_GRAPHS: Final = 3
_LONG: Final = 1e-3  # seconds, of which a tenth of a microsecond says nothing


class Timing(NamedTuple):
    """Median times of a step in seconds, and how far the trained weights differ."""

    batch: int
    program: float
    columns: float  # NumPy by hand, one example per column
    rows: float
    graph: float
    difference: float  # of all weights after those steps, relative to the largest

    @property
    def by_hand(self) -> float:
        """The faster of the two layouts."""
        return min(self.columns, self.rows)

    def __str__(self) -> str:
        ratio = self.by_hand / self.program
        slow = "times as fast as" if ratio >= 1.0 else "times as slow as"
        return (
            f"a step of {self.batch} examples takes {_micro(self.program)} by the"
            f" program, {_micro(self.by_hand)} by NumPy written by hand"
            f" ({_micro(self.columns)} with examples as columns, {_micro(self.rows)} as"
            f" rows), {_micro(self.graph)} by scalar graphs. The program is"
            f" {max(ratio, 1.0 / ratio):.2f} {slow} NumPy,"
            f" {self.graph / self.program:,.0f} times as fast as the graphs. Medians,"
            " interleaved in one run; after the same steps by both the weights differ"
            f" by {self.difference:.1e} of the largest."
        )


def _micro(seconds: float) -> str:
    return f"{1e6 * seconds:,.{1 if seconds < _LONG else 0}f} µs"


class ByHand:
    """Nielsen's equations in NumPy: sigmoid layers, C = 1/2m Σ(a - y)², and SGD.

    ``W`` and ``b`` are changed in place.
    """

    def __init__(self, W: Sequence[Array], b: Sequence[Array], rate: float) -> None:
        self.W, self.b, self.rate = [w.copy() for w in W], [x.copy() for x in b], rate

    def step_columns(self, X: Array, Y: Array) -> None:
        """Make a step on X (n_in, m) and Y (n_out, m), one example per column."""
        A = [X]
        for W, b in zip(self.W, self.b, strict=True):
            A.append(1.0 / (1.0 + np.exp(-(W @ A[-1] + b))))
        scale = self.rate / X.shape[1]
        D = (A[-1] - Y) * A[-1] * (1.0 - A[-1])
        for k in range(len(self.W) - 1, -1, -1):
            dW, db = D @ A[k].T, D.sum(axis=1, keepdims=True)
            if k:
                D = (self.W[k].T @ D) * A[k] * (1.0 - A[k])
            self.W[k] -= scale * dW
            self.b[k] -= scale * db

    def step_rows(self, X: Array, Y: Array) -> None:
        """Make a step on X (m, n_in) and Y (m, n_out), one example per row."""
        A = [X]
        for W, b in zip(self.W, self.b, strict=True):
            A.append(1.0 / (1.0 + np.exp(-(A[-1] @ W.T + b[:, 0]))))
        scale = self.rate / len(X)
        D = (A[-1] - Y) * A[-1] * (1.0 - A[-1])
        for k in range(len(self.W) - 1, -1, -1):
            dW, db = D.T @ A[k], D.sum(axis=0)
            if k:
                D = (D @ self.W[k]) * A[k] * (1.0 - A[k])
            self.W[k] -= scale * dW
            self.b[k][:, 0] -= scale * db


def time_steps(  # noqa: PLR0913, PLR0917  (what is timed, and for how long)
    net: MLP,
    compiled: CompiledNetwork,
    X: Array,
    Y: Array,
    rate: float,
    rounds: int = _ROUNDS,
) -> Timing:
    """Time steps of plain gradient descent from the same weights, in turn.

    ``compiled`` is the network with an SGD of the same rate; its weights move on, those
    of the network are used and put back. X and Y have one example per row.
    """
    W = [
        np.array([[w.data for w in n.w] for n in layer.neurons]) for layer in net.layers
    ]
    b = [
        np.array([[0.0 if n.b is None else n.b.data] for n in layer.neurons])
        for layer in net.layers
    ]
    columns, rows = ByHand(W, b, rate), ByHand(W, b, rate)
    examples = compiled.examples(X, Y)
    X_columns, Y_columns = np.ascontiguousarray(X.T), np.ascontiguousarray(Y.T)
    works: dict[str, Callable[[], object]] = {
        "program": lambda: compiled.step_on(examples),
        "columns": lambda: columns.step_columns(X_columns, Y_columns),
        "rows": lambda: rows.step_rows(X, Y),
    }
    times: dict[str, list[float]] = {name: [] for name in works}
    for k in range(_WARM + rounds):
        for name, work in works.items():
            begin = time.perf_counter()
            work()
            if k >= _WARM:
                times[name].append(time.perf_counter() - begin)
    by_hand = np.concatenate(
        [
            np.concatenate([w, bias], axis=1).ravel()
            for w, bias in zip(columns.W, columns.b, strict=True)
        ]
    )
    difference = np.abs(compiled.theta - by_hand).max() / np.abs(by_hand).max()
    medians = {name: statistics.median(each) for name, each in times.items()}
    graph = _time_of_graphs(net, X.tolist(), Y.tolist())
    return Timing(len(X), **medians, graph=graph, difference=float(difference))


def _time_of_graphs(net: MLP, X: list[list[float]], Y: list[list[float]]) -> float:
    """Return the median time of recording the cost and running `backward`."""
    times = []
    for _ in range(_GRAPHS):
        begin = time.perf_counter()
        cost = batch_loss("half_squared_error", [net(x) for x in X], Y)
        cost.backward()
        times.append(time.perf_counter() - begin)
    net.zero_grad()
    return statistics.median(times)
