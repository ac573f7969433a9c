"""`certify` and `compare` claim what is known: by bounds, not by agreement."""

import json
import math
import random
from fractions import Fraction

import pytest
from mpmath import mp

import autograd_scalar as ag
from autograd_scalar import PRIMITIVES, Value, certify, compare
from autograd_scalar.graph.value import binary, nary, unary
from autograd_scalar.numbers.kinds import ByRules
from autograd_scalar.numbers.multiprecision import Multiprecision
from autograd_scalar.precision.bounds import bounded, size_of
from autograd_scalar.primitives.table import EXP, Primitive

from ..derivatives.test_gradients import is_ordinary, some_points
from ..mpmath_truth import NOT_DIFFERENTIATED

# Programs whose floats, and whose first digits in any precision, converge to a lie


def muller(n):
    """Muller's recurrence: 5 in exact arithmetic, 100 in any precision too low."""
    a, b = Value(4.0), Value(4.25)
    for _ in range(n):
        a, b = b, 108 - (815 - 1500 / a) / b
    return b


def logistic(n, r=3.9):
    x = Value(0.1)
    for _ in range(n):
        x = r * x * (1 - x)
    return x


def tripled(n):
    x = Value(1 / 7)
    for _ in range(n):
        x = (3 * x) % 1
    return x


def muller_in_fractions(n):
    a, b = Fraction(4), Fraction(17, 4)
    for _ in range(n):
        a, b = b, 108 - (815 - 1500 / a) / b
    return b


@pytest.mark.parametrize("n", [30, 399])
def test_agreement_of_two_wrong_precisions_is_no_reference(n):
    root = muller(n)
    certificate = certify(root)
    assert root.data == 100.0
    assert certificate.unsettled == ()
    row = certificate.of(root)
    exact = muller_in_fractions(n)
    with mp.workdps(60):
        exact_digits = mp.mpf(exact.numerator) / exact.denominator
        assert abs(mp.mpf(row.value.truth) / exact_digits - 1) < mp.mpf("1e-49")
    assert row.value.ulp > 1e15
    assert not certificate.within(2.0**52)


@pytest.mark.thorough
def test_a_lie_of_599_steps_is_not_equal_to_itself_in_floats():
    comparison = compare(muller(599), Value(100.0))
    assert comparison.equal_in_floats
    assert not comparison.equal_in_truth
    assert comparison.is_proved
    assert comparison.verdict.startswith("Equal in floats, both 100.0, but not exactly")


def test_the_logistic_map_takes_as_many_digits_as_it_loses():
    steps = 400
    with mp.workdps(600):
        x, r = mp.mpf(0.1), mp.mpf(3.9)
        slope = mp.mpf(1)
        for _ in range(steps):
            x, slope = r * x * (1 - x), slope * r * (1 - 2 * x)
        root = logistic(steps)
        certificate = certify(root)
        found = mp.mpf(certificate.of(root).value.truth)
        assert abs(found / x - 1) < mp.mpf("1e-49")
        leaf = next(row for row in certificate if row.node.data == 0.1)
        assert abs(mp.mpf(leaf.adjoint.truth) / slope - 1) < mp.mpf("1e-49")
    assert certificate.most_digits > 200


@pytest.mark.thorough
def test_a_remainder_is_known_where_its_quotient_is():
    exact = Fraction(1 / 7)
    for _ in range(1000):
        exact = 3 * exact % 1
    root = tripled(1000)
    row = certify(root).of(root)
    assert row.is_settled
    expected = Fraction(root.data) - exact
    assert row.value.ulp == pytest.approx(float(expected / Fraction(math.ulp(exact))))
    comparison = compare(root, Value(float(exact)))
    assert comparison.is_proved
    assert not comparison.equal_in_truth


# What cannot settle


def noise():
    """0 in exact arithmetic, which no number of digits can tell."""
    x = Value(1.7)
    return x.sin() ** 2 + x.cos() ** 2 - 1


