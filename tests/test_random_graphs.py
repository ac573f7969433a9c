"""Random graphs over all rows of the table: every way to a gradient agrees.

The oracles are a second engine on plain dictionaries, to the bit, and dual numbers
whose tangents are mpmath's, within a bound derived from the number of roundings.
"""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mpmath import mp

from autograd_scalar import PRIMITIVES, gradients, replay, topological_order

from .dual import Dual
from .mpmath_truth import derivative
from .strategies import CONSTANT, Program, programs

EPS = 2.0**-52
SLOPE_ULP = 4  # each local derivative is that good: test_primitives.py
COMMUTATIVE = {"add", "mul", "maximum", "minimum", "hypot", "logaddexp"}


# The second engine: dictionaries over places, no Value


def order_of(program):
    """Depth-first post-order from the root, operands taken left to right."""
    last = len(program.steps) - 1
    order, seen, stack = [], set(), [(last, iter(program.steps[last].operands))]
    while stack:
        place, operands = stack[-1]
        following = next((i for i in operands if i not in seen), None)
        if following is not None:
            stack.append((following, iter(program.steps[following].operands)))
            continue
        stack.pop()
        if place not in seen:
            seen.add(place)
            order.append(place)
    return order


def slopes(program, place):
    step = program.steps[place]
    numbers = [program.steps[i].number for i in step.operands]
    return PRIMITIVES[step.name].partials(*numbers, step.number)


def swept(program, seed=1.0, size=lambda x: x):
    """Adjoints by places; with ``size=abs``, the sums of the paths' magnitudes."""
    order = order_of(program)
    adjoints = {order[-1]: seed}
    for place in reversed(order):
        if program.steps[place].operands:
            edges = zip(
                program.steps[place].operands, slopes(program, place), strict=True
            )
            for operand, slope in edges:
                part = size(slope) * adjoints[place]
                adjoints[operand] = adjoints.get(operand, 0.0) + part
    return adjoints


def allowed(program):
    """By places, what rounding may do to an adjoint.

    A path's product has at most one local derivative and one multiplication for each
    step, and passes at most one addition for each edge; to first order the errors add.
    """
    edges = sum(len(step.operands) for step in program.steps)
    unit = EPS * ((SLOPE_ULP + 1) * len(program.steps) + edges)
    sizes = swept(program, size=abs)
    return {place: unit * total + 1e-290 for place, total in sizes.items()}


# Forward mode


def forward_mode(program, leaf):
    """Every step as a dual number, its primal the program's, its tangent mpmath's."""
    duals = []
    for place, step in enumerate(program.steps):
        tangent = mp.mpf(place == leaf)
        numbers = [program.steps[i].number for i in step.operands]
        for k, i in enumerate(step.operands):
            if duals[i].tangent:
                once = tuple(int(j == k) for j in range(len(numbers)))
                tangent += derivative(step.name, once, *numbers) * duals[i].tangent
        duals.append(Dual(step.number, tangent))
    return duals


# Properties, each of a program and a source of random choices


def bits(numbers):
    return [x.hex() for x in numbers]


def values(nodes):
    return [node for node in nodes if not isinstance(node, float)]


def the_second_engine_agrees_to_the_bit(program, rng):
    seed = rng.choice([1.0, -0.3, 7.0])
    nodes = program.build()
    places = {node: i for i, node in enumerate(nodes) if not isinstance(node, float)}
    visited = [places[v] for v in topological_order(nodes[-1]) if v in places]
    steps = program.steps
    assert visited == [i for i in order_of(program) if steps[i].name != CONSTANT]
    nodes[-1].backward(seed)
    expected = swept(program, seed)
    for place, (node, step) in enumerate(zip(nodes, program.steps, strict=True)):
        if step.name != CONSTANT:
            assert node.data.hex() == step.number.hex(), (place, step)
            found = expected.get(place, 0.0)
            assert node.grad.hex() == found.hex(), (place, step, node.grad, found)


def gradients_are_backward_into_zeroed_leaves(program, rng):
    nodes = values(program.build())
    stateless = gradients(nodes[-1], nodes)
    assert not any(node.has_grad for node in nodes)
    nodes[-1].backward()
    nodes[-1].backward()
    for node in nodes:
        node.zero_grad()
    nodes[-1].backward()
    assert bits(node.grad for node in nodes) == bits(stateless)


def recorded_gradients_have_the_same_bits(program, rng):
    nodes = values(program.build())
    recorded = gradients(nodes[-1], nodes, create_graph=True)
    assert bits(v.data for v in recorded) == bits(gradients(nodes[-1], nodes))


def a_replay_in_floats_has_the_same_bits(program, rng):
    nodes = program.build()
    nodes[-1].backward()
    again = replay(nodes[-1], number=float)
    found = {node: (number, adjoint) for node, number, adjoint in again}
    assert len(found) == len(topological_order(nodes[-1]))
    for node, pair in found.items():
        assert bits(pair) == bits((node.data, node.grad)), node


