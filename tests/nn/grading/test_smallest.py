"""The smallest network that shows a mistake, and its numbers in the player."""

from itertools import pairwise

import numpy as np
import pytest

from nn.grading.mistakes import MISTAKES
from nn.grading.smallest import sizes_from_the_smallest, smallest_network

# The others are of equations as text alone: no formula stands in their rows.
IDS = list(dict.fromkeys(row.id for row in MISTAKES if row.wrong or row.plus))


@pytest.mark.parametrize("mistake", IDS)
def test_every_row_of_the_table_has_one(mistake):
    smallest = smallest_network(mistake)
    assert smallest.mistake.id == mistake
    if not smallest.entries:
        assert smallest.why
        assert smallest.worst is None
        assert len(smallest.player()) > 1
        return
    name, layer = smallest.quantity
    worst = smallest.worst
    assert abs(worst.right - worst.wrong) > 1e-5
    if name in {"W", "b"}:  # what an update makes of it
        gradient = smallest.case.quantity(f"d{name}", layer)
        right = smallest.case.quantity(name, layer) - 0.1 * gradient
        assert "after the step" in worst.label
        assert "moves against its gradient" in smallest.player().sentence
    else:
        right = smallest.case.quantity(name, layer)
        text = smallest.player().text()
        assert "≠" in text
        assert worst.node.label in text
    found = np.array([each.right for each in smallest.entries])
    np.testing.assert_array_equal(found, np.ravel(right))


def test_none_that_is_smaller_shows_it():
    """On 1-1-1 the transpose is the same: a square network has to have two neurons."""
    assert smallest_network("dW-transposed").case.sizes == (2, 2)
    assert smallest_network("batch-1m-missing").case.m == 2
    assert smallest_network("paths-one-only").case.sizes == (1, 1, 2)
    assert smallest_network("keepdims-lost").entries == ()
    assert smallest_network("act-tanh-sech").case.activations[0].name == "tanh"
    assert smallest_network("softmax-as-sigmoid").case.activations[-1].name == "linear"


def test_no_other_mistake_makes_the_same_numbers():
    """With one neuron its share is all, and the mean over the neurons is the neuron."""
    assert smallest_network("hid-split-by-share").case.sizes == (1, 2, 1)
    assert smallest_network("db-summed-over-all").case.sizes == (1, 2)
    assert smallest_network("out-scalar-mean-sign-lost").case.m == 2
    assert smallest_network("softmax-wrong-axis").case.m == 2
    assert smallest_network("sigmoid-as-softmax").case.sizes == (1, 2)


def test_it_is_shown_by_the_first_formula_of_the_table_that_is_wrong():
    found = {name: smallest_network(name) for name in IDS}
    assert {
        name
        for name, one in found.items()
        if one.mistake.wrong and one.formula != one.mistake.wrong[0]
    } == {"act-other-function"}  # of which the first is right for a sigmoid
    assert found["act-inner-sign"].case.activations[0].name == "tanh"
    assert found["act-power-rule"].case.activations[0].name == "exp"


def test_what_no_network_shows():
    assert smallest_network("sum-index-slip") is None
    assert smallest_network("no such mistake") is None


def test_networks_come_from_the_smallest_on():
    numbers = [
        sum(a * b + b for a, b in pairwise(sizes)) + m * (sizes[0] + 2 * sum(sizes[1:]))
        for sizes, m in sizes_from_the_smallest()
    ]
    assert numbers == sorted(numbers)
