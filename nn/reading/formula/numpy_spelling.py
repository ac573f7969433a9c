"""Read a formula in NumPy spelling: ``dZ1 @ X.T / m``.

Nothing is run: Python's parser makes the tree, of which only the operators, functions
and names of backpropagation are accepted.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from autograd_scalar import DataError
from nn.arguments import shown
from nn.reading.formula.sums import is_of_each_example
from nn.reading.formula.tree import (
    EXAMPLES,
    Binary,
    Call,
    Examples,
    Layer,
    Number,
    Reduce,
    Symbol,
    Transpose,
    Tree,
)

__all__ = [
    "LONGEST",
    "SUMS_OF_EXAMPLES",
    "Statement",
    "check_depth",
    "is_function",
    "parsed",
    "read_known",
    "read_name",
    "read_place",
    "read_tree",
    "tree_of",
]

LONGEST: Final = 5_000
_DEEPEST: Final = 60


@dataclass(frozen=True, slots=True)
class Statement:
    """An equation: a quantity and the formula for it.

    >>> str(Statement(Symbol("dZ", Layer("", 1)), read_tree("(W2.T @ dZ2) * dg(Z1)")))
    'dZ[1] = (W[2].T @ dZ[2]) * dg(Z[1])'
    """

    target: Symbol
    formula: Tree
    text: str = ""

    def __str__(self) -> str:
        return f"{self.target} = {self.formula}"


def check_depth(root: ast.AST) -> None:
    """Raise `DataError` if operations are too deep in one another."""
    stack = [(root, 0)]
    while stack:
        node, depth = stack.pop()
        if depth > _DEEPEST * 2:
            msg = f"a formula has at most {2 * _DEEPEST} operations in one another"
            raise DataError(msg)
        stack += [(child, depth + 1) for child in ast.iter_child_nodes(node)]


def tree_of(node: ast.expr, text: str) -> Tree:
    """Return the formula that a part of Python's tree is.

    Raises:
        DataError: something in it is not known; ``text`` is quoted.
    """
    return _tree(node, text, 0)


def read_place(node: ast.expr, text: str) -> Symbol:
    """Return the quantity that is assigned to, such as ``dW[l]``.

    Raises:
        DataError: it is none.
    """
    return _symbol(node, text)


def is_function(name: str) -> bool:
    """Return whether a function is known by its name."""
    known = name in _FUNCTIONS or name in _REDUCTIONS or name in _PRODUCTS
    return known or name in _OF_OUTPUTS or name in _OTHERS


def read_tree(text: str) -> Tree:
    """Read a formula alone.

    >>> str(read_tree("a1 * (1 - a1)"))
    'A[1] * (1 - A[1])'

    Raises:
        DataError: it cannot be read.
    """
    expression = parsed(text, "eval")
    body = expression.body if isinstance(expression, ast.Expression) else None
    if not isinstance(body, ast.expr):
        raise _unreadable(text, None)
    return _tree(body, text, 0)


# For the formulas of tables, of which each is read again and again.
read_known = lru_cache(maxsize=1024)(read_tree)


def read_name(name: str) -> Symbol | None:
    """Return the quantity that a name stands for, or None.

    >>> [str(read_name(name)) for name in ("dW1", "delta2", "δ_1", "grad_b2", "X", "t")]
    ['dW[1]', 'dZ[2]', 'dZ[1]', 'db[2]', 'A[0]', 'Y']
    >>> [str(read_name(name)) for name in ("gW1", "dLoss_dW1", "gradient_b2")]
    ['dW[1]', 'dW[1]', 'db[2]']
    >>> read_name("q") is None
    True
    """
    if name in _ALONE:
        return _ALONE[name]
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    letter = _LETTERS.get(match["letter"])
    if letter is None:
        return None
    of = "d" if match["of"] else ""
    if letter == "dZ":
        of = ""
    layer = Layer("", int(match["layer"])) if match["layer"] else None
    if letter == "X":
        return Symbol(f"{of}A", Layer("", 0)) if layer is None else None
    return Symbol(f"{of}{letter}", layer)


# ---- From Python's tree to ours ------------------------------------------------------


def parsed(text: str, mode: str) -> ast.AST:
    """Return Python's tree of a text that is not too long, nor too deep."""
    if len(text) > LONGEST:
        msg = f"a formula has at most {LONGEST} characters, this has {len(text)}"
        raise DataError(msg)
    depth = deepest = 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    if deepest > _DEEPEST:
        msg = f"a formula has at most {_DEEPEST} brackets in one another"
        raise DataError(msg)
    try:
        return ast.parse(text.strip().replace("^", "**").replace("⊙", "*"), mode=mode)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        where = getattr(error, "offset", None)
        raise _unreadable(text, where) from None


