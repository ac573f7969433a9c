"""`check_gradients`: it passes what is right, and names what is wrong by little.

By 0.05 % where differences judge, by 1e-13 where a complex step does.
"""

import json
import math
import random
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import autograd_scalar as ag
from autograd_scalar import (
    GradientCheckError,
    OperandError,
    Value,
    check_gradients,
    primitive,
)
from autograd_scalar.gradcheck.estimates import complex_step, differences
from autograd_scalar.gradcheck.report import Comparison, GradientCheck
from autograd_scalar.gradcheck.search import too_fast_for_differences
from autograd_scalar.graph.value import nary, unary
from autograd_scalar.numbers.kinds import arithmetic_of
from autograd_scalar.primitives.table import PRIMITIVES, Primitive

from ..primitives.test_primitives import operands

ROWS = [pytest.param(row, id=name) for name, row in PRIMITIVES.items()]
PIECEWISE = {name for name, row in PRIMITIVES.items() if row.is_piecewise}
ALL_ROWS = pytest.mark.parametrize("row", ROWS)
ANALYTIC_ROWS = pytest.mark.parametrize(
    "row", [param for param in ROWS if param.id not in PIECEWISE]
)
POINTS = 2  # of each row: the functions are smooth there

HELD = {  # operands that are no variables
    name: row.not_differentiated[0]
    for name, row in PRIMITIVES.items()
    if row.not_differentiated
}


def points(row):
    """Moderate operands at which the row is differentiable."""
    rng = random.Random(row.name)
    found = []
    while len(found) < POINTS:
        domain = row.domain * 3 if row.arity is None else row.domain
        xs = [rng.uniform(max(low, -3.0), min(high, 3.0)) for low, high in domain]
        if row.name == "polygamma":
            xs = [float(rng.randint(0, 3)), abs(xs[1]) + 0.1]
        elif row.name == "pow_constant":
            xs[1] = float(rng.randint(-4, 4))
        if not any(kink.at(*xs) for kink in row.kinks):
            found.append(xs)
    return found


def applied(row, xs):
    """The row as a function of the operands that vary, and these operands."""
    held = HELD.get(row.name)

    def f(*operands):
        values = list(operands)
        if held is not None:
            values.insert(held, Value(xs[held]))
        return nary(row, values)

    return f, [x for k, x in enumerate(xs) if k != held]


def wrong_by_a_little(row, k, little=0.0005):
    """A copy of the row whose k-th partial is wrong by 0.05 %."""

    def partials(*operands_and_output):
        out = list(row.partials(*operands_and_output))
        out[k] = out[k] * (1.0 + little) if out[k] else out[k] + little
        return tuple(out)

    return with_partials(row, partials)


def with_partials(row, partials):
    return Primitive(
        row.name,
        row.forward,
        partials,
        arity=row.arity,
        symbol=row.symbol,
        latex=row.latex,
        domain=row.domain,
        exact=row.exact,
        kinks=row.kinks,
        period=row.period,
    )


@ALL_ROWS
def test_every_row_passes(row):
    for xs in points(row):
        f, inputs = applied(row, xs)
        report = check_gradients(f, inputs)
        assert {c.verdict for c in report.comparisons} == {"agrees"}
        assert report.local_derivatives == len(inputs)
        assert report.by_complex_step == (0 if row.name in PIECEWISE else len(inputs))
        how = f"{report.by_complex_step} of {len(inputs)} local derivatives also by a"
        assert how in str(report)


@ALL_ROWS
def test_every_row_passes_at_order_2(row):
    f, inputs = applied(row, points(row)[0])
    assert check_gradients(f, inputs, order=2).passed


@ALL_ROWS
def test_a_partial_that_is_wrong_by_a_little_is_named(row):
    for xs in points(row):
        for k in range(len(xs)):
            if HELD.get(row.name) == k:
                continue
            f, inputs = applied(wrong_by_a_little(row, k), xs)
            report = check_gradients(f, inputs, raises=False)
            assert not report.passed
            assert len(report.faults) == 1
            fault = report.faults[0]
            assert (fault.primitive, fault.operand) == (row.name, k)
            right = row.partials(*xs, row.forward(*xs))[k]
            assert math.isclose(fault.measured, right, rel_tol=1e-7, abs_tol=1e-7)
            by_step = row.name not in PIECEWISE and right != 0.0
            assert fault.method == ("a complex step" if by_step else "differences")


