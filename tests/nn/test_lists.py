"""Without NumPy: each operation on lists beside NumPy's, and check_deltas and grade."""

import inspect
import subprocess
import sys
import warnings
from contextlib import nullcontext

import numpy as np
import pytest

from nn.matrix import lists

A = [[1.5, -2.0, 0.25], [0.5, 3.0, -1.0]]
B = [[2.0, -1.0], [0.0, 4.0], [1.0, 0.5]]
V = [3.0, -1.5, 2.0]
ODD = [[0.0, -0.0, 1.0, -1.0], [float("inf"), float("-inf"), float("nan"), 0.5]]
EMPTY = [[], []]

EXPRESSIONS = """
a + a
a - v
2.0 - a
a * 0.5
v * a
a / a.T.reshape(2, 3)
1.0 / odd
odd / 0.0
odd / odd
a ** 2
2.0 ** a
odd ** 0.25
odd ** -1.0
odd ** 3.0
(-1.5) ** np.array([2.0, 3.0, 0.5])
a % 2.0
-odd
+a
abs(odd)
a @ b
b @ a
a @ v
v @ b
v @ v
a.T @ a
empty @ empty.T
empty.T @ empty
a.T
v.T
np.transpose(a)
a < 1.0
odd == odd
odd != 0.0
(a > 0) & (a < 2)
(a > 0) | (a < -1.5)
~(a > 0)
a >= v
a <= v
a[0]
a[1, 2]
a[-1]
a[:, 1]
a[:, 1:2]
a[::-1]
a[..., 0]
v[..., 0]
a[None]
v[:, None]
a[a > 0]
np.eye(3)[np.arange(5) % 3]
np.eye(2)[[0, 1, 1]]
a.take([2, 0], axis=1)
a.diagonal()
b.diagonal()
int(a[:1, :1].reshape(()))
a.sum()
a.sum(axis=0)
a.sum(axis=1, keepdims=True)
a.sum(axis=-1)
a.sum(keepdims=True)
np.sum(a, axis=0, keepdims=True)
empty.sum()
empty.sum(axis=1)
(a > 0).sum()
a.mean()
a.mean(axis=1, keepdims=True)
np.mean(v)
a.max()
odd.max()
odd[0].min()
a.min(axis=0)
a.max(axis=0, keepdims=True)
empty.max(initial=0.0)
a.max(initial=9.0)
(a > 0).all()
(a > -5).all(axis=0)
(a > 2).any()
(a > 2).any(axis=1)
np.exp(odd)
np.exp(1000.0 * a)
np.expm1(odd)
np.log(odd)
np.log1p(odd)
np.sqrt(odd)
np.sin(odd)
np.cos(odd)
np.tanh(odd)
np.arctan(odd)
np.sinh(1000.0 * a)
np.cosh(1000.0 * a)
np.square(odd)
np.sign(odd)
np.abs(odd)
np.abs(-2.0)
np.maximum(odd, 0.0)
np.minimum(odd, 0.0)
np.maximum(a, v)
np.where(odd > 0, odd, 0.0)
np.where(a > 0, 1.0, a)
np.isfinite(odd)
np.isnan(odd)
np.add(a, 1)
np.subtract(a, v)
np.multiply(a, a)
np.divide(v, 0.0)
np.power(v, 2.0)
np.dot(a, b)
np.matmul(a, b)
np.outer(v, v)
np.zeros((2, 3))
np.ones(3)
np.full((2, 1), 2.5)
np.zeros_like(a)
np.ones_like(v)
np.full_like(a, 7)
np.eye(3)
np.arange(4)
np.arange(1, 7, 2)
np.array([[1, 2], [3, 4]])
np.array([1, 2.5])
np.array([True, False])
np.array(3.0)
np.asarray(a)
np.asarray([1, 2], dtype=np.float64)
np.shape(a)
np.shape([[1, 2, 3]])
np.ndim(2.0)
np.ndim(v)
np.reshape(a, (3, -1))
a.reshape(6)
a.reshape(-1, 2)
a.ravel()
np.broadcast_to(v, (2, 3))
np.broadcast_to(2.0, (2, 2))
np.concatenate([a.ravel(), v])
np.concatenate([a, a])
np.hstack([a, a[:, :1]])
np.sort(b, axis=0)
np.sort(odd)
np.argmax(a)
np.argmax(odd)
np.unravel_index(4, (2, 3))
np.argwhere(a > 0)
np.flatnonzero(a > 0)
v[:, np.newaxis]
list(np.ndenumerate(a))
np.isclose(odd, odd)
np.isclose(a, a + 1e-9)
np.allclose(a, a + 1.0)
np.allclose(a, a, rtol=1e-6, atol=0)
np.nan_to_num(odd, nan=0.0, posinf=np.inf)
np.nan_to_num(odd)
np.vectorize(lambda x: x * 2, otypes=[np.float64])(a)
a.astype(np.float64, copy=False)
a.astype(object)
a.copy()
a.tolist()
v.tolist()
empty.tolist()
a[:1, :1].item()
odd.view(np.int64)
len(a)
a.ndim
a.size
a.shape
[row.tolist() for row in a]
float(a[:1, :1].reshape(()))
bool(a[0, 0] > 0)
np.finfo(a.dtype).eps
np.can_cast(a.dtype, np.float64)
np.can_cast(np.object_, np.float64)
a.dtype == np.bool_
(a > 0).dtype == np.bool_
np.dtype(np.float32) == a.dtype
""".strip().splitlines()


