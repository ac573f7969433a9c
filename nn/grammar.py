"""What a formula may be made of: its names, functions and operators, and no more."""

from __future__ import annotations

import ast
import math
import operator
import warnings
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, Final

import autograd_scalar as ag
from autograd_scalar import DataError
from nn.files import printable

__all__ = [
    "BINARY",
    "CONSTANTS",
    "FUNCTIONS",
    "UNARY",
    "ExpressionError",
    "at",
    "check_text",
    "operands_first",
    "place",
    "tree",
]

MAX_LENGTH: Final = 2000
MAX_DEPTH: Final = 200
EXCERPT: Final = 72  # characters of the formula shown in a message

_EXAMPLE: Final = "expected for example 'tanh(2*x + b)'"

CONSTANTS: Final = {"pi": math.pi}

BINARY: Final[dict[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.Mod: operator.mod,
}
UNARY: Final[dict[type[ast.unaryop], Callable[[Any], Any]]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
_REMEDIES: Final[dict[type, str]] = {
    ast.BitXor: "^ is not a power here: write **",
    ast.FloorDiv: "// has no useful derivative: write floor(a / b)",
    ast.MatMult: "@ is for matrices: write the sum of products",
    ast.Compare: "comparisons have no derivative: use maximum or minimum",
    ast.IfExp: "a choice has no graph of its own: use maximum or minimum",
    ast.Attribute: "there are no attributes here: write tanh(x), not x.tanh()",
}

_ALLOWED: Final = (
    "a formula here has names, numbers, + - * / ** % and calls of functions, no more"
)

# name: (function, number of operands); polygamma wants an integer order, where a
# condition, and n-ary ones a list: none of these has a place in a formula of names.
FUNCTIONS: Final[dict[str, tuple[Callable[..., Any], int]]] = {
    name: (getattr(ag, name), row.arity)
    for name, row in ag.PRIMITIVES.items()
    if hasattr(ag, name) and row.arity in {1, 2} and name not in {"polygamma", "where"}
} | {
    "abs": (abs, 1),
    **{
        alias: (getattr(ag, alias), 1)
        for alias in ("asin", "acos", "atan", "asinh", "acosh", "atanh")
    },
    "atan2": (ag.atan2, 2),
    "max": (ag.maximum, 2),
    "min": (ag.minimum, 2),
}


class ExpressionError(DataError):
    """A formula that cannot be used; the message points at the place."""

    def __init__(self, what: str, text: str, start: int = 0, end: int = 0) -> None:
        first = max(0, start - EXCERPT // 2)
        excerpt = printable(text[first : first + EXCERPT])
        before = "…" if first else ""
        after = "…" if first + EXCERPT < len(text) else ""
        marks = "^" * max(min(end, first + EXCERPT) - start, 1)
        pad = " " * (len(before) + start - first)
        super().__init__(f"{what}\n  {before}{excerpt}{after}\n  {pad}{marks}")


def check_text(text: str) -> None:
    """Refuse text that is empty, too long, or not printable."""
    if not text:
        msg = f"the formula is empty; {_EXAMPLE}"
        raise DataError(msg)
    if len(text) > MAX_LENGTH:
        msg = f"the formula has {len(text)} characters; at most {MAX_LENGTH} are read"
        raise DataError(msg)
    for i, c in enumerate(text):
        if not c.isprintable():
            msg = f"character {i + 1} of the formula, {printable(c)}, is not printable"
            raise DataError(msg)


def tree(text: str) -> ast.AST:
    """The syntax tree of a formula, nothing of it checked yet.

    Raises:
        DataError: it is no expression of Python, or nested too deep.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        start = error.offset - 1 if error.offset else len(text)  # 0: at its end
        start = min(start, len(text))
        what = f"cannot read the formula: {printable(error.msg)}; {_EXAMPLE}"
        raise ExpressionError(what, text, start) from error
    except (ValueError, MemoryError, RecursionError) as error:
        raise _too_deep(text) from error


def _too_deep(text: str) -> DataError:
    return DataError(
        f"the formula {printable(text[:20])}… is nested more than {MAX_DEPTH} levels "
        "deep; draw it in parts"
    )


def operands_first(tree: ast.AST, text: str) -> list[ast.AST]:
    """The nodes of a tree in post-order, all checked; without recursion."""
    order: list[ast.AST] = []
    stack = [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise _too_deep(text)
        order.append(node)
        stack += [(operand, depth + 1) for operand in _checked_operands(node, text)]
    return order[::-1]


def _checked_operands(node: ast.AST, text: str) -> list[ast.expr]:
    """The operands of an allowed node; whatever is not on the list is refused."""
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
            return [left, right]
        case ast.UnaryOp(op=op, operand=operand) if type(op) in UNARY:
            return [operand]
        case ast.Constant(value=int() | float() as number) if type(number) is not bool:
            _checked_number(node, number, text)
            return []
        case ast.Name(id=name):
            _check_name(node, name, text)
            return []
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            _check_call(node, name, len(args), text)
            return args
    parts = [node, getattr(node, "op", None), getattr(node, "func", None)]
    remedies = [_REMEDIES[type(part)] for part in parts if type(part) in _REMEDIES]
    raise at(node, remedies[0] if remedies else _ALLOWED, text)


def _checked_number(node: ast.AST, number: float, text: str) -> None:
    try:
        finite = math.isfinite(float(number))
    except OverflowError:
        finite = False
    if not finite:
        raise at(node, "this number is too large for a float", text)


def _check_name(node: ast.AST, name: str, text: str) -> None:
    if name in FUNCTIONS:
        raise at(node, f"{name} is a function: write {name}(…)", text)
    if name.lower() in {"inf", "infinity", "nan"}:
        raise at(node, f"{name} is no finite number; choose another name", text)
    if name.startswith("_"):
        raise at(node, "names here begin with a letter", text)


def _check_call(node: ast.AST, name: str, given: int, text: str) -> None:
    if name not in FUNCTIONS:
        near = get_close_matches(name, FUNCTIONS, 1, 0.7)
        hint = f"did you mean {near[0]}?" if near else "see autograd-scalar draw --help"
        raise at(node, f"there is no function {name}; {hint}", text, len(name))
    arity = FUNCTIONS[name][1]
    if given != arity:
        what = f"{name} takes {arity} operand{'s' if arity > 1 else ''}, got {given}"
        raise at(node, what, text)


def place(node: ast.AST) -> int:
    """Where a node begins, in bytes of UTF-8."""
    return getattr(node, "col_offset", 0)


def at(node: ast.AST, what: str, text: str, width: int = 0) -> ExpressionError:
    """An error with marks under the node."""
    raw = text.encode()
    start = len(raw[: place(node)].decode())
    end = len(raw[: getattr(node, "end_col_offset", 0)].decode())
    return ExpressionError(what, text, start, start + width if width else end)
