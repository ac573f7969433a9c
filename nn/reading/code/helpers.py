r"""Functions that a text defines itself: which is the activation, which its slope.

``def derv(x): return x*(1-x)`` is the slope as a formula of the output, whatever its
name says, and ``s(z)*(1-s(z))`` that of the weighted sum. They are told apart by their
values at a few points: Python's parser makes the tree, and only numbers, operators and
the usual functions are computed. Nothing of the text is run.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import Final

from autograd_scalar import DataError
from nn.reading.code.assignments import TARGETS, Assignment, assignments
from nn.reading.formula.numpy_spelling import check_depth, parsed

__all__ = [
    "Helper",
    "helpers_of",
    "is_slope_of",
    "with_helpers",
    "with_slopes_returned",
    "without_bodies",
    "without_local_names",
]


@dataclass(frozen=True, slots=True)
class Helper:
    """A function: "g", "slope" of the weighted sum, or "of output", and its formula.

    One "of several" has more parameters, such as the outputs and the targets.
    """

    kind: str
    parameters: tuple[str, ...]
    formula: ast.expr


def helpers_of(text: str) -> dict[str, Helper]:
    r"""Return what the functions are that a text defines, as far as it is known.

    >>> text = "def act(x):\n    return 1/(1+np.exp(-x))\nslope = lambda y: y*(1-y)"
    >>> {name: helper.kind for name, helper in helpers_of(text).items()}
    {'act': 'g', 'slope': 'of output'}
    """
    found: dict[str, Helper] = {}
    functions = dict(_FUNCTIONS)
    for name, parameter, body in _definitions(text):
        for formula in _read(_in_python(body)):
            usual = _usual(_Function(parameter, formula, functions))
            if usual is not None:
                found[name] = Helper(usual[0], (parameter,), formula)
                functions[name] = usual[1]
                break
    return _of_several(text) | found


def _read(body: str) -> Iterator[ast.expr]:
    """Yield a formula as it stands, and with operators for what is called for them.

    >>> [ast.unparse(formula) for formula in _read("s.mul(1 - s)")]
    ['s.mul(1 - s)', 's * (1 - s)']
    """
    with suppress(DataError):
        expression = parsed(body, "eval")
        check_depth(expression)
        assert isinstance(expression, ast.Expression)
        yield expression.body
        yield from (one.value for one in assignments(f"_ = {body}"))


def is_slope_of(activation: str, formula: str, of_output: bool) -> bool:
    """Return whether a formula of x is the slope of an activation, by its values.

    It is that at the weighted sum x, or at the output x.

    >>> is_slope_of("relu", "1 * (x > 0)", of_output=False)
    True
    >>> is_slope_of("tanh", "1 - x", of_output=True)
    False
    """
    pair = _SLOPES.get(activation)
    try:
        expression = parsed(formula, "eval")
        check_depth(expression)
    except DataError:
        return False
    if pair is None or not isinstance(expression, ast.Expression):
        return False
    function = _Function("x", expression.body, _FUNCTIONS)
    return _has_values(function, pair[of_output])


def _of_several(text: str) -> dict[str, Helper]:
    """Return the functions of several parameters that compute with nothing else."""
    found: dict[str, Helper] = {}
    for one in list(_OF_SEVERAL.finditer(text))[:_MOST_FUNCTIONS]:
        given = [_PARAMETER_ALONE.match(each) for each in one["parameters"].split(",")]
        parameters = tuple(each[1] for each in given if each and each[1] != "self")
        rest = text[one.end() : one.end() + _LONGEST_FUNCTION]
        try:
            formula = _result(rest.split("\n")[:_MOST_LINES])
        except DataError:
            continue
        if formula is None or not 1 < len(parameters) <= _MOST_PARAMETERS:
            continue
        keys = set(_KEY.findall(rest))  # model["W2"] is W2 wherever it is called
        names = {n.id for n in ast.walk(formula) if isinstance(n, ast.Name)}
        names -= _called(formula)
        if names and names <= {*parameters, *keys, TARGETS} and names & {*parameters}:
            found[one["name"]] = Helper("of several", parameters, formula)
    return found


def _called(formula: ast.expr) -> set[str]:
    """Return the functions in a formula that all code knows."""
    every = [n.func for n in ast.walk(formula) if isinstance(n, ast.Call)]
    names = {function.id for function in every if isinstance(function, ast.Name)}
    return names & _ELSEWHERE


def _result(lines: Sequence[str]) -> ast.expr | None:
    """Return what a function computes of its parameters, line by line.

    Raises:
        DataError: a line cannot be read.
    """
    made: dict[str, ast.expr] = {}
    for line in _DOCSTRING.sub("", "\n".join(lines)).split("\n"):
        code = line.partition("#")[0].strip()
        if not code:
            continue
        returned = _RETURN_ALONE.fullmatch(code)
        code = f"_ = {returned['body']}" if returned else code
        for one in assignments(code):
            value = _Given(made).visit(deepcopy(one.value))
            if isinstance(value, ast.Tuple) or not one.name:
                return None
            check_depth(value)
            if sum(1 for _ in ast.walk(value)) > _MOST_PARTS:
                return None
            made[one.name] = value
        if returned:
            return made.get("_")
    return None


@lru_cache(maxsize=16)  # each reading of a text asks for the same one
@lru_cache(maxsize=16)  # each reading of a text asks for the same one
def without_bodies(text: str) -> str:
    r"""Return the text without the lines of functions that are put in where called.

    Their names are of their own, and are no quantities of the network.

    >>> code = "def back(d, a):\n    return d * a\ndz = back(dz, a1)"
    >>> without_bodies(code).split("\n")
    ['def back(d, a):', '', 'dz = back(dz, a1)']
    """
    several = {n for n, one in helpers_of(text).items() if one.kind == "of several"}
    lines = text.split("\n")
    for i, line in enumerate(lines) if several else ():
        begins = _OF_SEVERAL.match(line)
        if begins is None or begins["name"] not in several:
            continue
        called = re.compile(rf"(?<![\w.]){begins['name']}\(")
        if sum(1 for _ in islice(called.finditer(text), 2)) < _TWICE:
            continue
        for k in range(i + 1, min(len(lines), i + _MOST_LINES + 1)):
            returns = _RETURN_ALONE.match(lines[k])
            lines[k] = ""
            if returns:
                break
    return "\n".join(lines)


def with_slopes_returned(text: str) -> str:
    r"""Return the text with an equation for the derivative of a cost that is returned.

    >>> code = "def cost_derivative(self, outputs, y):\n    return outputs - y"
    >>> print(with_slopes_returned(code).split("\n")[1])
        cost_derivative = a[L] - y
    """
    lines = text.split("\n")
    for i, line in enumerate(lines):
        one = _OF_PAIR.match(line)
        if one is None or not _OF_A_COST.search(one["name"]):
            continue
        pair = one["first"], one["second"]
        targets = [name for name in pair if _TARGETS.fullmatch(name)]
        for k, after in enumerate(lines[i + 1 : i + _MOST_LINES], i + 1):
            returned = _RETURN_ALONE.match(after)
            if returned is None and not _OTHER.match(after):
                continue
            if returned is not None and len(targets) == 1 and len(after) < _LONGEST:
                ours = {name: "y" if name in targets else "a[L]" for name in pair}
                local = re.compile(rf"(?<![\w.])(?:{'|'.join(pair)})(?!\w)")
                body = local.sub(lambda found: ours[found[0]], returned["body"])  # noqa: B023
                lines[k] = f"{returned['indent']}{one['name']} = {body}"
            break
    return "\n".join(lines)


@lru_cache(maxsize=16)  # each reading of a text asks for the same one
def without_local_names(text: str) -> str:
    r"""Return the text without what known functions set for themselves alone.

    In ``s = sigmoid(x)`` there x is any number, and not the inputs.

    >>> code = "def slope(x):\n    s = 1/(1+np.exp(-x))\n    return s*(1-s)\nz = x @ w"
    >>> without_local_names(code).split("\n")
    ['def slope(x):', '', '    return s*(1-s)', 'z = x @ w']
    """
    if _BEGINS.search(text) is None:
        return text
    known = helpers_of(text)
    lines = text.split("\n")
    for found in list(_BEGINS.finditer(text))[:_MOST_FUNCTIONS]:
        if found["name"] not in known:
            continue
        head = text.count("\n", 0, found.end())
        if _RETURN.search(lines[head]):
            continue
        indent = _indent(lines[head])
        for i in range(head + 1, min(head + 1 + _MOST_LINES, len(lines))):
            is_inside = not lines[i].strip() or _indent(lines[i]) > indent
            if not is_inside or _RETURN.search(lines[i]) or _OTHER.match(lines[i]):
                break
            if _LOCAL.match(lines[i]):
                lines[i] = ""
    return "\n".join(lines)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def with_helpers(one: Assignment, helpers: Mapping[str, Helper]) -> Assignment:
    """Return an assignment with our names for functions that the text defines.

    >>> from nn.reading.code.assignments import assignments
    >>> helpers = helpers_of("ds = lambda y: y * (1 - y)")
    >>> print(with_helpers(assignments("d = e * ds(a)")[0], helpers))
    d = e * (a * (1 - a))
    """
    if not helpers:
        return one
    value = _Called(helpers).visit(deepcopy(one.value))
    assert isinstance(value, ast.expr)
    return replace(one, value=value)


# ---- Definitions ---------------------------------------------------------------------


def _definitions(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield the name, the parameter and the formula of each function of one."""
    forms = (_STATED, _IN_A_LINE, _BEGINS)
    every = [found for form in forms for found in form.finditer(text)]
    every.sort(key=lambda found: found.start())
    for found in every[:_MOST_FUNCTIONS]:
        if "body" in found.groupdict():
            body = found["body"].strip(" ;{}")
        else:
            rest = text[found.end() : found.end() + _LONGEST_FUNCTION]
            body = _returned(rest.split("\n")[:_MOST_LINES])
        if body:
            yield found["name"], found["parameter"], body


