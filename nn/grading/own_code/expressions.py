"""Every expression that a learner may have meant instead of one.

What is yielded is the kind of the edit, how likely it is, and the other expression.
"""

from __future__ import annotations

import ast
import copy
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

__all__ = ["LIKELY", "OF_NAMES", "POSSIBLE", "RARE", "Meant", "Scope", "meant_instead"]

LIKELY, POSSIBLE, OF_NAMES, RARE = range(4)

Meant: TypeAlias = tuple[str, int, ast.expr]


@dataclass(frozen=True, slots=True)
class Scope:
    """What else may be named where an expression stands.

    Attributes:
        variables: the names, and the attributes of self, that hold quantities.
        functions: the names of the program's own functions.
        modules: the names of modules, and of all that comes from elsewhere.
        numpy: the name of NumPy.
    """

    variables: Sequence[ast.expr]
    functions: Sequence[str]
    modules: frozenset[str]
    numpy: str


def meant_instead(
    node: ast.expr, parent: ast.AST, is_value: bool, scope: Scope
) -> Iterator[Meant]:
    """Yield what may have been meant by an expression, which is in its parent.

    ``is_value`` is True of all that a statement assigns or returns.
    """
    of_its_kind = _OF_KINDS.get(type(node))
    if of_its_kind is not None:
        yield from of_its_kind(node, parent, scope)
    is_function = isinstance(parent, ast.Call) and node is parent.func
    is_module = isinstance(node, ast.Name) and node.id in scope.modules
    if is_function or is_module or isinstance(node, _NO_QUANTITIES):
        return
    if _is_matrix(node, parent):
        yield "missing-transpose", LIKELY, ast.Attribute(node, "T", ast.Load())
    if is_value:
        yield "sign", LIKELY, ast.UnaryOp(ast.USub(), node)
    is_index = isinstance(parent, ast.Subscript) and node is parent.slice
    is_name = isinstance(node, ast.Name | ast.Attribute | ast.Subscript)
    if is_index or (isinstance(parent, ast.Call) and _name_of(parent.func) == "range"):
        yield "wrong-index", LIKELY, ast.BinOp(node, ast.Add(), ast.Constant(1))
        yield "wrong-index", LIKELY, ast.BinOp(node, ast.Sub(), ast.Constant(1))
    elif is_name:  # a + 1, as in the slope of ELU
        plus_one = ast.BinOp(node, ast.Add(), ast.Constant(1))
        yield "term-missing", POSSIBLE, plus_one
    yield from _other_quantities(node, OF_NAMES if is_name else RARE, is_value, scope)


def _other_quantities(
    node: ast.expr, rank: int, is_value: bool, scope: Scope
) -> Iterator[Meant]:
    here = ast.dump(node)
    for variable in scope.variables:
        if ast.dump(variable) == here:
            continue
        yield "other-quantity", rank, copy.copy(variable)
        if is_value:
            for id_, operator in (
                ("factor-missing", ast.Mult()),
                ("factor-missing", ast.Div()),
                ("term-missing", ast.Add()),
            ):
                yield id_, RARE, ast.BinOp(node, operator, copy.copy(variable))


# ---- Each kind of expression ---------------------------------------------------------


def _of_unary(node: ast.expr, _: ast.AST, __: Scope) -> Iterator[Meant]:
    assert isinstance(node, ast.UnaryOp)
    if isinstance(node.op, ast.USub):
        yield "sign", LIKELY, node.operand
    if isinstance(node.op, ast.Not):
        yield "wrong-comparison", LIKELY, node.operand


def _of_comparison(node: ast.expr, _: ast.AST, __: Scope) -> Iterator[Meant]:
    assert isinstance(node, ast.Compare)
    if len(node.ops) == 1:
        for operator in _COMPARISONS:
            if operator is not type(node.ops[0]):
                new = ast.Compare(node.left, [operator()], node.comparators)
                yield "wrong-comparison", LIKELY, new


def _of_transpose(node: ast.expr, _: ast.AST, __: Scope) -> Iterator[Meant]:
    assert isinstance(node, ast.Attribute)
    if node.attr == "T":
        yield "extra-transpose", LIKELY, node.value


