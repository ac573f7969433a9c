"""`gradients(exact=True)`: sums rounded once, whatever the order."""

import random
from fractions import Fraction
from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_scalar as ag
from autograd_scalar import OperandError, Value, gradients
from autograd_scalar.derivatives.gradients import exact_sum

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
LISTS = st.lists(FLOATS, max_size=12)


def rounded(terms):
    total = sum(map(Fraction, terms), Fraction(0))
    try:
        return float(total)
    except OverflowError:
        return inf if total > 0 else -inf


@given(LISTS)
@settings(max_examples=50)
def test_a_sum_is_the_fraction_rounded_once(terms):
    assert exact_sum(terms) == rounded(terms)


@given(st.lists(st.floats(), max_size=8), st.randoms(use_true_random=False))
def test_a_sum_has_no_order(terms, rng):
    shuffled = rng.sample(terms, len(terms))
    assert repr(exact_sum(terms)) == repr(exact_sum(shuffled))


@pytest.mark.parametrize(
    ("terms", "total"),
    [
        ([], 0.0),
        ([-0.0], 0.0),
        ([-0.0, -0.0], 0.0),
        ([inf, 1e308, 1e308], inf),
        ([-inf, 1e308, 1e308], -inf),
        ([1e308, 1e308], inf),
        ([-1e308, -1e308], -inf),
        ([1e308, 1e308, -1e308, -1e308, 1.0], 1.0),
        ([inf, -inf], nan),
        ([nan, inf], nan),
        ([1e308, 1e308, nan], nan),
        ([1e308, 1e308, inf, -inf], nan),
    ],
)
def test_special_sums(terms, total):
    assert repr(exact_sum(terms)) == repr(total)
    assert repr(exact_sum(terms[::-1])) == repr(total)


@given(
    st.lists(FLOATS, min_size=1, max_size=6),
    FLOATS,
    st.randoms(use_true_random=False),
)
@settings(max_examples=30)
def test_the_order_of_users_is_nothing_to_a_gradient(weights, number, rng):
    def gradient(weights):
        x = Value(number)
        hidden = x * 1.5
        users = [hidden * w for w in weights]
        return gradients(ag.sum(users), [hidden, x], exact=True)

    expected = gradient(weights)
    assert repr(gradient(rng.sample(weights, len(weights)))) == repr(expected)
    assert expected[0] == rounded(weights)


def test_a_gradient_that_plain_addition_loses():
    x = Value(1.0)
    y = ag.sum([x * w for w in (1e16, 1.0, -1e16, 1.0)])
    assert gradients(y, x) == 0.0
    assert gradients(y, x, exact=True) == 2.0
    assert not x.has_grad


def test_on_ordinary_graphs_both_agree():
    rng = random.Random(1)
    leaves = [Value(rng.uniform(0.5, 2.0)) for _ in range(6)]
    y = ag.logsumexp(leaves) * ag.prod(leaves) + ag.dot(leaves, leaves).tanh()
    plain = gradients(y, [*leaves, y], 0.5)
    assert gradients(y, [*leaves, y], 0.5, exact=True) == pytest.approx(plain, 1e-15)
    assert gradients(y, Value(1.0), exact=True) == 0.0


def test_recorded_gradients_cannot_be_exact():
    x = Value(1.0)
    with pytest.raises(OperandError, match="leave out create_graph or exact"):
        gradients(x * x, x, create_graph=True, exact=True)


def test_deep_graphs_need_no_recursion():
    x = y = Value(1.0)
    for _ in range(20_000):
        y = -y
    assert gradients(y, x, exact=True) == 1.0
