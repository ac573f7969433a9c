"""`grad`, `jacobian`, `jvp` and others: transform functions into their derivatives.

Each call opens a `Differentiation`: a block in which the function runs on fresh leaves,
and which then computes derivatives of its outputs by these leaves. Transforms can be
nested; results are Values where an outer differentiation, or the caller, needs them.
"""

from __future__ import annotations

import math
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from autograd_scalar.derivatives.gradients import gradients
from autograd_scalar.derivatives.recorded import identity, tangents_as_values
from autograd_scalar.derivatives.tangents import hessian_times, tangents_along
from autograd_scalar.derivatives.trees import (
    blocks_of,
    filled,
    holds_values,
    is_array,
    leaves_alike,
    leaves_of,
    values_of,
    with_values,
)
from autograd_scalar.errors import AnomalyError, OperandError
from autograd_scalar.graph.modes import Mode
from autograd_scalar.graph.recording import (
    current_watcher,
    enclosing_inputs,
    is_off,
)
from autograd_scalar.graph.sweeps import topological_order
from autograd_scalar.graph.value import Value, dot_node, nary
from autograd_scalar.operands import flag, real, shown
from autograd_scalar.primitives.table import REAL, Primitive

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from autograd_scalar.derivatives.recorded import Number
    from autograd_scalar.graph.modes import Held

    Function: TypeAlias = Callable[..., Any]
    Places: TypeAlias = int | Sequence[int]

__all__ = [
    "derivative",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "stop_gradient",
    "value_and_grad",
    "vjp",
]

_ARGUMENT: Final = identity("argument", "=")

_OUTPUTS: Final = Primitive(
    "outputs",
    lambda *xs: 0.0,
    lambda *xs_and_y: (0.0,) * (len(xs_and_y) - 1),
    arity=None,
    symbol="outputs",
    latex="{0}",
    domain=(REAL,),
)

_MOST_TERMS: Final = 4  # of a sum, in a message


def grad(f: Function, argnums: Places = 0, has_aux: bool = False) -> Function:
    """Return a function that computes the gradient of the scalar function ``f``.

    ``argnums`` gives the positions of the arguments to differentiate by. One position
    gives a gradient with the structure of that argument; a sequence gives a tuple of
    such gradients. An argument is a number, a Value, a NumPy array, or lists, tuples
    and dicts of these. Keyword arguments are passed through.

    >>> grad(lambda p: p["w"] ** 2 * p["b"])({"w": 3.0, "b": 2.0})
    {'w': 12.0, 'b': 9.0}
    >>> grad(lambda x, y: x * y**2, argnums=(0, 1))(2.0, 3.0)
    (9.0, 12.0)

    With ``has_aux``, as in JAX, ``f`` returns a pair of its value and anything else,
    which is not differentiated; the result is the pair of the gradient and that.
    Numbers in it that depend on the arguments are as those of the value.

    >>> grad(lambda x: (x**2, {"twice": 2 * x}), has_aux=True)(3.0)
    (6.0, {'twice': 6.0})

    Raises:
        OperandError: ``f`` is no function or does not return one number, ``argnums``
            names no argument or one twice, or a leaf of a differentiated argument is
            no real number; with ``has_aux``, ``f`` returns no pair.
        ShapeError: a differentiated argument, or what ``f`` returns beside its value,
            contains itself.
    """
    both = _value_and_gradient(f, argnums, "grad", has_aux)

    @wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        value, found = both(*args, **kwargs)
        return (found, value[1]) if has_aux else found

    return gradient


def value_and_grad(f: Function, argnums: Places = 0, has_aux: bool = False) -> Function:
    """Return a function that computes the pair ``(f(...), grad(f)(...))``.

    ``f`` runs once. With ``has_aux`` it returns a pair itself, as for `grad`.

    >>> value_and_grad(lambda x: x**3)(2.0)
    (8.0, 12.0)
    >>> value_and_grad(lambda x: (x**3, "a note"), has_aux=True)(2.0)
    ((8.0, 'a note'), 12.0)

    Raises:
        OperandError: as for `grad`.
    """
    return _value_and_gradient(f, argnums, "value_and_grad", has_aux)