UNSETTLED = {
    "floor": lambda: ag.floor(noise()),
    "ceil": lambda: ag.ceil(noise() + 2),
    "sign": lambda: ag.sign(noise()),
    "rint": lambda: ag.rint(noise() + 0.5),
    "mod": lambda: (noise() + 6) % 3,
    "fmod": lambda: ag.fmod(noise() + 6, 3.0),
    "copysign": lambda: ag.copysign(Value(2.0), noise()),
    "log": lambda: ag.log(noise()),
    "sqrt": lambda: ag.sqrt(noise()),
    "div": lambda: 1 / noise(),
    "reciprocal": lambda: ag.reciprocal(noise()),
    "pow": lambda: noise() ** noise(),
    "pow_constant": lambda: noise() ** -1,
    "arctan2": lambda: ag.arctan2(noise(), -1.0),
    "arcsin": lambda: ag.arcsin(noise() + 1),
    "lgamma": lambda: ag.lgamma(noise() - 2),
    "times inf": lambda: noise() * math.inf,
    "above": lambda: 1 + ag.log(noise()),
    "product above": lambda: ag.log(noise()) * 3,
    "tower": lambda: Value(1000.0).exp().exp(),
    "tower of tower": lambda: 1 / Value(1000.0).exp().exp(),
    "sum with inf": lambda: ag.log(noise()) + math.inf,
}


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", UNSETTLED)
def test_what_no_digits_can_tell_is_not_settled(name):
    root = UNSETTLED[name]()
    certificate = certify(root)
    row = certificate.of(root)
    assert not row.value.is_settled
    assert row.value.truth == "not settled"
    assert row.value.ulp == math.inf
    assert row in certificate.unsettled
    assert not certificate.within(math.inf)
    assert certificate.verdict.startswith("Not settled: the reference values of ")
    assert f"after {certificate.most_digits} digits" in certificate.verdict
    assert "exact" not in certificate.verdict
    assert repr(certificate).endswith("the root is not settled>")
    nodes = json.loads(certificate.to_json())["nodes"]
    assert nodes[-1]["value"]["is_settled"] is False
    comparison = compare(root, Value(0.0))
    assert not comparison.is_settled
    assert not comparison.equal_in_truth
    assert not comparison.is_proved
    assert comparison.verdict == (
        "No answer: a reference value has not settled after"
        f" {comparison.most_digits} digits."
    )
    assert "not settled" in repr(comparison)
    assert json.loads(comparison.to_json())["is_settled"] is False
    assert str(comparison)
    assert str(certificate)


@pytest.mark.parametrize("kinked", [abs, ag.relu, lambda x: ag.maximum(x, 0.0)])
def test_an_adjoint_beside_a_kink_is_not_settled_but_the_value_is(kinked):
    x = Value(1.7, "x")
    inner = x.sin() ** 2 + x.cos() ** 2 - 1
    root = kinked(inner)
    certificate = certify(root)
    assert certificate.of(root).value.truth == "0.0"
    assert not certificate.of(inner).adjoint.is_settled
    assert certificate.of(inner).value.is_settled


def test_a_single_value_is_always_settled():
    assert certify(Value(math.nan)).within(0.0)
    assert certify(Value(math.inf)).within(0.0)


# What settles although it looks like the above


def test_exact_operations_settle_on_either_side_of_a_jump():
    x, y = Value(3.0, "x"), Value(0.1, "y")
    for root, expected in [
        (ag.floor(x * 2), "6.0"),
        (ag.floor(ag.square(x)), "9.0"),
        (ag.floor(x**3), "27.0"),
        (ag.floor(ag.sqrt(x * 3)), "3.0"),
        (ag.floor(x / 2), "1.0"),
        (ag.ceil(x / 1.5), "2.0"),
        (ag.sign(x - 3.0), "0.0"),
        (ag.sign(y.sin() - y.sin()), None),
        (ag.floor(ag.exp(x - 3.0)), "1.0"),
        (ag.ceil(ag.log(x - 2.0)), "0.0"),
        (ag.floor(x % 2), "1.0"),
        (ag.relu(x * y - y * x), "0.0"),
        (ag.maximum(x, 3.0), "3.0"),
        (ag.floor(ag.dot([x, y], [x, 0.0], 1.0)), "10.0"),
        (ag.floor(0.0 % x), "0.0"),
    ]:
        certificate = certify(root)
        if expected is None:  # two sines of one number, at different nodes
            assert certificate.unsettled
            continue
        assert certificate.unsettled == (), root.op
        assert certificate.of(root).value.truth == expected
    s = y.sin()
    assert certify(ag.sign(s - s)).rows[-1].value.truth == "0.0"


def test_what_underflows_everywhere_is_0_to_floats():
    root = ag.exp(-Value(1000.0).exp())
    row = certify(root).of(root).value
    assert (row.truth, row.ulp) == ("below 1e-150000", 0.0)


@pytest.mark.parametrize(
    "graph",
    [
        lambda: Value(1.0) / Value(0.0),
        lambda: ag.log(Value(0.0)),
        lambda: ag.log(Value(-1.0)),
        lambda: ag.arccosh(Value(1.0)),
        lambda: ag.arctanh(Value(1.0)),
        lambda: ag.lgamma(Value(-2.0)),
        lambda: ag.digamma(Value(-2.0)),
        lambda: Value(2.0).exp() * math.inf,
        lambda: Value(2.0).exp() + math.inf,
        lambda: ag.log(-Value(2.0).exp()),
        lambda: ag.sqrt(-Value(2.0).exp()),
        lambda: Value(0.0) ** -1,
        lambda: ag.arctan2(Value(0.0), Value(0.0)),
        lambda: ag.hypot(Value(0.0), Value(0.0)),
        lambda: Value(-2.0) ** Value(3.0),
        lambda: Value(math.inf) % 2.0,
        lambda: ag.xlogy(Value(0.0), Value(0.0)),
        lambda: ag.polygamma(1, Value(0.0)),
    ],
)
def test_poles_and_ends_of_domains_settle(graph):
    assert certify(graph()).unsettled == ()


