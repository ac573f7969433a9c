"""`@primitive`: a user's own operation."""

import pytest

from autograd_scalar import OperandError, Value, gradients, primitive


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


def test_what_is_no_function_is_refused_at_once():
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


def test_partials_of_another_number_of_operands_are_refused_at_once():
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
