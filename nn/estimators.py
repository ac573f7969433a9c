"""`ScalarMLPClassifier` and `ScalarMLPRegressor`: estimators for scikit-learn.

They stand where `sklearn.neural_network.MLPClassifier` and `MLPRegressor` stand, with
the same names of parameters: in a pipeline, a grid search, a cross-validation. The loss
of one example is recorded as a scalar graph; `autograd_scalar.compile` turns it into
matrices, and each step runs that program over a batch. Needs the extra ``[sklearn]``.

>>> from sklearn.datasets import load_iris
>>> from nn import ScalarMLPClassifier
>>> X, y = load_iris(return_X_y=True)
>>> model = ScalarMLPClassifier((8,), learning_rate_init=0.02, random_state=0)
>>> model.fit(X, y).score(X, y) > 0.9
True
>>> net = model.to_mlp()  # a network of Values, to draw or explain
>>> len(net.parameters())
67
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from numbers import Integral
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

import autograd_scalar as ag
from autograd_scalar import (
    DataError,
    OperandError,
    Program,
    Value,
    compile,  # noqa: A004
)
from nn import matrix
from nn.arguments import shown, whole
from nn.layers import MLP
from nn.training.fit import DivergedError, History

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError as error:
    _msg = (
        "the estimators need scikit-learn 1.6 or later: pip install"
        " 'autograd-scalar[sklearn]'"
    )
    raise ImportError(_msg) from error

__all__ = ["ScalarMLPClassifier", "ScalarMLPRegressor"]

Floats = npt.NDArray[np.float64]
_Loss = Callable[[list[Value], list[Value]], Value]
_Update = Callable[[Floats, Floats], Floats]

# scikit-learn's names for activations that have another one here.
_OURS: Final = {"logistic": "sigmoid", "identity": "linear"}
_LARGEST_BATCH: Final = 200  # that of batch_size="auto", as in scikit-learn


class _ScalarMLP(BaseEstimator):
    """What both estimators share: parameters, training, outputs."""

    def __init__(  # noqa: PLR0913, PLR0917  (scikit-learn's order)
        self,
        hidden_layer_sizes: Any = (100,),
        activation: Any = "relu",
        solver: Any = "adam",
        alpha: float = 0.0001,
        batch_size: Any = "auto",
        learning_rate_init: float = 0.001,
        max_iter: int = 200,
        random_state: Any = None,
        tol: float = 1e-4,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        n_iter_no_change: int = 10,
    ) -> None:
        # Nothing is checked here: scikit-learn sets parameters later, one by one.
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate_init = learning_rate_init
        self.max_iter = max_iter
        self.random_state = random_state
        self.tol = tol
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.n_iter_no_change = n_iter_no_change

    def to_mlp(self) -> MLP:
        """Return the trained network as Values, with linear outputs.

        They are the logits of a classifier. What takes an `MLP` takes it:
        `check_deltas`, `draw`, `explain`, `save_weights`, `save_onnx`.

        Raises:
            sklearn.exceptions.NotFittedError: the estimator is not fitted.
        """
        check_is_fitted(self)
        widths = [len(b) for b in self.intercepts_]
        net = MLP(len(self.coefs_[0]), widths, activation=self._activation(), rng=0)
        net.set_matrices([W.T.tolist() for W in self.coefs_], self.intercepts_)
        return net

    def _train(self, X: Floats, Y: Floats, loss: _Loss) -> None:
        """Set the weights that `fit` finds, for targets of one row an example."""
        self._check_parameters()
        generator = check_random_state(self.random_state)
        net = MLP(
            X.shape[1],
            [*_widths(self.hidden_layer_sizes), Y.shape[1]],
            activation=self._activation(),
            init="xavier",
            rng=generator,
        )
        program = _program(net, loss)
        theta = np.array([p.data for p in net.parameters()])
        # alpha shrinks the weights, not the biases.
        decay = self.alpha * np.concatenate(
            [_flat(np.ones_like(W), np.zeros_like(b)) for W, b in _blocks(net, theta)]
        )
        update = self._solver()
        rows = np.hstack([X, Y])
        order = np.arange(len(rows))
        size = self._batch(len(rows))
        curve: list[float] = []
        best, waited = math.inf, 0
        for _ in range(self.max_iter):
            generator.shuffle(order)
            total = 0.0
            with np.errstate(all="ignore"):  # what overflows is reported below
                for first in range(0, len(rows), size):
                    batch = rows[order[first : first + size]]
                    value, gradient = program.map(theta, batch)
                    pull = decay * theta / len(batch)
                    total += len(batch) * (value + 0.5 * float(pull @ theta))
                    theta = update(theta, gradient + pull)
            curve.append(total / len(rows))
            if not (math.isfinite(curve[-1]) and np.isfinite(theta).all()):
                raise _diverged(curve)
            waited = waited + 1 if curve[-1] > best - self.tol else 0
            best = min(best, curve[-1])
            if waited > self.n_iter_no_change:
                break
        else:
            msg = (
                f"the loss still falls after max_iter={self.max_iter} passes; raise"
                " max_iter or learning_rate_init"
            )
            warnings.warn(msg, ConvergenceWarning, stacklevel=3)
        blocks = _blocks(net, theta)
        self.coefs_ = [W.T.copy() for W, _ in blocks]  # (n_in, n_out), as there
        self.intercepts_ = [b.copy() for _, b in blocks]
        self.loss_curve_, self.loss_ = curve, curve[-1]
        self.n_iter_, self.n_layers_ = len(curve), len(blocks) + 1

    def _outputs(self, X: Any) -> Floats:
        """Return the network's outputs, one example per row."""
        check_is_fitted(self)
        rows = validate_data(self, X, reset=False, dtype=np.float64)
        W = [each.T for each in self.coefs_]
        b = [each[:, None] for each in self.intercepts_]
        layers = [self._activation()] * (len(W) - 1) + ["linear"]
        return matrix.forward(W, b, rows.T, layers).A[-1].T

    # ---- Parameters ------------------------------------------------------------------

    def _check_parameters(self) -> None:
        for name, low, is_whole in (
            ("alpha", 0.0, False),
            ("learning_rate_init", 0.0, False),
            ("max_iter", 1, True),
            ("n_iter_no_change", 1, True),
            ("momentum", 0.0, False),
            ("tol", 0.0, False),
        ):
            given = getattr(self, name)
            number = whole(given) if is_whole else _real(given)
            if number is None or not low <= number < math.inf:
                what = "a whole number" if is_whole else "a number"
                msg = f"{name} needs {what} of {low} or more, got {shown(given)}"
                raise DataError(msg)

    def _activation(self) -> str:
        name = self.activation
        ours = _OURS.get(name, name) if isinstance(name, str) else None
        if ours not in matrix.ACTIVATIONS:
            known = ", ".join([*_OURS, *matrix.ACTIVATIONS])
            msg = f"activation needs one of {known}; got {shown(name)}"
            raise DataError(msg)
        return cast("str", ours)

    def _batch(self, count: int) -> int:
        if isinstance(self.batch_size, str) and self.batch_size == "auto":
            return min(_LARGEST_BATCH, count)
        size = whole(self.batch_size)
        if size is not None and size > 0:
            return min(size, count)
        msg = (
            "batch_size needs 'auto' or a whole number of 1 or more, got"
            f" {shown(self.batch_size)}"
        )
        raise DataError(msg)

    def _solver(self) -> _Update:
        solver = self.solver if isinstance(self.solver, str) else None
        if solver == "adam":
            return _adam(self.learning_rate_init)
        if solver == "sgd":
            return _sgd(
                self.learning_rate_init, self.momentum, bool(self.nesterovs_momentum)
            )
        msg = f"solver needs 'adam' or 'sgd', got {shown(self.solver)}"
        raise DataError(msg)


