"""`vjp`, `stop_gradient` and `has_aux`: by hand, in each other, and beside live JAX."""

import math

import numpy as np
import pytest

import autograd_scalar as ag
from autograd_scalar import (
    OperandError,
    ShapeError,
    Value,
    grad,
    hessian,
    jacobian,
    jvp,
    no_grad,
    stop_gradient,
    value_and_grad,
    vjp,
)


def two(x, y):
    return {"product": x[0] * y, "rest": [x[1] ** 2, 3.0]}


POINT = ((2.0, 5.0), 3.0)


# ---- vjp -----------------------------------------------------------------------------


def test_a_cotangent_weighs_the_outputs():
    output, pull = vjp(two, *POINT)
    assert output == {"product": 6.0, "rest": [25.0, 3.0]}
    assert pull({"product": 1.0, "rest": [0.0, 9.0]}) == ((3.0, 0.0), 2.0)
    assert pull({"product": 2.0, "rest": [0.5, 9.0]}) == ((6.0, 5.0), 4.0)


def test_arrays_come_back_as_arrays():
    A = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    output, pull = vjp(lambda x: A @ x, np.array([1.0, -1.0]))
    assert output.tolist() == [-1.0, -1.0, -1.0]
    (found,) = pull(np.array([1.0, 0.0, 2.0]))
    assert found.dtype == np.float64
    assert found.tolist() == (A.T @ [1.0, 0.0, 2.0]).tolist()


def test_no_outputs_that_depend_give_zeros():
    output, pull = vjp(lambda x: 3.0, 2.0)
    assert (output, pull(1.0)) == (3.0, (0.0,))
    assert vjp(lambda: [2.0])[1]([1.0]) == ()
    assert vjp(lambda x: [], 2.0)[1]([]) == (0.0,)
    assert vjp(lambda x: x, 2.0)[1](7.0) == (7.0,)


def test_it_can_be_differentiated_again():
    def slope(x):
        return vjp(lambda x: x**3, x)[1](1.0)[0]

    assert grad(slope)(2.0) == 12.0
    assert jvp(slope, (2.0,), (1.0,)) == (12.0, 12.0)
    assert hessian(lambda x: slope(x) * x)(2.0) == pytest.approx(36.0)
    # By the cotangent: the derivative is linear in it.
    assert grad(lambda c: vjp(lambda x: x**3, 2.0)[1](c)[0])(1.0) == 12.0
    # By what the function closes over.
    assert grad(lambda a: vjp(lambda x: a * x**2, 2.0)[1](1.0)[0])(5.0) == 4.0


def test_the_vector_is_taken_later_and_outside():
    pulls = []

    def f(x):
        output, pull = vjp(lambda y: y * y * x, 3.0)
        pulls.append(pull)
        return output

    assert grad(f)(2.0) == 9.0
    (found,) = pulls[0](1.0)
    assert getattr(found, "data", found) == 12.0
    with no_grad():
        _, pull = vjp(lambda x: x * x, 3.0)
        assert pull(1.0) == (6.0,)
    assert pull(2.0) == (12.0,)


def test_values_give_values():
    x = Value(2.0, "x")
    output, pull = vjp(lambda x: x**3, x)
    (slope,) = pull(1.0)
    assert (output.data, slope.data) == (8.0, 12.0)
    slope.backward()
    assert x.grad == 12.0
    (slope,) = vjp(lambda x: x**3, 2.0)[1](Value(1.0))
    assert (type(slope), slope.data) == (Value, 12.0)
    with no_grad():
        (found,) = pull(1.0)
        assert found.is_leaf


def test_grad_of_values_leaves_their_gradients_alone():
    x = Value(2.0)
    vjp(lambda x: x * x, x)[1](1.0)
    assert not x.has_grad


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: vjp(5, 1.0), OperandError, r"vjp\(\) needs a function, got int"),
        (lambda: vjp(abs, "a"), OperandError, "real number"),
        (lambda: vjp(lambda x: "a", 1.0), OperandError, "returns"),
        (
            lambda: vjp(lambda x: [x, x], 1.0)[1]([1.0]),
            ShapeError,
            "the cotangent: got a list of 1 where the output is a list of 2",
        ),
        (
            lambda: vjp(lambda x: x, 1.0)[1]([1.0]),
            ShapeError,
            "got a list of 1 where the output is one number",
        ),
        (lambda: vjp(lambda x: x, 1.0)[1]("a"), OperandError, "the cotangent"),
        (
            lambda: vjp(lambda x: x, 1.0, has_aux=True),
            OperandError,
            r"vjp\(has_aux=True\) needs a function that returns a pair.*returns Value",
        ),
    ],
)
def test_what_vjp_cannot_take(call, error, message):
    with pytest.raises(error, match=message):
        call()


# ---- stop_gradient -------------------------------------------------------------------


def test_no_derivative_passes():
    assert grad(lambda x: x * stop_gradient(x))(3.0) == 3.0
    assert grad(lambda x: stop_gradient(x * x) + 0.0)(3.0) == 0.0
    assert jvp(lambda x: x * stop_gradient(x), (3.0,), (1.0,)) == (9.0, 3.0)
    assert hessian(lambda x: x * x * stop_gradient(x))(3.0) == 6.0
    # From within a derivative, too: 2 x is a constant to the outer one.
    assert grad(lambda x: x * stop_gradient(grad(lambda y: y * y)(x)))(3.0) == 6.0