def _unreadable(text: str, offset: int | None) -> DataError:
    place = "" if offset is None else f", at {shown(text[max(0, offset - 1) :][:20])}"
    return DataError(
        f"cannot read {shown(text)}{place}; write it in NumPy's spelling, such as"
        " dZ1 = (W2.T @ dZ2) * dg(Z1)"
    )


def _tree(node: ast.expr, text: str, depth: int) -> Tree:
    if depth > _DEEPEST * 2:
        msg = f"a formula has at most {2 * _DEEPEST} operations in one another"
        raise DataError(msg)
    match node:
        case ast.Constant(value=int() | float() as value) if value is not bool(value):
            return Number(float(min(value, 10**300)))
        case ast.Name() | ast.Subscript():
            return _symbol(node, text)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Binary("*", Number(-1.0), _tree(operand, text, depth + 1))
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _tree(operand, text, depth + 1)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return Binary(
                _OPERATORS[type(op)],
                _tree(left, text, depth + 1),
                _tree(right, text, depth + 1),
            )
        case ast.Attribute(value=value, attr="T"):
            return Transpose(_tree(value, text, depth + 1))
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return _compared(node, left, operator, right, text, depth)
        case ast.Call():
            return _call(node, text, depth)
    raise _not_known(node, text)


def _compared(  # noqa: PLR0913, PLR0917
    node: ast.expr, left: ast.expr, operator: ast.cmpop, right: ast.expr,
    text: str, depth: int,
) -> Tree:  # fmt: skip
    """Read ``Z1 > 0``, which is 1 or 0."""
    kind = type(operator)
    if _constant(left) == 0:
        left, right = right, left
        kind = _MIRRORED.get(kind, kind)
    if _constant(right) != 0 or kind not in _MIRRORED:
        raise _not_known(node, text)
    positive = Call("positive", _tree(left, text, depth + 1))
    if kind in {ast.Lt, ast.LtE}:
        return Binary("-", Number(1.0), positive)
    return positive


def _call(node: ast.Call, text: str, depth: int) -> Tree:  # noqa: PLR0912
    operands = list(node.args)
    match node.func:
        case (
            ast.Name(id=name)
            | ast.Attribute(value=ast.Name(id="np" | "numpy"), attr=name)
        ):
            pass
        case ast.Attribute(value=value, attr=name):  # dZ.sum(axis=1), W.dot(a)
            operands.insert(0, value)
        case _:
            raise _not_known(node, text)
    options = {each.arg: each.value for each in node.keywords}
    if name in _OF_OUTPUTS and operands:
        return _of_an_activation(name, operands, options, text, depth)
    if name in {"astype", "float", "double", "copy"} and operands:
        return _tree(operands[0], text, depth + 1)
    if name in {"t", "transpose"} and len(operands) == 1:
        return Transpose(_tree(operands[0], text, depth + 1))
    if name == "maximum" and len(operands) == 2:  # noqa: PLR2004
        pair = [each for each in operands if _constant(each) != 0]
        if len(pair) == 1:
            return Call("relu", _tree(pair[0], text, depth + 1))
    if name in _OF_EXAMPLES and len(operands) == 1 and not options:
        each = _tree(operands[0], text, depth + 1)
        of_one = is_of_each_example(each)
        return Examples(each) if of_one else Reduce("sum", EXAMPLES, each)
    if name in _REDUCTIONS and operands:
        axis = options.get("axis", operands[1] if len(operands) > 1 else None)
        number = _constant(axis)
        if number not in {0, 1, -1, None}:
            raise _not_known(node, text)
        return Reduce(
            _REDUCTIONS[name],
            None if number is None else int(number == 0) ^ 1,
            _tree(operands[0], text, depth + 1),
            bool(_constant(options.get("keepdims"))),
        )
    trees = [_tree(each, text, depth + 1) for each in operands]
    if name in _PRODUCTS and len(trees) == 2:  # noqa: PLR2004
        one, other = trees
        if name == "outer":
            return Binary("@", one, Transpose(other))
        return Binary(_PRODUCTS[name], one, other)
    if name == "where" and len(trees) == 3:  # noqa: PLR2004
        condition, one, other = trees
        rest = Binary("*", Binary("-", Number(1.0), condition), other)
        return Binary("+", Binary("*", condition, one), rest)
    if name == "power" and len(trees) == 2:  # noqa: PLR2004
        return Binary("**", trees[0], trees[1])
    if name == "square" and len(trees) == 1:
        return Binary("**", trees[0], Number(2.0))
    function = _FUNCTIONS.get(name)
    if function is None or len(trees) != 1 or options:
        raise _not_known(node, text)
    return Call(function, trees[0])


