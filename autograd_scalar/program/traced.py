"""Functions under `compile`: traced once for each shape of their arguments, then run.

| step   | what happens                                                               |
| ------ | -------------------------------------------------------------------------- |
| trace  | the function runs on leaves; what its code branches on becomes guards      |
| find   | a program of the same structure is reused, else one is made                |
| call   | the program runs; if a guard is broken, the function is traced again       |

A `_Trace` is one way through the function. It has the guards, and the tables that say
which leaf and which constant stands where in the program; traces share programs.
"""

from __future__ import annotations

import inspect
from collections import OrderedDict
from contextlib import nullcontext
from functools import update_wrapper
from operator import attrgetter
from threading import RLock
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from autograd_scalar.errors import AutogradError, OperandError
from autograd_scalar.graph.modes import Mode
from autograd_scalar.graph.recording import is_off
from autograd_scalar.graph.sweeps import stateless_sweep
from autograd_scalar.graph.tracing import begin, current, end
from autograd_scalar.graph.value import Value
from autograd_scalar.operands import real
from autograd_scalar.program.arguments import Filler, Key, key_of, leaves_in
from autograd_scalar.program.guards import Answers, Guards
from autograd_scalar.program.integers import Integer
from autograd_scalar.program.program import Program, program_of, run_watched
from autograd_scalar.program.structure import Structure, structure_of
from autograd_scalar.program.tape import Floats, Ints, tape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autograd_scalar.graph.modes import Held

__all__ = ["CompiledFunction"]

_MOST_SHAPES: Final = 64  # of arguments; the one longest unused is dropped
_MOST_STRUCTURES: Final = 64
_MOST_TRACES: Final = 8  # of one shape
_MOST_OF: Final = 0.5  # of all parameters
_MOST_REMADE: Final = 2  # programs of one structure, then all constants are data