@ANALYTIC_ROWS
def test_a_partial_that_is_wrong_by_1e_13_is_named(row):
    for xs in points(row):
        rights = row.partials(*xs, row.forward(*xs))
        for k, right in enumerate(rights):
            if HELD.get(row.name) == k or right == 0.0:
                continue
            f, inputs = applied(wrong_by_a_little(row, k, 1e-13), xs)
            report = check_gradients(f, inputs, raises=False)
            assert {c.verdict for c in report.comparisons} == {"agrees"}
            assert not report.passed
            (fault,) = report.faults
            assert (fault.primitive, fault.operand) == (row.name, k)
            assert math.isclose(fault.measured, right, rel_tol=3e-15)


@pytest.mark.parametrize("name", ["tanh", "mul", "div", "logsumexp", "lgamma"])
def test_a_second_derivative_that_is_wrong_by_a_little_is_named(name):
    row = PRIMITIVES[name]

    def partials(*operands_and_output):
        found = row.partials(*operands_and_output)
        x = operands_and_output[0]
        if type(x) is float:
            return found
        # As wrong as can be without a change of the first derivative.
        return (found[0] + 0.0005 * (x - x.data), *found[1:])

    g, inputs = applied(with_partials(row, partials), points(row)[0])

    def f(*xs):
        return g(*xs) ** 3

    assert check_gradients(f, inputs).passed
    with pytest.raises(GradientCheckError, match=rf"At {name}.* by operand 0, is"):
        check_gradients(f, inputs, order=2)


def test_the_node_is_named_in_a_graph_of_many():
    def partials(a, b, y):
        return b, 1.001 * a

    @primitive(partials=partials)
    def times(a, b):
        return a * b

    times_line = partials.__code__.co_firstlineno
    x, y = Value(2.0, "x"), Value(3.0, "y")

    def f(x, y):
        return (times(x.sin(), y.named("y")).named("product") + x * y).tanh()

    with pytest.raises(GradientCheckError) as caught:
        check_gradients(f, [x, y])
    message = str(caught.value)
    assert "d/d'y' is " in message
    assert "d/d'x' is " not in message
    assert "At 'product' = times(0.909" in message
    assert "derivative of times by operand 1, 'y', is 0.910" in message
    assert "0.909" in message
    assert f"by its partials, {__file__}:{times_line}, 0.909" in message


def test_everything_reads_as_json():
    @primitive(partials=lambda x, _: (math.inf,))
    def wrong(x):
        return 2 * x

    report = check_gradients(wrong, Value(1.0, "x"), raises=False)
    data = json.loads(report.to_json())
    assert (data["passed"], data["order"]) == (False, 1)
    assert data["comparisons"][0]["claimed"] == "inf"
    assert data["faults"][0]["operand_label"] == "x"
    assert data["faults"][0]["method"] == "differences"
    assert (data["local_derivatives"], data["by_complex_step"]) == (1, 0)


def test_a_row_of_the_table_is_found_where_its_code_knows_no_lines(monkeypatch):
    tanh = PRIMITIVES["tanh"]
    wrong = Primitive(
        "tanh",
        tanh.forward,
        partial(lambda slope, x, y: (slope,), 0.5),  # no code, like what is compiled
        arity=1,
        symbol="tanh",
        latex="{0}",
        domain=tanh.domain,
        exact=tanh.exact,
    )

    def place():
        report = check_gradients(lambda x: unary(wrong, x), 0.5, raises=False)
        return report.faults[0].rule

    assert place() == "its partials"
    monkeypatch.setitem(PRIMITIVES, "tanh", wrong)
    file, number = place().removeprefix("its partials, ").rsplit(":", 1)
    assert (
        Path(file)
        .read_text("utf-8")
        .splitlines()[int(number) - 1]
        .startswith("TANH: Final")
    )
    monkeypatch.setattr("linecache.getlines", lambda file: [])  # no source is there
    assert place() == "its partials"


# Inputs