def jacobian(f: Function, argnums: Places = 0, has_aux: bool = False) -> Function:
    """Return a function that computes the derivative of every output by every input.

    The result has the structure of the output, with the argument's structure in place
    of each number. An array of shape S by an array of shape T gives an array of shape
    S + T. Each number of the output costs one reverse sweep. ``has_aux`` is as in
    `grad`.

    >>> jacobian(lambda x: [x[0] * x[1], x[0] + 2 * x[1]])([3.0, 5.0])
    [[5.0, 3.0], [1.0, 2.0]]

    Raises:
        OperandError: ``f`` is no function, ``argnums`` names no argument or one twice,
            or a leaf of the output or of a differentiated argument is no real number.
        ShapeError: the output or a differentiated argument contains itself.
    """
    _check_function(f, "jacobian")

    @wraps(f)
    def matrix(*args: Any, **kwargs: Any) -> Any:
        chosen, places = _chosen(args, argnums, "jacobian")
        with Differentiation("jacobian", args, places, kwargs) as block:
            output, aux = _split(f(*block.args, **kwargs), f, "jacobian", has_aux)
            ys = leaves_of(output, f"jacobian(): what {_name(f)} returns")
            block.inspect([*ys, *values_of(aux)])
            rows = [block.gradient(y) for y in ys]
            aside = block.settled(aux)
            block.join()
        results = [[block.result(number) for number in row] for row in rows]
        found = blocks_of(output, chosen, results)
        return (found, aside) if has_aux else found

    return matrix


def hessian(f: Function, argnums: Places = 0, has_aux: bool = False) -> Function:
    """Return a function that computes the Hessian of the scalar function ``f``.

    The Hessian is the Jacobian of the gradient, and has the structure that `jacobian`
    gives. ``f`` runs once; each row then costs one forward and one reverse sweep over
    its graph. ``has_aux`` is as in `grad`.

    >>> hessian(lambda x: x[0] ** 2 * x[1])([3.0, 5.0])
    [[10.0, 6.0], [6.0, 0.0]]

    Raises:
        OperandError: as for `grad`.
    """
    _check_function(f, "hessian")

    @wraps(f)
    def matrix(*args: Any, **kwargs: Any) -> Any:
        chosen, places = _chosen(args, argnums, "hessian")
        with Differentiation("hessian", args, places, kwargs) as block:
            output, aux = _split(f(*block.args, **kwargs), f, "hessian", has_aux)
            y = _scalar(output, f, "hessian")
            block.inspect([y, *values_of(aux)])
            rows = block.hessian(y)
            aside = block.settled(aux)
            block.join()
        results = [[block.result(number) for number in row] for row in rows]
        found = blocks_of(chosen, chosen, results)
        return (found, aside) if has_aux else found

    return matrix


def derivative(f: Function, order: int = 1) -> Function:
    """Return a function that computes the ``order``-th derivative of ``f``.

    The derivative is by the first argument, which is one number. Order 0 is ``f``.

    >>> [derivative(lambda x: x**4, n)(2.0) for n in range(7)]
    [16.0, 32.0, 48.0, 48.0, 24.0, 0.0, 0.0]

    Raises:
        OperandError: the order is no int from 0 on, the first argument is not one
            number, or ``f`` is no function or does not return one number.
    """
    _check_function(f, "derivative")
    if type(order) is not int or order < 0:
        msg = f"derivative() needs an order of 0, 1, 2, …, got {shown(order)}"
        raise OperandError(msg)

    @wraps(f)
    def differentiated(x: Number, *args: Any, **kwargs: Any) -> Number:
        if not isinstance(x, Value):
            real(x, "derivative(): the first argument")
        with Differentiation("derivative", (x, *args), (0,), kwargs) as block:
            y = _scalar(f(*block.args, **kwargs), f, "derivative")
            block.inspect([y])
            for _ in range(order - 1):
                (y,) = block.gradient(y, again=True)
            if order:
                (y,) = block.gradient(y)
            block.join()
        return block.result(y)

    return differentiated