def _in_python(body: str) -> str:
    """Return ``z > 0 ? z : 0.01z`` of other languages as Python writes it.

    >>> _in_python("z > 0 ? z : 0.01z")
    '(z) if (z > 0) else (0.01*z)'
    """
    body = _TIMES.sub(r"\1*", body)
    found = _CHOICE.fullmatch(body)
    if found is None:
        return body
    condition, one, other = (part.strip() for part in found.groups())
    return f"({one}) if ({condition}) else ({other})"


def _returned(lines: list[str]) -> str:
    """Return what a function returns, if it does so in one place, or ""."""
    made: dict[str, str] = {}
    for line in lines:
        if _OTHER.match(line):
            return ""
        result = _RETURN.search(line)
        if result is not None:
            names = "|".join(map(re.escape, made))
            body = result["body"].partition("#")[0].strip(" ;{}")
            if names and len(body) < _LONGEST:
                local = re.compile(rf"(?<![\w.])(?:{names})(?!\w)")
                body = local.sub(lambda name: f"({made[name[0]]})", body)
            return body
        masked = _MASKED.match(line)
        if masked is not None:
            name = masked["name"]
            of = made.get(name, name)
            where = f"np.where(({of}) {masked['test']}, {masked['value']}, ({of}))"
            if len(where) < _LONGEST:
                made[name] = where
            continue
        assigned = _LOCAL.match(line)
        if assigned is not None and len(assigned["body"]) < _LONGEST:
            made[assigned["name"]] = assigned["body"].partition("#")[0].strip(" ;")
    return ""