def test_inputs_of_every_shape():
    def f(w, x):
        return ag.dot(w, x)

    assert len(check_gradients(f, ((1.0, 2.0), [3.0, Value(4.0)])).comparisons) == 4
    assert check_gradients(f, np.array([[1.0, 2.0], [3.0, 4.0]])).passed
    assert check_gradients(ag.sin, np.float64(2.0)).passed
    assert check_gradients(lambda: Value(2.0), []).passed


def test_values_are_varied_in_place_and_restored():
    w = Value(2.0, "w")
    w.data = 3.0
    report = check_gradients(lambda *_: w.exp() * w, [w])
    assert report.passed
    assert (w.data, w.data_before, w.has_grad) == (3.0, 2.0, False)

    def interrupted(w):
        if w.data != 3.0:
            raise KeyboardInterrupt
        return w * w

    with pytest.raises(KeyboardInterrupt):
        check_gradients(interrupted, w)
    assert (w.data, w.data_before) == (3.0, 2.0)


def test_rejected_inputs():
    with pytest.raises(OperandError, match="takes 1 or 2, got 3"):
        check_gradients(ag.sin, 1.0, order=3)
    with pytest.raises(OperandError, match=r"returns a Value, got float: 1\.0"):
        check_gradients(lambda x: 1.0, 1.0)
    with pytest.raises(OperandError, match=r"check_gradients\(\) needs a real number"):
        check_gradients(ag.sin, "1")
    rng = random.Random(1)
    with pytest.raises(OperandError, match="the same number each time"):
        check_gradients(lambda x: x * rng.random(), 1.0)


def test_an_f_that_gives_nan_each_time_is_not_called_random():
    with pytest.raises(GradientCheckError, match="Nothing could be judged"):
        check_gradients(ag.log, -1.0)


def test_what_goes_around_the_graph():
    with pytest.raises(GradientCheckError, match="part of f bypasses the graph"):
        check_gradients(lambda x: x * math.sin(x.data), 1.0)


# Points that are hard to judge


@pytest.mark.parametrize(
    ("f", "x", "reason"),
    [
        (ag.relu, 0.0, "a kink: 0 below, 1 above"),
        (ag.selu, 0.0, "a kink: 1.7581 below, 1.0507 above"),
        (ag.floor, 2.0, "settle on nothing"),
        (ag.sqrt, 0.0, "settle on nothing"),
        (ag.cbrt, 0.0, "settle on nothing"),
        (lambda x: (1e17 + x) - 1e17, 1.0, "settle on nothing"),
        (ag.log, 5e-324, "settle on nothing"),
        (ag.square, 1e200, "settle on nothing"),
        (ag.exp, math.inf, "settle on nothing"),
        (lambda x: x + math.nan, 1.0, "settle on nothing"),
        (ag.exp, math.nan, "settle on nothing"),
    ],
)
def test_not_judged(f, x, reason):
    report = check_gradients(f, x, raises=False)
    (row,) = report.comparisons
    assert (row.verdict, report.passed) == ("not judged", False)
    assert reason in row.reason


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (abs, 0.0),
        (ag.log, 1e-300),
        (ag.cbrt, 1e-10),
        (ag.exp, 700.0),
        (ag.tanh, 20.0),
        (ag.sin, 1e6),
        (lambda x: ag.sin(50.0 * x) * x, 3.0),
    ],
)
def test_judged_although_it_is_hard(f, x):
    report = check_gradients(f, x, raises=False)
    assert [row.verdict for row in report.comparisons] == ["agrees"]


def test_the_inner_side_decides_at_an_end_of_the_domain():
    @primitive(partials=lambda x, y: (2.0,))
    def on_the_right(x):
        return math.sqrt(x) ** 2 if x else 0.0  # raises below 0

    report = check_gradients(on_the_right, 0.0, raises=False)
    (fault,) = report.faults
    assert (fault.claimed, round(fault.measured, 6)) == (2.0, 1.0)

    @primitive(partials=lambda x, y: (1.0,))
    def on_the_left(x):
        return x - math.log(1 - x) * 0.0 if x <= 0 else math.nan

    assert check_gradients(on_the_left, 0.0).passed


