"""logsumexp over lists of many lengths, which is one instruction."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_scalar as ag
from autograd_scalar import Value, compile, gradients  # noqa: A004

from ..test_random_graphs import FIXED
from . import graphs
from .graphs import Drawn, flat
from .test_program import assert_close, recorded

ENGINES = ["plain", "compiled"]


def step_of(program):
    (step,) = [s for s in program.stages()[3].steps if hasattr(s, "primitive")]
    return step


def lists(lengths=range(1, 8)):
    """Lists that begin one after the other, of numbers that were computed."""
    w = Drawn().values(sum(lengths))
    z, found, start = [x * 3.0 for x in w], [], 0
    for k, n in enumerate(lengths):
        found.append(ag.logsumexp(z[start : start + n]) * (k + 0.5))
        start += n
    return ag.sum(found), w, []


def test_many_lengths_are_one_instruction():
    program = assert_close(*lists(), form="matrix")
    step = step_of(program)
    assert str(step) == "view 7 at 56 by 1 = logsumexp(view 28 at 28 by 1), ragged"
    assert [str(part) for part in step.parts()][:2] == [
        "view 1 at 56 by 0 = logsumexp(view 1×1 at 28 by 0×0)",
        "view 1 at 57 by 0 = logsumexp(view 1×2 at 29 by 0×1)",
    ]


def test_a_few_lengths_are_an_instruction_each():
    program = assert_close(*lists([2, 3, 3, 2, 5]), form="matrix")
    steps = [s for s in program.stages()[3].steps if hasattr(s, "primitive")]
    assert [s.target.shape for s in steps] == [(2,), (2,), ()]
    assert all(s.parts() == (s,) for s in steps)


def test_parts_of_one_length():
    lengths = [1, 2, 3, 4, 5, 2, 3, 4, 5, 1, 1]
    program = assert_close(*lists(lengths), form="matrix")
    parts = step_of(program).parts()
    # Those with no one stride between them stand alone.
    assert [part.target.shape[0] for part in parts] == [1, 1, 1, 2, 2, 2, 2]
    assert sorted(slot for part in parts for slot in part.target.table()) == list(
        step_of(program).target.table()
    )


def test_operands_of_several_classes_stay_apart():
    w, x = Drawn().values(12), [Value(0.5)]
    sums = [ag.logsumexp([*w[k : 2 * k + 2], *x]) for k in range(5)]
    steps = compile(ag.sum(sums), w, x, form="matrix").stages()[3].steps
    assert len([s for s in steps if hasattr(s, "primitive")]) == 5


NUMBERS = [np.inf, -np.inf, np.nan, 700.0, -800.0, 0.0]


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("engine", ENGINES)
@settings(FIXED, max_examples=60)
@given(
    st.lists(st.integers(1, 9), min_size=6, max_size=12),
    st.dictionaries(st.integers(0, 60), st.sampled_from(NUMBERS), max_size=12),
    st.booleans(),
)
def test_infinities_and_nans_are_those_of_the_graph(
    engine, lengths, numbers, is_computed
):
    w = Drawn().values(sum(lengths))
    for place, number in numbers.items():
        w[place % len(w)].data = number
    z = [x * 1.0 for x in w] if is_computed else w
    ends = np.cumsum(lengths).tolist()
    found = [ag.logsumexp(z[j - n : j]) for n, j in zip(lengths, ends, strict=True)]
    found += [ag.logsumexp(z[: j // 2 + 1]) for j in ends]  # which overlap
    # An infinite value among them leaves the derivatives of the others alone.
    root = ag.sum([x.tanh() for x in found])
    expected = np.array(gradients(root, w))
    program = compile(root, w, form="matrix", engine=engine)
    for _ in range(2):
        value, gradient = program(recorded(root, w))
        assert value == pytest.approx(root.data, rel=1e-12, nan_ok=True)
        assert gradient == pytest.approx(expected, rel=1e-9, abs=1e-12, nan_ok=True)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("of_parameters", [True, False])
def test_over_examples(engine, of_parameters):
    draw = Drawn()
    w, x = draw.values(7), draw.values(7)
    z = w if of_parameters else [a * b for a, b in zip(w, x, strict=True)]
    sums = [ag.logsumexp(z[:n]) * x[n - 1] for n in range(1, 8)]
    program = compile(ag.sum(sums), w, x, form="matrix", engine=engine)
    rows, theta = np.random.default_rng(1).normal(size=(11, 7)), recorded(None, w)
    value, gradient = program.map(theta, rows, reduction="sum")
    each = [program(theta, row) for row in rows]
    assert value == pytest.approx(sum(v for v, _ in each))
    assert gradient == pytest.approx(sum(g for _, g in each))


def test_the_source():
    root, w, _ = lists()
    program, names = compile(root, w, form="matrix"), {}
    exec(program.source(), names)
    value, gradient = names["program"](recorded(root, w))
    expected = program(recorded(root, w))
    assert value == pytest.approx(expected[0], rel=1e-13)
    assert gradient == pytest.approx(expected[1], rel=1e-11, abs=1e-13)


@pytest.mark.oracles
def test_a_jax_function():
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    root, w, _ = lists()
    program = compile(root, w, form="matrix")
    value, gradient = program.to_jax()(recorded(root, w))
    expected = program(recorded(root, w))
    assert float(value) == pytest.approx(expected[0], rel=1e-12)
    assert np.asarray(gradient) == pytest.approx(expected[1], rel=1e-10, abs=1e-12)


def test_a_softmax_of_causal_attention():
    """As microgpt has it under @compile."""
    length, draw = 6, Drawn()
    Q, K, V = (draw.values(length, 4) for _ in range(3))
    losses = []
    for t in range(length):
        z = [graphs.weighted(Q[t], k) / 2.0 for k in K[: t + 1]]
        top = ag.logsumexp(z)
        powers = [(k - top).exp() for k in z]
        total = sum(powers)
        weights = [p / total for p in powers]
        losses += [graphs.weighted(weights, v).tanh() for v in zip(*V[: t + 1])]  # noqa: B905
    program = assert_close(ag.sum(losses), flat(Q, K, V), form="matrix")
    stats = program.stats()
    assert (stats["instructions"], stats["products"]) == (9, 2)