# ---- What a function is --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Function:
    """A function of one number, and those that it may call."""

    parameter: str
    formula: ast.expr
    known: Mapping[str, Callable[..., float]]

    def __call__(self, x: float) -> float:
        """Compute the formula at x."""
        return _computed(self.formula, self, x)


def _usual(function: _Function) -> tuple[str, Callable[[float], float]] | None:
    """Return which of the usual functions has the same values, or None."""
    return next(
        ((kind, usual) for kind, usual in _USUAL if _has_values(function, usual)), None
    )


def _has_values(function: _Function, usual: Callable[[float], float]) -> bool:
    try:
        return all(
            math.isclose(function(x), usual(x), rel_tol=1e-9, abs_tol=1e-9)
            for x in _POINTS
        )
    except (ArithmeticError, ValueError, TypeError, KeyError):
        return False


def _computed(node: ast.expr, function: _Function, x: float) -> float:
    """Return the value of a formula at x.

    Raises:
        KeyError: something in it is not known.
    """
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.Name(id=name) if name == function.parameter:
            return x
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_computed(operand, function, x)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            pair = _computed(left, function, x), _computed(right, function, x)
            return _OPERATORS[type(op)](*pair)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            one, other = _computed(left, function, x), _computed(right, function, x)
            above = isinstance(op, ast.Gt | ast.GtE)
            return float(one > other if above else one < other)
        case ast.IfExp(test=test, body=body, orelse=other):
            first = _computed(test, function, x)
            return _computed(body if first else other, function, x)
        case ast.Call(func=ast.Attribute(value=value, attr="astype" | "float")) if (
            not isinstance(value, ast.Name) or value.id == function.parameter
        ):  # (z > 0).astype(float)
            return _computed(value, function, x)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args):
            known = function.known[name]
            return known(*(_computed(each, function, x) for each in args))
    raise KeyError(type(node).__name__)


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def _power(base: float, exponent: float) -> float:
    value = base**exponent if abs(exponent) < _LARGEST_POWER else math.nan
    return float(value) if isinstance(value, float) else math.nan