def test_one_that_agrees_beside_one_that_does_not():
    def f(x, y):
        return x.relu() * y + y * y

    report = check_gradients(f, [0.0, 2.0], order=2)
    assert report.passed
    assert {row.verdict for row in report.comparisons} == {"agrees", "not judged"}


def test_a_gradient_of_nan_where_the_function_is_smooth_differs():
    with pytest.raises(GradientCheckError, match="an infinite one met a 0"):
        check_gradients(lambda x: x.sqrt() * x.sqrt() * x * x, 0.0)


# Extremes: nothing that is right is called wrong


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize(
    ("f", "xs", "reason"),
    [
        (lambda *v: ag.dot(v, v), [1e-200, -2e-200], "f is too small: within its"),
        (lambda *v: ag.dot(v, v), [1e-160, 3e-160], "f is too small: within its"),
        (ag.square, [1e-320], "f is too small: within its input's size"),
        (ag.sinc, [2.0**52], r"sinc(4503599627370496.0) = 0.0 oscillates too fast"),
        (
            ag.sinc,
            [1e100],
            "oscillates too fast for the spacing of floats here; finite",
        ),
        (ag.sin, [1e15], "sin(1000000000000000.0) = "),
        (lambda x: ag.cos(10.0 * x), [1e14], "cos(1000000000000000.0) = "),
        (ag.tan, [1e15], "oscillates too fast"),
        (ag.floor, [1e200], "oscillates too fast"),
        (ag.reciprocal, [1e-200], "settle on nothing"),
        (lambda x: ag.cbrt(x) ** 2, [0.0], "settle on nothing"),  # a cusp
        (lambda y: ag.arctan2(y, 1e-200), [0.0], "large and of small steps contradict"),
    ],
)
def test_what_is_right_is_never_called_wrong(f, xs, reason, order):
    report = check_gradients(f, xs, order=order, raises=False)
    assert report.faults == ()
    assert {row.verdict for row in report.comparisons} <= {"agrees", "not judged"}
    for row in report.comparisons[: len(xs)]:
        assert row.verdict == "not judged"
        assert reason in row.reason


@pytest.mark.parametrize(
    ("f", "xs"),
    [
        (lambda x: 1.0 % x, [1e-200]),
        (lambda x: 2.0 * ag.sin(3.0 * x), [4e14]),
        (ag.sinc, [1e13]),
        (lambda x: ag.hypot(x, 1e-200), [0.0]),
        (lambda x: ag.gelu(x) ** 2, [1e200]),
        (lambda x: ag.silu(x) ** 2, [1e200]),
        (ag.cbrt, [1e-200]),
    ],
)
def test_no_second_derivative_that_is_right_is_called_wrong(f, xs):
    report = check_gradients(f, xs, order=2, raises=False)
    assert report.faults == ()
    assert {row.verdict for row in report.comparisons} <= {"agrees", "not judged"}


@pytest.mark.parametrize(
    ("f", "xs"),
    [
        (lambda x: x * x.detach(), [1e-140]),
        (lambda x: x + x.detach(), [0.0]),
        (lambda x: x + x.detach(), [1e-300]),
        (lambda x: x * x.detach(), [1e150]),
        (lambda x: x + x.detach(), [1e300]),
        (lambda x: Value(x.data - 3.0), [3.0]),
    ],
)
def test_what_is_wrong_at_extremes_is_called_wrong(f, xs):
    (row,) = check_gradients(f, xs, raises=False).comparisons
    assert row.verdict == "differs"


def test_fast_oscillation_excuses_its_operands_and_no_more():
    def f(x, y):
        return ag.sinc(x) + y * y.detach()

    first, second = check_gradients(f, [2.0**52, 3.0], raises=False).comparisons
    assert (first.verdict, second.verdict) == ("not judged", "differs")
    assert "sinc(4503599627370496.0)" in first.reason


def test_another_primitive_of_the_name_does_not_oscillate():
    @primitive(partials=lambda x, _: (1.0,))
    def sin(x):
        return 3.0 * x

    assert not too_fast_for_differences(sin(Value(1e17)))
    with pytest.raises(GradientCheckError, match="the derivative of sin by operand 0"):
        check_gradients(sin, 1e17)


