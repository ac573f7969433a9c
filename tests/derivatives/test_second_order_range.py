"""Second derivatives over the whole range of floats, by every way to compute them."""

import itertools
import math
from fractions import Fraction

import pytest
from mpmath import mp

import autograd_scalar as ag
from autograd_scalar import PRIMITIVES, Value, certify, compare, gradients, hessian
from autograd_scalar.graph.value import unary

from ..mpmath_truth import TRUTH

# Second derivatives in closed form, without cancellation at the points below.
SECOND = {
    "square": lambda x: mp.mpf(2),
    "exp": mp.exp,
    "exp2": lambda x: mp.log(2) ** 2 * mp.power(2, x),
    "expm1": mp.exp,
    "log": lambda x: -1 / x**2,
    "log2": lambda x: -1 / x**2 / mp.log(2),
    "log10": lambda x: -1 / x**2 / mp.log(10),
    "log1p": lambda x: -1 / (1 + x) ** 2,
    "sqrt": lambda x: -1 / (4 * x * mp.sqrt(x)),
    "cbrt": lambda x: -2 * mp.cbrt(abs(x)) / (9 * x * abs(x)),
    "reciprocal": lambda x: 2 / x**3,
    "sin": lambda x: -mp.sin(x),
    "cos": lambda x: -mp.cos(x),
    "tan": lambda x: 2 * mp.tan(x) / mp.cos(x) ** 2,
    "sinh": mp.sinh,
    "cosh": mp.cosh,
    "tanh": lambda x: -2 * mp.tanh(x) / mp.cosh(x) ** 2,
    "arcsin": lambda x: x / mp.sqrt(1 - x * x) ** 3,
    "arccos": lambda x: -x / mp.sqrt(1 - x * x) ** 3,
    "arctan": lambda x: -2 * x / (1 + x * x) ** 2,
    "arcsinh": lambda x: -x / mp.sqrt(1 + x * x) ** 3,
    "arccosh": lambda x: -x / mp.sqrt(x * x - 1) ** 3,
    "arctanh": lambda x: 2 * x / (1 - x * x) ** 2,
    "sigmoid": lambda x: -mp.tanh(x / 2) / (4 * mp.cosh(x / 2) ** 2),
    "log_sigmoid": lambda x: -1 / (4 * mp.cosh(x / 2) ** 2),
    "softplus": lambda x: 1 / (4 * mp.cosh(x / 2) ** 2),
    "erf": lambda x: -4 * x / mp.sqrt(mp.pi) * mp.exp(-x * x),
    "erfc": lambda x: 4 * x / mp.sqrt(mp.pi) * mp.exp(-x * x),
    "gelu": lambda x: (2 - x * x) * mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi),
    "logit": lambda x: (2 * x - 1) / (x * (1 - x)) ** 2,
    "lgamma": lambda x: mp.psi(1, x),
    "digamma": lambda x: mp.psi(2, x),
}
SIZES = [
    *(1e-300, 1e-200, 1e-160, 1e-120, 1e-30, 1e-17, 1e-12, 1e-9, 1e-5, 1e-3),
    *(0.03, 0.3, 0.49, 0.51, 0.7, 0.97, 0.99, 1 - 1e-12, 1 - 2**-53),
    *(1 + 2**-52, 1.1, 2.7, 20.0, 300.0, 1e5, 1e17, 1e30, 1e100, 1e200),
]
WAYS = {
    "derivative": lambda f, x: ag.derivative(f, 2)(x),
    "hessian": lambda f, x: hessian(lambda v: f(v[0]))([x])[0][0],
    "hvp": lambda f, x: ag.hvp(f, (x,), (1.0,)),
    "jvp": lambda f, x: ag.jvp(ag.grad(f), (x,), (1.0,))[1],
}


def points(name):
    """Both signs of all sizes within the domain, where value and truth are cheap."""
    low, high = PRIMITIVES[name].domain[0]
    most = 1e3 if name in {"tan", "lgamma", "digamma"} else math.inf
    for x in [sign * size for size in SIZES for sign in (1.0, -1.0)]:
        is_inside = low < x < high and abs(x) < most
        if is_inside and math.isfinite(PRIMITIVES[name].forward(x)):
            yield x


def off_in_ulp(found, truth):
    nearest = float(truth) if abs(truth) < mp.mpf(2) ** 1024 else math.inf
    if found == nearest or (math.isinf(nearest) and abs(found) == nearest):
        return 0.0
    if not math.isfinite(found) or math.isinf(nearest):
        return math.inf
    unit = max(math.ulp(nearest), 1e-322)  # a denormal on the way has fewer digits
    return float(abs(mp.mpf(found) - truth) / unit)


@pytest.mark.parametrize("name", SECOND)
def test_second_derivatives_are_within_64_ulp_over_the_whole_range(name):
    for x in points(name):
        with mp.workdps(700 if name in {"sin", "cos"} else 60):
            truth = SECOND[name](mp.mpf(x))
            for way, of in WAYS.items():
                found = of(getattr(ag, name), x)
                assert off_in_ulp(found, truth) <= 64, (way, x, found, truth)