def _of_an_activation(
    name: str,
    operands: list[ast.expr],
    options: dict[str | None, ast.expr],
    text: str,
    depth: int,
) -> Tree:
    """Read ``sigmoid_derivative(a1)`` and ``nonlin(l1, True)``, of a as of z.

    Who writes so has x (1 - x) in mind where x is the activation.
    """
    flags = [*operands[1:], *options.values()]
    argument = _tree(operands[0], text, depth + 1)
    if name == "nonlin" and not any(_constant(flag) for flag in flags):
        return Call("g", argument)
    if isinstance(argument, Symbol) and argument.name == "A":
        argument = Symbol("Z", argument.layer)
    return Call("dg", argument)


def _constant(node: ast.expr | None) -> object:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _constant(node.operand)
        return -value if isinstance(value, int) else None
    return node.value if isinstance(node, ast.Constant) else None


def _symbol(node: ast.expr, text: str) -> Symbol:
    match node:
        case ast.Name(id=name) if (symbol := read_name(name)) is not None:
            return symbol
        case ast.Subscript(value=ast.Name(id=name), slice=index):
            symbol, layer = read_name(name), _layer(index)
            if symbol is not None and layer is not None and symbol.layer is None:
                return Symbol(symbol.name, layer)
    raise _not_known(node, text)


def _layer(index: ast.expr) -> Layer | None:
    match index:
        case ast.Constant(value=int() as number):
            return Layer("", number)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as number)):
            return Layer("L", 1 - number)  # counted from the end
        case ast.Name(id="l" | "L" as base):
            return Layer(base)
        case ast.BinOp(
            left=ast.Name(id="l" | "L" as base),
            op=ast.Add() | ast.Sub() as op,
            right=ast.Constant(value=int() as number),
        ):
            return Layer(base, number if isinstance(op, ast.Add) else -number)
    return None


def _not_known(node: ast.AST, text: str) -> DataError:
    part = ast.unparse(node) if isinstance(node, ast.expr) else text
    functions = ", ".join(sorted({*_FUNCTIONS, *_REDUCTIONS, *_PRODUCTS}))
    return DataError(
        f"cannot read {shown(part)} in {shown(text)}; known are quantities with their"
        " layer, such as W2, b1, Z1, A1, dZ2, X and Y, the operators + - * / ** @ .T,"
        f" and the functions {functions}"
    )