def test_a_derivative_that_kinks_make_wrong_says_so():
    message = (
        r"d²/dx0 dx0 is 0.0 by the graph, 2.0 ± 0 by differences\nabs\(0.0\) = 0.0 is"
        r" at a kink, x = 0: its derivative there is a convention, 0 \(minimum-norm"
        r" subgradient, R2\)\. Conventions do not combine into the derivative of what"
    )
    with pytest.raises(GradientCheckError, match=message):
        check_gradients(lambda x: abs(x) ** 2, 0.0, order=2)
    report = check_gradients(lambda x: ag.relu(x) - ag.relu(-x), 0.0, raises=False)
    assert report.kink.startswith("relu(0.0) = 0.0 is at a kink, x = 0")
    assert json.loads(report.to_json())["kink"] == report.kink
    assert check_gradients(abs, 0.0).kink == ""
    smooth = check_gradients(lambda x: abs(x) * x.detach(), 2.0, raises=False)
    assert (smooth.kink, smooth.passed) == ("", False)


def test_inputs_nested_deeply_are_rejected():
    deep = 1.0
    for _ in range(5_000):
        deep = [deep]
    with pytest.raises(
        OperandError, match=r"one level deep, as inputs, got list: \[\["
    ):
        check_gradients(ag.sin, deep)


# Many operands, many faults, many rows


def test_one_operand_of_very_many():
    row = wrong_by_a_little(PRIMITIVES["sum"], 37)
    report = check_gradients(
        lambda *xs: nary(row, xs), [float(k % 7) for k in range(60)], raises=False
    )
    assert [fault.operand for fault in report.faults] == [37]


def test_right_nodes_with_many_operands_are_passed_over():
    def f(*xs):
        return ag.dot(xs, xs) * xs[0].detach()

    xs = [1.0 + k / 8 for k in range(10)]
    report = check_gradients(f, xs, raises=False)
    assert not report.passed
    assert report.faults == ()


def test_a_fault_in_each_of_very_many_nodes():
    @primitive(partials=lambda x, _: (1.01,))
    def same(x):
        return x

    def f(x):
        for _ in range(50):
            x = same(x)
        return x

    report = check_gradients(f, 1.0, raises=False)
    assert len(report.faults) == 10


def test_a_long_report_is_cut():
    row = Comparison("d/dx", 1.0, 2.0, 0.0, "differs")
    text = str(GradientCheck(1, (row,) * 25, ()))
    assert "and 5 more" in text
    assert text.count("d/dx") == 20


def test_a_rule_without_python_code_has_no_place():
    class Rule:
        def __call__(self, x, y):
            return (1.5 * y,)

    row = with_partials(PRIMITIVES["exp"], Rule())
    report = check_gradients(lambda x: unary(row, x), 1.0, raises=False)
    assert report.faults[0].rule == "its partials"


# The differences themselves


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (math.sin, 1.0, math.cos(1.0)),
        (math.exp, -3.0, math.exp(-3.0)),
        (math.log, 1e-5, 1e5),
        (math.tan, 1.5, 1 + math.tan(1.5) ** 2),
        (math.cosh, 10.0, math.sinh(10.0)),
        (lambda x: 7.0, 2.0, 0.0),
    ],
)
@pytest.mark.parametrize("side", [-1, 0, 1])
def test_an_estimate_covers_its_error(f, x, slope, side):
    (found,) = differences(lambda t: [f(t)], x, [4 * 2.0**-52 * abs(f(x))], side)
    assert abs(found.number - slope) <= 4 * found.error + 1e-15 * abs(slope)
    assert found.error <= 1e-5 * max(abs(slope), 1e-6)


@pytest.mark.parametrize(("side", "error"), [(0, 1e-12), (1, 1e-11), (-1, 1e-11)])
def test_an_estimate_is_good(side, error):
    calls = []

    def f(x):
        calls.append(x)
        return [math.sin(x)]

    (found,) = differences(f, 1.0, [2.0**-52], side)
    assert found.error < error
    assert len(calls) <= 24


def test_two_tableaux_that_settle_apart_contradict_each_other():
    # At the dyadic steps of the first tableau this is flat, at those of the second not.
    def f(x):
        return [0.0 if math.frexp(x)[0] in (0.5, -0.5) else x]

    (found,) = differences(f, 0.0, [0.0])
    assert found.error == 1.0


