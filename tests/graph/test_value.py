"""numerics.md section 3: how a Value behaves in Python and with NumPy."""

import decimal
import fractions
import math
import sys
from math import inf, nan

import numpy as np
import pytest

import autograd_scalar as ag
from autograd_scalar import AutogradError, OperandError, Value
from autograd_scalar.graph.node import BLANK


@pytest.mark.parametrize(
    "x",
    [3, 3.0, np.float64(3), np.float32(3), np.float16(3), np.int64(3), np.uint8(3)],
)
def test_value_takes_real_numbers(x):
    v = Value(x)
    assert v.data == 3.0
    assert type(v.data) is float
    assert (v * x).data == 9.0
    assert (x * v).data == 9.0
    assert (x - v).data == 0.0
    v.data = x
    v.grad = x
    assert type(v.data) is type(v.grad) is float


NOT_REAL = [
    True,
    1j,
    "1",
    b"1",
    bytearray(b"1"),
    decimal.Decimal(1),
    fractions.Fraction(1, 2),
    None,
    np.bool_(True),
    np.complex128(1),
    np.str_("1"),
    np.array([1.0]),
    np.array(1.0),
    [1.0],
    Value(1.0),
    object(),
]


@pytest.mark.parametrize("x", NOT_REAL, ids=lambda x: type(x).__name__)
def test_value_rejects_the_rest(x):
    with pytest.raises(OperandError, match="needs a real number, got") as caught:
        Value(x)
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, AutogradError)
    v = Value(1.0)
    for name in ("data", "grad"):
        with pytest.raises(OperandError, match=f"Value.{name} needs a real number"):
            setattr(v, name, x)


@pytest.mark.parametrize(
    ("x", "remedy"),
    [
        (True, "float(x)"),
        (np.bool_(True), "float(x)"),
        (fractions.Fraction(1, 2), "float(x)"),
        (decimal.Decimal(1), "float(x)"),
        (1j, "x.real or abs(x)"),
        (np.complex64(1), "x.real or abs(x)"),
        (Value(1.0), ".data for its number, .detach() for a Value without history"),
    ],
    ids=lambda x: type(x).__name__,
)
def test_what_is_nearly_a_number_is_told_what_to_write(x, remedy):
    with pytest.raises(OperandError) as caught:
        Value(x)
    assert str(caught.value).endswith(f"; write {remedy}")
    if not isinstance(x, Value):
        with pytest.raises(OperandError) as caught:
            Value(1.0) + x
        assert str(caught.value).endswith(f"; write {remedy}")


def test_the_message_of_the_contract():
    with pytest.raises(
        TypeError, match=r"^Value\(\) needs a real number, got str: '1'$"
    ):
        Value("1")


@pytest.mark.parametrize("x", [True, 1j, "1", b"1", None, decimal.Decimal(1)])
def test_operators_reject_it_too(x):
    v = Value(1.0)
    for act in (
        lambda: v + x,
        lambda: x - v,
        lambda: v**x,
        lambda: v < x,
        lambda: ag.hypot(v, x),
    ):
        with pytest.raises(OperandError, match="real number, got"):
            act()


def test_a_fraction_is_told_from_a_float_unless_it_made_itself_one():
    class Asked:
        def __rpow__(self, base):
            return base

    half, v = fractions.Fraction(1, 2), Value(2.0)
    for act in (lambda: half + v, lambda: half * v, lambda: half % v, lambda: v**half):
        with pytest.raises(OperandError, match="real number, got Fraction"):
            act()
    if type(half ** Asked()) is float:  # by the Fraction of Python 3.11
        assert (half**v).data == 0.25
    else:
        with pytest.raises(OperandError, match="real number, got Fraction"):
            half**v


def test_an_int_that_float_cannot_hold():
    assert Value(2**53).data == 2.0**53
    assert Value(2**60).data == 2.0**60
    for x in (2**53 + 1, 10**400, -(10**400), 10**5000):
        with pytest.raises(OperandError, match="no exact float64"):
            Value(x)
        with pytest.raises(OperandError, match="no exact float64"):
            Value(1.0) * x


