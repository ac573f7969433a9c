"""`Program`: a recorded graph that runs again on other numbers."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from autograd_scalar import _plain
from autograd_scalar.errors import DrawingError, NumberError, OperandError, ShapeError
from autograd_scalar.graph.value import Value
from autograd_scalar.operands import listed, no_value, shown
from autograd_scalar.program.dots import dots_of
from autograd_scalar.program.equations import Equations, equations_of
from autograd_scalar.program.groups import Groups, groups_of
from autograd_scalar.program.instructions import Instructions, Map, instructions_of
from autograd_scalar.program.kernels import is_elementwise
from autograd_scalar.program.layout import FIRST_CONSTANT
from autograd_scalar.program.parallel import Spread
from autograd_scalar.program.pickled import dumped, loaded, without_graph
from autograd_scalar.program.picture import scene_of_program
from autograd_scalar.program.places import Entry, Places
from autograd_scalar.program.reverse import Reverse, Scale, reverse_of
from autograd_scalar.program.run_compiled import executor_of, extension, obstacle_to
from autograd_scalar.program.run_numpy import Machine
from autograd_scalar.program.run_tape import TapeRunner
from autograd_scalar.program.source import source_of
from autograd_scalar.program.tape import Floats, Tape, tape_of
from autograd_scalar.program.to_jax import jax_function
from autograd_scalar.reporting.escape import cut

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor

    import numpy.typing as npt

    from autograd_scalar.native import Unchecked
    from autograd_scalar.program.run_compiled import Executor as Compiled
    from autograd_scalar.render.scene import Scene

__all__ = [
    "ENGINES",
    "FORMS",
    "Program",
    "choice",
    "compile_graph",
    "leaves",
    "program_of",
    "run_watched",
]

# A graph of so many groups, and so few nodes in each, has no matrices worth finding.
_MANY_GROUPS: Final = 64
_FEW_NODES: Final = 10
# Without any product, fewer nodes than this for each instruction run better one by one:
# those of the reverse program count, too, and those that gather or scatter.
_NODES_PER_INSTRUCTION: Final = 2.5
_MOST_LINES: Final = 60  # of a tape that are printed
_MOST_CHARACTERS: Final = 100  # of such a line

_BLOCK: Final = 256  # examples at a time: their arrays stay in the cache
_MOST_SIZES: Final = 4  # of batches whose arrays are kept

FORMS: Final = ("auto", "matrix", "tape")
ENGINES: Final = ("auto", "compiled", "plain")
_STYLES: Final = ("text", "latex")
_REDUCTIONS: Final = ("mean", "sum")
_NOTHING: Final = np.empty(0)


def compile_graph(
    root: Value | Unchecked,
    wrt: Sequence[Value] | Unchecked,
    inputs: Sequence[Value] | Unchecked = (),
    *,
    form: str | Unchecked = "auto",
    engine: str | Unchecked = "auto",
) -> Program:
    """Return the program of a recorded graph, as `compile` describes it."""
    if not isinstance(root, Value):
        raise OperandError(no_value("compile()", root))
    choice(form, FORMS, "compile(form=)")
    choice(engine, ENGINES, "compile(engine=)")
    parameters = leaves(wrt, "wrt")
    given = leaves(inputs, "inputs")
    both = {*map(id, parameters)} & {*map(id, given)}
    if both:
        leaf = next(x for x in given if id(x) in both)
        msg = (
            f"compile() got the leaf {leaf!r} in wrt and in inputs; leave it out of one"
        )
        raise OperandError(msg)
    tape = tape_of(root, parameters, given)
    unused = np.flatnonzero(tape.inputs < 0)
    if len(unused):
        msg = (
            f"compile(inputs=) needs leaves of the graph, and the root does not use"
            f" number {int(unused[0])}, {given[int(unused[0])]!r}; leave it out, or"
            " pass the Value itself that was computed with"
        )
        raise OperandError(msg)
    return program_of(tape, [x.data for x in given], str(form), str(engine))


def program_of(tape: Tape, inputs: Sequence[float], form: str, engine: str) -> Program:
    """Return the program of a tape; ``inputs`` are the numbers that were recorded."""
    recorded = np.array(inputs, dtype=np.float64)
    program = Program(tape, _matrices_of(tape, form), recorded, engine)
    if engine == "compiled" and program.engine != "compiled":
        msg = (
            f"compile(engine='compiled') got {program.engine}; leave engine= out to run"
            " with what there is"
        )
        raise OperandError(msg)
    return program


def _matrices_of(tape: Tape, form: str) -> _Matrices | None:
    """Return the matrices of a graph; None where it is to run node by node."""
    if form == "tape":
        return None
    groups = groups_of(dots_of(tape))
    if form == "auto" and _is_scattered(groups):
        return None
    instructions = instructions_of(groups)
    reverse = reverse_of(instructions)
    if form == "auto" and _is_irregular(tape, instructions, reverse):
        return None
    return _Matrices(groups, instructions, reverse)


def _is_scattered(groups: Groups) -> bool:
    count = len(groups.groups)
    return count > _MANY_GROUPS and len(groups.dots.tape.nodes) < _FEW_NODES * count


def _is_irregular(tape: Tape, instructions: Instructions, reverse: Reverse) -> bool:
    count, gathers = len(instructions.steps), instructions.gathers
    if gathers > count:
        return True
    work = count + len(reverse.steps) + 2 * gathers
    is_small = len(tape.computed()) < _NODES_PER_INSTRUCTION * work
    return is_small and not instructions.products


class _Matrices:
    """The stages of a matrix program."""

    def __init__(
        self, groups: Groups, instructions: Instructions, reverse: Reverse
    ) -> None:
        self.groups = groups
        self.instructions = instructions
        self.reverse = reverse


Result: TypeAlias = tuple[float, Floats]


class Program:
    """A compiled graph; `compile` makes it.

    A call returns the value and the gradient: ``program(theta)`` with the recorded
    inputs, ``program(theta, inputs)`` with others. Several threads may call it.
    """

    def __init__(
        self, tape: Tape, matrices: _Matrices | None, inputs: Floats, engine: str
    ) -> None:
        self._tape = tape
        self._matrices = matrices
        self._inputs = inputs
        self._asked = engine
        self._fast: Compiled | None = None
        if engine != "plain":
            found = (
                (None, None)
                if matrices is None
                else (matrices.instructions, matrices.reverse)
            )
            self._fast = executor_of(tape, *found)
        self._runner = None
        if matrices is None and self._fast is None:
            self._runner = TapeRunner(tape)
        # Machines that no thread is using, by the number of examples.
        self._idle: dict[int | None, list[Machine]] = {}
        self._equations: Equations | None = None
        self._places: Places | None = None
        self._spread = Spread()

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the program without its graph."""
        found = self._matrices
        tape, groups = without_graph(
            self._tape, None if found is None else found.groups
        )
        stages = None
        if found is not None:
            stages = groups, found.instructions, found.reverse
        return _again, (dumped((tape, stages, self._inputs, self._asked)),)

    @property
    def engine(self) -> str:
        """What runs the program: "compiled", or "plain" and why."""
        if self._fast is not None:
            return "compiled"
        if self._asked == "plain":
            return "plain: asked for"
        if _plain.forced:
            return "plain: AUTOGRAD_SCALAR_PLAIN asks for it"
        if extension() is None:
            return "plain: this installation has no compiled executor"
        return f"plain: {self._obstacle()}"

    def _obstacle(self) -> str:
        """Return why no installation can run it compiled; empty if one can."""
        found = self._matrices
        return obstacle_to(self._tape, None if found is None else found.instructions)

    @property
    def is_matrix(self) -> bool:
        """Whether it runs as matrix operations, not node by node."""
        return self._matrices is not None

    def __call__(
        self,
        theta: npt.ArrayLike,
        inputs: npt.ArrayLike | None = None,
        *,
        out: Floats | None = None,
    ) -> Result:
        """Return the value and the gradient with respect to ``theta``.

        Args:
            theta: the numbers of the leaves ``wrt``, in that order.
            inputs: those of the leaves ``inputs``; None for the recorded ones.
            out: a float64 array that the gradient is written into and returned.

        Raises:
            ShapeError: an array has another length; both are named.
            OperandError: an array does not hold real numbers, or ``out`` is no
                writable float64 array.
        """
        numbers = _vector(theta, len(self._tape.parameters), "theta")
        given = self._inputs
        if inputs is not None:
            given = _vector(inputs, len(self._inputs), "inputs")
        gradient = np.empty(len(numbers)) if out is None else _checked_out(out, numbers)
        if self._fast is not None:
            return self._fast.run(numbers, given, gradient), gradient
        if self._runner is not None:
            value, gradient[:] = self._runner.run(numbers, given)
            return value, gradient
        return self._run(numbers, given, None, gradient)

    def map(
        self,
        theta: npt.ArrayLike,
        X: npt.ArrayLike,
        *,
        reduction: str = "mean",
        executor: Executor | None = None,
    ) -> Result:
        """Run the program of one example over many, and return the mean or the sum.

        Args:
            theta: the numbers of the leaves ``wrt``, in that order.
            X: the numbers of the leaves ``inputs``, one example per **row**.
            reduction: "mean" or "sum" over the examples.
            executor: a `concurrent.futures.Executor` whose workers share the examples:
                ``ProcessPoolExecutor()``, or ``client.get_executor()`` of dask for many
                machines. The result does not depend on the number of workers; what a
                lost worker had is computed again. It pays from some tenths of a second
                of work a call on: a task costs half a millisecond, and more where
                cores are busy. Workers keep the rows that they were sent; make an X
                that stays ``X.setflags(write=False)``, else all of it is looked at in
                each call to see whether it changed. Nothing is sent to the threads of a
                ``ThreadPoolExecutor()``, which run side by side where the program is
                compiled, and the calling thread with them: they pay from a millisecond
                on.

        >>> from autograd_scalar import Value, compile
        >>> w, x = Value(3.0), Value(2.0)
        >>> program = compile((w * x).square(), [w], [x])
        >>> value, gradient = program.map([3.0], [[1.0], [2.0]])
        >>> value, gradient.tolist()
        (22.5, [15.0])

        Raises:
            ShapeError: X is not 2-D, has no rows, or not one column for each input; or
                theta has another length.
            OperandError: an array does not hold real numbers, the reduction is
                unknown, or the executor is none, or the program cannot be sent there.
        """
        choice(reduction, _REDUCTIONS, "map(reduction=)")
        numbers = _vector(theta, len(self._tape.parameters), "theta")
        rows = _numbers(X, "X")
        width = len(self._inputs)
        if rows.ndim != 2 or rows.shape[1] != width or not len(rows):  # noqa: PLR2004
            msg = (
                f"map() needs X of shape (m, {width}), one example per row and one"
                f" column for each input, got shape {rows.shape}"
            )
            raise ShapeError(msg)
        share = 1.0 / len(rows) if reduction == "mean" else 1.0
        if executor is not None:
            value, gradient = self._spread.run(self, numbers, rows, executor)
            return share * value, np.multiply(gradient, share, out=gradient)
        if self._fast is not None:
            gradient = np.empty(len(numbers))
            return self._fast.map(numbers, rows, share, gradient), gradient
        value, gradient = 0.0, np.zeros(len(numbers))
        with np.errstate(all="ignore"):
            for first in range(0, len(rows), _BLOCK):
                part = rows[first : first + _BLOCK]
                found, slope = self._over(numbers, part)
                value += found
                gradient += slope
            return share * value, np.multiply(gradient, share, out=gradient)

    def _over(self, theta: Floats, rows: Floats) -> Result:
        """Return the sums over some examples."""
        if self._runner is None:
            return self._run(theta, rows.T, len(rows), np.empty(len(theta)))
        each = [self._runner.run(theta, row) for row in rows]
        total = float(np.sum([value for value, _ in each]))
        return total, np.sum([slope for _, slope in each], axis=0)

    def _run(
        self,
        theta: Floats,
        inputs: Floats,
        batch: int | None,
        gradient: Floats,
        kept: list[float] | None = None,
    ) -> Result:
        assert self._matrices is not None
        instructions = self._matrices.instructions
        machine = self._machine(batch)
        machine.theta[:] = theta
        machine.inputs[:] = inputs
        root, times = instructions.root, 1 if batch is None else batch
        with np.errstate(all="ignore"):
            if root >= FIRST_CONSTANT:
                value = float(instructions.constants[root - FIRST_CONSTANT]) * times
                gradient.fill(0.0)
            else:
                machine.run_forward()
                value = machine.number(root)
                machine.run_backward(root)
                gradient[:] = machine.gradient
            if kept is not None:
                kept[:] = machine.kept(instructions.kept).tolist()
        self._idle.setdefault(batch, []).append(machine)
        return value, gradient

    def _machine(self, batch: int | None) -> Machine:
        """Return an idle machine for that many examples, or a new one."""
        assert self._matrices is not None
        if len(self._idle) > _MOST_SIZES:
            self._idle.clear()
        try:
            return self._idle[batch].pop()  # no two threads get the same
        except (KeyError, IndexError):
            pass
        return Machine(self._matrices.instructions, self._matrices.reverse, batch)

    # ---- What it is ------------------------------------------------------------------

    def stages(self) -> tuple[object, ...]:
        """Return the forms that the graph went through; each prints itself.

        The tape, its sums of products, their groups, the instructions and their
        reverse; of a program that runs node by node the tape alone. All numbers lie in
        one array: an instruction names a matrix in it by its shape, by where it begins,
        and by how far apart its rows and its columns stand.

        >>> from autograd_scalar import Value, compile
        >>> w = [[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]]
        >>> x = [Value(5.0), Value(6.0)]
        >>> root = sum((row[0] * x[0] + row[1] * x[1]).tanh() for row in w)
        >>> stages = compile(root, w[0] + w[1], x, form="matrix").stages()
        >>> for stage in stages[:3]:
        ...     print(stage)
        17 nodes: 4 parameters, 2 inputs, 1 constant; 4 add, 4 mul, 2 tanh
        v7 = v1·v2 + v4·v5
        v8 = tanh(v7)
        v14 = v10·v2 + v12·v5
        v15 = tanh(v14)
        v16 = v8 + v15 + 0.0
        level 1: 2 sums of products
        level 2: 2 tanh
        level 3: 1 sum of products
        """
        found = self._matrices
        if found is None:
            return (self._tape,)
        groups = found.groups
        return (
            self._tape, groups.dots, groups, found.instructions, found.reverse,
        )  # fmt: skip

    def equations(self, style: str = "text") -> str:
        """Return the equations of the program, forward and reverse, one to a line.

        Args:
            style: "text" or "latex".

        Raises:
            OperandError: the style is unknown.
        """
        choice(style, _STYLES, "equations(style)")
        if self._matrices is None:
            return "\n".join(_scalar_lines(self._tape, style))
        found = self._found()
        lines = [*found.forward, *found.reverse]
        return "\n".join([x.text() if style == "text" else x.latex() for x in lines])

    def source(self) -> str:
        """Return the program as a NumPy function that stands alone.

        It takes ``theta``, and ``inputs`` if there are any, and returns the value and
        the gradient. Its formulas are the short ones of textbooks: near the ends of
        the range of floats the program itself is more accurate.

        >>> from autograd_scalar import Value, compile
        >>> w = [Value(1.0), Value(2.0)]
        >>> x = [Value(3.0), Value(4.0)]
        >>> root = sum((w[0] * k + w[1]).tanh() for k in x)
        >>> print(compile(root, w, x, form="matrix").source())
        import numpy as np
        <BLANKLINE>
        <BLANKLINE>
        def program(theta, inputs):
            P = theta[np.arange(1)]  # 1
            Y = inputs[np.arange(2)]  # 2
            P1 = theta[1 + np.arange(1)]  # 1
            T1 = P * Y + P1  # 2
            T2 = np.tanh(T1)  # 2
            C = T2.sum(axis=-1)  # a number
        <BLANKLINE>
            gradient = np.zeros(2)
            dC = np.array(1.0)
            dT2 = np.broadcast_to(dC[..., None], (2,))
            dT1 = dT2 * (1.0 - T2 ** 2)
            gradient[np.arange(1)] += (dT1 * Y).sum(axis=(0,), keepdims=True)
            gradient[1 + np.arange(1)] += dT1.sum(axis=(0,), keepdims=True)
            return C.item(), gradient

        Raises:
            NumberError: the graph has no matrices, or a primitive no form in NumPy.
        """
        if self._matrices is None:
            msg = (
                "source() writes matrix programs, and this one runs node by node;"
                " compile(form='matrix') writes any graph as operations on arrays"
            )
            raise NumberError(msg)
        found = self._matrices
        return source_of(found.instructions, found.reverse, self._found())

    def to_jax(self) -> Any:
        """Return the program as a JAX function, to jit, to vmap, to run on a GPU.

        ``f(theta, inputs)`` returns the value and the gradient as JAX's arrays; without
        inputs it is ``f(theta)``. JAX differentiates the forward equations itself. It
        computes in float32 unless it is told otherwise, before its first array:
        ``jax.config.update("jax_enable_x64", True)``. A primitive that JAX lacks, yours
        among them, runs on the CPU element by element, under ``jit``, too. What `take`
        takes by an index outside its table is nan: JAX cannot raise::

            f = jax.jit(program.to_jax())
            value, gradient = f(theta, inputs)
            values, gradients = jax.vmap(f, (None, 0))(theta, rows)

        Raises:
            NumberError: JAX is not installed, or the program runs node by node.
        """
        found = self._stages("to_jax()")
        return jax_function(found.instructions)

    # ---- From matrices back to scalar nodes ------------------------------------------

    def matrices(
        self, theta: npt.ArrayLike, inputs: npt.ArrayLike | None = None
    ) -> dict[str, Floats]:
        """Return every array of the equations by its name, and its adjoint.

        The adjoint of ``Z1`` is ``dZ1``, also where the equations do not print it;
        what depends on no parameter has none. Computed by NumPy.

        >>> from autograd_scalar import Value, compile
        >>> w = [[Value(0.5, f"W[{i},{k}]") for k in range(2)] for i in range(2)]
        >>> x = [Value(1.0, "x[0]"), Value(2.0, "x[1]")]
        >>> z = [(row[0] * x[0] + row[1] * x[1]).named("z") for row in w]
        >>> program = compile(sum(k.square() for k in z), sum(w, []), x)
        >>> found = program.matrices([1.0, 0.0, 0.0, 1.0])
        >>> found["Z1"].tolist(), found["dW"].tolist()
        ([[1.0], [2.0]], [[2.0, 4.0], [4.0, 8.0]])
        >>> print(program.entry(z[1]))
        Z1[1,0]
        >>> program.nodes("Z1")[1, 0][0] is z[1]
        True

        Raises:
            ShapeError: an array has another length; both are named.
            OperandError: an array does not hold real numbers.
            NumberError: the program runs node by node.
        """
        found, places = self._stages("matrices()"), self._located("matrices()")
        instructions = found.instructions
        machine = Machine(instructions, found.reverse)
        machine.theta[:] = _vector(theta, len(self._tape.parameters), "theta")
        machine.inputs[:] = self._inputs
        if inputs is not None:
            machine.inputs[:] = _vector(inputs, len(self._inputs), "inputs")
        has_adjoint = found.reverse.depends
        with np.errstate(all="ignore"):
            machine.run_forward()
            if instructions.root < FIRST_CONSTANT:
                machine.run_backward(instructions.root)
        values = np.concatenate([machine.theta, machine.memory])
        adjoints = np.concatenate([machine.gradient, machine.adjoints])
        for step in found.reverse.steps:
            if isinstance(step, Scale):  # the machine has multiplied it in place
                adjoints[step.target.table()] /= step.factor
        arrays = dict(places.constants)
        for name, slots in places.slots.items():
            arrays[name] = values[slots]
            if has_adjoint[slots].any():
                arrays[f"d{name}"] = adjoints[slots]
        return arrays

    def entry(self, node: Value) -> Entry | None:
        """Return the matrix and the indices that a node of the graph became.

        None for a constant, and for a node that melted into a sum of products, as
        ``w·x`` does in ``Σ w·x + b``.

        Raises:
            OperandError: ``node`` is not in the graph.
            NumberError: the program runs node by node.
        """
        places, given = self._located("entry()"), node
        if not places.has(given):
            msg = f"entry() needs a node of the compiled graph, got {shown(node)}"
            raise OperandError(msg)
        return places.entry(given)

    def nodes(self, name: str) -> dict[tuple[int, ...], tuple[Value, ...]]:
        """Return the scalar nodes of each entry of an array, by its indices.

        An entry that no single node computes has none.

        Raises:
            OperandError: the equations have no array of this name, or it is constant.
            NumberError: the program runs node by node.
        """
        places = self._located("nodes()")
        given: object = name
        if not isinstance(given, str) or given not in places.slots:
            msg = f"nodes() needs one of {', '.join(places.slots)}, got {shown(name)}"
            raise OperandError(msg)
        return places.nodes(name)

    def _scene(self, title: str) -> Scene:
        """Return what `draw` shows of the program."""
        if self._matrices is None:
            msg = (
                "draw() shows the matrices of a program, and this one runs node by"
                " node; draw() its root, or compile(form='matrix')"
            )
            raise DrawingError(msg)
        data = np.append(self._tape.data, 0.0)  # of a parameter that is not used: -1
        arrays = self.matrices(data[self._tape.parameters], data[self._tape.inputs])
        places, equations = self._located("draw()"), self._found()
        facts = f"{str(self).partition(chr(10))[0]}."
        return scene_of_program(
            self._tape, equations, places, arrays, title, facts.capitalize()
        )

    def _stages(self, caller: str) -> _Matrices:
        if self._matrices is None:
            msg = (
                f"{caller} needs matrices, and this program runs node by node;"
                " compile(form='matrix') makes arrays of any graph"
            )
            raise NumberError(msg)
        return self._matrices

    def _located(self, caller: str) -> Places:
        found = self._stages(caller)
        if self._places is None:
            self._places = Places(self._tape, found.instructions, self._found())
        return self._places

    def _found(self) -> Equations:
        assert self._matrices is not None
        if self._equations is None:
            self._equations = equations_of(
                self._matrices.instructions, self._matrices.reverse, self._tape.names
            )
        return self._equations

    def stats(self) -> dict[str, int]:
        """Return counts: nodes, parameters, inputs, and of a matrix program its parts.

        >>> from autograd_scalar import Value, compile
        >>> w = Value(3.0)
        >>> compile(w * w, [w]).stats()
        {'nodes': 2, 'parameters': 1, 'inputs': 0}
        """
        tape = self._tape
        counts = {
            "nodes": len(tape.nodes),
            "parameters": len(tape.parameters),
            "inputs": len(tape.inputs),
        }
        if self._matrices is not None:
            instructions = self._matrices.instructions
            counts |= {
                "instructions": len(instructions.steps),
                "products": instructions.products,
                "gathers": instructions.gathers,
                "slots": instructions.size,
            }
        return counts

    def __str__(self) -> str:
        counts = self.stats()
        nodes = f"of {counts['nodes']:,} node{'s' * (counts['nodes'] != 1)}"
        if self._matrices is None:
            lines = islice(_scalar_lines(self._tape, "text"), _MOST_LINES)
            shown_lines = [f"  {cut(line, _MOST_CHARACTERS)}" for line in lines]
            more = len(self._tape.computed()) - _MOST_LINES
            if more > 0:
                shown_lines.append(f"  and {more:,} more")
            why = f"; {self._obstacle()}" if self._obstacle() else ""
            return "\n".join([f"tape {nodes}, run one by one{why}", *shown_lines])
        steps, products = counts["instructions"], counts["products"]
        head = (
            f"matrix program {nodes}: {steps} instruction{'s' * (steps != 1)},"
            f" {products} matrix product{'s' * (products != 1)}"
        )
        slow = sorted(
            {
                step.primitive.name
                for step in self._matrices.instructions.steps
                if isinstance(step, Map)
                and is_elementwise(step.primitive, step.operands)
            }
        )
        if slow:
            head += f"; element by element: {', '.join(slow)}"
        if self._obstacle():
            head += f"; {self._obstacle()}"
        return f"{head}\n{self._found()}"

    def __repr__(self) -> str:
        kind = "matrix program" if self.is_matrix else "tape"
        nodes = f"{len(self._tape.nodes):,} nodes"
        return f"<{kind} of {nodes}, {self.engine.partition(':')[0]}>"