@pytest.mark.parametrize("x", [1e4, -3e6, 1e8, 1e10])
def test_periodic_functions_far_out_are_right(x):
    for f in (ag.sin, ag.cos, lambda v: v.sin() * v.cos()):
        report = check_gradients(f, x, order=2, raises=False)
        assert not any(row.verdict == "differs" for row in report.comparisons)
    assert check_gradients(ag.sin, 1e8).passed


@pytest.mark.parametrize("x", [1e-17, -1e-20, 1e-100])
def test_the_derivative_of_a_square_near_its_zero_is_right(x):
    assert check_gradients(lambda v: v * v, x, order=2).passed
    report = check_gradients(lambda v: v * v.detach(), x, raises=False)
    assert report.comparisons[0].verdict == "differs"


@pytest.mark.parametrize(
    ("f", "inputs", "options", "message"),
    [
        (3, 1.0, {}, "needs a function, got int: 3"),
        (ag.sin, 1.0, {"order": True}, "takes 1 or 2, got True"),
        (ag.sin, 1.0, {"rtol": "a"}, r"rtol=\) needs a real number, got str"),
        (ag.sin, 1.0, {"rtol": -1}, r"rtol=\) needs a number from 0 on, got -1"),
        (ag.sin, 1.0, {"resolution": math.nan}, r"resolution=\) needs a number from 0"),
        (ag.sin, [np.eye(2)], {}, "one level deep, as inputs, got list: .* within f"),
        (ag.sin, {"a": 1.0}, {}, "one level deep, as inputs, got dict"),
    ],
)
def test_requests_that_make_no_sense_are_rejected(f, inputs, options, message):
    with pytest.raises(OperandError, match=message):
        check_gradients(f, inputs, **options)


def test_a_repr_is_one_line():
    report = check_gradients(lambda *xs: ag.sum(xs), [1.0] * 50)
    assert repr(report) == f"<{str(report).splitlines()[0]}>"


def test_nobody_is_accused_by_large_steps_alone():
    def kinked(v):  # large steps see a slope of 0.5
        return ag.maximum(v, -1e-200)

    assert check_gradients(kinked, 2e-200).passed
    own = primitive(partials=lambda x, _: (math.cos(x),))(math.sin)
    (row,) = check_gradients(own, 4e200, raises=False).comparisons
    assert row.verdict == "not judged"
    assert "all of it is rounding" in row.reason


@pytest.mark.parametrize("power", [1, 2, 3])
@pytest.mark.parametrize("x", [1e-7, 1e-8, 1e-13, 1e-14, 3e-16, 1e-108, 1e-160])
def test_a_wave_is_no_kink_and_the_reason_is_the_wave(x, power):
    """sin(1/x) x**n: no kink anywhere, and near 0 a wave between any two floats."""
    report = check_gradients(lambda x: ag.sin(1 / x) * x**power, x, raises=False)
    (row,) = report.comparisons
    assert row.verdict == "not judged"
    is_too_fast = 1 / x > 2.0**40
    assert ("oscillates too fast" in row.reason) is is_too_fast
    assert ("small steps contradict" in row.reason) is not is_too_fast


def test_a_kink_that_small_steps_confirm_is_called_one():
    for f, x in (
        (abs, 0.0),
        (lambda x: abs(x - 0.1) + x * x, 0.1),
        (lambda x: max(x, -x / 3.0), 0.0),
    ):
        steep = primitive(partials=lambda x, _: (9.0,))(f)
        (row,) = check_gradients(steep, x, raises=False).comparisons
        assert row.reason.startswith("a kink: ")


def test_at_an_end_of_the_domain_small_steps_confirm_what_is_wrong():
    wrong = primitive(partials=lambda x, y: (1.0005 * math.exp(x),))(
        lambda x: math.exp(x) if x >= 0.0 else math.nan
    )
    (row,) = check_gradients(wrong, 0.0, raises=False).comparisons
    assert row.verdict == "differs"


def test_a_wrong_rule_is_named_where_its_function_raises_beyond_the_end():
    wrong = primitive(partials=lambda x, y: (1.0005 * 1.5 * x**0.5,))(
        lambda x: 1.0 + (1.0 - x) ** 2 if x <= 1.0 else math.sqrt(1.0 - x)
    )
    (row,) = check_gradients(wrong, 1.0, raises=False).comparisons
    assert row.verdict == "differs"