class CompiledFunction:
    """A function that runs as programs; `compile` makes it.

    A call returns the value and the gradient. Several threads may call it.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        wrt: Sequence[Value] | None,
        form: str,
        engine: str,
    ) -> None:
        update_wrapper(self, function)
        self._function = function
        self._wrt = None if wrt is None else list(wrt)
        self._form = form
        self._engine = engine
        self._lock = RLock()  # a Ctrl-C may leave it taken (python/cpython#148874)
        self._names = _parameter_names(function)
        self.clear_cache()

    def clear_cache(self) -> None:
        """Forget all programs and traces."""
        with self._lock:
            self._shapes: OrderedDict[Key, list[_Trace]] = OrderedDict()
            self._made: OrderedDict[bytes, _Made] = OrderedDict()
            self._seen: OrderedDict[bytes, None] = OrderedDict()
            self._counts = {"calls": 0, "traces": 0, "broken guards": 0}

    @property
    def programs(self) -> tuple[Program, ...]:
        """The programs that are kept, the one used last at the end."""
        with self._lock:
            return tuple([made.program for made in self._made.values()])

    def stats(self) -> dict[str, int]:
        """Return counts: calls, traces, broken guards, programs, shapes of arguments.

        A call whose guards all hold is no trace.
        """
        with self._lock:
            kept = {"programs": len(self._made), "shapes": len(self._shapes)}
            return self._counts | kept

    def __repr__(self) -> str:
        name = getattr(self._function, "__name__", "function")
        count = len(self.programs)
        return f"<compiled {name}, {count} program{'s' * (count != 1)}>"

    def __str__(self) -> str:
        with self._lock:
            traces = [t for found in self._shapes.values() for t in found]
        return "\n\n".join([repr(self), *map(str, traces)])

    def __get__(self, owner: object, kind: type | None = None) -> Any:
        """Raise: a method would take ``self`` for what is differentiated."""
        if owner is None:
            return self
        name = getattr(self._function, "__name__", "function")
        msg = (
            f"@compile goes above a function, and {name}() is a method; compile a"
            " function of what is differentiated, or pass wrt= and the bound method:"
            f" compile(obj.{name}, wrt=parameters)"
        )
        raise OperandError(msg)

    def __call__(self, *args: Any, **kwargs: Any) -> tuple[float, Any]:
        """Return the value and the gradient.

        Raises:
            OperandError: an argument holds something else than data; the function does
                not return one number, or calls a compiled function itself.
            ShapeError: containers among the arguments are nested too deeply.
        """
        if current() is not None:
            msg = (
                f"{self!r} was called within a function that is being traced, and"
                " returns plain numbers; call its plain function: f.__wrapped__"
            )
            raise OperandError(msg)
        theta, inputs, key = self._numbers(args, kwargs)
        trace = self._known(key)
        found = None if trace is None else trace.run(theta, inputs)
        if found is None:
            found = self._run_other(trace, key, theta, inputs)
        if found is None:
            found = self._run_new(args, kwargs, key, theta, inputs)
        value, gradient = found
        if self._wrt is not None:
            return value, gradient
        filler = Filler(args[0]) if trace is None else trace.filler
        return value, filler.filled(args[0], gradient)

    def _numbers(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[Floats, Floats, Key]:
        """Return what is differentiated, the other numbers, and the arguments' key."""
        parts: list[Floats] = []
        first: Key = ()
        if self._wrt is not None:
            theta = np.array(list(map(attrgetter("_data"), self._wrt)), dtype=float)
            data = args
        else:
            if not args:
                msg = (
                    f"{self!r} needs a first argument by position, which it"
                    " differentiates by; or compile it with wrt=, a list of Values"
                )
                raise OperandError(msg)
            what = _Place(1, self)
            first = key_of(args[0], parts, what, floats=True)
            theta, data, parts = _joined(parts), args[1:], []
        offset = len(args) - len(data) + 1
        keys: list[Key] = [first]
        for k, x in enumerate(data):
            what = _Place(k + offset, self)
            keys.append(key_of(x, parts, what, floats=False))
        for name in sorted(kwargs):
            what = _Place(name, self)
            keys.append((name, key_of(kwargs[name], parts, what, floats=False)))
        return theta, _joined(parts), tuple(keys)

    def _known(self, key: Key) -> _Trace | None:
        """Return the trace that served such arguments last."""
        with self._lock:
            self._counts["calls"] += 1
            traces = self._shapes.get(key)
            if not traces:
                return None
            self._shapes.move_to_end(key)
            return traces[-1]

    def _run_other(
        self, tried: _Trace | None, key: Key, theta: Floats, inputs: Floats
    ) -> tuple[float, Floats] | None:
        """Run the other traces of this shape until the guards of one hold."""
        if tried is None:
            return None
        with self._lock:
            self._counts["broken guards"] += 1
            others = [t for t in self._shapes.get(key, ()) if t is not tried]
        for trace in reversed(others):
            found = trace.run(theta, inputs)
            if found is not None:
                with self._lock:  # it is tried first from now on
                    traces = self._shapes.get(key, [])
                    traces[:] = [*[t for t in traces if t is not trace], trace]
                return found
        return None

    # ---- Tracing ---------------------------------------------------------------------

    def _run_new(
        self,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        key: Key,
        theta: Floats,
        inputs: Floats,
    ) -> tuple[float, Floats]:
        """Trace the function, and return what the trace gives."""
        names = iter([*self._names, *[f"argument{k}" for k in range(len(args))]])
        parameters: list[Value] = []
        given: list[Value] = []
        own = parameters if self._wrt is None else given
        leaves = []
        for k, x in enumerate(args):
            first = not k and self._wrt is None
            into = own if first else given
            leaves.append(leaves_in(x, next(names), into, floats=first))
        named = {
            name: leaves_in(kwargs[name], name, given, floats=False)
            for name in sorted(kwargs)
        }
        if self._wrt is not None:
            parameters = self._wrt
        answers = Answers([*parameters, *given])
        # Within a block of any mode each operation takes longer.
        with _Recording() if is_off() else nullcontext():
            try:
                begin(answers)
                output = self._function(*leaves, **named)
            finally:
                end()
        root = self._root(output)
        guards, kept = Guards.of(answers)
        structure = structure_of(root, kept, parameters, given)
        is_first = self._is_first(key)
        made = self._program_for(structure, root, kept, parameters, given, is_first)
        with self._lock:
            self._counts["traces"] += 1
        if made is None:  # met for the first time, in a place of many: not worth it yet
            return _of_graph(root, parameters)
        filler = Filler(args[0] if self._wrt is None else None)
        trace = _Trace(guards, structure, made, (len(theta), len(inputs)), filler)
        found = trace.run(theta, inputs)
        if found is None:
            # A number was read, or compared with, that rounding changes: no call with
            # other arguments can be told to be the same.
            return _of_graph(root, parameters)
        with self._lock:
            traces = self._shapes.setdefault(key, [])
            traces.append(trace)
            del traces[:-_MOST_TRACES]
            self._shapes.move_to_end(key)
            while len(self._shapes) > _MOST_SHAPES:
                self._shapes.popitem(last=False)
        return found

    def _root(self, output: Any) -> Value:
        if isinstance(output, np.ndarray) and output.shape == ():
            output = output.item()
        if isinstance(output, Integer):
            output = output.traced_value
        if isinstance(output, Value):
            return output
        what = f"what {self!r} returns"
        try:
            return Value(real(output, what))
        except OperandError as error:
            msg = f"{error}; a compiled function returns one Value, as a loss"
            raise OperandError(msg) from None

    def _is_first(self, key: Key) -> bool:
        with self._lock:
            return not self._shapes.get(key)

    def _program_for(  # noqa: PLR0913, PLR0917  (a trace's graph)
        self,
        structure: Structure,
        root: Value,
        kept: list[Value],
        parameters: Sequence[Value],
        given: Sequence[Value],
        is_first: bool,
    ) -> _Made | None:
        """Return a program for a traced graph, an old one if it fits."""
        key = structure.key
        with self._lock:
            old = self._made.get(key)
            if old is not None:
                self._made.move_to_end(key)
            elif not is_first and key not in self._seen:
                self._seen[key] = None
                while len(self._seen) > _MOST_STRUCTURES:
                    self._seen.popitem(last=False)
                return None
        varies = None if old is None else old.differing(structure.numbers)
        if old is not None and varies is None:
            return old
        as_data, times = _data_among(structure, old, varies)
        # In the caller's order, in which weights lie as matrices; later traces of this
        # structure fill the same places.
        order = _slots(structure.parameters, len(parameters))
        orders = order, np.argsort(structure.inputs)
        if len(order) == len(parameters):
            wrt = list(parameters)
        else:
            wrt = [parameters[k] for k in structure.parameters[order].tolist()]
        inputs = [given[k] for k in structure.inputs[orders[1]].tolist()]
        inputs += [structure.others[k] for k in as_data.tolist()]
        tape = tape_of(root, wrt, inputs, kept)
        program = program_of(
            tape, [leaf._data for leaf in inputs], self._form, self._engine
        )
        made = _Made(program, orders, structure.numbers, as_data, times)
        with self._lock:
            self._made[key] = made
            self._made.move_to_end(key)
            while len(self._made) > _MOST_STRUCTURES:
                self._made.popitem(last=False)
        return made


