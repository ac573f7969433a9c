"""Each row of the table on random boxes: its interval holds what mpmath finds."""

import math
import random
from math import inf
from typing import Any

import numpy as np
import pytest
from mpmath import mp

from autograd_scalar import PRIMITIVES, Interval, Value, replay
from autograd_scalar.graph.value import nary
from autograd_scalar.numbers.intervals import Enclosures
from autograd_scalar.primitives.table import ORDER, PLAIN
from tests.mpmath_truth import TRUTH, slope

BOXES = 15  # of each row in the default run; a hundred times as many with -m slow
POINTS = 4  # inside each box
ORDERS = (0.0, 1.0, 2.0, 5.0)
EXPONENTS = (-3.0, -2.0, -1.0, 0.0, 0.5, 1.0, 2.0, 3.0)
# mpmath needs many digits, or many seconds, for these far out.
NEAR = {"lgamma": 30.0, "digamma": 30.0, "polygamma": 30.0}
FAR = 600.0  # and a double exponential of more than this is beyond any float


def box(rng: random.Random, reach: float) -> Interval:
    """Return an interval: narrow or wide, with whole ends or not, around 0 or not."""
    kind = rng.randrange(6)
    if kind == 0:
        low, high = sorted(float(rng.randint(-4, 4)) for _ in range(2))
    elif kind == 1:
        low, high = sorted(rng.uniform(-3.0, 3.0) for _ in range(2))
    elif kind == 2:
        low = rng.uniform(-reach, reach)
        high = low + 10.0 ** rng.uniform(-15.0, 2.0)
    elif kind == 3:
        low = high = rng.choice([rng.uniform(-reach, reach), float(rng.randint(-4, 4))])
    elif kind == 4:
        low, high = sorted(
            rng.choice((-1.0, 1.0)) * 10.0 ** rng.uniform(-300.0, math.log10(reach))
            for _ in range(2)
        )
    else:
        low, high = 0.0, 10.0 ** rng.uniform(-3.0, math.log10(reach))
        if rng.random() < 0.5:
            low, high = -high, low
    return Interval(low, high)


def inside(rng: random.Random, x: Interval) -> float:
    """Return a float in the interval: an end, a whole number, or any other."""
    kind = rng.randrange(5)
    if kind == 0:
        return rng.choice((x.low, x.high))
    if kind == 1 and math.ceil(x.low) <= math.floor(x.high):
        return float(rng.randint(math.ceil(x.low), math.floor(x.high)))
    if kind == 2 and x.low < 0.0 < x.high:
        return rng.choice((-1.0, 1.0)) * 10.0 ** rng.uniform(-300.0, -1.0) % x.high
    return min(max(rng.uniform(x.low, x.high), x.low), x.high)


def boxes_of(rng: random.Random, name: str) -> list[Interval]:
    """Return a box for each operand; those not differentiated by are numbers."""
    row = PRIMITIVES[name]
    domain = row.domain * rng.randint(1, 4) if row.arity is None else row.domain
    boxes = []
    for at, interval in enumerate(domain):
        if interval is ORDER:
            boxes.append(Interval(*[rng.choice(ORDERS)] * 2))
        elif interval is PLAIN:
            boxes.append(Interval(*[rng.choice(EXPONENTS)] * 2))
        elif name == "pow" and at == 1:
            boxes.append(box(rng, 8.0))
        else:
            boxes.append(box(rng, NEAR.get(name, FAR)))
    return boxes


def exactly(name: str, xs: tuple[float, ...]) -> Any:
    """Return mpmath's value; None where there is no real one."""
    if name == "copysign" and xs[1] == 0.0:
        return None  # intervals have one zero, without a sign
    if name == "sinc" and xs[0] == math.floor(xs[0]):
        return mp.mpf(xs[0] == 0.0)  # mpmath's π times a whole number has a sine
    with mp.workdps(60):  # to its end: mpf() rounds to the digits in force
        try:
            y = TRUTH[name](*map(mp.mpf, xs))
        except (ValueError, ZeroDivisionError):
            return None
        return None if isinstance(y, mp.mpc) or mp.isnan(y) else mp.mpf(y)


def slopes(name: str, xs: tuple[float, ...]) -> list[Any]:
    """Return mpmath's derivative by each operand; None where it finds none."""
    found = []
    for k in range(len(xs)):
        try:
            rate = slope(name, k, *xs)
        except (ArithmeticError, ValueError):
            rate = None
        found.append(None if isinstance(rate, mp.mpc) else rate)
    return found


def is_smooth(name: str, xs: tuple[float, ...]) -> bool:
    """Return whether a central difference of any step is one of one piece."""
    row = PRIMITIVES[name]
    return not any(kink.at(*xs) for kink in row.kinks) and not row.is_piecewise


def holds(enclosure: Interval, rate: Any) -> bool:
    """Return whether a derivative lies in it; differences give 20 digits of one."""
    with mp.workdps(60):
        slack = abs(rate) * mp.mpf("1e-19")
        return bool(enclosure.low <= rate + slack and rate - slack <= enclosure.high)