# The complex step


def stepped(name, xs, k=0):
    """Return the derivative of a primitive by its k-th operand, by a complex step."""
    row = PRIMITIVES[name]
    y = row.forward(*xs)
    unit = [float(j == k) for j in range(len(xs))]
    size = abs(row.partials(*xs, y)[k])
    return complex_step(arithmetic_of(complex, 0), row, xs, y, unit, size)


@pytest.mark.parametrize(
    ("name", "xs", "slope"),
    [
        ("exp", [700.0], math.exp(700.0)),
        ("expm1", [-30.0], math.exp(-30.0)),
        ("log", [1e-200], 1e200),
        ("tanh", [0.0], 1.0),
        ("tanh", [-20.0], 1.699341702116632e-17),
        ("sin", [1e22], math.cos(1e22)),
        ("tan", [1.5707963], 1.0 + math.tan(1.5707963) ** 2),
        ("hypot", [0.0, 1e-100], 0.0),
        ("pow", [1.0, -6.2e101], None),
        ("cbrt", [6e218], 6e218 ** (1 / 3) / 6e218 / 3),
        ("hypot", [1e-5, 1e-200], 1.0),
        ("log1p", [-1.0 + 2.0**-53], 2.0**53),
        ("mul", [1e-200, 3.0], 3.0),
        ("mul", [3.0, 0.0], 0.0),
        ("cos", [0.0], 0.0),
        ("pow_constant", [-1.5, 170.0], None),
        ("pow_constant", [-1.5, 63.0], 63.0 * 1.5**62),
    ],
)
def test_a_complex_step_is_right_or_does_not_apply(name, xs, slope):
    found = stepped(name, xs)
    if slope is None:
        assert found is None
        return
    assert abs(found.number - slope) <= found.error <= 1e-13 * slope


@pytest.mark.parametrize(
    ("name", "xs"),
    [
        ("relu", [1.0]),
        ("sqrt", [0.0]),
        ("hypot", [0.0, 0.0]),
        ("pow", [0.0, 2.0]),
        ("arcsin", [1.0]),
        ("log", [-1.0]),
        ("sinc", [math.inf]),
        ("square", [1e-300]),
        ("add", [1e-320, 1.0]),
        ("reciprocal", [1e-200]),
        ("hypot", [1e200, 1e200]),
        ("cbrt", [2.1945569301469217e288]),
        ("cbrt", [2.3e279]),
        ("hypot", [2e-139, 4.5e-112]),
        ("arctan2", [4.2e-135, 6.3e-144]),
        ("prod", [1e-200, 1e-200, 1e200, 1e200, 0.0]),
    ],
)
def test_where_a_complex_step_does_not_apply(name, xs):
    assert stepped(name, xs) is None


def test_a_function_of_the_users_is_judged_by_differences():
    @primitive(partials=lambda x, y: (1.0005 * (1.0 - y * y),))
    def tanh(x):
        return math.tanh(x)

    report = check_gradients(lambda x: tanh(x).exp(), 0.5, raises=False)
    (fault,) = report.faults
    assert (fault.primitive, fault.method) == ("tanh", "differences")
    assert report.by_complex_step == 1


def test_a_number_that_its_row_does_not_give_is_not_stepped():
    x, y = Value(3.0, "x"), Value(2.0)

    def f(x, y):
        square = x * y
        y.data = 5.0  # changed after it was recorded
        return square

    def g(x):
        y.data = 2.0
        return f(x, y)

    report = check_gradients(g, x)
    assert (report.passed, report.by_complex_step) == (True, 0)


def test_a_fault_too_little_for_differences_is_told():
    row = wrong_by_a_little(PRIMITIVES["tanh"], 0, 1e-13)
    with pytest.raises(GradientCheckError) as caught:
        check_gradients(lambda x: unary(row, x) * 2, Value(1.0, "x"))
    head, fault, why = str(caught.value).splitlines()
    assert "1 agree, 0 differ" in head
    assert fault.startswith("At tanh('x' = 1.0) = 0.76")
    assert "by a complex step of its forward function" in fault
    assert why.startswith("Differences of f do not show it")