class _Place:
    """What an error calls an argument; told only where there is one."""

    __slots__ = ("argument", "function")

    def __init__(self, argument: int | str, function: CompiledFunction) -> None:
        self.argument = argument  # its number or its name
        self.function = function

    def __str__(self) -> str:
        is_named = isinstance(self.argument, str)
        what = f"{self.argument}=" if is_named else f"argument {self.argument}"
        return f"{what} of {self.function!r}"


def _of_graph(root: Value, parameters: Sequence[Value]) -> tuple[float, Floats]:
    """Return the value and the gradient of the traced graph itself."""
    slopes = stateless_sweep(root, 1.0, parameters)
    return root._data, np.array(slopes, dtype=np.float64)


class _Recording(Mode[None]):
    """A block in which operations are recorded, even inside `no_grad`."""

    __slots__ = ()

    def _fill(self, held: Held) -> None:
        held.stops = False


class _Made:
    """A program of one structure; some of its constants are data."""

    def __init__(
        self,
        program: Program,
        orders: tuple[Ints, Ints],
        numbers: Floats,
        as_data: Ints,
        times: int,
    ) -> None:
        self.program = program
        # Which of a structure stands where among the program's; -1: one that is unused.
        self.orders = orders
        self.as_data = as_data  # places among the constants
        self.times = times  # how often it was made
        self.is_fixed = np.ones(len(numbers), dtype=bool)
        self.is_fixed[as_data] = False
        self.bits = numbers.view(np.int64)

    def differing(self, numbers: Floats) -> Ints | None:
        """Return the places where a fixed constant differs; None if none does."""
        differs = (numbers.view(np.int64) != self.bits) & self.is_fixed
        return np.flatnonzero(differs) if differs.any() else None


