"""A network and a loss, compiled: a matrix program over one array of all parameters.

The program is derived from the scalar graph of one example, and runs over a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

import numpy as np

from autograd_scalar import (
    DataError,
    OperandError,
    Program,
    ShapeError,
    Value,
    gradients,
    topological_order,
)
from autograd_scalar import compile as compiled
from nn.arguments import called, shown, size
from nn.losses import (
    LOSSES,
    Loss,
    batch_loss,
    categorical_cross_entropy,
    named_loss,
    reduce_losses,
    softmax_cross_entropy,
)

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["CompiledNetwork", "Network", "VectorSteps"]

Array: TypeAlias = "npt.NDArray[np.float64]"

_CHECKED: Final = 8  # examples of the first batch that are computed by the graph, too
_APART: Final = 0.05  # how far from theta
_CLOSE: Final = 1e-6  # of the largest number: more than rounding, less than a branch


class Network(Protocol):
    """What can be compiled: an `nn.MLP`, or a Module of your own."""

    def parameters(self) -> list[Value]:
        """Return the Values to train."""

    def __call__(self, x: Sequence[Any], /) -> Any:
        """Return the outputs for one example."""


class VectorSteps(Protocol):
    """What is needed of an optimiser: its parameters, and steps on an array of them."""

    @property
    def params(self) -> list[Value]:
        """The parameters, in the order of the arrays."""

    def step_vector(self, theta: Array, gradient: Array) -> None:
        """Update the numbers of the parameters in place."""


class CompiledNetwork:
    """A network and a loss as a program; `Module.compile` makes it.

    ``theta`` holds the numbers of ``net.parameters()`` in one array, which is what is
    trained; `store` writes them into the network. It is compiled at the first batch,
    whose first examples are computed by the scalar graph, too: a network or a loss that
    branches on its numbers, or draws random ones, has no single program.

    >>> from nn import MLP, SGD
    >>> net = MLP(2, [3, 1], activation="tanh", rng=1)
    >>> optimiser = SGD(net.parameters(), lr=0.1)
    >>> trained = net.compile("half_squared_error", 2, optimiser=optimiser)
    >>> X, Y = [[0.5, -1.0], [1.0, 2.0]], [[1.0], [0.0]]
    >>> costs = [trained.step(X, Y) for _ in range(100)]
    >>> costs[-1] < 1e-4 < costs[0]
    True
    >>> trained.store()
    >>> trained.program.equations().splitlines()[-4:-1]
    ['dW2 = T1 A1ᵀ', 'db2 = T1', 'dW1 = dZ1 xᵀ']

    Raises:
        OperandError: ``net`` has no parameters or is no network, the loss or the
            reduction is unknown, or the optimiser steps Values that are no parameters.
        ShapeError: ``batch_size`` is below 1.
    """

    def __init__(
        self,
        net: Network,
        loss: Loss | str,
        batch_size: int | None = None,
        *,
        optimiser: VectorSteps | None = None,
        reduction: str = "mean",
    ) -> None:
        called(net, "compile(): a network that is called with one example")
        called(
            getattr(net, "parameters", None), "compile(): the network's parameters()"
        )
        self._net, self._loss = net, named_loss(loss)
        self._parameters = list(net.parameters())
        if not self._parameters:
            msg = f"compile() needs a network with parameters, got {shown(net)}"
            raise OperandError(msg)
        self._most = None if batch_size is None else size(batch_size, "batch_size")
        reduce_losses([Value(0.0)], reduction)  # raises if it is unknown
        self._reduction = reduction
        self._optimiser = optimiser
        self._places = None if optimiser is None else self._places_of(optimiser)
        self.theta: Array = np.array([p.data for p in self._parameters])
        self._gradient: Array = np.zeros(0)  # of the latest step
        self._program: Program | None = None
        self._of_layers: list[npt.NDArray[np.intp]] | None = None
        self._columns: npt.NDArray[np.intp] | None = None  # that the program reads
        self._split = self._width = 0  # inputs, and inputs and targets, of an example

    @property
    def program(self) -> Program:
        """The program of one example, after the first batch.

        Raises:
            OperandError: there was no batch yet.
        """
        if self._program is None:
            msg = (
                "the network is compiled when it meets the first batch; call step() or"
                " value_and_grad() first"
            )
            raise OperandError(msg)
        return self._program

    # ---- Training --------------------------------------------------------------------

    def step(self, X: npt.ArrayLike, Y: npt.ArrayLike) -> float:
        """Make a step of the optimiser for a batch, and return the cost before it.

        Args:
            X: inputs, one example per **row**.
            Y: targets, one example per row; or one number for each.

        Raises:
            OperandError: there is no optimiser; or as `value_and_grad`.
            ShapeError, DataError: as `value_and_grad`.
        """
        return self.step_on(self.examples(X, Y))

    def value_and_grad(self, X: npt.ArrayLike, Y: npt.ArrayLike) -> tuple[float, Array]:
        """Return the cost of a batch and its gradient by ``theta``.

        >>> from nn import MLP
        >>> net = MLP(1, [1], rng=0)
        >>> net.set_matrices([[[2.0]]], [[0.0]])
        >>> value, gradient = net.compile("squared_error").value_and_grad([[3.0]], [5])
        >>> value, gradient.tolist()
        (1.0, [6.0, 2.0])

        Raises:
            OperandError: X or Y holds something else than numbers, or the network or
                the loss branches on its numbers.
            ShapeError: X or Y does not fit the network, or has more than
                ``batch_size`` rows.
            DataError: a target is not one of the loss.
        """
        return self.value_and_grad_on(self.examples(X, Y))

    def store(self) -> None:
        """Write ``theta`` into the Values of the network."""
        self._write(self.theta)

    def load(self) -> None:
        """Read ``theta`` from the Values of the network."""
        self.theta[:] = [parameter.data for parameter in self._parameters]

    # ---- Batches as one array --------------------------------------------------------

    def examples(self, X: npt.ArrayLike, Y: npt.ArrayLike) -> Array:
        """Return examples as `step_on` takes them, checked: a row has x, then y.

        Raises:
            OperandError, ShapeError, DataError: as `value_and_grad`.
        """
        inputs = _matrix(X, "X")
        targets = _array(Y, "Y")
        is_class = targets.ndim == 1 and targets.dtype.kind in "iu"
        if self._loss in _OF_CLASSES and is_class:
            targets = self._one_hot(inputs, targets)
        is_single = targets.ndim == 1
        targets = _matrix(targets[:, None] if is_single else targets, "Y")
        if len(inputs) != len(targets) or not len(inputs):
            msg = (
                f"X has {len(inputs)} rows and Y {len(targets)}; expected one target"
                " row for each example, and at least one"
            )
            raise ShapeError(msg)
        self._check_targets(targets)
        if self._program is None:
            self._compile(inputs, targets, is_single=is_single)
        width = self._split, self._width - self._split
        if (inputs.shape[1], targets.shape[1]) != width:
            msg = (
                f"X has shape {inputs.shape} and Y {targets.shape}; the network was"
                f" compiled for {width[0]} inputs and {width[1]} targets an example"
            )
            raise ShapeError(msg)
        rows = np.concatenate([inputs, targets], axis=1)
        return rows if self._columns is None else rows[:, self._columns]

    def step_on(self, examples: Array) -> float:
        """Make a step for rows of what `examples` returned.

        Raises:
            OperandError: there is no optimiser.
            ShapeError: there are more than ``batch_size`` rows, or none.
        """
        if self._optimiser is None:
            msg = (
                "step() needs an optimiser, as in net.compile(loss,"
                " optimiser=SGD(net.parameters())); value_and_grad() needs none"
            )
            raise OperandError(msg)
        value, gradient = self.value_and_grad_on(examples)
        self._gradient = gradient
        places = self._places
        if places is None:
            self._optimiser.step_vector(self.theta, gradient)
        else:
            some = self.theta[places]
            self._optimiser.step_vector(some, gradient[places])
            self.theta[places] = some
        return value

    def value_and_grad_on(self, examples: Array) -> tuple[float, Array]:
        """Return the cost and the gradient for rows of what `examples` returned.

        Raises:
            ShapeError: there are more than ``batch_size`` rows, or none.
        """
        if self._most is not None and len(examples) > self._most:
            msg = (
                f"the network was compiled for batches of up to {self._most} examples,"
                f" got {len(examples)}; compile it with a larger batch_size, or None"
            )
            raise ShapeError(msg)
        return self.program.map(self.theta, examples, reduction=self._reduction)

    def norms(self, layers: Sequence[Sequence[Value]]) -> tuple[float, ...]:
        """Return the norm of each layer's gradients in the latest step.

        ``layers`` are lists of parameters of the network, which is not checked.
        """
        if self._of_layers is None:
            place = {parameter: k for k, parameter in enumerate(self._parameters)}
            self._of_layers = [np.array([place[p] for p in each]) for each in layers]
        return tuple(
            float(np.linalg.norm(self._gradient[places])) for places in self._of_layers
        )

    # ---- Compilation -----------------------------------------------------------------

    def _compile(self, inputs: Array, targets: Array, *, is_single: bool) -> None:
        x = [Value(v, f"x[{k}]") for k, v in enumerate(inputs[0].tolist())]
        y = [Value(v, f"y[{k}]") for k, v in enumerate(targets[0].tolist())]
        leaves = [*x, *y]
        self.store()  # the graph is recorded at theta
        cost = self._one(x, y, is_single=is_single)
        used = set(topological_order(cost))
        columns = [k for k, leaf in enumerate(leaves) if leaf in used]
        given = [leaves[k] for k in columns]
        program = compiled(cost, self._parameters, given, form="matrix")
        self._check(program, inputs, targets, columns, is_single=is_single)
        self._columns = None if len(given) == len(leaves) else np.array(columns)
        self._split, self._width = len(x), len(leaves)
        self._program = program

    def _write(self, theta: Array) -> None:
        for parameter, number in zip(self._parameters, theta.tolist(), strict=True):
            parameter.data = number

    def _one(self, x: Sequence[Any], y: Sequence[Any], *, is_single: bool) -> Value:
        """Record the loss of one example."""
        return batch_loss(self._loss, [self._net(x)], [y[0] if is_single else y])

    def _check(
        self,
        program: Program,
        inputs: Array,
        targets: Array,
        columns: list[int],
        *,
        is_single: bool,
    ) -> None:
        """Compare the program with the scalar graph on some of the examples.

        Near theta, not at it: where training has ended, gradients are but rounding.
        """
        rows = np.concatenate([inputs, targets], axis=1)[:_CHECKED]
        split, wide = inputs.shape[1], 1.0 + np.abs(self.theta)
        drawn = np.random.default_rng(0).uniform(-_APART, _APART, len(wide))
        theta = self.theta + wide * drawn
        try:
            self._write(theta)
            for row in rows.tolist():
                root = self._one(row[:split], row[split:], is_single=is_single)
                slopes = np.array(gradients(root, self._parameters))
                value, gradient = program(theta, [row[k] for k in columns])
                slack = float(np.abs(slopes[np.isfinite(slopes)]).max(initial=0.0))
                if _differ(slopes, gradient) or _differ(root.data, value, slack):
                    raise self._branches(root.data, value)
        finally:
            self.store()

    def _branches(self, expected: float, found: float) -> OperandError:
        msg = (
            f"compile() cannot follow this {type(self._net).__name__} or its loss: by"
            f" the program of the first example another has the loss {found!r}, by the"
            f" graph {expected!r}. An if on a number, max() of .data, or a random draw"
            " such as dropout belongs to one example; use relu(), maximum() or clip(),"
            " or train without compile()"
        )
        return OperandError(msg)

    def _places_of(self, optimiser: VectorSteps) -> npt.NDArray[np.intp] | None:
        """Return where the parameters of the optimiser stand; None if they are all."""
        given: Any = optimiser
        if not callable(getattr(given, "step_vector", None)):
            msg = (
                "compile() needs an optimiser of nn, as in"
                " optimiser=SGD(net.parameters()), got"
                f" {type(given).__name__}: {shown(given)}"
            )
            raise OperandError(msg)
        place = {parameter: k for k, parameter in enumerate(self._parameters)}
        strange = [p for p in given.params if p not in place]
        if strange:
            msg = (
                f"the optimiser steps {strange[0]!r}, which is no parameter of the"
                " network; make it from net.parameters()"
            )
            raise OperandError(msg)
        places = np.array([place[p] for p in given.params])
        is_all = np.array_equal(places, np.arange(len(self._parameters)))
        return None if is_all else places

    # ---- Targets ---------------------------------------------------------------------

    def _one_hot(self, inputs: Array, classes: npt.NDArray[Any]) -> Array:
        """Return a probability for each class, from the indices of the right ones."""
        if self._program is None:
            outputs = self._net(inputs[0].tolist())
            count = len(outputs) if isinstance(outputs, list | tuple) else 1
        else:
            count = self._width - self._split
        wrong = classes[(classes < 0) | (classes >= count)]
        if count < 2 or len(wrong):  # noqa: PLR2004
            # Its own message: of the index, or of a single logit.
            self._loss([0.5] * count, int([*wrong, 0][0]))
        chosen: Array = np.eye(count)[classes]
        return chosen

    def _check_targets(self, targets: Array) -> None:
        """Raise as the loss does for a target that it does not accept."""
        accepts = _ACCEPTED.get(getattr(self._loss, "__name__", ""))
        if accepts is None or LOSSES.get(self._loss.__name__) is not self._loss:
            return
        wrong = np.flatnonzero(~accepts(targets).all(axis=1))
        if len(wrong):
            row = int(wrong[0])
            try:
                self._loss([0.5] * targets.shape[1], targets[row].tolist())
            except DataError as error:
                msg = f"row {row} of Y: {error}"
                raise DataError(msg) from None


def _is_probability(y: Array) -> Any:
    return (y >= 0.0) & (y <= 1.0)


_OF_CLASSES: Final = (categorical_cross_entropy, softmax_cross_entropy)
_ACCEPTED: Final[dict[str, Callable[[Array], Any]]] = {
    "binary_cross_entropy": _is_probability,
    "binary_cross_entropy_with_logits": _is_probability,
    "categorical_cross_entropy": _is_probability,
    "half_squared_error": np.isfinite,
    "hinge": lambda y: np.abs(y) == 1.0,
    "mean_squared_error": np.isfinite,
    "softmax_cross_entropy": _is_probability,
    "squared_error": np.isfinite,
}


def _differ(expected: Array | float, found: Array | float, slack: float = 0.0) -> bool:
    """Tell whether numbers differ by more than rounding; inf and nan must be equal."""
    one, other = np.atleast_1d(expected), np.atleast_1d(found)
    finite = np.isfinite(one)
    if not np.array_equal(one[~finite], other[~finite], equal_nan=True):
        return True
    most = max(np.abs(one[finite]).max(initial=0.0), slack)
    return not np.all(np.abs(one[finite] - other[finite]) <= _CLOSE * most)


def _array(given: Any, name: str) -> npt.NDArray[Any]:
    """Return rows as an array of whatever they hold."""
    try:
        return np.asarray(given)
    except ValueError as error:
        msg = f"{name} needs rows of one length, got a ragged list: {error}"
        raise ShapeError(msg) from None


def _matrix(given: Any, name: str) -> Array:
    """Return rows of real numbers as float64."""
    array = _array(given, name)
    if array.dtype.kind not in "fiu":
        msg = (
            f"{name} needs rows of real numbers, got an array of {array.dtype}:"
            f" {shown(given)}"
        )
        raise OperandError(msg)
    if array.ndim != 2:  # noqa: PLR2004
        msg = (
            f"{name} needs one example per row, as shape (m, n), got shape"
            f" {array.shape}"
        )
        raise ShapeError(msg)
    return array.astype(np.float64, copy=False)
