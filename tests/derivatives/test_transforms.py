"""`grad` and its kin: against closed forms, mpmath, each other, and live JAX."""

import contextvars
import copy
import functools
import math
import operator
import threading
from collections import namedtuple

import numpy as np
import pytest
from mpmath import mp

import autograd_scalar as ag
from autograd_scalar import (
    PRIMITIVES,
    AutogradError,
    OperandError,
    ShapeError,
    StaleGraphError,
    Value,
    derivative,
    grad,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    topological_order,
    value_and_grad,
)

from ..mpmath_truth import TRUTH

Point = namedtuple("Point", "x y")


def cubic(x):
    return x**3 + 2 * x


def bowl(x):
    """A function of a sequence with every second derivative non-zero."""
    return ag.tanh(x[0] * x[1]) + x[2] * ag.exp(x[0]) * x[1] ** 2 + x[2] ** 3


POINT = [0.4, -0.7, 1.3]


# Structure of arguments and results


@pytest.mark.parametrize(
    ("f", "argument", "expected"),
    [
        (cubic, 2.0, 14.0),
        (cubic, 2, 14.0),
        (cubic, np.float32(2.0), 14.0),
        (cubic, np.int64(2), 14.0),
        (lambda x: x[0] * x[1], [2.0, 3.0], [3.0, 2.0]),
        (lambda x: x[0] * x[1][0], (2.0, [3]), (3.0, [2.0])),
        (lambda p: p.x**2 * p.y, Point(3.0, 2.0), Point(12.0, 9.0)),
        (lambda d: d["w"] * d["b"]["c"], {"w": 2.0, "b": {"c": 3.0}}, None),
        (lambda x: Value(1.0), [], []),
    ],
    ids=lambda x: None if callable(x) else str(x),  # no address of a function
)
def test_a_gradient_has_the_structure_of_the_argument(f, argument, expected):
    expected = {"w": 3.0, "b": {"c": 2.0}} if expected is None else expected
    found = grad(f)(argument)
    assert repr(found) == repr(expected)


def test_arrays_give_float64_arrays():
    x = np.array([[0.5, 1.0], [2.0, -1.0]])
    found = grad(lambda a: np.sum(np.exp(a) * a))(x)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, np.exp(x) * (1 + x), rtol=1e-15)
    assert grad(lambda a: a[0] ** 2)(np.array([3], dtype=np.int8)).tolist() == [6.0]
    whole = grad(lambda a: np.asarray(a * a))(np.array(3.0))
    assert (whole.shape, whole.dtype, whole.item()) == ((), np.float64, 6.0)


def test_arguments_by_position():
    def f(x, y, *, power=1):
        return x * y**power

    assert grad(f)(2.0, 3.0, power=2) == 9.0
    assert grad(f, 1)(2.0, 3.0, power=2) == 12.0
    assert grad(f, -1)(2.0, 3.0, power=2) == 12.0
    assert grad(f, (1, 0))(2.0, 3.0, power=2) == (12.0, 9.0)
    assert grad(f, argnums=[0])(2.0, 3.0) == (3.0,)
    assert grad(f, ())(2.0, 3.0) == ()
    assert value_and_grad(f, (0, 1))(2.0, 3.0) == (6.0, (3.0, 2.0))


def test_other_arguments_are_passed_on_untouched():
    seen = []

    def f(x, *others, **options):
        seen.extend([*others, options["key"]])
        return x

    opaque = object()
    grad(f)(1.0, opaque, "text", None, key=opaque)
    assert seen == [opaque, "text", None, opaque]


