"""`Value`: a number that remembers how it was computed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn, final, overload

from autograd_scalar.errors import OperandError, ShapeError
from autograd_scalar.graph.node import (
    BLANK,
    CONSTANT,
    HAS_ADJOINT,
    Node,
    noticed_read,
)
from autograd_scalar.graph.recording import blocks, is_off, watched, watched_sweep
from autograd_scalar.graph.sweeps import contribute, reverse_sweep
from autograd_scalar.graph.tracing import as_recorded, current, tracers
from autograd_scalar.native import Unchecked, mypyc_attr
from autograd_scalar.operands import is_number, real, real_or_none, shown
from autograd_scalar.primitives import table
from autograd_scalar.primitives.table import ADD, DOT, MUL, NEG, SUB

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_scalar.primitives.table import Primitive

__all__ = [
    "Value",
    "binary",
    "dot_node",
    "fused_node",
    "nary",
    "operand_value",
    "unary",
]


@final
@mypyc_attr(acyclic=True)
class Value(Node):
    """A real number that records its parents and its local derivatives.

    Shape: scalar, float64. Arithmetic follows IEEE 754: nothing raises on overflow or
    outside a domain, the result is inf or nan. Between Values ``==`` and ``hash`` go by
    identity; ``<``, ``<=``, ``>`` and ``>=`` compare ``data``.

    >>> a, b = Value(2.0, "a"), Value(-3.0, "b")
    >>> c = (a * b + a**2).named("c")
    >>> c.backward()
    >>> c
    Value(data=-2.0, grad=1.0, label='c')
    >>> a.grad, b.grad
    (1.0, 2.0)
    >>> [parent.op for parent in c.parents], c.local_derivatives
    (['mul', 'pow_constant'], (1.0, 1.0))

    Raises:
        OperandError: ``data`` is not a real number, or is an int that float64 cannot
            hold exactly.
    """

    __slots__ = ()
    # NumPy's scalars then ask us before they become Python's numbers, as a duration
    # without a unit does; its arrays, of priority 0.0, still take element by element.
    __array_priority__: ClassVar[float] = -1.0

    def __init_subclass__(cls) -> None:
        msg = "Value cannot be subclassed; add an operation with @primitive instead"
        raise OperandError(msg)

    def detach(self) -> Value:
        """Return a new leaf with the same number and label, without history."""
        if tracers:
            noticed_read(self)
        return Value(self._data, self._label)

    def backward(self, seed: float | Unchecked = 1.0) -> None:
        """Put ``seed`` on this node and add up every node's contributions to it.

        Interior nodes hold the adjoints of the latest call; leaves accumulate, so set
        them to zero between training steps.

        >>> x = Value(2.0)
        >>> y = 2 * x**3
        >>> y.backward(); y.backward()
        >>> x.grad
        48.0

        Raises:
            OperandError: ``seed`` is not a real number.
            AnomalyError: within `detect_anomaly`, an adjoint is inf or nan.
        """
        start = real(seed, "backward(seed=)")
        if blocks:
            watched_sweep(self, start)
        reverse_sweep(self, start)

    # ---- Arithmetic: written out for speed, bit-equal to the table -------------------

    @overload
    def __add__(self, other: Value) -> Value: ...
    @overload
    def __add__(self, other: float) -> Value: ...
    def __add__(self, other: object) -> Any:
        right = other if type(other) is Value else _lifted(other)
        if right is None:
            return NotImplemented
        return _record(self._data + right._data, ADD, self, right, 1.0, 1.0)

    def __radd__(self, other: float | Unchecked) -> Value:  # other + self
        return operand_value(other, "+") + self

    @overload
    def __sub__(self, other: Value) -> Value: ...
    @overload
    def __sub__(self, other: float) -> Value: ...
    def __sub__(self, other: object) -> Any:
        right = other if type(other) is Value else _lifted(other)
        if right is None:
            return NotImplemented
        return _record(self._data - right._data, SUB, self, right, 1.0, -1.0)

    def __rsub__(self, other: float | Unchecked) -> Value:  # other - self
        return operand_value(other, "-") - self

    @overload
    def __mul__(self, other: Value) -> Value: ...
    @overload
    def __mul__(self, other: float) -> Value: ...
    def __mul__(self, other: object) -> Any:
        right = other if type(other) is Value else _lifted(other)
        if right is None:
            return NotImplemented
        a, b = self._data, right._data
        return _record(a * b, MUL, self, right, b, a)

    def __rmul__(self, other: float | Unchecked) -> Value:  # other * self
        return operand_value(other, "*") * self

    @overload
    def __truediv__(self, other: Value) -> Value: ...
    @overload
    def __truediv__(self, other: float) -> Value: ...
    def __truediv__(self, other: object) -> Any:
        right = other if type(other) is Value else _lifted(other)
        if right is None:
            return NotImplemented
        return binary(table.DIV, self, right)

    def __rtruediv__(self, other: float | Unchecked) -> Value:  # other / self
        return operand_value(other, "/") / self

    @overload
    def __pow__(self, other: Value) -> Value: ...
    @overload
    def __pow__(self, other: float) -> Value: ...
    def __pow__(self, other: object) -> Any:
        right = other if type(other) is Value else _lifted(other)
        if right is None:
            return NotImplemented
        # A plain exponent is not differentiated, so it never meets log of the base.
        primitive = table.POW if right is other else table.POW_CONSTANT
        return binary(primitive, self, right)

    def __rpow__(self, other: float | Unchecked) -> Value:  # other ** self
        return binary(table.POW, operand_value(other, "**"), self)

    @overload
    def __mod__(self, other: Value) -> Value: ...
    @overload
    def __mod__(self, other: float) -> Value: ...
    def __mod__(self, other: object) -> Any:
        right = other if type(other) is Value else _lifted(other)
        if right is None:
            return NotImplemented
        return binary(table.MOD, self, right)

    def __rmod__(self, other: float | Unchecked) -> Value:  # other % self
        return binary(table.MOD, operand_value(other, "%"), self)

    def __neg__(self) -> Value:
        return _record(-self._data, NEG, self, None, -1.0, 0.0)

    def __pos__(self) -> Value:
        return self

    def __abs__(self) -> Value:
        return unary(table.ABS, self)

    def __round__(self, digits: Unchecked | None = None) -> Value:
        if digits is not None:
            _reject("round(v, digits)", "has no useful derivative", "round(v.data, n)")
        return unary(table.RINT, self)

    def __floor__(self) -> Value:
        return unary(table.FLOOR, self)

    def __ceil__(self) -> Value:
        return unary(table.CEIL, self)

    # ---- Comparisons read the data ---------------------------------------------------

    def __lt__(self, other: Value | float | Unchecked) -> bool:
        if tracers:
            return _noticed(self, "<", other)
        return self._data < _compared(other, "<")

    def __le__(self, other: Value | float | Unchecked) -> bool:
        if tracers:
            return _noticed(self, "<=", other)
        return self._data <= _compared(other, "<=")

    def __gt__(self, other: Value | float | Unchecked) -> bool:
        if tracers:
            return _noticed(self, ">", other)
        return self._data > _compared(other, ">")

    def __ge__(self, other: Value | float | Unchecked) -> bool:
        if tracers:
            return _noticed(self, ">=", other)
        return self._data >= _compared(other, ">=")

    @overload
    def __eq__(self, other: Value) -> bool: ...
    @overload
    def __eq__(self, other: object) -> Any: ...
    def __eq__(self, other: object) -> Any:
        if type(other) is Value:
            return self is other
        if is_number(other):
            _reject(
                f"v == {shown(other)}", "goes by identity", f"v.data == {shown(other)}"
            )
        return NotImplemented  # so an array asks element by element

    def __hash__(self) -> int:
        return object.__hash__(self)

    def __bool__(self) -> bool:
        if tracers:
            return _noticed(self, "!=", 0.0)
        return self._data != 0.0

    # ---- Raise, with the remedy ------------------------------------------------------

    def __float__(self) -> float:
        _reject(
            "float(v), and math.sin(v) with it,",
            "would drop the gradient",
            "autograd_scalar.sin(v), or v.data",
        )

    def __int__(self) -> int:
        _reject("int(v)", "would drop the gradient", "int(v.data)")

    def __trunc__(self) -> int:
        _reject("math.trunc(v)", "would drop the gradient", "math.trunc(v.data)")

    def __floordiv__(self, other: object) -> Value:
        _reject("//", "has derivative 0 almost everywhere", "v.data // w.data")

    def __rfloordiv__(self, other: object) -> Value:
        _reject("//", "has derivative 0 almost everywhere", "v.data // w.data")

    def __divmod__(self, other: object) -> tuple[Value, Value]:
        _reject("divmod", "contains //, whose derivative is 0", "v % w, or v.data")

    def __rdivmod__(self, other: object) -> tuple[Value, Value]:
        _reject("divmod", "contains //, whose derivative is 0", "v % w, or v.data")

    # ---- Names that micrograd's notebooks and microgpt use ---------------------------

    @property
    def _prev(self) -> tuple[Value, ...]:
        return tuple(dict.fromkeys(self.parents))

    @property
    def _children(self) -> tuple[Value, ...]:
        return self.parents

    @property
    def _local_grads(self) -> tuple[float, ...]:
        return self.local_derivatives

    @property
    def _op(self) -> str:
        return "" if self._primitive is None else self._primitive.symbol

    def _backward(self) -> None:
        contribute(self)
        for parent in self.parents:
            parent._mark |= HAS_ADJOINT

    # Names under which programs for other engines keep an optimiser's state, or a
    # colour, on a node. Room for it would cost every node 16 to 32 bytes, and time.

    @property
    def m(self) -> Any:
        """No attribute: reading and writing it raise an error with the remedy."""
        _no_place_for("m")

    @m.setter
    def m(self, number: object) -> None:
        _no_place_for("m")

    @property
    def v(self) -> Any:
        """No attribute: reading and writing it raise an error with the remedy."""
        _no_place_for("v")

    @v.setter
    def v(self, number: object) -> None:
        _no_place_for("v")

    @property
    def _vis_color(self) -> Any:
        _no_place_for("_vis_color")

    @_vis_color.setter
    def _vis_color(self, color: object) -> None:
        _no_place_for("_vis_color")

    # ---- One method for each elementary function, under NumPy's names ----------------
    # NumPy calls them on arrays of objects, so that np.exp(v) records.

    # Exponentials and powers

    def exp(self) -> Value:
        """Return e**x."""
        return unary(table.EXP, self)

    def exp2(self) -> Value:
        """Return 2**x."""
        return unary(table.EXP2, self)

    def expm1(self) -> Value:
        """Return e**x - 1, accurate near 0."""
        return unary(table.EXPM1, self)

    def log(self) -> Value:
        """Return the natural logarithm."""
        return unary(table.LOG, self)

    def log2(self) -> Value:
        """Return the logarithm to base 2."""
        return unary(table.LOG2, self)

    def log10(self) -> Value:
        """Return the logarithm to base 10."""
        return unary(table.LOG10, self)

    def log1p(self) -> Value:
        """Return log(1 + x), accurate near 0."""
        return unary(table.LOG1P, self)

    def sqrt(self) -> Value:
        """Return the square root."""
        return unary(table.SQRT, self)

    def cbrt(self) -> Value:
        """Return the real cube root."""
        return unary(table.CBRT, self)

    def square(self) -> Value:
        """Return ``x * x`` as one node."""
        return unary(table.SQUARE, self)

    def reciprocal(self) -> Value:
        """Return 1 / x as one node."""
        return unary(table.RECIPROCAL, self)

    # Trigonometric and hyperbolic

    def sin(self) -> Value:
        """Return the sine of an angle in radians."""
        return unary(table.SIN, self)

    def cos(self) -> Value:
        """Return the cosine of an angle in radians."""
        return unary(table.COS, self)

    def tan(self) -> Value:
        """Return the tangent of an angle in radians."""
        return unary(table.TAN, self)

    def arcsin(self) -> Value:
        """Return the inverse sine, in radians."""
        return unary(table.ARCSIN, self)

    def arccos(self) -> Value:
        """Return the inverse cosine, in radians."""
        return unary(table.ARCCOS, self)

    def arctan(self) -> Value:
        """Return the inverse tangent, in radians."""
        return unary(table.ARCTAN, self)

    def sinh(self) -> Value:
        """Return the hyperbolic sine."""
        return unary(table.SINH, self)

    def cosh(self) -> Value:
        """Return the hyperbolic cosine."""
        return unary(table.COSH, self)

    def tanh(self) -> Value:
        """Return the hyperbolic tangent."""
        return unary(table.TANH, self)

    def arcsinh(self) -> Value:
        """Return the inverse hyperbolic sine."""
        return unary(table.ARCSINH, self)

    def arccosh(self) -> Value:
        """Return the inverse hyperbolic cosine."""
        return unary(table.ARCCOSH, self)

    def arctanh(self) -> Value:
        """Return the inverse hyperbolic tangent."""
        return unary(table.ARCTANH, self)

    def degrees(self) -> Value:
        """Return the angle in degrees, from radians."""
        return unary(table.DEGREES, self)

    def radians(self) -> Value:
        """Return the angle in radians, from degrees."""
        return unary(table.RADIANS, self)

    def sinc(self) -> Value:
        """Return sin(pi x) / (pi x), 1 at 0."""
        return unary(table.SINC, self)

    # Activations

    def sigmoid(self) -> Value:
        """Return 1 / (1 + e**-x)."""
        return unary(table.SIGMOID, self)

    def log_sigmoid(self) -> Value:
        """Return log(sigmoid(x)), finite at -1000."""
        return unary(table.LOG_SIGMOID, self)

    def relu(self) -> Value:
        """Return max(x, 0), with derivative 0 at 0."""
        return unary(table.RELU, self)

    def selu(self) -> Value:
        """Return the self-normalising ELU (Klambauer et al. 2017)."""
        return unary(table.SELU, self)

    def softplus(self) -> Value:
        """Return log(1 + e**x), finite at 1000."""
        return unary(table.SOFTPLUS, self)

    def gelu(self) -> Value:
        """Return x * Φ(x), with Φ the standard normal distribution function, by erf."""
        return unary(table.GELU, self)

    def silu(self) -> Value:
        """Return ``x * sigmoid(x)``, also called swish."""
        return unary(table.SILU, self)

    def leaky_relu(self, slope: Value | float | Unchecked = 0.01) -> Value:
        """Return ``x`` above 0, ``slope * x`` below; a slope can be a Value."""
        return binary(table.LEAKY_RELU, self, operand_value(slope, "leaky_relu(slope)"))

    def elu(self, alpha: Value | float | Unchecked = 1.0) -> Value:
        """Return ``x`` above 0, ``alpha * (e**x - 1)`` below."""
        return binary(table.ELU, self, operand_value(alpha, "elu(alpha)"))

    # Special functions

    def erf(self) -> Value:
        """Return the error function."""
        return unary(table.ERF, self)

    def erfc(self) -> Value:
        """Return 1 - erf(x), accurate in the tail."""
        return unary(table.ERFC, self)

    def lgamma(self) -> Value:
        """Return ``log(|gamma(x)|)``."""
        return unary(table.LGAMMA, self)

    def digamma(self) -> Value:
        """Return the derivative of lgamma."""
        return unary(table.DIGAMMA, self)

    def logit(self) -> Value:
        """Return log(x / (1 - x)), the inverse of sigmoid."""
        return unary(table.LOGIT, self)

    def sign(self) -> Value:
        """Return -1, 0 or 1; derivative 0."""
        return unary(table.SIGN, self)

    def floor(self) -> Value:
        """Return the next lower integer; derivative 0."""
        return unary(table.FLOOR, self)

    def ceil(self) -> Value:
        """Return the next higher integer; derivative 0."""
        return unary(table.CEIL, self)

    def rint(self) -> Value:
        """Return the nearest integer, ties to even; derivative 0."""
        return unary(table.RINT, self)

    def conjugate(self) -> Value:
        """Return the Value itself; `numpy.var` and `numpy.std` ask for it."""
        return self

    # Of two operands or three

    def maximum(self, other: Value | float | Unchecked) -> Value:
        """Return the larger operand; a tie gives each half of the derivative."""
        return binary(table.MAXIMUM, self, operand_value(other, "maximum()"))

    def minimum(self, other: Value | float | Unchecked) -> Value:
        """Return the smaller operand; a tie gives each half of the derivative."""
        return binary(table.MINIMUM, self, operand_value(other, "minimum()"))

    def clip(
        self, low: Value | float | Unchecked, high: Value | float | Unchecked
    ) -> Value:
        """Return self within the bounds; the derivative at a bound is 0."""
        return nary(table.CLIP, [self, low, high])

    def arctan2(self, x: Value | float | Unchecked) -> Value:
        """Return the angle of the point (x, self), in radians."""
        return binary(table.ARCTAN2, self, operand_value(x, "arctan2()"))

    def hypot(self, other: Value | float | Unchecked) -> Value:
        """Return sqrt(self**2 + other**2), without overflow."""
        return binary(table.HYPOT, self, operand_value(other, "hypot()"))

    def logaddexp(self, other: Value | float | Unchecked) -> Value:
        """Return log(e**self + e**other), without overflow."""
        return binary(table.LOGADDEXP, self, operand_value(other, "logaddexp()"))

    def copysign(self, other: Value | float | Unchecked) -> Value:
        """Return the magnitude of self with the sign of other."""
        return binary(table.COPYSIGN, self, operand_value(other, "copysign()"))

    def xlogy(self, y: Value | float | Unchecked) -> Value:
        """Return ``self * log(y)``, 0 where self is 0."""
        return binary(table.XLOGY, self, operand_value(y, "xlogy()"))

    def fmod(self, other: Value | float | Unchecked) -> Value:
        """Return the remainder with the sign of self, as in C."""
        return binary(table.FMOD, self, operand_value(other, "fmod()"))

    def polygamma(self, order: int | Unchecked) -> Value:
        """Return the derivative of digamma of that order, which stays a number."""
        number = operand_value(order, "polygamma()").detach()
        return binary(table.POLYGAMMA, number, self)


# ---- Recording a node ----------------------------------------------------------------


def _record(  # noqa: PLR0913, PLR0917  (the slots of a node)
    data: float,
    primitive: Primitive | None,
    left: Node | None,
    right: Node | None,
    left_derivative: float,
    right_derivative: float,
) -> Value:
    """Return a new node, its numbers known to be floats; under `no_grad` a leaf."""
    if blocks:
        return _record_within_blocks(
            data, primitive, left, right, left_derivative, right_derivative
        )
    # Compiled, calling the class is the fast way to a new object; in plain Python it
    # costs more than the rest of this function.
    value = Value(BLANK) if COMPILED else _new(Value)
    value._data = data
    value._grad = 0.0
    value._label = ""
    value._fused = None
    value._mark = 0
    value._primitive = primitive
    value._left = left
    value._right = right
    value._left_derivative = left_derivative
    value._right_derivative = right_derivative
    return value


def _record_within_blocks(  # noqa: PLR0913, PLR0917  (as in _record)
    data: float,
    primitive: Primitive | None,
    left: Node | None,
    right: Node | None,
    left_derivative: float,
    right_derivative: float,
) -> Value:
    """Return the node of `_record` while any mode is open, in any thread."""
    value = Value(data)
    if primitive is None:
        value._right_derivative = right_derivative
        return value
    if is_off():
        return value
    value._primitive = primitive
    value._left = left
    value._right = right
    value._left_derivative = left_derivative
    value._right_derivative = right_derivative
    watched(value)
    return value


_new: Final = object.__new__
COMPILED: Final = type(Node.__init__).__name__ != "function"


def unary(primitive: Primitive, operand: Value) -> Value:
    """Apply a primitive to one Value."""
    x = operand._data
    y = primitive.forward(x)
    (derivative,) = primitive.partials(x, y)
    return _record(y, primitive, operand, None, derivative, 0.0)


def binary(primitive: Primitive, left: Value, right: Value) -> Value:
    """Apply a primitive to two Values."""
    a, b = left._data, right._data
    y = primitive.forward(a, b)
    left_derivative, right_derivative = primitive.partials(a, b, y)
    return _record(y, primitive, left, right, left_derivative, right_derivative)


def operand_value(x: object, what: str) -> Value:
    """Return ``x`` if it is a Value, else a constant leaf made from the number."""
    if type(x) is Value:
        return x
    if tracers:
        traced = as_recorded(x)
        if traced is not None:
            return traced  # type: ignore[no-any-return]
    return _constant(real(x, what))


def _lifted(other: object) -> Value | None:
    """Return a Value for a plain number; None lets Python ask the other operand."""
    number = other if type(other) is float else real_or_none(other)
    if number is None:
        return None
    return _constant(number)


def _constant(number: float) -> Value:
    return _record(number, None, None, None, number, CONSTANT)


def _compared(other: object, operator: str) -> float:
    """Return the float that decides the comparison, an int being taken exactly."""
    if type(other) is Value:
        return other._data
    return _beside(other, operator) if type(other) is int else real(other, operator)


def _noticed(left: Value, operator: str, other: object) -> bool:
    """Compare, and tell the trace of this thread, if there is one, how it came out."""
    traced = as_recorded(other)
    right = other if traced is None else traced
    number = _compared(right, operator)
    if operator == "<":
        outcome = left._data < number
    elif operator == "<=":
        outcome = left._data <= number
    elif operator == ">":
        outcome = left._data > number
    elif operator == ">=":
        outcome = left._data >= number
    else:
        outcome = left._data != number
    tracer = current()
    if tracer is not None:
        of = right if type(right) is Value else number
        tracer.compared(left, operator, of, outcome)
    return outcome


def _beside(integer: int, operator: str) -> float:
    """Return the float that compares with all floats as the int does.

    Where that lies between two floats, `<` and `>=` ask for the upper one, `<=` and `>`
    for the lower one.
    """
    try:
        nearest = float(integer)
    except OverflowError:
        nearest = math.inf if integer > 0 else -math.inf
    whole: Any = integer  # compiled, float == int would round the int first
    if nearest == whole:
        return nearest
    below = nearest if nearest < whole else math.nextafter(nearest, -math.inf)
    return math.nextafter(below, math.inf) if operator in {"<", ">="} else below


def _reject(what: str, why: str, remedy: str) -> NoReturn:
    msg = f"{what} {why}; use {remedy}"
    raise OperandError(msg)


def _no_place_for(name: str) -> NoReturn:
    msg = (
        f"a Value has no attribute {name!r} and takes no new ones; keep it in a dict by"
        f" Value: {name} = {{p: 0.0 for p in parameters}}, then {name}[p]"
    )
    raise AttributeError(msg)


def nary(primitive: Primitive, operands: Sequence[Value | float | Unchecked]) -> Value:
    """Apply a primitive to as many operands as it takes, as one node."""
    what = f"{primitive.name}()"
    values = [operand_value(x, what) for x in operands]
    if primitive.arity == 1:
        return unary(primitive, values[0])
    if primitive.arity == 2:  # noqa: PLR2004  (two parents have slots of their own)
        return binary(primitive, values[0], values[1])
    numbers = [value._data for value in values]
    y = primitive.forward(*numbers)
    return fused_node(primitive, y, values, list(primitive.partials(*numbers, y)))


def dot_node(left: list[Any], right: list[Any], start: object) -> Value | float:
    """Return ``start`` + a0*b0 + a1*b1 + ... as one node; a float without Values.

    Written out, since networks spend their time here; the bits are those of DOT.
    """
    if len(left) != len(right):
        msg = f"dot() needs two lists of one length, got {len(left)} and {len(right)}"
        raise ShapeError(msg)
    first = operand_value(start, "dot()")
    recorded = first is start
    started = recorded or first._data != 0.0
    total = first._data if started else 0.0
    parents: list[Value] = []
    derivatives: list[float] = []
    for k in range(len(left)):
        a, b = left[k], right[k]
        if type(a) is Value or type(b) is Value:
            recorded = True
        x, y = operand_value(a, "dot()"), operand_value(b, "dot()")
        total += x._data * y._data
        parents.append(x)
        parents.append(y)
        derivatives.append(y._data)
        derivatives.append(x._data)
        if tracers and not (x.is_constant and y.is_constant):  # a traced integer
            recorded = True
    if not recorded:
        return total
    if started:
        parents.append(first)
        derivatives.append(1.0)
    return fused_node(DOT, total, parents, derivatives)


def fused_node(
    primitive: Primitive, data: float, parents: list[Value], derivatives: list[float]
) -> Value:
    """Return a node with any number of parents, its numbers known to be floats."""
    node = Value(data)
    if parents and not (blocks and is_off()):
        node._primitive = primitive
        node._fused = tuple(parents), tuple(derivatives)
        if blocks:
            watched(node)
    return node
