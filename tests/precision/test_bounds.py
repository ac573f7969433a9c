"""Bounds hold: against fractions, and against mpmath at far more digits."""

import itertools
import math
import random
from fractions import Fraction

import pytest
from mpmath import mp

import autograd_scalar as ag
from autograd_scalar import PRIMITIVES, Value, compare
from autograd_scalar.numbers.kinds import ByRules
from autograd_scalar.numbers.multiprecision import Multiprecision
from autograd_scalar.precision import bounds
from autograd_scalar.precision.reference import Reference

from ..derivatives.test_gradients import is_ordinary, some_points
from ..mpmath_truth import NOT_DIFFERENTIATED, TRUTH


def balls(digits=20):
    field = Multiprecision(digits)
    return bounds._Balls(ByRules(field), field)


def made(own, n, exponent=0):
    """An integer times a power of two, in the field's numbers, not rounded."""
    return own.field.lift(own.zero.number.context.make_mpf(_normal(n, exponent)))


def _normal(n, exponent):
    sign, n = int(n < 0), abs(n)
    while n and n % 2 == 0:
        n, exponent = n // 2, exponent + 1
    return (sign, n, exponent, n.bit_length())


def exactly(x):
    sign, mantissa, exponent, _ = x._mpf_
    return (-1) ** sign * Fraction(mantissa) * Fraction(2) ** exponent


def allowed(error):
    """A little more than 2**error: the logarithms are floats."""
    if error == -math.inf:
        return Fraction(0)
    return Fraction(2) ** math.floor(error) * Fraction(
        2.0 ** (error % 1.0) * (1 + 1e-9)
    )


def off_by(ball, exact):
    return abs(exactly(ball.number) - exact) <= allowed(ball.error)


# Exact where all bits have room, and nowhere else

RATIONAL = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "mod": lambda a, b: a - b * (a // b),
    "square": lambda a: a * a,
    "sum": lambda a, b: a + b,
    "dot": lambda a, b: a * b,
}