def jvp(
    f: Function,
    primals: Sequence[Any],
    tangents: Sequence[Any],
    has_aux: bool = False,
) -> Any:
    """Return the pair of ``f(*primals)`` and its derivative along the tangents.

    ``primals`` holds the positional arguments, ``tangents`` a direction for each, with
    the same structure. The cost is one forward sweep over the recorded graph. With
    ``has_aux``, ``f`` returns a pair as for `grad`, and the result has a third part.

    >>> jvp(lambda x, y: [x * y, x + y], (3.0, 5.0), (1.0, 2.0))
    ([15.0, 8.0], [11.0, 3.0])

    Raises:
        ShapeError: tangents and primals differ in structure.
        OperandError: ``f`` is no function, ``primals`` or ``tangents`` is no tuple or
            list, or a leaf of these or of the output is no real number.
        AnomalyError: within `detect_anomaly`, a tangent is inf or nan.
    """
    with _along(f, primals, tangents, "jvp") as block:
        output, aux = _split(f(*block.args), f, "jvp", has_aux)
        ys = leaves_of(output, f"jvp(): what {_name(f)} returns")
        block.inspect([*ys, *values_of(aux)])
        along = block.tangents(ys, tuple(tangents))
        aside = block.settled(aux)
        block.join()
    values, derivatives = map(block.result, ys), map(block.result, along)
    both = filled(output, values), filled(output, derivatives)
    return (*both, aside) if has_aux else both


def vjp(f: Function, *primals: Any, has_aux: bool = False) -> Any:
    """Return the pair of ``f(*primals)`` and a function for its reverse sweep.

    That function takes a cotangent: what the outputs count for, with the structure of
    the output. It returns a tuple with one entry for each of the primals: the
    derivatives of the sum of the outputs, each times its cotangent. It can be called
    again, each time for one reverse sweep. With ``has_aux``, ``f`` returns a pair as
    for `grad`, and the result has a third part.

    >>> output, pull = vjp(lambda x, y: [x * y, x + y], 3.0, 5.0)
    >>> output, pull([1.0, 0.0]), pull([0.0, 1.0])
    ([15.0, 8.0], (5.0, 3.0), (1.0, 1.0))

    Raises:
        OperandError: ``f`` is no function, or a leaf of the primals, of the output or
            of a cotangent is no real number.
        ShapeError: a cotangent and the output differ in structure.
    """
    _check_function(f, "vjp")
    with Differentiation("vjp", primals, range(len(primals)), ()) as block:
        output, aux = _split(f(*block.args), f, "vjp", has_aux)
        ys = leaves_of(output, f"vjp(): what {_name(f)} returns")
        block.inspect([*ys, *values_of(aux)])
        aside = block.settled(aux)
        block.join()
    model = filled(output, iter([0.0] * len(ys)))

    def pull(cotangent: Any) -> tuple[Any, ...]:
        cotangents = leaves_alike(cotangent, model, "vjp(): the cotangent", "output")
        with Differentiation("vjp", (), (), (cotangent, primals)) as sweep:
            root = dot_node(cotangents, ys, 0.0)
            sweep.inspect([*ys, *cotangents])
            found = block.back_from(root, sweep)
        parts: tuple[Any, ...] = filled(primals, map(sweep.result, found))
        return parts

    both = filled(output, map(block.result, ys)), pull
    return (*both, aside) if has_aux else both


