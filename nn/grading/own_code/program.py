"""A function and what it calls in the same file, as a program that can be edited.

Only code that does nothing but compute is edited and run again: it must not open files,
import other modules than those for numbers, draw random numbers or keep a state
elsewhere. The loops of an edited program end after a number of passes, and when they
hold too much.
"""

from __future__ import annotations

import ast
import copy
import inspect
import itertools
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any, Final, TypeAlias

__all__ = ["Change", "Program", "changed", "is_step", "program_of", "shown"]

# A node of a syntax tree, the name of one of its fields, and what to put there.
Change: TypeAlias = tuple[ast.AST, str, Any]


def changed(changes: Iterable[Change]) -> list[Change]:
    """Make changes, and return those that undo them."""
    undo: list[Change] = []
    for node, name, new in changes:
        undo.append((node, name, getattr(node, name)))
        setattr(node, name, new)
    return undo[::-1]


@dataclass(slots=True)
class Program:
    """Definitions that call one another, and the values of the other names in them."""

    name: str
    definitions: list[ast.FunctionDef | ast.ClassDef]
    values: dict[str, Any]
    codes: list[CodeType] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.codes = [_code_of(each) for each in self.definitions]

    def with_changes(
        self, place: int, changes: Iterable[Change]
    ) -> Callable[..., object] | None:
        """Return the function with changes of a definition, or None if it is none."""
        undo = changed(changes)
        try:
            code = _code_of(self.definitions[place])
        except (SyntaxError, ValueError, TypeError):
            return None
        finally:
            changed(undo)
        return self._run([*self.codes[:place], code, *self.codes[place + 1 :]])

    def _run(self, codes: Sequence[CodeType]) -> Callable[..., object] | None:
        names: dict[str, Any] = {
            "__builtins__": _BUILTINS, "__name__": "edited",
            "print": _silent, _HELD: locals,
        }  # fmt: skip

        def begun(*operands: object) -> object:
            steps = itertools.count()

            def step(held: dict[str, Any]) -> None:
                entries = sum(getattr(each, "size", 0) for each in held.values())
                if next(steps) > _MOST_STEPS or entries > _MOST_ENTRIES:
                    msg = (
                        f"expected at most {_MOST_STEPS} passes of its loops, with"
                        f" {_MOST_ENTRIES} entries of arrays; got more"
                    )
                    raise RuntimeError(msg)

            names[_STEP] = step
            return names[self.name](*operands)

        try:
            for name, value in self.values.items():
                names[name] = copy.deepcopy(value) if _is_mutable(value) else value
            for code in reversed(codes):  # a base class before what is derived from it
                exec(code, names)
        except Exception:
            return None
        return begun


def program_of(function: Callable[..., object]) -> Program | None:
    """Return the program of a function, or None if it is not to be edited."""
    if not isinstance(function, FunctionType):
        return None
    definitions: dict[str, ast.FunctionDef | ast.ClassDef] = {}
    found: dict[str, Any] = {}
    values: dict[str, Any] = {}
    left: dict[str, Any] = {function.__name__: function}
    while left:
        name, one = left.popitem()
        if name in found:
            if found[name] is not one:
                return None  # two of one name
            continue
        found[name] = one
        definition = _definition_of(one, name)
        if definition is None or not _only_computes(definition):
            return None
        if one is function:
            definition.decorator_list = []
        definitions[name] = definition
        known = _names_of(one)
        for used in _used_in(definition):
            if used in known and _is_of_the_same_file(known[used], function):
                left[used] = known[used]
            elif used in known and not _is_without_effects(known[used]):
                return None
            elif used in known:
                values[used] = known[used]
    for definition in definitions.values():
        _count_steps(definition)
    return Program(function.__name__, list(definitions.values()), values)


def _definition_of(one: Any, name: str) -> ast.FunctionDef | ast.ClassDef | None:
    """Return the syntax tree of a function or class, with the lines of its file."""
    if not isinstance(one, FunctionType | type):
        return None
    try:
        lines, first = inspect.getsourcelines(one)
        (node,) = ast.parse(textwrap.dedent("".join(lines))).body
    except (OSError, TypeError, ValueError, SyntaxError):
        return None
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
        result = ast.Return(node.value.body)
        node = ast.FunctionDef(name, node.value.args, [result], [], lineno=node.lineno)
    if not isinstance(node, ast.FunctionDef | ast.ClassDef):
        return None
    node.name = name
    _take_annotations_off(node)
    ast.fix_missing_locations(node)
    ast.increment_lineno(node, max(first, 1) - 1)
    return node


def _take_annotations_off(definition: ast.AST) -> None:
    """Leave out what types arguments and results have: it computes nothing."""
    for node in ast.walk(definition):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None


def _names_of(one: Any) -> dict[str, Any]:
    """Return the values of the names that a function, or a class's methods, may use."""
    functions = [one] if isinstance(one, FunctionType) else list(vars(one).values())
    known: dict[str, Any] = {}
    for each in functions:
        if isinstance(each, FunctionType):
            known |= each.__globals__
            for name, cell in zip(
                each.__code__.co_freevars, each.__closure__ or (), strict=True
            ):
                try:
                    known[name] = cell.cell_contents
                except ValueError:  # not yet bound
                    continue
    return known


def _used_in(definition: ast.AST) -> list[str]:
    """Return the names that a definition reads, and does not set itself."""
    nodes = list(ast.walk(definition))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    own = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    return [name for name in dict.fromkeys(n.id for n in names) if name not in own]