def _of_name(node: ast.expr, parent: ast.AST, scope: Scope) -> Iterator[Meant]:
    assert isinstance(node, ast.Name)
    is_function = isinstance(parent, ast.Call) and node is parent.func
    if is_function and node.id in scope.functions:
        for other in scope.functions:
            if other != node.id:
                yield "wrong-function", POSSIBLE, ast.Name(other, ast.Load())


def _of_binary(node: ast.expr, _: ast.AST, scope: Scope) -> Iterator[Meant]:
    assert isinstance(node, ast.BinOp)
    left, right, operator = node.left, node.right, node.op
    for id_, rank, other in _OTHER_OPERATORS.get(type(operator), ()):
        yield id_, rank, ast.BinOp(left, other(), right)
    for id_, keeps_left, keeps_right in _ONE_OF_TWO.get(type(operator), ()):
        yield from [(id_, LIKELY, left)] * keeps_left
        yield from [(id_, LIKELY, right)] * keeps_right
    if isinstance(operator, ast.Mult | ast.MatMult):
        outer = ast.Attribute(ast.Name(scope.numpy, ast.Load()), "outer", ast.Load())
        yield "wrong-product", LIKELY, ast.Call(outer, [left, right], [])
        yield "wrong-product", LIKELY, ast.Call(outer, [right, left], [])
    if isinstance(operator, ast.Sub | ast.MatMult | ast.Div):
        yield "swapped", LIKELY, ast.BinOp(right, operator, left)
    if isinstance(operator, ast.MatMult):
        for one, two in _turned(left, right):
            yield "swapped", LIKELY, ast.BinOp(one, operator, two)
    yield from _other_brackets(node)


def _other_brackets(node: ast.BinOp) -> Iterator[Meant]:
    left, right = node.left, node.right
    if isinstance(right, ast.BinOp):  # a + (b c) for (a + b) c
        inner = ast.BinOp(left, node.op, right.left)
        yield "brackets", LIKELY, ast.BinOp(inner, right.op, right.right)
    if isinstance(left, ast.BinOp):  # (a + b) c for a + (b c)
        inner = ast.BinOp(left.right, node.op, right)
        yield "brackets", LIKELY, ast.BinOp(left.left, left.op, inner)
    for one, other in ((left, right), (right, left)):
        if isinstance(one, ast.Call) and len(one.args) == 1:  # f(a) b for f(a b)
            pair = (one.args[0], other) if one is left else (other, one.args[0])
            inner = ast.BinOp(pair[0], node.op, pair[1])
            yield "brackets", LIKELY, ast.Call(one.func, [inner], one.keywords)


def _of_call(node: ast.expr, _: ast.AST, scope: Scope) -> Iterator[Meant]:
    assert isinstance(node, ast.Call)
    arguments, keywords = node.args, node.keywords
    for i, argument in enumerate(arguments):
        if not isinstance(argument, ast.Constant | ast.Starred):
            yield "extra-function", LIKELY if i == 0 else RARE, argument
    if len(arguments) == _PAIR:
        yield "swapped", LIKELY, ast.Call(node.func, arguments[::-1], keywords)
    for i, keyword in enumerate(keywords):
        id_ = "wrong-axis" if keyword.arg == "axis" else "wrong-number"
        fewer = [*keywords[:i], *keywords[i + 1 :]]
        yield id_, POSSIBLE, ast.Call(node.func, arguments, fewer)
    if len(arguments) == 1 and isinstance(arguments[0], ast.BinOp):
        of = arguments[0]  # f(a b) for f(a) b
        of_left = ast.Call(node.func, [of.left], keywords)
        of_right = ast.Call(node.func, [of.right], keywords)
        yield "brackets", LIKELY, ast.BinOp(of_left, of.op, of.right)
        yield "brackets", LIKELY, ast.BinOp(of.left, of.op, of_right)
    if isinstance(node.func, ast.Attribute):
        yield from _of_method(node, node.func, scope)


