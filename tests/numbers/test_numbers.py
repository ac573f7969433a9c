"""The kinds of number that `replay` takes: their arithmetic, ends and edges."""

import copy
import math
import operator
import pickle
import random
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from math import inf, nan

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp

import autograd_scalar as ag
from autograd_scalar import (
    Dual,
    Interval,
    NumberError,
    OperandError,
    Value,
    certify,
    compare,
    gradients,
    replay,
)
from autograd_scalar.numbers import intervals
from autograd_scalar.numbers.complexes import Complexes
from autograd_scalar.numbers.intervals import LINE, Enclosures, hull
from autograd_scalar.numbers.multiprecision import Multiprecision, digits_of
from autograd_scalar.primitives.table import PRIMITIVES
from autograd_scalar.reporting.tables import shortened

from ..mpmath_truth import ulp_error, value

FLOATS = st.floats(allow_nan=False)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
OPERATIONS = [operator.add, operator.sub, operator.mul, operator.truediv]
UNDEFINED = Interval(nan, nan)


@st.composite
def boxes(draw):
    """An interval and a finite number in it."""
    low, x, high = sorted(draw(st.tuples(FLOATS, FINITE, FLOATS)))
    return (Interval(low, high), x) if abs(x) < inf else (Interval(low, low), low)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda f: f.__name__)
@given(boxes(), boxes())
@settings(max_examples=60)
def test_an_interval_holds_every_result(operation, first, second):
    (a, x), (b, y) = first, second
    if abs(x) == inf or abs(y) == inf or (operation is operator.truediv and not y):
        return
    exact = operation(Fraction(x), Fraction(y))
    assert operation(a, b).contains(exact)
    assert operation(a, y).contains(exact)
    assert operation(x, b).contains(exact)


def test_exact_results_are_not_widened():
    a, b = Interval(2.0, 3.0), Interval(4.0, 8.0)
    assert a + b == Interval(6.0, 11.0)
    assert b - a == Interval(1.0, 6.0)
    assert a * b == Interval(8.0, 24.0)
    assert b / 4 == Interval(1.0, 2.0)
    assert 1 / b == Interval(0.125, 0.25)
    assert (a / 3).low < 2 / 3 <= (a / 3).high


def test_intervals_at_the_ends_of_the_line():
    largest = 1.7976931348623157e308
    assert Interval(largest, largest) * 2 == Interval(largest, inf)
    assert Interval(largest, largest) + largest == Interval(largest, inf)
    assert Interval(1.0, inf) + 1 == Interval(2.0, inf)
    assert Interval(1.0, inf) * Interval(2.0, 2.0) == Interval(2.0, inf)
    assert Interval(0.0, 0.0) == LINE * 0
    assert LINE * Interval(0.0, 0.0) == Interval(0.0, 0.0)
    assert Interval(1.0, 2.0) / Interval(-1.0, 1.0) == LINE
    assert Interval(1.0, 2.0) / Interval(0.0, 2.0) == Interval(
        math.nextafter(0.5, 0), inf
    )
    assert Interval(1.0, 2.0) / Interval(-2.0, 0.0) == -(
        Interval(1.0, 2.0) / Interval(0.0, 2.0)
    )
    assert (Interval(1.0, inf) / Interval(1.0, inf)).contains(1e-300)
    assert (Interval(1.0, inf) / Interval(-inf, -1.0)).contains(-1e300)
    tiny = Interval(5e-324, 5e-324)
    assert (tiny * tiny).contains(Fraction(5e-324) ** 2)
    assert (tiny / 3).contains(Fraction(5e-324) / 3)


def test_a_lone_infinity_is_the_number_and_an_end_is_no_bound():
    endless, zero = Interval(inf, inf), Interval(0.0, 0.0)
    assert endless.is_infinite
    assert not LINE.is_infinite
    assert not UNDEFINED.is_infinite
    for undefined in (endless * 0, 0 * -endless, endless / endless, zero / zero):
        assert undefined.is_nan
    assert (UNDEFINED * 0).is_nan
    assert Interval(1.0, inf) * 0 == zero
    assert (Interval(1.0, inf) / endless).contains(0.0)


def test_what_is_undefined_stays_so():
    for operation in OPERATIONS:
        assert operation(UNDEFINED, Interval(1.0, 2.0)).is_nan
        assert operation(Interval(1.0, 2.0), UNDEFINED).is_nan
    assert hull(UNDEFINED, UNDEFINED).is_nan
    assert hull(UNDEFINED, Interval(1.0, 2.0)) == Interval(1.0, 2.0)
    assert not UNDEFINED.contains(1.0)


