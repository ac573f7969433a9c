"""Derivatives of functions: functions in, functions out, and no ``grad`` is touched.

Arguments and results are floats, Values, or any nesting of lists, tuples, dicts and
NumPy arrays of them. Floats give floats. A Value among the arguments makes the results
Values with a history: by the arguments, and by what the function merely refers to, such
as the weights of a network. Inside another of these functions, results are Values where
they depend on what that one differentiates. Within `no_grad` they have no history.

>>> grad(lambda x: x * grad(lambda y: x + y)(1.0))(2.0)
1.0
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeAlias

from autograd_scalar.errors import OperandError
from autograd_scalar.operands import real
from autograd_scalar.transforms.containers import blocks_of, filled, is_array, leaves_of
from autograd_scalar.transforms.differentiation import Differentiation
from autograd_scalar.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autograd_scalar.recorded import Number

    Function: TypeAlias = Callable[..., Any]
    Places: TypeAlias = int | Sequence[int]

__all__ = ["derivative", "grad", "hessian", "hvp", "jacobian", "jvp", "value_and_grad"]


def grad(f: Function, argnums: Places = 0) -> Function:
    """The function that returns the gradient of a scalar function.

    ``argnums`` says by position which arguments are differentiated: one of them gives
    a gradient of that argument's structure, several give a tuple. Keyword arguments
    are passed on as they are.

    >>> grad(lambda p: p["w"] ** 2 * p["b"])({"w": 3.0, "b": 2.0})
    {'w': 12.0, 'b': 9.0}
    >>> grad(lambda x, y: x * y**2, argnums=(0, 1))(2.0, 3.0)
    (9.0, 12.0)

    Raises:
        OperandError: ``f`` returned something else than one number, or a leaf of a
            differentiated argument is no real number.
    """
    return _gradient(f, argnums, "grad")


def value_and_grad(f: Function, argnums: Places = 0) -> Function:
    """The function that returns a pair: what ``f`` returns, and its gradient.

    >>> value_and_grad(lambda x: x**3)(2.0)
    (8.0, 12.0)

    Raises:
        OperandError: as for `grad`.
    """
    return _value_and_gradient(f, argnums, "value_and_grad")


def jacobian(f: Function, argnums: Places = 0) -> Function:
    """The function that returns the derivative of every output by every input.

    The result has the structure of the output, with the argument's structure in the
    place of each number. An array of shape S by an array of shape T is an array of
    shape S + T. Each row is one reverse sweep.

    >>> jacobian(lambda x: [x[0] * x[1], x[0] + 2 * x[1]])([3.0, 5.0])
    [[5.0, 3.0], [1.0, 2.0]]

    Raises:
        OperandError: a leaf of what ``f`` returned, or of a differentiated argument,
            is no real number.
    """
    return _jacobian(f, argnums, "jacobian")


def hessian(f: Function, argnums: Places = 0) -> Function:
    """The function that returns the second derivatives: the Jacobian of the gradient.

    ``f`` runs once, then each row is one sweep forward and one back over its graph.

    >>> hessian(lambda x: x[0] ** 2 * x[1])([3.0, 5.0])
    [[10.0, 6.0], [6.0, 0.0]]

    Raises:
        OperandError: as for `grad`.
    """
    _check_function(f, "hessian")

    @wraps(f)
    def matrix(*args: Any, **kwargs: Any) -> Any:
        chosen, places = _chosen(args, argnums, "hessian")
        with Differentiation("hessian", args, places, kwargs) as under_way:
            y = _scalar(f(*under_way.args, **kwargs), f, "hessian")
            under_way.look_at([y])
            rows = under_way.hessian(y)
        results = [[under_way.result(number) for number in row] for row in rows]
        return blocks_of(chosen, chosen, results)

    return matrix


def derivative(f: Function, order: int = 1) -> Function:
    """The function that returns the ``order``-th derivative by its first argument.

    That argument is one number; order 0 is the function itself.

    >>> [derivative(lambda x: x**4, n)(2.0) for n in range(7)]
    [16.0, 32.0, 48.0, 48.0, 24.0, 0.0, 0.0]

    Raises:
        OperandError: the order is no int from 0 on, the first argument is not one
            number, or ``f`` returned something else than one number.
    """
    _check_function(f, "derivative")
    if type(order) is not int or order < 0:
        msg = f"derivative() needs an order of 0, 1, 2, …, got {order!r}"
        raise OperandError(msg)

    @wraps(f)
    def differentiated(x: Number, *args: Any, **kwargs: Any) -> Number:
        if not isinstance(x, Value):
            real(x, "derivative(): the first argument")
        with Differentiation("derivative", (x, *args), (0,), kwargs) as under_way:
            y = _scalar(f(*under_way.args, **kwargs), f, "derivative")
            under_way.look_at([y])
            for _ in range(order - 1):
                (y,) = under_way.gradient(y, again=True)
            if order:
                (y,) = under_way.gradient(y)
        return under_way.result(y)

    return differentiated


def jvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """What ``f`` returns at the primals, and its derivative along the tangents.

    ``primals`` holds the positional arguments, ``tangents`` a direction for each, of
    the same structure. One pass forward over the recorded graph.

    >>> jvp(lambda x, y: [x * y, x + y], (3.0, 5.0), (1.0, 2.0))
    ([15.0, 8.0], [11.0, 3.0])

    Raises:
        ShapeError: tangents and primals differ in structure.
        OperandError: a leaf of the primals, of the tangents, or of what ``f``
            returned, is no real number.
    """
    with _along(f, primals, tangents, "jvp") as under_way:
        output = f(*under_way.args)
        ys = leaves_of(output, f"jvp(): what {_name(f)} returns")
        under_way.look_at(ys)
        slopes = under_way.tangents(ys, tuple(tangents))
    values, derivatives = map(under_way.result, ys), map(under_way.result, slopes)
    return filled(output, values), filled(output, derivatives)


def hvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """The Hessian of a scalar function at the primals, times the tangents.

    As for `jvp`, ``primals`` holds the positional arguments, and all of them are
    differentiated: one argument gives a product of that argument's structure, several
    give a tuple with one for each. The Hessian itself is never built: one sweep forward
    and one back (Pearlmutter 1994).

    >>> hvp(lambda x: x[0] ** 2 * x[1], ([3.0, 5.0],), ([1.0, 1.0],))
    [16.0, 6.0]

    Raises:
        ShapeError: tangents and primals differ in structure.
        OperandError: as for `grad`.
    """
    with _along(f, primals, tangents, "hvp") as under_way:
        y = _scalar(f(*under_way.args), f, "hvp")
        under_way.look_at([y])
        products = under_way.hessian_times(y, tuple(tangents))
    args = tuple(primals)
    model = args[0] if len(args) == 1 else args
    return filled(model, map(under_way.result, products))


# ---- One body for each kind; ``what`` is the name that errors mention ----------------


def _gradient(f: Function, argnums: Places, what: str) -> Function:
    both = _value_and_gradient(f, argnums, what)

    @wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient


def _value_and_gradient(f: Function, argnums: Places, what: str) -> Function:
    _check_function(f, what)

    @wraps(f)
    def value_and_gradient(*args: Any, **kwargs: Any) -> tuple[Number, Any]:
        chosen, places = _chosen(args, argnums, what)
        with Differentiation(what, args, places, kwargs) as under_way:
            y = _scalar(f(*under_way.args, **kwargs), f, what)
            under_way.look_at([y])
            slopes = under_way.gradient(y)
        return under_way.result(y), filled(chosen, map(under_way.result, slopes))

    return value_and_gradient


def _jacobian(f: Function, argnums: Places, what: str) -> Function:
    _check_function(f, what)

    @wraps(f)
    def matrix(*args: Any, **kwargs: Any) -> Any:
        chosen, places = _chosen(args, argnums, what)
        with Differentiation(what, args, places, kwargs) as under_way:
            output = f(*under_way.args, **kwargs)
            ys = leaves_of(output, f"{what}(): what {_name(f)} returns")
            under_way.look_at(ys)
            rows = [under_way.gradient(y) for y in ys]
        results = [[under_way.result(slope) for slope in row] for row in rows]
        return blocks_of(output, chosen, results)

    return matrix


def _along(
    f: Function, primals: Sequence[Any], tangents: Sequence[Any], what: str
) -> Differentiation:
    """The differentiation by all positional arguments, along the tangents."""
    _check_function(f, what)
    _check_sequence(primals, what, "primals")
    _check_sequence(tangents, what, "tangents")
    args = tuple(primals)
    return Differentiation(what, args, range(len(args)), tuple(tangents))


def _chosen(args: tuple[Any, ...], argnums: Places, what: str) -> Any:
    """What results are modelled on, and the positions of the arguments in it."""
    several = isinstance(argnums, (list, tuple, range))
    named: Any = argnums if several else [argnums]
    places = [_place(argnum, len(args), what) for argnum in named]
    if len(set(places)) < len(places):
        msg = f"{what}(argnums=) names an argument twice: {argnums!r}"
        raise OperandError(msg)
    model = tuple(args[place] for place in places)
    return model if several else model[0], places


def _place(argnum: object, count: int, what: str) -> int:
    if type(argnum) is not int:
        msg = f"{what}(argnums=) needs ints, got {type(argnum).__name__}: {argnum!r}"
        raise OperandError(msg)
    if not -count <= argnum < count:
        msg = (
            f"{what}(argnums={argnum}) names an argument by position, and the function"
            f" was called with {count} of them; pass it by position, not by keyword"
        )
        raise OperandError(msg)
    return argnum % count


def _scalar(output: Any, f: Function, what: str) -> Number:
    """What a scalar function returned, as a Value or a float."""
    if is_array(output) and output.shape == ():
        output = output.item()
    if isinstance(output, Value):
        return output
    try:
        return real(output, f"{what}(): what {_name(f)} returns")
    except OperandError as error:
        msg = f"{error}; for several outputs use jacobian()"
        raise OperandError(msg) from None


def _name(f: Function) -> str:
    return getattr(f, "__name__", type(f).__name__)


def _check_function(f: object, what: str) -> None:
    if not callable(f):
        msg = f"{what}() needs a function, got {type(f).__name__}: {f!r}"
        raise OperandError(msg)


def _check_sequence(arguments: object, what: str, name: str) -> None:
    if not isinstance(arguments, (list, tuple)):
        msg = (
            f"{what}({name}=) needs a tuple with one entry per argument, got"
            f" {type(arguments).__name__}; for one argument write ({name[:-1]},)"
        )
        raise OperandError(msg)
