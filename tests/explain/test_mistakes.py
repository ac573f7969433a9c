"""Wrong sweeps, beside the same algorithms written out as people write them."""

import math
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given

import autograd_scalar as ag
from autograd_scalar import (
    OperandError,
    TraversalError,
    Value,
    backward_steps,
    counterexample,
    topological_order,
    wrong_backward,
)
from autograd_scalar.explain.mistakes import MISTAKES

from ..strategies import programs

# ---- The algorithms, by recursion and with dicts: they share no code with ours -------


class Sweep:
    """Adjoints in a dict, and the pieces that people build a backward() of."""

    def __init__(self, root, seed):
        self.root = root
        self.grad = dict.fromkeys(topological_order(root), 0.0)
        self.grad[root] = seed

    def pass_on(self, v):
        for parent, derivative in zip(v.parents, v.local_derivatives, strict=True):
            self.grad[parent] += derivative * self.grad[v]

    def whole(self):
        for v in reversed(topological_order(self.root)):
            self.pass_on(v)


def recursive(sweep):
    def backward(v):
        sweep.pass_on(v)
        for parent in v.parents:
            backward(parent)

    backward(sweep.root)


def post_order(sweep):
    seen = set()

    def visit(v):
        seen.add(v)
        for parent in v.parents:
            if parent not in seen:
                visit(parent)
        sweep.pass_on(v)

    visit(sweep.root)


def breadth_first(sweep):
    queue = [sweep.root]
    for v in queue:
        sweep.pass_on(v)
        queue += [p for p in dict.fromkeys(v.parents) if p not in queue]


def assigning(sweep):
    for v in reversed(topological_order(sweep.root)):
        for parent, derivative in zip(v.parents, v.local_derivatives, strict=True):
            sweep.grad[parent] = derivative * sweep.grad[v]


def twice(sweep):
    seed = sweep.grad[sweep.root]
    sweep.whole()
    for v in sweep.grad:
        if v.is_leaf:
            sweep.grad[v] = 0.0
    sweep.grad[sweep.root] = seed
    sweep.whole()


def set_of_parents(sweep):
    for v in reversed(topological_order(sweep.root)):
        edges = dict(zip(v.parents, v.local_derivatives, strict=True))
        for parent, derivative in edges.items():
            sweep.grad[parent] += derivative * sweep.grad[v]


ALGORITHMS = {
    "no topological sort": recursive,
    "post-order": post_order,
    "breadth first": breadth_first,
    "assign": assigning,
    "stale interior": twice,
    "set of parents": set_of_parents,
}


def by_hand(root, mistake, seed=1.0):
    sweep = Sweep(root, seed)
    ALGORITHMS[mistake](sweep)
    return sweep.grad


def equal(x, y):
    return x == y or (math.isnan(x) and math.isnan(y))


def test_every_mistake_is_written_out_here():
    assert {*MISTAKES} == {*ALGORITHMS}
    for name, row in MISTAKES.items():
        assert row.id == name
        assert row.words
        assert row.algorithm
        assert row.source


@pytest.mark.parametrize("mistake", ALGORITHMS)
@given(program=programs(size=6))
def test_the_adjoints_are_those_of_the_algorithm_to_the_bit(mistake, program):
    root = program.build()[-1]
    wrong, expected = wrong_backward(root, mistake, 0.5), by_hand(root, mistake, 0.5)
    assert list(wrong) == list(expected)
    assert all(map(equal, wrong.values(), expected.values()))


@pytest.mark.thorough
@pytest.mark.parametrize("mistake", ALGORITHMS)
@given(program=programs(size=6))
def test_the_steps_applied_one_by_one_give_the_adjoints(mistake, program):
    root = program.build()[-1]
    wrong = wrong_backward(root, mistake)
    grad = {step.parent: step.after for step in wrong.steps}
    for node, adjoint in wrong.items():
        assert equal(grad.get(node, adjoint), adjoint)
        assert wrong.steps.adjoint(node) == adjoint
    for index, step in enumerate(wrong.steps):
        assert step.index == index
        assert step.node.parents[step.operand] is step.parent
        assert step.contribution == step.upstream * step.local_derivative
        kept = 0.0 if mistake == "assign" else step.before
        assert step.after == kept + step.contribution