def test_what_does_not_depend_on_the_input_gives_zero():
    assert grad(lambda x: 3)(2.0) == 0.0
    assert grad(lambda x: Value(3.0))([2.0]) == [0.0]
    assert grad(lambda x: np.float64(3.0))(2.0) == 0.0
    assert value_and_grad(lambda x: 3)(2.0) == (3.0, 0.0)
    assert hessian(lambda x: x[0] + 1)([1.0, 2.0]) == [[0.0, 0.0], [0.0, 0.0]]
    assert hessian(lambda x: 5.0)(2.0) == 0.0
    assert hessian(lambda x: 5.0)([2.0, 3.0, 4.0]) == [[0.0] * 3] * 3
    assert hessian(lambda x, y: 5.0, (0, 1))(2.0, 3.0) == ((0.0, 0.0), (0.0, 0.0))
    assert derivative(lambda x: 5, 3)(2.0) == 0.0
    assert jvp(lambda x: [3, x[0]], ([2.0],), ([1.0],)) == ([3.0, 2.0], [0.0, 1.0])


def test_results_of_floats_are_floats():
    x = [1.0, 2.0, 3.0]
    value, slopes = value_and_grad(bowl)(x)
    results = [value, *slopes, *hessian(bowl)(x)[0], derivative(cubic, 2)(1.0)]
    results += [grad(lambda x: x)(1.0), *jvp(cubic, (1.0,), (1.0,))]
    results += hvp(bowl, (x,), (x,))
    assert {type(number) for number in results} == {float}


def test_nothing_outside_is_changed():
    w = Value(2.0, "w")
    z = w * w
    argument = {"a": [1.0, 2.0], "b": np.array([3.0]), "v": w}
    before = copy.deepcopy({k: argument[k] for k in "ab"})

    def f(p):
        p["a"][0] = p["a"][0] * p["v"] * z + p["b"][0]
        return p.pop("a")[0]

    grad(f)(argument)
    assert {k: argument[k] for k in "ab"} == before
    assert argument["v"] is w
    assert not w.has_grad
    assert not z.has_grad
    assert w.is_leaf


def test_they_are_decorators_that_keep_the_name():
    @grad
    def slope(x):
        """Of a square."""
        return x * x

    assert slope(3.0) == 6.0
    assert (slope.__name__, slope.__doc__) == ("slope", "Of a square.")
    by_second = functools.partial(grad, argnums=1)

    @by_second
    def f(x, y):
        return x * y

    assert f(2.0, 3.0) == 2.0
    assert grad(functools.partial(operator.mul, 3.0))(2.0) == 3.0
    for transform in (value_and_grad, jacobian, hessian, derivative):
        assert transform(cubic).__name__ == "cubic"


# Nesting


def test_the_examples_of_perturbation_confusion():
    # Siskind and Pearlmutter, "Confusion of tags and perturbations", 2005 and 2008
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x + y)(x))(1.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x * y)(2.0))(3.0) == 6.0
    assert grad(lambda x: grad(lambda y: x * y)(1.0))(3.0) == 1.0
    assert grad(lambda x: grad(lambda x: x * x)(x) * x)(3.0) == 12.0
    assert derivative(lambda x: x * derivative(lambda y: x + y)(1.0))(1.0) == 1.0
    three_deep = grad(lambda x: grad(lambda y: y * grad(lambda z: z * x)(1.0))(2.0))
    assert three_deep(3.0) == 1.0


def test_the_amazing_bug():
    # Manzyuk, Pearlmutter, Radul, Rush and Siskind, "Perturbation confusion in
    # forward automatic differentiation of higher-order functions", 2019, section 1
    def shifted(u):
        return lambda f: lambda x: f(x + u)

    def d(function):  # of a function that returns a function of a function
        return lambda f: lambda x: derivative(lambda u: function(u)(f)(x))(0.0)

    twice = d(shifted)(d(shifted)(ag.exp))
    assert twice(1.0) == pytest.approx(math.e, rel=1e-15)


@pytest.mark.parametrize("outer", ["reverse", "forward"])
@pytest.mark.parametrize("inner", ["reverse", "forward"])
def test_both_modes_nest_in_both_modes(outer, inner):
    slope_by = {
        "reverse": lambda f, x: grad(f)(x),
        "forward": lambda f, x: jvp(f, (x,), (1.0,))[1],
    }
    outer, inner = slope_by[outer], slope_by[inner]
    assert outer(lambda x: x * inner(lambda y: x + y, 1.0), 2.0) == 1.0
    assert outer(lambda x: x * inner(lambda y: x + y, x), 2.0) == 1.0
    assert outer(lambda x: inner(lambda y: x * x * y, x), 3.0) == 6.0
    assert outer(lambda x: inner(lambda y: y**3, x), 3.0) == 18.0
    assert outer(lambda x: x * inner(ag.sin, x), 0.5) == pytest.approx(
        math.cos(0.5) - 0.5 * math.sin(0.5), rel=1e-15
    )


