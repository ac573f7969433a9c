"""Every small mistake that a module could contain, one at a time.

`mutants` walks the syntax tree and gives one `Mutant` for each change: an operator
swapped, a sign flipped, a number or a comparison's boundary moved, operands exchanged,
a condition turned round, a return value lost, a statement dropped, a parameter or a
rule taken for its neighbour. What no test of behaviour should pin is left alone: text,
annotations, docstrings, imports, `if TYPE_CHECKING`.

>>> tree = ast.parse("def slope(x, y): return 2 * x")
>>> for mutant in mutants(tree, "slope"):
...     print(mutant.change)
return [2 * x=>None]
return 2 [*=>/] x
return [2=>3] * x
return [2=>-2] * x
return 2 * [x=>y]
"""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, takewhile
from types import CodeType
from typing import Any, cast

_SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.FloorDiv: ast.Div,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr,
    ast.And: ast.Or, ast.Or: ast.And, ast.MatMult: ast.Mult,
}  # fmt: skip
_COMPARED: dict[type[ast.AST], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
_ORDERED = (ast.Sub, ast.Div, ast.Mod, ast.Pow, ast.FloorDiv, ast.MatMult)
_FUNCTIONS = (ast.FunctionDef, ast.Lambda)
_SHOWN = 36  # characters of context on each side of a change


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of a module: where, what, and the changed module's code."""

    target: str
    line: int
    function: str
    change: str
    code: CodeType

    @property
    def key(self) -> str:
        """A name that survives edits elsewhere: no line number in it."""
        return f"{self.target} {self.function}: {self.change}"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an expression or statement hangs, and what stands around it."""

    holder: Any  # a node, or a list of nodes
    field: Any  # the attribute's name, or the index in the list
    statement: ast.stmt
    function: str
    parameters: tuple[str, ...]

    @property
    def node(self) -> Any:
        return (
            self.holder[self.field]
            if isinstance(self.holder, list)
            else getattr(self.holder, self.field)
        )

    def put(self, node: Any) -> None:
        if isinstance(self.holder, list):
            self.holder[self.field] = node
        else:
            setattr(self.holder, self.field, node)


def mutants(tree: ast.Module, target: str, path: str = "") -> Iterator[Mutant]:
    """Every mutant of a module of the target, in the order of the source.

    ``path`` is the file that tracebacks and profilers see. The tree is changed while a
    mutant is made, and put back before it is given. A change that cannot be compiled
    is no mutant.
    """
    neighbours = _neighbours(tree)
    seen: dict[str, int] = {}
    for place in list(_places(tree)):
        node = place.node
        before = _shown(place.statement)
        for other in _alternatives(place, neighbours):
            place.put(ast.copy_location(other, node))
            ast.fix_missing_locations(other)
            after = _shown(other if isinstance(other, ast.stmt) else place.statement)
            code = _code(tree, path or target) if after != before else None
            place.put(node)
            if code is None:
                continue
            change = _difference(before, after)
            name = f"{place.function}: {change}"
            seen[name] = seen.get(name, 0) + 1
            again = f" (number {seen[name]})" if seen[name] > 1 else ""
            yield Mutant(target, node.lineno, place.function, change + again, code)


def functions(tree: ast.Module) -> set[str]:
    """Name every function and module-level name in which a change may lie."""
    return {place.function for place in _places(tree)}


def _code(tree: ast.Module, file: str) -> CodeType | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # `1 is 2`, `"a"()`
        try:
            return compile(tree, file, "exec")
        except SyntaxError:
            return None


# ---- Where a change is worth a test --------------------------------------------------


def _places(tree: ast.Module) -> Iterator[_Place]:
    """Every expression and statement that may be changed, outermost first."""
    todo = [
        _Place(tree.body, i, statement, "module", ())
        for i, statement in enumerate(tree.body)
    ]
    todo.reverse()
    while todo:
        place = todo.pop()
        if _is_left_alone(place.node):
            continue
        yield place
        todo.extend(reversed(list(_inside(place))))


def _inside(place: _Place) -> Iterator[_Place]:
    node = place.node
    function, parameters = place.function, place.parameters
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        function = node.name if function == "module" else f"{function}.{node.name}"
    elif isinstance(node, (ast.Assign, ast.AnnAssign)) and function == "module":
        function = ast.unparse(_target(node))
    if isinstance(node, _FUNCTIONS):
        parameters = tuple(a.arg for a in node.args.args)
    for field, content in ast.iter_fields(node):
        if field in {"annotation", "returns", "decorator_list", "bases"}:
            continue
        items = enumerate(content) if isinstance(content, list) else [(field, content)]
        holder = content if isinstance(content, list) else node
        for index, item in items:
            if isinstance(item, (ast.expr, ast.stmt)) and not _is_name_only(item):
                statement = item if isinstance(item, ast.stmt) else place.statement
                yield _Place(holder, index, statement, function, parameters)
            elif isinstance(item, (ast.arguments, ast.keyword, ast.comprehension)):
                inner = _Place(holder, index, place.statement, function, parameters)
                yield from _inside(inner)
            elif isinstance(item, ast.ExceptHandler):
                inner = _Place(holder, index, place.statement, function, parameters)
                yield from (p for p in _inside(inner) if isinstance(p.node, ast.stmt))


def _is_name_only(node: ast.AST) -> bool:
    """An assignment's target: writing to another name is seldom a mistake."""
    return isinstance(getattr(node, "ctx", None), ast.Store)


def _target(node: ast.Assign | ast.AnnAssign) -> ast.expr:
    return node.targets[0] if isinstance(node, ast.Assign) else node.target


def _is_left_alone(node: ast.AST) -> bool:
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.Pass, ast.JoinedStr)):
        return True
    if isinstance(node, ast.If):
        return "TYPE_CHECKING" in ast.unparse(node.test)
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)  # a docstring, or `...`
    if isinstance(node, ast.Assign):
        is_alias = isinstance(node.value, ast.Subscript)
        return is_alias or ast.unparse(node.targets[0]).startswith("__")
    if isinstance(node, ast.Call):  # of operands, all are floats or none is
        return ast.unparse(node.func) == "type"
    if isinstance(node, ast.FunctionDef):
        return any("overload" in ast.unparse(d) for d in node.decorator_list)
    return isinstance(node, ast.AnnAssign) and node.value is None


