"""Every public name on graphs that are deep, wide, or have 2**60 paths.

`USES` and its companions say for each public name of `autograd_scalar` what it does
with a large graph; a name without an entry fails `test_every_public_name_is_here`.
"""

import copy
import json
import math
import pickle
import sys
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

import pytest

import autograd_scalar as ag
from autograd_scalar import Value, gradients
from autograd_scalar.explain.mistakes import MISTAKES

LARGE = {"deep": 5_000, "wide": 100_000, "branching": 5_000, "paths": 60}
LARGEST = {"deep": 1_000_000, "wide": 1_000_000, "branching": 1_000_000}
# For what computes in other numbers, or often; all are deeper than Python recurses.
LABORIOUS = {
    *("certify", "check_gradients", "compare", "quiz", "replay", "to_networkx"),
    *("TrainingSteps", "equations", "explain", "paths", "play", "wrong_backward"),
}
SMALLER = {"deep": 2_000, "wide": 10_000, "branching": 2_000, "paths": 60}


class Graph(NamedTuple):
    """A function of one number, 0.5 there, of known slope and number of nodes."""

    f: Callable[[Any], Any]
    at: float
    slope: float
    nodes: int


def deep(n: int) -> Graph:
    def f(x: Any) -> Any:
        one = Value(1.0)
        for i in range(n):
            x = x * one if i % 2 else -x
        return x

    return Graph(f, 0.5, 1.0, n + 2)  # n is a multiple of 4: the signs cancel


def wide(n: int) -> Graph:
    return Graph(lambda x: ag.sum([x] * n), 0.5 / n, float(n), 2)


def branching(n: int) -> Graph:
    """A tree of one level: n different parents of one node."""
    return Graph(lambda x: ag.sum([-x for _ in range(n)]), -0.5 / n, -float(n), n + 2)


def many_paths(n: int) -> Graph:
    def f(x: Any) -> Any:
        for _ in range(n):
            x = x + x
        return x

    return Graph(f, 2.0 ** (-1 - n), 2.0**n, n + 1)


SHAPES = {"deep": deep, "wide": wide, "branching": branching, "paths": many_paths}


@cache
def built(shape: str, size: int) -> tuple[Graph, Value, Value]:
    graph = SHAPES[shape](size)
    x = Value(graph.at, "x")
    return graph, x, graph.f(x)


# What each name does with the graph, its input x and its root


def use_value(graph: Graph, x: Value, root: Value) -> None:
    for text in (repr(root), str(root), f"{root:.3f}"):
        assert len(text) < 100
    for act in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(ag.HistoryError, match=r"copy its \.data"):
            act(root)
    assert root.detach().is_leaf
    assert root > 0.4
    assert root == root  # noqa: PLR0124
    assert hash(root) != hash(x)
    x.zero_grad()
    root.backward()
    root.backward()
    assert (x.grad, root.grad) == (2.0 * graph.slope, 1.0)
    assert len(repr(root)) < 100
    x.zero_grad()


def use_gradients(graph: Graph, x: Value, root: Value) -> None:
    assert gradients(root, x) == graph.slope
    slope = gradients(root, x, create_graph=True)
    assert slope.data == graph.slope
    assert gradients(slope, x) == 0.0


def use_topological_order(graph: Graph, x: Value, root: Value) -> None:
    assert len(ag.topological_order(root)) == graph.nodes


def use_steps(graph: Graph, x: Value, root: Value) -> None:
    assert len(ag.forward_steps(root)) == graph.nodes
    steps = ag.backward_steps(root)
    assert steps.adjoint(x) == pytest.approx(graph.slope)
    assert len(str(steps)) < 50_000
    assert not steps or steps[-1].after == steps.adjoint(steps[-1].parent)


def use_explain(graph: Graph, x: Value, root: Value) -> None:
    found = ag.explain(root, x)
    assert found.total == graph.slope
    for text in (found.text(), found.latex(), found._repr_html_()):
        assert len(text) < 20_000
    assert len(repr(found)) < 100


def use_nudge(graph: Graph, x: Value, root: Value) -> None:
    found = ag.nudge(root, x, x.data)
    assert found.adjoint == graph.slope
    assert found.slope == pytest.approx(graph.slope)
    assert max(len(str(found)), len(repr(found))) < 500


def use_wrong_backward(graph: Graph, x: Value, root: Value) -> None:
    for mistake in MISTAKES:
        if graph.slope == 2.0**60 and mistake == "no topological sort":
            with pytest.raises(ag.TraversalError):
                ag.wrong_backward(root, mistake)
        else:
            wrong = ag.wrong_backward(root, mistake)
            assert len(wrong) == graph.nodes
            assert len(str(wrong)) < 50_000