@pytest.mark.parametrize("row", PRIMITIVES.values(), ids=lambda row: row.name)
def test_nan_has_no_enclosure_and_the_partials_of_floats(row):
    leaves = [Value(nan) for _ in range(row.arity or 3)]
    y = getattr(ag, row.name, None)
    if row.arity is None:
        y = ag.sum(leaves) if row.name == "dot" else y(leaves)
    elif row.name in {"polygamma", "where", "pow_constant"} or y is None:
        return
    else:
        y = y(*leaves)
    assert replay(y, Interval).value.is_nan
    assert mp.isnan(replay(y, mpmath.mpf).value)
    floats = gradients(y, leaves)  # nan, but where the row is linear
    for number in (Interval, mpmath.mpf):
        for found, slope in zip(
            replay(y, number).gradients(leaves), floats, strict=True
        ):
            middle = (found.low + found.high) / 2 if number is Interval else found
            assert float(middle) == pytest.approx(slope, nan_ok=True)


def test_intervals_are_checked_and_printed():
    assert str(Interval(0.0, 1.5)) == "[0.0, 1.5]"
    with pytest.raises(NumberError, match=r"needs low <= high, got 2\.0 and 1\.0"):
        Interval(2.0, 1.0)
    with pytest.raises(OperandError, match="needs a real number, got str"):
        Interval("1", 2.0)


def test_enclosures_outside_of_a_domain():
    f = Enclosures()
    assert f.log(Interval(-2.0, -1.0)).is_nan
    assert f.log(Interval(-2.0, 1.0)).low == -inf
    assert f.power(Interval(-2.0, -1.0), Interval(0.5, 0.5)).is_nan
    assert f.power(Interval(-2.0, 3.0), Interval(-1.0, -1.0)) == LINE
    assert f.tan(Interval(1.0, 2.0)) == LINE
    assert f.arctan2(Interval(-1.0, 1.0), Interval(-2.0, -1.0)).contains(math.pi)
    assert f.direction(Interval(0.0, 0.0), Interval(0.0, 0.0)) == Interval(0.0, 0.0)
    assert f.direction(UNDEFINED, Interval(1.0, 2.0)).is_nan
    assert f.order(Interval(0.0, 1.0)) is None
    assert f.order(Interval(inf, inf)) is None
    assert f.power(UNDEFINED, Interval(0.0, 0.0)) == Interval(1.0, 1.0)
    assert f.power(Interval(-3.0, -2.0), Interval(inf, inf)).contains(inf)
    assert f.power(Interval(-1.0, -1.0), Interval(2.0**60, 2.0**60)).contains(1.0)
    assert f.modulo(Interval(7.0, 7.0), Interval(0.0, 0.0)).is_nan
    assert f.modulo(Interval(5.0, 5.0), Interval(7.0, inf)).contains(5.0)
    assert f.polygamma(1, Interval(-1.5, 2.0)) == LINE
    assert f.sin(Interval(1e17, 1e17 + 32)) == Interval(-1.0, 1.0)
    for name in ("power", "arctan2", "maximum", "minimum"):
        assert getattr(f, name)(UNDEFINED, Interval(1.0, 2.0)).is_nan


def test_the_margin_taken_for_the_functions_is_enough():
    rng = random.Random(0)
    for name, (function, low, high, *_) in intervals._MONOTONE.items():
        for _ in range(20):
            x = rng.uniform(max(low, -20.0), min(high, 20.0))
            assert ulp_error(function(x), value(name, x)) <= intervals.MARGIN, (
                name,
                x,
            )


@pytest.mark.parametrize("text", ["0.1", "0.7", "-1e-5", "1.0507009873554805"])
def test_a_constant_of_intervals_holds_the_decimal_number(text):
    found = Enclosures().constant(text)
    assert found.contains(Fraction(text))
    assert found.low < Fraction(text) < found.high


def test_the_enclosure_of_pi_holds_it():
    with mpmath.workdps(30):
        assert Enclosures().pi.low < mpmath.pi < Enclosures().pi.high


