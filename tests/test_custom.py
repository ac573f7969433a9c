"""`@primitive`: a user's own operation."""

import pytest

import autograd_scalar as ag
from autograd_scalar import (
    OperandError,
    Value,
    check_gradients,
    gradients,
    hessian,
    jvp,
    no_grad,
    primitive,
)
from autograd_scalar.graph.recording import blocks, forget_ended


def test_one_two_and_three_operands():
    @primitive(partials=lambda x, _: (3 * x * x,), symbol="³")
    def cube(x):
        """The cube."""
        return x * x * x

    @primitive(partials=lambda a, b, _: (b, a))
    def times(a, b):
        return a * b

    @primitive(partials=lambda *xs_y: (1.0,) * (len(xs_y) - 1))
    def total(*xs):
        return float(sum(xs))

    x = Value(2.0)
    assert (cube(x).data, cube(x)._op, cube.__doc__, cube(2.0)) == (
        8.0,
        "³",
        "The cube.",
        8.0,
    )
    assert gradients(cube(x), x) == 12.0
    assert gradients(times(x, 5.0), x) == 5.0
    assert gradients(total(x, x, 1, 2), x) == 2.0
    assert total(1, 2, 3) == 6.0


def test_its_mistakes_are_named():
    @primitive(partials=lambda x, _: (1.0, 2.0))
    def two(x):
        return x

    @primitive(partials=lambda x, _: ("1",))
    def text(x):
        return x

    @primitive(partials=lambda x, _: (1.0,))
    def nothing(x):
        return None

    @primitive(partials=lambda x, _: (1.0,))
    def raising(x):
        return 1 / 0

    x = Value(1.0)
    with pytest.raises(OperandError, match="one derivative per operand: 1, got 2"):
        two(x)
    with pytest.raises(OperandError, match="a derivative from the partials of text"):
        text(x)
    with pytest.raises(OperandError, match=r"the result of nothing\(\) needs a real"):
        nothing(x)
    with pytest.raises(ZeroDivisionError):
        raising(x)
    with pytest.raises(OperandError, match=r"two\(\) takes 1 operand, got 2"):
        two(x, x)
    with pytest.raises(OperandError, match=r"two\(\) needs a real number, got str"):
        two("x")


def test_what_is_no_function_is_rejected_at_once():
    with pytest.raises(
        OperandError, match=r"\(partials=\) needs a function, got int: 3"
    ):
        primitive(partials=3)
    with pytest.raises(
        OperandError, match=r"and the output, got one of 1 argument; wr"
    ):

        @primitive  # without its parentheses
        def square(x):
            return x * x

    with pytest.raises(OperandError, match=r"goes above a function, got int: 3"):
        primitive(lambda x, y: (1.0,))(3)


def test_partials_of_another_number_of_operands_are_rejected_at_once():
    two = r"of 2 operands and the output, got one of 2 arguments; write @primitive"
    with pytest.raises(OperandError, match=two):

        @primitive(partials=lambda a, y: (1.0, 1.0))
        def plus(a, b):
            return a + b

    for k in (2.0, 3.0):

        @primitive(partials=lambda x, y, k=k: (k,))
        def times_k(x, *, k=k):
            return k * x

        assert gradients(times_k(x := Value(5.0)), x) == k


def test_a_derivative_that_is_no_tuple_is_named():
    @primitive(partials=lambda x, y: 2.0 * x)
    def square(x):
        return x * x

    message = r"square\(\) need a tuple .*, got float: 4\.0; .* return \(d,\)$"
    with pytest.raises(OperandError, match=message):
        square(Value(2.0))


def test_a_function_written_in_c_need_not_tell_what_it_takes():
    import math

    hypot = primitive(partials=lambda a, b, y: (a / y, b / y))(math.hypot)
    a, b = Value(3.0), Value(4.0)
    assert gradients(hypot(a, b), [a, b]) == [0.6, 0.8]
    log = primitive(partials=lambda x, y: (1.0 / x,))(math.log)
    assert gradients(log(b), b) == 0.25


