"""Change a function by one edit of its own code, the likeliest edits first.

A mistake that no formula has, such as an accumulator that is not set back to zero, is
one small edit away from code that is right. `code_edits` yields every function that is
one such edit away, as tools do that mend programs by mutation (Debroy and Wong, Using
Mutation to Automatically Suggest Fixes for Faulty Programs, ICST 2010).
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

from nn.grading.own_code.expressions import LIKELY, POSSIBLE, Scope, meant_instead
from nn.grading.own_code.program import (
    Change,
    Program,
    changed,
    is_step,
    program_of,
    shown,
)
from nn.matrix.arrays import np

__all__ = ["WORDS", "CodeEdit", "code_edits"]

# What is wrong before each kind of edit, for the learner.
WORDS: Final = {
    "overwritten": "each pass of the loop overwrites what came before it",
    "added-up": "what belongs to one pass of the loop is added to what came before it",
    "not-reset": "what is added up in the loop is not set back when a new sum begins",
    "wrong-order": "it comes too late, or too early",
    "wrong-place": "it stands at the wrong place of the loop",
    "extra-step": "this step does not belong there",
    "sign": "the sign is wrong",
    "extra-term": "there is one term too much",
    "extra-factor": "there is one factor too much",
    "wrong-product": "it is another product, or a quotient",
    "swapped": "the two are swapped",
    "missing-transpose": "a transpose is missing",
    "extra-transpose": "a transpose is too much",
    "brackets": "the brackets enclose something else",
    "wrong-comparison": "another comparison is needed",
    "wrong-number": "another number is needed",
    "wrong-index": "another entry, layer or slice is needed",
    "wrong-axis": "the sum runs over the wrong axis",
    "wrong-function": "another function is needed",
    "extra-function": "this function does not belong there",
    "einsum-letters": "the letters of the sum are in the wrong order",
    "reshape-for-transpose": "reshape puts the entries in another order, .T swaps axes",
    "other-quantity": "another quantity belongs there",
    "factor-missing": "a factor is missing",
    "term-missing": "a term is missing",
}


@dataclass(slots=True)
class CodeEdit:
    """One edit of a function: what is put in the place of something else.

    Attributes:
        id: the kind of the edit, a key of `WORDS`.
        rank: the likeliest edits have the lowest.
        statement: the statement that it changes.
        changes: of the syntax tree.
        text: the statement before and after; () if both are the statement's code.
    """

    id: str
    rank: int
    statement: ast.stmt
    changes: tuple[Change, ...]
    text: tuple[str, str] | tuple[()] = ()

    @property
    def line(self) -> int:
        """The line of the file, or of the notebook's cell."""
        return self.statement.lineno

    @property
    def words(self) -> str:
        """What is wrong, and what to write instead."""
        was, new = self.text or self._texts()
        if not new:
            return f"line {self.line}: without `{was}` it is right"
        return f"line {self.line}: `{was}` should be `{new}`; {WORDS[self.id]}"

    def _texts(self) -> tuple[str, str]:
        was = shown(self.statement)
        undo = changed(self.changes)
        new = shown(self.statement)
        changed(undo)
        return was, new


def code_edits(
    function: Callable[..., object],
) -> Iterator[tuple[CodeEdit, Callable[..., object]]]:
    """Yield every edit with the edited function; none if its code is not at hand.

    An edited function raises `RuntimeError` when its loops do not end.
    """
    program = program_of(function)
    if program is None:
        return
    numpy = _numpy_of(program)
    found = [
        (edit, place)
        for place, definition in enumerate(program.definitions)
        for edit in _Edits(_scope_of(definition, program, numpy)).of(definition)
    ]
    for edit, place in sorted(found, key=lambda each: each[0].rank):
        edited = program.with_changes(place, edit.changes)
        if edited is not None:
            yield edit, edited


def _numpy_of(program: Program) -> str:
    """Return the name of NumPy in a program, which is given one if it has none."""
    for name, value in program.values.items():
        if isinstance(value, ModuleType) and value.__name__ == "numpy":
            return name
    program.values["np"] = np
    return "np"


def _scope_of(definition: ast.AST, program: Program, numpy: str) -> Scope:
    nodes = list(ast.walk(definition))
    stored = [n.id for n in nodes if isinstance(n, ast.Name) and not _is_read(n)]
    stored += [n.arg for n in nodes if isinstance(n, ast.arg)]
    no_quantities = {"self", *_called_in(nodes), *_collections_in(nodes)}
    variables: list[ast.expr] = [
        ast.Name(name, ast.Load())
        for name in dict.fromkeys(stored)
        if name not in no_quantities
    ]
    of_self = {
        n.attr: n
        for n in nodes
        if isinstance(n, ast.Attribute)
        and isinstance(n.value, ast.Name)
        and n.value.id == "self"
    }
    variables += [
        ast.Attribute(n.value, name, ast.Load()) for name, n in of_self.items()
    ]
    functions = [each.name for each in program.definitions]
    return Scope(variables, functions, frozenset(program.values), numpy)