def test_a_tree_keeps_what_is_no_value():
    x = Value(2.0, "x")
    found = stop_gradient({"a": [x * 3.0, 1], "b": ("text", None), "c": np.ones(2)})
    assert found["a"][0].data == 6.0
    assert found["a"][0].is_leaf
    assert (found["a"][1], found["b"]) == (1, ("text", None))
    assert found["c"].tolist() == [1.0, 1.0]
    array = stop_gradient(np.array([x * 2.0, 5, None], dtype=object))
    assert (array[0].data, array[0].is_leaf, array[1], array[2]) == (4.0, True, 5, None)
    assert stop_gradient(4) == 4
    assert stop_gradient(x).label == "x"
    loop = []
    loop.append(loop)
    with pytest.raises(ShapeError, match="contains itself"):
        stop_gradient(loop)


# ---- has_aux -------------------------------------------------------------------------


def with_aux(x):
    y = x * x
    return y, {"y": y, "twice": [2.0 * x], "note": "kept", "n": 3}


AUX = {"y": 9.0, "twice": [6.0], "note": "kept", "n": 3}


def test_what_is_beside_the_value_is_passed_on():
    assert grad(with_aux, has_aux=True)(3.0) == (6.0, AUX)
    assert value_and_grad(with_aux, has_aux=True)(3.0) == ((9.0, AUX), 6.0)
    assert jacobian(with_aux, has_aux=True)(3.0) == (6.0, AUX)
    assert hessian(with_aux, has_aux=True)(3.0) == (2.0, AUX)
    assert jvp(with_aux, (3.0,), (1.0,), has_aux=True) == (9.0, 6.0, AUX)
    output, pull, aux = vjp(with_aux, 3.0, has_aux=True)
    assert (output, pull(1.0), aux) == (9.0, (6.0,), AUX)


def test_values_of_the_users_own_stay_what_they_are():
    w = Value(2.0, "w")
    _, (kept, product) = grad(lambda x: (x * x, (w, w * x)), has_aux=True)(3.0)
    assert kept is w
    assert product == 6.0
    _, (array, other) = grad(
        lambda x: (x, (np.array([x, 2.0 * x]), np.array([x, None]))), has_aux=True
    )(3.0)
    assert (array.dtype, array.tolist()) == (np.float64, [3.0, 6.0])
    assert other.tolist() == [3.0, None]


def test_values_beside_the_value_can_be_differentiated_again():
    def outer(x):
        slope, y = grad(lambda y: (y**3, y**2), has_aux=True)(x)
        return slope * y  # 3 x**4

    assert grad(outer)(2.0) == pytest.approx(96.0)
    # The value does not depend on the outer input, what is beside it does.
    assert grad(lambda a: grad(lambda y: (y, a * y), has_aux=True)(3.0)[1])(5.0) == 3.0
    x = Value(3.0)
    slope, aux = grad(with_aux, has_aux=True)(x)
    assert (slope.data, aux["y"].data, aux["note"]) == (6.0, 9.0, "kept")


@pytest.mark.parametrize("returned", [1.0, (1.0,), (1.0, 2.0, 3.0), {"a": 1, "b": 2}])
@pytest.mark.parametrize("transform", [grad, value_and_grad, jacobian, hessian])
def test_a_pair_is_asked_for(transform, returned):
    message = rf"{transform.__name__}\(has_aux=True\) needs a function that returns a"
    with pytest.raises(OperandError, match=message):
        transform(lambda x: returned, has_aux=True)(1.0)


def test_what_is_beside_the_value_must_not_contain_itself():
    loop = []
    loop.append(loop)
    with pytest.raises(ShapeError, match="contains itself"):
        grad(lambda x: (x, loop), has_aux=True)(1.0)


# ---- Beside JAX ----------------------------------------------------------------------


@pytest.mark.oracles
def test_they_give_what_jax_gives():
    import jax

    jax.config.update("jax_enable_x64", True)
    stop = jax.lax.stop_gradient

    def f(tanh, stopped, p, x):
        a = tanh(p["w"] * x) * stopped(x)
        return {"a": a, "b": [a * p["c"], x**2]}, a + p["w"]

    p, x = {"w": 0.5, "c": 1.5}, 0.7
    cotangent = {"a": 0.25, "b": [2.0, -1.0]}
    ours = vjp(lambda p, x: f(ag.tanh, stop_gradient, p, x), p, x, has_aux=True)
    theirs = jax.vjp(lambda p, x: f(jax.numpy.tanh, stop, p, x), p, x, has_aux=True)
    for i in (0, 2):
        assert jax.tree.leaves(ours[i]) == pytest.approx(
            [float(leaf) for leaf in jax.tree.leaves(theirs[i])], rel=1e-13
        )
    mine, other = ours[1](cotangent), theirs[1](cotangent)
    assert jax.tree.structure(mine) == jax.tree.structure(other)
    assert jax.tree.leaves(mine) == pytest.approx(
        [float(leaf) for leaf in jax.tree.leaves(other)], rel=1e-13
    )

    def g(tanh, x):
        y = tanh(x) * x
        return y, {"y": y, "z": [x, 2.0]}

    for name in ("grad", "value_and_grad", "hessian"):
        a = getattr(ag, name)(lambda x: g(ag.tanh, x), has_aux=True)(x)
        b = getattr(jax, name)(lambda x: g(jax.numpy.tanh, x), has_aux=True)(x)
        assert jax.tree.structure(a) == jax.tree.structure(b)
        assert jax.tree.leaves(a) == pytest.approx(
            [float(leaf) for leaf in jax.tree.leaves(b)], rel=1e-12
        )


def test_an_infinite_adjoint_of_an_output_that_does_not_count():
    _, pull = vjp(lambda x: [ag.sqrt(x), x], 0.0)
    assert math.isinf(pull([1.0, 0.0])[0])