@pytest.mark.parametrize("name", ["sin", "cos"])
def test_a_wave_s_extremum_between_two_neighbouring_floats_is_enclosed(name):
    rng, f = random.Random(0), Enclosures()
    shift = mpmath.mpf(0.5 if name == "sin" else 0)
    for power in range(1, 17):
        for _ in range(20):
            n = rng.randrange(10**power)
            with mpmath.workdps(50):
                peak = (n + shift) * mpmath.pi
                near = float(peak)
                below = near if near < peak else math.nextafter(near, -inf)
                above = near if near > peak else math.nextafter(near, inf)
            for sign in (1, -1):
                low, high = sorted((sign * below, sign * above))
                k = n if sign > 0 or name == "cos" else n + 1
                assert getattr(f, name)(Interval(low, high)).contains(
                    -1.0 if k % 2 else 1.0
                )


def test_fields_of_other_precision_and_mpmath_itself_are_left_alone():
    before = mp.prec, mpmath.mpf(2) ** 0.5
    fields = {digits: Multiprecision(digits) for digits in (300, 5, 120, 30)}
    for digits, field in fields.items():
        places = digits + 60
        with mpmath.workdps(places):
            root = mpmath.mpf(math.isqrt(2 * 100**places)) / 10**places
            gap = abs(mpmath.mpf(field.sqrt(field.number(2.0))) - root)
            assert mpmath.mpf(10) ** -(digits + 25) < gap < mpmath.mpf(10) ** -digits
    assert (mp.prec, mpmath.mpf(2) ** 0.5) == before


def test_threads_with_other_precisions_do_not_meet():
    x = Value(0.7)
    for _ in range(10):
        x = x.sin().exp().log1p()
    wanted = [20, 400, 35, 150] * 4
    alone = {digits: replay(x, mpmath.mpf, digits=digits).value for digits in wanted}
    with ThreadPoolExecutor(4) as pool:
        together = pool.map(lambda d: replay(x, mpmath.mpf, digits=d).value, wanted)
        assert list(together) == [alone[digits] for digits in wanted]
    assert mp.dps == 15


def test_each_field_of_mpf_has_a_precision_of_its_own():
    few, many = Multiprecision(20), Multiprecision(400)
    bits = few.bits
    assert many.bits > 10 * bits
    assert len(digits_of(many.exp(many.number(1.0)), 300)) == 301
    assert few.bits == bits
    assert Complexes()._context() is not Complexes()._context()


def test_the_callers_mpmath_context_is_read_and_left_alone():
    x = Value(0.5, "x")
    y = x.exp() / 3
    with mp.workdps(60):
        third = mp.mpf(1) / 3
        before = mp.prec
        for digits in (20, 200):
            found = replay(y, mpmath.mpf, at={x: third}, digits=digits)
            assert mp.prec == before
            assert mpmath.almosteq(found.value, mp.exp(third) / 3, mp.mpf(10) ** -20)
        certify(y, 30)
        compare(y, y + 0, 30)
        assert mp.prec == before
    own = mpmath.MPContext()  # another context of the caller's
    own.dps = 40
    found = replay(y, mpmath.mpf, at={x: own.mpf(1) / 3}, digits=30)
    assert own.dps == 40
    assert mp.dps == 15
    assert abs(found.value - mp.exp(mp.mpf(1) / 3) / 3) < 1e-15


def test_the_quotient_of_a_complex_remainder_is_whole():
    rng = random.Random(0)
    for _ in range(300):
        x, y = rng.uniform(-1e6, 1e6), rng.uniform(-1.0, 1.0)
        rest = Complexes().modulo(complex(x, 0.0), complex(y, 2.0**-60))
        assert rest.imag == -math.floor(Fraction(x) / Fraction(y)) * 2.0**-60


def test_mpf_beyond_all_floats():
    x = Value(1000.0)
    tower = x.exp().exp().exp().exp()
    assert replay(tower, mpmath.mpf).value == mp.inf
    assert replay((-x.exp().exp()).exp().exp(), mpmath.mpf).value == 1
    assert replay((-x.exp().exp().exp()).exp(), mpmath.mpf).value == 0
    huge = x.exp().exp()
    assert mp.isnan(replay(huge.exp().sin(), mpmath.mpf).value)
    assert replay(huge**huge, mpmath.mpf).value == mp.inf
    assert replay((-huge) ** huge.rint(), mpmath.mpf).value != 0
    odd = Multiprecision(400)
    base, power = odd.number(-3.0), odd.number("1e370") + 1
    assert odd.power(base, power) == -odd.inf