def test_any_int_is_compared_exactly():
    huge = (10**400, 10**5000, 2**1024, 2**1024 - 2**970)
    near = (3, 2**53 - 1, 2**53 + 1, 2**53 + 3, 2**60 + 1, 2**1024 - 2**971 + 1)
    floats = (1.0, 3.0, 2.0**53, 2.0**53 + 2.0, 2.0**60, sys.float_info.max, inf, nan)
    for n in (0, *huge, *near, *(-n for n in huge + near)):
        for x in (*floats, *(-x for x in floats)):
            v = Value(x)
            assert (v < n, v <= n, v > n, v >= n) == (x < n, x <= n, x > n, x >= n)
            assert (n < v, n <= v, n > v, n >= v) == (n < x, n <= x, n > x, n >= x)
            with pytest.raises(OperandError, match=r"use v\.data == "):
                v == n  # noqa: B015


def test_other_types_may_know_better():
    class Loud:
        def __radd__(self, other):
            return "mine"

    assert Value(1.0) + Loud() == "mine"
    with pytest.raises(TypeError, match="unsupported operand"):
        Value(1.0) + object()
    with pytest.raises(OperandError, match="< needs a real number, got object"):
        Value(1.0) < object()  # noqa: B015
    with pytest.raises(OperandError, match=r"\+ needs a real number, got object"):
        object() + Value(1.0)


