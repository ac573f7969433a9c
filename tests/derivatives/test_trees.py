"""Numbers in lists, tuples, dicts and NumPy arrays: out, and back in."""

from collections import OrderedDict, defaultdict, deque, namedtuple

import numpy as np
import pytest

from autograd_scalar import (
    OperandError,
    ShapeError,
    Value,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
)
from autograd_scalar.derivatives.trees import (
    blocks_of,
    filled,
    holds_values,
    leaves_alike,
    leaves_of,
)

Point = namedtuple("Point", "x y")


class Row(list):
    pass


TREES = [
    1.5,
    [],
    [1.0, [2.0, (3.0,)], {}],
    (1.0, (), {"b": 2.0, "a": [3.0]}),
    Point(1.0, Point([2.0], 3.0)),
    OrderedDict(z=1.0, a=2.0),
    Row([1.0, 2.0]),
    {1: 2.0, (1, 2): 3.0},
]


@pytest.mark.parametrize("tree", TREES, ids=repr)
def test_what_is_taken_out_goes_back_in(tree):
    leaves = leaves_of(tree, "test")
    again = filled(tree, iter(leaves))
    assert again == tree
    assert type(again) is type(tree)
    assert repr(again) == repr(tree)  # the order of a dict and the inner types


def test_a_defaultdict_keeps_its_factory():
    tree = defaultdict(list, a=1.0)
    again = filled(tree, iter([2.0]))
    assert again == {"a": 2.0}
    assert again["new"] == []
    assert tree == {"a": 1.0}


@pytest.mark.parametrize("dtype", [float, np.float32, np.longdouble, int, np.uint8])
def test_arrays_of_numbers_come_back_as_float64(dtype):
    tree = {"a": np.arange(6, dtype=dtype).reshape(2, 3), "b": [np.float32(0.5), 7]}
    leaves = leaves_of(tree, "test")
    assert leaves == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 0.5, 7.0]
    assert {type(x) for x in leaves} == {float}
    again = filled(tree, iter(leaves))
    assert again["a"].dtype == np.float64
    np.testing.assert_array_equal(again["a"], tree["a"])


@pytest.mark.parametrize("shape", [(), (0,), (2, 0), (1, 1, 1), (3, 2)])
def test_arrays_of_every_shape(shape):
    tree = np.zeros(shape, order="F")
    again = filled(tree, iter(leaves_of(tree, "test")))
    assert type(again) is np.ndarray
    assert (again.shape, again.dtype) == (shape, np.float64)


def test_an_array_with_values_holds_objects():
    v = Value(2.0)
    mixed = np.array([1.0, v], dtype=object)
    assert leaves_of(mixed, "test") == [1.0, v]
    again = filled(np.zeros(2), iter([1.0, v]))
    assert again.dtype == object
    assert again[1] is v
    assert filled(mixed, iter([1.0, 2.0])).dtype == np.float64


def test_values_are_found_wherever_they_are():
    v = Value(0.0)  # false, as a number
    for tree in [v, [v], ({"a": [1.0, v]},), np.array([1, v], dtype=object)]:
        assert holds_values(tree)
    for tree in [0.0, [], {"a": "text"}, None, np.zeros(3), {v: 1.0}]:
        assert not holds_values(tree)


@pytest.mark.parametrize(
    "tree",
    [
        "1",
        None,
        True,
        1j,
        {1.0},
        iter([1.0]),
        np.array([True]),
        np.array([1j]),
        np.array(["a"]),
        np.ma.array([1.0], mask=[True]),  # what is masked would come back
    ],
)
def test_what_is_no_number_is_rejected(tree):
    with pytest.raises(OperandError, match="named here"):
        leaves_of([1.0, {"a": tree}], "named here")