def test_many_operands_are_stepped_together():
    xs = [1.0 + k / 8 for k in range(20)]
    for f in (ag.sum, ag.mean, ag.prod, ag.logsumexp):
        report = check_gradients(lambda *xs, f=f: f(xs), xs)
        assert report.passed
        assert report.by_complex_step == report.local_derivatives == 20
    row = wrong_by_a_little(PRIMITIVES["prod"], 7, 1e-11)
    (fault,) = check_gradients(lambda *xs: nary(row, xs), xs, raises=False).faults
    assert (fault.operand, fault.method) == (7, "a complex step")


def test_many_operands_that_cannot_be_stepped():
    @primitive(partials=lambda *xs: (1.0,) * 9 + (1.5,))
    def total(*xs):
        return math.fsum(xs)

    report = check_gradients(total, [1.0] * 10, raises=False)
    (fault,) = report.faults
    assert (fault.operand, fault.method) == (9, "differences")


def test_many_right_operands_that_cannot_be_stepped():
    @primitive(partials=lambda *xs: (1.0,) * 10)
    def total(*xs):
        return math.fsum(xs)

    def f(*xs):
        return total(*xs) * xs[0].detach()

    assert check_gradients(total, [1.0] * 10).passed
    assert check_gradients(f, [1.0] * 10, raises=False).faults == ()


# ---- Partials of a user's that are wrong by a little ---------------------------------


def by_a_user(row, factor, place):
    """Return the row as an operation of a user's, one partial times the factor."""

    def partials(*xs_and_y):
        found = list(row.partials(*xs_and_y))
        found[place] *= factor
        return tuple(found)

    def operation(*xs):
        return row.forward(*xs)

    operation.__name__ = f"user_{row.name}"
    return primitive(partials=partials)(operation)


@pytest.mark.one_in(3)
@ALL_ROWS
@pytest.mark.parametrize("error", [1e-6, 1e-7, 1e-8])
def test_a_partial_of_a_user_that_is_wrong_in_the_8th_digit_is_named(row, error):
    for xs in points(row):
        for place in range(len(xs)):
            right = row.partials(*xs, row.forward(*xs))[place]
            if place in row.not_differentiated or right == 0.0:
                continue
            f = by_a_user(row, 1.0 + error, place)
            for g in (f, lambda *v, f=f: ag.sin(f(*v)) * v[0]):
                (fault, *more) = check_gradients(g, xs, raises=False).faults
                assert not more
                assert (fault.primitive, fault.operand) == (f.__name__, place)


@pytest.mark.one_in(3)
@ALL_ROWS
def test_a_right_partial_of_a_user_is_not_accused(row):
    if row.not_differentiated:  # of a user's operation each operand is a variable
        return
    rng = random.Random(row.name)
    # What repeats faster than floats are spaced is known of the table's rows alone.
    far = [] if row.period else [operands(row, rng) for _ in range(20)]
    f = by_a_user(row, 1.0, 0)
    for xs in [*points(row), *far]:
        report = check_gradients(f, list(xs), raises=False)
        assert not report.faults, report
        assert all(c.verdict != "differs" for c in report.comparisons), report
    for xs in points(row):
        assert check_gradients(lambda *v: ag.sin(f(*v)) * v[0], xs).passed


@pytest.mark.parametrize("size", [1e-8, 1e-12, 1e-16, 3.7e-139, 1e-300])
def test_steps_over_a_pole_at_0_do_not_judge(size):
    """Large ones see lgamma's other branch: alike, but for a slope of -0.577."""
    for x in (size, -size):
        for f in (ag.lgamma, by_a_user(PRIMITIVES["lgamma"], 1.0, 0)):
            (row,) = check_gradients(f, [x]).comparisons
            assert row.verdict == "agrees"


def test_beside_a_pole_closer_than_any_step_nothing_is_judged():
    for name, x in (("log1p", -0.9999999999999999), ("arcsin", 0.9999999999999959)):
        f = by_a_user(PRIMITIVES[name], 1.0, 0)
        report = check_gradients(f, [x], raises=False)
        assert [c.verdict for c in report.comparisons] == ["not judged"]
        assert not report.faults