def value_of(expression, module):
    names = {"a": A, "b": B, "v": V, "odd": ODD, "empty": EMPTY}
    names = {name: module.array(value) for name, value in names.items()}
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = eval(expression, {"np": module, **names})
    return found.tolist() if hasattr(found, "tolist") else found


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_operation_gives_what_numpy_gives(expression):
    ours, theirs = value_of(expression, lists), value_of(expression, np)
    if expression.startswith("list("):
        assert ours == theirs
    else:
        assert np.shape(ours) == np.shape(theirs)
        np.testing.assert_allclose(ours, theirs, rtol=1e-15, atol=0)
        signs = [np.signbit(np.where(np.isnan(x), 0, x)) for x in (ours, theirs)]
        np.testing.assert_array_equal(*signs)


@pytest.mark.parametrize(
    ("expression", "error"),
    [
        ("a + b", ValueError),
        ("a @ a", ValueError),
        ("a @ 2.0", ValueError),
        ("a.item()", ValueError),
        ("a.reshape(4)", ValueError),
        ("a[2]", IndexError),
        ("a[0, 0, 0]", IndexError),
        ("a[b > 0]", IndexError),
        ("a.sum(axis=2)", ValueError),
        ("empty.max()", ValueError),
        ("bool(a > 0)", ValueError),
        ("np.array([[1, 2], [3]])", ValueError),
        ("np.concatenate([a, b])", ValueError),
        ("np.broadcast_to(a, (3, 2))", ValueError),
        ("np.linalg_of_something", AttributeError),
        ("len(np.array(1.0))", TypeError),
        ("hash(a)", TypeError),
    ],
)
def test_what_numpy_refuses_is_refused(expression, error):
    for module in (lists, np):
        with pytest.raises(error):
            value_of(expression, module)


@pytest.mark.parametrize(
    ("actual", "desired", "equal"),
    [
        (A, A, True),
        ([1.0, 2.0], [1.0, 2.0 + 1e-7], True),
        ([1.0, 2.0], [1.0, 2.0 + 3e-7], False),
        ([float("nan"), float("inf")], [float("nan"), float("inf")], True),
        ([float("nan")], [1.0], False),
        ([float("inf")], [float("-inf")], False),
        ([1.0, 1.0], 1.0, True),
        ([1.0, 1.0], [[1.0, 1.0]], False),
        ([0.0], [1e-300], False),
    ],
)
def test_arrays_are_asserted_to_be_close(actual, desired, equal):
    for module in (lists, np):
        with nullcontext() if equal else pytest.raises(AssertionError):
            module.testing.assert_allclose(actual, module.array(desired))


def test_elements_are_set():
    for module in (lists, np):
        a = module.array(A)
        a[0, 1] = 7
        a[:, 0] = [8.0, 9.0]
        a[a > 8.5] = module.inf
        assert a.tolist() == [[8.0, 7.0, 0.25], [float("inf"), 3.0, -1.0]]


def test_every_public_function_is_compared():
    tested = " ".join(EXPRESSIONS)
    functions = [
        name
        for name, thing in vars(lists).items()
        if inspect.isfunction(thing) and thing.__module__ == lists.__name__
        if not name.startswith("_")
    ]
    left_out = {"ascontiguousarray", "errstate", "offsets", "strides_of"}
    assert {name for name in functions if f"np.{name}(" not in tested} == left_out


WITHOUT_NUMPY = """
import sys


class NoNumPy:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "numpy":
            raise ModuleNotFoundError("No module named 'numpy'", name="numpy")


sys.meta_path.insert(0, NoNumPy())
"""

PROGRAM = """
from nn import MLP, check_deltas, grade, matrix

for activation in ("sigmoid", "tanh", "relu", "gelu", "softplus", "elu"):
    for loss in (
        "half_squared_error",
        "mean_squared_error",
        "binary_cross_entropy",
        "softmax_cross_entropy",
    ):
        net = MLP(3, [4, 2], activation=activation, output_activation="sigmoid", rng=0)
        X, Y = [[0.1, -0.2, 0.3], [0.5, 0.7, -0.9]], [[1, 0], [0, 1]]
        report = check_deltas(net, X, Y, loss)
        assert report.passed, report
        columns = [line.split()[:2] for line in str(report).splitlines()[3:12]]
        print(activation, loss, columns, str(report).splitlines()[-3])
for loss in ("categorical_cross_entropy", "half_squared_error"):
    net = MLP(3, [4, 3], activation="log_softmax", output_activation="softmax", rng=0)
    report = check_deltas(net, X, [[1, 0, 0], [0, 0.5, 0.5]], loss)
    assert report.passed, report
    columns = [line.split()[:2] for line in str(report).splitlines()[3:12]]
    print(loss, columns, str(report).splitlines()[-3])
print(grade("dZ2 = A2 - Y\\ndW2 = dZ2 @ A1.T\\ndZ1 = (W2.T @ dZ2) * A1 * (1 - A1)"))


def derivation(W, b, X, Y):
    found = matrix.backprop(W, b, X, Y, ["sigmoid", "sigmoid"], "half_squared_error")
    return {"dZ2": found.dZ[1], "dZ1": found.dZ[0], "dW1": -found.dW[0]}


print(grade(derivation))
"""


@pytest.mark.thorough
def test_networks_are_checked_and_derivations_graded_without_numpy():
    runs = [
        subprocess.run(
            [sys.executable, "-c", before + PROGRAM],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for before in ("", WITHOUT_NUMPY)
    ]
    assert runs[0] == runs[1]
    assert "out-missing-sigma-prime" in runs[0]
