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
    with pytest.raises(OperandError, match=r"two\(\) takes 1 operands, got 2"):
        two(x, x)
    with pytest.raises(OperandError, match=r"two\(\) needs a real number, got str"):
        two("x")