def _of_method(
    node: ast.Call, function: ast.Attribute, scope: Scope
) -> Iterator[Meant]:
    name, arguments, keywords = function.attr, node.args, node.keywords
    is_of_module = (
        isinstance(function.value, ast.Name) and function.value.id == scope.numpy
    )
    for other in _OTHER_FUNCTIONS.get(name, ()):
        func = ast.Attribute(function.value, other, ast.Load())
        yield "wrong-function", LIKELY, ast.Call(func, arguments, keywords)
    if not is_of_module:
        yield "extra-function", LIKELY, function.value
    if name in _ORDERS:
        yield from _of_order(node, arguments[0] if is_of_module else function.value)
    if name in _SUMS and not any(keyword.arg == "axis" for keyword in keywords):
        for axis in (1, 0):
            along = [
                ast.keyword("axis", ast.Constant(axis)),
                ast.keyword("keepdims", ast.Constant(True)),
            ]
            yield "wrong-axis", LIKELY, ast.Call(function, arguments, along)
    if name == "dot" and is_of_module and len(arguments) == _PAIR:
        one, two = arguments
        yield "wrong-product", LIKELY, ast.BinOp(one, ast.Mult(), two)
        for left, right in _turned(one, two):
            yield "swapped", POSSIBLE, ast.Call(function, [left, right], [])


def _of_order(node: ast.Call, array: ast.expr) -> Iterator[Meant]:
    """Yield other orders of the entries of an array."""
    id_ = "reshape-for-transpose"
    yield id_, LIKELY, _transposed(array)
    by_columns = [*node.keywords, ast.keyword("order", ast.Constant("F"))]
    yield id_, LIKELY, ast.Call(node.func, node.args, by_columns)
    if node.args:
        yield id_, POSSIBLE, ast.Call(node.func, node.args[:-1], node.keywords)


def _of_constant(node: ast.expr, parent: ast.AST, _: Scope) -> Iterator[Meant]:
    assert isinstance(node, ast.Constant)
    value = node.value
    if isinstance(value, bool):
        yield "wrong-number", LIKELY, ast.Constant(not value)
    elif isinstance(value, int | float):
        is_axis = isinstance(parent, ast.keyword) and parent.arg == "axis"
        is_index = isinstance(parent, ast.Subscript | ast.Slice)
        id_ = "wrong-axis" if is_axis else "wrong-index" if is_index else "wrong-number"
        if is_axis:
            yield id_, LIKELY, ast.Constant(None)
        if isinstance(value, int) and isinstance(parent, ast.Call):
            yield id_, LIKELY, ast.Constant(float(value))  # not an array of integers
        for other in dict.fromkeys((0, 1, 2, 0.5, value + 1, value - 1, -1)):
            if other != value:
                number: ast.expr = ast.Constant(abs(other))
                is_minus = other < 0
                yield (
                    id_, LIKELY,
                    ast.UnaryOp(ast.USub(), number) if is_minus else number,
                )  # fmt: skip
    elif isinstance(value, str) and "->" in value:
        yield from _other_letters(value)
    elif value in {"C", "F"}:
        other_order = ast.Constant("C" if value == "F" else "F")
        yield "reshape-for-transpose", LIKELY, other_order


def _other_letters(letters: str) -> Iterator[Meant]:
    """Swap two letters of one operand of einsum, or of its result."""
    operands, result = letters.replace(" ", "").split("->")
    groups = [*operands.split(","), result]
    for i, group in enumerate(groups):
        for one, two in itertools.combinations(range(len(group)), 2):
            other = list(group)
            other[one], other[two] = other[two], other[one]
            new = [*groups[:i], "".join(other), *groups[i + 1 :]]
            text = ",".join(new[:-1]) + "->" + new[-1]
            yield "einsum-letters", LIKELY, ast.Constant(text)


def _of_subscript(node: ast.expr, _: ast.AST, __: Scope) -> Iterator[Meant]:
    assert isinstance(node, ast.Subscript)
    yield "wrong-index", POSSIBLE, node.value
    if isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == _PAIR:
        row, column = node.slice.elts
        for rank, pair in (
            (LIKELY, [column, row]),
            (POSSIBLE, [_slice(None, None), column]),
            (POSSIBLE, [row, _slice(None, None)]),
        ):
            index = ast.Tuple(pair, ast.Load())
            yield "wrong-index", rank, ast.Subscript(node.value, index, ast.Load())