def stop_gradient(x: Any) -> Any:
    """Return the numbers of ``x`` as constants: no derivative passes through them.

    ``x`` is a number, a Value, a NumPy array, or lists, tuples and dicts of these. Each
    Value becomes a new one without history; all else stays as it is.

    >>> grad(lambda x: x * stop_gradient(x))(3.0)
    3.0

    Raises:
        ShapeError: a container contains itself.
    """
    return with_values(x, Value.detach, "stop_gradient()")


def hvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """Return the Hessian of a scalar function at the primals, times the tangents.

    As for `jvp`, ``primals`` holds the positional arguments, and all of them are
    differentiated. One argument gives a product with the structure of that argument;
    several give a tuple with one product for each. The Hessian itself is not built: a
    product costs one forward and one reverse sweep (Pearlmutter 1994).

    >>> hvp(lambda x: x[0] ** 2 * x[1], ([3.0, 5.0],), ([1.0, 1.0],))
    [16.0, 6.0]

    Raises:
        ShapeError: tangents and primals differ in structure.
        OperandError: as for `grad` and `jvp`.
    """
    with _along(f, primals, tangents, "hvp") as block:
        y = _scalar(f(*block.args), f, "hvp")
        block.inspect([y])
        products = block.hessian_times(y, tuple(tangents))
        block.join()
    args = tuple(primals)
    model = args[0] if len(args) == 1 else args
    return filled(model, map(block.result, products))


# ---- Shared by the transforms; ``what`` is the name for messages ---------------------