def test_tangents_are_differentiated_too():
    assert grad(lambda t: jvp(lambda x: x**3, (2.0,), (t,))[1])(5.0) == 12.0
    assert grad(lambda t: jvp(lambda x: x[0] * t, ([t],), ([t],))[1])(3.0) == 6.0
    values, slopes = jvp(lambda x: [x, 2.0], (Value(2.0),), (3.0,))
    assert [v.data for v in (*values, *slopes)] == [2.0, 2.0, 3.0, 0.0]


def test_the_outer_one_sees_through_values_and_gradients():
    def f(x):
        value, slope = value_and_grad(lambda y: y * y * x)(x)
        return value * slope  # x**3 * 2 x**2

    assert grad(f)(2.0) == 10 * 2.0**4


def test_a_result_is_plain_where_nothing_outside_depends_on_it():
    def f(x):
        assert type(grad(lambda y: y * y)(3.0)) is float
        assert type(grad(lambda y: y * x)(3.0)) is Value
        assert type(grad(lambda y: 5)(3.0)) is float
        return x

    assert grad(f)(1.0) == 1.0


def test_values_give_values_that_go_on():
    x, w = Value(3.0), Value(2.0)
    slope = grad(lambda x: w * x * x)(x)
    slope.backward()
    assert (slope.data, x.grad, w.grad) == (12.0, 4.0, 6.0)
    value, slopes = value_and_grad(lambda p: p[0] * p[1])([x, 4.0])
    assert (value.data, [s.data for s in slopes]) == (12.0, [4.0, 3.0])
    assert gradients(value, x) == 4.0


def test_a_value_elsewhere_in_the_arguments_counts():
    w = Value(2.0)
    for slope in (
        grad(lambda x, p: p["w"] * x * x)(3.0, {"w": w}),
        grad(lambda x, *, p: p[0] * x * x)(3.0, p=np.array([w])),
        derivative(lambda x, p: p * x * x)(3.0, w),
        jvp(lambda x, p: p * x * x, (3.0, w), (1.0, 0.0))[1],
    ):
        assert (slope.data, gradients(slope, w)) == (12.0, 6.0)


def test_arrays_of_values_give_arrays_of_values():
    x = np.array([Value(1.0), Value(2.0)])
    found = grad(lambda a: (a**3).sum())(x)
    assert found.dtype == object
    assert [gradients(s, v) for s, v in zip(found, x, strict=True)] == [6.0, 12.0]


def test_a_result_is_a_node_of_its_own():
    x, y = Value(2.0, "x"), Value(3.0, "y")
    dx, dy = grad(operator.mul, (0, 1))(x, y)
    dx.named("dx")
    dy.named("dy")
    assert (x.label, y.label) == ("x", "y")
    dx, dy = grad(lambda x, y: (x + y) ** 2, (0, 1))(x, y)
    assert dx is not dy


def test_unrolled_descent_costs_what_it_records():
    # Each inner sweep stops at its own input: quadratic otherwise, in 300 steps.
    reached = []

    def descend(rate):
        x = ag.Value(1.0) * rate / rate
        for _ in range(300):
            x = x - rate * grad(lambda w: seen(w) ** 2)(x)
        return x

    def seen(w):
        reached.append(len(topological_order(w)))
        return w

    slope = grad(descend)(0.01)
    assert slope == pytest.approx(-2 * 300 * (1 - 2 * 0.01) ** 299, rel=1e-12)
    assert set(reached) == {1}


