"""Formulas as text: the graph they give, and errors that mark the place."""

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_scalar as ag
from autograd_scalar import DataError, Value
from nn.cli.formula import FUNCTIONS, ExpressionError, parse

# formula: the same in Python, of x = 0.5 and y = 2.0
FORMULAS = {
    "x + y": lambda x, y: x + y,
    "x - 2*y": lambda x, y: x - 2 * y,
    "-x**2 / +y": lambda x, y: -(x**2) / +y,
    "x**y**2": lambda x, y: x**y**2,
    "(x % 0.3) * y": lambda x, y: (x % 0.3) * y,
    "tanh(x*y) + sigmoid(-x)": lambda x, y: ag.tanh(x * y) + ag.sigmoid(-x),
    "hypot(x, y) * max(x, y)": lambda x, y: ag.hypot(x, y) * ag.maximum(x, y),
    "abs(x - y) + atan2(x, y)": lambda x, y: abs(x - y) + ag.arctan2(x, y),
    "x*x*y + exp(2**0.5)*x - y": lambda x, y: x * x * y + ag.exp(2**0.5) * x - y,
    "sin(pi*x) + y": lambda x, y: ag.sin(math.pi * x) + y,
}


@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_mean_what_they_mean_in_python(formula):
    root, leaves = parse(formula).record({"x": 0.5, "y": 2.0})
    x, y = Value(0.5), Value(2.0)
    expected = FORMULAS[formula](x, y)
    root.backward()
    expected.backward()
    assert root.data == expected.data
    assert leaves["x"].grad == x.grad
    assert leaves["y"].grad == y.grad


def test_names_come_in_order_and_default_to_one():
    formula = parse("w*x + w + b")
    root, leaves = formula.record({"x": 5.0})
    assert formula.names == ("w", "x", "b")
    assert {name: leaf.data for name, leaf in leaves.items()} == {
        "w": 1.0,
        "x": 5.0,
        "b": 1.0,
    }
    assert root.data == 7.0
    assert leaves["w"].label == "w"


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_can_be_called(name):
    arity = FUNCTIONS[name][1]
    root, _ = parse(f"{name}({', '.join('xyz'[:arity])})").record({"x": 0.5})
    assert isinstance(root, Value)


def test_numbers_alone_follow_ieee_rules():
    root, _ = parse("x + 1/0").record({})
    assert root.data == math.inf


# formula: (start and length of the marks, part of the message)
REJECTED = {
    "x^2": (0, 3, "write **"),
    "2x": (0, 1, "invalid decimal literal"),
    "x + foo(y)": (4, 3, "no function foo"),
    "tanhh(x)": (0, 5, "did you mean tanh?"),
    "1 + tanh*x": (4, 4, "is a function"),
    "x.real": (0, 6, "no attributes"),
    "x.tanh()": (0, 8, "not x.tanh()"),
    "x < 1": (0, 5, "no derivative"),
    "x if y else z": (0, 13, "maximum or minimum"),
    "x // 2": (0, 6, "floor(a / b)"),
    "x @ y": (0, 5, "sum of products"),
    "lambda: x": (0, 9, "a formula can have"),
    "[x]": (0, 3, "a formula can have"),
    "x[0]": (0, 4, "a formula can have"),
    "x and y": (0, 7, "a formula can have"),
    "~x": (0, 2, "a formula can have"),
    "f'{x}'": (0, 6, "a formula can have"),
    "x * 'a'": (4, 3, "a formula can have"),
    "x * True": (4, 4, "a formula can have"),
    "x * 1j": (4, 2, "a formula can have"),
    "tanh(*x)": (5, 2, "a formula can have"),
    "tanh(x=1)": (0, 9, "a formula can have"),
    "(lambda: 1)()*x": (0, 13, "a formula can have"),
    "tanh(x, y)": (0, 10, "takes 1 operand, got 2"),
    "hypot(x)": (0, 8, "takes 2 operands, got 1"),
    "sum(x)": (0, 3, "no function sum"),
    "eval('1')": (0, 4, "no function eval"),
    "__import__('os')": (0, 10, "no function __import__"),
    "x + __class__": (4, 9, "begin with a letter"),
    "x + _y": (4, 2, "begin with a letter"),
    "2 * 3": (0, 5, "no name in the formula"),
    "pi": (0, 2, "no name in the formula"),
    "x * 1e999": (4, 5, "too large"),
    "x + inf": (4, 3, "inf is no finite number"),
    "NaN * x": (0, 3, "NaN is no finite number"),
    "x = 2": (2, 1, "cannot read"),
    "2y": (0, 1, "decimal literal; expected for example 'tanh(2*x + b)'"),
    "x := 2": (2, 1, "cannot read"),
    "x +": (3, 1, "cannot read"),
    "(x": (0, 1, "never closed"),
    "é + foo(é)": (4, 3, "no function foo"),
}


@pytest.mark.parametrize("formula", REJECTED)
def test_rejected_formulas_are_marked(formula):
    start, length, part = REJECTED[formula]
    with pytest.raises(ExpressionError) as error:
        parse(formula)
    message, shown, marks = str(error.value).split("\n")
    assert part in message
    assert shown == f"  {formula}"
    assert marks == f"  {' ' * start}{'^' * length}"


@pytest.mark.parametrize("formula", ["x**1001", "x**-1e9", "x**9**9**9", "x**(1/0)"])
def test_large_exponents_are_rejected(formula):
    with pytest.raises(ExpressionError, match="at most ±1000"):
        parse(formula).record({})


@pytest.mark.parametrize(
    "formula",
    [
        "-" * 1500 + "x",
        "tanh(" * 150 + "x" + ")" * 150 + "+-" * 120 + "x",
        "+".join("x" * 900),
        "**".join("x" * 600),
    ],
    ids=["signs", "calls", "sums", "powers"],
)
def test_deep_formulas_are_rejected_without_recursion(formula):
    with pytest.raises(DataError, match="more than 200 levels"):
        parse(formula)


def test_long_and_empty_formulas_are_rejected():
    with pytest.raises(DataError, match="2001 characters"):
        parse("x" * 2001)
    with pytest.raises(DataError, match="is empty"):
        parse("  ")
    with pytest.raises(DataError, match=r"\\x1b, is not printable"):
        parse("x\x1b[31m")
    with pytest.raises(ExpressionError, match="too many nested parentheses"):
        parse("(" * 300 + "x" + ")" * 300)


def test_a_long_formula_is_shown_in_part():
    with pytest.raises(ExpressionError) as error:
        parse("x*" * 100 + "foo(y)" + "*x" * 100)
    _, shown, marks = str(error.value).split("\n")
    assert len(shown) < 80
    assert shown[marks.index("^") :].startswith("foo")


def test_numbers_need_a_name_in_the_formula():
    with pytest.raises(DataError, match="'y' is not in the formula; its names: x"):
        parse("x").record({"y": 1.0})
    with pytest.raises(DataError, match="finite"):
        parse("x").record({"x": math.nan})


@given(st.text(alphabet="xy12.()+-*/%^,=tanh _'\"[]{}:\n@é\\", max_size=40))
def test_whatever_is_typed_is_read_or_rejected(text):
    with suppress(DataError):
        parse(text).record({})