_OPERATORS: Final[dict[type[ast.operator], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.FloorDiv: "·",  # as `nn.reading.code.plain` spells a dot
}
_OF_OUTPUTS: Final = frozenset({
    "nonlin", "sigmoid_derivative", "activation_derivative", "sigmoid_deriv", "deriv",
    "tanh_derivative", "tanh_deriv", "d_sigmoid", "dsigmoid", "derivative",
})  # fmt: skip
_MIRRORED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Gt: ast.Lt, ast.Lt: ast.Gt, ast.GtE: ast.LtE, ast.LtE: ast.GtE,
}  # fmt: skip
# functions that are none of NumPy's, but whose name says that they add up the examples
SUMS_OF_EXAMPLES: Final = frozenset({
    "rowsum", "rowsums", "row_sum", "sum_rows", "colsum", "colsums", "col_sum",
    "sum_cols", "sum_columns", "sum_examples", "RowSum", "ColSum", "sum_over_rows",
    "sum_over_columns", "sum_over_examples", "sum_over_samples", "sum_over_batch",
    "sum_batch", "sum_samples", "batchsum", "batch_sum",
})  # fmt: skip
# Sum is no function: Σ over the examples
_OF_EXAMPLES: Final = SUMS_OF_EXAMPLES | {"Sum", "SUM"}
_OTHERS: Final = frozenset({
    "maximum", "where", "power", "square", "nonlin", *_OF_EXAMPLES,
})  # fmt: skip
_REDUCTIONS: Final = {
    "sum": "sum", "mean": "mean", "average": "mean", "amax": "max",
}  # fmt: skip
_PRODUCTS: Final = {
    "dot": "@",
    "matmul": "@",
    "multiply": "*",
    "outer": "outer",
    "outer_of_vectors": "outer",
}
_FUNCTIONS: Final = {
    **dict.fromkeys((
        "g", "sigma", "σ", "act", "activation", "f", "activation_function", "act_fn",
        "activate", "act_func", "activation_fn", "squash", "transfer",
    ), "g"),
    **dict.fromkeys(
        (
            "dg", "ds", "df", "sigma_prime", "dsigma", "g_prime", "f_prime", "deriv",
            "act_prime", "activation_derivative", "activation_prime", "sigmoid_prime",
            "sigmoid_derivative", "d_sigmoid", "dsigmoid", "d_act", "dact",
            "relu_prime", "relu_derivative", "relu_deriv", "drelu", "d_relu",
            "tanh_prime", "tanh_derivative", "tanh_deriv", "dtanh", "d_tanh",
            "sigmoid_deriv",
        ),
        "dg",
    ),
    **{name: name for name in (
        "exp", "log", "sqrt", "tanh", "cosh", "sinh", "sin", "cos", "arctan", "erf",
        "abs", "sign", "sigmoid", "softmax",
        "dloss", "first_row", "last_row", "ones_like", "relu", "positive",
    )},
    "sg": "sigmoid",
}  # fmt: skip
_ALONE: Final = {
    **dict.fromkeys(("x", "X", "inputs", "inp"), Symbol("A", Layer("", 0))),
    **dict.fromkeys(("y", "Y", "t", "T", "target", "targets", "y_true"), Symbol("Y")),
    **dict.fromkeys(("m", "N", "batch_size", "n_examples"), Symbol("m")),
    "divisor": Symbol("divisor"),
    "rows_of": Symbol("rows_of"),
    "columns_of": Symbol("columns_of"),
    "entries_of": Symbol("entries_of"),
    **dict.fromkeys(
        ("eta", "η", "lr", "alpha", "α", "learning_rate", "epsilon", "ε"), Symbol("eta")
    ),
}
_NAME: Final = re.compile(
    r"(?P<of>(?:d(?:[CLJElc]|[Ll]oss|[Cc]ost)_?)?d_?|grad(?:ient)?_?|g(?=[WbzZaAhH]_?[0-9])|g_|nabla_?|∇_?|Δ_?|D)?"
    r"(?P<letter>delta|weights|bias|W|w|Theta|theta|b|z|Z|a|A|h|H|x|X|δ|d|Wb|n)"
    r"_?(?P<layer>[0-9]{1,3})?"
)
_LETTERS: Final = {
    **dict.fromkeys(("W", "w", "Theta", "theta", "weights"), "W"),
    **dict.fromkeys(("b", "bias"), "b"),
    **dict.fromkeys(("z", "Z"), "Z"),
    **dict.fromkeys(("a", "A", "h", "H"), "A"),
    **dict.fromkeys(("x", "X"), "X"),
    **dict.fromkeys(("delta", "δ", "d"), "dZ"),
    "Wb": "Wb",
    "n": "n",
}