def _of_slice(node: ast.expr, _: ast.AST, __: Scope) -> Iterator[Meant]:
    """Cut off the other end, or nothing."""
    assert isinstance(node, ast.Slice)
    if node.step is not None:
        yield "wrong-index", LIKELY, _slice(node.lower, node.upper)
        return
    minus_one = ast.UnaryOp(ast.USub(), ast.Constant(1))
    is_whole = node.lower is None and node.upper is None
    rank = POSSIBLE if is_whole else LIKELY
    yield "wrong-index", rank, _slice(ast.Constant(1), None)
    yield "wrong-index", rank, _slice(None, minus_one)
    if not is_whole:
        yield "wrong-index", rank, _slice(None, None)


def _slice(lower: ast.expr | None, upper: ast.expr | None) -> ast.expr:
    return ast.Slice(lower, upper)


def _turned(left: ast.expr, right: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield a product's factors in the other order, one or both transposed."""
    yield right, _transposed(left)
    yield _transposed(right), left
    yield _transposed(right), _transposed(left)


def _transposed(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return node.value
    return ast.Attribute(node, "T", ast.Load())


def _is_matrix(node: ast.expr, parent: ast.AST) -> bool:
    """Return whether a matrix may stand here, that could be transposed."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return False
    if not isinstance(node, ast.Name | ast.Subscript | ast.Attribute | ast.Call):
        return False
    if isinstance(parent, ast.BinOp | ast.Return | ast.Assign | ast.Dict):
        return True
    return isinstance(parent, ast.Call) and node in parent.args


def _name_of(function: ast.expr) -> str:
    """Return the last name of what is called: sum of np.sum."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


_PAIR: Final = 2
_OF_KINDS: Final[
    dict[type[ast.expr], Callable[[ast.expr, ast.AST, Scope], Iterator[Meant]]]
] = {
    ast.UnaryOp: _of_unary,
    ast.Compare: _of_comparison,
    ast.Attribute: _of_transpose,
    ast.Name: _of_name,
    ast.BinOp: _of_binary,
    ast.Call: _of_call,
    ast.Constant: _of_constant,
    ast.Subscript: _of_subscript,
    ast.Slice: _of_slice,
}
_OTHER_OPERATORS: Final[
    dict[type[ast.operator], Sequence[tuple[str, int, type[ast.operator]]]]
] = {
    ast.Add: [("sign", LIKELY, ast.Sub)],
    ast.Sub: [("sign", LIKELY, ast.Add)],
    ast.Mult: [
        ("wrong-product", LIKELY, ast.MatMult),
        ("wrong-product", POSSIBLE, ast.Div),
    ],
    ast.MatMult: [("wrong-product", LIKELY, ast.Mult)],
    ast.Div: [("wrong-product", POSSIBLE, ast.Mult)],
    ast.FloorDiv: [("wrong-product", LIKELY, ast.Div)],
}
# Which of the two is right alone.
_ONE_OF_TWO: Final[dict[type[ast.operator], Sequence[tuple[str, bool, bool]]]] = {
    ast.Add: [("extra-term", True, True)],
    ast.Sub: [("extra-term", True, True)],
    ast.Mult: [("extra-factor", True, True)],
    ast.MatMult: [("extra-factor", True, True)],
    ast.Div: [("extra-factor", True, False)],
    ast.Pow: [("extra-factor", True, False)],
}
_NO_QUANTITIES: Final = (ast.Slice, ast.Constant, ast.Tuple, ast.List, ast.JoinedStr)
_COMPARISONS: Final[Sequence[type[ast.cmpop]]] = (
    ast.Lt, ast.Gt, ast.LtE, ast.GtE, ast.Eq, ast.NotEq,
)  # fmt: skip
_ORDERS: Final = frozenset({"reshape", "ravel", "flatten"})
_SUMS: Final = frozenset({"sum", "mean"})
_OTHER_FUNCTIONS: Final = {
    "sum": ("mean",),
    "mean": ("sum",),
    "maximum": ("minimum",),
    "minimum": ("maximum",),
    "dot": ("outer", "multiply"),
    "outer": ("dot", "multiply"),
    "multiply": ("dot", "outer"),
    "matmul": ("multiply",),
    "sin": ("cos",),
    "cos": ("sin",),
    "tanh": ("sinh", "cosh"),
    "vstack": ("hstack",),
    "hstack": ("vstack",),
    "append": ("insert",),
    "argmin": ("argmax",),
    "zeros_like": ("ones_like",),
    "ones_like": ("zeros_like",),
}