def test_an_argument_is_joined_to_its_history_when_the_call_ends():
    x, kept = Value(3.0), []

    def f(w):
        kept.append(w * w)
        return kept[0]

    grad(f)(x)
    assert gradients(kept[0], x) == 6.0
    assert [node.op for node in topological_order(kept[0])] == ["", "argument", "mul"]


def test_after_an_error_all_is_as_before():
    def broken(x):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        grad(broken)(1.0)
    x = Value(2.0)
    with no_grad(), pytest.raises(ZeroDivisionError):
        grad(broken)(x)
    with no_grad():
        assert (x * x).is_leaf
    assert grad(cubic)(2.0) == 14.0


# Modes and threads


def test_no_grad_outside_does_not_stop_a_derivative():
    x = Value(2.0)
    with no_grad():
        assert grad(cubic)(2.0) == 14.0
        assert derivative(cubic, 2)(2.0) == 12.0
        assert hessian(bowl)(POINT) != 0
        assert jvp(cubic, (2.0,), (1.0,)) == (12.0, 14.0)
        results = [*value_and_grad(cubic)(x), *jvp(cubic, (x,), (1.0,))]
        results += [grad(grad(cubic))(x), *grad(lambda p: p[0])([x, 1.0])]
    assert [r.data for r in results] == [12.0, 14.0, 12.0, 14.0, 12.0, 1.0, 0.0]
    assert all(type(r) is Value and r.is_leaf for r in results)


def test_within_no_grad_nothing_is_joined_or_recorded_again():
    x, kept = Value(0.0), []

    def f(w):
        kept.append(w.exp())
        w.data = 5.0  # a second order would reject it
        return kept[0]

    with no_grad():
        assert grad(f)(x).data == 1.0
    assert gradients(kept[0], x) == 0.0


def test_no_grad_inside_makes_a_constant():
    def f(x):
        with no_grad():
            factor = grad(lambda y: y * y * x)(x)
        return factor * x

    assert grad(f)(3.0) == 18.0


def test_threads_and_contexts_do_not_see_each_other():
    found = []

    def f(x):
        def other():
            found.append(grad(lambda y: y * x)(2.0))

        thread = threading.Thread(target=contextvars.Context().run, args=(other,))
        thread.start()
        thread.join()
        return x

    assert grad(f)(3.0) == 1.0
    assert found == [3.0]


# Matrices of derivatives


def test_the_jacobian_has_the_outputs_structure_of_inputs():
    def f(p):
        return {"a": p["x"] * p["y"][0], "b": (p["y"][1], 7)}

    found = jacobian(f)({"x": 2.0, "y": [3.0, 4.0]})
    assert found == {
        "a": {"x": 3.0, "y": [2.0, 0.0]},
        "b": ({"x": 0.0, "y": [0.0, 1.0]}, {"x": 0.0, "y": [0.0, 0.0]}),
    }


def test_the_jacobian_of_several_arguments():
    assert jacobian(operator.mul, (0, 1))(2.0, 3.0) == (3.0, 2.0)
    found = jacobian(lambda x, y: [x * y, x], (1, 0))(2.0, 3.0)
    assert found == [(2.0, 3.0), (0.0, 1.0)]
    assert jacobian(operator.mul, 1)(2.0, 3.0) == 2.0


def test_jacobians_of_arrays_have_both_shapes():
    A = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(jacobian(lambda x: A @ x)(np.ones(3)), A, strict=True)
    whole = jacobian(lambda M: M * M)(A)
    expected = np.zeros((2, 3, 2, 3))
    for i, j in np.ndindex(2, 3):
        expected[i, j, i, j] = 2 * A[i, j]
    np.testing.assert_array_equal(whole, expected, strict=True)
    column = jacobian(lambda t: A[0] * t)(2.0)
    np.testing.assert_array_equal(column, A[0], strict=True)


def test_a_nested_jacobian_is_differentiable():
    def volume(x):
        (a, b), (c, d) = jacobian(lambda v: [v[0] ** 2 * v[1], v[1] ** 3])(x)
        return a * d - b * c  # 2 x0 x1 * 3 x1**2

    assert grad(volume)([2.0, 3.0]) == [6 * 27.0, 6 * 2.0 * 27.0]