# ---- What a user's function may do to the world around it ----------------------------


class Cubes:
    """x**3 with one part that misbehaves, and how often it was called before."""

    def __init__(self, misbehave, *, part, after=0):
        self.misbehave, self.part, self.left = misbehave, part, after
        self.operation = primitive(partials=self.partials)(self.cube)

    def turn(self, part, x):
        if part == self.part:
            self.left -= 1
            if self.left < 0:
                self.misbehave()

    def cube(self, x):
        self.turn("forward", x)
        return x * x * x

    def partials(self, x, y):
        self.turn("partials", x)
        return (3 * x * x,)


def second_order(f):
    x = Value(2.0)
    return gradients(gradients(f(x), x, create_graph=True), x)


USES = {
    "call": lambda f: f(Value(2.0)),
    "check": lambda f: check_gradients(f, [2.0]),
    "check twice": lambda f: check_gradients(f, [2.0], order=2),
    "create_graph": second_order,
    "hessian": lambda f: hessian(f)(2.0),
    "jvp": lambda f: jvp(f, (2.0,), (1.0,)),
}


def assert_nothing_is_left():
    forget_ended()
    assert not blocks
    x = Value(3.0)
    (x * x).backward()
    assert x.grad == 6.0


@pytest.mark.parametrize("after", [0, 1])
@pytest.mark.parametrize("part", ["forward", "partials"])
@pytest.mark.parametrize("kind", [StopIteration, StopAsyncIteration, GeneratorExit])
@pytest.mark.parametrize("use", USES)
def test_what_would_end_a_loop_unnoticed_is_named(use, kind, part, after):
    def misbehave():
        raise kind

    f = Cubes(misbehave, part=part, after=after).operation
    if after and use in {"call", "jvp"}:  # which evaluate it once
        f(Value(2.0))
    name = "the partials of cube" if part == "partials" else "cube"
    message = rf"^{name}\(\) raised {kind.__name__}, .*; raise a ValueError instead"
    with pytest.raises(OperandError, match=message) as error:
        USES[use](f)
    assert type(error.value.__cause__) is kind
    assert_nothing_is_left()


@pytest.mark.parametrize("part", ["forward", "partials"])
@pytest.mark.parametrize("use", USES)
def test_a_block_left_open_is_closed_and_named(use, part):
    f = Cubes(no_grad().__enter__, part=part).operation
    with pytest.raises(OperandError, match=r"cube\(\) left a no_grad block open; wri"):
        USES[use](f)
    assert_nothing_is_left()


def test_a_block_closed_for_the_caller_is_named():
    block = no_grad()
    f = Cubes(lambda: block.__exit__(None, None, None), part="forward").operation
    block.__enter__()
    with pytest.raises(OperandError, match=r"cube\(\) closed a block of its caller's"):
        f(Value(2.0))
    assert_nothing_is_left()


def test_a_block_of_a_with_statement_is_closed_by_nobody_else():
    block = no_grad()
    f = Cubes(lambda: block.__exit__(None, None, None), part="forward").operation
    with block:
        assert f(Value(2.0)).is_leaf
        assert (Value(1.0) * 2).is_leaf
    assert_nothing_is_left()


def test_its_own_error_passes_with_the_block_closed():
    def misbehave():
        no_grad().__enter__()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Cubes(misbehave, part="forward").operation(Value(2.0))
    assert_nothing_is_left()


@pytest.mark.parametrize("part", ["forward", "partials"])
def test_it_may_use_the_engine_within(part):
    """A root found by Newton's method needs derivatives of its own."""
    other = Value(5.0)
    square = other * other

    def within():
        square.backward()
        with no_grad():
            assert (other * other).is_leaf

    f = Cubes(within, part=part, after=0).operation
    assert second_order(f) == 12.0
    assert check_gradients(f, [2.0], order=2).passed
    assert other.grad % 10.0 == 0.0
    assert_nothing_is_left()


