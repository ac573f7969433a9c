"""Steps: all of them together are the pass, each of them is arithmetic to check."""

import math
import random

import pytest
from hypothesis import given

import autograd_scalar as ag
from autograd_scalar import (
    OperandError,
    Value,
    backward_steps,
    forward_steps,
    gradients,
    topological_order,
    update_steps,
)
from nn import MLP, SGD

from ..strategies import programs


def chain(length):
    y = Value(0.5, "x")
    for _ in range(length):
        y = y.sin()
    return y


@given(programs())
def test_the_steps_applied_one_by_one_are_backward_to_the_bit(program):
    nodes = program.build()
    root = nodes[-1]
    adjoints = dict.fromkeys(topological_order(root), 0.0)
    adjoints[root] = 1.0
    for number, step in enumerate(backward_steps(root)):
        assert step.index == number
        assert step.node.parents[step.operand] is step.parent
        assert step.upstream == adjoints[step.node]
        assert step.local_derivative == step.node.local_derivatives[step.operand]
        assert step.contribution == step.local_derivative * step.upstream
        assert step.before == adjoints[step.parent]
        assert step.after == step.before + step.contribution
        adjoints[step.parent] = step.after
    root.backward()
    assert [node.grad for node in adjoints] == [*adjoints.values()]


@given(programs())
def test_a_step_is_finished_before_its_node_passes_anything_on(program):
    steps = backward_steps(program.build()[-1])
    passed_on = set()
    for step in steps:
        passed_on.add(step.node)
        assert step.parent not in passed_on


def test_the_seed_is_where_the_root_begins():
    x = Value(3.0, "x")
    steps = backward_steps(x * x, seed=2.0)
    assert (steps.seed, steps[0].upstream) == (2.0, 2.0)
    assert steps.adjoint(x) == gradients(x * x, x, seed=2.0) == 12.0
    assert "x: 0.0 + 2.0 * 3.0 = 6.0, from v1 by operand 0" in str(steps)


def test_the_same_operand_twice_gives_two_steps():
    x = Value(3.0, "x")
    first, second = backward_steps(x * x)
    assert (first.operand, second.operand) == (0, 1)
    assert (first.parent, second.parent) == (x, x)
    assert (first.after, second.before, second.after) == (3.0, 3.0, 6.0)


def test_the_steps_into_a_node():
    x = Value(3.0, "x")
    y = x * x + x
    steps = backward_steps(y)
    assert steps.into(x) == [1, 2, 3]
    assert [steps[i].parent for i in steps.into(x)] == [x, x, x]
    assert steps.into(y) == []


def test_a_root_that_is_a_leaf_has_no_step():
    x = Value(3.0, "x")
    steps = backward_steps(x, seed=4.0)
    assert (len(steps), list(steps), str(steps)) == (0, [], "")
    assert steps.adjoint(x) == 4.0
    assert steps.adjoint(Value(1.0)) == 0.0
    assert [str(step) for step in forward_steps(x)] == ["x = 3.0"]


def test_nothing_is_changed():
    x = Value(3.0, "x")
    y = x * x
    y.backward()
    x.grad = 7.0
    list(backward_steps(y))
    list(forward_steps(y))
    list(update_steps([x], 0.1))
    assert (x.data, x.grad, y.grad) == (3.0, 7.0, 1.0)


def test_forward_steps_hold_what_each_node_was_computed_from():
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    root = (ag.clip(a, -1.0, 1.0) * b.tanh()).named("c")
    steps = forward_steps(root)
    assert [step.node for step in steps] == topological_order(root)
    for step in steps:
        assert step.parents == step.node.parents
        assert step.local_derivatives == step.node.local_derivatives
        assert step.data == step.node.data
    assert str(steps).splitlines()[3:] == [
        "3  v3 = clip(a, v1, v2) = 1.0",
        "4  b = -3.0",
        f"5  v5 = tanh(b) = {math.tanh(-3.0)!r}",
        f"6  c = v3 * v5 = {math.tanh(-3.0)!r}",
    ]


def test_update_steps_are_those_of_sgd():
    net = MLP(3, [4, 2], activation="tanh", rng=0)
    ag.sum(net([0.1, -0.2, 0.3])).backward()
    parameters = net.parameters()
    expected = [step.after for step in update_steps(parameters, 0.05)]
    before = [p.data for p in parameters]
    assert [p.data for p in parameters] == before
    SGD(parameters, lr=0.05).step()
    assert [p.data for p in parameters] == expected


def test_steps_are_a_sequence():
    steps = backward_steps(chain(5))
    assert len(steps) == 5
    assert steps[-1] == steps[4] == steps[3:][1] == list(steps)[4]
    assert steps[1] in steps
    assert steps.index(steps[2]) == 2
    assert [step.index for step in reversed(steps)] == [4, 3, 2, 1, 0]
    assert repr(steps) == "<BackwardSteps: 5>"
    with pytest.raises(IndexError):
        steps[5]


def test_steps_are_frozen():
    for steps in (backward_steps(chain(1)), forward_steps(chain(1))):
        with pytest.raises(AttributeError):
            steps[0].index = 3


def test_a_long_sequence_prints_its_start_and_says_how_much_is_left():
    lines = str(backward_steps(chain(100))).splitlines()
    assert len(lines) == 61
    assert lines[-1] == "and 40 more"


def test_deep_and_wide_graphs():
    assert backward_steps(chain(20_000))[-1].parent.label == "x"
    x = Value(1.0, "x")
    steps = backward_steps(ag.sum([x] * 20_000))
    assert (len(steps), steps[-1].after) == (20_000, 20_000.0)


def test_labels_cannot_break_a_line_or_reach_the_terminal():
    x = Value(1.0, "a\nb\x1b[31m\u202e")
    for steps in (backward_steps(x.exp()), forward_steps(x.exp())):
        text = str(steps)
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert len(text.splitlines()) == len(steps)


def test_infinite_and_undefined_contributions_are_shown_as_they_are():
    x = Value(0.0, "x")
    (step,) = backward_steps(x.sqrt())
    assert step.after == math.inf
    first, second = backward_steps(x.sqrt() * 0.0)[0], backward_steps(x.sqrt() * 0.0)[2]
    assert first.contribution == 0.0
    assert math.isnan(second.after)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: forward_steps(1.0),
            r"forward_steps\(\) needs a V.*; pass",
        ),
        (lambda: backward_steps([Value(1.0)]), r"backward_steps\(\) needs a V.*; pass"),
        (lambda: backward_steps(Value(1.0), seed="1"), r"seed=.*real number, got str"),
        (
            lambda: backward_steps(Value(1.0)).adjoint(1.0),
            "Value, got 1.0; pass a node",
        ),
        (
            lambda: update_steps(Value(1.0), 0.1),
            "needs a sequence of Values, got Value",
        ),
        (lambda: update_steps([1.0], 0.1), r"needs Values, got 1.0; pass the param"),
        (lambda: update_steps([], None), r"learning_rate.*real number, got NoneType"),
    ],
)
def test_what_does_not_fit_is_named(call, message):
    with pytest.raises(OperandError, match=message):
        call()


def test_random_seeds_scale_every_step():
    rng = random.Random(0)
    root = chain(3) * 2.0
    for _ in range(5):
        seed = rng.uniform(-3.0, 3.0)
        once = [step.contribution for step in backward_steps(root)]
        scaled = [step.contribution for step in backward_steps(root, seed)]
        assert scaled == pytest.approx([seed * part for part in once])