def test_leaves_of_a_tree_built_alike():
    model = {"a": [1.0, np.zeros((1, 2))], "b": Point(1.0, 2.0)}
    tree = {"b": Point(4, 5.0), "a": [1.0, np.array([[2.0, 3.0]])]}  # other key order
    assert leaves_alike(tree, model, "test") == [1.0, 2.0, 3.0, 4.0, 5.0]


@pytest.mark.parametrize(
    ("tree", "model", "message"),
    [
        ([1.0], 1.0, "got a list of 1 where the primal is one number"),
        (1.0, [1.0], "got a float where the primal is a list of 1"),
        ([1.0], (1.0,), "got a list of 1 where the primal is a tuple of 1"),
        ([1.0], [1.0, 2.0], "got a list of 1 where the primal is a list of 2"),
        ({"a": 1.0}, {"b": 1.0}, "the keys 'a' where .* keys 'b'"),
        ((1.0, 2.0), Point(1.0, 2.0), "got a tuple of 2 where .* a Point of 2"),
        (np.zeros(2), np.zeros((1, 2)), r"array of shape \(2,\) .* shape \(1, 2\)"),
        ([0.0, 1.0], np.zeros(2), r"a list of 2 where .* array of shape \(2,\)"),
        ({"a": [1.0]}, {"a": [[1.0]]}, "got a float where the primal is a list of 1"),
    ],
)
def test_a_tree_built_otherwise_is_rejected(tree, model, message):
    with pytest.raises(ShapeError, match=rf"jvp: .*{message}"):
        leaves_alike(tree, model, "jvp")


# Blocks of a Jacobian: 2 * outputs rows, entry "row, column" of a table of numbers


@pytest.mark.parametrize("inside", [(), (0,), (2,), (3, 2)])
@pytest.mark.parametrize("outside", [(), (0,), (2,), (2, 3)])
def test_a_block_has_both_shapes(outside, inside):
    outputs, inputs = np.zeros(outside), np.zeros(inside)
    table = np.arange(float(outputs.size * inputs.size))
    rows = table.reshape(outputs.size, inputs.size).tolist()
    block = blocks_of(outputs, inputs, rows)
    np.testing.assert_array_equal(block, table.reshape(outside + inside), strict=True)