@pytest.mark.thorough
@pytest.mark.parametrize("mistake", ALGORITHMS)
@given(program=programs(size=6))
def test_what_differs_differs_by_more_than_rounding(mistake, program):
    root = program.build()[-1]
    wrong = wrong_backward(root, mistake)
    right = {node: wrong.right.adjoint(node) for node in wrong}
    for node in right.keys() - {*wrong.differing}:
        assert wrong[node] == pytest.approx(right[node], rel=1e-6, abs=1e-6)
    for node in wrong.differing:
        assert wrong[node] != right[node]
    differing = {*wrong.differing}
    assert [*wrong.differing] == [n for n in reversed([*wrong]) if n in differing]
    if wrong.differing:
        assert wrong.first.node is wrong.differing[0]
        assert wrong.first.right is not wrong.first.wrong
    else:
        assert wrong.first is None
        assert "adjoints are the right ones" in str(wrong)


@pytest.mark.parametrize("mistake", ALGORITHMS)
def test_on_a_tree_all_but_two_are_right(mistake):
    a, b = Value(2.0, "a"), Value(3.0, "b")
    root = (a * b).sin()
    # Post-order passes on before there is anything; a second call finds what is left.
    expected = mistake in {"post-order", "stale interior"}
    assert bool(wrong_backward(root, mistake).differing) == expected


def test_the_right_steps_are_those_of_backward_steps():
    x = Value(3.0, "x")
    y = x * x + x
    wrong = wrong_backward(y, "assign", seed=2.0)
    assert list(wrong.right) == list(backward_steps(y, 2.0))
    assert (x.grad, y.grad) == (0.0, 0.0)


# ---- What it says --------------------------------------------------------------------


def diamond():
    """d = b + c, where c uses b: b has to wait for c."""
    a = Value(2.0, "a")
    b = (-a).named("b")
    c = (b * b).named("c")
    return (b + c).named("d")


REASONS = {
    "no topological sort": "b passes on 1.0, before its adjoint is -3.0",
    "post-order": "c passes on 0.0, before its adjoint is 1.0",
    "breadth first": "b passes on 1.0, before its adjoint is -3.0",
    "assign": "= loses the 1.0 that was there, += adds to it",
    "stale interior": "it still holds 1.0 from the first call",
    "set of parents": "of c, the contribution by operand 0 is left out",
}


@pytest.mark.parametrize("mistake", ALGORITHMS)
def test_the_reason_where_they_part(mistake):
    wrong = wrong_backward(diamond(), mistake)
    assert wrong.first.reason == REASONS[mistake]
    text = str(wrong)
    assert REASONS[mistake] in text
    assert MISTAKES[mistake].words in text
    for step in (wrong.first.right, wrong.first.wrong):
        assert step is None or str(step) in text
    page = wrong._repr_html_()
    assert "<td>differs</td>" in page
    assert "<caption>" in page
    assert repr(wrong).startswith(f"<WrongBackward: {mistake}, ")


def test_passing_on_twice():
    wrong = counterexample("no topological sort").wrong
    assert wrong.first.reason == "b passes on a second time"
    assert wrong.first.right is None
    assert str(wrong.first.wrong) in str(wrong)


def test_terms_in_another_order_may_overflow():
    x = Value(1.0, "x")
    near, middle, far = x * 1e308, x * 1e308 + 0.0, x * -1e308 + 0.0 + 0.0
    wrong = wrong_backward(ag.sum([near, far, middle]), "breadth first")
    assert wrong[x] == math.inf
    assert wrong.right.adjoint(x) == 1e308
    assert wrong.first.reason == "the same terms are added in another order"
    assert (wrong.first.right, wrong.first.wrong) == (None, None)
    assert wrong.first.reason in str(wrong)


@pytest.mark.parametrize("last", [0.3, -0.3])  # of the latter, rounding is all
def test_a_sum_in_another_order_is_not_called_wrong(last):
    x = Value(0.1, "x")
    near, middle, far = x * 0.1, x * 0.2 + 0.0, x * last + 0.0 + 0.0
    wrong = wrong_backward(ag.sum([near, far, middle]), "breadth first")
    assert wrong[x] != wrong.right.adjoint(x)
    assert not wrong.differing


def test_undefined_adjoints_are_the_same():
    x = Value(0.0, "x")
    wrong = wrong_backward(x.sqrt() * 0.0, "breadth first")
    assert math.isnan(wrong[x])
    assert not wrong.differing


def test_a_mapping_of_the_nodes():
    x = Value(3.0, "x")
    wrong = wrong_backward(x * x, "assign")
    assert (len(wrong), x in wrong, Value(3.0) in wrong) == (2, True, False)
    with pytest.raises(KeyError):
        wrong[Value(3.0)]


def test_a_root_that_is_a_leaf():
    x = Value(3.0, "x")
    for mistake in MISTAKES:
        wrong = wrong_backward(x, mistake, seed=4.0)
        assert (len(wrong.steps), wrong[x], wrong.first) == (0, 4.0, None)