def _again(data: bytes) -> Program:
    """Return the program that was pickled."""
    tape, stages, inputs, engine = loaded(data)
    matrices = None if stages is None else _Matrices(*stages)
    return Program(tape, matrices, inputs, engine)


def run_watched(
    program: Program, theta: Floats, inputs: Floats
) -> tuple[float, Floats, Floats]:
    """Return the value, the gradient, and the numbers that guards ask for."""
    count = len(program._tape.kept)
    gradient = np.empty(len(theta))
    if program._fast is not None:
        numbers = np.empty(count) if count else _NOTHING
        value = program._fast.run(theta, inputs, gradient, numbers if count else None)
        return value, gradient, numbers
    kept: list[float] = []
    if program._runner is not None:
        value, gradient = program._runner.run(theta, inputs, kept)
    else:
        value, gradient = program._run(theta, inputs, None, gradient, kept)
    return value, gradient, np.array(kept)


def _scalar_lines(tape: Tape, style: str) -> Iterator[str]:
    """Yield a line for each node that is computed."""
    for i in tape.computed().tolist():
        primitive = tape.primitives[int(tape.operation[i])]
        operands = tape.parents[tape.starts[i] : tape.starts[i + 1]].tolist()
        if style == "text":
            names = ", ".join([tape.name_of(k) for k in operands])
            yield f"v{i} = {primitive.name}({names})"
            continue
        names_in_latex = [f"v_{{{k}}}" for k in operands]
        if primitive.arity is None:
            names_in_latex = [", ".join(names_in_latex)]
        yield f"v_{{{i}}} = {primitive.latex.format(*names_in_latex)}"


