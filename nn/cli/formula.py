"""Read a formula that a user typed, such as tanh(x*w + b), and record its graph.

Python's parser makes the syntax tree. Only names, finite numbers, + - * / ** % and
calls of `FUNCTIONS` are accepted, and nothing is ever evaluated by Python. No step is
recursive, and length, depth and exponents are bounded.
"""

from __future__ import annotations

import ast
import math
import operator
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

import autograd_scalar as ag
from autograd_scalar import DataError, Value
from nn.files import printable

__all__ = ["FUNCTIONS", "Expression", "ExpressionError", "parse"]

_MAX_LENGTH: Final = 2000
_MAX_DEPTH: Final = 200
_MAX_EXPONENT: Final = 1000.0
_EXCERPT: Final = 72  # characters of the formula shown in a message
_DEFAULT: Final = 1.0  # the number of a name that was given none

_EXAMPLE: Final = "expected for example 'tanh(2*x + b)'"

_CONSTANTS: Final = {"pi": math.pi}

_BINARY: Final[dict[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.Mod: operator.mod,
}
_UNARY: Final[dict[type[ast.unaryop], Callable[[Any], Any]]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
_REMEDIES: Final[dict[type, str]] = {
    ast.BitXor: "^ is not a power here: write **",
    ast.FloorDiv: "// has no useful derivative: write floor(a / b)",
    ast.MatMult: "@ is for matrices: write the sum of products",
    ast.Compare: "comparisons have no derivative: use maximum or minimum",
    ast.IfExp: "if and else are not recorded: use maximum or minimum",
    ast.Attribute: "no attributes are allowed: write tanh(x), not x.tanh()",
}

_ALLOWED: Final = (
    "a formula can have names, numbers, + - * / ** % and calls of functions only"
)

# name: (function, number of operands). Left out: polygamma takes an integer order,
# where a condition, others a list.
FUNCTIONS: Final[dict[str, tuple[Callable[..., Any], int]]] = {
    name: (getattr(ag, name), primitive.arity)
    for name, primitive in ag.PRIMITIVES.items()
    if hasattr(ag, name)
    and primitive.arity
    and not primitive.not_differentiated
    and name != "where"
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


def parse(text: str) -> Expression:
    """Read a formula of numbers, names, + - * / ** % and functions.

    >>> root, leaves = parse("x**2 + b").record({"x": 3.0})
    >>> root.data, list(leaves)
    (10.0, ['x', 'b'])

    Raises:
        DataError: the formula is empty, too long, nested too deep or not printable.
        ExpressionError: a part is not allowed; the message marks it.
    """
    text = " ".join(text.split())
    _check_text(text)
    order = tuple(_operands_first(_tree(text), text))
    names = [
        node.id
        for node in sorted(order, key=_place)
        if isinstance(node, ast.Name) and node.id not in _CONSTANTS
    ]
    if not names:
        what = "there is no name in the formula to differentiate by; write one, as in x"
        raise ExpressionError(what, text, 0, len(text))
    return Expression(text, tuple(dict.fromkeys(names)), order)


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked formula: its text, and its names in order of appearance."""

    text: str
    names: tuple[str, ...]
    order: tuple[ast.AST, ...]  # the syntax tree, operands before operations

    def record(self, numbers: Mapping[str, float]) -> tuple[Value, dict[str, Value]]:
        """Record the graph; return its root, and its leaves by name.

        A name without a number gets 1.0.

        Raises:
            DataError: a number is not finite, or its name is not in the formula.
        """
        for name, number in numbers.items():
            if name not in self.names:
                names = ", ".join(self.names)
                msg = f"{printable(name)!r} is not in the formula; its names: {names}"
                raise DataError(msg)
            if not math.isfinite(number):
                msg = f"{name} is {number}; expected a finite number"
                raise DataError(msg)
        leaves = {name: Value(numbers.get(name, _DEFAULT), name) for name in self.names}
        results: dict[ast.AST, Value | float] = {}
        for node in self.order:
            results[node] = _result(node, results, leaves, self.text)
        root = results[self.order[-1]]
        assert isinstance(root, Value)
        return root, leaves


class ExpressionError(DataError):
    """A formula that cannot be used; the message marks the place."""

    def __init__(self, what: str, text: str, start: int = 0, end: int = 0) -> None:
        first = max(0, start - _EXCERPT // 2)
        excerpt = printable(text[first : first + _EXCERPT])
        before = "…" if first else ""
        after = "…" if first + _EXCERPT < len(text) else ""
        marks = "^" * max(min(end, first + _EXCERPT) - start, 1)
        pad = " " * (len(before) + start - first)
        super().__init__(f"{what}\n  {before}{excerpt}{after}\n  {pad}{marks}")


# ---- Check ---------------------------------------------------------------------------


def _check_text(text: str) -> None:
    """Raise if the text is empty, too long, or not printable."""
    if not text:
        msg = f"the formula is empty; {_EXAMPLE}"
        raise DataError(msg)
    if len(text) > _MAX_LENGTH:
        msg = (
            f"the formula has {len(text)} characters, expected at most {_MAX_LENGTH};"
            " draw it in parts"
        )
        raise DataError(msg)
    for i, c in enumerate(text):
        if not c.isprintable():
            msg = (
                f"character {i + 1} of the formula, {printable(c)}, is not printable;"
                " remove it"
            )
            raise DataError(msg)


def _tree(text: str) -> ast.AST:
    """Return the unchecked syntax tree of a formula."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        start = error.offset - 1 if error.offset else len(text)  # 0: the end
        start = min(start, len(text))
        what = f"cannot read the formula: {printable(error.msg)}; {_EXAMPLE}"
        raise ExpressionError(what, text, start) from error
    except (ValueError, MemoryError, RecursionError) as error:
        raise _too_deep(text) from error


def _too_deep(text: str) -> DataError:
    return DataError(
        f"the formula {printable(text[:20])}… is nested more than {_MAX_DEPTH} levels "
        "deep; draw it in parts"
    )


def _operands_first(tree: ast.AST, text: str) -> list[ast.AST]:
    """Check every node of a tree, and return them in post-order; without recursion."""
    order: list[ast.AST] = []
    stack = [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        if depth > _MAX_DEPTH:
            raise _too_deep(text)
        order.append(node)
        stack += [(operand, depth + 1) for operand in _checked_operands(node, text)]
    return order[::-1]


def _checked_operands(node: ast.AST, text: str) -> list[ast.expr]:
    """Return the operands of an allowed node; raise for any other."""
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return [left, right]
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
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
    raise _at(node, remedies[0] if remedies else _ALLOWED, text)


def _checked_number(node: ast.AST, number: float, text: str) -> None:
    try:
        finite = math.isfinite(float(number))
    except OverflowError:
        finite = False
    if not finite:
        raise _at(node, "this number is too large for a float", text)


def _check_name(node: ast.AST, name: str, text: str) -> None:
    if name in FUNCTIONS:
        raise _at(node, f"{name} is a function: write {name}(…)", text)
    if name.lower() in {"inf", "infinity", "nan"}:
        raise _at(node, f"{name} is no finite number; choose another name", text)
    if name.startswith("_"):
        raise _at(node, "a name needs to begin with a letter", text)


def _check_call(node: ast.AST, name: str, given: int, text: str) -> None:
    if name not in FUNCTIONS:
        near = get_close_matches(name, FUNCTIONS, 1, 0.7)
        hint = f"did you mean {near[0]}?" if near else "see autograd-scalar draw --help"
        raise _at(node, f"there is no function {name}; {hint}", text, len(name))
    arity = FUNCTIONS[name][1]
    if given != arity:
        what = f"{name} takes {arity} operand{'s' if arity > 1 else ''}, got {given}"
        raise _at(node, what, text)


def _place(node: ast.AST) -> int:
    """Return where a node begins, in bytes of UTF-8."""
    return getattr(node, "col_offset", 0)


def _at(node: ast.AST, what: str, text: str, width: int = 0) -> ExpressionError:
    """Return an error that marks the node."""
    raw = text.encode()
    start = len(raw[: _place(node)].decode())
    end = len(raw[: getattr(node, "end_col_offset", 0)].decode())
    return ExpressionError(what, text, start, start + width if width else end)


# ---- Record --------------------------------------------------------------------------


def _result(
    node: ast.AST,
    results: Mapping[ast.AST, Value | float],
    leaves: Mapping[str, Value],
    text: str,
) -> Value | float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return _CONSTANTS[name] if name in _CONSTANTS else leaves[name]
        case ast.UnaryOp(op=op, operand=operand):
            return _applied(_UNARY[type(op)], results[operand])
        case ast.BinOp(left=left, op=op, right=right):
            if isinstance(op, ast.Pow):
                _check_exponent(right, results[right], text)
            return _applied(_BINARY[type(op)], results[left], results[right])
        case ast.Call(func=ast.Name(id=name), args=args):
            return _applied(FUNCTIONS[name][0], *(results[arg] for arg in args))
    raise AssertionError(node)  # pragma: no cover  (_checked_operands raised before)


def _check_exponent(node: ast.AST, exponent: Value | float, text: str) -> None:
    if isinstance(exponent, float) and abs(exponent) > _MAX_EXPONENT:
        what = f"this exponent is {exponent:g}; write one of at most ±{_MAX_EXPONENT:g}"
        raise _at(node, what, text)


def _applied(function: Callable[..., Any], *operands: Value | float) -> Value | float:
    """Apply to Values, or to plain numbers under the same IEEE rules."""
    result: Value
    if any(isinstance(operand, Value) for operand in operands):
        result = function(*operands)
        return result
    result = function(*(Value(x) for x in operands if isinstance(x, float)))
    return result.data