def test_mpf_at_poles_and_infinities():
    f = Multiprecision(20)
    zero, one, minus = f.number(0.0), f.number(1.0), f.number(-1.0)
    assert f.divide(minus, zero) == -f.inf
    assert f.undefined(f.divide(zero, zero))
    assert f.power(zero, minus) == f.inf
    assert f.power(one, f.inf) == 1
    assert f.power(f.inf, one) == f.inf
    assert f.undefined(f.modulo(one, zero))
    assert f.modulo(one, f.inf) == 1
    assert f.modulo(minus, f.inf) == f.inf
    assert f.sinc(f.inf) == f.sinc_derivative(f.inf, zero) == 0
    assert f.lgamma(minus) == f.inf
    assert f.polygamma(1, zero) == f.inf
    assert f.polygamma(0, zero) == -f.inf
    assert f.undefined(f.polygamma(0, minus))
    assert f.undefined(f.sqrt(minus))
    assert f.undefined(f.choose(f.nan(), 0, 0, 0))


def test_an_order_is_a_whole_number():
    x, order = Value(1.5), Value(2.0)
    y = x.polygamma(2)
    node = y.parents[0]
    assert mp.isnan(replay(y, mpmath.mpf, at={node: 0.5}).value)
    assert mp.isnan(replay(y, mpmath.mpf, at={node: 171}).value)
    assert replay(order, mpmath.mpf).value == 2


def test_there_is_no_complex_infinity():
    f = Complexes()
    undefined = [
        f.exp(1e4 + 0j),
        f.log(0j),
        f.divide(1 + 0j, 0j),
        f.erf(complex(inf)),
        f.lgamma(-1 + 0j),
    ]
    assert all(map(f.undefined, undefined))
    assert f.log(-1 + 0j) == math.pi * 1j
    assert f.arctan2(0j, 0j) == 0
    assert f.lgamma(-1.5 + 0j).imag == 0.0
    assert f.log1p(3 + 0j) == pytest.approx(math.log(4))


def test_dual_numbers_meet_plain_ones():
    x = Dual(3.0, 1.0)
    results = [x + 1, 1 + x, x - 1, 1 - x, 2 * x, x / 2, 6 / x, x**2, -x]
    assert [y.data for y in results] == [4, 4, 2, -2, 6, 1.5, 2, 9, -3]
    assert [y.tangent for y in results] == pytest.approx(
        [1, 1, 1, -1, 2, 0.5, -2 / 3, 6, -1]
    )
    assert (x**0).tangent == 0.0
    power = Dual(2.0) ** x
    assert power.tangent == pytest.approx(8 * math.log(2))
    assert x > 2
    assert x >= 3
    assert x < 4
    assert x <= Dual(3.0)
    assert (Dual(0.0) * inf).tangent == 0.0
    assert (2**x).tangent == power.tangent


def test_a_dual_number_is_copied_and_never_changed():
    x = Dual(3.0, 1.0)
    assert repr(copy.copy(x)) == repr(pickle.loads(pickle.dumps(x))) == repr(x)
    for name in ("data", "tangent", "other"):
        with pytest.raises(AttributeError):
            setattr(x, name, 2.0)
    with pytest.raises(OperandError, match=r"Dual\(\) needs a real number, got str"):
        Dual("3")
    with pytest.raises(OperandError, match=r"Dual\(\) needs a real number, got str"):
        x + "3"


def test_long_references_are_cut_in_tables():
    assert shortened("1.5") == "1.5"


def test_a_number_of_another_precision_is_taken_over_exactly():
    with mp.workdps(60):
        third = mp.mpf(1) / 3
    taken = Multiprecision(20).number(third)
    assert taken._mpf_ == third._mpf_
    assert taken != Multiprecision(20).number(1 / 3)


@pytest.mark.parametrize("x", [-1e300, -1e16, -745.2, -3.5, 0.3, 1e16, 1e300])
@pytest.mark.parametrize("order", [0.0, 1.0, 2.0])
def test_complex_polygamma_is_that_of_floats_and_quick_far_out(order, x):
    leaf = Value(x)
    y = ag.polygamma(order, leaf)
    if math.isnan(y.data) or math.isinf(y.data):
        replay(y, complex, at={leaf: complex(x, 1e-200)})  # at a pole: any number
        return
    found = replay(y, complex, at={leaf: complex(x, 1e-200)}).value
    assert found.real == pytest.approx(y.data, rel=1e-14)
    if abs(y.local_derivatives[1]) > 1e-100:
        assert found.imag / 1e-200 == pytest.approx(y.local_derivatives[1], rel=1e-14)


def test_a_fraction_of_any_length_has_a_replay_that_prints():
    x = Value(1.7e308)
    assert "fraction of over 4300 digits" in repr(replay(x**40, Fraction))
