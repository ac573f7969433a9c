"""`compile`: a recorded graph, or a function, as a program of matrix operations."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, overload

from autograd_scalar.errors import OperandError
from autograd_scalar.graph.modes import suspends
from autograd_scalar.graph.value import Value
from autograd_scalar.operands import shown
from autograd_scalar.program.program import (
    ENGINES,
    FORMS,
    choice,
    compile_graph,
    leaves,
)
from autograd_scalar.program.traced import CompiledFunction

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autograd_scalar.native import Unchecked
    from autograd_scalar.program.program import Program

__all__ = ["compile"]

_NOTHING: Final = object()  # instead of a graph or a function: @compile(wrt=…)


@overload
def compile(  # noqa: A001
    root: Value | Unchecked,
    wrt: Sequence[Value] | Unchecked,
    inputs: Sequence[Value] | Unchecked = (),
    *,
    form: str | Unchecked = "auto",
    engine: str | Unchecked = "auto",
) -> Program: ...
@overload
def compile(  # noqa: A001
    root: Callable[..., Any],
    wrt: Sequence[Value] | Unchecked | None = None,
    *,
    form: str | Unchecked = "auto",
    engine: str | Unchecked = "auto",
) -> CompiledFunction: ...
@overload
def compile(  # noqa: A001
    *,
    wrt: Sequence[Value] | Unchecked | None = None,
    form: str | Unchecked = "auto",
    engine: str | Unchecked = "auto",
) -> Callable[[Callable[..., Any]], CompiledFunction]: ...
def compile(  # noqa: A001  (the name that users look for)
    root: Any = _NOTHING,
    wrt: Any = None,
    inputs: Any = (),
    *,
    form: Any = "auto",
    engine: Any = "auto",
) -> Any:
    """Turn a graph, or a function of Values, into a program of matrix operations.

    Nothing but the scalar nodes is looked at: equal lists of weights are the rows of a
    matrix, equal lists of operands its columns. A graph without matrices runs node by
    node, in the order and with the bits in which it was recorded.

    **A graph.** ``compile(root, wrt, inputs)`` returns a `Program` for the graph of
    ``root``. What Python code decided while that was recorded, by ``if x < 0`` or from
    ``x.data``, is not in the graph: the program goes the recorded way whatever the
    numbers are. Compile the function instead where its code branches on data.

    >>> from autograd_scalar import Value, compile
    >>> w = [[Value(0.5, f"W1[{i},{k}]") for k in range(2)] for i in range(3)]
    >>> x = [Value(1.0, "x[0]"), Value(2.0, "x[1]")]
    >>> loss = sum((row[0] * x[0] + row[1] * x[1]).tanh() for row in w)
    >>> program = compile(loss, [k for row in w for k in row], x)
    >>> print(program)
    matrix program of 24 nodes: 3 instructions, 1 matrix product
    given
      W1 3×2
      x 2×1
    forward
      Z1 3×1 = W1 x
      A1 3×1 = tanh(Z1)
      C      = Σ A1
    reverse
      dZ1 3×1 = tanh′(Z1)
      dW1 3×2 = dZ1 xᵀ
    >>> value, gradient = program([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [1.0, 0.0])
    >>> round(value, 6), gradient.shape
    (0.853098, (6,))

    **A function.** ``@compile`` makes ``f(theta, …)`` return what
    ``value_and_grad(f)(theta, …)`` returns: the value, and the gradient by the first
    argument, in its structure. With ``wrt``, a list of Values that the function takes
    from outside, the gradient is by these, as an array in their order, at the numbers
    that they have when it is called. Arguments are numbers, Values, arrays, and lists,
    tuples and dicts of these.

    The function runs once for each shape of its arguments, on Values, and must compute
    its result from these alone. A comparison, and the truth of a Value, is recorded as
    a guard: where it comes out differently in a later call, the function is traced
    again; so it is where a number was read with ``.data`` and differs, as the largest
    for a softmax (subtract `logsumexp` instead). Plain numbers from outside are
    constants of the program. An integer is data in arithmetic with Values and for
    `take`; where Python needs the number itself, as in ``range(n)``, the program holds
    for that number. ``True``, ``"text"`` and None hold for themselves.

    >>> @compile
    ... def loss(theta, X, y):
    ...     total = 0.0
    ...     for row, target in zip(X, y):
    ...         z = sum(t * x for t, x in zip(theta, row))
    ...         total += (z if z > 0 else 0.1 * z) - target
    ...     return total
    >>> loss([1.0, 2.0], [[3.0, 4.0], [1.0, 1.0]], [0.0, 1.0])
    (13.0, [4.0, 5.0])
    >>> loss([-1.0, 2.0], [[3.0, 4.0], [3.0, 1.0]], [0.0, 1.0])
    (3.9, [3.3, 4.1])
    >>> {name: n for name, n in loss.stats().items() if name != "shapes"}
    {'calls': 2, 'traces': 2, 'broken guards': 1, 'programs': 1}

    Programs are kept by structure: a graph that differs from a known one only in which
    parameters and constants it uses runs the same program. The last 64 are kept;
    ``loss.programs`` holds them, ``loss.clear_cache()`` forgets them, and
    ``loss.__wrapped__`` is the function itself.

    Args:
        root: the result, as a loss; or a function that returns one.
        wrt: the leaves to differentiate by, in the order of ``theta`` and the gradient.
        inputs: leaves whose numbers are given at each call, in that order. All other
            leaves are constants and keep their numbers. Not for a function.
        form: "matrix" or "tape"; "auto" looks for matrices and takes the tape if there
            are few. A matrix program adds in another order than the graph: its numbers
            differ from the graph's by rounding. The tape's have the same bits.
        engine: "compiled" runs in C, which comes with the compiled wheel and has no
            form for some primitives, yours among them; "plain" runs in NumPy, or node
            by node in Python. "auto" takes C where it can: `Program.engine` says.

    Raises:
        OperandError: ``root`` is neither a Value nor a function; ``wrt`` or ``inputs``
            holds something else than leaves, a leaf twice, or an input that the root
            does not use; or a graph contains `where`, which recorded only the choice
            that was made; or the compiled engine is asked for and cannot run it.
        StaleGraphError: a leaf was written since the graph was recorded.
    """
    if root is _NOTHING:
        return partial(compile, wrt=wrt, form=form, engine=engine)
    if isinstance(root, Value) or not callable(root):
        if isinstance(root, Value) and wrt is None:
            msg = "compile(root) needs wrt=, the leaves to differentiate by, as a list"
            raise OperandError(msg)
        return compile_graph(root, wrt, inputs, form=form, engine=engine)
    if suspends(root) or isinstance(root, type):
        msg = (
            f"@compile goes above a function that returns one Value, got {shown(root)};"
            " write it with def and return"
        )
        raise OperandError(msg)
    if not isinstance(inputs, (tuple, list)) or inputs:
        msg = (
            "compile(inputs=) is for a graph, and this is a function, whose arguments"
            f" are its inputs; leave it out, got {shown(inputs)}"
        )
        raise OperandError(msg)
    choice(form, FORMS, "compile(form=)")
    choice(engine, ENGINES, "compile(engine=)")
    outside = None if wrt is None else leaves(wrt, "wrt")
    return CompiledFunction(root, outside, form, engine)