def test_the_hessian_is_the_jacobian_of_the_gradient():
    found = np.array(hessian(bowl)(POINT))
    x, y, z = map(mp.mpf, POINT)
    truth = [
        [
            mp.diff(
                lambda *v: mp.tanh(v[0] * v[1]) + v[2] * mp.exp(v[0]) * v[1] ** 2
                + v[2] ** 3,
                (x, y, z),
                tuple((k == i) + (k == j) for k in range(3)),
            )
            for j in range(3)
        ]
        for i in range(3)
    ]  # fmt: skip
    np.testing.assert_allclose(found, np.array(truth, dtype=float), rtol=1e-13)
    np.testing.assert_array_equal(found, jacobian(grad(bowl))(POINT))
    np.testing.assert_array_equal(found, jacobian(jacobian(bowl))(POINT))


def test_the_hessian_runs_the_function_once():
    calls = []

    def counted(x):
        calls.append(x)
        return bowl(x)

    hessian(counted)(POINT)
    assert len(calls) == 1


def test_hessians_of_several_arguments_and_arrays():
    blocks = hessian(lambda x, y: x**2 * y**3, (0, 1))(2.0, 3.0)
    assert blocks == ((54.0, 108.0), (108.0, 72.0))
    found = hessian(lambda a: (a**3).sum())(np.array([1.0, 2.0]))
    np.testing.assert_array_equal(found, np.diag([6.0, 12.0]), strict=True)


def test_products_equal_the_matrices_they_stand_for():
    v = [0.3, -1.1, 0.8]
    H = np.array(hessian(bowl)(POINT))
    np.testing.assert_allclose(hvp(bowl, (POINT,), (v,)), H @ v, rtol=1e-13)

    def curve(x):
        return [bowl(x), x[0] * x[2], ag.hypot(x[0], x[1])]

    values, along = jvp(curve, (POINT,), (v,))
    np.testing.assert_allclose(along, np.array(jacobian(curve)(POINT)) @ v, rtol=1e-14)
    assert values == [float(y) for y in curve(POINT)]


def test_products_of_several_arguments():
    assert hvp(lambda x, y: x * x * y, (2.0, 3.0), (1.0, 10.0)) == (46.0, 4.0)
    value, slope = jvp(
        lambda d, a: d["k"] * (a**2).sum(),
        ({"k": 2.0}, np.array([3.0, 4.0])),
        ({"k": 1.0}, np.array([1.0, 0.0])),
    )
    assert (value, slope) == (50.0, 37.0)
    assert jvp(lambda: 3.0, (), ()) == (3.0, 0.0)


def test_a_product_is_differentiable():
    # d/dx of 6x v is 6v, and by v it is 6x
    product = grad(lambda x, v: hvp(lambda w: w**3, (x,), (v,)), (0, 1))
    assert product(2.0, 5.0) == (30.0, 12.0)


def test_fused_operations_in_both_sweeps():
    def f(x):
        return ag.dot(x, [1.0, 2.0, 3.0]) * ag.logsumexp(x) * ag.mean([*x, 1.0])

    forward = [jvp(f, (POINT,), (e,))[1] for e in np.eye(3).tolist()]
    assert forward == pytest.approx(grad(f)(POINT), rel=1e-14)
    H = np.array(hessian(f)(POINT))
    rows = [hvp(f, (POINT,), (e,)) for e in np.eye(3).tolist()]
    np.testing.assert_allclose(rows, H, rtol=1e-12)


# Orders


def test_derivatives_of_a_power_end_in_zero():
    for x, expected in [
        (2.0, [16.0, 32.0, 48.0, 48.0, 24.0, 0.0, 0.0]),
        (0.0, [0.0, 0.0, 0.0, 0.0, 24.0, 0.0, 0.0]),
        (-1.0, [1.0, -4.0, 12.0, -24.0, 24.0, 0.0, 0.0]),
    ]:
        found = [derivative(lambda x: x**4, n)(x) for n in range(7)]
        assert found == expected
        f, nested = (lambda x: x**4), []
        for _ in expected:
            nested.append(f(x))
            f = grad(f)
        assert nested == expected