@dataclass(frozen=True, slots=True)
class _Loop:
    """A loop, and the block in which it stands."""

    parent: ast.AST
    name: str
    of: ast.For

    def change(self, new: list[ast.stmt]) -> Change:
        """Put statements in the place of the loop."""
        block: list[ast.stmt] = getattr(self.parent, self.name)
        i = next(i for i, each in enumerate(block) if each is self.of)
        return (self.parent, self.name, [*block[:i], *new, *block[i + 1 :]])


@dataclass(frozen=True, slots=True)
class _Edits:
    """Every edit of a definition with its scope."""

    scope: Scope

    def of(self, definition: ast.AST) -> Iterator[CodeEdit]:
        yield from self._of_block(definition, "body", [])

    def _of_block(
        self, parent: ast.AST, name: str, loops: list[_Loop]
    ) -> Iterator[CodeEdit]:
        block: list[ast.stmt] = getattr(parent, name)
        for i, statement in enumerate(block):
            if is_step(statement):
                continue
            yield from self._of_statement(parent, name, block, i, loops)
            yield from self._of_expressions(statement)
            inside = loops
            if isinstance(statement, ast.For):
                inside = [*loops, _Loop(parent, name, statement)]
            for inner in ("body", "orelse"):
                if isinstance(getattr(statement, inner, None), list):
                    yield from self._of_block(statement, inner, inside)

    def _of_statement(
        self,
        parent: ast.AST,
        name: str,
        block: list[ast.stmt],
        i: int,
        loops: list[_Loop],
    ) -> Iterator[CodeEdit]:
        statement = block[i]

        def of_block(
            id_: str, rank: int, new: list[ast.stmt], text: tuple[str, str]
        ) -> CodeEdit:
            change = ((parent, name, new),)
            return CodeEdit(id_, rank, statement, change, text)

        def replaced(id_: str, rank: int, new: ast.stmt) -> CodeEdit:
            ast.copy_location(new, statement)
            text = (shown(statement), shown(new))
            return of_block(id_, rank, [*block[:i], new, *block[i + 1 :]], text)

        here = shown(statement)
        match statement:
            case ast.Assign([ast.Name() | ast.Subscript() as target], value) if loops:
                new = ast.AugAssign(target, ast.Add(), value)
                yield replaced("overwritten", LIKELY, new)
                if isinstance(target, ast.Name):
                    start = ast.Assign([target], ast.Constant(0.0))
                    ast.fix_missing_locations(ast.copy_location(start, statement))
                    edit = replaced("overwritten", POSSIBLE, new)
                    was, then = edit.text or ("", "")
                    loop = loops[-1]
                    edit.changes += (loop.change([start, loop.of]),)
                    words = f"{then}`, from `{shown(start)}` before the loop"
                    edit.text = was, f"{words} `{shown(loop.of)}"
                    yield edit
            case ast.AugAssign(target, ast.Add() | ast.Sub() as operator, value):
                other = ast.Sub() if isinstance(operator, ast.Add) else ast.Add()
                new = ast.AugAssign(target, other, value)
                yield replaced("sign", LIKELY, new)
                yield replaced("added-up", LIKELY, ast.Assign([target], value))
            case ast.AugAssign(target, _, value):
                if loops:
                    yield self._behind_loop(loops[-1], parent, name, statement)
                yield replaced("extra-factor", LIKELY, ast.Assign([target], value))
                yield replaced(
                    "extra-factor", POSSIBLE, ast.AugAssign(target, ast.Add(), value)
                )
            case _:
                pass
        if isinstance(statement, ast.Assign) and isinstance(
            statement.targets[0], ast.Name
        ):
            yield from self._not_reset(statement, block[i + 1 :])
        if isinstance(statement, ast.FunctionDef | ast.Return):
            return
        without = [*block[:i], *block[i + 1 :]]
        yield of_block("extra-step", POSSIBLE, without or [ast.Pass()], (here, ""))
        for j in range(len(block)):
            if j == i or is_step(block[j]) or abs(j - i) > _FARTHEST:
                continue
            moved = [*without[:j], statement, *without[j:]]
            side = "before" if j < i else "after"
            text = (here, f"{here}` {side} `{shown(block[j])}")
            yield of_block("wrong-order", POSSIBLE, moved, text)
        if isinstance(statement, ast.For) and len(statement.body) > 2:  # noqa: PLR2004
            yield from self._out_of_loop(parent, name, block, i)

    def _behind_loop(
        self, loop: _Loop, parent: ast.AST, name: str, statement: ast.stmt
    ) -> CodeEdit:
        block = getattr(parent, name)
        rest = [each for each in block if each is not statement] or [ast.Pass()]
        changes = ((parent, name, rest), loop.change([loop.of, statement]))
        text = (
            shown(statement),
            f"{shown(statement)}` behind the loop `{shown(loop.of)}",
        )
        return CodeEdit("wrong-place", POSSIBLE, statement, changes, text)

    def _out_of_loop(
        self, parent: ast.AST, name: str, block: list[ast.stmt], i: int
    ) -> Iterator[CodeEdit]:
        """Move what is last in a loop behind it, and what is behind it into it."""
        loop = block[i]
        assert isinstance(loop, ast.For)
        last = loop.body[-1]
        changes: tuple[tuple[ast.AST, str, Any], ...] = (
            (loop, "body", loop.body[:-1]),
            (parent, name, [*block[: i + 1], last, *block[i + 1 :]]),
        )
        text = (shown(last), f"{shown(last)}` behind the loop `{shown(loop)}")
        yield CodeEdit("wrong-place", POSSIBLE, last, changes, text)
        if i + 1 < len(block):
            after = block[i + 1]
            changes = (
                (loop, "body", [*loop.body, after]),
                (parent, name, [*block[: i + 1], *block[i + 2 :]]),
            )
            text = (shown(after), f"{shown(after)}` in the loop `{shown(loop)}")
            yield CodeEdit("wrong-place", POSSIBLE, after, changes, text)

    def _not_reset(
        self, start: ast.Assign, rest: Sequence[ast.stmt]
    ) -> Iterator[CodeEdit]:
        """Begin a sum anew in each pass of a loop in which it is added up."""
        target = start.targets[0]
        assert isinstance(target, ast.Name)
        for statement in rest:
            for loop in ast.walk(statement):
                if not isinstance(loop, ast.For) or not _adds_to(loop, target.id):
                    continue
                body = [loop.body[0], start, *loop.body[1:]]
                text = (
                    shown(start),
                    f"{shown(start)}` at the start of `{shown(loop)}",
                )
                change = ((loop, "body", body),)
                yield CodeEdit("not-reset", LIKELY, start, change, text)

    def _of_expressions(self, statement: ast.stmt) -> Iterator[CodeEdit]:
        for parent, name, i, node in _read_in(statement):
            is_value = parent is statement and name == "value"
            for id_, rank, new in meant_instead(node, parent, is_value, self.scope):
                ast.fix_missing_locations(ast.copy_location(new, node))
                value: Any = new
                if i is not None:
                    siblings = getattr(parent, name)
                    value = [*siblings[:i], new, *siblings[i + 1 :]]
                yield CodeEdit(id_, rank, statement, ((parent, name, value),))