# ---- Argument checks -----------------------------------------------------------------


def leaves(values: object, what: str) -> list[Value]:
    """Return the leaves that an argument of `compile` holds, each once."""
    found = listed(values, f"compile({what}=) needs a sequence of leaf Values")
    seen: set[int] = set()
    for value in found:
        if not isinstance(value, Value):
            msg = (
                f"compile({what}=) needs Values, got {type(value).__name__}:"
                f" {shown(value)}; pass the leaves, as net.parameters()"
            )
            raise OperandError(msg)
        if not value.is_leaf:
            msg = (
                f"compile({what}=) needs leaves, and {value!r} was computed by"
                f" {value.op}; pass the leaves that it was computed from"
            )
            raise OperandError(msg)
        if id(value) in seen:
            msg = f"compile({what}=) got the leaf {value!r} twice; pass it once"
            raise OperandError(msg)
        seen.add(id(value))
    return found


def choice(given: object, known: tuple[str, ...], what: str) -> None:
    """Raise if an argument is none of the words that it can be."""
    if not isinstance(given, str) or given not in known:
        names = " or ".join([repr(name) for name in known])
        msg = f"{what} needs {names}, got {shown(given)}"
        raise OperandError(msg)


def _numbers(values: Any, what: str) -> Floats:
    """Return an array of real numbers as float64."""
    remedy = f"pass {what} as numbers, as [v.data for v in leaves]"
    try:
        array = np.asarray(values)
    except Exception:  # ragged lists, or an object that fails to convert
        msg = f"{what} needs an array of real numbers, got {shown(values)}; {remedy}"
        raise OperandError(msg) from None
    if array.dtype.kind not in "fiu" and array.size:
        msg = (
            f"{what} needs real numbers, got an array of {array.dtype}:"
            f" {shown(values)}; {remedy}"
        )
        raise OperandError(msg)
    return array.astype(np.float64, copy=False)


def _vector(values: Any, length: int, what: str) -> Floats:
    array = _numbers(values, what)
    if array.shape != (length,):
        msg = (
            f"{what} needs {length} number{'s' * (length != 1)}, one for each leaf, got"
            f" shape {array.shape}"
        )
        raise ShapeError(msg)
    return array


def _checked_out(out: object, like: Floats) -> Floats:
    if (
        not isinstance(out, np.ndarray)
        or out.dtype != np.float64
        or not out.flags.writeable
    ):
        msg = f"out= needs a writable float64 array, got {shown(out)}"
        raise OperandError(msg)
    if out.shape != like.shape:
        msg = f"out= needs shape {like.shape}, as theta, got {out.shape}"
        raise ShapeError(msg)
    return out