def use_quiz(graph: Graph, x: Value, root: Value) -> None:
    test = ag.quiz(root)
    assert len(str(test)) < 50_000
    assert all(test.answer(q, gradients(root, q.node)) for q in test.questions)
    for kind in ("values", "local derivatives"):
        assert len(str(ag.quiz(root, kind, most=1))) < 50_000


def use_paths(graph: Graph, x: Value, root: Value) -> None:
    ledger = ag.paths(root, x)
    assert ledger.total == graph.slope
    found = ledger.heaviest(3)
    assert len(found) == min(3, ledger.count)
    assert abs(math.fsum(path.product for path in found)) <= abs(graph.slope)
    for text in (ledger.text(), ledger.latex(), ledger._repr_html_()):
        assert len(text) < 20_000
    assert len(repr(ledger)) < 100


def use_equations(graph: Graph, x: Value, root: Value) -> None:
    found = ag.equations(root)
    computed = sum(not node.is_leaf for node in ag.topological_order(root))
    assert len(found.forward) + found.forward_left_out == computed
    for text in (found.text(), found.latex(), found._repr_html_()):
        assert len(text) < 40_000
    assert len(repr(found)) < 100


def use_drawing(name: str) -> Callable[[Graph, Value, Value], None]:
    def use(graph: Graph, x: Value, root: Value) -> None:
        for fold in {True, graph.nodes > 1_000}:  # one by one is quick to refuse
            text = drawn_or_refused(getattr(ag, name), root, fold)
            answers = ("<Drawing of", "digraph", "draw a Value nearer to the leaves")
            assert any(answer in text for answer in answers), text

    return use


def use_to_json(graph: Graph, x: Value, root: Value) -> None:
    document = json.loads(ag.to_json(root))
    assert len(document["nodes"]) == graph.nodes
    edges = sum(len(node.parents) for node in ag.topological_order(root))
    assert len(document["edges"]) == edges


def use_to_networkx(graph: Graph, x: Value, root: Value) -> None:
    assert ag.to_networkx(root).number_of_nodes() == graph.nodes


def drawn_or_refused(draw: Callable[..., object], root: Value, fold: bool) -> str:
    try:
        return str(draw(root, fold=fold))
    except ag.DrawingError as error:
        return str(error)


def use_grad(graph: Graph, x: Value, root: Value) -> None:
    assert ag.grad(graph.f)(graph.at) == graph.slope


def use_value_and_grad(graph: Graph, x: Value, root: Value) -> None:
    assert ag.value_and_grad(graph.f)(graph.at) == (root.data, graph.slope)


def use_derivative(graph: Graph, x: Value, root: Value) -> None:
    assert ag.derivative(graph.f, 2)(graph.at) == 0.0


def use_jacobian(graph: Graph, x: Value, root: Value) -> None:
    found = ag.jacobian(lambda x: [graph.f(x), x])(graph.at)
    assert found == [graph.slope, 1.0]


def use_hessian(graph: Graph, x: Value, root: Value) -> None:
    def f(x: Any) -> Any:
        y = graph.f(x)
        return y * y

    assert ag.hessian(f)(graph.at) == 2.0 * graph.slope**2


def use_jvp(graph: Graph, x: Value, root: Value) -> None:
    assert ag.jvp(graph.f, (graph.at,), (2.0,)) == (root.data, 2.0 * graph.slope)


def use_vjp(graph: Graph, x: Value, root: Value) -> None:
    output, pull = ag.vjp(graph.f, graph.at)
    assert (output, pull(2.0)) == (root.data, (2.0 * graph.slope,))


def use_stop_gradient(graph: Graph, x: Value, root: Value) -> None:
    def f(x: Any) -> Any:
        y = graph.f(x)
        return 2.0 * y + ag.stop_gradient(y)

    assert ag.grad(f)(graph.at) == 2.0 * graph.slope


def use_hvp(graph: Graph, x: Value, root: Value) -> None:
    assert ag.hvp(graph.f, (graph.at,), (2.0,)) == 0.0


def use_check_gradients(graph: Graph, x: Value, root: Value) -> None:
    report = ag.check_gradients(graph.f, [graph.at])
    assert report.passed
    assert len(str(report)) < 200
    assert report.to_json()


def use_diagnose(graph: Graph, x: Value, root: Value) -> None:
    found = ag.diagnose(root)
    assert len(str(found)) < 10_000
    assert found.to_json()


def use_no_grad(graph: Graph, x: Value, root: Value) -> None:
    with ag.no_grad():
        again = graph.f(x)
    assert (again.is_leaf, again.data) == (True, root.data)


def use_detect_anomaly(graph: Graph, x: Value, root: Value) -> None:
    with ag.detect_anomaly():
        again = graph.f(x)
        assert gradients(again, x) == graph.slope


