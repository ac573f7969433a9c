"""Functions of a float, or of anything else that behaves like a number.

On a float (or int) each is the IEEE function; on any other type it is the method
of the same name, so one formula runs on floats, Values, dual numbers and symbols.

>>> exp(0.0), divide(1.0, 0.0)
(1.0, inf)
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from autograd_scalar.primitives import floats, precise

Number: TypeAlias = Any
"""A float, or a type with a float's operators and these functions as methods."""


def _generic(
    name: str, on_float: Callable[[float], float]
) -> Callable[[Number], Number]:
    def function(x: Number) -> Number:
        if type(x) is float:
            return on_float(x)
        return on_float(float(x)) if type(x) is int else getattr(x, name)()

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"Return {name}(x) for a float, x.{name}() for other types."
    return function


exp = _generic("exp", floats.exp)
log = _generic("log", floats.log)
sqrt = _generic("sqrt", floats.sqrt)
sin = _generic("sin", floats.sin)
cos = _generic("cos", floats.cos)
sinh = _generic("sinh", floats.sinh)
cosh = _generic("cosh", floats.cosh)
sigmoid = _generic("sigmoid", floats.sigmoid)
erfc = _generic("erfc", floats.erfc)
digamma = _generic("digamma", precise.digamma)


def polygamma(n: Number, x: Number) -> Number:
    """Return the n-th derivative of digamma at x, by x.polygamma(n) for non-floats.

    The order is a number in any case: it is not differentiated.
    """
    order = n if isinstance(n, float) else n.data
    return precise.polygamma(order, x) if type(x) is float else x.polygamma(order)


def divide(a: Number, b: Number) -> Number:
    """Return a / b; on floats a zero divisor gives an infinity or nan.

    >>> divide(1, 0.0)
    inf
    """
    if type(b) is float and (type(a) is float or type(a) is int):
        return floats.divide(a, b)
    return a / b