W = Value(3.0, "w")


@pytest.mark.parametrize(
    ("operands", "partials"),
    [
        (1, lambda x, y: (W,)),
        (1, lambda x, y: (W * x,)),
        (2, lambda a, b, y: (b, W)),
        (2, lambda a, b, y: (W * a, b)),
        (3, lambda *xs: (1.0, W, 1.0)),
        (3, lambda *xs: (1.0, W * xs[0], 1.0)),
    ],
)
def test_partials_that_give_a_captured_value_are_named(operands, partials):
    @primitive(partials=partials)
    def scaled(*xs):
        return 3.0 * xs[0]

    def f(xs):
        return scaled(*xs)

    at = [2.0] * operands
    leaves = [Value(x) for x in at]
    for act in (
        lambda: scaled(*leaves).backward(),
        lambda: gradients(scaled(*leaves), leaves, create_graph=True),
        lambda: ag.grad(f)(at),
        lambda: hessian(f)(at),
        lambda: jvp(f, (at,), (at,)),
        lambda: ag.hvp(f, (at,), (at,)),
        lambda: ag.replay(scaled(*leaves), float),
        lambda: check_gradients(scaled, at),
    ):
        with pytest.raises(
            OperandError, match=r"partials of scaled\(\) needs a real n"
        ):
            act()
    assert all(leaf.grad == 0.0 for leaf in leaves)


def test_partials_of_values_may_be_values_beside_plain_numbers():
    @primitive(partials=lambda a, b, y: (b, a))
    def times(a, b):
        return a * b

    x = Value(2.0)
    first = gradients(times(x, 3.0) * x, x, create_graph=True)
    assert gradients(first, x) == 6.0


def test_partials_that_lose_their_history_are_named():
    def under_no_grad(x, y):
        with no_grad():
            return (3 * x * x,)

    def detached(x, y):
        return ((3 * x * x).detach() if isinstance(x, Value) else 3 * x * x,)

    for partials in (under_no_grad, detached):

        @primitive(partials=partials)
        def cube(x):
            return x * x * x

        y = cube(x := Value(2.0))
        assert gradients(y, x) == 12.0
        message = r"from the partials of cube\(\) is Value.* without history.*leave out"
        with pytest.raises(OperandError, match=message):
            second_order(cube)
        with no_grad():  # then nothing is to be recorded
            assert gradients(y, x, create_graph=True).data == 12.0
    half_square = primitive(partials=lambda x, y: (x,))(lambda x: 0.5 * x * x)
    assert second_order(half_square) == 1.0


def test_what_gives_no_number_when_called_is_rejected_at_once():
    async def later(x):
        return x

    def one_by_one(x):
        yield x

    async def both(x):
        yield x

    for function in (later, one_by_one, both):
        with pytest.raises(OperandError, match=r"coroutine; write it with def and ret"):
            primitive(partials=lambda x, y: (1.0,))(function)


def test_a_kernel_has_a_name_and_as_many_operands():
    decorate = primitive(lambda *x: (0.0, 0.0), kernel="cross_entropy")
    assert decorate(lambda a, y: 0.0)(Value(1.0), 2.0)._primitive.kernel
    for wrong in ("tanh", 3, ["cross_entropy"]):
        with pytest.raises(OperandError, match=r"one of 'cross_entropy', .*, got "):
            primitive(lambda x, y: (0.0,), kernel=wrong)(lambda x: x)
    with pytest.raises(OperandError, match=r"of 2 operands, and <lambda>\(\) has 1"):
        primitive(lambda x, y: (0.0,), kernel="cross_entropy")(lambda x: x)
    partials = lambda x, y: (0.0,)  # noqa: E731
    with pytest.raises(OperandError, match="of any number of operands, and"):
        primitive(partials, kernel="cross_entropy_of_softmax")(lambda x: x)
    with pytest.raises(OperandError, match="has any number"):
        primitive(lambda *x: x, kernel="cross_entropy")(lambda *x: x[0])