def _called_in(nodes: Sequence[ast.AST]) -> Iterator[str]:
    for node in nodes:
        match node:
            case ast.Call(ast.Name(name)):
                yield name
            case _:
                pass


def _collections_in(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """Yield the names of lists and dictionaries, which are no quantities."""
    for node in nodes:
        match node:
            case ast.Assign([ast.Name(name)], value) if isinstance(
                value, ast.List | ast.ListComp | ast.Dict | ast.DictComp | ast.Tuple
            ):
                yield name
            case ast.Call(ast.Attribute(ast.Name(name), attribute)):
                if attribute in {"append", "insert", "extend", "items", "update"}:
                    yield name
            case ast.Call(ast.Name("zip" | "enumerate" | "len" | "list"), [*of]):
                yield from (each.id for each in of if isinstance(each, ast.Name))
            case _:
                pass


def _read_in(
    statement: ast.stmt,
) -> Iterator[tuple[ast.AST, str, int | None, ast.expr]]:
    """Yield the expressions of a statement that are read, and where each stands."""
    left: list[ast.AST] = [statement]
    while left:
        parent = left.pop()
        for name, held in ast.iter_fields(parent):
            if isinstance(held, ast.expr):
                if _is_read(held):
                    yield parent, name, None, held
                if not isinstance(held, ast.JoinedStr):
                    left.append(held)
            elif isinstance(held, list):
                for i, each in enumerate(held):
                    if isinstance(each, ast.expr) and _is_read(each):
                        yield parent, name, i, each
                    if isinstance(each, ast.expr | ast.keyword | ast.comprehension):
                        left.append(each)


def _adds_to(loop: ast.For, name: str) -> bool:
    for node in ast.walk(loop):
        if isinstance(node, ast.AugAssign):
            target: ast.expr = node.target
            while isinstance(target, ast.Subscript):
                target = target.value
            if isinstance(target, ast.Name) and target.id == name:
                return True
    return False


def _is_read(node: ast.expr) -> bool:
    return isinstance(getattr(node, "ctx", ast.Load()), ast.Load)


_FARTHEST: Final = 4  # how many lines a statement is moved