def _value_and_gradient(
    f: Function, argnums: Places, what: str, has_aux: bool
) -> Function:
    """Return what `value_and_grad` does; `grad` needs its own name in messages."""
    _check_function(f, what)

    @wraps(f)
    def value_and_gradient(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        chosen, places = _chosen(args, argnums, what)
        with Differentiation(what, args, places, kwargs) as block:
            output, aux = _split(f(*block.args, **kwargs), f, what, has_aux)
            y = _scalar(output, f, what)
            block.inspect([y, *values_of(aux)])
            found = block.gradient(y)
            aside = block.settled(aux)
            block.join()
        value = block.result(y)
        gradient = filled(chosen, map(block.result, found))
        return ((value, aside) if has_aux else value), gradient

    return value_and_gradient


def _along(
    f: Function, primals: Sequence[Any], tangents: Sequence[Any], what: str
) -> Differentiation:
    """Return a differentiation by all positional arguments, for `jvp` and `hvp`."""
    _check_function(f, what)
    _check_sequence(primals, what, "primals")
    _check_sequence(tangents, what, "tangents")
    args = tuple(primals)
    return Differentiation(what, args, range(len(args)), tuple(tangents))


def _chosen(args: tuple[Any, ...], argnums: Places, what: str) -> Any:
    """Return the argument or arguments to differentiate by, and their positions."""
    several = isinstance(argnums, (list, tuple, range))
    named: Any = argnums if several else [argnums]
    places = [_place(argnum, len(args), what) for argnum in named]
    if len(set(places)) < len(places):
        msg = f"{what}(argnums=) names an argument twice: {shown(argnums)}"
        raise OperandError(msg)
    model = tuple(args[place] for place in places)
    return model if several else model[0], places


def _place(argnum: object, count: int, what: str) -> int:
    if type(argnum) is not int:
        msg = (
            f"{what}(argnums=) needs ints, got {type(argnum).__name__}: {shown(argnum)}"
        )
        raise OperandError(msg)
    if not -count <= argnum < count:
        msg = (
            f"{what}(argnums={argnum}) names an argument by position, and the function"
            f" was called with {count} of them; pass it by position, not by keyword"
        )
        raise OperandError(msg)
    return argnum % count


def _split(output: Any, f: Function, what: str, has_aux: bool) -> tuple[Any, Any]:
    """Return what is differentiated and, with ``has_aux``, what is only passed on."""
    if not flag(has_aux, f"{what}(): has_aux"):
        return output, None
    if isinstance(output, (tuple, list)) and len(output) == 2:  # noqa: PLR2004
        return output[0], output[1]
    msg = (
        f"{what}(has_aux=True) needs a function that returns a pair, its value and"
        f" something else; {_name(f)} returns {shown(output)}"
    )
    raise OperandError(msg)


def _scalar(output: Any, f: Function, what: str) -> Number:
    """Return the output of a scalar function as a Value or a float."""
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
        msg = f"{what}() needs a function, got {type(f).__name__}: {shown(f)}"
        raise OperandError(msg)


def _check_sequence(arguments: object, what: str, name: str) -> None:
    if not isinstance(arguments, (list, tuple)):
        msg = (
            f"{what}({name}=) needs a tuple with one entry per argument, got"
            f" {type(arguments).__name__}; for one argument write ({name[:-1]},)"
        )
        raise OperandError(msg)


# ---- One differentiation -------------------------------------------------------------


class Differentiation(Mode["Differentiation"]):
    """One call of a transformed function: a block in which to run ``f(*args)``.

    Everything within the block is recorded. Each number of a differentiated argument
    becomes a leaf of its own, distinct even from a Value that the caller passed. At the
    end `join` joins the leaf to that Value; until then a sweep stops at the leaf,
    however long the history of the Value is.
    """

    def __init__(
        self, what: str, args: tuple[Any, ...], places: Sequence[int], others: Any
    ) -> None:
        self._what = what
        self._model = tuple(args[place] for place in places)
        self._given = leaves_of(self._model, f"{what}(): a differentiated argument")
        self._inputs = [Value(_float(x)) for x in self._given]
        changed = list(args)
        parts = filled(self._model, iter(self._inputs))
        for place, part in zip(places, parts, strict=True):
            changed[place] = part
        self.args = tuple(changed)
        self._outside = enclosing_inputs()
        self._gives_values = holds_values(args) or holds_values(others)
        self._is_recorded = not is_off()
        super().__init__()

    def _fill(self, held: Held) -> None:
        """Record, even inside `no_grad`; let inner differentiations know the inputs."""
        held.given = self
        held.stops = False
        held.inputs = frozenset(map(id, self._inputs))

    def join(self) -> None:
        """Give each leaf the Value that was passed as its history, at the very end."""
        if not self._is_recorded:
            return
        for leaf, outer in zip(self._inputs, self._given, strict=True):
            if isinstance(outer, Value):
                leaf._primitive = _ARGUMENT
                leaf._left = outer
                leaf._left_derivative = 1.0

    def inspect(self, outputs: Sequence[Number]) -> None:
        """Note whether the outputs depend on inputs of an outer differentiation."""
        if self._outside and not self._gives_values:
            history = _history(outputs)
            self._gives_values = any(id(x) in self._outside for x in history)

    def gradient(self, y: Number, *, again: bool = False) -> Sequence[Number]:
        """Return the derivatives of y by every input; with ``again``, as Values."""
        if not isinstance(y, Value):
            return [0.0] * len(self._inputs)
        if again or self._keeps_history:
            return gradients(y, self._inputs, create_graph=True)
        return gradients(y, self._inputs)

    def back_from(self, root: Number, sweep: Differentiation) -> Sequence[Number]:
        """Return the derivatives of a root that was recorded in ``sweep``."""
        if not isinstance(root, Value):
            return [0.0] * len(self._inputs)
        if sweep._keeps_history:
            return gradients(root, self._inputs, create_graph=True)
        return gradients(root, self._inputs)

    def settled(self, aux: Any) -> Any:
        """Return a tree in which each Value that depends on an input is a result."""
        values = values_of(aux)
        if not values:
            return aux
        given = {id(leaf) for leaf in self._inputs}
        dependent: set[int] = set()
        for node in _history(values):
            if id(node) in given or any(id(p) in dependent for p in node.parents):
                dependent.add(id(node))
        return with_values(aux, lambda v: self.result(v) if id(v) in dependent else v)

    def hessian(self, y: Number) -> Sequence[Sequence[Number]]:
        """Return the Hessian of y, one row for each input."""
        count = len(self._inputs)
        if not isinstance(y, Value):
            return [[0.0] * count] * count
        if self._needs_nodes:
            return [self.gradient(first) for first in self.gradient(y, again=True)]
        unit = [[float(i == j) for j in range(count)] for i in range(count)]
        return hessian_times(y, self._inputs, unit)

    def hessian_times(self, y: Number, directions: Any) -> Sequence[Number]:
        """Return the Hessian of y, times the directions."""
        along = self._along(directions)
        if not isinstance(y, Value):
            return [0.0] * len(along)
        if self._needs_nodes:
            return self.tangents(self.gradient(y, again=True), directions)
        return hessian_times(y, self._inputs, [[*map(_float, along)]])[0]

    def tangents(self, ys: Sequence[Number], directions: Any) -> list[Number]:
        """Return the derivative of each output along the directions.

        Raises:
            AnomalyError: within `detect_anomaly`, a tangent is inf or nan.
        """
        along = self._along(directions)
        values = [y for y in ys if isinstance(y, Value)]
        if not values:
            return [0.0] * len(ys)
        root = nary(_OUTPUTS, values)
        numbers = [*map(_float, along)]
        _watched_tangents(root, self._inputs, numbers)
        found: Mapping[int, Number]
        if self._keeps_history:
            found = tangents_as_values(root, self._inputs, along)
        else:
            found = tangents_along(root, self._inputs, numbers)
        return [found.get(id(y), 0.0) for y in ys]

    def _along(self, directions: Any) -> list[Number]:
        """Return the directions as one number for each input."""
        return leaves_alike(directions, self._model, f"{self._what}(tangents=)")

    def result(self, number: Number) -> Number:
        """Return a Value if Values were given or are needed outside, else a float."""
        if not self._gives_values:
            return _float(number)
        if isinstance(number, Value) and self._is_recorded:
            return number
        return Value(_float(number))

    @property
    def _keeps_history(self) -> bool:
        return self._gives_values and self._is_recorded

    @property
    def _needs_nodes(self) -> bool:
        """Whether to record second derivatives: for their history, or for a watcher."""
        return self._keeps_history or current_watcher() is not None


def _history(outputs: Sequence[Number]) -> list[Value]:
    """Return a topological order of all nodes that the outputs depend on."""
    values = [y for y in outputs if isinstance(y, Value)]
    return topological_order(nary(_OUTPUTS, values))[:-1] if values else []


def _watched_tangents(
    root: Value, inputs: Sequence[Value], direction: Sequence[float]
) -> None:
    """Raise an AnomalyError, within `detect_anomaly`, if a tangent is inf or nan."""
    lines = current_watcher()
    if lines is None or not all(map(math.isfinite, direction)):
        return
    tangents = tangents_along(root, inputs, direction)
    if all(map(math.isfinite, tangents.values())):
        return
    from autograd_scalar.graph.naming import describe  # noqa: PLC0415  (for an error only)

    order = topological_order(root)
    node = next(v for v in order if not math.isfinite(tangents[id(v)]))
    terms = [
        f"{derivative!r} * {tangent!r}"
        for parent, derivative in zip(node.parents, node.local_derivatives, strict=True)
        if (tangent := tangents[id(parent)]) != 0.0
    ]
    shown = " + ".join([*terms[:_MOST_TERMS], *["..."] * (len(terms) > _MOST_TERMS)])
    line = lines.of(node)
    where = "" if line is None else f", recorded in {line}"
    msg = (
        f"the tangent of {describe(node)} is the first that is not finite: {shown} ="
        f" {tangents[id(node)]!r} (local derivative * operand's tangent){where}"
    )
    raise AnomalyError(msg)


def _float(number: Number) -> float:
    return number._data if isinstance(number, Value) else number