def test_float_and_int_are_rejected_with_the_remedy():
    v = Value(1.0)
    with pytest.raises(
        OperandError, match=r"use autograd_scalar\.sin\(v\), or v\.data"
    ):
        math.sin(v)
    for act, remedy in (
        (float, r"v\.data"),
        (int, r"int\(v\.data\)"),
        (math.trunc, r"math\.trunc\(v\.data\)"),
        (lambda v: v // 2, r"v\.data // w\.data"),
        (lambda v: 2 // v, r"v\.data // w\.data"),
        (lambda v: divmod(v, 2), r"v % w"),
        (lambda v: divmod(2, v), r"v % w"),
        (lambda v: round(v, 2), r"round\(v\.data"),
        (lambda v: v == 3.0, r"v\.data == 3\.0"),
        (lambda v: v != np.float64(3.0), r"v\.data == "),
    ):
        with pytest.raises(OperandError, match=remedy):
            act(v)


def test_comparisons_read_the_data():
    a, b = Value(1.0), Value(2.0)
    assert a < b
    assert a <= 1
    assert b > 1.5
    assert b <= 2.0
    assert (a < np.float64(2)) is True
    assert (Value(math.nan) < 1.0) is False
    assert max([a, b]) is b
    assert bool(Value(0.0)) is False
    assert bool(Value(math.nan)) is True
    assert a != "a"
    assert (a == None) is False  # noqa: E711
    assert sorted([b, a]) == [a, b]


@pytest.mark.parametrize("array", [np.array(1.0), np.array([1.0, 2.0])], ids=repr)
def test_equality_with_an_array_is_no_silent_false(array):
    v = Value(1.0)
    for act in (
        lambda: v == array,
        lambda: v != array,
        lambda: array == v,
        lambda: array != v,
    ):
        with pytest.raises(OperandError, match=r"use v\.data == "):
            act()


def test_equality_goes_by_identity_element_by_element():
    v, w = Value(1.0), Value(1.0)
    assert (v == np.array([v, w], dtype=object)).tolist() == [True, False]
    assert (v != np.array([v, w], dtype=object)).tolist() == [False, True]
    assert (v == v, v == w, v != v, v != w) == (True, False, False, True)  # noqa: PLR0124
    assert (v in [w, v], v in [w], v in {w, v}, {v: 1, w: 2}[w]) == (
        *(True, False, True),
        2,
    )
    for other in ("a", None, [v], object()):
        assert (v == other, other == v, v != other) == (False, False, True)

    class Anything:
        __hash__ = None

        def __eq__(self, other):
            return True

    assert v == Anything()


def test_numpy_calls_our_methods():
    v = Value(0.5)
    for result, expected in (
        (np.float64(3) * v, 1.5),
        (np.float64(3) - v, 2.5),
        (np.int64(3) / v, 6.0),
        (np.float32(2) ** v, math.sqrt(2)),
        (np.exp(v), math.exp(0.5)),
        (np.arctan(v), math.atan(0.5)),
        (np.absolute(-v), 0.5),
        (np.square(v), 0.25),
    ):
        assert type(result) is Value
        assert not result.is_leaf
        assert result.data == expected


def test_arrays_of_values():
    row = np.array([Value(1.0), Value(2.0)], dtype=object)
    loss = np.sum(np.tanh(row) * np.array([3.0, 4.0]))
    loss.backward()
    assert row[0].grad == pytest.approx(3 * (1 - math.tanh(1) ** 2), rel=1e-15)
    W = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert [v.data for v in W @ row] == [5.0, 11.0]


def test_numpys_statistics_of_values():
    numbers = [1.0, 3.0, 8.0]
    for function in (np.mean, np.var, np.std):
        row = [Value(x) for x in numbers]
        y = function(np.array(row))
        assert y.data == pytest.approx(function(numbers), rel=1e-15)
        slopes = [(2 * x - 8.0) / 3 for x in numbers]  # of the variance
        if function is np.mean:
            slopes = [1 / 3] * 3
        if function is np.std:
            slopes = [d / (2 * y.data) for d in slopes]
        assert ag.gradients(y, row) == pytest.approx(slopes, rel=1e-14)
    assert row[0].conjugate() is row[0]


def test_what_numpy_does_not_hand_on_fails_and_is_had_here():
    v = Value(0.0)
    for name, others in (
        ("copysign", (v, 1.0)),
        ("logaddexp", (v, 1.0)),
        ("arctan2", (1.0, v)),
        ("sign", (v,)),
    ):
        with pytest.raises((TypeError, AttributeError)):
            getattr(np, name)(*others)
        assert getattr(ag, name)(*others).op == name


def test_a_float_array_times_a_value_is_an_object_array():
    v = Value(2.0)
    for product in (np.array([1.0, 3.0]) * v, v * np.array([1.0, 3.0])):
        assert product.dtype == object
        assert [x.data for x in product] == [2.0, 6.0]
    with pytest.raises(TypeError):
        np.array([v], dtype=float)


def test_python_protocols():
    v = Value(-2.5)
    assert sum([v, v, v]).data == -7.5
    assert pow(v, 2).data == 6.25
    assert (+v) is v
    assert (-v).data == 2.5
    assert abs(v).data == 2.5
    assert (round(v).data, math.floor(v).data, math.ceil(v).data) == (-2.0, -3.0, -2.0)
    assert (7 % Value(2.0)).data == 1.0
    assert (Value(7.0) % 2).data == 1.0
    assert f"{v:.3f}|{v}" == "-2.500|Value(data=-2.5, grad=0.0)"
    assert v.item() == -2.5


def test_labels():
    v = Value(1.0, "x")
    assert (v.label, v.named("y") is v, v.label) == ("x", True, "y")
    v.label = "z"
    assert repr(v) == "Value(data=1.0, grad=0.0, label='z')"
    for wrong in (3, None, b"x"):
        with pytest.raises(OperandError, match="a label needs a str"):
            Value(1.0, wrong)
        with pytest.raises(OperandError, match="a label needs a str"):
            v.named(wrong)
        with pytest.raises(OperandError, match="a label needs a str"):
            v.label = wrong


def test_detach_is_a_fresh_leaf():
    y = (Value(2.0) * 3).named("y")
    leaf = y.detach()
    assert (leaf.data, leaf.label, leaf.is_leaf, leaf.parents) == (6.0, "y", True, ())


def test_no_attribute_can_be_added_and_no_subclass_made():
    v = Value(1.0)
    with pytest.raises(AttributeError):
        v.colour = "red"
    with pytest.raises(OperandError, match="@primitive"):
        type("Mine", (Value,), {})


def test_a_plain_exponent_is_not_differentiated():
    for n in (3, 3.0, np.float64(3)):
        y = Value(-2.0) ** n
        assert (y.op, y.data, y.local_derivatives) == (
            "pow_constant",
            -8.0,
            (12.0, 0.0),
        )
    y = Value(-2.0) ** Value(3.0)
    assert (y.op, y.data, y.local_derivatives[0]) == ("pow", -8.0, 12.0)
    assert math.isnan(y.local_derivatives[1])


def test_where_keeps_the_chosen_branch_only():
    x = Value(-1.0)
    bad = ag.sqrt(x)
    y = ag.where(x > 0, bad, x * 2)
    assert y.op == "where"
    assert bad not in y.parents
    assert ag.gradients(y, x) == 2.0
    assert ag.where(True, 3, x).data == 3.0


def test_ieee_values_never_an_exception():
    zero = Value(0.0)
    assert (1 / zero).data == math.inf
    assert ag.gradients(1 / zero, zero) == -math.inf
    assert ag.exp(Value(1000.0)).data == math.inf
    assert math.isnan((Value(-1.0) ** 0.5).data)
    assert math.isnan(ag.log(Value(-1.0)).data)
    assert (zero**-1).data == math.inf
    assert math.isnan((Value(math.inf) * 0).data)


def test_fused_operations():
    a, b = Value(2.0), Value(3.0)
    y = ag.dot([a, b], [b, 4.0], start=Value(1.0))
    assert (y.data, y.op, y.parents[0], len(y.parents)) == (19.0, "dot", a, 5)
    assert ag.gradients(y, [a, b]) == [3.0, 6.0]
    assert ag.mean([a, b]).data == 2.5
    assert ag.prod([a, b, a]).data == 12.0
    assert ag.gradients(ag.prod([a, b, a]), [a, b]) == [12.0, 4.0]
    assert (ag.sum([]), ag.dot([], []), ag.prod([])) == (0.0, 0.0, 1.0)
    assert ag.sum([1.0, 2]) == 3.0
    assert type(ag.sum([1, 2])) is float
    for function in (ag.mean, ag.logsumexp):
        with pytest.raises(ag.ShapeError, match="at least one value"):
            function([])
    with pytest.raises(ag.ShapeError, match="got 1 and 2"):
        ag.dot([a], [a, b])
    with pytest.raises(OperandError, match=r"sum\(\) needs a real number, got str"):
        ag.sum([a, "b"])


def test_sum_takes_a_start_like_pythons_own():
    a, b, start = Value(0.1), Value(0.2), Value(0.3)
    for values, first in (([a, b], start), ([1, 2], start), ([a, b], 0.3), ([], start)):
        y = ag.sum(values, first)
        own = sum(values, first)
        assert (y.op, y.data) == ("sum", own.data)
        assert ag.gradients(y, [a, b, start]) == ag.gradients(own, [a, b, start])
    assert ag.sum([a, b], start).parents == (start, a, b)
    assert ag.sum([a], Value(0.0)).data == 0.1
    assert ag.sum([a], start=0).parents == (a,)
    assert ag.sum([1, 2], 3) == 6.0
    with pytest.raises(
        OperandError, match=r"sum\(start=\) needs a real number, got li"
    ):
        ag.sum([[1], [2]], [])


def test_micrograds_neuron_after_a_star_import():
    names = {"sum": sum}  # Python's own, which the import leaves alone
    exec("from autograd_scalar import *", names)
    w, x, b = [Value(2.0), Value(-1.0)], [3.0, 4.0], Value(0.5)
    y = names["sum"]((wi * xi for wi, xi in zip(w, x, strict=True)), b)
    assert (y.data, ag.gradients(y, [*w, b])) == (2.5, [3.0, 4.0, 1.0])


def test_what_is_no_sequence_is_rejected_by_name():
    x = Value(1.0)
    for act in (ag.sum, ag.mean, ag.prod, ag.logsumexp):
        for wrong in (5, x, None):
            what = rf"^{act.__name__}\(\) needs a sequence .* in brackets: \[x\]$"
            with pytest.raises(OperandError, match=what):
                act(wrong)
    for wrong in ((5, [1.0]), ([1.0], x)):
        with pytest.raises(OperandError, match=r"^dot\(\) needs a sequence"):
            ag.dot(*wrong)

    def broken():
        yield x + None

    with pytest.raises(TypeError, match="real number, got NoneType"):
        ag.dot(broken(), [x])  # its own error, as it is


def test_dot_has_the_bits_of_the_elementary_sum():
    import random

    rng = random.Random(0)
    for _ in range(200):
        w = [Value(rng.gauss(0, 1)) for _ in range(7)]
        x = [Value(rng.gauss(0, 1)) for _ in range(7)]
        b = Value(rng.gauss(0, 1))
        slow = sum((wi * xi for wi, xi in zip(w, x, strict=True)), b)
        fast = ag.dot(w, x, start=b)
        assert fast.data == slow.data
        assert ag.gradients(fast, [*w, *x, b]) == ag.gradients(slow, [*w, *x, b])


def test_module_functions_take_plain_numbers():
    assert ag.exp(0) == 1.0
    assert type(ag.relu(np.float32(2))) is float
    assert ag.maximum(1, 2) == 2.0
    assert ag.leaky_relu(-1.0) == -0.01
    assert ag.polygamma(0, 1.0) == ag.digamma(1.0)
    for wrong in ("1", None, [1.0]):
        with pytest.raises(OperandError, match="needs a real number"):
            ag.exp(wrong)


def test_parameters_of_activations_may_be_trained():
    x, slope = Value(-2.0), Value(0.1)
    assert ag.gradients(x.leaky_relu(slope), [x, slope]) == [0.1, -2.0]
    assert ag.gradients(ag.elu(x, 2.0), x) == pytest.approx(2 * math.exp(-2))


def test_micrograds_names():
    a = Value(2.0, label="a")
    c = a * a
    assert (c._prev, c._op, a._op) == ((a,), "*", "")
    c.grad = 3.0
    c._backward()
    assert (a.grad, a.has_grad) == (12.0, True)


@pytest.mark.parametrize("name", ["add", "sub", "mul", "truediv", "pow", "mod"])
def test_every_operator_lets_another_type_answer(name):
    import operator

    class Loud:
        def answer(self, other):
            return "mine"

        __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rpow__ = __rmod__ = answer

    assert getattr(operator, name)(Value(1.0), Loud()) == "mine"


@pytest.mark.parametrize(
    "name",
    [
        *("maximum", "minimum", "arctan2", "hypot", "logaddexp"),
        *("copysign", "xlogy", "fmod"),
    ],
)
def test_methods_of_two_operands(name):
    a, b = Value(1.5), Value(2.5)
    function, method = getattr(ag, name), getattr(Value, name)
    for other in (b, 2.5):
        assert method(a, other).data == function(a, other).data == function(1.5, 2.5)
        assert method(a, other).op == name


def test_a_label_changes_at_any_time():
    y = (Value(2.0, "x") * 3.0).named("y")
    y.label = "z"
    y.data = 7.0  # an interior number may be written over, as in micrograd's lecture
    assert (y.label, y.data, y.data_before) == ("z", 7.0, 7.0)


def test_hot_arithmetic_has_the_bits_of_the_table():
    import itertools

    special = [0.0, -0.0, 1.0, -3.5, 5e-324, 1e300, -1e300, math.inf, math.nan]
    acts = {"add": "__add__", "sub": "__sub__", "mul": "__mul__"}
    for (name, act), a, b in itertools.product(acts.items(), special, special):
        row = ag.PRIMITIVES[name]
        y = getattr(Value(a), act)(Value(b))
        expected = row.forward(a, b)
        assert repr(y.data) == repr(expected)
        assert repr(y.local_derivatives) == repr(row.partials(a, b, expected))
    for a in special:
        y = -Value(a)
        assert repr(y.data) == repr(ag.PRIMITIVES["neg"].forward(a))
        assert y.local_derivatives == (-1.0,)


OF_ONE_OPERAND = [
    name
    for name, row in ag.PRIMITIVES.items()
    if row.arity == 1 and hasattr(Value, name)
]


@pytest.mark.parametrize("name", OF_ONE_OPERAND)
def test_methods_of_one_operand_record_their_row(name):
    x = Value(0.5)
    y = getattr(x, name)()
    assert (y.op, y.parents) == (name, (x,))


def test_defaults_of_methods():
    assert Value(-2.0).leaky_relu().local_derivatives == (0.01, -2.0)
    assert Value(-2.0).elu().parents[1].data == 1.0


def test_protocols_record_their_row():
    x = Value(-2.5)
    for act, name in ((abs, "abs"), (round, "rint"), (math.floor, "floor")):
        assert act(x).op == name
    assert math.ceil(x).op == "ceil"
    assert (+x) is x
    assert ((-x).op, (-x).data) == ("neg", 2.5)


def test_reflected_operators_keep_the_order():
    x = Value(4.0)
    found = [1.0 + x, 1.0 - x, 3.0 * x, 2.0 / x, 2.0**x, 7.0 % x]
    assert [y.data for y in found] == [5.0, -3.0, 12.0, 0.5, 16.0, 3.0]
    assert all(y.parents[1] is x for y in found)
    assert [y.op for y in found] == ["add", "sub", "mul", "div", "pow", "mod"]


@pytest.mark.parametrize("name", ["add", "sub", "mul", "truediv", "pow", "mod"])
def test_operators_of_two_values(name):
    import operator

    a, b = Value(7.0), Value(4.0)
    y = getattr(operator, name)(a, b)
    assert y.parents == (a, b)
    assert y.data == getattr(operator, name)(7.0, 4.0)
    assert y.op == {"truediv": "div"}.get(name, name)


@pytest.mark.parametrize(("a", "b"), [(1.0, 2.0), (2.0, 1.0), (2.0, 2.0)])
def test_comparisons_at_a_tie_and_beside_it(a, b):
    for other in (b, Value(b)):
        found = Value(a) < other, Value(a) <= other, Value(a) > other, Value(a) >= other
        assert found == (a < b, a <= b, a > b, a >= b)


@pytest.mark.parametrize(
    "name", ["maximum", "minimum", "arctan2", "hypot", "copysign", "xlogy", "fmod"]
)
def test_methods_of_two_operands_keep_their_order(name):
    for a, b in ((Value(-1.5), Value(2.5)), (Value(3.5), Value(-2.5))):
        y = getattr(a, name)(b)
        assert y.parents == (a, b)
        assert repr(y.data) == repr(getattr(ag, name)(a.data, b.data))
    assert Value(0.5).logaddexp(a).parents[1] is a


def test_a_node_recorded_within_a_block_is_like_any_other():
    def recorded():
        x, z = Value(3.0, "x"), Value(4.0, "z")
        return x / z, x * 2.0, -x, 2.0 - x, x**2

    with ag.detect_anomaly():
        inside = recorded()
    for y, twin in zip(inside, recorded(), strict=True):
        assert (y.op, y.data) == (twin.op, twin.data)
        assert y.local_derivatives == twin.local_derivatives
        assert [repr(p) for p in y.parents] == [repr(p) for p in twin.parents]
        for parent, other in zip(y.parents, twin.parents, strict=True):
            assert parent._right_derivative == other._right_derivative


def test_a_plain_operand_becomes_a_constant_that_knows_its_number():
    constant = (Value(3.0) * 2.5).parents[1]
    assert constant.is_constant
    assert (constant.data, constant.data_before, constant.is_leaf) == (2.5, 2.5, True)
    assert not Value(2.5).is_constant


def test_a_blank_node_is_for_value_py_alone():
    blank = Value(BLANK)
    assert (blank.data, blank.grad, blank.label, blank.is_leaf) == (0.0, 0.0, "", True)
    assert not blank.has_grad
    assert not blank.is_constant


class Unshowable:
    """Its repr() raises, and so does its truth."""

    def __repr__(self):
        raise ZeroDivisionError

    def __bool__(self):
        raise ValueError


def test_a_message_never_raises_and_is_never_long():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    shown = {
        "an object whose repr": Unshowable(),
        "nested too deeply": deep,
        "an int of 16610 bits": 10**5000,
        r"'xxxxx.*xxx\.\.\.($|; pass)": "x" * 10_000,
    }
    for text, given in shown.items():
        for act in (ag.hessian, ag.topological_order, ag.grad):
            with pytest.raises(OperandError, match=rf"{text}") as error:
                act(given)
            assert len(str(error.value)) < 200


def test_what_is_neither_true_nor_false_is_named():
    x = Value(2.0)
    uses = {
        r"where\(condition\)": lambda wrong: ag.where(wrong, x, x),
        "create_graph=": lambda wrong: ag.gradients(x, x, create_graph=wrong),
        "exact=": lambda wrong: ag.gradients(x, x, exact=wrong),
        "raises=": lambda wrong: ag.check_gradients(abs, x, raises=wrong),
    }
    for what, use in uses.items():
        with pytest.raises(OperandError, match=rf"{what}.*needs True or False, got"):
            use(Unshowable())
        use(1)