def misses(name: str, rng: random.Random, boxes: int) -> list[str]:
    """Return what lies in no interval, for some boxes of one row."""
    row, found = PRIMITIVES[name], []
    for _ in range(boxes):
        operands = boxes_of(rng, name)
        leaves = [Value(x.low) for x in operands]
        replayed = replay(
            nary(row, leaves), Interval, at=dict(zip(leaves, operands, strict=True))
        )
        for point in range(POINTS):
            xs = tuple(inside(rng, x) for x in operands)
            truth = exactly(name, xs)
            if truth is None:
                continue
            if not replayed.value.contains(truth):
                found.append(f"{name}{xs} = {mp.nstr(truth, 20)} in {replayed.value}")
            if point or not is_smooth(name, xs):
                continue
            for leaf, rate in zip(leaves, slopes(name, xs), strict=True):
                enclosure = replayed.adjoint(leaf)
                if rate is not None and not holds(enclosure, rate):
                    found.append(f"d {name}{xs} = {mp.nstr(rate, 20)} in {enclosure}")
    return found


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_an_interval_holds_the_values_and_derivatives_inside_it(name):
    assert misses(name, random.Random(f"interval {name}"), BOXES) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(TRUTH))
def test_an_interval_holds_the_values_and_derivatives_inside_it_often(name):
    assert misses(name, random.Random(f"often {name}"), 100 * BOXES) == []


# ---- Infinities, where mpmath has no answer: by IEEE 754 and C99 ---------------------

ENDS = (-inf, -1e308, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0, 1e308, inf)
ARITHMETIC = ("add", "sub", "mul", "div", "pow", "mod", "maximum", "hypot", "arctan2")


def in_ieee(name: str, a: float, b: float) -> float:
    """Return the float that IEEE 754 and C99 give, by NumPy."""
    operation = {
        "sub": np.subtract,
        "mul": np.multiply,
        "div": np.divide,
        "pow": np.power,
    }.get(name) or getattr(np, name)
    with np.errstate(all="ignore"):
        return float(operation(np.float64(a), np.float64(b)))


@pytest.mark.parametrize("name", ARITHMETIC)
def test_an_interval_with_infinite_ends_holds_what_ieee_gives_inside(name):
    rng = random.Random(name)
    boxes = [Interval(a, b) for a in ENDS for b in ENDS if a <= b]
    for _ in range(500):
        first, second = rng.choice(boxes), rng.choice(boxes)
        a, b = Value(first.low), Value(second.low)
        found = replay(
            nary(PRIMITIVES[name], [a, b]), Interval, at={a: first, b: second}
        )
        for x in ENDS:
            for y in ENDS:
                if first.contains(x) and second.contains(y):
                    result = in_ieee(name, x, y)
                    is_at_pole = y == 0.0 and name in {"div", "mod"}
                    if not math.isnan(result) and not is_at_pole:
                        place = f"{name}({x}, {y}) in {name}({first}, {second})"
                        assert found.value.contains(result), place


def test_a_pole_beside_an_infinity_leaves_no_bound():
    x = Value(1.0)
    found = replay(1 / x + Value(inf), Interval, at={x: Interval(-1.0, 1.0)})
    assert found.value.contains(inf)
    assert (Interval(-inf, 5.0) + Interval(inf, inf)).contains(inf)
    assert (Interval(-inf, 5.0) - Interval(-inf, 5.0)).contains(1e308)
    assert (Interval(inf, inf) + Interval(-inf, -inf)).is_nan


@pytest.mark.parametrize("name", ["sin", "cos"])
@pytest.mark.parametrize("size", [1.0, 1e3, 1e6, 1e9, 1e12, 1e14, 5e14, 5e15, 2e16])
def test_a_wave_keeps_its_extremes(name, size):
    shift = mp.mpf("0.5") if name == "sin" else mp.mpf(0)
    function, missed = getattr(math, name), 0
    for n in (sign * (int(size / math.pi) + k) for k in range(100) for sign in (1, -1)):
        with mp.workdps(60):
            extreme = (n + shift) * mp.pi
            low = float(extreme)
            low = low if low < extreme else math.nextafter(low, -inf)
        x = Interval(low, math.nextafter(low, inf))
        found = getattr(Enclosures(), name)(x)
        assert found.contains(-1.0 if n % 2 else 1.0)
        missed += max(abs(function(x.low)), abs(function(x.high))) < 1.0 - 1e-12
    assert missed > 20 or size < 1e12  # from there on the ends alone would not do


def test_negative_bases_have_their_whole_powers():
    a, b = Value(1.0), Value(2.0)
    y = a**b

    def powers(base: Interval, exponent: Interval) -> Interval:
        return replay(y, Interval, at={a: base, b: exponent}).value

    assert powers(Interval(-2.0, 2.0), Interval(2.0, 4.0)).contains(-8.0)
    assert powers(Interval(-3.0, -2.0), Interval(2.5, 3.5)).contains(-27.0)
    assert powers(Interval(-3.0, -2.0), Interval(2.5, 3.5)).high < 0.0
    assert powers(Interval(-3.0, -2.0), Interval(1.5, 2.5)).low > 0.0
    assert powers(Interval(-3.0, -2.0), Interval(1.25, 1.75)).is_nan
    assert powers(Interval(-inf, -inf), Interval(0.5, 0.5)).contains(inf)
    assert powers(Interval(-0.0, 1.0), Interval(-1.5, 1.0)).contains(1e9)
    assert powers(Interval(-inf, -inf), Interval(2.5, 3.5)).contains(-inf)