@pytest.mark.one_in(3)
@pytest.mark.parametrize("digits", [20, 21, 22])  # odd and even numbers of bits
@pytest.mark.parametrize("name", RATIONAL)
def test_what_is_called_exact_is_exact(name, digits):
    rng = random.Random(name)
    own, row = balls(digits), PRIMITIVES[name]
    room = own.bits
    sizes = [1, 2, room // 2 - 1, room // 2, room // 2 + 1, room - 1, room]
    pairs = list(itertools.product(sizes, repeat=2))
    exact = rounded = 0
    for p, q in pairs * 3:
        for shift in (0, 1, -1, room - q, room - q + 1, -p, 1 - p):
            # Odd, so that no bit is free; now and then all ones, which carry.
            a = (1 << p) - 1 if rng.random() < 0.3 else rng.getrandbits(p) | 1
            b = (1 << q) - 1 if rng.random() < 0.3 else rng.getrandbits(q) | 1
            x, y = made(own, rng.choice([-1, 1]) * a), made(own, b, shift)
            xs = [x, y][: row.arity or 2]
            step = own.step(row, [bounds.Ball(n, -math.inf) for n in xs], (0, 1))
            truth = RATIONAL[name](*map(exactly, xs))
            assert off_by(step.output, truth), (name, a, b, shift)
            exact += step.output.error == -math.inf
            rounded += exactly(step.output.number) != truth
    assert exact
    assert rounded or name == "mod"


@pytest.mark.parametrize("name", RATIONAL)
def test_every_operand_s_error_counts(name):
    """The exact operands lie anywhere within their errors: at the corners too."""
    rng = random.Random(name)
    own, row = balls(), PRIMITIVES[name]
    for _ in range(200):
        xs = [rng.uniform(1.0, 9.0) * rng.choice([-1, 1]) for _ in range(2)]
        xs = xs[: row.arity or 2]
        errors = [rng.choice([-math.inf, -5 * rng.randint(5, 9)]) for _ in xs]
        given = [
            bounds.Ball(own.arithmetic.number(x), e)
            for x, e in zip(xs, errors, strict=True)
        ]
        step = own.step(row, given, (0, 1))
        for signs in itertools.product([-1, 1], repeat=len(xs)):
            corner = [
                Fraction(x) + sign * allowed(e) * (1 - Fraction(1, 10**8))
                for x, e, sign in zip(xs, errors, signs, strict=True)
            ]
            if step.output.error < math.inf:
                assert off_by(step.output, RATIONAL[name](*corner)), (name, xs, errors)
            if name in {"mul", "div", "square"}:
                slopes = {
                    "mul": lambda a, b: (b, a),
                    "div": lambda a, b: (1 / b, -a / (b * b)),
                    "square": lambda a: (2 * a,),
                }[name](*corner)
                for ball, slope in zip(step.derivatives, slopes, strict=True):
                    assert off_by(ball, slope), (name, xs, errors)


def test_of_two_zeros_that_may_be_none_the_product_may_be_none():
    own = balls()
    zeros = [bounds.Ball(own.zero.number, error) for error in (-40.0, -50.0)]
    product = own.product(*zeros)
    assert off_by(product, allowed(-40.0) * allowed(-50.0) * (1 - Fraction(1, 10**8)))


SMOOTH = [
    row
    for row in PRIMITIVES.values()
    if row.arity in {1, 2}
    and not row.kinks
    and not row.is_piecewise
    and row.name in TRUTH
    and row.name != "polygamma"
]


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in SMOOTH])
def test_an_error_of_an_operand_is_not_forgotten(row):
    """Values and derivatives on the edge of the operands' errors, in 60 digits."""
    own, judged = balls(25), 0
    for xs in [xs for xs in some_points(row) if is_ordinary(row, xs)][-4:]:
        errors = [
            -math.inf
            if (row.name, k) in NOT_DIFFERENTIATED or not x
            else math.floor(math.log2(abs(x))) - 30
            for k, x in enumerate(xs)
        ]
        given = [
            bounds.Ball(own.arithmetic.number(x), e)
            for x, e in zip(xs, errors, strict=True)
        ]
        step = own.step(row, given, (0, 1))
        for signs in itertools.product([-1, 1], repeat=len(xs)):
            with mp.workdps(60):
                corner = [
                    mp.mpf(x) + sign * mp.mpf(2) ** e if e > -math.inf else mp.mpf(x)
                    for x, e, sign in zip(xs, errors, signs, strict=True)
                ]
                truth = TRUTH[row.name]
                found = [(step.output, truth(*corner))]
                for k, ball in enumerate(step.derivatives):
                    if errors[k] > -math.inf:
                        orders = tuple(int(k == i) for i in range(len(xs)))
                        found.append((ball, mp.diff(truth, tuple(corner), orders)))
                for ball, expected in found:
                    if ball.error < math.inf and mp.isfinite(expected):
                        gap = abs(mp.mpf(ball.number) - expected)
                        assert gap <= mp.mpf(2) ** ball.error * (1 + mp.mpf("1e-9")), xs
                        judged += 1
    assert judged


# Reference values


@pytest.mark.parametrize("digits", [1, 25, 30, 50, 123])
def test_what_has_settled_is_bounded_to_the_digits_asked_for(digits):
    x = Value(0.7)
    for k in range(0, 60, 7):
        reference = Reference((x.sin() + 2.0**k) - 2.0**k, digits)
        for ball in reference.graph.values:
            assert reference.is_settled(ball)
            size = math.log2(abs(ball.number))
            assert ball.error <= size - max(digits, 25) * math.log(10, 2) + 1e-6


def test_equal_numbers_are_equal_though_bounds_are_a_little_too_small(monkeypatch):
    """Bounds of an eighth of a rounding: the spare digits make up for them."""
    monkeypatch.setattr(bounds, "_SLACK", -3)
    x = Value(0.7)
    for k in range(70):
        found = compare((ag.sin(x) + 2.0**k) - 2.0**k, ag.sin(x), 30)
        assert found.equal_in_truth, k


def test_what_a_cancellation_leaves_is_told_from_0_down_to_the_smallest_float():
    x = Value(0.7)
    root = (x.sin() + 5e-324) - x.sin()
    assert ag.certify(root).of(root).value.truth.startswith("4.9406564584124")


def test_a_kink_on_the_same_side_is_not_reported():
    x = Value(0.1, "x")
    assert ag.certify(ag.relu(x * 3)).switched == ()
    assert ag.certify(ag.relu(3 * x - 0.3)).switched == ()