def _neighbours(tree: ast.Module) -> dict[str, str]:
    """For `floats.exp`, `d_tanh`, `REAL`: the next of its kind that the module uses."""
    used: dict[str, dict[str, None]] = {}
    intervals: dict[str, str] = {}  # by what they are, so that none is met twice
    modules = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name.islower()
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id in modules:
                used.setdefault(node.value.id, {})[ast.unparse(node)] = None
        elif isinstance(node, ast.AnnAssign) and _is_interval(node.value):
            definition = ast.unparse(cast("ast.expr", node.value))
            name = intervals.setdefault(definition, ast.unparse(node.target))
            used.setdefault("Interval", {})[name] = None
    return {
        name: other
        for names in used.values()
        for name, other in pairwise([*names, *list(names)[:1]])
        if name != other
    }


def _is_interval(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "Interval"


# ---- What may go wrong there ---------------------------------------------------------


def _alternatives(place: _Place, neighbours: dict[str, str]) -> Iterator[Any]:
    node = place.node
    if isinstance(node, ast.stmt):
        yield from _statements(node, place)
    elif isinstance(node, ast.Constant):
        is_negated = isinstance(place.holder, ast.UnaryOp)
        for number in _numbers(node.value):
            if not (is_negated and number == -node.value):  # the sign goes anyway
                yield ast.Constant(number)
    elif isinstance(node, ast.Compare):
        yield from _comparisons(node)
    elif isinstance(node, (ast.BinOp, ast.BoolOp)):
        yield from _operations(node)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield ast.IfExp(node.test, node.orelse, node.body)
    elif isinstance(node, (ast.Name, ast.Attribute)):
        yield from _names(node, place.parameters, neighbours)
    elif isinstance(node, (ast.Call, ast.Tuple)):
        yield from _exchanged(node)


def _statements(node: ast.stmt, place: _Place) -> Iterator[ast.stmt]:
    if isinstance(node, ast.Return) and node.value is not None:
        if ast.unparse(node.value) not in {"None", "NotImplemented"}:
            yield ast.Return(ast.Constant(None))
    elif isinstance(node, (ast.If, ast.While)) and not isinstance(
        node.test, ast.Compare
    ):
        yield type(node)(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
    elif isinstance(node, ast.AugAssign) and type(node.op) in _SWAPPED:
        yield ast.AugAssign(node.target, _SWAPPED[type(node.op)](), node.value)
        yield ast.Pass()
    elif isinstance(node, (ast.Expr, ast.Raise, ast.Continue, ast.Break)) or (
        isinstance(node, (ast.Assign, ast.AnnAssign)) and place.function != "module"
    ):
        yield ast.Pass()


def _numbers(value: object) -> Iterator[object]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
        if value:
            yield -value
    elif isinstance(value, float):
        yield value * (1.0 + 2.0**-10) if value not in {0.0, 1.0} else value + 1.0
        if value:
            yield -value


def _comparisons(node: ast.Compare) -> Iterator[ast.Compare]:
    for i, operator in enumerate(node.ops):
        for other in _COMPARED[type(operator)]:
            operators = [*node.ops[:i], other(), *node.ops[i + 1 :]]
            yield ast.Compare(node.left, operators, node.comparators)


def _operations(node: ast.BinOp | ast.BoolOp) -> Iterator[ast.expr]:
    if isinstance(node, ast.BoolOp):
        yield ast.BoolOp(_SWAPPED[type(node.op)](), node.values)
        for i in range(len(node.values)):
            rest = [*node.values[:i], *node.values[i + 1 :]]
            yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
        return
    yield ast.BinOp(node.left, _SWAPPED[type(node.op)](), node.right)
    if isinstance(node.op, _ORDERED):
        yield ast.BinOp(node.right, node.op, node.left)


def _names(
    node: ast.Name | ast.Attribute,
    parameters: tuple[str, ...],
    neighbours: dict[str, str],
) -> Iterator[ast.expr]:
    name = ast.unparse(node)
    if name in parameters and len(parameters) > 1:
        other = parameters[(parameters.index(name) + 1) % len(parameters)]
        yield ast.Name(other, ast.Load())
    if name in neighbours:
        yield ast.parse(neighbours[name], mode="eval").body


def _exchanged(node: ast.Call | ast.Tuple) -> Iterator[ast.expr]:
    items = node.args if isinstance(node, ast.Call) else node.elts
    for i, (a, b) in enumerate(pairwise(items)):
        if ast.unparse(a) == ast.unparse(b) or _is_listed(a) or _is_listed(b):
            continue
        mixed = [*items[:i], b, a, *items[i + 2 :]]
        if isinstance(node, ast.Tuple):
            yield ast.Tuple(mixed, ast.Load())
        else:
            yield ast.Call(node.func, mixed, node.keywords)


def _is_listed(node: ast.expr) -> bool:
    """Text, a star, an entry of a list of kinks: their exchange is no slip."""
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) == "Kink"
    return isinstance(node, (ast.Starred, ast.JoinedStr)) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


# ---- How a change is named -----------------------------------------------------------


def _shown(statement: ast.stmt) -> str:
    """A statement on one line; of a compound one, its head."""
    text = ast.unparse(statement)
    return text.partition("\n")[0] if hasattr(statement, "body") else text


def _difference(before: str, after: str) -> str:
    """The part that changed as [old=>new], with a little of what stands around it."""
    start = _common(before, after)
    end = min(_common(before[::-1], after[::-1]), min(len(before), len(after)) - start)
    while start and not (_is_boundary(before, start) and _is_boundary(after, start)):
        start -= 1
    while end and not (_is_boundary(before, -end) and _is_boundary(after, -end)):
        end -= 1
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    left, right = before[:start], before[len(before) - end :]
    if len(left) > _SHOWN:
        left = "…" + left[-_SHOWN:]
    if len(old) + len(new) > 4 * _SHOWN:
        old, new = _abridged(old), _abridged(new)
    if len(right) > _SHOWN:
        right = right[:_SHOWN] + "…"
    return f"{left}[{old}=>{new}]{right}"


def _abridged(text: str) -> str:
    return text if len(text) < 2 * _SHOWN else f"{text[:_SHOWN]}…{text[-_SHOWN:]}"


def _common(a: str, b: str) -> int:
    pairs = zip(a, b, strict=False)
    return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))


def _is_boundary(text: str, i: int) -> bool:
    """Whether no word, number or operator is cut in two there."""
    return i == len(text) or not (_of_word(text[i]) and _of_word(text[i - 1]))


def _of_word(character: str) -> bool:
    return character.isalnum() or character in "._<>=!*-+"