def _data_among(
    structure: Structure, old: _Made | None, varies: Ints | None
) -> tuple[Ints, int]:
    """Return the constants that become data, and how often a program was made."""
    if old is None or varies is None:
        return np.zeros(0, dtype=np.int64), 1
    if old.times > _MOST_REMADE:
        return np.arange(len(structure.numbers)), old.times + 1
    return np.union1d(old.as_data, varies), old.times + 1


class _Trace:
    """One way through the function, bound to a program."""

    def __init__(
        self,
        guards: Guards,
        structure: Structure,
        made: _Made,
        lengths: tuple[int, int],
        filler: Filler,
    ) -> None:
        parameters, inputs = lengths
        self.filler = filler  # of the arguments of this shape
        self.guards = guards
        self.program = made.program
        own, given = made.orders
        self._is_used = own >= 0
        anywhere = np.minimum(np.arange(len(own)), max(parameters - 1, 0))
        places = np.where(self._is_used, structure.parameters[own], anywhere)
        self._parameters = _table(places, parameters)
        self._inputs = _table(structure.inputs[given], inputs)
        others, as_data = structure.others, made.as_data
        self._as_data = [others[k] for k in as_data.tolist()]
        # A constant of the code never changes; the number of any other leaf may.
        fixed = [k for k in np.flatnonzero(made.is_fixed).tolist()
                 if not others[k].is_constant]  # fmt: skip
        self._fixed = [others[k] for k in fixed]
        self._numbers = structure.numbers[fixed].view(np.int64)

    def run(self, theta: Floats, inputs: Floats) -> tuple[float, Floats] | None:
        """Return the value and the gradient; None if something else holds now."""
        if self._fixed:
            now = np.array(list(map(_data_of, self._fixed)))
            if not np.array_equal(now.view(np.int64), self._numbers):
                return None
        places = self._parameters
        own = theta if places is None else theta[places]
        given = inputs if self._inputs is None else inputs[self._inputs]
        if self._as_data:
            given = np.concatenate([given, list(map(_data_of, self._as_data))])
        try:
            value, gradient, kept = run_watched(self.program, own, given)
        except AutogradError:
            # As an index outside a table. If a guard is broken, the function would
            # have gone another way; if not, it raises the error itself when traced.
            return None
        if not self.guards.hold(kept):
            return None
        if places is None:
            return value, gradient
        whole = np.zeros(len(theta))
        whole[places[self._is_used]] = gradient[self._is_used]
        return value, whole

    def __str__(self) -> str:
        text = str(self.program)
        if not self.guards.lines:
            return text
        return f"{text}\nguards\n  " + "\n  ".join(self.guards.lines)


_data_of: Final = attrgetter("_data")


def _table(places: Ints, count: int) -> Ints | None:
    """Return a table of places; None if they are all, in order."""
    is_whole = len(places) == count and np.array_equal(places, np.arange(count))
    return None if is_whole else places


def _slots(used: Ints, count: int) -> Ints:
    """Return which of the used parameters each of a program is, in the caller's order.

    Where most of all are used, the program has the others, too, so that it reads and
    writes the caller's arrays as they are.
    """
    order = np.argsort(used)
    if len(used) < _MOST_OF * count:
        return order
    slots = np.full(count, -1)
    slots[used[order]] = order
    return slots


def _joined(parts: list[Floats]) -> Floats:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.zeros(0)


def _parameter_names(function: Callable[..., Any]) -> list[str]:
    """Return the names of the function's parameters, as far as it tells them."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    positional = (
        inspect.Parameter.POSITIONAL_ONLY,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
    )
    return [p.name for p in parameters if p.kind in positional]