@pytest.mark.parametrize("name", sorted({*PRIMITIVES} - {*SECOND}))
def test_second_derivatives_of_all_other_primitives_of_one_operand(name):
    if PRIMITIVES[name].arity == 1:
        for x in (-2.3, -0.7, -1e-12, 1e-12, 0.3, 2.6):
            with mp.workdps(60):
                truth = mp.chop(mp.diff(TRUTH[name], mp.mpf(x), 2), 1e-40)
                found = WAYS["derivative"](lambda v: unary(PRIMITIVES[name], v), x)
                assert off_in_ulp(found, truth) <= 64, (x, found, truth)


@pytest.mark.parametrize("f", [lambda x, y: x % y, ag.fmod])
def test_the_quotient_of_a_remainder_does_not_move(f):
    for x, y in [
        (6.465160955145759, -1.8780497854628533),
        (-7.3, 2.1),
        (1e17, 0.3),
        (5.0, -3.0),
        (0.1, 1e300),
    ]:
        found = hessian(lambda v: f(v[0], v[1]))([x, y])
        assert found == [[0.0, 0.0], [0.0, 0.0]]
        assert ag.hvp(f, (x, y), (1.0, 1.0)) == (0.0, 0.0)


def test_a_remainder_whose_difference_overflows():
    x, y = Value(-1.7976931348623157e308), Value(9.999999999999996e307)
    rest = x % y
    quotient = (Fraction(x.data) - Fraction(rest.data)) / Fraction(y.data)
    assert quotient == -2
    assert gradients(rest, [x, y]) == [1.0, 2.0]
    assert [d.data for d in gradients(rest, [x, y], create_graph=True)] == [1.0, 2.0]


@pytest.mark.parametrize(
    "xs", [(1.0, 1e-12), (1e-12, -1.0), (-3.0, 4.0), (-2e-200, 1e-200), (1e200, 1e190)]
)
def test_hypot_along_a_far_longer_operand(xs):
    with mp.workdps(60):
        a, b = map(mp.mpf, xs)
        cube = mp.sqrt(a * a + b * b) ** 3
        truth = [[b * b / cube, -a * b / cube], [-a * b / cube, a * a / cube]]
        found = hessian(lambda v: ag.hypot(v[0], v[1]))(list(xs))
        for k in range(4):
            assert off_in_ulp(found[k // 2][k % 2], truth[k // 2][k % 2]) <= 64


@pytest.mark.parametrize(
    "xs",
    [
        *((-2.4, -45.8), (0.5, 37.0), (-7.62, 7.62), (700.1, 640.0), (-45.3, -241.0)),
        *((1.0, 1.0), (3.0, -20.0, -31.0), (-9.5, 14.0, -2.0), (300.0, 281.0, 1.0)),
    ],
)
def test_logsumexp_where_one_operand_outweighs_the_others(xs):
    with mp.workdps(200):
        weights = [1 / sum(mp.exp(mp.mpf(a) - mp.mpf(x)) for a in xs) for x in xs]
        others = [sum(weights[:k] + weights[k + 1 :]) for k in range(len(xs))]
        found = hessian(ag.logsumexp)(list(xs))
        for i, j in itertools.product(range(len(xs)), repeat=2):
            truth = weights[i] * (others[i] if i == j else -weights[j])
            assert off_in_ulp(found[i][j], truth) <= 64, (i, j, found[i][j], truth)


# Extreme operands


TINY = [0.0, 5e-324, 2.2250738585072014e-308, 1e-300, 1e-17]
ORDINARY = [0.5, math.nextafter(1.0, 0.0), 1.0, 1.5, 2.0, math.nextafter(3.0, 4.0)]
HUGE = [710.5, 2.0**53, 1e100, 1e300, 1e308, 1.7976931348623157e308, math.inf]
EXTREME = [sign * x for x in (*TINY, *ORDINARY, *HUGE) for sign in (1.0, -1.0)]
UNARY = [name for name, row in PRIMITIVES.items() if row.arity == 1]


@pytest.mark.parametrize("name", UNARY)
def test_no_extreme_operand_leaks_an_exception(name):
    def f(x):
        return unary(PRIMITIVES[name], x)

    for x in [*EXTREME, math.nan]:
        leaf = Value(x)
        certificate = certify(f(leaf))
        assert certificate.verdict
        assert certificate.to_json()
        slope = gradients(f(leaf), leaf, create_graph=True)
        assert isinstance(gradients(slope, leaf), float)
        assert isinstance(ag.derivative(f, 2)(x), float)
        ag.replay(f(leaf), complex)
    for x in (-1e308, -1.0, 0.0, 5e-324, 1e308):
        assert compare(f(Value(x)), f(Value(x))).verdict


def test_a_pole_takes_no_more_digits_than_other_points():
    assert certify(ag.digamma(Value(1e-300))).most_digits == 50
    assert certify(ag.erfc(Value(1e308))).within(0.0)
    assert certify(ag.erfc(Value(-1e308))).within(0.0)
    assert certify(ag.gelu(Value(-1e308))).within(0.0)