class _Called(ast.NodeTransformer):
    """Puts our functions, or the formula, for calls of those of a text."""

    def __init__(self, helpers: Mapping[str, Helper]) -> None:
        self.helpers, self.size = helpers, 0

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name(id=name), args=[given, *more], keywords=[]):
                helper = self.helpers.get(name)
            case _:
                return node
        if helper is None or len(more) + 1 != len(helper.parameters):
            return node
        if helper.kind in {"of output", "of several"}:
            self.size += sum(1 for one in (given, *more) for _ in ast.walk(one))
            if self.size > _MOST_PARTS:
                return node
            called = dict(zip(helper.parameters, (given, *more), strict=True))
            formula = _Given(called).visit(deepcopy(helper.formula))
            assert isinstance(formula, ast.expr)
            return formula
        name = "g" if helper.kind == "g" else "df"
        return ast.Call(ast.Name(name, ast.Load()), [given], [])


class _Given(ast.NodeTransformer):
    """Puts what a function is called with for its parameters."""

    def __init__(self, given: Mapping[str, ast.expr]) -> None:
        self.given = given

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.given.get(node.id, node)


_POINTS: Final = (-0.7, -0.2, 0.3, 0.6, 0.9)
_USUAL: Final[tuple[tuple[str, Callable[[float], float]], ...]] = (
    ("g", _logistic),
    ("g", math.tanh),
    ("slope", lambda x: _logistic(x) * (1 - _logistic(x))),
    ("slope", lambda x: 1 - math.tanh(x) ** 2),
    ("of output", lambda x: x * (1 - x)),
    ("of output", lambda x: 1 - x * x),
    ("g", lambda x: max(0.0, x)),
    ("slope", lambda x: float(x > 0)),
    ("g", lambda x: x if x > 0 else 0.01 * x),
    ("slope", lambda x: 1.0 if x > 0 else 0.01),
)
# of the weighted sum, and of the output
_SLOPES: Final[dict[str, tuple[Callable[[float], float], Callable[[float], float]]]] = {
    "sigmoid": (lambda x: _logistic(x) * (1 - _logistic(x)), lambda x: x * (1 - x)),
    "tanh": (lambda x: 1 - math.tanh(x) ** 2, lambda x: 1 - x * x),
    "relu": (lambda x: float(x > 0), lambda x: float(x > 0)),
}
_OPERATORS: Final[dict[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: _power,
}
_FUNCTIONS: Final[dict[str, Callable[..., float]]] = {
    "exp": math.exp, "tanh": math.tanh, "log": math.log, "sqrt": math.sqrt,
    "abs": abs, "cosh": math.cosh, "sigmoid": _logistic, "logistic": _logistic,
    "square": lambda x: x * x, "power": _power, "pow": _power,
    "multiply": lambda a, b: a * b, "array": float, "asarray": float,
    "maximum": max, "max": max, "relu": lambda x: max(0.0, x),
    "where": lambda c, a, b: a if c else b,
}  # fmt: skip
# what NumPy and others call so in all code, and is read where it stands
_ELSEWHERE: Final = frozenset({
    "where", "maximum", "minimum", "sum", "mean", "dot", "matmul", "outer", "multiply",
    "exp", "log", "len", "size", "float", "outer_of_vectors", "softmax", "sigmoid",
    "tanh", "relu",
})  # fmt: skip
_LONGEST: Final = 300
_LONGEST_FUNCTION: Final = 2_000
_MOST_FUNCTIONS: Final = 100
_MOST_LINES: Final = 14
_MOST_PARTS: Final = 500
_MOST_PARAMETERS: Final = 4
_TWICE: Final = 2  # where it is defined, and where it is called
_LARGEST_POWER: Final = 10
_NAME: Final = r"(?P<name>[^\W\d][\w.]{0,40})"
_PARAMETER: Final = r"(?P<parameter>[^\W\d]\w{0,20})"
# f = lambda x: ..., f = function(x) ..., f = x => ..., f(x) = ...
_IN_A_LINE: Final = re.compile(
    rf"^[ \t]*(?:{_NAME}[ \t]*=[ \t]*"
    r"(?:lambda[ \t]+|function[ \t]*\([ \t]*|\(?[ \t]*(?=\w+[ \t]*\)?[ \t]*=>))"
    rf"{_PARAMETER}[ \t]*(?::|\)?[ \t]*=>|\))[ \t]*\{{?(?:[ \t]*return\b)?"
    r"(?P<body>[^\n#]{1,300}))",
    re.MULTILINE,
)
_STATED: Final = re.compile(
    rf"^[ \t]*{_NAME}\([ \t]*{_PARAMETER}[ \t]*\)[ \t]*=(?P<body>[^\n#=]{{1,300}})$",
    re.MULTILINE,
)
_BEGINS: Final = re.compile(
    rf"^[ \t]*(?:def|function|func|fun|fn|double|float)[ \t]+{_NAME}[ \t]*\([ \t]*"
    rf"(?:self[ \t]*,[ \t]*)?(?:(?:double|float)[ \t]+)?{_PARAMETER}"
    r"(?:[ \t]*:[ \t]*[\w.\[\]]{1,40})?[ \t]*\)(?:[ \t]*->[ \t]*[\w.\[\]]{1,40})?"
    r"[ \t]*[:{]",
    re.MULTILINE,
)
_CHOICE: Final = re.compile(r"([^?:]{1,100})\?([^?:]{1,100}):([^?:]{1,100})")
_TIMES: Final = re.compile(r"(?<![\w.])([0-9]+(?:\.[0-9]+)?)(?=[A-Za-z]\b)")  # 0.01z
_OTHER: Final = re.compile(r"\s*(?:def|function|class|if|elif|else|for|while)\b")
_RETURN: Final = re.compile(r"\breturn\b(?P<body>[^\n]{1,300})")
_LOCAL: Final = re.compile(
    r"\s*(?:(?:const|let|var)\s+)?(?P<name>[^\W\d]\w*)\s*=(?!=)(?P<body>.+)"
)
_OF_PAIR: Final = re.compile(
    r"^[ \t]*def[ \t]+(?P<name>[A-Za-z_]\w{0,40})[ \t]*\([ \t]*(?:self[ \t]*,[ \t]*)?"
    r"(?P<first>[A-Za-z_]\w{0,40})[ \t]*,[ \t]*(?P<second>[A-Za-z_]\w{0,40})[ \t]*\)"
    r"(?:[ \t]*->[^:\n]{1,40})?[ \t]*:",
    re.MULTILINE,
)
_OF_SEVERAL: Final = re.compile(
    r"^[ \t]*def[ \t]+(?P<name>[A-Za-z_]\w{0,40})[ \t]*"
    r"\((?P<parameters>[^()\n]{3,120})\)"
    r"(?:[ \t]*->[^:\n]{1,40})?[ \t]*:",
    re.MULTILINE,
)
_PARAMETER_ALONE: Final = re.compile(r"\s*([A-Za-z_]\w{0,40})\s*(?:[:=].*)?$")
_KEY: Final = re.compile(r"\[[\"'](\w{1,20})[\"']\]")
_DOCSTRING: Final = re.compile(
    r"\A\s*(\"{3}|'{3}|\").*?\1[ \t]*$", re.DOTALL | re.MULTILINE
)
# cost_derivative, mse_prime, d_loss_d_output
_OF_A_COST: Final = re.compile(
    r"(?:cost|loss|error|mse|sse|bce|entropy)_?(?:der(?![a-z])|deriv|prime|grad|slope|backward)"
    r"|^(?:d|grad|deriv)_?(?:of_)?(?:cost|loss|error|mse)",
    re.IGNORECASE,
)
_TARGETS: Final = re.compile(
    r"(?:y|t)(?:_?true)?|targets?|labels?|expected|desired|y_train|truth", re.IGNORECASE
)
_RETURN_ALONE: Final = re.compile(r"(?P<indent>\s*)return\b\s*(?P<body>[^#\n]{1,300})")
_MASKED: Final = re.compile(  # x[x < 0] = 0
    r"\s*(?P<name>[A-Za-z_]\w{0,40})\[\s*(?P=name)\s*(?P<test>(?:>=|<=|>|<)\s*0)\s*\]\s*="
    r"\s*(?P<value>[0-9.]{1,6})\s*(?:#.*)?$"
)
