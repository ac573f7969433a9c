"""Kernels on arrays against the rows of the table, on special and on many numbers."""

import math

import numpy as np
import pytest

from autograd_scalar import PRIMITIVES, Value
from autograd_scalar.primitives.table import KERNELS
from autograd_scalar.program.kernels import _KERNELS, is_elementwise, kernel_of
from autograd_scalar.program.layout import Constant
from nn import cross_entropies

SPECIAL = [
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -3.0, 1e-300, -1e-300, 1e300, -1e300, 1e-20,
    35.0, -35.0, 400.0, -400.0, 709.0, -744.0, 800.0, -800.0, math.inf, -math.inf,
    math.nan,
]  # fmt: skip
ULP = 8
EXPONENTS = [2.0, -1.0, 3.0, 1.0, -2.0, 2.5, 17.0]


def numbers(arity):
    if arity is None:  # any number of them
        first, second = numbers(2)
        return [first, second, np.roll(first, 7)]
    rng = np.random.default_rng(arity)
    spread = [rng.normal(size=400) * s for s in (1e-3, 1.0, 30.0)]
    if arity == 1:
        return [np.concatenate([SPECIAL, *spread])]
    pairs = np.array([(a, b) for a in SPECIAL for b in SPECIAL]).T
    return [np.concatenate([p, *rng.permuted(spread)]) for p in pairs]


def assert_alike(found, expected, what, slack=1e-305):
    """Equal nans and infinities; else within a few ULP, or below the normal floats."""
    found = np.broadcast_to(found, np.shape(expected))
    for a, b, at in zip(found.ravel(), np.ravel(expected), what, strict=True):
        if math.isfinite(a) and math.isfinite(b):
            assert abs(a - b) <= ULP * math.ulp(b) + slack, (at, a, b)
        else:
            assert a == pytest.approx(b, nan_ok=True), (at, a, b)


def check(row, kernel, operands, slack=1e-305):
    shape = operands[0].shape
    y = np.full(shape, 7.0)
    with np.errstate(all="ignore"):
        kernel.forward(*operands, out=y)
        partials = kernel.partials(*operands, y)
    points = list(zip(*[x.tolist() for x in operands], strict=True))
    values = [row.forward(*point) for point in points]
    assert_alike(y, values, points, slack)
    exact = [row.partials(*p, v) for p, v in zip(points, values, strict=True)]
    for k in range(len(operands)):
        if k not in row.not_differentiated:
            assert_alike(partials[k], [d[k] for d in exact], points, slack)


@pytest.mark.parametrize("row", _KERNELS, ids=lambda row: row.name)
def test_a_kernel_is_its_row(row):
    check(row, kernel_of(row, ()), numbers(row.arity))
    assert not is_elementwise(row, ())


@pytest.mark.parametrize("name", ["cross_entropy", "cross_entropy_of_sigmoid"])
def test_a_cross_entropy_is_its_row(name):
    row = getattr(cross_entropies, name)(Value(0.5), 0.5)._primitive
    assert row.kernel == name in KERNELS
    assert not is_elementwise(row, ())
    some = [0.0, -0.0, 1.0, 0.25, 0.5, 1e-300, -1.0, 2.0, math.inf, -math.inf, math.nan]
    points = [(a, y) for a in [*some, *SPECIAL] for y in some]
    check(row, kernel_of(row, ()), [*np.array(points).T])
    # Differences of numbers like these cancel.
    drawn = np.random.default_rng(1).random((300, 2))
    check(row, kernel_of(row, ()), [*drawn.T], slack=1e-14)


def test_the_cross_entropy_of_a_softmax_is_its_row():
    two = Value(0.5), 0.5, 0.5, 0.5
    row = cross_entropies.cross_entropy_of_softmax(*two)._primitive
    some = [0.0, 1.0, -2.5, 800.0, -746.5, math.inf, -math.inf, math.nan]
    targets = [(0.0, 1.0, 0.0), (0.25, 0.25, 0.5), (0.0,) * 3, (2.0, -1.0, 1e-300)]
    targets += [(math.nan, 0.0, 1.0), (0.0, 1.0, math.nan), (3.0, 3.0, 3.0)]
    points = [(a, b, c, *y) for a in some for b in some for c in some for y in targets]
    check(row, kernel_of(row, ()), [*np.array(points).T])
    drawn = np.random.default_rng(1).normal(size=(300, 6))
    check(row, kernel_of(row, ()), [*drawn.T], slack=1e-14)


@pytest.mark.parametrize("n", EXPONENTS)
def test_powers_with_one_exponent(n):
    row = PRIMITIVES["pow_constant"]
    operands = (Constant(np.zeros(1)), Constant(np.array([n])))
    (x,) = numbers(1)
    assert not is_elementwise(row, operands)
    check(row, kernel_of(row, operands), [x, np.full(x.shape, n)])


@pytest.mark.parametrize("exponents", [[0.0], [0.5], [100.0], [2.0, 3.0]])
def test_other_powers_run_by_the_row(exponents):
    row = PRIMITIVES["pow_constant"]
    operands = (Constant(np.zeros(2)), Constant(np.array(exponents)))
    assert is_elementwise(row, operands)
    (x,) = numbers(1)
    check(row, kernel_of(row, operands), [x, np.full(x.shape, exponents[0])])


@pytest.mark.parametrize("name", ["lgamma", "gelu", "hypot", "clip"])
def test_a_row_without_a_kernel_runs_to_the_bit(name):
    row = PRIMITIVES[name]
    assert is_elementwise(row, ())
    kernel = kernel_of(row, ())
    operands = [np.array([0.5, 1.5, math.nan])] * row.arity
    y = np.empty(3)
    kernel.forward(*operands, out=y)
    assert y[:2].tolist() == [row.forward(*[x] * row.arity) for x in (0.5, 1.5)]
    assert math.isnan(y[2])
    first = kernel.partials(*operands, y)[0]
    assert first[0] == row.partials(*[0.5] * row.arity, y[0])[0]