def test_a_derivative_takes_further_arguments():
    assert derivative(lambda x, n, *, k: k * x**n, 2)(3.0, 3, k=2.0) == 36.0
    second = derivative(lambda x: x**3, 2)(Value(2.0))
    assert second.data == 12.0
    assert derivative(cubic, 0)(Value(1.0)).data == 3.0
    assert grad(derivative(lambda x: x**4, 2))(2.0) == 48.0
    assert grad(lambda w: derivative(lambda x: w * x**3, 2)(2.0))(5.0) == 12.0


def point_of(row):
    """An ordinary point inside the domain of a unary row."""
    ((low, high),) = row.domain
    return 1.7 if low == 1.0 else 0.3 if (low, high) != (-1.0, 1.0) else -0.4


UNARY = [
    pytest.param(row, id=name)
    for name, row in PRIMITIVES.items()
    if row.arity == 1 and name != "where"
]


@pytest.mark.parametrize("row", UNARY)
def test_third_derivatives_of_every_unary_row(row):
    f, x = getattr(ag, row.name, getattr(operator, row.name, None)), point_of(row)
    with mp.workdps(40):
        truth = [mp.diff(TRUTH[row.name], mp.mpf(x), n) for n in range(1, 4)]
    found = [derivative(f, n)(x) for n in range(1, 4)]
    for n in range(3):
        scale = max(abs(float(t)) for t in truth[: n + 1])
        assert found[n] == pytest.approx(float(truth[n]), rel=1e-12, abs=1e-13 * scale)


@pytest.mark.parametrize("row", UNARY)
def test_the_forward_sweep_agrees_on_every_unary_row(row):
    f, x = getattr(ag, row.name, getattr(operator, row.name, None)), point_of(row)
    assert jvp(f, (x,), (1.0,))[1] == grad(f)(x)
    assert jvp(f, (Value(x),), (1.0,))[1].data == grad(f)(x)
    assert hvp(f, (x,), (1.0,)) == pytest.approx(derivative(f, 2)(x), rel=1e-12)


def long_chain(x):
    y = x
    for _ in range(100_000):
        y = y + x
    return y


@pytest.mark.thorough
def test_long_chains_need_no_recursion():
    assert grad(long_chain)(2.0) == 100_001.0
    assert jvp(long_chain, (2.0,), (3.0,))[1] == 300_003.0


@pytest.mark.thorough
def test_second_derivatives_of_long_chains_need_no_recursion():
    assert derivative(lambda x: long_chain(x) ** 2, 2)(3.0) == 2 * 100_001.0**2
    assert hvp(lambda x: long_chain(x) ** 2, (3.0,), (1.0,)) == 2 * 100_001.0**2