def test_few_digits_are_enough_digits_for_an_error():
    root = Value(0.1) + 0.2
    assert certify(root, 1).of(root).value.ulp == certify(root).of(root).value.ulp


def test_exactly_is_said_where_it_is_proved():
    x = Value(0.3)
    assert compare(x.exp(), x.exp()).verdict == (
        f"True to 50 digits: both are {x.exp().data!r}."
    )
    assert compare(x * 2, x + x).verdict.startswith("True, exactly: both are 0.6")


@pytest.mark.parametrize("root", [Value(1.0) + 1e-300, Value(-1e5).exp(), Value(0.3)])
def test_a_float_is_called_exact_where_it_is_proved_to_be(root):
    verdict = certify(root).verdict
    assert ("exact" in verdict) is (len(root.parents) == 0)
    if root.parents:
        assert verdict.endswith(
            "values and adjoints are those of the reference, to 50 digits."
        )


def test_what_underflows_in_every_precision_is_not_called_0():
    tiny = Value(-1e20).exp()
    assert certify(tiny).of(tiny).value.truth == "below 1e-150000"
    assert "exact" not in certify(tiny).verdict
    for other in (Value(0.0), Value(-2e20).exp(), 2 * Value(-1e20).exp()):
        comparison = compare(tiny, other)
        assert not comparison.is_settled
        assert not comparison.equal_in_truth
        assert comparison.verdict.startswith("No answer")
    assert compare(1 + tiny, Value(1.0)).verdict == "True to 50 digits: both are 1.0."


@pytest.mark.slow
def test_large_graphs_and_costly_functions_are_given_up_earlier():
    huge = Value(10.0).exp().exp()
    assert certify(noise() * huge).most_digits > 9565
    assert certify(noise() * huge.square()).most_digits == 10_000
    assert certify(noise() * huge + ag.digamma(Value(2.0))).most_digits < 1000
    # Twice the digits told no more.
    assert 400 <= certify(UNSETTLED["log"]()).most_digits < 1000


# Bounds against twice the precision


def graphs(rng, count):
    """Random graphs of all operations, with the shared nodes that cancel."""
    names = sorted(set(PRIMITIVES) - {"polygamma"})
    pool = [Value(rng.uniform(-2.0, 2.0)) for _ in range(4)]
    for _ in range(count):
        row = PRIMITIVES[rng.choice(names)]
        xs = [rng.choice(pool[-8:]) for _ in range(row.arity or 3)]
        if row.name == "pow_constant":
            xs[1] = Value(float(rng.randint(-2, 3)))
        y = row.forward(*(x.data for x in xs))
        if math.isfinite(y) and abs(y) < 50.0:
            make = {1: unary, 2: binary}.get(row.arity)
            pool.append(make(row, *xs) if make else nary(row, xs))
    return pool[-1]


def in_digits(root, digits):
    field = Multiprecision(digits)
    return bounded(root, ByRules(field), field)


@pytest.mark.parametrize("seed", range(12))
def test_errors_stay_within_their_bounds(seed):
    root = graphs(random.Random(seed), 25)
    coarse, fine = in_digits(root, 20), in_digits(root, 45)
    checked = 0
    for rough, exact in zip(
        (*coarse.values, *coarse.adjoints), (*fine.values, *fine.adjoints), strict=True
    ):
        if exact.error < -120 and size_of(exact.number) < math.inf:
            gap = size_of(rough.number - exact.number)
            assert gap <= max(rough.error, exact.error) + 1.0
            checked += 1
    assert checked


@pytest.mark.parametrize("row", [pytest.param(r, id=n) for n, r in PRIMITIVES.items()])
def test_an_operation_on_inexact_operands_stays_within_its_bounds(row):
    for xs in [xs for xs in some_points(row) if is_ordinary(row, xs)][-3:]:
        # exp(log(x)) is x, with an error of its last digit.
        operands = [
            Value(x)
            if not x or (row.name, k) in NOT_DIFFERENTIATED
            else Value(abs(x)).log().exp() * math.copysign(1.0, x)
            for k, x in enumerate(xs)
        ]
        make = {1: unary, 2: binary}.get(row.arity)
        root = make(row, *operands) if make else nary(row, operands)
        coarse, fine = in_digits(root, 15), in_digits(root, 40)
        for rough, exact in zip(
            (*coarse.values, *coarse.adjoints),
            (*fine.values, *fine.adjoints),
            strict=True,
        ):
            if size_of(exact.number) < math.inf and rough.error < math.inf:
                gap = size_of(rough.number - exact.number)
                assert gap <= max(rough.error, exact.error) + 1.0, (row, xs)


def test_an_overflow_is_not_exact_of_an_operation_that_no_table_names():
    growing = Primitive(
        "growing",
        EXP.forward,
        EXP.partials,
        arity=1,
        symbol="growing",
        latex="{0}",
        domain=EXP.domain,
        exact=EXP.exact,
    )
    field = Multiprecision(25)
    graph = bounded(unary(growing, Value(1e300)), ByRules(field), field)
    assert graph.values[-1].number == graph.values[-1].error == math.inf
