"""Activations and losses with their derivatives, in NumPy only.

`z` is an array of pre-activations; `A` (n, m) holds outputs and `Y` (n, m) targets, one
example per column.

Every formula is in a form that neither overflows nor cancels: sigmoid' is
`t / (1 + t)**2` with `t = exp(-|z|)`, not `s * (1 - s)`. At a kink the derivative is
the one-sided derivative nearest to zero: relu'(0) = 0, elu'(0) = 1. A nan gives nan, in
the function and in the derivative.
"""

import math
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from nn.matrix.arrays import Array, np


class Rule(NamedTuple):
    """A function, its derivative, and the defaults of its parameters."""

    value: Callable[..., Array]
    derivative: Callable[..., Array]
    defaults: tuple[float, ...] = ()

    def delta(self, dA: Array, z: Array) -> Array:
        """Return dZ = dA * g'(Z), elementwise."""
        return np.asarray(dA * self.derivative(z))


class LayerRule(NamedTuple):
    """An activation of all of a layer, and dZ from dA and Z by its Jacobian."""

    value: Callable[[Array], Array]
    delta: Callable[[Array, Array], Array]


def _over_outputs(terms: Array) -> Array:
    total: Array = terms.sum(axis=0)
    return total


# Activations: z -> g(z), z -> g'(z)


def _step(z: Array, below: float, above: float | Array) -> Array:
    """Return `above` where z > 0, `below` where z <= 0, nan where z is nan."""
    return np.where(z > 0, above, np.where(z <= 0, below, z))


def _nearest_to_zero(left: float, right: float) -> float:
    """Return the number nearest to zero between two one-sided derivatives."""
    return 0.0 if left * right <= 0 else min(left, right, key=abs)