class ScalarMLPClassifier(ClassifierMixin, _ScalarMLP):
    """A multi-layer perceptron that tells classes apart, trained through scalar graphs.

    Parameters are those of `sklearn.neural_network.MLPClassifier`, and mean the same.
    ``activation`` may be any of `nn.matrix.ACTIVATIONS` too. The loss is the
    cross-entropy, plus alpha / 2 times the sum of the squared weights, divided by the
    number of examples in the batch.

    Args:
        hidden_layer_sizes: neurons of each hidden layer; an int for one layer.
        activation: "relu", "tanh", "logistic", "identity", or a name of this package.
        solver: "adam" or "sgd".
        alpha: the strength of the penalty on squared weights.
        batch_size: examples for each step; "auto" is 200, or all if they are fewer.
        learning_rate_init: the size of a step.
        max_iter: the largest number of passes over the examples.
        random_state: a seed, a `numpy.random.RandomState`, or None.
        tol: a pass that lowers the loss by less counts as no change.
        momentum: that of "sgd".
        nesterovs_momentum: whether it is Nesterov's.
        n_iter_no_change: training ends after more than so many passes without change.

    Attributes:
        classes_: the labels, sorted.
        coefs_: the weights of each layer, (n_in, n_out).
        intercepts_: the biases of each layer.
        loss_curve_: the loss of each pass; ``loss_`` is the last.
        n_iter_: the number of passes.

    >>> model = ScalarMLPClassifier((4,), learning_rate_init=0.1, random_state=1)
    >>> X, y = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], ["a", "b", "b", "a"]
    >>> print(*model.fit(X, y).predict(X))
    a b b a
    """

    def fit(self, X: Any, y: Any) -> ScalarMLPClassifier:
        """Train on examples, one per row, and their labels.

        Raises:
            ValueError: X or y cannot be used, as in all of scikit-learn.
            DataError: a parameter is out of range, or y has only one class.
            DivergedError: the loss or a weight became infinite or nan.
        """
        X, y = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(y)
        self.classes_, index = np.unique(y, return_inverse=True)
        count = len(self.classes_)
        if count < 2:  # noqa: PLR2004
            msg = f"a classifier needs at least 2 classes in y, got {count} class"
            raise DataError(msg)
        if count == 2:  # noqa: PLR2004
            self._train(X, index[:, None].astype(np.float64), _of_logit)
        else:
            self._train(X, np.eye(count)[index], _of_logits)
        return self

    def predict_proba(self, X: Any) -> Floats:
        """Return the probabilities of the classes, one example per row."""
        z = self._outputs(X)
        if z.shape[1] == 1:  # the logit of the second class, beside 0 for the first
            z = np.hstack([np.zeros_like(z), z])
        weights = np.exp(z - z.max(axis=1, keepdims=True))
        return cast("Floats", weights / weights.sum(axis=1, keepdims=True))

    def predict(self, X: Any) -> Any:
        """Return the most probable label of each example."""
        best = self.predict_proba(X).argmax(axis=1)
        return self.classes_[best]