def test_blocks_of_arrays_and_numbers_mixed():
    outputs = {"s": 0.0, "v": np.zeros(2)}
    inputs = (0.0, [np.zeros(2)])
    blocks = blocks_of(outputs, inputs, [[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    assert blocks["s"][0] == 1
    np.testing.assert_array_equal(blocks["s"][1][0], [2, 3])
    np.testing.assert_array_equal(blocks["v"][0], [4, 7])
    np.testing.assert_array_equal(blocks["v"][1][0], [[5, 6], [8, 9]])


@pytest.mark.parametrize(
    "tree", [deque([1.0]), {1.0}, range(2), np.ma.array([1.0, 2.0])], ids=type
)
def test_other_containers_are_rejected_with_those_that_are_taken(tree):
    with pytest.raises(OperandError, match=r"(?s)f needs a real .* lists, tup"):
        leaves_of([tree], "f")
    with pytest.raises(OperandError, match=r"got str: '1'$"):
        leaves_of(["1"], "f")


# Depth: far beyond what Python may recurse

DEEP = 5_000


def nested(leaf, kind, depth=DEEP):
    """The leaf within that many containers."""
    for _ in range(depth):
        leaf = kind(leaf)
    return leaf


def innermost(tree):
    depth = 0
    while isinstance(tree, (list, tuple, dict)):
        (tree,) = tree.values() if isinstance(tree, dict) else tree
        depth += 1
    return tree, depth


KINDS = pytest.mark.parametrize(
    "kind",
    [lambda x: [x], lambda x: {"a": x}],
    ids=["list", "dict"],
)


def cubed(tree):
    return innermost(tree)[0] ** 3


@pytest.mark.thorough
@KINDS
def test_every_transformation_takes_a_deep_container(kind):
    x, v = nested(2.0, kind), nested(1.0, kind)
    assert innermost(grad(cubed)(x)) == (12.0, DEEP)
    assert innermost(value_and_grad(cubed)(x)[1]) == (12.0, DEEP)
    assert innermost(jacobian(cubed)(x)) == (12.0, DEEP)
    assert innermost(hvp(cubed, (x,), (v,))) == (12.0, DEEP)
    assert innermost(jvp(lambda t: t, (x,), (v,))[1]) == (1.0, DEEP)
    assert innermost(hessian(cubed)(x)) == (12.0, 2 * DEEP)


@KINDS
def test_a_jacobian_of_a_deep_container(kind):
    found = jacobian(lambda x: nested(x * x, kind))(3.0)
    assert innermost(found) == (6.0, DEEP)


def test_a_deep_container_built_otherwise_is_rejected():
    with pytest.raises(ShapeError, match="got a float where the primal is a list of 1"):
        jvp(lambda t: t, (nested([1.0], list_of),), (nested(1.0, list_of),))
    with pytest.raises(ShapeError, match="got a list of 1 where the primal is one num"):
        jvp(lambda t: t, (nested(1.0, list_of),), (nested([1.0], list_of),))


def list_of(x):
    return [x]


def test_a_deep_container_is_no_number_and_is_not_written_out():
    deep = nested(1.0, list_of, 200_000)  # how deep repr() goes is Python's release
    with pytest.raises(OperandError, match=r"got list: nested too deeply to be shown;"):
        grad(lambda x: deep)(1.0)
    with pytest.raises(OperandError, match=r"got deque: nested too deeply to be shown"):
        leaves_of([deque([deep])], "test")


def test_of_a_container_that_python_writes_out_the_beginning_is_shown():
    with pytest.raises(OperandError, match=r"got list: \[{57}\.\.\.; for several"):
        grad(lambda x: nested(1.0, list_of, 300))(1.0)


def cyclic_list():
    tree = [1.0, {"a": [2.0]}]
    tree[1]["a"].append(tree)
    return tree


def cyclic_dict():
    tree = {"a": 1.0}
    tree["b"] = (tree,)
    return tree


@pytest.mark.parametrize(
    ("make", "said"),
    [(cyclic_list, "a list of 2"), (cyclic_dict, "a dict with the keys 'a', 'b'")],
)
def test_a_container_that_contains_itself_is_rejected(make, said):
    message = rf"argument: {said} contains itself; pass a container that does not"
    with pytest.raises(ShapeError, match=message):
        grad(lambda tree: 1.0)(make())
    with pytest.raises(ShapeError, match=f"returns: {said} contains itself"):
        jacobian(lambda x: make())(1.0)
    with pytest.raises(ShapeError, match="tangents"):
        jvp(lambda x: x, ([1.0, 2.0],), (make(),))
    assert grad(lambda x, tree: x * x)(3.0, make()) == 6.0  # not differentiated
    assert not holds_values(make())


def test_one_container_in_several_places_is_no_cycle():
    shared = [1.0, 2.0]
    tree = [shared, {"a": shared}, (shared, shared)]
    assert leaves_of(tree, "test") == [1.0, 2.0] * 4
    again = filled(tree, iter(map(float, range(8))))
    assert again == [[0.0, 1.0], {"a": [2.0, 3.0]}, ([4.0, 5.0], [6.0, 7.0])]
    doubled = shared
    for _ in range(100):
        doubled = [doubled, doubled]
    assert not holds_values(doubled)  # looked at once each


def test_what_arrays_of_objects_hold():
    array = np.empty(2, dtype=object)
    array[:] = [1.0, [2.0]]
    with pytest.raises(OperandError, match=r"test needs a real number, got list"):
        leaves_of(array, "test")
    assert not holds_values(array)
    array[1] = [array, Value(1.0)]
    assert holds_values(array)
    array[1] = array
    assert not holds_values(array)