def use_primitive(graph: Graph, x: Value, root: Value) -> None:
    twice = ag.primitive(partials=lambda x, y: (2.0,))(lambda x: 2.0 * x)
    assert gradients(twice(root), x) == 2.0 * graph.slope


def use_replay(graph: Graph, x: Value, root: Value) -> None:
    floats = ag.replay(root, float)
    assert (floats.value, floats.adjoint(x)) == (root.data, graph.slope)
    assert len(repr(floats)) < 200
    assert ag.replay(root, Fraction).gradients([x]) == [graph.slope]
    enclosed = ag.replay(root, ag.Interval).adjoint(x)
    assert enclosed.low == graph.slope == enclosed.high
    tangent = ag.replay(root, ag.Dual, at={x: ag.Dual(x.data, 2.0)}).value.tangent
    assert tangent == 2.0 * graph.slope


def use_certify(graph: Graph, x: Value, root: Value) -> None:
    certificate = ag.certify(root)
    assert len(certificate) == graph.nodes
    assert certificate.of(root).value.ulp < graph.nodes + abs(graph.slope)
    assert certificate.culprit.name
    assert certificate.verdict


def use_compare(graph: Graph, x: Value, root: Value) -> None:
    comparison = ag.compare(root, root * 1.0)
    assert comparison.equal_in_floats
    assert comparison.equal_in_truth
    assert comparison.verdict


def use_compile(graph: Graph, x: Value, root: Value) -> None:
    program = ag.compile(root, [x])
    value, gradient = program([graph.at])
    assert value == pytest.approx(root.data, rel=1e-9)
    assert gradient == pytest.approx([graph.slope], rel=1e-9)
    assert len(repr(program)) < 200
    assert len(str(program)) < 100_000
    value, slope = ag.compile(graph.f)(graph.at)
    assert value == pytest.approx(root.data, rel=1e-9)
    assert slope == pytest.approx(graph.slope, rel=1e-9)


def use_take(graph: Graph, x: Value, root: Value) -> None:
    assert ag.take([root, x], 1) is x
    taken = ag.take([root] * 1_000, Value(-1.0))
    assert taken.data == root.data
    assert gradients(taken, x) == pytest.approx(graph.slope, rel=1e-9)


def use_as_value(graph: Graph, x: Value, root: Value) -> None:
    assert ag.as_value(root) is root


def use_play(graph: Graph, x: Value, root: Value) -> None:
    player = ag.play(root, at=-1)
    assert len(player) == graph.nodes + len(ag.backward_steps(root))
    player.who_wrote(x).back("node").next("layer").back("pass")
    assert len(player.text()) < 5_000
    if graph.nodes <= 3_000:
        assert player.html
    else:
        assert len(player._repr_html_()) > 1_000


def use_training(graph: Graph, x: Value, root: Value) -> None:
    steps = ag.TrainingSteps(most=2)
    if graph.nodes > 20_000:  # more than a page can show
        with pytest.raises(ag.DrawingError, match="too many"):
            steps.add(root)
        return
    for _ in range(3):
        steps.add(root, [x], 0.0)
    if graph.nodes > 1_000:  # laying it out takes long
        return
    assert steps.kept == (0, 2)
    assert len(steps.html) > len(steps._repr_html_()) > 1_000


USES: dict[str, Callable[[Graph, Value, Value], None]] = {
    "Value": use_value,
    "as_value": use_as_value,
    "certify": use_certify,
    "check_gradients": use_check_gradients,
    "compare": use_compare,
    "compile": use_compile,
    "derivative": use_derivative,
    "detect_anomaly": use_detect_anomaly,
    "diagnose": use_diagnose,
    "draw": use_drawing("draw"),
    "grad": use_grad,
    "gradients": use_gradients,
    "hessian": use_hessian,
    "hvp": use_hvp,
    "jacobian": use_jacobian,
    "jvp": use_jvp,
    "no_grad": use_no_grad,
    "play": use_play,
    "primitive": use_primitive,
    "quiz": use_quiz,
    "take": use_take,
    "replay": use_replay,
    "stop_gradient": use_stop_gradient,
    "to_dot": use_drawing("to_dot"),
    "to_graphviz": use_drawing("to_graphviz"),
    "to_json": use_to_json,
    "to_networkx": use_to_networkx,
    "topological_order": use_topological_order,
    "TrainingSteps": use_training,
    "explain": use_explain,
    "nudge": use_nudge,
    "equations": use_equations,
    "paths": use_paths,
    "forward_steps": use_steps,
    "backward_steps": use_steps,
    "update_steps": lambda graph, x, root: list(ag.update_steps([root, x], 0.1)),
    "value_and_grad": use_value_and_grad,
    "vjp": use_vjp,
    "wrong_backward": use_wrong_backward,
}

