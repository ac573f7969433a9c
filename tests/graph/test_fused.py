"""Operations on any number of operands: the written-out ones have the table's bits."""

import contextvars
import math
import random
import struct

import pytest

import autograd_scalar as ag
from autograd_scalar import ShapeError, Value, no_grad
from autograd_scalar.graph.value import nary
from autograd_scalar.primitives.table import DOT, SUM

NUMBERS = [0.0, -0.0, 1.5, -2.25, 1e300, -1e-310, math.inf, -math.inf, math.nan]


def bits(number):
    return "nan" if math.isnan(number) else struct.pack("<d", number)


@pytest.mark.parametrize("start", [*NUMBERS, Value(-0.0), Value(0.75)])
@pytest.mark.parametrize("length", [0, 1, 2, 7])
def test_dot_has_the_bits_of_its_row(length, start):
    draw = random.Random(length).choice
    for _ in range(30):
        a = [Value(draw(NUMBERS)) for _ in range(length)]
        b = [draw(NUMBERS) if k % 2 else Value(draw(NUMBERS)) for k in range(length)]
        node = ag.dot(a, b, start)
        if not isinstance(node, Value):
            assert length == 0
            assert bits(node) == bits(DOT.forward(start) if start != 0 else 0.0)
            continue
        numbers = [parent.data for parent in node.parents]
        assert bits(node.data) == bits(DOT.forward(*numbers))
        expected = DOT.partials(*numbers, node.data)
        assert [*map(bits, node.local_derivatives)] == [*map(bits, expected)]


def test_the_parents_of_dot_are_the_factors_in_pairs_then_the_start():
    w, x, b = [Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)], Value(5.0)
    assert ag.dot(w, x, b).parents == (w[0], x[0], w[1], x[1], b)
    assert ag.dot(w, x).parents == (w[0], x[0], w[1], x[1])
    assert ag.dot([], [], b).parents == (b,)


def test_a_start_of_zero_is_a_parent_if_it_is_a_value():
    w, x, b = Value(1.0), Value(2.0), Value(0.0)
    assert ag.dot([w], [x], b).parents == (w, x, b)
    assert ag.dot([w], [x], 0.0).parents == (w, x)


@pytest.mark.parametrize(("a", "b"), [(Value(2.0), 3.0), (2.0, Value(3.0))])
def test_one_value_on_either_side_makes_a_dot_a_value(a, b):
    node = ag.dot([a], [b])
    assert (node.data, node.op) == (6.0, "dot")


def test_dot_rejects_lists_of_two_lengths():
    for a, b in ([Value(1.0)], []), ([], [1.0]):
        text = f"one length, got {len(a)} and {len(b)}"
        with pytest.raises(ShapeError, match=text):
            ag.dot(a, b)


def test_a_row_of_no_operands_gives_a_leaf():
    assert nary(SUM, []).is_leaf


def test_dot_of_numbers_is_a_number():
    assert ag.dot([1, 2.0], [3.0, 4], 0.5) == 11.5
    assert ag.dot([], []) == 0.0
    assert type(ag.dot([1.0], [2.0])) is float


def test_within_no_grad_a_dot_is_a_leaf():
    w = Value(2.0)
    with no_grad():
        assert ag.dot([w], [3.0]).parents == ()
    assert len(ag.dot([w], [3.0]).parents) == 2


def test_a_block_that_another_context_has_closed_is_over():
    w, opener, block = Value(2.0), contextvars.copy_context(), no_grad()
    opener.run(block.__enter__)
    assert opener.run(ag.dot, [w], [3.0]).is_leaf
    block.__exit__()
    assert not opener.run(ag.dot, [w], [3.0]).is_leaf
    with no_grad():  # here it was closed once more often than opened
        assert ag.dot([w], [3.0]).is_leaf