# Refusals


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: grad(3.0), r"grad\(\) needs a function, got float: 3.0"),
        (lambda: jvp(3.0, (), ()), r"jvp\(\) needs a function"),
        (lambda: derivative(3.0), r"derivative\(\) needs a function"),
        (
            lambda: grad(lambda x: [x])(1.0),
            r"grad\(\): what <lambda> returns .* got list: .*use jacobian\(\)",
        ),
        (lambda: grad(lambda x: None)(1.0), "got NoneType: None"),
        (lambda: grad(lambda x: x)(np.ones(2)), "got ndarray.*use jacobian"),
        (lambda: hessian(lambda x: [x])(1.0), r"hessian\(\): what <lambda> returns"),
        (lambda: hvp(lambda x: [x], (1.0,), (1.0,)), r"hvp\(\): what <lambda> ret"),
        (lambda: jacobian(lambda x: ["a"])(1.0), r"jacobian\(\): what .* got str: 'a'"),
        (lambda: jvp(lambda x: "a", (1.0,), (1.0,)), r"jvp\(\): what .* got str: 'a'"),
        (
            lambda: grad(functools.partial(lambda x: "a"))(1.0),
            "what partial returns",
        ),
        (lambda: grad(cubic)("1"), r"grad\(\): a differentiated argument needs"),
        (lambda: grad(cubic)(None), "got NoneType: None"),
        (lambda: grad(cubic)(x=1.0), "called with 0 of them; pass it by position"),
        (lambda: grad(cubic, 1)(1.0), r"grad\(argnums=1\) names an argument by pos"),
        (lambda: grad(cubic, -2)(1.0), r"argnums=-2"),
        (lambda: grad(cubic, True)(1.0), "needs ints, got bool: True"),
        (lambda: jacobian(cubic, (0.0,))(1.0), r"jacobian\(argnums=\) needs ints"),
        (lambda: grad(max, (0, -2))(1.0, 2.0), r"an argument twice: \(0, -2\)"),
        (lambda: jvp(cubic, 1.0, 1.0), r"jvp\(primals=\).*write \(primal,\)"),
        (lambda: jvp(cubic, (1.0,), 1.0), r"jvp\(tangents=\).*write \(tangent,\)"),
        (lambda: hvp(cubic, 1.0, 1.0), r"hvp\(primals=\) needs a tuple"),
        (lambda: jvp(cubic, (1.0,), ("1",)), r"jvp\(tangents=\) needs a real number"),
        (lambda: derivative(cubic)([1.0]), "the first argument needs a real number"),
        (lambda: derivative(cubic, -1), r"an order of 0, 1, 2, …, got -1"),
        (lambda: derivative(cubic, 1.0), "got 1.0"),
        (lambda: derivative(cubic, True), "got True"),
        (lambda: derivative(lambda x: [x])(1.0), r"derivative\(\): what <lambda>"),
    ],
)
def test_rejected_with_the_reason(call, message):
    with pytest.raises(OperandError, match=message):
        call()


def test_tangents_of_another_structure_are_rejected():
    with pytest.raises(ShapeError, match=r"jvp\(tangents=\): got a tuple of 2"):
        jvp(cubic, (1.0,), (1.0, 2.0))
    with pytest.raises(ShapeError, match=r"hvp\(tangents=\): got a list of 1"):
        hvp(bowl, (POINT,), ([1.0],))


def test_data_written_while_the_function_runs_is_rejected_at_second_order():
    def f(x):
        y = ag.exp(x)
        x.data = 5.0
        return y

    assert grad(f)(0.0) == 1.0
    with pytest.raises(StaleGraphError) as caught:
        derivative(f, 2)(0.0)
    assert isinstance(caught.value, AutogradError)


# Judged live by JAX


@pytest.mark.oracles
@pytest.mark.parametrize("name", ["grad", "jacobian", "hessian", "value_and_grad"])
def test_structures_and_numbers_are_those_of_jax(name):
    import jax

    jax.config.update("jax_enable_x64", True)

    def f(exp, stack, p, x):
        a = exp(p["w"] * x[0]) + p["b"][1] * x[1]
        if name == "jacobian":
            return {"s": a, "v": stack([x[0] * p["w"], x[1] ** 2, a * a])}
        return a * a + x[1] ** 3 * p["b"][0]

    arguments = ({"w": 0.5, "b": (1.5, -0.25)}, np.array([0.3, 0.7]))
    for argnums in (0, 1, (1, 0)):
        ours = getattr(ag, name)(
            functools.partial(f, ag.exp, np.array), argnums=argnums
        )(*arguments)
        theirs = getattr(jax, name)(
            functools.partial(f, jax.numpy.exp, jax.numpy.stack), argnums=argnums
        )(*arguments)
        assert_alike(ours, theirs)


def assert_alike(ours, theirs):
    if isinstance(ours, dict):
        assert ours.keys() == theirs.keys()
        for key in ours:
            assert_alike(ours[key], theirs[key])
    elif isinstance(ours, tuple):
        assert type(theirs) is tuple
        for a, b in zip(ours, theirs, strict=True):
            assert_alike(a, b)
    else:
        np.testing.assert_allclose(ours, np.asarray(theirs), rtol=1e-13)
        assert np.shape(ours) == np.shape(theirs)