class ScalarMLPRegressor(RegressorMixin, _ScalarMLP):
    """A multi-layer perceptron that predicts numbers, trained through scalar graphs.

    Parameters as of `ScalarMLPClassifier`; the loss is half the squared error, summed
    over the outputs, and the same penalty.

    >>> X, y = [[-1.0], [0.0], [1.0], [2.0]], [-1.0, 1.0, 3.0, 5.0]
    >>> model = ScalarMLPRegressor((), learning_rate_init=0.1, alpha=0.0, tol=1e-9,
    ...                            n_iter_no_change=100, max_iter=2000, random_state=0)
    >>> model = model.fit(X, y)
    >>> round(float(model.predict([[10.0]])[0]), 2)
    21.0
    """

    def fit(self, X: Any, y: Any) -> ScalarMLPRegressor:
        """Train on examples, one per row, and their numbers: (m,) or (m, n).

        Raises:
            ValueError: X or y cannot be used, as in all of scikit-learn.
            DataError: a parameter is out of range.
            DivergedError: the loss or a weight became infinite or nan.
        """
        X, y = validate_data(
            self, X, y, dtype=np.float64, multi_output=True, y_numeric=True
        )
        Y = np.asarray(y, np.float64)
        self._is_single = Y.ndim == 1
        self._train(X, Y[:, None] if self._is_single else Y, _of_numbers)
        return self

    def predict(self, X: Any) -> Floats:
        """Return the number of each example, or a row of numbers."""
        found = self._outputs(X)
        return found[:, 0] if self._is_single else found

    def __sklearn_tags__(self) -> Any:
        """Say that targets may have several columns."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def _real(given: Any) -> float | None:
    """Return a real number as a float, None for anything else."""
    try:
        return Value(given).data
    except OperandError:
        return None


def _widths(given: Any) -> list[Any]:
    """Return the hidden layers' widths, of which there may be none; MLP checks them."""
    if isinstance(given, Integral):
        return [given]
    try:
        return list(given)
    except TypeError:
        msg = f"hidden_layer_sizes needs an int or a list of ints, got {shown(given)}"
        raise DataError(msg) from None


