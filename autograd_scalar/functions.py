"""The primitives as functions: they record on Values and compute on plain numbers.

>>> import autograd_scalar as ag
>>> ag.sqrt(16.0)
4.0
>>> x = ag.Value(16.0, "x")
>>> y = ag.sqrt(x)
>>> y.backward()
>>> y.data, x.grad
(4.0, 0.125)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast, overload

from autograd_scalar.errors import ShapeError
from autograd_scalar.graph.value import (
    Value,
    binary,
    dot_node,
    nary,
    operand_value,
    unary,
)
from autograd_scalar.operands import flag, listed, real
from autograd_scalar.primitives import table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autograd_scalar.primitives.table import Primitive

# `sum` is public too, by its name alone: a star import replaces no builtin.
# fmt: off
__all__ = [
    "acos",
    "acosh",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "as_value",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cbrt",
    "ceil",
    "clip",
    "copysign",
    "cos",
    "cosh",
    "degrees",
    "digamma",
    "dot",
    "elu",
    "erf",
    "erfc",
    "exp",
    "exp2",
    "expm1",
    "floor",
    "fmod",
    "gelu",
    "hypot",
    "leaky_relu",
    "lgamma",
    "log",
    "log1p",
    "log2",
    "log10",
    "log_sigmoid",
    "logaddexp",
    "logit",
    "logsumexp",
    "maximum",
    "mean",
    "minimum",
    "polygamma",
    "prod",
    "radians",
    "reciprocal",
    "relu",
    "rint",
    "selu",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "sinc",
    "sinh",
    "softplus",
    "sqrt",
    "square",
    "tan",
    "tanh",
    "where",
    "xlogy",
]
# fmt: on


class UnaryFunction(Protocol):
    """Type of a unary function: Value to Value, number to float."""

    @overload
    def __call__(self, x: Value, /) -> Value: ...
    @overload
    def __call__(self, x: float, /) -> float: ...


class BinaryFunction(Protocol):
    """Type of a binary function: a Value if either operand is one, else a float."""

    @overload
    def __call__(self, a: Value, b: Value | float, /) -> Value: ...
    @overload
    def __call__(self, a: float, b: Value, /) -> Value: ...
    @overload
    def __call__(self, a: float, b: float, /) -> float: ...


def _unary(primitive: Primitive, what: str) -> UnaryFunction:
    def function(x: Value | float, /) -> Value | float:
        if isinstance(x, Value):
            return unary(primitive, x)
        return primitive.forward(real(x, f"{primitive.name}()"))

    return cast("UnaryFunction", _documented(function, primitive, what))


def _binary(primitive: Primitive, what: str) -> BinaryFunction:
    call = f"{primitive.name}()"

    def function(a: Value | float, b: Value | float, /) -> Value | float:
        if isinstance(a, Value) or isinstance(b, Value):
            return binary(primitive, operand_value(a, call), operand_value(b, call))
        return primitive.forward(real(a, call), real(b, call))

    return cast("BinaryFunction", _documented(function, primitive, what))


def _documented(function: object, primitive: Primitive, what: str) -> object:
    name = primitive.name
    kinks = "".join(
        f"\n\nAt {k.where} the derivative is {k.convention}." for k in primitive.kinks
    )
    function.__name__ = function.__qualname__ = name  # type: ignore[attr-defined]
    function.__doc__ = (
        f"Return {what}.{kinks}\n\n"
        "Raises:\n    OperandError: an operand is neither a Value nor a real number."
    )
    return function


# fmt: off
# Exponentials and powers
exp         = _unary(table.EXP, "e**x")
exp2        = _unary(table.EXP2, "2**x")
expm1       = _unary(table.EXPM1, "e**x - 1, accurate near 0")
log         = _unary(table.LOG, "the natural logarithm")
log2        = _unary(table.LOG2, "the logarithm to base 2")
log10       = _unary(table.LOG10, "the logarithm to base 10")
log1p       = _unary(table.LOG1P, "log(1 + x), accurate near 0")
sqrt        = _unary(table.SQRT, "the square root")
cbrt        = _unary(table.CBRT, "the real cube root")
square      = _unary(table.SQUARE, "x * x as one node")
reciprocal  = _unary(table.RECIPROCAL, "1 / x as one node")

# Trigonometric and hyperbolic, with the names of Python's math module beside NumPy's
sin         = _unary(table.SIN, "the sine of an angle in radians")
cos         = _unary(table.COS, "the cosine of an angle in radians")
tan         = _unary(table.TAN, "the tangent of an angle in radians")
arcsin      = asin  = _unary(table.ARCSIN, "the inverse sine, in radians")
arccos      = acos  = _unary(table.ARCCOS, "the inverse cosine, in radians")
arctan      = atan  = _unary(table.ARCTAN, "the inverse tangent, in radians")
sinh        = _unary(table.SINH, "the hyperbolic sine")
cosh        = _unary(table.COSH, "the hyperbolic cosine")
tanh        = _unary(table.TANH, "the hyperbolic tangent")
arcsinh     = asinh = _unary(table.ARCSINH, "the inverse hyperbolic sine")
arccosh     = acosh = _unary(table.ARCCOSH, "the inverse hyperbolic cosine")
arctanh     = atanh = _unary(table.ARCTANH, "the inverse hyperbolic tangent")
degrees     = _unary(table.DEGREES, "the angle in degrees, from radians")
radians     = _unary(table.RADIANS, "the angle in radians, from degrees")
sinc        = _unary(table.SINC, "sin(pi x) / (pi x), 1 at 0")

# Activations
sigmoid     = _unary(table.SIGMOID, "1 / (1 + e**-x)")
log_sigmoid = _unary(table.LOG_SIGMOID, "log(sigmoid(x)), finite at -1000")
relu        = _unary(table.RELU, "max(x, 0)")
selu        = _unary(table.SELU, "the self-normalising ELU (Klambauer et al. 2017)")
softplus    = _unary(table.SOFTPLUS, "log(1 + e**x), finite at 1000")
gelu        = _unary(table.GELU, "x * Φ(x), Φ the normal distribution function")
silu        = _unary(table.SILU, "x * sigmoid(x), also called swish")

# Special functions
erf         = _unary(table.ERF, "the error function")
erfc        = _unary(table.ERFC, "1 - erf(x), accurate in the tail")
lgamma      = _unary(table.LGAMMA, "log(abs(gamma(x)))")
digamma     = _unary(table.DIGAMMA, "the derivative of lgamma")
logit       = _unary(table.LOGIT, "log(x / (1 - x)), the inverse of sigmoid")
sign        = _unary(table.SIGN, "-1, 0 or 1")
floor       = _unary(table.FLOOR, "the next lower integer")
ceil        = _unary(table.CEIL, "the next higher integer")
rint        = _unary(table.RINT, "the nearest integer, ties to even")

# Of two operands
maximum     = _binary(table.MAXIMUM, "the larger of a and b")
minimum     = _binary(table.MINIMUM, "the smaller of a and b")
arctan2     = atan2 = _binary(table.ARCTAN2, "arctan2(y, x), the angle of (x, y)")
hypot       = _binary(table.HYPOT, "sqrt(a**2 + b**2), without overflow")
logaddexp   = _binary(table.LOGADDEXP, "log(e**a + e**b), without overflow")
copysign    = _binary(table.COPYSIGN, "copysign(x, y), abs(x) with the sign of y")
xlogy       = _binary(table.XLOGY, "xlogy(x, y), x * log(y); 0 where x is 0")
fmod        = _binary(table.FMOD, "fmod(x, y), C's remainder, with the sign of x")
polygamma   = _binary(table.POLYGAMMA, "polygamma(n, x), digamma's n-th derivative")
_leaky_relu = _binary(table.LEAKY_RELU, "x above 0, slope * x below")
_elu        = _binary(table.ELU, "x above 0, alpha * (e**x - 1) below")
# fmt: on


@overload
def leaky_relu(x: Value, slope: Value | float = 0.01) -> Value: ...
@overload
def leaky_relu(x: float, slope: float = 0.01) -> float: ...
def leaky_relu(x: Value | float, slope: Value | float = 0.01) -> Value | float:
    """Return ``x`` above 0, ``slope * x`` below.

    At 0 the derivative by x is the number between the slope and 1 that is nearest to 0.

    >>> leaky_relu(-2.0)
    -0.02
    """
    return _leaky_relu(x, slope)


@overload
def elu(x: Value, alpha: Value | float = 1.0) -> Value: ...
@overload
def elu(x: float, alpha: float = 1.0) -> float: ...
def elu(x: Value | float, alpha: Value | float = 1.0) -> Value | float:
    """Return ``x`` above 0, ``alpha * (e**x - 1)`` below.

    >>> elu(-1000.0)
    -1.0
    """
    return _elu(x, alpha)


@overload
def clip(x: Value, low: Value | float, high: Value | float) -> Value: ...
@overload
def clip(x: float, low: float, high: float) -> float: ...
@overload
def clip(
    x: Value | float, low: Value | float, high: Value | float
) -> Value | float: ...
def clip(x: Value | float, low: Value | float, high: Value | float) -> Value | float:
    """Return the number between ``low`` and ``high`` that is nearest to ``x``.

    At a bound the derivative by ``x`` is 0 (minimum norm), and 1 by the bound. Where
    ``low > high`` the result is ``high``, as in NumPy.

    >>> x = Value(3.0)
    >>> y = clip(x, -1.0, 1.0)
    >>> y.backward()
    >>> y.data, x.grad
    (1.0, 0.0)

    Raises:
        OperandError: an operand is neither a Value nor a real number.
    """
    return _fused(table.CLIP, [x, low, high])


def as_value(x: Value | float) -> Value:
    """Return ``x`` if it is a Value, else a constant leaf made from the number.

    >>> as_value(2.0), as_value(2.0).is_constant
    (Value(data=2.0, grad=0.0), True)

    Raises:
        OperandError: ``x`` is neither a Value nor a real number.
    """
    return operand_value(x, "as_value()")


def where(condition: bool, a: Value | float, b: Value | float) -> Value:
    """Return ``a`` if the condition holds, else ``b``; only that one becomes a parent.

    So the branch that was not taken cannot add a nan to the gradient:

    >>> x = Value(0.0)
    >>> y = where(x > 0, sqrt(x), 0.0)
    >>> y.backward()
    >>> x.grad
    0.0
    """
    chosen = a if flag(condition, "where(condition)") else b
    return unary(table.WHERE, operand_value(chosen, "where()"))


@overload
def sum(values: Iterable[Value], start: Value | float = 0.0) -> Value: ...  # noqa: A001  (NumPy's name)
@overload
def sum(values: Iterable[Value | float], start: Value) -> Value: ...  # noqa: A001
@overload
def sum(values: Iterable[float], start: float = 0.0) -> float: ...  # noqa: A001
def sum(  # noqa: A001
    values: Iterable[Value | float], start: Value | float = 0.0
) -> Value | float:
    """Return ``start`` + x0 + x1 + ..., added left to right, as one node.

    Takes what Python's own ``sum`` takes, which ``from autograd_scalar import *``
    leaves in place: write ``autograd_scalar.sum``. Its parents are ``start``, if it is
    not the number 0, then the values.

    >>> a, b = Value(1.0), Value(2.0)
    >>> sum([a, b, a]).data, sum([a, b], start=a).data
    (4.0, 4.0)

    Raises:
        OperandError: ``values`` cannot be iterated over, or one of them or ``start`` is
            neither a Value nor a real number.
    """
    operands = _listed(values, "sum()")
    if isinstance(start, Value) or real(start, "sum(start=)") != 0.0:
        operands.insert(0, start)
    return _fused(table.SUM, operands)


@overload
def mean(values: Iterable[Value]) -> Value: ...
@overload
def mean(values: Iterable[float]) -> float: ...
def mean(values: Iterable[Value | float]) -> Value | float:
    """Return the arithmetic mean as one node.

    Raises:
        ShapeError: there are no values.
    """
    return _fused(table.MEAN, _some(values, "mean()"))


@overload
def prod(values: Iterable[Value]) -> Value: ...
@overload
def prod(values: Iterable[float]) -> float: ...
def prod(values: Iterable[Value | float]) -> Value | float:
    """Return the product as one node; no intermediate product can overflow.

    >>> prod([1e200, 1e200, 1e-300])
    1e+100
    """
    return _fused(table.PROD, _listed(values, "prod()"))


@overload
def logsumexp(values: Iterable[Value]) -> Value: ...
@overload
def logsumexp(values: Iterable[float]) -> float: ...
def logsumexp(values: Iterable[Value | float]) -> Value | float:
    """Return log(sum of e**x) as one node, without overflow; its gradient is softmax.

    >>> a, b = Value(1000.0), Value(1000.0)
    >>> y = logsumexp([a, b])
    >>> y.backward()
    >>> y.data, a.grad
    (1000.6931471805599, 0.5)

    Raises:
        ShapeError: there are no values.
    """
    return _fused(table.LOGSUMEXP, _some(values, "logsumexp()"))


def dot(
    a: Iterable[Value | float],
    b: Iterable[Value | float],
    start: Value | float = 0.0,
) -> Value | float:
    """Return ``start`` + a0*b0 + a1*b1 + ..., added left to right, as one node.

    Its parents are a0, b0, a1, b1, ..., then ``start`` if it is not 0.0.

    >>> w, x = [Value(2.0), Value(-1.0)], [3.0, 4.0]
    >>> dot(w, x, start=Value(0.5)).data
    2.5

    Raises:
        ShapeError: the lengths of ``a`` and ``b`` differ.
        OperandError: ``a`` or ``b`` cannot be iterated over, or holds something else
            than Values and real numbers.
    """
    try:  # costs nothing: a network's time goes here
        left, right = list(a), list(b)
    except TypeError:
        _listed(a, "dot()")
        _listed(b, "dot()")
        raise
    return dot_node(left, right, start)


def _fused(primitive: Primitive, operands: list[Value | float]) -> Value | float:
    if any(isinstance(x, Value) for x in operands):
        return nary(primitive, operands)
    return primitive.forward(*(real(x, f"{primitive.name}()") for x in operands))


def _some(values: Iterable[Value | float], what: str) -> list[Value | float]:
    operands = _listed(values, what)
    if not operands:
        msg = f"{what} needs at least one value, got none"
        raise ShapeError(msg)
    return operands


def _listed(values: Iterable[Value | float], what: str) -> list[Value | float]:
    wanted = f"{what} needs a sequence of Values or numbers"
    return listed(values, wanted, "; write it in brackets: [x]")
