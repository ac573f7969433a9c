"""Every dtype of NumPy at `Value()`, at operators and at the transforms.

NumPy's own kind of a dtype judges: signed and unsigned integers and floats are real
numbers, whatever Python's abstract classes say of them, and nothing else is.
"""

import math

import numpy as np
import pytest

import autograd_scalar as ag
from autograd_scalar import OperandError, Value

# NumPy 2.5 says so of a duration without a unit, wherever one is made.
pytestmark = pytest.mark.filterwarnings("ignore:The 'generic' unit:DeprecationWarning")

DTYPES = sorted(
    {np.dtype(code) for code in np.typecodes["All"]}
    | {np.dtype(code) for code in ("M8[s]", "m8[s]", "m8[Y]", "U3", "S3", "V4")}
    | {np.dtype([("x", float), ("n", int)]), np.dtype((float, (2,))).base},
    key=str,
)
REAL = [dtype for dtype in DTYPES if dtype.kind in "iuf"]
OTHER = [dtype for dtype in DTYPES if dtype.kind not in "iufO"]


def square(x):
    return x * x


def sum_of_squares(x):
    return ag.sum([v * v for v in np.ravel(x)])


def product(v, x):
    return v * x


OPERATORS = {
    "v + x": lambda v, x: v + x,
    "x + v": lambda v, x: x + v,
    "v - x": lambda v, x: v - x,
    "x - v": lambda v, x: x - v,
    "v * x": product,
    "x * v": lambda v, x: x * v,
    "v / x": lambda v, x: v / x,
    "x / v": lambda v, x: x / v,
    "v ** x": lambda v, x: v**x,
    "x ** v": lambda v, x: x**v,
    "v % x": lambda v, x: v % x,
    "x % v": lambda v, x: x % v,
    "v < x": lambda v, x: v < x,
    "maximum": ag.maximum,
    "data": lambda v, x: setattr(v, "data", x),
    "grad": lambda v, x: setattr(v, "grad", x),
    "backward": lambda v, x: (v * v).backward(x),
}
# What each gives at 1.0 for the sum of squares.
TRANSFORMS = {
    "grad": ag.grad(sum_of_squares),
    "value_and_grad": lambda x: ag.value_and_grad(sum_of_squares)(x)[1],
    "jacobian": ag.jacobian(sum_of_squares),
    "hessian": ag.hessian(sum_of_squares),
    "hvp": lambda x: ag.hvp(sum_of_squares, (x,), (along(x),)),
    "jvp": lambda x: ag.jvp(sum_of_squares, (x,), (along(x),))[1],
    "vjp": lambda x: ag.vjp(sum_of_squares, x)[1](1.0)[0],
}


def along(x):
    return np.ones(x.shape) if isinstance(x, np.ndarray) else 1.0


# What never gets to the engine, or what Python's own words are for: a record becomes
# a tuple, and a text formats what follows `%`.
BY_THEIR_OWN_RULES = {
    **dict.fromkeys("bcmMO", ()),
    "V": [name for name in OPERATORS if len(name) > 4 and "v" in name and "x" in name],
    "S": ("x % v", "x * v", "v * x"),
    "U": ("x % v", "x * v", "v * x"),
}


def one(dtype):
    """The number one, as a scalar of the dtype."""
    return np.ones(1, dtype)[0]


def test_no_dtype_is_left_out():
    assert {dtype.kind for dtype in DTYPES} == set("biufcmMOSUV")
    assert {*REAL, *OTHER, np.dtype(object)} == {*DTYPES}


@pytest.mark.parametrize("dtype", REAL, ids=str)
def test_a_real_scalar_is_a_float(dtype):
    value = Value(one(dtype))
    assert type(value.data) is float
    assert value.data == 1.0
    for name, operation in OPERATORS.items():
        found, wanted = operation(Value(3.0), one(dtype)), operation(Value(3.0), 1.0)
        assert repr(found) == repr(wanted), name
    assert ag.derivative(square)(one(dtype)) == 2.0


@pytest.mark.parametrize("dtype", OTHER, ids=str)
def test_any_other_scalar_is_named(dtype):
    x = one(dtype)
    with pytest.raises(OperandError, match=r"Value\(\) needs a real number, got "):
        Value(x)
    for name, operation in OPERATORS.items():
        # A record repeats itself, and is compared, by NumPy's own rules.
        if name in BY_THEIR_OWN_RULES[dtype.kind]:
            continue
        with pytest.raises(OperandError):
            print(name, operation(Value(3.0), x))  # noqa: T201
    with pytest.raises(OperandError):
        ag.derivative(square)(x)


@pytest.mark.parametrize("shape", [(), (1,)])
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_an_array_is_no_value(dtype, shape):
    with pytest.raises(OperandError, match=r"Value\(\) needs a real number, got nda"):
        Value(np.ones(shape, dtype))


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_the_transforms_take_real_scalars_and_arrays(transform, dtype):
    for x in (one(dtype), np.ones((), dtype), np.ones(1, dtype)):
        if dtype.kind in "iuf" or dtype.kind == "O":  # of Python's floats, or ints
            assert np.ravel(TRANSFORMS[transform](x)).tolist() == [2.0]
        else:
            with pytest.raises(OperandError):
                TRANSFORMS[transform](x)


EXTENDED = np.finfo(np.longdouble).nmant > np.finfo(float).nmant


@pytest.mark.skipif(not EXTENDED, reason="longdouble is float64 on this machine")
@pytest.mark.parametrize(
    "text", ["0.1", "1e400", "-1e400", "1e-400", "1.0000000000000000001"]
)
def test_what_only_a_longdouble_holds_is_not_rounded(text):
    x = np.longdouble(text)
    for use in (Value, ag.derivative(square), ag.grad(square), Value(1.0).__mul__):
        with pytest.raises(
            OperandError, match=r"has no exact float64, .*; round it yo"
        ):
            use(x)
    assert Value(float(x)).data == float(text)


@pytest.mark.parametrize(
    "number", [0.1, -0.0, 5e-324, 1.7976931348623157e308, math.inf]
)
def test_a_longdouble_that_is_a_float64_is_taken(number):
    assert repr(Value(np.longdouble(number)).data) == repr(number)
    assert math.isnan(Value(np.longdouble("nan")).data)


def test_a_duration_says_how_to_make_a_number_of_it():
    with pytest.raises(OperandError, match=r"timedelta64\(1, 's'\) for its seconds"):
        Value(np.timedelta64(3, "s"))
    assert Value(np.timedelta64(3, "m") / np.timedelta64(1, "s")).data == 180.0
