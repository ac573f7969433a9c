"""`paths` against all paths listed one by one, with exact products."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given

import autograd_scalar as ag
from autograd_scalar import (
    OperandError,
    Value,
    gradients,
    paths,
    topological_order,
)
from nn import MLP

from ..strategies import programs


def listed(root, node):
    """All paths from the node to the root, as (nodes, operands, factors)."""
    found = []

    def walk(user, nodes, operands, factors):
        if user is node:
            found.append((nodes, operands, factors))
            return
        for k, parent in enumerate(user.parents):
            d = user.local_derivatives[k]
            walk(parent, (parent, *nodes), (k, *operands), (d, *factors))

    walk(root, (root,), (), ())
    return found


def exact(factors):
    """The absolute product as a fraction; inf and above it nan, as they are ordered."""
    if any(math.isnan(x) for x in factors):
        return (2, 0)
    if any(math.isinf(x) for x in factors):
        return (2, 0) if 0.0 in factors else (1, 0)
    return (0, abs(math.prod(map(Fraction, factors), start=Fraction(1))))


def number_of(root):
    """How many paths there are from the root to any node, so that listing ends."""
    counts = {root: 1}
    for node in reversed(topological_order(root)):
        for parent in node.parents:
            counts[parent] = counts.get(parent, 0) + counts[node]
    return sum(counts.values())


def judge(root, node):
    ledger = paths(root, node)
    expected = listed(root, node)
    assert ledger.count == len(expected)
    found = ledger.heaviest(len(expected) + 3)
    as_tuples = [(p.nodes, p.operands, p.factors) for p in found]
    as_ids = [([*map(id, n)], o, [*map(repr, f)]) for n, o, f in as_tuples]
    assert len(as_ids) == len(expected)
    for nodes, operands, factors in expected:
        assert ([*map(id, nodes)], operands, [*map(repr, factors)]) in as_ids
    sizes = [exact(p.factors) for p in found]
    assert sizes == sorted(sizes, reverse=True)
    for k in (0, 1, 2, len(expected)):
        assert ledger.heaviest(k) == found[:k]
    again = paths(root, node).heaviest(len(expected))
    assert [p.operands for p in again] == [p.operands for p in found]
    return ledger, found


def random_graph(rng, size, factors):
    """A graph of sums and products over one leaf, with repeated parents."""
    x = Value(rng.choice(factors), "x")
    nodes = [x]
    makes = [
        lambda a, b, c: a + b,
        lambda a, b, c: a * c,
        lambda a, b, c: c * (a + b),
        lambda a, b, c: a - b,
    ]
    for _ in range(size):
        a, b, c = rng.choice(nodes), rng.choice(nodes), rng.choice(factors)
        nodes.append(rng.choice(makes)(a, b, c))
    return x, nodes[-1]


@given(programs(size=6))
def test_every_path_of_random_graphs_is_found_in_order(program):
    root = program.build()[-1]
    if number_of(root) > 300:
        return
    for node in topological_order(root):
        ledger, found = judge(root, node)
        assert ledger.total == gradients(root, node)
        total = sum(exact_signed(path.factors) for path in found)
        scale = sum(abs(path.product) for path in found)
        assert abs(float(total) - ledger.total) <= 1e-13 * scale


def exact_signed(factors):
    return math.prod(map(Fraction, factors), start=Fraction(1))


@pytest.mark.parametrize(
    "factors",
    [
        (0.1, 0.3, 3.0, 0.30000000000000004, 1 / 3, -0.1),  # near ties and ties
        (1.0, 2.0, -2.0, 0.5, 0.25),
        (0.0, -0.0, 1.5, 2.0),
        (math.inf, 0.0, -2.0, math.nan, 1.0),
        (1e200, 1e-200, 1e-300, -3.0, 5e-324),
    ],
)
def test_ties_zeros_and_infinities(factors):
    rng = random.Random(str(factors))
    judged = 0
    while judged < 60:
        x, root = random_graph(rng, rng.randint(1, 9), factors)
        if number_of(root) <= 400 and x in topological_order(root):
            _, found = judge(root, x)
            judged += 1
            for path in found:
                kind, size = exact(path.factors)
                if kind == 2:
                    assert math.isnan(path.product)
                elif kind == 1:
                    assert math.isinf(path.product)
                else:
                    assert abs(path.product) == pytest.approx(
                        as_float(size), rel=1e-14, abs=5e-324
                    )
                    signs = [math.copysign(1.0, f) for f in path.factors]
                    assert math.copysign(1.0, path.product) == math.prod(signs)


def as_float(size):
    try:
        return float(size)
    except OverflowError:
        return math.inf


def test_products_that_differ_by_less_than_their_rounding():
    rng = random.Random(7)
    ulp = 2.0**-52
    misleading = 0
    for _ in range(40):
        x = Value(1.0, "x")
        ends = []
        for _ in range(8):
            y = x
            factors = [
                0.1,
                10.0,
                1 / 3,
                3.0,
                0.7,
                1 / 0.7,
                1.0 + rng.randint(0, 1) * ulp,
            ]
            for factor in rng.sample(factors, len(factors)):
                y = y * factor
            ends.append(y)
        found = paths(ag.sum(ends), x).heaviest(8)
        sizes = [exact(path.factors)[1] for path in found]
        assert sizes == sorted(sizes, reverse=True)
        rounded = [math.prod(path.factors) for path in found]
        misleading += rounded != sorted(rounded, reverse=True)
    assert misleading > 10  # the floats alone would give another order


def test_a_long_product_neither_overflows_nor_underflows_on_the_way():
    x = y = Value(1.0, "x")
    for k in range(4_000):
        y = y * (0.6 if k % 2 else 1.0 / 0.6)
    assert paths(y, x).heaviest(1)[0].product == pytest.approx(1.0)
    y = x
    for k in range(6):
        y = y * (1e200 if k < 3 else 1e-200)
    assert paths(y, x).heaviest(1)[0].product == pytest.approx(1.0)


def test_products_that_rounding_would_put_in_the_wrong_order():
    # 0.1 * 3 and 0.3 differ by less than the rounding of either product.
    x = Value(1.0, "x")
    root = ((x * 0.1) * 3.0 + x * 0.30000000000000004 + x * 0.3).named("C")
    found = paths(root, x).heaviest(3)
    sizes = [exact(path.factors)[1] for path in found]
    assert sizes == sorted(sizes, reverse=True)
    assert len({*sizes}) == 3
    assert [path.product for path in found[:2]] == [0.30000000000000004] * 2


@pytest.mark.parametrize(
    ("make", "factors"),
    [
        (lambda x: x * x, [(3.0,), (3.0,)]),
        (lambda x: x**x, [(27.0 * math.log(3.0),), (27.0,)]),
        (lambda x: ag.sum([x, x, x]), [(1.0,)] * 3),
        (lambda x: ag.dot([x, x], [x, 2.0]), [(3.0,), (3.0,), (2.0,)]),
    ],
)
def test_parallel_edges_are_paths_of_their_own(make, factors):
    x = Value(3.0, "x")
    root = make(x)
    ledger, found = judge(root, x)
    assert ledger.count == len(factors)
    assert sorted([p.factors for p in found], reverse=True) == factors
    assert ledger.total == sum(p.product for p in found)


def test_the_root_itself_and_what_it_does_not_use():
    x, other = Value(3.0, "x"), Value(1.0, "other")
    root = (x * 2.0).named("C")
    itself = paths(root, root)
    assert (itself.count, itself.total, itself.rest) == (1, 1.0, 0.0)
    assert itself.heaviest(2)[0].nodes == (root,)
    assert str(itself.heaviest(1)[0]) == "C: 1 = 1.0"
    assert r"C:\; 1 = 1.0" in itself.latex()
    nothing = paths(root, other)
    assert (nothing.count, nothing.total, nothing.heaviest(3)) == (0, 0.0, ())
    assert str(nothing) == "∂C/∂other = 0.0: C was not computed from other"
    assert "= 0.0" in nothing.latex()
    assert "not computed" in nothing._repr_html_()
    assert str(paths(root, Value(2.5))).startswith("∂C/∂2.5 = 0.0")


def test_two_to_the_sixty_paths():
    x = y = Value(0.5, "x")
    for _ in range(60):
        y = y + y
    ledger = paths(y, x)
    assert ledger.count == 2**60
    assert ledger.total == 2.0**60
    assert ledger.rest == 2.0**60 - 10.0
    assert [path.product for path in ledger.heaviest(50)] == [1.0] * 50
    assert len({path.operands for path in ledger.heaviest(50)}) == 50
    assert "1,152,921,504,606,846,976 paths" in str(ledger)
    assert "1,152,921,504,606,846,966 other paths together" in str(ledger)


def test_counts_of_any_size():
    x = y = Value(0.5, "x")
    for _ in range(20_000):
        y = y * 0.3 + y * 0.1
    ledger = paths(y, x)
    assert ledger.count == 2**20_000
    assert repr(ledger) == "<at least 2^20000 paths: 0.0>"
    first, second = ledger.heaviest(2)
    assert first.product == 0.0  # far below the smallest float
    assert len(first.nodes) == 40_001
    assert len(str(first)) < 600
    assert "39,991 more" not in str(second.names)


@pytest.mark.thorough
def test_deep_and_wide_graphs():
    x = y = Value(0.3, "x")
    for _ in range(100_000):
        y = y.sin()
    (path,) = paths(y, x).heaviest(5)
    assert len(path.nodes) == 100_001
    assert path.product == pytest.approx(gradients(y, x), rel=1e-10)
    wide = paths(ag.sum([x] * 30_000), x)
    assert (wide.count, wide.rest) == (30_000, 29_990.0)


def test_a_network():
    net = MLP(2, [3, 2], activation="tanh", rng=1)
    passed = net.forward([0.3, -0.2], 0)
    root = ag.sum([a * a for a in passed.outputs]).named("C")
    w = net.layers[0].neurons[1].w[0]
    ledger, found = judge(root, w)
    assert ledger.count == 4  # two outputs, each of them squared by itself
    assert found[0].names[:4] == ("W1[1,0]", "z1[1](0)", "a1[1](0)", found[0].names[3])
    assert sum(p.product for p in found) == pytest.approx(ledger.total, rel=1e-14)


def test_text_latex_and_html():
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    ledger = paths((a * b + a**2).named("c"), a)
    assert ledger.latex().splitlines() == [
        r"\begin{aligned}",
        r"\frac{\partial c}{\partial a} &= 4.0 + \left(-3.0\right) = 1.0 \\",
        r"&a \to v_{4} \to c:\; 4.0 \cdot 1.0 = 4.0 \\",
        r"&a \to v_{2} \to c:\; \left(-3.0\right) \cdot 1.0 = -3.0",
        r"\end{aligned}",
    ]
    html = ledger._repr_html_()
    assert "<td>a → v4 → c</td><td>4.0 · 1.0</td>" in html
    assert repr(ledger) == "<2 paths: 1.0>"
    many = paths(ag.sum([a] * 12).named("s"), a)
    assert str(many).splitlines()[-1] == "2 other paths together: 2.0"
    assert r"\text{2 other paths together: } 2.0" in many.latex()
    assert "<p>2 other paths together: 2.0</p>" in many._repr_html_()


def test_the_rest_of_an_undefined_sum_is_undefined():
    x = Value(0.0, "x")
    ledger = paths(ag.sum([*[x.sqrt()] * 12, x]), x)
    assert ledger.total == math.inf
    assert math.isnan(ledger.rest)
    assert ledger.heaviest(1)[0].product == math.inf


def test_hostile_labels_stay_text():
    label = "</script>$\\frac{}&\u202e\n\x1b"
    x = Value(2.0, label)
    ledger = paths((x * x).named(label + "C"), x)
    for text in (str(ledger), ledger.latex(), ledger._repr_html_()):
        assert "\u202e" not in text
        assert "\x1b" not in text
    assert "<script" not in ledger._repr_html_()
    assert "</script" not in ledger._repr_html_() + ledger.latex()
    assert len(str(ledger).splitlines()) == 5


def test_paths_are_frozen_and_nothing_is_changed():
    x = Value(3.0, "x")
    y = x * x
    y.backward()
    x.grad = 7.0
    ledger = paths(y, x)
    str(ledger)
    with pytest.raises(AttributeError):
        ledger.count = 3
    with pytest.raises(AttributeError):
        ledger.heaviest(1)[0].product = 2.0
    assert (x.data, x.grad, y.grad) == (3.0, 7.0, 1.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: paths(1.0, x), r"paths\(\) needs a Value, got float: 1.0"),
        (lambda x: paths(x, None), r"paths\(\) needs a Value, got NoneType"),
        (lambda x: paths(x, x).heaviest(-1), "0 or more, got -1"),
        (lambda x: paths(x, x).heaviest(1.0), "0 or more, got 1.0"),
        (lambda x: paths(x, x).heaviest(True), "0 or more, got True"),
    ],
)
def test_what_does_not_fit_is_named(call, message):
    with pytest.raises(OperandError, match=message):
        call(Value(1.0, "x"))