ALIASES = {"acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh"}


def functions_of(arity):
    """The public functions that take that many Values, under all their names."""
    rows = {name for name, row in ag.PRIMITIVES.items() if row.arity == arity}
    return [
        name
        for name in sorted(rows | ALIASES)
        if hasattr(ag, name) and getattr(ag, name).__name__ in rows
    ]


OF_A_LIST = ["logsumexp", "mean", "prod", "sum"]
OPERATIONS: dict[str, Callable[[Value], Any]] = {
    **{name: lambda y, name=name: getattr(ag, name)(y) for name in functions_of(1)},
    **{
        name: lambda y, name=name: getattr(ag, name)(y, 0.3) for name in functions_of(2)
    },
    **{
        name: lambda y, name=name: getattr(ag, name)(y, 0.3, 1.0)
        for name in functions_of(3)
    },
    **{name: lambda y, name=name: getattr(ag, name)([y, 0.3]) for name in OF_A_LIST},
    "dot": lambda y: ag.dot([y, 0.3], [0.2, y]),
    "polygamma": lambda y: ag.polygamma(1, y),
    "where": lambda y: ag.where(y > 0.0, y, 0.0),
}

# Results of functions above, which their tests read; and what meets no graph.
RESULTS = {
    "Certificate",
    "Comparison",
    "Diagnosis",
    "Drawing",
    "Explanation",
    "GradientCheck",
    "Player",
    "Nudge",
    "Equation",
    "Equations",
    "Path",
    "PathLedger",
    "Program",
    "Replay",
    "Dual",
    "Interval",
}
WITHOUT_GRAPH = {
    "PRIMITIVES",
    "Primitive",
    "WholeFile",
    "counterexample",
    "__version__",
    "implementation",
}


def is_error(name: str) -> bool:
    found = getattr(ag, name)
    return isinstance(found, type) and issubclass(found, Exception)


def test_every_public_name_is_here():
    public = {*ag.__all__, *ag._LIKE_BUILTINS}
    names = {name for name in public if not is_error(name)}
    here = {*USES, *OPERATIONS, *RESULTS, *WITHOUT_GRAPH}
    assert names - here == set(), "say in tests/test_extremes.py what these do"
    assert here - names == set(), "these are public no more"


@pytest.mark.one_in(3)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", USES)
def test_name(name, shape):
    limit = sys.getrecursionlimit()
    sizes = SMALLER if name in LABORIOUS else LARGE
    USES[name](*built(shape, sizes[shape]))
    assert sys.getrecursionlimit() == limit


@pytest.mark.slow
@pytest.mark.parametrize("shape", LARGEST)
@pytest.mark.parametrize("name", USES)
def test_name_at_a_million(name, shape):
    share = 10 if name in LABORIOUS else 1
    USES[name](*built(shape, LARGEST[shape] // share))


def slopes_at(y: Value, parent: Value) -> list[float]:
    """The local derivatives on the edges from y to that parent."""
    edges = zip(y.parents, y.local_derivatives, strict=True)
    return [slope for other, slope in edges if other is parent]


@pytest.mark.parametrize("name", OPERATIONS)
def test_operation_on_2_to_the_60_paths(name):
    graph, x, root = built("paths", 60)
    y = OPERATIONS[name](root)
    slopes = slopes_at(y, root)
    assert slopes
    assert len(repr(y)) < 100
    expected = math.fsum(slopes) * graph.slope
    assert repr(gradients(y, x)) == repr(expected)


@pytest.mark.parametrize("shape", LARGEST)
def test_operations_on_large_graphs(shape):
    graph, x, root = built(shape, LARGE[shape])
    tops = [operation(root) for operation in OPERATIONS.values()]
    finite = [y for y in tops if all(map(math.isfinite, y.local_derivatives))]
    assert len(finite) > 55
    at_root = math.fsum(slope for y in finite for slope in slopes_at(y, root))
    assert gradients(ag.sum(finite), x) == pytest.approx(at_root * graph.slope)


def test_operations_of_many_operands():
    leaves = [Value(1.0 + 1e-9 * i) for i in range(5_000)]
    for name in OF_A_LIST:
        y = getattr(ag, name)(leaves)
        assert len(repr(y)) < 100
        assert len(gradients(y, leaves)) == 5_000
    assert ag.gradients(ag.dot(leaves, leaves), leaves[0]) == 2.0


@pytest.mark.parametrize("free", [deep, branching])
def test_a_large_graph_is_freed(free):
    graph = free(100_000)
    root = graph.f(Value(graph.at))
    del root  # deallocated by recursion, it would have ended the process