# ---- The loss of one example, as a graph ---------------------------------------------

# Written with the engine's primitives, for which programs have vector kernels; the
# primitives of nn.losses keep a few more digits, and run example by example.


def _of_logit(z: list[Value], y: list[Value]) -> Value:
    return z[0].softplus() - y[0] * z[0]


def _of_logits(z: list[Value], y: list[Value]) -> Value:
    return ag.logsumexp(z) - ag.dot(y, z)


def _of_numbers(z: list[Value], y: list[Value]) -> Value:
    errors = [a - t for a, t in zip(z, y, strict=True)]
    return 0.5 * ag.sum([e.square() for e in errors])


def _program(net: MLP, loss: _Loss) -> Program:
    """Compile the loss of one example, whose inputs are a row of X and one of Y."""
    n_in, n_out = len(net.layers[0].neurons[0].w), len(net.layers[-1].neurons)
    x = [Value(0.5, f"x[{k}]") for k in range(n_in)]
    y = [Value(0.5, f"y[{k}]") for k in range(n_out)]
    cost = loss(net.forward(x).outputs, y)
    return compile(cost, net.parameters(), [*x, *y], form="matrix")


def _blocks(net: MLP, theta: Floats) -> list[tuple[Floats, Floats]]:
    """Return W (n_out, n_in) and b of each layer, from numbers neuron by neuron."""
    found, start = [], 0
    for layer in net.layers:
        n_out, width = len(layer.neurons), len(layer.neurons[0].w) + 1
        block = theta[start : start + n_out * width].reshape(n_out, width)
        found.append((block[:, :-1], block[:, -1]))
        start += n_out * width
    return found


def _flat(W: Floats, b: Floats) -> Floats:
    """Return the numbers of a layer neuron by neuron, as `_blocks` reads them."""
    return np.column_stack([W, b]).ravel()


# ---- Solvers -------------------------------------------------------------------------

# On whole arrays, and as scikit-learn writes them: its Adam adds epsilon to a root of v
# that is not yet corrected, nn.Adam and PyTorch to the corrected one.


def _adam(lr: float) -> _Update:
    beta1, beta2, eps = 0.9, 0.999, 1e-8
    m: Floats | float = 0.0
    v: Floats | float = 0.0
    t = 0

    def update(theta: Floats, gradient: Floats) -> Floats:
        nonlocal m, v, t
        t += 1
        m = beta1 * m + (1.0 - beta1) * gradient
        v = beta2 * v + (1.0 - beta2) * gradient * gradient
        step = lr * math.sqrt(1.0 - beta2**t) / (1.0 - beta1**t)
        return theta - step * m / (np.sqrt(v) + eps)

    return update


def _sgd(lr: float, momentum: float, nesterov: bool) -> _Update:
    buffer: Floats | float = 0.0

    def update(theta: Floats, gradient: Floats) -> Floats:
        nonlocal buffer
        buffer = momentum * buffer + gradient
        step = gradient + momentum * buffer if nesterov else buffer
        return theta - lr * step

    return update


def _diverged(curve: list[float]) -> DivergedError:
    msg = (
        f"in pass {len(curve)} the loss or a weight became infinite or nan; scale X"
        " (StandardScaler), or lower learning_rate_init"
    )
    return DivergedError(msg, History(tuple(curve[:-1])))