def sigmoid(z: Array) -> Array:
    """Return 1 / (1 + exp(-z)), accurate for large and small z.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    t = np.exp(-np.abs(z))
    return np.where(z < 0, t, 1.0) / (1.0 + t)


def _dsigmoid(z: Array) -> Array:
    t = np.exp(-np.abs(z))
    return t / (1.0 + t) ** 2


def _dtanh(z: Array) -> Array:
    t = np.exp(-2.0 * np.abs(z))
    return 4.0 * t / (1.0 + t) ** 2


def _softplus(z: Array) -> Array:
    return np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))


def _leaky_relu(z: Array, slope: float) -> Array:
    return np.where(z > 0, z, slope * z)


def _dleaky_relu(z: Array, slope: float) -> Array:
    return np.where(z == 0, _nearest_to_zero(slope, 1.0), _step(z, slope, 1.0))


def _elu(z: Array, alpha: float) -> Array:
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0.0)))


def _delu(z: Array, alpha: float) -> Array:
    smooth = np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0.0)))
    return np.where(z == 0, _nearest_to_zero(alpha, 1.0), smooth)


_SELU_SCALE: Final = 1.0507009873554804934
_SELU_ALPHA: Final = 1.6732632423543772848

# NumPy has no erf. erfc is accurate for very negative z, where 1 + erf cancels.
_erfc: Final[Callable[[Array], Array]] = np.vectorize(math.erfc, otypes=[np.float64])


def _normal_cdf(z: Array) -> Array:
    return 0.5 * _erfc(-z / math.sqrt(2.0))


def _dgelu(z: Array) -> Array:
    return _normal_cdf(z) + z * (np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi))


def _dsilu(z: Array) -> Array:
    return sigmoid(z) * (1.0 + z * sigmoid(-z))


# fmt: off
_LINEAR: Final = Rule(lambda z: +z, np.ones_like)
ACTIVATIONS: Final[Mapping[str, Rule]] = {
    # name         g(z)                             g'(z)
    "linear":      _LINEAR,
    "identity":    _LINEAR,
    "sigmoid":     Rule(sigmoid,                    _dsigmoid),
    "tanh":        Rule(np.tanh,                    _dtanh),
    "relu":        Rule(lambda z: np.maximum(z, 0), lambda z: _step(z, 0.0, 1.0)),
    "leaky_relu":  Rule(_leaky_relu,                _dleaky_relu, defaults=(0.01,)),
    "elu":         Rule(_elu,                       _delu,        defaults=(1.0,)),
    "selu":        Rule(lambda z: _SELU_SCALE * _elu(z, _SELU_ALPHA),
                        lambda z: _SELU_SCALE * _delu(z, _SELU_ALPHA)),
    "softplus":    Rule(_softplus,                  sigmoid),
    "gelu":        Rule(lambda z: z * _normal_cdf(z), _dgelu),
    "silu":        Rule(lambda z: z * sigmoid(z),   _dsilu),
    "log_sigmoid": Rule(lambda z: -_softplus(-z),   lambda z: sigmoid(-z)),
    "sin":         Rule(np.sin,                     np.cos),
    "cos":         Rule(np.cos,                     lambda z: -np.sin(z)),
    "exp":         Rule(np.exp,                     np.exp),
    "arctan":      Rule(np.arctan,                  lambda z: 1.0 / (1.0 + z * z)),
    "square":      Rule(np.square,                  lambda z: 2.0 * z),
}
# fmt: on


# Activations of a layer: Z (n, m) -> A (n, m), (dA, Z) -> dZ


def _softmax(z: Array) -> Array:
    t = np.exp(z - z.max(axis=0))
    probabilities: Array = t / _over_outputs(t)
    return probabilities


def _dsoftmax(dA: Array, z: Array) -> Array:
    """Return J.T dA for the Jacobian J_jk = a_j ((j = k) - a_k) of each example.

    That is dZ_k = a_k sum_j a_j (dA_k - dA_j), where a sum of 1 for the a is used, so
    that nothing cancels where one of them is nearly 1.
    """
    a = _softmax(z)
    rows = [
        a[k : k + 1] * (a * (dA[k : k + 1] - dA)).sum(axis=0, keepdims=True)
        for k in range(len(a))
    ]
    return np.concatenate(rows)


def _log_softmax(z: Array) -> Array:
    s = z - z.max(axis=0)
    rest = _over_outputs(np.sort(np.exp(s), axis=0)[:-1])  # the largest is 1
    logarithms: Array = s - np.log1p(rest)
    return logarithms


def _dlog_softmax(dA: Array, z: Array) -> Array:
    """Return J.T dA for J_jk = (j = k) - a_k: dA minus softmax times its sum."""
    dZ: Array = dA - _softmax(z) * _over_outputs(dA)
    return dZ


LAYER_ACTIVATIONS: Final[Mapping[str, LayerRule]] = {
    "softmax": LayerRule(_softmax, _dsoftmax),
    "log_softmax": LayerRule(_log_softmax, _dlog_softmax),
}


# Losses: (A, Y) -> L of each example (m,), (A, Y) -> dL/dA (n, m)


def _squared_error(A: Array, Y: Array) -> Array:
    return _over_outputs(np.square(A - Y))


def _bce(A: Array, Y: Array) -> Array:
    present = np.where(Y == 0, 0.0, Y * np.log(A))  # 0 log 0 = 0
    absent = np.where(Y == 1, 0.0, (1.0 - Y) * np.log1p(-A))
    inside = (A >= 0) & (A <= 1)
    return -_over_outputs(np.where(inside, present + absent, np.nan))


def _dbce(A: Array, Y: Array) -> Array:
    mixed = (A - Y) / (A * (1.0 - A))
    inside = np.where(Y == 0, 1.0 / (1.0 - A), np.where(Y == 1, -1.0 / A, mixed))
    return np.where((A >= 0) & (A <= 1), inside, np.nan)


def _categorical_ce(A: Array, Y: Array) -> Array:
    terms = np.where(Y == 0, 0.0, Y * np.log(A))  # 0 log 0 = 0
    return -_over_outputs(np.where((A >= 0) & (A <= 1), terms, np.nan))


def _dcategorical_ce(A: Array, Y: Array) -> Array:
    inside = np.where(Y == 0, 0.0, -Y / A)
    return np.where((A >= 0) & (A <= 1), inside, np.nan)


def _bce_logits(A: Array, Y: Array) -> Array:
    return _over_outputs(Y * _softplus(-A) + (1.0 - Y) * _softplus(A))


def _dbce_logits(A: Array, Y: Array) -> Array:
    """Return sigmoid(A) - Y, split because sigmoid(40) - 1 would round to 0."""
    return (1.0 - Y) * sigmoid(A) - Y * sigmoid(-A)


def _softmax_ce(A: Array, Y: Array) -> Array:
    S = A - A.max(axis=0)
    rest = _over_outputs(np.sort(np.exp(S), axis=0)[:-1])  # the largest is 1
    return _over_outputs(Y * (np.log1p(rest) - S))


def _dsoftmax_ce(A: Array, Y: Array) -> Array:
    """Return softmax(A) - Y for columns Y of sum 1, written without cancellation."""
    E = np.exp(A - A.max(axis=0))
    P = E / _over_outputs(E)
    others = np.ones((len(A), len(A))) - np.eye(len(A))
    difference: Array = P * (others @ Y) - Y * (others @ P)
    return difference


def _hinge(A: Array, Y: Array) -> Array:
    return _over_outputs(np.maximum(1.0 - Y * A, 0.0))


def _limited(d: Array) -> Array:
    return np.maximum(np.minimum(d, 1.0), -1.0)


def _huber(A: Array, Y: Array) -> Array:
    size = np.abs(A - Y)
    return _over_outputs(np.where(size <= 1.0, 0.5 * size * size, size - 0.5))


# fmt: off
LOSSES: Final[Mapping[str, Rule]] = {
    # name                L of one example           dL/da
    "half_squared_error": Rule(lambda A, Y: 0.5 * _squared_error(A, Y),
                               lambda A, Y: A - Y),
    "squared_error":      Rule(_squared_error,       lambda A, Y: 2.0 * (A - Y)),
    "mean_squared_error": Rule(lambda A, Y: _squared_error(A, Y) / len(A),
                               lambda A, Y: 2.0 * (A - Y) / len(A)),
    "binary_cross_entropy":             Rule(_bce,        _dbce),
    "binary_cross_entropy_with_logits": Rule(_bce_logits, _dbce_logits),
    "categorical_cross_entropy":        Rule(_categorical_ce, _dcategorical_ce),
    "softmax_cross_entropy":            Rule(_softmax_ce, _dsoftmax_ce),
    "hinge":              Rule(_hinge,
                               lambda A, Y: _step(1.0 - Y * A, 0.0, -Y)),
    "absolute_error":     Rule(lambda A, Y: _over_outputs(np.abs(A - Y)),
                               lambda A, Y: np.sign(A - Y)),
    "huber_error":        Rule(_huber,
                               lambda A, Y: _limited(A - Y)),
    "negative_log_likelihood":          Rule(lambda A, Y: -_over_outputs(Y * A),
                                             lambda A, Y: -Y),
}
# fmt: on