def _is_of_the_same_file(value: Any, function: FunctionType) -> bool:
    if isinstance(value, FunctionType):
        return value.__code__.co_filename == function.__code__.co_filename
    return isinstance(value, type) and value.__module__ == function.__module__


def _is_without_effects(value: Any) -> bool:
    """Return whether a value may be used by code that is run many times."""
    if isinstance(value, ModuleType):
        return value.__name__.partition(".")[0] in _MODULES
    if isinstance(value, type | FunctionType | BuiltinFunctionType):
        module = getattr(value, "__module__", None) or "numpy"
        is_known = module.partition(".")[0] in {*_MODULES, "builtins", "nn"}
        return is_known or (isinstance(value, FunctionType) and _is_helper(value))
    if callable(value) and type(value).__module__.partition(".")[0] == "numpy":
        return True
    return value is None or isinstance(value, _NUMBERS) or _is_mutable(value)


def _is_helper(function: FunctionType, depth: int = 0) -> bool:
    """Return whether a function of another file, and what it calls, only computes."""
    definition = _definition_of(function, function.__name__)
    if definition is None or not _only_computes(definition) or depth > _DEEPEST:
        return False
    known = _names_of(function)
    used = [known[name] for name in _used_in(definition) if name in known]
    return all(
        _is_helper(each, depth + 1)
        if isinstance(each, FunctionType) and each.__module__ == function.__module__
        else _is_without_effects(each)
        for each in used
        if each is not function
    )


def _is_mutable(value: Any) -> bool:
    is_collection = isinstance(value, list | dict | tuple | set)
    return is_collection or hasattr(value, "__array__")


def _only_computes(definition: ast.AST) -> bool:
    """Return whether code does nothing but compute, as far as its names tell."""
    for node in ast.walk(definition):
        if isinstance(node, ast.Global | ast.Await | ast.Yield | ast.With | ast.While):
            return False
        if isinstance(node, ast.Name) and node.id in _NOT_TO_BE_RUN:
            return False
        if isinstance(node, ast.Attribute) and (
            node.attr in _WITH_EFFECTS
            or (node.attr.startswith("__") and node.attr != "__init__")
        ):
            return False
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = [alias.name for alias in node.names]
            if isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            if any(name.partition(".")[0] not in _MODULES for name in modules):
                return False
    return True


def _count_steps(definition: ast.AST) -> None:
    """Let every pass of every loop count as a step."""
    for node in ast.walk(definition):
        if isinstance(node, ast.For):
            held = ast.Call(ast.Name(_HELD, ast.Load()), [], [])
            call = ast.Expr(ast.Call(ast.Name(_STEP, ast.Load()), [held], []))
            ast.copy_location(call, node)
            node.body.insert(0, ast.fix_missing_locations(call))


def _code_of(definition: ast.FunctionDef | ast.ClassDef) -> CodeType:
    module = ast.Module([definition], [])
    ast.fix_missing_locations(module)
    return compile(module, "<edited>", "exec")


def shown(statement: ast.stmt) -> str:
    """Return the first line of a statement."""
    if isinstance(statement, ast.For | ast.If | ast.FunctionDef):
        statement = copy.copy(statement)
        statement.body = [ast.Pass()]
        if not isinstance(statement, ast.FunctionDef):
            statement.orelse = []
        return ast.unparse(statement).split("\n")[0]
    return ast.unparse(statement)


def _silent(*_: object, **__: object) -> None:
    """Print nothing: an edited function is run many times."""


def is_step(statement: ast.stmt) -> bool:
    """Return whether a statement only counts the passes of a loop."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and isinstance(statement.value.func, ast.Name)
        and statement.value.func.id == _STEP
    )


_STEP: Final = "_step_of_a_loop"
_HELD: Final = "_what_a_loop_holds"
_DEEPEST: Final = 5  # functions that call one another
_MOST_STEPS: Final = 10_000
_MOST_ENTRIES: Final = 100_000
_NUMBERS: Final = int | float | complex | str
_MODULES: Final = frozenset(
    {
        "numpy", "math", "cmath", "functools", "itertools", "operator", "copy",
        "collections", "typing", "dataclasses", "numbers",
    }
)  # fmt: skip
_NOT_TO_BE_RUN: Final = frozenset(
    {
        "open", "exec", "eval", "compile", "input", "breakpoint", "exit", "quit",
        "globals", "vars", "locals", "setattr", "delattr", "getattr", "__import__",
    }
)  # fmt: skip
_WITH_EFFECTS: Final = frozenset(
    {
        "save", "savez", "savez_compressed", "savetxt", "tofile", "dump", "dumps",
        "load", "loadtxt", "genfromtxt", "fromfile", "memmap", "random", "seterr",
        "set_printoptions", "ctypes", "lib", "f2py", "distutils", "testing",
    }
)  # fmt: skip


def _only_known_modules(name: str, *rest: Any) -> Any:
    """Import as the learner's code does, but only modules for numbers."""
    if name.partition(".")[0] not in _MODULES:
        msg = f"{name} is not imported in edited code"
        raise ImportError(msg)
    return __import__(name, *rest)


_BUILTINS: Final = {
    **{
        name: value
        for name, value in vars(__import__("builtins")).items()
        if name not in _NOT_TO_BE_RUN
    },
    "__import__": _only_known_modules,
}
