"""Each form of a program, printed, of small graphs written by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_scalar as ag
from autograd_scalar import Value
from autograd_scalar.program import groups, levels
from autograd_scalar.program.contraction import contraction, labelled
from autograd_scalar.program.dots import dots_of
from autograd_scalar.program.groups import groups_of
from autograd_scalar.program.instructions import _row_ids, instructions_of
from autograd_scalar.program.layout import (
    FIRST_CONSTANT,
    Constant,
    Index,
    View,
    arranged,
    operand_of,
    reduced,
    slots_of,
)
from autograd_scalar.program.levels import agenda_of, levels_of
from autograd_scalar.program.matrices import products_in, sorted_terms
from autograd_scalar.program.reverse import reverse_of
from autograd_scalar.program.tape import tape_of

from ..test_random_graphs import FIXED
from . import graphs
from .test_program import assert_near


def lines(form):
    return str(form).splitlines()


# ---- The tape ------------------------------------------------------------------------


def test_constants_are_folded_and_interned():
    w, a, b = Value(3.0), Value(2.0), Value(2.0)
    tape = tape_of(w * (a * b + 1.0).exp() + b, [w], [])
    assert str(tape) == "9 nodes: 1 parameter, 0 inputs, 6 constants; 1 add, 1 mul"
    twos = [i for i, node in enumerate(tape.nodes) if node is a or node is b]
    assert len({*tape.number[twos].tolist()}) == 1


def test_a_leaf_alone_and_leaves_that_are_not_used():
    w, unused = Value(3.0), Value(1.0)
    tape = tape_of(w, [w, unused], [])
    assert str(tape) == "1 node: 1 parameter, 0 inputs, 0 constants"
    assert tape.parameters.tolist() == [0, -1]


# ---- Dots ----------------------------------------------------------------------------


def dots(root, wrt, inputs=()):
    return dots_of(tape_of(root, list(wrt), list(inputs)))


def test_trees_of_sums_melt():
    a, b, c = Value(1.0), Value(2.0), Value(3.0)
    root = a - (b - (-c) + 4.0) + ag.sum([a * b, 2.0])
    assert lines(dots(root, [a, b, c])) == ["v11 = -v2 - v1 + v0 + v0·v1 - 2.0"]


def test_what_is_used_twice_or_has_a_label_stays():
    a, b = Value(1.0), Value(2.0)
    twice = a + b
    assert lines(dots(twice * twice, [a, b])) == ["v2 = v0 + v1", "v3 = v2·v2"]
    named = (a + b).named("s")
    assert lines(dots(named + a, [a, b])) == ["v2 = v0 + v1", "v3 = v2 + v0"]


def test_products_by_constants_stay_apart():
    a, b = Value(1.0), Value(2.0)
    assert lines(dots((a + b) * 0.5 + (a - b) * 0.25, [a, b])) == [
        "v2 = v0 + v1",
        "v5 = v0 - v1",
        "v8 = v2·0.5 + v5·0.25",
    ]


def test_fused_dots_and_means():
    a, b, c = Value(1.0), Value(2.0), Value(3.0)
    root = ag.mean([ag.dot([a, b], [3.0, c], start=c + 1.0), a * 2.0, c])
    assert lines(dots(root, [a, b, c])) == [
        "v6 = v3 + v0·3.0 + v2·v3 + 1.0",
        "v9 = 0.3333333333333333 (v6 + v3 + v0·2.0)",
    ]


def test_a_tree_divided_by_a_constant_is_a_mean():
    a, b, c = Value(1.0), Value(2.0), Value(3.0)
    assert lines(dots((a + b) / 4.0 + 1.0, [a, b])) == [
        "v4 = 0.25 (v0 + v1)",
        "v6 = v4 + 1.0",
    ]
    assert lines(dots(a * b / 4.0, [a, b])) == ["v4 = 0.25 (v0·v1)"]
    twice = a + b
    for root in (
        a / 4.0,
        (a + b) / c,
        (a + b).named("s") / 4.0,
        twice / 4.0 * twice,
        *[(a + b) / k for k in (0.0, -0.0, np.inf, np.nan, 2.0**501, 2.0**-501)],
    ):
        assert "div(" in str(dots(root, [a, b, c]))


def test_a_sum_of_two_dots_is_split():
    w, x, h = (
        [Value(1.0), Value(2.0)],
        [Value(3.0), Value(4.0)],
        [Value(5.0), Value(6.0)],
    )
    root = w[0] * x[0] + w[1] * x[1] + 1.0 - (w[0] * h[0].exp() + w[1] * h[1].exp())
    assert lines(dots(root, [*w, *h], x)) == [
        "v10 = exp(v9)",
        "v13 = exp(v12)",
        "v16 = v17 - v18 + 1.0",
        "v17 = v0·v1 + v3·v4",
        "v18 = v0·v10 + v3·v13",
    ]


# ---- Levels --------------------------------------------------------------------------


def test_levels_of_a_deep_graph_are_those_of_the_loop():
    w, x = [Value(0.5), Value(0.25)], [Value(0.3), Value(0.1)]
    y = w[0]
    for _ in range(150):
        # Two dots are added: each becomes a variable of its own.
        y = (w[0] * y + w[1] * y.tanh() + w[0] * x[0] + w[1] * x[1]).tanh()
    found = dots(y, w, x)
    level = levels_of(found)
    tape = found.tape
    for i in np.flatnonzero(found.role != 0).tolist():
        operands = {*found.left[found.owner == i], *found.right[found.owner == i]} - {
            -1
        }
        if found.role[i] == 2:
            operands = {*tape.parents[tape.starts[i] : tape.starts[i + 1]].tolist()}
        assert level[i] == 1 + max(level[k] for k in operands)
    assert level.max() > 150


AGENDA = {  # instructions and products, as early as possible and with waiting
    "sequences": (graphs.sequences, (40, 17), (24, 9)),
    "trees": (graphs.trees, (29, 13), (19, 8)),
    "skipped blocks": (graphs.skipped_blocks, (19, 11), (17, 11)),
}


@pytest.mark.parametrize("name", AGENDA)
def test_what_all_examples_end_with_waits_for_the_deepest(name, monkeypatch):
    build, early, late = AGENDA[name]
    root, wrt, inputs = build()
    found = []
    for agenda in (lambda dots, kind: levels_of(dots), groups.agenda_of):
        monkeypatch.setattr(groups, "agenda_of", agenda)
        program = assert_near(root, wrt, inputs, form="matrix")
        stats = program.stats()
        found.append((stats["instructions"], stats["products"]))
    assert found == [early, late]


@pytest.mark.thorough
@settings(FIXED, max_examples=150)
@given(st.randoms(use_true_random=False))
def test_an_agenda_computes_operands_first(rng):
    nodes = [Value(0.5), Value(0.25)]
    for _ in range(rng.randrange(5, 60)):
        a, b = rng.choice(nodes), rng.choice(nodes[-9:])
        kind = rng.randrange(4)
        nodes.append((a * b, a.tanh(), b.sin(), b.tanh() * 2.0)[kind])
    found = dots(ag.sum(nodes[-rng.randrange(1, 9) :]), nodes[:2])
    kind = np.where(found.role == 1, 0, -1)
    maps = np.flatnonzero(found.role == 2)
    kind[maps] = 1 + found.tape.operation[maps]
    first, agenda = levels_of(found), agenda_of(found, kind)
    tape = found.tape
    for i in np.flatnonzero(found.role != 0).tolist():
        own = [*found.left[found.owner == i], *found.right[found.owner == i]]
        if found.role[i] == 2:
            own = tape.parents[tape.starts[i] : tape.starts[i + 1]].tolist()
        assert agenda[i] > max([agenda[k] for k in own if k >= 0])
    is_used = found.role != 0

    def count(level):
        return len({*zip(level[is_used].tolist(), kind[is_used].tolist(), strict=True)})

    assert count(agenda) < count(first) or np.array_equal(agenda, first)


def test_a_deep_graph_does_not_wait(monkeypatch):
    root, wrt, inputs = graphs.sequences()
    found = dots(root, wrt, inputs)
    kind = np.where(found.role != 0, 0, -1)
    monkeypatch.setattr(levels, "_MOST_WORK", 10)
    assert np.array_equal(agenda_of(found, kind), levels_of(found))


# ---- Groups --------------------------------------------------------------------------


def test_groups_do_not_depend_on_constants_or_on_the_number_of_terms():
    w = [Value(float(k)) for k in range(6)]
    root = sum(
        [
            (w[0] * 2.0 + w[1] * 3.0 - 1.0).exp(),
            (w[2] * 0.0 + w[3] * 1.0 + w[4] * -1.0 + 0.5).exp(),
            (w[5] ** 2.0).exp(),
        ]
    )
    assert lines(groups_of(dots(root, w))) == [
        "level 1: 2 sums of products",
        "level 1: 1 pow_constant",
        "level 2: 3 exp",
        "level 3: 1 sum of products",
    ]


def test_operands_of_several_classes_are_several_groups():
    w, x = [Value(0.5), Value(0.25)], Value(2.0)
    root = (
        w[0].maximum(0.1) + w[1].maximum(x) + ag.logsumexp([w[0], w[1], x, 1.0])
        + ag.logsumexp([w[0], 1.0, x, 1.0])
    )  # fmt: skip
    assert len(groups_of(dots(root, w, [x])).groups) == 5


# ---- Matrices ------------------------------------------------------------------------


def table(rows, columns, terms, seed=1):
    """The slots of a product, its dots in a random order, and that order."""
    rng = np.random.default_rng(seed)
    W = np.arange(rows * terms).reshape(rows, terms)
    A = 100 + np.arange(columns * terms).reshape(columns, terms)
    order = rng.permutation(rows * columns)
    left = np.repeat(W, columns, axis=0)[order]
    right = np.tile(A, (rows, 1))[order]
    each = np.argsort(rng.random(left.shape), axis=1)
    return (
        np.take_along_axis(left, each, 1), np.take_along_axis(right, each, 1), order,
    )  # fmt: skip


@settings(FIXED, max_examples=40)
@given(st.integers(1, 5), st.integers(1, 5), st.integers(2, 5), st.integers(0, 9))
def test_products_are_found_in_any_order(rows, columns, terms, seed):
    left, right, order = table(rows, columns, terms, seed)
    (product,) = products_in(*sorted_terms(left, right))
    assert product.members.shape == (rows, columns)
    assert order[product.members].ravel().tolist() == list(range(rows * columns))
    assert str(product) == f"{rows}×{terms} · {terms}×{columns}"


def test_parts_of_one_shape_are_a_stack_of_products():
    one, two = table(2, 3, 4)[:2], table(2, 3, 4)[:2]
    left = np.concatenate([one[0], two[0] + 1000])
    right = np.concatenate([one[1], two[1] + 1000])
    (product,) = products_in(*sorted_terms(left, right))
    assert str(product) == "2 products 2×4 · 4×3"


def test_a_table_with_a_hole_is_no_product():
    left, right, _ = table(3, 3, 2)
    assert products_in(*sorted_terms(left[1:], right[1:])) is None


def test_dots_that_share_nothing_are_no_product():
    left = np.arange(6).reshape(3, 2)
    assert products_in(left, left + 100) is None
    pair = np.array([[0, 1], [0, 1], [2, 3], [4, 5]])
    assert products_in(pair, np.arange(8).reshape(4, 2) + 100) is None


def test_columns_of_the_same_numbers_are_two_columns():
    left = np.array([[0, 1], [0, 1], [2, 3], [2, 3]])
    right = FIRST_CONSTANT + np.array([[5, 6]] * 4)
    (product,) = products_in(left, right)
    assert product.members.tolist() == [[0, 1], [2, 3]]


def test_rows_in_an_order_of_their_own_are_aligned():
    W = np.array([[0, 1, 2], [5, 4, 3]])
    A = np.array([[10, 11, 12], [20, 21, 22]])
    left, right = np.repeat(W, 2, axis=0), np.tile(A, (2, 1))
    (product,) = products_in(*sorted_terms(left, right))
    assert product.members.shape == (2, 2)
    assert (product.right[0] == product.right[1]).all()


def test_a_proposal_that_does_not_hold_is_dropped():
    W = np.array([[0, 1, 2], [5, 4, 3]])
    # Two factors of the first column are the same: no order tells them apart.
    A = np.array([[10, 10, 12], [20, 21, 22]])
    left, right = np.repeat(W, 2, axis=0), np.tile(A, (2, 1))
    for product in products_in(*sorted_terms(left, right)) or []:
        assert (product.left == product.left[..., :1, :]).all()
        assert (product.right == product.right[..., :1, :, :]).all()


# ---- Layout --------------------------------------------------------------------------


def test_operands_are_views_gathers_or_constants():
    none = np.zeros(0)
    assert str(operand_of(np.array([[7, 7], [9, 9]]), none)) == "view 2×1 at 7 by 2×0"
    assert str(operand_of(np.array([[3, 2], [1, 0]]), none)) == "view 2×2 at 3 by -2×-1"
    gathered = operand_of(np.array([[3, 2], [1, 1]]), none)
    assert isinstance(gathered, Index)
    assert str(gathered) == "gather 2×2"
    constants = np.array([0.5, 1.5])
    one = operand_of(FIRST_CONSTANT + np.array([[1, 1]]), constants)
    assert isinstance(one, Constant)
    assert str(one) == "1.5"
    many = operand_of(FIRST_CONSTANT + np.array([[0, 1]]), constants)
    assert str(many) == "constants 1×2"
    assert slots_of(many).tolist() == []
    assert slots_of(gathered).tolist() == [1, 2, 3]


def test_views_that_read_a_slot_twice_say_so():
    windows = operand_of(np.array([[0, 1, 2], [1, 2, 3]]), np.zeros(0))
    assert isinstance(windows, View)
    assert not windows.is_injective
    assert windows.table().tolist() == [[0, 1, 2], [1, 2, 3]]
    apart = operand_of(np.array([[0, 1], [10, 11]]), np.zeros(0))
    assert isinstance(apart, View)
    assert apart.is_injective
    woven = operand_of(np.array([[0, 3, 6], [2, 5, 8]]), np.zeros(0))
    assert isinstance(woven, View)
    assert woven.is_injective  # although the strides 2 and 3 overlap


def test_nested_loops_are_copied_without_a_table():
    image = np.arange(5 * 7).reshape(5, 7)
    patches = np.lib.stride_tricks.sliding_window_view(image, (2, 3)).reshape(20, 6)
    found = operand_of(9 + patches, np.zeros(0))
    assert isinstance(found, Index)
    assert str(found) == "copy (4×5) (2×3) at 9 by (7×1) (7×1)"
    assert np.array_equal(found.table(), 9 + patches)


@pytest.mark.parametrize(
    "table",
    [
        [0, 1, 2, 6, 7],  # the second loop is cut off
        [0, 1, 2, 6, 8, 9],  # or another one
        [[0, 1, 6, 7], [1, 2, 7, 9]],  # its columns are not alike
        np.add.outer([0, 32], np.add.outer([0, 16], np.add.outer([0, 8], [0, 1, 3]))),
        # Five loops in one axis are too many.
        [sum(100**k * (n >> k & 1) for k in range(5)) for n in range(32)],
    ],
)
def test_what_is_no_nest_of_loops(table):
    found = operand_of(np.array(table), np.zeros(0))
    assert str(found).startswith("gather")


def test_the_last_axis_can_be_kept():
    assert reduced(np.array([[4, 4], [4, 4]]), keep=1).tolist() == [[4, 4]]


def test_elementwise_groups_take_the_shape_of_a_source():
    blocks = [(0, (4,)), (4, (0,)), (4, (2, 3))]
    slots = np.array([[9], [5], [4], [6], [8], [7]])
    assert arranged([slots], blocks).tolist() == [[2, 1, 3], [5, 4, 0]]
    twice = np.array([[9], [5], [4], [4], [8], [7]])
    assert arranged([twice], blocks).size == 6
    part = np.array([[4], [5], [7], [8]])
    assert arranged([part, part[[0, 0, 2, 2]]], blocks).shape == (2, 2)
    assert arranged([np.array([[4], [9], [5]])], blocks).shape == (3,)
    # An operand that is all of an array, and one that is the same along its rows.
    whole, spread = np.arange(4, 10)[:, None], np.array([[0], [0], [0], [1], [1], [1]])
    flat = [(0, (4,)), (4, (0,)), (4, (6,))]
    assert arranged([whole, spread], flat).tolist() == [[0, 1, 2], [3, 4, 5]]


def test_a_row_that_is_picked_and_one_that_is_not_are_two_terms():
    table, place = [Value(float(k)) for k in range(8)], [Value(0.5) for _ in range(6)]
    rows = [3, 0, 3]
    x = [[table[2 * r + k] + place[2 * t + k] for k in (0, 1)]
         for t, r in enumerate(rows)]  # fmt: skip
    root = ag.sum([(a * b).tanh() for a, b in x])
    instructions, _ = stages(root, [*table, *place])
    assert lines(instructions)[0] == (
        "view 6 at 14 by 1 = + gather 6×1; + view 6×1 at 8 by 1×0"
    )


# ---- Instructions and reverse --------------------------------------------------------


def stages(root, wrt, inputs=()):
    instructions = instructions_of(groups_of(dots(root, wrt, inputs)))
    return instructions, reverse_of(instructions)


def test_instructions_of_two_neurons():
    w = [Value(float(k)) for k in range(6)]  # two neurons of two weights and a bias
    x = [Value(1.0), Value(2.0)]
    z = [w[k] * x[0] + w[k + 1] * x[1] + w[k + 2] for k in (0, 3)]
    instructions, reverse = stages(z[0].tanh() - z[1].tanh(), w, x)
    weights, columns = "view 2×1×2 at 0 by 3×0×1", "view 1×1×2 at 6 by 0×0×1"
    bias = "view 2×1×1 at 2 by 3×0×0"
    assert lines(instructions) == [
        f"view 2×1 at 8 by 1×1 = + {weights} · {columns}, product; + {bias}",
        "view 2×1 at 10 by 1×1 = tanh(view 2×1 at 8 by 1×0)",
        "view · at 12 by · = + view 1 at 10 by 0; - view 1 at 11 by 0",
    ]
    assert lines(reverse) == [
        "d[view 1 at 10 by 0] += d[view · at 12 by ·]",
        "d[view 1 at 11 by 0] -= d[view · at 12 by ·]",
        "d[view 2×1 at 8 by 1×0] += d[view 2×1 at 10 by 1×1] * tanh′",
        f"d[{weights}] += d[view 2×1 at 8 by 1×1] · {columns}",
        f"d[{bias}] += d[view 2×1 at 8 by 1×1]",
    ]
    assert reverse.depends.tolist() == [True] * 6 + [False] * 2 + [True] * 5


def test_targets_stay_out_of_the_layer():
    w = [Value(1.0), Value(2.0)]
    losses = [
        (w[0] * a + w[1] * b - y).square() for a, b, y in ([3.0, 4.0, 1], [4.0, 3.0, 0])
    ]
    instructions, reverse = stages(ag.mean(losses), w)
    assert lines(reverse)[0] == "d[view · at 8 by ·] *= 0.5"
    assert lines(instructions)[1:] == [
        "view 1×2 at 4 by 2×1 = + view 1×2×1 at 2 by 0×1×0; - constants 1×2",
        "view 1×2 at 6 by 2×1 = square(view 1×2 at 4 by 0×1)",
        "view · at 8 by · = 0.5 times + view 2 at 6 by 1",
    ]


def test_sums_of_many_lengths_are_ragged():
    w = [Value(float(k)) for k in range(8)]
    x = [Value(0.5)] * 8
    sums = [ag.dot(w[:n], x[:n], start=n / 2).tanh() for n in range(2, 9)]
    singles = [ag.sum(w[:n]).exp() for n in range(2, 9)]
    instructions, _ = stages(ag.sum(sums) + ag.sum(singles), w, x[:1])
    text = str(instructions)
    assert text.count("ragged") == 2
    turned = [ag.dot(w[:n][::-1], x[:n], start=n / 2).tanh() for n in range(2, 9)]
    again, _ = stages(ag.sum(turned) + ag.sum(singles), w, x[:1])
    pairs = zip(instructions.steps, again.steps, strict=True)
    for one, other in pairs:
        for a, b in zip(one.operands, other.operands, strict=True):
            assert np.array_equal(
                a.values if isinstance(a, Constant) else a.table(),
                b.values if isinstance(b, Constant) else b.table(),
            )
    assert "constants 7" in text


# ---- Contractions --------------------------------------------------------------------


def test_stacks_of_products():
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(3, 2, 4)), rng.normal(size=(3, 5, 4))
    for letters in ("nij", "jni"):
        shape = [{"n": 3, "i": 2, "j": 5}[x] for x in letters]
        run = contraction((a, "nik"), (b, "njk"), (np.empty(shape), letters))
        assert run() == pytest.approx(np.einsum(f"nik,njk->{letters}", a, b))


def test_a_product_for_every_page_of_a_result():
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, 4)), rng.normal(size=(5, 4))
    run = contraction((a, "ak"), (b, "bk"), (np.empty((2, 3, 5)), "acb"))
    assert run() == pytest.approx((a @ b.T)[:, None])


SIZES = {"a": 2, "b": 3, "c": 2, "k": 4, "z": 5, "m": 1}


@settings(FIXED, max_examples=300)
@given(
    st.lists(st.sampled_from("abckzm"), unique=True),
    st.lists(st.sampled_from("abckzm"), unique=True),
    st.lists(st.sampled_from("abczm"), unique=True),
    st.booleans(),
)
def test_contractions_are_those_of_einsum(of_a, of_b, out, alone):
    rng = np.random.default_rng(1)
    a = rng.normal(size=[SIZES[x] for x in of_a])
    b = rng.normal(size=[SIZES[x] for x in of_b])
    buffer = np.full([SIZES[x] for x in out], np.nan)
    known = {*of_a} if alone else {*of_a, *of_b}
    letters = "".join(out)
    present = "".join([x for x in letters if x in known])
    formula = f"{''.join(of_a)}->{present}"
    operands = [a]
    if not alone:
        formula = f"{''.join(of_a)},{formula.replace('->', '')}"
        formula = f"{''.join(of_a)},{''.join(of_b)}->{present}"
        operands.append(b)
    expected = np.einsum(formula, *operands)
    index = tuple([slice(None) if x in known else None for x in letters])
    expected = np.broadcast_to(expected[index], buffer.shape)
    run = contraction(
        labelled(a, "".join(of_a)),
        None if alone else labelled(b, "".join(of_b)),
        labelled(buffer, letters),
    )
    for _ in range(2):
        small = labelled(buffer, letters)[0].shape
        found = np.broadcast_to(run(), small).reshape(buffer.shape)
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-12)


# ---- Repeats -------------------------------------------------------------------------


def test_what_is_written_again_for_each_example_is_computed_once():
    w, scale = [Value(0.5), Value(0.25)], Value(2.0)
    losses = [(w[k % 2] * -scale.exp() * (k + 1.0)).tanh() for k in range(6)]
    instructions, _ = stages(ag.sum(losses), [*w, scale])
    assert len([s for s in lines(instructions) if "exp" in s]) == 1
    assert "view · at 3 by · = exp(view · at 2 by ·)" in lines(instructions)


def test_repeats_that_are_not_regular_stay():
    w = [Value(0.5), Value(0.25), Value(3.0)]
    root = ag.sum([k.exp() for k in (w[0], w[1], w[2], w[0])])
    instructions, _ = stages(root, w)
    assert lines(instructions)[0].startswith("view 4 at 3")
    twice = ag.sum([k.exp() for k in (w[0], w[1], w[1], w[0])])
    instructions, _ = stages(twice, w)
    assert lines(instructions)[0] == "view 2 at 3 by 1 = exp(view 2 at 0 by 1)"
    value, gradient = ag.compile(twice, w, form="matrix")([1.0, 2.0, 3.0])
    assert value == pytest.approx(2 * (np.exp(1) + np.exp(2)))
    assert gradient == pytest.approx([2 * np.exp(1), 2 * np.exp(2), 0.0])


def test_sums_that_differ_in_a_constant_or_a_pair_are_no_repeats():
    w = [Value(float(k)) for k in range(4)]

    def dot(pairs, c):
        return sum((w[i] * w[j] for i, j in pairs), c).tanh()

    one, two = [(0, 2), (1, 3)], [(0, 3), (1, 2)]
    for second, c, is_repeat in [
        (one, 1.0, True), (one, 2.0, False), (two, 1.0, False), (one[::-1], 1.0, True)
    ]:  # fmt: skip
        instructions, _ = stages(dot(one, 1.0) + dot(second, c), w)
        assert lines(instructions)[0].startswith("view · at") == is_repeat, (second, c)


def test_equal_rows_get_equal_numbers_in_the_rows_order():
    rng = np.random.default_rng(0)
    for _ in range(50):
        table = rng.integers(0, 3, (rng.integers(1, 12), rng.integers(1, 4)))
        rows = [tuple(row) for row in table.tolist()]
        wanted = [sorted(set(rows)).index(row) for row in rows]
        assert _row_ids(table).tolist() == wanted