def dual_numbers_agree(program, rng):
    nodes, bounds = program.build(), allowed(program)
    found = gradients(nodes[-1], [nodes[i] for i in program.leaves])
    with mp.workdps(40):
        for leaf, gradient in zip(program.leaves, found, strict=True):
            truth = forward_mode(program, leaf)[-1].tangent
            error = abs(gradient - truth)
            assert error <= bounds.get(leaf, 0.0), (leaf, gradient, truth)


def the_dot_product_test_holds(program, rng):
    """Σ adjoint * tangent over the leaves is the root's tangent, in exact numbers."""
    direction = {leaf: Fraction(rng.randint(-9, 9)) for leaf in program.leaves}
    tangents = []
    for place, step in enumerate(program.steps):
        tangent = direction.get(place, Fraction(0))
        if step.operands:
            edges = zip(step.operands, slopes(program, place), strict=True)
            tangent += sum(Fraction(slope) * tangents[i] for i, slope in edges)
        tangents.append(tangent)
    nodes, bounds = program.build(), allowed(program)
    nodes[-1].backward()
    pairs = [(Fraction(nodes[i].grad), direction[i]) for i in program.leaves]
    error = abs(sum(a * t for a, t in pairs) - tangents[-1])
    assert error <= sum(abs(direction[i]) * bounds.get(i, 0.0) for i in direction)


def the_sweep_is_linear_in_its_seed(program, rng):
    nodes, bounds = values(program.build()), allowed(program)
    once = gradients(nodes[-1], nodes)
    scale = 2.0 ** rng.randint(-40, 40)
    scaled = gradients(nodes[-1], nodes, -scale)
    assert scaled == [-scale * x for x in once]
    a, b = rng.uniform(-3, 3), rng.uniform(-3, 3)
    places = [i for i, step in enumerate(program.steps) if step.name != CONSTANT]
    runs = [gradients(nodes[-1], nodes, seed) for seed in (a, b, a + b)]
    for place, x, y, both in zip(places, *runs, strict=True):
        assert abs(x + y - both) <= 9 * bounds.get(place, 0.0)


def labels_and_the_order_of_building_change_nothing(program, rng):
    plain = program.build()
    shuffled = program.build(order=linear_extension(program, rng), label="<&")
    plain[-1].backward()
    shuffled[-1].backward()
    pairs = list(zip(values(plain), values(shuffled), strict=True))
    assert bits(a.grad for a, _ in pairs) == bits(b.grad for _, b in pairs)


def linear_extension(program, rng):
    """All places in a random order in which the steps can run."""
    order = []
    while len(order) < len(program.steps):
        ready = [
            place
            for place, step in enumerate(program.steps)
            if place not in order and set(step.operands) <= set(order)
        ]
        order.append(rng.choice(ready))
    return order


def swapped_operands_change_rounding_only(program, rng):
    def turned(step):
        swap = step.name in COMMUTATIVE and rng.random() < 0.7
        return step._replace(operands=step.operands[::-1]) if swap else step

    other = Program(tuple([turned(step) for step in program.steps]))
    nodes, twins = values(program.build()), values(other.build())
    places = [i for i, step in enumerate(program.steps) if step.name != CONSTANT]
    found, found_there = gradients(nodes[-1], nodes), gradients(twins[-1], twins)
    bounds = allowed(program)
    for place, a, b in zip(places, found, found_there, strict=True):
        assert abs(a - b) <= bounds.get(place, 0.0), (place, a, b)
    exact = gradients(nodes[-1], nodes, exact=True)
    assert exact == gradients(twins[-1], twins, exact=True)


PROPERTIES = [
    the_second_engine_agrees_to_the_bit,
    gradients_are_backward_into_zeroed_leaves,
    recorded_gradients_have_the_same_bits,
    a_replay_in_floats_has_the_same_bits,
    dual_numbers_agree,
    the_dot_product_test_holds,
    the_sweep_is_linear_in_its_seed,
    labels_and_the_order_of_building_change_nothing,
    swapped_operands_change_rounding_only,
]
EACH = pytest.mark.parametrize("holds", PROPERTIES, ids=lambda holds: holds.__name__)
RANDOMS = st.randoms(use_true_random=False)
FIXED = settings(
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@EACH
@settings(FIXED, max_examples=12)
@given(programs(), RANDOMS)
def test_any_graph(holds, program, rng):
    holds(program, rng)


@pytest.mark.parametrize("name", PRIMITIVES)
@settings(FIXED, max_examples=4)
@given(st.data(), RANDOMS)
def test_graphs_with_each_row(name, data, rng):
    program = data.draw(programs(containing=name, size=4))
    for holds in PROPERTIES:
        holds(program, rng)


@pytest.mark.slow
@EACH
@settings(FIXED, max_examples=1000, derandomize=False)
@given(programs(size=40), RANDOMS)
def test_any_graph_at_length(holds, program, rng):
    holds(program, rng)