def test_a_long_table_begins_with_what_differs():
    y = x = Value(0.5, "x")
    for _ in range(100):
        y = y.sin()
    text = str(wrong_backward(y + x, "assign"))
    assert text.splitlines()[3].startswith("x ")
    assert "\nand 42 more nodes\n" in text
    assert len(text.splitlines()) < 70


def test_labels_are_shown_as_text():
    x = Value(1.0, "<b>\n\x1b[31m")
    wrong = wrong_backward((x * x).named("\u202ey"), "assign")
    assert "\x1b" not in str(wrong)
    assert "\u202e" not in str(wrong)
    assert "<b>" not in wrong._repr_html_()


def test_one_visit_for_each_path_may_be_too_many():
    x = Value(1.0, "x")
    for _ in range(60):
        x = x + x
    with pytest.raises(TraversalError, match=r"each path.*2305843009213693950"):
        wrong_backward(x, "no topological sort")
    assert wrong_backward(x, "assign").differing


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: wrong_backward(1.0, "assign"), r"needs a Value, got float: 1.0"),
        (
            lambda: wrong_backward(Value(1.0), "stale"),
            "got 'stale'; did you mean 'stale i",
        ),
        (lambda: wrong_backward(Value(1.0), "zzz"), "'set of parents'; got 'zzz'$"),
        (lambda: wrong_backward(Value(1.0), 3), "'assign', .*; got 3$"),
        (lambda: wrong_backward(Value(1.0), "assign", "1"), "seed=.*got str"),
        (lambda: counterexample("postorder"), r"counterexample\(\).*mean 'post-order'"),
    ],
)
def test_what_does_not_fit_is_named(call, message):
    with pytest.raises(OperandError, match=message):
        call()


# ---- Counterexamples -----------------------------------------------------------------


def size(root):
    nodes = topological_order(root)
    return len(nodes), sum(len(node.parents) for node in nodes)


SIZES = {
    "no topological sort": (3, 3),
    "post-order": (3, 2),
    "breadth first": (4, 4),
    "assign": (2, 2),
    "stale interior": (3, 2),
    "set of parents": (2, 2),
}


@pytest.mark.parametrize("mistake", ALGORITHMS)
def test_a_counterexample_shows_the_mistake(mistake):
    found = counterexample(mistake)
    assert size(found.root) == SIZES[mistake]
    wrong, right = by_hand(found.root, mistake), Sweep(found.root, 1.0)
    right.whole()
    assert wrong != right.grad
    assert all(value.is_integer() for v in wrong for value in (v.data, v.grad))
    text, page = str(found), found._repr_html_()
    assert f'"{mistake}" is wrong: {SIZES[mistake][0]} nodes, ' in text
    assert str(found.wrong) in text
    assert found.wrong._repr_html_() in page
    assert repr(found).startswith(f"<Counterexample: {mistake}, ")


def test_counterexamples_are_made_anew():
    first, second = counterexample("assign"), counterexample("assign")
    assert str(first) == str(second)
    assert first.root is not second.root
    first.root.parents[0].data = 100.0
    assert str(counterexample("assign")) == str(second)


def smaller_graphs(nodes, edges):
    """All graphs with fewer nodes, or as many and fewer edges, on generic leaves.

    Node after node, each computed from any before it: no order of leaves, no pruning.
    """
    ones = [lambda x: -x, lambda x: x.exp(), lambda x: x.sin()]
    twos = [lambda x, y: x + y, lambda x, y: x * y, lambda x, y: x - y]
    kinds = [None, *((f, 1) for f in ones), *((f, 2) for f in twos)]
    for count in range(1, nodes + 1):
        for shape in product(kinds, repeat=count - 1):
            arities = [0 if kind is None else kind[1] for kind in shape]
            if count == nodes and sum(arities) >= edges:
                continue
            choices = [
                list(combinations_with_replacement(range(place), arity))
                for place, arity in enumerate(arities, start=1)
            ]
            for operands in product(*choices):
                made = [Value(1.3)]
                for kind, places in zip(shape, operands, strict=True):
                    new = Value(1.1 + 0.37 * len(made))
                    if kind is not None:
                        new = kind[0](*(made[i] for i in places))
                    made.append(new)
                yield made[-1]


@pytest.mark.parametrize("mistake", ALGORITHMS)
def test_no_smaller_graph_shows_the_mistake(mistake):
    nodes, edges = size(counterexample(mistake).root)
    tried = 0
    for root in smaller_graphs(nodes, edges):
        if size(root) < (nodes, edges):
            right = Sweep(root, 1.0)
            right.whole()
            assert by_hand(root, mistake) == pytest.approx(right.grad, rel=1e-9)
            tried += 1
    assert tried >= {2: 5, 3: 18, 4: 500}[nodes]
